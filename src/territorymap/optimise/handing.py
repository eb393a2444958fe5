"""Units change hands under rules, compiled: who takes, which units may go, what a move costs; territories stay whole.

Owns one run from a plan to a plan, and the plans that it starts from; which rules and how long is alter's.

Beside moves.anneal: loads have bands of their own for every territory, what lies beyond them counts by its square (a
load that a few must bear is borne evenly), and a newcomer may take from those around while nothing else moves.
"""

from __future__ import annotations

from heapq import heappop, heappush

import numpy as np
from numpy.typing import NDArray

from territorymap.optimise.compiled import compiled
from territorymap.optimise.energy import Ground
from territorymap.optimise.moves import way_to
from territorymap.optimise.problem import Floats, Labels
from territorymap.optimise.whole import can_leave


@compiled
def off_band(load: float, low: float, high: float, unit: float) -> float:
    """Return what a load beyond its band costs, in tolerances: a little evenly, much by its square."""
    x = (load - high) / unit if load > high else (low - load) / unit if load < low else 0.0
    return x + x * x


@compiled
def spread(s0: float, sx: float, sy: float, sq: float) -> float:
    """Return the moment of inertia about the centre, from mass and moments."""
    return sq - (sx * sx + sy * sy) / s0 if s0 > 0.0 else 0.0


@compiled
def hand_over(
    ground: Ground,
    label: NDArray[np.int32],  # (U,) changed in place
    movable: NDArray[np.int32],  # (K,) units that may move
    is_open: NDArray[np.bool_],  # (P,) territories that give and take
    is_loose: NDArray[np.bool_],  # (P,) need not be whole and have no shape: ground that nobody has
    newcomer: int,  # >= 0: units only go to it, or back to where they were
    low: NDArray[np.float64],  # (P, M)
    high: NDArray[np.float64],  # (P, M)
    unit: NDArray[np.float64],  # (P, M) > 0: a tolerance, what is beyond is counted in it
    besides: NDArray[np.float64],  # (P, M) what comes from no unit
    churn: NDArray[np.float64],  # (U,) what it costs to be elsewhere than in base
    scale: NDArray[np.float64],  # (4,) of inertia, border, balance, churn
    heat: NDArray[np.float64],  # (2,) at the beginning and at the end; 0 = only downhill
    n_steps: int,
    seed: int,
) -> int:
    """Try n_steps moves of a unit to a neighbouring territory; return how many were made."""
    np.random.seed(seed)
    weight, mass, xy, base = ground.weight, ground.mass, ground.xy, ground.base
    start, neighbour, border = ground.start, ground.neighbour, ground.border
    importance, way_measure = ground.importance, ground.way_measure
    n_territories, n_measures = low.shape
    load = besides.copy()
    moment = np.zeros((n_territories, 4))
    for u in range(len(label)):
        t = label[u]
        for m in range(n_measures):
            load[t, m] += weight[u, m]
        if way_measure >= 0:
            load[t, way_measure] += way_to(u, t, ground.per_km, ground.place, ground.home)
        moment[t, 0] += mass[u]
        moment[t, 1] += mass[u] * xy[u, 0]
        moment[t, 2] += mass[u] * xy[u, 1]
        moment[t, 3] += mass[u] * (xy[u, 0] * xy[u, 0] + xy[u, 1] * xy[u, 1])
    mark = np.zeros(len(label), np.int64)
    queue = np.empty(len(label), np.int32)
    stamp, n_made = 2, 0
    temperature = heat[0]
    cooling = (heat[1] / heat[0]) ** (1.0 / max(n_steps, 1)) if heat[0] > 0.0 else 1.0
    for _ in range(n_steps):
        temperature *= cooling
        u = movable[np.random.randint(len(movable))]
        a = label[u]
        degree = start[u + 1] - start[u]
        if degree == 0:
            continue
        b = label[neighbour[start[u] + np.random.randint(degree)]]
        if a == b or b < 0 or not is_open[a] or not is_open[b]:
            continue
        if newcomer >= 0 and b != newcomer and b != base[u]:
            continue
        change = 0.0
        way_a = way_b = 0.0
        if way_measure >= 0:
            way_a, way_b = (
                way_to(u, a, ground.per_km, ground.place, ground.home),
                way_to(u, b, ground.per_km, ground.place, ground.home),
            )
        for m in range(n_measures):
            leaves = weight[u, m] + (way_a if m == way_measure else 0.0)
            comes = weight[u, m] + (way_b if m == way_measure else 0.0)
            change += importance[m] * (
                off_band(load[a, m] - leaves, low[a, m], high[a, m], unit[a, m])
                - off_band(load[a, m], low[a, m], high[a, m], unit[a, m])
                + off_band(load[b, m] + comes, low[b, m], high[b, m], unit[b, m])
                - off_band(load[b, m], low[b, m], high[b, m], unit[b, m])
            )
        change *= scale[2]
        q, x, y = mass[u], xy[u, 0], xy[u, 1]
        square = q * (x * x + y * y)
        if not is_loose[a]:
            change += scale[0] * (
                spread(moment[a, 0] - q, moment[a, 1] - q * x, moment[a, 2] - q * y, moment[a, 3] - square)
                - spread(moment[a, 0], moment[a, 1], moment[a, 2], moment[a, 3])
            )
        if not is_loose[b]:
            change += scale[0] * (
                spread(moment[b, 0] + q, moment[b, 1] + q * x, moment[b, 2] + q * y, moment[b, 3] + square)
                - spread(moment[b, 0], moment[b, 1], moment[b, 2], moment[b, 3])
            )
        longer = 0.0
        for e in range(start[u], start[u + 1]):
            t = label[neighbour[e]]
            if t == a:
                longer += border[e]
            elif t == b:
                longer -= border[e]
        change += scale[1] * longer
        change += scale[3] * churn[u] * ((1.0 if b != base[u] else 0.0) - (1.0 if a != base[u] else 0.0))
        if change > 0.0 and (temperature <= 0.0 or np.random.random() >= np.exp(-change / temperature)):
            continue
        stamp += 2
        if not is_loose[a] and not can_leave(u, label, start, neighbour, mark, queue, stamp):
            continue
        label[u] = b
        n_made += 1
        for m in range(n_measures):
            load[a, m] -= weight[u, m]
            load[b, m] += weight[u, m]
        if way_measure >= 0:
            load[a, way_measure] -= way_a
            load[b, way_measure] += way_b
        moment[a, 0] -= q
        moment[a, 1] -= q * x
        moment[a, 2] -= q * y
        moment[a, 3] -= square
        moment[b, 0] += q
        moment[b, 1] += q * x
        moment[b, 2] += q * y
        moment[b, 3] += square
    return n_made


