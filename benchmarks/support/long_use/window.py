"""The main window of a long run: it may be replaced by one in another language, and everything odd is kept.

Owns following the window that is there now and whatever rose to the hooks; the hand is tests.support.window's.
"""

from __future__ import annotations

import sys
import threading
import traceback
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import QObject, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QFileDialog, QWidget

from territorymap.ui.main_window import MainWindow
from territorymap.ui.parts.windows import windows_shown
from territorymap.ui.preferences import Preferences
from tests.support.window import Qt, Window, wait_until


class LongWindow(Window):
    """One main window after another on the same plan."""

    def __init__(self, preferences: Preferences, width: int = 1280, height: int = 800) -> None:
        super().__init__(preferences, width, height)
        self.risen: list[str] = []
        self.n_replaced = 0
        self._hooks = sys.excepthook, sys.unraisablehook, threading.excepthook
        sys.excepthook = self._caught
        sys.unraisablehook = lambda args: self._keep(args.exc_value, f"unraisable in {args.object!r}")
        threading.excepthook = lambda args: self._keep(args.exc_value, "in a thread")
        self.main.replaced.connect(self.adopt)

    def adopt(self, main: MainWindow) -> None:
        """Go on with the window that took the place of the former one."""
        self.main, self.map = main, main.map_view
        self.n_replaced += 1
        self.map.edit_painted.connect(lambda seq, ms: self.painted.append((seq, ms)))
        self.map.refused.connect(self.refused.append)
        self.map.page.renderProcessTerminated.connect(lambda status, code: self.crashes.append(f"{status}, {code}"))
        main.replaced.connect(self.adopt)

    def close(self) -> None:
        super().close()
        sys.excepthook, sys.unraisablehook, threading.excepthook = self._hooks

    @property
    def complaints(self) -> list[str]:
        return [*super().complaints, *self.risen]

    def _caught(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        self.risen.append("".join(traceback.format_exception(kind, error, trace)))

    def _keep(self, error: BaseException | None, where: str) -> None:
        text = "".join(traceback.format_exception(error)) if error is not None else ""
        self.risen.append(f"{where}: {text}")

    def state(self) -> str:
        """Say what the window is busy with: for the report of an action that came to nothing."""
        session = self.main.session
        names = {
            "focus": QApplication.focusWidget(),
            "active": QApplication.activeWindow(),
            "modal": QApplication.activeModalWidget(),
            "popup": QApplication.activePopupWidget(),
        }
        told = [f"{what} {type(w).__name__} {w.objectName() or w.windowTitle()!r}" for what, w in names.items() if w]
        told += [f"open {type(d).__name__} {d.windowTitle()!r}" for d in self.open_dialogs()]
        told.append(f"status {self.main.status.message!r}")
        told.append(f"refused {self.refused[-3:]}")
        if session is not None:
            told.append(f"rev {session.rev}, undo {session.document.undo_label!r}")
        return "; ".join(told)

    # -- what a hand does besides ----------------------------------------------------------------------------------

    def settle(self) -> None:
        """Wait until the page has heard all that was said to it, and the widgets have been painted."""
        QApplication.processEvents()
        self.js("1")
        QApplication.processEvents()

    def stand_still(self) -> None:
        """End a flight at its goal, and wait for the wheel's animation."""
        self.map.land()
        still = "!__tm.map._animatingZoom && !(__tm.map._panAnim && __tm.map._panAnim._inProgress)"
        wait_until(lambda: self.js(still), "the map stands still")

    def open_dialogs(self) -> list[QDialog]:
        """Return the dialogs that are on the screen."""
        return windows_shown(QDialog)

    def the_dialog(self) -> QDialog:
        """Return the one dialog that is open; waits for it."""
        wait_until(self.open_dialogs, "a dialog is open")
        return self.open_dialogs()[-1]

    def front(self, widget: QWidget) -> None:
        """Bring a window to the front, as a window manager does."""

        def is_in_front() -> bool:
            if not widget.isActiveWindow():
                widget.activateWindow()  # again and again: a window that was asked for before may come in between
            return widget.isActiveWindow()

        wait_until(is_in_front, "the window is in front")

    def refuse_dialogs(self) -> None:
        """Press Esc until no dialog is open."""
        for _ in range(6):
            dialogs = self.open_dialogs()
            if not dialogs:
                return
            dialog = dialogs[-1]
            QTest.keyClick(dialog, Qt.Key.Key_Escape)
            wait_until(lambda d=dialog: d not in self.open_dialogs(), f"{dialog.windowTitle()} closes")
        assert not self.open_dialogs()

    def answer_files(self, path: Path | None) -> None:
        """Have the next file dialog answered, or, with None, cancelled."""
        if path is None:
            _Canceller(self.main)
        else:
            self.answer_file_dialog(path)


class _Canceller(QObject):
    """Waits for a file dialog and presses Esc in it."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._timer = QTimer(self, interval=15)
        self._timer.timeout.connect(self._look)
        self._timer.start()

    def _look(self) -> None:
        dialog = QApplication.activeModalWidget()
        if isinstance(dialog, QFileDialog):
            self._timer.stop()
            QTest.keyClick(dialog, Qt.Key.Key_Escape)
            self.deleteLater()
