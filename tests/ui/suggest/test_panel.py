"""Next best moves in the real window: by keys and mouse, on the map, in the file; live after every edit."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from territorymap.session.commands import assign_units
from territorymap.session.commands.territories import set_territory_locked
from territorymap.session.session import Session
from territorymap.session.solving.suggesting import Suggestion, suggest_moves
from territorymap.ui.main_window import MainWindow
from territorymap.ui.suggest.panel import MovesPanel
from tests.support.window import fill_on_land, is_same_color
from tests.ui.conftest import wait_for

LEFT, NO, CTRL = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ControlModifier
NORTH, SOUTH, WEST = 0, 1, 2


@pytest.fixture
def session(opened: MainWindow) -> Session:
    assert opened.session is not None
    return opened.session


@pytest.fixture
def panel(qtbot: QtBot, opened: MainWindow) -> MovesPanel:
    """In sight, with what it found for the worst territory."""
    opened.docks.bring_up("moves")
    wait_for(qtbot, lambda: opened.moves_panel.looker.result is not None)
    return opened.moves_panel


def holders(session: Session) -> dict[str, str]:
    """Return who has each unit, by code and name, as the file says."""
    with sqlite3.connect(f"file:{session.document.path}?mode=ro", uri=True) as connection:
        rows = connection.execute(
            "SELECT unit_code, territory_name FROM assignment"
            " JOIN unit USING (unit_id) JOIN territory USING (territory_id)"
        )
        return dict(rows.fetchall())


def codes(session: Session, move: Suggestion) -> list[str]:
    return [str(code) for code in session.plan.units.code[move.move.units]]


def name_of(session: Session, move: Suggestion) -> str:
    return session.plan.territories[move.move.taker].name


def row_place(panel: MovesPanel, row: int) -> QPoint:
    return panel.view.visualRect(panel.model.index(row)).center()


def hover(panel: MovesPanel, place: QPoint) -> None:
    """Move the pointer inside the list, as Qt tells of it."""
    port = panel.view.viewport()
    none = Qt.MouseButton.NoButton
    where, out = QPointF(place), QPointF(port.mapToGlobal(place))
    QApplication.sendEvent(port, QMouseEvent(QEvent.Type.MouseMove, where, out, none, none, NO))


def js(qtbot: QtBot, window: MainWindow, expression: str) -> object:
    answers: list[object] = []
    window.map_view.page.runJavaScript(expression, 0, answers.append)
    wait_for(qtbot, lambda: bool(answers))
    return answers[0]


def test_the_key_shows_then_does_one_after_the_other_and_undo_takes_each_back(
    qtbot: QtBot, opened: MainWindow, session: Session
) -> None:
    """The keys go to the map, where a planner's hand is."""
    panel, states = opened.moves_panel, [holders(session)]
    opened.map_view.view.setFocus()
    page = opened.map_view.view.focusProxy()
    QTest.keyClick(page, Qt.Key.Key_D, CTRL)
    wait_for(qtbot, lambda: panel.looker.result is not None)
    assert not panel.visibleRegion().isEmpty()
    assert holders(session) == states[0]  # seen first, not done
    for _ in range(2):
        wait_for(qtbot, lambda: panel.looker.result is not None)
        best = panel.looker.result.moves[0]  # type: ignore[union-attr]
        QTest.keyClick(page, Qt.Key.Key_D, CTRL)
        wait_for(qtbot, lambda: holders(session) != states[-1])
        now = holders(session)
        assert now == {**states[-1], **dict.fromkeys(codes(session, best), name_of(session, best))}
        states.append(now)
    for state in (states[1], states[0]):
        QTest.keyClick(page, Qt.Key.Key_Z, CTRL)
        wait_for(qtbot, lambda state=state: holders(session) == state)


def test_the_list_says_what_the_command_line_says(panel: MovesPanel, session: Session) -> None:
    wanted = suggest_moves(session)
    assert panel.heading.text() == wanted.heading
    titles = [panel.model.index(row).data() for row in range(panel.model.rowCount())]
    assert titles == [f"{n}. {move.title}" for n, move in enumerate(wanted.moves, 1)]
    assert panel.model.index(0).data(Qt.ItemDataRole.AccessibleTextRole) == wanted.moves[0].sentence


def _by_return(panel: MovesPanel) -> None:
    panel.view.setFocus()
    QTest.keyClick(panel.view, Qt.Key.Key_Down)
    QTest.keyClick(panel.view, Qt.Key.Key_Return)


def _by_double_click(panel: MovesPanel) -> None:
    QTest.mouseClick(panel.view.viewport(), LEFT, NO, row_place(panel, 1))
    QTest.mouseDClick(panel.view.viewport(), LEFT, NO, row_place(panel, 1))


def _by_the_menu(panel: MovesPanel) -> None:
    QTest.mouseClick(panel.view.viewport(), LEFT, NO, row_place(panel, 1))
    panel.apply.trigger()


@pytest.mark.parametrize("do", [_by_return, _by_double_click, _by_the_menu])
def test_the_chosen_move_is_done(panel: MovesPanel, session: Session, do: Callable[[MovesPanel], None]) -> None:
    second, before = panel.model.moves[1], holders(session)
    do(panel)
    assert holders(session) == {**before, **dict.fromkeys(codes(session, second), name_of(session, second))}
    assert session.document.undo_label == second.label


