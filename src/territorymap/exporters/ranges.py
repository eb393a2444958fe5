"""Unit codes as ranges, 02101-02199, as some systems want them.

Owns which codes stand in one range; not how a file writes them, nor how one is read back (importers.code_lists).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from territorymap.exporters.choices import Choice
from territorymap.i18n import tr

LONGEST_LIST = 30_000  # letters in one cell; Excel's own limit is 32,767
_BETWEEN = "-"
_NOBODY = -2  # has the code of a unit whose parts have several owners: in no range, and ends one

# What can be chosen of ranges, by every format that holds them. Codes that no unit has: ZIP codes of post-office boxes.
ROWS = Choice(
    "rows",
    lambda: tr("Rows of the ranges"),
    "choice",
    values=(
        ("range", lambda: tr("One row a range: 02101-02199")),
        ("territory", lambda: tr("One row a territory: 02101-02110, 02139")),
    ),
    what=("ranges",),
)
BRIDGE = Choice(
    "bridge",
    lambda: tr("Run on over codes that no unit has"),
    "flag",
    default=True,
    what=("ranges",),
)


@dataclass(frozen=True)
class CodeRange:
    """Codes from ``first`` to ``last`` of one territory; the same twice for a code that stands alone."""

    territory_ix: int  # -1 = unassigned
    first: str
    last: str
    n_units: int

    @property
    def text(self) -> str:
        return self.first if self.first == self.last else f"{self.first}{_BETWEEN}{self.last}"


@dataclass(frozen=True)
class _Code:
    text: str
    territory_ix: int
    n_units: int


def code_ranges(
    codes: Sequence[str], territory: Sequence[int], part_of: Sequence[str] = (), bridges_gaps: bool = True
) -> list[CodeRange]:
    """Return the ranges that hold every unit once, by territory (unassigned ones last), then by code.

    Codes of digits, as many in each, are in one range when they belong to one territory and no other unit's code
    lies between: unassigned units end a range too. With ``bridges_gaps`` a range may run over numbers that no unit
    bears (ZIP codes of post-office boxes); without, only over numbers that follow one another. Other codes stand
    alone. A unit cut in parts counts by its own code where one territory has all parts, else part by part.

    Parameters
    ----------
    codes : (U,) unit codes
    territory : (U,) territory_ix, -1 = unassigned
    part_of : (U,) code of the unit that each was cut from, "" = is whole; empty = none was cut
    """
    entries = _entries(codes, territory, part_of)
    in_digits = [entry for entry in entries if _is_number(entry.text)]
    found = [
        CodeRange(entry.territory_ix, entry.text, entry.text, entry.n_units)
        for entry in entries
        if not _is_number(entry.text)
    ]
    in_digits.sort(key=lambda entry: (len(entry.text), entry.text))
    for _, same_length in groupby(in_digits, key=lambda entry: len(entry.text)):
        found += _runs(same_length, bridges_gaps)
    last = max((entry.territory_ix for entry in entries), default=0) + 1
    return sorted(found, key=lambda r: (r.territory_ix if r.territory_ix >= 0 else last, *_place(r.first)))


def list_texts(ranges: Iterable[CodeRange], longest: int = LONGEST_LIST) -> list[tuple[str, list[CodeRange]]]:
    """Return the ranges of one territory as few texts "02101-02199, 02301", none longer than ``longest``."""
    texts: list[tuple[str, list[CodeRange]]] = []
    for one in ranges:
        text, held = texts[-1] if texts else ("", [])
        if held and len(text) + 2 + len(one.text) <= longest:
            texts[-1] = (f"{text}, {one.text}", [*held, one])
        else:
            texts.append((one.text, [one]))
    return texts


def _entries(codes: Sequence[str], territory: Sequence[int], part_of: Sequence[str]) -> list[_Code]:
    """Return what stands for the units: a unit, a whole for all its parts, or a part and, once, its broken whole."""
    entries: list[_Code] = []
    parts: dict[str, list[int]] = {}
    for ix, code in enumerate(codes):
        whole = str(part_of[ix]) if len(part_of) else ""
        if whole:
            parts.setdefault(whole, []).append(ix)
        else:
            entries.append(_Code(str(code), int(territory[ix]), 1))
    for whole, members in parts.items():
        owners = {int(territory[ix]) for ix in members}
        if len(owners) == 1 and _is_number(whole):
            entries.append(_Code(whole, owners.pop(), len(members)))
            continue
        entries += [_Code(str(codes[ix]), int(territory[ix]), 1) for ix in members]
        if _is_number(whole):
            entries.append(_Code(whole, _NOBODY, 0))
    return entries


def _runs(entries: Iterable[_Code], bridges_gaps: bool) -> list[CodeRange]:
    """Return the ranges among codes of one length, in their order."""
    runs: list[CodeRange] = []
    is_open = False
    for entry in entries:
        if entry.territory_ix == _NOBODY:
            is_open = False
            continue
        last = runs[-1] if is_open else None
        follows = last is not None and (bridges_gaps or int(entry.text) == int(last.last) + 1)
        if last is not None and follows and last.territory_ix == entry.territory_ix:
            runs[-1] = CodeRange(last.territory_ix, last.first, entry.text, last.n_units + entry.n_units)
        else:
            runs.append(CodeRange(entry.territory_ix, entry.text, entry.text, entry.n_units))
        is_open = True
    return runs


def _is_number(code: str) -> bool:
    return code.isascii() and code.isdecimal()


def _place(code: str) -> tuple[bool, int, str]:
    return not _is_number(code), len(code) if _is_number(code) else 0, code
