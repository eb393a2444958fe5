"""Quotas in the register: found for any period, shared, spread, cleared, undone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from territorymap.errors import UserError
from territorymap.metrics.quota_split import SplitRules, to_cents
from territorymap.model.coverage import Assumption, Quota
from territorymap.model.period import parse_period
from territorymap.session.commands.money import (
    clear_quotas,
    promise_bottom_up,
    set_assumption,
    set_quotas,
    share_target,
    spread_quotas,
)
from territorymap.session.money.quotas import OWN, PART, SUMMED, QuotaBook
from territorymap.session.money.rules import QuotaRules, forecast_rules, quota_rules, read_quota_rules
from territorymap.session.session import Session
from tests.session.money.plans import TODAY, YEAR, ids, money_session, quota

Q3 = parse_period("2026-Q3")


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    with money_session(tmp_path_factory.mktemp("quotas") / "plan.gpkg") as session:
        yield session


@pytest.fixture(autouse=True)
def _as_before(session: Session) -> Iterator[None]:
    n = len([s for s in session.timeline() if not s.is_undone])
    yield
    while len([s for s in session.timeline() if not s.is_undone]) > n:
        session.undo()


def book(**amounts: float) -> QuotaBook:
    rows = [
        Quota(i, str(i), text.replace("_", "-").lstrip("p"), None, 1, None, amount, "")
        for i, (text, amount) in enumerate(amounts.items())
    ]
    return QuotaBook(rows)


def test_a_quota_follows_from_shorter_and_longer_periods() -> None:
    """120,000 + 3 x 130,000 = 510,000; 365,000 x 92 / 365 = 92,000."""
    quarters = book(p2026_Q1=120_000, p2026_Q2=130_000, p2026_Q3=130_000, p2026_Q4=130_000)
    found = quarters.of_territory(1, YEAR)
    assert (found.amount, found.origin) == (510_000, SUMMED)
    year = book(p2026=365_000)
    assert (year.of_territory(1, Q3).amount, year.of_territory(1, Q3).origin) == (92_000, PART)
    both = book(p2026=365_000, p2026_Q3=7)
    assert (both.of_territory(1, Q3).amount, both.of_territory(1, Q3).origin) == (7, OWN)


def test_a_gap_among_shorter_periods_makes_no_sum() -> None:
    found = book(p2026_Q1=1, p2026_Q2=1, p2026_Q4=1).of_territory(1, YEAR)
    assert np.isnan(found.amount)
    mixed = book(p2026_Q1=1, p2026_04=2, p2026_05=2, p2026_06=2, p2026_Q3=1, p2026_Q4=1)
    assert mixed.of_territory(1, YEAR).amount == 9
    assert np.isnan(mixed.of_territory(2, YEAR).amount)
    assert np.isnan(mixed.of_territory(1, parse_period("2027")).amount)


def test_a_target_is_shared_and_its_sum_stands_in_the_file(session: Session) -> None:
    records = session.register(Quota)
    table = session.money.quotas(YEAR, TODAY)
    session.do(share_target(session.plan, records, table, 1_000_001.0, SplitRules(step=1000)))
    table = session.money.quotas(YEAR, TODAY)
    assert table.total == 1_000_001
    assert table.target.amount == 1_000_001
    assert [f.origin for f in table.found] == [OWN] * 3
    stored = session.document.register(Quota).values()
    told = [q.amount for q in stored if q.period == "2026" and q.territory_id is not None]
    assert sum(map(to_cents, told)) == 100_000_100
    session.undo()
    assert np.isnan(session.money.quotas(YEAR, TODAY).quota).all()
    session.redo()
    assert session.money.quotas(YEAR, TODAY).total == 1_000_001


def test_history_shares_by_revenue_as_pandas_sums_it(session: Session) -> None:
    """With history alone each quota is the territory's share of the revenue of all three."""
    plan = session.plan
    table = session.money.quotas(YEAR, TODAY)
    revenue = plan.accounts.values[plan.measure_named("Revenue").column_name]
    owner = plan.territory_of_accounts()
    sums = np.array([revenue[owner == t].sum() for t in range(3)])
    assert table.history == pytest.approx(sums)
    rules = SplitRules(potential=0, history=1, capacity=0, step=0.01)
    session.do(share_target(plan, session.register(Quota), table, 10_000.0, rules))
    found = session.money.quotas(YEAR, TODAY).quota
    assert found == pytest.approx(10_000 * sums / sums.sum(), abs=0.01)


