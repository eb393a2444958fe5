"""One search in a thread: the best so far, how far it is, its end. Owns the thread; a job touches nothing of the plan.

Signals reach the GUI thread in the order in which they were sent, and none of a run that was dropped.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QCoreApplication, QObject, Qt, Signal

from territorymap.errors import UserError
from territorymap.session.solving.watch import Watch
from territorymap.ui.tasks import Worker

if TYPE_CHECKING:
    from territorymap.session.solving.aims import Limits
    from territorymap.session.solving.jobs import Job

_TELL_EVERY_S = 0.05


class _Run(QObject):
    """One run; its signals are emitted in the thread."""

    best = Signal(object)
    progress = Signal(float, object)  # steps may be more than a C int holds

    def __init__(self, job: Job, limits: Limits) -> None:
        super().__init__()
        self.job = job
        self._limits = limits
        self._told = 0.0
        # The application owns the thread: it must outlive a window that is closed before the work has stopped.
        self.worker = Worker(self._work, QCoreApplication.instance())

    def _work(self, _report: Callable[..., None], is_stopped: Callable[[], bool]) -> Any:
        return self.job.run(self._limits, Watch(is_stopped, self.best.emit, self._tell))

    def _tell(self, share: float, n_steps: int) -> None:
        now = time.monotonic()
        if share >= 1 or now - self._told > _TELL_EVERY_S:
            self._told = now
            self.progress.emit(share, n_steps)


class Runner(QObject):
    """Runs one job at a time."""

    started = Signal(object)  # Job
    best = Signal(object)  # Proposal: the best so far
    progress = Signal(float, object)  # share done, 0 .. 1; steps, an int that may be more than a C int holds
    finished = Signal(object)  # list[Proposal], the best first, at least one
    failed = Signal(object)  # UserError: why there is no plan
    cancelled = Signal()  # dropped

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._run: _Run | None = None
        self._is_stopping = False

    @property
    def is_running(self) -> bool:
        return self._run is not None

    @property
    def is_stopping(self) -> bool:
        """Whether the run was asked to end with the best so far."""
        return self._is_stopping

    @property
    def job(self) -> Job | None:
        """What is being run."""
        return self._run.job if self._run is not None else None

    def start(self, job: Job, limits: Limits) -> None:
        """Run a job; RuntimeError if one is running."""
        if self._run is not None:
            raise RuntimeError("a job is running")
        run = self._run = _Run(job, limits)
        self._is_stopping = False
        queued = Qt.ConnectionType.QueuedConnection
        run.best.connect(lambda proposal: self._pass_on(run, self.best, proposal), queued)
        run.progress.connect(lambda share, n: self._pass_on(run, self.progress, share, n), queued)
        run.worker.finished.connect(lambda: self._ended(run), queued)
        run.worker.finished.connect(run.worker.deleteLater)
        self.started.emit(job)
        run.worker.begin()

    def stop(self) -> None:
        """End the run soon; what is best so far is its result."""
        if self._run is not None:
            self._is_stopping = True
            self._run.worker.cancel.set()

    def cancel(self) -> None:
        """Drop the run and what it has found; the thread ends by itself."""
        run, self._run = self._run, None
        self._is_stopping = False
        if run is not None:
            run.worker.cancel.set()
            self.cancelled.emit()

    def _pass_on(self, run: _Run, signal: Any, *values: Any) -> None:
        if run is self._run:
            signal.emit(*values)

    def _ended(self, run: _Run) -> None:
        run.deleteLater()  # its connections hold it, with the plan that it worked on, and no collector sees them
        if run is not self._run:
            return
        self._run, self._is_stopping = None, False
        error = run.worker.error
        if error is None:
            self.finished.emit(run.worker.result)
        elif isinstance(error, UserError):
            self.failed.emit(error)
        else:
            self.cancelled.emit()
            raise error
