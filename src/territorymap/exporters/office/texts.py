"""Texts as Excel and PowerPoint take them: no illegal letters, no overlong cell, names of sheets that are allowed.

Owns what must be changed in a text and what must not; not where it stands.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import date

LONGEST_CELL = 32_767  # UTF-16 units
LONGEST_SHEET_NAME = 31
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")  # XML 1.0 has no place for these
_NOT_IN_SHEET_NAMES = re.compile(r"[\[\]:*?/\\]")
# The importers take an apostrophe off what a spreadsheet could run, so one that is the text's own needs another.
_FUSED = re.compile(r"'+[=+\-@\t\r\n]")
_ELLIPSIS = "…"


def legal(text: object) -> str:
    """Return the text without letters that no XML file may hold; line ends are plain."""
    return _ILLEGAL.sub(" ", "" if text is None else str(text)).replace("\r\n", "\n").replace("\r", "\n")


def cell_text(text: object) -> str:
    """Return the text as it may stand in a cell, cut with an ellipsis where Excel would refuse it."""
    clean = legal(text)
    if _FUSED.match(clean):
        clean = "'" + clean
    if len(clean) <= LONGEST_CELL // 2:
        return clean
    units = clean.encode("utf-16-le")
    if len(units) <= 2 * LONGEST_CELL:
        return clean
    # Half a letter outside the basic plane is left off with its other half.
    return units[: 2 * (LONGEST_CELL - 1)].decode("utf-16-le", errors="ignore") + _ELLIPSIS


def is_formula_like(text: str) -> bool:
    """Tell whether a person who edits this cell would make it a formula."""
    return text[:1] in ("=", "+", "-", "@")


def is_markup_of_the_writer(text: str) -> bool:
    """Tell whether XlsxWriter would take the text for its own rich text and write it as XML."""
    return text.startswith("<r>") and text.endswith("</r>")


def sheet_name(wanted: str, taken: Collection[str]) -> str:
    """Return a name for a sheet that Excel allows and no other sheet has, case aside."""
    plain = _NOT_IN_SHEET_NAMES.sub(" ", legal(wanted)).strip().strip("'").strip() or "Sheet"
    if plain.casefold() == "history":  # Excel's own
        plain += "_"
    used = {name.casefold() for name in taken}
    name, n = plain[:LONGEST_SHEET_NAME].rstrip(), 1
    while name.casefold() in used:
        n += 1
        end = f" {n}"
        name = plain[: LONGEST_SHEET_NAME - len(end)].rstrip() + end
    return name


def shortened(text: str, longest: int) -> str:
    """Return the text on one line with at most so many letters, its end cut off with an ellipsis."""
    line = " ".join(legal(text).split())
    return line if len(line) <= longest else line[: longest - 1].rstrip() + _ELLIPSIS


def reads_right_to_left(text: str) -> bool:
    """Tell whether the first letter that has a direction is Hebrew or Arabic."""
    from unicodedata import bidirectional

    for letter in text:
        direction = bidirectional(letter)
        if direction in ("R", "AL", "L"):
            return direction != "L"
    return False


def day_of(text: str) -> date | None:
    """Return the day that an ISO 8601 text tells; None if it tells none."""
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None
