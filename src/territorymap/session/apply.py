"""Puts a step's rows into the plan in memory and tells what moved.

Owns the way from journal rows to array positions, the same for do, undo, redo and merge; not SQL, not totals.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields, replace
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from territorymap.document.loading_choices import color_of
from territorymap.model.accounts import CONSTANT_COLUMNS
from territorymap.model.change import PlanDelta, Row, RowChange
from territorymap.model.plan import Plan
from territorymap.model.records import (
    DEFAULT_TOLERANCE,
    LOCATION_LEVELS,
    Measure,
    Override,
    PlanInfo,
    Rep,
    Territory,
    WorkloadConstants,
)
from territorymap.model.units import Units
from territorymap.model.written import day_of, team_of, words_of

# Rows that change the shape of the arrays, or too much of them: the plan is read anew.
_RELOADING_INSERTS = frozenset({"account", "measure", "segment"})
_UNIT_TEXT = {
    "unit_code": "code",
    "unit_name": "name",
    "parent_code": "parent_code",
    "parent_name": "parent_name",
    "country": "country",
    "part_of": "part_of",
}
_UNIT_NUMBERS = ("lon", "lat", "area_km2")
_FIELD_OF_COLUMN = {
    "territory": {"territory_name": "name", "locked": "locked"},
    "rep": {"rep_name": "name"},
    "measure": {"measure_name": "name"},
}
_ACCOUNT_TEXT = {
    "account_key": "key",
    "account_name": "name",
    "postal_code": "postal_code",
    "city": "city",
    "state": "state",
    "country": "country",
}
_MARKS = frozenset({"is_protected", "wants_change", "satisfaction"})
_Int = NDArray[np.int32]


def apply_changes(plan: Plan, changes: Sequence[RowChange], reload: Callable[[], Plan]) -> tuple[Plan, PlanDelta]:
    """Return the plan after the changes and the delta.

    The plan is changed in place, except where units came or went (units and accounts are then new arrays) and where
    ``reload`` had to read it anew (rows came or went in other bulk tables).
    """
    by_table: dict[str, list[RowChange]] = defaultdict(list)
    for change in changes:
        by_table[change.table].append(change)
    if _needs_reload(by_table):
        is_ground_changed = _is_ground_changed(by_table["unit"])
        return reload(), PlanDelta(
            is_full=True, is_settings_changed=True, is_home_changed=True, is_ground_changed=is_ground_changed
        )
    plan = _with_units(plan, by_table["unit"])
    is_account_edited = _edit_accounts(plan, by_table["account"])
    n_edited_units, locked_ix = _edit_units(plan, by_table["unit"])
    settings = _edit_settings(plan, by_table)
    rep_ids, is_rep_home_changed = _edit_reps(plan, by_table["rep"])
    added, removed, edited, is_rep_of_territory_changed, remap = _edit_territories(plan, by_table["territory"])
    unit_ix, unit_from, unit_to = _move_units(plan, by_table["assignment"], remap)
    account_ix, account_from, account_to = _move_accounts(plan, by_table["override"], remap)
    return plan, PlanDelta(
        unit_ix=unit_ix,
        unit_from=unit_from,
        unit_to=unit_to,
        account_ix=account_ix,
        account_from=account_from,
        account_to=account_to,
        locked_unit_ix=locked_ix,
        added_territory_ix=added,
        removed_territory_ix=removed,
        changed_territory_ix=edited,
        changed_rep_ids=rep_ids,
        is_home_changed=is_rep_home_changed or is_rep_of_territory_changed,
        is_settings_changed=settings,
        is_full=is_account_edited or n_edited_units > 0,
        is_ground_changed=_is_ground_changed(by_table["unit"]),
    )


def _needs_reload(by_table: Mapping[str, Sequence[RowChange]]) -> bool:
    return any(
        change.old is None or change.new is None for table in _RELOADING_INSERTS for change in by_table.get(table, ())
    )


def _is_ground_changed(changes: Sequence[RowChange]) -> bool:
    """Whether units came, went or got another shape."""
    return any(c.old is None or c.new is None or "geom" in c.new for c in changes)


def _with_units(plan: Plan, changes: Sequence[RowChange]) -> Plan:
    """Return the plan without the units that went and with those that came, all by ascending unit_id.

    Accounts of a unit that went lie in none, and a unit that came is unassigned, until their own rows say more.
    """
    gone = [c.row_id for c in changes if c.new is None]
    came = [c for c in changes if c.old is None and c.new is not None]
    if not gone and not came:
        return plan
    units = plan.units
    stays = np.flatnonzero(~np.isin(units.unit_id, gone))
    rows = [c.new or {} for c in came]
    ids = np.concatenate([units.unit_id[stays], np.array([c.row_id for c in came], dtype=np.int64)])
    order = np.argsort(ids, kind="stable")
    position = np.empty(len(ids), dtype=np.int32)
    position[order] = np.arange(len(ids))
    new_ix = np.full(len(units) + 1, -1, dtype=np.int32)  # the last for accounts in no unit
    new_ix[stays] = position[: len(stays)]

    def joined(before: NDArray[Any], values: Sequence[object]) -> NDArray[Any]:
        added = np.empty(len(values), dtype=before.dtype)
        added[:] = values
        return np.asarray(np.concatenate([before[stays], added])[order])

    def numbers(column: str) -> list[float]:
        return [_float(row.get(column)) for row in rows]

    text = {
        name: joined(getattr(units, name), [row.get(column) or "" for row in rows])
        for column, name in _UNIT_TEXT.items()
    }
    after = Units(
        unit_id=ids[order],
        **text,
        **{column: joined(getattr(units, column), numbers(column)) for column in _UNIT_NUMBERS},
        locked=joined(units.locked, [bool(row.get("locked")) for row in rows]),
        values={column: joined(values, numbers(column)) for column, values in units.values.items()},
    )
    return replace(
        plan,
        units=after,
        accounts=replace(plan.accounts, unit_ix=new_ix[plan.accounts.unit_ix]),
        unit_territory=joined(plan.unit_territory, [-1] * len(rows)),
    )


def _edit_accounts(plan: Plan, changes: Sequence[RowChange]) -> bool:
    """Write edited account rows into the arrays; returns whether more than their protection changed."""
    accounts = plan.accounts
    if not changes:
        return False
    ix_by_id = dict(
        zip((c.row_id for c in changes), _ix(accounts.account_id, [c.row_id for c in changes]), strict=True)
    )
    for change in changes:
        ix = ix_by_id[change.row_id]
        for column, value in (change.new or {}).items():
            if column in _ACCOUNT_TEXT:
                getattr(accounts, _ACCOUNT_TEXT[column])[ix] = value or ""
            elif column in ("lon", "lat"):
                getattr(accounts, column)[ix] = _float(value)
            elif column == "location_level":
                accounts.level[ix] = LOCATION_LEVELS.index(str(value or "none"))
            elif column in ("is_protected", "wants_change"):
                getattr(accounts, column)[ix] = bool(value)
            elif column == "satisfaction":
                accounts.satisfaction[ix] = _float(value)
            elif column == "unit_id":
                accounts.unit_ix[ix] = -1 if value is None else _ix(plan.units.unit_id, [int(str(value))])[0]
            elif column in CONSTANT_COLUMNS:
                accounts.constants[CONSTANT_COLUMNS.index(column), ix] = _float(value)
            elif column in accounts.values:
                accounts.values[column][ix] = _float(value)
            elif column in accounts.segments:
                accounts.segments[column][ix] = value or ""
    if all(only_protects(change) for change in changes):
        return False
    accounts.__dict__.pop("by_unit", None)
    return True


def only_protects(change: RowChange) -> bool:
    """Whether a change of an account says no more than how it is marked: what no territory's numbers depend on."""
    return change.table == "account" and change.old is not None and set(change.new or ()) <= _MARKS and bool(change.new)


