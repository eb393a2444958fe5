"""Tables of a plan: what each holds, which are journaled and by which key, and the migrations.

Owns our own format version; not the GeoPackage tables (geopackage) nor rows.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from territorymap.document.coverage_tables import COVERAGE_TABLES, add_coverage
from territorymap.document.geopackage import create_core_tables
from territorymap.document.sqlite_tools import Database
from territorymap.document.statements import listed, quoted
from territorymap.document.table_making import columns_of, create_table, replaced


@dataclass(frozen=True)
class Journaled:
    """A table whose every row change is recorded."""

    name: str
    pk: str
    key: str  # SQL: outside key of a row; {row} = NEW or OLD or the table
    derived: frozenset[str] = field(default_factory=frozenset)  # columns that can be computed again
    always: frozenset[str] = field(default_factory=frozenset)  # in every image: they say which row is meant

    @property
    def has_uuid(self) -> bool:
        return self.key == "{row}.uuid"


def _look_up(table: str) -> str:
    return f"(SELECT uuid FROM main.{table} WHERE {table}_id = {{row}}.{table}_id)"  # noqa: S608


_CONTEXT = f"{_look_up('scenario')} || '|' || {_look_up('alignment')} || '|' || "
_PLACE = frozenset({"scenario_id", "alignment_id"})
_VARIANT = frozenset({"scenario_id", "territory_id"})
# A part of a cut unit is known by its uuid: two planners may cut one unit in two ways into parts of the same code.
_UNIT_KEY = "coalesce(nullif({unit}.uuid, ''), {unit}.unit_code)"
_UNIT_OF_ROW = f"(SELECT {_UNIT_KEY.format(unit='unit')} FROM main.unit WHERE unit_id = {{row}}.unit_id)"  # noqa: S608

# In the order in which rows can be put in: a table comes after those that it points to.
JOURNALED: Mapping[str, Journaled] = {
    table.name: table
    for table in (
        # The format's version is the file's, not the plan's: a migration is no edit.
        # Nor is which scenario or alignment was looked at last.
        Journaled("plan", "plan_id", "{row}.uuid", frozenset({"format_version", "scenario_uuid", "alignment_uuid"})),
        Journaled("unit", "unit_id", _UNIT_KEY.format(unit="{row}")),
        Journaled("account", "account_id", "{row}.uuid"),
        Journaled("rep", "rep_id", "{row}.uuid"),
        Journaled("alignment", "alignment_id", "{row}.uuid"),
        Journaled("region", "region_id", "{row}.uuid"),
        Journaled("scenario", "scenario_id", "{row}.uuid"),
        Journaled("territory", "territory_id", "{row}.uuid", frozenset({"geom"})),
        Journaled("assignment", "assignment_id", _CONTEXT + _UNIT_OF_ROW, always=_PLACE | {"unit_id"}),
        Journaled("override", "override_id", _CONTEXT + _look_up("account"), always=_PLACE | {"account_id"}),
        Journaled(
            "territory_variant",
            "variant_id",
            f"{_look_up('scenario')} || '|' || {_look_up('territory')}",
            always=_VARIANT,
        ),
        Journaled("measure", "measure_id", "{row}.uuid"),
        Journaled("segment", "segment_id", "{row}.uuid"),
        Journaled("cap", "cap_id", "{row}.uuid"),
        Journaled("scene", "scene_id", "{row}.uuid"),
        Journaled("conflict", "conflict_id", "{row}.uuid"),
        *(Journaled(name, f"{name}_id", "{row}.uuid") for name in COVERAGE_TABLES),
    )
}

MAX_KEY = 1 << 52  # what is above leaves no room for new keys, or is no key of ours
# Far beyond any plan; with more, a program that looks at each would not come back.
MAX_ROWS: Mapping[str, int] = {
    **{"plan": 1, "scenario": 5_000, "alignment": 1_000, "measure": 1_500, "segment": 1_500, "region": 50_000},
    **{"territory": 50_000, "territory_variant": 1_000_000, "rep": 200_000, "cap": 10_000, "scene": 10_000},
    **{"conflict": 500_000, "journal_step": 500_000},
}

_CONSTANTS = {"visits": float, "visit_min": float, "speed_kmh": float, "detour": float, "stops_per_trip": float}


def _create_version_1(connection: sqlite3.Connection) -> None:
    """The first format: GeoPackage core, plan, its words, journal."""
    create_core_tables(connection)
    create_table(
        connection,
        "plan",
        {"uuid": str, "format_version": int}
        | dict.fromkeys(("title", "note", "effective_date", "unit_layer", "unit_layer_title"), str)
        | dict.fromkeys(("unit_word", "attribution", "target_kind"), str)
        | _CONSTANTS
        | {"created_at": str},
        title="Plan",
        not_null=["format_version"],
    )
    create_table(
        connection,
        "unit",
        dict.fromkeys(("unit_code", "unit_name", "parent_code", "parent_name", "country"), str)
        | dict.fromkeys(("lon", "lat", "area_km2", "perimeter_km"), float)
        | {"locked": int, "geom": bytes},
        title="Units",
        unique=[["unit_code"]],
        defaults={"locked": 0},
    )
    create_table(
        connection,
        "account",
        dict.fromkeys(("uuid", "account_key", "account_name", "postal_code", "city", "state", "country"), str)
        | {"lon": float, "lat": float, "location_level": str, "unit_id": int}
        | _CONSTANTS
        | {"geom": bytes},
        title="Accounts",
        foreign_keys={"unit_id": "unit"},
        indexed=["unit_id"],
        defaults={"location_level": "none"},
    )
    create_table(
        connection,
        "rep",
        dict.fromkeys(("uuid", "rep_name", "home_postal_code", "home_city", "home_state", "home_country"), str)
        | {"lon": float, "lat": float, "location_level": str, "capacity_h": float, "fte": float, "geom": bytes},
        title="Reps",
        defaults={"location_level": "none", "fte": 1.0},
    )
    create_table(
        connection,
        "region",
        {"uuid": str, "region_name": str, "parent_region_id": int},
        title="Regions",
    )
    create_table(connection, "alignment", {"uuid": str, "alignment_name": str, "role": str}, title="Alignments")
    create_table(
        connection,
        "scenario",
        {"uuid": str, "scenario_name": str, "parent_scenario_id": int, "is_baseline": int},
        title="Scenarios",
        defaults={"is_baseline": 0},
    )
    create_table(
        connection,
        "territory",
        {"uuid": str, "alignment_id": int, "territory_name": str, "color": str}
        | {"rep_id": int, "region_id": int, "locked": int, "sort_order": int, "geom": bytes},
        title="Territories",
        foreign_keys={"alignment_id": "alignment", "rep_id": "rep", "region_id": "region"},
        defaults={"locked": 0, "sort_order": 0},
    )
    _create_choices(connection)
    _create_journal(connection)


def _create_choices(connection: sqlite3.Connection) -> None:
    context = {"scenario_id": "scenario", "alignment_id": "alignment", "territory_id": "territory"}
    create_table(
        connection,
        "assignment",
        {"scenario_id": int, "alignment_id": int, "unit_id": int, "territory_id": int},
        title="Units of territories",
        foreign_keys={**context, "unit_id": "unit"},
        not_null=["scenario_id", "alignment_id", "unit_id", "territory_id"],
        unique=[["scenario_id", "alignment_id", "unit_id"]],
        indexed=["unit_id", "territory_id"],
    )
    create_table(
        connection,
        "override",
        {"uuid": str, "scenario_id": int, "alignment_id": int, "account_id": int, "territory_id": int}
        | {"reason": str, "author": str, "created_at": str},
        title="Accounts given by name",
        foreign_keys={**context, "account_id": "account"},
        not_null=["scenario_id", "alignment_id", "account_id", "territory_id"],
        unique=[["scenario_id", "alignment_id", "account_id"]],
        indexed=["account_id", "territory_id"],
    )
    create_table(
        connection,
        "measure",
        {"uuid": str, "measure_name": str, "source": str, "column_name": str}
        | {"tolerance": float, "is_shown": int, "sort_order": int},
        title="Measures",
        defaults={"tolerance": 0.05, "is_shown": 1, "sort_order": 0},
    )
    create_table(connection, "segment", {"uuid": str, "segment_name": str, "column_name": str}, title="Segments")


def _create_journal(connection: sqlite3.Connection) -> None:
    create_table(
        connection,
        "journal_step",
        {"uuid": str, "parent_uuid": str, "kind": str, "ref_uuid": str, "label": str, "author": str}
        | {"created_at": str, "undone": int},
        title="History: steps",
        not_null=["uuid", "kind"],
        unique=[["uuid"]],
        defaults={"undone": 0},
    )
    create_table(
        connection,
        "journal_row",
        {"step_id": int, "table_name": str, "row_key": str, "old": str, "new": str},
        title="History: rows",
        not_null=["step_id", "table_name"],
        indexed=["step_id"],
    )
    create_table(
        connection,
        "journal_bulk",
        {"step_id": int, "table_name": str, "n_rows": int, "rows": bytes},
        title="History: many rows at once",
        not_null=["step_id", "table_name"],
        indexed=["step_id"],
    )
    create_table(connection, "plan_lock", {"host": str, "user": str, "pid": int, "since": str}, title="Who is writing")
    create_table(
        connection,
        "rest_mark",
        {"change_counter": int, "n_pages": int, "digest": bytes},
        title="State of the file when it was last closed",
    )


def _add_parts(connection: sqlite3.Connection) -> None:
    """Version 2: units can be cut; a part has a uuid and names the unit that it was cut from."""
    table = Database(connection, recursive_triggers=False, execute_plugins=False).table("unit")
    table.add_column("uuid", str)  # empty for units of the layer: their code is their name
    table.add_column("part_of", str)


def _add_scenarios(connection: sqlite3.Connection) -> None:
    """Version 3: scenarios that differ from their parent, caps, scenes, conflicts, who brought which step."""
    database = Database(connection, recursive_triggers=False, execute_plugins=False)
    for table, columns in _VERSION_3_COLUMNS.items():
        for name, kind in columns.items():
            database.table(table).add_column(name, kind)
    for table in ("assignment", "override"):
        _allow_nobody(connection, table)
    create_table(
        connection,
        "territory_variant",
        {"scenario_id": int, "territory_id": int, "is_absent": int, "territory_name": str, "color": str}
        | {"rep_id": int, "region_id": int, "locked": int, "sort_order": int},
        title="Territories as scenarios have them",
        foreign_keys={name: name for name in ("scenario", "territory", "rep", "region")},
        not_null=["scenario_id", "territory_id"],
        unique=[["scenario_id", "territory_id"]],
        indexed=["territory_id"],
        defaults={"is_absent": 0},
    )
    create_table(
        connection,
        "cap",
        {"uuid": str, "measure_id": int, "per": str, "kind": str, "max_share": float},
        title="Caps of disruption",
        foreign_keys={"measure_id": "measure"},
    )
    create_table(
        connection,
        "scene",
        {"uuid": str, "sort_order": int} | dict.fromkeys(("caption", "notes", "content"), str),
        title="Scenes of a presentation",
        defaults={"sort_order": 0},
    )
    create_table(
        connection,
        "conflict",
        dict.fromkeys(("uuid", "merge_uuid", "kind", "key", "field", "base", "mine", "theirs"), str)
        | dict.fromkeys(("mine_author", "mine_at", "theirs_author", "theirs_at", "state"), str),
        title="Conflicts of merges",
        defaults={"state": "open"},
    )


_VERSION_3_COLUMNS: Mapping[str, Mapping[str, type]] = {
    "plan": dict.fromkeys(("scenario_uuid", "extract_of", "extract_territories"), str),
    "scenario": dict.fromkeys(("color", "note", "author", "effective_date", "status", "created_at"), str),
    "account": {"is_protected": int},
    "journal_step": dict.fromkeys(("note", "scenario_uuid", "merged_by"), str),
}


def _allow_nobody(connection: sqlite3.Connection, table: str) -> None:
    """Let territory_id be NULL: in a scenario it says that its parent's choice does not hold."""
    (sql,) = connection.execute("SELECT sql FROM sqlite_master WHERE type = 'table' AND name = ?", (table,)).fetchone()
    indexes = connection.execute(
        "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name = ? AND sql IS NOT NULL", (table,)
    ).fetchall()
    columns = listed(columns_of(connection, table))
    if '"territory_id" INTEGER NOT NULL' not in sql or f'TABLE "{table}"' not in sql:
        raise sqlite3.DatabaseError(f"the table {table} is not as we made it")
    changed = replaced(sql, '"territory_id" INTEGER NOT NULL', '"territory_id" INTEGER')
    changed = replaced(changed, f'TABLE "{table}"', f'TABLE "{table}_3"')
    connection.execute(changed)
    connection.execute(f"INSERT INTO {quoted(table + '_3')} ({columns}) SELECT {columns} FROM {quoted(table)}")  # noqa: S608
    # AUTOINCREMENT: keys that were once used are never used again.
    connection.execute(
        "INSERT OR REPLACE INTO sqlite_sequence (rowid, name, seq)"
        " SELECT (SELECT rowid FROM sqlite_sequence WHERE name = ? || '_3'), ? || '_3', seq"
        " FROM sqlite_sequence WHERE name = ?",
        (table, table, table),
    )
    connection.execute(f"DROP TABLE {quoted(table)}")
    connection.execute(f"ALTER TABLE {quoted(table + '_3')} RENAME TO {quoted(table)}")
    for _, index in indexes:
        connection.execute(index)


# One migration, one function; the format version of a file is how many of them it has seen.
MIGRATIONS: tuple[Callable[[sqlite3.Connection], None], ...] = (
    _create_version_1,
    _add_parts,
    _add_scenarios,
    add_coverage,
)
FORMAT_VERSION = len(MIGRATIONS)


def migrate(
    connection: sqlite3.Connection,
    from_version: int,
    migrations: Sequence[Callable[[sqlite3.Connection], None]] = MIGRATIONS,
) -> None:
    """Run the migrations that a file of that version has not seen; the caller holds the transaction."""
    for migration in migrations[from_version:]:
        migration(connection)
    connection.execute("UPDATE plan SET format_version = ?", (len(migrations),))
