"""Who covers for a rep that leaves: ground divided among neighbours so that none is overloaded. Owns the division.

Not who the neighbours are, nor what is written (session.turnover).
"""

from __future__ import annotations

from collections.abc import Sequence
from heapq import heapify, heappop, heappush

import numpy as np
from numpy.typing import NDArray

from territorymap.geo.adjacency import Adjacency

Floats = NDArray[np.float64]


def divide_among(
    units: NDArray[np.integer],
    adjacency: Adjacency,
    unit_territory: NDArray[np.integer],
    heirs: Sequence[int],
    hours: Floats,
    load_h: Floats,
    capacity_h: Floats,
) -> NDArray[np.int32]:
    """Return which heir gets each unit of a territory: the one with most room left takes the next unit at its border.

    What is given to an heir joins its own ground where the ground allows it; what no heir touches (an island) goes
    to the one with most room.

    Parameters
    ----------
    units : (n,) unit_ix of the territory
    unit_territory : (U,) position of each unit's territory, -1 = nobody
    heirs : (H,) positions of the territories that take part
    hours : (H, n) what each unit asks for of each heir, >= 0: ways differ by where they live
    load_h, capacity_h : (H,) what their reps have to do, and can do; a capacity of 0 or less counts as 1 h

    Returns
    -------
    (n,) position in ``heirs``.

    Examples
    --------
    A row ``a t t t t b`` of units of 10 h each, a with 30 of 100 h and b with 50: a takes the first (40) and the
    second (50); both are even then and a, being first, takes the third (60); b takes the last (60).
    """
    members = [int(u) for u in units]
    place = {u: i for i, u in enumerate(members)}
    given = np.full(len(members), -1, dtype=np.int32)
    room = np.where(capacity_h > 0, capacity_h, 1.0)
    load = np.asarray(load_h, dtype=np.float64).copy()
    touched = np.zeros((len(heirs), len(members)), dtype=np.int64)  # neighbours of a unit that an heir has
    fronts: list[list[tuple[int, int]]] = [[] for _ in heirs]
    position = {int(t): h for h, t in enumerate(heirs)}
    for i, u in enumerate(members):
        for v in adjacency.neighbours_of(u):
            h = position.get(int(unit_territory[v]))
            if h is not None:
                touched[h, i] += 1
    for h, front in enumerate(fronts):
        front += [(-int(n), int(i)) for i, n in enumerate(touched[h]) if n]
        heapify(front)
    left = len(members)
    while left:
        able = [h for h in range(len(heirs)) if _has_front(fronts[h], given)]
        h = min(able or range(len(heirs)), key=lambda h: (load[h] / room[h], h))
        i = heappop(fronts[h])[1] if able else int(np.flatnonzero(given < 0)[0])
        given[i] = h
        load[h] += hours[h, i]
        left -= 1
        for v in adjacency.neighbours_of(members[i]):
            j = place.get(int(v))
            if j is not None and given[j] < 0:
                touched[h, j] += 1
                heappush(fronts[h], (-int(touched[h, j]), j))
    return given


def _has_front(front: list[tuple[int, int]], given: NDArray[np.int32]) -> bool:
    """Whether an heir touches a unit that is still to be had; what is gone is dropped from its heap."""
    while front and given[front[0][1]] >= 0:
        heappop(front)
    return bool(front)


def overloads(load_h: Floats, capacity_h: Floats) -> Floats:
    """Return by how much each is beyond what he or she can do, as a share of it; 0 within.

    Parameters
    ----------
    load_h, capacity_h : (R,) hours a year; nan or 0 = no capacity told

    Returns
    -------
    (R,) 0.2 = a fifth too much; nan where no capacity is told.

    Examples
    --------
    1200 of 1000 h: 0.2. 900 of 1000 h: 0. 10 of nothing told: nan.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        over = load_h / np.where(capacity_h > 0, capacity_h, np.nan) - 1
    return np.where(np.isfinite(over), np.maximum(over, 0.0), np.nan)
