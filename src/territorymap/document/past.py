"""The journal read backwards for people: what a step changed, names as they were, which steps touched a thing.

Owns these questions and their SQL; not the words in which they are answered (session.changelog).
"""

from __future__ import annotations

import json
import sqlite3
import zlib
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from functools import wraps
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar

from territorymap.document.history import History
from territorymap.document.images import RowEvent, decode_bulk, decode_image
from territorymap.document.journal import read_events
from territorymap.document.past_rows import PastRows
from territorymap.document.problems import garbled, translated
from territorymap.document.recorder import net_changes
from territorymap.document.scenarios import chain_of
from territorymap.document.schema import JOURNALED
from territorymap.document.statements import listed, quoted
from territorymap.document.strangers import Strangers
from territorymap.model.change import Row, RowChange, Value
from territorymap.model.records import Step

# The columns that name a row: how people call it, and the key that outside systems know it by.
NAME_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "unit": ("unit_name", "unit_code"),
    "account": ("account_name", "account_key"),
    "territory": ("territory_name",),
    "rep": ("rep_name",),
    "region": ("region_name",),
    "alignment": ("alignment_name",),
    "scenario": ("scenario_name",),
    "measure": ("measure_name",),
    "segment": ("segment_name",),
    "deal": ("deal_name",),
    "tier": ("tier_name",),
    "credential": ("title",),
    "action": ("title",),
    "figure": ("metric", "period"),
    "quota": ("period",),
    "pay_plan": ("plan_name",),
    "funnel": ("role",),
    "assumption": ("topic",),
}
_LARGE = ("unit", "account")  # tables whose rows are only looked up by key
_PEEK_BYTES = 1_000_000  # of a chunk of the journal: row keys stand before the rows
_BATCH = 500  # keys of one SELECT

Place = tuple[str, int, str]  # table, integer key, column
_P = ParamSpec("_P")
_R = TypeVar("_R")


def _answer(method: Callable[Concatenate[Past, _P], _R]) -> Callable[Concatenate[Past, _P], _R]:
    """Let a question say that the file is damaged where its journal cannot be read."""

    @wraps(method)
    def asked(past: Past, /, *args: _P.args, **named: _P.kwargs) -> _R:
        try:
            with translated(past.path, is_opening=True):
                return method(past, *args, **named)
        except (ValueError, KeyError, zlib.error) as error:
            raise garbled(past.path, str(error)) from error

    return asked


def _refuse_nameless(events: Iterable[RowEvent]) -> None:
    """Raise ValueError where an image does not say which row is meant."""
    for event in events:
        for name in JOURNALED[event.table].always:
            for image in (event.old, event.new):
                if image is not None and not isinstance(image.get(name), int):
                    raise ValueError(f"an image of {event.table} does not say its {name}")


