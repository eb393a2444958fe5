"""Plans for pages: any number of territories, accounts and reps on a grid, with a baseline that differs."""

from __future__ import annotations

from collections.abc import Sequence
from types import SimpleNamespace

import numpy as np

from territorymap.exporters.view import ExportView, take_view
from territorymap.geo.adjacency import build_adjacency
from territorymap.geo.layer import UnitLayer
from territorymap.geo.topology import build_topology
from territorymap.metrics.balance import compute_balance
from territorymap.metrics.move_figures import Ages
from territorymap.metrics.totals import Totals
from territorymap.model.accounts import Accounts
from territorymap.model.plan import Plan
from territorymap.model.records import BUILTIN_MEASURES, Measure, PlanInfo, Rep, Scenario, Territory
from territorymap.model.units import Units
from territorymap.model.variant import Variant
from tests.support.grid import grid_layer

COLORS = ("#88ccee", "#ddcc77", "#cc6677", "#117733", "#882255")


def texts(values: Sequence[str]) -> np.ndarray:
    return np.array([*values, None], dtype=object)[:-1]


def page_view(
    territories: Sequence[str] = ("West", "East"),
    reps: Sequence[str] = ("Ada", "Bo"),
    *,
    layer: UnitLayer | None = None,
    n_accounts: int = 0,
    unit_territory: Sequence[int] | None = None,
    before: Sequence[int] | None = None,
    account_names: Sequence[str] | None = None,
    title: str = "A plan",
) -> ExportView:
    """Return a view: territory t has rep t where there is one, and by default the t-th part of the units in their order

    Account a lies in the middle of unit a (and on from the first again), with revenue a + 1, key "Ka". ``before`` are
    the territories of the units in the baseline "Today", -1 = none.
    """
    layer = layer if layer is not None else grid_layer(4, 4)
    n, n_territories = len(layer), len(territories)
    if unit_territory is None:
        unit_territory = [u * n_territories // n if n_territories else -1 for u in range(n)]
    home = np.arange(n_accounts) % n
    names = account_names or [f"Account {a}" for a in range(n_accounts)]
    blank = texts([""] * n_accounts)
    accounts = Accounts(
        account_id=np.arange(1, n_accounts + 1),
        key=texts([f"K{a}" for a in range(n_accounts)]),
        name=texts(names),
        postal_code=blank,
        city=texts([f"City {u}" for u in home]),
        state=blank,
        country=blank,
        lon=layer.lon[home],
        lat=layer.lat[home],
        level=np.zeros(n_accounts, dtype=np.int8),
        unit_ix=home.astype(np.int32),
        constants=np.full((5, n_accounts), np.nan),
        values={"revenue": np.arange(1.0, n_accounts + 1)},
    )
    people = [
        Rep(r + 1, f"r{r}", name, lon=float(layer.lon[0]), lat=float(layer.lat[0])) for r, name in enumerate(reps)
    ]
    owned = [
        Territory(t + 1, f"t{t}", name, COLORS[t % len(COLORS)], rep_id=t + 1 if t < len(people) else None)
        for t, name in enumerate(territories)
    ]
    measures = [Measure(i + 1, str(i), name, "builtin", name) for i, name in enumerate(BUILTIN_MEASURES)]
    measures.append(Measure(9, "m9", "Revenue", "account", "revenue"))
    plan = Plan(
        info=PlanInfo("u", title, attribution="Drawn by hand", unit_layer_title="Grid"),
        units=_units(layer),
        accounts=accounts,
        territories=owned,
        reps=people,
        measures=measures,
        segments=[],
        unit_territory=np.array(unit_territory, dtype=np.int32),
        account_override=np.full(n_accounts, -1, dtype=np.int32),
        scenario=Scenario(2, "s2", "Proposal"),
    )
    topology = build_topology(layer.geometry)
    totals = Totals(plan, build_adjacency(topology, n), layer.perimeter_km)
    baseline = None
    if before is not None:
        no_override = np.full(n_accounts, -1, dtype=np.int32)
        baseline = Variant(Scenario(1, "s1", "Today"), owned, np.array(before, dtype=np.int32), no_override)
    return take_view(
        SimpleNamespace(
            plan=plan, geometry=layer.geometry, topology=topology, totals=totals, baseline=baseline,
            balance=compute_balance(plan, totals),
            ages_against=lambda _: Ages(np.full(n, np.nan), np.full(n_accounts, np.nan)),
        )
    )  # fmt: skip


def _units(layer: UnitLayer) -> Units:
    n = len(layer)
    return Units(
        unit_id=np.arange(1, n + 1),
        code=layer.code,
        name=layer.name,
        parent_code=layer.parent_code,
        parent_name=layer.parent_name,
        country=layer.country,
        lon=layer.lon,
        lat=layer.lat,
        area_km2=layer.area_km2,
        locked=np.zeros(n, dtype=bool),
        values={},
    )
