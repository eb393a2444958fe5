"""Proposals as a table: a row each, the plan as it is on top. Owns rows, order and texts; figures are the board's."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QColor, QFont

from territorymap.i18n import tr
from territorymap.ui.parts.column_header import LEFT, RIGHT, head_of
from territorymap.ui.parts.words import plain_tip
from territorymap.ui.proposals.board import Axis, Board, Mark
from territorymap.ui.theme import tokens

Index = QModelIndex | QPersistentModelIndex
NAME = "name"
PRESENT = -1  # row of the plan as it is, among positions of marks


@dataclass(frozen=True)
class ProposalColumn:
    """One column."""

    key: str
    title: str
    tip: str
    priority: int
    axis: Axis | None = None

    @property
    def is_number(self) -> bool:
        return self.axis is not None


class ProposalModel(QAbstractTableModel):
    """What each proposal is worth; the best of a column stands out."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.board = Board()
        self.columns: list[ProposalColumn] = []
        self.rows: list[int] = []  # positions of marks, PRESENT
        self.taken = PRESENT  # position of the mark that the plan is now
        self._sorted: tuple[str, bool] | None = None

    def show_board(self, board: Board) -> None:
        """Show other proposals, in the order of the board."""
        self.beginResetModel()
        self.board, self._sorted, self.taken = board, None, PRESENT
        name = ProposalColumn(NAME, tr("Proposal"), tr("The letter is that of the point on the chart."), 0)
        self.columns = [name, *(ProposalColumn(a.key, a.title, a.tip, i + 1, a) for i, a in enumerate(board.axes))]
        self.columns = self.columns if board.marks else []
        self._arrange()
        self.endResetModel()

    def show_taken(self, mark: int) -> None:
        """Mark the proposal that the plan is now; PRESENT = none."""
        if mark != self.taken:
            self.taken = mark
            if self.rows:
                self.dataChanged.emit(self.index(0, 0), self.index(len(self.rows) - 1, 0))

    def sort_by(self, column: int, is_descending: bool) -> None:
        self.beginResetModel()
        self._sorted = (self.columns[column].key, is_descending)
        self._arrange()
        self.endResetModel()

    def _arrange(self) -> None:
        """The plan as it is stays on top, so that all others can be compared with it."""
        marks = list(range(len(self.board.marks)))
        if self._sorted is not None and self._sorted[0] != NAME:
            key, is_descending = self._sorted
            sign = -1 if is_descending else 1

            def worth(n: int) -> tuple[bool, float]:
                value = self.board.marks[n].value(key)
                return (True, 0.0) if math.isnan(value) else (False, sign * value)

            marks.sort(key=worth)
        elif self._sorted is not None and self._sorted[1]:
            marks.reverse()
        self.rows = [*([PRESENT] if self.board.present is not None else []), *marks]

    def row_of(self, mark: int) -> int:
        """Return the row of a mark; -1 if it has none."""
        return self.rows.index(mark) if mark in self.rows else -1

    def mark(self, row: int) -> Mark | None:
        """Return the plan of a row."""
        if not 0 <= row < len(self.rows):
            return None
        at = self.rows[row]
        return self.board.present if at == PRESENT else self.board.marks[at]

    # -- Qt's own ------------------------------------------------------------------------------------------------------

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.columns)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        return head_of(self.columns, section, orientation, role)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        mark = self.mark(index.row()) if index.isValid() else None
        if mark is None:
            return None
        column, is_present = self.columns[index.column()], self.rows[index.row()] == PRESENT
        if role == Qt.ItemDataRole.DisplayRole:
            return self.text(column, mark, is_taken=not is_present and self.rows[index.row()] == self.taken)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return RIGHT if column.is_number else LEFT
        if role == Qt.ItemDataRole.FontRole and not is_present and self.is_best(column, mark):
            font = QFont()
            font.setBold(True)
            return font
        if role == Qt.ItemDataRole.ForegroundRole and is_present:
            return QColor(tokens().muted)
        if role == Qt.ItemDataRole.ToolTipRole:
            return plain_tip("\n".join([mark.title, mark.sentence, *mark.told]))
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return tr("{column}: {text}", column=column.title, text=self.text(column, mark))
        return None

    def text(self, column: ProposalColumn, mark: Mark, *, is_taken: bool = False) -> str:
        """Return what a cell says."""
        if column.axis is not None:
            return column.axis.write(mark.value(column.key))
        text = tr("{letter}  {title}", letter=mark.letter, title=mark.title) if mark.letter else mark.title
        return tr("{text} (taken)", text=text) if is_taken else text

    def is_best(self, column: ProposalColumn, mark: Mark) -> bool:
        return column.axis is not None and mark.value(column.key) == self.board.best(column.key)
