"""The planning window: pages are made when first shown, look at the plan only while they are seen, undo by keys."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from territorymap.errors import UserError
from territorymap.session import commands
from territorymap.ui.main_window import MainWindow
from territorymap.ui.planning.page import PlanningPage
from territorymap.ui.planning.pages import PageSpec, list_pages
from territorymap.ui.planning.part import PlanningPart
from territorymap.ui.selection import Selection
from tests.ui.conftest import wait_for


class CountingPage(PlanningPage):
    """Counts how often it looked at the plan, and what it saw: the reps."""

    def __init__(self, selection: Selection) -> None:
        super().__init__(selection, "counting")
        self.seen: list[list[str]] = []

    def refresh(self) -> None:
        self.seen.append([] if self.session is None else [rep.name for rep in self.session.plan.reps])


def specs() -> list[PageSpec]:
    place = f"{__name__}:CountingPage"
    return [PageSpec(name, name.title(), f"See {name}", "panel-rep", place) for name in ("first", "second")]


def test_a_page_costs_nothing_until_it_is_seen(opened: MainWindow, qtbot: QtBot) -> None:
    session = opened.session
    assert session is not None
    part = PlanningPart(opened, specs())
    assert part.window is None
    page = part.show("first")
    assert isinstance(page, CountingPage)
    window = part.window
    assert window is not None
    assert list(window.pages) == ["first"]
    wait_for(qtbot, lambda: len(page.seen) == 1)
    n = len(page.seen[0])
    session.do(commands.add_rep(session.plan, name="Zoe"))
    session.do(commands.add_rep(session.plan, name="Yan"))
    wait_for(qtbot, lambda: len(page.seen[-1]) == n + 2)
    assert len(page.seen) == 2  # both steps at once
    window.list.setCurrentRow(1)
    assert window.page_name == "second"
    session.do(commands.add_rep(session.plan, name="Xu"))
    wait_for(qtbot, lambda: window.pages["second"].seen[-1][-1] == "Xu")  # type: ignore[attr-defined]
    assert len(page.seen) == 2  # hidden: not looked at
    window.list.setCurrentRow(0)
    assert page.seen[-1][-1] == "Xu"
    window.activateWindow()
    wait_for(qtbot, lambda: QApplication.activeWindow() is window)
    QTest.keyClick(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    wait_for(qtbot, lambda: page.seen[-1][-1] == "Yan")
    page.failed.emit(UserError("It is locked.", "Unlock it."))
    assert window.told.text() == "It is locked. Unlock it."
    opened.close_plan()
    part.set_session(None)
    assert not window.isVisible()
    assert part.show("first") is None


def test_every_page_of_the_program_can_be_shown(opened: MainWindow, qtbot: QtBot) -> None:
    names = [spec.name for spec in list_pages()]
    assert len(set(names)) == len(names)
    assert list(opened.planning.actions) == names
    for name in names:
        page = opened.planning.show(name)
        assert page is not None
        wait_for(qtbot, page.isVisible)
