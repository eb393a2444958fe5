"""Why a wish cannot be, with numbers, and the nearest that can: found by counting before anything is solved.

Owns the checks and their sentences; the bounds are optimise.relax's, ways out ways_out's, what to tell of a plan that
was found afterwards's.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from territorymap.errors import UserError
from territorymap.i18n import ntr, number, tr
from territorymap.optimise.problem import Problem, pieces_of_ground
from territorymap.optimise.relax import (
    IsOver,
    count_bound,
    falling,
    nearest_that_can,
    never_over,
    piece_counts,
    rounded_down,
    with_least,
)
from territorymap.session.solving.aims import Aim, Wishes
from territorymap.session.solving.radius_reasons import refuse_radius
from territorymap.session.solving.still import Still, names_of
from territorymap.session.solving.task import Task, counts_ways, workload_row
from territorymap.session.solving.ways_out import (
    MORE,
    ImpossibleError,
    ask_for,
    at_least,
    at_most,
    count_that_can,
    impossible,
    is_counted,
    keeps,
    least_most,
    some_names,
)

_HAIR = 1e-9


def refuse_impossible(still: Still, wishes: Wishes, task: Task, is_over: IsOver = never_over) -> None:
    """Raise ImpossibleError if no plan can be as the wishes are, with the reason and the nearest wish that can be.

    That it cannot be is proven by counting; that the other can, by a plan that is found for it.
    """
    _refuse_pieces(still, wishes, task, is_over)
    for m, aim in enumerate(task.aims):
        if aim.is_limited:
            _refuse_limits(still, wishes, task, m, aim, is_over)
    if wishes.max_radius_km is not None:
        refuse_radius(still, wishes, task, wishes.max_radius_km, is_over)


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
    count = count_that_can(still, wishes, task, (enough + more for more in MORE[:6]), is_over)
    way = ask_for(wishes, count, task)
    message = ntr(
        "The ground is in {n} piece that nothing joins, and {without} of them have no territory left; the smallest is "
        "{names}.",
        "The ground is in {n} pieces that nothing joins, and {without} of them need a territory of their own, of which "
        "{free} are left; the smallest is {names}.",
        n_pieces,
        without=number(len(without)),
        free=number(n_free),
        names=some_names(still, task, inside),
    )
    others = []
    ground = wishes.ground
    if ground.barriers:
        others.append(tr("take away barriers"))
    if ground.borders is not None and ground.borders.is_kept:
        others.append(tr("let borders be preferred instead of kept"))
    others.append(tr("join pieces by bridges"))
    error = impossible(message, [way], "")
    more = tr("You can also {others}.", others=tr(", or ").join(others))
    if way is None:
        more = tr("At least {n} territories are needed. ", n=number(enough + len(task.kept_ids))) + more
    raise ImpossibleError(message, f"{error.hint} {more}" if way else more, error.nearest)


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
    best = least_most(still, task, m, float(weight.max()), is_over)
    message = ntr(
        "{names} alone has {value} {measure}, more than the {most} that a territory may have.",
        "{n} units alone have more than the {most} {measure} that a territory may have, such as {names} with {value}.",
        len(heavy),
        names=names_of(still.plan, [int(task.unit_ix[heaviest[0]])])[0],
        value=number(float(weight[heaviest[0]])),
        measure=aim.measure,
        most=number(most),
    )
    raise impossible(message, [at_most(wishes, m, best, aim)], tr("cut such units in parts"))


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
    enough = count_that_can(still, wishes, task, (fewest + more for more in MORE), is_over)
    start = max(total / n, float(problem.weight[m].max()))
    best = least_most(still, task, m, start, is_over)
    ways_out = [ask_for(wishes, enough, task), at_most(wishes, m, best, aim)]
    raise impossible(message, ways_out, tr("allow more"))


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
    fits = count_that_can(still, wishes, task, (largest - fewer for fewer in MORE if largest > fewer), is_over)
    best = nearest_that_can(
        falling(total / n),
        lambda value: keeps(still, task, with_least(problem, m, value), is_over),
        is_over,
        rounded=rounded_down,
    )
    if best is not None and is_counted(task, m):
        best = float(np.ceil(best))
    ways_out = [ask_for(wishes, fits, task), at_least(wishes, m, best, aim)]
    raise impossible(message, ways_out, tr("ask for less"))
