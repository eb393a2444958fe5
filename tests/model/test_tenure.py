"""Tenure in years and in words."""

from __future__ import annotations

from datetime import date

import pytest

from territorymap.errors import UserError
from territorymap.model.tenure import first_day, tenure_text, tenure_years

TODAY = date(2026, 11, 26)


@pytest.mark.parametrize(
    ("start", "years", "text"),
    [
        ("", None, ""),
        ("2026-11-26", 0.0, "0 months"),
        ("2026-10-27", 0.08, "0 months"),
        ("2026-10-26", 0.08, "1 month"),
        ("2020-11-26", 6.0, "6 years"),
        ("2020-05-26", 6.5, "6.5 years"),
        ("2009-01-01", 17.9, "18 years"),
        ("2027-01-01", 0.0, "starts Jan 1, 2027"),
    ],
)
def test_tenure_counts_from_the_first_day(start: str, years: float | None, text: str) -> None:
    assert tenure_years(start, TODAY) == years
    assert tenure_text(start, TODAY) == text


def test_a_month_or_a_year_is_its_first_day() -> None:
    assert [first_day(text) for text in ("2024", "2024-05", "2024-05-17", "")] == [
        "2024-01-01",
        "2024-05-01",
        "2024-05-17",
        "",
    ]
    with pytest.raises(UserError, match="soon"):
        first_day("soon")
