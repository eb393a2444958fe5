"""Where a picture looks: the main frame, insets for what lies far off, and a projection fit for each.

Owns the choice; draws nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pyproj
import shapely
from numpy.typing import NDArray
from scipy import ndimage, sparse
from scipy.sparse import csgraph

GAP_CELLS = 2  # cells of one degree; pieces of land nearer than about twice this are one group
MAIN_SHARE = 0.05  # a group with this share of the units belongs into the main frame
MAIN_GROWTH = 1.25  # and so does one that makes the main frame hardly larger
MAX_INSETS = 4
INSET_TRIFLE = 0.003  # parts smaller than this share of the largest do not widen an inset
USED_SHARE = 0.35  # where the used units take less of the whole than this, the frame is of them alone
ANTARCTICA = -58.0
EDGE_LON = 179.999999
WORLD_SPAN = 150.0  # degrees of longitude or latitude beyond which the whole earth is shown


@dataclass(frozen=True)
class Frame:
    """A window on the earth: units that it is for, their extent, and its projection."""

    unit_ix: NDArray[np.int64]
    center_lon: float
    west: float  # degrees east of the west side, relative to center_lon
    east: float
    south: float
    north: float
    also: tuple[float, float] | None = None  # longitude and latitude of a place that must be in it, beside the units

    @property
    def is_world(self) -> bool:
        return self.east - self.west > WORLD_SPAN or self.north - self.south > WORLD_SPAN / 1.5

    @cached_property
    def projection(self) -> pyproj.Transformer:
        """Longitude and latitude to metres, equal-area: Albers, Lambert azimuthal, or Equal Earth for the world."""
        middle = (self.south + self.north) / 2
        sixth = (self.north - self.south) / 6
        if self.is_world:
            text = "+proj=eqearth +datum=WGS84"
        elif 12 < abs(middle) < 68 and self.south * self.north > 0:
            text = (
                f"+proj=aea +lon_0={self.center_lon} +lat_0={middle} "
                f"+lat_1={self.south + sixth} +lat_2={self.north - sixth} +datum=WGS84"
            )
        else:
            text = f"+proj=laea +lon_0={self.center_lon} +lat_0={middle} +datum=WGS84"
        return pyproj.Transformer.from_crs("EPSG:4326", text, always_xy=True)

    def project(self, lonlat: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return (n, 2) metres."""
        lon = lonlat[:, 0]
        # The earth's edge: -180 would be taken for +180, and a shape that ends there drawn across the picture.
        lon = np.clip(lon, -EDGE_LON, EDGE_LON) if self.is_world else lon
        x, y = self.projection.transform(lon, lonlat[:, 1])
        return np.column_stack([x, y])

    def lonlat_boxes(self, margin: float) -> list[tuple[float, float, float, float]]:
        """Return west, south, east, north of the frame with a margin in degrees; two where it crosses 180 degrees."""
        south, north = max(self.south - margin, -90.0), min(self.north + margin, 90.0)
        stretch = 1 / max(np.cos(np.radians(min(max(abs(south), abs(north)), 80.0))), 0.2)
        west, east = self.center_lon + self.west - margin * stretch, self.center_lon + self.east + margin * stretch
        if east - west >= 360 or self.is_world:
            return [(-180.0, south, 180.0, north)]
        if west < -180:
            return [(west + 360, south, 180.0, north), (-180.0, south, east, north)]
        if east > 180:
            return [(west, south, 180.0, north), (-180.0, south, east - 360, north)]
        return [(west, south, east, north)]


def choose_frames(geometry: NDArray[np.object_], is_used: NDArray[np.bool_]) -> tuple[Frame, list[Frame]]:
    """Return the main frame and the insets, the largest land first.

    Alaska would make the lower 48 states half as large: it becomes an inset. Shetland does not. Land of units that
    are not used gets no inset, and where few are used the frame is of them alone.

    Parameters
    ----------
    geometry : (U,) MultiPolygon
    is_used : (U,) bool, units that belong to a territory
    """
    whole = _Ground(geometry, np.arange(len(geometry)))
    main = whole.main_frame()
    if not is_used.any():
        is_used = np.ones_like(is_used)
    used = _Ground(geometry[is_used], np.flatnonzero(is_used))
    frame_of_used = used.main_frame()
    if _size(frame_of_used) < USED_SHARE * _size(main):
        main = frame_of_used
    return _with_insets(main, used)


def frames_of(geometry: NDArray[np.object_], unit_ix: NDArray[np.int64]) -> tuple[Frame, list[Frame]]:
    """Return the main frame of these units alone and insets for those far off, as of a territory; there must be one."""
    ground = _Ground(geometry[unit_ix], unit_ix)
    return _with_insets(ground.main_frame(), ground)


def _with_insets(main: Frame, used: _Ground) -> tuple[Frame, list[Frame]]:
    if main.is_world:
        return main, []
    aside = [used.frame([int(group)], INSET_TRIFLE) for group in np.unique(used.unit_group)]
    aside = sorted((frame for frame in aside if not _contains(main, frame)), key=used.land, reverse=True)
    return main, aside[:MAX_INSETS]


