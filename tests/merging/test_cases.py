"""Merges drawn by hand: what is taken, what is a conflict, and what a decision makes of it.

::

    D1 D2 D3 D4
    C1 C2 C3 C4      West has column 1, East column 4; Ruth covers West.
    B1 B2 B3 B4      Account Ore lies in A1, Mill in A2 and is East's by name.
    A1 A2 A3 A4
"""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path

import numpy as np
import pytest
import shapely

from territorymap.errors import UserError
from territorymap.model.coverage import Assumption, Deal, Figure, Quota
from territorymap.model.merging import MergeConflict, MergeReport
from territorymap.session import commands as c
from territorymap.session.commands.registers import add_records
from territorymap.session.commands.scenarios import delete_scenario, new_scenario
from territorymap.session.merging import decide, merge_file, preview_merge
from territorymap.session.session import Command, Session
from tests.document.plans import new_plan, raw, to_format_2
from tests.merging.planners import facts_of, merged, planner, rows_in_file, two_copies

Plans = tuple[Path, Path]


@pytest.fixture
def plans(tmp_path: Path) -> Plans:
    return two_copies(tmp_path)


def give(session: Session, codes: str, name: str | None) -> None:
    units = np.array([session.plan.units.ix_by_code[code] for code in codes.split()])
    session.do(c.assign_units(session.plan, units, None if name is None else named(session, name)))


def named(session: Session, name: str) -> int:
    territory = session.plan.territory_named(name)
    assert territory is not None
    return territory.territory_id


def owners(path: Path) -> dict[str, str]:
    """Return the name of the territory of each unit that has one."""
    with Session.open(path, read_only=True) as session:
        plan = session.plan
        pairs = zip(plan.units.code, plan.unit_territory.tolist(), strict=True)
        return {str(code): plan.territories[ix].name for code, ix in pairs if ix >= 0}


def only(report: MergeReport) -> MergeConflict:
    (conflict,) = report.conflicts
    return conflict


def texts(conflict: MergeConflict) -> tuple[str, ...]:
    return conflict.code, conflict.field, conflict.base_text, conflict.mine_text, conflict.theirs_text


def test_each_side_s_own_changes_are_taken(plans):
    mine, theirs = plans
    with planner(mine, "Mia") as session:
        give(session, "A2 B2", "West")
    with planner(theirs, "Tom") as session:
        give(session, "A3", "East")
        session.do(c.rename_territory(session.plan, named(session, "East"), "Orient"))
    report = merged(mine, theirs)
    assert (report.taken_mine, report.taken_theirs, report.same, report.conflicts) == (2, 2, 0, ())
    found = owners(mine)
    assert {code: found[code] for code in ("A1", "A2", "B2", "A3", "A4")} == {
        "A1": "West", "A2": "West", "B2": "West", "A3": "Orient", "A4": "Orient",
    }  # fmt: skip
    assert owners(theirs)["A3"] == "Orient"
    assert "A2" not in owners(theirs)


def test_one_unit_given_to_two_territories_is_a_conflict_that_keeps_mine(plans):
    mine, theirs = plans
    with planner(mine, "Mia") as session:
        give(session, "A2", "West")
    with planner(theirs, "Tom") as session:
        give(session, "A2", "East")
    report = merged(mine, theirs)
    conflict = only(report)
    assert texts(conflict) == ("A2", "territory", "no territory", "West", "East")
    assert (conflict.mine_author, conflict.theirs_author) == ("Mia", "Tom")
    assert conflict.mine_at <= conflict.theirs_at
    assert owners(mine)["A2"] == "West"
    with planner(mine, "Mia") as session:
        (stored,) = session.plan.conflicts
        assert (stored.state, stored.uuid) == ("open", conflict.uuid)
        session.do(decide(session.plan, [stored.uuid], "theirs"))
        assert session.plan.conflicts[0].state == "theirs"
        assert session.document.check() == []
        with pytest.raises(UserError, match="not open any more"):
            session.do(decide(session.plan, [stored.uuid], "mine"))
    assert owners(mine)["A2"] == "East"
    with planner(mine, "Mia") as session:
        session.undo()
        assert session.plan.conflicts[0].state == "open"
    assert owners(mine)["A2"] == "West"
    assert merged(mine, theirs).is_empty


