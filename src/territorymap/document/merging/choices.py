"""Writes who has what in every scenario: territories, units, accounts given by name, as differences from the parent.

Owns the encoding of effective values; which value holds is compare's.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from territorymap.document.coverage_tables import dependent_statements
from territorymap.document.merging.snapshot import Fields, field_name
from territorymap.document.merging.states import Row
from territorymap.document.merging.threeway import bare
from territorymap.document.scenarios import TERRITORY_FIELDS
from territorymap.errors import UserError
from territorymap.i18n import tr

if TYPE_CHECKING:
    from territorymap.document.merging.writing import Writing

Rows = Mapping[tuple[str, str], Fields | None]
_Stored = dict[tuple[int, ...], tuple[int, Row]]  # place -> row as it stands
_Wanted = dict[tuple[int, ...], dict[str, object]]  # place -> columns
_VARIANT_FIELDS = tuple(field_name("territory", column) for column in TERRITORY_FIELDS)


class ChoiceWriting:
    """The scenarios of one merge."""

    def __init__(self, writing: Writing, rows: Rows) -> None:
        self._to = writing
        self._rows = rows
        self._mine = writing.merge.mine
        self._raw = writing.raw
        self._present = [key for key in self._mine.items["scenario"] if rows.get(("scenario", key), {}) is not None]
        self._present += [
            key for (kind, key), row in rows.items() if kind == "scenario" and row and key not in self._present
        ]
        self._order = self._parents_first()
        self.used_territories: set[str] = set()

    def write(self) -> None:
        self._write_parents()
        self._write_territories()
        self._write_choices("assignment")
        self._write_choices("override")

    def _effective(self, kind: str, key: str) -> Fields | None:
        return self._rows[kind, key] if (kind, key) in self._rows else self._mine.items[kind].get(key)

    # -- scenarios -----------------------------------------------------------------------------------------------------

    def _parents_first(self) -> list[tuple[str, str | None]]:
        """Return (scenario, parent); exactly one has no parent, whatever was deleted on which side."""
        wanted: dict[str, str | None] = {}
        for key in self._present:
            parent = (self._effective("scenario", key) or {}).get("parent_scenario")
            wanted[key] = str(parent) if parent in self._present else None
        if not wanted:
            raise UserError(
                tr("The plan would have no scenario: this is the only scenario it has."),
                tr("Decide for the other one first, or for both at once."),
            )
        roots = [key for key in wanted if self._leads_nowhere(key, wanted)]
        root = min(roots, key=lambda key: (not self._was_root(key), self._made_at(key), key))
        ordered: list[tuple[str, str | None]] = [(root, None)]
        placed = {root}
        while len(placed) < len(wanted):
            ready = sorted(key for key, parent in wanted.items() if key not in placed and parent in placed)
            ready = ready or sorted(key for key in wanted if key not in placed)[:1]
            for key in ready:
                parent = wanted[key]
                ordered.append((key, parent if parent in placed else root))
                placed.add(key)
        return ordered

    def _leads_nowhere(self, key: str, wanted: Mapping[str, str | None]) -> bool:
        return wanted[key] is None

    def _was_root(self, key: str) -> bool:
        return any(
            key in base.items["scenario"] and base.items["scenario"][key].get("parent_scenario") is None
            for base in self._to.merge.bases
        )

    def _made_at(self, key: str) -> str:
        return str((self._effective("scenario", key) or {}).get("created_at") or "")

    def _write_parents(self) -> None:
        ids = self._to.ids["scenario"]
        # All of them: what was written as the row of a scenario named a parent that may be gone.
        parents = {ids[key]: {"parent_scenario_id": ids[parent] if parent else None} for key, parent in self._order}
        self._raw.update("scenario", parents)

    # -- territories ---------------------------------------------------------------------------------------------------

    def _write_territories(self) -> None:
        by_territory: dict[str, dict[str, Fields]] = {}
        keys = {*self._mine.items["territory"], *(key for kind, key in self._rows if kind == "territory")}
        for key in sorted(keys):
            scenario, territory = key.split("|")
            row = self._effective("territory", key)
            if row is not None and scenario in self._present:
                by_territory.setdefault(territory, {})[scenario] = row
        self.used_territories = set(by_territory)
        self._insert_territories(by_territory)
        root = self._order[0][0]
        updates = {}
        stored = self._mine.state.rows("territory")
        for territory, records in by_territory.items():
            row_id = self._to.ids["territory"][territory]
            if root in records and row_id in stored:
                values = self._to.columns_of("territory", records[root])
                full = {column: values.get(column) for column in ("alignment_id", *TERRITORY_FIELDS)}
                if changed := {c: v for c, v in full.items() if stored[row_id].get(c) != v}:
                    updates[row_id] = changed
        self._raw.update("territory", updates)
        self._write_variants(by_territory)

    def _insert_territories(self, by_territory: Mapping[str, Mapping[str, Fields]]) -> None:
        ids = self._to.ids["territory"]
        new = [territory for territory in by_territory if territory not in ids]
        rows = []
        for territory in new:
            records = by_territory[territory]
            first = next(records[scenario] for scenario, _ in self._order if scenario in records)
            empty: dict[str, object] = {"rep_id": None, "region_id": None}
            rows.append({"uuid": territory, **empty, **self._to.columns_of("territory", first)})
        ids.update(zip(new, self._raw.insert("territory", rows), strict=True))

    def _write_variants(self, by_territory: Mapping[str, Mapping[str, Fields]]) -> None:
        stored: _Stored = {
            (int(str(row["scenario_id"])), int(str(row["territory_id"]))): (row_id, row)
            for row_id, row in self._mine.state.rows("territory_variant").items()
        }
        wanted: _Wanted = {}
        for territory, records in by_territory.items():
            for scenario, parent in self._order:
                here = records.get(scenario)
                above = records.get(parent) if parent else here or {}
                if _record(here) != _record(above) or (parent is None and here is None):
                    place = self._to.ids["scenario"][scenario], self._to.ids["territory"][territory]
                    wanted[place] = self._variant_row(place, here)
        self._put("territory_variant", stored, wanted)

    def _variant_row(self, place: tuple[int, int], record: Fields | None) -> dict[str, object]:
        values = self._to.columns_of("territory", record)
        fields = {column: values.get(column) for column in TERRITORY_FIELDS}
        return {"scenario_id": place[0], "territory_id": place[1], "is_absent": int(record is None), **fields}

    # -- units and accounts --------------------------------------------------------------------------------------------

    def _write_choices(self, table: str) -> None:
        thing = "unit_id" if table == "assignment" else "account_id"
        stored: _Stored = {}
        wanted: _Wanted = {}
        for pair, at in self._pairs(table):
            raw = self._mine.raw(table, pair)
            for was in raw.values():
                stored[int(str(was["scenario_id"])), *at] = (int(str(was[f"{table}_id"])), was)
            effective: dict[str, Fields | None] = {}
            for scenario, parent in self._order:
                row = effective[scenario] = self._effective(table, "|".join((scenario, *pair)))
                above = effective[parent] if parent else None
                if bare(row) != bare(above):
                    place = (self._to.ids["scenario"][scenario], *at)
                    base: dict[str, object] = {"scenario_id": place[0], "alignment_id": place[1], thing: place[2]}
                    wanted[place] = base | self._choice_columns(table, row)
        self._put(table, stored, wanted)

    def _choice_columns(self, table: str, row: Fields | None) -> dict[str, object]:
        territory = (row or {}).get("territory")
        values: dict[str, object] = {
            "territory_id": self._to.ids["territory"].get(str(territory)) if territory else None
        }
        if table == "override":
            found = (row or {}).get("by")
            author, created_at, uuid = found if isinstance(found, tuple) else (None, None, None)
            values |= {"reason": (row or {}).get("reason"), "author": author, "created_at": created_at, "uuid": uuid}
        return values

    def _pairs(self, table: str) -> Iterator[tuple[tuple[str, str], tuple[int, int]]]:
        """Yield what was looked at and is there after the merge, by outside and by integer keys."""
        universe = self._to.merge.universe
        pairs = universe.unit_pairs if table == "assignment" else universe.account_pairs
        things = self._to.ids["unit" if table == "assignment" else "account"]
        for pair in sorted(pairs):
            alignment, thing = self._to.ids["alignment"].get(pair[0]), things.get(pair[1])
            is_gone = (
                pair[1] in self._to.gone_units
                if table == "assignment"
                else self._rows.get(("account", pair[1]), {}) is None
            )
            if alignment is not None and thing is not None and not is_gone:
                yield pair, (alignment, thing)

    def _put(
        self,
        table: str,
        stored: _Stored,
        wanted: _Wanted,
    ) -> None:
        """Make the rows of a table those that are wanted, among those looked at."""
        writer = self._raw
        writer.delete(table, [row_id for place, (row_id, _) in stored.items() if place not in wanted])
        updates = {}
        for place, row in wanted.items():
            if place in stored:
                row_id, was = stored[place]
                if changed := {column: value for column, value in row.items() if was.get(column) != value}:
                    updates[row_id] = changed
        writer.update(table, updates)
        writer.insert(table, [row for place, row in wanted.items() if place not in stored])

    # -- what is gone --------------------------------------------------------------------------------------------------

    def delete_unused(self) -> None:
        """Delete scenarios, with their rows, and territories that no scenario has any more."""
        ids, writer, state = self._to.ids, self._raw, self._mine.state
        gone = {ids["scenario"][key] for key in self._mine.items["scenario"] if key not in self._present}
        if gone:
            for table in ("assignment", "override", "territory_variant"):
                writer.delete(table, [i for i, row in state.rows(table).items() if row["scenario_id"] in gone])
            writer.delete("scenario", gone)
        unused = [i for key, i in ids["territory"].items() if key not in self.used_territories]
        territories = set(unused)
        rows = state.rows("territory_variant")
        writer.delete("territory_variant", [i for i, row in rows.items() if row["territory_id"] in territories])
        for sql in dependent_statements("territory"):
            self._to.writer.connection.executemany(sql, [(i,) for i in unused])
        writer.delete("territory", unused)


def _record(row: Fields | None) -> list[object] | None:
    return None if row is None else [row.get(name) for name in _VARIANT_FIELDS]
