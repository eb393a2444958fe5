"""Searching many names: what is in a line is found, the best first."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from territorymap.ui.find_index import TextIndex, fold

NAMES = ["Springfield", "North Springfield", "Köln", "São Paulo", "O'Hare & Sons", "Bad\nBreak", ""]
CODES = ["01001", "01003", "05315", "SP", "X-1", "B", "E"]


def index() -> TextIndex:
    return TextIndex([NAMES, CODES])


def test_lines_that_begin_with_the_words_come_before_those_that_hold_them() -> None:
    assert index().search("spring", 10) == [0, 1]


def test_codes_are_found_by_their_start() -> None:
    assert index().search("0100", 10) == [0, 1]


def test_case_and_accents_do_not_matter() -> None:
    assert index().search("KOLN", 10) == [2]
    assert index().search("sao paulo", 10) == [3]


def test_words_may_stand_in_different_fields() -> None:
    assert index().search("01003 spring", 10) == [1]


def test_a_name_with_a_line_break_stays_one_line() -> None:
    assert index().search("break", 10) == [5]


def test_no_more_than_wanted() -> None:
    assert len(TextIndex([["a"] * 500]).search("a", 7)) == 7


def test_nothing_is_found_by_nothing_nor_in_nothing() -> None:
    assert index().search("   ", 10) == []
    assert TextIndex([[]]).search("a", 10) == []


@given(st.lists(st.text(max_size=12), min_size=1, max_size=30), st.data())
def test_every_piece_of_a_line_finds_that_line(lines: list[str], data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(lines) - 1))
    line = " ".join(lines[at].split())
    start = data.draw(st.integers(0, max(len(line) - 1, 0)))
    piece = line[start : start + data.draw(st.integers(1, 5))].strip()
    folded = fold(piece)
    # A piece that begins with a mark loses its letter; and what folds to nothing finds nothing.
    if folded.strip() and folded in fold(lines[at]):
        assert at in TextIndex([lines]).search(piece, len(lines))
