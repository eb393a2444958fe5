"""Forecast and pay of a small plan, worked out by hand; see plans.money_session."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal

import numpy as np
import pytest

from territorymap.model.coverage import Assumption, Deal, Figure, PayPlan, Quota
from territorymap.session import commands
from territorymap.session.commands.money import delete_pay_plan, edit_pay_plan, set_assumption, set_quotas
from territorymap.session.commands.registers import add_records, delete_records, edit_record
from territorymap.session.money.rules import ForecastRules
from territorymap.session.session import Session
from tests.session.money.plans import Q2, TERMS, TODAY, ids, money_session, rep_id

D = Decimal
NOTHING = ForecastRules(basis="none")


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    with money_session(tmp_path_factory.mktemp("forecasts") / "plan.gpkg") as session:
        session.do(set_assumption(session.register(Assumption), "forecast", NOTHING.to_json(), "No run rate"))
        yield session


@pytest.fixture(autouse=True)
def _as_before(session: Session) -> Iterator[None]:
    n = len([s for s in session.timeline() if not s.is_undone])
    yield
    while len([s for s in session.timeline() if not s.is_undone]) > n:
        session.undo()


def test_the_forecast_of_territories(session: Session) -> None:
    """North: 6,000 + 10,000 x 0.5 = 11,000 of 10,000: 1.1. South: 3,000 of 6,000: 0.5. Nowhere: 800 x 0.25 = 200."""
    lines = session.money.forecast(Q2, TODAY).territory
    assert lines.booked.tolist() == [6_000, 3_000, 0, 0]
    assert lines.open.tolist() == [5_000, 0, 0, 200]
    assert lines.forecast.tolist() == [11_000, 3_000, 0, 200]
    assert lines.attainment[:2].tolist() == [1.1, 0.5]
    assert np.isnan(lines.attainment[2:]).all()
    assert lines.n_open.tolist() == [1, 0, 0, 1]
    assert lines.n_late.tolist() == [0, 0, 0, 1]
    whole = session.money.forecast(Q2, TODAY).whole
    assert (whole.forecast[0], whole.quota[0]) == (14_200, 16_000)


def test_reps_have_what_their_territories_have(session: Session) -> None:
    """Ann's deals bear her name; the deal that bears none is Bob's, who has South."""
    found = session.money.forecast(Q2, TODAY)
    assert found.rep_ids == [rep_id(session, "Ann"), rep_id(session, "Bob")]
    assert found.rep.forecast.tolist() == [11_000, 3_000]
    assert found.rep.quota.tolist() == [10_000, 6_000]


def test_a_quota_of_the_rep_goes_before_that_of_the_territory(session: Session) -> None:
    bob = rep_id(session, "Bob")
    session.do(set_quotas(session.register(Quota), Q2, {(None, None, bob): 4_000.0}, "Set"))
    assert session.money.forecast(Q2, TODAY).rep.quota.tolist() == [10_000, 4_000]


def test_the_run_rate_of_a_measure(session: Session) -> None:
    """Half of a year's revenue, for the 91 days of the quarter."""
    rules = ForecastRules(basis="measure", share=0.5)
    session.do(set_assumption(session.register(Assumption), "forecast", rules.to_json(), "Half"))
    revenue = session.plan.accounts.values[session.plan.measure_named("Revenue").column_name]
    north = revenue[session.plan.territory_of_accounts() == 0].sum()
    assert session.money.forecast(Q2, TODAY).territory.run_rate[0] == pytest.approx(north * 0.5 * 91 / 365)


def test_the_run_rate_of_figures_goes_on_as_it_went(session: Session) -> None:
    """April (30 days) brought 3,000 in North: 100 a day for the 47 days left; won deals are in the figures."""
    rules = ForecastRules(basis="pace", metric="revenue")
    rows = [{"metric": "Revenue", "period": "2026-04", "territory_id": ids(session)["North"], "amount": 3_000}]
    session.do(set_assumption(session.register(Assumption), "forecast", rules.to_json(), "Pace"))
    session.do(add_records(Figure, rows, "Figures"))
    lines = session.money.forecast(Q2, TODAY).territory
    assert lines.booked.tolist() == [3_000, 0, 0, 0]
    assert lines.run_rate[0] == pytest.approx(4_700)


def test_a_deal_that_is_won_moves_on_screen_as_in_the_file(session: Session) -> None:
    deal = next(d for d in session.register(Deal).values() if d.deal_name == "Pumps")
    session.do(edit_record(Deal, deal.row_id, {"stage": "won", "closed_on": "2026-05-14"}, "Win"))
    assert session.money.forecast(Q2, TODAY).territory.booked[0] == 16_000
    session.undo()
    assert session.money.forecast(Q2, TODAY).territory.booked[0] == 6_000


