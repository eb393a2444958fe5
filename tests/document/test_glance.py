"""The first look at a plan: right, or nothing at all."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import numpy as np
import shapely

from territorymap.document import Document
from territorymap.document.glance import glance_at
from territorymap.session import commands
from territorymap.session.session import Session
from tests.support.grid import grid_layer
from tests.ui.panels.plans import columns, make_session, territory_id


def plan_at_rest(folder: Path) -> Path:
    path = folder / "plan.gpkg"
    make_session(path).close()
    return path


def test_the_outlines_are_the_unions_of_the_units(tmp_path: Path) -> None:
    path = plan_at_rest(tmp_path)
    glance = glance_at(path)
    assert glance is not None
    with Session.open(path, read_only=True) as session:
        plan = session.plan
        assert glance.color == [t.color for t in plan.territories]
        assert glance.title == plan.info.title
        np.testing.assert_array_equal(glance.lon, plan.units.lon)
        np.testing.assert_array_equal(glance.lat, plan.units.lat)
        for ix, outline in enumerate(glance.outline):
            assert outline.equals(shapely.union_all(session.geometry[plan.units_of(ix)]))


def test_a_territory_whose_outline_is_missing_is_left_out(tmp_path: Path) -> None:
    path = plan_at_rest(tmp_path)
    session = Session.open(path)
    north = territory_id(session, "North")
    session.do(commands.assign_units(session.plan, columns(session, 6), north))
    session.document.close()  # the outline that the edit emptied is not drawn anew
    glance = glance_at(path)
    assert glance is not None
    with Session.open(path, read_only=True) as session:
        rest = [t.color for t in session.plan.territories if t.territory_id != north]
    assert glance.color == rest


def test_what_another_program_changed_is_not_shown(tmp_path: Path) -> None:
    path = plan_at_rest(tmp_path)
    with closing(sqlite3.connect(path)) as other, other:
        other.execute("UPDATE assignment SET territory_id = (SELECT max(territory_id) FROM territory)")
    assert glance_at(path) is None


def test_a_plan_that_was_not_closed_is_not_shown(tmp_path: Path) -> None:
    path = plan_at_rest(tmp_path)
    copy = tmp_path / "copy.gpkg"
    with Session.open(path) as session:
        session.do(commands.assign_units(session.plan, columns(session, 6), territory_id(session, "North")))
        copy.write_bytes(path.read_bytes())
        wal = path.with_name("plan.gpkg-wal")
        copy.with_name("copy.gpkg-wal").write_bytes(wal.read_bytes())
    assert glance_at(copy) is None


def test_looking_changes_nothing(tmp_path: Path) -> None:
    path = plan_at_rest(tmp_path)
    before = path.read_bytes()
    glance_at(path)
    assert path.read_bytes() == before
    assert [p.name for p in tmp_path.iterdir()] == ["plan.gpkg"]


def test_what_is_no_plan_shows_nothing(tmp_path: Path) -> None:
    broken = tmp_path / "broken.gpkg"
    broken.write_bytes(b"SQLite format 3\0" + bytes(500))
    text = tmp_path / "text.gpkg"
    text.write_text("no plan")
    view = tmp_path / "view.gpkg"
    with closing(sqlite3.connect(view)) as stranger, stranger:
        for table in ("unit", "plan", "rest_mark"):
            stranger.execute(f"CREATE TABLE {table} (a)")
        stranger.execute("CREATE VIEW territory AS SELECT 1 AS color, 2 AS geom")
    for path in (broken, text, view, tmp_path / "missing.gpkg", tmp_path):
        assert glance_at(path) is None


def test_a_plan_without_territories_shows_nothing(tmp_path: Path) -> None:
    path = tmp_path / "new.gpkg"
    Document.create(path, grid_layer(2, 2), title="New", author="Ada").close()
    assert glance_at(path) is None


def test_of_several_alignments_the_one_that_opens_is_shown(tmp_path: Path) -> None:
    path = plan_at_rest(tmp_path)
    with Session.open(path) as session:
        session.do(commands.new_alignment(session.plan, "Inside", copy_of=1))
        session.switch_alignment(2)
        session.do(commands.recolor_territory(session.plan, session.plan.territories[0].territory_id, "#010203"))
        colors = [t.color for t in session.plan.territories]
    glance = glance_at(path)
    assert glance is not None
    assert glance.color == colors
