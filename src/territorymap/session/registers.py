"""The registers of an open plan in memory: read when first asked for, then followed from the rows of each step.

Owns which are in memory; not what is computed of them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event
from types import MappingProxyType
from typing import Any, Generic, TypeVar, cast

from territorymap.document import Document
from territorymap.document.registers import load_register_aside, record_from
from territorymap.model.change import RowChange
from territorymap.model.coverage import TABLES, Record

R = TypeVar("R", bound=Record)
_KIND_OF_TABLE = {table: kind for kind, table in TABLES.items()}


MANY = 5_000  # records: reading more takes longer than a blink


@dataclass(frozen=True)
class Aside(Generic[R]):
    """A long register that is not in memory yet, to be read in another thread; see ``Session.aside``."""

    kind: type[R]
    path: Path
    rev: int
    is_read: Event = field(default_factory=Event)  # the file is let go of

    def read(self) -> dict[int, R]:
        """Return the records as they are in the file; UserError if it cannot be read."""
        try:
            return load_register_aside(self.path, self.kind)
        finally:
            self.is_read.set()


class Registers:
    """Records by kind and integer key. A mapping that was handed out is live: it shows what later steps change."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._loaded: dict[type, dict[int, Any]] = {}
        self._rev: dict[type, int] = {}

    def get(self, kind: type[R]) -> Mapping[int, R]:
        """Return the records of a kind by ``row_id``; UserError if the file cannot be read."""
        if kind not in self._loaded:
            self._loaded[kind] = self._document.register(kind)
        return cast(Mapping[int, R], MappingProxyType(self._loaded[kind]))

    def has(self, kind: type[R]) -> bool:
        """Whether there are records of a kind; a long register is not read for that."""
        return bool(self._loaded[kind]) if kind in self._loaded else self._document.register_size(kind) > 0

    def aside(self, kind: type[R]) -> Aside[R] | None:
        """Return what reads a long register elsewhere; None where it is in memory, or read in a blink."""
        if kind in self._loaded or self._document.register_size(kind) < MANY:
            return None
        return Aside(kind, self._document.path, self.rev(kind))

    def take(self, aside: Aside[R], records: dict[int, R]) -> bool:
        """Keep what was read elsewhere; False if the register is another by now."""
        if aside.rev != self.rev(aside.kind):
            return False
        self._loaded.setdefault(aside.kind, records)
        return True

    def rev(self, kind: type[R] | type[Record]) -> int:
        """Return a number that is another whenever a record of the kind may be."""
        return self._rev.get(kind, 0)

    def record(self, table: str, row_id: int) -> Record | None:
        """Return one record by table and key; None if there is none."""
        return self.get(_KIND_OF_TABLE[table]).get(row_id)

    def follow(self, changes: Sequence[RowChange]) -> None:
        """Take in what a step changed; what was not asked for yet is not read."""
        came: dict[type, None] = {}
        for change in changes:
            kind = _KIND_OF_TABLE.get(change.table)
            if kind is not None:
                self._rev[kind] = self._rev.get(kind, 0) + 1
            if kind is None or kind not in self._loaded:
                continue
            records = self._loaded[kind]
            if change.new is None:
                records.pop(change.row_id, None)
            else:
                if change.row_id not in records:
                    came[kind] = None
                records[change.row_id] = record_from(kind, change.row_id, change.new, records.get(change.row_id))
        for kind in came:
            _put_in_order(self._loaded[kind])

    def forget(self) -> None:
        """Let go of everything, where a step is not known row by row."""
        self._loaded.clear()
        for kind in TABLES:
            self._rev[kind] = self._rev.get(kind, 0) + 1


def _put_in_order(records: dict[int, Any]) -> None:
    """Let records stand by key, as the file has them: what undo brings back is not the newest."""
    ids = list(records)
    if ids != sorted(ids):
        in_order = {row_id: records[row_id] for row_id in sorted(ids)}
        records.clear()
        records.update(in_order)
