"""Where the window was and how its panels stood, kept from run to run.

Owns what is stored; preferences.py stores it.
"""

from __future__ import annotations

from PySide6.QtCore import QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMainWindow

from territorymap.ui.docks import Docks
from territorymap.ui.preferences import Preferences

_FIRST_WIDTH, _FIRST_HEIGHT, _SHARE = 1440, 900, 0.92


class WindowMemory:
    """Puts a window back as it was."""

    def __init__(self, window: QMainWindow, docks: Docks, preferences: Preferences) -> None:
        self._window, self._docks, self._preferences = window, docks, preferences

    def restore_window(self) -> None:
        """Give the window its last place and size, at first most of the screen."""
        geometry = self._preferences.blob("geometry")
        if geometry is None or not self._window.restoreGeometry(geometry):
            screen = QGuiApplication.primaryScreen().availableSize()
            width, height = round(screen.width() * _SHARE), round(screen.height() * _SHARE)
            self._window.resize(min(_FIRST_WIDTH, width), min(_FIRST_HEIGHT, height))

    def restore_panels(self) -> None:
        """Put the panels where they were when a plan was last open, at first where they belong."""
        stored = self._preferences.blob("layout")
        if stored is None or not self._window.restoreState(stored):
            self._docks.reset()
            # Sizes count only once the layout has been done.
            QTimer.singleShot(0, self._window, self._docks.size_by_window)

    def keep_panels(self) -> None:
        self._preferences.set_blob("layout", self._window.saveState())

    def keep_window(self) -> None:
        self._preferences.set_blob("geometry", self._window.saveGeometry())
        self._preferences.sync()
