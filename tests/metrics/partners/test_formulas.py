"""The worked examples of the docstrings, and laws that hold for any figures."""

from __future__ import annotations

import math
from datetime import timedelta

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from territorymap.metrics.partners.credentials import held
from territorymap.metrics.partners.figures import (
    NOT_TOLD,
    Told,
    annualised,
    attainment,
    growth,
    newest,
    series_of,
    share_of_period,
    sum_over,
    year_to,
)
from territorymap.metrics.partners.market import market_share, markets
from territorymap.metrics.partners.pipeline import pipeline
from territorymap.metrics.partners.recruiting import Criterion, recruitment_score
from territorymap.metrics.partners.tiers import (
    Reached,
    gaps,
    in_order,
    loose_criteria,
    next_tier,
    tier_earned,
    transitions,
)
from territorymap.model.period import parse_period, period_of
from tests.metrics.partners.records import PROBABILITY, credential, day, deal, figure, is_nan, series, tier

YEAR = day("2026-01-01"), day("2026-12-31")


def test_figure_of_the_whole_counts_before_those_by_territory() -> None:
    told = [figure("2026-Q1", 40, territory_id=1), figure("2026-Q1", 50, territory_id=2)]
    assert series_of(told)[("revenue", 7)] == series(_2026_Q1=90)
    assert series_of([figure("2026-Q1", 100), *told])[("revenue", 7)] == series(_2026_Q1=100)
    assert series_of([figure("2026-Q1", math.nan)]) == {}


def test_sum_takes_the_longer_period_and_no_day_twice() -> None:
    told = series(_2026_Q1=90, _2026_01=20, _2026_04=30, _2026_05=40)
    assert sum_over(told, *YEAR) == Told(160, 151, 365)
    assert sum_over(told, day("2026-04-01"), day("2026-06-30")) == Told(70, 61, 91)
    nothing = sum_over(told, day("2026-02-01"), day("2026-02-28"))
    assert is_nan(nothing.amount)
    assert nothing.told_days == 0


@given(
    st.dictionaries(
        st.builds(period_of, st.sampled_from(["year", "quarter", "month", "week", "day"]), st.dates(*YEAR)),
        st.floats(-1e9, 1e9),
        max_size=12,
    )
)
def test_sum_counts_disjoint_periods_only(told: dict) -> None:
    total = sum_over(told, *YEAR)
    assert 0 <= total.told_days <= total.n_days == 365
    assert total.is_told == any(p.start >= YEAR[0] and p.end <= YEAR[1] for p in told)
    months = [
        sum_over(told, p.start, p.end) for p in (period_of("month", day(f"2026-{m:02d}-01")) for m in range(1, 13))
    ]
    assert total.told_days >= max(m.told_days for m in months)


def test_target_of_a_year_is_shared_by_days() -> None:
    third = parse_period("2026-Q3")
    assert share_of_period(series(_2026=365), third.start, third.end) == Told(92, 92, 92)
    assert share_of_period(series(_2026=365, _2026_Q3=120), third.start, third.end).amount == 120
    assert is_nan(share_of_period({}, third.start, third.end).amount)


def test_newest_level_is_of_the_last_period_begun() -> None:
    told = series(_2026_Q1=7, _2026_Q3=9)
    assert newest(told, day("2026-05-01"))[0] == 7
    assert newest(told, day("2026-08-01"))[0] == 9
    assert is_nan(newest(told, day("2025-01-01"))[0])


def test_growth_needs_both_for_as_many_days() -> None:
    assert growth(Told(120, 365, 365), Told(100, 365, 365)) == pytest.approx(0.2)
    assert is_nan(growth(Told(120, 365, 365), Told(100, 180, 365)))
    assert is_nan(growth(Told(50, 365, 365), Told(0, 365, 365)))
    assert is_nan(growth(Told(50, 365, 365), NOT_TOLD))


def test_a_quarter_is_brought_to_a_year_and_a_month_is_not() -> None:
    assert annualised(Told(30, 90, 365)) == pytest.approx(121.6667, abs=1e-4)
    assert is_nan(annualised(Told(30, 31, 365)))
    assert attainment(80, 100) == 0.8
    assert is_nan(attainment(80, 0))
    assert is_nan(attainment(math.nan, 100))
    assert is_nan(attainment(80, math.nan))


