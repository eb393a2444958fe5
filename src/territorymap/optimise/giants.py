"""Units heavier than a territory's target: each gets a territory, and the others share what is left.

Owns which units these are and the targets without them; the words for the planner are session's.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from territorymap.optimise.problem import Floats, Labels, Problem, pieces_of_ground

_ROUNDING = 1e-9  # share of the whole that is nothing
_NEARLY = 0.95  # of a hard limit
_ROOM = 0.9  # of the room that there is under a hard limit


@dataclass(frozen=True)
class Giants:
    """What no plan can bring to its target."""

    unit: NDArray[np.int64]  # (G,) the heaviest first
    measure: NDArray[np.int64]  # (G,) in which it is too heavy
    times: Floats  # (G,) how many targets it holds in that measure; hard limits, where it is no more than a target
    target: Floats  # (M, P) targets of the territories, with what is left shared by those that hold no giant


def find_giants(problem: Problem) -> Giants:
    """Return the units that alone are more than a territory should have, one after the other.

    A unit is a giant if in some measure it exceeds the largest target that is left when the giants before it, each with
    a territory of its own, are set apart. Source: yardstick ``oversize``, for one measure and even targets the same.
    So is one that no territory may have by its hard limits, before all others: no plan keeps them, the rest can.
    """
    weight = problem.least_brought()
    total = problem.target.sum(axis=1)  # what is shared, ways included
    left, n_left = total.copy(), problem.n_territories
    counts = problem.importance > 0  # (M,) what is only limited is not shared
    largest = problem.target.max(axis=1)  # (M,)
    n_own = n_left - len(np.unique(problem.stays[problem.stays >= 0]))  # territories that may be a giant's alone
    piece, held, n_without = _pieces(problem)
    apart: set[int] = set()
    units: list[int] = []
    measures: list[int] = []
    times: list[float] = []
    factor = np.ones(problem.n_measures)  # of the targets, when the giants so far are set apart
    limited = _of_limit(problem, weight)
    of_target = (weight[counts] / problem.target[counts].mean(axis=1, keepdims=True)).max(axis=0)
    order = np.lexsort([-of_target, -limited.max(axis=0)])
    for u in order.tolist():
        if n_left <= 1:
            break
        t = int(problem.stays[u])
        # A second giant of a piece of the ground gets none that another piece needs.
        if t < 0 and (n_own == 0 or (held[piece[u]] and n_own <= n_without)):
            continue
        ratio = np.where(counts & (factor > _ROUNDING), weight[:, u] / (largest * np.maximum(factor, _ROUNDING)), 0.0)
        if limited[:, u].any() and ratio.max() <= 1 + 1e-9:
            ratio = limited[:, u]
        elif ratio.max() <= 1 + 1e-9:
            break
        m = int(np.argmax(ratio))
        units.append(u)
        measures.append(m)
        times.append(float(ratio[m]))
        left = left - weight[:, u]
        n_own -= t < 0
        n_without -= not held[piece[u]]
        held[piece[u]] = True
        if t < 0 or t not in apart:
            n_left -= 1
        apart.add(t)
        factor = np.where(total > 0, left / np.where(total > 0, total, 1.0), 1.0) * problem.n_territories / n_left
    # Where giants hold all there is, what they leave is rounding: a scale must not be made of that.
    factor = np.where(factor > _ROUNDING, factor, 1.0)
    target = np.maximum(problem.target * factor[:, None], np.finfo(float).tiny)
    return Giants(np.array(units, dtype=np.int64), np.array(measures, dtype=np.int64), np.array(times), target)


def _of_limit(problem: Problem, weight: Floats) -> Floats:
    """(M, U) how many hard limits a unit holds that alone has more than any territory may have; else 0.

    One that nearly fills a limit, and is more than an equal share, is such a unit too where the others have room:
    nothing can come to it, and moves one by one do not find that out.
    """
    most = problem.most.max(axis=1, keepdims=True)
    share = problem.target.mean(axis=1, keepdims=True)
    is_above = weight > most * (1 + 1e-9)
    is_apart = is_above | ((weight >= most * _NEARLY) & (weight > share * (1 + 1e-9)))
    n_left = problem.n_territories - is_apart.sum(axis=1, keepdims=True)
    rest = np.where(is_apart, 0.0, weight).sum(axis=1, keepdims=True)
    has_room = rest <= n_left * np.where(np.isfinite(most), most, 0.0) * _ROOM
    counts = np.isfinite(most) & (is_above | (is_apart & has_room))
    return np.where(counts, weight / np.maximum(most, np.finfo(float).tiny), 0.0)


def _pieces(problem: Problem) -> tuple[Labels, NDArray[np.bool_], int]:
    """Return the piece of the ground of each unit, which of them have something that stays, and how many have not."""
    n, piece = pieces_of_ground(problem.adjacency.pair, problem.n_units)
    held = np.zeros(n, dtype=np.bool_)
    held[piece[problem.stays >= 0]] = True
    return piece, held, int((~held).sum())


def giant_territories(problem: Problem, giants: Giants, seed: Labels) -> NDArray[np.int64]:
    """(G,) the territory of each giant: where it stays; else one that nothing stays in, grown from near it.

    Where territories have no ``seed`` (-1), the heaviest giants have those with the largest targets.
    """
    found = problem.stays[giants.unit].astype(np.int64)
    free = np.flatnonzero(found < 0)
    open_to_all = np.setdiff1d(np.arange(problem.n_territories), problem.stays[problem.stays >= 0])
    wanted = (problem.target / problem.target.mean(axis=1, keepdims=True)).sum(axis=0)
    if (seed[open_to_all] >= 0).any():
        gap = problem.xy_km[giants.unit[free], None] - problem.xy_km[seed[open_to_all]]
        km = np.where(seed[open_to_all] >= 0, np.hypot(gap[..., 0], gap[..., 1]), 0.0)
        km[:, seed[open_to_all] < 0] = 2 * km.max(initial=1.0)
        rows, columns = linear_sum_assignment(km)
        found[free[rows]] = open_to_all[columns]
    else:
        found[free] = open_to_all[np.argsort(-wanted[open_to_all], kind="stable")][: len(free)]
    return found
