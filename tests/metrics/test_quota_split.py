"""A company target shared among territories: sums, floors, ceilings, rounding."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from territorymap.errors import UserError
from territorymap.metrics.quota_split import (
    SplitRules,
    blended_shares,
    portions,
    rounded_to_sum,
    shared_within,
    split_target,
    to_cents,
)

INF = np.inf


def test_shares_leave_out_what_is_no_number_and_what_is_negative() -> None:
    assert portions(np.array([30.0, 10.0, np.nan, -5.0])).tolist() == [0.75, 0.25, 0.0, 0.0]
    assert portions(np.array([np.nan, -1.0])).tolist() == [0.0, 0.0]


def test_bases_are_blended_by_their_weights() -> None:
    """(2 x 0.6 + 0.25) / 3, (2 x 0.3 + 0.25) / 3, (2 x 0.1 + 0.5) / 3."""
    bases = np.array([[600.0, 300, 100], [100, 100, 200]])
    assert blended_shares(bases, np.array([2.0, 1])) == pytest.approx([1.45 / 3, 0.85 / 3, 0.70 / 3])


def test_a_basis_nobody_has_gives_its_weight_to_the_others() -> None:
    bases = np.array([[3.0, 1], [np.nan, np.nan], [0, 0]])
    assert blended_shares(bases, np.array([1.0, 9, 9])).tolist() == [0.75, 0.25]
    assert blended_shares(bases, np.zeros(3)).tolist() == [0.5, 0.5]
    assert blended_shares(np.empty((3, 0)), np.ones(3)).tolist() == []


def test_what_a_floor_gives_comes_from_all_above_theirs() -> None:
    """1,000 by 0.5, 0.3, 0.2, at least 280: third 280; 720 as 450 and 270; so the second 280 too, the first 440."""
    found = shared_within(1000.0, np.array([0.5, 0.3, 0.2]), np.full(3, 280.0), np.full(3, INF))
    assert found == pytest.approx([440, 280, 280])


def test_a_ceiling_gives_the_rest_to_the_others() -> None:
    """1,000 by 0.5, 0.3, 0.2, the first at most 400: 600 as 3 to 2."""
    found = shared_within(1000.0, np.array([0.5, 0.3, 0.2]), np.zeros(3), np.array([400.0, INF, INF]))
    assert found == pytest.approx([400, 360, 240])


def test_shares_of_nothing_take_what_ceilings_leave() -> None:
    """The first may have 400 of 1,000; the two without a share have the 600 alike."""
    found = shared_within(1000.0, np.array([1.0, 0, 0]), np.zeros(3), np.array([400.0, INF, INF]))
    assert found == pytest.approx([400, 300, 300])


def test_impossible_limits_are_refused_with_their_sums() -> None:
    with pytest.raises(UserError, match=r"1,200.*1,000"):
        shared_within(1000.0, np.array([0.5, 0.5]), np.full(2, 600.0), np.full(2, INF))
    with pytest.raises(UserError, match=r"800.*1,000"):
        shared_within(1000.0, np.array([0.5, 0.5]), np.zeros(2), np.full(2, 400.0))


def test_the_largest_remainder_gets_the_step_that_is_left() -> None:
    """33.4, 33.3, 33.3 of 100 in whole numbers: 34, 33, 33."""
    assert rounded_to_sum(np.array([33.4, 33.3, 33.3]), 10_000, 100) == [3400, 3300, 3300]
    # 100.05 in whole numbers: the five cents go to the largest
    assert rounded_to_sum(np.array([33.35, 33.35, 33.35]), 10_005, 100) == [3405, 3300, 3300]


def test_cents_are_rounded_half_up() -> None:
    assert [to_cents(x) for x in (0.125, 2.675, 1e9)] == [13, 268, 10**11]


def test_a_target_is_split_as_worked_out_by_hand() -> None:
    potential, history, none = np.array([600.0, 300, 100]), np.array([100.0, 100, 200]), np.full(3, np.nan)
    rules = SplitRules(potential=2, history=1, capacity=5)
    assert split_target(1e6, potential, history, none, rules) == [48_400_000, 28_300_000, 23_300_000]
    floors = SplitRules(potential=2, history=1, capacity=5, floor_of_mean=0.8)
    assert split_target(1e6, potential, history, none, floors) == [46_200_000, 27_100_000, 26_700_000]


def test_a_ceiling_by_history_leaves_newcomers_free() -> None:
    """Sold 100, 100 and nothing: at most 120 of 600 for the first two, 360 for the third."""
    rules = SplitRules(potential=1, history=0, capacity=0, ceiling_of_history=1.2, step=1)
    found = split_target(600.0, np.ones(3), np.array([100.0, 100, 0]), np.full(3, np.nan), rules)
    assert found == [12_000, 12_000, 36_000]


@pytest.mark.parametrize("total", [0.0, -5.0, float("nan"), float("inf")])
def test_a_target_that_is_none_is_refused(total: float) -> None:
    with pytest.raises(UserError, match="cannot be shared"):
        split_target(total, np.ones(2), np.ones(2), np.ones(2), SplitRules())


def test_no_territory_gets_nothing() -> None:
    none = np.empty(0)
    assert split_target(5.0, none, none, none, SplitRules()) == []


_hostile = st.one_of(st.floats(-1e6, 1e9), st.just(float("nan")), st.just(0.0))


@given(
    st.integers(1, 10**13),
    st.lists(st.tuples(_hostile, _hostile, _hostile), min_size=1, max_size=12),
    st.tuples(st.floats(0, 9), st.floats(0, 9), st.floats(0, 9)),
    st.sampled_from([0.01, 1.0, 100.0, 1000.0]),
    st.floats(0, 0.9),
)
def test_the_sum_of_quotas_is_the_target_to_the_cent(
    cents: int, rows: list[tuple[float, float, float]], weights: tuple[float, float, float], step: float, floor: float
) -> None:
    potential, history, capacity = np.array(rows).T
    rules = SplitRules(*weights, floor_of_mean=floor, step=step)
    total = cents / 100
    try:
        found = split_target(total, potential, history, capacity, rules)
    except UserError:
        # Only where floors in whole steps ask for more than there is.
        least = np.ceil(floor * total / len(rows) / step - 1e-9) * step * len(rows)
        assert least > total - 1e-6 * max(1.0, total)
        return
    assert sum(found) == to_cents(total)
    assert all(quota >= 0 for quota in found)
    assert min(found) >= to_cents(floor * total / len(rows)) - 1
    odd = to_cents(total) % to_cents(step)
    assert sum(quota % to_cents(step) for quota in found) in (0, odd)


@given(st.lists(st.floats(0, 1e9), min_size=1, max_size=12), st.sampled_from([1, 100, 100_000]))
def test_rounding_keeps_the_sum_and_changes_less_than_a_step(amounts: list[float], step: int) -> None:
    total = sum(to_cents(a) for a in amounts)
    found = rounded_to_sum(np.array(amounts), total, step)
    assert sum(found) == total
    largest = int(np.argmax(amounts))
    for ix, (exact, rounded) in enumerate(zip(amounts, found, strict=True)):
        assert abs(exact * 100 - rounded) < step * (2 if ix == largest else 1) + len(amounts) + 1