@given(st.dates(day("1990-01-01"), day("2150-01-01")))
def test_twelve_months_are_a_year(end) -> None:
    start, last = year_to(end)
    assert last == end
    assert (end - start).days + 1 in (365, 366, 367)
    assert year_to(start - timedelta(days=1))[1] < start


def test_recruitment_is_a_weighted_mean() -> None:
    criteria = [Criterion("r", "Reach", 3), Criterion("s", "Skills", 2), Criterion("f", "Finances", 1)]
    part = recruitment_score({"r": 8, "s": 5}, criteria)
    assert (part.score, part.missing) == (pytest.approx(6.8), ("Finances",))
    assert part.known == pytest.approx(5 / 6)
    assert not part.passes(6.0)
    whole = recruitment_score({"r": 8, "s": 5, "f": 2, "gone": 10}, criteria)
    assert whole.score == pytest.approx(6.0)
    assert whole.passes(6.0)
    assert not whole.passes(6.1)
    assert is_nan(recruitment_score({}, criteria).score)
    assert recruitment_score({"r": 99, "s": -5, "f": math.nan}, criteria).score == pytest.approx(6.0)  # 30 / 5


TIERS = [tier("Registered", 0), tier("Silver", 1, 100.0), tier("Gold", 2, 500.0, min_satisfaction=8.0)]


def test_tier_earned_is_the_highest_that_is_met() -> None:
    def earned(revenue: float, satisfaction: float = math.nan) -> str:
        found = tier_earned(TIERS, Reached(revenue=revenue, satisfaction=satisfaction))
        return found.tier_name if found else ""

    assert earned(600, 7.5) == "Silver"
    assert earned(600) == "Silver"
    assert earned(600, 8.0) == "Gold"
    assert earned(99) == "Registered"
    assert earned(math.nan) == "Registered"
    assert tier_earned(TIERS[1:], Reached(revenue=99)) is None


def test_gap_to_the_next_tier_is_told_by_criterion() -> None:
    gold = tier("Gold", 2, 500.0, min_certifications=3)
    revenue, certifications = gaps(gold, Reached(revenue=420, certifications=3))
    assert (revenue.missing, revenue.is_met) == (80, False)
    assert (certifications.missing, certifications.is_met) == (0, True)
    assert is_nan(gaps(gold, Reached())[0].missing)
    above = next_tier(TIERS, TIERS[0])
    assert above is not None
    assert above.tier_name == "Silver"
    assert next_tier(TIERS, None) == TIERS[0]
    assert next_tier(TIERS, TIERS[-1]) is None
    assert next_tier([], None) is None


@given(
    st.lists(st.tuples(st.none() | st.floats(0, 1e6), st.none() | st.integers(0, 9)), max_size=6),
    st.floats(0, 1e6), st.integers(0, 9), st.floats(0, 1e6), st.integers(0, 9),
)  # fmt: skip
def test_who_reaches_more_earns_no_less(asked, revenue, n, more_revenue, more_n) -> None:
    tiers = [tier(str(i), i, r, min_certifications=c) for i, (r, c) in enumerate(asked)]
    low = tier_earned(tiers, Reached(revenue, n, 5.0, 0.0))
    high = tier_earned(tiers, Reached(revenue + more_revenue, n + more_n, 5.0, 0.0))
    assert low is None or (high is not None and high.sort_order >= low.sort_order)
    assert high is None or all(gap.is_met for gap in gaps(high, Reached(revenue + more_revenue, n + more_n, 5.0, 0.0)))


def test_transitions_name_who_moved() -> None:
    silver, gold = 2, 3
    moves = transitions({1: silver, 2: gold, 3: None}, {1: gold, 2: gold, 4: silver}, TIERS)
    assert [(m.rep_id, m.kind) for m in moves] == [(1, "up"), (2, "same"), (4, "new"), (3, "left")]
    assert transitions({1: gold}, {1: None}, TIERS)[0].kind == "down"


