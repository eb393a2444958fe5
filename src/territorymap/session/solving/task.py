"""A problem of the optimiser cut out of a plan. Owns what of the plan takes part; the search is optimise's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from territorymap.errors import UserError
from territorymap.geo.adjacency import Adjacency
from territorymap.geo.equal_area import EqualArea
from territorymap.i18n import listed, ntr, number, tr
from territorymap.metrics.workload import homes
from territorymap.model.plan import Plan
from territorymap.optimise.divide import seeds_of
from territorymap.optimise.problem import Floats, Labels, Problem, Way, even_targets
from territorymap.session.solving.aims import Aim, GroundWishes, Wishes
from territorymap.session.solving.joining import joined_units
from territorymap.session.solving.owners import Owners, find_owners, locked_territories
from territorymap.session.solving.still import Still, names_of, row_of_measure
from territorymap.session.solving.targets import besides_of, shares_of, targets_of


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
    rep_ids: dict[int, int] = field(default_factory=dict)  # territory of the problem -> rep of one that is made
    names: dict[int, str] = field(default_factory=dict)  # territory of the problem -> name of one that is made
    shares: Floats | None = None  # (P + L,) of all that each should have, kept territories last; None = equal ones
    nobody: NDArray[np.int64] = field(default_factory=lambda: np.empty(0, dtype=np.int64))  # unit_ix kept from all
    notes: tuple[str, ...] = ()  # what the planner should be told before it is solved

    @property
    def n_territories(self) -> int:
        """Of the plan, when an answer is taken."""
        return self.problem.n_territories + len(self.kept_ids)

    @property
    def shares_or_even(self) -> Floats:
        """(P + L,) share of all that each territory should have, kept ones last."""
        return np.full(self.n_territories, 1 / self.n_territories) if self.shares is None else self.shares


def prepare_build(still: Still, wishes: Wishes) -> Task:
    """Return the problem of building territories; locked territories and locked units stay where they are.

    Raises
    ------
    UserError
        if there is no such measure, or no plan of so many territories can be.
    """
    plan = still.plan
    unit_ix, nobody = units_that_take_part(plan, wishes)
    _check_any(len(unit_ix))
    plane = EqualArea.around(plan.units.lon[unit_ix], plan.units.lat[unit_ix])
    xy_km = plane.to_km(plan.units.lon[unit_ix], plan.units.lat[unit_ix])
    rep_home = np.array([(r.lon, r.lat) if r.has_home else (np.nan, np.nan) for r in plan.reps], dtype=np.float64)
    rep_home_km = plane.to_km(*rep_home.reshape(-1, 2).T)
    owners = find_owners(plan, wishes, unit_ix, xy_km, rep_home_km)
    n, n_locked = owners.n, len(locked_territories(plan))
    _check_counts(n + n_locked, n, len(unit_ix), n_locked)
    rows, weight = weights_of(still, wishes.aims, unit_ix)
    joined = joined_units(still, unit_ix, wishes.ground)
    tolerance = np.array([aim.tolerance for aim in wishes.aims])
    problem = Problem(
        adjacency=joined.adjacency,
        border_factor=joined.border_factor,
        weight=weight,
        target=even_targets(weight, n),
        tolerance=tolerance,
        xy_km=xy_km,
        importance=np.array([aim.importance for aim in wishes.aims]),
        stays=owners.stays,
        seed_unit=owners.seed_units(),
        least=np.repeat([[float(aim.least or 0.0)] for aim in wishes.aims], n, axis=1),
        most=np.repeat([[np.inf if aim.most is None else float(aim.most)] for aim in wishes.aims], n, axis=1),
        radius_km=np.full(n, np.inf if wishes.max_radius_km is None else wishes.max_radius_km),
        anchor_km=_anchors(plan, owners, xy_km, rep_home_km),
    )
    task = Task(
        problem,
        wishes.aims,
        rows,
        unit_ix,
        owners.bound,
        tuple(t.territory_id for t in locked_territories(plan)),
        plane,
        *ways_of(still, unit_ix, plane, xy_km),
        rep_ids=owners.rep_ids,
        names=owners.names,
        shares=shares_of(still, n, owners.capacity_h),
        nobody=nobody,
        notes=tuple(owners.notes),
    )
    if wishes.is_bound:
        begin = nearest_seeds(problem)
        return with_ways(still, task, begin, [owners.bound.get(t) for t in range(n)]) or with_targets(still, task)
    return with_targets(still, task)


def units_that_take_part(plan: Plan, wishes: Wishes) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the units that are built of, and those that nobody is to have."""
    locked = [ix for ix, territory in enumerate(plan.territories) if territory.locked]
    taking = ~np.isin(plan.unit_territory, locked)
    taking &= ~(plan.units.locked & (plan.unit_territory < 0))  # locked and nobody's: stays so
    nobody = np.array(sorted(set(wishes.ground.nobody)), dtype=np.int64)
    held = nobody[
        (plan.units.locked[nobody] & (plan.unit_territory[nobody] >= 0)) | np.isin(plan.unit_territory[nobody], locked)
    ]
    if len(held):
        holder = plan.territories[int(plan.unit_territory[held[0]])].name
        raise UserError(
            tr(
                "{unit} is locked in {name}, so it cannot be kept from all territories.",
                unit=names_of(plan, [int(held[0])])[0],
                name=holder,
            ),
            tr("Unlock it, or leave it out."),
        )
    taking[nobody] = False
    return np.flatnonzero(taking), nobody


