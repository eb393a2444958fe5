"""What a plan is worth beside the plan as it is, and the yardsticks: the least transport and a bound no plan beats.

Owns every figure of rebalancing, in numpy; the search is rebalance's, the transport flow's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from territorymap.optimise.energy import Ground, beyond, deviations, inertia, loads, prepare
from territorymap.optimise.field import Cap, Field, field_of
from territorymap.optimise.flow import Flow, least_flow, least_moved, neighbouring_territories, parcels_of
from territorymap.optimise.giants import Giants, find_giants
from territorymap.optimise.problem import Floats, Labels, Problem

WITHIN = 1e-6  # in territories; what is less beyond the tolerances is rounding
OUTSIDE = 30.0  # what being outside a band by a territory costs, beside moving a territory
_EACH_OUTSIDE = 1.0  # and what each territory that is outside costs
_MUCH_LONGER, _TORN = 1.15, 1.5  # where tolerances are missed all the same, shapes may not be torn for a little less
_ROUNDING = 1e-9  # as metrics.targets has it
_STEEPEST = 20.0  # prices are cut there: a surplus that would go over more than so many territories
_BORDER, _BORDER_RANGE = 0.9, (0.06, 0.2)  # territories moved that as much border as a territory has is worth
_OF_EACH = 0.03  # part of the cost that is the same for every unit: none moves for nothing


@dataclass(frozen=True)
class Taste:
    """What is worth how much."""

    border: float = 1.0  # beside the usual weight of borders
    inertia: float = 0.0  # as many times the moment of inertia of a territory as it has on average
    moving: float = 1.0
    tightness: float = 1.0  # share of the tolerances that is aimed at


USUAL = Taste()


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
    energy: float  # of the taste, what is outside the tolerances included
    n_steps: int
    seed: int

    @property
    def rank(self) -> tuple[bool, float]:
        """Less is better. What is within the tolerances comes first; what is not is worth what the search has it."""
        return self.beyond > WITHIN, self.energy


class Ruler:
    """Measures plans of one problem."""

    def __init__(
        self,
        problem: Problem,
        cost: Floats | None = None,
        caps: Sequence[Cap] = (),
        seed: int = 1,
        taste: Taste = USUAL,
        holder: Labels | None = None,
        is_open: NDArray[np.bool_] | None = None,
    ) -> None:
        """Prepare.

        Parameters
        ----------
        problem : ``base`` is the plan as it is; units with base -1 take no part; ``stays`` may only name the base
        cost : (U,) of moving each unit; None = the first measure
        holder : (P,) whose each territory is; None = each another's. Between territories of one nothing counts as moved
        is_open : (E,) pairs of the adjacency over which units may go; None = all
        """
        base, n = problem.base, problem.n_territories
        if ((problem.stays >= 0) & (problem.stays != base)).any():
            raise ValueError("stays: a unit cannot stay where it is not")
        self.problem, self.taste, self.seed = problem, taste, seed
        self.giants: Giants = _giants_in(problem)
        self.ground: Ground = prepare(problem, self.giants, base[self.giants.unit])
        cost = problem.weight[0] if cost is None else cost
        self.cost, self._share = _in_territories(problem, cost), _shares(problem, cost)
        self.holder = np.arange(n, dtype=np.int32) if holder is None else holder
        self.is_open = np.ones(len(problem.adjacency.pair), dtype=np.bool_) if is_open is None else is_open
        self.field: Field = field_of(
            problem, self.ground, self.cost, tuple(caps), taste.tightness, self.holder, self.is_open
        )
        spread = inertia(self.ground, base)
        self.per_inertia = n / spread if spread > 0 else 0.0  # so that all territories have as many as there are
        off = np.abs(deviations(self.ground, base))
        self._most_off, self._most_outside = off.max(axis=0, initial=0.0), self._outside(off)
        self.flow_share = self.flow_from(base, self._share).cost  # of the cost: the yardstick
        # The more has to move, the more the shapes suffer: borders count more then.
        self.per_border = taste.border * float(np.clip(_BORDER * self.flow_share, *_BORDER_RANGE))
        self.n_done = 0  # steps, told with every plan

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
        spread = inertia(self.ground, label) * self.per_inertia
        moving = held & (self.holder[label] != self.field.origin)
        n, taste = self.problem.n_territories, self.taste
        n_outside = int(self._outside(off).sum())
        energy = taste.moving * float(self.cost[moving].sum()) + self.per_border * border + taste.inertia * spread
        if over > WITHIN:
            energy += OUTSIDE * over + _EACH_OUTSIDE * n_outside + _TORN * max(border - _MUCH_LONGER * n, 0.0)
        return Rebalanced(
            label=label.copy(),
            beyond=over,
            outside=n_outside,
            uneven=float(off[:, counts].mean()) + over / n if counts.any() else over / n,
            worst=float((off / tolerance)[:, counts].max(initial=0.0)),
            moved=float(self._share[moving].sum()),
            border=border / n,
            spread=spread / n,
            energy=energy,
            n_steps=self.n_done,
            seed=self.seed,
        )

    def worse(self, label: Labels) -> NDArray[np.bool_]:
        """(M,) in which measures a plan is worse than the plan as it is: its worst territory, or the number outside."""
        off = np.abs(deviations(self.ground, label))
        is_worse = off.max(axis=0, initial=0.0) > self._most_off + _ROUNDING
        return np.asarray(is_worse | (self._outside(off) > self._most_outside))

    def is_legal(self, label: Labels) -> bool:
        """Tell whether a plan is in no measure worse than the plan as it is."""
        return not self.worse(label).any()

    def _outside(self, off: Floats) -> NDArray[np.int64]:
        """(M,) territories outside the tolerance."""
        counts = self.ground.importance > 0
        return np.asarray((off > self.problem.tolerance + _ROUNDING).sum(axis=0) * counts, dtype=np.int64)

    def over(self, label: Labels) -> Floats:
        """(P,) by how many territories each is outside its bands."""
        load = loads(self.ground, label)
        over = np.maximum(load - self.field.upper, 0.0) + np.maximum(self.field.lower - load, 0.0)
        return np.asarray((over / self.field.size).sum(axis=1))

    def flow_from(self, label: Labels, cost: Floats | None = None) -> Flow:
        """Return the least transport from a plan on, with prices for the loop's loads."""
        cost = self.cost if cost is None else cost
        playing, unit = self.field, self.field.size.mean(axis=0)
        brought = self.problem.brought(label) / unit[:, None]
        held = label >= 0
        rate = cost[held] / np.maximum(brought[:, held].sum(axis=0), 1e-300)
        is_even = len(unit) == 1 and (rate.max(initial=0.0) <= 1.01 * rate.min(initial=np.inf))
        arc = neighbouring_territories(self.problem.adjacency.pair[self.is_open], label)
        flow = least_flow(
            arc,
            parcels_of(label, brought, cost, 1 if is_even else 6),
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
