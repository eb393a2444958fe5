"""Raster tiles of a base layer: what their file says of itself, and which bytes are a picture. Reads no file."""

from __future__ import annotations

import re
import struct
import zlib
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Protocol

MAX_TILE_BYTES = 8_000_000
MAX_TILE_PX = 4096
MAX_ZOOM = 30
MAX_TEXT = 400  # letters of an attribution
_GZIP = b"\x1f\x8b"
_BLOCKS = ("script", "style", "head", "title", "template", "noscript", "iframe", "object", "svg")


@dataclass(frozen=True)
class TileInfo:
    """What a file of tiles says of itself, checked."""

    title: str
    attribution: str  # plain text
    min_zoom: int
    max_zoom: int
    bounds: tuple[float, float, float, float] | None = None  # west, south, east, north; None = not told


class TileSource(Protocol):
    """An open file of tiles."""

    @property
    def info(self) -> TileInfo: ...

    def tile(self, zoom: int, x: int, y: int) -> bytes | None:
        """Return the picture of a tile, y counted from the north; None where there is none.

        Raises
        ------
        UserError
            if the file cannot be read any more.
        """
        ...

    def close(self) -> None: ...


def picture_kind(data: bytes) -> str:
    """Return "png", "jpeg" or "webp" of a picture that may be shown; "" for anything else, and for giants."""
    if len(data) > MAX_TILE_BYTES:
        return ""
    size = (0, 0)
    kind = ""
    if data[:8] == b"\x89PNG\r\n\x1a\n" and data[12:16] == b"IHDR" and len(data) >= 24:
        kind, size = "png", struct.unpack(">II", data[16:24])
    elif data[:3] == b"\xff\xd8\xff":
        kind, size = "jpeg", _jpeg_size(data)
    elif data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        kind, size = "webp", _webp_size(data)
    return kind if 0 < size[0] <= MAX_TILE_PX and 0 < size[1] <= MAX_TILE_PX else ""


def is_vector(data: bytes) -> bool:
    """Tell whether a tile looks like a vector tile: a layer as protocol buffer, gzipped or not."""
    plain = unzipped(data) if data[:2] == _GZIP else data
    # A vector tile is a list of layers: field 3, length-delimited.
    return plain is not None and plain[:1] == b"\x1a" and not picture_kind(plain)


def unzipped(data: bytes, most: int = MAX_TILE_BYTES) -> bytes | None:
    """Return what a gzip stream holds; None if it is damaged or holds more than ``most`` bytes."""
    reader = zlib.decompressobj(zlib.MAX_WBITS | 16)
    try:
        plain = reader.decompress(data, most + 1)
    except zlib.error:
        return None
    return plain if reader.eof and len(plain) <= most else None


def plain_text(text: str) -> str:
    """Return what a person would read of a text that may hold HTML, on one line."""
    reader = _Reader()
    reader.feed(text[: MAX_TEXT * 20])
    reader.close()
    words = " ".join("".join(reader.parts).split())
    return words if len(words) <= MAX_TEXT else words[: MAX_TEXT - 1] + "…"


def checked_bounds(values: list[float]) -> tuple[float, float, float, float] | None:
    """Return west, south, east, north if they bound a piece of the world; else None."""
    if len(values) != 4 or not all(-360 <= v <= 360 for v in values):
        return None
    west, south, east, north = values
    return (west, south, east, north) if west < east and -90 <= south < north <= 90 else None


def checked_zooms(low: int, high: int) -> tuple[int, int]:
    """Return the least and greatest zoom level within what a map can have."""
    low = min(max(low, 0), MAX_ZOOM)
    return low, min(max(high, low), MAX_ZOOM)


class _Reader(HTMLParser):
    """Gathers the text between tags; what no browser would show is left out."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._hidden += tag in _BLOCKS

    def handle_endtag(self, tag: str) -> None:
        self._hidden = max(0, self._hidden - (tag in _BLOCKS))

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.parts.append(re.sub(r"[\x00-\x1f\x7f]", " ", data))


def _jpeg_size(data: bytes) -> tuple[int, int]:
    """Return width and height from the frame header, (0, 0) if there is none."""
    at = 2
    while at + 9 < len(data) and data[at] == 0xFF:
        marker = data[at + 1]
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack(">HH", data[at + 5 : at + 9])
            return width, height
        if marker == 0xFF or 0xD0 <= marker <= 0xD9:
            at += 1 if marker == 0xFF else 2
            continue
        at += 2 + max(2, int.from_bytes(data[at + 2 : at + 4], "big"))
    return 0, 0


def _webp_size(data: bytes) -> tuple[int, int]:
    form, body = data[12:16], data[20:]
    if form == b"VP8X" and len(body) >= 10:
        return int.from_bytes(body[4:7], "little") + 1, int.from_bytes(body[7:10], "little") + 1
    if form == b"VP8L" and len(body) >= 5 and body[0] == 0x2F:
        bits = int.from_bytes(body[1:5], "little")
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    if form == b"VP8 " and len(body) >= 10 and body[3:6] == b"\x9d\x01\x2a":
        width, height = struct.unpack("<HH", body[6:10])
        return width & 0x3FFF, height & 0x3FFF
    return 0, 0
