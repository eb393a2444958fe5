"""A day that may be left out: a tick, and a date with a calendar. Owns the two as one field, read as ISO text."""

from __future__ import annotations

from PySide6.QtCore import QDate, Qt
from PySide6.QtWidgets import QCheckBox, QDateEdit, QHBoxLayout, QWidget

from territorymap.i18n import day_pattern
from territorymap.ui.parts.scale import ems


class DayEdit(QDateEdit):
    """A date with a calendar, written as all dates of the window are: Nov 26, 2026."""

    def __init__(self, day: QDate | None = None, parent: QWidget | None = None) -> None:
        super().__init__(QDate.currentDate() if day is None else day, parent)
        self.setDisplayFormat(day_pattern())
        self.setCalendarPopup(True)


class DayField(QWidget):
    """``text`` is the ISO day, "" where the tick is off."""

    def __init__(self, text: str, spoken_name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        known = QDate.fromString(text, Qt.DateFormat.ISODate)
        self.tick = QCheckBox()
        self.tick.setAccessibleName(spoken_name)
        self.tick.setChecked(known.isValid())
        self.date = DayEdit(known if known.isValid() else QDate.currentDate())
        self.date.setEnabled(known.isValid())
        self.date.setAccessibleName(spoken_name)
        self.tick.toggled.connect(self.date.setEnabled)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(ems(self, 0.6))
        row.addWidget(self.tick)
        row.addWidget(self.date, 1)
        self.setFocusProxy(self.tick)

    @property
    def text(self) -> str:
        return self.date.date().toString(Qt.DateFormat.ISODate) if self.tick.isChecked() else ""

    def set_text(self, text: str) -> None:
        """Show another day, "" = none."""
        known = QDate.fromString(text, Qt.DateFormat.ISODate)
        self.tick.setChecked(known.isValid())
        if known.isValid():
            self.date.setDate(known)