def test_what_stays_is_not_shared_again(session: Session) -> None:
    quota(session, YEAR, North=700.0)
    table = session.money.quotas(YEAR, TODAY)
    keep = [ids(session)["North"]]
    session.do(share_target(session.plan, session.register(Quota), table, 1000.0, SplitRules(step=1), keep))
    found = session.money.quotas(YEAR, TODAY)
    assert found.quota[0] == 700
    assert found.total == 1000
    with pytest.raises(UserError, match="no less than the target"):
        share_target(session.plan, session.register(Quota), found, 700.0, SplitRules(), keep)
    with pytest.raises(UserError, match="cannot be shared"):
        share_target(session.plan, session.register(Quota), found, float("nan"), SplitRules())


def test_a_year_is_spread_over_quarters_and_months(session: Session) -> None:
    quota(session, YEAR, North=1000.01, South=500.0)
    table = session.money.quotas(YEAR, TODAY)
    session.do(spread_quotas(session.plan, session.register(Quota), table, "quarter", [20, 25, 25, 30]))
    book = session.money.book
    north = [book.of_territory(ids(session)["North"], parse_period(f"2026-Q{n}")).amount for n in (1, 2, 3, 4)]
    assert north == pytest.approx([200.0, 250, 250, 300.01], abs=0.011)
    assert sum(map(to_cents, north)) == 100_001
    for wrong in ([1, 2], [0, 0, 0, 0], [-1, 1, 1, 1], [float("nan")] * 4):
        with pytest.raises(UserError, match="4 weights"):
            spread_quotas(session.plan, session.register(Quota), table, "quarter", wrong)
    with pytest.raises(UserError, match="cannot be spread"):
        spread_quotas(session.plan, session.register(Quota), session.money.quotas(Q3, TODAY), "quarter")


def test_quotas_from_below_become_the_target(session: Session) -> None:
    table = session.money.quotas(YEAR, TODAY)
    assert (table.bottom_up > 0).all()
    session.do(promise_bottom_up(session.plan, session.register(Quota), table, 1.0))
    found = session.money.quotas(YEAR, TODAY)
    assert found.quota == pytest.approx(table.bottom_up, abs=1.0)
    assert found.target.amount == found.total


def test_quotas_are_replaced_cleared_and_refused(session: Session) -> None:
    quota(session, YEAR, North=5.0)
    quota(session, YEAR, North=6.0, South=1.0)
    rows = [q for q in session.document.register(Quota).values() if q.period == "2026"]
    assert sorted(q.amount for q in rows) == [1.0, 6.0]
    quota(session, YEAR, South=None)
    assert [q.amount for q in session.register(Quota).values() if q.period == "2026"] == [6.0]
    session.do(clear_quotas(session.register(Quota), YEAR))
    assert not [q for q in session.register(Quota).values() if q.period == "2026"]
    with pytest.raises(UserError, match="no quota of exactly"):
        clear_quotas(session.register(Quota), YEAR)
    for amount in (-1.0, float("nan"), float("inf")):
        with pytest.raises(UserError, match="cannot be"):
            quota(session, YEAR, North=amount)
    with pytest.raises(UserError, match="not in the plan any more"):
        session.do(set_quotas(session.register(Quota), YEAR, {(None, 999, None): 1.0}, "Set"))


def test_assumptions_are_kept_and_hostile_ones_refused(session: Session) -> None:
    rules = QuotaRules(split=SplitRules(potential=0.5, step=10))
    session.do(set_assumption(session.register(Assumption), "quota", rules.to_json(), "Set"))
    assert quota_rules(session.register(Assumption)) == rules
    session.do(set_assumption(session.register(Assumption), "quota", QuotaRules().to_json(), "Set"))
    assert len([a for a in session.register(Assumption).values() if a.topic == "quota"]) == 1
    for text in ("[", "[]", '{"split": 5}', '{"split": {"step": 0}}', '{"split": {"potential": -1}}'):
        with pytest.raises(UserError):
            read_quota_rules(text)
    assert forecast_rules({}).stages["won"] == 1.0


def test_a_territory_that_goes_takes_its_quota_along(session: Session) -> None:
    from territorymap.session import commands

    quota(session, YEAR, West=5.0)
    session.do(commands.delete_territories(session.plan, [ids(session)["West"]]))
    assert not [q for q in session.register(Quota).values() if q.period == "2026"]
    session.undo()
    assert [q.amount for q in session.register(Quota).values() if q.period == "2026"] == [5.0]


@given(st.dictionaries(st.sampled_from([f"p2026_{n:02}" for n in range(1, 13)]), st.integers(0, 10**9), min_size=12))
def test_the_sum_of_months_is_the_year_to_the_cent(cents: dict[str, int]) -> None:
    found = book(**{name: c / 100 for name, c in cents.items()}).of_territory(1, YEAR)
    assert to_cents(found.amount) == sum(cents.values())


def test_the_file_can_be_opened_again(session: Session, tmp_path: Path) -> None:
    assert session.document.register(Quota) == dict(session.register(Quota))
