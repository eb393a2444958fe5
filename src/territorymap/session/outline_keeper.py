"""Which territories have ground that their outline in the file does not show yet, and writing those anew.

Owns the list; how an outline is found is geo's, where it stands the document's.
"""

from __future__ import annotations

import numpy as np

from territorymap.document import Document
from territorymap.geo.outline import outlines
from territorymap.model.change import PlanDelta
from territorymap.model.plan import Plan
from territorymap.session.standing import Standing


class OutlineKeeper:
    """Of one open plan, in the scenario in use."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._stale: set[int] | None = set()  # territory_id; None = all
        self.ask_document()

    def ask_document(self) -> None:
        """Begin anew with what the file says is missing."""
        self._stale = set(self._document.territories_without_outline())

    def mark(self, delta: PlanDelta, plan: Plan) -> None:
        """Take up what a step changed."""
        if delta.is_ground_changed and self._stale is not None:
            # The document knows whose ground the step took, gave or gave other borders.
            self._stale |= set(self._document.territories_without_outline())
            return
        if delta.is_full or self._stale is None:
            self._stale = None
            return
        moved = np.concatenate([delta.unit_from, delta.unit_to])
        self._stale.update(plan.territories[ix].territory_id for ix in np.unique(moved[moved >= 0]))

    def write(self, standing: Standing, plan: Plan) -> int:
        """Write the outlines that are missing; returns how many."""
        wanted = [
            ix
            for ix, territory in enumerate(plan.territories)
            if self._stale is None or territory.territory_id in self._stale
        ]
        if wanted:
            shapes = outlines(standing.topology, plan.unit_territory, wanted, lambda: standing.geometry)
            ids = [plan.territories[ix].territory_id for ix in wanted]
            self._document.refresh_outlines(list(zip(ids, shapes, strict=True)))
        self._stale = set()
        return len(wanted)
