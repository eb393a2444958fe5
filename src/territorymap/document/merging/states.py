"""The rows of a plan as they were after any record of its journal.

Owns going back and forth along the records; not what rows mean (snapshot).

A state is the tables of the open file and, laid over them, the rows that were different then; so it costs what was
edited since, not what the plan holds.
"""

from __future__ import annotations

import json
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from functools import cached_property

from territorymap.document.images import RowEvent
from territorymap.document.journal import BULK_FROM, read_events
from territorymap.document.merging.records import Record, Records
from territorymap.document.schema import JOURNALED
from territorymap.document.statements import listed, quoted
from territorymap.document.table_making import columns_of
from territorymap.model.change import Value

Row = dict[str, Value]
Overlay = dict[str, dict[int, Row | None]]  # table -> integer key -> row as it was, None = it was not there
_CHUNK = 500


class State:
    """All rows at one moment, in the integer keys of one file."""

    def __init__(self, tables: Tables, overlay: Overlay) -> None:
        self._tables = tables
        self.overlay = overlay

    def account_id(self, uuid: str) -> int | None:
        """Return the integer key of an account as the file has it now."""
        return self._tables.account_id(uuid)

    def columns(self, table: str) -> tuple[str, ...]:
        """Return the columns that the journal has of a table, as the file has them now."""
        return self._tables.columns(table)

    def rows(self, table: str) -> dict[int, Row]:
        """Return every row of a table that was there."""
        laid = self.overlay.get(table, {})
        rows = {i: row for i, row in self._tables.whole(table).items() if i not in laid}
        rows.update((i, row) for i, row in laid.items() if row is not None)
        return rows

    def some(self, table: str, row_ids: Iterable[int]) -> dict[int, Row]:
        """Return those of the rows that were there."""
        laid = self.overlay.get(table, {})
        found: dict[int, Row] = {}
        missing = []
        for row_id in row_ids:
            if row_id in laid:
                if (row := laid[row_id]) is not None:
                    found[row_id] = row
            else:
                missing.append(row_id)
        found.update(self._tables.some(table, missing))
        return found

    def rows_with(self, table: str, column: str, values: Set[int]) -> dict[int, Row]:
        """Return the rows that were there with one of these integers in a column."""
        laid = self.overlay.get(table, {})
        rows = {i: row for i, row in self._tables.rows_with(table, column, values).items() if i not in laid}
        rows.update((i, row) for i, row in laid.items() if row is not None and int(str(row[column])) in values)
        return rows

    @cached_property
    def unit_keys(self) -> dict[int, str]:
        """Return the outside key of each unit: the uuid of a part, else the code."""
        laid = self.overlay.get("unit", {})
        keys = {i: key for i, key in self._tables.unit_keys.items() if i not in laid}
        keys.update((i, unit_key(row)) for i, row in laid.items() if row is not None)
        return keys

    def family_codes(self) -> dict[int, str]:
        """Return for each unit the code of the unit that it was cut from, its own if it is whole."""
        laid = self.overlay.get("unit", {})
        codes = {i: code for i, code in self._tables.family_codes.items() if i not in laid}
        codes.update((i, str(row.get("part_of") or row["unit_code"])) for i, row in laid.items() if row is not None)
        return codes


def unit_key(row: Mapping[str, Value]) -> str:
    """Return the outside key of a unit's row."""
    return str(row.get("uuid") or row["unit_code"])


