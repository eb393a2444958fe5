"""How hard quotas are, how evenly, and what a territory can promise."""

from __future__ import annotations

import numpy as np
import pytest

from territorymap.metrics.quota_figures import (
    BottomUpRules,
    bottom_up,
    quota_difficulty,
    quota_spread,
    relative_difficulty,
)


def test_difficulty_is_the_share_of_potential_that_must_be_sold() -> None:
    """300,000 of 1,200,000 is 0.25, of 600,000 twice as hard; nothing without potential or quota."""
    quota = np.array([300_000.0, 300_000, 300_000, np.nan])
    found = quota_difficulty(quota, np.array([1_200_000.0, 600_000, 0, 100]))
    assert found[:2].tolist() == [0.25, 0.5]
    assert np.isnan(found[2:]).all()


def test_difficulty_against_the_whole() -> None:
    """Quotas 300 and 300 on 1,200 and 600: the whole is a third, so 0.75 and 1.5."""
    quota, potential = np.array([300.0, 300, np.nan]), np.array([1200.0, 600, 50])
    found = relative_difficulty(quota_difficulty(quota, potential), quota, potential)
    assert found[:2] == pytest.approx([0.75, 1.5])
    assert np.isnan(found[2])


def test_spread_of_difficulty_says_whether_quotas_are_fair() -> None:
    """0.25 and 0.50: mean 0.375, standard deviation 0.125, a third of it."""
    spread = quota_spread(np.array([300.0, 300, np.nan]), np.array([1200.0, 600, 9]))
    assert (spread.n, spread.easiest, spread.hardest) == (2, 0, 1)
    assert spread.cv == pytest.approx(1 / 3)
    assert spread.mean == pytest.approx(1 / 3)
    assert not spread.is_fair
    assert quota_spread(np.array([10.0, 20]), np.array([100.0, 200])).is_fair


def test_spread_of_nothing_is_none() -> None:
    spread = quota_spread(np.full(2, np.nan), np.ones(2))
    assert (spread.n, spread.easiest, spread.hardest) == (0, -1, -1)
    assert np.isnan(spread.cv)
    assert not spread.is_fair


def test_bottom_up_is_what_stays_what_can_be_won_and_what_is_open() -> None:
    """180,000 + 30,000 + 40,000; with 1,200 h at 200 an hour at most 240,000."""
    arrays = [np.array([x]) for x in (200_000.0, 500_000.0, 40_000.0, 1200.0)]
    assert bottom_up(*arrays, BottomUpRules()).tolist() == [250_000]
    assert bottom_up(*arrays, BottomUpRules(per_hour=200)).tolist() == [240_000]


def test_bottom_up_of_hostile_numbers_is_never_below_nothing() -> None:
    nan = np.array([np.nan])
    assert bottom_up(nan, nan, nan, nan, BottomUpRules(per_hour=5)).tolist() == [0]
    assert bottom_up(np.array([-5.0]), np.array([-9.0]), nan, nan, BottomUpRules()).tolist() == [0]
