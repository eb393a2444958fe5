"""A window that only reads follows what another one does: after any steps its memory is what the file holds."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import shapely
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from territorymap.errors import UserError
from territorymap.metrics.totals import Totals
from territorymap.session import commands as c
from territorymap.session.merging import merge_file
from territorymap.session.session import PlanChange, Session
from tests.document.test_table_cache import assert_same
from tests.metrics.test_totals import assert_same as assert_same_totals
from tests.session.test_ownership_law import Edit, edits, empty, play

__all__ = ["empty"]  # a fixture


@pytest.fixture
def writer(tmp_path: Path, empty: Path) -> Iterator[Session]:
    path = Path(shutil.copy(empty, tmp_path / "plan.gpkg"))
    with Session.open(path, author="Ada") as session:
        session.do(c.create_territory(session.plan, "West", unit_ix=np.arange(4)))
        session.do(c.create_territory(session.plan, "East", unit_ix=np.arange(6, 9)))
        yield session


@pytest.fixture
def reader(writer: Session) -> Iterator[Session]:
    with Session.open(writer.document.path, author="Bo") as session:
        assert session.is_read_only
        yield session


def told_by(session: Session) -> list[PlanChange]:
    told: list[PlanChange] = []
    session.listen(told.append)
    return told


def assert_is_the_file(session: Session) -> None:
    """Memory, and what was worked out of it by deltas, is what the file gives."""
    plan, file = session.plan, session.document.load()
    assert plan.territories == file.territories
    assert (plan.reps, plan.measures, plan.overrides) == (file.reps, file.measures, file.overrides)
    assert (plan.scenarios, plan.alignments, plan.info) == (file.scenarios, file.alignments, file.info)
    assert (plan.scenario, plan.alignment) == (file.scenario, file.alignment)
    assert_same(replace(plan, overrides={}), replace(file, overrides={}))
    assert_same_totals(session.totals, Totals(file, session.adjacency, session.standing.perimeter_km), file)
    for scenario in plan.scenarios:
        for alignment in plan.alignments:
            mine = session.variant(scenario.scenario_id, alignment.alignment_id)
            theirs = session.document.variant(scenario.scenario_id, file, alignment.alignment_id)
            assert mine.unit_territory.tolist() == theirs.unit_territory.tolist()
            assert mine.account_override.tolist() == theirs.account_override.tolist()
            assert mine.territories == theirs.territories


@given(chunks=st.lists(edits, min_size=1, max_size=3))
@settings(
    max_examples=12,
    deadline=None,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_after_any_steps_of_another_window_memory_is_the_file(
    empty: Path, chunks: list[list[Edit]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = Path(shutil.copy(empty, tmp_path_factory.mktemp("follow") / "plan.gpkg"))
    with Session.open(path, author="Ada") as writer, Session.open(path, author="Bo") as reader:
        for history in chunks:
            n_before = len(writer.document.history())
            play(writer, history)
            came = reader.follow()
            n_steps = len(writer.document.history()) - n_before
            assert (len(came.steps) if came else 0) == n_steps
            assert reader.document.history() == writer.document.history()
            assert_is_the_file(reader)
            assert reader.follow() is None


def test_several_steps_are_told_as_one_change(writer: Session, reader: Session) -> None:
    told = told_by(reader)
    west, east = (t.territory_id for t in writer.plan.territories)
    writer.do(c.assign_units(writer.plan, np.array([4]), west))
    writer.do(c.assign_units(writer.plan, np.array([5]), east))
    writer.do(c.rename_territory(writer.plan, east, "Far East"))
    came = reader.follow("other")
    assert came is not None
    assert [step.label for step in came.steps][-1] == came.steps[-1].label
    (change,) = told
    assert (change.kind, change.initiator, change.touched) == ("follow", "other", (0, 1))
    assert change.delta.unit_ix.tolist() == [4, 5]
    assert reader.plan.territories[1].name == "Far East"
    writer.undo()
    came = reader.follow()
    assert came is not None
    assert came.steps[0].kind == "undo"
    assert reader.plan.territories[1].name == "East"


def test_asking_takes_nothing_up_where_nothing_was_done(writer: Session, reader: Session) -> None:
    told = told_by(reader)
    assert not reader.document.is_behind
    assert reader.follow() is None
    writer.refresh_outlines()  # written, but no step
    assert reader.document.is_behind
    assert reader.follow() is None
    assert not reader.document.is_behind
    assert told == []


def test_a_note_that_was_put_on_a_step_is_news(writer: Session, reader: Session) -> None:
    step = writer.timeline()[-1]
    writer.document.annotate(step.step_id, "because")
    assert reader.follow() is not None
    assert reader.timeline()[-1].note == "because"


def test_the_other_window_may_look_at_another_place(writer: Session, reader: Session) -> None:
    """What it does there is taken up; which scenario is in use here is this window's own matter."""
    first = writer.plan.scenario
    writer.do(c.new_scenario(writer.plan, "Proposal"))
    writer.switch_scenario(writer.plan.scenarios[1].scenario_id)
    writer.do(c.assign_units(writer.plan, np.array([11]), writer.plan.territories[0].territory_id))
    assert reader.follow() is not None
    assert (reader.plan.scenario.name, reader.plan.unit_territory[11]) == (first.name, -1)
    assert reader.variant(reader.plan.scenarios[1].scenario_id).unit_territory[11] == 0
    assert_is_the_file(reader)


