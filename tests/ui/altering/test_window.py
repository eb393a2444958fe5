"""Split, merge, dissolve and add in the real window: by mouse and keys, seen on the map, taken, undone.

The plan of panels.plans: six columns, four rows; column 6 is nobody's.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QPoint, Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

import territorymap.optimise.alter  # noqa: F401 - compiled into the user's cache, not into one test's folder
from territorymap.session import commands
from territorymap.session.session import Session
from territorymap.session.solving.jobs import Job
from territorymap.session.solving.still import Still
from territorymap.ui import theme
from territorymap.ui.altering.asks import AskAdd, AskMerge, AskSplit
from territorymap.ui.altering.dialog import AlterDialog
from territorymap.ui.main_window import MainWindow
from territorymap.ui.preferences import Preferences
from territorymap.ui.proposals.scenario_dialog import TakeAsScenarioDialog
from tests.support.window import fill_on_land, is_same_color
from tests.ui.conftest import wait_for
from tests.ui.panels.events import click as click_cell
from tests.ui.panels.events import column_named, rows_in_file, texts

LEFT, NO = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
CTRL = Qt.KeyboardModifier.ControlModifier
HIDDEN = ("show_accounts", "show_homes", "show_labels", "show_context")


@pytest.fixture(scope="module")
def one_window(qapp: QApplication, tmp_path_factory: pytest.TempPathFactory) -> Iterator[MainWindow]:
    """One window for all tests of this file: to make one takes seconds."""
    theme.install(qapp, "light")
    window = MainWindow(None, Preferences(tmp_path_factory.mktemp("altering") / "settings.ini"))
    window.resize(1366, 768)
    window.show()
    yield window
    window.close()
    window.end()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.fixture
def opened(qtbot: QtBot, one_window: MainWindow, tmp_path: Path, grid_file: Path) -> Iterator[MainWindow]:
    """The window with a copy of the grid plan; the page must have nothing to complain about afterwards."""
    complaints: list[str] = []
    one_window.map_view.complained.connect(complaints.append)
    assert one_window.open_plan(Path(shutil.copy(grid_file, tmp_path / "grid.gpkg")))
    wait_for(qtbot, lambda: one_window.map_view.is_ready)
    for option in HIDDEN:
        one_window.map_view.set_option(option, False)
    uuid = one_window.session.plan.info.uuid if one_window.session is not None else ""
    one_window.preferences.set_plan_text(uuid, "alter", measures("units", 10))
    yield one_window
    one_window.close_plan()
    assert one_window.altering.dialog is None
    for option in HIDDEN:
        one_window.map_view.set_option(option, True)
    assert complaints == []


@pytest.fixture
def session(opened: MainWindow) -> Session:
    assert opened.session is not None
    return opened.session


def measures(name: str, percent: float) -> str:
    """Return what is remembered of a dialog in which one measure was ticked."""
    row = {"measure": name, "tolerance": percent / 100, "weight": 1.0, "least": 0.0, "most": 0.0}
    return json.dumps({"measures": [row], "open": False})


def click(widget: QWidget) -> None:
    assert widget.isVisible()
    assert widget.isEnabled()
    QTest.mouseClick(widget, LEFT, NO, QPoint(8, widget.height() // 2))
    QApplication.processEvents()


def select(window: MainWindow, *names: str) -> None:
    """Click the rows of these territories."""
    window.docks.bring_up("territories")
    view = window.territory_panel.view
    column = column_named(view, "Territory")
    for k, name in enumerate(names):
        click_cell(view, texts(view, column).index(name), column, CTRL if k else NO)


def ask(qtbot: QtBot, window: MainWindow, action: QAction) -> AlterDialog:
    """Choose an action in the menu Territory with the keyboard, as a planner without a mouse does."""
    window.activateWindow()
    wait_for(qtbot, window.isActiveWindow)
    assert action in window.menus.territory.actions()
    menu = window.menus.territory
    menu.popup(window.mapToGlobal(QPoint(20, 20)))
    wait_for(qtbot, menu.isVisible)
    menu.setActiveAction(action)
    QTest.keyClick(menu, Qt.Key.Key_Return)
    wait_for(qtbot, lambda: window.altering.dialog is not None and window.altering.dialog.isVisible())
    assert window.altering.dialog is not None
    return window.altering.dialog


def found(qtbot: QtBot, dialog: AlterDialog) -> None:
    wait_for(qtbot, lambda: dialog.chosen is not None or dialog.problem.isVisible())


def page(qtbot: QtBot, window: MainWindow, code: str) -> Any:
    answers: list[Any] = []
    window.map_view.page.runJavaScript(f"JSON.stringify({code})", 0, answers.append)
    wait_for(qtbot, lambda: bool(answers))
    return json.loads(answers[0]) if answers[0] else None


def color_of(window: MainWindow, qtbot: QtBot, unit_ix: int) -> tuple[int, int, int]:
    """Return the pixel beside a unit's inner point."""
    units = window.session.plan.units  # type: ignore[union-attr]
    at = page(qtbot, window, f"__tm.map.latLngToContainerPoint([{units.lat[unit_ix]}, {units.lon[unit_ix]}])")
    color = window.map_view.grab().toImage().pixelColor(round(at["x"]) - 14, round(at["y"]) - 14)
    return color.red(), color.green(), color.blue()


