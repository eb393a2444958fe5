"""Cooling a plan: all of it, or the surroundings of what is beyond the tolerances.

Owns how hot, how long and with what weights; one run of steps is moves.anneal's, and which plans are cooled is build's.

Heat is told per unit of a territory: 1 / (units per territory) is about what moving one unit changes. What is beyond
the tolerance weighs little while it is hot and more and more as it cools.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from territorymap.optimise.bounds import Bound, bounds_of
from territorymap.optimise.energy import Ground, beyond, border_between, deviations, inertia
from territorymap.optimise.lanes import Lane
from territorymap.optimise.moves import anneal
from territorymap.optimise.problem import Floats, Labels
from territorymap.optimise.transplant import transplant

_INNER = 0.985  # the search aims a little inside the tolerance
_BORDER = (0.3, 1.5)  # weight of borders beside inertia, least and most
_BORDER_GROWS = 0.5  # with which power of the number of territories, from the least at ten
_SLICE = 50_000  # steps between two looks at the clock
_NEAR = 48  # units looked at for wholeness while it is hot; what is not known then does not move
_COOLED = 15.0  # by how much the long first part cools
_BALANCE = (0.3, 2.0)  # weight of what is beyond the tolerance, at the beginning and when it is cold
_WORST = 4.0
_LAST = 20.0  # the same in the steps that only go downhill
_N_LAST = 10  # such steps per unit
_MEND_PER_UNIT = 150
_MEND_HEAT = (4.0, 12.0, 36.0)
_WIDER_AFTER = 4  # tries in vain until more rings of neighbours are heated
_MOST_RINGS = 4
_HEAT_EVERY = 4  # tries of which one only heats; the others plant the territory anew
_SIDEWAYS = 0.002  # a mended plan may be worse by about so much of a territory: a way out of a dead end


@dataclass(frozen=True)
class Scale:
    """Weights of inertia and border for one problem, so that plans of different grounds cost alike."""

    inertia: float
    border: float

    def array(self, balance: float, churn: float = 0.0) -> Floats:
        return np.array([self.inertia, self.border, balance, churn])


def scale_of(ground: Ground, label: Labels) -> Scale:
    """Return the weights with which a plan costs one for inertia and a constant for border per territory.

    With few territories distances count more, with many the border: measured, so that neither is worse than METIS'.
    """
    n = len(ground.target)
    spread = max(inertia(ground, label), 1e-12)
    cut = max(border_between(ground, label) / 2, 1e-12)
    border = float(np.clip(_BORDER[0] * (n / 10) ** _BORDER_GROWS, *_BORDER))
    return Scale(n / spread, border * n / cut)


def burden(over: Floats, ground: Ground) -> float:
    """Return what is beyond the tolerances in all: more than the sum, as one far beyond is worse than two a little."""
    return float((over + _WORST / ground.importance.sum() * over**2).sum())


class Cooler:
    """Cools plans of one problem."""

    def __init__(self, ground: Ground, fixed: NDArray[np.bool_], scale: Scale) -> None:
        self.ground, self.scale = ground, scale
        self._may_move = ~fixed
        self._n_units = int(self._may_move.sum())
        self._nothing_closed = np.zeros(len(ground.target), dtype=np.bool_)
        n_free = int((~ground.has_giant).sum())
        self._heat = max(n_free, 1) / max(self._n_units, 1)
        self._bound: dict[int, Bound | None] = {}  # by unit; None = it can be in a good territory

    def cool(self, label: Labels, heat: float, per_unit: float, lane: Lane, seed: int) -> None:
        """Heat a plan and cool it, in so many steps per unit."""
        everything = (self._may_move, self._nothing_closed)
        n = min(per_unit * self._n_units, lane.n_left)
        hot = heat * self._heat
        mild = hot / _COOLED
        self._anneal(label, *everything, (hot, mild), _BALANCE, int(n * 0.85), _NEAR, lane, seed)
        self._anneal(label, *everything, (mild, mild / 10), (_BALANCE[1], _LAST), int(n * 0.1), None, lane, seed + 1)
        self.settle(label, lane, seed + 2)

    def settle(self, label: Labels, lane: Lane, seed: int) -> None:
        """Go downhill only; short, so that it is done even when the clock has run down."""
        n = min(_N_LAST * self._n_units, lane.n_left)
        everything = (self._may_move, self._nothing_closed)
        self._anneal(label, *everything, (0.0, 0.0), (_LAST, _LAST), n, None, lane, seed, to_the_end=True)

    def mend(self, label: Labels, n_steps: int, lane: Lane, seed: int) -> Labels:
        """Return the plan with less beyond the tolerances: a violator and its surroundings are heated, again and again.

        Wider and hotter while that does not help. A plan that is a little worse may be gone on from, so what is too
        much in one place can wander until it is taken up. Violators at their proven bound are left alone.
        """
        rng = np.random.default_rng([seed, 77])
        now = self._over(label)
        best, least = label.copy(), burden(now, self.ground)
        tries = np.zeros(len(now), dtype=np.int64)
        ends = lane.n_left - n_steps
        while not lane.must_end and lane.n_left > ends:
            violators = self._open_violators(label, now)
            if not len(violators):
                break
            t = int(violators[rng.integers(len(violators))])
            near = self._surroundings(label, t, 1 + min(int(tries[t]) // _WIDER_AFTER, _MOST_RINGS - 1))
            may_move = near[label] & self._may_move
            n = int(np.clip(_MEND_PER_UNIT * may_move.sum(), 2_000, 300_000))
            hot = self._heat * _MEND_HEAT[int(tries[t]) % len(_MEND_HEAT)]
            k = int(rng.integers(1 << 30))
            trial = label.copy()
            if tries[t] % _HEAT_EVERY:
                planted = transplant(
                    self.ground, label, t, near, may_move, self._centres(label), *self._root(label, t), rng
                )
                if planted is not None:
                    trial = planted
                    others = near.copy()
                    others[t] = False
                    hot = self._heat * _MEND_HEAT[0]
                    self._anneal(
                        trial,
                        others[trial] & self._may_move,
                        ~others,
                        (hot, hot / 50),
                        (1.0, 8.0),
                        n,
                        _NEAR,
                        lane,
                        k + 2,
                    )
                    hot /= 4
            self._anneal(trial, may_move, ~near, (hot, hot / 50), (1.0, 8.0), n, _NEAR, lane, k)
            self._anneal(trial, may_move, ~near, (0.0, 0.0), (_LAST, _LAST), n // 8, None, lane, k + 1)
            then = self._over(trial)
            more = burden(then, self.ground) - burden(now, self.ground)
            if more < -1e-9:
                tries[then > 0] = 0
            else:
                tries[t] += 1
            if more <= 0 or rng.random() < np.exp(-more / _SIDEWAYS):
                label, now = trial, then
                if burden(now, self.ground) < least - 1e-9:
                    best, least = label.copy(), burden(now, self.ground)
        return best

    def bounds(self, label: Labels) -> list[Bound]:
        """Return the bounds of those units that keep a territory beyond its tolerance, the worst first."""
        self._open_violators(label, self._over(label))
        found = [bound for bound in self._bound.values() if bound is not None]
        return sorted(found, key=lambda bound: (-bound.times_tolerance, bound.unit))

    def _over(self, label: Labels) -> Floats:
        return beyond(self.ground, label, self.ground.tolerance)

    def _open_violators(self, label: Labels, over: Floats) -> NDArray[np.int64]:
        """Return the territories beyond the tolerance that are not known to be as good as can be."""
        violators = np.flatnonzero(over > 1e-9)
        if not len(violators):
            return violators
        units = np.flatnonzero(np.isin(label, violators))
        unknown = [u for u in units.tolist() if u not in self._bound]
        if unknown:
            found: dict[int, Bound | None] = dict.fromkeys(unknown)
            found |= {bound.unit: bound for bound in bounds_of(self.ground, np.array(unknown))}
            self._bound.update(found)  # at once: the other lane reads it
        off = (np.abs(deviations(self.ground, label)) / self.ground.tolerance).max(axis=1)
        is_open = np.ones(len(off), dtype=np.bool_)
        for u in units.tolist():
            bound = self._bound[u]
            if bound is not None and bound.is_exact and off[label[u]] <= bound.times_tolerance + 1e-6:
                is_open[label[u]] = False
        return violators[is_open[violators]]

    def _root(self, label: Labels, territory: int) -> tuple[int, Floats]:
        """Return the unit that keeps a territory from its target, -1 = none, and how far off it may be planted."""
        found = [self._bound[u] for u in np.flatnonzero(label == territory).tolist()]
        worst = max((b for b in found if b is not None), key=lambda b: b.times_tolerance, default=None)
        slack = self.ground.tolerance.copy()
        if worst is not None:
            slack *= worst.times_tolerance + 1e-6
        return -1 if worst is None else worst.unit, slack

    def _centres(self, label: Labels) -> Floats:
        ground, n = self.ground, len(self.ground.target)
        total = np.maximum(np.bincount(label, ground.mass, minlength=n), np.finfo(float).tiny)
        return np.column_stack([np.bincount(label, ground.mass * ground.xy[:, i], minlength=n) / total for i in (0, 1)])

    def _surroundings(self, label: Labels, territory: int, n_rings: int) -> NDArray[np.bool_]:
        """(P,) the territory and so many rings of neighbours."""
        near = np.zeros(len(self.ground.target), dtype=np.bool_)
        near[territory] = True
        own, other = label[self.ground.unit], label[self.ground.neighbour]
        for _ in range(n_rings):
            near[other[near[own] & (other >= 0)]] = True
        return near

    def _anneal(
        self,
        label: Labels,
        may_move: NDArray[np.bool_],
        closed: NDArray[np.bool_],
        heat: tuple[float, float],
        balance: tuple[float, float],
        n_steps: int,
        reach: int | None,
        lane: Lane,
        seed: int,
        to_the_end: bool = False,
    ) -> None:
        """Run the search in slices, so that a clock can end it; from one to the next it cools on."""
        ground = self.ground
        n_steps = min(n_steps, max(lane.n_left, 0))
        n_slices = -(-n_steps // _SLICE)
        inner = ground.tolerance * _INNER
        for i in range(n_slices):
            if lane.is_stopped and not to_the_end:
                return
            part = i / n_slices, (i + 1) / n_slices
            ends = np.array([heat[0] * (heat[1] / heat[0]) ** k if heat[0] > 0 else 0.0 for k in part])
            scale = self.scale.array(balance[0] * (balance[1] / balance[0]) ** ((part[0] + part[1]) / 2))
            steps = n_steps // n_slices + (i < n_steps % n_slices)
            many = len(label) if reach is None else reach
            anneal(ground, label, may_move, closed, inner, scale, ends, steps, seed + 1_000_003 * i, many)
            lane.count(steps)
