"""Degrees as a plane in which a metre is a metre, for gaps and overlaps. Owns the two projections; no search."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from territorymap.geo.distance import EARTH_RADIUS_KM
from territorymap.geo.layer import Geometries

METRES_PER_DEGREE = 111_320.0
SPECK_KM2 = 1e-6  # 1 m2: smaller overlaps and gaps are rounding, not counted
_FLATTEST = 0.05  # a degree of longitude is never taken for less than this share of one of latitude


@dataclass(frozen=True)
class Plane:
    """Longitudes shrunk by the cosine of the layer's middle latitude; units are degrees of latitude."""

    shrink: float

    @classmethod
    def of(cls, geometry: Geometries) -> Plane:
        """Return the plane of a layer."""
        _, south, _, north = shapely.total_bounds(geometry)
        middle = float((south + north) / 2) if np.isfinite(south + north) else 0.0
        return cls(max(float(np.cos(np.radians(middle))), _FLATTEST))

    def flat(self, geometry: Geometries) -> Geometries:
        return np.asarray(shapely.transform(geometry, lambda xy: xy * (self.shrink, 1.0)))

    def round_again(self, flat: Geometries, known: Geometries) -> Geometries:
        """Return degrees of what was flat; corners that ``known`` has get its very numbers back.

        x * shrink / shrink is not always x, and a border moved by a rounding error is one that its neighbour lacks.
        """
        degrees = shapely.get_coordinates(known)
        keys = _keys(degrees * (self.shrink, 1.0))
        order = np.argsort(keys)
        keys, degrees = keys[order], degrees[order]

        def back(xy: NDArray[np.float64]) -> NDArray[np.float64]:
            at = np.minimum(np.searchsorted(keys, _keys(xy)), len(keys) - 1)
            is_known = keys[at] == _keys(xy)
            return np.where(is_known[:, None], degrees[at], xy / (self.shrink, 1.0))

        return np.asarray(shapely.transform(flat, back))


def _keys(xy: NDArray[np.float64]) -> NDArray[np.complex128]:
    """Return points as single numbers that can be sorted and compared."""
    return np.ascontiguousarray(xy + 0.0).view(np.complex128).reshape(-1)


def plane_km2(geometry: Geometries) -> NDArray[np.float64]:
    """Return areas on an equal-area cylinder: within 0.7 % of the ellipsoid, quick, for gaps and overlaps."""
    k = np.pi / 180 * EARTH_RADIUS_KM

    def project(lonlat: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.column_stack([lonlat[:, 0] * k, np.sin(np.radians(lonlat[:, 1])) * EARTH_RADIUS_KM])

    return np.asarray(shapely.area(shapely.transform(np.asarray(geometry, dtype=object), project)))
