"""Keeps the tool bar and the map in step: tool, target, brush, level, and what the map shows besides.

Owns the wiring between the two; what a tool does is the map's, what is done to selected units map_commands.py's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from territorymap.errors import UserError
from territorymap.i18n import tr
from territorymap.session.session import PlanChange
from territorymap.ui.map.levels import level_words
from territorymap.ui.map_specs import MAP_OPTIONS, PAINTING_TOOLS

if TYPE_CHECKING:
    from territorymap.ui.main_window import MainWindow


class MapTools(QObject):
    """The tools of one window."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._tools, self._map = window.tools, window.map_view
        self._connect()
        for name in MAP_OPTIONS:
            action = window.commands[name]
            action.setChecked(window.preferences.flag(name, self._map.option(name)))
            action.toggled.connect(lambda on, name=name: self._set_option(name, on))
            self._map.set_option(name, action.isChecked())

    def _connect(self) -> None:
        window, tools, shown = self._window, self._tools, self._map
        tools.tool_chosen.connect(self._choose_tool)
        tools.target_chosen.connect(shown.set_target)
        tools.brush_chosen.connect(shown.set_brush_radius)
        tools.stretch_chosen.connect(shown.stretch)
        tools.drawing.changed.connect(shown.set_drawing)
        tools.drawing.remember(window.preferences)
        tools.level_chosen.connect(shown.set_level)
        shown.levels_found.connect(self.show_levels)
        shown.tool_changed.connect(tools.set_tool)
        shown.target_picked.connect(self._target_picked)
        shown.status.connect(window.status.set_hover)
        shown.refused.connect(lambda text: window.refuse(UserError(text)))
        shown.brush_changed.connect(tools.set_brush)
        shown.home_placed.connect(window.map_commands.place_home)
        window.rep_panel.place_wanted.connect(shown.place_home)
        window.selection.territory_changed.connect(self._target_follows)
        window.selection.units_changed.connect(lambda *_: self._target_follows(None))

    # -- what the plan has ---------------------------------------------------------------------------------------------

    def begin_anew(self) -> None:
        """Take the tool that changes nothing: another plan is shown, or none."""
        self._tools.set_tool("pick")
        self._map.set_tool("pick")
        self.show_levels()
        self._window.commands["erase"].setChecked(False)

    def follow(self, change: PlanChange) -> None:
        """Offer what there is after a change."""
        delta = change.delta
        if delta.is_full or delta.added_territory_ix or delta.removed_territory_ix or delta.changed_territory_ix:
            self.show_territories()
        if delta.is_ground_changed:
            self.show_levels()
        if delta.added_territory_ix:
            self._tools.drawing.clear_name()

    def show_levels(self) -> None:
        """Offer what the plan's units can be painted by."""
        plan = self._window.session.plan if self._window.session is not None else None
        self._tools.set_levels(level_words(plan, self._map.levels) if plan is not None else [], self._map.level)

    def show_territories(self) -> None:
        """Offer the territories of the plan as targets."""
        session = self._window.session
        self._tools.set_territories(session.plan.territories if session is not None else [])

    # -- reactions -----------------------------------------------------------------------------------------------------

    def _choose_tool(self, name: str) -> None:
        self._map.set_tool(name)
        session = self._window.session
        if name in PAINTING_TOOLS and session is not None and not session.plan.territories:
            self._window.toast.show_message(
                tr("There is no territory to paint into yet. Make one in the menu Territory.")
            )

    def _target_picked(self, territory_id: int | None) -> None:
        self._window.commands["erase"].setChecked(territory_id is None)
        self._tools.set_target(territory_id)

    def _target_follows(self, territory_id: int | None, _origin: str = "") -> None:
        """Paint into the selected territory; where none is, go on with the one before, which the page forgets."""
        self._tools.set_target(territory_id)
        if self._window.session is not None and self._tools.listed_id is not None:
            self._map.set_target(self._tools.target_id)

    def _set_option(self, name: str, on: bool) -> None:
        self._window.preferences.set_flag(name, on)
        self._map.set_option(name, on)
