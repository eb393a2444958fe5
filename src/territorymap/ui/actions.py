"""Every command of the window: text, shortcut, tooltip, icon, and its place in the menus.

Owns the QActions of the shell and the menu bar; what a command does is connected by main_window.py.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QMainWindow, QMenu

from territorymap.i18n import tr
from territorymap.mapview import protocol
from territorymap.ui import icons

TOOLS = protocol.TOOLS
PAINTING_TOOLS = ("brush", "lasso", "rectangle", "fill")
MAP_OPTIONS = (
    "show_accounts",
    "show_homes",
    "show_labels",
    "show_index",
    "show_unit_borders",
    "show_insets",
    "large_labels",
)


@dataclass(frozen=True)
class Spec:
    """One command as a row of the table below."""

    name: str
    text: str
    tip: str
    shortcuts: tuple[str, ...] = ()
    icon: str = ""
    needs: str = ""  # "" always | "plan" an open plan | "write" a plan that may be changed
    checkable: bool = False
    short: str = ""  # text on the tool bar, where the full one would take too much room


def list_specs() -> list[Spec]:
    """Return all commands of the shell, in the user's language."""
    return [*_file_specs(), *_edit_specs(), *_map_specs(), *_view_specs(), *_help_specs()]


def _file_specs() -> list[Spec]:
    return [
        Spec("new", tr("&New plan…"), tr("Make a plan: units, accounts, reps"), ("Ctrl+N",), "new-plan"),
        Spec("open", tr("&Open…"), tr("Open a plan file"), ("Ctrl+O",), "open"),
        Spec("sample", tr("Open the &sample plan"), tr("Open a copy of the sample plan"), (), "sample"),
        Spec(
            "save_copy",
            tr("Save a &copy…"),
            tr("Write a copy of the plan to another file; the plan itself is always saved"),
            ("Ctrl+Shift+S",),
            "copy",
            "plan",
        ),
        Spec(
            "import_accounts",
            tr("Import &accounts…"),
            tr("Bring accounts from a file"),
            ("Ctrl+Shift+I",),
            "accounts",
            "write",
        ),
        Spec("import_reps", tr("Import &reps…"), tr("Bring reps from a file"), ("Ctrl+Shift+R",), "reps", "write"),
        Spec(
            "import_alignment",
            tr("Import a&lignment…"),
            tr("Bring a list that says which unit belongs to which territory"),
            ("Ctrl+Shift+L",),
            "alignment",
            "write",
        ),
        Spec(
            "relayer",
            tr("Change the &unit layer…"),
            tr("Put the plan on other units, such as a new vintage; territories are carried over"),
            (),
            "",
            "write",
        ),
        Spec("export", tr("&Export…"), tr("Write the plan in another format"), ("Ctrl+E",), "export", "plan"),
        Spec(
            "properties",
            tr("Plan &properties…"),
            tr("Title, note and effective date of the plan"),
            ("Alt+Return",),
            "properties",
            "plan",
        ),
        Spec("close", tr("C&lose plan"), tr("Close the plan and show the start page"), ("Ctrl+W",), "close", "plan"),
        Spec("quit", tr("&Quit"), tr("Close the program; the plan is saved already"), ("Ctrl+Q",)),
    ]


def _edit_specs() -> list[Spec]:
    return [
        Spec("undo", tr("&Undo"), tr("Take back the last step"), ("Ctrl+Z",), "undo", "write"),
        Spec("redo", tr("&Redo"), tr("Do the step again"), ("Ctrl+Shift+Z", "Ctrl+Y"), "redo", "write"),
        Spec("find", tr("&Find…"), tr("Find a unit, place, account, rep or territory"), ("Ctrl+F",), "find", "plan"),
        Spec(
            "clear_selection",
            tr("&Clear the selection"),
            tr("Select no territory, unit and account"),
            ("Ctrl+Shift+A",),
            "",
            "plan",
        ),
        Spec(
            "balance_settings",
            tr("&Balance settings…"),
            tr("Target, tolerances, shown measures and the constants of the workload"),
            ("Ctrl+B",),
            "balance",
            "plan",
        ),
        Spec("settings", tr("&Settings…"), tr("Appearance and your name in the history"), ("Ctrl+,",), "settings"),
    ]


