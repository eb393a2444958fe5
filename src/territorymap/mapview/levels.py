"""From which zoom level each vertex of a unit layer is worth drawing, so that units meet without gaps at every level.

Owns the levels of a coverage; single lines (rivers, coasts of the context) are mercator.vertex_levels' business.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from territorymap.geo.topology import Topology
from territorymap.mapview.mercator import MAX_LEVEL, steps_per_px

TOLERANCE_PX = 0.6  # square root of the smallest triangle that a level keeps
MIN_KNOWN = 0.95  # share of the vertices that must be known for levels to be carried over
MIN_GAIN = 0.08  # a level that would leave out fewer vertices than this shares those of the next finer one

Ints = NDArray[np.int32]


@dataclass(frozen=True)
class KnownLevels:
    """Levels of vertices by place, to be carried over when a few units are cut or joined."""

    key: NDArray[np.int64]  # ascending
    level: NDArray[np.uint8]


def coverage_levels(
    topology: Topology, xy: Ints, known: KnownLevels | None = None, tell: Callable[[int, int], None] | None = None
) -> NDArray[np.uint8]:
    """Return for each vertex of the arcs the lowest zoom level at which it must be drawn, (N,).

    ``coverage_simplify`` runs over the whole layer, in map steps, once for each level, on what the next finer level
    kept: so levels are nested, and at each of them units neither cross nor gape. Ends of arcs are level 0, but for
    rings that meet no other arc: theirs is what their vertex deserves (see :func:`begin_of_loops`).

    Parameters
    ----------
    xy : (N, 2) int
        ``topology.arc_coords`` in map steps.
    known
        levels of a layer that this one comes from by a cut or a join; vertices that it does not have are level 0.
        Not used where much of the layer is new.
    tell
        called before each level with how many are done, of how many; what it raises breaks the search off.
    """
    start = topology.arc_start
    is_end = _ends(topology)
    keys = vertex_keys(xy)
    if known is not None and (carried := _carried_over(known, keys)) is not None:
        carried[is_end] = 0
        return carried
    level = np.zeros(len(xy), dtype=np.uint8)
    is_kept = np.ones(len(xy), dtype=bool)
    coverage = _polygons(topology, xy)
    for step in range(MAX_LEVEL - 1, -1, -1):
        if tell is not None:
            tell(MAX_LEVEL - 1 - step, MAX_LEVEL)
        tolerance = TOLERANCE_PX * steps_per_px(step)
        if _n_small(xy, start, is_kept, tolerance**2) < MIN_GAIN * max(1, is_kept.sum()):
            continue
        coverage = shapely.coverage_simplify(coverage, tolerance)
        corners = np.unique(vertex_keys(shapely.get_coordinates(coverage)))
        is_left_out = is_kept & ~is_end & ~np.isin(keys, corners)
        level[is_left_out] = step + 1
        is_kept &= ~is_left_out
    return level


def begin_of_loops(topology: Topology, level: NDArray[np.uint8]) -> NDArray[np.int64]:
    """Return how the vertices are to be taken, (N,), so that rings of one arc begin at a vertex that every level keeps.

    An island has no node, so any of its vertices can be its begin; the one that the data began with may be none that
    belongs to its coarse shape.
    """
    order = np.arange(len(level))
    for arc in np.flatnonzero(_is_loop(topology)):
        first, last = int(topology.arc_start[arc]), int(topology.arc_start[arc + 1]) - 1
        begin = int(np.argmin(level[first:last]))
        if begin:
            ring = np.roll(np.arange(first, last), -begin)
            order[first : last + 1] = np.append(ring, ring[0])
    return order


def known_levels(xy: Ints, level: NDArray[np.uint8]) -> KnownLevels:
    """Return the levels by place; where a place has several, the lowest."""
    order = np.lexsort((level, keys := vertex_keys(xy)))
    key, first = np.unique(keys[order], return_index=True)
    return KnownLevels(key, level[order][first])


def vertex_keys(xy: NDArray[np.generic]) -> NDArray[np.int64]:
    """Return one number for each place in whole map steps, (N,)."""
    whole = np.asarray(xy).astype(np.int64)
    return np.asarray(whole[:, 0] * (1 << 32) + whole[:, 1])


def _carried_over(known: KnownLevels, keys: NDArray[np.int64]) -> NDArray[np.uint8] | None:
    """Return the known levels, 0 for what is new; None where that is too much."""
    at = np.minimum(np.searchsorted(known.key, keys), max(0, len(known.key) - 1))
    is_known = known.key[at] == keys if len(known.key) else np.zeros(len(keys), dtype=bool)
    if is_known.sum() < MIN_KNOWN * len(keys):
        return None
    level = np.zeros(len(keys), dtype=np.uint8)
    level[is_known] = known.level[at[is_known]]
    return level


def _ends(topology: Topology) -> NDArray[np.bool_]:
    """Return which vertices are ends of arcs that meet others, (N,)."""
    is_end = np.zeros(topology.arc_start[-1], dtype=bool)
    is_line = ~_is_loop(topology)
    is_end[topology.arc_start[:-1][is_line]] = True
    is_end[topology.arc_start[1:][is_line] - 1] = True
    return is_end


def _is_loop(topology: Topology) -> NDArray[np.bool_]:
    """Return which arcs are whole rings that no other arc touches, (K,)."""
    if not topology.n_arcs:
        return np.zeros(0, dtype=bool)
    first, last = topology.arc_start[:-1], topology.arc_start[1:] - 1
    coords = topology.arc_coords
    node = np.unique(coords[np.concatenate([first, last])], axis=0, return_inverse=True)[1].reshape(-1)
    n_uses = np.bincount(node)[node]
    n = topology.n_arcs
    return np.asarray((node[:n] == node[n:]) & (n_uses[:n] == 2))


def _n_small(xy: Ints, start: NDArray[np.int64], is_kept: NDArray[np.bool_], area: float) -> int:
    """Return how many kept vertices make a triangle with their neighbours on the arc that is smaller than this."""
    at = np.flatnonzero(is_kept)
    line = np.repeat(np.arange(len(start) - 1), np.diff(start))[at]
    a, b, c = (xy[at[i : len(at) - 2 + i]].astype(float) for i in range(3)) if len(at) > 2 else (np.empty((0, 2)),) * 3
    twice = np.abs((b[:, 0] - a[:, 0]) * (c[:, 1] - a[:, 1]) - (c[:, 0] - a[:, 0]) * (b[:, 1] - a[:, 1]))
    return int(((twice < 2 * area) & (line[:-2] == line[2:])).sum()) if len(at) > 2 else 0


def _polygons(topology: Topology, xy: Ints) -> NDArray[np.object_]:
    """Return the units as multipolygons in map steps; those with no ring are left out."""
    signed = topology.ring_arcs
    arc = np.where(signed < 0, ~signed, signed)
    n = np.diff(topology.arc_start)[arc] - 1  # the last vertex of an arc is the first of the next
    end = np.cumsum(n)
    step = np.arange(end[-1] if len(end) else 0) - np.repeat(end - n, n)
    first = np.where(signed < 0, topology.arc_start[arc + 1] - 1, topology.arc_start[arc])
    at = np.repeat(first, n) + step * np.repeat(np.where(signed < 0, -1, 1), n)
    ring = np.repeat(np.repeat(np.arange(topology.n_rings), np.diff(topology.ring_start)), n)
    if not len(at):
        return np.empty(0, dtype=object)
    rings = shapely.linearrings(xy[at].astype(float), indices=ring)
    polygons = shapely.polygons(rings, indices=topology.ring_polygon)
    unit = topology.ring_unit[np.unique(topology.ring_polygon, return_index=True)[1]]
    which = np.unique(unit, return_inverse=True)[1].reshape(-1)
    return np.asarray(shapely.multipolygons(polygons, indices=which))
