"""One condition of a scope as a row: field, operator, value. Owns the row; groups are scope_builder's."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from PySide6.QtCore import QLocale, Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QSizePolicy,
    QStackedWidget,
    QToolButton,
    QWidget,
)

from territorymap.i18n import tr
from territorymap.model.scope import Field
from territorymap.ui import icons
from territorymap.ui.alignments.scope_kinds import (
    BY_NAME,
    NO_VALUE,
    ONE_NUMBER,
    TEXTS,
    TWO_NUMBERS,
    Line,
    operators_of,
)
from territorymap.ui.parts.scale import ems
from territorymap.ui.parts.value_field import Counted, ValueField

Suggest = Callable[[str], Sequence[Counted]]


class ConditionRow(QWidget):
    """Field, operator, value, and a button that takes the row away."""

    changed = Signal()
    removed = Signal()

    def __init__(
        self, fields: Sequence[Field], suggest: Suggest, line: Line | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._kinds = {field.key: field.kind for field in fields}
        self.field = QComboBox()
        self.field.setAccessibleName(tr("Field"))
        self.field.setMaxVisibleItems(20)
        for field in fields:
            self.field.addItem(field.label, field.key)
        if line is not None and line.field not in self._kinds:
            self.field.addItem(tr("(a field that is gone)"), line.field)
        self.field.setFixedWidth(ems(self, 22))
        self.field.view().setMinimumWidth(ems(self, 30))
        self.operator = QComboBox()
        self.operator.setAccessibleName(tr("What is asked of the field"))
        self.operator.setFixedWidth(ems(self, 24))
        self.texts = ValueField(lambda: suggest(self.field_key))
        self.low, self.high = self._number(tr("Number, or the lower end")), self._number(tr("Upper end"))
        self._between = QLabel(tr("to"))
        numbers = QWidget()
        line_of_numbers = QHBoxLayout(numbers)
        line_of_numbers.setContentsMargins(0, 0, 0, 0)
        ends: tuple[QWidget, ...] = (self.low, self._between, self.high)
        for widget in ends:
            line_of_numbers.addWidget(widget)
        line_of_numbers.addStretch(1)
        self._values = QStackedWidget()
        self._values.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        for widget in (QWidget(), self.texts, numbers):
            self._values.addWidget(widget)
        self.remove = QToolButton()
        self.remove.setAutoRaise(True)
        self.remove.setIcon(icons.icon("close"))
        self.remove.setToolTip(tr("Take this condition away"))
        self.remove.setAccessibleName(tr("Take this condition away"))
        self.remove.clicked.connect(self.removed)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(ems(self, 0.6))
        row.addWidget(self.field)
        row.addWidget(self.operator)
        row.addWidget(self._values, 1)
        row.addWidget(self.remove)
        self.setFocusProxy(self.field)
        self._show(line)
        self.field.currentIndexChanged.connect(self._field_chosen)
        self.operator.currentIndexChanged.connect(self._operator_chosen)
        self.texts.changed.connect(self.changed)
        for field_of_number in (self.low, self.high):
            field_of_number.textChanged.connect(lambda _text: self.changed.emit())

    # -- value ---------------------------------------------------------------------------------------------------------

    @property
    def field_key(self) -> str:
        return str(self.field.currentData())

    @property
    def asks(self) -> str:
        return BY_NAME[str(self.operator.currentData())].asks

    @property
    def line(self) -> Line | None:
        """The condition; None while something is missing or no number."""
        operator = str(self.operator.currentData())
        if self.asks == TEXTS:
            texts = self.texts.values
            return Line(self.field_key, operator, texts) if texts else None
        fields = [self.low, self.high][: {NO_VALUE: 0, ONE_NUMBER: 1, TWO_NUMBERS: 2}[self.asks]]
        numbers = tuple(_number(field.text()) for field in fields)
        if not all(math.isfinite(number) for number in numbers):
            return None
        is_empty_band = operator == "band" and len(numbers) == 2 and numbers[0] == numbers[1]
        if len(numbers) == 2 and (numbers[0] > numbers[1] or is_empty_band):
            return None
        return Line(self.field_key, operator, numbers=numbers)

    @property
    def problem(self) -> str:
        """What is missing, in words; "" where nothing is."""
        if self.line is not None:
            return ""
        name = self.field.currentText()
        if self.asks == TEXTS:
            return tr("Say which values of {field} are meant.", field=name)
        if self.asks == TWO_NUMBERS and all(math.isfinite(_number(field.text())) for field in (self.low, self.high)):
            return tr("The range of {field} must begin below where it ends.", field=name)
        return tr("Give a number for {field}.", field=name)

    # -- showing -------------------------------------------------------------------------------------------------------

    def _show(self, line: Line | None) -> None:
        if line is not None:
            self.field.setCurrentIndex(max(0, self.field.findData(line.field)))
        self._list_operators(line.operator if line is not None else "")
        if line is not None:
            self.texts.set_values(line.texts)
            for field, value in zip((self.low, self.high), line.numbers, strict=False):
                field.setText(_text(value))

    def _list_operators(self, wanted: str) -> None:
        self.operator.blockSignals(True)
        self.operator.clear()
        operators = operators_of(self._kinds.get(self.field_key, ""))
        for operator in operators:
            self.operator.addItem(operator.label(), operator.name)
        self.operator.setCurrentIndex(max(0, self.operator.findData(wanted)))
        self.operator.blockSignals(False)
        self._show_values()

    def _show_values(self) -> None:
        self._values.setCurrentIndex({NO_VALUE: 0, TEXTS: 1, ONE_NUMBER: 2, TWO_NUMBERS: 2}[self.asks])
        for widget in (self._between, self.high):
            widget.setVisible(self.asks == TWO_NUMBERS)

    def _field_chosen(self) -> None:
        self.texts.set_values(())
        self._list_operators(str(self.operator.currentData()))
        self.changed.emit()

    def _operator_chosen(self) -> None:
        self._show_values()
        self.changed.emit()

    def _number(self, spoken: str) -> QLineEdit:
        field = QLineEdit()
        field.setAccessibleName(spoken)
        field.setPlaceholderText(tr("Number"))
        field.setAlignment(Qt.AlignmentFlag.AlignRight)
        field.setFixedWidth(ems(self, 15))
        return field


def _number(text: str) -> float:
    """Return a number as the locale, or as a program, writes it; nan where there is none."""
    text = text.strip()
    value, is_number = QLocale().toDouble(text)
    if not is_number:
        value, is_number = QLocale.c().toDouble(text)
    return value if is_number else math.nan


def _text(value: float) -> str:
    if float(value).is_integer() and abs(value) < 1e15:
        return QLocale().toString(float(value), "f", 0)
    return QLocale().toString(float(value), "g", 15)
