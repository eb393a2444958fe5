"""Open conflicts as rows of the plan. Owns which are written by a merge and which older ones it replaces."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from territorymap.document.merging.rows import RawRows
from territorymap.model.merging import MergeConflict

if TYPE_CHECKING:
    from territorymap.document.writer import Writer

_TEXTS = ("base", "mine", "theirs", "mine_author", "mine_at", "theirs_author", "theirs_at")


def write_conflicts(writer: Writer, conflicts: Sequence[MergeConflict], merge_uuid: str) -> None:
    """Write conflicts as open; an older one of the same value is replaced."""
    raw = RawRows(writer.connection)
    rows = writer.connection.execute("SELECT conflict_id, uuid, kind, key, field, state FROM conflict").fetchall()
    anew = {(conflict.kind, conflict.key, conflict.field) for conflict in conflicts}
    uuids = {conflict.uuid for conflict in conflicts}
    replaced = [
        row_id
        for row_id, uuid, kind, key, name, state in rows
        if uuid in uuids or (state == "open" and (kind, key, name) in anew)
    ]
    raw.delete("conflict", replaced)
    raw.insert(
        "conflict",
        [
            {"uuid": c.uuid, "merge_uuid": merge_uuid, "kind": c.kind, "key": c.key, "field": c.field}
            | {name: getattr(c, name) for name in _TEXTS}
            | {"state": "open"}
            for c in conflicts
        ],
    )
