"""The ground of one territory built anew in so many parts, of which one keeps its name.

Owns which part that is and what stays in it; the searches are build's and, where it has something already, handover's.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from territorymap.geo.adjacency import Adjacency
from territorymap.geo.contiguity import pieces_of
from territorymap.optimise.build import Answer, Budget, Builder
from territorymap.optimise.handing import grow_from_all_sides
from territorymap.optimise.handover import Handover, Rules
from territorymap.optimise.problem import Floats, Labels, Problem
from territorymap.optimise.whole import can_leave

_TINY = np.finfo(float).tiny
_STARTS, _ROUNDS = 4, 4  # where part 0 has something already
_STILL = 0.003  # targets that move less than this stand
_MOST_STEPS = 12  # attempts of a split's size: more have not been seen to help


class Splitting:
    """Builds parts inside one territory; part 0 is the one that keeps its name."""

    def __init__(self, problem: Problem, home: int = -1, seed: int = 1) -> None:
        """Prepare to split.

        Parameters
        ----------
        problem : the units of the territory, with even targets of all that is shared; part 0 has what lies in no unit
            (``besides``), and units with ``stays`` 0 in any case
        home : unit in which who keeps part 0 lives; -1 = part 0 has most of what stays, or is the heaviest
        """
        self.problem, self._home, self._seed = problem, home, seed
        free = replace(problem, stays=np.empty(0, dtype=np.int32), besides=np.empty((0, 0)), way=None)
        self.builder = Builder(free, seed)
        self.giants = self.builder.giants.unit
        self.n_done = 0

    @property
    def is_held(self) -> bool:
        """Whether part 0 has something already: then it is another than the others."""
        return bool((self.problem.stays >= 0).any() or self.problem.besides.any()) or self.problem.way is not None

    def run(self, budget: Budget) -> Iterator[Answer]:
        """Yield better and better plans.

        Raises
        ------
        ValueError
            if the units that stay leave too few for the other parts.
        """
        most = min(budget.n_steps, _MOST_STEPS * int(np.clip(600 * self.problem.n_units, 100_000, 6_000_000)))
        if not self.is_held:
            yield from self._numbered(self.builder, Budget(most, budget.is_over))
            return
        starts: list[Labels] = []
        for k in range(_STARTS):
            builder = self.builder if not k else Builder(self.builder.problem, self._seed + k)
            *_, answer = self._numbered(builder, Budget(most // (2 * _STARTS), budget.is_over))
            starts.append(self._around_what_stays(answer.label))
            if budget.is_over():
                break
        yield from self._made_even(starts, Budget(most - self.n_done, budget.is_over))

    def _made_even(self, starts: list[Labels], budget: Budget) -> Iterator[Answer]:
        """Let the parts come to what each should have, ways and what is in part 0 by name included."""
        problem = self.problem
        movable = np.flatnonzero(problem.stays < 0).astype(np.int32)
        everybody = np.ones(problem.n_territories, dtype=np.bool_)
        done, left = self.n_done, budget.n_steps
        for _ in range(_ROUNDS):
            problem = self._with_ways(starts[0])
            target = problem.target.T
            tolerance = target * problem.tolerance
            rules = Rules(movable, everybody, ~everybody, target - tolerance, target + tolerance, tolerance)
            # Starts are bound by value: the search asks for them while it runs.
            known = tuple(starts)
            search = Handover(problem, rules, lambda k, known=known: known[k % len(known)].copy(), self._seed)  # type: ignore[misc]
            *_, best = search.run(Budget(left, budget.is_over))
            done, left = done + search.n_done, max(left - search.n_done, 0)
            self.n_done = done
            yield replace(best, n_steps=done)
            moved = np.abs(self._with_ways(best.label).target / problem.target - 1).max()
            if moved < _STILL or not left or budget.is_over():
                return
            starts = [best.label, *starts]

    def _with_ways(self, label: Labels) -> Problem:
        """Return the problem with targets for what all bring, ways included: those depend on who has what."""
        problem = self.problem
        if problem.way is None:
            return problem
        whole = problem.brought(label).sum(axis=1) + problem.besides.sum(axis=1)
        return replace(problem, target=np.repeat(whole[:, None] / problem.n_territories, problem.n_territories, axis=1))

    def _numbered(self, builder: Builder, budget: Budget) -> Iterator[Answer]:
        """Build, and let the part with the home, or the heaviest, be part 0."""
        done = self.n_done
        for answer in builder.run(budget):
            self.n_done = done + builder.n_done
            label = answer.label.copy()
            mass = (self.problem.weight / np.maximum(self.problem.weight.sum(axis=1, keepdims=True), _TINY)).sum(axis=0)
            heavy: Floats = np.bincount(label, mass, minlength=self.problem.n_territories).astype(np.float64)
            stays = self.problem.stays >= 0
            if stays.any():
                heavy = heavy / max(float(heavy.sum()), _TINY) + np.bincount(label[stays], minlength=len(heavy))
            kept = int(label[self._home]) if self._home >= 0 else int(np.argmax(heavy))
            label[answer.label == kept], label[answer.label == 0] = 0, kept
            yield replace(answer, label=label, n_steps=self.n_done)
        self.n_done = done + builder.n_done

    def _around_what_stays(self, label: Labels) -> Labels:
        """Return the plan with what stays in part 0, joined to it, and all parts whole."""
        problem, adjacency = self.problem, self.problem.adjacency
        label, stays = label.copy(), problem.stays >= 0
        for u in np.flatnonzero(stays & (label != 0)).tolist():
            label[_way_to(adjacency, u, label == 0)] = 0
        loose = np.zeros(problem.n_units, dtype=np.bool_)
        for part in range(1, problem.n_territories):
            units = np.flatnonzero(label == part)
            piece = pieces_of(adjacency, units)
            loose[units[piece != np.argmax(np.bincount(piece, minlength=1))]] = True
        share = np.maximum(problem.target.mean(axis=0), _TINY)
        heavy = problem.weight.mean(axis=0)
        for part in np.setdiff1d(np.arange(1, problem.n_territories), label[~loose]).tolist():
            label[spare_unit(problem, label, loose | stays)] = part
        parts = np.arange(problem.n_territories)
        fill = np.bincount(label[~loose], heavy[~loose], minlength=len(parts)) / share
        near = np.zeros((len(parts), problem.n_units))
        gain = heavy[None] / share[:, None]
        return grow_from_all_sides(label, loose, parts, adjacency.start, adjacency.neighbour, near, fill, gain)


def _way_to(adjacency: Adjacency, unit: int, goal: NDArray[np.bool_]) -> list[int]:
    """Return the units on a shortest way from one to a goal."""
    came = {unit: -1}
    queue = deque([unit])
    while queue:
        u = queue.popleft()
        if goal[u]:
            way = [u]
            while came[way[-1]] >= 0:
                way.append(came[way[-1]])
            return way
        for v in adjacency.neighbours_of(u).tolist():
            if v not in came:
                came[v] = u
                queue.append(v)
    return [unit]


def spare_unit(problem: Problem, label: Labels, held: NDArray[np.bool_]) -> int:
    """Return a unit whose part has others and stays whole without it, the farthest from its middle."""
    mark, queue = np.zeros(problem.n_units, dtype=np.int64), np.empty(problem.n_units, dtype=np.int32)
    size = np.maximum(np.bincount(label, minlength=problem.n_territories), 1)
    middle = np.column_stack([np.bincount(label, problem.xy_km[:, i], minlength=len(size)) / size for i in (0, 1)])
    far = np.hypot(*(problem.xy_km - middle[label]).T)
    for k, u in enumerate(np.argsort(-far, kind="stable").tolist()):
        adjacency = problem.adjacency
        if not held[u] and can_leave(u, label, adjacency.start, adjacency.neighbour, mark, queue, 2 * k + 2):
            return int(u)
    raise ValueError("what stays leaves no unit for another part")
