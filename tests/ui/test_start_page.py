"""The first page: what can be chosen by mouse and by key."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from territorymap.document import Document
from territorymap.ui.preferences import Preferences
from territorymap.ui.start_page import RecentRow, StartPage

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def page(qtbot: QtBot, preferences: Preferences, plan: Path) -> StartPage:
    preferences.add_recent(plan)
    preferences.add_recent(plan.with_name("gone <b>.gpkg"))
    page = StartPage(preferences)
    qtbot.addWidget(page)
    page.resize(1000, 640)
    page.show()
    return page


def rows(page: StartPage) -> list[RecentRow]:
    found = [row for row in page.findChildren(RecentRow) if not row.isHidden()]
    return sorted(found, key=lambda row: row.y())


def test_the_three_ways_to_start_are_told(page: StartPage, qtbot: QtBot) -> None:
    for signal, button in (
        (page.sample_wanted, page.sample_button),
        (page.new_wanted, page.new_button),
        (page.open_wanted, page.open_button),
    ):
        with qtbot.waitSignal(signal):
            QTest.mouseClick(button, LEFT)
        with qtbot.waitSignal(signal):
            QTest.keyClick(button, Qt.Key.Key_Space)


def test_a_recent_plan_opens_by_click_and_by_enter(page: StartPage, qtbot: QtBot, plan: Path) -> None:
    row = next(row for row in rows(page) if not row.is_missing)
    with qtbot.waitSignal(page.recent_wanted) as clicked:
        QTest.mouseClick(row, LEFT)
    assert clicked.args == [plan.resolve()]
    with qtbot.waitSignal(page.recent_wanted):
        QTest.keyClick(row, Qt.Key.Key_Return)


def test_a_missing_plan_is_grey_and_does_not_open(page: StartPage, qtbot: QtBot) -> None:
    row = next(row for row in rows(page) if row.is_missing)
    assert row.note.text() == "not found"
    with qtbot.assertNotEmitted(page.recent_wanted):
        QTest.mouseClick(row, LEFT)


def test_of_a_missing_plan_the_backups_are_found(
    qtbot: QtBot, preferences: Preferences, page: StartPage, plan: Path
) -> None:
    Document.open(plan, author="Ada").close()  # makes a backup
    plan.unlink()
    page.refresh()
    row = next(row for row in rows(page) if row.path == plan.resolve())
    assert row.is_missing
    assert row.note.text() == "not found; there are backups"
    with qtbot.waitSignal(page.recent_wanted):
        QTest.mouseClick(row, LEFT)


def test_a_row_can_be_removed(page: StartPage, preferences: Preferences, plan: Path) -> None:
    row = next(row for row in rows(page) if row.is_missing)
    QTest.mouseClick(row.remove_button, LEFT)
    assert preferences.recent == [plan.resolve()]
    assert [row.path for row in rows(page)] == [plan.resolve()]


def test_a_plan_that_comes_back_is_no_longer_missing(page: StartPage, qtbot: QtBot, plan: Path) -> None:
    plan.with_name("gone <b>.gpkg").write_bytes(plan.read_bytes())
    page.refresh()
    assert not any(row.is_missing for row in rows(page))
