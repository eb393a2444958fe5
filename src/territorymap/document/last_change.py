"""When each unit and account last got another holder in some scenarios, from one pass over the journal.

Owns this reading of the history; not what a day count looks like. Steps that were taken back do not count, nor do steps
of another file that a merge brought along: the merge itself says what they changed here.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from heapq import merge
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple

from territorymap.document.images import RowEvent, decode_bulk, decode_columns, inserted_rows
from territorymap.document.journal import event_of
from territorymap.model.change import Value
from territorymap.model.records import Scenario, Step

_TABLES = ("scenario", "assignment", "override", "account", "territory", "territory_variant")
_KEYS = {"assignment": "unit_id", "override": "account_id"}
_REP = "rep"  # of territories: as if a table said it for each scenario
_MOST_READERS = 4
_ROOT = 0  # stands under every scenario: the table of territories, which holds what the first one has
_NAMED = "(" + ", ".join(f"'{name}'" for name in _TABLES) + ")"


@dataclass
class LastChanges:
    """ISO 8601 moments by unit_id, account_id and territory_id; what is missing never changed."""

    unit: dict[int, str] = field(default_factory=dict)  # the territory of the unit
    override: dict[int, str] = field(default_factory=dict)  # of the account: given by name, or no longer
    lying: dict[int, str] = field(default_factory=dict)  # the account came, or lies in another unit
    rep: dict[int, str] = field(default_factory=dict)  # by territory_id: it has another rep


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


class LastChangeReaders:
    """The readers that were used last, by the scenarios that count; each holds the rows of all of these."""

    def __init__(self) -> None:
        self._kept: dict[tuple[int, ...], LastChangeReader] = {}  # the one used last stands last

    def of(self, wanted: Sequence[int], alignment_id: int) -> LastChangeReader:
        """Return the reader for some scenarios (their scenario_id) of an alignment, which has read what it has."""
        key = (alignment_id, *wanted)
        reader = self._kept.pop(key, None) or LastChangeReader(wanted, alignment_id)
        self._kept[key] = reader
        while len(self._kept) > _MOST_READERS:
            del self._kept[next(iter(self._kept))]
        return reader


class _Choice(NamedTuple):
    """One row of assignment or override as a step left it."""

    table: str
    scenario_id: int
    alignment_id: int
    key: int  # unit_id or account_id
    territory_id: int | None
    is_there: bool  # False: the row is gone, and what the parent has counts again


_Event = _Choice | RowEvent


def _steps_with_events(connection: sqlite3.Connection, after: int) -> Iterator[tuple[int, list[_Event]]]:
    """Yield (step_id, what it did to the tables that matter), oldest first; a step is in one of the two tables."""
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
    single = ((step_id, found) for step_id, *row in rows for found in _read_row(*row))
    many = ((step_id, found) for step_id, table, packed in bulk for found in _read_chunk(table, packed))
    both = merge(single, many, key=itemgetter(0))
    with closing(rows), closing(bulk):
        for step_id, run in groupby(both, key=itemgetter(0)):
            yield step_id, [event for _, event in run]


def _read_row(table: str, key: str, old: str | None, new: str | None) -> Iterator[_Event]:
    event = event_of(table, key, old, new)
    if table not in _KEYS:
        yield event
        return
    row = event.new if event.new is not None else event.old or {}
    yield from _choices(table, {name: [value] for name, value in row.items()}, is_there=event.new is not None)


def _read_chunk(table: str, packed: bytes) -> Iterator[_Event]:
    """Yield what a chunk did, read by column: a plan begins with one row for each unit."""
    if table in _KEYS:
        content = decode_columns(packed)
        is_there = content["new"] is not None
        yield from _choices(table, content["new"] if is_there else content["old"], is_there=is_there)
        return
    came = inserted_rows(packed) if table == "account" else None
    if came is None:
        yield from decode_bulk(table, packed)
        return
    for row_id in came:
        yield RowEvent(table, row_id, "", None, {})  # that it came is all that is wanted


def _choices(table: str, columns: Mapping[str, list[Value]], *, is_there: bool) -> Iterator[_Choice]:
    if is_there and "territory_id" not in columns:
        return  # another column of the row, such as why an account was given
    for name in ("scenario_id", "alignment_id", _KEYS[table]):
        if not all(isinstance(value, int) for value in columns.get(name, [None])):
            raise ValueError(f"the history holds a row without {name}")
    places = (columns["scenario_id"], columns["alignment_id"], columns[_KEYS[table]])
    for scenario_id, alignment_id, key, territory in zip(*places, columns["territory_id"], strict=True):
        yield _Choice(table, scenario_id, alignment_id, key, territory, is_there)  # type: ignore[arg-type]


class _Replay:
    """The rows of assignment and override as they were after each step, by scenario."""

    def __init__(self, parents: Mapping[int, int | None], wanted: Sequence[int], alignment_id: int) -> None:
        self.found = LastChanges()
        self._parent = dict(parents)  # as they are now, for scenarios that are not there yet; then as they were
        self._wanted = tuple(wanted)
        self._alignment_id = alignment_id
        # table -> scenario_id -> unit_id or account_id -> territory_id; None = nobody, though the parent says so
        self._rows: dict[str, dict[int, dict[int, int | None]]] = {table: {} for table in (*_KEYS, _REP)}

    def take(self, when: str, events: Iterable[_Event]) -> None:
        """Put the events of one step in, and note whose holder is another afterwards."""
        choices: dict[str, list[_Choice]] = {table: [] for table in self._rows}
        for event in events:
            if isinstance(event, _Choice):
                if event.alignment_id == self._alignment_id:
                    choices[event.table].append(event)
            elif event.table == "scenario":
                self._take_scenario(event)
            elif event.table.startswith("territory"):
                choices[_REP] += _rep_of(event, self._alignment_id)
            elif event.old is None or "unit_id" in (event.new or {}):
                self.found.lying[event.row_id] = when
        found = self.found
        for table, last in (("assignment", found.unit), ("override", found.override), (_REP, found.rep)):
            for key in self._take_choices(table, choices[table]):
                last[key] = when

    def _take_scenario(self, event: RowEvent) -> None:
        if event.new is not None and "parent_scenario_id" in event.new:
            parent = event.new["parent_scenario_id"]
            self._parent[event.row_id] = parent if isinstance(parent, int) else None

    def _take_choices(self, table: str, choices: Sequence[_Choice]) -> list[int]:
        """Put rows in; returns those keys whose holder in a wanted scenario is another afterwards."""
        rows = self._rows[table]
        chains = [[rows.setdefault(at, {}) for at in (*self._chain(scenario), _ROOT)] for scenario in self._wanted]
        before = {choice.key: _holders(chains, choice.key) for choice in choices}
        for choice in choices:
            place = rows.setdefault(choice.scenario_id, {})
            if choice.is_there:
                place[choice.key] = choice.territory_id
            else:
                place.pop(choice.key, None)
        return [key for key, held in before.items() if _holders(chains, key) != held]

    def _chain(self, scenario: int) -> list[int]:
        """Return a scenario, its parent, its parent's parent ..."""
        chain: list[int] = []
        at: int | None = scenario
        while at is not None and at not in chain:  # a circle would be a damaged file
            chain.append(at)
            at = self._parent.get(at)
        return chain


def _rep_of(event: RowEvent, alignment_id: int) -> list[_Choice]:
    """Return what a row says of a territory's rep."""
    row = event.new if event.new is not None else event.old or {}
    is_there = event.new is not None
    if is_there and "rep_id" not in row:
        return []
    rep_id = row.get("rep_id")
    rep = rep_id if isinstance(rep_id, int) else None
    if event.table == "territory":
        return [_Choice(_REP, _ROOT, alignment_id, event.row_id, rep, is_there)]
    scenario_id, territory_id = row.get("scenario_id"), row.get("territory_id")
    if not isinstance(scenario_id, int) or not isinstance(territory_id, int):
        raise ValueError("the history holds a territory of a scenario without its keys")
    return [_Choice(_REP, scenario_id, alignment_id, territory_id, rep, is_there)]


def _holders(chains: Sequence[Sequence[Mapping[int, int | None]]], key: int) -> list[int | None]:
    """Return the territory_id in each wanted scenario, what is inherited included."""
    return [next((rows[key] for rows in chain if key in rows), None) for chain in chains]
