"""The list "Colour by" of the real window: entries, classes, what is remembered for each plan."""

from __future__ import annotations

import importlib
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from territorymap.mapview.shading.registry import Classing
from territorymap.ui.main_window import MainWindow
from territorymap.ui.tasks import stop_all


@pytest.fixture(autouse=True)
def no_thread_is_left(qapp: object) -> Iterator[None]:
    yield
    stop_all()


def entries(window: MainWindow) -> list[str]:
    """Return the texts of the menu as it would be shown now; checked ones begin with "*"."""
    window.menus.colors.aboutToShow.emit()
    found = []
    for action in window.menus.colors.actions():
        sign = "*" if action.isChecked() else ""
        found.append(f"[{action.text()}]" if action.isSeparator() else sign + action.text().replace("&", ""))
    return found


def choose(window: MainWindow, text: str, section: str = "") -> None:
    window.menus.colors.aboutToShow.emit()
    under = ""
    for action in window.menus.colors.actions():
        under = action.text() if action.isSeparator() else under
        if action.text().replace("&", "") == text and under == section:
            action.trigger()
            return
    raise AssertionError(text)


def test_the_list_offers_what_the_plan_has(opened: MainWindow) -> None:
    found = entries(opened)
    assert found[:2] == ["*Territory", "Rep"]
    assert found[2] == "[Index of the territory]"
    assert {"Accounts", "Units", "Workload, h", "Revenue"} <= set(found)
    assert found.index("[Measure of the units]") > found.index("[Index of the territory]")
    assert "Region" not in found
    assert "[Classes]" not in found


def test_classes_are_offered_for_measures_and_what_is_chosen_is_kept_for_the_plan(
    opened: MainWindow, plan: Path, qtbot: QtBot
) -> None:
    choose(opened, "Revenue", "Measure of the units")
    shown = opened.map_view.shading
    qtbot.waitUntil(lambda: shown.key.startswith("measure:"), timeout=30_000)
    assert shown.choice is not None
    assert shown.choice.title == "Revenue"
    assert "*Quantiles" in entries(opened)
    choose(opened, "Natural breaks", "Classes")
    choose(opened, "Per square kilometre", "Classes")
    number = next(a.menu() for a in opened.menus.colors.actions() if a.menu() is not None)
    next(a for a in number.actions() if a.text() == "7 classes").trigger()
    assert shown.classing == Classing("natural_breaks", 7, True)
    key = shown.key
    opened.close_plan()
    assert opened.map_view.shading.choices() == []
    assert opened.open_plan(plan)
    qtbot.waitUntil(lambda: opened.map_view.is_ready, timeout=30_000)
    assert (shown.key, shown.classing) == (key, Classing("natural_breaks", 7, True))
    choose(opened, "Territory")
    opened.close_plan()
    assert opened.open_plan(plan)
    assert shown.key == "territory"


def test_f4_goes_to_and_fro(opened: MainWindow) -> None:
    shading, swap = opened.map_view.shading, opened.commands["swap_colors"]
    swap.trigger()
    assert shading.key.startswith("index:")  # nothing was chosen before: the balance
    choose(opened, "Rep")
    swap.trigger()
    assert shading.key == "territory"
    swap.trigger()
    assert shading.key == "rep"


@pytest.mark.parametrize("kept", ["measure:gone", "nonsense", "index:"])
def test_what_was_kept_of_a_measure_that_is_gone_is_forgotten(window: MainWindow, plan: Path, kept: str) -> None:
    from territorymap.session.session import Session

    with Session.open(plan, read_only=True) as session:
        window.preferences.set_plan_text(session.plan.info.uuid, "color_by", kept)
    assert window.open_plan(plan)
    assert window.map_view.shading.key == "territory"


def test_a_plan_opens_at_once_and_gets_its_classes_when_their_library_has_come(
    window: MainWindow, plan: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As in a new run of the program: the library is not there yet, and comes in a thread."""
    from territorymap.mapview.shading import classes
    from territorymap.session.session import Session

    with Session.open(plan, read_only=True) as session:
        uuid = session.plan.info.uuid
        key = next(f"measure:{m.uuid}" for m in session.plan.measures if m.name == "Revenue")
    window.preferences.set_plan_text(uuid, "color_by", key)
    came = threading.Event()
    fetched_in: list[threading.Thread] = []

    def fetch() -> object:
        fetched_in.append(threading.current_thread())
        assert came.wait(30)
        return importlib.import_module("mapclassify")

    for module in [name for name in sys.modules if name.partition(".")[0] == "mapclassify"]:
        monkeypatch.delitem(sys.modules, module)
    monkeypatch.setattr("territorymap.ui.color_menu.load_classifier", fetch)
    assert window.open_plan(plan)
    qtbot.waitUntil(lambda: window.map_view.is_ready, timeout=30_000)
    assert window.map_view.shading.key == "territory"
    came.set()
    qtbot.waitUntil(lambda: window.map_view.shading.key == key, timeout=30_000)
    assert fetched_in
    assert fetched_in[0] is not threading.main_thread()
    assert classes.CLASSIFIER in sys.modules
