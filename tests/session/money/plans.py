"""A small plan with money: quotas, deals, figures and a pay plan, as one command each."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

from territorymap.metrics.pay_terms import (
    ATTAINMENT,
    Contest,
    PayTerms,
    PayTier,
    RetentionBonus,
    Spiff,
    TeamBonus,
)
from territorymap.model.coverage import Deal, Figure, PayPlan, Quota
from territorymap.model.period import Period, parse_period
from territorymap.session.commands.money import add_pay_plan, set_quotas
from territorymap.session.commands.registers import add_records
from territorymap.session.session import Session
from tests.ui.panels.plans import make_session

D = Decimal
TODAY = date(2026, 5, 15)
Q2 = parse_period("2026-Q2")
YEAR = parse_period("2026")

TERMS = PayTerms(
    base=D(60_000),
    variable=D(40_000),
    tiers=(PayTier(D(0), D(1)), PayTier(D(1), D("1.5"))),
    retention=RetentionBonus(D("0.95"), D(4_000)),
    team=TeamBonus("role", D(1), D(2_000)),
    contests=(Contest("Spring", ATTAINMENT, (D(300), D(100))),),
    spiffs=(Spiff("Lasers", "laser", D(50), D("0.01"), D(1_000)),),
)


def rep_id(session: Session, name: str) -> int:
    return next(r.rep_id for r in session.plan.reps if r.name == name)


def ids(session: Session) -> dict[str, int]:
    return {t.name: t.territory_id for t in session.plan.territories}


def quota(session: Session, period: Period, **amounts: float | None) -> None:
    targets = {(None, ids(session)[name], None): amount for name, amount in amounts.items()}
    session.do(set_quotas(session.register(Quota), period, targets, "Set quotas"))


def account_in(session: Session, name: str) -> int:
    """Return the account_id of the first account of a territory."""
    ix = session.plan.territory_of_accounts().tolist().index(session.plan.territory_ix(ids(session)[name]))
    return int(session.plan.accounts.account_id[ix])


def money_session(path: Path) -> Session:
    """North (Ann) and South (Bob) with deals, West vacant; looked at on 15 May 2026.

    Deals: North: won 6,000 (laser, 3 April, Ann) and open 10,000 at 0.5 (Ann); South: won 3,000 (no rep named);
    nowhere: open 800 at its stage's 0.25 (no account, no rep).
    """
    session = make_session(path)
    ann, north, south = rep_id(session, "Ann"), account_in(session, "North"), account_in(session, "South")
    rows = [
        {"account_id": north, "rep_id": ann, "deal_name": "Lens", "product": "Laser cutter", "amount": 6_000,
         "stage": "won", "closed_on": "2026-04-03"},
        {"account_id": north, "rep_id": ann, "deal_name": "Pumps", "amount": 10_000, "stage": "qualified",
         "probability": 0.5, "expected_on": "2026-06-20"},
        {"account_id": south, "rep_id": None, "deal_name": "Laser pen", "amount": 3_000, "stage": "won",
         "closed_on": "2026-05-01"},
        {"deal_name": "Lost trail", "amount": 800, "stage": "qualified", "expected_on": "2026-03-01"},
        {"account_id": south, "deal_name": "Later", "amount": 9_000, "stage": "proposal", "expected_on": "2026-08-01"},
    ]  # fmt: skip
    session.do(add_records(Deal, rows, "Import deals"))
    quota(session, Q2, North=10_000, South=6_000)
    session.do(
        add_records(Figure, [{"metric": "Retention", "period": "2026-Q2", "rep_id": ann, "amount": 0.96}], "Figures")
    )
    session.do(add_pay_plan(session.register(PayPlan), "Everybody", "", TERMS))
    return session
