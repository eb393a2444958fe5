"""Sees every row change of the open connection: TEMP triggers hand old and new values to Python, exactly.

Owns the triggers and the buffer; not what becomes of the events (journal). Nothing of this is in the file.
"""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from territorymap.document.images import LeanRow, RowEvent
from territorymap.document.schema import JOURNALED
from territorymap.document.statements import quoted
from territorymap.document.table_making import columns_of
from territorymap.model.change import Row, RowChange

# SQLite passes at most 127 arguments to a function; three are ours, and an update needs old and new.
_MAX_INSERT = 120
_MAX_UPDATE = 60
_N_FACTS = 3  # values of an event before those of the row


@dataclass(frozen=True)
class _Part:
    """What one trigger hands over: some columns of a table."""

    table: str
    kind: str  # "insert" | "update" | "delete"
    columns: tuple[str, ...]
    chunk: int  # 0 for the first columns of the table
    at: Mapping[str, int]  # column -> place in what is handed over


class Recorder:
    """Collects the row changes of one connection while it is on."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._buffer: list[tuple[Any, ...]] = []
        self._parts: list[_Part] = []  # never shrinks: triggers of a rolled back change name their position
        self._is_on = False
        self.columns: dict[str, tuple[str, ...]] = {}
        connection.create_function("tm_log", -1, self._log)
        for table in JOURNALED:
            self.install(table)

    def _log(self, *values: Any) -> None:
        if self._is_on:
            self._buffer.append(values)

    def start(self) -> None:
        self._buffer.clear()
        self._is_on = True

    def stop(self) -> None:
        self._buffer.clear()
        self._is_on = False

    def install(self, table: str) -> None:
        """Write the triggers of a table for the columns it has now."""
        facts = JOURNALED[table]
        self.columns[table] = columns_of(self._connection, table)
        self._remove(table)
        recorded = [column for column in self.columns[table] if column not in facts.derived]
        for kind in ("insert", "delete"):
            for chunk, columns in enumerate(_split(recorded, _MAX_INSERT)):
                self._create_trigger(table, kind, columns, chunk)
        plain = [column for column in recorded if column not in ("geom", facts.pk)]
        groups = [*_split(plain, _MAX_UPDATE), *([("geom",)] if "geom" in recorded else [])]
        for chunk, columns in enumerate(groups):
            self._create_trigger(table, "update", columns, chunk)

    def _remove(self, table: str) -> None:
        names = self._connection.execute(
            "SELECT name FROM temp.sqlite_master WHERE type = 'trigger' AND tbl_name = ?", (table,)
        ).fetchall()
        for (name,) in names:
            self._connection.execute(f"DROP TRIGGER temp.{quoted(name)}")

    @contextmanager
    def away(self, tables: Iterable[str]) -> Iterator[None]:
        """Take the triggers of tables away for a while: what is written then is in the journal already."""
        away = set(tables)
        for table in away:
            self._remove(table)
        yield
        for table in away:
            self.install(table)

    def _create_trigger(self, table: str, kind: str, columns: tuple[str, ...], chunk: int) -> None:
        facts = JOURNALED[table]
        number = len(self._parts)
        part = _Part(table, kind, columns, chunk, LeanRow.places(columns, _N_FACTS))
        self._parts.append(part)
        row = "OLD" if part.kind == "delete" else "NEW"
        event, when = part.kind.upper(), ""
        values = [f"{row}.{quoted(column)}" for column in part.columns]
        if part.kind == "update":
            event = f"UPDATE OF {', '.join(quoted(c) for c in part.columns)}"
            when = "WHEN " + " OR ".join(f"OLD.{quoted(c)} IS NOT NEW.{quoted(c)}" for c in part.columns)
            values = [f"{side}.{quoted(column)}" for side in ("OLD", "NEW") for column in part.columns]
        key = facts.key.format(row=row)
        self._connection.execute(
            f"CREATE TEMP TRIGGER tm_{part.table}_{number} AFTER {event} ON main.{quoted(part.table)} {when} "
            f"BEGIN SELECT tm_log({number}, {row}.{quoted(facts.pk)}, {key}, {', '.join(values)}); END"
        )

    def take(self) -> list[RowEvent]:
        """Return the events since :meth:`start`, in order, and stop."""
        events: list[RowEvent] = []
        seen: set[int] = set()  # chunks of the last event; SQLite runs the triggers of a table in no set order
        buffer = self._buffer
        buffer.reverse()
        while buffer:  # each is let go as it is taken: there may be a million, and the events are as large
            told = buffer.pop()
            number, row_id, key = told[:_N_FACTS]
            part: _Part = self._parts[number]
            old, new = _images(part, told)
            last = events[-1] if events else None
            if (
                last is not None
                and part.chunk not in seen
                and (last.table, last.row_id) == (part.table, row_id)
                and _kind(last) == part.kind
            ):
                events[-1] = last._replace(old=_joined(last.old, old), new=_joined(last.new, new))
            else:
                events.append(RowEvent(part.table, row_id, key or "", old, new))
                seen.clear()
            seen.add(part.chunk)
        self.stop()
        return events


def net_changes(events: Sequence[RowEvent]) -> list[RowChange]:
    """Return one change a row, in the order of first touch; rows that end as they began are left out."""
    touched: dict[str, set[int]] = defaultdict(set)
    for event in events:
        touched[event.table].add(event.row_id)
    if sum(map(len, touched.values())) == len(events):
        return [RowChange(table, row_id, old, new) for table, row_id, _, old, new in events]
    net: dict[tuple[str, int], tuple[Any, Any]] = {}
    for event in events:
        place = (event.table, event.row_id)
        if place not in net:
            net[place] = (event.old, event.new)
            continue
        old, new = net[place]
        net[place] = _merged(old, new, event)
    return [
        RowChange(table, row_id, old, new)
        for (table, row_id), (old, new) in net.items()
        if (old is not None or new is not None) and old != new
    ]


def _merged(old: Any, new: Any, event: RowEvent) -> tuple[Any, Any]:
    """Put a later event of the same row on an earlier net change."""
    if event.old is None:  # came back after a delete
        return old, event.new
    if event.new is None:  # deleted: the row before was the deleted one with the earlier values
        return (None if old is None else {**event.old, **old}), None
    if old is None:  # inserted before
        return None, {**new, **event.new}
    before = {**event.old, **old}
    after = {**new, **event.new}
    always = JOURNALED[event.table].always
    kept = [name for name in after if name in always or before[name] != after[name]]
    return {name: before[name] for name in kept}, {name: after[name] for name in kept}


def _split(columns: list[str], size: int) -> list[tuple[str, ...]]:
    return [tuple(columns[i : i + size]) for i in range(0, len(columns), size)]


def _kind(event: RowEvent) -> str:
    return "insert" if event.old is None else "delete" if event.new is None else "update"


def _joined(one: Any, other: Any) -> Any:
    return None if one is None else {**one, **other}


def _images(part: _Part, told: tuple[Any, ...]) -> tuple[Row | None, Row | None]:
    if part.kind == "insert":
        return None, LeanRow(part.at, told)
    if part.kind == "delete":
        return LeanRow(part.at, told), None
    values = told[_N_FACTS:]
    n = len(part.columns)
    always = JOURNALED[part.table].always
    kept = [
        i
        for i in range(n)
        if values[i] != values[n + i] or type(values[i]) is not type(values[n + i]) or part.columns[i] in always
    ]
    return {part.columns[i]: values[i] for i in kept}, {part.columns[i]: values[n + i] for i in kept}
