"""Building territories: starts from straight cuts, annealed, what stays beyond the tolerance reheated.

Owns the plan of a run, its budgets and which answer is kept; the search is moves.anneal's.

Lessons from the yardsticks: the start matters more than the cooling; the last territories beyond the tolerance come in
by heating only them and their surroundings; steps, not seconds, make a run repeatable.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from territorymap.geo.adjacency import adjacency_of_pairs
from territorymap.optimise.divide import divide, seeds_of
from territorymap.optimise.energy import Ground, beyond, border_between, breaches, inertia, prepare
from territorymap.optimise.filling import fill_empty
from territorymap.optimise.giants import Giants, find_giants, giant_territories
from territorymap.optimise.moves import anneal, make_whole
from territorymap.optimise.problem import Floats, Labels, Problem, even_targets, pieces_of_ground
from territorymap.optimise.reach import grow_within, seeds_at_anchors, with_anchors

_INNER = 0.985  # the search aims a little inside the tolerance
_HEAT = 0.3
_BORDER = 1.5  # weight of borders beside inertia
_STARTS_BEFORE_REHEAT = 3
_KEPT = 4  # plans that may be heated again
_PATIENCE = 12  # reheats in vain before a plan is given up
_MAX_SLICE = 400_000  # steps between two looks at the clock


@dataclass(frozen=True)
class Budget:
    """How long a run may take: a number of steps (repeatable), or what ``is_over`` says; whichever is first."""

    n_steps: int
    is_over: Callable[[], bool] = lambda: False


@dataclass(frozen=True)
class Answer:
    """A plan that was found."""

    label: Labels  # (U,)
    beyond: float  # sum over territories of what is beyond the tolerances and hard wishes; 0 = all within
    shape: float  # inertia and border relative to the first start; less is better
    n_steps: int  # done so far
    seed: int
    breach: float = 0.0  # by how much hard limits and radii are broken; 0 = not

    @property
    def rank(self) -> tuple[float, float, float]:
        """Less is better: first what breaks hard wishes, then what is beyond the tolerances, then the shape."""
        return round(self.breach, 6), round(self.beyond, 4), self.shape


@dataclass
class _Scale:
    """Weights of inertia, border, balance and churn for one problem, from its first start."""

    inertia: float
    border: float

    def array(self, balance: float, churn: float = 0.0) -> Floats:
        return np.array([self.inertia, self.border, balance, churn])


def warm_up() -> None:
    """Compile the loops, or read them from the cache of an earlier start: seconds on a new machine."""
    side = 4
    cell = np.arange(side * side).reshape(side, side)
    pair = np.concatenate([np.column_stack([cell[:, :-1].ravel(), cell[:, 1:].ravel()]), cell[:2].reshape(2, -1).T])
    pair = np.concatenate([pair, np.column_stack([cell[1:-1].ravel(), cell[2:].ravel()])])
    pair = np.unique(np.sort(pair, axis=1), axis=0).astype(np.int32)
    weight = np.ones((1, side * side))
    xy = np.column_stack([cell.ravel() % side, cell.ravel() // side]).astype(np.float64)
    adjacency = adjacency_of_pairs(pair, np.ones(len(pair)), side * side)
    problem = Problem(adjacency, weight, even_targets(weight, 2), np.array([0.05]), xy)
    for _ in Builder(problem).run(Budget(100)):
        pass


class Builder:
    """Builds one problem; every better plan is yielded as it is found."""

    def __init__(self, problem: Problem, seed: int = 1, begin: Labels | None = None) -> None:
        """``begin``: a plan to go on from, instead of straight cuts; every territory of it must be whole."""
        self._seed, self._begin = seed, begin
        self._set(problem)
        if problem.has_radius and not np.isfinite(problem.anchor_km).all():
            self._set(with_anchors(problem, self._start(0), seed))
        self.n_done = 0

    def _set(self, problem: Problem) -> None:
        begin = self._begin
        self.problem = problem
        self.giants: Giants = find_giants(problem)
        _, self._piece = pieces_of_ground(problem.adjacency.pair, problem.n_units)
        self._seed_unit = seeds_of(problem)
        if problem.has_radius:
            self._seed_unit = seeds_at_anchors(problem, self._seed_unit)
        self._giant_territory = (
            giant_territories(problem, self.giants, self._seed_unit) if begin is None else begin[self.giants.unit]
        )
        self._free_territory = np.setdiff1d(np.arange(problem.n_territories), self._giant_territory)
        self.ground: Ground = prepare(problem, self.giants, self._giant_territory)
        self._fixed = self.ground.is_giant | (problem.stays >= 0)
        self._scale: _Scale | None = None

    def run(self, budget: Budget) -> Iterator[Answer]:
        """Yield better and better plans until the budget is used up or nothing better can be expected.

        Starts and reheats take turns: a reheat goes on from the best plan that has not been heated in vain.
        """
        best: Answer | None = None
        tried: list[Answer] = []  # not yet heated in vain, the best first
        n_starts = n_reheats = n_cold = 0  # n_cold: starts since the last reheat
        while not n_starts or not (self.n_done >= budget.n_steps or budget.is_over()):
            if n_cold >= _STARTS_BEFORE_REHEAT and tried and tried[0].beyond > 0:
                labels, n_cold = self._reheat(tried.pop(0).label, n_reheats, budget), 0
                n_reheats += 1
                is_start = False
            else:
                labels, n_cold = self._attempt(n_starts, budget), n_cold + 1
                n_starts += 1
                is_start = True
            found: Answer | None = None
            for label in labels:
                found = self._judge(label)
                if best is None or found.rank < best.rank:
                    best = found
                    yield best
            if found is not None and is_start:
                tried = sorted([*tried, found], key=lambda answer: answer.rank)[:_KEPT]

    def _judge(self, label: Labels) -> Answer:
        scale = self._scale or self._scaled(label)
        over = float(beyond(self.ground, label, self.problem.tolerance).sum())
        shape = inertia(self.ground, label) * scale.inertia + border_between(self.ground, label) / 2 * scale.border
        broken = float(breaches(self.ground, label).sum())
        return Answer(label.copy(), over, shape / self.problem.n_territories, self.n_done, self._seed, broken)

    def _scaled(self, label: Labels) -> _Scale:
        n = self.problem.n_territories
        spread = max(inertia(self.ground, label), 1e-12)
        cut = max(border_between(self.ground, label) / 2, 1e-12)
        self._scale = _Scale(n / spread, _BORDER * n / cut)
        return self._scale

    # -- one attempt ---------------------------------------------------------------------------------------------------

    def _attempt(self, attempt: int, budget: Budget) -> Iterator[Labels]:
        label = self._start(attempt)
        if attempt == 0:
            yield label
        scale = self._scale or self._scaled(label)
        if self._begin is not None:
            heat = _HEAT * (0.1, 0.3, 1.0)[attempt % 3]
        else:
            heat = _HEAT * (1.0, 3.0, 10.0)[attempt // 2 % 3] if self.problem.n_units < 9_000 else _HEAT * 0.7
        n_steps = self._steps_of_an_attempt(budget)
        closed = np.zeros(self.problem.n_territories, dtype=np.bool_)
        seed = self._seed * 10_007 + attempt * 101
        phases = ((0.75, heat, heat / 60, 1.0), (0.15, heat / 60, heat / 600, 4.0), (0.10, 0.0, 0.0, 20.0))
        for k, (part, hot, cold, balance) in enumerate(phases):
            steps = int(n_steps * part) + 1
            self._anneal(label, ~self._fixed, closed, scale.array(balance), (hot, cold), steps, seed + k, budget)
            if budget.is_over():
                break
        yield label

    def _steps_of_an_attempt(self, budget: Budget) -> int:
        n = self.problem.n_units
        usual = int(np.clip(600 * n, 400_000, 6_000_000)) if n < 9_000 else 600 * n
        return max(1, min(usual, budget.n_steps - self.n_done))

    def _start(self, attempt: int) -> Labels:
        if self._begin is not None:
            return self._begin.copy()
        ground, problem = self.ground, self.problem
        rng = np.random.default_rng([self._seed, attempt])
        free = np.flatnonzero(~ground.is_giant)
        place = np.full(problem.n_units, -1)
        place[free] = np.arange(len(free))
        ends = place[problem.adjacency.pair]
        kept = (ends >= 0).all(axis=1)
        share = (ground.target[self._free_territory] / ground.target[self._free_territory].sum(axis=0)).mean(axis=1)
        seed = self._seed_unit[self._free_territory]
        part = divide(
            ground.mass[free],
            ground.xy[free],
            ends[kept],
            (problem.adjacency.border_km * problem.border_factor)[kept],
            share / share.sum(),
            np.where(seed >= 0, place[seed], -1),
            rng,
            self._piece[free],
            np.isin(np.arange(self._piece.max(initial=0) + 1), self._piece[self.giants.unit]),
        )
        label = np.full(problem.n_units, -1, dtype=np.int32)
        label[free[part >= 0]] = self._free_territory[part[part >= 0]]
        label[self.giants.unit] = self._giant_territory
        for piece in np.unique(self._piece[free[part < 0]]).tolist():
            of_giant = self._giant_territory[self._piece[self.giants.unit] == piece]
            label[free[(part < 0) & (self._piece[free] == piece)]] = of_giant[0]
        stays = problem.stays >= 0
        label[stays] = problem.stays[stays]
        make_whole(
            label,
            ground.start,
            ground.neighbour,
            ground.mass,
            ground.xy,
            self._centres(label),
            ground.has_giant,
            self._fixed,
        )
        fill_empty(label, problem.adjacency, ground.mass, self._fixed, problem.n_territories)
        if problem.has_radius and np.isfinite(problem.anchor_km).all():
            label = grow_within(problem, self._seed_unit, label, self._fixed)
        return label

    def _centres(self, label: Labels) -> Floats:
        ground, n = self.ground, self.problem.n_territories
        total = np.maximum(np.bincount(label, ground.mass, minlength=n), np.finfo(float).tiny)
        return np.column_stack([np.bincount(label, ground.mass * ground.xy[:, i], minlength=n) / total for i in (0, 1)])

    def _reheat(self, label: Labels, number: int, budget: Budget) -> Iterator[Labels]:
        """Heat what is beyond the tolerance and its surroundings, wider and hotter while that does not help."""
        label = label.copy()
        scale, heat = self._scale or self._scaled(label), _HEAT
        seed = self._seed * 10_007 + 50_021 + number * 1_009
        over = float(beyond(self.ground, label, self.problem.tolerance).sum())
        patience, k = 0, 0
        while over > 0 and patience < _PATIENCE and not (budget.is_over() or self.n_done >= budget.n_steps):
            near = beyond(self.ground, label, self.problem.tolerance) > 0
            for _ in range(1 + patience // 3):
                near = self._with_neighbours(label, near)
            may_move = near[label] & ~self._fixed
            trial = label.copy()
            hot = heat * (1.0, 4.0, 16.0)[patience % 3]
            self._anneal(trial, may_move, ~near, scale.array(2.0), (hot, heat / 100), 600_000, seed + k, budget)
            self._anneal(trial, may_move, ~near, scale.array(20.0), (0.0, 0.0), 60_000, seed + k + 1, budget)
            k += 2
            now = float(beyond(self.ground, trial, self.problem.tolerance).sum())
            if now < over - 1e-9:
                over, patience = now, 0
                label[:] = trial
                yield label
            else:
                patience += 1

    def _with_neighbours(self, label: Labels, near: NDArray[np.bool_]) -> NDArray[np.bool_]:
        ends = label[self.problem.adjacency.pair]
        touched = near[ends].any(axis=1)
        grown = near.copy()
        grown[ends[touched].ravel()] = True
        return grown

    def _anneal(
        self,
        label: Labels,
        may_move: NDArray[np.bool_],
        closed: NDArray[np.bool_],
        scale: Floats,
        heat: tuple[float, float],
        n_steps: int,
        seed: int,
        budget: Budget,
    ) -> None:
        """Run the search in slices, so that a clock can end it; the slices cool on from one to the next."""
        ground = self.ground
        n_slices = max(1, -(-n_steps // _MAX_SLICE))
        ratio = (heat[1] / heat[0]) ** (1 / n_slices) if heat[0] > 0 else 1.0
        for i in range(n_slices):
            if i and budget.is_over():
                return
            ends = np.array([heat[0] * ratio**i, heat[0] * ratio ** (i + 1)])
            steps = n_steps // n_slices + (i < n_steps % n_slices)
            anneal(ground, label, may_move, closed, ground.tolerance * _INNER, scale, ends, steps, seed + 1_000_003 * i)
            self.n_done += steps
