"""The page Pay: pay plans, payouts by territory, pay of each rep with a statement line by line, and how fair it is.

Owns the page; amounts are session.money's, steps are commands.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSplitter, QTabWidget, QVBoxLayout, QWidget

from territorymap.errors import UserError
from territorymap.exporters.statements import write_statements
from territorymap.i18n import listed, tr, tr_as
from territorymap.metrics.pay_fairness import MUCH, fairness_words
from territorymap.metrics.pay_statement import PayLine
from territorymap.metrics.pay_terms import USUAL_TERMS, PayTerms
from territorymap.model.coverage import PayPlan
from territorymap.model.role_words import role_label
from territorymap.session.commands.money import add_pay_plan, delete_pay_plan, edit_pay_plan
from territorymap.session.money.pays import PayTable
from territorymap.session.money.told import statement_sheets
from territorymap.session.session import Session
from territorymap.ui.money.page import MoneyPage
from territorymap.ui.money.pay_tables import (
    ContestRow,
    LineRow,
    PlanRow,
    RepRow,
    TerritoryRow,
    contest_columns,
    contest_rows,
    line_columns,
    plan_columns,
    plan_row,
    region_rows,
    rep_columns,
    territory_columns,
    territory_rows,
)
from territorymap.ui.money.plan_dialog import PayPlanDialog
from territorymap.ui.parts.record_table import RecordTable
from territorymap.ui.parts.scale import ems
from territorymap.ui.selection import Selection

ORIGIN = "pay_page"


class PayPage(MoneyPage):
    """Pay of a period."""

    def __init__(self, selection: Selection, parent: QWidget | None = None) -> None:
        super().__init__(selection, ORIGIN, parent)
        self.offer_map(
            "pay_at_forecast", tr("Pay on the &map"), tr("Colour territories by the pay their forecast brings")
        )
        self.plans: RecordTable[PlanRow] = RecordTable(plan_columns(), lambda r: r.plan.row_id, tr("Pay plans"))
        self.plans.opened.connect(lambda _row: self.edit_plan())
        self.plans.chosen.connect(self._enable)
        self.new = self.button(tr_as("pay", "&New plan…"), tr("Make a pay plan for a role"), self.new_plan)
        self.change = self.button(tr("&Change…"), tr("Change the chosen pay plan"), self.edit_plan)
        self.delete = self.button(tr("&Delete"), tr("Delete the chosen pay plan"), self.delete_plan)
        self.territories: RecordTable[TerritoryRow] = RecordTable(
            territory_columns(), lambda r: r.territory_id, tr("Payouts of territories")
        )
        self.territories.opened.connect(self._go_to)
        self.reps: RecordTable[RepRow] = RecordTable(rep_columns(), lambda r: r.paid.rep.rep_id, tr("Pay of reps"))
        self.reps.chosen.connect(self._show_statement)
        self.lines: RecordTable[LineRow] = RecordTable(
            line_columns(), lambda r: r.at, tr("Statement"), is_sortable=False
        )
        self.contests: RecordTable[ContestRow] = RecordTable(
            contest_columns(), lambda r: (r.standing.contest.name, r.territory_id), tr("Contests")
        )
        self.contests.opened.connect(self._go_to)
        self.whose = QLabel()
        self.export = self.button(
            tr("&Export statements…"),
            tr("Write the statements of all reps, or of the chosen, as Excel or web page"),
            self.write,
        )
        self.fairness = QLabel()
        self.note = QLabel()
        for label in (self.whose, self.fairness, self.note):
            label.setWordWrap(True)
            label.setTextFormat(Qt.TextFormat.PlainText)
        self.note.setProperty("role", "warning")
        self.whose.setProperty("role", "strong")
        self._lay_out()

    def _lay_out(self) -> None:
        plans, bar = QWidget(), QHBoxLayout()
        column = QVBoxLayout(plans)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.plans, 1)
        for widget in (self.new, self.change, self.delete):
            bar.addWidget(widget)
        bar.addStretch(1)
        column.addLayout(bar)
        statement, line = QWidget(), QHBoxLayout()
        side = QVBoxLayout(statement)
        side.setContentsMargins(0, 0, 0, 0)
        line.addWidget(self.whose, 1)
        line.addWidget(self.export)
        side.addLayout(line)
        side.addWidget(self.lines, 1)
        reps = QSplitter(Qt.Orientation.Vertical)
        reps.setChildrenCollapsible(False)
        reps.addWidget(self.reps)
        reps.addWidget(statement)
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        self.tabs.addTab(self.territories, tr("Payout by territory"))
        self.tabs.addTab(reps, tr("Reps and statements"))
        self.tabs.addTab(self.contests, tr("Contests"))
        whole = QSplitter(Qt.Orientation.Vertical)
        whole.setChildrenCollapsible(False)
        whole.addWidget(plans)
        whole.addWidget(self.tabs)
        whole.setStretchFactor(0, 1)
        whole.setStretchFactor(1, 3)
        whole.setSizes([ems(self, 11), ems(self, 49)])
        self.body.addWidget(whole, 1)
        self.body.addWidget(self.fairness)
        self.body.addWidget(self.note)

    # -- showing -------------------------------------------------------------------------------------------------------

    def show_money(self, session: Session) -> None:
        period, today = session.money.period, session.money.today
        table, currency = session.money.pay(period, today), session.plan.info.currency
        self.plans.show_records([plan_row(plan, table, currency) for plan in table.plans])
        if len(table.plans) == 1 and not self.plans.selected:
            self.plans.select([table.plans[0].row_id])
        rows = territory_rows(table)
        self.territories.show_records(rows)
        self.territories.show_regions(region_rows(table, rows, self.territories.model.columns))
        self.reps.show_records([RepRow(paid, currency) for paid in table.paid])
        if table.paid and not self.reps.selected:
            self.reps.select([table.paid[0].rep.rep_id])
        self.contests.show_records(contest_rows(table))
        found = table.fairness(session.money.quotas(period, today).potential)
        self.fairness.setText(fairness_words(found))
        self.fairness.setProperty("role", "warning" if np.isfinite(found.share) and found.share >= MUCH else "")
        self.fairness.style().polish(self.fairness)
        self.note.setText(_note(table))
        self.note.setVisible(bool(self.note.text()))
        self._show_statement()
        self._enable()

    def _show_statement(self) -> None:
        chosen = self.reps.selected
        if len(chosen) != 1:
            self.whose.setText(tr("Choose one rep to see the statement."))
            self.lines.show_records([])
            return
        paid, currency = chosen[0].paid, chosen[0].currency
        if paid.plan is None:
            self.whose.setText(tr("No pay plan is for the role of {name}.", name=paid.rep.name))
            self.lines.show_records([])
            return
        self.whose.setText(tr("{name}, by the plan {plan}", name=paid.rep.name, plan=paid.plan.plan_name))
        total = PayLine("total", tr("Total"), "", paid.total)
        rows = [LineRow(i, line, currency) for i, line in enumerate(paid.lines)]
        self.lines.show_records([*rows, LineRow(len(rows), total, currency, is_total=True)])

    def _enable(self) -> None:
        is_one = len(self.plans.selected) == 1
        self.new.setEnabled(self.can_write)
        self.change.setEnabled(self.can_write and is_one)
        self.delete.setEnabled(self.can_write and is_one)
        self.export.setEnabled(any(row.paid.plan is not None for row in self.reps.model.rows))

    # -- doing ---------------------------------------------------------------------------------------------------------

    def new_plan(self) -> None:
        """Ask for a new pay plan, for the role of the alignment in use."""
        session = self.session
        if session is None:
            return
        role = session.plan.alignment.role
        name = role_label(role) or tr("All reps")

        def submit(name: str, role: str, terms: PayTerms) -> UserError | None:
            return self.attempt(lambda _plan: add_pay_plan(session.register(PayPlan), name, role, terms))

        self._ask(tr("New pay plan"), name, role, USUAL_TERMS, submit)

    def edit_plan(self) -> None:
        """Ask for other terms of the chosen plan; one that cannot be read begins anew."""
        session, chosen = self.session, self.plans.selected
        if session is None or len(chosen) != 1 or not self.can_write:
            return
        plan = chosen[0].plan

        def submit(name: str, role: str, terms: PayTerms) -> UserError | None:
            return self.attempt(lambda _p: edit_pay_plan(session.register(PayPlan), plan.row_id, name, role, terms))

        self._ask(
            tr("Pay plan {name}", name=plan.plan_name),
            plan.plan_name,
            plan.role,
            chosen[0].terms or USUAL_TERMS,
            submit,
        )

    def _ask(
        self,
        title: str,
        name: str,
        role: str,
        terms: PayTerms,
        submit: Callable[[str, str, PayTerms], UserError | None],
    ) -> None:
        assert self.session is not None
        dialog = PayPlanDialog(title, name, role, terms, self.session.plan.info.currency, submit, self.window())
        dialog.accepted.connect(self.refresh_now)
        dialog.open()

    def delete_plan(self) -> None:
        """Delete the chosen plan; undo brings it back."""
        session, chosen = self.session, self.plans.selected
        if session is not None and len(chosen) == 1:
            row_id = chosen[0].plan.row_id
            if self.do(lambda _plan: delete_pay_plan(session.register(PayPlan), row_id)):
                self.refresh_now()

    def write(self) -> None:
        """Ask for a file and write statements to it."""
        session = self.session
        if session is None:
            return
        table = session.money.pay(session.money.period, session.money.today)
        chosen = [row.paid for row in self.reps.selected]
        found = [p for p in (chosen if len(chosen) > 1 else table.paid) if p.plan is not None]
        kinds = tr("Excel workbooks (*.xlsx);;Web pages (*.html)")
        path = self.ask_file(tr("Statements"), kinds, ".xlsx")
        if path is None:
            return
        try:
            write_statements(path, session.plan.info.title, statement_sheets(table, found), table.currency)
        except UserError as error:
            self.failed.emit(error)
            return
        self.said.emit(tr("Written: {path}", path=path))

    def _go_to(self, row: TerritoryRow | ContestRow) -> None:
        if self.session is not None:
            self.selection.set_territory(row.territory_id, ORIGIN)
            plan = self.session.plan
            self.zoom_to_units(plan.units_of(plan.territory_ix(row.territory_id)))


def _note(table: PayTable) -> str:
    parts = list(table.unreadable.values())
    if not table.plans:
        parts.append(tr("There is no pay plan yet: make one for the role with New plan."))
    else:
        without = [paid.rep.name for paid in table.paid if paid.plan is None]
        if without:
            parts.append(tr("No pay plan is for the role of: {names}.", names=listed(without)))
    return " ".join(parts)
