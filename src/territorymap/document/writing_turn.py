"""The turn of this program to write an open plan: what the file says of it, from the first change until the end.

Owns the journal mode, the holder's row, the mark of rest, and the look for changes of other programs by SQLite's own
count; not whether the file still stands under its name (in_place).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from territorymap.document.connection import data_version, transaction
from territorymap.document.geopackage import GEOMETRY_TABLES, refresh_extents
from territorymap.document.lock import write_holder
from territorymap.document.resting import remove_mark, seal
from territorymap.errors import UserError
from territorymap.i18n import tr

_CLOSING_BUSY_MS = 300  # a reader of another program may stay


class WritingTurn:
    """Of one open file; it begins with the first change, or at once."""

    def __init__(
        self,
        path: Path,
        connection: sqlite3.Connection,
        is_as_journal: Callable[[sqlite3.Connection], bool],
        *,
        is_on_share: bool,
    ) -> None:
        self._path, self._connection, self._is_as_journal = path, connection, is_as_journal
        self._is_on_share = is_on_share
        self.is_begun = False  # the file says that we have it open
        self._version = data_version(self._connection)

    def begin(self) -> bool:
        """Say in the file that we have it open, before the first change; tells whether that was still to be said."""
        if self.is_begun:
            return False
        self.refuse_changed_file()
        mode = "DELETE" if self._is_on_share else "WAL"
        self._connection.execute(f"PRAGMA journal_mode = {mode}")
        with transaction(self._connection):
            remove_mark(self._connection)
            write_holder(self._connection)
        self._version = data_version(self._connection)
        self.is_begun = True
        return True

    @property
    def is_changed_file(self) -> bool:
        """Tell whether another connection has written since; whether that matters, refuse_changed_file says."""
        return data_version(self._connection) != self._version

    def refuse_changed_file(self) -> None:
        """Refuse to write over what another program has written meanwhile.

        Raises
        ------
        UserError
            if there is such a change, and the rows are not those that the journal says.
        """
        version = data_version(self._connection)
        if version != self._version:
            if self._is_as_journal(self._connection):
                self._version = version
                return
            raise UserError(
                tr("Another program has changed {name} while it was open here.", name=self._path.name),
                tr("Close the plan and open it again; the change from outside is then taken in as a step."),
            )

    def give_space_back(self) -> None:
        """Shorten the WAL after a step that did not fit on the disk: what was rolled back still fills it."""
        with suppress(sqlite3.Error):
            self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def end(self) -> None:
        """Leave one file at rest."""
        if self._connection.in_transaction:
            self._connection.execute("ROLLBACK")
        with transaction(self._connection):
            is_changed_outside = data_version(self._connection) != self._version
            refresh_extents(self._connection, GEOMETRY_TABLES)
            self._connection.execute("DELETE FROM plan_lock")
        self._connection.execute(f"PRAGMA busy_timeout = {_CLOSING_BUSY_MS}")
        self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        (mode,) = self._connection.execute("PRAGMA journal_mode = DELETE").fetchone()
        # Without the mark the next open compares every row with the journal.
        if mode == "delete" and not is_changed_outside:
            seal(self._connection, self._path)
