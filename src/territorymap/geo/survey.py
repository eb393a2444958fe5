"""What is wrong with the borders of a layer, fault by fault, each with its place and size.

Owns the search; mending is repair's, words are the importers'.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np
import shapely
from numpy.typing import NDArray

from territorymap.geo.chunks import chunks_of, with_neighbours
from territorymap.geo.layer import Geometries
from territorymap.geo.plane import METRES_PER_DEGREE, SPECK_KM2, Plane, plane_km2

_SAME = 0.999  # share of both areas that two units must have in common to be one shape
_MARK_DEG = 1e-4  # half side of the mark around a fault that has no extent: about 10 m
_BATCH = 20_000
_AT = re.compile(r"\[(-?[\d.e+-]+) (-?[\d.e+-]+)")

Tell = Callable[[float], None]


class FaultKind(StrEnum):
    """In the order in which they are listed."""

    INVALID = "invalid"  # a border crosses or touches itself
    OVERLAP = "overlap"  # ground of two units
    SAME_SHAPE = "same_shape"  # two units that are the same ground
    GAP = "gap"  # ground inside the layer that belongs to no unit
    MISMATCH = "mismatch"  # a border that lies on its neighbour's within rounding, but has other corners
    SAME_CODE = "same_code"  # rows that were made one unit


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong."""

    kind: FaultKind
    units: tuple[int, ...]  # positions
    place: shapely.Geometry  # in degrees; what is drawn
    area_km2: float = 0.0
    width_m: float = 0.0  # of a gap: diameter of the largest circle in it
    rows: tuple[int, ...] = ()  # of SAME_CODE


def invalid_faults(geometry: Geometries, unit: NDArray[np.int64]) -> list[Fault]:
    """Return the shapes that are not valid, each with the place where its border crosses itself."""
    bad = np.flatnonzero(~(shapely.is_valid(geometry) | shapely.is_missing(geometry)))
    reasons = shapely.is_valid_reason(geometry[bad])
    return [
        Fault(FaultKind.INVALID, (int(unit[i]),), _marked(str(reason), geometry[i]))
        for i, reason in zip(bad.tolist(), reasons, strict=True)
    ]


def _marked(reason: str, shape: shapely.Geometry) -> shapely.Geometry:
    found = _AT.search(reason)
    if found is None:
        return shapely.envelope(shape)
    x, y = float(found[1]), float(found[2])
    return shapely.box(x - _MARK_DEG, y - _MARK_DEG, x + _MARK_DEG, y + _MARK_DEG)


def survey_borders(geometry: Geometries, tell: Tell = lambda _fraction: None) -> list[Fault]:
    """Return overlaps, twins, gaps and mismatched borders of valid MultiPolygons, the largest of a kind first.

    A gap is ground that units enclose on all sides: a lake that belongs to nobody is one, too, a wide one.
    """
    if not len(geometry):
        return []
    tell(0.0)
    edges = invalid_edges(geometry, lambda fraction: tell(0.4 * fraction))
    suspects = np.flatnonzero(~shapely.is_empty(edges))
    overlaps = _overlaps(geometry, suspects, lambda fraction: tell(0.4 + 0.2 * fraction))
    explained = {unit for fault in overlaps for unit in fault.units}
    mismatches = [Fault(FaultKind.MISMATCH, (int(i),), edges[i]) for i in suspects.tolist() if int(i) not in explained]
    tell(0.6)
    gaps = _gaps(geometry, not len(suspects), lambda fraction: tell(0.6 + 0.4 * fraction))
    tell(1.0)
    return [*overlaps, *gaps, *mismatches]


def invalid_edges(geometry: Geometries, tell: Tell = lambda _fraction: None) -> NDArray[np.object_]:
    """Return the edges of each unit that are no shared border though a neighbour is there."""
    chunks = chunks_of(geometry)
    if len(chunks) == 1:
        return np.asarray(shapely.coverage_invalid_edges(geometry))
    # Whether an edge is good depends on the unit's neighbours only.
    tree = shapely.STRtree(geometry)
    out = np.empty(len(geometry), dtype=object)
    for done, chunk in enumerate(chunks):
        tell(done / len(chunks))
        seen = with_neighbours(chunk, geometry, tree)
        out[chunk] = shapely.coverage_invalid_edges(geometry[seen])[: len(chunk)]
    return out


