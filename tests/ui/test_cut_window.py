"""A cut in the real window: tables, selection and search follow, on the way back too."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import numpy as np
import shapely
from pytestqt.qtbot import QtBot

from territorymap.session.commands import cut_units
from territorymap.ui.main_window import MainWindow
from tests.ui.conftest import wait_for


def unit_of_accounts(path: Path) -> dict[str, str]:
    with closing(sqlite3.connect(path)) as connection:
        rows = connection.execute("SELECT account_key, unit_code FROM account JOIN unit USING (unit_id)")
        return dict(rows.fetchall())


def n_units_on_page(qtbot: QtBot, window: MainWindow) -> int:
    found: list[object] = []
    window.map_view.page.runJavaScript(
        "__tm.plan ? JSON.stringify([__tm.plan.rev, __tm.ground.nUnits]) : ''", found.append
    )
    wait_for(qtbot, lambda: bool(found))
    rev, n = json.loads(str(found[0])) if found[0] else (-1, -1)
    return n if rev == window.session.rev else -1  # type: ignore[union-attr]


def test_tables_selection_and_map_follow_a_cut_and_its_undo(qtbot: QtBot, opened: MainWindow, plan: Path) -> None:
    session = opened.session
    assert session is not None
    before = unit_of_accounts(plan)
    account = int(np.flatnonzero(session.plan.accounts.unit_ix >= 0)[0])
    unit = int(session.plan.accounts.unit_ix[account])
    n_units, code = len(session.plan.units), str(session.plan.units.code[unit])
    opened.selection.set_units(np.array([unit, n_units - 1], dtype=np.int32), "test")
    opened.selection.set_accounts(np.array([account], dtype=np.int32), "test")
    west, south, east, north = session.geometry[unit].bounds
    middle = (west + east) / 2 + (east - west) / 9
    line = shapely.LineString([(middle, south - 0.01), (middle, north + 0.01)])
    session.do(cut_units(session.plan, session.geometry, line), "test")
    assert len(opened.selection.units) == 0
    assert opened.selection.accounts.tolist() == [account]
    key = str(session.plan.accounts.key[account])
    assert unit_of_accounts(plan)[key] in (f"{code}-a", f"{code}-b")
    wait_for(qtbot, lambda: n_units_on_page(qtbot, opened) == len(session.plan.units))
    opened.selection.set_units(np.array([len(session.plan.units) - 1], dtype=np.int32), "test")
    opened.do_undo()
    assert len(opened.selection.units) == 0
    assert unit_of_accounts(plan) == before
    wait_for(qtbot, lambda: n_units_on_page(qtbot, opened) == n_units)
    opened.do_redo()
    wait_for(qtbot, lambda: n_units_on_page(qtbot, opened) == len(session.plan.units))
    assert unit_of_accounts(plan)[key] in (f"{code}-a", f"{code}-b")


def test_two_changes_of_the_ground_at_once_leave_the_map_with_the_last_one(qtbot: QtBot, opened: MainWindow) -> None:
    """A way through the history may undo two cuts in a row: the page is told of a layer that has been replaced since.

    What was said of the former layer must not be laid over the one that the page still has.
    """
    session = opened.session
    assert session is not None
    for unit in (7, 8):
        west, south, east, north = session.geometry[unit].bounds
        middle = (west + east) / 2
        line = shapely.LineString([(middle, south - 0.01), (middle, north + 0.01)])
        session.do(cut_units(session.plan, session.geometry, line), "test")
    n_units = len(session.plan.units)
    wait_for(qtbot, lambda: n_units_on_page(qtbot, opened) == n_units)
    for step in (session.undo, session.undo, session.redo):
        step("test")
    wait_for(qtbot, lambda: n_units_on_page(qtbot, opened) == len(session.plan.units))
    truth: list[object] = []
    opened.map_view.page.runJavaScript("JSON.stringify([...__tm.plan.truth])", truth.append)
    wait_for(qtbot, lambda: bool(truth))
    assert json.loads(str(truth[0])) == session.plan.unit_territory.tolist()


def test_the_picture_of_the_units_before_gives_its_memory_back(qtbot: QtBot, opened: MainWindow) -> None:
    """Each change of the ground makes a new stack of canvases, 40 MB on a large screen; the former ones must go.

    Their bitmaps are let go of once the new picture is there, and no query of the browser keeps the stack itself.
    """
    session, page = opened.session, opened.map_view.page
    assert session is not None
    page.runJavaScript("window.__former = __tm.stage; window.__canvases = __tm.stage.sheets.map(s => s.canvas); 1")
    west, south, east, north = session.geometry[7].bounds
    line = shapely.LineString([((west + east) / 2, south - 0.01), ((west + east) / 2, north + 0.01)])
    session.do(cut_units(session.plan, session.geometry, line), "test")
    wait_for(qtbot, lambda: n_units_on_page(qtbot, opened) == len(session.plan.units))

    def told() -> str:
        found: list[object] = []
        page.runJavaScript(
            "JSON.stringify([__former !== __tm.stage, __former._ratio, __canvases.length > 5,"
            " __canvases.reduce((n, c) => n + c.width * c.height, 0)])",
            found.append,
        )
        wait_for(qtbot, lambda: bool(found))
        return str(found[0])

    wait_for(qtbot, lambda: told() == "[true,null,true,0]")
