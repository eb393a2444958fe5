"""A merge holds what it looks at, not both plans: it works beside a plan that is open and has a long history."""

from __future__ import annotations

import gc
import weakref
from pathlib import Path

import numpy as np
import pytest

from territorymap.document import Document
from territorymap.document.history import History
from territorymap.document.merging.merger import merger
from territorymap.document.merging.states import Tables
from territorymap.model.plan import Plan
from territorymap.session import commands as c
from territorymap.session.merging import merge_file
from tests.merging.planners import planner, two_copies


@pytest.fixture
def plans(tmp_path: Path) -> tuple[Path, Path]:
    mine, theirs = two_copies(tmp_path)
    for path, author, unit in ((mine, "Mia", 1), (theirs, "Tom", 2)):
        with planner(path, author) as session:
            session.do(c.assign_units(session.plan, np.array([unit]), session.plan.territories[0].territory_id))
    return mine, theirs


def test_only_the_units_that_were_touched_are_looked_up(
    plans: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    mine, theirs = plans
    looked_up: list[list[int]] = []
    whole: list[str] = []
    rows_with, all_rows = Tables.rows_with, Tables.whole

    def look_up(tables: Tables, table: str, column: str, values: set[int]) -> dict[int, dict[str, object]]:
        assert (table, column) == ("assignment", "unit_id")
        looked_up.append(sorted(values))
        return rows_with(tables, table, column, values)

    def read_whole(tables: Tables, table: str) -> dict[int, dict[str, object]]:
        whole.append(table)
        return all_rows(tables, table)

    monkeypatch.setattr(Tables, "rows_with", look_up)
    monkeypatch.setattr(Tables, "whole", read_whole)
    with planner(mine, "Mia") as session:
        first = session.plan.territories[0].territory_id
        ids = session.plan.units.unit_id[[1, 2]].tolist()
        merge_file(session, theirs)
        assert session.plan.territories[session.plan.unit_territory[2]].territory_id == first
        assert session.document.check() == []
    assert len(looked_up) >= 3  # both files as they are, and what both began with
    assert all(found == ids for found in looked_up)
    assert {"alignment", "territory"} <= set(whole)
    assert not {"assignment", "account", "unit"} & set(whole)


def test_the_other_plan_is_not_kept_once_it_was_checked(
    plans: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    mine, theirs = plans
    loaded: list[weakref.ref[Plan]] = []
    load = Document.load

    def load_noted(document: Document) -> Plan:
        plan = load(document)
        loaded.append(weakref.ref(plan))
        return plan

    with Document.open(mine, author="Mia") as document:
        gc.disable()
        try:
            monkeypatch.setattr(Document, "load", load_noted)
            with merger(document, theirs):
                assert [plan() for plan in loaded] == [None]
        finally:
            gc.enable()


def test_no_history_is_worked_out_that_is_known(plans: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    mine, theirs = plans
    read: list[str] = []
    begin = History.__init__

    def begin_noted(history: History, connection, former: History | None = None) -> None:  # type: ignore[no-untyped-def]
        read.append("again" if former is not None else "new")
        begin(history, connection, former)

    with planner(mine, "Mia") as session:
        monkeypatch.setattr(History, "__init__", begin_noted)
        merge_file(session, theirs)
    assert read == ["new", "again"]  # the other plan's, and this one's with the steps that came
