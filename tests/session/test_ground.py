"""Topology from the cache is that of the polygons, and the polygons are not read for it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import fields
from pathlib import Path

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from territorymap.geo.topology import Topology, build_topology
from territorymap.session import commands
from territorymap.session.session import Session
from tests.ui.panels.plans import columns, make_session, territory_id


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "plan.gpkg"
    make_session(path).close()
    return path


def assert_same(one: Topology, other: Topology) -> None:
    for field in fields(Topology):
        assert_array_equal(getattr(one, field.name), getattr(other, field.name), err_msg=field.name)


def test_a_state_seen_before_needs_no_polygons(path: Path) -> None:
    with Session.open(path) as first:
        before = first.topology
    with Session.open(path) as session:
        assert_same(session.topology, before)
        assert_same(session.topology, build_topology(session.document.geometry()))
        assert "geometry" not in session.__dict__


def test_edits_totals_and_the_end_need_no_polygons(path: Path) -> None:
    with Session.open(path) as session:
        assert session.balance is not None
        session.do(commands.assign_units(session.plan, columns(session, 6), territory_id(session, "North")))
        session.undo()
        session.redo()
        session.refresh_outlines()
        assert "geometry" not in session.__dict__


def test_polygons_changed_by_another_program_are_seen(path: Path) -> None:
    with closing(sqlite3.connect(path)) as other, other:
        other.execute("UPDATE unit SET geom = (SELECT geom FROM unit WHERE unit_id = 1) WHERE unit_id = 2")
    for read_only in (True, False):
        with Session.open(path, read_only=read_only) as session:
            assert_same(session.topology, build_topology(session.document.geometry()))


@pytest.mark.parametrize("text", [b"", b"\xff", b"../../etc/passwd", b"0" * 32])
def test_a_damaged_note_is_not_used(path: Path, state_folder: Path, text: bytes) -> None:
    with Session.open(path) as session:
        expected = session.topology
    for note in (state_folder / "cache").glob("ground-*.txt"):
        note.write_bytes(text)
    with Session.open(path) as session:
        assert_same(session.topology, expected)


def test_another_number_of_units_is_another_ground(path: Path, state_folder: Path) -> None:
    other = path.with_name("other.gpkg")
    make_session(other, 7, 4).close()
    keys = {p.stem for p in (state_folder / "cache").glob("*.npz")}
    for changed in (state_folder / "cache").glob("ground-*.txt"):
        (wrong,) = list(keys - {changed.read_text()})[:1]
        changed.write_text(wrong)
    with Session.open(path) as session:
        assert session.topology.n_units == len(session.plan.units)
        assert np.isfinite(session.totals.area_km2).all()
