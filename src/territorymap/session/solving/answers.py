"""Labels of the optimiser as territories of the plan: which one becomes which, names and colours of new ones.

Owns the matching; the rows are written by commands.solving.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from territorymap.i18n import tr
from territorymap.mapview.palette import assign_colors
from territorymap.metrics.workload import homes
from territorymap.model.plan import Plan
from territorymap.model.records import Territory
from territorymap.model.variant import Variant, variant_of
from territorymap.optimise.problem import Labels
from territorymap.session.solving.proposal import FIRST_NEW_ID
from territorymap.session.solving.still import Still
from territorymap.session.solving.task import Task


def matched_territories(still: Still, task: Task, label: Labels) -> list[int | None]:
    """Return for each territory of an answer the territory_id that it becomes; None = a new one.

    Bound ones are what they are bound to, and those with a rep or a name of their own are new. The others become, as
    far as there are territories, those whose reps have the shortest ways there, and of equal ones those whose ground it
    is already. Source: assignment problem, by scipy.
    """
    plan, n = still.plan, task.problem.n_territories
    found: list[int | None] = [task.bound.get(t) for t in range(n)]
    taken = {*task.bound.values(), *task.kept_ids}
    free_here = [ix for ix, t in enumerate(plan.territories) if t.territory_id not in taken]
    fresh = {*task.rep_ids, *task.names}
    free_there = [t for t, territory_id in enumerate(found) if territory_id is None and t not in fresh]
    if not free_here or not free_there:
        return found
    cost = _way_costs(plan, task, label) - _kept_share(plan, task, label)
    rows, columns = linear_sum_assignment(cost[np.ix_(free_there, free_here)])
    for row, column in zip(rows.tolist(), columns.tolist(), strict=True):
        found[free_there[row]] = plan.territories[free_here[column]].territory_id
    return found


def _kept_share(plan: Plan, task: Task, label: Labels) -> NDArray[np.float64]:
    """(P, T) share of all that a territory of the answer has from a territory of the plan, at most 1e-3 in all.

    Small beside the ways: it decides between equals.
    """
    before = plan.unit_territory[task.unit_ix]
    weight = task.problem.weight
    share = (weight / np.maximum(weight.sum(axis=1, keepdims=True), np.finfo(float).tiny)).sum(axis=0)
    kept = np.zeros((task.problem.n_territories, plan.n_territories + 1))
    np.add.at(kept, (label, before), share + 1e-9)
    return 1e-3 * kept[:, :-1]


def _way_costs(plan: Plan, task: Task, label: Labels) -> NDArray[np.float64]:
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


def variant_of_answer(
    still: Still,
    task: Task,
    label: Labels,
    ids: Sequence[int | None],
    *,
    rep_ids: dict[int, int] | None = None,
    names: dict[int, str] | None = None,
) -> Variant:
    """Return the plan as an answer says: territories that are missing are made, those left over are gone.

    Parameters
    ----------
    label : (U',) a territory for each unit of the task; -1 = nobody
    ids : (P,) territory_id that each becomes, None = a new one
    rep_ids, names : reps and names of new territories, by territory of the answer; where none are given the task's,
        "Territory 12" where it has none
    """
    plan = still.plan
    by_id = {t.territory_id: t for t in plan.territories}
    fresh = [t for t, territory_id in enumerate(ids) if territory_id is None]
    made = _new_territories(plan, task, label, ids, fresh, task.rep_ids | (rep_ids or {}), task.names | (names or {}))
    kept = {*(i for i in ids if i is not None), *task.kept_ids}
    territories = [t for t in plan.territories if t.territory_id in kept] + made
    position = {t.territory_id: ix for ix, t in enumerate(territories)}
    new_id = iter(t.territory_id for t in made)
    final = [next(new_id) if territory_id is None else territory_id for territory_id in ids]
    of_before = np.array([position.get(i, -1) for i in by_id] + [-1], dtype=np.int32)
    of_label = np.array([position[i] for i in final] + [-1], dtype=np.int32)
    unit_territory = of_before[plan.unit_territory]
    unit_territory[task.unit_ix] = of_label[label]
    unit_territory[task.nobody] = -1
    override = of_before[plan.account_override]
    overrides = {key: value for key, value in plan.overrides.items() if value.territory_id in position}
    return replace(
        variant_of(plan),
        territories=territories,
        unit_territory=unit_territory,
        account_override=override,
        overrides=overrides,
    )


def _new_territories(
    plan: Plan,
    task: Task,
    label: Labels,
    ids: Sequence[int | None],
    fresh: Sequence[int],
    rep_ids: dict[int, int],
    names: dict[int, str],
) -> list[Territory]:
    colors = _colors(plan, task, label, ids)
    free_names = _free_names(plan, len(fresh), names.values())
    order = max((t.sort_order for t in plan.territories), default=0) + 1
    return [
        Territory(
            FIRST_NEW_ID - i,
            "",
            names.get(t, free_names[i]),
            colors[t],
            rep_id=rep_ids.get(t),
            sort_order=order + i,
        )
        for i, t in enumerate(fresh)
    ]


def _free_names(plan: Plan, n: int, also_taken: Iterable[str] = ()) -> list[str]:
    taken = {t.name.strip().casefold() for t in plan.territories}
    taken |= {name.strip().casefold() for name in also_taken}
    names: list[str] = []
    k = len(plan.territories)
    while len(names) < n:
        k += 1
        name = tr("Territory {n}", n=k)
        if name.casefold() not in taken:
            names.append(name)
    return names


def _colors(plan: Plan, task: Task, label: Labels, ids: Sequence[int | None]) -> list[str]:
    """Return a colour for each territory of the answer: its own, else one that its neighbours do not have."""
    own = {t.territory_id: t.color for t in plan.territories}
    fixed = {i: own[territory_id] for i, territory_id in enumerate(ids) if territory_id is not None}
    ends = label[task.problem.adjacency.pair]
    ends = ends[(ends[:, 0] != ends[:, 1]) & (ends >= 0).all(axis=1)]
    pairs = {(int(min(a, b)), int(max(a, b))) for a, b in np.unique(ends, axis=0)}
    return assign_colors(sorted(pairs), len(ids), fixed)