def test_what_is_pointed_at_is_marked_on_the_map(
    qtbot: QtBot, opened: MainWindow, panel: MovesPanel, session: Session
) -> None:
    move = panel.model.moves[0]
    unit = int(move.move.units[0])
    lat, lon = session.plan.units.lat[unit], session.plan.units.lon[unit]
    js(qtbot, opened, f"(__tm.map.setView([{lat}, {lon}], 7, {{animate: false}}), 1)")
    spot = f"__tm.map.latLngToContainerPoint([{lat - 0.3}, {lon - 0.3}])"
    x, y = (round(float(str(js(qtbot, opened, f"{spot}.{axis}")))) for axis in "xy")

    def color() -> tuple[int, int, int]:
        found = opened.map_view.grab().toImage().pixelColor(x, y)
        return found.red(), found.green(), found.blue()

    own = fill_on_land(session.plan.territories[move.move.giver].color) if move.move.giver >= 0 else None
    wait_for(qtbot, lambda: own is None or is_same_color(color(), own))
    before = color()
    hover(panel, row_place(panel, 0))
    wait_for(qtbot, lambda: not is_same_color(color(), before))
    marked = js(qtbot, opened, "JSON.stringify(__tm.marked.shown.units)")
    assert marked == str(move.move.units.tolist()).replace(" ", "")
    QApplication.sendEvent(panel.view, QEvent(QEvent.Type.Leave))
    wait_for(qtbot, lambda: is_same_color(color(), before))
    assert list(opened.selection.units) == []  # a mark is no selection


def test_it_is_looked_for_anew_after_an_edit_and_not_within_it(
    qtbot: QtBot, panel: MovesPanel, session: Session
) -> None:
    session.do(assign_units(session.plan, np.arange(4), None))
    assert panel.looker.result is None  # the edit did not wait for it
    wait_for(qtbot, lambda: panel.looker.result is not None)
    assert panel.looker.result.rev == session.rev  # type: ignore[union-attr]
    assert panel.heading.text() == suggest_moves(session).heading
    assert [m.sentence for m in panel.model.moves] == [m.sentence for m in suggest_moves(session).moves]


def test_a_key_before_the_look_is_over_does_the_best_of_now(panel: MovesPanel, session: Session) -> None:
    session.do(assign_units(session.plan, np.arange(4), None))
    best, before = suggest_moves(session).moves[0], holders(session)
    assert panel.looker.result is None
    panel.apply.trigger()
    assert holders(session) == {**before, **dict.fromkeys(codes(session, best), name_of(session, best))}


def test_nothing_is_looked_for_out_of_sight(qtbot: QtBot, opened: MainWindow, panel: MovesPanel) -> None:
    opened.docks.bring_up("accounts")
    wait_for(qtbot, lambda: not panel.is_seen)
    assert opened.session is not None
    opened.session.do(assign_units(opened.session.plan, np.array([0]), None))
    qtbot.wait(50)
    assert panel.looker.result is None
    opened.docks.bring_up("moves")
    wait_for(qtbot, lambda: panel.looker.result is not None)
    assert panel.looker.result.rev == opened.session.rev  # type: ignore[union-attr]


def test_the_selected_territory_is_followed(
    qtbot: QtBot, opened: MainWindow, panel: MovesPanel, session: Session
) -> None:
    """A locked one says why there is no move, and the button goes back to the worst."""
    west = session.plan.territories[WEST].territory_id
    opened.selection.set_territory(west, "test")
    wait_for(qtbot, lambda: panel.looker.result is not None)
    assert panel.heading.text().startswith("West: ")
    assert all(WEST in (m.move.giver, m.move.taker) for m in panel.model.moves)
    session.do(set_territory_locked(session.plan, [west], True))
    wait_for(qtbot, lambda: panel.looker.result is not None)
    assert panel.nothing.isVisible()
    assert "locked" in panel.nothing.sentence.text()
    assert not panel.apply.isEnabled()
    button = next(b for b in panel.nothing.findChildren(QPushButton) if b.isVisible())
    QTest.mouseClick(button, LEFT)
    assert opened.selection.territory_id is None
    wait_for(qtbot, lambda: panel.looker.result is not None)
    assert not panel.heading.text().startswith("West")


def test_the_measure_of_the_index_bars_counts_until_another_is_chosen(
    qtbot: QtBot, opened: MainWindow, panel: MovesPanel, session: Session
) -> None:
    table = opened.territory_panel
    at = table.bar_choice.findText("Revenue")
    table.bar_choice.setCurrentIndex(at)
    table.bar_choice.activated.emit(at)
    wait_for(qtbot, lambda: panel.looker.result is not None)
    weights = {aim.measure: aim.importance for aim in panel.looker.result.aims}  # type: ignore[union-attr]
    assert (weights["Revenue"], weights["workload_h"]) == (1.0, 0.25)
    panel.choice.setFocus()
    QTest.keyClick(panel.choice, Qt.Key.Key_End)
    wait_for(qtbot, lambda: panel.looker.result is not None)
    assert {aim.importance for aim in panel.looker.result.aims} == {1.0}  # type: ignore[union-attr]


def test_without_a_plan_it_says_what_to_do(qtbot: QtBot, opened: MainWindow, panel: MovesPanel) -> None:
    opened.close_plan()
    assert panel.looker.result is None
    assert not panel.apply.isEnabled()
    assert not panel.show_moves.isEnabled()
