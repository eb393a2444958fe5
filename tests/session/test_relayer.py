"""Changing the unit layer through a real plan file; expected states are worked out by hand."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from territorymap.document.state_folder import cache_folder
from territorymap.errors import UserError
from territorymap.geo.layer import UnitLayer, interior_points, measure_geometry
from territorymap.geo.shipped import load_layer
from territorymap.session import commands
from territorymap.session.commands.relayer import change_units
from territorymap.session.commands.scenarios import new_scenario
from territorymap.session.relayer import Carrying, Relayering
from territorymap.session.relayer_report import findings, summary_lines, to_json
from territorymap.session.session import PlanChange, Session
from tests.geo.coverages import Geometries, drawn, voronoi
from tests.session.test_cutting import accounts_of, add_accounts, assert_consistent, owner, rows, units
from tests.support.grid import grid_layer


def layer_of(geometry: Geometries, codes: list[str], **values: list[float]) -> UnitLayer:
    lon, lat = interior_points(geometry)
    area_km2, perimeter_km = measure_geometry(geometry)
    code = np.array(codes, dtype=object)
    name = np.array([f"New {c}" for c in codes], dtype=object)
    blank = np.array([""] * len(codes), dtype=object)
    numbers = {n: np.array(v, dtype=float) for n, v in values.items()}
    return UnitLayer(
        code, name, blank, blank, blank, geometry, lon, lat, area_km2, perimeter_km, numbers,
        title="Halves", unit_word="half", attribution="Ada", layer_id="",
    )  # fmt: skip


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    """Squares A1..A4 in a row; West has A1 and A2, East A3, A4 is unassigned. A3 is locked.

    Ground: Households 100 a square. Accounts: Alpha and Beta in the east of A2, Gamma in A3, Delta (A1) without a
    position, Far in A4.
    """
    layer = grid_layer(4, 1)
    layer.values = {"Households": np.full(4, 100.0)}
    with Session.create(tmp_path / "row.gpkg", layer, author="Ada") as session:
        session.do(commands.create_territories(session.plan, ["West", "East"]))
        session.do(commands.assign_units(session.plan, np.array([0, 1]), 1))
        session.do(commands.assign_units(session.plan, np.array([2]), 2))
        session.do(commands.set_units_locked(session.plan, np.array([2]), True))
        add_accounts(
            session,
            [
                ("Alpha", 1.8, 0.5, 10.0, "A2"),
                ("Beta", 1.9, 0.5, 20.0, "A2"),
                ("Gamma", 2.5, 0.5, 40.0, "A3"),
                ("Delta", None, None, 1.0, "A1"),
                ("Far", 3.9, 0.5, 5.0, "A4"),
            ],
        )
        yield session


# A1 and the west half of A2; the east half of A2 with A3; A4 without its east.
HALVES = np.array(
    [
        shapely.MultiPolygon([shapely.box(0, 0, 1.5, 1)]),
        shapely.MultiPolygon([shapely.box(1.5, 0, 3, 1)]),
        shapely.MultiPolygon([shapely.box(3, 0, 3.5, 1)]),
    ],
    dtype=object,
)


def halves(**values: list[float]) -> UnitLayer:
    return layer_of(HALVES, ["X", "Y", "A4"], **values)


def prepared(session: Session, layer: UnitLayer, rule: str = "area") -> Relayering:
    return Carrying(session.plan, session.geometry, layer).by(rule)


def change(session: Session, layer: UnitLayer, rule: str = "area") -> PlanChange:
    return session.do(change_units(session.plan, prepared(session, layer, rule)))


def test_territories_are_carried_over_by_area(session: Session) -> None:
    change(session, halves())
    assert [owner(session, code) for code in ("X", "Y", "A4")] == ["West", "East", ""]
    assert session.plan.units.name.tolist() == ["New A4", "New X", "New Y"]  # A4 keeps its row
    assert session.plan.info.unit_layer_title == "Halves"
    assert session.plan.info.unit_word == "half"
    assert_consistent(session)


def test_territories_are_carried_over_by_accounts(session: Session) -> None:
    """Y has two accounts of West, one of East; its ground is mostly East's."""
    change(session, halves(), "accounts")
    assert [owner(session, code) for code in ("X", "Y", "A4")] == ["West", "West", ""]
    assert_consistent(session)


def test_locks_follow_the_ground(session: Session) -> None:
    change(session, halves())
    assert session.plan.units.locked[units("X", "Y", "A4", of=session)].tolist() == [False, True, False]


def test_accounts_get_their_unit_by_position_else_where_their_unit_went(session: Session) -> None:
    new = prepared(session, halves())
    assert new.n_by_unit == 1
    session.do(change_units(session.plan, new))
    # Far lies 44 km east of the new A4: in no unit.
    assert [accounts_of(session).get(code) for code in ("X", "Y", "A4")] == [
        ["Delta"],
        ["Alpha", "Beta", "Gamma"],
        None,
    ]
    assert session.plan.accounts.unit_ix.tolist()[-1] == -1


