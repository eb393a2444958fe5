"""A plan edited by another program opens again with that change as one step."""

from __future__ import annotations

import sqlite3
import uuid

import numpy as np
import pyogrio
import pytest
import shapely

from territorymap.document import Document
from territorymap.document.geopackage import encode_point, encode_polygons
from territorymap.errors import UserError
from territorymap.model.change import RowChange
from territorymap.model.coverage import Deal, Figure
from tests.document.gdal import add_spatial_index, run_sql
from tests.document.plans import plan_with_content, raw, rows_in, same_rows


@pytest.fixture
def path(tmp_path):
    document = plan_with_content(tmp_path)
    document.refresh_outlines([(1, shapely.box(0, 0, 1, 4)), (2, shapely.box(3, 0, 4, 4))])
    document.close()
    return document.path


def run(path, *statements):
    connection = raw(path)
    for sql, *values in statements:
        connection.execute(sql, values)
    connection.close()


def outside_changes(document):
    """Return what the last step, which must be one from outside, changed."""
    step = document.timeline()[-1]
    assert (step.kind, step.label) == ("outside", "Changed outside")
    assert len([s for s in document.history() if s.kind == "outside"]) == 1
    return document.changes_of(step.step_id)


def test_a_value_changed_through_gdal_with_its_index_and_triggers_is_one_step(path):
    with Document.open(path, author="Ada") as document:
        before = rows_in(document)
    add_spatial_index(path, "unit", "account", "rep", "territory")
    run_sql(path, ["UPDATE unit SET unit_name = 'Renamed' WHERE unit_code = 'A2'"])
    n_triggers = "SELECT count(*) FROM sqlite_master WHERE type = 'trigger'"
    connection = raw(path)
    assert connection.execute(n_triggers).fetchone()[0] >= 24
    connection.close()
    with Document.open(path, author="Ada") as document:
        assert document.notices == ["Another program changed 1 row of this plan; that is now one step of the history."]
        assert outside_changes(document) == [RowChange("unit", 2, {"unit_name": "Square A2"}, {"unit_name": "Renamed"})]
        assert document.load().units.name[1] == "Renamed"
        with document.step("Work on") as writer:
            writer.update("unit", {2: {"locked": 1}})
        document.undo()
        document.undo()
        assert rows_in(document) == before
        document.redo()
        assert document.load().units.name[1] == "Renamed"
        assert document.check() == []
    connection = raw(path)
    assert connection.execute(n_triggers).fetchone() == (0,)
    assert connection.execute("SELECT count(*) FROM sqlite_master WHERE name LIKE 'rtree%'").fetchone() == (0,)
    assert connection.execute("SELECT count(*) FROM gpkg_extensions").fetchone() == (0,)
    connection.close()
    assert pyogrio.read_dataframe(path, layer="unit")["unit_name"][1] == "Renamed"


def test_features_appended_by_gdal_get_what_they_lack(path):
    frame = pyogrio.read_dataframe(path, layer="account").iloc[:1].copy()
    frame = frame[["account_name", "geometry"]]
    frame["account_name"] = "From QGIS"
    frame["geometry"] = [shapely.Point(2.5, 1.5)]
    pyogrio.write_dataframe(frame, path, layer="account", append=True)
    with Document.open(path, author="Ada") as document:
        (change,) = outside_changes(document)
        assert change.old is None
        assert uuid.UUID(change.new["uuid"]).version == 4
        assert (change.new["lon"], change.new["lat"], change.new["location_level"]) == (2.5, 1.5, "coordinates")
        plan = document.load()
        assert plan.accounts.name.tolist() == ["Ore", "Mill", "From QGIS"]
        assert plan.units.code[plan.accounts.unit_ix[2]] == "B3"
        document.undo()
        assert len(document.load().accounts) == 2
        assert document.check() == []


def test_a_unit_given_away_outside_says_which_unit_it_is(path):
    run(path, ("UPDATE assignment SET territory_id = 2 WHERE unit_id = 1",))
    with Document.open(path, author="Ada") as document:
        (change,) = outside_changes(document)
        place = {"scenario_id": 1, "alignment_id": 1, "unit_id": 1}
        assert (change.old, change.new) == (place | {"territory_id": 1}, place | {"territory_id": 2})
        assert document.undo()[1] == [change.inverted()]
        assert document.load().unit_territory[0] == 0
        assert document.check() == []


