"""Writes the rows that were saved into a new plan file, with their history, and sees that it is sound.

Owns the new file; the damaged one is not known here any more.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping
from pathlib import Path

from territorymap.document.checking import problems_in
from territorymap.document.connection import transaction
from territorymap.document.effective import Place
from territorymap.document.expected import differences, expected_rows, recorded_columns
from territorymap.document.geopackage import GEOMETRY_TABLES, refresh_extents
from territorymap.document.history import History
from territorymap.document.images import RowEvent, encode_bulk, encode_image
from territorymap.document.journal import BULK_FROM, write_step
from territorymap.document.mending import mend_references
from territorymap.document.new_file import new_file
from territorymap.document.repairing.deciding import name_of
from territorymap.document.repairing.reading import Found
from territorymap.document.repairing.report import RepairReport
from territorymap.document.repairing.steps import Image, State, StepFound
from territorymap.document.scenarios import chain_of
from territorymap.document.schema import JOURNALED, migrate
from territorymap.document.statements import insert_sql, quoted
from territorymap.document.table_making import columns_of
from territorymap.errors import UserError
from territorymap.i18n import clauses, ntr, tr

_TYPES = {"REAL": "REAL", "INTEGER": "INTEGER", "BLOB": "BLOB"}  # of a column that is not ours; all others are text


def write_plan(
    path: Path,
    rows: State,
    steps: list[StepFound],
    found: Found,
    report: RepairReport,
    *,
    author: str,
    watch: Callable[[float], None],
) -> None:
    """Write a plan file at rest; what is written is let go of at once, rows of the history too.

    Raises
    ------
    UserError
        if the result is not sound.
    """
    with new_file(path) as connection:
        connection.execute("PRAGMA foreign_keys = OFF")  # what points to nothing is mended on the way
        with transaction(connection):
            migrate(connection, 0)
            _add_columns(connection, rows, found)
            highest = {table: max(rows[table], default=0) for table in JOURNALED}
            for n, table in enumerate(JOURNALED):
                watch(0.5 * n / len(JOURNALED))
                _insert(connection, table, rows[table])
                rows[table].clear()
            _mend_references(connection, report)
            watch(0.55)
            _write_steps(connection, steps, found)
            _write_last_step(connection, steps, report, author)
            _set_sequence(connection, highest, found)
            watch(0.75)
            refresh_extents(connection, GEOMETRY_TABLES)
            problems = problems_in(connection, _first_place(connection))
            watch(0.95)
        if problems:
            raise UserError(
                tr("What was saved does not make a sound plan: {problems}", problems=clauses(problems)),
                tr("Nothing was written. Open an automatic backup of the plan, or an earlier copy."),
            )


def _add_columns(connection: sqlite3.Connection, rows: State, found: Found) -> None:
    """Add the columns of measures and segments, and plain ones that another program has added."""
    for table in JOURNALED:
        taken = {name.casefold() for name in columns_of(connection, table)}
        wanted = dict.fromkeys(found.tables[table].columns)
        for row in rows[table].values():
            wanted |= dict.fromkeys(row.keys() - wanted.keys())
        for column in (*wanted, *_told_columns(table, rows)):
            if column.casefold() not in taken and column:
                kind = _TYPES.get(found.tables[table].kinds.get(column, ""), "REAL" if column[:2] == "m_" else "TEXT")
                connection.execute(f"ALTER TABLE {quoted(table)} ADD COLUMN {quoted(column)} {kind}")
                taken.add(column.casefold())


def _told_columns(table: str, rows: State) -> list[str]:
    """Return the columns that measures and segments of a table say they have."""
    told = [row for row in rows["measure"].values() if row.get("source") == table]
    told += list(rows["segment"].values()) if table == "account" else []
    return [str(row["column_name"]) for row in told]


def _insert(connection: sqlite3.Connection, table: str, rows: Mapping[int, Image]) -> None:
    known = {name.casefold(): name for name in columns_of(connection, table)}
    columns = list(known.values())
    defaults = dict(
        connection.execute(
            "SELECT name, dflt_value FROM pragma_table_info(?) WHERE dflt_value IS NOT NULL", (table,)
        ).fetchall()
    )
    plain = {name: connection.execute(f"SELECT {value}").fetchone()[0] for name, value in defaults.items()}
    sql = insert_sql(table, columns)

    def values(row: Image) -> tuple[object, ...]:
        folded = {name.casefold(): value for name, value in row.items()}
        return tuple(folded.get(name.casefold(), plain.get(name)) for name in columns)

    connection.executemany(sql, (values(rows[row_id]) for row_id in sorted(rows)))


def _mend_references(connection: sqlite3.Connection, report: RepairReport) -> None:
    """Let go of what points to nothing, and count it."""
    before = {table: _shown(connection, table) for table in JOURNALED}
    first = connection.total_changes
    while True:  # what goes may have been pointed to
        start = connection.total_changes
        connection.execute(
            "UPDATE territory SET alignment_id = (SELECT min(alignment_id) FROM alignment) WHERE alignment_id IS NULL"
        )
        mend_references(connection)
        if connection.total_changes == start:
            break
    n_gone = 0
    for table, rows in before.items() if connection.total_changes > first else ():
        after = _shown(connection, table)
        for row_id, row in rows.items():
            if row_id not in after:
                report.tables[table].n_kept -= 1
                report.tables[table].lose(row_id, name_of(row))
                n_gone += 1
            elif row != after[row_id]:
                report.tables[table].doubt(row_id, name_of(row))
    n_emptied = connection.total_changes - first - n_gone
    if n_gone:
        report.notes.append(
            ntr("{n} row pointed to nothing and is gone.", "{n} rows pointed to nothing and are gone.", n_gone)
        )
    if n_emptied:
        report.notes.append(
            ntr("{n} pointer to nothing was emptied.", "{n} pointers to nothing were emptied.", n_emptied)
        )


def _shown(connection: sqlite3.Connection, table: str) -> dict[int, dict[str, object]]:
    """Return the rows of a table without their geometry, which mending leaves alone."""
    facts = JOURNALED[table]
    names = [name for name in columns_of(connection, table) if name != "geom"]
    rows = connection.execute(f"SELECT {', '.join(map(quoted, names))} FROM {quoted(table)}")  # noqa: S608
    at = names.index(facts.pk)
    return {row[at]: dict(zip(names, row, strict=True)) for row in rows}


def _first_place(connection: sqlite3.Connection) -> Place:
    (scenario_id,) = connection.execute("SELECT min(scenario_id) FROM scenario").fetchone()
    (alignment_id,) = connection.execute("SELECT min(alignment_id) FROM alignment").fetchone()
    return Place(chain_of(connection, scenario_id), alignment_id)


# -- history -----------------------------------------------------------------------------------------------------------


def _write_steps(connection: sqlite3.Connection, steps: list[StepFound], found: Found) -> None:
    names = [name for name in columns_of(connection, "journal_step") if name != "undone"]
    connection.executemany(
        insert_sql("journal_step", [*names, "undone"]),
        ([*(step.row.get(name) for name in names), _undone(step)] for step in steps),
    )
    copied = {step.step_id for step in steps if step.rewritten is None}
    for table in ("journal_row", "journal_bulk"):
        columns = columns_of(connection, table)
        rows = (row for _, row in sorted(found.tables[table].rows.items()) if row.get("step_id") in copied)
        connection.executemany(insert_sql(table, columns), ([row.get(name) for name in columns] for row in rows))
        found.tables[table].forget_rows()
    for step in steps:
        if step.rewritten is not None:
            _write_events(connection, step.step_id, step.rewritten)
            step.rewritten = []


def _undone(step: StepFound) -> int:
    if step.is_merged:
        return int(bool(step.row.get("undone")))
    return int(not step.is_standing and step.row["kind"] not in ("undo", "redo"))


def _write_events(connection: sqlite3.Connection, step_id: int, events: list[RowEvent]) -> None:
    if len(events) < BULK_FROM:
        connection.executemany(
            "INSERT INTO journal_row (step_id, table_name, row_key, old, new) VALUES (?, ?, ?, ?, ?)",
            ((step_id, e.table, e.key, _text(e, e.old), _text(e, e.new)) for e in events),
        )
        return
    connection.executemany(
        "INSERT INTO journal_bulk (step_id, table_name, n_rows, rows) VALUES (?, ?, ?, ?)",
        ((step_id, table, n_rows, packed) for table, n_rows, packed in encode_bulk(events)),
    )


def _text(event: RowEvent, row: Mapping[str, object] | None) -> str | None:
    return None if row is None else encode_image({JOURNALED[event.table].pk: event.row_id, **row})  # type: ignore[dict-item]


def _write_last_step(connection: sqlite3.Connection, steps: list[StepFound], report: RepairReport, author: str) -> None:
    """Record as one step what the history does not tell; as its first one, if nothing of it could be kept."""
    columns = recorded_columns({table: columns_of(connection, table) for table in JOURNALED})
    if not steps:
        report.is_history_new = True
        events = differences(connection, {table: {} for table in JOURNALED}, columns)
        label = tr("Repaired from a damaged plan")
        write_step(connection, kind="create", label=label, author=author, parent_uuid="", events=events)
        return
    history = History(connection)
    events = differences(connection, expected_rows(connection, history, columns), columns)
    report.n_steps = len(steps)
    if events or not report.is_everything_saved:
        write_step(
            connection,
            kind="outside",
            label=tr("Repaired"),
            author=author,
            parent_uuid=history.last_uuid,
            events=events,
            note="\n".join(report.sentences()),
        )


def _set_sequence(connection: sqlite3.Connection, written: Mapping[str, int], found: Found) -> None:
    """Let no key be used again that was ever used."""
    for table, facts in JOURNALED.items():
        highest = max(found.sequence.get(table, 0), written[table])
        (n,) = connection.execute(
            f"SELECT max(?, coalesce(max({quoted(facts.pk)}), 0)) FROM {quoted(table)}",  # noqa: S608
            (highest,),
        ).fetchone()
        connection.execute("DELETE FROM sqlite_sequence WHERE name = ?", (table,))
        connection.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)", (table, n))
