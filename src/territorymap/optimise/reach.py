"""How far units lie from where their territory is anchored, and starts in which none lies too far.

Owns distances to anchors and centres and growth within a radius; the search asks moves.too_far of one unit at a time.
"""

from __future__ import annotations

import heapq

import numpy as np
from numpy.typing import NDArray

from territorymap.optimise.divide import pieces_of_ground
from territorymap.optimise.problem import Floats, Labels, Problem

_HAIR = 1e-9  # a distance that is this little beyond the radius is within


def centres_km(problem: Problem, label: Labels, mass: Floats) -> Floats:
    """(P, 2) middle of each territory, weighed; the plain middle where nothing weighs, nan where there is no unit."""
    n, held = problem.n_territories, label >= 0
    t, xy = label[held], problem.xy_km[held]
    weight = mass[held]
    bare = np.bincount(t, weight, minlength=n) <= 0
    weight = np.where(bare[t], 1.0, weight)
    total = np.bincount(t, weight, minlength=n)
    total = np.where(total > 0, total, np.nan)
    return np.column_stack([np.bincount(t, weight * xy[:, i], minlength=n) / total for i in (0, 1)])


def places_km(problem: Problem, label: Labels, mass: Floats) -> Floats:
    """(P, 2) from where the radius of each territory counts: its anchor, without one its centre."""
    has = np.isfinite(problem.anchor_km).all(axis=1, keepdims=True)
    return np.where(has, problem.anchor_km, centres_km(problem, label, mass))


def distances_km(problem: Problem, label: Labels, mass: Floats) -> Floats:
    """(U,) from each unit to where its territory's radius counts; nan where it has no territory."""
    place = np.concatenate([places_km(problem, label, mass), [[np.nan, np.nan]]])
    gap = problem.xy_km - place[label]
    return np.asarray(np.hypot(gap[:, 0], gap[:, 1]))


def too_far(problem: Problem, label: Labels, mass: Floats) -> Floats:
    """(U,) by how much a unit is beyond its territory's radius, as a share of it; 0 = within, or no territory."""
    radius = np.append(problem.radius_km, np.inf)[label]
    over = distances_km(problem, label, mass) / radius - 1
    return np.where(over > _HAIR, over, 0.0)


def reached_from(problem: Problem, seed: Labels, factor: float = 1.0) -> NDArray[np.bool_]:
    """(U,) whether some territory can come to a unit from its seed over units that are within its radius.

    ``factor`` times the radius counts. Territories without an anchor, a seed or a radius come everywhere.
    """
    reached = np.zeros(problem.n_units, dtype=np.bool_)
    pair = problem.adjacency.pair
    for t in range(problem.n_territories):
        anchor = problem.anchor_km[t]
        if not (np.isfinite(anchor).all() and np.isfinite(problem.radius_km[t])):
            return np.ones(problem.n_units, dtype=np.bool_)
        gap = problem.xy_km - anchor
        allowed = np.hypot(gap[:, 0], gap[:, 1]) <= problem.radius_km[t] * factor * (1 + _HAIR)
        if seed[t] < 0 or not allowed[seed[t]]:
            continue
        units = np.flatnonzero(allowed)
        place = np.full(problem.n_units, -1)
        place[units] = np.arange(len(units))
        inside = place[pair[allowed[pair].all(axis=1)]]
        _, piece = pieces_of_ground(inside, len(units))
        reached[units[piece == piece[place[seed[t]]]]] = True
    return reached


def least_factor(problem: Problem, seed: Labels) -> float:
    """Return by what the radii must be multiplied at least, so that every unit can be reached; 1 if they do already.

    No plan does with less: by halving, exact to a thousandth, from above.
    """
    low, high = 1.0, 1.0
    if reached_from(problem, seed).all():
        return 1.0
    while not reached_from(problem, seed, high).all():
        low, high = high, high * 2
        if high > 1e9:
            return float("inf")
    while high / low > 1.001:
        middle = (low * high) ** 0.5
        if reached_from(problem, seed, middle).all():
            high = middle
        else:
            low = middle
    return high


def grow_within(problem: Problem, seed: Labels, label: Labels, fixed: NDArray[np.bool_]) -> Labels:
    """Return territories grown from their seeds in which, if that is found, no unit lies beyond the radius.

    Where a unit of ``label`` can keep its territory it does. Units that no territory was found for within the radius go
    to the neighbour that is nearest. ``fixed`` units stay.
    """
    best: Labels | None = None
    fewest = problem.n_units + 1
    for keeps, farthest_first in ((True, False), (False, False), (False, True)):
        grown = _grow(problem, seed, label, fixed, keeps, farthest_first)
        n_left = int((grown < 0).sum())
        if n_left < fewest:
            best, fewest = grown, n_left
        if not n_left:
            return grown
    assert best is not None, "the first try counts"
    return _fill(problem, best)


def _grow(problem: Problem, seed: Labels, wanted: Labels, fixed: NDArray[np.bool_], keeps: bool, hops: bool) -> Labels:
    """Grow all territories at once, the unit next that lies nearest; ``hops``: the fewest steps away instead."""
    adjacency, xy = problem.adjacency, problem.xy_km
    start, neighbour = adjacency.start, adjacency.neighbour
    label = np.where(fixed, wanted, -1).astype(np.int32)
    anchor, radius = problem.anchor_km, problem.radius_km
    heap: list[tuple[float, int, int, int]] = []

    def put(u: int, t: int, n: int) -> None:
        if label[u] >= 0:
            return
        km = float(np.hypot(*(xy[u] - anchor[t])))
        ratio = km / radius[t] if np.isfinite(radius[t]) and km == km else 0.0
        if ratio > 1 + _HAIR:
            return
        key = float(n) if hops else ratio
        heapq.heappush(heap, (key + (0.0 if not keeps or wanted[u] == t else 10.0 + n), u, t, n))

    def spread(u: int, t: int, n: int) -> None:
        for v in neighbour[start[u] : start[u + 1]].tolist():
            put(v, t, n + 1)

    for t in np.flatnonzero(seed >= 0).tolist():
        if label[seed[t]] < 0:
            label[seed[t]] = t
    for u in np.flatnonzero(label >= 0).tolist():
        spread(u, int(label[u]), 0)
    while heap:
        _, u, t, n = heapq.heappop(heap)
        if label[u] < 0:
            label[u] = t
            spread(u, t, n)
    return label


def _fill(problem: Problem, label: Labels) -> Labels:
    """Give units without a territory to a neighbour's, the nearest by its anchor, from the edge inwards."""
    start, neighbour = problem.adjacency.start, problem.adjacency.neighbour
    label = label.copy()
    left = np.flatnonzero(label < 0).tolist()
    while left:
        rest = []
        for u in left:
            around = {int(t) for t in label[neighbour[start[u] : start[u + 1]]] if t >= 0}
            if not around:
                rest.append(u)
                continue
            km = {t: float(np.nan_to_num(np.hypot(*(problem.xy_km[u] - problem.anchor_km[t])))) for t in around}
            label[u] = min(sorted(around), key=km.__getitem__)
        if len(rest) == len(left):
            break  # ground that no territory touches
        left = rest
    return label
