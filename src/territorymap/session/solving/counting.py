"""How many territories make a goal: a target or a cap for each of a measure.

Owns the count by sums, and the search for the fewest that keep a cap; the problem is task's.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from territorymap.errors import UserError
from territorymap.geo.equal_area import EqualArea
from territorymap.i18n import number, tr
from territorymap.optimise.build import Budget, Builder
from territorymap.optimise.problem import Labels
from territorymap.optimise.relax import count_bound, try_out
from territorymap.session.solving.aims import NO_TOLERANCE, Aim, Goal, Wishes
from territorymap.session.solving.owners import full_job_h, homes_to_start
from territorymap.session.solving.settling import settled
from territorymap.session.solving.still import Still
from territorymap.session.solving.task import (
    Task,
    prepare_build,
    row_of_goal,
    units_that_take_part,
    ways_of,
)

_MOST_TRIES = 12
_TRIES_IN_TIME = 5  # that the time is shared by, where it is short


@dataclass(frozen=True)
class Counted:
    """A count of territories, locked ones included."""

    n: int
    value: float  # of the goal
    n_oversize: int  # units that alone have more


def count_territories(still: Still, wishes: Wishes, goal: Goal) -> Counted:
    """Return how many territories make the goal, by sums; for a cap no fewer can keep it.

    Units that alone have more than the goal get a territory each and do not count for the others.

    Raises
    ------
    UserError
        if the goal is 0, nothing has such a measure, or no capacity is known.
    """
    plan = still.plan
    row = row_of_goal(plan, goal.measure)
    value = full_job_h(plan) if goal.value is None else goal.value
    unit_ix, _ = units_that_take_part(plan, wishes)
    weight = np.nan_to_num(still.totals.unit_measure[row][unit_ix])
    ways = _least_ways(still, unit_ix) if plan.measures[row].is_workload else 0.0
    total = float(weight.sum()) + ways
    if not (value > 0 and np.isfinite(value) and total > 0):
        raise UserError(
            tr(
                "{name} is {total} in all where territories are built, and {value} each.",
                name=plan.measures[row].name,
                total=number(round(total, 2)),
                value=number(value),
            ),
            tr("Both must be above 0."),
        )
    oversize = weight > value
    rest, each = weight[~oversize], float(total - weight[oversize].sum()) / value
    if goal.is_cap:
        n = max(count_bound(rest, value), int(np.ceil(each - 1e-9))) if rest.sum() > 0 else 0
    else:
        n = _nearest_count(each)
    n_locked = sum(t.locked for t in plan.territories)
    n = max(1, n + int(oversize.sum()))
    return Counted(min(n, max(len(unit_ix), 1)) + n_locked, value, int(oversize.sum()))


def _nearest_count(each: float) -> int:
    """Return the count whose equal share is nearest to the target, as a ratio."""
    low = int(np.floor(each))
    if low < 1:
        return 1 if each > 0 else 0
    return low if each / low <= (low + 1) / each else low + 1


def _least_ways(still: Still, unit_ix: NDArray[np.int64]) -> float:
    """Return the hours on the way if every account were its nearest rep's: no plan with these homes has less."""
    plan = still.plan
    home = np.array([(rep.lon, rep.lat) for rep in homes_to_start(plan)], dtype=np.float64).reshape(-1, 2)
    if not len(home) or any(t.rep_id is None for t in plan.territories):
        return 0.0
    plane = EqualArea.around(plan.units.lon[unit_ix], plan.units.lat[unit_ix])
    per_km, from_km = ways_of(still, unit_ix, plane, plane.to_km(plan.units.lon[unit_ix], plan.units.lat[unit_ix]))
    km, _ = cKDTree(plane.to_km(*home.T)).query(from_km)
    return float((per_km * km).sum())


def with_goal(still: Still, wishes: Wishes) -> Wishes:
    """Return the wishes with the count that the goal makes, and with its cap as a hard limit."""
    goal = wishes.goal
    if goal is None:
        return wishes
    counted = count_territories(still, wishes, goal)
    wishes = replace(wishes, n_territories=max(counted.n, wishes.n_territories or 0))
    if not goal.is_cap:
        return wishes
    name = still.plan.measures[row_of_goal(still.plan, goal.measure)].name
    aims = list(wishes.aims)
    at = next((i for i, aim in enumerate(aims) if aim.measure == name), None)
    if at is None:
        aims.append(Aim(name, NO_TOLERANCE, 0.0, most=counted.value))
    else:
        most = aims[at].most
        aims[at] = replace(aims[at], most=counted.value if most is None else min(most, counted.value))
    return replace(wishes, aims=tuple(aims))


def fewest_territories(
    still: Still,
    wishes: Wishes,
    is_over: Callable[[], bool],
    seconds: float | None = None,
    now: Callable[[], float] = time.monotonic,
) -> tuple[Task, Labels | None]:
    """Return the task with the fewest territories for which a short search keeps all hard limits, and that plan.

    None if no count within reach did, or the time is over: the task is then that of the last one. ``seconds``: in which
    a plan must be there; each count has a share of them, and where one is used up more territories are added at once.
    """
    n, n_late, until = wishes.n_territories or 1, 0, np.inf
    end = np.inf if seconds is None else now() + seconds
    task = prepare_build(still, wishes)
    for i in range(_MOST_TRIES):
        task = prepare_build(still, replace(wishes, n_territories=n))
        if seconds is not None:
            until = now() + max(end - now(), 0.0) / max(_TRIES_IN_TIME - i, 1)
        label = plan_within(still, task, lambda until=until: is_over() or now() > until)  # type: ignore[misc]
        if label is not None:
            return task, label
        if is_over() or now() > end or task.problem.n_territories >= task.problem.n_units:
            break
        n_late += now() > until
        n += max(1 << min(n_late, 6) >> 1, 1 if i < 6 else n // 20, 1)
    return task, None


def plan_within(still: Still, task: Task, is_over: Callable[[], bool]) -> Labels | None:
    """Return a plan that breaks no hard wish, ways from home included, if a short search finds one."""
    label = try_out(task.problem, is_over)
    if label is None:
        return None
    nearer = settled(still, task, label)
    if nearer is None:
        return label
    n_steps = int(np.clip(60 * len(label), 200_000, 2_000_000))
    for answer in Builder(nearer.problem, 1, label).run(Budget(n_steps, is_over)):
        if answer.breach <= 1e-9:
            return answer.label
    return None