def _edit_units(plan: Plan, changes: Sequence[RowChange]) -> tuple[int, _Int]:
    """Write edited unit rows; returns how many changed in more than their lock, and the locked or unlocked ones."""
    n_renewed = len(changes)
    changes = [c for c in changes if c.old is not None and c.new is not None]
    n_renewed -= len(changes)
    if not changes:
        return n_renewed, np.empty(0, dtype=np.int32)
    ixs = _ix(plan.units.unit_id, [c.row_id for c in changes])
    n_edited, locked = 0, []
    for ix, change in zip(ixs, changes, strict=True):
        row = dict(change.new or {})
        if "locked" in row:
            plan.units.locked[ix] = bool(row.pop("locked"))
            locked.append(ix)
        n_edited += bool(row)
        for column, value in row.items():
            if column in plan.units.values:
                plan.units.values[column][ix] = _float(value)
            elif column in _UNIT_NUMBERS:
                getattr(plan.units, column)[ix] = _float(value)
            elif column in _UNIT_TEXT:
                getattr(plan.units, _UNIT_TEXT[column])[ix] = value or ""
    plan.units.__dict__.pop("ix_by_code", None)
    return n_renewed + n_edited, np.array(locked, dtype=np.int32)


def _edit_settings(plan: Plan, by_table: Mapping[str, Sequence[RowChange]]) -> bool:
    for change in by_table.get("plan", ()):
        plan.info = info_from_row(plan.info, change.new or {})
    for change in by_table.get("measure", ()):
        plan.measures = [
            _record(m, change.new, "measure") if m.measure_id == change.row_id else m for m in plan.measures
        ]
        plan.measures.sort(key=lambda m: (m.source != "builtin", m.sort_order, m.measure_id))
    return bool(by_table.get("plan") or by_table.get("measure"))


