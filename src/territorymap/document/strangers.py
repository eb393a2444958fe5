"""Steps that a merge brought: their rows carry the integer keys of the other file; here they get ours.

Owns the translation. What both files had in common has one key in both; what the other side made since is known by its
uuid; what of that is not here (any more) gets a negative key and the name that its own step gave it.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Mapping, Sequence

from territorymap.document.images import RowEvent
from territorymap.document.name_columns import NAME_COLUMNS
from territorymap.document.schema import JOURNALED
from territorymap.document.statements import quoted
from territorymap.model.change import Row, Value
from territorymap.model.records import Step

# Columns that hold the integer key of another row, and of which table.
POINTERS: Mapping[str, str] = {
    "unit_id": "unit",
    "account_id": "account",
    "territory_id": "territory",
    "rep_id": "rep",
    "region_id": "region",
    "scenario_id": "scenario",
    "alignment_id": "alignment",
    "measure_id": "measure",
    "tier_id": "tier",
    "parent_region_id": "region",
    "parent_scenario_id": "scenario",
}
_Place = tuple[str, int]  # table, integer key in the other file


class Strangers:
    """Translates steps of other files, each line of steps by itself: a file that was merged may have merged others."""

    def __init__(
        self,
        connection: sqlite3.Connection,
        events_of: Callable[[int], Iterable[RowEvent]],
    ) -> None:
        self._connection, self._events_of = connection, events_of
        self._lines: dict[str, int] = {}  # step uuid -> number of its line
        self._uuids: dict[int, dict[_Place, str]] = {}  # by line: outside key of what was made there
        self._names: dict[tuple[str, str], tuple[str, ...]] = {}  # (table, outside key) -> names it was given
        self._absent: dict[tuple[str, str], int] = {}  # outside key of what is not here -> negative key
        self._order: dict[str, int] = {}  # step uuid -> place among all merged steps
        self._forks: dict[int, str] = {}  # by line: uuid of the step that it leaves our history at
        self._given: dict[
            tuple[int, str, int], list[tuple[int, str, str]]
        ] = {}  # (line, table, own key) -> names given
        self._n_known = -1

    def localized(self, step: Step, events: Sequence[RowEvent]) -> list[RowEvent]:
        """Return the events of a merged step with the keys of this file."""
        self._catch_up()
        uuids = self._uuids.get(self._lines.get(step.uuid, -1), {})
        return [self._localized(event, uuids) for event in events]

    def fork_of(self, step: Step) -> str:
        """Return the uuid of the last step that a merged step's line has in common with ours; "" if unknown."""
        self._catch_up()
        return self._forks.get(self._lines.get(step.uuid, -1), "")

    def renamed(self, table: str, row_id: int, names: Sequence[Value], step: Step) -> tuple[Value, ...]:
        """Return the names of a row as its line had them just after a merged step; ``names`` as at the fork."""
        columns = list(NAME_COLUMNS[table])
        values = list(names)
        at = self._order.get(step.uuid, -1)
        for order, column, value in self._given.get((self._lines.get(step.uuid, -1), table, row_id), []):
            if order <= at:
                values[columns.index(column)] = value
        return tuple(values)

    def names(self, table: str, row_id: int) -> tuple[str, ...]:
        """Return what a thing that is not here was called by the step that made it."""
        key = next((key for (other, key), number in self._absent.items() if (other, number) == (table, row_id)), "")
        return self._names.get((table, key), ("",) * len(NAME_COLUMNS.get(table, ("",))))

    def _localized(self, event: RowEvent, uuids: Mapping[_Place, str]) -> RowEvent:
        row_id = self._own_key(event.table, event.row_id, uuids)
        old, new = self._row(event.old, uuids), self._row(event.new, uuids)
        return event._replace(row_id=row_id, old=old, new=new)

    def _row(self, row: Row | None, uuids: Mapping[_Place, str]) -> Row | None:
        if row is None:
            return None
        values: dict[str, Value] = {}
        for column, value in row.items():
            table = POINTERS.get(column)
            values[column] = self._own_key(table, value, uuids) if table and isinstance(value, int) else value
        return values

    def _own_key(self, table: str, row_id: int, uuids: Mapping[_Place, str]) -> int:
        key = uuids.get((table, row_id))
        if key is None:  # of the common past: the same in both files
            return row_id
        facts = JOURNALED[table]
        sql = f"SELECT {quoted(facts.pk)} FROM {quoted(table)} WHERE {facts.key.format(row=quoted(table))} = ?"  # noqa: S608
        row = self._connection.execute(sql, (key,)).fetchone()
        if row is not None:
            return int(row[0])
        return self._absent.setdefault((table, key), -1 - len(self._absent))

    def _catch_up(self) -> None:
        """Find the lines of all merged steps and what was made on each."""
        rows = self._connection.execute(
            "SELECT step_id, uuid, coalesce(parent_uuid, '') FROM journal_step"
            " WHERE coalesce(merged_by, '') <> '' ORDER BY step_id"
        ).fetchall()
        if len(rows) == self._n_known:
            return
        self._n_known = len(rows)
        for known in (self._lines, self._uuids, self._forks, self._given):
            known.clear()
        for order, (step_id, uuid, parent) in enumerate(rows):
            line = self._lines[uuid] = self._lines.get(parent, len(self._uuids))
            self._order[uuid] = order
            self._forks.setdefault(line, parent)
            made = self._uuids.setdefault(line, {})
            for event in self._events_of(step_id):
                if event.old is None:
                    made[event.table, event.row_id] = event.key
                    self._keep_names(event)
                self._note_names(order, line, event)

    def _note_names(self, order: int, line: int, event: RowEvent) -> None:
        given = [c for c in NAME_COLUMNS.get(event.table, ()) if c in (event.new or {})]
        if given:
            place = line, event.table, self._own_key(event.table, event.row_id, self._uuids[line])
            values = ((order, column, str((event.new or {})[column] or "")) for column in given)
            self._given.setdefault(place, []).extend(values)

    def _keep_names(self, event: RowEvent) -> None:
        columns = NAME_COLUMNS.get(event.table)
        if columns:
            values = ((event.new or {}).get(column) for column in columns)
            self._names[event.table, event.key] = tuple("" if value is None else str(value) for value in values)
