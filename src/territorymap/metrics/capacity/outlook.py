"""The funnel of each territory against its capacity: what its hours bring, what its target needs.

Owns the arithmetic per territory; rates and flow are funnel's, hours of a rep balance's.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass

import numpy as np
from numpy.typing import NDArray

from territorymap.i18n import tr
from territorymap.metrics.capacity.fields import Fields
from territorymap.metrics.capacity.funnel import Flow, Rates, backwards, within_hours
from territorymap.metrics.capacity.groups import distinct_texts, segment_of
from territorymap.metrics.registry import metric
from territorymap.model.plan import Plan

Floats = NDArray[np.float64]
OUTLOOK = "funnel"  # topic of the Assumption
TIME_WAYS = ("share", "rest")
MARKET_WAYS = ("", "country", "state", "region", "segment")


@dataclass(frozen=True)
class OutlookAssumed:
    """How much of a territory's time goes into the funnel, what it is to bring, and what its market is."""

    time: str = "share"  # of TIME_WAYS: a share of the capacity, or what the workload of its accounts leaves
    share: float = 0.3
    market_by: str = "country"  # of MARKET_WAYS
    market_key: str = ""  # uuid of a segment
    growth: float = 0.1  # without a quota: the target is revenue x (1 + growth) ...
    retention: float = 0.9  # ... of which this share of the revenue comes again

    def to_json(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=False, separators=(",", ":"))


def read_outlook(text: str) -> OutlookAssumed:
    """Return what is assumed of territories' funnels; UserError names what cannot be read."""
    found, usual = Fields.of_text(tr("assumptions of the funnel"), text), OutlookAssumed()
    return OutlookAssumed(
        found.word("time", usual.time, TIME_WAYS),
        found.number("share", usual.share, 0.0, 1.0),
        found.word("market_by", usual.market_by, MARKET_WAYS),
        found.text("market_key"),
        found.number("growth", usual.growth, -1.0, 100.0),
        found.number("retention", usual.retention, 0.0, 1.0),
    )


@dataclass(frozen=True)
class Outlook:
    """The funnel of one territory."""

    territory_ix: int
    market: str
    seniority: str
    rates: Rates
    hours: float  # a year that there are for the funnel
    target: float  # new business a year
    brings: Flow  # forwards: what the hours bring
    needs: Flow  # backwards: what the target needs

    @property
    def load(self) -> float:
        """Hours needed of hours there are; nan where there are none and none are needed, inf where only needed."""
        return funnel_load(self.needs.hours, self.hours)

    @property
    def gap(self) -> float:
        """What the hours bring less the target; below 0 something is missing."""
        return self.brings.amount - self.target


@metric(
    "funnel_load",
    scope="assumed",
    label=lambda: tr("Load of the funnel"),
    formula=lambda: tr("Hours that the target needs along the funnel ÷ hours that the territory has for it"),
    meaning=lambda: tr("Above 100 % the territory cannot reach its target with the time it has."),
    lines=lambda case: [],
)
def funnel_load(needed_h: float, has_h: float) -> float:
    """Hours needed of the hours there are.

    Worked by hand: 485 h needed, 970 h there: 0.5. 485 h and none there: infinite. None and none: nan.

    Parameters
    ----------
    needed_h : hours a year that the target needs
    has_h : hours a year that the territory has for the funnel

    Returns
    -------
    float, >= 0; inf where there is no time for what is needed, nan where nothing is needed of nothing.

    Source
    ------
    Workload over capacity, as the plan's index.
    """
    if has_h > 0:
        return needed_h / has_h
    return math.inf if needed_h > 0 else math.nan


def markets_of_territories(plan: Plan, owner: NDArray[np.integer], market_by: str, key: str = "") -> list[str]:
    """Return the market of each territory: what most of its accounts are of; of equal ones the first by name.

    ``owner`` (A,) is the territory position of each account, -1 = none.
    """
    n = plan.n_territories
    if market_by == "region":
        regions = {region.region_id: region.name for region in plan.regions}
        return [regions.get(t.region_id, "") if t.region_id is not None else "" for t in plan.territories]
    texts = _texts_of(plan, market_by, key)
    if texts is None:
        return [""] * n
    names, of = distinct_texts(texts)
    told = (owner >= 0) & np.array([bool(name.strip()) for name in names], dtype=np.bool_)[of] if names else owner >= 0
    out = []
    for territory in range(n):
        count = np.bincount(of[told & (owner == territory)], minlength=len(names))
        best = max(count, default=0)
        out.append(min(names[i] for i in np.flatnonzero(count == best)) if best else "")
    return out


def _texts_of(plan: Plan, market_by: str, key: str) -> NDArray[np.object_] | None:
    accounts = plan.accounts
    if market_by == "segment":
        segment = segment_of(plan, key)
        return None if segment is None else accounts.segments[segment.column_name]
    if market_by == "state":
        return accounts.state
    if market_by == "country":
        return _countries(plan)
    return None


def _countries(plan: Plan) -> NDArray[np.object_]:
    """Return (A,) the country of each account, its unit's where it tells none."""
    accounts, units = plan.accounts, plan.units
    if not len(units):
        return accounts.country
    by_unit = np.where(accounts.unit_ix >= 0, units.country[accounts.unit_ix], "")
    return np.where(accounts.country == "", by_unit, accounts.country)


def outlook_of(
    plan: Plan,
    assumed: OutlookAssumed,
    rates_of: Callable[[str, str], Rates],
    capacity_h: Floats,
    workload_h: Floats,
    targets: Sequence[float],
    markets: Sequence[str],
) -> list[Outlook]:
    """Return the funnel of every territory.

    Parameters
    ----------
    rates_of : of a market and a seniority, for the role of the alignment
    capacity_h, workload_h : (T,) hours a year that there are, and that its accounts ask for
    targets : (T,) new business a year
    """
    out = []
    for ix in range(plan.n_territories):
        rep = plan.rep_of(ix)
        seniority = rep.seniority if rep is not None else ""
        rates = rates_of(markets[ix], seniority)
        rest = float(capacity_h[ix] - workload_h[ix])
        hours = max(0.0, rest if assumed.time == "rest" else float(capacity_h[ix]) * assumed.share)
        brings, needs = within_hours(hours, rates), backwards(targets[ix], rates)
        out.append(Outlook(ix, markets[ix], seniority, rates, hours, targets[ix], brings, needs))
    return out
