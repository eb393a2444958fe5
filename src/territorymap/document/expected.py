"""What every row must be by the journal, and where the tables differ from it.

Owns the comparison; not what is done about a difference (outside, checking).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from typing import NamedTuple

from territorymap.document.history import History
from territorymap.document.images import LeanRow, RowEvent
from territorymap.document.journal import read_events
from territorymap.document.schema import JOURNALED
from territorymap.document.statements import listed, quoted
from territorymap.model.change import Value


class ExpectedRow(NamedTuple):
    """A row by the journal: its outside key and its values in the order of the table's recorded columns."""

    key: str
    values: tuple[Value, ...]


Expected = dict[str, dict[int, ExpectedRow]]  # table -> integer key -> row


def recorded_columns(columns: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """Return for each table the columns that the journal has, from all its columns."""
    return {
        table: [column for column in columns[table] if column not in facts.derived]
        for table, facts in JOURNALED.items()
    }


def expected_rows(connection: sqlite3.Connection, history: History, columns: Mapping[str, Sequence[str]]) -> Expected:
    """Return every row as the steps that stand made it; ``columns`` as :func:`recorded_columns` gives them.

    Raises
    ------
    ValueError
        if the journal is damaged or does not begin with the creation.
    """
    steps = history.steps
    if not steps or steps[0].kind != "create":
        raise ValueError("the history does not begin with the creation of the plan")
    place = {table: {name: i for i, name in enumerate(names)} for table, names in columns.items()}
    expected: Expected = {table: {} for table in columns}
    for step in steps:
        if not step.is_undone and not step.merged_by:
            for event in read_events(connection, step.step_id):
                _fold(expected[event.table], event, place[event.table])
    return expected


def _fold(rows: dict[int, ExpectedRow], event: RowEvent, place: Mapping[str, int]) -> None:
    if event.new is None:
        del rows[event.row_id]
        return
    if event.old is None:
        new = event.new
        rows[event.row_id] = ExpectedRow(event.key, tuple(map(new.get, place)))
        return
    row = rows[event.row_id]
    values = list(row.values)
    for name, value in event.new.items():
        if name in place:
            values[place[name]] = value
    rows[event.row_id] = ExpectedRow(event.key, tuple(values))


def differences(
    connection: sqlite3.Connection, expected: Expected, columns: Mapping[str, Sequence[str]]
) -> list[RowEvent]:
    """Return what must have happened to the tables since: deletes, then updates, then inserts."""
    gone: list[RowEvent] = []
    changed: list[RowEvent] = []
    added: list[RowEvent] = []
    for table, names in columns.items():
        rows, always, at = expected[table], JOURNALED[table].always, LeanRow.places(names)
        n_left = len(rows)
        for row_id, key, values in _actual_rows(connection, table, names):
            was = rows.get(row_id)
            n_left -= was is not None
            if was is None:
                added.append(RowEvent(table, row_id, key, None, LeanRow(at, values)))
            elif was.values != values:
                kept = [i for i, value in enumerate(values) if value != was.values[i] or names[i] in always]
                old = {names[i]: was.values[i] for i in kept}
                changed.append(RowEvent(table, row_id, key, old, {names[i]: values[i] for i in kept}))
        there = _actual_ids(connection, table) if n_left else frozenset()
        gone += [
            RowEvent(table, row_id, row.key, LeanRow(at, row.values), None)
            for row_id, row in (rows.items() if n_left else ())
            if row_id not in there
        ]
    return [*reversed(gone), *changed, *added]


def _actual_ids(connection: sqlite3.Connection, table: str) -> frozenset[int]:
    sql = f"SELECT {quoted(JOURNALED[table].pk)} FROM {quoted(table)}"  # noqa: S608
    return frozenset(row_id for (row_id,) in connection.execute(sql))


def _actual_rows(
    connection: sqlite3.Connection, table: str, names: Sequence[str]
) -> Iterator[tuple[int, str, tuple[Value, ...]]]:
    facts = JOURNALED[table]
    key = facts.key.format(row=quoted(table))
    sql = f"SELECT {quoted(facts.pk)}, {key}, {listed(names)} FROM {quoted(table)} ORDER BY {quoted(facts.pk)}"  # noqa: S608
    with closing(connection.execute(sql)) as rows:  # a text of no UTF-8 may end it half-way
        for row_id, row_key, *values in rows:
            yield row_id, row_key or "", tuple(values)
