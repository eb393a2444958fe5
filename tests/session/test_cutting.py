"""Cutting units and joining parts through a real plan file; expected states are worked out by hand."""

from __future__ import annotations

import csv
import json
import os
import random
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import shapely
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from territorymap.document import Document
from territorymap.errors import UserError
from territorymap.exporters.registry import export
from territorymap.geo.adjacency import build_adjacency
from territorymap.geo.topology import build_topology, unmatched_km
from territorymap.importers.alignment import build_alignment
from territorymap.importers.columns import guess_columns
from territorymap.importers.table import read_table
from territorymap.metrics.totals import Totals
from territorymap.session import commands
from territorymap.session.ground import perimeters
from territorymap.session.session import PlanChange, Session
from tests.support.grid import grid_layer

# Square B2 spans 1..2 by 1..2. Alpha and Beta lie in its west, Gamma in its east, Delta has no position.
ACCOUNTS = [
    ("Alpha", 1.1, 1.5, 100.0),
    ("Beta", 1.2, 1.9, 50.0),
    ("Gamma", 1.9, 1.5, 7.0),
    ("Delta", None, None, 1.0),
]
NORTH = shapely.LineString([(1.25, -1), (1.25, 5)])  # through the second column, a quarter to its west


def line(*points: tuple[float, float]) -> shapely.LineString:
    return shapely.LineString(points)


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    """Three by three squares; West has the two left columns, East the third. B2 has four accounts.

    ::

        C1 C2 C3     W W E
        B1 B2 B3     W W E
        A1 A2 A3     W W E
    """
    layer = grid_layer(3, 3)
    layer.values = {"Households": np.arange(1.0, 10.0) * 100}
    with Session.create(tmp_path / "grid.gpkg", layer, author="Ada") as session:
        session.do(commands.create_territories(session.plan, ["West", "East"]))
        session.do(commands.assign_units(session.plan, units("A1", "A2", "B1", "B2", "C1", "C2", of=session), 1))
        session.do(commands.assign_units(session.plan, units("A3", "B3", "C3", of=session), 2))
        add_accounts(session, [(*account, "B2") for account in ACCOUNTS])
        yield session


def add_accounts(session: Session, rows: list[tuple[str, float | None, float | None, float, str]]) -> None:
    with session.document.step("Accounts") as writer:
        column = writer.add_measure("Revenue", "account").column_name
        writer.insert(
            "account",
            [
                {
                    "account_key": name,
                    "account_name": name,
                    "lon": lon,
                    "lat": lat,
                    "unit_id": int(session.plan.units.unit_id[session.plan.units.ix_by_code[code]]),
                    column: revenue,
                }
                for name, lon, lat, revenue, code in rows
            ],
        )
    session._memory.read_anew()  # the rows were written past the session


def units(*codes: str, of: Session) -> np.ndarray:
    return np.array([of.plan.units.ix_by_code[code] for code in codes])


def rows(session: Session) -> dict[str, list[tuple[object, ...]]]:
    """Everything in the file that is not history."""
    names = ("plan", "unit", "account", "territory", "assignment", "override", "measure")
    found = {}
    for name in names:
        cursor = session.document._connection.execute(f"SELECT * FROM {name}")
        where = [i for i, column in enumerate(cursor.description) if not (name == "territory" and column[0] == "geom")]
        found[name] = sorted(tuple(row[i] for i in where) for row in cursor)
    return found


def accounts_of(session: Session) -> dict[str, list[str]]:
    """Unit code -> names of the accounts that lie in it."""
    plan = session.plan
    found: dict[str, list[str]] = {}
    for name, ix in zip(plan.accounts.name, plan.accounts.unit_ix, strict=True):
        found.setdefault(str(plan.units.code[ix]) if ix >= 0 else "", []).append(str(name))
    return found


def owner(session: Session, code: str) -> str:
    ix = int(session.plan.unit_territory[session.plan.units.ix_by_code[code]])
    return session.plan.territories[ix].name if ix >= 0 else ""


