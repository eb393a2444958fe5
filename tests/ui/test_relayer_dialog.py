"""Changing the unit layer in the real window: chosen, previewed, done, undone; rows in the file, pixels on the map."""

from __future__ import annotations

import itertools
import sqlite3
from contextlib import closing
from pathlib import Path

import geopandas
import pytest
import shapely
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from territorymap.ui.main_window import MainWindow
from territorymap.ui.relayer.dialog import RelayerDialog
from tests.ui.conftest import wait_for

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def stripes(tmp_path: Path, opened: MainWindow) -> Path:
    """The ground of the plan in three stripes from west to east."""
    assert opened.session is not None
    west, south, east, north = shapely.total_bounds(opened.session.geometry)
    edges = [west + (east - west) * i / 3 for i in range(4)]
    frame = geopandas.GeoDataFrame(
        {"id": ["S1", "S2", "S3"], "label": ["One", "Two", "Three"]},
        geometry=[shapely.box(a, south, b, north) for a, b in itertools.pairwise(edges)],
        crs="EPSG:4326",
    )
    path = tmp_path / "stripes.geojson"
    path.write_text(frame.to_json(), encoding="utf-8")
    return path


def open_dialog(window: MainWindow) -> RelayerDialog:
    window.commands["relayer"].trigger()
    dialog = QApplication.activeModalWidget() or window.findChild(RelayerDialog)
    assert isinstance(dialog, RelayerDialog)
    return dialog


def unit_codes(path: Path) -> list[str]:
    with closing(sqlite3.connect(path)) as connection:
        return [code for (code,) in connection.execute("SELECT unit_code FROM unit ORDER BY unit_code")]


def compare(qtbot: QtBot, dialog: RelayerDialog, path: Path) -> None:
    dialog.units.use_file(path)
    wait_for(qtbot, dialog.next.isEnabled)
    QTest.mouseClick(dialog.next, LEFT)
    wait_for(qtbot, dialog.change_button.isVisible)


def test_a_layer_is_previewed_done_and_undone(qtbot: QtBot, opened: MainWindow, plan: Path, stripes: Path) -> None:
    session = opened.session
    assert session is not None
    before = unit_codes(plan)
    dialog = open_dialog(opened)
    compare(qtbot, dialog, stripes)
    assert unit_codes(plan) == before
    assert f"{len(before)} units become 3 units." in dialog.preview.summary.text()
    assert dialog.preview.tabs.count() == 2
    area = dialog.preview.chosen
    QTest.mouseClick(dialog.preview.rules["accounts"], LEFT)
    assert dialog.preview.chosen is not area
    QTest.mouseClick(dialog.preview.rules["area"], LEFT)
    QTest.mouseClick(dialog.change_button, LEFT)
    wait_for(qtbot, lambda: unit_codes(plan) == ["S1", "S2", "S3"])
    assert session.timeline()[-1].label.startswith("Change the unit layer")
    found: list[object] = []

    def has_units(n: int) -> bool:
        opened.map_view.page.runJavaScript("__tm.ground ? __tm.ground.nUnits : -1", found.append)
        qtbot.wait(20)
        return bool(found) and found[-1] == n

    wait_for(qtbot, lambda: has_units(3))
    opened.do_undo()
    assert unit_codes(plan) == before
    wait_for(qtbot, lambda: has_units(len(before)))


def test_cancel_changes_nothing(qtbot: QtBot, opened: MainWindow, plan: Path, stripes: Path) -> None:
    before, n_steps = unit_codes(plan), len(opened.session.timeline())  # type: ignore[union-attr]
    dialog = open_dialog(opened)
    compare(qtbot, dialog, stripes)
    QTest.mouseClick(dialog.back, LEFT)
    assert dialog.next.isVisible()
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert unit_codes(plan) == before
    assert len(opened.session.timeline()) == n_steps  # type: ignore[union-attr]


def test_the_command_needs_a_plan_that_may_be_changed(window: MainWindow) -> None:
    assert not window.commands["relayer"].isEnabled()
    window.files.change_unit_layer()
    assert window.findChild(RelayerDialog) is None
