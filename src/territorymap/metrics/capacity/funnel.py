"""The sales funnel, forwards and backwards: activity, lead, proposal, close, and the hours they take.

Owns rates and flow; not where rates are kept (assumed) nor whose capacity they meet (session.funnels).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from territorymap.i18n import tr
from territorymap.metrics.registry import metric


@dataclass(frozen=True)
class Rates:
    """How one activity becomes a deal, and what each stage takes."""

    lead_rate: float = 0.10  # leads an activity, 0..1
    proposal_rate: float = 0.30  # proposals a lead
    close_rate: float = 0.25  # closed deals a proposal
    activity_h: float = 0.25  # hours each
    lead_h: float = 1.0
    proposal_h: float = 4.0
    close_h: float = 2.0
    deal_amount: float = 10_000.0  # that a closed deal brings
    cycle_days: float = 90.0  # from the activity to the close

    @property
    def closes_per_activity(self) -> float:
        return self.lead_rate * self.proposal_rate * self.close_rate

    @property
    def hours_per_activity(self) -> float:
        """Hours that one activity and what follows of it takes, on average."""
        deal_h = self.proposal_h + self.close_rate * self.close_h
        return self.activity_h + self.lead_rate * (self.lead_h + self.proposal_rate * deal_h)


@dataclass(frozen=True)
class Flow:
    """What goes through a funnel, in a year or whatever time is meant."""

    activities: float
    leads: float
    proposals: float
    closes: float
    amount: float
    hours: float


@metric(
    "funnel_amount",
    scope="assumed",
    label=lambda: tr("What activity brings"),
    formula=lambda: tr("Activities × leads an activity × proposals a lead × closes a proposal × amount of a deal"),
    meaning=lambda: tr("Forwards through the funnel: what so much activity brings."),
    lines=lambda case: [],
)
def forwards(activities: float, rates: Rates) -> Flow:
    """What comes of so much activity.

    Worked by hand: 1,000 activities at 10 %, 30 %, 25 %: 100 leads, 30 proposals, 7.5 closes, at 10,000 each 75,000.
    Hours: 1,000 x 0.25 + 100 x 1 + 30 x 4 + 7.5 x 2 = 250 + 100 + 120 + 15 = 485.

    Parameters
    ----------
    activities : number of calls, visits, mails ...; below 0 counts as 0
    rates : of the role, in the market, at the seniority

    Returns
    -------
    Flow, every number >= 0.

    Source
    ------
    The funnel of conversion rates as sales management teaches it; own formulation.
    """
    activities = max(0.0, activities)
    leads = activities * rates.lead_rate
    proposals = leads * rates.proposal_rate
    closes = proposals * rates.close_rate
    hours = activities * rates.activity_h + leads * rates.lead_h + proposals * rates.proposal_h + closes * rates.close_h
    return Flow(activities, leads, proposals, closes, closes * rates.deal_amount, hours)


@metric(
    "funnel_activity",
    scope="assumed",
    label=lambda: tr("What a target needs"),
    formula=lambda: tr("Target ÷ amount of a deal ÷ closes a proposal ÷ proposals a lead ÷ leads an activity"),
    meaning=lambda: tr("Backwards through the funnel: what activity a target needs, and how many hours."),
    lines=lambda case: [],
)
def backwards(amount: float, rates: Rates) -> Flow:
    """What it takes to bring an amount.

    Worked by hand: 75,000 at 10,000 a deal: 7.5 closes, at 25 % 30 proposals, at 30 % 100 leads, at 10 % 1,000
    activities: 485 hours, as forwards.

    Parameters
    ----------
    amount : to be brought; below 0 counts as 0
    rates : of the role, in the market, at the seniority

    Returns
    -------
    Flow; nothing for an amount of 0; infinite activity and hours where a rate or the amount of a deal is 0.

    Source
    ------
    The inverse of :func:`forwards`.
    """
    amount = max(0.0, amount)
    if amount == 0:
        return forwards(0.0, rates)
    per_activity = rates.closes_per_activity * rates.deal_amount
    if not per_activity > 0:
        return Flow(math.inf, math.inf, math.inf, math.inf, amount, math.inf)
    flow = forwards(amount / per_activity, rates)
    return Flow(flow.activities, flow.leads, flow.proposals, flow.closes, amount, flow.hours)


def within_hours(hours: float, rates: Rates) -> Flow:
    """Return what so many hours bring, spent along the funnel.

    Worked by hand: an activity and what follows takes 0.25 + 0.1 x (1 + 0.3 x (4 + 0.25 x 2)) = 0.485 h; 485 h are
    1,000 activities. No hours bring nothing, and so do any where an activity takes none.
    """
    each = rates.hours_per_activity
    return forwards(hours / each if each > 0 and hours > 0 else 0.0, rates)


def best_fit(keys: Sequence[tuple[str, str, str]], role: str, market: str, seniority: str) -> int | None:
    """Return which set of rates applies: the one that says most of what is asked, and nothing else; None if none does.

    A key is role, market, seniority; "" = any. Role counts most, then market. Of equal ones the first.
    Worked by hand: of ("", "", ""), ("field", "", ""), ("field", "US", ""), ("", "US", "senior") field, US, junior is
    the third; inside, US, senior the fourth; inside, DE, "" the first.
    """
    asked = tuple(text.strip().casefold() for text in (role, market, seniority))
    best: tuple[int, int] | None = None
    for at, key in enumerate(keys):
        wanted = tuple(text.strip().casefold() for text in key)
        if all(not w or w == a for w, a in zip(wanted, asked, strict=True)):
            weight = sum(value for w, value in zip(wanted, (4, 2, 1), strict=True) if w)
            if best is None or weight > best[0]:
                best = (weight, at)
    return None if best is None else best[1]
