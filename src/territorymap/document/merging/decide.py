"""Decides open conflicts: the chosen value becomes the plan's, with all that it needs, and the conflict is closed.

Owns what a decision means; it is written as a merge with a side that differs in the decided values alone.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from territorymap.document.coverage_tables import COVERAGE_TABLES
from territorymap.document.mending import is_possible
from territorymap.document.merging.compare import compare_sides
from territorymap.document.merging.describe import PARTS
from territorymap.document.merging.ground import family_code, linked_by_ground
from territorymap.document.merging.merge import Merge
from territorymap.document.merging.records import Records
from territorymap.document.merging.rows import RawRows
from territorymap.document.merging.snapshot import Fields, Pair, Snapshot, Universe
from territorymap.document.merging.states import Past, StepEvents
from territorymap.document.merging.threeway import CELL_KINDS, MINE, THEIRS, WHOLE
from territorymap.document.merging.values import as_fields, decode
from territorymap.document.merging.writing import Writing
from territorymap.errors import UserError
from territorymap.i18n import tr
from territorymap.model.records import CONSTANT_RANGES, LOCATION_LEVELS

if TYPE_CHECKING:
    from territorymap.document.writer import Writer


_LIMITS = {"lon": (-180.0, 180.0), "lat": (-90.0, 90.0), **CONSTANT_RANGES}


@dataclass(frozen=True)
class _Open:
    """A conflict as it is stored."""

    row_id: int
    uuid: str
    kind: str
    key: str
    field: str
    values: Mapping[str, Any]  # side -> value

    @property
    def place(self) -> tuple[str, str, str]:
        return self.kind, self.key, self.field


def decide_conflicts(writer: Writer, uuids: Sequence[str], side: str) -> None:
    """Write the values that one side has in these conflicts, and close them.

    A value that names a territory which the plan has not decides about that territory too.

    Raises
    ------
    UserError
        if one of them is not open any more, or its value can no longer be put into the plan.
    """
    if side not in (MINE, THEIRS):
        raise ValueError(side)
    every = {conflict.uuid: conflict for conflict in _open_conflicts(writer.connection)}
    if any(uuid not in every for uuid in uuids):
        raise UserError(
            tr("This conflict is not open any more."), tr("Look at the list again: it may have been decided already.")
        )
    chosen = [every[uuid] for uuid in dict.fromkeys(uuids)]
    past = Past(Records(writer.connection), StepEvents(writer.connection))
    now, then = Snapshot(past.now, {}), Snapshot(past.now, {})
    try:
        chosen = _with_needed(chosen, list(every.values()), side, now)
        universe = _universe(chosen, side, now)
        for snapshot in (now, then):
            snapshot.build(universe, (), ())
        for conflict in sorted(chosen, key=lambda c: (c.field != WHOLE, c.field != PARTS)):
            _put(then, conflict, conflict.values[side])
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise _impossible() from error  # a file that was merged had made it up
    _refuse_dangling(then, chosen)
    merge = Merge(now, then, [now], [], (past, past), past.records.tip, universe)
    compare_sides(merge)
    writing = Writing(writer, merge, THEIRS)
    _refuse_impossible(writing, merge)
    writing.write()
    RawRows(writer.connection).update("conflict", {conflict.row_id: {"state": side} for conflict in chosen})


def _open_conflicts(connection: sqlite3.Connection) -> list[_Open]:
    sql = "SELECT conflict_id, uuid, kind, key, field, mine, theirs FROM conflict WHERE state = 'open'"
    found = []
    for row_id, uuid, kind, key, name, mine, theirs in connection.execute(sql):
        try:
            values = {MINE: decode(mine)["value"], THEIRS: decode(theirs)["value"]}
        except (ValueError, TypeError):
            continue  # of another program: it cannot be decided, only seen
        found.append(_Open(row_id, uuid, kind, key, name or "", values))
    return found


def _with_needed(chosen: Sequence[_Open], every: Sequence[_Open], side: str, now: Snapshot) -> list[_Open]:
    """Add open conflicts: about territories which chosen values name and the plan has not, about the same ground."""
    now.items["territory"] = now.territories()
    by_place = {conflict.place: conflict for conflict in every}
    needed = {conflict.place: conflict for conflict in chosen}
    for conflict in chosen:
        value = conflict.values[side]
        if conflict.kind in CELL_KINDS and isinstance(value, dict) and value.get("territory"):
            key = f"{conflict.key.split('|')[0]}|{value['territory']}"
            about = by_place.get(("territory", key, WHOLE))
            if key not in now.items["territory"] and about is not None and about.values[side] is not None:
                needed.setdefault(about.place, about)
    about_ground = {c.key: c for c in every if c.kind == "unit" and c.field == PARTS}
    for code in linked_by_ground(
        {code: [_units_in(c, MINE), _units_in(c, THEIRS)] for code, c in about_ground.items()},
        [c.key for c in chosen if c.place in {d.place for d in about_ground.values()}],
    ):
        needed.setdefault(about_ground[code].place, about_ground[code])
    return list(needed.values())


def _units_in(conflict: _Open, side: str) -> list[Fields]:
    return [as_fields(unit) or {} for unit in conflict.values[side]["units"].values()]


def _universe(chosen: Sequence[_Open], side: str, now: Snapshot) -> Universe:
    """Return what the decisions touch, and all that hangs on what they may take away."""
    universe = Universe()
    codes = {conflict.key for conflict in chosen if conflict.kind == "unit" and conflict.field == PARTS}
    units = {i for i, code in now.state.family_codes().items() if code in codes}
    by_key = {key: i for i, key in now.keys("unit").items()}
    units |= {by_key[c.key] for c in chosen if c.kind == "unit" and c.key in by_key}
    universe.unit_ids = units
    keys = {now.keys("unit")[i] for i in units} | {
        key for c in chosen if c.field == PARTS for key in (c.values[side] or {}).get("units", {})
    }
    universe.unit_pairs = {(a, key) for a in now.keys("alignment").values() for key in keys}
    for conflict in chosen:
        parts = conflict.key.split("|")
        if conflict.kind == "account":
            _add_account(universe, now, conflict.key)
        if conflict.kind == "assignment":
            universe.unit_pairs.add((parts[1], parts[2]))
        elif conflict.kind == "override":
            _add_account(universe, now, parts[2])
            universe.account_pairs.add((parts[1], parts[2]))
        if conflict.field == WHOLE:
            universe.unit_pairs |= now.pairs_with("assignment", conflict.kind, parts[-1])
            universe.account_pairs |= now.pairs_with("override", conflict.kind, parts[-1])
            value = conflict.values[side] or {}
            for kind, key, _ in value.get("choices", ()):
                _add_pair(universe, str(kind), str(key))
            if conflict.kind == "scenario" and value and "parent_scenario" not in value:
                # It was the root, so it has nobody where the one that is the root now has somebody.
                universe.unit_pairs |= now.every_pair("assignment")
                universe.account_pairs |= now.every_pair("override")
    for pair in universe.account_pairs:
        rows = now.raw("override", pair).values()
        universe.account_ids |= {int(str(row["account_id"])) for row in rows}
        if not rows:
            _add_account(universe, now, pair[1])
    return universe


def _add_account(universe: Universe, now: Snapshot, key: str) -> None:
    if (row_id := now.state.account_id(key)) is not None:
        universe.account_ids.add(row_id)


def _add_pair(universe: Universe, kind: str, key: str) -> None:
    pair: Pair = tuple(key.split("|")[1:])  # type: ignore[assignment]
    if kind == "assignment":
        universe.unit_pairs.add(pair)
    elif kind == "override":
        universe.account_pairs.add(pair)


# -- values ------------------------------------------------------------------------------------------------------------


def _put(then: Snapshot, conflict: _Open, value: Any) -> None:
    items = then.items.get(conflict.kind)
    if items is None:
        raise UserError(tr("This conflict cannot be decided here."), tr("Change the value by hand, then close it."))
    if conflict.field == PARTS:
        _put_parts(then, conflict.key, value)
    elif conflict.field == WHOLE:
        _put_whole(then, conflict, value)
    elif conflict.kind in CELL_KINDS:
        fields = as_fields(value)
        if fields is None:
            items.pop(conflict.key, None)
        else:
            items[conflict.key] = fields
    else:
        row = items.get(conflict.key)
        if row is None:
            raise UserError(
                tr("What this conflict is about is no longer in the plan."), tr("Undo its deletion first, then decide.")
            )
        kept = tuple(value) if isinstance(value, list) else value
        items[conflict.key] = {k: v for k, v in {**row, conflict.field: kept}.items() if v is not None}


def _put_whole(then: Snapshot, conflict: _Open, value: Any) -> None:
    row = as_fields(value)
    if row is None:
        then.items[conflict.kind].pop(conflict.key, None)
        _drop_references(then, conflict)
        return
    choices, used = row.pop("choices", ()), row.pop("used", ())
    if conflict.key in then.items[conflict.kind]:
        return
    then.items[conflict.kind][conflict.key] = row
    for kind, key, fields in choices:  # type: ignore[attr-defined]
        if (choice := as_fields(fields)) is not None:
            then.items[str(kind)].setdefault(str(key), choice)
    for kind, key, name in used:  # type: ignore[attr-defined]
        if (user := then.items[str(kind)].get(str(key))) is not None:
            then.items[str(kind)][str(key)] = {name: conflict.key, **user}


def _drop_references(then: Snapshot, conflict: _Open) -> None:
    """Take away what hangs on a thing that goes."""
    place, own = conflict.key.split("|")[0], conflict.key.split("|")[-1]
    if conflict.kind == "territory":
        for kind in CELL_KINDS:
            then.items[kind] = {
                key: row
                for key, row in then.items[kind].items()
                if row.get("territory") != own or key.split("|")[0] != place
            }
    elif conflict.kind in ("rep", "region", "tier", "account", "alignment"):
        _drop_hanging(then, conflict.kind, own)
    if conflict.kind in ("rep", "region"):
        for kind in ("territory", "region"):
            for key, row in then.items[kind].items():
                names = [n for n in (conflict.kind, f"parent_{conflict.kind}") if row.get(n) == own]
                then.items[kind][key] = {n: v for n, v in row.items() if n not in names}
    elif conflict.kind in ("account", "scenario"):
        at = 2 if conflict.kind == "account" else 0
        for kind in ("override",) if conflict.kind == "account" else ("override", "assignment", "territory"):
            then.items[kind] = {k: row for k, row in then.items[kind].items() if k.split("|")[at] != own}
    elif conflict.kind == "alignment":
        for kind in CELL_KINDS:
            then.items[kind] = {k: row for k, row in then.items[kind].items() if k.split("|")[1] != own}
        for kind in ("territory", "region"):
            then.items[kind] = {k: row for k, row in then.items[kind].items() if row.get("alignment") != own}
    elif conflict.kind == "measure":
        then.items["cap"] = {k: row for k, row in then.items["cap"].items() if row.get("measure") != own}


def _drop_hanging(then: Snapshot, target: str, own: str) -> None:
    """Take away the rows of registers that go with a thing, and what others say of it."""
    for table, facts in COVERAGE_TABLES.items():
        for column, pointed in facts.pointers.items():
            if pointed != target:
                continue
            name, goes = column.removesuffix("_id"), column in (facts.goes_with or {})
            then.items[table] = {
                key: {n: v for n, v in row.items() if n != name or v != own}
                for key, row in then.items[table].items()
                if not goes or row.get(name) != own
            }


def _put_parts(then: Snapshot, code: str, value: Any) -> None:
    units: dict[str, Fields] = {str(key): as_fields(row) or {} for key, row in value["units"].items()}
    gone = {key for key, row in then.items["unit"].items() if family_code(row) == code} - units.keys()
    then.items["unit"] = {key: row for key, row in then.items["unit"].items() if key not in gone}
    for key, row in units.items():
        then.items["unit"].setdefault(key, row)
    for kind, key, row in value["choices"]:
        if as_fields(row) is not None and str(key) not in then.items[str(kind)]:
            then.items[str(kind)][str(key)] = as_fields(row) or {}
    then.items["assignment"] = {
        key: row for key, row in then.items["assignment"].items() if key.split("|")[2] not in gone
    }


def _impossible() -> UserError:
    return UserError(
        tr("This conflict holds a value that cannot be."), tr("Choose the other side, or change the value by hand.")
    )


def _refuse_impossible(writing: Writing, merge: Merge) -> None:
    """Refuse a value of a type that its column cannot mean."""
    kinds: dict[str, dict[str, str]] = {}
    rows = [(item.kind, item.theirs) for item in merge.items.values()]
    rows += [("unit", unit) for key, unit in merge.theirs.items["unit"].items() if key not in merge.mine.items["unit"]]
    for table, row in rows:
        if table not in kinds:
            sql = "SELECT name, upper(type) FROM pragma_table_info(?)"
            kinds[table] = dict(writing.writer.connection.execute(sql, (table,)).fetchall())
        for column, value in writing.columns_of(table, row).items():
            if not is_possible(kinds[table].get(column, ""), column, value) or _is_out_of_range(column, value):
                raise _impossible()


def _is_out_of_range(column: str, value: object) -> bool:
    if column == "location_level":
        return value is not None and value not in LOCATION_LEVELS
    limit = _LIMITS.get(column)
    return limit is not None and isinstance(value, int | float) and not limit[0] <= value <= limit[1]


def _refuse_dangling(then: Snapshot, chosen: Sequence[_Open]) -> None:
    """Refuse a value that names a territory, rep or scenario which is gone."""
    for conflict in chosen:
        if conflict.field == WHOLE:
            continue
        row = then.items[conflict.kind].get(conflict.key, {})
        place = conflict.key.split("|")[0]
        is_there = {name: str(row.get(name)) in then.items[name] for name in ("rep", "region", "tier", "alignment")}
        pairs = (key.split("|") for key in then.items["territory"])
        scenarios = {scenario for scenario, territory in pairs if territory == row.get("territory")}
        is_there["territory"] = bool(scenarios) if conflict.kind in COVERAGE_TABLES else place in scenarios
        for name, found in is_there.items():
            if row.get(name) is not None and conflict.field in (name, "reason") and not found:
                raise UserError(
                    tr("The value names what is no longer in the plan."),
                    tr("Decide about the deleted territory or rep first, or choose the other side."),
                )
