"""Small plan files for tests, and what stands in their tables."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

from territorymap.document import Document
from territorymap.document.coverage_tables import COVERAGE_TABLES, NEW_COLUMNS
from territorymap.document.schema import JOURNALED
from territorymap.document.statements import select_sql
from territorymap.document.table_making import columns_of
from tests.support.grid import grid_layer

Rows = dict[str, list[tuple[Any, ...]]]


def new_plan(folder: Path, columns: int = 4, rows: int = 4, *, name: str = "plan.gpkg") -> Document:
    """Return a new plan of squares, open."""
    return Document.create(folder / name, grid_layer(columns, rows), title="Test", author="Ada")


def plan_with_content(folder: Path, columns: int = 4, rows: int = 4) -> Document:
    """Return an open plan: West (first column) and East (last), a rep, two accounts, a measure, a segment."""
    document = new_plan(folder, columns, rows)
    plan = document.load()
    ids = plan.units.unit_id
    with document.step("Content") as writer:
        (rep,) = writer.insert("rep", [{"rep_name": "Ruth", "lon": 0.5, "lat": 0.5, "location_level": "city"}])
        west, east = writer.insert(
            "territory",
            [
                {"territory_name": "West", "color": "#112233", "rep_id": rep},
                {"territory_name": "East", "color": "#445566"},
            ],
        )
        writer.assign(ids[0::columns], west)
        writer.assign(ids[columns - 1 :: columns], east)
        revenue = writer.add_measure("Revenue", "account").column_name
        industry = writer.add_segment("Industry").column_name
        accounts = writer.insert(
            "account",
            [
                {
                    "account_name": name,
                    "lon": x,
                    "lat": 0.5,
                    "location_level": "coordinates",
                    "unit_id": int(ids[int(x)]),
                }
                | {revenue: 1.5, industry: "Steel"}
                for name, x in (("Ore", 0.25), ("Mill", 1.5))
            ],
        )
        writer.set_override([accounts[1]], east, "key account")
    return document


def rows_of(connection: sqlite3.Connection) -> Rows:
    """Return all rows of the journaled tables, columns by name, without what is derived."""
    found: Rows = {}
    for table, facts in JOURNALED.items():
        columns = sorted(set(columns_of(connection, table)) - facts.derived)
        found[table] = connection.execute(select_sql(table, columns, order_by=facts.pk)).fetchall()
    return found


def rows_in(document: Document) -> Rows:
    return rows_of(document._connection)


def same_rows(one: Rows, other: Rows) -> bool:
    """Compare rows of one file at two times; a column that one of them has more must be empty."""
    return {t: [_filled(r) for r in rows] for t, rows in one.items()} == {
        t: [_filled(r) for r in rows] for t, rows in other.items()
    }


def _filled(row: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple(value for value in row if value is not None)


def raw(path: Path) -> sqlite3.Connection:
    """Return a plain connection of another program; the caller closes it."""
    return sqlite3.connect(path, isolation_level=None)


def to_format_3(connection: sqlite3.Connection) -> None:
    """Make a plan what it was before there were several alignments."""
    for table in reversed(COVERAGE_TABLES):
        connection.execute(f"DROP TABLE {table}")
        connection.execute("DELETE FROM gpkg_contents WHERE table_name = ?", (table,))
    for table, columns in NEW_COLUMNS.items():
        for column in columns:
            connection.execute(f"ALTER TABLE {table} DROP COLUMN {column}")
    connection.execute("UPDATE plan SET format_version = 3")


def to_format_2(connection: sqlite3.Connection) -> None:
    """Make a plan with one scenario what it was before there were scenarios."""
    to_format_3(connection)
    for table in ("territory_variant", "cap", "scene", "conflict"):
        connection.execute(f"DROP TABLE {table}")
        connection.execute("DELETE FROM gpkg_contents WHERE table_name = ?", (table,))
    added = {
        "plan": ("scenario_uuid", "extract_of", "extract_territories"),
        "scenario": ("color", "note", "author", "effective_date", "status", "created_at"),
        "account": ("is_protected",),
        "journal_step": ("note", "scenario_uuid", "merged_by"),
    }
    for table, columns in added.items():
        for column in columns:
            connection.execute(f"ALTER TABLE {table} DROP COLUMN {column}")
    connection.execute("PRAGMA writable_schema = ON")
    connection.execute(
        "UPDATE sqlite_master SET sql ="
        " replace(sql, '\"territory_id\" INTEGER REF', '\"territory_id\" INTEGER NOT NULL REF')"
        " WHERE name IN ('assignment', 'override')"
    )
    connection.execute("PRAGMA writable_schema = RESET")
    connection.execute("UPDATE plan SET format_version = 2")
