"""Copies the other side's steps into the journal, so that the history keeps both. Owns which; they are not applied."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable

from territorymap.document.statements import insert_sql, listed
from territorymap.document.table_making import columns_of
from territorymap.model.records import Step

_DETAILS = ("journal_row", "journal_bulk")


def import_steps(mine: sqlite3.Connection, theirs: sqlite3.Connection, merge_uuid: str, history: Iterable[Step]) -> int:
    """Copy the steps that this file has not; returns how many. They are marked as brought by the merge.

    ``history``: the steps of this file before the merge.

    Steps that a merge brought which was then taken back are here already: they now belong to the new one.
    """
    stands = {step.uuid for step in history if step.kind == "merge" and not step.is_undone}
    known = dict(mine.execute("SELECT uuid, coalesce(merged_by, '') FROM journal_step").fetchall())
    columns = [
        c for c in columns_of(mine, "journal_step") if c in columns_of(theirs, "journal_step") and c != "step_id"
    ]
    sql = f"SELECT step_id, {listed(columns)} FROM journal_step ORDER BY step_id"  # noqa: S608
    n = 0
    for step_id, *values in theirs.execute(sql):
        row = dict(zip(columns, values, strict=True)) | {"merged_by": merge_uuid}
        if row["uuid"] in known:
            if known[row["uuid"]] and known[row["uuid"]] not in stands:
                mine.execute("UPDATE journal_step SET merged_by = ? WHERE uuid = ?", (merge_uuid, row["uuid"]))
            continue
        cursor = mine.execute(insert_sql("journal_step", list(row)), tuple(row.values()))
        for table in _DETAILS:
            _copy_details(mine, theirs, table, step_id, int(cursor.lastrowid or 0))
        n += 1
    return n


def _copy_details(mine: sqlite3.Connection, theirs: sqlite3.Connection, table: str, step_id: int, new_id: int) -> None:
    pk = f"{table.removeprefix('journal_')}_id"
    names = [name for name in columns_of(mine, table) if name not in (pk, "step_id")]
    rows = theirs.execute(
        f"SELECT {listed(names)} FROM {table} WHERE step_id = ? ORDER BY {pk}",  # noqa: S608
        (step_id,),
    )
    mine.executemany(insert_sql(table, ["step_id", *names]), ((new_id, *row) for row in rows))
