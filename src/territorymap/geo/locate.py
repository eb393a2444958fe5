"""Which unit a point lies in. Owns UnitLocator; not postal codes and cities (importers.geocode)."""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray

from territorymap.geo.distance import great_circle_km
from territorymap.geo.layer import Geometries

_KM_PER_DEGREE = 111.0  # a little short, so that a search in degrees is a little wide
_CHUNK = 50_000


class UnitLocator:
    """Finds units at points; built once per layer."""

    def __init__(self, geometry: Geometries) -> None:
        self._geometry = np.asarray(geometry, dtype=object)
        self._tree = shapely.STRtree(self._geometry)

    def units_at(
        self, lon: NDArray[np.float64], lat: NDArray[np.float64], nearest_within_km: float = 0.0
    ) -> NDArray[np.int32]:
        """Return the unit_ix of each point; -1 where there is none or the point is nan.

        A point on a border belongs to the lowest unit_ix that touches it. With ``nearest_within_km`` a point in no
        unit goes to the nearest one within that distance (addresses on a generalised coast).
        """
        lon, lat = np.asarray(lon, dtype=np.float64), np.asarray(lat, dtype=np.float64)
        found = np.full(len(lon), -1, dtype=np.int32)
        told = np.flatnonzero(np.isfinite(lon) & np.isfinite(lat))
        for chunk in np.array_split(told, max(1, -(-len(told) // _CHUNK))):
            found[chunk] = self._inside(lon[chunk], lat[chunk])
        if nearest_within_km > 0:
            lost = told[found[told] < 0]
            found[lost] = self._nearest(lon[lost], lat[lost], nearest_within_km)
        return found

    def _inside(self, lon: NDArray[np.float64], lat: NDArray[np.float64]) -> NDArray[np.int32]:
        point, unit = self._tree.query(shapely.points(lon, lat))
        shapely.prepare(self._geometry[np.unique(unit)])
        is_in = shapely.intersects_xy(self._geometry[unit], lon[point], lat[point])
        lowest = np.full(len(lon), np.iinfo(np.int32).max, dtype=np.int32)
        np.minimum.at(lowest, point[is_in], unit[is_in].astype(np.int32))
        return np.where(lowest == np.iinfo(np.int32).max, -1, lowest).astype(np.int32)

    def _nearest(self, lon: NDArray[np.float64], lat: NDArray[np.float64], limit_km: float) -> NDArray[np.int32]:
        """Return the nearest unit by distance in degrees, if its nearest point lies within the limit."""
        found = np.full(len(lon), -1, dtype=np.int32)
        if not len(lon):
            return found
        shrink = np.maximum(np.cos(np.radians(np.minimum(np.abs(lat) + 1, 89))), 0.02)
        reach = limit_km / _KM_PER_DEGREE / float(shrink.min())
        points = shapely.points(lon, lat)
        at, unit = self._tree.query_nearest(points, max_distance=reach, all_matches=False)
        ends = shapely.get_coordinates(shapely.shortest_line(points[at], self._geometry[unit])).reshape(-1, 2, 2)
        km = great_circle_km(ends[:, 0, 0], ends[:, 0, 1], ends[:, 1, 0], ends[:, 1, 1])
        found[at[km <= limit_km]] = unit[km <= limit_km]
        return found
