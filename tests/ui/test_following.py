"""Two windows on one plan: the second, in the real window, follows what the first does, and says what it cannot."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton, QTableView
from pytestqt.qtbot import QtBot

from territorymap.session import commands as c
from territorymap.session.session import Session
from territorymap.ui.main_window import MainWindow
from tests.ui.conftest import wait_for
from tests.ui.panels.events import texts

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def writer(plan: Path) -> Iterator[Session]:
    """The first window's session."""
    with Session.open(plan, author="Ada") as session:
        yield session


@pytest.fixture
def reader(writer: Session, window: MainWindow, qtbot: QtBot) -> MainWindow:
    """The second window, which may only read; its map is painted."""
    assert window.open_plan(writer.document.path)
    wait_for(qtbot, lambda: window.map_view.is_ready)
    assert window.session is not None
    assert window.session.is_read_only
    assert "follows what is done there" in window.notices.texts[0]
    return window


def names(window: MainWindow) -> list[str]:
    view: QTableView = window.territory_panel.view
    return texts(view, 0)


def shown_on_map(qtbot: QtBot, window: MainWindow, unit_ix: int) -> int:
    said: list[int] = []
    window.map_view.page.runJavaScript(f"__tm.plan.shown[{unit_ix}]", said.append)
    wait_for(qtbot, lambda: bool(said))
    return int(said[0])


def test_the_second_window_follows_by_itself(reader: MainWindow, writer: Session, qtbot: QtBot) -> None:
    """A unit that goes to another territory, and a new name, are in the table and on the map within seconds."""
    plan = writer.plan
    unit = int(plan.units_of(0)[0])
    writer.do(c.assign_units(plan, np.array([unit]), plan.territories[1].territory_id))
    writer.do(c.rename_territory(plan, plan.territories[1].territory_id, "Renamed there"))
    wait_for(qtbot, lambda: "Renamed there" in names(reader), timeout=10_000)
    assert reader.session is not None
    assert reader.session.plan.unit_territory[unit] == 1
    wait_for(qtbot, lambda: shown_on_map(qtbot, reader, unit) == 1)
    assert "2 steps were done in another window; the last: Rename" in reader.status.message
    assert len(reader.session.timeline()) == len(writer.timeline())

    writer.undo()
    reader.following.ask()
    assert "Renamed there" not in names(reader)
    assert reader.status.message.startswith("Taken back in another window: Rename")


def test_what_came_apart_there_is_told_without_a_way_back(reader: MainWindow, writer: Session, qtbot: QtBot) -> None:
    plan = writer.plan
    middle = [ix for ix in plan.units_of(0) if str(plan.units.code[ix]).startswith("C")]
    writer.do(c.assign_units(plan, np.array(middle), plan.territories[1].territory_id))
    assert writer.totals.pieces[0] == 2
    said: list[str] = []

    def has_said() -> bool:
        reader.following.ask()
        reader.map_view.page.runJavaScript("document.querySelector('.tm-hint').textContent", said.append)
        return said[-1:] == [f"{plan.territories[0].name} is now in 2 pieces."]

    wait_for(qtbot, has_said)


def test_it_waits_while_it_is_hidden_and_asks_when_it_is_turned_to(
    reader: MainWindow, writer: Session, qtbot: QtBot
) -> None:
    reader.hide()
    writer.do(c.rename_territory(writer.plan, writer.plan.territories[0].territory_id, "Meanwhile"))
    reader.following.ask()
    assert reader.session is not None
    assert reader.session.plan.territories[0].name != "Meanwhile"
    reader.show()
    reader.activateWindow()
    wait_for(qtbot, lambda: "Meanwhile" in names(reader))


def test_once_the_first_is_closed_the_second_may_be_opened_for_editing(
    reader: MainWindow, writer: Session, qtbot: QtBot
) -> None:
    reader.following.ask(is_turned_to=True)
    assert "follows" in reader.notices.texts[0], "it is open there still"
    writer.do(c.rename_territory(writer.plan, writer.plan.territories[0].territory_id, "Last"))
    writer.close()
    wait_for(qtbot, lambda: "closed in the other window" in reader.notices.texts[0], timeout=10_000)
    assert "Last" in names(reader)
    button = next(b for b in reader.notices.findChildren(QPushButton) if b.text() == "Open a&gain" and b.isVisible())
    QTest.mouseClick(button, LEFT)
    wait_for(qtbot, lambda: reader.session is not None and not reader.session.is_read_only)
    assert reader.notices.texts == []


def test_what_cannot_be_followed_is_said_once_with_the_way_on(
    reader: MainWindow, writer: Session, qtbot: QtBot
) -> None:
    path = writer.document.path
    writer.do(c.rename_territory(writer.plan, writer.plan.territories[0].territory_id, "Kept"))
    writer.save_copy(path.with_name("other.gpkg"))
    writer.close()
    path.with_name("other.gpkg").replace(path)
    for _ in range(2):
        reader.following.ask()
        (_, said) = reader.notices.texts
        assert "changed elsewhere" in said
    button = next(b for b in reader.notices.findChildren(QPushButton) if b.text() == "Open a&gain" and b.isVisible())
    QTest.mouseClick(button, LEFT)
    wait_for(qtbot, lambda: reader.session is not None and not reader.session.is_read_only)
    wait_for(qtbot, lambda: "Kept" in names(reader))
    assert not reader.following.is_lost
    assert reader.notices.texts == []


def test_who_writes_is_told_of_another_program_before_the_next_step(opened: MainWindow, qtbot: QtBot) -> None:
    session = opened.session
    assert session is not None
    other = sqlite3.connect(session.document.path)
    other.execute("UPDATE territory SET territory_name = 'Theirs' WHERE territory_id = 1")
    other.commit()
    other.close()
    opened.following.ask()
    (said,) = opened.notices.texts
    assert said.startswith("Another program has changed")
    button = next(b for b in opened.notices.findChildren(QPushButton) if b.text() == "Open a&gain" and b.isVisible())
    QTest.mouseClick(button, LEFT)
    wait_for(qtbot, lambda: "Theirs" in names(opened))
    (said,) = opened.notices.texts
    assert "one step of the history" in said
