"""The page Quota: a target shared among territories, each quota to be edited, how hard each is and how fair all are.

Owns the page; amounts are session.money's, steps are commands.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QHBoxLayout,
    QInputDialog,
    QLabel,
    QMenu,
    QPushButton,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from territorymap.errors import UserError
from territorymap.i18n import money, tr
from territorymap.metrics.quota_figures import FAIR_CV
from territorymap.model.coverage import Assumption, Quota
from territorymap.model.plan import Plan
from territorymap.session.commands.money import (
    clear_quotas,
    parts_of,
    promise_bottom_up,
    set_assumption,
    set_quotas,
    share_target,
    spread_quotas,
)
from territorymap.session.money.ground import ground_in_use
from territorymap.session.money.quotas import QuotaTable
from territorymap.session.money.rules import QUOTA, QuotaRules
from territorymap.session.money.told import origin_words, quota_rows, spread_words
from territorymap.session.session import Command, Session
from territorymap.ui.capacity.inputs import NumberBox, label_for
from territorymap.ui.money.page import MoneyPage
from territorymap.ui.money.quota_regions import quota_region_rows
from territorymap.ui.money.quota_rules_form import QuotaRulesForm
from territorymap.ui.money.quota_tables import QuotaRow, people_columns, people_rows, territory_columns, territory_rows
from territorymap.ui.money.typed import read_amount
from territorymap.ui.parts.record_table import RecordColumn, RecordTable
from territorymap.ui.parts.scale import ems
from territorymap.ui.selection import Selection

ORIGIN = "quota_page"


class QuotaPage(MoneyPage):
    """Quotas of a period."""

    def __init__(self, selection: Selection, parent: QWidget | None = None) -> None:
        super().__init__(selection, ORIGIN, parent)
        self.offer_map(
            "quota_difficulty", tr("Difficulty on the &map"), tr("Colour territories by how hard their quotas are")
        )
        self.target = NumberBox(tr("Target"), 0, 1e12, width_ems=16, tip=tr("What all territories together shall sell"))
        self.share = self.button(tr("&Share"), tr("Share the target by the rules below"), self.share_now)
        self.keep = QCheckBox(tr("&chosen rows stay"))
        self.keep.setToolTip(tr("The quotas of the rows chosen in the table stay; the others share the rest"))
        self.below = self.button(
            tr("From &below"), tr("Set each quota to what the territory can promise"), self.promise_now
        )
        self.more = QPushButton(tr("M&ore"))
        self._menu = QMenu(self.more)
        self.more.setMenu(self._menu)
        self._menu.aboutToShow.connect(self._fill_menu)
        self._fill_menu()
        self.rules = QuotaRulesForm()
        self.rules.changed.connect(self._set_rules)
        self.table = self._table(territory_columns(self._edit), tr("Quotas of territories"))
        self.table.opened.connect(self._go_to)
        self.people = self._table(people_columns(self._edit), tr("Quotas of reps and partners"))
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        self.tabs.addTab(self.table, tr("Territories"))
        self.tabs.addTab(self.people, tr("Reps and partners"))
        self.sum, self.fairness = QLabel(), QLabel()
        for label in (self.sum, self.fairness):
            label.setWordWrap(True)
            label.setTextFormat(Qt.TextFormat.PlainText)
        self._lay_out()

    def _table(self, columns: list[RecordColumn[QuotaRow]], name: str) -> RecordTable[QuotaRow]:
        return RecordTable(columns, lambda row: row.target, name)

    def _lay_out(self) -> None:
        line = QHBoxLayout()
        line.setSpacing(ems(self, 0.8))
        for widget in (
            label_for(tr("&Target"), self.target),
            self.target,
            self.share,
            self.keep,
            self.below,
            self.more,
        ):
            line.addWidget(widget)
        line.addStretch(1)
        self.body.addLayout(line)
        self.body.addWidget(self.rules)
        self.body.addWidget(self.tabs, 1)
        foot = QVBoxLayout()
        foot.setSpacing(ems(self, 0.2))
        foot.addWidget(self.sum)
        foot.addWidget(self.fairness)
        self.body.addLayout(foot)

    # -- showing -------------------------------------------------------------------------------------------------------

    def show_money(self, session: Session) -> None:
        ground, table = ground_in_use(session), session.money.quotas(session.money.period, session.money.today)
        currency = session.plan.info.currency
        can_write = self.can_write
        self.table.model.can_edit = self.people.model.can_edit = can_write
        self.table.show_records(territory_rows(ground, table, currency))
        self.table.show_regions(quota_region_rows(session.plan, table, currency, self.table.model.columns))
        self.people.show_records(people_rows(session, ground))
        self.rules.show_rules(session.plan, table, can_write=can_write)
        if np.isfinite(table.target.amount):
            self.target.show_amount(table.target.amount)
        elif not self.target.value():
            self.target.show_amount(round(float(np.nansum(table.history)), -3))
        for widget in (self.target, self.share, self.below, self.keep, self.more):
            widget.setEnabled(can_write)
        self.sum.setText(_sum_sentence(table, currency))
        self.fairness.setText(spread_words(ground, table.spread))
        cv = table.spread.cv
        self.fairness.setProperty("role", "warning" if np.isfinite(cv) and cv > FAIR_CV else "")
        self.fairness.style().polish(self.fairness)

    # -- doing ---------------------------------------------------------------------------------------------------------

    def _run(self, build: Callable[[Session, QuotaTable], Command]) -> None:
        session = self.session
        if session is None:
            return

        def made(_plan: Plan) -> Command:
            return build(session, session.money.quotas(session.money.period, session.money.today))

        if self.do(made):
            self.said.emit(session.timeline()[-1].label)
            self.refresh_now()

    def share_now(self) -> None:
        """Share the target."""
        keep = [r.target[1] for r in self.table.selected if r.target[1] is not None] if self.keep.isChecked() else []
        total = self.target.amount
        self._run(
            lambda s, table: share_target(s.plan, s.register(Quota), table, total, s.money.quota_rules.split, keep)
        )

    def promise_now(self) -> None:
        """Set quotas from below."""
        self._run(lambda s, table: promise_bottom_up(s.plan, s.register(Quota), table, s.money.quota_rules.split.step))

    def _edit(self, row: QuotaRow, text: str) -> None:
        try:
            amount = read_amount(text)
        except UserError as error:
            self.failed.emit(error)
            return
        label = tr("Set the quota of {name}", name=row.name)
        self._run(lambda s, table: set_quotas(s.register(Quota), table.period, {row.target: amount}, label))

    def _set_rules(self, rules: QuotaRules) -> None:
        text = rules.to_json()
        label = tr("Change the rules of quotas")
        self._run(lambda s, _table: set_assumption(s.register(Assumption), QUOTA, text, label))

    def _fill_menu(self) -> None:
        self._menu.clear()
        for text, kind in ((tr("Spread over &quarters…"), "quarter"), (tr("Spread over &months…"), "month")):
            self._menu.addAction(text, partial(self._spread, kind))
        self._menu.addAction(tr("&Clear the quotas of this period"), self._clear)
        self._menu.addSeparator()
        self._menu.addAction(tr("&Export the list…"), self._export)

    def _spread(self, kind: str) -> None:
        session = self.session
        if session is None:
            return
        try:
            n = len(parts_of(session.money.period, kind))
        except UserError as error:
            self.failed.emit(error)
            return
        usual = {4: "25, 25, 25, 25"}.get(n, ", ".join(["1"] * n))
        text, is_ok = QInputDialog.getText(
            self.window(),
            tr("Spread quotas"),
            tr("How much falls into each of the {n} parts, parted by commas:", n=n),
            text=usual,
        )
        if not is_ok:
            return
        try:
            weights = [float(part) for part in text.replace("%", " ").replace(";", ",").split(",") if part.strip()]
        except ValueError:
            self.failed.emit(
                UserError(tr("{text} are not numbers.", text=repr(text)), tr("Such as: {example}.", example=usual))
            )
            return
        self._run(lambda s, table: spread_quotas(s.plan, s.register(Quota), table, kind, weights))

    def _clear(self) -> None:
        self._run(lambda s, table: clear_quotas(s.register(Quota), table.period))

    def _export(self) -> None:
        session = self.session
        if session is None:
            return
        ground, table = ground_in_use(session), session.money.quotas(session.money.period, session.money.today)
        columns = ("territory", "rep", "quota", "relative_difficulty", "potential", "history", "capacity_h", "pipeline",
                   "bottom_up")  # fmt: skip
        headers = [tr("Territory"), tr("Rep"), tr("Quota"), tr("Difficulty"), tr("Potential"), tr("History"),
                   tr("Capacity h"), tr("Open deals"), tr("From below"), tr("Where from")]  # fmt: skip
        rows = [[*(row[c] for c in columns), origin_words(row["origin"])] for row in quota_rows(ground, table)]
        self.export_list(tr("Quotas"), headers, rows)

    def _go_to(self, row: QuotaRow) -> None:
        session = self.session
        if session is not None and row.target[1] is not None:
            ix = session.plan.territory_ix(row.target[1])
            self.selection.set_territory(row.target[1], ORIGIN)
            self.zoom_to_units(session.plan.units_of(ix))


def _sum_sentence(table: QuotaTable, currency: str) -> str:
    values = {"sum": money(table.total, currency), "target": money(table.target.amount, currency)}
    values["below"] = money(float(np.nansum(table.bottom_up)), currency)
    if table.n_without == len(table.quota):
        return tr("No territory has a quota for {period} yet: give a target and share it.", period=table.period.label)
    if not np.isfinite(table.target.amount):
        return tr("Quotas add up to {sum}; from below it would be {below}.", **values)
    gap = round(table.total - table.target.amount, 2)
    if not gap:
        return tr("Quotas add up to {sum}, the target; from below it would be {below}.", **values)
    values["gap"] = money(abs(gap), currency)
    if gap > 0:
        return tr(
            "Quotas add up to {sum}, {gap} above the target of {target}; from below it would be {below}.", **values
        )
    return tr("Quotas add up to {sum}, {gap} below the target of {target}; from below it would be {below}.", **values)
