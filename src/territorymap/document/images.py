"""Row images as text: every value SQLite can hold comes back as it was.

Owns the two encodings (one row, many rows); not where they are stored.
"""

from __future__ import annotations

import base64
import json
import math
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from json.scanner import make_scanner
from typing import Any, NamedTuple

from territorymap.model.change import Row, Value

MAX_CHUNK_ROWS = 2000
MAX_CHUNK_BYTES = 4_000_000  # of blobs; a bound on memory, not on the plan
MAX_DECODED_BYTES = 300_000_000  # a chunk that swells beyond this is not ours
_PEEK_BYTES = 1_000_000  # of a chunk: the keys of its rows stand before the rows


class LeanRow(Mapping[str, Value]):
    """A whole row that shares its names with the others of its table: a step may have a million, and a dict is large.

    ``told`` ends with the values, in the order of the names; ``at`` says where in it each name stands.
    """

    __slots__ = ("_at", "_told")

    def __init__(self, at: Mapping[str, int], told: Sequence[Value]) -> None:
        self._at, self._told = at, told

    @staticmethod
    def places(names: Iterable[str], first: int = 0) -> dict[str, int]:
        """Return the ``at`` of rows of these names, of which the first value stands at ``first``."""
        return {name: place for place, name in enumerate(names, first)}

    def __getitem__(self, name: str) -> Value:
        return self._told[self._at[name]]

    def __iter__(self) -> Iterator[str]:
        return iter(self._at)

    def __len__(self) -> int:
        return len(self._at)

    def __contains__(self, name: object) -> bool:
        return name in self._at

    def get(self, name: str, default: Any = None) -> Any:
        place = self._at.get(name)
        return default if place is None else self._told[place]

    def __repr__(self) -> str:
        return repr(dict(self))

    def in_order(self) -> Sequence[Value]:
        """Return the values in the order of the names."""
        return self._told[-len(self._at) :]


def values_of(row: Row) -> Iterable[Value]:
    """Return the values of a row in the order of its names, the quick way."""
    return row.in_order() if type(row) is LeanRow else row.values()


def dict_of(row: Row) -> dict[str, Value]:
    """Return a row as a dict of its own, the quick way: for who asks it for many values."""
    return dict(zip(row, values_of(row), strict=True))


class RowEvent(NamedTuple):
    """One row as a statement changed it. Insert: old is None; delete: new is None; update: what differs."""

    table: str
    row_id: int
    key: str
    old: Row | None
    new: Row | None

    def inverted(self) -> RowEvent:
        return RowEvent(self.table, self.row_id, self.key, self.new, self.old)

    @property
    def shape(self) -> tuple[str, tuple[str, ...] | None, tuple[str, ...] | None]:
        """What events must share to be written by one statement."""
        return self.table, _names(self.old), _names(self.new)


def _names(row: Row | None) -> tuple[str, ...] | None:
    return None if row is None else tuple(row)


def encode_image(row: Row | None) -> str | None:
    """Return a row as JSON; blobs and infinite numbers as objects that JSON can carry."""
    if row is None:
        return None
    return _dumps(row if isinstance(row, dict) else dict_of(row))


def decode_image(text: str | None) -> dict[str, Value] | None:
    """Return the row of :func:`encode_image`."""
    if text is None:
        return None
    if not isinstance(text, str):
        raise ValueError("a row image is not a text")
    row = _loaded(text)
    if not isinstance(row, dict) or not _PLAIN.issuperset(map(type, row.values())):
        raise ValueError("a row image is not a row")
    return row


_PLAIN = frozenset({int, float, str, bytes, type(None)})


def _loaded(text: str | bytes) -> Any:
    """Return what a text of ours says; most hold no blob, and then no Python runs for any object in them."""
    text = text if isinstance(text, str) else text.decode()
    is_carried = '"base64"' in text or '"float"' in text
    scan = _RESTORING_SCAN if is_carried else _SCAN
    try:
        try:
            found, end = scan(text, 0)
        except StopIteration:
            end = -1
        if end == len(text):
            return found
        # There are blanks around it, or the decoder says what is wrong.
        return (_RESTORING if is_carried else _DECODER).decode(text)
    except RecursionError as error:
        raise ValueError("a row image is too deep") from error


def encode_bulk(events: Sequence[RowEvent]) -> Iterator[tuple[str, int, bytes]]:
    """Yield (table, number of rows, compressed columns) in the order of the events."""
    for _, run in groupby(events, key=lambda event: event.shape):
        for chunk in _chunks(run):
            first = chunk[0]
            content = {
                "row_id": [event.row_id for event in chunk],
                "key": [event.key for event in chunk],
                "old": _columns([event.old for event in chunk]),
                "new": _columns([event.new for event in chunk]),
            }
            yield first.table, len(chunk), zlib.compress(_dumps(content).encode(), 1)


def decode_bulk(table: str, packed: bytes) -> Iterator[RowEvent]:
    """Yield the events of one chunk of :func:`encode_bulk`."""
    content = decode_columns(packed)
    try:
        n_rows = len(content["row_id"])
        is_whole = content["old"] is None or content["new"] is None
        olds, news = (_rows(content[side], n_rows, is_whole=is_whole) for side in ("old", "new"))
        events = [RowEvent(table, *event) for event in zip(content["row_id"], content["key"], olds, news, strict=True)]
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError("a chunk of the history is not one of ours") from error
    if not all(type(event.row_id) is int and (event.old or event.new) for event in events):
        raise ValueError("a chunk of the history names no rows")
    yield from events


