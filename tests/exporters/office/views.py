"""Plans that an office file must hold: hostile names, very many territories, nothing at all."""

from __future__ import annotations

from dataclasses import replace
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
from territorymap.model.records import Rep, Scenario, Territory
from territorymap.model.units import Strings
from territorymap.model.variant import Variant
from tests.exporters.small_plan import small_view
from tests.support.grid import grid_layer

HOSTILE = [
    "=cmd|' /C calc'!A0",
    "@SUM(A1:A9)",
    "+49 30 12345",
    "-2+3",
    "'=quoted",
    '=HYPERLINK("http://x.example","click")',
    "<script>alert(1)</script>",
    "<r><t>not rich</t></r>",
    "</t></is></c><c><f>1+1</f></c>",
    "שלום עולם, מכירות צפון",
    "مبيعات الشمال",
    "a\x00b\x0bc\x1fd\ufffe",
    "lone \ud800 surrogate",
    "_x0041_ &D &P &amp; ]]>",
    "x" * 40_000,
    "😀" * 20_000,
    "two\nlines\r\nthree",
]


def strings(values: list[str]) -> Strings:
    return np.array([*values, None], dtype=object)[:-1]


def view_of(plan: Plan, layer: UnitLayer) -> ExportView:
    """Return the view of a plan with all its figures."""
    topology = build_topology(layer.geometry)
    totals = Totals(plan, build_adjacency(topology, len(layer)), layer.perimeter_km)
    balance = compute_balance(plan, totals)
    source = SimpleNamespace(
        plan=plan, geometry=layer.geometry, topology=topology, totals=totals, balance=balance, baseline=None
    )
    return take_view(source)


def hostile_view(longest: int = 40_000) -> ExportView:
    """Return the small plan with a hostile name in every field that a person can type, none longer than told."""
    hostile_names = [name[:longest] for name in HOSTILE]
    view = small_view()
    plan, n = view.plan, len(hostile_names)
    accounts = many_accounts(plan.accounts, n)
    for name in ("key", "name", "postal_code", "city", "state", "country"):
        setattr(accounts, name, strings(hostile_names))
    accounts.segments = {"industry": strings(hostile_names)}
    units = replace(plan.units, name=strings(hostile_names[:16]), parent_name=strings(hostile_names[1:17]))
    names = hostile_names + [f"{name} {i}" for i, name in enumerate(hostile_names)]
    hostile = replace(
        plan,
        info=replace(
            plan.info,
            title=hostile_names[5],
            note=hostile_names[6],
            attribution=hostile_names[13],
            unit_layer_title=hostile_names[0],
        ),
        units=units,
        accounts=accounts,
        territories=[Territory(i + 1, f"t{i}", name, "#88ccee", rep_id=i % n + 1) for i, name in enumerate(names)],
        reps=[Rep(i + 1, f"r{i}", name) for i, name in enumerate(hostile_names)],
        measures=[
            replace(
                m,
                name=hostile_names[0] if m.source == "account" else hostile_names[7] if m.source == "unit" else m.name,
            )
            for m in plan.measures
        ],
        segments=[replace(plan.segments[0], name=hostile_names[10])],
        unit_territory=np.arange(16, dtype=np.int32),
        account_override=np.full(n, -1, dtype=np.int32),
        overrides={},
    )
    return view_of(hostile, grid_layer(4, 4))


def many_accounts(accounts: Accounts, n: int) -> Accounts:
    """Return n accounts, the same few again and again."""
    pick = np.arange(n) % len(accounts)
    of_each = ("key", "name", "postal_code", "city", "state", "country", "lon", "lat", "level", "unit_ix")
    return replace(
        accounts,
        account_id=np.arange(1, n + 1),
        constants=np.full((5, n), np.nan),
        values={name: values[pick] for name, values in accounts.values.items()},
        segments={name: values[pick] for name, values in accounts.segments.items()},
        **{name: getattr(accounts, name)[pick] for name in of_each},
    )


def many_view(n_rows: int = 20, n_columns: int = 25) -> ExportView:
    """Return a plan with a territory for each of its units, each with its own rep."""
    layer = grid_layer(n_rows, n_columns)
    small, n = small_view(layer=layer), n_rows * n_columns
    plan = replace(
        small.plan,
        territories=[Territory(i + 1, f"t{i}", f"Territory {i + 1:03d}", "#88ccee", rep_id=i + 1) for i in range(n)],
        reps=[Rep(i + 1, f"r{i}", f"Rep {i + 1:03d}") for i in range(n)],
        unit_territory=np.arange(n, dtype=np.int32),
        account_override=np.full(5, -1, dtype=np.int32),
        overrides={},
    )
    return view_of(plan, layer)


def bare_view() -> ExportView:
    """Return a plan with units and nothing else: no account, no territory, no rep, no measure of its own."""
    view = small_view()
    accounts = many_accounts(view.plan.accounts, 0)
    plan = replace(
        view.plan,
        accounts=replace(accounts, values={}, segments={}),
        territories=[],
        reps=[],
        measures=view.plan.measures[:3],
        segments=[],
        unit_territory=np.full(16, -1, dtype=np.int32),
        account_override=np.empty(0, dtype=np.int32),
        overrides={},
    )
    return view_of(plan, grid_layer(4, 4))


def with_baseline(view: ExportView) -> ExportView:
    """Return the small plan as a proposal, beside a baseline in which East has A2 as well, and West has a vacancy.

    So Ada (West) gains all that West has now, and A2 leaves nobody: in the baseline it is East's, which is vacant.
    """
    plan = view.plan
    units = plan.unit_territory.copy()
    units[1] = 1
    west, east, empty, *rest = plan.territories
    before = [replace(west, rep_id=2), east, replace(empty, rep_id=None), *rest]
    baseline = Variant(
        Scenario(1, "s1", "Last year", is_baseline=True),
        before,
        units,
        plan.account_override.copy(),
        dict(plan.overrides),
    )
    proposal = Scenario(2, "s2", "Ada moves", parent_id=1, status="proposed", effective_date="2027-01-01", note="Why")
    plan = replace(plan, scenario=proposal, scenarios=[baseline.scenario, proposal])
    topology = view.topology
    totals = Totals(plan, build_adjacency(topology, len(plan.units)), np.zeros(len(plan.units)))
    source = SimpleNamespace(
        plan=plan,
        geometry=view.geometry,
        topology=topology,
        totals=totals,
        balance=compute_balance(plan, totals),
        baseline=baseline,
        variant=lambda scenario_id: baseline,
        ages_against=lambda scenario_id: Ages(np.arange(len(plan.units)) + 0.5, np.arange(len(plan.accounts)) + 0.5),
    )
    return take_view(source)
