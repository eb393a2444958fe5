"""Finds the tables of a damaged plan and their rows, without running anything that stands in its schema.

Owns which rows there are and what is known of those that are not; not which of them are right (deciding).
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice
from pathlib import Path

from territorymap.document.columns import PREFIXES
from territorymap.document.images import LeanRow
from territorymap.document.repairing.pages import BadText, Pages, RawRecord, RawValue, Walk
from territorymap.document.resting import Mark
from territorymap.document.schema import JOURNALED, MAX_KEY, MAX_ROWS, migrate
from territorymap.model.change import Row, Value

JOURNAL = ("journal_step", "journal_row", "journal_bulk")
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@dataclass
class FoundTable:
    """A table of ours as far as it can be read."""

    name: str
    columns: list[str]
    kinds: dict[str, str]  # declared type of each column, upper case
    pk: str
    rows: dict[int, Row] = field(default_factory=dict)
    torn: dict[int, set[str]] = field(default_factory=dict)  # row -> columns of which the bytes are no text
    stray: set[int] = field(default_factory=set)  # rows from pages that no tree leads to
    indexed: dict[int, Sequence[RawValue]] = field(default_factory=dict)  # rows that an index names -> what it says
    is_whole: bool = True
    is_there: bool = True

    def forget_rows(self) -> None:
        """Let go of the rows once they are taken further; what is known of the table stays."""
        self.rows, self.torn, self.stray = {}, {}, set()


@dataclass
class Found:
    """Everything that was read."""

    tables: dict[str, FoundTable]
    sequence: dict[str, int]  # table -> highest key ever used
    foreign: list[str]  # names of tables, views and triggers that are not ours
    is_whole: bool  # every page of ours could be read
    mark: Mark | None  # what the file says of itself since it was last closed


@dataclass(frozen=True)
class _Entry:
    kind: str
    name: str
    table: str
    root: int
    sql: str


def read_tables(path: Path, watch: Callable[[float], None]) -> Found:
    """Return what can be read of a plan's tables; ``watch`` gets the share that is done, and may raise."""
    wanted = _expected()
    shares = [0.0]
    with Pages(path, lambda: watch(shares[0])) as pages:
        schema_walk = Walk()
        entries = _schema(pages.rows(1, schema_walk))
        ours = {e.name: e for e in entries if e.kind == "table" and e.name in wanted}
        tables: dict[str, FoundTable] = {}
        for n, (name, expected) in enumerate(wanted.items()):
            shares[0] = n / len(wanted)
            entry = ours.get(name)
            table = _shaped(entry, expected)
            walk = Walk()
            if entry is not None and table.is_there:
                _take_tree(table, pages, entry.root, walk)
            table.is_whole = table.is_whole and entry is not None and walk.is_whole
            tables[name] = table
        sequence = _sequence(pages, entries)
        _walk_others(pages, entries, tables)
        for table in tables.values():  # an index that names a row knows better than the table that has lost it
            table.is_whole = table.is_whole and table.indexed.keys() <= table.rows.keys()
            table.is_whole = table.is_whole and bool(table.rows or not sequence.get(table.name))
        is_whole = schema_walk.is_whole and all(table.is_whole for table in tables.values())
        if not is_whole:
            _take_orphans(pages, [table for table in tables.values() if not table.is_whole])
        mark = _mark(pages, entries)
    known = {*wanted, *_NOT_FOREIGN}
    foreign = [e.name for e in entries if e.kind != "index" and e.name not in known]
    return Found(tables, sequence, foreign, is_whole, mark)


_NOT_FOREIGN = (
    *("plan_lock", "rest_mark"),
    "gpkg_spatial_ref_sys", "gpkg_contents", "gpkg_geometry_columns", "gpkg_extensions", "gpkg_ogr_contents",
    "sqlite_sequence", "sqlite_stat1", "sqlite_stat4",
)  # fmt: skip


def _expected() -> dict[str, FoundTable]:
    """Return our tables as this version makes them."""
    memory = sqlite3.connect(":memory:")
    try:
        migrate(memory, 0)
        return {name: _described(memory, name) for name in (*JOURNALED, *JOURNAL)}
    finally:
        memory.close()


