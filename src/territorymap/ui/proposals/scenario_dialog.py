"""Asks for the name of the scenario in which a proposal is taken. Owns the fields; the command is given."""

from __future__ import annotations

from PySide6.QtWidgets import QCheckBox, QLineEdit, QWidget

from territorymap.i18n import tr
from territorymap.ui.dialogs.form import FormDialog, muted
from territorymap.ui.scenarios.dialog import MOST_LETTERS


class TakeAsScenarioDialog(FormDialog):
    """Name, and whether to go on working in it."""

    def __init__(self, name: str, scenario: str, parent: QWidget | None = None) -> None:
        """``scenario``: the one in use, which stays as it is."""
        super().__init__(tr("Take as a new scenario"), tr("&Create"), parent, width_ems=50)
        self.form.addRow(
            muted(tr("The proposal is taken in a new scenario. {scenario} stays as it is.", scenario=scenario))
        )
        self.name = QLineEdit(name)
        self.name.setMaxLength(MOST_LETTERS)
        self.name.selectAll()
        self.form.addRow(tr("&Name"), self.name)
        self.switch = QCheckBox(tr("&Work in it from now on"))
        self.switch.setToolTip(tr("Leave it off to take another proposal as a scenario too, and compare them later."))
        self.form.addRow("", self.switch)
        self.name.textChanged.connect(lambda text: self.ok.setEnabled(bool(text.strip())))
        self.ok.setEnabled(bool(name.strip()))
        self.name.setFocus()