class Past:
    """Answers from one open file's journal. Follows the history by itself; nothing is read before it is asked for."""

    def __init__(self, connection: sqlite3.Connection, history_now: Callable[[], History], path: Path) -> None:
        self.path = path  # for messages
        self._connection = connection
        self._history_now = history_now  # a merge makes the document read its history anew
        self._n_read = 0  # steps whose names are in _former
        self._position: dict[str, int] = {}  # step uuid -> place in the order in which steps were done
        self._former: dict[Place, list[tuple[int, Value]]] = defaultdict(list)  # (step's position, value before it)
        self._now: dict[tuple[str, int], tuple[Value, ...]] = {}
        self._gone_parents: tuple[int, dict[int, int | None]] = (-1, {})  # as of so many steps
        self._rows = PastRows(connection, history_now, self._events)
        self._strangers = Strangers(connection, self._events, NAME_COLUMNS)

    # -- what a step changed -------------------------------------------------------------------------------------------

    @_answer
    def changes_of(self, step: Step) -> list[RowChange]:
        """Return what a step changed, one change a row, for undo and redo what they turned.

        Many new units or accounts at once come without their columns: their names are asked for by :meth:`names`.
        """
        if step.kind not in ("undo", "redo"):
            events = list(self._events(step.step_id))
            _refuse_nameless(events)
            return net_changes(self._strangers.localized(step, events) if step.merged_by else events)
        meant = self._meant(step)
        changes = self.changes_of(meant) if meant is not None else []
        return [change.inverted() for change in changes] if step.kind == "undo" else changes

    @_answer
    def size_of(self, step: Step) -> int:
        """Return how many row images a step has; cheap."""
        (n,) = self._connection.execute(
            "SELECT (SELECT count(*) FROM journal_row WHERE step_id = ?1)"
            " + (SELECT coalesce(sum(n_rows), 0) FROM journal_bulk WHERE step_id = ?1)",
            (step.step_id,),
        ).fetchone()
        return int(n)

    def _events(self, step_id: int) -> Iterator[RowEvent]:
        sql = "SELECT 1 FROM journal_row WHERE step_id = ? LIMIT 1"
        if self._connection.execute(sql, (step_id,)).fetchone():
            yield from read_events(self._connection, step_id)
            return
        bulk = self._connection.execute(
            "SELECT table_name, rows FROM journal_bulk WHERE step_id = ? ORDER BY bulk_id", (step_id,)
        )
        with closing(bulk):
            for table, packed in bulk:
                keys = _inserted_keys(packed) if table in _LARGE else None
                if keys is None:
                    yield from decode_bulk(table, packed)
                else:
                    yield from (RowEvent(table, row_id, key, None, {}) for row_id, key in keys)

    def _meant(self, step: Step) -> Step | None:
        """Return the step that an undo or redo turned."""
        return self._history_now().by_uuid(step.ref_uuid)

    # -- names as they were --------------------------------------------------------------------------------------------

    @_answer
    def names(self, table: str, row_ids: Iterable[int], step: Step) -> dict[int, tuple[str, ...]]:
        """Return what rows were called just after a step, or just before it where it took them away.

        Each as in NAME_COLUMNS; "" where it had none, and no entry where nothing is known of a row.
        """
        self._catch_up()
        ids = sorted(set(row_ids))
        self._read_now(table, ids)
        is_strange = bool(step.merged_by)
        at = self._position.get(self._strangers.fork_of(step) if is_strange else step.uuid, self._n_read)
        found = {}
        for row_id in ids:
            if row_id < 0:  # of the other side, and not here
                found[row_id] = self._strangers.names(table, row_id)
                continue
            values = self._names_at(table, row_id, at)
            if values is None:  # gone with this step: as it was before
                values = self._names_at(table, row_id, at - 1)
            if values is not None and is_strange:
                values = self._strangers.renamed(table, row_id, values, step)
            if values is not None:
                found[row_id] = tuple("" if value is None else str(value) for value in values)
        return found

    def _names_at(self, table: str, row_id: int, at: int) -> tuple[Value, ...] | None:
        now = self._now.get((table, row_id))
        values: list[Value] = []
        is_known = False
        for i, column in enumerate(NAME_COLUMNS[table]):
            former = self._former.get((table, row_id, column), [])
            next_change = bisect_right(former, at, key=lambda entry: entry[0])
            if next_change < len(former):
                value = former[next_change][1]
                is_known = is_known or value is not None
            else:
                value = now[i] if now is not None else None
                is_known = is_known or now is not None
            values.append(value)
        return tuple(values) if is_known else None

    def _read_now(self, table: str, ids: Sequence[int]) -> None:
        wanted = [i for i in ids if (table, i) not in self._now]
        pk, columns = JOURNALED[table].pk, listed(NAME_COLUMNS[table])
        for start in range(0, len(wanted), _BATCH):
            batch = wanted[start : start + _BATCH]
            marks = ", ".join("?" * len(batch))
            sql = f"SELECT {quoted(pk)}, {columns} FROM {quoted(table)} WHERE {quoted(pk)} IN ({marks})"  # noqa: S608
            for row_id, *values in self._connection.execute(sql, batch):
                self._now[(table, int(row_id))] = tuple(values)

    @_answer
    def find(self, table: str, name: str) -> list[int]:
        """Return the keys of all rows that are or ever were called so, letter case aside; by outside key too."""
        self._catch_up()
        wanted = name.strip().casefold()
        pk, found = JOURNALED[table].pk, set()
        sql = f"SELECT {quoted(pk)}, {listed(NAME_COLUMNS[table])} FROM {quoted(table)}"  # noqa: S608
        for row_id, *values in self._connection.execute(sql):
            if any(str(value).casefold() == wanted for value in values if value is not None):
                found.add(int(row_id))
        for (other, row_id, _column), former in self._former.items():
            if other == table and any(str(v).casefold() == wanted for _, v in former if v is not None):
                found.add(row_id)
        return sorted(found)

    def _catch_up(self) -> None:
        """Read the names that steps since the last time changed."""
        steps = self._history_now().steps
        if self._n_read == len(steps):
            return
        self._now.clear()
        new = steps[self._n_read :]
        turned = {step.ref_uuid for step in new if step.kind in ("undo", "redo")}
        kept = self._named_events(steps[self._n_read].step_id, turned) if self._n_read == 0 else {}
        for position, step in enumerate(new, self._n_read):
            self._position[step.uuid] = position
            if step.merged_by:  # of the other side: it never changed our rows
                continue
            meant = self._meant(step) if step.kind in ("undo", "redo") else step
            if meant is None:
                continue
            if self._n_read == 0:
                events = kept.get(meant.step_id, [])
            else:
                events = [e for e in self._events(meant.step_id) if e.table in NAME_COLUMNS]
            if step.kind == "undo":
                events = [event.inverted() for event in reversed(events)]
            for event in events:
                self._note_former(position, event)
        self._n_read = len(steps)

    def _note_former(self, position: int, event: RowEvent) -> None:
        for column in NAME_COLUMNS[event.table]:
            if event.old is None:
                # Before a row came (again) it was called nothing; only what comes back later needs to know.
                if (event.table, event.row_id, column) in self._former:
                    self._former[(event.table, event.row_id, column)].append((position, None))
            elif column in event.old:
                self._former[(event.table, event.row_id, column)].append((position, event.old[column]))

    def _named_events(self, from_step_id: int, turned: Collection[str]) -> dict[int, list[RowEvent]]:
        """Return the events of all steps that name rows, by step_id; new units and accounts only where turned."""
        kept: dict[int, list[RowEvent]] = defaultdict(list)
        tables = sorted(NAME_COLUMNS)
        marks = ", ".join("?" * len(tables))
        rows = self._connection.execute(
            "SELECT step_id, table_name, row_key, old, new FROM journal_row"  # noqa: S608
            f" WHERE step_id >= ? AND table_name IN ({marks}) ORDER BY row_id",
            (from_step_id, *tables),
        )
        with closing(rows):
            for step_id, table, key, old, new in rows:
                event = _named_event(table, key, old, new)
                if event is not None:
                    kept[step_id].append(event)
        uuid_of = {step.step_id: step.uuid for step in self._history_now().steps}
        bulk = self._connection.execute(
            f"SELECT step_id, table_name, rows FROM journal_bulk WHERE step_id >= ? AND table_name IN ({marks})"  # noqa: S608
            " ORDER BY bulk_id",
            (from_step_id, *tables),
        )
        with closing(bulk):
            for step_id, table, packed in bulk:
                is_turned = uuid_of.get(step_id) in turned
                if table in _LARGE and not is_turned and _inserted_keys(packed) is not None:
                    continue
                named = (_only_names(event) for event in decode_bulk(table, packed))
                kept[step_id] += [event for event in named if event is not None]
        return kept

    @_answer
    def keys(self, table: str) -> dict[int, str]:
        """Return the outside key of every row of a table that is there."""
        facts = JOURNALED[table]
        sql = f"SELECT {quoted(facts.pk)}, {facts.key.format(row=quoted(table))} FROM {quoted(table)}"  # noqa: S608
        return {int(row_id): str(key) for row_id, key in self._connection.execute(sql)}

    @_answer
    def name_of(self, table: str, key: str) -> str:
        """Return what the row of an outside key is called, or was called last; "" if nothing is known of it."""
        facts, (column, *_) = JOURNALED[table], NAME_COLUMNS.get(table, ("uuid",))
        sql = f"SELECT {quoted(column)} FROM {quoted(table)} WHERE {facts.key.format(row=quoted(table))} = ?"  # noqa: S608
        row = self._connection.execute(sql, (key,)).fetchone()
        if row is None:
            row = self._connection.execute(
                "SELECT coalesce(json_extract(old, ?1), json_extract(new, ?1)) FROM journal_row"
                " WHERE table_name = ?2 AND row_key = ?3 AND coalesce(json_extract(old, ?1), json_extract(new, ?1))"
                " IS NOT NULL ORDER BY row_id DESC LIMIT 1",
                (f"$.{column}", table, key),
            ).fetchone()
        return str(row[0]) if row is not None and row[0] is not None else ""

    @_answer
    def name_in_conflict(self, conflict_id: int) -> str:
        """Return what the thing of a conflict is called; "" if that is not known (any more)."""
        row = self._connection.execute(
            "SELECT kind, key FROM conflict WHERE conflict_id = ?", (conflict_id,)
        ).fetchone()
        if row is None:
            return ""
        table = {"assignment": "unit", "override": "account"}.get(row[0], row[0])
        return self.name_of(table, str(row[1]).split("|")[-1]) if table in NAME_COLUMNS else ""

    # -- scenarios -----------------------------------------------------------------------------------------------------

    @_answer
    def scenario_names(self) -> dict[str, str]:
        """Return the names of scenarios by uuid, those that are gone by the last name they had."""
        return self._names_by_uuid("scenario")

    @_answer
    def alignment_names(self) -> dict[str, str]:
        """Return the names of alignments by uuid, those that are gone by the last name they had."""
        return self._names_by_uuid("alignment")

    def _names_by_uuid(self, table: str) -> dict[str, str]:
        self._catch_up()
        gone = self._connection.execute(
            "SELECT row_key, json_extract(old, ?) FROM journal_row WHERE table_name = ? AND new IS NULL",
            (f"$.{table}_name", table),
        ).fetchall()
        there = self._connection.execute(f"SELECT uuid, {table}_name FROM {table}").fetchall()  # noqa: S608
        return {str(uuid): str(name or "") for uuid, name in (*gone, *there)}

    @_answer
    def partner_name(self, partner_id: int) -> str:
        """Return what the rep of a partner's profile is called; "" if it is gone."""
        sql = "SELECT rep_name FROM rep JOIN partner USING (rep_id) WHERE partner_id = ?"
        row = self._connection.execute(sql, (partner_id,)).fetchone()
        return str(row[0] or "") if row is not None else ""

    @_answer
    def quota_of(self, quota_id: int) -> tuple[str, int] | None:
        """Return whose a quota is or was, as the table and key of a territory, rep or alignment; None = nobody's."""
        row = self._connection.execute(
            "SELECT territory_id, rep_id, alignment_id FROM quota WHERE quota_id = ?1 UNION ALL "
            "SELECT json_extract(old, '$.territory_id'), json_extract(old, '$.rep_id'), "
            "json_extract(old, '$.alignment_id') FROM journal_row "
            "WHERE table_name = 'quota' AND json_extract(old, '$.quota_id') = ?1 AND new IS NULL LIMIT 1",
            (quota_id,),
        ).fetchone()
        tables = ("territory", "rep", "alignment")
        return next(((table, int(key)) for table, key in zip(tables, row or (), strict=False) if key is not None), None)

    @_answer
    def scenario_of(self, step: Step) -> int | None:
        """Return the integer key of the scenario that a step was made in; None if that is not known."""
        row = self._connection.execute(
            "SELECT scenario_id FROM scenario WHERE uuid = ? AND uuid <> ''", (step.scenario_uuid,)
        ).fetchone()
        return None if row is None else int(row[0])

    @_answer
    def inherited_territory(self, scenario_id: int, alignment_id: int, unit_id: int, step: Step) -> int | None:
        """Return who had a unit just before a step in a scenario that had no row of its own for it."""
        chain = self._chain(scenario_id)
        return None if len(chain) == 1 else self._rows.territory_before(chain, alignment_id, unit_id, step)

    @_answer
    def territory_name_in(self, scenario_id: int, territory_id: int, step: Step) -> str | None:
        """Return what a scenario called a territory after a step, where it has a name of its own for it."""
        chain = self._chain(scenario_id)
        return None if len(chain) == 1 else self._rows.name_after(chain, territory_id, step)

    @_answer
    def inherited_record(self, scenario_id: int, territory_id: int, step: Step) -> Row | None:
        """Return a territory as it was in a scenario just before a step; None where it was not there."""
        return self._rows.record_before(self._chain(scenario_id), territory_id, step)

    def _chain(self, scenario_id: int) -> tuple[int, ...]:
        """Return a scenario, its parent, and so on; for one that is gone, or whose parent is, as it stood at last."""
        n_steps = len(self._history_now().steps)
        if self._gone_parents[0] != n_steps:
            self._gone_parents = n_steps, self._read_gone_parents()
        return chain_of(self._connection, scenario_id, self._gone_parents[1])

    def _read_gone_parents(self) -> dict[int, int | None]:
        """Return the parent by scenario_id of all that the journal saw coming or going.

        One whose making was undone left nothing but the row that had come.
        """
        rows = self._connection.execute(
            "SELECT old, new FROM journal_row WHERE table_name = 'scenario' AND (old IS NULL OR new IS NULL)"
            " ORDER BY row_id"
        ).fetchall()
        bulk = self._connection.execute("SELECT rows FROM journal_bulk WHERE table_name = 'scenario' ORDER BY bulk_id")
        images = [decode_image(old or new) or {} for old, new in rows]
        for (packed,) in bulk.fetchall():
            whole = (e for e in decode_bulk("scenario", packed) if e.old is None or e.new is None)
            images += [{"scenario_id": event.row_id, **(event.old or event.new or {})} for event in whole]
        parents: dict[int, int | None] = {}
        for row in images:
            parent = row.get("parent_scenario_id")
            parents[int(str(row["scenario_id"]))] = None if parent is None else int(str(parent))
        return parents

    # -- which steps touched a thing -----------------------------------------------------------------------------------

    @_answer
    def steps_of_territories(self, territory_ids: Collection[int], since: int = 0) -> set[int]:
        """Return step_id of the steps in which ground, accounts or the record of these territories changed."""
        return self._steps_with(("assignment", "override", *_territory_tables()), "territory_id", territory_ids, since)

    @_answer
    def steps_of_accounts(self, account_ids: Collection[int], since: int = 0) -> set[int]:
        """Return step_id of the steps in which these accounts changed, were given by name, or moved with their unit."""
        units = self._units_of(account_ids)
        return self._steps_with(("override", "account"), "account_id", account_ids, since) | self._steps_with(
            ("assignment",), "unit_id", units, since
        )

    def _units_of(self, account_ids: Collection[int]) -> set[int]:
        """Return the units that accounts lie or once lay in."""
        found: set[int] = set()
        for account_id in account_ids:
            sql = "SELECT unit_id FROM account WHERE account_id = ? AND unit_id IS NOT NULL"
            found |= {int(unit_id) for (unit_id,) in self._connection.execute(sql, (account_id,))}
        sql = (
            "SELECT json_extract(new, '$.account_id'), json_extract(old, '$.unit_id') FROM journal_row"
            " WHERE table_name = 'account' AND json_extract(old, '$.unit_id') IS NOT NULL"
        )
        return found | {int(unit) for account, unit in self._connection.execute(sql) if account in set(account_ids)}

    def _steps_with(self, tables: Sequence[str], column: str, ids: Collection[int], since: int) -> set[int]:
        """Return the steps after ``since`` with a row image in which a column has one of some values."""
        wanted = set(ids)
        if not wanted:
            return set()
        marks = ", ".join("?" * len(tables))
        path = f"$.{column}"
        rows = self._connection.execute(
            "SELECT DISTINCT step_id, json_extract(old, ?), json_extract(new, ?) FROM journal_row"  # noqa: S608
            f" WHERE step_id > ? AND table_name IN ({marks})",
            (path, path, since, *tables),
        )
        found = {int(step_id) for step_id, old, new in rows if old in wanted or new in wanted}
        bulk = self._connection.execute(
            f"SELECT step_id, table_name, rows FROM journal_bulk WHERE step_id > ? AND table_name IN ({marks})",  # noqa: S608
            (since, *tables),
        )
        with closing(bulk):
            for step_id, table, packed in bulk:
                if int(step_id) not in found and _chunk_has(table, packed, column, wanted):
                    found.add(int(step_id))
        return found


