"""The nearest wishes that can be, as ways out of one that cannot. Owns how they are tried, told and handed on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from territorymap.errors import UserError
from territorymap.i18n import listed, number, tr
from territorymap.optimise.problem import Problem
from territorymap.optimise.relax import (
    IsOver,
    first_that_can,
    nearest_that_can,
    rising,
    rounded_up,
    with_most,
)
from territorymap.session.solving.aims import Aim, Wishes
from territorymap.session.solving.counting import plan_within
from territorymap.session.solving.still import Still, names_of
from territorymap.session.solving.task import Task, prepare_build

MORE = (0, 1, 2, 3, 5, 8, 13, 21, 34, 55, 89, 144)  # territories more, or fewer, that are tried
Nearest = tuple[str, Wishes]  # "ask for 24 territories", and the wishes that say so


class ImpossibleError(UserError):
    """No plan can be as is wished; ``nearest`` are wishes for which one was found, in the order of the hint."""

    def __init__(self, message: str, hint: str, nearest: tuple[Nearest, ...] = ()) -> None:
        super().__init__(message, hint)
        self.nearest = nearest


def keeps(still: Still, task: Task, problem: Problem, is_over: IsOver) -> bool:
    return plan_within(still, replace(task, problem=problem), is_over) is not None


def least_most(still: Still, task: Task, m: int, start: float, is_over: IsOver) -> float | None:
    def can(value: float) -> bool:
        return keeps(still, task, with_most(task.problem, m, value), is_over)

    found = nearest_that_can(rising(start), can, is_over, rounded=rounded_up)
    return float(np.floor(found)) if found is not None and is_counted(task, m) else found


def is_counted(task: Task, m: int) -> bool:
    """Tell whether every load is a whole number: a limit between two is the same as one of them."""
    problem = task.problem
    is_way = problem.way is not None and problem.way.measure == m
    return not is_way and bool((np.mod(problem.weight[m], 1) == 0).all() and (np.mod(problem.besides[m], 1) == 0).all())


def _exact(value: float) -> str:
    """Return a number with the decimals that it has, three digits or whole: what is allowed is not less than found."""
    return number(value, next((k for k in range(9) if round(value, k) == value), 9))


def count_that_can(still: Still, wishes: Wishes, task: Task, counts: Iterable[int], is_over: IsOver) -> int | None:
    """Return the first count of territories, locked ones apart, for which a plan is found."""
    n_locked, n_units = len(task.kept_ids), task.problem.n_units

    def can(n: float) -> bool:
        asked = replace(wishes, n_territories=int(n) + n_locked, goal=None)
        return plan_within(still, prepare_build(still, asked), is_over) is not None

    found = first_that_can((n for n in counts if 1 <= n <= n_units), can, is_over)
    return None if found is None else int(found)


def ask_for(wishes: Wishes, n: int | None, task: Task) -> Nearest | None:
    if n is None:
        return None
    whole = n + len(task.kept_ids)
    return tr("ask for {n} territories", n=number(whole)), replace(wishes, n_territories=whole, goal=None)


def at_most(wishes: Wishes, m: int, value: float | None, aim: Aim) -> Nearest | None:
    if value is None:
        return None
    text = tr("allow {value} {measure} each", value=_exact(value), measure=aim.measure)
    return text, _with_aim(wishes, m, replace(aim, most=value))


def at_least(wishes: Wishes, m: int, value: float | None, aim: Aim) -> Nearest | None:
    if value is None:
        return None
    text = tr("ask for at least {value} {measure} each", value=_exact(value), measure=aim.measure)
    return text, _with_aim(wishes, m, replace(aim, least=value))


def _with_aim(wishes: Wishes, m: int, aim: Aim) -> Wishes:
    return replace(wishes, aims=(*wishes.aims[:m], aim, *wishes.aims[m + 1 :]))


def impossible(message: str, ways_out: Sequence[Nearest | None], otherwise: str) -> ImpossibleError:
    """Return the error with what was found to work; what may help where nothing was."""
    found = tuple(way for way in ways_out if way is not None)
    if not found:
        hint = tr("No wish near it was found to work; {otherwise}, or ask for something else.", otherwise=otherwise)
    else:
        hint = tr("It works if you {ways_out}.", ways_out=tr(", or ").join(text for text, _ in found))
    return ImpossibleError(message, hint, found)


def some_names(still: Still, task: Task, inside: NDArray[np.integer], most: int = 3) -> str:
    names = names_of(still.plan, task.unit_ix[inside[:most]].tolist())
    text = listed(names)
    if len(inside) <= most:
        return text
    return tr("{names} and {n} more", names=text, n=number(len(inside) - most))
