"""Plans in memory for tests of metrics, and edits of them that give the delta a session would."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from territorymap.geo.adjacency import Adjacency, build_adjacency
from territorymap.geo.layer import interior_points, measure_geometry
from territorymap.geo.topology import build_topology
from territorymap.metrics.totals import Totals
from territorymap.model.accounts import Accounts
from territorymap.model.change import PlanDelta
from territorymap.model.plan import Plan
from territorymap.model.records import Measure, Override, PlanInfo, Rep, Territory, WorkloadConstants
from territorymap.model.units import Units
from tests.geo.coverages import Geometries, drawn

NAN = float("nan")
BUILTIN = [
    Measure(1, "m1", "accounts", "builtin", "accounts", sort_order=1),
    Measure(2, "m2", "units", "builtin", "units", sort_order=2),
    Measure(3, "m3", "workload_h", "builtin", "workload_h", sort_order=3),
]


def texts(values: list[str] | int) -> NDArray[np.object_]:
    return np.array([""] * values if isinstance(values, int) else values, dtype=object)


def make_units(geometry: Geometries, **values: list[float]) -> Units:
    lon, lat = interior_points(geometry)
    n = len(geometry)
    return Units(
        unit_id=np.arange(1, n + 1),
        code=texts([chr(ord("A") + i) if n <= 26 else str(i) for i in range(n)]),
        name=texts(n),
        parent_code=texts(n),
        parent_name=texts(n),
        country=texts(n),
        lon=lon,
        lat=lat,
        area_km2=measure_geometry(geometry)[0],
        locked=np.zeros(n, dtype=bool),
        values={name: np.array(column, dtype=float) for name, column in values.items()},
    )


def make_accounts(
    unit_ix: list[int],
    lon: list[float] | None = None,
    lat: list[float] | None = None,
    constants: NDArray[np.float64] | None = None,
    **values: list[float],
) -> Accounts:
    n = len(unit_ix)
    nowhere = [NAN] * n
    return Accounts(
        account_id=np.arange(1, n + 1),
        key=texts(n),
        name=texts([f"account {i}" for i in range(n)]),
        postal_code=texts(n),
        city=texts(n),
        state=texts(n),
        country=texts(n),
        lon=np.array(lon or nowhere, dtype=float),
        lat=np.array(lat or nowhere, dtype=float),
        level=np.zeros(n, dtype=np.int8),
        unit_ix=np.array(unit_ix, dtype=np.int32),
        constants=np.full((5, n), NAN) if constants is None else constants,
        values={name: np.array(column, dtype=float) for name, column in values.items()},
    )


def make_territory(territory_id: int, rep_id: int | None = None) -> Territory:
    return Territory(territory_id, f"t{territory_id}", f"T{territory_id}", "#336699", rep_id, sort_order=territory_id)


def make_plan(
    geometry: Geometries,
    unit_territory: list[int],
    n_territories: int,
    accounts: Accounts | None = None,
    *,
    measures: list[Measure] | None = None,
    unit_values: dict[str, list[float]] | None = None,
    reps: list[Rep] | None = None,
    rep_ids: list[int | None] | None = None,
    constants: WorkloadConstants | None = None,
) -> Plan:
    held = make_accounts([]) if accounts is None else accounts
    return Plan(
        info=PlanInfo("p", "Plan", constants=constants or WorkloadConstants()),
        units=make_units(geometry, **(unit_values or {})),
        accounts=held,
        territories=[make_territory(i + 1, (rep_ids or [None] * n_territories)[i]) for i in range(n_territories)],
        reps=reps or [],
        measures=[*BUILTIN, *(measures or [])],
        segments=[],
        unit_territory=np.array(unit_territory, dtype=np.int32),
        account_override=np.full(len(held), -1, dtype=np.int32),
    )


@dataclass
class Workshop:
    """A plan with its totals; every edit changes the plan and hands its delta to the totals."""

    plan: Plan
    geometry: Geometries
    adjacency: Adjacency = field(init=False)
    perimeter_km: NDArray[np.float64] = field(init=False)
    totals: Totals = field(init=False)

    def __post_init__(self) -> None:
        self.adjacency = build_adjacency(build_topology(self.geometry), len(self.geometry))
        self.perimeter_km = measure_geometry(self.geometry)[1]
        self.totals = self.fresh()

    def fresh(self) -> Totals:
        """Return totals computed in full from the plan as it is."""
        return Totals(self.plan, self.adjacency, self.perimeter_km)

    def apply(self, **delta: object) -> list[int]:
        return self.totals.apply(self.plan, PlanDelta(**delta)).tolist()  # type: ignore[arg-type]

    def assign(self, units: list[int], territory: int) -> list[int]:
        ix = np.array(units, dtype=np.int32)
        before = self.plan.unit_territory[ix].copy()
        self.plan.unit_territory[ix] = territory
        return self.apply(unit_ix=ix, unit_from=before, unit_to=self.plan.unit_territory[ix].copy())

    def override(self, accounts: list[int], territory: int) -> list[int]:
        ix = np.array(accounts, dtype=np.int32)
        before = self.plan.account_override[ix].copy()
        self.plan.account_override[ix] = territory
        return self.apply(account_ix=ix, account_from=before, account_to=self.plan.account_override[ix].copy())

    def add_territory(self, position: int, units: list[int], rep_id: int | None = None) -> list[int]:
        """Put a territory at a position and give it units, as one step."""
        number = max((t.territory_id for t in self.plan.territories), default=0) + 1
        self.plan.territories.insert(position, make_territory(number, rep_id))
        for array in (self.plan.unit_territory, self.plan.account_override):
            array[array >= position] += 1
        ix = np.array(units, dtype=np.int32)
        before = self.plan.unit_territory[ix].copy()
        self.plan.unit_territory[ix] = position
        return self.apply(
            added_territory_ix=(position,), unit_ix=ix, unit_from=before, unit_to=np.full(len(ix), position, np.int32)
        )

    def remove_territory(self, position: int, units_go_to: int = -1) -> list[int]:
        """Delete a territory; its units go to another one (a position before) or become unassigned."""
        del self.plan.territories[position]
        goal = units_go_to - (units_go_to > position)
        ix = np.flatnonzero(self.plan.unit_territory == position).astype(np.int32)
        for array in (self.plan.unit_territory, self.plan.account_override):
            gone = array == position
            array[array > position] -= 1
            array[gone] = -1
        self.plan.unit_territory[ix] = goal
        moved = ix if goal >= 0 else ix[:0]  # as the session does: -1 to -1 is no move
        return self.apply(
            removed_territory_ix=(position,),
            unit_ix=moved,
            unit_from=np.full(len(moved), -1, np.int32),
            unit_to=np.full(len(moved), goal, np.int32),
        )

    def scope(self, is_in: list[bool]) -> list[int]:
        """Let the alignment cover these accounts from now on, as an edit of its scope does."""
        self.plan.in_scope = np.array(is_in, dtype=bool)
        return self.apply(is_full=True)

    def set_rep(self, position: int, rep_id: int | None) -> list[int]:
        self.plan.territories[position] = replace(self.plan.territories[position], rep_id=rep_id)
        return self.apply(changed_territory_ix=(position,), is_home_changed=True)

    def move_home(self, rep_id: int, lon: float | None, lat: float | None) -> list[int]:
        self.plan.reps = [replace(r, lon=lon, lat=lat) if r.rep_id == rep_id else r for r in self.plan.reps]
        return self.apply(changed_rep_ids=(rep_id,), is_home_changed=True)

    def set_constants(self, constants: WorkloadConstants) -> list[int]:
        self.plan.info = replace(self.plan.info, constants=constants)
        return self.apply(is_settings_changed=True)


def note_override(plan: Plan, account_ix: int, territory_ix: int) -> None:
    """Write an override into the plan's arrays and records."""
    plan.account_override[account_ix] = territory_ix
    account_id = int(plan.accounts.account_id[account_ix])
    territory_id = plan.territories[territory_ix].territory_id
    plan.overrides[account_id] = Override(1, "o", account_id, territory_id, "key account", "me", "2026-01-01")


def row_of_four(accounts: Accounts | None = None, **options: object) -> Workshop:
    """
    A B C D    squares of one degree at the equator; T1 = A, B; T2 = C, D
    """
    geometry = drawn("A B C D")
    return Workshop(make_plan(geometry, [0, 0, 1, 1], 2, accounts, **options), geometry)  # type: ignore[arg-type]
