"""Values of rows, checked for type as they are read: text, numbers, keys.

Owns what is said of a value that cannot be; not which columns there are.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from territorymap.document.statements import select_sql
from territorymap.document.table_columns import BadContentError


def dicts(
    connection: sqlite3.Connection, table: str, names: Sequence[str], *, where: str = "", values: Sequence[int] = ()
) -> list[dict[str, Any]]:
    """Return rows as dicts, ascending by the first column."""
    rows = connection.execute(select_sql(table, names, where=where, order_by=names[0]), values)
    return [dict(zip(names, row, strict=True)) for row in rows]


def positions(ids: NDArray[np.int64], wanted: Sequence[Any] | NDArray[Any], where: str) -> NDArray[np.int64]:
    """Return where each wanted key stands among ascending ids; BadContentError if one does not."""
    keys = np.asarray(wanted)
    if len(keys) and keys.dtype.kind not in "if":
        raise BadContentError(f"{where}: not a key")
    at = np.searchsorted(ids, keys)
    if len(keys) and (not len(ids) or at.max() >= len(ids) or (ids[at] != keys).any()):
        raise BadContentError(f"{where}: points to a row that is not there")
    return at


def text(value: Any, where: str) -> str:
    """Return a text, "" for NULL."""
    if value is None:
        return ""
    if not isinstance(value, str):
        raise BadContentError(f"{where}: not text")
    return value


def column_name(value: Any, where: str) -> str:
    """Return the name of a column that a row brought; SQLite reads no further than a NUL."""
    name = text(value, where)
    if not name or not name.isprintable():
        raise BadContentError(f"{where}: {name!r:.60}")
    return name


def maybe_number(value: Any, where: str) -> float | None:
    """Return a number or None."""
    if value is not None and not isinstance(value, int | float):
        raise BadContentError(f"{where}: not a number")
    return None if value is None else float(value)


def number(value: Any, where: str, *, default: float) -> float:
    """Return a number, the default for NULL."""
    number = maybe_number(value, where)
    return default if number is None else number


def whole(value: Any, where: str) -> int:
    """Return a whole number."""
    if not isinstance(value, int):
        raise BadContentError(f"{where}: not a whole number")
    return value


def maybe_whole(value: Any, where: str) -> int | None:
    """Return a whole number or None."""
    return None if value is None else whole(value, where)
