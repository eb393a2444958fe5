"""Days as people write them."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from territorymap.importers.days import parse_day


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-10-05", "2026-10-05"), ("2026/10/5", "2026-10-05"), ("2026年10月5日", "2026-10-05"),
        ("5.10.2026", "2026-10-05"), ("10/25/2026", "2026-10-25"), ("25/10/2026", "2026-10-25"),
        ("7/7/2026", "2026-07-07"), ("3/4/2026", None), ("5 Oct 2026", "2026-10-05"), ("October 5, 2026", "2026-10-05"),
        ("2026-10-05 00:00:00", "2026-10-05"), ("2026-02-30", None), ("", ""), ("n/a", ""), ("soon", None),
        ("2026", None), ("0001-01-01", None), ("9999-01-01", None), ("2026-13-01", None),
    ],
)  # fmt: skip
def test_a_day_is_read_where_it_can_only_be_one(text: str, day: str | None) -> None:
    assert parse_day(text) == day


@given(st.dates(date(1900, 1, 1), date(2199, 12, 31)))
def test_every_day_comes_back(day: date) -> None:
    assert parse_day(day.isoformat()) == day.isoformat()
    assert parse_day(f"{day.day}.{day.month}.{day.year}") == day.isoformat()
    assert parse_day(f"{day.month}/{day.day}/{day.year}") in (day.isoformat(), None)


@given(st.text(max_size=20))
def test_no_text_stops_the_program(text: str) -> None:
    assert parse_day(text) is None or parse_day(text) == "" or date.fromisoformat(str(parse_day(text)))