def decode_columns(packed: bytes) -> dict[str, Any]:
    """Return a chunk as it is stored: "row_id" and "key" as lists, "old" and "new" as lists by column, or None."""
    content = _loaded(_unpacked(packed))
    if not isinstance(content, dict):
        raise ValueError("a chunk of the history is not one of ours")
    return content


def inserted_rows(packed: bytes) -> list[int] | None:
    """Return the row_id of a chunk that puts rows in, without reading the rows; None if it does something else.

    For who only wants to know that rows came: a chunk of accounts is mostly their names and places.
    """
    text = _unpacked(packed)
    # A quote inside a text has a backslash before it, so these marks stand between the parts only.
    if not text.startswith(b'{"row_id":[') or b',"old":null,"new":{' not in text:
        return None
    found: list[int] = json.loads(text[text.index(b"[") : text.index(b"]") + 1])
    return found


def inserted_keys(packed: bytes) -> list[tuple[int, str]] | None:
    """Return (row_id, outside key) of a chunk that puts rows in; None if it holds other changes.

    Only the beginning is unpacked: the keys stand before the rows, so what is wrong behind them is not seen here.
    """
    head = zlib.decompressobj().decompress(packed, _PEEK_BYTES).decode("utf-8", "ignore")
    end = head.find('],"old":null,"new":{')
    if end < 0:
        return None
    try:
        content = json.loads(head[: end + 1] + "}")
    except ValueError:
        return None
    return list(zip(content["row_id"], content["key"], strict=True))


def _unpacked(packed: bytes) -> bytes:
    if not isinstance(packed, bytes):
        raise ValueError("a chunk of the history is no chunk")
    unpacker = zlib.decompressobj()
    try:
        text = unpacker.decompress(packed, MAX_DECODED_BYTES)
    except zlib.error as error:
        raise ValueError("a chunk of the history cannot be unpacked") from error
    if unpacker.unconsumed_tail or not unpacker.eof:
        raise ValueError("a chunk of the history is too large or cut off")
    return text


def _chunks(run: Iterable[RowEvent]) -> Iterator[list[RowEvent]]:
    chunk: list[RowEvent] = []
    n_bytes = 0
    for event in run:
        chunk.append(event)
        blob = (event.new or event.old or {}).get("geom")
        n_bytes += len(blob) if isinstance(blob, bytes) else 0
        if len(chunk) >= MAX_CHUNK_ROWS or n_bytes >= MAX_CHUNK_BYTES:
            yield chunk
            chunk, n_bytes = [], 0
    if chunk:
        yield chunk


def _columns(rows: Sequence[Row | None]) -> dict[str, list[Value]] | None:
    first = rows[0]
    if first is None:
        return None
    # Rows of one shape have their names in one order.
    by_column = zip(*(values_of(row) for row in rows if row is not None), strict=True)
    return dict(zip(first, map(list, by_column), strict=True))


def _rows(columns: Mapping[str, list[Value]] | None, n_rows: int, *, is_whole: bool) -> Sequence[Row | None]:
    if columns is None:
        return [None] * n_rows
    names = tuple(columns)
    if is_whole:
        at = LeanRow.places(names)
        return [LeanRow(at, values) for values in zip(*columns.values(), strict=True)]
    return [dict(zip(names, values)) for values in zip(*columns.values(), strict=True)]  # noqa: B905 (each is as long)


def _dumps(content: Mapping[str, Any]) -> str:
    try:
        return json.dumps(content, ensure_ascii=False, allow_nan=False, separators=(",", ":"), default=_carried)
    except ValueError:  # an infinite number: rare, so the walk is only made then
        return json.dumps(_finite(content), ensure_ascii=False, separators=(",", ":"), default=_carried)


def _carried(value: object) -> dict[str, str]:
    if isinstance(value, bytes):
        return {"base64": base64.b64encode(value).decode()}
    raise TypeError(f"a row image cannot hold {type(value).__name__}")


def _finite(value: Any) -> Any:
    if isinstance(value, float) and not math.isfinite(value):
        return {"float": repr(value)}
    if isinstance(value, Mapping):
        return {name: _finite(part) for name, part in value.items()}
    return [_finite(part) for part in value] if isinstance(value, list) else value


def _restored(found: dict[str, Any]) -> Any:
    # A row always has several columns or one whose value is not a bare string under these two names.
    if len(found) == 1:
        if isinstance(text := found.get("base64"), str):
            return base64.b64decode(text)
        if isinstance(text := found.get("float"), str):
            return float(text)
    return found


_DECODER = json.JSONDecoder()  # json.loads would make one for every row
_RESTORING = json.JSONDecoder(object_hook=_restored)
_SCAN = make_scanner(_DECODER)  # type: ignore[arg-type]  # typeshed names another argument
_RESTORING_SCAN = make_scanner(_RESTORING)  # type: ignore[arg-type]
