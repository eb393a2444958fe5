"""Which larger areas the units belong to: parents as the layer has them, and code prefixes where codes are postal.

Owns the grouping of units; not what is painted by it (the map's tools).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from territorymap.model.units import Units

_POSTAL_WORD = re.compile(r"\b(zip|zcta|plz|post|postal|postcode|postleitzahl)", re.IGNORECASE)
_BRITISH = re.compile(r"^([A-Z]{1,2})[0-9]")
_MOSTLY = 0.95  # share of the codes that must look alike
# Two digits with which the code of a US county or a German Kreis begins; a list of ZIP codes has others too.
_STATES = frozenset(f"{n:02d}" for n in range(1, 57) if n not in (3, 7, 14, 43, 52)) | {"60", "66", "69", "72", "78"}


@dataclass(frozen=True)
class Level:
    """A coarser division of the units."""

    key: str  # "parent" | "prefix3" | "letters"
    word: str  # what one area of it is called, "" = nobody told
    group: NDArray[np.int32]  # (U,) position in names, -1 = belongs to none
    names: tuple[str, ...]

    @property
    def n_groups(self) -> int:
        return len(self.names)


def parent_levels(units: Units, unit_word: str = "", parent_word: str = "") -> list[Level]:
    """Return the divisions that are coarser than the units and not all in one area, the finer ones first."""
    found = [
        level
        for level in (_by_parent(units, parent_word), _by_prefix(units, unit_word), _by_letters(units, unit_word))
        if level is not None and _is_coarser(level)
    ]
    different: list[Level] = []
    for level in found:
        if not any(_is_same(level, other) for other in different):
            different.append(level)
    return sorted(different, key=lambda level: -level.n_groups)


def _by_parent(units: Units, word: str) -> Level:
    labels = [
        (str(c), str(code) or str(name)) if code or name else None
        for c, code, name in zip(units.country, units.parent_code, units.parent_name, strict=True)
    ]
    names = [str(name) or str(code) for code, name in zip(units.parent_code, units.parent_name, strict=True)]
    return _level("parent", word, labels, names)


def _by_prefix(units: Units, unit_word: str) -> Level | None:
    codes = [str(code) for code in units.code]
    fits = [len(code) == 5 and code.isascii() and code.isdigit() for code in codes]
    if not codes or sum(fits) < _MOSTLY * len(codes):
        return None
    beginnings = {code[:2] for code, fit in zip(codes, fits, strict=True) if fit}
    if not _POSTAL_WORD.search(unit_word) and beginnings <= _STATES:
        return None
    names = [code[:3] for code in codes]
    labels = [(str(c), name) if fit else None for c, name, fit in zip(units.country, names, fits, strict=True)]
    return _level("prefix3", "", labels, names)


def _by_letters(units: Units, unit_word: str) -> Level | None:
    """Return the British postcode areas: the letters with which a district begins."""
    if not _POSTAL_WORD.search(unit_word) or not _BRITISH.match(str(units.code[0]) if len(units) else ""):
        return None
    matches = [_BRITISH.match(str(code)) for code in units.code]
    if sum(map(bool, matches)) < _MOSTLY * len(matches):
        return None
    names = [match[1] if match else "" for match in matches]
    labels = [(str(c), name) if name else None for c, name in zip(units.country, names, strict=True)]
    return _level("letters", "", labels, names)


def _level(key: str, word: str, labels: Sequence[tuple[str, str] | None], names: Sequence[str]) -> Level:
    number: dict[tuple[str, str] | None, int] = {None: -1}
    shown: list[str] = []
    for label, name in zip(labels, names, strict=True):
        if label not in number:
            number[label] = len(shown)
            shown.append(name)
    group = np.array([number[label] for label in labels], dtype=np.int32)
    return Level(key, word, group, tuple(shown))


def _is_coarser(level: Level) -> bool:
    n_placed = int((level.group >= 0).sum())
    return 1 < level.n_groups < n_placed


def _is_same(a: Level, b: Level) -> bool:
    """Return whether two levels divide the units alike, whatever their areas are called."""
    width = max(a.n_groups, b.n_groups) + 2
    n_pairs = len(np.unique((a.group + 1).astype(np.int64) * width + b.group + 1))
    return n_pairs == len(np.unique(a.group)) == len(np.unique(b.group))
