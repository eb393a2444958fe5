"""Which units are giants, by hand and as the yardstick tells it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from territorymap.optimise.energy import breaches, prepare
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


def limited(weight: list[float], n: int, most: float) -> list[int]:
    """Giants where units are to be even, and another measure is only limited."""
    problem = grid(len(weight), 1, np.array([[1.0] * len(weight), weight]), n, 0.05, importance=np.array([1.0, 0.0]))
    problem = replace(problem, most=np.array([[np.inf] * n, [most] * n]))
    giants = find_giants(problem)
    assert giants.measure.tolist() == [1] * len(giants.unit)
    assert giants.times.tolist() == pytest.approx([weight[u] / most for u in giants.unit])
    return giants.unit.tolist()


def test_a_unit_above_a_hard_limit_is_a_giant() -> None:
    assert limited([2, 12, 3, 11, 2, 2], 4, 10) == [1, 3]
    assert limited([2, 9, 3, 8, 2, 2], 4, 10) == []


def test_a_unit_that_nearly_fills_a_hard_limit_is_a_giant_where_the_others_have_room() -> None:
    """2 + 3 + 3 = 8 in the second of two is room enough; 2 + 4 + 4 = 10 is not: 9.6 must share a territory."""
    assert limited([9.6, 2, 3, 3], 2, 10) == [0]
    assert limited([9.6, 2, 4, 4], 2, 10) == []


def test_nothing_comes_to_a_unit_above_a_hard_limit() -> None:
    """12 may stay above 10, but with its neighbour's 3 it is a breach of 3."""
    weight = np.array([[1.0] * 4, [3, 12, 3, 2]])
    problem = grid(4, 1, weight, 2, 0.5, importance=np.array([1.0, 0.0]))
    problem = replace(problem, most=np.array([[np.inf] * 2, [10.0] * 2]))
    giants = find_giants(problem)
    ground = prepare(problem, giants, np.array([0]))
    target = giants.target[1, 0]
    assert breaches(ground, np.array([0, 0, 1, 1], dtype=np.int32)) * target == pytest.approx([3, 0])
    assert breaches(ground, np.array([1, 0, 1, 1], dtype=np.int32)).tolist() == [0, 0]


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