def _check_any(n_units: int) -> None:
    if not n_units:
        raise UserError(
            tr("There is no unit to build of: all are locked, or kept from all territories."), tr("Unlock some.")
        )


def _anchors(plan: Plan, owners: Owners, xy_km: Floats, rep_home_km: Floats) -> Floats:
    """(P, 2) home of the rep where homes bind, else the seed; nan = none."""
    anchor = np.full((owners.n, 2), np.nan)
    at = {rep.rep_id: i for i, rep in enumerate(plan.reps)}
    for t in range(owners.n):
        rep = owners.rep_of(plan, t)
        if rep is not None and rep.has_home:
            anchor[t] = rep_home_km[at[rep.rep_id]]
        elif t in owners.seed:
            anchor[t] = xy_km[owners.seed[t]]
    return anchor


def nearest_seeds(problem: Problem) -> Labels:
    """(U',) the territory whose seed is nearest, a guess of what a plan will be like; where there is no seed, 0."""
    seed = seeds_of(problem)
    seeded = np.flatnonzero(seed >= 0)
    if not len(seeded):
        return np.zeros(problem.n_units, dtype=np.int32)
    _, nearest = cKDTree(problem.xy_km[seed[seeded]]).query(problem.xy_km)
    return seeded[nearest].astype(np.int32)


def with_targets(still: Still, task: Task) -> Task:
    """Return the task with the targets that its shares make of what its units bring, ways left out."""
    n = task.problem.n_territories
    besides = besides_of(still, task.rows, task.bound, n)
    is_whole = np.array([r != still.totals.ledger.workload_row or not counts_ways(still, task) for r in task.rows])
    brought = task.problem.weight.sum(axis=1)
    found = targets_of(still, task.aims, task.rows, brought, besides, task.shares_or_even, is_whole=is_whole)
    problem = replace(task.problem, target=found.target, besides=besides)
    return replace(task, problem=problem, notes=(*task.notes, *found.notes))


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
    _check_aims(aims)
    rows = tuple(row_of_goal(plan, aim.measure) for aim in aims)
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