def groups(session: Session) -> dict[str, list[str]]:
    """Return territory -> codes, as they stand in the file."""
    out: dict[str, list[str]] = {}
    for name, code in rows_in_file(
        session,
        "SELECT territory_name, unit_code FROM assignment JOIN unit USING (unit_id) "
        "JOIN territory USING (territory_id) ORDER BY unit_code",
    ):
        out.setdefault(name, []).append(code)
    return out


def tables(session: Session) -> list[Any]:
    """Return all rows but for the outlines, which are drawn in the background."""
    columns = "territory_id, uuid, territory_name, color, rep_id, region_id, locked, sort_order"
    queries = (
        "SELECT * FROM assignment ORDER BY 1, 2",
        f"SELECT {columns} FROM territory ORDER BY 1",
        "SELECT * FROM override ORDER BY 1",
    )
    return [rows_in_file(session, query) for query in queries]


def cells(dialog: AlterDialog) -> dict[str, list[str]]:
    """Return what the table says, by territory."""
    model = dialog.table.rows
    columns = range(1, model.columnCount())
    return {c.territory.name: [model.text(c, column) for column in columns] for c in model.changes}


def test_a_territory_is_split_by_keys_and_shown_taken_and_undone(
    qtbot: QtBot, opened: MainWindow, session: Session
) -> None:
    before, was = tables(session), groups(session)
    select(opened, "South")
    dialog = ask(qtbot, opened, opened.territory_panel.altering.split)
    assert dialog.windowTitle() == "Split South"
    assert isinstance(dialog.ask, AskSplit)
    assert dialog.ask.n_parts.hasFocus() or dialog.focusWidget() is dialog.ask.n_parts
    found(qtbot, dialog)
    n = len(was["South"])
    assert cells(dialog)["South"][0] == f"{n} → {n // 2}"
    assert cells(dialog)["South 2"][0] == f"– → {n - n // 2}"
    assert tables(session) == before, "nothing is written before it is taken"
    wait_for(qtbot, lambda: page(qtbot, opened, "__tm.proposal.isOn"))
    new = next(t for t in dialog.chosen.variant.territories if t.name == "South 2")  # type: ignore[union-attr]
    at = int(np.flatnonzero(dialog.chosen.variant.unit_territory == len(session.plan.territories))[0])  # type: ignore[union-attr]
    painted = fill_on_land(new.color)
    wait_for(qtbot, lambda: is_same_color(color_of(opened, qtbot, at), painted))
    QTest.keyClick(dialog, Qt.Key.Key_Return)
    wait_for(qtbot, lambda: opened.altering.dialog is None)
    after = groups(session)
    assert sorted(after["South"] + after["South 2"]) == was["South"]
    assert len(after["South 2"]) == n - n // 2
    assert session.document.undo_label == "Split South into 2"
    assert opened.selection.territory_id == session.plan.territory_named("South 2").territory_id  # type: ignore[union-attr]
    wait_for(qtbot, lambda: not page(qtbot, opened, "__tm.proposal.isOn"))
    wait_for(qtbot, lambda: is_same_color(color_of(opened, qtbot, at), painted))
    assert new.color == session.plan.territory_named("South 2").color  # type: ignore[union-attr]
    opened.do_undo()
    assert tables(session) == before