def test_a_point_moved_outside_takes_its_numbers_and_unit_along(path):
    run(path, ("UPDATE account SET geom = ? WHERE account_id = 1", encode_point(3.5, 3.5)))
    with Document.open(path, author="Ada") as document:
        (change,) = outside_changes(document)
        assert change.new == {"lon": 3.5, "lat": 3.5, "unit_id": 16, "geom": encode_point(3.5, 3.5)}


def test_lon_and_lat_changed_outside_take_the_point_along(path):
    run(path, ("UPDATE rep SET lon = 2.25",))
    with Document.open(path, author="Ada") as document:
        (change,) = outside_changes(document)
        assert change.new == {"lon": 2.25, "geom": encode_point(2.25, 0.5)}


def test_a_polygon_changed_outside_is_measured(path):
    half = np.array([shapely.box(0, 0, 0.5, 1)], dtype=object)
    run(path, ("UPDATE unit SET geom = ? WHERE unit_id = 1", encode_polygons(half)[0]))
    with Document.open(path, author="Ada") as document:
        (change,) = outside_changes(document)
        assert set(change.new) == {"geom", "area_km2", "perimeter_km", "lon"}
        assert change.new["area_km2"] == pytest.approx(change.old["area_km2"] / 2, rel=1e-3)
        assert 0 < change.new["lon"] < 0.5
        assert document.check() == []


def test_rows_deleted_outside_leave_no_loose_ends(path):
    with Document.open(path, author="Ada") as document:
        before = rows_in(document)
    run(
        path,
        ("DELETE FROM territory WHERE territory_id = 2",),
        ("DELETE FROM rep",),
        ("DELETE FROM unit WHERE unit_id = 2",),
    )
    with Document.open(path, author="Ada") as document:
        plan = document.load()
        assert len(plan.units) == 15
        assert [t.rep_id for t in plan.territories] == [None]
        assert plan.overrides == {}
        assert plan.accounts.unit_ix.tolist() == [0, -1]
        assert document.check() == []
        document.undo()
        assert rows_in(document) == before
        document.redo()
        assert document.check() == []


def test_what_points_nowhere_stays_when_the_last_territory_is_deleted_outside(path):
    with Document.open(path, author="Ada") as document, document.step("Figure") as writer:
        writer.insert("figure", [{"rep_id": 1, "metric": "visits", "period": "2026", "amount": 3.0}])
    run(path, ("PRAGMA foreign_keys = OFF",), ("DELETE FROM territory",))
    with Document.open(path, author="Ada") as document:
        (figure,) = document.register(Figure).values()
        assert (figure.rep_id, figure.territory_id, figure.amount) == (1, None, 3.0)
        assert document.check() == []


def test_a_copied_feature_gets_a_uuid_and_a_name_of_its_own(path):
    run(path, ("INSERT INTO territory (uuid, color) SELECT uuid, color FROM territory WHERE territory_id = 1",))
    with Document.open(path, author="Ada") as document:
        territories = document.load().territories
        assert len({t.uuid for t in territories}) == 3
        assert sorted(t.name for t in territories) == ["East", "Territory 3", "West"]
        assert document.check() == []


def test_a_value_that_cannot_be_is_put_back(path):
    run(path, ("UPDATE account SET visits = 'often', account_name = 'New' WHERE account_id = 1",))
    with Document.open(path, author="Ada") as document:
        (change,) = outside_changes(document)
        assert change.new == {"account_name": "New"}


def test_a_column_taken_out_outside_comes_back_empty_and_undo_fills_it(path):
    run(path, ("ALTER TABLE account DROP COLUMN m_revenue",), ("ALTER TABLE account ADD COLUMN colour TEXT",))
    with Document.open(path, author="Ada") as document:
        assert np.isnan(document.load().accounts.values["m_revenue"]).all()
        document.undo()
        assert document.load().accounts.values["m_revenue"].tolist() == [1.5, 1.5]
        assert document.check() == []


