"""What can be done to territories: the actions, the questions they ask, and the commands they run.

Owns no table; it asks for the selected territories and runs through the panel.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from PySide6.QtGui import QAction

from territorymap.errors import UserError
from territorymap.i18n import ntr, tr
from territorymap.mapview.palette import PALETTE
from territorymap.model.plan import Plan
from territorymap.session import commands
from territorymap.session.session import Command
from territorymap.ui.dialogs.choose import ChooseDialog, rep_choices, territory_choices
from territorymap.ui.dialogs.form import FormDialog
from territorymap.ui.dialogs.territory import ColorDialog, NewTerritoryDialog
from territorymap.ui.panels.panel import Panel


class TerritoryCommands:
    """The territory actions of one panel; ``selected`` gives the territory_ids they are about."""

    def __init__(self, panel: Panel, selected: Callable[[], Sequence[int]], rename: Callable[[], None]) -> None:
        self._panel, self._selected = panel, selected
        make = panel.make_action
        self.new = make(
            "territory_new",
            tr("&New territory…"),
            tr("Make a new territory, of the selected units if there are some"),
            self.ask_new,
            shortcut="Ctrl+Shift+T",
            icon="panel-new",
        )
        self.rename = make(
            "territory_rename",
            tr("&Rename"),
            tr("Give the territory another name, in the table"),
            rename,
            shortcut="F2",
            icon="panel-edit",
            is_local=True,
        )
        self.recolor = make(
            "territory_recolor", tr("Re&colour…"), tr("Choose another colour"), self.ask_color, icon="panel-color"
        )
        self.set_rep = make(
            "territory_rep",
            tr("Set re&p…"),
            tr("Choose the rep in charge of the selected territories, or leave them vacant"),
            self.ask_rep,
            icon="panel-rep",
        )
        self.team = make(
            "territory_team",
            tr("T&eam…"),
            tr("Who works for the territory, with which share; since when it is vacant"),
            self.ask_team,
            icon="reps",
        )
        self.lock = make(
            "territory_lock",
            tr("&Lock"),
            tr("Lock the selected territories against edits by hand, or unlock them"),
            self.toggle_lock,
            shortcut="Ctrl+L",
            icon="panel-lock",
            is_checkable=True,
        )
        self.merge = make(
            "territory_merge",
            tr("&Merge…"),
            tr("Put the selected territories together into one of them"),
            self.ask_merge,
            shortcut="Ctrl+M",
            icon="panel-merge",
        )
        self.delete = make(
            "territory_delete",
            tr("&Delete"),
            tr("Delete the selected territories; their units become unassigned"),
            self.delete_selected,
            shortcut="Del",
            icon="panel-delete",
            is_local=True,
        )

    @property
    def actions(self) -> list[QAction]:
        return [self.new, self.rename, self.recolor, self.set_rep, self.team, self.lock, self.merge, self.delete]

    def refresh(self) -> None:
        """Enable what can be done to the selected territories."""
        ids = self._selected()
        can = self._panel.can_write
        self.new.setEnabled(can)
        for action in (self.rename, self.recolor, self.team):
            action.setEnabled(can and len(ids) == 1)
        for action in (self.set_rep, self.lock, self.delete):
            action.setEnabled(can and len(ids) > 0)
        self.merge.setEnabled(can and len(ids) > 1)
        self.lock.setChecked(bool(ids) and all(self._is_locked(i) for i in ids))

    def _is_locked(self, territory_id: int) -> bool:
        return any(t.locked for t in self._plan.territories if t.territory_id == territory_id)

    @property
    def _plan(self) -> Plan:
        assert self._panel.session is not None
        return self._panel.session.plan

    def edit(self, territory_id: int, kind: str, value: Any) -> bool:
        """Write what was typed or chosen in a cell of the table."""
        if kind == "name":
            return self._panel.do(lambda plan: commands.rename_territory(plan, territory_id, str(value)))
        rep_id = None if value is None else int(value)
        return self._panel.do(lambda plan: commands.set_territory_rep(plan, territory_id, rep_id))

    def ask_team(self) -> None:
        """Ask who works for the selected territory."""
        from territorymap.ui.teams.team_dialog import ask_team  # it is seldom wanted

        ask_team(self._panel, self._selected()[0])

    # -- questions -------------------------------------------------------------------------------------------------

    def ask_new(self) -> None:
        units = self._panel.selection.units
        dialog = NewTerritoryDialog(self._plan, PALETTE, len(units), self._panel)

        def create() -> UserError | None:
            wanted = units if dialog.with_units.isChecked() and len(units) else np.empty(0, dtype=np.int32)
            before = {t.territory_id for t in self._plan.territories}
            error = self._panel.attempt(
                lambda plan: commands.create_territory(
                    plan, dialog.name.text(), color=dialog.colors.color, rep_id=dialog.rep_id, unit_ix=wanted
                )
            )
            if error is None:
                made = [t.territory_id for t in self._plan.territories if t.territory_id not in before]
                self._panel.selection.set_territory(made[0] if made else None, "territory_commands")
            return error

        self._open(dialog, create)

    def ask_color(self) -> None:
        (territory_id,) = self._selected()
        territory = self._plan.territories[self._plan.territory_ix(territory_id)]
        dialog = ColorDialog(territory, PALETTE, self._panel)
        self._open(
            dialog,
            lambda: self._panel.attempt(
                lambda plan: commands.recolor_territory(plan, territory_id, dialog.colors.color)
            ),
        )

    def ask_rep(self) -> None:
        ids = list(self._selected())
        current = {self._plan.territories[self._plan.territory_ix(i)].rep_id for i in ids}
        dialog = ChooseDialog(
            tr("Set rep"),
            ntr("Who is in charge of this territory?", "Who is in charge of these {n} territories?", len(ids)),
            tr("&Set"),
            rep_choices(self._plan),
            current.pop() if len(current) == 1 else None,
            self._panel,
        )
        self._open(dialog, lambda: self._panel.attempt(lambda plan: _set_reps(plan, ids, dialog.key)))

    def ask_merge(self) -> None:
        ids = list(self._selected())
        dialog = ChooseDialog(
            tr("Merge territories"),
            ntr(
                "Into which one? It keeps its name, colour and rep; the other is deleted.",
                "Into which one? It keeps its name, colour and rep; the other {n} are deleted.",
                len(ids) - 1,
            ),
            tr("&Merge"),
            territory_choices(self._plan, ids),
            self._largest(ids),
            self._panel,
        )

        def merge() -> UserError | None:
            into = dialog.key
            assert into is not None
            error = self._panel.attempt(lambda plan: commands.merge_territories(plan, ids, into))
            if error is None:
                self._panel.selection.set_territory(into, "territory_commands")
            return error

        self._open(dialog, merge)

    def _largest(self, ids: Sequence[int]) -> int:
        assert self._panel.session is not None
        totals = self._panel.session.totals
        return max(ids, key=lambda i: int(totals.n_units[self._plan.territory_ix(i)]))

    def toggle_lock(self) -> None:
        ids = list(self._selected())
        is_locked = not all(self._is_locked(i) for i in ids)
        self._panel.do(lambda plan: commands.set_territory_locked(plan, ids, is_locked))
        self.refresh()

    def delete_selected(self) -> None:
        ids = list(self._selected())
        self._panel.do(lambda plan: commands.delete_territories(plan, ids))

    # -- running ---------------------------------------------------------------------------------------------------

    def _open(self, dialog: FormDialog, submit: Callable[[], UserError | None]) -> None:
        dialog.submit_with(submit)
        dialog.open()


def _set_reps(plan: Plan, territory_ids: Sequence[int], rep_id: int | None) -> Command:
    parts = [commands.set_territory_rep(plan, i, rep_id) for i in territory_ids]
    if len(parts) == 1:
        return parts[0]

    def run(writer: Any, plan: Plan) -> None:
        for part in parts:
            part.run(writer, plan)

    return Command(ntr("Set the rep of {n} territory", "Set the rep of {n} territories", len(parts)), run)