def test_another_number_of_parts_is_worked_out_at_once(qtbot: QtBot, opened: MainWindow, session: Session) -> None:
    select(opened, "South")
    dialog = ask(qtbot, opened, opened.territory_panel.altering.split)
    assert isinstance(dialog.ask, AskSplit)
    found(qtbot, dialog)
    QTest.keyClick(dialog.ask.n_parts, Qt.Key.Key_Up)
    assert dialog.chosen is None
    assert not dialog.take.isEnabled()
    found(qtbot, dialog)
    assert set(cells(dialog)) == {"South", "South 2", "South 3"}
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    wait_for(qtbot, lambda: opened.altering.dialog is None)
    wait_for(qtbot, lambda: not page(qtbot, opened, "__tm.proposal.isOn"))


def test_a_territory_is_merged_into_a_neighbour(qtbot: QtBot, opened: MainWindow, session: Session) -> None:
    before, was = tables(session), groups(session)
    select(opened, "North")
    dialog = ask(qtbot, opened, opened.territory_panel.altering.merge)
    assert isinstance(dialog.ask, AskMerge)
    found(qtbot, dialog)
    assert dialog.ask.into.currentText() == "South", "the one with the longest border comes first"
    QTest.keyClick(dialog.ask.into, Qt.Key.Key_Down)
    found(qtbot, dialog)
    assert dialog.ask.into.currentText() == "West (does not touch it)"
    assert "North and West do not touch: West is in 2 pieces then." in dialog.told.text()
    assert cells(dialog)["North"][0] == f"{len(was['North'])} → –"
    click(dialog.take)
    kept = {name: codes for name, codes in was.items() if name != "North"}
    assert groups(session) == kept | {"West": sorted(was["West"] + was["North"])}
    opened.do_undo()
    assert tables(session) == before


def test_a_leaver_is_dissolved_and_nobody_elses_units_move(qtbot: QtBot, opened: MainWindow, session: Session) -> None:
    before, was = tables(session), groups(session)
    select(opened, "South")
    dialog = ask(qtbot, opened, opened.territory_panel.altering.dissolve)
    found(qtbot, dialog)
    assert "South goes to" in dialog.told.text()
    click(dialog.choices[0]) if dialog.choices[0].isVisible() else None
    click(dialog.take)
    wait_for(qtbot, lambda: opened.altering.dialog is None)
    after = groups(session)
    assert "South" not in after
    assert all(set(was[name]) <= set(after[name]) for name in ("North", "West"))
    assert sorted(after["North"] + after["West"]) == sorted(was["North"] + was["South"] + was["West"])
    opened.do_undo()
    assert tables(session) == before


def test_a_territory_begins_at_the_unit_that_is_clicked(qtbot: QtBot, opened: MainWindow, session: Session) -> None:
    was = groups(session)
    opened.selection.clear("test")
    dialog = ask(qtbot, opened, opened.territory_panel.altering.add)
    assert isinstance(dialog.ask, AskAdd)
    assert not dialog.take.isEnabled()
    assert dialog.told.text() == "Fill in what is asked for above."
    unit = int(np.flatnonzero(session.plan.unit_territory == 0)[0])
    opened.selection.set_units(np.array([unit], dtype=np.int32), "map")
    assert dialog.ask.home.text() == session.plan.units.code[unit]
    found(qtbot, dialog)
    dialog.ask.name.selectAll()
    QTest.keyClicks(dialog.ask.name, "Centre")
    QTest.keyClick(dialog.ask.name, Qt.Key.Key_Tab)
    wait_for(qtbot, lambda: dialog.chosen is not None and "Centre" in cells(dialog))
    click(dialog.take)
    after = groups(session)
    assert session.plan.units.code[unit] in after["Centre"]
    assert all(set(after[name]) <= set(was[name]) for name in was)


def test_it_can_be_a_new_scenario(qtbot: QtBot, opened: MainWindow, session: Session) -> None:
    was = groups(session)
    select(opened, "South")
    dialog = ask(qtbot, opened, opened.territory_panel.altering.split)
    found(qtbot, dialog)
    click(dialog.scenario)
    wait_for(qtbot, lambda: any(d.isVisible() for d in dialog.findChildren(TakeAsScenarioDialog)))
    asked = next(d for d in dialog.findChildren(TakeAsScenarioDialog) if d.isVisible())
    asked.name.selectAll()
    QTest.keyClicks(asked.name, "Two in the south")
    QTest.keyClick(asked, Qt.Key.Key_Return)
    wait_for(qtbot, lambda: opened.altering.dialog is None)
    assert session.plan.scenario.name == "Two in the south"
    assert session.plan.territory_named("South 2") is not None
    first = next(s for s in session.plan.scenarios if s.name != "Two in the south")
    session.switch_scenario(first.scenario_id, "test")
    assert session.plan.territory_named("South 2") is None
    south = session.plan.units_of(session.plan.territory_ix(session.plan.territory_named("South").territory_id))  # type: ignore[union-attr]
    assert sorted(session.plan.units.code[south]) == was["South"]


