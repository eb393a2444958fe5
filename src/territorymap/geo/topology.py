"""Shared borders of a coverage as arcs, and units as rings of arcs. Owns Topology; not who is neighbour (adjacency).

Orientation: a unit lies to the left of its rings, so exteriors run counter-clockwise and holes clockwise (x = lon,
y = lat). An arc runs so that ``arc_left`` lies on its left and ``arc_right`` on its right; ``arc_left`` is always a
unit and, where both sides are units, the one with the smaller unit_ix. ``ring_arcs`` holds ``a`` for an arc taken
forward and ``~a`` for one taken backward.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from territorymap.geo.layer import Geometries, rings_of, wgs84

GRID_DEG = 1e-7  # about 1 cm: vertices closer than this are one
OUTSIDE = -1

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class TopologyReport:
    """What was not a clean coverage."""

    n_degenerate_rings: int = 0  # fewer than three vertices on the grid: left out
    n_overlapping_segments: int = 0  # more than two units, or two on the same side: treated as outside
    n_folded_segments: int = 0  # both sides the same unit (spikes): kept, never a border


@dataclass
class Topology:
    """Arcs of a unit layer; see the module for orientation. Every field is an array, so it can be cached as npz."""

    arc_coords: NDArray[np.float64]  # (N, 2) lon, lat
    arc_start: NDArray[np.int64]  # (K + 1,) arc k is arc_coords[arc_start[k] : arc_start[k + 1]], ends included
    arc_left: NDArray[np.int32]  # (K,) unit_ix
    arc_right: NDArray[np.int32]  # (K,) unit_ix, -1 = outside
    arc_length_km: NDArray[np.float64]  # (K,) geodesic, WGS 84
    ring_arcs: NDArray[np.int32]  # (Q,) a = forward, ~a = backward
    ring_start: NDArray[np.int64]  # (R + 1,) ring r is ring_arcs[ring_start[r] : ring_start[r + 1]]
    ring_unit: NDArray[np.int32]  # (R,) ascending
    ring_polygon: NDArray[np.int32]  # (R,) ascending; rings of one polygon stand together, exterior first
    ring_is_hole: NDArray[np.bool_]  # (R,)
    unit_ring_start: NDArray[np.int64]  # (U + 1,) rings of unit u are unit_ring_start[u] : unit_ring_start[u + 1]
    n_irregular: NDArray[np.int64]  # (3,) see TopologyReport

    @property
    def n_units(self) -> int:
        return len(self.unit_ring_start) - 1

    @property
    def report(self) -> TopologyReport:
        return TopologyReport(*(int(n) for n in self.n_irregular))

    @property
    def n_arcs(self) -> int:
        return len(self.arc_left)

    @property
    def n_rings(self) -> int:
        return len(self.ring_unit)

    def arc(self, signed: int) -> NDArray[np.float64]:
        """Return the (n, 2) coordinates of a signed arc in its own direction."""
        k = ~signed if signed < 0 else signed
        line = self.arc_coords[self.arc_start[k] : self.arc_start[k + 1]]
        return line[::-1] if signed < 0 else line

    def ring(self, ring_ix: int) -> NDArray[np.float64]:
        """Return the (n, 2) closed coordinates of a ring."""
        signed = self.ring_arcs[self.ring_start[ring_ix] : self.ring_start[ring_ix + 1]]
        lines = [self.arc(int(a)) for a in signed]
        return np.concatenate([lines[0], *(line[1:] for line in lines[1:])])

    def border_arcs(self, unit_territory: NDArray[np.int32]) -> NDArray[np.int64]:
        """Return the arcs whose two sides lie in different territories; outside and unassigned count as -1."""
        sides = np.append(unit_territory, OUTSIDE)
        return np.flatnonzero(sides[self.arc_left] != sides[self.arc_right])

    def outside_km(self) -> float:
        """Return the length of all arcs that have a unit on one side only: coasts, and T-junctions if there are any."""
        return float(self.arc_length_km[self.arc_right < 0].sum())


def build_topology(geometry: Geometries, grid_deg: float = GRID_DEG) -> Topology:
    """Return the arcs of a coverage.

    Vertices are one when they fall on the same point of a grid of ``grid_deg``; segments are one when they join the
    same two vertices. A segment used once has the outside on its right: so has a long edge that meets two short ones
    (T-junction); :func:`unmatched_km` measures those. Units across 180 degrees stay split there.
    """
    segments = _Segments(geometry, grid_deg)
    twin, n_overlapping = _twins(segments)
    is_node, is_owner, n_folded = _nodes(segments, twin)
    segments, twin, is_node, is_owner = _rotated(segments, twin, is_node, is_owner)

    starts_run = segments.starts_ring | is_node[segments.tail]
    run_first = np.flatnonzero(starts_run)
    is_arc = is_owner[run_first]
    arc_of_run = np.full(len(run_first), -1, dtype=np.int64)
    arc_of_run[is_arc] = np.arange(is_arc.sum())
    run_of_segment = np.cumsum(starts_run) - 1
    backward = ~is_arc
    arc_of_run[backward] = ~arc_of_run[run_of_segment[twin[run_first[backward]]]]

    arc_first = run_first[is_arc]
    run_end = np.append(run_first[1:], len(starts_run))
    coords, arc_start = _arc_coords(segments, arc_first, run_end[is_arc])
    right = np.where(twin[arc_first] >= 0, segments.unit[twin[arc_first]], OUTSIDE)
    ring_of_run = segments.ring[run_first]
    ring_start = np.searchsorted(ring_of_run, np.arange(segments.n_rings + 1))
    ring_unit = segments.unit[run_first[ring_start[:-1]]]
    return Topology(
        arc_coords=coords,
        arc_start=arc_start,
        arc_left=segments.unit[arc_first].astype(np.int32),
        arc_right=right.astype(np.int32),
        arc_length_km=line_lengths_km(coords, arc_start),
        ring_arcs=arc_of_run.astype(np.int32),
        ring_start=ring_start,
        ring_unit=ring_unit.astype(np.int32),
        ring_polygon=segments.ring_polygon.astype(np.int32),
        ring_is_hole=segments.ring_is_hole,
        unit_ring_start=np.searchsorted(ring_unit, np.arange(len(geometry) + 1)),
        n_irregular=np.array([segments.n_degenerate, n_overlapping, n_folded]),
    )


class _Segments:
    """Directed segments of all rings in ring order, units on the left."""

    def __init__(self, geometry: Geometries, grid_deg: float) -> None:
        coords, ring_start, ring_polygon, _, polygon_unit = rings_of(geometry)
        ring = np.repeat(np.arange(len(ring_polygon)), np.diff(ring_start))
        point_ix, self.vertex_coords = _snap(coords, grid_deg)
        keep = np.ones(len(ring), dtype=bool)
        if len(ring):
            keep[1:] = (point_ix[1:] != point_ix[:-1]) | (ring[1:] != ring[:-1])
        point_ix, ring = point_ix[keep], ring[keep]
        # The closing point of a ring repeats its first: every point but the last of its ring starts a segment.
        n_points = np.bincount(ring, minlength=len(ring_polygon))
        is_good = n_points >= 4
        self.n_degenerate = int((~is_good).sum())
        point_ix, ring = point_ix[is_good[ring]], ring[is_good[ring]]
        ring = (np.cumsum(is_good) - 1)[ring]
        is_hole = np.zeros(len(ring_polygon), dtype=bool)
        is_hole[1:] = ring_polygon[1:] == ring_polygon[:-1]
        self.ring_polygon, self.ring_is_hole = ring_polygon[is_good], is_hole[is_good]
        self.ring_unit = polygon_unit[self.ring_polygon]
        self.n_rings = len(self.ring_polygon)

        is_last = np.ones(len(ring), dtype=bool)
        is_last[:-1] = ring[1:] != ring[:-1]
        starts = np.flatnonzero(~is_last)
        self.tail, self.head, self.ring = point_ix[starts], point_ix[starts + 1], ring[starts]
        self._turn_left()
        self.unit = self.ring_unit[self.ring]

    def _turn_left(self) -> None:
        """Reverse the rings that have their unit on the right."""
        lo, hi = self.vertex_coords[self.tail], self.vertex_coords[self.head]
        origin = lo[self.first_of_ring[self.ring]] if len(lo) else lo
        lo, hi = lo - origin, hi - origin
        twice_area = np.bincount(self.ring, lo[:, 0] * hi[:, 1] - hi[:, 0] * lo[:, 1], minlength=self.n_rings)
        is_wrong = (twice_area > 0) == self.ring_is_hole
        order = np.arange(len(self.ring))
        first, last = self.first_of_ring, self.last_of_ring
        flip = is_wrong[self.ring]
        order[flip] = (first + last)[self.ring[flip]] - order[flip]
        tail = np.where(flip, self.head[order], self.tail)
        self.head = np.where(flip, self.tail[order], self.head)
        self.tail = tail

    @property
    def first_of_ring(self) -> Ints:
        return np.searchsorted(self.ring, np.arange(self.n_rings), side="left")

    @property
    def last_of_ring(self) -> Ints:
        return np.searchsorted(self.ring, np.arange(self.n_rings), side="right") - 1

    @property
    def starts_ring(self) -> NDArray[np.bool_]:
        flags = np.zeros(len(self.ring), dtype=bool)
        flags[self.first_of_ring] = True
        return flags


def _snap(coords: NDArray[np.float64], grid_deg: float) -> tuple[Ints, NDArray[np.float64]]:
    """Return the vertex number of each point and the (V, 2) coordinates of the vertices, as first met."""
    grid = np.rint(coords / grid_deg).astype(np.int64)
    offset = grid.min(axis=0) if len(grid) else np.zeros(2, dtype=np.int64)
    span = int(grid[:, 1].max() - offset[1]) + 1 if len(grid) else 1
    key = (grid[:, 0] - offset[0]) * span + (grid[:, 1] - offset[1])
    _, first, number = np.unique(key, return_index=True, return_inverse=True)
    return number, coords[first]


def _twins(segments: _Segments) -> tuple[Ints, int]:
    """Return the position of each segment's opposite, -1 = none, and how many segments overlap others."""
    n_vertices = len(segments.vertex_coords)
    lo, hi = np.minimum(segments.tail, segments.head), np.maximum(segments.tail, segments.head)
    edge = np.unique(lo * n_vertices + hi, return_inverse=True)[1]
    is_up = segments.tail < segments.head
    # k-th use of an edge upward meets its k-th use downward; in a coverage there is one of each at most.
    use = edge * 2 + is_up
    order = np.argsort(use, kind="stable")
    first = np.searchsorted(use[order], use[order], side="left")
    rank = np.empty(len(use), dtype=np.int64)
    rank[order] = np.arange(len(use)) - first
    n_ranks = int(rank.max(initial=0)) + 1
    slot = edge * n_ranks + rank
    up, down = np.flatnonzero(is_up), np.flatnonzero(~is_up)
    _, at_up, at_down = np.intersect1d(slot[up], slot[down], assume_unique=True, return_indices=True)
    twin = np.full(len(use), -1, dtype=np.int64)
    twin[up[at_up]], twin[down[at_down]] = down[at_down], up[at_up]
    return twin, int((rank > 0).sum())


