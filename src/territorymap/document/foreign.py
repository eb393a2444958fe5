"""What other programs leave in a plan file: triggers, views, spatial indexes. None of it is ever run.

Owns finding and removing them; the caller works on a copy.
"""

from __future__ import annotations

import sqlite3

from territorymap.document.statements import quoted

_FIND = (
    "SELECT type, name FROM sqlite_master WHERE type IN ('trigger', 'view')"
    " OR (type = 'table' AND lower(ltrim(sql)) LIKE 'create virtual%') OR name = 'gpkg_ogr_contents'"
)


def foreign_objects(connection: sqlite3.Connection) -> list[tuple[str, str]]:
    """Return (type, name) of what a plan never holds: triggers, views, virtual tables, GDAL's row counts."""
    return [(kind, name) for kind, name in connection.execute(_FIND)]


def remove_foreign_objects(connection: sqlite3.Connection) -> None:
    """Remove them, triggers first, so that none runs; and the extension rows that announce spatial indexes."""
    for kind in ("trigger", "view", "table"):
        for found, name in foreign_objects(connection):
            if found == kind:
                connection.execute(f"DROP {kind.upper()} {quoted(name)}")
    if connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'gpkg_extensions' AND type = 'table'").fetchone():
        connection.execute("DELETE FROM gpkg_extensions WHERE extension_name = 'gpkg_rtree_index'")
