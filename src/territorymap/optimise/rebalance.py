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
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from territorymap.optimise.build import Budget
from territorymap.optimise.energy import Ground, beyond, deviations, inertia, loads, prepare
from territorymap.optimise.few_moves import move_few
from territorymap.optimise.field import Cap, Field, caps_used, field_of
from territorymap.optimise.flow import Flow, least_flow, least_moved, neighbouring_territories, parcels_of
from territorymap.optimise.giants import Giants, find_giants
from territorymap.optimise.problem import Floats, Labels, Problem

_BEYOND = 1e-6  # in territories; less is rounding
_ROUNDING = 1e-9  # as metrics.targets has it
_STEEPEST = 20.0  # prices are cut there: a surplus that would go over more than so many territories
_MAX_SLICE = 300_000  # steps between two looks at the clock
_STEPS_PER_UNIT = 310  # of one drift; the first is half as long, so that there is soon something to look at
_DRIFTS = 8
_FEW_UNITS = 1_000  # up to here there is time to begin anew, again and again
_LEAST_STEPS = 150_000
_OUTSIDE = 30.0  # what being outside a band by a territory costs, beside moving a territory
_PATIENCE = 14  # rounds without anything better
_OF_EACH = 0.03  # part of the cost that is the same for every unit: none moves for nothing
_PARALLEL = 2


@dataclass(frozen=True)
class Taste:
    """What is worth how much, in territories moved."""

    border: float = 0.18  # as many times the border of a territory as it has
    inertia: float = 0.0  # as many times the moment of inertia of a territory as it has on average
    moving: float = 1.0
    tightness: float = 1.0  # share of the tolerances that is aimed at


@dataclass(frozen=True)
class Rebalanced:
    """A plan that was found."""

    label: Labels  # (U,)
    beyond: float  # sum over territories of what is beyond the tolerances; 0 = all within
    outside: int  # territories outside a tolerance, summed over measures
    uneven: float  # mean deviation of all territories and measures, what is beyond the tolerances counted twice
    worst: float  # largest deviation relative to its tolerance
    moved: float  # share of the cost
    border: float  # between territories, relative to the plan as it is, each territory counting the same
    spread: float  # moment of inertia relative to the plan as it is
    energy: float  # of the taste
    n_steps: int
    seed: int

    @property
    def rank(self) -> tuple[float, float]:
        """Less is better: first what is beyond the tolerances, then what is moved, shape counted."""
        return round(self.beyond, 6), self.energy


@dataclass(frozen=True)
class _Try:
    """One piece of work for a thread: from a plan, by phases, to a plan."""

    label: Labels
    seed: int
    work: Callable[[_Try], int]


