"""What still needs a hand: unassigned units, accounts without a place, pointless overrides, what is locked, and the
holes and stray pieces of territories.

Owns the six lists; a click selects and shows on the map.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import numpy as np
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import (
    QButtonGroup,
    QGridLayout,
    QHBoxLayout,
    QHeaderView,
    QPushButton,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from territorymap.geo.holes import Coast, Hole, Piece, coast_of, find_holes, find_pieces
from territorymap.i18n import number, tr
from territorymap.session import commands
from territorymap.session.commands.accounts import pointless_overrides
from territorymap.session.session import PlanChange
from territorymap.ui.panels.list_entries import (
    HOLES,
    LOCKED,
    PIECES,
    PLACELESS,
    POINTLESS,
    UNASSIGNED,
    Entries,
    EntryModel,
    find_entries,
)
from territorymap.ui.panels.panel import Panel
from territorymap.ui.parts.buttons import action_button
from territorymap.ui.parts.empty import EmptyState
from territorymap.ui.parts.scale import ems
from territorymap.ui.parts.tables import Table, dress_table
from territorymap.ui.selection import Selection

ORIGIN = "lists_panel"
# A checked button is hardly told from an unchecked one in Fusion's dark look.
_CHECKED = (
    "QPushButton:checked { background: palette(highlight); color: palette(highlighted-text);"
    " border: 1px solid palette(mid); border-radius: 3px; padding: 3px; }"
)
KINDS = (UNASSIGNED, HOLES, PIECES, PLACELESS, POINTLESS, LOCKED)
READ_AFTER_MS = 120
MAP = "map"  # who began a change: a stroke
_COLUMNS = 3  # of the buttons


class ListsPanel(Panel):
    """Six lists behind six buttons with their counts."""

    def __init__(self, selection: Selection, parent: QWidget | None = None) -> None:
        super().__init__(selection, ORIGIN, parent)
        self.kind = UNASSIGNED
        self._entries: Entries | None = None
        self._is_stale = True
        # Finding holes walks the whole plan: after a stroke on the map it waits until the hand rests.
        self._rest = QTimer(self, singleShot=True, interval=READ_AFTER_MS)
        self._rest.timeout.connect(self.catch_up)
        self._coast: tuple[int, Coast] | None = None  # revision of the ground, and its coast
        self.model = EntryModel(self)
        self.clear_pointless = self.make_action(
            "lists_clear_pointless",
            tr("Clear all &pointless overrides"),
            tr("Clear every override that gives an account to the territory its unit belongs to anyhow"),
            self._clear_pointless,
            icon="panel-clear",
        )
        self.select_all = self.make_action(
            "lists_select_all",
            tr("&Select all of the list"),
            tr("Select everything in this list and show it on the map"),
            self._select_all,
            icon="panel-zoom",
        )
        self.fill_all = self.make_action(
            "lists_fill_all",
            tr("&Fill all holes"),
            tr("Give every hole to the territory around it, as one step; what is locked stays"),
            lambda: self._fill(range(len(self._entries.holes) if self._entries else 0)),
            icon="fill",
        )
        self.fill_chosen = self.make_action(
            "lists_fill_chosen",
            tr("Fill the chosen &holes"),
            tr("Give the holes chosen in the list to the territories around them, as one step"),
            lambda: self._fill(self._rows()),
            icon="hole",
        )
        self._build()
        self.session_replaced()

    def _build(self) -> None:
        self.view = Table()
        self.view.setModel(self.model)
        dress_table(self.view, tr("List"))
        self.view.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self.view.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)
        self.view.addActions([self.select_all, self.clear_pointless, self.fill_chosen, self.fill_all])
        self.view.clicked.connect(lambda _index: self._go())
        self.view.return_pressed.connect(lambda _index: self._go())
        self.view.selectionModel().selectionChanged.connect(lambda *_: self._refresh_actions())
        self.empty = EmptyState("panel-list", "", "")
        self.buttons: dict[str, QPushButton] = {}
        self._group = QButtonGroup(self)
        grid = QGridLayout()
        pad = ems(self, 0.6)
        grid.setContentsMargins(pad, pad, pad, pad)
        grid.setSpacing(ems(self, 0.4))
        for i, kind in enumerate(KINDS):
            button = QPushButton()
            button.setCheckable(True)
            button.setChecked(kind == self.kind)
            button.clicked.connect(lambda _checked=False, kind=kind: self.choose(kind))
            self._group.addButton(button)
            button.setStyleSheet(_CHECKED)
            self.buttons[kind] = button
            grid.addWidget(button, i // _COLUMNS, i % _COLUMNS)
        self._table_stack = QStackedLayout()
        self._table_stack.addWidget(self.view)
        self._table_stack.addWidget(self.empty)
        foot = QHBoxLayout()
        foot.setContentsMargins(pad, pad, pad, pad)
        self._feet = {action: action_button(action) for action in self.actions()}
        for button_of_action in self._feet.values():
            foot.addWidget(button_of_action)
        foot.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(grid)
        layout.addLayout(self._table_stack, 1)
        layout.addLayout(foot)

    # -- following -------------------------------------------------------------------------------------------------

    def session_replaced(self) -> None:
        self._coast = None
        self._read()

    def plan_changed(self, change: PlanChange) -> None:
        self._is_stale = True
        delta = change.delta
        is_stroke = not (
            delta.is_full or delta.added_territory_ix or delta.removed_territory_ix or len(delta.account_ix)
        )
        if is_stroke and change.initiator == MAP:
            self._rest.start()
        else:
            self.catch_up()

    def catch_up(self) -> None:
        if self._is_stale and self.is_in_sight:
            self._read()

    def choose(self, kind: str) -> None:
        """Show one of the lists."""
        self.kind = kind
        self.buttons[kind].setChecked(True)
        if self._is_stale:
            self._read()
        else:
            self._show()

    def _read(self) -> None:
        self._is_stale = False
        self._rest.stop()
        self._entries = None
        if self.session is None:
            self._coast = None
        else:
            plan, adjacency = self.session.plan, self.session.adjacency
            if self._coast is None or self._coast[0] != self.session.ground_rev:
                self._coast = self.session.ground_rev, coast_of(self.session.topology)
            self._entries = replace(
                find_entries(plan),
                holes=find_holes(adjacency, self._coast[1], plan.unit_territory),
                pieces=find_pieces(adjacency, plan.unit_territory),
            )
        self._show()

    def _show(self) -> None:
        plan = self.session.plan if self.session is not None else None
        at = self.view.verticalScrollBar().value()
        self.model.show(plan, self._entries, self.kind)
        self.view.verticalScrollBar().setValue(at)
        for kind, button in self.buttons.items():
            n = self._entries.count(kind) if self._entries is not None else 0
            button.setText(_title(kind, number(n)))
        is_empty = self.model.rowCount() == 0
        if is_empty:
            self.empty.say(*_nothing(self.kind, plan is not None))
        self._table_stack.setCurrentIndex(1 if is_empty else 0)
        self._refresh_actions()

    def _refresh_actions(self) -> None:
        self.select_all.setEnabled(self.model.rowCount() > 0)
        n_pointless = self._entries.count(POINTLESS) if self._entries is not None else 0
        self.clear_pointless.setEnabled(self.can_write and n_pointless > 0)
        n_holes = self._entries.count(HOLES) if self._entries is not None else 0
        self.fill_all.setEnabled(self.can_write and n_holes > 0)
        self.fill_chosen.setEnabled(self.can_write and self.kind == HOLES and bool(self._rows()))
        for action, button in self._feet.items():
            button.setVisible(action is self.select_all or (action is self.clear_pointless) == (self.kind != HOLES))

    # -- doing -----------------------------------------------------------------------------------------------------

    def _rows(self) -> list[int]:
        return sorted({index.row() for index in self.view.selectionModel().selectedRows()})

    def _go(self) -> None:
        self._show_on_map([self.model.entry(row) for row in self._rows()])

    def _fill(self, rows: Iterable[int]) -> None:
        if self._is_stale:
            self._read()
        if self._entries is not None:
            holes = [self._entries.holes[row] for row in rows if row < len(self._entries.holes)]
            self.do(lambda plan: commands.fill_holes(plan, holes))

    def _select_all(self) -> None:
        self.view.selectAll()
        self._show_on_map([self.model.entry(row) for row in range(self.model.rowCount())])

    def _show_on_map(self, entries: list[tuple[str, int]]) -> None:
        if self.session is None or not entries:
            return
        plan = self.session.plan
        if self.kind in (HOLES, PIECES):
            self._show_shapes([ix for _, ix in entries])
            return
        territories = [ix for what, ix in entries if what == "territory"]
        units = np.array([ix for what, ix in entries if what == "unit"], dtype=np.int32)
        accounts = np.array([ix for what, ix in entries if what == "account"], dtype=np.int32)
        if territories:
            self.selection.set_territory(plan.territories[territories[0]].territory_id, ORIGIN)
        if len(units) or territories:
            self.selection.set_units(units, ORIGIN)
            of_territories = np.flatnonzero(np.isin(plan.unit_territory, territories))
            self.zoom_to_units(np.union1d(units, of_territories).astype(np.int64))
        if len(accounts):
            self.selection.set_accounts(accounts, ORIGIN)
            self.zoom_to_accounts(accounts)

    def _show_shapes(self, rows: list[int]) -> None:
        """Select holes or pieces, and the territory that could take them."""
        assert self.session is not None
        assert self._entries is not None
        shapes: list[Hole] | list[Piece] = self._entries.holes if self.kind == HOLES else self._entries.pieces
        chosen = [shapes[row] for row in rows]
        units = np.concatenate([shape.units for shape in chosen])
        self.selection.set_territory(self.session.plan.territories[chosen[0].territory_ix].territory_id, ORIGIN)
        self.selection.set_units(units.astype(np.int32), ORIGIN)
        self.zoom_to_units(units)

    def _clear_pointless(self) -> None:
        self.do(lambda plan: commands.clear_overrides(plan, pointless_overrides(plan)))


def _title(kind: str, count: str) -> str:
    return {
        UNASSIGNED: tr("&Unassigned units: {n}", n=count),
        PLACELESS: tr("&No place: {n}", n=count),
        POINTLESS: tr("P&ointless overrides: {n}", n=count),
        LOCKED: tr("Loc&ked: {n}", n=count),
        HOLES: tr("&Holes: {n}", n=count),
        PIECES: tr("Stray p&ieces: {n}", n=count),
    }[kind]


def _nothing(kind: str, has_plan: bool) -> tuple[str, str]:
    if not has_plan:
        return tr("No plan is open"), tr("Open a plan to see what is left to do in it.")
    return {
        UNASSIGNED: (tr("Every unit is assigned"), tr("Units that belong to no territory will be listed here.")),
        PLACELESS: (
            tr("Every account has a place"),
            tr("Accounts that lie in no unit of this plan will be listed here."),
        ),
        POINTLESS: (
            tr("No pointless overrides"),
            tr("An override is pointless when the unit already belongs to the same territory."),
        ),
        HOLES: (
            tr("No territory has a hole"),
            tr("What one territory surrounds and does not have will be listed here, to be filled."),
        ),
        PIECES: (
            tr("Every territory is in one piece"),
            tr("Pieces that are apart from the rest of their territory will be listed here."),
        ),
        LOCKED: (
            tr("Nothing is locked"),
            tr("Lock territories in the Territory menu and units in the Map menu; they will be listed here."),
        ),
    }[kind]
