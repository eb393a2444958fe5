"""Reads the registers of a plan: deals, partners, figures ... each a table of which every row is one record.

Owns the way from rows to records (model.coverage), checked; the same for rows of the file and rows of the journal.
"""

from __future__ import annotations

import math
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any, TypeVar

from territorymap.document.connection import connected
from territorymap.document.problems import translated
from territorymap.document.statements import select_sql
from territorymap.document.table_columns import BadContentError
from territorymap.model.coverage import TABLES, Record
from territorymap.model.written import day_of

R = TypeVar("R", bound=Record)


def load_register(connection: sqlite3.Connection, kind: type[R]) -> dict[int, R]:
    """Return the records of a kind by their integer key, ascending.

    Raises
    ------
    BadContentError
        if a value has the wrong type.
    """
    return _records_of(kind, _rows_of(connection, kind))


def _rows_of(connection: sqlite3.Connection, kind: type[R]) -> list[tuple[Any, ...]]:
    table = TABLES[kind]
    names = (f"{table}_id", *columns_of_record(kind))
    return connection.execute(select_sql(table, names, order_by=names[0])).fetchall()


def _records_of(kind: type[R], rows: Sequence[tuple[Any, ...]]) -> dict[int, R]:
    names = tuple(columns_of_record(kind))
    return {row[0]: record_from(kind, row[0], dict(zip(names, row[1:], strict=True))) for row in rows}


def load_register_aside(path: Path, kind: type[R]) -> dict[int, R]:
    """Return the records of a kind of a plan file that is open elsewhere; for another thread.

    Raises
    ------
    UserError
        if the file cannot be read.
    """
    with translated(path):
        with connected(path, is_read_only=True) as connection:
            rows = _rows_of(connection, kind)  # the file is let go of before they are looked at
        return _records_of(kind, rows)


def count_register(connection: sqlite3.Connection, kind: type[R]) -> int:
    """Return how many records there are of a kind."""
    (n,) = connection.execute(f"SELECT count(*) FROM {TABLES[kind]}").fetchone()  # noqa: S608
    return int(n)


def record_from(kind: type[R], row_id: int, row: Mapping[str, Any], before: R | None = None) -> R:
    """Return the record of a row; of a partial row, what it does not say is as it was ``before``."""
    values: dict[str, Any] = {}
    for name, plain, empty, is_day in _FIELDS[kind]:
        if name in row or before is None:
            value = row.get(name)
            if value is None:
                values[name] = empty
            elif type(value) is plain:  # nearly always: a register may have 100,000 rows
                values[name] = day_of(value) if is_day else value
            else:
                values[name] = _value(value, columns_of_record(kind)[name], f"{TABLES[kind]}.{name}")
        else:
            values[name] = getattr(before, name)
    return kind(row_id=row_id, **values)


_COLUMNS: Mapping[type, Mapping[str, str]] = {
    kind: {field.name: str(field.type) for field in fields(kind) if field.name != "row_id"} for kind in TABLES
}


def columns_of_record(kind: type) -> Mapping[str, str]:
    """Return the columns of a kind of record and the type of each: "str", "float", "int | None" ..."""
    return _COLUMNS[kind]


def _empty(wanted: str) -> object:
    return None if wanted.endswith("None") else {"str": "", "float": 0.0, "int": 0}[wanted]


# By kind: name, the type that is taken as it is (a float is looked at: it may be infinite), what stands for NULL,
# whether it is a day: what is none counts as not told.
_FIELDS: Mapping[type, Sequence[tuple[str, type | None, object, bool]]] = {
    kind: [
        (name, {"str": str, "int": int}.get(wanted.removesuffix(" | None")), _empty(wanted), name.endswith("_on"))
        for name, wanted in columns.items()
    ]
    for kind, columns in _COLUMNS.items()
}


def _value(value: object, wanted: str, where: str) -> object:
    kind = wanted.removesuffix(" | None")
    if kind == "str" and isinstance(value, str):
        return value
    if kind == "int" and isinstance(value, int):
        return value
    if kind == "float" and isinstance(value, int | float) and math.isfinite(value):
        return float(value)
    raise BadContentError(f"{where}: {value!r}")
