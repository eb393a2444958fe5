"""Proposals in the real window: the dock opens, a preview is drawn on the map, one is taken and undone by keys."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from territorymap.ui.main_window import MainWindow
from territorymap.ui.proposals.facts import PlanFacts
from tests.support.proposals import figures_now, proposal_of
from tests.ui.conftest import wait_for


def holders(path: Path) -> list[tuple[int, int]]:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute("SELECT unit_id, territory_id FROM assignment ORDER BY unit_id").fetchall()


def color_of(window: MainWindow, qtbot: QtBot, unit: int) -> str:
    """Return the colour of a unit on the screen, a little beside its middle, where its account is."""
    assert window.session is not None
    units = window.session.plan.units
    lon, lat = float(units.lon[unit]) - 0.3, float(units.lat[unit]) + 0.35
    answers: list[str] = []
    script = f"JSON.stringify(__tm.map.latLngToContainerPoint([{lat}, {lon}]))"
    window.map_view.page.runJavaScript(script, answers.append)
    wait_for(qtbot, lambda: bool(answers))
    at = json.loads(answers[0])
    return window.map_view.grab().toImage().pixelColor(round(at["x"]), round(at["y"])).name()


def test_proposals_are_shown_taken_and_undone(opened: MainWindow, qtbot: QtBot, plan: Path) -> None:
    session, panel = opened.session, opened.proposals_panel
    assert session is not None
    dock = opened.docks.by_name["proposals"]
    assert dock.isHidden()  # nobody needs it before there are proposals
    before = holders(plan)
    proposals = [proposal_of(session, {3: 2}, "least moved"), proposal_of(session, {3: 2, 13: 2}, "most even")]
    opened.proposals.show(proposals, PlanFacts(now=figures_now(session), lower_bound=0.02))
    wait_for(qtbot, lambda: panel.chart.isVisible() and panel.chart.width() > 100)
    # Pointing at a mark fills its units on the map as they would be; the plan comes back when the pointer leaves.
    south, west = color_of(opened, qtbot, 2), color_of(opened, qtbot, 4)
    assert color_of(opened, qtbot, 3) == south != west
    QTest.mouseMove(panel.chart, panel.chart.place_of(0))
    wait_for(qtbot, lambda: color_of(opened, qtbot, 3) == west)
    assert color_of(opened, qtbot, 2) == south
    QTest.mouseMove(panel.chart, QPoint(panel.chart.width() - 4, 4))
    wait_for(qtbot, lambda: color_of(opened, qtbot, 3) == south)
    assert holders(plan) == before
    panel.chart.setFocus()
    QTest.keyClick(panel.chart, Qt.Key.Key_End)
    QTest.keyClick(panel.chart, Qt.Key.Key_Return)
    assert len(set(holders(plan)) - set(before)) == 2
    assert opened.toast.text == "B (most even) is taken. Undo takes it back."
    opened.commands["undo"].trigger()
    assert holders(plan) == before
    opened.docks.reset()
    assert dock.isHidden()


def test_what_stood_before_the_proposals_comes_back(opened: MainWindow, qtbot: QtBot) -> None:
    session, panel, docks = opened.session, opened.proposals_panel, opened.docks
    assert session is not None
    changes, dock = opened.changes_panel, docks.by_name["proposals"]

    def is_seen(widget: QWidget) -> bool:  # a panel behind a tab counts as visible for Qt
        return widget.isVisible() and not widget.visibleRegion().isEmpty()

    for is_shown in (False, True):  # panel of proposals, before there are any
        dock.setVisible(is_shown)
        docks.bring_up("changes")
        wait_for(qtbot, lambda: is_seen(changes))
        opened.proposals.show([proposal_of(session, {3: 2}, "least moved")])
        wait_for(qtbot, lambda: is_seen(panel) and not is_seen(changes))
        panel.drop.trigger()
        wait_for(qtbot, lambda: is_seen(changes) and not is_seen(panel))
        assert dock.isHidden() is not is_shown
    # One who has opened it by hand, and sees it, keeps it: also where an earlier offer had brought it.
    for was_offered in (False, True):
        dock.hide()
        docks.bring_up("changes")
        wait_for(qtbot, lambda: is_seen(changes))
        if was_offered:
            opened.proposals.show([proposal_of(session, {3: 2}, "least moved")])
            wait_for(qtbot, lambda: is_seen(panel))
            dock.hide()
        switch = next(a for a in docks.actions() if a.shortcut().toString() == "Ctrl+Alt+P")
        switch.trigger()
        wait_for(qtbot, lambda: is_seen(panel))
        opened.proposals.show([proposal_of(session, {3: 2}, "least moved")])
        panel.drop.trigger()
        qtbot.wait(100)
        assert is_seen(panel)
