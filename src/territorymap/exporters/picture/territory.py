"""The map of one territory, or of all territories of a rep: zoomed to them, their neighbours pale.

Owns where such a map looks and what is marked on it; not the page around it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from territorymap.exporters.picture.cities import write_cities
from territorymap.exporters.picture.fit import fit_frame
from territorymap.exporters.picture.frames import Frame, frames_of
from territorymap.exporters.picture.ground import Drawing
from territorymap.exporters.picture.labels import Place
from territorymap.exporters.picture.marks import mark_by_size, mark_homes
from territorymap.exporters.picture.names import LARGE, NORMAL, SMALL, write_names
from territorymap.exporters.picture.page import INSET, INSET_ORDER, aspect
from territorymap.exporters.picture.painter import Map, draw_map
from territorymap.exporters.picture.scalebar import draw_scale_bar
from territorymap.exporters.picture.sheet import GAP, Box, Sheet
from territorymap.geo.distance import great_circle_km

MARGIN = 0.12  # of the width: neighbours are to be seen
HOME_REACH = 0.8  # a home further off than this share of the territory's span is told, not shown
SCALE_CORNER = (230.0, 44.0)  # design pixels
HOME_CLEAR = 9.0  # design pixels around a home that names keep free


def draw_territories(
    sheet: Sheet,
    drawing: Drawing,
    territories: Sequence[int],
    box: Box,
    account_value: NDArray[np.float64] | None = None,
    *,
    has_neighbour_names: bool = True,
) -> Map:
    """Draw the map of these territories, which must have units; far parts become insets in its lower left corner.

    Parameters
    ----------
    account_value : (A,) what the area of each account's circle shows, nan = no circle; None = no circles
    has_neighbour_names : False where a map may tell of nobody else
    """
    units = np.flatnonzero(np.isin(drawing.owner, list(territories)))
    main, insets = frames_of(drawing.view.geometry, units)
    main = _with_home(main, drawing, territories)
    this = _draw(sheet, drawing, territories, main, box, 0.0, account_value, has_neighbour_names)
    left = box.left + GAP / 2
    height = min(INSET, box.height * 0.28)
    for n, frame in enumerate(insets[:3]):
        width = min(height * min(max(aspect(drawing, frame), 0.8), 1.8), (box.width - GAP) / 3 - GAP)
        inset = Box(left, box.bottom + GAP / 2, width, height)
        shown = _draw(
            sheet, drawing, territories, frame, inset, INSET_ORDER * (n + 1), account_value, has_neighbour_names
        )
        draw_scale_bar(
            sheet, shown.fit, inset.right - 6, inset.bottom + 6, says_where=False, order=INSET_ORDER * (n + 1) + 10
        )
        left += width + GAP / 2
    return this


def _draw(
    sheet: Sheet,
    drawing: Drawing,
    territories: Sequence[int],
    frame: Frame,
    box: Box,
    order: float,
    account_value: NDArray[np.float64] | None,
    has_neighbour_names: bool,
) -> Map:
    fit = fit_frame(sheet, box, frame, drawing.view.geometry, MARGIN)
    focused = replace(drawing, has_unit_borders=True)
    _share_caches(drawing, focused)
    this = draw_map(sheet, focused, fit, focus=territories, order=order)
    circles: list[Place] = []
    if account_value is not None:
        accounts = drawing.view.plan.accounts
        wanted = np.flatnonzero(~np.isnan(account_value))
        circles = mark_by_size(this, np.column_stack([accounts.lon, accounts.lat])[wanted], account_value[wanted])
    homes = _homes(drawing, territories)
    mark_homes(this, homes)
    clear = 2 * HOME_CLEAR * sheet.unit
    taken = [Place(float(x), float(y), clear, clear) for x, y in this.seen(homes)[0]]
    largest = LARGE if len(territories) == 1 else NORMAL
    write_names(this, largest if order == 0.0 else SMALL, taken, has_pale=has_neighbour_names)
    if order == 0.0:
        write_cities(this, [*taken, *circles, _scale_corner(this)])
    return this


def _scale_corner(this: Map) -> Place:
    """Return the lower right corner, where the scale bar stands."""
    _, south, east, _ = this.fit.view
    width, height = (side * this.sheet.unit for side in SCALE_CORNER)
    return Place(east - width / 2, south + height / 2, width, height)


def _share_caches(source: Drawing, target: Drawing) -> None:
    """Hand what was computed once to a drawing of the same plan."""
    for name in ("owner", "arc_kind", "arc_box", "touches_cut", "rings", "was_border"):
        target.__dict__[name] = getattr(source, name)


def _with_home(frame: Frame, drawing: Drawing, territories: Sequence[int]) -> Frame:
    """Return the frame widened to hold the rep's home, where that lies not far off."""
    homes = _homes(drawing, territories)
    if not len(homes) or frame.is_world:
        return frame
    middle_lat = (frame.south + frame.north) / 2
    span_km = float(
        np.hypot(
            (frame.east - frame.west) * 111.3 * np.cos(np.radians(middle_lat)), (frame.north - frame.south) * 111.3
        )
    )
    lon, lat = homes[0]
    away_km = float(great_circle_km(frame.center_lon, middle_lat, lon, lat))
    return replace(frame, also=(float(lon), float(lat))) if away_km <= span_km * (0.5 + HOME_REACH) else frame


def _homes(drawing: Drawing, territories: Sequence[int]) -> NDArray[np.float64]:
    """Return (n, 2) longitudes and latitudes of the known homes of the territories' reps."""
    plan = drawing.view.plan
    reps = {drawing.territories[ix].rep_id for ix in territories}
    found = [(rep.lon, rep.lat) for rep in plan.reps if rep.rep_id in reps and rep.has_home]
    return np.array(found, dtype=np.float64).reshape(-1, 2)
