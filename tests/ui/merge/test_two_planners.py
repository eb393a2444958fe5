"""Two planners and one plan, told in the real window: send, edit on both sides, merge, conflicts, undo.

::

    D  N N S S W .      N North (Ann), S South (Bob), W West (vacant), . unassigned
    C  N N S S W .      Paula gives B2 to West and A6 to South; Bo gives B2 to South and C6 to West, and calls
    B  N N S S W .      West "Wild West": B2 is the conflict.
    A  N N S S W .
       1 2 3 4 5 6
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from territorymap.session import commands
from territorymap.ui.merge.merge_dialog import MergeDialog
from territorymap.ui.preferences import Preferences
from territorymap.ui.share.sent import SentDialog
from territorymap.ui.tasks import stop_all
from tests.support.window import CTRL, SHIFT, Window, wait_until

A6, B2, C6 = 5, 7, 17
CONFLICT = (179, 18, 95)  # theme.js, light


@pytest.fixture
def window(qapp: QApplication, tmp_path: Path) -> Iterator[Window]:
    preferences = Preferences(tmp_path / "settings.ini")
    for purpose in ("send", "merge", "plans"):
        preferences.set_folder(purpose, tmp_path)
    window = Window(preferences, 1500, 900)
    yield window
    complaints = window.complaints
    stop_all()
    window.close()
    assert complaints == []


def sit_down(window: Window, author: str, path: Path) -> None:
    """Another planner opens a plan."""
    window.main.preferences.author = author
    assert window.main.open_plan(path)
    window.wait_for_map()


def paint(window: Window, unit: int, territory: str) -> None:
    """Give one unit to a territory by a stroke of the brush."""
    session = window.main.session
    assert session is not None
    found = session.plan.territory_named(territory)
    assert found is not None
    window.main.commands["tool_brush"].trigger()
    window.map.set_brush_radius(0)
    window.map.set_target(found.territory_id)
    place = window.place_of_unit(unit)
    window.stroke([place, place])
    assert session.plan.unit_territory[unit] == session.plan.territory_ix(found.territory_id)


def owner(window: Window, unit: int) -> str:
    session = window.main.session
    assert session is not None
    ix = int(session.plan.unit_territory[unit])
    return session.plan.territories[ix].name if ix >= 0 else ""


def owner_in_file(path: Path, code: str) -> str:
    with sqlite3.connect(path) as file:
        sql = (
            "SELECT territory_name FROM assignment JOIN unit USING (unit_id) JOIN territory USING (territory_id)"
            " WHERE unit_code = ?"
        )
        return str(file.execute(sql, (code,)).fetchone()[0])


def hatched(window: Window, unit: int) -> bool:
    """Whether lines of the colour of conflicts are drawn over a unit."""
    at, image = window.place_of_unit(unit), window.image()
    ratio = image.devicePixelRatio()
    colors = set()
    for dx in range(-12, 13):
        for dy in range(-12, 13):
            color = image.pixelColor(round((at.x() + dx) * ratio), round((at.y() + dy) * ratio))
            colors.add((color.red(), color.green(), color.blue()))
    return any(r > g + 40 and b > g + 10 for r, g, b in colors)


def test_send_edit_merge_decide_undo(window: Window, plan: Path, tmp_path: Path) -> None:
    copy = tmp_path / "for bo.gpkg"

    # Paula sends a copy.
    sit_down(window, "Paula", plan)
    window.answer_file_dialog(copy)
    window.choose_in_menu("File", "Send a copy…")
    sent = window.dialog(SentDialog)
    assert sent.place.text() == str(copy)
    sent.reject()
    assert not copy.with_name(copy.name + "-wal").exists()

    # Bo works in it.
    sit_down(window, "Bo", copy)
    paint(window, B2, "South")
    paint(window, C6, "West")
    session = window.main.session
    assert session is not None
    west = session.plan.territory_named("West")
    assert west is not None
    session.do(commands.rename_territory(session.plan, west.territory_id, "Wild West"))

    # Paula meanwhile in hers.
    sit_down(window, "Paula", plan)
    paint(window, B2, "West")
    paint(window, A6, "South")
    n_steps = len(window.main.session.timeline())  # type: ignore[union-attr]

    # She takes his copy in.
    window.answer_file_dialog(copy)
    window.choose_in_menu("File", "Merge…")
    dialog = window.dialog(MergeDialog)
    assert [figure.text() for figure in dialog.figures] == ["2", "1", "0", "1"]
    assert [dialog.tabs.tabText(i) for i in range(dialog.tabs.count())][:2] == ["Conflicts (1)", "What they did (3)"]
    assert owner(window, C6) == ""  # nothing is written yet
    window.click(dialog.merge)
    wait_until(lambda: not window.is_open(MergeDialog), "the dialog closes")
    window.rest()
    session = window.main.session
    assert session is not None
    assert [owner(window, unit) for unit in (A6, B2, C6)] == ["South", "Wild West", "Wild West"]
    assert len(session.timeline()) == n_steps + 1

    # The conflict is listed, counted and hatched; list and map go together.
    panel = window.main.conflict_panel
    wait_until(lambda: panel.isVisible() and panel.n_open == 1, "the conflict is listed")
    assert window.main.status.conflicts.text() == "1 open conflict"
    row = [window.cell(panel.view, 0, title) for title in ("What", "Mine", "Theirs", "Before")]
    assert row[0].startswith("Unit Square B2")
    assert "West" in row[1]
    assert row[2:] == ["South", "North"]
    assert "Paula" in panel.model.text(panel.model.views[0], 5)
    assert "Bo" in panel.model.text(panel.model.views[0], 6)
    wait_until(lambda: hatched(window, B2), "the conflict is hatched")
    assert not hatched(window, A6)
    window.main.commands["tool_pick"].trigger()
    window.click_map(window.place_of_unit(A6))
    assert panel.view.selectionModel().selectedRows() == []
    window.click_map(window.place_of_unit(B2))
    wait_until(lambda: panel.view.selectionModel().selectedRows(), "the line of the unit is chosen")
    window.main.selection.set_units(np.array([], dtype=np.int32), "test")
    window.click_cell(panel.view, 0, "What")
    assert window.main.selection.units.tolist() == [B2]

    # She decides for him; undo opens the conflict again, once more undo takes the merge back.
    window.click_action(panel.take_theirs)
    assert owner(window, B2) == "South"
    assert owner_in_file(plan, "B2") == "South"
    wait_until(lambda: panel.n_open == 0, "no conflict is left")
    assert not window.main.status.conflicts.isVisible()
    window.main.map_view.fly_home()
    wait_until(lambda: not hatched(window, B2), "the hatching is gone")
    window.key(window.main, Qt.Key.Key_Z, CTRL)
    wait_until(lambda: panel.n_open == 1, "the conflict is open again")
    assert owner(window, B2) == "Wild West"
    window.key(window.main, Qt.Key.Key_Z, CTRL)
    wait_until(lambda: panel.n_open == 0, "the merge is taken back")
    assert [owner(window, unit) for unit in (A6, B2, C6)] == ["South", "West", ""]
    window.key(window.main, Qt.Key.Key_Z, CTRL | SHIFT)
    wait_until(lambda: panel.n_open == 1, "the merge is done again")
    assert owner(window, C6) == "Wild West"

    # The change log has both sides' steps with their authors.
    window.main.docks.bring_up("changes")
    changes = window.main.changes_panel
    wait_until(lambda: changes.model.rowCount() > n_steps, "the log is read")
    lines = [(changes.model.text(row, 0).strip(), changes.model.text(row, 2)) for row in changes.model.rows[:7]]
    assert lines.pop(0) == (
        "Square B2: Wild West → South; 1 conflict decided, theirs taken: Square B2",
        "Paula",
    )  # taken back
    assert lines[0] == ("Merge for bo.gpkg (3 steps of the other copy)", "Paula")
    assert lines[1:4] == [
        ("↳ Territory West renamed to Wild West", "Bo"),
        ("↳ Square C6: unassigned → West", "Bo"),
        ("↳ Square B2: North → South", "Bo"),
    ]
    assert lines[4] == ("Square A6: unassigned → South", "Paula")
