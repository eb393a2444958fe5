"""The search itself, compiled: units go over borders one at a time, each territory stays whole.

Owns one run from a plan to a plan; how long, how hot and from where is build's. The cost of a step is that of the
unit's neighbours; energy is worked out by differences from sums per territory.

Method: simulated annealing over border moves (Kirkpatrick, Gelatt & Vecchi 1983) with a moment-of-inertia objective
(Hess 1965) and a penalty beyond the tolerance that grows almost linearly, so that one territory that cannot be brought
to its target does not spoil the shape of all others.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from territorymap.optimise.compiled import compiled


@compiled
def overrun(deviation: float, tolerance: float) -> float:
    """Return what being off target costs: nothing within the tolerance, beyond it a little more than linear."""
    x = (abs(deviation) - tolerance) / tolerance
    return x + 0.25 * x * x / (1.0 + x) if x > 0.0 else 0.0


@compiled
def can_leave(
    unit: int,
    label: NDArray[np.int32],
    start: NDArray[np.int64],
    neighbour: NDArray[np.int32],
    mark: NDArray[np.int64],
    queue: NDArray[np.int32],
    stamp: int,
) -> bool:
    """Tell whether its territory stays whole without a unit. ``mark`` and ``queue`` are room to work in, (U,)."""
    own = label[unit]
    n_met, first = 0, -1
    for e in range(start[unit], start[unit + 1]):
        v = neighbour[e]
        if label[v] == own:
            mark[v] = stamp
            n_met += 1
            first = v
    if n_met == 0:
        return False  # its last unit
    if n_met == 1:
        return True
    # From one neighbour inside the territory until all others are met: mostly a few steps around the unit.
    mark[unit] = stamp + 1
    mark[first] = stamp + 1
    queue[0] = first
    head, tail, left = 0, 1, n_met - 1
    while head < tail:
        x = queue[head]
        head += 1
        for e in range(start[x], start[x + 1]):
            v = neighbour[e]
            if label[v] == own and mark[v] != stamp + 1:
                if mark[v] == stamp:
                    left -= 1
                    if left == 0:
                        return True
                mark[v] = stamp + 1
                queue[tail] = v
                tail += 1
    return False


@compiled
def way_to(
    unit: int, territory: int, per_km: NDArray[np.float64], place: NDArray[np.float64], home: NDArray[np.float64]
) -> float:
    """Return what the way from a territory's home to a unit adds; 0 where there is no home (nan)."""
    dx, dy = place[unit, 0] - home[territory, 0], place[unit, 1] - home[territory, 1]
    added = per_km[unit] * np.sqrt(dx * dx + dy * dy)
    return added if added == added else 0.0


@compiled
def sums_by_territory(
    label: NDArray[np.int32],
    weight: NDArray[np.float64],
    mass: NDArray[np.float64],
    xy: NDArray[np.float64],
    n: int,
    way_measure: int,
    per_km: NDArray[np.float64],
    place: NDArray[np.float64],
    home: NDArray[np.float64],
) -> Any:
    """Return (P, M) loads and (P, 4) moments: mass, mass x, mass y, mass (x2 + y2)."""
    load = np.zeros((n, weight.shape[1]))
    moment = np.zeros((n, 4))
    for u in range(len(label)):
        t = label[u]
        if t < 0:
            continue
        for m in range(weight.shape[1]):
            load[t, m] += weight[u, m]
        if way_measure >= 0:
            load[t, way_measure] += way_to(u, t, per_km, place, home)
        x, y = xy[u, 0], xy[u, 1]
        moment[t, 0] += mass[u]
        moment[t, 1] += mass[u] * x
        moment[t, 2] += mass[u] * y
        moment[t, 3] += mass[u] * (x * x + y * y)
    return load, moment


@compiled
def spread(s0: float, sx: float, sy: float, sq: float) -> float:
    """Return the moment of inertia about the centre, from mass and moments."""
    return sq - (sx * sx + sy * sy) / s0 if s0 > 0.0 else 0.0


