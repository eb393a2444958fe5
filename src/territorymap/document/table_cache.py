"""Large tables as arrays, kept in the user's cache folder from one opening of a plan to the next.

Owns the file, its key and its layout; not what is read (table_columns). The key is the last step of the journal that
touched the table: the journal records every change of a row, so the same step means the same rows, whatever else was
edited since, and in every copy of the plan. Any doubt (another length, another digest) means reading the table.
"""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
import struct
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from territorymap.document.half_made import kept_file
from territorymap.document.table_columns import TableColumns
from territorymap.model.units import Strings

VERSION = 1
MAX_KEPT = 16
MIN_ROWS = 5_000  # fewer are read in no time
_MAGIC = b"TMTC"
_SEPARATOR = "\0"
_DIGEST = 16


def table_state(connection: sqlite3.Connection, table: str) -> str:
    """Return the uuid of the last record of the journal after which this table's rows may differ; "" if none."""
    row = connection.execute(
        "WITH touching AS (SELECT step_id FROM journal_row WHERE table_name = :t"
        " UNION SELECT step_id FROM journal_bulk WHERE table_name = :t)"
        " SELECT uuid FROM journal_step WHERE step_id IN touching"
        " OR (kind IN ('undo', 'redo') AND ref_uuid IN (SELECT uuid FROM journal_step WHERE step_id IN touching))"
        " ORDER BY step_id DESC LIMIT 1",
        {"t": table},
    ).fetchone()
    return str(row[0]) if row else ""


class TableCache:
    """The kept columns of one table of a plan in one state."""

    def __init__(
        self, folder: Path, table: str, plan_uuid: str, state: str, texts: Sequence[str], numbers: Sequence[str]
    ) -> None:
        made_of = json.dumps([VERSION, table, plan_uuid, state, list(texts), list(numbers)])
        self._key = hashlib.sha256(made_of.encode()).hexdigest()
        # One file a plan and table: the state before is of no use any more.
        name = hashlib.sha256(f"{plan_uuid} {table}".encode()).hexdigest()[:24]
        self._path = folder / f"table-{name}.bin"
        self._n_texts, self._n_numbers = len(texts), len(numbers)
        self._is_usable = bool(plan_uuid and state)

    def read(self) -> TableColumns | None:
        """Return what was kept; None where there is nothing of this state, or it is damaged."""
        if not self._is_usable:
            return None
        try:
            data = self._path.read_bytes()
            columns = self._unpack(memoryview(data))
            os.utime(self._path)
        except (OSError, ValueError, KeyError, TypeError, struct.error):
            return None
        return columns

    def keep(self, columns: TableColumns) -> None:
        """Write the columns; a full or read-only disk costs time at the next opening, nothing else."""
        if not self._is_usable or len(columns.key) < MIN_ROWS:
            return
        blocks = self._pack(columns)
        if blocks is None:
            return
        try:
            with kept_file(self._path) as partial, partial.open("wb") as file:
                file.writelines(blocks)
            kept = sorted(self._path.parent.glob("table-*.bin"), key=lambda p: p.stat().st_mtime, reverse=True)
            for old in kept[MAX_KEPT:]:
                old.unlink(missing_ok=True)
        except OSError:
            return

    # -- layout: magic | digest of the rest | u32 length of head | head: JSON | arrays ---------------------------------

    def _pack(self, columns: TableColumns) -> list[bytes] | None:
        arrays: list[bytes] = [columns.key.tobytes(), *(column.tobytes() for column in columns.numbers)]
        kinds = []
        for column in columns.texts:
            packed = _pack_texts(column)
            if packed is None:
                return None
            kinds.append([len(block) for block in packed])
            arrays += packed
        head = json.dumps({"key": self._key, "n": len(columns.key), "texts": kinds}).encode()
        body = [struct.pack("<I", len(head)), head, *arrays]
        return [_MAGIC, _digest_of(body), *body]

    def _unpack(self, data: memoryview) -> TableColumns | None:
        start = len(_MAGIC) + _DIGEST
        (length,) = struct.unpack_from("<I", data, start)
        head: dict[str, Any] = json.loads(bytes(data[start + 4 : start + 4 + length]))
        if bytes(data[: len(_MAGIC)]) != _MAGIC or head["key"] != self._key:
            return None
        if _digest_of([data[start:]]) != bytes(data[len(_MAGIC) : start]) or len(head["texts"]) != self._n_texts:
            return None
        n, at = int(head["n"]), start + 4 + length

        def take(size: int) -> memoryview:
            nonlocal at
            at += size
            return data[at - size : at]

        key = np.frombuffer(take(8 * n), dtype=np.int64).copy()
        numbers = [np.frombuffer(take(8 * n), dtype=np.float64).copy() for _ in range(self._n_numbers)]
        texts = [_unpack_texts([take(size) for size in sizes], n) for sizes in head["texts"]]
        return TableColumns(key, texts, numbers)


def _digest_of(parts: Sequence[bytes | memoryview]) -> bytes:
    digest = hashlib.blake2b(digest_size=_DIGEST)
    for part in parts:
        digest.update(part)
    return digest.digest()


def _pack_texts(column: Strings) -> list[bytes] | None:
    """Return [texts, number of the text of each row]; without numbers where the texts are those of the rows."""
    rows = column.tolist()
    different = dict.fromkeys(rows)
    is_shared = len(different) < len(rows) / 2
    texts = list(different) if is_shared else rows
    joined = _SEPARATOR.join(texts)
    if joined.count(_SEPARATOR) != max(len(texts) - 1, 0):
        return None  # a text with the separator in it
    try:
        block = joined.encode()
    except UnicodeEncodeError:
        return None
    if not is_shared:
        return [block]
    number = dict(zip(texts, range(len(texts)), strict=True))
    return [block, np.fromiter(map(number.__getitem__, rows), dtype=np.int32, count=len(rows)).tobytes()]


def _unpack_texts(blocks: Sequence[memoryview], n: int) -> Strings:
    texts = bytes(blocks[0]).decode().split(_SEPARATOR) if n else []
    known = np.empty(len(texts), dtype=object)
    known[:] = texts
    if len(blocks) == 1:
        if len(known) != n:
            raise ValueError("another number of texts")
        return known
    codes: NDArray[np.int32] = np.frombuffer(blocks[1], dtype=np.int32)
    if len(codes) != n or (n and codes.max() >= len(known)):
        raise ValueError("another number of codes")
    return np.asarray(known[codes], dtype=object)
