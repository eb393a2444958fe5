"""The plan of the panel tests, for the change log too."""

from tests.ui.panels.conftest import plan_file, selection, session

__all__ = ["plan_file", "selection", "session"]