def test_a_scenario_in_use_that_is_deleted_elsewhere_is_left(writer: Session, reader: Session) -> None:
    writer.do(c.new_scenario(writer.plan, "Proposal"))
    reader.follow()
    proposal = reader.plan.scenarios[1].scenario_id
    reader.switch_scenario(proposal)
    writer.do(c.delete_scenario(writer.plan, proposal))
    assert reader.follow() is not None
    assert reader.plan.scenario == reader.plan.scenarios[0]
    assert_is_the_file(reader)


def test_units_that_are_cut_elsewhere_are_read_anew(writer: Session, reader: Session) -> None:
    told = told_by(reader)
    n = len(reader.plan.units)
    west, south, east, north = shapely.total_bounds(writer.geometry)
    line = shapely.LineString([(west - 1, (south + north) / 2 + 0.1), (east + 1, (south + north) / 2 + 0.1)])
    writer.do(c.cut_units(writer.plan, writer.geometry, line))
    assert reader.follow() is not None
    assert told[-1].delta.is_ground_changed
    assert len(reader.plan.units) == len(reader.geometry) > n
    assert_is_the_file(reader)


def test_a_merge_and_its_undo_are_followed(writer: Session, reader: Session, tmp_path: Path) -> None:
    copy = tmp_path / "copy.gpkg"
    writer.save_copy(copy)
    with Session.open(copy, author="Rita") as rita:
        rita.do(c.assign_units(rita.plan, np.array([10, 11]), rita.plan.territories[0].territory_id))
        rita.do(c.create_territory(rita.plan, "North", unit_ix=np.array([5])))
    writer.do(c.rename_territory(writer.plan, writer.plan.territories[1].territory_id, "Far East"))
    merge_file(writer, copy)
    came = reader.follow()
    assert came is not None
    assert came.is_merge
    assert [t.name for t in reader.plan.territories] == ["West", "Far East", "North"]
    assert reader.plan.unit_territory[[5, 10, 11]].tolist() == [2, 0, 0]
    assert reader.document.history() == writer.document.history()
    assert_is_the_file(reader)
    writer.undo()
    assert reader.follow() is not None
    assert [t.name for t in reader.plan.territories] == ["West", "Far East"]
    assert_is_the_file(reader)


def test_a_file_that_was_put_in_its_place_is_not_followed(writer: Session, reader: Session, tmp_path: Path) -> None:
    writer.save_copy(tmp_path / "other.gpkg")
    writer.close()
    (tmp_path / "other.gpkg").replace(writer.document.path)
    with pytest.raises(UserError, match="changed elsewhere"):
        reader.follow()
    assert_is_the_memory_of_before(reader)


def assert_is_the_memory_of_before(session: Session) -> None:
    assert [t.name for t in session.plan.territories] == ["West", "East"]


def test_a_history_that_is_another_is_not_followed(writer: Session, reader: Session) -> None:
    path = writer.document.path
    other = sqlite3.connect(path)
    other.execute("UPDATE journal_step SET uuid = 'x' WHERE step_id = 2")
    other.commit()
    other.close()
    with pytest.raises(UserError, match="changed elsewhere"):
        reader.follow()
    assert_is_the_memory_of_before(reader)


def test_who_writes_is_told_of_a_change_by_another_program(writer: Session) -> None:
    assert not writer.document.is_behind
    other = sqlite3.connect(writer.document.path)
    other.execute("UPDATE territory SET territory_name = 'Theirs' WHERE territory_id = 1")
    other.commit()
    other.close()
    assert writer.document.is_behind
    with pytest.raises(UserError, match="Another program"):
        writer.document.refuse_changed_file()
