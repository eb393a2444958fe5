"""The plan with channels, and the shared selection, for the panel and its pages."""

from tests.session.coverage_issues.conftest import channels_file, session
from tests.ui.panels.conftest import selection

__all__ = ["channels_file", "selection", "session"]
