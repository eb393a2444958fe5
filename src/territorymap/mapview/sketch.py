"""The first picture of a plan, before the page has drawn it: outlines in pixels, where the map will show them.

Owns the view that Leaflet will choose and the way from outlines to pixels; not the painting (ui).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from territorymap.mapview.mercator import TILE_PX, WORLD, project
from territorymap.mapview.packing import home_bounds

PADDING_PX = 24  # as the page's fitBounds
_SNAP, _MIN_ZOOM, _MAX_ZOOM = 0.25, 2.0, 14.0  # as the page's map


@dataclass(frozen=True)
class Sketch:
    """Outlines in map steps, and what of the world is to be seen."""

    color: list[str]  # (n,)
    xy: NDArray[np.int32]  # (N, 2) map steps
    ring_start: NDArray[np.int64]  # (R + 1,)
    ring_territory: NDArray[np.int64]  # (R,) ascending
    home: NDArray[np.int32]  # (2, 2) map steps: north-west and south-east corner


def make_sketch(
    lon: NDArray[np.float64], lat: NDArray[np.float64], color: Sequence[str], outline: NDArray[np.object_]
) -> Sketch:
    """Return the sketch of territories; ``lon`` and ``lat`` are those of the plan's units."""
    polygons, territory = shapely.get_parts(outline, return_index=True)
    rings, polygon = shapely.get_rings(polygons, return_index=True)
    coords, ring = shapely.get_coordinates(rings, return_index=True)
    west, south, east, north = home_bounds(lon, lat)
    return Sketch(
        color=list(color),
        xy=project(coords[:, 0], coords[:, 1]),
        ring_start=np.searchsorted(ring, np.arange(len(rings) + 1)),
        ring_territory=territory[polygon],
        home=project(np.array([west, east]), np.array([north, south])),
    )


def fit_zoom(sketch: Sketch, width: int, height: int) -> float:
    """Return the zoom at which Leaflet's fitBounds shows the home of the plan in a map of that size."""
    span = np.maximum(np.abs(np.diff(sketch.home.astype(float), axis=0)[0]), 1.0) * TILE_PX / WORLD
    room = np.maximum(np.array([width, height]) - 2 * PADDING_PX, 1)
    zoom = np.log2((room / span).min())
    zoom = np.round(zoom / (_SNAP / 100)) * (_SNAP / 100)
    return float(np.clip(np.floor(zoom / _SNAP) * _SNAP, _MIN_ZOOM, _MAX_ZOOM))


def rings_in_pixels(sketch: Sketch, width: int, height: int) -> list[tuple[int, list[NDArray[np.float64]]]]:
    """Return (territory, its rings as (k, 2) pixels) as the map of that size will show them.

    Points that fall on the pixel of the one before are left out: they cannot be seen, and most are of that kind.
    """
    scale = TILE_PX * 2.0 ** fit_zoom(sketch, width, height) / WORLD
    middle = sketch.home.astype(float).mean(axis=0)
    px = (sketch.xy - middle) * scale + np.array([width / 2, height / 2])
    cell = np.floor(px * 2)
    keep = np.ones(len(px), dtype=bool)
    keep[1:] = (cell[1:] != cell[:-1]).any(axis=1)
    keep[sketch.ring_start[:-1]] = True
    start = np.concatenate([[0], np.cumsum(keep)])[sketch.ring_start]
    px = px[keep]
    found: dict[int, list[NDArray[np.float64]]] = {}
    for ring in np.flatnonzero(np.diff(start) > 2):
        found.setdefault(int(sketch.ring_territory[ring]), []).append(px[start[ring] : start[ring + 1]])
    return list(found.items())
