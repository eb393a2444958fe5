# ruff: noqa: S608, E501  (statements and bytes are the catalogue's own)
"""The catalogue of hostile plans: each case bends a copy of a good plan in one way.

Owns what is bent; not who opens it (doors).
"""

from __future__ import annotations

import io
import os
import random
import shutil
import sqlite3
import struct
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import shapely
from benchmarks.support.hostile_plans.base import run_sql, sealed

from territorymap.document.geopackage import encode_polygons
from territorymap.document.schema import FORMAT_VERSION, JOURNALED

PAGE = 4096
Bend = Callable[[Path], None]


@dataclass(frozen=True)
class Case:
    """One hostile plan."""

    name: str
    bend: Bend  # gets a path at which a copy of the good plan lies
    is_big: bool = False  # takes seconds to make


def all_cases(base: Path) -> list[Case]:
    """Return every case; ``base`` is the good plan that they will be made from."""
    found = [*_bytes(base), *_schemas(), *_rows(base), *_references(), *_journals(), *_beside(), *_places(), *_big()]
    assert len({case.name for case in found}) == len(found)
    return found


# -- bytes -------------------------------------------------------------------------------------------------------------


def _patched(name: str, *patches: tuple[int, bytes]) -> Case:
    def bend(path: Path) -> None:
        content = bytearray(path.read_bytes())
        for at, data in patches:
            content[at : at + len(data)] = data
        path.write_bytes(content)

    return Case(name, bend)


def _written(name: str, make: Callable[[], bytes]) -> Case:
    return Case(name, lambda path: path.write_bytes(make()) and None)


def _bytes(base: Path) -> Iterator[Case]:
    content = base.read_bytes()
    n_pages = len(content) // PAGE
    for n in range(1, n_pages):
        yield Case(f"truncated after page {n}", lambda path, n=n: os.truncate(path, PAGE * n))  # type: ignore[misc]
    for n in (1, 15, 16, 99, 100, 101, 511, 4095, 4097):
        yield Case(f"truncated after byte {n}", lambda path, n=n: os.truncate(path, n))  # type: ignore[misc]
    header = {
        "magic": (0, b"SQLite format 2\0"), "page size 0": (16, b"\0\0"), "page size 1": (16, b"\0\1"),
        "page size 512": (16, b"\2\0"), "page size odd": (16, b"\x10\x01"), "wal version": (18, b"\2\2"),
        "future version": (18, b"\x09\x09"), "reserved": (20, b"\xff"), "fractions": (21, b"\0\0\0"),
        "counter": (24, b"\xff" * 4), "no pages": (28, b"\0" * 4), "many pages": (28, b"\x7f\xff\xff\xff"),
        "freelist of the schema": (32, struct.pack(">2I", 1, 5)), "freelist of a table": (32, struct.pack(">2I", 5, 9)),
        "freelist nowhere": (32, struct.pack(">2I", 1 << 30, 1)), "freelist count": (36, b"\xff" * 4),
        "schema cookie": (40, b"\xff" * 4), "schema format": (44, b"\0\0\0\x63"), "vacuum": (52, b"\0\0\0\3"),
        "encoding 9": (56, b"\0\0\0\x09"), "encoding utf-16": (56, b"\0\0\0\2"), "user version": (60, b"\xff" * 4),
        "application id": (68, b"MPBX"), "no application id": (68, b"\0" * 4), "version valid for": (92, b"\0" * 4),
        "root kind": (100, b"\0"), "root cells": (103, b"\xff\xff"), "root content": (105, b"\0\1"),
    }  # fmt: skip
    for name, patch in header.items():
        yield _patched(f"header: {name}", patch)
    rng = random.Random(1)
    for n in sorted(rng.sample(range(1, n_pages), 24)):
        kind = rng.choice([b"\0", b"\2", b"\5", b"\x0a", b"\x0d", b"\xff"])
        yield _patched(f"page {n + 1} of kind {kind.hex()}", (PAGE * n, kind))
        yield _patched(f"page {n + 1} of noise", (PAGE * n, rng.randbytes(PAGE)))
    for n in range(20):
        flips = [(rng.randrange(len(content)), rng.randbytes(1)) for _ in range(1 << (n % 8))]
        yield _patched(f"flipped bytes {n}", *flips)
    yield _written("empty", lambda: b"")
    yield _written("encrypted", lambda: random.Random(2).randbytes(400_000))
    yield _written("text", lambda: b"not a plan\n" * 1000)
    yield _written("zip", _zip)
    yield _written("nothing but a header", lambda: content[:100])
    yield _written("zeros", lambda: bytes(100_000))
    yield _patched("bytes behind its end", (len(content), bytes(5000)))
    yield Case("sparse, 2 GB", lambda path: os.truncate(path, 2_000_000_000))
    yield Case("sparse, 9 GB", lambda path: os.truncate(path, 9_000_000_000))
    yield Case("sparse zeros, 2 GB", _sparse_zeros)
    for size in (512, 65536):
        yield Case(f"pages of {size}", lambda path, size=size: _vacuum(path, f"page_size = {size}"))  # type: ignore[misc]
    yield Case("auto vacuum", lambda path: _vacuum(path, "auto_vacuum = FULL"))
    yield Case("utf-16", _to_utf16)


