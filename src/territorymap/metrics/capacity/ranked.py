"""Markets of a plan by weighted criteria: units, states or countries, and territories by the same. Owns the sums."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from territorymap.i18n import tr
from territorymap.metrics.capacity.assumed import Criterion, Market
from territorymap.metrics.capacity.groups import distinct_texts, is_one_of, measure_of, segment_of
from territorymap.metrics.capacity.market import market_rank, market_score, on_scale
from territorymap.model.plan import Plan

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class Places:
    """What is ranked, and what lies in each."""

    names: list[str]  # (P,) as a person reads them
    keys: list[str]  # (P,) code of the unit, parent or country
    of_unit: NDArray[np.int64]  # (U,) place of each unit, -1 = none
    of_account: NDArray[np.int64]  # (A,) place of each account, -1 = none


@dataclass(frozen=True)
class Ranked:
    """Places with their criteria, score and rank."""

    places: Places
    criteria: tuple[Criterion, ...]
    value: Floats  # (C, P) nan = not told
    scaled: Floats  # (C, P) 0..1
    score: Floats  # (P,) 0..1, nan = none
    rank: NDArray[np.int64]  # (P,) 1 = first, 0 = none

    @property
    def order(self) -> NDArray[np.int64]:
        """Return the places from the first to the last, those without a score at the end."""
        last = len(self.rank) + 1
        return np.argsort(np.where(self.rank > 0, self.rank, last), kind="stable")


def places_of(plan: Plan, level: str) -> Places:
    """Return what is ranked at a level: each unit, each state (the unit's parent) or each country."""
    units, unit_ix = plan.units, plan.accounts.unit_ix
    if level == "units":
        of_unit = np.arange(len(units))
        names = [f"{n} ({c})" if n and n != c else str(c) for n, c in zip(units.name, units.code, strict=True)]
        keys = [str(code) for code in units.code]
    elif level == "countries":
        keys, of_unit = distinct_texts(units.country)
        names = [key or tr("not told") for key in keys]
    else:
        keys, of_unit = distinct_texts(units.parent_code)
        named = dict(zip(map(str, units.parent_code), map(str, units.parent_name), strict=True))
        names = [named.get(key) or key or tr("not told") for key in keys]
    of_account = np.where(unit_ix >= 0, of_unit[unit_ix], -1) if len(units) else np.full(len(unit_ix), -1)
    return Places(names, keys, of_unit, of_account)


def territories_as_places(plan: Plan, owner: NDArray[np.integer]) -> Places:
    """Return territories as places; ``owner`` (A,) is the territory position of each account, -1 = none."""
    return Places(
        [t.name for t in plan.territories],
        [t.uuid for t in plan.territories],
        plan.unit_territory.astype(np.int64),
        owner.astype(np.int64),
    )


def rank_places(plan: Plan, places: Places, criteria: Sequence[Criterion], in_scope: Bools | None = None) -> Ranked:
    """Return score and rank of every place.

    Parameters
    ----------
    in_scope : (A,) accounts that count; None = all
    """
    n = len(places.names)
    value = np.full((len(criteria), n), np.nan)
    for at, criterion in enumerate(criteria):
        value[at] = place_values(plan, places, criterion, in_scope)
    scaled = np.full_like(value, np.nan)
    for at, criterion in enumerate(criteria):
        scaled[at] = on_scale(value[at], criterion.scale, is_less_better=criterion.is_less_better)
    weights = [criterion.weight for criterion in criteria]
    score = market_score(scaled, weights) if len(criteria) else np.full(n, np.nan)
    return Ranked(places, tuple(criteria), value, scaled, score, market_rank(score))


def rank_markets(plan: Plan, market: Market, in_scope: Bools | None = None) -> Ranked:
    """Return the markets of a plan, ranked as the planner weighs them."""
    return rank_places(plan, places_of(plan, market.level), market.criteria, in_scope)


def is_known(plan: Plan, criterion: Criterion) -> bool:
    """Tell whether the plan has the columns that a criterion stands on."""
    if criterion.source == "share":
        return segment_of(plan, criterion.key) is not None
    keys = [criterion.key] + [criterion.other] * (criterion.source in ("ratio", "difference"))
    return all(measure_of(plan, key) is not None for key in keys)


def place_values(plan: Plan, places: Places, criterion: Criterion, in_scope: Bools | None = None) -> Floats:
    """Return (P,) the value of a criterion in each place; nan where nothing is told of it."""
    if criterion.source == "share":
        return _share(plan, places, criterion, in_scope)
    total, n_told = _sums(plan, places, criterion.key, in_scope)
    if criterion.source == "mean":
        return _ratio(total, n_told.astype(np.float64))
    if criterion.source in ("ratio", "difference"):
        other, _ = _sums(plan, places, criterion.other, in_scope)
        return _ratio(total, other) if criterion.source == "ratio" else total - other
    return total


def _sums(plan: Plan, places: Places, uuid: str, in_scope: Bools | None) -> tuple[Floats, NDArray[np.int64]]:
    """Return the sum of a measure in each place, and of how many accounts or units it is told.

    A place with accounts or units of which none tells the measure has no value; one without accounts has 0.
    """
    n = len(places.names)
    measure = measure_of(plan, uuid)
    if measure is None:
        return np.full(n, np.nan), np.zeros(n, dtype=np.int64)
    if measure.source == "unit":
        value, of = plan.units.values[measure.column_name], places.of_unit
    elif measure.source == "account":
        value, of = plan.accounts.values[measure.column_name], places.of_account
    elif measure.column_name == "units":
        value, of = np.ones(len(plan.units)), places.of_unit
    elif measure.column_name == "accounts":
        value, of = np.ones(len(plan.accounts)), places.of_account
    else:
        value, of = _workload(plan), places.of_account
    counts = of >= 0
    if in_scope is not None and of is places.of_account:
        counts = counts & in_scope
    told = counts & np.isfinite(value)
    total = np.bincount(of[told], value[told], minlength=n).astype(np.float64)
    n_told = np.bincount(of[told], minlength=n)
    total[(n_told == 0) & (np.bincount(of[counts], minlength=n) > 0)] = np.nan
    return total, n_told


def _workload(plan: Plan) -> Floats:
    """Return (A,) hours a year of visits and hops; ways from home depend on who has the account."""
    from territorymap.metrics.workload import workload_parts

    parts = workload_parts(plan)
    return parts.base_h + parts.hop_h


def _share(plan: Plan, places: Places, criterion: Criterion, in_scope: Bools | None) -> Floats:
    n, segment = len(places.names), segment_of(plan, criterion.key)
    if segment is None:
        return np.full(n, np.nan)
    counts = places.of_account >= 0
    if in_scope is not None:
        counts = counts & in_scope
    fits = counts & is_one_of(plan.accounts.segments[segment.column_name], criterion.values)
    return _ratio(
        np.bincount(places.of_account[fits], minlength=n).astype(np.float64),
        np.bincount(places.of_account[counts], minlength=n).astype(np.float64),
    )


def _ratio(above: Floats, below: Floats) -> Floats:
    out = np.full(len(above), np.nan)
    np.divide(above, below, out=out, where=np.isfinite(below) & (below != 0))
    return out
