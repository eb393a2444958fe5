"""The columns of the page Role metrics, and its lines by region. Owns titles, texts and order; not the numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from territorymap.i18n import percent, tr
from territorymap.model.period import Period
from territorymap.model.plan import Plan
from territorymap.model.role_metrics import MEAN, adds_of, metric_label, value_text
from territorymap.model.role_words import role_label
from territorymap.session.role_metrics import MetricTable
from territorymap.ui.parts.record_table import RecordColumn
from territorymap.ui.parts.region_rows import RegionRow, region_name
from territorymap.ui.parts.words import NOTHING

SHOWN_PERIODS = 4
TREND = "trend"


@dataclass(frozen=True)
class MetricRow:
    """One territory."""

    territory_ix: int
    territory_id: int
    name: str
    rep: str  # names of its people
    role: str
    values: tuple[float, ...]  # (P,) all periods
    change: float
    trend: float


def rows_of(plan: Plan, table: MetricTable, people: Sequence[str]) -> list[MetricRow]:
    """Return a row for each territory; ``people`` are the names of those whose figures count."""
    rows = []
    for ix, territory in enumerate(plan.territories):
        rep = plan.rep_of(ix)
        rows.append(
            MetricRow(
                ix,
                territory.territory_id,
                territory.name,
                people[ix],
                role_label(rep.role or plan.alignment.role) if rep is not None else "",
                tuple(table.series.values[ix].tolist()),
                float(table.change[ix]),
                float(table.trend[ix]),
            )
        )
    return rows


def columns_of(metric: str, periods: Sequence[Period]) -> list[RecordColumn[MetricRow]]:
    """Return who, the newest periods, change and trend."""
    label, n = metric_label(metric), len(periods)

    def period_column(at: int) -> RecordColumn[MetricRow]:
        period = periods[at]
        return RecordColumn(
            f"period:{n - at}",
            period.label,
            tr("{metric} of {period}.", metric=label, period=period.label),
            lambda row: value_text(metric, row.values[at]) or NOTHING,
            lambda row: row.values[at],
            is_number=True,
            priority=1 if at == n - 1 else 4,
        )

    shown = range(max(0, n - SHOWN_PERIODS), n)
    return [
        RecordColumn(
            "name", tr("Territory"), tr("The territory whose people are measured."), lambda r: r.name, priority=0
        ),
        RecordColumn(
            "rep", tr("People"), tr("The lead and the members of its team."), lambda r: r.rep, most_ems=24, priority=2
        ),
        RecordColumn("role", tr("Role"), tr("The sales role of the lead."), lambda r: r.role, priority=6),
        *(period_column(at) for at in shown),
        RecordColumn(
            "change",
            tr("Change"),
            tr("The newest period against the one before, as a share of that."),
            lambda row: _signed(row.change),
            lambda row: row.change,
            is_number=True,
            priority=3,
        ),
        RecordColumn(
            TREND,
            tr("Trend"),
            tr("All periods from the oldest to the newest; sorted by the slope of a straight line through them."),
            lambda row: "",
            lambda row: row.trend,
            tip_of=_trend_tip,
            line=lambda row: row.values,
            priority=2,
            most_ems=20,
        ),
    ]


def _signed(value: float) -> str:
    if not np.isfinite(value):
        return NOTHING
    text = percent(value, 0)
    return tr("+{share}", share=text) if value > 0 else text


def _trend_tip(row: MetricRow) -> str:
    if not np.isfinite(row.trend):
        return tr("It takes three periods to tell a trend.")
    if row.trend > 0:
        return tr("Rises by {share} of its mean each period.", share=percent(row.trend, 1))
    if row.trend < 0:
        return tr("Falls by {share} of its mean each period.", share=percent(-row.trend, 1))
    return tr("Neither rises nor falls.")


def region_rows(table: MetricTable, columns: Sequence[RecordColumn[MetricRow]]) -> list[RegionRow]:
    """Return the lines by region, a text for each column."""
    periods = table.series.periods
    rows = []
    for at, line in enumerate(table.lines):
        texts = [region_name(line)]
        for column in columns[1:]:
            if column.key.startswith("period:"):
                back = int(column.key.removeprefix("period:"))
                texts.append(value_text(table.metric, float(table.line_values[at, len(periods) - back])) or NOTHING)
            else:
                texts.append("")
        newest = value_text(table.metric, float(table.line_values[at, -1])) if periods else ""
        how = tr("mean") if adds_of(table.metric) == MEAN else tr("sum")
        spoken = tr(
            "{region}: {value} ({how} over its people)", region=region_name(line), value=newest or NOTHING, how=how
        )
        rows.append(RegionRow(texts, line.depth, spoken))
    return rows
