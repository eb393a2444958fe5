"""A presentation on one display, by keys and mouse: what is shown, what is hidden, what is exported meanwhile."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from territorymap.exporters.registry import ExportOptions, export
from territorymap.mapview.messages import Hover
from territorymap.model.scene_view import SceneView
from territorymap.session import commands
from territorymap.session.commands.scenarios import new_scenario, set_baseline
from territorymap.session.session import Session
from territorymap.ui.export_dialog import ExportDialog
from territorymap.ui.main_window import MainWindow
from territorymap.ui.parts.windows import windows_shown
from territorymap.ui.present.audience import AudienceWindow, mercator_between
from territorymap.ui.present.figures import FiguresPanel
from territorymap.ui.present.presentation import Presentation
from territorymap.ui.tasks import stop_all
from tests.support.leaks import found_in_file
from tests.ui.conftest import wait_for
from tests.ui.panels.plans import columns, territory_id

LEFT, NO = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
Key = Qt.Key
WEST, EAST = (-100.2, 39.8, -97.0, 44.2), (-98.0, 40.0, -94.0, 44.0)
NAMES = ["Annabel Quisling", "Quisling"]


@pytest.fixture
def session(opened: MainWindow) -> Session:
    """Three scenes: the west; before and after, where a column of North goes West; all of it by rep."""
    session = opened.session
    assert session is not None
    session.do(commands.edit_rep(session.plan, session.plan.reps[0].rep_id, name="Annabel Quisling"))
    session.do(commands.rename_territory(session.plan, territory_id(session, "North"), "Quisling North"))
    first = session.plan.scenario
    session.do(set_baseline(session.plan, first.scenario_id))
    session.do(new_scenario(session.plan, "Proposal"))
    second = session.plan.scenarios[1]
    session.switch_scenario(second.scenario_id)
    session.do(commands.assign_units(session.plan, columns(session, 2), territory_id(session, "West")))
    session.switch_scenario(first.scenario_id)
    views = [
        (SceneView(bounds=WEST, scenario=first.uuid), "What Quisling has"),
        (SceneView(bounds=EAST, scenario=second.uuid, before=first.uuid, panels=("figures", "changes")), "The move"),
        (SceneView(scenario=first.uuid, color_by="rep", panels=("legend",)), "By rep"),
    ]
    for view, caption in views:
        session.do(commands.add_scene(session.plan, view, caption, "notes of the presenter"))
    return session


@pytest.fixture
def show(opened: MainWindow, session: Session, qtbot: QtBot) -> Iterator[Presentation]:
    """The presentation, begun; the audience's map is painted."""
    presentation = opened.present.presentation
    n_before = len(presentation.children())
    presentation.begin()
    assert presentation.audience is not None
    audience = presentation.audience
    complaints: list[str] = []
    audience.map_view.complained.connect(complaints.append)
    wait_for(qtbot, lambda: audience.map_view.is_ready)
    yield presentation
    presentation.end()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert len(presentation.children()) == n_before, "nothing of it stays behind"
    opened.what_if.drop()
    stop_all()
    assert complaints == []


def audience_of(show: Presentation) -> AudienceWindow:
    assert show.audience is not None
    return show.audience


def hand_of(show: Presentation) -> QWidget:
    hand = audience_of(show).map_view.view.focusProxy()
    assert hand is not None
    return hand


def press(show: Presentation, key: Qt.Key) -> None:
    QTest.keyClick(hand_of(show), key)


def js(show: Presentation, qtbot: QtBot, expression: str) -> Any:
    answers: list[str] = []
    audience_of(show).map_view.page.runJavaScript(f"JSON.stringify(({expression}) ?? null)", 0, answers.append)
    wait_for(qtbot, lambda: bool(answers))
    return json.loads(answers[0])


def rest(show: Presentation, qtbot: QtBot) -> None:
    """Wait until no flight is under way, nothing fades, and the page is sharp."""
    audience = audience_of(show)
    wait_for(qtbot, lambda: not audience.overlay.is_fading)
    still = (
        "!__tm.camera.flight.isOn && __tm.stage.isSharp && !document.querySelector('.tm-flight')"
        " && __tm.plan.values.nMeasures === __tm.plan.measures.length"
    )
    wait_for(qtbot, lambda: js(show, qtbot, still) is True)


