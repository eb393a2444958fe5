"""Quotas of a period: what stands in the register, or follows from longer and shorter periods; and how hard they are.

Owns the look-up and the table; the formulas are metrics'.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from territorymap.metrics.quota_figures import (
    Spread,
    bottom_up,
    quota_difficulty,
    quota_spread,
    relative_difficulty,
)
from territorymap.metrics.quota_split import to_cents
from territorymap.model.coverage import Quota
from territorymap.model.period import Period, is_period, parse_period
from territorymap.model.records import Measure
from territorymap.session.money.ground import Ground, part_of_year
from territorymap.session.money.rules import QuotaRules, measure_of

Floats = NDArray[np.float64]
OWN, SUMMED, PART, NONE = "own", "summed", "part", ""  # where a quota comes from
Key = tuple[int | None, int | None, int | None]  # alignment_id, territory_id, rep_id


@dataclass(frozen=True)
class Found:
    """A quota and where it comes from."""

    amount: float  # nan = none
    origin: str  # of OWN, SUMMED, PART, NONE
    row_id: int | None = None  # of the record, where it is its own


class QuotaBook:
    """All quotas of a plan, to be asked for any period."""

    def __init__(self, records: Iterable[Quota]) -> None:
        self._of: dict[Key, dict[Period, Quota]] = {}
        for record in records:  # of two for the same, which a merge may leave, the newer counts
            if is_period(record.period):
                self._of.setdefault(_key(record), {})[parse_period(record.period)] = record

    def periods(self) -> list[Period]:
        """Return the periods for which there is any quota, ascending."""
        return sorted({period for by_period in self._of.values() for period in by_period})

    def find(self, key: Key, period: Period) -> Found:
        """Return the quota of a period.

        Its own; else the sum of shorter periods, where they fill it without a gap; else its part, by days, of the
        shortest longer period that holds it.

        By hand: 120,000 for 2026-Q1 and 130,000 for each of the three others make 510,000 for 2026. 365,000 for 2026
        make 365,000 x 92 / 365 = 92,000 for 2026-Q3.
        """
        known = self._of.get(key)
        if not known:
            return Found(np.nan, NONE)
        if period in known:
            return Found(known[period].amount, OWN, known[period].row_id)
        filling = _filling(known, period)
        if filling:
            return Found(sum(to_cents(known[p].amount) for p in filling) / 100, SUMMED)
        longer = [p for p in known if p.contains(period)]
        if longer:
            shortest = min(longer, key=lambda p: p.n_days)
            cents = to_cents(known[shortest].amount * period.n_days / shortest.n_days)
            return Found(cents / 100, PART)
        return Found(np.nan, NONE)

    def of_territory(self, territory_id: int, period: Period) -> Found:
        return self.find((None, territory_id, None), period)

    def of_rep(self, rep_id: int, period: Period) -> Found:
        return self.find((None, None, rep_id), period)

    def target(self, alignment_id: int, period: Period) -> Found:
        """Return what the alignment as a whole shall bring."""
        return self.find((alignment_id, None, None), period)


def _key(record: Quota) -> Key:
    if record.territory_id is not None or record.rep_id is not None:
        return None, record.territory_id, record.rep_id
    return record.alignment_id, None, None


def _filling(known: Mapping[Period, Quota], period: Period) -> list[Period]:
    """Return shorter periods that fill one day after day, the longest first where two begin on one day; [] = a gap."""
    found, at = [], period.start
    inside = sorted(p for p in known if period.contains(p) and p != period)
    for part in inside:
        if part.start == at:
            found.append(part)
            if part.end == period.end:
                return found
            at = part.following.start
    return []


@dataclass(frozen=True)
class QuotaTable:
    """The quotas of one alignment and period, with what they are weighed against; amounts are of the period."""

    period: Period
    rules: QuotaRules
    potential_measure: Measure | None
    history_measure: Measure | None
    target: Found
    found: list[Found]
    quota: Floats  # (T,) nan = none
    potential: Floats  # (T,) nan = no such measure
    history: Floats  # (T,)
    capacity_h: Floats  # (T,) nan = not told
    pipeline: Floats  # (T,) weighted open deals
    bottom_up: Floats  # (T,)
    difficulty: Floats  # (T,)
    relative: Floats  # (T,) 1 = as hard as all together
    spread: Spread

    @property
    def total(self) -> float:
        """Sum of the quotas, exact to the cent."""
        return sum(to_cents(q) for q in self.quota[np.isfinite(self.quota)]) / 100

    @property
    def n_without(self) -> int:
        return int((~np.isfinite(self.quota)).sum())


def quota_table(ground: Ground, book: QuotaBook, rules: QuotaRules, period: Period, pipeline: Floats) -> QuotaTable:
    """Return the quotas of an alignment; ``pipeline`` (T,) is what open deals are worth in the period."""
    plan, part = ground.plan, part_of_year(period)
    potential_measure = measure_of(plan, rules.potential, "potential")
    history_measure = measure_of(plan, rules.history, "history")
    none = np.full(ground.n, np.nan)
    potential = none if potential_measure is None else ground.total_of(potential_measure) * part
    history = none if history_measure is None else ground.total_of(history_measure) * part
    found = [book.of_territory(t.territory_id, period) for t in plan.territories]
    quota = np.array([f.amount for f in found], dtype=np.float64)
    difficulty = quota_difficulty(quota, potential)
    # A potential in heads, not in money, makes a fine yardstick but no amount that could be won.
    money_potential = potential if is_money(potential_measure) else none
    return QuotaTable(
        period=period,
        rules=rules,
        potential_measure=potential_measure,
        history_measure=history_measure,
        target=book.target(ground.alignment_id, period),
        found=found,
        quota=quota,
        potential=potential,
        history=history,
        capacity_h=ground.capacity_h * part,
        pipeline=pipeline,
        bottom_up=bottom_up(history, money_potential, pipeline, ground.capacity_h * part, rules.bottom_up),
        difficulty=difficulty,
        relative=relative_difficulty(difficulty, quota, potential),
        spread=quota_spread(quota, potential),
    )


def is_money(measure: Measure | None) -> bool:
    """Tell whether a potential is an amount of money; numbers of the ground (people, households) are not."""
    return measure is not None and measure.source == "account"
