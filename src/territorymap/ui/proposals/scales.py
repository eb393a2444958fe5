"""How values become places on an axis: its ends and its ticks. Owns the arithmetic; nothing is drawn here.

Ticks are 1, 2 or 5 times a power of ten apart.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

_ROOM = 0.08  # of the span, kept free beyond the outermost values
_NOTHING = 1e-9  # values and differences below it are none
_FAR = 2.0  # spans beyond the proposals at which the plan as it is would press them together


@dataclass(frozen=True)
class Scale:
    """An axis from ``low`` to ``high``."""

    low: float
    high: float
    step: float  # between two ticks

    @property
    def ticks(self) -> list[float]:
        first = math.ceil(self.low / self.step - 1e-9)
        return [n * self.step for n in range(first, math.floor(self.high / self.step + 1e-9) + 1)]

    def share(self, value: float) -> float:
        """Return where a value lies, 0 at the low end to 1 at the high one; what lies beyond is put at the end."""
        return min(1.0, max(0.0, (value - self.low) / (self.high - self.low)))

    def holds(self, value: float) -> bool:
        return self.low <= value <= self.high


def scale_for(values: Iterable[float], guests: Iterable[float], *, from_zero: bool, n_ticks: int) -> Scale:
    """Return the scale that shows all values.

    ``guests`` are shown too unless they lie so far off that the values would be pressed together; ``n_ticks``: at most
    about so many.
    """
    known = [value for value in values if math.isfinite(value)] or [0.0, 1.0]
    low, high = min(known), max(known)
    if from_zero:
        low, high = min(0.0, low), max(0.0, high)
    span = _span(low, high)
    near = [guest for guest in guests if low - _FAR * span <= guest <= high + _FAR * span]
    low, high = min([low, *near]), max([high, *near])
    span = _span(low, high)
    room = _ROOM * span
    wanted_low = 0.0 if from_zero and low >= 0 else low - room
    step = nice_step((high + room - wanted_low) / max(1, n_ticks))
    return Scale(wanted_low, high + room, step)


def _span(low: float, high: float) -> float:
    """Return how far apart two ends are; of values that are the same, a part of what they are."""
    gap, size = high - low, max(abs(low), abs(high))
    if size < _NOTHING:
        return 1.0
    return gap if gap > _NOTHING * size else size * 0.1


def nice_step(least: float) -> float:
    """Return the smallest of 1, 2, 5 x 10^n that is not below ``least``."""
    power = 10.0 ** math.floor(math.log10(least))
    return next(power * times for times in (1, 2, 5, 10) if power * times >= least * (1 - 1e-9))
