"""The line over the lists of a comparison: which list, what is filtered, and what can be done. Owns its fields."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QButtonGroup, QComboBox, QHBoxLayout, QLineEdit, QMenu, QPushButton, QToolButton, QWidget

from territorymap.i18n import number, tr
from territorymap.ui import icons
from territorymap.ui.compare.move_rows import ANY, OTHER_REP, OTHER_TERRITORY, SAME_REP, MoveFilter
from territorymap.ui.compare.pair_bar import CHECKED
from territorymap.ui.parts.scale import ems

TERRITORIES, ACCOUNTS, UNITS = "territories", "accounts", "units"
_AFTER_MS = 120  # the filter follows typing


class ListBar(QWidget):
    """Territories, accounts or units; the filter; buttons, which become a menu where there is little room."""

    kind_chosen = Signal(str)  # TERRITORIES, ACCOUNTS or UNITS
    filter_changed = Signal()

    def __init__(self, actions: Sequence[QAction], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        pad = ems(self, 0.6)
        row.setContentsMargins(pad, pad, pad, pad)
        row.setSpacing(pad)
        self.buttons: dict[str, QPushButton] = {}
        self._group = QButtonGroup(self)
        for kind in (TERRITORIES, ACCOUNTS, UNITS):
            button = QPushButton()
            button.setCheckable(True)
            button.setStyleSheet(CHECKED)
            button.clicked.connect(lambda _=False, kind=kind: self.kind_chosen.emit(kind))
            self._group.addButton(button)
            self.buttons[kind] = button
            row.addWidget(button)
        self._make_filter()
        row.addWidget(self.text, 1)
        row.addWidget(self.which)
        self._tools = [_tool(action) for action in actions]
        self._more = self._make_more(actions)
        for tool in (*self._tools, self._more):
            row.addWidget(tool)

    def _make_filter(self) -> None:
        self.text = QLineEdit(clearButtonEnabled=True)
        self.text.setPlaceholderText(tr("Filter by name, territory or rep"))
        self.text.setAccessibleName(tr("Filter what moves"))
        self.text.setMinimumWidth(ems(self, 8))
        self.which = QComboBox()
        self.which.setAccessibleName(tr("Which moves"))
        for key, label in (
            (ANY, tr("All that move")),
            (OTHER_TERRITORY, tr("To another territory")),
            (OTHER_REP, tr("To another rep")),
            (SAME_REP, tr("The same rep")),
        ):
            self.which.addItem(label, key)
        self.which.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.which.setMinimumContentsLength(9)
        wait = QTimer(self, singleShot=True, interval=_AFTER_MS)
        wait.timeout.connect(self.filter_changed)
        self.text.textChanged.connect(lambda: wait.start())
        self.text.returnPressed.connect(self.filter_changed)
        self.which.currentIndexChanged.connect(lambda _: self.filter_changed.emit())

    def _make_more(self, actions: Sequence[QAction]) -> QToolButton:
        more = QToolButton()
        icons.set_icon(more, "panel-more")
        more.setAutoRaise(True)
        more.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        more.setToolTip(tr("Select, show, export"))
        more.setAccessibleName(tr("Select, show, export"))
        more.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(more)
        menu.addActions(actions)
        more.setMenu(menu)
        return more

    @property
    def value(self) -> MoveFilter:
        """What is to be shown."""
        return MoveFilter(self.text.text(), str(self.which.currentData()))

    def show_kind(self, kind: str) -> None:
        """Show which list is looked at."""
        self.buttons[kind].setChecked(True)
        self.which.setVisible(kind != TERRITORIES)

    def show_counts(self, n: Mapping[str, int]) -> None:
        """Write on each button how much its list holds."""
        self.buttons[TERRITORIES].setText(tr("Territories {n}", n=number(n[TERRITORIES])))
        self.buttons[ACCOUNTS].setText(tr("Accounts {n}", n=number(n[ACCOUNTS])))
        self.buttons[UNITS].setText(tr("Units {n}", n=number(n[UNITS])))

    def show_narrow(self, is_narrow: bool) -> None:
        """Put the buttons at the end into a menu, or out of it."""
        self._more.setVisible(is_narrow)
        for tool in self._tools:
            tool.setVisible(not is_narrow)


def _tool(action: QAction) -> QToolButton:
    tool = QToolButton()
    tool.setDefaultAction(action)
    tool.setAutoRaise(True)
    tool.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    tool.setAccessibleName(action.iconText())
    return tool
