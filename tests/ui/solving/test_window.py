"""Building in the real window: asked by keys, watched on the map, stopped, dropped, compared, taken and undone."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from territorymap.errors import UserError
from territorymap.session import commands
from territorymap.session.session import Session
from territorymap.session.solving.aims import Aim, Limits, Wishes
from territorymap.session.solving.building import BuildJob
from territorymap.session.solving.proposal import Proposal
from territorymap.session.solving.still import still_of
from territorymap.ui.main_window import MainWindow
from territorymap.ui.solving.build_dialog import CAP, REPS, TARGET, BuildDialog
from territorymap.ui.solving.more import BARRIER, NOBODY
from tests.ui.conftest import wait_for
from tests.ui.solving.hands import LEFT, NO, click, key_of_window, names, page, rows

CTRL_SHIFT = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
NORTH, SOUTH, WEST = 0, 1, 2
LOOSE = [row * 6 + 5 for row in range(4)]  # column 6, nobody's


def job_of(session: Session, n: int = 4, measure: str = "Revenue") -> BuildJob:
    return BuildJob(still_of(session), Wishes((Aim(measure, 0.05),), n))


def run(qtbot: QtBot, window: MainWindow, job: Any, seconds: float = 600.0) -> None:
    """Run a job until something is found; it goes on until it is stopped, however slow the machine is."""
    window.solving.run(job, Limits(seconds, None, 1))
    wait_for(qtbot, lambda: window.map_view.proposal.shown is not None or window.solving.bar.state != "running")


def run_to_end(qtbot: QtBot, window: MainWindow, job: Any) -> Proposal:
    run(qtbot, window, job)
    window.solving.stop()
    wait_for(qtbot, lambda: window.solving.bar.state == "done")
    return window.solving.proposals[0]


def color_of(window: MainWindow, qtbot: QtBot, unit_ix: int) -> tuple[int, int, int]:
    """Return the pixel beside a unit's inner point."""
    units = window.session.plan.units  # type: ignore[union-attr]
    at = page(qtbot, window, f"__tm.map.latLngToContainerPoint([{units.lat[unit_ix]}, {units.lon[unit_ix]}])")
    color = window.map_view.grab().toImage().pixelColor(round(at["x"]) - 14, round(at["y"]) - 14)
    return color.red(), color.green(), color.blue()


def open_dialog(qtbot: QtBot, window: MainWindow) -> BuildDialog:
    key_of_window(qtbot, window, Qt.Key.Key_B, CTRL_SHIFT)
    wait_for(qtbot, lambda: any(d.isVisible() for d in window.findChildren(BuildDialog)))
    return next(d for d in window.findChildren(BuildDialog) if d.isVisible())


# -- asking ------------------------------------------------------------------------------------------------------------


def test_enter_in_the_dialog_builds_and_what_is_built_is_taken_and_undone(
    qtbot: QtBot, opened: MainWindow, session: Session
) -> None:
    before, territories = rows(session), names(session)
    dialog = open_dialog(qtbot, opened)
    assert dialog.number_of.value() == 3
    QTest.keyClicks(dialog.number_of, "4")
    QTest.keyClick(dialog, Qt.Key.Key_Return)
    solving = opened.solving
    wait_for(qtbot, lambda: solving.runner.is_running)
    assert solving.bar.isVisible()
    wait_for(qtbot, lambda: opened.map_view.proposal.shown is not None)
    click(solving.bar.stop)
    wait_for(qtbot, lambda: solving.bar.state == "done")
    proposal = solving.proposals[0]
    assert proposal.figures.n_territories == 4
    assert rows(session) == before, "nothing is written before it is taken"
    opened.territory_panel.show_index_of("units")
    assert opened.map_view.index_measure == "units"
    click(solving.bar.take)
    assert opened.map_view.index_measure == proposal.figures.measures[0].measure == "workload_h"  # what was made even
    wanted = proposal.variant.territory_ids()[proposal.variant.unit_territory]
    held = np.array([t.territory_id for t in session.plan.territories] + [-1])[session.plan.unit_territory]
    kept = wanted >= 0
    assert len(names(session)) == 4
    assert (held[kept] == wanted[kept]).all()
    assert not solving.bar.isVisible()
    assert session.document.undo_label == "Build 4 territories"
    opened.do_undo()
    assert rows(session) == before
    assert names(session) == territories