@compiled
def anneal(
    label: NDArray[np.int32],  # (U,) changed in place; -1 takes no part
    movable: NDArray[np.int32],  # (K,) units that may move
    closed: NDArray[np.bool_],  # (P,) territories that neither give nor take
    base: NDArray[np.int32],  # (U,)
    churn: NDArray[np.float64],  # (U,)
    weight: NDArray[np.float64],  # (U, M)
    mass: NDArray[np.float64],  # (U,) for the moment of inertia
    xy: NDArray[np.float64],  # (U, 2)
    start: NDArray[np.int64],
    neighbour: NDArray[np.int32],
    border: NDArray[np.float64],  # (2E,) length, in any unit
    target: NDArray[np.float64],  # (P, M)
    held: NDArray[np.float64],  # (P, M) what giants bring, not counted
    has_giant: NDArray[np.bool_],  # (P,) such a territory wants nothing besides
    tolerance: NDArray[np.float64],  # (M,)
    importance: NDArray[np.float64],  # (M,)
    way_measure: int,  # -1 = none grows with the way
    per_km: NDArray[np.float64],  # (U,)
    place: NDArray[np.float64],  # (U, 2) in the unit of home
    home: NDArray[np.float64],  # (P, 2) nan = none
    scale: NDArray[np.float64],  # (4,) of inertia, border, balance, churn
    heat: NDArray[np.float64],  # (2,) at the beginning and at the end; 0 = only downhill
    n_steps: int,
    seed: int,
) -> int:
    """Try n_steps moves of a unit to a neighbouring territory; return how many were made."""
    np.random.seed(seed)
    n_territories, n_measures = target.shape
    load, moment = sums_by_territory(label, weight, mass, xy, n_territories, way_measure, per_km, place, home)
    mark = np.zeros(len(label), np.int64)
    queue = np.empty(len(label), np.int32)
    stamp, n_made = 2, 0
    temperature = heat[0]
    cooling = (heat[1] / heat[0]) ** (1.0 / max(n_steps, 1)) if heat[0] > 0.0 else 1.0
    n_movable = len(movable)
    for _ in range(n_steps):
        temperature *= cooling
        u = movable[np.random.randint(n_movable)]
        a = label[u]
        degree = start[u + 1] - start[u]
        if degree == 0:
            continue
        b = label[neighbour[start[u] + np.random.randint(degree)]]
        if a == b or b < 0 or closed[a] or closed[b]:
            continue
        change = 0.0
        way_a = way_b = 0.0
        if way_measure >= 0:
            way_a, way_b = way_to(u, a, per_km, place, home), way_to(u, b, per_km, place, home)
        for m in range(n_measures):
            leaves = weight[u, m] + (way_a if m == way_measure else 0.0)
            comes = weight[u, m] + (way_b if m == way_measure else 0.0)
            if leaves == 0.0 and comes == 0.0:
                continue
            want_a = 0.0 if has_giant[a] else 1.0
            want_b = 0.0 if has_giant[b] else 1.0
            off_a = (load[a, m] - held[a, m]) / target[a, m] - want_a
            off_b = (load[b, m] - held[b, m]) / target[b, m] - want_b
            tol = tolerance[m]
            change += importance[m] * (
                overrun(off_a - leaves / target[a, m], tol)
                - overrun(off_a, tol)
                + overrun(off_b + comes / target[b, m], tol)
                - overrun(off_b, tol)
            )
        change *= scale[2]
        q, x, y = mass[u], xy[u, 0], xy[u, 1]
        square = q * (x * x + y * y)
        change += scale[0] * (
            spread(moment[a, 0] - q, moment[a, 1] - q * x, moment[a, 2] - q * y, moment[a, 3] - square)
            - spread(moment[a, 0], moment[a, 1], moment[a, 2], moment[a, 3])
            + spread(moment[b, 0] + q, moment[b, 1] + q * x, moment[b, 2] + q * y, moment[b, 3] + square)
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
        if base[u] >= 0:
            change += scale[3] * churn[u] * ((1.0 if b != base[u] else 0.0) - (1.0 if a != base[u] else 0.0))
        if change > 0.0 and (temperature <= 0.0 or np.random.random() >= np.exp(-change / temperature)):
            continue
        stamp += 2
        if not can_leave(u, label, start, neighbour, mark, queue, stamp):
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


@compiled
def make_whole(
    label: NDArray[np.int32],
    start: NDArray[np.int64],
    neighbour: NDArray[np.int32],
    mass: NDArray[np.float64],
    xy: NDArray[np.float64],
    centre: NDArray[np.float64],  # (P, 2)
    shut: NDArray[np.bool_],  # (P,) take a unit only where nobody else could
    fixed: NDArray[np.bool_],  # (U,) never change hands
) -> int:
    """Give what lies apart from its territory's heaviest part to the nearest neighbouring one; return how many units.

    A part that holds a fixed unit is its territory's own, whatever its weight.
    """
    n, n_territories = len(label), len(centre)
    part = np.full(n, -1, np.int64)
    stack = np.empty(n, np.int64)
    part_mass = np.zeros(n)
    part_label = np.full(n, -1, np.int64)
    has_fixed = np.zeros(n, np.bool_)
    n_parts = 0
    for s in range(n):
        if part[s] >= 0 or label[s] < 0:
            continue
        top = 1
        stack[0] = s
        part[s] = n_parts
        part_label[n_parts] = label[s]
        while top > 0:
            top -= 1
            u = stack[top]
            part_mass[n_parts] += mass[u]
            has_fixed[n_parts] |= fixed[u]
            for e in range(start[u], start[u + 1]):
                v = neighbour[e]
                if part[v] < 0 and label[v] == label[s]:
                    part[v] = n_parts
                    stack[top] = v
                    top += 1
        n_parts += 1
    best = np.full(n_territories, -1, np.int64)
    for c in range(n_parts):
        t = part_label[c]
        b = best[t]
        if (
            b < 0
            or (has_fixed[c] and not has_fixed[b])
            or (has_fixed[c] == has_fixed[b] and part_mass[c] > part_mass[b])
        ):
            best[t] = c
    loose = np.zeros(n, np.bool_)
    n_loose = 0
    for u in range(n):
        if label[u] >= 0 and best[label[u]] != part[u] and not fixed[u]:
            loose[u] = True
            n_loose += 1
    n_given = n_loose
    while n_loose > 0:
        n_done = 0
        for patience in range(2):
            for u in range(n):
                if not loose[u]:
                    continue
                nearest, taker = np.inf, -1
                for e in range(start[u], start[u + 1]):
                    v = neighbour[e]
                    t = label[v]
                    if loose[v] or t < 0 or (shut[t] and patience == 0):
                        continue
                    d = (xy[u, 0] - centre[t, 0]) ** 2 + (xy[u, 1] - centre[t, 1]) ** 2
                    if d < nearest:
                        nearest, taker = d, t
                if taker >= 0:
                    label[u] = taker
                    loose[u] = False
                    n_done += 1
            if n_done > 0:
                break
        n_loose -= n_done
        if n_done == 0:
            break  # a group of units that no territory touches
    return n_given
