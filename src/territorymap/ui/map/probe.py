"""What a drawing on the map would take or cut if it ended here, asked again and again while it is drawn.

Owns the search tree between the questions; the rules are those by which the drawing itself is done.
"""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray

from territorymap.errors import UserError
from territorymap.geo.choose import inside_and_crossed, units_by_centroid, units_by_majority, units_by_touch
from territorymap.geo.repair import polygons_only
from territorymap.mapview import protocol, replies
from territorymap.model.plan import Plan
from territorymap.session.commands.cutting import checked_cut, whole_notes
from territorymap.session.commands.drawing import EXACT
from territorymap.ui.map.drawn import area_of, line_of

_NONE = np.empty(0, dtype=np.int64)


class Prober:
    """Answers for one unit layer; a new one is looked at when the geometry is another."""

    def __init__(self) -> None:
        self._geometry: NDArray[np.object_] | None = None
        self._tree: shapely.STRtree | None = None

    def answer(self, message: protocol.Probe, plan: Plan, geometry: NDArray[np.object_]) -> replies.Reply:
        """Return the reply to a question of the page."""
        try:
            if message.rule == protocol.CUT:
                return self._cut(message, plan, geometry)
            taken, crossed = self._taken(message, plan, geometry)
        except UserError:
            # What is drawn so far encloses nothing yet, or cannot be cut; the finished drawing will say so.
            return replies.probed(message.ask, [], [], 0, [])
        return replies.probed(message.ask, taken, crossed, 0, [])

    def _taken(
        self, message: protocol.Probe, plan: Plan, geometry: NDArray[np.object_]
    ) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return the units that would be taken whole, and those of which a part would be."""
        (area,) = polygons_only(np.array([area_of(message.points)], dtype=object))
        if message.rule == "centroid":
            return units_by_centroid(plan.units.lon, plan.units.lat, area), _NONE
        if message.rule == "touch":
            return units_by_touch(geometry, area, self._tree_of(geometry)), _NONE
        if message.rule == EXACT:
            return inside_and_crossed(geometry, area, self._tree_of(geometry))
        return units_by_majority(geometry, area, self._tree_of(geometry)), _NONE

    def _cut(self, message: protocol.Probe, plan: Plan, geometry: NDArray[np.object_]) -> replies.Reply:
        shape = area_of(message.points) if message.is_closed else line_of(message.points)
        near = np.sort(self._tree_of(geometry).query(shape, predicate="intersects"))
        if not len(near):
            return replies.probed(message.ask, [], [], 0, [])
        cut = checked_cut(plan, geometry, shape)
        return replies.probed(message.ask, [], cut.wholes, len(cut.parts), whole_notes(plan, cut))

    def _tree_of(self, geometry: NDArray[np.object_]) -> shapely.STRtree:
        if self._tree is None or self._geometry is not geometry:
            self._geometry, self._tree = geometry, shapely.STRtree(geometry)
        return self._tree
