"""Fields for what is assumed: numbers and shares that are written when they are done, lists to choose from.

Owns that a field tells its value once, and not while it is typed or filled in by the program.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QComboBox, QDoubleSpinBox, QLabel, QSlider, QWidget

from territorymap.ui.parts.scale import ems


class NumberBox(QDoubleSpinBox):
    """A number; as a share it is shown in percent and told as a ratio. The wheel scrolls the page, not the number."""

    def __init__(
        self,
        spoken: str,
        low: float,
        high: float,
        *,
        digits: int = 0,
        step: float = 1.0,
        suffix: str = "",
        is_share: bool = False,
        is_short: bool = False,
        tip: str = "",
        width_ems: float = 14.0,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._factor = 100.0 if is_share else 1.0
        self._is_short = is_short  # 500, not 500.00
        self.setDecimals(digits)
        self.setRange(low * self._factor, high * self._factor)
        self.setSingleStep(step)
        self.setSuffix(" %" if is_share else suffix)
        self.setGroupSeparatorShown(True)
        self.setKeyboardTracking(False)
        self.setAccessibleName(spoken)
        self.setToolTip(tip or spoken)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.setMinimumWidth(ems(self, width_ems))

    def textFromValue(self, value: float) -> str:
        text, point = super().textFromValue(value), self.locale().decimalPoint()
        return text.rstrip("0").removesuffix(point) if self._is_short and point in text else text

    @property
    def amount(self) -> float:
        """The number, or the ratio that stands for a share; free of what percent lose in rounding."""
        return float(f"{self.value() / self._factor:.12g}")

    def show_amount(self, value: float) -> None:
        """Show a value without telling anybody; what is being typed just now stays."""
        if self.hasFocus() and self.lineEdit().isModified():
            return
        self.blockSignals(True)
        self.setValue(value * self._factor)
        self.blockSignals(False)

    def when_changed(self, told: Callable[[float], object]) -> None:
        """Call this with the value when the person has changed it."""
        self.valueChanged.connect(lambda _: told(self.amount))

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()


class Chooser(QComboBox):
    """A list of words with a value each; a value that is not in it is shown as such."""

    def __init__(self, spoken: str, tip: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(spoken)
        self.setToolTip(tip or spoken)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self._entries: list[tuple[str, object]] = []

    def show_choices(self, entries: Sequence[tuple[str, object]], value: object, missing: str = "") -> None:
        """Show what can be chosen, and what is; ``missing`` names a value that is not among them."""
        wanted = list(entries)
        if value not in [entry[1] for entry in wanted] and missing:
            wanted.append((missing, value))
        self.blockSignals(True)
        if wanted != self._entries:
            self._entries = wanted
            self.clear()
            for text, data in wanted:
                self.addItem(text, data)
        self.setCurrentIndex(next((i for i, entry in enumerate(wanted) if entry[1] == value), -1))
        self.blockSignals(False)

    def when_changed(self, told: Callable[[object], object]) -> None:
        """Call this with the value when the person has chosen another."""
        self.activated.connect(lambda _: told(self.currentData()))

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()  # it scrolls the page


class Slider(QSlider):
    """A weight from 0 to 100; the wheel scrolls the page."""

    def __init__(self, spoken: str, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.setRange(0, 100)
        self.setPageStep(10)
        self.setAccessibleName(spoken)
        self.setToolTip(spoken)
        self.setMinimumWidth(ems(self, 12))

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()


def label_for(text: str, field: QWidget) -> QLabel:
    """Return a label with a mnemonic for a field."""
    label = QLabel(text)
    label.setBuddy(field)
    return label
