"""What a plan says of itself: title, effective date, currency, note.

Owns the fields; the command is the caller's.
"""

from __future__ import annotations

from datetime import date

from PySide6.QtCore import QDate, Qt
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLabel, QLineEdit, QPlainTextEdit, QWidget

from territorymap.errors import UserError
from territorymap.i18n import data_word, ntr, number, tr
from territorymap.session.commands import edit_plan
from territorymap.session.session import Session
from territorymap.ui.dialogs.currency import chosen_currency, currency_box
from territorymap.ui.dialogs.form import FormDialog, muted
from territorymap.ui.parts.day_field import DayEdit
from territorymap.ui.parts.scale import lines


class PlanPropertiesDialog(FormDialog):
    """Edits title, effective date, currency and note as one step."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(tr("Plan properties"), tr("&Save"), parent, width_ems=58)
        self._session = session
        info = session.plan.info
        self.title = QLineEdit(info.title)
        self.form.addRow(tr("&Title"), self.title)
        self.has_date = QCheckBox(tr("&Effective from"))
        self.day = DayEdit()
        self.day.setAccessibleName(tr("Effective date"))
        self._show_date(info.effective_date)
        self.has_date.toggled.connect(self.day.setEnabled)
        row = QHBoxLayout()
        row.addWidget(self.day)
        row.addStretch(1)
        self.form.addRow(self.has_date, row)
        self.currency = currency_box(info.currency)
        self.form.addRow(tr("C&urrency"), self.currency)
        self.form.addRow("", muted(tr("Of all amounts in this plan. Amounts stay as they are; only the sign changes.")))
        self.note = QPlainTextEdit(info.note)
        self.note.setTabChangesFocus(True)
        self.note.setPlaceholderText(tr("For example: what was agreed, with whom, what is open."))
        self.note.setMinimumHeight(lines(self, 6))
        self.form.addRow(tr("&Note"), self.note)
        self._add_facts()
        self.title.textChanged.connect(lambda: self.ok.setEnabled(bool(self.title.text().strip())))
        self.submit_with(self._save)
        if session.is_read_only:
            self._forbid()

    def _show_date(self, text: str) -> None:
        day = date.fromisoformat(text) if text else None
        self.has_date.setChecked(day is not None)
        self.day.setEnabled(day is not None)
        shown = day or date.today()
        self.day.setDate(QDate(shown.year, shown.month, shown.day))

    def _add_facts(self) -> None:
        plan = self._session.plan
        units = tr(
            "{layer}, {n}",
            layer=data_word(plan.info.unit_layer_title),
            n=ntr("{n} unit", "{n} units", len(plan.units)),
        )
        self._add_fact(tr("Units"), units if plan.info.unit_layer_title else number(len(plan.units)))
        self._add_fact(tr("Accounts"), number(len(plan.accounts)))
        if plan.info.attribution:
            self._add_fact(tr("Map data"), plan.info.attribution)
        self._add_fact(tr("File"), str(self._session.document.path))

    def _add_fact(self, label: str, value: str) -> None:
        text = muted(value)
        text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        name = QLabel(label)
        name.setProperty("role", "muted")
        self.form.addRow(name, text)

    def _forbid(self) -> None:
        for field in (self.title, self.has_date, self.day, self.currency, self.note, self.ok):
            field.setEnabled(False)
        self.show_problem(UserError(tr("{name} is open for reading only.", name=self._session.document.path.name)))

    def _save(self) -> UserError | None:
        info = self._session.plan.info
        day = self.day.date().toString(Qt.DateFormat.ISODate) if self.has_date.isChecked() else ""
        title, note = self.title.text().strip(), self.note.toPlainText()
        try:
            currency = chosen_currency(self.currency)
            if (title, day, currency, note) == (info.title, info.effective_date, info.currency, info.note):
                return None
            plan = self._session.plan
            self._session.do(edit_plan(plan, title=title, note=note, effective_date=day, currency=currency))
        except UserError as error:
            return error
        return None
