"""Asks every two seconds whether another window or program has written the plan that is open here, and follows it.

Owns when is asked and what is said; taking up what was done is the session's. A window that only reads follows; one
that writes is told of what it could not write over any more.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QApplication

from territorymap.document.following import Came
from territorymap.errors import UserError
from territorymap.i18n import ntr, tr
from territorymap.session.session import Session

if TYPE_CHECKING:
    from territorymap.ui.main_window import MainWindow

ORIGIN = "elsewhere"
EVERY_MS = 2_000


class Following(QObject):
    """Of the plan that the window shows; quiet while it is hidden, a dialog is open or a mouse button is down."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._session: Session | None = None
        self.is_lost = False  # the plan must be opened again to see what was done elsewhere
        self._timer = QTimer(self, interval=EVERY_MS)
        self._timer.timeout.connect(self.ask)
        window.installEventFilter(self)

    def set_session(self, session: Session | None) -> None:
        self._session, self.is_lost = session, False
        if session is None:
            self._timer.stop()
        else:
            self._timer.start()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.WindowActivate:
            self.ask()  # who turns to the window looks at it now
        return False

    def ask(self) -> None:
        """Look whether anything was done elsewhere, and show it."""
        session = self._session
        if session is None or self.is_lost or self._is_a_bad_moment():
            return
        try:
            if not session.document.is_behind:
                return
            if session.is_read_only:
                self._follow(session)
            else:
                session.document.refuse_changed_file()
        except UserError as error:
            self.is_lost = True
            session.document.notices.append(f"{error.message} {error.hint}".strip())
            self._window.show_notices()
        except Exception:
            self.is_lost = True  # reported once, not every two seconds
            raise

    def _is_a_bad_moment(self) -> bool:
        window = self._window
        return (
            not window.isVisible()
            or window.isMinimized()
            or QApplication.activeModalWidget() is not None
            or QApplication.activePopupWidget() is not None
            or bool(QApplication.mouseButtons())
        )

    def _follow(self, session: Session) -> None:
        came = session.follow(ORIGIN)
        if came is not None and came.steps:
            self._window.tell(words_of(came))


def words_of(came: Came) -> str:
    """Return what another window did, as a sentence."""
    last = came.steps[-1]
    if len(came.steps) > 1:
        n = len(came.steps)
        return ntr(
            "{n} step was done in another window; the last: {step}",
            "{n} steps were done in another window; the last: {step}",
            n,
            step=last.label,
        )
    if last.kind == "undo":
        return tr("Taken back in another window: {step}", step=last.label)
    if last.kind == "redo":
        return tr("Done again in another window: {step}", step=last.label)
    return tr("Done in another window: {step}", step=last.label)