def info_from_row(info: PlanInfo, row: Row) -> PlanInfo:
    """Return the plan's own record with the row's columns put in; others are left."""
    names = {f.name for f in fields(PlanInfo)} - {"constants"}
    constants = {f.name for f in fields(WorkloadConstants)}
    values: dict[str, Any] = {c: v if v is not None else "" for c, v in row.items() if c in names}
    changed = {c: _float(v) for c, v in row.items() if c in constants}
    return replace(info, **values, constants=replace(info.constants, **changed))


def _edit_reps(plan: Plan, changes: Sequence[RowChange]) -> tuple[tuple[int, ...], bool]:
    by_id = {rep.rep_id: rep for rep in plan.reps}
    is_home_changed = False
    for change in changes:
        before = by_id.get(change.row_id)
        if change.new is None:
            after = by_id.pop(change.row_id, None) and None
        else:
            after = by_id[change.row_id] = _record(before or Rep(change.row_id, "", ""), change.new, "rep")
        home = (before.lon, before.lat) if before else (None, None)
        is_home_changed |= home != ((after.lon, after.lat) if after else (None, None))
    plan.reps = sorted(by_id.values(), key=lambda rep: rep.rep_id)
    return tuple({change.row_id for change in changes}), is_home_changed


def _edit_territories(
    plan: Plan, changes: Sequence[RowChange]
) -> tuple[tuple[int, ...], tuple[int, ...], tuple[int, ...], bool, _Int]:
    """Edit the list; returns added (after), removed (before), edited (after), rep changed, position before -> after."""
    before = plan.territories
    by_id = {t.territory_id: t for t in before}
    is_rep_changed = False
    for change in changes:
        if change.new is None:
            by_id.pop(change.row_id, None)
            continue
        is_rep_changed |= "rep_id" in change.new and change.old is not None
        old = by_id.get(change.row_id, Territory(change.row_id, "", "", ""))
        by_id[change.row_id] = _record(old, change.new, "territory")
    after = sorted(by_id.values(), key=lambda t: (t.sort_order, t.territory_id))
    position = {t.territory_id: ix for ix, t in enumerate(after)}
    known = {t.territory_id for t in before}
    remap = np.array([position.get(t.territory_id, -1) for t in before] + [-1], dtype=np.int32)
    plan.territories = after
    if not np.array_equal(remap[:-1], np.arange(len(before))):
        plan.unit_territory = remap[plan.unit_territory]
        plan.account_override = remap[plan.account_override]
    added = tuple(ix for ix, t in enumerate(after) if t.territory_id not in known)
    removed = tuple(int(ix) for ix in np.flatnonzero(remap[:-1] < 0))
    edited = tuple(sorted({position[c.row_id] for c in changes if c.old is not None and c.row_id in position}))
    return added, removed, edited, is_rep_changed, remap


