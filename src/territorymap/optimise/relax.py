"""How little a wish must give way to become one that can be: by counting where that proves it, else by trying.

Owns bounds of hard wishes and the search for the nearest that a plan is found for; the words are session's.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import replace

import numpy as np

from territorymap.optimise.build import Budget, Builder
from territorymap.optimise.problem import Floats, Labels, Problem, pieces_of_ground

IsOver = Callable[[], bool]
_HAIR = 1e-9
_NARROW = 1.5  # times all there is: less room makes a limit narrow
_BESIDE = 0.05  # of their importance, of the measures that are to be even later
_NEAR = 0.03  # of a value: what is looked for between it and the next
_WIDER = (1.0, 1.01, 1.02, 1.035, 1.05, 1.075, 1.1, 1.15, 1.2, 1.3, 1.5, 2.0, 3.0, 5.0, 10.0)


def never_over() -> bool:
    return False


def try_out(problem: Problem, is_over: IsOver = never_over, seed: int = 1) -> Labels | None:
    """Return a plan that breaks no hard wish, if a short search finds one: the same steps every time."""
    if problem.n_territories > problem.n_units or not has_room(problem):
        return None
    even = within_limits(problem, is_over, seed)
    if even is not None:
        return even
    builder = Builder(problem, seed)
    n_steps = int(np.clip(3_000 * problem.n_units, 20_000, 4_000_000))
    for answer in builder.run(Budget(n_steps, is_over)):
        if answer.breach <= _HAIR:
            return answer.label
    return None


def has_room(problem: Problem) -> bool:
    """Tell whether all there is has room under the hard limits, by sums; of a unit above them counts what is below."""
    below = np.minimum(problem.weight, problem.most.max(axis=1, keepdims=True)).sum(axis=1)
    return bool((below <= problem.most.sum(axis=1) * (1 + _HAIR)).all())


def within_limits(problem: Problem, is_over: IsOver = never_over, seed: int = 1) -> Labels | None:
    """Return a plan that keeps narrow limits of measures that need not be even, found by making these even first.

    None where no limit is narrow, or none was found: moves one by one hardly come from one kind of plan to the other.
    """
    total, room = problem.weight.sum(axis=1), problem.most.sum(axis=1)
    narrow = (problem.importance <= 0) & (total > 0) & (room < _NARROW * total)
    if not narrow.any() or problem.n_territories > problem.n_units or not has_room(problem):
        return None
    allowed = np.maximum(problem.most.min(axis=1) / problem.target.max(axis=1) - 1, _HAIR)
    even = replace(
        problem,
        importance=np.where(narrow, 1.0, problem.importance * _BESIDE),
        tolerance=np.where(narrow, allowed, problem.tolerance),
    )
    n_steps = int(np.clip(1_000 * problem.n_units, 20_000, 2_000_000))
    for answer in Builder(even, seed).run(Budget(n_steps, is_over)):
        if answer.breach <= _HAIR:
            return answer.label
    return None


def count_bound(weight: Floats, most: float) -> int:
    """Return how many territories are needed at least so that none has more than ``most``; units stay whole.

    Parameters
    ----------
    weight : (U,) each at most ``most``

    Source
    ------
    Bound L2 of the bin packing problem, Martello & Toth 1990 (Knapsack problems, 8.3).
    """
    heavy = np.sort(weight[weight > 0])[::-1]
    if not len(heavy):
        return 1
    best = math.ceil(weight.sum() / most - _HAIR)
    half = heavy > most / 2
    for small in np.unique(np.concatenate([[0.0], heavy[heavy <= most / 2]]))[:2000]:
        above = heavy > most - small
        large = half & ~above
        rest = heavy[(heavy <= most / 2) & (heavy >= small)].sum()
        free = large.sum() * most - heavy[large].sum()
        best = max(best, int(above.sum() + large.sum() + max(0, math.ceil((rest - free) / most - _HAIR))))
    return int(max(best, 1))


def piece_counts(problem: Problem, m: int, least: float, most: float) -> tuple[int, int]:
    """Return the fewest and the most territories of which each has between least and most, by pieces of the ground.

    By sums only: a piece may still be too lumpy. Pieces in which the same territory has something locked count as one.
    """
    fixed = np.argsort(problem.stays, kind="stable")[np.count_nonzero(problem.stays < 0) :]
    same = problem.stays[fixed[1:]] == problem.stays[fixed[:-1]]
    locked = np.column_stack([fixed[:-1], fixed[1:]])[same].astype(problem.adjacency.pair.dtype)
    n_pieces, piece = pieces_of_ground(np.concatenate([problem.adjacency.pair, locked]), problem.n_units)
    total = np.bincount(piece, problem.weight[m], minlength=n_pieces)
    n_units = np.bincount(piece, minlength=n_pieces)
    fewest = np.ceil(total / most - _HAIR) if math.isfinite(most) else np.ones(n_pieces)
    largest = np.floor(total / least + _HAIR) if least > 0 else n_units
    return int(np.maximum(fewest, 1).sum()), int(np.minimum(largest, n_units).sum())


def first_that_can(values: Iterable[float], can: Callable[[float], bool], is_over: IsOver = never_over) -> float | None:
    """Return the first value that can be; None if none can, or the time is over before."""
    for value in values:
        if is_over():
            return None
        if can(value):
            return value
    return None


def nearest_that_can(
    values: Iterable[float],
    can: Callable[[float], bool],
    is_over: IsOver = never_over,
    *,
    rounded: Callable[[float], float],
) -> float | None:
    """Return a value near the first of some that can be: between it and the one before, as time allows, ever nearer.

    ``rounded``: `rounded_up` or `rounded_down`, away from what cannot be.
    """
    failed, found = None, None
    for value in values:
        if is_over():
            return None
        if can(value):
            found = value
            break
        failed = value
    if found is None or failed is None:
        return found
    while abs(found - failed) > _NEAR * abs(failed):
        value = rounded((found + failed) / 2)
        if value in (found, failed) or is_over():
            break
        if can(value):
            found = value
        else:
            failed = value
    return found


def rising(start: float, top: float = math.inf) -> Iterable[float]:
    """Yield a value and larger ones, each rounded up to three digits, up to the top."""
    last = -math.inf
    for factor in _WIDER:
        value = min(rounded_up(start * factor), top)
        if value > last:
            yield value
        last = value
        if value >= top:
            return


def falling(start: float) -> Iterable[float]:
    """Yield a value and smaller ones, each rounded down to three digits, to 0."""
    last = math.inf
    for factor in _WIDER:
        value = rounded_down(start / factor)
        if value < last:
            yield value
        last = value


def rounded_up(value: float) -> float:
    """Return the next number of three digits, or the next whole one from 1,000 on."""
    return _rounded(value, math.ceil)


def rounded_down(value: float) -> float:
    return _rounded(value, math.floor)


def _rounded(value: float, whole: Callable[[float], int]) -> float:
    if value <= 0 or not math.isfinite(value):
        return value
    digits = max(0, 2 - math.floor(math.log10(value)))
    scaled = value * 10**digits
    near = round(scaled)
    return float(near if abs(scaled - near) < 1e-9 * max(1.0, abs(scaled)) else whole(scaled)) / float(10**digits)


def with_most(problem: Problem, m: int, most: float) -> Problem:
    """Return the problem with another hard limit of a measure for every territory."""
    limits = problem.most.astype(np.float64)
    limits[m] = most
    return replace(problem, most=np.maximum(limits, problem.least))


def with_least(problem: Problem, m: int, least: float) -> Problem:
    limits = problem.least.astype(np.float64)
    limits[m] = least
    return replace(problem, least=np.minimum(limits, problem.most))


def with_radius(problem: Problem, radius_km: float) -> Problem:
    return replace(problem, radius_km=np.full(problem.n_territories, radius_km))


def far_apart(problem: Problem, radius_km: float) -> list[int]:
    """Return units of which no two can be in one territory whose centre is within the radius of all its units.

    Each is more than twice the radius from all others; there may be more such units, but there are so many.
    """
    chosen: list[int] = []
    xy = problem.xy_km
    nearest = np.full(problem.n_units, np.inf)
    unit = int(np.argmax(((xy - xy.mean(axis=0)) ** 2).sum(axis=1)))
    while nearest[unit] > 2 * radius_km * (1 + _HAIR):
        chosen.append(unit)
        nearest = np.minimum(nearest, np.hypot(*(xy - xy[unit]).T))
        # The next is the nearest of those that are far enough: more of them fit then.
        far = np.flatnonzero(nearest > 2 * radius_km * (1 + _HAIR))
        if not len(far):
            break
        unit = int(far[np.argmin(nearest[far])])
    return chosen
