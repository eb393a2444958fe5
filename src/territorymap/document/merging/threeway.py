"""Three-way comparison of items: what each side changed, what both did alike, what is a conflict.

Owns the rule for one item and for what hangs on it; pure, knows no table and no file.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from territorymap.document.coverage_tables import COVERAGE_TABLES
from territorymap.document.merging.snapshot import Fields

WHOLE = ""  # the field that stands for a whole row: it is there or not
CELL_KINDS = frozenset({"assignment", "override"})  # one value, nobody = None; its row is no thing of its own
_V = TypeVar("_V")
_BY = "by"  # who gave an account by name and when: goes with the value, is no difference

MINE, THEIRS, SAME, CONFLICT = "mine", "theirs", "same", "conflict"


def other_side(side: str) -> str:
    return THEIRS if side == MINE else MINE


@dataclass
class Item:
    """One thing that at least one side changed."""

    kind: str
    key: str
    base: Fields | None
    mine: Fields | None
    theirs: Fields | None
    shown_base: Fields | None = None  # where there are several: what it was before they came apart
    takes: dict[str, str] = field(default_factory=dict)  # field -> mine | theirs | same | conflict
    origin: Fields | None = None  # of a scenario that one side made: what the scenario it began as had before
    follows_owner: bool = False  # goes with the thing it belongs to, which one side deleted and the other changed

    def side(self, side: str) -> Fields | None:
        return self.mine if side == MINE else self.theirs

    @property
    def is_conflict(self) -> bool:
        return CONFLICT in self.takes.values()

    def was_deleted_by(self, side: str) -> bool:
        """Tell whether that side deleted it while the other still has it."""
        return self.base is not None and self.side(side) is None and self.side(other_side(side)) is not None

    def is_changed_by(self, side: str) -> bool:
        return bare(self.side(side)) != bare(self.before)

    @property
    def before(self) -> Fields | None:
        """Return what a change is measured against: a new scenario has not chosen what it began with."""
        return self.origin if self.base is None else self.base

    def mark(self, name: str) -> bool:
        """Make a field a conflict; tells whether it was none."""
        if self.takes.get(name) == CONFLICT:
            return False
        self.takes[name] = CONFLICT
        return True

    def merged(self, prefer: str) -> Fields | None:
        """Return the row that comes of it, where an open conflict shows the preferred side's value."""
        if self.follows_owner:
            return self.side(prefer)
        if WHOLE in self.takes or self.kind in CELL_KINDS:
            (take,) = set(self.takes.values()) or {SAME}
            if take == SAME and self.mine and self.theirs and _BY in self.mine:
                return {**self.mine, _BY: min(self.mine[_BY], self.theirs.get(_BY), key=repr)}
            return self.side({SAME: MINE, CONFLICT: prefer}.get(take, take))
        if self.mine is None or self.theirs is None:
            return self.mine or self.theirs
        row = dict(self.mine)
        for name, take in self.takes.items():
            source = self.side({SAME: MINE, CONFLICT: prefer}.get(take, take)) or {}
            if name in source:
                row[name] = source[name]
            else:
                row.pop(name, None)
        return row


def bare(row: Fields | None) -> Fields | None:
    """Return what counts as a difference."""
    if row is None or _BY not in row:
        return row
    return {name: value for name, value in row.items() if name != _BY}


@dataclass(frozen=True)
class Bases:
    """What an item was in the common past: one value, or several after merges in both directions."""

    values: Sequence[Fields | None]
    lower: Sequence[Fields | None] = ()  # before that: a value that one side of the past had left behind

    def of_field(self, name: str) -> list[object]:
        return _reduced([(row or {}).get(name) for row in self.values], [(row or {}).get(name) for row in self.lower])

    def whole(self) -> list[Fields | None]:
        return _reduced([bare(row) for row in self.values], [bare(row) for row in self.lower])


def _reduced(values: Sequence[_V], lower: Sequence[_V]) -> list[_V]:
    """Return the distinct values, without those that a merge in the past has replaced."""
    distinct: list[_V] = []
    for value in values:
        if value not in distinct:
            distinct.append(value)
    if len(distinct) > 1:
        renewed = [value for value in distinct if value not in lower]
        distinct = renewed or distinct
    return distinct


def outcome(bases: Sequence[object], mine: object, theirs: object) -> str:
    """Return whose value holds; "" where nobody changed anything."""
    if mine == theirs:
        return SAME if any(base != mine for base in bases) else ""
    found = {THEIRS if base == mine else MINE if base == theirs else CONFLICT for base in bases}
    return found.pop() if len(found) == 1 else CONFLICT


def compare(kind: str, key: str, bases: Bases, mine: Fields | None, theirs: Fields | None) -> Item | None:
    """Return what the sides made of an item; None if nobody changed it."""
    whole = bases.whole()
    if len(whole) == 1 and bare(mine) == bare(theirs) == whole[0]:
        return None
    item = Item(kind, key, whole[0], mine, theirs, whole[0] if len(whole) == 1 or not bases.lower else bases.lower[0])
    if kind in CELL_KINDS:
        take = outcome(whole, bare(mine), bare(theirs))
        name = "territory" if _owner(mine) != _owner(theirs) or _owner(mine) != _owner(whole[0]) else "reason"
        item.takes = {name: take} if take else {}
    elif mine is None or theirs is None:
        take = outcome(whole, mine, theirs)
        item.takes = {WHOLE: take} if take else {}
    else:
        for name in {**mine, **theirs, **{n: None for row in bases.values for n in row or ()}}:
            if name != _BY and (take := outcome(bases.of_field(name), mine.get(name), theirs.get(name))):
                item.takes[name] = take
    return item if item.takes else None


