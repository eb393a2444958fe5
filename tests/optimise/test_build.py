"""Building: laws of every answer, threads, bounds that are reached. The optimum of small ground: test_independent."""

from __future__ import annotations

import threading

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from territorymap.optimise import lanes
from territorymap.optimise.build import Answer, Budget, Builder, warm_up
from territorymap.optimise.energy import deviations
from territorymap.optimise.joining import join_pieces
from territorymap.optimise.problem import Problem
from territorymap.optimise.transplant import transplant
from tests.optimise.worlds import check_legal, grid, pieces_of, worlds


def answers(problem: Problem, n_steps: int, seed: int = 1) -> list[Answer]:
    return list(Builder(problem, seed).run(Budget(n_steps)))


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(worlds(40))
def test_answers_get_better_and_each_is_legal(problem: Problem) -> None:
    found = answers(problem, 60_000)
    assert [a.rank for a in found] == sorted((a.rank for a in found), reverse=True)
    for answer in found:
        check_legal(problem, answer.label)
        assert answer.n_steps <= 60_000


@pytest.mark.parametrize("n_threads", [1, 2])
def test_threads_change_nothing(n_threads: int, monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(5)
    problem = grid(12, 12, rng.lognormal(0, 1, 144), 7, 0.02)
    usual = [a.label.tolist() for a in answers(problem, 400_000)]
    monkeypatch.setattr(lanes.os, "cpu_count", lambda: n_threads)
    assert [a.label.tolist() for a in answers(problem, 400_000)] == usual


def test_the_clock_is_asked_by_the_callers_thread_alone() -> None:
    asked: list[int] = []

    def is_over() -> bool:
        asked.append(threading.get_ident())
        return len(asked) > 8

    list(Builder(grid(20, 20, np.ones(400), 9, 0.05)).run(Budget(10**9, is_over)))
    assert len(asked) > 8
    assert set(asked) == {threading.get_ident()}


def test_an_error_in_a_lane_is_raised() -> None:
    def fail(lane: lanes.Lane) -> int:
        raise ZeroDivisionError(lane.n_left)

    with lanes.Lanes(Budget(10)) as side_by_side, pytest.raises(ZeroDivisionError, match="5"):
        side_by_side.run([fail, fail])


def test_steps_are_shared_and_never_exceeded() -> None:
    with lanes.Lanes(Budget(7)) as side_by_side:
        assert side_by_side.run([lambda lane: lane.n_left, lambda lane: lane.n_left]) == [4, 3]
    builder = Builder(grid(6, 6, np.arange(36.0), 4, 0.001))
    list(builder.run(Budget(12_345)))
    assert builder.n_done <= 12_345


def test_one_territory_or_one_unit_ends_at_once() -> None:
    for problem in (grid(5, 5, np.ones(25), 1, 0.05), grid(1, 1, np.ones(1), 1, 0.05), grid(3, 1, np.ones(3), 3, 0.05)):
        builder = Builder(problem)
        *_, best = builder.run(Budget(10**8))
        check_legal(problem, best.label)
        assert builder.n_done <= 10**6


def test_a_run_ends_by_itself_when_nothing_better_is_to_be_expected() -> None:
    builder = Builder(grid(4, 4, np.ones(16), 4, 0.05))
    *_, best = builder.run(Budget(10**12))
    assert best.beyond == 0
    assert sorted(np.bincount(best.label).tolist()) == [4, 4, 4, 4]


def test_a_pocket_behind_a_giant_gets_as_many_territories_as_suit_it() -> None:
    """A row: 7 8 | 60 | 1 x 25. Of 100 for five, 40 are left for four: 10 each; 7 and 8 apart are nearer than 15."""
    problem = grid(28, 1, np.concatenate([[7.0, 8, 60], np.ones(25)]), 5, 0.05)
    *_, best = answers(problem, 300_000)
    assert best.label[0] != best.label[1]
    assert best.label[2] not in (best.label[0], best.label[1])


def test_lumps_in_a_corner_are_planted_anew() -> None:
    """A corner of 2 6 / 6 6, the rest ones, 52 for six: the 2 goes with a 6, the other two need ones of their own."""
    weight = np.ones((6, 6))
    weight[:2, :2] = [[2, 6], [6, 6]]
    problem = grid(6, 6, weight.ravel(), 6, 0.01)
    *_, best = answers(problem, 1_500_000)
    check_legal(problem, best.label)
    load = np.bincount(best.label, weight.ravel())
    assert sorted(load.tolist()) == [8, 8, 9, 9, 9, 9]  # whole numbers: nothing is nearer to 52 / 6


@settings(max_examples=40, deadline=None)
@given(worlds(30), st.integers(0, 2**31))
def test_a_transplant_is_whole_and_the_planted_near_its_target(problem: Problem, seed: int) -> None:
    builder = Builder(problem)
    label = next(builder.run(Budget(0))).label
    ground, rng = builder.ground, np.random.default_rng(seed)
    may_move = ~ground.is_giant & (problem.stays < 0)
    t = int(rng.integers(problem.n_territories))
    near = np.ones(problem.n_territories, dtype=np.bool_)
    centre = rng.random((problem.n_territories, 2))
    found = transplant(ground, label, t, near, may_move, centre, -1, ground.tolerance, rng)
    if found is None:
        return
    assert {len(pieces) for pieces in pieces_of(problem, found).values()} == {1}
    assert (found[~may_move] == label[~may_move]).all()
    assert (np.abs(deviations(ground, found)[t]) <= ground.tolerance + 1e-9).all()


def test_pieces_that_stay_are_joined_by_the_shortest_way() -> None:
    """5 x 3, both ends of the middle row are 0's: the way is that row, and the fixed unit of 1 in it is walked around.

    0 1 2 3 4      . . . . .
    5 6 7 8 9      A . x . A
    10 ..  14      . . . . .
    """
    problem = grid(5, 3, np.ones(15), 2, 0.05)
    label = np.ones(15, dtype=np.int32)
    label[[5, 9]] = 0
    fixed = np.zeros(15, dtype=np.bool_)
    fixed[[5, 7, 9]] = True
    assert join_pieces(label, problem.adjacency, fixed, 2)
    assert label[7] == 1
    assert (label == 0).sum() == 7  # five along the row's side, and back to the ends
    assert len(pieces_of(problem, label)[0]) == 1


def test_warming_up_compiles_what_a_run_needs() -> None:
    from territorymap.optimise import bounds, moves, whole
    from territorymap.optimise import transplant as planting

    warm_up()
    loops = (moves.anneal, whole.make_whole, whole.count_pieces, bounds.least_off, planting.grow_set)
    assert all(loop.signatures for loop in loops)  # type: ignore[attr-defined]
    before = [len(loop.signatures) for loop in loops]  # type: ignore[attr-defined]
    problem = grid(9, 1, np.array([9.0, 9, 40, 10, 10, 10, 10, 10, 10]), 5, 0.001)
    problem.weight.flags.writeable = False  # frozen arrays are not another kind to compile
    list(Builder(problem).run(Budget(50_000)))
    assert [len(loop.signatures) for loop in loops] == before  # type: ignore[attr-defined]
