"""Which period is looked at: a list to choose or type in, the one before and the one after.

Owns the choice; it is the session's (session.money.chosen), so that all pages, the table and the map show one.
"""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QToolButton, QWidget

from territorymap.errors import UserError
from territorymap.i18n import tr
from territorymap.model.period import Period, parse_period, period_of
from territorymap.session.session import Session
from territorymap.ui.parts.scale import ems


class PeriodBar(QWidget):
    """The period, to be chosen from a list or typed: 2026, 2026-Q3, 2026-10."""

    failed = Signal(object)  # UserError

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session: Session | None = None
        self.list = QComboBox(editable=True)
        self.list.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.list.setAccessibleName(tr("Period"))
        self.list.setToolTip(tr("Choose a period, or type one: 2026, 2026-Q3, 2026-10, 2026-W41"))
        self.list.setMinimumWidth(ems(self, 16))
        line = self.list.lineEdit()
        assert line is not None
        self.list.activated.connect(lambda _: self._choose(self.list.currentData() or self.list.currentText()))
        line.editingFinished.connect(self._typed)
        self.before = self._button("◀", tr("The period before"), lambda p: p.previous)
        self.after = self._button("▶", tr("The period after"), lambda p: p.following)
        label = QLabel(tr("&Period"))
        label.setBuddy(self.list)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        for widget in (label, self.before, self.list, self.after):
            row.addWidget(widget)

    def _button(self, text: str, tip: str, step: object) -> QToolButton:
        button = QToolButton()
        button.setText(text)
        button.setToolTip(tip)
        button.setAccessibleName(tip)
        button.clicked.connect(lambda _checked=False: self._step(step))
        return button

    def show_session(self, session: Session) -> None:
        """Show the period of a session and those that can be chosen."""
        self._session = session
        period, today = session.money.period, session.money.today
        year = period_of("year", period.start)
        known = {year.previous, year, year.following, *session.money.book.periods(), period, period_of("year", today)}
        quarter = period_of("quarter", year.start)
        for _ in range(4):
            known.add(quarter)
            quarter = quarter.following
        month = period_of("month", period.start)
        known |= {month.previous, month, month.following}
        self.list.blockSignals(True)
        self.list.clear()
        for one in sorted(known):
            self.list.addItem(one.label, one.text)
        self.list.setCurrentIndex(sorted(known).index(period))
        self.list.blockSignals(False)

    def forget(self) -> None:
        """Let go of the session, until one is shown."""
        self._session = None

    def _typed(self) -> None:
        text = self.list.currentText().strip()
        if self._session is not None and text and text != self._session.money.period.label:
            at = self.list.findText(text, Qt.MatchFlag.MatchFixedString)
            self._choose(self.list.itemData(at) if at >= 0 else text)

    def _step(self, step: object) -> None:
        if self._session is not None and callable(step):
            found = step(self._session.money.period)
            assert isinstance(found, Period)
            self._take(found)

    def _choose(self, text: str) -> None:
        try:
            self._take(parse_period(text))
        except UserError as error:
            self.failed.emit(error)
            if self._session is not None:
                self.show_session(self._session)

    def _take(self, period: Period) -> None:
        session = self._session
        if session is not None and period != session.money.period:
            session.money.chosen = period
            session.tell_figures()
