"""Role metrics as figures of territories, for the territory table and the map: of the newest period, or a chosen one.

Owns which there are and their words; the values are session.role_metrics'.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from territorymap.i18n import percent, tr
from territorymap.metrics.explain import Explanation
from territorymap.model.coverage import Figure
from territorymap.model.period import parse_period
from territorymap.model.role_metrics import MEAN, adds_of, is_ratio, metric_label, value_text
from territorymap.model.territory_figure import NUMBER, PERCENT, FigureSpec
from territorymap.session.role_metrics import figures_of, metric_table, metrics_told

if TYPE_CHECKING:
    from territorymap.session.role_metrics import MetricTable
    from territorymap.session.session import PlanChange, Session

PREFIX = "metric:"
_EXPLAINED = 6  # periods
_TABLES = ("figure", "territory", "territory_variant", "rep", "alignment")


class _Shown:
    """What was worked out for one session, until a step makes it void."""

    def __init__(self, session: Session) -> None:
        self.metrics: list[str] | None = None
        self.figures: dict[str, list[Figure]] | None = None  # that can be read, by metric
        self.tables: dict[str, MetricTable] = {}
        self.period: dict[str, str] = {}  # of a metric, where not the newest is to be shown
        session.listen(self.follow, is_first=True)

    def follow(self, change: PlanChange) -> None:
        if change.delta.is_full or change.touches(*_TABLES):
            self.metrics = self.figures = None
            self.tables.clear()


_SHOWN: WeakKeyDictionary[Session, _Shown] = WeakKeyDictionary()


def _shown(session: Session) -> _Shown:
    found = _SHOWN.get(session)
    if found is None:
        found = _SHOWN[session] = _Shown(session)
    return found


def show_period(session: Session, metric: str, period: str) -> str:
    """Show a metric of a certain period from now on, "" = the newest; return its key as a figure."""
    _shown(session).period[metric] = period
    return PREFIX + metric


def figure_specs(session: Session) -> list[FigureSpec]:
    """Return a figure for each metric that the plan has numbers of."""
    if not session.register(Figure):
        return []
    shown = _shown(session)
    if shown.metrics is None:
        shown.metrics = metrics_told(session)
    return [_spec(session, metric) for metric in shown.metrics]


def _spec(session: Session, metric: str) -> FigureSpec:
    label, period = metric_label(metric), _period_of(session, metric)
    values = {"metric": label, "period": parse_period(period).label if period else ""}
    return FigureSpec(
        key=PREFIX + metric,
        label=label,
        title=label,
        tip=tr("{metric} of the territory's people, {period}.", **values),
        form=PERCENT if is_ratio(metric) else NUMBER,
        heading=tr("Role metrics"),
        note=tr("{metric}, {period}", **values),
    )


def _table(session: Session, metric: str, kind: str = "") -> MetricTable:
    shown = _shown(session)
    key = f"{metric}\n{kind}"
    if key not in shown.tables:
        if shown.figures is None:  # read through once for all metrics
            shown.figures = {}
            for figure in figures_of(session):
                shown.figures.setdefault(figure.metric, []).append(figure)
        shown.tables[key] = metric_table(session.plan, shown.figures.get(metric, ()), metric, kind)
    return shown.tables[key]


def _period_of(session: Session, metric: str) -> str:
    chosen = _shown(session).period.get(metric, "")
    if chosen:
        return chosen
    periods = _table(session, metric).series.periods
    return periods[-1].text if periods else ""


def figure_values(session: Session, key: str) -> NDArray[np.float64]:
    """Return (T,) values of the period that is shown, nan = not told."""
    metric = key.removeprefix(PREFIX)
    period = _period_of(session, metric)
    if not period:
        return np.full(session.plan.n_territories, np.nan)
    series = _table(session, metric, parse_period(period).kind).series
    at = next((i for i, one in enumerate(series.periods) if one.text == period), None)
    return np.full(session.plan.n_territories, np.nan) if at is None else series.values[:, at]


def explain_figure(session: Session, key: str, territory_ix: int) -> Explanation | None:
    """Return where a number of a territory comes from: the last periods, and whose figures they are."""
    if not key.startswith(PREFIX):
        return None
    metric = key.removeprefix(PREFIX)
    table = _table(session, metric)
    name = session.plan.territories[territory_ix].name
    lines = [
        (period.label, value_text(metric, value) or tr("not told"))
        for period, value in zip(
            table.series.periods[-_EXPLAINED:], table.series.values[territory_ix, -_EXPLAINED:].tolist(), strict=True
        )
    ]
    if np.isfinite(table.change[territory_ix]):
        lines.append((tr("Change against the period before"), percent(float(table.change[territory_ix]), 1)))
    if np.isfinite(table.trend[territory_ix]):
        lines.append((tr("Trend a period"), percent(float(table.trend[territory_ix]), 1)))
    return Explanation(
        title=tr("{metric}: {territory}", metric=metric_label(metric), territory=name),
        formula=tr("Mean over the territory's people")
        if adds_of(metric) == MEAN
        else tr("Sum over the territory's people"),
        lines=lines,
        source=tr("Figures that were imported; a territory's own number counts before those of its people."),
        meaning=tr(
            "The trend is the slope of a straight line through all periods that are told, as a share of their mean."
        ),
    )