def test_numbers_of_the_ground_are_shared_by_area_or_the_new_layers_own(session: Session) -> None:
    change(session, halves())
    values = session.plan.units.values["m_households"]
    assert values[units("X", "Y", "A4", of=session)] == pytest.approx([150, 150, 100], rel=1e-3)
    session.undo()
    change(session, halves(Households=[1, 2, 3], Shops=[7, 8, 9]))
    plan = session.plan
    assert plan.units.values["m_households"][units("X", "Y", "A4", of=session)].tolist() == [1, 2, 3]
    shops = next(m for m in plan.measures if m.name == "Shops")
    assert plan.units.values[shops.column_name][units("X", "Y", "A4", of=session)].tolist() == [7, 8, 9]
    assert_consistent(session)
    session.undo()
    assert_consistent(session)


def test_what_changes_is_listed_before_it_is_done(session: Session) -> None:
    before = rows(session)
    layer = layer_of(HALVES[:2], ["X", "Y"])
    new = prepared(session, layer)
    facts = to_json(session.plan, new)
    assert facts["no_successor"] == ["A4"]
    assert facts["accounts_changing_territory"] == ["Alpha", "Beta"]
    assert facts["accounts_in_no_unit"] == ["Far"]
    assert facts["moved"] == {"Revenue": 30.0}
    assert facts["unassigned"] == []
    (split,) = facts["splits"]
    assert (split["unit_code"], split["territory"], split["tie"]) == ("Y", "East", False)
    assert split["shares"] == pytest.approx({"East": 2 / 3, "West": 1 / 3}, abs=1e-3)
    west, east = facts["territories"]
    assert (west["units"], west["accounts"], west["totals"]["Revenue"]) == ([2, 1], [3, 1], [31.0, 1.0])
    assert (east["units"], east["accounts"], east["totals"]["Revenue"]) == ([1, 1], [1, 3], [40.0, 70.0])
    assert east["totals"]["Households"] == pytest.approx([100, 150], rel=1e-3)
    assert "2 accounts change their territory." in summary_lines(session.plan, new)
    assert "1 unit has no successor." in summary_lines(session.plan, new)
    kinds = [row.kind for row in findings(session.plan, new)]
    assert kinds == ["lost", "split", "account_lost", "account_moved", "account_moved"]
    assert rows(session) == before


def test_the_list_says_what_then_is_so(session: Session) -> None:
    new = prepared(session, halves(), "accounts")
    before = session.plan.territory_of_accounts()
    session.do(change_units(session.plan, new))
    moved = np.flatnonzero(session.plan.territory_of_accounts() != before)
    assert moved.tolist() == new.account_moved_ix.tolist()
    assert session.totals.n_units.tolist() == [t.n_units[1] for t in new.territories]
    assert session.totals.n_accounts.tolist() == [t.n_accounts[1] for t in new.territories]


def test_a_tie_is_told_and_goes_to_the_first_territory(session: Session) -> None:
    new = prepared(session, layer_of(drawn("P Q Q R"), ["P", "Q", "R"]))
    assert [(split.unit_ix, split.is_tie) for split in new.splits] == [(1, True)]
    assert new.unit_territory.tolist() == [0, 0, -1]
    assert "Tie" in {"tie": "Tie"}[findings(session.plan, new)[0].kind]
    by_accounts = prepared(session, layer_of(drawn("P Q Q R"), ["P", "Q", "R"]), "accounts")
    assert by_accounts.ties == []  # two accounts against one


def test_overrides_stay(session: Session) -> None:
    session.do(commands.set_override(session.plan, np.array([0]), 2, "key account"))
    new = prepared(session, halves())
    assert new.account_moved_ix.tolist() == [1]  # Alpha was East's by name already
    session.do(change_units(session.plan, new))
    assert session.plan.account_override.tolist() == [1, -1, -1, -1, -1]


def test_it_is_one_step_exact_to_the_last_byte(session: Session) -> None:
    before, n_steps = rows(session), len(session.timeline())
    done = change(session, halves())
    assert done.label == "Change the unit layer to Halves"
    assert done.delta.is_ground_changed
    after = rows(session)
    assert len(session.timeline()) == n_steps + 1
    session.undo()
    assert rows(session) == before
    assert_consistent(session)
    session.redo()
    assert rows(session) == after
    session.close()
    with Session.open(session.document.path, author="Eve") as again:
        assert rows(again) == after
        again.undo()
        assert rows(again) == before
        assert_consistent(again)


def test_cut_units_become_units_of_the_new_layer(session: Session) -> None:
    session.do(commands.cut_units(session.plan, session.geometry, shapely.LineString([(0.5, -1), (0.5, 2)])))
    change(session, halves())
    assert set(session.plan.units.part_of) == {""}
    assert_consistent(session)


def test_the_same_layer_changes_nothing(session: Session) -> None:
    same = grid_layer(4, 1)
    done = change(session, same)
    tables = {c.table for c in done.changes} - {"plan"}
    assert tables == set()
    assert not done.delta.is_ground_changed


