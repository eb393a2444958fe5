"""Periods are read as people write them, follow one another without a gap, and nest."""

from __future__ import annotations

import gettext
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from territorymap import i18n
from territorymap.errors import UserError
from territorymap.model.period import KINDS, Period, is_period, parse_period, period_of

days = st.dates(date(1901, 1, 7), date(2198, 12, 20))
periods = st.builds(period_of, st.sampled_from(KINDS), days)


@pytest.mark.parametrize(
    ("written", "text", "first", "last"),
    [
        ("2026", "2026", date(2026, 1, 1), date(2026, 12, 31)),
        ("2026-Q3", "2026-Q3", date(2026, 7, 1), date(2026, 9, 30)),
        ("q1 2024", "2024-Q1", date(2024, 1, 1), date(2024, 3, 31)),
        ("2024-02", "2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        (" 10/2026 ", "2026-10", date(2026, 10, 1), date(2026, 10, 31)),
        ("Sept 2026", "2026-09", date(2026, 9, 1), date(2026, 9, 30)),
        ("October 2026", "2026-10", date(2026, 10, 1), date(2026, 10, 31)),
        ("2026年10月", "2026-10", date(2026, 10, 1), date(2026, 10, 31)),
        ("2026-W41", "2026-W41", date(2026, 10, 5), date(2026, 10, 11)),
        ("2026-W1", "2026-W01", date(2025, 12, 29), date(2026, 1, 4)),  # the first week begins in the year before
        ("2026-W53", "2026-W53", date(2026, 12, 28), date(2027, 1, 3)),
        ("2026-10-05", "2026-10-05", date(2026, 10, 5), date(2026, 10, 5)),
        ("2026-10-05 00:00:00", "2026-10-05", date(2026, 10, 5), date(2026, 10, 5)),
    ],
)
def test_a_written_period_has_its_days(written: str, text: str, first: date, last: date) -> None:
    period = parse_period(written)
    assert (period.text, period.start, period.end) == (text, first, last)


@pytest.mark.parametrize(
    "written", ["", "soon", "2026-13", "2026-00", "2026-02-30", "2025-W53", "2026-W0", "2026-Q5", "26-Q1", "1/10/2026"]
)
def test_what_is_no_period_is_refused_by_name(written: str) -> None:
    assert not is_period(written)
    with pytest.raises(UserError, match="is not a period") as told:
        parse_period(written)
    assert "2026-Q3" in told.value.hint


def test_a_year_out_of_reach_is_told() -> None:
    with pytest.raises(UserError, match="1900"):
        parse_period("0026-Q1")


@given(periods)
def test_text_and_period_are_one(period: Period) -> None:
    assert parse_period(period.text) == period


@given(periods)
def test_periods_follow_without_gap_or_overlap(period: Period) -> None:
    assert period.previous.end + timedelta(days=1) == period.start
    assert period.previous.following == period == period.following.previous
    assert period.previous < period < period.following
    assert period.previous.kind == period.kind == period.year_before.kind
    assert period.year_before < period
    assert not period.contains(period.previous)


@given(st.sampled_from(KINDS), days)
def test_a_day_lies_in_its_period_and_in_no_neighbour(kind: str, day: date) -> None:
    period = period_of(kind, day)
    assert period.contains(day)
    assert period.contains(period)
    assert not period.following.contains(day)
    assert period.n_days == sum(1 for step in range(-400, 401) if period.contains(day + timedelta(days=step)))


@given(days)
def test_kinds_nest_and_the_longest_stands_first(day: date) -> None:
    year, quarter, month, _week, one = (period_of(kind, day) for kind in KINDS)
    assert year.contains(quarter)
    assert quarter.contains(month)
    assert month.contains(one)
    assert sorted([one, month, quarter, year]) == sorted([year, quarter, month, one])
    assert not quarter.contains(year)
    assert year <= quarter <= month <= one


def test_the_same_period_of_the_year_before() -> None:
    """2026 has 53 weeks, 2025 has 52; 2024 was a leap year."""
    assert parse_period("2026-W53").year_before.text == "2025-W52"
    assert parse_period("2024-02-29").year_before.text == "2023-02-28"
    assert parse_period("2026-Q1").year_before.text == "2025-Q1"


def test_labels_follow_the_locale() -> None:
    texts = ["2026", "2026-Q3", "2026-10", "2026-W41"]
    assert [parse_period(text).label for text in texts] == ["2026", "Q3 2026", "Oct 2026", "Week 41 of 2026"]
    i18n.install(gettext.NullTranslations(), "zh_Hans_CN")
    try:
        assert [parse_period(text).label for text in texts[:3]] == ["2026年", "2026年第3季度", "2026年10月"]
    finally:
        i18n.install(gettext.NullTranslations(), i18n.SOURCE_LANGUAGE)
