"""What another window writes while the plan is open here for reading only: that it did, and the steps that came.

Owns the asking, for which nothing is read but SQLite's own count and the file's entry, and one state of the file from
the first row read to the last; the plan in memory is the session's.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from territorymap.document.connection import data_version
from territorymap.document.history import History
from territorymap.document.in_place import Look
from territorymap.document.recorder import net_changes
from territorymap.document.turning import events_of
from territorymap.errors import UserError
from territorymap.i18n import tr
from territorymap.model.change import RowChange
from territorymap.model.records import Step


@dataclass(frozen=True)
class Came:
    """What another window did since the plan was read here."""

    steps: tuple[Step, ...] = ()  # of the plan's own line, oldest first
    changes: tuple[RowChange, ...] = ()  # of them all together; at last what the place in use sees of those
    is_news: bool = False  # steps, or other notes on those that were there
    is_merge: bool = False  # whether they bring or take back what came of another file

    @property
    def is_deep(self) -> bool:
        """Whether the plan must be read anew: other ground, or rows that were others before the step already."""
        return any(c.table == "unit" for c in self.changes) or any(step.kind == "outside" for step in self.steps)


class Elsewhere:
    """Of one open file; ``is_copy``: what is read here is a copy that was made of it when it was opened."""

    def __init__(self, path: Path, connection: sqlite3.Connection, *, is_copy: bool) -> None:
        self._path, self._connection, self._is_copy = path, connection, is_copy
        self._version = data_version(connection)
        self._look = Look.at(path)

    @property
    def has_written(self) -> bool:
        """Tell whether anybody has written since the last :meth:`still`, or put another file under the name."""
        return data_version(self._connection) != self._version or self._is_another()

    def _is_another(self) -> bool:
        """Tell whether the file under the name is not the one that is read here; one that is gone may come back."""
        now = Look.at(self._path)
        if now is None or self._look is None:
            return False
        return now != self._look if self._is_copy else not now.is_same_file(self._look)

    @contextmanager
    def still(self) -> Iterator[None]:
        """Hold the file still while it is read: all is of one moment, whatever is written meanwhile.

        Raises
        ------
        UserError
            if the file that was opened is not the one under the name any more.
        """
        if self._connection.in_transaction:
            yield
            return
        if self._is_another():
            raise cannot_follow(self._path)
        self._connection.execute("BEGIN")
        try:
            self._version = data_version(self._connection)
            yield
        finally:
            if self._connection.in_transaction:
                self._connection.execute("COMMIT")


def came_since(connection: sqlite3.Connection, former: History, history: History) -> Came:
    """Return the steps of a history that a former one, which it continues, did not have yet."""
    new = tuple(step for step in history.steps[len(former.steps) :] if not step.merged_by)
    events = [event for step in new for event in events_of(connection, history, step)]
    meant = (history.meant_by(step) for step in new)
    return Came(
        new,
        tuple(net_changes(events)),
        is_news=history.steps != former.steps,
        is_merge=any(step is not None and step.kind == "merge" for step in meant),
    )


def cannot_follow(path: Path) -> UserError:
    """Return what is said where a file must be read anew."""
    return UserError(
        tr("{name} has been changed elsewhere, more than can be followed here.", name=path.name),
        tr("Open it again to see it as it is now."),
    )
