"""The territory table as a model: rows stay where they are while the plan is edited.

Owns the order of rows and which of them changed; not the numbers (session) nor the drawing (ui.parts.cells).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QColor

from territorymap.i18n import listed, ntr, percent, tr
from territorymap.model.leading import leading_order
from territorymap.model.plan import Plan
from territorymap.model.records import Territory
from territorymap.session.session import PlanChange, Session
from territorymap.ui.panels.index_scale import LEAST_REACH, reach_of, runs_of
from territorymap.ui.panels.region_figures import territory_region_rows
from territorymap.ui.panels.territory_columns import TerritoryColumn, column_values, territory_columns
from territorymap.ui.parts.cells import INDEX_ROLE, LOCK_ROLE, IndexValue
from territorymap.ui.parts.column_header import LEFT, RIGHT, head_of
from territorymap.ui.parts.order import name_order
from territorymap.ui.parts.region_rows import RegionRow
from territorymap.ui.parts.words import amount, digits_for, figure_text, index_text, measure_label
from territorymap.ui.teams.team_words import team_lines
from territorymap.ui.theme import tokens

Index = QModelIndex | QPersistentModelIndex


class TerritoryModel(QAbstractTableModel):
    """A row a territory. ``edit(territory_id, column kind, value)`` tells whether it was done."""

    def __init__(self, edit: Callable[[int, str, Any], bool], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._edit = edit
        self._session: Session | None = None
        self._ids: list[int] = []  # territory_id a row
        self._ix_by_id: dict[int, int] = {}
        self._columns: list[TerritoryColumn] = []
        self._digits: dict[str, int] = {}
        self._index_seen: NDArray[np.float64] = np.empty((0, 0))  # (M, T) as far as the eye can tell
        self._target_seen: NDArray[np.float64] = np.empty((0, 0))  # (M, T)
        self._reach: dict[int, float] = {}
        self._misfits: dict[int, str] = {}  # what does not fit, by territory_id
        self._figures: dict[str, NDArray[np.float64]] = {}  # (T,) by key: those seen since the last step
        self.bar_ix = 0
        self._is_bar_told = False  # that the measure of the bar had something to say when it was taken
        self._is_bar_chosen = False

    # -- reading ---------------------------------------------------------------------------------------------------

    @property
    def columns(self) -> Sequence[TerritoryColumn]:
        return self._columns

    @property
    def plan(self) -> Plan:
        assert self._session is not None
        return self._session.plan

    def territory_id(self, row: int) -> int:
        return self._ids[row]

    def row_of(self, territory_id: int | None) -> int:
        """Return the row of a territory, -1 if there is none."""
        return self._ids.index(territory_id) if territory_id in self._ids else -1

    def column_of(self, kind: str) -> int:
        return next((i for i, column in enumerate(self._columns) if column.kind == kind), -1)

    def territory(self, row: int) -> Territory | None:
        ix = self._ix_by_id.get(self._ids[row])
        return None if ix is None else self.plan.territories[ix]

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._ids)

    def columnCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._columns)

    def flags(self, index: Index) -> Qt.ItemFlag:
        flags = super().flags(index)
        if index.isValid() and self._columns[index.column()].kind in ("name", "rep"):
            flags |= Qt.ItemFlag.ItemIsEditable
        return flags

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        return head_of(self._columns, section, orientation, role)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        territory = self.territory(index.row()) if index.isValid() else None
        if territory is None:
            return None
        column = self._columns[index.column()]
        ix = self._ix_by_id[territory.territory_id]
        if role == Qt.ItemDataRole.DisplayRole:
            return self._text(column, territory, ix)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return RIGHT if column.is_number else LEFT
        if role == Qt.ItemDataRole.EditRole and column.kind == "name":
            return territory.name
        if role == Qt.ItemDataRole.EditRole and column.kind == "rep":
            return territory.rep_id
        if role == Qt.ItemDataRole.DecorationRole and column.kind == "name":
            return QColor(territory.color)
        if role == Qt.ItemDataRole.ForegroundRole:
            return self._ink(column, territory, ix)
        if role == LOCK_ROLE:
            return territory.locked and column.kind == "name"
        if role == INDEX_ROLE and column.kind == "index":
            return self._index_value(column, ix)
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
            return self._tip(column, territory, ix)
        return None

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        if role != Qt.ItemDataRole.EditRole or not index.isValid():
            return False
        kind = self._columns[index.column()].kind
        if value == self.data(index, role):
            return True
        return self._edit(self._ids[index.row()], kind, value)

    def value(self, column: TerritoryColumn, ix: int) -> float:
        assert self._session is not None
        if column.figure is None:
            return float(column_values(self._session, column)[ix])
        if column.key not in self._figures:
            self._figures[column.key] = column_values(self._session, column)
        return float(self._figures[column.key][ix])

    def _text(self, column: TerritoryColumn, territory: Territory, ix: int) -> str:
        if column.kind == "name":
            return territory.name
        if column.kind == "rep":
            rep = self.plan.rep(territory.rep_id)
            return rep.name if rep else tr("vacant")
        if column.kind == "fit":
            return self._misfits.get(territory.territory_id, "")
        value = self.value(column, ix)
        if column.kind == "index":
            return index_text(value)
        if column.figure is not None:
            return figure_text(column.figure, value, self.plan.info.currency)
        return amount(value, self._digits.get(column.key))

    def _ink(self, column: TerritoryColumn, territory: Territory, ix: int) -> QColor | None:
        if column.kind == "rep" and territory.rep_id is None:
            return QColor(tokens().muted)
        if column.kind == "fit":
            return QColor(tokens().warning)
        if column.kind == "pieces" and self.value(column, ix) > 1:
            return QColor(tokens().warning)
        return None

    def _tip(self, column: TerritoryColumn, territory: Territory, ix: int) -> str:
        text = self._text(column, territory, ix)
        if column.kind == "name":
            return tr("{name} (locked)", name=territory.name) if territory.locked else territory.name
        if column.kind == "rep":
            return "\n".join(
                [tr("{name}: {value}", name=territory.name, value=text), *team_lines(self.plan, territory)]
            )
        if column.kind != "index":
            return tr("{name}, {column}: {value}", name=territory.name, column=column.title, value=text)
        value = self._index_value(column, ix)
        assert self._session is not None
        if np.isnan(value.index):
            return tr("{name} has no index: its target is 0.", name=territory.name)
        target = amount(float(self._session.balance.target[column.measure_ix, ix]))
        total = amount(float(self._session.totals.territory_total[column.measure_ix, ix]))
        return tr(
            "{name}: {total} of a target of {target}, index {index}, tolerance {tolerance}.",
            name=territory.name,
            total=total,
            target=target,
            index=text,
            tolerance=percent(value.tolerance, 1 if round(value.tolerance * 100) != value.tolerance * 100 else 0),
        )

    def show_misfits(self, words: Mapping[int, str]) -> None:
        """Show what does not fit, by territory_id."""
        self._misfits = dict(words)
        column = self.column_of("fit")
        if self._ids and column >= 0:
            self.dataChanged.emit(self.index(0, column), self.index(len(self._ids) - 1, column))

    def _index_value(self, column: TerritoryColumn, ix: int) -> IndexValue:
        assert self._session is not None
        m = column.measure_ix
        index = float(self._session.balance.index[m, ix])
        return IndexValue(index, self.plan.measures[m].tolerance, self._reach.get(m, LEAST_REACH))

    # -- following the plan ----------------------------------------------------------------------------------------

    def set_session(self, session: Session | None) -> None:
        """Show another plan, or none, in the plan's own order."""
        self.beginResetModel()
        self._session = session
        self._ids = [t.territory_id for t in session.plan.territories] if session else []
        self._is_bar_chosen = False
        self.bar_ix = self._default_bar()
        self._read_plan()
        self.endResetModel()

    def set_bar(self, measure_ix: int) -> None:
        """Let the leading index bar show another measure, as the planner chose."""
        self._is_bar_chosen = True
        if measure_ix != self.bar_ix and self._session is not None:
            self.beginResetModel()
            self.bar_ix = measure_ix
            self._read_plan()
            self.endResetModel()

    def follow(self, change: PlanChange) -> None:
        """Put a change on the screen: rows that came or went, then only the rows whose figures differ."""
        if self._session is None:
            return
        columns = territory_columns(
            self.plan, min(self.bar_ix, max(0, len(self.plan.measures) - 1)), self._session.figures.specs()
        )
        # The first units that a territory gets are the first that any measure has something to say of.
        is_first = not self._is_bar_chosen and not self._is_bar_told
        if change.delta.is_full or columns != self._columns or (is_first and self._default_bar() != self.bar_ix):
            self._reset_keeping_order()
            return
        before, ids_before, targets_before = self._index_seen, dict(self._ix_by_id), self._target_seen
        look_before = (dict(self._reach), dict(self._digits))
        self._read_plan()
        self._remove_and_insert_rows()
        changed = self._rows_that_differ(change, before, ids_before)
        if (self._reach, self._digits) != look_before or change.delta.is_settings_changed:
            changed = set(range(len(self._ids)))
        for first, last in runs_of(sorted(changed)):
            self.dataChanged.emit(self.index(first, 0), self.index(last, len(self._columns) - 1))
        has_figures = any(column.figure is not None for column in self._columns)
        if has_figures or not np.array_equal(targets_before, self._target_seen):
            self._tell_targets()

    def _tell_targets(self) -> None:
        """Nearly every edit shifts targets and figures a little, in all rows; those columns are seldom shown."""
        for column, spec in enumerate(self._columns):
            if spec.kind in ("target", "figure") and self._ids:
                self.dataChanged.emit(self.index(0, column), self.index(len(self._ids) - 1, column))

    def _rows_that_differ(self, change: PlanChange, before: NDArray[np.float64], ix_before: dict[int, int]) -> set[int]:
        # A move from or to "unassigned" changes the target, hence every index, though only one territory is touched.
        touched = {self.plan.territories[ix].territory_id for ix in change.touched if ix < self.plan.n_territories}
        touched |= {t.territory_id for t in self.plan.territories if t.rep_id in change.delta.changed_rep_ids}
        rows = set()
        for row, territory_id in enumerate(self._ids):
            ix, old = self._ix_by_id[territory_id], ix_before.get(territory_id, -1)
            is_same = old >= 0 and np.array_equal(before[:, old], self._index_seen[:, ix], equal_nan=True)
            if territory_id in touched or not is_same:
                rows.add(row)
        return rows

    def _remove_and_insert_rows(self) -> None:
        for row in range(len(self._ids) - 1, -1, -1):
            if self._ids[row] not in self._ix_by_id:
                self.beginRemoveRows(QModelIndex(), row, row)
                del self._ids[row]
                self.endRemoveRows()
        known = set(self._ids)
        new = [t.territory_id for t in self.plan.territories if t.territory_id not in known]
        if new:
            self.beginInsertRows(QModelIndex(), len(self._ids), len(self._ids) + len(new) - 1)
            self._ids += new
            self.endInsertRows()

    def _reset_keeping_order(self) -> None:
        self.beginResetModel()
        # With the first accounts there is something better to show than the units of an empty plan.
        n_measures = len(self.plan.measures)
        self.bar_ix = min(self.bar_ix, max(0, n_measures - 1)) if self._is_bar_chosen else self._default_bar()
        self._read_plan()
        kept = [i for i in self._ids if i in self._ix_by_id]
        self._ids = kept + [i for i in self._ix_by_id if i not in set(kept)]
        self.endResetModel()

    def _read_plan(self) -> None:
        self._figures.clear()
        if self._session is None:
            self._columns, self._ix_by_id, self._digits = [], {}, {}
            self._index_seen = self._target_seen = np.empty((0, 0))
            return
        self._ix_by_id = {t.territory_id: ix for ix, t in enumerate(self.plan.territories)}
        self._columns = territory_columns(self.plan, self.bar_ix, self._session.figures.specs())
        self._index_seen = np.round(self._session.balance.index, 3)
        self._target_seen = np.round(self._session.balance.target, 2)
        for column in self._columns:
            if column.is_number and column.figure is None:  # those are worked out when they are seen
                values = column_values(self._session, column)
                self._digits[column.key] = 2 if column.kind == "polsby_popper" else digits_for(values)
        tolerances = [m.tolerance for m in self.plan.measures]
        self._reach = {m: reach_of(self._index_seen[m], tolerances[m]) for m in range(len(tolerances))}

    def _default_bar(self) -> int:
        """Return the measure that leads among those that are shown and say something."""
        self._is_bar_told = False
        if self._session is None or not self.plan.measures:
            return 0
        measures, totals = self.plan.measures, self._session.totals.territory_total
        ranked = leading_order(measures)
        told = next((m for m in ranked if measures[m].is_shown and totals[m].any()), None)
        self._is_bar_told = told is not None
        return ranked[-1] if told is None else told

    # -- order -----------------------------------------------------------------------------------------------------

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Order the rows by a column, once; later edits leave them where they are."""
        if 0 <= column < len(self._columns):
            self._reorder(self._sorted_ids(self._columns[column], order == Qt.SortOrder.DescendingOrder))

    def sort_by_deviation(self) -> None:
        """Order the rows by how far the leading index is from 1, the worst first."""
        if self._session is not None and self.plan.measures:
            self._reorder(self._ids_by_deviation())

    def is_sorted_by_deviation(self) -> bool:
        """Return whether the worst still stand on top."""
        return self._session is not None and bool(self.plan.measures) and self._ids == self._ids_by_deviation()

    def _ids_by_deviation(self) -> list[int]:
        assert self._session is not None
        return self._ids_by(np.abs(self._session.balance.index[self.bar_ix] - 1), is_descending=True)

    def is_sorted_by(self, column: int, order: Qt.SortOrder) -> bool:
        """Return whether the rows still stand in that order after edits."""
        if not 0 <= column < len(self._columns):
            return False
        return self._ids == self._sorted_ids(self._columns[column], order == Qt.SortOrder.DescendingOrder)

    def _sorted_ids(self, column: TerritoryColumn, is_descending: bool) -> list[int]:
        assert self._session is not None
        if not column.is_number and column.kind != "index":
            texts = {
                t.territory_id: name_order(self._text(column, t, ix)) for ix, t in enumerate(self.plan.territories)
            }
            return sorted(sorted(texts), key=texts.__getitem__, reverse=is_descending)
        return self._ids_by(column_values(self._session, column), is_descending)

    def _ids_by(self, values: NDArray[np.float64], is_descending: bool) -> list[int]:
        ids = np.array(list(self._ix_by_id), dtype=np.int64)
        keys = -values if is_descending else values
        return [int(i) for i in ids[np.lexsort((ids, keys))]]  # nan comes last in both directions

    def _reorder(self, ids: list[int]) -> None:
        self.layoutAboutToBeChanged.emit()
        before = self.persistentIndexList()
        id_of = [self._ids[index.row()] for index in before]
        self._ids = ids
        row_of = {territory_id: row for row, territory_id in enumerate(ids)}
        after = [self.index(row_of[i], index.column()) for i, index in zip(id_of, before, strict=True)]
        self.changePersistentIndexList(before, after)
        self.layoutChanged.emit()

    # -- the whole -------------------------------------------------------------------------------------------------

    def sums(self) -> list[str]:
        """Return the text under each column: sums where adding up means something."""
        if self._session is None:
            return []
        return [self._sum(column) for column in self._columns]

    def _sum(self, column: TerritoryColumn) -> str:
        assert self._session is not None
        if column.kind == "name":
            return ntr("{n} territory", "{n} territories", self.plan.n_territories)
        if column.kind in ("total", "target", "pieces", "area"):
            return amount(float(np.nansum(column_values(self._session, column))), self._digits.get(column.key))
        return ""

    def region_rows(self) -> list[RegionRow]:
        """Return what each region has together, a text for each column."""
        return territory_region_rows(self._session, self._columns, self._digits) if self._session is not None else []

    def spoken_sums(self) -> str:
        """Return all sums in one line, for tooltip and screen reader."""
        parts = [
            tr("{column} {value}", column=column.title, value=text)
            for column, text in zip(self._columns, self.sums(), strict=True)
            if text and column.kind != "name"
        ]
        return tr("All territories together: {sums}", sums=listed(parts))

    def explained(self, column: TerritoryColumn) -> str:
        """Return what metrics.explain calls the figure in this column; name and rep stand for the leading index."""
        if column.kind in ("name", "rep", "fit"):
            return self.explained(next(c for c in self._columns if c.key == "index"))
        name = self.plan.measures[column.measure_ix].name if column.measure_ix >= 0 else ""
        return {"total": name, "target": f"target:{name}", "index": f"index:{name}"}.get(column.kind, column.kind)

    def bar_label(self) -> str:
        return measure_label(self.plan.measures[self.bar_ix]) if self._session and self.plan.measures else ""
