"""Looks for faults in an open plan file. Owns the sentences; mends nothing."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterable

from territorymap.document.effective import Place
from territorymap.document.expected import differences, expected_rows, recorded_columns
from territorymap.document.history import History
from territorymap.document.loading import load_geometry, load_plan
from territorymap.document.loading_choices import load_variant
from territorymap.document.registers import load_register
from territorymap.document.scenarios import chain_of
from territorymap.document.schema import JOURNALED
from territorymap.document.statements import quoted
from territorymap.document.table_columns import BadContentError
from territorymap.document.table_making import columns_of
from territorymap.errors import UserError
from territorymap.i18n import ntr, tr
from territorymap.model.coverage import TABLES
from territorymap.model.plan import Plan
from territorymap.model.records import Step
from territorymap.model.scope import scope_from_json


def problems_in(connection: sqlite3.Connection, place: Place) -> list[str]:
    """Return what is wrong with the file; empty if nothing is."""
    problems = [
        tr("The file is damaged: {detail}.", detail=line)
        for (line,) in connection.execute("PRAGMA quick_check(20)")
        if line != "ok"
    ]
    if problems:
        return problems
    problems += references_in(connection)
    problems += lies_in(connection)
    try:
        plan = load_plan(connection, place)
        for scenario in plan.scenarios:
            chain = chain_of(connection, scenario.scenario_id)
            for alignment in plan.alignments:
                other = Place(chain, alignment.alignment_id)
                load_variant(connection, other, plan.units, plan.accounts, plan.scenarios)
        load_geometry(connection)
        for kind in TABLES:
            load_register(connection, kind)
        problems += _scope_problems(plan)
    except BadContentError as error:
        problems.append(tr("A value cannot be: {detail}.", detail=error))
    return problems


def references_in(connection: sqlite3.Connection) -> list[str]:
    """Return what keeps a file from being merged whatever its history says: rows that point to nothing, uuids twice."""
    return [*_reference_problems(connection), *_uuid_problems(connection)]


def lies_in(connection: sqlite3.Connection) -> list[str]:
    """Return where the history contradicts the tables or itself; it is read from the start."""
    columns = recorded_columns({table: columns_of(connection, table) for table in JOURNALED})
    try:
        history = History(connection)
        if not has_true_marks(connection, history.steps):
            return [tr("The history does not agree with itself about which steps are undone.")]
        events = differences(connection, expected_rows(connection, history, columns), columns)
    except (ValueError, KeyError) as error:
        return [tr("The history cannot be read: {detail}.", detail=error)]
    counts = Counter(event.table for event in events)
    return [
        ntr(
            "{n} row of {table} is not what the history says.",
            "{n} rows of {table} are not what the history says.",
            n,
            table=table,
        )
        for table, n in counts.items()
    ]


def has_true_marks(connection: sqlite3.Connection, steps: Iterable[Step]) -> bool:
    """Tell whether the steps that are marked as undone are those that were undone."""
    marked = dict(connection.execute("SELECT step_id, undone FROM journal_step").fetchall())
    return all(bool(marked[step.step_id]) == step.is_undone for step in steps)


def _reference_problems(connection: sqlite3.Connection) -> list[str]:
    lost = Counter((row[0], row[2]) for row in connection.execute("PRAGMA foreign_key_check"))
    return [
        ntr(
            "{n} row of {table} points to a row of {target} that is not there.",
            "{n} rows of {table} point to rows of {target} that are not there.",
            n,
            table=table,
            target=target,
        )
        for (table, target), n in lost.items()
    ]


def _scope_problems(plan: Plan) -> list[str]:
    problems = []
    for alignment in plan.alignments:
        try:
            scope_from_json(alignment.scope)
        except UserError as error:
            problems.append(
                tr(
                    "The scope of alignment {name} cannot be read, so it covers every account: {detail}",
                    name=alignment.name,
                    detail=error.message,
                )
            )
    return problems


def _uuid_problems(connection: sqlite3.Connection) -> list[str]:
    problems = []
    for facts in JOURNALED.values():
        if facts.has_uuid:
            table = quoted(facts.name)
            own = f"SELECT 1 FROM {table} WHERE uuid <> '' GROUP BY uuid"  # noqa: S608  (DISTINCT takes twice as long)
            sql = f"SELECT (SELECT count(*) FROM {table}) - (SELECT count(*) FROM ({own}))"  # noqa: S608
            (n,) = connection.execute(sql).fetchone()
            if n:
                problems.append(
                    ntr(
                        "{n} row of {table} has no uuid of its own.",
                        "{n} rows of {table} have no uuid of their own.",
                        n,
                        table=facts.name,
                    )
                )
    return problems
