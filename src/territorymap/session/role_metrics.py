"""Role metrics of an open plan: whose figures they are, a line for each territory, and what regions make together.

Owns the gathering; the arithmetic is metrics.role_figures', the names model.role_metrics'.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from territorymap.importers.role_figures import Names, tidy
from territorymap.metrics.regions import RegionLine, region_lines, together
from territorymap.metrics.role_figures import (
    Owner,
    Series,
    change_to_last,
    kind_of,
    owners_of,
    readable_figures,
    series_of,
    trend,
)
from territorymap.model.coverage import Figure
from territorymap.model.period import KINDS, parse_period
from territorymap.model.plan import Plan
from territorymap.model.role_metrics import METRICS_OF_ROLE, adds_of, metric_label, metrics_in
from territorymap.session.coverages import Coverage


class FiguredSession(Protocol):
    """What is read of a session."""

    @property
    def plan(self) -> Plan: ...

    def register(self, kind: type[Figure]) -> Mapping[int, Figure]: ...

    def coverages(self) -> list[Coverage]: ...


@dataclass(frozen=True)
class MetricTable:
    """One metric of every territory; rows as ``plan.territories``, lines as ``metrics.regions``."""

    series: Series  # (T, P)
    change: NDArray[np.float64]  # (T,) against the period before
    trend: NDArray[np.float64]  # (T,) a period
    lines: list[RegionLine]
    line_values: NDArray[np.float64]  # (L, P)

    @property
    def metric(self) -> str:
        return self.series.metric


def figures_of(session: FiguredSession) -> list[Figure]:
    """Return all figures, those of partners included; without those of no period that can be read."""
    return readable_figures(session.register(Figure).values())


def metric_table(plan: Plan, figures: Sequence[Figure], metric: str, kind: str = "") -> MetricTable:
    """Return one metric of every territory, by periods of a kind ("" = that of most figures)."""
    series = series_of(figures, metric, owners_of(plan), kind)
    lines = region_lines(plan)
    values = series.values
    by_line = _line_values(plan, figures, metric, lines, series) if lines else np.empty((0, values.shape[1]))
    return MetricTable(series, change_to_last(values), trend(values), lines, by_line)


def _line_values(
    plan: Plan, figures: Sequence[Figure], metric: str, lines: Sequence[RegionLine], series: Series
) -> NDArray[np.float64]:
    """Return (L, P) what regions make together; a person who has two territories of a region counts once there.

    A territory's own figures count as they are; of the others each person's, once.
    """
    owners = owners_of(plan)
    people = sorted({rep_id for owner in owners for rep_id in owner.rep_ids})
    kind = series.periods[0].kind if series.periods else ""
    own = series_of(figures, metric, [Owner(owner.territory_id) for owner in owners], kind)
    each = series_of(figures, metric, [Owner(None, (rep_id,)) for rep_id in people], kind)
    at = {rep_id: i for i, rep_id in enumerate(people)}
    n_periods = len(series.periods)
    found = np.full((len(lines), n_periods), np.nan)
    for row, line in enumerate(lines):
        parts = np.full((len(line.territory_ix) + len(people), n_periods), np.nan)
        for i, ix in enumerate(line.territory_ix):
            told = own.values[ix] if own.values.shape[1] == n_periods else np.full(n_periods, np.nan)
            parts[i] = told
            for rep_id in owners[ix].rep_ids:
                mine = each.values[at[rep_id]] if each.values.shape[1] == n_periods else np.full(n_periods, np.nan)
                slot = len(line.territory_ix) + at[rep_id]
                parts[slot] = np.where(np.isfinite(told), parts[slot], mine)
        whole = RegionLine(None, "", "", 0, tuple(range(len(parts))))
        found[row] = together([whole], parts.T, adds_of(metric))[:, 0]
    return found


def metrics_told(session: FiguredSession) -> list[str]:
    """Return the metrics that there are figures of: those of the role of the alignment in use first."""
    told = metrics_in(figures_of(session))
    usual = METRICS_OF_ROLE.get(session.plan.alignment.role, ())
    return [*(metric for metric in usual if metric in told), *(metric for metric in told if metric not in usual)]


def kinds_told(figures: Sequence[Figure], metric: str) -> list[str]:
    """Return the kinds of periods that a metric can be shown by: those told, and all coarser ones."""
    found = {parse_period(figure.period).kind for figure in figures if figure.metric == metric}
    if not found:
        return []
    finest = max(found, key=KINDS.index)
    return list(KINDS[: KINDS.index(finest) + 1])


def names_for_import(session: FiguredSession) -> Names:
    """Return reps and territories by name, those of all alignments; a name that several bear is the one in use."""
    territories: dict[str, int] = {}
    for coverage in session.coverages():
        for territory in coverage.territories:
            territories.setdefault(tidy(territory.name), territory.territory_id)
    territories |= {tidy(t.name): t.territory_id for t in session.plan.territories}
    return Names({tidy(rep.name): rep.rep_id for rep in session.plan.reps}, territories)


def table_json(plan: Plan, table: MetricTable) -> dict[str, Any]:
    """Return what ``metrics show --json`` prints of one metric."""
    periods = [period.text for period in table.series.periods]

    def by_period(values: NDArray[np.float64]) -> dict[str, float | None]:
        return {p: float(v) if np.isfinite(v) else None for p, v in zip(periods, values.tolist(), strict=True)}

    def plain(value: float) -> float | None:
        return float(value) if np.isfinite(value) else None

    reps = [plan.rep_of(ix) for ix in range(plan.n_territories)]
    return {
        "metric": table.metric,
        "label": metric_label(table.metric),
        "adds": adds_of(table.metric),
        "periods": periods,
        "territories": [
            {
                "name": territory.name,
                "rep": reps[ix].name if reps[ix] is not None else None,  # type: ignore[union-attr]
                "values": by_period(table.series.values[ix]),
                "change": plain(float(table.change[ix])),
                "trend": plain(float(table.trend[ix])),
            }
            for ix, territory in enumerate(plan.territories)
        ],
        "regions": [
            {
                "region": line.name or None,
                "manager": line.manager or None,
                "depth": line.depth,
                "values": by_period(table.line_values[at]),
            }
            for at, line in enumerate(table.lines)
        ],
    }


def usual_kind(figures: Sequence[Figure], metric: str, wanted: str = "") -> str:
    """Return a kind of period that the metric can be shown by: the wanted one if it can, else that of most figures."""
    return wanted if wanted in kinds_told(figures, metric) else kind_of(figures, metric)


def counts_of(figures: Sequence[Figure]) -> dict[str, int]:
    """Return how many figures there are of each metric."""
    count = Counter(figure.metric for figure in figures)
    return {metric: count[metric] for metric in metrics_in(list(figures))}
