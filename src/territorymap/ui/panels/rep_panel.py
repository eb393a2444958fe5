"""The reps table: who they are, where they live, how much they can do.

Owns view and actions; texts and warnings are the model's, questions are dialogs.rep's.
"""

from __future__ import annotations

from collections import Counter

from PySide6.QtCore import QModelIndex, QPoint, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QMenu, QStackedLayout, QToolButton, QVBoxLayout, QWidget

from territorymap.errors import UserError
from territorymap.i18n import ntr, tr
from territorymap.session import commands
from territorymap.session.session import PlanChange
from territorymap.ui.dialogs.home_lookup import find_home
from territorymap.ui.dialogs.rep import Lookup, RepDialog
from territorymap.ui.dialogs.rep_traits import KnownTraits, known_traits
from territorymap.ui.panels.panel import Panel
from territorymap.ui.panels.region_figures import rep_region_rows
from territorymap.ui.panels.rep_model import RepModel
from territorymap.ui.parts.column_fit import ColumnFit, ColumnNeed
from territorymap.ui.parts.elided import ElidedLabel
from territorymap.ui.parts.empty import EmptyState
from territorymap.ui.parts.region_rows import RegionRows
from territorymap.ui.parts.scale import ems
from territorymap.ui.parts.tables import Table, dress_table
from territorymap.ui.selection import Selection

ORIGIN = "rep_panel"
HOME_MARGIN = 0.75  # degrees around a home when the map flies there