def bounds_hold(show: Presentation, place: tuple[float, float, float, float]) -> bool:
    west, south, east, north = audience_of(show).map_view.bounds or (0, 0, 0, 0)
    slack = 0.01
    return (
        west <= place[0] + slack
        and south <= place[1] + slack
        and east >= place[2] - slack
        and north >= place[3] - slack
    )


def color_at(image: QImage, at: QPoint) -> tuple[int, int, int]:
    color = image.pixelColor(at)
    return color.red(), color.green(), color.blue()


def test_a_clicker_walks_through_the_scenes(
    show: Presentation, session: Session, opened: MainWindow, qtbot: QtBot
) -> None:
    audience = audience_of(show)
    assert opened.isHidden()  # one display: no name is one key away
    assert audience.isFullScreen()
    assert audience.caption.text() == "What Quisling has"
    assert audience.what_if.isHidden()
    wait_for(qtbot, lambda: bounds_hold(show, WEST))

    press(show, Key.Key_PageDown)
    assert (show.at, audience.caption.text(), audience.step.text()) == (1, "The move", session.plan.scenarios[0].name)
    rest(show, qtbot)
    wait_for(qtbot, lambda: bounds_hold(show, EAST))
    place = audience.map_view.bounds
    assert audience.figures.changes.isHidden()  # the baseline itself

    press(show, Key.Key_Space)
    assert (show.at, audience.step.text()) == (2, "Proposal")
    assert session.plan.scenario.name == "Proposal"
    assert audience.overlay.is_fading
    rest(show, qtbot)
    assert audience.map_view.bounds == place  # after, at the very place of before
    assert "4 units" in audience.figures.changes.text()
    assert js(show, qtbot, "__tm.plan.territories[2].n_units") == 8

    press(show, Key.Key_Right)
    assert (show.at, audience.caption.text()) == (3, "By rep")
    assert audience.figures.isHidden()
    assert session.plan.scenario.name != "Proposal"
    press(show, Key.Key_PageDown)
    assert show.at == 3
    press(show, Key.Key_Home)
    press(show, Key.Key_End)
    press(show, Key.Key_PageUp)
    assert show.at == 2
    show.go(0)  # while the flight goes on: it is cut short
    rest(show, qtbot)
    wait_for(qtbot, lambda: bounds_hold(show, WEST))
    assert js(show, qtbot, "__tm.metrics.flights.length") >= 2
    ends: list[bool] = []
    qapp = QApplication.instance()
    assert isinstance(qapp, QApplication)
    qapp.lastWindowClosed.connect(lambda: ends.append(True))
    press(show, Key.Key_Escape)
    assert not show.is_on
    assert opened.isVisible()
    QApplication.processEvents()
    assert not ends  # the program goes on
    assert session.plan.scenario.name != "Proposal"


def test_both_scenarios_at_once_under_a_slider(
    show: Presentation, session: Session, opened: MainWindow, qtbot: QtBot
) -> None:
    first, second = session.plan.scenarios
    view = SceneView(bounds=EAST, scenario=second.uuid, before=first.uuid, compare_mode="swipe")
    session.do(commands.add_scene(session.plan, view, "Slider"))
    assert [stop.caption(session.plan) for stop in show.stops].count("Slider") == 1
    press(show, Key.Key_End)
    compare = audience_of(show).map_view.compare
    assert (compare.is_on, compare.scenario_id) == (True, first.scenario_id)
    assert audience_of(show).step.text() == ""
    wait_for(qtbot, lambda: first.name in js(show, qtbot, "document.body.innerText"))
    assert second.name in js(show, qtbot, "document.body.innerText")
    press(show, Key.Key_PageUp)
    assert not compare.is_on
    assert opened.map_view.compare.is_on is False  # the plan's own window is as it was


