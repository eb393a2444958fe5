"""Conflicts in words: what a thing is called, what its values mean, who changed it last and when.

Owns the words; which cells are conflicts is compare's.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from territorymap.document.images import RowEvent
from territorymap.document.merging.ground import Family
from territorymap.document.merging.merge import Merge
from territorymap.document.merging.records import Record
from territorymap.document.merging.snapshot import GROUPS, Fields, Snapshot, field_name
from territorymap.document.merging.states import Past
from territorymap.document.merging.threeway import CELL_KINDS, CONFLICT, REFERENCES, WHOLE, Item, owners
from territorymap.document.merging.values import encode
from territorymap.i18n import listed, ntr, tr
from territorymap.model.merging import MergeConflict
from territorymap.model.told import told

PARTS = "parts"
_NAMESPACE = uuid.UUID("6f0d6c52-9f0b-4a1d-8a51-3a3f0b0f4d1e")
Change = tuple[str, str]  # author, when


def conflicts_of(merge: Merge) -> list[MergeConflict]:
    """Return every conflict of a merge, in a fixed order."""
    cells = [*_cells(merge)]
    authors = _Authors(merge, {(cell.kind, cell.key) for cell in cells})
    # Each side's values in its own words: it may have renamed what the other names.
    mine, theirs, bases = merge.mine, merge.theirs, merge.bases
    words = Words(*bases, mine, theirs), Words(mine, theirs, *bases), Words(theirs, mine, *bases)
    return [_described(merge, cell, words, authors) for cell in cells]


@dataclass(frozen=True)
class _Cell:
    kind: str
    key: str
    field: str
    base: object
    mine: object
    theirs: object


def _cells(merge: Merge) -> Iterator[_Cell]:
    for code, family in sorted(merge.families.items()):
        if family.take == CONFLICT:
            yield _Cell("unit", code, PARTS, *(_parts(merge, side, family) for side in ("base", "mine", "theirs")))
    for (kind, key), item in sorted(merge.items.items()):
        if kind == "conflict" or item.follows_owner or not item.is_conflict:
            continue
        for name in sorted(name for name, take in item.takes.items() if take == CONFLICT):
            yield _Cell(kind, key, name, *(_value(merge, item, side, name) for side in ("base", "mine", "theirs")))


def _value(merge: Merge, item: Item, side: str, name: str) -> object:
    row: Fields | None = item.shown_base if side == "base" else item.side(side)
    if item.kind in CELL_KINDS:
        return row
    if name != WHOLE:
        return (row or {}).get(name)
    if row is None or side == "base":
        return row
    if item.kind == "scenario":
        return {**row, "choices": _choices_in(merge, side, item.key)}
    if item.kind == "alignment":
        return {**row, "choices": [*_choices_of_alignment(merge, side, item.key), *_hanging(merge, side, item)]}
    if item.kind == "account":
        rows = merge.side(side).items["override"].items()
        choices = [("override", k, r) for k, r in rows if k.split("|")[2] == item.key]
        return {**row, "choices": choices, "used": _used_by(merge, side, item)}
    if item.kind == "territory":
        return {**row, "choices": _staying(merge, side, item)}
    if item.kind in ("rep", "region", "tier"):
        return {**row, "choices": _hanging(merge, side, item), "used": _used_by(merge, side, item)}
    return row


def _hanging(merge: Merge, side: str, owner: Item) -> list[tuple[str, str, Fields | None]]:
    """Return the rows that go with a thing, as a side has them, to be put back with it."""
    return [
        (kind, key, item.side(side))
        for (kind, key), item in sorted(merge.items.items())
        if item.follows_owner and kind not in ("territory", *CELL_KINDS) and (owner.kind, owner.key) in owners(item)
    ]


def _choices_of_alignment(merge: Merge, side: str, alignment: str) -> list[tuple[str, str, Fields | None]]:
    """Return what a side has in an alignment, in every scenario, to be put back with it."""
    items, universe = merge.side(side).items, merge.universe
    found: list[tuple[str, str, Fields | None]] = [
        ("territory", key, row) for key, row in items["territory"].items() if row.get("alignment") == alignment
    ]
    for kind, pairs in (("assignment", universe.unit_pairs), ("override", universe.account_pairs)):
        own = [pair for pair in sorted(pairs) if pair[0] == alignment]
        keys = ["|".join((scenario, *pair)) for scenario in sorted(items["scenario"]) for pair in own]
        found += [(kind, key, items[kind][key]) for key in keys if key in items[kind]]
    return found


def _staying(merge: Merge, side: str, territory: Item) -> list[tuple[str, str, Fields | None]]:
    """Return what the deletion of a territory alone took from it."""
    place, own = territory.key.split("|")
    return [
        (kind, key, item.side(side))
        for (kind, key), item in sorted(merge.items.items())
        if kind in CELL_KINDS and item.follows_owner and key.split("|")[0] == place and item.base is not None
        if item.base.get("territory") == own
    ]


def _choices_in(merge: Merge, side: str, scenario: str) -> list[tuple[str, str, Fields | None]]:
    """Return what a side has in a scenario, to be put back with it; None where it has nobody."""
    items, universe = merge.side(side).items, merge.universe
    found: list[tuple[str, str, Fields | None]] = [
        ("territory", key, row) for key, row in items["territory"].items() if key.split("|")[0] == scenario
    ]
    for kind, pairs in (("assignment", universe.unit_pairs), ("override", universe.account_pairs)):
        keys = sorted("|".join((scenario, *pair)) for pair in pairs)
        found += [(kind, key, items[kind].get(key)) for key in keys]
    return found


def _used_by(merge: Merge, side: str, item: Item) -> list[tuple[str, str, str]]:
    """Return (kind, key, field) of what names a rep or region, if this side is preferred."""
    found = []
    for (kind, name), target in REFERENCES.items():
        if target != item.kind:
            continue
        known = merge.mine.items[kind] | {key: None for k, key in merge.items if k == kind}
        for key, mine in known.items():
            changed = merge.items.get((kind, key))
            row = changed.merged(side) if changed is not None else mine
            if row is not None and row.get(name) == item.key:
                found.append((kind, key, name))
    return found


def _parts(merge: Merge, side: str, family: Family) -> dict[str, object]:
    """Return the units of a family as one side has them, with who has them."""
    snapshot = merge.bases[0] if side == "base" else merge.side(side)
    keys = sorted(getattr(family, side))
    return {
        "units": {key: snapshot.items["unit"][key] for key in keys},
        "choices": [
            ("assignment", key, row) for key, row in snapshot.items["assignment"].items() if key.split("|")[2] in keys
        ],
    }


def conflict_uuid(tips: Iterable[str], kind: str, key: str, name: str) -> str:
    """Return the uuid of a conflict: the same whichever file is merged into the other."""
    return str(uuid.uuid5(_NAMESPACE, "\0".join((*sorted(tips), kind, key, name))))


def _described(merge: Merge, cell: _Cell, words_of: tuple[Words, Words, Words], authors: _Authors) -> MergeConflict:
    values, words = (cell.base, cell.mine, cell.theirs), words_of[0]
    texts = [own.value(cell.kind, cell.key, cell.field, v) for own, v in zip(words_of, values, strict=True)]
    stored = [encode(v, t) for v, t in zip(values, texts, strict=True)]
    (mine_author, mine_at), (theirs_author, theirs_at) = (
        authors.of(i, cell.kind, cell.key, cell.field) for i in (0, 1)
    )
    return MergeConflict(
        uuid=conflict_uuid(merge.tips, cell.kind, cell.key, cell.field),
        kind=cell.kind,
        key=cell.key,
        field=cell.field,
        base=stored[0],
        mine=stored[1],
        theirs=stored[2],
        mine_author=mine_author,
        mine_at=mine_at,
        theirs_author=theirs_author,
        theirs_at=theirs_at,
        scenario=words.scenario(cell.kind, cell.key),
        code=words.code(cell.kind, cell.key),
        title=words.title(cell.kind, cell.key),
        field_text=words.field(cell.kind, cell.field),
        base_text=texts[0],
        mine_text=texts[1],
        theirs_text=texts[2],
    )


class _Authors:
    """Who changed a thing last on each side, and when."""

    def __init__(self, merge: Merge, wanted: set[tuple[str, str]]) -> None:
        self._found: tuple[dict[tuple[str, str, str], Change], dict[tuple[str, str, str], Change]] = ({}, {})
        self._last: list[Change] = [("", ""), ("", "")]
        if not wanted or not merge.fork:
            return
        keys = {(kind, key) for kind, key in wanted} | {
            ("territory", key.split("|")[1]) for kind, key in wanted if kind == "territory"
        }
        for i, past in enumerate(merge.pasts):
            self._read(i, past, merge.fork, keys)

    def _read(self, i: int, past: Past, fork: str, keys: set[tuple[str, str]]) -> None:
        for record in reversed(past.records.since(fork)):
            self._last[i] = self._last[i] if self._last[i][1] else (record.author, record.created_at)
            events = [(_kind_of(event), event) for event in past.events(record)]
            if record.kind == "merge":  # who merged is not who changed it
                written = {(kind, event.key) for kind, event in events} & keys
                for brought in reversed(past.records.all if written else ()):
                    if brought.merged_by == record.uuid and brought.kind not in ("undo", "redo", "merge"):
                        self._take(i, [(_kind_of(e), e) for e in past.events(brought)], written, brought)
            self._take(i, events, keys, record)

    def _take(self, i: int, events: list[tuple[str, RowEvent]], keys: set[tuple[str, str]], record: Record) -> None:
        for kind, event in events:
            if (kind, event.key) in keys:
                self._note(i, kind, event.key, event.new if event.old is not None else None, record)

    def _note(self, i: int, kind: str, key: str, new: object, record: Record) -> None:
        change = (record.author, record.created_at)
        found = self._found[i]
        names = [_grouped(kind, column) for column in new] if isinstance(new, dict) and kind not in CELL_KINDS else []
        for name in (*names, "*"):
            found.setdefault((kind, key, name), change)

    def of(self, i: int, kind: str, key: str, name: str) -> Change:
        """Return author and time of the last change of a field, else of the row, else of the file."""
        found = self._found[i]
        own = key.split("|")[1] if kind == "territory" else key
        for place in ((kind, key, name), (kind, own, name), (kind, key, "*"), (kind, own, "*")):
            if place in found:
                return found[place]
        return self._last[i]


def _kind_of(event: RowEvent) -> str:
    return "territory" if event.table == "territory_variant" else event.table


def _grouped(table: str, column: str) -> str:
    for name, group in GROUPS.get(table, {}).items():
        if column in group:
            return name
    return field_name(table, column)


class Words:
    """Names of things and values, from any of the snapshots that know them."""

    def __init__(self, *snapshots: Snapshot) -> None:
        self._snapshots = snapshots

    def _row(self, kind: str, key: str) -> Fields:
        return next((s.items[kind][key] for s in self._snapshots if key in s.items.get(kind, {})), {})

    def scenario(self, kind: str, key: str) -> str:
        if kind not in ("assignment", "override", "territory"):
            return ""
        return str(self._row("scenario", key.split("|")[0]).get("name") or "")

    def _thing(self, kind: str, key: str) -> tuple[str, Fields]:
        if kind == "assignment":
            return "unit", self._unit(key.split("|")[2])
        if kind == "override":
            return "account", self._account(key.split("|")[2])
        return kind, self._unit(key) if kind == "unit" else self._row(kind, key)

    def _unit(self, key: str) -> Fields:
        if row := self._row("unit", key):
            return row
        found = (snapshot.unit_row(key) for snapshot in self._snapshots)
        return next((row for row in found if row), {"code": key})

    def _account(self, key: str) -> Fields:
        if row := self._row("account", key):
            return row
        for snapshot in self._snapshots:
            if found := snapshot.account_row(key):
                return found
        return {}

    def code(self, kind: str, key: str) -> str:
        kind, row = self._thing(kind, key)
        if kind == "unit":
            return str(row.get("code") or key)
        if kind == "account":
            return str(row.get("key") or row.get("name") or key)
        if kind == "plan":
            return str(row.get("title") or "")
        return str(row.get("name") or row.get("caption") or key)

    def title(self, kind: str, key: str) -> str:
        kind, row = self._thing(kind, key)
        name = str(row.get("name") or "")
        if kind == "unit" and name and name != row.get("code"):
            return f"{name} ({row.get('code')})"
        return name or self.code(kind, key)

    def field(self, kind: str, name: str) -> str:
        if kind in CELL_KINDS:
            return tr("territory")
        if name.startswith(("measure:", "segment:")):
            table, uuid_ = name.split(":", 1)
            return str(self._row(table, uuid_).get("name") or name)
        return _FIELDS[name]() if name in _FIELDS else name.replace("_", " ")

    def value(self, kind: str, key: str, name: str, value: object) -> str:
        """Return a value as a person reads it."""
        if kind in CELL_KINDS:
            row = value if isinstance(value, dict) else {}
            territory = self._name_of("territory", f"{key.split('|')[0]}|{row.get('territory')}") if row else ""
            reason = str(row.get("reason") or "")
            return f"{territory}: {reason}" if reason else territory or tr("no territory")
        if name == PARTS and isinstance(value, dict):
            n = len(value["units"])
            return ntr("{n} part", "{n} parts", n) if n != 1 else tr("whole")
        if name == WHOLE:
            return tr("deleted") if value is None else tr("kept")
        target = REFERENCES.get((kind, name))
        if target and value is not None:
            return self._name_of(target, str(value))
        if kind == "account" and name == "unit" and value is not None:
            return str(self._unit(str(value)).get("code") or value)
        if name in ("team", "scope") and isinstance(value, str) and value:
            return str(told(name, value, self._name_of))
        return self._plain(name, value)

    def _name_of(self, kind: str, key: str) -> str:
        return str(self._row(kind, key).get("name") or "") or tr("unknown")

    def _plain(self, name: str, value: object) -> str:
        if name == "ground":
            return tr("other borders")
        if isinstance(value, tuple):
            return listed(self._plain("", part) for part in value if part not in (None, ""))
        if value is None or value == "":
            return tr("empty")
        if name in ("locked", "is_shown", "is_protected", "wants_change"):
            return tr("yes") if value else tr("no")
        return f"{value:.10g}" if isinstance(value, float) else str(value)


# Fields in words; measures and segments have names of their own.
_FIELDS = {
    WHOLE: lambda: tr("deleted or kept"),
    PARTS: lambda: tr("parts"),
    "name": lambda: tr("name"),
    "color": lambda: tr("colour"),
    "rep": lambda: tr("rep"),
    "region": lambda: tr("region"),
    "locked": lambda: tr("lock"),
    "sort_order": lambda: tr("place in the list"),
    "home": lambda: tr("home"),
    "position": lambda: tr("position"),
    "unit": lambda: tr("unit"),
    "ground": lambda: tr("borders"),
    "capacity_h": lambda: tr("capacity"),
    "baseline": lambda: tr("baseline"),
    "parent_scenario": lambda: tr("parent scenario"),
    "status": lambda: tr("status"),
    "alignment": lambda: tr("alignment"),
    "scope": lambda: tr("scope"),
    "role": lambda: tr("role"),
    "team": lambda: tr("team"),
    "account": lambda: tr("account"),
    "territory": lambda: tr("territory"),
    "tier": lambda: tr("tier"),
    "amount": lambda: tr("amount"),
    "stage": lambda: tr("stage"),
    "note": lambda: tr("note"),
    "title": lambda: tr("title"),
}
