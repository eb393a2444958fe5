"""The application object: tells which file the desktop asks the running program to open.

Owns that signal only. macOS hands a plan that is double-clicked over this way, not on the command line.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, Signal
from PySide6.QtGui import QFileOpenEvent
from PySide6.QtWidgets import QApplication


class Application(QApplication):
    """QApplication that hears of files. Not an event filter: that would see every event of every widget."""

    file_requested = Signal(str)

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QFileOpenEvent) and event.file():
            self.file_requested.emit(event.file())
            return True
        return super().event(event)
