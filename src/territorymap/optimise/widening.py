"""Further moves where those around cannot bear it: a ring of territories more takes part, then another, moves weighed.

Owns who takes part and when it is enough; the search is handover's.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from territorymap.optimise.build import Budget
from territorymap.optimise.handover import Handed, Handover, Rules
from territorymap.optimise.problem import Labels, Problem
from territorymap.optimise.standing import EXACT, Standing, fair_bands

_CHURN = 40.0  # weight of a whole territory that is moved though it need not be
_RINGS_IN_VAIN = 2
_MOST_RINGS = 3
_HELPS = 0.8  # what is beyond, after a ring more, of before


def widened(
    problem: Problem, standing: Standing, label: Labels, fixed: NDArray[np.bool_], seed: int = 1
) -> Iterator[Handover]:
    """Yield searches that go on from a plan, with a ring of territories around those it changed, and another.

    Parameters
    ----------
    label : (U,) an answer
    fixed : (U,) units that stay where that answer has them

    Yields
    ------
    Handover : within fair bands nothing is beyond; whatever moves from where it was before, and need not, costs.
        The same bands and costs for every ring, so that their answers can be compared.
    """
    pair = problem.adjacency.pair
    part = np.zeros(problem.n_territories, dtype=np.bool_)
    part[label[label != standing.label]] = True
    part[standing.label[(label != standing.label) & (standing.label >= 0)]] = True
    part &= standing.may_share & ~standing.is_loose
    low, high = fair_bands(problem, standing)
    came = np.setdiff1d(label, standing.label)  # a newcomer should have its share
    low[came] = (problem.target.T * (1 - problem.tolerance))[came]
    unit = problem.target.T * problem.tolerance
    may_move = standing.may_move & ~fixed
    while True:
        known = part.copy()
        ends = label[pair]
        part[ends[part[ends].any(axis=1)].ravel()] = True
        part &= standing.may_share & ~standing.is_loose
        if (part == known).all():
            return
        movable = np.flatnonzero(may_move & part[label]).astype(np.int32)
        rules = Rules(movable, part.copy(), standing.is_loose, low, high, unit)
        yield Handover(replace(problem, base=standing.label), rules, lambda _: label.copy(), seed, churn=_CHURN)


def further(
    problem: Problem, standing: Standing, label: Labels, fixed: NDArray[np.bool_], budget: Budget, seed: int = 1
) -> Iterator[Handed]:
    """Yield plans with the smallest further moves that bring what is beyond the fair bands into them, the best last.

    Wider rings are tried until nothing is beyond, or two in a row did not help.
    """
    before: Handed | None = None
    best: Handed | None = None
    n_vain = n_done = 0
    for n_rings, search in enumerate(widened(problem, standing, label, fixed, seed), 1):
        first, *rest = search.run(Budget(max(budget.n_steps - n_done, 0), budget.is_over))
        before, found = before or first, rest[-1] if rest else first  # the first is the plan as it was
        n_done += search.n_done
        n_vain = 0 if best is None or found.beyond < _HELPS * best.beyond else n_vain + 1
        if found.beyond < _HELPS * before.beyond and (best is None or found.beyond < best.beyond - EXACT):
            best = replace(found, n_steps=n_done)
            yield best
        done = best is not None and best.beyond <= EXACT
        if done or n_vain >= _RINGS_IN_VAIN or n_rings >= _MOST_RINGS or n_done >= budget.n_steps or budget.is_over():
            return
