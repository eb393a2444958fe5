"""Every command of the window as a QAction, by name.

Owns the QActions of the shell; their words are in specs.py, what a command does is connected by main_window.py.
"""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QMainWindow

from territorymap.i18n import listed, tr
from territorymap.ui import icons
from territorymap.ui.map_specs import TOOLS
from territorymap.ui.spec import Spec
from territorymap.ui.specs import list_specs


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


def _set_tip(action: QAction, tip: str) -> None:
    keys = listed(k.toString(QKeySequence.SequenceFormat.NativeText) for k in action.shortcuts())
    action.setToolTip(tr("{what} ({keys})", what=tip, keys=keys) if keys else tip)
    action.setStatusTip("")


def _menu_text(label: str | None) -> str:
    short = label or ""
    short = short if len(short) <= 60 else short[:59] + "…"
    return short.replace("&", "&&")
