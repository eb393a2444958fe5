"""Makes rows that another program wrote fit to be used: keys, point positions, sizes of units, lost references.

Owns what a foreign program cannot know of a plan; every mended value becomes part of the outside step.
"""

from __future__ import annotations

import sqlite3
import uuid
from collections.abc import Mapping, Sequence

import numpy as np
import shapely
from numpy.typing import NDArray

from territorymap.document.coverage_tables import COVERAGE_TABLES
from territorymap.document.expected import Expected
from territorymap.document.geopackage import (
    as_multipolygons,
    decode_grounds,
    decode_shapes,
    encode_point,
    encode_polygons,
)
from territorymap.document.images import RowEvent
from territorymap.document.recorder import Recorder
from territorymap.document.schema import JOURNALED
from territorymap.document.sqlite_tools import Database
from territorymap.document.statements import quoted, update_sql
from territorymap.document.table_columns import BadContentError
from territorymap.errors import UserError
from territorymap.geo.layer import interior_points, measure_geometry
from territorymap.geo.locate import UnitLocator
from territorymap.i18n import tr
from territorymap.model.change import Value
from territorymap.model.coverage import REP_KINDS
from territorymap.model.period import is_period
from territorymap.model.scope import scope_from_json
from territorymap.model.written import day_of

NEVER_EMPTY = frozenset({"plan", "alignment", "scenario", "unit"})  # have rows from the creation on
MAX_CHARS = 1_000_000  # of a text that another program wrote
_SAYS_WHERE = {"measure": ("source", "column_name"), "segment": ("column_name",)}
_LISTS = frozenset({"content", "base", "mine", "theirs", "extract_territories"})  # ours, as long as the plan is large


def add_missing_columns(connection: sqlite3.Connection, recorder: Recorder) -> None:
    """Put back (empty) columns of measures and segments that another program took out."""
    wanted = connection.execute(
        "SELECT source, column_name, 1 FROM measure WHERE source IN ('account', 'unit')"
        " UNION ALL SELECT 'account', column_name, 0 FROM segment"
    ).fetchall()
    database = Database(connection, recursive_triggers=False, execute_plugins=False)
    for table, column, is_number in wanted:
        if not isinstance(column, str) or not column.isprintable() or not column:
            raise BadContentError(
                tr("the history has {value} for {column}", value=repr(column)[:60], column="column_name")
            )
        if column not in recorder.columns[table]:
            database.table(table).add_column(column, float if is_number else str)
            recorder.install(table)


def mend_rows(
    connection: sqlite3.Connection,
    events: Sequence[RowEvent],
    expected: Expected,
    columns: Mapping[str, Sequence[str]],
) -> None:
    """Mend the rows that were changed or added outside."""
    _put_back_impossible_values(connection, events)
    _put_back_uuids(connection, events)
    _give_uuids(connection)
    _give_names(connection)
    moved = [event for event in events if event.new is not None and event.new.keys() & {"geom", "lon", "lat"}]
    for table in ("account", "rep"):
        _mend_points(connection, table, [event for event in moved if event.table == table])
    _mend_units(connection, [event.row_id for event in moved if event.table == "unit" and "geom" in (event.new or {})])
    _locate_accounts(connection, [event.row_id for event in moved if event.table == "account"])


def _put_back_impossible_values(connection: sqlite3.Connection, events: Sequence[RowEvent]) -> None:
    """Put back values that the column cannot mean: a text in a number, a text without end, no ground."""
    kinds = {
        table: dict(connection.execute("SELECT name, upper(type) FROM pragma_table_info(?)", (table,)).fetchall())
        for table in {event.table for event in events}
    }
    for event in events:
        of_table, old = kinds[event.table], event.old or {}
        wrong = [
            name
            for name, value in (event.new or {}).items()
            if not is_possible(of_table[name], name, value)
            or (event.table == "unit" and name == "geom" and value is not None and not _is_ground(value))
        ]
        if wrong:  # together: each UPDATE writes the whole row
            sql = update_sql(event.table, wrong, JOURNALED[event.table].pk)
            connection.execute(sql, (*(old.get(name) for name in wrong), event.row_id))