def assert_consistent(session: Session) -> None:
    """Memory = file, deltas = full, the ground is one clean coverage."""
    fresh = session.document.load()
    plan = session.plan
    for name in ("unit_id", "code", "name", "parent_code", "part_of", "lon", "lat", "area_km2", "locked"):
        assert getattr(plan.units, name).tolist() == getattr(fresh.units, name).tolist(), name
    for column in plan.units.values:
        np.testing.assert_array_equal(plan.units.values[column], fresh.units.values[column])
    assert plan.unit_territory.tolist() == fresh.unit_territory.tolist()
    assert plan.accounts.unit_ix.tolist() == fresh.accounts.unit_ix.tolist()
    stored = session.document.geometry()
    assert shapely.equals_exact(session.geometry, stored, 0).all()
    assert shapely.coverage_is_valid(stored)
    topology = build_topology(stored)
    assert topology.report.n_overlapping_segments == 0
    assert unmatched_km(topology, stored) < 1e-4
    full = Totals(fresh, build_adjacency(topology, len(stored)), perimeters(topology, len(stored)))
    np.testing.assert_allclose(session.totals.territory_total, full.territory_total, rtol=1e-9)
    np.testing.assert_allclose(session.totals.perimeter_km, full.perimeter_km, rtol=1e-9)
    assert session.totals.pieces.tolist() == full.pieces.tolist()
    assert session.totals.cut_edges.tolist() == full.cut_edges.tolist()
    assert session.document.check() == []


def cut(session: Session, shape: shapely.Geometry, territory_id: int | None = None) -> PlanChange:
    return session.do(commands.cut_units(session.plan, session.geometry, shape, territory_id=territory_id))


# -- cutting -----------------------------------------------------------------------------------------------------------


def test_a_cut_unit_is_two_parts_with_the_codes_of_the_whole(session: Session) -> None:
    change = cut(session, line((1.25, 0.9), (1.25, 2.1)))
    assert change.label == "Cut Square B2 (B2)"
    plan = session.plan
    assert "B2" not in plan.units.ix_by_code
    larger, smaller = units("B2-a", "B2-b", of=session)
    assert plan.units.name[[larger, smaller]].tolist() == ["Square B2 (a)", "Square B2 (b)"]
    assert plan.units.part_of[[larger, smaller]].tolist() == ["B2", "B2"]
    assert plan.units.parent_code[larger] == "B"
    assert plan.units.area_km2[smaller] / plan.units.area_km2[larger] == pytest.approx(1 / 3, rel=1e-3)
    assert owner(session, "B2-a") == owner(session, "B2-b") == "West"
    assert change.delta.is_ground_changed
    assert_consistent(session)


def test_accounts_go_to_their_side_and_those_without_a_position_to_the_largest(session: Session) -> None:
    change = cut(session, line((1.25, 0.9), (1.25, 2.1)))
    assert accounts_of(session) == {"B2-a": ["Gamma", "Delta"], "B2-b": ["Alpha", "Beta"]}
    assert "1 account without a position went with the largest part." in change.notes
    revenue = [m.name for m in session.plan.measures].index("Revenue")
    by_unit = session.totals.unit_measure[revenue]
    assert by_unit[units("B2-a", "B2-b", of=session)].tolist() == [8.0, 150.0]


def test_measures_of_the_ground_are_shared_by_area_and_sum_to_what_there_was(session: Session) -> None:
    cut(session, line((1.25, 0.9), (1.25, 2.1)))
    values = session.plan.units.values["m_households"]
    larger, smaller = values[units("B2-a", "B2-b", of=session)]
    assert larger + smaller == 500.0
    assert smaller == pytest.approx(125, rel=1e-3)


