"""All windows of the program, and those of a kind that are on the screen. Owns asking Qt safely, no more."""

from __future__ import annotations

from typing import TypeVar

from PySide6.QtWidgets import QApplication, QWidget

from territorymap.collecting import uncollected

_Kind = TypeVar("_Kind", bound=QWidget)


def top_levels() -> list[QWidget]:
    """Return every window of the program, shown or not.

    PySide makes an object of each while it walks over Qt's list; a collection in the midst of that may end the owner of
    one further down, and the process with it.
    """
    with uncollected():
        return QApplication.topLevelWidgets()


def all_widgets() -> list[QWidget]:
    """Return every widget of the program, as safely as :func:`top_levels`."""
    with uncollected():
        return QApplication.allWidgets()


def windows_shown(kind: type[_Kind]) -> list[_Kind]:
    """Return the windows of a kind that are on the screen."""
    return [window for window in top_levels() if isinstance(window, kind) and window.isVisible()]
