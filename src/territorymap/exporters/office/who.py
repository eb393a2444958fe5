"""What changes for whom: accounts, units and amounts that each rep gains, keeps and loses against the baseline.

Owns the rows; who has what is metrics.disruption's.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from territorymap.metrics.disruption import Holding, holders_of
from territorymap.metrics.rep_changes import gained_by_rep, lost_by_rep, share_changed
from territorymap.model.plan import Plan

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Part:
    """Gained, kept and lost of one amount; columns are the reps in the plan's order, the last is "no rep"."""

    name: str  # "units", "accounts", or a measure of the accounts
    base: Floats  # (R + 1,)
    lost: Floats
    gained: Floats

    @property
    def kept(self) -> Floats:
        return self.base - self.lost

    @property
    def now(self) -> Floats:
        return self.kept + self.gained

    @property
    def moved(self) -> float:
        """What leaves a rep, in all."""
        return float(self.lost[:-1].sum())

    @property
    def share(self) -> float:
        """Share of what reps have in the baseline that changes rep; nan where they have nothing."""
        return float(share_changed(self.base[None, :-1], self.lost[None, :-1])[0])


def parts_of(plan: Plan, baseline: Holding) -> list[Part]:
    """Return units, accounts if there are any, then each measure of the accounts."""
    before_unit, before_account = holders_of(plan, baseline)
    now_unit, now_account = holders_of(plan, plan)
    n = len(plan.reps)

    def part(name: str, before: NDArray[np.int32], now: NDArray[np.int32], amount: Floats) -> Part:
        amount = np.nan_to_num(amount)
        base = np.bincount(before % (n + 1), amount, minlength=n + 1).astype(np.float64)
        return Part(name, base, lost_by_rep(before, now, amount, n), gained_by_rep(before, now, amount, n))

    parts = [part("units", before_unit, now_unit, np.ones(len(plan.units)))]
    if not len(plan.accounts):
        return parts
    parts.append(part("accounts", before_account, now_account, np.ones(len(plan.accounts))))
    measures = [m for m in plan.measures if m.source == "account"]
    values = plan.accounts.values
    return parts + [part(m.name, before_account, now_account, values[m.column_name]) for m in measures]


def by_change(part: Part) -> tuple[list[int], list[int]]:
    """Return the reps who gain or lose, most first, and those who keep all they have; who has nothing is in neither."""
    change = (part.lost + part.gained)[:-1]
    order = [int(at) for at in np.argsort(-change, kind="stable") if part.base[at] or part.gained[at]]
    return [at for at in order if change[at]], [at for at in order if not change[at]]
