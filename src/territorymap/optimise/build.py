"""Building territories: starts from straight cuts, the best cooled again, the rest mended.

Owns the plan of a run and which answers are kept; how a plan is cooled is cooling's, the threads are lanes'.

Lessons from the yardsticks: with few territories the start decides, so many are tried; with many the cooling does; the
last territories beyond the tolerance come in by heating only them and their surroundings; steps, not seconds, make a
run repeatable.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from territorymap.geo.adjacency import adjacency_of_pairs
from territorymap.optimise.bounds import Bound
from territorymap.optimise.cooling import Cooler, burden, scale_of
from territorymap.optimise.divide import divide, seeds_of
from territorymap.optimise.energy import Ground, beyond, border_between, breaches, inertia, prepare
from territorymap.optimise.filling import fill_empty
from territorymap.optimise.giants import Giants, find_giants, giant_territories
from territorymap.optimise.joining import join_pieces
from territorymap.optimise.lanes import N_LANES, Budget, Lane, Lanes
from territorymap.optimise.problem import Floats, Labels, Problem, even_targets, pieces_of_ground
from territorymap.optimise.reach import grow_within, seeds_at_anchors, with_anchors
from territorymap.optimise.whole import count_pieces, make_whole

__all__ = ["Answer", "Budget", "Builder", "warm_up"]

_STARTS = 400  # divided by the number of territories
_MOST_STARTS = 40
_START_STEPS = (40, 100)  # per unit, of a start: as many as territories, but within these
_START_HEAT = 10.0
_FIELD = 8  # of the starts so many go on, then half of them, twice as long
_AGAIN_STEPS = 2.5  # the first time, in those of a start
_AGAIN_HEAT = (10.0, 5.0, 20.0)
_LONGER = 1.5
_LONGEST = 4_000  # steps per unit of one cooling
_MEND_STEPS = 300  # at least, per unit after a cooling
_PATIENCE = 6  # rounds of the longest coolings in vain
_GAIN = 1e-4  # of the shape, that counts as better


@dataclass(frozen=True)
class Answer:
    """A plan that was found."""

    label: Labels  # (U,)
    beyond: float  # sum over territories of what is beyond the tolerances and hard wishes; 0 = all within
    shape: float  # inertia and border relative to the first start; less is better
    n_steps: int  # done so far
    seed: int
    breach: float = 0.0  # by how much hard limits and radii are broken; 0 = not
    burden: float = 0.0  # ``beyond``, the farthest counted more
    n_apart: int = 0  # pieces too many: of what stays in one territory and cannot be joined

    @property
    def rank(self) -> tuple[float, float, float]:
        """Less is better: first what breaks hard wishes, then what is beyond the tolerances, then the shape."""
        return round(self.breach + self.n_apart, 6), round(max(self.burden, self.beyond), 4), self.shape


def warm_up() -> None:
    """Compile the loops, or read them from the cache of an earlier start: seconds on a new machine."""
    side = 4
    cell = np.arange(side * side).reshape(side, side)
    pair = np.concatenate([np.column_stack([cell[:, :-1].ravel(), cell[:, 1:].ravel()]), cell[:2].reshape(2, -1).T])
    pair = np.concatenate([pair, np.column_stack([cell[1:-1].ravel(), cell[2:].ravel()])])
    pair = np.unique(np.sort(pair, axis=1), axis=0).astype(np.int32)
    weight = np.sqrt(1.0 + np.arange(side * side, dtype=np.float64))[None]
    xy = np.column_stack([cell.ravel() % side, cell.ravel() // side]).astype(np.float64)
    adjacency = adjacency_of_pairs(pair, np.ones(len(pair)), side * side)
    # Hardly any plan is so even: what mends and what proves is needed too.
    problem = Problem(adjacency, weight, even_targets(weight, 3), np.array([1e-4]), xy)
    for _ in Builder(problem).run(Budget(100_000)):
        pass


class Builder:
    """Builds one problem; every better plan is yielded as it is found."""

    def __init__(self, problem: Problem, seed: int = 1, begin: Labels | None = None) -> None:
        """``begin``: a plan to go on from, instead of straight cuts; every territory of it must be whole."""
        self._seed, self._begin = seed, begin
        self._set(problem)
        if problem.has_radius and not np.isfinite(problem.anchor_km).all():
            self._set(with_anchors(problem, self._start(0), seed))

    def _set(self, problem: Problem) -> None:
        begin = self._begin
        self.problem = problem
        self.giants: Giants = find_giants(problem)
        self._seed_unit = seeds_of(problem)
        if problem.has_radius:
            self._seed_unit = seeds_at_anchors(problem, self._seed_unit)
        self._giant_territory = (
            giant_territories(problem, self.giants, self._seed_unit) if begin is None else begin[self.giants.unit]
        )
        self._free_territory = np.setdiff1d(np.arange(problem.n_territories), self._giant_territory)
        self.ground: Ground = prepare(problem, self.giants, self._giant_territory)
        self._fixed = self.ground.is_giant | (problem.stays >= 0)
        self._may_move = ~self._fixed
        self._cooler: Cooler | None = None
        self._lanes: Lanes | None = None

    @property
    def n_done(self) -> int:
        """Steps done so far."""
        return self._lanes.n_done if self._lanes else 0

    def bounds(self, answer: Answer) -> list[Bound]:
        """Return what keeps territories of an answer beyond their tolerance for certain, the worst first."""
        return self._cooler_of(answer.label).bounds(answer.label)

    def run(self, budget: Budget) -> Iterator[Answer]:
        """Yield better and better plans until the budget is used up or nothing better can be expected."""
        with Lanes(budget) as lanes:
            self._lanes = lanes
            first = self._start(0)
            self._cooler_of(first)
            best = self._judge(first)
            yield best
            for found in self._rounds(lanes, best):
                answer = min((self._judge(label) for label in found), key=lambda answer: answer.rank)
                if answer.rank < best.rank:
                    best = answer
                    yield best

    def _rounds(self, lanes: Lanes, first: Answer) -> Iterator[list[Labels]]:
        """Yield the plans of one round of lanes after the other: starts, then the best of them cooled again, longer."""
        if not self._may_move.any() or self.problem.n_territories < 2:
            return
        field = [first]
        n_starts = int(np.clip(_STARTS // self.problem.n_territories, N_LANES, _MOST_STARTS))
        per_unit = float(np.clip(self.problem.n_territories, *_START_STEPS))
        if self._begin is None:
            for k in range(0, n_starts, N_LANES):
                if lanes.is_over:
                    return
                found = lanes.run([self._starting(k + i, per_unit) for i in range(N_LANES)])
                field += map(self._judge, found)
                yield found
        field.sort(key=lambda answer: answer.rank)
        width = min(_FIELD, 1 << max(0, (len(field) // 2).bit_length() - 1))
        per_unit *= _AGAIN_STEPS
        number = n_vain = 0
        while n_vain < _PATIENCE:
            before = field[0]
            begin = field[:width]
            for k in range(0, max(width, N_LANES), N_LANES):
                if lanes.is_over:
                    return
                heat = _AGAIN_HEAT[number // N_LANES % len(_AGAIN_HEAT)]
                tasks = [self._again(begin[(k + i) % len(begin)], heat, per_unit, number + i) for i in range(N_LANES)]
                found = lanes.run(tasks)
                number += N_LANES
                field += map(self._judge, found)
                yield found
            width = max(1, width // 2)
            field = sorted(field, key=lambda answer: answer.rank)[:width]
            is_better = field[0].rank[:2] < before.rank[:2] or field[0].shape < before.shape * (1 - _GAIN)
            n_vain = 0 if is_better or per_unit < _LONGEST else n_vain + 1
            per_unit = min(per_unit * _LONGER, _LONGEST)

    def _starting(self, number: int, per_unit: float) -> Callable[[Lane], Labels]:
        def task(lane: Lane) -> Labels:
            label, seed = self._start(number), self._seed * 10_007 + number * 101
            return self._cooled(label, _START_HEAT, per_unit, lane, seed)

        return task

    def _again(self, answer: Answer, heat: float, per_unit: float, number: int) -> Callable[[Lane], Labels]:
        def task(lane: Lane) -> Labels:
            seed = self._seed * 10_007 + 500_009 + number * 101
            return self._cooled(answer.label.copy(), heat, per_unit, lane, seed)

        return task

    def _cooled(self, label: Labels, heat: float, per_unit: float, lane: Lane, seed: int) -> Labels:
        cooler = self._cooler_of(label)
        cooler.cool(label, heat, per_unit, lane, seed)
        return cooler.mend(label, int(max(_MEND_STEPS, per_unit) * self.problem.n_units), lane, seed + 50)

    def _judge(self, label: Labels) -> Answer:
        scale = self._cooler_of(label).scale
        over = beyond(self.ground, label, self.problem.tolerance)
        shape = inertia(self.ground, label) * scale.inertia + border_between(self.ground, label) / 2 * scale.border
        broken = float(breaches(self.ground, label).sum())
        n = self.problem.n_territories
        n_pieces = count_pieces(label, self.ground.start, self.ground.neighbour, n)
        n_apart = int(np.maximum(n_pieces - 1, 0).sum())
        worth = burden(over, self.ground)
        return Answer(label.copy(), float(over.sum()), shape / n, self.n_done, self._seed, broken, worth, n_apart)

    def _cooler_of(self, label: Labels) -> Cooler:
        if self._cooler is None:
            self._cooler = Cooler(self.ground, self._fixed, scale_of(self.ground, label))
        return self._cooler

    # -- starts --------------------------------------------------------------------------------------------------------

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
        piece, of_giant = self._pieces(free, place)
        part = divide(
            ground.mass[free],
            ground.xy[free],
            ends[kept],
            (problem.adjacency.border_km * problem.border_factor)[kept],
            share / share.sum(),
            np.where(seed >= 0, place[seed], -1),
            rng,
            piece,
            of_giant >= 0,
        )
        label = np.full(problem.n_units, -1, dtype=np.int32)
        label[free] = np.where(part >= 0, self._free_territory[part], of_giant[piece])
        label[self.giants.unit] = self._giant_territory
        stays = problem.stays >= 0
        label[stays] = problem.stays[stays]
        self._make_whole(label)
        if stays.any() and join_pieces(label, problem.adjacency, self._fixed, problem.n_territories):
            self._make_whole(label)
        fill_empty(label, problem.adjacency, ground.mass, self._fixed, problem.n_territories)
        if problem.has_radius and np.isfinite(problem.anchor_km).all():
            label = grow_within(problem, self._seed_unit, label, self._fixed)
        return label

    def _make_whole(self, label: Labels) -> None:
        ground, centre = self.ground, self._centres(label)
        make_whole(label, ground.start, ground.neighbour, ground.mass, ground.xy, centre, ground.has_giant, self._fixed)

    def _pieces(self, free: NDArray[np.int64], place: NDArray[np.int64]) -> tuple[NDArray[np.int32], Labels]:
        """Return for each free unit the piece of ground it lies in, giants apart, and per piece a giant's territory.

        A piece beside a giant needs no territory of its own, but may have one: -1 = there is no giant.
        """
        pair = self.problem.adjacency.pair
        ends = place[pair]
        n_pieces, piece = pieces_of_ground(ends[(ends >= 0).all(axis=1)], len(free))
        of_giant = np.full(n_pieces, -1, dtype=np.int32)
        label = np.full(self.problem.n_units, -1, dtype=np.int32)
        label[self.giants.unit] = self._giant_territory
        for one, other in ((0, 1), (1, 0)):
            beside = (ends[:, one] >= 0) & (ends[:, other] < 0)
            of_giant[piece[ends[beside, one]]] = label[pair[beside, other]]
        return piece, of_giant

    def _centres(self, label: Labels) -> Floats:
        ground, n = self.ground, self.problem.n_territories
        total = np.maximum(np.bincount(label, ground.mass, minlength=n), np.finfo(float).tiny)
        return np.column_stack([np.bincount(label, ground.mass * ground.xy[:, i], minlength=n) / total for i in (0, 1)])
