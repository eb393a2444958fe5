"""Which units are giants, by hand and as the yardstick tells it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from territorymap.optimise.giants import find_giants, giant_territories
from tests.optimise.worlds import grid


def test_a_unit_that_becomes_too_heavy_when_another_is_apart_is_a_giant_too() -> None:
    """60 of 100 is more than 100 / 4; then 15 is more than 40 / 3 = 13.3; then 25 for two: 12.5, and 9 is not."""
    problem = grid(6, 1, np.array([60.0, 15, 9, 8, 5, 3]), 4, 0.05)
    giants = find_giants(problem)
    assert giants.unit.tolist() == [0, 1]
    assert giants.times.tolist() == pytest.approx([60 / 25, 15 / (40 / 3)])
    assert giants.target[0].tolist() == pytest.approx([12.5] * 4)


def test_a_giant_that_stays_has_its_territory() -> None:
    stays = np.array([2, -1, -1, -1, -1, -1], dtype=np.int32)
    problem = grid(6, 1, np.array([60.0, 15, 9, 8, 5, 3]), 4, 0.05, stays=stays)
    found = giant_territories(problem, find_giants(problem), np.full(4, -1, dtype=np.int32))
    assert found[0] == 2
    assert found[1] != 2


def test_a_giant_gets_a_territory_that_should_have_most() -> None:
    problem = grid(6, 1, np.array([70.0, 2, 2, 2, 2, 2]), 3, 0.05)
    problem = replace(problem, target=problem.target * np.array([[0.5, 2.0, 0.5]]))
    giants = find_giants(problem)
    assert giants.unit.tolist() == [0]
    assert giant_territories(problem, giants, np.full(3, -1, dtype=np.int32)).tolist() == [1]


@settings(max_examples=80, deadline=None)
@given(st.lists(st.integers(0, 300), min_size=2, max_size=30).filter(any), st.integers(1, 8))
def test_giants_are_those_of_the_yardstick(weights: list[int], n: int) -> None:
    """Source: ``oversize`` of the yardsticks: the heaviest that is left, while it is more than the mean of the rest."""
    n = min(n, len(weights))
    weight = np.array(weights, dtype=float)
    order = np.argsort(-weight, kind="stable")
    whole, k = weight.sum(), 0
    while k < n - 1 and weight[order[k]] > whole / (n - k) * (1 + 1e-12):
        whole -= weight[order[k]]
        k += 1
    giants = find_giants(grid(len(weight), 1, weight, n, 0.05))
    assert giants.unit.tolist() == order[:k].tolist()
    if whole > 0:
        assert giants.target[0].tolist() == pytest.approx([whole / (n - k)] * n)