def test_a_target_and_a_cap_say_how_many_that_makes(qtbot: QtBot, opened: MainWindow, session: Session) -> None:
    dialog = open_dialog(qtbot, opened)
    dialog.of.setCurrentIndex(dialog.of.findData("accounts"))
    dialog.how.setCurrentIndex(dialog.how.findData(TARGET))
    dialog.each.setValue(7)  # of 22 that have a place: 3.1
    assert dialog.count.text() == "about 3 territories"
    dialog.how.setCurrentIndex(dialog.how.findData(CAP))
    assert dialog.count.text() == "about 4 territories"
    dialog.each.setValue(0)
    QTest.keyClick(dialog, Qt.Key.Key_Return)
    assert "more than 0" in dialog.problem.text()
    assert dialog.isVisible()
    dialog.reject()


def test_what_cannot_be_is_said_in_the_dialog(qtbot: QtBot, opened: MainWindow) -> None:
    dialog = open_dialog(qtbot, opened)
    dialog.number_of.setValue(500)
    QTest.keyClick(dialog, Qt.Key.Key_Return)
    wait_for(qtbot, lambda: dialog.problem.isVisible())
    assert "500 territories cannot be built of 24 units" in dialog.problem.text()
    assert dialog.ok.isEnabled()
    for row in dialog.measures.wanted:
        row.tick.setChecked(False)
    QTest.keyClick(dialog, Qt.Key.Key_Return)
    assert "No measure is ticked." in dialog.problem.text()
    dialog.reject()
    assert not opened.solving.runner.is_running


def test_a_plan_remembers_what_was_asked_for(qtbot: QtBot, opened: MainWindow) -> None:
    dialog = open_dialog(qtbot, opened)
    dialog.number_of.setValue(5)
    dialog.seconds.setValue(77)
    row = dialog.measures.row("Revenue")
    click(row.tick)
    row.tolerance.setValue(12.5)
    QTest.keyClick(dialog, Qt.Key.Key_Return)
    wait_for(qtbot, lambda: opened.solving.runner.is_running)
    click(opened.solving.bar.cancel)
    assert not opened.solving.bar.isVisible()
    again = open_dialog(qtbot, opened)
    assert again.number_of.value() == 5
    assert again.seconds.value() == 77
    assert again.measures.row("Revenue").is_wanted
    assert again.measures.row("Revenue").tolerance.value() == 12.5
    again.reject()


def test_locked_territories_are_told(qtbot: QtBot, opened: MainWindow, session: Session) -> None:
    session.do(commands.set_territory_locked(session.plan, [session.plan.territories[WEST].territory_id], True))
    dialog = open_dialog(qtbot, opened)
    assert dialog.locked.text() == "Locked, so they stay: West."
    dialog.reject()


