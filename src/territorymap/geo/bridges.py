"""Pairs that join islands to the nearest ground, so that every unit can be reached from every other.

Owns which pairs; that they count as neighbours is adjacency's.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

from territorymap.geo.adjacency import Adjacency


def bridges_between(adjacency: Adjacency, lon: NDArray[np.float64], lat: NDArray[np.float64]) -> list[tuple[int, int]]:
    """Return the fewest pairs of units that make one piece of all, the nearest parts first.

    Parameters
    ----------
    lon, lat : (U,) the units' points, degrees

    Returns
    -------
    one pair fewer than there are pieces; by straight distance between the points, across 180 degrees too.
    """
    point = _on_the_sphere(lon, lat)
    pairs: list[tuple[int, int]] = []
    while True:
        ends = np.concatenate([adjacency.pair, np.array(pairs, dtype=np.int64).reshape(-1, 2)])
        graph = coo_matrix((np.ones(len(ends)), (ends[:, 0], ends[:, 1])), shape=(len(point), len(point)))
        n_pieces, piece = connected_components(graph, directed=False)
        if n_pieces <= 1:
            return pairs
        # Each piece but the largest takes its nearest neighbour at once; what is then still apart comes next time.
        largest = int(np.argmax(np.bincount(piece)))
        joined: set[frozenset[int]] = set()
        for number in range(n_pieces):
            if number == largest:
                continue
            inside = np.flatnonzero(piece == number)
            outside = np.flatnonzero(piece != number)
            distance, nearest = map(np.asarray, cKDTree(point[outside]).query(point[inside]))
            at = int(np.argmin(distance))
            other = int(outside[nearest[at]])
            meeting = frozenset((number, int(piece[other])))
            if meeting not in joined:
                joined.add(meeting)
                pairs.append((int(inside[at]), other))


def _on_the_sphere(lon: NDArray[np.float64], lat: NDArray[np.float64]) -> NDArray[np.float64]:
    east, north = np.radians(lon), np.radians(lat)
    return np.column_stack([np.cos(north) * np.cos(east), np.cos(north) * np.sin(east), np.sin(north)])
