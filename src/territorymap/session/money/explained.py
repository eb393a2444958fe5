"""How a figure of quota, forecast or pay came about, with the territory's own numbers. Owns the words."""

from __future__ import annotations

from decimal import Decimal

import numpy as np

from territorymap.i18n import money, number, percent, tr
from territorymap.metrics.explain import Explanation
from territorymap.metrics.pay import POINT
from territorymap.metrics.pay_statement import Achieved, statement
from territorymap.session.money.told import origin_words
from territorymap.session.session import Session

Lines = list[tuple[str, str]]


def explain_figure(session: Session, key: str, t: int) -> Explanation | None:
    """Return formula and numbers of a figure of one territory; None for a figure of somebody else."""
    title = next((spec.title for spec in session.figures.specs() if spec.key == key), None)
    if title is None:
        return None
    name = session.plan.territories[t].name
    title = tr("{figure} of {name}", figure=title, name=name)
    if key in ("quota", "quota_difficulty"):
        formula, lines = _quota(session, key, t)
    elif key in ("forecast", "forecast_attainment"):
        formula, lines = _forecast(session, key, t)
    elif key == "pay_at_forecast":
        formula, lines = _pay(session, t)
    else:
        return None
    return Explanation(title, formula, lines, tr("Definition of this program; the page of quotas and pay says more."))


def _cash(session: Session, value: float) -> str:
    return money(value, session.plan.info.currency)


def _quota(session: Session, key: str, t: int) -> tuple[str, Lines]:
    table = session.money.quotas(session.money.period, session.money.today)
    lines = [
        (tr("Period"), table.period.label),
        (tr("Quota"), _cash(session, table.quota[t])),
        (tr("Where from"), origin_words(table.found[t].origin)),
    ]
    if key == "quota":
        return tr("As set for the period; else the sum of shorter periods, or the part of a longer one by days"), lines
    measure = table.potential_measure
    whole = table.spread.mean
    lines += [
        (tr("Potential of the period, by {name}", name=measure.name if measure else "-"), _number(table.potential[t])),
        (tr("Quota / potential"), _number(table.difficulty[t], 4)),
        (tr("All territories together"), _number(whole, 4)),
        (tr("Quota difficulty"), _number(table.relative[t], 2)),
    ]
    return tr("Quota ÷ potential, divided by the same of all territories together"), lines


def _forecast(session: Session, key: str, t: int) -> tuple[str, Lines]:
    table = session.money.forecast(session.money.period, session.money.today)
    line = table.territory
    lines = [
        (tr("Period"), table.period.label),
        (tr("Booked"), _cash(session, line.booked[t])),
        (tr("Open deals"), number(int(line.n_open[t]))),
        (tr("Open deals × probability"), _cash(session, line.open[t])),
        (tr("Run rate"), _cash(session, line.run_rate[t])),
        (tr("Forecast"), _cash(session, line.forecast[t])),
    ]
    if key == "forecast":
        return tr("Booked + open deals × probability + run rate"), lines
    attainment = line.attainment[t]
    lines += [
        (tr("Quota"), _cash(session, line.quota[t])),
        (tr("Forecast attainment"), percent(attainment, 1) if np.isfinite(attainment) else "-"),
    ]
    return tr("Forecast ÷ quota"), lines


def _pay(session: Session, t: int) -> tuple[str, Lines]:
    table = session.money.pay(session.money.period, session.money.today)
    attainment = float(table.forecast.territory.attainment[t])
    lines = [
        (tr("Period"), table.period.label),
        (tr("Forecast attainment"), percent(attainment, 2) if np.isfinite(attainment) else "-"),
    ]
    for seat in table.ground.teams[t]:
        terms = table.terms_of(seat.rep)
        if terms is None or not np.isfinite(attainment):
            lines.append((seat.rep.name, tr("no pay plan or no quota")))
            continue
        level = Decimal(repr(max(0.0, attainment))).quantize(POINT)
        got = Achieved(level, Decimal(1), table.share_in(t, seat.rep), None, level)
        for row in statement(terms, got, table.period.kind, table.currency):
            if row.kind in ("tier", "cap", "team"):
                lines.append(
                    (f"{seat.rep.name}: {row.label}", f"{row.how} = {money(float(row.amount), table.currency, 2)}")
                )
    return tr("Tiers of the team's pay plans at the forecast's attainment, and the team bonus"), lines


def _number(value: float, digits: int = 0) -> str:
    return number(value, digits) if np.isfinite(value) else "-"
