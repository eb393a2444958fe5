"""Which steps touched a territory or an account: found in the journal's row images, no step read whole for it.

Owns this search; what the steps changed there is past's to tell.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Sequence
from contextlib import closing

from territorymap.document.images import decode_bulk, inserted_keys
from territorymap.document.schema import JOURNALED

_OF_TERRITORIES = ("assignment", "override", "territory", "territory_variant")


def steps_of_territories(connection: sqlite3.Connection, territory_ids: Collection[int], since: int) -> set[int]:
    """Return step_id of the steps in which ground, accounts or the record of these territories changed."""
    return _steps_with(connection, _OF_TERRITORIES, "territory_id", territory_ids, since)


def steps_of_accounts(connection: sqlite3.Connection, account_ids: Collection[int], since: int) -> set[int]:
    """Return step_id of the steps in which these accounts changed, were given by name, or moved with their unit."""
    units = _units_of(connection, account_ids)
    own = _steps_with(connection, ("override", "account"), "account_id", account_ids, since)
    return own | _steps_with(connection, ("assignment",), "unit_id", units, since)


def _units_of(connection: sqlite3.Connection, account_ids: Collection[int]) -> set[int]:
    """Return the units that accounts lie or once lay in."""
    found: set[int] = set()
    for account_id in account_ids:
        sql = "SELECT unit_id FROM account WHERE account_id = ? AND unit_id IS NOT NULL"
        found |= {int(unit_id) for (unit_id,) in connection.execute(sql, (account_id,))}
    sql = (
        "SELECT json_extract(new, '$.account_id'), json_extract(old, '$.unit_id') FROM journal_row"
        " WHERE table_name = 'account' AND json_extract(old, '$.unit_id') IS NOT NULL"
    )
    return found | {int(unit) for account, unit in connection.execute(sql) if account in set(account_ids)}


def _steps_with(
    connection: sqlite3.Connection, tables: Sequence[str], column: str, ids: Collection[int], since: int
) -> set[int]:
    """Return the steps after ``since`` with a row image in which a column has one of some values."""
    wanted = set(ids)
    if not wanted:
        return set()
    marks = ", ".join("?" * len(tables))
    path = f"$.{column}"
    rows = connection.execute(
        "SELECT DISTINCT step_id, json_extract(old, ?), json_extract(new, ?) FROM journal_row"  # noqa: S608
        f" WHERE step_id > ? AND table_name IN ({marks})",
        (path, path, since, *tables),
    )
    found = {int(step_id) for step_id, old, new in rows if old in wanted or new in wanted}
    bulk = connection.execute(
        f"SELECT step_id, table_name, rows FROM journal_bulk WHERE step_id > ? AND table_name IN ({marks})",  # noqa: S608
        (since, *tables),
    )
    with closing(bulk):
        for step_id, table, packed in bulk:
            if int(step_id) not in found and _chunk_has(table, packed, column, wanted):
                found.add(int(step_id))
    return found


def _chunk_has(table: str, packed: bytes, column: str, wanted: Collection[int]) -> bool:
    if column == JOURNALED[table].pk:
        keys = inserted_keys(packed)
        if keys is not None:
            return any(row_id in wanted for row_id, _ in keys)
        return any(event.row_id in wanted for event in decode_bulk(table, packed))
    return any(
        (event.old or {}).get(column) in wanted or (event.new or {}).get(column) in wanted
        for event in decode_bulk(table, packed)
    )
