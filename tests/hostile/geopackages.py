"""GeoPackages with views that never end or look at themselves, triggers, lies and odd values."""

from __future__ import annotations

import sqlite3
import struct
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.hostile.cases import EITHER, GOOD, REFUSED, Hostile, Trap
from tests.hostile.odd_files import noise
from tests.importers.boundary_files import frame


def _changed(*statements: str, after: Callable[[Path], None] | None = None) -> Callable[[Path, Trap], Path]:
    """Return a maker of a good file in which SQL was run; the schema may be written to."""

    def make(folder: Path, _: Trap) -> Path:
        path = folder / "units.gpkg"
        frame().to_file(path, layer="units", driver="GPKG", SPATIAL_INDEX="NO")
        connection = sqlite3.connect(path, isolation_level=None)
        connection.execute("PRAGMA writable_schema = ON")
        for statement in statements:
            connection.executescript(statement)
        connection.close()
        if after is not None:
            after(path)
        return path

    return make


def _view(sql: str, name: str = "units2") -> str:
    """Return statements that make a view a layer, and the table none."""
    return (
        f"CREATE VIEW {name} AS {sql};"
        f"INSERT INTO gpkg_contents (table_name, data_type, identifier, srs_id) VALUES ('{name}', 'features', '{name}', 4326);"
        f"INSERT INTO gpkg_geometry_columns VALUES ('{name}', 'geom', 'POLYGON', 4326, 0, 0);"
        "DELETE FROM gpkg_geometry_columns WHERE table_name = 'units'; DELETE FROM gpkg_contents WHERE table_name = 'units';"
    )


_ENDLESS = (
    "WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c) SELECT c.n AS fid, u.AGS, u.geom FROM c, units u"
)
_WIDE = "(SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3 UNION ALL SELECT 4 UNION ALL SELECT 5 UNION ALL SELECT 6)"
_SQL = {
    "whole": ("", GOOD),
    "a view": (_view("SELECT fid, AGS, geom FROM units"), GOOD),
    "a view without end": (_view(_ENDLESS), REFUSED),
    "a view of a billion rows": (
        _view("SELECT u.fid, u.AGS, u.geom FROM units u" + "".join(f", {_WIDE} w{i}" for i in range(12))), REFUSED),
    "a view of huge cells": (
        _view("SELECT u.fid, hex(zeroblob(400000000)) AS AGS, u.geom FROM units u"), REFUSED),
    "a view of huge shapes": (_view("SELECT u.fid, u.AGS, zeroblob(900000000) AS geom FROM units u"), REFUSED),
    "a view on itself": (
        _view("SELECT 1 AS fid, 'a' AS AGS, NULL AS geom")
        + "UPDATE sqlite_master SET sql = 'CREATE VIEW units2 AS SELECT * FROM units2' WHERE name = 'units2';", REFUSED),
    "views in a circle": (
        "CREATE VIEW v1 AS SELECT fid, AGS, geom FROM units;" + _view("SELECT * FROM v1")
        + "UPDATE sqlite_master SET sql = 'CREATE VIEW v1 AS SELECT * FROM units2' WHERE name = 'v1';", REFUSED),
    "a view on nothing": (_view("SELECT * FROM units") + "DROP TABLE units;", REFUSED),
    "a view that loads": (_view("SELECT fid, load_extension('/tmp/evil.so') AS AGS, geom FROM units"), REFUSED),
    "a view that writes": (_view("SELECT fid, writefile('/tmp/evil', AGS) AS AGS, geom FROM units"), REFUSED),
    "triggers": ("CREATE TRIGGER t AFTER UPDATE ON units BEGIN DELETE FROM units; END;", GOOD),
    "no contents": ("DELETE FROM gpkg_contents;", EITHER),
    "no tables of its own": ("DROP TABLE gpkg_geometry_columns; DROP TABLE gpkg_contents;", REFUSED),
    "a layer that is not there": ("DROP TABLE units;", REFUSED),
    "a layer of a thousand": (
        "".join(f"INSERT INTO gpkg_contents (table_name, data_type, identifier, srs_id) VALUES ('x{i}', 'features', "
                f"'x{i}', 4326);" for i in range(1000)), EITHER),
    "an odd layer name": (
        'ALTER TABLE units RENAME TO "a""b\'c<b>{n}%s"; UPDATE gpkg_contents SET table_name = \'a"b\'\'c<b>{n}%s\';'
        "UPDATE gpkg_geometry_columns SET table_name = 'a\"b''c<b>{n}%s';", EITHER),
    "shapes of text": ("UPDATE units SET geom = 'POLYGON((0 0,1 0,1 1,0 0))';", EITHER),
    "shapes of zeros": ("UPDATE units SET geom = zeroblob(5000);", EITHER),
    "shapes of noise": ("UPDATE units SET geom = randomblob(500);", EITHER),
    "shapes of numbers": ("UPDATE units SET geom = 7;", EITHER),
    "shapes of nothing": ("UPDATE units SET geom = NULL;", REFUSED),
    "shapes that are cut": ("UPDATE units SET geom = substr(geom, 1, 60);", EITHER),
    "a shape of 200 MB": ("UPDATE units SET geom = zeroblob(200000000) WHERE fid = 1;", EITHER),
    "codes of bytes": ("UPDATE units SET AGS = x'fffe00414243';", EITHER),
    "codes of floats": ("UPDATE units SET AGS = 1e400;", EITHER),
    "codes of letters that are none": ("UPDATE units SET AGS = CAST(x'c3284180ff' AS TEXT);", EITHER),
    "codes of 50 MB": ("UPDATE units SET AGS = hex(zeroblob(25000000)) WHERE fid = 1;", EITHER),
    "numbers of text": ("UPDATE units SET EW = 'many';", EITHER),
    "a system nobody knows": ("UPDATE gpkg_geometry_columns SET srs_id = 777777; UPDATE gpkg_contents SET srs_id = 777777;", EITHER),
    "a system of nonsense": ("UPDATE gpkg_spatial_ref_sys SET definition = 'nonsense', organization = 'x';", EITHER),
    "a system of a file": ("UPDATE gpkg_spatial_ref_sys SET definition = '+init=/etc/passwd:1', organization = 'NONE';", EITHER),
    "keys below zero": ("UPDATE units SET fid = -fid;", EITHER),
    "huge keys": ("UPDATE units SET fid = 9223372036854775800 + fid;", EITHER),
    "a schema of 5 MB": ("INSERT INTO gpkg_contents (table_name, data_type, identifier, description) VALUES ('y', 'attributes', 'y', hex(zeroblob(2500000)));", GOOD),
    "1,500 columns": ("".join(f"ALTER TABLE units ADD COLUMN c{i} REAL DEFAULT 1;" for i in range(1500)), EITHER),
    "a column that is worked out": ("ALTER TABLE units ADD COLUMN big TEXT AS (hex(zeroblob(300000000)));", EITHER),
    "an index that lies": ("CREATE INDEX i ON units(AGS); UPDATE sqlite_master SET rootpage = 2 WHERE name = 'i';", EITHER),
    "tables of one page": ("UPDATE sqlite_master SET rootpage = 1 WHERE name = 'units';", EITHER),
    "a page that is not there": ("UPDATE sqlite_master SET rootpage = 99999 WHERE name = 'units';", EITHER),
    "a schema that is no SQL": ("UPDATE sqlite_master SET sql = 'nonsense' WHERE name = 'units';", EITHER),
    "an index of a driver's": ("CREATE TABLE IF NOT EXISTS gpkg_extensions (table_name TEXT, column_name TEXT, extension_name TEXT, definition TEXT, scope TEXT); INSERT INTO gpkg_extensions VALUES ('units', 'geom', 'gpkg_rtree_index', 'x', 'write-only');", EITHER),
    "a virtual table": ("CREATE VIRTUAL TABLE v USING fts5(a);", GOOD),
    "a relation without end": ("CREATE TABLE gpkgext_relations (id INTEGER, base_table_name TEXT, base_primary_column TEXT, related_table_name TEXT, related_primary_column TEXT, relation_name TEXT, mapping_table_name TEXT); INSERT INTO gpkgext_relations VALUES (1,'units','fid','units','fid','features','units');", EITHER),
}  # fmt: skip


