"""The territory table: who has how much, how far from even, and what to do about it.

Owns view, sorting, selection and figures; rows are the model's, doing is territory_commands'.
"""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QItemSelection, QItemSelectionModel, QModelIndex, QPoint, Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QHBoxLayout,
    QLabel,
    QMenu,
    QStackedLayout,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from territorymap.i18n import tr
from territorymap.metrics.explain import explain
from territorymap.metrics.fit_words import short_words
from territorymap.session.session import PlanChange
from territorymap.ui import icons
from territorymap.ui.dialogs.explain import ExplainDialog
from territorymap.ui.panels.alter_actions import AlterActions
from territorymap.ui.panels.panel import Panel
from territorymap.ui.panels.territory_commands import TerritoryCommands
from territorymap.ui.panels.territory_figures import TerritoryFigures
from territorymap.ui.panels.territory_model import TerritoryModel
from territorymap.ui.panels.territory_table import TerritoryTable
from territorymap.ui.parts.buttons import action_button
from territorymap.ui.parts.empty import EmptyState
from territorymap.ui.parts.region_rows import RegionRows
from territorymap.ui.parts.scale import ems
from territorymap.ui.parts.totals_row import TotalsRow
from territorymap.ui.parts.words import measure_label
from territorymap.ui.selection import Selection
from territorymap.ui.teams.fit_watch import FitWatch

ORIGIN = "territory_panel"
DEVIATION = "deviation"


