"""The page of deals: the register as a table, with the conflicts of each by the first-come and the territory rule.

Owns table, filter and commands; rules are metrics.coverage's, steps session.commands.deals'.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QStackedLayout,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from territorymap.errors import UserError
from territorymap.i18n import money, ntr, tr
from territorymap.model.coverage import Deal
from territorymap.model.plan import Plan
from territorymap.session.commands.deals import close_deals, delete_deals, edit_deal, register_deal
from territorymap.session.coverage_issues.reading import Look
from territorymap.session.coverage_issues.telling import DEAL_WIDTHS, deal_cells, deal_headers
from territorymap.session.session import Command, PlanChange
from territorymap.ui.coverage.looking import Looking
from territorymap.ui.deals.deal_table import (
    ALL,
    CLOSED,
    IN_CONFLICT,
    OPEN,
    DealRow,
    deal_columns,
    fits,
    rows_of,
    rules_of,
)
from territorymap.ui.deals.dialog import DealDialog
from territorymap.ui.parts.empty import EmptyState
from territorymap.ui.parts.list_export import ask_list_file, write_shown
from territorymap.ui.parts.record_table import RecordTable
from territorymap.ui.parts.scale import ems
from territorymap.ui.planning.page import PlanningPage
from territorymap.ui.selection import Selection

ORIGIN = "deals"
_LOOKING = 2  # after the empty state and the table


class DealsPage(PlanningPage):
    """The deal register."""

    def __init__(self, selection: Selection, parent: QWidget | None = None) -> None:
        super().__init__(selection, ORIGIN, parent)
        self.look: Look | None = None
        self._rows: list[DealRow] = []
        self.looking = Looking(self, rows_of)
        self.looking.found.connect(self.refresh_now)
        self.looking.failed.connect(self.failed)
        self._make_actions()
        self._build()
        self.session_replaced()

    # -- building ------------------------------------------------------------------------------------------------------

    def _make_actions(self) -> None:
        action = self.make_action
        self.register = action(
            "deals_register",
            tr("&Register…"),
            tr("Register a deal; on the selected account, if one is selected"),
            self.ask_new,
            shortcut="Ctrl+N",
            icon="panel-new",
            is_local=True,
        )
        self.edit = action("deals_edit", tr("&Edit…"), tr("Edit the chosen deal"), self.ask_edit, icon="panel-edit")
        self.win = action(
            "deals_win",
            tr("&Won"),
            tr("Close the chosen deals as won, today"),
            lambda: self._close("won", tr("won")),
            icon="check",
        )
        self.lose = action(
            "deals_lose",
            tr("&Lost"),
            tr("Close the chosen deals as lost, today"),
            lambda: self._close("lost", tr("lost")),
            icon="panel-clear",
        )
        self.delete = action(
            "deals_delete",
            tr("&Delete"),
            tr("Take the chosen deals out of the register"),
            self._delete,
            shortcut="Del",
            icon="panel-delete",
            is_local=True,
        )
        self.zoom = action(
            "deals_zoom",
            tr("Show on the &map"),
            tr("Select the accounts of the chosen deals and fly to them"),
            self._go,
            icon="panel-zoom",
        )
        self.load = action(
            "deals_import", tr("&Import…"), tr("Register the deals of a list"), self.ask_import, icon="import"
        )
        self.save = action(
            "deals_export",
            tr("E&xport…"),
            tr("Write the shown deals to a CSV or Excel file"),
            self._export,
            icon="export",
        )

    def _build(self) -> None:
        self.filter = QLineEdit()
        self.filter.setPlaceholderText(tr("Filter by deal, account, rep or partner"))
        self.filter.setClearButtonEnabled(True)
        self.filter.setAccessibleName(tr("Filter"))
        self.filter.textChanged.connect(lambda _: self._show())
        self.which = QComboBox()
        self.which.setAccessibleName(tr("Which deals"))
        for text, key in (
            (tr("All deals"), ALL),
            (tr("Open"), OPEN),
            (tr("Closed"), CLOSED),
            (tr("In conflict"), IN_CONFLICT),
        ):
            self.which.addItem(text, key)
        self.which.currentIndexChanged.connect(lambda _: self._show())
        self.count = QLabel()
        self.count.setProperty("role", "muted")
        self.table: RecordTable[DealRow] = RecordTable(
            deal_columns(lambda: self.look), lambda row: row.deal.row_id, tr("Deals")
        )
        self.table.opened.connect(lambda _: self.ask_edit())
        self.table.chosen.connect(self._chosen_changed)
        self.table.offer([self.edit, self.win, self.lose, None, self.zoom, None, self.delete])
        self.rules = QLabel()
        self.rules.setWordWrap(True)
        self.rules.setTextFormat(Qt.TextFormat.PlainText)
        self.rules.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.rules.setAccessibleName(tr("First-come and territory rule of the chosen deal"))
        pad = ems(self, 0.8)
        self.rules.setContentsMargins(pad, pad, pad, pad)
        self.empty = EmptyState(
            "panel-table",
            tr("No deal is registered"),
            tr(
                "Reps and partners register who works on which account. Register a deal here, or import the list of "
                "your CRM; second registrations and deals outside a territory are shown at once."
            ),
        )
        self.empty.offer(self.register)
        self.empty.offer(self.load)
        self.nothing = EmptyState("find", tr("No deal fits"), tr("Clear the filter to see all of them."))
        holder = QWidget()
        self._tables = QStackedLayout(holder)
        self._tables.addWidget(self.table)
        self._tables.addWidget(self.nothing)
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(self._bar((self.register, self.edit, self.win, self.lose, self.zoom, self.load, self.save)))
        column.addLayout(self._filter_bar())
        column.addWidget(holder, 1)
        column.addWidget(self.rules)
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self.empty)
        self._stack.addWidget(content)
        self._stack.addWidget(
            EmptyState("find", tr("Looking…"), tr("There are many deals: they are compared with who covers what."))
        )

    def _bar(self, actions: Sequence[QAction]) -> QHBoxLayout:
        bar = QHBoxLayout()
        pad = ems(self, 0.6)
        bar.setContentsMargins(pad, pad, pad, 0)
        for action in actions:
            button = QToolButton()
            button.setDefaultAction(action)
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
            button.setAutoRaise(True)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            bar.addWidget(button)
        bar.addStretch(1)
        return bar

    def _filter_bar(self) -> QHBoxLayout:
        bar = QHBoxLayout()
        pad = ems(self, 0.6)
        bar.setContentsMargins(pad, pad, pad, pad)
        bar.setSpacing(pad)
        bar.addWidget(self.filter, 2)
        bar.addWidget(self.which)
        bar.addWidget(self.count, 1)
        return bar

    # -- following -----------------------------------------------------------------------------------------------------

    def session_replaced(self) -> None:
        self.look, self._rows = None, []
        self.looking.forget()
        super().session_replaced()

    def refresh(self) -> None:
        found = self.looking.ask(self.session)
        if found is None and self.looking.is_under_way:
            self.count.setText(tr("Looking…"))  # the rows that are there stay meanwhile
            if not self._rows:
                self._stack.setCurrentIndex(_LOOKING)
            return
        self.look = found
        self._rows = [] if found is None else self.looking.made_of(found)
        self._stack.setCurrentIndex(int(bool(self._rows)))
        self._show()

    def concerns(self, change: PlanChange) -> bool:
        return True

    def _show(self) -> None:
        words, which = self.filter.text().casefold().split(), self.which.currentData()
        shown = [row for row in self._rows if fits(row, words, which)]
        self.table.show_records(shown)  # tells what is chosen now
        self._tables.setCurrentIndex(0 if shown else 1)
        total = sum(row.deal.amount for row in shown)
        currency = self.look.plan.info.currency if self.look is not None else ""
        n_conflicts = sum(bool(row.findings) for row in shown)
        texts = [
            ntr("{n} deal", "{n} deals", len(shown)),
            money(total, currency),
            ntr("{n} in conflict", "{n} in conflict", n_conflicts) if n_conflicts else "",
        ]
        self.count.setText(" · ".join(text for text in texts if text))

    def _chosen_changed(self) -> None:
        chosen = self.table.selected
        can = self.can_write
        for action in (self.register, self.load):
            action.setEnabled(can)
        self.edit.setEnabled(can and len(chosen) == 1)
        for action in (self.win, self.lose):
            action.setEnabled(can and any(row.deal.stage not in ("won", "lost") for row in chosen))
        self.delete.setEnabled(can and bool(chosen))
        self.zoom.setEnabled(any(row.deal.account_id is not None for row in chosen))
        self.save.setEnabled(bool(self._rows))
        self.rules.setText(self._rules_of(chosen[0]) if len(chosen) == 1 else "")
        self.rules.setVisible(bool(self.rules.text()))

    def _rules_of(self, row: DealRow) -> str:
        return rules_of(self.look, row) if self.look is not None else ""

    # -- doing ---------------------------------------------------------------------------------------------------------

    def ask_new(self) -> None:
        """Ask for a deal; on the account that is selected, if one is."""
        selected = self.selection.accounts
        self._ask(None, int(selected[0]) if len(selected) == 1 else None)

    def ask_edit(self) -> None:
        chosen = self.table.selected
        if len(chosen) == 1 and self.can_write:
            self._ask(chosen[0].deal, None)

    def _ask(self, deal: Deal | None, account_ix: int | None) -> None:
        if self.session is None:
            return
        dialog = DealDialog(self.session.plan, deal, date.today(), account_ix, self)

        def submit() -> UserError | None:
            def build(plan: Plan) -> Command:
                values = dialog.values()
                return register_deal(values, date.today()) if deal is None else edit_deal(deal, values)

            return self.attempt(build)

        dialog.submit_with(submit)
        dialog.accepted.connect(self.refresh_now)
        if deal is None:
            dialog.accepted.connect(self._show_newest)
        dialog.open()

    def _show_newest(self) -> None:
        """Choose the deal that was just registered, so that its conflicts are told at once."""
        if self.session is not None:
            self.table.select([max(self.session.register(Deal), default=0)])

    def _close(self, stage: str, reason: str) -> None:
        deals = [row.deal for row in self.table.selected if row.deal.stage not in ("won", "lost")]
        if deals and self.do(lambda plan: close_deals(deals, stage, date.today(), reason)):
            self.said.emit(ntr("{n} deal is closed.", "{n} deals are closed.", len(deals)))
            self.refresh_now()

    def _delete(self) -> None:
        deals = [row.deal for row in self.table.selected]
        if deals and self.do(lambda plan: delete_deals(deals)):
            self.said.emit(
                ntr(
                    "{n} deal was deleted. Undo takes it back.",
                    "{n} deals were deleted. Undo takes it back.",
                    len(deals),
                )
            )
            self.refresh_now()

    def _go(self) -> None:
        if self.session is None:
            return
        ids = sorted({row.deal.account_id for row in self.table.selected if row.deal.account_id is not None})
        accounts = self.session.plan.accounts.ix_of(np.array(ids, dtype=np.int64))
        self.selection.set_accounts(accounts.astype(np.int32), ORIGIN)
        self.zoom_to_accounts(accounts)

    def ask_import(self, path: Path | None = None) -> None:
        """Bring deals from a file, as one step."""
        from territorymap.ui.import_wizard.deals_dialog import DealImportDialog
        from territorymap.ui.preferences import Preferences

        if self.session is None:
            return
        dialog = DealImportDialog(self.session, Preferences(parent=self), self)
        dialog.imported.connect(self.said)
        dialog.imported.connect(lambda _: self.refresh_now())
        dialog.open()
        if path is not None:
            dialog.form.load(path)

    def _export(self) -> None:
        path = ask_list_file(self, tr("Export deals"), tr("deals.xlsx"))
        if path is not None:
            self.write(path)

    def write(self, path: Path) -> None:
        """Write the shown deals to a file; a refusal goes out through ``failed``."""
        assert self.look is not None
        look, shown = self.look, self.table.model.rows
        rows = (deal_cells(look, row.deal, row.conflicts) for row in shown)
        write_shown(self, path, tr("Deals"), deal_headers(), rows, DEAL_WIDTHS)
