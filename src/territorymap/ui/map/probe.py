"""What a drawing on the map would take or cut if it ended here, asked again and again while it is drawn.

Owns the search tree between the questions; the rules are those by which the drawing itself is done.
"""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray

from territorymap.errors import UserError
from territorymap.geo.choose import units_by_centroid, units_by_majority, units_by_touch
from territorymap.geo.repair import polygons_only
from territorymap.mapview import messages, protocol, replies
from territorymap.mapview.limits import has_limits
from territorymap.session.commands.cutting import checked_cut, whole_notes
from territorymap.session.commands.drawing import EXACT, exact_cut
from territorymap.session.forecast import forecast_cut
from territorymap.session.session import Session
from territorymap.ui.map.drawn import area_of, line_of


class Prober:
    """Answers for one unit layer; a new one is looked at when the geometry is another."""

    def __init__(self) -> None:
        self._geometry: NDArray[np.object_] | None = None
        self._tree: shapely.STRtree | None = None

    def answer(self, message: messages.Probe, session: Session) -> replies.Reply:
        """Return the reply to a question of the page."""
        try:
            if message.rule == protocol.CUT:
                return self._cut(message, session)
            (area,) = polygons_only(np.array([area_of(message.points)], dtype=object))
            if message.rule == EXACT:
                return self._exact(message, session, area)
            return replies.probed(message.ask, self._taken(message.rule, session, area))
        except UserError:
            # What is drawn so far encloses nothing yet, or cannot be cut; the finished drawing will say so.
            return replies.probed(message.ask)

    def _taken(self, rule: str, session: Session, area: shapely.Geometry) -> NDArray[np.int64]:
        geometry, units = session.geometry, session.plan.units
        if rule == "centroid":
            return units_by_centroid(units.lon, units.lat, area)
        if rule == "touch":
            return units_by_touch(geometry, area, self._tree_of(geometry))
        return units_by_majority(geometry, area, self._tree_of(geometry))

    def _exact(self, message: messages.Probe, session: Session, area: shapely.Geometry) -> replies.Reply:
        plan = session.plan
        known = {t.territory_id: ix for ix, t in enumerate(plan.territories)}
        if message.territory is not None and message.territory not in known:
            return replies.probed(message.ask)  # the target is gone; the state on its way to the page says so
        cut, inside = exact_cut(plan, session.geometry, area, message.territory)
        target_ix = plan.n_territories if message.territory is None else known[message.territory]
        disruption = session.disruption if has_limits(plan) else None
        seen = forecast_cut(plan, session.totals, cut, inside, target_ix, disruption)
        flow = None if seen.flow is None else {**seen.flow.columns(), "displaced": seen.flow.displaced()}
        rows = [
            replies.forecast_row(ix, seen.total[:, ix], int(seen.n_units[ix]), int(seen.n_accounts[ix]))
            for ix in seen.touched
        ]
        return replies.probed(message.ask, inside, cut.wholes, len(cut.parts), whole_notes(plan, cut), rows, flow)

    def _cut(self, message: messages.Probe, session: Session) -> replies.Reply:
        shape = area_of(message.points) if message.is_closed else line_of(message.points)
        if not len(self._tree_of(session.geometry).query(shape, predicate="intersects")):
            return replies.probed(message.ask)
        cut = checked_cut(session.plan, session.geometry, shape)
        return replies.probed(message.ask, (), cut.wholes, len(cut.parts), whole_notes(session.plan, cut))

    def _tree_of(self, geometry: NDArray[np.object_]) -> shapely.STRtree:
        if self._tree is None or self._geometry is not geometry:
            self._geometry, self._tree = geometry, shapely.STRtree(geometry)
        return self._tree
