"""Quota, forecast and pay as rows with names: what the command line prints, and lists and sheets hold.

Owns names and order; every figure is the tables'.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from decimal import Decimal
from typing import Any

import numpy as np

from territorymap.exporters.statements import StatementSheet
from territorymap.i18n import day, listed, percent, tr
from territorymap.metrics.pay import LEVELS
from territorymap.metrics.pay_fairness import fairness_words
from territorymap.metrics.quota_figures import FAIR_CV, UNFAIR_CV, Spread
from territorymap.model.records import Rep
from territorymap.session.money.forecasts import ForecastTable, Lines, region_of_territories
from territorymap.session.money.ground import Ground
from territorymap.session.money.pays import Paid, PayTable
from territorymap.session.money.quotas import NONE, OWN, PART, SUMMED, QuotaTable

Row = dict[str, Any]


def team_text(ground: Ground, t: int) -> str:
    """Return who has a territory: names of lead and members."""
    return listed(seat.rep.name for seat in ground.teams[t])


def quota_rows(ground: Ground, table: QuotaTable) -> list[Row]:
    """Return a row for each territory."""
    return [
        {
            "territory": territory.name,
            "rep": team_text(ground, t),
            "quota": _number(table.quota[t]),
            "origin": table.found[t].origin,
            "potential": _number(table.potential[t]),
            "history": _number(table.history[t]),
            "capacity_h": _number(table.capacity_h[t]),
            "pipeline": _number(table.pipeline[t]),
            "bottom_up": _number(table.bottom_up[t]),
            "difficulty": _number(table.difficulty[t]),
            "relative_difficulty": _number(table.relative[t]),
        }
        for t, territory in enumerate(ground.plan.territories)
    ]


def quota_json(ground: Ground, table: QuotaTable) -> Row:
    """Return all of a quota table."""
    spread = table.spread
    names = [t.name for t in ground.plan.territories]
    return {
        "period": table.period.text,
        "alignment": ground.plan.alignment.name,
        "target": _number(table.target.amount),
        "sum": table.total,
        "without_quota": table.n_without,
        "potential_measure": table.potential_measure.name if table.potential_measure else None,
        "history_measure": table.history_measure.name if table.history_measure else None,
        "spread": {
            "cv": _number(spread.cv),
            "difficulty": _number(spread.mean),
            "easiest": names[spread.easiest] if spread.easiest >= 0 else None,
            "hardest": names[spread.hardest] if spread.hardest >= 0 else None,
            "words": spread_words(ground, spread),
        },
        "rules": asdict(table.rules),
        "territories": quota_rows(ground, table),
    }


def origin_words(origin: str) -> str:
    """Return where a quota comes from, in words."""
    return {
        OWN: tr("set for this period"),
        SUMMED: tr("sum of shorter periods"),
        PART: tr("part of a longer period, by days"),
        NONE: tr("none"),
    }[origin]


def spread_words(ground: Ground, spread: Spread) -> str:
    """Return how evenly hard quotas are, as a sentence."""
    if spread.n < 2 or not np.isfinite(spread.cv):
        return tr("It takes quotas and potential of two territories to say how fair quotas are.")
    names = [t.name for t in ground.plan.territories]
    values = {
        "cv": percent(spread.cv),
        "easiest": names[spread.easiest],
        "hardest": names[spread.hardest],
    }
    if spread.cv <= FAIR_CV:
        return tr("Quotas are about as hard everywhere: difficulty varies by {cv}.", **values)
    if spread.cv <= UNFAIR_CV:
        return tr(
            "Quotas are not quite as hard everywhere: difficulty varies by {cv}, from {easiest} to {hardest}.", **values
        )
    return tr(
        "Quotas are unfair: difficulty varies by {cv}; {easiest} has it easiest, {hardest} hardest. "
        "Share by potential.",
        **values,
    )


def forecast_lines(ground: Ground, table: ForecastTable, by: str) -> tuple[list[str], Lines]:
    """Return names and lines of a grouping: "territory" (the last: no territory), "rep", "partner" or "region"."""
    plan = ground.plan
    if by in ("rep", "partner"):
        found: dict[int, Rep] = {rep.rep_id: rep for rep in plan.reps}
        wanted = [
            i for i, rep_id in enumerate(table.rep_ids) if rep_id in found and (by == found[rep_id].kind or by == "rep")
        ]
        group = np.full(len(table.rep_ids), -1, dtype=np.int64)
        group[wanted] = np.arange(len(wanted))
        return [found[table.rep_ids[i]].name for i in wanted], table.rep.grouped(group, len(wanted))
    if by == "region":
        ids, group = region_of_territories(ground)
        name_of = {region.region_id: region.name for region in plan.regions}
        names = [name_of.get(i, "") for i in ids]
        others = np.where(group < 0, len(ids), group)
        return [*names, tr("no region")], table.territory.grouped(others, len(ids) + 1)
    return [*(t.name for t in plan.territories), tr("no territory")], table.territory


def series_rows(tables: Sequence[ForecastTable]) -> list[Row]:
    """Return a row for each period."""
    return [{**lines_rows([t.period.label], t.whole)[0], "period": t.period.text} for t in tables]


def lines_rows(names: list[str], lines: Lines) -> list[Row]:
    """Return a row for each line."""
    forecast, attainment = lines.forecast, lines.attainment
    return [
        {
            "name": name,
            "quota": _number(lines.quota[i]),
            "booked": _number(lines.booked[i]),
            "open_weighted": _number(lines.open[i]),
            "run_rate": _number(lines.run_rate[i]),
            "forecast": _number(forecast[i]),
            "attainment": _number(attainment[i]),
            "open_deals": int(lines.n_open[i]),
            "late_deals": int(lines.n_late[i]),
        }
        for i, name in enumerate(names)
    ]


def forecast_json(ground: Ground, table: ForecastTable, by: str) -> Row:
    """Return all of a forecast in one grouping."""
    names, lines = forecast_lines(ground, table, by)
    return {
        "period": table.period.text,
        "today": table.span.today.isoformat(),
        "days_left": table.span.n_left,
        "alignment": ground.plan.alignment.name,
        "by": by,
        "rules": asdict(table.rules),
        "whole": lines_rows([tr("all")], table.whole)[0],
        "rows": lines_rows(names, lines),
    }


def pay_rows(table: PayTable) -> list[Row]:
    """Return a row for each territory: variable pay at 80, 100 and 120 %, and at the forecast."""
    payouts, expected = table.payouts(), table.expected_of_territories()
    attainment = table.forecast.territory.attainment
    return [
        {
            "territory": territory.name,
            "rep": team_text(table.ground, t),
            **{level_key(level): _money(payouts[i, t]) for i, level in enumerate(LEVELS)},
            "attainment": _number(attainment[t]),
            "at_forecast": _number(expected[t]),
        }
        for t, territory in enumerate(table.ground.plan.territories)
    ]


def level_key(level: Decimal) -> str:
    return f"at_{int(level * 100)}"


def paid_row(paid: Paid) -> Row:
    """Return what a rep is paid, with the lines of the statement."""
    return {
        "rep": paid.rep.name,
        "plan": paid.plan.plan_name if paid.plan else None,
        "quota": _number(paid.quota),
        "booked": _number(paid.booked),
        "forecast": _number(paid.forecast),
        "pay": _money(paid.total) if paid.plan else None,
        "pay_at_forecast": _money(paid.expected) if paid.plan else None,
        "lines": [
            {"kind": line.kind, "label": line.label, "how": line.how, "amount": str(line.amount)} for line in paid.lines
        ],
    }


def statement_sheets(table: PayTable, found: Sequence[Paid]) -> list[StatementSheet]:
    """Return statements as files hold them."""
    sheets = []
    for paid in found:
        at = table.ground.territories_of[paid.rep.rep_id]
        territories = listed(table.ground.plan.territories[t].name for t in at)
        facts = (
            (tr("Period"), f"{table.period.label} ({table.period.text})"),
            (tr("As of"), day(table.forecast.span.today)),
            (tr("Territories"), territories),
            (tr("Pay plan"), paid.plan.plan_name if paid.plan else tr("none")),
        )
        sheets.append(StatementSheet(paid.rep.name, facts, tuple(paid.lines), paid.total))
    return sheets


def pay_json(table: PayTable, quotas: QuotaTable) -> Row:
    """Return all of the pay of an alignment."""
    found = table.fairness(quotas.potential)
    return {
        "period": table.period.text,
        "alignment": table.ground.plan.alignment.name,
        "currency": table.currency,
        "fairness": {
            "explained_by_potential": _number(found.share),
            "by_chance": _number(found.by_chance),
            "territories": found.n,
            "words": fairness_words(found),
        },
        "plans": [{"name": p.plan_name, "role": p.role} for p in table.plans],
        "unreadable": list(table.unreadable.values()),
        "territories": pay_rows(table),
        "contests": [
            {
                "contest": one.contest.name,
                "counts": one.contest.metric,
                "place": one.place,
                "territory": table.ground.plan.territories[one.territory_ix].name,
                "value": _number(one.value),
                "prize": float(one.prize),
            }
            for one in table.standings()
        ],
        "reps": [paid_row(paid) for paid in table.paid],
    }


def _number(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None


def _money(value: Decimal | None) -> float | None:
    return None if value is None else float(value)
