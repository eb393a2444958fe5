"""The journal in the file: steps and their rows, written, read, and put into the tables in either direction.

Owns journal_step, journal_row and journal_bulk; not how changes are seen (recorder) nor which step is next (history).
"""

from __future__ import annotations

import sqlite3
import uuid
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from datetime import UTC, datetime
from itertools import groupby
from operator import itemgetter

from territorymap.document.images import RowEvent, decode_bulk, decode_image, encode_bulk, encode_image, values_of
from territorymap.document.schema import JOURNALED
from territorymap.document.statements import delete_sql, insert_sql, update_sql
from territorymap.document.table_columns import BadContentError
from territorymap.model.change import Row, Value
from territorymap.model.records import Step

BULK_FROM = 1000  # rows; larger steps are stored compressed


class JournalMismatchError(Exception):
    """The rows in the file are not those that the history says."""


def now() -> str:
    """Return this moment as the file has it: ISO 8601, UTC."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def write_step(
    connection: sqlite3.Connection,
    *,
    kind: str,
    label: str,
    author: str,
    parent_uuid: str,
    ref_uuid: str = "",
    events: Sequence[RowEvent] = (),
    note: str = "",
    place: tuple[str, str] = ("", ""),
    step_uuid: str = "",
) -> Step:
    """Write a step and its rows; the caller holds the transaction.

    ``place``: the uuids of the scenario and the alignment in use.
    """
    step_uuid, created_at = step_uuid or str(uuid.uuid4()), now()
    cursor = connection.execute(
        "INSERT INTO journal_step"
        " (uuid, parent_uuid, kind, ref_uuid, label, author, created_at, undone, note, scenario_uuid, alignment_uuid)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, 0, ?, ?, ?)",
        (step_uuid, parent_uuid, kind, ref_uuid, label, author, created_at, note or None, *(p or None for p in place)),
    )
    step_id = int(cursor.lastrowid or 0)
    if len(events) < BULK_FROM:
        connection.executemany(
            "INSERT INTO journal_row (step_id, table_name, row_key, old, new) VALUES (?, ?, ?, ?, ?)",
            ((step_id, e.table, e.key, _text(e, e.old), _text(e, e.new)) for e in events),
        )
    else:
        connection.executemany(
            "INSERT INTO journal_bulk (step_id, table_name, n_rows, rows) VALUES (?, ?, ?, ?)",
            ((step_id, table, n_rows, rows) for table, n_rows, rows in encode_bulk(events)),
        )
    return Step(
        step_id, step_uuid, kind, label, author, created_at, False, ref_uuid, note, place[0], alignment_uuid=place[1]
    )


def _text(event: RowEvent, row: Row | None) -> str | None:
    # Each image carries the integer key, so that it can be put back into the same row.
    return None if row is None else encode_image({JOURNALED[event.table].pk: event.row_id, **row})


def read_events(connection: sqlite3.Connection, step_id: int) -> Iterator[RowEvent]:
    """Yield the rows of a step in the order in which they were changed.

    Raises
    ------
    BadContentError
        if the journal is damaged.
    """
    try:
        yield from _events_of(connection, step_id)
    except BadContentError:
        raise
    except ValueError as error:
        raise BadContentError(str(error)) from error


def _events_of(connection: sqlite3.Connection, step_id: int) -> Iterator[RowEvent]:
    rows = connection.execute(
        "SELECT table_name, row_key, old, new FROM journal_row WHERE step_id = ? ORDER BY row_id", (step_id,)
    )
    with closing(rows):  # a reader that is left half-way keeps the file from being written
        for table, key, old_text, new_text in rows:
            yield event_of(table, key, old_text, new_text)
    bulk = connection.execute(
        "SELECT table_name, rows FROM journal_bulk WHERE step_id = ? ORDER BY bulk_id", (step_id,)
    )
    with closing(bulk):
        for table, packed in bulk:
            if table not in JOURNALED:
                raise ValueError(f"the history names an unknown table: {table}")
            yield from decode_bulk(table, packed)


def event_of(table: str, key: str, old_text: str | None, new_text: str | None) -> RowEvent:
    """Return a row of journal_row as the event that it records; ValueError if it is damaged."""
    old = None if old_text is None else decode_image(old_text)
    new = None if new_text is None else decode_image(new_text)
    if table not in JOURNALED or (old is None and new is None):
        raise ValueError(f"the history holds a row of no use: {table}")
    pk = JOURNALED[table].pk
    row_id = (old or new or {}).get(pk)
    if not isinstance(row_id, int):
        raise ValueError(f"the history holds a row without its key: {table}")
    if not isinstance(key, str | None) or not -(1 << 63) <= row_id < 1 << 63:
        raise ValueError(f"the history holds a row with an impossible key: {table}")
    if old is not None and new is not None:
        if old.keys() != new.keys():
            raise ValueError(f"the history holds a change of two shapes: {table}")
        del old[pk], new[pk]
    return RowEvent(table, row_id, key, old, new)


def apply_events(
    connection: sqlite3.Connection, events: Iterable[RowEvent], columns: Mapping[str, Sequence[str]]
) -> None:
    """Write events into the tables, neighbours of one shape by one statement.

    ``columns``: those that the tables have now; another program may have taken one of its own out again.

    Raises
    ------
    JournalMismatchError
        if a row that is to be changed is not there.
    """
    for (table, old, new), run in groupby(events, key=lambda event: event.shape):
        pk = JOURNALED[table].pk
        there = [name for name in new or () if name in columns[table]]
        batch = list(run)
        if new is None:
            cursor = connection.executemany(delete_sql(table, pk), ((e.row_id,) for e in batch))
        elif old is None:
            pick = values_of if tuple(there) == new else _picker(there)
            cursor = connection.executemany(insert_sql(table, there), (tuple(pick(e.new or {})) for e in batch))
        elif there := _differing(there, batch, JOURNALED[table].always):
            pick = _picker(there)
            rows = ((*pick(e.new or {}), e.row_id) for e in batch)
            cursor = connection.executemany(update_sql(table, there, pk), rows)
        else:
            continue
        if cursor.rowcount != len(batch):
            raise JournalMismatchError(f"{table}: {cursor.rowcount} of {len(batch)} rows found")


def _differing(names: Sequence[str], batch: Sequence[RowEvent], always: Collection[str]) -> list[str]:
    """Return the columns that an update must write: not those that are in an image only to name the row."""
    return [n for n in names if n not in always or any((e.old or {})[n] != (e.new or {})[n] for e in batch)]


def _picker(names: Sequence[str]) -> Callable[[Row], Iterable[Value]]:
    """Return what picks these columns out of a row."""
    return itemgetter(*names) if len(names) > 1 else lambda row: [row[name] for name in names]
