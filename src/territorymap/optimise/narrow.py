"""Territories whose largest diameter is small: from a balanced plan on, the goal is lowered as often as it is reached.

Owns which goal is set and which answers are kept; the steps are moves.anneal's, which then also counts the pairs of
units that are farther apart than the goal. The diameter is that of diameter.py: between the farthest two units.

Method: a plan is heated and cooled with a goal below its largest diameter, all of it or the surroundings of what is
too wide; shape and balance are looked for at once, and where balance alone is missing, once more around what lacks it.
Against alternating between the two (Gliesch, Ritt & Moreira 2018) it needs no list of what may not be undone.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from territorymap.optimise.bounds import Bound
from territorymap.optimise.build import Answer, Budget, Builder
from territorymap.optimise.diameter import diameters
from territorymap.optimise.energy import beyond, border_between, breaches, inertia
from territorymap.optimise.moves import anneal
from territorymap.optimise.problem import Floats, Labels, Problem

_INNER = 0.985  # of the tolerance is aimed at
_START_STEPS = 3_000  # per unit, at most, until all is balanced
_APART = 500.0  # what pairs cost that are too far apart, divided by the units of a territory
_HEAT = (100.0, 30.0)  # divided by the units of a territory
_COOLED = 100.0
_INERTIA, _BORDER = 0.5, 0.1  # of a territory, beside what is too far apart
_BALANCE = 1.5
_DROP, _LEAST_DROP = 0.1, 0.004  # of the diameter, that the goal is below the best
_PER_UNIT, _MOST_PER_UNIT = 300.0, 1_500.0
_LOCAL_GOALS = (0.998, 0.995, 0.99)
_N_WIDE = 3  # tries with all of the plan, then _N_NEAR around what is too wide, in turn
_N_NEAR = 6
_N_MENDS = 4
_BALANCED_EVERY = 4  # tries, while not all is within the tolerances
_PATIENCE = 60
_FEW = 30  # territories: the start decides
_SLICE = 25_000  # steps between two looks at the clock


@dataclass(frozen=True)
class _Try:
    """One heating and cooling."""

    label: Labels
    goal_km: float
    near: NDArray[np.bool_]  # (P,) territories that give and take
    heat: float
    per_unit: float
    seed: int


class NarrowBuilder:
    """Builds one problem with the largest diameter as its shape; every better plan is yielded as it is found.

    ``shape`` of an answer: the largest diameter in km, and a hundredth of the mean one.
    """

    def __init__(self, problem: Problem, seed: int = 1, begin: Labels | None = None) -> None:
        """``begin``: a plan to go on from; every territory of it must be whole."""
        self.problem, self._seed = problem, seed
        self._builder = Builder(problem, seed, begin)
        self.ground, self.giants = self._builder.ground, self._builder.giants
        self._fixed = self.ground.is_giant | (problem.stays >= 0)
        n_free = max(int((~self.ground.has_giant).sum()), 1)
        self._crowd = max(int((~self._fixed).sum()), 1) / n_free  # units of a territory
        self._per_km = _scale_of(self.ground.xy, problem.xy_km)
        self._weights: Floats | None = None
        self._starts_anew = begin is None and problem.n_territories <= _FEW
        self._n_narrow = 0  # steps done here

    @property
    def n_done(self) -> int:
        """Steps done so far."""
        return self._builder.n_done + self._n_narrow

    def bounds(self, answer: Answer) -> list[Bound]:
        """Return what keeps territories of an answer beyond their tolerance for certain, the worst first."""
        return self._builder.bounds(answer)

    def run(self, budget: Budget) -> Iterator[Answer]:
        """Yield better and better plans until the budget is used up or nothing better can be expected."""
        best: Answer | None = None
        n_start = min(budget.n_steps, _START_STEPS * self.problem.n_units)
        for start in self._builder.run(Budget(n_start, budget.is_over)):
            found = self._judge(start.label)
            if best is None or found.rank < best.rank:
                best = found
                yield best
            if best.beyond <= 0 and best.breach <= 0:
                break
        assert best is not None, "a search always has a first answer"
        if self.problem.n_territories < 2 or self._fixed.all():
            return
        yield from self._lower(best, budget)

    def _lower(self, best: Answer, budget: Budget) -> Iterator[Answer]:
        drop, n_vain, k = _DROP, 0, 0
        least_km = float(self._diameters(np.where(self._fixed, best.label, -1)).max(initial=0.0))
        while n_vain < _PATIENCE and not self._is_over(budget):
            widest = self._widest_km(best)
            if widest <= least_km:
                return
            one = self._next_try(best, widest, drop, n_vain, k)
            if best.beyond > 0 and k % _BALANCED_EVERY == _BALANCED_EVERY - 1:
                found = self._mended(best, widest * (1 + _DROP), k, budget)
            else:
                found = self._judge(self._search(one, budget))
                if found.shape < best.shape and found.beyond > best.beyond:
                    found = self._mended(found, widest, k, budget)
            k += 1
            if found.rank < best.rank:
                has_met = self._widest_km(found) <= one.goal_km
                is_narrower = self._widest_km(found) < widest
                best, n_vain = found, 0 if is_narrower else n_vain + 1
                yield best
            else:
                has_met, n_vain = False, n_vain + 1
            if not has_met:
                drop = max(drop * 0.6, _LEAST_DROP)

    def _next_try(self, best: Answer, widest: float, drop: float, n_vain: int, k: int) -> _Try:
        """Return what is tried next, after so many tries in vain: all of the plan, or around what is wide."""
        seed = self._seed * 10_007 + 700_001 + k * 101
        turn, i = divmod(n_vain, _N_WIDE + _N_NEAR)
        per_unit = min(_PER_UNIT * 1.4**n_vain, _MOST_PER_UNIT)
        if i < _N_WIDE or (turn and self._starts_anew):
            every = np.ones(self.problem.n_territories, dtype=np.bool_)
            begin = self._start(k) if turn and self._starts_anew else best.label
            return _Try(begin, widest * (1 - drop), every, _HEAT[k % len(_HEAT)] * (1 + turn), per_unit, seed)
        goal = widest * _LOCAL_GOALS[i % len(_LOCAL_GOALS)]
        near = self._diameters(best.label) > goal
        for _ in range(1 + (i - _N_WIDE) // 2 + turn):
            near = self._with_neighbours(best.label, near)
        return _Try(best.label, goal, near, _HEAT[k % len(_HEAT)] * (1 + turn), 2 * per_unit, seed)

    def _start(self, k: int) -> Labels:
        """Return another plan to begin with: with few territories the start decides."""
        return next(Builder(self.problem, self._seed * 1_009 + k + 1).run(Budget(1))).label

    def _search(self, one: _Try, budget: Budget) -> Labels:
        label = one.label.copy()
        movable = one.near[label] & ~self._fixed
        n = min(one.per_unit * int(movable.sum()), max(budget.n_steps - self.n_done, 0))
        hot = one.heat / self._crowd
        self._anneal(label, one, (hot, hot / _COOLED), 1.0, int(n * 0.9), one.seed, budget)
        self._anneal(label, one, (0.0, 0.0), 10.0, int(n * 0.1), one.seed + 1, budget)
        return label

    def _mended(self, found: Answer, widest: float, k: int, budget: Budget) -> Answer:
        """Return a plan that is narrow enough with what lacks balance searched once more, or as good as can be."""
        for i in range(_N_MENDS):
            if found.beyond <= 0 or self._is_over(budget):
                break
            near = beyond(self.ground, found.label, self.problem.tolerance) > 0
            for _ in range(1 + i // 2):
                near = self._with_neighbours(found.label, near)
            seed = self._seed * 10_007 + 800_003 + k * 101 + i
            label = self._search(_Try(found.label, widest * 0.9999, near, _HEAT[1], _PER_UNIT, seed), budget)
            mended = self._judge(label)
            if self._widest_km(mended) < widest and mended.rank[:2] < found.rank[:2]:
                found = mended
        return found

    def _anneal(
        self,
        label: Labels,
        one: _Try,
        heat: tuple[float, float],
        balance: float,
        n_steps: int,
        seed: int,
        budget: Budget,
    ) -> None:
        """Run the search in slices, so that a clock can end it; the slices cool on from one to the next."""
        weights = self._weights_for(label) * [1.0, 1.0, balance, 1.0]
        ground = self.ground._replace(span=one.goal_km * self._per_km, span_weight=_APART / self._crowd)
        may_move = one.near[label] & ~self._fixed
        n_slices = max(1, -(-n_steps // _SLICE))
        ratio = (heat[1] / heat[0]) ** (1 / n_slices) if heat[0] > 0 else 1.0
        for i in range(n_slices):
            if budget.is_over():
                return
            ends = np.array([heat[0] * ratio**i, heat[0] * ratio ** (i + 1)])
            steps = n_steps // n_slices + (i < n_steps % n_slices)
            aimed = ground.tolerance * _INNER
            anneal(ground, label, may_move, ~one.near, aimed, weights, ends, steps, seed + 1_000_003 * i, len(label))
            self._n_narrow += steps

    # -- what a plan is worth ------------------------------------------------------------------------------------------

    def _judge(self, label: Labels) -> Answer:
        over = float(beyond(self.ground, label, self.problem.tolerance).sum())
        wide = self._diameters(label)
        shape = float(wide.max() + wide.mean() / 100)
        broken = float(breaches(self.ground, label).sum())
        return Answer(label.copy(), over, shape, self.n_done, self._seed, broken)

    def _widest_km(self, answer: Answer) -> float:
        return float(self._diameters(answer.label).max())

    def _diameters(self, label: Labels) -> Floats:
        return diameters(self.problem.xy_km, label, self.problem.n_territories)

    def _weights_for(self, label: Labels) -> Floats:
        """(4,) weights of inertia, border, balance and churn; the same for all plans of a run."""
        if self._weights is None:
            n = self.problem.n_territories
            spread = max(inertia(self.ground, label), 1e-12)
            cut = max(border_between(self.ground, label) / 2, 1e-12)
            self._weights = np.array([_INERTIA * n / spread, _BORDER * n / cut, _BALANCE, 0.0])
        return self._weights

    def _with_neighbours(self, label: Labels, near: NDArray[np.bool_]) -> NDArray[np.bool_]:
        ends = label[self.problem.adjacency.pair]
        grown = near.copy()
        grown[ends[near[ends].any(axis=1)].ravel()] = True
        return grown

    def _is_over(self, budget: Budget) -> bool:
        return self.n_done >= budget.n_steps or budget.is_over()


def _scale_of(xy: Floats, xy_km: Floats) -> float:
    """Return how long a kilometre is on the ground of the loops."""
    spread_km = float(np.ptp(xy_km, axis=0).max())
    return float(np.ptp(xy, axis=0).max()) / spread_km if spread_km > 0 else 1.0
