"""Chooses what to take over from another scenario: whole territories, or single changes, by check boxes.

Owns the list of what differs; the command is given.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QWidget,
)

from territorymap.i18n import listed, ntr, number, tr
from territorymap.model.plan import Plan
from territorymap.model.records import Scenario, Territory
from territorymap.model.variant import Variant
from territorymap.session.commands.scenarios import Taken
from territorymap.session.differences import NOBODY, Differences, TerritoryDifference, find_differences
from territorymap.ui import icons
from territorymap.ui.dialogs.form import FormDialog, muted
from territorymap.ui.parts.scale import ems, lines
from territorymap.ui.parts.words import plain_tip
from territorymap.ui.scenarios.dialog import chip_color

_KIND = Qt.ItemDataRole.UserRole + 1  # "territory" | "record" | "units" | "accounts" | "unit" | "account"
_IX = Qt.ItemDataRole.UserRole + 2  # (n,) positions, or the territory_id
MOST_SINGLE = 2000  # units or accounts that are listed one by one
Ix = NDArray[np.int64]


class TakeOverDialog(FormDialog):
    """What differs between the scenario in use (mine) and another (theirs); ``chosen`` after OK."""

    def __init__(
        self,
        plan: Plan,
        mine: Variant,
        variant_of: Callable[[int], Variant],
        source: int | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(tr("Take over from another scenario"), tr("&Take over"), parent, width_ems=80)
        self._plan, self._mine, self._variant_of = plan, mine, variant_of
        self.form.addRow(
            muted(
                tr(
                    "Check what {name} shall have as the other scenario has it. A whole territory, or only some of its "
                    "units and accounts. It is one step; undo takes it back.",
                    name=plan.scenario.name,
                )
            )
        )
        self.source = QComboBox()
        for scenario in plan.scenarios:
            if scenario.scenario_id != plan.scenario.scenario_id:
                self.source.addItem(icons.swatch_icon(chip_color(scenario)), scenario.name, scenario.scenario_id)
        self.source.setCurrentIndex(max(0, self.source.findData(source)))
        self.form.addRow(tr("&From"), self.source)
        self.search = QLineEdit(clearButtonEnabled=True)
        self.search.setPlaceholderText(tr("Find a territory, unit or account"))
        self.search.setAccessibleName(tr("Find in the list"))
        self.tree = self._make_tree()
        self.insert(self._tools())
        self.insert(self.tree)
        self.body.setStretchFactor(self.tree, 1)
        self.source.currentIndexChanged.connect(self._show_source)
        self.tree.itemChanged.connect(self._changed)
        self.tree.itemExpanded.connect(self._fill)
        self.search.textChanged.connect(self._filter)
        self._show_source()
        self.tree.setFocus()

    def _make_tree(self) -> QTreeWidget:
        tree = QTreeWidget()
        tree.setHeaderLabels([tr("What differs"), tr("Here"), tr("There")])
        tree.setColumnWidth(0, ems(self, 38))
        tree.setColumnWidth(1, ems(self, 20))
        tree.setAlternatingRowColors(True)
        tree.setUniformRowHeights(True)
        tree.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        tree.setMinimumHeight(lines(self, 18))
        tree.setAccessibleName(tr("What differs"))
        return tree

    def _tools(self) -> QHBoxLayout:
        row = QHBoxLayout()
        self.everything = QPushButton(tr("&All"))
        self.nothing = QPushButton(tr("&None"))
        for button, state in ((self.everything, Qt.CheckState.Checked), (self.nothing, Qt.CheckState.Unchecked)):
            button.setAutoDefault(False)
            button.clicked.connect(lambda _checked=False, state=state: self._check_all(state))
        self.count = QLabel()
        self.count.setProperty("role", "muted")
        row.addWidget(self.search, 1)
        row.addWidget(self.everything)
        row.addWidget(self.nothing)
        row.addWidget(self.count)
        return row

    # -- the list --------------------------------------------------------------------------------------------------

    @property
    def scenario(self) -> Scenario:
        """The scenario that things are taken from."""
        wanted = int(self.source.currentData())
        return next(s for s in self._plan.scenarios if s.scenario_id == wanted)

    def _show_source(self) -> None:
        self.theirs = self._variant_of(int(self.source.currentData()))
        self.differences = find_differences(self._mine, self.theirs)
        self.tree.blockSignals(True)
        self.tree.clear()
        for territory_id in self._territories(self.differences):
            self._add_territory(territory_id)
        self.tree.blockSignals(False)
        if not self.differences.n:
            nothing = QTreeWidgetItem([tr("Nothing differs."), "", ""])
            nothing.setFlags(Qt.ItemFlag.ItemIsEnabled)
            self.tree.addTopLevelItem(nothing)
        self._show_count()

    def _territories(self, d: Differences) -> list[int]:
        """The territories that something is about: they have it here or there; in the order of their names."""
        ids = {t.territory_id for t in d.territories}
        for holders in (d.unit_mine, d.unit_theirs, d.account_mine, d.account_theirs):
            ids.update(holders.tolist())
        ids -= {NOBODY} - set(d.unit_theirs.tolist()) - set(d.account_theirs.tolist())
        return sorted(ids, key=lambda i: (i == NOBODY, self._name(i).casefold()))

    def _record(self, territory_id: int) -> Territory | None:
        every = [*self.theirs.territories, *self._mine.territories]
        return next((t for t in every if t.territory_id == territory_id), None)

    def _name(self, territory_id: int) -> str:
        record = self._record(territory_id)
        return record.name if record is not None else tr("Unassigned")

    def _add_territory(self, territory_id: int) -> None:
        d = self.differences
        record = next((t for t in d.territories if t.territory_id == territory_id), None)
        units = d.unit_ix[d.unit_theirs == territory_id]
        accounts = d.account_ix[d.account_theirs == territory_id]
        parts = [ntr("{n} unit", "{n} units", len(units))] if len(units) else []
        parts += [ntr("{n} account", "{n} accounts", len(accounts))] if len(accounts) else []
        top = self._item(None, "territory", territory_id, self._name(territory_id), "", listed(parts))
        known = self._record(territory_id)
        top.setIcon(0, icons.swatch_icon(known.color if known is not None else None))
        if record is not None:
            self._item(top, "record", territory_id, *self._record_texts(record))
        if len(units):
            self._group(top, "units", units, ntr("{n} unit it has there", "{n} units it has there", len(units)))
        self._add_leaving(top, territory_id)
        if len(accounts):
            text = (
                ntr("{n} account no more given by name", "{n} accounts no more given by name", len(accounts))
                if territory_id == NOBODY
                else ntr("{n} account given to it by name", "{n} accounts given to it by name", len(accounts))
            )
            self._group(top, "accounts", accounts, text)

    def _add_leaving(self, top: QTreeWidgetItem, territory_id: int) -> None:
        """List what the territory has here and not there: without it a territory taken over whole would be too large.

        The same stands with whoever has it there; it counts once.
        """
        d = self.differences
        if territory_id == NOBODY:
            return
        units = d.unit_ix[d.unit_mine == territory_id]
        if len(units):
            self._group(top, "units", units, ntr("{n} unit it gives away", "{n} units it gives away", len(units)))
        accounts = d.account_ix[d.account_mine == territory_id]
        if len(accounts):
            text = ntr("{n} account by name it gives away", "{n} accounts by name it gives away", len(accounts))
            self._group(top, "accounts", accounts, text)

    def _record_texts(self, record: TerritoryDifference) -> tuple[str, str, str]:
        if record.mine is None:
            return tr("The territory itself"), tr("is not here"), tr("is there")
        if record.theirs is None:
            return tr("The territory itself"), tr("is here"), tr("is not there: taken out")
        words = {
            "name": tr("name"),
            "color": tr("colour"),
            "rep_id": tr("rep"),
            "region_id": tr("region"),
            "locked": tr("lock"),
        }
        what = listed(words[name] for name in record.fields)
        here, there = (self._told(t, record.fields) for t in (record.mine, record.theirs))
        return tr("Its {fields}", fields=what), here, there

    def _told(self, territory: Territory, fields: Sequence[str]) -> str:
        rep = self._plan.rep(territory.rep_id)
        region = next((r.name for r in self._plan.regions if r.region_id == territory.region_id), tr("none"))
        told = {
            "name": territory.name,
            "color": territory.color,
            "rep_id": rep.name if rep is not None else tr("vacant"),
            "region_id": region,
            "locked": tr("locked") if territory.locked else tr("not locked"),
        }
        return listed(told[name] for name in fields)

    def _group(self, top: QTreeWidgetItem, kind: str, ix: Ix, text: str) -> None:
        group = self._item(top, kind, ix, text, "", "")
        if len(ix) <= MOST_SINGLE:
            # Filled when it is opened: until then the group goes as a whole.
            group.setChildIndicatorPolicy(QTreeWidgetItem.ChildIndicatorPolicy.ShowIndicator)

    def _fill(self, group: QTreeWidgetItem) -> None:
        kind = group.data(0, _KIND)
        if kind not in ("units", "accounts") or group.childCount():
            return
        plan, d = self._plan, self.differences
        self.tree.blockSignals(True)
        of_units = kind == "units"
        every, mine, theirs = (
            (d.unit_ix, d.unit_mine, d.unit_theirs) if of_units else (d.account_ix, d.account_mine, d.account_theirs)
        )
        ix: Ix = group.data(0, _IX)
        for at in np.searchsorted(every, ix).tolist():
            i = int(every[at])
            if of_units:
                name = tr("{name} ({code})", name=plan.units.name[i], code=plan.units.code[i])
            else:
                name = str(plan.accounts.name[i] or plan.accounts.key[i])
            self._item(
                group, "unit" if of_units else "account", i, name, self._owner(mine[at], of_units),
                self._owner(theirs[at], of_units), group.checkState(0),
            )  # fmt: skip
        self.tree.blockSignals(False)

    def _owner(self, territory_id: int, of_units: bool) -> str:
        if territory_id != NOBODY:
            return self._name(int(territory_id))
        return tr("unassigned") if of_units else tr("not by name")

    def _item(
        self,
        parent: QTreeWidgetItem | None,
        kind: str,
        ix: object,
        text: str,
        here: str,
        there: str,
        state: Qt.CheckState = Qt.CheckState.Unchecked,
    ) -> QTreeWidgetItem:
        item = QTreeWidgetItem([text, here, there])
        item.setData(0, _KIND, kind)
        item.setData(0, _IX, ix)
        item.setCheckState(0, state)
        for column in range(3):
            item.setToolTip(column, plain_tip(item.text(column)))
        if parent is None:
            self.tree.addTopLevelItem(item)
        else:
            parent.addChild(item)
        return item

    def _filter(self, text: str) -> None:
        """Show the territories of that name, and those with such a unit or account."""
        words = text.casefold().split()
        for at in range(self.tree.topLevelItemCount()):
            top = self.tree.topLevelItem(at)
            assert top is not None
            for child in _children(top) if words else ():
                self._fill(child)
            top.setHidden(bool(words) and not _holds(top, words))

    # -- check boxes -----------------------------------------------------------------------------------------------

    def _check_all(self, state: Qt.CheckState) -> None:
        for at in range(self.tree.topLevelItemCount()):
            top = self.tree.topLevelItem(at)
            if top is not None and not top.isHidden() and top.data(0, _KIND):
                top.setCheckState(0, state)

    def _changed(self, item: QTreeWidgetItem) -> None:
        self.tree.blockSignals(True)
        _spread(item)
        parent = item.parent()
        while parent is not None:
            states = {child.checkState(0) for child in _children(parent)}
            parent.setCheckState(0, states.pop() if len(states) == 1 else Qt.CheckState.PartiallyChecked)
            parent = parent.parent()
        self.tree.blockSignals(False)
        self._show_count()

    def _show_count(self) -> None:
        taken = self.chosen
        n = len(taken.territory_ids) + len(taken.unit_ix) + len(taken.account_ix)
        self.count.setText(tr("{n} of {all} chosen", n=number(n), all=number(self.differences.n)))
        self.ok.setEnabled(n > 0)

    @property
    def chosen(self) -> Taken:
        """What is to be taken over."""
        territories: list[int] = []
        units: list[Ix] = [np.empty(0, dtype=np.int64)]
        accounts: list[Ix] = [np.empty(0, dtype=np.int64)]

        def walk(item: QTreeWidgetItem) -> None:
            kind, ix = item.data(0, _KIND), item.data(0, _IX)
            if kind is None or item.checkState(0) == Qt.CheckState.Unchecked:
                return
            if item.childCount():
                for child in _children(item):
                    walk(child)
            elif kind == "record":
                territories.append(int(ix))
            elif kind in ("units", "unit"):
                units.append(np.atleast_1d(np.asarray(ix, dtype=np.int64)))
            elif kind in ("accounts", "account"):
                accounts.append(np.atleast_1d(np.asarray(ix, dtype=np.int64)))

        for at in range(self.tree.topLevelItemCount()):
            top = self.tree.topLevelItem(at)
            if top is not None:
                walk(top)
        return Taken(np.unique(np.concatenate(units)), np.unique(np.concatenate(accounts)), territories)


def _spread(item: QTreeWidgetItem) -> None:
    """Give the state of an item to all below it."""
    for child in _children(item):
        child.setCheckState(0, item.checkState(0))
        _spread(child)


def _children(item: QTreeWidgetItem) -> list[QTreeWidgetItem]:
    found = (item.child(i) for i in range(item.childCount()))
    return [child for child in found if child is not None]


def _holds(item: QTreeWidgetItem, words: Sequence[str]) -> bool:
    text = " ".join(item.text(column) for column in range(3)).casefold()
    if all(word in text for word in words):
        return True
    return any(_holds(child, words) for child in _children(item))
