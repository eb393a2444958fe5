"""An open plan: create, load, steps, undo and redo."""

from __future__ import annotations

import sqlite3

import numpy as np
import pytest
import shapely
from benchmarks.support.hostile_plans.base import run_sql, sealed
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from territorymap.document import Document
from territorymap.errors import UserError
from territorymap.model.change import RowChange
from tests.document.plans import new_plan, plan_with_content, rows_in, same_rows
from tests.support.grid import grid_layer


def test_a_new_plan_holds_the_layer(tmp_path):
    layer = grid_layer(3, 2)
    layer.values = {"households": np.array([1.0, 2.0, np.nan, 4.0, 5.0, 6.0]), "Units": np.arange(6.0)}
    layer.layer_id, layer.attribution = "squares", "nobody"
    with Document.create(tmp_path / "a.gpkg", layer, title="Erster Plan", author="Ada") as document:
        plan = document.load()
        assert plan.units.code.tolist() == ["A1", "A2", "A3", "B1", "B2", "B3"]
        assert plan.units.name[0] == "Square A1"
        assert plan.units.parent_name[5] == "Row B"
        np.testing.assert_array_equal(plan.units.area_km2, layer.area_km2)
        np.testing.assert_array_equal(plan.units.lon, layer.lon)
        assert (plan.unit_territory == -1).all()
        assert not plan.units.locked.any()
        assert plan.info.title == "Erster Plan"
        assert (plan.info.unit_layer, plan.info.unit_layer_title, plan.info.unit_word) == ("squares", "Grid", "square")
        assert plan.info.attribution == "nobody"
        assert [(m.name, m.source) for m in plan.measures] == [
            ("accounts", "builtin"),
            ("units", "builtin"),
            ("workload_h", "builtin"),
            ("households", "unit"),
            ("Units (2)", "unit"),
        ]
        np.testing.assert_array_equal(plan.units.values[plan.measures[3].column_name], layer.values["households"])
        assert shapely.equals(document.geometry(), layer.geometry).all()
        assert document.check() == []
        assert [step.kind for step in document.history()] == ["create"]
        assert not document.can_undo


def test_a_new_plan_does_not_take_the_place_of_a_file(tmp_path):
    new_plan(tmp_path).close()
    before = (tmp_path / "plan.gpkg").read_bytes()
    with pytest.raises(UserError, match="already there"):
        new_plan(tmp_path)
    assert (tmp_path / "plan.gpkg").read_bytes() == before
    assert [p.name for p in tmp_path.iterdir()] == ["plan.gpkg"]


def test_a_step_that_would_take_every_scenario_is_not_undone(tmp_path):
    """The history says that the first scenario came with the last step; undoing that leaves a file that is no plan."""
    path = tmp_path / "plan.gpkg"
    with new_plan(tmp_path) as document, document.step("Reps") as writer:
        writer.insert("rep", [{"rep_name": "Ruth"}])
    run_sql(path, "UPDATE journal_row SET step_id = 2 WHERE table_name = 'scenario'")
    sealed(path)
    with Document.open(path, author="Ada") as document:
        before = rows_in(document)
        with pytest.raises(UserError, match="scenario is not complete"):
            document.undo()
        assert same_rows(rows_in(document), before)
        assert [step.kind for step in document.history()] == ["create", "do"]


@pytest.mark.parametrize(("codes", "message"), [(["A", "A"], "code A stands for"), (["A", ""], "no code")])
def test_units_need_codes_of_their_own(tmp_path, codes, message):
    layer = grid_layer(2, 1)
    layer.code = np.array(codes, dtype=object)
    with pytest.raises(UserError, match=message):
        Document.create(tmp_path / "a.gpkg", layer, title="", author="")
    assert list(tmp_path.iterdir()) == []


def test_content_comes_back_after_a_restart(tmp_path):
    document = plan_with_content(tmp_path)
    before = document.load()
    document.close()
    with Document.open(document.path, author="Bob") as again:
        plan = again.load()
        assert again.notices == []
        assert plan.territories == before.territories
        assert plan.reps == before.reps
        assert plan.measures == before.measures
        assert plan.segments == before.segments
        assert plan.overrides == before.overrides
        np.testing.assert_array_equal(plan.unit_territory, before.unit_territory)
        np.testing.assert_array_equal(plan.unit_territory[:4], [0, -1, -1, 1])
        assert plan.account_override.tolist() == [-1, 1]
        assert plan.accounts.segments["s_industry"].tolist() == ["Steel", "Steel"]
        assert plan.accounts.values["m_revenue"].tolist() == [1.5, 1.5]
        assert plan.accounts.unit_ix.tolist() == [0, 1]
        assert plan.reps[0].name == "Ruth"
        assert (plan.reps[0].lon, plan.reps[0].lat) == (0.5, 0.5)
        (override,) = plan.overrides.values()
        assert (override.reason, override.author) == ("key account", "Ada")