def _nodes(segments: _Segments, twin: Ints) -> tuple[NDArray[np.bool_], NDArray[np.bool_], int]:
    """Return (is_node by vertex, owns its arc by segment, number of folded segments)."""
    unit = segments.unit
    other = np.where(twin >= 0, unit[twin], OUTSIDE)
    is_folded = unit == other
    is_owner = (other < 0) | (unit < other) | (is_folded & (segments.tail < segments.head))
    tail, head = segments.tail[is_owner], segments.head[is_owner]
    pair = unit[is_owner] * (unit.max(initial=0) + 2) + other[is_owner] + 1
    vertex = np.concatenate([tail, head])
    pair = np.concatenate([pair, pair])
    n_vertices = len(segments.vertex_coords)
    degree = np.bincount(vertex, minlength=n_vertices)
    lowest = np.full(n_vertices, np.iinfo(np.int64).max)
    np.minimum.at(lowest, vertex, pair)
    highest = np.full(n_vertices, -1, dtype=np.int64)
    np.maximum.at(highest, vertex, pair)
    is_node = (degree != 2) | (lowest != highest)
    is_node[segments.tail[is_folded]] = True
    is_node[segments.head[is_folded]] = True
    return is_node, is_owner, int(is_folded.sum()) // 2


def _rotated(
    segments: _Segments, twin: Ints, is_node: NDArray[np.bool_], is_owner: NDArray[np.bool_]
) -> tuple[_Segments, Ints, NDArray[np.bool_], NDArray[np.bool_]]:
    """Return the same with every ring beginning at its first node, if it has one."""
    n = len(segments.ring)
    at_node = np.flatnonzero(is_node[segments.tail])
    ring_with_node, which = np.unique(segments.ring[at_node], return_index=True)
    first, last = segments.first_of_ring, segments.last_of_ring
    shift = np.zeros(segments.n_rings, dtype=np.int64)
    shift[ring_with_node] = at_node[which] - first[ring_with_node]
    length = last - first + 1
    begin = first[segments.ring]
    order = begin + (np.arange(n) - begin + shift[segments.ring]) % length[segments.ring]
    place = np.empty(n, dtype=np.int64)
    place[order] = np.arange(n)
    segments.tail, segments.head = segments.tail[order], segments.head[order]
    moved = twin[order]
    return segments, np.where(moved >= 0, place[moved], -1), is_node, is_owner[order]


