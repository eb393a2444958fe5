"""Who had a unit before a step, in a scenario that had inherited it: what its parent had then.

Owns the index of all choices that the journal tells of; made when it is first asked for.
"""

from __future__ import annotations

import sqlite3
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence

from territorymap.document.history import History
from territorymap.document.images import RowEvent
from territorymap.model.records import Step

_Before = tuple[int, bool, int | None]  # position of the step, whether there was a row before it, its territory


class PastChoices:
    """Answers for assignments of one file."""

    def __init__(
        self, connection: sqlite3.Connection, history: History, events_of: Callable[[int], Iterable[RowEvent]]
    ) -> None:
        self._connection, self._history, self._events_of = connection, history, events_of
        self._n_read = 0
        self._position: dict[str, int] = {}
        self._before: dict[tuple[int, int], list[_Before]] = defaultdict(list)  # by (scenario_id, unit_id)

    def territory_before(self, chain: Sequence[int], unit_id: int, step: Step) -> int | None:
        """Return the territory that had a unit just before a step; ``chain``: the scenario, its parent ... the root."""
        self._catch_up()
        at = self._position.get(step.merged_by or step.uuid, self._n_read)
        for scenario_id in chain:
            is_there, territory_id = self._row_before(scenario_id, unit_id, at)
            if is_there:
                return territory_id
        return None

    def _row_before(self, scenario_id: int, unit_id: int, at: int) -> tuple[bool, int | None]:
        later = self._before.get((scenario_id, unit_id), [])
        following = bisect_right(later, at - 1, key=lambda entry: entry[0])
        if following < len(later):
            _, is_there, territory_id = later[following]
            return is_there, territory_id
        row = self._connection.execute(
            "SELECT territory_id FROM assignment WHERE scenario_id = ? AND unit_id = ?", (scenario_id, unit_id)
        ).fetchone()
        return (False, None) if row is None else (True, row[0])

    def _catch_up(self) -> None:
        steps = self._history.steps
        for position in range(self._n_read, len(steps)):
            step = steps[position]
            self._position[step.uuid] = position
            if step.merged_by:
                continue
            meant = self._history.by_uuid(step.ref_uuid) if step.kind in ("undo", "redo") else step
            if meant is None:
                continue
            events = [event for event in self._events_of(meant.step_id) if event.table == "assignment"]
            if step.kind == "undo":
                events = [event.inverted() for event in reversed(events)]
            for event in events:
                self._note(position, event)
        self._n_read = len(steps)

    def _note(self, position: int, event: RowEvent) -> None:
        row = event.new or event.old or {}
        place = int(str(row["scenario_id"])), int(str(row["unit_id"]))
        territory = None if event.old is None else event.old.get("territory_id")
        before = self._before[place]
        if not before or before[-1][0] != position:  # of several changes in a step the first tells what was before
            before.append((position, event.old is not None, None if territory is None else int(str(territory))))
