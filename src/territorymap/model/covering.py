"""Which accounts an alignment covers, and who has them in it. Owns that; rules are scope's, the owner ownership's."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from territorymap.errors import UserError
from territorymap.model.plan import Plan
from territorymap.model.records import Alignment, Territory
from territorymap.model.scope import EVERYTHING, Field, PlanFields, Scope, mask, scope_from_json, sentence
from territorymap.model.scope.words import MAX_LISTED
from territorymap.model.variant import Variant


def covered_accounts(plan: Plan, scope: str) -> NDArray[np.bool_]:
    """Return (A,) whether each account satisfies a scope as an alignment has it; "" covers all.

    A text that is no rule covers all too: nobody is to lose accounts by a damaged line. The check of the file names it.
    """
    return mask(rule_of(scope), PlanFields(plan))


def rule_of(scope: str) -> Scope:
    """Return the rule by which an alignment with this scope covers accounts; of a text that is none, all."""
    try:
        return scope_from_json(scope)
    except UserError:
        return EVERYTHING


def told_scope(scope: str, names: Mapping[str, str] | Iterable[Field], max_listed: int = MAX_LISTED) -> str:
    """Return a scope as a sentence; of a text that is none, why it cannot be read."""
    try:
        return sentence(scope_from_json(scope), names, max_listed)
    except UserError as error:
        return error.message


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
