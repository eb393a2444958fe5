"""The list of open conflicts: mine or theirs, one by one, by territory, or all; a line and its place on the map go
together.

Owns the panel; deciding is session.merging's, each time one undoable step.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QItemSelection, QItemSelectionModel, Qt, QTimer, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QStackedLayout, QVBoxLayout, QWidget

from territorymap.i18n import ntr, tr
from territorymap.mapview import replies
from territorymap.session.conflicts import (
    ConflictReader,
    ConflictView,
    accounts_of,
    by_territory,
    open_conflicts,
    units_of,
)
from territorymap.session.merging import decide
from territorymap.session.session import PlanChange
from territorymap.ui.merge.conflict_model import ConflictModel, column_titles
from territorymap.ui.panels.panel import Panel
from territorymap.ui.parts.buttons import action_button
from territorymap.ui.parts.column_fit import ONLY_CHOSEN, ColumnFit, ColumnNeed
from territorymap.ui.parts.empty import EmptyState
from territorymap.ui.parts.scale import ems
from territorymap.ui.parts.tables import Table, dress_table
from territorymap.ui.selection import Ix, Selection

ORIGIN = "conflict_panel"
MINE, THEIRS = "mine", "theirs"
_ANY = -1


class ConflictPanel(Panel):
    """Conflicts that nobody has decided yet."""

    marks_changed = Signal(dict)  # replies.conflicts: what the map is to mark
    count_changed = Signal(int)

    def __init__(self, selection: Selection, parent: QWidget | None = None) -> None:
        super().__init__(selection, ORIGIN, parent)
        self._views: list[ConflictView] = []  # all open ones
        self._seen: tuple[str, ...] = ()  # their uuids
        self.model = ConflictModel(self)
        self.keep_mine = self.make_action(
            "conflicts_mine",
            tr("Keep &mine"),
            tr("Decide the chosen conflicts for the value of this plan"),
            lambda: self._decide(MINE, self._chosen()),
            icon="check",
        )
        self.take_theirs = self.make_action(
            "conflicts_theirs",
            tr("Take &theirs"),
            tr("Decide the chosen conflicts for the value of the other copy"),
            lambda: self._decide(THEIRS, self._chosen()),
            icon="import",
        )
        self.all_mine = self.make_action(
            "conflicts_all_mine",
            tr("Mine for &all shown"),
            tr("Decide all conflicts in this list for the value of this plan, as one step"),
            lambda: self._decide(MINE, self.model.views),
        )
        self.all_theirs = self.make_action(
            "conflicts_all_theirs",
            tr("Theirs for all &shown"),
            tr("Decide all conflicts in this list for the value of the other copy, as one step"),
            lambda: self._decide(THEIRS, self.model.views),
        )
        self._build()
        self._is_following = False
        selection.units_changed.connect(self._units_selected)
        selection.accounts_changed.connect(self._accounts_selected)
        self._later = QTimer(self, singleShot=True, interval=0)
        self._later.timeout.connect(self._read)
        self.session_replaced()

    def _build(self) -> None:
        self.territory = QComboBox()
        self.territory.setAccessibleName(tr("Territory"))
        self.territory.setToolTip(tr("Only conflicts about this territory"))
        self.territory.setMinimumContentsLength(12)
        self.territory.currentIndexChanged.connect(lambda _row: self._show())
        self.count = QLabel()
        self.count.setProperty("role", "muted")
        head = QHBoxLayout()
        pad = ems(self, 0.6)
        head.setContentsMargins(pad, pad, pad, pad)
        head.addWidget(self.territory)
        for action in self.actions():
            head.addWidget(action_button(action))
        head.addStretch(1)
        head.addWidget(self.count)
        self.view = Table()
        self.view.setModel(self.model)
        dress_table(self.view, tr("Conflicts"))
        self.fit = ColumnFit(self.view, self._needs, least_ems=24)
        self.view.horizontalHeader().customContextMenuRequested.connect(self.fit.open_menu)
        self.view.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)
        self.view.addActions(self.actions())
        self.view.clicked.connect(lambda _index: self._go())
        self.view.return_pressed.connect(lambda _index: self._go())
        self.view.selectionModel().selectionChanged.connect(self._lines_chosen)
        self.empty = EmptyState("check", "", "")
        self._stack = QStackedLayout()
        self._stack.addWidget(self.empty)
        shown = QWidget()
        column = QVBoxLayout(shown)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(self.view, 1)
        self._stack.addWidget(shown)
        self.setLayout(self._stack)

    def _needs(self) -> list[ColumnNeed]:
        titles = column_titles()
        has_scenarios = len({view.scenario for view in self._views}) > 1
        priorities = (0, 3, 1, 1, 4, 5, 2, 3 if has_scenarios else ONLY_CHOSEN)
        return [
            ColumnNeed(f"c{i}", title, priority, most=ems(self.view, 18))
            for i, (title, priority) in enumerate(zip(titles, priorities, strict=True))
        ]

    # -- following -----------------------------------------------------------------------------------------------------

    @property
    def n_open(self) -> int:
        return len(self._views)

    def session_replaced(self) -> None:
        self._seen = ()
        self.fit.reset()
        self._read()

    def plan_changed(self, change: PlanChange) -> None:
        if self.session is not None:
            uuids = tuple(conflict.uuid for conflict in open_conflicts(self.session.plan))
            # A rename may change the words, a cut the positions.
            if uuids != self._seen or (uuids and not change.delta.unit_ix.size):
                self._later.start()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.fit.fit_later()

    def _read(self) -> None:
        before = len(self._views)
        self._views = []
        if self.session is not None:
            found = open_conflicts(self.session.plan)
            self._seen = tuple(conflict.uuid for conflict in found)
            if found:
                self._views = ConflictReader(self.session.plan, self.session.document.past).read(found)
        self._offer_territories()
        self._show()
        if before != len(self._views):
            self.count_changed.emit(len(self._views))

    def _offer_territories(self) -> None:
        chosen = self.territory.currentData()
        self.territory.blockSignals(True)
        self.territory.clear()
        self.territory.addItem(tr("All territories"), _ANY)
        if self.session is not None:
            about = {i for view in self._views for i in view.territory_ids}
            for territory in sorted(self.session.plan.territories, key=lambda t: t.name.casefold()):
                if territory.territory_id in about:
                    self.territory.addItem(territory.name, territory.territory_id)
        self.territory.setCurrentIndex(max(0, self.territory.findData(chosen)))
        self.territory.blockSignals(False)

    def _show(self) -> None:
        territory = self.territory.currentData()
        views = self._views if territory in (None, _ANY) else by_territory(self._views, int(territory))
        self.model.show(views)
        self._say()
        self._stack.setCurrentIndex(1 if self._views else 0)
        self.fit.fit_later()
        self._refresh_actions()
        self._tell_map()

    def _say(self) -> None:
        n, of = len(self.model.views), len(self._views)
        if n == of:
            self.count.setText(ntr("{n} open conflict", "{n} open conflicts", n))
        else:
            self.count.setText(ntr("{n} of {of} open conflicts", "{n} of {of} open conflicts", n, of=of))
        if self.session is None:
            self.empty.say(tr("No plan is open"), tr("Open a plan, then take in a colleague's copy with File, Merge."))
        else:
            self.empty.say(
                tr("No open conflict"),
                tr(
                    "What you and a colleague decided differently is listed here after File, Merge, and hatched on the "
                    "map until one of you decides."
                ),
            )

    def _refresh_actions(self) -> None:
        can = self.can_write
        for action in (self.keep_mine, self.take_theirs):
            action.setEnabled(can and bool(self._chosen()))
        for action in (self.all_mine, self.all_theirs):
            action.setEnabled(can and bool(self.model.views))

    # -- list and map --------------------------------------------------------------------------------------------------

    def _chosen(self) -> list[ConflictView]:
        rows = sorted({index.row() for index in self.view.selectionModel().selectedRows()})
        return [self.model.views[row] for row in rows if row < len(self.model.views)]

    def _lines_chosen(self, *_: object) -> None:
        self._refresh_actions()
        self._tell_map()

    def _tell_map(self) -> None:
        views, chosen = self._seen_here(self.model.views), self._seen_here(self._chosen())
        territories = {i for v in views if v.conflict.kind == "territory" for i in v.territory_ids}
        marks = replies.conflicts(
            units_of(views).tolist(),
            accounts_of(views).tolist(),
            sorted(territories),
            units_of(chosen).tolist(),
            accounts_of(chosen).tolist(),
        )
        self.marks_changed.emit(marks)

    def _seen_here(self, views: Sequence[ConflictView]) -> list[ConflictView]:
        """Return those that are about the scenario and alignment on the map."""
        if self.session is None:
            return [view for view in views if not view.scenario_uuid]
        scenario, alignment = self.session.plan.scenario.uuid, self.session.plan.alignment.uuid
        return [v for v in views if v.scenario_uuid in ("", scenario) and v.alignment_uuid in ("", alignment)]

    def _go(self) -> None:
        """Select and show on the map what the chosen lines are about, where the first of them is."""
        if self.session is None:
            return
        chosen = self._chosen()
        self._go_to_scenario(chosen)
        units, accounts = units_of(chosen), accounts_of(chosen)
        territories = [i for v in chosen if v.conflict.kind == "territory" for i in v.territory_ids]
        self._is_following = True
        try:
            self.selection.set_territory(territories[0] if territories else None, ORIGIN)
            self.selection.set_units(units, ORIGIN)
            self.selection.set_accounts(accounts, ORIGIN)
        finally:
            self._is_following = False
        if len(units):
            self.zoom_to_units(_with_neighbours(self, units))
        elif len(accounts):
            self.zoom_to_accounts(accounts)
        elif territories:
            plan = self.session.plan
            self.zoom_to_units(plan.units_of(plan.territory_ix(territories[0])))

    def _go_to_scenario(self, chosen: Sequence[ConflictView]) -> None:
        assert self.session is not None
        if not chosen or self._seen_here(chosen[:1]):
            return
        plan, wanted = self.session.plan, chosen[0]
        scenario = next((s.scenario_id for s in plan.scenarios if s.uuid == wanted.scenario_uuid), None)
        alignment = next((a.alignment_id for a in plan.alignments if a.uuid == wanted.alignment_uuid), None)
        if alignment is not None:
            self.session.switch_alignment(alignment, ORIGIN)
        if scenario is not None:
            self.session.switch_scenario(scenario, ORIGIN)
        if scenario is not None or alignment is not None:
            self._tell_map()

    def _units_selected(self, units: Ix, origin: str) -> None:
        if origin != ORIGIN and self._views:
            wanted = set(units.tolist())
            self._choose([row for row, view in enumerate(self.model.views) if wanted.intersection(view.unit_ix)])

    def _accounts_selected(self, accounts: Ix, origin: str) -> None:
        if origin != ORIGIN and self._views and len(accounts):
            wanted = set(accounts.tolist())
            self._choose([row for row, view in enumerate(self.model.views) if wanted.intersection(view.account_ix)])

    def _choose(self, rows: Sequence[int]) -> None:
        """Choose lines because their place was picked on the map."""
        if self._is_following or not rows:
            return
        chosen = QItemSelection()
        last = self.model.columnCount() - 1
        for row in rows:
            chosen.select(self.model.index(row, 0), self.model.index(row, last))
        flags = QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows
        self.view.selectionModel().select(chosen, flags)
        self.view.scrollTo(self.model.index(rows[0], 0))

    # -- deciding ------------------------------------------------------------------------------------------------------

    def _decide(self, side: str, views: Sequence[ConflictView]) -> None:
        row = min((self.model.views.index(view) for view in views), default=0)
        uuids = [view.uuid for view in views]
        if not uuids or not self.do(lambda plan: decide(plan, uuids, side)):
            return
        self._later.stop()
        self._read()
        if self.model.views:  # the next one, so that one hand can go through them
            self.view.selectRow(min(row, len(self.model.views) - 1))


def _with_neighbours(panel: ConflictPanel, units: Ix) -> Ix:
    """Return units and those around them: a unit that fills the window says nothing of where it is."""
    assert panel.session is not None
    adjacency = panel.session.adjacency
    around = [adjacency.neighbours_of(int(ix)) for ix in units[:200]]
    return np.unique(np.concatenate([units, *around])).astype(np.int32)