def test_what_is_asked_for_less_often_reaches_the_search(qtbot: QtBot, opened: MainWindow, session: Session) -> None:
    """Column 6 is selected and goes to nobody; the rest is built from Ann's home, with limits."""
    opened.selection.set_units(np.array(LOOSE, dtype=np.int32), "test")
    dialog = open_dialog(qtbot, opened)
    click(dialog.more)
    more = dialog.more_wishes
    more.selected.setCurrentIndex(more.selected.findData(NOBODY))
    more.radius.setValue(800)
    click(more.islands)
    dialog.start.setCurrentIndex(dialog.start.findData(REPS))
    assert dialog.number_of.value() == 1, "one rep has a home"
    dialog.number_of.setValue(3)
    dialog.measures.row("Revenue").tick.setChecked(True)
    dialog.measures.row("Revenue").most.setValue(1800)
    jobs: list[Any] = []
    dialog.ready.connect(lambda job, _limits: jobs.append(job))
    QTest.keyClick(dialog, Qt.Key.Key_Return)
    wait_for(qtbot, lambda: bool(jobs) or dialog.problem.isVisible())
    assert jobs, dialog.problem.text()
    wishes = jobs[0].wishes
    assert wishes.ground.nobody == tuple(LOOSE)
    assert not wishes.ground.joins_islands
    assert wishes.max_radius_km == 800
    assert wishes.from_reps
    assert wishes.n_territories == 3
    assert next(aim for aim in wishes.aims if aim.measure == "Revenue").most == 1800
    opened.solving.runner.cancel()


def test_a_barrier_runs_along_the_selection(qtbot: QtBot, opened: MainWindow, session: Session) -> None:
    opened.selection.set_units(np.array(LOOSE, dtype=np.int32), "test")
    dialog = open_dialog(qtbot, opened)
    more = dialog.more_wishes
    more.selected.setCurrentIndex(more.selected.findData(BARRIER))
    ground = more.wishes()["ground"]
    assert sorted(tuple(sorted(pair)) for pair in ground.barriers) == [(u - 1, u) for u in LOOSE]
    dialog.reject()


def test_why_nothing_can_be_found_is_said_on_the_map_and_asked_anew(
    qtbot: QtBot, opened: MainWindow, session: Session
) -> None:
    dialog = open_dialog(qtbot, opened)
    dialog.number_of.setValue(3)
    dialog.measures.row("Revenue").tick.setChecked(True)
    dialog.measures.row("Revenue").most.setValue(150)  # of 2,000 in all
    QTest.keyClick(dialog, Qt.Key.Key_Return)
    bar = opened.solving.bar
    wait_for(qtbot, lambda: bar.state == "failed")
    assert "Revenue" in bar.problem.text()
    assert session.hold is None
    click(bar.again)
    wait_for(qtbot, lambda: any(d.isVisible() for d in opened.findChildren(BuildDialog)))
    again = next(d for d in opened.findChildren(BuildDialog) if d.isVisible())
    assert again.measures.row("Revenue").most.value() == 150
    assert not bar.isVisible()
    again.reject()


# -- the run -----------------------------------------------------------------------------------------------------------


def test_the_best_so_far_is_on_the_map_and_cancel_brings_the_plan_back(
    qtbot: QtBot, opened: MainWindow, session: Session
) -> None:
    for option in ("show_accounts", "show_homes", "show_labels", "show_context"):
        opened.map_view.set_option(option, False)
    before = rows(session)
    was = color_of(opened, qtbot, LOOSE[1])
    run(qtbot, opened, job_of(session))
    wait_for(qtbot, lambda: page(qtbot, opened, "__tm.proposal.isOn"))
    wait_for(qtbot, lambda: color_of(opened, qtbot, LOOSE[1]) != was)
    worst = opened.solving.bar.figures.told[0]
    assert worst.label == "worst deviation"
    now = session.balance.max_deviation[session.balance.measures.index("Revenue")]
    assert f"In the plan as it is: {now * 100:.1f} %." in worst.toolTip()
    assert opened.solving.bar.figures.isVisible()
    click(opened.solving.bar.cancel)
    wait_for(qtbot, lambda: color_of(opened, qtbot, LOOSE[1]) == was)
    assert rows(session) == before
    assert not opened.solving.bar.isVisible()
    assert session.hold is None


