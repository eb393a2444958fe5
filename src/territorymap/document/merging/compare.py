"""Compares two plan files with their common past and says what comes of them.

Owns the order of the comparison; the rule for one thing is threeway's, writing is writing's.
"""

from __future__ import annotations

import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from territorymap.document.merging.aliases import import_aliases, shared_aliases
from territorymap.document.merging.filled import fill_in, is_bare_part
from territorymap.document.merging.ground import (
    CARRIED,
    Descent,
    Family,
    Shapes,
    family_code,
    ground_of,
    merge_families,
)
from territorymap.document.merging.records import Records, common_line, common_past
from territorymap.document.merging.snapshot import SMALL, Fields, Snapshot, Universe
from territorymap.document.merging.states import Past, Row, State
from territorymap.document.merging.threeway import (
    CONFLICT,
    MINE,
    SAME,
    THEIRS,
    WHOLE,
    Bases,
    Item,
    Items,
    compare,
    find_knock_on,
    other_side,
    outcome,
    owners,
)

_COMPARED = ("plan", *SMALL, "account", "territory", "override")


@dataclass
class Merge:
    """What comes of two files: every thing that a side changed, and where they disagree."""

    mine: Snapshot
    theirs: Snapshot
    bases: list[Snapshot]
    lower: list[Snapshot]
    pasts: tuple[Past, Past]
    fork: str  # uuid of the last record with which both files begin; "" without a common past
    universe: Universe
    items: Items = field(default_factory=dict)
    families: dict[str, Family] = field(default_factory=dict)
    descent: Descent = field(default_factory=lambda: Descent(Shapes()))
    shapes: Shapes = field(default_factory=Shapes)

    @property
    def has_common_past(self) -> bool:
        return bool(self.fork)

    @property
    def tips(self) -> tuple[str, str]:
        """Return the newest record of each file."""
        return self.pasts[0].records.tip, self.pasts[1].records.tip

    def side(self, side: str) -> Snapshot:
        return self.mine if side == MINE else self.theirs

    def counts(self) -> Counter[str]:
        """Return how many values were taken from each side, changed alike, or are in conflict."""
        counts: Counter[str] = Counter()
        for item in self.items.values():
            if item.follows_owner or self._comes_with_owner(item):
                continue
            counts.update(item.takes.values())
        for family in self.families.values():
            if family.take == "both":
                counts.update((MINE, THEIRS))
            else:
                counts[family.take] += 1
        return counts

    def _comes_with_owner(self, item: Item) -> bool:
        """Tell whether a thing is there, or gone, only because all of its scenario or account is."""
        for name in owners(item):
            owner = self.items.get(name)
            if owner is not None and WHOLE in owner.takes:
                return True
        return False

    @property
    def is_news(self) -> bool:
        """Tell whether the other side brings anything that is not known here."""
        counts = self.counts()
        return bool(counts[THEIRS] or counts[SAME] or counts[CONFLICT])


def compare_files(mine: sqlite3.Connection, theirs: sqlite3.Connection) -> Merge:
    """Return what comes of merging the second file into the first; nothing is written.

    Raises
    ------
    ValueError
        if the journal of one of them is damaged.
    """
    records = Records(mine), Records(theirs)
    pasts = Past(mine, records[0]), Past(theirs, records[1])
    line = common_line(*records)
    merge = _related(records, pasts, line[-1].uuid) if line else _unrelated(pasts)
    compare_sides(merge)
    return merge


# -- states ------------------------------------------------------------------------------------------------------------