def test_the_preferred_side_s_value_shows_while_a_conflict_is_open(plans):
    mine, theirs = plans
    for path, name in ((mine, "Far West"), (theirs, "Wild West")):
        with planner(path, name) as session:
            session.do(c.rename_territory(session.plan, named(session, "West"), name))
    report = merged(mine, theirs, "theirs")
    assert texts(only(report)) == ("West", "name", "West", "Far West", "Wild West")
    assert owners(mine)["A1"] == "Wild West"
    with planner(mine, "Mia") as session:
        session.do(decide(session.plan, [only(report).uuid], "mine"))
    assert owners(mine)["A1"] == "Far West"


def test_fields_of_one_thing_are_merged_one_by_one(plans):
    mine, theirs = plans
    with planner(mine, "Mia") as session:
        session.do(c.edit_rep(session.plan, session.plan.reps[0].rep_id, name="Ruth Ann"))
    with planner(theirs, "Tom") as session:
        session.do(c.edit_rep(session.plan, session.plan.reps[0].rep_id, capacity_h=1200.0))
    assert merged(mine, theirs).conflicts == ()
    with Session.open(mine, read_only=True) as session:
        assert (session.plan.reps[0].name, session.plan.reps[0].capacity_h) == ("Ruth Ann", 1200.0)


def test_a_territory_deleted_here_and_given_a_unit_there_is_decided_with_that_unit(plans):
    mine, theirs = plans
    with planner(mine, "Mia") as session:
        session.do(c.delete_territories(session.plan, [named(session, "East")]))
    with planner(theirs, "Tom") as session:
        give(session, "A3", "East")
    report = merged(mine, theirs)
    assert [texts(conflict) for conflict in report.conflicts] == [
        ("A3", "territory", "no territory", "no territory", "East"),
        ("East", "", "kept", "deleted", "kept"),
    ]
    assert "East" not in owners(mine).values()
    unit = next(conflict for conflict in report.conflicts if conflict.kind == "assignment")
    with planner(mine, "Mia") as session:
        session.do(decide(session.plan, [unit.uuid], "theirs"))  # East must come back for it
        assert {conflict.state for conflict in session.plan.conflicts} == {"theirs"}
        assert session.document.check() == []
    assert [code for code, name in owners(mine).items() if name == "East"] == ["A3", "A4", "B4", "C4", "D4"]


def test_a_territory_edited_here_and_deleted_there_can_be_let_go(plans):
    mine, theirs = plans
    with planner(mine, "Mia") as session:
        session.do(c.recolor_territory(session.plan, named(session, "East"), "#abcdef"))
    with planner(theirs, "Tom") as session:
        session.do(c.delete_territories(session.plan, [named(session, "East")]))
    report = merged(mine, theirs)
    assert texts(only(report)) == ("East", "", "kept", "kept", "deleted")
    assert [code for code, name in owners(mine).items() if name == "East"] == ["A4", "B4", "C4", "D4"]
    with planner(mine, "Mia") as session:
        session.do(decide(session.plan, [only(report).uuid], "theirs"))
        assert session.document.check() == []
        assert [t.name for t in session.plan.territories] == ["West"]
        session.undo()
        assert [t.name for t in session.plan.territories] == ["West", "East"]


def test_two_new_territories_of_one_name_are_both_kept(plans):
    mine, theirs = plans
    for path, code in ((mine, "A2"), (theirs, "A3")):
        with planner(path, code) as session:
            ix = session.plan.units.ix_by_code[code]
            session.do(c.create_territory(session.plan, "North", unit_ix=np.array([ix])))
    report = merged(mine, theirs)
    assert {owners(mine)["A2"], owners(mine)["A3"]} == {"North", "North 2"}
    assert report.notes == ("North was there twice; one is now North 2.",)


def cut(path: Path, x: float, low: float, high: float) -> None:
    with planner(path, "Cutter") as session:
        line = shapely.LineString([(x, low), (x, high)])
        session.do(c.cut_units(session.plan, session.geometry, line))


