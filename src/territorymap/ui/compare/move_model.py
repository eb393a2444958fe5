"""The list of what moves as Qt's model. Owns roles; rows and texts are move_rows'."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QColor

from territorymap.i18n import tr
from territorymap.ui.compare.move_rows import MoveColumn, MoveFilter, MoveRows
from territorymap.ui.parts.column_header import LEFT, RIGHT, head_of
from territorymap.ui.theme import tokens

Index = QModelIndex | QPersistentModelIndex


class MoveModel(QAbstractTableModel):
    """A row an account, or a unit, that moves."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.rows: MoveRows | None = None

    @property
    def columns(self) -> list[MoveColumn]:
        return self.rows.columns if self.rows is not None else []

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if self.rows is None or (parent is not None and parent.isValid()) else len(self.rows.shown)

    def columnCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.columns)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        return head_of(self.columns, section, orientation, role)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        rows = self.rows
        if rows is None or not index.isValid() or index.row() >= len(rows.shown):
            return None
        column, ix = rows.columns[index.column()], int(rows.shown[index.row()])
        if role == Qt.ItemDataRole.DisplayRole:
            return rows.text(column, ix)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return RIGHT if column.is_number else LEFT
        if role == Qt.ItemDataRole.DecorationRole:
            color = rows.color(column, ix)
            return QColor(color) if color is not None else None
        if role == Qt.ItemDataRole.ForegroundRole:
            is_nobody = column.key in ("from", "to") and rows.color(column, ix) is None
            return QColor(tokens().muted) if is_nobody else None
        if role == Qt.ItemDataRole.ToolTipRole:
            return tr("{cell}\n{change}", cell=rows.text(column, ix), change=change_text(rows.what(ix)))
        return None

    def set_rows(self, rows: MoveRows | None) -> None:
        """Show another comparison, in the order and with the filter of the one before."""
        self.beginResetModel()
        if rows is not None:
            rows.sort_as(self.rows)
        self.rows = rows
        self.endResetModel()

    def show(self, wanted: MoveFilter) -> None:
        """Filter the rows."""
        if self.rows is not None:
            self.beginResetModel()
            self.rows.show(wanted)
            self.endResetModel()

    def sort_by(self, column: int, is_descending: bool) -> None:
        """Order the rows by a column."""
        if self.rows is not None:
            self.beginResetModel()
            self.rows.sort(self.columns[column].key, is_descending)
            self.endResetModel()


def change_text(what: str) -> str:
    """Return one sentence for a word of session.comparison.kind_word."""
    return {
        "moved": tr("Goes to another territory."),
        "assigned": tr("Was unassigned, and has a territory now."),
        "unassigned": tr("Has no territory any more."),
        "rep": tr("Stays in its territory, which gets another rep."),
        "kept": tr("Stays as it is."),
    }[what]