def test_a_value_that_is_not_known_is_not_known_of_the_parts(session: Session) -> None:
    with session.document.step("No number") as writer:
        writer.update("unit", {5: {"m_households": None}})
    session.plan.units.values["m_households"][4] = np.nan
    cut(session, line((1.25, 0.9), (1.25, 2.1)))
    assert np.isnan(session.plan.units.values["m_households"][units("B2-a", "B2-b", of=session)]).all()
    session.do(commands.join_parts(session.plan, session.geometry, units("B2-a", of=session)))
    assert np.isnan(session.plan.units.values["m_households"][units("B2", of=session)]).all()


def test_the_way_between_stops_follows_the_area_of_the_part(session: Session) -> None:
    """hop = 0.7124 x sqrt(area of the part / accounts in the part)."""
    cut(session, line((1.25, 0.9), (1.25, 2.1)))
    plan = session.plan
    part = units("B2-b", of=session)[0]
    km = 0.7124 * np.sqrt(plan.units.area_km2[part] / 2)
    hours = 12 * 60 * 1.3 / 60 * km / 60
    assert session.totals.ledger.parts.hop_h[0] == pytest.approx(hours)


def test_a_part_that_is_cut_again_adds_a_letter(session: Session) -> None:
    cut(session, line((1.25, 0.9), (1.25, 2.1)))
    cut(session, line((0.9, 1.5), (2.1, 1.5)))
    assert sorted(c for c in session.plan.units.code if c.startswith("B2")) == ["B2-aa", "B2-ab", "B2-ba", "B2-bb"]
    assert set(session.plan.units.part_of[units("B2-aa", "B2-bb", of=session)]) == {"B2"}
    assert session.plan.units.name[units("B2-ab", of=session)].tolist() == ["Square B2 (ab)"]
    assert_consistent(session)


def test_codes_that_the_layer_has_already_are_not_made_again(tmp_path: Path) -> None:
    layer = grid_layer(2, 1)
    layer.code = np.array(["A", "a-A"], dtype=object)
    with Session.create(tmp_path / "own.gpkg", layer, author="Ada") as session:
        cut(session, line((0.5, -1), (0.5, 2)))
        assert sorted(session.plan.units.code) == ["A--a", "A--b", "a-A"]


def test_a_unit_that_the_line_ends_in_stays_whole_and_is_named(session: Session) -> None:
    change = cut(session, line((1.25, -0.5), (1.25, 2.5)))
    assert "Square C2 (C2) stays whole: the line ends inside it." in change.notes
    assert {"A2-a", "A2-b", "B2-a", "B2-b", "C2"} <= set(session.plan.units.code)
    assert_consistent(session)


def test_a_line_that_cuts_nothing_is_refused_and_says_why(session: Session) -> None:
    before = rows(session)
    with pytest.raises(UserError, match=r"No unit is cut. Square B2 \(B2\) stays whole: the line ends inside it"):
        cut(session, line((1.2, 1.5), (1.8, 1.5)))
    with pytest.raises(UserError, match="No unit is cut"):
        cut(session, line((50, 50), (51, 51)))
    assert rows(session) == before


def test_locked_units_and_territories_are_refused_by_name(session: Session) -> None:
    session.do(commands.set_units_locked(session.plan, units("B2", of=session), True))
    with pytest.raises(UserError, match=r"Square B2 \(B2\) is locked"):
        cut(session, NORTH)
    session.undo()
    session.do(commands.set_territory_locked(session.plan, [1], True))
    with pytest.raises(UserError, match="West is locked"):
        cut(session, NORTH)
    session.undo()
    session.do(commands.set_territory_locked(session.plan, [2], True))
    with pytest.raises(UserError, match="East is locked"):
        cut(session, line((1.25, 0.9), (1.25, 2.1)), territory_id=2)


def test_the_left_side_of_a_line_goes_to_a_territory(session: Session) -> None:
    cut(session, line((1.25, 2.1), (1.25, 0.9)), territory_id=2)  # southward: east is left
    assert (owner(session, "B2-a"), owner(session, "B2-b")) == ("East", "West")
    assert_consistent(session)


