"""Why a radius cannot be, and how far it must reach. Owns the check and its words; distances are optimise.reach's."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from territorymap.geo.adjacency import adjacency_of_pairs
from territorymap.i18n import listed, ntr, number, tr
from territorymap.optimise.divide import seeds_of
from territorymap.optimise.problem import Problem
from territorymap.optimise.reach import least_factor, reached_from
from territorymap.optimise.relax import (
    IsOver,
    far_apart,
    nearest_that_can,
    rising,
    rounded_up,
    with_radius,
)
from territorymap.session.solving.aims import Wishes
from territorymap.session.solving.still import Still, names_of
from territorymap.session.solving.task import Task, prepare_build
from territorymap.session.solving.ways_out import (
    MORE,
    Nearest,
    ask_for,
    count_that_can,
    impossible,
    keeps,
    some_names,
)

_NEARLY_ALL = 0.98  # of the units; the others may be left out for the sake of a much smaller radius


def refuse_radius(still: Still, wishes: Wishes, task: Task, radius_km: float, is_over: IsOver) -> None:
    problem = task.problem
    anchored = np.asarray(np.isfinite(problem.anchor_km).all(axis=1), dtype=np.bool_)
    seed = seeds_of(problem)
    reached = _reached(problem, seed, anchored)
    n_free = int((~anchored).sum())
    if reached.all():
        return
    left = np.flatnonzero(~reached)
    if n_free == 0:
        km = _wide_enough(still, task, _least_radius(problem, seed, radius_km), is_over)
        message = ntr(
            "A radius of {km} km leaves {n} unit with nobody: {names}.",
            "A radius of {km} km leaves {n} units with nobody: {names}.",
            len(left),
            km=number(radius_km),
            names=_areas(still, task, left),
        )
        ways_out = [_radius_of(wishes, km), _without_outliers(still, wishes, task, seed, km, is_over)]
        raise impossible(message, ways_out, tr("allow a larger radius"))
    apart = far_apart(_only(problem, left), radius_km)
    if len(apart) <= n_free:
        return
    enough = task.problem.n_territories - n_free + len(apart)
    message = tr(
        "With a radius of {km} km at least {n} territories are needed: so many units lie more than {twice} km from "
        "each other, such as {names}.",
        km=number(radius_km),
        n=number(enough + len(task.kept_ids)),
        twice=number(2 * radius_km),
        names=listed(names_of(still.plan, task.unit_ix[left[apart[:3]]].tolist())),
    )
    count = count_that_can(still, wishes, task, (enough + more for more in MORE), is_over)
    km = _wide_enough(still, task, radius_km * 1.01, is_over)
    raise impossible(message, [ask_for(wishes, count, task), _radius_of(wishes, km)], tr("allow a larger radius"))


def _reached(problem: Problem, seed: NDArray[np.int32], anchored: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """(U',) whether a territory with an anchor can come to a unit."""
    if not anchored.any():
        return np.zeros(problem.n_units, dtype=np.bool_)
    return reached_from(_with_anchored(problem, anchored), seed[anchored])


def _with_anchored(problem: Problem, anchored: NDArray[np.bool_]) -> Problem:
    """Return a problem of the territories with an anchor alone, enough to ask what they can come to."""
    return Problem(
        problem.adjacency,
        problem.weight,
        problem.target[:, anchored],
        problem.tolerance,
        problem.xy_km,
        importance=problem.importance,
        anchor_km=problem.anchor_km[anchored],
        radius_km=problem.radius_km[anchored],
    )


def _only(problem: Problem, units: NDArray[np.integer]) -> Problem:
    """Return a problem of some units alone, enough to ask how far they lie apart."""
    empty = adjacency_of_pairs(np.empty((0, 2), dtype=np.int32), np.empty(0), len(units))
    return Problem(
        empty, problem.weight[:, units], problem.target, problem.tolerance, problem.xy_km[units], problem.importance
    )


def _least_radius(problem: Problem, seed: NDArray[np.int32], radius_km: float) -> float:
    """Return the radius that each unit, and what is locked, can be reached with; no plan does with less."""
    fixed = np.flatnonzero(problem.stays >= 0)
    gap = problem.xy_km[fixed] - problem.anchor_km[problem.stays[fixed]]
    return max(radius_km * least_factor(problem, seed), float(np.hypot(gap[:, 0], gap[:, 1]).max(initial=0.0)))


def _wide_enough(still: Still, task: Task, start: float, is_over: IsOver) -> float | None:
    """Return the least radius from there on for which a plan is found."""
    if not np.isfinite(start):
        return None
    return nearest_that_can(
        rising(start),
        lambda value: keeps(still, task, with_radius(task.problem, value), is_over),
        is_over,
        rounded=rounded_up,
    )


def _without_outliers(
    still: Still, wishes: Wishes, task: Task, seed: NDArray[np.int32], km: float | None, is_over: IsOver
) -> Nearest | None:
    """Return how much smaller a radius does if the few units that lie farthest are kept from all territories."""
    problem = task.problem
    start = float(problem.radius_km[0]) * least_factor(problem, seed, _NEARLY_ALL)
    if km is None or start > km / 2:
        return None
    left = np.flatnonzero(~reached_from(problem, seed, start / float(problem.radius_km[0])))
    if len(left) > (1 - _NEARLY_ALL) * problem.n_units or (problem.stays[left] >= 0).any():
        return None
    nobody = (*wishes.ground.nobody, *task.unit_ix[left].tolist())
    asked = replace(wishes, ground=replace(wishes.ground, nobody=nobody))
    smaller = _wide_enough(still, prepare_build(still, asked), start, is_over)
    if smaller is None or smaller > km / 2:
        return None
    text = ntr(
        "allow {km} km and leave {n} far unit to nobody: {names}",
        "allow {km} km and leave {n} far units to nobody: {names}",
        len(left),
        km=number(smaller),
        names=_areas(still, task, left),
    )
    return text, replace(asked, max_radius_km=smaller)


def _radius_of(wishes: Wishes, km: float | None) -> Nearest | None:
    return None if km is None else (tr("allow {km} km", km=number(km)), replace(wishes, max_radius_km=km))


def _areas(still: Still, task: Task, units: NDArray[np.integer]) -> str:
    """Return where units lie: "31 of Nevada, 4 of Utah", by names where there are no larger areas."""
    parent = still.plan.units.parent_name[task.unit_ix[units]]
    counts: dict[str, int] = {}
    for name in parent:
        counts[str(name)] = counts.get(str(name), 0) + 1
    if "" in counts or len(units) <= 3 or len(counts) > len(units) // 2:
        return some_names(still, task, units)
    largest = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    parts = [tr("{n} of {area}", n=number(n), area=name) for name, n in largest[:3]]
    if len(largest) > 3:
        parts.append(tr("{n} elsewhere", n=number(sum(n for _, n in largest[3:]))))
    return listed(parts)
