"""The filter line of the accounts table.

Owns the fields; what passes is decided by account_rows.
"""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QIcon, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QComboBox, QHBoxLayout, QLayout, QLineEdit, QMenu, QToolButton, QWidget

from territorymap.i18n import number, tr
from territorymap.model.plan import Plan
from territorymap.model.records import LOCATION_LEVELS
from territorymap.ui import icons
from territorymap.ui.panels.account_rows import (
    ALL_TERRITORIES,
    ANY,
    IN_SCOPE,
    OUT_OF_SCOPE,
    OVERRIDDEN,
    POINTLESS,
    PROTECTED,
    SELECTED,
    UNASSIGNED,
    UNPLACED,
    UNSATISFIED,
    UNSATISFIED_BELOW,
    WANTS_CHANGE,
    AccountFilter,
)
from territorymap.ui.parts.scale import ems
from territorymap.ui.parts.words import level_label


class AccountFilterBar(QWidget):
    """Text, territory, way of placing, and kind; ``filter_changed`` follows each edit."""

    filter_changed = Signal(object)  # AccountFilter

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.text = QLineEdit(clearButtonEnabled=True)
        self.text.setPlaceholderText(tr("Filter by name, key, city or postal code"))
        self.text.setAccessibleName(tr("Filter accounts"))
        magnifier = QAction(self)
        icons.set_icon(magnifier, "panel-search")
        self.text.addAction(magnifier, QLineEdit.ActionPosition.LeadingPosition)
        self.text.setMinimumWidth(ems(self, 18))
        self.territory = _box(tr("Territory"), tr("Show only the accounts of one territory"), 9)
        self.level = _box(tr("Placed by"), tr("Show only accounts that were placed in this way"), 7)
        which = tr("Show only accounts in scope, overridden, marked, unsatisfied, unplaced or selected")
        self.kind = _box(tr("Which accounts"), which, 9)
        self.level.addItem(tr("Any place"), -1)
        for level in range(len(LOCATION_LEVELS)):
            self.level.addItem(level_label(level), level)
        for key, label in (
            (ANY, tr("All accounts")),
            (IN_SCOPE, tr("In the alignment's scope")),
            (OUT_OF_SCOPE, tr("Out of its scope")),
            (OVERRIDDEN, tr("With an override")),
            (POINTLESS, tr("Pointless override")),
            (PROTECTED, tr("Protected")),
            (WANTS_CHANGE, tr("To change rep")),
            (UNSATISFIED, tr("Satisfaction below {least}", least=number(UNSATISFIED_BELOW))),
            (UNPLACED, tr("In no unit")),
            (SELECTED, tr("Selected")),
        ):
            self.kind.addItem(label, key)
        self.reset = QToolButton()
        self.reset.setText(tr("Show all"))
        self.reset.setToolTip(tr("Take all filters away"))
        self.reset.setAutoRaise(True)
        self.reset.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.reset.clicked.connect(self.clear)
        self._layout = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._layout.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)  # it breaks into two rows instead
        pad = ems(self, 0.6)
        self._layout.setContentsMargins(pad, pad, pad, pad)
        first, second = QHBoxLayout(), QHBoxLayout()
        self._first = first
        first.addWidget(self.text, 1)
        first.addWidget(self.reset)
        for box in (self.territory, self.level, self.kind):
            second.addWidget(box, 1)
        for layout in (self._layout, first, second):
            layout.setSpacing(ems(self, 0.7))
        self._layout.addLayout(first, 1)
        self._layout.addLayout(second, 1)
        self._wait = QTimer(self, singleShot=True, interval=120)
        self._wait.timeout.connect(self._emit)
        self.text.textChanged.connect(lambda: self._wait.start())
        self.text.returnPressed.connect(self._emit)
        for box in (self.territory, self.level, self.kind):
            box.currentIndexChanged.connect(self._emit)
        self._show_reset()

    @property
    def value(self) -> AccountFilter:
        territory = self.territory.currentData()
        return AccountFilter(
            text=self.text.text(),
            territory_id=ALL_TERRITORIES if territory is None else int(territory),
            level=int(self.level.currentData()),
            kind=str(self.kind.currentData()),
        )

    def show_territories(self, plan: Plan | None) -> None:
        """List the plan's territories; the chosen one stays chosen if it is still there."""
        chosen = self.value.territory_id
        self.territory.blockSignals(True)
        self.territory.clear()
        self.territory.addItem(tr("All territories"), ALL_TERRITORIES)
        self.territory.addItem(tr("Unassigned"), UNASSIGNED)
        for territory in sorted(plan.territories if plan else [], key=lambda t: t.name.casefold()):
            self.territory.addItem(_swatch_icon(territory.color), territory.name, territory.territory_id)
        self.territory.setCurrentIndex(max(0, self.territory.findData(chosen)))
        self.territory.blockSignals(False)
        if self.value.territory_id != chosen:
            self._emit()

    def choose(self, *, kind: str = ANY, territory_id: int = ALL_TERRITORIES, text: str = "") -> None:
        """Set the filter from outside, e.g. from a menu."""
        for box in (self.territory, self.level, self.kind):
            box.blockSignals(True)
        self.level.setCurrentIndex(0)
        self.kind.setCurrentIndex(self.kind.findData(kind))
        self.territory.setCurrentIndex(max(0, self.territory.findData(territory_id)))
        for box in (self.territory, self.level, self.kind):
            box.blockSignals(False)
        self.text.setText(text)
        self._emit()

    def clear(self) -> None:
        self.choose()

    def add_menu(self, menu: QMenu) -> None:
        """Put the button of a menu beside the text: how the map shows accounts."""
        button = QToolButton()
        button.setText(tr("On the map"))
        button.setToolTip(tr("Colour and size of accounts on the map, and which of them it shows"))
        button.setAutoRaise(True)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        button.setMenu(menu)
        self._first.addWidget(button)

    def _arrange(self) -> None:
        """One row where there is room, else the text above the three choices."""
        boxes = (self.territory, self.level, self.kind, self.reset)
        needed = ems(self, 34) + sum(box.sizeHint().width() for box in boxes)
        wide, narrow = QBoxLayout.Direction.LeftToRight, QBoxLayout.Direction.TopToBottom
        self._layout.setDirection(wide if self.width() >= needed else narrow)

    def minimumSizeHint(self) -> QSize:
        return QSize(ems(self, 30), self._layout.minimumSize().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def _emit(self) -> None:
        self._wait.stop()
        self._show_reset()
        self.filter_changed.emit(self.value)

    def _show_reset(self) -> None:
        self.reset.setEnabled(self.value != AccountFilter())


def _box(name: str, tip: str, n_letters: int) -> QComboBox:
    box = QComboBox()
    box.setAccessibleName(name)
    box.setToolTip(tip)
    box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    box.setMinimumContentsLength(n_letters)
    return box


def _swatch_icon(color: str) -> QIcon:
    return QIcon(icons.swatch(color))
