"""Formulas of capacity, by the worked examples of their docstrings and by laws."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from territorymap.metrics.capacity.buildup import contact_h, fte_by_workload, selling_h, staff
from territorymap.metrics.capacity.classes import abc_class, band_class, first_rule, nearest_home_km
from territorymap.metrics.capacity.funnel import Rates, backwards, best_fit, forwards, within_hours
from territorymap.metrics.capacity.market import market_rank, market_score, on_scale
from territorymap.metrics.capacity.methods import fte_by_funnel, fte_by_potential, new_business

NAN = math.nan
RATES = Rates(0.10, 0.30, 0.25, 0.25, 1.0, 4.0, 2.0, 10_000.0, 90.0)
amounts = st.lists(st.one_of(st.floats(-1e9, 1e9), st.just(NAN), st.just(math.inf)), max_size=30)
rates = st.builds(
    Rates, *[st.floats(0.01, 1.0)] * 3, *[st.floats(0.0, 10.0)] * 4, st.floats(1.0, 1e6), st.floats(0.0, 400.0)
)


# -- classes -----------------------------------------------------------------------------------------------------------


def test_abc_by_hand():
    assert abc_class([50, 30, 10, 6, 4], (0.8, 0.95)).tolist() == [0, 0, 1, 1, 2]
    assert abc_class([4, 50, 6, 30, 10], (0.8, 0.95)).tolist() == [2, 0, 1, 0, 1]
    assert abc_class([0, NAN, -5], (0.8, 0.95)).tolist() == [2, 2, 2]
    assert abc_class([], (0.8,)).tolist() == []
    # Before each of four equal ones lies nothing that is larger.
    assert abc_class([5, 5, 5, 5, -1], (0.5,)).tolist() == [0, 0, 0, 0, 1]


@given(amounts, st.randoms())
def test_abc_does_not_depend_on_the_order_and_never_puts_more_below_less(values, random):
    found = abc_class(values, (0.5, 0.8, 0.95))
    order = list(range(len(values)))
    random.shuffle(order)
    assert abc_class([values[i] for i in order], (0.5, 0.8, 0.95)).tolist() == found[order].tolist()
    good = [(v, c) for v, c in zip(values, found, strict=True) if math.isfinite(v) and v > 0]
    for value, class_ in good:
        assert all(class_ <= other for v, other in good if v < value)


def test_bands_by_hand():
    assert band_class([250, 100, 99, 10, 9.9, NAN], (100, 10)).tolist() == [0, 0, 1, 1, 2, 2]


def test_the_first_rule_that_holds_decides():
    masks = [np.array([True, False, False]), np.array([True, True, False])]
    assert first_rule(masks, 3).tolist() == [0, 1, -1]
    assert first_rule([], 2).tolist() == [-1, -1]


def test_nearest_home_is_the_nearer_of_two():
    """One degree of the equator is 6371.0088 x pi / 180 = 111.195 km; the account at 3 is 1 from the home at 4."""
    lon, lat = np.array([3.0, NAN]), np.zeros(2)
    found = nearest_home_km(lon, lat, np.array([0.0, 4.0, NAN]), np.array([0.0, 0.0, 0.0]))
    assert found[0] == pytest.approx(111.195, abs=0.001)
    assert math.isnan(found[1])
    assert np.isnan(nearest_home_km(lon, lat, np.array([]), np.array([]))).all()
    # Across 180 degrees it is two degrees, not 358.
    assert nearest_home_km(np.array([179.0]), np.zeros(1), np.array([-179.0]), np.zeros(1))[0] == pytest.approx(222.39)


# -- build-up ----------------------------------------------------------------------------------------------------------


def test_workload_build_up_by_hand():
    assert selling_h(44, 40, 0.3, 0.2) == pytest.approx(880)
    assert selling_h(44, 40, 0.7, 0.4) == 0
    assert contact_h([12, 12, -3], [60, 60, 60], [20, NAN, 0]).tolist() == [16, 12, 0]
    hours = contact_h([24] * 10, 120).sum() + contact_h([12] * 100, 60).sum() + contact_h([4] * 500, 30).sum()
    assert hours == pytest.approx(2680)
    assert fte_by_workload(hours, 880) == pytest.approx(3.04545, abs=1e-5)
    assert math.isnan(fte_by_workload(1, 0))
    assert fte_by_workload(0, 0) == 0


@pytest.mark.parametrize(
    ("fte", "part", "share", "expected"),
    [
        (7.3, 0.5, 0.25, (7, 1)),
        (7.3, 0.6, 0.25, (7, 1)),
        (7.3, 0.6, 0.5, (5, 4)),
        (7.6, 0.5, 0.25, (8, 0)),
        (7.0, 0.5, 0.25, (7, 0)),
        (7.0 + 1e-12, 0.5, 0.0, (7, 0)),
        (7.3, 0.5, 0.0, (8, 0)),
        (0.3, 0.5, 1.0, (0, 1)),
        (0.3, 0.5, 0.5, (1, 0)),
        (0.0, 0.5, 0.5, (0, 0)),
        (NAN, 0.5, 0.5, (0, 0)),
    ],
)
def test_staff_by_hand(fte, part, share, expected):
    found = staff(fte, part, share)
    assert (found.full_time, found.part_time) == expected


@given(st.floats(0, 500), st.floats(0.1, 0.9), st.floats(0, 1))
def test_staff_is_enough_and_never_more_than_all_full_time(fte, part, share):
    found = staff(fte, part, share)
    assert found.hired >= fte - 1e-6
    assert found.hired <= math.ceil(fte) + 1e-6
    assert found.part_time <= share * found.heads + 1e-6


# -- potential and funnel ----------------------------------------------------------------------------------------------


def test_potential_method_by_hand():
    assert fte_by_potential(50e6, 0.1, 500_000, 0.2) == pytest.approx(12)
    assert math.isnan(fte_by_potential(1, 0.1, 0))
    assert fte_by_potential(-5, 0.1, 0) == 0
    assert new_business(1e6, 0.9, 1.1e6) == pytest.approx(200_000)
    assert new_business(1e6, 1.0, 0.5e6) == 0


def test_funnel_by_hand_both_ways():
    there, back = forwards(1000, RATES), backwards(75_000, RATES)
    for flow in (there, back, within_hours(485, RATES)):
        assert flow.activities == pytest.approx(1000)
        assert flow.leads == pytest.approx(100)
        assert flow.proposals == pytest.approx(30)
        assert flow.closes == pytest.approx(7.5)
        assert flow.amount == pytest.approx(75_000)
        assert flow.hours == pytest.approx(485)
    assert fte_by_funnel(75_000, RATES, 970) == pytest.approx(0.5)


def test_a_funnel_that_lets_nothing_through_never_reaches_a_target():
    dead = Rates(close_rate=0.0)
    assert backwards(1, dead).activities == math.inf
    assert math.isnan(fte_by_funnel(1, dead, 900))
    assert fte_by_funnel(0, dead, 900) == 0
    assert forwards(-5, RATES).amount == 0
    assert within_hours(100, Rates(0, 0, 0, 0, 0, 0, 0)).activities == 0


@given(st.floats(0, 1e9), rates)
def test_backwards_undoes_forwards(activities, one):
    there = forwards(activities, one)
    back = backwards(there.amount, one)
    assert back.activities == pytest.approx(activities, rel=1e-9, abs=1e-9)
    assert back.hours == pytest.approx(there.hours, rel=1e-9, abs=1e-9)
    assert forwards(2 * activities, one).amount == pytest.approx(2 * there.amount)


@given(st.floats(0, 1e6), rates)
def test_hours_spent_are_hours_told(hours, one):
    if one.hours_per_activity > 1e-6:
        assert within_hours(hours, one).hours == pytest.approx(hours, rel=1e-9, abs=1e-9)


def test_the_funnel_that_says_most_applies():
    keys = [("", "", ""), ("field", "", ""), ("field", "US", ""), ("", "US", "senior")]
    assert best_fit(keys, "field", "US", "junior") == 2
    assert best_fit(keys, "inside", "us ", "Senior") == 3
    assert best_fit(keys, "inside", "DE", "") == 0
    assert best_fit(keys[1:2], "inside", "", "") is None
    assert best_fit([], "field", "", "") is None


# -- markets -----------------------------------------------------------------------------------------------------------


def test_scales_by_hand():
    assert on_scale([10, 20, 40]).tolist() == pytest.approx([0, 1 / 3, 1])
    assert on_scale([10, 20, 40], is_less_better=True).tolist() == pytest.approx([1, 2 / 3, 0])
    assert on_scale([10, 20, 20, 1000], "rank").tolist() == [0, 0.5, 0.5, 1]
    assert on_scale([7, 7, NAN]).tolist()[:2] == [0.5, 0.5]
    assert np.isnan(on_scale([7, 7, NAN])[2])
    assert on_scale([]).tolist() == []
    assert on_scale([-1.7e308, 1.7e308]).tolist() == [0, 1]


def test_score_and_rank_by_hand():
    score = market_score([[1.0, NAN, NAN], [0.2, 0.2, NAN]], [3, 1])
    assert score[:2].tolist() == pytest.approx([0.8, 0.2])
    assert math.isnan(score[2])
    assert market_rank([0.2, 0.9, 0.9, NAN, 0.5]).tolist() == [4, 1, 1, 0, 3]
    assert np.isnan(market_score([[1.0]], [0])).all()


@given(st.lists(st.tuples(st.floats(-1e12, 1e12), st.floats(-1e12, 1e12)), min_size=1, max_size=20))
def test_a_market_that_is_better_by_every_criterion_ranks_before(values):
    first, second = np.array(values).T
    score = market_score([on_scale(first), on_scale(second, "rank")], [2, 1])
    rank = market_rank(score)
    assert ((score >= 0) & (score <= 1)).all()
    for a in range(len(values)):
        for b in range(len(values)):
            if first[a] >= first[b] and second[a] >= second[b]:
                assert rank[a] <= rank[b]
