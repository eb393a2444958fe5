"""Territories whose largest diameter is small: from a balanced plan on, the goal is lowered as often as it is reached.

Owns which goal is set and which answers are kept; the steps are moves.anneal's, which then also counts the pairs of
units that are farther apart than the goal. The diameter is that of diameter.py: between the farthest two units.

Method: a plan is heated and cooled with a goal below its largest diameter, all of it or the surroundings of what is
too wide; shape and balance are looked for at once, and where balance alone is missing, once more around what lacks it.
Against alternating between the two (Gliesch, Ritt & Moreira 2018) it needs no list of what may not be undone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from territorymap.optimise.bounds import Bound
from territorymap.optimise.build import Answer, Builder
from territorymap.optimise.diameter import diameters
from territorymap.optimise.energy import beyond, border_between, breaches, inertia
from territorymap.optimise.lanes import N_LANES, Budget, Lane, Lanes
from territorymap.optimise.moves import anneal
from territorymap.optimise.problem import Floats, Labels, Problem

_INNER = 0.985  # of the tolerance is aimed at
_START_STEPS = 3_000  # per unit, at most, until all is balanced
_APART = 500.0  # what pairs cost that are too far apart, divided by the units of a territory
_APART_NEARBY = 4_000.0  # the same where only the surroundings are heated
_HEAT = (100.0, 30.0)  # divided by the units of a territory
_COOLED = 100.0
_INERTIA, _BORDER = 0.5, 0.1  # of a territory, beside what is too far apart
_BALANCE = 1.5
_DROPS = (0.1, 0.055, 0.03, 0.017, 0.009, 0.004)  # of the diameter, that the goal is below the best
_PER_UNIT, _MOST_PER_UNIT = 300.0, 1_500.0
_LOCAL_GOALS = (0.998, 0.995, 0.99)
_N_NEAR = 6  # tries around what is too wide, after those with all of the plan
_N_MENDS = 4
_BALANCED_EVERY = 4  # tries, while not all is within the tolerances
_PATIENCE = 60
_FEW = 30  # territories: the start decides
_NEAR = 200  # units looked at for wholeness while it is hot
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
        self._weights = np.ones(4)
        self._starts_anew = begin is None and problem.n_territories <= _FEW
        self._lanes: Lanes | None = None

    @property
    def n_done(self) -> int:
        """Steps done so far."""
        return self._builder.n_done + (self._lanes.n_done if self._lanes else 0)

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
        self._weights = self._weights_for(best.label)
        with Lanes(Budget(budget.n_steps - self._builder.n_done, budget.is_over)) as lanes:
            self._lanes = lanes
            yield from self._lower(best, lanes)

    def _lower(self, best: Answer, lanes: Lanes) -> Iterator[Answer]:
        """Yield what rounds of tries find; the lanes of a round have different goals."""
        n_vain = first = k = 0  # first: how far below the goal is set after a success, as an index of _DROPS
        least_km = self._widest_km(np.where(self._fixed, best.label, -1))
        while n_vain < _PATIENCE and not lanes.is_over:
            widest = self._widest_km(best.label)
            if widest <= least_km:
                return
            round_ = []
            for i in range(N_LANES):
                if best.beyond > 0 and i == 0 and k // N_LANES % _BALANCED_EVERY == _BALANCED_EVERY - 1:
                    round_.append(self._mending(best.label, widest, k))
                else:
                    one = self._next_try(best, widest, first + n_vain + i, k + i)
                    round_.append(self._trying(one, best, widest, k + i))
            answers = [self._judge(label) for label in lanes.run(round_)]
            at = min(range(N_LANES), key=lambda i: answers[i].rank)
            k += N_LANES
            is_narrower = answers[at].rank < best.rank and self._widest_km(answers[at].label) < widest
            if is_narrower:
                first = max(0, min(first + n_vain + at, len(_DROPS)) - 2)
            n_vain = 0 if is_narrower else n_vain + N_LANES
            if answers[at].rank < best.rank:
                best = answers[at]
                yield best

    def _next_try(self, best: Answer, widest: float, number: int, k: int) -> _Try:
        """Return what is tried next, the goal nearer and nearer: all of the plan, or around what is wide."""
        seed = self._seed * 10_007 + 700_001 + k * 101
        turn, i = divmod(number, len(_DROPS) + _N_NEAR)
        per_unit = min(_PER_UNIT * 1.25**number, _MOST_PER_UNIT)
        heat = _HEAT[k // N_LANES % len(_HEAT)] * (1 + turn % 4)
        if i < len(_DROPS) or (turn and self._starts_anew):
            every = np.ones(self.problem.n_territories, dtype=np.bool_)
            begin = self._start(k) if turn and self._starts_anew else best.label
            return _Try(begin, widest * (1 - _DROPS[i % len(_DROPS)]), every, heat, per_unit, seed)
        goal = widest * _LOCAL_GOALS[i % len(_LOCAL_GOALS)]
        near = self._diameters(best.label) > goal
        for _ in range(1 + (i - len(_DROPS)) // 2 + turn % 4):
            near = self._with_neighbours(best.label, near)
        return _Try(best.label, goal, near, heat, 2 * per_unit, seed)

    def _start(self, k: int) -> Labels:
        """Return another plan to begin with: with few territories the start decides."""
        return next(Builder(self.problem, self._seed * 1_009 + k + 1).run(Budget(1))).label

    # -- in a lane: arrays, numbers and tuples only ----------------------------------------------------------------

    def _trying(self, one: _Try, best: Answer, widest: float, k: int) -> Callable[[Lane], Labels]:
        least = best.beyond

        def task(lane: Lane) -> Labels:
            label = one.label.copy()
            self._search(label, one.goal_km, one.near, one.heat, one.per_unit, lane, one.seed)
            is_unbalanced = self._beyond(label).sum() > least
            return self._mended(label, widest, lane, k) if is_unbalanced and self._widest_km(label) < widest else label

        return task

    def _mending(self, label: Labels, widest: float, k: int) -> Callable[[Lane], Labels]:
        return lambda lane: self._mended(label, widest * (1 + _DROPS[0]), lane, k)

    def _mended(self, label: Labels, widest: float, lane: Lane, k: int) -> Labels:
        """Return a plan that is narrow enough with what lacks balance searched once more, or as good as can be."""
        for i in range(_N_MENDS):
            over = self._beyond(label)
            if not over.any() or lane.must_end:
                break
            near = over > 0
            for _ in range(1 + i // 2):
                near = self._with_neighbours(label, near)
            mended = label.copy()
            seed = self._seed * 10_007 + 800_003 + k * 101 + i
            self._search(mended, widest * 0.9999, near, _HEAT[1], _PER_UNIT, lane, seed)
            if self._widest_km(mended) < widest and self._beyond(mended).sum() < over.sum():
                label = mended
        return label

    def _search(
        self,
        label: Labels,
        goal_km: float,
        near: NDArray[np.bool_],
        heat: float,
        per_unit: float,
        lane: Lane,
        seed: int,
    ) -> None:
        """Heat what is near and cool it, changing the labels; at last only downhill."""
        may_move = near[label] & ~self._fixed
        press = _APART if near.all() else _APART_NEARBY
        ground = self.ground._replace(span=goal_km * self._per_km, span_weight=press / self._crowd)
        n = min(per_unit * int(may_move.sum()), lane.n_left)
        hot = heat / self._crowd
        cooling = hot * np.geomspace(1.0, 1.0 / _COOLED, max(2, 1 + -(-int(n * 0.9) // _SLICE)))
        still = np.zeros(1 + -(-int(n * 0.1) // _SLICE))
        for k, (steps, ends, balance) in enumerate(((n * 0.9, cooling, 1.0), (n * 0.1, still, 10.0))):
            n_slices = len(ends) - 1
            weights = self._weights * [1.0, 1.0, balance, 1.0]
            # While it is hot, wholeness is looked for nearby only: what is not known then does not move.
            reach = _NEAR if k == 0 else len(label)
            for i in range(n_slices):
                if lane.is_stopped:
                    return
                now, aimed = int(steps / n_slices), ground.tolerance * _INNER
                part = np.array([ends[i], ends[i + 1]])
                anneal(ground, label, may_move, ~near, aimed, weights, part, now, seed + k + 1_000_003 * i, reach)
                lane.count(now)

    # -- what a plan is worth ------------------------------------------------------------------------------------------

    def _judge(self, label: Labels) -> Answer:
        over = float(self._beyond(label).sum())
        wide = self._diameters(label)
        shape = float(wide.max() + wide.mean() / 100)
        broken = float(breaches(self.ground, label).sum())
        return Answer(label.copy(), over, shape, self.n_done, self._seed, broken)

    def _widest_km(self, label: Labels) -> float:
        return float(self._diameters(label).max())

    def _beyond(self, label: Labels) -> Floats:
        return beyond(self.ground, label, self.problem.tolerance)

    def _diameters(self, label: Labels) -> Floats:
        return diameters(self.problem.xy_km, label, self.problem.n_territories)

    def _weights_for(self, label: Labels) -> Floats:
        """(4,) weights of inertia, border, balance and churn; the same for all plans of a run."""
        n = self.problem.n_territories
        spread = max(inertia(self.ground, label), 1e-12)
        cut = max(border_between(self.ground, label) / 2, 1e-12)
        return np.array([_INERTIA * n / spread, _BORDER * n / cut, _BALANCE, 0.0])

    def _with_neighbours(self, label: Labels, near: NDArray[np.bool_]) -> NDArray[np.bool_]:
        ends = label[self.problem.adjacency.pair]
        grown = near.copy()
        grown[ends[near[ends].any(axis=1)].ravel()] = True
        return grown


def _scale_of(xy: Floats, xy_km: Floats) -> float:
    """Return how long a kilometre is on the ground of the loops."""
    spread_km = float(np.ptp(xy_km, axis=0).max())
    return float(np.ptp(xy, axis=0).max()) / spread_km if spread_km > 0 else 1.0
