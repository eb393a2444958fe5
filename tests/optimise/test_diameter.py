"""Diameters and the search for small ones, against scipy's pdist and networkx."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.spatial.distance import pdist

from territorymap.optimise.build import Answer, Budget, Builder
from territorymap.optimise.diameter import diameters
from territorymap.optimise.members import members_of, move_member, stretch
from territorymap.optimise.narrow import NarrowBuilder
from territorymap.optimise.problem import Labels, Problem
from territorymap.optimise.shapes import builder_for
from tests.optimise.worlds import check_legal, grid, worlds


def by_scipy(xy: NDArray[np.float64], label: Labels, n: int) -> list[float]:
    return [float(pdist(xy[label == t]).max(initial=0.0)) for t in range(n)]


@st.composite
def placed(draw: st.DrawFn) -> tuple[NDArray[np.float64], Labels, int]:
    """Points anywhere, in a line, or many on the same spot; some with nobody, some territories with none."""
    rng = np.random.default_rng(draw(st.integers(0, 2**31)))
    n_units, n = draw(st.integers(1, 60)), draw(st.integers(1, 6))
    xy = rng.normal(0, 1000, (n_units, 2))
    kind = draw(st.sampled_from(["anywhere", "line", "same", "far away"]))
    if kind == "line":
        xy[:, 1] = 3 * xy[:, 0]
    if kind == "same":
        xy = np.round(xy / 1500)
    if kind == "far away":
        xy += 1e7
    return xy, rng.integers(-1, n, n_units).astype(np.int32), n


@given(placed())
def test_a_diameter_is_the_largest_distance(points: tuple[NDArray[np.float64], Labels, int]) -> None:
    xy, label, n = points
    assert diameters(xy, label, n) == pytest.approx(by_scipy(xy, label, n), rel=1e-12, abs=1e-9)


@given(placed(), st.integers(0, 1000))
def test_lists_follow_the_moves_and_know_what_is_far(
    points: tuple[NDArray[np.float64], Labels, int], seed: int
) -> None:
    xy, label, n = points
    rng = np.random.default_rng(seed)
    members = members_of(label, xy, n)
    for u in rng.choice(len(label), 80):
        a, b = int(label[u]), int(rng.integers(n))
        if a < 0 or a == b:
            continue
        label[u] = b
        if not move_member(members, u, a, b):
            members = members_of(label, xy, n)
    for t in range(n):
        at = slice(members.first[t], members.first[t] + members.n_units[t])
        held = members.unit[at]
        assert sorted(held.tolist()) == np.flatnonzero(label == t).tolist()
        assert (members.x[at] == xy[held, 0]).all()
        assert (members.y[at] == xy[held, 1]).all()
        gap = np.hypot(*(xy[held] - xy[0]).T) / 700.0
        assert stretch(members, t, *xy[0], 700.0) == pytest.approx((gap**2 - 1 + 0.02)[gap > 1].sum(), abs=1e-6)


def answers(problem: Problem, n_steps: int, seed: int = 1, begin: Labels | None = None) -> list[Answer]:
    return list(NarrowBuilder(problem, seed, begin).run(Budget(n_steps)))


@settings(max_examples=40)
@given(worlds())
def test_every_plan_that_is_found_is_legal_and_better(problem: Problem) -> None:
    found = answers(problem, 30_000)
    for answer in found:
        check_legal(problem, answer.label)
        wide = np.array(by_scipy(problem.xy_km, answer.label, problem.n_territories))
        assert answer.shape == pytest.approx(wide.max() + wide.mean() / 100)
    ranks = [answer.rank for answer in found]
    assert ranks == sorted(ranks, reverse=True)


def test_a_long_strip_falls_into_squares() -> None:
    """Four rows of sixteen: whoever is narrower than 4 x 4 has fewer than sixteen squares, so another has more."""
    problem = grid(16, 4, np.ones(64), 4, 0.2)
    begin = np.repeat(np.arange(4), 16).astype(np.int32)  # a row each
    best = answers(problem, 2_000_000, begin=begin)[-1]
    assert best.beyond == 0
    assert max(by_scipy(problem.xy_km, best.label, 4)) == pytest.approx(np.hypot(30, 30))


def test_the_widest_is_narrower_than_where_all_are_compact() -> None:
    rng = np.random.default_rng(5)
    problem = grid(18, 18, rng.integers(10, 90, 324).astype(float), 7, 0.05)
    usual = list(Builder(problem, 1).run(Budget(600_000)))[-1]
    narrow = answers(problem, 3_000_000)[-1]
    assert narrow.beyond == 0
    wide = [max(by_scipy(problem.xy_km, answer.label, 7)) for answer in (usual, narrow)]
    assert wide[1] < 0.95 * wide[0]


def test_the_same_seed_and_steps_give_the_same() -> None:
    problem = grid(12, 12, np.random.default_rng(3).integers(1, 9, 144).astype(float), 5, 0.05)
    one, other = answers(problem, 300_000, seed=4), answers(problem, 300_000, seed=4)
    assert [a.rank for a in one] == [a.rank for a in other]
    assert (one[-1].label == other[-1].label).all()
    another = answers(problem, 300_000, seed=6)
    assert [a.rank for a in another] != [a.rank for a in one]


def test_it_ends_where_units_that_stay_are_as_far_apart_as_can_be() -> None:
    """The ends of a row of ten must be in one territory: it cannot be narrower, so the search is over."""
    problem = grid(10, 2, np.ones(20), 2, 0.5)
    stays = np.full(20, -1, dtype=np.int32)
    stays[[0, 9]] = 0
    found = answers(replace(problem, stays=stays), 10**9)
    assert max(by_scipy(problem.xy_km, found[-1].label, 2)) == pytest.approx(90.0)


def test_the_clock_ends_it_with_the_best_so_far() -> None:
    problem = grid(12, 12, np.ones(144), 5, 0.05)
    asked = iter(range(10**9))
    found = list(NarrowBuilder(problem).run(Budget(10**15, lambda: next(asked) > 30)))
    check_legal(problem, found[-1].label)


def test_a_shape_that_there_is_not_is_told() -> None:
    problem = grid(3, 3, np.ones(9), 2, 0.5)
    assert isinstance(builder_for(problem), Builder)
    assert isinstance(builder_for(problem, shape="diameter"), NarrowBuilder)
    with pytest.raises(ValueError, match="'round': not one of inertia, diameter"):
        builder_for(problem, shape="round")
