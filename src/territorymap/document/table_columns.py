"""The columns of a large table as arrays, read a piece at a time.

Owns the way from rows to columns and the check of their types; not what the columns mean (loading). A million rows at
once would be a gigabyte of small objects: a piece is turned into arrays before the next is read, and a text that is
there already is not kept a second time.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from territorymap.document.statements import quoted, select_sql
from territorymap.model.units import Strings

PIECE = 20_000
_MAX_SHARED = 50_000  # a column with more different texts than this has few that are the same
Progress = Callable[[float], None]  # gets a ratio; may raise Cancelled


class BadContentError(ValueError):
    """A value in the file that no version of this program writes."""


@dataclass
class TableColumns:
    """Some columns of a table, rows by ascending key."""

    key: NDArray[np.int64]  # (n,)
    texts: list[Strings]  # each (n,), "" for NULL
    numbers: list[NDArray[np.float64]]  # each (n,), nan for NULL


def read_columns(
    connection: sqlite3.Connection,
    table: str,
    pk: str,
    texts: Sequence[str],
    numbers: Sequence[str],
    progress: Progress | None = None,
) -> TableColumns:
    """Return these columns.

    Raises
    ------
    BadContentError
        if a text column holds something else than text, or a number column something else than numbers.
    """
    (n,) = connection.execute(f"SELECT count(*) FROM {quoted(table)}").fetchone()  # noqa: S608
    key = np.empty(n, dtype=np.int64)
    text_parts = [_Texts(n, f"{table}.{name}") for name in texts]
    number_parts = [_Numbers(n, f"{table}.{name}") for name in numbers]
    parts: list[_Texts | _Numbers] = [*text_parts, *number_parts]
    cursor = connection.execute(select_sql(table, (pk, *texts, *numbers), order_by=pk))
    at = 0
    with closing(cursor):  # a bad value, or the person, may end it half-way
        while rows := cursor.fetchmany(PIECE):
            keys, *columns = zip(*rows, strict=True)
            key[at : at + len(rows)] = keys
            for part, column in zip(parts, columns, strict=True):
                part.take(at, column)
            at += len(rows)
            if progress is not None:
                progress(at / n)
    return TableColumns(key, [part.out for part in text_parts], [part.out for part in number_parts])


class _Texts:
    def __init__(self, n: int, where: str) -> None:
        self.out: Strings = np.empty(n, dtype=object)
        self._where = where
        self._known: dict[Any, str] = {None: ""}

    def take(self, at: int, column: Sequence[Any]) -> None:
        if not set(map(type, column)) <= {str, type(None)}:
            raise BadContentError(f"{self._where}: not text")
        known = self._known
        if len(known) <= _MAX_SHARED:
            column = list(map(known.setdefault, column, column))
        elif None in column:
            column = ["" if value is None else value for value in column]
        self.out[at : at + len(column)] = column


class _Numbers:
    def __init__(self, n: int, where: str) -> None:
        self.out = np.empty(n, dtype=np.float64)
        self._where = where

    def take(self, at: int, column: Sequence[Any]) -> None:
        if not set(map(type, column)) <= {int, float, type(None)}:
            raise BadContentError(f"{self._where}: not a number")
        self.out[at : at + len(column)] = np.array(column, dtype=np.float64)
