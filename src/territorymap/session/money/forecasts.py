"""The forecast of a period: by territory, by rep or partner, by region and by role.

Owns the gathering and the sums of groups; the formulas are metrics.forecasting's.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from territorymap.metrics.forecasting import (
    OPEN,
    WON,
    Span,
    attainment,
    run_rate_of_pace,
    run_rate_of_year,
    weighted_by,
)
from territorymap.model.coverage import Figure
from territorymap.model.period import Period, is_period, parse_period
from territorymap.session.money.deals import DealArrays, counts_here, territories_of_deals
from territorymap.session.money.ground import Ground
from territorymap.session.money.quotas import QuotaBook
from territorymap.session.money.rules import ForecastRules, QuotaRules, measure_of

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Lines:
    """Figures of territories, or of reps, or of any groups: position is that of ``quota``."""

    quota: Floats  # nan = none
    booked: Floats  # what is in: won deals, or what has been told as sold
    open: Floats  # open deals, weighted
    run_rate: Floats  # what comes by itself: in the whole period, or by pace in the days left
    n_open: NDArray[np.int64]
    n_late: NDArray[np.int64]  # of them expected before today

    @property
    def forecast(self) -> Floats:
        return self.booked + self.open + self.run_rate

    @property
    def attainment(self) -> Floats:
        """Forecast / quota; nan without a quota."""
        return attainment(self.forecast, self.quota)

    @property
    def reached(self) -> Floats:
        """Booked / quota: what pay is reckoned from."""
        return attainment(self.booked, self.quota)

    def grouped(self, group: NDArray[np.integer], n: int) -> Lines:
        """Return sums by group, -1 = left out; a group without any quota has none."""
        kept = group >= 0
        at = group[kept]

        def sums(values: NDArray[np.generic]) -> Floats:
            return np.bincount(at, np.nan_to_num(values[kept].astype(np.float64)), minlength=n).astype(np.float64)

        has = np.bincount(at, np.isfinite(self.quota[kept]), minlength=n) > 0
        return Lines(
            np.where(has, sums(self.quota), np.nan),
            sums(self.booked),
            sums(self.open),
            sums(self.run_rate),
            sums(self.n_open).astype(np.int64),
            sums(self.n_late).astype(np.int64),
        )


@dataclass(frozen=True)
class ForecastTable:
    """The forecast of one alignment and period."""

    period: Period
    span: Span
    rules: ForecastRules
    territory: Lines  # (T + 1,) the last: deals of this alignment that are in no territory
    rep_ids: list[int]  # who has a territory or a deal here
    rep: Lines  # (R,)
    kind: NDArray[np.int8]  # (D,) NOT_IN, WON, OPEN
    probability: Floats  # (D,)
    owner: NDArray[np.int32]  # (D,) territory_ix
    has_figures: bool  # whether something was told for the pace

    @property
    def whole(self) -> Lines:
        """All together, one line."""
        return self.territory.grouped(np.zeros(len(self.territory.quota), dtype=np.int64), 1)


def forecast_table(
    ground: Ground,
    deals: DealArrays,
    book: QuotaBook,
    figures: Iterable[Figure],
    rules: ForecastRules,
    quota_rules: QuotaRules,
    period: Period,
    today: date,
    elsewhere: Collection[int] = (),
) -> ForecastTable:
    """Return the forecast of an alignment for a period as it looks on a day.

    forecast = booked + open deals x probability + run rate. Booked are won deals; where the run rate goes by the pace
    of figures, booked is what the figures tell, for won deals are in them.
    """
    span = Span(period.start, period.end, today)
    known, probability = deals.looked_at(span, rules.stages)
    kind = np.where(counts_here(deals, ground, elsewhere), known, np.int8(0))
    owner = territories_of_deals(deals, ground, elsewhere)
    n = ground.n
    told, told_days = _told(ground, figures, rules.metric, period) if rules.basis == "pace" else (np.zeros(n), 0)
    has_figures = told_days > 0
    run_rate = _run_rate(ground, rules, quota_rules, span, told, told_days)
    quota = np.array([book.of_territory(t.territory_id, period).amount for t in ground.plan.territories])
    is_late = (kind == OPEN) & (deals.expected > 0) & (deals.expected < today.toordinal())
    booked = np.append(told, 0.0) if has_figures else weighted_by(owner, deals.amount, (kind == WON) * 1.0, n)
    territory = Lines(
        np.append(quota, np.nan),
        booked,
        weighted_by(owner, deals.amount, np.where(kind == OPEN, probability, 0.0), n),
        np.append(run_rate, 0.0),
        weighted_by(owner, np.ones(len(deals)), (kind == OPEN) * 1.0, n).astype(np.int64),
        weighted_by(owner, np.ones(len(deals)), is_late * 1.0, n).astype(np.int64),
    )
    rep_ids, rep = _by_rep(ground, deals, book, period, territory, kind, probability, owner, is_late, has_figures)
    return ForecastTable(period, span, rules, territory, rep_ids, rep, kind, probability, owner, has_figures)


def _run_rate(
    ground: Ground, rules: ForecastRules, quota_rules: QuotaRules, span: Span, told: Floats, told_days: int
) -> Floats:
    if rules.basis == "pace":
        return run_rate_of_pace(told, told_days, min(span.n_left, span.n_days - told_days))
    measure = measure_of(ground.plan, rules.measure or quota_rules.history, "history")
    if rules.basis == "none" or measure is None:
        return np.zeros(ground.n)
    return run_rate_of_year(ground.total_of(measure), rules.share, span.n_days)


def _told(ground: Ground, figures: Iterable[Figure], metric: str, period: Period) -> tuple[Floats, int]:
    """Return (T,) what figures tell of the period, of territories or else of their reps, and how many days they cover.

    Of figures that lie in each other (a month in a quarter) the longer counts.
    """
    at = {t.territory_id: ix for ix, t in enumerate(ground.plan.territories)}
    by_owner: dict[tuple[str, int], list[tuple[Period, float]]] = {}
    for figure in figures:
        if figure.metric.casefold() != metric.casefold() or not is_period(figure.period):
            continue
        told = parse_period(figure.period)
        if not period.contains(told):
            continue
        if figure.territory_id in at:
            by_owner.setdefault(("territory", at[figure.territory_id]), []).append((told, figure.amount))
        elif figure.territory_id is None and figure.rep_id in ground.territories_of:
            by_owner.setdefault(("rep", figure.rep_id), []).append((told, figure.amount))
    total, days, direct = np.zeros(ground.n), 0, set()
    for (kind, key), rows in by_owner.items():
        outer = [(p, v) for p, v in rows if not any(q != p and q.contains(p) for q, _ in rows)]
        days = max(days, sum(p.n_days for p, _ in outer))
        if kind == "territory":
            total[key] += sum(v for _, v in outer)
            direct.add(key)
    for (kind, key), rows in by_owner.items():
        if kind == "rep":
            outer = [(p, v) for p, v in rows if not any(q != p and q.contains(p) for q, _ in rows)]
            for t in ground.territories_of[key]:
                if t not in direct:
                    total[t] += sum(v for _, v in outer) * ground.time_shares[t, key]
    return total, days


def _by_rep(
    ground: Ground,
    deals: DealArrays,
    book: QuotaBook,
    period: Period,
    territory: Lines,
    kind: NDArray[np.int8],
    probability: Floats,
    owner: NDArray[np.int32],
    is_late: NDArray[np.bool_],
    has_figures: bool,
) -> tuple[list[int], Lines]:
    """Return reps and their lines: deals that bear their name, and their part of what bears none in their territories.

    Over all reps this is what territories have, but for vacant ones.
    """
    rep_ids = sorted({*ground.territories_of, *_ints(deals.rep_id[(kind > 0) & (deals.rep_id >= 0)])})
    at = {rep_id: i for i, rep_id in enumerate(rep_ids)}
    n = len(rep_ids)
    by_name = np.full(len(deals), -1, dtype=np.int64)
    for rep_id, where in deals.of_rep.items():
        by_name[where] = at.get(rep_id, -1)
    nobody = (by_name < 0) & (owner >= 0)

    def split(values: Floats) -> Floats:
        """Give (T,) amounts of territories to their teams."""
        out = np.zeros(n)
        for t, parts in enumerate(ground.parts):
            for rep_id, part in parts.items():
                out[at[rep_id]] += values[t] * part
        return out

    def of_deals(weight: Floats, amount: Floats) -> Floats:
        named = weighted_by(by_name, amount, weight, n)[:n]
        unnamed = weighted_by(np.where(nobody, owner, -1), amount, weight * nobody, ground.n)[: ground.n]
        return named + split(unnamed)

    ones = np.ones(len(deals))
    won: Floats = np.asarray(kind == WON, dtype=np.float64)
    opened: Floats = np.asarray(kind == OPEN, dtype=np.float64)
    booked = split(territory.booked[:-1]) if has_figures else of_deals(won, deals.amount)
    quota = np.full(n, np.nan)
    for t, parts in enumerate(ground.parts):
        if np.isfinite(territory.quota[t]):
            for rep_id, part in parts.items():
                quota[at[rep_id]] = np.nan_to_num(quota[at[rep_id]]) + territory.quota[t] * part
    own = np.array([book.of_rep(rep_id, period).amount for rep_id in rep_ids], dtype=np.float64)
    return rep_ids, Lines(
        np.where(np.isfinite(own), own, quota),
        booked,
        of_deals(np.asarray(opened * probability, dtype=np.float64), deals.amount),
        split(territory.run_rate[:-1]),
        np.rint(of_deals(opened, ones)).astype(np.int64),
        np.rint(of_deals(np.asarray(is_late, dtype=np.float64), ones)).astype(np.int64),
    )


def _ints(values: NDArray[np.integer]) -> set[int]:
    return {int(value) for value in values.tolist()}


def region_of_territories(ground: Ground) -> tuple[list[int], NDArray[np.int64]]:
    """Return region_ids in use, and (T + 1,) the position of each territory's region among them, -1 = none."""
    ids = [t.region_id for t in ground.plan.territories]
    known = sorted({region_id for region_id in ids if region_id is not None})
    at: Mapping[int | None, int] = {region_id: i for i, region_id in enumerate(known)}
    return known, np.array([*(at.get(region_id, -1) for region_id in ids), -1], dtype=np.int64)
