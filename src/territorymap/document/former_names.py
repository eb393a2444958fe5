"""What rows were called: at any step, whether they are still there or not, here or on the side of a merged file.

Owns the index of names that the journal tells of, made when it is first asked for, and who was ever called so.
"""

from __future__ import annotations

import sqlite3
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from contextlib import closing

from territorymap.document.history import History
from territorymap.document.images import RowEvent, decode_bulk, decode_image, inserted_keys
from territorymap.document.name_columns import NAME_COLUMNS
from territorymap.document.schema import JOURNALED
from territorymap.document.statements import listed, quoted
from territorymap.document.strangers import Strangers
from territorymap.model.change import Row, Value
from territorymap.model.records import Step

LARGE = ("unit", "account")  # tables whose rows are only looked up by key
_BATCH = 500  # keys of one SELECT

_Place = tuple[str, int, str]  # table, integer key, column


class FormerNames:
    """Answers for one file; follows the history by itself."""

    def __init__(
        self,
        connection: sqlite3.Connection,
        history_now: Callable[[], History],
        events_of: Callable[[int], Iterable[RowEvent]],
        strangers: Strangers,
    ) -> None:
        self._connection, self._history_now, self._events_of = connection, history_now, events_of
        self._strangers = strangers
        self._n_read = 0  # steps whose names are in _former
        self._position: dict[str, int] = {}  # step uuid -> place in the order in which steps were done
        self._former: dict[_Place, list[tuple[int, Value]]] = defaultdict(list)  # (step's position, value before it)
        self._now: dict[tuple[str, int], tuple[Value, ...]] = {}

    def at(self, table: str, row_ids: Iterable[int], step: Step) -> dict[int, tuple[str, ...]]:
        """Return what rows were called just after a step, or just before it where it took them away.

        Each as in NAME_COLUMNS; "" where it had none, and no entry where nothing is known of a row.
        """
        self._catch_up()
        ids = sorted(set(row_ids))
        self._read_now(table, ids)
        is_strange = bool(step.merged_by)
        at = self._position.get(self._strangers.fork_of(step) if is_strange else step.uuid, self._n_read)
        found = {}
        for row_id in ids:
            if row_id < 0:  # of the other side, and not here
                found[row_id] = self._strangers.names(table, row_id)
                continue
            values = self._names_at(table, row_id, at)
            if values is None:  # gone with this step: as it was before
                values = self._names_at(table, row_id, at - 1)
            if values is not None and is_strange:
                values = self._strangers.renamed(table, row_id, values, step)
            if values is not None:
                found[row_id] = tuple("" if value is None else str(value) for value in values)
        return found

    def find(self, table: str, name: str) -> list[int]:
        """Return the keys of all rows that are or ever were called so, letter case aside; by outside key too."""
        self._catch_up()
        wanted = name.strip().casefold()
        pk, found = JOURNALED[table].pk, set()
        sql = f"SELECT {quoted(pk)}, {listed(NAME_COLUMNS[table])} FROM {quoted(table)}"  # noqa: S608
        for row_id, *values in self._connection.execute(sql):
            if any(str(value).casefold() == wanted for value in values if value is not None):
                found.add(int(row_id))
        for (other, row_id, _column), former in self._former.items():
            if other == table and any(str(v).casefold() == wanted for _, v in former if v is not None):
                found.add(row_id)
        return sorted(found)

    def of(self, table: str, key: str) -> str:
        """Return what the row of an outside key is called, or was called last; "" if nothing is known of it."""
        facts, (column, *_) = JOURNALED[table], NAME_COLUMNS.get(table, ("uuid",))
        sql = f"SELECT {quoted(column)} FROM {quoted(table)} WHERE {facts.key.format(row=quoted(table))} = ?"  # noqa: S608
        row = self._connection.execute(sql, (key,)).fetchone()
        if row is None:
            row = self._connection.execute(
                "SELECT coalesce(json_extract(old, ?1), json_extract(new, ?1)) FROM journal_row"
                " WHERE table_name = ?2 AND row_key = ?3 AND coalesce(json_extract(old, ?1), json_extract(new, ?1))"
                " IS NOT NULL ORDER BY row_id DESC LIMIT 1",
                (f"$.{column}", table, key),
            ).fetchone()
        return str(row[0]) if row is not None and row[0] is not None else ""

    def by_uuid(self, table: str) -> dict[str, str]:
        """Return the names of scenarios or alignments by uuid, those that are gone by the last name they had."""
        gone = self._connection.execute(
            "SELECT row_key, json_extract(old, ?) FROM journal_row WHERE table_name = ? AND new IS NULL",
            (f"$.{table}_name", table),
        ).fetchall()
        there = self._connection.execute(f"SELECT uuid, {table}_name FROM {table}").fetchall()  # noqa: S608
        return {str(uuid): str(name or "") for uuid, name in (*gone, *there)}

    def _names_at(self, table: str, row_id: int, at: int) -> tuple[Value, ...] | None:
        now = self._now.get((table, row_id))
        values: list[Value] = []
        is_known = False
        for i, column in enumerate(NAME_COLUMNS[table]):
            former = self._former.get((table, row_id, column), [])
            next_change = bisect_right(former, at, key=lambda entry: entry[0])
            if next_change < len(former):
                value = former[next_change][1]
                is_known = is_known or value is not None
            else:
                value = now[i] if now is not None else None
                is_known = is_known or now is not None
            values.append(value)
        return tuple(values) if is_known else None

    def _read_now(self, table: str, ids: Sequence[int]) -> None:
        wanted = [i for i in ids if (table, i) not in self._now]
        pk, columns = JOURNALED[table].pk, listed(NAME_COLUMNS[table])
        for start in range(0, len(wanted), _BATCH):
            batch = wanted[start : start + _BATCH]
            marks = ", ".join("?" * len(batch))
            sql = f"SELECT {quoted(pk)}, {columns} FROM {quoted(table)} WHERE {quoted(pk)} IN ({marks})"  # noqa: S608
            for row_id, *values in self._connection.execute(sql, batch):
                self._now[(table, int(row_id))] = tuple(values)

    def _catch_up(self) -> None:
        """Read the names that steps since the last time changed."""
        steps = self._history_now().steps
        if self._n_read == len(steps):
            return
        self._now.clear()
        new = steps[self._n_read :]
        turned = {step.ref_uuid for step in new if step.kind in ("undo", "redo")}
        kept = self._named_events(steps[self._n_read].step_id, turned) if self._n_read == 0 else {}
        for position, step in enumerate(new, self._n_read):
            self._position[step.uuid] = position
            if step.merged_by:  # of the other side: it never changed our rows
                continue
            meant = self._history_now().meant_by(step)
            if meant is None:
                continue
            if self._n_read == 0:
                events = kept.get(meant.step_id, [])
            else:
                events = [e for e in self._events_of(meant.step_id) if e.table in NAME_COLUMNS]
            if step.kind == "undo":
                events = [event.inverted() for event in reversed(events)]
            for event in events:
                self._note_former(position, event)
        self._n_read = len(steps)

    def _note_former(self, position: int, event: RowEvent) -> None:
        for column in NAME_COLUMNS[event.table]:
            if event.old is None:
                # Before a row came (again) it was called nothing; only what comes back later needs to know.
                if (event.table, event.row_id, column) in self._former:
                    self._former[(event.table, event.row_id, column)].append((position, None))
            elif column in event.old:
                self._former[(event.table, event.row_id, column)].append((position, event.old[column]))

    def _named_events(self, from_step_id: int, turned: Collection[str]) -> dict[int, list[RowEvent]]:
        """Return the events of all steps that name rows, by step_id; new units and accounts only where turned."""
        kept: dict[int, list[RowEvent]] = defaultdict(list)
        tables = sorted(NAME_COLUMNS)
        marks = ", ".join("?" * len(tables))
        rows = self._connection.execute(
            "SELECT step_id, table_name, row_key, old, new FROM journal_row"  # noqa: S608
            f" WHERE step_id >= ? AND table_name IN ({marks}) ORDER BY row_id",
            (from_step_id, *tables),
        )
        with closing(rows):
            for step_id, table, key, old, new in rows:
                event = _named_event(table, key, old, new)
                if event is not None:
                    kept[step_id].append(event)
        uuid_of = {step.step_id: step.uuid for step in self._history_now().steps}
        bulk = self._connection.execute(
            f"SELECT step_id, table_name, rows FROM journal_bulk WHERE step_id >= ? AND table_name IN ({marks})"  # noqa: S608
            " ORDER BY bulk_id",
            (from_step_id, *tables),
        )
        with closing(bulk):
            for step_id, table, packed in bulk:
                is_turned = uuid_of.get(step_id) in turned
                if table in LARGE and not is_turned and inserted_keys(packed) is not None:
                    continue
                named = (_only_names(event) for event in decode_bulk(table, packed))
                kept[step_id] += [event for event in named if event is not None]
        return kept


def _named_event(table: str, key: str, old_text: str | None, new_text: str | None) -> RowEvent | None:
    old, new = decode_image(old_text), decode_image(new_text)
    pk = JOURNALED[table].pk
    row_id = (old or new or {}).get(pk)
    return _only_names(RowEvent(table, int(str(row_id)), key, old, new))


def _only_names(event: RowEvent) -> RowEvent | None:
    """Return the event with its naming columns only; None where it names nothing anew."""

    def kept(row: Row | None) -> Row | None:
        return None if row is None else {c: row[c] for c in NAME_COLUMNS[event.table] if c in row}

    old, new = kept(event.old), kept(event.new)
    return None if old == {} and new == {} else event._replace(old=old, new=new)