def _territory_tables() -> tuple[str, ...]:
    return tuple(table for table in ("territory", "territory_variant") if table in JOURNALED)


def _named_event(table: str, key: str, old_text: str | None, new_text: str | None) -> RowEvent | None:
    old, new = decode_image(old_text), decode_image(new_text)
    pk = JOURNALED[table].pk
    row_id = (old or new or {}).get(pk)
    return _only_names(RowEvent(table, int(str(row_id)), key, old, new))


def _only_names(event: RowEvent) -> RowEvent | None:
    """Return the event with its naming columns only; None where it names nothing anew."""

    def kept(row: Row | None) -> Row | None:
        return None if row is None else {c: row[c] for c in NAME_COLUMNS[event.table] if c in row}

    old, new = kept(event.old), kept(event.new)
    return None if old == {} and new == {} else event._replace(old=old, new=new)


def _inserted_keys(packed: bytes) -> list[tuple[int, str]] | None:
    """Return (integer key, outside key) of a chunk of new rows; None if the chunk holds other changes."""
    head = zlib.decompressobj().decompress(packed, _PEEK_BYTES).decode("utf-8", "ignore")
    end = head.find('],"old":null,"new":{')
    if end < 0:
        return None
    try:
        content = json.loads(head[: end + 1] + "}")
    except ValueError:
        return None
    return list(zip(content["row_id"], content["key"], strict=True))


def _chunk_has(table: str, packed: bytes, column: str, wanted: Collection[int]) -> bool:
    if column == JOURNALED[table].pk:
        keys = _inserted_keys(packed)
        if keys is not None:
            return any(row_id in wanted for row_id, _ in keys)
        return any(event.row_id in wanted for event in decode_bulk(table, packed))
    return any(
        (event.old or {}).get(column) in wanted or (event.new or {}).get(column) in wanted
        for event in decode_bulk(table, packed)
    )