def codes(path: Path) -> list[str]:
    with Session.open(path, read_only=True) as session:
        assert shapely.coverage_is_valid(session.geometry)
        assert shapely.area(session.geometry).sum() == pytest.approx(16)
        return sorted(map(str, session.plan.units.code))


def test_neighbouring_cuts_become_one_coverage(plans):
    """Mia cuts A2 from north to south, Tom B2 above it: each put an end point into the other's square."""
    mine, theirs = plans
    cut(mine, 1.3, -0.5, 1.0)
    cut(theirs, 1.7, 1.0, 2.0)
    assert merged(mine, theirs).conflicts == ()
    assert {"A2-a", "A2-b", "B2-a", "B2-b"} <= set(codes(mine))
    back = shutil.copy(theirs, theirs.with_name("back.gpkg"))
    assert merged(Path(back), mine).conflicts == ()
    assert facts_of(Path(back))["unit"] == facts_of(mine)["unit"]


def test_one_unit_cut_in_two_ways_is_a_conflict_of_its_parts(plans):
    mine, theirs = plans
    cut(mine, 1.3, -0.5, 1.0)
    cut(theirs, 1.6, -0.5, 1.0)
    with planner(theirs, "Tom") as session:
        give(session, "A2-b", "East")
    report = merged(mine, theirs)
    assert texts(only(report)) == ("A2", "parts", "whole", "2 parts", "2 parts")
    before = rows_in_file(mine)
    with planner(mine, "Mia") as session:
        session.do(decide(session.plan, [only(report).uuid], "theirs"))
        assert session.document.check() == []
        session.refresh_outlines()
    assert owners(mine)["A2-b"] == "East"
    assert facts_of(mine)["unit"].keys() == facts_of(theirs)["unit"].keys()
    assert codes(mine) == codes(theirs)
    with planner(mine, "Mia") as session:
        session.undo()
    assert rows_in_file(mine) == before


def test_a_unit_given_here_and_cut_there_is_given_in_all_its_parts(plans):
    mine, theirs = plans
    with planner(mine, "Mia") as session:
        give(session, "A2", "West")
    cut(theirs, 1.3, -0.5, 1.0)
    assert merged(mine, theirs).conflicts == ()
    assert (owners(mine)["A2-a"], owners(mine)["A2-b"]) == ("West", "West")


def test_scenarios_are_merged_each_for_itself(plans):
    mine, theirs = plans
    for path in plans:
        with planner(path, "Ada") as session:
            if path == mine:
                session.do(new_scenario(session.plan, "Proposal"))
    shutil.copy(mine, theirs)
    with planner(mine, "Mia") as session:
        give(session, "A2", "West")  # in the plan itself
    with planner(theirs, "Tom") as session:
        session.switch_scenario(session.plan.scenario_named("Proposal").scenario_id)
        give(session, "A2 A3", "East")
    report = merged(mine, theirs)
    assert (report.conflicts, report.taken_mine, report.taken_theirs) == ((), 1, 2)
    with planner(mine, "Mia") as session:
        assert owners_in(session) == {"A2": "West"}
        session.switch_scenario(session.plan.scenario_named("Proposal").scenario_id)
        assert owners_in(session) == {"A2": "East", "A3": "East"}


def owners_in(session: Session) -> dict[str, str]:
    plan = session.plan
    pairs = zip(plan.units.code, plan.unit_territory.tolist(), strict=True)
    return {str(code): plan.territories[ix].name for code, ix in pairs if ix >= 0 and str(code) in ("A2", "A3")}


