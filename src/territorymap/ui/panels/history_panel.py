"""Every step of the plan with time and author; a click goes there.

Owns the list; going is the session's.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, QTimer
from PySide6.QtGui import QColor, QFont
from PySide6.QtWidgets import QStackedLayout, QTableView, QWidget

from territorymap.errors import UserError
from territorymap.i18n import moment, tr
from territorymap.model.records import Step
from territorymap.session.session import PlanChange
from territorymap.ui import icons
from territorymap.ui.panels.panel import Panel
from territorymap.ui.parts.column_fit import ColumnFit, ColumnNeed
from territorymap.ui.parts.empty import EmptyState
from territorymap.ui.parts.scale import ems
from territorymap.ui.parts.tables import Table, dress_table
from territorymap.ui.selection import Selection
from territorymap.ui.theme import tokens

Index = QModelIndex | QPersistentModelIndex
ORIGIN = "history_panel"


class HistoryModel(QAbstractTableModel):
    """A row a step, oldest first; undone ones stand below the current one, greyed."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.steps: list[Step] = []
        self.current_row = -1  # of the last step that stands, -1 if there is none

    def show(self, steps: list[Step]) -> None:
        self.beginResetModel()
        self.steps = steps
        standing = (row for row in range(len(steps) - 1, -1, -1) if not steps[row].is_undone)
        self.current_row = next(standing, -1)
        self.endResetModel()

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.steps)

    def columnCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else 3

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.TextAlignmentRole:
            return int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        if orientation != Qt.Orientation.Horizontal or role != Qt.ItemDataRole.DisplayRole:
            return None
        return (tr("Step"), tr("Time"), tr("Author"))[section]

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        step, is_current = self.steps[index.row()], index.row() == self.current_row
        if role == Qt.ItemDataRole.DisplayRole:
            return (step.label, step_time(step), step.author)[index.column()]
        if role == Qt.ItemDataRole.ForegroundRole and step.is_undone:
            return QColor(tokens().disabled)
        if role == Qt.ItemDataRole.FontRole and (is_current or step.is_undone):
            font = QFont()
            font.setBold(is_current and index.column() == 0)
            font.setItalic(step.is_undone)
            return font
        if role == Qt.ItemDataRole.DecorationRole and index.column() == 0:
            return icons.icon("panel-current" if is_current else "panel-blank", tokens().accent)
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
            return self._tip(step, is_current)
        return None

    def _tip(self, step: Step, is_current: bool) -> str:
        if is_current:
            return tr("{label}: the plan stands here.", label=step.label)
        if step.is_undone:
            return tr("{label}: taken back. Click to do it again.", label=step.label)
        return tr("{label}. Click to go back to here.", label=step.label)


def step_time(step: Step) -> str:
    """Return when a step was done, in the time of this machine."""
    return moment(datetime.fromisoformat(step.created_at).astimezone()) if step.created_at else ""


class HistoryPanel(Panel):
    """The line of steps that undo and redo walk along."""

    def __init__(self, selection: Selection, parent: QWidget | None = None) -> None:
        super().__init__(selection, ORIGIN, parent)
        self.model = HistoryModel(self)
        self.view = Table()
        self.view.setModel(self.model)
        dress_table(self.view, tr("History"))
        self.view.setSelectionMode(QTableView.SelectionMode.SingleSelection)
        self.fit = ColumnFit(self.view, self._needs, least_ems=28)
        self.view.horizontalHeader().customContextMenuRequested.connect(self.fit.open_menu)
        self.view.clicked.connect(self._go_to)
        self.view.return_pressed.connect(self._go_to)
        self.no_plan = EmptyState(
            "panel-history",
            tr("No steps yet"),
            tr("Everything that changes the plan is listed here, with time and author. Click a step to go there."),
        )
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self.no_plan)
        self._stack.addWidget(self.view)
        # The line is read from the file; while nobody sees the panel, or in the middle of many steps, that can wait.
        self._later = QTimer(self, singleShot=True, interval=0)
        self._later.timeout.connect(self._read_on)
        self._is_stale = True
        self.session_replaced()

    def _needs(self) -> list[ColumnNeed]:
        author = ColumnNeed("author", tr("Author"), 2, most=ems(self.view, 16))
        return [ColumnNeed("label", tr("Step"), 0), ColumnNeed("time", tr("Time"), 1), author]

    def session_replaced(self) -> None:
        self._is_stale = True
        self._read()

    def plan_changed(self, change: PlanChange) -> None:
        self._is_stale = True
        if self.is_in_sight:
            self._later.start()

    def catch_up(self) -> None:
        if self._is_stale:
            self._read()
        QTimer.singleShot(0, self, self._show_current)  # once the table has its height

    def _read_on(self) -> None:
        self._read(is_fitting=False)
        self.fit.fit_later()

    def _read(self, *, is_fitting: bool = True) -> None:
        self._is_stale = False
        self.model.show(self.session.timeline() if self.session is not None else [])
        self._stack.setCurrentIndex(1 if self.model.steps else 0)
        self._show_current()
        if is_fitting:
            self.fit.fit()

    def _show_current(self) -> None:
        row = self.model.current_row
        if row >= 0:
            self.view.selectRow(row)
            self.view.scrollTo(self.model.index(row, 0), QTableView.ScrollHint.PositionAtCenter)

    def _go_to(self, index: QModelIndex) -> None:
        if self.session is None or index.row() == self.model.current_row:
            return
        try:
            self.session.go_to(self.model.steps[index.row()].step_id, ORIGIN)
        except UserError as error:
            self.failed.emit(error)
        self._read()
