"""With everything hidden, no format holds a hidden name or number, wherever one looks."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest

from territorymap.exporters.redact import redacted
from territorymap.exporters.registry import ExportOptions, export, list_exporters
from territorymap.exporters.view import ExportView
from territorymap.metrics.move_figures import Ages
from territorymap.model.accounts import Accounts
from territorymap.model.plan import Plan
from territorymap.model.privacy import Privacy, pay_columns, privacy_for, revenue_columns
from territorymap.model.records import (
    Alignment,
    Cap,
    Conflict,
    Measure,
    Override,
    PlanInfo,
    Region,
    Rep,
    Scenario,
    Scene,
    Segment,
    Territory,
)
from territorymap.model.scene_view import read_scene_view
from territorymap.model.variant import Variant
from tests.exporters.small_plan import partner_inputs, small_view
from tests.support.leaks import found_in_file, found_in_object

REPS = ["Adalbert Quisling", "Ottoline Vandermeer"]
ACCOUNTS = ["Zyxomma Werke GmbH", "Fjordkraftwerk", "王小明商店", "Brontë & Söhne", "<b>Hexapus</b>"]
KEYS = ["KX-90017", "KX-90018", "KX-90019", "KX-90020", "KX-90021"]
REVENUE = [731846.25, 91827.5, 600613.75, 41417.125, 275301.5]
PAY = [88123.5, 77011.25, 66017.75, 55019.5, 44021.25]
WORDS = ["Quisling", "Vandermeer", "02139-7701", "Elmstreetville", "secret handshake", "adalbert@example.org"]
HIDDEN_NAMES = [*REPS, *(name for name in ACCOUNTS), *KEYS, *WORDS]


def telling_view() -> ExportView:
    """Return the small plan with names and numbers that can be nobody else's, in every field that can hold one."""
    view = small_view()
    plan = view.plan
    accounts = dataclasses.replace(
        plan.accounts,
        key=_texts(KEYS),
        name=_texts(ACCOUNTS),
        postal_code=_texts(["02139-7701"] * 5),
        city=_texts(["Elmstreetville"] * 5),
        values={"revenue": np.array(REVENUE), "commission": np.array(PAY)},
        segments={
            "industry": _texts(["steel", "", "steel", "run by Quisling", "see Zyxomma Werke GmbH"]),
            "mail": _texts(["adalbert@example.org", "", "b@example.org", "c@example.org", "d@example.org"]),
        },
    )
    territories = [
        dataclasses.replace(plan.territories[0], name="Quisling North", region_id=1),
        dataclasses.replace(plan.territories[1], name="Fjordkraftwerk only"),
        dataclasses.replace(plan.territories[2], name="Ottoline Vandermeer"),
    ]
    measures = [*plan.measures, Measure(6, "m6", "commission", "account", "commission")]
    reps = [
        dataclasses.replace(rep, name=name, home_city="Elmstreetville", home_postal_code="02139-7701", fte=0.73)
        for rep, name in zip(plan.reps, REPS, strict=True)
    ]
    told = dataclasses.replace(
        plan,
        info=dataclasses.replace(plan.info, title="Plan of Quisling", note="secret handshake"),
        accounts=accounts,
        territories=territories,
        reps=reps,
        measures=measures,
        segments=[*plan.segments, Segment(2, "s2", "mail", "mail")],
        overrides={2: Override(1, "o1", 2, 2, "secret handshake of KX-90018", "Adalbert Quisling", "2027-01-01")},
        regions=[Region(1, "g1", "Vandermeer's")],
        scenario=Scenario(1, "c1", "Quisling keeps all", note="secret handshake", author="Quisling"),
        scenarios=[
            Scenario(1, "c1", "Quisling keeps all", note="secret handshake", author="Quisling"),
            Scenario(2, "c2", "Vandermeer gains", parent_id=1),
        ],
        caps=[Cap(1, "p1", 4, "rep", "lost", 0.1), Cap(2, "p2", 3, "rep", "lost", 0.1)],
        scenes=[
            Scene(1, "n1", "What Quisling loses", "secret handshake", '{"v":1,"account_size":"measure:revenue"}'),
        ],
        conflicts=[Conflict(1, "f1", "m", "rep", "k", "name", *([f'"{REPS[0]}"'] * 3), *(["Quisling"] * 4), "open")],
    )
    return _taken(view, told)


