"""How a frame lies in a box of the sheet: metres to canvas units at one scale.

Owns the transform and the true scale at the map's centre; draws nothing.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from territorymap.exporters.picture.frames import Frame
from territorymap.exporters.picture.sheet import Box, Sheet
from territorymap.geo.layer import wgs84

DECIMALS = 1  # of a canvas unit: a point of paper is 0.35 mm
PROBE = 20.0  # canvas units on both sides of the centre


@dataclass(frozen=True)
class Fit:
    """A frame put into a box; canvas units are those of the sheet."""

    frame: Frame
    left: float
    bottom: float
    width: float
    height: float
    metres_per_unit: float
    middle: tuple[float, float]  # metres, what stands in the middle of the box

    @property
    def view(self) -> tuple[float, float, float, float]:
        """West, south, east, north of the box in canvas units."""
        return self.left, self.bottom, self.left + self.width, self.bottom + self.height

    def place(self, metres: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return (n, 2) canvas units, rounded to what a renderer can show; non-finite values stay so."""
        return np.asarray(np.round(self._exact(metres), DECIMALS))

    def place_lonlat(self, lonlat: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return (n, 2) canvas units of longitudes and latitudes."""
        return self.place(self.frame.project(lonlat))

    def place_lonlat_exact(self, lonlat: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the same, not rounded."""
        return self._exact(self.frame.project(lonlat))

    def _exact(self, metres: NDArray[np.float64]) -> NDArray[np.float64]:
        center = np.array([self.left + self.width / 2, self.bottom + self.height / 2])
        return np.asarray((metres - self.middle) / self.metres_per_unit + center)

    @property
    def lonlat_reach(self) -> tuple[float, float, float]:
        """South, north and the half-width in degrees from the frame's middle meridian of what the box shows."""
        west, south, east, north = self.view
        steps = np.linspace(0.0, 1.0, 17)
        xs, ys = west + (east - west) * steps, south + (north - south) * steps
        rim = np.concatenate([
            np.column_stack([xs, np.full(17, south)]), np.column_stack([xs, np.full(17, north)]),
            np.column_stack([np.full(17, west), ys]), np.column_stack([np.full(17, east), ys]),
        ])  # fmt: skip
        center = np.array([self.left + self.width / 2, self.bottom + self.height / 2])
        metres = (rim - center) * self.metres_per_unit + self.middle
        lon, lat = self.frame.projection.transform(metres[:, 0], metres[:, 1], direction="INVERSE")
        if not (np.isfinite(lon).all() and np.isfinite(lat).all()):
            return -90.0, 90.0, 180.0
        offset = np.abs((lon - self.frame.center_lon + 180) % 360 - 180)
        reach = float(lat.min()), float(lat.max()), float(offset.max())
        for pole in (-89.99, 89.99):
            x, y = self.place_lonlat(np.array([[self.frame.center_lon, pole]]))[0]
            if west <= x <= east and south <= y <= north:
                return (-90.0, reach[1], 180.0) if pole < 0 else (reach[0], 90.0, 180.0)
        return reach

    @property
    def ground_metres_per_unit(self) -> float:
        """Metres on the ground for a canvas unit to the right of the map's centre: geodesic, so true there."""
        x, y = self.middle
        reach = PROBE * self.metres_per_unit
        (lon0, lon1), (lat0, lat1) = self.frame.projection.transform(
            np.array([x - reach, x + reach]), np.array([y, y]), direction="INVERSE"
        )
        metres = wgs84().inv(lon0, lat0, lon1, lat1)[2]
        return float(metres) / (2 * PROBE)


def fit_frame(sheet: Sheet, box: Box, frame: Frame, geometry: NDArray[np.object_], margin: float = 0.025) -> Fit:
    """Return the frame put into the box so that what it is for fills it, with a margin (share of its width)."""
    left, bottom, width, height = sheet.canvas(box)
    low, high = extent(geometry, frame)
    span = np.maximum(high - low, 1.0) * (1 + 2 * margin)
    scale = float(max(span[0] / width, span[1] / height))
    middle = (low + high) / 2
    return Fit(frame, left, bottom, width, height, scale, (float(middle[0]), float(middle[1])))


def extent(geometry: NDArray[np.object_], frame: Frame) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the lower left and upper right corner of what the frame is for, in its metres."""
    coordinates = shapely.get_coordinates(geometry[frame.unit_ix])
    offset = (coordinates[:, 0] - frame.center_lon + 180) % 360 - 180
    slack = 1e-6
    is_inside = (offset >= frame.west - slack) & (offset <= frame.east + slack)
    is_inside &= (coordinates[:, 1] >= frame.south - slack) & (coordinates[:, 1] <= frame.north + slack)
    seen = frame.project(coordinates[is_inside] if not frame.is_world else coordinates)
    if frame.also is not None:
        seen = np.concatenate([seen, frame.project(np.array([frame.also]))])
    seen = seen[np.isfinite(seen).all(axis=1)]
    low, high = seen.min(axis=0), seen.max(axis=0)
    if frame.is_world:
        low[1] = max(low[1], frame.project(np.array([[frame.center_lon, frame.south]]))[0, 1])
    return low, high


def round_length(metres: float) -> float:
    """Return the largest 1, 2 or 5 times a power of ten that is not longer."""
    power = 10.0 ** math.floor(math.log10(metres))
    return max(step * power for step in (1, 2, 5) if step * power <= metres * (1 + 1e-9))
