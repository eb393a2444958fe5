"""Tells whether the file that is open still is the one that stands under its name, as we left it.

Owns the look at the file from outside and what the person is told; not SQLite's own check of changes (document). An
open file can be deleted, moved away, replaced or written over by programs that know nothing of SQLite, and SQLite
itself would go on writing into nowhere.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path

from territorymap.document.backups import list_backups, make_backup
from territorymap.document.connection import connected, uri_of
from territorymap.document.files import beside
from territorymap.document.problems import LostPlanError
from territorymap.document.state_folder import backup_folder
from territorymap.document.table_columns import BadContentError
from territorymap.errors import UserError
from territorymap.i18n import tr

Compare = Callable[[sqlite3.Connection], bool]  # whether what a connection sees is what the journal says


@dataclass(frozen=True)
class Look:
    """What the system tells of the file under a name."""

    device: int
    inode: int
    size: int
    changed_ns: int

    @classmethod
    def at(cls, path: Path) -> Look | None:
        """Return it without opening the file, which would drop SQLite's locks; None if there is no such file."""
        try:
            found = path.stat()
        except OSError:
            return None
        return cls(found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns)

    def is_same_file(self, other: Look) -> bool:
        return (self.device, self.inode) == (other.device, other.inode)


class Standing:
    """Follows one open file from outside."""

    def __init__(self, path: Path, connection: sqlite3.Connection, is_ours: Compare, *, is_on_share: bool) -> None:
        self._path = path
        self._is_ours = is_ours
        self._connection = connection
        # On a share, numbers and times of files may come late or change by themselves; SQLite looks closer there.
        self._is_on_share = is_on_share
        self._look = Look.at(path)
        self._rescued: Path | None = None  # the backup of what was done, made when the file was found to be gone
        self._failure = ""  # why there is none
        self.is_overwritten = False  # the bytes under the name are not ours: never to be written to

    @property
    def is_in_place(self) -> bool:
        """Tell whether the open file is the one under its name."""
        now = Look.at(self._path)
        return now is not None and (self._is_on_share or self._look is None or now.is_same_file(self._look))

    def follow(self) -> None:
        """Take the file as it is now for ours: after each of our own writes."""
        self._look = Look.at(self._path) or self._look

    def refuse_displaced(self, *, is_closing: bool = False) -> None:
        """Refuse to write where nobody would find it.

        ``is_closing``: what is advised then is not what to do with the open plan, but where its content is.

        Raises
        ------
        UserError
            if the file was deleted, moved, replaced or written over. What was done is kept among the backups then.
        """
        now = Look.at(self._path)
        if now is None:
            self._rescue()
            hint = tr(
                "It was deleted, moved or renamed, or the disk was taken away. Put it back, or use Save a copy and"
                " open the copy: it holds all that was done."
            )
            raise LostPlanError(
                tr("{name} is no longer in {folder}.", name=self._path.name, folder=self._path.parent),
                self._whereabouts() if is_closing else hint,
                self._rescued,
            )
        if self._is_on_share or self._look is None:
            return
        if not now.is_same_file(self._look):
            self._rescue()
            hint = tr(
                "Use Save a copy to keep what was done here. Then close the plan; opening it again shows the other"
                " file."
            )
            raise LostPlanError(
                tr("Another file has taken the place of {name} while it was open here.", name=self._path.name),
                self._whereabouts() if is_closing else hint,
                self._rescued,
            )
        self.refuse_overwritten()

    def refuse_overwritten(self) -> None:
        """Refuse to go on with bytes that are not ours.

        Raises
        ------
        UserError
            if another program wrote over the file. What was done is kept among the backups then, where it can be.
        """
        now = Look.at(self._path)
        if self._is_on_share or now is None or self._look is None or now == self._look:
            return
        if not now.is_same_file(self._look):
            return
        if not self._is_sound():
            self.is_overwritten = True
            self._rescue()
            raise UserError(
                tr("Another program has written over {name} while it was open here.", name=self._path.name),
                self._last_whole(),
            )
        self._look = now

    def _is_sound(self) -> bool:
        """Tell whether the bytes under the name still are our plan: seen through a connection that has read nothing."""
        try:
            if self._look is not None and self._path.stat().st_size < self._look.size:
                return False  # only a program that asked SQLite may shorten it, and that one is found out otherwise
            with connected(self._path, is_read_only=True) as other:
                (problem,) = other.execute("PRAGMA quick_check(1)").fetchone()
                return problem == "ok" and self._is_ours(other)
        except (OSError, sqlite3.Error, ValueError, KeyError):  # a journal that is none
            return False

    def _rescue(self) -> None:
        """Keep what was done among the backups; where that fails it is tried again when it is next refused."""
        if self._rescued is not None and self._rescued.exists():
            return
        self._rescued = None
        try:
            folder = backup_folder(self._path)
            self._rescued = make_backup(self._connection, folder, self._path.stem, is_changed=True)
        except OSError as error:
            self._failure = error.strerror or str(error)
        except (sqlite3.Error, BadContentError) as error:
            self._failure = str(error)

    def _whereabouts(self) -> str:
        """Say where what was done can be found after closing."""
        if self._rescued is not None:
            return tr(
                "All that was done is kept in the automatic backup {name} in {folder}.",
                name=self._rescued.name,
                folder=self._rescued.parent,
            )
        return tr("No automatic backup of what was done could be made: {reason}.", reason=self._failure)

    def _last_whole(self) -> str:
        """Say where the last state is that does not mix two files."""
        folder = backup_folder(self._path)
        if list_backups(folder):
            return tr(
                "Close the plan. The latest automatic backup in {folder} is the last state that is whole.",
                folder=folder,
            )
        return tr("Close the plan and open it again to see what it holds now. There is no automatic backup of it.")

    def close(self, connection: sqlite3.Connection) -> None:
        """Close the connection; into a file that is not ours any more nothing is written."""
        with ExitStack() as stack:
            if self.is_overwritten:
                guard = _hold(self._path, stack)
                connection.close()
                if guard and beside(self._path, "-wal").exists():
                    beside(self._path, "-wal").replace(beside(self._path, "-wal.old"))
                    beside(self._path, "-shm").unlink(missing_ok=True)
            else:
                is_taken_in = self.is_in_place or _take_in(connection)
                connection.close()
                if not self.is_in_place:
                    _tidy(self._path, is_taken_in=is_taken_in)


