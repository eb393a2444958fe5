"""Opening a plan in the real window: a picture at once, the same place as the map, and a way out."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from threading import Event

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMessageBox
from pytestqt.qtbot import QtBot

from territorymap.document.lock import PlanLock
from territorymap.mapview.sketch import fit_zoom
from territorymap.session.session import Session
from territorymap.ui import opening as opening_module
from territorymap.ui.main_window import MainWindow
from territorymap.ui.preferences import Preferences
from tests.ui.conftest import wait_for

_LONG_S = 30.0  # for a machine that is busy with something else


def is_free(path: Path) -> bool:
    """Whether nobody holds the plan."""
    lock = PlanLock.acquire(path)
    if lock is not None:
        lock.release()
    return lock is not None


def when_sketched(window: MainWindow, looked: Event, look: Callable[[], object]) -> None:
    """Call once the first picture has come, while the plan is still being read."""
    timer = QTimer(window, interval=1)

    def see() -> None:
        if window.opening_view.has_picture:
            timer.stop()
            try:
                look()
            finally:
                looked.set()

    timer.timeout.connect(see)
    timer.start()


@pytest.fixture
def looked(monkeypatch: pytest.MonkeyPatch) -> Event:
    """Reading goes on only when this is set, where a picture comes first: a step that waits for the GUI thread."""
    steps, glance_at, event = opening_module.Opening._steps, opening_module.glance_at, Event()
    glances: list[object] = []

    def glance(path: Path) -> object:
        glances.append(glance_at(path))
        return glances[-1]

    def with_pause(self: opening_module.Opening, session: Session) -> object:
        for share, text, step in steps(self, session):
            if glances[-1] is not None:
                event.wait(_LONG_S)
            else:
                QTest.qSleep(60)
            yield share, text, step

    monkeypatch.setattr(opening_module, "glance_at", glance)
    monkeypatch.setattr(opening_module.Opening, "_steps", with_pause)
    return event


def place_of(window: MainWindow, session: Session) -> Callable[[int], QPoint]:
    """Where the page draws the points of the units."""
    units = session.plan.units
    places: list[str] = []
    script = "JSON.stringify([{}].map(p => __tm.map.latLngToContainerPoint(p)).map(p => [p.x, p.y]))".replace(
        "{}", ",".join(f"[{lat}, {lon}]" for lon, lat in zip(units.lon, units.lat, strict=True))
    )
    window.map_view.page.runJavaScript(script, places.append)
    while not places:
        QTest.qWait(10)
    xy = np.array(json.loads(places[0]))
    return lambda unit: QPoint(round(xy[unit, 0]), round(xy[unit, 1]))


def test_the_first_picture_shows_the_territories_where_the_map_will(
    qtbot: QtBot, window: MainWindow, plan: Path, looked: Event
) -> None:
    images = []
    when_sketched(window, looked, lambda: images.append(window.map_view.grab().toImage()))
    assert window.open_plan(plan)
    assert images, "no picture before the plan was read"
    wait_for(qtbot, lambda: window.map_view.is_ready)
    assert not window.opening_view.isVisible()
    session = window.session
    assert session is not None
    pixel, n_seen = place_of(window, session), 0
    for unit in range(len(session.plan.units)):
        if window.opening_view.box.geometry().contains(pixel(unit)):
            continue
        n_seen += 1
        owner = int(session.plan.unit_territory[unit])
        seen = QColor(images[0].pixel(pixel(unit)))
        fill = QColor(session.plan.territories[owner].color) if owner >= 0 else QColor("#d5e1ea")
        off = abs(seen.red() - fill.red()) + abs(seen.green() - fill.green()) + abs(seen.blue() - fill.blue())
        assert off < 60, f"unit {unit}: {seen.name()} instead of {fill.name()}"
    assert n_seen > len(session.plan.units) / 2


def test_the_first_picture_has_the_zoom_of_the_map(qtbot: QtBot, window: MainWindow, plan: Path) -> None:
    sketches = []
    window.opening_view.show_sketch = sketches.append  # type: ignore[method-assign]
    assert window.open_plan(plan)
    wait_for(qtbot, lambda: window.map_view.is_ready)
    zooms: list[float] = []
    window.map_view.page.runJavaScript("__tm.map.getZoom()", zooms.append)
    wait_for(qtbot, lambda: bool(zooms))
    assert fit_zoom(sketches[0], window.map_view.width(), window.map_view.height()) == zooms[0]


def test_a_plan_changed_by_another_program_opens_without_an_old_picture(
    qtbot: QtBot, window: MainWindow, plan: Path, looked: Event
) -> None:
    with closing(sqlite3.connect(plan)) as other, other:
        other.execute("UPDATE assignment SET territory_id = (SELECT max(territory_id) FROM territory)")
    seen: list[bool] = []
    when_sketched(window, looked, lambda: seen.append(True))
    assert window.open_plan(plan)
    assert not seen
    assert window.session is not None
    assert len(set(window.session.plan.unit_territory.tolist()) - {-1}) == 1


def test_nothing_but_cancel_can_be_done_while_a_plan_is_read(
    qtbot: QtBot, window: MainWindow, plan: Path, looked: Event
) -> None:
    seen: list[bool] = []

    def look() -> None:
        seen.append(window.menuBar().isEnabled() or window.tools.isEnabled())
        seen.append(any(action.isEnabled() for action in window.actions()))
        seen.append(window.open_plan(plan))

    when_sketched(window, looked, look)
    assert window.open_plan(plan)
    assert seen == [False, False, False]
    assert window.menuBar().isEnabled()
    assert window.commands["whole_map"].isEnabled()


@pytest.mark.parametrize("way", ["button", "key"])
def test_cancel_brings_the_start_page_back_and_lets_go_of_the_file(
    qtbot: QtBot, window: MainWindow, plan: Path, looked: Event, way: str
) -> None:
    before = plan.read_bytes()

    def stop() -> None:
        if way == "button":
            window.opening_view.button.show()
            qtbot.mouseClick(window.opening_view.button, Qt.MouseButton.LeftButton)
        else:
            qtbot.keyClick(window.opening_view, Qt.Key.Key_Escape)

    when_sketched(window, looked, stop)
    assert not window.open_plan(plan)
    assert window.session is None
    assert window.pages.currentWidget() is window.start_page
    assert not window.opening_view.isVisible()
    assert is_free(plan)
    assert plan.read_bytes() == before
    assert window.open_plan(plan)


def test_closing_the_window_while_a_plan_is_read_stops_that_first(
    qtbot: QtBot, window: MainWindow, plan: Path, looked: Event
) -> None:
    when_sketched(window, looked, lambda: window.close())
    assert not window.open_plan(plan)
    wait_for(qtbot, lambda: not window.isVisible())
    assert is_free(plan)


def test_a_plan_that_cannot_be_opened_leaves_the_one_that_is_open(
    qtbot: QtBot, opened: MainWindow, tmp_path: Path
) -> None:
    session = opened.session
    broken = tmp_path / "broken.gpkg"
    broken.write_text("no plan")
    assert not opened.open_plan(broken)
    box = opened.findChild(QMessageBox)
    assert box is not None
    assert "broken.gpkg" in box.text()
    box.reject()
    assert opened.session is session
    assert opened.pages.currentWidget() is opened.plan_page
    assert not opened.opening_view.isVisible()
    assert opened.menuBar().isEnabled()
    assert opened.map_view.view.isEnabled()


def test_a_plan_opened_in_place_of_another_is_shown(
    qtbot: QtBot, opened: MainWindow, grid_file: Path, tmp_path: Path
) -> None:
    other = tmp_path / "other.gpkg"
    other.write_bytes(grid_file.read_bytes())
    first = opened.session
    assert opened.open_plan(other)
    wait_for(qtbot, lambda: opened.map_view.is_ready)
    assert opened.session is not first
    assert not opened.opening_view.isVisible()
    assert opened.territory_panel.isVisible()


def test_land_that_must_be_packed_first_comes_after_the_plan(
    qtbot: QtBot, qapp: QApplication, preferences: Preferences, plan: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("territorymap.ui.map.surroundings.kept_context", lambda *_: None)
    window = MainWindow(None, preferences)
    window.show()
    try:
        assert window.open_plan(plan)
        wait_for(qtbot, lambda: window.map_view.is_ready)
        has_land: list[bool] = []

        def ask() -> bool:
            window.map_view.page.runJavaScript("__tm.context !== null", has_land.append)
            return bool(has_land) and has_land[-1]

        wait_for(qtbot, ask)
        assert window.map_view.page.complaints == []
    finally:
        window.close()
        window.end()


def test_what_the_page_has_fetched_is_not_kept_twice(qtbot: QtBot, opened: MainWindow) -> None:
    wait_for(qtbot, lambda: not opened.map_view._handler._data)