def _related(records: tuple[Records, Records], pasts: tuple[Past, Past], fork: str) -> Merge:
    starts = pasts[0].at(fork), pasts[1].at(fork)
    newest = common_past(*records)
    base_states = [starts[0] if uuid == fork else pasts[0].at(uuid) for uuid in newest]
    lower_states: list[State] = []
    if len(newest) > 1:
        shared = frozenset.intersection(*(records[0].known(uuid) for uuid in newest))
        lower_states = [pasts[0].at(uuid) for uuid in records[0].newest(shared)]
    states = ([pasts[0].now, starts[0], *base_states, *lower_states], [pasts[1].now, starts[1]])
    touched = [_touched(group) for group in states]
    universe = Universe()
    for table, ids in (("account", universe.account_ids), ("unit", universe.unit_ids)):
        for start, found in zip(starts, touched, strict=True):
            ids.update(start.some(table, found[table]))
    for of_file, start, found in zip(states, starts, touched, strict=True):
        rows = [row for state in of_file for row in state.some("override", found["override"]).values()]
        universe.account_ids.update(start.some("account", {int(str(row["account_id"])) for row in rows}))
    aliases = shared_aliases(pasts[0].now, pasts[1].now, _new_accounts(pasts, starts, touched))
    groups = [[Snapshot(state, aliases) for state in group] for group in states]
    _add_family_members(universe, groups, touched)
    _add_pairs(universe, groups, touched)
    (ours, _, *rest), (others, as_sent) = groups
    sent = [others, as_sent] if is_bare_part(pasts[1].now) else [others]
    for snapshots, found in (([ours, *rest], touched[0]), (sent, touched[1])):
        for snapshot in snapshots:
            snapshot.build(universe, found["account"], found["unit"])
    n = len(base_states)
    if as_sent in sent:
        fill_in(others, as_sent, rest[0])
    return Merge(ours, others, rest[:n], rest[n:], pasts, fork, universe)


def _touched(states: Sequence[State]) -> dict[str, set[int]]:
    found: dict[str, set[int]] = defaultdict(set)
    for state in states:
        for table, rows in state.overlay.items():
            found[table] |= rows.keys()
    return found


def _new_accounts(
    pasts: tuple[Past, Past], starts: tuple[State, State], touched: Sequence[dict[str, set[int]]]
) -> tuple[dict[int, Row], dict[int, Row]]:
    new = []
    for past, start, found in zip(pasts, starts, touched, strict=True):
        there = start.some("account", found["account"])
        new.append({i: row for i, row in past.now.some("account", found["account"]).items() if i not in there})
    return new[0], new[1]


def _add_family_members(
    universe: Universe, groups: Sequence[Sequence[Snapshot]], touched: Sequence[dict[str, set[int]]]
) -> None:
    """Look at all parts of a unit where one was cut or joined."""
    codes = set()
    for group, found in zip(groups, touched, strict=True):
        for snapshot in group:
            rows = snapshot.state.some("unit", found["unit"]).values()
            codes |= {str(row.get("part_of") or row["unit_code"]) for row in rows}
    if not codes:
        return
    start = groups[0][1].state
    whole = start.family_codes()
    universe.unit_ids.update(i for i, code in whole.items() if code in codes)


def _add_pairs(
    universe: Universe, groups: Sequence[Sequence[Snapshot]], touched: Sequence[dict[str, set[int]]]
) -> None:
    for group, found in zip(groups, touched, strict=True):
        for snapshot in group:
            universe.unit_pairs |= snapshot.touched_pairs("assignment", found["assignment"])
            universe.account_pairs |= snapshot.touched_pairs("override", found["override"])
            units = universe.unit_ids | found["unit"]
            keys = snapshot.keys("unit")
            for alignment in snapshot.keys("alignment").values():
                universe.unit_pairs |= {(alignment, keys[i]) for i in units if i in keys}


def _unrelated(pasts: tuple[Past, Past]) -> Merge:
    """Compare plans of different origin: what both have under one name is one thing, and there was nothing before."""
    states = pasts[0].now, pasts[1].now
    aliases = import_aliases(*states)
    ours, others = (Snapshot(state, aliases) for state in states)
    universe = Universe()
    for snapshot in (ours, others):
        for table, pairs in (("assignment", universe.unit_pairs), ("override", universe.account_pairs)):
            pairs |= snapshot.touched_pairs(table, snapshot.state.rows(table))
    for snapshot in (ours, others):
        snapshot.build(universe, snapshot.state.rows("account"), [])
    empty = Snapshot(State(pasts[0].tables, {}), aliases)
    empty.items = {kind: {} for kind in ours.items}
    merge = Merge(ours, others, [empty], [], pasts, "", universe)
    _leave_out_own(ours, others)
    return merge


