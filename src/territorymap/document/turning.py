"""A step taken back or done again: its rows are put into the tables, the one way or the other.

Owns what is refused then, and what such a step changed; which step is next is the history's, the transaction the
document's.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from territorymap.document.history import History
from territorymap.document.images import RowEvent
from territorymap.document.journal import BULK_FROM, apply_events, read_events
from territorymap.document.mending import refuse_emptied, refuse_impossible
from territorymap.document.outlines import forget_outlines
from territorymap.document.problems import damaged
from territorymap.document.recorder import Recorder, net_changes
from territorymap.i18n import tr
from territorymap.model.change import RowChange
from territorymap.model.records import Step


def turn_rows(
    connection: sqlite3.Connection,
    recorder: Recorder,
    step: Step,
    kind: str,
    check: Callable[[Sequence[RowChange]], None] | None,
) -> list[RowChange]:
    """Take back ("undo") or do again ("redo") what a step did; return the rows as they change now.

    ``check`` sees the rows first, and refuses by a UserError.
    """
    events = _turned(list(read_events(connection, step.step_id)), kind)
    refuse_impossible(connection, events)
    changes = net_changes(events)
    if check is not None:
        check(changes)
    if len(events) < BULK_FROM:
        apply_events(connection, events, recorder.columns)
    else:
        with recorder.away({event.table for event in events}):
            apply_events(connection, events, recorder.columns)
    refuse_emptied(connection, events)
    forget_outlines(connection, events)
    connection.execute("UPDATE journal_step SET undone = ? WHERE step_id = ?", (int(kind == "undo"), step.step_id))
    return changes


def changes_of(connection: sqlite3.Connection, history: History, step: Step) -> list[RowChange]:
    """Return what a step changed; for undo and redo what they changed back."""
    return net_changes(events_of(connection, history, step))


def events_of(connection: sqlite3.Connection, history: History, step: Step) -> list[RowEvent]:
    """Return the rows of a step as they changed; for undo and redo as they changed back."""
    meant = history.meant_by(step) or step
    return _turned(list(read_events(connection, meant.step_id)), step.kind)


def _turned(events: list[RowEvent], kind: str) -> list[RowEvent]:
    return [event.inverted() for event in reversed(events)] if kind == "undo" else events


@contextmanager
def fits_history(path: Path) -> Iterator[None]:
    """Say that the history is at fault where its rows do not fit the tables."""
    try:
        yield
    except sqlite3.IntegrityError as error:
        raise damaged(path, tr("a step of the history does not fit what is there ({reason})", reason=error)) from error
