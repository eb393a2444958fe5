"""Conflicts by mouse and keys, over a real plan with field and partners."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QSignalSpy, QTest
from pytestqt.qtbot import QtBot

from territorymap.session.session import Session
from territorymap.ui.coverage.panel import CoveragePanel
from territorymap.ui.selection import Selection
from tests.session.coverage_issues.channels import register, use
from tests.ui.panels.events import click, rows_in_file, texts
from tests.ui.panels.plans import columns, give


@pytest.fixture
def panel(qtbot: QtBot, session: Session, selection: Selection) -> Iterator[CoveragePanel]:
    panel = CoveragePanel(selection)
    qtbot.addWidget(panel)
    panel.resize(620, 800)
    panel.set_session(session)
    panel.show()
    panel.set_seen(True)
    yield panel
    panel.set_session(None)


def counts(panel: CoveragePanel) -> dict[str, str]:
    found = {}
    for at in range(panel.kinds.topLevelItemCount()):
        item = panel.kinds.topLevelItem(at)
        found[item.text(0)] = item.text(1)
    return found


def choose_kind(panel: CoveragePanel, text: str) -> None:
    """Click on a cause in the tree."""
    (item,) = panel.kinds.findItems(text, Qt.MatchFlag.MatchExactly | Qt.MatchFlag.MatchRecursive)
    panel.kinds.scrollToItem(item)
    at = panel.kinds.visualItemRect(item).center()
    QTest.mouseClick(panel.kinds.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, at)


def test_kinds_lines_words_and_the_map(panel: CoveragePanel, session: Session, selection: Selection) -> None:
    assert counts(panel)["Gaps"] == "7"
    assert counts(panel)["Multi-channel"] == "1"
    assert panel.summary.text() == "8 findings, 13 accounts, 1,475"
    marks = QSignalSpy(panel.marks_changed)
    zooms = QSignalSpy(panel.zoom_requested)
    choose_kind(panel, "Direct against indirect")
    assert texts(panel.table.view, 0) == ["South (Bob, Field) – Beijing (北京伙伴, Partners)"]
    assert marks.at(marks.count() - 1)[0]["accounts"] == [3, 15, 21]
    click(panel.table.view, 0, 0)
    assert marks.at(marks.count() - 1)[0]["chosen_accounts"] == [3, 15, 21]
    assert selection.accounts.tolist() == [3, 15, 21]
    assert zooms.count() == 1
    assert panel.box.why.text().endswith("must not share.")
    panel.mark.trigger()
    assert marks.at(marks.count() - 1)[0]["accounts"] == []
    panel.mark.trigger()
    panel.set_seen(False)
    assert marks.at(marks.count() - 1)[0]["accounts"] == []


def test_mending_is_foretold_done_and_taken_back(panel: CoveragePanel, session: Session) -> None:
    choose_kind(panel, "In an unassigned unit")
    assert panel.box.whom.currentText() == "all 6 of this cause"
    assert panel.box.effect.text() == "West (vacant, Field) gets 4 units with 4 accounts (456)."
    before = rows_in_file(session, "SELECT count(*) FROM assignment")
    said = QSignalSpy(panel.said)
    QTest.mouseClick(panel.box.mend, Qt.MouseButton.LeftButton)
    assert said.at(0)[0].split(" · ") == [
        "Done: Assign 4 units to their neighbours",
        "In a vacant territory: 8 accounts instead of 4",
        "In an unassigned unit: 2 instead of 6",
    ]
    assert rows_in_file(session, "SELECT count(*) FROM assignment") == [(before[0][0] + 4,)]
    assert counts(panel)["Gaps"] == "3"
    session.undo()
    assert counts(panel)["Gaps"] == "3"  # a moment later
    steps = rows_in_file(session, "SELECT count(*) FROM journal_step")
    choose_kind(panel, "In a vacant territory")
    QTest.mouseClick(panel.box.mend, Qt.MouseButton.LeftButton)
    assert said.at(said.count() - 1)[0].startswith("The plan has changed meanwhile.")
    assert rows_in_file(session, "SELECT count(*) FROM journal_step") == steps
    choose_kind(panel, "In an unassigned unit")
    assert counts(panel)["Gaps"] == "7"
    click(panel.table.view, 0, 0)
    assert panel.box.whom.currentText() == "the chosen one"


def test_an_edit_elsewhere_is_followed_and_picking_chooses_the_line(
    panel: CoveragePanel, session: Session, selection: Selection
) -> None:
    give(session, "North", columns(session, 6))
    panel.refresh_now()
    assert counts(panel)["Gaps"] == "3"
    choose_kind(panel, "Direct against indirect")
    selection.set_accounts(np.array([15], dtype=np.int32), "map")
    assert len(panel.table.selected) == 1
    assert panel.switch.isEnabled()
    panel.switch.trigger()
    assert session.plan.alignment.name == "Partners"
    assert selection.territory_id == session.plan.territory_named("Beijing").territory_id


def test_deals_are_listed_and_the_list_is_exported(panel: CoveragePanel, session: Session, tmp_path: Path) -> None:
    register(session, {"account": 0, "rep": "Axis GmbH", "deal_name": "=cmd()", "registered_on": "2026-01-01"})
    panel.refresh_now()
    choose_kind(panel, "Outside the seller's territory")
    assert texts(panel.table.view, 0) == ["=cmd(), Account 0"]
    panel.write_list(tmp_path / "out.csv")
    with (tmp_path / "out.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    assert rows[1][2].startswith("'=cmd()")
    failed = QSignalSpy(panel.failed)
    panel.write_list(tmp_path / "nowhere" / "out.csv")
    assert failed.count() == 1


def test_a_plan_that_has_one_alignment_and_none(
    panel: CoveragePanel, session: Session, tmp_path: Path, channels_file: Path
) -> None:
    choose_kind(panel, "Overlaps")
    assert panel.none.isVisible()
    assert panel.none.sentence.text() == "There is no conflict of this kind."
    choose_kind(panel, "Second registration")
    assert panel.none.sentence.text().startswith("No deal is registered.")
    use(session, "Partners")
    panel.set_session(None)
    assert panel.no_plan.isVisible()


def test_several_lines_without_one_mending_say_where_to_go(panel: CoveragePanel, session: Session) -> None:
    """What comes has no mending: nothing can be done about both lines at once."""
    coming = replace(panel.findings[0], kind="handover", cause="coming")
    panel.box.show_findings(session, panel.look, (), (coming, coming), can_write=True)
    assert "Choose a line" in panel.box.effect.text()
    assert not panel.box.mend.isEnabled()