def test_the_inside_of_a_polygon_goes_to_a_territory_whole_units_too(session: Session) -> None:
    cut(session, shapely.box(0.5, -1, 2.1, 1.5), territory_id=2)
    inside = {str(c) for c in session.plan.units.code if owner(session, str(c)) == "East"}
    assert "A2" in inside
    assert {"A3-a", "A3-b", "B3-a", "B3-b", "C3"} <= inside
    assert owner(session, "A1-a") != owner(session, "A1-b")
    assert_consistent(session)


def test_overrides_stay_with_their_accounts(session: Session) -> None:
    session.do(commands.set_override(session.plan, np.array([0]), 2, "key account"))
    cut(session, line((1.25, 0.9), (1.25, 2.1)))
    assert session.plan.account_override.tolist() == [1, -1, -1, -1]
    assert_consistent(session)


# -- undo, restart, kill -----------------------------------------------------------------------------------------------


def test_undo_and_redo_are_exact_to_the_last_byte(session: Session) -> None:
    before = rows(session)
    cut(session, NORTH)
    after = rows(session)
    session.undo()
    assert rows(session) == before
    assert_consistent(session)
    session.redo()
    assert rows(session) == after
    assert_consistent(session)


def test_a_cut_survives_a_restart_and_can_be_undone_then(session: Session) -> None:
    before = rows(session)
    cut(session, NORTH)
    after = rows(session)
    session.close()
    with Session.open(session.document.path, author="Eve") as again:
        assert rows(again) == after
        assert again.document.notices == []
        again.undo()
        assert rows(again) == before
        assert_consistent(again)


def test_going_far_back_in_the_history_tells_that_the_ground_changed(session: Session) -> None:
    cut(session, NORTH)
    for n in range(9):
        session.do(commands.rename_territory(session.plan, 1, f"West {n}"))
    told: list[PlanChange] = []
    session.listen(told.append)
    session.go_to(session.timeline()[0].step_id)
    assert [change.delta.is_ground_changed for change in told] == [True]
    assert len(session.plan.units) == 9


steps = st.lists(
    st.tuples(
        st.sampled_from(["line", "polygon", "join", "undo", "redo", "give"]),
        st.lists(st.tuples(st.integers(-5, 35), st.integers(-5, 35)), min_size=3, max_size=4),
    ),
    max_size=6,
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps)
@example([("line", [(0, 0), (8, 18), (0, -2), (3, 18)]), ("line", [(0, 0), (3, 18), (0, -2)])])  # along the first cut
def test_any_cuts_joins_and_undos_keep_all_laws(
    tmp_path_factory: pytest.TempPathFactory, todo: list[tuple[str, list[tuple[int, int]]]]
) -> None:
    layer = grid_layer(3, 3)
    layer.values = {"Households": np.arange(1.0, 10.0)}
    with Session.create(tmp_path_factory.mktemp("any") / "grid.gpkg", layer, author="Ada") as session:
        session.do(commands.create_territories(session.plan, ["West", "East"]))
        rng = np.random.default_rng(1)
        add_accounts(
            session,
            [
                (f"K{n}", float(x), float(y), 1.0, "ABC"[int(y)] + str(int(x) + 1))
                for n, (x, y) in enumerate(rng.uniform(0, 3, (40, 2)))
            ],
        )
        states = [rows(session)]
        area = float(session.plan.units.area_km2.sum())
        for what, corners in todo:
            points = [(x / 10 + 0.013, y / 10 + 0.017) for x, y in corners]
            n_steps = len(session.timeline())
            try:
                act(session, what, points)
            except UserError:
                continue
            if what not in ("undo", "redo") and len(session.timeline()) > n_steps:
                states.append(rows(session))
            assert_consistent(session)
            assert float(session.plan.units.area_km2.sum()) == pytest.approx(area, rel=1e-4)
            assert session.plan.units.values["m_households"].sum() == pytest.approx(45)
            inside = session.plan.accounts.unit_ix
            shape = session.geometry[inside]
            at = shapely.points(session.plan.accounts.lon, session.plan.accounts.lat)
            assert (shapely.distance(shape, at) < 1e-6).all()
        while session.document.can_undo and len(session.timeline()) > 1 and session.document.undo_label != "Accounts":
            session.undo()
        assert rows(session) == states[0]


