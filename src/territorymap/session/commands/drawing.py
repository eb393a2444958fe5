"""A drawn polygon becomes a territory or is added to one, by whole units or exactly. One undoable step.

Owns the rules by name and what is refused; which units a polygon means is geo.choose's, the cut is cutting's.
"""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray

from territorymap.document import Writer
from territorymap.errors import UserError
from territorymap.geo.choose import inside_and_crossed, units_by_centroid, units_by_majority, units_by_touch
from territorymap.geo.cut import Cut
from territorymap.geo.layer import Geometries
from territorymap.geo.repair import polygons_only
from territorymap.i18n import tr
from territorymap.mapview.palette import choose_color
from territorymap.model.plan import Plan
from territorymap.session.commands.checks import clean_name, find_territory
from territorymap.session.commands.cutting import CutStep, checked_cut, give_inside, inner_units, refuse_locked
from territorymap.session.commands.territories import create_territory, territory_row
from territorymap.session.commands.units import assign_units
from territorymap.session.session import Command

EXACT = "exact"


def draw_territory(
    plan: Plan,
    geometry: Geometries,
    polygon: shapely.Geometry,
    *,
    rule: str,
    territory_id: int | None = None,
    new_name: str | None = None,
) -> Command:
    """Give what lies in the polygon to a territory, or make one of it.

    ``rule``: "majority", "centroid", "touch" take whole units; "exact" cuts those that the border crosses, but not
    those that the territory has already.

    Raises
    ------
    UserError
        if no unit lies in the polygon, or one that would change is locked.
    """
    (area,) = polygons_only(np.array([polygon], dtype=object))
    if territory_id is None and new_name is None:
        raise UserError(tr("No territory is chosen."), tr("Choose a territory, or give a name for a new one."))
    if rule == EXACT:
        return _exact(plan, geometry, area, territory_id, new_name)
    units = chosen_units(plan, geometry, area, rule)
    if not len(units):
        raise _nothing_inside()
    if territory_id is not None:
        return assign_units(plan, units, territory_id)
    return create_territory(plan, new_name or "", unit_ix=units)


def chosen_units(plan: Plan, geometry: Geometries, polygon: shapely.Geometry, rule: str) -> NDArray[np.int64]:
    """Return the unit_ix that the polygon means by a rule."""
    if rule == "majority":
        return units_by_majority(geometry, polygon)
    if rule == "centroid":
        return units_by_centroid(plan.units.lon, plan.units.lat, polygon)
    if rule == "touch":
        return units_by_touch(geometry, polygon)
    raise ValueError(rule)


def exact_cut(
    plan: Plan, geometry: Geometries, area: shapely.Geometry, territory_id: int | None
) -> tuple[Cut, NDArray[np.int64]]:
    """Return the cut that a polygon means exactly, and the unit_ix that go to the territory whole.

    What the territory has already is neither cut nor moved.
    """
    own = [] if territory_id is None else plan.units_of(plan.territory_ix(territory_id)).tolist()
    # Units clear of the border are not cut: taken out, the work goes with the length of the border, not with the area.
    clear, _ = inside_and_crossed(geometry, area)
    near = geometry.copy()
    near[clear] = shapely.MultiPolygon()
    cut = checked_cut(plan, near, area, keep_whole=own)
    return cut, np.setdiff1d(inner_units(geometry, area, cut), own)


def _exact(
    plan: Plan, geometry: Geometries, area: shapely.Geometry, territory_id: int | None, new_name: str | None
) -> Command:
    target = None if territory_id is None else find_territory(plan, territory_id)
    name = target.name if target else clean_name(new_name or "", (t.name for t in plan.territories), tr("territory"))
    cut, inside = exact_cut(plan, geometry, area, territory_id)
    if not len(inside) and not cut.parts:
        raise _nothing_inside()
    refuse_locked(plan, np.union1d(cut.wholes, inside), territory_id)
    step = CutStep(plan, cut)

    def run(writer: Writer, plan: Plan) -> None:
        taker = territory_id
        if taker is None:
            (taker,) = writer.insert(
                "territory", [territory_row(plan, name, choose_color([t.color for t in plan.territories]))]
            )
        ids = step.write(writer)
        give_inside(writer, plan, cut, ids, inside, taker)

    label = tr("Draw {name}", name=name) if target is None else tr("Add the drawn area to {name}", name=name)
    return Command(label, run, step.notes)


def _nothing_inside() -> UserError:
    return UserError(
        tr("No unit lies in the drawn area."), tr("Draw a larger area, or choose that units are taken when touched.")
    )
