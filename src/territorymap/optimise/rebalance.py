"""Rebalancing: from the plan as it is into the tolerances, moving as little as can be.

Owns the plan of a run and which answer is kept; the search is few_moves', the yardstick and the slope flow's.

How: the transport between neighbouring territories (flow) prices what is too much in each; annealing along these prices
lets surplus drift over many territories, a second annealing without them gives back what need not have moved. A
territory that cannot be helped that way is of few heavy units: it alone is made to fit, hot and at any cost for those
around it, is held, and the transport is solved anew for the rest. Of many such tries the cheapest is kept.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from territorymap.geo.adjacency import adjacency_of_pairs
from territorymap.optimise.build import Budget
from territorymap.optimise.few_moves import move_few
from territorymap.optimise.field import Cap, Field, caps_used
from territorymap.optimise.flow import Flow
from territorymap.optimise.planting import plant
from territorymap.optimise.problem import Floats, Labels, Problem, even_targets
from territorymap.optimise.ruler import OUTSIDE, USUAL, WITHIN, Rebalanced, Ruler, Taste

_MAX_SLICE = 300_000  # steps between two looks at the clock
_STEPS_PER_UNIT = 310  # of one drift; the first is half as long, so that there is soon something to look at
_DRIFTS = 8
_WEIGHED, _MOST_WEIGHT = 1.7, 50.0
_RAGGED, _DEARER = 1.12, 3.0  # borders so much longer than before cost more from then on, up to so many times as much
_FEW_UNITS = 1_000  # up to here there is time to begin anew, again and again
_LEAST_STEPS = 60_000
_INSIDE = 0.99  # of the tolerance, that a planting aims at
_STARTS_IN_VAIN = 2  # from the plan as it is, with other random numbers
_PATIENCE, _PATIENCE_OUTSIDE = 14, 45  # rounds without anything better, within the tolerances and while not yet so
_PARALLEL = 2


@dataclass(frozen=True)
class _Try:
    """One piece of work for a thread: from a plan, by phases, to a plan."""

    label: Labels
    seed: int
    work: Callable[[_Try], int]


def warm_up() -> None:
    """Compile the loop, or read it from the cache of an earlier start."""
    pair = np.column_stack([np.arange(3), np.arange(1, 4)]).astype(np.int32)
    weight, base = np.ones((1, 4)), np.array([0, 0, 0, 1], dtype=np.int32)
    xy = np.column_stack([np.arange(4.0), np.zeros(4)])
    adjacency = adjacency_of_pairs(pair, np.ones(3), 4)
    problem = Problem(adjacency, weight, even_targets(weight, 2), np.array([0.05]), xy, base=base)
    for _ in Rebalancer(problem).run(Budget(100)):
        pass


class Rebalancer(Ruler):
    """Rebalances one problem; every better plan is yielded as it is found, the plan as it is first.

    A plan that is within its tolerances is left as it is.
    """

    def __init__(
        self,
        problem: Problem,
        cost: Floats | None = None,
        caps: Sequence[Cap] = (),
        seed: int = 1,
        taste: Taste = USUAL,
        holder: Labels | None = None,
        is_open: NDArray[np.bool_] | None = None,
        on_found: Callable[[Rebalanced], None] | None = None,
    ) -> None:
        """Prepare; see Ruler. ``on_found`` is told of every legal plan, better or not."""
        super().__init__(problem, cost, caps, seed, taste, holder, is_open)
        self._on_found = on_found
        fixed = self.ground.is_giant | (problem.stays >= 0) | (problem.base < 0)
        self._movable = np.flatnonzero(~fixed).astype(np.int32)
        held = problem.base >= 0
        self._hot = float(np.clip(5 * self.cost[held].mean(), 0.005, 3.0)) if held.any() else 0.1
        self._flow: Flow = self.flow_from(problem.base)
        self._halt, self._left = threading.Event(), 0
        self._n_starts = 0

    # -- the plan of a run ---------------------------------------------------------------------------------------------

    def run(self, budget: Budget, begin: Labels | None = None) -> Iterator[Rebalanced]:
        """Yield better and better plans, the plan as it is first; end when nothing better is to be expected.

        ``begin`` is a plan from which the search goes on.
        """
        best = self.judge(self.problem.base)
        yield best
        if not len(self._movable) or self.problem.n_territories < 2 or best.beyond <= WITHIN:
            return
        drifts = [best] * _PARALLEL  # what each line of full annealing has come to
        if begin is not None:
            drifts = [self.judge(begin)] * _PARALLEL
            if drifts[0].rank < best.rank and self.is_legal(begin):
                best = drifts[0]
                yield best
        n_vain = 0
        with ThreadPoolExecutor(_PARALLEL) as pool:
            while n_vain < _STARTS_IN_VAIN and self.n_done < budget.n_steps and not budget.is_over():
                before = best
                for found in self._line(pool, budget, drifts, best):
                    best = found
                    yield best
                n_vain = 0 if best is not before else n_vain + 1
                best = self.judge(best.label)  # borders may weigh more by now
                drifts = [self.judge(self.problem.base)] * _PARALLEL
                self._n_starts += 1

    def _line(
        self, pool: ThreadPoolExecutor, budget: Budget, drifts: list[Rebalanced], best: Rebalanced
    ) -> Iterator[Rebalanced]:
        """Yield plans that are better than ``best``, until round after round brings none."""
        patience = number = 0
        most_border = _DEARER * self.per_border if not self._n_starts else self.per_border
        is_drifting = True
        while self.n_done < budget.n_steps and not budget.is_over():
            over, better = min(one.beyond for one in drifts), False
            tries = [self._next(number, i, best, drifts, is_drifting) for i in range(_PARALLEL)]
            for i, found in enumerate(self._all(pool, tries, budget)):
                if is_drifting and found is not None:
                    drifts[i] = found
                worse = None if found is None else self.worse(found.label)
                if found is None or worse is None:
                    continue
                if worse.any():
                    self._weigh(worse)
                    continue
                if self._on_found is not None:
                    self._on_found(found)
                if found.rank < best.rank:
                    best, better = found, True
                    yield best
            patience = 0 if better or is_drifting else patience + 1
            if patience >= (_PATIENCE if best.beyond <= WITHIN else _PATIENCE_OUTSIDE):
                return
            number += 1
            if is_drifting and min(one.border for one in drifts) > _RAGGED and self.per_border < most_border:
                self.per_border *= 1.6
                best, *drifts = (self.judge(one.label) for one in (best, *drifts))
                continue
            now = min(one.beyond for one in drifts)
            is_drifting &= number < _DRIFTS and now > WITHIN and now < over - WITHIN

    def _weigh(self, worse: NDArray[np.bool_]) -> None:
        """Let measures count more in which plans come out worse than the plan as it is."""
        importance = self.field.importance
        weighed = np.where(worse & (importance < _MOST_WEIGHT), importance * _WEIGHED, importance)
        self.field = self.field._replace(importance=weighed)

    def _next(self, number: int, i: int, best: Rebalanced, drifts: list[Rebalanced], is_drifting: bool) -> _Try:
        seed = self.seed * 1_000_003 + self._n_starts * 15_485_863 + number * 1_009 + i * 101
        k = number * _PARALLEL + i
        if is_drifting:
            return _Try(drifts[i].label.copy(), seed, lambda t: self._drift(t, self._hot / (2 if number else 1)))
        full = min(drifts, key=lambda one: one.rank)
        if full.beyond > WITHIN and (best.beyond > WITHIN or i == 0):
            stuck = best if number % 3 == 2 and best.beyond > WITHIN else full
            outside = self.over(stuck.label) > WITHIN
            begin = self.problem.base if number % 3 == 1 else stuck.label
            work = self._plant if k // _PARALLEL % 2 else self._repair
            return _Try(begin.copy(), seed, lambda t: work(t, outside, k))
        if i and len(self._movable) <= _FEW_UNITS:
            hot = self._hot * (1.0, 3.0, 9.0)[number % 3]
            return _Try(self.problem.base.copy(), seed, lambda t: self._drift(t, hot))
        if number % 3 == 0:
            return _Try(best.label.copy(), seed, self._again)
        return _Try(best.label.copy(), seed, lambda t: self._around(t, k))

    def _all(self, pool: ThreadPoolExecutor, tries: list[_Try], budget: Budget) -> Iterator[Rebalanced | None]:
        """Run pieces of work side by side; judge what came out, in their order. What was halted is worth nothing."""
        self._halt = threading.Event()
        self._left = max(1, (budget.n_steps - self.n_done) // len(tries))
        running: list[Future[int]] = [pool.submit(t.work, t) for t in tries]
        try:
            while wait(running, timeout=0.04).not_done:
                if budget.is_over():
                    self._halt.set()
        except BaseException:
            self._halt.set()
            raise
        for one, done in zip(tries, running, strict=True):
            self.n_done += done.result()
            yield None if self._halt.is_set() else self.judge(one.label)

    # -- pieces of work ------------------------------------------------------------------------------------------------

    def _drift(self, one: _Try, hot: float) -> int:
        """Anneal all of a plan: surplus drifts, then what need not have moved comes back."""
        per_unit = _STEPS_PER_UNIT if hot < self._hot else _STEPS_PER_UNIT // 2
        steps = min(self._left, max(_LEAST_STEPS, per_unit * len(self._movable)))
        closed = np.zeros(self.problem.n_territories, dtype=np.bool_)
        return self._settle(one, self._movable, closed, self._flow.price, steps, hot)

    def _again(self, one: _Try) -> int:
        """Heat all of a plan a little."""
        steps = min(self._left, max(_LEAST_STEPS, 600 * len(self._movable)))
        closed = np.zeros(self.problem.n_territories, dtype=np.bool_)
        return self._cool(one, self._movable, closed, self._hot / 4, steps)

    def _cool(self, one: _Try, movable: NDArray[np.int32], closed: NDArray[np.bool_], hot: float, steps: int) -> int:
        none, done = np.zeros_like(self._flow.price), 0
        for i, (part, heat, strict) in enumerate(((0.9, (hot, self._hot / 200), 3.0), (0.1, (0.0, 0.0), 100.0))):
            n, seed = int(steps * part), one.seed + i
            done += self._anneal(one.label, movable, closed, self.field, none, strict, heat, n, seed)
        return done

    def _settle(
        self,
        one: _Try,
        movable: NDArray[np.int32],
        closed: NDArray[np.bool_],
        price: Floats,
        steps: int,
        hot: float,
    ) -> int:
        cold, done = self._hot, 0
        phases = (
            (0.45, (hot, cold / 30), 1.0, 1.0),
            (0.45, (cold / 3, cold / 150), 0.5, 3.0),
            (0.07, (cold / 30, cold / 300), 0.0, 10.0),
            (0.03, (0.0, 0.0), 0.0, 100.0),
        )
        for k, (part, heat, steep, strict) in enumerate(phases):
            n, seed = int(steps * part), one.seed + k
            done += self._anneal(one.label, movable, closed, self.field, price * steep, strict, heat, n, seed)
        return done

    def _repair(self, one: _Try, outside: NDArray[np.bool_], k: int) -> int:
        """Make what is outside its band fit whatever that costs around it, hold it, and settle the rest."""
        near = self._with_neighbours(one.label, outside, 1 + k // 2 % 2)
        movable = self._movable[near[one.label[self._movable]]]
        if not len(movable):
            return 0
        heat = self._hot * (5.0, 15.0, 45.0)[k // 4 % 3]
        size = self.field.size.copy()
        size[outside] /= 10
        kick = self.field._replace(size=size)
        done = self._anneal(
            one.label,
            movable,
            ~near,
            kick,
            self._flow.price * (0.0 if k % 2 else 1.0),
            0.1,
            (heat, self._hot / 3),
            min(self._left // 4, max(_LEAST_STEPS, 600 * len(movable))),
            one.seed,
            moving=0.3,
        )
        return done + self._settle_around(one, outside, near, done)

    def _plant(self, one: _Try, outside: NDArray[np.bool_], k: int) -> int:
        """Put what is outside its band on the whole ground that moves least and fits, hold it, and settle the rest."""
        ground, rng = self.ground, np.random.default_rng([one.seed, 5])
        around = np.zeros_like(outside)
        for t in np.flatnonzero(outside).tolist():
            near = self._with_neighbours(one.label, np.arange(len(outside)) == t, 1 + k // 4 % 2)
            near[outside] = False
            near[t] = True
            may_move = np.zeros(len(one.label), dtype=np.bool_)
            may_move[self._movable] = near[one.label[self._movable]]
            slack = ground.tolerance * self.taste.tightness * _INSIDE
            found = plant(ground, self.field, one.label, t, near, may_move, slack, rng)
            if found is None:
                return 0
            one.label[:] = found
            around |= near
        return self._settle_around(one, outside, around, 0)

    def _settle_around(self, one: _Try, outside: NDArray[np.bool_], near: NDArray[np.bool_], done: int) -> int:
        """Settle the rest where what was outside fits now, and is held."""
        if (self.over(one.label)[outside] > WITHIN).any():
            return 0
        price = self.flow_from(one.label).price
        reach = self._with_neighbours(one.label, near, 3) & ~outside
        movable = self._movable[reach[one.label[self._movable]]]
        if not len(movable):
            return 0
        steps = min(self._left - done, max(_LEAST_STEPS, 700 * len(movable)))
        return self._settle(one, movable, ~reach, price, steps, self._hot)

    def _around(self, one: _Try, k: int) -> int:
        """Heat a part of the plan where something moved, so that less may do."""
        rng = np.random.default_rng([one.seed, k])
        moved = np.flatnonzero(one.label != self.problem.base)
        centre = rng.choice(moved) if len(moved) else rng.choice(self._movable)
        near = np.zeros(self.problem.n_territories, dtype=np.bool_)
        near[[one.label[centre], self.problem.base[centre]]] = True
        near = self._with_neighbours(one.label, near, 1 + k % 3)
        movable = self._movable[near[one.label[self._movable]]]
        if not len(movable):
            return 0
        steps = min(self._left, max(_LEAST_STEPS, 500 * len(movable)))
        return self._cool(one, movable, ~near, self._hot * (0.3, 1.0, 2.0)[k // 3 % 3], steps)

    def _with_neighbours(self, label: Labels, near: NDArray[np.bool_], rings: int) -> NDArray[np.bool_]:
        ends = label[self.problem.adjacency.pair]
        ends = ends[(ends >= 0).all(axis=1)]
        for _ in range(rings):
            grown = near.copy()
            grown[ends[near[ends].any(axis=1)].ravel()] = True
            near = grown
        return near

    def _anneal(
        self,
        label: Labels,
        movable: NDArray[np.int32],
        closed: NDArray[np.bool_],
        playing: Field,
        price: Floats,
        strict: float,
        heat: tuple[float, float],
        n_steps: int,
        seed: int,
        moving: float = 1.0,
    ) -> int:
        """Run the search in slices, so that it can be halted; return the steps done."""
        taste = self.taste
        scale = np.array(
            [taste.inertia * self.per_inertia, self.per_border, OUTSIDE * strict, taste.moving * moving],
            dtype=np.float64,
        )
        price = np.ascontiguousarray(price * taste.moving)
        used = caps_used(playing.caps, label)
        n_slices = max(1, -(-n_steps // _MAX_SLICE))
        ratio = (heat[1] / heat[0]) ** (1 / n_slices) if heat[0] > 0 else 1.0
        done = 0
        for i in range(n_slices):
            if self._halt.is_set():
                break
            ends = np.array([heat[0] * ratio**i, heat[0] * ratio ** (i + 1)])
            steps = n_steps // n_slices + (i < n_steps % n_slices)
            move_few(label, movable, closed, playing, price, used, scale, ends, steps, seed + 7_919 * i)
            done += steps
        return done

    # -- what a plan is worth ------------------------------------------------------------------------------------------
