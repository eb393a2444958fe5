"""How far units lie from where their territory is anchored, and starts in which none lies too far.

Owns distances to anchors and centres and growth within a radius; the search asks moves.too_far of one unit at a time.
"""

from __future__ import annotations

import heapq
from dataclasses import replace

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from territorymap.optimise.problem import Floats, Labels, Problem, pieces_of_ground

_N_SPREADS = 3
_N_ROUNDS = 12
_HAIR = 1e-9  # a distance that is this little beyond the radius is within


def middles_km(problem: Problem, label: Labels) -> Floats:
    """(P, 2) middle of the smallest circle around each territory's units; nan where there is none."""
    found = np.full((problem.n_territories, 2), np.nan)
    order = np.argsort(label, kind="stable")
    starts = np.searchsorted(label[order], np.arange(problem.n_territories + 1))
    for t in range(problem.n_territories):
        units = order[starts[t] : starts[t + 1]]
        if len(units):
            found[t] = _middle(problem.xy_km[units])
    return found


def _middle(xy: Floats) -> Floats:
    """Return the middle of the smallest circle around some points."""
    circle = shapely.minimum_bounding_circle(shapely.multipoints(xy))
    west, south, east, north = shapely.bounds(circle)
    return np.array([(west + east) / 2, (south + north) / 2])


def places_km(problem: Problem, label: Labels) -> Floats:
    """(P, 2) from where the radius of each territory counts: its anchor, without one its middle."""
    has = np.isfinite(problem.anchor_km).all(axis=1, keepdims=True)
    if has.all():
        return problem.anchor_km
    return np.where(has, problem.anchor_km, middles_km(problem, label))


def distances_km(problem: Problem, label: Labels) -> Floats:
    """(U,) from each unit to where its territory's radius counts; nan where it has no territory."""
    place = np.concatenate([places_km(problem, label), [[np.nan, np.nan]]])
    gap = problem.xy_km - place[label]
    return np.asarray(np.hypot(gap[:, 0], gap[:, 1]))


def too_far(problem: Problem, label: Labels) -> Floats:
    """(U,) by how much a unit is beyond its territory's radius, as a share of it; 0 = within, or no territory."""
    radius = np.append(problem.radius_km, np.inf)[label]
    over = distances_km(problem, label) / radius - 1
    return np.where(over > _HAIR, over, 0.0)


def with_anchors(problem: Problem, label: Labels, seed: int = 1) -> Problem:
    """Return the problem with an anchor for every territory that has a radius: where it has none, its middle in a plan.

    That of ``label``, if no unit is too far there; else some of these move to where units are too far from all, as long
    as there are some that are not needed for the radius; else as many places as there are territories without an
    anchor, as near to all units as such places are found (Gonzalez 1985, then moved to the middles of what is nearest
    to them). A plan within the radius of its anchors is within that of its middles.
    """
    lacks = ~np.isfinite(problem.anchor_km).all(axis=1) & np.isfinite(problem.radius_km)
    if not lacks.any():
        return problem
    anchor = problem.anchor_km.copy()
    if not (too_far(problem, label) > 0).any():
        anchor[lacks] = middles_km(problem, label)[lacks]
        return replace(problem, anchor_km=anchor)
    _, piece = pieces_of_ground(problem.adjacency.pair, problem.n_units)
    labels, first = np.unique(label, return_index=True)
    rng = np.random.default_rng(seed)
    for p in np.unique(piece).tolist():
        here = np.zeros(problem.n_territories, dtype=np.bool_)
        here[labels[(piece[first] == p) & (labels >= 0)]] = True
        if (here & lacks).any():
            kept = anchor[here & ~lacks & np.isfinite(anchor).all(axis=1)]
            xy, free = problem.xy_km[piece == p], middles_km(problem, label)[here & lacks]
            moved = _moved_anchors(xy, kept, free, float(problem.radius_km[here & lacks].min()))
            anchor[here & lacks] = _spread_anchors(xy, kept, len(free), rng) if moved is None else moved
    return replace(problem, anchor_km=anchor)