def test_a_scenario_deleted_there_and_edited_here_is_restored_whole(plans):
    mine, theirs = plans
    with planner(mine, "Ada") as session:
        session.do(new_scenario(session.plan, "Proposal"))
        session.switch_scenario(session.plan.scenario_named("Proposal").scenario_id)
        give(session, "A2", "East")
    shutil.copy(mine, theirs)
    with planner(mine, "Mia") as session:
        give(session, "A3", "East")
    with planner(theirs, "Tom") as session:
        session.do(delete_scenario(session.plan, session.plan.scenario_named("Proposal").scenario_id))
    there = Path(shutil.copy(theirs, theirs.with_name("there.gpkg")))
    report = merged(there, mine)
    assert texts(only(report)) == ("Proposal", "", "kept", "deleted", "kept")
    with planner(there, "Tom") as session:
        session.do(decide(session.plan, [only(report).uuid], "theirs"))
        assert session.document.check() == []
        session.switch_scenario(session.plan.scenario_named("Proposal").scenario_id)
        assert owners_in(session) == {"A2": "East", "A3": "East"}


def test_each_deletes_the_scenario_that_the_other_keeps(plans):
    mine, theirs = plans
    with planner(mine, "Ada") as session:
        session.do(new_scenario(session.plan, "Proposal"))
        first, second = (s.scenario_id for s in session.plan.scenarios)
    shutil.copy(mine, theirs)
    with planner(mine, "Mia") as session:
        session.do(delete_scenario(session.plan, second))
    with planner(theirs, "Tom") as session:
        session.do(delete_scenario(session.plan, first))
    report = merged(mine, theirs)
    assert len(report.conflicts) == 2, "which of the two goes is left open"
    with planner(mine, "Mia") as session:
        assert [s.scenario_id for s in session.plan.scenarios] == [first]
        assert session.document.check() == []
        (plan_goes,) = (c.uuid for c in session.plan.conflicts if c.key == session.plan.scenario.uuid)
        with pytest.raises(UserError, match="only scenario"):
            session.do(decide(session.plan, [plan_goes], "theirs"))
        assert session.document.check() == []
        session.do(decide(session.plan, [c.uuid for c in session.plan.conflicts], "theirs"))
        assert [s.name for s in session.plan.scenarios] == ["Proposal"]
        assert session.document.check() == []
        session.undo()
        session.undo()
        assert session.document.check() == []


def test_the_scenario_in_use_may_go_by_a_merge_and_another_one_is_shown(plans):
    """What the other one has is a territory that the one in use had not any more."""
    mine, theirs = plans
    with planner(mine, "Ada") as session:
        give(session, "A2", "East")
        session.do(new_scenario(session.plan, "Proposal"))
    shutil.copy(mine, theirs)
    with planner(mine, "Mia") as session:
        session.do(c.delete_territories(session.plan, [named(session, "East")]))
    with planner(theirs, "Tom") as session:
        session.do(delete_scenario(session.plan, session.plan.scenario.scenario_id))
        give(session, "A3", "East")
    with planner(mine, "Mia") as session:
        merge_file(session, theirs, prefer="theirs")
        assert session.plan.scenario.name == "Proposal"
        assert owners_in(session) == {"A2": "East", "A3": "East"}
        assert session.totals.n_units.sum() == (session.plan.unit_territory >= 0).sum()
        assert session.document.check() == []


def test_one_account_imported_by_both_is_one_account(plans):
    mine, theirs = plans
    for path, city in ((mine, "Ayr"), (theirs, "Bath")):
        with planner(path, city) as session:
            row = {"account_key": "K9", "account_name": "Nine", "city": city, "lon": 2.5, "lat": 0.5, "unit_id": 3}
            session.do(inserted("account", row))
    report = merged(mine, theirs)
    assert texts(only(report)) == ("K9", "city", "empty", "Ayr", "Bath")
    with Session.open(mine, read_only=True) as session:
        assert list(session.plan.accounts.key).count("K9") == 1


def inserted(table: str, row: dict[str, object]) -> Command:
    return Command("Insert", lambda writer, plan: writer.insert(table, [row]) and None)


def test_the_history_keeps_the_steps_of_both(plans):
    mine, theirs = plans
    with planner(mine, "Mia") as session:
        give(session, "A2", "West")
    with planner(theirs, "Tom") as session:
        give(session, "A3", "East")
        give(session, "B3", "East")
    merged(mine, theirs)
    with Session.open(mine, read_only=True) as session:
        steps = [(s.kind, s.author, bool(s.merged_by)) for s in session.document.history()[2:]]
        assert steps == [("do", "Mia", False), ("do", "Tom", True), ("do", "Tom", True), ("merge", "Merger", False)]
        assert [s.author for s in session.timeline()] == ["Ada", "Ada", "Mia", "Merger"]
        tom = session.document.history()[3]
        assert len(session.document.changes_of(tom.step_id)) == 1


