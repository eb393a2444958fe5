"""Which row holds the headers, and headers made whole. Owns titles above and missing headers; not their meaning."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from territorymap.i18n import tr
from territorymap.importers.header_words import is_known_header
from territorymap.importers.numbers import is_blank, parse_number

_DATE = re.compile(r"\d{1,4}[-./]\d{1,2}[-./]\d{1,4}( .*)?$")
_YEAR = re.compile(r"(19|20)\d\d$")
_MAX_TITLE_ROWS = 20
_MOST_JUDGED = 1000  # cells of a row that are looked at for words of a header
_MAX_HEADER = 120  # letters


def find_header(rows: Sequence[Sequence[str]]) -> int | None:
    """Return the position of the header row among the first rows of a file, None if there is none.

    The header is the first row about as wide as the table, in words, unlike what stands below it: no number where
    the column has numbers, no value that comes again in its column. Title lines and blank lines above are passed over.
    """
    filled = [sum(1 for cell in row if cell) for row in rows]
    full = [n for n in filled if n]
    if not full:
        return None
    width = Counter(full).most_common(1)[0][0]
    wide_enough = max(min(2, width), -(-width // 2))
    first = next(at for at, n in enumerate(filled) if n >= wide_enough)
    n_known = [sum(map(is_known_header, row[:_MOST_JUDGED])) for row in rows[: _MAX_TITLE_ROWS + 1]]
    best = max(range(len(n_known)), key=lambda at: (n_known[at], -at))
    is_clear = n_known[best] >= (2 if best <= first else max(3, filled[best] / 2))
    if is_clear and filled[best] >= min(2, width) and not _is_data(rows, best, n_known[best]):
        return best
    return None if _is_data(rows, first, n_known[first] if first < len(n_known) else 0) else first


def _is_data(rows: Sequence[Sequence[str]], at: int, n_known: int) -> bool:
    """Return True where a row looks like those below it rather than like headers."""
    row, below = rows[at], [r for r in rows[at + 1 :] if any(r)]
    n_numbers = sum(1 for cell in row if cell and _is_value(cell))
    if n_known > n_numbers:
        return False
    if not below:
        return n_numbers > 0
    for column, cell in enumerate(row):
        values = [r[column] for r in below if column < len(r) and r[column]]
        if not cell or not values:
            continue
        if n_known and _YEAR.match(cell) and sum(1 for v in values if _YEAR.match(v)) <= len(values) / 2:
            continue  # one column a year
        if _is_value(cell) and sum(map(_is_value, values)) > len(values) / 2:
            return True
        if not n_known and len(cell) > 1 and cell in values:
            return True
    return n_numbers > sum(1 for cell in row if cell) / 2 and not n_known


def _is_value(cell: str) -> bool:
    """Return True for what stands in tables and not in headers: numbers, dates, addresses of mail and web."""
    if is_blank(cell):
        return False
    return parse_number(cell) is not None or bool(_DATE.match(cell)) or "@" in cell or "://" in cell


def clean_headers(cells: Sequence[str], n_columns: int) -> list[str]:
    """Return one name a column: blanks folded, empty ones numbered, doubled ones told apart."""
    seen: set[str] = set()
    headers = []
    for column in range(n_columns):
        raw = cells[column] if column < len(cells) else ""
        text = " ".join(raw.replace("\0", "").split())[:_MAX_HEADER].strip()
        text = text or tr("Column {n}", n=column + 1)
        name, n = text, 1
        while name.casefold() in seen:
            n += 1
            name = f"{text} ({n})"
        seen.add(name.casefold())
        headers.append(name)
    return headers
