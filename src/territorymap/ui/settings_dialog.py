"""Settings of the program, not of a plan: appearance, and the name that steps carry.

Owns the questions; preferences.py keeps the answers.
"""

from __future__ import annotations

from PySide6.QtWidgets import QComboBox, QLineEdit, QWidget

from territorymap.i18n import AS_SYSTEM, LANGUAGES, tr
from territorymap.session.author import current_author
from territorymap.ui.changes.note_bar import ASK_ALWAYS, ASK_DECISIONS, ASK_FOR_NOTES, ASK_NEVER
from territorymap.ui.dialogs.form import FormDialog, muted
from territorymap.ui.language import CHOICE as LANGUAGE_CHOICE
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
        self.language = QComboBox()
        self.language.addItem(tr("As the system is set"), AS_SYSTEM)
        for key, name in LANGUAGES.items():
            self.language.addItem(name, key)
        chosen = self.language.findData(preferences.text(LANGUAGE_CHOICE) or AS_SYSTEM)
        self.language.setCurrentIndex(max(0, chosen))
        self.form.addRow(tr("&Appearance"), self.theme)
        self.form.addRow(_in_both(tr("&Language")), self.language)
        self.form.addRow(tr("Your &name"), self.author)
        self.form.addRow(
            "",
            muted(
                tr("The name stands beside each step in the history, for colleagues. It counts for plans opened next.")
            ),
        )
        self.notes = QComboBox()
        for choice, text in (
            (ASK_NEVER, tr("Never")),
            (ASK_DECISIONS, tr("After decisions: locks, overrides, scenarios, merges")),
            (ASK_ALWAYS, tr("After each step")),
        ):
            self.notes.addItem(text, choice)
        self.notes.setCurrentIndex(max(0, self.notes.findData(preferences.text(ASK_FOR_NOTES))))
        self.form.addRow(tr("Ask for a &reason"), self.notes)
        self.form.addRow(
            "",
            muted(tr("A line over the map asks why a step was done; it can be passed over. The change log has it.")),
        )
        self.form.addRow(
            "",
            muted(
                tr("Workload, target and tolerances belong to the plan: see Balance settings in the menu Territory.")
            ),
        )

    @property
    def chosen_language(self) -> str:
        return str(self.language.currentData())

    @property
    def chosen_theme(self) -> str:
        return str(self.theme.currentData())

    def accept(self) -> None:
        self._preferences.author = self.author.text()
        self._preferences.set_text(ASK_FOR_NOTES, str(self.notes.currentData()))
        super().accept()


def _in_both(text: str) -> str:
    """Return a label that whoever is lost in the other language understands too."""
    return text if "Language" in text.replace("&", "") else f"{text} / Language"
