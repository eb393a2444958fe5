"""Looking at who covers what without holding up the window: of many deals in a thread, else at once.

Owns the thread and when what it found is void; what is found is session.coverage_issues'.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QCoreApplication, QObject, Signal

from territorymap.errors import UserError
from territorymap.session.coverage_issues.reading import Look, LookTask
from territorymap.session.session import Session
from territorymap.ui.tasks import Worker

_LET_GO_S = 5.0


class Looking(QObject):
    """One view's looks at a session."""

    found = Signal()  # ask again: it is known now, or the plan has changed meanwhile
    failed = Signal(object)  # UserError

    def __init__(self, parent: QObject, make: Callable[[Look], Any] = lambda _look: None) -> None:
        """``make``: what the view makes of a look, in the same thread; :meth:`made_of` returns it."""
        super().__init__(parent)
        self._make = make
        self._made: tuple[Look, Any] | None = None
        self._worker: Worker | None = None
        self._session: Session | None = None
        self._task: LookTask | None = None

    @property
    def is_under_way(self) -> bool:
        return self._worker is not None

    def ask(self, session: Session | None, measure: str | None = None) -> Look | None:
        """Return what is found; None while it is looked for: :attr:`found` says when to ask again."""
        if session is None:
            return None
        task = session.coverage_watch.begin(measure)
        if isinstance(task, Look):
            return task
        if not task.is_long:
            return session.coverage_watch.take(task, *task.run())
        if self._worker is None:
            self._begin(session, task)
        return None

    def made_of(self, look: Look) -> Any:
        """Return what ``make`` makes of a look."""
        if self._made is None or self._made[0] is not look:
            self._made = look, self._make(look)
        return self._made[1]

    def forget(self) -> None:
        """Another session is shown: the file of the former one is let go of, and what is still found is nobody's."""
        if self._task is not None and self._task.aside is not None:
            self._task.aside.is_read.wait(_LET_GO_S)
        if self._worker is not None:
            self._worker.finished.disconnect(self._finish)
        self._worker = self._session = self._task = self._made = None

    def _begin(self, session: Session, task: LookTask) -> None:
        self._session, self._task = session, task

        def work(_progress: Any, _is_cancelled: Any) -> Any:
            look, deals, read = task.run()
            _ = look.judgement.sums  # which views show
            return (look, deals, read), self._make(look)

        worker = self._worker = Worker(work, QCoreApplication.instance())
        worker.finished.connect(self._finish)
        worker.finished.connect(worker.deleteLater)
        worker.begin()

    def _finish(self) -> None:
        worker, session, task = self._worker, self._session, self._task
        if worker is None or not worker.isFinished() or session is None or task is None:
            return  # of a session that is shown no more
        self._worker = self._session = self._task = None
        if session.rev == task.rev:
            if isinstance(worker.error, UserError):
                self.failed.emit(worker.error)
                return
            if worker.error is not None:
                raise worker.error
            found, made = worker.result
            self._made = session.coverage_watch.take(task, *found), made
        self.found.emit()
