"""A plane around a point in which areas are right and distances nearly so. Owns the projection.

Source: Lambert azimuthal equal-area projection on the sphere, Snyder 1987 (Map projections: a working manual), 24-2..4.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from territorymap.geo.distance import EARTH_RADIUS_KM


@dataclass(frozen=True)
class EqualArea:
    """The plane around one point of the globe."""

    east_0: float  # radians
    north_0: float

    @classmethod
    def around(cls, lon: NDArray[np.float64], lat: NDArray[np.float64]) -> EqualArea:
        """Return the plane around the middle of some points, degrees; across 180 degrees too."""
        east, north = np.radians(lon), np.radians(lat)
        unit = np.array([np.cos(north) * np.cos(east), np.cos(north) * np.sin(east), np.sin(north)])
        middle = unit.mean(axis=1) if len(east) else np.array([1.0, 0.0, 0.0])
        if np.linalg.norm(middle) < 1e-9:  # all around the globe
            middle = np.array([1.0, 0.0, 0.0])
        return cls(float(np.arctan2(middle[1], middle[0])), float(np.arctan2(middle[2], np.hypot(*middle[:2]))))

    def to_km(self, lon: NDArray[np.float64], lat: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return (n, 2) kilometres east and north of the middle; nan for nan."""
        turned, north = np.radians(lon) - self.east_0, np.radians(lat)
        sin_0, cos_0 = np.sin(self.north_0), np.cos(self.north_0)
        toward = sin_0 * np.sin(north) + cos_0 * np.cos(north) * np.cos(turned)
        scale = EARTH_RADIUS_KM * np.sqrt(2 / np.maximum(1 + toward, 1e-9))
        x = scale * np.cos(north) * np.sin(turned)
        y = scale * (cos_0 * np.sin(north) - sin_0 * np.cos(north) * np.cos(turned))
        return np.column_stack([x, y])
