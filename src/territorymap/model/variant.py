"""One scenario's choices over the units and accounts of a plan, beside the one that is in use.

Owns what can be compared; the units and accounts are the plan's.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from territorymap.model.accounts import Accounts
from territorymap.model.ownership import owner_of_accounts
from territorymap.model.plan import Plan
from territorymap.model.records import Override, Scenario, Territory


@dataclass(frozen=True)
class Variant:
    """Who has what in a scenario; positions are those in its own ``territories``, -1 = none."""

    scenario: Scenario
    territories: list[Territory]  # ascending sort_order, then territory_id
    unit_territory: NDArray[np.int32]  # (U,)
    account_override: NDArray[np.int32]  # (A,)
    overrides: dict[int, Override] = field(default_factory=dict)  # by account_id
    in_scope: NDArray[np.bool_] | None = None  # (A,) covered by the alignment's scope; None = all are
    alignment_id: int | None = None  # None: that of the plan in use

    def is_in_use(self, plan: Plan) -> bool:
        """Whether the plan shows this scenario, and this alignment of it."""
        is_alignment = self.alignment_id in (None, plan.alignment.alignment_id)
        return is_alignment and self.scenario.scenario_id == plan.scenario.scenario_id

    @cached_property
    def ix_by_id(self) -> dict[int, int]:
        """Position of each territory by its key."""
        return {territory.territory_id: ix for ix, territory in enumerate(self.territories)}

    def territory_of_accounts(self, accounts: Accounts) -> NDArray[np.int32]:
        """(A,) the territory that has each account: its override, else in scope its unit's; -1 = none."""
        in_scope = np.ones(len(accounts), dtype=np.bool_) if self.in_scope is None else self.in_scope
        return owner_of_accounts(self.unit_territory, accounts.unit_ix, self.account_override, in_scope)

    def territory_ids(self) -> NDArray[np.int64]:
        """(T + 1,) key of each territory; the last, also reached by -1, is -1."""
        return np.array([t.territory_id for t in self.territories] + [-1], dtype=np.int64)

    def rep_ids(self) -> NDArray[np.int64]:
        """(T + 1,) key of each territory's rep, -1 for a vacancy; the last, also reached by -1, is -1."""
        ids = [-1 if t.rep_id is None else t.rep_id for t in self.territories]
        return np.array([*ids, -1], dtype=np.int64)


def variant_of(plan: Plan) -> Variant:
    """Return the place in use as a variant; the arrays are the plan's own, so copy what is to be kept."""
    return Variant(
        plan.scenario,
        plan.territories,
        plan.unit_territory,
        plan.account_override,
        plan.overrides,
        plan.in_scope,
        plan.alignment.alignment_id,
    )


def moved_territories(one: Variant, other: Variant) -> list[int]:
    """Return the territory_id of those that do not hold the same units in both."""
    before, after = one.territory_ids()[one.unit_territory], other.territory_ids()[other.unit_territory]
    moved = before != after
    return [int(i) for i in np.union1d(before[moved], after[moved]) if i >= 0]