def test_an_edit_meanwhile_is_worked_in(qtbot: QtBot, opened: MainWindow, session: Session) -> None:
    select(opened, "South")
    dialog = ask(qtbot, opened, opened.territory_panel.altering.split)
    found(qtbot, dialog)
    n = int((session.plan.unit_territory == session.plan.territory_ix(dialog.ask.ids[0])).sum())
    gone = session.plan.units_of(session.plan.territory_ix(dialog.ask.ids[0]))[:1]
    session.do(commands.assign_units(session.plan, gone, None))
    assert dialog.chosen is None
    found(qtbot, dialog)
    assert cells(dialog)["South"][0].startswith(f"{n - 1} → ")
    session.do(commands.delete_territories(session.plan, list(dialog.ask.ids)))
    wait_for(qtbot, lambda: opened.altering.dialog is None)


def test_what_cannot_be_is_told_in_the_dialog(qtbot: QtBot, opened: MainWindow, session: Session) -> None:
    south = session.plan.territory_named("South")
    assert south is not None
    session.do(commands.set_territory_locked(session.plan, [south.territory_id], True))
    select(opened, "South")
    dialog = ask(qtbot, opened, opened.territory_panel.altering.split)
    found(qtbot, dialog)
    assert "South is locked." in dialog.problem.text()
    assert not dialog.take.isEnabled()
    session.do(commands.set_territory_locked(session.plan, [south.territory_id], False))
    wait_for(qtbot, lambda: dialog.chosen is not None)
    assert not dialog.problem.isVisible()
    dialog.reject()


def test_a_fault_ends_the_run_and_another_can_begin(
    qtbot: QtBot, opened: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    select(opened, "South")

    def faulty(_still: Still, _aims: object) -> Job:
        raise ZeroDivisionError("bug")

    with monkeypatch.context() as patched:
        patched.setattr(AskSplit, "maker", lambda _self: faulty)
        with qtbot.captureExceptions() as raised:
            dialog = ask(qtbot, opened, opened.territory_panel.altering.split)
            wait_for(qtbot, lambda: bool(raised))
    assert raised[0][0] is ZeroDivisionError
    assert not dialog.progress.isVisible()
    assert "there is a fault in the program" in dialog.problem.text()
    assert not dialog.take.isEnabled()
    dialog.begin_soon()
    assert not dialog.problem.isVisible()
    wait_for(qtbot, lambda: dialog.chosen is not None)
    assert not dialog.problem.isVisible()
    dialog.reject()


def test_the_map_offers_it_where_the_pointer_is(qtbot: QtBot, opened: MainWindow, session: Session) -> None:
    unit = int(session.plan.units_of(1)[0])
    name = session.plan.territories[1].name
    menu = opened.map_commands.build_menu(unit)
    more = next(a.menu() for a in menu.actions() if a.menu() is not None and a.text() == f"Change {name}")
    texts_there = [a.text() for a in more.actions()]  # type: ignore[union-attr]
    assert texts_there == ["Spl&it…", "Merge into a nei&ghbour…", "Diss&olve…", "&Add a territory for a rep here…"]
    more.actions()[3].trigger()  # type: ignore[union-attr]
    dialog = opened.altering.dialog
    assert dialog is not None
    assert isinstance(dialog.ask, AskAdd)
    assert dialog.ask.home.text() == session.plan.units.code[unit]
    found(qtbot, dialog)
    menu.deleteLater()
    dialog.reject()


def test_what_can_be_chosen_depends_on_what_is_selected(opened: MainWindow) -> None:
    known = opened.territory_panel.altering
    opened.selection.clear("test")
    opened.territory_panel.view.clearSelection()
    assert [a.isEnabled() for a in known.actions] == [False, False, False, True]
    select(opened, "South", "West")
    assert [a.isEnabled() for a in known.actions] == [False, True, True, True]
    select(opened, "South")
    assert all(a.isEnabled() for a in known.actions)
