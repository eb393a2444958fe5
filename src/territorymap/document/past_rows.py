"""Rows as they were before a step: what a scenario inherits when it gets a choice or a territory of its own.

Owns the index of what the journal tells of assignments and territories; made when it is first asked for.
"""

from __future__ import annotations

import sqlite3
from array import array
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence

from territorymap.document.history import History
from territorymap.document.images import RowEvent
from territorymap.document.scenarios import TERRITORY_FIELDS
from territorymap.document.statements import select_sql
from territorymap.model.change import Row, Value
from territorymap.model.records import Step

# Table, scenario_id (0 for the territories themselves), alignment_id (0 but for units), unit_id or territory_id.
Place = tuple[str, int, int, int]
_Entry = tuple[int, Row | None, bool]  # position of the step, the row's columns before it, whether it went by it
_NOBODY, _NO_ROW = -1, -2  # in place of a territory_id
_KEYS = {"assignment": "unit_id", "territory_variant": "territory_id"}


class PastRows:
    """Answers for one file; follows the history by itself."""

    def __init__(
        self,
        connection: sqlite3.Connection,
        history_now: Callable[[], History],
        events_of: Callable[[int], Iterable[RowEvent]],
    ) -> None:
        self._connection, self._history_now, self._events_of = connection, history_now, events_of
        self._n_read = 0
        self._position: dict[str, int] = {}
        self._entries: dict[Place, list[_Entry]] = defaultdict(list)
        self._former: dict[tuple[int, int], dict[int, array[int]]] = defaultdict(dict)
        # ^ by scenario_id and alignment_id, then by unit_id: position of a step, territory_id before it, and so on;
        # there are thousands of them, and a dict for each took fifteen times the memory.

    def territory_before(self, chain: Sequence[int], alignment_id: int, unit_id: int, step: Step) -> int | None:
        """Return the territory that had a unit just before a step; ``chain``: the scenario, its parent ... the root."""
        at = self._position_of(step)
        for scenario_id in chain:
            territory_id = self._choice_before(scenario_id, alignment_id, unit_id, at)
            if territory_id != _NO_ROW:
                return None if territory_id == _NOBODY else territory_id
        return None

    def _choice_before(self, scenario_id: int, alignment_id: int, unit_id: int, at: int) -> int:
        """Return the territory_id in the row of a unit before a position, _NOBODY or _NO_ROW."""
        found: int | None = None
        told = self._former.get((scenario_id, alignment_id), {}).get(unit_id, ())
        for i in range(len(told) - 2, -1, -2):  # position, what stood before it; oldest first
            if told[i] < at:
                break
            found = told[i + 1]
        if found is not None:
            return found
        row = self._row_now(("assignment", scenario_id, alignment_id, unit_id))
        return _NO_ROW if row is None else _coded(row["territory_id"])

    def _note_choice(self, position: int, event: RowEvent) -> None:
        _table, scenario_id, alignment_id, unit_id = _place_of(event)
        if event.old is None:
            before = _NO_ROW
        elif "territory_id" in event.old:
            before = _coded(event.old["territory_id"])
        else:
            return
        kept = self._former[(scenario_id, alignment_id)]
        kept.setdefault(unit_id, array("q")).extend((position, before))

    def record_before(self, chain: Sequence[int], territory_id: int, step: Step) -> Row | None:
        """Return a territory's record in a scenario just before a step; None where that had no such territory."""
        at = self._position_of(step)
        for scenario_id in chain:
            row = self._row_before(("territory_variant", scenario_id, 0, territory_id), at)
            if row is not None:
                return None if row.get("is_absent") else {name: row.get(name) for name in TERRITORY_FIELDS}
        row = self._row_before(("territory", 0, 0, territory_id), at)
        return None if row is None else {name: row.get(name) for name in TERRITORY_FIELDS}

    def name_after(self, chain: Sequence[int], territory_id: int, step: Step) -> str | None:
        """Return what a scenario called a territory after a step; None where only its first scenario has a name."""
        at = self._position_of(step)
        for scenario_id in chain:
            place = ("territory_variant", scenario_id, 0, territory_id)
            row = self._row_before(place, at + 1) or self._row_before(place, at)
            if row is not None and row.get("territory_name") is not None:
                return str(row["territory_name"])
        return None

    def _position_of(self, step: Step) -> int:
        self._catch_up()
        return self._position.get(step.merged_by or step.uuid, self._n_read)

    def _row_before(self, place: Place, at: int) -> dict[str, Value] | None:
        row = self._row_now(place)
        for position, old, is_gone in reversed(self._entries.get(place, [])):
            if position < at:
                break
            row = None if old is None else dict(old) if is_gone or row is None else {**row, **old}
        return row

    def _row_now(self, place: Place) -> dict[str, Value] | None:
        table, scenario_id, alignment_id, key = place
        if table == "territory":
            names, where, values = TERRITORY_FIELDS, "territory_id = ?", (key,)
        else:
            own = (*TERRITORY_FIELDS, "is_absent") if table == "territory_variant" else ("territory_id",)
            names, where, values = own, f"scenario_id = ? AND {_KEYS[table]} = ?", (scenario_id, key)  # type: ignore[assignment]
            if table == "assignment":
                where, values = f"{where} AND alignment_id = ?", (*values, alignment_id)  # type: ignore[assignment]
        found = self._connection.execute(select_sql(table, names, where=where), values).fetchone()
        return None if found is None else dict(zip(names, found, strict=True))

    def _catch_up(self) -> None:
        history = self._history_now()
        steps = history.steps
        for position in range(self._n_read, len(steps)):
            step = steps[position]
            self._position[step.uuid] = position
            if step.merged_by:
                continue
            meant = history.meant_by(step)
            if meant is None:
                continue
            events = [
                event for event in self._events_of(meant.step_id) if event.table == "territory" or event.table in _KEYS
            ]
            if step.kind == "undo":
                events = [event.inverted() for event in reversed(events)]
            for event in events:
                if event.table == "assignment":
                    self._note_choice(position, event)
                else:
                    self._entries[_place_of(event)].append((position, event.old, event.new is None))
        self._n_read = len(steps)


def _coded(territory_id: Value) -> int:
    return _NOBODY if territory_id is None else int(str(territory_id))


def _place_of(event: RowEvent) -> Place:
    if event.table == "territory":
        return "territory", 0, 0, event.row_id
    row = event.new or event.old or {}
    alignment_id = int(str(row["alignment_id"])) if event.table == "assignment" else 0
    return event.table, int(str(row["scenario_id"])), alignment_id, int(str(row[_KEYS[event.table]]))
