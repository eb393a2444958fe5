"""How long to wait before the page is loaded again after its process ended. Owns the count."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable

_WITHIN_S = 120.0
_WAITS_MS = (0, 0, 5_000, 30_000)  # a page that ends as soon as it is loaded must not keep the laptop busy


class Restarts:
    """Counts how often the page's process ended lately."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._times: deque[float] = deque(maxlen=len(_WAITS_MS))

    def wait_ms(self) -> int:
        """Note that it ended now; returns when to load the page again."""
        now = self._clock()
        self._times.append(now)
        n_lately = sum(now - then < _WITHIN_S for then in self._times)
        return _WAITS_MS[min(n_lately, len(_WAITS_MS)) - 1]
