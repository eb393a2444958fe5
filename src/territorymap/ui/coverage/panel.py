"""Gaps and conflicts between alignments: kinds, the list, why, and the mending; shown on the map as well.

Owns the panel and when it looks at the plan again; what is found and mended is session.coverage_issues'.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QAction, QShowEvent
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLabel,
    QSplitter,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from territorymap.i18n import money, number, tr
from territorymap.mapview import replies
from territorymap.metrics.coverage.findings import Finding, Holder
from territorymap.metrics.coverage.judging import joined
from territorymap.session.coverage_issues.mending import Mending
from territorymap.session.coverage_issues.reading import Look
from territorymap.session.coverage_issues.telling import FINDING_WIDTHS, changed_counts, finding_headers, finding_rows
from territorymap.session.registers import MANY
from territorymap.session.session import PlanChange
from territorymap.ui.coverage.finding_table import FindingTable
from territorymap.ui.coverage.kind_list import KindList
from territorymap.ui.coverage.looking import Looking
from territorymap.ui.coverage.mend_box import MendBox
from territorymap.ui.panels.panel import Panel
from territorymap.ui.parts.buttons import action_button
from territorymap.ui.parts.empty import EmptyState
from territorymap.ui.parts.list_export import ask_list_file, write_shown
from territorymap.ui.parts.scale import ems, lines
from territorymap.ui.selection import Ix, Selection

ORIGIN = "coverage_panel"
_SOON_MS = 120  # several edits in a row are looked at once
_MOST_MARKED = 20_000  # accounts that are sent to the map; beyond, their units are
_MOST_FOUND = 3_000  # lines that are searched for what is selected on the map


class CoveragePanel(Panel):
    """Follows every alignment while it is seen."""

    wanted = Signal()  # the panel should be seen
    marks_changed = Signal(dict)  # replies.coverage
    page_wanted = Signal(str)  # a page of the planning window
    said = Signal(str)

    def __init__(self, selection: Selection, parent: QWidget | None = None) -> None:
        super().__init__(selection, ORIGIN, parent)
        self.look: Look | None = None
        self._measure: str | None = None
        self._is_stale, self._is_seen, self._is_marking, self._is_following = True, False, False, False
        self.looking = Looking(self)
        self.looking.found.connect(self._catch_up)
        self.looking.failed.connect(self.failed)
        self._soon = QTimer(self, singleShot=True, interval=_SOON_MS)
        self._soon.timeout.connect(self._catch_up)
        self._make_actions()
        self._build()
        selection.accounts_changed.connect(lambda accounts, origin: self._selected(accounts, (), origin))
        selection.units_changed.connect(lambda units, origin: self._selected((), units, origin))
        self.session_replaced()

    # -- building ------------------------------------------------------------------------------------------------------

    def _make_actions(self) -> None:
        self.show_panel = self.make_action(
            "coverage_show",
            tr("&Conflicts and gaps"),
            tr("Show who is covered by nobody, twice, or against the rules between roles"),
            self.wanted.emit,
            icon="warning",
        )
        self.zoom = self.make_action(
            "coverage_zoom",
            tr("Show on the &map"),
            tr("Select the accounts and units of the chosen lines and fly to them"),
            self._go,
            icon="panel-zoom",
        )
        self.mark = self.make_action(
            "coverage_mark",
            tr("Mark on the map"),
            tr("Ring the accounts and hatch the units of this list on the map"),
            self._tell_map,
            icon="warning",
            is_checkable=True,
        )
        self.mark.setChecked(True)
        self.switch = self.make_action(
            "coverage_switch",
            tr("Switch to its &alignment"),
            tr("Show and edit the alignment that the chosen line is about"),
            self._switch,
            icon="alignment",
        )
        self.export = self.make_action(
            "coverage_export",
            tr("E&xport this list…"),
            tr("Write the shown list to a CSV or Excel file"),
            self._export,
            icon="export",
        )
        self.rules = self._page("rules", tr("Role &rules…"), tr("What two roles may do with one account"))
        self.deals = self._page("deals", tr("&Deals…"), tr("The register of deals"))
        self.handovers = self._page("handovers", tr("&Hand-overs…"), tr("Accounts that pass from role to role"))

    def _page(self, name: str, text: str, tip: str) -> QAction:
        return self.make_action(f"coverage_{name}", text, tip, lambda: self.page_wanted.emit(name), icon="panel-table")

    def _build(self) -> None:
        self.kinds = KindList()
        self.kinds.chosen.connect(lambda *_: self._show_list())
        self.table = FindingTable(lambda: self.look)
        self.table.chosen.connect(self._chosen_changed)
        self.table.opened.connect(lambda _: self._go())
        self.table.offer([self.zoom, self.switch, None, self.export])
        self.table.view.clicked.connect(lambda _: self._go())
        self.none = EmptyState("check", "", "")
        self.box = MendBox()
        self.box.wanted.connect(self._mend)
        middle = QWidget()
        self._list_stack = QStackedLayout(middle)
        self._list_stack.addWidget(self.table)
        self._list_stack.addWidget(self.none)
        self.splitter = QSplitter(Qt.Orientation.Vertical)
        self.splitter.setChildrenCollapsible(False)
        for widget, stretch in ((self.kinds, 4), (middle, 3), (self.box, 3)):
            self.splitter.addWidget(widget)
            self.splitter.setStretchFactor(self.splitter.count() - 1, stretch)
        self.splitter.setSizes([lines(self, 24), lines(self, 16), lines(self, 14)])
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(self._head())
        column.addWidget(self.splitter, 1)
        self.no_plan = EmptyState(
            "territories",
            tr("No plan is open"),
            tr("Open a plan to see who is covered by nobody, twice, or against the rules between roles."),
        )
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self.no_plan)
        self._stack.addWidget(content)

    def _head(self) -> QVBoxLayout:
        pad = ems(self, 0.6)
        head, first, second = QVBoxLayout(), QHBoxLayout(), QHBoxLayout()
        head.setContentsMargins(pad, pad, pad, pad)
        head.setSpacing(pad)
        self.summary = QLabel()
        self.summary.setTextFormat(Qt.TextFormat.PlainText)
        self.measure = QComboBox()
        self.measure.setAccessibleName(tr("Measure that counts as revenue"))
        self.measure.setToolTip(tr("The measure of accounts that is summed as revenue"))
        self.measure.activated.connect(self._measure_chosen)
        first.addWidget(self.summary, 1)
        first.addWidget(self.measure)
        for action in (self.mark, self.zoom, self.export):
            first.addWidget(action_button(action, Qt.ToolButtonStyle.ToolButtonIconOnly))
        for action in (self.rules, self.deals, self.handovers):
            second.addWidget(action_button(action))
        second.addStretch(1)
        head.addLayout(first)
        head.addLayout(second)
        return head

    # -- following -----------------------------------------------------------------------------------------------------

    def session_replaced(self) -> None:
        self.look, self._measure = None, None
        self.looking.forget()
        self._list_measures()
        self._stack.setCurrentIndex(int(self.session is not None))
        for action in (self.show_panel, self.rules, self.deals, self.handovers):
            action.setEnabled(self.session is not None)
        self.kinds.forget()
        self.box.show_findings(None, None, (), (), can_write=False)  # the former plan may go, seen or not
        self._stale()

    def plan_changed(self, change: PlanChange) -> None:
        if change.touches("measure") or change.delta.is_full:
            self._list_measures()
        if change.delta.is_full:
            self._let_go()
        self._stale()

    def _let_go(self) -> None:
        """Show nothing of the plan before: positions of accounts and territories may be others now."""
        if self.look is not None and len(self.look.deals) >= MANY:  # else it is looked at again in a blink
            self.look = None
            self.kinds.show_look(None)
            self._show_list()

    def set_seen(self, is_seen: bool) -> None:
        """Say whether the panel is in sight: one behind another's tab counts as visible for Qt, and is not."""
        self._is_seen = is_seen
        if is_seen:
            self._catch_up()
        self._tell_map()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._catch_up()

    def _stale(self) -> None:
        """Look again soon where the panel is seen, else when it will be."""
        self._is_stale = True
        if self._is_seen:
            self._soon.start()

    def _catch_up(self) -> None:
        self._soon.stop()
        if self._is_stale and self._is_seen:
            found = self.looking.ask(self.session, self._measure)
            self._is_stale = self.looking.is_under_way  # what is shown meanwhile is of the plan before
            if found is not None or self.look is None or self.session is None:
                self.look = found
                self.kinds.show_look(self.look)
                self._show_list()
            if self._is_stale:
                self._say_looking()

    def _say_looking(self) -> None:
        self.summary.setText(tr("Looking…"))
        if self.look is None:
            self.none.say(tr("Looking…"), tr("There are many deals: they are compared with who covers what."))

    def refresh_now(self) -> None:
        """Look at the plan as it is, without waiting for the next moment of rest."""
        self._catch_up()

    def _list_measures(self) -> None:
        self.measure.clear()
        own = [m for m in self.session.plan.measures if m.source == "account"] if self.session is not None else []
        for measure in own:
            self.measure.addItem(measure.name, measure.name)
        self.measure.setVisible(len(own) > 1)

    def _measure_chosen(self) -> None:
        self._measure = self.measure.currentData()
        self._stale()

    # -- the list ------------------------------------------------------------------------------------------------------

    @property
    def findings(self) -> list[Finding]:
        """Those of the chosen kind or cause."""
        if self.look is None:
            return []
        kind, cause = self.kinds.choice
        return self.look.judgement.by_cause[kind, cause] if cause else self.look.judgement.of_kind(kind)

    def _show_list(self) -> None:
        findings = self.findings
        self.table.show_records(findings)  # tells what is chosen now
        self._list_stack.setCurrentIndex(0 if findings else 1)
        if not findings:
            self._say_nothing()
        self._say_summary()
        if self.look is not None and self.look.measure is not None:
            self.measure.setCurrentIndex(self.measure.findData(self.look.measure.name))

    def _say_nothing(self) -> None:
        kind, _ = self.kinds.choice
        n = len(self.look.coverages) if self.look is not None else 0
        hint = ""
        if kind in ("overlap", "horizontal", "vertical", "multichannel") and n < 2:
            hint = tr("The plan has one alignment. Make others in Coverage, Alignments: field, inside, partners ...")
        elif kind == "deal" and self.look is not None and not self.look.deals:
            hint = tr("No deal is registered. Register or import them in Coverage, Deals.")
        elif kind == "handover":
            hint = tr("An account passes on when a deal of a role that hands over is open or won; see the rules.")
        self.none.say(tr("Nothing found"), hint or tr("There is no conflict of this kind."))

    def _say_summary(self) -> None:
        if self.look is None:
            self.summary.setText("")
            return
        total = self.look.judgement.sums["", ""]
        self.summary.setText(
            tr(
                "{n} findings, {accounts} accounts, {revenue}",
                n=number(total.findings),
                accounts=number(total.accounts),
                revenue=money(total.revenue, self.look.plan.info.currency),
            )
            if total.findings
            else tr("No gap and no conflict.")
        )

    def _chosen_changed(self) -> None:
        self.box.show_findings(self.session, self.look, self.table.selected, self.findings, can_write=self.can_write)
        self.zoom.setEnabled(bool(self.table.selected))
        self.switch.setEnabled(self._other_holder() is not None)
        self.export.setEnabled(bool(self.findings))
        self._tell_map()

    # -- the map -------------------------------------------------------------------------------------------------------

    def _tell_map(self) -> None:
        if not (self._is_seen and self.mark.isChecked()) or self.look is None:
            if self._is_marking:
                self._is_marking = False
                self.marks_changed.emit(replies.coverage())
            return
        self._is_marking = True
        findings, chosen = self.findings, self.table.selected
        units, accounts = _parts(findings)
        chosen_units, chosen_accounts = _parts(chosen)
        self.marks_changed.emit(
            replies.coverage(
                units.tolist(), accounts.tolist(), chosen_units.tolist(), chosen_accounts[:_MOST_MARKED].tolist()
            )
        )

    def _go(self) -> None:
        """Select what the chosen lines are about, and fly there."""
        chosen = self.table.selected
        if self.session is None or not chosen:
            return
        accounts = joined([finding.accounts for finding in chosen])
        units = joined([finding.units for finding in chosen])
        self._is_following = True
        try:
            self.selection.set_accounts(accounts.astype(np.int32), ORIGIN)
            self.selection.set_units((units[:0] if len(accounts) else units).astype(np.int32), ORIGIN)
        finally:
            self._is_following = False
        if len(units):
            self.zoom_to_units(units)
        else:
            self.zoom_to_accounts(accounts)

    def _other_holder(self) -> Holder | None:
        """Return a holder of the first chosen line in an alignment that is not in use."""
        chosen = self.table.selected
        if self.session is None or self.look is None or not chosen:
            return None
        in_use, sides = self.session.plan.alignment.alignment_id, self.look.now.sides
        return next((h for h in chosen[0].holders if sides[h[0]].alignment_id != in_use), None)

    def _switch(self) -> None:
        """Use the alignment of the chosen line, and select its territory there."""
        holder = self._other_holder()
        if self.session is None or self.look is None or holder is None:
            return
        territory = self.look.territory(holder)
        self.session.switch_alignment(self.look.now.sides[holder[0]].alignment_id, ORIGIN)
        if territory is not None:
            self.selection.set_territory(territory.territory_id, ORIGIN)
        self._go()

    def _selected(self, accounts: Ix | Sequence[int], units: Ix | Sequence[int], origin: str) -> None:
        """Choose the lines about what was picked on the map or in another list."""
        if origin == ORIGIN or self._is_following or not self._is_seen or len(accounts) + len(units) == 0:
            return
        findings = self.findings[:_MOST_FOUND]
        if len(accounts):
            keys = [f.key for f in findings if np.isin(f.accounts, accounts).any()]
        else:
            keys = [f.key for f in findings if np.isin(f.units, units).any()]
        if keys:
            self.table.select(keys)

    # -- doing ---------------------------------------------------------------------------------------------------------

    def _mend(self, mending: Mending) -> None:
        if self._is_stale:  # what was foretold is of the plan before the last step
            self._catch_up()
            self.said.emit(tr("The plan has changed meanwhile. Look at what would happen now, and press Mend again."))
            return
        before = self.look
        if self.do(mending.build):
            self._catch_up()
            done = tr("Done: {sentence}", sentence=mending.label)
            if before is not None and self.look is not None and not self._is_stale:
                done = " · ".join((done, *changed_counts(before, self.look)))  # one line, as the status bar has it
            self.said.emit(done)

    def _export(self) -> None:
        if self.look is None:
            return
        path = ask_list_file(self, tr("Export this list"), tr("conflicts.xlsx"))
        if path is not None:
            self.write_list(path)

    def write_list(self, path: Path) -> None:
        """Write the shown list to a file; a refusal goes out through ``failed``."""
        assert self.look is not None
        rows = finding_rows(self.look, self.findings)
        write_shown(self, path, tr("Conflicts"), finding_headers(), rows, FINDING_WIDTHS)


def _parts(findings: Sequence[Finding]) -> tuple[Ix, Ix]:
    """Return units to hatch and accounts to ring; of very many accounts the units are hatched instead."""
    accounts = joined([finding.accounts for finding in findings])
    grounds = [finding.units for finding in findings if not len(finding.accounts) or finding.cause == "unassigned"]
    if len(accounts) > _MOST_MARKED:
        grounds, accounts = [finding.units for finding in findings], accounts[:0]
    return joined(grounds).astype(np.int32), accounts.astype(np.int32)
