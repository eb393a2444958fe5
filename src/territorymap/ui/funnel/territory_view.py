"""The funnel of each territory against its capacity: what its hours bring, what its target needs.

Owns table and fields; what is told goes out through ``changed``.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from territorymap.i18n import money, ntr, number, percent, tr
from territorymap.metrics.capacity.outlook import Outlook, OutlookAssumed
from territorymap.model.plan import Plan
from territorymap.ui import icons
from territorymap.ui.capacity.bar import ShareBarDelegate
from territorymap.ui.capacity.how import explain_load
from territorymap.ui.capacity.inputs import Chooser, NumberBox, label_for
from territorymap.ui.dialogs.explain import ExplainDialog
from territorymap.ui.parts.record_table import RecordColumn, RecordTable
from territorymap.ui.parts.region_rows import RegionRow, Titled, people_text, ratio_text, rolled_up, sum_text
from territorymap.ui.parts.scale import ems

SHARE, REST = "share", "rest"


@dataclass(frozen=True)
class Row:
    """A territory with its names."""

    territory_id: int
    name: str
    rep: str
    one: Outlook
    currency: str


class TerritoryView(QWidget):
    """A row a territory, under what is assumed of all."""

    changed = Signal(object)  # OutlookAssumed
    opened = Signal(int)  # territory_ix
    color_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._assumed = OutlookAssumed()
        self.time = Chooser(tr("Hours for the funnel"), tr("Where the hours for new business come from"))
        self.time.when_changed(lambda word: self._set(time=word))
        self.share = NumberBox(tr("Share of the capacity"), 0, 1, is_share=True, width_ems=9)
        self.share.when_changed(lambda value: self._set(share=value))
        self.market = Chooser(tr("Market by"), tr("What a territory's market is: of what most of its accounts are"))
        self.market.when_changed(self._set_market)
        self.growth = NumberBox(
            tr("Growth"), -1, 100, is_share=True, width_ems=9, tip=tr("Of the revenue, where there is no quota")
        )
        self.growth.when_changed(lambda value: self._set(growth=value))
        self.again = NumberBox(
            tr("Comes again"), 0, 1, is_share=True, width_ems=9, tip=tr("Revenue that comes again without being sold")
        )
        self.again.when_changed(lambda value: self._set(retention=value))
        self.table: RecordTable[Row] = RecordTable(
            _columns(), lambda row: row.territory_id, tr("Funnel of each territory")
        )
        self._load = ShareBarDelegate(1.0, warns=True, parent=self)
        self.table.view.setItemDelegateForColumn(_LOAD_AT, self._load)
        self.table.opened.connect(lambda row: self.opened.emit(row.one.territory_ix))
        self.explain = QAction(icons.icon("panel-explain"), tr("&How is this computed?"), self)
        self.explain.triggered.connect(lambda _checked=False: self._explain())
        self.table.offer([self.explain])
        self.total = QLabel()
        self.total.setWordWrap(True)
        layout = QVBoxLayout(self)
        layout.addLayout(self._line((tr("&Hours"), self.time), ("", self.share), (tr("&Market by"), self.market)))
        self.color = QPushButton(tr("Show on the &map"))
        self.color.clicked.connect(lambda _checked=False: self.color_wanted.emit())
        second = self._line((tr("&Growth"), self.growth), (tr("&Comes again"), self.again))
        second.addWidget(self.color)
        layout.addLayout(second)
        layout.addWidget(self.table, 1)
        layout.addWidget(self.total)

    def _line(self, *fields: tuple[str, QWidget]) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(ems(self, 0.8))
        for text, field in fields:
            if text:
                row.addWidget(label_for(text, field))
            row.addWidget(field)
        row.addStretch(1)
        return row

    def show_outlooks(
        self,
        plan: Plan,
        assumed: OutlookAssumed,
        found: Sequence[Outlook],
        year: str,
        *,
        can_write: bool,
        can_color: bool,
    ) -> None:
        """Show the territories; ``year``: of the quotas that are their targets, "" = there are none."""
        self._assumed = assumed
        self.time.show_choices(
            [(tr("a share of the capacity"), SHARE), (tr("what the workload of its accounts leaves"), REST)],
            assumed.time,
        )
        self.share.setVisible(assumed.time == SHARE)
        self.share.show_amount(assumed.share)
        self.growth.show_amount(assumed.growth)
        self.again.show_amount(assumed.retention)
        self.market.show_choices(_markets(plan), (assumed.market_by, assumed.market_key), tr("a column that is gone"))
        for field in (self.time, self.share, self.market, self.growth, self.again):
            field.setEnabled(can_write)
        rows = []
        for one in found:
            territory, rep = plan.territories[one.territory_ix], plan.rep_of(one.territory_ix)
            name = rep.name if rep is not None else tr("vacant")
            rows.append(Row(territory.territory_id, territory.name, name, one, plan.info.currency))
        self.color.setEnabled(can_color)
        self.color.setToolTip(
            tr("Colour the territories by the load of their funnels")
            if can_color
            else tr("Set the rates of a funnel, or what is assumed here, first.")
        )
        self.table.show_records(rows)
        self.table.show_regions(_region_rows(plan, found, self.table.model.columns))
        self.total.setText(total_sentence(found, year, plan.info.currency))

    def _explain(self) -> None:
        for row in self.table.selected[:1]:
            ExplainDialog(explain_load(row.one, row.name, row.currency), self).open()

    def _set(self, **values: Any) -> None:
        self.changed.emit(replace(self._assumed, **values))

    def _set_market(self, chosen: object) -> None:
        assert isinstance(chosen, tuple)
        self._set(market_by=chosen[0], market_key=chosen[1])


def _region_rows(plan: Plan, found: Sequence[Outlook], columns: Sequence[Titled]) -> list[RegionRow]:
    """Return what the hours of each region bring, and what its targets need."""
    by_ix = {one.territory_ix: one for one in found}

    def values(read: Callable[[Outlook], float]) -> list[float]:
        return [read(by_ix[ix]) if ix in by_ix else math.nan for ix in range(len(plan.territories))]

    def cash(value: float) -> str:
        return money(value, plan.info.currency)

    hours, needs = values(lambda one: one.hours), values(lambda one: one.needs.hours)
    texts = {
        "rep": lambda line: people_text(plan, line),
        "hours": sum_text(hours, number),
        "target": sum_text(values(lambda one: one.target), cash),
        "brings": sum_text(values(lambda one: one.brings.amount), cash),
        "load": ratio_text(needs, hours),
        "needs": sum_text(needs, number),
        "activities": sum_text(values(lambda one: one.needs.activities), number),
        "gap": sum_text(values(lambda one: one.gap), cash),
    }
    return rolled_up(plan, columns, texts)


def _markets(plan: Plan) -> list[tuple[str, object]]:
    entries: list[tuple[str, object]] = [
        (tr("nothing: one market"), ("", "")), (tr("country"), ("country", "")), (tr("state"), ("state", "")),
        (tr("region"), ("region", "")),
    ]  # fmt: skip
    return entries + [(tr("column {name}", name=s.name), ("segment", s.uuid)) for s in plan.segments]


def total_sentence(found: Sequence[Outlook], year: str, currency: str) -> str:
    """Return how the territories do together."""
    n_short = sum(one.load > 1 for one in found)
    target, brings = sum(one.target for one in found), sum(one.brings.amount for one in found)
    values = {"target": money(target, currency), "brings": money(brings, currency)}
    together = (
        tr("Quotas of {year} ask for {target} of new business; the hours bring {brings}.", year=year, **values)
        if year
        else tr("Revenue and growth ask for {target} of new business; the hours bring {brings}.", **values)
    )
    if not n_short:
        return tr("{together} Every territory has the time for its target.", together=together)
    short = ntr(
        "{n} territory has too little time for its target.", "{n} territories have too little time for their targets.",
        n_short,
    )  # fmt: skip
    return tr("{together} {short}", together=together, short=short)


_LOAD_AT = 6


def _columns() -> list[RecordColumn[Row]]:
    return [
        RecordColumn("name", tr("Territory"), tr("Territory; double-click shows it on the map"), lambda r: r.name,
                     priority=0),
        RecordColumn("rep", tr("Rep"), tr("Who has it"), lambda r: r.rep, priority=6, most_ems=18),
        RecordColumn("market", tr("Market"), tr("What most of its accounts are of"), lambda r: r.one.market,
                     priority=5, most_ems=14),
        _number("hours", tr("Hours"), tr("Hours a year for the funnel"), lambda r: r.one.hours, 3),
        _money("target", tr("Target"), tr("New business that it is to bring a year"), lambda r: r.one.target, 1),
        _money("brings", tr("Brings"), tr("What its hours bring: forwards"), lambda r: r.one.brings.amount, 1),
        RecordColumn("load", tr("Load"), tr("Hours that the target needs, of the hours there are"), _load_text,
                     lambda r: r.one.load, is_number=True, priority=1, tip_of=_load_tip),
        _number("needs", tr("Needs h"), tr("Hours that the target needs: backwards"), lambda r: r.one.needs.hours, 4),
        _number("activities", tr("Activities"), tr("Activities that the target needs"),
                lambda r: r.one.needs.activities, 2),
        _money("gap", tr("Gap"), tr("What the hours bring less the target"), lambda r: r.one.gap, 2),
    ]  # fmt: skip


def _number(key: str, title: str, tip: str, read: Any, priority: int) -> RecordColumn[Row]:
    def text(row: Row) -> str:
        value = float(read(row))
        return number(value) if math.isfinite(value) else "–"

    return RecordColumn(key, title, tip, text, read, is_number=True, priority=priority)


def _money(key: str, title: str, tip: str, read: Any, priority: int) -> RecordColumn[Row]:
    def ink(row: Row) -> str:
        return "warning" if key == "gap" and read(row) < 0 else ""

    return RecordColumn(
        key, title, tip, lambda r: money(read(r), r.currency), read, is_number=True, priority=priority, ink=ink
    )


def _load_text(row: Row) -> str:
    load = row.one.load
    if math.isinf(load):
        return tr("no time")
    return "–" if math.isnan(load) else percent(load)


def _load_tip(row: Row) -> str:
    return tr(
        "{needs} hours needed, {hours} there.",
        needs=number(row.one.needs.hours) if math.isfinite(row.one.needs.hours) else "–",
        hours=number(row.one.hours),
    )
