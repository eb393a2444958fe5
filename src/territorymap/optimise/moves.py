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
from territorymap.optimise.energy import Ground
from territorymap.optimise.members import members_of, move_member, stretch
from territorymap.optimise.whole import can_leave_soon

LIMIT = 40.0  # what breaking a hard wish by a share of the target costs: twice that of a tolerance of 5 %


@compiled
def overrun(deviation: float, tolerance: float) -> float:
    """Return what being off target costs: nothing within the tolerance, beyond it a little more than linear."""
    x = (abs(deviation) - tolerance) / tolerance
    return x + 0.25 * x * x / (1.0 + x) if x > 0.0 else 0.0


@compiled
def way_to(
    unit: int, territory: int, per_km: NDArray[np.float64], place: NDArray[np.float64], home: NDArray[np.float64]
) -> float:
    """Return what the way from a territory's home to a unit adds; 0 where there is no home (nan)."""
    dx, dy = place[unit, 0] - home[territory, 0], place[unit, 1] - home[territory, 1]
    added = per_km[unit] * np.sqrt(dx * dx + dy * dy)
    return added if added == added else 0.0


@compiled
def breach(load: float, least: float, most: float) -> float:
    """Return by how much a load breaks its hard limits."""
    return (load - most if load > most else 0.0) + (least - load if load < least else 0.0)


@compiled
def too_far(ground: Ground, unit: int, territory: int, moment: NDArray[np.float64]) -> float:
    """Return by how much a unit is beyond a territory's radius, about its anchor or its centre, as a share of it."""
    radius = ground.radius[territory]
    if np.isinf(radius):
        return 0.0
    x, y = ground.anchor[territory, 0], ground.anchor[territory, 1]
    if np.isnan(x):
        x, y = moment[territory, 1], moment[territory, 2]
    dx, dy = ground.xy[unit, 0] - x, ground.xy[unit, 1] - y
    over: float = np.sqrt(dx * dx + dy * dy) / radius - 1.0
    return over if over > 0.0 else 0.0


@compiled
def sums_by_territory(ground: Ground, label: NDArray[np.int32]) -> Any:
    """Return (P, M) loads and (P, 4) mass, centre x, centre y, moment of inertia about the centre."""
    n, n_measures = ground.target.shape
    load = np.zeros((n, n_measures))
    moment = np.zeros((n, 4))
    for u in range(len(label)):
        t = label[u]
        if t < 0:
            continue
        for m in range(n_measures):
            load[t, m] += ground.weight[u, m]
        if ground.way_measure >= 0:
            load[t, ground.way_measure] += way_to(u, t, ground.per_km, ground.place, ground.home)
        moment[t, 0] += ground.mass[u]
        moment[t, 1] += ground.mass[u] * ground.xy[u, 0]
        moment[t, 2] += ground.mass[u] * ground.xy[u, 1]
    for t in range(n):
        if moment[t, 0] > 0.0:
            moment[t, 1] /= moment[t, 0]
            moment[t, 2] /= moment[t, 0]
    for u in range(len(label)):
        t = label[u]
        if t >= 0:
            dx, dy = ground.xy[u, 0] - moment[t, 1], ground.xy[u, 1] - moment[t, 2]
            moment[t, 3] += ground.mass[u] * (dx * dx + dy * dy)
    return load, moment


@compiled
def enter_pair(s: int, pairs: NDArray[np.int32], at: NDArray[np.int32], n: int) -> int:
    """Put an entry on a list of ``n``; return its new length."""
    if at[s] < 0:
        pairs[n] = s
        at[s] = n
        n += 1
    return n


@compiled
def strike_pair(s: int, pairs: NDArray[np.int32], at: NDArray[np.int32], n: int) -> int:
    """Take an entry off a list of ``n``; return its new length."""
    i = at[s]
    if i >= 0:
        n -= 1
        last = pairs[n]
        pairs[i] = last
        at[last] = i
        at[s] = -1
    return n


