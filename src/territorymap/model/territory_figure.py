"""A figure of each territory that comes from registers, such as the difficulty of its quota: for table and map.

Owns the record; figures are found by session.figures.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

RATIO, PERCENT, MONEY, NUMBER = "ratio", "percent", "money", "number"  # forms: 1.05, 105 %, $ 5, 5
TABLES = ("quota", "deal", "figure", "assumption", "pay_plan", "funnel")  # whose rows figures come from


@dataclass(frozen=True)
class FigureSpec:
    """What a figure is called and how it is read."""

    key: str  # the same in every run: "difficulty"
    label: str  # in a list, under the heading
    title: str  # on its own, and over a column
    tip: str
    form: str
    heading: str
    is_around_even: bool = False  # 1 is even: below and above have colours of their own
    is_pay: bool = False  # hidden where pay is
    note: str = ""  # beside the legend: of what period
    is_listed: bool = False  # whether lists of territories that are exported have it, too


@dataclass(frozen=True)
class TerritoryFigure:
    """A figure with its values."""

    spec: FigureSpec
    values: NDArray[np.float64]  # (T,) nan = none
    currency: str = ""
