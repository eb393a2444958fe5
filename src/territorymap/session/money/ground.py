"""One alignment as money sees it: its territories, teams, and what measures sum to in each.

Owns the gathering; who has which account is the plan's.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from territorymap.metrics.pay import PARTS_A_YEAR
from territorymap.metrics.team import OVERLAY, Seat, plan_teams, territory_capacity_h
from territorymap.model.period import Period
from territorymap.model.plan import Plan
from territorymap.model.records import Measure
from territorymap.session.coverages import Coverage
from territorymap.session.session import Session

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Ground:
    """One alignment; position in ``plan.territories`` is that of every array."""

    plan: Plan  # with the arrays of this alignment
    total_of: Callable[[Measure], Floats]  # (T,)

    @property
    def n(self) -> int:
        return self.plan.n_territories

    @property
    def alignment_id(self) -> int:
        return self.plan.alignment.alignment_id

    @property
    def role(self) -> str:
        return self.plan.alignment.role

    @cached_property
    def teams(self) -> list[list[Seat]]:
        """Lead and members of each territory; overlay specialists have neither its quota nor its pay."""
        return [[seat for seat in seats if seat.kind != OVERLAY] for seats in plan_teams(self.plan)]

    @cached_property
    def parts(self) -> list[dict[int, float]]:
        """For each territory: rep_id -> part of it, summing to 1; {} for a vacancy."""
        out = []
        for seats in self.teams:
            whole = sum(seat.share for seat in seats)
            even = whole <= 0
            out.append({s.rep.rep_id: 1 / len(seats) if even else s.share / whole for s in seats})
        return out

    @cached_property
    def time_shares(self) -> dict[tuple[int, int], float]:
        """(territory_ix, rep_id) -> part of the rep's work that the territory is, summing to 1 over territories."""
        shares = {(t, seat.rep.rep_id): seat.share for t, seats in enumerate(self.teams) for seat in seats}
        whole: dict[int, float] = {}
        for (_, rep_id), share in shares.items():
            whole[rep_id] = whole.get(rep_id, 0.0) + share
        counts = {rep_id: sum(1 for _, other in shares if other == rep_id) for rep_id in whole}
        return {
            key: share / whole[key[1]] if whole[key[1]] > 0 else 1 / counts[key[1]] for key, share in shares.items()
        }

    @cached_property
    def capacity_h(self) -> Floats:
        """(T,) hours a year, nan = not told."""
        hours = territory_capacity_h(self.plan)
        return np.where(hours > 0, hours, np.nan)

    @cached_property
    def territories_of(self) -> dict[int, list[int]]:
        """rep_id -> positions of the territories that he or she leads or is a member of."""
        out: dict[int, list[int]] = {}
        for t, seats in enumerate(self.teams):
            for seat in seats:
                out.setdefault(seat.rep.rep_id, []).append(t)
        return out


def ground_in_use(session: Session) -> Ground:
    """Return the alignment in use."""
    plan, totals = session.plan, session.totals
    rows = {measure.measure_id: row for row, measure in enumerate(plan.measures)}
    return Ground(plan, lambda measure: totals.territory_total[rows[measure.measure_id]].copy())


def ground_of(session: Session, coverage: Coverage) -> Ground:
    """Return an alignment that is not in use."""
    plan = replace(
        session.plan,
        alignment=coverage.alignment,
        territories=list(coverage.territories),
        unit_territory=coverage.unit_territory,
        account_override=coverage.variant.account_override,
        overrides=dict(coverage.variant.overrides),
        in_scope=coverage.in_scope,
    )

    def total_of(measure: Measure) -> Floats:
        if measure.source == "unit":
            owner, values = coverage.unit_territory, plan.units.values[measure.column_name]
        else:
            owner, values = coverage.owner, plan.accounts.values[measure.column_name]
        held = owner >= 0
        return np.bincount(owner[held], np.nan_to_num(values[held]), minlength=plan.n_territories).astype(np.float64)

    return Ground(plan, total_of)


def part_of_year(period: Period) -> float:
    """Return what part of a year a period is: a quarter 0.25, whatever its days."""
    return 1 / float(PARTS_A_YEAR[period.kind])
