"""Territory building on an open plan: the wish of the planner as a problem, and an answer as labels of the plan.

Owns what of the plan takes part and which territory of the plan one of an answer becomes; the search is optimise's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from territorymap.errors import UserError
from territorymap.geo.adjacency import Adjacency, adjacency_of_pairs, adjacency_with_bridges
from territorymap.geo.bridges import bridges_between
from territorymap.geo.equal_area import EqualArea
from territorymap.i18n import number, tr
from territorymap.metrics.ledger import WORKLOAD
from territorymap.metrics.workload import homes
from territorymap.model.plan import Plan
from territorymap.optimise.build import Builder
from territorymap.optimise.problem import Problem, Way, even_targets
from territorymap.session.session import Session

NOBODY = -1


@dataclass(frozen=True)
class Aim:
    """A measure that is to be even."""

    measure: str
    tolerance: float
    importance: float = 1.0


@dataclass(frozen=True)
class Task:
    """A problem cut out of a plan."""

    problem: Problem
    unit_ix: NDArray[np.int64]  # (U',) units that take part
    bound: dict[int, int]  # territory of the problem -> territory_id it is: it holds a unit that is locked
    n_territories: int  # of the plan afterwards, locked ones included
    kept_ids: tuple[int, ...]  # locked territories, which keep all they have
    plane: EqualArea
    rows: tuple[int, ...]  # of the problem's measures in plan.measures
    per_km: NDArray[np.float64]  # (U',) hours a year that each kilometre of way costs
    from_km: NDArray[np.float64]  # (U', 2) where the accounts of a unit lie in the middle, weighed by these hours


def prepare_build(session: Session, n_territories: int, aims: Sequence[Aim]) -> Task:
    """Return the problem of building so many territories; locked territories and locked units stay where they are.

    Raises
    ------
    UserError
        if there is no such measure, or no plan of so many territories can be.
    """
    plan = session.plan
    rows = [_row_of(plan, aim.measure) for aim in aims]
    if not aims:
        raise UserError(tr("No measure is named."), tr("Name at least one that is to be even."))
    locked = [ix for ix, territory in enumerate(plan.territories) if territory.locked]
    taking = ~np.isin(plan.unit_territory, locked)
    taking &= ~(plan.units.locked & (plan.unit_territory < 0))  # locked and nobody's: stays so
    unit_ix = np.flatnonzero(taking)
    n_new = n_territories - len(locked)
    _check_counts(n_territories, n_new, len(unit_ix), len(locked))
    weight = np.nan_to_num(session.totals.unit_measure[rows][:, unit_ix])
    for aim, total in zip(aims, weight.sum(axis=1), strict=True):
        if not total > 0:
            raise UserError(
                tr("{measure} is 0 everywhere, so it cannot be shared.", measure=aim.measure),
                tr("Choose another measure, or import accounts first."),
            )
    if (weight < 0).any():
        raise UserError(
            tr("{measure} is below 0 somewhere.", measure=aims[int(np.argmin(weight.min(axis=1)))].measure),
            tr("Territories can be built by measures that are 0 or more."),
        )
    stays, bound = _bindings(plan, unit_ix, n_new)
    plane = EqualArea.around(plan.units.lon[unit_ix], plan.units.lat[unit_ix])
    problem = Problem(
        adjacency=_adjacency_of(session.adjacency, plan, unit_ix),
        weight=weight,
        target=even_targets(weight, n_new),
        tolerance=np.array([aim.tolerance for aim in aims]),
        xy_km=plane.to_km(plan.units.lon[unit_ix], plan.units.lat[unit_ix]),
        importance=np.array([aim.importance for aim in aims]),
        stays=stays,
    )
    kept_ids = tuple(plan.territories[ix].territory_id for ix in locked)
    ways = _ways(session, unit_ix, plane, problem.xy_km)
    return Task(problem, unit_ix, bound, n_territories, kept_ids, plane, tuple(rows), *ways)


def _ways(
    session: Session, unit_ix: NDArray[np.int64], plane: EqualArea, point_km: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return what a kilometre of way costs for each unit, and from where it counts: the middle of its accounts."""
    plan, parts = session.plan, session.totals.ledger.parts
    place = np.full(len(plan.units), -1, dtype=np.int64)
    place[unit_ix] = np.arange(len(unit_ix))
    counted = (plan.accounts.unit_ix >= 0) & (plan.account_override < 0) & np.isfinite(parts.lon)
    at = np.where(counted, place[plan.accounts.unit_ix], -1)
    account = np.flatnonzero(at >= 0)
    hours = parts.stem_weight[account]
    per_km = np.bincount(at[account], hours, minlength=len(unit_ix)).astype(np.float64)
    middle, has = point_km.copy(), per_km > 0
    xy = plane.to_km(parts.lon[account], parts.lat[account])
    for i in (0, 1):
        middle[has, i] = np.bincount(at[account], hours * xy[:, i], minlength=len(unit_ix))[has] / per_km[has]
    return per_km, middle


