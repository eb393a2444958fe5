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
        self._was_behind = False
        self.is_lost = False  # the plan must be opened again to see what was done elsewhere
        self._timer = QTimer(self, interval=EVERY_MS)
        self._timer.timeout.connect(lambda: self.ask())
        window.installEventFilter(self)

    def set_session(self, session: Session | None) -> None:
        self._session, self.is_lost, self._was_behind = session, False, False
        if session is None:
            self._timer.stop()
        else:
            self._timer.start()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.WindowActivate:
            self.ask(is_turned_to=True)  # who turns to the window looks at it now
        return False

    def ask(self, *, is_turned_to: bool = False) -> None:
        """Look whether anything was done elsewhere, and show it.

        ``is_turned_to``: look also whether the other window has gone, which is seldom asked: a window that opens the
        plan just then would have to read only.
        """
        session = self._session
        if session is None or self.is_lost or self._is_a_bad_moment():
            return
        try:
            is_behind = session.document.is_behind
            if is_behind and session.is_read_only:
                self._follow(session)
            elif is_behind:
                session.document.refuse_changed_file()
            # Who closes a plan writes last, and then lets go of it.
            if is_behind or self._was_behind or is_turned_to:
                self._tell_let_go(session)
            self._was_behind = is_behind
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

    def _tell_let_go(self, session: Session) -> None:
        """Say once, in place of why it is only read, that it need not be any more."""
        document = session.document
        text = tr("{name} is closed in the other window now; open it again to edit it here.", name=document.path.name)
        if text not in document.notices and document.is_let_go:
            document.notices[:1] = [text]
            self._window.show_notices()

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
