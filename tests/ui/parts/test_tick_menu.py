"""A menu of ticks stays open while several are set, by mouse and by Space; anything else closes it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMainWindow, QMenu
from pytestqt.qtbot import QtBot

from territorymap.ui.parts.tick_menu import TickMenu

LEFT, NO = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
Key = Qt.Key


@pytest.fixture
def bar(qtbot: QtBot) -> Iterator[QMainWindow]:
    """Hide: a, b, c, in a group x | y, then done; and More: d, e."""
    window = QMainWindow()
    qtbot.addWidget(window)
    window.resize(500, 300)
    window.show()
    qtbot.waitExposed(window)
    yield window
    window.close()


@pytest.fixture
def menu(bar: QMainWindow, qtbot: QtBot) -> TickMenu:
    menu = TickMenu("Hide", bar)
    bar.menuBar().addMenu(menu)
    for name in "abc":
        _ticked(menu, name)
    group = QActionGroup(menu)
    for name in "xy":
        group.addAction(_ticked(menu, name))
    menu.addAction("done")
    more = TickMenu("More", menu)
    menu.addMenu(more)
    for name in "de":
        _ticked(more, name)
    _open(bar, menu, qtbot)
    return menu


def _ticked(menu: QMenu, name: str) -> QAction:
    action = menu.addAction(name)
    action.setCheckable(True)
    return action


def _open(bar: QMainWindow, menu: QMenu, qtbot: QtBot) -> None:
    head = bar.menuBar()
    QTest.mouseClick(head, LEFT, NO, head.actionGeometry(menu.menuAction()).center())
    qtbot.waitUntil(menu.isVisible)


def place(menu: QMenu, text: str) -> QPoint:
    return menu.actionGeometry(named(menu, text)).center()


def named(menu: QMenu, text: str) -> QAction:
    return next(action for action in menu.actions() if action.text() == text)


def ticks(menu: QMenu) -> str:
    return "".join(action.text() for action in menu.actions() if action.isChecked())


def test_several_are_ticked_in_a_row_with_the_mouse(menu: TickMenu) -> None:
    told: list[bool] = []
    named(menu, "a").triggered.connect(lambda is_on: told.append(is_on))
    for text in "abca":
        QTest.mouseMove(menu, place(menu, text))
        QTest.mouseClick(menu, LEFT, NO, place(menu, text))
        assert menu.isVisible()
    assert (ticks(menu), told) == ("bc", [True, False])


def test_several_are_ticked_in_a_row_with_space(menu: TickMenu) -> None:
    menu.setActiveAction(named(menu, "a"))
    for key in (Key.Key_Space, Key.Key_Down, Key.Key_Down, Key.Key_Space):
        QTest.keyClick(menu, key)
    assert menu.isVisible()
    assert ticks(menu) == "ac"


@pytest.mark.parametrize(("key", "after"), [(Key.Key_Return, "a"), (Key.Key_Escape, "")])
def test_enter_and_escape_close_it(menu: TickMenu, key: Key, after: str) -> None:
    menu.setActiveAction(named(menu, "a"))
    QTest.keyClick(menu, key)
    assert not menu.isVisible()
    assert ticks(menu) == after


@pytest.mark.parametrize("text", ["done", "x"])
def test_a_choice_or_an_entry_that_is_no_tick_closes_it(menu: TickMenu, text: str) -> None:
    QTest.mouseMove(menu, place(menu, text))
    QTest.mouseClick(menu, LEFT, NO, place(menu, text))
    assert not menu.isVisible()


def test_a_menu_within_it_stays_too_and_leads_back(menu: TickMenu, qtbot: QtBot) -> None:
    more = named(menu, "More").menu()  # type: ignore[attr-defined]
    QTest.mouseClick(menu, LEFT, NO, place(menu, "More"))
    qtbot.waitUntil(more.isVisible)
    for text in "de":
        QTest.mouseMove(more, place(more, text))
        QTest.mouseClick(more, LEFT, NO, place(more, text))
    assert (ticks(more), more.isVisible(), menu.isVisible()) == ("de", True, True)
    # The menu that is open last gets the mouse, wherever it is, and hands it on.
    QTest.mouseClick(more, LEFT, NO, more.mapFromGlobal(menu.mapToGlobal(place(menu, "b"))))
    assert (ticks(menu), menu.isVisible()) == ("b", True)


def test_a_button_that_goes_up_elsewhere_ticks_nothing(menu: TickMenu) -> None:
    QTest.mousePress(menu, LEFT, NO, place(menu, "a"))
    QTest.mouseMove(menu, place(menu, "b"))
    QTest.mouseRelease(menu, LEFT, NO, place(menu, "b"))
    assert ticks(menu) == ""
    assert menu.isVisible()


def test_one_stroke_from_the_title_to_a_tick_sets_it_and_closes_it(bar: QMainWindow, qtbot: QtBot) -> None:
    menu = TickMenu("Hide", bar)
    _ticked(menu, "a")
    _ticked(menu, "b")
    head = bar.menuBar()
    head.addMenu(menu)
    QTest.mousePress(head, LEFT, NO, head.actionGeometry(menu.menuAction()).center())
    qtbot.waitUntil(menu.isVisible)
    for step in (QPoint(0, 0), QPoint(3, 0), QPoint(6, 0), QPoint(9, 0), QPoint(12, 0)):
        QTest.mouseMove(menu, place(menu, "b") + step)
    QTest.mouseRelease(menu, LEFT, NO, place(menu, "b"))
    assert ticks(menu) == "b"
    assert not menu.isVisible()
