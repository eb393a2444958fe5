"""A part comes back: by the normal merge, and what was left out of it is not deleted.

::

    D  N N S S W .      North goes to Rita, 24 accounts, one a square: K00000 in A1, K00002 in A3 (South) ...
    A  N N S S W .
       1 2 3 4 5 6
"""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from territorymap.errors import UserError
from territorymap.session import commands
from territorymap.session.changelog import ChangeLog
from territorymap.session.merging import merge_file, prepare_merge
from territorymap.session.parts import part_wish, write_part
from territorymap.session.session import Session
from tests.ui.panels.plans import columns, give, make_session, territory_id

A1, A3, A6, B6 = 0, 2, 5, 11


@pytest.fixture(scope="module")
def whole_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Made once; each test works on a copy of its own."""
    path = tmp_path_factory.mktemp("plan") / "whole.gpkg"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TERRITORYMAP_STATE_DIR", str(path.parent))
        with make_session(path) as session:
            west = territory_id(session, "West")
            session.do(commands.set_override(session.plan, np.array([A3]), west, "key account"))
    return path


@pytest.fixture
def whole(tmp_path: Path, whole_file: Path) -> Iterator[Session]:
    with Session.open(Path(shutil.copy(whole_file, tmp_path / "whole.gpkg")), author="Ada") as session:
        yield session


@pytest.fixture(params=[False, True], ids=["with the others", "bare"])
def part(whole: Session, request: pytest.FixtureRequest) -> Path:
    target = whole.document.path.with_name("north.gpkg")
    write_part(whole, target, part_wish(whole, [territory_id(whole, "North")], is_bare=request.param))
    return target


TABLES = {
    "account": "*",
    "rep": "*",
    "override": "*",
    "territory": "territory_id, uuid, territory_name, color, rep_id, region_id, locked, sort_order",  # no outlines
    "assignment": "*",
    "measure": "*",
    "scenario": "*",
}


def everything(session: Session) -> tuple[list[object], ...]:
    """Who has what, and all that accounts and reps say."""
    with sqlite3.connect(session.document.path) as file:
        return tuple(
            file.execute(f"SELECT {columns} FROM {table} ORDER BY 1").fetchall() for table, columns in TABLES.items()
        )


def test_a_part_that_was_only_looked_at_brings_nothing(whole: Session, part: Path) -> None:
    before = everything(whole)
    report = merge_file(whole, part)
    assert report.is_empty
    assert report.has_common_past
    assert everything(whole) == before


def test_what_was_done_in_it_comes_back_and_nothing_else(whole: Session, part: Path) -> None:
    before = everything(whole)
    with Session.open(part, author="Rita") as rita:
        give(rita, "North", [A6])
        rita.do(commands.assign_units(rita.plan, np.array([A1]), None))
        rita.do(commands.edit_account_constants(rita.plan, np.array([1]), {"visits": 30.0}))
        n_accounts = len(rita.plan.accounts)
    report = merge_file(whole, part)
    assert (report.taken_theirs, report.taken_mine, len(report.conflicts)) == (3, 0, 0)
    plan = whole.plan
    north = plan.territory_ix(territory_id(whole, "North"))
    assert (plan.unit_territory[A6], plan.unit_territory[A1]) == (north, -1)
    assert len(plan.accounts) == 24 >= n_accounts
    assert plan.accounts.constants[0, 1] == 30.0
    after = everything(whole)
    assert [len(rows) for rows in after] == [len(rows) for rows in before]
    assert after[1:4] == before[1:4]
    log = ChangeLog(whole.document)
    told = [(e.step.author, [s.text for s in log.sentences(e.step)]) for e in log.entries() if e.is_merged]
    assert told == [
        ("Ada", []),
        ("Rita", ["Square A6: unassigned → North"]),
        ("Rita", ["Square A1: North → unassigned"]),
        ("Rita", ["Account 1: visits a year none → 30"]),
    ]
    whole.undo()
    assert everything(whole) == before
    assert whole.document.check() == []


def test_what_the_others_did_meanwhile_stays(whole: Session, part: Path) -> None:
    """Ada moves South's ground, edits one of its accounts, clears an override, changes a rep: none of it is Rita's."""
    with Session.open(part, author="Rita") as rita:
        give(rita, "North", [A6])
    give(whole, "West", columns(whole, 3))
    whole.do(commands.edit_account_constants(whole.plan, np.array([8]), {"visits": 7.0}))
    whole.do(commands.clear_overrides(whole.plan, np.array([A3])))
    bob = next(rep.rep_id for rep in whole.plan.reps if rep.name == "Bob")
    whole.do(commands.edit_rep(whole.plan, bob, capacity_h=900.0))
    before = everything(whole)
    report = merge_file(whole, part)
    assert (report.taken_theirs, len(report.conflicts)) == (1, 0)
    after = everything(whole)
    assert after[:4] == before[:4]
    assert len(after[4]) == len(before[4]) + 1


def test_both_took_what_nobody_had(whole: Session, part: Path) -> None:
    with Session.open(part, author="Rita") as rita:
        give(rita, "North", [A6, B6])
    give(whole, "South", [A6])
    report = merge_file(whole, part)
    assert [(c.code, c.mine_text, c.theirs_text) for c in report.conflicts] == [("A6", "South", "North")]
    assert report.taken_theirs == 1


def test_the_whole_plan_is_not_merged_into_a_bare_part(whole: Session, part: Path) -> None:
    with Session.open(part, author="Rita") as rita:
        give(whole, "South", [A6])
        if "left out" in " ".join(rita.document.notices):
            with pytest.raises(UserError, match="left out"):
                prepare_merge(rita, whole.document.path)
            return
        report = merge_file(rita, whole.document.path)
        assert report.taken_theirs == 1
        assert rita.plan.unit_territory[A6] == rita.plan.territory_ix(territory_id(rita, "South"))
        with pytest.raises(UserError, match="not in your part"):
            give(rita, "North", [A6])