@compiled
def anneal(
    ground: Ground,
    label: NDArray[np.int32],  # (U,) changed in place; -1 takes no part
    may_move: NDArray[np.bool_],  # (U,)
    closed: NDArray[np.bool_],  # (P,) territories that neither give nor take
    tolerance: NDArray[np.float64],  # (M,) to aim at
    scale: NDArray[np.float64],  # (4,) of inertia, border, balance, churn
    heat: NDArray[np.float64],  # (2,) at the beginning and at the end; 0 = only downhill
    n_steps: int,
    seed: int,
    reach: int,  # units looked at for a territory's wholeness; what is not known then counts as broken
) -> int:
    """Try n_steps moves of a unit to a neighbouring territory; return how many were made."""
    n_measures = ground.target.shape[1]
    start, neighbour, border, way_measure = ground.start, ground.neighbour, ground.border, ground.way_measure
    load, moment = sums_by_territory(ground, label)
    members = members_of(label if ground.span > 0.0 else label[:0], ground.xy, len(ground.target))
    mark = np.zeros(len(label), np.int64)
    queue = np.empty(len(label), np.int32)
    stamp, n_made = 2, 0
    # Entries of ``neighbour`` from a unit that may move to a territory that it may move to: the steps to choose from.
    pairs = np.empty(len(neighbour), np.int32)
    at = np.full(len(neighbour), -1, np.int32)
    n_pairs = 0
    for s in range(len(neighbour)):
        u = ground.unit[s]
        a, b = label[u], label[neighbour[s]]
        if may_move[u] and a != b and a >= 0 and b >= 0 and not closed[a] and not closed[b]:
            n_pairs = enter_pair(s, pairs, at, n_pairs)
    random = np.uint64(seed) * np.uint64(0x9E3779B97F4A7C15) + np.uint64(0x632BE59BD9B4E019)
    temperature = heat[0]
    cooling = (heat[1] / heat[0]) ** (1.0 / max(n_steps, 1)) if heat[0] > 0.0 else 1.0
    for _ in range(n_steps):
        if n_pairs == 0:
            break
        temperature *= cooling
        random = next_random(random)
        s = pairs[int(((random >> np.uint64(32)) * np.uint64(n_pairs)) >> np.uint64(32))]
        u = ground.unit[s]
        a, b = label[u], label[neighbour[s]]
        change = worse = 0.0  # worse: by how much hard wishes are broken more than before
        way_a = way_b = 0.0
        if way_measure >= 0:
            way_a = way_to(u, a, ground.per_km, ground.place, ground.home)
            way_b = way_to(u, b, ground.per_km, ground.place, ground.home)
        for m in range(n_measures):
            leaves = comes = ground.weight[u, m]
            if m == way_measure:
                leaves += way_a
                comes += way_b
            off_a = (load[a, m] - ground.aim[a, m]) / ground.target[a, m]
            off_b = (load[b, m] - ground.aim[b, m]) / ground.target[b, m]
            tol = tolerance[m]
            change += ground.importance[m] * (
                overrun(off_a - leaves / ground.target[a, m], tol)
                - overrun(off_a, tol)
                + overrun(off_b + comes / ground.target[b, m], tol)
                - overrun(off_b, tol)
            )
            if ground.has_limits:
                worse += (
                    breach(load[a, m] - leaves, ground.least[a, m], ground.most[a, m])
                    - breach(load[a, m], ground.least[a, m], ground.most[a, m])
                ) / ground.target[a, m] + (
                    breach(load[b, m] + comes, ground.least[b, m], ground.most[b, m])
                    - breach(load[b, m], ground.least[b, m], ground.most[b, m])
                ) / ground.target[b, m]
        if ground.has_radius:
            far = too_far(ground, u, b, moment)
            if far > 0.0:
                # Where the unit is must be worse, else it stays there.
                nearer = too_far(ground, u, a, moment) - far
                if nearer <= 0.0:
                    continue
                worse -= nearer
            else:
                worse -= too_far(ground, u, a, moment)
        if worse > 1e-12 and temperature <= 0.0:
            continue  # the last steps break nothing that is whole
        change = scale[2] * (change + LIMIT * worse)
        q, x, y = ground.mass[u], ground.xy[u, 0], ground.xy[u, 1]
        less = more = 0.0
        if q > 0.0:
            mass_a, mass_b = moment[a, 0], moment[b, 0]
            dx, dy = x - moment[a, 1], y - moment[a, 2]
            # What is left of a territory without its last mass has no spread.
            less = q * mass_a / (mass_a - q) * (dx * dx + dy * dy) if mass_a - q > 1e-12 * mass_a else moment[a, 3]
            dx, dy = x - moment[b, 1], y - moment[b, 2]
            more = q * mass_b / (mass_b + q) * (dx * dx + dy * dy)
        change += scale[0] * (more - less)
        longer = 0.0
        for e in range(start[u], start[u + 1]):
            t = label[neighbour[e]]
            if t == a:
                longer += border[e]
            elif t == b:
                longer -= border[e]
        change += scale[1] * longer
        if ground.span > 0.0:
            farther = stretch(members, b, x, y, ground.span) - stretch(members, a, x, y, ground.span)
            change += ground.span_weight * farther
        if ground.base[u] >= 0:
            away = (1.0 if b != ground.base[u] else 0.0) - (1.0 if a != ground.base[u] else 0.0)
            change += scale[3] * ground.churn[u] * away
        if change > 0.0:
            if change >= 30.0 * temperature:
                continue
            random = next_random(random)
            if (random >> np.uint64(11)) * (1.0 / 9007199254740992.0) >= np.exp(-change / temperature):
                continue
        stamp += 2
        if not can_leave_soon(u, label, start, neighbour, mark, queue, stamp, reach):
            continue
        label[u] = b
        n_made += 1
        if ground.span > 0.0 and not move_member(members, u, a, b):
            members = members_of(label, ground.xy, len(ground.target))
        for m in range(n_measures):
            load[a, m] -= ground.weight[u, m]
            load[b, m] += ground.weight[u, m]
        if way_measure >= 0:
            load[a, way_measure] -= way_a
            load[b, way_measure] += way_b
        if q > 0.0:
            move_mass(moment, a, -q, x, y, -less)
            move_mass(moment, b, q, x, y, more)
        for e in range(start[u], start[u + 1]):
            v = neighbour[e]
            t, s = label[v], ground.back[e]
            if t < 0 or closed[t]:
                continue
            if t == b:
                n_pairs = strike_pair(e, pairs, at, n_pairs)
                n_pairs = strike_pair(s, pairs, at, n_pairs)
            elif t == a:
                n_pairs = enter_pair(e, pairs, at, n_pairs)
                if may_move[v]:
                    n_pairs = enter_pair(s, pairs, at, n_pairs)
    return n_made


@compiled
def move_mass(moment: NDArray[np.float64], t: int, q: float, x: float, y: float, more: float) -> None:
    """Add a mass (below 0: take it away) to a territory's sums; ``more``: what its moment of inertia grows by."""
    mass = moment[t, 0] + q
    if mass > 1e-12 * moment[t, 0]:
        moment[t, 1] += (x - moment[t, 1]) * q / mass
        moment[t, 2] += (y - moment[t, 2]) * q / mass
        moment[t, 3] = max(moment[t, 3] + more, 0.0)
        moment[t, 0] = mass
    else:
        moment[t, 0] = moment[t, 1] = moment[t, 2] = moment[t, 3] = 0.0


@compiled
def next_random(state: np.uint64) -> np.uint64:
    """Return the next 64 random bits after some. Source: xorshift64, Marsaglia 2003."""
    state ^= state << np.uint64(13)
    state ^= state >> np.uint64(7)
    state ^= state << np.uint64(17)
    return state