def test_a_foreign_column_that_came_and_went_does_not_stop_undo(path):
    run(path, ("ALTER TABLE rep ADD COLUMN mood TEXT",), ("UPDATE rep SET mood = 'good'",))
    with Document.open(path, author="Ada") as document:
        assert outside_changes(document) == [RowChange("rep", 1, {"mood": None}, {"mood": "good"})]
        with document.step("Delete") as writer:
            writer.delete("rep", [1])
    run(path, ("ALTER TABLE rep DROP COLUMN mood",))
    with Document.open(path, author="Ada") as document:
        assert document.notices == []
        document.undo()
        assert [rep.name for rep in document.load().reps] == ["Ruth"]
        document.undo()
        document.redo()
        assert document.check() == []


def test_many_rows_changed_outside_are_one_step(tmp_path):
    document = plan_with_content(tmp_path, 40, 40)
    before = rows_in(document)
    document.close()
    run(document.path, ("UPDATE unit SET unit_name = unit_name || '!', locked = 1",))
    with Document.open(document.path, author="Ada") as document:
        assert len(outside_changes(document)) == 1600
        document.undo()
        assert same_rows(rows_in(document), before)


def test_a_file_that_was_only_rewritten_brings_no_step(path):
    run(path, ("VACUUM",))
    run(path, ("PRAGMA journal_mode = WAL",), ("UPDATE plan SET title = 'x'",), ("UPDATE plan SET title = 'Test'",))
    with Document.open(path, author="Ada") as document:
        assert [step.kind for step in document.history()] == ["create", "do"]
        assert document.notices == []


def test_outlines_are_made_anew_after_a_change_from_outside(path):
    run(path, ("UPDATE territory SET geom = NULL, territory_name = 'W' WHERE territory_id = 1",))
    with Document.open(path, author="Ada") as document:
        assert document.territories_without_outline() == [1, 2]
        assert outside_changes(document) == [
            RowChange("territory", 1, {"territory_name": "West"}, {"territory_name": "W"})
        ]


def test_a_change_while_the_plan_is_open_is_noticed_before_the_next_step(path):
    with Document.open(path, author="Ada") as document:
        with document.step("Mine") as writer:
            writer.update("plan", {1: {"note": "mine"}})
        run(path, ("UPDATE plan SET title = 'Theirs'",))
        before = rows_in(document)
        with pytest.raises(UserError, match="while it was open here"), document.step("Mine too") as writer:
            writer.update("plan", {1: {"note": "more"}})
        assert rows_in(document) == before
    with Document.open(path, author="Ada") as document:
        assert outside_changes(document) == [RowChange("plan", 1, {"title": "Test"}, {"title": "Theirs"})]
        assert document.load().info.note == "mine"


def test_a_checkpoint_of_another_program_does_not_disturb(path):
    with Document.open(path, author="Ada") as document:
        for note in ("one", "two"):
            with document.step(note) as writer:
                writer.update("plan", {1: {"note": note}})
            connection = raw(path)
            assert connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone() == (0, 0, 0)
            connection.close()
        document.undo()
        assert document.load().info.note == "one"
        assert document.check() == []


def test_a_reader_of_another_program_does_not_disturb(path):
    with Document.open(path, author="Ada") as document:
        with document.step("Mine") as writer:
            writer.update("plan", {1: {"note": "mine"}})
        reader = sqlite3.connect(path)
        assert reader.execute("SELECT note FROM plan").fetchone() == ("mine",)
        with document.step("More") as writer:
            writer.update("plan", {1: {"note": "more"}})
        assert reader.execute("SELECT note FROM plan").fetchone() == ("more",)
        reader.close()


