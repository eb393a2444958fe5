"""The row verbs commands use inside a step. No SQL leaves this package.

Owns what is filled in for the caller (uuid, author, time, point geometry); not the journal nor the transaction.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import groupby
from typing import TypeVar

import numpy as np

from territorymap.document.alignment_writer import copy_territories, delete_alignment
from territorymap.document.columns import column_slug
from territorymap.document.coverage_tables import dependent_statements
from territorymap.document.effective import Place
from territorymap.document.geopackage import encode_point
from territorymap.document.journal import now
from territorymap.document.recorder import Recorder
from territorymap.document.scenario_writer import RowGoneError, ScenarioWriter, delete_scenario
from territorymap.document.scenarios import TERRITORY_FIELDS, chain_of
from territorymap.document.schema import JOURNALED
from territorymap.document.sqlite_tools import Database
from territorymap.document.statements import delete_sql, insert_sql, update_sql
from territorymap.errors import UserError
from territorymap.i18n import number, tr
from territorymap.model.change import RowChange, Value
from territorymap.model.records import DEFAULT_TOLERANCE, Measure, Segment, Step

POINT_TABLES = ("account", "rep")
MAX_COLUMNS = 1900  # SQLite can do 2,000 in a table
_TELL_EVERY = 2_000  # rows
_Row = TypeVar("_Row")
_PLAIN = frozenset({int, float, str, bytes, type(None)})


class Writer:
    """Writes rows of one step. ``changes`` and ``step`` are there after the step was committed."""

    def __init__(
        self,
        connection: sqlite3.Connection,
        recorder: Recorder,
        *,
        author: str,
        place: Place,
        watch: Callable[[float], None] | None = None,
    ) -> None:
        """``watch`` is told the fraction of the rows of one verb that are written; what it raises undoes the step."""
        self._connection = connection
        self._recorder = recorder
        self._author = author
        self._scenarios = ScenarioWriter(connection, place)
        self._watch = watch
        self._is_adding_to: set[str] = set()
        self.changes: list[RowChange] = []
        self.step: Step | None = None
        self.step_uuid = next(_uuids())
        self.is_step_kept = False  # a merge is a step of its own even where no row differs for it

    @property
    def connection(self) -> sqlite3.Connection:
        """The open file within the step, for the other modules of this package."""
        return self._connection

    @property
    def place(self) -> Place:
        """The scenario and alignment that is written to."""
        return self._scenarios.place

    @contextmanager
    def within(self, scenario_id: int | None = None, alignment_id: int | None = None) -> Iterator[None]:
        """Write to another scenario or alignment for a while."""
        before = self._scenarios
        place = Place(
            before.place.chain if scenario_id is None else chain_of(self._connection, scenario_id),
            before.place.alignment_id if alignment_id is None else alignment_id,
        )
        self._scenarios = ScenarioWriter(self._connection, place)
        try:
            yield
        finally:
            self._scenarios = before

    # -- rows ----------------------------------------------------------------------------------------------------------

    def insert(self, table: str, rows: Iterable[Mapping[str, object]]) -> list[int]:
        """Insert rows and return their integer keys; what a row does not say gets its default."""
        pk = JOURNALED[table].pk
        first = self._next_id(table)
        given = rows if isinstance(rows, Collection) else list(rows)
        ids = list(range(first, first + len(given)))
        # Row by row, so that a million complete ones are never held at once.
        numbered = zip(ids, self._completed(table, self._watched(given)), strict=True)
        for columns, run in groupby(numbered, key=lambda pair: tuple(pair[1])):
            self._check_columns(table, columns)
            sql = insert_sql(table, (pk, *columns))
            self._connection.executemany(sql, ((row_id, *plain_values(row.values())) for row_id, row in run))
        if table == "territory":
            self._scenarios.added(ids)
        return ids

    def update(self, table: str, values: Mapping[int, Mapping[str, object]]) -> None:
        """Set columns of rows by their integer keys.

        Raises
        ------
        RowGoneError
            if a row is not there.
        """
        pk = JOURNALED[table].pk
        if pk in (columns := {column for row in values.values() for column in row}):
            raise KeyError(f"{pk} cannot be changed")
        self._check_columns(table, columns)
        if table == "territory" and columns and columns <= set(TERRITORY_FIELDS):
            self._scenarios.edit_territories(
                {
                    int(row_id): dict(zip(row, plain_values(row.values()), strict=True))
                    for row_id, row in values.items()
                    if row
                }
            )
            return
        for names, run in groupby(self._watched(list(values.items())), key=lambda item: tuple(item[1])):
            if not names:
                continue
            batch = [(*plain_values(row.values()), int(row_id)) for row_id, row in run]
            cursor = self._connection.executemany(update_sql(table, names, pk), batch)
            if cursor.rowcount != len(batch):
                raise RowGoneError(f"{table}: {cursor.rowcount} of {len(batch)} rows found")
        if table in POINT_TABLES and columns & {"lon", "lat"}:
            self._follow_position(table, [int(row_id) for row_id in values])

    def delete(self, table: str, row_ids: Iterable[int]) -> None:
        """Delete rows by their integer keys; rows that hang on them (assignments, overrides) go too.

        A territory goes from the scenario in use; a scenario leaves all that they have to those that came from it; an
        alignment takes all that it has along.
        """
        if table == "territory":
            self._scenarios.remove_territories([int(row_id) for row_id in row_ids])
            return
        if table == "scenario":
            for row_id in row_ids:
                delete_scenario(self._connection, int(row_id))
            return
        if table == "alignment":
            for row_id in row_ids:
                delete_alignment(self._connection, int(row_id))
            return
        ids = [(int(row_id),) for row_id in row_ids]
        for sql in (*_DEPENDENT.get(table, ()), *dependent_statements(table)):
            self._connection.executemany(sql, ids)
        self._connection.executemany(delete_sql(table, JOURNALED[table].pk), ids)

    def missing(self, table: str, row_ids: Iterable[int]) -> list[int]:
        """Return which of these integer keys no row of the table has."""
        sql = f"SELECT 1 FROM {table} WHERE {JOURNALED[table].pk} = ?"  # noqa: S608
        return [i for i in row_ids if self._connection.execute(sql, (int(i),)).fetchone() is None]

    def _watched(self, rows: Collection[_Row]) -> Iterator[_Row]:
        """Yield the rows, telling how far it is."""
        for at, row in enumerate(rows):
            if self._watch is not None and at % _TELL_EVERY == 0:
                self._watch(at / len(rows))
            yield row

    def _next_id(self, table: str) -> int:
        row = self._connection.execute("SELECT seq FROM sqlite_sequence WHERE name = ?", (table,)).fetchone()
        return (row[0] if row else 0) + 1

    def _check_columns(self, table: str, columns: Iterable[str]) -> None:
        unknown = set(columns) - set(self._recorder.columns[table])
        if unknown:
            raise KeyError(f"{table} has no column {', '.join(sorted(unknown))}")

    def _completed(self, table: str, rows: Iterable[Mapping[str, object]]) -> Iterator[dict[str, object]]:
        """Yield the rows with what only the document knows."""
        known: dict[str, object] = {}
        if table in ("territory", "assignment", "override"):
            known["alignment_id"] = self.place.alignment_id
        if table in ("assignment", "override"):
            known["scenario_id"] = self.place.scenario_id
        if table in ("override", "scenario"):
            known |= {"author": self._author, "created_at": now()}
        uuids = _uuids() if JOURNALED[table].has_uuid or table == "override" else None
        order = self._next_sort_order(table) if table in ("territory", "measure") else None
        for position, row in enumerate(rows):
            complete = {**known, **row}
            if uuids and "uuid" not in row:
                complete["uuid"] = next(uuids)
            if order is not None:
                complete.setdefault("sort_order", order + position)
            if table in POINT_TABLES and "geom" not in row and "lon" in row and "lat" in row:
                complete["geom"] = encode_point(_number(row["lon"]), _number(row["lat"]))
            yield complete

    def _next_sort_order(self, table: str) -> int:
        sql = {
            "territory": "SELECT coalesce(max(sort_order) + 1, 0) FROM territory WHERE alignment_id = ?",
            "measure": "SELECT coalesce(max(sort_order) + 1, 0) FROM measure WHERE ? IS NOT NULL",
        }[table]
        return int(self._connection.execute(sql, (self.place.alignment_id,)).fetchone()[0])

    def _follow_position(self, table: str, row_ids: Sequence[int]) -> None:
        """Make the point geometry of rows what their lon and lat say."""
        read = {
            "account": "SELECT lon, lat, account_id FROM account WHERE account_id = ?",
            "rep": "SELECT lon, lat, rep_id FROM rep WHERE rep_id = ?",
        }[table]
        rows = [self._connection.execute(read, (row_id,)).fetchone() for row_id in row_ids]
        points = [(encode_point(lon, lat), row_id) for lon, lat, row_id in rows]
        self._connection.executemany(update_sql(table, ["geom"], JOURNALED[table].pk), points)

    # -- verbs ---------------------------------------------------------------------------------------------------------

    def assign(self, unit_ids: Iterable[int], territory_id: int | None) -> None:
        """Give units to a territory in the scenario and alignment in use; None = to nobody."""
        ids = [int(unit_id) for unit_id in unit_ids]
        self._scenarios.assign(ids, None if territory_id is None else int(territory_id))

    def owners(self, unit_ids: Iterable[int]) -> dict[int, int | None]:
        """Return territory_id of units in the scenario in use as it is now, None = nobody."""
        return self._scenarios.owners_of_units([int(unit_id) for unit_id in unit_ids])

    def put_territory(self, territory_id: int, record: Mapping[str, object]) -> None:
        """Let a territory that another scenario has be one of the scenario in use, with the fields of the record."""
        fields = {name: record.get(name) for name in TERRITORY_FIELDS}
        self._scenarios.put_territory(int(territory_id), dict(zip(fields, plain_values(fields.values()), strict=True)))

    def copy_alignment(self, source: int, target: int, *, with_reps: bool) -> None:
        """Give an alignment the territories and units that another one has, in every scenario."""
        uuids = _uuids()
        copy_territories(self._connection, source, target, lambda: next(uuids), with_reps=with_reps)

    def copy_assignments(self, unit_id: int, to_unit_ids: Iterable[int]) -> None:
        """Give units what another one has, in every scenario and alignment."""
        self._connection.executemany(
            "INSERT INTO assignment (scenario_id, alignment_id, unit_id, territory_id)"
            " SELECT scenario_id, alignment_id, ?, territory_id FROM assignment WHERE unit_id = ?",
            [(int(to_unit_id), int(unit_id)) for to_unit_id in to_unit_ids],
        )

    def set_override(self, account_ids: Iterable[int], territory_id: int | None, reason: str) -> None:
        """Give accounts to a territory by name; None = let them follow their units again."""
        ids = [int(account_id) for account_id in account_ids]
        if territory_id is None:
            self._scenarios.set_override(ids, None, _uuids())
            return
        row = {
            "territory_id": int(territory_id),
            "reason": plain(reason),
            "author": self._author,
            "created_at": now(),
        }
        self._scenarios.set_override(ids, row, _uuids())

    # -- columns that data brings --------------------------------------------------------------------------------------

    def add_measure(self, name: str, source: str, tolerance: float = DEFAULT_TOLERANCE) -> Measure:
        """Add a measure of accounts or units with its column (empty) and return it.

        Raises
        ------
        UserError
            if a measure of that name is there already.
        """
        if source not in ("account", "unit"):
            raise ValueError(source)
        self._refuse_taken(name, "SELECT measure_name FROM measure")
        column = self._add_column(source, column_slug(name, "measure", self._recorder.columns[source]), float)
        row = {"measure_name": name.strip(), "source": source, "column_name": column, "tolerance": float(tolerance)}
        (measure_id,) = self.insert("measure", [{**row, "is_shown": 1}])
        uuid_, sort_order = self._connection.execute(
            "SELECT uuid, sort_order FROM measure WHERE measure_id = ?", (measure_id,)
        ).fetchone()
        return Measure(measure_id, uuid_, name.strip(), source, column, float(tolerance), True, sort_order)

    def add_segment(self, name: str) -> Segment:
        """Add a segment of accounts with its column (empty) and return it; UserError as for measures."""
        self._refuse_taken(name, "SELECT segment_name FROM segment")
        column = self._add_column("account", column_slug(name, "segment", self._recorder.columns["account"]), str)
        (segment_id,) = self.insert("segment", [{"segment_name": name.strip(), "column_name": column}])
        (uuid_,) = self._connection.execute("SELECT uuid FROM segment WHERE segment_id = ?", (segment_id,)).fetchone()
        return Segment(segment_id, uuid_, name.strip(), column)

    def _add_column(self, table: str, column: str, kind: type) -> str:
        known = self._recorder.columns[table]
        if len(known) >= MAX_COLUMNS:
            raise UserError(
                tr("A plan can hold {n} columns of one kind, and this one has as many.", n=number(MAX_COLUMNS)),
                tr("Leave out the columns that the plan does not need."),
            )
        database = Database(self._connection, recursive_triggers=False, execute_plugins=False)
        database.table(table).add_column(column, kind)
        if table in self._is_adding_to:
            self._recorder.columns[table] = (*known, column)
        else:
            self._recorder.install(table)
        return column

    @contextmanager
    def adding_columns(self, table: str) -> Iterator[None]:
        """Let many columns be added at once: what watches the rows of a table is written once, not for each column."""
        self._is_adding_to.add(table)
        try:
            with self._recorder.away([table]):
                yield
        finally:
            self._is_adding_to.discard(table)

    def _refuse_taken(self, name: str, sql: str) -> None:
        taken = {str(other).strip().casefold() for (other,) in self._connection.execute(sql)}
        if name.strip().casefold() in taken:
            raise UserError(
                tr("The plan already has a column called {name}.", name=name.strip()), tr("Give it another name.")
            )


# What goes with a row, by table: one parameter, the key of the row that goes.
_DEPENDENT = {
    "account": ("DELETE FROM override WHERE account_id = ?",),
    "unit": (
        "DELETE FROM assignment WHERE unit_id = ?",
        "UPDATE account SET unit_id = NULL WHERE unit_id = ?",
    ),
    "rep": (
        "UPDATE territory SET rep_id = NULL WHERE rep_id = ?",
        "UPDATE territory_variant SET rep_id = NULL WHERE rep_id = ?",
    ),
    "region": (
        "UPDATE territory SET region_id = NULL WHERE region_id = ?",
        "UPDATE territory_variant SET region_id = NULL WHERE region_id = ?",
    ),
}


def plain(value: object) -> Value:
    """Return a value as SQLite takes it: numpy scalars and truth values as numbers, text that UTF-8 can hold.

    Raises
    ------
    TypeError
        if it is nothing that a row can hold.
    """
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, str) and not value.isascii():
        return value.encode("utf-8", "replace").decode()
    if type(value) in _PLAIN or isinstance(value, str):
        return value  # type: ignore[return-value]
    raise TypeError(f"a row cannot hold {type(value).__name__}")


def plain_values(values: Collection[object]) -> Iterable[Value]:
    """Return the values of a row as SQLite takes them; nearly always they are so already."""
    if _PLAIN.issuperset(map(type, values)) and not any(type(v) is str and not v.isascii() for v in values):
        return values  # type: ignore[return-value]
    return map(plain, values)


def _uuids() -> Iterator[str]:
    """Yield random uuids (version 4), many at a time: importing accounts needs 100,000."""
    while True:
        digits = os.urandom(16 * 256).hex()
        for at in range(0, len(digits), 32):
            h = digits[at : at + 32]
            yield f"{h[:8]}-{h[8:12]}-4{h[13:16]}-{'89ab'[int(h[16], 16) & 3]}{h[17:20]}-{h[20:]}"


def _number(value: object) -> float | None:
    return None if value is None else float(value)  # type: ignore[arg-type]
