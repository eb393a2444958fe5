"""A planner's own base layer: raster tiles in an MBTiles file, read and never written.

Owns the SQL of such a file and its limits; not what is a picture (model.tiles) nor where it is drawn.
The file is untrusted: it may hold a view named "tiles" (most do), so only reading is authorised and work is bounded.
"""

from __future__ import annotations

import math
import sqlite3
from pathlib import Path

from territorymap.document.connection import connect
from territorymap.errors import UserError
from territorymap.i18n import tr
from territorymap.model.tiles import (
    MAX_TILE_BYTES,
    TileInfo,
    checked_bounds,
    checked_zooms,
    is_vector,
    picture_kind,
    plain_text,
    unzipped,
)

MAGIC = b"SQLite format 3\0"
# Steps of SQLite's machine for one question: a view that never ends is stopped, soon where the person waits for a tile.
_MOST_STEPS_OPENING, _MOST_STEPS_TILE = 30_000_000, 2_000_000
_ASK_LEAST = "SELECT zoom_level FROM tiles ORDER BY zoom_level ASC LIMIT 1"
_ASK_GREATEST = "SELECT zoom_level FROM tiles ORDER BY zoom_level DESC LIMIT 1"
_MAX_METADATA = 200  # rows
_MAX_VALUE = 100_000  # letters of one
_SAFE_CALLS = frozenset({"coalesce", "ifnull", "nullif", "length", "substr", "abs", "min", "max", "count", "cast"})
# SQLite names in its message what it could not read, in the very bytes.
_UNREADABLE = (sqlite3.Error, UnicodeDecodeError)
_READING = (sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ)


class MbTiles:
    """An open MBTiles file of pictures."""

    def __init__(self, path: Path) -> None:
        """Open the file and see that it holds pictures.

        Raises
        ------
        UserError
            if it is no MBTiles file, holds vector tiles or no tile, or cannot be read.
        """
        self.path = path
        try:
            self._connection = connect(path, is_read_only=True)
        except _UNREADABLE as error:
            raise _unreadable(path) from error
        try:
            self._limit()
            self.info = self._read_info()
            self._most_steps = _MOST_STEPS_TILE
        except _UNREADABLE as error:
            self.close()
            raise _unreadable(path) from error
        except BaseException:
            self.close()
            raise

    def tile(self, zoom: int, x: int, y: int) -> bytes | None:
        """Return the picture of a tile, y counted from the north (in the file from the south); None where none is."""
        row = 2**zoom - 1 - y
        try:
            found = self._connection.execute(
                "SELECT tile_data FROM tiles WHERE zoom_level = ? AND tile_column = ? AND tile_row = ? LIMIT 1",
                (zoom, x, row),
            ).fetchone()
        except sqlite3.DataError:  # larger than a tile may be
            return None
        except _UNREADABLE as error:
            raise _unreadable(self.path) from error
        return _picture(found[0]) if found is not None else None

    def close(self) -> None:
        self._connection.close()

    def _limit(self) -> None:
        connection = self._connection
        connection.execute("PRAGMA cache_size = -8192")
        connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, MAX_TILE_BYTES)
        connection.setlimit(sqlite3.SQLITE_LIMIT_SQL_LENGTH, 100_000)
        connection.set_authorizer(_authorize)
        self._steps, self._most_steps = 0, _MOST_STEPS_OPENING
        connection.set_progress_handler(self._count, 10_000)
        connection.set_trace_callback(lambda _: self._begin())

    def _begin(self) -> None:
        self._steps = 0

    def _count(self) -> int:
        self._steps += 10_000
        return int(self._steps > self._most_steps)

    def _read_info(self) -> TileInfo:
        names = {str(n) for (n,) in self._connection.execute("SELECT name FROM sqlite_master WHERE name IN ('tiles')")}
        if "tiles" not in names:
            raise UserError(
                tr("{name} is a database, but holds no map tiles.", name=self.path.name),
                tr("Choose an MBTiles or PMTiles file with pictures of a map."),
            )
        said = self._read_metadata()
        low, high = self._zooms(said)
        sample = self._connection.execute("SELECT tile_data FROM tiles WHERE zoom_level = ? LIMIT 1", (low,)).fetchone()
        refuse_unless_picture(self.path, sample[0] if sample is not None else None, said.get("format", ""))
        return TileInfo(
            title=plain_text(said.get("name", "")) or self.path.stem,
            attribution=plain_text(said.get("attribution", "")),
            min_zoom=low,
            max_zoom=high,
            bounds=checked_bounds(_numbers(said.get("bounds", ""))),
        )

    def _read_metadata(self) -> dict[str, str]:
        """Return the file's own description; a file without one is shown all the same."""
        try:
            rows = self._connection.execute(
                "SELECT name, value FROM metadata WHERE length(value) < ? LIMIT ?", (_MAX_VALUE, _MAX_METADATA)
            ).fetchall()
        except sqlite3.OperationalError:
            return {}
        return {str(name).lower(): str(value) for name, value in rows}

    def _zooms(self, said: dict[str, str]) -> tuple[int, int]:
        """Return the least and greatest zoom level: by the index of the tiles, which cannot be wrong."""
        found = [self._connection.execute(question).fetchone() for question in (_ASK_LEAST, _ASK_GREATEST)]
        if any(row is None or not isinstance(row[0], int) for row in found):
            raise UserError(
                tr("{name} holds no tile.", name=self.path.name),
                tr("Choose an MBTiles or PMTiles file with pictures of a map."),
            )
        return checked_zooms(found[0][0], found[1][0])


def refuse_unless_picture(path: Path, tile: object, told_format: str) -> None:
    """Raise UserError unless a tile of the file is a picture that the map can show."""
    data = tile if isinstance(tile, bytes) else b""
    if _picture(data) is not None:
        return
    if told_format.lower() in ("pbf", "mvt", "mlt") or is_vector(data):
        raise UserError(
            tr("{name} holds vector tiles. The map shows pictures only (PNG, JPEG, WebP).", name=path.name),
            tr("Ask for the same map as raster tiles."),
        )
    raise UserError(
        tr("The tiles of {name} are no pictures that the map can show.", name=path.name),
        tr("Tiles may be PNG, JPEG or WebP, of {n} pixels at most.", n=4096),
    )


def _picture(data: object) -> bytes | None:
    if not isinstance(data, bytes):
        return None
    if data[:2] == b"\x1f\x8b":
        data = unzipped(data) or b""
    return data if picture_kind(data) else None


def _numbers(text: str) -> list[float]:
    try:
        values = [float(part) for part in text.split(",")]
    except ValueError:
        return []
    return values if all(math.isfinite(v) for v in values) else []


def _authorize(action: int, first: str | None, second: str | None, *_: str | None) -> int:
    if action in _READING:
        return sqlite3.SQLITE_OK
    if action == sqlite3.SQLITE_FUNCTION and second in _SAFE_CALLS:
        return sqlite3.SQLITE_OK
    return sqlite3.SQLITE_DENY


def _unreadable(path: Path) -> UserError:
    return UserError(
        tr("{name} cannot be read as a file of map tiles.", name=path.name),
        tr("See that the file is still there and whole, or choose another one."),
    )
