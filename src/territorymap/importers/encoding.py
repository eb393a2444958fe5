"""Which bytes a text file is written in. Owns the guess and the list to choose from; not delimiters."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

# What the person can choose; the first name of each is ours.
ENCODINGS = (
    "utf-8", "cp1252", "latin-1", "utf-16-le", "utf-16-be", "cp1250", "cp1251", "cp437", "cp850", "mac_roman",
    "shift_jis", "gb18030",
)  # fmt: skip

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_NOT_IN_CP1252 = frozenset(b"\x81\x8d\x8f\x90\x9d")
_BINARY_STARTS = (
    b"PK\x03\x04",
    b"\xd0\xcf\x11\xe0",
    b"SQLite format 3",
    b"%PDF",
    b"\x1f\x8b",
    b"\x89PNG",
    b"\xff\xd8\xff",
)
_CONTROLS = bytes(set(range(1, 32)) - set(b"\t\n\r\f\x1a"))  # zeros are forgiven: some exports pad with them
_MISFIT = re.compile("[\udc80-\udcff]")  # how surrogateescape shows a byte that does not fit
_BLOCK = 1 << 20


@dataclass(frozen=True)
class EncodingGuess:
    """``n_bad``: bytes that do not fit the encoding and are read as the replacement character."""

    encoding: str
    n_bad: int = 0


def guess_encoding(path: Path) -> EncodingGuess:
    """Return the encoding of a text file, from a byte order mark, its zeros, or by trying.

    The whole file is looked at: one "ü" may stand in row 80,000. Every byte is something in Windows-1252 or Latin-1,
    so these come last; UTF-8 wins as soon as its multi-byte letters outnumber the misfits (by chance they never do).
    """
    with path.open("rb") as stream:
        head = stream.read(_BLOCK)
        for mark, name in _MARKS:
            if head.startswith(mark):
                return EncodingGuess(name)
        wide = _guess_utf16(head)
        if wide:
            return EncodingGuess(wide)
        stream.seek(0)
        return _guess_bytes(stream)


def mark_length(path: Path, encoding: str) -> int:
    """Return how many bytes of byte order mark to skip when the file is read in this encoding."""
    with path.open("rb") as stream:
        head = stream.read(4)
    for mark, name in _MARKS:
        if head.startswith(mark) and codecs.lookup(name).name == codecs.lookup(encoding).name:
            return len(mark)
    return 0


def is_text(head: bytes) -> bool:
    """Return True where the first bytes of a file read like text in some encoding."""
    if any(head.startswith(mark) for mark, _ in _MARKS) or _guess_utf16(head):
        return True
    if head.startswith(_BINARY_STARTS):
        return False
    return len(head) - len(head.translate(None, _CONTROLS)) <= max(8, 0.02 * len(head))


def _guess_utf16(head: bytes) -> str:
    """Return "utf-16-le", "utf-16-be" or "" by where the zero bytes stand."""
    pairs = len(head) // 2
    if not pairs:
        return ""
    even, odd = head[0 : 2 * pairs : 2].count(0), head[1 : 2 * pairs : 2].count(0)
    few, many, name = (even, odd, "utf-16-le") if odd > even else (odd, even, "utf-16-be")
    if many < max(1, 0.05 * pairs) or 3 * few > many:
        return ""
    try:
        text = head[: 2 * pairs].decode(name)
    except UnicodeDecodeError as error:
        if error.start < 2 * pairs - 4:
            return ""
        text = head[: error.start].decode(name)
    return name if any(c in text for c in ",;\t|\n\r") or many > 0.5 * pairs else ""


def _guess_bytes(stream: BinaryIO) -> EncodingGuess:
    decoder = codecs.getincrementaldecoder("utf-8")(errors="surrogateescape")
    n_bad = n_wide = 0
    seen: set[int] = set()
    while block := stream.read(_BLOCK):
        if block.isascii() and not decoder.getstate()[0]:
            continue
        bad, wide = _count(decoder.decode(block), seen)
        n_bad, n_wide = n_bad + bad, n_wide + wide
    bad, wide = _count(decoder.decode(b"", final=True), seen)
    n_bad, n_wide = n_bad + bad, n_wide + wide
    if n_bad == 0 or n_wide > n_bad:
        return EncodingGuess("utf-8", n_bad)
    return EncodingGuess("latin-1" if seen & _NOT_IN_CP1252 else "cp1252")


def _count(text: str, seen: set[int]) -> tuple[int, int]:
    """Return misfit bytes and multi-byte letters; misfits are added to ``seen``."""
    if text.isascii():
        return 0, 0
    bad = [ord(c) - 0xDC00 for c in _MISFIT.findall(text)]
    seen.update(bad)
    return len(bad), len(text) - len(text.encode("ascii", "ignore")) - len(bad)
