"""Territories before and after, a row each, with a bar for the index of then and now. Owns the table only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QHeaderView, QTableView, QWidget

from territorymap.i18n import number, tr
from territorymap.ui.parts.cells import INDEX_ROLE, IndexBarDelegate, IndexValue, SwatchDelegate
from territorymap.ui.parts.scale import ems, lines
from territorymap.ui.parts.tables import dress_table
from territorymap.ui.parts.words import NOTHING, amount, index_text, plain_tip

if TYPE_CHECKING:
    from territorymap.session.solving.before_after import Change, Standing

Index = QModelIndex | QPersistentModelIndex
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_LEAST_REACH = 0.25
_MOST_ROWS, _LEAST_ROWS = 8, 3
_STRETCHED = 6  # columns of one measure: its bars take what room there is


@dataclass(frozen=True)
class Told:
    """A measure of the table."""

    label: str
    tolerance: float


class ChangeModel(QAbstractTableModel):
    """Name, units, accounts; then for each measure its total, and its index before and after."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.changes: list[Change] = []
        self._told: list[Told] = []
        self._reach: list[float] = []

    def show_changes(self, changes: Sequence[Change], told: Sequence[Told]) -> None:
        """Show these, the first columns of all, then three for each measure."""
        self.beginResetModel()
        self.changes, self._told = list(changes), list(told)
        self._reach = []
        for m in range(len(told)):
            known = [s.index[m] - 1 for c in changes for s in (c.before, c.after) if s is not None]
            off = np.abs(np.array(known, dtype=np.float64))
            self._reach.append(max(_LEAST_REACH, float(off[np.isfinite(off)].max(initial=0.0))))
        self.endResetModel()

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.changes)

    def columnCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else 3 + 3 * len(self._told)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            is_text = section == 0 or (section >= 3 and (section - 3) % 3 > 0)
            return Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter if is_text else _RIGHT
        if role not in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return None
        if section < 3:
            return (tr("Territory"), tr("Units"), tr("Accounts"))[section]
        told = self._told[(section - 3) // 3]
        kind = (section - 3) % 3
        if role == Qt.ItemDataRole.ToolTipRole and kind:
            return plain_tip(tr("Index of {measure}: 100 % is even", measure=told.label))
        text = (told.label, tr("Index before"), tr("Index after"))[kind]
        return plain_tip(text) if role == Qt.ItemDataRole.ToolTipRole else text

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        change, column = self.changes[index.row()], index.column()
        if role == Qt.ItemDataRole.TextAlignmentRole and column > 0:
            return _RIGHT
        if role == Qt.ItemDataRole.DecorationRole and column == 0:
            return QColor(change.territory.color)
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return self.text(change, column)
        if role == Qt.ItemDataRole.ToolTipRole:
            return self._tip(change) if column == 0 else None
        if role == INDEX_ROLE and column >= 3 and (column - 3) % 3:
            m = (column - 3) // 3
            standing = change.before if (column - 3) % 3 == 1 else change.after
            if standing is None:
                return None
            return IndexValue(standing.index[m], self._told[m].tolerance, self._reach[m])
        return None

    def text(self, change: Change, column: int) -> str:
        """Return what a cell says."""
        if column == 0:
            return change.territory.name
        if column < 3:
            return _was_is(change, lambda s: number(s.units if column == 1 else s.accounts))
        m, kind = divmod(column - 3, 3)
        if kind == 0:
            return _was_is(change, lambda s: amount(s.total[m], 0 if abs(s.total[m]) >= 100 else None))
        standing = change.before if kind == 1 else change.after
        return NOTHING if standing is None else index_text(standing.index[m])

    @staticmethod
    def _tip(change: Change) -> str:
        if change.before is None:
            return tr("New")
        return tr("Goes") if change.after is None else ""


def _was_is(change: Change, text: Any) -> str:
    def told(standing: Standing | None) -> str:
        return NOTHING if standing is None else text(standing)

    before, after = told(change.before), told(change.after)
    return after if before == after else tr("{before} → {after}", before=before, after=after)


class ChangeTable(QTableView):
    """The table; it takes the room of its rows, up to some."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows = ChangeModel(self)
        self.setModel(self.rows)
        dress_table(self, tr("Territories before and after"))
        self.setItemDelegateForColumn(0, SwatchDelegate(self))
        self._bars = IndexBarDelegate(self)
        self._fit()

    def show_changes(self, changes: Sequence[Change], told: Sequence[Told]) -> None:
        self.rows.show_changes(changes, told)
        for m in range(len(told)):
            for kind in (1, 2):
                self.setItemDelegateForColumn(3 + 3 * m + kind, self._bars)
        self._fit()

    def _fit(self) -> None:
        header = self.horizontalHeader()
        for column in range(self.rows.columnCount()):
            is_bar = column >= 3 and (column - 3) % 3 > 0
            is_stretched = is_bar and self.rows.columnCount() <= _STRETCHED
            mode = QHeaderView.ResizeMode.Stretch if is_stretched else QHeaderView.ResizeMode.Interactive
            header.setSectionResizeMode(column, mode)
            if is_bar:
                if not is_stretched:
                    self.setColumnWidth(column, ems(self, 17))
            else:
                self.resizeColumnToContents(column)
        self.setColumnWidth(0, max(ems(self, 22), min(ems(self, 34), self.columnWidth(0))))
        shown = max(_LEAST_ROWS, min(_MOST_ROWS, self.rows.rowCount()))
        height = header.sizeHint().height() + shown * self.verticalHeader().defaultSectionSize()
        self.setFixedHeight(height + lines(self, 0.5))
