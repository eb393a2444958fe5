"""Two scenarios compared: territories old -> new, every account and unit that moves; select, zoom, export.

Owns the choice of the two and the way between lists, map and selection; figures are the comparer's
(session.comparison), rows and texts the models'.
"""

from __future__ import annotations

from functools import partial

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QModelIndex, QPoint, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QMenu,
    QSizePolicy,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from territorymap.i18n import tr
from territorymap.metrics.comparison import Comparison, Pair
from territorymap.session.comparison import Comparer
from territorymap.session.session import PlanChange
from territorymap.ui.compare.counts import moves_text, territories_text
from territorymap.ui.compare.list_bar import ACCOUNTS, TERRITORIES, UNITS, ListBar
from territorymap.ui.compare.move_model import MoveModel
from territorymap.ui.compare.move_rows import MoveFilter, MoveRows
from territorymap.ui.compare.pair_bar import PairBar, default_pair
from territorymap.ui.compare.sorted_table import Column, SortedTable
from territorymap.ui.compare.territory_changes import TerritoryChangeModel
from territorymap.ui.panels.panel import Panel
from territorymap.ui.parts.elided import ElidedLabel
from territorymap.ui.parts.empty import EmptyState
from territorymap.ui.parts.scale import ems, tabular
from territorymap.ui.selection import Selection

ORIGIN = "compare_panel"
READ_AFTER_MS = 150  # after an edit: comparing a whole plan waits until the hand rests
MAPS = "maps"
LEAST_EMS, NARROW_EMS = 44, 88  # width of the panel, and below which it leaves out what it can
Ix = NDArray[np.int64]


