"""The page Funnel: rates of each role, market and seniority, a calculator both ways, territories against capacity.

Owns which funnel is shown and the way of a change to the plan; each part shows itself.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QStackedLayout, QTabWidget, QVBoxLayout, QWidget

from territorymap.errors import UserError
from territorymap.i18n import money, percent, tr, tr_as
from territorymap.metrics.capacity.assumed import Sizing, read_rates
from territorymap.metrics.capacity.funnel import Rates, best_fit
from territorymap.metrics.capacity.outlook import OutlookAssumed
from territorymap.metrics.capacity.scorecard import yearly_quotas
from territorymap.model.coverage import Assumption, Funnel
from territorymap.session.capacity import outlook_assumed, outlooks, quotas_shown, sizing_of
from territorymap.session.capacity_shown import LOAD
from territorymap.session.commands.capacity import assume_outlook, delete_funnels, funnel_name, set_rates
from territorymap.session.session import PlanChange, Session
from territorymap.ui.capacity.problem import Problem
from territorymap.ui.funnel.key_dialog import KeyDialog
from territorymap.ui.funnel.rates_form import RatesForm
from territorymap.ui.funnel.territory_view import TerritoryView
from territorymap.ui.parts.record_table import RecordColumn, RecordTable
from territorymap.ui.planning.page import PlanningPage
from territorymap.ui.selection import Selection

ORIGIN = "funnel_page"
INSIDE = "inside"


@dataclass(frozen=True)
class Row:
    """A funnel; ``row_id`` 0: the usual rates, which no record says yet."""

    row_id: int
    key: tuple[str, str, str]
    rates: Rates
    currency: str


class FunnelPage(PlanningPage):
    """Rates at the left, the calculator at the right; the territories on a page of their own."""

    def __init__(self, selection: Selection, parent: QWidget | None = None) -> None:
        super().__init__(selection, ORIGIN, parent)
        self._sizing = Sizing()
        self.table: RecordTable[Row] = RecordTable(_columns(), lambda row: row.row_id, tr("Funnels"))
        self.table.chosen.connect(self._show_rates)
        self.table.opened.connect(lambda _row: self._ask_key(is_new=False))
        self.form = RatesForm()
        self.form.changed.connect(self._set_rates)
        self.territories = TerritoryView()
        self.territories.changed.connect(self._assume)
        self.territories.opened.connect(self._show_territory)
        self.territories.color_wanted.connect(lambda: self.color_wanted.emit(f"figure:{LOAD}"))
        self.name = QLabel()
        self.name.setProperty("role", "strong")
        self.name.setTextFormat(Qt.TextFormat.PlainText)
        self.buttons = {
            "new": self._button(tr("&New…"), tr("Add rates of a role, market or seniority"), self._new),
            "change": self._button(tr("&Rename…"), tr("Change role, market and seniority (Return)"), self._rename),
            "delete": self._button(tr("&Delete"), tr("Delete the chosen funnels"), self._delete),
        }
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        self.tabs.addTab(self._calculator(), tr("Rates and calculator"))
        self.tabs.addTab(self.territories, tr("Territories"))
        self.tabs.currentChanged.connect(lambda _at: self._show_territories())
        self._stack = QStackedLayout(self)
        self.problem = Problem(self, "warning", self._stack)
        self._stack.addWidget(self.tabs)

    def _calculator(self) -> QWidget:
        holder, row = QWidget(), QHBoxLayout()
        for button in self.buttons.values():
            row.addWidget(button)
        row.addStretch(1)
        layout = QVBoxLayout(holder)
        layout.addWidget(self.table, 2)
        layout.addLayout(row)
        layout.addWidget(self.name)
        layout.addWidget(self.form, 3)
        return holder

    def _button(self, text: str, tip: str, run: Callable[[], None]) -> QPushButton:
        button = QPushButton(text)
        button.setToolTip(tip)
        button.clicked.connect(lambda _checked=False: run())
        return button

    def concerns(self, change: PlanChange) -> bool:
        """Every edit moves capacity or revenue; the table of territories is looked at only while it is seen."""
        is_about_rates = change.delta.is_full or change.touches("assumption", "funnel", "plan")
        return is_about_rates or self.tabs.currentWidget() is self.territories

    # -- showing -------------------------------------------------------------------------------------------------------

    def refresh(self) -> None:
        """Show funnels, rates and territories as they are now."""
        session = self.session
        if session is None:
            return
        try:
            rows, self._sizing = _rows(session), sizing_of(session)
        except UserError as error:
            self.problem.refuse(error)
            return
        self.problem.clear()
        self.table.show_records(rows)
        if not self.table.selected:
            # Of the alignment in use: that is what the planner works on.
            at = best_fit([row.key for row in rows], session.plan.alignment.role or "field", "", "")
            self.table.select([rows[at or 0].row_id])
        self._show_rates()
        self._show_territories()

    def _row(self) -> Row | None:
        chosen = self.table.selected
        return chosen[0] if len(chosen) == 1 else None

    def _show_rates(self) -> None:
        session, row = self.session, self._row()
        can_write = self.can_write
        self.buttons["new"].setEnabled(can_write)
        self.buttons["change"].setEnabled(can_write and row is not None and row.row_id > 0)
        self.buttons["delete"].setEnabled(can_write and any(r.row_id for r in self.table.selected))
        self.form.setEnabled(row is not None)
        if session is None or row is None:
            self.name.setText(tr("Choose one funnel to see its rates."))
            return
        self.name.setText(tr("Rates {name}", name=funnel_name(*row.key)))
        sizing = self._sizing
        time = sizing.inside_time if row.key[0].casefold() == INSIDE else sizing.field_time
        self.form.show_rates(row.rates, time.selling_h(has_travel=sizing.travel == "share"), can_write=can_write)

    def _show_territories(self) -> None:
        session = self.session
        if session is None or self.tabs.currentWidget() is not self.territories:
            return
        try:
            assumed = outlook_assumed(session)
            found = outlooks(session, assumed)
        except UserError as error:
            self.problem.refuse(error)
            return
        year, _ = yearly_quotas(session.plan, quotas_shown(session))
        can_color = any(spec.key == LOAD for spec in session.figures.specs())
        self.territories.show_outlooks(
            session.plan, assumed, found, year, can_write=self.can_write, can_color=can_color
        )

    def _show_territory(self, territory_ix: int) -> None:
        assert self.session is not None
        plan = self.session.plan
        self.selection.set_territory(plan.territories[territory_ix].territory_id, ORIGIN)
        self.zoom_to_units(np.flatnonzero(plan.unit_territory == territory_ix))

    # -- writing -------------------------------------------------------------------------------------------------------

    def _set_rates(self, rates: Rates) -> None:
        session, row = self.session, self._row()
        if session is None or row is None or rates == row.rates:
            return
        self.do(lambda plan: set_rates(session.register(Funnel), *row.key, rates, row.row_id or None))
        self.refresh_now()
        if row.row_id == 0:  # it has a record now
            self.table.select([r.row_id for r in self.table.model.rows if r.key == row.key])

    def _new(self) -> None:
        self._ask_key(is_new=True)

    def _rename(self) -> None:
        self._ask_key(is_new=False)

    def _ask_key(self, *, is_new: bool) -> None:
        session, row = self.session, self._row()
        if session is None or not self.can_write or (not is_new and (row is None or row.row_id == 0)):
            return
        rates = row.rates if row is not None else Rates()
        markets = [one.market for one in outlooks(session)]
        dialog = KeyDialog(session.plan, sorted(set(markets)), None if is_new or row is None else row.key, self)

        def submit() -> UserError | None:
            funnels = session.register(Funnel)
            if is_new and any(_folded(f) == tuple(t.casefold() for t in dialog.key) for f in funnels.values()):
                return UserError(
                    tr("There is already a funnel of this role, market and seniority."),
                    tr("Change that one, or another word."),
                )
            row_id = None if is_new or row is None else row.row_id
            error = self.attempt(lambda plan: set_rates(funnels, *dialog.key, rates, row_id))
            if error is None:
                self.refresh_now()
                self.table.select([r.row_id for r in self.table.model.rows if r.key == dialog.key])
            return error

        dialog.submit_with(submit)
        dialog.open()

    def _delete(self) -> None:
        session = self.session
        assert session is not None
        gone = [row.row_id for row in self.table.selected if row.row_id]
        if gone and self.do(lambda plan: delete_funnels(session.register(Funnel), gone)):
            self.refresh_now()

    def _assume(self, assumed: OutlookAssumed) -> None:
        session = self.session
        if session is None or assumed == outlook_assumed(session):
            return
        self.do(lambda plan: assume_outlook(session.register(Assumption), assumed))
        self.refresh_now()


def _folded(funnel: Funnel) -> tuple[str, str, str]:
    return funnel.role.casefold(), funnel.market.casefold(), funnel.seniority.casefold()


def _rows(session: Session) -> list[Row]:
    """Return the funnels, the general ones first; without one for all, the usual rates stand there."""
    currency = session.plan.info.currency
    rows = [
        Row(f.row_id, (f.role, f.market, f.seniority), read_rates(f.content), currency)
        for f in session.register(Funnel).values()
    ]
    if not any(row.key == ("", "", "") for row in rows):
        rows.append(Row(0, ("", "", ""), Rates(), currency))
    return sorted(rows, key=lambda row: [text.casefold() for text in row.key])


def _columns() -> list[RecordColumn[Row]]:
    def word(at: int) -> Callable[[Row], str]:
        return lambda row: row.key[at] or tr("any")

    def share(key: str, title: str, tip: str) -> RecordColumn[Row]:
        return RecordColumn(
            key, title, tip, lambda row: percent(getattr(row.rates, key), 1), lambda row: getattr(row.rates, key),
            is_number=True, priority=3,
        )  # fmt: skip

    return [
        RecordColumn("role", tr("Role"), tr("Sales role that the rates are of"), word(0), priority=0),
        RecordColumn("market", tr("Market"), tr("Market that the rates are of"), word(1), priority=1),
        RecordColumn("seniority", tr("Seniority"), tr("Seniority that the rates are of"), word(2), priority=1),
        share("lead_rate", tr("Leads"), tr("Leads of the activities")),
        share("proposal_rate", tr_as("funnel", "Proposals"), tr("Proposals of the leads")),
        share("close_rate", tr("Deals"), tr("Deals of the proposals")),
        RecordColumn(
            "deal_amount", tr("Deal"), tr("Amount of a deal"), lambda row: money(row.rates.deal_amount, row.currency),
            lambda row: row.rates.deal_amount, is_number=True, priority=2,
        ),
    ]  # fmt: skip
