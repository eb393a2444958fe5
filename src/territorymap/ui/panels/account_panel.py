"""The accounts table with its filter line and the totals of what is shown and selected.

Owns view, filter, sorting and the way to the shared selection and back; rows are account_rows'.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QItemSelection, QItemSelectionModel, QItemSelectionRange, QPoint, Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QMenu,
    QStackedLayout,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from territorymap.i18n import listed, ntr, number, tr
from territorymap.session.session import PlanChange
from territorymap.ui.panels.account_commands import AccountCommands
from territorymap.ui.panels.account_filter_bar import AccountFilterBar
from territorymap.ui.panels.account_model import AccountModel
from territorymap.ui.panels.account_rows import SELECTED, AccountFilter, runs
from territorymap.ui.panels.panel import Panel
from territorymap.ui.parts.cells import Index, SwatchDelegate
from territorymap.ui.parts.column_fit import ColumnFit, ColumnNeed
from territorymap.ui.parts.elided import ElidedLabel
from territorymap.ui.parts.empty import EmptyState
from territorymap.ui.parts.scale import ems, tabular
from territorymap.ui.parts.tables import Table, dress_table
from territorymap.ui.selection import Selection

ORIGIN = "account_panel"
MOST_RANGES = 1000  # above, Qt's own selection is slow (each range is two persistent indexes); rows are then painted


class AccountPanel(Panel):
    """All accounts: find, select, give by name."""

    shown_changed = Signal(object)  # (n,) account_ix that pass the filter, None = all

    def __init__(self, selection: Selection, parent: QWidget | None = None) -> None:
        super().__init__(selection, ORIGIN, parent)
        self.model = AccountModel(self)
        self.commands = AccountCommands(self)
        self.by_column = self.make_action(
            "account_by_column",
            tr("Sort b&y this column"),
            tr("Put the rows in the order of the current cell's column; once more turns the order round"),
            lambda: self._header_clicked(self.view.currentIndex().column()),
            shortcut="Ctrl+Shift+O",
            is_local=True,
        )
        self.painted: NDArray[np.bool_] | None = None  # (A,) shown as selected although Qt's selection does not say so
        self._is_following = False
        self._sorted: tuple[int, bool] | None = None
        self.view = self._make_view()
        self.fit = ColumnFit(self.view, self._needs, least_ems=18)
        self.filters = AccountFilterBar()
        self.count = ElidedLabel()
        self._build()
        self._wire()
        self.session_replaced()

    # -- building --------------------------------------------------------------------------------------------------

    def _make_view(self) -> Table:
        view = Table()
        view.setModel(self.model)
        dress_table(view, tr("Accounts"), 1.5)
        view.horizontalHeader().setSectionsClickable(True)
        view.horizontalHeader().setToolTip(tr("Click to sort; right-click to choose columns."))
        self._cells, self._swatches = _PaintedDelegate(self), _PaintedSwatchDelegate(self)
        view.setItemDelegate(self._cells)
        return view

    def _build(self) -> None:
        self.no_plan = EmptyState(
            "panel-table",
            tr("No plan is open"),
            tr("Open a plan, or start a new one from the File menu; its accounts will be listed here."),
        )
        self.no_account = EmptyState(
            "panel-table",
            tr("No accounts yet"),
            tr(
                "Import them from CSV, Excel or GeoJSON with Import accounts in the File menu. "
                "Postal codes are enough; they are placed without a network."
            ),
        )
        self.no_match = EmptyState(
            "panel-search", tr("No account passes the filter"), tr("Change the filter, or show all accounts.")
        )
        content = QWidget()
        layout = QVBoxLayout(content)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.filters)
        self._table_stack = QStackedLayout()
        self._table_stack.addWidget(self.view)
        self._table_stack.addWidget(self.no_match)
        layout.addLayout(self._table_stack, 1)
        pad = ems(self, 0.8)
        self.count.setContentsMargins(pad, pad // 2, pad, pad // 2)
        self.count.setFont(tabular(self.font()))
        layout.addWidget(self.count)
        self._stack = QStackedLayout(self)
        for page in (self.no_plan, self.no_account, content):
            self._stack.addWidget(page)

    def _wire(self) -> None:
        header = self.view.horizontalHeader()
        header.sectionClicked.connect(self._header_clicked)
        header.customContextMenuRequested.connect(self.fit.open_menu)
        self.view.customContextMenuRequested.connect(self._open_menu)
        self.view.doubleClicked.connect(lambda _index: self.commands.show.trigger())
        self.view.return_pressed.connect(lambda _index: self.commands.show.trigger())
        self.view.selectionModel().selectionChanged.connect(self._selected)
        self.filters.filter_changed.connect(self._filter)
        self.selection.accounts_changed.connect(self._follow_selection)

    # -- following the plan ----------------------------------------------------------------------------------------

    def session_replaced(self) -> None:
        self.fit.reset()
        self._sorted = None
        self.view.horizontalHeader().setSortIndicatorShown(False)
        self._is_following = True
        self.model.set_session(self.session)
        self._is_following = False
        self.filters.show_territories(self.session.plan if self.session else None)
        self.filters.clear()
        self._columns_changed()
        self._refresh()

    def plan_changed(self, change: PlanChange) -> None:
        if self.session is None:
            return
        columns = list(self.model.columns)
        delta = change.delta
        if delta.is_full or delta.added_territory_ix or delta.removed_territory_ix or delta.changed_territory_ix:
            self.filters.show_territories(self.session.plan)
        at = self.view.verticalScrollBar().value()
        self._is_following = True
        is_other = self.model.follow(change, self._selected_accounts())
        self._is_following = False
        if list(self.model.columns) != columns:
            self._columns_changed()
        if is_other:
            self._tell_shown()
            self._show_selected(is_scrolling=False)
            self.view.verticalScrollBar().setValue(at)
        if self._is_order_stale(change):
            self.view.horizontalHeader().setSortIndicatorShown(False)
        if len(delta.account_ix):
            self.fit.fit_later()
        self._refresh()

    def _is_order_stale(self, change: PlanChange) -> bool:
        if self._sorted is None or change.delta.is_full:
            return False
        kind = self.model.columns[self._sorted[0]].kind
        moved = len(change.delta.unit_ix) or len(change.delta.account_ix) or change.delta.changed_territory_ix
        return kind in ("territory", "override") and bool(moved)

    def _columns_changed(self) -> None:
        for column, spec in enumerate(self.model.columns):
            delegate = self._swatches if spec.kind == "territory" else self._cells
            self.view.setItemDelegateForColumn(column, delegate)
        self.fit.fit()

    def _needs(self) -> list[ColumnNeed]:
        has_overrides = self.session is not None and bool(self.session.plan.overrides)
        widest = {"override": 26.0, "segment": 18.0, "city": 18.0, "territory": 22.0, "unit": 20.0}
        return [
            ColumnNeed(
                c.key,
                c.title,
                c.priority,
                least=ems(self.view, 18) if c.kind == "override" and has_overrides else 0,
                most=ems(self.view, widest.get(c.kind, 0.0)),
            )
            for c in self.model.columns
        ]

    def _refresh(self) -> None:
        n_all = len(self.session.plan.accounts) if self.session is not None else 0
        self._stack.setCurrentIndex(0 if self.session is None else 1 if not n_all else 2)
        self._table_stack.setCurrentIndex(0 if len(self.model.shown) else 1)
        self.commands.refresh()
        self._show_count(n_all)

    def _show_count(self, n_all: int) -> None:
        shown, selected = self.model.shown, self._selected_accounts()
        parts = [
            ntr("{n} account", "{n} accounts", n_all)
            if len(shown) == n_all
            else tr("{shown} of {n} accounts", shown=number(len(shown)), n=number(n_all)),
            *(tr("{name} {value}", name=name, value=value) for name, value in self.model.shown_figures()),
        ]
        if len(selected):
            parts.append(self._selected_text(selected))
        self.count.setText("   ·   ".join(parts))

    def _selected_text(self, selected: NDArray[np.int64]) -> str:
        figures = self.model.figures(selected)
        totals = listed(tr("{name} {value}", name=name, value=value) for name, value in figures)
        if totals:
            return tr("{n} selected: {totals}", n=number(len(selected)), totals=totals)
        return tr("{n} selected", n=number(len(selected)))

    # -- filter and order ------------------------------------------------------------------------------------------

    def _filter(self, wanted: AccountFilter) -> None:
        self._is_following = True
        self.model.show(wanted, self._selected_accounts())
        self._is_following = False
        self._show_selected(is_scrolling=False)
        self._refresh()
        self._tell_shown()

    def _tell_shown(self) -> None:
        shown = self.model.shown
        is_all = self.session is None or len(shown) == len(self.session.plan.accounts)
        self.shown_changed.emit(None if is_all else shown)

    def _header_clicked(self, column: int) -> None:
        if not 0 <= column < len(self.model.columns):
            return
        first = self.model.columns[column].is_number
        header = self.view.horizontalHeader()
        is_again = self._sorted == (column, first) and header.isSortIndicatorShown()
        self.sort_by(column, is_descending=not first if is_again else first)

    def sort_by(self, column: int, *, is_descending: bool) -> None:
        """Order the rows by a column."""
        self._sorted = (column, is_descending)
        self._is_following = True
        self.model.sort_by(column, is_descending)
        self._is_following = False
        header = self.view.horizontalHeader()
        header.setSortIndicatorShown(True)
        header.setSortIndicator(column, Qt.SortOrder.DescendingOrder if is_descending else Qt.SortOrder.AscendingOrder)
        self._show_selected(is_scrolling=False)
        self.view.scrollToTop()

    # -- selection -------------------------------------------------------------------------------------------------

    def _selected_accounts(self) -> NDArray[np.int64]:
        n = len(self.session.plan.accounts) if self.session is not None else 0
        chosen = self.selection.accounts
        return chosen[chosen < n].astype(np.int64)

    def _selected(self) -> None:
        if self._is_following:
            return
        self.painted = None
        ranges = self.view.selectionModel().selection()
        is_chosen = np.zeros(len(self.model.shown), dtype=bool)
        for at in range(ranges.count()):
            is_chosen[ranges.at(at).top() : ranges.at(at).bottom() + 1] = True
        self.selection.set_accounts(self.model.shown[is_chosen].astype(np.int32), ORIGIN)
        self._refresh()

    def _follow_selection(self, _accounts: object, origin: str) -> None:
        if origin == ORIGIN or self.session is None:
            return
        if self.filters.value.kind == SELECTED:
            self._filter(self.filters.value)
        self._show_selected(is_scrolling=True)
        self._refresh()

    def _show_selected(self, *, is_scrolling: bool) -> None:
        """Highlight the rows of the shared selection and bring the first one into sight."""
        if self.model.rows is None:
            return
        accounts = self._selected_accounts()
        rows = self.model.rows.rows_of(accounts)
        pieces = runs(rows)
        chosen = QItemSelection()
        self.painted = None
        if len(pieces) > MOST_RANGES:
            self.painted = np.zeros(len(self.model.plan.accounts), dtype=bool)
            self.painted[accounts] = True
        else:
            last = self.model.columnCount() - 1
            for first_row, last_row in pieces:
                top, bottom = self.model.index(first_row, 0), self.model.index(last_row, last)
                chosen.append(QItemSelectionRange(top, bottom))
        self._is_following = True
        model = self.view.selectionModel()
        model.select(chosen, QItemSelectionModel.SelectionFlag.ClearAndSelect)
        if len(rows) and is_scrolling:
            first = self.model.index(int(rows[0]), 0)
            model.setCurrentIndex(first, QItemSelectionModel.SelectionFlag.NoUpdate)
            self.view.scrollTo(first, QAbstractItemView.ScrollHint.PositionAtCenter)
        self._is_following = False
        self.view.viewport().update()

    def is_painted(self, index: Index) -> bool:
        """Return whether a row is selected without being in Qt's own selection."""
        return self.painted is not None and bool(self.painted[self.model.shown[index.row()]])

    def _open_menu(self, at: QPoint) -> None:
        menu = QMenu(self.view)
        menu.addActions(self.commands.actions)
        menu.addSeparator()
        menu.addAction(self.by_column)
        self.fit.pop_up(menu, at)


class _PaintedDelegate(QStyledItemDelegate):
    def __init__(self, panel: AccountPanel) -> None:
        super().__init__(panel)
        self._panel = panel

    def initStyleOption(self, option: QStyleOptionViewItem, index: Index) -> None:
        super().initStyleOption(option, index)
        if self._panel.is_painted(index):
            option.state |= QStyle.StateFlag.State_Selected


class _PaintedSwatchDelegate(SwatchDelegate):
    def __init__(self, panel: AccountPanel) -> None:
        super().__init__(panel)
        self._panel = panel

    def initStyleOption(self, option: QStyleOptionViewItem, index: Index) -> None:
        super().initStyleOption(option, index)
        if self._panel.is_painted(index):
            option.state |= QStyle.StateFlag.State_Selected
