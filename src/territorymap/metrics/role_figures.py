"""Figures of reps and territories over periods: what stands beside a territory, how it moves, what groups make.

Owns the arithmetic on arrays; not the figures (model.coverage) and not their names (model.role_metrics).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

import numpy as np
from numpy.typing import NDArray

from territorymap.metrics.team import OVERLAY, plan_teams
from territorymap.model.coverage import Figure
from territorymap.model.period import KINDS, Period, is_period, parse_period, period_of
from territorymap.model.plan import Plan
from territorymap.model.role_metrics import MEAN, SUM, adds_of

Floats = NDArray[np.float64]
MOST_PERIODS = 60  # looked at, the newest ones


@dataclass(frozen=True)
class Owner:
    """Whose figures count: a territory and the people who have it, or one rep."""

    territory_id: int | None
    rep_ids: tuple[int, ...] = ()


@dataclass(frozen=True)
class Series:
    """Numbers of one metric, a row for each owner."""

    metric: str
    periods: tuple[Period, ...]  # (P,) ascending, all of one kind, without a gap
    values: Floats  # (N, P) nan = not told

    @property
    def last(self) -> Floats:
        """(N,) the value of the newest period; nan where it was not told."""
        return self.values[:, -1] if len(self.periods) else np.full(len(self.values), np.nan)


def readable_figures(figures: Iterable[Figure]) -> list[Figure]:
    """Return figures without those whose period another program made unreadable."""
    return [figure for figure in figures if is_period(figure.period)]


def owners_of(plan: Plan) -> list[Owner]:
    """Return whose figures count for each territory: its own, and those of its lead and members."""
    return [
        Owner(territory.territory_id, tuple(seat.rep.rep_id for seat in seats if seat.kind != OVERLAY))
        for territory, seats in zip(plan.territories, plan_teams(plan), strict=True)
    ]


def kind_of(figures: Iterable[Figure], metric: str) -> str:
    """Return the kind of period that most figures of a metric are of; of equals the finest; "" = there are none."""
    count = Counter(parse_period(figure.period).kind for figure in figures if figure.metric == metric)
    return max(count, key=lambda kind: (count[kind], KINDS.index(kind)), default="")


def series_of(figures: Iterable[Figure], metric: str, owners: Sequence[Owner], kind: str = "") -> Series:
    """Return the numbers of a metric for each owner, period by period.

    A territory's own figure counts before those of its people; people who have one territory together are added, or
    averaged where a sum would mean nothing (retention, growth). Finer figures fill a period that has none of its own:
    they are added or averaged likewise, a week where its Thursday is.

    Parameters
    ----------
    kind : of the periods; "" = that of most figures

    Returns
    -------
    Series
        At most ``MOST_PERIODS`` periods, up to the newest that is told.

    Examples
    --------
    Calls of Anna: 40 in 2026-01, 50 in 2026-02; of Bert: 10 in 2026-02. A territory that both have: 40 in January, 60
    in February; in the first quarter 100.
    """
    own = [figure for figure in figures if figure.metric == metric and np.isfinite(figure.amount)]
    kind = kind or kind_of(own, metric)
    exact, finer = _told(own, kind)
    told = sorted({period for _, period in exact} | {period for _, period in finer})
    if not told:
        return Series(metric, (), np.full((len(owners), 0), np.nan))
    periods = [told[-1]]
    while periods[0] > told[0] and len(periods) < MOST_PERIODS:
        periods.insert(0, periods[0].previous)
    at = {period: i for i, period in enumerate(periods)}
    by_key: dict[tuple[int | None, int | None], Floats] = {}
    for source in (finer, exact):  # a figure of the period itself counts before finer ones
        for (key, period), amount in source.items():
            if period in at:
                by_key.setdefault(key, np.full(len(periods), np.nan))[at[period]] = amount
    by_territory: dict[int, list[Floats]] = {}
    for (territory_id, _), row in by_key.items():
        if territory_id is not None:
            by_territory.setdefault(territory_id, []).append(row)
    values = np.full((len(owners), len(periods)), np.nan)
    for i, owner in enumerate(owners):
        values[i] = _of_owner(owner, by_key, by_territory, adds_of(metric), len(periods))
    return Series(metric, tuple(periods), values)


_Key = tuple[tuple[int | None, int | None], Period]  # (territory_id, rep_id), period


def _told(figures: Sequence[Figure], kind: str) -> tuple[dict[_Key, float], dict[_Key, float]]:
    """Return amounts by owner and period: those told of such a period, and those made of the coarsest finer ones."""
    exact: dict[_Key, float] = {}
    parts: dict[_Key, dict[str, list[float]]] = {}
    for figure in figures:
        period, key = parse_period(figure.period), (figure.territory_id, figure.rep_id)
        if period.kind == kind:
            exact[key, period] = figure.amount
        elif kind and KINDS.index(period.kind) > KINDS.index(kind):
            middle = period.start + timedelta(days=(period.n_days - 1) // 2)
            whole = period_of(kind, middle)
            parts.setdefault((key, whole), {}).setdefault(period.kind, []).append(figure.amount)
    adds = adds_of(figures[0].metric) if figures else SUM
    finer = {key: together(np.array(by_kind[min(by_kind, key=KINDS.index)]), adds) for key, by_kind in parts.items()}
    return exact, finer


def _of_owner(
    owner: Owner,
    by_key: dict[tuple[int | None, int | None], Floats],
    by_territory: dict[int, list[Floats]],
    adds: str,
    n_periods: int,
) -> Floats:
    people = [row for rep_id in owner.rep_ids if (row := by_key.get((None, rep_id))) is not None]
    rows = [] if owner.territory_id is None else by_territory.get(owner.territory_id, [])
    of_people = combined(np.array(people), adds) if people else np.full(n_periods, np.nan)
    of_territory = combined(np.array(rows), adds) if rows else np.full(n_periods, np.nan)
    return np.where(np.isfinite(of_territory), of_territory, of_people)


def together(values: Floats, adds: str) -> float:
    """Return the sum, or the mean, of the numbers that are told; nan if none is.

    >>> together(np.array([0.9, np.nan, 0.8]), MEAN)
    0.85
    """
    told = values[np.isfinite(values)]
    if not len(told):
        return float("nan")
    return round(float(told.mean()), 12) if adds == MEAN else float(told.sum())


def combined(values: Floats, adds: str) -> Floats:
    """Return (P,) sums or means down the rows of (N, P); nan where no row tells a number."""
    is_told = np.isfinite(values)
    n = is_told.sum(axis=0)
    total = np.where(is_told, values, 0.0).sum(axis=0)
    if adds == MEAN:
        total = total / np.maximum(n, 1)
    return np.where(n > 0, total, np.nan)


def change_to_last(values: Floats) -> Floats:
    """Return how far the newest number is from the one before, as a share of that.

    Parameters
    ----------
    values : (N, P) nan = not told

    Returns
    -------
    (N,) 0.25 = a quarter more; nan where either of the last two is not told, or the one before is 0.

    Examples
    --------
    40 then 50: 0.25. 50 then 40: -0.2. 0 then 5: nan. -10 then -5: 0.5, for it is half of 10 more.
    """
    if values.shape[1] < 2:
        return np.full(len(values), np.nan)
    before, last = values[:, -2], values[:, -1]
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(np.where(before != 0, (last - before) / np.abs(before), np.nan))


def trend(values: Floats) -> Floats:
    """Return the slope of each row per period, as a share of its mean: where it is heading, whatever one period did.

    Parameters
    ----------
    values : (N, P) nan = not told

    Returns
    -------
    (N,) 0.1 = each period a tenth of the mean more; nan with fewer than three numbers, or a mean of 0.

    Examples
    --------
    10, 20, 30: least squares rise 10 a period, the mean is 20: 0.5. 8, 8, 8: 0. 5, not told, 7, 9: periods 0, 2, 3
    have mean 5/3 and values mean 7; slope = ((-5/3)(-2) + (1/3)(0) + (4/3)(2)) / (25/9 + 1/9 + 16/9) = 6 / (42/9) =
    9/7; as a share of 7: 9/49.

    Source
    ------
    Ordinary least squares over the periods that are told.
    """
    found = np.full(len(values), np.nan)
    for i, row in enumerate(values):
        at = np.flatnonzero(np.isfinite(row))
        if len(at) < 3 or not row[at].mean():
            continue
        x, y = at - at.mean(), row[at] - row[at].mean()
        found[i] = float((x * y).sum() / (x * x).sum()) / abs(float(row[at].mean()))
    return found
