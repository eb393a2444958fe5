"""A plan in memory whose every exported cell can be worked out by hand."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
from numpy.typing import NDArray

from territorymap.exporters.view import ExportView, take_view
from territorymap.geo.adjacency import build_adjacency
from territorymap.geo.layer import UnitLayer
from territorymap.geo.topology import build_topology
from territorymap.metrics.balance import compute_balance
from territorymap.metrics.comparison import Comparison, side_of
from territorymap.metrics.partners.market import Market
from territorymap.metrics.partners.programme import usual_programme
from territorymap.metrics.partners.sheet import ConflictLine, PartnerInputs
from territorymap.metrics.totals import Totals
from territorymap.model.accounts import Accounts
from territorymap.model.coverage import Action, Credential, Deal, Figure, Partner, Quota, Tier, TierChange
from territorymap.model.plan import Plan
from territorymap.model.records import BUILTIN_MEASURES, Measure, Override, PlanInfo, Rep, Scenario, Segment, Territory
from territorymap.model.units import Units
from territorymap.model.variant import Variant
from tests.support.grid import grid_layer


def small_view(west_name: str = "West", layer: UnitLayer | None = None) -> ExportView:
    """Return four by four squares of one degree at the equator; accounts are numbered.

    ::

        D  W  W  E  .        West (rep Ada), East (vacant), Empty (rep Bo); column 4 is unassigned.
        C  W  W  E  .        0 in A1, 10.5      1 in A1, -2, given to East ("key account")
        B  W  W  E  .        2 in A3, 100       3 in A4, 7 (unassigned)
        A  01 W  2  3        4 has no place, no revenue
           1  2  3  4
    """
    layer = layer or grid_layer(4, 4)
    n = len(layer)
    units = Units(
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
        values={"households": np.arange(n, dtype=float)},
    )
    ten = np.array(["k0", "=1+1", "-5", "@x", ""], dtype=object)
    accounts = Accounts(
        account_id=np.arange(1, 6),
        key=ten,
        name=np.array(["Müller & Söhne", "+49 30 Ltd", '王"小明', "a\nb, c", "'=quoted"], dtype=object),
        postal_code=np.array(["02139", "", "", "", ""], dtype=object),
        city=np.array([""] * 5, dtype=object),
        state=np.array([""] * 5, dtype=object),
        country=np.array(["US"] * 5, dtype=object),
        lon=np.array([0.25, 0.75, 2.5, 3.5, np.nan]),
        lat=np.array([0.5, 0.5, 0.5, 0.5, np.nan]),
        level=np.array([0, 0, 0, 0, 3], dtype=np.int8),
        unit_ix=np.array([0, 0, 2, 3, -1], dtype=np.int32),
        constants=np.full((5, 5), np.nan),
        values={"revenue": np.array([10.5, -2.0, 100.0, 7.0, np.nan])},
        segments={"industry": np.array(["steel", "", "", "", ""], dtype=object)},
    )
    measures = [Measure(i + 1, str(i), name, "builtin", name) for i, name in enumerate(BUILTIN_MEASURES)]
    measures.append(Measure(4, "m4", "revenue", "account", "revenue"))
    measures.append(Measure(5, "m5", "households", "unit", "households"))
    column = np.arange(n) % 4
    plan = Plan(
        info=PlanInfo("u", "A small plan", attribution="Drawn by hand", unit_layer_title="Grid"),
        units=units,
        accounts=accounts,
        territories=[
            Territory(1, "t1", west_name, "#88ccee", rep_id=1),
            Territory(2, "t2", "East", "#ddcc77"),
            Territory(3, "t3", "Empty", "#cc6677", rep_id=2),
        ],
        reps=[
            Rep(1, "r1", "Ada", lon=0.0, lat=0.0, location_level="coordinates", capacity_h=100.0),
            Rep(2, "r2", "Bo", capacity_h=50.0),
        ],
        measures=measures,
        segments=[Segment(1, "s1", "industry", "industry")],
        unit_territory=np.select([column < 2, column == 2], [0, 1], -1).astype(np.int32),
        account_override=np.array([-1, 1, -1, -1, -1], dtype=np.int32),
        overrides={2: Override(1, "o1", 2, 2, "key account", "Ada", "2027-01-01T00:00:00Z")},
    )
    topology = build_topology(layer.geometry)
    totals = Totals(plan, build_adjacency(topology, n), layer.perimeter_km)
    source = SimpleNamespace(
        plan=plan,
        geometry=layer.geometry,
        topology=topology,
        totals=totals,
        balance=compute_balance(plan, totals),
        baseline=None,
        partner_inputs=lambda: partner_inputs("Ada"),
    )
    return take_view(source)


def partner_inputs(
    name: str, revenue: float = 90.0, target: float = 100.0, account: str = "Müller & Söhne", remark: str = "a remark"
) -> PartnerInputs:
    """Return what the sheet of rep 1 as a partner is made of: every field holds something."""
    return PartnerInputs(
        partners=(
            Partner(1, "p1", 1, "reseller", "active", 1, '{"reach": 7}', remark, "2025-01-01", "", remark, 7.5, remark),
        ),
        names={1: name},
        territories={1: (f"{name} West",)},
        tiers=(Tier(1, "t1", "Silver", 0, 50.0, None, None, None, "Leads"),),
        changes=(TierChange(1, "c1", 1, None, 1, "2025-02-01", remark),),
        credentials=(Credential(1, "k1", 1, "certification", f"Course of {name}", "2025-01-01", ""),),
        deals=(
            Deal(1, "d1", 1, 1, f"Pumps for {account}", "2025-03-01", revenue, "proposal", None, "", "", "", remark),
        ),
        actions=(
            Action(1, "a1", "agreed", 1, None, f"Visit {account}", remark, name, "2030-01-01", "", "", "", remark),
        ),
        figures=(Figure(1, "f1", "revenue", "2025-Q1", 1, None, revenue),),
        quotas=(Quota(1, "q1", "2025-Q1", None, None, 1, target, remark),),
        programme=usual_programme(),
        markets={1: Market(4, 2, revenue, target)},
        conflicts={1: (ConflictLine("overlap", f"{name} and another sell to {account}.", account, revenue),)},
        probability_of={"proposal": 0.5},
        account_names={1: account},
        revenue_name="revenue",
    )


def against(view: ExportView, units: NDArray[np.int32]) -> Comparison:
    """Compare the view's plan with a scenario in which these territories, (U,) territory_ix, had the units."""
    n = len(view.plan.units)
    totals = Totals(view.plan, build_adjacency(view.topology, n), np.full(n, 400.0))
    former = replace(view.plan, unit_territory=units)
    return Comparison(side_of(former, totals.of_other(former)), side_of(view.plan, totals))


def compared_view() -> ExportView:
    """Return the small plan against a scenario in which East had everything."""
    view = small_view()
    return replace(view, comparison=against(view, np.full(len(view.plan.units), 1, dtype=np.int32)))


def with_baseline(view: ExportView) -> ExportView:
    """Return the plan with a baseline in which account 1 was West's too and square A4 was East's."""
    plan = view.plan
    before = plan.unit_territory.copy()
    before[3] = 1
    scenario = Scenario(1, "s", "Today")
    baseline = Variant(scenario, list(plan.territories), before, np.full(5, -1, dtype=np.int32))
    return replace(view, baseline=baseline)