def test_what_comes_by_way_of_a_third_planner_is_known(plans, tmp_path):
    """Mia takes Una's work, Tom takes it too; merging the two then finds it the same, not new."""
    mine, theirs = plans
    third = Path(shutil.copy(mine, tmp_path / "third.gpkg"))
    with planner(third, "Una") as session:
        give(session, "B2", "West")
        session.do(c.create_territory(session.plan, "Una's", unit_ix=np.array([9])))
    for path in plans:
        merged(path, third)
    with planner(theirs, "Tom") as session:
        give(session, "B2", "East")
    report = merged(mine, theirs)
    assert (report.conflicts, report.taken_theirs) == ((), 1)
    assert owners(mine)["B2"] == "East"
    assert list(owners(mine).values()).count("Una's") == 1


def both_merged(plans: Plans) -> MergeReport:
    """Mia and Tom give A2 to West and East, and each merges the other's file: each sees its own value."""
    mine, theirs = plans
    for path, name in ((mine, "West"), (theirs, "East")):
        with planner(path, name) as session:
            give(session, "A2", name)
    sent = Path(shutil.copy(mine, mine.with_name("sent.gpkg")))
    merged(mine, theirs)
    return merged(theirs, sent)


def test_what_both_left_open_is_still_a_conflict_when_they_meet_again(plans):
    mine, theirs = plans
    both_merged(plans)
    report = merged(mine, theirs)
    assert texts(only(report))[2:] == ("no territory", "West", "East")
    with Session.open(mine, read_only=True) as session:
        assert [conflict.state for conflict in session.plan.conflicts] == ["open"]
    assert merged(theirs, mine).conflicts == ()


def test_what_one_of_them_decided_holds_for_both(plans):
    mine, theirs = plans
    open_at = both_merged(plans)
    with planner(mine, "Mia") as session:
        session.do(decide(session.plan, [session.plan.conflicts[0].uuid], "mine"))
    report = merged(theirs, mine)
    assert report.conflicts == ()
    assert owners(theirs)["A2"] == "West"
    with Session.open(theirs, read_only=True) as session:
        assert [(c.uuid, c.state != "open") for c in session.plan.conflicts] == [(only(open_at).uuid, True)]


def test_a_conflict_names_who_changed_the_value_not_who_merged_it(plans, tmp_path):
    mine, theirs = plans
    third = Path(shutil.copy(mine, tmp_path / "third.gpkg"))
    with planner(third, "Una") as session:
        give(session, "A2", "West")
    merged(mine, third)
    with planner(theirs, "Tom") as session:
        give(session, "A2", "East")
    conflict = only(merged(mine, theirs))
    assert (conflict.mine_author, conflict.theirs_author) == ("Una", "Tom")


# -- files that are not as they should be ------------------------------------------------------------------------------


def test_what_another_program_changed_in_theirs_is_taken_too(plans):
    mine, theirs = plans
    connection = sqlite3.connect(theirs)
    connection.execute("CREATE TRIGGER bad AFTER UPDATE ON territory BEGIN DELETE FROM unit; END")
    connection.execute("DROP TRIGGER bad")
    connection.execute("UPDATE rep SET rep_name = 'Ruth from QGIS'")
    connection.execute("CREATE TRIGGER evil AFTER INSERT ON territory BEGIN DELETE FROM unit; END")
    connection.commit()
    connection.close()
    before = theirs.read_bytes()
    assert merged(mine, theirs).taken_theirs == 1
    assert theirs.read_bytes() == before
    with Session.open(mine, read_only=True) as session:
        assert session.plan.reps[0].name == "Ruth from QGIS"
        assert len(session.plan.units) == 16


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda path: path.write_text("no plan"), "is not a plan"),
        (lambda path: path.write_bytes(b""), "is empty"),
        (lambda path: path.unlink(), "is not there"),
        (lambda path: _spoil(path), "is damaged"),
        (lambda path: _renumber(path), "newer version"),
        (lambda path: _unstep(path), "is damaged"),
        (lambda path: _mistype(path), "is damaged"),
    ],
)
def test_a_file_that_cannot_be_merged_changes_nothing(plans, make, message):
    mine, theirs = plans
    make(theirs)
    before = rows_in_file(mine)
    with planner(mine, "Mia") as session:
        with pytest.raises(UserError, match=message) as caught:
            merge_file(session, theirs)
        assert caught.value.hint
        assert "theirs.gpkg" in caught.value.message
    assert rows_in_file(mine) == before


