"""Workbooks with a password: nobody can read them, and the planner must hear that, not that they are damaged."""

from __future__ import annotations

import random
import struct
from collections.abc import Iterator, Mapping

from tests.hostile.cases import REFUSED, Hostile, bytes_file

_SECTOR = 512
_END, _FREE, _FAT = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD
_SAID = "protected by a password"


def compound(streams: Mapping[str, bytes]) -> bytes:
    """Return an OLE compound file of streams that are long enough to have sectors of their own (4,096 bytes)."""
    fat, body = [_FAT], b""
    entries = [_entry("Root Entry", 5, child=1, start=_END, size=0)]
    for at, (name, content) in enumerate(streams.items(), 1):
        right = at + 1 if at < len(streams) else _FREE
        padded = content + b"\0" * (-len(content) % _SECTOR)
        first, n = len(fat), len(padded) // _SECTOR
        fat += [*range(first + 1, first + n), _END]
        body += padded
        entries.append(_entry(name, 2, right=right, start=first, size=len(content)))
    while len(entries) % 4:
        entries.append(b"\0" * 128)
    directory = len(fat)
    n = len(entries) // 4
    fat += [*range(directory + 1, directory + n), _END]
    assert len(fat) <= _SECTOR // 4
    fat += [_FREE] * (_SECTOR // 4 - len(fat))
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 16 + struct.pack("<5H6x", 0x3E, 3, 0xFFFE, 9, 6)
    head += struct.pack("<9I", 0, 1, directory, 0, 4096, _END, 0, _END, 0)
    head += struct.pack("<109I", 0, *[_FREE] * 108)
    return head + struct.pack("<128I", *fat) + body + b"".join(entries)


def _entry(name: str, kind: int, *, start: int, size: int, right: int = _FREE, child: int = _FREE) -> bytes:
    text = (name + "\0").encode("utf-16-le")
    facts = struct.pack("<HBB3I", len(text), kind, 1, _FREE, right, child)
    return text.ljust(64, b"\0") + facts + b"\0" * 36 + struct.pack("<3I", start, size, 0)


def _record(kind: int, content: bytes) -> bytes:
    return struct.pack("<HH", kind, len(content)) + content


def ciphered_xls() -> bytes:
    """Return an XLS as Excel protects it: the kinds of records can be read, what is in them is noise."""
    noise = random.Random(4)
    begin = _record(0x0809, struct.pack("<HHHH8x", 0x0600, 0x0005, 0x0DBB, 0x07CC))
    locked = _record(0x002F, struct.pack("<HHH", 1, 1, 1) + noise.randbytes(48))
    cells = b"".join(_record(0x0203, noise.randbytes(14)) for _ in range(300))
    return compound({"Workbook": begin + locked + cells + _record(0x000A, b"")})


def ciphered_xlsx() -> bytes:
    """Return an XLSX as Excel protects it: no archive any more, but two streams of a compound file."""
    noise = random.Random(5)
    info = struct.pack("<HHI", 4, 4, 0x40) + b'<encryption xmlns="x"/>'.ljust(4100)
    return compound({"EncryptionInfo": info, "EncryptedPackage": struct.pack("<Q", 9000) + noise.randbytes(9008)})


def cases() -> Iterator[Hostile]:
    for name, content in (("xls", ciphered_xls()), ("xlsx", ciphered_xlsx())):
        for end in ("xls", "xlsx"):
            yield Hostile(
                f"{name} with a password, called {end}", "accounts", bytes_file(f"b.{end}", content), REFUSED, _SAID
            )
        yield Hostile(f"{name} with a password, of reps", "reps", bytes_file(f"b.{name}", content), REFUSED, _SAID)
        for share in (20, 60, 95):
            cut = content[: len(content) * share // 100]
            yield Hostile(
                f"{name} with a password, cut at {share} %", "accounts", bytes_file(f"b.{name}", cut), REFUSED
            )
