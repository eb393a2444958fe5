"""The tour in the real window: six steps, a real drag on the map, its bubble beside what it points at."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QRect, QSize, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from territorymap.ui.help.tour.bubble import place_beside
from territorymap.ui.help.tour.tour import Tour
from territorymap.ui.main_window import MainWindow
from territorymap.ui.preferences import plans_dir
from tests.ui.conftest import wait_for

LEFT = Qt.MouseButton.LeftButton
ROOM = QRect(0, 0, 1000, 700)


@pytest.mark.parametrize(
    ("target", "side"),
    [
        (QRect(600, 50, 400, 640), "left"),
        (QRect(0, 0, 60, 24), "right"),
        (QRect(300, 0, 400, 30), "below"),
        (QRect(0, 400, 1000, 300), "above"),
    ],
)
def test_the_bubble_stands_beside_what_it_points_at(target: QRect, side: str) -> None:
    place, found = place_beside(target, QSize(360, 200), ROOM)
    assert found == side
    assert not place.intersects(target)
    assert ROOM.contains(place)


def test_where_no_side_has_room_it_covers_least() -> None:
    place, side = place_beside(QRect(100, 100, 800, 500), QSize(360, 200), ROOM)
    assert side == ""
    assert ROOM.contains(place)
    assert place_beside(None, QSize(360, 200), ROOM)[0].bottom() == ROOM.bottom()


@pytest.fixture
def touring(qtbot: QtBot, window: MainWindow) -> Iterator[tuple[MainWindow, Tour]]:
    """The tour, begun from the start page as on a first run."""
    assert window.start_page.tour_button.isVisible()
    QTest.mouseClick(window.start_page.tour_button, LEFT)
    tour = window.help.tour
    assert tour is not None
    wait_for(qtbot, lambda: window.map_view.is_ready)
    yield window, tour
    window.help.end_tour()


def test_six_steps_with_the_planners_own_deeds(qtbot: QtBot, touring: tuple[MainWindow, Tour]) -> None:
    window, tour = touring
    bubble, session = tour.bubble, window.session
    assert session is not None
    assert session.document.path.parent == plans_dir(), "a copy, never the shipped file"
    assert (tour.step, bubble.progress, len(tour.steps)) == ("balance", "1 of 6", 6)
    stands_beside(tour)
    window.territory_panel.by_deviation.trigger()
    assert tour.is_done

    window.map_view.setFocus()
    QTest.keyClick(window, Qt.Key.Key_F12)
    assert bubble.next.hasFocus()
    QTest.keyClick(bubble.next, Qt.Key.Key_Return)
    assert (tour.step, bubble.progress, tour.is_done) == ("border", "2 of 6", False)
    wait_for(qtbot, lambda: window.map_view.tool == "border")
    stands_beside(tour)
    assert legend_is_shown(qtbot, window) == "false", "nothing lies over what the step shows"
    start, end = places(qtbot, window)
    page = window.map_view.view.focusProxy()
    QTest.mouseMove(page, start)
    QTest.mousePress(page, LEFT, Qt.KeyboardModifier.NoModifier, start)
    assert not tour.ring.isVisible(), "the card at the pointer needs the room"
    for i in range(1, 11):
        QTest.mouseMove(page, start + (end - start) * i / 10)
        QTest.qWait(20)
    QTest.mouseRelease(page, LEFT, Qt.KeyboardModifier.NoModifier, end)
    wait_for(qtbot, lambda: tour.is_done)
    assert "Illinois" in bubble.wish

    bubble.next.click()
    stands_beside(tour)
    assert legend_is_shown(qtbot, window) == "true"
    assert map_says(qtbot, window).startswith("Units moved to Illinois")
    undo = window.tools.widgetForAction(window.commands["undo"])
    QTest.mouseClick(undo, LEFT)
    assert (tour.step, tour.is_done) == ("undo", True)
    assert map_says(qtbot, window) == "", "what was taken back is no news any more"
    bubble.back.click()
    bubble.next.click()
    assert "nothing of yours" in bubble.wish, "Undo would take back what the sample plan came with"

    bubble.next.click()
    assert tour.step == "scenario"
    stands_beside(tour)
    window.resize(1024, 700)  # it goes along
    QApplication.processEvents()
    qtbot.wait(50)
    stands_beside(tour)
    box = window.scenarios.switcher.box
    QTimer.singleShot(0, lambda: press_in_dialog(qtbot, Qt.Key.Key_Return))
    box.setCurrentIndex(box.count() - 1)
    box.activated.emit(box.count() - 1)
    wait_for(qtbot, lambda: tour.is_done)

    bubble.next.click()
    assert tour.step == "rebalance"
    stands_beside(tour)
    bubble.back.click()
    assert tour.step == "scenario"
    bubble.next.click()
    the_ring_goes_with_the_search(qtbot, window, tour)
    bubble.next.click()
    assert (tour.step, bubble.progress) == ("hand_over", "6 of 6")
    bubble.next.click()
    assert window.help.tour is None
    assert not window.help.is_tour_new
    window.close_plan()
    assert not window.start_page.tour_button.isVisible(), "it is offered once"

    window.help.start_tour()  # and found again in the menu
    again = window.help.tour
    assert again is not None
    assert session.document.path.exists()
    window.docks.by_name["territories"].setFloating(True)
    QApplication.processEvents()
    qtbot.wait(50)
    assert not again.ring.isVisible()
    assert window.rect().contains(again.bubble.geometry())
    again.go(1)
    assert not window.map_view.option("show_legend")
    QTest.keyClick(again.bubble, Qt.Key.Key_Escape)
    assert window.help.tour is None
    assert window.map_view.option("show_legend")
    window.docks.by_name["territories"].setFloating(False)


def the_ring_goes_with_the_search(qtbot: QtBot, window: MainWindow, tour: Tour) -> None:
    """It stands around the strip while it runs, then around the panel where the proposals are."""
    QTimer.singleShot(0, lambda: press_in_dialog(qtbot, Qt.Key.Key_Return))
    window.commands["rebalance"].trigger()
    wait_for(qtbot, lambda: window.solving.runner.is_running)
    assert "Stop" in tour.bubble.wish
    wait_for(qtbot, lambda: is_around(tour, window.solving.bar))
    stands_beside(tour)
    wait_for(qtbot, lambda: window.solving._shown is not None or tour.is_done)
    if not tour.is_done:  # else the machine was so busy that its time was over
        QTest.mouseClick(window.solving.bar.stop, LEFT)
        wait_for(qtbot, lambda: tour.is_done)
    if window.solving.proposals:
        assert "above the map" in tour.bubble.wish
        assert is_around(tour, window.solving.bar)
        tour.bubble.back.click()
        tour.bubble.next.click()
        window.solving.offer(window.solving.proposals * 2)  # as when there was time for several
    assert window.proposals_panel.is_offering
    assert "choose one" in tour.bubble.wish
    wait_for(qtbot, lambda: is_around(tour, window.proposals_panel))
    stands_beside(tour)


def is_around(tour: Tour, widget: QWidget) -> bool:
    box = QRect(widget.mapTo(widget.window(), QPoint(0, 0)), widget.size())
    return tour.ring.isVisible() and tour.ring.geometry().contains(box & widget.window().rect())


def press_in_dialog(qtbot: QtBot, key: Qt.Key) -> None:
    wait_for(qtbot, lambda: QApplication.activeModalWidget() is not None)
    dialog = QApplication.activeModalWidget()
    QTest.keyClick(dialog.focusWidget() or dialog, key)


def map_says(qtbot: QtBot, window: MainWindow) -> str:
    """Return the message over the map, "" where none is shown."""
    said: list[str] = []
    script = "(h => h.dataset.shown === 'true' ? h.textContent : '')(document.querySelector('.tm-hint'))"
    window.map_view.page.runJavaScript(script, said.append)
    wait_for(qtbot, lambda: bool(said))
    return said[0]


def legend_is_shown(qtbot: QtBot, window: MainWindow) -> str:
    """Return "true" or "false", as the page itself has it, by its pixels' box."""
    said: list[str] = []
    script = "String(document.querySelector('.tm-legend').getClientRects().length > 0)"
    window.map_view.page.runJavaScript(script, said.append)
    wait_for(qtbot, lambda: bool(said))
    return said[0]


