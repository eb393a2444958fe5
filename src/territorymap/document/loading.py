"""Reads a plan into arrays, column by column, and checks types and ranges on the way.

Owns the way from tables to model.Plan; changes nothing.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from territorymap.document.geopackage import decode_shapes
from territorymap.document.statements import select_sql
from territorymap.document.table_cache import TableCache, table_state
from territorymap.document.table_columns import BadContentError, Progress, TableColumns, read_columns
from territorymap.model.accounts import CONSTANT_COLUMNS, Accounts
from territorymap.model.plan import Plan
from territorymap.model.records import (
    LOCATION_LEVELS,
    Measure,
    Override,
    PlanInfo,
    Region,
    Rep,
    Segment,
    Territory,
    WorkloadConstants,
)
from territorymap.model.units import Strings, Units

_UNIT_TEXT = ("unit_code", "unit_name", "parent_code", "parent_name", "country", "part_of")
_UNIT_NUMBERS = ("lon", "lat", "area_km2", "locked")
_ACCOUNT_TEXT = ("account_key", "account_name", "postal_code", "city", "state", "country")
_INFO_TEXT = ("uuid", "title", "note", "effective_date", "unit_layer", "unit_layer_title", "unit_word", "attribution")
DEFAULT_COLOR = "#8c8c8c"


def load_plan(
    connection: sqlite3.Connection,
    scenario_id: int,
    alignment_id: int,
    *,
    cache: Path | None = None,
    progress: Progress | None = None,
) -> Plan:
    """Return the plan in the file, in one scenario and alignment.

    ``cache`` is the folder where large tables are kept as arrays; None where the rows may not be what the journal says.

    Raises
    ------
    BadContentError
        if a value has the wrong type or lies outside its range.
    """
    measures, segments = load_measures(connection), load_segments(connection)
    reader = _Tables(connection, load_info(connection).uuid, cache)
    units = _load_units(reader, [m.column_name for m in measures if m.source == "unit"])
    territories = _load_territories(connection, alignment_id)
    accounts = _load_accounts(
        reader,
        units,
        [m.column_name for m in measures if m.source == "account"],
        [s.column_name for s in segments],
        progress,
    )
    territory_ix = {territory.territory_id: ix for ix, territory in enumerate(territories)}
    overrides = _load_overrides(connection, scenario_id, alignment_id)
    account_override = np.full(len(accounts), -1, dtype=np.int32)
    if overrides:
        at = _positions(accounts.account_id, list(overrides), "override.account_id")
        account_override[at] = [_known(territory_ix, o.territory_id, "override") for o in overrides.values()]
    return Plan(
        info=load_info(connection),
        units=units,
        accounts=accounts,
        territories=territories,
        reps=load_reps(connection),
        measures=measures,
        segments=segments,
        unit_territory=_load_assignment(connection, units, territory_ix, scenario_id, alignment_id),
        account_override=account_override,
        overrides=overrides,
        regions=load_regions(connection),
    )


def load_geometry(connection: sqlite3.Connection) -> NDArray[np.object_]:
    """Return the polygons of the units in unit_ix order, (U,) shapely."""
    blobs = [blob for (blob,) in connection.execute("SELECT geom FROM unit ORDER BY unit_id")]
    try:
        shapes = decode_shapes(blobs)
    except ValueError as error:
        raise BadContentError(f"unit.geom: {error}") from error
    return shapes


def load_info(connection: sqlite3.Connection) -> PlanInfo:
    """Return what the plan says of itself."""
    (row,) = _dicts(connection, "plan", (*_INFO_TEXT, "target_kind", *CONSTANT_COLUMNS))
    default = WorkloadConstants()
    constants = {name: _constant(row[name], getattr(default, name), name) for name in CONSTANT_COLUMNS}
    kind = row["target_kind"] or "equal"
    if kind not in ("equal", "capacity"):
        raise BadContentError(f"plan.target_kind: {kind!r}")
    texts = {name: _text(row[name], f"plan.{name}") for name in _INFO_TEXT}
    return PlanInfo(target_kind=kind, constants=WorkloadConstants(**constants), **texts)


def load_measures(connection: sqlite3.Connection) -> list[Measure]:
    names = ("measure_id", "uuid", "measure_name", "source", "column_name", "tolerance", "is_shown", "sort_order")
    measures = []
    for row in _dicts(connection, "measure", names):
        if row["source"] not in ("builtin", "account", "unit"):
            raise BadContentError(f"measure.source: {row['source']!r}")
        name, column = (_text(row[c], f"measure.{c}") for c in ("measure_name", "column_name"))
        tolerance = _number(row["tolerance"], "measure.tolerance", default=0.05)
        order = _whole(row["sort_order"] or 0, "measure.sort_order")
        is_shown = bool(row["is_shown"])
        measures.append(
            Measure(row["measure_id"], row["uuid"] or "", name, row["source"], column, tolerance, is_shown, order)
        )
    return sorted(measures, key=lambda m: (m.source != "builtin", m.sort_order, m.measure_id))


def load_segments(connection: sqlite3.Connection) -> list[Segment]:
    rows = _dicts(connection, "segment", ("segment_id", "uuid", "segment_name", "column_name"))
    return [
        Segment(
            r["segment_id"], r["uuid"] or "", _text(r["segment_name"], "segment"), _text(r["column_name"], "segment")
        )
        for r in rows
    ]


def load_regions(connection: sqlite3.Connection) -> list[Region]:
    rows = _dicts(connection, "region", ("region_id", "uuid", "region_name", "parent_region_id"))
    return [
        Region(r["region_id"], r["uuid"] or "", _text(r["region_name"], "region.region_name"), r["parent_region_id"])
        for r in rows
    ]


def load_reps(connection: sqlite3.Connection) -> list[Rep]:
    texts = ("rep_name", "home_postal_code", "home_city", "home_state", "home_country")
    numbers = ("lon", "lat", "capacity_h", "fte")
    reps = []
    for row in _dicts(connection, "rep", ("rep_id", "uuid", *texts, "location_level", *numbers)):
        text = {name: _text(row[name], f"rep.{name}") for name in texts}
        value = {name: _maybe_number(row[name], f"rep.{name}") for name in numbers}
        if value["lon"] is None or value["lat"] is None:
            value["lon"] = value["lat"] = None
        elif not (abs(value["lon"]) <= 180 and abs(value["lat"]) <= 90):
            raise BadContentError(f"rep.lon, rep.lat: {value['lon']}, {value['lat']}")
        level = row["location_level"] or "none"
        if level not in LOCATION_LEVELS:
            raise BadContentError(f"rep.location_level: {level!r}")
        reps.append(
            Rep(
                rep_id=row["rep_id"],
                uuid=_text(row["uuid"], "rep.uuid"),
                name=text.pop("rep_name"),
                **text,
                lon=value["lon"],
                lat=value["lat"],
                location_level=level,
                capacity_h=value["capacity_h"],
                fte=1.0 if value["fte"] is None else value["fte"],
            )
        )
    return reps


@dataclass(frozen=True)
class _Tables:
    """Reads large tables, from the cache folder where they stand there."""

    connection: sqlite3.Connection
    plan_uuid: str
    cache: Path | None

    def read(
        self, table: str, pk: str, texts: Sequence[str], numbers: Sequence[str], progress: Progress | None = None
    ) -> TableColumns:
        if self.cache is None:
            return read_columns(self.connection, table, pk, texts, numbers, progress)
        kept = TableCache(self.cache, table, self.plan_uuid, table_state(self.connection, table), texts, numbers)
        columns = kept.read()
        if columns is None:
            columns = read_columns(self.connection, table, pk, texts, numbers, progress)
            kept.keep(columns)
        return columns


def _load_units(tables: _Tables, value_columns: Sequence[str]) -> Units:
    columns = tables.read("unit", "unit_id", _UNIT_TEXT, (*_UNIT_NUMBERS, *value_columns))
    ids, texts, values = columns.key, columns.texts, columns.numbers
    lon, lat, area_km2, locked = values[: len(_UNIT_NUMBERS)]
    _check_positions(lon, lat, "unit")
    if not (area_km2 >= 0).all():
        raise BadContentError("unit.area_km2: below 0 or missing")
    if len(set(texts[0])) != len(ids) or "" in set(texts[0]):
        raise BadContentError("unit.unit_code: missing or twice")
    code, name, parent_code, parent_name, country, part_of = texts
    return Units(
        unit_id=ids,
        code=code,
        name=name,
        parent_code=parent_code,
        parent_name=parent_name,
        country=country,
        lon=lon,
        lat=lat,
        area_km2=area_km2,
        locked=np.nan_to_num(locked) != 0,
        values=dict(zip(value_columns, values[len(_UNIT_NUMBERS) :], strict=True)),
        part_of=part_of,
    )


def _load_accounts(
    tables: _Tables,
    units: Units,
    value_columns: Sequence[str],
    segment_columns: Sequence[str],
    progress: Progress | None,
) -> Accounts:
    numbers = ("lon", "lat", "unit_id", *CONSTANT_COLUMNS, *value_columns)
    texts = (*_ACCOUNT_TEXT, "location_level", *segment_columns)
    columns = tables.read("account", "account_id", texts, numbers, progress)
    ids, text_arrays, values = columns.key, columns.texts, columns.numbers
    lon, lat, unit_id = values[:3]
    lon[np.isnan(lat)] = np.nan
    lat[np.isnan(lon)] = np.nan
    located = ~np.isnan(lon)
    _check_positions(lon[located], lat[located], "account")
    unit_ix = np.full(len(ids), -1, dtype=np.int32)
    has_unit = ~np.isnan(unit_id)
    unit_ix[has_unit] = _positions(units.unit_id, unit_id[has_unit], "account.unit_id")
    key, name, postal_code, city, state, country, level = text_arrays[: len(_ACCOUNT_TEXT) + 1]
    return Accounts(
        account_id=ids,
        key=key,
        name=name,
        postal_code=postal_code,
        city=city,
        state=state,
        country=country,
        lon=lon,
        lat=lat,
        level=_levels(level),
        unit_ix=unit_ix,
        constants=np.array(values[3:8]).reshape(5, len(ids)),
        values=dict(zip(value_columns, values[8:], strict=True)),
        segments=dict(zip(segment_columns, text_arrays[len(_ACCOUNT_TEXT) + 1 :], strict=True)),
    )


def _levels(names: Strings) -> NDArray[np.int8]:
    by_name = {name: i for i, name in enumerate(LOCATION_LEVELS)} | {"": LOCATION_LEVELS.index("none")}
    try:
        return np.fromiter(map(by_name.__getitem__, names), dtype=np.int8, count=len(names))
    except KeyError as error:
        raise BadContentError(f"account.location_level: {error}") from error


def _load_territories(connection: sqlite3.Connection, alignment_id: int) -> list[Territory]:
    names = ("territory_id", "uuid", "territory_name", "color", "rep_id", "locked", "region_id", "sort_order")
    territories = []
    for row in _dicts(connection, "territory", names, where="alignment_id = ?", values=(alignment_id,)):
        color = row["color"] or DEFAULT_COLOR
        if not isinstance(color, str) or not re.fullmatch(r"#[0-9a-fA-F]{6}", color):
            color = DEFAULT_COLOR
        territories.append(
            Territory(
                row["territory_id"],
                row["uuid"] or "",
                _text(row["territory_name"], "territory.territory_name"),
                color.lower(),
                _maybe_whole(row["rep_id"], "territory.rep_id"),
                bool(row["locked"]),
                _maybe_whole(row["region_id"], "territory.region_id"),
                _whole(row["sort_order"] or 0, "territory.sort_order"),
            )
        )
    rep_ids = {rep_id for (rep_id,) in connection.execute("SELECT rep_id FROM rep")} | {None}
    if lost := next((t for t in territories if t.rep_id not in rep_ids), None):
        raise BadContentError(f"territory.rep_id: {lost.rep_id}")
    return sorted(territories, key=lambda t: (t.sort_order, t.territory_id))


def _load_assignment(
    connection: sqlite3.Connection,
    units: Units,
    territory_ix: dict[int, int],
    scenario_id: int,
    alignment_id: int,
) -> NDArray[np.int32]:
    sql = "SELECT unit_id, territory_id FROM assignment WHERE scenario_id = ? AND alignment_id = ?"
    rows = connection.execute(sql, (scenario_id, alignment_id)).fetchall()
    unit_territory = np.full(len(units), -1, dtype=np.int32)
    if rows:
        unit_ids, territory_ids = zip(*rows, strict=True)
        at = _positions(units.unit_id, unit_ids, "assignment.unit_id")
        unit_territory[at] = [_known(territory_ix, t, "assignment") for t in territory_ids]
    return unit_territory


def _load_overrides(connection: sqlite3.Connection, scenario_id: int, alignment_id: int) -> dict[int, Override]:
    names = ("override_id", "uuid", "account_id", "territory_id", "reason", "author", "created_at")
    rows = _dicts(
        connection, "override", names, where="scenario_id = ? AND alignment_id = ?", values=(scenario_id, alignment_id)
    )
    texts = ("uuid", "reason", "author", "created_at")
    clean = [{**row, **{name: _text(row[name], f"override.{name}") for name in texts}} for row in rows]
    return {row["account_id"]: Override(**row) for row in clean}


# -- columns and values ------------------------------------------------------------------------------------------------


def _dicts(
    connection: sqlite3.Connection, table: str, names: Sequence[str], *, where: str = "", values: Sequence[int] = ()
) -> list[dict[str, Any]]:
    rows = connection.execute(select_sql(table, names, where=where, order_by=names[0]), values)
    return [dict(zip(names, row, strict=True)) for row in rows]


def _positions(ids: NDArray[np.int64], wanted: Sequence[Any] | NDArray[Any], where: str) -> NDArray[np.int64]:
    keys = np.asarray(wanted)
    if len(keys) and keys.dtype.kind not in "if":
        raise BadContentError(f"{where}: not a key")
    at = np.searchsorted(ids, keys)
    if len(keys) and (not len(ids) or at.max() >= len(ids) or (ids[at] != keys).any()):
        raise BadContentError(f"{where}: points to a row that is not there")
    return at


def _known(ix_by_id: dict[int, int], row_id: Any, where: str) -> int:
    try:
        return ix_by_id[row_id]
    except KeyError as error:
        raise BadContentError(f"{where}.territory_id: {row_id!r}") from error


def _check_positions(lon: NDArray[np.float64], lat: NDArray[np.float64], table: str) -> None:
    if not ((np.abs(lon) <= 180).all() and (np.abs(lat) <= 90).all()):
        raise BadContentError(f"{table}.lon, {table}.lat: missing or not on the globe")


def _text(value: Any, where: str) -> str:
    if value is None:
        return ""
    if not isinstance(value, str):
        raise BadContentError(f"{where}: not text")
    return value


def _maybe_number(value: Any, where: str) -> float | None:
    if value is not None and not isinstance(value, int | float):
        raise BadContentError(f"{where}: not a number")
    return None if value is None else float(value)


def _number(value: Any, where: str, *, default: float) -> float:
    number = _maybe_number(value, where)
    return default if number is None else number


def _constant(value: Any, default: float, name: str) -> float:
    number = _number(value, f"plan.{name}", default=default)
    if number < 0:
        raise BadContentError(f"plan.{name}: {number}")
    return number


def _whole(value: Any, where: str) -> int:
    if not isinstance(value, int):
        raise BadContentError(f"{where}: not a whole number")
    return value


def _maybe_whole(value: Any, where: str) -> int | None:
    return None if value is None else _whole(value, where)
