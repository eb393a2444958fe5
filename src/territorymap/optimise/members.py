"""The units of each territory as lists that change as units move, and how far a unit would stretch a territory.

Owns the lists and the cost of being far apart; which units move is moves.anneal's.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from territorymap.optimise.compiled import compiled

_EACH = 0.02  # what each pair costs that is too far apart, however little


class Members(NamedTuple):
    """The units of territory t are those at first[t] .. first[t] + n_units[t] - 1."""

    x: NDArray[np.float64]  # (R,) with room for more
    y: NDArray[np.float64]
    unit: NDArray[np.int32]  # (R,)
    place: NDArray[np.int64]  # (U,) where a unit stands
    first: NDArray[np.int64]  # (P + 1,)
    n_units: NDArray[np.int64]  # (P,)
    disc: NDArray[np.float64]  # (P, 3) a point and a distance from it within which all units lie


@compiled
def members_of(label: NDArray[np.int32], xy: NDArray[np.float64], n_territories: int) -> Members:
    """Return the lists of a plan, with room to take in as many again and some."""
    n_units = len(label)
    count = np.zeros(n_territories, np.int64)
    for u in range(n_units):
        if label[u] >= 0:
            count[label[u]] += 1
    spare = 4 * n_units // n_territories + 32
    first = np.zeros(n_territories + 1, np.int64)
    for t in range(n_territories):
        first[t + 1] = first[t] + 2 * count[t] + spare
        count[t] = 0
    x, y = np.zeros(first[n_territories]), np.zeros(first[n_territories])
    unit, place = np.zeros(first[n_territories], np.int32), np.full(n_units, -1, np.int64)
    for u in range(n_units):
        t = label[u]
        if t >= 0:
            i = first[t] + count[t]
            x[i], y[i], unit[i], place[u] = xy[u, 0], xy[u, 1], u, i
            count[t] += 1
    disc = np.zeros((n_territories, 3))
    for t in range(n_territories):
        for i in range(first[t], first[t] + count[t]):
            disc[t, 0] += x[i] / count[t]
            disc[t, 1] += y[i] / count[t]
        for i in range(first[t], first[t] + count[t]):
            disc[t, 2] = max(disc[t, 2], np.hypot(x[i] - disc[t, 0], y[i] - disc[t, 1]))
    return Members(x, y, unit, place, first, count, disc)


@compiled
def move_member(members: Members, u: int, a: int, b: int) -> bool:
    """Move a unit from one list to another; return whether the other can take one more after it."""
    x, y, unit, place = members.x, members.y, members.unit, members.place
    i, last, end = place[u], members.first[a] + members.n_units[a] - 1, members.first[b] + members.n_units[b]
    x[end], y[end], unit[end] = x[i], y[i], u
    x[i], y[i], unit[i] = x[last], y[last], unit[last]
    place[unit[i]] = i
    place[u] = end
    members.disc[b, 2] = max(members.disc[b, 2], np.hypot(x[end] - members.disc[b, 0], y[end] - members.disc[b, 1]))
    members.n_units[a] -= 1
    members.n_units[b] += 1
    has_room: bool = end + 1 < members.first[b + 1]
    return has_room


@compiled
def stretch(members: Members, t: int, x: float, y: float, span: float) -> float:
    """Return what a unit at a point costs its territory for all other units that are farther from it than the span."""
    if np.hypot(x - members.disc[t, 0], y - members.disc[t, 1]) + members.disc[t, 2] <= span:
        return 0.0
    per, cost = 1.0 / (span * span), 0.0
    for i in range(members.first[t], members.first[t] + members.n_units[t]):
        dx, dy = members.x[i] - x, members.y[i] - y
        more = (dx * dx + dy * dy) * per - 1.0
        if more > 0.0:
            cost += more + _EACH
    return cost