def _moved_anchors(xy: Floats, kept: Floats, free: Floats, radius_km: float) -> Floats | None:
    """Return the free places with as few as needed elsewhere, so that each unit is within the radius of some place.

    None if no place can be spared while units are left.
    """
    free, n = free.copy(), len(free)
    for _ in range(2 * n):
        places = np.concatenate([free, kept])
        km, owner = map(np.asarray, cKDTree(places).query(xy, k=min(2, len(places))))
        km, owner = km.reshape(len(xy), -1), owner.reshape(len(xy), -1)
        left = np.flatnonzero(km[:, 0] > radius_km)
        if not len(left):
            return free
        if len(places) < 2:
            return None
        # A place can go if the second nearest is near enough to all that it is the nearest to.
        needed = np.unique(owner[km[:, 1] > radius_km, 0])
        spare = np.setdiff1d(np.arange(n), needed)
        if not len(spare):
            return None
        other, _ = map(np.asarray, cKDTree(places).query(free[spare], k=2))
        farthest = xy[left[np.argmax(km[left, 0])]]
        near = left[np.hypot(*(xy[left] - farthest).T) <= radius_km]
        free[spare[np.argmin(other[:, 1])]] = _middle(xy[near])
    return None


def _spread_anchors(xy: Floats, kept: Floats, n: int, rng: np.random.Generator) -> Floats:
    """(n, 2) places which, with those that are kept, are as near to all units as is found."""
    best, found = np.inf, np.repeat(xy[:1], n, axis=0)
    for _ in range(_N_SPREADS):
        places: list[Floats] = []
        nearest = np.full(len(xy), np.inf)
        for place in kept:
            nearest = np.minimum(nearest, np.hypot(*(xy - place).T))
        while len(places) < n:
            unit = int(np.argmax(nearest)) if np.isfinite(nearest).all() else int(rng.integers(len(xy)))
            places.append(xy[unit])
            nearest = np.minimum(nearest, np.hypot(*(xy - xy[unit]).T))
        free = np.array(places)
        for _ in range(_N_ROUNDS):
            km, owner = map(np.asarray, cKDTree(np.concatenate([free, kept])).query(xy))
            if km.max() < best:
                best, found = float(km.max()), free
            free = np.array([_middle(xy[owner == i]) if (owner == i).any() else p for i, p in enumerate(free)])
    return found


def seeds_at_anchors(problem: Problem, seed: Labels) -> Labels:
    """(P,) the seeds, and for anchored territories without one the nearest unit that is free."""
    found = seed.copy()
    taken = set(found[found >= 0].tolist()) | set(np.flatnonzero(problem.stays >= 0).tolist())
    for t in np.flatnonzero((found < 0) & np.isfinite(problem.anchor_km).all(axis=1)).tolist():
        km = np.hypot(*(problem.xy_km - problem.anchor_km[t]).T)
        for unit in np.argsort(km, kind="stable").tolist():
            if unit not in taken:
                found[t] = unit
                taken.add(unit)
                break
    return found


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


def least_factor(problem: Problem, seed: Labels, share: float = 1.0) -> float:
    """Return by what the radii must be multiplied at least, so that every unit can be reached; 1 if they do already.

    No plan does with less: by halving, exact to a thousandth, from above. ``share`` of the units is enough.
    """
    low, high = 1.0, 1.0

    def is_enough(factor: float) -> bool:
        return bool(reached_from(problem, seed, factor).mean() >= share)

    if is_enough(1.0):
        return 1.0
    while not is_enough(high):
        low, high = high, high * 2
        if high > 1e9:
            return float("inf")
    while high / low > 1.001:
        middle = (low * high) ** 0.5
        if is_enough(middle):
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
    filled = _fill(problem, best)
    return np.where(filled >= 0, filled, label).astype(np.int32)  # ground that no seed comes to stays as it was


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
