"""Whether another file is what its history says, told from the open plan.

Owns the short way only: what it cannot vouch for is for checking.lies_in, which reads everything and says what is
wrong. Both files begin with the same steps, and the open plan is what those made of it, so the other file must hold
the same rows, but for those that either side changed since. These few are worked out step by step.
"""

from __future__ import annotations

import json
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from pathlib import Path

from territorymap.document.checking import has_true_marks
from territorymap.document.connection import copy_pages, uri_of
from territorymap.document.expected import recorded_columns
from territorymap.document.images import RowEvent
from territorymap.document.merging.states import StepEvents
from territorymap.document.schema import JOURNALED
from territorymap.document.statements import listed, quoted
from territorymap.document.table_making import columns_of
from territorymap.model.change import Value
from territorymap.model.records import Step

_Rows = dict[str, dict[int, dict[str, Value]]]  # table -> integer key -> row; what is not there has no entry
_Touched = Mapping[str, set[int]]
_RECORDS = {"journal_row": "row_id", "journal_bulk": "bulk_id"}
_TERMS = 100  # of one level of an expression: SQLite takes a depth of 1000


def is_vouched_for(
    mine: StepEvents, theirs: StepEvents, histories: tuple[Sequence[Step], Sequence[Step]], path: Path
) -> bool:
    """Tell whether every row of another file is what its steps made, by the word of the open plan.

    ``histories``: all steps of both, as they were worked out of the records. ``path``: the other file, at rest.
    False is no verdict: the files may have no common past, or there is a doubt.
    """
    try:
        return _is_vouched_for(mine, theirs, histories, path)
    except (ValueError, KeyError, sqlite3.Error):
        return False  # the whole check finds the same, and says it


def _is_vouched_for(
    mine: StepEvents, theirs: StepEvents, histories: tuple[Sequence[Step], Sequence[Step]], path: Path
) -> bool:
    if not has_true_marks(theirs.connection, histories[1]):
        return False
    ours, others = map(_standing, histories)
    n = _n_common(ours, others)
    if n == 0 or others[0].kind != "create":
        return False
    names, own = _recorded(theirs.connection), _recorded(mine.connection)
    back = [e.inverted() for step in reversed(ours[n:]) for e in reversed(mine.of(step.step_id))]
    forth = [e for step in others[n:] for e in theirs.of(step.step_id)]
    touched: dict[str, set[int]] = defaultdict(set)
    for event in (*back, *forth):
        touched[event.table].add(event.row_id)
    rows = _read_rows(mine.connection, own, touched)
    _fold(rows, back)
    _fold(rows, forth)
    if not _are_rows(theirs.connection, names, touched, rows):
        return False
    with closing(sqlite3.connect("", isolation_level=None, uri=True)) as both:  # "": on the disk where it is large
        both.execute("PRAGMA trusted_schema = OFF")
        copy_pages(mine.connection, both)
        both.execute("ATTACH ? AS theirs", (uri_of(path, "mode=ro"),))
        for schema in ("main", "theirs"):
            both.execute(f"PRAGMA {schema}.cache_size = -8192")
        return _has_same_records(both, [step.step_id for step in ours[:n]]) and all(
            _differing(both, table, names[table], own[table]) <= touched.get(table, set()) for table in names
        )


# -- steps -------------------------------------------------------------------------------------------------------------


def _standing(steps: Iterable[Step]) -> list[Step]:
    """Return the steps of the file's own line that made its rows."""
    return [step for step in steps if not step.is_undone and not step.merged_by]


def _n_common(ours: Sequence[Step], others: Sequence[Step]) -> int:
    """Return how many steps both begin with."""
    n = 0
    for one, other in zip(ours, others, strict=False):
        if (one.step_id, one.uuid, one.kind) != (other.step_id, other.uuid, other.kind):
            break
        n += 1
    return n


def _fold(rows: _Rows, events: Iterable[RowEvent]) -> None:
    """Let events happen to rows; KeyError where the row is not there."""
    for event in events:
        there = rows[event.table]
        if event.new is None:
            del there[event.row_id]
        elif event.old is None:
            there[event.row_id] = dict(event.new)
        else:
            there[event.row_id].update(event.new)


# -- the rows which either side changed --------------------------------------------------------------------------------


def _recorded(connection: sqlite3.Connection) -> dict[str, list[str]]:
    return recorded_columns({table: columns_of(connection, table) for table in JOURNALED})


