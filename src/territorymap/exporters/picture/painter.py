"""Draws the map of one frame: ground, territories, borders.

Owns colours and order of what is drawn; not where on the page (page), where it looks (frames), nor names (names).
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
import shapely
from matplotlib.colors import to_hex, to_rgb
from numpy.typing import NDArray

from territorymap.exporters.picture.context import read_context
from territorymap.exporters.picture.fit import Fit
from territorymap.exporters.picture.ground import COAST, TERRITORY_BORDER, UNIT_BORDER, Drawing
from territorymap.exporters.picture.paths import line_path, polygon_path, projected, shape_lines
from territorymap.exporters.picture.sheet import BEFORE, WATER, Sheet
from territorymap.exporters.picture.strokes import MapWindow
from territorymap.exporters.picture.thin import ThinArcs, thin_arcs

LAND = "#f4f2ec"
UNASSIGNED = "#dcdbd6"
BORDER = "#2b2f36"
STATE_LINE = "#5d6470"
UNIT_LINE = "#ffffff"
UNIT_LINE_ON_PALE = "#a7adb5"
ACCOUNT = "#1d2127"
PALE = 0.76  # of white in the colour of a territory that the map is not about
MIN_LAKE = 6.0  # design pixels; smaller lakes are specks over the territories' colours
MIN_STATE_LINE = 22.0
MIN_UNIT = 5.0  # where units are smaller on average, their borders would grey the colours
MIN_UNIT_WHEN_ASKED = 1.6  # and below this they would hide them, asked for or not


@dataclass(frozen=True)
class Map:
    """A map on a sheet, its ground drawn; names and marks are put on it."""

    window: MapWindow
    arcs: ThinArcs
    drawing: Drawing
    focus: frozenset[int] | None  # territories that the map is about; the rest is pale

    @property
    def fit(self) -> Fit:
        return self.window.fit

    @property
    def sheet(self) -> Sheet:
        return self.window.sheet

    def is_pale(self, territory_ix: int) -> bool:
        return self.focus is not None and territory_ix not in self.focus

    def seen(self, lonlat: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
        """Return the places that the map shows, in canvas units, and which of the (n, 2) longitudes and latitudes."""
        placed = np.full((len(lonlat), 2), np.nan)
        known = np.isfinite(lonlat).all(axis=1)
        if known.any():
            placed[known] = self.fit.place_lonlat(lonlat[known])
        west, south, east, north = self.fit.view
        with np.errstate(invalid="ignore"):
            inside = (placed >= (west, south)).all(axis=1) & (placed <= (east, north)).all(axis=1)
        inside &= np.isfinite(placed).all(axis=1)
        return placed[inside], np.flatnonzero(inside)


def draw_map(sheet: Sheet, drawing: Drawing, fit: Fit, focus: Collection[int] | None = None, order: float = 0.0) -> Map:
    """Draw ground, territories and borders of one frame; ``order`` sets a map over those drawn with a smaller one."""
    drawing.check()
    window = MapWindow(sheet, fit, drawing.check, order)
    arcs = thin_arcs(drawing, fit, sheet.grain)
    this = Map(window, arcs, drawing, None if focus is None else frozenset(focus))
    context = read_context(fit)
    window.fill(polygon_path(_placed(context.land, fit, sheet.grain)), LAND, 1)
    has_focus = this.focus is not None
    window.fill(arcs.ground(drawing.loose), mixed(UNASSIGNED, 0.5) if has_focus else UNASSIGNED, 2)
    for ix, territory in enumerate(drawing.territories):
        color = mixed(territory.color, PALE) if this.is_pale(ix) else territory.color
        window.fill(arcs.ground(ix), color, 2 if this.is_pale(ix) else 3)
    _unit_borders(this)
    lakes = _placed(context.lakes, fit, sheet.grain)
    lakes = lakes[lakes != np.array(None)]
    window.fill(polygon_path(lakes[shapely.area(lakes) > (MIN_LAKE * sheet.unit) ** 2]), WATER, 5)
    states = _placed(context.states, fit, sheet.grain)
    if _is_wide_meshed(states, sheet):
        window.line(line_path(shape_lines(states)), STATE_LINE, 0.45, 6, alpha=0.6)
    window.line(line_path(shape_lines(_placed(context.countries, fit, sheet.grain))), STATE_LINE, 0.8, 6, alpha=0.9)
    window.line(arcs.lines(drawing.arc_kind == COAST), BORDER, 0.45, 7, alpha=0.8)
    _territory_borders(this)
    return this


def mixed(color: str, white: float) -> str:
    """Return the colour with this share of white in it."""
    red, green, blue = (c + (1.0 - c) * white for c in to_rgb(color))
    return str(to_hex((red, green, blue)))


def _territory_borders(this: Map) -> None:
    drawing, arcs, window = this.drawing, this.arcs, this.window
    is_border = drawing.arc_kind == TERRITORY_BORDER
    if this.focus is None:
        window.line(arcs.lines(is_border), BORDER, 1.1, 7)
    else:
        owner = np.append(drawing.owner, -1)
        topology = drawing.view.topology
        wanted = list(this.focus)
        in_focus = np.isin(owner[topology.arc_left], wanted) != np.isin(owner[topology.arc_right], wanted)
        between = np.isin(owner[topology.arc_left], wanted) & np.isin(owner[topology.arc_right], wanted)
        window.line(arcs.lines(is_border & ~in_focus & ~between), STATE_LINE, 0.6, 7, alpha=0.6)
        window.line(arcs.lines(is_border & between), BORDER, 0.9, 7.1)
        window.line(arcs.lines(in_focus & (drawing.arc_kind != COAST)), BORDER, 1.6, 7.2)
        window.line(arcs.lines(in_focus & (drawing.arc_kind == COAST)), BORDER, 0.9, 7.2)
    if drawing.before is not None:
        moved = drawing.was_border & ~is_border & _beside(this)
        window.line(arcs.lines(moved), BEFORE, 1.3, 7.5, dashes=(0, (3.0, 2.2)))


def _beside(this: Map) -> NDArray[np.bool_]:
    """Return (K,) arcs that are inside or on the border of what the map is about."""
    topology, drawing = this.drawing.view.topology, this.drawing
    if this.focus is None or drawing.before is None:
        return np.ones(topology.n_arcs, dtype=bool)
    ids = {drawing.territories[ix].territory_id for ix in this.focus}
    was = [ix for ix, territory in enumerate(drawing.before.territories) if territory.territory_id in ids]
    before = np.append(drawing.before.unit_territory, -1)
    now = np.append(drawing.owner, -1)
    wanted = list(this.focus)
    found = np.zeros(topology.n_arcs, dtype=bool)
    for side in (topology.arc_left, topology.arc_right):
        found |= np.isin(now[side], wanted) | np.isin(before[side], was)
    return found


def _unit_borders(this: Map) -> None:
    drawing = this.drawing
    typical = _typical_unit(this)
    if typical < (MIN_UNIT_WHEN_ASKED if drawing.has_unit_borders else MIN_UNIT):
        return
    is_border = drawing.arc_kind == UNIT_BORDER
    width = 0.35 * float(np.clip(typical / 12.0, 0.35, 1.0)) if drawing.has_unit_borders else 0.35
    if this.focus is None:
        this.window.line(this.arcs.lines(is_border), UNIT_LINE, width, 4, alpha=0.6)
        return
    left = np.append(drawing.owner, -1)[drawing.view.topology.arc_left]
    in_focus = np.isin(left, list(this.focus))
    this.window.line(this.arcs.lines(is_border & ~in_focus), UNIT_LINE_ON_PALE, width * 0.8, 4, alpha=0.5)
    this.window.line(this.arcs.lines(is_border & in_focus), UNIT_LINE, width * 1.4, 4, alpha=0.9)


def _is_wide_meshed(lines: NDArray[np.object_], sheet: Sheet) -> bool:
    """Return whether border lines are long enough to be told apart: a net of short ones would only darken the map."""
    west, south, east, north = shapely.bounds(lines[lines != np.array(None)]).T
    length = np.hypot(east - west, north - south) / sheet.unit
    return bool(len(length)) and float(np.median(length)) >= MIN_STATE_LINE


def _typical_unit(this: Map) -> float:
    """Return the size of a typical unit in design pixels."""
    units = this.fit.frame.unit_ix
    area_km2 = this.drawing.view.plan.units.area_km2[units]
    side_m = float(np.sqrt(np.median(area_km2))) * 1000 if len(units) else 0.0
    return side_m / this.fit.metres_per_unit / this.sheet.unit


def _placed(shapes: NDArray[np.object_], fit: Fit, grain: float) -> NDArray[np.object_]:
    """Return shapes in longitude and latitude as shapes in canvas units, thinned."""
    out = projected(shapes, fit.frame)
    is_there = out != np.array(None)
    if is_there.any():
        out[is_there] = shapely.simplify(shapely.transform(out[is_there], fit.place), grain)
    return out
