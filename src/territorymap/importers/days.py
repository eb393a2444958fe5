"""Days as people and programs write them. Owns their reading and which of day and month comes first in a column."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from territorymap.importers.numbers import is_blank

_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ].*)?\Z", re.ASCII)
_CHINESE = re.compile(r"(\d{4})年(\d{1,2})月(\d{1,2})日?\Z", re.ASCII)
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})\Z", re.ASCII)
_PARTED = re.compile(r"(\d{1,2})([./-])(\d{1,2})\2(\d{4}|\d{2})(?:[T ,].*)?\Z", re.ASCII)
_PIVOT = 70  # years of two digits: 69 is 2069, 70 is 1970
FIRST_YEAR, LAST_YEAR = 1900, 2200


def is_day_first(texts: Sequence[str]) -> bool:
    """Return whether a column writes 31/12/2026 rather than 12/31/2026.

    A number above 12 tells; where none does, points and hyphens mean day first, slashes month first.
    """
    first = second = points = slashes = 0
    for text in texts:
        found = _PARTED.match(text.strip())
        if found:
            first += int(found[1]) > 12
            second += int(found[3]) > 12
            points += found[2] != "/"
            slashes += found[2] == "/"
    if first or second:
        return first > second
    return points > slashes


def parse_day(text: str, day_first: bool) -> str | None:
    """Return the ISO day, "" if blank, None if it cannot be read."""
    text = text.strip()
    if is_blank(text):
        return ""
    for pattern in (_ISO, _CHINESE, _COMPACT):
        found = pattern.match(text)
        if found:
            return _iso(int(found[1]), int(found[2]), int(found[3]))
    found = _PARTED.match(text)
    if not found:
        return None
    one, two, year = int(found[1]), int(found[3]), int(found[4])
    if len(found[4]) == 2:
        year += 2000 if year < _PIVOT else 1900
    return _iso(year, two, one) if day_first else _iso(year, one, two)


def _iso(year: int, month: int, day: int) -> str | None:
    try:
        return date(year, month, day).isoformat() if FIRST_YEAR <= year <= LAST_YEAR else None
    except ValueError:
        return None
