"""The page of hand-overs: accounts that pass from one role to another, from whom, to whom, and when.

Owns table, filter and commands; who passes on is metrics.coverage's, the step session.coverage_issues'.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLabel,
    QStackedLayout,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from territorymap.i18n import money, ntr, tr, tr_as
from territorymap.metrics.coverage.findings import Finding
from territorymap.metrics.coverage.handover import DONE, DUE, STATES, STAYS, HandOver
from territorymap.session.coverage_issues.mending import mendings
from territorymap.session.coverage_issues.naming import account_name, day_text, deal_title
from territorymap.session.coverage_issues.reading import Look
from territorymap.session.coverage_issues.reasons import why_passes
from territorymap.session.coverage_issues.telling import (
    HANDOVER_WIDTHS,
    handover_cells,
    handover_headers,
    lead_name,
    state_label,
    territory_name,
)
from territorymap.ui.coverage.looking import Looking
from territorymap.ui.parts.empty import EmptyState
from territorymap.ui.parts.list_export import ask_list_file, write_shown
from territorymap.ui.parts.record_table import RecordColumn, RecordTable
from territorymap.ui.parts.scale import ems
from territorymap.ui.planning.page import PlanningPage
from territorymap.ui.selection import Selection

_LOOKING = 2  # after the empty state and the table
ORIGIN = "handovers"
_ALL, _PASSING = "all", "passing"
_MOST_LINES = 5  # of what a hand-over would do


class HandoverPage(PlanningPage):
    """The hand-over list."""

    def __init__(self, selection: Selection, parent: QWidget | None = None) -> None:
        super().__init__(selection, ORIGIN, parent)
        self.look: Look | None = None
        self.looking = Looking(self)
        self.looking.found.connect(self.refresh_now)
        self.looking.failed.connect(self.failed)
        self.hand_over = self.make_action(
            "handovers_do",
            tr("&Hand over"),
            tr("Let the chosen accounts that are due pass on now, as one step"),
            self._hand_over,
            icon="check",
        )
        self.zoom = self.make_action(
            "handovers_zoom",
            tr("Show on the &map"),
            tr("Select the chosen accounts and fly to them"),
            self._go,
            icon="panel-zoom",
        )
        self.save = self.make_action(
            "handovers_export",
            tr("E&xport…"),
            tr("Write the shown list to a CSV or Excel file"),
            self._export,
            icon="export",
        )
        self._build()
        self.session_replaced()

    def _build(self) -> None:
        self.state = QComboBox()
        self.state.setAccessibleName(tr_as("condition", "State"))
        self.state.addItem(tr("Due, coming and done"), _PASSING)
        for state in STATES:
            self.state.addItem(state_label(state), state)
        self.state.addItem(tr("All, those that stay too"), _ALL)
        self.state.currentIndexChanged.connect(lambda _: self._show())
        self.count, self.effect = QLabel(), QLabel()
        self.count.setProperty("role", "muted")
        self.effect.setWordWrap(True)
        self.effect.setTextFormat(Qt.TextFormat.PlainText)
        self.effect.setProperty("role", "muted")
        pad = ems(self, 0.8)
        self.effect.setContentsMargins(pad, pad, pad, pad)
        self.table: RecordTable[HandOver] = RecordTable(
            self._columns(), lambda one: (one.account, one.giver, one.taker), tr("Hand-overs")
        )
        self.table.opened.connect(lambda _: self._go())
        self.table.chosen.connect(self._chosen_changed)
        self.table.offer([self.hand_over, self.zoom])
        self.empty = EmptyState(
            "panel-change-rep",
            tr("No account passes on"),
            tr(
                "An account passes from new business to account management when a deal on it is won. Register deals, "
                "give the alignments these roles, or say in the rules which roles hand over."
            ),
        )
        bar = QHBoxLayout()
        bar.setContentsMargins(pad, pad, pad, pad)
        for action in (self.hand_over, self.zoom, self.save):
            button = QToolButton()
            button.setDefaultAction(action)
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
            button.setAutoRaise(True)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            bar.addWidget(button)
        bar.addStretch(1)
        bar.addWidget(self.count)
        bar.addSpacing(pad)
        bar.addWidget(self.state)
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(bar)
        column.addWidget(self.table, 1)
        column.addWidget(self.effect)
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self.empty)
        self._stack.addWidget(content)
        self._stack.addWidget(
            EmptyState("find", tr("Looking…"), tr("There are many deals: they are compared with who covers what."))
        )

    def _columns(self) -> list[RecordColumn[HandOver]]:
        def of(read: Callable[[Look, HandOver], str]) -> Callable[[HandOver], str]:
            return lambda one: read(self.look, one) if self.look is not None else ""

        def text(
            key: str, title: str, tip: str, read: Callable[[Look, HandOver], str], priority: int, most: float = 24
        ) -> RecordColumn[HandOver]:
            return RecordColumn(key, title, tip, of(read), priority=priority, most_ems=most)

        return [
            text("account", tr("Account"), tr("The account"), lambda k, o: account_name(k.plan, o.account), 0, 0),
            RecordColumn(
                "state",
                tr_as("condition", "State"),
                tr(
                    "Due: the deal is won. Coming: a deal is open. Done: the account has passed on. Stays: the scope "
                    "of the role that would take it does not cover it."
                ),
                lambda o: state_label(o.state),
                order=lambda o: STATES.index(o.state),
                ink=lambda o: "danger" if o.state == "due" else "",
                priority=1,
            ),
            text("from", tr("From"), tr("Who hands over"), lambda k, o: lead_name(k, o.giver), 1),
            text("from_territory", tr("Territory"), tr("Where it is"), lambda k, o: territory_name(k, o.giver), 5),
            text(
                "to",
                tr("To"),
                tr("Who takes over"),
                lambda k, o: lead_name(k, o.taker) if o.state != STAYS else "",
                1,
            ),
            text("to_territory", tr("New territory"), tr("Where it goes"), lambda k, o: territory_name(k, o.taker), 5),
            RecordColumn(
                "day",
                tr("Day"),
                tr("Day of close, or when it is expected"),
                lambda o: day_text(o.day),
                order=lambda o: o.day or None,
                priority=2,
            ),
            text("deal", tr("Deal"), tr("The deal"), lambda k, o: deal_title(k, k.deals[o.deal]), 4),
            RecordColumn(
                "amount",
                tr("Amount"),
                tr("Amount of the deal"),
                of(lambda k, o: money(k.deals[o.deal].amount, k.plan.info.currency)),
                order=lambda o: self.look.deals[o.deal].amount if self.look is not None else None,
                is_number=True,
                priority=3,
            ),
            text("why", tr("Why"), tr("Why it passes on, or stays"), lambda k, o: why_passes(k, o), 3, 30),
        ]

    # -- following -----------------------------------------------------------------------------------------------------

    def session_replaced(self) -> None:
        self.look = None
        self.looking.forget()
        super().session_replaced()

    def refresh(self) -> None:
        found = self.looking.ask(self.session)
        if found is None and self.looking.is_under_way:
            self._is_stale = True  # what is shown meanwhile is of the plan before
            self.count.setText(tr("Looking…"))
            if self.look is None:
                self._stack.setCurrentIndex(_LOOKING)
            return
        self.look = found
        self._stack.setCurrentIndex(int(self.look is not None and bool(self.look.judgement.handovers)))
        self._show()

    def _show(self) -> None:
        every = self.look.judgement.handovers if self.look is not None else []
        state = self.state.currentData()
        shown = [one for one in every if state in (_ALL, one.state) or (state == _PASSING and one.state != STAYS)]
        self.table.show_records(shown)  # tells what is chosen now
        due, stays = (sum(one.state == state for one in every) for state in (DUE, STAYS))
        texts = (
            ntr("{n} account", "{n} accounts", len(shown)),
            ntr("{n} is due", "{n} are due", due) if due else "",
            ntr("{n} stays", "{n} stay", stays) if stays else "",
        )
        self.count.setText(" · ".join(text for text in texts if text))

    def _due(self) -> list[Finding]:
        """Return the findings of the chosen accounts that are due; of all where none is chosen."""
        if self.look is None:
            return []
        chosen = {one.account for one in self.table.selected}
        due = self.look.judgement.by_cause["handover", "due"]
        return [finding for finding in due if not chosen or int(finding.accounts[0]) in chosen]

    def _chosen_changed(self) -> None:
        due = self._due()
        ways = mendings(self.session, self.look, due) if self.session is not None and self.look is not None else []
        self.hand_over.setEnabled(self.can_write and bool(ways))
        n = ntr("&Hand over {n} account", "&Hand over {n} accounts", len(due))
        self.hand_over.setText(n if due else tr("&Hand over"))
        # The table names the accounts already: what stands here is how they pass on.
        lines = list(ways[0].effect[:_MOST_LINES]) if ways else []
        chosen = self.table.selected
        if self.look is not None and len(chosen) == 1 and chosen[0].state not in (DUE, DONE):
            lines = [why_passes(self.look, chosen[0])]
        self.effect.setText("\n".join(lines))
        self.effect.setVisible(bool(lines))
        self.zoom.setEnabled(bool(self.table.selected))
        self.save.setEnabled(bool(self.table.model.rows))

    # -- doing ---------------------------------------------------------------------------------------------------------

    def _hand_over(self) -> None:
        if self._is_stale:
            self.refresh_now()
            self.said.emit(tr("The plan has changed meanwhile. Look at the list, and hand over again."))
            return
        if self.session is None or self.look is None:
            return
        ways = mendings(self.session, self.look, self._due())
        if ways and self.do(ways[0].build):
            self.said.emit(tr("Done: {sentence}", sentence=ways[0].label))
            self.refresh_now()

    def _go(self) -> None:
        accounts = np.array(sorted({one.account for one in self.table.selected}), dtype=np.int32)
        if len(accounts):
            self.selection.set_accounts(accounts, ORIGIN)
            self.zoom_to_accounts(accounts)

    def _export(self) -> None:
        path = ask_list_file(self, tr("Export hand-overs"), tr("hand-overs.xlsx"))
        if path is not None:
            self.write(path)

    def write(self, path: Path) -> None:
        """Write the shown list to a file; a refusal goes out through ``failed``."""
        assert self.look is not None
        look, shown = self.look, self.table.model.rows
        rows = (handover_cells(look, one) for one in shown)
        write_shown(self, path, tr("Hand-overs"), handover_headers(), rows, HANDOVER_WIDTHS)
