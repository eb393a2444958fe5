"""Hard wishes of a problem: limits, radii, barriers, seeds, borders to be had; and the bounds of what can be."""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import product

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from territorymap.geo.adjacency import adjacency_of_pairs
from territorymap.optimise.build import Answer, Budget, Builder
from territorymap.optimise.divide import allot, seeds_of
from territorymap.optimise.giants import find_giants, giant_territories
from territorymap.optimise.problem import Problem
from territorymap.optimise.reach import distances_km, least_factor, middles_km, reached_from, too_far
from territorymap.optimise.relax import (
    count_bound,
    falling,
    far_apart,
    has_room,
    nearest_that_can,
    piece_counts,
    rising,
    rounded_down,
    rounded_up,
    try_out,
    with_most,
    with_radius,
    within_limits,
)
from tests.optimise.worlds import check_legal, graph_of, grid, pieces_of, totals_of, worlds

FEW = Budget(4_000)


def best_of(problem: Problem, n_steps: int = 20_000, begin: NDArray[np.int32] | None = None) -> Answer:
    *_, last = Builder(problem, 1, begin).run(Budget(n_steps))
    return last


def without_pairs(problem: Problem, gone: NDArray[np.bool_]) -> Problem:
    adjacency = adjacency_of_pairs(problem.adjacency.pair[~gone], problem.adjacency.border_km[~gone], problem.n_units)
    return replace(problem, adjacency=adjacency, border_factor=np.ones(len(adjacency.pair)))


# -- hard limits -------------------------------------------------------------------------------------------------------


def test_a_limit_narrower_than_the_tolerance_is_kept() -> None:
    """36 squares of 1 to 3, 4 territories: 20 % off would be within the tolerance, 2 % above is all that is allowed."""
    weight = np.random.default_rng(4).uniform(1, 3, 36)
    problem = grid(6, 6, weight, 4, 0.2)
    limit = weight.sum() / 4 * 1.02
    found = best_of(replace(problem, most=np.full((1, 4), limit)), 4_000_000)
    assert found.breach == 0
    assert totals_of(problem, found.label)[0].max() <= limit
    loose = best_of(problem, 400_000)
    assert totals_of(problem, loose.label)[0].max() > limit, "else the limit asks for nothing"


def test_each_territory_keeps_its_own_limits() -> None:
    """6 x 6 squares of 1: one territory of at most 4, one of at least 14, and two between."""
    most, least = np.array([[4.0, np.inf, np.inf, np.inf]]), np.array([[0.0, 14.0, 0.0, 0.0]])
    found = best_of(replace(grid(6, 6, np.ones(36), 4, 0.05), most=most, least=least), 100_000)
    total = totals_of(grid(6, 6, np.ones(36), 4, 0.05), found.label)[0]
    assert total[0] <= 4
    assert total[1] >= 14
    assert found.breach == 0


def test_a_measure_that_is_only_limited_is_not_shared_evenly() -> None:
    """The second measure lies on the left half; evenness in it is not asked, its limit is kept."""
    second = np.where(np.arange(24) % 6 < 3, 2.0, 0.0)
    weight = np.array([np.ones(24), second])
    problem = replace(
        grid(6, 4, weight, 3, 0.05),
        importance=np.array([1.0, 0.0]),
        tolerance=np.array([0.05, 1e9]),
        most=np.array([[np.inf] * 3, [10.0] * 3]),
    )
    found = best_of(problem, 4_000_000)
    totals = totals_of(problem, found.label)
    assert totals[0].tolist() == [8, 8, 8]
    assert totals[1].max() <= 10


@given(worlds(most_measures=2), st.floats(0.9, 1.6), st.integers(0, 2))
@settings(max_examples=25, deadline=None)
def test_an_answer_says_by_how_much_it_breaks_limits(problem: Problem, factor: float, which: int) -> None:
    """Whatever is asked, answers are legal and never worse in hard wishes than those before; breach is the truth."""
    target = problem.target.mean(axis=1, keepdims=True)
    most = np.full(problem.target.shape, np.inf) if which == 1 else np.repeat(target * factor, problem.n_territories, 1)
    least = np.zeros(problem.target.shape) if which == 0 else np.repeat(target / factor / 2, problem.n_territories, 1)
    asked = replace(problem, most=most, least=np.minimum(least, most))
    builder, before = Builder(asked), math.inf
    giants = set(builder.giants.unit.tolist())
    for answer in builder.run(FEW):
        check_legal(problem, answer.label)
        assert round(answer.breach, 6) <= round(before, 6)
        before = answer.breach
        over = 0.0
        for t, row in totals_of(asked, answer.label).iterrows():
            assert isinstance(t, int)
            if not giants & set(np.flatnonzero(answer.label == t).tolist()):
                off = np.maximum(row.to_numpy() - asked.most[:, t], asked.least[:, t] - row.to_numpy())
                over += float((np.maximum(off, 0) / builder.giants.target[:, t]).sum())
        assert answer.breach >= over - 1e-6
        if not giants:
            assert answer.breach == pytest.approx(over, abs=1e-6)