def test_a_step_tells_exactly_what_changed(tmp_path):
    with plan_with_content(tmp_path) as document:
        with document.step("Rename") as writer:
            writer.update("territory", {1: {"territory_name": "Far West", "color": "#112233"}})
        assert writer.changes == [RowChange("territory", 1, {"territory_name": "West"}, {"territory_name": "Far West"})]
        assert writer.step == document.history()[-1]
        assert (writer.step.label, writer.step.author, writer.step.kind) == ("Rename", "Ada", "do")
        assert document.changes_of(writer.step.step_id) == writer.changes


def test_changes_of_one_step_are_net(tmp_path):
    with plan_with_content(tmp_path) as document:
        with document.step("Much ado") as writer:
            (gone,) = writer.insert("territory", [{"territory_name": "Passing"}])
            (kept,) = writer.insert("territory", [{"territory_name": "New"}])
            writer.update("territory", {kept: {"territory_name": "Newer"}, 1: {"territory_name": "X"}})
            writer.update("territory", {1: {"territory_name": "West", "color": "#ffffff"}})
            writer.update("territory", {2: {"color": "#000000"}})
            writer.delete("territory", [gone])
            writer.assign([1], None)
            writer.assign([1], 1)
        changes = {(c.table, c.row_id): c for c in writer.changes}
        assert changes["territory", 1] == RowChange("territory", 1, {"color": "#112233"}, {"color": "#ffffff"})
        assert changes["territory", 2] == RowChange("territory", 2, {"color": "#445566"}, {"color": "#000000"})
        assert ("territory", gone) not in changes
        assert changes["territory", kept].new["territory_name"] == "Newer"
        assert [c.old is None for c in writer.changes if c.table == "assignment"] == [False, True]
        assert document.check() == []
        undone = {(c.table, c.row_id): c for c in document.undo()[1]}
        assert undone == {place: change.inverted() for place, change in changes.items()}


def test_a_step_that_changes_nothing_is_no_step(tmp_path):
    with plan_with_content(tmp_path) as document:
        n = len(document.history())
        with document.step("Nothing") as writer:
            writer.assign([1], 1)
            writer.update("territory", {1: {"territory_name": "West"}})
        assert (writer.step, writer.changes) == (None, [])
        assert len(document.history()) == n


def test_a_failing_step_leaves_all_as_it_was(tmp_path):
    with plan_with_content(tmp_path) as document:
        before, history = rows_in(document), document.history()

        def fail():
            with document.step("Bad") as writer:
                writer.add_measure("Profit", "account")
                writer.insert("territory", [{"territory_name": "Half"}])
                writer.delete("unit", [1])
                raise UserError("refused")

        with pytest.raises(UserError, match="refused"):
            fail()
        assert rows_in(document) == before
        assert document.history() == history
        with document.step("Good") as writer:
            writer.update("account", {1: {"account_name": "Other"}})
            assert writer.add_measure("Profit", "account").column_name == "m_profit"
        assert document.check() == []


def test_a_reference_to_nothing_is_refused_at_the_end_of_the_step(tmp_path):
    with plan_with_content(tmp_path) as document:
        before = rows_in(document)
        with pytest.raises(sqlite3.IntegrityError), document.step("Bad") as writer:
            writer.assign([1], 99)
        assert rows_in(document) == before
        assert document.check() == []


def test_steps_do_not_nest(tmp_path):
    with plan_with_content(tmp_path) as document, document.step("Outer"), pytest.raises(RuntimeError):
        document.undo()


def test_undo_and_redo_walk_the_line(tmp_path):
    with plan_with_content(tmp_path) as document:
        for name in ("One", "Two", "Three"):
            with document.step(name) as writer:
                writer.update("plan", {1: {"title": name}})
        assert (document.undo_label, document.can_redo) == ("Three", False)
        step, changes = document.undo()
        assert (step.label, step.is_undone) == ("Three", True)
        assert changes == [RowChange("plan", 1, {"title": "Three"}, {"title": "Two"})]
        document.undo()
        assert (document.undo_label, document.redo_label) == ("One", "Two")
        assert document.redo()[0].label == "Two"
        assert [(s.label, s.is_undone) for s in document.timeline()[-3:]] == [
            ("One", False),
            ("Two", False),
            ("Three", True),
        ]
        assert [s.kind for s in document.history()[-3:]] == ["undo", "undo", "redo"]
        assert document.changes_of(document.history()[-1].step_id) == [
            RowChange("plan", 1, {"title": "One"}, {"title": "Two"})
        ]
        with document.step("Four") as writer:
            writer.update("plan", {1: {"title": "Four"}})
        assert not document.can_redo
        assert [s.label for s in document.timeline()[-3:]] == ["One", "Two", "Four"]
        assert "Three" in [s.label for s in document.history()]
        assert document.check() == []


