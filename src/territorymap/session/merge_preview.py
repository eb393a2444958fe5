"""What a merge would bring, for people: the other side's steps in words, what comes in, and counts by kind.

Owns the reading; nothing is written. The comparison is document.merging's.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from territorymap.document.merging.describe import Words
from territorymap.document.merging.threeway import CONFLICT, MINE, SAME, THEIRS, WHOLE
from territorymap.i18n import tr
from territorymap.model.records import Step
from territorymap.session.changelog import ChangeLog, Entry
from territorymap.session.changelog.words import thing_name

if TYPE_CHECKING:
    from territorymap.document.merging.merger import Merger

TAKES = (THEIRS, MINE, SAME, CONFLICT)
_MOST = 2_000  # lines of what comes in
_ORDER = ("assignment", "override", "territory", "account", "unit", "rep", "region", "scenario", "measure", "segment")


@dataclass(frozen=True)
class Incoming:
    """One value that would be taken from the other file."""

    what: str
    name: str
    field: str
    before: str
    after: str


@dataclass(frozen=True)
class Fork:
    """Where the histories of two files part."""

    last_common: Step | None  # None: plans of different origin
    n_mine: int  # steps since then, on our side
    theirs: tuple[Entry, ...]  # on the other, oldest first; those that were taken back included
    log: ChangeLog  # of the other file


def read_fork(merger: Merger, mine_history: list[Step]) -> Fork:
    """Return what both files have in common and what the other did since."""
    log = ChangeLog(merger.theirs)
    known = {step.uuid for step in mine_history}
    theirs = merger.theirs.history()
    uuids = {step.uuid for step in theirs}
    common = [step for step in mine_history if step.uuid in uuids]
    new = tuple(entry for entry in log.entries() if entry.step.uuid not in known)
    n_mine = sum(step.uuid not in uuids and step.kind not in ("undo", "redo") for step in mine_history)
    has_common = merger.merge.has_common_past
    return Fork(common[-1] if has_common and common else None, n_mine, new, log)


def counts_by_kind(merger: Merger) -> dict[str, Mapping[str, int]]:
    """Return how many values each kind of thing has by TAKES, under what a planner calls the kind; none is left out."""
    merge = merger.merge
    found: dict[str, Counter[str]] = {}
    for (kind, _), item in merge.items.items():
        if kind != "conflict" and not item.follows_owner:
            found.setdefault(kind, Counter()).update(item.takes.values())
    for family in merge.families.values():
        takes = (MINE, THEIRS) if family.take == "both" else (family.take,)
        found.setdefault("unit", Counter()).update(takes)
    order = {kind: i for i, kind in enumerate(_ORDER)}
    kinds = sorted(found, key=lambda kind: (order.get(kind, len(order)), kind))
    return {kind_name(kind): found[kind] for kind in kinds if sum(found[kind].values())}


def kind_name(kind: str) -> str:
    """Return what the values of a kind are, in the plural."""
    return {
        "assignment": tr("Units: whose they are"),
        "override": tr("Accounts given by name"),
        "territory": tr("Territories"),
        "account": tr("Accounts"),
        "unit": tr("Units: data and borders"),
        "rep": tr("Reps"),
        "region": tr("Regions"),
        "scenario": tr("Scenarios"),
        "measure": tr("Measures"),
        "segment": tr("Segments"),
        "plan": tr("Settings of the plan"),
        "cap": tr("Caps"),
        "scene": tr("Scenes"),
    }.get(kind, kind)


def incoming(merger: Merger) -> list[Incoming]:
    """Return what would be taken from the other file, one line a value, up to a number that can be looked through."""
    return [line for line, _ in zip(_incoming(merger), range(_MOST), strict=False)]


def _incoming(merger: Merger) -> Iterator[Incoming]:
    merge = merger.merge
    words = Words(merge.mine, merge.theirs, *merge.bases)
    order = {kind: i for i, kind in enumerate(_ORDER)}
    for kind, key in sorted(merge.items, key=lambda place: (order.get(place[0], len(order)), place)):
        item = merge.items[kind, key]
        for name, take in item.takes.items():
            if take != THEIRS or item.follows_owner or kind == "conflict":
                continue
            what = thing_name({"assignment": "unit", "override": "account"}.get(kind, kind))
            title = words.title(kind, key)
            if name == WHOLE:
                field = tr("deleted") if item.theirs is None else tr("new")
                yield Incoming(what, title, field, "", "")
                continue
            sides = [
                row if kind in ("assignment", "override") else (row or {}).get(name) for row in (item.mine, item.theirs)
            ]
            before, after = (words.value(kind, key, name, value) for value in sides)
            yield Incoming(what, title, words.field(kind, name), before, after)
