"""The journal read backwards for people: what a step changed, names as they were, which steps touched a thing.

Owns these questions and what a damaged journal says to them; each larger answer has a module of its own (former_names,
former_parents, past_rows, strangers, touching_steps). Not the words in which they are answered (session.changelog).
"""

from __future__ import annotations

import sqlite3
import zlib
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import closing
from functools import wraps
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar

from territorymap.document.former_names import LARGE, FormerNames
from territorymap.document.former_parents import FormerParents
from territorymap.document.history import History
from territorymap.document.images import RowEvent, decode_bulk, inserted_keys
from territorymap.document.journal import read_events
from territorymap.document.name_columns import NAME_COLUMNS
from territorymap.document.past_rows import PastRows
from territorymap.document.problems import garbled, translated
from territorymap.document.recorder import net_changes
from territorymap.document.schema import JOURNALED
from territorymap.document.statements import quoted
from territorymap.document.strangers import Strangers
from territorymap.document.touching_steps import steps_of_accounts, steps_of_territories
from territorymap.model.change import Row, RowChange
from territorymap.model.records import Step

__all__ = ["NAME_COLUMNS", "Past"]

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
        self._parents = FormerParents(connection, history_now)
        self._rows = PastRows(connection, history_now, self._events)
        self._strangers = Strangers(connection, self._events)
        self._names = FormerNames(connection, history_now, self._events, self._strangers)

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
        meant = self._history_now().meant_by(step)
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
                keys = inserted_keys(packed) if table in LARGE else None
                if keys is None:
                    yield from decode_bulk(table, packed)
                else:
                    yield from (RowEvent(table, row_id, key, None, {}) for row_id, key in keys)

    # -- names as they were --------------------------------------------------------------------------------------------

    @_answer
    def names(self, table: str, row_ids: Iterable[int], step: Step) -> dict[int, tuple[str, ...]]:
        """Return what rows were called just after a step, or just before it where it took them away.

        Each as in NAME_COLUMNS; "" where it had none, and no entry where nothing is known of a row.
        """
        return self._names.at(table, row_ids, step)

    @_answer
    def find(self, table: str, name: str) -> list[int]:
        """Return the keys of all rows that are or ever were called so, letter case aside; by outside key too."""
        return self._names.find(table, name)

    @_answer
    def name_of(self, table: str, key: str) -> str:
        """Return what the row of an outside key is called, or was called last; "" if nothing is known of it."""
        return self._names.of(table, key)

    @_answer
    def keys(self, table: str) -> dict[int, str]:
        """Return the outside key of every row of a table that is there."""
        facts = JOURNALED[table]
        sql = f"SELECT {quoted(facts.pk)}, {facts.key.format(row=quoted(table))} FROM {quoted(table)}"  # noqa: S608
        return {int(row_id): str(key) for row_id, key in self._connection.execute(sql)}

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
        return self._names.by_uuid("scenario")

    @_answer
    def alignment_names(self) -> dict[str, str]:
        """Return the names of alignments by uuid, those that are gone by the last name they had."""
        return self._names.by_uuid("alignment")

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
        chain = self._parents.chain(scenario_id)
        return None if len(chain) == 1 else self._rows.territory_before(chain, alignment_id, unit_id, step)

    @_answer
    def territory_name_in(self, scenario_id: int, territory_id: int, step: Step) -> str | None:
        """Return what a scenario called a territory after a step, where it has a name of its own for it."""
        chain = self._parents.chain(scenario_id)
        return None if len(chain) == 1 else self._rows.name_after(chain, territory_id, step)

    @_answer
    def inherited_record(self, scenario_id: int, territory_id: int, step: Step) -> Row | None:
        """Return a territory as it was in a scenario just before a step; None where it was not there."""
        return self._rows.record_before(self._parents.chain(scenario_id), territory_id, step)

    # -- which steps touched a thing -----------------------------------------------------------------------------------

    @_answer
    def steps_of_territories(self, territory_ids: Collection[int], since: int = 0) -> set[int]:
        """Return step_id of the steps in which ground, accounts or the record of these territories changed."""
        return steps_of_territories(self._connection, territory_ids, since)

    @_answer
    def steps_of_accounts(self, account_ids: Collection[int], since: int = 0) -> set[int]:
        """Return step_id of the steps in which these accounts changed, were given by name, or moved with their unit."""
        return steps_of_accounts(self._connection, account_ids, since)
