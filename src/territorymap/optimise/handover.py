"""A search over plans in which units change hands under rules: many attempts, each better plan told.

Owns how an attempt runs and which plan is kept; the loop is handing's, what the rules are alter's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from territorymap.optimise.build import Answer, Budget
from territorymap.optimise.energy import Ground, border_between, inertia, prepare
from territorymap.optimise.giants import Giants
from territorymap.optimise.handing import hand_over
from territorymap.optimise.problem import Floats, Labels, Problem

_BORDER = 1.5  # weight of borders beside inertia
_BALANCE = 36.0  # weight of what is beyond the bands, in tolerances
_HEAT = 0.3
_HEATS = (1.0, 0.25, 4.0, 1.0)  # of an attempt: from a start, from the best plan, and so on
_LEAST = 40_000  # steps of an attempt
_PATIENCE = 7  # attempts in vain before the best is taken
_SLICE = 60_000  # steps between two looks at the clock
_INNER = 0.985  # the search aims a little inside the bands

Start = Callable[[int], Labels]


@dataclass(frozen=True)
class Handed(Answer):
    """A plan that was found under rules."""

    cost: float = 0.0  # all in all

    @property
    def rank(self) -> tuple[float, float, float]:
        return self.cost, self.beyond, self.shape


@dataclass(frozen=True)
class Rules:
    """Who may do what, and what each territory should end with."""

    movable: NDArray[np.int32]  # (K,) units that may change hands
    is_open: NDArray[np.bool_]  # (P,) territories that give and take
    is_loose: NDArray[np.bool_]  # (P,) ground that nobody has: need not be whole
    low: Floats  # (P, M)
    high: Floats  # (P, M)
    unit: Floats  # (P, M) a tolerance: what is beyond the band is counted in it
    newcomer: int = -1  # >= 0: units only go to it, or back


class Handover:
    """Searches plans under rules from starts; every better plan is yielded as it is found."""

    def __init__(
        self,
        problem: Problem,
        rules: Rules,
        start: Start,
        seed: int = 1,
        *,
        balance: float = _BALANCE,
        churn: float = 0.0,
    ) -> None:
        """Prepare a search.

        Parameters
        ----------
        start : the plan that an attempt goes on from
        balance : weight of what is beyond the bands, beside the shape of one territory
        churn : weight of moving a territory's worth of units from their base
        """
        self.problem, self.rules, self._start, self._seed = problem, rules, start, seed
        self._balance = balance
        none = np.empty(0, dtype=np.int64)
        self.ground: Ground = prepare(problem, Giants(none, none, np.empty(0), problem.target), none)
        self._inner = (
            rules.low + (1 - _INNER) * np.minimum(rules.unit, np.maximum(rules.high - rules.low, 0) / 2),
            rules.high - (1 - _INNER) * np.minimum(rules.unit, np.maximum(rules.high - rules.low, 0) / 2),
        )
        self._besides = np.ascontiguousarray(problem.besides.T)
        self._churn = churn
        counts = (problem.base >= 0) & ~rules.is_loose[problem.base]
        self._moves = np.where(counts, self.ground.mass, 0.0)  # (U,) what moving counts
        self._scale: tuple[float, float] | None = None
        self.n_done = 0

    def run(self, budget: Budget) -> Iterator[Handed]:
        """Yield better and better plans until the budget is used up or nothing better is to be expected."""
        best = self._judge(self._start(0))
        yield best
        if not len(self.rules.movable):
            return
        attempt = n_vain = 0
        while n_vain < _PATIENCE and not (self.n_done >= budget.n_steps or budget.is_over()):
            is_new = attempt % 2 == 0
            label = self._start(attempt // 2) if is_new else best.label.copy()
            self._cool(label, _HEAT * _HEATS[attempt % len(_HEATS)], attempt, budget)
            found = self._judge(label)
            attempt += 1
            n_vain = 0 if found.cost < 0.998 * best.cost else n_vain + 1
            if found.rank < best.rank:
                best = found
                yield best

    def loads(self, label: Labels) -> Floats:
        """(P, M) what each territory has in a plan, all counted."""
        load = self._besides.copy()
        np.add.at(load, label, self.problem.brought(label).T)
        return load

    def moved(self, label: Labels) -> float:
        """Return how much was moved from its base, in territories of mean size."""
        return float(self._moves[label != self.problem.base].sum() * self.problem.n_territories)

    def _judge(self, label: Labels) -> Handed:
        rules = self.rules
        load = self.loads(label)
        x = np.maximum(np.maximum(load - rules.high, rules.low - load), 0) / rules.unit
        over = float(((x + x * x) @ self.problem.importance).sum())
        spread, border = self._scales(label)
        shown = np.where(rules.is_loose[label], np.int32(-1), label)
        shape = inertia(self.ground, shown) * spread + border_between(self.ground, label) / 2 * border
        cost = self._balance * over + shape + self._churn * self.moved(label)
        shape /= max(int(rules.is_open.sum()), 1)
        return Handed(label.copy(), over, shape, self.n_done, self._seed, cost=cost)

    def _scales(self, label: Labels) -> tuple[float, float]:
        """Return the weights of inertia and border: of what is open, 1 and a half for each territory as it was."""
        if self._scale is None:
            rules = self.rules
            if (self.problem.base >= 0).all():
                label = self.problem.base
            n = max(int(rules.is_open.sum()), 1)
            around = np.where(rules.is_open[label] & ~rules.is_loose[label], label, np.int32(-1))
            spread, cut = inertia(self.ground, around), border_between(self.ground, around) / 2
            self._scale = (n / spread if spread > 1e-12 else 0.0, _BORDER * n / cut if cut > 1e-12 else 0.0)
        return self._scale

    def _cool(self, label: Labels, heat: float, attempt: int, budget: Budget) -> None:
        """Anneal a plan, then let what is beyond the bands weigh more."""
        n = int(np.clip(500 * len(self.rules.movable), _LEAST, 2_000_000))
        seed = self._seed * 10_007 + attempt * 101
        phases = ((0.6, heat, heat / 60, 1 / 6), (0.25, heat / 60, heat / 600, 1 / 2), (0.15, 0.0, 0.0, 1.0))
        for k, (part, hot, cold, weight) in enumerate(phases):
            self._hand_over(label, (hot, cold), int(n * part) + 1, self._balance * weight, seed + k, budget)

    def _hand_over(
        self, label: Labels, heat: tuple[float, float], n_steps: int, balance: float, seed: int, budget: Budget
    ) -> None:
        rules, problem = self.rules, self.problem
        n_steps = min(n_steps, max(budget.n_steps - self.n_done, 0))
        n_slices = max(1, -(-n_steps // _SLICE))
        ratio = (heat[1] / heat[0]) ** (1 / n_slices) if heat[0] > 0 else 1.0
        spread, border = self._scales(label)
        scale = np.array([spread, border, balance, self._churn * problem.n_territories])
        for i in range(n_slices):
            if budget.is_over():
                return
            steps = n_steps // n_slices + (i < n_steps % n_slices)
            hand_over(
                self.ground,
                label,
                rules.movable,
                rules.is_open,
                rules.is_loose,
                rules.newcomer,
                *self._inner,
                rules.unit,
                self._besides,
                self._moves,
                scale,
                np.array([heat[0] * ratio**i, heat[0] * ratio ** (i + 1)]),
                steps,
                seed + 1_000_003 * i,
            )
            self.n_done += steps