def test_what_a_territory_has_besides_its_units_counts() -> None:
    """8 x 1 squares of 1, and 2 that the first territory has by name: targets of 5 each are met by 3 and 5 squares."""
    besides = np.array([[2.0, 0.0]])
    problem = replace(grid(8, 1, np.ones(8), 2, 0.05), besides=besides, target=np.array([[5.0, 5.0]]))
    found = best_of(problem)
    assert np.bincount(found.label).tolist() == [3, 5]
    assert found.beyond == 0


# -- giants ------------------------------------------------------------------------------------------------------------


def test_a_giant_that_is_locked_stays_and_spoils_nothing() -> None:
    """One square of 100 locked in the second territory; the other 15 squares of 1 are shared by the three others."""
    weight = np.ones(16)
    weight[5] = 100
    stays = np.full(16, -1, dtype=np.int32)
    stays[5] = 1
    problem = replace(grid(4, 4, weight, 4, 0.05), stays=stays)
    giants = find_giants(problem)
    assert giants.unit.tolist() == [5]
    assert giant_territories(problem, giants, seeds_of(problem)).tolist() == [1]
    assert giants.target[0, [0, 2, 3]] == pytest.approx([5, 5, 5])
    found = best_of(problem, 100_000)
    assert sorted(np.bincount(found.label, minlength=4)) == [1, 5, 5, 5]


def test_a_giant_goes_to_the_seed_that_is_nearest() -> None:
    weight = np.ones(16)
    weight[15] = 100
    problem = replace(grid(4, 4, weight, 3, 0.05), seed_unit=np.array([0, 14, 3], dtype=np.int32))
    found = best_of(problem, 50_000)
    assert found.label[15] == 1


def test_targets_with_ways_are_not_shrunk_when_no_unit_is_a_giant() -> None:
    """Targets may be more than what units bring: the way from home comes on top."""
    problem = grid(4, 4, np.ones(16), 4, 0.05)
    problem = replace(problem, target=problem.target * 1.5)
    assert find_giants(problem).target == pytest.approx(problem.target)


# -- pieces and barriers -----------------------------------------------------------------------------------------------


@given(worlds(has_locks=False), st.integers(0, 2**31))
@settings(max_examples=40, deadline=None)
def test_no_territory_reaches_over_a_barrier(problem: Problem, seed: int) -> None:
    """Pairs are taken out at random: with as many territories as pieces, or more, each is whole by networkx."""
    rng = np.random.default_rng(seed)
    parted = without_pairs(problem, rng.random(len(problem.adjacency.pair)) < rng.uniform(0, 0.5))
    pieces = nx.number_connected_components(graph_of(parted))
    n = min(parted.n_units, max(pieces, parted.n_territories))
    target = np.repeat(parted.weight.sum(axis=1, keepdims=True) / n, n, axis=1)
    bare = Problem(parted.adjacency, parted.weight, target, parted.tolerance, parted.xy_km)
    for answer in Builder(bare).run(FEW):
        assert all(len(found) == 1 for found in pieces_of(bare, answer.label).values())


@given(st.lists(st.floats(0.1, 100), min_size=1, max_size=4), st.integers(0, 5))
@settings(max_examples=60, deadline=None)
def test_pieces_get_territories_as_evenly_as_can_be(mass: list[float], more: int) -> None:
    """Against every way of sharing them out."""
    weights, n = np.array(mass), len(mass) + more
    found = allot(weights, np.full(n, 1 / n), np.full(n, -1))
    counts = np.bincount(found, minlength=len(mass))
    assert (counts >= 1).all()

    def worst(k: NDArray[np.int64]) -> float:
        return float(np.abs(weights / weights.sum() * n / k - 1).max())

    best = min(worst(np.array(k)) for k in product(range(1, n + 1), repeat=len(mass)) if sum(k) == n)
    assert worst(counts) <= max(best * 2, best + 0.5)


