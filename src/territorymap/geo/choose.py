"""Which units a drawn polygon means: by majority of area, by their point, by touch. Owns the rules; changes nothing."""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray

from territorymap.geo.layer import Geometries
from territorymap.geo.plane import plane_km2

RULES = ("majority", "centroid", "touch")


def units_by_majority(geometry: Geometries, polygon: shapely.Geometry) -> NDArray[np.int64]:
    """Return the unit_ix, ascending, that have more than half of their area in the polygon."""
    met = units_by_touch(geometry, polygon)
    within = plane_km2(shapely.intersection(geometry[met], polygon))
    return np.asarray(met[within > plane_km2(geometry[met]) / 2])


def units_by_centroid(
    lon: NDArray[np.float64], lat: NDArray[np.float64], polygon: shapely.Geometry
) -> NDArray[np.int64]:
    """Return the unit_ix, ascending, whose point (their centroid where that lies in them) lies in the polygon."""
    shapely.prepare(polygon)
    return np.flatnonzero(shapely.intersects_xy(polygon, lon, lat))


def units_by_touch(geometry: Geometries, polygon: shapely.Geometry) -> NDArray[np.int64]:
    """Return the unit_ix, ascending, that have ground in common with the polygon; a common border is not enough."""
    met = np.sort(shapely.STRtree(geometry).query(polygon, predicate="intersects"))
    return np.asarray(met[shapely.relate_pattern(geometry[met], polygon, "T********")])
