"""The accounts table as a model straight over the plan's arrays: 100,000 rows cost what is on the screen.

Owns texts and roles; filter and order are account_rows'.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QColor, QIcon

from territorymap.i18n import moment, number, tr
from territorymap.model.accounts import CONSTANT_COLUMNS
from territorymap.model.plan import Plan
from territorymap.session.session import PlanChange, Session
from territorymap.ui import icons
from territorymap.ui.panels.account_columns import AccountColumn, account_columns
from territorymap.ui.panels.account_rows import PROTECTED, UNSATISFIED, WANTS_CHANGE, AccountFilter, AccountRows, runs
from territorymap.ui.parts.column_header import LEFT, RIGHT, head_of
from territorymap.ui.parts.words import amount, digits_for, level_label, satisfaction_text, territory_name
from territorymap.ui.theme import tokens

Index = QModelIndex | QPersistentModelIndex
MOST_PIECES = 200  # above, one signal for the whole table is cheaper


class AccountModel(QAbstractTableModel):
    """A row an account, as :class:`AccountRows` has them."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session: Session | None = None
        self.rows: AccountRows | None = None
        self._columns: list[AccountColumn] = []
        self._digits: dict[str, int] = {}
        self._sorted: tuple[str, bool] | None = None
        self._figures: tuple[NDArray[np.int64], list[tuple[str, str]]] | None = None  # of all rows shown

    @property
    def columns(self) -> Sequence[AccountColumn]:
        return self._columns

    @property
    def plan(self) -> Plan:
        assert self._session is not None
        return self._session.plan

    @property
    def shown(self) -> NDArray[np.int64]:
        """account_ix of each row."""
        return self.rows.shown if self.rows is not None else np.empty(0, dtype=np.int64)

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.shown)

    def columnCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._columns)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        return head_of(self._columns, section, orientation, role)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or index.row() >= len(self.shown):
            return None
        column = self._columns[index.column()]
        ix = int(self.shown[index.row()])
        if role == Qt.ItemDataRole.DisplayRole:
            return self.text(column, ix)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return RIGHT if column.is_number else LEFT
        if role == Qt.ItemDataRole.DecorationRole and column.kind == "territory":
            territory_ix = self._territory_ix(ix)
            return QColor(self.plan.territories[territory_ix].color) if territory_ix >= 0 else None
        if role == Qt.ItemDataRole.DecorationRole and column.kind in ("protected", "wants_change"):
            return self._mark_icon(column.kind, ix)
        if role == Qt.ItemDataRole.ForegroundRole:
            return self._ink(column, ix)
        if role == Qt.ItemDataRole.ToolTipRole:
            return self.tip(column, ix)
        return None

    def text(self, column: AccountColumn, ix: int) -> str:
        """Return what a cell says."""
        a, plan = self.plan.accounts, self.plan
        kind = column.kind
        if kind == "measure":
            return amount(float(a.values[column.name][ix]), self._digits.get(column.key))
        if kind == "segment":
            return str(a.segments[column.name][ix])
        if kind == "constant":
            value = float(a.constants[CONSTANT_COLUMNS.index(column.name), ix])
            of_plan = float(getattr(plan.info.constants, column.name))
            return amount(of_plan if np.isnan(value) else value)
        if kind == "level":
            return level_label(int(a.level[ix]))
        if kind == "unit":
            unit_ix = int(a.unit_ix[ix])
            return str(plan.units.name[unit_ix] or plan.units.code[unit_ix]) if unit_ix >= 0 else tr("in no unit")
        if kind == "territory":
            nobody = tr("unassigned") if plan.in_scope[ix] else tr("out of scope")
            return territory_name(plan, self._territory_ix(ix)) or nobody
        if kind == "override":
            return self._override_text(ix)
        if kind == "protected":
            return tr("protected") if a.is_protected[ix] else ""
        if kind == "wants_change":
            return tr("change rep") if a.wants_change[ix] else ""
        if kind == "satisfaction":
            return satisfaction_text(float(a.satisfaction[ix]))
        return str(getattr(a, kind)[ix])

    def _mark_icon(self, kind: str, ix: int) -> QIcon | None:
        if kind == "protected":
            return icons.icon("panel-protect", tokens().good) if self.plan.accounts.is_protected[ix] else None
        return icons.icon("panel-change-rep", tokens().warning) if self.plan.accounts.wants_change[ix] else None

    def is_pointless(self, ix: int) -> bool:
        """Return whether the override gives the account to the territory its unit belongs to anyhow."""
        unit_ix, override = int(self.plan.accounts.unit_ix[ix]), int(self.plan.account_override[ix])
        is_covered = override >= 0 and unit_ix >= 0 and bool(self.plan.in_scope[ix])
        return is_covered and int(self.plan.unit_territory[unit_ix]) == override

    def _territory_ix(self, ix: int) -> int:
        return int(self.plan.territory_of_accounts(np.array([ix]))[0])

    def _override_text(self, ix: int) -> str:
        if self.plan.account_override[ix] < 0:
            return ""
        override = self.plan.overrides[int(self.plan.accounts.account_id[ix])]
        if self.is_pointless(ix):
            return tr("pointless: {reason}", reason=override.reason)
        return tr("by name: {reason}", reason=override.reason)

    def _ink(self, column: AccountColumn, ix: int) -> QColor | None:
        a = self.plan.accounts
        if column.kind == "override" and self.is_pointless(ix):
            return QColor(tokens().warning)
        is_missing = (column.kind == "unit" and a.unit_ix[ix] < 0) or (
            column.kind == "territory" and self._territory_ix(ix) < 0
        )
        is_of_plan = column.kind == "constant" and np.isnan(a.constants[CONSTANT_COLUMNS.index(column.name), ix])
        return QColor(tokens().muted) if is_missing or is_of_plan else None

    def tip(self, column: AccountColumn, ix: int) -> str:
        """Return what the cell has to say in a whole sentence, or its text."""
        if column.kind == "constant":
            value = float(self.plan.accounts.constants[CONSTANT_COLUMNS.index(column.name), ix])
            return tr("The plan's value.") if np.isnan(value) else tr("The account's own value.")
        if column.kind == "protected" and self.plan.accounts.is_protected[ix]:
            return tr("Keeps its rep: building and rebalancing see to it, and the program warns of an edit.")
        if column.kind == "wants_change" and self.plan.accounts.wants_change[ix]:
            return tr("Should get another rep: building and rebalancing see to it.")
        if column.kind != "override" or self.plan.account_override[ix] < 0:
            return self.text(column, ix)
        override = self.plan.overrides[int(self.plan.accounts.account_id[ix])]
        values = {
            "territory": territory_name(self.plan, int(self.plan.account_override[ix])),
            "author": override.author,
            "when": moment(datetime.fromisoformat(override.created_at).astimezone()) if override.created_at else "",
            "reason": override.reason,
        }
        if self.is_pointless(ix):
            return tr(
                "Given to {territory} by {author}, {when}: {reason}. Its unit belongs to {territory} too, "
                "so the override changes nothing and can be cleared.",
                **values,
            )
        return tr("Given to {territory} by {author}, {when}: {reason}.", **values)

    # -- following -------------------------------------------------------------------------------------------------

    def set_session(self, session: Session | None) -> None:
        """Show another plan, or none."""
        self.beginResetModel()
        self._session = session
        self._sorted = None
        self._read_plan(AccountFilter(), np.empty(0, dtype=np.int64))
        self.endResetModel()

    def follow(self, change: PlanChange, selected: NDArray[np.int64]) -> bool:
        """Put a change on the screen; returns whether rows came or went."""
        if self._session is None or self.rows is None:
            return False
        delta = change.delta
        if delta.is_full or self.rows.plan is not self.plan:
            self.beginResetModel()
            self._read_plan(self.rows.filter, selected)
            self.endResetModel()
            return True
        if delta.is_settings_changed:
            self._figures = None  # another measure may be shown, or have another name
        if delta.is_settings_changed and account_columns(self.plan) != self._columns:
            self.beginResetModel()
            self._columns = account_columns(self.plan)
            self.endResetModel()
            return True
        if change.touches("account") and self._protection_changed(selected):
            return True
        if self.rows.filter.follows_edits and self._would_differ(selected):
            self.show(self.rows.filter, selected)
            return True
        last_column = len(self._columns) - 1
        for first, last in self._touched_rows(change):
            self.dataChanged.emit(self.index(first, 0), self.index(last, last_column))
        return False

    def _protection_changed(self, selected: NDArray[np.int64]) -> bool:
        """Show that accounts are marked, or no more; returns whether rows or columns came or went."""
        assert self.rows is not None
        columns = account_columns(self.plan)
        if columns != self._columns or self.rows.filter.kind in (PROTECTED, WANTS_CHANGE, UNSATISFIED):
            self.beginResetModel()
            self._columns = columns
            self.rows.show(self.rows.filter, selected)
            self.endResetModel()
            return True
        if len(self.shown):
            self.dataChanged.emit(self.index(0, 0), self.index(len(self.shown) - 1, len(self._columns) - 1))
        return False

    def _touched_rows(self, change: PlanChange) -> list[tuple[int, int]]:
        """Return (first, last) of the rows that a change shows in; all of them where that is simpler."""
        assert self.rows is not None
        delta = change.delta
        everything = [(0, len(self.shown) - 1)] if len(self.shown) else []
        if delta.changed_territory_ix or delta.removed_territory_ix or delta.is_settings_changed:
            return everything
        moved = np.concatenate([self.plan.accounts.in_units(delta.unit_ix), delta.account_ix.astype(np.int64)])
        pieces = runs(self.rows.rows_of(np.unique(moved)))
        return pieces if len(pieces) <= MOST_PIECES else everything

    def _would_differ(self, selected: NDArray[np.int64]) -> bool:
        assert self.rows is not None
        before = self.rows.shown
        self.rows.show(self.rows.filter, selected)
        after, self.rows.shown = self.rows.shown, before
        return not np.array_equal(before, after)

    def show(self, wanted: AccountFilter, selected: NDArray[np.int64]) -> None:
        """Filter the rows."""
        if self.rows is not None:
            self.beginResetModel()
            self.rows.show(wanted, selected)
            self.endResetModel()

    def sort_by(self, column: int, is_descending: bool) -> None:
        """Order the rows by a column."""
        if self.rows is not None:
            self.beginResetModel()
            self._sorted = (self._columns[column].key, is_descending)
            self.rows.sort(*self._sorted)
            self.endResetModel()

    def _read_plan(self, wanted: AccountFilter, selected: NDArray[np.int64]) -> None:
        if self._session is None:
            self.rows, self._columns = None, []
            return
        self._columns, self._figures = account_columns(self.plan), None
        self._digits = {
            c.key: digits_for(self.plan.accounts.values[c.name]) for c in self._columns if c.kind == "measure"
        }
        self.rows = AccountRows(self.plan)
        if self._sorted is not None and self._sorted[0] in {column.key for column in self._columns}:
            self.rows.sort(*self._sorted)
        self.rows.show(wanted, selected[selected < len(self.plan.accounts)])

    # -- sums ------------------------------------------------------------------------------------------------------

    def figures(self, account_ix: NDArray[np.integer]) -> list[tuple[str, str]]:
        """Return (measure, total) of these accounts for each shown account measure."""
        if self._session is None:
            return []
        return self._sum(account_ix)

    def shown_figures(self) -> list[tuple[str, str]]:
        """Return the same of all rows; summed once, for who has an account makes no difference."""
        shown = self.shown
        if self._figures is None or self._figures[0] is not shown:
            self._figures = shown, self.figures(shown)
        return self._figures[1]

    def _sum(self, account_ix: NDArray[np.integer]) -> list[tuple[str, str]]:
        a = self.plan.accounts
        return [
            (
                m.name,
                number(
                    float(np.nansum(a.values[m.column_name][account_ix])),
                    self._digits.get(f"measure:{m.column_name}", 0),
                ),
            )
            for m in self.plan.measures
            if m.source == "account" and m.is_shown
        ]