def test_foreign_triggers_and_views_never_run(path):
    run(
        path,
        ("CREATE TABLE stolen (what TEXT)",),
        ("CREATE TRIGGER evil AFTER UPDATE ON plan BEGIN INSERT INTO stolen VALUES (NEW.note); END",),
        ("CREATE TRIGGER 'we\"ird' AFTER INSERT ON rep BEGIN DELETE FROM rep; END",),
        ("CREATE VIEW spy AS SELECT load_extension('evil')",),
    )
    with Document.open(path, author="Ada") as document:
        with document.step("Note") as writer:
            writer.update("plan", {1: {"note": "secret"}})
            writer.insert("rep", [{"rep_name": "Rob"}])
        assert len(document.load().reps) == 2
    connection = raw(path)
    assert connection.execute("SELECT count(*) FROM stolen").fetchone() == (0,)
    kinds = connection.execute("SELECT name FROM sqlite_master WHERE type IN ('trigger', 'view')").fetchall()
    assert kinds == []
    connection.close()


def test_reading_only_changes_nothing_and_shows_what_is_there(path):
    add_spatial_index(path, "unit")
    run_sql(path, ["UPDATE unit SET unit_name = 'Renamed' WHERE unit_code = 'A2'"])
    before = path.read_bytes()
    with Document.open(path, author="Ada", read_only=True) as document:
        assert document.load().units.name[1] == "Renamed"
        assert len(document.check()) == 1
    assert path.read_bytes() == before


def test_a_text_without_end_is_put_back_and_a_long_one_stays(path):
    run(
        path,
        ("UPDATE territory SET territory_name = ?, color = ? WHERE territory_id = 1", "n" * 1_000_001, "c" * 1_000_001),
        ("UPDATE rep SET rep_name = ?", "r" * 1_000_000),
        ("INSERT INTO account (account_name, city) VALUES ('New', ?)", "c" * 1_000_001),
    )
    with Document.open(path, author="Ada") as document:
        changes = outside_changes(document)
        assert {change.table for change in changes} == {"rep", "account"}
        plan = document.load()
        assert (plan.territories[0].name, plan.territories[0].color) == ("West", "#112233")
        assert plan.reps[0].name == "r" * 1_000_000
        (added,) = (change.new for change in changes if change.table == "account" and change.new)
        assert (added["account_name"], added["city"]) == ("New", None)
        assert document.check() == []


@pytest.mark.parametrize("blob", [b"", b"no ground at all", b"GP\0\x01" + bytes(4) + b"\x01\x0a\0\0\0"])
def test_a_polygon_that_cannot_be_read_is_put_back(path, blob):
    with Document.open(path, author="Ada") as document:
        before = rows_in(document)
    run(path, ("UPDATE unit SET geom = ?, unit_name = 'New' WHERE unit_code = 'A2'", blob))
    with Document.open(path, author="Ada") as document:
        assert outside_changes(document) == [RowChange("unit", 2, {"unit_name": "Square A2"}, {"unit_name": "New"})]
        assert document.geometry()[1].area == 1
        document.undo()
        assert same_rows(rows_in(document), before)


def test_measures_and_segments_keep_their_columns(path):
    """Their values stand there: what another program writes would leave them without, and undoing it too."""
    with Document.open(path, author="Ada") as document, document.step("New") as writer:
        writer.add_measure("Orders", "account")
    with Document.open(path, author="Ada") as document:
        before = rows_in(document)
    run(
        path,
        ("UPDATE measure SET source = 'account', column_name = 'm_none', tolerance = 0.2 WHERE source = 'account'",),
        ("UPDATE measure SET source = 'account', column_name = 'm_none' WHERE source <> 'account'",),
        ("UPDATE segment SET column_name = 'account_id'",),
    )
    with Document.open(path, author="Ada") as document:
        assert {tuple(change.new) for change in outside_changes(document)} == {("tolerance",)}
        document.undo()
        assert same_rows(rows_in(document), before)


@pytest.mark.parametrize("table", ["plan", "alignment", "scenario", "unit"])
def test_a_history_that_does_not_know_the_plan_is_damaged(path, table):
    """Else all the plan would be rows that another program added, and undoing that leaves a file that is no plan."""
    before = path.read_bytes()
    run(path, (f"DELETE FROM journal_row WHERE table_name = '{table}'",))
    with pytest.raises(UserError, match=f"does not say how the rows of {table} came") as caught:
        Document.open(path, author="Ada")
    assert "--repair" in caught.value.hint
    path.write_bytes(before)
    Document.open(path, author="Ada").close()


