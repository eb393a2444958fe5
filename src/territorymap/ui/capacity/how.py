"""How figures of capacity came about, with the plan's own numbers. Owns the lines; formulas are the metrics' own."""

from __future__ import annotations

import math

from territorymap.i18n import money, number, percent, tr, tr_as
from territorymap.metrics.capacity.assumed import Sizing, TimeBudget
from territorymap.metrics.capacity.funnel import Flow, Rates, backwards
from territorymap.metrics.capacity.outlook import Outlook
from territorymap.metrics.capacity.ranked import Ranked
from territorymap.metrics.capacity.sized import Method, Need, Sized
from territorymap.metrics.explain import Explanation
from territorymap.metrics.registry import Lines, metrics

_METRIC_OF = {"workload": "fte_by_workload", "potential": "fte_by_potential", "funnel": "fte_by_funnel"}


def explained(metric: str, lines: Lines, title: str = "") -> Explanation:
    """Return formula, meaning and source of a metric with these numbers."""
    one = metrics()[metric]
    return Explanation(title or one.label(), one.formula(), lines, one.source, one.meaning())


def explain_method(
    method: Method, sizing: Sizing, sized: Sized, rates: tuple[Rates, Rates], currency: str
) -> Explanation:
    """Return how a method of sizing came to its people; ``rates`` are of field and inside."""
    lines: Lines = []
    if method.name == "workload":
        lines += _class_lines(sized)
        has_travel = sizing.travel == "share"
        lines.append((tr("Hours for customers, field"), _time_text(sizing.field_time, has_travel)))
        lines.append((tr("Hours for customers, inside"), _time_text(sizing.inside_time, has_travel)))
    elif method.name == "potential":
        lines.append((tr("Share of the potential to be won"), percent(sizing.win_share, 1)))
        lines.append((tr("People who leave a year"), percent(sizing.turnover)))
    else:
        lines.append((tr("Revenue that comes again"), percent(sizing.retention)))
        if sizing.target is None:
            lines.append((tr("Growth"), percent(sizing.growth)))
        else:
            lines.append((tr("Target"), money(sizing.target, currency)))
    for need, one, word in zip(method.needs, rates, (tr_as("sales role", "Field"), tr("Inside")), strict=True):
        if need.basis > 0:
            lines.append((word, _division(method.name, need, sizing, currency)))
            if method.name == "funnel":
                lines += flow_lines(backwards(need.basis, one), currency)
    for need, word in zip(method.needs, (tr("Hired in the field"), tr("Hired inside")), strict=True):
        lines.append((word, _hired(need)))
    return explained(_METRIC_OF[method.name], lines)


def _class_lines(sized: Sized) -> Lines:
    lines: Lines = []
    for one, line in zip(sized.grouped.classes, sized.by_class(), strict=True):
        lines.append(
            (
                tr("Class {name}: {visits} visits of {minutes} min, {calls} calls of {call_min} min",
                   name=one.name, visits=number(one.visits, 1), minutes=number(one.visit_min),
                   calls=number(one.calls, 1), call_min=number(one.call_min)),
                tr("{accounts} accounts: {hours} h", accounts=number(line.n_accounts),
                   hours=number(line.field_h + line.inside_h)),
            )
        )  # fmt: skip
    return lines


def _time_text(time: TimeBudget, has_travel: bool) -> str:
    values = {
        "weeks": number(time.weeks, 1),
        "hours": number(time.hours_week, 1),
        "other": percent(time.other_share),
        "total": number(time.selling_h(has_travel=has_travel)),
    }
    if has_travel and time.travel_share > 0:
        travel = percent(time.travel_share)
        return tr("{weeks} × {hours} h × (1 − {other} − {travel}) = {total} h", travel=travel, **values)
    return tr("{weeks} × {hours} h × (1 − {other}) = {total} h", **values)


def _division(name: str, need: Need, sizing: Sizing, currency: str) -> str:
    people = number(need.staff.fte, 2) if math.isfinite(need.staff.fte) else "–"
    if name == "workload":
        return tr("{hours} h ÷ {each} h = {people}", hours=number(need.basis), each=number(need.each), people=people)
    if name == "potential":
        return tr(
            "{amount} ÷ {each} × (1 + {turnover}) = {people}",
            amount=money(need.basis, currency),
            each=money(need.each, currency),
            turnover=percent(sizing.turnover),
            people=people,
        )
    hours = number(need.staff.fte * need.each) if math.isfinite(need.staff.fte) else "–"
    return tr(
        "{amount} of new business: {hours} h ÷ {each} h = {people}",
        amount=money(need.basis, currency),
        hours=hours,
        each=number(need.each),
        people=people,
    )


def _hired(need: Need) -> str:
    staff = need.staff
    if not staff.part_time:
        return tr("{n} full-time", n=number(staff.full_time))
    return tr(
        "{n} full-time and {part} part-time of {share}",
        n=number(staff.full_time),
        part=number(staff.part_time),
        share=percent(staff.part_fte),
    )


def flow_lines(flow: Flow, currency: str) -> Lines:
    """Return what goes through a funnel, a line a stage."""
    if not math.isfinite(flow.hours):
        return [(tr("Activities"), tr("no number of them is enough"))]
    return [
        (tr("Deals"), number(flow.closes, 1)),
        (tr_as("funnel", "Proposals"), number(flow.proposals, 1)),
        (tr("Leads"), number(flow.leads, 1)),
        (tr("Activities"), number(flow.activities)),
        (tr("Hours"), number(flow.hours)),
        (tr("Amount"), money(flow.amount, currency)),
    ]


def explain_load(one: Outlook, territory: str, currency: str) -> Explanation:
    """Return how the load of a territory's funnel came about."""
    lines = [
        (tr("New business to bring"), money(one.target, currency)),
        *flow_lines(one.needs, currency),
        (tr("Hours there are for the funnel"), number(one.hours)),
        (tr("What these hours bring"), money(one.brings.amount, currency)),
    ]
    return explained("funnel_load", lines, tr("Load of the funnel: {territory}", territory=territory))


def explain_score(ranked: Ranked, at: int) -> Explanation:
    """Return how the score of a market or territory came about."""
    told = [c.weight for c, s in zip(ranked.criteria, ranked.scaled[:, at], strict=True) if s == s]
    total = sum(told)
    lines: Lines = []
    for criterion, value, scaled in zip(ranked.criteria, ranked.value[:, at], ranked.scaled[:, at], strict=True):
        if scaled != scaled:
            lines.append((criterion.name, tr("not told, so the others count")))
        else:
            share = criterion.weight / total if total > 0 else 0.0
            lines.append(
                (
                    criterion.name,
                    tr("{value} → {scaled} × {share}", value=number(float(value), 2), scaled=number(float(scaled), 3),
                       share=percent(share, 1)),
                )
            )  # fmt: skip
    score = float(ranked.score[at])
    lines.append((tr("Score, 0 to 100"), "–" if score != score else number(100 * score, 1)))
    return explained("market_score", lines, tr("Priority: {name}", name=ranked.places.names[at]))
