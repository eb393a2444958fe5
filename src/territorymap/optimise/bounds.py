"""What contiguity alone forbids: the best that any whole territory with a given unit can do.

Owns the proof, as data; not the words for it (session), nor the search for a plan.

Near a very heavy unit or in a corner no set of neighbouring units comes to the target. All whole sets that hold the
unit are looked at, those apart that already weigh too much; the least deviation among them is a bound for any plan.
Source: yardstick ``struct_bound``; sets are enumerated as in Wernicke 2006 (ESU), each once.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra

from territorymap.optimise.compiled import compiled
from territorymap.optimise.energy import Ground
from territorymap.optimise.problem import Floats

N_SETS = 400_000  # sets looked at for one unit
_N_GREEDY = 12


@dataclass(frozen=True)
class Bound:
    """No plan brings the territory of this unit nearer to its target, if ``is_exact``."""

    unit: int
    measure: int  # in which the best territory is off most
    deviation: float  # least share of the target by which a territory with the unit is off in that measure
    times_tolerance: float  # the same in tolerances; at most 1 = the unit can be in a good territory
    is_exact: bool  # False: not all sets were looked at; a better one may exist


def bounds_of(ground: Ground, asked: NDArray[np.integer], n_sets: int = N_SETS) -> list[Bound]:
    """Return the bounds of those among some units whose territory cannot come within the tolerances.

    Giants are apart, as in the search: a territory with a giant wants nothing besides. Where targets differ a set may
    be judged by any that lies between the least and the most; where the way from home counts, only too much is told.
    Both make the bound lower, never wrong.
    """
    units = asked[~ground.is_giant[asked]].astype(np.int32)
    free = ~ground.has_giant
    if not len(units) or not free.any():
        return []
    most = ground.target[free].max(axis=0)
    least = ground.target[free].min(axis=0)
    if ground.way_measure >= 0:
        least = np.zeros_like(least)
    enough = np.ones(len(units))
    beside = _beside_giants(ground, most)[units]
    found, measure, is_exact = least_off(
        ground.start,
        ground.neighbour,
        ground.weight,
        ground.is_giant,
        least,
        most,
        ground.tolerance,
        units,
        np.minimum(beside, np.finfo(float).max),
        enough,
        n_sets,
    )
    return [
        Bound(int(units[i]), int(measure[i]), float(found[i] * ground.tolerance[measure[i]]), float(found[i]), exact)
        for i, exact in enumerate(is_exact.tolist())
        if found[i] > 1 + 1e-9
    ]


def _beside_giants(ground: Ground, most: Floats) -> Floats:
    """(U,) tolerances by which a giant's territory is off at least if it reaches as far as a unit; inf = never."""
    giants = np.flatnonzero(ground.is_giant)
    if not len(giants):
        return np.full(len(ground.mass), np.inf)
    off = np.zeros(len(ground.mass))
    for m in range(ground.weight.shape[1]):
        # Weights of 0 would be no pair at all to scipy.
        cost = ground.weight[:, m] / (most[m] * ground.tolerance[m]) + 1e-12
        graph = csr_matrix((cost[ground.neighbour], ground.neighbour, ground.start), shape=(len(cost), len(cost)))
        off = np.maximum(off, dijkstra(graph, indices=giants, min_only=True))
    return off


@compiled
def least_off(
    start: NDArray[np.int64],
    neighbour: NDArray[np.int32],
    weight: NDArray[np.float64],  # (U, M)
    blocked: NDArray[np.bool_],  # (U,) in no set
    least: NDArray[np.float64],  # (M,) targets are between these
    most: NDArray[np.float64],
    tolerance: NDArray[np.float64],  # (M,)
    units: NDArray[np.int32],  # (K,)
    known: NDArray[np.float64],  # (K,) what can be had otherwise, in tolerances
    enough: NDArray[np.float64],  # (K,) nothing better is looked for
    n_sets: int,
) -> tuple[NDArray[np.float64], NDArray[np.int64], NDArray[np.bool_]]:
    """Return per unit how far off its best set is in tolerances, in which measure, and whether all were looked at."""
    n, n_measures = weight.shape
    n_asked = len(units)
    found, measure, is_exact = np.empty(n_asked), np.zeros(n_asked, np.int64), np.ones(n_asked, np.bool_)
    row = np.empty(n, np.int32)  # units at the rim of the set, each once: taken, left out or to come
    seen = np.zeros(n, np.bool_)
    taken = np.empty(n, np.int32)  # positions in ``row``
    ends = np.empty(n, np.int32)  # length of ``row`` before the neighbours of that one came
    load = np.zeros((n + 1, n_measures))
    for k in range(n_asked):
        u = units[k]
        random = np.uint64(88172645463325252) + np.uint64(u)
        best = known[k]
        for attempt in range(_N_GREEDY + 1):
            depth, tail = 0, 0
            load[0] = weight[u]
            seen[u] = True
            for e in range(start[u], start[u + 1]):
                v = neighbour[e]
                if not blocked[v] and not seen[v]:
                    seen[v] = True
                    row[tail] = v
                    tail += 1
            off, m = _off(load[0], least, most, tolerance)
            if off < best:
                best, measure[k] = off, m
            i, n_looked = 0, 0
            is_greedy = attempt < _N_GREEDY
            while best > enough[k]:
                if i < tail:
                    if is_greedy:
                        random ^= random << np.uint64(13)
                        random ^= random >> np.uint64(7)
                        random ^= random << np.uint64(17)
                        j = i + int((random >> np.uint64(33)) % np.uint64(tail - i))
                        row[i], row[j] = row[j], row[i]
                    v = row[i]
                    i += 1
                    n_looked += 1
                    fits = True
                    for m in range(n_measures):
                        load[depth + 1, m] = load[depth, m] + weight[v, m]
                        if load[depth + 1, m] / most[m] - 1.0 >= best * tolerance[m]:
                            fits = False
                    if not fits:
                        continue  # with more it would not fit either
                    taken[depth], ends[depth] = i - 1, tail
                    depth += 1
                    for e in range(start[v], start[v + 1]):
                        x = neighbour[e]
                        if not blocked[x] and not seen[x]:
                            seen[x] = True
                            row[tail] = x
                            tail += 1
                    off, m = _off(load[depth], least, most, tolerance)
                    if off < best:
                        best, measure[k] = off, m
                elif is_greedy or depth == 0:
                    break
                else:
                    depth -= 1
                    for j in range(ends[depth], tail):
                        seen[row[j]] = False
                    tail = ends[depth]
                    i = taken[depth] + 1
                if not is_greedy and n_looked > n_sets:
                    is_exact[k] = False
                    break
            seen[u] = False
            for j in range(tail):
                seen[row[j]] = False
            if best <= enough[k]:
                break
        found[k] = best
    return found, measure, is_exact


@compiled
def _off(
    load: NDArray[np.float64],
    least: NDArray[np.float64],
    most: NDArray[np.float64],
    tolerance: NDArray[np.float64],
) -> tuple[float, int]:
    worst, at = 0.0, 0
    for m in range(len(load)):
        off = 0.0
        if load[m] > most[m]:
            off = (load[m] / most[m] - 1.0) / tolerance[m]
        elif load[m] < least[m]:
            off = (1.0 - load[m] / least[m]) / tolerance[m]
        if off > worst:
            worst, at = off, m
    return worst, at