def fill_up(fixed: Floats, share: Floats, amount: float) -> Floats:
    """Return what each should have if an amount is poured over them: those that have least, by their shares, get first.

    Parameters
    ----------
    fixed : (K,) what each has already
    share : (K,) > 0
    amount : >= 0

    Returns
    -------
    (K,) at least ``fixed``, sums to its sum and the amount; all that got some have the same ratio to their share.
    """
    ratio = fixed / share
    order = np.argsort(ratio, kind="stable")
    below = np.cumsum(fixed[order])
    width = np.cumsum(share[order])
    level = (below + amount) / width  # if the first k get all of it
    n = len(order)
    k = next((k for k in range(n) if k == n - 1 or level[k] <= ratio[order[k + 1]]), n - 1)
    return np.asarray(np.maximum(fixed, level[k] * share))


def drain(load: Floats, share: Floats, wanted: float, free: float) -> float:
    """Return the level, at most 1, at which a newcomer and those who give to it are even.

    Parameters
    ----------
    load, share : (K,) what each has and should have
    wanted : what the newcomer should have
    free : what it gets from nobody

    Returns
    -------
    What those above the level give, down to it, and what is free, is the level of what the newcomer should have.
    """
    ratio = np.sort(load / share)[::-1]
    order = np.argsort(-load / share, kind="stable")
    level = (free + np.cumsum(load[order])) / (wanted + np.cumsum(share[order]))  # if the fullest k give
    first = free / wanted
    n = len(order)
    k = next((k for k in range(n) if k == n - 1 or level[k] >= ratio[k + 1]), -1)
    return float(min(max(first, level[k]) if n and ratio[0] > first else first, 1.0))