def test_the_creation_is_not_undone(tmp_path):
    with new_plan(tmp_path) as document, pytest.raises(UserError, match="nothing to undo"):
        document.undo()


def test_undo_is_there_after_a_restart(tmp_path):
    document = plan_with_content(tmp_path)
    start = rows_in(document)
    for i in range(4):
        with document.step(f"Step {i}") as writer:
            writer.assign([(5, 6, 7, 9)[i]], 2)
    document.undo()
    document.close()
    with Document.open(document.path, author="Bob") as again:
        assert (again.undo_label, again.redo_label) == ("Step 2", "Step 3")
        for _ in range(3):
            again.undo()
        assert rows_in(again) == start


def test_integer_keys_are_never_used_twice(tmp_path):
    with plan_with_content(tmp_path) as document:
        with document.step("New") as writer:
            (first,) = writer.insert("territory", [{"territory_name": "First"}])
        document.undo()
        with document.step("New") as writer:
            (second,) = writer.insert("territory", [{"territory_name": "Second"}])
        assert second > first


def test_steps_form_a_chain_of_parents(tmp_path):
    with plan_with_content(tmp_path) as document:
        document.undo()
        document.redo()
        rows = document._connection.execute("SELECT uuid, parent_uuid FROM journal_step ORDER BY step_id").fetchall()
        assert [parent for _, parent in rows] == ["", *(uuid for uuid, _ in rows[:-1])]


def test_a_plan_open_for_reading_refuses_steps(tmp_path):
    plan_with_content(tmp_path).close()
    before = (tmp_path / "plan.gpkg").read_bytes()
    with Document.open(tmp_path / "plan.gpkg", author="Bob", read_only=True) as document:
        assert document.is_read_only
        assert len(document.load().territories) == 2
        assert not document.can_undo
        with pytest.raises(UserError, match="reading only"), document.step("No"):
            pass
        with pytest.raises(UserError, match="reading only"):
            document.undo()
        document.refresh_outlines([])
    assert (tmp_path / "plan.gpkg").read_bytes() == before


def test_looking_at_a_plan_does_not_change_the_file(tmp_path):
    plan_with_content(tmp_path).close()
    before = (tmp_path / "plan.gpkg").read_bytes()
    with Document.open(tmp_path / "plan.gpkg", author="Bob") as document:
        document.load()
        document.geometry()
        assert document.size_bytes == len(before)
    assert (tmp_path / "plan.gpkg").read_bytes() == before
    assert [p.name for p in tmp_path.iterdir()] == ["plan.gpkg"]


def test_at_rest_a_plan_is_one_file(tmp_path):
    document = plan_with_content(tmp_path)
    assert (tmp_path / "plan.gpkg-wal").exists()
    document.close()
    document.close()
    assert [p.name for p in tmp_path.iterdir()] == ["plan.gpkg"]
    assert document.path.read_bytes()[18:20] == b"\x01\x01"


def test_outlines_are_derived_and_no_step(tmp_path):
    with plan_with_content(tmp_path) as document:
        n = len(document.history())
        assert document.territories_without_outline() == [1, 2]
        document.refresh_outlines([(1, shapely.box(0, 0, 1, 4)), (2, None)])
        assert document.territories_without_outline() == [2]
        assert len(document.history()) == n
        assert document.check() == []
        with document.step("Delete") as writer:
            writer.delete("territory", [1])
        assert "geom" not in writer.changes[-1].old
        document.undo()
        assert document.territories_without_outline() == [1, 2]


def test_an_edit_takes_the_old_outlines_away(tmp_path):
    with plan_with_content(tmp_path) as document:
        outlines = [(1, shapely.box(0, 0, 1, 4)), (2, shapely.box(3, 0, 4, 4))]
        document.refresh_outlines(outlines)
        with document.step("Lock") as writer:
            writer.update("territory", {1: {"locked": 1}})
        assert document.territories_without_outline() == []
        with document.step("Move") as writer:
            writer.assign([2], 1)
        assert document.territories_without_outline() == [1]
        document.refresh_outlines(outlines)
        document.undo()
        assert document.territories_without_outline() == [1]


