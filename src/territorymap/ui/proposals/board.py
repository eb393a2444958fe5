"""What the chart of proposals shows: axes, marks and yardsticks. Owns their shape; not where the numbers come from.

Values are ratios and kilometres; what is written on the screen is made here.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from territorymap.i18n import number, percent, tr
from territorymap.ui.parts.words import NOTHING

SHARE, KM, RATIO, COUNT = "share", "km", "ratio", "count"  # what the values of an axis are
MOVED, WORST, OUTSIDE, TRAVEL, COMPACTNESS, SPREAD = "moved", "worst", "outside", "travel", "compactness", "spread"
PIECES = "pieces"


@dataclass(frozen=True)
class Axis:
    """Something in which proposals differ; a column of the table, and where it makes sense an axis of the chart."""

    key: str
    title: str
    tip: str
    unit: str  # SHARE | KM | RATIO | COUNT
    is_less_better: bool = True
    is_on_chart: bool = True

    @property
    def starts_at_zero(self) -> bool:
        """Whether 0 is worth being seen: what is moved and how far off a plan is are measured from it."""
        return self.unit in (SHARE, COUNT)

    def write(self, value: float, step: float = 0.0) -> str:
        """Return a value as text; with as many decimals as marks ``step`` apart need."""
        if math.isnan(value):
            return NOTHING
        if self.unit == SHARE:
            return percent(value, _decimals(step * 100) if step else 1)
        if self.unit == COUNT:
            return number(value)
        digits = _decimals(step) if step else 2 if self.unit == RATIO or abs(value) < 10 else 1
        return tr("{n} km", n=number(value, digits)) if self.unit == KM else number(value, digits)


@dataclass(frozen=True)
class Mark:
    """One plan: its point on the chart, its row in the table."""

    letter: str  # "A"; "" = the plan as it is
    title: str
    values: Mapping[str, float]  # by key of the axis; nan = not known
    sentence: str  # what it does, for tooltip, screen reader and the line under the chart
    told: tuple[str, ...] = ()  # what else the planner should know

    def value(self, key: str) -> float:
        return self.values.get(key, math.nan)

    def has(self, *keys: str) -> bool:
        """Whether it can be placed on these axes."""
        return all(math.isfinite(self.value(key)) for key in keys)


@dataclass(frozen=True)
class Yardstick:
    """A line across the chart: what no plan can do better than, or what is asked for."""

    axis: str  # key
    value: float
    words: str  # beside the line
    tip: str
    kind: str  # "bound" | "flow" | "tolerance"


@dataclass(frozen=True)
class Board:
    """Everything that is shown."""

    axes: tuple[Axis, ...] = ()
    marks: tuple[Mark, ...] = ()  # the proposals
    present: Mark | None = None  # the plan as it is
    yardsticks: tuple[Yardstick, ...] = ()
    heading: str = ""
    chosen: tuple[str, str, str] = field(default=(MOVED, WORST, TRAVEL))  # axes at first: across, up, size and shade

    def axis(self, key: str) -> Axis:
        return next(axis for axis in self.axes if axis.key == key)

    @property
    def chart_axes(self) -> list[Axis]:
        """The axes on which at least one proposal has a place."""
        return [axis for axis in self.axes if axis.is_on_chart and any(mark.has(axis.key) for mark in self.marks)]

    def best(self, key: str) -> float:
        """Return the best value that a proposal has; nan where none has one, or all have the same."""
        known = [mark.value(key) for mark in self.marks if mark.has(key)]
        if len(known) < 2 or min(known) == max(known):
            return math.nan
        return min(known) if self.axis(key).is_less_better else max(known)


def letter_of(n: int) -> str:
    """Return the name of the n-th proposal, from 0: A .. Z, AA ..."""
    return chr(ord("A") + n) if n < 26 else letter_of(n // 26 - 1) + chr(ord("A") + n % 26)


def not_dominated(marks: Sequence[Mark], axes: Sequence[Axis]) -> list[int]:
    """Return the positions of marks than which no other is as good on every axis and better on one.

    A value that is not known is worse than any. Of equals the first stays.
    """
    rows = [[_worth(mark, axis) for axis in axes] for mark in marks]

    def is_beaten(i: int) -> bool:
        return any(
            all(a <= b for a, b in zip(rows[j], rows[i], strict=True)) and (rows[j] != rows[i] or j < i)
            for j in range(len(rows))
            if j != i
        )

    return [i for i in range(len(rows)) if not is_beaten(i)]


def _worth(mark: Mark, axis: Axis) -> float:
    value = mark.value(axis.key)
    if math.isnan(value):
        return math.inf
    return value if axis.is_less_better else -value


def _decimals(step: float) -> int:
    return max(0, -math.floor(math.log10(step) + 1e-9))