def cases() -> Iterator[Hostile]:
    for name, (sql, ends) in _SQL.items():
        yield Hostile(f"geopackage with {name}", "units", _changed(sql), ends)
        if "view" in name:
            yield Hostile(f"geopackage with {name}", "accounts", _changed(sql))
    for name, change in _BYTES.items():
        yield Hostile(f"geopackage {name}", "units", _changed(after=change))

    def resting(path: Path) -> None:
        """Leave a journal of another program beside the file, as after a crash."""
        connection = sqlite3.connect(path, isolation_level=None)
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("UPDATE units SET AGS = '09' WHERE fid = 1")
        log = path.with_name(path.name + "-wal").read_bytes()
        connection.close()
        path.with_name(path.name + "-wal").write_bytes(log)

    yield Hostile("geopackage with a log beside it", "units", _changed(after=resting))
    yield Hostile("geopackage that says it has a log", "units", _changed("PRAGMA journal_mode = WAL;"), GOOD)

    def hot(path: Path) -> None:
        path.with_name(path.name + "-journal").write_bytes(b"\xd9\xd5\x05\xf9\x20\xa1\x63\xd7" + noise(1000))

    yield Hostile("geopackage with a journal of noise", "units", _changed(after=hot))


def _patched(at: int, value: bytes) -> Callable[[Path], None]:
    def change(path: Path) -> None:
        content = bytearray(path.read_bytes())
        content[at : at + len(value)] = value
        path.write_bytes(content)

    return change


def _cut_at(share: float) -> Callable[[Path], None]:
    def change(path: Path) -> None:
        content = path.read_bytes()
        path.write_bytes(content[: int(len(content) * share)])

    return change


_BYTES = {
    **{f"cut at {share} %": _cut_at(share / 100) for share in (1, 20, 50, 90, 99)},
    "of pages of 65,536": _patched(16, struct.pack(">H", 1)),
    "of pages of 3 bytes": _patched(16, struct.pack(">H", 3)),
    "of a format to come": _patched(18, b"\x09\x09"),
    "in utf-16": _patched(56, struct.pack(">I", 2)),
    "of a first page of noise": _patched(100, noise(400)),
    "of pages of noise": _patched(4096, noise(8000)),
    "of free pages in a circle": _patched(32, struct.pack(">II", 1, 0x7FFFFFFF)),
}
