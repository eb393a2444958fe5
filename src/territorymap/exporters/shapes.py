"""Shapes of an export: outlines, units, points; and shapes as GeoJSON wants them.

Owns rounding, ring order and the cut at 180 degrees; not the dissolve (geo.outline).
"""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray

from territorymap.exporters.view import ExportView
from territorymap.geo.outline import outlines
from territorymap.geo.span import longitude_span

Shapes = NDArray[np.object_]


def content_shapes(view: ExportView, what: str) -> Shapes:
    """Return (n,) shapes of "territories", "units" or "accounts"; None where there is no place."""
    if what == "units":
        return view.geometry
    if what == "territories":
        return territory_shapes(view)
    accounts = view.plan.accounts
    shapes = np.full(len(accounts), None, dtype=object)
    has_place = np.isfinite(accounts.lon) & np.isfinite(accounts.lat)
    shapes[has_place] = shapely.points(accounts.lon[has_place], accounts.lat[has_place])
    return shapes


def territory_shapes(view: ExportView) -> Shapes:
    """Return (T,) outlines; None for a territory without units."""
    plan = view.plan
    shapes = outlines(view.topology, plan.unit_territory, plan.n_territories, lambda: view.geometry)
    shapes[shapely.is_empty(shapes)] = None
    return np.asarray(shapes, dtype=object)


def as_rfc7946(shapes: Shapes, decimals: int) -> Shapes:
    """Return the shapes rounded, outer rings counterclockwise, and cut where they cross 180 degrees."""
    inside = within_180(shapes)
    rounded = shapely.remove_repeated_points(shapely.transform(inside, lambda xy: np.round(xy, decimals)))
    return np.asarray(shapely.orient_polygons(rounded, exterior_cw=False), dtype=object)


def within_180(shapes: Shapes) -> Shapes:
    """Return the shapes with what lies beyond 180 degrees moved to the other side, as RFC 7946 section 3.1.9 has it."""
    bounds = shapely.bounds(shapes)
    over = (bounds[:, 0] < -180) | (bounds[:, 2] > 180)
    if not over.any():
        return shapes
    out = shapes.copy()
    for ix in np.flatnonzero(over):
        parts = [_turned(shapes[ix], turn) for turn in (-360.0, 0.0, 360.0)]
        polygons = [p for part in parts for p in shapely.get_parts(part) if p.geom_type in ("Polygon", "Point")]
        out[ix] = shapely.multipolygons(polygons) if shapes[ix].geom_type != "Point" else polygons[0]
    return out


def bounding_box(shapes: Shapes, decimals: int) -> list[float] | None:
    """Return [west, south, east, north] of shapes cut at 180 degrees, west > east where the box crosses it.

    As RFC 7946 section 5.2 has it; None where nothing has a place.
    """
    parts = shapely.get_parts(shapes[~shapely.is_missing(shapes)])
    box = shapely.bounds(parts[~shapely.is_empty(parts)])
    if not len(box):
        return None
    west, east = longitude_span(box[:, 0], box[:, 2])
    if east - west >= 360:
        west, east = -180.0, 180.0
    elif east > 180:
        east -= 360
    south, north = box[:, 1].min(), box[:, 3].max()
    return [round(float(side), decimals) for side in (west, south, east, north)]


def _turned(shape: shapely.Geometry, turn: float) -> shapely.Geometry:
    """Return what lies within 180 degrees of the meridian ``turn``, moved to the meridian 0."""
    within = shapely.intersection(shape, shapely.box(turn - 180, -90, turn + 180, 90))
    return shapely.transform(within, lambda xy: xy - [turn, 0.0])
