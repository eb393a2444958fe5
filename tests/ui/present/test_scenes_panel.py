"""Scenes by hand in the real window: made, renamed, dragged, taken anew, given notes, deleted, shown again."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from territorymap.model.scene_view import SceneView, read_scene_view
from territorymap.session import commands
from territorymap.session.commands.scenarios import new_scenario
from territorymap.session.session import Session
from territorymap.ui.main_window import MainWindow
from territorymap.ui.present.scenes_panel import ScenesPanel
from territorymap.ui.tasks import stop_all
from tests.ui.conftest import wait_for

LEFT, NO = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier


@pytest.fixture
def panel(opened: MainWindow, qtbot: QtBot) -> Iterator[ScenesPanel]:
    opened.docks.bring_up("scenes")
    wait_for(qtbot, lambda: opened.scenes_panel.isVisible() and opened.map_view.bounds is not None)
    yield opened.scenes_panel
    stop_all()


def captions(window: MainWindow) -> list[str]:
    assert window.session is not None
    return [scene.caption for scene in window.session.plan.scenes]


def middle(panel: ScenesPanel, row: int) -> QPoint:
    return panel.list.visualItemRect(panel.list.item(row)).center()


def drag(panel: ScenesPanel, source: int, to: QPoint) -> None:
    hand, start = panel.list.viewport(), middle(panel, source)
    QTest.mousePress(hand, LEFT, NO, start)
    for i in range(1, 9):
        at = QPointF(start + (to - start) * (i / 8))
        event = QMouseEvent(QEvent.Type.MouseMove, at, hand.mapToGlobal(at), Qt.MouseButton.NoButton, LEFT, NO)
        QApplication.sendEvent(hand, event)
    QTest.mouseRelease(hand, LEFT, NO, to)


def test_scenes_are_made_in_one_click_and_put_in_order_by_hand(
    panel: ScenesPanel, opened: MainWindow, plan: Path, qtbot: QtBot
) -> None:
    session = opened.session
    assert session is not None
    assert panel.empty.isVisible()
    panel.add_action.trigger()
    opened.commands["show_labels"].setChecked(False)
    opened.map_view.shading.choose("rep")
    panel.add_action.trigger()
    panel.add_action.trigger()
    assert captions(opened) == ["Scene 1", "Scene 2", "Scene 3"]
    assert panel.empty.isHidden()
    assert panel.list.selected_ids() == [session.plan.scenes[2].scene_id]
    first, second = (read_scene_view(scene.content) for scene in session.plan.scenes[:2])
    assert first.bounds == pytest.approx(opened.map_view.bounds, abs=1e-5)
    assert (first.color_by, second.color_by) == ("territory", "rep")
    assert (first.options["show_labels"], second.options["show_labels"]) == (True, False)

    drag(panel, 2, QPoint(20, 1))
    assert captions(opened) == ["Scene 3", "Scene 1", "Scene 2"]
    drag(panel, 0, middle(panel, 2) + QPoint(0, 20))
    assert captions(opened) == ["Scene 1", "Scene 2", "Scene 3"]
    panel.list.setFocus()
    panel.list.setCurrentRow(0)
    QTest.keyClick(panel.list, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    assert captions(opened) == ["Scene 2", "Scene 1", "Scene 3"]

    panel.list.setCurrentRow(0)
    QTest.keyClick(panel.list, Qt.Key.Key_F2)
    wait_for(qtbot, lambda: bool(panel.list.findChildren(QLineEdit)))
    editor = panel.list.findChildren(QLineEdit)[0]
    QTest.keyClick(editor, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClicks(editor, "By rep")
    QTest.keyClick(editor, Qt.Key.Key_Return)
    wait_for(qtbot, lambda: captions(opened) == ["By rep", "Scene 1", "Scene 3"])

    opened.map_view.shading.choose("territory")
    panel.show_wanted.emit(session.plan.scenes[0].scene_id)
    assert opened.map_view.shading.key == "rep"
    assert not opened.commands["show_labels"].isChecked()

    panel.list.clearSelection()
    panel.list.setCurrentRow(2)
    panel.list.item(2).setSelected(True)
    QTest.keyClick(panel.list, Qt.Key.Key_Delete)
    assert captions(opened) == ["By rep", "Scene 1"]
    opened.do_undo()
    assert captions(opened) == ["By rep", "Scene 1", "Scene 3"]
    opened.set_session(None)
    with Session.open(plan, read_only=True) as again:
        assert [scene.caption for scene in again.plan.scenes] == ["By rep", "Scene 1", "Scene 3"]


def test_notes_and_what_stands_beside_a_scene_are_kept(panel: ScenesPanel, opened: MainWindow, plan: Path) -> None:
    session = opened.session
    assert session is not None
    panel.add_action.trigger()
    session.do(new_scenario(session.plan, "Proposal"))
    panel.notes.setFocus()
    QTest.keyClicks(panel.notes, "Ask Ann first")
    panel.list.setFocus()
    assert session.plan.scenes[0].notes == "Ask Ann first"
    QTest.mouseClick(panel.panels["legend"], LEFT, NO, QPoint(8, panel.panels["legend"].height() // 2))
    panel.before.setCurrentIndex(panel.before.findText("Proposal"))
    panel.before.activated.emit(panel.before.currentIndex())
    view = read_scene_view(session.plan.scenes[0].content)
    assert view.panels == ("figures", "legend")
    assert view.before == session.plan.scenarios[1].uuid
    assert "Proposal, then" in panel.list.item(0).toolTip()

    panel.notes.setFocus()
    QTest.keyClicks(panel.notes, ". ")
    opened.set_session(None)  # what is being typed is not lost
    with Session.open(plan, read_only=True) as again:
        assert again.plan.scenes[0].notes == "Ask Ann first. "


def test_taking_a_scene_anew_keeps_its_caption_and_notes(panel: ScenesPanel, opened: MainWindow, qtbot: QtBot) -> None:
    session = opened.session
    assert session is not None
    panel.add_action.trigger()
    before, place = session.plan.scenes[0], opened.map_view.bounds
    opened.map_view.zoom_in()
    wait_for(qtbot, lambda: opened.map_view.bounds != place)
    panel.update_action.trigger()
    after = session.plan.scenes[0]
    assert (after.uuid, after.caption) == (before.uuid, before.caption)
    assert read_scene_view(after.content).bounds == pytest.approx(opened.map_view.bounds, abs=1e-5)
    assert panel.thumbnails.has(after)


def test_a_plan_open_for_reading_shows_its_scenes_and_changes_none(
    window: MainWindow, plan: Path, qtbot: QtBot
) -> None:
    with Session.open(plan) as session:
        session.do(commands.add_scene(session.plan, SceneView(), "Today"))
    assert window.open_plan(plan, read_only=True)
    wait_for(qtbot, lambda: window.map_view.is_ready)
    panel = window.scenes_panel
    assert panel.list.count() == 1
    assert not panel.add_action.isEnabled()
    assert not panel.delete_action.isEnabled()
    assert not panel.details.isEnabled()
    assert panel.present_action.isEnabled()
    stop_all()


def test_a_caption_that_looks_like_html_is_read_as_it_is(panel: ScenesPanel, opened: MainWindow) -> None:
    session = opened.session
    assert session is not None
    session.do(commands.add_scene(session.plan, SceneView(), "<b>Bold</b><img src=x>"))
    assert panel.list.item(0).text() == "<b>Bold</b><img src=x>"
    assert panel.list.item(0).toolTip() == "<span>&lt;b&gt;Bold&lt;/b&gt;&lt;img src=x&gt;</span>"
