"""The tree of regions and territories: what lies in what, moved by dragging.

Owns the tree; the commands are the page's.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTreeWidget, QTreeWidgetItem, QWidget

from territorymap.i18n import number, tr
from territorymap.model.plan import Plan
from territorymap.model.records import Region
from territorymap.ui import icons
from territorymap.ui.parts.scale import ems, lines, tabular

_KEY = Qt.ItemDataRole.UserRole
REGION, TERRITORY, NOWHERE = "region", "territory", "nowhere"
Key = tuple[str, int]


class RegionTree(QTreeWidget):
    """Regions with the territories in them; those in none stand last, under a head of their own."""

    moved = Signal(object, object)  # keys that were dragged, region_id they were dropped on (None = out of all)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(tr("Regions and territories"))
        self.setColumnCount(4)
        self.setHeaderLabels([tr("Region or territory"), tr("Manager or rep"), tr("Territories"), tr("Accounts")])
        header = self.header()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.Interactive)
        self.setColumnWidth(1, ems(self, 30))
        for column in (2, 3):
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.ResizeToContents)
            self.headerItem().setTextAlignment(column, Qt.AlignmentFlag.AlignRight)
        self.setFont(tabular(self.font()))
        self.setUniformRowHeights(True)
        self.setIconSize(QSize(ems(self, 1.8), ems(self, 1.8)))
        self._row = QSize(0, lines(self, 1.6))
        self.setAlternatingRowColors(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)
        self.setExpandsOnDoubleClick(False)
        self.setDragDropMode(QAbstractItemView.DragDropMode.InternalMove)

    def show_plan(self, plan: Plan, regions: Sequence[Region], n_accounts: Sequence[int], *, can_write: bool) -> None:
        """Show regions and territories; what was folded and chosen stays so."""
        folded, chosen = self._folded(), set(self.keys)
        self.setDragEnabled(can_write)
        self.clear()
        children: dict[int | None, list[Region]] = {}
        known = {region.region_id for region in regions}
        for region in sorted(regions, key=lambda r: r.name.casefold()):
            parent = region.parent_region_id if region.parent_region_id in known else None
            children.setdefault(parent, []).append(region)
        held: dict[int | None, list[int]] = {}
        for ix, territory in enumerate(plan.territories):
            held.setdefault(territory.region_id if territory.region_id in known else None, []).append(ix)

        def add(region: Region, parent: QTreeWidgetItem, above: frozenset[int]) -> tuple[int, int]:
            item = QTreeWidgetItem(parent, [region.name, region.manager or tr("nobody")])
            item.setData(0, _KEY, (REGION, region.region_id))
            item.setIcon(0, icons.icon("panel-territory"))
            item.setSizeHint(0, self._row)
            sums = self._fill(item, plan, held.get(region.region_id, ()), n_accounts)
            for inner in children.get(region.region_id, ()):
                if inner.region_id not in above:
                    more = add(inner, item, above | {region.region_id})
                    sums = sums[0] + more[0], sums[1] + more[1]
            self._sums(item, *sums)
            item.setExpanded((REGION, region.region_id) not in folded)
            return sums

        root = self.invisibleRootItem()
        for region in children.get(None, ()):
            add(region, root, frozenset())
        if None in held:
            item = QTreeWidgetItem(root, [tr("In no region"), ""])
            item.setData(0, _KEY, (NOWHERE, 0))
            self._sums(item, *self._fill(item, plan, held[None], n_accounts))
            item.setExpanded((NOWHERE, 0) not in folded)
        self._choose(chosen)

    def _fill(
        self, item: QTreeWidgetItem, plan: Plan, territories: Sequence[int], n_accounts: Sequence[int]
    ) -> tuple[int, int]:
        for ix in sorted(territories, key=lambda ix: plan.territories[ix].name.casefold()):
            territory, rep = plan.territories[ix], plan.rep_of(ix)
            child = QTreeWidgetItem(item, [territory.name, rep.name if rep is not None else tr("vacant"), ""])
            child.setData(0, _KEY, (TERRITORY, territory.territory_id))
            child.setIcon(0, icons.swatch_icon(territory.color))
            child.setSizeHint(0, self._row)
            self._number(child, 3, n_accounts[ix])
            child.setFlags(child.flags() & ~Qt.ItemFlag.ItemIsDropEnabled)
        return len(territories), sum(n_accounts[ix] for ix in territories)

    def _sums(self, item: QTreeWidgetItem, n_territories: int, n_accounts: int) -> None:
        self._number(item, 2, n_territories)
        self._number(item, 3, n_accounts)

    def _number(self, item: QTreeWidgetItem, column: int, value: int) -> None:
        item.setText(column, number(value))
        item.setTextAlignment(column, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)

    # -- choice --------------------------------------------------------------------------------------------------------

    @property
    def keys(self) -> list[Key]:
        """What is chosen, in the order of the tree's own."""
        return [item.data(0, _KEY) for item in self.selectedItems()]

    def of_kind(self, kind: str) -> list[int]:
        """Return the ids of the chosen regions, or territories."""
        return [row_id for what, row_id in self.keys if what == kind]

    def _items(self) -> list[QTreeWidgetItem]:
        found, rest = [], [self.topLevelItem(i) for i in range(self.topLevelItemCount())]
        while rest:
            item = rest.pop()
            if item is not None:
                found.append(item)
                rest += [item.child(i) for i in range(item.childCount())]
        return found

    def _folded(self) -> set[Key]:
        return {item.data(0, _KEY) for item in self._items() if item.childCount() and not item.isExpanded()}

    def choose(self, keys: Sequence[Key]) -> None:
        """Choose these and bring the first into sight."""
        self.clearSelection()
        self._choose(set(keys))

    def _choose(self, keys: set[Key]) -> None:
        for item in self._items():
            if item.data(0, _KEY) in keys:
                item.setSelected(True)
                self.setCurrentItem(item, 0, self.selectionModel().SelectionFlag.NoUpdate)
                self.scrollToItem(item)

    def dropEvent(self, event: QDropEvent) -> None:
        """Ask for what was dropped to be moved; the tree itself follows the plan."""
        target = self.itemAt(event.position().toPoint())
        kind, row_id = target.data(0, _KEY) if target is not None else (NOWHERE, 0)
        keys = self.keys
        event.setDropAction(Qt.DropAction.IgnoreAction)
        event.accept()
        around = target.parent() if target is not None else None
        if kind == TERRITORY and around is not None:
            kind, row_id = around.data(0, _KEY)
        self.moved.emit(keys, row_id if kind == REGION else None)
