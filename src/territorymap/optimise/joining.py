"""Territories that must hold units far from each other: a way is made from one to the other.

Owns the ways; who loses ground to them is made whole again by whole.make_whole.
"""

from __future__ import annotations

from collections import deque

import numpy as np
from numpy.typing import NDArray

from territorymap.geo.adjacency import Adjacency
from territorymap.optimise.problem import Labels
from territorymap.optimise.whole import count_pieces


def join_pieces(label: Labels, adjacency: Adjacency, fixed: NDArray[np.bool_], n_territories: int) -> bool:
    """Join the pieces of each territory by the shortest ways over units that are not fixed; tell whether any was made.

    ``label`` is changed in place; pieces that cannot be reached stay apart. A way is not crossed by later ones.
    """
    taken = fixed.copy()
    is_changed = False
    pieces = count_pieces(label, adjacency.start, adjacency.neighbour, n_territories)
    for t in np.flatnonzero(pieces > 1).tolist():
        while way := _way_between(label, adjacency, taken, t):
            label[way] = t
            taken[way] = True
            is_changed = True
    return is_changed


def _way_between(label: Labels, adjacency: Adjacency, taken: NDArray[np.bool_], territory: int) -> list[int]:
    """Return the units of the shortest way from the piece with the first fixed unit to another piece; [] = none."""
    own = np.flatnonzero(label == territory)
    fixed = own[taken[own]]
    first = int(fixed[0] if len(fixed) else own[0])
    inside, waiting = {first}, deque([first])
    while waiting:
        for v in adjacency.neighbours_of(waiting.popleft()).tolist():
            if v not in inside and label[v] == territory:
                inside.add(v)
                waiting.append(v)
    before: dict[int, int] = {}
    waiting = deque(sorted(inside))
    while waiting:
        u = waiting.popleft()
        for v in adjacency.neighbours_of(u).tolist():
            if v in inside or v in before:
                continue
            if label[v] == territory:
                way = []
                while u not in inside:
                    way.append(u)
                    u = before[u]
                return way
            if not taken[v] and label[v] >= 0:
                before[v] = u
                waiting.append(v)
    return []
