"""Asks what the new scenario is called that takes a proposal. Owns the field."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QLineEdit, QWidget

from territorymap.errors import UserError
from territorymap.i18n import tr
from territorymap.session.session import Session
from territorymap.ui.dialogs.form import FormDialog, muted
from territorymap.ui.scenarios.dialog import MOST_LETTERS, free_name


class NewScenarioDialog(FormDialog):
    """One name, free already."""

    def __init__(
        self, session: Session, title: str, make: Callable[[str], UserError | None], parent: QWidget | None = None
    ) -> None:
        super().__init__(tr("As a new scenario"), tr("&Make it"), parent, width_ems=48)
        explanation = tr(
            "{name} stays as it is. The new scenario has what was proposed, and is worked in from now on.",
            name=session.plan.scenario.name,
        )
        self.form.addRow(muted(explanation))
        self.name = QLineEdit(free_name(session.plan, title))
        self.name.setMaxLength(MOST_LETTERS)
        self.name.selectAll()
        self.form.addRow(tr("&Name"), self.name)
        self.name.textChanged.connect(lambda text: self.ok.setEnabled(bool(text.strip())))
        self.submit_with(lambda: make(self.name.text().strip()))
        self.name.setFocus()