def grow_from_all_sides(
    label: Labels,
    is_free: NDArray[np.bool_],
    taker: NDArray[np.integer],
    start: NDArray[np.int64],
    neighbour: NDArray[np.int32],
    near: Floats,
    fill: Floats,
    gain: Floats,
) -> Labels:
    """Return the plan with free units given to takers, each by the one that has least and touches it.

    Parameters
    ----------
    label : (U,) what free units have there does not count
    is_free : (U,)
    taker : (K,) territories
    near : (K, U) distance of each unit for each taker: the nearest is taken first
    fill : (K,) what each has of what it should have
    gain : (K, U) what a unit adds to that

    Returns
    -------
    (U,) labels; -1 for free units that touch no taker, directly or through others.
    """
    label = label.copy()
    label[is_free] = -1
    fill = fill.astype(np.float64).copy()
    fringe: list[list[tuple[float, int]]] = [[] for _ in taker]
    for k, t in enumerate(taker.tolist()):
        for u in np.flatnonzero(label == t).tolist():
            for v in neighbour[start[u] : start[u + 1]].tolist():
                if is_free[v]:
                    heappush(fringe[k], (float(near[k, v]), v))
    waiting = [(float(fill[k]), k) for k in range(len(taker)) if fringe[k]]
    waiting.sort()
    while waiting:
        _, k = heappop(waiting)
        while fringe[k] and label[fringe[k][0][1]] >= 0:
            heappop(fringe[k])
        if not fringe[k]:
            continue
        u = heappop(fringe[k])[1]
        label[u] = taker[k]
        fill[k] += gain[k, u]
        for v in neighbour[start[u] : start[u + 1]].tolist():
            if is_free[v] and label[v] < 0:
                heappush(fringe[k], (float(near[k, v]), v))
        heappush(waiting, (float(fill[k]), k))
    return label


def grow_from_one(
    label: Labels,
    newcomer: int,
    may_go: NDArray[np.bool_],
    is_loose: NDArray[np.bool_],
    start: NDArray[np.int64],
    neighbour: NDArray[np.int32],
    near: Floats,
    gain: Floats,
    wanted: float,
    spare: Floats,
) -> Labels:
    """Return the plan with a newcomer grown from the units it has, the nearest first, until it has what it should.

    Parameters
    ----------
    may_go : (U,) units that it may take; those that others need to stay whole are left
    is_loose : (P,) territories that need not be whole
    near : (U,) the nearest is taken first
    gain : (U,) what a unit adds
    wanted : until the sum of what was added reaches this
    spare : (P,) that much of it, and no more, each territory gives
    """
    label, spare = label.copy(), spare.copy()
    mark = np.zeros(len(label), dtype=np.int64)
    queue = np.empty(len(label), dtype=np.int32)
    stamp, have = 2, 0.0
    fringe: list[tuple[float, int]] = []
    for u in np.flatnonzero(label == newcomer).tolist():
        for v in neighbour[start[u] : start[u + 1]].tolist():
            if may_go[v] and label[v] != newcomer:
                heappush(fringe, (float(near[v]), v))
    waits: list[tuple[float, int]] = []  # what others need now; perhaps not when more is taken
    while fringe and have < wanted:
        u = heappop(fringe)[1]
        giver = label[u]
        if giver == newcomer or spare[giver] < gain[u]:
            continue
        stamp += 2
        if not is_loose[giver] and not can_leave(u, label, start, neighbour, mark, queue, stamp):
            waits.append((float(near[u]), u))
        else:
            label[u] = newcomer
            have += float(gain[u])
            spare[giver] -= gain[u]
            for v in neighbour[start[u] : start[u + 1]].tolist():
                if may_go[v] and label[v] != newcomer:
                    heappush(fringe, (float(near[v]), v))
            for entry in waits:
                heappush(fringe, entry)
            waits.clear()
    return label
