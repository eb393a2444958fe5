"""Which tier of the partner programme is earned, what the next one takes, and who moved since last period.

Owns these rules; not the tiers (model.coverage) nor the figures (figures).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from territorymap.model.coverage import Tier

CRITERIA = ("revenue", "certifications", "satisfaction", "growth")
USUAL_MOST = 5  # tiers that partners can still tell apart


@dataclass(frozen=True)
class Reached:
    """What a partner has reached of what tiers ask for; nan = not told."""

    revenue: float = math.nan  # of the twelve months to the end of the period
    certifications: float = 0.0  # valid, different ones
    satisfaction: float = math.nan  # 0..10
    growth: float = math.nan  # ratio, against the twelve months before


@dataclass(frozen=True)
class Gap:
    """One criterion of a tier: what it asks and what there is."""

    criterion: str  # of CRITERIA
    need: float
    have: float  # nan = not told

    @property
    def is_met(self) -> bool:
        return self.have >= self.need  # what is not told does not meet it

    @property
    def missing(self) -> float:
        """What is still to be had; 0 where it is met, nan where it is not told."""
        return 0.0 if self.is_met else self.need - self.have


def in_order(tiers: Iterable[Tier]) -> list[Tier]:
    """Return the tiers from the lowest to the highest."""
    return sorted(tiers, key=lambda tier: (tier.sort_order, tier.row_id))


def criteria_of(tier: Tier) -> dict[str, float]:
    """Return what a tier asks for, by criterion; what it does not ask is left out."""
    asked = {
        "revenue": tier.min_revenue,
        "certifications": tier.min_certifications,
        "satisfaction": tier.min_satisfaction,
        "growth": tier.min_growth,
    }
    return {name: float(need) for name, need in asked.items() if need is not None}


def gaps(tier: Tier, reached: Reached) -> tuple[Gap, ...]:
    """What a tier asks for against what is reached, criterion by criterion.

    Examples
    --------
    Gold asks for revenue 500 and 3 certifications; there are 420 and 3: revenue lacks 80, certifications lack 0.
    """
    return tuple(Gap(name, need, float(getattr(reached, name))) for name, need in criteria_of(tier).items())


def tier_earned(tiers: Iterable[Tier], reached: Reached) -> Tier | None:
    """The highest tier of which every criterion is met; None where none is.

    A tier that asks for nothing is earned by everybody. What is not told meets no criterion.

    Examples
    --------
    Registered asks for nothing, Silver for revenue 100, Gold for revenue 500 and satisfaction 8. Revenue 600 and
    satisfaction 7.5 earn Silver; with satisfaction not told, too; with 8.0, Gold; with revenue 99, Registered.
    """
    earned = [tier for tier in in_order(tiers) if all(gap.is_met for gap in gaps(tier, reached))]
    return earned[-1] if earned else None


def next_tier(tiers: Iterable[Tier], tier: Tier | None) -> Tier | None:
    """The tier above one; the lowest above none, and None above the highest."""
    ordered = in_order(tiers)
    at = next((i for i, other in enumerate(ordered) if tier is not None and other.row_id == tier.row_id), -1)
    return ordered[at + 1] if at + 1 < len(ordered) else None


@dataclass(frozen=True)
class Move:
    """What became of one partner's tier."""

    rep_id: int
    before: int | None  # row_id of a tier, None = none
    after: int | None
    kind: str  # "up" | "down" | "same" | "new" | "left"


def transitions(before: Mapping[int, int | None], after: Mapping[int, int | None], tiers: Sequence[Tier]) -> list[Move]:
    """Who moved up, down, came and left between two days.

    Parameters
    ----------
    before, after : rep_id of every active partner of that day -> row_id of its tier, None = none

    Returns
    -------
    list of Move in the order of ``after``, then those who left.

    Examples
    --------
    Silver < Gold. Before: A Silver, B Gold, C none. After: A Gold, B Gold, D Silver. A is up, B the same, D new, and C
    has left.
    """
    rank = {tier.row_id: at for at, tier in enumerate(in_order(tiers))}
    moves = []
    for rep_id, now in after.items():
        if rep_id not in before:
            moves.append(Move(rep_id, None, now, "new"))
            continue
        was = before[rep_id]
        step = (-1 if now is None else rank.get(now, -1)) - (-1 if was is None else rank.get(was, -1))
        moves.append(Move(rep_id, was, now, "up" if step > 0 else "down" if step < 0 else "same"))
    moves += [Move(rep_id, was, None, "left") for rep_id, was in before.items() if rep_id not in after]
    return moves


def loose_criteria(tiers: Iterable[Tier]) -> list[tuple[Tier, Tier, str]]:
    """Return (lower, higher, criterion) where a higher tier asks for less than one below it.

    Examples
    --------
    Silver asks for revenue 500, Gold for 400 -> (Silver, Gold, "revenue").
    """
    found = []
    ordered = in_order(tiers)
    for at, higher in enumerate(ordered):
        asks = criteria_of(higher)
        for lower in ordered[:at]:
            below = criteria_of(lower)
            found += [(lower, higher, name) for name in asks if asks[name] < below.get(name, -math.inf)]
    return found
