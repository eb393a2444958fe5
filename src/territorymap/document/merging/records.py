"""The records of a plan's journal and what each of them knows: the common past of two files.

Owns the graph of records; not the rows (states) nor what is made of them (threeway).

Every do, undo and redo is a record with a uuid and a parent. A merge is a record with two parents: the one before it,
and the newest of the other file (``ref_uuid``). What a record *knows* is all that its state takes into account: its
own line, and what stands of what it merged; a merge that was taken back is not known any more, so it can be repeated.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from territorymap.document.table_making import columns_of


@dataclass(frozen=True, slots=True)
class Record:
    """One entry of the journal as the merge needs it."""

    step_id: int
    uuid: str
    parent: str
    kind: str
    ref: str
    author: str
    created_at: str
    merged_by: str  # "" = of the file's own line


class Records:
    """All records of one file."""

    def __init__(self, connection: sqlite3.Connection, other: Records | None = None) -> None:
        """``other``: those of a file with which it shares most; texts that are equal are then one object."""
        merged = "coalesce(merged_by, '')" if "merged_by" in columns_of(connection, "journal_step") else "''"
        sql = (
            "SELECT step_id, uuid, coalesce(parent_uuid, ''), kind, coalesce(ref_uuid, ''), coalesce(author, ''),"  # noqa: S608
            f" coalesce(created_at, ''), {merged} FROM journal_step ORDER BY step_id"
        )
        self._texts: dict[str, str] = {} if other is None else other._texts
        own = self._texts.setdefault
        self.all = [
            Record(step_id, *(own(text, text) for text in texts)) for step_id, *texts in connection.execute(sql)
        ]
        self.by_uuid = {record.uuid: record for record in self.all}
        self.line = [record for record in self.all if not record.merged_by]
        self._known: dict[str, frozenset[str]] = {}

    @property
    def tip(self) -> str:
        """Return the uuid of the newest record of the file's own line; "" if there is none."""
        return self.line[-1].uuid if self.line else ""

    def since(self, uuid: str) -> list[Record]:
        """Return the records of the own line after one, without those that were taken back since."""
        start = next(i for i, record in enumerate(self.line) if record.uuid == uuid)
        standing: list[Record] = []
        for record in self.line[start + 1 :]:
            last = standing[-1] if standing else None
            is_taken_back = record.kind == "undo" and last is not None and record.ref in (last.uuid, last.ref)
            is_done_again = (
                record.kind == "redo" and last is not None and last.kind == "undo" and last.ref == record.ref
            )
            if (is_taken_back and last is not None and last.kind != "undo") or is_done_again:
                standing.pop()
            else:
                standing.append(record)
        return standing

    def chain(self, uuid: str) -> list[Record]:
        """Return the records from the first to this one, each the parent of the next.

        Raises
        ------
        ValueError
            if the journal is damaged: a parent is missing, or records follow each other in a circle.
        """
        found: list[Record] = []
        seen: set[str] = set()
        while uuid:
            if uuid in seen or uuid not in self.by_uuid:
                raise ValueError("the history has a gap")
            seen.add(uuid)
            found.append(self.by_uuid[uuid])
            uuid = found[-1].parent
        return found[::-1]

    def known(self, uuid: str) -> frozenset[str]:
        """Return the records that the state after this one takes into account, itself included."""
        waiting = [uuid]
        under_way: set[str] = set()
        while waiting:
            at = waiting[-1]
            merged = [ref for ref in self._standing_refs(at) if ref not in self._known]
            if not merged:
                own = {record.uuid for record in self.chain(at)}
                self._known[at] = frozenset(own.union(*(self._known[ref] for ref in self._standing_refs(at))))
                under_way.discard(at)
                waiting.pop()
                continue
            if at in under_way:
                raise ValueError("the history merges itself")
            under_way.add(at)
            waiting += merged
        return self._known[uuid]

    def _standing_refs(self, uuid: str) -> list[str]:
        """Return the newest records of the files that were merged on the way to a record and not taken back."""
        standing: dict[str, str] = {}
        merges: dict[str, str] = {}
        for record in self.chain(uuid):
            if record.kind == "merge" and record.ref in self.by_uuid:
                standing[record.uuid] = merges[record.uuid] = record.ref
            elif record.kind == "undo":
                standing.pop(record.ref, None)
            elif record.kind == "redo" and record.ref in merges:
                standing[record.ref] = merges[record.ref]
        return list(standing.values())

    def newest(self, uuids: Iterable[str]) -> list[str]:
        """Return those of the records that no other of them knows, in a fixed order."""
        among = set(uuids)
        followed = {parent for uuid in among for parent in self._parents(uuid)}
        return sorted(among - followed)

    def _parents(self, uuid: str) -> Iterator[str]:
        record = self.by_uuid[uuid]
        yield record.parent
        if record.kind == "merge":
            yield record.ref


def common_line(mine: Records, theirs: Records) -> list[Record]:
    """Return the records with which both files begin, as those of the first; empty for plans of different origin."""
    common = []
    for one, other in zip(mine.line, theirs.line, strict=False):
        if one.uuid != other.uuid:
            break
        common.append(one)
    return common


def common_past(mine: Records, theirs: Records) -> list[str]:
    """Return the newest records that both files know, by their uuids; several after merges in both directions."""
    both = mine.known(mine.tip) & theirs.known(theirs.tip)
    return mine.newest(both)
