"""What is paid: tiers, caps, bonuses, contests, statements, to the cent."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from territorymap.errors import UserError
from territorymap.metrics.pay import attained, awarded, payout_at, scaled, tier_amounts, variable_pay
from territorymap.metrics.pay_fairness import explained_share, fairness_words
from territorymap.metrics.pay_statement import Achieved, Prize, SpiffDeal, statement, total_of
from territorymap.metrics.pay_terms import (
    USUAL_TERMS,
    Contest,
    PayTerms,
    PayTier,
    RetentionBonus,
    Spiff,
    TeamBonus,
    terms_from_json,
)

D = Decimal
TERMS = PayTerms(
    base=D(60_000),
    variable=D(40_000),
    tiers=(PayTier(D(0), D(1)), PayTier(D(1), D("1.5")), PayTier(D("1.5"), D(2))),
    retention=RetentionBonus(D("0.95"), D(3_000)),
    team=TeamBonus("region", D(1), D(2_000)),
)
PLAIN = PayTerms(variable=D(40_000), tiers=TERMS.tiers)


def test_tiers_pay_each_its_part_of_the_attainment() -> None:
    """At 120 %: 40,000 x 100 % x 1 and 40,000 x 20 % x 1.5."""
    assert [row[3] for row in tier_amounts(PLAIN, D(40_000), D("1.2"))] == [D(40_000), D(12_000)]
    assert variable_pay(PLAIN, D(40_000), D("0.8")) == D(32_000)
    assert variable_pay(PLAIN, D(40_000), D("1.6")) == D(40_000) + D(30_000) + D(8_000)


def test_below_the_threshold_nothing_is_paid_and_at_it_all() -> None:
    terms = PayTerms(variable=D(40_000), threshold=D("0.5"))
    assert variable_pay(terms, D(40_000), D("0.4999")) == 0
    assert variable_pay(terms, D(40_000), D("0.5")) == D(20_000)


def test_a_cap_holds_what_tiers_pay() -> None:
    terms = PayTerms(variable=D(40_000), tiers=TERMS.tiers, cap=D("1.25"))
    assert variable_pay(terms, D(40_000), D("1.2")) == D(50_000)


def test_payout_at_80_100_and_120_percent() -> None:
    """32,000; 40,000 and the team's 2,000; 52,000 and 2,000."""
    assert [payout_at(TERMS, D(a)) for a in ("0.8", "1", "1.2")] == [D(32_000), D(42_000), D(54_000)]
    assert payout_at(TERMS, D("0.8"), "quarter", D("0.5")) == D(4_000)


def test_amounts_are_scaled_to_period_and_person() -> None:
    assert scaled(D(40_000), TERMS, "quarter", D("0.5")) == D(5_000)
    assert scaled(D(1_000), PayTerms(period="month"), "year", D(1)) == D(12_000)


def test_attainment_is_told_to_a_hundredth_of_a_percent() -> None:
    assert attained(D(450_000), D(700_000)) == D("0.6429")
    assert attained(D(-5), D(100)) == 0


def test_equal_contestants_share_the_prizes_of_their_places() -> None:
    prizes = [D(3000), D(2000), D(1000)]
    assert awarded([1.2, 1.1, 1.1, 0.9], prizes) == [(1, D(3000)), (2, D(1500)), (2, D(1500)), (4, D(0))]
    assert awarded([1.0, 1.0, 1.0], [D(100)]) == [(1, D("33.34")), (1, D("33.33")), (1, D("33.33"))]
    assert awarded([0.9, float("nan"), 1.0], prizes, 0.95) == [(0, D(0)), (0, D(0)), (1, D(3000))]
    assert awarded([], prizes) == []


@given(
    st.lists(st.one_of(st.sampled_from([0.5, 1.0, 1.5]), st.just(float("nan"))), max_size=8),
    st.lists(st.integers(0, 100_000), max_size=5),
)
def test_a_contest_pays_the_prizes_of_the_places_taken(values: list[float], prizes: list[int]) -> None:
    found = awarded(values, [D(p) / 100 for p in prizes])
    n = sum(v == v for v in values)
    assert sum((p for _, p in found), D(0)) == sum((D(p) / 100 for p in prizes[:n]), D(0))


def test_a_statement_as_worked_out_by_hand() -> None:
    """15,000 + 10,000 + 1,500 + 750 + 0 = 27,250; with a prize of 500 and a SPIFF of 2 % of 12,345: 246.90."""
    got = Achieved(D(550_000), D(500_000), retention=D("0.96"), team=D("0.98"))
    lines = statement(TERMS, got, "quarter")
    assert [(line.kind, line.amount) for line in lines if line.kind not in ("target", "attainment")] == [
        ("base", D(15_000)),
        ("tier", D(10_000)),
        ("tier", D(1_500)),
        ("retention", D(750)),
        ("team", D(0)),
    ]
    assert total_of(lines) == D(27_250)
    texts = [f"{line.label}: {line.how}" for line in lines]
    assert texts[0] == "Base pay: 60,000.00 / 4"
    assert texts[2] == "Attainment: 550,000.00 sold / quota of 500,000.00 = 110 %"
    assert texts[4] == "Tier from 100 % to 110 %: 10,000.00 × 10 % × 1.5"
    more = Achieved(
        D(550_000),
        D(500_000),
        prizes=(Prize("Spring", 1, D(500)),),
        spiffs=(SpiffDeal("Lasers", "Acme", D(12_345), D("246.90"), D("0.02")),),
    )
    extra = statement(TERMS, more, "quarter")[-2:]
    assert [line.amount for line in extra] == [D(500), D("246.90")]
    assert extra[1].how == "Deal Acme: 2 % of 12,345.00"


