"""What changes rep against the baseline, live: totals, caps, and a table of who keeps, loses and gains.

Owns view, figures and selection; the numbers are the session's disruption, the texts of rows the model's.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QModelIndex, QPoint, Qt, QTimer, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QMenu, QStackedLayout, QToolButton, QVBoxLayout, QWidget

from territorymap.i18n import number, percent, tr
from territorymap.metrics.caps import find_breaches
from territorymap.metrics.disruption import Disruption
from territorymap.metrics.explain import explain
from territorymap.session.session import PlanChange, Session
from territorymap.ui.dialogs.explain import ExplainDialog
from territorymap.ui.panels.panel import Panel
from territorymap.ui.parts.column_fit import ColumnFit, ColumnNeed
from territorymap.ui.parts.empty import EmptyState
from territorymap.ui.parts.scale import ems
from territorymap.ui.parts.stats import Figure, Figures
from territorymap.ui.parts.tables import Table, dress_table
from territorymap.ui.parts.words import NOTHING, amount, measure_label
from territorymap.ui.scenarios.caps_strip import CapsStrip
from territorymap.ui.scenarios.disruption_model import DisruptionModel
from territorymap.ui.scenarios.split_bar import SplitBarDelegate
from territorymap.ui.selection import Selection

ORIGIN = "disruption_panel"
_NO_PLAN, _NO_BASELINE, _IS_BASELINE, _NO_REPS, _CONTENT = range(5)


class DisruptionPanel(Panel):
    """Live against the baseline."""

    baseline_wanted = Signal()  # make the scenario in use the baseline
    caps_wanted = Signal()

    def __init__(self, selection: Selection, parent: QWidget | None = None) -> None:
        super().__init__(selection, ORIGIN, parent)
        self.model = DisruptionModel(self)
        self._row = 0  # of the measure shown
        self._is_stale = True
        self._make_actions()
        self.view = Table()
        self.view.setModel(self.model)
        dress_table(self.view, tr("Kept, lost and gained by rep"))
        self.view.setItemDelegateForColumn(1, SplitBarDelegate(self.view))
        self.fit = ColumnFit(self.view, self._needs, least_ems=14, enough_ems=20)
        self.choice = QComboBox()
        self.figures = Figures([])
        self._figures: dict[int, Figure] = {}
        self.strip = CapsStrip(self)
        self._later = QTimer(self, singleShot=True, interval=0)
        self._later.timeout.connect(self.catch_up)
        self._build()
        self._wire()
        self.session_replaced()

    # -- building --------------------------------------------------------------------------------------------------

    def _make_actions(self) -> None:
        self.make_baseline = self.make_action(
            "disruption_baseline",
            tr("Make this scenario the &baseline"),
            tr("Measure every change from here on against the scenario as it is now"),
            self.baseline_wanted.emit,
            icon="panel-baseline",
        )
        self.caps = self.make_action(
            "disruption_caps",
            tr("&Caps…"),
            tr("How much of what may change rep before the program warns"),
            self.caps_wanted.emit,
            icon="panel-warning",
        )
        self.select_all = self.make_action(
            "disruption_select",
            tr("&Select all that change rep"),
            tr("Select every account that leaves the rep who has it in the baseline"),
            self.select_changed,
            icon="panel-zoom",
        )
        self.explain = self.make_action(
            "disruption_explain",
            tr("&How is this computed?"),
            tr("Show formula and numbers behind the current cell"),
            self.explain_current,
            icon="panel-explain",
            is_local=True,
        )

    def _build(self) -> None:
        self._stack = QStackedLayout(self)
        no_plan = EmptyState(
            "panel-disruption", tr("No plan is open"), tr("Open a plan, or start a new one from the File menu.")
        )
        self.no_baseline = EmptyState(
            "panel-disruption",
            tr("Nothing to compare with"),
            tr(
                "Make a scenario the baseline: usually the territories as they are today. From then on this panel "
                "shows, with every edit, which accounts, units and hours change rep."
            ),
        )
        self.no_baseline.offer(self.make_baseline)
        self.is_baseline = EmptyState(
            "panel-baseline",
            tr("This is the baseline"),
            tr(
                "The scenario in use is what others are compared with. Make a new scenario from it (Scenario > New "
                "from this…) and change that: what changes rep is then shown here."
            ),
        )
        self.no_reps = EmptyState(
            "panel-rep",
            tr("No territory has a rep"),
            tr("What changes rep can be told once territories have reps: Territory > Set rep…"),
        )
        content = QWidget()
        layout = QVBoxLayout(content)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.figures)
        layout.addWidget(self.strip)
        layout.addLayout(self._bar())
        layout.addWidget(self.view, 1)
        for page in (no_plan, self.no_baseline, self.is_baseline, self.no_reps, content):
            self._stack.addWidget(page)

    def _bar(self) -> QHBoxLayout:
        bar = QHBoxLayout()
        pad = ems(self, 0.6)
        bar.setContentsMargins(pad, pad, pad, pad)
        bar.setSpacing(ems(self, 0.4))
        label = QLabel(tr("&By rep, of"))
        label.setBuddy(self.choice)
        self.choice.setAccessibleName(tr("Measure of the table"))
        self.choice.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.choice.setMinimumContentsLength(10)
        self.choice.setMaximumWidth(ems(self, 34))
        bar.addWidget(label)
        bar.addWidget(self.choice, 2)
        bar.addStretch(1)
        for action in (self.caps, self.select_all, self.explain):
            button = QToolButton()
            button.setDefaultAction(action)
            if action is self.caps:
                button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
            button.setAutoRaise(True)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.setAccessibleName(action.iconText())
            bar.addWidget(button)
        return bar

    def _wire(self) -> None:
        header = self.view.horizontalHeader()
        header.setSectionsClickable(True)
        header.sectionClicked.connect(self._header_clicked)
        header.customContextMenuRequested.connect(self.fit.open_menu)
        self.view.clicked.connect(lambda _index: self._select_of_rows())
        self.view.return_pressed.connect(lambda _index: self._select_of_rows())
        self.view.customContextMenuRequested.connect(self._open_menu)
        self.choice.activated.connect(self._measure_chosen)
        self.strip.rep_wanted.connect(self._go_to_rep)
        self.strip.accounts_wanted.connect(self._select_accounts)

    def _needs(self) -> list[ColumnNeed]:
        least = {"bar": ems(self.view, 14)}
        return [
            ColumnNeed(
                c.key, c.title, c.priority, least=least.get(c.key, 0), extra=ems(self.view, 20) * (c.key == "bar")
            )
            for c in self.model.columns
        ]

    # -- following -------------------------------------------------------------------------------------------------

    def session_replaced(self) -> None:
        self.fit.reset()
        self._row = self._first_row()
        self._list_measures()
        self._show()
        self.fit.fit()

    def plan_changed(self, change: PlanChange) -> None:
        self._is_stale = True
        if change.delta.is_full or change.delta.is_settings_changed:
            self._list_measures()
        if self.is_in_sight:
            self._later.start()

    def catch_up(self) -> None:
        if self._is_stale:
            self._show()

    @property
    def disruption(self) -> Disruption | None:
        return self.session.disruption if self.session is not None else None

    def _show(self) -> None:
        self._is_stale = False
        session, disruption = self.session, self.disruption
        self._stack.setCurrentIndex(_page(session, disruption))
        self.make_baseline.setEnabled(self.can_write and session is not None and session.plan.baseline is None)
        has_figures = session is not None and disruption is not None
        self.caps.setEnabled(session is not None)
        self.select_all.setEnabled(disruption is not None and bool(len(disruption.accounts_changed())))
        self.explain.setEnabled(has_figures)
        if session is None or disruption is None:
            self.model.show(None, None, 0)
            return
        breaches = find_breaches(session.plan, disruption)
        self.model.show(session.plan, disruption, self._row, {b.at for b in breaches if b.at is not None})
        self._show_order()
        self._show_figures(session, disruption)
        self.strip.show(session.plan, disruption, breaches)
        self.fit.fit_later()

    def _show_figures(self, session: Session, disruption: Disruption) -> None:
        share, moved = disruption.share, disruption.moved
        for row, figure in self._figures.items():
            measure = session.plan.measures[row]
            is_count = measure.source == "builtin" and measure.column_name != "workload_h"
            value = number(moved[row]) if is_count else amount(float(moved[row]))
            if measure.source == "builtin" and not is_count:
                value = tr("{value} h", value=number(float(moved[row]), 0))
            part = NOTHING if np.isnan(share[row]) else percent(float(share[row]), 1)
            figure.show_value(tr("{amount} ({share})", amount=value, share=part), False)
        self.figures.arrange()

    # -- measures --------------------------------------------------------------------------------------------------

    def _rows_shown(self) -> list[int]:
        measures = self.session.plan.measures if self.session is not None else []
        return [row for row, m in enumerate(measures) if m.is_shown or m.source == "builtin"]

    def _first_row(self) -> int:
        """The first number of accounts that was brought, such as revenue; else the number of accounts."""
        measures = self.session.plan.measures if self.session is not None else []
        brought = [row for row in self._rows_shown() if measures[row].source == "account"]
        return (brought or [0])[0]

    def _list_measures(self) -> None:
        rows = self._rows_shown()
        measures = self.session.plan.measures if self.session is not None else []
        self._row = self._row if self._row in rows else self._first_row()
        self.choice.clear()
        for row in rows:
            self.choice.addItem(measure_label(measures[row]), row)
        self.choice.setCurrentIndex(self.choice.findData(self._row))
        if list(self._figures) == rows and all(
            figure.label == self._figure_label(row) for row, figure in self._figures.items()
        ):
            return
        for figure in self._figures.values():
            figure.deleteLater()
        self._figures = {row: self._make_figure(row) for row in rows}
        self.figures.replace(list(self._figures.values()))

    def _figure_label(self, row: int) -> str:
        assert self.session is not None
        return tr("{measure} changing rep", measure=measure_label(self.session.plan.measures[row]))

    def _make_figure(self, row: int) -> Figure:
        tip = tr("What goes to another rep than in the baseline, and its share. Click to see it by rep.")
        figure = Figure(self._figure_label(row), tip)
        figure.clicked.connect(lambda: self._choose(row))
        return figure

    def _measure_chosen(self) -> None:
        self._choose(int(self.choice.currentData()))

    def _choose(self, row: int) -> None:
        self._row = row
        self.choice.setCurrentIndex(self.choice.findData(row))
        self._show()
        self.fit.fit()

    # -- selection -------------------------------------------------------------------------------------------------

    def selected(self) -> list[int]:
        """Return the disruption's columns of the selected rows."""
        rows = sorted({index.row() for index in self.view.selectionModel().selectedRows()})
        return [self.model.rows[row] for row in rows]

    def select_changed(self) -> None:
        """Select every account that changes rep, and show them."""
        if self.disruption is not None:
            self._select_accounts(self.disruption.accounts_changed())

    def _select_of_rows(self, *, lost: bool = True, gained: bool = True) -> None:
        """Select the accounts that the chosen reps lost and gained, and show them."""
        disruption = self.disruption
        if disruption is None:
            return
        found = [np.empty(0, dtype=np.int64)]
        for at in self.selected():
            found += [disruption.accounts_lost(at)] if lost else []
            found += [disruption.accounts_gained(at)] if gained else []
        self._select_accounts(np.unique(np.concatenate(found)))

    def _select_accounts(self, accounts: NDArray[np.int64]) -> None:
        self.selection.set_accounts(accounts.astype(np.int32), ORIGIN)
        if len(accounts):
            self.zoom_to_accounts(accounts)

    def _go_to_rep(self, at: int) -> None:
        row = self.model.row_of(at)
        if row >= 0:
            self.view.selectRow(row)
            self.view.scrollTo(self.model.index(row, 0))
            self._select_of_rows()

    def _open_menu(self, where: QPoint) -> None:
        menu = QMenu(self.view)
        menu.addAction(tr("Select what was &lost"), lambda: self._select_of_rows(gained=False))
        menu.addAction(tr("Select what was &gained"), lambda: self._select_of_rows(lost=False))
        menu.addAction(self.select_all)
        menu.addSeparator()
        menu.addAction(self.explain)
        menu.addAction(self.caps)
        self.fit.pop_up(menu, where)

    # -- order and explanation -------------------------------------------------------------------------------------

    def _header_clicked(self, column: int) -> None:
        before, was_descending = self.model.sorted_by
        is_descending = not was_descending if before == column else self.model.columns[column].key != "rep"
        self.model.sort_by(column, is_descending)
        self._show_order()

    def _show_order(self) -> None:
        column, is_descending = self.model.sorted_by
        header = self.view.horizontalHeader()
        header.setSortIndicatorShown(True)
        header.setSortIndicator(column, Qt.SortOrder.DescendingOrder if is_descending else Qt.SortOrder.AscendingOrder)

    def explain_current(self) -> None:
        """Show how the current cell, or with no row the share of the whole plan, came about."""
        session, disruption = self.session, self.disruption
        if session is None or disruption is None:
            return
        index: QModelIndex = self.view.currentIndex()
        is_row = index.isValid() and index.row() < len(self.model.rows)
        metric = self.model.columns[index.column()].metric if is_row else "disruption"
        explanation = explain(
            session.plan,
            session.totals,
            session.balance,
            -1,
            f"{metric}:{session.plan.measures[self._row].measure_id}",
            disruption=disruption,
            rep_at=self.model.rows[index.row()] if is_row else None,
        )
        ExplainDialog(explanation, self).open()


def _page(session: Session | None, disruption: Disruption | None) -> int:
    if session is None:
        return _NO_PLAN
    if session.plan.baseline is None:
        return _NO_BASELINE
    if disruption is None:
        return _IS_BASELINE
    return _NO_REPS if disruption.is_repless else _CONTENT
