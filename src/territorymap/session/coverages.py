"""Who covers what, in every alignment of the scenario in use: the base of all that looks across alignments.

Owns the owners by alignment, kept up to date by deltas in the one in use; the rule is model.ownership's.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from territorymap.metrics.totals import Totals
from territorymap.model.change import PlanDelta
from territorymap.model.covering import Coverage
from territorymap.model.ownership import owner_of_accounts
from territorymap.model.plan import Plan
from territorymap.model.records import Alignment
from territorymap.model.variant import Variant

__all__ = ["Coverage", "Coverages"]


class Coverages:
    """What was worked out of each alignment, until it is void."""

    def __init__(self) -> None:
        self._kept: dict[int, Coverage] = {}  # by alignment_id; not of the one in use
        self._owner: NDArray[np.int32] | None = None  # of the one in use
        self._stale: list[NDArray[np.integer]] = []  # accounts of it whose owner may be another

    def other(self, plan: Plan, alignment: Alignment, variant: Variant) -> Coverage:
        """Return an alignment that is not in use."""
        known = self._kept.get(alignment.alignment_id)
        if known is None or known.variant is not variant or known.alignment != alignment:
            in_scope = np.ones(len(plan.accounts), dtype=np.bool_) if variant.in_scope is None else variant.in_scope
            owner = owner_of_accounts(variant.unit_territory, plan.accounts.unit_ix, variant.account_override, in_scope)
            known = self._kept[alignment.alignment_id] = Coverage(alignment, variant, in_scope, owner)
        return known

    def in_use(self, plan: Plan, variant: Variant) -> Coverage:
        """Return the alignment in use."""
        if self._owner is None:
            self._owner = plan.territory_of_accounts()
        elif self._stale:
            accounts = np.unique(np.concatenate(self._stale))
            self._owner = self._owner.copy()
            self._owner[accounts] = plan.territory_of_accounts(accounts)
        self._stale.clear()
        return Coverage(plan.alignment, variant, plan.in_scope, self._owner)

    def follow(self, delta: PlanDelta, totals: Totals) -> None:
        """Take up what a step changed in the alignment in use."""
        territories = (*delta.added_territory_ix, *delta.removed_territory_ix, *delta.changed_territory_ix)
        if delta.is_full or delta.is_ground_changed or territories:  # which may stand in another order now
            self.forget()
        elif self._owner is not None:
            inside, _ = totals.ledger.accounts_in(np.unique(delta.unit_ix).astype(np.int64))
            self._stale += [part for part in (inside, delta.account_ix) if len(part)]

    def forget(self) -> None:
        """Let go of the one in use, where another is now, or positions are others."""
        self._owner = None
        self._stale.clear()
