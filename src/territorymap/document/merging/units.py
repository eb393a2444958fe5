"""Compares the ground and who has it: units that both have, cuts and joins, accounts that follow them.

Owns that comparison; families of parts are ground's.
"""

from __future__ import annotations

from territorymap.document.merging.ground import CARRIED, family_code, ground_of, link_overlapping, merge_families
from territorymap.document.merging.merge import Merge, keys_of, take_up
from territorymap.document.merging.snapshot import Fields, Snapshot
from territorymap.document.merging.threeway import (
    CONFLICT,
    MINE,
    SAME,
    THEIRS,
    Bases,
    Item,
    compare,
    other_side,
    outcome,
)


def compare_ground(merge: Merge) -> None:
    """Fill in families, units, the units of accounts, and who has each unit."""
    merge.families = merge_families(merge.bases, merge.mine, merge.theirs)
    _compare_units(merge)
    link_overlapping(merge.families, merge.mine, merge.theirs, merge.shapes)
    _settle_account_units(merge)
    _compare_assignments(merge)


def _compare_units(merge: Merge) -> None:
    """Compare units that both sides have; those that only one has go with their family."""
    for key in merge.mine.items["unit"]:
        if key not in merge.theirs.items["unit"]:
            continue
        take_up(merge, "unit", key)
        item = merge.items.get(("unit", key))
        if item is not None and "ground" in item.takes:
            _settle_ground(merge, item)
            if not item.takes:
                del merge.items["unit", key]
    _refuse_lost_edits(merge)


def _settle_ground(merge: Merge, item: Item) -> None:
    """Take a border that only got vertices of neighbours' cuts from either side: writing puts in what is missing."""
    if item.takes["ground"] not in (CONFLICT, SAME) or not item.mine or not item.theirs:
        return
    same = merge.shapes.is_same_place
    if same(item.mine, item.theirs):
        is_mine = repr(ground_of(item.mine).geom) <= repr(ground_of(item.theirs).geom)
        if item.takes["ground"] == CONFLICT:
            item.takes["ground"] = MINE if is_mine else THEIRS
    elif item.base is not None and same(item.base, item.theirs):
        item.takes["ground"] = MINE
    elif item.base is not None and same(item.base, item.mine):
        item.takes["ground"] = THEIRS


def _refuse_lost_edits(merge: Merge) -> None:
    """Make a cut or join a conflict where it would lose what the other side did to a unit that goes by it."""
    for family in merge.families.values():
        for side in (MINE, THEIRS):
            if family.take not in (other_side(side), "both"):
                continue
            kept = family.members(side)
            snapshot, other = merge.side(side), merge.side(other_side(side))
            own = family.mine if side == MINE else family.theirs
            for key in sorted(own & family.base - kept):
                parts = [other.items["unit"][k] for k in kept if k in other.items["unit"]]
                unit = snapshot.items["unit"][key]
                heirs = [part for part in parts if merge.descent.is_part(part, unit)]
                if _is_edited(merge, snapshot, key, is_carried=bool(heirs)):
                    family.take = CONFLICT


def _is_edited(merge: Merge, snapshot: Snapshot, key: str, *, is_carried: bool) -> bool:
    """Tell whether a side changed a unit in a way that its parts do not take on."""
    unit = snapshot.items["unit"][key]
    for base in merge.bases:
        was = base.items["unit"].get(key)
        if was is None:
            continue
        changed = {name for name in {**was, **unit} if was.get(name) != unit.get(name)} - {"ground"}
        if changed - set(CARRIED if is_carried else ()):
            return True
        if not merge.shapes.is_same_place(was, unit):
            return True
        if not is_carried:
            for place in _places(merge):
                choice = f"{place}|{key}"
                if base.items["assignment"].get(choice) != snapshot.items["assignment"].get(choice):
                    return True
    return False


