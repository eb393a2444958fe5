"""A table of records: columns are declared, rows are sorted by a click, what is chosen stays chosen when rows change.

Owns model and view; what the records are, and what is done to them, is the page's.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from PySide6.QtCore import (
    QAbstractTableModel,
    QItemSelectionModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPoint,
    Qt,
    Signal,
)
from PySide6.QtGui import QAction, QColor, QFont, QIcon
from PySide6.QtWidgets import QAbstractItemView, QMenu, QVBoxLayout, QWidget

from territorymap.ui.parts.column_fit import ColumnFit, ColumnNeed
from territorymap.ui.parts.column_header import LEFT, RIGHT, head_of
from territorymap.ui.parts.order import name_order
from territorymap.ui.parts.region_rows import RegionRow, RegionRows
from territorymap.ui.parts.scale import ems
from territorymap.ui.parts.sparkline import SPARK_ROLE, SparklineDelegate
from territorymap.ui.parts.tables import Table, dress_table
from territorymap.ui.parts.words import plain_tip
from territorymap.ui.theme import tokens

Index = QModelIndex | QPersistentModelIndex
R = TypeVar("R")


@dataclass(frozen=True)
class RecordColumn(Generic[R]):
    """One column; ``order`` gives what is sorted by where that is not the text, None sorts last."""

    key: str
    title: str
    tip: str
    text: Callable[[R], str]
    order: Callable[[R], Any] | None = None
    is_number: bool = False
    icon: Callable[[R], QIcon | None] | None = None
    tip_of: Callable[[R], str] | None = None  # of a cell; None = its text
    ink: Callable[[R], str] | None = None  # name of a colour of the theme, "" = the usual one
    most_ems: float = 0.0  # widest it becomes, 0 = as wide as its texts
    priority: int = 5  # where there is little room, those with high numbers go first
    line: Callable[[R], Sequence[float]] | None = None  # numbers drawn as a little line instead of the text
    edit: Callable[[R, str], object] | None = None  # takes what was typed; None = for reading only
    edit_text: Callable[[R], str] | None = None  # what the editor begins with; None = the text


class RecordModel(QAbstractTableModel, Generic[R]):
    """Records as rows."""

    def __init__(self, columns: Sequence[RecordColumn[R]], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.columns = list(columns)
        self.rows: list[R] = []
        self._given: list[R] = []
        self._is_bold: Callable[[R], bool] = lambda _: False
        self.sorted_by: int | None = None  # column; None = as given
        self.is_descending = False
        self.can_edit = True  # whether columns that can be edited may be, now

    def set_bold(self, is_bold: Callable[[R], bool]) -> None:
        """Draw the first column of these records bold."""
        self._is_bold = is_bold

    def set_columns(self, columns: Sequence[RecordColumn[R]]) -> None:
        """Show other columns, not sorted."""
        self.beginResetModel()
        self.columns, self.sorted_by = list(columns), None
        self.rows = list(self._given)
        self.endResetModel()

    def show(self, records: Sequence[R]) -> None:
        """Show these records."""
        self.beginResetModel()
        self._given = list(records)
        self.rows = self._in_order()
        self.endResetModel()

    def sort_by(self, column: int | None, *, is_descending: bool = False) -> None:
        """Sort by a column; None = as given."""
        self.beginResetModel()
        self.sorted_by, self.is_descending = column, is_descending
        self.rows = self._in_order()
        self.endResetModel()

    def _in_order(self) -> list[R]:
        if self.sorted_by is None:
            return list(self._given)
        column = self.columns[self.sorted_by]
        order = column.order or (lambda record: name_order(column.text(record)))
        keyed = [(order(record), record) for record in self._given]
        known = [pair for pair in keyed if not _is_nothing(pair[0])]
        known.sort(key=lambda pair: pair[0], reverse=self.is_descending)
        return [record for _, record in known] + [record for key, record in keyed if _is_nothing(key)]

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.columns)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        return head_of(self.columns, section, orientation, role)

    def flags(self, index: Index) -> Qt.ItemFlag:
        flags = super().flags(index)
        is_editable = index.isValid() and self.can_edit and self.columns[index.column()].edit is not None
        return flags | Qt.ItemFlag.ItemIsEditable if is_editable else flags

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        if role != Qt.ItemDataRole.EditRole or not index.isValid() or index.row() >= len(self.rows):
            return False
        edit = self.columns[index.column()].edit
        if edit is None or str(value) == self.data(index, role):
            return False
        edit(self.rows[index.row()], str(value))
        return True

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or index.row() >= len(self.rows):
            return None
        record, column = self.rows[index.row()], self.columns[index.column()]
        if role == Qt.ItemDataRole.DisplayRole:
            return column.text(record)
        if role == Qt.ItemDataRole.EditRole:
            return (column.edit_text or column.text)(record)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return RIGHT if column.is_number else LEFT
        if role == Qt.ItemDataRole.DecorationRole and column.icon is not None:
            return column.icon(record)
        if role == Qt.ItemDataRole.ToolTipRole:
            return plain_tip(column.tip_of(record) if column.tip_of is not None else column.text(record))
        if role == Qt.ItemDataRole.ForegroundRole and column.ink is not None:
            ink = column.ink(record)
            return QColor(getattr(tokens(), ink)) if ink else None
        if role == SPARK_ROLE and column.line is not None:
            return column.line(record)
        if role == Qt.ItemDataRole.FontRole and index.column() == 0 and self._is_bold(record):
            font = QFont()
            font.setBold(True)
            return font
        return None


class RecordTable(QWidget, Generic[R]):
    """The records in a table; double-click and Return open one, a click on a head sorts."""

    opened = Signal(object)  # the record
    chosen = Signal()  # another selection

    def __init__(
        self,
        columns: Sequence[RecordColumn[R]],
        key: Callable[[R], Hashable],
        spoken_name: str,
        parent: QWidget | None = None,
        *,
        is_sortable: bool = True,
        least_ems: float = 16,
    ) -> None:
        super().__init__(parent)
        self._key = key
        self.model: RecordModel[R] = RecordModel(columns, self)
        self.view = Table()
        self.view.setModel(self.model)
        dress_table(self.view, spoken_name)
        if any(column.edit is not None for column in columns):
            triggers = QAbstractItemView.EditTrigger
            self.view.setEditTriggers(
                triggers.DoubleClicked | triggers.EditKeyPressed | triggers.AnyKeyPressed | triggers.SelectedClicked
            )
        self.fit = ColumnFit(self.view, self._needs, least_ems=least_ems)
        self._actions: list[QAction | None] = []
        self._line = SparklineDelegate(self)
        self._regions: RegionRows | None = None
        self._draw_lines()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.view)
        self.setFocusProxy(self.view)
        header = self.view.horizontalHeader()
        header.customContextMenuRequested.connect(self.fit.open_menu)
        if is_sortable:
            header.setSectionsClickable(True)
            header.sectionClicked.connect(self._sort)
        self.view.customContextMenuRequested.connect(self._open_menu)
        self.view.doubleClicked.connect(lambda index: self._open(index))
        self.view.return_pressed.connect(self._open)
        self.view.selectionModel().selectionChanged.connect(lambda *_: self.chosen.emit())

    def show_records(self, records: Sequence[R]) -> None:
        """Show these records; those that were chosen stay so, by their key."""
        self._keep_chosen(lambda: self.model.show(records))
        self.fit.fit_later()

    def set_columns(self, columns: Sequence[RecordColumn[R]]) -> None:
        """Show other columns; the rows are shown anew with them."""
        if [(c.key, c.title) for c in columns] == [(c.key, c.title) for c in self.model.columns]:
            self.model.columns = list(columns)
            return
        self.model.set_columns(columns)
        self.view.horizontalHeader().setSortIndicatorShown(False)
        self._draw_lines()

    def _draw_lines(self) -> None:
        for at, column in enumerate(self.model.columns):
            self.view.setItemDelegateForColumn(at, self._line if column.line is not None else self.view.itemDelegate())

    def show_regions(self, rows: Sequence[RegionRow]) -> None:
        """Show what regions have together under the table, see region_rows.rolled_up; none takes it away."""
        if self._regions is None:
            if not rows:
                return
            self._regions = RegionRows(self.view, self.fit)
            layout = self.layout()
            assert layout is not None
            layout.addWidget(self._regions)
        self._regions.show_rows(rows, [column.is_number for column in self.model.columns])

    @property
    def region_rows(self) -> Sequence[RegionRow]:
        """The lines that are shown."""
        return () if self._regions is None else self._regions.rows

    def offer(self, actions: Sequence[QAction | None]) -> None:
        """Put these into the menu of a row; None = a line between."""
        self._actions = list(actions)

    @property
    def selected(self) -> list[R]:
        """The chosen records, in the order of the rows."""
        rows = sorted({index.row() for index in self.view.selectionModel().selectedRows()})
        return [self.model.rows[row] for row in rows if row < len(self.model.rows)]

    def select(self, keys: Sequence[Hashable]) -> None:
        """Choose the records with these keys and bring the first into sight."""
        wanted, selection = set(keys), self.view.selectionModel()
        selection.clearSelection()
        flags = QItemSelectionModel.SelectionFlag.Select | QItemSelectionModel.SelectionFlag.Rows
        is_first = True
        for row, record in enumerate(self.model.rows):
            if self._key(record) in wanted:
                index = self.model.index(row, 0)
                if is_first:
                    selection.setCurrentIndex(index, QItemSelectionModel.SelectionFlag.NoUpdate)
                    self.view.scrollTo(index)
                    is_first = False
                selection.select(index, flags)

    def _keep_chosen(self, change: Callable[[], None]) -> None:
        keys = [self._key(record) for record in self.selected]
        at = self.view.verticalScrollBar().value()
        change()
        self.view.verticalScrollBar().setValue(at)
        if keys:
            self.select(keys)
        self.chosen.emit()

    def _sort(self, column: int) -> None:
        model = self.model
        is_descending = not model.is_descending if model.sorted_by == column else model.columns[column].is_number
        self._keep_chosen(lambda: model.sort_by(column, is_descending=is_descending))
        header = self.view.horizontalHeader()
        header.setSortIndicatorShown(True)
        header.setSortIndicator(column, Qt.SortOrder.DescendingOrder if is_descending else Qt.SortOrder.AscendingOrder)

    def _open(self, index: QModelIndex) -> None:
        if 0 <= index.row() < len(self.model.rows) and not index.flags() & Qt.ItemFlag.ItemIsEditable:
            self.opened.emit(self.model.rows[index.row()])

    def _needs(self) -> list[ColumnNeed]:
        return [ColumnNeed(c.key, c.title, c.priority, most=ems(self.view, c.most_ems)) for c in self.model.columns]

    def _open_menu(self, where: QPoint) -> None:
        menu = QMenu(self.view)
        for action in self._actions:
            if action is None:
                menu.addSeparator()
            else:
                menu.addAction(action)
        self.fit.pop_up(menu, where)


def _is_nothing(key: object) -> bool:
    return key is None or key != key
