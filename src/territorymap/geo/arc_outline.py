"""Outlines of territories chained from the arcs of the unit layer, with no geometry union.

Owns the way from arcs to rings and from rings to polygons; when that is allowed is outline.py's.

The border of a territory is made of the arcs that have it on one side and something else on the other, each taken so
that the territory lies on its left. At the end of an arc the ring goes on with the first outgoing arc met when turning
clockwise from where it came: the two bound the same corner of ground. A walk that comes through a node twice is cut
there, so that every ring is simple: exteriors then run counter-clockwise and holes clockwise.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import shapely
from numpy.typing import NDArray

from territorymap.geo.layer import Geometries
from territorymap.geo.topology import OUTSIDE, Topology

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


class ArcChains:
    """The border arcs of some territories as directed halves, and how they follow each other."""

    def __init__(self, topology: Topology, unit_territory: NDArray[np.int32], wanted: Ints) -> None:
        self.topology = topology
        sides = np.append(unit_territory, OUTSIDE)
        left, right = sides[topology.arc_left], sides[topology.arc_right]
        forward = np.flatnonzero((left != right) & np.isin(left, wanted))
        backward = np.flatnonzero((left != right) & np.isin(right, wanted) & (right >= 0))
        signed = np.concatenate([forward, ~backward])
        territory = np.concatenate([left[forward], right[backward]]).astype(np.int64)
        order = np.argsort(territory, kind="stable")
        self.signed, self.territory = signed[order], territory[order]
        self._find_ends()
        self.next = self._chain()

    def _find_ends(self) -> None:
        """Find the node at both ends of each half, and the direction in which it leaves and arrives."""
        t = self.topology
        arc = np.where(self.signed < 0, ~self.signed, self.signed)
        first, last = t.arc_start[arc], t.arc_start[arc + 1] - 1
        is_back = self.signed < 0
        begin, end = np.where(is_back, last, first), np.where(is_back, first, last)
        step = np.where(is_back, -1, 1)
        xy = t.arc_coords
        self.leaves = _angle(xy[begin + step] - xy[begin])
        self.came_from = _angle(xy[end - step] - xy[end])
        ends = np.concatenate([xy[begin], xy[end]])
        node = np.unique(ends[:, 0] + 1j * ends[:, 1], return_inverse=True)[1]
        self.begin, self.end = node[: len(arc)], node[len(arc) :]
        self.n_nodes = int(node.max(initial=-1)) + 1

    def _chain(self) -> Ints:
        """Return for each half the one that follows it; -1 where none leaves its end (then it is no clean coverage)."""
        place = self.territory * self.n_nodes
        out_key = place + self.begin
        order = np.argsort(out_key, kind="stable")
        sorted_key = out_key[order]
        in_key = place + self.end
        lo = np.searchsorted(sorted_key, in_key)
        n = np.searchsorted(sorted_key, in_key, side="right") - lo
        following = np.full(len(in_key), -1, dtype=np.int64)
        single = n == 1
        following[single] = order[lo[single]]
        for half in np.flatnonzero(n > 1):
            choices = order[lo[half] : lo[half] + n[half]]
            turn = (self.came_from[half] - self.leaves[choices]) % (2 * np.pi)
            turn[turn == 0] = 2 * np.pi
            following[half] = choices[np.argmin(turn)]
        return following

    def rings(self) -> list[tuple[int, list[int]]] | None:
        """Return (territory, its signed arcs in order) of every simple ring; None where the arcs do not close."""
        if (self.next < 0).any() or len(np.unique(self.next)) != len(self.next):
            return None
        following, begin = self.next.tolist(), self.begin.tolist()
        signed, territory = self.signed.tolist(), self.territory.tolist()
        is_done = [False] * len(following)
        found: list[tuple[int, list[int]]] = []
        for start in range(len(following)):
            if is_done[start]:
                continue
            stack: list[int] = []
            depth_of: dict[int, int] = {}  # node -> how many halves of the walk lie before it
            half = start
            while not is_done[half]:
                is_done[half] = True
                node = begin[half]
                if node in depth_of:
                    self._cut(stack, depth_of, depth_of[node], begin, signed, territory, found)
                depth_of[node] = len(stack)
                stack.append(half)
                half = following[half]
            if stack:
                found.append((territory[start], [signed[h] for h in stack]))
        return found

    @staticmethod
    def _cut(
        stack: list[int],
        depth_of: dict[int, int],
        depth: int,
        begin: list[int],
        signed: list[int],
        territory: list[int],
        found: list[tuple[int, list[int]]],
    ) -> None:
        """Take the loop at the end of the walk off as a ring of its own."""
        loop = stack[depth:]
        del stack[depth:]
        for half in loop:
            depth_of.pop(begin[half], None)
        found.append((territory[loop[0]], [signed[h] for h in loop]))


def chain_outlines(topology: Topology, unit_territory: NDArray[np.int32], wanted: Sequence[int]) -> Geometries | None:
    """Return the outlines of these territories as MultiPolygons, empty where there is no ground.

    None where the arcs do not close into rings: the layer is no clean coverage.
    """
    rings = ArcChains(topology, unit_territory, np.asarray(wanted, dtype=np.int64)).rings()
    if rings is None:
        return None
    by_territory: dict[int, list[Floats]] = {}
    for territory, arcs in rings:
        by_territory.setdefault(territory, []).append(_coords(topology, arcs))
    out = np.empty(len(wanted), dtype=object)
    for slot, territory in enumerate(wanted):
        shape = _polygons(by_territory.get(int(territory), []))
        if shape is None:
            return None
        out[slot] = shape
    return out


def _coords(topology: Topology, arcs: Sequence[int]) -> Floats:
    """Return the (n, 2) closed coordinates of a ring."""
    lines = [topology.arc(arc) for arc in arcs]
    return np.concatenate([lines[0], *(line[1:] for line in lines[1:])])


def chain_arcs(
    topology: Topology, unit_territory: NDArray[np.int32], wanted: Sequence[int]
) -> list[list[list[list[int]]]] | None:
    """Return the same outlines as arcs: of each territory its polygons, of each the rings, of each the signed arcs.

    None as for :func:`chain_outlines`.
    """
    rings = ArcChains(topology, unit_territory, np.asarray(wanted, dtype=np.int64)).rings()
    if rings is None:
        return None
    by_territory: dict[int, list[list[int]]] = {}
    for territory, arcs in rings:
        by_territory.setdefault(territory, []).append(arcs)
    out = []
    for territory in wanted:
        own = by_territory.get(int(territory), [])
        nested = nest_rings([_coords(topology, arcs) for arcs in own])
        if nested is None:
            return None
        out.append([[own[ring] for ring in polygon] for polygon in nested])
    return out


def _polygons(rings: Sequence[Floats]) -> shapely.MultiPolygon | None:
    """Return rings of one territory as a MultiPolygon; None where a hole lies in no exterior."""
    nested = nest_rings(rings)
    if nested is None:
        return None
    if not nested:
        return shapely.MultiPolygon()
    lines = [shapely.linearrings(ring) for ring in rings]
    if len(nested) == len(rings):
        return shapely.multipolygons(shapely.polygons([lines[ring] for (ring,) in nested]))
    polygons = [shapely.polygons(lines[own[0]], holes=[lines[ring] for ring in own[1:]] or None) for own in nested]
    return shapely.MultiPolygon(polygons)


def nest_rings(rings: Sequence[Floats]) -> list[list[int]] | None:
    """Return the polygons that rings make: positions of an exterior (counter-clockwise) and of the holes in it.

    None where a hole lies in no exterior.
    """
    area = [_twice_area(ring) for ring in rings]
    shells = [ring for ring, a in enumerate(area) if a > 0]
    holes = [ring for ring, a in enumerate(area) if a <= 0]
    if not holes:
        return [[ring] for ring in shells]
    if not shells:
        return None
    owner = _owners([shapely.linearrings(rings[r]) for r in shells], [shapely.linearrings(rings[r]) for r in holes])
    if owner is None:
        return None
    nested = [[ring] for ring in shells]
    for hole, shell in zip(holes, owner, strict=True):
        nested[shell].append(hole)
    return nested


def _owners(shells: Sequence[shapely.Geometry], holes: Sequence[shapely.Geometry]) -> Ints | None:
    """Return the shell of each hole: the smallest that holds it; None where one lies in none."""
    if len(shells) == 1:
        return np.zeros(len(holes), dtype=np.int64)
    grounds = shapely.polygons(shells)
    size = shapely.area(grounds)
    hole_ix, shell_ix = shapely.STRtree(grounds).query(shapely.polygons(holes), predicate="covered_by")
    order = np.lexsort([size[shell_ix], hole_ix])
    hole_ix, shell_ix = hole_ix[order], shell_ix[order]
    found, first = np.unique(hole_ix, return_index=True)
    return shell_ix[first] if len(found) == len(holes) else None


def _twice_area(ring: Floats) -> float:
    x, y = (ring - ring[0]).T
    return float((x[:-1] * y[1:] - x[1:] * y[:-1]).sum())


def _angle(direction: Floats) -> Floats:
    return np.asarray(np.arctan2(direction[:, 1], direction[:, 0]))