def test_units_that_were_unassigned_and_stay_so_are_counted_not_listed(session: Session) -> None:
    new = prepared(session, halves())
    assert (new.new_unassigned_ix.tolist(), new.n_still_unassigned) == ([], 1)
    wider = np.append(HALVES, [shapely.MultiPolygon([shapely.box(4, 0, 5, 1)])])
    new = prepared(session, layer_of(wider, ["X", "Y", "A4", "Z"]))
    assert (new.new_unassigned_ix.tolist(), new.n_still_unassigned) == ([3], 1)  # nobody was where Z is
    assert "1 unit is unassigned as its ground was." in summary_lines(session.plan, new)


def test_the_map_is_packed_ahead_and_taken(session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERRITORYMAP_STATE_DIR", str(tmp_path / "state"))
    carrying = Carrying(session.plan, session.geometry, halves())
    session.take_packed()
    carrying.pack_ahead(cache_folder())
    packed = set(cache_folder().glob("units-*.bin"))
    session.do(change_units(session.plan, carrying.by("area")))
    session.take_packed()
    assert set(cache_folder().glob("units-*.bin")) == packed


def names_in(session: Session, scenario_id: int) -> list[str]:
    variant = session.variant(scenario_id)
    return [variant.territories[ix].name if ix >= 0 else "" for ix in variant.unit_territory]


def test_every_scenario_is_carried_over(session: Session) -> None:
    """In the other scenario East has A2, A3 and A4, and nobody A1: most of X is nobody's there. In order A4, X, Y."""
    session.do(new_scenario(session.plan, "What if"))
    other = session.plan.scenarios[-1].scenario_id
    session.switch_scenario(other)
    session.do(commands.assign_units(session.plan, np.array([1, 3]), 2))
    session.do(commands.assign_units(session.plan, np.array([0]), None))
    session.switch_scenario(1)
    carrying = Carrying(session.plan, session.geometry, halves(), others=session.other_variants())
    session.do(change_units(session.plan, carrying.by("area")))
    assert names_in(session, 1) == ["", "West", "East"]
    assert names_in(session, other) == ["East", "", "East"]
    assert session.document.check() == []
    session.undo()
    assert names_in(session, 1) == ["West", "West", "East", ""]
    assert names_in(session, other) == ["", "East", "East", "East"]
    assert session.document.check() == []


def test_an_empty_layer_is_refused(session: Session) -> None:
    with pytest.raises(UserError, match="has no units"):
        prepared(session, layer_of(HALVES[:0], []))


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(1, 25), st.integers(0, 999), st.sampled_from(["area", "accounts"]))
def test_any_layer_keeps_all_laws(tmp_path_factory: pytest.TempPathFactory, n: int, seed: int, rule: str) -> None:
    rng = np.random.default_rng(seed)
    with Session.create(tmp_path_factory.mktemp("any") / "g.gpkg", grid_layer(6, 6), author="Ada") as session:
        session.do(commands.create_territories(session.plan, ["P", "Q", "R"]))
        for territory_id in (1, 2, 3):
            session.do(commands.assign_units(session.plan, rng.choice(36, 12, replace=False), territory_id))
        points = [(f"K{i}", float(x), float(y), 1.0) for i, (x, y) in enumerate(rng.uniform(0, 6, (50, 2)))]
        add_accounts(session, [(*p, "ABCDEF"[int(p[2])] + str(int(p[1]) + 1)) for p in points])
        before = rows(session)
        geometry = voronoi(n, seed)
        layer = layer_of(geometry, [f"V{i}" if i % 3 else f"A{i + 1}" for i in range(len(geometry))])
        new = prepared(session, layer, rule)
        session.do(change_units(session.plan, new))
        assert_consistent(session)
        assert len(session.plan.units) == len(layer)
        at = shapely.points(session.plan.accounts.lon, session.plan.accounts.lat)
        placed = session.plan.accounts.unit_ix >= 0
        shape = session.geometry[session.plan.accounts.unit_ix[placed]]
        assert (shapely.distance(shape, at[placed]) < 0.05).all()
        assert session.totals.n_units.tolist() == [t.n_units[1] for t in new.territories]
        session.undo()
        assert rows(session) == before
        assert_consistent(session)


def test_a_shipped_layer_of_other_units(tmp_path: Path) -> None:
    """States to counties: every county goes to the territory of its state, as its code says."""
    states = load_layer("us-states")
    with Session.create(tmp_path / "states.gpkg", states, author="Ada") as session:
        session.do(commands.create_territories(session.plan, ["South", "North"]))
        south = np.flatnonzero(session.plan.units.lat < 38)
        session.do(commands.assign_units(session.plan, south, 1))
        session.do(commands.assign_units(session.plan, np.setdiff1d(np.arange(len(states)), south), 2))
        state_of = dict(zip(session.plan.units.code, session.plan.unit_territory, strict=True))
        counties = load_layer("us-counties")
        change(session, counties)
        expected = [state_of.get(str(code)[:2], -1) for code in session.plan.units.code]
        assert (session.plan.unit_territory == expected).mean() > 0.999
        session.undo()
        assert len(session.plan.units) == len(states)
        assert session.document.check() == []
