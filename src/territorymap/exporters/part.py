"""Some territories of a plan as a view of their own, in which nothing of the others is left: what a rep may get.

Owns the cutting out of units, accounts, names and figures; not what is written of them (formats).
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from territorymap.errors import UserError
from territorymap.exporters.view import ExportView
from territorymap.geo.topology import build_topology
from territorymap.i18n import listed, tr
from territorymap.metrics.balance import Balance
from territorymap.model.accounts import Accounts
from territorymap.model.plan import Plan
from territorymap.model.units import Units

Ints = NDArray[np.int64]


def territories_of_reps(view: ExportView, names: Sequence[str]) -> list[int]:
    """Return the territory_ix that the reps of these names have, in the plan's order.

    Raises
    ------
    UserError
        if there is no such rep, or none of them has a territory.
    """
    reps = {rep.name.strip().casefold(): rep for rep in view.plan.reps}
    wanted = set()
    for name in names:
        rep = reps.get(name.strip().casefold())
        if rep is None:
            raise UserError(
                tr("There is no rep called {name}.", name=name), tr("Write the name as it stands in the plan.")
            )
        wanted.add(rep.rep_id)
    found = [ix for ix, territory in enumerate(view.plan.territories) if territory.rep_id in wanted]
    if not found:
        raise UserError(
            tr("{names} has no territory.", names=listed(names)), tr("Give the rep a territory, or choose another.")
        )
    return found


def part_of(view: ExportView, territories: Sequence[int]) -> ExportView:
    """Return the view of these territories alone.

    Units of others are not there at all, nor accounts, reps, names or totals; figures of the whole plan (its balance)
    count these territories only, but targets and indexes stay as they are in the whole.
    """
    own = np.asarray(territories, dtype=np.int64)
    place = np.full(view.plan.n_territories + 1, -1, dtype=np.int64)
    place[own] = np.arange(len(own))
    units = np.flatnonzero(place[view.plan.unit_territory] >= 0)
    accounts = np.flatnonzero(place[view.account_territory] >= 0)
    plan = _plan_of(view.plan, own, place, units, accounts)
    geometry = view.geometry[units]
    return replace(
        view,
        plan=plan,
        geometry=geometry,
        topology=build_topology(geometry),
        balance=_balance_of(view.balance, own),
        territory_total=view.territory_total[:, own],
        unit_total=view.unit_total[:, units],
        account_workload_h=view.account_workload_h[accounts],
        n_units=view.n_units[own],
        n_accounts=view.n_accounts[own],
        pieces=view.pieces[own],
        cut_edges=np.zeros(len(own), dtype=np.int64),
        polsby_popper=view.polsby_popper[own],
        page_state=_page_state(view, plan, own),
        baseline=None,
        comparison=None,
        ages=None,
        variants={},
        coverages=(),
        log=None,
        lists=None,
        registers={},
        figures=tuple(replace(figure, values=figure.values[own]) for figure in view.figures),
    )


def _plan_of(plan: Plan, own: Ints, place: Ints, units: Ints, accounts: Ints) -> Plan:
    kept = [plan.territories[ix] for ix in own]
    rep_ids = {territory.rep_id for territory in kept}
    region_ids = {territory.region_id for territory in kept}
    own_ids = {territory.territory_id for territory in kept}
    account_ids = set(plan.accounts.account_id[accounts].tolist())
    unit_place = np.full(len(plan.units) + 1, -1, dtype=np.int64)
    unit_place[units] = np.arange(len(units))
    return replace(
        plan,
        units=_units_of(plan.units, units),
        accounts=_accounts_of(plan.accounts, accounts, unit_place),
        territories=kept,
        reps=[rep for rep in plan.reps if rep.rep_id in rep_ids],
        regions=[replace(r, parent_region_id=None) for r in plan.regions if r.region_id in region_ids],
        unit_territory=place[plan.unit_territory[units]].astype(np.int32),
        account_override=place[plan.account_override[accounts]].astype(np.int32),
        in_scope=plan.in_scope[accounts],
        alignments=[plan.alignment],
        overrides={
            account_id: override
            for account_id, override in plan.overrides.items()
            if account_id in account_ids and override.territory_id in own_ids
        },
        scenarios=[plan.scenario],
        caps=[],
        scenes=[],
        conflicts=[],
    )


def _units_of(units: Units, at: Ints) -> Units:
    fields = ("unit_id", "code", "name", "parent_code", "parent_name", "country", "lon", "lat", "area_km2", "locked")
    cut = {field: getattr(units, field)[at] for field in fields}
    values = {name: column[at] for name, column in units.values.items()}
    return Units(**cut, values=values, part_of=units.part_of[at])


def _accounts_of(accounts: Accounts, at: Ints, unit_place: Ints) -> Accounts:
    fields = ("account_id", "key", "name", "postal_code", "city", "state", "country", "lon", "lat", "level")
    cut: dict[str, Any] = {field: getattr(accounts, field)[at] for field in fields}
    return replace(
        accounts,
        **cut,
        unit_ix=unit_place[accounts.unit_ix[at]].astype(np.int32),
        constants=accounts.constants[:, at],
        values={name: column[at] for name, column in accounts.values.items()},
        segments={name: column[at] for name, column in accounts.segments.items()},
    )


def _balance_of(balance: Balance, own: Ints) -> Balance:
    index = balance.index[:, own]
    off = np.abs(index - 1)
    known = np.isfinite(off)
    return replace(
        balance,
        share=balance.share[own],
        capacity_h=balance.capacity_h[own],
        target=balance.target[:, own],
        index=index,
        max_deviation=np.where(known.any(axis=1), np.where(known, off, 0.0).max(axis=1, initial=0.0), np.nan),
        cv=np.full(len(index), np.nan),  # how even a part of a plan is says nothing of the plan
        outside=(known & (off > balance.tolerance[:, None] + 1e-9)).sum(axis=1),
        unassigned_units=0,
        unassigned_accounts=0,
        noncontiguous=0,
    )


def _page_state(view: ExportView, plan: Plan, own: Ints) -> dict[str, Any]:
    """Return the message "state" of these territories, with their targets, for a part does not tell these."""
    state, balance = view.page_state, view.balance
    row_of = {measure: i for i, measure in enumerate(balance.measure_ix)}
    rows = []
    for place, ix in enumerate(own):
        target = [float(balance.target[row_of[m], ix]) if m in row_of else 0.0 for m in range(len(view.plan.measures))]
        rows.append({**state["territories"][ix], "ix": place, "target": target})
    overrides = np.flatnonzero(plan.account_override >= 0)
    return {
        **state,
        "territories": rows,
        "units": base64.b64encode(plan.unit_territory.astype("<i4").tobytes()).decode("ascii"),
        "locked_units": [],
        "overrides": [[int(a), int(plan.account_override[a])] for a in overrides],
    }
