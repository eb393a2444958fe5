"""Caps and protected accounts by hand: Ann 10 + 20, Bob 40 + 0 of revenue, one account a unit."""

from __future__ import annotations

import numpy as np
import pytest

from territorymap.metrics.caps import (
    breach_text,
    cap_text,
    displaced_accounts,
    find_breaches,
    plan_share,
    rep_shares,
)
from territorymap.model.records import Cap

from .test_disruption import Studio, example

REVENUE_ROW = 3


def cap(kind: str, most: float, per: str = "rep", measure_id: int = 4) -> Cap:
    return Cap(1, "c", measure_id, per, kind, most)


def moved() -> Studio:
    """B, with revenue 20, goes from Ann to Bob."""
    studio = example()
    studio.shop.assign([1], 1)
    return studio


def test_shares_are_of_what_the_rep_has_in_the_baseline():
    d = moved().disruption
    assert rep_shares(d, "lost", REVENUE_ROW).tolist() == pytest.approx([20 / 30, 0])
    assert rep_shares(d, "gained", REVENUE_ROW).tolist() == pytest.approx([0, 20 / 40])
    assert rep_shares(d, "changed", REVENUE_ROW).tolist() == pytest.approx([20 / 30, 20 / 40])
    assert plan_share(d, "lost", REVENUE_ROW) == plan_share(d, "changed", REVENUE_ROW) == pytest.approx(20 / 70)
    assert plan_share(d, "gained", REVENUE_ROW) == pytest.approx(20 / 70)


@pytest.mark.parametrize(
    ("kind", "per", "most", "at"),
    [
        ("lost", "rep", 0.10, [0]),
        ("lost", "rep", 20 / 30, []),  # exactly the cap is within it
        ("gained", "rep", 0.49, [1]),
        ("changed", "rep", 0.10, [0, 1]),
        ("lost", "plan", 0.28, [None]),
        ("lost", "plan", 0.29, []),
    ],
)
def test_what_is_beyond_its_cap(kind: str, per: str, most: float, at: list[int | None]):
    studio = moved()
    found = find_breaches(studio.shop.plan, studio.disruption, [cap(kind, most, per)])
    assert [breach.at for breach in found] == at


def test_a_cap_on_a_measure_that_is_no_more_limits_nothing():
    studio = moved()
    assert find_breaches(studio.shop.plan, studio.disruption, [cap("lost", 0.0, measure_id=99)]) == []


def test_the_caps_of_the_plan_are_meant_where_none_are_given():
    studio = moved()
    studio.shop.plan.caps = [cap("lost", 0.1)]
    (breach,) = find_breaches(studio.shop.plan, studio.disruption)
    assert (breach.at, breach.share) == (0, pytest.approx(2 / 3))


def test_sentences_name_who_how_much_and_the_cap():
    studio = moved()
    plan, d = studio.shop.plan, studio.disruption
    texts = []
    for kind, per in (("lost", "rep"), ("gained", "rep"), ("changed", "rep"), ("lost", "plan"), ("gained", "plan")):
        one = cap(kind, 0.1, per)
        texts.append(breach_text(plan, d, find_breaches(plan, d, [one])[0]))
        assert cap_text(plan.measures[REVENUE_ROW], one).count("10 % of revenue") == 1
    assert texts == [
        "Ann loses 66.7 % of revenue; the cap is 10.0 %.",
        "Bob gains 50.0 % of revenue; the cap is 10.0 %.",
        "Ann loses and gains 66.7 % of revenue; the cap is 10.0 %.",
        "In all, 28.6 % of revenue changes rep; the cap is 10.0 %.",
        "In all, reps gain 28.6 % of revenue; the cap is 10.0 %.",
    ]


def test_protected_accounts_are_those_that_leave_their_rep():
    """Accounts 1 and 2 are protected; 1 goes to Bob, 2 stays; 4 had no rep and may get one."""
    studio = moved()
    plan = studio.shop.plan
    plan.accounts.is_protected[[1, 2, 4]] = True
    studio.shop.override([4], 0)
    assert displaced_accounts(plan, studio.disruption).tolist() == [1]
    assert displaced_accounts(plan, studio.fresh()).dtype == np.int64