def test_thousands_of_rows_are_undone_and_redone(tmp_path):
    with new_plan(tmp_path, 40, 40) as document:
        ids = document.load().units.unit_id
        with document.step("Territories") as writer:
            one, two = writer.insert("territory", [{"territory_name": "One"}, {"territory_name": "Two"}])
            writer.assign(ids[:700], one)
        before = rows_in(document)
        with document.step("All") as writer:
            writer.assign(ids, two)
        after = rows_in(document)
        (n_bulk,) = document._connection.execute("SELECT sum(n_rows) FROM journal_bulk WHERE step_id = 3").fetchone()
        assert n_bulk == 1600
        changes = document.undo()[1]
        assert len(changes) == 1600
        assert rows_in(document) == before
        document.redo()
        assert rows_in(document) == after
        with document.step("One more") as writer:
            writer.assign(ids[:1], one)
        assert len(writer.changes) == 1
        assert document.check() == []


# -- laws --------------------------------------------------------------------------------------------------------------

names = st.text(max_size=8).map(lambda text: text.encode("utf-8", "replace").decode())
actions = st.one_of(
    st.tuples(st.just("assign"), st.lists(st.integers(1, 16), max_size=6), st.integers(0, 4)),
    st.tuples(st.just("override"), st.lists(st.integers(0, 9), max_size=3, unique=True), st.integers(0, 4)),
    st.tuples(st.just("territory"), names, st.integers(0, 2)),
    st.tuples(st.just("delete"), st.sampled_from(["territory", "account", "rep"]), st.integers(0, 9)),
    st.tuples(st.just("account"), names, st.floats(-170, 170)),
    st.tuples(st.just("move"), st.integers(0, 9), st.floats(-80, 80)),
    st.tuples(st.just("measure"), names, st.floats(allow_nan=True)),
    st.tuples(st.just("plan"), names, st.floats(0, 100)),
    st.tuples(st.just("lock"), st.integers(1, 16), st.booleans()),
)


def perform(document, writer, action):
    """Do one random thing that the rows at hand allow."""
    kind, first, second = action

    def ids(table):
        return [r[0] for r in document._connection.execute(f'SELECT {table}_id FROM "{table}" ORDER BY 1')]

    territories, accounts = ids("territory"), ids("account")
    if kind in ("assign", "override"):
        target = territories[second] if second < len(territories) else None
        if kind == "assign":
            writer.assign(first, target)
        else:
            writer.set_override([accounts[i] for i in first if i < len(accounts)], target, "because")
    elif kind == "territory":
        reps = ids("rep") + writer.insert("rep", [{"rep_name": first, "lon": second, "lat": None}])
        writer.insert("territory", [{"territory_name": first, "rep_id": reps[second % len(reps)]}])
    elif kind == "delete" and second < len(ids(first)):
        writer.delete(first, [ids(first)[second]])
    elif kind == "account":
        writer.insert("account", [{"account_name": first, "lon": second, "lat": np.float64(1.0), "unit_id": 3}])
    elif kind == "move" and first < len(accounts):
        writer.update("account", {accounts[first]: {"lat": second, "unit_id": None}})
    elif kind == "measure":
        columns = document._recorder.columns["account"]
        if f"m_{first}" not in columns and len(columns) < 30:
            try:
                column = writer.add_measure(first, "account").column_name
            except UserError:
                return
            if accounts:
                writer.update("account", {accounts[0]: {column: second}})
    elif kind == "plan":
        writer.update("plan", {1: {"note": first, "visits": second}})
    elif kind == "lock":
        writer.update("unit", {first: {"locked": second}})


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.lists(actions, min_size=1, max_size=4), min_size=1, max_size=6), st.integers(0, 6))
def test_undo_all_is_the_start_and_redo_is_each_state(tmp_path_factory, steps, restart_at):
    document = plan_with_content(tmp_path_factory.mktemp("plan"))
    states = [rows_in(document)]
    for step in steps:
        with document.step("Random") as writer:
            for action in step:
                perform(document, writer, action)
        if writer.step is not None:
            states.append(rows_in(document))
    assert document.check() == []
    for i, state in reversed(list(enumerate(states))):
        assert same_rows(rows_in(document), state)
        if i == restart_at:
            document.close()
            document = Document.open(document.path, author="Bob")
            assert document.notices == []
        if i:
            document.undo()
    for state in states[1:]:
        document.redo()
        assert same_rows(rows_in(document), state)
    assert document.check() == []
    document.close()
