"""A bare part of a plan comes back: what was left out of it is not deleted, it is as it was.

Owns that rule: what the part did not change since it was made counts as it stands in the common past.
"""

from __future__ import annotations

from collections.abc import Mapping

from territorymap.document.merging.snapshot import Fields, Snapshot
from territorymap.document.merging.states import State
from territorymap.document.part import read_part


def is_bare_part(state: State) -> bool:
    """Tell whether a file is a part from which accounts and figures were left out."""
    rows = state.rows("plan").values()
    parts = (read_part(str(row.get("extract_of") or ""), str(row.get("extract_territories") or "")) for row in rows)
    return any(part is not None and part.is_bare for part in parts)


def fill_in(part: Snapshot, start: Snapshot, base: Snapshot) -> None:
    """Put into a part what it did not change between ``start``, where it begins, and now, as ``base`` has it."""
    for kind, items in part.items.items():
        before, whole = start.items[kind], base.items[kind]
        for key in {**items, **before, **whole}:
            row = _filled(items.get(key), before.get(key), whole.get(key))
            if row is None:
                items.pop(key, None)
            else:
                items[key] = row


def _filled(now: Fields | None, before: Fields | None, whole: Fields | None) -> Fields | None:
    if now == before:
        return None if whole is None else dict(whole)
    if now is None or before is None or whole is None:
        return now
    names = {**now, **before, **whole}
    changed = {name for name in names if now.get(name) != before.get(name)}
    return {name: value for name in names if (value := _source(name, changed, now, whole)) is not None}


def _source(name: str, changed: set[str], now: Mapping[str, object], whole: Mapping[str, object]) -> object:
    return now.get(name) if name in changed else whole.get(name)