def _described(connection: sqlite3.Connection, name: str) -> FoundTable:
    info = connection.execute("SELECT name, upper(type), pk, hidden FROM pragma_table_xinfo(?)", (name,)).fetchall()
    kinds = {column: kind for column, kind, _, hidden in info if hidden != 2}  # a virtual column is in no record
    pk = next((column for column, kind, key, _ in info if key == 1 and kind == "INTEGER"), "")
    return FoundTable(name, list(kinds), kinds, pk)


def _schema(records: Iterable[RawRecord]) -> list[_Entry]:
    entries = []
    for _, values in records:
        if len(values) == 5:
            kind, name, table, root, sql = values
            if isinstance(kind, str) and isinstance(name, str) and isinstance(table, str):
                place = root if isinstance(root, int) else 0
                entries.append(_Entry(kind, name, table, place, sql if isinstance(sql, str) else ""))
    return entries


def _shaped(entry: _Entry | None, expected: FoundTable) -> FoundTable:
    """Return the table with the columns that the file says, or with our own where it says nothing of use."""
    fallback = FoundTable(expected.name, list(expected.columns), dict(expected.kinds), expected.pk, is_there=False)
    if entry is None or not entry.sql:
        return fallback
    memory = sqlite3.connect(":memory:")
    try:
        memory.set_authorizer(_only_tables)
        memory.execute(entry.sql)
        memory.set_authorizer(None)
        found = _described(memory, entry.name)
    except (sqlite3.Error, sqlite3.Warning, ValueError, UnicodeError):
        return fallback
    finally:
        memory.close()
    if found.pk != expected.pk:
        return fallback  # rows of a table without an integer key cannot be told apart
    # What a column holds is ours to say, whatever type the file declares.
    for column in found.columns:
        of_data = next((kind for prefix, kind in _OF_DATA.items() if column.startswith(prefix)), found.kinds[column])
        found.kinds[column] = expected.kinds.get(column, of_data)
    return found


_OF_DATA = {PREFIXES["measure"]: "REAL", PREFIXES["segment"]: "TEXT"}
_ALLOWED = {sqlite3.SQLITE_CREATE_TABLE, sqlite3.SQLITE_INSERT, sqlite3.SQLITE_UPDATE, sqlite3.SQLITE_READ,
            sqlite3.SQLITE_CREATE_INDEX, sqlite3.SQLITE_REINDEX}  # fmt: skip


def _only_tables(action: int, *_about: str | None) -> int:
    """Let a statement of the file make a table and nothing else: no query, no function, no other file."""
    return sqlite3.SQLITE_OK if action in _ALLOWED else sqlite3.SQLITE_DENY


def _take(table: FoundTable, records: Iterable[RawRecord], *, is_stray: bool) -> int:
    """Take the rows that can be of the table; return how many there were."""
    n = 0
    columns, reals = table.columns, {i for i, c in enumerate(table.columns) if table.kinds[c] in _REAL}
    at_key, at = columns.index(table.pk), LeanRow.places(columns)
    known: dict[str, str] = {}  # equal texts are held once: a history names its table in every row
    for n, (rowid, values) in enumerate(records, 1):  # noqa: B007
        if len(values) > len(columns) or (at_key < len(values) and values[at_key] is not None):
            table.is_whole = False  # of another table
            continue
        if not 0 < rowid <= MAX_KEY or (is_stray and rowid in table.rows):
            continue
        row: list[Value] = [None] * len(columns)
        for i, value in enumerate(values):
            if isinstance(value, BadText):
                table.torn.setdefault(rowid, set()).add(columns[i])
            elif isinstance(value, str):
                row[i] = known.setdefault(value, value) if len(known) < _MOST_KNOWN else known.get(value, value)
            else:
                row[i] = float(value) if i in reals and isinstance(value, int) else value
        row[at_key] = rowid
        table.rows[rowid] = LeanRow(at, tuple(row))
        if is_stray:
            table.stray.add(rowid)
    return n


_MOST_KNOWN = 10_000


