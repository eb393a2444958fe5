"""Targets, index and spread by hand and against numpy's own."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.testing import assert_allclose

from territorymap.metrics.targets import (
    capacity_shares,
    coefficient_of_variation,
    equal_shares,
    index_of,
    max_deviation,
    outside_tolerance,
    targets,
)

NAN = float("nan")


def test_equal_targets_count_empty_territories():
    """30 + 60 + 0 = 90, three territories: target 30 each, index 1, 2, 0."""
    total = np.array([[30.0, 60.0, 0.0]])
    target = targets(total, equal_shares(3))
    assert_allclose(target, [[30, 30, 30]])
    assert_allclose(index_of(total, target), [[1, 2, 0]])


def test_capacity_targets_are_in_proportion():
    """Capacity 1600, 800, none told: shares 2/3, 1/3, 0."""
    assert_allclose(capacity_shares(np.array([1600.0, 800.0, NAN])), [2 / 3, 1 / 3, 0])


def test_no_capacity_told_means_no_targets_and_no_index():
    share = capacity_shares(np.array([0.0, NAN]))
    target = targets(np.array([[5.0, 7.0]]), share)
    assert target.tolist() == [[0, 0]]
    assert np.isnan(index_of(np.array([[5.0, 7.0]]), target)).all()


def test_spread_by_hand():
    """Index 0.8, 1.0, 1.2 and one without: deviation 0.2, deviation sqrt(0.08 / 3) = 0.1633, two outside 5 %."""
    index = np.array([[0.8, 1.0, 1.2, NAN]])
    assert_allclose(max_deviation(index), [0.2])
    assert_allclose(coefficient_of_variation(index), [0.16330], atol=1e-5)
    assert outside_tolerance(index, np.array([0.05])).tolist() == [2]


def test_deviation_of_exactly_the_tolerance_is_within():
    assert outside_tolerance(np.array([[0.75, 1.25]]), np.array([0.25])).tolist() == [0]
    assert outside_tolerance(np.array([[9 / 10, 11 / 10]]), np.array([0.1])).tolist() == [0]  # 1.1 - 1 > 0.1 in floats
    assert outside_tolerance(np.array([[0.8999, 1.1001]]), np.array([0.1])).tolist() == [2]


def test_nothing_to_measure():
    nothing = np.empty((2, 0))
    assert np.isnan(max_deviation(nothing)).all()
    assert np.isnan(coefficient_of_variation(nothing)).all()
    assert outside_tolerance(nothing, np.zeros(2)).tolist() == [0, 0]
    assert np.isnan(max_deviation(np.full((1, 3), NAN))).all()


@given(hnp.arrays(np.float64, (3, 7), elements=st.floats(0.1, 1e6)))
def test_spread_is_numpys(total: np.ndarray):
    index = index_of(total, targets(total, equal_shares(7)))
    assert_allclose(index.mean(axis=1), 1)
    assert_allclose(coefficient_of_variation(index), index.std(axis=1), rtol=1e-9, atol=1e-12)
    assert_allclose(max_deviation(index), np.abs(index - 1).max(axis=1))
