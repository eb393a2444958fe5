"""Records of delimited text."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from territorymap.importers.delimited import RecordReader, guess_delimiter, told_delimiter


def read(text: str, delimiter: str = ",", n_columns: int = 0) -> list[tuple[int, list[str], str]]:
    reader = RecordReader(io.StringIO(text, newline=""), delimiter, n_columns)
    return [tuple(record) for record in reader]  # type: ignore[misc]


def test_quoted_newlines_stay_in_their_cell_and_records_are_counted() -> None:
    text = 'a,b\n"one\ntwo",2\n\n3,4\n'
    assert read(text) == [(1, ["a", "b"], ""), (2, ["one\ntwo", "2"], ""), (3, [], ""), (4, ["3", "4"], "")]


def test_a_quote_that_is_never_closed_costs_one_row() -> None:
    rows = read('a,b\n1,2\n"broken,3\n4,5\n6,7\n', n_columns=2)
    assert [row[:2] for row in rows if not row[2]] == [
        (1, ["a", "b"]),
        (2, ["1", "2"]),
        (4, ["4", "5"]),
        (5, ["6", "7"]),
    ]
    assert [(row[0], row[2]) for row in rows if row[2]] == [(3, "A quotation mark is opened and not closed.")]


def test_two_stray_quotes_do_not_swallow_the_rows_between_them() -> None:
    text = 'id,name,city\n1,"Joe,Boston\n2,Ann,Rome\n3,"Eve,Bonn\n4,Bob,Paris\n'
    rows = read(text, n_columns=3)
    assert [row[1] for row in rows if not row[2]] == [
        ["id", "name", "city"],
        ["2", "Ann", "Rome"],
        ["4", "Bob", "Paris"],
    ]
    assert [row[0] for row in rows if row[2]] == [2, 4]


def letter(n: int) -> str:
    return "".join(f"Dear Ann, this is line {i}.\n" for i in range(n))


@pytest.mark.parametrize("n", [501, 3000])
def test_a_cell_of_too_many_lines_costs_its_row_alone(n: int) -> None:
    text = f'id,name,note,city\n1,Ann,short,Rome\n2,Bob,"{letter(n)}",Bonn\n3,Eve,"two\nlines",Oslo\n'
    rows = read(text, n_columns=4)
    assert [row[:2] for row in rows if not row[2]] == [
        (1, ["id", "name", "note", "city"]),
        (2, ["1", "Ann", "short", "Rome"]),
        (4, ["3", "Eve", "two\nlines", "Oslo"]),
    ]
    why = f"A cell goes over {n + 1:,} lines; up to 500 lines and 120,000 letters are read."
    assert [(row[0], row[2]) for row in rows if row[2]] == [(3, why)]


def test_marks_within_a_cell_of_too_many_lines_do_not_end_it() -> None:
    said = letter(300) + '""Well"", he said,\nof a 5" pipe.\n' + letter(300)
    rows = read(f'id,name,note,city\n2,Bob,"{said}",Bonn\n3,Eve,x,Oslo\n', n_columns=4)
    assert [row[0] for row in rows if row[2]] == [2]
    assert rows[2:] == [(3, ["3", "Eve", "x", "Oslo"], "")]


@pytest.mark.parametrize("n", [1, 40, 3000])
def test_text_after_a_mark_that_is_never_closed_becomes_no_row(n: int) -> None:
    rows = read(f'id,name,note,city\n1,Ann,x,Rome\n2,Bob,"Hello,\n{letter(n)}', n_columns=4)
    assert [row[1] for row in rows if not row[2]] == [["id", "name", "note", "city"], ["1", "Ann", "x", "Rome"]]
    (broken,) = (row for row in rows if row[2])
    assert broken[0] == 3
    lines = "the line after it is no row and was" if n == 1 else f"the {n:,} lines after it are no rows and were"
    assert broken[2] == f"A quotation mark is opened and not closed; {lines} left out."


def test_rows_after_such_text_are_rows_again() -> None:
    rest = "".join(f'{i},"Smith, {i}",x,Rome\n' for i in range(3, 900))
    rows = read(f'id,name,note,city\n2,Bob,"Hello,\n{letter(450)}{rest}', n_columns=4)
    assert [(row[0], row[2]) for row in rows if row[2]] == [
        (2, "A quotation mark is opened and not closed; the 450 lines after it are no rows and were left out.")
    ]
    assert rows[2][1] == ["3", "Smith, 3", "x", "Rome"]
    assert len(rows) == 2 + 897


def test_rows_after_a_stray_mark_are_rows_however_many_there_are() -> None:
    text = 'id,name,city\n1,"Joe,Boston\n' + "".join(f"{i},Ann,Rome\n" for i in range(2, 3000))
    rows = read(text, n_columns=3)
    assert [row[0] for row in rows if row[2]] == [2]
    assert len(rows) == 3000


def test_a_quote_inside_a_cell_is_a_letter() -> None:
    assert read('1,Joe "The Man" Inc\n')[0][1] == ["1", 'Joe "The Man" Inc']


def test_zeros_are_taken_out() -> None:
    assert read("a\0b,c\n")[0][1] == ["ab", "c"]


def test_a_huge_cell_is_refused_and_the_next_row_is_read() -> None:
    rows = read("x" * 200_000 + ",1\n2,3\n")
    assert [row[0] for row in rows if row[2]] == [1]
    assert rows[-1][1] == ["2", "3"]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_all_line_ends_are_understood(end: str) -> None:
    assert [row[1] for row in read(end.join(["a,b", "1,2", ""]))] == [["a", "b"], ["1", "2"]]


@given(
    st.lists(
        st.lists(
            st.text(st.characters(exclude_characters="\0\x85\u2028\u2029", exclude_categories=["Cs"])),
            min_size=3,
            max_size=3,
        ),
        min_size=1,
    ),
    st.sampled_from(",;\t|"),
)
def test_what_the_csv_module_writes_is_read_back(rows: list[list[str]], delimiter: str) -> None:
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter, quoting=csv.QUOTE_ALL).writerows(rows)
    assert [row[1] for row in read(out.getvalue(), delimiter, 3)] == rows


@given(st.text(alphabet='ab",\n\r ;', max_size=200), st.integers(0, 4))
def test_any_text_gives_records_with_rising_numbers(text: str, n_columns: int) -> None:
    numbers = [row[0] for row in read(text, ",", n_columns)]
    assert numbers == list(range(1, len(numbers) + 1))


def lines(text: str) -> list[str]:
    return text.splitlines(keepends=True)


def test_the_delimiter_is_the_one_that_cuts_evenly() -> None:
    assert guess_delimiter(lines("a,b,c\n1,2,3\n4,5,6\n")) == ","
    assert guess_delimiter(lines("a\tb\n1\t2\n")) == "\t"
    assert guess_delimiter(lines("a|b|c\n1|2|3\n")) == "|"


def test_decimal_commas_do_not_beat_the_semicolon() -> None:
    assert guess_delimiter(lines("Kunde;Umsatz\nA;1,5\nB;2,5\nC;3,0\n")) == ";"
    assert guess_delimiter(lines("PLZ;Lage\n10115;52,5 13,4\n80331;48,1 11,5\n")) == ";"


def test_commas_in_addresses_do_not_beat_the_semicolon() -> None:
    assert guess_delimiter(lines("Name;Address;City\nA;1 Main St, Apt 2;Boston\nB;2 Main St, Apt 3;Rome\n")) == ";"


def test_title_lines_do_not_mislead() -> None:
    assert guess_delimiter(lines("Account report, 2024\n\nName;Zip;City\nA;02139;Cambridge\nB;10001;New York\n")) == ";"


def test_excel_can_tell_the_delimiter() -> None:
    assert told_delimiter("sep=;\n") == ";"
    assert told_delimiter('"sep=|"\r\n') == "|"
    assert told_delimiter("sep=\t\n") == "\t"
    assert told_delimiter("separator\n") == ""