class RepPanel(Panel):
    """All reps of the plan; ``lookup`` finds a home by postal code or city."""

    place_wanted = Signal(int, str)  # rep_id, name
    leave_wanted = Signal(int)  # rep_id

    def __init__(self, selection: Selection, parent: QWidget | None = None, lookup: Lookup | None = find_home) -> None:
        super().__init__(selection, ORIGIN, parent)
        self.lookup = lookup
        self.model = RepModel(self)
        self._make_actions()
        self.view = Table()
        self.view.setModel(self.model)
        dress_table(self.view, tr("Reps"))
        self.fit = ColumnFit(self.view, self._needs, least_ems=14)
        self.notice = ElidedLabel()
        self.notice.setProperty("role", "warning")
        self.regions = RegionRows(self.view, self.fit)
        self._build()
        self._wire()
        self.session_replaced()

    def _make_actions(self) -> None:
        self.add = self.make_action(
            "rep_add", tr("&New rep…"), tr("Add a rep with home and capacity"), self.ask_new, icon="panel-new"
        )
        self.edit = self.make_action(
            "rep_edit",
            tr("&Edit rep…"),
            tr("Change name, home or capacity of the rep"),
            self.ask_edit,
            icon="panel-edit",
        )
        self.delete = self.make_action(
            "rep_delete",
            tr("&Delete reps"),
            tr("Delete the selected reps; their territories become vacant"),
            self.delete_selected,
            shortcut="Del",
            icon="panel-delete",
            is_local=True,
        )
        self.show_home = self.make_action(
            "rep_home", tr("Show &home on the map"), tr("Fly to the home of the rep"), self.zoom_home, icon="panel-home"
        )

        self.leave = self.make_action(
            "rep_leave",
            tr("What if the rep &leaves…"),
            tr("Show who could cover all that the rep has, in every alignment"),
            lambda: self.leave_wanted.emit(self.selected_ids()[0]),
            icon="panel-change-rep",
        )
        self.place = self.make_action(
            "rep_place",
            tr("&Place home on the map"),
            tr("The next click on the map says where the rep lives; a house on the map can be dragged too"),
            self.ask_place,
            icon="target",
        )

    def _build(self) -> None:
        self._stack = QStackedLayout(self)
        self.no_plan = EmptyState(
            "panel-rep", tr("No plan is open"), tr("Open a plan, or start a new one from the File menu.")
        )
        self.no_rep = EmptyState(
            "panel-rep",
            tr("No reps yet"),
            tr("Add them one by one, or import a list with names, homes and capacities from the File menu."),
        )
        self.no_rep.offer(self.add)
        content = QWidget()
        layout = QVBoxLayout(content)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(self._bar())
        layout.addWidget(self.view, 1)
        layout.addWidget(self.regions)
        for page in (self.no_plan, self.no_rep, content):
            self._stack.addWidget(page)

    def _bar(self) -> QHBoxLayout:
        bar = QHBoxLayout()
        pad = ems(self, 0.6)
        bar.setContentsMargins(pad, pad, pad, pad)
        for action in (self.add, self.edit, self.delete, self.show_home, self.place, self.leave):
            button = QToolButton()
            button.setDefaultAction(action)
            button.setAutoRaise(True)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.setAccessibleName(action.iconText())
            bar.addWidget(button)
        bar.addSpacing(pad)
        bar.addWidget(self.notice, 1)
        return bar

    def _wire(self) -> None:
        header = self.view.horizontalHeader()
        header.setSectionsClickable(True)
        header.sectionClicked.connect(self._header_clicked)
        header.customContextMenuRequested.connect(self.fit.open_menu)
        self.view.customContextMenuRequested.connect(self._open_menu)
        self.view.doubleClicked.connect(lambda _index: self.edit.trigger())
        self.view.return_pressed.connect(lambda _index: self.edit.trigger())
        self.view.selectionModel().selectionChanged.connect(lambda *_: self._refresh_actions())
        self.view.selectionModel().currentRowChanged.connect(self._select_territory)

    def _needs(self) -> list[ColumnNeed]:
        widest = {"home": 24.0, "territories": 30.0}
        return [
            ColumnNeed(c.key, c.title, c.priority, most=ems(self.view, widest.get(c.key, 0.0)))
            for c in self.model.columns
        ]

    # -- following -------------------------------------------------------------------------------------------------

    def session_replaced(self) -> None:
        self.model.show(self.session)
        self.fit.fit()
        self._refresh()

    def plan_changed(self, change: PlanChange) -> None:
        delta = change.delta
        if delta.is_full or delta.changed_rep_ids:
            chosen = self.selected_ids()
            self.model.show(self.session)
            self._select_ids(chosen)
        else:
            self.model.refresh()
        self.fit.fit_later()
        self._refresh()

    def _refresh(self) -> None:
        reps = self.session.plan.reps if self.session is not None else []
        self._stack.setCurrentIndex(0 if self.session is None else 1 if not reps else 2)
        n_homeless = sum(not rep.has_home for rep in reps)
        n_unknown = sum(rep.capacity_h is None for rep in reps)
        parts = []
        if n_homeless:
            parts.append(ntr("{n} rep has no home", "{n} reps have no home", n_homeless))
        if n_unknown:
            parts.append(ntr("{n} without capacity", "{n} without capacity", n_unknown))
        self.notice.setText("  ·  ".join(parts))
        rows = rep_region_rows(self.session, self.model.columns) if self.session is not None else []
        self.regions.show_rows(rows, [column.is_number for column in self.model.columns])
        self._refresh_actions()

    def _refresh_actions(self) -> None:
        ids = self.selected_ids()
        self.add.setEnabled(self.can_write)
        self.edit.setEnabled(self.can_write and len(ids) == 1)
        self.delete.setEnabled(self.can_write and bool(ids))
        self.place.setEnabled(self.can_write and len(ids) == 1)
        self.leave.setEnabled(len(ids) == 1)
        reps = [self.session.plan.rep(i) for i in ids] if self.session is not None else []
        self.show_home.setEnabled(any(rep is not None and rep.has_home for rep in reps))

    # -- selection -------------------------------------------------------------------------------------------------

    def selected_ids(self) -> list[int]:
        """Return rep_id of the selected rows."""
        rows = sorted({index.row() for index in self.view.selectionModel().selectedRows()})
        return [self.model.ids[row] for row in rows]

    def _select_ids(self, ids: list[int]) -> None:
        self.view.clearSelection()
        for row, rep_id in enumerate(self.model.ids):
            if rep_id in ids:
                self.view.selectRow(row)

    def _select_territory(self, current: QModelIndex) -> None:
        if self.session is None or not current.isValid():
            return
        rep_id = self.model.ids[current.row()]
        own = [t.territory_id for t in self.session.plan.territories if t.rep_id == rep_id]
        if own:
            self.selection.set_territory(own[0], ORIGIN)

    def _header_clicked(self, column: int) -> None:
        header = self.view.horizontalHeader()
        first = self.model.columns[column].is_number
        was = header.sortIndicatorSection() == column and header.isSortIndicatorShown()
        is_descending = header.sortIndicatorOrder() == Qt.SortOrder.AscendingOrder if was else first
        chosen = self.selected_ids()
        self.model.sort_by(column, is_descending)
        self._select_ids(chosen)
        header.setSortIndicatorShown(True)
        header.setSortIndicator(column, Qt.SortOrder.DescendingOrder if is_descending else Qt.SortOrder.AscendingOrder)

    # -- doing -----------------------------------------------------------------------------------------------------

    def ask_new(self) -> None:
        """Ask for a new rep's values and add it."""
        dialog = RepDialog(None, self.lookup, self._usual_country(), self, self._known_traits())
        dialog.submit_with(lambda: self.attempt(lambda plan: commands.add_rep(plan, **dialog.values)))
        dialog.open()

    def _known_traits(self) -> KnownTraits:
        return known_traits(self.session.plan) if self.session is not None else KnownTraits()

    def ask_edit(self) -> None:
        """Ask for the selected rep's values."""
        ids = self.selected_ids()
        rep = self.session.plan.rep(ids[0]) if self.session is not None and ids else None
        if rep is None:
            return
        dialog = RepDialog(rep, self.lookup, "", self, self._known_traits())

        def save() -> UserError | None:
            return self.attempt(lambda plan: commands.edit_rep(plan, rep.rep_id, **dialog.values))

        dialog.submit_with(save)
        dialog.open()

    def delete_selected(self) -> None:
        """Delete the selected reps; undo brings them back."""
        ids = self.selected_ids()
        self.do(lambda plan: commands.delete_reps(plan, ids))

    def ask_place(self) -> None:
        """Ask for a click on the map where the selected rep lives."""
        ids = self.selected_ids()
        rep = self.session.plan.rep(ids[0]) if self.session is not None and ids else None
        if rep is not None:
            self.place_wanted.emit(rep.rep_id, rep.name)

    def zoom_home(self) -> None:
        """Ask the map to show the homes of the selected reps."""
        if self.session is None:
            return
        homes = [(rep.lon, rep.lat) for rep in map(self.session.plan.rep, self.selected_ids()) if rep is not None]
        known = [(lon, lat) for lon, lat in homes if lon is not None and lat is not None]
        if known:
            lons, lats = zip(*known, strict=True)
            self.zoom_requested.emit(
                min(lons) - HOME_MARGIN, min(lats) - HOME_MARGIN, max(lons) + HOME_MARGIN, max(lats) + HOME_MARGIN
            )

    def _usual_country(self) -> str:
        if self.session is None or not len(self.session.plan.units):
            return ""
        countries = Counter(str(c) for c in self.session.plan.units.country if c)
        return countries.most_common(1)[0][0] if countries else ""

    def _open_menu(self, at: QPoint) -> None:
        menu = QMenu(self.view)
        menu.addActions([self.edit, self.show_home, self.place, self.leave, self.add, self.delete])
        menu.addSeparator()
        self.fit.pop_up(menu, at)