def _map_specs() -> list[Spec]:
    return [
        Spec("tool_pan", tr("&Pan"), tr("Move the map"), ("H",), "pan", "plan", True),
        Spec("tool_pick", tr("P&ick"), tr("Select units, accounts and territories"), ("V",), "pick", "plan", True),
        Spec(
            "tool_accounts",
            tr("Select &accounts"),
            tr("Draw around accounts to select them; Shift draws a rectangle, Ctrl adds"),
            ("A",),
            "accounts",
            "plan",
            True,
        ),
        Spec("tool_brush", tr("&Brush"), tr("Paint units into the target territory"), ("B",), "brush", "write", True),
        Spec(
            "tool_lasso",
            tr("&Lasso"),
            tr("Draw around units to give them to the target"),
            ("L",),
            "lasso",
            "write",
            True,
        ),
        Spec(
            "tool_rectangle",
            tr("&Rectangle"),
            tr("Draw a rectangle around units to give them to the target"),
            ("R",),
            "rectangle",
            "write",
            True,
        ),
        Spec(
            "tool_fill",
            tr("&Fill"),
            tr("Give a hole or a stray piece to the target by one click; with Ctrl a whole territory"),
            ("F",),
            "fill",
            "write",
            True,
        ),
        Spec(
            "tool_border",
            tr("&Drag a border"),
            tr("Pull the border between two territories; both sides' totals follow"),
            ("D",),
            "border",
            "write",
            True,
            tr("Border"),
        ),
        Spec(
            "tool_draw",
            tr("Dra&w a boundary"),
            tr("Draw around units, freehand or point by point: they become a territory or go to the target"),
            ("O",),
            "draw",
            "write",
            True,
            tr("Draw"),
        ),
        Spec(
            "tool_cut",
            tr("&Cut units"),
            tr("Draw a line through units, or around a part of them, to split them"),
            ("X",),
            "cut",
            "write",
            True,
            tr("Cut"),
        ),
        Spec("erase", tr("&Erase"), tr("Brush, lasso and rectangle unassign units"), ("E",), "erase", "write", True),
        Spec(
            "pick_target",
            tr("Pick the &target on the map"),
            tr("The next click on the map chooses the territory to paint into"),
            ("I",),
            "target",
            "write",
        ),
        Spec(
            "unit_cursor",
            tr("Go from &unit to unit by keys"),
            tr("Arrow keys move a cursor on the map, Space gives the unit to the target, Enter selects it"),
            ("Ctrl+Shift+U",),
            "units",
            "plan",
        ),
        Spec(
            "next_target",
            tr("&Next target territory"),
            tr("Paint into the next territory of the list"),
            ("N",),
            "",
            "write",
        ),
        Spec(
            "next_level",
            tr("Paint by the next larger &area"),
            tr("Paint by single units, or by whole parents such as states"),
            ("P",),
            "",
            "plan",
        ),
        Spec(
            "give_units",
            tr("&Give the selected units to the target"),
            tr("Put the selected units into the territory that is painted into"),
            ("Ctrl+Return",),
            "territories",
            "write",
        ),
        Spec(
            "unassign_units",
            tr("&Unassign the selected units"),
            tr("Take the selected units out of their territories"),
            ("Ctrl+Backspace",),
            "unassigned",
            "write",
        ),
        Spec(
            "lock_units",
            tr("Loc&k the selected units"),
            tr("Locked units stay where they are in all edits by hand"),
            ("Ctrl+K",),
            "panel-lock",
            "write",
        ),
        Spec(
            "next_piece",
            tr("Ne&xt stray piece"),
            tr("Go to the next piece that is apart from the rest of its territory"),
            ("F3",),
            "pieces",
            "plan",
        ),
        Spec(
            "previous_piece",
            tr("Pre&vious stray piece"),
            tr("Go to the piece before"),
            ("Shift+F3",),
            "",
            "plan",
        ),
        Spec(
            "next_hole",
            tr("Next &hole"),
            tr("Go to the next area that one territory surrounds and does not have"),
            ("Ctrl+F3",),
            "hole",
            "plan",
        ),
        Spec("previous_hole", tr("Previous h&ole"), tr("Go to the hole before"), ("Ctrl+Shift+F3",), "", "plan"),
        Spec(
            "fill_hole",
            tr("Fill &this hole"),
            tr("Give the hole that is selected to the territory around it"),
            ("Ctrl+Shift+H",),
            "fill",
            "write",
        ),
        Spec(
            "fill_all_holes",
            tr("Fill all hole&s"),
            tr("Give every hole to the territory around it, as one step; what is locked stays"),
            (),
            "",
            "write",
        ),
        Spec(
            "join_parts",
            tr("&Join parts of cut units"),
            tr("Make the parts of cut units that are selected whole again"),
            ("Ctrl+J",),
            "join",
            "write",
        ),
        Spec(
            "brush_smaller",
            tr("Brush s&maller"),
            tr("Make the brush smaller, or the stretch of border that follows shorter"),
            ("[",),
            "",
            "write",
        ),
        Spec(
            "brush_larger",
            tr("Brush lar&ger"),
            tr("Make the brush larger, or the stretch of border that follows longer"),
            ("]",),
            "",
            "write",
        ),
        Spec("zoom_in", tr("&Zoom in"), tr("Show less, larger"), ("Ctrl++", "Ctrl+="), "zoom-in", "plan"),
        Spec("zoom_out", tr("Zoom o&ut"), tr("Show more, smaller"), ("Ctrl+-",), "zoom-out", "plan"),
        Spec("whole_map", tr("&Whole map"), tr("Show all units of the plan"), ("Ctrl+0",), "whole-map", "plan"),
        Spec(
            "swap_colors",
            tr("Colour as &before"),
            tr("Go to and fro between the territories' colours and what the map was coloured by last"),
            ("F4",),
            "",
            "plan",
        ),
        Spec("show_accounts", tr("Show &accounts"), tr("Draw accounts as points"), ("F5",), "", "plan", True),
        Spec("show_labels", tr("Show la&bels"), tr("Write names on the map"), ("F7",), "", "plan", True),
        Spec("show_homes", tr("Show &homes of reps"), tr("Draw where reps live"), ("F6",), "", "plan", True),
        Spec(
            "show_index",
            tr("Show in&dex in names"),
            tr("Write the index of the shown measure under the names of territories"),
            ("F8",),
            "",
            "plan",
            True,
        ),
        Spec(
            "show_insets",
            tr("Show in&sets"),
            tr("Draw lands far off, such as Alaska and Hawaii, as small maps at the foot of the map"),
            ("Shift+F7",),
            "",
            "plan",
            True,
        ),
        Spec(
            "large_labels",
            tr("Lar&ge labels (projector)"),
            tr("Write names and the legend larger, to be read from the back of the room"),
            ("Shift+F8",),
            "",
            "plan",
            True,
        ),
        Spec("base_none", tr("&None"), tr("Nothing under the units"), (), "", "plan", True),
        Spec(
            "base_context",
            tr("&Context"),
            tr("Land, lakes, rivers, state lines and cities"),
            ("Shift+F9",),
            "",
            "plan",
            True,
        ),
        Spec(
            "base_file",
            tr("From &file…"),
            tr("Streets or aerial pictures from an MBTiles or PMTiles file on this computer"),
            (),
            "open",
            "plan",
        ),
        Spec(
            "show_unit_borders",
            tr("Show unit b&orders"),
            tr("Draw the borders between units"),
            ("F9",),
            "",
            "plan",
            True,
        ),
    ]