class _Ground:
    """The units' parts and the groups of land they form."""

    def __init__(self, geometry: NDArray[np.object_], unit_ix: NDArray[np.int64]) -> None:
        self.unit_ix = unit_ix
        self.parts, self.owner = shapely.get_parts(geometry, return_index=True)
        self.box = shapely.bounds(self.parts)  # (P, 4)
        self.area = shapely.area(self.parts) * np.cos(np.radians(self.box[:, [1, 3]].mean(axis=1)))
        coordinates, part = shapely.get_coordinates(self.parts, return_index=True)
        group_of = _groups(coordinates)
        first = np.unique(part, return_index=True)[1]
        self.part_group = group_of[_cells(coordinates[first, 0], coordinates[first, 1])]
        largest = np.lexsort((-self.area, self.owner))
        self.unit_group = np.zeros(len(geometry), dtype=np.int64)
        units, at = np.unique(self.owner[largest], return_index=True)
        self.unit_group[units] = self.part_group[largest[at]]

    def main_frame(self) -> Frame:
        """Return the frame of the groups that belong together, the one with most units first."""
        names, counts = np.unique(self.unit_group, return_counts=True)
        order = np.argsort(-counts, kind="stable")
        main = [int(names[order[0]])]
        for at in order[1:]:
            grown = self.frame([*main, int(names[at])])
            has_share = counts[at] >= MAIN_SHARE * counts.sum()
            if has_share or _size(grown) <= MAIN_GROWTH * _size(self.frame(main)):
                main.append(int(names[at]))
        return self.frame(main)

    def frame(self, groups: Sequence[int], trifle: float = 0.0) -> Frame:
        """Return the frame of these groups; parts smaller than ``trifle`` of the largest do not widen it."""
        belongs = np.isin(self.part_group, groups)
        belongs &= self.area >= trifle * self.area[belongs].max()
        west, south, east, north = self.box[belongs].T
        center, span = _arc(west, east)
        south_most, north_most = float(south.min()), float(north.max())
        if span > WORLD_SPAN:
            south_most = max(south_most, ANTARCTICA)
        unit_ix = self.unit_ix[np.isin(self.unit_group, groups)]
        return Frame(unit_ix, center, -span / 2, span / 2, south_most, north_most)

    def land(self, frame: Frame) -> float:
        return float(self.area[np.isin(self.unit_ix[self.owner], frame.unit_ix)].sum())


def _cells(lon: NDArray[np.float64], lat: NDArray[np.float64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    row = np.clip(np.floor(lat).astype(np.int64) + 90, 0, 179)
    return row, np.floor(lon).astype(np.int64) % 360


def _groups(coordinates: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return (180, 360) group of each cell of one degree: land that lies close together, also across 180 degrees."""
    is_land = np.zeros((180, 360), dtype=bool)
    is_land[_cells(coordinates[:, 0], coordinates[:, 1])] = True
    near = ndimage.binary_dilation(np.tile(is_land, 3), np.ones((2 * GAP_CELLS + 1,) * 2, dtype=bool))[:, 360:720]
    labels, n_labels = ndimage.label(near, np.ones((3, 3)))
    # The table's left and right edges are the same meridian: what meets there is one group.
    left = np.concatenate([labels[:, 0]] * 3)
    right = np.concatenate([np.roll(labels[:, -1], shift) for shift in (-1, 0, 1)])
    meets = (left > 0) & (right > 0)
    pairs = sparse.coo_array((np.ones(meets.sum()), (left[meets], right[meets])), shape=(n_labels + 1,) * 2)
    _, joined = csgraph.connected_components(pairs, directed=False)
    return np.asarray(joined[labels], dtype=np.int64)


def _arc(west: NDArray[np.float64], east: NDArray[np.float64]) -> tuple[float, float]:
    """Return middle and span of the shortest arc of longitude that holds all boxes."""
    order = np.argsort(west)
    starts = np.append(west[order], west[order[0]] + 360)
    gaps = starts[1:] - np.maximum.accumulate(east[order])
    widest = int(np.argmax(gaps))
    span = 360 - float(gaps[widest])
    if span <= 0 or gaps[widest] <= 0:
        return 0.0, 360.0
    start = float(starts[widest + 1])
    return (start + span / 2 + 180) % 360 - 180, span


def _size(frame: Frame) -> float:
    """Return the area of the frame's box, in arbitrary units of equal area."""
    height = np.sin(np.radians(frame.north)) - np.sin(np.radians(frame.south))
    return float((frame.east - frame.west) * height)


def _contains(frame: Frame, inset: Frame) -> bool:
    west = (inset.center_lon - frame.center_lon + 180) % 360 - 180
    return bool(
        frame.west <= west + inset.west
        and west + inset.east <= frame.east
        and frame.south <= inset.south
        and inset.north <= frame.north
    )
