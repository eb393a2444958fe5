"""Suggested moves as rows of a list. Owns the rows; the sentences are session.solving's."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from territorymap.i18n import number, tr
from territorymap.session.solving.suggesting import Suggestion
from territorymap.ui.parts.words import plain_tip

Index = QModelIndex | QPersistentModelIndex
MOVE_ROLE = Qt.ItemDataRole.UserRole + 1  # Suggestion
COLOR_ROLE = Qt.ItemDataRole.UserRole + 2  # of the territory that would get the units, "#rrggbb"


class MoveModel(QAbstractListModel):
    """A row a move, the best first."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.moves: tuple[Suggestion, ...] = ()
        self._colors: dict[int, str] = {}

    def show(self, moves: tuple[Suggestion, ...], colors: dict[int, str]) -> None:
        """Show these moves; ``colors`` of territories by id."""
        self.beginResetModel()
        self.moves, self._colors = moves, colors
        self.endResetModel()

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.moves)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or index.row() >= len(self.moves):
            return None
        move = self.moves[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return tr("{n}. {sentence}", n=number(index.row() + 1), sentence=move.title)
        if role == MOVE_ROLE:
            return move
        if role == COLOR_ROLE:
            return self._colors.get(move.taker_id, "")
        if role == Qt.ItemDataRole.ToolTipRole:
            return plain_tip(tr("{units}\nDouble-click or Return does this move.", units=move.all_units))
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return move.sentence
        return None
