"""Reading long registers of a plan in a thread, so that the first look at a page does not hold up the window.

Owns the thread; a register that is in memory, or short, is ready at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QCoreApplication, QObject, Signal

from territorymap.errors import UserError
from territorymap.session.registers import Aside
from territorymap.session.session import Session
from territorymap.ui.tasks import Worker

_LET_GO_S = 5.0


class RegisterReading(QObject):
    """What one page waits for."""

    done = Signal()  # look again
    failed = Signal(object)  # UserError

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._worker: Worker | None = None
        self._session: Session | None = None
        self._asides: list[Aside[Any]] = []

    def is_ready(self, session: Session, kinds: Sequence[type]) -> bool:
        """Whether registers are in memory or read in a blink; else :attr:`done` says when to ask again."""
        if self._worker is not None:
            return False
        found: list[Aside[Any] | None] = [session.aside(kind) for kind in kinds]
        asides = [aside for aside in found if aside is not None]
        if not asides:
            return True
        self._session, self._asides = session, asides
        worker = self._worker = Worker(lambda _progress, _is_cancelled: [a.read() for a in asides], _application())
        worker.finished.connect(self._finish)
        worker.finished.connect(worker.deleteLater)
        worker.begin()
        return False

    def forget(self) -> None:
        """Another session is shown: the file of the former one is let go of."""
        for aside in self._asides:
            aside.is_read.wait(_LET_GO_S)
        if self._worker is not None:
            self._worker.finished.disconnect(self._finish)
        self._worker, self._session, self._asides = None, None, []

    def _finish(self) -> None:
        worker, session, asides = self._worker, self._session, self._asides
        if worker is None or not worker.isFinished() or session is None:
            return  # of a session that is shown no more
        self._worker, self._session, self._asides = None, None, []
        if isinstance(worker.error, UserError):
            self.failed.emit(worker.error)
            return
        if worker.error is not None:
            raise worker.error
        for aside, records in zip(asides, worker.result, strict=True):
            session.take_aside(aside, records)
        self.done.emit()


def _application() -> QCoreApplication | None:
    return QCoreApplication.instance()