def _is_ground(blob: Value) -> bool:
    """Tell whether a blob can be read as the polygons of a unit, and these enclose something."""
    return _ground(blob)[0] is not None


def _ground(blob: object) -> NDArray[np.object_]:
    """Return the polygons of a unit, valid where they crossed themselves; (1,) None where there are none."""
    try:
        shapes = decode_grounds([blob])
    except ValueError:
        return np.array([None], dtype=object)
    if not shapely.is_valid(shapes)[0]:
        shapes = shapely.make_valid(shapes, method="structure", keep_collapsed=False)
    return as_multipolygons(shapes)


def _put_back_uuids(connection: sqlite3.Connection, events: Sequence[RowEvent]) -> None:
    """Put back the uuids of rows that were there: they stay the same things, for merges, whatever was written there.

    So do measures and segments keep the columns where their values stand. A new row that has taken the uuid of another
    gives it up.
    """
    for event in events:
        if event.old is None or event.new is None:
            continue
        own = [name for name in ("uuid", *_SAYS_WHERE.get(event.table, ())) if name in event.new]
        if own:
            sql = update_sql(event.table, own, JOURNALED[event.table].pk)
            connection.execute(sql, (*map(event.old.get, own), event.row_id))
    new = [event for event in events if event.old is None and (event.new or {}).get("uuid")]
    for table in {event.table for event in new}:
        sql = f"SELECT uuid FROM {quoted(table)} WHERE uuid <> '' GROUP BY uuid HAVING count(*) > 1"  # noqa: S608
        twice = {uuid for (uuid,) in connection.execute(sql)}
        rows = [(None, e.row_id) for e in new if e.table == table and (e.new or {})["uuid"] in twice]
        connection.executemany(update_sql(table, ["uuid"], JOURNALED[table].pk), rows)


def refuse_impossible(connection: sqlite3.Connection, events: Sequence[RowEvent]) -> None:
    """Raise BadContentError where the history would write a value that its column cannot mean."""
    kinds = {
        table: dict(connection.execute("SELECT name, upper(type) FROM pragma_table_info(?)", (table,)).fetchall())
        for table in {event.table for event in events}
    }
    fine: set[tuple[str, str, type]] = set()  # what a value can be does not depend on the row
    for event in events:
        table = event.table
        for column, value in (event.new or {}).items():
            if (table, column, type(value)) in fine:
                continue
            if column in kinds[table] and not _has_type(kinds[table][column], value):
                raise BadContentError(tr("the history has {value} for {column}", value=repr(value)[:60], column=column))
            fine.add((table, column, type(value)))


def refuse_emptied(connection: sqlite3.Connection, events: Sequence[RowEvent]) -> None:
    """Raise BadContentError where the history has taken away what a plan is none without."""
    for table in sorted(NEVER_EMPTY & {event.table for event in events if event.new is None}):
        if connection.execute(f"SELECT 1 FROM {quoted(table)} LIMIT 1").fetchone() is None:  # noqa: S608
            raise BadContentError(tr("the table {table} is not complete", table=table))


def _has_type(kind: str, value: object) -> bool:
    if value is None:
        return True
    if kind in ("REAL", "DOUBLE", "FLOAT"):
        return isinstance(value, float | int)
    if kind in ("INTEGER", "MEDIUMINT", "BOOLEAN"):
        return isinstance(value, int)
    return isinstance(value, str) if kind.startswith("TEXT") else True


def is_possible(kind: str, column: str, value: object) -> bool:
    """Tell whether a column of a type can hold a value and mean something."""
    if value is None:
        return True
    if column == "geom":
        return isinstance(value, bytes)
    if column == "scope":
        return isinstance(value, str) and _is_scope(value)
    if column.endswith("_on") or column == "vacant_since":
        return isinstance(value, str) and day_of(value) == value
    if column == "period":
        return isinstance(value, str) and (not value or is_period(value))
    return _has_type(kind, value) and not _is_endless(column, value)


