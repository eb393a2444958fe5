"""What a step changed as the scenario in use sees it: rows of other scenarios left out, inherited values put in.

Owns the way from rows of the journal to changes of one scenario, so that nobody above has to know how differences are
stored.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

from territorymap.document.scenarios import Record, owners_of, territory_records
from territorymap.model.change import Row, RowChange

_OVERRIDE = ("override_id", "uuid", "account_id", "territory_id", "reason", "author", "created_at")


@dataclass(frozen=True)
class Place:
    """The scenario and alignment in use."""

    chain: tuple[int, ...]  # the scenario, its parent, ... the root
    alignment_id: int

    @property
    def scenario_id(self) -> int:
        return self.chain[0]

    @property
    def is_root(self) -> bool:
        return len(self.chain) == 1


class EffectiveView:
    """Knows the territories of the scenario in use, and tells what a step changed in it."""

    def __init__(self, connection: sqlite3.Connection, place: Place) -> None:
        self._connection = connection
        self.place = place
        self._records = territory_records(connection, place.chain, place.alignment_id)

    def changes(self, changes: Sequence[RowChange]) -> tuple[list[RowChange], frozenset[int]]:
        """Return the changes of the place in use, after they were made, and the other alignments that changed."""
        seen: list[RowChange] = []
        territory_ids: dict[int, None] = {}
        mine: dict[str, list[RowChange]] = {"assignment": [], "override": []}
        for change in changes:
            row: Row = change.new or change.old or {}
            if change.table == "territory":
                territory_ids[change.row_id] = None
            elif change.table == "territory_variant":
                if row["scenario_id"] in self.place.chain:
                    territory_ids[int(str(row["territory_id"]))] = None
            elif change.table in mine:
                if (row["scenario_id"], row["alignment_id"]) == (self.place.scenario_id, self.place.alignment_id):
                    mine[change.table].append(change)
            else:
                seen.append(change)
        elsewhere = self._alignments_of(changes) - {self.place.alignment_id}
        seen += self._territories(list(territory_ids))
        mine["assignment"] += self._owners_of_new_units(changes, mine["assignment"])
        owned = [*self._owned("assignment", mine["assignment"]), *self._owned("override", mine["override"])]
        return [*seen, *owned], frozenset(elsewhere)

    def _alignments_of(self, changes: Sequence[RowChange]) -> set[int]:
        """Return the alignments whose own row, choices or territories changed."""
        found: set[int] = set()
        territory_ids: set[int] = set()
        for change in changes:
            row: Row = change.new or change.old or {}
            if change.table == "alignment":
                found.add(change.row_id)
            elif "alignment_id" in row and change.table in ("assignment", "override", "territory"):
                found.add(int(str(row["alignment_id"])))
            elif change.table in ("territory", "territory_variant"):
                territory_ids.add(change.row_id if change.table == "territory" else int(str(row["territory_id"])))
        sql = "SELECT alignment_id FROM territory WHERE territory_id = ?"
        rows = (self._connection.execute(sql, (i,)).fetchone() for i in territory_ids - self._records.keys())
        return found | {int(row[0]) for row in rows if row is not None}

    def _owners_of_new_units(self, changes: Sequence[RowChange], known: Sequence[RowChange]) -> list[RowChange]:
        """Return who has units that came, where the scenario inherits that from its parent."""
        told = {c.new["unit_id"] for c in known if c.new is not None}
        came = [c.row_id for c in changes if c.table == "unit" and c.old is None and c.row_id not in told]
        if self.place.is_root or not came:
            return []
        owners = owners_of(self._connection, "assignment", self.place.chain, self.place.alignment_id, came)
        return [
            RowChange("assignment", -1, None, {"unit_id": unit_id, "territory_id": owner})
            for unit_id, owner in owners.items()
            if owner is not None
        ]

    def _owned(self, table: str, changes: list[RowChange]) -> list[RowChange]:
        """Return changes of rows of this scenario: where a row went, what the parent has holds again."""
        if self.place.is_root or not changes:
            return changes
        if table == "override":
            return [self._override(int(str((change.new or change.old or {})["account_id"]))) for change in changes]
        gone = [int(str(c.old["unit_id"])) for c in changes if c.new is None and c.old is not None]
        inherited = owners_of(self._connection, table, self.place.chain, self.place.alignment_id, gone)
        return [
            RowChange(c.table, c.row_id, c.old, {**c.old, "territory_id": inherited[int(str(c.old["unit_id"]))]})
            if c.new is None and c.old is not None
            else c
            for c in changes
        ]

    def _override(self, account_id: int) -> RowChange:
        """Return the override that an account has now, whole."""
        for scenario_id in self.place.chain:
            row = self._connection.execute(
                f"SELECT {', '.join(_OVERRIDE)} FROM override"  # noqa: S608
                " WHERE scenario_id = ? AND alignment_id = ? AND account_id = ?",
                (scenario_id, self.place.alignment_id, account_id),
            ).fetchone()
            if row is not None:
                found = dict(zip(_OVERRIDE, row, strict=True))
                key = {"account_id": account_id}
                return RowChange("override", found["override_id"], key, found if found["territory_id"] else None)
        return RowChange("override", -1, {"account_id": account_id}, None)

    def _territories(self, ids: list[int]) -> list[RowChange]:
        if not ids:
            return []
        after = territory_records(self._connection, self.place.chain, self.place.alignment_id, ids)
        seen = []
        for row_id in ids:
            old, new = self._records.pop(row_id, None), after.get(row_id)
            if new is not None:
                self._records[row_id] = new
            if change := _difference(row_id, old, new):
                seen.append(change)
        return seen


def _difference(row_id: int, old: Record | None, new: Record | None) -> RowChange | None:
    if old is None or new is None:
        return None if old is new else RowChange("territory", row_id, old, new)
    names = [name for name in new if new[name] != old[name]]
    if not names:
        return None
    return RowChange("territory", row_id, {n: old[n] for n in names}, {n: new[n] for n in names})