def _spoil(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2 : len(data) // 2 + 4000] = b"\xff" * 4000
    path.write_bytes(data)


def _sql(path: Path, *statements: str) -> None:
    connection = sqlite3.connect(path)
    for statement in statements:
        connection.execute(statement)
    connection.commit()
    connection.close()


def _renumber(path: Path) -> None:
    _sql(path, "UPDATE plan SET format_version = 99")


def _unstep(path: Path) -> None:
    _sql(path, "UPDATE journal_step SET ref_uuid = 'x', kind = 'undo' WHERE step_id = 2")


def _mistype(path: Path) -> None:
    _sql(path, "UPDATE plan SET visits = -1", "DELETE FROM rest_mark")


def test_a_copy_in_the_format_before_is_merged_and_left_as_it_is(plans):
    mine, theirs = plans
    with planner(theirs, "Tom") as session:
        give(session, "A3", "East")
    for path in plans:
        connection = raw(path)
        to_format_2(connection)
        connection.close()
    before = theirs.read_bytes()
    report = merged(mine, theirs)
    assert (report.taken_mine, report.taken_theirs, report.conflicts) == (0, 1, ())
    assert theirs.read_bytes() == before
    assert owners(mine)["A3"] == "East"


def test_many_new_accounts_are_taken(plans):
    mine, theirs = plans
    rows = [{"account_key": f"K{n}", "account_name": f"Account {n}", "unit_id": 1} for n in range(3000)]
    with planner(theirs, "Tom") as session:
        session.do(Command("Import", lambda writer, plan: writer.insert("account", rows) and None))
    assert merged(mine, theirs).taken_theirs == 3000
    assert facts_of(mine)["account"] == facts_of(theirs)["account"]


def test_a_unit_that_became_a_point_there_is_not_taken(plans):
    mine, theirs = plans
    blob = b"GP\0\1" + (4326).to_bytes(4, "little") + shapely.to_wkb(shapely.Point(0.5, 0.5), byte_order=1)
    with planner(theirs, "Tom") as session, session.document.step("Forged") as writer:
        writer.update("unit", {1: {"geom": blob}})
    before = rows_in_file(mine)
    with planner(mine, "Mia") as session, pytest.raises(UserError, match="no polygons on the globe"):
        merge_file(session, theirs)
    assert rows_in_file(mine) == before


@pytest.mark.parametrize("loss", ["DELETE FROM journal_row", "UPDATE journal_row SET step_id = 4711"])
def test_accounts_of_which_their_history_lost_the_beginning_do_not_come_twice(plans, loss):
    """Opening their file takes its accounts for new; they are ours all the same, by their uuids."""
    mine, theirs = plans
    with planner(theirs, "Tom") as session:
        give(session, "A3", "East")
    _sql(
        theirs,
        f"{loss} WHERE table_name = 'account'",
        "UPDATE account SET account_name = 'Ore Ltd' WHERE account_name = 'Ore'",
    )
    with planner(mine, "Mia") as session:
        n_accounts, before = len(session.plan.accounts), rows_in_file(mine)["account"]
    merged(mine, theirs)  # and looks whether the file is sound
    with planner(mine, "Mia") as session:
        assert len(session.plan.accounts) == n_accounts
        assert "Ore Ltd" in session.plan.accounts.name.tolist()
        session.undo()
    assert rows_in_file(mine)["account"] == before
    assert owners(mine).get("A3") is None


def test_a_plan_is_not_merged_into_itself(plans):
    with planner(plans[0], "Mia") as session, pytest.raises(UserError, match="the plan itself"):
        preview_merge(session, plans[0])


def test_a_plan_open_elsewhere_can_be_merged(plans):
    mine, theirs = plans
    with planner(theirs, "Tom") as other:
        give(other, "A3", "East")
        assert merged(mine, theirs).taken_theirs == 1
        give(other, "B3", "East")
    assert merged(mine, theirs).taken_theirs == 1


def test_a_read_only_plan_is_not_merged_into(plans):
    with Session.open(plans[0], read_only=True) as session, pytest.raises(UserError, match="reading only"):
        merge_file(session, plans[1])


def test_plans_with_no_common_past_are_merged_by_names(tmp_path, plans):
    mine, _ = plans
    other = new_plan(tmp_path, 5, 4, name="other.gpkg")
    with other.step("Content") as writer:
        west, south = writer.insert(
            "territory",
            [{"territory_name": "west", "color": "#ffffff"}, {"territory_name": "South", "color": "#eeeeee"}],
        )
        ids = dict(zip(map(str, other.load().units.code), other.load().units.unit_id.tolist(), strict=True))
        writer.assign([ids["A2"], ids["A1"]], west)
        writer.assign([ids["A3"], ids["A4"], ids["A5"]], south)
    other.close()
    report = merged(mine, tmp_path / "other.gpkg")
    assert not report.has_common_past
    assert len(report.notes) == 2
    assert texts(only(report)) == ("A4", "territory", "no territory", "East", "South")
    found = owners(mine)
    assert (found["A1"], found["A2"], found["A3"], found["A4"]) == ("West", "West", "South", "East")


@pytest.mark.parametrize(
    ("kind", "field", "value"),
    [
        ("rep", "home", '{"value": ["", "", "", "", 999, 0, "city"], "text": ""}'),
        ("rep", "name", '{"value": 7, "text": ""}'),
        ("rep", "fte", '{"value": "<b>", "text": ""}'),
        ("rep", "name", '{"value": {"base64": 3}, "text": ""}'),
        ("rep", "", '{"value": [1], "text": ""}'),
        ("unit", "parts", '{"value": [], "text": ""}'),
        ("nothing", "name", '{"value": "x", "text": ""}'),
    ],
)
def test_a_made_up_conflict_in_theirs_cannot_be_decided_into_damage(plans, kind, field, value):
    mine, theirs = plans
    with planner(theirs, "Mallory") as session:
        key = session.plan.reps[0].uuid if kind == "rep" and field else "X"
        row = {"uuid": "c", "kind": kind, "key": key, "field": field, "state": "open", "merge_uuid": "m"}
        session.do(inserted("conflict", row | dict.fromkeys(("base", "mine", "theirs"), value)))
    merged(mine, theirs)
    with planner(mine, "Mia") as session:
        assert [conflict.uuid for conflict in session.plan.conflicts] == ["c"]
        with pytest.raises(UserError):
            session.do(decide(session.plan, ["c"], "theirs"))
        assert session.document.check() == []
        assert session.plan.reps[0].name == "Ruth"


def test_an_alignment_deleted_there_and_edited_here_is_restored_whole(plans):
    """Inside is a copy of Field. Tom deletes it; Mia gives its West the unit A3. Kept, it is as Mia has it."""
    mine, theirs = plans
    with planner(mine, "Mia") as session:
        session.do(c.new_alignment(session.plan, "Inside", role="inside", copy_of=1))
    shutil.copy(mine, theirs)
    with planner(theirs, "Tom") as session:
        session.do(c.delete_alignment(session.plan, 2))
    with planner(mine, "Mia") as session:
        session.switch_alignment(2)
        give(session, "A3", "West")
    report = merged(mine, theirs, "theirs")
    assert {(conflict.kind, conflict.title) for conflict in report.conflicts} == {("alignment", "Inside")}
    with planner(mine, "Mia") as session:
        assert [a.name for a in session.plan.alignments] == ["Field"]
        session.do(decide(session.plan, [only(report).uuid], "mine"))
        assert session.document.check() == []
        inside = session.plan.alignment_named("Inside")
        session.switch_alignment(inside.alignment_id)
        west = session.plan.territories[0]
        codes = session.plan.units.code[session.plan.units_of(0)].tolist()
        assert (west.name, inside.role, codes) == ("West", "inside", ["A1", "A3", "B1", "C1", "D1"])


def test_each_deletes_the_alignment_that_the_other_keeps(plans):
    mine, theirs = plans
    with planner(mine, "Mia") as session:
        session.do(c.new_alignment(session.plan, "Inside", role="inside"))
    shutil.copy(mine, theirs)
    with planner(mine, "Mia") as session:
        session.do(c.delete_alignment(session.plan, 2))
    with planner(theirs, "Tom") as session:
        session.do(c.delete_alignment(session.plan, 1))
    report = merged(mine, theirs)
    assert {conflict.title for conflict in report.conflicts if conflict.kind == "alignment"} == {"Field", "Inside"}
    with planner(mine, "Mia") as session:
        assert [a.name for a in session.plan.alignments] == ["Field"]


def test_what_both_wrote_of_one_thing_is_one_record(plans):
    """Both set up sizing, each in a way of its own, and both told the calls of 2026; the deals are two."""
    mine, theirs = plans
    for path, name, content in ((mine, "Mia", "1"), (theirs, "Tom", "2")):
        with planner(path, name) as session:
            rep_id = session.plan.reps[0].rep_id
            session.do(add_records(Assumption, [{"topic": "sizing", "content": content}], "Sizing"))
            figure = {"metric": "calls", "period": "2026", "rep_id": rep_id, "amount": 7.0}
            session.do(add_records(Figure, [figure], "Calls"))
            session.do(add_records(Deal, [{"deal_name": f"Deal of {name}", "account_id": 2, "amount": 1.0}], "Deal"))
    report = merged(mine, theirs)
    assert [
        (conflict.kind, conflict.field, conflict.mine_text, conflict.theirs_text) for conflict in report.conflicts
    ] == [("assumption", "content", "1", "2")]
    with planner(mine, "Mia") as session:
        assert len(session.register(Assumption)) == len(session.register(Figure)) == 1
        assert sorted(deal.deal_name for deal in session.register(Deal).values()) == ["Deal of Mia", "Deal of Tom"]
        assert {deal.account_id for deal in session.register(Deal).values()} == {2}


def test_a_quota_given_there_to_a_territory_deleted_here_is_a_conflict_with_it(plans):
    mine, theirs = plans
    with planner(mine, "Mia") as session:
        session.do(c.delete_territories(session.plan, [named(session, "East")]))
    with planner(theirs, "Tom") as session:
        quota = {"period": "2026", "territory_id": named(session, "East"), "amount": 100.0}
        session.do(add_records(Quota, [quota], "Quota"))
    report = merged(mine, theirs)
    assert {conflict.kind for conflict in report.conflicts} == {"territory", "quota"}
    with planner(mine, "Mia") as session:
        assert session.register(Quota) == {}
        session.do(decide(session.plan, [conflict.uuid for conflict in report.conflicts], "theirs"))
        (quota,) = session.register(Quota).values()
        assert quota.territory_id == named(session, "East")
        assert session.document.check() == []


def test_scopes_and_teams_name_what_the_other_plan_has_under_another_uuid(tmp_path, plans):
    """Both imported Potential for themselves, and Tom's scope asks of it: here it asks of the one that stands."""
    mine, theirs = plans
    for path, name in ((mine, "Mia"), (theirs, "Tom")):
        with planner(path, name) as session:
            session.do(Command("Add", lambda writer, plan: writer.add_measure("Potential", "account") and None))
            uuid = session.plan.measure_named("Potential").uuid
            if name == "Tom":
                session.do(c.set_scope(session.plan, 1, f'{{"field":"measure:{uuid}","from":5}}'))
    merged(mine, theirs)
    with planner(mine, "Mia") as session:
        assert (
            session.plan.alignment.scope
            == f'{{"field":"measure:{session.plan.measure_named("Potential").uuid}","from":5.0}}'
        )
        assert not session.plan.in_scope.any()