def renumbered(faults: Sequence[Fault], position: NDArray[np.int64]) -> list[Fault]:
    """Return faults of some units with the positions that these have among all."""
    return [replace(fault, units=tuple(int(position[i]) for i in fault.units)) for fault in faults]


def _overlaps(geometry: Geometries, suspects: NDArray[np.int64], tell: Tell) -> list[Fault]:
    pairs = overlapping_pairs(geometry, suspects)
    common = np.empty(len(pairs), dtype=object)
    for start in range(0, len(pairs), _BATCH):
        tell(start / len(pairs))
        part = pairs[start : start + _BATCH]
        common[start : start + _BATCH] = shapely.intersection(geometry[part[:, 0]], geometry[part[:, 1]])
    area = plane_km2(common)
    own = np.zeros(len(geometry))
    touched = np.unique(pairs)
    own[touched] = plane_km2(geometry[touched])
    is_twin = area > _SAME * np.maximum(own[pairs[:, 0]], own[pairs[:, 1]])
    out = []
    for i in np.argsort(-area, kind="stable").tolist():
        if area[i] > SPECK_KM2:
            kind = FaultKind.SAME_SHAPE if is_twin[i] else FaultKind.OVERLAP
            out.append(Fault(kind, (int(pairs[i, 0]), int(pairs[i, 1])), common[i], float(area[i])))
    return out


def overlapping_pairs(geometry: Geometries, suspects: NDArray[np.int64]) -> NDArray[np.int64]:  # (n, 2)
    """Return the pairs of units whose boxes meet and of which one has an edge that is no shared border."""
    if not len(suspects):
        return np.empty((0, 2), dtype=np.int64)
    left, right = shapely.STRtree(geometry).query(geometry[suspects])
    left = suspects[left]
    lo, hi = np.minimum(left, right), np.maximum(left, right)
    pairs = np.unique(np.column_stack([lo, hi]), axis=0)
    return np.asarray(pairs[pairs[:, 0] != pairs[:, 1]])


def _union(geometry: Geometries, is_clean: bool, tell: Tell) -> shapely.Geometry:
    """Return all ground of the layer, chunk by chunk and then together."""
    unite = shapely.coverage_union_all if is_clean else shapely.union_all
    chunks = chunks_of(geometry)
    parts = []
    for done, chunk in enumerate(chunks):
        tell(0.8 * done / len(chunks))
        parts.append(unite(geometry[chunk]))
    return parts[0] if len(parts) == 1 else unite(np.array(parts, dtype=object))


def _gaps(geometry: Geometries, is_clean: bool, tell: Tell) -> list[Fault]:
    union = _union(geometry, is_clean, tell)
    parts = shapely.get_parts(union)
    rings = shapely.get_rings(parts)
    owner = np.repeat(np.arange(len(parts)), shapely.get_num_interior_rings(parts) + 1)
    is_hole = np.concatenate([[False], owner[1:] == owner[:-1]]) if len(owner) else np.zeros(0, dtype=bool)
    holes = shapely.polygons(rings[is_hole])
    area = plane_km2(holes)
    holes, area = holes[area > SPECK_KM2], area[area > SPECK_KM2]
    if not len(holes):
        return []
    width = gap_widths_m(holes, Plane.of(geometry))
    near, unit = shapely.STRtree(geometry).query(holes, predicate="dwithin", distance=1e-9)
    beside: list[list[int]] = [[] for _ in holes]
    for hole, at in zip(near.tolist(), unit.tolist(), strict=True):
        beside[hole].append(at)
    order = np.argsort(-area, kind="stable").tolist()
    return [Fault(FaultKind.GAP, tuple(sorted(beside[i])), holes[i], float(area[i]), float(width[i])) for i in order]


def gap_widths_m(holes: Geometries, plane: Plane) -> NDArray[np.float64]:
    """Return the diameter of the largest circle in each hole, found with the fineness that its length allows.

    At the bends of a long sliver it can be wider: a repair then leaves it open, and a new survey tells.
    """
    flat = plane.flat(holes)
    box = shapely.bounds(flat)
    size = np.maximum(box[:, 2] - box[:, 0], box[:, 3] - box[:, 1])
    circles = [shapely.maximum_inscribed_circle(hole, tolerance=s / 2000) for hole, s in zip(flat, size, strict=True)]
    return np.asarray(2 * shapely.length(circles) * METRES_PER_DEGREE)
