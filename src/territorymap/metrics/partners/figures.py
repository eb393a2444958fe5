"""Figures told by period, brought to the period asked for: sums, newest levels, growth.

Owns which figures count for which days; not what they measure (the caller names the metric).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from territorymap.model.coverage import Figure
from territorymap.model.period import Period, parse_period

Series = Mapping[Period, float]
SAME_DAYS = 7  # two stretches that are told for numbers of days this near can be compared


@dataclass(frozen=True)
class Told:
    """A sum over a stretch of days, and for how many of them it was told."""

    amount: float  # nan where nothing was told
    told_days: int
    n_days: int

    @property
    def is_whole(self) -> bool:
        return self.told_days == self.n_days

    @property
    def is_told(self) -> bool:
        return self.told_days > 0


NOT_TOLD = Told(math.nan, 0, 0)


def series_of(figures: Iterable[Figure]) -> dict[tuple[str, int], dict[Period, float]]:
    """Return the figures of each metric and rep by period; of a period told by territory, the sum of these.

    A figure of the rep as a whole counts before those by territory; of two told alike the later one counts.

    Examples
    --------
    Revenue of rep 7 for 2026-Q1: 100 as a whole, then 40 and 50 by territory -> 100. With the first row missing -> 90.
    """
    whole: dict[tuple[str, int], dict[Period, float]] = {}
    parts: dict[tuple[str, int], dict[Period, dict[int, float]]] = {}
    for figure in figures:
        if figure.rep_id is None or not math.isfinite(figure.amount):
            continue
        key, period = (figure.metric, figure.rep_id), parse_period(figure.period)
        if figure.territory_id is None:
            whole.setdefault(key, {})[period] = figure.amount
        else:
            parts.setdefault(key, {}).setdefault(period, {})[figure.territory_id] = figure.amount
    for key, periods in parts.items():
        told = whole.setdefault(key, {})
        for period, by_territory in periods.items():
            told.setdefault(period, math.fsum(by_territory.values()))
    return whole


def sum_over(series: Series, start: date, end: date) -> Told:
    """Sum of a flow (revenue) over the days from ``start`` to ``end``, both counted.

    What is told for a longer period counts before what is told for parts of it, and no day counts twice; a period that
    reaches beyond the stretch does not count.

    Returns
    -------
    Told : amount nan, 0 days where no period lies within the stretch.

    Examples
    --------
    Told: Q1 = 90, January = 20, April = 30, May = 40. Over the year 2026: 90 + 30 + 40 = 160, for 90 + 30 + 31 = 151
    of 365 days (January lies in Q1). Over Q2: 70, for 61 of 91 days. Over February: nothing, for Q1 reaches beyond it.
    """
    taken: list[Period] = []
    within = [period for period in series if start <= period.start and period.end <= end]
    for period in sorted(within, key=lambda p: (-p.n_days, p.start)):
        if all(period.end < other.start or other.end < period.start for other in taken):
            taken.append(period)
    n_days = (end - start).days + 1
    if not taken:
        return Told(math.nan, 0, n_days)
    return Told(math.fsum(series[p] for p in taken), sum(p.n_days for p in taken), n_days)


def share_of_period(series: Series, start: date, end: date) -> Told:
    """Sum of a target over a stretch; where it is told for longer periods only, their part by days.

    Examples
    --------
    A target of 365 for 2026, asked for Q3 (92 days): 92. With Q3 = 120 told besides: 120.
    """
    told = sum_over(series, start, end)
    if told.is_told:
        return told
    around = [p for p in series if p.start <= start and end <= p.end]
    if not around:
        return told
    nearest = min(around, key=lambda p: p.n_days)
    n_days = (end - start).days + 1
    return Told(series[nearest] * n_days / nearest.n_days, n_days, n_days)


def newest(series: Series, day: date) -> tuple[float, Period | None]:
    """Newest level (a satisfaction score) whose period has ended or is running at ``day``; nan, None if none was told.

    Examples
    --------
    Told: 2026-Q1 = 7, 2026-Q3 = 9. At 1 May: 7. At 1 August: 9, for Q3 is running. At 1 January 2025: nan.
    """
    known = [period for period in series if period.start <= day]
    if not known:
        return math.nan, None
    last = max(known, key=lambda p: (p.end, p.start))
    return series[last], last


def year_to(end: date) -> tuple[date, date]:
    """Return first and last day of the twelve months that end with a day."""
    after = end + timedelta(days=1)
    is_leap_day = (after.month, after.day) == (2, 29)
    return after.replace(year=after.year - 1, day=28 if is_leap_day else after.day), end


def growth(now: Told, before: Told) -> float:
    """Growth of a sum against an earlier one of the same kind, as a ratio.

    Parameters
    ----------
    now, before : sums over stretches of the same length

    Returns
    -------
    float >= -1 for amounts >= 0; nan where one is not told, the earlier is not above 0, or they are told for numbers of
    days that differ by more than a week: half a year against a whole one is no growth.

    Examples
    --------
    120 against 100, both for 365 days: 0.2. 120 for 365 days against 100 for 180 days: nan. 50 against 0: nan.

    Source
    ------
    Change over base, the usual definition of growth.
    """
    if not (now.is_told and before.is_told) or abs(now.told_days - before.told_days) > SAME_DAYS:
        return math.nan
    return (now.amount - before.amount) / before.amount if before.amount > 0 else math.nan


def annualised(told: Told) -> float:
    """A sum brought to a year of 365 days; nan for less than 80 days told, which say little of a year.

    Examples
    --------
    30 for 90 days: 30 x 365 / 90 = 121.67. 30 for 31 days: nan.
    """
    return told.amount * 365 / told.told_days if told.told_days >= 80 else math.nan


def attainment(actual: float, target: float) -> float:
    """Actual / target as a ratio; nan where one is not told or the target is not above 0.

    Examples
    --------
    80 of 100: 0.8. 80 of 0: nan.
    """
    return actual / target if target > 0 else math.nan
