"""A planner's own base layer: raster tiles in a PMTiles file, by the package pmtiles.

Owns the reading and its limits (the file is untrusted); not what is a picture (model.tiles) nor where it is drawn.
"""

from __future__ import annotations

import gzip
import json
import re
import zlib
from functools import lru_cache
from pathlib import Path
from typing import Any

from pmtiles.tile import (
    Compression,
    Entry,
    MagicNumberNotFound,
    SpecVersionUnsupported,
    TileType,
    deserialize_directory,
    deserialize_header,
    find_tile,
    zxy_to_tileid,
)

from territorymap.errors import UserError
from territorymap.i18n import tr
from territorymap.model.tiles import (
    MAX_TILE_BYTES,
    TileInfo,
    checked_bounds,
    checked_zooms,
    picture_kind,
    plain_text,
    unzipped,
)

MAGIC = b"PMTiles"
_HEADER = 127
_MAX_DEPTH = 4  # directories above a tile
_MAX_DIRECTORY = 4_000_000  # bytes, and unzipped the next
_MAX_UNZIPPED = 32_000_000
_MAX_METADATA = 2_000_000
_PICTURES = (TileType.UNKNOWN, TileType.PNG, TileType.JPEG, TileType.WEBP)
_ENDLESS = re.compile(rb"[\x80-\xff]{10}")  # no number of 64 bits is written with so many bytes


class PmTilesFile:
    """An open PMTiles file of pictures."""

    def __init__(self, path: Path) -> None:
        """Open the file and see that it holds pictures.

        Raises
        ------
        UserError
            if it is no PMTiles file of version 3, holds vector tiles, or is packed in a way that is not known here.
        """
        self.path = path
        try:
            self._file = path.open("rb")
        except OSError as error:
            raise _unreadable(path) from error
        self._directory = lru_cache(maxsize=64)(self._read_directory)
        try:
            self._header: Any = deserialize_header(self._read(0, _HEADER))
            self._refuse_others()
            self.info = self._read_info()
        except SpecVersionUnsupported as error:
            self.close()
            raise UserError(
                tr("{name} is a PMTiles file of an old version.", name=path.name),
                tr("Convert it to version 3, e.g. with the program pmtiles."),
            ) from error
        except (MagicNumberNotFound, ValueError, EOFError, IndexError) as error:
            self.close()
            raise _unreadable(path) from error
        except BaseException:
            self.close()
            raise

    def tile(self, zoom: int, x: int, y: int) -> bytes | None:
        """Return the picture of a tile, y counted from the north; None where none is."""
        try:
            data = self._find(zxy_to_tileid(zoom, x, y))
        except (ValueError, EOFError, IndexError, OverflowError) as error:
            raise _unreadable(self.path) from error
        if data is not None and data[:2] == b"\x1f\x8b":
            data = unzipped(data)
        return data if data is not None and picture_kind(data) else None

    def close(self) -> None:
        self._file.close()

    def _find(self, tile_id: int) -> bytes | None:
        header = self._header
        offset, length = header["root_offset"], header["root_length"]
        for _ in range(_MAX_DEPTH):
            entry = find_tile(self._directory(offset, length), tile_id)
            if entry is None:
                return None
            if entry.run_length:
                at = header["tile_data_offset"] + entry.offset
                return self._read(at, entry.length) if entry.length <= MAX_TILE_BYTES else None
            offset, length = header["leaf_directory_offset"] + entry.offset, entry.length
        return None

    def _read_directory(self, offset: int, length: int) -> list[Entry]:
        if length > _MAX_DIRECTORY:
            raise ValueError("directory too large")
        data = self._read(offset, length)
        if self._header["internal_compression"] == Compression.GZIP:
            plain = unzipped(data, _MAX_UNZIPPED)
        else:
            plain, data = data, gzip.compress(data, 0)  # the package unzips in any case
        if plain is None or _ENDLESS.search(plain):
            raise ValueError("directory damaged")
        try:
            return deserialize_directory(data)
        except (OSError, zlib.error) as error:  # a second file behind the first, and the like
            raise ValueError("directory damaged") from error

    def _read(self, offset: int, length: int) -> bytes:
        try:
            self._file.seek(offset)
            data = self._file.read(length)
        except (OSError, OverflowError) as error:
            raise _unreadable(self.path) from error
        if len(data) < length:
            raise EOFError("cut off")
        return data

    def _refuse_others(self) -> None:
        header = self._header
        if header["tile_type"] not in _PICTURES:
            is_vector = header["tile_type"] in (TileType.MVT, TileType.MLT)
            raise UserError(
                tr("{name} holds vector tiles. The map shows pictures only (PNG, JPEG, WebP).", name=self.path.name)
                if is_vector
                else tr("The tiles of {name} are no pictures that the map can show.", name=self.path.name),
                tr("Ask for the same map as raster tiles."),
            )
        known = (Compression.NONE, Compression.GZIP)
        if header["internal_compression"] not in known or header["tile_compression"] not in (
            *known,
            Compression.UNKNOWN,
        ):
            raise UserError(
                tr("{name} is compressed in a way that is not known here.", name=self.path.name),
                tr("Ask for a PMTiles file with gzip inside, or an MBTiles file."),
            )

    def _read_info(self) -> TileInfo:
        header = self._header
        low, high = checked_zooms(header["min_zoom"], header["max_zoom"])
        box = [header[f"{edge}_e7"] / 1e7 for edge in ("min_lon", "min_lat", "max_lon", "max_lat")]
        said = self._read_metadata()
        self._directory(header["root_offset"], header["root_length"])  # a damaged one is told of now
        return TileInfo(
            title=plain_text(_text(said.get("name"))) or self.path.stem,
            attribution=plain_text(_text(said.get("attribution"))),
            min_zoom=low,
            max_zoom=high,
            bounds=checked_bounds(box),
        )

    def _read_metadata(self) -> dict[str, Any]:
        """Return the file's own description; a file whose description is damaged is shown all the same."""
        header = self._header
        if header["metadata_length"] > _MAX_METADATA:
            return {}
        data: bytes | None = self._read(header["metadata_offset"], header["metadata_length"])
        if header["internal_compression"] == Compression.GZIP and data:
            data = unzipped(data, _MAX_METADATA)
        try:
            said = json.loads(data or b"{}")
        except (ValueError, RecursionError):
            return {}
        return said if isinstance(said, dict) else {}


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _unreadable(path: Path) -> UserError:
    return UserError(
        tr("{name} cannot be read as a file of map tiles.", name=path.name),
        tr("See that the file is still there and whole, or choose another one."),
    )