def test_moving_ground_moves_the_deals_of_nobody(session: Session) -> None:
    """South's units go to West: the deal that names no rep goes along, Ann's stay with Ann."""
    plan = session.plan
    session.do(commands.assign_units(plan, plan.units_of(1), ids(session)["West"]))
    lines = session.money.forecast(Q2, TODAY).territory
    assert lines.booked.tolist() == [6_000, 0, 3_000, 0]


def test_without_deals_there_is_a_forecast_of_nothing(session: Session) -> None:
    session.do(delete_records(Deal, list(session.register(Deal)), "Delete all"))
    found = session.money.forecast(Q2, TODAY)
    assert found.territory.forecast.tolist() == [0, 0, 0, 0]
    assert found.rep.forecast.tolist() == [0, 0]


def test_payouts_by_territory_at_80_100_and_120_percent(session: Session) -> None:
    """A quarter: 10,000 at 100 % and 500 of the team. 8,000; 10,500; 10,000 + 3,000 + 500. West has nobody."""
    payouts = session.money.pay(Q2, TODAY).payouts()
    assert payouts[:, 0].tolist() == [D(8_000), D(10_500), D(13_500)]
    assert payouts[:, 2].tolist() == [None, None, None]


def test_statements_as_worked_out_by_hand(session: Session) -> None:
    """Ann: base 15,000; 6,000 of 10,000 is 60 %: 6,000; retention 0.96: 1,000; team 9,000 of 16,000: nothing.

    Contest: 0.6 before South's 0.5: 300. SPIFF: 50 + 1 % of 6,000 = 110. Together 22,410. Bob: 15,000 + 50 % of
    10,000 + second prize 100 = 20,100: the laser pen bears no rep's name, so there is no SPIFF.
    """
    ann, bob = session.money.pay(Q2, TODAY).paid
    assert {line.kind: line.amount for line in ann.lines if line.amount} == {
        "base": D(15_000),
        "tier": D(6_000),
        "retention": D(1_000),
        "contest": D(300),
        "spiff": D(110),
    }
    assert ann.total == D(22_410)
    assert bob.total == D(20_100)
    # If the forecast comes true: 110 % is 10,000 + 10 % x 10,000 x 1.5; the team has 14,000 of 16,000.
    assert ann.expected == D(15_000) + D(11_500) + D(1_000)


def test_a_half_time_rep_gets_half(session: Session) -> None:
    ann = rep_id(session, "Ann")
    session.do(commands.edit_rep(session.plan, ann, fte=0.5))
    pay = session.money.pay(Q2, TODAY)
    assert pay.payouts()[1, 0] == D(5_250)
    assert pay.paid[0].lines[0].amount == D(7_500)


def test_the_plan_of_a_role_goes_before_the_one_for_everybody(session: Session) -> None:
    records = session.register(PayPlan)
    row_id = next(iter(records))
    session.do(edit_pay_plan(records, row_id, "Field", session.plan.alignment.role or "field", TERMS))
    pay = session.money.pay(Q2, TODAY)
    assert [paid.plan and paid.plan.plan_name for paid in pay.paid] == ["Field", "Field"]
    session.do(edit_pay_plan(records, row_id, "Inside", "inside", TERMS))
    pay = session.money.pay(Q2, TODAY)
    assert [paid.plan for paid in pay.paid] == [None, None]
    assert pay.payouts()[:, 0].tolist() == [None, None, None]
    session.do(delete_pay_plan(records, row_id))
    assert session.money.pay(Q2, TODAY).paid[0].total == 0


def test_a_plan_that_cannot_be_read_does_not_hide_the_others(session: Session) -> None:
    session.do(add_records(PayPlan, [{"plan_name": "Broken", "role": "", "content": "["}], "Add"))
    pay = session.money.pay(Q2, TODAY)
    assert [text.partition(":")[0] for text in pay.unreadable.values()] == ["Broken"]
    assert pay.paid[0].plan is not None
    assert pay.paid[0].plan.plan_name == "Everybody"


def test_fairness_takes_four_territories(session: Session) -> None:
    found = session.money.pay(Q2, TODAY).fairness(np.ones(3))
    assert np.isnan(found.share)


def test_the_first_period_to_look_at_is_the_shortest_with_a_quota(session: Session) -> None:
    assert session.money.usual_period(TODAY) == Q2
    assert session.money.usual_period(date(2030, 1, 1)) == Q2
    assert replace(TERMS, base=D(1)).base == 1


def test_a_vacancy_wins_no_prize(session: Session) -> None:
    """South becomes vacant: North alone is in the contest although South has a quota and won a deal."""
    session.do(commands.set_territory_rep(session.plan, ids(session)["South"], None))
    standings = session.money.pay(Q2, TODAY).standings()
    assert [(one.territory_ix, one.place, one.prize) for one in standings] == [(0, 1, D(300))]
