"""The gate: which file is opened, how, and what the person is told. Nothing is written before every check has passed.

Owns refusal, recovery, migration and the removal of foreign objects on a copy; not rows that differ (outside).
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from territorymap.document.backups import make_backup
from territorymap.document.connection import connect, connected, transaction
from territorymap.document.files import (
    beside,
    copy_to_look_at,
    has_leftovers,
    has_stale_wal,
    put_stale_wal_aside,
    replace_whole,
    sweep_beside,
)
from territorymap.document.foreign import computed_table, foreign_objects, remove_foreign_objects
from territorymap.document.geopackage import APPLICATION_ID
from territorymap.document.half_made import scratch_folder, sweep_half_made
from territorymap.document.lock import Holder, PlanLock, read_holder
from territorymap.document.network import is_on_share
from territorymap.document.problems import damaged, garbled, not_a_plan, os_translated, translated
from territorymap.document.resting import Mark, read_header, read_mark, rest_state
from territorymap.document.schema import FORMAT_VERSION, JOURNALED, MAX_KEY, MAX_ROWS, MIGRATIONS, migrate
from territorymap.document.state_folder import backup_folder
from territorymap.document.table_columns import BadContentError
from territorymap.document.table_making import columns_of
from territorymap.errors import UserError
from territorymap.i18n import number, tr

MAX_FILE_BYTES = 8_000_000_000
_RECORDS = ("journal_step", "journal_row", "journal_bulk")
_OTHERS = ("plan_lock", "rest_mark", "gpkg_contents", "gpkg_geometry_columns", "gpkg_spatial_ref_sys")
Migrations = Sequence[Callable[[sqlite3.Connection], None]]


@dataclass
class Opened:
    """A plan file that has passed the gate."""

    connection: sqlite3.Connection
    lock: PlanLock | None  # None: read only
    is_on_share: bool
    is_changed: bool  # its rows must be compared with the journal, or may at least differ from it
    notices: list[str] = field(default_factory=list)
    scratch: ExitStack = field(default_factory=ExitStack)  # what goes when the plan is closed
    is_copy: bool = False  # it is read from a copy made for that
    is_waiting: bool = False  # it is only read because another window has it


@dataclass(frozen=True)
class _Facts:
    """What a look into the file told."""

    version: int
    mark: Mark | None
    holder: Holder | None
    has_foreign: bool


@dataclass(frozen=True)
class Wish:
    """How the caller wants a file opened."""

    is_read_only: bool = False
    take_over: bool = False  # write although the lock row names somebody else
    is_new: bool = False  # just made: no backup yet


def open_file(path: Path, wish: Wish) -> Opened:
    """Open a plan file for writing, or for reading only where it must be.

    Raises
    ------
    UserError
        if it cannot be opened; the file is then byte for byte as it was.
    """
    check_place(path)
    notices: list[str] = []
    lock = _acquire(path, notices, is_read_only=wish.is_read_only)
    try:
        with translated(path, is_opening=True), os_translated(path, is_opening=True):
            return _open_locked(path, lock, wish, notices)
    except BaseException:
        if lock is not None:
            lock.release()
        raise


def _open_locked(path: Path, lock: PlanLock | None, wish: Wish, notices: list[str]) -> Opened:
    if lock is not None:
        check_bytes(path)
    may_copy = lock is not None  # reading a file that this process has open would drop SQLite's locks
    facts = _examine(path, may_copy=may_copy)
    share = is_on_share(path)
    # With a journal beside it the file's own bytes are not the whole truth.
    is_whole = lock is not None and (has_stale_wal(path) or not has_leftovers(path))
    state = rest_state(path, facts.mark) if is_whole else "changed"
    if state == "damaged":
        if not wish.is_read_only:
            raise damaged(path, tr("bytes have changed that no program wrote"))
        notices.append(tr("{name} is damaged; what can be read is shown. Save a copy to work on.", name=path.name))
    obstacle = "" if wish.is_read_only else _why_not_writable(path) or _other_holder(facts.holder, share, wish)
    if obstacle and lock is not None:
        notices.append(obstacle)
    if wish.is_read_only or obstacle or lock is None:
        if lock is not None:
            lock.release()
        is_changed = state != "at rest"
        opened = _open_for_reading(path, facts, share, notices, may_copy=may_copy, is_changed=is_changed)
        opened.is_waiting = lock is None and not wish.is_read_only and not obstacle
        return opened
    put_stale_wal_aside(path)
    was_left_open = (facts.holder is not None and facts.holder.is_this_host) or has_leftovers(path)
    sweep_beside(path)
    sweep_half_made()
    is_settled = _settle(path)
    if not wish.is_new:
        _back_up(path, notices, is_changed=state != "at rest")
    if facts.has_foreign or facts.version < FORMAT_VERSION:
        if not is_settled:
            raise UserError(
                tr("{name} is open in another program.", name=path.name),
                tr("Close it there (for example in QGIS), then open it again."),
            )
        renew_on_copy(path, facts.version)
    if was_left_open and is_settled:
        notices.append(
            tr("{name} was not closed properly last time. Everything that was done is in it.", name=path.name)
        )
    return Opened(connect(path), lock, share, state == "changed", notices)


# -- checks, nothing written -------------------------------------------------------------------------------------------


def check_place(path: Path) -> None:
    if path.is_dir():
        raise UserError(tr("{name} is a folder.", name=path.name), tr("Choose a plan file (.gpkg)."))
    if not path.exists():
        raise UserError(
            tr("{name} is not there.", name=path.name),
            tr("It may have been moved or renamed; look for it in {folder}.", folder=path.parent),
        )
    if not path.is_file():
        raise not_a_plan(path)


def _acquire(path: Path, notices: list[str], *, is_read_only: bool) -> PlanLock | None:
    """Return the lock; None if it is held elsewhere. Read-only opening takes it for the checks only."""
    try:
        lock = PlanLock.acquire(path)
    except OSError as error:
        lock = None
        if not is_read_only:
            notices.append(
                tr(
                    "{name} is open for reading only: the lock could not be made ({error}).",
                    name=path.name,
                    error=error,
                )
            )
        return lock
    if lock is None and not is_read_only:
        notices.append(
            tr(
                "{name} is open in another window, so here it is open for reading only and follows what is done there.",
                name=path.name,
            )
        )
    return lock


def check_bytes(path: Path) -> None:
    """Refuse by size and header; only for a file that this process has not open."""
    size = path.stat().st_size
    if size > MAX_FILE_BYTES:
        raise UserError(
            tr("{name} is too large for a plan.", name=path.name), tr("Choose a plan file made by Territory Map.")
        )
    if size == 0:
        raise UserError(
            tr("{name} is empty.", name=path.name),
            tr("It was probably cut off while it was copied or sent; get it again."),
        )
    try:
        header = read_header(path)
    except PermissionError as error:
        raise UserError(
            tr("You may not read {name}.", name=path.name), tr("Ask its owner for permission to read it.")
        ) from error
    except ValueError as error:
        raise not_a_plan(path) from error
    if header.application_id != APPLICATION_ID and not has_leftovers(path):
        raise not_a_plan(path)
    if header.is_size_valid and size < header.n_pages * header.page_size and not has_leftovers(path):
        raise damaged(path, tr("its end is missing"))


def _examine(path: Path, *, may_copy: bool) -> _Facts:
    """Look into the file without changing it."""
    if not (may_copy and _needs_copy(path)):
        with connected(path, is_read_only=True) as connection:
            return _look(connection, path)
    with ExitStack() as stack:
        folder = stack.enter_context(scratch_folder())
        return _look(stack.enter_context(connected(copy_to_look_at(path, folder))), path)


def _needs_copy(path: Path) -> bool:
    """Tell whether opening alone would change the file: a half-done write to roll back, or a WAL not its own."""
    return beside(path, "-journal").exists() or has_stale_wal(path)


def _look(connection: sqlite3.Connection, path: Path) -> _Facts:
    kinds = dict(connection.execute("SELECT name, type FROM sqlite_master WHERE type IN ('table', 'view')").fetchall())
    if "gpkg_contents" not in kinds or kinds.get("plan") != "table" or kinds.get("journal_step") != "table":
        raise not_a_plan(path)
    computed = computed_table(connection)
    if computed:
        raise damaged(path, tr("columns of the table {table} compute themselves", table=repr(computed[:60])))
    (problem,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    if problem != "ok":
        raise garbled(path, str(problem).replace("*** in database main ***\n", ""))
    _check_sizes(connection, kinds, path)
    row = connection.execute("SELECT format_version FROM plan").fetchone()
    if row is None or not isinstance(row[0], int) or row[0] < 1:
        raise not_a_plan(path)
    version = row[0]
    if version > FORMAT_VERSION:
        raise UserError(
            tr("{name} was made by a newer version of Territory Map.", name=path.name),
            tr("Install the newest version, then open it again."),
        )
    if version == FORMAT_VERSION:
        _check_tables(connection, kinds, path)
        return _Facts(version, read_mark(connection), read_holder(connection), bool(foreign_objects(connection)))
    return _Facts(version, None, None, bool(foreign_objects(connection)))


def _check_sizes(connection: sqlite3.Connection, kinds: dict[str, str], path: Path) -> None:
    """Refuse what would keep the program busy for hours (a million scenarios are no plan), and what cannot grow."""
    for table, most in MAX_ROWS.items():
        if kinds.get(table) == "table":
            (n,) = connection.execute(f"SELECT count(*) FROM {table}").fetchone()  # noqa: S608
            if n > most:
                raise damaged(path, too_many_rows(n, table))
    used = dict(connection.execute("SELECT name, seq FROM sqlite_sequence").fetchall())
    for table in (*JOURNALED, *_RECORDS):
        if kinds.get(table) == "table":
            (highest,) = connection.execute(f"SELECT max(rowid) FROM {table}").fetchone()  # noqa: S608
            if any(isinstance(key, int) and key > MAX_KEY for key in (highest, used.get(table))):
                raise damaged(path, tr("the table {table} has no keys left for new rows", table=table))


def too_many_rows(n: int, table: str) -> str:
    return tr("{n} rows in the table {table} are more than a plan can have", n=number(n), table=table)


def _check_tables(connection: sqlite3.Connection, kinds: dict[str, str], path: Path) -> None:
    for table, columns in _expected_columns().items():
        missing = set(columns) - set(columns_of(connection, table))
        if kinds.get(table) != "table" or missing:
            raise damaged(path, tr("the table {table} is not complete", table=table))


@lru_cache(maxsize=1)
def _expected_columns() -> dict[str, tuple[str, ...]]:
    memory = sqlite3.connect(":memory:")
    try:
        migrate(memory, 0)
        tables = [*JOURNALED, *_RECORDS, *_OTHERS]
        return {table: columns_of(memory, table) for table in tables}
    finally:
        memory.close()


def _why_not_writable(path: Path) -> str:
    """Return why the file is opened for reading only; "" if it can be written."""
    if not path.stat().st_mode & 0o222 or not os.access(path, os.W_OK):
        return tr("{name} is write-protected, so it is open for reading only.", name=path.name)
    if not os.access(path.parent, os.W_OK):
        return tr("The folder of {name} is write-protected, so the plan is open for reading only.", name=path.name)
    return ""


def _other_holder(holder: Holder | None, share: bool, wish: Wish) -> str:
    if holder is None or wish.take_over or not holder.may_be_writing(is_on_share=share):
        return ""
    return tr(
        "{user} has this plan open on {host} since {since}, so here it is open for reading only.",
        user=holder.user,
        host=holder.host,
        since=holder.since,
    )


# -- making it ready ---------------------------------------------------------------------------------------------------


def _open_for_reading(
    path: Path, facts: _Facts, share: bool, notices: list[str], *, may_copy: bool, is_changed: bool
) -> Opened:
    scratch = ExitStack()
    try:
        source = path
        if may_copy and (facts.version < FORMAT_VERSION or _needs_copy(path)):
            source = copy_to_look_at(path, scratch.enter_context(scratch_folder()))
            _settle(source)
            renew_on_copy(source, facts.version)
        connection = connect(source, is_read_only=True)
        return Opened(connection, None, share, is_changed, notices, scratch, is_copy=source != path)
    except BaseException:
        scratch.close()
        raise


def _settle(path: Path) -> bool:
    """Let SQLite finish what a crash left (it rolls back or takes in the WAL) and leave one file.

    False if another program has the file open (QGIS keeps it in WAL mode); that does no harm as long as the file
    need not be replaced.
    """
    if not has_leftovers(path) and not read_header(path).is_wal:
        return True
    with connected(path) as connection:
        connection.execute("PRAGMA busy_timeout = 300")
        try:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            connection.execute("PRAGMA journal_mode = DELETE")
            connection.execute("SELECT count(*) FROM plan").fetchone()
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
                return False
            raise
    return not has_leftovers(path)


def _back_up(path: Path, notices: list[str], *, is_changed: bool) -> None:
    try:
        with connected(path, is_read_only=True) as connection:
            make_backup(connection, backup_folder(path), path.stem, is_changed=is_changed)
    except (OSError, sqlite3.Error, BadContentError) as error:
        notices.append(tr("The automatic backup could not be made: {error}.", error=error))


def renew_on_copy(path: Path, version: int, migrations: Migrations = MIGRATIONS) -> None:
    """Migrate and clean a copy of a settled file, then put it in its place; on any failure the file is as it was."""

    def build(copy: Path) -> None:
        shutil.copyfile(path, copy)
        shutil.copymode(path, copy)
        with connected(copy) as connection:
            connection.execute("PRAGMA foreign_keys = OFF")
            with transaction(connection):
                remove_foreign_objects(connection)
                if version < len(migrations):
                    migrate(connection, version, migrations)
            (problem,) = connection.execute("PRAGMA quick_check(1)").fetchone()
            if problem != "ok":
                raise garbled(path, str(problem))

    replace_whole(path, build)