def _zip() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("plan.gpkg", b"SQLite format 3\0" + bytes(4000))
    return buffer.getvalue()


def _sparse_zeros(path: Path) -> None:
    path.write_bytes(b"")
    os.truncate(path, 2_000_000_000)


def _vacuum(path: Path, pragma: str) -> None:
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute(f"PRAGMA {pragma}")
    connection.execute("VACUUM")
    connection.close()


def _to_utf16(path: Path) -> None:
    other = path.with_name("utf16.tmp")
    source, target = sqlite3.connect(path), sqlite3.connect(other)
    target.execute("PRAGMA encoding = 'UTF-16le'")
    target.execute("PRAGMA application_id = 1196444487")
    target.executescript("PRAGMA foreign_keys = OFF;" + "\n".join(source.iterdump()))
    source.close()
    target.close()
    other.replace(path)


# -- schema ------------------------------------------------------------------------------------------------------------

_SPY = "CREATE TABLE canary (what TEXT)"
_NOTE = "INSERT INTO canary VALUES ('ran')"


def _sql(name: str, *statements: str) -> Iterator[Case]:
    """Yield a case as another program leaves it, and one that looks as if we had closed it."""

    def resealed(path: Path) -> None:
        run_sql(path, *statements)
        sealed(path)

    yield Case(name, lambda path: run_sql(path, *statements))
    yield Case(f"{name} (sealed)", resealed)