@pytest.mark.parametrize(
    "shape",
    [shapely.Polygon([(1, 0), (2, 1), (1.5, 0.5)]), shapely.Point(1, 1), shapely.Polygon([(1, 0), (2e9, 0), (2, 1)])],
)
def test_a_shape_that_encloses_nothing_is_put_back(path, shape):
    (blob,) = encode_polygons(np.array([shapely.box(1, 0, 2, 1)], dtype=object))
    run(path, ("UPDATE unit SET geom = ? WHERE unit_code = 'A2'", blob[:40] + shapely.to_wkb(shape)))
    with Document.open(path, author="Ada") as document:
        assert document.geometry()[1].area == 1
        assert document.check() == []


def test_a_polygon_that_crosses_itself_becomes_the_ground_that_it_encloses(path):
    """A corner was dragged across the other side: two triangles, of a quarter of the square each."""
    (blob,) = encode_polygons(np.array([shapely.Polygon([(1, 0), (2, 1), (2, 0), (1, 1)])], dtype=object))
    run(path, ("UPDATE unit SET geom = ? WHERE unit_code = 'A2'", blob))
    with Document.open(path, author="Ada") as document:
        shape = document.geometry()[1]
        assert (shape.is_valid, shape.geom_type, shape.area) == (True, "MultiPolygon", 0.5)
        (change,) = outside_changes(document)
        assert change.new["area_km2"] == pytest.approx(change.old["area_km2"] / 2, rel=1e-3)
        assert document.check() == []


def test_days_and_periods_that_are_none_are_put_back(path):
    """A person typed words into the attribute table of another program; what can be read is taken."""
    with Document.open(path, author="Ada") as document, document.step("Facts") as writer:
        writer.update("rep", {1: {"started_on": "2020-01-31"}})
        writer.insert("figure", [{"rep_id": 1, "metric": "calls", "period": "2026-Q1", "amount": 1.0}] * 2)
        writer.insert("deal", [{"deal_name": "Pumps", "registered_on": "2026-01-02"}])
    run(
        path,
        ("UPDATE rep SET started_on = 'last year'",),
        ("UPDATE figure SET period = 'spring' WHERE figure_id = 1",),
        ("UPDATE figure SET period = '2026-Q2' WHERE figure_id = 2",),
        ("UPDATE deal SET registered_on = '2026-02-30', expires_on = '2026-12-31'",),
    )
    with Document.open(path, author="Ada") as document:
        assert document.load().reps[0].started_on == "2020-01-31"
        assert [figure.period for figure in document.register(Figure).values()] == ["2026-Q1", "2026-Q2"]
        (deal,) = document.register(Deal).values()
        assert (deal.registered_on, deal.expires_on) == ("2026-01-02", "2026-12-31")
        assert document.check() == []


def uuids_by_name(path):
    connection = raw(path)
    found = dict(connection.execute("SELECT territory_name, uuid FROM territory"))
    connection.close()
    return found


def test_rows_that_were_there_keep_their_uuids(path):
    """Another uuid for a territory would be another territory to every merge."""
    before = uuids_by_name(path)
    run(path, ("UPDATE territory SET uuid = 'same', color = '#010203'",))
    with Document.open(path, author="Ada") as document:
        assert all(change.new.keys() >= {"color"} for change in outside_changes(document))
        assert document.check() == []
    assert uuids_by_name(path) == before


def test_a_new_row_that_took_a_uuid_gives_it_up(path):
    before = uuids_by_name(path)
    name, taken = next(iter(before.items()))
    run(
        path,
        ("UPDATE territory SET uuid = 'other' WHERE territory_name = ?", name),
        ("INSERT INTO territory (uuid, territory_name, alignment_id) VALUES (?, 'New', 1)", taken),
    )
    with Document.open(path, author="Ada") as document:
        assert document.check() == []
    after = uuids_by_name(path)
    assert after.pop("New") not in ("", None, "other", taken)
    assert after == before
