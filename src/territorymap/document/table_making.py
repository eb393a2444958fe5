"""Makes a table of the plan file: an integer key that is never used twice, indexes, its entry in gpkg_contents.

Owns the statement; not which tables there are (schema, coverage_tables).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence

from territorymap.document.geopackage import GEOMETRY_TYPES, register_table
from territorymap.document.sqlite_tools import Database


def columns_of(connection: sqlite3.Connection, table: str) -> tuple[str, ...]:
    """Return the column names of a table in order; empty if there is no such table."""
    rows = connection.execute("SELECT name FROM pragma_table_info(?)", (table,))
    return tuple(name for (name,) in rows)


def create_table(
    connection: sqlite3.Connection,
    name: str,
    columns: Mapping[str, type],
    *,
    title: str,
    foreign_keys: Mapping[str, str] | None = None,
    not_null: Sequence[str] = (),
    unique: Sequence[Sequence[str]] = (),
    indexed: Sequence[str] = (),
    defaults: Mapping[str, object] | None = None,
) -> None:
    """Create one table with an integer key that is never used twice, and register it."""
    database = Database(connection, recursive_triggers=False, execute_plugins=False)
    own = {"plan_lock": "lock_id", "territory_variant": "variant_id"}
    pk = own.get(name) or f"{name.removeprefix('journal_')}_id"
    sql = database.create_table_sql(
        name,
        {pk: int, **columns},
        pk=pk,
        foreign_keys=[(column, table, f"{table}_id") for column, table in (foreign_keys or {}).items()],
        not_null=not_null,
        defaults=dict(defaults or {}),
    )
    sql = replaced(sql, f'"{pk}" INTEGER PRIMARY KEY', f'"{pk}" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL')
    geometry = GEOMETRY_TYPES.get(name)
    if geometry:
        sql = replaced(sql, '"geom" BLOB', f'"geom" {geometry}')
    connection.execute(sql)
    table = database.table(name)
    for names in unique:
        table.create_index(names, unique=True)
    for column in indexed:
        table.create_index([column])
    register_table(connection, name, title, geometry)


def replaced(sql: str, old: str, new: str) -> str:
    """Return the statement with one text in it replaced; RuntimeError where it is not there."""
    if old not in sql:
        raise RuntimeError(f"sqlite-utils writes {old!r} in another way: {sql}")
    return sql.replace(old, new, 1)
