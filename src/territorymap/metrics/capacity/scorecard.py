"""The scorecard of each territory: potential, revenue, competition, fit, score, quota, goals and synergies.

Owns gathering; criteria and their scores are ranked's, records the registers'.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from territorymap.i18n import tr
from territorymap.metrics.capacity.assumed import Market
from territorymap.metrics.capacity.ranked import Ranked, rank_places, territories_as_places
from territorymap.metrics.registry import metric
from territorymap.model.coverage import Action, Quota
from territorymap.model.period import is_period, parse_period
from territorymap.model.plan import Plan

Floats = NDArray[np.float64]
GOAL, SYNERGY = "goal", "synergy"  # of ACTION_KINDS
ROLES = ("potential", "revenue", "competition", "fit")


@dataclass(frozen=True)
class Card:
    """One territory."""

    territory_ix: int
    value: dict[str, float]  # by role; nan = not told
    penetration: float  # revenue of potential; nan = not told
    score: float  # 0..1 among the territories; nan = none
    rank: int  # 1 = first; 0 = none
    quota: float | None
    goals: tuple[Action, ...]
    synergies: tuple[Action, ...]


@dataclass(frozen=True)
class Scorecards:
    """All territories, and what they are judged by."""

    cards: list[Card]  # (T,)
    ranked: Ranked
    year: str  # that the quotas are of, "" = there are none


@metric(
    "penetration",
    scope="assumed",
    label=lambda: tr("Penetration"),
    formula=lambda: tr("Revenue ÷ potential"),
    meaning=lambda: tr("How much of what could be sold in a territory is sold."),
    lines=lambda case: [],
)
def penetration(revenue: Floats, potential: Floats) -> Floats:
    """How much of the potential is sold.

    Worked by hand: revenue 20 of potential 80 is 0.25; of potential 0 it is nan.

    Parameters
    ----------
    revenue : (T,) float, nan = not told
    potential : (T,) float, nan = not told

    Returns
    -------
    (T,) float; nan where the potential is not above 0 or either is not told.

    Source
    ------
    Market penetration as marketing defines it: sales over potential.
    """
    out = np.full(len(revenue), np.nan)
    with np.errstate(invalid="ignore"):
        can = np.isfinite(potential) & (potential > 0)
    np.divide(revenue, potential, out=out, where=can)
    return out


def scorecards(
    plan: Plan,
    market: Market,
    owner: NDArray[np.integer],
    actions: Iterable[Action] = (),
    quotas: Iterable[Quota] = (),
) -> Scorecards:
    """Return the scorecard of every territory; ``owner`` (A,) is the territory position of each account."""
    ranked = rank_places(plan, territories_as_places(plan, owner), market.criteria)
    by_role = {role: _of_role(ranked, role) for role in ROLES}
    share = penetration(by_role["revenue"], by_role["potential"])
    year, quota = yearly_quotas(plan, quotas)
    held: dict[tuple[str, int], list[Action]] = {}
    for action in actions:
        if action.kind in (GOAL, SYNERGY) and action.territory_id is not None:
            held.setdefault((action.kind, action.territory_id), []).append(action)
    cards = []
    for ix, territory in enumerate(plan.territories):
        goals, synergies = (tuple(held.get((kind, territory.territory_id), ())) for kind in (GOAL, SYNERGY))
        value = {role: float(by_role[role][ix]) for role in ROLES}
        cards.append(
            Card(ix, value, float(share[ix]), float(ranked.score[ix]), int(ranked.rank[ix]),
                 quota.get(territory.territory_id), goals, synergies)
        )  # fmt: skip
    return Scorecards(cards, ranked, year)


def _of_role(ranked: Ranked, role: str) -> Floats:
    """Return (T,) the first criterion of a role; nan where there is none."""
    at = next((i for i, criterion in enumerate(ranked.criteria) if criterion.role == role), None)
    return np.full(len(ranked.score), np.nan) if at is None else ranked.value[at]


def yearly_quotas(plan: Plan, quotas: Iterable[Quota]) -> tuple[str, dict[int, float]]:
    """Return the newest year that has quotas of territories, and each territory's: the year's own, else its parts.

    Worked by hand: T1 has 2026 = 400; T2 has 2026-Q1 = 50 and 2026-Q2 = 60, and 2025 = 999: 2026, {T1: 400, T2: 110}.
    Quarters count before months and weeks, so that nothing is counted twice. A quota of a rep beside the territory's
    own is not added to it.
    """
    ours = {territory.territory_id for territory in plan.territories}
    found: dict[tuple[int, int, str], float] = {}
    for quota in quotas:
        if quota.territory_id is None or quota.territory_id not in ours or quota.rep_id is not None:
            continue
        if not is_period(quota.period):
            continue  # belongs to no year; the page of quotas says so
        period = parse_period(quota.period)
        key = (int(period.text[:4]), quota.territory_id, period.kind)  # a week is of the year in its name
        found[key] = found.get(key, 0.0) + quota.amount
    if not found:
        return "", {}
    year = max(key[0] for key in found)
    out: dict[int, float] = {}
    for territory_id in ours:
        kinds: Sequence[str] = ("year", "quarter", "month", "week", "day")
        amount = next((found[(year, territory_id, k)] for k in kinds if (year, territory_id, k) in found), None)
        if amount is not None:
            out[territory_id] = amount
    return str(year), out
