"""Settings of the program, not of a plan: appearance, and the name that steps carry.

Owns the questions; preferences.py keeps the answers.
"""

from __future__ import annotations

from PySide6.QtWidgets import QComboBox, QLineEdit, QWidget

from territorymap.i18n import tr
from territorymap.session.session import current_author
from territorymap.ui.dialogs.form import FormDialog, muted
from territorymap.ui.preferences import Preferences


class ProgramSettingsDialog(FormDialog):
    """Few settings, each with what it does."""

    def __init__(self, preferences: Preferences, parent: QWidget | None = None) -> None:
        super().__init__(tr("Settings"), tr("Apply"), parent)
        self._preferences = preferences
        self.theme = QComboBox()
        for choice, text in (
            ("system", tr("As the system is set")),
            ("light", tr("Light")),
            ("dark", tr("Dark")),
        ):
            self.theme.addItem(text, choice)
        self.theme.setCurrentIndex(self.theme.findData(preferences.theme))
        self.author = QLineEdit(preferences.author)
        self.author.setPlaceholderText(current_author())
        self.author.setMaxLength(100)
        self.form.addRow(tr("&Appearance"), self.theme)
        self.form.addRow(tr("Your &name"), self.author)
        self.form.addRow(
            "",
            muted(
                tr("The name stands beside each step in the history, for colleagues. It counts for plans opened next.")
            ),
        )
        self.form.addRow(
            "",
            muted(
                tr("Workload, target and tolerances belong to the plan: see Balance settings in the menu Territory.")
            ),
        )

    @property
    def chosen_theme(self) -> str:
        return str(self.theme.currentData())

    def accept(self) -> None:
        self._preferences.author = self.author.text()
        super().accept()
