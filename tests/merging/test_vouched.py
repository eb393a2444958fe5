"""The open plan vouches for a colleague's file: for every honest one, for none that contradicts its history.

::

    D1 D2 D3 D4
    C1 C2 C3 C4      West has column 1, East column 4. Mia gives A2 to West; Tom gives A3 to East and renames East.
    B1 B2 B3 B4
    A1 A2 A3 A4
"""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
import shapely
from benchmarks.support.hostile_plans.base import sealed

from territorymap.document import Document
from territorymap.document.checking import lies_in
from territorymap.document.merging.states import StepEvents
from territorymap.document.merging.theirs import opened_theirs
from territorymap.document.merging.vouched import is_vouched_for
from territorymap.errors import UserError
from territorymap.session import commands as c
from territorymap.session.merging import merge_file
from territorymap.session.session import Session
from tests.document.plans import new_plan, raw, rows_of
from tests.merging.planners import planner, two_copies

Plans = tuple[Path, Path]


def give(session: Session, code: str, name: str) -> None:
    territory = session.plan.territory_named(name)
    assert territory is not None
    units = np.array([session.plan.units.ix_by_code[code]])
    session.do(c.assign_units(session.plan, units, territory.territory_id))


def rename(session: Session, name: str, new: str) -> None:
    territory = session.plan.territory_named(name)
    assert territory is not None
    session.do(c.rename_territory(session.plan, territory.territory_id, new))


@pytest.fixture(scope="module")
def edited(tmp_path_factory: pytest.TempPathFactory) -> Plans:
    """Return the plans of Mia and Tom; do not write into them."""
    mine, theirs = two_copies(tmp_path_factory.mktemp("edited"))
    with planner(mine, "Mia") as session:
        give(session, "A2", "West")
    with planner(theirs, "Tom") as session:
        give(session, "A3", "East")
        rename(session, "West", "Occident")
        session.undo()
        rename(session, "East", "Orient")
    return mine, theirs


@pytest.fixture
def plans(edited: Plans, tmp_path: Path) -> Plans:
    mine, theirs = (Path(shutil.copy(path, tmp_path)) for path in edited)
    return mine, theirs


@contextmanager
def both(mine: Path, theirs: Path) -> Iterator[tuple[Document, Document]]:
    with Document.open(mine, author="Mia") as document, opened_theirs(theirs, mine) as other:
        yield document, other


def vouched(mine: Path, theirs: Path) -> bool:
    """Tell what the open plan says, held against the whole check."""
    with both(mine, theirs) as (document, other):
        events = StepEvents(document.connection), StepEvents(other.connection)
        found = is_vouched_for(*events, (document.history(), other.history()), other.path)
        assert not found or lies_in(other.connection) == []
        return found


def cut(session: Session, x: float) -> None:
    line = shapely.LineString([(x, -1.0), (x, 1.4)])
    session.do(c.cut_units(session.plan, session.geometry, line))


# -- honest files ------------------------------------------------------------------------------------------------------


def test_it_vouches_for_an_honest_file(plans):
    assert vouched(*plans)


def test_it_vouches_after_a_merge_and_its_undo(plans):
    mine, theirs = plans
    with planner(mine, "Mia") as session:
        merge_file(session, theirs)
    assert vouched(mine, theirs)
    assert vouched(theirs, mine)
    with planner(mine, "Mia") as session:
        session.undo()
    assert vouched(mine, theirs)
    assert vouched(theirs, mine)


def test_it_vouches_where_one_side_took_back_what_both_had(plans):
    mine, theirs = plans
    with planner(mine, "Mia") as session:
        session.undo()
        session.undo()  # the content of the plan
    assert vouched(mine, theirs)
    assert vouched(theirs, mine)


def test_it_vouches_for_cuts_and_new_columns(plans):
    mine, theirs = plans
    for path, x, name in ((mine, 0.5, "Potential"), (theirs, 2.5, "Visits")):
        with planner(path, name) as session:
            cut(session, x)
            with session.document.step("Column") as writer:
                column = writer.add_measure(name, "account").column_name
                writer.update("account", {1: {column: 4.5}})
    assert vouched(mine, theirs)
    assert vouched(theirs, mine)


def test_it_vouches_for_what_another_program_changed_and_opening_took_in(plans):
    mine, theirs = plans
    connection = raw(theirs)
    connection.execute("UPDATE territory SET color = '#abcdef'")
    connection.close()
    assert vouched(mine, theirs)


def test_plans_of_different_origin_are_not_vouched_for_and_merge(tmp_path, plans):
    (tmp_path / "other").mkdir()
    new_plan(tmp_path / "other").close()
    other = tmp_path / "other" / "plan.gpkg"
    assert not vouched(plans[0], other)
    with planner(plans[0], "Mia") as session:
        assert not merge_file(session, other).has_common_past