def act(session: Session, what: str, points: list[tuple[float, float]]) -> None:
    plan = session.plan
    if what == "line":
        cut(session, shapely.LineString(points))
    elif what == "polygon":
        cut(session, shapely.Polygon(points), territory_id=1)
    elif what == "join":
        session.do(commands.join_parts(plan, session.geometry, np.flatnonzero(plan.units.part_of != "")[:3]))
    elif what == "give":
        session.do(commands.assign_units(plan, np.arange(0, len(plan.units), 2), 2))
    elif what == "undo" and session.document.undo_label != "Accounts":
        session.undo()
    elif what == "redo" and session.document.can_redo:
        session.redo()


KILLED = """
import sys
from pathlib import Path
import shapely
from territorymap.session.session import Session
from territorymap.session.commands import cut_units
session = Session.open(Path(sys.argv[1]), author="Killed")
x = 0.05
while True:
    session.do(cut_units(session.plan, session.geometry, shapely.LineString([(x, -1), (x + 0.01, 4)])))
    session.undo()
    session.redo()
    print("done", flush=True)
    x += 0.1
"""


@pytest.mark.skipif(sys.platform == "win32", reason="kills with SIGKILL")
def test_a_process_killed_while_cutting_leaves_a_whole_plan(session: Session) -> None:
    path = session.document.path
    session.close()
    rng = random.Random(5)
    for _ in range(3):
        with subprocess.Popen([sys.executable, "-c", KILLED, str(path)], stdout=subprocess.PIPE, text=True) as child:
            assert child.stdout is not None
            for _ in range(rng.randrange(1, 5)):
                assert child.stdout.readline() == "done\n"
            os.kill(child.pid, signal.SIGKILL)
        with Session.open(path, author="Ada") as again:
            assert_consistent(again)
            assert "outside" not in {step.kind for step in again.document.history()}
            while again.document.undo_label.startswith("Cut"):
                again.undo()
            assert len(again.plan.units) == 9
            assert_consistent(again)


# -- joining -----------------------------------------------------------------------------------------------------------


def test_all_parts_joined_are_the_unit_again(session: Session) -> None:
    cut(session, line((1.25, 0.9), (1.25, 2.1)))
    change = session.do(commands.join_parts(session.plan, session.geometry, units("B2-a", "B2-b", of=session)))
    assert change.label == "Join the parts of Square B2 (B2)"
    plan, ix = session.plan, units("B2", of=session)[0]
    assert (plan.units.name[ix], plan.units.part_of[ix]) == ("Square B2", "")
    assert plan.units.values["m_households"][ix] == 500.0
    assert accounts_of(session) == {"B2": ["Alpha", "Beta", "Gamma", "Delta"]}
    assert owner(session, "B2") == "West"
    assert change.notes == ()
    assert_consistent(session)


def test_one_part_alone_is_joined_with_all_others(session: Session) -> None:
    cut(session, line((1.25, 0.9), (1.25, 2.1)))
    session.do(commands.join_parts(session.plan, session.geometry, units("B2-b", of=session)))
    assert "B2" in session.plan.units.ix_by_code


def test_some_parts_joined_are_a_part_still(session: Session) -> None:
    cut(session, line((1.25, 0.9), (1.25, 2.1)))
    cut(session, line((1.2, 1.5), (2.1, 1.5)))  # B2-a only
    session.do(commands.join_parts(session.plan, session.geometry, units("B2-ab", "B2-b", of=session)))
    assert sorted(c for c in session.plan.units.code if c.startswith("B2")) == ["B2-aa", "B2-ab"]
    assert session.plan.units.part_of[units("B2-ab", of=session)].tolist() == ["B2"]
    assert_consistent(session)


