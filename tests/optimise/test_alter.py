"""Splitting, dissolving and adding on plain arrays: whole by networkx, totals by pandas, small cases by trying all.

The ground of most cases::

    a grid of squares, one unit each, counted from the south-west; rows first
"""

from __future__ import annotations

import itertools

import networkx as nx
import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from territorymap.geo.adjacency import Adjacency, adjacency_of_pairs
from territorymap.optimise.adding import adding, is_worth_its_shape
from territorymap.optimise.build import Budget
from territorymap.optimise.dissolving import Dissolving, dissolving, takers_of
from territorymap.optimise.handing import fill_up
from territorymap.optimise.problem import Labels, Problem, Way, even_targets
from territorymap.optimise.splitting import Splitting
from territorymap.optimise.standing import Standing
from territorymap.optimise.widening import further

ENOUGH = Budget(10**9)


def grid(columns: int, rows: int) -> tuple[Adjacency, NDArray[np.float64]]:
    """Return neighbours and middles of squares with sides of 10 km."""
    cell = np.arange(columns * rows).reshape(rows, columns)
    pair = np.concatenate(
        [
            np.column_stack([cell[:, :-1].ravel(), cell[:, 1:].ravel()]),
            np.column_stack([cell[:-1].ravel(), cell[1:].ravel()]),
        ]
    )
    xy = 10.0 * np.column_stack([cell.ravel() % columns, cell.ravel() // columns])
    return adjacency_of_pairs(pair.astype(np.int32), np.full(len(pair), 10.0), columns * rows), xy


def problem_of(
    label: Labels, weight: NDArray[np.float64], columns: int, n: int, tolerance: float = 0.05
) -> tuple[Problem, Standing]:
    """Return the problem of a grid in which everybody may give and take."""
    adjacency, xy = grid(columns, len(label) // columns)
    problem = Problem(
        adjacency, weight, even_targets(weight, n), np.full(len(weight), tolerance), xy, base=label.astype(np.int32)
    )
    everybody = np.ones(n, dtype=np.bool_)
    return problem, Standing(label.astype(np.int32), np.ones(len(label), np.bool_), everybody, ~everybody)


def pieces(adjacency: Adjacency, label: Labels) -> dict[int, int]:
    """Return territory -> number of pieces, by networkx."""
    graph = nx.Graph()
    graph.add_nodes_from(range(len(label)))
    graph.add_edges_from(adjacency.pair.tolist())
    territories = np.unique(label[label >= 0]).tolist()
    return {t: nx.number_connected_components(graph.subgraph(np.flatnonzero(label == t).tolist())) for t in territories}


def totals(label: Labels, weight: NDArray[np.float64], n: int) -> NDArray[np.float64]:
    """(P,) sums of the first measure, by pandas."""
    return pd.Series(weight[0]).groupby(label).sum().reindex(range(n), fill_value=0).to_numpy()


def test_level_of_pouring_is_that_of_the_lowest() -> None:
    # 4 poured on 1, 2, 9: the first two come to 3.5, by hand.
    assert fill_up(np.array([1.0, 2.0, 9.0]), np.ones(3), 4.0).tolist() == [3.5, 3.5, 9.0]
    assert fill_up(np.array([9.0, 1.0]), np.array([1.0, 1.0]), 0.0).tolist() == [9.0, 1.0]
    # By shares 2 to 1: levels are 4 and 2.
    assert fill_up(np.array([1.0, 1.0]), np.array([2.0, 1.0]), 4.0).tolist() == [4.0, 2.0]


@given(
    st.lists(st.floats(0, 100), min_size=1, max_size=6),
    st.floats(0, 500),
    st.data(),
)
def test_pouring_keeps_the_sum_and_levels_those_that_get_some(
    fixed: list[float], amount: float, data: st.DataObject
) -> None:
    share = data.draw(st.lists(st.floats(0.1, 5), min_size=len(fixed), max_size=len(fixed)))
    filled = fill_up(np.array(fixed), np.array(share), amount)
    assert filled.sum() == pytest.approx(sum(fixed) + amount)
    assert (filled >= np.array(fixed)).all()
    got = filled > np.array(fixed) + 1e-9
    if got.any():
        levels = (filled / share)[got]
        assert levels.max() == pytest.approx(levels.min())
        assert (filled / share)[~got].min(initial=np.inf) >= levels.min() - 1e-6


def test_leaver_between_two_is_shared_evenly_along_straight_borders() -> None:
    """Six columns, two rows; the leaver has the middle two columns.

    ::

        0 0 . . 1 1
        0 0 . . 1 1
    """
    label = np.array([0, 0, -1, -1, 1, 1] * 2)
    problem, standing = problem_of(label, np.ones((1, 12)), 6, 2)
    *_, best = dissolving(problem, standing).run(ENOUGH)
    assert best.label.tolist() == [0, 0, 0, 1, 1, 1] * 2
    assert best.beyond == 0


def test_who_has_least_gets_most() -> None:
    """One row: 0 has one unit, 1 has three; the leaver's four go 3 and 1.

    ::

        0 . . . . 1 1 1
    """
    label = np.array([0, -1, -1, -1, -1, 1, 1, 1])
    problem, standing = problem_of(label, np.ones((1, 8)), 8, 2)
    *_, best = dissolving(problem, standing).run(ENOUGH)
    assert best.label.tolist() == [0, 0, 0, 0, 1, 1, 1, 1]


def test_small_dissolutions_are_as_even_as_any() -> None:
    """Against all ways to share six units among three: the largest load beyond the level is the least there is."""
    rng = np.random.default_rng(5)
    label = np.array([0, 0, 1, 1, 0, -1, -1, 1, 0, -1, -1, 1, 2, -1, -1, 2, 2, 2, 2, 2])
    free = np.flatnonzero(label < 0)
    for _ in range(4):
        weight = rng.integers(1, 20, size=(1, 20)).astype(float)
        problem, standing = problem_of(label, weight, 4, 3, 0.02)
        *_, best = dissolving(problem, standing).run(ENOUGH)
        loads = totals(best.label, weight, 3)
        least = np.inf
        for owners in itertools.product(range(3), repeat=len(free)):
            trial = label.copy()
            trial[free] = owners
            if all(n == 1 for n in pieces(problem.adjacency, trial).values()):
                least = min(least, totals(trial, weight, 3).max())
        # Within the band the rounder plan is taken: at most its width, half the tolerance and all of it, above.
        assert loads.max() <= least * 1.02 + 1


cases = st.tuples(st.integers(4, 9), st.integers(4, 8), st.integers(2, 6), st.integers(0, 2**16))


def random_case(columns: int, rows: int, n: int, seed: int) -> tuple[Labels, NDArray[np.float64]]:
    """Return a whole plan grown from random units, and weights with zeros and a giant."""
    rng = np.random.default_rng(seed)
    adjacency, _ = grid(columns, rows)
    label = np.full(columns * rows, -1)
    label[rng.choice(columns * rows, n, replace=False)] = np.arange(n)
    while (label < 0).any():
        u = int(rng.choice(np.flatnonzero(label < 0)))
        owners = label[adjacency.neighbours_of(u)]
        if (owners >= 0).any():
            label[u] = rng.choice(owners[owners >= 0])
    weight = rng.integers(0, 4, size=(2, columns * rows)).astype(float)
    weight[0, 0] += 1
    weight[1, rng.integers(columns * rows)] += rng.choice([1, 100])
    return label.astype(np.int32), weight


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(cases)
def test_when_one_is_dissolved_nobody_elses_units_move(case: tuple[int, int, int, int]) -> None:
    columns, rows, n, seed = case
    whole, weight = random_case(columns, rows, n, seed)
    label = np.where(whole == n - 1, -1, whole)
    problem, standing = problem_of(label, weight, columns, n - 1)
    takers = takers_of(problem, standing)
    before = pieces(problem.adjacency, label)
    for answer in dissolving(problem, standing, seed).run(Budget(100_000)):
        assert (answer.label[label >= 0] == label[label >= 0]).all()
        assert np.isin(answer.label[label < 0], takers).all()
        assert pieces(problem.adjacency, answer.label) == before


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(cases)
def test_a_newcomer_only_takes(case: tuple[int, int, int, int]) -> None:
    columns, rows, n, seed = case
    label, weight = random_case(columns, rows, n, seed)
    problem, standing = problem_of(label, weight, columns, n + 1)
    home = int(np.flatnonzero(np.bincount(label)[label] > 1)[0])
    for answer in adding(problem, standing, n, home, seed).run(Budget(100_000)):
        assert answer.label[home] == n
        assert set(answer.label[answer.label != label].tolist()) == {n}
        assert set(pieces(problem.adjacency, answer.label).values()) == {1}


def test_what_only_the_home_held_goes_along_but_for_what_must_stay() -> None:
    """A strip of seven with the home at the third: the two on the short side would be cut off.

    ::

        0 0 H 0 0 0 0
    """
    problem, standing = problem_of(np.zeros(7, dtype=np.int32), np.ones((1, 7)), 7, 2)
    *_, best = adding(problem, standing, 1, 2).run(ENOUGH)
    assert best.label.tolist() in ([1, 1, 1, 0, 0, 0, 0], [1, 1, 1, 1, 0, 0, 0])
    standing.may_move[0] = False
    *_, best = adding(problem, standing, 1, 2).run(ENOUGH)
    assert best.label[[0, 2]].tolist() == [0, 1]


def test_a_newcomer_is_even_with_those_that_can_spare_it() -> None:
    """Four of six by six squares each have 9 units; a fifth should have 7.2, and the others too."""
    label = np.array([[0, 0, 0, 1, 1, 1]] * 3 + [[2, 2, 2, 3, 3, 3]] * 3).ravel()
    problem, standing = problem_of(label, np.ones((1, 36)), 6, 5, 0.12)
    *_, compact = adding(problem, standing, 4, 14).run(ENOUGH)
    *_, best = adding(problem, standing, 4, 14, is_compact=False).run(ENOUGH)
    assert compact.beyond > 0
    assert best.beyond == 0
    assert is_worth_its_shape(best, compact, 5)
    assert sorted(totals(best.label, problem.weight, 5).tolist()) == [7, 7, 7, 7, 8]
    assert set(pieces(problem.adjacency, best.label).values()) == {1}


def test_a_newcomer_takes_ground_of_nobody_first() -> None:
    """Two with the outer columns at their target, the two columns between are nobody's.

    ::

        0 0 . . 1 1
    """
    label = np.array([0, 0, 3, 3, 1, 1] * 2, dtype=np.int32)
    problem, standing = problem_of(label, np.ones((1, 12)), 6, 4)
    loose = np.array([False, False, False, True])
    target = np.full((1, 4), 4.0)
    problem = Problem(problem.adjacency, problem.weight, target, problem.tolerance, problem.xy_km, base=label)
    standing = Standing(label, standing.may_move, ~loose, loose)
    *_, best = adding(problem, standing, 2, 2).run(ENOUGH)
    assert best.label.tolist() == [0, 0, 2, 2, 1, 1] * 2


def test_further_moves_bring_all_within_tolerance() -> None:
    """One row of five: the leaver at the end has one neighbour, which cannot hold it; a chain of moves evens it out.

    ::

        0 0 0 0 1 1 1 1 2 2 2 2 . . . .   ->   at most 6 each
    """
    label = np.array([0] * 4 + [1] * 4 + [2] * 4 + [-1] * 4)
    problem, standing = problem_of(label, np.ones((1, 16)), 16, 3, 0.13)
    *_, first = dissolving(problem, standing).run(ENOUGH)
    assert totals(first.label, problem.weight, 3).tolist() == [4, 4, 8]
    fixed = np.zeros(16, dtype=np.bool_)
    *_, best = further(problem, standing, first.label, fixed, ENOUGH)
    assert best.beyond == 0
    # 0 has too little, as before; 6 is within the tolerance. Two units go over the border, no other.
    assert totals(best.label, problem.weight, 3).tolist() == [4, 6, 6]
    assert (best.label != label)[label >= 0].sum() == 2


def test_ways_that_come_of_it_count_in_the_level() -> None:
    """One row; both homes are at the outer ends, so what the leaver brings grows with the way to it.

    ::

        0 0 0 . . . . 1      0 has three units, 1 has one
    """
    label = np.array([0, 0, 0, -1, -1, -1, -1, 1], dtype=np.int32)
    problem, standing = problem_of(label, np.ones((1, 8)), 8, 2)
    way = Way(0, np.full(8, 0.1), problem.xy_km, np.array([[0.0, 0.0], [70.0, 0.0]]))
    problem = Problem(
        problem.adjacency, problem.weight, problem.target, problem.tolerance, problem.xy_km, base=label, way=way
    )
    search = Dissolving(problem, standing)
    *_, best = search.run(ENOUGH)
    # By trying all five borders: 0 with units 0..3 has 4 + 6, and 1 with 4..7 the same; any other border is less even.
    loads = [search.loads(np.where(np.arange(8) <= last, 0, 1).astype(np.int32))[:, 0] for last in range(2, 7)]
    assert int(np.argmin([max(load) for load in loads])) == 1
    assert best.label.tolist() == [0, 0, 0, 0, 1, 1, 1, 1]
    assert search.n_done >= best.n_steps


def test_same_seed_and_steps_give_the_same_answer() -> None:
    whole, weight = random_case(9, 8, 5, 3)
    label = np.where(whole == 4, -1, whole)
    problem, standing = problem_of(label, weight, 9, 4)
    runs = [[a.label.tolist() for a in dissolving(problem, standing, 7).run(Budget(90_000))] for _ in range(2)]
    assert runs[0] == runs[1]


def test_a_search_ends_when_it_is_stopped() -> None:
    whole, weight = random_case(9, 8, 5, 3)
    label = np.where(whole == 4, -1, whole)
    problem, standing = problem_of(label, weight, 9, 4)
    search = dissolving(problem, standing)
    answers = list(search.run(Budget(10**9, lambda: True)))
    assert len(answers) == 1
    assert search.n_done == 0
    assert (answers[0].label >= 0).all()


def test_nobody_there_to_take_is_told() -> None:
    label = np.full(8, -1)
    label[0] = 0
    problem, standing = problem_of(label, np.ones((1, 8)), 4, 1)
    shut = Standing(standing.label, standing.may_move, np.zeros(1, np.bool_), standing.is_loose)
    with pytest.raises(ValueError, match="no territory"):
        dissolving(problem, shut)


# -- split -------------------------------------------------------------------------------------------------------------


def split(
    weight: NDArray[np.float64],
    columns: int,
    n: int,
    home: int,
    stays: Labels | None = None,
    named: float = 0.0,
) -> tuple[Problem, Labels]:
    """Return the parts; ``named`` is what part 0 has by name of the first measure."""
    adjacency, xy = grid(columns, weight.shape[1] // columns)
    besides = np.zeros((len(weight), n))
    besides[0, 0] = named
    target = np.repeat((weight.sum(axis=1) + besides.sum(axis=1))[:, None] / n, n, axis=1)
    problem = Problem(
        adjacency,
        weight,
        target,
        np.full(len(weight), 0.05),
        xy,
        stays=np.full(weight.shape[1], -1, dtype=np.int32) if stays is None else stays,
        besides=besides,
    )
    *_, best = Splitting(problem, home).run(Budget(2_000_000))
    return problem, best.label


def test_a_split_cuts_straight_and_the_home_keeps_part_0() -> None:
    _, label = split(np.ones((1, 8)), 4, 2, home=3)
    assert label.tolist() == [1, 1, 0, 0] * 2
    _, label = split(np.ones((1, 8)), 4, 2, home=4)
    assert label.tolist() == [0, 0, 1, 1] * 2


def test_what_is_in_part_0_by_name_counts() -> None:
    # 12 units of 1 and 4 by name: 8 each, so part 0 gets 4 units.
    problem, label = split(np.ones((1, 12)), 6, 2, home=0, named=4.0)
    assert totals(label, problem.weight, 2).tolist() == [4, 8]
    assert set(pieces(problem.adjacency, label).values()) == {1}


def test_units_that_stay_stay_in_part_0() -> None:
    stays = np.full(24, -1, dtype=np.int32)
    stays[[0, 5, 23]] = 0  # three corners
    problem, label = split(np.ones((1, 24)), 6, 3, home=0, stays=stays)
    assert (label[[0, 5, 23]] == 0).all()
    assert set(np.unique(label).tolist()) == {0, 1, 2}
    assert set(pieces(problem.adjacency, label).values()) == {1}


def test_stays_that_leave_no_room_are_told() -> None:
    stays = np.zeros(6, dtype=np.int32)
    stays[2] = -1
    with pytest.raises(ValueError, match="leaves no unit"):
        split(np.ones((1, 6)), 3, 3, home=0, stays=stays)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(cases)
def test_parts_are_whole_and_there_are_as_many_as_asked(case: tuple[int, int, int, int]) -> None:
    columns, rows, n, seed = case
    _, weight = random_case(columns, rows, n, seed)
    rng = np.random.default_rng(seed)
    home = int(rng.integers(columns * rows))
    stays = np.full(columns * rows, -1, dtype=np.int32)
    stays[home if seed % 2 else rng.integers(columns * rows, size=2)] = 0
    problem, label = split(weight, columns, n, home=home, stays=stays)
    assert pieces(problem.adjacency, label) == dict.fromkeys(range(n), 1)
    assert (label[stays == 0] == 0).all()
