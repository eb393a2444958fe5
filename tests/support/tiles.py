"""Files of map tiles made for tests: MBTiles and PMTiles with one plain colour a tile."""

from __future__ import annotations

import io
import sqlite3
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from PIL import Image
from pmtiles.tile import Compression, TileType, zxy_to_tileid
from pmtiles.writer import Writer

Tile = tuple[int, int, int]  # zoom, x, y from the north
TYPES = {"png": TileType.PNG, "jpg": TileType.JPEG, "webp": TileType.WEBP, "pbf": TileType.MVT}


def tile_color(zoom: int, x: int, y: int) -> tuple[int, int, int]:
    """Return the colour of a tile: red tells the zoom, green the column, blue the row."""
    return 40 * (zoom % 6), 16 * (x % 16), 16 * (y % 16)


def picture(color: tuple[int, int, int], kind: str = "png", size: int = 256) -> bytes:
    """Return a plain picture."""
    out = io.BytesIO()
    image = Image.new("RGB", (size, size), color)
    if kind == "webp":
        image.save(out, "WEBP", lossless=True)
    else:
        image.save(out, {"png": "PNG", "jpg": "JPEG"}[kind])
    return out.getvalue()


def whole_levels(*zooms: int) -> list[Tile]:
    """Return all tiles of these levels."""
    return [(z, x, y) for z in zooms for x in range(2**z) for y in range(2**z)]


def make_mbtiles(
    path: Path, tiles: Iterable[Tile], kind: str = "png", data: bytes | None = None, **metadata: str
) -> Path:
    """Write an MBTiles file; ``data`` stands in every tile instead of its colour."""
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE metadata (name TEXT, value TEXT)")
    connection.execute("CREATE TABLE tiles (zoom_level INTEGER, tile_column INTEGER, tile_row INTEGER, tile_data BLOB)")
    connection.execute("CREATE UNIQUE INDEX tile_index ON tiles (zoom_level, tile_column, tile_row)")
    connection.executemany("INSERT INTO metadata VALUES (?, ?)", {"format": kind, **metadata}.items())
    rows = ((z, x, 2**z - 1 - y, data if data is not None else picture(tile_color(z, x, y), kind)) for z, x, y in tiles)
    connection.executemany("INSERT INTO tiles VALUES (?, ?, ?, ?)", rows)
    connection.commit()
    connection.close()
    return path


def make_pmtiles(
    path: Path, tiles: Iterable[Tile], kind: str = "png", metadata: dict[str, Any] | None = None, **header: Any
) -> Path:
    """Write a PMTiles file."""
    found = list(tiles)
    with path.open("wb") as file:
        writer = Writer(file)
        for z, x, y in sorted(found, key=lambda t: zxy_to_tileid(*t)):
            data = b"\x1a\x03abc" if kind == "pbf" else picture(tile_color(z, x, y), kind)
            writer.write_tile(zxy_to_tileid(z, x, y), data)
        writer.finalize(
            {
                "tile_type": TYPES[kind],
                "tile_compression": Compression.NONE,
                "min_lon_e7": -1_800_000_000,
                "min_lat_e7": -850_000_000,
                "max_lon_e7": 1_800_000_000,
                "max_lat_e7": 850_000_000,
                "center_zoom": 0,
                "center_lon_e7": 0,
                "center_lat_e7": 0,
                **header,
            },
            metadata or {},
        )
    return path
