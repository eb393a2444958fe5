"""Which accounts an alignment covers, and who has them in it. Owns that; rules are scope's, the owner ownership's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from territorymap.errors import UserError
from territorymap.model.plan import Plan
from territorymap.model.records import Alignment, Territory
from territorymap.model.scope import PlanFields, mask, scope_from_json
from territorymap.model.variant import Variant


def covered_accounts(plan: Plan, scope: str) -> NDArray[np.bool_]:
    """Return (A,) whether each account satisfies a scope as an alignment has it; "" covers all.

    A text that is no rule covers all too: nobody is to lose accounts by a damaged line. The check of the file names it.
    """
    if not scope.strip():
        return np.ones(len(plan.accounts), dtype=np.bool_)
    try:
        rule = scope_from_json(scope)
    except UserError:
        return np.ones(len(plan.accounts), dtype=np.bool_)
    return mask(rule, PlanFields(plan))


@dataclass(frozen=True)
class Coverage:
    """One alignment: territories and who has each account. ``owner`` and ``in_scope`` are never written into.

    The arrays of ``variant`` are live where the alignment is in use.
    """

    alignment: Alignment
    variant: Variant
    in_scope: NDArray[np.bool_]  # (A,) covered by the scope
    owner: NDArray[np.int32]  # (A,) position in ``territories``, -1 = nobody

    @property
    def territories(self) -> Sequence[Territory]:
        return self.variant.territories

    @property
    def unit_territory(self) -> NDArray[np.int32]:
        """(U,) position in ``territories``, -1 = unassigned."""
        return self.variant.unit_territory
