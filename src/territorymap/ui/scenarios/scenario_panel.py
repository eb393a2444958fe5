"""The list of scenarios: which there are, how they stand, how much each changes. Owns view and counting.

What can be done to a scenario is scenario_commands'.
"""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QMenu, QStackedLayout, QTableView, QToolButton, QVBoxLayout, QWidget

from territorymap.i18n import tr
from territorymap.session import commands
from territorymap.session.differences import find_differences
from territorymap.session.session import PlanChange
from territorymap.ui.panels.panel import Panel
from territorymap.ui.parts.column_fit import ColumnFit, ColumnNeed
from territorymap.ui.parts.empty import EmptyState
from territorymap.ui.parts.scale import ems
from territorymap.ui.parts.tables import Table, dress_table
from territorymap.ui.scenarios.scenario_model import ScenarioModel
from territorymap.ui.selection import Selection

ORIGIN = "scenario_panel"
COUNT_AFTER_MS = 250


class ScenarioPanel(Panel):
    """All scenarios of the plan."""

    switch_wanted = Signal(int)  # scenario_id

    def __init__(self, selection: Selection, parent: QWidget | None = None) -> None:
        super().__init__(selection, ORIGIN, parent)
        self.model = ScenarioModel(self._rename, self)
        self.view = Table()
        self.view.setModel(self.model)
        dress_table(self.view, tr("Scenarios"))
        self.view.setSelectionMode(QTableView.SelectionMode.SingleSelection)
        self.view.setEditTriggers(QTableView.EditTrigger.EditKeyPressed)
        self.fit = ColumnFit(self.view, self._needs, least_ems=20)
        # Counting reads every scenario: while the panel is hidden, or the hand is busy, that can wait.
        self._count_soon = QTimer(self, singleShot=True, interval=COUNT_AFTER_MS)
        self._count_soon.timeout.connect(self._count)
        self._is_stale = True
        self._row_actions: list[QAction | None] = []
        self._bar = QHBoxLayout()
        self._build()
        self.view.horizontalHeader().customContextMenuRequested.connect(self.fit.open_menu)
        self.view.customContextMenuRequested.connect(self._open_menu)
        self.view.doubleClicked.connect(lambda _index: self._switch())
        self.view.return_pressed.connect(lambda _index: self._switch())
        self.session_replaced()

    def _build(self) -> None:
        self._stack = QStackedLayout(self)
        no_plan = EmptyState(
            "panel-scenario",
            tr("No plan is open"),
            tr("Open a plan, or start a new one from the File menu; its scenarios will be listed here."),
        )
        content = QWidget()
        layout = QVBoxLayout(content)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        pad = ems(self, 0.6)
        self._bar.setContentsMargins(pad, pad, pad, pad)
        layout.addLayout(self._bar)
        layout.addWidget(self.view, 1)
        self._stack.addWidget(no_plan)
        self._stack.addWidget(content)

    def offer(self, actions: list[QAction | None]) -> None:
        """Put these into the bar and the menu of a row; None = a line between."""
        self._row_actions = actions
        for action in actions:
            if action is None:
                self._bar.addSpacing(ems(self, 0.8))
                continue
            button = QToolButton()
            button.setDefaultAction(action)
            button.setAutoRaise(True)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.setAccessibleName(action.iconText())
            self._bar.addWidget(button)
        self._bar.addStretch(1)

    def _needs(self) -> list[ColumnNeed]:
        widest = {"note": 40.0, "author": 16.0, "parent": 22.0}
        return [
            ColumnNeed(c.key, c.title, c.priority, most=ems(self.view, widest.get(c.key, 0.0)))
            for c in self.model.columns
        ]

    # -- following -------------------------------------------------------------------------------------------------

    def session_replaced(self) -> None:
        self.model.show_counts({}, {})
        self._show()
        self.fit.fit()

    def plan_changed(self, change: PlanChange) -> None:
        self._is_stale = True
        if change.touches("scenario", "plan") or change.delta.is_full:
            self._show(in_use=change.kind == "switch")
            self.fit.fit_later()
        if self.is_in_sight:
            self._count_soon.start()

    def catch_up(self) -> None:
        if self._is_stale:
            self._count_soon.start(0)

    def _show(self, *, in_use: bool = False) -> None:
        chosen = None if in_use else self.selected_id
        self._stack.setCurrentIndex(int(self.session is not None))
        self.model.show(self.session.plan if self.session is not None else None, can_write=self.can_write)
        if self.session is not None:
            row = self.model.row_of(chosen) if chosen is not None else -1
            self.view.selectRow(row if row >= 0 else self.model.row_of(self.session.plan.scenario.scenario_id))
        self._is_stale = True
        if self.is_in_sight:
            self._count_soon.start()

    def _count(self) -> None:
        """Count what differs; scenarios that were read before are at hand."""
        session = self.session
        if session is None or not self._is_stale:
            return
        self._is_stale = False
        plan, baseline = session.plan, session.plan.baseline
        variants = {s.scenario_id: session.variant(s.scenario_id) for s in plan.scenarios}
        n_changes = {
            s.scenario_id: find_differences(variants[s.scenario_id], variants[s.parent_id]).n
            for s in plan.scenarios
            if s.parent_id in variants
        }
        n_against = {
            s.scenario_id: find_differences(variants[s.scenario_id], variants[baseline.scenario_id]).n
            for s in plan.scenarios
            if baseline is not None and s.scenario_id != baseline.scenario_id
        }
        self.model.show_counts(n_changes, n_against)
        self.fit.fit_later()

    # -- selection and doing ---------------------------------------------------------------------------------------

    @property
    def selected_id(self) -> int | None:
        """The scenario_id of the selected row."""
        scenario = self.model.scenario(self.view.currentIndex().row())
        return scenario.scenario_id if scenario is not None else None

    def rename_selected(self) -> None:
        """Open the editor in the name cell of the selected row."""
        row = self.view.currentIndex().row()
        if row >= 0:
            index = self.model.index(row, 0)
            self.view.setCurrentIndex(index)
            self.view.edit(index)

    def _rename(self, scenario_id: int, name: str) -> bool:
        return self.do(lambda plan: commands.edit_scenario(plan, scenario_id, name=name))

    def _switch(self) -> None:
        if self.selected_id is not None:
            self.switch_wanted.emit(self.selected_id)

    def _open_menu(self, where: QPoint) -> None:
        menu = QMenu(self.view)
        for action in self._row_actions:
            if action is None:
                menu.addSeparator()
            else:
                menu.addAction(action)
        self.fit.pop_up(menu, where)
