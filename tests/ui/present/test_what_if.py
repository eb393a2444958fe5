"""A what-if in the real window: tried with a real stroke, dropped or kept; closing asks, a crash loses nothing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt, QTimer
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMessageBox, QPushButton
from pytestqt.qtbot import QtBot

from territorymap.session import commands
from territorymap.session.session import Session
from territorymap.ui.main_window import MainWindow
from territorymap.ui.parts.windows import top_levels, windows_shown
from territorymap.ui.present.what_if import KeepDialog
from territorymap.ui.tasks import stop_all
from tests.ui.conftest import wait_for
from tests.ui.panels.plans import columns, territory_id
from tests.ui.present.test_presentation import js

LEFT, NO = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier


@pytest.fixture
def session(opened: MainWindow) -> Iterator[Session]:
    assert opened.session is not None
    yield opened.session
    if opened.session is not None and opened.what_if.is_on:
        opened.what_if.drop()
    stop_all()


def move_a_column(session: Session) -> None:
    session.do(commands.assign_units(session.plan, columns(session, 2), territory_id(session, "West")))


def press_button(text: str) -> None:
    """Press a button of the question that is open."""
    box = windows_shown(QMessageBox)[0]
    button = next(b for b in box.findChildren(QPushButton) if b.text().replace("&", "") == text)
    QTest.mouseClick(button, LEFT)


def test_what_was_tried_and_dropped_has_never_been(opened: MainWindow, session: Session) -> None:
    before, name = session.plan.unit_territory.copy(), session.plan.scenario.name
    opened.present.what_if_action.trigger()
    assert opened.present.bar.isVisible()
    assert session.plan.scenario.name == "What if"
    move_a_column(session)
    assert session.totals.n_units.tolist() == [4, 8, 8]
    QTest.mouseClick(opened.present.bar.drop, LEFT)
    assert session.plan.scenario.name == name
    assert [s.name for s in session.plan.scenarios] == [name]
    np.testing.assert_array_equal(session.plan.unit_territory, before)
    assert opened.present.bar.isHidden()
    opened.do_undo()  # a what-if dropped by mistake is a scenario again
    assert [s.name for s in session.plan.scenarios] == [name, "What if"]


def test_what_is_kept_gets_a_name_and_is_a_scenario_like_the_others(opened: MainWindow, session: Session) -> None:
    first = session.plan.scenario
    opened.present.what_if_action.trigger()
    move_a_column(session)
    QTest.mouseClick(opened.present.bar.keep, LEFT)
    (dialog,) = (w for w in top_levels() if isinstance(w, KeepDialog))
    dialog.name.setText(first.name)
    dialog.ok.click()
    assert dialog.problem.isVisible()  # the name is taken
    dialog.name.setText("West grows")
    dialog.ok.click()
    assert not opened.what_if.is_on
    assert session.plan.scenario.name == "West grows"
    assert session.totals.n_units.tolist() == [4, 8, 8]
    session.switch_scenario(first.scenario_id)
    assert session.totals.n_units.tolist() == [8, 8, 4]


def test_looking_at_another_scenario_the_banner_says_where_the_what_if_is(opened: MainWindow, session: Session) -> None:
    first = session.plan.scenario
    opened.what_if.begin()
    session.switch_scenario(first.scenario_id)
    assert "What if" in opened.present.bar.text.text()
    assert "waiting" in opened.present.bar.text.text()
    opened.what_if.drop()
    assert session.plan.scenario.scenario_id == first.scenario_id


def test_taking_back_its_beginning_ends_it(opened: MainWindow, session: Session) -> None:
    opened.what_if.begin()
    assert opened.what_if.is_on
    opened.do_undo()
    assert not opened.what_if.is_on
    assert opened.present.bar.isHidden()


@pytest.mark.parametrize(("button", "closes"), [("Cancel", False), ("Drop", True), ("Keep as scenario…", False)])
def test_closing_asks_what_becomes_of_it(
    opened: MainWindow, session: Session, plan: Path, button: str, closes: bool, qtbot: QtBot
) -> None:
    opened.what_if.begin()
    move_a_column(session)
    QTimer.singleShot(200, opened, lambda: press_button(button))
    assert opened.close() == closes
    assert (opened.session is None) == closes
    if button == "Keep as scenario…":
        (dialog,) = (w for w in top_levels() if isinstance(w, KeepDialog))
        dialog.name.setText("Kept")
        dialog.ok.click()
        assert opened.close()
    if opened.session is None:
        with Session.open(plan, read_only=True) as again:
            names = [s.name for s in again.plan.scenarios]
            assert names[1:] == (["Kept"] if button == "Keep as scenario…" else [])


def test_a_what_if_that_was_open_in_a_crash_goes_on(opened: MainWindow, session: Session, plan: Path) -> None:
    """The file and the settings are as a killed program leaves them: nobody was asked."""
    opened.what_if.begin()
    move_a_column(session)
    opened.set_session(None)
    assert not opened.what_if.is_on
    assert opened.open_plan(plan)
    assert opened.session is not None
    assert opened.what_if.is_on
    assert opened.session.plan.scenario.name == "What if"
    assert opened.session.totals.n_units.tolist() == [4, 8, 8]
    assert "Nothing of it is lost" in opened.toast.text
    opened.what_if.drop()
    assert opened.session.totals.n_units.tolist() == [8, 8, 4]


def test_before_the_audience_a_stroke_is_tried_with_live_figures_and_hidden_names(
    opened: MainWindow, session: Session, qtbot: QtBot
) -> None:
    show = opened.present.presentation
    session.do(commands.rename_territory(session.plan, territory_id(session, "West"), "Ann and West"))
    show.switches.actions["rep_names"].trigger()
    show.begin()
    audience = show.audience
    assert audience is not None
    wait_for(qtbot, lambda: audience.map_view.is_ready)
    hand = audience.map_view.view.focusProxy()
    assert hand is not None
    QTest.keyClick(hand, Qt.Key.Key_W)
    assert opened.what_if.is_on
    assert audience.what_if.isVisible()
    assert audience.step.text() == "What if"
    west = territory_id(session, "Ann and West")
    row = audience.what_if.targets.findData(west)
    assert audience.what_if.targets.itemText(row) == "Rep 1 and West"
    audience.what_if.targets.setCurrentIndex(row)
    audience.what_if.targets.activated.emit(row)
    QTest.mouseClick(audience.what_if.tools["brush"], LEFT)
    audience.map_view.set_brush_radius(0)
    painted: list[int] = []
    audience.map_view.edit_painted.connect(lambda seq, _ms: painted.append(seq))
    unit = int(columns(session, 2)[0])
    wait_for(qtbot, lambda: js(show, qtbot, "__tm.tools.tool") == "brush" and js(show, qtbot, "__tm.stage.isSharp"))
    lon, lat = float(session.plan.units.lon[unit]), float(session.plan.units.lat[unit])
    at = js(show, qtbot, f"__tm.map.latLngToContainerPoint([{lat}, {lon}])")
    place = QPoint(round(at["x"]), round(at["y"]))
    QTest.mouseMove(hand, place)
    QTest.mousePress(hand, LEFT, NO, place)
    spot = QPointF(place + QPoint(2, 1))
    QApplication.sendEvent(
        hand,
        QMouseEvent(QEvent.Type.MouseMove, spot, hand.mapToGlobal(spot), Qt.MouseButton.NoButton, LEFT, NO),
    )
    QTest.mouseRelease(hand, LEFT, NO, place)
    wait_for(qtbot, lambda: bool(painted))
    assert session.totals.n_units.tolist() == [7, 8, 5]
    assert session.timeline()[-1].label == "Give 1 unit to Ann and West"
    model = audience.figures.model
    names = [str(model.data(model.index(row, 0))) for row in range(model.rowCount())]
    assert names == ["North", "Rep 1 and West", "South"]
    QTest.mouseClick(audience.what_if.undo, LEFT)
    assert session.totals.n_units.tolist() == [8, 8, 4]
    QTest.mouseClick(audience.what_if.undo, LEFT)  # not what was done before the what-if
    assert opened.what_if.is_on
    QTest.keyClick(hand, Qt.Key.Key_Escape)
    wait_for(qtbot, lambda: not show.is_on)
    assert opened.what_if.is_on  # the presentation is over, the question is not
    assert opened.present.bar.isVisible()