def _owner(row: Fields | None) -> object:
    return (row or {}).get("territory")


# -- what hangs on what ------------------------------------------------------------------------------------------------

Items = dict[tuple[str, str], Item]

# Fields that name another item: (kind, field) -> kind of what is named. The territory of a choice is its scenario's.
REFERENCES: Mapping[tuple[str, str], str] = {
    ("territory", "rep"): "rep",
    ("territory", "region"): "region",
    ("territory", "alignment"): "alignment",
    ("region", "parent_region"): "region",
    ("region", "alignment"): "alignment",
    ("cap", "measure"): "measure",
    ("plan", "baseline"): "scenario",
    ("assignment", "territory"): "territory",
    ("override", "territory"): "territory",
    # A territory of these is of every scenario: see compare.
    **{
        (table, column.removesuffix("_id")): target
        for table, facts in COVERAGE_TABLES.items()
        for column, target in facts.pointers.items()
        if target != "territory"
    },
}
# Fields without whose thing a row cannot be; it goes with that.
_OWNED_BY: Mapping[str, Mapping[str, str]] = {
    "territory": {"alignment": "alignment"},
    "region": {"alignment": "alignment"},
    **{
        table: {column.removesuffix("_id"): target for column, target in (facts.goes_with or {}).items()}
        for table, facts in COVERAGE_TABLES.items()
    },
}


def referred(item: Item, name: str, value: object) -> tuple[str, str] | None:
    """Return the item that a value names; None if it names none."""
    kind = REFERENCES.get((item.kind, name))
    if kind is None or value is None:
        return None
    return (kind, f"{item.key.split('|')[0]}|{value}") if kind == "territory" else (kind, str(value))


def owners(item: Item) -> Iterable[tuple[str, str]]:
    """Return the things without which the item cannot be."""
    place = item.key.split("|")
    if item.kind in ("assignment", "override", "territory"):
        yield "scenario", place[0]
    if item.kind in CELL_KINDS:
        yield "alignment", place[1]
    if item.kind == "override":
        yield "account", place[2]
    row = item.base or item.mine or item.theirs or {}
    for name, target in _OWNED_BY.get(item.kind, {}).items():
        if target != "territory" and row.get(name) is not None:
            yield target, str(row[name])


def find_knock_on(items: Items) -> None:
    """Make conflicts of what one side deleted and the other used anew, until nothing points to what is not there.

    It does not depend on which side is preferred: with either, each value that is then chosen names what is there.
    """
    while any([*(_escalate_owner(items, item) for item in list(items.values()))]) or any(
        [*(_escalate_references(items, item) or _stay_with_territory(items, item) for item in list(items.values()))]
    ):
        pass


def _stay_with_territory(items: Items, item: Item) -> bool:
    """Let what lost its territory only by its deletion share the territory's fate, where that is a conflict."""
    if item.kind not in CELL_KINDS or item.follows_owner or item.base is None:
        return False
    target = items.get(referred(item, "territory", item.base.get("territory")) or ("", ""))
    if target is None or target.takes.get(WHOLE) != CONFLICT:
        return False
    for side in (MINE, THEIRS):
        is_freed = item.side(side) is None and not item.is_changed_by(other_side(side))
        if target.was_deleted_by(side) and is_freed:
            item.follows_owner = True
    return item.follows_owner


def _escalate_owner(items: Items, item: Item) -> bool:
    is_news = False
    for name in owners(item):
        owner = items.get(name)
        if owner is None or item.follows_owner:
            continue
        for side in (MINE, THEIRS):
            if not owner.was_deleted_by(side):
                continue
            if item.is_changed_by(other_side(side)) and owner.mark(WHOLE):
                is_news = True
            if owner.takes.get(WHOLE) == CONFLICT:
                item.follows_owner = is_news = True
    return is_news


def _escalate_references(items: Items, item: Item) -> bool:
    is_news = False
    for name in [name for kind, name in REFERENCES if kind == item.kind]:
        for side in (MINE, THEIRS):
            row = item.side(side)
            if row is None:
                continue
            value = row.get(name)
            is_anew = value != (item.before or {}).get(name) or item.before is None
            is_kept = item.follows_owner or CONFLICT in (item.takes.get(name), item.takes.get(WHOLE))
            if not is_anew and not is_kept:
                continue
            target = items.get(referred(item, name, value) or ("", ""))
            if target is None or not target.was_deleted_by(other_side(side)):
                continue
            if target.follows_owner:
                continue
            is_news |= target.mark(WHOLE)
            if item.follows_owner:
                continue
            own = WHOLE if item.mine is None or item.theirs is None else name
            if item.kind in CELL_KINDS:
                own = next(iter(item.takes), name)
            if item.takes.get(own) != SAME:
                is_news |= item.mark(own)
    return is_news
