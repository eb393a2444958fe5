"""Scenarios in the file: each stores what differs from its parent; what counts is the effective value.

Owns reading: the way from a scenario to its root, effective owners and territory records. Writing is scenario_writer's.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from territorymap.document.table_columns import BadContentError

TERRITORY_FIELDS = (
    *("territory_name", "color", "rep_id", "region_id", "locked", "sort_order"),
    *("team", "vacant_since"),
)
Record = dict[str, Any]  # of a territory: territory_id, uuid and TERRITORY_FIELDS
_FEW = 400  # keys that one statement can name


def chain_of(
    connection: sqlite3.Connection, scenario_id: int, gone: Mapping[int, int | None] | None = None
) -> tuple[int, ...]:
    """Return the scenario, its parent, and so on to the root; ``gone`` has the parents of those that are not there.

    Raises
    ------
    BadContentError
        if one of them is not there, or they go in a circle.
    """
    there = connection.execute("SELECT scenario_id, parent_scenario_id FROM scenario").fetchall()
    parent_by_id: dict[int, int | None] = {**(gone or {}), **dict(there)}
    chain: list[int] = []
    at: int | None = scenario_id
    while at is not None:
        if at not in parent_by_id or at in chain:
            raise BadContentError(f"scenario.parent_scenario_id: {at!r}")
        chain.append(at)
        at = parent_by_id[at]
    return tuple(chain)


def children_of(connection: sqlite3.Connection, scenario_id: int) -> list[int]:
    """Return the scenarios that store what differs from this one."""
    sql = "SELECT scenario_id FROM scenario WHERE parent_scenario_id = ? ORDER BY scenario_id"
    return [child for (child,) in connection.execute(sql, (scenario_id,))]


_OWNER_SQL = {
    "assignment": "SELECT unit_id, territory_id FROM assignment WHERE scenario_id = ? AND alignment_id = ?",
    "override": "SELECT account_id, territory_id FROM override WHERE scenario_id = ? AND alignment_id = ?",
}
_KEY = {"assignment": "unit_id", "override": "account_id"}


def owners(
    connection: sqlite3.Connection, table: str, chain: Sequence[int], alignment_id: int
) -> dict[int, int | None]:
    """Return territory_id by unit_id (or account_id, of overrides) as the first scenario of the chain has it."""
    found: dict[int, int | None] = {}
    for scenario_id in reversed(chain):
        found.update(connection.execute(_OWNER_SQL[table], (scenario_id, alignment_id)).fetchall())
    return found


def owners_of(
    connection: sqlite3.Connection, table: str, chain: Sequence[int], alignment_id: int, ids: Iterable[int]
) -> dict[int, int | None]:
    """Return the same of some units or accounts; each is in the answer, None = nobody."""
    left = set(ids)
    found: dict[int, int | None] = dict.fromkeys(left)
    for scenario_id in chain:
        if not left:
            break
        rows = rows_of(connection, table, scenario_id, alignment_id, left)
        found.update(rows)
        left -= rows.keys()
    return found


def rows_of(
    connection: sqlite3.Connection, table: str, scenario_id: int, alignment_id: int, ids: Iterable[int]
) -> dict[int, int | None]:
    """Return territory_id by key of the rows that a scenario has itself."""
    wanted = list(ids)
    sql, place = _OWNER_SQL[table], (scenario_id, alignment_id)
    if len(wanted) > _FEW * 20:
        asked = set(wanted)
        return {key: owner for key, owner in connection.execute(sql, place) if key in asked}
    found: dict[int, int | None] = {}
    for start in range(0, len(wanted), _FEW):
        part = wanted[start : start + _FEW]
        found.update(connection.execute(f"{sql} AND {_KEY[table]} IN ({_marks(part)})", (*place, *part)).fetchall())
    return found


def territory_records(
    connection: sqlite3.Connection,
    chain: Sequence[int],
    alignment_id: int,
    ids: Sequence[int] | None = None,
) -> dict[int, Record]:
    """Return the territories of a scenario, all or some, by territory_id; those that it does not have are left out."""
    if ids is not None and len(ids) > _FEW:
        every = territory_records(connection, chain, alignment_id)
        return {row_id: every[row_id] for row_id in ids if row_id in every}
    names = ("territory_id", "uuid", *TERRITORY_FIELDS)
    listed = ", ".join(names)
    only = "" if ids is None else f" AND territory_id IN ({_marks(ids)})"
    keys = () if ids is None else tuple(ids)
    rows = connection.execute(
        f"SELECT {listed} FROM territory WHERE alignment_id = ?{only}",  # noqa: S608
        (alignment_id, *keys),
    )
    records = {row[0]: dict(zip(names, row, strict=True)) for row in rows}
    absent: set[int] = set()
    sql = f"SELECT territory_id, is_absent, {', '.join(TERRITORY_FIELDS)} FROM territory_variant WHERE scenario_id = ?"  # noqa: S608
    for scenario_id in reversed(chain):
        for row_id, is_absent, *values in connection.execute(sql + only, (scenario_id, *keys)):
            if row_id not in records:
                continue
            if is_absent:
                absent.add(row_id)
                continue
            absent.discard(row_id)
            records[row_id] |= dict(zip(TERRITORY_FIELDS, values, strict=True))
    return {row_id: record for row_id, record in records.items() if row_id not in absent}


def _marks(values: Sequence[int]) -> str:
    return ", ".join("?" * len(values))
