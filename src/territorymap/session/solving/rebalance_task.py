"""A rebalancing cut out of a plan: who takes part, what moving costs, what a rep may give and take, what stays.

Owns what of the plan binds the search; the words are rebalancing's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from territorymap.errors import UserError
from territorymap.geo.equal_area import EqualArea
from territorymap.i18n import ntr, number, tr
from territorymap.metrics.caps import cap_row, cap_text
from territorymap.metrics.disruption import Disruption
from territorymap.metrics.team import territory_capacity_h
from territorymap.metrics.workload import homes
from territorymap.model.plan import Plan
from territorymap.model.variant import Variant
from territorymap.optimise.field import CHANGED, GAINED, LOST, Cap
from territorymap.optimise.problem import Floats, Labels, Problem, even_targets
from territorymap.session.solving.aims import Wishes
from territorymap.session.solving.joining import joined_units
from territorymap.session.solving.still import Still, row_of_measure
from territorymap.session.solving.targets import shares_of
from territorymap.session.solving.task import Task, ways_of, weights_of, with_targets, with_ways

ACCOUNTS, UNITS, WORKLOAD = "accounts", "units", "workload"
_KINDS = {"lost": LOST, "gained": GAINED, "changed": CHANGED}


@dataclass(frozen=True)
class RebalanceWishes:
    """What moving costs and how much of it a rep may bear."""

    least: str = ""  # the measure of which as little as can be moves; "" = accounts, where there are any, else units
    max_given: float | None = None  # of that measure, by each rep: up to 1 a share of what the rep has, above an amount
    max_taken: float | None = None
    deals_out: bool = False  # units that nobody has are given to a neighbour first


@dataclass(frozen=True)
class Rebalancing:
    """The problem, and what it means."""

    task: Task
    least: str  # name of the measure that costs
    cost: Floats  # (U',)
    holder: Labels  # (P,) 0 .. H - 1: a rep, or a vacant territory
    is_open: NDArray[np.bool_]  # (E,) borders, and bridges that the plan lists
    caps: tuple[Cap, ...]
    notes: tuple[str, ...]
    dealt: NDArray[np.int64]  # unit_ix that nobody had


def prepare_rebalancing(
    still: Still, wishes: Wishes, asked: RebalanceWishes, pinned: NDArray[np.bool_] | None = None
) -> Rebalancing:
    """Return the problem of rebalancing the plan as it is.

    Locked territories take no part; locked units, and units with a protected account, stay where they are, and so do
    those ``pinned`` (U,) besides.

    Raises
    ------
    UserError
        if nothing can be moved, or a measure is not there.
    """
    plan, notes = still.plan, []
    taking, empty = _territories_that_take_part(plan)
    if len(taking) < 2:
        raise UserError(
            ntr(
                "There is nothing to rebalance: {n} territory alone has units and is not locked, and it takes two.",
                "There is nothing to rebalance: {n} territories have units and are not locked, and it takes two.",
                len(taking),
            ),
            tr("Unlock some, or build territories first."),
        )
    notes += [tr("{name} has no unit and is left out.", name=plan.territories[t].name) for t in empty]
    owner = plan.unit_territory.copy()
    dealt = _deal(still, owner, taking) if asked.deals_out else np.empty(0, dtype=np.int64)
    at = np.full(plan.n_territories + 1, -1, dtype=np.int32)
    at[taking] = np.arange(len(taking))
    unit_ix = np.flatnonzero(at[owner] >= 0)
    base = at[owner[unit_ix]]
    task = _task(still, wishes, unit_ix, base, taking, empty)
    least = cost_measure(plan, asked.least)
    cost = _cost(still, least, unit_ix)
    holder = _holders(plan, taking)
    stays, protected = _what_stays(still, unit_ix, base)
    if pinned is not None:
        stays = np.where(pinned[unit_ix], base, stays).astype(np.int32)
    task = replace(task, problem=replace(task.problem, stays=stays))
    if protected:
        notes.append(
            tr("{n} protected accounts keep their units where they are.", n=number(protected))
            if protected > 1
            else tr("A protected account keeps its unit where it is.")
        )
    if (stays >= 0).all():
        raise UserError(
            tr("There is nothing to rebalance: every unit is locked or holds a protected account."),
            tr("Unlock some units, or some accounts."),
        )
    caps, told = _plan_caps(still, unit_ix, taking)
    caps += _own_caps(asked, cost, base, holder)
    is_open = _open_borders(still, wishes, task)
    return Rebalancing(task, least, cost, holder, is_open, tuple(caps), (*task.notes, *notes, *told), dealt)


def cost_measure(plan: Plan, name: str) -> str:
    """Return the name of the measure of which as little as can be is to move."""
    wanted = name.strip()
    if not wanted:
        held = plan.in_scope & (plan.accounts.unit_ix >= 0)
        return ACCOUNTS if held.any() else UNITS
    if wanted.casefold() == WORKLOAD and plan.measure_named(wanted) is None:
        wanted = "workload_h"
    try:
        return plan.measures[row_of_measure(plan, wanted)].name
    except KeyError:
        raise UserError(
            tr("There is no measure called {name}.", name=repr(name)),
            tr("There is: {names}.", names=", ".join(m.name for m in plan.measures)),
        ) from None


def _territories_that_take_part(plan: Plan) -> tuple[list[int], list[int]]:
    """Return the positions of those with units that are not locked, and of those without a unit."""
    n = np.bincount(plan.unit_territory[plan.unit_territory >= 0], minlength=plan.n_territories)
    free = [ix for ix, t in enumerate(plan.territories) if not t.locked]
    return [ix for ix in free if n[ix]], [ix for ix in free if not n[ix]]


def _task(
    still: Still, wishes: Wishes, unit_ix: NDArray[np.int64], base: Labels, taking: list[int], empty: list[int]
) -> Task:
    plan, n = still.plan, len(taking)
    plane = EqualArea.around(plan.units.lon[unit_ix], plan.units.lat[unit_ix])
    xy_km = plane.to_km(plan.units.lon[unit_ix], plan.units.lat[unit_ix])
    rows, weight = weights_of(still, wishes.aims, unit_ix)
    joined = joined_units(still, unit_ix, wishes.ground)
    capacity = territory_capacity_h(plan)[taking] if wishes.by_capacity else None
    told: list[str] = []
    if capacity is not None:
        if not capacity.any():
            raise UserError(
                tr("No rep of these territories has a capacity."),
                tr("Give the reps their hours a year, or rebalance to equal targets."),
            )
        unknown = [plan.territories[t].name for t, hours in zip(taking, capacity, strict=True) if hours <= 0]
        told += [tr("{name} has no capacity: the mean of the others counts.", name=name) for name in unknown]
        capacity = np.where(capacity > 0, capacity, capacity[capacity > 0].mean())
    home_km = plane.to_km(*homes(plan)[:, taking])
    problem = Problem(
        adjacency=joined.adjacency,
        border_factor=joined.border_factor,
        weight=weight,
        target=even_targets(weight, n),
        tolerance=np.array([aim.tolerance for aim in wishes.aims]),
        xy_km=xy_km,
        importance=np.array([aim.importance for aim in wishes.aims]),
        base=base,
        least=np.repeat([[aim.least or 0.0] for aim in wishes.aims], n, axis=1),
        most=np.repeat([[np.inf if aim.most is None else aim.most] for aim in wishes.aims], n, axis=1),
        radius_km=np.full(n, np.inf if wishes.max_radius_km is None else wishes.max_radius_km),
        anchor_km=home_km,
    )
    ids = [plan.territories[t].territory_id for t in taking]
    locked = [t.territory_id for t in plan.territories if t.locked]
    kept = (*locked, *(plan.territories[t].territory_id for t in empty))
    task = Task(
        problem,
        wishes.aims,
        rows,
        unit_ix,
        dict(enumerate(ids)),
        kept,
        plane,
        *ways_of(still, unit_ix, plane, xy_km),
        shares=shares_of(still, n, capacity),
        notes=tuple(told),
    )
    return with_ways(still, task, base, ids) or with_targets(still, task)


def _cost(still: Still, least: str, unit_ix: NDArray[np.int64]) -> Floats:
    amount = np.nan_to_num(still.totals.unit_measure[row_of_measure(still.plan, least)][unit_ix])
    return np.asarray(np.maximum(amount, 0.0), dtype=np.float64)


def _holders(plan: Plan, taking: Sequence[int]) -> Labels:
    """(P,) a number for each rep, and one for each territory without."""
    keys: list[tuple[str, int]] = []
    for t in taking:
        rep_id = plan.territories[t].rep_id
        keys.append(("territory", t) if rep_id is None else ("rep", rep_id))
    number_of = {key: i for i, key in enumerate(dict.fromkeys(keys))}
    return np.array([number_of[key] for key in keys], dtype=np.int32)


def _what_stays(still: Still, unit_ix: NDArray[np.int64], base: Labels) -> tuple[Labels, int]:
    """Return where units must stay, -1 = free, and how many protected accounts are a reason.

    A protected account that is given by name is its territory's wherever its unit goes.
    """
    plan = still.plan
    accounts = plan.accounts
    bound = np.flatnonzero(accounts.is_protected & (accounts.unit_ix >= 0) & plan.goes_with_unit())
    bound = bound[np.isin(accounts.unit_ix[bound], unit_ix)]
    fixed = plan.units.locked.copy()
    fixed[accounts.unit_ix[bound]] = True
    return np.where(fixed[unit_ix], base, -1).astype(np.int32), len(bound)


def _open_borders(still: Still, wishes: Wishes, task: Task) -> NDArray[np.bool_]:
    """(E,) shared borders, and bridges that the plan or the wishes list; over others islands count as joined only."""
    adjacency, unit_ix = task.problem.adjacency, task.unit_ix
    n = max(len(still.plan.units), 1)

    def keys(pairs: NDArray[np.int64]) -> NDArray[np.int64]:
        return np.asarray(pairs.min(axis=1) * n + pairs.max(axis=1), dtype=np.int64)

    listed = still.adjacency.pair[still.adjacency.is_bridge].astype(np.int64)
    asked = np.array(wishes.ground.bridges, dtype=np.int64).reshape(-1, 2)
    known = keys(np.concatenate([listed, asked]))
    return np.asarray(~adjacency.is_bridge | np.isin(keys(unit_ix[adjacency.pair]), known))


def _plan_caps(still: Still, unit_ix: NDArray[np.int64], taking: Sequence[int]) -> tuple[list[Cap], list[str]]:
    """Return the plan's caps as the search keeps them, and what they say; against the baseline, else the plan now."""
    plan = still.plan
    baseline: Variant = still.variant if still.baseline is None else still.baseline
    caps: list[Cap] = []
    told: list[str] = []
    known = [(cap, row) for cap in plan.caps if (row := cap_row(plan, cap)) is not None]
    if not known:
        return caps, told
    disruption = Disruption(plan, still.totals, baseline)
    column: dict[int | None, int] = {rep.rep_id: i for i, rep in enumerate(plan.reps)}
    before = np.array([column.get(t.rep_id, -1) for t in baseline.territories] + [-1], dtype=np.int32)
    now = np.array([column.get(t.rep_id, -1) for t in plan.territories] + [-1], dtype=np.int32)
    origin = before[baseline.unit_territory]
    current = now[plan.unit_territory]
    inside = np.zeros(len(plan.units), dtype=np.bool_)
    inside[unit_ix] = True
    for cap, row in known:
        amount = np.maximum(np.nan_to_num(still.totals.unit_measure[row]), 0.0)
        held = disruption.base[row, :-1]
        real_lost, real_gained = disruption.lost[row, :-1], disruption.gained[row, :-1]
        lost, gained = np.zeros(len(plan.reps)), np.zeros(len(plan.reps))
        differs = inside & (origin != current)
        np.add.at(lost, origin[differs & (origin >= 0)], amount[differs & (origin >= 0)])
        np.add.at(gained, current[differs & (current >= 0)], amount[differs & (current >= 0)])
        # What accounts given by name, ways and units that take no part add is used up already.
        besides = np.zeros(len(plan.reps))
        if cap.kind != "gained":
            besides += real_lost - lost
        if cap.kind != "lost":
            besides += real_gained - gained
        in_all = (real_gained - gained if cap.kind == "gained" else real_lost - lost).sum()
        limit = np.where(held > 0, cap.max_share * held - besides, np.inf)
        whole = max(cap.max_share * float(held.sum()) - float(in_all), 0.0)
        caps.append(
            Cap(
                _KINDS[cap.kind],
                amount[unit_ix],
                origin[unit_ix],
                now[list(taking)],
                np.maximum(limit, 0.0) if cap.per == "rep" else np.full(len(plan.reps), np.inf),
                whole if cap.per == "plan" else np.inf,
            )
        )
        told.append(cap_text(plan.measures[row], cap))
    return caps, told