def _is_endless(column: str, value: object) -> bool:
    """Tell whether a text is longer than any that people write: a row of such would be kept six times over."""
    return isinstance(value, str) and len(value) > MAX_CHARS and column not in _LISTS


def _is_scope(text: str) -> bool:
    try:
        scope_from_json(text)
    except UserError:
        return False
    return True


def _give_uuids(connection: sqlite3.Connection) -> None:
    """Give a uuid to rows that have none or another row's (a copied feature)."""
    for facts in JOURNALED.values():
        if facts.has_uuid:
            pk, table = quoted(facts.pk), quoted(facts.name)
            first = f"SELECT min({pk}) FROM {table} WHERE uuid <> '' GROUP BY uuid"  # noqa: S608
            sql = f"SELECT {pk} FROM {table} WHERE {pk} NOT IN ({first})"  # noqa: S608
            rows = [(str(uuid.uuid4()), row_id) for (row_id,) in connection.execute(sql)]
            connection.executemany(update_sql(facts.name, ["uuid"], facts.pk), rows)


def _give_names(connection: sqlite3.Connection) -> None:
    """Give new units a code and new territories a name, an order and an alignment."""
    connection.execute("UPDATE unit SET unit_code = 'unit-' || unit_id WHERE coalesce(unit_code, '') = ''")
    rows = connection.execute("SELECT territory_id FROM territory WHERE coalesce(territory_name, '') = ''").fetchall()
    names = [(tr("Territory {n}", n=row_id), row_id) for (row_id,) in rows]
    connection.executemany("UPDATE territory SET territory_name = ? WHERE territory_id = ?", names)
    connection.execute(
        "UPDATE territory SET alignment_id = (SELECT alignment_id FROM alignment"
        " ORDER BY coalesce(sort_order, 0), alignment_id LIMIT 1) WHERE alignment_id IS NULL"
    )
    connection.execute(
        "UPDATE alignment SET alignment_name = ? || ' ' || alignment_id WHERE coalesce(alignment_name, '') = ''",
        (tr("Alignment"),),
    )
    kinds = ", ".join(f"'{kind}'" for kind in REP_KINDS)
    connection.execute(f"UPDATE rep SET kind = 'rep' WHERE kind NOT IN ({kinds})")  # noqa: S608


def _mend_points(connection: sqlite3.Connection, table: str, events: Sequence[RowEvent]) -> None:
    """Let lon and lat follow a point that was moved; else the point follows lon and lat."""
    pk = JOURNALED[table].pk
    read = {
        "account": "SELECT lon, lat, geom FROM account WHERE account_id = ?",
        "rep": "SELECT lon, lat, geom FROM rep WHERE rep_id = ?",
    }[table]
    for event in events:
        lon, lat, geom = connection.execute(read, (event.row_id,)).fetchone()
        is_point_newer = "geom" in (event.new or {}) and (event.old is not None or geom is not None)
        if is_point_newer:
            lon, lat = _position(geom)
            sql = update_sql(table, ["lon", "lat", "location_level"], pk)
            connection.execute(sql, (lon, lat, "none" if lon is None else "coordinates", event.row_id))
        connection.execute(update_sql(table, ["geom"], pk), (encode_point(lon, lat), event.row_id))


def _position(blob: object) -> tuple[float | None, float | None]:
    try:
        (shape,) = decode_shapes([blob])
    except ValueError:
        return None, None
    if shape is None or shape.is_empty:
        return None, None
    point = shapely.centroid(shape)
    return float(point.x), float(point.y)


