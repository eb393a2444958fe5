"""The row verbs: what they fill in, what they refuse."""

from __future__ import annotations

import re
import uuid

import numpy as np
import pyogrio
import pytest
import shapely

from territorymap.document.geopackage import decode_shapes
from territorymap.errors import UserError
from tests.document.plans import new_plan, plan_with_content, rows_in


def rows(document, sql):
    return document._connection.execute(sql).fetchall()


def test_insert_fills_in_what_only_the_document_knows(tmp_path):
    with plan_with_content(tmp_path) as document:
        for table in ("plan", "account", "rep", "territory", "alignment", "scenario", "measure", "segment", "override"):
            for (text,) in rows(document, f'SELECT uuid FROM "{table}"'):
                assert uuid.UUID(text).version == 4
        assert rows(document, "SELECT scenario_id, alignment_id, author FROM override") == [(1, 1, "Ada")]
        assert rows(document, "SELECT alignment_id, sort_order FROM territory") == [(1, 0), (1, 1)]
        assert [m.sort_order for m in document.load().measures] == [0, 1, 2, 3]
        ((created_at,),) = rows(document, "SELECT created_at FROM override")
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", created_at)


def test_points_follow_lon_and_lat(tmp_path):
    with plan_with_content(tmp_path) as document:
        with document.step("Move") as writer:
            writer.update("account", {1: {"lon": 3.0}, 2: {"lat": None}})
        by_id = dict(rows(document, "SELECT account_id, geom FROM account"))
        (moved,) = decode_shapes([by_id[1]])
        assert (moved.x, moved.y) == (3.0, 0.5)
        assert by_id[2] is None
        assert len(writer.changes) == 2
        assert {c for change in writer.changes for c in change.new} == {"lon", "lat", "geom"}


def test_numpy_values_are_numbers_not_blobs(tmp_path):
    with plan_with_content(tmp_path) as document:
        with document.step("Edit") as writer:
            writer.update("unit", {np.int64(1): {"locked": np.bool_(True), "area_km2": np.float32(2.5)}})
            writer.update("account", {1: {"unit_id": np.int64(2), "visits": np.int32(3)}})
        assert rows(document, "SELECT locked, area_km2 FROM unit WHERE unit_id = 1") == [(1, 2.5)]
        assert rows(document, "SELECT unit_id, visits, typeof(visits) FROM account WHERE account_id = 1") == [
            (2, 3.0, "real")
        ]


def test_what_a_row_cannot_hold_is_refused(tmp_path):
    with plan_with_content(tmp_path) as document:
        before = rows_in(document)
        for table, values, error in (
            ("unit", {1: {"unit_name": ["a"]}}, TypeError),
            ("unit", {1: {"no_such": 1}}, KeyError),
            ("unit", {1: {'x" = 1 --': 1}}, KeyError),
            ("unit", {1: {"unit_id": 9}}, KeyError),
            ("unit", {999: {"locked": 1}}, KeyError),
            ("journal_step", {1: {"label": "x"}}, KeyError),
        ):
            with pytest.raises(error), document.step("Bad") as writer:
                writer.update(table, values)
        with pytest.raises(KeyError), document.step("Bad") as writer:
            writer.insert("unit", [{"no_such": 1}])
        assert rows_in(document) == before


def test_rows_of_different_columns_go_in_together(tmp_path):
    with new_plan(tmp_path) as document:
        with document.step("Reps") as writer:
            assert writer.insert("rep", [{"rep_name": "A"}, {"fte": 0.5}, {"rep_name": "C", "fte": 2}]) == [1, 2, 3]
            assert writer.insert("rep", []) == []
        assert [(r.name, r.fte) for r in document.load().reps] == [("A", 1.0), ("", 0.5), ("C", 2.0)]


def test_deleting_takes_what_hangs_on_the_row(tmp_path):
    with plan_with_content(tmp_path) as document:
        before = rows_in(document)
        with document.step("Delete") as writer:
            writer.delete("territory", [2])
            writer.delete("rep", [1])
            writer.delete("account", [1])
        plan = document.load()
        assert [t.rep_id for t in plan.territories] == [None]
        assert plan.overrides == {}
        assert (plan.unit_territory >= 0).sum() == 4
        assert document.check() == []
        document.undo()
        assert rows_in(document) == before


def test_an_override_is_changed_in_place(tmp_path):
    with plan_with_content(tmp_path) as document:
        with document.step("Again") as writer:
            writer.set_override([2, 1], 1, "better")
        assert rows(document, "SELECT account_id, territory_id, reason FROM override ORDER BY 1") == [
            (1, 1, "better"),
            (2, 1, "better"),
        ]
        with document.step("Clear") as writer:
            writer.set_override([1, 2], None, "")
        assert len(writer.changes) == 2
        assert document.load().overrides == {}


def test_a_measure_brings_its_column(tmp_path):
    with plan_with_content(tmp_path) as document:
        with document.step("Measures") as writer:
            measure = writer.add_measure(" Umsatz 2024 (€) ", "account", 0.1)
            unit_measure = writer.add_measure("Households", "unit")
            segment = writer.add_segment("select")
            writer.update("account", {1: {measure.column_name: 5, segment.column_name: "x"}})
            writer.update("unit", {4: {unit_measure.column_name: 7}})
        assert (measure.name, measure.column_name, measure.tolerance) == ("Umsatz 2024 (€)", "m_umsatz_2024", 0.1)
        plan = document.load()
        assert measure in plan.measures
        assert unit_measure in plan.measures
        assert segment in plan.segments
        np.testing.assert_array_equal(plan.accounts.values["m_umsatz_2024"], [5.0, np.nan])
        assert plan.units.values["m_households"][3] == 7
        assert plan.accounts.segments["s_select"].tolist() == ["x", ""]


@pytest.mark.parametrize("name", ["Revenue", " revenue ", "UNITS", "workload_h"])
def test_a_second_measure_of_one_name_is_refused(tmp_path, name):
    with (
        plan_with_content(tmp_path) as document,
        pytest.raises(UserError, match="already has a column"),
        document.step("Again") as writer,
    ):
        writer.add_measure(name, "account")


def test_an_undone_measure_leaves_its_column_name_to_nobody(tmp_path):
    with plan_with_content(tmp_path) as document:
        with document.step("Measure") as writer:
            writer.update("account", {1: {writer.add_measure("Profit", "account").column_name: 3.0}})
        document.undo()
        assert [m.name for m in document.load().measures if m.name == "Profit"] == []
        with document.step("Measure") as writer:
            assert writer.add_measure("Profit", "account").column_name == "m_profit_2"
        assert np.isnan(document.load().accounts.values["m_profit_2"]).all()
        assert document.check() == []


def test_hostile_names_are_text(tmp_path):
    name = "'; DROP TABLE unit; -- \" <script>"
    with plan_with_content(tmp_path) as document:
        with document.step(name) as writer:
            writer.add_measure(name, "account")
            writer.add_segment(name)
            writer.insert("territory", [{"territory_name": name}])
        plan = document.load()
        assert plan.territories[-1].name == name
        assert plan.measures[-1].name == name
        assert plan.measures[-1].column_name == "m_drop_table_unit_script"
        assert document.undo_label == name
    frame = pyogrio.read_dataframe(document.path, layer="territory")
    assert frame["territory_name"].tolist()[-1] == name
    assert shapely.get_num_geometries(frame.geometry.iloc[0]) == 0
