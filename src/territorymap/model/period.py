"""Periods of time as planners write them: a year, a quarter, a month, a week, a day.

Owns parsing, order, first and last day, the period before and after, and the words of a period; not what is measured.
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache, total_ordering

from babel.dates import format_skeleton

from territorymap.errors import UserError
from territorymap.i18n import day as day_text
from territorymap.i18n import locale_name, tr

KINDS = ("year", "quarter", "month", "week", "day")
FIRST_YEAR, LAST_YEAR = 1900, 2199
_MONTHS = (
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
)
_YEAR = r"(?P<year>\d{4})"
# The written forms of each kind; the first is ours, the others are met in spreadsheets.
_FORMS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (kind, re.compile(pattern, re.IGNORECASE | re.ASCII))
    for kind, pattern in (
        ("year", _YEAR + r"年?"),
        ("quarter", _YEAR + r"[-/ ]?Q(?P<part>[1-4])"),
        ("quarter", r"Q(?P<part>[1-4])[-/ ]?" + _YEAR),
        ("quarter", _YEAR + r"年第(?P<part>[1-4])季度"),
        ("week", _YEAR + r"[-/ ]?W(?P<part>\d{1,2})"),
        ("week", _YEAR + r"年第(?P<part>\d{1,2})周"),
        ("month", _YEAR + r"[-/.](?P<part>\d{1,2})"),
        ("month", r"(?P<part>\d{1,2})[-/.]" + _YEAR),
        ("month", _YEAR + r"年(?P<part>\d{1,2})月"),
        ("month", r"(?P<word>[a-z]{3,9})\.?[- ]" + _YEAR),
        ("month", _YEAR + r"[- ](?P<word>[a-z]{3,9})\.?"),
        ("day", _YEAR + r"[-/.](?P<part>\d{1,2})[-/.](?P<day>\d{1,2})(?:[T ]00:00(?::00(?:\.0+)?)?)?"),
        ("day", _YEAR + r"年(?P<part>\d{1,2})月(?P<day>\d{1,2})日"),
    )
)


@total_ordering
@dataclass(frozen=True)
class Period:
    """Days from ``start`` to ``end``, both counted; ordered by start, of those with one start the longest first."""

    kind: str  # of KINDS
    start: date
    end: date

    def __lt__(self, other: Period) -> bool:
        return self._order < other._order

    def __str__(self) -> str:
        return self.text

    @property
    def text(self) -> str:
        """How it stands in the plan: 2026, 2026-Q3, 2026-10, 2026-W41 or 2026-10-05."""
        year = f"{self.start.year:04d}"
        match self.kind:
            case "year":
                return year
            case "quarter":
                return f"{year}-Q{(self.start.month + 2) // 3}"
            case "month":
                return f"{year}-{self.start.month:02d}"
            case "week":
                iso = self.start.isocalendar()
                return f"{iso.year:04d}-W{iso.week:02d}"
            case _:
                return self.start.isoformat()

    @property
    def label(self) -> str:
        """How people read it in the locale in use: Q3 2026."""
        match self.kind:
            case "week":
                iso = self.start.isocalendar()
                return tr("Week {week} of {year}", week=iso.week, year=iso.year)
            case "day":
                return day_text(self.start)
            case kind:
                skeleton = {"year": "y", "quarter": "yQQQ", "month": "yMMM"}[kind]
                return str(format_skeleton(skeleton, self.start, locale=locale_name()))

    @property
    def n_days(self) -> int:
        return (self.end - self.start).days + 1

    @property
    def previous(self) -> Period:
        """The period of the same kind just before this one."""
        return period_of(self.kind, self.start - timedelta(days=1))

    @property
    def following(self) -> Period:
        """The period of the same kind just after this one."""
        return period_of(self.kind, self.end + timedelta(days=1))

    @property
    def year_before(self) -> Period:
        """The same period of the year before; of a 53rd week the 52nd, of 29 February the 28th."""
        if self.kind == "week":
            iso = self.start.isocalendar()
            weeks = date(iso.year - 1, 12, 28).isocalendar().week
            return period_of("week", date.fromisocalendar(iso.year - 1, min(iso.week, weeks), 1))
        is_leap_day = (self.start.month, self.start.day) == (2, 29)
        return period_of(
            self.kind, self.start.replace(year=self.start.year - 1, day=28 if is_leap_day else self.start.day)
        )

    def contains(self, other: Period | date) -> bool:
        """Return whether all days of ``other`` lie in this period."""
        first, last = (other.start, other.end) if isinstance(other, Period) else (other, other)
        return self.start <= first and last <= self.end

    @property
    def _order(self) -> tuple[date, int]:
        return self.start, -self.end.toordinal()


def period_of(kind: str, of_day: date) -> Period:
    """Return the period of a kind that holds a day."""
    match kind:
        case "year":
            return Period(kind, of_day.replace(month=1, day=1), of_day.replace(month=12, day=31))
        case "quarter":
            month = (of_day.month - 1) // 3 * 3 + 1
            return Period(kind, of_day.replace(month=month, day=1), _last_of_month(of_day.year, month + 2))
        case "month":
            return Period(kind, of_day.replace(day=1), _last_of_month(of_day.year, of_day.month))
        case "week":
            monday = of_day - timedelta(days=of_day.weekday())
            return Period(kind, monday, monday + timedelta(days=6))
        case "day":
            return Period(kind, of_day, of_day)
        case _:
            raise ValueError(f"no kind of period: {kind!r}")


@lru_cache(maxsize=4096)
def parse_period(text: str) -> Period:
    """Return the period that a text names.

    Raises
    ------
    UserError
        If it names none, or a year before 1900 or after 2199.
    """
    period = _parsed(text.strip())
    if period is None:
        raise UserError(
            tr("“{text}” is not a period.", text=text),
            tr("Write a year (2026), a quarter (2026-Q3), a month (2026-10), a week (2026-W41) or a day (2026-10-05)."),
        )
    if not FIRST_YEAR <= int(period.text[:4]) <= LAST_YEAR:
        raise UserError(
            tr("The year of “{text}” is not between {first} and {last}.", text=text, first=FIRST_YEAR, last=LAST_YEAR),
            tr("Correct the year."),
        )
    return period


def is_period(text: str) -> bool:
    """Return whether a text names a period."""
    try:
        parse_period(text)
    except UserError:
        return False
    return True


def _parsed(text: str) -> Period | None:
    for kind, pattern in _FORMS:
        if found := pattern.fullmatch(text):
            return _made(kind, found)
    return None


def _made(kind: str, found: re.Match[str]) -> Period | None:
    parts = found.groupdict()
    year, part = int(parts["year"]), int(parts.get("part") or 1)
    try:
        if kind == "week":
            return period_of(kind, date.fromisocalendar(year, part, 1))
        if word := parts.get("word"):
            part = _month_number(word)
        month = 3 * part - 2 if kind == "quarter" else part
        return period_of(kind, date(year, month, int(parts.get("day") or 1)))
    except ValueError:
        return None  # a 13th month, 30 February, a 53rd week of a year that has 52


def _month_number(word: str) -> int:
    """Return the number of an English month, whole or its first three letters; 0 = none of them."""
    for number, name in enumerate(_MONTHS, start=1):
        if word.lower() in {name, name[:3]} or (word.lower(), number) == ("sept", 9):
            return number
    return 0


def _last_of_month(year: int, month: int) -> date:
    return date(year, month, monthrange(year, month)[1])
