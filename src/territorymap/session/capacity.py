"""Capacity and potential of an open plan: what is assumed there, and what comes of it.

Owns reading the registers for these formulas; the formulas are metrics.capacity's, writing is commands.capacity's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from territorymap.metrics.capacity.assumed import (
    MARKET,
    SIZING,
    SIZING_INSIDE,
    Market,
    Sizing,
    read_market,
    read_rates,
    read_sizing,
)
from territorymap.metrics.capacity.funnel import Rates, best_fit
from territorymap.metrics.capacity.groups import covered
from territorymap.metrics.capacity.methods import new_business
from territorymap.metrics.capacity.outlook import (
    OUTLOOK,
    Outlook,
    OutlookAssumed,
    markets_of_territories,
    outlook_of,
    read_outlook,
)
from territorymap.metrics.capacity.ranked import Ranked, rank_markets
from territorymap.metrics.capacity.scorecard import Scorecards, scorecards, yearly_quotas
from territorymap.metrics.capacity.sized import Sized, size_plan
from territorymap.metrics.capacity.usual import guess_measure, usual_market, usual_sizing
from territorymap.metrics.team import territory_capacity_h
from territorymap.model.coverage import Action, Assumption, Funnel, Quota
from territorymap.model.plan import Plan
from territorymap.session.session import Session

# What a step has to touch for any of this to be another.
TABLES = ("assumption", "funnel", "action", "quota", "account", "unit", "rep", "territory", "measure", "plan")


def assumed(records: Mapping[int, Assumption], topic: str) -> Assumption | None:
    """Return the record of a topic; of several, as a merge may leave them, the first."""
    return next((record for record in records.values() if record.topic == topic), None)


def sizing_of(session: Session) -> Sizing:
    """Return what is assumed of sizing, for the role of the alignment in use; guessed where nothing is.

    In an alignment of inside sales everybody is called, until the planner assumes something else there.

    Raises
    ------
    UserError
        if it cannot be read.
    """
    records, topic = session.register(Assumption), sizing_topic(session.plan)
    record = assumed(records, topic)
    if record is not None:
        return read_sizing(record.content)
    general = assumed(records, SIZING)
    sizing = usual_sizing(session.plan) if general is None else read_sizing(general.content)
    return replace(sizing, rules=(), otherwise="inside") if topic == SIZING_INSIDE else sizing


def sizing_topic(plan: Plan) -> str:
    """Return under which topic sizing is kept for the alignment in use."""
    return SIZING_INSIDE if plan.alignment.role == "inside" else SIZING


def market_of(session: Session) -> Market:
    """Return the criteria of markets; guessed from the plan where there are none. UserError if not readable."""
    record = assumed(session.register(Assumption), MARKET)
    return usual_market(session.plan) if record is None else read_market(record.content)


def outlook_assumed(session: Session) -> OutlookAssumed:
    """Return what is assumed of territories' funnels. UserError if it cannot be read."""
    record = assumed(session.register(Assumption), OUTLOOK)
    return OutlookAssumed() if record is None else read_outlook(record.content)


def rates_finder(session: Session) -> Callable[[str, str, str], Rates]:
    """Return what finds the rates for a role, market and seniority; the usual ones where no funnel fits.

    Raises
    ------
    UserError
        if the rates of a funnel cannot be read.
    """
    funnels = list(session.register(Funnel).values())
    keys = [(f.role, f.market, f.seniority) for f in funnels]
    rates = [read_rates(f.content) for f in funnels]

    def find(role: str, market: str, seniority: str) -> Rates:
        at = best_fit(keys, role, market, seniority)
        return Rates() if at is None else rates[at]

    return find


def size_session(session: Session, sizing: Sizing | None = None) -> Sized:
    """Return how many people the accounts in scope ask for, with other assumptions than the plan's where given."""
    find = rates_finder(session)
    plan = session.plan
    return size_plan(plan, sizing or sizing_of(session), lambda role: find(role, "", ""), covered(plan))


def rank_session(session: Session, market: Market | None = None) -> Ranked:
    """Return the markets of the plan, ranked."""
    return rank_markets(session.plan, market or market_of(session), covered(session.plan))


def scorecards_of(session: Session) -> Scorecards:
    """Return the scorecard of every territory of the alignment in use."""
    plan = session.plan
    actions = session.register(Action).values()
    return scorecards(plan, market_of(session), plan.territory_of_accounts(), actions, quotas_shown(session))


def quotas_shown(session: Session) -> Iterable[Quota]:
    """Return the quotas of the plan; none while pay is hidden everywhere."""
    return () if session.hides_pay else session.register(Quota).values()


def outlooks(session: Session, assumed_now: OutlookAssumed | None = None) -> list[Outlook]:
    """Return the funnel of every territory against its capacity."""
    plan, find = session.plan, rates_finder(session)
    now = assumed_now or outlook_assumed(session)
    role = plan.alignment.role or "field"
    row = next(i for i, m in enumerate(plan.measures) if m.is_workload)
    markets = markets_of_territories(plan, plan.territory_of_accounts(), now.market_by, now.market_key)
    return outlook_of(
        plan,
        now,
        lambda market, seniority: find(role, market, seniority),
        territory_capacity_h(plan),
        session.totals.territory_total[row],
        targets_of(session, now),
        markets,
    )


def targets_of(session: Session, now: OutlookAssumed) -> list[float]:
    """Return (T,) the new business that each territory is to bring a year.

    Its quota of the newest year, else its revenue and the growth assumed, less the revenue that comes again.
    """
    plan, revenue = session.plan, revenue_of_territories(session)
    _, quota = yearly_quotas(plan, quotas_shown(session))
    out = []
    for ix, territory in enumerate(plan.territories):
        sold = float(revenue[ix])
        target = quota.get(territory.territory_id, sold * (1 + now.growth))
        out.append(new_business(sold, now.retention, target))
    return out


def revenue_of_territories(session: Session) -> NDArray[np.float64]:
    """Return (T,) the revenue of each territory, by the measure that sizing takes for it; 0 where there is none."""
    plan = session.plan
    uuid = sizing_of(session).revenue_key
    row = next((i for i, m in enumerate(plan.measures) if m.uuid == uuid), None)
    if row is None:
        guessed = guess_measure(plan.measures, "revenue", "account")
        row = None if guessed is None else plan.measures.index(guessed)
    if row is None:
        return np.zeros(plan.n_territories)
    return np.asarray(np.maximum(np.nan_to_num(session.totals.territory_total[row], nan=0.0), 0.0))
