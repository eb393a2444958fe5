"""Why a wish cannot be, with numbers, and the nearest that can: found by counting before anything is solved.

Owns the checks and their sentences; the bounds and trials are optimise.relax's, what to tell of a plan that was found
afterwards's.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from territorymap.errors import UserError
from territorymap.geo.adjacency import adjacency_of_pairs
from territorymap.i18n import ntr, number, tr
from territorymap.optimise.divide import seeds_of
from territorymap.optimise.problem import Problem, pieces_of_ground
from territorymap.optimise.reach import least_factor, reached_from
from territorymap.optimise.relax import (
    IsOver,
    count_bound,
    falling,
    far_apart,
    first_that_can,
    never_over,
    piece_counts,
    rising,
    with_least,
    with_most,
    with_radius,
)
from territorymap.session.solving.aims import Aim, Wishes
from territorymap.session.solving.counting import plan_within
from territorymap.session.solving.still import Still, names_of
from territorymap.session.solving.task import Task, counts_ways, prepare_build, workload_row

_HAIR = 1e-9
_NEARLY_ALL = 0.98  # of the units; the others may be left out for the sake of a much smaller radius
_MORE = (0, 1, 2, 3, 5, 8, 13, 21, 34, 55, 89, 144)  # territories more, or fewer, that are tried


Nearest = tuple[str, Wishes]  # "ask for 24 territories", and the wishes that say so


class ImpossibleError(UserError):
    """No plan can be as is wished; ``nearest`` are wishes for which one was found, in the order of the hint."""

    def __init__(self, message: str, hint: str, nearest: tuple[Nearest, ...] = ()) -> None:
        super().__init__(message, hint)
        self.nearest = nearest


def refuse_impossible(still: Still, wishes: Wishes, task: Task, is_over: IsOver = never_over) -> None:
    """Raise ImpossibleError if no plan can be as the wishes are, with the reason and the nearest wish that can be.

    That it cannot be is proven by counting; that the other can, by a plan that is found for it.
    """
    _refuse_pieces(still, wishes, task, is_over)
    for m, aim in enumerate(task.aims):
        if aim.is_limited:
            _refuse_limits(still, wishes, task, m, aim, is_over)
    if wishes.max_radius_km is not None:
        _refuse_radius(still, wishes, task, wishes.max_radius_km, is_over)


# -- ground in pieces --------------------------------------------------------------------------------------------------


def pieces_without_owner(problem: Problem) -> tuple[NDArray[np.int32], list[int], int]:
    """Return the piece of each unit, the pieces that nothing stays in, and how many territories are free for them."""
    n_pieces, piece = pieces_of_ground(problem.adjacency.pair, problem.n_units)
    fixed = problem.stays >= 0
    without = sorted(set(range(n_pieces)) - set(piece[fixed].tolist()))
    return piece, without, problem.n_territories - len(np.unique(problem.stays[fixed]))


def _refuse_pieces(still: Still, wishes: Wishes, task: Task, is_over: IsOver) -> None:
    problem = task.problem
    piece, without, n_free = pieces_without_owner(problem)
    if len(without) <= n_free:
        return
    n_pieces = int(piece.max()) + 1
    sizes = np.bincount(piece, minlength=n_pieces)
    smallest = min(without, key=lambda p: int(sizes[p]))
    inside = np.flatnonzero(piece == smallest)
    enough = problem.n_territories + len(without) - n_free
    count = _count_that_can(still, wishes, task, (enough + more for more in _MORE[:6]), is_over)
    way = _ask_for(wishes, count, task)
    message = ntr(
        "The ground is in {n} piece that nothing joins, and {without} of them have no territory left; the smallest is "
        "{names}.",
        "The ground is in {n} pieces that nothing joins, and {without} of them need a territory of their own, of which "
        "{free} are left; the smallest is {names}.",
        n_pieces,
        without=number(len(without)),
        free=number(n_free),
        names=_some_names(still, task, inside),
    )
    others = []
    ground = wishes.ground
    if ground.barriers:
        others.append(tr("take away barriers"))
    if ground.borders is not None and ground.borders.is_kept:
        others.append(tr("let borders be preferred instead of kept"))
    others.append(tr("join pieces by bridges"))
    error = _impossible(message, [way], "")
    more = tr("You can also {others}.", others=tr(", or ").join(others))
    if way is None:
        more = tr("At least {n} territories are needed. ", n=number(enough + len(task.kept_ids))) + more
    raise ImpossibleError(message, f"{error.hint} {more}" if way else more, error.nearest)


def _some_names(still: Still, task: Task, inside: NDArray[np.integer], most: int = 3) -> str:
    names = names_of(still.plan, task.unit_ix[inside[:most]].tolist())
    text = ", ".join(names)
    if len(inside) <= most:
        return text
    return tr("{names} and {n} more", names=text, n=number(len(inside) - most))


# -- hard limits -------------------------------------------------------------------------------------------------------


def _refuse_limits(still: Still, wishes: Wishes, task: Task, m: int, aim: Aim, is_over: IsOver) -> None:
    problem = task.problem
    least, most = aim.least or 0.0, np.inf if aim.most is None else aim.most
    is_cap = _is_goal(still, wishes, aim)
    if not is_cap:
        _refuse_heavy(still, wishes, task, m, aim, most, is_over)
    _refuse_locked_load(still, task, m, aim, most)
    n = problem.n_territories
    fewest, largest = piece_counts(problem, m, least, float(most))
    weight = problem.weight[m]
    if np.isfinite(most) and not is_cap:
        fewest = max(fewest, count_bound(weight, float(most)))
    grows = (counts_ways(still, task) and m == workload_row(still, task)) or bool(problem.besides[m].any())
    if fewest > n and not is_cap:
        _refuse_most(still, wishes, task, m, aim, float(most), fewest, is_over)
    if largest < n and not grows:
        _refuse_least(still, wishes, task, m, aim, least, largest, is_over)


def _is_goal(still: Still, wishes: Wishes, aim: Aim) -> bool:
    goal = wishes.goal
    measure = None if goal is None else still.plan.measure_named(goal.measure)
    return goal is not None and goal.is_cap and measure is not None and measure.name == aim.measure


def _refuse_heavy(still: Still, wishes: Wishes, task: Task, m: int, aim: Aim, most: float, is_over: IsOver) -> None:
    """Refuse a limit that one unit alone exceeds."""
    weight = task.problem.weight[m]
    heavy = np.flatnonzero(weight > most * (1 + _HAIR))
    if not len(heavy):
        return
    heaviest = heavy[np.argsort(-weight[heavy], kind="stable")]
    best = _least_most(still, task, m, float(weight.max()), is_over)
    message = ntr(
        "{names} alone has {value} {measure}, more than the {most} that a territory may have.",
        "{n} units alone have more than the {most} {measure} that a territory may have, such as {names} with {value}.",
        len(heavy),
        names=names_of(still.plan, [int(task.unit_ix[heaviest[0]])])[0],
        value=number(float(weight[heaviest[0]])),
        measure=aim.measure,
        most=number(most),
    )
    raise _impossible(message, [_at_most(wishes, m, best, aim)], tr("cut such units in parts"))


def _refuse_locked_load(still: Still, task: Task, m: int, aim: Aim, most: float) -> None:
    """Refuse a limit that what is locked in one territory exceeds."""
    problem = task.problem
    fixed = np.flatnonzero(problem.stays >= 0)
    load = np.bincount(problem.stays[fixed], problem.weight[m, fixed], minlength=problem.n_territories)
    load = load + problem.besides[m]
    counts = np.bincount(problem.stays[fixed], minlength=problem.n_territories)
    over = np.flatnonzero((load > most * (1 + _HAIR)) & ((counts > 1) | (problem.besides[m] > 0)))
    if not len(over):
        return
    t = int(over[np.argmax(load[over])])
    name = still.plan.territories[still.plan.territory_ix(task.bound[t])].name if t in task.bound else task.names[t]
    raise UserError(
        tr(
            "What is locked in {name} or given to it by name has {value} {measure}, more than the {most} that a "
            "territory may have.",
            name=name,
            value=number(float(load[t])),
            measure=aim.measure,
            most=number(most),
        ),
        tr("Allow {value}, or unlock some of it.", value=number(float(load[t]))),
    )


def _refuse_most(
    still: Still, wishes: Wishes, task: Task, m: int, aim: Aim, most: float, fewest: int, is_over: IsOver
) -> None:
    problem = task.problem
    n, total = problem.n_territories, float(problem.weight[m].sum())
    if n * most < total * (1 - _HAIR):
        message = tr(
            "{n} territories of at most {most} {measure} hold {room}, and there are {total}.",
            n=number(n),
            most=number(most),
            measure=aim.measure,
            room=number(n * most),
            total=number(total),
        )
    else:
        message = tr(
            "{n} territories of at most {most} {measure} are too few: as units and pieces of the ground stay whole, "
            "{fewest} are needed.",
            n=number(n),
            most=number(most),
            measure=aim.measure,
            fewest=number(fewest),
        )
    enough = _count_that_can(still, wishes, task, (fewest + more for more in _MORE), is_over)
    start = max(total / n, float(problem.weight[m].max()))
    best = _least_most(still, task, m, start, is_over)
    ways_out = [_ask_for(wishes, enough, task), _at_most(wishes, m, best, aim)]
    raise _impossible(message, ways_out, tr("allow more"))


def _refuse_least(
    still: Still, wishes: Wishes, task: Task, m: int, aim: Aim, least: float, largest: int, is_over: IsOver
) -> None:
    problem = task.problem
    n, total = problem.n_territories, float(problem.weight[m].sum())
    message = (
        tr(
            "{n} territories of at least {least} {measure} need {need}, and there are {total}.",
            n=number(n),
            least=number(least),
            measure=aim.measure,
            need=number(n * least),
            total=number(total),
        )
        if n * least > total * (1 + _HAIR)
        else tr(
            "{n} territories of at least {least} {measure} are too many: the pieces of the ground have room for "
            "{largest}.",
            n=number(n),
            least=number(least),
            measure=aim.measure,
            largest=number(largest),
        )
    )
    fits = _count_that_can(still, wishes, task, (largest - fewer for fewer in _MORE if largest > fewer), is_over)
    best = first_that_can(
        falling(total / n), lambda value: _keeps(still, task, with_least(problem, m, value), is_over), is_over
    )
    ways_out = [_ask_for(wishes, fits, task), _at_least(wishes, m, best, aim)]
    raise _impossible(message, ways_out, tr("ask for less"))


def _keeps(still: Still, task: Task, problem: Problem, is_over: IsOver) -> bool:
    return plan_within(still, replace(task, problem=problem), is_over) is not None


def _least_most(still: Still, task: Task, m: int, start: float, is_over: IsOver) -> float | None:
    def can(value: float) -> bool:
        return _keeps(still, task, with_most(task.problem, m, value), is_over)

    return first_that_can(rising(start), can, is_over)


def _count_that_can(still: Still, wishes: Wishes, task: Task, counts: Iterable[int], is_over: IsOver) -> int | None:
    """Return the first count of territories, locked ones apart, for which a plan is found."""
    n_locked, n_units = len(task.kept_ids), task.problem.n_units

    def can(n: float) -> bool:
        asked = replace(wishes, n_territories=int(n) + n_locked, goal=None)
        return plan_within(still, prepare_build(still, asked), is_over) is not None

    found = first_that_can((n for n in counts if 1 <= n <= n_units), can, is_over)
    return None if found is None else int(found)


def _ask_for(wishes: Wishes, n: int | None, task: Task) -> Nearest | None:
    if n is None:
        return None
    whole = n + len(task.kept_ids)
    return tr("ask for {n} territories", n=number(whole)), replace(wishes, n_territories=whole, goal=None)


def _at_most(wishes: Wishes, m: int, value: float | None, aim: Aim) -> Nearest | None:
    if value is None:
        return None
    text = tr("allow {value} {measure} each", value=number(value), measure=aim.measure)
    return text, _with_aim(wishes, m, replace(aim, most=value))


def _at_least(wishes: Wishes, m: int, value: float | None, aim: Aim) -> Nearest | None:
    if value is None:
        return None
    text = tr("ask for at least {value} {measure} each", value=number(value), measure=aim.measure)
    return text, _with_aim(wishes, m, replace(aim, least=value))


def _with_aim(wishes: Wishes, m: int, aim: Aim) -> Wishes:
    return replace(wishes, aims=(*wishes.aims[:m], aim, *wishes.aims[m + 1 :]))


def _impossible(message: str, ways_out: Sequence[Nearest | None], otherwise: str) -> ImpossibleError:
    """Return the error with what was found to work; what may help where nothing was."""
    found = tuple(way for way in ways_out if way is not None)
    if not found:
        hint = tr("No wish near it was found to work; {otherwise}, or ask for something else.", otherwise=otherwise)
    else:
        hint = tr("It works if you {ways_out}.", ways_out=tr(", or ").join(text for text, _ in found))
    return ImpossibleError(message, hint, found)


# -- radius ------------------------------------------------------------------------------------------------------------


def _refuse_radius(still: Still, wishes: Wishes, task: Task, radius_km: float, is_over: IsOver) -> None:
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
        raise _impossible(message, ways_out, tr("allow a larger radius"))
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
        names=", ".join(names_of(still.plan, task.unit_ix[left[apart[:3]]].tolist())),
    )
    count = _count_that_can(still, wishes, task, (enough + more for more in _MORE), is_over)
    km = _wide_enough(still, task, radius_km * 1.01, is_over)
    raise _impossible(message, [_ask_for(wishes, count, task), _radius_of(wishes, km)], tr("allow a larger radius"))


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
    return first_that_can(
        rising(start), lambda value: _keeps(still, task, with_radius(task.problem, value), is_over), is_over
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
        return _some_names(still, task, units)
    largest = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    parts = [tr("{n} of {area}", n=number(n), area=name) for name, n in largest[:3]]
    if len(largest) > 3:
        parts.append(tr("{n} elsewhere", n=number(sum(n for _, n in largest[3:]))))
    return ", ".join(parts)