def _taken(view: ExportView, plan: Plan) -> ExportView:
    from types import SimpleNamespace

    from territorymap.exporters.view import take_view
    from territorymap.geo.adjacency import build_adjacency
    from territorymap.metrics.balance import compute_balance
    from territorymap.metrics.totals import Totals

    n = len(plan.units)
    totals = Totals(plan, build_adjacency(view.topology, n), np.full(n, 400.0))
    source = SimpleNamespace(
        plan=plan,
        geometry=view.geometry,
        topology=view.topology,
        totals=totals,
        balance=compute_balance(plan, totals),
        baseline=_baseline(plan),
        ages_against=lambda _: Ages(np.full(n, 3.0), np.full(len(plan.accounts), 4.0)),
        partner_inputs=lambda: partner_inputs(REPS[0], REVENUE[0], PAY[0], ACCOUNTS[0], "secret handshake of Quisling"),
    )
    return take_view(source)


def _baseline(plan: Plan) -> Variant:
    """Before, nobody had the first row, and every territory was Ottoline's and bore her name."""
    units = plan.unit_territory.copy()
    units[:4] = -1
    territories = [
        dataclasses.replace(t, name=f"Ottoline Vandermeer {t.territory_id}", rep_id=plan.reps[1].rep_id)
        for t in plan.territories
    ]
    scenario = Scenario(7, "s7", "Plan of Adalbert Quisling", note="secret handshake", author="adalbert@example.org")
    return Variant(scenario, territories, units, np.full(len(plan.accounts), -1, dtype=np.int32))


def _texts(texts: list[str]) -> np.ndarray:
    out = np.empty(len(texts), dtype=object)
    out[:] = texts
    return out


def hidden_numbers(view: ExportView) -> list[float]:
    """Return every figure of the hidden measures: of accounts, units, territories; totals and targets."""
    rows = [i for i, m in enumerate(view.plan.measures) if m.name in ("revenue", "commission")]
    figures = [*REVENUE, *PAY, *view.territory_total[rows].ravel(), *view.balance.target[rows].ravel()]
    return sorted({float(x) for x in figures if np.isfinite(x) and abs(x) > 1000})


EVERYTHING = Privacy(True, True, frozenset({"revenue"}), frozenset({"commission"}), hides_terms=True)


def test_the_search_finds_all_of_it_where_nothing_is_hidden(tmp_path: Path) -> None:
    """The search itself works: in CSV, in a GeoPackage's doubles, in the deflated arrays of a web page."""
    view = telling_view()
    for name in ("accounts.csv", "accounts.gpkg"):
        found = found_in_file(export(view, tmp_path / name, "accounts"), HIDDEN_NAMES, REVENUE)
        assert {hit.partition(" in ")[0] for hit in found} >= {REPS[0], *ACCOUNTS, *KEYS, *map(repr, REVENUE)}
    found = found_in_file(export(view, tmp_path / "a.html", "units"), REPS, hidden_numbers(view))
    assert any("deflated" in hit for hit in found)
    assert any(REPS[0] in hit for hit in found)
    assert found_in_object(view, ["secret handshake"], [REVENUE[0]])


def test_nothing_hidden_can_be_reached_from_the_redacted_view() -> None:
    view = telling_view()
    shown = redacted(view, EVERYTHING)
    assert found_in_object(shown, HIDDEN_NAMES, [*hidden_numbers(view), 0.73]) == []
    assert len(shown.page_state["territories"][0]["total"]) == len(shown.plan.measures)


@pytest.mark.parametrize("name", [exporter.name for exporter in list_exporters()])
def test_no_format_holds_what_is_hidden(tmp_path: Path, name: str) -> None:
    view = telling_view()
    format_ = next(e for e in list_exporters() if e.name == name)
    numbers = hidden_numbers(view)
    for what in format_.what:
        path = tmp_path / f"{what}.{format_.extension}"
        export(view, path, what, ExportOptions(privacy=EVERYTHING), name=name)
        assert found_in_file(path, HIDDEN_NAMES, numbers) == []


