"""Satisfaction and marks in a list of accounts. Owns how they are read; what they do is session's."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from territorymap.i18n import tr
from territorymap.importers.numbers import is_blank, parse_numbers
from territorymap.model.accounts import MOST_SATISFIED

if TYPE_CHECKING:
    from territorymap.importers.columns import ColumnMap
    from territorymap.importers.table import RawTable

PROTECT, CHANGE = "protect", "change rep"
_WORDS = {
    PROTECT: "protect protected keep keeprep keepsrep lock locked stay key keyaccount schutz geschützt 保护 保留",
    CHANGE: "change changerep tochangerep reassign newrep move wechsel wechseln 更换 更换代表 换人",
}
_MARK_OF_WORD = {word: mark for mark, words in _WORDS.items() for word in words.split()}
_NO_MARK = frozenset({"no", "none", "free", "0", "false", "nein"})
_OF_A_HUNDRED = 100.0
_SHOWN = 40


def mark_of(text: str) -> str | None:
    """Return PROTECT, CHANGE, "" for none; None where the text is no mark."""
    word = "".join(c for c in text.casefold() if c.isalnum())
    if is_blank(text) or word in _NO_MARK:
        return ""
    return _MARK_OF_WORD.get(word)


def read_marks(table: RawTable, columns: ColumnMap) -> tuple[NDArray[np.object_] | None, dict[int, str]]:
    """Return (n,) marks, None where no column holds any, and why rows cannot be used, by position."""
    header = columns.fields.get("mark")
    if header is None:
        return None, {}
    texts = table.column(header)
    marks = [mark_of(text) for text in texts]
    problems = {
        i: tr(
            "{column}: “{value}” is no mark; write “{protect}” or “{change}”.",
            column=header,
            value=texts[i][:_SHOWN],
            protect=PROTECT,
            change=CHANGE,
        )
        for i, mark in enumerate(marks)
        if mark is None
    }
    return np.array([*(mark or "" for mark in marks), None], dtype=object)[:-1], problems


def read_satisfaction(
    table: RawTable, columns: ColumnMap
) -> tuple[NDArray[np.float64] | None, dict[int, str], list[str]]:
    """Return (n,) 0..10, nan = not told, None where no column holds any; why rows cannot be used; notes.

    "80 %" is 8; where most numbers are above 10 the column is of a hundred.
    """
    header = columns.fields.get("satisfaction")
    if header is None:
        return None, {}, []
    texts = table.column(header)
    values, bad = parse_numbers(texts, table.decimal_of(header))
    is_percent = np.array(["%" in text for text in texts], dtype=bool)
    values = np.where(is_percent, values * MOST_SATISFIED, values)
    told = values[np.isfinite(values) & ~is_percent]
    notes = []
    if len(told) and np.median(told) > MOST_SATISFIED:
        values = np.where(is_percent, values, values * (MOST_SATISFIED / _OF_A_HUNDRED))
        notes.append(tr("{column} is read as points of a hundred.", column=header))
    with np.errstate(invalid="ignore"):
        bad |= (values < 0) | (values > MOST_SATISFIED)
    problems = {
        i: tr("{column}: “{value}” is no satisfaction from 0 to 10.", column=header, value=texts[i][:_SHOWN])
        for i in np.flatnonzero(bad).tolist()
    }
    return values, problems, notes