def test_esc_on_the_map_stops_and_then_puts_away(qtbot: QtBot, opened: MainWindow, session: Session) -> None:
    run(qtbot, opened, job_of(session))
    wait_for(qtbot, lambda: page(qtbot, opened, "__tm.proposal.isOn"))
    hand = opened.map_view.view.focusProxy()
    page(qtbot, opened, "(__tm.map.getContainer().focus(), 1)")
    QTest.keyClick(hand, Qt.Key.Key_Escape)
    wait_for(qtbot, lambda: opened.solving.bar.state == "done")
    QTest.keyClick(hand, Qt.Key.Key_Escape)
    wait_for(qtbot, lambda: opened.solving.bar.state == "")
    wait_for(qtbot, lambda: not page(qtbot, opened, "__tm.proposal.isOn"))


def test_what_is_solved_stands_still_and_the_rest_is_edited(qtbot: QtBot, opened: MainWindow, session: Session) -> None:
    west = session.plan.territories[WEST].territory_id
    session.do(commands.set_territory_locked(session.plan, [west], True))  # so that its units are not solved
    run(qtbot, opened, job_of(session))
    north = session.plan.territories[NORTH].territory_id
    n_steps = len(session.timeline())
    with pytest.raises(UserError, match="being solved"):
        session.do(commands.assign_units(session.plan, np.array([LOOSE[0]]), north))
    with pytest.raises(UserError, match="being solved"):
        session.do(commands.delete_territories(session.plan, [north]))
    assert len(session.timeline()) == n_steps
    # A name, a rep and what is not solved are free.
    session.do(commands.rename_territory(session.plan, north, "Northern"))
    session.do(commands.set_territory_locked(session.plan, [west], False))
    n_west = int((session.plan.unit_territory == WEST).sum())
    session.do(commands.assign_units(session.plan, session.plan.units_of(WEST)[:1], None))
    assert int((session.plan.unit_territory == WEST).sum()) == n_west - 1
    opened.solving.stop()
    wait_for(qtbot, lambda: opened.solving.bar.state == "done")
    with pytest.raises(UserError, match="A proposal for this unit is waiting"):
        session.do(commands.assign_units(session.plan, np.array([LOOSE[0]]), north))
    click(opened.solving.bar.take)
    assert "Northern" in names(session), "what was edited meanwhile stays"
    assert int((session.plan.unit_territory == session.plan.territory_ix(west)).sum()) == n_west - 1
    session.do(commands.assign_units(session.plan, np.array([LOOSE[0]]), north))  # all is free again


def test_undo_of_what_is_solved_is_refused_too(qtbot: QtBot, opened: MainWindow, session: Session) -> None:
    north = session.plan.territories[NORTH].territory_id
    session.do(commands.assign_units(session.plan, np.array([LOOSE[0]]), north))
    run(qtbot, opened, job_of(session))
    before = rows(session)
    with pytest.raises(UserError, match="being solved"):
        session.undo()
    assert rows(session) == before
    click(opened.solving.bar.cancel)
    session.undo()
    assert rows(session) != before


def test_a_stroke_on_what_is_solved_is_left_alone_by_the_page(
    qtbot: QtBot, opened: MainWindow, session: Session
) -> None:
    run(qtbot, opened, job_of(session))
    wait_for(qtbot, lambda: page(qtbot, opened, "__tm.plan.busy !== null"))
    before = rows(session)
    opened.map_view.set_target(session.plan.territories[NORTH].territory_id)
    opened.map_view.set_tool("brush")
    wait_for(qtbot, lambda: page(qtbot, opened, "__tm.tools.tool") == "brush")
    u = LOOSE[1]
    units = session.plan.units
    at = page(qtbot, opened, f"__tm.map.latLngToContainerPoint([{units.lat[u]}, {units.lon[u]}])")
    QTest.mouseClick(opened.map_view.view.focusProxy(), LEFT, NO, QPoint(round(at["x"]), round(at["y"])))
    wait_for(qtbot, lambda: page(qtbot, opened, "document.querySelector('.tm-hint').dataset.shown === 'true'"))
    assert "being solved" in page(qtbot, opened, "document.querySelector('.tm-hint').innerText")
    assert rows(session) == before
    opened.solving.runner.cancel()