def _schemas() -> Iterator[Case]:
    for table in ("unit", "plan", "journal_step", "rest_mark", "plan_lock", "assignment", "gpkg_contents"):
        for event in ("INSERT", "UPDATE", "DELETE"):
            trigger = f"CREATE TRIGGER t AFTER {event} ON {table} BEGIN {_NOTE}; END"
            yield Case(f"trigger: {event} on {table}", lambda path, t=trigger: run_sql(path, _SPY, t))  # type: ignore[misc]
    yield from _sql("trigger that deletes", "CREATE TRIGGER t AFTER UPDATE ON plan BEGIN DELETE FROM unit; END")
    yield from _sql(
        "trigger with a function", "CREATE TRIGGER t AFTER INSERT ON unit BEGIN SELECT load_extension('x'); END"
    )
    yield from _sql(
        "trigger named like ours", f"{_SPY}", f"CREATE TRIGGER tm_unit_0 AFTER UPDATE ON unit BEGIN {_NOTE}; END"
    )
    for table in ("rep", "unit", "plan", "journal_row", "gpkg_contents", "scene"):
        moved = f"ALTER TABLE {table} RENAME TO real_{table}"
        yield from _sql(f"view in the place of {table}", moved, f"CREATE VIEW {table} AS SELECT * FROM real_{table}")
        slow = f"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT * FROM real_{table}, n"
        yield from _sql(f"endless view in the place of {table}", moved, f"CREATE VIEW {table} AS {slow}")
        instead = f"CREATE TRIGGER i INSTEAD OF UPDATE ON {table} BEGIN {_NOTE}; END"
        view = f"CREATE VIEW {table} AS SELECT * FROM real_{table}"
        yield from _sql(f"view with INSTEAD OF for {table}", _SPY, moved, view, instead)
    yield from _sql("view on itself", "CREATE VIEW v AS SELECT * FROM v")
    yield from _sql("views on each other", "CREATE VIEW a AS SELECT * FROM b", "CREATE VIEW b AS SELECT * FROM a")
    yield from _sql("view of nothing", "CREATE VIEW v AS SELECT * FROM nowhere")
    yield from _sql("many views", *(f"CREATE VIEW v{n} AS SELECT * FROM unit" for n in range(2000)))
    yield from _sql(
        "view chain", *(f"CREATE VIEW v{n} AS SELECT * FROM {f'v{n - 1}' if n else 'unit'}" for n in range(300))
    )
    yield from _sql("fts5", "CREATE VIRTUAL TABLE f USING fts5(a)", "INSERT INTO f VALUES ('x')")
    yield from _sql("fts5 without its shadow", "CREATE VIRTUAL TABLE f USING fts5(a)",
                    "DELETE FROM sqlite_master WHERE name = 'f_data'")  # fmt: skip
    yield from _sql("fts3", "CREATE VIRTUAL TABLE f USING fts3(a)")
    yield from _sql("rtree", "CREATE VIRTUAL TABLE rtree_unit_geom USING rtree(id, a, b, c, d)")
    yield from _sql("virtual table of an unknown module", _master("table", "f", "CREATE VIRTUAL TABLE f USING evil(1)"))
    yield from _sql("virtual table named unit2", "CREATE VIRTUAL TABLE unit2 USING dbstat")
    yield from _sql("statistics", "ANALYZE")
    yield from _sql("statistics that lie", "ANALYZE", "UPDATE sqlite_stat1 SET stat = '99999999999999999999 x 1'")
    yield from _sql("partial index", "CREATE INDEX i ON unit (unit_name) WHERE area_km2 > 5")
    yield from _sql("index on an expression", "CREATE INDEX i ON unit (hex(zeroblob(200000)))")
    yield from _sql("index on a slow expression", "CREATE INDEX i ON plan (length(hex(zeroblob(99000000)))) WHERE 0")
    yield from _sql("partial index with a slow expression",
                    "CREATE INDEX i ON rep (rep_name) WHERE length(hex(zeroblob(99000000))) < 5")  # fmt: skip
    yield from _sql("unique index", "CREATE UNIQUE INDEX i ON assignment (territory_id, unit_id, scenario_id)")
    for table, column in (("rep", "rep_name"), ("plan", "title"), ("scene", "caption")):
        yield from _sql(
            f"generated column in {table}", f"ALTER TABLE {table} ADD COLUMN g TEXT AS (hex({column})) VIRTUAL"
        )
        swap = f"""UPDATE sqlite_master SET sql = replace(sql, '"{column}" TEXT', '"{column}" TEXT AS (hex(9)) STORED')
            WHERE name = '{table}'"""
        yield from _sql(f"{table}.{column} computes itself", swap)
        check = f"""UPDATE sqlite_master SET sql = replace(sql, '"{column}" TEXT',
            '"{column}" TEXT CHECK (length(hex(zeroblob(90000000))) > 0)') WHERE name = '{table}'"""
        yield from _sql(f"slow CHECK on {table}.{column}", check)
        refuse = f"""UPDATE sqlite_master SET sql = replace(sql, '"{column}" TEXT', '"{column}" TEXT CHECK (0)')
            WHERE name = '{table}'"""
        yield from _sql(f"CHECK that nothing passes on {table}.{column}", refuse)
        collate = f"""UPDATE sqlite_master SET sql = replace(sql, '"{column}" TEXT', '"{column}" TEXT COLLATE evil')
            WHERE name = '{table}'"""
        yield from _sql(f"unknown collation on {table}.{column}", collate)
    for table in ("unit", "plan", "journal_step", "rest_mark", "rep", "assignment"):
        yield from (
            _sql(f"no table {table}", f"DROP TABLE {table}")
            if table != "rest_mark"
            else iter([Case("no table rest_mark", lambda path: run_sql(path, "DROP TABLE rest_mark"))])
        )
        yield Case(
            f"{table} of another shape", lambda path, t=table: run_sql(path, f"DROP TABLE {t}", f"CREATE TABLE {t} (a)")
        )  # type: ignore[misc]
        root = f"UPDATE sqlite_master SET rootpage = {{}} WHERE name = '{table}'"
        for place in (
            "0",
            "1",
            "2",
            "-5",
            "999999",
            "'x'",
            "(SELECT rootpage FROM sqlite_master WHERE name = 'account')",
        ):
            sql = root.format(place)
            yield Case(f"root of {table} at {place[:8]}", lambda path, sql=sql: run_sql(path, sql))  # type: ignore[misc]
    yield from _sql("a column is missing", "ALTER TABLE rep DROP COLUMN capacity_h")
    yield from _sql("columns too many", *(f"ALTER TABLE rep ADD COLUMN extra_{n} TEXT" for n in range(1900)))
    yield from _sql(
        "column names that bite", *(f'ALTER TABLE unit ADD COLUMN "{n}" TEXT' for n in ('a""b', "x y", "-- ", "[", "é"))
    )
    yield from _sql(
        "table names that bite", *(f'CREATE TABLE "{n}" (a)' for n in ('a""b', "x'; DROP TABLE unit; --", "é", " "))
    )
    yield from _sql("many tables", *(f"CREATE TABLE t{n} (a, b, c)" for n in range(3000)))
    yield from _sql("schema text of nonsense", "UPDATE sqlite_master SET sql = 'CREATE NONSENSE' WHERE name = 'scene'")
    yield from _sql(
        "schema text with a query",
        "UPDATE sqlite_master SET sql = 'CREATE TABLE scene AS SELECT 1' WHERE name = 'scene'",
    )
    yield from _sql("schema entry twice", "INSERT INTO sqlite_master SELECT * FROM sqlite_master WHERE name = 'scene'")
    yield from _sql("strict table", """UPDATE sqlite_master SET sql = sql || ' STRICT' WHERE name = 'scene'""")
    yield from _sql("newer version", f"UPDATE plan SET format_version = {FORMAT_VERSION + 1}")
    yield from _sql("version far ahead", "UPDATE plan SET format_version = 9223372036854775807")
    for version in range(1, FORMAT_VERSION):
        yield from _sql(f"says version {version}", f"UPDATE plan SET format_version = {version}")
        yield from _sql(
            f"damaged version {version}", f"UPDATE plan SET format_version = {version}", "DROP TABLE scenario"
        )
    yield from _sql("no contents", "DELETE FROM gpkg_contents", "DELETE FROM gpkg_geometry_columns")
    yield from _sql("contents of nonsense", "UPDATE gpkg_contents SET min_x = 'x', srs_id = 'y', data_type = x'00'")
    yield from _sql("sequence of nonsense", "UPDATE sqlite_sequence SET seq = 'x'")
    yield from _sql("sequence at its end", "UPDATE sqlite_sequence SET seq = 9223372036854775807")


