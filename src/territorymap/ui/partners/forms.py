"""Forms of records: a field for each value, read and checked together. Owns the fields; not what is asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtWidgets import QComboBox, QLineEdit, QPlainTextEdit, QWidget

from territorymap.errors import UserError
from territorymap.i18n import tr
from territorymap.importers.days import is_day_first, parse_day
from territorymap.importers.numbers import parse_number
from territorymap.ui.dialogs.form import FormDialog, muted
from territorymap.ui.parts.scale import lines


@dataclass(frozen=True)
class Entry:
    """One field. ``kind``: "text", "long", "day", "number" or "choice"."""

    key: str
    label: str
    kind: str = "text"
    choices: Sequence[tuple[str, str]] = ()  # of a "choice": value, text
    hint: str = ""  # in the empty field


class RecordForm(FormDialog):
    """Asks for the values of a record."""

    def __init__(
        self,
        title: str,
        accept_text: str,
        entries: Sequence[Entry],
        values: Mapping[str, object],
        parent: QWidget | None = None,
        note: str = "",
    ) -> None:
        super().__init__(title, accept_text, parent, width_ems=58)
        self.entries = list(entries)
        self.fields: dict[str, QLineEdit | QPlainTextEdit | QComboBox] = {}
        for entry in entries:
            field = self._field(entry, values.get(entry.key))
            field.setAccessibleName(entry.label)
            field.setObjectName(f"field_{entry.key}")
            self.fields[entry.key] = field
            self.form.addRow(entry.label, field)
        if note:
            self.insert(muted(note))

    def _field(self, entry: Entry, value: object) -> QLineEdit | QPlainTextEdit | QComboBox:
        if entry.kind == "choice":
            box = QComboBox()
            for key, text in entry.choices:
                box.addItem(text, key)
            box.setCurrentIndex(max(0, box.findData(value)))
            return box
        text = "" if value is None else f"{value:.15g}" if isinstance(value, float) else str(value)
        if entry.kind == "long":
            long = QPlainTextEdit(text)
            long.setTabChangesFocus(True)
            long.setFixedHeight(lines(self, 5))
            long.setPlaceholderText(entry.hint)
            return long
        line = QLineEdit(text)
        line.setPlaceholderText(entry.hint or (tr("year-month-day, e.g. 2026-10-05") if entry.kind == "day" else ""))
        return line

    def values(self) -> dict[str, object]:
        """Return what was typed: text, ISO day, number or None.

        Raises
        ------
        UserError
            if a day or number cannot be read; it names the field.
        """
        return {entry.key: self._value(entry) for entry in self.entries}

    def _value(self, entry: Entry) -> object:
        field = self.fields[entry.key]
        if isinstance(field, QComboBox):
            return str(field.currentData())
        if isinstance(field, QPlainTextEdit):
            return field.toPlainText().strip()
        text = field.text().strip()
        if entry.kind == "day":
            day = parse_day(text, is_day_first([text]))
            if day is None:
                raise UserError(
                    tr("{field}: “{text}” is no day.", field=entry.label, text=text), tr("Write it as 2026-10-05.")
                )
            return day
        if entry.kind == "number":
            value = parse_number(text)
            if value is None:
                raise UserError(tr("{field}: “{text}” is not a number.", field=entry.label, text=text))
            return None if value != value else value
        return text
