"""Short ways to write the records of partners in tests."""

from __future__ import annotations

import math
from datetime import date
from itertools import count
from typing import Any

from territorymap.metrics.forecasting import STAGE_PROBABILITY
from territorymap.metrics.partners.programme import usual_programme
from territorymap.metrics.partners.sheet import PartnerInputs
from territorymap.model.coverage import Action, Credential, Deal, Figure, Partner, Quota, Tier, TierChange
from territorymap.model.period import Period, parse_period

_ids = count(1)
PROBABILITY = dict(STAGE_PROBABILITY)


def tier(name: str, order: int, revenue: float | None = None, **asked: Any) -> Tier:
    values: dict[str, Any] = {"min_certifications": None, "min_satisfaction": None, "min_growth": None, **asked}
    return Tier(order + 1, f"tier-{name}", name, order, revenue, benefits="", **values)


def credential(title: str, expires_on: str = "", obtained_on: str = "", kind: str = "certification") -> Credential:
    n = next(_ids)
    return Credential(n, f"c{n}", 7, kind, title, obtained_on, expires_on)


def deal(amount: float, stage: str = "proposal", **values: Any) -> Deal:
    n = next(_ids)
    known: dict[str, Any] = {
        "account_id": None, "rep_id": 7, "deal_name": f"deal {n}", "registered_on": "2026-07-01", "probability": None,
        "expected_on": "", "expires_on": "", "closed_on": "", "note": "", **values,
    }  # fmt: skip
    return Deal(n, f"d{n}", amount=amount, stage=stage, **known)


def figure(period: str, amount: float, metric: str = "revenue", territory_id: int | None = None) -> Figure:
    n = next(_ids)
    return Figure(n, f"f{n}", metric, period, 7, territory_id, amount)


def quota(period: str, amount: float, territory_id: int | None = None) -> Quota:
    n = next(_ids)
    return Quota(n, f"q{n}", period, None, territory_id, 7, amount, "")


def action(title: str, kind: str = "agreed", due_on: str = "", **values: Any) -> Action:
    n = next(_ids)
    known: dict[str, Any] = {
        "territory_id": None, "root_cause": "", "owner": "", "done_on": "", "flagged_by": "", "period": "", "note": "",
        **values,
    }  # fmt: skip
    return Action(n, f"a{n}", kind, 7, title=title, due_on=due_on, **known)


def change(before: int | None, after: int | None, on: str, rep_id: int = 7) -> TierChange:
    n = next(_ids)
    return TierChange(n, f"t{n}", rep_id, before, after, on, "")


def partner(rep_id: int = 7, status: str = "active", **values: Any) -> Partner:
    known: dict[str, Any] = {
        "partner_type": "reseller", "tier_id": None, "scores": "", "contact": "", "agreed_on": "2025-01-01",
        "left_on": "", "joint_plan": "Grow together", "satisfaction": None, "note": "", **values,
    }  # fmt: skip
    return Partner(rep_id, f"p{rep_id}", rep_id, status=status, **known)


def inputs(*partners: Partner, **values: Any) -> PartnerInputs:
    people = partners or (partner(),)
    known: dict[str, Any] = {
        "names": {p.rep_id: f"Partner {p.rep_id}" for p in people}, "territories": {7: ("North",)}, "tiers": (),
        "changes": (), "credentials": (), "deals": (), "actions": (), "figures": (), "quotas": (),
        "programme": usual_programme(), "markets": {}, "conflicts": {}, "probability_of": PROBABILITY, **values,
    }  # fmt: skip
    return PartnerInputs(partners=people, **known)


def series(**amounts: float) -> dict[Period, float]:
    """Return a series of periods written as 2026_Q1."""
    return {parse_period(name.strip("_").replace("_", "-")): amount for name, amount in amounts.items()}


def day(text: str) -> date:
    return date.fromisoformat(text)


def is_nan(value: float) -> bool:
    return math.isnan(value)