def _settle_account_units(merge: Merge) -> None:
    """Let accounts follow the ground: where a cut alone put one into another unit, that is no choice of its own."""
    codes = {
        key: family_code(unit)
        for snapshot in (*merge.bases, merge.mine, merge.theirs)
        for key, unit in snapshot.items["unit"].items()
    }
    for item in merge.items.values():
        if item.kind != "account" or item.takes.get("unit") != CONFLICT:
            continue
        was, mine, theirs = (
            codes.get(str(row.get("unit")), str(row.get("unit")))
            for row in (item.base or {}, item.mine or {}, item.theirs or {})
        )
        if mine == theirs and mine in merge.families:
            del item.takes["unit"]  # writing finds the part in which it lies
        elif theirs == was or mine == was:
            item.takes["unit"] = MINE if theirs == was else THEIRS


def _places(merge: Merge) -> list[str]:
    snapshots = (*merge.bases, merge.mine, merge.theirs)
    return sorted(
        {
            f"{scenario}|{alignment}"
            for snapshot in snapshots
            for scenario in snapshot.items["scenario"]
            for alignment in snapshot.items["alignment"]
        }
    )


def _compare_assignments(merge: Merge) -> None:
    """Compare who has each unit; a part that a side has not counts there as the unit that it was cut from."""
    parted = {key for family in merge.families.values() for key in family.mine ^ family.theirs}
    parted |= {key for f in merge.families.values() if f.mine == f.theirs for key in f.mine - f.base}
    for key in keys_of(merge, "assignment"):
        if key.split("|")[2] not in parted:
            take_up(merge, "assignment", key)
    places = _places(merge) if parted else []
    for unit_key in sorted(parted):
        unit = merge.mine.items["unit"].get(unit_key) or merge.theirs.items["unit"][unit_key]
        found = [
            _standing_for(merge, unit_key, unit, s) for s in (*merge.bases, *merge.lower, merge.mine, merge.theirs)
        ]
        for place in places:
            *was, mine, theirs = [
                None if key is None else snapshot.items["assignment"].get(f"{place}|{key}")
                for key, snapshot in zip(found, (*merge.bases, *merge.lower, merge.mine, merge.theirs), strict=True)
            ]
            if found[-2] is None:
                mine = was[0]
            if found[-1] is None:
                theirs = was[0]
            n = len(merge.bases)
            item = compare("assignment", f"{place}|{unit_key}", Bases(was[:n], was[n:]), mine, theirs)
            if item is None:
                item = Item("assignment", f"{place}|{unit_key}", was[0], mine, theirs)
                item.takes = {"territory": ""}  # nobody chose anew, but the row of a new part has to be written
            merge.items["assignment", item.key] = item


def _standing_for(merge: Merge, key: str, unit: Fields, snapshot: Snapshot) -> str | None:
    """Return the unit that is, or covers, a unit in a state; None if no one does."""
    return key if key in snapshot.items["unit"] else merge.descent.ancestor(unit, snapshot)


def merged_unit(merge: Merge, key: str, prefer: str) -> Fields | None:
    """Return the row of a unit after the merge, among those looked at; None if it is gone."""
    mine, theirs = merge.mine.items["unit"].get(key), merge.theirs.items["unit"].get(key)
    known = mine or theirs
    if known is None:
        return None
    family = merge.families.get(family_code(known))
    if family is not None and key not in family.members(prefer):
        return None
    if mine is not None and theirs is not None:
        item = merge.items.get(("unit", key))
        return item.merged(prefer) if item is not None else mine
    return _carried(merge, known, merge.theirs if theirs is None else merge.mine)


def _carried(merge: Merge, unit: Fields, other: Snapshot) -> Fields:
    """Return a part's row with what the other side did to the unit that it was cut from."""
    there = merge.descent.ancestor(unit, other)
    before = merge.descent.ancestor(unit, merge.bases[0])
    if there is None or before is None:
        return unit
    was, now = merge.bases[0].items["unit"][before], other.items["unit"][there]
    changed = {
        name: now.get(name) for name in CARRIED if outcome([was.get(name)], unit.get(name), now.get(name)) == THEIRS
    }
    return {**unit, **changed}
