"""How the file is opened: pragmas, limits, journal mode.

Owns every PRAGMA of a working connection; not which file is fit to be opened (opening).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

MAX_VALUE_BYTES = 500_000_000  # one text or blob; nothing of ours comes near
BUSY_S = 5.0


def connect(path: Path, *, is_read_only: bool = False) -> sqlite3.Connection:
    """Return a connection in manual transaction mode that trusts nothing in the file's schema."""
    if not is_read_only:
        return _connect(path, "mode=rw")
    try:
        connection = _connect(path, "mode=ro")
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except sqlite3.OperationalError:
        # In a folder that cannot be written to, a file left in WAL mode opens only as one that nobody changes.
        if path.with_name(path.name + "-wal").exists():
            raise
        return _connect(path, "mode=ro&immutable=1")
    return connection


def _connect(path: Path, options: str) -> sqlite3.Connection:
    # Three slashes before any absolute path, Windows drives and UNC shares included.
    uri = f"file://{'' if path.as_posix().startswith('/') else '/'}{quote(path.as_posix())}?{options}"
    connection = sqlite3.connect(uri, uri=True, isolation_level=None, timeout=BUSY_S, check_same_thread=False)
    try:
        connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, MAX_VALUE_BYTES)
        connection.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
        for pragma in (
            "trusted_schema = OFF",
            "foreign_keys = ON",
            "recursive_triggers = OFF",
            "cell_size_check = ON",
            "mmap_size = 0",
            "temp_store = MEMORY",
            "cache_size = -65536",
            "synchronous = FULL",
        ):
            connection.execute(f"PRAGMA {pragma}")
    except BaseException:
        connection.close()
        raise
    return connection


@contextmanager
def connected(path: Path, *, is_read_only: bool = False) -> Iterator[sqlite3.Connection]:
    """Give a connection for a short while."""
    connection = connect(path, is_read_only=is_read_only)
    try:
        yield connection
    finally:
        connection.close()


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """BEGIN ... COMMIT; any exception rolls back. Foreign keys are checked at the commit, so order does not matter."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        connection.execute("PRAGMA defer_foreign_keys = ON")
        yield
        connection.execute("COMMIT")
    except BaseException:
        # SQLite has already rolled back after some errors (disk full).
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