def _master(kind: str, name: str, sql: str) -> str:
    return f"INSERT INTO sqlite_master VALUES ('{kind}', '{name}', '{name}', 0, '{sql}')"


# -- rows --------------------------------------------------------------------------------------------------------------

_VALUES = {
    "a blob": "x'00ff00ff'", "a text": "'<b>x</b>'", "a number": "17.25", "an infinity": "9e999",
    "minus infinity": "-9e999", "a huge number": "9223372036854775807", "a text with NUL": "'a' || char(0) || 'b'",
    "a text of no UTF-8": "CAST(x'ff80fe' AS TEXT)", "nothing": "NULL", "a long text": "CAST(big(3000000) AS TEXT)",
}  # fmt: skip


_DEEP_OBJECT = '{"a":' * 20_000


def _rows(base: Path) -> Iterator[Case]:
    connection = sqlite3.connect(base)
    columns = {
        table: [
            name for name, pk in connection.execute("SELECT name, pk FROM pragma_table_info(?)", (table,)) if not pk
        ]
        for table in (*JOURNALED, "journal_step", "plan_lock", "rest_mark")
    }
    connection.close()
    for table, names in columns.items():
        for label, value in _VALUES.items():
            pairs = ", ".join(f'"{name}" = {value}' for name in names)
            yield Case(
                f"{label} everywhere in {table}",
                lambda path, sql=f"UPDATE OR IGNORE {table} SET {pairs}": run_sql(path, sql),  # type: ignore[misc]
            )
    for table in ("plan", "unit", "account", "rep", "territory", "scenario", "measure", "quota", "deal"):
        for name in columns[table]:
            label, value = random.Random(f"{table}{name}").choice(sorted(_VALUES.items()))
            yield from _sql(f"{label} in {table}.{name}", f'UPDATE OR IGNORE {table} SET "{name}" = {value}')
    yield from _sql("two plans", "INSERT INTO plan SELECT plan_id + 1, " + ", ".join(columns["plan"]) + " FROM plan")
    for table in ("plan", "scenario", "alignment", "measure", "territory", "unit", "account", "rep"):
        yield from _sql(f"no row in {table}", f"DELETE FROM {table}")
    yield from _sql("a key below 0", "UPDATE territory SET territory_id = -7 WHERE territory_id = 1")
    yield from _sql("the last key there is", "UPDATE unit SET unit_id = 9223372036854775807 WHERE unit_id = 3")
    yield from _sql("not on the globe", "UPDATE unit SET lon = 1e300, lat = -1e300", "UPDATE account SET lon = 720")
    yield from _sql(
        "a lock of nonsense", "INSERT INTO plan_lock (host, user, pid, since) VALUES (x'00', 5, 'x', 9e999)"
    )
    yield from _sql("a measure of the wrong column", "UPDATE measure SET source = 'unit', column_name = 'geom'")
    yield from _sql("a measure of no column", "UPDATE measure SET source = 'account', column_name = 'm_none'")
    yield from _sql("a segment of the wrong column", "UPDATE segment SET column_name = 'account_id'")
    yield from _sql("a colour of nonsense", "UPDATE territory SET color = '#zzzzzz'")
    yield from _sql("a team of nonsense", "UPDATE territory SET team = '[[[[' || hex(zeroblob(9)) || ']'")
    yield from _sql("a deep team", f"UPDATE territory SET team = '{'[' * 20000}'")
    yield from _sql("a deep scope", f"UPDATE alignment SET scope = '{_DEEP_OBJECT}'")
    yield from _sql("a part of nonsense", "UPDATE plan SET extract_of = 'x', extract_territories = '{\"own\": 5}'")
    yield from _sql("a deep part", f"UPDATE plan SET extract_of = 'x', extract_territories = '{'[' * 20000}'")
    yield from _sql("a deep pay plan", f"UPDATE pay_plan SET content = '{'[' * 20000}'")
    for name, blob in _geometries().items():
        hexed = "NULL" if blob is None else f"x'{blob.hex()}'"
        yield from _sql(f"geometry: {name}", f"UPDATE unit SET geom = {hexed} WHERE unit_id IN (1, 2)")
        yield from _sql(f"outline: {name}", f"UPDATE territory SET geom = {hexed}")


