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


# An index on an expression, or on some rows only, runs what stands in it at every write.
_FIND_INDEXES = (
    "SELECT 'index', i.name FROM sqlite_master AS m JOIN pragma_index_list(m.name) AS i"
    " WHERE m.type = 'table' AND i.origin = 'c' AND (i.partial"
    " OR EXISTS (SELECT 1 FROM pragma_index_xinfo(i.name) AS c WHERE c.cid = -2))"
)
_FIND_COMPUTED = (
    "SELECT m.name FROM sqlite_master AS m JOIN pragma_table_xinfo(m.name) AS c"
    " WHERE m.type = 'table' AND lower(ltrim(m.sql)) NOT LIKE 'create virtual%' AND c.hidden IN (2, 3) LIMIT 1"
)


def foreign_objects(connection: sqlite3.Connection) -> list[tuple[str, str]]:
    """Return (type, name) of what a plan never holds.

    That is triggers, views, virtual tables, indexes that compute something, GDAL's row counts.
    """
    return [(kind, name) for sql in (_FIND, _FIND_INDEXES) for kind, name in connection.execute(sql)]


def computed_table(connection: sqlite3.Connection) -> str:
    """Return the name of a table with columns that compute themselves, which reading would run; "" if there is none."""
    row = connection.execute(_FIND_COMPUTED).fetchone()
    return "" if row is None else str(row[0])


def remove_foreign_objects(connection: sqlite3.Connection) -> None:
    """Remove them, triggers first, so that none runs; and the extension rows that announce spatial indexes."""
    for kind in ("trigger", "view", "index", "table"):
        for found, name in foreign_objects(connection):
            if found == kind:
                connection.execute(f"DROP {kind.upper()} {quoted(name)}")
    if connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'gpkg_extensions' AND type = 'table'").fetchone():
        connection.execute("DELETE FROM gpkg_extensions WHERE extension_name = 'gpkg_rtree_index'")
