"""Compares two plan files with their common past and says what comes of them.

Owns the order of the comparison; the rule for one thing is threeway's, writing is writing's.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from territorymap.document.coverage_tables import COVERAGE_TABLES
from territorymap.document.merging.aliases import import_aliases, shared_aliases
from territorymap.document.merging.filled import fill_in, is_bare_part
from territorymap.document.merging.merge import Merge, keys_of, take_up
from territorymap.document.merging.records import Records, common_line, common_past
from territorymap.document.merging.snapshot import SMALL, Snapshot, Universe
from territorymap.document.merging.states import Past, Row, State, StepEvents
from territorymap.document.merging.threeway import (
    CONFLICT,
    MINE,
    THEIRS,
    WHOLE,
    find_knock_on,
    other_side,
)
from territorymap.document.merging.units import compare_ground

_COMPARED = ("plan", *SMALL, "account", "territory", "override")
# Registers that say how a plan is run, not what is the case.
_SETTINGS = ("role_rule", "tier", "pay_plan", "funnel", "assumption")


def compare_files(mine: StepEvents, theirs: StepEvents) -> Merge:
    """Return what comes of merging the second file into the first; nothing is written.

    Raises
    ------
    ValueError
        if the journal of one of them is damaged.
    """
    own = Records(mine.connection)
    records = own, Records(theirs.connection, own)
    pasts = Past(records[0], mine), Past(records[1], theirs)
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
    for group, found in zip(states, touched, strict=True):
        _touch_choices_of_renamed(group, found)
    universe = Universe()
    for table, ids in (("account", universe.account_ids), ("unit", universe.unit_ids)):
        for start, found in zip(starts, touched, strict=True):
            ids.update(start.some(table, found[table]))
    for of_file, start, found in zip(states, starts, touched, strict=True):
        rows = [row for state in of_file for row in state.some("override", found["override"]).values()]
        universe.account_ids.update(start.some("account", {int(str(row["account_id"])) for row in rows}))
    new_accounts = _new_accounts(pasts, starts, touched)
    _touch_known_accounts(pasts, new_accounts, touched)
    aliases = shared_aliases(pasts[0].now, pasts[1].now, new_accounts)
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


def _touch_choices_of_renamed(states: Sequence[State], found: dict[str, set[int]]) -> None:
    """Look at all choices where what they name has got another outside key: they name something else now."""
    for table in ("scenario", "alignment", "territory"):
        for row_id in found[table]:
            keys = {row.get("uuid") for state in states for row in state.some(table, [row_id]).values()}
            if len(keys) > 1:
                for choices in ("assignment", "override"):
                    found[choices].update(*(state.rows(choices) for state in states))
                return


def _new_accounts(
    pasts: tuple[Past, Past], starts: tuple[State, State], touched: Sequence[dict[str, set[int]]]
) -> tuple[dict[int, Row], dict[int, Row]]:
    new = []
    for past, start, found in zip(pasts, starts, touched, strict=True):
        there = start.some("account", found["account"])
        new.append({i: row for i, row in past.now.some("account", found["account"]).items() if i not in there})
    return new[0], new[1]


def _touch_known_accounts(
    pasts: tuple[Past, Past],
    new_accounts: tuple[dict[int, Row], dict[int, Row]],
    touched: Sequence[dict[str, set[int]]],
) -> None:
    """Look on each side at the accounts that are new on the other by its word, but are here: none comes twice.

    A history that has lost rows says so of accounts that both had before.
    """
    for past, new, found in zip(pasts, reversed(new_accounts), touched, strict=True):
        found["account"] |= past.tables.account_ids(str(row["uuid"]) for row in new.values())


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
    for kind in ("plan", "scenario", "cap", "scene", "conflict", *_SETTINGS):
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
        for key in keys_of(merge, kind):
            take_up(merge, kind, key)
    compare_ground(merge)
    _find_origins(merge)
    _take_decisions(merge)
    for kind in ("scenario", "alignment"):
        _keep_one(merge, kind)
    _hold_territories(merge)
    find_knock_on(merge.items)


def _hold_territories(merge: Merge) -> None:
    """Make conflicts of a territory that one side deleted and of what the other said of it: a quota, a figure."""
    there = {side: {key.split("|")[1] for key in merge.side(side).items["territory"]} for side in (MINE, THEIRS)}
    for item in list(merge.items.values()):
        if item.kind not in COVERAGE_TABLES:
            continue
        for side in (MINE, THEIRS):
            row, other = item.side(side), other_side(side)
            territory = (row or {}).get("territory")
            if territory is None or not item.is_changed_by(side) or territory in there[other]:
                continue
            for (kind, key), about in merge.items.items():
                if kind == "territory" and key.split("|")[1] == territory and about.was_deleted_by(other):
                    about.mark(WHOLE)
                    item.mark(WHOLE if item.mine is None or item.theirs is None else "territory")


def _keep_one(merge: Merge, kind: str) -> None:
    """Leave open which of these goes where each side deleted what the other kept: a plan always has one."""
    keys = {*merge.mine.items[kind], *merge.theirs.items[kind]}
    items = [merge.items.get((kind, key)) for key in keys]
    # Which is preferred must not matter for what is a conflict.
    if any(all(item is not None and item.merged(side) is None for item in items) for side in (MINE, THEIRS)):
        for item in items:
            if item is not None:
                item.mark(WHOLE)


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
