"""Columns that are no field: which are summed, which sort accounts into few kinds. Owns these two judgements."""

from __future__ import annotations

from territorymap.importers.column_guess import Guess
from territorymap.importers.fields import ADDRESS_FIELDS
from territorymap.importers.header_words import CLASS_WORDS, NAMING_WORDS, SUM_WORDS, header_tokens, match_header

_MAX_KINDS = 40  # of a segment that is suggested
_COUNT_STARTS = (("number", "of"), ("no", "of"), ("anzahl",), ("count", "of"), ("nb",), ("num",))


def is_measure(guess: Guess, header: str) -> bool:
    """Return True where a column holds numbers that can be summed.

    A header that names an amount allows many unreadable cells (each is listed on import); any other few.
    """
    profile = guess.profile(header)
    tokens = header_tokens(header)
    is_amount = bool(SUM_WORDS.intersection(tokens)) and not _is_naming(tokens)
    if _is_naming(tokens) and not is_amount:
        return False
    least = 0.5 if is_amount else 0.7 if profile.is_number_column else 0.9
    if not profile.numbers or profile.numeric < least or profile.dates > 0.5:
        return False
    if is_amount:
        return not profile.is_year
    if profile.is_counter or profile.is_year or profile.is_code:
        return False
    return not (CLASS_WORDS.intersection(tokens) and profile.n_distinct <= _MAX_KINDS)


def _is_naming(tokens: tuple[str, ...]) -> bool:
    """Return True for "Order number", "ID Kunde", "Created date"; False for "Number of beds", "Sales per year"."""
    if not tokens or any(tokens[: len(start)] == start for start in _COUNT_STARTS):
        return False
    if tokens[-1] in SUM_WORDS - {"number"}:
        return False
    if tokens[0] in SUM_WORDS - {"number"} and tokens[-1] in ("year", "jahr", "month", "monat", "date"):
        return False
    return tokens[-1] in NAMING_WORDS or tokens[0] in NAMING_WORDS


def is_segment(guess: Guess, header: str) -> bool:
    """Return True where a column sorts the accounts into few kinds: suggested as a segment."""
    if not is_segment_candidate(guess, header) or _is_address(header):
        return False
    profile = guess.profile(header)
    return 2 <= profile.n_distinct <= _MAX_KINDS and profile.n_distinct <= max(2, len(profile.values) // 2)


def is_segment_candidate(guess: Guess, header: str) -> bool:
    """Return True where a column can be a segment at all: text, or few numbers that only name a class."""
    profile = guess.profile(header)
    if not profile.values:
        return False
    if profile.numeric < 0.9:
        return profile.dates < 0.9
    return profile.n_distinct <= _MAX_KINDS and not is_measure(guess, header)


def _is_address(header: str) -> bool:
    return any(match.field in ADDRESS_FIELDS for match in match_header(header, "accounts"))