def test_a_higher_tier_that_asks_less_is_found() -> None:
    low, high = tier("Silver", 0, 500.0), tier("Gold", 1, 400.0)
    assert loose_criteria([high, low]) == [(low, high, "revenue")]
    assert loose_criteria(TIERS) == []
    assert in_order([high, low]) == [low, high]


def test_credentials_hold_run_out_and_are_renewed() -> None:
    today = day("2026-10-01")
    told = [
        credential("Cloud", "2026-11-15"), credential("Network", "2026-09-30"), credential("Basics"),
        credential("Storage", "2027-12-01", obtained_on="2026-12-01"), credential("Selling", kind="training"),
    ]  # fmt: skip
    found = held(told, today)
    assert [c.title for c in found.valid] == ["Cloud", "Basics", "Selling"]
    assert [c.title for c in found.expiring] == ["Cloud"]
    assert [c.title for c in found.expired] == ["Network"]
    assert found.n_certifications == 2
    renewed = held([*told, credential(" network ", "2027-09-30")], today)
    assert renewed.expired == ()
    assert renewed.n_certifications == 3
    assert held([credential("Last day", "2026-10-01")], today).n_certifications == 1


def test_pipeline_weighs_open_deals() -> None:
    deals = [
        deal(100), deal(200, probability=0.9), deal(50, "won", closed_on="2026-08-15"),
        deal(80, "lost", closed_on="2026-09-01"), deal(70, expires_on="2026-08-31"),
        deal(1000, registered_on="2026-12-01"), deal(9, "won", closed_on="2026-01-01"), deal(math.nan),
    ]  # fmt: skip
    line = pipeline(deals, day("2026-09-30"), day("2026-07-01"), day("2026-09-30"), PROBABILITY)
    assert (line.n_open, line.open_amount, line.weighted) == (3, 300, pytest.approx(230))
    assert (line.n_won, line.won_amount, line.n_lost, line.lost_amount, line.n_expired) == (1, 50, 1, 80, 1)
    assert line.win_rate == 0.5
    nothing = pipeline([], day("2026-09-30"), *YEAR, PROBABILITY)
    assert nothing.weighted == 0
    assert is_nan(nothing.win_rate)


def test_penetration_counts_an_account_once() -> None:
    revenue, potential = np.array([10, 0, np.nan, 5]), np.array([20.0, 30, 10, 40])
    holder, account = np.array([0, 0, 0, 1, 1, -1]), np.array([0, 1, 2, 3, 3, 0])
    first, second, third = markets(holder, account, revenue, potential, 3)
    assert (first.penetration, first.revenue, first.potential) == (pytest.approx(1 / 3), 10, 60)
    assert (second.penetration, second.revenue, second.potential) == (1, 5, 40)
    assert is_nan(third.penetration)
    assert third.n_accounts == 0
    assert market_share(120, 1000) == 0.12
    assert is_nan(market_share(120, 0))
    assert is_nan(market_share(math.nan, 10))
    assert is_nan(market_share(1, math.nan))
    none = markets(np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0), np.empty(0), 2)
    assert [m.n_accounts for m in none] == [0, 0]
    assert is_nan(none[0].potential)


def test_markets_agree_with_pandas_on_many_accounts() -> None:
    rng = np.random.default_rng(6)
    n, p, k = 5_000, 40, 12_000
    revenue, potential = np.where(rng.random(n) < 0.3, rng.random(n) * 100, np.nan), rng.random(n) * 500
    holder, account = rng.integers(-1, p, k), rng.integers(0, n, k)
    frame = pd.DataFrame({"p": holder, "a": account}).query("p >= 0").drop_duplicates()
    frame = frame.assign(r=np.nan_to_num(revenue)[frame.a], q=potential[frame.a])
    frame = frame.assign(customer=frame.r > 0)
    by = frame.groupby("p").agg(n=("a", "size"), c=("customer", "sum"), r=("r", "sum"), q=("q", "sum"))
    for at, market in enumerate(markets(holder, account, revenue, potential, p)):
        row = by.loc[at]
        assert (market.n_accounts, market.n_customers) == (row.n, row.c)
        assert market.revenue == pytest.approx(row.r)
        assert market.potential == pytest.approx(row.q)
