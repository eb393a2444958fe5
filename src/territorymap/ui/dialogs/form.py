"""A dialog that asks for a few values, and stays open with the reason when they are refused.

Owns frame, buttons and the line that says what is wrong; not the fields.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLabel,
    QLayout,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from territorymap.errors import UserError
from territorymap.i18n import tr
from territorymap.ui.help.asking import add_help_button
from territorymap.ui.parts.scale import ems


class FormDialog(QDialog):
    """Fields in a form, a problem line, OK and Cancel. ``submit`` returns why it was refused, or None."""

    def __init__(self, title: str, accept_text: str, parent: QWidget | None = None, *, width_ems: float = 52) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._submit: Callable[[], UserError | None] | None = None
        self.body = QVBoxLayout(self)
        self.body.setSpacing(ems(self, 1.4))
        margin = ems(self, 2)
        self.body.setContentsMargins(margin, margin, margin, margin)
        self.form = make_form(self)
        self.body.addLayout(self.form)
        self.problem = QLabel()
        self.problem.setProperty("role", "danger")
        self.problem.setWordWrap(True)
        self.problem.setTextFormat(Qt.TextFormat.PlainText)
        self.problem.hide()
        self.body.addStretch(1)
        self.body.addWidget(self.problem)
        buttons = QDialogButtonBox()
        self.ok: QPushButton = buttons.addButton(accept_text, QDialogButtonBox.ButtonRole.AcceptRole)
        self.ok.setDefault(True)
        buttons.addButton(tr("Cancel"), QDialogButtonBox.ButtonRole.RejectRole)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        add_help_button(buttons, self)
        self.body.addWidget(buttons)
        self.setMinimumWidth(ems(self, width_ems))

    def submit_with(self, submit: Callable[[], UserError | None]) -> None:
        """Call this when the person accepts; the dialog closes only if nothing was refused."""
        self._submit = submit

    def insert(self, item: QWidget | QLayout) -> None:
        """Put a widget or layout under the form, above the problem line."""
        place = self.body.count() - 3
        if isinstance(item, QWidget):
            self.body.insertWidget(place, item)
        else:
            self.body.insertLayout(place, item)

    def accept(self) -> None:
        error = self._submit() if self._submit is not None else None
        if error is None:
            super().accept()
            return
        self.show_problem(error)

    def show_problem(self, error: UserError | None) -> None:
        """Say what is wrong; None takes the line away."""
        self.problem.setVisible(error is not None)
        if error is not None:
            self.problem.setText("\n".join(part for part in (error.message, error.hint) if part))
            self.problem.setAccessibleName(self.problem.text())


def make_form(owner: QWidget) -> QFormLayout:
    """Return a form layout with the spacing of all our dialogs."""
    form = QFormLayout()
    form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
    form.setLabelAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
    form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.DontWrapRows)
    form.setHorizontalSpacing(ems(owner, 1.4))
    form.setVerticalSpacing(ems(owner, 1.1))
    return form


def muted(text: str) -> QLabel:
    """Return an explanation that stands back and wraps."""
    label = QLabel(text)
    label.setProperty("role", "muted")
    label.setWordWrap(True)
    label.setTextFormat(Qt.TextFormat.PlainText)
    return label
