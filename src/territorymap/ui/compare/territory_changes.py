"""The table of territories old -> new as Qt's model.

Owns its columns, order and texts; figures are metrics.comparison's.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QColor

from territorymap.i18n import number, percent, tr
from territorymap.metrics.comparison import Comparison, Pair, Side
from territorymap.ui.parts.column_header import LEFT, RIGHT, head_of
from territorymap.ui.parts.words import NOTHING, amount, digits_for, index_text, measure_label
from territorymap.ui.theme import tokens

Index = QModelIndex | QPersistentModelIndex
LONGEST_HEADER = 18  # letters

Read = Callable[[Side, int], float]


@dataclass(frozen=True)
class ChangeColumn:
    """One column; a number is told of both sides, and sorted by how much it changes."""

    key: str
    title: str
    tip: str
    priority: int
    read: Read | None = None  # the number of a territory in one scenario
    write: Callable[[float], str] = number

    @property
    def is_number(self) -> bool:
        return self.read is not None or self.key == "kept"


class TerritoryChangeModel(QAbstractTableModel):
    """A row a territory that is in one of the scenarios or in both."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.comparison: Comparison | None = None
        self.columns: list[ChangeColumn] = []
        self.rows: list[Pair] = []
        self._sorted: tuple[str, bool] | None = ("kept", False)  # what loses most comes first
        self._text = ""

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.columns)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        return head_of(self.columns, section, orientation, role)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or index.row() >= len(self.rows) or self.comparison is None:
            return None
        column, pair = self.columns[index.column()], self.rows[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return self.text(column, pair)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return RIGHT if column.is_number else LEFT
        if role == Qt.ItemDataRole.DecorationRole and column.key in ("before", "after"):
            side, ix = self._end(column.key, pair)
            return QColor(side.plan.territories[ix].color) if ix >= 0 else None
        if role == Qt.ItemDataRole.ForegroundRole:
            return QColor(tokens().muted) if self._is_quiet(column, pair) else None
        if role == Qt.ItemDataRole.ToolTipRole:
            return f"{column.title}: {self.text(column, pair)}\n{self.state_text(pair)}"
        return None

    # -- texts ---------------------------------------------------------------------------------------------------------

    def _end(self, key: str, pair: Pair) -> tuple[Side, int]:
        assert self.comparison is not None
        if key in ("before", "rep_before"):
            return self.comparison.before, pair.before
        return self.comparison.after, pair.after

    def text(self, column: ChangeColumn, pair: Pair) -> str:
        """Return what a cell says."""
        if column.key in ("before", "after"):
            side, ix = self._end(column.key, pair)
            if ix >= 0:
                return side.plan.territories[ix].name
            return tr("created") if column.key == "before" else tr("deleted")
        if column.key in ("rep_before", "rep_after"):
            side, ix = self._end(column.key, pair)
            rep = side.reps[ix]
            return rep.name if rep is not None else tr("vacant") if ix >= 0 else NOTHING
        if column.key == "kept":
            return NOTHING if math.isnan(pair.kept) else percent(pair.kept, 0 if pair.kept in (0, 1) else 1)
        was, now = self._numbers(column, pair)
        before = NOTHING if math.isnan(was) else column.write(was)
        after = NOTHING if math.isnan(now) else column.write(now)
        return after if before == after else tr("{before} → {after}", before=before, after=after)

    def _numbers(self, column: ChangeColumn, pair: Pair) -> tuple[float, float]:
        assert self.comparison is not None
        assert column.read is not None
        was = column.read(self.comparison.before, pair.before) if pair.before >= 0 else math.nan
        now = column.read(self.comparison.after, pair.after) if pair.after >= 0 else math.nan
        return was, now

    def state_text(self, pair: Pair) -> str:
        """Return one sentence that says what becomes of a territory."""
        assert self.comparison is not None
        before, after = self.comparison.before, self.comparison.after
        if pair.before < 0:
            return tr("Created: it is not in {scenario}.", scenario=before.name)
        if pair.after < 0:
            return tr("Deleted: it is not in {scenario}.", scenario=after.name)
        was, now = before.plan.territories[pair.before], after.plan.territories[pair.after]
        if was.name != now.name:
            return tr("Renamed: it was {name}.", name=was.name)
        return tr("In both scenarios.")

    def _is_quiet(self, column: ChangeColumn, pair: Pair) -> bool:
        """Whether a cell says nothing new, so that changes stand out."""
        if column.key == "before":
            return pair.before < 0
        if column.key == "after":
            return pair.after < 0 or self._is_same_name(pair)
        if column.key == "rep_after":
            return self.text(self.columns[2], pair) == self.text(column, pair)
        if column.key == "kept":
            return pair.kept == 1
        if column.read is None:
            return False
        was, now = self._numbers(column, pair)
        return was == now

    def _is_same_name(self, pair: Pair) -> bool:
        assert self.comparison is not None
        before, after = self.comparison.before.plan.territories, self.comparison.after.plan.territories
        return pair.before >= 0 and pair.after >= 0 and before[pair.before].name == after[pair.after].name

    # -- rows ----------------------------------------------------------------------------------------------------------

    def set_comparison(self, comparison: Comparison | None) -> None:
        """Show another comparison, in the order and with the filter of the one before."""
        self.beginResetModel()
        self.comparison = comparison
        self.columns = change_columns(comparison) if comparison is not None else []
        self._arrange()
        self.endResetModel()

    def show(self, text: str) -> None:
        """Show only rows with every word in a name or a rep."""
        self.beginResetModel()
        self._text = text
        self._arrange()
        self.endResetModel()

    def sort_by(self, column: int, is_descending: bool) -> None:
        self.beginResetModel()
        self._sorted = (self.columns[column].key, is_descending)
        self._arrange()
        self.endResetModel()

    def _arrange(self) -> None:
        words = self._text.casefold().split()
        pairs = self.comparison.pairs if self.comparison is not None else []
        named = [c for c in self.columns if not c.is_number]
        self.rows = [
            pair
            for pair in pairs
            if not words or all(any(w in self.text(c, pair).casefold() for c in named) for w in words)
        ]
        column = next((c for c in self.columns if self._sorted is not None and c.key == self._sorted[0]), None)
        if column is not None and self._sorted is not None:
            self._sort(column, self._sorted[1])

    def _sort(self, column: ChangeColumn, is_descending: bool) -> None:
        if not column.is_number:
            self.rows.sort(key=lambda pair: self.text(column, pair).casefold(), reverse=is_descending)
            return

        def value(pair: Pair) -> float:
            if column.read is None:
                return pair.kept
            was, now = self._numbers(column, pair)
            return (0.0 if math.isnan(now) else now) - (0.0 if math.isnan(was) else was)

        known = [pair for pair in self.rows if not math.isnan(value(pair))]
        rest = [pair for pair in self.rows if math.isnan(value(pair))]
        self.rows = sorted(known, key=value, reverse=is_descending) + rest


def change_columns(comparison: Comparison) -> list[ChangeColumn]:
    """Return the columns for a comparison."""
    before, after = comparison.before, comparison.after
    columns = [
        ChangeColumn("before", _short(before.name), tr("Territory in {scenario}.", scenario=before.name), 0),
        ChangeColumn("after", _short(after.name), tr("Territory in {scenario}.", scenario=after.name), 1),
        ChangeColumn("rep_before", tr("Rep before"), tr("Its rep in {scenario}.", scenario=before.name), 3),
        ChangeColumn("rep_after", tr("Rep after"), tr("Its rep in {scenario}.", scenario=after.name), 3),
        ChangeColumn(
            "kept",
            tr("Kept"),
            tr("Share of the accounts that it had and still has; of its units where the plan has no account."),
            2,
        ),
    ]
    shown = [(row, m) for row, m in enumerate(after.plan.measures) if m.is_shown]
    for at, (row, measure) in enumerate(shown):
        digits = digits_for(np.concatenate([before.total[row], after.total[row]]))
        label = measure_label(measure)
        tip = tr("{measure} before and after; sorted by the change.", measure=label)
        write = partial(_amount, digits=digits)
        columns.append(ChangeColumn(f"total:{measure.uuid}", label, tip, 4 + 2 * at, _total(row), write))
        if row in after.balance.measure_ix:
            columns.append(
                ChangeColumn(
                    f"index:{measure.uuid}",
                    tr("Index of {measure}", measure=label),
                    tr("Index before and after, 100 % being even; sorted by the change."),
                    5 + 2 * at,
                    _index(after.balance.measure_ix.index(row)),
                    index_text,
                )
            )
    return columns


def _short(name: str) -> str:
    """Return a scenario's name as a header has room for it."""
    return name if len(name) <= LONGEST_HEADER else name[: LONGEST_HEADER - 1] + "…"


def _total(row: int) -> Read:
    return lambda side, ix: float(side.total[row, ix])


def _amount(value: float, digits: int) -> str:
    return amount(value, digits)


def _index(row: int) -> Read:
    return lambda side, ix: float(side.balance.index[row, ix])