def test_what_stands_for_a_name_is_the_same_everywhere_and_positions_stay() -> None:
    view = telling_view()
    shown = redacted(view, EVERYTHING)
    assert [rep.name for rep in shown.plan.reps] == ["Rep 1", "Rep 2"]
    assert [t.name for t in shown.plan.territories] == ["Rep 1 North", "Account 2 only", "Rep 2"]
    assert shown.rep_names().tolist() == ["Rep 1", "", "Rep 2", ""]
    assert shown.plan.accounts.name.tolist() == [f"Account {n}" for n in range(1, 6)]
    assert shown.plan.accounts.segments["industry"].tolist() == ["steel", "", "steel", "run by Rep 1", "see Account 1"]
    assert [s.name for s in shown.plan.segments] == ["industry"]
    assert [m.name for m in shown.plan.measures] == ["accounts", "units", "workload_h", "households"]
    assert shown.balance.measures == ["accounts", "units", "workload_h", "households"]
    assert (shown.plan.unit_territory == view.plan.unit_territory).all()
    assert [row["name"] for row in shown.page_state["territories"]] == ["Rep 1 North", "Account 2 only", "Rep 2"]
    assert [s.name for s in shown.plan.scenarios] == ["Rep 1 keeps all", "Rep 2 gains"]
    assert [c.measure_id for c in shown.plan.caps] == [3]
    assert shown.plan.scenes[0].caption == "What Rep 1 loses"
    assert read_scene_view(shown.plan.scenes[0].content).account_size == ""
    assert view.plan.reps[0].name == REPS[0]


def test_each_switch_hides_its_own_and_no_more() -> None:
    view = telling_view()
    reps_only = redacted(view, Privacy(rep_names=True)).plan
    assert reps_only.accounts.name.tolist() == ACCOUNTS
    assert "revenue" in [m.name for m in reps_only.measures]
    assert reps_only.reps[0].capacity_h == 100.0
    pay_only = redacted(view, privacy_for(view.plan, pay=True)).plan
    assert [rep.name for rep in pay_only.reps] == REPS
    assert [rep.capacity_h for rep in pay_only.reps] == [None, None]
    assert "commission" not in [m.name for m in pay_only.measures]
    assert redacted(view, Privacy()) is view


def test_workload_can_be_hidden_and_counts_cannot() -> None:
    shown = redacted(telling_view(), Privacy(revenue=frozenset({"workload_h", "accounts", "units"})))
    assert [m.name for m in shown.plan.measures] == ["accounts", "units", "revenue", "households", "commission"]
    assert np.isnan(shown.account_workload_h).all()


def test_columns_are_known_by_their_names() -> None:
    plan = telling_view().plan
    assert revenue_columns(plan) == {"revenue"}
    assert pay_columns(plan) == {"commission"}
    named = dataclasses.replace(plan, measures=[Measure(1, "x", "Payments terms", "account", "x")])
    assert pay_columns(named) == frozenset()


def test_every_field_of_a_plan_has_been_thought_of() -> None:
    """A new field may hold a name: veil it in model/veil.py (or exporters/redact.py), then add it here."""
    known = {
        Plan: "info units accounts territories reps measures segments unit_territory account_override overrides "
        "regions scenario scenarios alignment alignments caps scenes conflicts in_scope",
        PlanInfo: "uuid title note effective_date unit_layer unit_layer_title unit_word attribution target_kind "
        "constants currency extract_of extract_territories",
        Accounts: "account_id key name postal_code city state country lon lat level unit_ix constants values segments "
        "is_protected wants_change satisfaction",
        Territory: "territory_id uuid name color rep_id locked region_id sort_order team vacant_since is_outside",
        Rep: "rep_id uuid name home_postal_code home_city home_state home_country lon lat location_level capacity_h "
        "fte kind role seniority career_level started_on languages verticals",
        Region: "region_id uuid name parent_region_id manager alignment_id",
        Alignment: "alignment_id uuid name role scope color sort_order note",
        Scenario: "scenario_id uuid name parent_id is_baseline color note author effective_date status created_at",
        Scene: "scene_id uuid caption notes content sort_order",
        Cap: "cap_id uuid measure_id per kind max_share",
        Variant: "scenario territories unit_territory account_override overrides in_scope alignment_id",
        Override: "override_id uuid account_id territory_id reason author created_at",
        ExportView: "plan geometry topology balance territory_total unit_total account_workload_h n_units n_accounts "
        "pieces cut_edges polsby_popper page_state baseline variants comparison ages coverages lists log registers "
        "partners figures",
    }
    for kind, names in known.items():
        assert [f.name for f in dataclasses.fields(kind)] == names.split(), kind