class TooManyRowsError(Exception):
    """A table has more rows than a plan can have; its name."""


_REAL = frozenset({"REAL", "FLOAT", "DOUBLE"})


def _take_tree(table: FoundTable, pages: Pages, root: int, walk: Walk) -> None:
    """Take the rows of a table's tree, unless it is the tree of another table that got into its place."""
    known = set(pages.visited)
    most = MAX_ROWS.get(table.name, 0)
    records = islice(pages.rows(root, walk), most + 1) if most > 1 else pages.rows(root, walk)
    # Those that do not fit wait for one that does; then each is taken as it is read: there may be a million.
    strange: list[RawRecord] = []
    for record in records:
        strange.append(record)
        if _fits(table, record[1]):
            break
        if len(strange) > most > 1:
            raise TooManyRowsError(table.name)
    else:
        if strange:
            pages.visited &= known
            walk.n_bad_pages += 1
        return
    if _take(table, chain(strange, records), is_stray=False) > most > 1:
        raise TooManyRowsError(table.name)


def _sequence(pages: Pages, entries: Sequence[_Entry]) -> dict[str, int]:
    entry = next((e for e in entries if e.name == "sqlite_sequence"), None)
    found: dict[str, int] = {}
    for _, values in pages.rows(entry.root, Walk()) if entry is not None else ():
        if len(values) == 2 and isinstance(values[0], str) and isinstance(values[1], int) and values[1] <= MAX_KEY:
            found[values[0]] = values[1]
    return found


def _mark(pages: Pages, entries: Sequence[_Entry]) -> Mark | None:
    entry = next((e for e in entries if e.name == "rest_mark" and e.kind == "table"), None)
    for _, values in pages.rows(entry.root, Walk()) if entry is not None else ():
        match values:
            case [_, int(counter), int(n_pages), bytes(digest)]:
                return Mark(counter, n_pages, digest, entry.root if entry is not None else 0)
    return None


def _walk_others(pages: Pages, entries: Sequence[_Entry], tables: Mapping[str, FoundTable]) -> None:
    """Read indexes, which name rows that their table may have lost; and go through what is not ours, to know it."""
    for entry in entries:
        if entry.kind == "index" and entry.root > 1:
            table = tables.get(entry.table)
            said: tuple[RawValue, ...] = ()
            for values in pages.index_entries(entry.root, Walk()):
                rowid = values[-1]
                if table is not None and isinstance(rowid, int) and 0 < rowid <= MAX_KEY:
                    is_name = len(values) == 2 and isinstance(values[0], str)
                    if is_name or rowid not in table.indexed:
                        told = tuple(values[:-1])
                        said = said if told == said else told  # entries that say the same stand together
                        table.indexed[rowid] = said
        elif entry.kind == "table" and entry.name not in tables and entry.root > 1:
            for _ in pages.rows(entry.root, Walk()):
                pass


def _take_orphans(pages: Pages, tables: Sequence[FoundTable]) -> None:
    """Give rows of pages that no tree leads to any more to the one table that they fit."""
    for rows in pages.orphans():
        fitting = [table for table in tables if all(_fits(table, values) for _, values in rows)]
        same_length = [table for table in fitting if len(table.columns) == len(rows[0][1])]
        fitting = same_length or fitting
        if len(fitting) == 1:
            _take(fitting[0], rows, is_stray=True)


def _fits(table: FoundTable, values: Sequence[RawValue]) -> bool:
    if not len(table.columns) // 2 < len(values) <= len(table.columns):
        return False
    for column, value in zip(table.columns, values, strict=False):
        if column == table.pk:
            if value is not None:
                return False
        elif column == "uuid" and table.name != "unit":
            if not (isinstance(value, str) and _UUID.fullmatch(value)):
                return False
        elif value is not None and not isinstance(value, _types(table.kinds[column])):
            return False
    return True


def _types(kind: str) -> tuple[type, ...]:
    if kind in _REAL:
        return (int, float)
    if kind == "INTEGER":
        return (int,)
    if kind.startswith("TEXT"):
        return (str,)
    return (bytes,)
