"""Numbers as people write them."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from territorymap.importers.numbers import (
    column_decimal,
    is_blank,
    number_text,
    parse_degrees,
    parse_number,
    parse_numbers,
)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0", 0.0),
        ("-12", -12.0),
        ("1,234,567.89", 1234567.89),
        ("1.234.567,89", 1234567.89),
        ("1 234 567,89", 1234567.89),
        ("1\u202f234,5", 1234.5),
        ("1'234'567.5", 1234567.5),
        ("12,34,567", 1234567.0),
        ("$1,234.50", 1234.5),
        ("1.234,50 €", 1234.5),
        ("EUR 12,5", 12.5),
        ("CHF 1'200.-", 1200.0),
        ("1.200,-", 1200.0),
        ("(1,234.50)", -1234.5),
        ("1,234.50-", -1234.5),
        ("−5", -5.0),
        ("12,5 %", 0.125),
        ("1.2E+05", 120000.0),
        (".5", 0.5),
        (",5", 0.5),
        ("1234.567", 1234.567),
        ("0,125", 0.125),
    ],
)
def test_a_number_with_one_reading_is_read_under_either_decimal_mark(text: str, value: float) -> None:
    assert parse_number(text, ".") == pytest.approx(value)
    assert parse_number(text, ",") == pytest.approx(value)


def test_the_decimal_mark_decides_what_could_be_read_both_ways() -> None:
    assert (parse_number("1,234", "."), parse_number("1,234", ",")) == (1234.0, 1.234)
    assert (parse_number("1.234", "."), parse_number("1.234", ",")) == (1.234, 1234.0)


@pytest.mark.parametrize("text", ["", " ", "-", "n/a", "N/A", "#N/A", "NULL", "nan", "k.A.", "\\N"])
def test_a_blank_is_no_number_and_no_error(text: str) -> None:
    assert is_blank(text)
    value = parse_number(text)
    assert value is not None
    assert math.isnan(value)


@pytest.mark.parametrize(
    "text",
    [
        "abc",
        "12a",
        "1,23,45",
        "1.2.3",
        "12.05.2024",
        "030 123 456",
        "inf",
        "1e309",
        "1_000",
        "١٢",
        "(12",
        "--5",
        "9" * 20,
    ],
)
def test_what_is_no_number_is_not_read(text: str) -> None:
    assert parse_number(text, ".") is None
    assert parse_number(text, ",") is None


@given(st.floats(allow_nan=False, allow_infinity=False, min_value=-1e14, max_value=1e14))
def test_a_number_written_by_a_spreadsheet_is_read_back(value: float) -> None:
    text = number_text(value)
    assert parse_number(text, ".") == pytest.approx(value, rel=1e-14, abs=1e-300)


@given(st.integers(min_value=0, max_value=10**12), st.integers(min_value=0, max_value=99))
def test_grouped_money_is_read_in_both_conventions(units: int, cents: int) -> None:
    value = units + cents / 100
    english = f"{units:,}.{cents:02d}"
    german = english.translate(str.maketrans(",.", ".,"))
    assert parse_number(english, ".") == pytest.approx(value)
    assert parse_number(german, ",") == pytest.approx(value)


@given(st.text(max_size=20))
def test_any_text_is_a_number_a_blank_or_refused(text: str) -> None:
    for decimal in (".", ","):
        value = parse_number(text, decimal)
        assert value is None or isinstance(value, float)
        assert value is None or math.isnan(value) or abs(value) <= 1e15
    degrees = parse_degrees(text)
    assert degrees is None or math.isnan(degrees) or math.isfinite(degrees)


def test_a_column_shows_its_own_decimal_mark() -> None:
    assert column_decimal(["1,234", "1.234,5"], ".") == ","
    assert column_decimal(["1.234", "1.5"], ",") == "."
    assert column_decimal(["1.234", "2.000"], ",") == ","
    assert column_decimal([], ".") == "."


def test_a_column_of_numbers_marks_what_cannot_be_read() -> None:
    values, bad = parse_numbers(["1", "", "x", "2,5"], ",")
    assert values[[0, 3]].tolist() == [1.0, 2.5]
    assert bad.tolist() == [False, False, True, False]
    assert math.isnan(values[1])
    assert math.isnan(values[2])


@pytest.mark.parametrize(
    ("text", "degrees"),
    [
        ("52.5", 52.5),
        ("52,5", 52.5),
        ("-71.1", -71.1),
        ("52.520", 52.52),
        ("52.5 N", 52.5),
        ("71.5W", -71.5),
        ("S 33.5", -33.5),
        ("52°30'15\"N", 52 + 30 / 60 + 15 / 3600),
        ("13° 24′ E", 13.4),
    ],
)
def test_degrees_are_read_with_any_decimal_mark_and_by_direction(text: str, degrees: float) -> None:
    assert parse_degrees(text) == pytest.approx(degrees)


@pytest.mark.parametrize("text", ["abc", "inf", "13 O", "52°70'", "1_0", "-71 W"])
def test_what_is_no_angle_is_not_read(text: str) -> None:
    assert parse_degrees(text) is None
