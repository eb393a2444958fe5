"""Give accounts to a territory by name, with a reason.

Owns the question; the command is the panel's.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QLineEdit, QWidget

from territorymap.i18n import ntr, tr
from territorymap.model.plan import Plan
from territorymap.ui.dialogs.choose import ChoiceList, territory_choices
from territorymap.ui.dialogs.form import FormDialog, muted


class OverrideDialog(FormDialog):
    """Asks for territory and reason; OK only with both."""

    def __init__(
        self, plan: Plan, account_names: Sequence[str], current: int | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(tr("Give to a territory"), tr("&Give"), parent, width_ems=50)
        n = len(account_names)
        who = account_names[0] if n == 1 else ntr("{n} account", "{n} accounts", n)
        self.explanation = muted(
            tr(
                "{who} will belong to the territory you choose, whatever unit it lies in, "
                "until you clear the override.",
                who=who,
            )
            if n == 1
            else tr(
                "{who} will belong to the territory you choose, whatever units they lie in, "
                "until you clear the overrides.",
                who=who,
            )
        )
        self.form.addRow(self.explanation)
        self.territories = ChoiceList(territory_choices(plan), current)
        self.form.addRow(tr("&Territory"), self.territories)
        self.reason = QLineEdit()
        self.reason.setPlaceholderText(tr("For example: key account, old contract"))
        self.reason.setMaxLength(500)
        self.form.addRow(tr("&Reason"), self.reason)
        self.reason.textChanged.connect(self._enable)
        self.territories.view.selectionModel().currentChanged.connect(self._enable)
        self.territories.view.doubleClicked.connect(self.reason.setFocus)
        self.territories.search.setFocus()
        self._enable()

    @property
    def territory_id(self) -> int | None:
        choice = self.territories.chosen
        return choice.key if choice else None

    def _enable(self) -> None:
        missing = not self.reason.text().strip()
        self.ok.setEnabled(self.territory_id is not None and not missing)
        self.ok.setToolTip(tr("An override needs a reason.") if missing else "")
