"""The outlines of territories in the file, written while nobody edits, for programs that read it. Owns when."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer

from territorymap.errors import UserError
from territorymap.session.session import Session

_AFTER_MS = 20_000


class OutlineWriting(QObject):
    """Writes what the last changes made void, some time after the last of them."""

    def __init__(
        self, session_now: Callable[[], Session | None], refuse: Callable[[UserError], None], parent: QObject
    ) -> None:
        super().__init__(parent)
        self._session_now, self._refuse = session_now, refuse
        self._timer = QTimer(self, singleShot=True, interval=_AFTER_MS)
        self._timer.timeout.connect(self._write)

    def put_off(self) -> None:
        """Wait from now on."""
        self._timer.start()

    def _write(self) -> None:
        session = self._session_now()
        if session is None or session.is_read_only:
            return
        try:
            session.refresh_outlines()
        except UserError as error:
            self._refuse(error)
