"""Whether territories are whole, compiled: may a unit leave, how many pieces there are, and giving on what lies apart.

Owns these three on label arrays; what a move costs is moves'.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from territorymap.optimise.compiled import compiled


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
    return can_leave_soon(unit, label, start, neighbour, mark, queue, stamp, len(label))


@compiled
def can_leave_soon(
    unit: int,
    label: NDArray[np.int32],
    start: NDArray[np.int64],
    neighbour: NDArray[np.int32],
    mark: NDArray[np.int64],
    queue: NDArray[np.int32],
    stamp: int,
    reach: int,
) -> bool:
    """Tell the same, or no where ``reach`` units have been looked at and it is not known yet."""
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
    while head < tail and head < reach:
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
def count_pieces(
    label: NDArray[np.int32], start: NDArray[np.int64], neighbour: NDArray[np.int32], n_territories: int
) -> NDArray[np.int64]:
    """(P,) in how many pieces each territory lies; 0 = it has no unit."""
    n = len(label)
    found = np.zeros(n_territories, np.int64)
    seen = np.zeros(n, np.bool_)
    stack = np.empty(n, np.int32)
    for s in range(n):
        t = label[s]
        if seen[s] or t < 0:
            continue
        found[t] += 1
        seen[s] = True
        stack[0] = s
        top = 1
        while top > 0:
            top -= 1
            u = stack[top]
            for e in range(start[u], start[u + 1]):
                v = neighbour[e]
                if not seen[v] and label[v] == t:
                    seen[v] = True
                    stack[top] = v
                    top += 1
    return found


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
