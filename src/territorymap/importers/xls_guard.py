"""Looks through an XLS before calamine does. Owns the container and cell positions; reads no values.

calamine takes a column of 65,535 at its word, allocates the rectangle and dies (0.9.1); XLS has 256 columns.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path

MAX_COLUMN = 255  # the last one, from 0
_FREE = 0xFFFFFFFA  # this and above are marks, not sectors
_STREAMS = ("Workbook", "Book")
_CIPHERED = "EncryptedPackage"  # the stream that an XLSX with a password is
_PASSWORD = 0x002F  # the record after which an XLS is ciphered
# Records that begin with row and column; the last two hold several cells, with the last column at their end.
_CELLS = frozenset(
    {0x0001, 0x0002, 0x0003, 0x0006, 0x00D6, 0x00FD, 0x0201, 0x0203, 0x0204, 0x0205, 0x0206, 0x027E, 0x0406}
)
_MANY_CELLS = frozenset({0x00BD, 0x00BE})


class ProtectedError(Exception):
    """What is in the workbook can be read with a password only."""


class DamagedError(Exception):
    """The container or a record in it does not hold together."""


def last_xls_column(path: Path) -> int:
    """Return the largest column position of any cell in any sheet, from 0; -1 if there is no cell.

    Raises
    ------
    ProtectedError
        if there is a password on it; an XLSX with one is such a container too.
    DamagedError
        if the file is no whole XLS.
    """
    try:
        stream = _workbook_stream(path.read_bytes())
        return max((column for column in _columns(stream)), default=-1)
    except (struct.error, IndexError, UnicodeDecodeError, ValueError, OverflowError) as error:
        raise DamagedError(str(error)) from error


def _columns(stream: bytes) -> Iterator[int]:
    at, end = 0, len(stream) - 4
    while at <= end:
        kind, size = struct.unpack_from("<HH", stream, at)
        if kind == _PASSWORD:  # what follows is ciphered: columns in it are noise
            raise ProtectedError
        if kind in _CELLS and size >= 4:
            yield struct.unpack_from("<H", stream, at + 6)[0]
        elif kind in _MANY_CELLS and size >= 6:
            yield max(struct.unpack_from("<H", stream, at + 6)[0], struct.unpack_from("<H", stream, at + 2 + size)[0])
        at += 4 + size


def _workbook_stream(data: bytes) -> bytes:
    """Return the stream "Workbook" of an OLE compound file."""
    size = 1 << struct.unpack_from("<H", data, 30)[0]
    small_size = 1 << struct.unpack_from("<H", data, 32)[0]
    if size not in (512, 4096) or small_size != 64:
        raise DamagedError("sector size")
    n_fat, directory, _, cutoff, small_fat_start = struct.unpack_from("<5I", data, 44)
    fat = _fat(data, size, n_fat)
    entries = _chain(data, size, fat, directory)
    root_start = struct.unpack_from("<I", entries, 116)[0]
    for at in range(0, len(entries) - 127, 128):
        n_name = struct.unpack_from("<H", entries, at + 64)[0]
        name = entries[at : at + max(0, min(n_name, 64) - 2)].decode("utf-16-le")
        if name == _CIPHERED:
            raise ProtectedError
        if name not in _STREAMS:
            continue
        start, length = struct.unpack_from("<II", entries, at + 116)
        if length >= cutoff:
            return _chain(data, size, fat, start)[:length]
        small_fat_bytes = _chain(data, size, fat, small_fat_start)
        small_fat = struct.unpack(f"<{len(small_fat_bytes) // 4}I", small_fat_bytes)
        return _small_chain(_chain(data, size, fat, root_start), small_size, small_fat, start)[:length]
    raise DamagedError("no workbook stream")


def _fat(data: bytes, size: int, n_fat: int) -> list[int]:
    sectors = [s for s in struct.unpack_from("<109I", data, 76) if s < _FREE]
    next_difat = struct.unpack_from("<I", data, 68)[0]
    seen: set[int] = set()
    while next_difat < _FREE:
        if next_difat in seen:
            raise DamagedError("circle of sectors")
        seen.add(next_difat)
        block = struct.unpack_from(f"<{size // 4}I", data, (next_difat + 1) * size)
        sectors += [s for s in block[:-1] if s < _FREE]
        next_difat = block[-1]
    fat: list[int] = []
    for sector in sectors[:n_fat]:
        fat += struct.unpack_from(f"<{size // 4}I", data, (sector + 1) * size)
    return fat


def _chain(data: bytes, size: int, fat: list[int], start: int) -> bytes:
    parts: list[bytes] = []
    sector = start
    while sector < _FREE:
        if len(parts) > len(fat):
            raise DamagedError("circle of sectors")
        parts.append(data[(sector + 1) * size : (sector + 2) * size])
        sector = fat[sector]
    return b"".join(parts)


def _small_chain(data: bytes, size: int, fat: tuple[int, ...], start: int) -> bytes:
    parts: list[bytes] = []
    sector = start
    while sector < _FREE:
        if len(parts) > len(fat):
            raise DamagedError("circle of sectors")
        parts.append(data[sector * size : (sector + 1) * size])
        sector = fat[sector]
    return b"".join(parts)