class TerritoryPanel(Panel):
    """One table, a row a territory, with the figures of the plan under it."""

    bar_chosen = Signal(str)  # name of the measure whose index the bars show
    teams_wanted = Signal()  # the page of teams

    def __init__(self, selection: Selection, parent: QWidget | None = None) -> None:
        super().__init__(selection, ORIGIN, parent)
        self.commands = TerritoryCommands(self, self.selected_ids, self.rename_current)
        self.altering = AlterActions(self, self.selected_ids)
        self.model = TerritoryModel(self.commands.edit, self)
        self._sorted: tuple[str, Qt.SortOrder] | None = None
        self._is_following = False
        self._make_actions()
        self.view = TerritoryTable(self.model)
        self.fit = self.view.fit
        self.totals_row = TotalsRow(self.view)
        self.regions = RegionRows(self.view, self.fit)
        self.figures = TerritoryFigures(self)
        self.fit_watch = FitWatch(self)
        self.bar_choice = QComboBox()
        self._build()
        self._wire()
        self.session_replaced()

    # -- building --------------------------------------------------------------------------------------------------

    def _make_actions(self) -> None:
        self.zoom = self.make_action(
            "territory_zoom",
            tr("&Show on the map"),
            tr("Fly to the selected territories"),
            self.zoom_to_selected,
            icon="panel-zoom",
        )
        self.by_deviation = self.make_action(
            "territory_by_deviation",
            tr("Sort by de&viation"),
            tr("Put the territories that are furthest from even on top"),
            self.sort_by_deviation,
            shortcut="Ctrl+Shift+V",
            icon="panel-deviation",
            is_checkable=True,
        )
        self.by_deviation.setIconText(tr("By deviation"))
        self.by_column = self.make_action(
            "territory_by_column",
            tr("Sort b&y this column"),
            tr("Put the rows in the order of the current cell's column; once more turns the order round"),
            lambda: self._header_clicked(self.view.currentIndex().column()),
            shortcut="Ctrl+Shift+O",
            is_local=True,
        )
        self.explain = self.make_action(
            "territory_explain",
            tr("&How is this computed?"),
            tr("Show formula and numbers behind the current cell"),
            self.explain_current,
            shortcut="Ctrl+I",
            icon="panel-explain",
        )

    def _build(self) -> None:
        self._stack = QStackedLayout(self)
        self.no_plan = EmptyState(
            "panel-territory",
            tr("No plan is open"),
            tr("Open a plan, or start a new one from the File menu; its territories will be listed here."),
        )
        self.no_territory = EmptyState(
            "panel-territory",
            tr("No territories yet"),
            tr(
                "Make the first one, then paint units with the brush or pick them on the map. "
                "A list of units and territories can be imported from the File menu. "
                "Or let the program propose all of them, balanced and whole."
            ),
        )
        self.no_territory.offer(self.commands.new)
        content = QWidget()
        layout = QVBoxLayout(content)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(self._bar())
        layout.addWidget(self.view, 1)
        layout.addWidget(self.regions)
        layout.addWidget(self.totals_row)
        layout.addWidget(self.figures)
        for page in (self.no_plan, self.no_territory, content):
            self._stack.addWidget(page)

    def _bar(self) -> QHBoxLayout:
        bar = QHBoxLayout()
        pad = ems(self, 0.6)
        bar.setContentsMargins(pad, pad, pad, pad)
        bar.setSpacing(ems(self, 0.4))
        label = QLabel(tr("Inde&x of"))
        label.setBuddy(self.bar_choice)
        self.bar_choice.setAccessibleName(tr("Measure of the index bar"))
        self.bar_choice.setToolTip(tr("The measure that the index bar and the figures below are about"))
        self.bar_choice.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.bar_choice.setMinimumContentsLength(10)
        bar.addWidget(label)
        bar.addWidget(self.bar_choice, 2)
        self.bar_choice.setMaximumWidth(ems(self, 34))
        bar.addStretch(1)
        bar.addWidget(action_button(self.by_deviation, Qt.ToolButtonStyle.ToolButtonTextBesideIcon))
        bar.addWidget(action_button(self.commands.new, Qt.ToolButtonStyle.ToolButtonIconOnly))
        more = QToolButton()
        more.setText(tr("More"))
        more.setToolTip(tr("What can be done to the selected territories"))
        more.setAccessibleName(tr("More"))
        more.setAutoRaise(True)
        more.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        more.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        more.setMenu(self._menu(more))
        icons.set_icon(more, "panel-more")
        bar.addWidget(more)
        return bar

    def _menu(self, parent: QWidget) -> QMenu:
        menu = QMenu(parent)
        c = self.commands
        menu.addAction(self.zoom)
        menu.addSeparator()
        menu.addActions([c.rename, c.recolor, c.set_rep, c.team, c.lock])
        menu.addSeparator()
        menu.addActions([c.new, c.merge, c.delete])
        menu.addSeparator()
        menu.addActions(self.altering.actions)
        menu.addSeparator()
        menu.addActions([self.by_deviation, self.by_column])
        menu.addMenu(self.fit.menu(menu))
        menu.addSeparator()
        menu.addAction(self.explain)
        return menu

    def _wire(self) -> None:
        view, header = self.view, self.view.horizontalHeader()
        view.clicked.connect(self._clicked)
        view.return_pressed.connect(self._clicked)
        view.doubleClicked.connect(self._double_clicked)
        view.customContextMenuRequested.connect(self._open_menu)
        header.customContextMenuRequested.connect(self.fit.open_menu)
        header.sectionClicked.connect(self._header_clicked)
        view.selectionModel().selectionChanged.connect(self._selected)
        view.selectionModel().currentRowChanged.connect(self._selected)
        self.bar_choice.activated.connect(self._bar_chosen)
        self.selection.territory_changed.connect(self._follow_selection)
        self.fit_watch.found.connect(self._show_fit)
        self.figures.misfits.clicked.connect(self.teams_wanted)

    # -- following the plan ----------------------------------------------------------------------------------------

    def session_replaced(self) -> None:
        self._sorted = None
        self.fit.reset()
        self.model.set_session(self.session)
        self._columns_changed()
        self._refresh()
        self.figures.show_misfits(0)
        self.fit_watch.set_session(self.session)
        self._select_ids([self.selection.territory_id] if self.selection.territory_id is not None else [])

    def plan_changed(self, change: PlanChange) -> None:
        if self.session is None:
            return
        columns = list(self.model.columns)
        ids = self.selected_ids()
        self._is_following = True
        try:
            self.model.follow(change)
        finally:
            self._is_following = False
        if list(self.model.columns) != columns or change.delta.is_full:
            self._columns_changed()
        left = [i for i in ids if self.model.row_of(i) >= 0]
        if self.selected_ids() != left:
            self._select_ids(left)
        if self.selection.territory_id is not None and self.model.row_of(self.selection.territory_id) < 0:
            self.selection.set_territory(left[0] if left else None, ORIGIN)
        self._refresh()
        self.fit.fit_later()
        self.fit_watch.look_again()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.fit_watch.catch_up()

    def _show_fit(self) -> None:
        self.model.show_misfits({k: short_words(found) for k, found in self.fit_watch.by_territory.items()})
        self.figures.show_misfits(len(self.fit_watch.by_territory))

    def _columns_changed(self) -> None:
        self.view.set_delegates()
        self.bar_choice.clear()
        if self.session is not None:
            for ix, measure in enumerate(self.session.plan.measures):
                if measure.is_shown or measure.source == "builtin":
                    self.bar_choice.addItem(measure_label(measure), ix)
            self.bar_choice.setCurrentIndex(self.bar_choice.findData(self.model.bar_ix))
            if self.session.plan.measures:
                self.bar_chosen.emit(self.session.plan.measures[self.model.bar_ix].name)
        self.fit.fit()

    def _refresh(self) -> None:
        page = 0 if self.session is None else 1 if not self.session.plan.territories else 2
        self._stack.setCurrentIndex(page)
        self.commands.refresh()
        self.altering.refresh()
        has_rows = bool(self.selected_ids())
        self.zoom.setEnabled(has_rows)
        self.explain.setEnabled(self.view.currentIndex().isValid() and page == 2)
        self.by_deviation.setEnabled(page == 2)
        self.by_column.setEnabled(page == 2)
        self._show_order()
        if self.session is not None:
            texts = self.model.sums()
            numbers = [column.is_number for column in self.model.columns]
            self.totals_row.show_texts(texts, numbers, self.model.spoken_sums())
            self.regions.show_rows(self.model.region_rows(), numbers)
            self.figures.show_balance(self.session, self.model.bar_ix)

    # -- selection -------------------------------------------------------------------------------------------------

    def selected_ids(self) -> list[int]:
        """Return territory_id of the selected rows, in the order of the rows."""
        rows = sorted({index.row() for index in self.view.selectionModel().selectedRows()})
        return [self.model.territory_id(row) for row in rows]

    def _selected(self) -> None:
        if self._is_following:
            return
        ids = self.selected_ids()
        row = self.view.currentIndex().row()
        current = self.model.territory_id(row) if row >= 0 else None
        chosen = current if current in ids else ids[0] if ids else None
        self.selection.set_territory(chosen, ORIGIN)
        self._refresh()

    def _follow_selection(self, territory_id: int | None, origin: str) -> None:
        if origin != ORIGIN:
            self._select_ids([] if territory_id is None else [territory_id])

    def _select_ids(self, ids: list[int]) -> None:
        rows = [row for row in (self.model.row_of(i) for i in ids) if row >= 0]
        last = max(0, self.model.columnCount() - 1)
        chosen = QItemSelection()
        for row in rows:
            chosen.select(self.model.index(row, 0), self.model.index(row, last))
        self._is_following = True
        model = self.view.selectionModel()
        if rows:
            at = max(self.view.currentIndex().column(), 0)
            model.setCurrentIndex(self.model.index(rows[0], at), QItemSelectionModel.SelectionFlag.NoUpdate)
            self.view.scrollTo(self.model.index(rows[0], at))
        model.select(chosen, QItemSelectionModel.SelectionFlag.ClearAndSelect)
        self._is_following = False
        self._refresh()

    # -- mouse and keys --------------------------------------------------------------------------------------------

    def _clicked(self, index: QModelIndex) -> None:
        extending = Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.ControlModifier
        if not QApplication.keyboardModifiers() & extending:
            self.zoom_to_selected()

    def _double_clicked(self, index: QModelIndex) -> None:
        if not self.can_write:
            return
        kind = self.model.columns[index.column()].kind
        if kind == "rep":
            self.view.edit(index)
        else:
            self.rename_current()

    def rename_current(self) -> None:
        """Open the editor in the name cell of the current row."""
        row = self.view.currentIndex().row()
        if row >= 0:
            name = self.model.index(row, self.model.column_of("name"))
            self.view.setCurrentIndex(name)
            self.view.edit(name)

    def zoom_to_selected(self) -> None:
        """Ask the map to show the selected territories."""
        if self.session is None:
            return
        plan = self.session.plan
        positions = [plan.territory_ix(i) for i in self.selected_ids()]
        self.zoom_to_units(np.flatnonzero(np.isin(plan.unit_territory, positions)))

    def _open_menu(self, at: QPoint) -> None:
        menu = self._menu(self.view)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(self.view.viewport().mapToGlobal(at))

    def explain_current(self) -> None:
        """Show how the number in the current cell came about."""
        index = self.view.currentIndex()
        if self.session is None or not index.isValid():
            return
        column = self.model.columns[index.column()]
        territory_ix = self.session.plan.territory_ix(self.model.territory_id(index.row()))
        explanation = self.session.figures.explain(column.figure.key, territory_ix) if column.figure else None
        if explanation is None:
            name = self.model.explained(column)
            explanation = explain(self.session.plan, self.session.totals, self.session.balance, territory_ix, name)
        ExplainDialog(explanation, self).open()

    # -- order -----------------------------------------------------------------------------------------------------

    def sort_by_deviation(self) -> None:
        """Put the territories furthest from even on top."""
        self.model.sort_by_deviation()
        self._sorted = (DEVIATION, Qt.SortOrder.DescendingOrder)
        self._show_order()
        self.view.scrollToTop()

    def _header_clicked(self, column: int) -> None:
        if not 0 <= column < len(self.model.columns):
            return
        spec = self.model.columns[column]
        first = Qt.SortOrder.AscendingOrder if spec.kind in ("name", "rep") else Qt.SortOrder.DescendingOrder
        order = first
        if self._sorted == (spec.key, first) and self.model.is_sorted_by(column, first):
            order = Qt.SortOrder(1 - first.value)
        self.model.sort(column, order)
        self._sorted = (spec.key, order)
        self._show_order()

    def _show_order(self) -> None:
        """Show the sort mark only while the rows do stand in that order: edits leave them where they are."""
        header = self.view.horizontalHeader()
        key, order = self._sorted or ("", Qt.SortOrder.AscendingOrder)
        column = next((i for i, spec in enumerate(self.model.columns) if spec.key == key), -1)
        is_sorted = column >= 0 and self.model.is_sorted_by(column, order)
        header.setSortIndicatorShown(is_sorted)
        if is_sorted:
            header.setSortIndicator(column, order)
        self.by_deviation.setChecked(key == DEVIATION and self.model.is_sorted_by_deviation())

    def show_index_of(self, name: str) -> None:
        """Show the index of another measure, as if it had been chosen; a name that is not offered changes nothing."""
        measures = self.session.plan.measures if self.session is not None else []
        at = self.bar_choice.findData(next((ix for ix, m in enumerate(measures) if m.name == name), -1))
        if at >= 0 and at != self.bar_choice.currentIndex():
            self.bar_choice.setCurrentIndex(at)
            self._bar_chosen()

    def _bar_chosen(self) -> None:
        ids = self.selected_ids()
        self._is_following = True
        self.model.set_bar(int(self.bar_choice.currentData()))
        self._is_following = False
        self._columns_changed()
        self._select_ids(ids)
