"""Ranges and lists of unit codes in one cell: "02101-02199", "02101-02110; 02139", or first and last in two columns.

Owns what such a text means; not which territory it belongs to (alignment).
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Mapping

from territorymap.importers.placing import UnitCodes

_RANGE = re.compile(r"(\d+)\s*(?:-|–|—|\.\.+|to|bis)\s*(\d+)$")
_LIST = re.compile(r"\s*[,;\n|]\s*")
_PART = re.compile(r"(.+?)-+[a-z]+$")  # code of a part of a cut unit: the code of the whole, and letters


def range_ends(text: str) -> tuple[str, str] | None:
    """Return first and last code of a range of codes with as many digits; 02139-1234 is a ZIP+4, not a range."""
    match = _RANGE.match(text)
    return (match[1], match[2]) if match and len(match[1]) == len(match[2]) else None


def list_items(text: str) -> list[str]:
    """Return the codes and ranges that a cell lists; one if it is no list."""
    return [item for item in _LIST.split(text) if item]


class CodeSpans:
    """The units of a plan by ranges of their codes; parts of a cut unit stand where their whole did."""

    def __init__(self, codes: UnitCodes) -> None:
        self.parts: dict[str, list[int]] = {}  # casefolded code of the whole -> unit_ix of its parts
        for code, ix in codes.ix_by_code.items():
            if match := _PART.fullmatch(code):
                self.parts.setdefault(match[1].casefold(), []).append(ix)
        whole = {code: [ix] for code, ix in codes.ix_by_code.items() if code.isdecimal()}
        cut = {code: ix for code, ix in self.parts.items() if code.isdecimal() and code not in whole}
        self._by_length = _by_length({**whole, **cut})

    def between(self, low: str, high: str) -> list[int]:
        """Return the units with codes of one length from low to high; zeros that both have lost are put back."""
        for length in sorted(self._by_length):
            if length < max(len(low), len(high)):
                continue
            codes, units = self._by_length[length]
            start, end = bisect_left(codes, low.zfill(length)), bisect_right(codes, high.zfill(length))
            if start < end:
                return [ix for held in units[start:end] for ix in held]
        return []


def _by_length(units: Mapping[str, list[int]]) -> dict[int, tuple[list[str], list[list[int]]]]:
    """Return, for each number of digits, the codes in their order and the units of each."""
    codes: dict[int, list[str]] = {}
    for code in sorted(units):
        codes.setdefault(len(code), []).append(code)
    return {length: (same, [units[code] for code in same]) for length, same in codes.items()}
