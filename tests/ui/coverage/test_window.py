"""Conflicts in the real window: from the menu to the list, marks on the map, the mending, its undo, the deals page."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QToolButton

from territorymap.ui.preferences import Preferences
from territorymap.ui.tasks import stop_all
from tests.support.window import Window, wait_until
from tests.ui.coverage.test_panel import choose_kind
from tests.ui.panels.events import click, rows_in_file

INK = (106, 31, 176)  # theme.js, light
A6 = 5
GIVEN = "SELECT count(*) FROM assignment"


@pytest.fixture
def window(qapp: QApplication, tmp_path: Path, channels_file: Path) -> Iterator[Window]:
    window = Window(Preferences(tmp_path / "settings.ini"), 1500, 900)
    assert window.main.open_plan(Path(shutil.copy(channels_file, tmp_path / "plan.gpkg")))
    window.wait_for_map()
    yield window
    complaints = window.complaints
    stop_all()
    window.close()
    assert complaints == []


def is_inked(window: Window, unit: int, reach: int = 30) -> bool:
    """Whether the colour of the marks stands near the middle of a unit."""
    place, image = window.place_of_unit(unit), window.image()
    ratio = image.devicePixelRatio()
    for dx in range(-reach, reach):
        for dy in range(-reach, reach):
            color = image.pixelColor(round((place.x() + dx) * ratio), round((place.y() + dy) * ratio))
            if max(abs(a - b) for a, b in zip((color.red(), color.green(), color.blue()), INK, strict=True)) < 12:
                return True
    return False


def test_from_the_list_to_the_map_and_back(window: Window) -> None:
    main, panel = window.main, window.main.coverage_panel
    assert panel.look is None  # nothing is worked out before it is seen
    window.choose_in_menu("Coverage", "Conflicts and gaps")
    wait_until(lambda: panel.look is not None, "the look")
    choose_kind(panel, "In an unassigned unit")
    window.rest()
    wait_until(lambda: window.js("__tm.coverage.shown.units.length") == 4, "the marks")
    assert is_inked(window, A6)
    click(panel.table.view, 0, 0)
    wait_until(lambda: window.js("__tm.coverage.shown.chosen_accounts.length") > 0, "the chosen line")
    before = rows_in_file(main.session, GIVEN)[0][0]
    window.choose(panel.box.whom, "all 6 of this cause")
    window.click(panel.box.mend)
    assert rows_in_file(main.session, GIVEN) == [(before + 4,)]
    wait_until(lambda: window.js("__tm.coverage.shown.units.length") == 0, "marks that go")
    main.commands["undo"].trigger()
    wait_until(lambda: window.js("__tm.coverage.shown.units.length") == 4, "marks that come back")
    assert rows_in_file(main.session, GIVEN) == [(before,)]
    main.docks.bring_up("territories")
    wait_until(lambda: window.js("__tm.coverage.shown.units.length") == 0, "no marks while it is not seen")
    window.rest()
    assert not is_inked(window, A6)
    main.docks.bring_up("coverage")
    (button,) = [b for b in panel.findChildren(QToolButton) if b.defaultAction() is panel.deals]
    window.click(button)
    assert main.planning.window.page_name == "deals"
    main.planning.window.close()
