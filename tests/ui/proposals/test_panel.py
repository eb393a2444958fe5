"""The panel on a real plan: hovered, kept, taken in place and as a scenario; rows are read from the file."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import shapely
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from territorymap.errors import UserError
from territorymap.session import commands
from territorymap.session.commands.scenarios import new_scenario
from territorymap.session.session import Session
from territorymap.session.solving.proposal import Proposal
from territorymap.ui import theme
from territorymap.ui.proposals.board import MOVED, TRAVEL, WORST
from territorymap.ui.proposals.chart import NONE
from territorymap.ui.proposals.facts import PlanFacts
from territorymap.ui.proposals.panel import ProposalsPanel
from territorymap.ui.proposals.scenario_dialog import TakeAsScenarioDialog
from territorymap.ui.selection import Selection
from tests.support.proposals import figures_now, proposal_of
from tests.ui.panels.events import click, column_named, rows_in_file, texts
from tests.ui.panels.plans import make_session, territory_id

KEY, LEFT, NO = Qt.Key, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
LESS, MORE = {3: 2}, {3: 2, 13: 2}  # A4 to West; B2 too
ASSIGNED = "SELECT unit_id, territory_id FROM assignment WHERE scenario_id = {} ORDER BY unit_id"


@pytest.fixture(scope="module")
def plan_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("plan") / "grid.gpkg"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TERRITORYMAP_STATE_DIR", str(path.parent))
        make_session(path).close()
    return path


@pytest.fixture
def session(tmp_path: Path, plan_file: Path) -> Iterator[Session]:
    with Session.open(Path(shutil.copy(plan_file, tmp_path / "grid.gpkg")), author="Ada") as session:
        yield session


@pytest.fixture
def panel(qtbot: QtBot, qapp: QApplication, session: Session) -> Iterator[ProposalsPanel]:
    """Two proposals are shown: A moves A4, B moves A4 and B2."""
    theme.install(qapp, "light")
    panel = ProposalsPanel(Selection())
    qtbot.addWidget(panel)
    panel.resize(560, 640)
    panel.set_session(session)
    panel.show()
    qtbot.waitExposed(panel)
    proposals = [proposal_of(session, MORE, "most even"), proposal_of(session, LESS, "least moved")]
    panel.set_proposals(proposals, PlanFacts(now=figures_now(session), lower_bound=0.02, flow=0.03))
    QApplication.processEvents()
    yield panel
    panel.set_session(None)


@pytest.fixture
def looks(panel: ProposalsPanel) -> list[Proposal | None]:
    """What the map was asked to show."""
    seen: list[Proposal | None] = []
    panel.hovered.connect(seen.append)
    return seen


def hover(panel: ProposalsPanel, mark: int) -> None:
    QTest.mouseMove(panel.chart, panel.chart.place_of(mark))


def keep(panel: ProposalsPanel, mark: int) -> None:
    QTest.mouseClick(panel.chart, LEFT, NO, panel.chart.place_of(mark))


def leave(panel: ProposalsPanel) -> None:
    QTest.mouseMove(panel.chart, QPoint(panel.chart.width() - 4, 4))


def press(panel: ProposalsPanel, text: str) -> None:
    button = next(b for b in panel.findChildren(QPushButton) if b.text().replace("&", "") == text)
    assert button.isEnabled()
    QTest.mouseClick(button, LEFT)


def assigned(session: Session, scenario_id: int | None = None) -> list[tuple[int, int]]:
    return rows_in_file(session, ASSIGNED.format(scenario_id or session.plan.scenario.scenario_id))


def holder(session: Session, unit: int) -> str:
    ix = int(session.plan.unit_territory[unit])
    return session.plan.territories[ix].name if ix >= 0 else ""


def test_the_map_shows_what_is_hovered_and_the_plan_again(
    panel: ProposalsPanel, looks: list[Proposal | None], qtbot: QtBot
) -> None:
    hover(panel, 1)
    qtbot.waitUntil(lambda: looks == [panel.proposals[1]])
    assert panel.details.words.text().startswith(
        "B  most even. It moves 8.3 % of the accounts: 2 accounts and 2 units."
    )
    leave(panel)
    qtbot.waitUntil(lambda: looks == [panel.proposals[1], None])
    assert "Point at a proposal" in panel.details.words.text()


def test_a_pointer_on_its_way_draws_nothing(panel: ProposalsPanel, looks: list[Proposal | None], qtbot: QtBot) -> None:
    hover(panel, 0)
    leave(panel)
    hover(panel, 1)
    qtbot.waitUntil(lambda: bool(looks))
    assert looks == [panel.proposals[1]]


def test_what_is_kept_stays_on_the_map_and_in_the_table(
    panel: ProposalsPanel, looks: list[Proposal | None], qtbot: QtBot
) -> None:
    keep(panel, 0)
    leave(panel)
    qtbot.waitUntil(lambda: looks == [panel.proposals[0]])
    row = panel.view.currentIndex().row()
    assert panel.view.selectionModel().isRowSelected(row)
    assert panel.view.model().index(row, 0).data() == "A  least moved"
    hover(panel, 1)
    qtbot.waitUntil(lambda: looks[-1] is panel.proposals[1])
    leave(panel)
    qtbot.waitUntil(lambda: looks[-1] is panel.proposals[0])
    QTest.keyClick(panel.chart, KEY.Key_Escape)
    qtbot.waitUntil(lambda: looks[-1] is None)
    assert not panel.view.selectionModel().hasSelection()


def test_the_table_says_the_figures_of_each(panel: ProposalsPanel) -> None:
    view = panel.view
    assert texts(view, 0) == ["The plan as it is", "A  least moved", "B  most even"]
    assert texts(view, column_named(view, "Moved, of the accounts")) == ["0.0 %", "4.2 %", "8.3 %"]
    assert texts(view, column_named(view, "Worst deviation")) == ["31.9 %", "16.4 %", "3.0 %"]
    assert texts(view, column_named(view, "Beyond")) == ["3", "2", "0"]
    assert texts(view, column_named(view, "In pieces")) == ["0", "0", "1"]
    best = [view.model().index(row, 1).data(Qt.ItemDataRole.FontRole) for row in range(3)]
    assert [font is not None and font.bold() for font in best] == [False, True, False]


def test_a_row_keeps_its_proposal_and_return_takes_it(panel: ProposalsPanel, session: Session, qtbot: QtBot) -> None:
    view = panel.view
    click(view, 2, 0)
    assert panel.chosen == 1
    QTest.keyClick(view, KEY.Key_Return)
    assert (holder(session, 3), holder(session, 13)) == ("West", "West")
    assert texts(view, 0)[2] == "B  most even (taken)"
    assert not panel.take.isEnabled()


def test_pointing_at_a_row_shows_it_on_the_map(
    panel: ProposalsPanel, looks: list[Proposal | None], qtbot: QtBot
) -> None:
    view = panel.view
    QTest.mouseMove(view.viewport(), view.visualRect(view.model().index(1, 0)).center())
    QTest.mouseMove(view.viewport(), view.visualRect(view.model().index(2, 0)).center())
    qtbot.waitUntil(lambda: looks == [panel.proposals[1]])


def test_taking_is_one_step_that_undo_takes_back(
    panel: ProposalsPanel, session: Session, looks: list[Proposal | None], qtbot: QtBot
) -> None:
    before = assigned(session)
    told: list[tuple[str, str]] = []
    panel.taken.connect(lambda proposal, scenario: told.append((proposal.label, scenario)))
    assert not panel.take.isEnabled()
    keep(panel, 1)
    qtbot.waitUntil(lambda: looks == [panel.proposals[1]])
    press(panel, "Take")
    west = territory_id(session, "West")
    units = session.plan.units.unit_id[[3, 13]].tolist()
    assert {row for row in assigned(session) if row not in before} == {(unit, west) for unit in units}
    assert told == [("most even", "")]
    assert looks[-1] is None  # the plan itself is so now
    assert session.document.undo_label == "Rebalance"
    session.undo()
    assert assigned(session) == before
    qtbot.waitUntil(panel.take.isEnabled)
    assert texts(panel.view, 0)[2] == "B  most even"


def test_one_can_be_taken_after_another(panel: ProposalsPanel, session: Session) -> None:
    keep(panel, 1)
    press(panel, "Take")
    keep(panel, 0)
    press(panel, "Take")
    assert (holder(session, 3), holder(session, 13)) == ("West", "North")
    assert panel.details.note.text() == ""


def test_a_proposal_is_taken_as_a_scenario_by_keys(panel: ProposalsPanel, session: Session, qtbot: QtBot) -> None:
    before, first = assigned(session), session.plan.scenario.scenario_id
    panel.chart.setFocus()
    QTest.keyClick(panel.chart, KEY.Key_End)
    press(panel, "As new scenario…")
    dialog = panel.window().findChild(TakeAsScenarioDialog)
    assert dialog is not None
    assert dialog.name.text() == "B most even"
    QTest.keyClick(dialog.name, KEY.Key_A, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClicks(dialog.name, "Even")
    QTest.keyClick(dialog.name, KEY.Key_Return)
    assert assigned(session) == before
    made = rows_in_file(session, "SELECT scenario_id FROM scenario WHERE scenario_name = 'Even'")
    units = session.plan.units.unit_id[[3, 13]].tolist()
    assert rows_in_file(session, f"SELECT unit_id FROM assignment WHERE scenario_id = {made[0][0]} ORDER BY 1") == [
        (unit,) for unit in units
    ]
    assert session.plan.scenario.scenario_id == first
    session.undo()
    assert rows_in_file(session, "SELECT scenario_id FROM scenario") == [(first,)]


def test_a_scenario_that_is_worked_in_closes_the_proposals(
    panel: ProposalsPanel, session: Session, qtbot: QtBot
) -> None:
    keep(panel, 0)
    press(panel, "As new scenario…")
    dialog = panel.window().findChild(TakeAsScenarioDialog)
    assert dialog is not None
    QTest.mouseClick(dialog.switch, LEFT, NO, QPoint(8, dialog.switch.height() // 2))
    QTest.keyClick(dialog.name, KEY.Key_Return)
    assert session.plan.scenario.name == "A least moved"
    assert holder(session, 3) == "West"
    qtbot.waitUntil(lambda: not panel.take.isEnabled())
    assert panel.details.note.text().startswith("These were made of ")
    session.switch_scenario(session.plan.scenarios[0].scenario_id)
    qtbot.waitUntil(panel.take.isEnabled)


def test_a_name_that_is_taken_is_refused_in_the_dialog(panel: ProposalsPanel, session: Session) -> None:
    session.do(new_scenario(session.plan, "Even"))
    keep(panel, 0)
    press(panel, "As new scenario…")
    dialog = panel.window().findChild(TakeAsScenarioDialog)
    assert dialog is not None
    dialog.name.setText("even")
    QTest.keyClick(dialog.name, KEY.Key_Return)
    assert dialog.isVisible()
    assert dialog.problem.text()
    assert len(session.plan.scenarios) == 2
    dialog.reject()


def test_edits_since_are_told_and_a_lock_refuses(panel: ProposalsPanel, session: Session, qtbot: QtBot) -> None:
    refused: list[UserError] = []
    panel.failed.connect(refused.append)
    session.do(commands.assign_units(session.plan, np.array([0]), territory_id(session, "South")))
    qtbot.waitUntil(lambda: panel.details.note.text().startswith("1 unit was given to another territory since"))
    keep(panel, 0)
    session.do(commands.set_units_locked(session.plan, np.array([3]), True))
    before = assigned(session)
    press(panel, "Take")
    assert len(refused) == 1
    assert assigned(session) == before


def test_units_cut_since_make_the_proposals_void(panel: ProposalsPanel, session: Session, qtbot: QtBot) -> None:
    looked: list[Proposal | None] = []
    panel.hovered.connect(looked.append)
    keep(panel, 0)
    qtbot.waitUntil(lambda: len(looked) == 1)
    session.do(commands.cut_units(session.plan, session.geometry, shapely.box(-100, 40, -99.5, 41)))
    assert panel.proposals == []
    assert looked[-1] is None
    assert panel.empty.isVisible()


def test_a_panel_that_is_hidden_gives_the_map_back(
    panel: ProposalsPanel, looks: list[Proposal | None], qtbot: QtBot
) -> None:
    keep(panel, 0)
    leave(panel)
    qtbot.waitUntil(lambda: looks == [panel.proposals[0]])
    panel.hide()
    assert looks[-1] is None
    panel.show()
    qtbot.waitUntil(lambda: looks[-1] is panel.proposals[0])
    press(panel, "Drop all")
    assert looks[-1] is None
    assert panel.empty.isVisible()


def test_axes_are_chosen_and_swapped(panel: ProposalsPanel) -> None:
    assert panel.chart.chosen == (MOVED, WORST, TRAVEL)
    QTest.mouseClick(panel.axes.swap, LEFT)
    assert panel.chart.chosen == (WORST, MOVED, TRAVEL)
    panel.axes.across.setFocus()
    QTest.keyClick(panel.axes.across, KEY.Key_Home)
    assert panel.chart.chosen == (MOVED, MOVED, TRAVEL)
    panel.set_proposals(panel.proposals)  # another run keeps the choice
    assert panel.chart.chosen == (MOVED, MOVED, TRAVEL)


def test_a_header_sorts_and_the_plan_stays_on_top(panel: ProposalsPanel) -> None:
    view, column = panel.view, column_named(panel.view, "Moved, of the accounts")
    header = view.horizontalHeader()
    keep(panel, 1)
    at = QPoint(header.sectionViewportPosition(column) + header.sectionSize(column) // 2, header.height() // 2)
    QTest.mouseClick(header.viewport(), LEFT, NO, at)
    assert texts(view, 0) == ["The plan as it is", "B  most even", "A  least moved"]
    assert view.currentIndex().row() == 1
    assert panel.chosen == 1


def test_a_wide_panel_has_the_table_beside_the_chart(panel: ProposalsPanel) -> None:
    panel.resize(1100, 260)
    QApplication.processEvents()
    assert panel.chart.mapTo(panel, QPoint(0, 0)).x() < panel.view.mapTo(panel, QPoint(0, 0)).x()
    assert all(button.visibleRegion().boundingRect().size() == button.size() for button in panel.details.buttons)
    panel.resize(420, 640)
    QApplication.processEvents()
    assert panel.chart.mapTo(panel, QPoint(0, 0)).y() < panel.view.mapTo(panel, QPoint(0, 0)).y()
    assert panel.chosen == NONE


def test_a_plan_that_is_read_only_can_be_looked_at(qtbot: QtBot, session: Session, qapp: QApplication) -> None:
    proposals = [proposal_of(session, MORE), proposal_of(session, LESS)]
    path = session.document.path
    session.close()
    with Session.open(path, read_only=True) as reader:
        panel = ProposalsPanel(Selection())
        qtbot.addWidget(panel)
        panel.resize(560, 640)
        panel.set_session(reader)
        panel.show()
        panel.set_proposals(proposals)
        seen: list[Proposal | None] = []
        panel.hovered.connect(seen.append)
        keep(panel, 0)
        qtbot.waitUntil(lambda: bool(seen))
        assert not panel.take.isEnabled()
        assert "reading only" in panel.details.note.text()
        panel.set_session(None)
