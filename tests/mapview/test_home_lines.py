"""Which accounts get a line when there are too many."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from territorymap.mapview.home_lines import sample

coordinate = st.one_of(st.integers(0, 20), st.integers(0, 2**30 - 1))


def test_few_points_are_all_kept() -> None:
    points = np.array([[5, 5], [5, 5], [9, 1]], dtype=np.int32)
    assert sample(points, 3).tolist() == points.tolist()


def test_of_two_crowds_each_keeps_one() -> None:
    """Ten points near either corner, room for two: one of each, however uneven the numbers are."""
    west = [[i, i] for i in range(10)]
    east = [[1_000_000 + i, 1_000_000] for i in range(2)]
    assert sample(np.array(west + east, dtype=np.int32), 2).tolist() == [[0, 0], [1_000_000, 1_000_000]]


@given(st.lists(st.tuples(coordinate, coordinate), min_size=1, max_size=60), st.integers(1, 20))
def test_a_sample_is_small_and_made_of_the_points_in_their_order(rows: list[tuple[int, int]], most: int) -> None:
    points = np.array(rows, dtype=np.int32)
    kept = sample(points, most).tolist()
    assert 1 <= len(kept) <= most or len(rows) <= most
    rest = iter(points.tolist())
    assert all(any(point == other for other in rest) for point in kept)
