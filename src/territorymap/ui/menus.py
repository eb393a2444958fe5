"""The menu bar: which command stands where. Owns the menus; panels add their own actions to them."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMainWindow, QMenu

from territorymap.i18n import tr
from territorymap.ui import icons
from territorymap.ui.actions import Actions
from territorymap.ui.map_specs import MAP_OPTIONS, TOOLS
from territorymap.ui.parts.tick_menu import TickMenu


class Menus:
    """The menu bar; panels add their own actions to it."""

    def __init__(self, window: QMainWindow, actions: Actions) -> None:
        bar = window.menuBar()
        self.file = bar.addMenu(tr("&File"))
        self.edit = bar.addMenu(tr("&Edit"))
        self.view = bar.addMenu(tr("&View"))
        self.map = bar.addMenu(tr("&Map"))
        self.territory = bar.addMenu(tr("&Territory"))
        self.accounts = bar.addMenu(tr("&Accounts"))
        self.reps = bar.addMenu(tr("&Reps"))
        self.scenario = bar.addMenu(tr("&Scenario"))
        self.coverage = bar.addMenu(tr("&Coverage"))
        self.present = bar.addMenu(tr("&Present"))
        self.help = bar.addMenu(tr("&Help"))
        self.recent = QMenu(tr("Open &recent"), window)
        self.colors = QMenu(tr("&Colour by"), window)
        self.account_looks = QMenu(tr("Accoun&ts on the map"), window)
        self.base = QMenu(tr("Base la&yer"), window)
        self.shown = TickMenu(tr("Sho&w"), window)
        self.imports = QMenu(tr("&Import"), window)
        self.exports = QMenu(tr("&Export"), window)
        self.theme = QMenu(tr("&Appearance"), window)
        self.compare = QMenu(tr("Compare scenarios"), window)
        self.shape = QMenu(tr("Holes and piece&s"), window)
        icons.set_icon(self.imports.menuAction(), "import")
        icons.set_icon(self.exports.menuAction(), "export")
        icons.set_icon(self.colors.menuAction(), "panel-color")
        icons.set_icon(self.account_looks.menuAction(), "accounts")
        for menu in (
            self.file,
            self.edit,
            self.view,
            self.map,
            self.territory,
            self.accounts,
            self.reps,
            self.scenario,
            self.coverage,
            self.present,
            self.help,
        ):
            menu.setToolTipsVisible(True)
        self._fill(actions)

    def _fill(self, a: Actions) -> None:
        self.imports.addActions([a["import_accounts"], a["import_reps"], a["import_alignment"], a["import_assignment"]])
        self.imports.addAction(a["import_deals"])
        self.theme.addActions([a["theme_system"], a["theme_light"], a["theme_dark"]])
        _fill(self.file, [a["new"], a["open"], self.recent, a["sample"], None, a["save_copy"]])
        _fill(self.file, [a["send_copy"], a["send_part"], a["merge"], None, self.imports])
        _fill(self.file, [self.exports, None, a["relayer"], a["properties"], a["close"], None, a["quit"]])
        _fill(self.edit, [a["undo"], a["redo"], a["note"], None, a["find"], a["clear_selection"], None, a["settings"]])
        _fill(self.map, [*(a[f"tool_{name}"] for name in TOOLS), None, a["erase"], a["pick_target"], a["unit_cursor"]])
        _fill(self.map, [a["next_target"], a["next_level"], a["brush_smaller"], a["brush_larger"], None])
        _fill(self.shape, [a["next_piece"], a["previous_piece"], None, a["next_hole"], a["previous_hole"], None])
        _fill(self.shape, [a["fill_hole"], a["fill_all_holes"]])
        _fill(self.map, [self.shape])
        _fill(self.map, [a["give_units"], a["unassign_units"], a["lock_units"], a["join_parts"], None])
        _fill(self.map, [a["zoom_in"], a["zoom_out"], a["whole_map"], None])
        _fill(self.base, [a["base_none"], a["base_context"], a["base_file"]])
        _fill(self.map, [self.colors, a["swap_colors"], self.account_looks, self.base, self.shown])
        ways = [a["compare_swipe"], a["compare_side"], a["compare_outline"]]
        _fill(self.compare, [*ways, None, a["compare_lists"], None, a["compare_end"]])
        _fill(self.map, [self.compare])
        _fill(self.shown, [a[name] for name in MAP_OPTIONS])
        _fill(
            self.help, [a["help"], a["help_contents"], a["shortcuts"], a["tour"], None, a["backups"], None, a["about"]]
        )

    def fill_view(self, dock_actions: Iterable[QAction], a: Actions) -> None:
        """Put the panels' switches into the View menu."""
        _fill(self.view, [*dock_actions, None, a["reset_layout"], None, self.theme, a["full_screen"]])


def _fill(menu: QMenu, entries: Iterable[QAction | QMenu | None]) -> None:
    for entry in entries:
        if entry is None:
            menu.addSeparator()
        elif isinstance(entry, QMenu):
            menu.addMenu(entry)
        else:
            menu.addAction(entry)
