"""Searches side by side: always the same number of lanes, on as many threads as there are processors.

Owns threads, the share of the steps that each lane has, and the clock; what a lane searches is given.

A lane works on its own arrays and meets the others only when all have ended, so what is found depends on the steps,
never on the number of threads. The clock is asked by the caller's thread alone: progress may be shown from there.
The threads make no objects that Python's collector would have to look at but arrays and tuples.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass
from types import TracebackType
from typing import TypeVar

N_LANES = 2
_ASK_EVERY_S = 0.02

_Found = TypeVar("_Found")


@dataclass(frozen=True)
class Budget:
    """How long a run may take: a number of steps (repeatable), or what ``is_over`` says; whichever is first."""

    n_steps: int
    is_over: Callable[[], bool] = lambda: False


class Lane:
    """One of the searches that go on side by side: the steps it has, and whether it must end."""

    def __init__(self, stop: threading.Event) -> None:
        self._stop = stop
        self.n_done = 0
        self.n_left = 0

    @property
    def must_end(self) -> bool:
        """Whether the steps of this round are used up, or the clock has run down."""
        return self.n_left <= 0 or self._stop.is_set()

    @property
    def is_stopped(self) -> bool:
        return self._stop.is_set()

    def count(self, n_steps: int) -> None:
        self.n_done += n_steps
        self.n_left -= n_steps


class Lanes:
    """Runs rounds of tasks, one for each lane; used in a ``with``."""

    def __init__(self, budget: Budget, n_threads: int | None = None) -> None:
        self._budget = budget
        self._stop = threading.Event()
        self.lanes = [Lane(self._stop) for _ in range(N_LANES)]
        n_threads = n_threads or min(N_LANES, os.cpu_count() or 1)
        self._pool = ThreadPoolExecutor(n_threads, thread_name_prefix="lane")

    def __enter__(self) -> Lanes:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop.set()
        self._pool.shutdown(wait=True)

    @property
    def n_done(self) -> int:
        return sum(lane.n_done for lane in self.lanes)

    @property
    def is_over(self) -> bool:
        if self.n_done >= self._budget.n_steps or self._budget.is_over():
            self._stop.set()
        return self._stop.is_set()

    def run(self, tasks: Sequence[Callable[[Lane], _Found]]) -> list[_Found]:
        """Return what the tasks of one round found, in their order; an error in one of them is raised."""
        left = self._budget.n_steps - self.n_done
        for i, lane in enumerate(self.lanes):
            lane.n_left = left // N_LANES + (i < left % N_LANES)
        waiting = [self._pool.submit(task, lane) for task, lane in zip(tasks, self.lanes, strict=True)]
        while wait(waiting, timeout=_ASK_EVERY_S).not_done:
            if self._budget.is_over():
                self._stop.set()
        return [task.result() for task in waiting]