def _own_caps(asked: RebalanceWishes, cost: Floats, base: Labels, holder: Labels) -> list[Cap]:
    """Return the caps that are asked for this time."""
    origin = holder[base]
    held = np.bincount(origin, cost, minlength=int(holder.max()) + 1)
    found = []
    for kind, most in ((LOST, asked.max_given), (GAINED, asked.max_taken)):
        if most is not None:
            limit = np.asarray(held * most if most <= 1 else np.full(len(held), most), dtype=np.float64)
            found.append(Cap(kind, cost, origin, holder, limit))
    return found


def _deal(still: Still, owner: NDArray[np.int32], taking: Sequence[int]) -> NDArray[np.int64]:
    """Give units that nobody has, and that are not locked, to the neighbour that has least; return which.

    What no territory touches stays nobody's. The smallest territory that a unit touches gets it, one unit at a time
    from the borders on, so that what is dealt out is in one piece with it.
    """
    plan, adjacency = still.plan, still.adjacency
    row = row_of_measure(plan, plan.measures[0].name)
    amount = np.nan_to_num(still.totals.unit_measure[row])
    allowed = set(taking)
    size = {t: float(still.totals.territory_total[row][t]) for t in taking}
    waiting: list[int] = np.flatnonzero((owner < 0) & ~plan.units.locked).tolist()
    dealt: list[int] = []
    while waiting:
        left = []
        for u in waiting:
            near = {int(t) for t in owner[adjacency.neighbours_of(u)]} & allowed
            if not near:
                left.append(u)
                continue
            t = min(near, key=lambda t: (size[t], t))
            owner[u] = t
            size[t] += float(amount[u])
            dealt.append(u)
        if len(left) == len(waiting):
            break
        waiting = left
    return np.array(dealt, dtype=np.int64)