def _move_units(plan: Plan, changes: Sequence[RowChange], remap: _Int) -> tuple[_Int, _Int, _Int]:
    """Net moves of the step; a unit that ends where it began is left out."""
    to_id = {_id(c, "unit_id"): c.new and c.new.get("territory_id") for c in changes}
    to_id = {unit_id: to_id[unit_id] for unit_id in to_id if _is_there(plan.units.unit_id, unit_id)}
    if not to_id:
        return _empty(), _empty(), _empty()
    unit_ix = _ix(plan.units.unit_id, list(to_id))
    target = _territory_positions(plan, list(to_id.values()))
    origin = plan.unit_territory[unit_ix]
    plan.unit_territory[unit_ix] = target
    moved = origin != target
    return unit_ix[moved].astype(np.int32), origin[moved].astype(np.int32), target[moved]


def _move_accounts(plan: Plan, changes: Sequence[RowChange], remap: _Int) -> tuple[_Int, _Int, _Int]:
    last = {_id(c, "account_id"): c for c in changes}
    if not last:
        return _empty(), _empty(), _empty()
    for change in changes:
        account_id = _id(change, "account_id")
        if change.new is None:
            plan.overrides.pop(account_id, None)
        else:
            plan.overrides[account_id] = _override(plan.overrides.get(account_id), change)
    account_ix = _ix(plan.accounts.account_id, list(last))
    # By the records, not the rows: one whose reason alone changed does not tell its territory.
    holders = [found.territory_id if (found := plan.overrides.get(i)) is not None else None for i in last]
    target = _territory_positions(plan, holders)
    origin = plan.account_override[account_ix]
    plan.account_override[account_ix] = target
    return account_ix.astype(np.int32), origin.astype(np.int32), target


def _override(before: Override | None, change: RowChange) -> Override:
    row = change.new or {}
    known = {f.name for f in fields(Override)}
    values: dict[str, Any] = {c: v for c, v in row.items() if c in known}
    values["override_id"] = change.row_id
    return replace(before, **values) if before else Override(**values)


def _territory_positions(plan: Plan, territory_ids: Sequence[Any]) -> _Int:
    position = {t.territory_id: ix for ix, t in enumerate(plan.territories)}
    return np.array([-1 if i is None else position[int(i)] for i in territory_ids], dtype=np.int32)


_Record = TypeVar("_Record", Territory, Rep, Measure)


def _text(value: object) -> str:
    return "" if value is None else str(value)


_TEXTS = (
    *(
        "uuid",
        "name",
        "home_postal_code",
        "home_city",
        "home_state",
        "home_country",
        "color",
        "role",
        "seniority",
        "career_level",
    ),
)
# What a field makes of its column, where that is not the value itself: as the file is read, also where it has NULL.
_FROM_COLUMN: dict[str, Callable[[Any], Any]] = {
    **dict.fromkeys(("locked", "is_shown"), bool),
    **dict.fromkeys(_TEXTS, _text),
    **dict.fromkeys(("languages", "verticals"), words_of),
    **dict.fromkeys(("started_on", "vacant_since"), day_of),
    "color": color_of,
    "team": team_of,
    "kind": lambda value: value or "rep",
    "location_level": lambda value: value or "none",
    "sort_order": lambda value: value or 0,
    "tolerance": lambda value: DEFAULT_TOLERANCE if value is None else value,
    "fte": lambda value: 1.0 if value is None else value,
}


def _record(record: _Record, row: Row | None, table: str) -> _Record:
    """Return the record with a row's columns put in."""
    known = {f.name for f in fields(record)}
    renamed = _FIELD_OF_COLUMN[table]
    values: dict[str, Any] = {}
    for column, value in (row or {}).items():
        name = renamed.get(column, column)
        if name in known:
            values[name] = _FROM_COLUMN[name](value) if name in _FROM_COLUMN else value
    return replace(record, **values)


def _id(change: RowChange, column: str) -> int:
    value = (change.new or change.old or {})[column]
    return int(str(value))


def _is_there(ids: NDArray[np.int64], wanted: int) -> bool:
    at = int(np.searchsorted(ids, wanted))
    return at < len(ids) and int(ids[at]) == wanted


def _ix(ids: NDArray[np.int64], wanted: Sequence[int]) -> NDArray[np.int64]:
    return np.searchsorted(ids, np.asarray(wanted, dtype=np.int64))


def _float(value: object) -> float:
    return float("nan") if value is None else float(str(value))


def _empty() -> _Int:
    return np.empty(0, dtype=np.int32)
