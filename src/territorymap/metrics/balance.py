"""How even a plan is: every figure of balance in one record, and as JSON. Owns the gathering; not the formulas."""

from __future__ import annotations

import math
from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from territorymap.errors import UserError
from territorymap.i18n import listed, tr
from territorymap.metrics.contiguity import noncontiguous
from territorymap.metrics.targets import (
    capacity_shares,
    coefficient_of_variation,
    equal_shares,
    index_of,
    max_deviation,
    outside_tolerance,
    targets,
)
from territorymap.metrics.team import territory_capacity_h
from territorymap.metrics.totals import Totals
from territorymap.model.plan import Plan
from territorymap.model.records import Measure

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Balance:
    """Figures of a plan; M rows are ``measures``, all of the plan's unless fewer were asked for."""

    measures: list[str]
    measure_ix: list[int]  # row of each in plan.measures
    target_kind: str  # "equal" | "capacity"
    tolerance: Floats  # (M,) ratio
    share: Floats  # (T,) of the assigned total that is each territory's target
    capacity_h: Floats  # (T,) 0 = none told
    target: Floats  # (M, T)
    index: Floats  # (M, T) nan where the target is 0
    max_deviation: Floats  # (M,) nan where there is no index
    cv: Floats  # (M,) nan where there is no index
    outside: NDArray[np.int64]  # (M,)
    unassigned_units: int
    unassigned_accounts: int
    noncontiguous: int


def compute_balance(
    plan: Plan,
    totals: Totals,
    target_kind: str | None = None,
    tolerance: float | None = None,
    measures: Collection[str] | None = None,
) -> Balance:
    """Return the balance of a plan.

    Parameters
    ----------
    target_kind : "equal" or "capacity"; None = the plan's
    tolerance : one for all measures; None = each measure's own
    measures : names wanted; the builtin ones always come along; None = all

    Raises
    ------
    UserError
        if a name is no measure of the plan.
    """
    rows = _rows(plan, measures)
    chosen = [plan.measures[row] for row in rows]
    kind = target_kind or plan.info.target_kind
    capacity_h = territory_capacity_h(plan)
    share = capacity_shares(capacity_h) if kind == "capacity" else equal_shares(plan.n_territories)
    total = totals.territory_total[rows]
    target = targets(total, share)
    index = index_of(total, target)
    limits = np.array([m.tolerance if tolerance is None else tolerance for m in chosen], dtype=np.float64)
    return Balance(
        measures=[m.name for m in chosen],
        measure_ix=rows,
        target_kind=kind,
        tolerance=limits,
        share=share,
        capacity_h=capacity_h,
        target=target,
        index=index,
        max_deviation=max_deviation(index),
        cv=coefficient_of_variation(index),
        outside=outside_tolerance(index, limits),
        unassigned_units=totals.n_unassigned_units,
        unassigned_accounts=totals.n_unassigned_accounts,
        noncontiguous=noncontiguous(totals.pieces),
    )


def shown_rows(balance: Balance, rows: NDArray[np.intp], *, has_capacity: bool = True) -> Balance:
    """Return the balance of some measures of the plan; ``measure_ix`` are positions among those.

    Targets by capacity stand although the capacity itself is left out.
    """
    position = {int(row): ix for ix, row in enumerate(rows)}
    kept = [i for i, row in enumerate(balance.measure_ix) if row in position]
    return replace(
        balance,
        measures=[balance.measures[i] for i in kept],
        measure_ix=[position[balance.measure_ix[i]] for i in kept],
        tolerance=balance.tolerance[kept],
        capacity_h=balance.capacity_h if has_capacity else np.zeros_like(balance.capacity_h),
        target=balance.target[kept],
        index=balance.index[kept],
        max_deviation=balance.max_deviation[kept],
        cv=balance.cv[kept],
        outside=balance.outside[kept],
    )


def balance_json(plan: Plan, totals: Totals, balance: Balance) -> dict[str, Any]:
    """Return what ``balance --json`` prints. Figures that do not exist are None; none is nan or infinite."""
    names = [_json_name(plan.measures[row]) for row in balance.measure_ix]
    rep_by_id = {rep.rep_id: rep.name for rep in plan.reps}
    total = totals.territory_total[balance.measure_ix]
    polsby_popper = totals.polsby_popper

    def by_measure(values: NDArray[Any]) -> dict[str, float | int | None]:
        return {name: _json_number(value) for name, value in zip(names, values.tolist(), strict=True)}

    return {
        "measures": names,
        "tolerance": by_measure(balance.tolerance),
        "plan": {
            "max_deviation": by_measure(balance.max_deviation),
            "cv": by_measure(balance.cv),
            "outside_tolerance": by_measure(balance.outside),
            "unassigned_units": balance.unassigned_units,
            "unassigned_accounts": balance.unassigned_accounts,
            "noncontiguous": balance.noncontiguous,
        },
        "territories": [
            {
                "name": territory.name,
                "rep": rep_by_id.get(territory.rep_id) if territory.rep_id is not None else None,
                "n_units": int(totals.n_units[t]),
                "n_accounts": int(totals.n_accounts[t]),
                "totals": by_measure(total[:, t]),
                "target": by_measure(balance.target[:, t]),
                "index": by_measure(balance.index[:, t]),
                "pieces": int(totals.pieces[t]),
                "cut_edges": int(totals.cut_edges[t]),
                "polsby_popper": _json_number(float(polsby_popper[t])),
            }
            for t, territory in enumerate(plan.territories)
        ],
    }


def _rows(plan: Plan, measures: Collection[str] | None) -> list[int]:
    if measures is None:
        return list(range(len(plan.measures)))
    for name in measures:
        if plan.measure_named(name) is None:
            raise UserError(
                tr("The plan has no measure named {name}.", name=name),
                tr("Its measures: {names}.", names=listed(m.name for m in plan.measures)),
            )
    wanted = {name.strip().casefold() for name in measures}
    return [i for i, m in enumerate(plan.measures) if m.source == "builtin" or m.name.casefold() in wanted]


def _json_name(measure: Measure) -> str:
    """Builtin measures go by their fixed name, whatever they are called on screen."""
    return measure.column_name if measure.source == "builtin" else measure.name


def _json_number(value: float) -> float | int | None:
    if not math.isfinite(value):
        return None
    return value