def _leave_out_own(ours: Snapshot, others: Snapshot) -> None:
    """Leave out what is each plan's own: its ground, settings, scenarios, the order and colours of its rows."""
    for kind in ("plan", "scenario", "cap", "scene", "conflict"):
        others.items[kind] = ours.items[kind]
    for kind in ("alignment", "measure", "segment"):
        others.items[kind] |= {key: item for key, item in ours.items[kind].items() if key in others.items[kind]}
    first, known = _root(ours), set(ours.keys("unit").values())
    for kind in ("assignment", "override", "territory"):
        others.items[kind] = {key: item for key, item in others.items[kind].items() if key.split("|")[0] == first}
        others.items[kind] |= {key: item for key, item in ours.items[kind].items() if key.split("|")[0] != first}
    others.items["assignment"] = {
        key: item for key, item in others.items["assignment"].items() if key.split("|")[2] in known
    }
    for key, item in others.items["territory"].items():
        own = ours.items["territory"].get(key, {})
        item.update({name: own[name] for name in ("name", "sort_order", "color", "locked") if name in own})
    for kind in ("rep", "region"):
        for key, item in others.items[kind].items():
            item["name"] = ours.items[kind].get(key, item).get("name")
    for key, account in others.items["account"].items():
        own = ours.items["account"].get(key, {})
        if "unit" in own:
            account["unit"] = own["unit"]
        elif account.get("unit") not in known:
            account.pop("unit", None)


def _root(snapshot: Snapshot) -> str:
    scenario, _ = snapshot.scenario_order[0]
    return snapshot.keys("scenario")[scenario]


# -- comparison --------------------------------------------------------------------------------------------------------


def compare_sides(merge: Merge) -> None:
    """Fill in what comes of the snapshots of a merge."""
    for kind in _COMPARED:
        for key in _keys(merge, kind):
            _take_up(merge, kind, key)
    merge.families = merge_families(merge.bases, merge.mine, merge.theirs)
    _compare_units(merge)
    _settle_account_units(merge)
    _compare_assignments(merge)
    _find_origins(merge)
    _take_decisions(merge)
    find_knock_on(merge.items)


def _take_decisions(merge: Merge) -> None:
    """Let a conflict that both merged and one has decided be as that one decided."""
    decided: dict[tuple[object, object, object], set[str]] = defaultdict(set)
    for uuid, mine in merge.mine.items["conflict"].items():
        theirs = merge.theirs.items["conflict"].get(uuid)
        if theirs is not None and (mine.get("state") == "open") != (theirs.get("state") == "open"):
            place = mine.get("kind"), mine.get("key"), mine.get("field") or WHOLE
            side = THEIRS if mine.get("state") == "open" else MINE
            decided[place].add(side)
            stored = merge.items["conflict", uuid]
            stored.takes = dict.fromkeys(stored.takes, side)
    for (kind, key, name), sides in decided.items():
        if len(sides) > 1:
            continue
        (side,) = sides
        item, family = merge.items.get((str(kind), str(key))), merge.families.get(str(key))
        if item is not None and item.takes.get(str(name)) == CONFLICT:
            item.takes[str(name)] = side
        elif kind == "unit" and family is not None and family.take == CONFLICT:
            family.take = side


def _find_origins(merge: Merge) -> None:
    """Tell choices of a scenario that one side made what the scenario it began as had in the common past."""
    base = merge.bases[0]
    for item in merge.items.values():
        if item.kind not in ("assignment", "override", "territory") or item.base is not None:
            continue
        scenario, rest = item.key.split("|", 1)
        seen: set[str] = set()
        while scenario and scenario not in base.items["scenario"] and scenario not in seen:
            seen.add(scenario)
            scenarios = (snapshot.items["scenario"].get(scenario, {}) for snapshot in (merge.mine, merge.theirs))
            scenario = next((str(row["parent_scenario"]) for row in scenarios if row.get("parent_scenario")), "")
        if seen:
            item.origin = base.items[item.kind].get(f"{scenario}|{rest}")


def _keys(merge: Merge, kind: str) -> Iterator[str]:
    snapshots = [*merge.bases, *merge.lower, merge.mine, merge.theirs]
    yield from dict.fromkeys(key for snapshot in snapshots for key in snapshot.items[kind])


def _take_up(merge: Merge, kind: str, key: str) -> None:
    bases = Bases(*([snapshot.items[kind].get(key) for snapshot in group] for group in (merge.bases, merge.lower)))
    item = compare(kind, key, bases, merge.mine.items[kind].get(key), merge.theirs.items[kind].get(key))
    if item is not None:
        merge.items[kind, key] = item


def _compare_units(merge: Merge) -> None:
    """Compare units that both sides have; those that only one has go with their family."""
    for key in merge.mine.items["unit"]:
        if key not in merge.theirs.items["unit"]:
            continue
        _take_up(merge, "unit", key)
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
    for key in _keys(merge, "assignment"):
        if key.split("|")[2] not in parted:
            _take_up(merge, "assignment", key)
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


# -- units after the merge ---------------------------------------------------------------------------------------------


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
