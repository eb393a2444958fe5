"""The page Forecast: what a period will bring, by territory, rep, partner, region or role, against its quota.

Owns the page; amounts are session.money's, steps are commands.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from territorymap.i18n import day, money, ntr, number, percent, tr, tr_as
from territorymap.metrics.regions import RegionLine
from territorymap.model.coverage import Assumption
from territorymap.model.plan import Plan
from territorymap.session.commands.money import set_assumption
from territorymap.session.money.forecasts import ForecastTable, Lines
from territorymap.session.money.ground import ground_in_use
from territorymap.session.money.rules import FORECAST, ForecastRules, measure_of
from territorymap.session.money.told import forecast_lines
from territorymap.session.session import Session
from territorymap.ui.capacity.bar import ShareBarDelegate
from territorymap.ui.capacity.inputs import Chooser, NumberBox, label_for
from territorymap.ui.money.page import MoneyPage
from territorymap.ui.parts.record_table import RecordColumn, RecordTable
from territorymap.ui.parts.region_rows import RegionRow, Titled, ratio_text, rolled_up, sum_text
from territorymap.ui.parts.scale import ems
from territorymap.ui.parts.words import NOTHING, measure_label
from territorymap.ui.selection import Selection

ORIGIN = "forecast_page"
OPEN_STAGES = ("registered", "qualified", "proposal", "negotiation")


@dataclass(frozen=True)
class Row:
    """One line of the forecast; ``territory_id`` where it is a territory."""

    name: str
    territory_id: int | None
    quota: float
    booked: float
    open: float
    run_rate: float
    forecast: float
    attainment: float
    n_open: int
    n_late: int
    currency: str


class ForecastPage(MoneyPage):
    """The forecast of a period."""

    def __init__(self, selection: Selection, parent: QWidget | None = None) -> None:
        super().__init__(selection, ORIGIN, parent)
        tip = tr("Colour territories by how much of its quota each will reach")
        self.offer_map("forecast_attainment", tr("Attainment on the &map"), tip)
        self._by = "territory"
        self.by = Chooser(tr("One line for each"))
        self.by.when_changed(self._group)
        self.stages = {
            stage: NumberBox(text, 0, 1, is_share=True, width_ems=7, tip=tr("How likely a deal of this stage is won"))
            for stage, text in stage_words().items()
        }
        for stage, box in self.stages.items():
            box.when_changed(partial(self._set_stage, stage))
        self.basis = Chooser(tr("Run rate"), tr("What comes without a deal"))
        self.basis.when_changed(lambda word: self._set(basis=str(word)))
        self.measure = Chooser(tr("Number of a year"), tr("What comes in a year"))
        self.measure.when_changed(lambda uuid: self._set(measure=str(uuid)))
        tip = tr("Part of it that comes without a deal")
        self.share = NumberBox(tr("Share that repeats itself"), 0, 1, is_share=True, width_ems=7, tip=tip)
        self.share.when_changed(lambda value: self._set(share=value))
        self.figure = Chooser(tr("Figure"), tr("The figure by period that tells what has come in"))
        self.figure.when_changed(lambda word: self._set(metric=str(word)))
        self.table: RecordTable[Row] = RecordTable(_columns(), lambda row: row.name, tr("Forecast"))
        self.table.opened.connect(self._go_to)
        self._bar = ShareBarDelegate(1.0, parent=self)
        self.table.view.setItemDelegateForColumn([c.key for c in _columns()].index("attainment"), self._bar)
        self.sum, self.note = QLabel(), QLabel()
        for label in (self.sum, self.note):
            label.setWordWrap(True)
            label.setTextFormat(Qt.TextFormat.PlainText)
        self.note.setProperty("role", "muted")
        self._lay_out()

    def _lay_out(self) -> None:
        top, rate = QHBoxLayout(), QHBoxLayout()
        for line in (top, rate):
            line.setSpacing(ems(self, 0.8))
        top.addWidget(label_for(tr("&By"), self.by))
        top.addWidget(self.by)
        top.addSpacing(ems(self, 1))
        for stage, text in stage_words().items():
            top.addWidget(label_for(text, self.stages[stage]))
            top.addWidget(self.stages[stage])
        top.addStretch(1)
        rate.addWidget(label_for(tr("&Run rate"), self.basis))
        for widget in (self.basis, self.share, self.measure, self.figure):
            rate.addWidget(widget)
        rate.addStretch(1)
        rate.addWidget(self.button(tr("&Export the list…"), tr("Write the list as CSV or Excel"), self._export))
        self.body.addLayout(top)
        self.body.addLayout(rate)
        self.body.addWidget(self.table, 1)
        self.body.addWidget(self.sum)
        self.body.addWidget(self.note)

    # -- showing -------------------------------------------------------------------------------------------------------

    def show_money(self, session: Session) -> None:
        period, today = session.money.period, session.money.today
        rules, plan = session.money.forecast_rules, session.plan
        found = session.money.forecast(period, today)
        self.by.show_choices(
            [
                (tr("Territory"), "territory"),
                (tr("Rep and partner"), "rep"),
                (tr("Partner"), "partner"),
                (tr("Region"), "region"),
                (tr("Alignment and role"), "role"),
                (tr("Quarter or month"), "period"),
            ],
            self._by,
        )
        self._show_rules(session, rules)
        rows = _rows(session, found, self._by)
        self.table.show_records(rows)
        self.table.show_regions(_region_rows(plan, found.territory, self._by, self.table.model.columns))
        self.sum.setText(_sum_sentence(found, plan.info.currency))
        self.note.setText(_note(session, found))

    def _show_rules(self, session: Session, rules: ForecastRules) -> None:
        plan = session.plan
        for stage, box in self.stages.items():
            box.show_amount(rules.stages[stage])
        self.basis.show_choices(
            [
                (tr("a share of a number of the accounts"), "measure"),
                (tr("goes on at the pace of a figure"), "pace"),
                (tr("none"), "none"),
            ],
            rules.basis,
        )
        measure = measure_of(plan, rules.measure or session.money.quota_rules.history, "history")
        choices: list[tuple[str, object]] = [(measure_label(m), m.uuid) for m in plan.measures if m.source != "builtin"]
        self.measure.show_choices(choices, measure.uuid if measure else "", tr("no measure"))
        self.share.show_amount(rules.share)
        names = session.money.figure_names()
        self.figure.show_choices([(name, name) for name in names], rules.metric, rules.metric)
        for widget in (self.measure, self.share):
            widget.setVisible(rules.basis == "measure")
        self.figure.setVisible(rules.basis == "pace")
        for field in (*self.stages.values(), self.basis, self.measure, self.share, self.figure):
            field.setEnabled(self.can_write)

    # -- doing ---------------------------------------------------------------------------------------------------------

    def _group(self, by: object) -> None:
        self._by = str(by)
        self.refresh_now()

    def _set_stage(self, stage: str, value: float) -> None:
        if self.session is not None:
            self._set(stages={**self.session.money.forecast_rules.stages, stage: value})

    def _set(self, **values: Any) -> None:
        session = self.session
        if session is None:
            return
        rules = replace(session.money.forecast_rules, **values)
        if rules == session.money.forecast_rules:
            return
        label, records = tr("Change the rules of forecasts"), session.register(Assumption)
        self.do(lambda _plan: set_assumption(records, FORECAST, rules.to_json(), label))
        self.refresh_now()

    def _export(self) -> None:
        columns = _columns()
        rows = [[_cell(row, column.key) for column in columns] for row in self.table.model.rows]
        self.export_list(tr("Forecast"), [column.title for column in columns], rows)

    def _go_to(self, row: Row) -> None:
        session = self.session
        if session is not None and row.territory_id is not None:
            self.selection.set_territory(row.territory_id, ORIGIN)
            self.zoom_to_units(session.plan.units_of(session.plan.territory_ix(row.territory_id)))


def stage_words() -> dict[str, str]:
    """Return what the open stages of a deal are called."""
    return {
        "registered": tr("Registered"),
        "qualified": tr("Qualified"),
        "proposal": tr_as("stage of a deal", "Proposal"),
        "negotiation": tr("Negotiation"),
    }


def _columns() -> list[RecordColumn[Row]]:
    def cash(key: str, title: str, tip: str, priority: int) -> RecordColumn[Row]:
        def text(row: Row) -> str:
            return money(getattr(row, key), row.currency)

        def order(row: Row) -> float:
            return float(getattr(row, key))

        return RecordColumn(key, title, tip, text, order, is_number=True, priority=priority)

    def count(key: str, title: str, tip: str, ink: Callable[[Row], str] | None = None) -> RecordColumn[Row]:
        return RecordColumn(
            key, title, tip, lambda r: number(getattr(r, key)), lambda r: getattr(r, key), True, ink=ink, priority=6
        )

    return [
        RecordColumn("name", tr("Name"), tr("Double-click shows a territory on the map"), lambda r: r.name, priority=0),
        cash("quota", tr("Quota"), tr("Of the period"), 2),
        cash("booked", tr("Booked"), tr("Deals won in the period, or what figures tell of it"), 3),
        cash("open", tr("Open, weighted"), tr("Open deals expected in the period × their probability"), 4),
        cash("run_rate", tr("Run rate"), tr("What comes without a deal"), 5),
        cash("forecast", tr("Forecast"), tr("Booked + open deals, weighted + run rate"), 1),
        RecordColumn(
            "attainment",
            tr("Attainment"),
            tr("Forecast / quota"),
            lambda r: percent(r.attainment) if np.isfinite(r.attainment) else NOTHING,
            lambda r: r.attainment,
            is_number=True,
            priority=1,
        ),
        count("n_open", tr("Open deals"), tr("How many are open and expected in the period")),
        count(
            "n_late",
            tr("Late"),
            tr("Open deals that were expected before today; they count in the period of today"),
            lambda r: "warning" if r.n_late else "",
        ),
    ]


def _cell(row: Row, key: str) -> str | float | int | None:
    value: str | float | int = getattr(row, key)
    return None if isinstance(value, float) and not np.isfinite(value) else value


def _rows(session: Session, found: ForecastTable, by: str) -> list[Row]:
    ground, currency = ground_in_use(session), session.plan.info.currency
    if by == "role":
        out = []
        for one in session.money.grounds():
            table = session.money.forecast(found.period, found.span.today, one)
            out += _of_lines([one.plan.alignment.name], table.whole, currency)
        return out
    if by == "period":
        tables = session.money.series(found.period, found.span.today)
        return [row for table in tables for row in _of_lines([table.period.label], table.whole, currency)]
    names, lines = forecast_lines(ground, found, by)
    ids: list[int | None] = [t.territory_id for t in ground.plan.territories] if by == "territory" else []
    rows = _of_lines(names, lines, currency, ids)
    is_last_empty = by in ("territory", "region") and rows and not rows[-1].forecast and not rows[-1].quota > 0
    return rows[:-1] if is_last_empty else rows


def _region_rows(plan: Plan, found: Lines, by: str, columns: Sequence[Titled]) -> list[RegionRow]:
    """Return what each region brings, under the territories; under other lines nothing."""
    n, currency = len(plan.territories), plan.info.currency
    if by != "territory":
        return []

    def cash(values: NDArray[np.float64]) -> Callable[[RegionLine], str]:
        return sum_text(values[:n].tolist(), lambda value: money(value, currency))

    texts = {key: cash(getattr(found, key)) for key in ("quota", "booked", "open", "run_rate", "forecast")}
    texts |= {key: sum_text(getattr(found, key)[:n].tolist(), number) for key in ("n_open", "n_late")}
    texts["attainment"] = ratio_text(found.forecast[:n].tolist(), found.quota[:n].tolist())
    return rolled_up(plan, columns, texts)


def _of_lines(names: list[str], lines: Lines, currency: str, ids: list[int | None] | None = None) -> list[Row]:
    forecast, attainment = lines.forecast, lines.attainment
    known = [*(ids or []), *([None] * len(names))]
    return [
        Row(
            name,
            known[i],
            float(lines.quota[i]),
            float(lines.booked[i]),
            float(lines.open[i]),
            float(lines.run_rate[i]),
            float(forecast[i]),
            float(attainment[i]),
            int(lines.n_open[i]),
            int(lines.n_late[i]),
            currency,
        )
        for i, name in enumerate(names)
    ]


def _sum_sentence(found: ForecastTable, currency: str) -> str:
    whole = found.whole
    values = {
        "period": found.period.label,
        "forecast": money(float(whole.forecast[0]), currency),
        "booked": money(float(whole.booked[0]), currency),
        "open": money(float(whole.open[0]), currency),
        "rate": money(float(whole.run_rate[0]), currency),
    }
    if not np.isfinite(whole.attainment[0]):
        return tr(
            "{period} brings {forecast}: {booked} booked, {open} of open deals, {rate} run rate. There is no quota.",
            **values,
        )
    values["quota"], values["share"] = money(float(whole.quota[0]), currency), percent(float(whole.attainment[0]))
    return tr(
        "{period} brings {forecast}, {share} of the quotas of {quota}: {booked} booked, {open} of open deals, "
        "{rate} run rate.",
        **values,
    )


def _note(session: Session, found: ForecastTable) -> str:
    parts = [tr("As of {day}.", day=day(found.span.today))]
    n_late = int(found.territory.n_late.sum())
    if n_late:
        parts.append(ntr("{n} open deal is late and counts now.", "{n} open deals are late and count now.", n_late))
    if not len(session.money.deals):
        parts.append(tr("The plan has no deals yet: import them on the page Deals, or from the File menu."))
    if found.rules.basis == "pace" and not found.has_figures:
        parts.append(tr("No figure {name} is told for this period, so there is no pace.", name=found.rules.metric))
    return " ".join(parts)
