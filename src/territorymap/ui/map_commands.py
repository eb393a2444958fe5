"""Commands about the units that are selected on the map: give, unassign, lock; and the map's context menu.

Owns their actions; strokes are drawn and sent by ui/map.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, QPoint, Qt
from PySide6.QtWidgets import QMenu

from territorymap.errors import UserError
from territorymap.i18n import ntr, tr
from territorymap.model.plan import Plan
from territorymap.session.commands import assign_units, place_home, set_units_locked
from territorymap.session.commands.cutting import join_parts
from territorymap.session.session import Command
from territorymap.ui import icons
from territorymap.ui.selection import Ix
from territorymap.ui.shape_commands import holes_of

if TYPE_CHECKING:
    from territorymap.ui.main_window import MainWindow

ORIGIN = "window"


class MapCommands(QObject):
    """What the menu Map and a click with the right button offer beside the tools."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        window.map_view.menu_requested.connect(self._show_menu)
        window.selection.units_changed.connect(lambda *_: self.refresh())
        window.tools.target_chosen.connect(lambda *_: self.refresh())

    def handlers(self) -> dict[str, Callable[[], object]]:
        return {
            "give_units": self.give,
            "unassign_units": self.unassign,
            "lock_units": self.toggle_lock,
            "join_parts": self.join,
            "pick_target": self._window.map_view.arm_picker,
            "unit_cursor": self._window.map_view.start_cursor,
            "zoom_in": self._window.map_view.zoom_in,
            "zoom_out": self._window.map_view.zoom_out,
        }

    def refresh(self) -> None:
        """Enable what can be done to the selected units."""
        session = self._window.session
        n = len(self._window.selection.units)
        can = session is not None and not session.is_read_only and n > 0
        commands = self._window.commands
        commands["give_units"].setEnabled(can and self._window.tools.listed_id is not None)
        commands["unassign_units"].setEnabled(can)
        commands["lock_units"].setEnabled(can)
        parts = session.plan.units.part_of[self._window.selection.units] if can and session is not None else ()
        commands["join_parts"].setEnabled(any(parts))
        are_locked = can and session is not None and bool(session.plan.units.locked[self._window.selection.units].all())
        commands["lock_units"].setText(
            tr("Unloc&k the selected units") if are_locked else tr("Loc&k the selected units")
        )

    def give(self) -> None:
        """Give the selected units to the target territory."""
        territory_id = self._window.tools.listed_id
        if territory_id is not None:
            self._do(lambda plan, units: assign_units(plan, units, territory_id))

    def unassign(self) -> None:
        """Take the selected units out of their territories."""
        self._do(lambda plan, units: assign_units(plan, units, None))

    def toggle_lock(self) -> None:
        """Lock the selected units, or unlock them if all are locked."""
        self._do(lambda plan, units: set_units_locked(plan, units, not bool(plan.units.locked[units].all())))

    def join(self) -> None:
        """Join the selected parts of cut units; a single part is joined with all others of its unit."""
        session = self._window.session
        if session is not None:
            target = self._window.tools.listed_id
            self._do(lambda plan, units: join_parts(plan, session.geometry, units, territory_id=target))

    def place_home(self, rep_id: int, lon: float, lat: float, place: str) -> None:
        """Put the home of a rep where the house was put on the map."""
        session = self._window.session
        if session is None:
            return
        try:
            change = session.do(place_home(session.plan, rep_id, lon, lat, place), initiator=ORIGIN)
        except UserError as error:
            self._window.refuse(error)
            return
        self._window.tell(tr("Done: {step}", step=change.label))

    def _do(self, build: Callable[[Plan, Ix], Command]) -> None:
        session, units = self._window.session, self._window.selection.units
        if session is None or not len(units):
            return
        try:
            change = session.do(build(session.plan, units), initiator=ORIGIN)
        except UserError as error:
            self._window.refuse(error)
            return
        self._window.tell(" ".join([tr("Done: {step}", step=change.label), *change.notes]))

    def _show_menu(self, unit_ix: int, place: QPoint) -> None:
        if self._window.session is None:
            return
        if unit_ix >= 0 and unit_ix not in self._window.selection.units:
            self._window.selection.set_units(np.array([unit_ix], dtype=np.int32), ORIGIN)
        menu = self.build_menu(unit_ix)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(self._window.map_view.mapToGlobal(place))

    def build_menu(self, unit_ix: int) -> QMenu:
        """Return the context menu of a unit, -1 = none."""
        window, commands = self._window, self._window.commands
        menu = QMenu(window)
        session = window.session
        if unit_ix >= 0 and session is not None:
            plan = session.plan
            n = len(window.selection.units)
            name = str(plan.units.name[unit_ix]) if n == 1 else ntr("{n} unit", "{n} units", n)
            menu.addSection(_menu_text(name))
            self._add_territory(menu, plan, int(plan.unit_territory[unit_ix]))
            for command in ("give_units", "unassign_units", "lock_units"):
                menu.addAction(commands[command])
            if any(unit_ix in hole.units for hole in holes_of(session)):
                menu.addAction(commands["fill_hole"])
            if commands["join_parts"].isEnabled():
                menu.addAction(commands["join_parts"])
            menu.addAction(window.territory_panel.commands.new)
            self._add_altering(menu, plan, unit_ix)
            self._add_accounts(menu, plan)
            menu.addSeparator()
        menu.addActions([commands["undo"], commands["redo"]])
        menu.addSeparator()
        menu.addAction(commands["whole_map"])
        return menu

    def _add_accounts(self, menu: QMenu, plan: Plan) -> None:
        """Offer what can be done to the selected accounts; the page selects those under the pointer first."""
        accounts = self._window.selection.accounts
        if not len(accounts):
            return
        name = str(plan.accounts.name[accounts[0]]) if len(accounts) == 1 else ""
        menu.addSection(_menu_text(name) or ntr("{n} account", "{n} accounts", len(accounts)))
        menu.addActions(self._window.account_panel.commands.actions)

    def _add_altering(self, menu: QMenu, plan: Plan, unit_ix: int) -> None:
        """Offer to split, merge or dissolve the territory, or to add one that begins here."""
        at = int(plan.unit_territory[unit_ix])
        name = plan.territories[at].name if at >= 0 else ""
        more = menu.addMenu(tr("Change {name}", name=_menu_text(name)) if name else tr("Territory for a rep"))
        more.setToolTipsVisible(True)
        for action in self._window.altering.menu_actions(
            plan.territories[at].territory_id if at >= 0 else None, unit_ix
        ):
            action.setParent(more)
            more.addAction(action)

    def _add_territory(self, menu: QMenu, plan: Plan, territory_ix: int) -> None:
        if territory_ix < 0:
            return
        territory = plan.territories[territory_ix]
        paint = menu.addAction(
            icons.swatch_icon(territory.color), tr("&Paint into {name}", name=_menu_text(territory.name))
        )
        paint.triggered.connect(lambda: self._window.tools.set_target(territory.territory_id, stop_erasing=True))
        rep = plan.rep_of(territory_ix)
        if rep is not None and self._window.session is not None and not self._window.session.is_read_only:
            home = menu.addAction(tr("Place the &home of {name}", name=_menu_text(rep.name)))
            icons.set_icon(home, "panel-home")
            home.triggered.connect(lambda: self._window.map_view.place_home(rep.rep_id, rep.name))
        select = menu.addAction(tr("&Select the territory {name}", name=_menu_text(territory.name)))
        select.triggered.connect(lambda: self._window.selection.set_territory(territory.territory_id, ORIGIN))
        menu.addSeparator()


def _menu_text(name: str) -> str:
    short = name if len(name) <= 50 else name[:49] + "…"
    return short.replace("&", "&&")
