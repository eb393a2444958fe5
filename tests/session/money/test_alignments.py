"""Money across alignments: field and partner channel over the same ground; each deal counts in one of them.

Worked by hand: a second alignment "Partners" gives the ground of North to the partner Pat. Of two deals on an account
of North one (6,000) is Ann's, of the field; the other (500) is Pat's, of the channel.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from territorymap.model.coverage import Deal, Quota
from territorymap.session import commands
from territorymap.session.commands.alignments import new_alignment
from territorymap.session.commands.money import set_quotas
from territorymap.session.commands.partners.people import add_partner
from territorymap.session.commands.registers import add_records
from territorymap.session.money.told import forecast_lines
from territorymap.session.session import Session
from tests.session.money.plans import Q2, TODAY, account_in, ids, money_session, rep_id


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    with money_session(tmp_path_factory.mktemp("alignments") / "plan.gpkg") as session:
        account, ground = account_in(session, "North"), session.plan.units_of(0).copy()
        field = session.plan.alignment.alignment_id
        session.do(add_partner(session, "Pat"))
        pat = rep_id(session, "Pat")
        session.do(new_alignment(session.plan, "Partners", role="partner"))
        partners = next(a.alignment_id for a in session.plan.alignments if a.name == "Partners")
        session.switch_alignment(partners)
        session.do(commands.create_territories(session.plan, ["Channel"]))
        session.do(commands.assign_units(session.plan, ground, ids(session)["Channel"]))
        session.do(commands.set_territory_rep(session.plan, ids(session)["Channel"], pat))
        row = {"account_id": account, "rep_id": pat, "deal_name": "Pat's", "amount": 500, "stage": "won",
               "closed_on": "2026-04-20"}  # fmt: skip
        session.do(add_records(Deal, [row], "Register"))
        session.do(set_quotas(session.register(Quota), Q2, {(None, ids(session)["Channel"], None): 1_000.0}, "Set"))
        session.switch_alignment(field)
        yield session


def test_each_alignment_has_its_own_deals_and_quotas(session: Session) -> None:
    grounds = {g.plan.alignment.name: g for g in session.money.grounds()}
    field, partners = (session.money.forecast(Q2, TODAY, grounds[n]) for n in (session.plan.alignment.name, "Partners"))
    assert field.territory.booked.tolist() == [6_000, 3_000, 0, 0]
    assert partners.territory.booked[0] == 500
    assert partners.territory.quota[0] == 1_000
    names, lines = forecast_lines(grounds["Partners"], partners, "partner")
    at = names.index("Pat")
    assert (lines.booked[at], lines.quota[at]) == (500, 1_000)
    assert forecast_lines(grounds[session.plan.alignment.name], field, "partner")[0] == []


def test_an_alignment_says_the_same_whether_it_is_in_use_or_not(session: Session) -> None:
    other = next(g for g in session.money.grounds() if g.plan.alignment.name == "Partners")
    before = session.money.quotas(Q2, TODAY, other)
    home = session.plan.alignment.alignment_id
    session.switch_alignment(other.alignment_id)
    try:
        after = session.money.quotas(Q2, TODAY)
        assert before.quota.tolist() == after.quota.tolist()
        assert before.history == pytest.approx(after.history)
        assert before.pipeline == pytest.approx(after.pipeline)
        assert session.money.pay(Q2, TODAY).reps == []  # a partner is not paid by a pay plan
    finally:
        session.switch_alignment(home)


def test_the_quarters_of_a_year_add_up(session: Session) -> None:
    """No won deal counts in two quarters, and the year has them all."""
    from tests.session.money.plans import YEAR

    tables = session.money.series(YEAR, TODAY)
    assert [table.period.text for table in tables] == ["2026-Q1", "2026-Q2", "2026-Q3", "2026-Q4"]
    year = session.money.forecast(YEAR, TODAY).whole
    for name in ("booked", "open", "n_open"):
        assert np.sum([getattr(t.whole, name)[0] for t in tables]) == pytest.approx(getattr(year, name)[0])
    assert [t.period.text for t in session.money.series(Q2, TODAY)] == ["2026-04", "2026-05", "2026-06"]


def test_the_file_holds_what_was_said(session: Session) -> None:
    assert Path(session.document.path).exists()
    assert {q.amount for q in session.document.register(Quota).values()} >= {1_000.0, 10_000.0, 6_000.0}
