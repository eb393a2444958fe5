"""Whether territories are one piece. Owns counting of pieces; not who is neighbour (adjacency)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from territorymap.geo.adjacency import Adjacency
from territorymap.geo.components import component_labels
from territorymap.geo.distance import unit_vectors
from territorymap.geo.topology import Topology

if TYPE_CHECKING:
    from scipy.spatial import cKDTree

_SMALL_COMPONENT = 256  # points; above it a search tree of all other points is cheaper


def count_pieces(adjacency: Adjacency, unit_territory: NDArray[np.int32], n_territories: int) -> NDArray[np.int32]:
    """Return (T,) the number of pieces of each territory; 0 where it has no unit.

    Two units are in one piece when a chain of neighbours of the same territory joins them. Islands count as pieces
    unless a bridge of the adjacency joins them.
    """
    u, v = adjacency.pair[:, 0], adjacency.pair[:, 1]
    is_joined = unit_territory[u] == unit_territory[v]
    label = component_labels(len(unit_territory), u[is_joined], v[is_joined])
    territory = np.full(int(label.max(initial=-1)) + 1, -1, dtype=np.int64)
    territory[label] = unit_territory
    return np.bincount(territory[territory >= 0], minlength=n_territories).astype(np.int32)


def pieces_of(adjacency: Adjacency, units: NDArray[np.integer]) -> NDArray[np.int32]:
    """Return (n,) the piece number 0, 1, ... of each of these distinct units, taken as one territory.

    The cost depends on the number of units given only.
    """
    units = np.asarray(units, dtype=np.int64)
    if not len(units):
        return np.empty(0, dtype=np.int32)
    order = np.argsort(units, kind="stable")
    ascending = units[order]
    neighbour = adjacency.neighbour[adjacency.slots_of(ascending)]
    owner = np.repeat(np.arange(len(units)), adjacency.start[ascending + 1] - adjacency.start[ascending])
    at = np.searchsorted(ascending, neighbour)
    at[at == len(units)] = 0
    is_inside = ascending[at] == neighbour
    label = np.empty(len(units), dtype=np.int32)
    label[order] = component_labels(len(units), owner[is_inside], at[is_inside])
    return label


def n_pieces_of(adjacency: Adjacency, units: NDArray[np.integer]) -> int:
    """Return the number of pieces that these distinct units form; 0 for none."""
    return int(pieces_of(adjacency, units).max(initial=-1)) + 1


def pieces_gained(adjacency: Adjacency, units: Collection[int], is_member: Callable[[int], bool]) -> int | None:
    """Return how many more pieces a territory has with these units than without, seen from around them only.

    None where that cannot be seen: their neighbours in the territory are not joined among themselves, so the whole
    territory has to be looked at. ``is_member`` says of other units whether the territory has them; it is not asked
    of ``units``. Taking units away gains the negative. The cost depends on the neighbours of the units only.
    """
    inside = set(units)
    links = {u: adjacency.neighbours_of(u).tolist() for u in inside}
    around = {v for near in links.values() for v in near if v not in inside and is_member(v)}
    links |= {v: adjacency.neighbours_of(v).tolist() for v in around}
    gained = 0
    for group in _groups(inside | around, links):
        n_parts = len(_groups(group & around, links))
        if n_parts > 1:
            return None
        gained += n_parts == 0
    return gained


def _groups(units: set[int], links: Mapping[int, Sequence[int]]) -> list[set[int]]:
    """Return the connected groups of a few units."""
    left, groups = set(units), []
    while left:
        stack = [left.pop()]
        group = set(stack)
        while stack:
            near = left.intersection(links[stack.pop()])
            left -= near
            group |= near
            stack.extend(near)
        groups.append(group)
    return groups


def would_break(adjacency: Adjacency, unit_territory: NDArray[np.int32], unit_ix: NDArray[np.integer] | int) -> bool:
    """Return whether taking these units out leaves any of their territories in more pieces than it has now.

    Unassigned units break nothing; a territory that is emptied is not broken.
    """
    taken = np.unique(np.atleast_1d(np.asarray(unit_ix, dtype=np.int64)))
    for territory in np.unique(unit_territory[taken]):
        if territory < 0:
            continue
        members = np.flatnonzero(unit_territory == territory)
        left = members[~np.isin(members, taken, assume_unique=True)]
        if len(left) and n_pieces_of(adjacency, left) > n_pieces_of(adjacency, members):
            return True
    return False


def shore_points(topology: Topology) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.int32]]:
    """Return (lon, lat, unit_ix) of all vertices of borders with the outside."""
    arc = np.repeat(np.arange(topology.n_arcs), np.diff(topology.arc_start))
    is_shore = topology.arc_right[arc] < 0
    xy = topology.arc_coords[is_shore]
    return xy[:, 0], xy[:, 1], topology.arc_left[arc[is_shore]]


def island_bridges(
    lon: NDArray[np.float64], lat: NDArray[np.float64], unit_ix: NDArray[np.integer], adjacency: Adjacency
) -> list[tuple[int, int]]:
    """Return unit pairs that would join every component without land link to the nearest unit of another.

    Points stand for units: :func:`shore_points` for the nearest shore, or one point a unit. Repeated until all is one
    component. Not used unless the planner asks: a territory of two islands is two pieces.

    Parameters
    ----------
    lon, lat : (n,) float
    unit_ix : (n,) int, the unit of each point
    """
    from scipy.spatial import cKDTree

    u, v = adjacency.pair[:, 0], adjacency.pair[:, 1]
    point = unit_vectors(np.asarray(lon), np.asarray(lat))
    unit_ix = np.asarray(unit_ix)
    bridges: set[tuple[int, int]] = set()
    while True:
        label = component_labels(adjacency.n_units, u, v)
        of_point = label[unit_ix]
        present, size = np.unique(of_point, return_counts=True)
        if len(present) < 2:
            return sorted(bridges)
        tree = cKDTree(point)
        for component in np.delete(present, np.argmax(size)):
            near, far = _nearest_pair(point, tree, of_point, int(component))
            a, b = int(unit_ix[near]), int(unit_ix[far])
            bridges.add((min(a, b), max(a, b)))
        more = np.array(sorted(bridges))
        u, v = np.append(u, more[:, 0]), np.append(v, more[:, 1])


def _nearest_pair(
    point: NDArray[np.float64], tree: cKDTree, of_point: NDArray[np.int32], component: int
) -> tuple[int, int]:
    """Return the positions of the nearest pair of points, one in the component and one outside."""
    own = np.flatnonzero(of_point == component)
    if len(own) <= _SMALL_COMPONENT:
        distance, other = (np.asarray(part) for part in tree.query(point[own], k=len(own) + 1))
        distance = np.where(of_point[other] == component, np.inf, distance)
        row, col = np.unravel_index(np.argmin(distance), distance.shape)
        return int(own[row]), int(other[row, col])
    from scipy.spatial import cKDTree

    rest = np.flatnonzero(of_point != component)
    distance, other = (np.asarray(part) for part in cKDTree(point[rest]).query(point[own]))
    row = np.argmin(distance)
    return int(own[row]), int(rest[other[row]])
