"""Several answers: none beats another, those that must be told are among them, and enough of them differ."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from territorymap.optimise.build import Budget
from territorymap.optimise.front import EVEN, FEWEST, ONE_LEFT, Front, objectives, run_courses
from territorymap.optimise.rebalance import Rebalancer
from territorymap.optimise.ruler import Rebalanced, Taste
from tests.optimise.worlds import grid


def plan(moved: float, worst: float, outside: int, spread: float = 1.0, border: float = 1.0) -> Rebalanced:
    over = max(worst - 1, 0.0) * 0.05 * max(outside, 1)
    return Rebalanced(np.zeros(1, np.int32), over, outside, worst * 0.02, worst, moved, border, spread, moved, 0, 1)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, 9), st.integers(0, 9), st.integers(0, 3), st.integers(0, 5), st.integers(0, 5)),
        max_size=40,
    )
)
def test_no_plan_that_is_kept_beats_another(values: list[tuple[int, ...]]) -> None:
    front = Front()
    for a, b, c, d, e in values:
        front.add(plan(a / 20, 0.5 + b / 2, c if b > 1 else 0, 1 + d / 10, 1 + e / 10))
    kept = np.array([objectives(f) for f in front.found]).reshape(-1, 5)
    for i, one in enumerate(kept):
        beaten = (kept <= one).all(axis=1) & (kept < one).any(axis=1)
        assert not beaten.any(), f"{kept[beaten]} beats {kept[i]}"
    for a, b, c, d, e in values:  # nothing is lost but to one that is as good
        one = objectives(plan(a / 20, 0.5 + b / 2, c if b > 1 else 0, 1 + d / 10, 1 + e / 10))
        assert (kept <= one + 1e-9).all(axis=1).any()


def test_what_must_be_told_comes_first() -> None:
    front = Front()
    plans = {
        "as it is": plan(0.0, 5.0, 9),
        "two left": plan(0.04, 3.0, 2),
        "one left": plan(0.07, 3.0, 1),
        "fewest": plan(0.12, 1.0, 0),
        "round": plan(0.20, 1.0, 0, 0.9, 0.8),
        "even": plan(0.25, 0.2, 0),
    }
    for one in plans.values():
        assert front.add(one)
    chosen = front.chosen(5)
    assert chosen[0] == (FEWEST, plans["fewest"])
    assert chosen[1] == (ONE_LEFT, plans["one left"])
    assert chosen[2] == (EVEN, plans["even"])
    assert len(chosen) == 5
    assert all(one.moved > 0 for _, one in chosen)


def test_a_plan_that_is_within_already_is_the_only_proposal() -> None:
    front = Front()
    front.add(plan(0.0, 0.9, 0))
    front.add(plan(0.1, 0.2, 0))
    assert [one.moved for _, one in front.chosen(8)] == [0.0]


def test_at_least_five_answers_are_found_where_they_exist() -> None:
    rng = np.random.default_rng(11)
    base = (np.arange(900) % 30 // 6 + np.arange(900) // 30 // 10 * 5).astype(np.int32)
    problem = grid(30, 30, rng.lognormal(0, 0.5, 900), 15, 0.05, base=base)
    front = Front()
    spent: list[Callable[[], int]] = []

    def make(taste: Taste, on_found: Callable[[Rebalanced], None]) -> Rebalancer:
        return Rebalancer(problem, seed=3, taste=taste, on_found=on_found)

    def budget(until: float, n_done: Callable[[], int]) -> Budget:
        done = sum(one() for one in spent)
        spent.append(n_done)
        return Budget(max(0, round(9_000_000 * until) - done))

    assert list(run_courses(make, front, budget))
    chosen = front.chosen(8)
    assert len(chosen) >= 5
    values = np.array([objectives(one) for _, one in chosen])
    for one in values:
        assert not ((values <= one).all(axis=1) & (values < one).any(axis=1)).any()
    kind, first = chosen[0]
    assert kind == FEWEST
    assert first.beyond == 0
    assert first.moved == pytest.approx(min(one.moved for _, one in chosen if one.beyond == 0))
