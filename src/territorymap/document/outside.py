"""Takes in what another program changed in the file: mends what it could not know, and records one step.

Owns the step "outside"; the comparison itself is in expected, the mending in mending.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from territorymap.document.expected import differences, expected_rows, recorded_columns
from territorymap.document.foreign import foreign_objects
from territorymap.document.history import History
from territorymap.document.images import RowEvent
from territorymap.document.journal import write_step
from territorymap.document.mending import NEVER_EMPTY, add_missing_columns, mend_references, mend_rows
from territorymap.document.outlines import forget_all_outlines
from territorymap.document.recorder import Recorder
from territorymap.document.table_making import columns_of
from territorymap.i18n import tr
from territorymap.model.records import Step


def is_untouched(connection: sqlite3.Connection, recorder: Recorder, history: History) -> bool:
    """Tell whether the file holds what it should although another program wrote to it (a checkpoint, a vacuum)."""
    if foreign_objects(connection) or History(connection).last_uuid != history.last_uuid:
        return False
    columns = recorded_columns({table: columns_of(connection, table) for table in recorder.columns})
    return not differences(connection, expected_rows(connection, history, columns), columns)


def take_in_changes(connection: sqlite3.Connection, recorder: Recorder, history: History) -> tuple[Step | None, int]:
    """Record all rows that differ from the journal as one step; return it and how many rows; (None, 0) if none does.

    The caller holds the transaction and the recorder is off.

    Raises
    ------
    ValueError
        if the journal itself is damaged.
    """
    forget_all_outlines(connection)  # another program may have drawn over them
    add_missing_columns(connection, recorder)
    columns = recorded_columns(recorder.columns)
    expected = expected_rows(connection, history, columns)
    for table in sorted(NEVER_EMPTY):  # the step that is written here can be undone, and a plan without these is none
        if not expected[table]:
            raise ValueError(f"the history does not say how the rows of {table} came")
    events: Sequence[RowEvent] = differences(connection, expected, columns)
    if not events:
        return None, 0
    n_writes = connection.total_changes
    mend_rows(connection, events, expected, columns)
    mend_references(connection)
    if connection.total_changes != n_writes:
        events = differences(connection, expected, columns)
    if not events:
        return None, 0
    step = write_step(
        connection,
        kind="outside",
        label=tr("Changed outside"),
        author="",
        parent_uuid=history.last_uuid,
        events=events,
    )
    return step, len(events)
