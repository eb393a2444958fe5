"""How the file is opened: pragmas, limits, journal mode.

Owns every PRAGMA of a working connection; not which file is fit to be opened (opening).
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

MAX_VALUE_BYTES = 500_000_000  # one text or blob; nothing of ours comes near
BUSY_S = 5.0


def sqlite_version() -> str:
    """Return the version of the SQLite library that reads and writes plans."""
    return sqlite3.sqlite_version


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


def uri_of(path: Path, options: str) -> str:
    """Return the URI of an absolute path: three slashes before any, Windows drives and UNC shares included."""
    return f"file://{'' if path.as_posix().startswith('/') else '/'}{quote(path.as_posix())}?{options}"


def _connect(path: Path, options: str) -> sqlite3.Connection:
    connection = sqlite3.connect(
        uri_of(path, options), uri=True, isolation_level=None, timeout=BUSY_S, check_same_thread=False
    )
    try:
        connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, MAX_VALUE_BYTES)
        connection.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
        for pragma in (
            "trusted_schema = OFF",
            "foreign_keys = ON",
            "recursive_triggers = OFF",
            "cell_size_check = ON",
            "ignore_check_constraints = ON",  # none is ours, and theirs are not run
            "mmap_size = 0",
            "temp_store = MEMORY",
            "cache_size = -16384",  # KB; the system keeps the file in its own memory as well
            "synchronous = FULL",
        ):
            connection.execute(f"PRAGMA {pragma}")
    except BaseException:
        connection.close()
        raise
    return connection


def copy_pages(
    source: sqlite3.Connection, copy: sqlite3.Connection, pages: int = -1, watch: Callable[[float], None] | None = None
) -> None:
    """Copy a database page by page; ``watch`` is told the share that is done, and may raise.

    Raises
    ------
    sqlite3.OperationalError
        if another program keeps the source locked; sqlite3 alone would wait for ever.
    """
    begin = time.monotonic()

    def told(status: int, remaining: int, total: int) -> None:
        if status in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED) and time.monotonic() - begin > BUSY_S:
            busy = sqlite3.OperationalError("database is locked")
            busy.sqlite_errorcode = status
            raise busy
        if watch is not None:
            watch(1 - remaining / max(total, 1))

    source.backup(copy, pages=pages, progress=told)


@contextmanager
def connected(path: Path, *, is_read_only: bool = False) -> Iterator[sqlite3.Connection]:
    """Give a connection for a short while."""
    connection = connect(path, is_read_only=is_read_only)
    try:
        yield connection
    finally:
        connection.close()


def data_version(connection: sqlite3.Connection) -> int:
    """Return SQLite's own count, which goes up when another connection has written the file."""
    connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    return int(connection.execute("PRAGMA data_version").fetchone()[0])


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
