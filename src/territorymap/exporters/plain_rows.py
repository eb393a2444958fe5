"""Rows and texts as JSON and GIS programs take them whole. Owns blanks and what no reader takes; not the columns."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import numpy as np

from territorymap.exporters.tables import Column, plain_number

_UNREADABLE = re.compile("[\0\ud800-\udfff]")


def plain_rows(columns: Sequence[Column], rows: slice) -> Iterator[dict[str, object]]:
    """Yield rows as JSON has them: name -> text or number; no text and no number are null."""
    names = [column.name for column in columns]
    for values in zip(*([_plain(column, v) for v in column.values[rows]] for column in columns), strict=True):
        yield dict(zip(names, values, strict=True))


def _plain(column: Column, value: object) -> object:
    return (clean_text(value) or None) if column.is_text else plain_number(float(np.asarray(value)))


def clean_text(value: object) -> str:
    """Return text that every reader takes whole: many end it at NUL, and half a surrogate pair is no UTF-8."""
    text = "" if value is None else str(value)
    if text.isascii() and "\0" not in text:
        return text
    return _UNREADABLE.sub("\ufffd", text)
