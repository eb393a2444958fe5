"""A problem of the optimiser cut out of a plan. Owns what of the plan takes part; the search is optimise's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from territorymap.errors import UserError
from territorymap.geo.adjacency import Adjacency, adjacency_of_pairs, adjacency_with_bridges
from territorymap.geo.bridges import bridges_between
from territorymap.geo.equal_area import EqualArea
from territorymap.i18n import number, tr
from territorymap.metrics.ledger import WORKLOAD
from territorymap.metrics.workload import homes
from territorymap.model.plan import Plan
from territorymap.optimise.problem import Labels, Problem, Way, even_targets
from territorymap.session.solving.aims import Aim, Wishes
from territorymap.session.solving.still import Still, row_of_measure


@dataclass(frozen=True)
class Task:
    """A problem cut out of a plan; its territories are 0 .. P - 1, its units positions in ``unit_ix``."""

    problem: Problem
    aims: tuple[Aim, ...]  # one for each measure of the problem
    rows: tuple[int, ...]  # of the problem's measures in plan.measures
    unit_ix: NDArray[np.int64]  # (U',) units that take part
    bound: dict[int, int]  # territory of the problem -> territory_id it is
    kept_ids: tuple[int, ...]  # territories of the plan that take no part and keep all they have
    plane: EqualArea
    per_km: NDArray[np.float64]  # (U',) hours a year that each kilometre of way costs
    from_km: NDArray[np.float64]  # (U', 2) where the accounts of a unit lie in the middle, weighed by these hours

    @property
    def n_territories(self) -> int:
        """Of the plan, when an answer is taken."""
        return self.problem.n_territories + len(self.kept_ids)


def prepare_build(still: Still, wishes: Wishes) -> Task:
    """Return the problem of building territories; locked territories and locked units stay where they are.

    Raises
    ------
    UserError
        if there is no such measure, or no plan of so many territories can be.
    """
    plan = still.plan
    locked = [ix for ix, territory in enumerate(plan.territories) if territory.locked]
    taking = ~np.isin(plan.unit_territory, locked)
    taking &= ~(plan.units.locked & (plan.unit_territory < 0))  # locked and nobody's: stays so
    unit_ix = np.flatnonzero(taking)
    n_territories = len(plan.territories) if wishes.n_territories is None else wishes.n_territories
    n_new = n_territories - len(locked)
    _check_counts(n_territories, n_new, len(unit_ix), len(locked))
    rows, weight = weights_of(still, wishes.aims, unit_ix)
    stays, bound = _bindings(plan, unit_ix, n_new)
    plane = EqualArea.around(plan.units.lon[unit_ix], plan.units.lat[unit_ix])
    problem = Problem(
        adjacency=adjacency_among(still, unit_ix),
        weight=weight,
        target=even_targets(weight, n_new),
        tolerance=np.array([aim.tolerance for aim in wishes.aims]),
        xy_km=plane.to_km(plan.units.lon[unit_ix], plan.units.lat[unit_ix]),
        importance=np.array([aim.importance for aim in wishes.aims]),
        stays=stays,
    )
    kept_ids = tuple(plan.territories[ix].territory_id for ix in locked)
    return Task(
        problem, wishes.aims, rows, unit_ix, bound, kept_ids, plane, *ways_of(still, unit_ix, plane, problem.xy_km)
    )


def weights_of(
    still: Still, aims: Sequence[Aim], unit_ix: NDArray[np.int64]
) -> tuple[tuple[int, ...], NDArray[np.float64]]:
    """Return the rows of measures in the plan, and (M, U') what each unit brings, ways left out.

    Raises
    ------
    UserError
        if there is no measure, none of that name, or one that is 0 everywhere or below 0 somewhere.
    """
    plan = still.plan
    if not aims:
        raise UserError(tr("No measure is named."), tr("Name at least one that is to be even."))
    rows = tuple(_row_of(plan, aim.measure) for aim in aims)
    weight = np.nan_to_num(still.totals.unit_measure[list(rows)][:, unit_ix])
    for aim, values in zip(aims, weight, strict=True):
        if not values.sum() > 0:
            raise UserError(
                tr("{measure} is 0 everywhere, so it cannot be shared.", measure=aim.measure),
                tr("Choose another measure, or import accounts first."),
            )
        if (values < 0).any():
            raise UserError(
                tr("{measure} is below 0 somewhere.", measure=aim.measure),
                tr("Territories can be built by measures that are 0 or more."),
            )
    return rows, weight


def _row_of(plan: Plan, name: str) -> int:
    try:
        return row_of_measure(plan, name)
    except KeyError:
        raise UserError(
            tr("There is no measure called {name}.", name=repr(name)),
            tr("There is: {names}.", names=", ".join(m.name for m in plan.measures)),
        ) from None


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


def _bindings(plan: Plan, unit_ix: NDArray[np.int64], n_new: int) -> tuple[Labels, dict[int, int]]:
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


def adjacency_among(still: Still, unit_ix: NDArray[np.int64]) -> Adjacency:
    """Return the neighbours among some units, islands joined to the nearest ground."""
    units, adjacency = still.plan.units, still.adjacency
    place = np.full(len(units), -1, dtype=np.int64)
    place[unit_ix] = np.arange(len(unit_ix))
    ends = place[adjacency.pair]
    kept = (ends >= 0).all(axis=1)
    inner = adjacency_of_pairs(np.sort(ends[kept], axis=1).astype(np.int32), adjacency.border_km[kept], len(unit_ix))
    return adjacency_with_bridges(inner, bridges_between(inner, units.lon[unit_ix], units.lat[unit_ix]))


def ways_of(
    still: Still, unit_ix: NDArray[np.int64], plane: EqualArea, point_km: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return what a kilometre of way costs for each unit, and from where it counts: the middle of its accounts."""
    plan, parts = still.plan, still.totals.ledger.parts
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


def counts_ways(still: Still, task: Task) -> bool:
    """Tell whether the workload is asked for and somebody's home is known."""
    return workload_row(still, task) is not None and bool(np.isfinite(homes(still.plan)[:, :-1]).any())


def workload_row(still: Still, task: Task) -> int | None:
    """Return the row of the workload among the problem's measures."""
    return next((i for i, r in enumerate(task.rows) if still.plan.measures[r].column_name == WORKLOAD), None)


def with_ways(still: Still, task: Task, label: Labels, ids: Sequence[int | None]) -> Task | None:
    """Return the task with the way from the reps' homes in the workload, if that is asked for and homes are known.

    ``ids`` are the territories of the plan that those of ``label`` become; from here on they are bound to them. Targets
    are shares of what all need then.
    """
    problem, row = task.problem, workload_row(still, task)
    home = np.full((2, problem.n_territories), np.nan)
    known = homes(still.plan)
    for t, territory_id in enumerate(ids):
        if territory_id is not None:
            home[:, t] = known[:, still.plan.territory_ix(territory_id)]
    if row is None or not np.isfinite(home).any():
        return None
    way = Way(row, task.per_km, task.from_km, task.plane.to_km(*home))
    with_way = replace(problem, way=way)
    target = problem.target / problem.target.sum(axis=1, keepdims=True)
    target = target * with_way.brought(label).sum(axis=1, keepdims=True)
    bound = {t: territory_id for t, territory_id in enumerate(ids) if territory_id is not None}
    return replace(task, problem=replace(with_way, target=target), bound=bound)
