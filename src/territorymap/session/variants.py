"""Who has what in the scenarios and alignments of an open plan that are not in use, and what each alignment covers.

Owns what is kept until a step may have changed it; reading the file is the document's.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from territorymap.document import Document
from territorymap.model.change import RowChange
from territorymap.model.coverage import TABLES
from territorymap.model.covering import covered_accounts
from territorymap.model.plan import Plan
from territorymap.model.scope.fields import MARK_FIELDS
from territorymap.model.variant import Variant
from territorymap.session.apply import only_protects

# What a step may change in the place in use without any other place being different for it.
_OWN_TABLES = frozenset({"assignment", "override", "territory", "plan", "cap", "scene", "conflict", *TABLES.values()})
# What a scope may ask of: a row of these may put accounts in or out of it.
_ASKED_TABLES = frozenset({"account", "unit", "measure", "segment", "plan", "alignment"})
_Place = tuple[int, int]  # scenario_id, alignment_id


class Variants:
    """Variants by place, and masks of scopes by alignment; both are arrays that nobody writes into."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._kept: dict[_Place, Variant] = {}
        self._masks: dict[int, tuple[str, NDArray[np.bool_]]] = {}  # by alignment_id: scope, what it covers

    def get(self, plan: Plan, place: _Place) -> Variant:
        """Return who has what in a place that is not in use."""
        if place not in self._kept:
            variant = self._document.variant(place[0], plan, place[1])
            self._kept[place] = replace(variant, in_scope=self.in_scope(plan, place[1]), alignment_id=place[1])
        return self._kept[place]

    def known(self, place: _Place) -> Variant | None:
        """Return the same if it was read already."""
        return self._kept.get(place)

    def take(self, place: _Place) -> None:
        """Let go of a place that comes in use: its arrays will be edited."""
        self._kept.pop(place, None)

    def keep(self, place: _Place, variant: Variant) -> None:
        """Take up a place that was in use until now."""
        self._kept[place] = variant

    def in_scope(self, plan: Plan, alignment_id: int) -> NDArray[np.bool_]:
        """Return (A,) which accounts an alignment covers."""
        scope = next(a.scope for a in plan.alignments if a.alignment_id == alignment_id)
        known = self._masks.get(alignment_id)
        if known is None or known[0] != scope or len(known[1]) != len(plan.accounts):
            known = self._masks[alignment_id] = (scope, covered_accounts(plan, scope))
        return known[1]

    def follow(
        self, plan: Plan, changes: Sequence[RowChange], elsewhere: Iterable[int], *, is_all: bool = False
    ) -> bool:
        """Let go of what a step may have changed; tells whether accounts may have come into, or gone out of a scope.

        ``plan``: as it was before; ``elsewhere``: the alignments besides the one in use that the step changed.
        """
        changed = set(elsewhere)
        if is_all or any(change.table not in _OWN_TABLES and not only_protects(change) for change in changes):
            self._kept.clear()
        elif not changes and not changed:
            self._kept.clear()  # a step that the place in use does not see: of another scenario
        else:
            self._kept = {place: variant for place, variant in self._kept.items() if place[1] not in changed}
        asks_marks = any(f'"{mark}"' in alignment.scope for alignment in plan.alignments for mark in MARK_FIELDS)
        if not is_all and not any(_may_be_asked(change, asks_marks) for change in changes):
            return False
        self._masks.clear()
        self._kept.clear()
        return True


def _may_be_asked(change: RowChange, asks_marks: bool) -> bool:
    """Whether a scope may have asked of what a row said, or is another itself."""
    if change.table not in _ASKED_TABLES or (only_protects(change) and not asks_marks):
        return False
    is_update = change.old is not None and change.new is not None
    if change.table == "alignment":
        return not is_update or "scope" in (change.new or {})
    if change.table == "unit":
        return not is_update or set(change.new or ()) != {"locked"}
    if change.table == "plan":
        return "visits" in (change.new or {})
    return change.table == "account" or not is_update
