"""MBTiles and PMTiles with views, directories and pictures that lead nowhere."""

from __future__ import annotations

import gzip
import sqlite3
import struct
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.hostile.cases import EITHER, GOOD, REFUSED, Hostile, Trap, bytes_file
from tests.hostile.odd_files import noise
from tests.support.tiles import make_mbtiles, make_pmtiles, whole_levels

_TILES = whole_levels(0, 1)


def _sql(*statements: str) -> Callable[[Path, Trap], Path]:
    def make(folder: Path, _: Trap) -> Path:
        path = folder / "tiles.mbtiles"
        make_mbtiles(path, _TILES)
        connection = sqlite3.connect(path, isolation_level=None)
        connection.execute("PRAGMA writable_schema = ON")
        for statement in statements:
            connection.executescript(statement)
        connection.close()
        return path

    return make


_NO_TABLE = "ALTER TABLE tiles RENAME TO t;"
_SQL = {
    "whole": ("", GOOD),
    "a view without end": (_NO_TABLE + "CREATE VIEW tiles AS WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n+1 FROM c)"
        " SELECT n AS zoom_level, 0 AS tile_column, 0 AS tile_row, x'00' AS tile_data FROM c;", REFUSED),
    "a view on itself": ("CREATE VIEW v AS SELECT 1;" + _NO_TABLE + "CREATE VIEW tiles AS SELECT * FROM t;"
        "UPDATE sqlite_master SET sql = 'CREATE VIEW tiles AS SELECT * FROM tiles' WHERE name = 'tiles';", REFUSED),
    "a view that loads": (_NO_TABLE + "CREATE VIEW tiles AS SELECT load_extension('x') AS zoom_level, 0 AS tile_column, "
        "0 AS tile_row, tile_data FROM t;", REFUSED),
    "a view of huge tiles": (_NO_TABLE + "CREATE VIEW tiles AS SELECT zoom_level, tile_column, tile_row, "
        "zeroblob(900000000) AS tile_data FROM t;", REFUSED),
    "no tile": ("DELETE FROM tiles;", REFUSED),
    "no table": ("DROP TABLE tiles;", REFUSED),
    "tiles of text": ("UPDATE tiles SET tile_data = 'x';", REFUSED),
    "tiles of nothing": ("UPDATE tiles SET tile_data = NULL;", REFUSED),
    "tiles of 100 MB": ("UPDATE tiles SET tile_data = zeroblob(100000000) WHERE zoom_level = 0;", REFUSED),
    "levels of text": ("DROP INDEX tile_index; UPDATE tiles SET zoom_level = 'x';", REFUSED),
    "levels of billions": ("DROP INDEX tile_index; UPDATE tiles SET zoom_level = zoom_level * 9000000000;", EITHER),
    "levels below zero": ("DROP INDEX tile_index; UPDATE tiles SET zoom_level = -5;", EITHER),
    "no metadata": ("DROP TABLE IF EXISTS metadata;", GOOD),
    "metadata of 100 MB": ("INSERT INTO metadata VALUES ('attribution', hex(zeroblob(50000000)));", EITHER),
    "a million metadata": ("WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n+1 FROM c WHERE n < 200000) "
        "INSERT INTO metadata SELECT 'k' || n, 'v' FROM c;", EITHER),
    "markup in its name": ("INSERT INTO metadata VALUES ('name', '<script>alert(1)</script><b>x');", EITHER),
    "bounds of nonsense": ("INSERT INTO metadata VALUES ('bounds', 'inf,nan,1e999,x');", EITHER),
}  # fmt: skip


def _pm(at: int, value: bytes) -> Callable[[Path, Trap], Path]:
    def make(folder: Path, _: Trap) -> Path:
        path = folder / "tiles.pmtiles"
        make_pmtiles(path, _TILES)
        content = bytearray(path.read_bytes())
        content[at : at + len(value)] = value
        path.write_bytes(content)
        return path

    return make


def cases() -> Iterator[Hostile]:
    for name, (sql, ends) in _SQL.items():
        yield Hostile(f"mbtiles with {name}", "tiles", _sql(sql), ends)
    yield Hostile("pmtiles whole", "tiles", _pm(0, b"PMTiles"), GOOD)
    for at in range(8, 127, 7):
        yield Hostile(f"pmtiles with a huge number at {at}", "tiles", _pm(at, b"\xff" * 8))
        yield Hostile(f"pmtiles with zeros at {at}", "tiles", _pm(at, b"\0" * 8))
    head = b"PMTiles\x03" + struct.pack("<11Q", 127, 300, 0, 0, 127, 300, 427, 10, 1, 1, 1)
    loop = gzip.compress(bytes([1, 0, 0, 127, 1]))
    for name, content in {
        "of its head": head,
        "of an old version": b"PMTiles\x01" + b"\0" * 200,
        "of a version to come": b"PMTiles\x63" + b"\0" * 200,
        "of noise": b"PMTiles\x03" + noise(5000),
        "of directories in a circle": head + bytes([1, 2, 1, 2, 0, 9]) + b"\0" * 24 + loop + b"\0" * 400,
        "of a directory that swells": head
        + bytes([1, 2, 1, 2, 0, 9])
        + b"\0" * 24
        + gzip.compress(b"\x80" * 50_000_000),
        "of numbers without end": head + bytes([1, 1, 1, 2, 0, 9]) + b"\0" * 24 + b"\xff" * 500,
    }.items():
        yield Hostile(
            f"pmtiles {name}",
            "tiles",
            bytes_file("tiles.pmtiles", content),
            REFUSED if "circle" not in name else EITHER,
        )