def _geometries() -> dict[str, bytes | None]:
    square = shapely.box(0, 0, 1, 1)
    bow = shapely.Polygon([(0, 0), (1, 1), (1, 0), (0, 1)])
    nan = shapely.Polygon([(0, 0), (np.nan, 1), (1, 1)])
    far = shapely.Polygon([(0, 0), (1e308, 0), (1e308, 1e308)])
    shapes = np.array([square, bow, nan, far], dtype=object)
    whole, crossed, no_number, endless = encode_polygons(shapes)
    assert whole is not None
    head = whole[:40]
    nested = b"\x01\x07\x00\x00\x00\x01\x00\x00\x00" * 5000
    return {
        "none": None, "empty": b"", "cut off": whole[:60], "no magic": b"XX" + whole[2:], "crossed": crossed,
        "nan": no_number, "endless": endless, "a point": head + shapely.to_wkb(shapely.Point(1, 1)),
        "many rings": head + b"\x01\x06\x00\x00\x00\xff\xff\xff\x7f", "collections in collections": head + nested,
        "an empty collection": head + shapely.to_wkb(shapely.GeometryCollection()), "envelope of 7": head[:3] + b"\x0f" + whole[4:],
        "a curve": head + b"\x01\x0a\x00\x00\x00\x01\x00\x00\x00" + whole[49:],
    }  # fmt: skip


def _references() -> Iterator[Case]:
    for table, column in (
        ("territory", "rep_id"), ("territory", "region_id"), ("territory", "alignment_id"), ("account", "unit_id"),
        ("assignment", "territory_id"), ("assignment", "unit_id"), ("assignment", "scenario_id"), ("override", "account_id"),
        ("override", "territory_id"), ("cap", "measure_id"), ("quota", "territory_id"), ("deal", "rep_id"),
        ("partner", "rep_id"), ("territory_variant", "territory_id"), ("region", "alignment_id"),
        ("scenario", "parent_scenario_id"), ("region", "parent_region_id"),
    ):  # fmt: skip
        yield from _sql(f"{table}.{column} to nowhere", f"UPDATE OR REPLACE {table} SET {column} = 4711")
    yield from _sql("scenarios in a circle", "UPDATE scenario SET parent_scenario_id = 3 - scenario_id")
    yield from _sql("a scenario of its own", "UPDATE scenario SET parent_scenario_id = scenario_id")
    yield from _sql("regions in a circle", "UPDATE region SET parent_region_id = 3 - region_id")
    yield from _sql("a region of its own", "UPDATE region SET parent_region_id = region_id")
    yield from _sql(
        "parts of each other", "UPDATE unit SET part_of = CASE unit_id WHEN 1 THEN 'U0001' ELSE 'U0000' END"
    )
    for table in ("territory", "account", "rep", "region", "scenario", "journal_step"):
        yield from _sql(f"one uuid for all of {table}", f"UPDATE OR IGNORE {table} SET uuid = 'same'")
    yield from _sql("one uuid for all units", "UPDATE unit SET uuid = 'same'")
    yield from _sql(
        "no uuid", *(f"UPDATE {table} SET uuid = NULL" for table in ("territory", "account", "rep", "plan"))
    )
    yield from _sql(
        "one code twice", "DROP INDEX idx_unit_unit_code", "UPDATE unit SET unit_code = 'U0000' WHERE unit_id < 4"
    )
    yield from _sql("no code", "UPDATE unit SET unit_code = '' WHERE unit_id = 3")
    yield from _sql("a unit given twice", "DROP INDEX idx_assignment_scenario_id_alignment_id_unit_id",
                    "INSERT INTO assignment (scenario_id, alignment_id, unit_id, territory_id) SELECT scenario_id,"
                    " alignment_id, unit_id, 1 FROM assignment")  # fmt: skip


