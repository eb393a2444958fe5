"""A GeoPackage of somebody else, before GDAL reads it. Owns what its views cost and what lies beside it, not layers.

A view is a program of the file's maker: it can go on for ever, or make a value of a gigabyte out of nothing. GDAL would
run it. So every view, and every column that is worked out, is run here first, under limits.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from territorymap.document.connection import connect, connected, copy_pages
from territorymap.document.files import beside, copy_to_look_at, has_leftovers, has_stale_wal
from territorymap.document.half_made import scratch_folder
from territorymap.document.statements import quoted
from territorymap.errors import UserError
from territorymap.i18n import tr

_MOST_STEPS = 100_000_000  # of SQLite's machine, for all views together
_MOST_ROWS = 1_000_000
_MOST_BYTES = 500_000_000
_LONGEST = 100_000_000  # bytes of one value
_TELL_EVERY = 10_000
_UNSAFE_CALLS = frozenset(
    {"load_extension", "readfile", "writefile", "edit", "fts3_tokenizer", "zeroblob", "randomblob", "hex", "quote",
     "printf", "format", "replace", "group_concat", "string_agg"}
)  # fmt: skip
_HIDDEN = (2, 3)  # columns that are worked out


def check_foreign_views(source: Path | bytes, name: str) -> None:
    """See that what a GeoPackage would run when it is read comes to an end.

    Raises
    ------
    UserError
        if a view or a worked-out column cannot be run, or costs too much.
    """
    try:
        connection = _connected(source)
    except (sqlite3.Error, UnicodeError):  # of the words of an error, where the file's own names are no UTF-8
        return  # GDAL says what is wrong with it
    try:
        connection.text_factory = lambda text: text.decode("utf-8", "replace")
        names = _what_runs(connection)
        if names:
            _run(connection, names)
    except (sqlite3.Error, UnicodeError, OverflowError, MemoryError) as error:
        raise UserError(
            tr("{name} holds a view or a worked-out column that cannot be read, or would take too long.", name=name),
            tr("Save its layer as a plain table in a new GeoPackage, for example with a GIS program, and use that."),
        ) from error
    finally:
        connection.close()


def bytes_at_rest(path: Path) -> bytes | None:
    """Return a GeoPackage with the half-done write that lies beside it, all in one; None where nothing lies there.

    GDAL would carry that write into the person's file, though it only reads: whose it is, and whether the program that
    made it is still at work, nobody knows.
    """
    path = path.resolve()
    if not has_leftovers(path):
        return None
    with scratch_folder() as folder:
        try:
            # Who has a WAL open keeps its index beside it. Where there is none, reading in place would leave one there.
            is_at_work = beside(path, "-shm").exists() and not has_stale_wal(path)
            if beside(path, "-journal").exists() or not is_at_work:
                copy = copy_to_look_at(path, folder)
            else:
                copy = folder / path.name
                with connected(path, is_read_only=True) as source, closing(sqlite3.connect(copy)) as target:
                    copy_pages(source, target)
            with closing(sqlite3.connect(copy)) as connection:
                connection.execute("PRAGMA journal_mode = DELETE")
        except (sqlite3.Error, IsADirectoryError):
            return path.read_bytes()  # without it; GDAL says what is wrong with the rest
        return copy.read_bytes()


def _connected(source: Path | bytes) -> sqlite3.Connection:
    if isinstance(source, Path):
        return connect(source.resolve(), is_read_only=True)
    connection = sqlite3.connect(":memory:", isolation_level=None)
    connection.deserialize(source)
    connection.execute("PRAGMA trusted_schema = OFF")
    return connection


def _what_runs(connection: sqlite3.Connection) -> list[str]:
    """Return the views, and the tables with columns that are worked out."""
    try:
        rows = connection.execute("SELECT name, type FROM sqlite_master WHERE type IN ('table', 'view')").fetchall()
    except (sqlite3.Error, UnicodeError):
        return []  # no whole database: GDAL says what is wrong with it
    out = []
    for name, kind in rows:
        if kind == "view":
            out.append(str(name))
            continue
        try:
            columns = connection.execute(f"PRAGMA table_xinfo({quoted(str(name))})").fetchall()
        except (sqlite3.Error, UnicodeError):
            continue  # a virtual table of a module that is not here
        if any(column[6] in _HIDDEN for column in columns):
            out.append(str(name))
    return out


def _run(connection: sqlite3.Connection, names: list[str]) -> None:
    steps = 0

    def count() -> int:
        nonlocal steps
        steps += _TELL_EVERY
        return int(steps > _MOST_STEPS)

    connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _LONGEST)
    connection.set_authorizer(_authorize)
    connection.set_progress_handler(count, _TELL_EVERY)
    n_rows = n_bytes = 0
    for name in names:
        for row in connection.execute(f"SELECT * FROM {quoted(name)}"):  # noqa: S608 - a name, quoted
            n_rows += 1
            n_bytes += sum(len(value) for value in row if isinstance(value, (str, bytes)))
            if n_rows > _MOST_ROWS or n_bytes > _MOST_BYTES:
                raise OverflowError(name)


def _authorize(action: int, first: str | None, second: str | None, *_: str | None) -> int:
    if action in (sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ):
        return sqlite3.SQLITE_OK
    if action == sqlite3.SQLITE_FUNCTION and (second or "").casefold() not in _UNSAFE_CALLS:
        return sqlite3.SQLITE_OK
    return sqlite3.SQLITE_DENY
