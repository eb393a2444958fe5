"""Asks for a goal or a synergy of a territory. Owns the fields."""

from __future__ import annotations

from PySide6.QtWidgets import QCheckBox, QLineEdit, QPlainTextEdit, QWidget

from territorymap.i18n import tr
from territorymap.metrics.capacity.scorecard import GOAL
from territorymap.model.coverage import Action
from territorymap.ui.capacity.inputs import label_for
from territorymap.ui.dialogs.form import FormDialog
from territorymap.ui.parts.scale import lines


class GoalDialog(FormDialog):
    """A goal or synergy, new (``action`` is None) or as it is."""

    def __init__(
        self, kind: str, territory: str, action: Action | None, today: str, parent: QWidget | None = None
    ) -> None:
        title = tr("Goal of {name}", name=territory) if kind == GOAL else tr("Synergy of {name}", name=territory)
        super().__init__(title, tr("&OK"), parent, width_ems=56)
        self._today = today
        self.title = QLineEdit(action.title if action else "")
        self.title.setPlaceholderText(
            tr("What is to be reached") if kind == GOAL else tr("What helps here, and with whom it is shared")
        )
        self.owner = QLineEdit(action.owner if action else "")
        self.due = QLineEdit(action.due_on if action else "")
        self.due.setPlaceholderText(tr("A day, e.g. 2027-03-31"))
        self.note = QPlainTextEdit(action.note if action else "")
        self.note.setTabChangesFocus(True)
        self.note.setFixedHeight(lines(self, 4))
        self.is_done = QCheckBox(tr("&Done"))
        self._done_on = action.done_on if action else ""
        self.is_done.setChecked(bool(self._done_on))
        for text, field in (
            (tr("&What"), self.title), (tr("W&ho sees to it"), self.owner), (tr("&Until"), self.due),
            (tr("&Note"), self.note),
        ):  # fmt: skip
            self.form.addRow(label_for(text, field), field)
        if action is not None:
            self.form.addRow("", self.is_done)

    @property
    def values(self) -> dict[str, str]:
        """What was filled in, as the fields of an Action."""
        done = (self._done_on or self._today) if self.is_done.isChecked() else ""
        return {
            "title": self.title.text(),
            "owner": self.owner.text(),
            "due_on": self.due.text(),
            "note": self.note.toPlainText(),
            "done_on": done,
        }
