"""Writes what comes of a merge into the open plan, within one step.

Owns the order of the rows and the way back from outside keys to integer ones; what is written is compare's.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import TYPE_CHECKING

from territorymap.document.coverage_tables import COVERAGE_TABLES
from territorymap.document.merging.choices import ChoiceWriting
from territorymap.document.merging.ground import family_code
from territorymap.document.merging.merge import Merge
from territorymap.document.merging.names import Renamed, made_unique
from territorymap.document.merging.noding import node_units
from territorymap.document.merging.rows import RawRows
from territorymap.document.merging.snapshot import GROUPS, SMALL, Fields, field_name, target_of
from territorymap.document.merging.units import merged_unit
from territorymap.document.schema import JOURNALED

if TYPE_CHECKING:
    from territorymap.document.writer import Writer

POINT_TABLES = ("account", "rep")
_DELETED_LAST = ("conflict", "scene", "cap", "segment", "measure", "rep", "region", "alignment")


class Writing:
    """One merge on its way into the file."""

    def __init__(self, writer: Writer, merge: Merge, prefer: str) -> None:
        self.writer = writer
        self.raw = RawRows(writer.connection)
        self.merge = merge
        self.prefer = prefer
        self.renamed: list[Renamed] = []
        mine = merge.mine
        self.ids: dict[str, dict[str, int]] = {
            table: {key: i for i, key in mine.keys(table).items()} for table in (*SMALL, "territory", "unit")
        }
        self.ids["account"] = dict(mine.account_ids)
        self._columns = {table: _column_by_field(mine.state.columns(table), table) for table in JOURNALED}
        for (table, column), name in mine.data_columns.items():
            self._columns[table].pop(field_name(table, column), None)
            self._columns[table][name] = (column,)

    def write(self) -> None:
        """Write all rows; what is gone goes last, when nothing points to it any more."""
        rows = {key: item.merged(self.prefer) for key, item in self.merge.items.items()}
        self.renamed = made_unique(self.merge, rows)
        self._write_data_columns(rows)
        for table in ("alignment", "region", "rep", "scenario", "cap", "scene", "conflict"):
            self._write_rows(table, rows)
        self._write_plan(rows)
        gone = self._write_units()
        self._write_accounts(rows)
        choices = ChoiceWriting(self, rows)
        choices.write()
        for table in COVERAGE_TABLES:
            self._leave_out_lost(table, rows, choices.used_territories)
            self._write_rows(table, rows)
        self._place_accounts(gone)
        self.writer.delete("unit", [self.ids["unit"][key] for key in gone])
        self._give_codes()
        for table in reversed(list(COVERAGE_TABLES)):
            self._delete(table, rows)
        choices.delete_unused()
        for table in ("account", *_DELETED_LAST):
            self._delete(table, rows)
        self._node()

    # -- rows of any table ---------------------------------------------------------------------------------------------

    def columns_of(self, table: str, row: Fields | None) -> dict[str, object]:
        """Return the columns of a row in this file."""
        known = self._columns[table]
        values: dict[str, object] = {}
        for name, value in (row or {}).items():
            columns = known.get(name, ())
            if len(columns) == 1:
                values[columns[0]] = self.inside(columns[0], value)
            else:
                values.update(zip(columns, value if isinstance(value, tuple) else (), strict=False))
        return values

    def inside(self, column: str, value: object) -> object:
        """Return a value as this file has it: an integer key for an outside one; None for what is not there."""
        target = target_of(column)
        if not target or value is None:
            return value
        known = self.ids[target].get(str(value))
        # Of accounts only those that were looked at are known.
        return self.merge.mine.state.account_id(str(value)) if known is None and target == "account" else known

    def _leave_out_lost(
        self, table: str, rows: dict[tuple[str, str], Fields | None], used_territories: Collection[str]
    ) -> None:
        """Let rows of a register go whose rep, territory or alignment is not there after the merge."""
        owned_by = {column.removesuffix("_id"): t for column, t in (COVERAGE_TABLES[table].goes_with or {}).items()}
        for (kind, key), row in list(rows.items()):
            if kind != table or row is None:
                continue
            for name, target in owned_by.items():
                value = row.get(name)
                is_there = value in used_territories if target == "territory" else str(value) in self.ids[target]
                if value is not None and (not is_there or rows.get((target, str(value)), {}) is None):
                    rows[kind, key] = None

    def difference(self, table: str, before: Fields | None, after: Fields | None) -> dict[str, object]:
        """Return the columns that must be written to make one row of the other."""
        old, new = self.columns_of(table, before), self.columns_of(table, after)
        return {name: new.get(name) for name in {**old, **new} if old.get(name) != new.get(name)}

    def _write_rows(self, table: str, rows: Mapping[tuple[str, str], Fields | None]) -> None:
        """Insert and update the rows of a table; keys to rows that come later in it are put in afterwards."""
        changed = {key: row for (kind, key), row in rows.items() if kind == table and row is not None}
        new = {key: None for key in changed if key not in self.ids[table]}
        if new:
            rows_of_new = [{"uuid": key, **self.columns_of(table, changed[key])} for key in new]
            ids = self._rows_of(table).insert(table, rows_of_new)
            self.ids[table].update(zip(new, ids, strict=True))
        updates = {}
        for key, row in changed.items():
            before = None if key in new else self.merge.mine.items[table].get(key)
            values = self.difference(table, before, row)
            if values and key not in new:
                updates[self.ids[table][key]] = values
            elif key in new and (links := {c: v for c, v in self.columns_of(table, row).items() if target_of(c)}):
                updates[self.ids[table][key]] = links
        self._rows_of(table).update(table, updates)

    def _rows_of(self, table: str) -> Writer | RawRows:
        """Return who writes a table: points follow positions only by the Writer."""
        return self.writer if table in POINT_TABLES else self.raw

    def _delete(self, table: str, rows: Mapping[tuple[str, str], Fields | None]) -> None:
        gone = [key for (kind, key), row in rows.items() if kind == table and row is None and key in self.ids[table]]
        self.writer.delete(table, [self.ids[table][key] for key in gone])

    def _write_data_columns(self, rows: Mapping[tuple[str, str], Fields | None]) -> None:
        """Write measures and segments; a new one brings its column."""
        for (kind, key), row in rows.items():
            if kind not in ("measure", "segment") or row is None:
                continue
            if key not in self.ids[kind]:
                self._add_column(kind, key, row)
            values = self.difference(kind, self.merge.mine.items[kind].get(key), row)
            self.writer.update(kind, {self.ids[kind][key]: {"uuid": key, **values}})

    def _add_column(self, kind: str, key: str, row: Fields) -> None:
        name = str(row.get("name") or "")
        if kind == "segment":
            segment = self.writer.add_segment(name)
            self.ids[kind][key], table, column = segment.segment_id, "account", segment.column_name
        else:
            measure = self.writer.add_measure(name, str(row["source"]))
            self.ids[kind][key], table, column = measure.measure_id, measure.source, measure.column_name
        self._columns[table][f"{kind}:{key}"] = (column,)

    def _write_plan(self, rows: Mapping[tuple[str, str], Fields | None]) -> None:
        after = rows.get(("plan", "plan"))
        if after is None:
            return
        before = self.merge.mine.items["plan"]["plan"]
        values = self.difference("plan", before, {n: v for n, v in after.items() if n != "baseline"})
        (plan_id,) = self.merge.mine.state.rows("plan")
        self.writer.update("plan", {plan_id: values})
        if before.get("baseline") != after.get("baseline"):
            chosen = {key: int(key == after.get("baseline")) for key in (before.get("baseline"), after.get("baseline"))}
            known = self.ids["scenario"]
            self.raw.update("scenario", {known[str(k)]: {"is_baseline": v} for k, v in chosen.items() if k in known})

    # -- units and accounts --------------------------------------------------------------------------------------------

    def _write_units(self) -> list[str]:
        """Write units that came or changed; returns the keys of those that go, once nothing points to them."""
        merge, mine = self.merge, self.merge.mine.items["unit"]
        taken = {code for _, code in self._unit_codes()}
        self._codes: dict[int, str] = {}
        gone, new = [], {}
        updates: dict[int, dict[str, object]] = {}
        self.touched_units: set[int] = set()
        for key in dict.fromkeys([*mine, *merge.theirs.items["unit"]]):
            row = merged_unit(merge, key, self.prefer)
            if row is None:
                if key in mine:
                    gone.append(key)
            elif key not in mine:
                new[key] = row
            elif values := self.difference("unit", mine[key], row):
                updates[self.ids["unit"][key]] = values
                if "geom" in values:
                    self.touched_units.add(self.ids["unit"][key])
        self.writer.update("unit", updates)
        rows = []
        for key, row in new.items():
            columns = self.columns_of("unit", row)
            columns["uuid"] = key if key != row["code"] else None
            if columns["unit_code"] in taken:
                columns["unit_code"] = f"{row['code']} +{key}"  # another has the code still
            rows.append(columns)
        ids = self.writer.insert("unit", rows)
        self.ids["unit"].update(zip(new, ids, strict=True))
        self.touched_units.update(ids)
        self._new_units = dict(zip(ids, new.values(), strict=True))
        self.gone_units = frozenset(gone)
        return gone

    def _give_codes(self) -> None:
        """Give new units the codes that were taken by units which are gone now."""
        taken = {code for unit_id, code in self._unit_codes() if unit_id not in self._new_units}
        updates = {}
        for unit_id, row in sorted(self._new_units.items(), key=lambda pair: str(pair[1]["code"])):
            code = str(row["code"])
            while code in taken:
                code += "-"
            taken.add(code)
            updates[unit_id] = {"unit_code": code}
        self.writer.update("unit", updates)

    def _unit_codes(self) -> list[tuple[int, str]]:
        return self.writer.connection.execute("SELECT unit_id, unit_code FROM unit").fetchall()

    def is_unit(self, key: object) -> bool:
        """Tell whether there is a unit of that key after the merge."""
        return isinstance(key, str) and key in self.ids["unit"] and key not in self.gone_units

    def _write_accounts(self, rows: dict[tuple[str, str], Fields | None]) -> None:
        for (kind, key), row in rows.items():
            if kind == "account" and row is not None and "unit" in row and not self.is_unit(row["unit"]):
                rows[kind, key] = {**row, "unit": self._unit_for(key, row)}
        self._write_rows("account", rows)
        own = self.merge.mine.account_uuids
        renamed = {self.ids["account"][key]: {"uuid": key} for key, uuid in own.items() if uuid != key}
        self.writer.update("account", renamed)

    def _unit_for(self, key: str, row: Fields) -> str | None:
        """Return the unit of an account whose unit was cut or joined: where it lies."""
        merge = self.merge
        for side in (merge.mine, merge.theirs):
            own = side.items["account"].get(key, {}).get("unit")
            if self.is_unit(own):
                return str(own)
        return self._place(row["unit"], row.get("position"))

    def _place(self, unit_key: object, position: object) -> str | None:
        """Return which unit of a unit's family has a position now."""
        merge = self.merge
        unit = merge.mine.items["unit"].get(str(unit_key)) or merge.theirs.items["unit"].get(str(unit_key))
        if unit is None:
            return None
        family = merge.families.get(family_code(unit))
        keys = family.members(self.prefer) if family else ()
        among = [(key, merge.mine.items["unit"].get(key) or merge.theirs.items["unit"][key]) for key in keys]
        return merge.descent.place(position if isinstance(position, tuple) else (None, None), among)

    def _place_accounts(self, gone: Iterable[str]) -> None:
        """Find units for the accounts that still lie in units which go."""
        ids = {self.ids["unit"][key]: key for key in gone}
        updates = {}
        sql = "SELECT account_id, lon, lat FROM account WHERE unit_id = ?"
        for unit_id, key in ids.items():
            for account_id, lon, lat in self.writer.connection.execute(sql, (unit_id,)):
                place = self._place(key, (lon, lat))
                updates[account_id] = {"unit_id": self.ids["unit"].get(place) if place else None}
        self.writer.update("account", updates)

    def _node(self) -> None:
        """Let borders meet where cuts of both sides do."""
        if self.touched_units:
            looked_at = {i for key, i in self.merge.mine.unit_ids.items() if key not in self.gone_units}
            node_units(self.writer, self.touched_units | looked_at)


def _column_by_field(columns: Iterable[str], table: str) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {
        field_name(table, column): (column,) for column in columns if column != JOURNALED[table].pk
    }
    found.pop("uuid", None)
    for name, group in GROUPS.get(table, {}).items():
        for column in group:
            found.pop(field_name(table, column), None)
        found[name] = group
    return found
