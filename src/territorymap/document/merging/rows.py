"""Rows written as they are. Owns no meaning: a scenario's differences, for instance, are told by who calls.

The Writer keeps the children of a scenario as they were when it is edited; a merge writes every scenario itself.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby

from territorymap.document.schema import JOURNALED
from territorymap.document.statements import delete_sql, insert_sql, update_sql


class RawRows:
    """Inserts, updates and deletes by integer key."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def insert(self, table: str, rows: Sequence[Mapping[str, object]]) -> list[int]:
        """Insert rows and return their integer keys."""
        found = self._connection.execute("SELECT seq FROM sqlite_sequence WHERE name = ?", (table,)).fetchone()
        first = (found[0] if found else 0) + 1
        ids = list(range(first, first + len(rows)))
        for columns, run in groupby(zip(ids, rows, strict=True), key=lambda pair: tuple(pair[1])):
            sql = insert_sql(table, (JOURNALED[table].pk, *columns))
            self._connection.executemany(sql, ((row_id, *row.values()) for row_id, row in run))
        return ids

    def update(self, table: str, values: Mapping[int, Mapping[str, object]]) -> None:
        """Set columns of rows."""
        for columns, run in groupby(values.items(), key=lambda pair: tuple(pair[1])):
            if columns:
                sql = update_sql(table, columns, JOURNALED[table].pk)
                self._connection.executemany(sql, ((*row.values(), row_id) for row_id, row in run))

    def delete(self, table: str, row_ids: Iterable[int]) -> None:
        """Delete rows; nothing may point to them any more."""
        sql = delete_sql(table, JOURNALED[table].pk)
        self._connection.executemany(sql, ((row_id,) for row_id in row_ids))
