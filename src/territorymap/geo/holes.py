"""Holes and stray pieces: what lies enclosed in a territory and is not its own, and what has come off a territory.

Owns finding them; filling is a command. Pure functions of adjacency, coast and alignment.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from territorymap.geo.adjacency import Adjacency
from territorymap.geo.components import component_labels
from territorymap.geo.topology import Topology

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Coast:
    """Where the layer ends: at its outer coast, and at gaps inside it such as lakes."""

    open_units: Ints  # (n,) units at an outer coast, ascending
    gap_of: NDArray[np.int32]  # (m,) number of a gap 0, 1, ...
    gap_unit: NDArray[np.int32]  # (m,) a unit beside it


@dataclass(frozen=True)
class Hole:
    """An area that one territory surrounds: unassigned, or a piece that its territory does without."""

    territory_ix: int  # that surrounds it
    holder_ix: int  # that has it, -1 = nobody
    units: Ints  # ascending


@dataclass(frozen=True)
class Piece:
    """A piece of a territory that is not its largest."""

    territory_ix: int
    units: Ints  # ascending
    is_island: bool = False  # no unit of another holder is its neighbour: nothing on land could join it


def coast_of(topology: Topology) -> Coast:
    """Return where the layer ends; a gap is told from an outer coast by the way in which its border turns."""
    shore = np.flatnonzero(topology.arc_right < 0)
    if not len(shore):
        nothing = np.empty(0, dtype=np.int32)
        return Coast(nothing.astype(np.int64), nothing, nothing)
    first, last = topology.arc_start[shore], topology.arc_start[shore + 1] - 1
    ends = np.concatenate([topology.arc_coords[first], topology.arc_coords[last]])
    node = np.unique(ends, axis=0, return_inverse=True)[1].ravel()
    n, n_nodes = len(shore), int(node.max()) + 1
    group = component_labels(n_nodes, node[:n], node[n:])[node[:n]]
    turn = np.bincount(group, _shoelace(topology)[shore])
    is_gap = turn[group] < 0
    unit = topology.arc_left[shore]
    number = np.unique(group[is_gap], return_inverse=True)[1].ravel()
    return Coast(np.unique(unit[~is_gap]).astype(np.int64), number.astype(np.int32), unit[is_gap].astype(np.int32))


def _shoelace(topology: Topology) -> NDArray[np.float64]:
    """Return twice the signed area between each arc and the origin; rings add up to their area."""
    xy = topology.arc_coords
    cross = np.zeros(len(xy))
    cross[:-1] = xy[:-1, 0] * xy[1:, 1] - xy[1:, 0] * xy[:-1, 1]
    cross[topology.arc_start[1:] - 1] = 0.0  # from the end of one arc to the beginning of the next
    return np.asarray(np.add.reduceat(cross, topology.arc_start[:-1]))


@dataclass(frozen=True)
class _Areas:
    """Units of one holder that hang together are an area."""

    label: NDArray[np.int32]  # (U,) area of each unit
    holder: NDArray[np.int32]  # (A,)
    n_units: Ints  # (A,)
    is_main: NDArray[np.bool_]  # (A,) the largest of its territory; of equal ones the first

    @property
    def n(self) -> int:
        return len(self.holder)

    def units(self, area: int) -> Ints:
        return np.flatnonzero(self.label == area)


def _areas(adjacency: Adjacency, unit_territory: NDArray[np.int32]) -> _Areas:
    u, v = adjacency.pair[:, 0], adjacency.pair[:, 1]
    is_joined = unit_territory[u] == unit_territory[v]
    label = component_labels(len(unit_territory), u[is_joined], v[is_joined])
    n = int(label.max(initial=-1)) + 1
    holder = np.full(n, -1, dtype=np.int32)
    holder[label] = unit_territory
    n_units = np.bincount(label, minlength=n)
    order = np.lexsort((np.arange(n), -n_units, holder))
    is_main = np.zeros(n, dtype=bool)
    is_main[order[np.unique(holder[order], return_index=True)[1]]] = True
    return _Areas(label, holder, n_units, is_main & (holder >= 0))


def find_pieces(adjacency: Adjacency, unit_territory: NDArray[np.int32]) -> list[Piece]:
    """Return the pieces of territories that are not contiguous but for the largest of each.

    Those that could be joined come before islands, then by territory and size, the largest first.
    """
    areas = _areas(adjacency, unit_territory)
    stray = np.flatnonzero((areas.holder >= 0) & ~areas.is_main)
    pair = areas.label[adjacency.pair]
    is_island = ~np.isin(stray, pair[pair[:, 0] != pair[:, 1]])
    order = np.lexsort((stray, -areas.n_units[stray], areas.holder[stray], is_island))
    return [Piece(int(areas.holder[stray[i]]), areas.units(int(stray[i])), bool(is_island[i])) for i in order]


def find_holes(adjacency: Adjacency, coast: Coast, unit_territory: NDArray[np.int32]) -> list[Hole]:
    """Return what one territory surrounds and could take, by that territory and size, the largest first.

    Enclosed is what cannot be left for the outer coast without crossing the territory. A territory that lies whole
    inside another (Berlin in Brandenburg) is no hole, and neither is its largest piece; what lies inside such a one is
    a hole of the inner. Where no unit has an outer coast, the largest part outside the territory is the outside.
    """
    areas = _areas(adjacency, unit_territory)
    links = _links(adjacency, coast, areas)
    at_coast = np.zeros(areas.n, dtype=bool)
    at_coast[areas.label[coast.open_units]] = True
    if not (((areas.holder < 0) | ~areas.is_main) & ~at_coast).any():
        return []  # the usual case: nothing could be a hole
    inside: list[tuple[int, int, Ints, Ints]] = []  # units in it, the territory, areas in it, areas around it
    for territory in np.unique(areas.holder[areas.holder >= 0]):
        inside += _enclosed(links, areas, int(territory))
    can_go = (areas.holder < 0) | ~areas.is_main
    enclosed = np.zeros(areas.n, dtype=bool)
    for _, _, within, _ in inside:
        enclosed[within] = True
    can_go &= enclosed
    found: dict[int, int] = {}  # area -> territory
    for _, territory, within, around in sorted(inside, key=lambda entry: (entry[0], entry[1])):
        if can_go[around].all():
            continue  # what surrounds it is itself given away
        for area in within[can_go[within] & (areas.holder[within] != territory)]:
            found.setdefault(int(area), territory)
    order = sorted(found, key=lambda a: (found[a], -areas.n_units[a], a))
    return [Hole(found[a], int(areas.holder[a]), areas.units(a)) for a in order]


@dataclass(frozen=True)
class _Links:
    """Who touches whom: areas, then gaps, then the outside; every pair once."""

    n: int
    a: Ints
    b: Ints


def _links(adjacency: Adjacency, coast: Coast, areas: _Areas) -> _Links:
    n_gaps = int(coast.gap_of.max(initial=-1)) + 1
    outside = areas.n + n_gaps
    label = areas.label
    a = [label[adjacency.pair[:, 0]], label[coast.gap_unit], np.unique(label[coast.open_units])]
    b = [label[adjacency.pair[:, 1]], areas.n + coast.gap_of]
    b.append(np.full(len(a[2]), outside, dtype=label.dtype))
    row, col = np.concatenate(a).astype(np.int64), np.concatenate(b).astype(np.int64)
    differ = row != col
    n = outside + 1
    pair = np.unique(np.minimum(row, col)[differ] * n + np.maximum(row, col)[differ])
    return _Links(n, pair // n, pair % n)


def _enclosed(links: _Links, areas: _Areas, territory: int) -> list[tuple[int, int, Ints, Ints]]:
    """Return the parts that cannot be left without crossing a territory."""
    outside = links.n - 1
    is_own = np.zeros(links.n, dtype=bool)
    is_own[: areas.n] = areas.holder == territory
    a_own, b_own = is_own[links.a], is_own[links.b]
    is_rest = ~a_own & ~b_own
    part = component_labels(links.n, links.a[is_rest], links.b[is_rest])
    part[is_own] = -1
    weight = np.zeros(links.n)
    weight[: areas.n] = areas.n_units
    size = np.bincount(part[~is_own], weight[~is_own], minlength=links.n)
    open_part = int(part[outside])
    if not ((links.a == outside) | (links.b == outside)).any() and (size > 0).any():
        open_part = int(np.argmax(size))
    # Pairs of a part and an area of the territory beside it.
    is_rim = a_own != b_own
    own = np.where(a_own, links.a, links.b)[is_rim]
    beside = part[np.where(a_own, links.b, links.a)[is_rim]]
    result = []
    for number in np.unique(beside):  # a part with nothing of the territory near is an island
        nodes = np.flatnonzero(part == number)
        within = nodes[nodes < areas.n]
        if number != open_part and len(within):
            result.append((int(size[number]), territory, within, np.unique(own[beside == number])))
    return result