def _take_in(connection: sqlite3.Connection) -> bool:
    """Take the WAL into the file that is open, wherever it is now: SQLite leaves that when the name is another's.

    Tells whether all of it went in. Where not, it is among the backups: it was refused before it came to this.
    """
    try:
        is_busy, n_pages, n_taken = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    except sqlite3.Error:
        return False
    return not is_busy and n_pages == n_taken


def _tidy(path: Path, *, is_taken_in: bool) -> None:
    """Remove an empty WAL that nobody needs under the name where the file was; one that another file would get, too.

    One with pages stays where no other file has the name: ours may be put back to it.
    """
    wal = beside(path, "-wal")
    with suppress(OSError):
        if wal.stat().st_size == 0:
            wal.unlink()
            beside(path, "-shm").unlink(missing_ok=True)
        elif not is_taken_in and path.exists():
            wal.replace(beside(path, "-wal.old"))
            beside(path, "-shm").unlink(missing_ok=True)


def _hold(path: Path, stack: ExitStack) -> bool:
    """Read from the file until the stack ends: while somebody reads, SQLite does not take a WAL in as it closes.

    Only the header is read: the rest may be damaged, and the usual settings of a connection would read it.
    """
    with suppress(sqlite3.Error):
        reader = sqlite3.connect(uri_of(path, "mode=ro"), uri=True, isolation_level=None)
        stack.callback(reader.close)
        reader.execute("BEGIN")
        reader.execute("PRAGMA user_version").fetchone()
        return True
    return False
