"""Which territories have ground that their outline in the file does not show yet, and writing those anew.

Owns the list; how an outline is found is geo's, where it stands the document's.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable

import numpy as np

from territorymap.document import Document
from territorymap.geo.outline import outlines
from territorymap.model.change import PlanDelta
from territorymap.model.plan import Plan
from territorymap.model.variant import Variant, variant_of
from territorymap.session.standing import Standing


class OutlineKeeper:
    """Of one open plan, in the scenario in use; territories of every alignment have one."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._stale: set[int] | None = set()  # territory_id; None = all
        self.ask_document()

    def ask_document(self) -> None:
        """Begin anew with what the file says is missing."""
        self._stale = set(self._document.territories_without_outline())

    def mark(self, delta: PlanDelta, plan: Plan, *, is_elsewhere: bool = False) -> None:
        """Take up what a step changed; ``is_elsewhere``: in alignments that are not in use, too."""
        if (delta.is_ground_changed or is_elsewhere) and self._stale is not None:
            # The document knows whose ground the step took, gave or gave other borders.
            self._stale |= set(self._document.territories_without_outline())
            return
        if delta.is_full or self._stale is None:
            self._stale = None
            return
        moved = np.concatenate([delta.unit_from, delta.unit_to])
        self._stale.update(plan.territories[ix].territory_id for ix in np.unique(moved[moved >= 0]))

    def write(self, standing: Standing, plan: Plan, others: Callable[[], Iterable[Variant]]) -> int:
        """Write the outlines that are missing; returns how many. ``others``: the alignments that are not in use."""
        own = [t.territory_id for t in plan.territories]
        wanted = set(own) if self._stale is None else self._stale & set(own)
        n = self._write(standing, variant_of(plan), wanted)
        missing = set(self._document.territories_without_outline()) if self._stale is None else self._stale
        if rest := missing - set(own):
            n += sum(self._write(standing, variant, rest) for variant in others())
        self._stale = set()
        return n

    def _write(self, standing: Standing, variant: Variant, wanted: Collection[int]) -> int:
        at = [ix for ix, territory in enumerate(variant.territories) if territory.territory_id in wanted]
        if at:
            shapes = outlines(standing.topology, variant.unit_territory, at, lambda: standing.geometry)
            ids = [variant.territories[ix].territory_id for ix in at]
            self._document.refresh_outlines(list(zip(ids, shapes, strict=True)))
        return len(at)
