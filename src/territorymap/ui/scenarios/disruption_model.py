"""What each rep keeps, loses and gains of one measure, as a table model.

Owns rows, texts and order; not the figures.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QColor

from territorymap.i18n import percent, tr
from territorymap.metrics.disruption import Disruption
from territorymap.model.plan import Plan
from territorymap.ui import icons
from territorymap.ui.parts.column_header import LEFT, RIGHT, head_of
from territorymap.ui.parts.words import NOTHING, amount, digits_for, plain_tip
from territorymap.ui.theme import tokens

Index = QModelIndex | QPersistentModelIndex
SPLIT_ROLE = Qt.ItemDataRole.UserRole + 1  # Split


@dataclass(frozen=True)
class Split:
    """What a bar shows: kept, lost and gained of one rep, and what the longest bar of the table stands for."""

    kept: float
    lost: float
    gained: float
    most: float


@dataclass(frozen=True)
class DisruptionColumn:
    """One column; ``metric`` explains its numbers."""

    key: str
    title: str
    tip: str
    priority: int
    metric: str = "rep_lost"

    @property
    def is_number(self) -> bool:
        return self.key not in ("rep", "bar")


def disruption_columns() -> list[DisruptionColumn]:
    """Return the columns, in order."""
    return [
        DisruptionColumn("rep", tr("Rep"), tr("The rep; a click selects the accounts lost and gained."), 0),
        DisruptionColumn("bar", tr("Kept, lost, gained"), tr("Grey: kept. Orange: lost. Blue: gained."), 3, "rep_kept"),
        DisruptionColumn("share", tr("Lost %"), tr("Lost, as a share of what the rep has in the baseline."), 1),
        DisruptionColumn("lost", tr("Lost"), tr("What the rep has in the baseline and another has now."), 2),
        DisruptionColumn(
            "gained", tr("Gained"), tr("What the rep has now and another has in the baseline."), 2, "rep_gained"
        ),
        DisruptionColumn("kept", tr("Kept"), tr("What the rep has in the baseline and now."), 4, "rep_kept"),
        DisruptionColumn("base", tr("Baseline"), tr("What the rep has in the baseline."), 5, "rep_kept"),
        DisruptionColumn("now", tr("Now"), tr("What the rep has now: kept and gained."), 6, "rep_kept"),
    ]


class DisruptionModel(QAbstractTableModel):
    """A row a rep who has something in the baseline or now; "No rep" comes last where there is such a thing."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.columns = disruption_columns()
        self.rows: list[int] = []  # columns of the disruption
        self.over: set[int] = set()  # of them, those beyond a cap
        self._names: list[str] = []
        self._values: dict[str, NDArray[np.float64]] = {}  # (R + 1,) by key
        self._digits = 0
        self._most = 1.0
        self._sorted: tuple[str, bool] = ("lost", True)

    def show(self, plan: Plan | None, disruption: Disruption | None, row: int, over: set[int] | None = None) -> None:
        """Show one measure of a disruption; rows stay where they are while the same reps have something."""
        if plan is None or disruption is None:
            self.beginResetModel()
            self.rows, self._values = [], {}
            self.endResetModel()
            return
        names = [disruption.name_of(at) for at in range(disruption.n_reps + 1)]
        self.over = over or set()
        self._take(disruption, row)
        has: list[int] = np.flatnonzero(disruption.n_base.any(axis=0) | disruption.n_gained.any(axis=0)).tolist()
        wanted = set(has)
        if wanted == set(self.rows) and names == self._names:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self.rows) - 1, len(self.columns) - 1))
            return
        self.beginResetModel()
        self._names = names
        self.rows = self._ordered(list(wanted))
        self.endResetModel()

    def _take(self, disruption: Disruption, row: int) -> None:
        base, lost, gained = disruption.base[row], disruption.lost[row], disruption.gained[row]
        kept = base - lost
        share = np.divide(lost, base, out=np.full(len(base), np.nan), where=base > 0)
        self._values = {
            "base": base.copy(),
            "lost": lost.copy(),
            "gained": gained.copy(),
            "kept": kept,
            "now": kept + gained,
            "share": share,
        }
        self._digits = digits_for(np.concatenate([base, lost, gained]))
        self._most = max(float((np.abs(base) + np.abs(gained)).max(initial=0.0)), 1e-12)

    def sort_by(self, column: int, is_descending: bool) -> None:
        """Order the rows by a column; "No rep" stays last."""
        self._sorted = (self.columns[column].key, is_descending)
        self.beginResetModel()
        self.rows = self._ordered(self.rows)
        self.endResetModel()

    def _ordered(self, rows: list[int]) -> list[int]:
        key, is_descending = self._sorted
        last = len(self._names) - 1

        def rank(at: int) -> Any:
            if key == "rep":
                return self._names[at].casefold()
            value = self._values["lost" if key == "bar" else key][at]
            return -np.inf if np.isnan(value) else value

        return sorted(sorted(rows, key=rank, reverse=is_descending), key=lambda at: at == last)

    @property
    def sorted_by(self) -> tuple[int, bool]:
        """The column that the rows were ordered by last, and whether the largest came first."""
        key, is_descending = self._sorted
        return next(i for i, c in enumerate(self.columns) if c.key == key), is_descending

    def row_of(self, at: int) -> int:
        """Return the row of a column of the disruption, -1 if it is not shown."""
        return self.rows.index(at) if at in self.rows else -1

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.columns)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        return head_of(self.columns, section, orientation, role)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or index.row() >= len(self.rows):
            return None
        at, column = self.rows[index.row()], self.columns[index.column()]
        if role == Qt.ItemDataRole.DisplayRole:
            return "" if column.key == "bar" else self.text(at, column.key)
        if role == SPLIT_ROLE and column.key == "bar":
            kept, lost, gained = (float(self._values[key][at]) for key in ("kept", "lost", "gained"))
            return Split(kept, lost, gained, self._most)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return RIGHT if column.is_number else LEFT
        if role == Qt.ItemDataRole.ForegroundRole and at in self.over and column.key in ("rep", "share"):
            return QColor(tokens().danger)
        if role == Qt.ItemDataRole.DecorationRole and column.key == "rep" and at in self.over:
            return icons.icon("panel-warning", tokens().danger)
        if role == Qt.ItemDataRole.ToolTipRole:
            return plain_tip(self.spoken(at))
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self.spoken(at)
        return None

    def text(self, at: int, key: str) -> str:
        """Return what a cell says."""
        if key == "rep":
            return self._names[at]
        value = float(self._values[key][at])
        if key == "share":
            return NOTHING if np.isnan(value) else percent(value, 1)
        return amount(value, self._digits)

    def spoken(self, at: int) -> str:
        """Return a row as one sentence."""
        values = {key: self.text(at, key) for key in ("rep", "kept", "lost", "gained", "share")}
        return tr("{rep}: kept {kept}, lost {lost} ({share}), gained {gained}", **values)
