"""The mark a plan carries while nobody has it open: says later whether another program or a fault changed the file.

Owns the rest_mark row and the digest of the file; not what is done about a change (opening, outside).
"""

from __future__ import annotations

import hashlib
import sqlite3
import struct
from dataclasses import dataclass
from pathlib import Path

from territorymap.document.connection import transaction

_READ_PAGES = 1024


@dataclass(frozen=True)
class Header:
    """The first 100 bytes of an SQLite file."""

    page_size: int
    is_wal: bool
    change_counter: int
    n_pages: int
    is_size_valid: bool
    application_id: int

    @classmethod
    def of(cls, data: bytes) -> Header:
        """Read the header; ValueError if these are not the first bytes of an SQLite file."""
        if len(data) < 100 or data[:16] != b"SQLite format 3\0":
            raise ValueError("not an SQLite file")
        (size,) = struct.unpack_from(">H", data, 16)
        counter, n_pages = struct.unpack_from(">2I", data, 24)
        (application_id,) = struct.unpack_from(">I", data, 68)
        (valid_for,) = struct.unpack_from(">I", data, 92)
        return cls(65536 if size == 1 else size, data[18] == 2, counter, n_pages, counter == valid_for, application_id)


@dataclass(frozen=True)
class Mark:
    """What the file says of itself since it was last closed; ``page`` is where the mark stands."""

    change_counter: int
    n_pages: int
    digest: bytes
    page: int


def read_header(path: Path) -> Header:
    """Return the header of a file that this process has not open (closing drops SQLite's locks)."""
    with path.open("rb") as file:
        return Header.of(file.read(100))


def read_mark(connection: sqlite3.Connection) -> Mark | None:
    """Return the mark; None while the plan is open or after a crash."""
    row = connection.execute("SELECT change_counter, n_pages, digest FROM rest_mark").fetchone()
    if row is None or tuple(map(type, row)) != (int, int, bytes):
        return None
    return Mark(row[0], row[1], row[2], _mark_page(connection))


def remove_mark(connection: sqlite3.Connection) -> None:
    connection.execute("DELETE FROM rest_mark")


def rest_state(path: Path, mark: Mark | None) -> str:
    """Return "at rest", "changed" (by a program) or "damaged" (bytes differ that no program wrote)."""
    header = read_header(path)
    size = path.stat().st_size
    if mark is None or header.is_wal or (header.change_counter, header.n_pages) != (mark.change_counter, mark.n_pages):
        return "changed"
    if size != header.n_pages * header.page_size:
        return "damaged"
    return "at rest" if digest_of(path, header, mark.page) == mark.digest else "damaged"


def digest_of(path: Path, header: Header, mark_page: int) -> bytes:
    """Return a digest of all bytes but those that writing the mark changes."""
    digest = hashlib.blake2b(digest_size=16)
    size = header.page_size
    with path.open("rb") as file:
        first = file.read(size)
        digest.update(first[:24] + first[28:92] + first[100:])
        page = 2
        while block := file.read(size * _READ_PAGES):
            at = (mark_page - page) * size
            digest.update(block[:at] + block[at + size :] if 0 <= at < len(block) else block)
            page += _READ_PAGES
    return digest.digest()


def seal(connection: sqlite3.Connection, path: Path) -> None:
    """Write the mark into a file that stands in journal mode DELETE, with no transaction open."""
    with transaction(connection):
        remove_mark(connection)
        connection.execute("INSERT INTO rest_mark (change_counter, n_pages, digest) VALUES (0, 0, zeroblob(16))")
    page = _mark_page(connection)
    header = read_header(path)
    # The next commit adds one to the counter and touches only the mark's page and the header.
    values = (header.change_counter + 1, header.n_pages, digest_of(path, header, page))
    with transaction(connection):
        connection.execute("UPDATE rest_mark SET change_counter = ?, n_pages = ?, digest = ?", values)


def _mark_page(connection: sqlite3.Connection) -> int:
    row = connection.execute(
        "SELECT rootpage FROM sqlite_master WHERE type = 'table' AND name = 'rest_mark'"
    ).fetchone()
    return int(row[0])
