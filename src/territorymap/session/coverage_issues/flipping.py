"""What winning a deal changes about an account: the value of the segment that tells prospects from customers.

Owns which segment that is between two alignments, and whom the taking scope covers afterwards.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from territorymap.model.covering import rule_of
from territorymap.model.plan import Plan
from territorymap.model.records import Alignment, Segment
from territorymap.model.scope import All, OneOf, PlanFields, Scope, folded, mask

_CUSTOMER_WORDS = frozenset(
    [
        *("customer", "customers", "client", "clients", "existing", "existing customer", "active customer", "won"),
        *("kunde", "kunden", "bestandskunde", "bestandskunden"),
        *("客户", "老客户", "现有客户", "已成交", "成交客户"),
    ]
)


def flipped_segment(plan: Plan, giver: Alignment, taker: Alignment) -> tuple[Segment, str] | None:
    """Return the segment that winning a deal changes, and the value it then has; None where there is no such segment.

    It is one of which both scopes ask different values ("prospect" here, "customer" there), else one of which the
    taking scope asks a value that is a word for customers. A scope by size, country or product names no such
    value: what it asks of an account is the same before and after a deal.
    """
    one, other = (_asked_values(rule_of(alignment.scope)) for alignment in (giver, taker))
    by_key = {f"segment:{segment.uuid}": segment for segment in plan.segments}
    for key in sorted(one.keys() & other.keys() & by_key.keys()):
        if not {folded(v) for v in one[key]} & {folded(v) for v in other[key]}:
            return by_key[key], other[key][0]
    for key in sorted(other.keys() & by_key.keys()):
        word = next((value for value in other[key] if folded(value) in _CUSTOMER_WORDS), None)
        if word is not None:
            return by_key[key], word
    return None


def covers_after(plan: Plan, alignment: Alignment, segment: Segment, value: str) -> NDArray[np.bool_]:
    """(A,) whether a scope covers each account once its segment has another value."""
    return mask(rule_of(alignment.scope), _WithValue(plan, segment, value))


def _asked_values(scope: Scope) -> dict[str, tuple[str, ...]]:
    """Return the lists of values that every account of a scope must be in, by field."""
    parts = scope.parts if isinstance(scope, All) else (scope,)
    return {part.field: part.values for part in parts if isinstance(part, OneOf) and part.values}


class _WithValue(PlanFields):
    """Fields of all accounts with another value of a segment."""

    def __init__(self, plan: Plan, segment: Segment, value: str) -> None:
        super().__init__(plan)
        self._changed = f"segment:{segment.uuid}", np.full(len(plan.accounts), value, dtype=object)

    def values(self, key: str) -> NDArray[np.generic] | None:
        return self._changed[1] if key == self._changed[0] else super().values(key)
