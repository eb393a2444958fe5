"""Reads rows out of the pages of an SQLite file that SQLite itself will not read any more.

Owns the file format (b-trees, records, overflow and free pages); not what the rows mean. Nothing here trusts a number
that stands in the file: every page is visited once, every length is held against what there is.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

RawValue = int | float | bytes | str | None
RawRecord = tuple[int, list[RawValue]]  # rowid, values

MAX_PAYLOAD = 500_000_000  # as connection.MAX_VALUE_BYTES
_INDEX_INTERIOR, _TABLE_INTERIOR, _INDEX_LEAF, _TABLE_LEAF = 0x02, 0x05, 0x0A, 0x0D
_SIZES = tuple(512 << n for n in range(8))
_MAX_DEPTH = 40
_FLOAT = struct.Struct(">d")


class BadPageError(ValueError):
    """Bytes that no SQLite writes."""


@dataclass
class Walk:
    """What a walk down one b-tree met."""

    n_bad_pages: int = 0  # pages that could not be read, with all below them
    n_bad_cells: int = 0  # rows on pages that could be read

    @property
    def is_whole(self) -> bool:
        return not (self.n_bad_pages or self.n_bad_cells)


@dataclass
class _State:
    walk: Walk
    seen: set[int] = field(default_factory=set)


class Pages:
    """The pages of one file, open for reading; use it as a context."""

    def __init__(self, path: Path, watch: Callable[[], None] = lambda: None) -> None:
        self._file = path.open("rb")
        self._n_bytes = path.stat().st_size
        self._watch = watch  # called every few pages; may raise
        self._n_read = 0
        self._first = self._file.read(100)
        self.page_size, self.reserved = self._sizes()
        self.n_pages = self._n_bytes // self.page_size
        self.usable = self.page_size - self.reserved
        self.visited: set[int] = set()  # by any walk, overflow pages too
        self._codec = {2: "utf-16-le", 3: "utf-16-be"}.get(int.from_bytes(self._first[56:60], "big"), "utf-8")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self._file.close()

    def _sizes(self) -> tuple[int, int]:
        """Return page size and reserved bytes: as the header says, else the size under which pages look like pages."""
        if len(self._first) >= 100:
            (size,) = struct.unpack_from(">H", self._first, 16)
            size = 65536 if size == 1 else size
            if size in _SIZES and self._first[20] <= 64 and self._looks_like(size):
                return size, self._first[20]
        return next((size for size in (4096, *_SIZES) if self._looks_like(size)), 4096), 0

    def _looks_like(self, size: int) -> bool:
        if self._n_bytes < 2 * size:
            return False
        self._file.seek(size)
        return self._file.read(1) in (b"\x02", b"\x05", b"\x0a", b"\x0d")

    def page(self, number: int) -> bytes:
        """Return one page, 1 the first; BadPageError where the file has none."""
        if not 1 <= number <= self.n_pages:
            raise BadPageError(f"page {number}")
        self._n_read += 1
        if self._n_read % 256 == 0:
            self._watch()
        self._file.seek((number - 1) * self.page_size)
        return self._file.read(self.page_size)

    # -- tables --------------------------------------------------------------------------------------------------------

    def rows(self, root: int, walk: Walk) -> Iterator[RawRecord]:
        """Yield the rows of a table that can be read; ``walk`` is told what could not."""
        for number, data, above, upto in self._leaves(root, _TABLE_INTERIOR, _TABLE_LEAF, _State(walk), 0):
            on_page = Walk()
            rows = list(self._leaf_rows(number, data, on_page))
            kept = [row for row in rows if above < row[0] <= upto]
            if not kept and (rows or number != root):  # a page of another table, or of none, in the place of ours
                walk.n_bad_pages += 1
                self.visited.discard(number)
                continue
            walk.n_bad_pages += on_page.n_bad_pages
            walk.n_bad_cells += on_page.n_bad_cells + len(rows) - len(kept)
            yield from kept

    def index_entries(self, root: int, walk: Walk) -> Iterator[list[RawValue]]:
        """Yield the entries of an index, the rowid last."""
        for _, data, _, _ in self._leaves(root, _INDEX_INTERIOR, _INDEX_LEAF, _State(walk), 0):
            for at in self._cells(2, data, walk):  # page 1 is the schema's
                try:
                    start = at + (4 if data[0] == _INDEX_INTERIOR else 0)
                    size, start = _varint(data, start)
                    yield _record(self._payload(data, start, size, is_index=True), self._codec)
                except (BadPageError, IndexError, struct.error):
                    walk.n_bad_cells += 1

    def _leaves(
        self,
        number: int,
        interior: int,
        leaf: int,
        state: _State,
        depth: int,
        above: int = -(1 << 63) - 1,
        upto: int = 1 << 63,
    ) -> Iterator[tuple[int, bytes, int, int]]:
        """Yield the leaf pages below a page and between which rowids theirs lie; of an index, pages above them too."""
        if number in state.seen or depth > _MAX_DEPTH:
            state.walk.n_bad_pages += 1
            return
        state.seen.add(number)
        try:
            data = self.page(number)
        except BadPageError:
            state.walk.n_bad_pages += 1
            return
        kind = data[_head(number)]
        if kind not in (interior, leaf):
            state.walk.n_bad_pages += 1
            return
        self.visited.add(number)
        if kind == leaf or interior == _INDEX_INTERIOR:
            yield number, data, above, upto
        if kind == interior:
            for at in self._cells(number, data, state.walk):
                (child,) = struct.unpack_from(">I", data, at)
                key = _key_at(data, at + 4) if interior == _TABLE_INTERIOR else above
                if not above <= key <= upto:
                    state.walk.n_bad_cells += 1
                    continue
                yield from self._leaves(child, interior, leaf, state, depth + 1, above, max(key, above + 1))
                above = key
            (last,) = struct.unpack_from(">I", data, _head(number) + 8)
            yield from self._leaves(last, interior, leaf, state, depth + 1, above, upto)

    def _cells(self, number: int, data: bytes, walk: Walk) -> Iterator[int]:
        """Yield where the cells of a page begin."""
        head = _head(number)
        (n,) = struct.unpack_from(">H", data, head + 3)
        start = head + (12 if data[head] in (_INDEX_INTERIOR, _TABLE_INTERIOR) else 8)
        most = (self.usable - start) // 2
        if n > most:
            walk.n_bad_pages += 1
            return
        for i in range(n):
            (at,) = struct.unpack_from(">H", data, start + 2 * i)
            if start + 2 * n <= at <= self.usable - 4:
                yield at
            else:
                walk.n_bad_cells += 1

    def _leaf_rows(self, number: int, data: bytes, walk: Walk) -> Iterator[RawRecord]:
        for at in self._cells(number, data, walk):
            try:
                size, start = _varint(data, at)
                rowid, start = _varint(data, start)
                yield _signed(rowid), _record(self._payload(data, start, size, is_index=False), self._codec)
            except (BadPageError, IndexError, struct.error):
                walk.n_bad_cells += 1

    def _payload(self, data: bytes, start: int, size: int, *, is_index: bool) -> bytes:
        """Return a whole payload, collected from its overflow pages."""
        usable = self.usable
        if not 0 < size <= min(MAX_PAYLOAD, self._n_bytes):
            raise BadPageError("payload")
        most = (usable - 12) * 64 // 255 - 23 if is_index else usable - 35
        local = size
        if size > most:
            least = (usable - 12) * 32 // 255 - 23
            local = least + (size - least) % (usable - 4)
            local = local if local <= most else least
        if start + local + (4 if local < size else 0) > usable:
            raise BadPageError("cell")
        parts, left = [data[start : start + local]], size - local
        if not left:
            return parts[0]
        (number,) = struct.unpack_from(">I", data, start + local)
        seen: set[int] = set()
        while left:
            if number in self.visited or number in seen:  # an overflow page belongs to one row
                raise BadPageError("overflow")
            page = self.page(number)
            seen.add(number)
            part = page[4 : min(usable, 4 + left)]
            parts.append(part)
            left -= len(part)
            (number,) = struct.unpack_from(">I", page)
        if number:
            raise BadPageError("overflow")
        self.visited |= seen
        return b"".join(parts)

    # -- pages that no tree leads to -----------------------------------------------------------------------------------

    def free_pages(self) -> set[int]:
        """Return the pages of the freelist: what stands on them was deleted."""
        found: set[int] = set()
        (trunk,) = struct.unpack_from(">I", self._first, 32) if len(self._first) >= 36 else (0,)
        while trunk and trunk not in found:
            try:
                data = self.page(trunk)
            except BadPageError:
                break
            found.add(trunk)
            trunk, n = struct.unpack_from(">2I", data)
            n = min(n, self.usable // 4 - 2)
            found.update(struct.unpack_from(f">{n}I", data, 8))
        return found

    def orphans(self) -> Iterator[list[RawRecord]]:
        """Yield the rows of each leaf page that no walk came to and that is not free."""
        known = self.visited | self.free_pages()
        for number in range(2, self.n_pages + 1):
            if number in known:
                continue
            data = self.page(number)
            if data[0] == _TABLE_LEAF:
                walk = Walk()
                rows = list(self._leaf_rows(number, data, walk))
                if rows and walk.n_bad_cells <= len(rows):
                    yield rows


def _head(number: int) -> int:
    return 100 if number == 1 else 0


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value = 0
    for i in range(8):
        byte = data[at + i]
        value = value << 7 | byte & 0x7F
        if byte < 0x80:
            return value, at + i + 1
    return value << 8 | data[at + 8], at + 9


def _key_at(data: bytes, at: int) -> int:
    try:
        return _signed(_varint(data, at)[0])
    except IndexError:
        return 1 << 64  # beyond every key


def _signed(value: int) -> int:
    return value - (1 << 64) if value >= 1 << 63 else value


_INT_BYTES = (0, 1, 2, 3, 4, 6, 8)


def _record(payload: bytes, codec: str) -> list[RawValue]:
    """Return the values of a record; a text that is no UTF-8 comes as bytes wrapped in :class:`BadText`."""
    head_size, at = _varint(payload, 0)
    if not at <= head_size <= len(payload):
        raise BadPageError("record")
    kinds: list[int] = []
    while at < head_size:
        kind, at = _varint(payload, at)
        kinds.append(kind)
    values: list[RawValue] = []
    at = head_size
    for kind in kinds:
        value, at = _value(payload, kind, at, codec)
        values.append(value)
    if at != len(payload):
        raise BadPageError("record")
    return values


class BadText(bytes):
    """A text whose bytes are no UTF-8."""


def _value(payload: bytes, kind: int, at: int, codec: str) -> tuple[RawValue, int]:
    if kind >= 12:
        end = at + (kind - 12) // 2
        if end > len(payload):
            raise BadPageError("record")
        part = payload[at:end]
        if kind % 2 == 0:
            return part, end
        try:
            return part.decode(codec), end
        except UnicodeDecodeError:
            return BadText(part), end
    if kind == 0:
        return None, at
    if kind <= 6:
        end = at + _INT_BYTES[kind]
        if end > len(payload):
            raise BadPageError("record")
        return int.from_bytes(payload[at:end], "big", signed=True), end
    if kind == 7:
        (number,) = _FLOAT.unpack_from(payload, at)
        return (None if number != number else number), at + 8
    if kind in (8, 9):
        return kind - 8, at
    raise BadPageError("record")
