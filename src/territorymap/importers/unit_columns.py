"""Which columns of a boundary file hold codes, names, parents and numbers. Owns the guess and the mending of codes."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from territorymap.importers.header_words import NAMING_WORDS, header_tokens
from territorymap.importers.numbers import number_text, parse_number

# Headers as agencies write them, compared small and without marks; the better the earlier.
_CODE_HEADERS = (
    "unitcode", "geoid20", "geoid10", "geoid", "zcta5ce20", "zcta5ce10", "zcta5", "zcta", "zipcode", "zip", "zip5",
    "zip3", "postalcode", "postcode", "plz", "plz5", "plz3", "plz99", "nutsid", "nutscode", "nuts3", "ags",
    "agsnum", "ags0", "ars", "rs", "fips", "fipscode", "countyfips", "stcofips", "iso31662", "adm1code", "adm2code",
    "isoa2", "isoa3", "adm0a3", "lad23cd", "lad22cd", "lad21cd", "lau1code", "lauid", "insee", "codeinsee", "code",
    "areacode", "regioncode", "id", "districtcode", "district", "outcode", "unitid", "statefp", "countyfp", "key",
    "schluessel", "nr", "gid", "fid", "name",
)  # fmt: skip
_NAME_HEADERS = (
    "unitname", "namelsad", "namelsad20", "name", "name20", "name10", "gen", "nutsname", "namelatn", "admin",
    "nameen", "namelong", "lad23nm", "lad22nm", "lad21nm", "nom", "nombre", "nome", "naam", "ort", "ortsname",
    "stadt", "city", "gemeinde", "kreis", "county", "countyname", "areaname", "region", "regionname", "label",
    "title", "bezeichnung", "description", "placename", "district", "titel", "note",
)  # fmt: skip
_PARENT_HEADERS = (
    "parentcode", "parent", "parentname", "stusps", "state", "statefp", "stateabbr", "statename", "stname",
    "bundesland", "land", "region", "kreis", "county", "cntrcode", "province", "department", "adm1", "adm1name",
    "isocountry", "country",
)  # fmt: skip
_PARENT_NAME_HEADERS = ("parentname", "statename", "stname", "bundesland", "regionname", "adm1name")
# Codes of fixed length; a length between two goes up to the next.
_CODE_LENGTHS = {
    "fips": (2, 5, 7, 10, 11, 12, 15), "geoid": (2, 5, 7, 10, 11, 12, 15), "zip": (3, 5), "zcta": (3, 5),
    "plz": (5,), "postalcode": (5,), "postleitzahl": (5,), "ags": (2, 5, 8), "ars": (2, 5, 9, 12),
    "rs": (2, 5, 9, 12), "statefp": (2,), "countyfp": (3,), "insee": (5,), "schluessel": (2, 5, 8, 12),
}  # fmt: skip
_FOUR_DIGIT_COUNTRIES_TOO = ("plz", "postalcode", "postleitzahl")  # Austria, Switzerland: four digits are whole


# What agencies write where they have no code.
_NO_CODES = frozenset({"-99", "-999", "-9999", "-99999", "n/a", "#n/a", "null", "none", "nan", "-", "--", "?"})


@dataclass(frozen=True)
class ColumnFacts:
    """One column of a boundary file, as text and counted."""

    header: str
    texts: list[str]  # (n,) "" = blank
    numeric: float  # share of filled cells that are numbers
    n_filled: int
    n_distinct: int
    is_number_column: bool

    @property
    def word(self) -> str:
        return "".join(header_tokens(self.header))

    @property
    def is_unique(self) -> bool:
        return self.n_filled > 0 and self.n_distinct >= 0.99 * self.n_filled

    @property
    def no_codes(self) -> frozenset[str]:
        """Texts that stand for no code: such as -99, where they stand in several rows."""
        found = Counter(text for text in self.texts if text.casefold() in _NO_CODES)
        return frozenset(text for text, n in found.items() if n > 1)

    @property
    def examples(self) -> list[str]:
        return list(dict.fromkeys(text for text in self.texts if text))[:3]


def column_facts(header: str, values: NDArray[Any]) -> ColumnFacts:
    """Return a column of a vector file as text with its counts; whole numbers bear no decimals."""
    is_number_column = values.dtype.kind in "iuf"
    texts = [_text(value) for value in values.tolist()] if values.dtype.kind != "M" else values.astype(str).tolist()
    filled = [text for text in texts if text]
    n_numbers = len(filled) if is_number_column else sum(1 for t in filled[:2000] if _number(t) is not None)
    n_judged = len(filled) if is_number_column else min(len(filled), 2000)
    return ColumnFacts(
        header, texts, n_numbers / n_judged if n_judged else 0.0, len(filled), len(set(filled)), is_number_column
    )


def join_facts(header: str, parts: Sequence[ColumnFacts | None], lengths: Sequence[int]) -> ColumnFacts:
    """Return one column of several files below each other; a file without it (None) has blanks."""
    texts: list[str] = []
    for part, n in zip(parts, lengths, strict=True):
        texts += part.texts if part is not None else [""] * n
    there = [part for part in parts if part is not None]
    n_filled = sum(part.n_filled for part in there)
    n_numbers = sum(part.numeric * part.n_filled for part in there)
    n_distinct = len({text for text in texts if text})
    is_number_column = all(part.is_number_column for part in there)
    return ColumnFacts(header, texts, n_numbers / n_filled if n_filled else 0.0, n_filled, n_distinct, is_number_column)


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return "" if math.isnan(value) else number_text(value)
    return " ".join(str(value).replace("\0", "").split())


def _number(text: str) -> float | None:
    value = parse_number(text)
    return None if value is None or math.isnan(value) else value


def _rank(word: str, headers: Sequence[str]) -> int:
    return headers.index(word) if word in headers else len(headers)


def rank_code_columns(columns: Sequence[ColumnFacts]) -> list[str]:
    """Return headers that can hold the codes, the most likely first: filled everywhere, nearly all different."""
    n = max((len(column.texts) for column in columns), default=0)
    good = [c for c in columns if c.n_filled >= 0.9 * n and c.n_distinct >= 0.5 * n and not _is_fraction(c)]

    def order(column: ColumnFacts) -> tuple[int, int, int, int]:
        # A code may stand in several rows (islands); a running number that never does is no better for it.
        known = _rank(column.word, _CODE_HEADERS)
        is_strong = known < _CODE_HEADERS.index("id") and not column.no_codes
        return (0 if is_strong else 1, 0 if column.is_unique else 1, known, 0 if column.numeric < 0.5 else 1)

    return [column.header for column in sorted(good, key=order)]


def _is_fraction(column: ColumnFacts) -> bool:
    return column.is_number_column and any("." in text for text in column.texts[:1000])


def rank_name_columns(columns: Sequence[ColumnFacts], code: str) -> list[str]:
    """Return headers that can hold the names: text, known words first, then those with the most different values."""
    texts = [c for c in columns if c.numeric < 0.5 and c.n_filled and c.header != code]
    return [c.header for c in sorted(texts, key=lambda c: (_rank(c.word, _NAME_HEADERS), -c.n_distinct))]


def guess_parent_columns(columns: Sequence[ColumnFacts], used: Sequence[str]) -> tuple[str, str]:
    """Return (code, name) headers of the coarser unit, "" where there is none: few values, each for many units."""
    rough = [c for c in columns if c.header not in used and 1 <= c.n_distinct <= max(1, c.n_filled // 2) and c.n_filled]
    known = sorted((c for c in rough if c.word in _PARENT_HEADERS), key=lambda c: _rank(c.word, _PARENT_HEADERS))
    if not known:
        return "", ""
    code = known[0]
    names = [c for c in rough if c.word in _PARENT_NAME_HEADERS and c.n_distinct == code.n_distinct]
    return code.header, names[0].header if names else code.header


def measure_columns(columns: Sequence[ColumnFacts], used: Sequence[str]) -> list[str]:
    """Return headers of numbers that can be summed: population, households; not codes, not positions."""
    out = []
    for column in columns:
        if column.header in used or column.numeric < 0.9 or column.word in _CODE_HEADERS:
            continue
        tokens = header_tokens(column.header)
        if tokens and (tokens[-1] in NAMING_WORDS or tokens[0] in NAMING_WORDS):
            continue
        if column.word in ("objectid", "shapeleng", "shapelength", "shapearea", "intptlat", "intptlon", "draworder"):
            continue
        if not (column.is_number_column or all(not re.match(r"0\d", text) for text in column.texts[:2000])):
            continue
        out.append(column.header)
    return out


def mend_codes(column: ColumnFacts) -> tuple[list[str], int]:
    """Return the codes with lost zeros put back, and how many were mended.

    Only under a header that names a code of fixed length (FIPS, GEOID, ZIP, PLZ, AGS), and only where all are digits.
    """
    lengths = next((n for word, n in _CODE_LENGTHS.items() if column.word.startswith(word)), ())
    filled = [text for text in column.texts if text]
    if not lengths or not filled or not all(text.isdecimal() and text.isascii() for text in filled):
        return list(column.texts), 0
    longest = max(map(len, filled))
    if longest <= 4 and column.word.startswith(_FOUR_DIGIT_COUNTRIES_TOO):
        return list(column.texts), 0
    target = next((n for n in lengths if n >= longest), longest)
    codes = [text.zfill(target) if text else "" for text in column.texts]
    return codes, sum(1 for a, b in zip(codes, column.texts, strict=True) if a != b)


def column_numbers(column: ColumnFacts) -> NDArray[np.float64]:
    """Return a column as numbers, nan where a cell is blank or unreadable."""
    return np.array(
        [math.nan if (value := _number(text)) is None else value for text in column.texts], dtype=np.float64
    )
