"""The change log in words; what happened is drawn by hand on a grid of squares."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from territorymap.errors import Cancelled, UserError
from territorymap.exporters.list_file import write_list
from territorymap.model.coverage import Quota
from territorymap.model.period import parse_period
from territorymap.session import commands
from territorymap.session.changelog import ChangeLog, Entry, Wanted
from territorymap.session.changelog.table import WIDTHS, entry_json, headers, table_rows
from territorymap.session.commands.money import set_quotas
from territorymap.session.commands.regions import add_region, edit_region
from territorymap.session.commands.scenarios import delete_scenario, new_scenario
from territorymap.session.commands.teams import Member, set_team
from territorymap.session.session import Command, Session
from tests.support.grid import grid_layer


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    """Four by four squares and two accounts: Acme in A1, Beta in D4.

    ::

        D  . . . .
        A  W W E .
           1 2 3 4
    """
    with Session.create(tmp_path / "grid.gpkg", grid_layer(4, 4), author="Ada") as session:
        session.do(commands.create_territories(session.plan, ["West", "East"]))
        give(session, "West", 0, 1)
        give(session, "East", 2)
        session.do(add_accounts([("k1", "Acme Ltd.", 0), ("k2", "Beta", 15)]))
        yield session


def add_accounts(rows: list[tuple[str, str, int]]) -> Command:
    def run(writer, plan) -> None:  # type: ignore[no-untyped-def]
        found = [{"account_key": k, "account_name": n, "unit_id": int(plan.units.unit_id[u])} for k, n, u in rows]
        writer.insert("account", found)

    return Command("Import accounts", run)


def give(session: Session, name: str | None, *units: int) -> None:
    territory_id = None if name is None else territory(session, name)
    session.do(commands.assign_units(session.plan, np.array(units), territory_id))


def territory(session: Session, name: str) -> int:
    found = session.plan.territory_named(name)
    assert found is not None
    return found.territory_id


def texts(session: Session, wanted: Wanted | None = None) -> list[list[str]]:
    log = ChangeLog(session.document)
    return [[s.text for s in log.sentences(entry.step)] for entry in log.entries(wanted)]


def last(session: Session) -> list[str]:
    return texts(session)[-1]


def test_each_step_is_told_in_words(session: Session) -> None:
    assert texts(session) == [
        [],
        ["Territory added: West", "Territory added: East"],
        ["2 units: unassigned → West (Square A1, Square A2)"],
        ["Square A3: unassigned → East"],
        ["2 accounts added: Acme Ltd., Beta"],
    ]


@pytest.mark.parametrize(
    ("do", "words"),
    [
        (lambda s: give(s, "East", 1), ["Square A2: West → East"]),
        (
            lambda s: give(s, None, 0, 1, 2),
            ["2 units: West → unassigned (Square A1, Square A2)", "Square A3: East → unassigned"],
        ),
        (
            lambda s: give(s, "East", 12, 13, 14, 15, 11),
            ["5 units: unassigned → East (Square C4, Square D1, Square D2 and 2 more)"],
        ),
        (
            lambda s: s.do(commands.rename_territory(s.plan, territory(s, "West"), "Far West")),
            ["Territory West renamed to Far West"],
        ),
        (lambda s: s.do(commands.set_territory_locked(s.plan, [territory(s, "West")], True)), ["West locked"]),
        (
            lambda s: s.do(commands.set_units_locked(s.plan, np.array([0, 1]), True)),
            ["2 units locked: Square A1, Square A2"],
        ),
        (lambda s: s.do(commands.edit_plan(s.plan, title="New title")), ["Plan: title grid → New title"]),
        (
            lambda s: s.do(commands.set_override(s.plan, np.array([0]), territory(s, "East"), "key account")),
            ["Acme Ltd. given to East by name: key account"],
        ),
        (
            lambda s: s.do(commands.delete_territories(s.plan, [territory(s, "East")])),
            ["Square A3: East → unassigned", "Territory deleted: East"],
        ),
        (
            lambda s: s.do(
                commands.merge_territories(s.plan, [territory(s, "West"), territory(s, "East")], territory(s, "East"))
            ),
            ["2 units: West → East (Square A1, Square A2)", "Territory deleted: West"],
        ),
    ],
)
def test_what_a_step_changed(session: Session, do: Callable[[Session], None], words: list[str]) -> None:
    do(session)
    assert last(session) == words


def test_a_rep_comes_and_is_put_in_charge(session: Session) -> None:
    session.do(commands.add_rep(session.plan, name="Ann", capacity_h=1800.0))
    assert last(session) == ["Rep added: Ann"]
    session.do(commands.set_territory_rep(session.plan, territory(session, "West"), session.plan.reps[0].rep_id))
    assert last(session) == ["West: rep vacant → Ann"]


def test_an_override_that_is_changed_and_cleared(session: Session) -> None:
    acme = np.array([0])
    session.do(commands.set_override(session.plan, acme, territory(session, "East"), "key account"))
    session.do(commands.set_override(session.plan, acme, territory(session, "West"), "moved house"))
    assert last(session) == ["Acme Ltd. given to West by name instead of East: moved house"]
    session.do(commands.clear_overrides(session.plan, acme))
    assert last(session) == ["Acme Ltd. no longer given to West by name"]


def test_names_are_those_of_the_time(session: Session) -> None:
    """A territory is called West, then North, then is deleted; each step says what it was called then."""
    session.do(commands.rename_territory(session.plan, territory(session, "West"), "North"))
    give(session, "North", 4)
    session.do(commands.delete_territories(session.plan, [territory(session, "North")]))
    told = texts(session)
    assert told[2] == ["2 units: unassigned → West (Square A1, Square A2)"]
    assert told[-3:] == [
        ["Territory West renamed to North"],
        ["Square B1: unassigned → North"],
        ["3 units: North → unassigned (Square A1, Square A2, Square B1)", "Territory deleted: North"],
    ]
    session.undo()
    assert texts(session) == told


def test_steps_taken_back_are_marked_and_no_entry_of_their_own(session: Session) -> None:
    give(session, "East", 1)
    session.undo()
    give(session, "West", 5)
    entries = ChangeLog(session.document).entries()
    assert [e.step.label for e in entries][-2:] == ["Give 1 unit to East", "Give 1 unit to West"]
    assert entries[-2].undone_by is not None
    assert entries[-2].undone_by.author == "Ada"
    assert entries[-1].undone_by is None
    assert texts(session)[-2:] == [["Square A2: West → East"], ["Square B2: unassigned → West"]]


def test_a_territory_that_was_created_and_taken_back_keeps_its_name_in_the_log(session: Session) -> None:
    session.do(commands.create_territory(session.plan, "Brief", unit_ix=np.array([9])))
    session.undo()
    give(session, "East", 9)
    assert texts(session)[-2:] == [
        ["Territory added: Brief", "Square C2: unassigned → Brief"],
        ["Square C2: unassigned → East"],
    ]


def test_filters(session: Session) -> None:
    session.do(commands.rename_territory(session.plan, territory(session, "East"), "Orient"))
    session.document.author = "Bo"
    give(session, "West", 15)  # where Beta lies
    session.do(commands.set_override(session.plan, np.array([1]), territory(session, "Orient"), "old friend"))
    assert texts(session, Wanted(territory="east")) == texts(session, Wanted(territory="Orient"))
    assert texts(session, Wanted(territory="Orient")) == [
        ["Territory added: West", "Territory added: East"],
        ["Square A3: unassigned → East"],
        ["Territory East renamed to Orient"],
        ["Beta given to Orient by name: old friend"],
    ]
    assert texts(session, Wanted(account="beta")) == texts(session, Wanted(account="K2"))
    assert texts(session, Wanted(account="beta")) == [
        ["2 accounts added: Acme Ltd., Beta"],
        ["Square D4: unassigned → West"],
        ["Beta given to Orient by name: old friend"],
    ]
    assert len(texts(session, Wanted(author="bo"))) == 2
    assert texts(session, Wanted(author="bo", account="Acme Ltd.")) == []
    today = date.today()
    assert len(texts(session, Wanted(since=today - timedelta(1)))) == len(texts(session))
    assert texts(session, Wanted(since=today + timedelta(2))) == []
    assert texts(session, Wanted(until=today - timedelta(2))) == []


def test_many_rows_at_once_are_found_too(tmp_path: Path) -> None:
    """2,500 squares: the journal holds such steps packed."""
    with Session.create(tmp_path / "large.gpkg", grid_layer(50, 50), author="Ada") as session:
        session.do(commands.create_territories(session.plan, ["West", "East"]))
        give(session, "West", *range(2_000))
        session.do(add_accounts([(f"k{i}", f"Firm {i}", i) for i in range(1_500)]))
        assert last(session) == ["1,500 accounts added: Firm 0, Firm 1, Firm 2 and 1,497 more"]
        give(session, "East", 7)
        assert [len(words) for words in texts(session, Wanted(territory="West"))] == [2, 1, 1]
        assert texts(session, Wanted(account="k7")) == [
            ["2,000 units: unassigned → West (Square A1, Square A2, Square A3 and 1,997 more)"],
            ["1,500 accounts added: Firm 0, Firm 1, Firm 2 and 1,497 more"],
            ["Square A8: West → East"],
        ]


def test_the_rows_of_a_file_are_one_for_each_thing(session: Session, tmp_path: Path) -> None:
    session.do(commands.set_override(session.plan, np.array([0]), territory(session, "East"), '=HYPERLINK("http://x")'))
    session.document.annotate(session.document.history()[-1].step_id, "asked by Bo")
    log = ChangeLog(session.document)
    entries = log.entries()
    n = write_list(tmp_path / "log.csv", "Changes", headers(), table_rows(log, entries))
    rows = list(csv.reader((tmp_path / "log.csv").read_text("utf-8-sig").splitlines()))
    assert n == len(rows) - 1 == 1 + 2 + 2 + 1 + 2 + 1
    assert rows[4][5:11] == ["Unit", "A1", "Square A1", "territory", "unassigned", "West"]
    assert rows[-1][5:13] == [
        "Account", "k1", "Acme Ltd.", "given by name", "", "East", "'=HYPERLINK(\"http://x\")", "asked by Bo",
    ]  # fmt: skip
    write_list(tmp_path / "log.xlsx", "Changes", headers(), table_rows(log, entries), widths=WIDTHS)
    sheet = openpyxl.load_workbook(tmp_path / "log.xlsx")["Changes"]
    assert [cell.value for cell in sheet[1]] == headers()
    assert sheet.freeze_panes == "A2"
    assert sheet.cell(n + 1, 12).value == '=HYPERLINK("http://x")'
    assert sheet.cell(n + 1, 12).data_type == "s"
    assert sheet.cell(n + 1, 1).is_date


def test_a_cancelled_file_is_not_there(session: Session, tmp_path: Path) -> None:
    log = ChangeLog(session.document)
    with pytest.raises(Cancelled):
        write_list(tmp_path / "log.csv", "x", headers(), table_rows(log, log.entries()), is_cancelled=lambda: True)
    with pytest.raises(UserError, match="neither"):
        write_list(tmp_path / "log.txt", "x", headers(), [])
    assert {path.suffix for path in tmp_path.iterdir()} <= {".gpkg", ".gpkg-wal", ".gpkg-shm"}


def test_a_note_is_no_step_and_survives(session: Session) -> None:
    step = session.document.history()[2]
    n = len(session.document.history())
    session.document.annotate(step.step_id, "  because of the river ")
    assert len(session.document.history()) == n
    assert session.document.history()[2].note == "because of the river"
    path = session.document.path
    session.close()
    with Session.open(path) as again:
        assert again.document.history()[2].note == "because of the river"
        assert (
            entry_json(ChangeLog(again.document), ChangeLog(again.document).entries()[2])["note"]
            == "because of the river"
        )
        assert again.document.notices == []


_EDIT = st.tuples(
    st.sampled_from(["give", "rename", "create", "delete", "undo", "redo"]), st.integers(0, 15), st.integers(0, 3)
)


@settings(max_examples=15)
@given(edits=st.lists(_EDIT, max_size=12))
def test_what_is_told_of_a_step_never_changes_later(
    edits: list[tuple[str, int, int]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Names at the time: whatever is renamed, deleted, undone and redone afterwards."""
    folder = tmp_path_factory.mktemp("plan")
    with Session.create(folder / "grid.gpkg", grid_layer(4, 4), author="Ada") as session:
        session.do(commands.create_territories(session.plan, ["T0", "T1"]))
        told: dict[str, list[str]] = {}
        for n, (what, unit, which) in enumerate(edits):
            there = session.plan.territories
            at = there[which % len(there)] if there else None
            if what == "undo" and session.document.can_undo:
                session.undo()
            elif what == "redo" and session.document.can_redo:
                session.redo()
            elif what == "create":
                session.do(commands.create_territory(session.plan, f"New {n}", unit_ix=np.array([unit])))
            elif at is not None and what == "give":
                session.do(commands.assign_units(session.plan, np.array([unit]), at.territory_id))
            elif at is not None and what == "rename":
                session.do(commands.rename_territory(session.plan, at.territory_id, f"Renamed {n}"))
            elif at is not None and what == "delete":
                session.do(commands.delete_territories(session.plan, [at.territory_id]))
            log = ChangeLog(session.document)
            for entry in log.entries():
                words = [s.text for s in log.sentences(entry.step)]
                assert told.setdefault(entry.step.uuid, words) == words


