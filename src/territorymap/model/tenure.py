"""How long somebody has been with the company, from the first day. Owns the count and its words."""

from __future__ import annotations

from datetime import date

from territorymap.errors import UserError
from territorymap.i18n import ntr, number, tr
from territorymap.model.period import parse_period

DAYS_PER_YEAR = 365.25


def first_day(text: str) -> str:
    """Return a first day as it is stored: of a month, quarter or year the first one; "" for none.

    Raises
    ------
    UserError
        if the text names no day.
    """
    return parse_period(text).start.isoformat() if text.strip() else ""


def tenure_years(started_on: str, today: date) -> float | None:
    """Return years since the first day; None where it is not told, 0 where it lies ahead.

    >>> tenure_years("2020-11-26", date(2026, 11, 26))
    6.0
    """
    if not started_on:
        return None
    start = date.fromisoformat(started_on)
    return round(max((today - start).days, 0) / DAYS_PER_YEAR, 2)


def tenure_text(started_on: str, today: date) -> str:
    """Return the time as people say it: "6 years", "7 months", "from 1 Jan 2027"; "" where it is not told."""
    if not started_on:
        return ""
    start = date.fromisoformat(started_on)
    if start > today:
        return tr("starts {day}", day=parse_period(started_on).label)
    months = (today.year - start.year) * 12 + today.month - start.month - (today.day < start.day)
    if months < 24:
        return ntr("{n} month", "{n} months", months)
    years = months / 12
    return tr("{years} years", years=number(years, 1 if years < 10 and months % 12 else 0))


def knows_day(text: str) -> bool:
    """Return whether a text names a day, or none at all."""
    try:
        first_day(text)
    except UserError:
        return False
    return True
