"""Territories that a start left without ground get a unit each, from those that can spare one.

Owns that only. It happens where much of the ground weighs nothing, or lies in pieces smaller than their share of it.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from territorymap.geo.adjacency import Adjacency
from territorymap.optimise.problem import Floats, Labels


def fill_empty(label: Labels, adjacency: Adjacency, mass: Floats, fixed: NDArray[np.bool_], n_territories: int) -> None:
    """Give each empty territory a unit, in place; the others stay whole. Where none can be spared it stays empty.

    The unit comes from the territory with the most units, of those that may leave the lightest.
    """
    size = np.bincount(label[label >= 0], minlength=n_territories)
    for t in np.flatnonzero(size == 0).tolist():
        for giver in np.argsort(-size, kind="stable").tolist():
            if size[giver] < 2:
                break
            spare = _spare_units(np.flatnonzero(label == giver), label, adjacency)
            spare = spare[~fixed[spare]]
            if len(spare):
                label[spare[np.argmin(mass[spare])]] = t
                size[giver] -= 1
                size[t] = 1
                break


def _spare_units(units: NDArray[np.int64], label: Labels, adjacency: Adjacency) -> NDArray[np.int64]:
    """Return units without which the rest of a territory hangs together as before: ends of trees through its pieces."""
    own, met, has_child = label[units[0]], set(), set()
    for root in units.tolist():
        if root in met:
            continue
        met.add(root)
        queue = [root]
        for u in queue:
            for v in adjacency.neighbours_of(u).tolist():
                if label[v] == own and v not in met:
                    met.add(v)
                    has_child.add(u)
                    queue.append(v)
    return np.array([u for u in units.tolist() if u not in has_child], dtype=np.int64)
