"""Quota, difficulty, forecast, attainment and pay as figures of territories, for table and map.

Owns which there are and their words; the values are the tables'.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from territorymap.errors import UserError
from territorymap.i18n import tr
from territorymap.model.coverage import Deal, PayPlan, Quota
from territorymap.model.territory_figure import MONEY, PERCENT, RATIO, FigureSpec

if TYPE_CHECKING:
    from territorymap.metrics.explain import Explanation
    from territorymap.session.session import Session


LISTED = ("quota", "quota_difficulty", "forecast", "forecast_attainment")  # in exported lists; pay is in statements


def figure_specs(session: Session) -> list[FigureSpec]:
    """Return what there is to show: nothing of quotas without one, nothing of pay without a plan."""
    has_quota, has_deal = bool(session.register(Quota)), session.has_records(Deal)
    if not has_quota and not has_deal:
        return []
    if not _are_rules_readable(session):
        return []  # the pages of quotas and forecasts say what is wrong
    period = session.money.period.label
    values = {"period": period}
    heading, note = tr("Quota and forecast"), tr("For {period}", **values)

    def spec(key: str, label: str, tip: str, form: str, is_around_even: bool = False) -> FigureSpec:
        # Amounts are hidden where pay is; how hard and how full a quota is tells nobody's pay.
        is_pay = form == MONEY
        return FigureSpec(key, label, label, tip, form, heading, is_around_even, is_pay, note, key in LISTED)

    found = []
    if has_quota:
        found += [
            spec("quota", tr("Quota"), tr("The quota of the territory for {period}.", **values), MONEY),
            spec(
                "quota_difficulty",
                tr("Quota difficulty"),
                tr("Quota / potential against all territories: 1.00 is as hard as the whole, 1.20 is 20 % harder."),
                RATIO,
                is_around_even=True,
            ),
        ]
    found.append(
        spec("forecast", tr("Forecast"), tr("Booked, weighted open deals and run rate for {period}.", **values), MONEY)
    )
    if has_quota:
        tip = tr("Forecast / quota for {period}.", **values)
        found.append(spec("forecast_attainment", tr("Forecast attainment"), tip, PERCENT, is_around_even=True))
        if session.register(PayPlan):
            tip = tr("Variable pay of the team if the forecast for {period} comes true.", **values)
            found.append(spec("pay_at_forecast", tr("Pay at forecast"), tip, MONEY))
    return found


def _are_rules_readable(session: Session) -> bool:
    try:
        _ = session.money.quota_rules, session.money.forecast_rules
    except UserError:
        return False
    return True


def explain_figure(session: Session, key: str, territory_ix: int) -> Explanation | None:
    """Return how a figure came about."""
    from territorymap.session.money.explained import explain_figure

    return explain_figure(session, key, territory_ix)


def figure_values(session: Session, key: str) -> NDArray[np.float64]:
    """Return (T,) values, nan = none."""
    money = session.money
    period, today = money.period, money.today
    if key == "quota":
        return money.quotas(period, today).quota
    if key == "quota_difficulty":
        return money.quotas(period, today).relative
    if key == "pay_at_forecast":
        return money.pay(period, today).expected_of_territories()
    lines = money.forecast(period, today).territory
    return (lines.forecast if key == "forecast" else lines.attainment)[:-1]