# -- files that contradict themselves ----------------------------------------------------------------------------------

_NEWEST = "(SELECT max(step_id) FROM journal_step)"
_NOCASE = """PRAGMA writable_schema = ON;
UPDATE sqlite_master SET sql = replace(sql, '"territory_name" TEXT', '"territory_name" TEXT COLLATE NOCASE')
 WHERE name = 'territory';
PRAGMA writable_schema = RESET;
UPDATE territory SET territory_name = 'WEST' WHERE territory_name = 'West';"""
LIES = {
    "a row that nobody changed": "UPDATE unit SET unit_name = 'Other' WHERE unit_code = 'C2'",
    "a row that Mia changed": "UPDATE assignment SET territory_id = 2 WHERE unit_id = 1",
    "a row that Tom changed": "UPDATE territory SET territory_name = 'Levant' WHERE territory_name = 'Orient'",
    "what Mia's plan has, without a step": (
        "INSERT INTO assignment (scenario_id, alignment_id, unit_id, territory_id)"
        " SELECT scenario_id, alignment_id, (SELECT unit_id FROM unit WHERE unit_code = 'A2'), territory_id"
        " FROM assignment WHERE unit_id = (SELECT unit_id FROM unit WHERE unit_code = 'A1')"
    ),
    "the value of a step that was taken back": (
        "UPDATE territory SET territory_name = 'Occident' WHERE territory_name = 'West'"
    ),
    "a row less": "DELETE FROM assignment WHERE unit_id = (SELECT unit_id FROM unit WHERE unit_code = 'D4')",
    "a row more": (
        "INSERT INTO rep (uuid, rep_name, location_level) VALUES ('11111111-2222-3333-4444-555555555555', 'X', 'none')"
    ),
    "one less and one more": (
        "UPDATE assignment SET assignment_id = 900 WHERE unit_id = (SELECT unit_id FROM unit WHERE unit_code = 'D4')"
    ),
    "another end of the history": (
        f"UPDATE journal_row SET new = replace(new, 'Orient', 'Levant') WHERE step_id = {_NEWEST}"
    ),
    "a step less": f"DELETE FROM journal_row WHERE step_id = {_NEWEST}",
    "another beginning of the history": "UPDATE journal_row SET new = replace(new, 'Ruth', 'Raul')",
    "a beginning that is written twice": (
        "INSERT INTO journal_row (step_id, table_name, row_key, old, new)"
        " SELECT step_id, table_name, row_key, old, replace(new, 'Ruth', 'Raul') FROM journal_row"
        " WHERE table_name = 'rep'"
    ),
    "a mark of what was not taken back": f"UPDATE journal_step SET undone = 1 WHERE step_id = {_NEWEST}",
    "letters of another case": _NOCASE,
}


@pytest.mark.parametrize("name", LIES)
def test_a_file_that_lies_is_refused_and_changes_nothing(plans, name):
    mine, theirs = plans
    before = theirs.read_bytes()
    connection = raw(theirs)
    n = connection.total_changes
    connection.executescript(LIES[name])
    assert connection.total_changes > n
    connection.close()
    sealed(theirs)
    assert theirs.read_bytes() != before
    assert not vouched(mine, theirs)
    with planner(mine, "Mia") as session:
        kept, steps = rows_of(session.document.connection), session.document.history()
        with pytest.raises(UserError, match="history"):
            merge_file(session, theirs)
        assert rows_of(session.document.connection) == kept
        assert session.document.history() == steps
        assert session.document.check() == []


def test_a_file_whose_changes_were_taken_in_is_not_held_against_its_history_again(plans, monkeypatch):
    mine, theirs = plans
    connection = sqlite3.connect(theirs)
    connection.execute("UPDATE unit SET unit_name = 'Renamed' WHERE unit_id = 2")
    connection.commit()
    connection.close()

    def fail(*_args: object) -> None:
        pytest.fail("read again")

    monkeypatch.setattr("territorymap.document.merging.merger.lies_in", fail)
    monkeypatch.setattr("territorymap.document.merging.merger.is_vouched_for", fail)
    with planner(mine, "Mia") as session:
        merge_file(session, theirs)
        assert session.plan.units.name[1] == "Renamed"
        assert session.document.check() == []


def test_a_file_at_rest_is_held_against_its_history(plans, monkeypatch):
    mine, theirs = plans
    asked: list[Path] = []

    def doubt(_mine: StepEvents, _theirs: StepEvents, _histories: object, path: Path) -> bool:
        asked.append(path)
        return False

    monkeypatch.setattr("territorymap.document.merging.merger.is_vouched_for", doubt)
    with planner(mine, "Mia") as session:
        merge_file(session, theirs)
    assert len(asked) == 1
