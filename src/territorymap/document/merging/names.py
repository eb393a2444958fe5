"""Names that both sides gave to different things: each keeps its row, all but one get a number. Owns the numbers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from territorymap.document.merging.snapshot import Fields

if TYPE_CHECKING:
    from territorymap.document.merging.merge import Merge

_NAMED = ("alignment", "territory", "rep", "region", "scenario", "measure", "segment")
Rows = MutableMapping[tuple[str, str], Fields | None]


@dataclass(frozen=True)
class Renamed:
    """A thing that got a number behind its name, because another has the name too."""

    kind: str
    key: str
    old: str
    new: str


def made_unique(merge: Merge, rows: Rows) -> list[Renamed]:
    """Change names in ``rows`` that would stand twice; what had the name before, else the lesser uuid, keeps it."""
    renamed: list[Renamed] = []
    for kind in _NAMED:
        changed = {key for table, key in rows if table == kind}
        if changed:
            renamed += _made_unique(merge, rows, kind)
    return renamed


def _made_unique(merge: Merge, rows: Rows, kind: str) -> list[Renamed]:
    present: dict[str, Fields] = {
        key: row for key, row in merge.mine.items[kind].items() if (kind, key) not in rows
    } | {key: row for (table, key), row in rows.items() if table == kind and row is not None}
    by_place: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for key, row in present.items():
        by_place[_place(kind, key, row)][_folded(row)].append(key)
    renamed = []
    for names in by_place.values():
        taken = set(names)
        for name in sorted(names):
            keys = sorted(names[name], key=lambda key: (not _had_name(merge, kind, key, name), key))
            for key in keys[1:]:
                row = present[key]
                new = _numbered(str(row.get("name") or ""), taken)
                taken.add(new.casefold())
                rows[kind, key] = {**row, "name": new}
                renamed.append(Renamed(kind, key, str(row.get("name") or ""), new))
    return renamed


def _place(kind: str, key: str, row: Mapping[str, object]) -> str:
    """Return within what a name must be the only one of its kind."""
    return f"{key.split('|')[0]}|{row.get('alignment')}" if kind == "territory" else ""


def _folded(row: Mapping[str, object]) -> str:
    return str(row.get("name") or "").strip().casefold()


def _had_name(merge: Merge, kind: str, key: str, name: str) -> bool:
    rows = (base.items[kind].get(key) for base in merge.bases)
    return any(row is not None and _folded(row) == name for row in rows)


def _numbered(name: str, taken: set[str]) -> str:
    n = 2
    while f"{name} {n}".casefold() in taken:
        n += 1
    return f"{name} {n}"
