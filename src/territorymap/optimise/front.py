"""Several answers to one rebalancing: plans of which none is better in everything, from few moves to even and round.

Owns which are kept and which few are shown; they are found by rebalance, run with different tastes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from territorymap.optimise.build import Budget
from territorymap.optimise.problem import Floats, Labels
from territorymap.optimise.rebalance import Rebalancer
from territorymap.optimise.ruler import WITHIN, Rebalanced, Taste

FEWEST, ONE_LEFT, EVEN, ROUND, NEAR, BETWEEN = "fewest", "one left", "even", "round", "near", "between"
_STEPS = np.array([0.002, 0.05, 1.0, 0.01, 0.01])  # differences that a planner would not care about
_MOST_KEPT = 150


@dataclass(frozen=True)
class Course:
    """One run for a front."""

    taste: Taste
    until: float  # share of the limits that is used up then
    goes_on: bool = False  # from the best plan so far
    eased: float = 0.0  # part of the way from the tolerances to the worst deviation that is allowed


MAIN = Course(Taste(), 1.0, goes_on=True)
COURSES = (
    Course(Taste(), 0.45, goes_on=True),
    Course(Taste(border=0.4, moving=1.5), 0.57, goes_on=True),
    Course(Taste(), 0.64, eased=0.2),
    Course(Taste(), 0.71, eased=0.5),
    Course(Taste(tightness=0.55, moving=0.7), 0.86, goes_on=True),
    Course(Taste(border=3.0, inertia=0.3, moving=0.7), 1.0, goes_on=True),
)


def objectives(found: Rebalanced) -> Floats:
    """(5,) what is moved, the worst deviation, territories outside, moment of inertia, border; less is better."""
    return np.array([found.moved, found.worst, found.outside, found.spread, found.border])


@dataclass
class Front:
    """An archive of plans of which none is better than another in everything, differences that do not count aside."""

    found: list[Rebalanced] = field(default_factory=list)

    def add(self, one: Rebalanced) -> bool:
        """Keep a plan unless another is as good in everything; those that it beats go."""
        at = np.floor(objectives(one) / _STEPS + 1e-9)
        kept = []
        for other in self.found:
            there = np.floor(objectives(other) / _STEPS + 1e-9)
            if (there <= at).all() and (not (there == at).all() or other.rank <= one.rank):
                return False
            if not (at <= there).all():
                kept.append(other)
        self.found = [*kept, one]
        if len(self.found) > _MOST_KEPT:
            self.found = [self.found[i] for i in self._spread_out(_MOST_KEPT // 2)]
        return True

    def chosen(self, n: int) -> list[tuple[str, Rebalanced]]:
        """Return at most n plans with what each stands for: those that must be told first, then the most different.

        Within the tolerances the one that moves least comes first; if there is none, the one that comes nearest.
        """
        if not self.found:
            return []
        moving = [f for f in self.found if f.moved > 0]
        if moving and len(moving) < len(self.found):  # the plan as it is is no proposal, unless there is none
            within = [f for f in self.found if f.moved == 0 and f.beyond <= WITHIN]
            return Front([*within, *moving]).chosen(n) if not within else Front(within).chosen(1)
        told: list[tuple[str, int]] = []

        def tell(kind: str, at: int | None) -> None:
            if at is not None and all(at != i for _, i in told):
                told.append((kind, at))

        first = self._first()
        tell(FEWEST, first)
        tell(ONE_LEFT, self._one_left(first))
        tell(EVEN, self._least(lambda f: (round(f.beyond, 4), f.worst, f.uneven, f.moved)))
        fair = self.found[first].beyond + WITHIN
        tell(ROUND, self._least(lambda f: (f.beyond > fair, f.border)))
        tell(NEAR, self._least(lambda f: (f.beyond > fair, f.spread)))
        told = told[:n]
        for i in self._spread_out(n, [i for _, i in told], self._trades(first)):
            tell(BETWEEN, i)
        return [(kind, self.found[i]) for kind, i in told[:n]]

    def _first(self) -> int:
        within = [i for i, f in enumerate(self.found) if f.beyond <= WITHIN]
        if within:
            return min(within, key=lambda i: (self.found[i].moved, self.found[i].rank))
        return min(range(len(self.found)), key=lambda i: self.found[i].rank)

    def _one_left(self, first: int) -> int | None:
        """Return the plan that leaves one territory more outside, and moves less for it."""
        best = self.found[first]
        less = [i for i, f in enumerate(self.found) if f.outside == best.outside + 1 and f.moved < best.moved]
        return min(less, key=lambda i: self.found[i].moved, default=None)

    def _least(self, key: Callable[[Rebalanced], tuple[float, ...]]) -> int:
        return min(range(len(self.found)), key=lambda i: key(self.found[i]))

    def _trades(self, first: int) -> list[int]:
        """Return the positions of plans that give something for something: fewer moves for what stays outside the
        tolerances; within them, more moves for better shapes or more even territories."""
        least = 0.05 * self.found[first].moved
        found = []
        for i, one in enumerate(self.found):
            is_within = one.beyond <= WITHIN
            gains = (one.border, one.spread, one.worst) if is_within else (one.beyond,)
            for k, gain in enumerate(gains):
                others = [
                    f.moved <= one.moved and ((f.border, f.spread, f.worst) if is_within else (f.beyond,))[k] < gain
                    for f in self.found
                    if not is_within or f.beyond <= WITHIN
                ]
                if not any(others) and one.moved >= least:
                    found.append(i)
                    break
        return found

    def _spread_out(self, n: int, begin: Sequence[int] = (), among: Sequence[int] | None = None) -> list[int]:
        """Return n positions, each as far from those before as can be; objectives count by their ranges."""
        values = np.array([objectives(f) for f in self.found])
        low, high = values.min(axis=0), values.max(axis=0)
        scaled = (values - low) / np.where(high > low, high - low, 1.0)
        taken = list(begin) or [self._first()]
        gap = np.min([np.abs(scaled - scaled[i]).sum(axis=1) for i in taken], axis=0)
        if among is not None:
            gap[np.setdiff1d(np.arange(len(gap)), among)] = 0.0
        while len(taken) < min(n, len(self.found)):
            farthest = int(np.argmax(gap))
            if gap[farthest] <= 0:
                break
            taken.append(farthest)
            gap = np.minimum(gap, np.abs(scaled - scaled[farthest]).sum(axis=1))
        return taken


def run_courses(
    make: Callable[[Taste, Callable[[Rebalanced], None]], Rebalancer],
    front: Front,
    budget_until: Callable[[float, Callable[[], int]], Budget],
    courses: Sequence[Course] = COURSES,
    begin: Labels | None = None,
) -> Iterator[tuple[Course, Rebalanced]]:
    """Run courses one after the other; every plan found goes into the front, better ones of each course are yielded.

    Parameters
    ----------
    make : a rebalancer of a taste, which tells of every plan it finds
    budget_until : the budget up to a share of the limits, for a run whose steps the function tells
    begin : a plan from which courses that go on do so, until there is a better one
    """
    best, worst = begin, 1.0
    for course in courses:
        taste = replace(course.taste, tightness=course.taste.tightness + course.eased * max(worst - 1.0, 0.0))
        rebalancer = make(taste, lambda one: _keep(front, one))
        worst = rebalancer.judge(rebalancer.problem.base).worst
        budget = budget_until(course.until, lambda r=rebalancer: r.n_done)  # type: ignore[misc]
        for found in rebalancer.run(budget, best if course.goes_on else None):
            _keep(front, found)
            if course is courses[0]:
                best = found.label
            yield course, found


def _keep(front: Front, one: Rebalanced) -> None:
    front.add(one)
