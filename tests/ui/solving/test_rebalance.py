"""Rebalancing in the real window: one proposal on the strip, or several on the chart; taken and undone."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from territorymap.session import commands
from territorymap.session.session import Session
from territorymap.session.solving.aims import Limits
from territorymap.ui.main_window import MainWindow
from territorymap.ui.solving.rebalance_dialog import RebalanceDialog
from tests.ui.conftest import wait_for
from tests.ui.solving.hands import click, key_of_window, names, rows

NORTH, SOUTH, WEST = 0, 1, 2
STEPS = 200_000
CTRL_ALT = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier


def open_dialog(qtbot: QtBot, window: MainWindow) -> RebalanceDialog:
    key_of_window(qtbot, window, Qt.Key.Key_B, CTRL_ALT)
    wait_for(qtbot, lambda: any(d.isVisible() for d in window.findChildren(RebalanceDialog)))
    return next(d for d in window.findChildren(RebalanceDialog) if d.isVisible())


def ask_for_revenue(dialog: RebalanceDialog, monkeypatch: pytest.MonkeyPatch, tolerance: float = 30.0) -> None:
    """Tick Revenue; the search goes by steps, so that a busy machine finds the same."""
    monkeypatch.setattr(dialog, "limits", lambda: Limits(None, STEPS, 1))
    for row in dialog.measures.rows:
        row.tick.setChecked(row.shared.measure.name == "Revenue")
    dialog.measures.row("Revenue").tolerance.setValue(tolerance)


def test_one_proposal_is_taken_from_the_strip_and_undone(
    qtbot: QtBot, opened: MainWindow, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    """North and South have 8 units, West 4: West is given some."""
    before = rows(session)
    dialog = open_dialog(qtbot, opened)
    ask_for_revenue(dialog, monkeypatch)
    dialog.several.setChecked(False)
    QTest.keyClick(dialog, Qt.Key.Key_Return)
    bar = opened.solving.bar
    wait_for(qtbot, lambda: bar.state in ("done", "failed"))
    assert bar.state == "done", bar.problem.text()
    (proposal,) = opened.solving.proposals
    assert proposal.figures.n_territories == 3
    assert bar.sentences.text() == "\n".join(proposal.sentences)
    assert proposal.sentences
    moved = proposal.moved_units
    assert 0 < len(moved) < 8
    click(bar.take)
    assert len(session.plan.units_of(WEST)) > 4
    assert names(session) == ["North", "South", "West"]
    was, now = dict(before), dict(rows(session))
    assert sum(was.get(u) != now.get(u) for u in {*was, *now}) == len(moved)
    opened.do_undo()
    assert rows(session) == before


def test_several_proposals_go_to_the_chart(
    qtbot: QtBot, opened: MainWindow, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    dialog = open_dialog(qtbot, opened)
    assert dialog.several.isChecked()
    ask_for_revenue(dialog, monkeypatch, 10.0)
    ended: list[object] = []
    opened.solving.finished.connect(ended.append)
    QTest.keyClick(dialog, Qt.Key.Key_Return)
    wait_for(qtbot, lambda: bool(ended))
    assert len(ended[0]) > 1  # type: ignore[arg-type]
    panel = opened.proposals_panel
    wait_for(qtbot, panel.isVisible)
    assert panel.board.marks
    assert panel.board.present is not None, "the plan as it is stands beside them"
    assert not opened.solving.bar.isVisible()
    assert session.hold is None
    # Looking at one shows it on the map; no longer looking shows the plan again.
    panel.hovered.emit(panel.proposals[0])
    assert opened.map_view.proposal.shown is panel.proposals[0]
    panel.hovered.emit(None)
    assert opened.map_view.proposal.shown is None


def test_what_is_asked_for_reaches_the_search(
    qtbot: QtBot, opened: MainWindow, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    session.do(commands.set_territory_locked(session.plan, [session.plan.territories[SOUTH].territory_id], True))
    dialog = open_dialog(qtbot, opened)
    assert "South" in dialog.kept.text()
    ask_for_revenue(dialog, monkeypatch)
    dialog.least.setCurrentIndex(dialog.least.findData("Revenue"))
    dialog.given.setValue(40)
    click(dialog.deals)
    dialog.several.setChecked(False)
    QTest.keyClick(dialog, Qt.Key.Key_Return)
    wait_for(qtbot, lambda: opened.solving.bar.state == "done")
    (proposal,) = opened.solving.proposals
    assert not proposal.scope[session.plan.units_of(SOUTH)].any(), "locked territories take no part"
    assert (proposal.variant.unit_territory >= 0).all(), "what nobody had is dealt out"
    revenue = session.totals.unit_measure[[m.name for m in session.plan.measures].index("Revenue")]
    north = session.plan.units_of(NORTH)
    lost = north[proposal.variant.unit_territory[north] != NORTH]
    assert np.nan_to_num(revenue[lost]).sum() <= 0.4 * np.nan_to_num(revenue[north]).sum() + 1e-6
    opened.solving.discard()
    again = open_dialog(qtbot, opened)
    assert again.given.value() == 40
    assert not again.several.isChecked()
    again.reject()


def test_a_plan_without_territories_is_told_what_to_do(qtbot: QtBot, opened: MainWindow, session: Session) -> None:
    session.do(commands.delete_territories(session.plan, [t.territory_id for t in session.plan.territories]))
    dialog = open_dialog(qtbot, opened)
    assert "Build territories first" in dialog.problem.text()
    assert not dialog.ok.isEnabled()
    dialog.reject()
