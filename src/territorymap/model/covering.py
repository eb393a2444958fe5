"""Which accounts an alignment covers: its scope over the accounts of a plan. Owns that; rules are scope's."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from territorymap.errors import UserError
from territorymap.model.plan import Plan
from territorymap.model.scope import PlanFields, mask, scope_from_json


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
