"""One random thing a planner does at the window, of each kind: by mouse on the map, by keys, by commands of the menus.

Owns what is done and that its effect has arrived; whether file, memory and screen agree afterwards is eyes'.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from benchmarks.support.long_use import colleague
from benchmarks.support.long_use.eyes import visible_units
from benchmarks.support.long_use.window import LongWindow
from PySide6.QtCore import QModelIndex, QPoint, Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractItemView, QApplication, QLineEdit, QMenu, QMessageBox

from territorymap.model.plan import Plan
from territorymap.session.session import Session
from territorymap.ui.altering.dialog import AlterDialog
from territorymap.ui.export_dialog import ExportDialog
from territorymap.ui.merge.merge_dialog import MergeDialog
from tests.support.window import CTRL, NO, SHIFT, wait_until

Deed = Callable[["Hands"], bool]  # False: it cannot be done now, and nothing was

# How often each kind comes, in parts of all; "edits" are 6 of 10.
WEIGHTS: dict[str, float] = {
    "brush": 220, "lasso": 30, "rectangle": 20, "fill": 10, "border": 30, "give": 50, "unassign": 6, "lock": 10,
    "undo": 120, "redo": 80, "go_to": 4, "scenario": 45, "alignment": 30, "pick": 50, "row": 40, "clear": 10,
    "zoom": 40, "pan": 30, "find": 12, "filter": 14, "panel": 40, "planning": 16, "dialog": 30, "export": 10,
    "option": 16, "tool": 20, "color": 6, "compare": 10, "cut": 6, "join": 5, "create": 12, "delete": 9, "merge": 4,
    "rename": 8, "recolor": 5, "set_rep": 8, "override": 14, "clear_override": 9, "protect": 4, "rep": 6, "note": 4,
    "theme": 2, "scene": 1.5, "scenario_new": 1.5, "scenario_delete": 1, "present": 1, "language": 0.6,
    "merge_copy": 1.2, "reopen": 0.8, "alter": 0.8, "explain": 6,
}  # fmt: skip
FORMATS: dict[str, int] = {
    "csv": 30, "salesforce": 12, "dynamics": 12, "hubspot": 12, "topojson": 6, "geojson": 4, "kml": 3, "kmz": 3,
    "fgb": 4, "shp": 3, "gpkg": 3, "svg": 3, "png": 3, "xlsx": 3, "html": 2, "scorecard": 3, "onetoone": 2,
    "repsheets": 2, "partner_html": 2, "pptx": 1, "pdf": 1,
}  # fmt: skip
_DIALOGS = (
    "settings", "properties", "balance_settings", "shortcuts", "about", "export", "build", "rebalance", "send_part",
    "import_accounts", "import_reps", "import_alignment", "import_deals", "relayer", "new", "save_copy", "merge",
    "territory_new", "scenario_new", "scenario_caps", "rep_add", "alignment_new", "scenario_edit",
)  # fmt: skip
_WITH_FILES = {"save_copy", "merge"}
_PAINTING = ("brush", "lasso", "rectangle", "fill", "border", "cut", "draw")
_FEW = 4
_ALIKE = ("find", "row", "filter", "explain", "pick", "color", "present")
MOST_MADE = 6  # territories, scenarios, parts, reps that are made before some are taken away
_MADE = "Long run"


class Hands:
    """A planner who never tires."""

    def __init__(self, window: LongWindow, path: Path, folder: Path, rng: np.random.Generator) -> None:
        self.w, self.path, self.folder, self.rng = window, path, folder, rng
        self.n_no_effect = 0  # strokes that fell on a unit that the target had already
        self.formats: list[str] = []
        self._actions: dict[str, QAction] = {}
        self._actions_of: object = None

    # -- choosing ------------------------------------------------------------------------------------------------------

    @property
    def session(self) -> Session:
        assert self.w.main.session is not None
        return self.w.main.session

    @property
    def plan(self) -> Plan:
        return self.session.plan

    def do(self, kind: str) -> bool:
        """Do one thing of a kind; False where that cannot be done now."""
        deed: Callable[[], bool] = getattr(self, f"do_{kind}")
        return deed()

    def _any(self, things: Sequence[object]) -> int:
        return int(self.rng.integers(len(things)))

    def _action(self, name: str) -> QAction:
        if self._actions_of is not self.w.main:
            self._actions_of, self._actions = self.w.main, {}
            waiting = [*self.w.main.actions(), *self.w.main.menuBar().actions()]
            while waiting:
                action = waiting.pop()
                self._actions.setdefault(action.objectName(), action)
                menu = action.menu()
                if isinstance(menu, QMenu):
                    waiting += menu.actions()
        return self._actions[name]

    def trigger(self, name: str) -> bool:
        action = self._action(name)
        if not action.isEnabled():
            return False
        self.w.front(self.w.main)
        action.trigger()
        return True

    def _done(self) -> bool:
        self.w.settle()
        return True

    # -- strokes -------------------------------------------------------------------------------------------------------

    def _border_unit(self) -> tuple[int, int] | None:
        """Return a unit on the screen and a territory of a neighbour that has it not."""
        inside = visible_units(self.w)
        holder = self.plan.unit_territory
        for unit in self.rng.permutation(inside)[:40].tolist():
            around = holder[self.session.adjacency.neighbours_of(unit)]
            others = [
                int(t)
                for t in np.unique(around[around != holder[unit]])
                if t >= 0 and not self.plan.territories[t].locked
            ]
            mine = int(holder[unit])
            is_free = not self.plan.units.locked[unit] and (mine < 0 or not self.plan.territories[mine].locked)
            if others and is_free:
                return unit, others[self._any(others)]
        return None

    def _free_place(self, unit: int) -> QPoint | None:
        """Return where a unit is on the screen, if nothing of the page stands over it."""
        self.w.stand_still()
        units = self.plan.units
        x, y, is_free = self.w.js(
            f"(p => {{ const e = document.elementFromPoint(p.x, p.y); return [p.x, p.y, Boolean(e) &&"
            f" !e.closest('.leaflet-control, .tm-legend, .tm-inset, button')]; }})"
            f"(__tm.map.latLngToContainerPoint([{units.lat[unit]}, {units.lon[unit]}]))"
        )
        at = QPoint(round(x), round(y))
        is_inside = 30 < at.x() < self.w.map.width() - 30 and 30 < at.y() < self.w.map.height() - 30
        return at if is_free and is_inside else None

    def _use_tool(self, name: str, territory_ix: int | None = None) -> None:
        main = self.w.main
        if main.map_view.tool != name:
            self.trigger(f"tool_{name}")
        if main.commands["erase"].isChecked():
            main.commands["erase"].setChecked(False)
        if territory_ix is not None:
            wanted = self.plan.territories[territory_ix].territory_id
            if main.map_view.target != wanted:
                main.tools.target.setCurrentIndex(main.tools.target.findData(wanted))

    def _stroke(self, path: Sequence[QPoint]) -> bool:
        """Drag along a path; wait for the answer, which stays away where the stroke changes nothing."""
        rev, n_painted, n_refused = self.session.rev, len(self.w.painted), len(self.w.refused)
        self.w.press(path[0])
        for place in path[1:]:
            self.w.drag_to(place)
        self.w.release()
        self.w.settle()

        def answered() -> bool:
            return len(self.w.painted) > n_painted or len(self.w.refused) > n_refused or self.session.rev != rev

        if not answered():
            self.w.js("1")
            if not self.soon(answered):
                self.n_no_effect += 1
                QTest.keyClick(self.w.hand, Qt.Key.Key_Escape)
        return self._done()

    def soon(self, is_so: Callable[[], bool], turns: int = 25) -> bool:
        """Wait for something that may stay away; tell whether it came."""
        for _ in range(turns):
            if is_so():
                return True
            self.w.js("1")
        return is_so()

    def do_brush(self) -> bool:
        found = self._border_unit()
        place = self._free_place(found[0]) if found else None
        if found is None or place is None:
            return False
        self._use_tool("brush", found[1])
        self.w.map.set_brush_radius(int(self.rng.choice([0, 0, 0, 6, 14])))
        return self._stroke([place, place + QPoint(1, 1)])

    def do_lasso(self) -> bool:
        return self._around("lasso")

    def do_rectangle(self) -> bool:
        return self._around("rectangle")

    def _around(self, tool: str) -> bool:
        found = self._border_unit()
        place = self._free_place(found[0]) if found else None
        if found is None or place is None:
            return False
        self._use_tool(tool, found[1])
        r = int(self.rng.integers(10, 26))
        corners = [QPoint(-r, -r), QPoint(r, -r), QPoint(r, r), QPoint(-r, r), QPoint(-r, -r)]
        path = [corners[0], corners[2]] if tool == "rectangle" else corners
        return self._stroke([place + corner for corner in path])

    def do_fill(self) -> bool:
        found = self._border_unit()
        place = self._free_place(found[0]) if found else None
        if found is None or place is None or self.plan.unit_territory[found[0]] >= 0:
            return False
        self._use_tool("fill", found[1])
        return self._stroke([place])

    def do_border(self) -> bool:
        found = self._border_unit()
        place = self._free_place(found[0]) if found else None
        if found is None or place is None:
            return False
        self._use_tool("border")
        dx, dy = self.rng.integers(-30, 31, 2).tolist()
        return self._stroke([place, place + QPoint(dx, dy)])

    def do_cut(self) -> bool:
        if self._n_parts() > 2 * MOST_MADE:
            return False
        inside = visible_units(self.w)
        if not len(inside):
            return False
        unit = int(self.rng.choice(inside))
        place = self._free_place(unit)
        if place is None:
            return False
        self._use_tool("cut")
        return self._stroke([place - QPoint(40, 6), place + QPoint(40, 8)])

    def _parts(self) -> list[int]:
        return [ix for ix, code in enumerate(self.plan.units.code) if str(code)[-2:] in ("-a", "-b", "-c", "-d")]

    def _n_parts(self) -> int:
        return len(self._parts())

    def do_join(self) -> bool:
        parts = self._parts()
        if not parts:
            return False
        stem = str(self.plan.units.code[parts[self._any(parts)]])[:-2]
        chosen = [ix for ix in parts if str(self.plan.units.code[ix]).startswith(f"{stem}-")]
        self.w.main.selection.set_units(np.array(chosen, dtype=np.int32), "long run")
        return self.trigger("join_parts") and self._done()

    # -- units by selection --------------------------------------------------------------------------------------------

    def do_give(self) -> bool:
        found = self._border_unit()
        if found is None:
            return False
        self._use_tool("pick", found[1])
        around = self.session.adjacency.neighbours_of(found[0])[: int(self.rng.integers(0, 4))]
        units = np.unique(np.array([found[0], *around.tolist()], dtype=np.int32))
        self.w.main.selection.set_units(units, "long run")
        self.w.main.tools.target.setCurrentIndex(
            self.w.main.tools.target.findData(self.plan.territories[found[1]].territory_id)
        )
        return self.trigger("give_units") and self._done()

    def do_unassign(self) -> bool:
        if int((self.plan.unit_territory < 0).sum()) > len(self.plan.units) // 20:
            return False
        found = self._border_unit()
        if found is None:
            return False
        self.w.main.selection.set_units(np.array([found[0]], dtype=np.int32), "long run")
        return self.trigger("unassign_units") and self._done()

    def do_lock(self) -> bool:
        locked = np.flatnonzero(self.plan.units.locked)
        inside = visible_units(self.w)
        if len(locked) > MOST_MADE:
            chosen = int(self.rng.choice(locked))
        elif len(inside):
            chosen = int(self.rng.choice(inside))
        else:
            return False
        self.w.main.selection.set_units(np.array([chosen], dtype=np.int32), "long run")
        return self.trigger("lock_units") and self._done()

    # -- history -------------------------------------------------------------------------------------------------------

    def do_undo(self) -> bool:
        return self._step("undo", Qt.Key.Key_Z, CTRL)

    def do_redo(self) -> bool:
        return self._step("redo", Qt.Key.Key_Z, CTRL | SHIFT)

    def _step(self, name: str, key: Qt.Key, modifier: Qt.KeyboardModifier) -> bool:
        if not self.w.main.commands[name].isEnabled():
            return False
        if self.rng.random() < 0.5:
            return self.trigger(name) and self._done()
        rev = self.session.rev
        self.w.key(self.w.main, key, modifier)
        wait_until(lambda: self.session.rev != rev or self.w.complaints, f"{name} is done")
        return self._done()

    def do_go_to(self) -> bool:
        main = self.w.main
        main.docks.bring_up("history")
        panel = main.history_panel
        wait_until(lambda: panel.isVisible() and panel.model.rowCount() == len(self.session.timeline()))
        row = panel.model.current_row - int(self.rng.integers(1, 5))
        if row < 1:
            return False
        self._click_row(panel.view, row)
        return self._done()

    def do_note(self) -> bool:
        if not self.trigger("note"):
            return False
        bar = self.w.main.note_bar
        if not bar.isVisible():
            return False
        bar.text.setText(f"why {int(self.rng.integers(1000))}")
        bar.keep.click()
        return self._done()

    # -- scenarios and alignments --------------------------------------------------------------------------------------

    def do_scenario(self) -> bool:
        name = ("scenario_next", "scenario_previous")[int(self.rng.integers(2))]
        return self.trigger(name) and self._done()

    def do_alignment(self) -> bool:
        name = ("alignment_next", "alignment_previous")[int(self.rng.integers(2))]
        if self.plan.alignment.name != self.plan.alignments[0].name and self.rng.random() < 0.6:
            name = "alignment_1"  # most work is done in the first
        return self.trigger(name) and self._done()

    def do_scenario_new(self) -> bool:
        if len(self.plan.scenarios) > MOST_MADE // 2 or not self.trigger("scenario_new"):
            return False
        self._accept()
        return self._done()

    def do_scenario_delete(self) -> bool:
        if len(self.plan.scenarios) < 3 or self.plan.scenario.parent_id is None:
            return False
        if not self.trigger("scenario_delete"):
            return False
        box = self.w.the_dialog()
        assert isinstance(box, QMessageBox)
        role = QMessageBox.ButtonRole.DestructiveRole
        next(button for button in box.buttons() if box.buttonRole(button) == role).click()
        return self._done()

    def _accept(self) -> None:
        """Press Enter in the dialog; it must close."""
        dialog = self.w.the_dialog()
        self.w.front(dialog)
        QTest.keyClick(dialog, Qt.Key.Key_Return)
        if dialog in self.w.open_dialogs():  # refused, as for a name that is taken
            self.w.refuse_dialogs()

    def do_compare(self) -> bool:
        main = self.w.main
        if len(self.plan.scenarios) < 2:
            return False
        if main.map_view.compare.is_on and self.rng.random() < 0.6:
            return self.trigger("compare_end") and self._done()
        way = ("compare_swipe", "compare_side", "compare_outline")[int(self.rng.integers(3))]
        if not self.trigger(way):
            return False
        self.w.settle()
        self.trigger("compare_end")
        return self._done()

    # -- looking -------------------------------------------------------------------------------------------------------

    def do_pick(self) -> bool:
        inside = visible_units(self.w)
        place = self._free_place(int(self.rng.choice(inside))) if len(inside) else None
        if place is None:
            return False
        self._use_tool("pick")
        self.w.press(place, CTRL if self.rng.random() < 0.2 else NO)
        self.w.release()
        return self._done()

    def do_row(self) -> bool:
        main = self.w.main
        name = ("territories", "accounts", "reps")[int(self.rng.integers(3))]
        main.docks.bring_up(name)
        QApplication.processEvents()
        view = {
            "territories": main.territory_panel.view,
            "accounts": main.account_panel.view,
            "reps": main.rep_panel.view,
        }[name]
        n = view.model().rowCount()
        if n == 0 or not view.isVisible():
            return False
        self._click_row(view, int(self.rng.integers(n)))
        return self._done()

    def _click_row(self, view: QAbstractItemView, row: int) -> None:
        index: QModelIndex = view.model().index(row, 0)
        view.scrollTo(index)
        QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, NO, view.visualRect(index).center())
        QApplication.processEvents()

    def do_clear(self) -> bool:
        return self.trigger("clear_selection") and self._done()

    def do_zoom(self) -> bool:
        zoom = self.w.main.map_view.zoom
        name = str(self.rng.choice(["zoom_in", "zoom_in", "zoom_out", "whole_map"]))
        name = "zoom_out" if zoom > 8 else "zoom_in" if zoom < 5 else name
        return self.trigger(name) and self._done()

    def do_pan(self) -> bool:
        self.w.stand_still()
        self.trigger("tool_pan")
        middle = QPoint(self.w.map.width() // 2, self.w.map.height() // 2)
        dx, dy = self.rng.integers(-150, 151, 2).tolist()
        self.w.press(middle)
        self.w.drag_to(middle + QPoint(dx, dy))
        self.w.release()
        self.w.settle()
        if len(visible_units(self.w)) < 30:
            self.trigger("whole_map")
        return self._done()

    def do_find(self) -> bool:
        if not self.trigger("find"):
            return False
        bar = self.w.main.find_bar
        word = str(self.rng.choice(["texas", "harris", "cook", "new", "boyd", "king", "portland", "59", "zzz"]))
        bar.edit.selectAll()
        QTest.keyClicks(bar.edit, word)
        QTest.keyClick(bar.edit, Qt.Key.Key_Return)
        if bar.isVisible():
            QTest.keyClick(bar.edit, Qt.Key.Key_Escape)
        if self.rng.random() < 0.5:
            self.trigger("whole_map")
        return self._done()

    def do_filter(self) -> bool:
        main = self.w.main
        main.docks.bring_up("accounts")
        QApplication.processEvents()
        bar = main.account_panel.filters
        if self.rng.random() < 0.5:
            bar.text.selectAll()
            QTest.keyClicks(bar.text, str(self.rng.choice(["a", "inc", "9", "north", "qq"])))
            QTest.keyClick(bar.text, Qt.Key.Key_Return)
        elif self.rng.random() < 0.5:
            bar.kind.setCurrentIndex(int(self.rng.integers(bar.kind.count())))
        else:
            bar.territory.setCurrentIndex(int(self.rng.integers(bar.territory.count())))
        self.w.settle()
        bar.clear()
        return self._done()

    def do_panel(self) -> bool:
        actions = self.w.main.docks.actions()
        actions[self._any(actions)].trigger()
        if self.rng.random() < 0.15:
            self.trigger("reset_layout")
        if not self.w.main.territory_panel.isVisible() and self.rng.random() < 0.5:
            self.w.main.docks.bring_up("territories")
        return self._done()

    def do_planning(self) -> bool:
        part = self.w.main.planning
        actions = list(part.actions.values())
        self.w.front(self.w.main)
        actions[self._any(actions)].trigger()
        self.w.settle()
        self.w.refuse_dialogs()
        if part.window is not None and self.rng.random() < 0.7:
            part.window.close()
        return self._done()

    def see_all(self) -> None:
        """See every page, dialog and format, and do a few things of every kind: what is made then is no growth later.

        A presentation, a theme, another language with its own letters come once in a thousand actions, and each brings
        parts of Qt with it when it comes first.
        """
        self.see_pages()
        for name in _DIALOGS:
            self._see_dialog(name)
        for name in FORMATS:
            self.export_as(name)
        for kind in WEIGHTS:
            for _ in range(_FEW):  # even, as what is switched then is as it was
                if not self.do(kind):
                    self.w.refuse_dialogs()

    def see_alike(self) -> None:
        """Have the window show the same, so that two gauges count the same: what seeing keeps is no growth.

        The layout as delivered, in English; each panel and each page of planning seen, the search and the filters used.
        Both themes: after a change of them Qt has drawn rules ready for all widgets, before it only for those seen.
        """
        if self.w.main.preferences.text("language") == "zh_CN":
            self.do_language()
        self.trigger("compare_end")
        self.trigger("reset_layout")
        for name in self.w.main.docks.by_name:
            self.w.main.docks.bring_up(name)
            self._done()
        dice, self.rng = self.rng, np.random.default_rng(3)
        for kind in _ALIKE * _FEW:
            if not self.do(kind):
                self.w.refuse_dialogs()
        self.rng = dice
        self.see_pages()
        self.do_theme()
        self.trigger("reset_layout")
        self._done()

    def see_pages(self) -> None:
        """See every page of planning: a window that changed its language has none until they are asked for."""
        part = self.w.main.planning
        for action in part.actions.values():
            self.w.front(self.w.main)
            action.trigger()
            self.w.settle()
            self.w.refuse_dialogs()
        if part.window is not None:
            part.window.close()
        self._done()

    def do_dialog(self) -> bool:
        return self._see_dialog(_DIALOGS[self._any(_DIALOGS)])

    def _see_dialog(self, name: str) -> bool:
        if name in _WITH_FILES:
            self.w.answer_files(None)
        if not self.trigger(name):
            return False
        if name not in _WITH_FILES:
            self.w.the_dialog()
            QApplication.processEvents()
        self.w.refuse_dialogs()
        return self._done()

    def do_explain(self) -> bool:
        if not self._choose_territory(range(self.plan.n_territories)) or not self.trigger("territory_explain"):
            return False
        QApplication.processEvents()
        self.w.refuse_dialogs()
        return self._done()

    def do_tool(self) -> bool:
        name = (*_PAINTING, "pan", "pick", "accounts")[int(self.rng.integers(10))]
        return self.trigger(f"tool_{name}") and self._done()

    def do_option(self) -> bool:
        name = str(
            self.rng.choice(
                ["show_accounts", "show_labels", "show_homes", "show_index", "show_unit_borders", "show_insets"]
            )
        )
        self.trigger(name)
        self.w.settle()
        self.trigger(name)
        return self._done()

    def do_color(self) -> bool:
        menu = self.w.main.color_menu
        menu.fill()
        keys = [choice.key for _, choices in self.w.main.map_view.shading.choices() for choice in choices]
        menu.color_by(keys[self._any(keys)])
        self.w.settle()
        menu.color_by("territory")
        return self._done()

    def do_theme(self) -> bool:
        self.trigger("theme_dark")
        self.w.settle()
        self.trigger("theme_light")
        return self._done()

    def do_language(self) -> bool:
        n_before = self.w.n_replaced
        spoken = self.w.main.preferences.text("language")
        self.w.main.choose_language("en" if spoken == "zh_CN" else "zh_CN")
        wait_until(lambda: self.w.n_replaced > n_before or self.w.complaints, "the window speaks another language")
        self.w.wait_for_map()
        self.w.front(self.w.main)
        return self._done()

    def do_present(self) -> bool:
        part = self.w.main.present.presentation
        if not self.trigger("present"):
            return False
        wait_until(lambda: part.is_on, "the presentation is on")
        audience = part.audience
        assert audience is not None
        wait_until(lambda: audience.map_view.is_ready or self.w.complaints, "the audience sees the map")
        part.end()
        self.w.main.activateWindow()
        wait_until(self.w.main.isActiveWindow, "the window is in front")
        return self._done()

    def do_scene(self) -> bool:
        if len(self.plan.scenes) >= MOST_MADE:
            return False
        return self.trigger("scene_add") and self._done()

    # -- territories ---------------------------------------------------------------------------------------------------

    def _choose_territory(self, among: Sequence[int]) -> bool:
        """Click the row of one of these territories."""
        if not len(among):
            return False
        return self._click_territories([int(self.rng.choice(list(among)))])

    def _click_territories(self, territory_ix: Sequence[int]) -> bool:
        main = self.w.main
        main.docks.bring_up("territories")
        QApplication.processEvents()
        view, model = main.territory_panel.view, main.territory_panel.model
        if not view.isVisible():
            return False
        for k, ix in enumerate(territory_ix):
            index = model.index(model.row_of(self.plan.territories[ix].territory_id), model.column_of("name"))
            view.scrollTo(index)
            place = view.visualRect(index).center()
            QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, CTRL if k else NO, place)
        QApplication.processEvents()
        return True

    def _made(self) -> list[int]:
        """Return the territories that this run made."""
        return [ix for ix, t in enumerate(self.plan.territories) if t.name.startswith(_MADE)]

    def do_create(self) -> bool:
        if len(self._made()) >= MOST_MADE:
            return False
        inside = visible_units(self.w)
        if not len(inside):
            return False
        unit = int(self.rng.choice(inside))
        near = self.session.adjacency.neighbours_of(unit).tolist()
        self.w.main.selection.set_units(np.unique(np.array([unit, *near], dtype=np.int32)), "long run")
        if not self.trigger("territory_new"):
            return False
        dialog = self.w.the_dialog()
        dialog.name.setText(f"{_MADE} {int(self.rng.integers(1_000_000))}")  # type: ignore[attr-defined]
        self._accept()
        return self._done()

    def do_delete(self) -> bool:
        if not self._choose_territory(self._made()):
            return False
        return self.trigger("territory_delete") and self._done()

    def do_merge(self) -> bool:
        made = self._made()
        if not made:
            return False
        one = made[self._any(made)]
        holder = self.plan.unit_territory
        units = np.flatnonzero(holder == one)
        around = {int(t) for u in units for t in holder[self.session.adjacency.neighbours_of(int(u))]} - {one, -1}
        if not around or not self._click_territories([max(around), one]):
            return False
        if not self.trigger("territory_merge"):
            return False
        self._accept()
        return self._done()

    def do_rename(self) -> bool:
        made = self._made()
        if not self._choose_territory(made) or not self.trigger("territory_rename"):
            return False
        field = QApplication.focusWidget()
        if not isinstance(field, QLineEdit):
            return False
        field.setText(f"{_MADE} {int(self.rng.integers(1_000_000))}")
        QTest.keyClick(field, Qt.Key.Key_Return)
        return self._done()

    def do_recolor(self) -> bool:
        if not self._choose_territory(range(self.plan.n_territories)) or not self.trigger("territory_recolor"):
            return False
        dialog = self.w.the_dialog()
        buttons = dialog.colors.buttons  # type: ignore[attr-defined]
        buttons[self._any(buttons)].click()
        self._accept()
        return self._done()

    def do_set_rep(self) -> bool:
        if not self._choose_territory(range(self.plan.n_territories)) or not self.trigger("territory_rep"):
            return False
        dialog = self.w.the_dialog()
        for _ in range(int(self.rng.integers(0, 4))):
            QTest.keyClick(dialog.focusWidget() or dialog, Qt.Key.Key_Down)
        self._accept()
        return self._done()

    def do_alter(self) -> bool:
        """Split, or merge into a neighbour: the program proposes; it is put away, whether it has found one or not."""
        name = ("territory_alter_split", "territory_alter_merge")[int(self.rng.integers(2))]
        if not self._choose_territory(range(self.plan.n_territories)) or not self.trigger(name):
            return False
        dialog = self.w.dialog(AlterDialog)
        self.soon(lambda: bool(dialog.proposals))
        dialog.reject()
        self.w.refuse_dialogs()
        wait_until(lambda: not self._tasks(), "the solver has stopped", 240)
        return self._done()

    # -- accounts and reps ---------------------------------------------------------------------------------------------

    def do_override(self) -> bool:
        if int((self.plan.account_override >= 0).sum()) > 60:
            return False
        accounts = self.rng.choice(len(self.plan.accounts), int(self.rng.integers(1, 4)), replace=False)
        self.w.main.selection.set_accounts(accounts.astype(np.int32), "long run")
        if not self.trigger("account_give"):
            return False
        dialog = self.w.the_dialog()
        for _ in range(int(self.rng.integers(0, 6))):
            QTest.keyClick(dialog.territories.search, Qt.Key.Key_Down)  # type: ignore[attr-defined]
        QTest.keyClicks(dialog.reason, "key account")  # type: ignore[attr-defined]
        self._accept()
        return self._done()

    def do_clear_override(self) -> bool:
        given = np.flatnonzero(self.plan.account_override >= 0)
        if not len(given):
            return False
        self.w.main.selection.set_accounts(self.rng.choice(given, 1).astype(np.int32), "long run")
        return self.trigger("account_clear_override") and self._done()

    def do_protect(self) -> bool:
        marked = np.flatnonzero(self.plan.accounts.is_protected)
        among = marked if len(marked) > MOST_MADE else np.arange(len(self.plan.accounts))
        self.w.main.selection.set_accounts(self.rng.choice(among, 1).astype(np.int32), "long run")
        return self.trigger("account_protect") and self._done()

    def do_rep(self) -> bool:
        main = self.w.main
        main.docks.bring_up("reps")
        QApplication.processEvents()
        made = [r for r in self.plan.reps if r.name.startswith(_MADE)]
        if len(made) >= MOST_MADE:
            panel = main.rep_panel
            row = panel.model.ids.index(made[0].rep_id)
            self._click_row(panel.view, row)
            return self.trigger("rep_delete") and self._done()
        if not self.trigger("rep_add"):
            return False
        dialog = self.w.the_dialog()
        dialog.name.setText(f"{_MADE} {int(self.rng.integers(1_000_000))}")  # type: ignore[attr-defined]
        self._accept()
        return self._done()

    # -- files ---------------------------------------------------------------------------------------------------------

    def do_export(self) -> bool:
        names = list(FORMATS)
        shares = np.array([FORMATS[n] for n in names], dtype=float)
        return self.export_as(str(self.rng.choice(names, p=shares / shares.sum())))

    def export_as(self, name: str) -> bool:
        """Export in a format; the file must be there and whole, and nothing else left beside it."""
        if not self.trigger("export"):
            return False
        dialog = self.w.dialog(ExportDialog)
        dialog.format.setCurrentIndex(dialog.format.findData(name))
        target = self.folder / f"out.{dialog.exporter.extension}"
        dialog.path.setText(str(target))
        self.w.front(dialog)
        QTest.keyClick(dialog, Qt.Key.Key_Return)
        assert not dialog.isVisible(), f"{name}: {dialog.problem.text()}"
        wait_until(lambda: target.exists() and not self._tasks(), f"{name} is written", 120)
        assert target.stat().st_size > 0
        left = sorted(path.name for path in self.folder.iterdir() if path != target)
        assert left == [], f"{name} left {left}"
        target.unlink()
        self.formats.append(name)
        return self._done()

    def _tasks(self) -> bool:
        from territorymap.ui.tasks import Worker

        app = QApplication.instance()
        assert app is not None
        return any(worker.isRunning() for worker in app.findChildren(Worker))

    def do_merge_copy(self) -> bool:
        """Save a copy, let a colleague edit it, and take it in."""
        copy = self.folder / "colleague.gpkg"
        self.w.answer_files(copy)
        if not self.trigger("save_copy"):
            return False
        wait_until(copy.exists, "the copy is written")
        colleague.have_edited(copy, int(self.rng.integers(1 << 32)))
        self.w.answer_files(copy)
        if not self.trigger("merge"):
            return False
        dialog = self.w.dialog(MergeDialog)
        n_steps = len(self.session.document.history())
        dialog.accept()
        wait_until(lambda: len(self.session.document.history()) > n_steps or self.w.open_dialogs(), "it is merged")
        self.w.refuse_dialogs()
        for file in self.folder.iterdir():
            file.unlink() if file.is_file() else shutil.rmtree(file)
        return self._done()

    def do_reopen(self) -> bool:
        """Close the plan and open it again."""
        main = self.w.main
        main.close_plan()
        assert main.session is None
        assert not self.path.with_name(self.path.name + "-wal").exists()
        assert main.open_plan(self.path)
        self.w.wait_for_map()
        self.w.front(main)
        return self._done()