def test_a_step_of_a_scenario_says_what_it_had_inherited(session: Session) -> None:
    """The scenario stores nothing of its own at first; an edit of its parent keeps for it what it had, silently."""
    root = session.document.scenario_id
    session.do(new_scenario(session.plan, "Bold"))
    bold = next(s.scenario_id for s in session.plan.scenarios if s.name == "Bold")
    session.switch_scenario(bold)
    give(session, "East", 0)
    session.switch_scenario(root)
    give(session, "East", 1)
    session.switch_scenario(bold)
    give(session, None, 1)
    session.do(commands.rename_territory(session.plan, territory(session, "West"), "Wild West"))
    give(session, "Wild West", 2)
    log = ChangeLog(session.document)
    told = [(e.scenario, [s.text for s in log.sentences(e.step)]) for e in log.entries()][-6:]
    root_name = next(s.name for s in session.plan.scenarios if s.scenario_id == root)
    assert told == [
        (root_name, ["Scenario added: Bold"]),
        ("Bold", ["Square A1: West → East"]),
        (root_name, ["Square A2: West → East"]),
        ("Bold", ["Square A2: West → unassigned"]),
        ("Bold", ["Territory West renamed to Wild West"]),
        ("Bold", ["Square A3: East → Wild West"]),
    ]
    assert len(log.entries(Wanted(scenario="bold"))) == 4