def test_a_plan_that_is_closed_drops_its_run(qtbot: QtBot, opened: MainWindow, session: Session) -> None:
    run(qtbot, opened, job_of(session))
    opened.close_plan()
    assert not opened.solving.runner.is_running
    assert not opened.solving.bar.isVisible()


# -- what becomes of it ------------------------------------------------------------------------------------------------


def test_a_proposal_becomes_a_new_scenario(qtbot: QtBot, opened: MainWindow, session: Session) -> None:
    before = session.plan.unit_territory.copy()
    proposal = run_to_end(qtbot, opened, job_of(session))
    from territorymap.ui.proposals.scenario_dialog import TakeAsScenarioDialog

    click(opened.solving.bar.scenario)
    wait_for(qtbot, lambda: bool(opened.findChildren(TakeAsScenarioDialog)))
    (dialog,) = opened.findChildren(TakeAsScenarioDialog)
    QTest.keyClicks(dialog.name, "West first")
    QTest.keyClick(dialog, Qt.Key.Key_Return)
    wait_for(qtbot, lambda: session.plan.scenario.name == "West first")
    assert len(session.plan.territories) == proposal.figures.n_territories
    assert not opened.solving.bar.isVisible()
    first = session.plan.scenarios[0].scenario_id
    session.switch_scenario(first)
    assert (session.plan.unit_territory == before).all()


def test_discard_leaves_everything_as_it_was(qtbot: QtBot, opened: MainWindow, session: Session) -> None:
    before, n_steps = rows(session), len(session.timeline())
    run_to_end(qtbot, opened, job_of(session))
    click(opened.solving.bar.discard)
    assert rows(session) == before
    assert len(session.timeline()) == n_steps
    assert opened.map_view.proposal.shown is None


@pytest.mark.parametrize("way", ["outline", "swipe"])
def test_compare_shows_it_in_other_ways(qtbot: QtBot, opened: MainWindow, session: Session, way: str) -> None:
    run_to_end(qtbot, opened, job_of(session))
    opened.solving.bar.ways[way].trigger()
    wait_for(qtbot, lambda: page(qtbot, opened, "__tm.proposal.way") == way)
    assert opened.solving.bar.ways[way].isChecked()
    opened.solving.discard()
    wait_for(qtbot, lambda: not page(qtbot, opened, "__tm.proposal.isOn"))


def test_what_is_in_the_way_of_taking_is_said(qtbot: QtBot, opened: MainWindow, session: Session) -> None:
    run_to_end(qtbot, opened, job_of(session))
    loose = session.hold
    session.hold = None  # as another way into the file would
    session.do(commands.set_territory_locked(session.plan, [session.plan.territories[NORTH].territory_id], True))
    session.hold = loose
    before = rows(session)
    click(opened.solving.bar.take)
    assert "North" in opened.solving.bar.problem.text()
    assert opened.solving.bar.problem.isVisible()
    assert rows(session) == before
    assert opened.solving.bar.state == "done", "it can be tried again"


def test_another_scenario_is_shown_as_it_is_meanwhile(qtbot: QtBot, opened: MainWindow, session: Session) -> None:
    from territorymap.session.commands.scenarios import new_scenario

    first = session.plan.scenario.scenario_id
    session.do(new_scenario(session.plan, "Other"))
    run_to_end(qtbot, opened, job_of(session))
    other = next(s.scenario_id for s in session.plan.scenarios if s.scenario_id != first)
    session.switch_scenario(other)
    assert opened.map_view.proposal.shown is None
    session.switch_scenario(first)
    assert opened.map_view.proposal.shown is opened.solving.proposals[0]
    session.switch_scenario(other)
    click(opened.solving.bar.take)
    assert session.plan.scenario.scenario_id == first, "taken where it was made for"