def test_a_statement_says_what_a_cap_takes_and_what_is_not_told() -> None:
    terms = PayTerms(variable=D(40_000), tiers=TERMS.tiers, cap=D("1.25"), retention=TERMS.retention)
    lines = statement(terms, Achieved(D(120), D(100)), "year")
    assert {line.kind: line.amount for line in lines}["cap"] == D(-2_000)
    assert total_of(lines) == D(50_000)
    assert lines[-1].amount == 0
    assert "Not known" in lines[-1].how


def test_a_statement_without_a_quota_says_so() -> None:
    lines = statement(TERMS, Achieved(D(100)), "year")
    assert total_of(lines) == D(60_000)
    assert any("no quota" in line.how for line in lines)


_cents = st.integers(0, 10**9).map(lambda n: D(n) / 100)


@given(_cents, _cents, st.integers(1, 10**11).map(lambda n: D(n) / 100), _cents, st.sampled_from(["year", "month"]))
def test_a_statement_sums_to_the_cent(
    base: Decimal, variable: Decimal, quota: Decimal, sold: Decimal, kind: str
) -> None:
    terms = PayTerms(base=base, variable=variable, tiers=TERMS.tiers, cap=D(3))
    lines = statement(terms, Achieved(sold, quota), kind)
    total = total_of(lines)
    assert total == total.quantize(D("0.01"))
    expected = scaled(base, terms, kind, D(1)) + variable_pay(
        terms, scaled(variable, terms, kind, D(1)), attained(sold, quota)
    )
    assert total == expected


@given(st.integers(0, 30_000), st.integers(0, 30_000))
def test_more_attainment_never_pays_less(one: int, other: int) -> None:
    low, high = sorted((D(one) / 10_000, D(other) / 10_000))
    assert payout_at(USUAL_TERMS, low) <= payout_at(USUAL_TERMS, high)


def test_terms_survive_json() -> None:
    terms = PayTerms(
        base=D("0.1"),
        variable=D("1234.56"),
        period="month",
        threshold=D("0.333"),
        tiers=TERMS.tiers,
        cap=D(2),
        retention=TERMS.retention,
        team=TERMS.team,
        contests=(Contest("春", "attainment", (D(5), D("2.5")), D("0.9")),),
        spiffs=(Spiff("Lasers", "laser", D(100), D("0.015"), D(5_000)),),
    )
    assert terms_from_json(terms.to_json()) == terms
    assert terms_from_json(USUAL_TERMS.to_json()) == USUAL_TERMS
    assert terms_from_json("") == PayTerms()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[", "cannot be read"),
        ("[]", "object"),
        ('{"bonus": 1}', "no field 'bonus'"),
        ('{"base": -1}', "'base' of a pay plan is -1"),
        ('{"base": NaN}', "'base'"),
        ('{"base": true}', "'base'"),
        ('{"variable": "=1+1"}', "'variable'"),
        ('{"variable": 1e30}', "'variable'"),
        ('{"period": "week"}', "'period'"),
        ('{"tiers": [{"start": 0.5, "rate": 1}]}', "begin at 0"),
        ('{"tiers": [{"start": 0, "rate": 1}, {"start": 0, "rate": 2}]}', "ascending"),
        ('{"tiers": [{"start": 0}]}', "'rate'"),
        ('{"contests": [{"name": "x", "prizes": []}]}', "no prize"),
        ('{"contests": [{"name": "x", "prizes": 5}]}', "list"),
        ('{"spiffs": 5}', "list of objects"),
        ('{"team": 5}', "object"),
    ],
)
def test_terms_that_cannot_be_paid_are_refused(text: str, told: str) -> None:
    with pytest.raises(UserError, match=told):
        terms_from_json(text)


def test_fairness_as_worked_out_by_hand() -> None:
    """0.6 squared over 5 x 0.08 = 0.9; one more of potential per hour is 0.12 of attainment."""
    found = explained_share(np.array([1.0, 2, 3, 4, np.nan]), np.array([0.8, 1.0, 1.0, 1.2, 9]))
    assert found.n == 4
    assert found.share == pytest.approx(0.9)
    assert found.slope == pytest.approx(0.12)
    assert found.by_chance == pytest.approx(1 / 3)
    assert "not skill, decides much" in fairness_words(found)


def test_fairness_has_words_for_every_case() -> None:
    potential = np.arange(1.0, 13)
    flat = explained_share(potential, np.ones(12))
    assert flat.share == 0
    assert "skill, not the ground" in fairness_words(flat)
    assert "wrong way round" in fairness_words(explained_share(potential, -potential))
    mixed = explained_share(potential, np.array([1, 5, 2, 4, 6, 1, 5, 7, 2, 3, 6, 5.0]))
    assert 0.1 < mixed.share < 0.3
    assert "some say" in fairness_words(mixed)
    few = explained_share(np.array([1.0, 2, 3]), np.ones(3))
    assert np.isnan(few.share)
    assert "Only 3 territories" in fairness_words(few)


@given(st.lists(st.tuples(st.floats(-1e9, 1e9), st.floats(-1e9, 1e9)), max_size=20))
def test_the_explained_share_lies_between_nothing_and_all(rows: list[tuple[float, float]]) -> None:
    x, y = np.array(rows, dtype=float).reshape(-1, 2).T
    share = explained_share(x, y).share
    assert np.isnan(share) if len(rows) < 4 else 0 <= share <= 1
