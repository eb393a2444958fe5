"""Which row holds the headers."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from territorymap.importers.header_row import clean_headers, find_header


def test_a_plain_header_is_the_first_row() -> None:
    assert find_header([["Name", "Zip"], ["A", "02139"], ["B", "10001"]]) == 0


def test_titles_and_blank_lines_above_are_passed_over() -> None:
    rows = [["Accounts by owner", "", ""], ["As of 2024-05-01", "", ""], ["", "", ""]]
    rows += [["Account Name", "Billing City", "Amount"], ["A", "Boston", "5"], ["B", "Rome", "6"]]
    assert find_header(rows) == 3


def test_numbers_in_the_first_row_of_a_column_of_numbers_mean_no_header() -> None:
    assert find_header([["Miller", "02139", "12.5"], ["Smith", "10001", "7"]]) is None


def test_words_that_come_again_below_mean_no_header() -> None:
    assert find_header([["Boston", "MA"], ["Cambridge", "MA"], ["Albany", "NY"]]) is None


def test_years_as_headers_are_headers() -> None:
    assert find_header([["Kunde", "2022", "2023"], ["A", "10", "20"], ["B", "30", "40"]]) == 0


def test_unknown_words_over_numbers_are_headers() -> None:
    assert find_header([["Foo", "Bar"], ["x", "1"], ["y", "2"]]) == 0


def test_two_known_words_in_a_row_of_data_do_not_move_the_header_down() -> None:
    rows = [["Foo", "Bar", "Baz", "Qux"], ["a", "b", "c", "d"], ["Store", "Home", "q", "City"], ["e", "f", "g", "h"]]
    assert find_header(rows) == 0


def test_headers_become_whole_and_different() -> None:
    assert clean_headers(["Name", "", " name ", "Two\nlines"], 5) == [
        "Name",
        "Column 2",
        "name (2)",
        "Two lines",
        "Column 5",
    ]


@given(st.lists(st.text(max_size=10), max_size=30), st.integers(0, 30))
def test_headers_are_always_filled_and_unique(cells: list[str], n: int) -> None:
    headers = clean_headers(cells, n)
    assert len(headers) == n
    assert all(headers)
    assert len({h.casefold() for h in headers}) == n


@given(
    st.lists(
        st.lists(st.sampled_from(["", "a", "Name", "12", "2024", "Zip", "x@y.z"]), min_size=1, max_size=4), max_size=8
    )
)
def test_the_header_is_one_of_the_rows_or_none(rows: list[list[str]]) -> None:
    at = find_header(rows)
    assert at is None or (0 <= at < len(rows) and any(rows[at]))