def test_a_piece_with_a_seed_keeps_its_territory() -> None:
    fixed = np.array([1, -1, 1, -1])
    found = allot(np.array([1.0, 1.0]), np.full(4, 0.25), fixed)
    assert found[[0, 2]].tolist() == [1, 1]
    assert found[[1, 3]].tolist() == [0, 0]


# -- seeds -------------------------------------------------------------------------------------------------------------


@given(worlds(has_locks=False), st.integers(0, 2**31))
@settings(max_examples=40, deadline=None)
def test_territories_hold_the_seeds_they_grew_from(problem: Problem, seed: int) -> None:
    rng = np.random.default_rng(seed)
    n_seeds = int(rng.integers(1, problem.n_territories + 1))
    units = rng.choice(problem.n_units, size=n_seeds, replace=False).astype(np.int32)
    seeds, stays = np.full(problem.n_territories, -1, dtype=np.int32), np.full(problem.n_units, -1, dtype=np.int32)
    seeds[:n_seeds], stays[units] = units, np.arange(n_seeds)
    asked = replace(problem, seed_unit=seeds, stays=stays)
    for answer in Builder(asked).run(FEW):
        check_legal(asked, answer.label)
        assert (answer.label[units] == np.arange(n_seeds)).all()


def test_seeds_in_the_same_corner_still_give_even_territories() -> None:
    """Four seeds side by side at the corner of 12 x 12 squares."""
    seeds = np.array([0, 1, 2, 3], dtype=np.int32)
    stays = np.full(144, -1, dtype=np.int32)
    stays[seeds] = np.arange(4)
    found = best_of(replace(grid(12, 12, np.ones(144), 4, 0.05), seed_unit=seeds, stays=stays), 400_000)
    assert found.beyond == 0


