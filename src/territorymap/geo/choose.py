"""Which units a drawn polygon means: by majority of area, by their point, by touch. Owns the rules; changes nothing.

Each rule takes a search tree of the geometry where the caller has one; of the units only those that the polygon's
border meets are measured, the others lie wholly inside.
"""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray

from territorymap.geo.layer import Geometries
from territorymap.geo.plane import plane_km2

RULES = ("majority", "centroid", "touch")


def units_by_majority(
    geometry: Geometries, polygon: shapely.Geometry, tree: shapely.STRtree | None = None
) -> NDArray[np.int64]:
    """Return the unit_ix, ascending, that have more than half of their area in the polygon."""
    inside, crossed = inside_and_crossed(geometry, polygon, tree)
    within = plane_km2(shapely.intersection(geometry[crossed], polygon))
    return np.union1d(inside, crossed[within > plane_km2(geometry[crossed]) / 2])


def units_by_centroid(
    lon: NDArray[np.float64], lat: NDArray[np.float64], polygon: shapely.Geometry
) -> NDArray[np.int64]:
    """Return the unit_ix, ascending, whose point (their centroid where that lies in them) lies in the polygon."""
    shapely.prepare(polygon)
    return np.flatnonzero(shapely.intersects_xy(polygon, lon, lat))


def units_by_touch(
    geometry: Geometries, polygon: shapely.Geometry, tree: shapely.STRtree | None = None
) -> NDArray[np.int64]:
    """Return the unit_ix, ascending, that have ground in common with the polygon; a common border is not enough."""
    return np.union1d(*inside_and_crossed(geometry, polygon, tree))


def inside_and_crossed(
    geometry: Geometries, polygon: shapely.Geometry, tree: shapely.STRtree | None = None
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the unit_ix that lie wholly inside the polygon, clear of its border, and of others with common ground."""
    shapely.prepare(polygon)
    met = np.sort((tree or shapely.STRtree(geometry)).query(polygon, predicate="intersects"))
    is_inside = np.asarray(shapely.contains_properly(polygon, geometry[met]), dtype=np.bool_)
    rest = met[~is_inside]
    return met[is_inside], rest[np.asarray(shapely.relate_pattern(geometry[rest], polygon, "T********"))]
