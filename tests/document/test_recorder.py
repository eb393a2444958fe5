"""The journal holds exactly what the tables hold, whatever the values and however wide the table."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from territorymap.document.images import RowEvent
from territorymap.document.recorder import net_changes
from territorymap.model.change import RowChange
from tests.document.plans import new_plan, rows_in

numbers = st.floats() | st.integers(-(2**53), 2**53) | st.floats().map(np.float64) | st.integers(0, 9).map(np.int32)
texts = st.text(max_size=12)
accounts = st.lists(
    st.fixed_dictionaries(
        {"account_name": st.none() | texts, "postal_code": texts, "visits": st.none() | numbers},
        optional={"lon": st.floats(-180, 180), "lat": st.floats(-90, 90), "city": texts, "unit_id": st.integers(1, 4)},
    ),
    max_size=5,
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(accounts, accounts)
def test_the_file_is_what_the_journal_says(tmp_path_factory, first, second):
    with new_plan(tmp_path_factory.mktemp("plan"), 2, 2) as document:
        start = rows_in(document)
        with document.step("Insert") as writer:
            ids = writer.insert("account", first)
        inserted = rows_in(document)
        with document.step("Update") as writer:
            both = {
                i: {k: v for k, v in row.items() if k not in ("lon", "lat")}
                for i, row in zip(ids, second, strict=False)
            }
            writer.update("account", both)
        updated = rows_in(document)
        assert document.check() == []
        for state in (inserted, start):
            while len([s for s in document.timeline() if not s.is_undone]) > 1 and rows_in(document) != state:
                document.undo()
            assert rows_in(document) == state
        while document.can_redo:
            document.redo()
        assert rows_in(document) == updated


def test_text_with_nul_and_any_sign_survives(tmp_path):
    name = "a\0b 🗺 \u2028 \ud800 end"
    with new_plan(tmp_path) as document:
        with document.step("Insert") as writer:
            writer.insert("rep", [{"rep_name": name}])
        assert document.load().reps[0].name == "a\0b 🗺 \u2028 ? end"
        document.undo()
        document.redo()
        assert document.load().reps[0].name == "a\0b 🗺 \u2028 ? end"


def test_infinite_numbers_survive_and_nan_is_nothing(tmp_path):
    with new_plan(tmp_path) as document:
        with document.step("Insert") as writer:
            writer.insert("rep", [{"rep_name": str(x), "capacity_h": x} for x in (math.inf, -math.inf, math.nan, 0.1)])
        document.undo()
        document.redo()
        assert [rep.capacity_h for rep in document.load().reps] == [math.inf, -math.inf, None, 0.1]
        assert document.check() == []


def test_an_update_holds_only_the_columns_that_differ(tmp_path):
    with new_plan(tmp_path) as document:
        with document.step("Rename") as writer:
            writer.update("unit", {1: {"unit_name": "New", "country": "US", "locked": 0}})
        assert writer.changes == [RowChange("unit", 1, {"unit_name": "Square A1"}, {"unit_name": "New"})]
        (text,) = document._connection.execute("SELECT new FROM journal_row WHERE step_id = 2").fetchone()
        assert text == '{"unit_id":1,"unit_name":"New"}'


def test_keys_in_the_journal_are_those_of_another_copy_too(tmp_path):
    with new_plan(tmp_path) as document:
        with document.step("All kinds") as writer:
            (territory,) = writer.insert("territory", [{"territory_name": "West"}])
            (account,) = writer.insert("account", [{"account_name": "Ore"}])
            writer.assign([2], territory)
            writer.set_override([account], territory, "why")
            writer.update("unit", {3: {"locked": 1}})
        connection = document._connection
        (scenario,) = connection.execute("SELECT uuid FROM scenario").fetchone()
        (alignment,) = connection.execute("SELECT uuid FROM alignment").fetchone()
        (account_uuid,) = connection.execute("SELECT uuid FROM account").fetchone()
        (territory_uuid,) = connection.execute("SELECT uuid FROM territory").fetchone()
        keys = dict(connection.execute("SELECT table_name, row_key FROM journal_row WHERE step_id = 2").fetchall())
        assert keys == {
            "territory": territory_uuid,
            "account": account_uuid,
            "assignment": f"{scenario}|{alignment}|A2",
            "override": f"{scenario}|{alignment}|{account_uuid}",
            "unit": "A3",
        }


@pytest.mark.parametrize("n_measures", [101, 130, 260])
def test_tables_wider_than_a_function_takes_arguments(tmp_path, n_measures):
    with new_plan(tmp_path) as document:
        with document.step("Columns") as writer:
            columns = [writer.add_measure(f"Measure {i}", "account").column_name for i in range(n_measures)]
            ids = writer.insert(
                "account",
                [
                    {"account_name": f"A{k}", "lon": 1.0, "lat": 1.0} | {c: float(k * i) for i, c in enumerate(columns)}
                    for k in (1, 2)
                ],
            )
        filled = rows_in(document)
        with document.step("Edit") as writer:
            writer.update("account", {ids[0]: {columns[0]: -1.0, columns[-1]: -2.0, "lat": 2.0, "lon": 1.0}})
        (change,) = writer.changes
        assert set(change.new) == {columns[0], columns[-1], "lat", "geom"}
        with document.step("Delete") as writer:
            writer.delete("account", ids)
        assert [len(c.old) for c in writer.changes] == [21 + n_measures] * 2
        document.undo()
        document.undo()
        assert rows_in(document) == filled
        plan = document.load()
        assert plan.accounts.values[columns[-1]].tolist() == [1.0 * (n_measures - 1), 2.0 * (n_measures - 1)]
        assert document.check() == []


cells = st.dictionaries(st.sampled_from("abc"), st.integers(0, 2), max_size=3)


@given(
    st.lists(st.tuples(st.integers(1, 3), st.sampled_from(["insert", "update", "delete"]), cells), max_size=12),
    st.data(),
)
def test_net_changes_lead_from_the_start_to_the_end(actions, data):
    full = st.fixed_dictionaries(dict.fromkeys("abc", st.integers(0, 2)))
    table = {row_id: data.draw(full) for row_id in data.draw(st.sets(st.integers(1, 3)))}
    start, events = {row_id: dict(row) for row_id, row in table.items()}, []
    for row_id, kind, values in actions:
        if kind == "insert" and row_id not in table:
            table[row_id] = {"a": 0, "b": 0, "c": 0} | values
            events.append(RowEvent("rep", row_id, "", None, dict(table[row_id])))
        elif kind == "delete" and row_id in table:
            events.append(RowEvent("rep", row_id, "", table.pop(row_id), None))
        elif kind == "update" and row_id in table:
            differing = {name: value for name, value in values.items() if table[row_id][name] != value}
            if differing:
                old = {name: table[row_id][name] for name in differing}
                table[row_id] = table[row_id] | differing
                events.append(RowEvent("rep", row_id, "", old, differing))
    changes = net_changes(events)
    assert len({change.row_id for change in changes}) == len(changes)
    for change in changes:
        assert change.old != change.new
        if change.old is None:
            assert change.row_id not in start
            start[change.row_id] = dict(change.new)
        elif change.new is None:
            assert start.pop(change.row_id) == change.old
        else:
            assert all(start[change.row_id][name] == value for name, value in change.old.items())
            start[change.row_id].update(change.new)
    assert start == table