def test_a_territory_grows_around_what_is_locked_in_it() -> None:
    """Two squares at opposite ends are locked in the territories whose numbers cuts would give the other way round."""
    for first, last in ((0, 1), (1, 0)):
        stays = np.full(16, -1, dtype=np.int32)
        stays[0], stays[15] = first, last
        found = best_of(replace(grid(4, 4, np.ones(16), 2, 0.05), stays=stays))
        assert np.bincount(found.label).tolist() == [8, 8]
        assert found.label[0] == first


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"seed_unit": np.array([3, 3], dtype=np.int32)}, "seed_unit"),
        ({"seed_unit": np.array([3, 99], dtype=np.int32)}, "seed_unit"),
        ({"radius_km": np.array([1.0, 0.0])}, "radius_km"),
        ({"least": np.full((1, 2), 5.0), "most": np.full((1, 2), 4.0)}, "least, most"),
        ({"border_factor": np.array([1.0])}, "border_factor"),
        ({"importance": np.array([0.0])}, "importance"),
    ],
)
def test_wishes_that_make_no_sense_are_refused(wrong: dict[str, NDArray[np.float64]], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        replace(grid(4, 1, np.ones(4), 2, 0.05), **wrong)


# -- borders to be had -------------------------------------------------------------------------------------------------


def test_a_border_to_be_had_is_followed_where_it_costs_little() -> None:
    """9 x 4 squares in 2 territories: the state border after the fourth column is taken, though the middle is even."""
    problem = grid(9, 4, np.ones(36), 2, 0.2)
    state = np.arange(36) % 9 >= 4
    pair = problem.adjacency.pair
    factor = np.where(state[pair[:, 0]] != state[pair[:, 1]], 0.3, 1.5)
    found = best_of(replace(problem, border_factor=factor), 100_000)
    assert len(set(found.label[state].tolist())) == 1
    assert len(set(found.label[~state].tolist())) == 1


# -- radius ------------------------------------------------------------------------------------------------------------


def anchored(problem: Problem, units: NDArray[np.int32], radius: float) -> Problem:
    stays = np.full(problem.n_units, -1, dtype=np.int32)
    stays[units] = np.arange(len(units))
    return replace(
        problem,
        seed_unit=units,
        stays=stays,
        anchor_km=problem.xy_km[units],
        radius_km=np.full(len(units), radius),
    )


@given(worlds(has_locks=False), st.integers(0, 2**31), st.floats(1.0, 1.5))
@settings(max_examples=40, deadline=None)
def test_nothing_lies_beyond_the_radius_where_an_answer_says_so(problem: Problem, seed: int, room: float) -> None:
    """Radii around the least that reaches every unit; what answers say is checked by plain distances."""
    rng = np.random.default_rng(seed)
    units = rng.choice(problem.n_units, size=problem.n_territories, replace=False).astype(np.int32)
    asked = anchored(problem, units, 1.0)
    factor = least_factor(asked, units)
    asked = with_radius(asked, factor * room)
    for answer in Builder(asked).run(FEW):
        check_legal(asked, answer.label)
        gap = problem.xy_km - problem.xy_km[units][answer.label]
        km = np.hypot(gap[:, 0], gap[:, 1])
        assert (answer.breach == 0) == bool((km <= factor * room * (1 + 1e-8)).all())


@given(worlds(has_locks=False), st.integers(0, 2**31))
@settings(max_examples=40, deadline=None)
def test_no_smaller_radius_reaches_every_unit(problem: Problem, seed: int) -> None:
    """By the widest paths of networkx: the farthest unit on the best way from a seed."""
    rng = np.random.default_rng(seed)
    units = rng.choice(problem.n_units, size=problem.n_territories, replace=False).astype(np.int32)
    asked = anchored(problem, units, 1e-3)
    graph, needed = graph_of(problem), np.full(problem.n_units, np.inf)
    for unit in units.tolist():
        km = np.hypot(*(problem.xy_km - problem.xy_km[unit]).T)
        graph.add_edges_from((u, v, {"km": max(km[u], km[v])}) for u, v in graph.edges())
        tree = nx.minimum_spanning_tree(graph, weight="km")
        for other, path in nx.single_source_shortest_path(tree, unit).items():
            needed[other] = min(needed[other], max(km[u] for u in path))
    factor = least_factor(asked, units)
    assert factor * 1e-3 == pytest.approx(max(needed.max(), 1e-3), rel=2e-3)
    assert reached_from(asked, units, factor).all()


def test_a_radius_without_anchor_counts_from_the_middle() -> None:
    """20 x 2 squares of 10 km, the weight at the left end: four strips of 50 km lie within 30 km of their middles."""
    weight = np.where(np.arange(40) % 20 < 4, 10.0, 1.0)
    problem = with_radius(grid(20, 2, weight, 4, 0.05), 30.0)
    found = best_of(problem, 50_000)
    assert found.breach == 0
    assert distances_km(problem, found.label).max() <= 30 + 1e-6
    free = best_of(with_radius(problem, np.inf), 50_000)
    assert too_far(problem, free.label).max() > 0, "else the radius asks for nothing"


def test_middles_are_those_of_the_smallest_circles() -> None:
    """An L of three squares: the middle of the longest side."""
    problem = grid(2, 2, np.ones(4), 2, 0.05)
    label = np.array([0, 0, 0, 1], dtype=np.int32)
    middle = middles_km(problem, label)
    assert middle[0] == pytest.approx([5, 5], abs=1e-6)
    assert middle[1] == pytest.approx([10, 10], abs=1e-6)


# -- bounds and the nearest that can be --------------------------------------------------------------------------------


@given(st.lists(st.integers(1, 20), min_size=1, max_size=8), st.integers(20, 40))
@settings(max_examples=100, deadline=None)
def test_the_bound_of_a_count_is_never_too_high(weights: list[int], most: int) -> None:
    """Against the fewest bins by trying all."""

    def fits(left: list[int], room: list[int]) -> bool:
        if not left:
            return True
        head, *tail = left
        return any(
            fits(tail, [*room[:i], free - head, *room[i + 1 :]])
            for i, free in enumerate(room)
            if free >= head and free not in room[:i]
        )

    exact = next(n for n in range(1, len(weights) + 1) if fits(sorted(weights, reverse=True), [most] * n))
    bound = count_bound(np.array(weights, dtype=float), most)
    assert math.ceil(sum(weights) / most) <= bound <= exact


def test_pieces_are_counted_one_by_one() -> None:
    """Two strips of 5 squares that nothing joins, at most 3 each: 2 + 2 territories; at least 2 each: 2 + 2 at most."""
    problem = grid(5, 2, np.ones(10), 4, 0.05)
    pair = problem.adjacency.pair
    parted = without_pairs(problem, (pair[:, 0] < 5) != (pair[:, 1] < 5))
    assert piece_counts(parted, 0, 0.0, 3.0)[0] == 4
    assert piece_counts(parted, 0, 2.0, math.inf)[1] == 4


@pytest.mark.parametrize(("most", "is_narrow"), [(4.0, True), (5.0, True), (9.0, False), (3.0, False)])
def test_narrow_limits_are_kept_from_the_start(most: float, is_narrow: bool) -> None:
    """3 of 9 units with 12 accounts in all; below 4 each it cannot be, from 6 on there is room."""
    accounts = np.array([4.0, 0, 0, 0, 2, 2, 0, 0, 4])
    problem = grid(9, 1, np.array([np.ones(9), accounts]), 3, 0.05, importance=np.array([1.0, 0.0]))
    label = within_limits(replace(problem, most=np.array([[np.inf] * 3, [most] * 3])))
    assert (label is not None) == is_narrow
    if label is not None:
        assert np.bincount(label, accounts, minlength=3).max() <= most


def test_room_is_told_by_sums() -> None:
    """6 + 1 + 1 + 1 in two: of the 6 counts no more than what a territory may have."""
    problem = grid(4, 1, np.array([[6.0, 1, 1, 1]]), 2, 0.05)
    for most, has in ((5.0, True), (3.0, True), (2.9, False)):
        assert has_room(replace(problem, most=np.full((1, 2), most))) == has
    assert has_room(problem)


def test_pieces_with_one_locked_territory_count_as_one() -> None:
    """Two pieces of 5; one territory of 10 has both ends, so one is enough."""
    stays = np.full(10, -1, dtype=np.int32)
    stays[[0, 9]] = 1
    problem = grid(10, 1, np.ones(10), 2, 0.05, stays=stays)
    pair = problem.adjacency.pair
    parted = without_pairs(problem, (pair[:, 0] < 5) != (pair[:, 1] < 5))
    assert piece_counts(parted, 0, 0.0, 10.0) == (1, 10)
    assert piece_counts(replace(parted, stays=np.full(10, -1, dtype=np.int32)), 0, 0.0, 10.0)[0] == 2


@given(st.floats(1e-6, 1e12))
def test_rounding_never_takes_back_what_was_allowed(value: float) -> None:
    assert rounded_up(value) >= value * (1 - 1e-9)
    assert rounded_down(value) <= value * (1 + 1e-9)
    assert rounded_up(value) <= value * 1.011 + 1e-12
    steps = list(rising(value))
    assert steps == sorted(set(steps))
    down = list(falling(value))
    assert down == sorted(set(down), reverse=True)


@given(st.floats(1, 1e6), st.floats(1, 9.9))
def test_the_nearest_that_can_is_near(start: float, factor: float) -> None:
    """Between the steps it is looked for too: at most some per cent from what would just do."""
    more = nearest_that_can(rising(start), lambda value: value >= start * factor, rounded=rounded_up)
    assert more is not None
    assert start * factor <= more <= start * factor * 1.06
    less = nearest_that_can(falling(start), lambda value: value <= start / factor, rounded=rounded_down)
    assert less is not None
    assert start / factor >= less >= start / factor / 1.06


def test_without_time_the_first_that_can_is_taken() -> None:
    left = iter([False] * 11 + [True] * 9)
    found = nearest_that_can(rising(100), lambda value: value >= 130.5, lambda: next(left), rounded=rounded_up)
    assert found == 150  # after 100, 101, 102, 104, 105, 108, 110, 115, 120 and 130


@given(worlds(has_locks=False), st.floats(1, 60))
@settings(max_examples=40, deadline=None)
def test_units_far_apart_are_pairwise_so(problem: Problem, radius: float) -> None:
    apart = far_apart(problem, radius)
    assert apart
    for i, one in enumerate(apart):
        for other in apart[:i]:
            assert np.hypot(*(problem.xy_km[one] - problem.xy_km[other])) > 2 * radius


@given(worlds(most_measures=1), st.floats(0.8, 3.0))
@settings(max_examples=25, deadline=None)
def test_what_is_tried_out_keeps_the_limit(problem: Problem, factor: float) -> None:
    limit = problem.target.max() * factor
    label = try_out(with_most(problem, 0, limit))
    if label is None:
        return
    check_legal(problem, label)
    giants = set(find_giants(problem).unit.tolist())
    for t, total in totals_of(problem, label)[0].items():
        if problem.weight[0, [u for u in giants if label[u] == t]].sum() <= limit:
            assert total <= limit * (1 + 1e-6)


def test_a_giant_alone_does_not_excuse_from_the_least_of_another_measure() -> None:
    """A square of 100 in the first measure is alone by that, but every territory needs 3 of the second."""
    weight = np.ones((2, 16))
    weight[0, 5] = 100
    least = np.array([[0.0] * 3, [3.0] * 3])
    found = best_of(replace(grid(4, 4, weight, 3, 0.3), least=least), 1_000_000)
    assert found.breach == 0
    assert np.bincount(found.label).min() >= 3
