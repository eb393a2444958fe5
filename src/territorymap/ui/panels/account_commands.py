"""What can be done to the selected accounts: override, clear, show, marks, satisfaction, visit constants.

Owns the actions and their questions; the selection is the shared one.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QAction

from territorymap.errors import UserError
from territorymap.i18n import tr
from territorymap.model.plan import Plan
from territorymap.session import commands
from territorymap.ui.dialogs.constants import ConstantsDialog
from territorymap.ui.dialogs.override import OverrideDialog
from territorymap.ui.dialogs.satisfaction import SatisfactionDialog
from territorymap.ui.panels.panel import Panel


class AccountCommands:
    """The account actions of one panel; they are about ``selection.accounts``."""

    def __init__(self, panel: Panel) -> None:
        self._panel = panel
        make = panel.make_action
        self.give = make(
            "account_give",
            tr("&Give to a territory…"),
            tr("Give the selected accounts to a territory by name, whatever unit they lie in"),
            self.ask_override,
            shortcut="Ctrl+G",
            icon="panel-override",
        )
        self.clear = make(
            "account_clear_override",
            tr("&Clear overrides"),
            tr("Let the selected accounts follow their units again"),
            self.clear_overrides,
            shortcut="Ctrl+Shift+G",
            icon="panel-clear",
        )
        self.show = make(
            "account_show",
            tr("&Show on the map"),
            tr("Fly to the selected accounts"),
            lambda: panel.zoom_to_accounts(self.selected),
            icon="panel-zoom",
        )
        self.protect = make(
            "account_protect",
            tr("&Protect"),
            tr("Let the selected accounts keep their reps; once more: let them go"),
            self.toggle_protected,
            shortcut="Ctrl+Shift+K",
            icon="panel-protect",
            is_checkable=True,
        )
        self.change_rep = make(
            "account_change_rep",
            tr("C&hange rep"),
            tr("Mark the selected accounts: building and rebalancing give them another rep; once more: take it back"),
            self.toggle_change,
            shortcut="Ctrl+Shift+J",
            icon="panel-change-rep",
            is_checkable=True,
        )
        self.satisfaction = make(
            "account_satisfaction",
            tr("Sat&isfaction…"),
            tr("Note how satisfied the selected accounts are, from 0 to 10"),
            self.ask_satisfaction,
            icon="panel-satisfaction",
        )
        self.constants = make(
            "account_constants",
            tr("Visit c&onstants…"),
            tr("Set visits and driving of the selected accounts, or let them follow the plan"),
            self.ask_constants,
            icon="panel-constants",
        )

    @property
    def actions(self) -> list[QAction]:
        return [
            *(self.show, self.give, self.clear),
            *(self.protect, self.change_rep, self.satisfaction, self.constants),
        ]

    @property
    def selected(self) -> NDArray[np.int32]:
        return self._panel.selection.accounts

    @property
    def _plan(self) -> Plan:
        assert self._panel.session is not None
        return self._panel.session.plan

    def refresh(self) -> None:
        """Enable what can be done to the selected accounts."""
        session = self._panel.session
        n_accounts = len(session.plan.accounts) if session is not None else 0
        chosen = self.selected[self.selected < n_accounts]
        can = self._panel.can_write and len(chosen) > 0
        self.show.setEnabled(len(chosen) > 0)
        self.give.setEnabled(can and session is not None and bool(session.plan.territories))
        self.constants.setEnabled(can)
        self.protect.setEnabled(can)
        self.change_rep.setEnabled(can)
        self.satisfaction.setEnabled(can)
        accounts = session.plan.accounts if session is not None else None
        self.protect.setChecked(can and accounts is not None and bool(accounts.is_protected[chosen].all()))
        self.change_rep.setChecked(can and accounts is not None and bool(accounts.wants_change[chosen].all()))
        self.clear.setEnabled(can and session is not None and bool((session.plan.account_override[chosen] >= 0).any()))

    def ask_override(self) -> None:
        accounts = self.selected
        names = [str(self._plan.accounts.name[ix]) for ix in accounts]
        dialog = OverrideDialog(self._plan, names, self._panel.selection.territory_id, self._panel)

        def give() -> UserError | None:
            territory_id = dialog.territory_id
            assert territory_id is not None
            return self._panel.attempt(
                lambda plan: commands.set_override(plan, accounts, territory_id, dialog.reason.text())
            )

        dialog.submit_with(give)
        dialog.open()

    def clear_overrides(self) -> None:
        self._panel.do(lambda plan: commands.clear_overrides(plan, self.selected))

    def toggle_protected(self) -> None:
        """Protect the selected accounts; where all of them are, protect them no more."""
        accounts = self.selected
        is_protected = not self._plan.accounts.is_protected[accounts].all()
        self._panel.do(lambda plan: commands.protect_accounts(plan, accounts, is_protected))
        self.refresh()

    def toggle_change(self) -> None:
        """Mark the selected accounts "change rep"; where all of them are, take the mark away."""
        accounts = self.selected
        wants_change = not self._plan.accounts.wants_change[accounts].all()
        self._panel.do(lambda plan: commands.mark_for_change(plan, accounts, wants_change))
        self.refresh()

    def ask_satisfaction(self) -> None:
        accounts = self.selected
        dialog = SatisfactionDialog(self._plan, accounts, self._panel)
        dialog.submit_with(
            lambda: self._panel.attempt(lambda plan: commands.set_satisfaction(plan, accounts, dialog.value))
        )
        dialog.open()

    def ask_constants(self) -> None:
        accounts = self.selected
        dialog = ConstantsDialog(self._plan, accounts, self._panel)

        def apply() -> UserError | None:
            values = dialog.values
            if not values:
                return None
            return self._panel.attempt(lambda plan: commands.edit_account_constants(plan, accounts, values))

        dialog.submit_with(apply)
        dialog.open()
