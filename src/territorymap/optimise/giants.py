"""Units heavier than a territory's target: each gets a territory, and the others share what is left.

Owns which units these are and the targets without them; the words for the planner are session's.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from territorymap.optimise.problem import Floats, Problem


@dataclass(frozen=True)
class Giants:
    """What no plan can bring to its target."""

    unit: NDArray[np.int64]  # (G,) the heaviest first
    measure: NDArray[np.int64]  # (G,) in which it is too heavy
    times: Floats  # (G,) how many targets it holds in that measure
    target: Floats  # (M, P) targets of the territories, with what is left shared by those that hold no giant


def find_giants(problem: Problem) -> Giants:
    """Return the units that alone are more than a territory should have, one after the other.

    A unit is a giant if in some measure it exceeds the largest target that is left when the giants before it, each with
    a territory of its own, are set apart. Source: yardstick ``oversize``, for one measure and even targets the same.
    """
    left = problem.weight.sum(axis=1)
    n_left = problem.n_territories
    share = problem.target / problem.target.sum(axis=1, keepdims=True)  # (M, P)
    largest = share.max(axis=1) * problem.n_territories  # (M,) relative to an equal share
    units: list[int] = []
    measures: list[int] = []
    times: list[float] = []
    order = np.argsort(-(problem.weight / problem.target.mean(axis=1, keepdims=True)).max(axis=0), kind="stable")
    for u in order.tolist():
        if n_left <= 1 or problem.stays[u] >= 0:
            if n_left <= 1:
                break
            continue
        mean = left / n_left
        ratio = np.where(mean > 0, problem.weight[:, u] / np.where(mean > 0, mean * largest, 1.0), 0.0)
        m = int(np.argmax(ratio))
        if ratio[m] <= 1:
            break
        units.append(u)
        measures.append(m)
        times.append(float(ratio[m]))
        left = left - problem.weight[:, u]
        n_left -= 1
    scale = np.where(problem.target.sum(axis=1) > 0, left / n_left, 0.0)[:, None] * problem.n_territories
    target = np.maximum(share * scale, np.finfo(float).tiny)
    return Giants(np.array(units, dtype=np.int64), np.array(measures, dtype=np.int64), np.array(times), target)