def _read_rows(connection: sqlite3.Connection, columns: Mapping[str, Sequence[str]], touched: _Touched) -> _Rows:
    rows: _Rows = defaultdict(dict)
    for table, keys in touched.items():
        for key, values in _some(connection, table, columns[table], keys):
            rows[table][key] = dict(zip(columns[table], values, strict=True))
    return rows


def _are_rows(
    connection: sqlite3.Connection, columns: Mapping[str, Sequence[str]], touched: _Touched, rows: _Rows
) -> bool:
    """Tell whether the touched rows of a file are these, and no others are there."""
    for table, keys in touched.items():
        names, left = columns[table], dict(rows[table])
        for key, values in _some(connection, table, names, keys):
            row = left.pop(key, None)
            if row is None or tuple(map(row.get, names)) != values:
                return False
        if left:
            return False
    return True


def _some(
    connection: sqlite3.Connection, table: str, names: Sequence[str], keys: Iterable[int]
) -> Iterable[tuple[int, tuple[Value, ...]]]:
    pk = quoted(JOURNALED[table].pk)
    sql = f"SELECT {pk}, {listed(names)} FROM {quoted(table)} WHERE {pk} IN (SELECT value FROM json_each(?))"  # noqa: S608
    return [(row[0], row[1:]) for row in connection.execute(sql, (json.dumps(sorted(keys)),))]


# -- all rows ----------------------------------------------------------------------------------------------------------


def _has_same_records(both: sqlite3.Connection, step_ids: Sequence[int]) -> bool:
    """Tell whether the journals of both files say the same of these steps."""
    steps = {"steps": json.dumps(step_ids)}
    for table, pk in _RECORDS.items():
        names = columns_of(both, table)
        of_steps = "step_id IN (SELECT value FROM json_each(:steps))"
        n_mine, n_theirs = (
            both.execute(f"SELECT count(*) FROM {schema}.{table} WHERE {of_steps}", steps).fetchone()  # noqa: S608
            for schema in ("main", "theirs")
        )
        (n_same,) = both.execute(
            f"SELECT count(*) FROM main.{table} AS a JOIN theirs.{table} AS b ON b.{pk} = a.{pk}"  # noqa: S608
            f" WHERE a.{of_steps} AND NOT ({_differ(names, names)})",
            steps,
        ).fetchone()
        if not _is_key(both, table, pk) or not n_mine[0] == n_theirs[0] == n_same:
            return False
    return True


def _differing(both: sqlite3.Connection, table: str, names: Sequence[str], own: Sequence[str]) -> set[int]:
    """Return the integer keys of the rows that are not the same in both files, in the other file's columns."""
    pk, name = quoted(JOURNALED[table].pk), quoted(table)
    if not _is_key(both, table, JOURNALED[table].pk):
        raise ValueError(f"the rows of {table} have no key")
    found = both.execute(
        f"SELECT b.{pk}, a.{pk} IS NULL FROM theirs.{name} AS b LEFT JOIN main.{name} AS a ON a.{pk} = b.{pk}"  # noqa: S608
        f" WHERE a.{pk} IS NULL OR {_differ(names, own)}"
    ).fetchall()
    differing = {key for key, _ in found}
    n_mine, n_theirs = (
        both.execute(f"SELECT count(*) FROM {schema}.{name}").fetchone()[0]  # noqa: S608
        for schema in ("main", "theirs")
    )
    if n_theirs - sum(is_new for _, is_new in found) != n_mine:
        gone = f"SELECT {pk} FROM main.{name} WHERE {pk} NOT IN (SELECT {pk} FROM theirs.{name})"  # noqa: S608
        differing.update(key for (key,) in both.execute(gone))
    return differing


def _is_key(both: sqlite3.Connection, table: str, pk: str) -> bool:
    """Tell whether no two rows of the other file's table can have the same key."""
    keys = both.execute("SELECT name FROM pragma_table_info(?, 'theirs') WHERE pk > 0", (table,)).fetchall()
    return keys == [(pk,)]


def _differ(names: Sequence[str], own: Sequence[str]) -> str:
    """Return SQL that tells whether row b of theirs has in any of these columns what row a of mine has not.

    Without the affinity and collation that a column may claim: what is compared is what is stored.
    """
    there = set(own)
    terms = [
        f"(+a.{quoted(name)}) COLLATE BINARY IS NOT +b.{quoted(name)}"
        if name in there
        else f"b.{quoted(name)} IS NOT NULL"
        for name in names
    ]
    groups = [" OR ".join(terms[at : at + _TERMS]) for at in range(0, len(terms), _TERMS)]
    return " OR ".join(f"({group})" for group in groups)