def _arc_coords(segments: _Segments, first: Ints, end: Ints) -> tuple[NDArray[np.float64], Ints]:
    """Return (coords, start) of the arcs made of segments first..end, their last vertex included."""
    n_points = end - first + 1
    start = np.concatenate([[0], np.cumsum(n_points)])
    step = np.arange(start[-1]) - np.repeat(start[:-1], n_points)
    at = np.repeat(first, n_points) + step
    is_last = step == np.repeat(n_points - 1, n_points)
    vertex = np.where(is_last, segments.head[at - is_last], segments.tail[at - is_last])
    return segments.vertex_coords[vertex], start


def line_lengths_km(coords: NDArray[np.float64], start: Ints) -> NDArray[np.float64]:
    """Return the geodesic length of each line ``coords[start[k] : start[k + 1]]``, WGS 84."""
    if len(coords) < 2:
        return np.zeros(len(start) - 1)
    x, y = coords[:, 0], coords[:, 1]
    metres = wgs84().inv(x[:-1], y[:-1], x[1:], y[1:], return_back_azimuth=False)[2]
    jumps = np.zeros(len(coords))
    jumps[1:] = metres
    jumps[start[:-1]] = 0.0
    line = np.repeat(np.arange(len(start) - 1), np.diff(start))
    return np.bincount(line, jumps, minlength=len(start) - 1) / 1e3


def unmatched_km(topology: Topology, geometry: Geometries) -> float:
    """Return the length of outside segments that in truth run along or through another unit.

    0 for a clean coverage. It tells whether a layer needs :func:`territorymap.geo.repair.mend_borders`.
    """
    k = np.repeat(np.arange(topology.n_arcs), np.diff(topology.arc_start) - 1)
    lead = np.ones(len(topology.arc_coords), dtype=bool)
    lead[topology.arc_start[1:] - 1] = False
    at = np.flatnonzero(lead)
    outside = topology.arc_right[k] < 0
    at, k = at[outside], k[outside]
    tail, head = topology.arc_coords[at], topology.arc_coords[at + 1]
    middle = shapely.points((tail + head) / 2)
    point_ix, unit_ix = shapely.STRtree(geometry).query(middle, predicate="dwithin", distance=2 * GRID_DEG)
    is_met = np.zeros(len(at), dtype=bool)
    is_met[point_ix[unit_ix != topology.arc_left[k[point_ix]]]] = True
    ends = np.stack([tail[is_met], head[is_met]], axis=1).reshape(-1, 2)
    return float(line_lengths_km(ends, np.arange(0, len(ends) + 1, 2)).sum())