class ComparePanel(Panel):
    """What differs between two scenarios."""

    way_wanted = Signal(int, int, str)  # scenario_id before and after, way of the map or ""
    export_wanted = Signal(int, int, str)  # scenario_id before and after, "territories" | "accounts" | "units" | "maps"

    def __init__(self, selection: Selection, parent: QWidget | None = None) -> None:
        super().__init__(selection, ORIGIN, parent)
        self.comparer: Comparer | None = None
        self.comparison: Comparison | None = None
        self.kind = TERRITORIES
        self._is_stale = True
        self._is_chosen = False  # the pair is the planner's; else it follows the scenario in use
        self._way = ""
        self._rest = QTimer(self, singleShot=True, interval=READ_AFTER_MS)
        self._rest.timeout.connect(self.catch_up)
        self.territories = TerritoryChangeModel(self)
        self.moves = {ACCOUNTS: MoveModel(self), UNITS: MoveModel(self)}
        self._make_actions()
        self.bar = PairBar()
        self._build()
        self._wire()
        self.session_replaced()

    # -- building ------------------------------------------------------------------------------------------------------

    def _make_actions(self) -> None:
        self.select_all = self.make_action(
            "compare_select_all",
            tr("Select all that &move"),
            tr("Select every account or unit of the list, as filtered, on the map and in the tables"),
            self._select_shown,
            icon="pick",
        )
        self.zoom = self.make_action(
            "compare_zoom",
            tr("Show on the &map"),
            tr("Fly to what is chosen in the list"),
            self._zoom_to_chosen,
            icon="panel-zoom",
        )
        self.export = self.make_action(
            "compare_export",
            tr("&Export the list…"),
            tr("Write the list, with all its columns, as a table"),
            lambda: self._export(self.kind),
            icon="export",
        )
        self.export_maps = self.make_action(
            "compare_export_maps",
            tr("E&xport both maps…"),
            tr("Write a picture of the maps before and after, beside each other"),
            lambda: self._export(MAPS),
            icon="picture",
        )

    def _build(self) -> None:
        self.views = {
            TERRITORIES: SortedTable(
                self.territories,
                lambda: list(self.territories.columns),
                self.territories.sort_by,
                ("before", "after"),
                tr("Territories before and after"),
            ),
            **{
                kind: SortedTable(model, partial(_columns_of, model), model.sort_by, ("from", "to"), tr("What moves"))
                for kind, model in self.moves.items()
            },
        }
        self.empty = EmptyState("panel-table", "", "")
        self.nothing = EmptyState("check", "", "")
        actions = [self.select_all, self.zoom, self.export, self.export_maps]
        self.list_bar = ListBar(actions)
        self.count = ElidedLabel()
        self.count.setFont(tabular(self.font()))
        pad = ems(self, 0.8)
        self.count.setContentsMargins(pad, pad // 2, pad, pad // 2)
        # The panel may become narrower than its fields ask for: it leaves some out then.
        content = QWidget()
        content.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        content.setMinimumWidth(ems(self, LEAST_EMS))
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.bar)
        column.addWidget(self.list_bar)
        self._tables = QStackedLayout()
        for view in self.views.values():
            self._tables.addWidget(view)
        self._tables.addWidget(self.nothing)
        column.addLayout(self._tables, 1)
        column.addWidget(self.count)
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self.empty)
        self._stack.addWidget(content)

    def _show_narrow(self) -> None:
        """Where there is little room the buttons at the end of the line become a menu."""
        is_narrow = self.width() < ems(self, NARROW_EMS)
        self.bar.show_narrow(is_narrow)
        self.list_bar.show_narrow(is_narrow)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._show_narrow()

    def _wire(self) -> None:
        self.bar.pair_chosen.connect(lambda *_: self._pair_chosen())
        self.bar.way_wanted.connect(self._want_way)
        self.list_bar.kind_chosen.connect(self.show_list)
        self.list_bar.filter_changed.connect(self._filter)
        for view in self.views.values():
            view.clicked.connect(self._clicked)
            view.return_pressed.connect(lambda _index: self._zoom_to_chosen())
            view.customContextMenuRequested.connect(self._open_menu)
            view.selectionModel().selectionChanged.connect(lambda *_: self._chosen())

    # -- following the plan --------------------------------------------------------------------------------------------

    def session_replaced(self) -> None:
        self.comparer = self.session.comparer if self.session is not None else None
        for view in self.views.values():
            view.fit.reset()
        self._is_chosen = False
        self._show_scenarios(None)
        self._read()

    def plan_changed(self, change: PlanChange) -> None:
        session = self.session
        assert session is not None
        self._is_stale = True
        known = {s.scenario_id for s in session.plan.scenarios}
        pair = self.bar.pair
        self._is_chosen = self._is_chosen and pair is not None and set(pair) <= known
        self._show_scenarios(pair if self._is_chosen else None)
        if self.is_in_sight:
            self._rest.start()

    def _show_scenarios(self, pair: tuple[int, int] | None) -> None:
        session = self.session
        scenarios = session.plan.scenarios if session is not None else []
        self.bar.show_scenarios(scenarios, pair or default_pair(session))
        self._show_way()

    def catch_up(self) -> None:
        if self._is_stale and self.is_in_sight:
            self._read()

    def _pair_chosen(self) -> None:
        self._is_chosen = True
        self._read()
        if self._way and self.bar.pair is not None:
            self.way_wanted.emit(*self.bar.pair, self._way)

    def _read(self) -> None:
        """Compare anew and show it."""
        pair = self.bar.pair
        self._is_stale = not self.is_in_sight and pair is not None
        if self.comparer is None or pair is None:
            self.comparison = None
        elif self._is_stale:
            return
        else:
            self.comparison = self.comparer.compare(*pair)
        self._show_comparison()

    def _show_comparison(self) -> None:
        comparison, comparer = self.comparison, self.comparer
        self.territories.set_comparison(comparison)
        for kind, model in self.moves.items():
            rows = None
            if comparison is not None and comparer is not None:
                rows = MoveRows(comparison, partial(comparer.ages_of, comparison), is_of_units=kind == UNITS)
            model.set_rows(rows)
        for view in self.views.values():
            view.columns_changed()
        self._show_counts()
        self.show_list(self.kind)

    # -- what is shown -------------------------------------------------------------------------------------------------

    def show_list(self, kind: str) -> None:
        """Show the territories, the accounts or the units."""
        self.kind = kind
        self.list_bar.show_kind(kind)
        self._stack.setCurrentIndex(0 if self.comparison is None else 1)
        if self.comparison is None:
            self._say_empty()
        has_rows = self.views[kind].model().rowCount() > 0
        self._tables.setCurrentWidget(self.views[kind] if has_rows else self.nothing)
        if not has_rows:
            self._say_nothing()
        self._refresh()

    def _say_empty(self) -> None:
        if self.session is None:
            self.empty.say(tr("No plan is open"), tr("Open a plan, or start a new one from the File menu."))
            return
        self.empty.say(
            tr("There is one scenario only"),
            tr("Make another one in the menu Scenario, change it, and see here what moves for whom."),
        )

    def _say_nothing(self) -> None:
        is_filtered = self.list_bar.value != MoveFilter()
        if is_filtered:
            self.nothing.say(tr("Nothing passes the filter"), tr("Change the filter, or empty it."))
        else:
            self.nothing.say(tr("Nothing moves"), tr("Both scenarios give every account and unit to the same hands."))

    def _show_counts(self) -> None:
        comparison = self.comparison
        n = {TERRITORIES: 0, ACCOUNTS: 0, UNITS: 0}
        if comparison is not None:
            n = {
                TERRITORIES: len(comparison.pairs),
                ACCOUNTS: len(comparison.accounts),
                UNITS: len(comparison.units),
            }
        self.list_bar.show_counts(n)

    def _refresh(self) -> None:
        has_rows = self.comparison is not None and self.views[self.kind].model().rowCount() > 0
        self.select_all.setEnabled(has_rows and self.kind != TERRITORIES)
        self.zoom.setEnabled(bool(self._chosen_rows()))
        for action in (self.export, self.export_maps):
            action.setEnabled(self.comparison is not None)
        self.count.setText(self._count_text())

    def _count_text(self) -> str:
        if self.comparison is None:
            return ""
        rows = self.moves[self.kind].rows if self.kind != TERRITORIES else None
        return territories_text(self.comparison) if rows is None else moves_text(rows)

    def _filter(self) -> None:
        wanted = self.list_bar.value
        self.territories.show(wanted.text)
        for model in self.moves.values():
            model.show(wanted)
        self.show_list(self.kind)

    # -- selection and the map -----------------------------------------------------------------------------------------

    def _chosen_rows(self) -> list[int]:
        ranges = self.views[self.kind].selectionModel().selection()
        rows: set[int] = set()
        for at in range(ranges.count()):
            rows.update(range(ranges.at(at).top(), ranges.at(at).bottom() + 1))
        return sorted(rows)

    def _chosen(self) -> None:
        """Select on the map and in the other tables what is chosen in the list."""
        rows = self._chosen_rows()
        self.zoom.setEnabled(bool(rows))
        if self.comparison is None or not rows:
            return
        if self.kind == TERRITORIES:
            after = self.territories.rows[rows[0]].after
            side = self.comparison.after
            is_in_use = self.session is not None and side.plan.scenario == self.session.plan.scenario
            if len(rows) == 1 and after >= 0 and is_in_use:
                self.selection.set_territory(side.plan.territories[after].territory_id, ORIGIN)
            return
        self._select(self._shown_of(rows))

    def _shown_of(self, rows: list[int]) -> Ix:
        model = self.moves[self.kind]
        assert model.rows is not None
        return model.rows.shown[np.array(rows, dtype=np.int64)]

    def _select(self, ix: Ix) -> None:
        if self.kind == UNITS:
            self.selection.set_units(np.sort(ix).astype(np.int32), ORIGIN)
        else:
            self.selection.set_accounts(np.sort(ix).astype(np.int32), ORIGIN)

    def _select_shown(self) -> None:
        rows = self.moves[self.kind].rows if self.kind != TERRITORIES else None
        if rows is None:
            return
        self._select(rows.shown)
        if self.kind == UNITS:
            self.zoom_to_units(rows.shown)
        else:
            self.zoom_to_accounts(rows.shown)

    def _clicked(self, _index: QModelIndex) -> None:
        if len(self._chosen_rows()) == 1:
            self._zoom_to_chosen()

    def _zoom_to_chosen(self) -> None:
        rows = self._chosen_rows()
        if self.comparison is None or not rows:
            return
        if self.kind == TERRITORIES:
            self.zoom_to_units(self._ground_of([self.territories.rows[row] for row in rows]))
        elif self.kind == UNITS:
            self.zoom_to_units(self._shown_of(rows))
        else:
            self.zoom_to_accounts(self._shown_of(rows))

    def _ground_of(self, pairs: list[Pair]) -> Ix:
        """Return the units that territories have in either scenario."""
        assert self.comparison is not None
        before, after = self.comparison.unit_from, self.comparison.unit_to
        was = np.isin(before, [pair.before for pair in pairs if pair.before >= 0])
        now = np.isin(after, [pair.after for pair in pairs if pair.after >= 0])
        return np.flatnonzero(was | now)

    def _open_menu(self, at: QPoint) -> None:
        view = self.views[self.kind]
        menu = QMenu(view)
        menu.addActions([self.zoom, self.select_all, self.export, self.export_maps])
        view.open_menu(menu, at)

    # -- map and export ------------------------------------------------------------------------------------------------

    def show_way(self, way: str, pair: tuple[int, int] | None) -> None:
        """Follow what the map compares: its pair becomes the panel's."""
        self._way = way
        if way and pair is not None and pair != self.bar.pair and self.session is not None:
            self._is_chosen = True
            self.bar.show_scenarios(self.session.plan.scenarios, pair)
            self._read()
        self._show_way()

    def _show_way(self) -> None:
        pair = self.bar.pair
        self.bar.show_way(self._way, is_possible=pair is not None)

    def _want_way(self, way: str) -> None:
        if self.bar.pair is not None:
            self.way_wanted.emit(*self.bar.pair, way)

    def _export(self, kind: str) -> None:
        if self.bar.pair is not None:
            self.export_wanted.emit(*self.bar.pair, kind)


def _columns_of(model: MoveModel) -> list[Column]:
    return list(model.columns)
