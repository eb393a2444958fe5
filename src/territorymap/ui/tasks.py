"""Long work off the GUI thread, with progress and cancel.

Owns the thread and its dialog; the work itself must be pure: no widgets, no session.
"""

from __future__ import annotations

import gc
import threading
import time
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QCoreApplication, QObject, Qt, QThread, QTimer, Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLabel, QProgressBar, QVBoxLayout, QWidget

from territorymap import collecting
from territorymap.errors import Cancelled, UserError
from territorymap.i18n import tr
from territorymap.ui.messages import show_error

Progress = Callable[..., None]  # (fraction), (done, total) or (done, total, what is being done)
Work = Callable[[Progress, Callable[[], bool]], Any]

_SHOW_AFTER_MS = 350
_REPORT_EVERY_S = 0.05
_COLLECT_EVERY_MS = 300
_COLLECTOR = "territorymap-collector"


class _Collector(QObject):
    """Collects garbage on the GUI thread while work runs in others.

    Python's collector runs in whatever thread makes the next object; there it would delete widgets, and Qt crashes.
    """

    def __init__(self, app: QCoreApplication) -> None:
        super().__init__(app)
        self.setObjectName(_COLLECTOR)
        self._n_running = 0
        self._timer = QTimer(self, interval=_COLLECT_EVERY_MS)
        self._timer.timeout.connect(self._collect)

    @classmethod
    def of_application(cls) -> _Collector | None:
        app = QCoreApplication.instance()
        if app is None:
            return None
        return app.findChild(_Collector, _COLLECTOR) or cls(app)

    def hold(self) -> None:
        """A thread starts."""
        if not self._n_running:
            collecting.hold()
            self._timer.start()
        self._n_running += 1

    def release(self) -> None:
        """A thread has ended."""
        self._n_running -= 1
        if not self._n_running:
            self._timer.stop()
            collecting.release()

    def _collect(self) -> None:
        counts, thresholds = gc.get_count(), gc.get_threshold()
        for generation in (1, 0):
            if counts[generation] > thresholds[generation]:
                gc.collect(generation)
                return


class Worker(QThread):
    """One piece of work in a thread; :meth:`begin` starts it so that no widget is collected there."""

    progressed = Signal(int, int, str)

    def __init__(self, work: Work, parent: QObject | None) -> None:
        super().__init__(parent)
        self._work = work
        self._last = 0.0
        self.cancel = threading.Event()
        self.result: Any = None
        self.error: BaseException | None = None

    def begin(self) -> None:
        """Start, with Python's collector held to the GUI thread until the end."""
        collector = _Collector.of_application()
        if collector is not None:
            self.finished.connect(collector.release)
            collector.hold()
        self.start()

    def run(self) -> None:
        try:
            self.result = self._work(self._report, self.cancel.is_set)
        except BaseException as error:  # noqa: BLE001 - carried to the GUI thread: shown there, or rises to the one hook
            self.error = error

    def _report(self, done: float, total: float = 1.0, text: str = "") -> None:
        now = time.monotonic()
        if text or done >= total or now - self._last > _REPORT_EVERY_S:
            self._last = now
            share = 0 if total <= 0 else int(1000 * min(max(done / total, 0.0), 1.0))
            self.progressed.emit(share, 1000 if total > 0 else 0, text)


class Task(QDialog):
    """One piece of work under way; shows itself if it takes longer than a blink."""

    progressed = Signal(int)  # thousandths that are done
    ended = Signal()  # after done or failed was called, whatever the outcome

    def __init__(
        self,
        parent: QWidget | None,
        title: str,
        work: Work,
        done: Callable[[Any], None],
        failed: Callable[[BaseException], None] | None,
        is_quiet: bool = False,
    ) -> None:
        super().__init__(parent)
        self._done, self._failed, self._is_quiet = done, failed, is_quiet
        self.setWindowTitle(title)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.setMinimumWidth(420)
        self._label = QLabel(title, self)
        self._label.setTextFormat(Qt.TextFormat.PlainText)
        self._label.setWordWrap(True)
        self._bar = QProgressBar(self)
        self._bar.setRange(0, 0)
        self._bar.setTextVisible(False)
        self._buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel, self)
        self._buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        for widget in (self._label, self._bar, self._buttons):
            layout.addWidget(widget)
        # The application owns the thread: it must outlive a window that is closed before the work has stopped.
        self._worker = Worker(work, QCoreApplication.instance())
        self._worker.finished.connect(self._worker.deleteLater)
        self.destroyed.connect(self._worker.cancel.set)
        self._worker.progressed.connect(self._show_progress)
        self._worker.finished.connect(self._finish)
        self._timer = QTimer(self, singleShot=True, interval=_SHOW_AFTER_MS)
        self._timer.timeout.connect(self.open)

    def start(self) -> None:
        if not self._is_quiet:
            self._timer.start()
        self._worker.begin()

    @property
    def is_running(self) -> bool:
        return self._worker.isRunning()

    def reject(self) -> None:
        """Ask the work to stop; the dialog stays until it has."""
        self._worker.cancel.set()
        self._label.setText(tr("Stopping…"))
        self._buttons.setEnabled(False)

    def closeEvent(self, event: QCloseEvent) -> None:
        event.ignore()
        self.reject()

    def _show_progress(self, done: int, total: int, text: str) -> None:
        if self._worker.cancel.is_set():
            return
        self.progressed.emit(done)
        self._bar.setRange(0, total)
        self._bar.setValue(done)
        if text:
            self._label.setText(text)

    def _finish(self) -> None:
        self._timer.stop()
        self.hide()
        error = self._worker.error
        try:
            if error is None:
                self._done(self._worker.result)
            else:
                self._fail(error)
        finally:
            self.ended.emit()
            self.deleteLater()

    def _fail(self, error: BaseException) -> None:
        if self._failed is not None:
            self._failed(error)
        elif isinstance(error, UserError):
            show_error(self.parentWidget(), error)
        elif not isinstance(error, Cancelled):
            raise error


def run_task(
    parent: QWidget | None,
    title: str,
    work: Work,
    done: Callable[[Any], None],
    failed: Callable[[BaseException], None] | None = None,
    *,
    is_quiet: bool = False,
) -> Task:
    """Run ``work(progress, is_cancelled)`` in a thread, then ``done(result)`` here.

    ``is_quiet``: nothing is waited for, so no dialog is shown, however long it takes.

    ``failed`` gets the exception, Cancelled included; without it a UserError is shown, Cancelled is silent and
    anything else rises to the one hook.
    """
    task = Task(parent, title, work, done, failed, is_quiet)
    task.start()
    return task


def stop_all(timeout_ms: int = 10_000) -> None:
    """Ask all work to stop and wait for it; for the end of the program."""
    app = QCoreApplication.instance()
    workers = app.findChildren(Worker) if app is not None else []
    for worker in workers:
        worker.cancel.set()
    for worker in workers:
        worker.wait(timeout_ms)
