"""What the chart is made of: domination, letters, ticks and numbers in words; expected values by hand."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from territorymap.session.session import Session
from territorymap.ui.proposals.board import (
    KM,
    MOVED,
    OUTSIDE,
    SHARE,
    TRAVEL,
    WORST,
    Axis,
    Mark,
    letter_of,
    not_dominated,
)
from territorymap.ui.proposals.facts import PlanFacts, board_of, facts_of
from territorymap.ui.proposals.scales import nice_step, scale_for
from tests.support.proposals import figures_now, proposal_of
from tests.ui.panels.plans import make_session

LESS, MORE = Axis("less", "", "", SHARE), Axis("more", "", "", SHARE, is_less_better=False)


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    folder = tmp_path_factory.mktemp("board")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TERRITORYMAP_STATE_DIR", str(folder))
        with make_session(Path(folder, "grid.gpkg")) as session:
            yield session


def mark(less: float, more: float) -> Mark:
    return Mark("", "", {"less": less, "more": more}, "")


def test_a_proposal_that_another_beats_in_everything_is_dominated() -> None:
    marks = [mark(1, 5), mark(2, 4), mark(2, 9), mark(1, 5), mark(math.nan, 10), mark(math.nan, 9)]
    assert not_dominated(marks, (LESS, MORE)) == [0, 2, 4]


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=1, max_size=12))
def test_what_is_left_out_is_beaten_by_something_that_is_kept(values: list[tuple[int, int]]) -> None:
    marks = [mark(less, more) for less, more in values]
    kept = not_dominated(marks, (LESS, MORE))
    assert len({values[n] for n in kept}) == len(kept)
    for n, (less, more) in enumerate(values):
        beats = [k for k in kept if values[k][0] <= less and values[k][1] >= more]
        assert beats, n
        if n in kept:
            assert beats == [n]


def test_letters_go_on_after_z() -> None:
    assert [letter_of(n) for n in (0, 25, 26, 51, 52, 701, 702)] == ["A", "Z", "AA", "AZ", "BA", "ZZ", "AAA"]


@pytest.mark.parametrize(("least", "step"), [(0.7, 1), (1, 1), (1.01, 2), (3, 5), (6, 10), (0.012, 0.02)])
def test_ticks_are_one_two_or_five_apart(least: float, step: float) -> None:
    assert nice_step(least) == pytest.approx(step)


@given(
    st.lists(st.floats(0, 1e6), min_size=1, max_size=9),
    st.lists(st.floats(0, 1e6), max_size=3),
    st.booleans(),
    st.integers(2, 9),
)
def test_a_scale_holds_all_values_and_has_a_few_ticks(
    values: list[float], guests: list[float], from_zero: bool, n_ticks: int
) -> None:
    scale = scale_for(values, guests, from_zero=from_zero, n_ticks=n_ticks)
    assert scale.low < scale.high
    assert all(scale.holds(value) for value in values)
    assert 0 <= scale.share(values[0]) <= 1
    assert len(scale.ticks) <= n_ticks + 1
    assert not from_zero or scale.low == 0


def test_a_plan_far_off_does_not_press_the_proposals_together() -> None:
    near = scale_for([0.05, 0.1], [0.25], from_zero=True, n_ticks=5)
    far = scale_for([0.05, 0.1], [6.4], from_zero=True, n_ticks=5)
    assert near.holds(0.25)
    assert not far.holds(6.4)
    assert far.high < 0.12


def test_values_are_written_with_the_decimals_that_ticks_need() -> None:
    share, km = Axis("a", "", "", SHARE), Axis("b", "", "", KM)
    assert [share.write(0.125, 0.05), share.write(0.125, 0.005), share.write(0.1234)] == ["12 %", "12.5 %", "12.3 %"]
    assert [km.write(71.26), km.write(7.126), km.write(70, 10), km.write(math.nan)] == [
        "71.3 km",
        "7.13 km",
        "70 km",
        "–",
    ]


# The grid: North has 757, South 783, West 452 of revenue; the target is 664, West's index 0.681.
GIVES_A4 = {3: 2}  # 103 of South's to West: South 680, West 555; North at 1.140, West at 0.836
GIVES_COLUMN = {3: 2, 15: 2, 21: 2}  # 339 of South's to West: South 444 at 0.669


def test_a_board_says_what_each_proposal_does(session: Session) -> None:
    proposals = [proposal_of(session, GIVES_COLUMN, "all"), proposal_of(session, GIVES_A4, "one unit")]
    facts = PlanFacts(now=figures_now(session), lower_bound=0.02, flow=0.025)
    board, shown = board_of(session.plan, proposals, facts)
    assert [p.label for p in shown] == ["one unit"]  # moving the column is worse in everything
    (first,) = board.marks
    assert first.letter == "A"
    assert first.value(MOVED) == pytest.approx(1 / 24)
    assert first.value(WORST) == pytest.approx(109 / 664)
    assert first.value(OUTSIDE) == 2
    assert "It moves 4.2 % of the accounts: 1 account and 1 unit." in first.sentence
    assert "2 of 3 territories are beyond 5 % in Revenue; the worst is 16.4 % off." in first.sentence
    assert "flow" not in first.sentence  # which is of plans within the tolerances
    assert board.present is not None
    assert board.present.value(WORST) == pytest.approx(212 / 664)
    assert board.present.value(MOVED) == 0
    assert [y.words for y in board.yardsticks] == [
        "within tolerance only from 2.0 %",
        "flow between neighbours: 2.5 %",
        "tolerance 5 %",
    ]
    assert board.heading == "Rebalance: 1 proposal (1 that another beats in everything is left out)"


def test_the_trade_between_two_proposals_is_told(session: Session) -> None:
    less = proposal_of(session, GIVES_A4)
    more = proposal_of(session, {3: 2, 13: 1})  # North 644, South 793 at 1.194: worse, but ...
    even = proposal_of(session, {3: 2, 13: 2})  # West 668: North 0.970, South 1.024, West 1.006; B2 lies apart
    board, shown = board_of(session.plan, [even, more, less], PlanFacts(cost="Revenue", flow=0.05))
    assert shown == [less, even]
    assert "It moves 4.6 % of Revenue more than A, and brings the worst from 16.4 % to 3.0 %." in board.marks[1].told
    assert "All 3 territories are within 5 % of their targets of Revenue." in board.marks[1].sentence
    assert "1 territory is in pieces." in board.marks[1].sentence
    assert "That is 1.8 times the flow between neighbours (5.0 %)." in board.marks[1].sentence
    assert board.best(WORST) == pytest.approx(20 / 664)
    assert board.best(MOVED) == pytest.approx(103 / 2448)
    assert board.axis(TRAVEL).write(board.best(TRAVEL)).endswith(" km")


def test_what_the_search_counted_is_told_beside_its_bound(session: Session) -> None:
    """A rebalance counts what changes hands its own way: bound, flow and share are of the same kind then."""
    made = proposal_of(session, GIVES_A4, "Fewest moves")
    extra = {"least": "Revenue", "flow": 0.03, "moved_share": 0.05}
    figures = replace(made.figures, lower_bound=0.02)
    proposal = replace(made, extra=extra, figures=figures, sentences=("Moves 103 Revenue (5.0 %).", "North stays out."))
    facts = facts_of([proposal])
    assert (facts.cost, facts.flow, facts.lower_bound) == ("Revenue", 0.03, 0.02)
    board, _ = board_of(session.plan, [proposal], facts)
    assert board.marks[0].value(MOVED) == 0.05
    assert board.marks[0].told == ("North stays out.",)
    assert board.axis(MOVED).title == "Moved, of Revenue"
    assert facts_of([]) == PlanFacts()