def _view_specs() -> list[Spec]:
    return [
        Spec("theme_system", tr("As the &system"), tr("Light or dark, as the system is set"), (), "", "", True),
        Spec("theme_light", tr("&Light"), tr("Dark text on light ground"), (), "", "", True),
        Spec("theme_dark", tr("&Dark"), tr("Light text on dark ground"), (), "", "", True),
        Spec("reset_layout", tr("&Reset the layout"), tr("Put the panels back where they belong"), (), "", "plan"),
        Spec("full_screen", tr("&Full screen"), tr("Fill the screen with this window"), ("F11",), "", "", True),
    ]


def _help_specs() -> list[Spec]:
    return [
        Spec("shortcuts", tr("&Keyboard and tools"), tr("All shortcuts on one sheet"), ("F1",), "help"),
        Spec("backups", tr("Show &backups of this plan"), tr("Open the folder of dated backups"), (), "", "plan"),
        Spec("about", tr("&About Territory Map"), tr("Version, data sources and licences"), (), "info"),
    ]


class Actions(QObject):
    """The commands by name."""

    def __init__(self, window: QMainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._needs: dict[str, str] = {}
        self._by_name: dict[str, QAction] = {}
        for spec in list_specs():
            self._add(spec)
        self.tools = self._group([f"tool_{name}" for name in TOOLS])
        self.themes = self._group(["theme_system", "theme_light", "theme_dark"])
        self["quit"].setMenuRole(QAction.MenuRole.QuitRole)
        self["about"].setMenuRole(QAction.MenuRole.AboutRole)
        self["settings"].setMenuRole(QAction.MenuRole.PreferencesRole)

    def __getitem__(self, name: str) -> QAction:
        return self._by_name[name]

    def all(self) -> list[QAction]:
        return list(self._by_name.values())

    def enable(self, *, has_plan: bool, can_write: bool) -> None:
        """Enable what is possible now; undo and redo are set by :meth:`set_undo`."""
        for name, action in self._by_name.items():
            needs = self._needs[name]
            action.setEnabled(not needs or (has_plan and (needs == "plan" or can_write)))

    def set_undo(self, undo_label: str | None, redo_label: str | None) -> None:
        """Name the steps that undo and redo would take; None = there is none."""
        undo, redo = self["undo"], self["redo"]
        undo.setEnabled(undo_label is not None)
        redo.setEnabled(redo_label is not None)
        undo.setText(tr("&Undo: {step}", step=_menu_text(undo_label)) if undo_label else tr("&Undo"))
        redo.setText(tr("&Redo: {step}", step=_menu_text(redo_label)) if redo_label else tr("&Redo"))
        _set_tip(undo, tr("Take back: {step}", step=undo_label) if undo_label else tr("There is nothing to take back"))
        _set_tip(redo, tr("Do again: {step}", step=redo_label) if redo_label else tr("There is nothing to do again"))

    def _add(self, spec: Spec) -> None:
        action = QAction(spec.text, self)
        action.setObjectName(spec.name)
        action.setCheckable(spec.checkable)
        if spec.short:
            action.setIconText(spec.short)
        action.setShortcuts([QKeySequence(text) for text in spec.shortcuts])
        _set_tip(action, spec.tip)
        if spec.icon:
            icons.set_icon(action, spec.icon)
        self._by_name[spec.name] = action
        self._needs[spec.name] = spec.needs
        self._window.addAction(action)

    def _group(self, names: list[str]) -> QActionGroup:
        group = QActionGroup(self)
        for name in names:
            group.addAction(self[name])
        return group


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
        self.help = bar.addMenu(tr("&Help"))
        self.recent = QMenu(tr("Open &recent"), window)
        self.colors = QMenu(tr("&Colour by"), window)
        self.account_looks = QMenu(tr("Accoun&ts on the map"), window)
        self.base = QMenu(tr("Base la&yer"), window)
        self.shown = QMenu(tr("Sho&w"), window)
        self.imports = QMenu(tr("&Import"), window)
        self.exports = QMenu(tr("&Export"), window)
        self.theme = QMenu(tr("&Appearance"), window)
        self.shape = QMenu(tr("Holes and piece&s"), window)
        icons.set_icon(self.imports.menuAction(), "import")
        icons.set_icon(self.exports.menuAction(), "export")
        icons.set_icon(self.colors.menuAction(), "panel-color")
        icons.set_icon(self.account_looks.menuAction(), "accounts")
        for menu in (self.file, self.edit, self.view, self.map, self.territory, self.accounts, self.reps, self.help):
            menu.setToolTipsVisible(True)
        self._fill(actions)

    def _fill(self, a: Actions) -> None:
        self.imports.addActions([a["import_accounts"], a["import_reps"], a["import_alignment"]])
        self.theme.addActions([a["theme_system"], a["theme_light"], a["theme_dark"]])
        _fill(self.file, [a["new"], a["open"], self.recent, a["sample"], None, a["save_copy"], self.imports])
        _fill(self.file, [self.exports, None, a["relayer"], a["properties"], a["close"], None, a["quit"]])
        _fill(self.edit, [a["undo"], a["redo"], None, a["find"], a["clear_selection"], None, a["settings"]])
        _fill(self.map, [*(a[f"tool_{name}"] for name in TOOLS), None, a["erase"], a["pick_target"], a["unit_cursor"]])
        _fill(self.map, [a["next_target"], a["next_level"], a["brush_smaller"], a["brush_larger"], None])
        _fill(self.shape, [a["next_piece"], a["previous_piece"], None, a["next_hole"], a["previous_hole"], None])
        _fill(self.shape, [a["fill_hole"], a["fill_all_holes"]])
        _fill(self.map, [self.shape])
        _fill(self.map, [a["give_units"], a["unassign_units"], a["lock_units"], a["join_parts"], None])
        _fill(self.map, [a["zoom_in"], a["zoom_out"], a["whole_map"], None])
        _fill(self.base, [a["base_none"], a["base_context"], a["base_file"]])
        _fill(self.map, [self.colors, a["swap_colors"], self.account_looks, self.base, self.shown])
        _fill(self.shown, [a[name] for name in MAP_OPTIONS])
        _fill(self.help, [a["shortcuts"], a["backups"], None, a["about"]])

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


def _set_tip(action: QAction, tip: str) -> None:
    keys = ", ".join(k.toString(QKeySequence.SequenceFormat.NativeText) for k in action.shortcuts())
    action.setToolTip(tr("{what} ({keys})", what=tip, keys=keys) if keys else tip)
    action.setStatusTip("")


def _menu_text(label: str | None) -> str:
    short = label or ""
    short = short if len(short) <= 60 else short[:59] + "…"
    return short.replace("&", "&&")