class Rebalancer:
    """Rebalances one problem; every better plan is yielded as it is found, the plan as it is first.

    A plan that is within its tolerances is left as it is.
    """

    def __init__(
        self,
        problem: Problem,
        cost: Floats | None = None,
        caps: Sequence[Cap] = (),
        seed: int = 1,
        taste: Taste = Taste(),
        holder: Labels | None = None,
        is_open: NDArray[np.bool_] | None = None,
        on_found: Callable[[Rebalanced], None] | None = None,
    ) -> None:
        """Prepare.

        Parameters
        ----------
        problem : ``base`` is the plan as it is; units with base -1 take no part; ``stays`` may only name the base
        cost : (U,) of moving each unit; None = the first measure
        holder : (P,) whose each territory is; None = each another's. Between territories of one nothing counts as moved
        is_open : (E,) pairs of the adjacency over which units may go; None = all
        on_found : is told of every legal plan, better or not
        """
        base = problem.base
        if ((problem.stays >= 0) & (problem.stays != base)).any():
            raise ValueError("stays: a unit cannot stay where it is not")
        self.problem, self.taste, self._seed = problem, taste, seed
        self.giants: Giants = _giants_in(problem)
        self.ground: Ground = prepare(problem, self.giants, base[self.giants.unit])
        cost = problem.weight[0] if cost is None else cost
        self.cost = _in_territories(problem, cost)
        self._share = _shares(problem, cost)
        self.holder = np.arange(problem.n_territories, dtype=np.int32) if holder is None else holder
        is_open = np.ones(len(problem.adjacency.pair), dtype=np.bool_) if is_open is None else is_open
        self.field: Field = field_of(
            problem, self.ground, self.cost, tuple(caps), taste.tightness, self.holder, is_open
        )
        self._is_open, self._on_found = is_open, on_found
        fixed = self.ground.is_giant | (problem.stays >= 0) | (base < 0)
        self._movable = np.flatnonzero(~fixed).astype(np.int32)
        spread = inertia(self.ground, base)
        self._inertia = problem.n_territories / spread if spread > 0 else 0.0
        self._hot = float(np.clip(5 * self.cost[base >= 0].mean(), 0.005, 3.0)) if (base >= 0).any() else 0.1
        off = np.abs(deviations(self.ground, base))
        self._most_off = off.max(axis=0, initial=0.0)
        self._most_outside = self._outside(off)
        self.flow: Flow = self._flow(base)
        self.n_done = 0
        self._halt, self._left = threading.Event(), 0

    @property
    def flow_share(self) -> float:
        """The share of the cost that the transport moves: the yardstick."""
        return self.flow.cost / max(float(self.cost.sum()), np.finfo(float).tiny)

    def lower_bound(self) -> float:
        """Return the share of the cost that any plan within the tolerances moves at least."""
        problem, ground = self.problem, self.ground
        brought = problem.brought(problem.base)
        arriving = problem.weight.copy()
        if problem.way is not None:
            for home in problem.way.home_km[np.isfinite(problem.way.home_km).all(axis=1)]:
                gap = problem.way.from_km - home
                row = problem.weight[problem.way.measure] + problem.way.per_km * np.hypot(gap[:, 0], gap[:, 1])
                arriving[problem.way.measure] = np.maximum(arriving[problem.way.measure], row)
        room, load = ground.tolerance * ground.target, loads(ground, problem.base)
        lower, upper = ground.aim - room, ground.aim + room
        _, whose, n_held = np.unique(self.holder, return_inverse=True, return_counts=True)
        shared = n_held[whose] > 1  # between those of one holder nothing counts as moved
        lower[shared], upper[shared] = -np.inf, np.inf
        return least_moved(problem.base, brought, arriving, self._share, lower, upper, load)

    # -- the plan of a run ---------------------------------------------------------------------------------------------

    def run(self, budget: Budget, begin: Labels | None = None) -> Iterator[Rebalanced]:
        """Yield better and better plans, the plan as it is first; end when nothing better is to be expected.

        ``begin`` is a plan from which one line of the search goes on.
        """
        best = self.judge(self.problem.base)
        yield best
        if not len(self._movable) or self.problem.n_territories < 2 or best.beyond <= _BEYOND:
            return
        drifts = [best] * _PARALLEL  # what each line of full annealing has come to
        if begin is not None:
            drifts[0] = self.judge(begin)
            if drifts[0].rank < best.rank and self._is_legal(begin):
                best = drifts[0]
                yield best
        with ThreadPoolExecutor(_PARALLEL) as pool:
            patience = number = 0
            is_drifting = True
            while patience < _PATIENCE and self.n_done < budget.n_steps and not budget.is_over():
                over, better = min(one.beyond for one in drifts), False
                tries = [self._next(number, i, best, drifts, is_drifting) for i in range(_PARALLEL)]
                for i, found in enumerate(self._all(pool, tries, budget)):
                    if is_drifting and found is not None:
                        drifts[i] = found
                    if found is None or not self._is_legal(found.label):
                        continue
                    if self._on_found is not None:
                        self._on_found(found)
                    if found.rank < best.rank:
                        best, better = found, True
                        yield best
                patience = 0 if better or is_drifting else patience + 1
                number += 1
                now = min(one.beyond for one in drifts)
                is_drifting &= number < _DRIFTS and now > _BEYOND and now < over - _BEYOND

    def _next(self, number: int, i: int, best: Rebalanced, drifts: list[Rebalanced], is_drifting: bool) -> _Try:
        seed, k = self._seed * 1_000_003 + number * 1_009 + i * 101, number * _PARALLEL + i
        if is_drifting:
            return _Try(drifts[i].label.copy(), seed, lambda t: self._drift(t, self._hot / (2 if number else 1)))
        full = min(drifts, key=lambda one: one.rank)
        if full.beyond > _BEYOND and (best.beyond > _BEYOND or i == 0):
            outside = self._over(full.label) > _BEYOND
            begin = self.problem.base if k // _PARALLEL % 2 else full.label
            return _Try(begin.copy(), seed, lambda t: self._repair(t, outside, k))
        if i and number % 2 and len(self._movable) <= _FEW_UNITS:
            hot = self._hot * (1.0, 3.0, 9.0)[number // 2 % 3]
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
        return self._settle(one, self._movable, closed, self.flow.price, steps, hot)

    def _again(self, one: _Try) -> int:
        """Heat all of a plan a little."""
        steps = min(self._left, max(_LEAST_STEPS, 600 * len(self._movable)))
        closed = np.zeros(self.problem.n_territories, dtype=np.bool_)
        return self._cool(one, self._movable, closed, self._hot / 4, steps)

    def _cool(self, one: _Try, movable: NDArray[np.int32], closed: NDArray[np.bool_], hot: float, steps: int) -> int:
        none, done = np.zeros_like(self.flow.price), 0
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
            self.flow.price * (0.0 if k % 2 else 1.0),
            0.1,
            (heat, self._hot / 3),
            min(self._left // 4, max(_LEAST_STEPS, 600 * len(movable))),
            one.seed,
            moving=0.3,
        )
        if (self._over(one.label)[outside] > _BEYOND).any():
            return done
        price = self._flow(one.label).price
        reach = self._with_neighbours(one.label, near, 3) & ~outside
        movable = self._movable[reach[one.label[self._movable]]]
        if not len(movable):
            return done
        steps = min(self._left - done, max(_LEAST_STEPS, 700 * len(movable)))
        return done + self._settle(one, movable, ~reach, price, steps, self._hot)

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
            [taste.inertia * self._inertia, taste.border, _OUTSIDE * strict, taste.moving * moving], dtype=np.float64
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

    def judge(self, label: Labels) -> Rebalanced:
        """Return what a plan is worth, computed anew."""
        off = np.abs(deviations(self.ground, label))
        tolerance = self.problem.tolerance
        over = float(beyond(self.ground, label, tolerance + _ROUNDING).sum())
        counts = self.ground.importance > 0
        held = label >= 0
        own, other = label[self.ground.unit], label[self.ground.neighbour]
        cut = (own != other) & (own >= 0) & (other >= 0)
        border = float(self.field.border[cut].sum()) / 2
        spread = inertia(self.ground, label) * self._inertia
        moving = held & (self.holder[label] != self.field.origin)
        n, taste = self.problem.n_territories, self.taste
        return Rebalanced(
            label=label.copy(),
            beyond=over,
            outside=int(self._outside(off).sum()),
            uneven=float(off[:, counts].mean()) + over / n if counts.any() else over / n,
            worst=float((off / tolerance)[:, counts].max(initial=0.0)),
            moved=float(self._share[moving].sum()),
            border=border / n,
            spread=spread / n,
            energy=taste.moving * float(self.cost[moving].sum()) + taste.border * border + taste.inertia * spread,
            n_steps=self.n_done,
            seed=self._seed,
        )

    def _is_legal(self, label: Labels) -> bool:
        """Tell whether a plan is in no measure worse than the plan as it is."""
        off = np.abs(deviations(self.ground, label))
        worst = off.max(axis=0, initial=0.0)
        return not ((worst > self._most_off + _ROUNDING).any() or (self._outside(off) > self._most_outside).any())

    def _outside(self, off: Floats) -> NDArray[np.int64]:
        """(M,) territories outside the tolerance."""
        counts = self.ground.importance > 0
        return np.asarray((off > self.problem.tolerance + _ROUNDING).sum(axis=0) * counts, dtype=np.int64)

    def _over(self, label: Labels) -> Floats:
        """(P,) by how many territories each is outside its bands."""
        load = loads(self.ground, label)
        over = np.maximum(load - self.field.upper, 0.0) + np.maximum(self.field.lower - load, 0.0)
        return np.asarray((over / self.field.size).sum(axis=1))

    def _flow(self, label: Labels) -> Flow:
        """Return the least transport from a plan on, with prices for the loop's loads."""
        playing, unit = self.field, self.field.size.mean(axis=0)
        brought = self.problem.brought(label) / unit[:, None]
        held = label >= 0
        rate = self.cost[held] / np.maximum(brought[:, held].sum(axis=0), 1e-300)
        is_even = len(unit) == 1 and (rate.max(initial=0.0) <= 1.01 * rate.min(initial=np.inf))
        arc = neighbouring_territories(self.problem.adjacency.pair[self._is_open], label)
        flow = least_flow(
            arc,
            parcels_of(label, brought, self.cost, 1 if is_even else 6),
            loads(self.ground, label) / unit,
            playing.lower / unit,
            playing.upper / unit,
            playing.importance,
            self.holder[arc[:, 0]] == self.holder[arc[:, 1]],
        )
        return replace(flow, price=np.clip(flow.price, -_STEEPEST, _STEEPEST) / unit)


def _giants_in(problem: Problem) -> Giants:
    """Return units heavier than a target, whether or not they must stay."""
    giants = find_giants(replace(problem, stays=np.full(problem.n_units, -1, dtype=np.int32)))
    held = problem.base[giants.unit] >= 0
    return replace(giants, unit=giants.unit[held], measure=giants.measure[held], times=giants.times[held])


def _shares(problem: Problem, cost: Floats) -> Floats:
    """(U,) of the cost of all units; the same for each where nothing costs anything."""
    held = problem.base >= 0
    total = float(cost[held].sum())
    return np.asarray(np.where(held, cost / total if total > 0 else 1.0 / max(int(held.sum()), 1), 0.0))


def _in_territories(problem: Problem, cost: Floats) -> Floats:
    """(U,) costs so that all units together cost as many as there are territories; none is for nothing."""
    held = problem.base >= 0
    share = (1 - _OF_EACH) * _shares(problem, cost) + _OF_EACH / max(int(held.sum()), 1)
    return np.asarray(np.where(held, share, 0.0) * problem.n_territories)