def test_black_pointer_spotlight_and_zoom(show: Presentation, qtbot: QtBot) -> None:
    audience = audience_of(show)
    rest(show, qtbot)
    middle = audience.overlay.rect().center()
    press(show, Key.Key_B)
    assert color_at(audience.grab().toImage(), QPoint(10, 10)) == (0, 0, 0)
    press(show, Key.Key_B)
    assert color_at(audience.grab().toImage(), QPoint(10, 10)) != (0, 0, 0)

    press(show, Key.Key_P)
    QTest.mouseMove(audience.overlay, middle)
    wait_for(qtbot, lambda: audience.overlay.at is not None)
    red, green, blue = color_at(audience.grab().toImage(), middle)
    assert red > 200
    assert max(green, blue) < 90

    press(show, Key.Key_S)
    assert audience.overlay.tool == "spotlight"
    audience.overlay.set_point(QPointF(middle))
    rest(show, qtbot)
    seen = audience.grab().toImage()
    press(show, Key.Key_S)
    plain = audience.grab().toImage()
    assert color_at(seen, middle) == color_at(plain, middle)
    corner = QPoint(30, audience.height() - 60)
    assert sum(color_at(seen, corner)) < sum(color_at(plain, corner)) / 2

    press(show, Key.Key_Z)
    place = audience.map_view.bounds
    box = audience.map_view.geometry()
    start, end = box.center() - QPoint(60, 50), box.center() + QPoint(60, 50)
    QTest.mousePress(audience.overlay, LEFT, NO, start)
    QTest.mouseMove(audience.overlay, end)
    QTest.mouseRelease(audience.overlay, LEFT, NO, end)
    wait_for(qtbot, lambda: audience.map_view.bounds != place)
    rest(show, qtbot)
    assert place is not None
    assert audience.map_view.bounds is not None
    width = audience.map_view.bounds[2] - audience.map_view.bounds[0]
    assert width < (place[2] - place[0]) / 2
    press(show, Key.Key_Escape)  # first the tool goes, then the presentation
    assert audience.overlay.tool == ""
    assert show.is_on
    press(show, Key.Key_0)
    rest(show, qtbot)
    assert audience.map_view.bounds == pytest.approx(place, abs=1e-3)


def test_the_bar_comes_with_the_mouse_and_goes_by_itself(show: Presentation, qtbot: QtBot) -> None:
    audience = audience_of(show)
    assert audience.bar is not None
    audience.bar._timer.setInterval(50)
    wait_for(qtbot, lambda: audience.bar is not None and audience.bar.isHidden())
    QTest.mouseMove(hand_of(show), QPoint(60, 60))
    QTest.mouseMove(hand_of(show), QPoint(90, 80))
    wait_for(qtbot, lambda: audience.bar is not None and audience.bar.isVisible())


def texts_of(show: Presentation, qtbot: QtBot) -> str:
    """Return all that can be read, or read out, of what the audience sees: page, lists, find, hover, announcements."""
    audience = audience_of(show)
    heard: list[str] = []
    for signal in (audience.map_view.status, audience.map_view.announced):
        signal.connect(heard.append)
    audience.map_view.bridge.message.emit(Hover(0))
    audience.find_bar.open()
    for query in ("Quisling", "Annabel", "Account", "North", "Rep"):
        audience.find_bar.edit.setText(query)
        audience.find_bar.search()
        for row in range(audience.find_bar.results.count()):
            item = audience.find_bar.results.item(row)
            heard += [item.text(), str(item.data(Qt.ItemDataRole.AccessibleTextRole))]
    audience.find_bar.close_bar()
    model = audience.figures.model
    for row in range(model.rowCount()):
        heard += [str(model.data(model.index(row, column), role)) for column in range(3) for role in (0, 266)]
    heard += [audience.caption.text(), audience.step.text(), audience.figures.changes.text()]
    page = js(
        show,
        qtbot,
        "document.body.innerText + JSON.stringify(__tm.plan.territories) + JSON.stringify(__tm.shading.groups)",
    )
    tip = js(show, qtbot, "(__tm.tooltip.show(0, 50, 50), document.querySelector('.tm-tooltip').innerText)")
    return "\n".join([*heard, page, tip])