# -- history -----------------------------------------------------------------------------------------------------------


def _journals() -> Iterator[Case]:
    last = "(SELECT max(step_id) FROM journal_step WHERE kind = 'do')"
    row = "UPDATE journal_row SET {} WHERE row_id = (SELECT max(row_id) FROM journal_row)"
    step = f"UPDATE journal_step SET {{}} WHERE step_id = {last}"
    for name, statement in {
        "a step is its own parent": step.format("parent_uuid = uuid"),
        "parents in a circle": "UPDATE journal_step SET parent_uuid = (SELECT uuid FROM journal_step ORDER BY step_id DESC)",
        "no parents": "UPDATE journal_step SET parent_uuid = NULL",
        "parents unknown": "UPDATE journal_step SET parent_uuid = 'x' || step_id",
        "every step undone": "UPDATE journal_step SET undone = 1",
        "no step undone": "UPDATE journal_step SET undone = 0",
        "undone of nonsense": "UPDATE journal_step SET undone = 'x'",
        "undo of nothing": "UPDATE journal_step SET ref_uuid = NULL WHERE kind = 'undo'",
        "undo of the creation": "UPDATE journal_step SET ref_uuid = (SELECT min(uuid) FROM journal_step WHERE kind = 'create')"
        " WHERE kind = 'undo'",
        "undo of itself": "UPDATE journal_step SET ref_uuid = uuid WHERE kind = 'undo'",
        "all are undos": "UPDATE journal_step SET kind = 'undo' WHERE kind = 'do'",
        "no creation": "UPDATE journal_step SET kind = 'do' WHERE kind = 'create'",
        "creations": "UPDATE journal_step SET kind = 'create'",
        "unknown kinds": "UPDATE journal_step SET kind = 'evil' WHERE kind = 'do'",
        "merged by nobody": step.format("merged_by = 'nobody'"),
        "merged by itself": step.format("merged_by = uuid"),
        "steps of tomorrow": "UPDATE journal_step SET created_at = '9999-12-31T23:59:59.999Z'",
        "steps of no day": "UPDATE journal_step SET created_at = 'when'",
        "a label of a megabyte": step.format("label = CAST(zeroblob(9) AS TEXT) || hex(zeroblob(500000))"),
        "labels with markup": step.format("label = '<img src=x onerror=alert(1)>', author = '<script>'"),
        "the first step is gone": "DELETE FROM journal_step WHERE kind = 'create'",
        "a step is gone": f"DELETE FROM journal_step WHERE step_id = {last}",
        "no steps": "DELETE FROM journal_step",
        "no rows": "DELETE FROM journal_row",
        "no rows at all": "DELETE FROM journal_bulk",
        "rows of no step": "UPDATE journal_row SET step_id = 4711",
        "rows of a step to come": row.format("step_id = 9223372036854775807"),
        "an image that is no JSON": row.format("new = 'x', old = 'y'"),
        "an image that is a list": row.format("new = '[1, 2]', old = '[1]'"),
        "an image that is a number": row.format("new = '5', old = '6'"),
        "an image in an image": row.format("""new = '{"assignment_id": {"a": [1]}}', old = '{"assignment_id": 1}'"""),
        "an image without its key": row.format("""new = '{"a": 1}', old = '{"a": 1}'"""),
        "an image with a strange column": row.format("""new = '{"assignment_id": 1, "x\\"; DROP": 2}', old = NULL"""),
        "an image with a list": row.format("""new = '{"assignment_id": 1, "unit_id": [1, 2]}', old = NULL"""),
        "an image of two shapes": row.format("""new = '{"assignment_id": 1, "a": 1}', old = '{"assignment_id": 1}'"""),
        "an image with a huge key": row.format("""new = '{"assignment_id": 99999999999999999999999}', old = NULL"""),
        "an image with NaN": row.format("""new = '{"assignment_id": 1, "unit_id": NaN}', old = NULL"""),
        "a deep image": row.format(f"new = '{'[' * 50000}', old = NULL"),
        "an image of base64": row.format("""new = '{"assignment_id": {"base64": "!!!!"}}', old = NULL"""),
        "no images": row.format("new = NULL, old = NULL"),
        "images of blobs": row.format("new = x'00ff', old = x'00ff'"),
        "an unknown table": row.format("table_name = 'sqlite_master'"),
        "a table with a quote": row.format("""table_name = 'unit"; DROP TABLE unit; --'"""),
        "a row of another table": row.format("table_name = 'unit'"),
        "values that were not": "UPDATE journal_row SET old = replace(old, '\"territory_id\":1', '\"territory_id\":4711')",
        "values that cannot be": "UPDATE journal_row SET old = replace(old, '\"territory_id\":', '\"territory_id\":\"x\",\"q\":')",
        "a chunk that is no zlib": "UPDATE journal_bulk SET rows = x'00112233'",
        "a chunk that is a text": "UPDATE journal_bulk SET rows = 'x'",
        "a chunk of nothing": "UPDATE journal_bulk SET rows = NULL",
        "a chunk of an unknown table": "UPDATE journal_bulk SET table_name = 'evil'",
        "rows doubled": "INSERT INTO journal_row (step_id, table_name, row_key, old, new)"
        " SELECT step_id, table_name, row_key, old, new FROM journal_row",
        "rows backwards": "UPDATE journal_row SET row_id = -row_id",
    }.items():  # fmt: skip
        yield from _sql(f"history: {name}", statement)
    yield Case("history: a chunk that swells", _swelling)
    yield Case("history: chunks of nonsense", _chunks)