def _mend_units(connection: sqlite3.Connection, unit_ids: Sequence[int]) -> None:
    """Measure units whose polygon was changed or added; one that crosses itself becomes the ground it encloses."""
    for unit_id in unit_ids:
        (blob,) = connection.execute("SELECT geom FROM unit WHERE unit_id = ?", (unit_id,)).fetchone()
        shapes = _ground(blob)
        if shapes[0] is None:
            connection.execute("UPDATE unit SET area_km2 = 0, perimeter_km = 0 WHERE unit_id = ?", (unit_id,))
            connection.execute(
                "UPDATE unit SET lon = coalesce(lon, 0), lat = coalesce(lat, 0) WHERE unit_id = ?", (unit_id,)
            )
            continue
        if not shapely.is_valid(decode_shapes([blob]))[0]:
            (made,) = encode_polygons(shapes)
            connection.execute(update_sql("unit", ["geom"], "unit_id"), (made, unit_id))
        area_km2, perimeter_km = measure_geometry(shapes)
        lon, lat = interior_points(shapes)
        values = (float(area_km2[0]), float(perimeter_km[0]), float(lon[0]), float(lat[0]), unit_id)
        connection.execute(update_sql("unit", ["area_km2", "perimeter_km", "lon", "lat"], "unit_id"), values)


def _locate_accounts(connection: sqlite3.Connection, account_ids: Sequence[int]) -> None:
    """Find the units of accounts that were moved or added."""
    if not account_ids:
        return
    units = connection.execute("SELECT unit_id, geom FROM unit ORDER BY unit_id").fetchall()
    locator = UnitLocator(decode_shapes([geom for _, geom in units]))
    read = "SELECT lon, lat FROM account WHERE account_id = ?"
    places = [connection.execute(read, (account_id,)).fetchone() for account_id in account_ids]
    lon, lat = (np.array([place[i] for place in places], dtype=np.float64) for i in (0, 1))
    unit_ix = locator.units_at(lon, lat)
    rows = [(units[ix][0] if ix >= 0 else None, a) for ix, a in zip(unit_ix.tolist(), account_ids, strict=True)]
    connection.executemany("UPDATE account SET unit_id = ? WHERE account_id = ?", rows)


def mend_references(connection: sqlite3.Connection) -> None:
    """Drop rows that point to rows deleted outside, and empty such references where they may be empty.

    What points nowhere stays: NULL is in no list, not even in an empty one.
    """
    # Territories of an alignment that is gone are of none any more.
    _delete_lost(connection, "territory", "alignment_id", "alignment")
    for table in ("assignment", "override"):
        targets = ("scenario", "alignment", "territory", "unit" if table == "assignment" else "account")
        for target in targets:
            _delete_lost(connection, table, f"{target}_id", target)
    for table, target in (("territory_variant", "scenario"), ("territory_variant", "territory"), ("cap", "measure")):
        _delete_lost(connection, table, f"{target}_id", target)
    for table, column, target in (
        ("territory", "rep_id", "rep"),
        ("territory", "region_id", "region"),
        ("territory_variant", "rep_id", "rep"),
        ("territory_variant", "region_id", "region"),
        ("account", "unit_id", "unit"),
        ("region", "alignment_id", "alignment"),
        *((t, *pair) for t, facts in COVERAGE_TABLES.items() for pair in (facts.forgets or {}).items()),
    ):
        connection.execute(
            f"UPDATE {table} SET {column} = NULL WHERE {column} IS NOT NULL"  # noqa: S608
            f" AND {column} NOT IN (SELECT {target}_id FROM {target})"
        )
    connection.execute(
        "UPDATE region SET parent_region_id = NULL WHERE parent_region_id IS NOT NULL"
        " AND parent_region_id NOT IN (SELECT region_id FROM region)"
    )
    for table, facts in COVERAGE_TABLES.items():
        for column, target in (facts.goes_with or {}).items():
            _delete_lost(connection, table, column, target)


def _delete_lost(connection: sqlite3.Connection, table: str, column: str, target: str) -> None:
    connection.execute(
        f"DELETE FROM {table} WHERE {column} IS NOT NULL AND {column} NOT IN (SELECT {target}_id FROM {target})"  # noqa: S608
    )