def stands_beside(tour: Tour) -> None:
    """The ring is at the thing, the bubble in the window and not over it; its tip may touch."""
    tour.place()
    inside = tour.bubble.geometry().adjusted(10, 10, -10, -10)
    assert tour.ring.isVisible()
    assert not inside.intersects(tour.ring.geometry())
    assert tour.bubble.parentWidget() is not None
    assert tour.bubble.parentWidget().rect().contains(tour.bubble.geometry())


def places(qtbot: QtBot, window: MainWindow) -> tuple[QPoint, QPoint]:
    """Return two pixels of the map: on the border that the step shows, and to the right of it; waits for the flight."""
    found: list[str] = []
    script = (
        "JSON.stringify([__tm.map.getZoom(), ...[-87.53, -86.4].map("
        "lon => __tm.map.latLngToContainerPoint([40.3, lon])).map(p => [p.x, p.y])])"
    )
    last: list[str] = []

    def is_still() -> bool:
        window.map_view.page.runJavaScript(script, found.append)
        qtbot.wait(120)
        last[:] = found[-2:]
        return len(last) == 2 and last[0] == last[1] and json.loads(last[0])[0] > 5

    wait_for(qtbot, is_still)
    _, start, end = json.loads(last[0])
    return QPoint(round(start[0]), round(start[1])), QPoint(round(end[0]), round(end[1]))


def test_the_sample_plan_offers_the_tour_until_it_is_refused(window: MainWindow, tmp_path: Path) -> None:
    window.files.open_sample()
    assert window.help._offer.isVisible()
    window.help._offer.no.click()
    assert not window.help._offer.isVisible()
    assert not window.help.is_tour_new