def _swelling(path: Path) -> None:
    import zlib

    packer = zlib.compressobj(9)
    packed = b"".join(packer.compress(bytes(10_000_000)) for _ in range(200)) + packer.flush()
    _put_chunk(path, packed)


def _chunks(path: Path) -> None:
    import zlib

    for text in (b"[]", b"5", b"{}", b'{"row_id":5,"key":[],"old":null,"new":null}', b'{"row_id":["x"],"key":[1],"old":null,"new":{"a":[]}}',
                 b"[" * 100_000):  # fmt: skip
        _put_chunk(path, zlib.compress(text))


def _put_chunk(path: Path, packed: bytes) -> None:
    connection = sqlite3.connect(path)
    connection.execute(
        "INSERT INTO journal_bulk (step_id, table_name, n_rows, rows) VALUES"
        " ((SELECT max(step_id) FROM journal_step WHERE kind = 'do'), 'unit', 1, ?)",
        (packed,),
    )
    connection.commit()
    connection.close()
    sealed(path)


# -- what lies beside it, and what is no file ---------------------------------------------------------------------------


def _beside() -> Iterator[Case]:
    def wal_of_another(path: Path) -> None:
        other = path.with_name("other.gpkg")
        shutil.copyfile(path, other)
        connection = sqlite3.connect(other)
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA wal_autocheckpoint = 0")
        connection.execute("UPDATE unit SET unit_name = 'theirs'")
        connection.commit()
        shutil.copyfile(f"{other}-wal", f"{path}-wal")
        connection.close()
        other.unlink()

    def wal_of_another_in_wal_mode(path: Path) -> None:
        wal_of_another(path)
        content = bytearray(path.read_bytes())
        content[18:20] = b"\2\2"
        path.write_bytes(content)

    def hot_journal(path: Path) -> None:
        header = bytes.fromhex("d9d505f920a163d7") + struct.pack(">5I", 3, 1234, 90, 512, PAGE)
        body = b"".join(
            struct.pack(">I", n)
            + b"\xab" * PAGE
            + struct.pack(">I", (1234 + sum(b"\xab" * len(range(PAGE - 200, 0, -200)))) & 0xFFFFFFFF)
            for n in (1, 2, 3)
        )
        Path(f"{path}-journal").write_bytes(header.ljust(512, b"\0") + body)

    def leaves(end: str, content: bytes) -> Bend:
        return lambda path: Path(f"{path}{end}").write_bytes(content) and None

    yield Case("WAL of another", wal_of_another)
    yield Case("WAL of another, in WAL mode", wal_of_another_in_wal_mode)
    yield Case("hot journal of another", hot_journal)
    yield Case("WAL of noise", leaves("-wal", random.Random(3).randbytes(50_000)))
    yield Case("journal of noise", leaves("-journal", random.Random(4).randbytes(50_000)))
    yield Case("shared memory of noise", leaves("-shm", random.Random(5).randbytes(32768)))
    for end in ("-wal", "-journal", "-shm"):
        yield Case(f"a folder as {end}", lambda path, end=end: Path(f"{path}{end}").mkdir())  # type: ignore[misc]
        yield Case(f"a link as {end}", lambda path, end=end: Path(f"{path}{end}").symlink_to(path))  # type: ignore[misc]