def test_parts_of_different_territories_go_to_that_of_the_largest_and_it_is_said(session: Session) -> None:
    cut(session, line((1.25, 0.9), (1.25, 2.1)), territory_id=2)
    assert (owner(session, "B2-a"), owner(session, "B2-b")) == ("West", "East")
    parts = units("B2-a", "B2-b", of=session)
    change = session.do(commands.join_parts(session.plan, session.geometry, parts))
    assert owner(session, "B2") == "West"
    assert change.notes == ("The parts of Square B2 (B2) were in West, East; joined they are in West.",)
    session.undo()
    parts = units("B2-a", "B2-b", of=session)
    session.do(commands.join_parts(session.plan, session.geometry, parts, territory_id=2))
    assert owner(session, "B2") == "East"
    assert_consistent(session)


def test_joining_what_is_no_part_or_locked_is_refused(session: Session) -> None:
    with pytest.raises(UserError, match="None of these units is a part"):
        commands.join_parts(session.plan, session.geometry, units("B2", of=session))
    cut(session, line((1.25, 0.9), (1.25, 2.1)))
    session.do(commands.set_units_locked(session.plan, units("B2-b", of=session), True))
    with pytest.raises(UserError, match=r"Square B2 \(b\) \(B2-b\) is locked"):
        commands.join_parts(session.plan, session.geometry, units("B2-a", of=session))


# -- drawing -----------------------------------------------------------------------------------------------------------


def draw(session: Session, polygon: shapely.Geometry, rule: str, **into: object) -> PlanChange:
    command = commands.draw_territory(session.plan, session.geometry, polygon, rule=rule, **into)  # type: ignore[arg-type]
    return session.do(command)


@pytest.mark.parametrize(
    ("rule", "expected"),
    [("majority", {"A1", "B1"}), ("centroid", {"A1", "B1"}), ("touch", {"A1", "B1", "C1", "A2", "B2", "C2"})],
)
def test_a_polygon_takes_whole_units_by_rule(session: Session, rule: str, expected: set[str]) -> None:
    draw(session, shapely.box(-1, -1, 1.3, 2.2), rule, new_name="New")
    assert {str(c) for c in session.plan.units.code if owner(session, str(c)) == "New"} == expected


def test_a_polygon_becomes_a_territory_exactly_in_one_step(session: Session) -> None:
    before = rows(session)
    area = shapely.box(0.5, 0.5, 1.5, 1.5)
    change = draw(session, area, "exact", new_name="Core")
    assert change.label == "Draw Core"
    new = session.plan.n_territories - 1
    ground = shapely.union_all(session.geometry[session.plan.units_of(new)])
    assert shapely.area(shapely.symmetric_difference(ground, area)) < 1e-6
    assert_consistent(session)
    session.undo()
    assert rows(session) == before


def test_a_polygon_added_to_a_territory_does_not_cut_its_own_units(session: Session) -> None:
    draw(session, shapely.box(1.5, 0.5, 2.5, 1.5), "exact", territory_id=2)
    codes = set(session.plan.units.code)
    assert {"A3", "B3"} <= codes
    assert {"A2-a", "A2-b", "B2-a", "B2-b"} <= codes
    assert_consistent(session)


def test_a_drawing_that_means_nothing_is_refused(session: Session) -> None:
    for rule in ("majority", "exact"):
        with pytest.raises(UserError, match="No unit lies in the drawn area"):
            draw(session, shapely.box(50, 50, 51, 51), rule, new_name="Sea")
    with pytest.raises(UserError, match="There is already a territory named west"):
        draw(session, shapely.box(0, 0, 1, 1), "exact", new_name="west")
    session.do(commands.set_territory_locked(session.plan, [1], True))
    with pytest.raises(UserError, match="West is locked"):
        draw(session, shapely.box(0.5, 0.5, 1.5, 1.5), "exact", new_name="Core")