def _check_aims(aims: Sequence[Aim]) -> None:
    if not aims:
        raise UserError(tr("No measure is named."), tr("Name at least one that is to be even."))
    if not any(aim.importance > 0 for aim in aims):
        raise UserError(
            tr("Nothing is to be even: {names} is only limited.", names=listed(aim.measure for aim in aims)),
            tr("Name a measure that is to be even, or give one of these a weight above 0."),
        )
    for aim in aims:
        if aim.least is not None and aim.most is not None and aim.least > aim.most:
            raise UserError(
                tr(
                    "A territory cannot have at least {least} {measure} and at most {most}.",
                    least=number(aim.least),
                    most=number(aim.most),
                    measure=aim.measure,
                ),
                tr("Let the least be less, or the most more; a cap is a most too."),
            )


def row_of_goal(plan: Plan, name: str) -> int:
    try:
        return row_of_measure(plan, name)
    except KeyError:
        raise UserError(
            tr("There is no measure called {name}.", name=repr(name)),
            tr("There is: {names}.", names=listed(m.name for m in plan.measures)),
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
            ntr(
                "{territories} territories cannot be built of {n} unit: each needs at least one.",
                "{territories} territories cannot be built of {n} units: each needs at least one.",
                n_units,
                territories=number(n_new),
            ),
            tr("Ask for fewer, or use smaller units."),
        )


def adjacency_among(still: Still, unit_ix: NDArray[np.int64]) -> Adjacency:
    """Return the neighbours among some units, islands joined to the nearest ground."""
    return joined_units(still, unit_ix, GroundWishes()).adjacency


def ways_of(
    still: Still, unit_ix: NDArray[np.int64], plane: EqualArea, point_km: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return what a kilometre of way costs for each unit, and from where it counts: the middle of its accounts."""
    plan, parts = still.plan, still.totals.ledger.parts
    place = np.full(len(plan.units), -1, dtype=np.int64)
    place[unit_ix] = np.arange(len(unit_ix))
    counted = (plan.accounts.unit_ix >= 0) & plan.goes_with_unit() & np.isfinite(parts.lon)
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
    reps = [still.plan.rep(rep_id) for rep_id in task.rep_ids.values()]
    is_known = bool(np.isfinite(homes(still.plan)[:, :-1]).any()) or any(
        rep is not None and rep.has_home for rep in reps
    )
    return is_known and workload_row(still, task) is not None


def workload_row(still: Still, task: Task) -> int | None:
    """Return the row of the workload among the problem's measures."""
    return next((i for i, r in enumerate(task.rows) if still.plan.measures[r].is_workload), None)


def with_ways(still: Still, task: Task, label: Labels, ids: Sequence[int | None]) -> Task | None:
    """Return the task with what only a bound territory has: ways from the rep's home, accounts given to it by name.

    ``ids`` are the territories of the plan that those of ``label`` become; from here on they are bound to them. Targets
    are shares of what all need then. None if there is nothing of the kind.
    """
    plan, problem, row = still.plan, task.problem, workload_row(still, task)
    n = problem.n_territories
    bound = {t: territory_id for t, territory_id in enumerate(ids) if territory_id is not None}
    besides = besides_of(still, task.rows, bound, n)
    home = np.full((2, n), np.nan)
    known = homes(plan)
    for t in range(n):
        if t in bound:
            home[:, t] = known[:, plan.territory_ix(bound[t])]
        elif (rep := plan.rep(task.rep_ids.get(t))) is not None and rep.has_home:
            home[:, t] = rep.lon, rep.lat
    has_way = row is not None and bool(np.isfinite(home).any())
    if not has_way and not besides.any():
        return None
    way = Way(row, task.per_km, task.from_km, task.plane.to_km(*home)) if has_way and row is not None else None
    problem = replace(problem, way=way, besides=besides)
    brought = problem.brought(label).sum(axis=1)
    found = targets_of(
        still,
        task.aims,
        task.rows,
        brought,
        besides,
        task.shares_or_even,
        is_whole=np.ones(len(task.rows), dtype=np.bool_),
    )
    notes = tuple(dict.fromkeys((*task.notes, *found.notes)))
    return replace(task, problem=replace(problem, target=found.target), bound=bound, notes=notes)
