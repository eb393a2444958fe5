"""The border, draw and cut tools in the window: buttons, keys, the fields of the tool bar, and joining parts."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import shapely
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QToolButton
from pytestqt.qtbot import QtBot

from territorymap.session.commands.cutting import cut_units
from territorymap.session.session import Session
from territorymap.ui.help.keys import list_areas
from territorymap.ui.main_window import MainWindow
from territorymap.ui.preferences import Preferences
from tests.ui.conftest import wait_for

TOOLS = {"border": Qt.Key.Key_D, "draw": Qt.Key.Key_O, "cut": Qt.Key.Key_X}


def page_value(window: MainWindow, qtbot: QtBot, expression: str) -> object:
    answers: list[str] = []
    window.map_view.page.runJavaScript(f"JSON.stringify({expression})", 0, answers.append)
    wait_for(qtbot, lambda: bool(answers))
    return json.loads(answers[0])


def wait_for_page(window: MainWindow, qtbot: QtBot, expression: str, value: object) -> None:
    wait_for(qtbot, lambda: page_value(window, qtbot, expression) == value)


@pytest.mark.parametrize("name", TOOLS)
def test_a_tool_is_taken_up_by_its_button_and_by_its_key(opened: MainWindow, qtbot: QtBot, name: str) -> None:
    action = opened.commands[f"tool_{name}"]
    (button,) = [b for b in opened.tools.findChildren(QToolButton) if b.defaultAction() is action]
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    wait_for_page(opened, qtbot, "__tm.tools.tool", name)
    opened.commands["tool_pan"].trigger()
    wait_for_page(opened, qtbot, "__tm.tools.tool", "pan")
    opened.activateWindow()
    QTest.keyClick(opened, TOOLS[name])
    wait_for_page(opened, qtbot, "__tm.tools.tool", name)
    assert action.isChecked()


def test_the_tools_rest_in_a_plan_that_is_read_only(window: MainWindow, plan: Path) -> None:
    with Session.open(plan, author="Bob"):
        assert window.open_plan(plan)
        for name in TOOLS:
            assert not window.commands[f"tool_{name}"].isEnabled()
        assert not window.commands["join_parts"].isEnabled()


def test_the_keys_of_the_brush_lengthen_the_stretch_of_border(opened: MainWindow, qtbot: QtBot) -> None:
    opened.commands["tool_border"].trigger()
    wait_for_page(opened, qtbot, "__tm.tools.tool", "border")
    brush = opened.tools.brush.value()
    size = page_value(opened, qtbot, "__tm.tools.gesture.size")
    assert isinstance(size, int)
    opened.commands["brush_larger"].trigger()
    wait_for_page(opened, qtbot, "__tm.tools.gesture.size", size + 1)
    opened.commands["brush_smaller"].trigger()
    opened.commands["brush_smaller"].trigger()
    wait_for_page(opened, qtbot, "__tm.tools.gesture.size", size - 1)
    assert opened.tools.brush.value() == brush


def test_the_fields_show_with_the_tool_and_reach_the_page(opened: MainWindow, qtbot: QtBot) -> None:
    fields = opened.tools.drawing
    assert not fields.rule.isVisible()
    opened.commands["tool_draw"].trigger()
    wait_for(qtbot, fields.rule.isVisible)
    assert fields.name.isVisible()
    assert not opened.tools.target.isVisible()
    wait_for_page(opened, qtbot, "__tm.drawing", {"rule": "majority", "isNew": True, "name": ""})
    fields.rule.setCurrentIndex(fields.rule.findData("touch"))
    fields.name.setText("  North   East ")
    wait_for_page(opened, qtbot, "__tm.drawing", {"rule": "touch", "isNew": True, "name": "North East"})
    fields.becomes.setCurrentIndex(fields.becomes.findData("target"))
    wait_for_page(opened, qtbot, "__tm.drawing.isNew", False)
    wait_for(qtbot, opened.tools.target.isVisible)
    assert not fields.name.isVisible()
    opened.commands["tool_brush"].trigger()
    wait_for(qtbot, opened.tools.target.isVisible)
    assert not fields.rule.isVisible()


def test_what_was_chosen_is_there_in_the_next_run(opened: MainWindow, preferences: Preferences, qtbot: QtBot) -> None:
    fields = opened.tools.drawing
    fields.rule.setCurrentIndex(fields.rule.findData("centroid"))
    fields.becomes.setCurrentIndex(fields.becomes.findData("target"))
    fields.name.setText("Only once")
    preferences.sync()
    later = MainWindow(None, preferences)
    assert later.tools.drawing.rule.currentData() == "centroid"
    assert not later.tools.drawing.is_new
    assert later.tools.drawing.name.text() == ""
    later.end()


def test_a_name_is_for_one_territory(opened: MainWindow, qtbot: QtBot) -> None:
    from territorymap.session.commands.territories import create_territory

    opened.tools.drawing.name.setText("Alps")
    assert opened.session is not None
    opened.session.do(create_territory(opened.session.plan, "Alps"))
    assert opened.tools.drawing.name.text() == ""


def test_parts_are_joined_from_the_menu(opened: MainWindow, qtbot: QtBot) -> None:
    session = opened.session
    assert session is not None
    join = opened.commands["join_parts"]
    assert join in opened.menus.map.actions()
    opened.selection.set_units(np.array([0], dtype=np.int32), "test")
    assert not join.isEnabled()
    n = len(session.plan.units)
    west, south, east, north = shapely.bounds(session.geometry[0])
    middle = (south + north) / 2
    session.do(
        cut_units(session.plan, session.geometry, shapely.LineString([(west - 1, middle), (east + 0.1, middle)]))
    )
    parts = np.flatnonzero(session.plan.units.part_of != "")
    assert len(parts) >= 2
    opened.selection.set_units(parts[:1].astype(np.int32), "test")
    assert join.isEnabled()
    assert join in opened.map_commands.build_menu(int(parts[0])).actions()
    join.trigger()
    assert len(session.plan.units) < n + len(parts)
    wait_for(qtbot, lambda: opened.map_view.is_ready)
    session.undo()
    assert (session.plan.units.part_of != "").sum() == len(parts)


def test_the_sheet_of_keys_tells_of_the_tools(opened: MainWindow) -> None:
    text = " ".join(f"{what} {keys}" for area in list_areas(opened) for what, keys in area.entries)
    for part in ("Drag a border", "Draw a boundary", "Cut units", "Pull a border", "Backspace"):
        assert part in text