# -- out and in again --------------------------------------------------------------------------------------------------


def test_a_plan_with_parts_goes_out_and_comes_in_by_code_again(session: Session, tmp_path: Path) -> None:
    cut(session, NORTH, territory_id=2)
    expected = {str(c): owner(session, str(c)) for c in session.plan.units.code}
    export(session, tmp_path / "units.csv")
    with (tmp_path / "units.csv").open(encoding="utf-8", newline="") as file:
        assert {row["unit_code"]: row["territory"] for row in csv.DictReader(file)} == expected
    session.do(commands.assign_units(session.plan, np.arange(len(session.plan.units)), None))
    table = read_table(tmp_path / "units.csv")
    imported = build_alignment(table, guess_columns(table, "alignment"), session.plan.units.code)
    assert imported.rejects == []
    session.do(commands.import_alignment(session.plan, imported, session.adjacency))
    assert {str(c): owner(session, str(c)) for c in session.plan.units.code} == expected


def test_a_list_from_before_the_cut_means_all_parts(tmp_path: Path) -> None:
    path = tmp_path / "last_year.csv"
    path.write_text("zip,territory\n2139,North\n02140,South\n2141-a,South\n02142,West\n", encoding="utf-8")
    codes = ["02139-a", "02139-b", "02140", "02141-a", "02141-b"]
    table = read_table(path)
    imported = build_alignment(table, guess_columns(table, "alignment"), codes)
    owners = dict(zip((codes[ix] for ix in imported.unit_ix), imported.territory, strict=True))
    assert owners == {"02139-a": "North", "02139-b": "North", "02140": "South"}
    assert [reject.row for reject in imported.rejects] == [4, 5]  # a part's code has lost no zero; 02142 is no unit
    assert "One row names a unit that was cut since; it was taken for all parts of it." in imported.notes


@pytest.mark.parametrize("name", ["units.geojson", "units.gpkg", "plan.html", "plan.png", "accounts.csv"])
def test_every_export_of_a_plan_with_parts_is_made(session: Session, tmp_path: Path, name: str) -> None:
    cut(session, NORTH, territory_id=2)
    what = {"accounts.csv": "accounts", "units.geojson": "units"}.get(name)
    path = tmp_path / name
    if what:
        export(session, path, what)
    else:
        export(session, path)
    assert path.stat().st_size > 300
    if name == "units.geojson":
        codes = [f["properties"]["unit_code"] for f in json.loads(path.read_text(encoding="utf-8"))["features"]]
        assert {"B2-a", "B2-b"} <= set(codes)


def test_the_same_cut_has_the_same_keys_and_another_cut_others(session: Session, tmp_path: Path) -> None:
    """Two planners with copies of one plan: the journal names parts by uuid, the same for the same ground."""
    session.refresh_outlines()
    keys = []
    for n, x in enumerate((1.25, 1.25, 1.5)):
        session.document.save_copy(tmp_path / f"copy{n}.gpkg")
        with Session.open(tmp_path / f"copy{n}.gpkg", author=f"Planner {n}") as copy:
            cut(copy, line((x, 0.9), (x, 2.1)))
            copy.do(commands.assign_units(copy.plan, units("B2-a", of=copy), 2))
        with Document.open(tmp_path / f"copy{n}.gpkg", author="") as document:
            sql = "SELECT table_name, row_key FROM journal_row WHERE step_id > 5 AND table_name = 'unit'"
            keys.append({key for _, key in document._connection.execute(sql)})
            assigned = document._connection.execute(
                "SELECT row_key FROM journal_row WHERE table_name = 'assignment' ORDER BY row_id DESC LIMIT 1"
            ).fetchone()[0]
            assert assigned.rsplit("|", 1)[1] in keys[-1]
    assert keys[0] == keys[1]
    assert "B2" in keys[0] & keys[2]  # the whole, deleted on both sides: a merge sees that they meet
    assert len(keys[0] & keys[2]) < len(keys[0])
