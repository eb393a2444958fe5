"""A plan file that is being made: the marks of a GeoPackage at its beginning, the mark of rest at its end.

Owns both ends; what is written between them is the caller's, and so is the place the file gets when it is whole.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from territorymap.document.connection import connected
from territorymap.document.geopackage import APPLICATION_ID, USER_VERSION
from territorymap.document.resting import seal


@contextmanager
def new_file(path: Path) -> Iterator[sqlite3.Connection]:
    """Make a file and give a connection to fill it with; it is at rest afterwards, and of no use if that fails."""
    path.touch()
    with connected(path) as connection:
        # The file counts only once it is whole, so nothing has to be rolled back on the way.
        for pragma in ("auto_vacuum = NONE", "journal_mode = OFF", "synchronous = OFF"):
            connection.execute(f"PRAGMA {pragma}")
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        connection.execute(f"PRAGMA user_version = {USER_VERSION}")
        yield connection
        connection.execute("PRAGMA journal_mode = DELETE")
        seal(connection, path)