def test_steps_of_a_deleted_scenario_are_told_as_before(session: Session) -> None:
    """What it had inherited is looked up by its parents: it is gone, and so is the one that it came from."""
    root = session.document.scenario_id
    for name in ("Bold", "Bolder"):
        session.do(new_scenario(session.plan, name))
        session.switch_scenario(next(s.scenario_id for s in session.plan.scenarios if s.name == name))
        give(session, "East", 0)
        give(session, None, 1)
        session.do(commands.rename_territory(session.plan, session.plan.territories[0].territory_id, f"{name} one"))
    told = {e.step.uuid: [s.text for s in ChangeLog(session.document).sentences(e.step)] for e in entries(session)}
    assert ["Territory West renamed to Bold one"] in told.values()
    session.switch_scenario(root)
    for name in ("Bolder", "Bold"):
        session.do(delete_scenario(session.plan, next(s.scenario_id for s in session.plan.scenarios if s.name == name)))
    log = ChangeLog(session.document)
    for entry in log.entries():
        words = [s.text for s in log.sentences(entry.step)]
        assert words == told.get(entry.step.uuid, words)


@pytest.mark.parametrize("is_large", [False, True])
def test_steps_of_a_scenario_whose_making_was_undone_are_told_as_before(
    session: Session, monkeypatch: pytest.MonkeyPatch, is_large: bool
) -> None:
    """Undo leaves no image of a row that went, only the one of the row that had come; so does a large step."""
    if is_large:
        monkeypatch.setattr("territorymap.document.journal.BULK_FROM", 0)
    root = session.document.scenario_id
    for name in ("Bold", "Bolder"):
        session.do(new_scenario(session.plan, name))
        session.switch_scenario(next(s.scenario_id for s in session.plan.scenarios if s.name == name))
    give(session, "East", 0)
    told = {e.step.uuid: [s.text for s in ChangeLog(session.document).sentences(e.step)] for e in entries(session)}
    assert ["Square A1: West → East"] in told.values()
    for _ in range(3):
        session.undo()
    assert [s.scenario_id for s in session.plan.scenarios] == [root]
    log = ChangeLog(session.document)
    for entry in log.entries():
        words = [s.text for s in log.sentences(entry.step)]
        assert words == told.get(entry.step.uuid, words)


