"""The command that a drawing on the map asks for. Owns the way from points to shapes; what is done is session's."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import shapely
from numpy.typing import NDArray

from territorymap.errors import UserError
from territorymap.i18n import tr
from territorymap.mapview import messages
from territorymap.model.plan import Plan
from territorymap.session.commands.cutting import cut_units, join_parts
from territorymap.session.commands.drawing import draw_territory
from territorymap.session.session import Command


def command_for(
    message: messages.Draw | messages.Cut | messages.Join, plan: Plan, geometry: NDArray[np.object_]
) -> Command:
    """Return the command; UserError where the drawing cannot be meant."""
    match message:
        case messages.Join(units=units):
            return join_parts(plan, geometry, np.array(units, dtype=np.int64))
        case messages.Draw():
            return draw_territory(
                plan,
                geometry,
                area_of(message.polygon),
                rule=message.rule,
                territory_id=message.territory,
                new_name=message.new_name,
            )
        case messages.Cut():
            shape = line_of(message.line) if message.line is not None else area_of(message.polygon or ())
            return cut_units(plan, geometry, shape, territory_id=message.territory)


def line_of(points: Sequence[messages.Point]) -> shapely.LineString:
    """Return a drawn line; UserError if it has no length."""
    line = shapely.remove_repeated_points(shapely.LineString(_on_globe(points)))
    if shapely.length(line) == 0:
        raise UserError(tr("The line has no length."), tr("Draw it through a unit, from one side to the other."))
    return line


def area_of(points: Sequence[messages.Point]) -> shapely.Polygon:
    """Return a drawn polygon, closed; UserError if it has no area."""
    polygon = shapely.Polygon(_on_globe(points))
    if shapely.area(shapely.make_valid(polygon)) == 0:
        raise UserError(tr("The drawn area is empty."), tr("Draw around the units that are meant."))
    return polygon


def _on_globe(points: Sequence[messages.Point]) -> NDArray[np.float64]:
    """Return the points where the units are: the map may show the world more than once side by side."""
    drawn = np.array(points, dtype=np.float64)
    middle = (drawn[:, 0].min() + drawn[:, 0].max()) / 2
    drawn[:, 0] -= 360 * np.round(middle / 360)
    return drawn