class Tables:
    """The rows of one open file as they are now; large tables are read only where asked."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection
        self._whole: dict[str, dict[int, Row]] = {}
        self._columns: dict[str, tuple[str, ...]] = {}

    def columns(self, table: str) -> tuple[str, ...]:
        """Return the columns that the journal has, the integer key among them."""
        if table not in self._columns:
            facts = JOURNALED[table]
            names = columns_of(self.connection, table)
            self._columns[table] = tuple(name for name in names if name not in facts.derived)
        return self._columns[table]

    def whole(self, table: str) -> dict[int, Row]:
        if table not in self._whole:
            self._whole[table] = dict(self._read(table, ""))
        return self._whole[table]

    def some(self, table: str, row_ids: list[int]) -> dict[int, Row]:
        if table in self._whole:
            whole = self._whole[table]
            return {i: whole[i] for i in row_ids if i in whole}
        found: dict[int, Row] = {}
        for at in range(0, len(row_ids), _CHUNK):
            chunk = row_ids[at : at + _CHUNK]
            marks = ", ".join("?" * len(chunk))
            found.update(self._read(table, f" WHERE {quoted(JOURNALED[table].pk)} IN ({marks})", chunk))
        return found

    def rows_with(self, table: str, column: str, values: Iterable[int]) -> dict[int, Row]:
        where = f" WHERE {quoted(column)} IN (SELECT value FROM json_each(?))"  # noqa: S608
        return dict(self._read(table, where, [json.dumps(sorted(values))]))

    def account_id(self, uuid: str) -> int | None:
        row = self.connection.execute("SELECT account_id FROM account WHERE uuid = ?", (uuid,)).fetchone()
        return int(row[0]) if row else None

    def account_ids(self, uuids: Iterable[str]) -> set[int]:
        """Return the integer keys of those accounts that the file has now; read together, for there is no index."""
        wanted = list(uuids)
        if not wanted:
            return set()
        sql = "SELECT account_id FROM account WHERE uuid IN (SELECT value FROM json_each(?))"
        return {int(row_id) for (row_id,) in self.connection.execute(sql, (json.dumps(wanted),))}

    @cached_property
    def unit_keys(self) -> dict[int, str]:
        sql = "SELECT unit_id, coalesce(nullif(uuid, ''), unit_code) FROM unit"
        return dict(self.connection.execute(sql))

    @cached_property
    def family_codes(self) -> dict[int, str]:
        return dict(self.connection.execute("SELECT unit_id, coalesce(nullif(part_of, ''), unit_code) FROM unit"))

    def _read(self, table: str, where: str, values: Sequence[Value] = ()) -> Iterator[tuple[int, Row]]:
        names = self.columns(table)
        pk = names.index(JOURNALED[table].pk)
        sql = f"SELECT {listed(names)} FROM {quoted(table)}{where}"  # noqa: S608
        for row in self.connection.execute(sql, values):
            yield row[pk], dict(zip(names, row, strict=True))


class StepEvents:
    """What the steps of one file did; small steps are read once, however often a merge goes over them."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection
        self._kept: dict[int, list[RowEvent]] = {}

    def of(self, step_id: int) -> list[RowEvent]:
        """Return the rows of a step in the order in which they were changed; BadContentError if they are damaged."""
        events = self._kept.get(step_id)
        if events is None:
            events = list(read_events(self.connection, step_id))
            if len(events) < BULK_FROM:
                self._kept[step_id] = events
        return events


class Past:
    """The states of one file, at any record that it has."""

    def __init__(self, records: Records, events: StepEvents) -> None:
        self.tables = Tables(events.connection)
        self._events = events
        self.records = records
        self.now = State(self.tables, {})

    def at(self, uuid: str) -> State:
        """Return the state after a record, of the file's own line or of one that was merged.

        Raises
        ------
        ValueError
            if the journal is damaged.
        """
        chain = self.records.chain(uuid)
        own = {record.uuid: i for i, record in enumerate(self.records.line)}
        n_own = max((i for i, record in enumerate(chain, 1) if record.uuid in own), default=0)
        if n_own == 0:
            raise ValueError("the history does not begin with the creation of the plan")
        overlay = self._back_to(own[chain[n_own - 1].uuid])
        self._put(overlay, [event for record in chain[n_own:] for event in self.events(record)])
        return State(self.tables, overlay)

    def touched(self, state: State, since: State) -> dict[str, set[int]]:
        """Return the integer keys of all rows that may differ between two states."""
        found: dict[str, set[int]] = defaultdict(set)
        for overlay in (state.overlay, since.overlay):
            for table, rows in overlay.items():
                found[table] |= rows.keys()
        return found

    def _back_to(self, position: int) -> Overlay:
        overlay: Overlay = {}
        since = reversed(self.records.line[position + 1 :])
        self._put(overlay, [event.inverted() for record in since for event in reversed(self.events(record))])
        return overlay

    def events(self, record: Record) -> list[RowEvent]:
        if record.kind not in ("undo", "redo"):
            return self._events.of(record.step_id)
        meant = self.records.by_uuid.get(record.ref)
        if meant is None or meant.kind in ("undo", "redo"):
            raise ValueError(f"record {record.step_id} of the history takes back what is not there")
        events = self.events(meant)
        return [event.inverted() for event in reversed(events)] if record.kind == "undo" else events

    def _put(self, overlay: Overlay, events: Sequence[RowEvent]) -> None:
        there = self._rows_now(events)
        for event in events:
            rows = overlay.setdefault(event.table, {})
            if event.new is None:
                rows[event.row_id] = None
                continue
            before: Row | None = None
            if event.old is not None:
                before = rows[event.row_id] if event.row_id in rows else there[event.table].get(event.row_id)
                if before is None:
                    raise ValueError(f"the history changes a row of {event.table} that is not there")
            pk = JOURNALED[event.table].pk
            rows[event.row_id] = {**(before or {}), **event.new, pk: event.row_id}

    def _rows_now(self, events: Sequence[RowEvent]) -> dict[str, dict[int, Row]]:
        """Return the rows that these events change, as the tables have them; read together."""
        changed: dict[str, set[int]] = defaultdict(set)
        for event in events:
            if event.old is not None and event.new is not None:
                changed[event.table].add(event.row_id)
        return {table: self.tables.some(table, sorted(keys)) for table, keys in changed.items()}