def test_hidden_names_and_numbers_are_nowhere_in_the_room_and_in_no_file(
    show: Presentation, session: Session, opened: MainWindow, tmp_path: Path, qtbot: QtBot
) -> None:
    rest(show, qtbot)
    before = texts_of(show, qtbot)
    assert "Annabel Quisling" in before
    assert "Revenue" in before
    for name in ("rep_names", "account_names", "revenue", "pay"):
        show.switches.actions[name].trigger()
    wait_for(qtbot, lambda: "Quisling" not in js(show, qtbot, "JSON.stringify(__tm.plan.territories)"))
    wait_for(qtbot, lambda: "Revenue" not in js(show, qtbot, "JSON.stringify(__tm.plan.measures)"))
    for at in range(len(show.stops)):
        show.go(at, is_smooth=False)
        rest(show, qtbot)
        after = texts_of(show, qtbot)
        assert "Quisling" not in after, at
        assert "Annabel" not in after, at
        assert "Revenue" not in after, at
        assert "Rep 1" in after
    assert audience_of(show).caption.text() == "By rep"
    show.go(0)
    assert audience_of(show).caption.text() == "What Rep 1 has"
    assert not audience_of(show).map_view.option("show_homes")
    assert session.plan.reps[0].name == "Annabel Quisling"

    assert show.actions is not None
    show.actions["export"].trigger()
    (dialog,) = windows_shown(ExportDialog)
    assert "names of reps" in " ".join(label.text() for label in dialog.findChildren(QLabel))
    for name, what in (("csv", "accounts"), ("gpkg", "all"), ("html", "accounts")):
        path = tmp_path / f"out.{name}"
        export(session, path, what, ExportOptions(privacy=dialog.options.privacy))
        assert found_in_file(path, NAMES, []) == []
    dialog.reject()
    show.end()
    assert not opened.present.privacy.is_any  # it was the presentation's, not the plan's


def test_what_is_hidden_is_remembered_for_the_plan(opened: MainWindow, session: Session) -> None:
    switches = opened.present.presentation.switches
    switches.actions["rep_names"].trigger()
    switches._hide_column("Line", True)
    assert switches.privacy.hides("Line")
    switches.set_plan(None)
    assert not switches.privacy.is_any
    switches.set_plan(session.plan)
    assert switches.privacy.rep_names
    assert switches.privacy.hides("Line")
    assert not opened.present.privacy.is_any  # nothing is presented yet


def test_several_things_are_hidden_from_one_opening_of_the_menu(opened: MainWindow, qtbot: QtBot) -> None:
    """Present > Hide: two switches and a number by the mouse, one more by the keyboard; Esc closes it."""
    bar, present = opened.menuBar(), opened.menus.present
    hide = next(action.menu() for action in present.actions() if action.text() == "&Hide")  # type: ignore[attr-defined]
    switches = opened.present.presentation.switches
    numbers = hide.actions()[-1].menu()
    QTest.mouseClick(bar, LEFT, NO, bar.actionGeometry(present.menuAction()).center())
    QTest.mouseClick(present, LEFT, NO, present.actionGeometry(hide.menuAction()).center())
    wait_for(qtbot, hide.isVisible)
    for name in ("rep_names", "pay"):
        QTest.mouseClick(hide, LEFT, NO, hide.actionGeometry(switches.actions[name]).center())
        assert hide.isVisible()
    hide.setActiveAction(switches.actions["account_names"])
    QTest.keyClick(hide, Key.Key_Space)
    assert hide.isVisible()
    QTest.mouseClick(hide, LEFT, NO, hide.actionGeometry(numbers.menuAction()).center())
    wait_for(qtbot, numbers.isVisible)
    line = next(action for action in numbers.actions() if action.text() == "Line")
    QTest.mouseClick(numbers, LEFT, NO, numbers.actionGeometry(line).center())
    assert numbers.isVisible()
    hidden = switches.privacy
    assert (hidden.rep_names, hidden.hides_terms, hidden.account_names, hidden.hides("Line")) == (True,) * 4
    assert not switches.actions["revenue"].isChecked()
    for menu in (numbers, hide, present):
        QTest.keyClick(menu, Key.Key_Escape)
        assert not menu.isVisible()
    assert QApplication.activePopupWidget() is None


def test_halfway_down_a_map_is_nearer_to_the_equator_in_degrees() -> None:
    assert mercator_between(60.0, 0.0, 0.0) == pytest.approx(60.0)
    assert mercator_between(60.0, 0.0, 1.0) == pytest.approx(0.0)
    assert 30.0 < mercator_between(60.0, 0.0, 0.5) < 40.0


@pytest.mark.parametrize(("width", "has_totals"), [(1000, True), (250, False)])
def test_in_a_narrow_list_the_names_keep_their_room(qtbot: QtBot, width: int, has_totals: bool) -> None:
    panel = FiguresPanel()
    qtbot.addWidget(panel)
    panel.set_letters(18)
    panel.resize(width, 600)
    panel.show()
    wait_for(qtbot, lambda: panel.table.isColumnHidden(1) != has_totals)