def entries(session: Session) -> list[Entry]:
    return ChangeLog(session.document).entries()


def test_teams_scopes_and_regions_are_told_in_words(session: Session) -> None:
    """Ann leads West by half, Bo helps; then Bo leaves the plan, and is still named where he was in the team."""
    for name in ("Ann", "Bo"):
        session.do(commands.add_rep(session.plan, name=name))
    ann, bo = (rep.rep_id for rep in session.plan.reps)
    west = session.plan.territories[0].territory_id
    session.do(set_team(session.plan, west, ann, [Member(bo, 0.25)], lead_share=0.5))
    session.do(commands.delete_reps(session.plan, [bo]))
    session.do(commands.edit_alignment(session.plan, 1, scope='{"field":"country","in":["US"]}'))
    session.do(add_region(session.plan, "Land"))
    session.do(edit_region(session.plan, session.plan.regions[0].region_id, manager="Mia"))
    log = ChangeLog(session.document)
    text = "\n".join(s.text for entry in log.entries() for s in log.sentences(entry.step))
    assert "team none → Ann 50 % (lead), Bo 25 %" in text
    assert "scope none → Accounts where Country is US." in text
    assert "Land: manager none → Mia" in text
    assert "uuid" not in text


def test_a_quota_says_whose_it_is_and_no_amount_while_pay_is_hidden(session: Session) -> None:
    """The log said "2026: amount 100 → 120", of nobody, and went on saying it while pay was hidden.

    West is renamed afterwards, and its quota taken away: what is told of the earlier step stays as it was.
    """
    west = territory(session, "West")
    for amount in (100.0, 120.0):
        target = {(None, west, None): amount}
        session.do(set_quotas(session.register(Quota), parse_period("2026"), target, "Set the quota of West"))
    session.do(commands.add_rep(session.plan, name="Ann", capacity_h=1700.0))
    session.do(commands.edit_rep(session.plan, session.plan.reps[0].rep_id, capacity_h=1800.0))
    assert texts(session)[-3:] == [["Quota of West, 2026: amount 100 → 120"], ["Rep added: Ann"],
                                   ["Ann: capacity, hours a year 1,700 → 1,800"]]  # fmt: skip
    hidden = ChangeLog(session.document, hides_pay=True)
    told = [[s.text for s in hidden.sentences(entry.step)] for entry in hidden.entries()]
    assert told[-3:] == [["Quota of West, 2026: amount … → …"], ["Rep added: Ann"],
                         ["Ann: capacity, hours a year … → …"]]  # fmt: skip
    cells = [str(cell) for row in table_rows(hidden, hidden.entries()) for cell in row]
    assert not {"100", "120", "1,700", "1,800"} & set(cells)
    session.do(set_quotas(session.register(Quota), parse_period("2026"), {(None, west, None): None}, "Take it away"))
    session.do(commands.rename_territory(session.plan, west, "Far West"))
    assert texts(session)[-5] == ["Quota of West, 2026: amount 100 → 120"]
