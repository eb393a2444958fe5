"""A leaver's units, and nobody else's, given to those around, each filled up to the level that all can be brought to.

Owns who may take and what each should end with; the search is handover's.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from territorymap.optimise.build import Budget
from territorymap.optimise.handing import fill_up, grow_from_all_sides
from territorymap.optimise.handover import Handed, Handover, Rules
from territorymap.optimise.problem import Floats, Labels, Problem
from territorymap.optimise.standing import Standing, fair_bands

_ROUNDS = 4
_STILL = 0.003  # of what is brought: less than this is no change
_TINY = np.finfo(float).tiny


def takers_of(problem: Problem, standing: Standing) -> NDArray[np.int64]:
    """Return the territories that touch what is dissolved and may take."""
    ends = standing.label[problem.adjacency.pair]
    other = ends.max(axis=1)[(ends.min(axis=1) < 0) & (ends.max(axis=1) >= 0)]
    return np.unique(other[standing.may_share[other] & ~standing.is_loose[other]])


def dissolving(
    problem: Problem, standing: Standing, seed: int = 1, amount: Floats | None = None, begin: Labels | None = None
) -> Handover:
    """Return the search that gives the units without a territory to those around, each as full as all can be.

    Parameters
    ----------
    amount : (M,) what they bring to whoever gets them; None = without ways, which depend on that
    begin : a plan to go on from beside others

    Raises
    ------
    ValueError
        if no territory that may take touches them, or not all of them, directly or through others.
    """
    takers = takers_of(problem, standing)
    if not len(takers):
        raise ValueError("no territory can take the units")
    free = standing.label < 0
    load, unit = standing.loads(problem), problem.target.T * problem.tolerance
    low, high = fair_bands(problem, standing)
    amount = problem.weight[:, free].sum(axis=1) if amount is None else amount
    for m in range(problem.n_measures):
        target = problem.target[m, takers]
        level = fill_up(load[takers, m], target, float(amount[m]))
        tolerance = problem.tolerance[m]
        even = np.abs(level / target - 1) <= tolerance
        half = np.where(even, 1.0, 0.5) * tolerance * target
        low[takers, m] = np.where(even, np.maximum(level - half, target * (1 - tolerance)), level - half)
        high[takers, m] = np.where(even, np.minimum(level + half, target * (1 + tolerance)), level + half)
    is_open = np.zeros(problem.n_territories, dtype=np.bool_)
    is_open[takers] = True
    movable = np.flatnonzero(free & standing.may_move).astype(np.int32)
    rules = Rules(movable, is_open, standing.is_loose, low, high, unit)
    starts: dict[int, Labels] = {}

    def start(attempt: int) -> Labels:
        if begin is not None and attempt % 2 == 0:
            return begin.copy()
        if attempt not in starts:
            starts[attempt] = _shared_out(problem, standing, takers, load, seed, attempt)
        return starts[attempt].copy()

    if (start(0) < 0).any():
        raise ValueError("no territory can take some of the units")
    return Handover(problem, rules, start, seed)


class Dissolving:
    """Searches how a leaver's units are shared out; the level is found again when it is known what ways they cause."""

    def __init__(self, problem: Problem, standing: Standing, seed: int = 1) -> None:
        self.problem, self.standing, self._seed = problem, standing, seed
        self.search = dissolving(problem, standing, seed)
        self.n_done = 0

    def run(self, budget: Budget) -> Iterator[Handed]:
        """Yield plans; the last one is the best."""
        before = self.standing.loads(self.problem).sum(axis=0)
        amount = self.problem.weight[:, self.standing.label < 0].sum(axis=1)
        done = 0
        for _ in range(_ROUNDS):
            best: Handed | None = None
            for best in self.search.run(Budget(max(budget.n_steps - done, 0), budget.is_over)):
                self.n_done = done + self.search.n_done
                yield replace(best, n_steps=self.n_done)
            done = self.n_done = done + self.search.n_done
            assert best is not None, "there is always a first"
            brought = self.search.loads(best.label).sum(axis=0) - before
            is_still = (np.abs(brought - amount) <= _STILL * np.maximum(np.abs(brought), _TINY)).all()
            if is_still or done >= budget.n_steps or budget.is_over():
                return
            amount = brought
            self.search = dissolving(self.problem, self.standing, self._seed, amount, best.label)

    def loads(self, label: Labels) -> Floats:
        """(P, M) what each territory has in a plan, all counted."""
        return self.search.loads(label)


def _shared_out(
    problem: Problem, standing: Standing, takers: NDArray[np.int64], load: Floats, seed: int, attempt: int
) -> Labels:
    free = standing.label < 0
    near = np.empty((len(takers), problem.n_units))
    for k, t in enumerate(takers.tolist()):
        own = problem.xy_km[standing.label == t]
        near[k] = np.hypot(*(problem.xy_km - own.mean(axis=0)).T) if len(own) else 0.0
    target = problem.target[:, takers]
    share = problem.importance / problem.importance.sum()
    fill = (load[takers].T / target).T @ share
    if attempt:
        rng = np.random.default_rng([seed, attempt])
        near = near * rng.lognormal(0, 0.3, size=near.shape)
        fill = fill + rng.normal(0, 0.1, size=fill.shape)
    gain = np.einsum("mu,mk,m->ku", problem.weight, 1 / target, share)
    adjacency = problem.adjacency
    return grow_from_all_sides(standing.label, free, takers, adjacency.start, adjacency.neighbour, near, fill, gain)
