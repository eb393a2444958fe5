"""The page of regions: which territories lie in which, who manages them. Owns actions and questions."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QStackedLayout, QVBoxLayout, QWidget

from territorymap.errors import UserError
from territorymap.i18n import tr
from territorymap.model.records import Region
from territorymap.session.commands.regions import add_region, assign_region, delete_regions, edit_region
from territorymap.session.regions import territories_of_region
from territorymap.session.session import PlanChange
from territorymap.ui.dialogs.choose import Choice, ChooseDialog
from territorymap.ui.dialogs.form import muted
from territorymap.ui.parts.buttons import action_button
from territorymap.ui.parts.empty import EmptyState
from territorymap.ui.parts.scale import ems
from territorymap.ui.planning.page import PlanningPage
from territorymap.ui.regions.region_dialog import RegionDialog
from territorymap.ui.regions.region_tree import REGION, TERRITORY, Key, RegionTree
from territorymap.ui.selection import Selection

ORIGIN = "regions"


class RegionsPage(PlanningPage):
    """Regions of the alignment in use."""

    def __init__(self, selection: Selection, parent: QWidget | None = None) -> None:
        super().__init__(selection, ORIGIN, parent)
        make = self._make
        self.new = make(
            "new", tr("&New region…"), tr("Make a region, of the chosen territories"), self.ask_new, "panel-new"
        )
        self.edit = make(
            "edit", tr("&Edit…"), tr("Name, manager and the region around it"), self.ask_edit, "panel-edit"
        )
        self.put = make(
            "put", tr("&Put into…"), tr("Put the chosen territories and regions into a region"), self.ask_put, "drop"
        )
        self.show_on_map = make(
            "show", tr("Sho&w on the map"), tr("Show the ground of what is chosen"), self._show, "panel-zoom"
        )
        self.delete = make(
            "delete", tr("&Delete"), tr("Delete the regions; what lies in them goes to the region around"),
            self.delete_chosen, "panel-delete",
        )  # fmt: skip
        self.tree = RegionTree()
        self.tree.addActions(self.actions())
        self.tree.itemSelectionChanged.connect(self._enable)
        self.tree.itemDoubleClicked.connect(lambda *_: self.ask_edit() if self.edit.isEnabled() else self._show())
        self.tree.moved.connect(self._moved)
        self._build()
        self.session_replaced()

    def _make(self, name: str, text: str, tip: str, run: Callable[[], object], icon: str) -> QAction:
        shortcut = {"delete": "Del", "edit": "F2"}.get(name, "")
        return self.make_action(f"region_{name}", text, tip, run, icon=icon, shortcut=shortcut, is_local=True)

    def _build(self) -> None:
        pad = ems(self, 0.8)
        bar = QHBoxLayout()
        for action in self.actions():
            bar.addWidget(action_button(action))
        bar.addStretch(1)
        content = QWidget()
        layout = QVBoxLayout(content)
        layout.setContentsMargins(pad, pad, pad, pad)
        layout.addLayout(bar)
        layout.addWidget(self.tree, 1)
        layout.addWidget(muted(tr("Drag territories and regions onto a region, or choose them and put them into one.")))
        self._empty = EmptyState(
            "panel-territory",
            tr("There are no territories and no regions yet"),
            tr("Make territories on the map first, or begin with the regions."),
        )
        self._empty.offer(self.new)
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self._empty)
        self._stack.addWidget(content)

    # -- following -----------------------------------------------------------------------------------------------------

    def concerns(self, change: PlanChange) -> bool:
        delta = change.delta
        return (
            delta.is_full
            or bool(change.touched)
            or bool(delta.changed_rep_ids)
            or change.touches("region", "territory", "rep")
        )

    @property
    def regions(self) -> list[Region]:
        """Regions that are of the alignment in use, or of any."""
        if self.session is None:
            return []
        in_use = self.session.plan.alignment.alignment_id
        return [r for r in self.session.plan.regions if r.alignment_id in (None, in_use)]

    def refresh(self) -> None:
        session = self.session
        has_any = session is not None and bool(session.plan.territories or self.regions)
        self._stack.setCurrentIndex(int(has_any))
        if session is not None and has_any:
            n_accounts = [int(n) for n in session.totals.n_accounts]
            self.tree.show_plan(session.plan, self.regions, n_accounts, can_write=self.can_write)
        else:
            self.tree.clear()
        self._enable()

    def _enable(self) -> None:
        n_regions, n_territories = len(self.tree.of_kind(REGION)), len(self.tree.of_kind(TERRITORY))
        can = self.can_write
        self.new.setEnabled(can)
        self.edit.setEnabled(can and n_regions == 1 and not n_territories)
        self.put.setEnabled(can and n_regions + n_territories > 0 and bool(self.regions))
        self.show_on_map.setEnabled(n_regions + n_territories > 0)
        self.delete.setEnabled(can and n_regions > 0)

    # -- doing ---------------------------------------------------------------------------------------------------------

    def ask_new(self) -> None:
        """Ask what the new region is called."""
        session = self.session
        if session is None:
            return
        territories, chosen = self.tree.of_kind(TERRITORY), self.tree.of_kind(REGION)
        dialog = RegionDialog(
            session.plan, None, self, parent_id=chosen[0] if len(chosen) == 1 else None, n_territories=len(territories)
        )

        def save() -> UserError | None:
            return self.attempt(
                lambda plan: add_region(
                    plan,
                    dialog.name.text(),
                    manager=dialog.manager.text(),
                    parent_id=dialog.parent_id,
                    alignment_id=plan.alignment.alignment_id,
                    territory_ids=territories if dialog.with_territories.isChecked() else (),
                )
            )

        dialog.submit_with(save)
        dialog.open()

    def ask_edit(self) -> None:
        """Ask what the chosen region is called, and who manages it."""
        session, chosen = self.session, self.tree.of_kind(REGION)
        region = next((r for r in self.regions if chosen and r.region_id == chosen[0]), None)
        if session is None or region is None:
            return
        dialog = RegionDialog(session.plan, region, self)

        def save() -> UserError | None:
            return self.attempt(
                lambda plan: edit_region(
                    plan,
                    region.region_id,
                    name=dialog.name.text(),
                    manager=dialog.manager.text(),
                    parent_id=dialog.parent_id,
                )
            )

        dialog.submit_with(save)
        dialog.open()

    def ask_put(self) -> None:
        """Ask into which region the chosen ones go."""
        keys = self.tree.keys
        choices = [Choice(None, tr("in no region")), *(Choice(r.region_id, r.name) for r in self.regions)]
        dialog = ChooseDialog(
            tr("Put into a region"), tr("Into which region do they go?"), tr("&Put"), choices, None, self
        )
        dialog.submit_with(lambda: self._move(keys, dialog.key))
        dialog.open()

    def _moved(self, keys: Sequence[Key], region_id: int | None) -> None:
        error = self._move(keys, region_id)
        if error is not None:
            self.failed.emit(error)

    def _move(self, keys: Sequence[Key], region_id: int | None) -> UserError | None:
        """Put territories and regions into a region, in one step."""
        territories = [row_id for kind, row_id in keys if kind == TERRITORY]
        regions = [row_id for kind, row_id in keys if kind == REGION and row_id != region_id]
        if not territories and not regions:
            return None
        return self.attempt(lambda plan: assign_region(plan, territories, region_id, region_ids=regions))

    def delete_chosen(self) -> None:
        """Delete the chosen regions; undo brings them back."""
        chosen = self.tree.of_kind(REGION)
        if chosen:
            self.do(lambda plan: delete_regions(plan, chosen))

    def _show(self) -> None:
        session = self.session
        if session is None:
            return
        wanted = set(self.tree.of_kind(TERRITORY))
        for region_id in self.tree.of_kind(REGION):
            wanted |= set(territories_of_region(session.plan, region_id))
        ix = [i for i, t in enumerate(session.plan.territories) if t.territory_id in wanted]
        if len(wanted) == 1:
            self.selection.set_territory(next(iter(wanted)), ORIGIN)
        self.zoom_to_units(np.flatnonzero(np.isin(session.plan.unit_territory, ix)))
