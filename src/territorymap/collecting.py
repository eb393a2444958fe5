"""Python's collector of garbage, held back for a while, by any number of parts of the program at once.

Owns whether it runs by itself; not when the window collects instead (ui.tasks).
"""

from __future__ import annotations

import gc
import threading
from collections.abc import Iterator
from contextlib import contextmanager


class _Holds:
    """Who holds the collector now, counted: it runs again when the last has let go, if it ran before the first."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._n = 0
        self._was_enabled = False

    def hold(self) -> None:
        with self._lock:
            if not self._n:
                self._was_enabled = gc.isenabled()
                gc.disable()
            self._n += 1

    def release(self) -> None:
        with self._lock:
            self._n -= 1
            if not self._n and self._was_enabled:
                gc.enable()


_HOLDS = _Holds()  # the collector is one for the whole process, and so is this
hold, release = _HOLDS.hold, _HOLDS.release


@contextmanager
def uncollected() -> Iterator[None]:
    """Keep the collector from walking over all rows that are read again and again: none of them is garbage."""
    hold()
    try:
        yield
    finally:
        release()
