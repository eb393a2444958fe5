"""How a number of the territory table came about. Owns finding the metric of a column; the words are the metrics' own.

Columns go by the metric's name (pieces, cut_edges, polsby_popper, area_km2 ...), by a measure's name or id for its
total, and by ``index:``, ``target:`` or ``total:`` with a measure's name or id. Figures of the whole plan (cv,
max_deviation, outside_tolerance with ``:measure``, noncontiguous) go with territory_ix -1, and so do those against the
baseline (disruption, rep_gained, rep_kept, rep_lost with ``:measure``).
"""

from __future__ import annotations

from dataclasses import dataclass

from territorymap.errors import UserError
from territorymap.i18n import tr
from territorymap.metrics.balance import Balance
from territorymap.metrics.disruption import Disruption
from territorymap.metrics.registry import Case, Metric, metrics
from territorymap.metrics.totals import Totals
from territorymap.model.plan import Plan
from territorymap.model.records import Measure

# Names the territory table uses beside the metrics' own.
_ALIASES = {"area": "area_km2", "perimeter": "perimeter_km", "n_units": "units", "n_accounts": "accounts"}
_WITH_MEASURE = ("territory measure", "plan measure", "rep measure")


@dataclass(frozen=True)
class Explanation:
    """The answer to "How is this computed?"; every text is translated."""

    title: str
    formula: str
    lines: list[tuple[str, str]]  # what, this territory's number
    source: str
    meaning: str = ""


def explain(
    plan: Plan,
    totals: Totals,
    balance: Balance,
    territory_ix: int,
    column: str,
    *,
    disruption: Disruption | None = None,
    rep_at: int | None = None,
) -> Explanation:
    """Return formula, meaning and this territory's own numbers for a column.

    Parameters
    ----------
    disruption, rep_at : for figures against the baseline; ``rep_at`` is a column of it, None = the plan as a whole

    Raises
    ------
    UserError
        if the column is no metric (name, rep).
    """
    found, measure = _metric_of(plan, balance, column)
    case = Case(plan, totals, balance, territory_ix, measure, disruption, rep_at)
    return Explanation(
        title=_title(case, found),
        formula=found.formula(),
        lines=found.lines(case),
        source=found.source,
        meaning=found.meaning(),
    )


def _title(case: Case, found: Metric) -> str:
    has_measure = case.measure is not None and found.scope in _WITH_MEASURE and found.name != "total"
    label = case.measure.name if case.measure is not None and found.name == "total" else found.label()
    if has_measure and case.measure is not None:
        label = tr("{metric} of {measure}", metric=label, measure=_measure_label(case.measure))
    if case.disruption is not None and case.rep_at is not None:
        return tr("{metric}: {rep}", metric=label, rep=case.disruption.name_of(case.rep_at))
    if case.territory_ix < 0:
        return label
    return tr("{metric}: {territory}", metric=label, territory=case.plan.territories[case.territory_ix].name)


def _metric_of(plan: Plan, balance: Balance, column: str) -> tuple[Metric, Measure | None]:
    """Return the metric of a column, and the measure it is of."""
    known = metrics()
    kind, _, of = column.partition(":")
    kind = _ALIASES.get(kind, kind)
    if kind in known and known[kind].scope in _WITH_MEASURE:
        measure = _measure(plan, of) if of else plan.measures[balance.measure_ix[0]]
        if measure is not None:
            return _total_metric(known, measure) if kind == "total" else (known[kind], measure)
    elif not of:
        named = _measure(plan, column)
        if named is not None and not (named.source != "builtin" and kind in known):
            return _total_metric(known, named)
        if kind in known:
            return known[kind], None
    raise UserError(tr("There is no explanation of {column}.", column=column), tr("Choose a column with numbers."))


def _total_metric(known: dict[str, Metric], measure: Measure) -> tuple[Metric, Measure]:
    return known[measure.column_name if measure.source == "builtin" else "total"], measure


def _measure(plan: Plan, name_or_id: str) -> Measure | None:
    named = plan.measure_named(name_or_id)
    if named is not None or not name_or_id.isdecimal():
        return named
    return next((m for m in plan.measures if m.measure_id == int(name_or_id)), None)


def _measure_label(measure: Measure) -> str:
    return metrics()[measure.column_name].label() if measure.source == "builtin" else measure.name