def _row_of(plan: Plan, name: str) -> int:
    measure = plan.measure_named(name)
    if measure is None:
        raise UserError(
            tr("There is no measure called {name}.", name=repr(name)),
            tr("There is: {names}.", names=", ".join(m.name for m in plan.measures)),
        )
    return next(i for i, m in enumerate(plan.measures) if m is measure)


def _check_counts(n_territories: int, n_new: int, n_units: int, n_locked: int) -> None:
    if n_new < 1:
        raise UserError(
            tr(
                "{n} territories cannot be built: {locked} are locked and stay.",
                n=number(n_territories),
                locked=number(n_locked),
            ),
            tr("Ask for more than {locked}, or unlock some.", locked=number(n_locked)),
        )
    if n_new > n_units:
        raise UserError(
            tr(
                "{n} territories cannot be built of {units} units: each needs at least one.",
                n=number(n_new),
                units=number(n_units),
            ),
            tr("Ask for fewer, or use smaller units."),
        )


def _bindings(plan: Plan, unit_ix: NDArray[np.int64], n_new: int) -> tuple[NDArray[np.int32], dict[int, int]]:
    """Return where locked units must stay, and which territories that binds."""
    stays = np.full(len(unit_ix), -1, dtype=np.int32)
    fixed = np.flatnonzero(plan.units.locked[unit_ix])
    holders = np.unique(plan.unit_territory[unit_ix[fixed]])
    if len(holders) > n_new:
        raise UserError(
            tr(
                "Locked units lie in {holders} territories, and only {n} are to be built.",
                holders=number(len(holders)),
                n=number(n_new),
            ),
            tr("Unlock some units, or ask for more territories."),
        )
    label = {int(holder): i for i, holder in enumerate(holders)}
    stays[fixed] = [label[int(ix)] for ix in plan.unit_territory[unit_ix[fixed]]]
    return stays, {i: plan.territories[holder].territory_id for holder, i in label.items()}


def _adjacency_of(adjacency: Adjacency, plan: Plan, unit_ix: NDArray[np.int64]) -> Adjacency:
    """Return the neighbours among some units, islands joined to the nearest ground."""
    place = np.full(len(plan.units), -1, dtype=np.int64)
    place[unit_ix] = np.arange(len(unit_ix))
    ends = place[adjacency.pair]
    kept = (ends >= 0).all(axis=1)
    inner = adjacency_of_pairs(np.sort(ends[kept], axis=1).astype(np.int32), adjacency.border_km[kept], len(unit_ix))
    return adjacency_with_bridges(inner, bridges_between(inner, plan.units.lon[unit_ix], plan.units.lat[unit_ix]))


def territory_of_answer(plan: Plan, task: Task, label: NDArray[np.int32]) -> list[int | None]:
    """Return for each territory of an answer the territory_id that it becomes; None = a new one.

    Bound ones are what they are bound to. The others become, as far as there are territories, those whose reps have the
    shortest ways there, and of equal ones those whose ground it is already. Source: assignment problem, by scipy.
    """
    problem = task.problem
    found: list[int | None] = [task.bound.get(t) for t in range(problem.n_territories)]
    taken = {*task.bound.values(), *task.kept_ids}
    free_here = [ix for ix, t in enumerate(plan.territories) if t.territory_id not in taken]
    free_there = [t for t, territory_id in enumerate(found) if territory_id is None]
    if not free_here or not free_there:
        return found
    cost = _way_costs(plan, task, label) - _kept_share(plan, task, label)
    rows, columns = linear_sum_assignment(cost[np.ix_(free_there, free_here)])
    for row, column in zip(rows.tolist(), columns.tolist(), strict=True):
        found[free_there[row]] = plan.territories[free_here[column]].territory_id
    return found