def _places() -> Iterator[Case]:
    def instead(make: Callable[[Path], object]) -> Bend:
        def bend(path: Path) -> None:
            path.unlink()
            make(path)

        return bend

    yield Case("a link to itself", instead(lambda path: path.symlink_to(path.name)))
    yield Case("a link to nothing", instead(lambda path: path.symlink_to("nothing.gpkg")))
    yield Case("a link to a device", instead(lambda path: path.symlink_to("/dev/zero")))
    yield Case("a link to a folder", instead(lambda path: path.symlink_to(path.parent)))
    yield Case("a pipe", instead(lambda path: os.mkfifo(path)))
    yield Case("a folder", instead(lambda path: path.mkdir()))
    yield Case("not there", instead(lambda path: None))


# -- size --------------------------------------------------------------------------------------------------------------

_COUNT = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {})"


def _big() -> Iterator[Case]:
    million = _COUNT.format(1_000_000)
    for name, statement in {
        "a million scenarios": f"{million} INSERT INTO scenario (uuid, scenario_name, parent_scenario_id)"
        " SELECT 'u' || i, 'S' || i, 1 FROM n",
        "a million scenarios in a chain": f"{million} INSERT INTO scenario (scenario_id, uuid, scenario_name,"
        " parent_scenario_id) SELECT i + 10, 'u' || i, 'S' || i, i + 9 FROM n",
        "a million steps": f"{million} INSERT INTO journal_step (uuid, parent_uuid, kind, label) SELECT 'u' || i,"
        " 'u' || (i - 1), 'do', 'L' FROM n",
        "a million regions": f"{million} INSERT INTO region (region_id, uuid, region_name, parent_region_id)"
        " SELECT i + 10, 'u' || i, 'R', i + 9 FROM n",
        "a million territories": f"{million} INSERT INTO territory (uuid, territory_name, alignment_id) SELECT 'u' || i,"
        " 'T' || i, 1 FROM n",
        "a million alignments": f"{million} INSERT INTO alignment (uuid, alignment_name) SELECT 'u' || i, 'A' FROM n",
        "a million measures": f"{million} INSERT INTO measure (uuid, measure_name, source, column_name) SELECT 'u' || i,"
        " 'M' || i, 'builtin', 'accounts' FROM n",
        "a million reps": f"{million} INSERT INTO rep (uuid, rep_name) SELECT 'u' || i, 'R' FROM n",
        "a million scenes": f"{million} INSERT INTO scene (uuid, content) SELECT 'u' || i, '{{}}' FROM n",
        "a million rows of history": f"{million} INSERT INTO journal_row (step_id, table_name, row_key, new) SELECT 3,"
        " 'unit', 'x', '{\"unit_id\": ' || (i + 100) || '}' FROM n",
    }.items():  # fmt: skip
        yield Case(name, lambda path, sql=statement: run_sql(path, sql), is_big=True)  # type: ignore[misc]
    yield Case("a unit of a million corners", _million_corners, is_big=True)
    yield Case(
        "a blob of 400 MB",
        lambda path: run_sql(path, "UPDATE unit SET geom = zeroblob(400000000) WHERE unit_id = 1"),
        is_big=True,
    )
    yield Case(
        "a title of 400 MB",
        lambda path: run_sql(path, "UPDATE plan SET title = CAST(big(400000000) AS TEXT)"),
        is_big=True,
    )


def _million_corners(path: Path) -> None:
    angle = np.linspace(0, 2 * np.pi, 1_000_000, endpoint=False)
    ring = np.column_stack([0.5 + 0.4 * np.cos(angle), 0.5 + 0.4 * np.sin(angle)])
    (blob,) = encode_polygons(np.array([shapely.Polygon(ring)], dtype=object))
    connection = sqlite3.connect(path)
    connection.execute("UPDATE unit SET geom = ? WHERE unit_id = 1", (blob,))
    connection.commit()
    connection.close()
