"""Columns that data brings: safe names for measures and segments, unique names among measures.

Owns the slug; does not add columns (writer).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

PREFIXES = {"measure": "m_", "segment": "s_"}  # no column of our own starts so, and no keyword of SQL
MAX_SLUG = 40


def column_slug(name: str, kind: str, taken: Iterable[str]) -> str:
    """Return a column name for a measure or segment: ASCII, readable, not taken (case aside).

    ``Umsatz 2024 (EUR)`` -> ``m_umsatz_2024_eur``.
    """
    ascii_name = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    words = re.sub(r"[^a-z0-9]+", "_", ascii_name.lower()).strip("_")[:MAX_SLUG].strip("_")
    stem = PREFIXES[kind] + (words or kind)
    return _first_free(stem, taken, "{stem}_{n}")


def unique_name(name: str, taken: Iterable[str]) -> str:
    """Return the name, with a number behind it if it is taken (case aside): ``Umsatz (2)``."""
    return _first_free(name.strip(), taken, "{stem} ({n})")


def _first_free(stem: str, taken: Iterable[str], pattern: str) -> str:
    used = {name.strip().casefold() for name in taken}
    candidate, n = stem, 1
    while candidate.casefold() in used:
        n += 1
        candidate = pattern.format(stem=stem, n=n)
    return candidate
