"""Which steps the change log shows: territory, account, author, time, scenario.

Owns the fields; what passes is decided by session.changelog.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from PySide6.QtCore import QDate, QSize, Qt, QTimer, Signal
from PySide6.QtWidgets import QComboBox, QGridLayout, QHBoxLayout, QLabel, QLineEdit, QToolButton, QWidget

from territorymap.i18n import tr
from territorymap.session.changelog import Wanted
from territorymap.ui.parts.day_field import DayEdit
from territorymap.ui.parts.scale import ems

ANY, TODAY, WEEK, MONTH, BETWEEN = "any", "today", "week", "month", "between"
_WAIT_MS = 350


class ChangeFilterBar(QWidget):
    """Fields of one line, two where it is narrow; ``filter_changed`` follows each edit."""

    filter_changed = Signal(object)  # Wanted

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.territory = _box(tr("Territory"), tr("Only what touched this territory; former names count too"), 9)
        self.territory.setEditable(True)
        self.territory.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        line = self.territory.lineEdit()
        assert line is not None
        line.setPlaceholderText(tr("Any territory"))
        line.setClearButtonEnabled(True)
        self.account = QLineEdit(clearButtonEnabled=True)
        self.account.setPlaceholderText(tr("Any account: name or key"))
        self.account.setToolTip(tr("Only what touched this account, or moved the unit that it lies in"))
        self.account.setAccessibleName(tr("Account"))
        self.author = _box(tr("Author"), tr("Only what this person did"), 7)
        self.scenario = _box(tr("Scenario"), tr("Only what was done in this scenario"), 7)
        self.period = _box(tr("Time"), tr("Only what was done in this time"), 7)
        for key, text in (
            (ANY, tr("Any time")),
            (TODAY, tr("Today")),
            (WEEK, tr("Last 7 days")),
            (MONTH, tr("Last 30 days")),
            (BETWEEN, tr("From … to …")),
        ):
            self.period.addItem(text, key)
        self.since, self.until = _day_field(tr("From")), _day_field(tr("To"))
        self.reset = QToolButton()
        self.reset.setText(tr("Show all"))
        self.reset.setToolTip(tr("Take all filters away"))
        self.reset.setAutoRaise(True)
        self.reset.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.reset.clicked.connect(self.clear)
        self._arrange()
        self._wait = QTimer(self, singleShot=True, interval=_WAIT_MS)
        self._wait.timeout.connect(self._emit)
        self._connect(line)
        self._show_days()

    def _arrange(self) -> None:
        self._days = QWidget()
        days = QHBoxLayout(self._days)
        days.setContentsMargins(0, 0, 0, 0)
        days.addWidget(self.since)
        days.addWidget(QLabel("–"))
        days.addWidget(self.until)
        days.addStretch(1)
        grid = QGridLayout(self)
        pad = ems(self, 0.6)
        grid.setContentsMargins(pad, pad, pad, pad)
        grid.setSpacing(ems(self, 0.5))
        grid.addWidget(self.territory, 0, 0, 1, 2)
        grid.addWidget(self.account, 0, 2)
        grid.addWidget(self.reset, 0, 3)
        grid.addWidget(self.author, 1, 0)
        grid.addWidget(self.period, 1, 1)
        grid.addWidget(self.scenario, 1, 2, 1, 2)
        grid.addWidget(self._days, 2, 0, 1, 4)
        for column, share in enumerate((2, 2, 3, 0)):
            grid.setColumnStretch(column, share)

    def _connect(self, line: QLineEdit) -> None:
        for field in (line, self.account):
            field.textChanged.connect(lambda: self._wait.start())
            field.returnPressed.connect(self._emit)
        self.territory.activated.connect(self._emit)
        for box in (self.author, self.scenario):
            box.currentIndexChanged.connect(self._emit)
        self.period.currentIndexChanged.connect(self._show_days)
        self.period.currentIndexChanged.connect(self._emit)
        for day in (self.since, self.until):
            day.dateChanged.connect(lambda: self._wait.start())

    @property
    def value(self) -> Wanted:
        since, until = self._between()
        return Wanted(
            territory=self.territory.currentText().strip(),
            account=self.account.text().strip(),
            author=str(self.author.currentData() or ""),
            since=since,
            until=until,
            scenario=str(self.scenario.currentData() or ""),
        )

    def _between(self) -> tuple[date | None, date | None]:
        today = date.today()
        kind = self.period.currentData()
        if kind == BETWEEN:
            first, last = _date(self.since), _date(self.until)
            return min(first, last), max(first, last)
        back = {TODAY: 0, WEEK: 6, MONTH: 29}.get(kind)
        return (None, None) if back is None else (today - timedelta(back), None)

    def offer(self, territories: Sequence[str], authors: Sequence[str], scenarios: Sequence[str]) -> None:
        """List what can be chosen; what is chosen stays so."""
        names = sorted(territories, key=str.casefold)
        if names != [self.territory.itemText(i) for i in range(self.territory.count())]:
            text = self.territory.currentText()
            self.territory.blockSignals(True)
            self.territory.clear()
            self.territory.addItems(names)
            self.territory.setCurrentIndex(-1)
            self.territory.setEditText(text)
            self.territory.blockSignals(False)
            self._wait.stop()  # the field's text was only put back
        _refill(self.author, tr("Anybody"), authors)
        _refill(self.scenario, tr("Any scenario"), scenarios)
        self.scenario.setVisible(len(scenarios) > 1)

    def choose(self, *, territory: str = "", account: str = "") -> None:
        """Set the filter from outside, e.g. from a menu; all else counts no more."""
        for field in (self.territory, self.account, self.author, self.period, self.scenario):
            field.blockSignals(True)
        self.territory.setEditText(territory)
        self.account.setText(account)
        for box in (self.author, self.period, self.scenario):
            box.setCurrentIndex(0)
        for field in (self.territory, self.account, self.author, self.period, self.scenario):
            field.blockSignals(False)
        self._show_days()
        self._emit()

    def clear(self) -> None:
        self.choose()

    def _show_days(self) -> None:
        self._days.setVisible(self.period.currentData() == BETWEEN)

    def _emit(self) -> None:
        self._wait.stop()
        self.reset.setEnabled(not self.value.is_all)
        self.filter_changed.emit(self.value)

    def minimumSizeHint(self) -> QSize:
        return QSize(ems(self, 26), super().minimumSizeHint().height())


def _refill(box: QComboBox, first: str, names: Sequence[str]) -> None:
    if box.count() and list(names) == [box.itemData(i) for i in range(1, box.count())]:
        return
    chosen = box.currentData()
    box.blockSignals(True)
    box.clear()
    box.addItem(first, "")
    for name in names:
        box.addItem(name, name)
    box.setCurrentIndex(max(0, box.findData(chosen)))
    box.blockSignals(False)


def _box(name: str, tip: str, n_letters: int) -> QComboBox:
    box = QComboBox()
    box.setAccessibleName(name)
    box.setToolTip(tip)
    box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    box.setMinimumContentsLength(n_letters)
    return box


def _day_field(name: str) -> DayEdit:
    field = DayEdit(QDate.currentDate())
    field.setAccessibleName(name)
    return field


def _date(field: DayEdit) -> date:
    day = field.date()
    return date(day.year(), day.month(), day.day())
