"""The search for plans near a plan, compiled: units go over borders one at a time, and lying elsewhere has a price.

Owns one run from a plan to a plan; from where, how hot and towards what is rebalance's. Territories do not come into
more pieces than they are in, and no cap is passed on the way.

Method: simulated annealing over border moves, with the prices of the transport problem between territories (flow) as a
slope: along the arcs that the transport uses moving is free, so a surplus finds its way over many territories.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from territorymap.optimise.compiled import compiled
from territorymap.optimise.field import Caps, Field
from territorymap.optimise.whole import can_leave

_WORSE = 20.0  # how much dearer it is to be worse than the worst territory as it is


@compiled
def _keeps_pieces(
    unit: int,
    label: NDArray[np.int32],
    start: NDArray[np.int64],
    neighbour: NDArray[np.int32],
    mark: NDArray[np.int64],
    queue: NDArray[np.int32],
    stamp: int,
) -> bool:
    """Tell whether its territory does not come into more pieces without a unit; a piece of one unit may go."""
    for e in range(start[unit], start[unit + 1]):
        if label[neighbour[e]] == label[unit]:
            return can_leave(unit, label, start, neighbour, mark, queue, stamp)
    return True


@compiled
def _charge(used: NDArray[np.float64], caps: Caps, k: int, unit: int, territory: int, sign: float) -> None:
    """Add to, or take from, what a cap counts for a unit in a territory."""
    origin, holder = caps.origin[k, unit], caps.holder[k, territory]
    if origin == holder:
        return
    amount, kind, last = sign * caps.amount[k, unit], caps.kind[k], used.shape[1] - 1
    if origin >= 0 and kind != 1:
        used[k, origin] += amount
    if holder >= 0 and kind != 0:
        used[k, holder] += amount
    if (holder >= 0) if kind == 1 else (origin >= 0):
        used[k, last] += amount


@compiled
def _within_caps(used: NDArray[np.float64], caps: Caps, unit: int, a: int, b: int) -> bool:
    """Let a unit go from a to b in what caps count, if no limit forbids; else leave it as it was."""
    for k in range(len(caps.kind)):
        _charge(used, caps, k, unit, a, -1.0)
        _charge(used, caps, k, unit, b, 1.0)
        origin, holder, last = caps.origin[k, unit], caps.holder[k, b], used.shape[1] - 1
        if (
            used[k, last] > caps.limit[k, last]
            or (origin >= 0 and used[k, origin] > caps.limit[k, origin])
            or (holder >= 0 and used[k, holder] > caps.limit[k, holder])
        ):
            for j in range(k + 1):
                _charge(used, caps, j, unit, b, -1.0)
                _charge(used, caps, j, unit, a, 1.0)
            return False
    return True


@compiled
def _over(load: float, lower: float, upper: float, floor: float, ceiling: float, size: float) -> float:
    """Return by how many territories a load is outside its band; much more beyond what is the worst as it is."""
    if load > upper:
        return (load - upper + _WORSE * max(load - ceiling, 0.0)) / size
    if load < lower:
        return (lower - load + _WORSE * max(floor - load, 0.0)) / size
    return 0.0


@compiled
def _spread(s0: float, sx: float, sy: float, sq: float) -> float:
    return sq - (sx * sx + sy * sy) / s0 if s0 > 0.0 else 0.0


@compiled
def _way(
    unit: int, territory: int, per_km: NDArray[np.float64], place: NDArray[np.float64], home: NDArray[np.float64]
) -> float:
    dx, dy = place[unit, 0] - home[territory, 0], place[unit, 1] - home[territory, 1]
    added = per_km[unit] * np.sqrt(dx * dx + dy * dy)
    return added if added == added else 0.0  # nan: no home


@compiled
def move_few(
    label: NDArray[np.int32],  # (U,) changed in place; -1 takes no part
    movable: NDArray[np.int32],  # (K,)
    closed: NDArray[np.bool_],  # (P,) territories that neither give nor take
    field: Field,
    price: NDArray[np.float64],  # (P, M) of having more
    used: NDArray[np.float64],  # (K, H + 1) of caps, changed in place
    scale: NDArray[np.float64],  # (4,) of inertia, border, being outside the bands, lying elsewhere
    heat: NDArray[np.float64],  # (2,) at the beginning and at the end; 0 = only downhill
    n_steps: int,
    seed: int,
) -> int:
    """Try n_steps moves of a unit to a neighbouring territory; return how many were made."""
    np.random.seed(seed)
    n_territories, n_measures = field.lower.shape
    load = np.zeros((n_territories, n_measures))
    moment = np.zeros((n_territories, 4))
    count = np.zeros(n_territories, np.int64)
    for u in range(len(label)):
        t = label[u]
        if t < 0:
            continue
        count[t] += 1
        for m in range(n_measures):
            load[t, m] += field.weight[u, m]
        if field.way_measure >= 0:
            load[t, field.way_measure] += _way(u, t, field.per_km, field.place, field.home)
        q, x, y = field.mass[u], field.xy[u, 0], field.xy[u, 1]
        moment[t, 0] += q
        moment[t, 1] += q * x
        moment[t, 2] += q * y
        moment[t, 3] += q * (x * x + y * y)
    mark = np.zeros(len(label), np.int64)
    queue = np.empty(len(label), np.int32)
    stamp, n_made, n_movable = 2, 0, len(movable)
    temperature = heat[0]
    cooling = (heat[1] / heat[0]) ** (1.0 / max(n_steps, 1)) if heat[0] > 0.0 else 1.0
    for _ in range(n_steps):
        temperature *= cooling
        u = movable[np.random.randint(n_movable)]
        a = label[u]
        first, degree = field.start[u], field.start[u + 1] - field.start[u]
        if degree == 0:
            continue
        slot = first + np.random.randint(degree)
        b = label[field.neighbour[slot]]
        if a == b or a < 0 or b < 0 or closed[a] or closed[b] or count[a] == 1 or not field.is_open[slot]:
            continue
        if field.reach[b] < np.inf and b != field.base[u]:
            dx, dy = field.xy[u, 0] - field.anchor[b, 0], field.xy[u, 1] - field.anchor[b, 1]
            if dx * dx + dy * dy > field.reach[b] * field.reach[b]:
                continue
        change = 0.0
        way_a = way_b = 0.0
        if field.way_measure >= 0:
            way_a = _way(u, a, field.per_km, field.place, field.home)
            way_b = _way(u, b, field.per_km, field.place, field.home)
        for m in range(n_measures):
            leaves = field.weight[u, m] + (way_a if m == field.way_measure else 0.0)
            comes = field.weight[u, m] + (way_b if m == field.way_measure else 0.0)
            if leaves == 0.0 and comes == 0.0:
                continue
            la, lb = load[a, m], load[b, m]
            change += price[b, m] * comes - price[a, m] * leaves
            lower, upper, floor, ceiling = field.lower[a, m], field.upper[a, m], field.floor[a, m], field.ceiling[a, m]
            over = _over(la - leaves, lower, upper, floor, ceiling, field.size[a, m])
            over -= _over(la, lower, upper, floor, ceiling, field.size[a, m])
            lower, upper, floor, ceiling = field.lower[b, m], field.upper[b, m], field.floor[b, m], field.ceiling[b, m]
            over += _over(lb + comes, lower, upper, floor, ceiling, field.size[b, m])
            over -= _over(lb, lower, upper, floor, ceiling, field.size[b, m])
            change += scale[2] * field.importance[m] * over
        q, x, y = field.mass[u], field.xy[u, 0], field.xy[u, 1]
        square = q * (x * x + y * y)
        change += scale[0] * (
            _spread(moment[a, 0] - q, moment[a, 1] - q * x, moment[a, 2] - q * y, moment[a, 3] - square)
            - _spread(moment[a, 0], moment[a, 1], moment[a, 2], moment[a, 3])
            + _spread(moment[b, 0] + q, moment[b, 1] + q * x, moment[b, 2] + q * y, moment[b, 3] + square)
            - _spread(moment[b, 0], moment[b, 1], moment[b, 2], moment[b, 3])
        )
        longer = 0.0
        for e in range(first, first + degree):
            t = label[field.neighbour[e]]
            if t == a:
                longer += field.border[e]
            elif t == b:
                longer -= field.border[e]
        change += scale[1] * longer
        origin = field.origin[u]
        if origin >= 0:
            was, will = field.holder[a] != origin, field.holder[b] != origin
            change += scale[3] * field.cost[u] * ((1.0 if will else 0.0) - (1.0 if was else 0.0))
        if change > 0.0 and (temperature <= 0.0 or np.random.random() >= np.exp(-change / temperature)):
            continue
        stamp += 2
        if not _keeps_pieces(u, label, field.start, field.neighbour, mark, queue, stamp):
            continue
        if not _within_caps(used, field.caps, u, a, b):
            continue
        label[u] = b
        n_made += 1
        count[a] -= 1
        count[b] += 1
        for m in range(n_measures):
            load[a, m] -= field.weight[u, m]
            load[b, m] += field.weight[u, m]
        if field.way_measure >= 0:
            load[a, field.way_measure] -= way_a
            load[b, field.way_measure] += way_b
        moment[a, 0] -= q
        moment[a, 1] -= q * x
        moment[a, 2] -= q * y
        moment[a, 3] -= square
        moment[b, 0] += q
        moment[b, 1] += q * x
        moment[b, 2] += q * y
        moment[b, 3] += square
    return n_made
