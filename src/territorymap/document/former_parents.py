"""Which scenario came from which, those that are gone among them: the way from any scenario to its root.

Owns what the journal tells of scenarios that came and went; what is in the file now is scenarios'.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable

from territorymap.document.history import History
from territorymap.document.images import decode_bulk, decode_image
from territorymap.document.scenarios import chain_of


class FormerParents:
    """Answers for one file; follows the history by itself."""

    def __init__(self, connection: sqlite3.Connection, history_now: Callable[[], History]) -> None:
        self._connection, self._history_now = connection, history_now
        self._n_read = -1  # steps that _gone knows of
        self._gone: dict[int, int | None] = {}  # parent by scenario_id

    def chain(self, scenario_id: int) -> tuple[int, ...]:
        """Return a scenario, its parent, and so on; for one that is gone, or whose parent is, as it stood at last."""
        n_steps = len(self._history_now().steps)
        if self._n_read != n_steps:
            self._gone, self._n_read = _read_gone(self._connection), n_steps
        return chain_of(self._connection, scenario_id, self._gone)


def _read_gone(connection: sqlite3.Connection) -> dict[int, int | None]:
    """Return the parent by scenario_id of all that the journal saw coming or going.

    One whose making was undone left nothing but the row that had come.
    """
    rows = connection.execute(
        "SELECT old, new FROM journal_row WHERE table_name = 'scenario' AND (old IS NULL OR new IS NULL)"
        " ORDER BY row_id"
    ).fetchall()
    bulk = connection.execute("SELECT rows FROM journal_bulk WHERE table_name = 'scenario' ORDER BY bulk_id")
    images = [decode_image(old or new) or {} for old, new in rows]
    for (packed,) in bulk.fetchall():
        whole = (e for e in decode_bulk("scenario", packed) if e.old is None or e.new is None)
        images += [{"scenario_id": event.row_id, **(event.old or event.new or {})} for event in whole]
    parents: dict[int, int | None] = {}
    for row in images:
        parent = row.get("parent_scenario_id")
        parents[int(str(row["scenario_id"]))] = None if parent is None else int(str(parent))
    return parents
