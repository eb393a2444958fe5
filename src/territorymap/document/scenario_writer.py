"""Writing what differs in a scenario: owners of units and accounts, records of territories, and scenarios that go.

Owns copy on write: before a scenario changes, its children that had inherited a value get it as their own, so that no
scenario ever changes by an edit of another. The caller holds the step.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from territorymap.document.coverage_tables import dependent_statements
from territorymap.document.effective import Place
from territorymap.document.scenarios import (
    TERRITORY_FIELDS,
    Record,
    chain_of,
    children_of,
    owners,
    owners_of,
    rows_of,
    territory_records,
)
from territorymap.document.statements import insert_sql, update_sql

_KEY = {"assignment": "unit_id", "override": "account_id"}
_VARIANT_COLUMNS = ("scenario_id", "territory_id", "is_absent", *TERRITORY_FIELDS)


class RowGoneError(KeyError):
    """A row that was to be changed is not there any more."""


class ScenarioWriter:
    """Writes into one scenario and alignment of an open step."""

    def __init__(self, connection: sqlite3.Connection, place: Place) -> None:
        self._connection = connection
        self.place = place
        self._children = children_of(connection, place.scenario_id)

    # -- units ---------------------------------------------------------------------------------------------------------

    def assign(self, unit_ids: Sequence[int], territory_id: int | None) -> None:
        """Give units to a territory in this scenario; None = to nobody."""
        self._keep_for_children("assignment", unit_ids)
        place = (self.place.scenario_id, self.place.alignment_id)
        if territory_id is None and self.place.is_root:
            self._delete("assignment", unit_ids)
            return
        if not self.place.is_root:
            inherited = owners_of(
                self._connection, "assignment", self.place.chain[1:], self.place.alignment_id, unit_ids
            )
            # What is as in the parent needs no row.
            self._delete("assignment", [unit_id for unit_id in unit_ids if inherited[unit_id] == territory_id])
            unit_ids = [unit_id for unit_id in unit_ids if inherited[unit_id] != territory_id]
        changed = self._connection.executemany(
            "UPDATE assignment SET territory_id = ? WHERE scenario_id = ? AND alignment_id = ? AND unit_id = ?",
            [(territory_id, *place, unit_id) for unit_id in unit_ids],
        )
        if changed.rowcount == len(unit_ids):
            return
        self._connection.executemany(
            "INSERT INTO assignment (scenario_id, alignment_id, unit_id, territory_id) VALUES (?, ?, ?, ?)"
            " ON CONFLICT (scenario_id, alignment_id, unit_id) DO NOTHING",
            [(*place, unit_id, territory_id) for unit_id in unit_ids],
        )

    def owners_of_units(self, unit_ids: Sequence[int]) -> dict[int, int | None]:
        """Return territory_id of units in this scenario."""
        return owners_of(self._connection, "assignment", self.place.chain, self.place.alignment_id, unit_ids)

    # -- accounts ------------------------------------------------------------------------------------------------------

    def set_override(self, account_ids: Sequence[int], row: Mapping[str, object] | None, uuids: Iterable[str]) -> None:
        """Give accounts by name: ``row`` has territory_id, reason, author, created_at; None = no override."""
        self._keep_for_children("override", account_ids)
        place = (self.place.scenario_id, self.place.alignment_id)
        if row is None:
            if self.place.is_root:
                self._delete("override", account_ids)
                return
            inherited = owners_of(
                self._connection, "override", self.place.chain[1:], self.place.alignment_id, account_ids
            )
            self._delete("override", [a for a in account_ids if inherited[a] is None])
            account_ids = [a for a in account_ids if inherited[a] is not None]
            row = {"territory_id": None, "reason": None, "author": None, "created_at": None}
        values = tuple(row[name] for name in ("territory_id", "reason", "author", "created_at"))
        changed = self._connection.executemany(
            "UPDATE override SET territory_id = ?, reason = ?, author = ?, created_at = ?"
            " WHERE scenario_id = ? AND alignment_id = ? AND account_id = ?",
            [(*values, *place, account_id) for account_id in account_ids],
        )
        if changed.rowcount == len(account_ids):
            return
        self._connection.executemany(
            "INSERT INTO override"
            " (scenario_id, alignment_id, account_id, territory_id, reason, author, created_at, uuid)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (scenario_id, alignment_id, account_id) DO NOTHING",
            [(*place, account_id, *values, uuid) for account_id, uuid in zip(account_ids, uuids, strict=False)],
        )

    def _delete(self, table: str, ids: Iterable[int]) -> None:
        sql = {
            "assignment": "DELETE FROM assignment WHERE scenario_id = ? AND alignment_id = ? AND unit_id = ?",
            "override": "DELETE FROM override WHERE scenario_id = ? AND alignment_id = ? AND account_id = ?",
        }[table]
        place = (self.place.scenario_id, self.place.alignment_id)
        self._connection.executemany(sql, [(*place, row_id) for row_id in ids])

    def _keep_for_children(self, table: str, ids: Sequence[int]) -> None:
        """Give children that inherit the owner of these units or accounts a row of their own."""
        for child in self._children:
            own = rows_of(self._connection, table, child, self.place.alignment_id, ids)
            self.keep_for(table, child, [row_id for row_id in ids if row_id not in own])

    def keep_for(self, table: str, child: int, ids: Sequence[int]) -> None:
        """Give another scenario rows that say what this one has; it must have none for these."""
        if table == "override":
            for account_id in ids:
                self._copy_override(account_id, child)
            return
        kept = owners_of(self._connection, table, self.place.chain, self.place.alignment_id, ids)
        self._connection.executemany(
            "INSERT INTO assignment (scenario_id, alignment_id, unit_id, territory_id) VALUES (?, ?, ?, ?)",
            [(child, self.place.alignment_id, unit_id, kept[unit_id]) for unit_id in ids],
        )

    def _copy_override(self, account_id: int, child: int) -> None:
        names = "territory_id, reason, author, created_at, uuid"
        for scenario_id in self.place.chain:
            row = self._connection.execute(
                f"SELECT {names} FROM override WHERE scenario_id = ? AND alignment_id = ? AND account_id = ?",  # noqa: S608
                (scenario_id, self.place.alignment_id, account_id),
            ).fetchone()
            if row is not None:
                break
        else:
            row = (None,) * 5
        self._connection.execute(
            f"INSERT INTO override (scenario_id, alignment_id, account_id, {names}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",  # noqa: S608
            (child, self.place.alignment_id, account_id, *row),
        )

    # -- territories ---------------------------------------------------------------------------------------------------

    def records(self, ids: Sequence[int] | None = None) -> dict[int, Record]:
        """Return the territories of this scenario by territory_id."""
        return territory_records(self._connection, self.place.chain, self.place.alignment_id, ids)

    def edit_territories(self, values: Mapping[int, Mapping[str, Any]]) -> None:
        """Set fields of territories of this scenario.

        Raises
        ------
        RowGoneError
            if the scenario has no such territory.
        """
        records = self.records(list(values))
        if missing := [row_id for row_id in values if row_id not in records]:
            raise RowGoneError(f"territory: {len(missing)} of {len(values)} rows not found")
        changed = {
            row_id: fields
            for row_id, fields in values.items()
            if any(records[row_id][name] != value for name, value in fields.items())
        }
        for row_id, fields in changed.items():
            self._keep_record_for_children(row_id, records[row_id])
            if self.place.is_root:
                self._connection.execute(
                    update_sql("territory", list(fields), "territory_id"), (*fields.values(), row_id)
                )
            else:
                self._put_variant(self.place.scenario_id, row_id, {**records[row_id], **fields})

    def put_territory(self, territory_id: int, record: Mapping[str, Any]) -> None:
        """Let a territory that the plan has be one of this scenario, with these fields."""
        self._keep_record_for_children(territory_id, self.records([territory_id]).get(territory_id))
        if self.place.is_root:
            fields = [record[name] for name in TERRITORY_FIELDS]
            self._connection.execute(update_sql("territory", TERRITORY_FIELDS, "territory_id"), (*fields, territory_id))
            self._connection.execute(
                "DELETE FROM territory_variant WHERE scenario_id = ? AND territory_id = ?",
                (self.place.scenario_id, territory_id),
            )
        else:
            self._put_variant(self.place.scenario_id, territory_id, record)

    def added(self, territory_ids: Iterable[int]) -> None:
        """Let territories whose rows were just made be of this scenario and of no other."""
        root = self.place.chain[-1]
        for territory_id in territory_ids:
            if not self.place.is_root:
                base = territory_records(self._connection, (root,), self.place.alignment_id, [territory_id])
                self._put_variant(root, territory_id, None)  # and with it all that inherit from there
                self._put_variant(self.place.scenario_id, territory_id, base[territory_id])
            for child in self._children:
                self._put_variant(child, territory_id, None)

    def remove_territories(self, territory_ids: Iterable[int]) -> None:
        """Take territories out of this scenario; the rows go when no scenario has them any more."""
        for territory_id in territory_ids:
            self.assign(self._held("assignment", territory_id), None)
            self.set_override(self._held("override", territory_id), None, ())
            if not self._is_elsewhere(territory_id):
                forget_territory(self._connection, territory_id)
            elif record := self.records([territory_id]).get(territory_id):
                self._keep_record_for_children(territory_id, record)
                self._put_variant(self.place.scenario_id, territory_id, None)

    def _held(self, table: str, territory_id: int) -> list[int]:
        if self.place.is_root:
            key = _KEY[table]
            rows = self._connection.execute(
                f"SELECT {key} FROM {table} WHERE scenario_id = ? AND alignment_id = ? AND territory_id = ?",  # noqa: S608
                (self.place.scenario_id, self.place.alignment_id, territory_id),
            )
            return [row_id for (row_id,) in rows]
        found = owners(self._connection, table, self.place.chain, self.place.alignment_id)
        return [row_id for row_id, owner in found.items() if owner == territory_id]

    def _is_elsewhere(self, territory_id: int) -> bool:
        sql = "SELECT scenario_id FROM scenario WHERE scenario_id <> ?"
        others = [row_id for (row_id,) in self._connection.execute(sql, (self.place.scenario_id,))]
        return any(
            territory_records(self._connection, chain_of(self._connection, i), self.place.alignment_id, [territory_id])
            for i in others
        )

    def _keep_record_for_children(self, territory_id: int, record: Record | None) -> None:
        for child in self._children:
            self.keep_record_for(child, territory_id, record)

    def keep_record_for(self, child: int, territory_id: int, record: Record | None) -> None:
        """Give another scenario a record of its own, unless it has one."""
        if not self._has_variant(child, territory_id):
            self._put_variant(child, territory_id, record)

    def _has_variant(self, scenario_id: int, territory_id: int) -> bool:
        sql = "SELECT 1 FROM territory_variant WHERE scenario_id = ? AND territory_id = ?"
        return self._connection.execute(sql, (scenario_id, territory_id)).fetchone() is not None

    def _put_variant(self, scenario_id: int, territory_id: int, record: Mapping[str, Any] | None) -> None:
        """Write the row of a territory in a scenario; None = it is not there."""
        values = [None] * len(TERRITORY_FIELDS) if record is None else [record[name] for name in TERRITORY_FIELDS]
        names = ("is_absent", *TERRITORY_FIELDS)
        pairs = ", ".join(f"{name} = ?" for name in names)
        done = self._connection.execute(
            f"UPDATE territory_variant SET {pairs} WHERE scenario_id = ? AND territory_id = ?",  # noqa: S608
            (int(record is None), *values, scenario_id, territory_id),
        )
        if not done.rowcount:
            self._connection.execute(
                insert_sql("territory_variant", _VARIANT_COLUMNS),
                (scenario_id, territory_id, int(record is None), *values),
            )


def delete_scenario(connection: sqlite3.Connection, scenario_id: int) -> None:
    """Delete a scenario; those that stored what differs from it keep all that they have.

    Raises
    ------
    ValueError
        if it is the last one.
    """
    chain, children = chain_of(connection, scenario_id), children_of(connection, scenario_id)
    (count,) = connection.execute("SELECT count(*) FROM scenario").fetchone()
    if count < 2:
        raise ValueError("the last scenario cannot be deleted")
    if len(chain) > 1:
        for child in children:
            _take_rows(connection, scenario_id, child)
            _set_parent(connection, child, chain[1])
    else:
        _hand_over_root(connection, scenario_id, children)
    for table in ("assignment", "override", "territory_variant", "scenario"):
        connection.execute(f"DELETE FROM {table} WHERE scenario_id = ?", (scenario_id,))  # noqa: S608
    _forget_unused_territories(connection)


def _take_rows(connection: sqlite3.Connection, giver: int, taker: int) -> None:
    """Copy rows that the taker does not have itself."""
    for table, key, columns in (
        ("assignment", "unit_id", "alignment_id, unit_id, territory_id"),
        ("override", "account_id", "alignment_id, account_id, territory_id, reason, author, created_at, uuid"),
        ("territory_variant", "territory_id", ", ".join(_VARIANT_COLUMNS[1:])),
    ):
        same = " AND mine.alignment_id = theirs.alignment_id" if table != "territory_variant" else ""
        connection.execute(
            f"INSERT INTO {table} (scenario_id, {columns}) SELECT ?, {columns} FROM {table} AS theirs"  # noqa: S608
            f" WHERE scenario_id = ? AND NOT EXISTS (SELECT 1 FROM {table} AS mine"
            f" WHERE mine.scenario_id = ? AND mine.{key} = theirs.{key}{same})",
            (taker, giver, taker),
        )


def _set_parent(connection: sqlite3.Connection, scenario_id: int, parent_id: int | None) -> None:
    connection.execute("UPDATE scenario SET parent_scenario_id = ? WHERE scenario_id = ?", (parent_id, scenario_id))


def _hand_over_root(connection: sqlite3.Connection, root: int, children: Sequence[int]) -> None:
    """Make the first child the root, and the others children of it."""
    heir, others = children[0], children[1:]
    alignments = [row_id for (row_id,) in connection.execute("SELECT alignment_id FROM alignment")]
    for other in others:
        for alignment_id in alignments:
            _keep_from_root(connection, root, alignment_id, heir, other)
        _set_parent(connection, other, heir)
    _take_rows(connection, root, heir)
    # In the root nobody is no row, and the records stand in the table of territories.
    for table in ("assignment", "override"):
        connection.execute(f"DELETE FROM {table} WHERE scenario_id = ? AND territory_id IS NULL", (heir,))  # noqa: S608
    fields = ", ".join(TERRITORY_FIELDS)
    rows = connection.execute(
        f"SELECT {fields}, territory_id FROM territory_variant WHERE scenario_id = ? AND is_absent = 0",  # noqa: S608
        (heir,),
    ).fetchall()
    connection.executemany(update_sql("territory", TERRITORY_FIELDS, "territory_id"), rows)
    connection.execute("DELETE FROM territory_variant WHERE scenario_id = ? AND is_absent = 0", (heir,))
    _set_parent(connection, heir, None)


def _keep_from_root(connection: sqlite3.Connection, root: int, alignment_id: int, heir: int, other: int) -> None:
    """Give a child of the root rows for all that the heir has of its own and it has from the root."""
    writer = ScenarioWriter(connection, Place((root,), alignment_id))
    for table in ("assignment", "override"):
        of_heir = _own_keys(connection, table, heir, alignment_id)
        lacking = of_heir - rows_of(connection, table, other, alignment_id, of_heir).keys()
        writer.keep_for(table, other, sorted(lacking))
    changed = connection.execute(
        "SELECT v.territory_id FROM territory_variant v JOIN territory t USING (territory_id)"
        " WHERE v.scenario_id = ? AND t.alignment_id = ?",
        (heir, alignment_id),
    ).fetchall()
    ids = [territory_id for (territory_id,) in changed]
    records = writer.records(ids)
    for territory_id in ids:
        writer.keep_record_for(other, territory_id, records.get(territory_id))


def _own_keys(connection: sqlite3.Connection, table: str, scenario_id: int, alignment_id: int) -> set[int]:
    key = _KEY[table]
    sql = f"SELECT {key} FROM {table} WHERE scenario_id = ? AND alignment_id = ?"  # noqa: S608
    return {row_id for (row_id,) in connection.execute(sql, (scenario_id, alignment_id))}


def _forget_unused_territories(connection: sqlite3.Connection) -> None:
    """Delete territories that only the scenario that went had."""
    chains = [
        chain_of(connection, row_id) for (row_id,) in connection.execute("SELECT scenario_id FROM scenario").fetchall()
    ]
    used: set[int] = set()
    for (alignment_id,) in connection.execute("SELECT alignment_id FROM alignment").fetchall():
        for chain in chains:
            used |= territory_records(connection, chain, alignment_id).keys()
    every = [row_id for (row_id,) in connection.execute("SELECT territory_id FROM territory")]
    for territory_id in every:
        if territory_id not in used:
            forget_territory(connection, territory_id)


def forget_territory(connection: sqlite3.Connection, territory_id: int) -> None:
    """Delete a territory that no scenario has, and the rows that name it."""
    for sql in dependent_statements("territory"):
        connection.execute(sql, (territory_id,))
    for table in ("assignment", "override", "territory_variant", "territory"):
        connection.execute(f"DELETE FROM {table} WHERE territory_id = ?", (territory_id,))  # noqa: S608
