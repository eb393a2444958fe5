"""The window as a planner meets it: open, paint, undo, close; every command has a name, a key and a tooltip."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QAction, QDragEnterEvent, QDropEvent, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QMessageBox, QPushButton, QTabBar, QToolButton
from pytestqt.qtbot import QtBot

from territorymap.errors import UserError
from territorymap.session.session import Session
from territorymap.ui import plan_files
from territorymap.ui.import_wizard.accounts_dialog import AccountImportDialog
from territorymap.ui.main_window import MainWindow
from territorymap.ui.merge.merge_dialog import MergeDialog
from territorymap.ui.new_plan.dialog import NewPlanDialog
from territorymap.ui.preferences import Preferences
from tests.importers.boundary_files import frame, write_shapefile
from tests.importers.files import feature, square, write_geojson
from tests.ui.conftest import wait_for

LEFT = Qt.MouseButton.LeftButton
CTRL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier


def territory_by_unit(path: Path) -> dict[str, str]:
    """Read unit code -> territory from the file itself."""
    with closing(sqlite3.connect(path)) as connection:
        rows = connection.execute(
            "SELECT unit_code, territory_name FROM assignment JOIN unit USING (unit_id)"
            " JOIN territory USING (territory_id)"
        )
        return dict(rows.fetchall())


def select_units(window: MainWindow, *codes: str) -> None:
    assert window.session is not None
    units = window.session.plan.units
    window.selection.set_units(np.array([units.ix_by_code[code] for code in codes], dtype=np.int32), "test")


def pixel_of(window: MainWindow, qtbot: QtBot, code: str) -> QPoint:
    """Return where the middle of a unit is in the page."""
    assert window.session is not None
    units = window.session.plan.units
    ix = units.ix_by_code[code]
    found: list[object] = []
    script = f"JSON.stringify(__tm.map.latLngToContainerPoint([{units.lat[ix]}, {units.lon[ix]}]))"
    window.map_view.page.runJavaScript(script, found.append)
    wait_for(qtbot, lambda: bool(found))
    at = json.loads(str(found[0]))
    return QPoint(round(at["x"]), round(at["y"]))


def press_again(qtbot: QtBot, window: MainWindow) -> None:
    """Press "Open again" in the notice."""
    (button,) = [b for b in window.notices.findChildren(QPushButton) if "gain" in b.text() and b.isVisible()]
    former = window.session
    QTest.mouseClick(button, LEFT)
    wait_for(qtbot, lambda: window.session is not former and window.session is not None)


class TestOpening:
    def test_without_a_plan_only_the_start_page_shows(self, window: MainWindow) -> None:
        assert window.pages.currentWidget() is window.start_page
        assert not window.tools.isVisible()
        assert not any(dock.isVisible() for dock in window.docks.by_name.values())
        assert not window.commands["undo"].isEnabled()
        assert window.commands["open"].isEnabled()

    def test_a_plan_fills_map_panels_and_title(self, opened: MainWindow) -> None:
        assert opened.windowTitle() == "grid - Territory Map"
        assert opened.docks.by_name["territories"].isVisible()
        assert opened.docks.by_name["accounts"].isVisible()
        assert [opened.tools.target.itemText(i) for i in range(3)] == ["North", "South", "West"]
        assert opened.status.unassigned.text().startswith("4 units unassigned")

    def test_an_open_plan_is_first_among_the_recent_ones(self, opened: MainWindow, plan: Path) -> None:
        assert opened.preferences.recent[0] == plan.resolve()

    def test_another_plan_closes_the_former_one(self, opened: MainWindow, plan: Path, grid_file: Path) -> None:
        former = opened.session
        other = plan.with_name("other.gpkg")
        other.write_bytes(grid_file.read_bytes())
        assert opened.open_plan(other)
        assert former is not None
        assert not former.document.is_open
        assert opened.session is not None
        assert opened.session.document.path == other.resolve()
        assert not plan.with_name("grid.gpkg-wal").exists()

    def test_a_file_that_is_no_plan_is_refused_and_the_open_plan_stays(
        self, opened: MainWindow, qtbot: QtBot, tmp_path: Path
    ) -> None:
        bad = tmp_path / "bad.gpkg"
        bad.write_text("hello")
        session = opened.session
        assert not opened.open_plan(bad)
        box = opened.findChild(QMessageBox)
        assert box is not None
        assert "bad.gpkg" in box.text()
        box.close()
        assert opened.session is session

    def test_a_plan_open_elsewhere_opens_read_only_and_says_so(
        self, window: MainWindow, qtbot: QtBot, plan: Path
    ) -> None:
        with Session.open(plan, author="Bob"):
            assert window.open_plan(plan)
            assert window.windowTitle() == "grid (read-only) - Territory Map"
            assert window.notices.texts
            assert not window.commands["tool_brush"].isEnabled()
            assert not window.commands["import_accounts"].isEnabled()
            assert window.commands["find"].isEnabled()
            press_again(qtbot, window)
            assert window.session is not None
            assert window.session.is_read_only, "it still is open elsewhere"
        press_again(qtbot, window)
        assert not window.session.is_read_only
        assert window.notices.texts == []
        window.close_plan()

    def test_closing_the_plan_shows_the_start_page_and_leaves_one_file(self, opened: MainWindow, plan: Path) -> None:
        QTest.keyClick(opened, Qt.Key.Key_W, CTRL)
        assert opened.session is None
        assert opened.pages.currentWidget() is opened.start_page
        assert sorted(p.name for p in plan.parent.glob("grid.gpkg*")) == ["grid.gpkg"]


class TestEditing:
    def test_a_brush_stroke_on_the_page_is_in_the_file(self, opened: MainWindow, qtbot: QtBot, plan: Path) -> None:
        QTest.keyClick(opened, Qt.Key.Key_B)
        assert opened.map_view.tool == "brush"
        opened.tools.brush.setValue(0)
        opened.tools.target.setCurrentIndex(opened.tools.target.findText("West"))
        place = pixel_of(opened, qtbot, "B6")
        page = opened.map_view.view.focusProxy()
        assert opened.session is not None
        n_steps = len(opened.session.document.history())
        QTest.mouseMove(page, place)
        QTest.mousePress(page, LEFT, pos=place)
        qtbot.wait(120)
        QTest.mouseRelease(page, LEFT, pos=place)
        wait_for(qtbot, lambda: len(opened.session.document.history()) == n_steps + 1)  # type: ignore[union-attr]
        assert territory_by_unit(plan)["B6"] == "West"
        assert opened.status.unassigned.text().startswith("3 units unassigned")
        assert opened.commands["undo"].text() == "&Undo: Give 1 unit to West"

    def test_selected_units_go_to_the_target_and_back_by_keys(self, opened: MainWindow, plan: Path) -> None:
        select_units(opened, "A6", "B6")
        opened.tools.set_target(opened.tools.target.itemData(1))
        QTest.keyClick(opened, Qt.Key.Key_Return, CTRL)
        assert {territory_by_unit(plan).get(c) for c in ("A6", "B6")} == {"South"}
        QTest.keyClick(opened, Qt.Key.Key_Z, CTRL)
        assert not {"A6", "B6"} & territory_by_unit(plan).keys()
        assert opened.status.message == "Taken back: Give 2 units to South"
        QTest.keyClick(opened, Qt.Key.Key_Z, CTRL | SHIFT)
        assert {territory_by_unit(plan).get(c) for c in ("A6", "B6")} == {"South"}

    def test_locked_units_refuse_and_the_refusal_is_seen(self, opened: MainWindow, qtbot: QtBot, plan: Path) -> None:
        select_units(opened, "A1")
        QTest.keyClick(opened, Qt.Key.Key_K, CTRL)
        assert opened.commands["lock_units"].text() == "Unloc&k the selected units"
        opened.tools.set_target(opened.tools.target.itemData(1))
        QTest.keyClick(opened, Qt.Key.Key_Return, CTRL)
        assert territory_by_unit(plan)["A1"] == "North"
        assert opened.toast.isVisible()
        assert "Square A1 (A1) is locked." in opened.toast.text
        assert "A1" in opened.status.message

    def test_erase_keeps_the_listed_target_for_afterwards(self, opened: MainWindow) -> None:
        opened.tools.target.setCurrentIndex(1)
        listed = opened.tools.listed_id
        QTest.keyClick(opened, Qt.Key.Key_E)
        assert opened.map_view.target is None
        assert opened.map_view.tool == "brush"
        QTest.keyClick(opened, Qt.Key.Key_E)
        assert opened.map_view.target == listed == opened.tools.target_id

    def test_selecting_a_territory_makes_it_the_target(self, opened: MainWindow) -> None:
        assert opened.session is not None
        west = opened.session.plan.territories[2].territory_id
        opened.selection.set_territory(west, "test")
        assert opened.map_view.target == west
        assert opened.tools.target.currentText() == "West"

    def test_the_target_outlives_an_empty_selection(self, opened: MainWindow) -> None:
        assert opened.session is not None
        opened.selection.set_territory(opened.session.plan.territories[1].territory_id, "test")
        opened.selection.clear("test")
        assert opened.map_view.target == opened.session.plan.territories[1].territory_id

    def test_the_context_menu_offers_the_territory_under_the_pointer(self, opened: MainWindow) -> None:
        assert opened.session is not None
        ix = opened.session.plan.units.ix_by_code["A3"]
        select_units(opened, "A3")
        menu = opened.map_commands.build_menu(ix)
        texts = [action.text() for action in menu.actions() if action.text()]
        assert "&Paint into South" in texts
        next(a for a in menu.actions() if a.text() == "&Paint into South").trigger()
        assert opened.tools.target.currentText() == "South"
        menu.deleteLater()


class TestCommands:
    def test_every_command_has_a_text_and_a_tooltip(self, window: MainWindow) -> None:
        bare = [a.objectName() for a in window.commands.all() if not a.text() or not a.toolTip()]
        assert bare == []

    def test_every_command_is_in_a_menu(self, window: MainWindow) -> None:
        def leaves(actions: list[QAction]) -> set[QAction]:
            found: set[QAction] = set()
            for action in actions:
                menu = action.menu()
                found |= leaves(menu.actions()) if menu is not None else {action}  # type: ignore[attr-defined]
            return found

        in_menus = leaves(window.menuBar().actions())
        lost = [a.objectName() for a in window.commands.all() if a not in in_menus]
        assert lost == []

    def test_no_key_means_two_things(self, window: MainWindow) -> None:
        by_key: dict[str, list[str]] = {}
        for action in window.findChildren(QAction):
            if action.shortcutContext() == Qt.ShortcutContext.WindowShortcut:
                for key in action.shortcuts():
                    by_key.setdefault(key.toString(), []).append(action.text())
        assert {key: texts for key, texts in by_key.items() if len(texts) > 1} == {}

    def test_nothing_is_wider_than_a_small_laptop(self, opened: MainWindow) -> None:
        opened.commands["tool_brush"].trigger()
        assert opened.minimumSizeHint().width() <= 1366
        # 1366 pixels at a scale of 125 %.
        assert opened.tools.sizeHint().width() <= 1093
        opened.commands["tool_draw"].trigger()
        assert opened.tools.sizeHint().width() <= 1093
        opened.tools.drawing.becomes.setCurrentIndex(1)
        assert opened.tools.sizeHint().width() <= 1093
        for button in opened.tools.findChildren(QToolButton):
            if button.isVisible() and button.text():
                assert button.width() >= button.sizeHint().width(), button.text()

    @pytest.mark.parametrize("way", ["key", "menu"])
    def test_pick_the_target_arms_the_map_once_and_the_next_click_picks(
        self, opened: MainWindow, qtbot: QtBot, way: str
    ) -> None:
        """The key sent on to the map came back as the same shortcut, for ever, and took the focus each time."""
        assert opened.session is not None
        wait_for(qtbot, lambda: opened.map_view.is_ready)
        page = opened.map_view.view.focusProxy()
        n_armed: list[bool] = []
        opened.commands["pick_target"].triggered.connect(lambda: n_armed.append(True))
        if way == "key":
            QTest.keyClick(opened, Qt.Key.Key_I)
        else:
            opened.commands["pick_target"].trigger()
        at = pixel_of(opened, qtbot, "A3")
        QTest.mouseMove(page, at)
        QTest.mouseClick(page, LEFT, pos=at)
        wait_for(qtbot, lambda: opened.tools.target.currentText() == "South")
        assert n_armed == [True]

    def test_zoom_in_shows_less(self, opened: MainWindow, qtbot: QtBot) -> None:
        wait_for(qtbot, lambda: opened.map_view.bounds is not None)
        before = opened.map_view.bounds
        opened.commands["zoom_in"].trigger()
        wait_for(qtbot, lambda: opened.map_view.bounds != before)
        assert before is not None
        assert opened.map_view.bounds is not None
        assert opened.map_view.bounds[2] - opened.map_view.bounds[0] < before[2] - before[0]

    def test_the_map_shows_the_index_of_the_measure_chosen_in_the_table(self, opened: MainWindow, qtbot: QtBot) -> None:
        box = opened.territory_panel.bar_choice
        box.setFocus()
        QTest.keyClick(box, Qt.Key.Key_Home)
        chosen = opened.session.plan.measures[opened.territory_panel.model.bar_ix].name  # type: ignore[union-attr]

        def is_shown() -> bool:
            told: list[str] = []
            opened.map_view.page.runJavaScript("JSON.stringify(__tm._measure)", told.append)
            wait_for(qtbot, lambda: bool(told))
            return told[0] == f'"{chosen}"'

        wait_for(qtbot, is_shown)

    def test_map_options_are_remembered(self, opened: MainWindow, preferences: Preferences) -> None:
        opened.commands["show_labels"].trigger()
        assert not opened.map_view.option("show_labels")
        assert not preferences.flag("show_labels", True)


class TestLayout:
    def test_hidden_panels_stay_hidden_for_the_next_plan(self, opened: MainWindow, plan: Path) -> None:
        opened.docks.by_name["history"].toggleViewAction().trigger()
        opened.close_plan()
        assert opened.open_plan(plan)
        assert opened.docks.by_name["history"].isHidden()
        opened.commands["reset_layout"].trigger()
        assert not opened.docks.by_name["history"].isHidden()

    def test_panels_behind_a_tab_have_no_second_title(self, opened: MainWindow, qtbot: QtBot) -> None:
        docks = opened.docks.by_name
        wait_for(qtbot, lambda: docks["territories"].titleBarWidget() is not None)
        for behind in opened.tabifiedDockWidgets(docks["territories"]):
            behind.hide()
        wait_for(qtbot, lambda: docks["territories"].titleBarWidget() is None)

    def test_the_key_of_a_panel_behind_another_brings_it_to_the_front(self, opened: MainWindow, qtbot: QtBot) -> None:
        docks = opened.docks.by_name
        tabs = next(bar for bar in opened.findChildren(QTabBar) if bar.count() and bar.tabText(0) == "Territories")
        for key, title in ((Qt.Key.Key_2, "History"), (Qt.Key.Key_1, "Territories")):
            assert tabs.tabText(tabs.currentIndex()) != title
            QTest.keyClick(opened, key, CTRL)
            wait_for(qtbot, lambda title=title: tabs.tabText(tabs.currentIndex()) == title)
            assert not docks["history"].isHidden()
            assert not docks["territories"].isHidden()
        QTest.keyClick(opened, Qt.Key.Key_1, CTRL)
        assert docks["territories"].isHidden()
        QTest.keyClick(opened, Qt.Key.Key_1, CTRL)
        assert not docks["territories"].isHidden()

    def test_size_is_remembered(self, window: MainWindow, preferences: Preferences, qtbot: QtBot) -> None:
        # Not wider than the offscreen screen, to which a window is fitted.
        window.resize(900, 647)
        window.close()
        other = MainWindow(None, preferences)
        assert other.height() == 647
        other.end()

    @pytest.mark.parametrize(("choice", "is_dark"), [("dark", True), ("light", False)])
    def test_the_theme_reaches_widgets_and_map(self, opened: MainWindow, choice: str, is_dark: bool) -> None:
        opened.commands[f"theme_{choice}"].trigger()
        assert opened.map_view.option("dark") is is_dark
        assert (opened.palette().window().color().lightness() < 128) is is_dark
        assert opened.preferences.theme == choice
        opened.choose_theme("light")


class TestFiles:
    def drop(self, window: MainWindow, *paths: Path) -> None:
        data = QMimeData()
        data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
        action = Qt.DropAction.CopyAction
        none = Qt.KeyboardModifier.NoModifier
        # Qt drops only where it has entered before.
        QApplication.sendEvent(window, QDragEnterEvent(QPoint(50, 50), action, data, LEFT, none))
        QApplication.sendEvent(window, QDropEvent(QPointF(50, 50), action, data, LEFT, none))

    def dialog(self, window: MainWindow, kind: type[QDialog]) -> QDialog:
        found = [d for d in window.findChildren(kind) if d.isVisible()]
        assert len(found) == 1
        return found[0]

    def test_a_dropped_plan_opens(self, window: MainWindow, plan: Path) -> None:
        self.drop(window, plan)
        assert window.session is not None

    def test_a_dropped_copy_of_the_open_plan_can_be_merged(
        self, opened: MainWindow, plan: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        copy = plan.with_name("from bo.gpkg")
        opened.session.document.save_copy(copy)
        asked: list[str] = []
        monkeypatch.setattr(plan_files, "ask", lambda _w, _t, text, *_: asked.append(text) or 0)
        self.drop(opened, copy)
        wait_for(qtbot, lambda: bool(opened.findChildren(MergeDialog)))
        assert asked == ["from bo.gpkg is a copy of the plan that is open."]
        (dialog,) = opened.findChildren(MergeDialog)
        assert not dialog.merge.isEnabled()  # it brings nothing new
        dialog.reject()
        assert opened.session.document.path == plan.resolve()

    def test_a_dropped_list_starts_an_import_when_a_plan_is_open(
        self, opened: MainWindow, qtbot: QtBot, tmp_path: Path
    ) -> None:
        path = tmp_path / "accounts.csv"
        path.write_text("Key,Name,Zip\n1,Acme,60601\n", encoding="utf-8")
        self.drop(opened, path)
        dialog = self.dialog(opened, AccountImportDialog)
        assert isinstance(dialog, AccountImportDialog)
        wait_for(qtbot, lambda: dialog.form.has_file)
        dialog.reject()

    def test_a_dropped_list_starts_a_new_plan_when_none_is_open(
        self, window: MainWindow, qtbot: QtBot, tmp_path: Path
    ) -> None:
        path = tmp_path / "accounts.csv"
        path.write_text("Key,Name,Zip\n1,Acme,60601\n", encoding="utf-8")
        self.drop(window, path)
        dialog = self.dialog(window, NewPlanDialog)
        assert isinstance(dialog, NewPlanDialog)
        wait_for(qtbot, lambda: dialog.accounts.form.has_file)
        dialog.reject()

    def test_a_dropped_boundary_file_starts_a_new_plan_with_it(
        self, window: MainWindow, qtbot: QtBot, tmp_path: Path
    ) -> None:
        path = tmp_path / "areas.geojson"
        path.write_text(
            '{"type": "FeatureCollection", "features": [{"type": "Feature", "properties": {"code": "A"}, "geometry":'
            '{"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 0]]]}}]}'
        )
        self.drop(window, path)
        dialog = self.dialog(window, NewPlanDialog)
        assert isinstance(dialog, NewPlanDialog)
        wait_for(qtbot, lambda: dialog.units.own.outcome is not None)
        assert dialog.units.is_own
        dialog.reject()

    def test_several_dropped_boundary_files_start_a_plan_of_one_layer(
        self, window: MainWindow, qtbot: QtBot, tmp_path: Path
    ) -> None:
        """A shapefile comes with all its parts; only the .shp is one of the files."""
        one = write_shapefile(tmp_path / "s", frame())
        other = write_geojson(tmp_path / "more.geojson", [feature(square(17, 51), AGS="05")])
        self.drop(window, *sorted(one.parent.iterdir()), other)
        dialog = self.dialog(window, NewPlanDialog)
        assert isinstance(dialog, NewPlanDialog)
        wait_for(qtbot, lambda: dialog.units.own.outcome is not None)
        assert dialog.units.own.paths == (one, other)
        assert dialog.units.codes == ["01", "02", "03", "04", "05"]
        dialog.reject()

    def test_the_sample_opens_as_a_copy(self, window: MainWindow, state_folder: Path) -> None:
        QTest.mouseClick(window.start_page.sample_button, LEFT)
        assert window.session is not None
        assert window.session.document.path.is_relative_to(state_folder.resolve())
        assert not window.session.is_read_only

    def test_a_copy_holds_the_same_territories(
        self, opened: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, plan: Path
    ) -> None:
        target = tmp_path / "copy"
        monkeypatch.setattr(
            "territorymap.ui.plan_files.QFileDialog.getSaveFileName", lambda *_args, **_kw: (str(target), "")
        )
        QTest.keyClick(opened, Qt.Key.Key_S, CTRL | SHIFT)
        assert territory_by_unit(target.with_suffix(".gpkg")) == territory_by_unit(plan)
        assert opened.toast.isVisible()

    def test_refusals_do_not_stop_the_work(self, opened: MainWindow) -> None:
        opened.refuse(UserError("West is locked.", "Unlock it first."))
        assert opened.toast.text == "West is locked. Unlock it first."
        assert opened.findChild(QMessageBox) is None
        QTest.mouseClick(opened.toast, LEFT)
        assert not opened.toast.isVisible()


def test_shortcuts_of_undo_and_redo_are_the_usual_ones(window: MainWindow) -> None:
    assert window.commands["undo"].shortcut() == QKeySequence("Ctrl+Z")
    assert QKeySequence("Ctrl+Y") in window.commands["redo"].shortcuts()
