"""Getting the optimiser ready while nobody waits for it: on a new machine its loops are compiled, once.

Owns when and how quietly; what is compiled is optimise's.
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, QObject, QThread, QTimer, Signal

from territorymap.ui.tasks import Worker

_AFTER_MS = 2500  # after a plan is painted: its first panels, tables and levels come first
_NICE = 15


class Warmer(QObject):
    """Makes the optimiser ready once in a program's life."""

    ended = Signal()  # ready, or not to be had: then a run says why

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._worker: Worker | None = None
        self.is_ready = False
        self._timer = QTimer(self, singleShot=True, interval=_AFTER_MS)
        self._timer.timeout.connect(self.begin)

    def begin_soon(self) -> None:
        """Begin when the plan that was opened has come to rest; does nothing the second time."""
        if self._worker is None and not self.is_ready:
            self._timer.start()

    def begin(self) -> None:
        """Begin now."""
        if self._worker is not None or self.is_ready:
            return
        self._worker = Worker(_warm_up, QCoreApplication.instance())
        self._worker.finished.connect(self._end)
        self._worker.begin()
        self._worker.setPriority(QThread.Priority.LowestPriority)

    def hold_back(self) -> None:
        """Leave the processor to a search that was asked for, which makes ready what it needs itself."""
        self._timer.stop()
        if self._worker is not None:
            self._worker.cancel.set()

    def _end(self) -> None:
        worker, self._worker = self._worker, None
        assert worker is not None
        self.is_ready = worker.error is None and worker.result is True
        worker.deleteLater()
        self.ended.emit()
        if worker.error is not None:
            raise worker.error


def _warm_up(_report: Callable[..., None], is_cancelled: Callable[[], bool]) -> bool:
    """Make one part after another ready; False if it was held back before the last."""
    if sys.platform == "linux":
        # Qt's priorities mean nothing to Linux's usual scheduler; its own number does, a thread at a time.
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _NICE)
    from territorymap.optimise import alter, build, rebalance

    for part in (build, rebalance, alter):
        if is_cancelled():
            return False
        part.warm_up()
    return True