def _kept_share(plan: Plan, task: Task, label: NDArray[np.int32]) -> NDArray[np.float64]:
    """(P, T) share of all that a territory of the answer has from a territory of the plan, at most 1e-3 in all.

    Small beside the ways: it decides between equals.
    """
    before = plan.unit_territory[task.unit_ix]
    weight = task.problem.weight
    share = (weight / np.maximum(weight.sum(axis=1, keepdims=True), np.finfo(float).tiny)).sum(axis=0)
    kept = np.zeros((task.problem.n_territories, plan.n_territories + 1))
    np.add.at(kept, (label, before), share + 1e-9)
    return 1e-3 * kept[:, :-1]


def _way_costs(plan: Plan, task: Task, label: NDArray[np.int32]) -> NDArray[np.float64]:
    """(P, T) hours on the way if a territory of the plan has a territory of the answer, as a share of all; without a
    home what is usual."""
    n = task.problem.n_territories
    home = task.plane.to_km(*homes(plan)[:, :-1])
    has_home = np.isfinite(home).all(axis=1)
    cost = np.zeros((n, plan.n_territories))
    for ix in np.flatnonzero(has_home):
        gap = task.from_km - home[ix]
        cost[:, ix] = np.bincount(label, task.per_km * np.hypot(gap[:, 0], gap[:, 1]), minlength=n)
    if has_home.any():
        cost[:, ~has_home] = np.median(cost[:, has_home], axis=1, keepdims=True)
        cost /= max(float(cost.sum()), np.finfo(float).tiny)
    return cost


def with_ways(session: Session, task: Task, label: NDArray[np.int32]) -> Task | None:
    """Return the task with the way from the reps' homes in the workload, if that is asked for and homes are known.

    From here on each territory of the answer is the one of the plan that it becomes. Targets are shares of what all
    need then.
    """
    plan, problem = session.plan, task.problem
    row = next((i for i, r in enumerate(task.rows) if plan.measures[r].column_name == WORKLOAD), None)
    ids = territory_of_answer(plan, task, label)
    home = np.full((2, problem.n_territories), np.nan)
    known = homes(plan)
    for t, row_id in enumerate(ids):
        if row_id is not None:
            home[:, t] = known[:, plan.territory_ix(row_id)]
    if row is None or not np.isfinite(home).any():
        return None
    way = Way(row, task.per_km, task.from_km, task.plane.to_km(*home))
    with_way = replace(problem, way=way)
    target = problem.target / problem.target.sum(axis=1, keepdims=True)
    target = target * with_way.brought(label).sum(axis=1, keepdims=True)
    bound = {t: row_id for t, row_id in enumerate(ids) if row_id is not None}
    return replace(task, problem=replace(with_way, target=target), bound=bound)


def giant_sentences(plan: Plan, task: Task, builder: Builder, aims: Sequence[Aim]) -> list[str]:
    """Return what to tell of units that alone are more than a territory."""
    giants = builder.giants
    return [
        tr(
            "{unit} alone is {times} territories by {measure}: split it or give it a team.",
            unit=str(plan.units.name[task.unit_ix[u]] or plan.units.code[task.unit_ix[u]]),
            times=number(float(times), 1),
            measure=aims[int(m)].measure,
        )
        for u, m, times in zip(giants.unit, giants.measure, giants.times, strict=True)
    ]


def pieces_with_bridges(task: Task, label: NDArray[np.int32]) -> NDArray[np.int64]:
    """(P,) pieces of each territory of an answer, islands joined as in the search, but counted apart."""
    pair = task.problem.adjacency.pair
    same = label[pair[:, 0]] == label[pair[:, 1]]
    n = task.problem.n_units
    graph = coo_matrix((np.ones(int(same.sum())), (pair[same, 0], pair[same, 1])), shape=(n, n))
    _, piece = connected_components(graph, directed=False)
    _, first = np.unique(piece, return_index=True)
    return np.bincount(label[first], minlength=task.problem.n_territories)


def rms_km(task: Task, label: NDArray[np.int32]) -> float:
    """Return the root of the mean squared distance to the territory's centre, weighed by the first measure, km."""
    mass, xy, n = task.problem.weight[0], task.problem.xy_km, task.problem.n_territories
    total = np.maximum(np.bincount(label, mass, minlength=n), np.finfo(float).tiny)
    centre = np.column_stack([np.bincount(label, mass * xy[:, i], minlength=n) / total for i in (0, 1)])
    return float(np.sqrt((mass * ((xy - centre[label]) ** 2).sum(axis=1)).sum() / mass.sum()))
