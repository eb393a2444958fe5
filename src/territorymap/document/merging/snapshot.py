"""A state in the words of both files: outside keys in place of integer ones, effective values of every scenario.

Owns what a row is called and which columns belong together; not the comparison (threeway).

Items are named by kind and key. Kinds are tables, but a choice of a scenario ("assignment", "override", "territory")
is the effective one, keyed ``scenario|thing`` or ``scenario|alignment|thing``, whatever rows stand behind it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from territorymap.document.coverage_tables import COVERAGE_TABLES
from territorymap.document.merging.states import Row, State, unit_key
from territorymap.document.scenarios import TERRITORY_FIELDS
from territorymap.model.change import Value

Fields = dict[str, object]  # what is None is left out
Pair = tuple[str, str]  # (alignment uuid, unit key or account uuid)
Aliases = Mapping[tuple[str, str], str]  # (table, uuid) -> the uuid that both files go by

# Tables that are compared whole; of units, accounts and choices only what was touched.
SMALL = (
    *("alignment", "region", "rep", "scenario", "measure", "segment", "cap", "scene", "conflict"),
    *COVERAGE_TABLES,
)
PLAN_KEY = "plan"

# Columns that only make sense together, under the name of the group.
GROUPS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "account": {"position": ("lon", "lat", "location_level")},
    "rep": {
        "home": (
            "home_postal_code", "home_city", "home_state", "home_country", "lon", "lat", "location_level",
        )
    },
    "unit": {"ground": ("geom", "area_km2", "perimeter_km", "lon", "lat")},
}  # fmt: skip
_LEFT_OUT = {
    "plan": {
        *("uuid", "format_version", "created_at", "scenario_uuid", "alignment_uuid"),
        *("extract_of", "extract_territories"),
    },
    "account": {"geom"},
    "rep": {"geom"},
    "scenario": {"is_baseline"},
    "unit": {"uuid"},
}
_TARGETS = {"parent_region_id": "region", "parent_scenario_id": "scenario"}
# Texts that name measures, segments or reps by uuid: scopes, teams, assumptions.
_NAMING_TEXTS = frozenset({"scope", "team", "content", "scores"})
_NAMED_IN_TEXTS = frozenset({"measure", "segment", "rep", "alignment", "account"})


def field_name(table: str, column: str) -> str:
    """Return what a column is called in an item: "name" for territory_name, "rep" for rep_id."""
    if column.endswith("_id"):
        return column.removesuffix("_id")
    return column.removeprefix(f"{table}_")


def target_of(column: str) -> str:
    """Return the table that a key column points to; "" for other columns."""
    if column in _TARGETS:
        return _TARGETS[column]
    return column.removesuffix("_id") if column.endswith("_id") else ""


@dataclass
class Universe:
    """What is looked at in every state: integer keys that all files share, and pairs by outside keys."""

    account_ids: set[int] = field(default_factory=set)
    unit_ids: set[int] = field(default_factory=set)
    unit_pairs: set[Pair] = field(default_factory=set)
    account_pairs: set[Pair] = field(default_factory=set)


class Snapshot:
    """The items of one state."""

    def __init__(self, state: State, aliases: Aliases) -> None:
        self.state = state
        self._aliases = aliases
        self.items: dict[str, dict[str, Fields]] = {}
        # Of accounts and units looked at, by outside key:
        self.account_ids: dict[str, int] = {}
        self.account_uuids: dict[str, str] = {}
        self.unit_ids: dict[str, int] = {}
        self._account_keys: dict[int, str | None] = {}
        self._assignments: dict[Pair, dict[int, Row]] = {}  # of the units looked up so far, by scenario
        self._assigned: set[str] = set()  # outside keys of these units

    # -- keys ----------------------------------------------------------------------------------------------------------

    @cached_property
    def _keys(self) -> dict[str, dict[int, str]]:
        return {}

    def keys(self, table: str) -> Mapping[int, str]:
        """Return the outside key of each row of a table (not of accounts)."""
        if table == "unit":
            return self.state.unit_keys
        if table not in self._keys:
            rows = self.state.rows(table)
            self._keys[table] = {i: self.key_of(table, row) for i, row in rows.items()}
        return self._keys[table]

    def key_of(self, table: str, row: Row) -> str:
        uuid = str(row.get("uuid") or "")
        return self._aliases.get((table, uuid), uuid)

    def _outside(self, column: str, value: Value) -> object:
        target = target_of(column)
        if not target or value is None:
            return value
        if target == "account":
            return self._account_key(int(str(value)))
        return self.keys(target).get(int(str(value)))

    def _account_key(self, row_id: int) -> str | None:
        if row_id not in self._account_keys:
            row = self.state.some("account", [row_id]).get(row_id)
            self._account_keys[row_id] = self.key_of("account", row) if row else None
        return self._account_keys[row_id]

    def _know_accounts(self, rows: Iterable[Row]) -> None:
        """Look up the accounts that rows name, all at once."""
        ids = {_key(row["account_id"]) for row in rows if row.get("account_id") is not None}
        found = self.state.some("account", ids - self._account_keys.keys())
        self._account_keys.update((row_id, self.key_of("account", row)) for row_id, row in found.items())

    def _aliased(self, text: str) -> str:
        """Return a text in which things go by the uuids that both files know them by."""
        for (table, uuid), common in self._aliases.items():
            if table in _NAMED_IN_TEXTS and uuid != common and uuid in text:
                text = text.replace(uuid, common)
        return text

    # -- items ---------------------------------------------------------------------------------------------------------

    def build(self, universe: Universe, accounts: Iterable[int], units: Iterable[int]) -> None:
        """Make the items: all of small tables, and what the universe names of large ones.

        ``accounts``, ``units``: integer keys of this state's file to look at besides.
        """
        self._know_accounts(self._rows("deal"))
        for table in SMALL:
            self.items[table] = {self.key_of(table, row): self._fields(table, row) for row in self._rows(table)}
        self.items["plan"] = self._plan()
        self.items["territory"] = self.territories()
        rows = self.state.some("account", universe.account_ids.union(accounts))
        self.account_ids = {self.key_of("account", row): i for i, row in rows.items()}
        self.account_uuids = {key: str(rows[i]["uuid"]) for key, i in self.account_ids.items()}
        self.items["account"] = {key: self._fields("account", rows[i]) for key, i in self.account_ids.items()}
        rows = self.state.some("unit", universe.unit_ids.union(units))
        self.unit_ids = {unit_key(row): i for i, row in rows.items()}
        self.items["unit"] = {key: self._fields("unit", rows[i]) for key, i in self.unit_ids.items()}
        self.items["assignment"] = self._choices("assignment", universe.unit_pairs)
        self.items["override"] = self._choices("override", universe.account_pairs)

    def _rows(self, table: str) -> Iterable[Row]:
        return self.state.rows(table).values()

    @cached_property
    def data_columns(self) -> dict[tuple[str, str], str]:
        """Return the field of each column that a measure or segment brought, by (table, column)."""
        found = {}
        for row in self._rows("measure"):
            if row["source"] in ("account", "unit"):
                found[str(row["source"]), str(row["column_name"])] = f"measure:{self.key_of('measure', row)}"
        for row in self._rows("segment"):
            found["account", str(row["column_name"])] = f"segment:{self.key_of('segment', row)}"
        return found

    def _fields(self, table: str, row: Row) -> Fields:
        grouped = {column: name for name, group in GROUPS.get(table, {}).items() for column in group}
        left_out = _LEFT_OUT.get(table, set())
        fields: Fields = {}
        for column, value in row.items():
            if value is None or column == "uuid" or column in left_out or column in grouped or column == f"{table}_id":
                continue
            name = self.data_columns.get((table, column)) or field_name(table, column)
            if table in ("measure", "segment") and column == "column_name":
                continue  # each file may call it in its own way
            if column in _NAMING_TEXTS and isinstance(value, str):
                value = self._aliased(value)
            if (outside := self._outside(column, value)) is not None:
                fields[name] = outside
        for name, group in GROUPS.get(table, {}).items():
            fields[name] = tuple(row.get(column) for column in group)
        return fields

    def _plan(self) -> dict[str, Fields]:
        rows = self._rows("plan")
        fields = next((self._fields("plan", row) for row in rows), {})
        for row in self._rows("scenario"):
            if row.get("is_baseline"):
                fields["baseline"] = self.key_of("scenario", row)
        return {PLAN_KEY: fields}

    # -- what scenarios choose -----------------------------------------------------------------------------------------

    @cached_property
    def scenario_order(self) -> list[tuple[int, int | None]]:
        """Return (scenario, parent) by integer keys, parents first."""
        parents = {i: row.get("parent_scenario_id") for i, row in self.state.rows("scenario").items()}
        ordered: list[tuple[int, int | None]] = []
        done: set[int] = set()
        while len(done) < len(parents):
            ready = [i for i, parent in parents.items() if i not in done and (parent not in parents or parent in done)]
            if not ready:
                raise ValueError("the scenarios follow each other in a circle")
            for i in sorted(ready):
                parent = parents[i]
                ordered.append((i, int(str(parent)) if parent in parents and parent is not None else None))
                done.add(i)
        return ordered

    def territories(self) -> dict[str, Fields]:
        """Return the territories of every scenario as it has them."""
        rows = self.state.rows("territory")
        variants: dict[int, dict[int, Row]] = defaultdict(dict)
        for row in self._rows("territory_variant"):
            variants[_key(row["scenario_id"])][_key(row["territory_id"])] = row
        effective: dict[int, dict[int, Row | None]] = {}
        items: dict[str, Fields] = {}
        for scenario, parent in self.scenario_order:
            records: dict[int, Row | None] = dict(rows) if parent is None else dict(effective[parent])
            for territory, row in variants[scenario].items():
                if territory in rows:
                    kept = {name: row.get(name) for name in TERRITORY_FIELDS}
                    records[territory] = None if row.get("is_absent") else {**rows[territory], **kept}
            effective[scenario] = records
            place = self.keys("scenario")[scenario]
            for record in records.values():
                if record is not None:
                    items[f"{place}|{self.key_of('territory', record)}"] = self._fields("territory", record)
        return items

    def _choices_of(self, table: str, pairs: Iterable[Pair] | None = None) -> Mapping[Pair, Mapping[int, Row]]:
        """Return the rows that stand for these pairs (None: for all), and maybe for others, by scenario.

        Every unit has rows in many scenarios and alignments, and a merge looks at few of them, in four states.
        """
        if table == "override":
            return self._overrides
        alignments, units = self.keys("alignment"), self.keys("unit")
        asked = set(units.values()) if pairs is None else {unit for _, unit in pairs}
        missing = asked - self._assigned
        if missing:
            ids = {i for i, unit in units.items() if unit in missing}
            for row in self.state.rows_with("assignment", "unit_id", ids).values():
                pair = alignments.get(_key(row["alignment_id"]), ""), units[_key(row["unit_id"])]
                self._assignments.setdefault(pair, {})[_key(row["scenario_id"])] = row
            self._assigned |= missing
        return self._assignments

    @cached_property
    def _overrides(self) -> dict[Pair, dict[int, Row]]:
        raw: dict[Pair, dict[int, Row]] = {}
        alignments, rows = self.keys("alignment"), list(self._rows("override"))
        accounts = self.state.some("account", {_key(row["account_id"]) for row in rows})
        for row in rows:
            account = accounts.get(_key(row["account_id"]))
            if account is not None:
                pair = alignments.get(_key(row["alignment_id"]), ""), self.key_of("account", account)
                raw.setdefault(pair, {})[_key(row["scenario_id"])] = row
        return raw

    def account_row(self, key: str) -> Fields | None:
        """Return an account that was not looked at, found by its uuid."""
        row_id = self.state.account_id(key)
        rows = self.state.some("account", [row_id]) if row_id is not None else {}
        return next((self._fields("account", row) for row in rows.values()), None)

    @cached_property
    def _unit_ids(self) -> dict[str, int]:
        return {key: row_id for row_id, key in self.keys("unit").items()}

    def unit_row(self, key: str) -> Fields | None:
        """Return the words of a unit that was not looked at, found by its outside key; not its ground."""
        row_id = self._unit_ids.get(key)
        rows = self.state.some("unit", [row_id]) if row_id is not None else {}
        for row in rows.values():
            return {"code": row["unit_code"], "name": row.get("unit_name")}
        return None

    def raw(self, table: str, pair: Pair) -> Mapping[int, Row]:
        """Return the rows that stand for a pair, by scenario."""
        return self._choices_of(table, [pair]).get(pair, {})

    def every_pair(self, table: str) -> set[Pair]:
        """Return what all rows of choices are about."""
        return set(self._choices_of(table))

    def pairs_with(self, table: str, kind: str, key: str) -> set[Pair]:
        """Return what rows of choices are about that name a territory, or are of a scenario, alignment or account."""
        if kind == "account":
            return {pair for pair in self._choices_of(table) if pair[1] == key} if table == "override" else set()
        if kind == "alignment":
            return {pair for pair in self._choices_of(table) if pair[0] == key}
        if kind not in ("territory", "scenario"):
            return set()
        ids = [i for i, found in self.keys(kind).items() if found == key]
        column = f"{kind}_id"
        every = self._choices_of(table)
        return {pair for pair, rows in every.items() if any(row.get(column) in ids for row in rows.values())}

    def _choices(self, table: str, pairs: Collection[Pair]) -> dict[str, Fields]:
        """Return the effective choice of every scenario for each pair; what nobody chose is left out."""
        territories, scenarios = self.keys("territory"), self.keys("scenario")
        raw = self._choices_of(table, pairs)
        items: dict[str, Fields] = {}
        for pair in pairs:
            rows = raw.get(pair, {})
            effective: dict[int, Row | None] = {}
            for scenario, parent in self.scenario_order:
                row = rows.get(scenario, effective[parent] if parent is not None else None)
                effective[scenario] = row
                if row is None or row.get("territory_id") is None:
                    continue
                fields: Fields = {"territory": territories.get(_key(row["territory_id"]))}
                if table == "override":
                    fields["reason"] = row.get("reason") or ""
                    fields["by"] = (row.get("author"), row.get("created_at"), row.get("uuid"))
                items["|".join((scenarios[scenario], *pair))] = fields
        return items

    def touched_pairs(self, table: str, row_ids: Iterable[int]) -> set[Pair]:
        """Return what rows of choices are about, as far as they and what they point to were there."""
        column = "unit_id" if table == "assignment" else "account_id"
        rows = self.state.some(table, row_ids)
        alignments = self.keys("alignment")
        if table == "assignment":
            things: Mapping[int, str] = self.keys("unit")
        else:
            accounts = self.state.some("account", {_key(row[column]) for row in rows.values()})
            things = {i: self.key_of("account", row) for i, row in accounts.items()}
        return {
            (alignments[_key(row["alignment_id"])], things[_key(row[column])])
            for row in rows.values()
            if _key(row[column]) in things
        }


def _key(value: Value) -> int:
    """Return a value as the integer key that it should be; ValueError if it is none."""
    return value if type(value) is int else int(str(value))
