"""Web Mercator as whole numbers, and the zoom level from which each vertex of a line is worth drawing.

Owns projection and levels of detail; not what the lines mean.
"""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray

WORLD = 1 << 30  # the globe's width in map steps: 3.7 cm at the equator
TILE_PX = 256  # the globe's width in pixels at zoom 0
MAX_LAT = 85.0511287798
MAX_LEVEL = 14
TOLERANCE_PX = 0.4
NO_POINT = -(1 << 31)

Ints = NDArray[np.int32]


def project(lon: NDArray[np.float64], lat: NDArray[np.float64]) -> Ints:
    """Return (n, 2) map steps, x to the east from 180 W, y to the south from 85.05 N; NO_POINT where not finite."""
    lon, lat = np.asarray(lon, dtype=float), np.asarray(lat, dtype=float)
    is_known = np.isfinite(lon) & np.isfinite(lat)
    lon, lat = np.where(is_known, lon, 0.0), np.where(is_known, lat, 0.0)
    sin = np.sin(np.deg2rad(np.clip(lat, -MAX_LAT, MAX_LAT)))
    x = (np.clip(lon, -360.0, 360.0) / 360.0 + 0.5) * WORLD
    y = (0.5 - np.arctanh(sin) / (2 * np.pi)) * WORLD
    xy = np.rint(np.column_stack([x, y]))
    xy[~is_known] = NO_POINT
    return xy.astype(np.int32)


def unproject(xy: NDArray[np.integer]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return (lon, lat) of (n, 2) map steps."""
    share = np.asarray(xy, dtype=float) / WORLD
    lon = (share[:, 0] - 0.5) * 360.0
    lat = np.rad2deg(np.arcsin(np.tanh((0.5 - share[:, 1]) * 2 * np.pi)))
    return lon, lat


def steps_per_px(level: float) -> float:
    """Return the map steps in one pixel at a zoom level."""
    return float(WORLD / (TILE_PX * 2.0**level))


def vertex_levels(xy: Ints, start: NDArray[np.int64]) -> NDArray[np.uint8]:
    """Return for each vertex the lowest zoom level at which it must be drawn, (N,).

    Line k is ``xy[start[k] : start[k + 1]]``. Ends are level 0, so lines that share ends (arcs) stay joined at every
    level: no gaps and no overlaps between units can open. Douglas-Peucker with ``TOLERANCE_PX`` at each level.
    """
    n_points = np.diff(start)
    levels = np.full(len(xy), MAX_LEVEL, dtype=np.uint8)
    levels[start[:-1][n_points > 0]] = 0
    levels[start[1:][n_points > 0] - 1] = 0
    line = np.repeat(np.arange(len(n_points)), n_points)
    # z carries the vertex number through GEOS, so that what is kept can be told.
    points = np.column_stack([xy.astype(float), np.arange(len(xy), dtype=float)])
    is_long = np.repeat(n_points, n_points) > 2
    points, line = points[is_long], line[is_long]
    for level in range(MAX_LEVEL - 1, -1, -1):
        if not len(points):
            break
        _, line = np.unique(line, return_inverse=True)
        lines = shapely.linestrings(points, indices=line)
        kept = shapely.simplify(lines, TOLERANCE_PX * steps_per_px(level), preserve_topology=False)
        points, line = shapely.get_coordinates(kept, include_z=True, return_index=True)
        levels[points[:, 2].astype(np.int64)] = np.minimum(levels[points[:, 2].astype(np.int64)], level)
    return levels
