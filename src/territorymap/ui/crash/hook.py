"""The one hook for errors nobody foresaw: it shows them and the program goes on.

Owns the hook; errors that people can act on are messages.py's.
"""

from __future__ import annotations

import sys
import threading
from types import TracebackType
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QGuiApplication

from territorymap.errors import Cancelled, UserError
from territorymap.ui.crash.dialog import CrashDialog
from territorymap.ui.crash.report import build_report, keep_report, place_of
from territorymap.ui.crash.trail import Trail
from territorymap.ui.messages import show_error
from territorymap.ui.preferences import reports_dir

if TYPE_CHECKING:
    from territorymap.session.session import Session
    from territorymap.ui.main_window import MainWindow


class PageError(Exception):
    """An error in the scripts of the map page, by file and line."""


class CrashHook(QObject):
    """Takes over sys.excepthook, threading.excepthook and what the interpreter cannot raise."""

    _caught = Signal(object)

    def __init__(self, trail: Trail | None = None) -> None:
        super().__init__()
        self._window: MainWindow | None = None
        self._trail = trail or Trail()
        self._dialog: CrashDialog | None = None
        # Queued, so that a slot that failed is left before the dialog opens, and threads get to the GUI thread.
        self._caught.connect(self._show, Qt.ConnectionType.QueuedConnection)

    def install(self, window: MainWindow | None) -> None:
        """Show errors over this window from now on, and note what is done in it; None: there is none yet."""
        self._window = window
        if window is not None:
            self._trail.follow_actions(window.commands.all())
            window.map_view.complained.connect(self._page_complained)
            window.session_shown.connect(self._follow_session)
            self._follow_session(window.session)
        sys.excepthook = self._hook
        sys.unraisablehook = self._unraisable
        threading.excepthook = lambda args: self._caught.emit(args.exc_value)

    def _hook(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error, trace)
            QGuiApplication.quit()
            return
        self._caught.emit(error)

    def _follow_session(self, session: Session | None) -> None:
        if session is None:
            self._trail.note("no plan")
            return
        self._trail.follow_session(session)
        # What fails in a view after a change is saved already: it is shown as an error, not as a refusal of the edit.
        session.listeners.fault = self._caught.emit

    def _page_complained(self, text: str) -> None:
        """Show an error of the map page that nothing caught there; other complaints are in the log."""
        if "Uncaught" in text:
            self._caught.emit(PageError(text))

    def _unraisable(self, args: sys.UnraisableHookArgs) -> None:
        """An error in a finaliser harms nobody: told on stderr where there is one, not to the planner."""
        if sys.stderr is not None:
            sys.__unraisablehook__(args)

    def _show(self, error: BaseException) -> None:
        if isinstance(error, Cancelled):
            return
        if isinstance(error, UserError):
            show_error(self._window, error)
            return
        report, place = build_report(error, self._trail.lines()), place_of(error)
        self._trail.note(f"error {type(error).__qualname__}")
        if self._dialog is not None:
            self._dialog.add(report, place)
            return
        if sys.stderr is not None:  # there is none where a desktop started the program
            sys.stderr.write(report + "\n")
        self._dialog = CrashDialog(report, self._window, place=place)
        self._dialog.tell_kept(keep_report(report, reports_dir()))
        self._dialog.finished.connect(self._forget)
        self._dialog.open()

    def show_and_wait(self, error: BaseException) -> None:
        """Show an error that the program cannot go on after."""
        self._show(error)
        if self._dialog is not None:
            self._dialog.tell_end()
            self._dialog.exec()

    def _forget(self) -> None:
        if self._dialog is not None:
            self._dialog.deleteLater()
        self._dialog = None
