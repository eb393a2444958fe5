"""When each unit and account last got another holder in some scenarios, from one pass over the journal.

Owns this reading of the history; not what a day count looks like. Steps that were taken back do not count, nor do steps
of another file that a merge brought along: the merge itself says what they changed here.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from heapq import merge
from itertools import groupby
from operator import itemgetter

from territorymap.document.images import RowEvent, decode_bulk, inserted_rows
from territorymap.document.journal import event_of
from territorymap.model.change import Row
from territorymap.model.records import Scenario, Step

_TABLES = ("scenario", "assignment", "override", "account")
_NAMED = "(" + ", ".join(f"'{name}'" for name in _TABLES) + ")"


@dataclass
class LastChanges:
    """ISO 8601 moments by unit_id and account_id; what is missing never changed."""

    unit: dict[int, str] = field(default_factory=dict)  # the territory of the unit
    override: dict[int, str] = field(default_factory=dict)  # of the account: given by name, or no longer
    lying: dict[int, str] = field(default_factory=dict)  # the account came, or lies in another unit


class LastChangeReader:
    """Reads the last changes in some scenarios; steps that were added since the last time are all that is read anew."""

    def __init__(self, wanted: Sequence[int], alignment_id: int) -> None:
        """``wanted``: scenario_id of each scenario that counts."""
        self._wanted, self._alignment_id = tuple(wanted), alignment_id
        self._replay: _Replay | None = None
        self._taken: list[int] = []  # steps that are in it, ascending

    def read(self, connection: sqlite3.Connection, steps: Sequence[Step], scenarios: Sequence[Scenario]) -> LastChanges:
        """Return the last changes as the history stands.

        Raises
        ------
        ValueError
            if the journal is damaged.
        """
        stands = {
            step.step_id: step.created_at
            for step in sorted(steps, key=lambda step: step.step_id)
            if not step.is_undone and step.kind not in ("undo", "redo") and not step.merged_by
        }
        if self._replay is None or list(stands)[: len(self._taken)] != self._taken:
            parents = {s.scenario_id: s.parent_id for s in scenarios}
            self._replay, self._taken = _Replay(parents, self._wanted, self._alignment_id), []
        after = self._taken[-1] if self._taken else 0
        for step_id, events in _steps_with_events(connection, after):
            if step_id in stands:
                self._replay.take(stands[step_id], events)
        self._taken = list(stands)
        return self._replay.found


def _steps_with_events(connection: sqlite3.Connection, after: int) -> Iterator[tuple[int, list[RowEvent]]]:
    """Yield (step_id, its events of the tables that matter), oldest first; a step is in one of the two tables."""
    rows = connection.execute(
        f"SELECT step_id, table_name, row_key, old, new FROM journal_row WHERE table_name IN {_NAMED}"  # noqa: S608
        " AND step_id > ? ORDER BY step_id, row_id",
        (after,),
    )
    bulk = connection.execute(
        f"SELECT step_id, table_name, rows FROM journal_bulk WHERE table_name IN {_NAMED}"  # noqa: S608
        " AND step_id > ? ORDER BY step_id, bulk_id",
        (after,),
    )
    single = ((step_id, event_of(table, key, old, new)) for step_id, table, key, old, new in rows)
    many = ((step_id, event) for step_id, table, packed in bulk for event in _events_in(table, packed))
    both = merge(single, many, key=itemgetter(0))
    for step_id, run in groupby(both, key=itemgetter(0)):
        yield step_id, [event for _, event in run]


def _events_in(table: str, packed: bytes) -> Iterator[RowEvent]:
    came = inserted_rows(packed) if table == "account" else None
    if came is None:
        yield from decode_bulk(table, packed)
        return
    for row_id in came:
        yield RowEvent(table, row_id, "", None, {})  # that it came is all that is wanted


class _Replay:
    """The rows of assignment and override as they were after each step, by scenario."""

    def __init__(self, parents: Mapping[int, int | None], wanted: Sequence[int], alignment_id: int) -> None:
        self.found = LastChanges()
        self._parent = dict(parents)  # as they are now, for scenarios that are not there yet; then as they were
        self._chains: dict[int, tuple[int, ...]] = {}
        self._wanted = tuple(wanted)
        self._alignment_id = alignment_id
        # table -> (scenario_id, unit_id or account_id) -> territory_id; None = nobody, though the parent says so
        self._rows: dict[str, dict[tuple[int, int], int | None]] = {"assignment": {}, "override": {}}

    def take(self, when: str, events: Iterable[RowEvent]) -> None:
        """Put the events of one step in, and note whose holder is another afterwards."""
        touched: dict[tuple[str, int], tuple[int | None, ...]] = {}
        for event in events:
            if event.table == "scenario":
                self._take_scenario(event)
            elif event.table == "account":
                if event.old is None or "unit_id" in (event.new or {}):
                    self.found.lying[event.row_id] = when
            else:
                self._take_choice(event, touched)
        for (table, key), before in touched.items():
            if self._holders(table, key) != before:
                (self.found.unit if table == "assignment" else self.found.override)[key] = when

    def _take_scenario(self, event: RowEvent) -> None:
        if event.new is not None and "parent_scenario_id" in event.new:
            parent = event.new["parent_scenario_id"]
            self._parent[event.row_id] = parent if isinstance(parent, int) else None
            self._chains.clear()

    def _take_choice(self, event: RowEvent, touched: dict[tuple[str, int], tuple[int | None, ...]]) -> None:
        row: Row = event.new if event.new is not None else event.old or {}
        if row.get("alignment_id") != self._alignment_id:
            return
        key = _integer(row, "unit_id" if event.table == "assignment" else "account_id")
        if (event.table, key) not in touched:
            touched[event.table, key] = self._holders(event.table, key)
        place = (_integer(row, "scenario_id"), key)
        if event.new is None:
            self._rows[event.table].pop(place, None)
        elif "territory_id" in event.new:
            territory = event.new["territory_id"]
            self._rows[event.table][place] = territory if isinstance(territory, int) else None

    def _holders(self, table: str, key: int) -> tuple[int | None, ...]:
        """Return the territory_id in each wanted scenario, what is inherited included."""
        rows = self._rows[table]
        return tuple([self._holder(rows, scenario, key) for scenario in self._wanted])

    def _holder(self, rows: Mapping[tuple[int, int], int | None], scenario: int, key: int) -> int | None:
        for at in self._chain(scenario):
            if (at, key) in rows:
                return rows[at, key]
        return None

    def _chain(self, scenario: int) -> tuple[int, ...]:
        """Return a scenario, its parent, its parent's parent ..."""
        known = self._chains.get(scenario)
        if known is None:
            chain: list[int] = []
            at: int | None = scenario
            while at is not None and at not in chain:  # a circle would be a damaged file
                chain.append(at)
                at = self._parent.get(at)
            known = self._chains[scenario] = tuple(chain)
        return known


def _integer(row: Row, name: str) -> int:
    value = row.get(name)
    if not isinstance(value, int):
        raise ValueError(f"the history holds a row without {name}")
    return value
