"""Reads a plan into arrays, column by column, and checks types and ranges on the way.

Owns the way from tables to model.Plan; changes nothing.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from territorymap.document.geopackage import decode_shapes
from territorymap.document.statements import select_sql
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
_UNIT_NUMBERS = ("lon", "lat", "area_km2")
_ACCOUNT_TEXT = ("account_key", "account_name", "postal_code", "city", "state", "country")
_INFO_TEXT = ("uuid", "title", "note", "effective_date", "unit_layer", "unit_layer_title", "unit_word", "attribution")
DEFAULT_COLOR = "#8c8c8c"


class BadContentError(ValueError):
    """A value in the file that no version of this program writes."""


def load_plan(connection: sqlite3.Connection, scenario_id: int, alignment_id: int) -> Plan:
    """Return the plan in the file, in one scenario and alignment.

    Raises
    ------
    BadContentError
        if a value has the wrong type or lies outside its range.
    """
    measures, segments = load_measures(connection), load_segments(connection)
    units = _load_units(connection, [m.column_name for m in measures if m.source == "unit"])
    territories = _load_territories(connection, alignment_id)
    accounts = _load_accounts(
        connection,
        units,
        [m.column_name for m in measures if m.source == "account"],
        [s.column_name for s in segments],
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


def _load_units(connection: sqlite3.Connection, value_columns: Sequence[str]) -> Units:
    numbers = (*_UNIT_NUMBERS, *value_columns)
    ids, texts, values, (locked,) = _columns(connection, "unit", "unit_id", _UNIT_TEXT, numbers, ("locked",))
    lon, lat, area_km2 = values[:3]
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
        locked=np.array([bool(flag) for flag in locked], dtype=np.bool_),
        values=dict(zip(value_columns, values[3:], strict=True)),
        part_of=part_of,
    )


def _load_accounts(
    connection: sqlite3.Connection, units: Units, value_columns: Sequence[str], segment_columns: Sequence[str]
) -> Accounts:
    numbers = ("lon", "lat", *CONSTANT_COLUMNS, *value_columns)
    texts = (*_ACCOUNT_TEXT, *segment_columns)
    ids, text_arrays, values, (level, unit_id) = _columns(
        connection, "account", "account_id", texts, numbers, ("location_level", "unit_id")
    )
    lon, lat = values[:2]
    lon[np.isnan(lat)] = np.nan
    lat[np.isnan(lon)] = np.nan
    located = ~np.isnan(lon)
    _check_positions(lon[located], lat[located], "account")
    unit_ix = np.full(len(ids), -1, dtype=np.int32)
    has_unit = np.array([value is not None for value in unit_id], dtype=np.bool_)
    unit_ix[has_unit] = _positions(units.unit_id, [v for v in unit_id if v is not None], "account.unit_id")
    level_by_name: dict[Any, int] = {name: i for i, name in enumerate(LOCATION_LEVELS)} | {None: 3, "": 3}
    try:
        levels = np.array([level_by_name[name] for name in level], dtype=np.int8)
    except KeyError as error:
        raise BadContentError(f"account.location_level: {error}") from error
    key, name, postal_code, city, state, country = text_arrays[: len(_ACCOUNT_TEXT)]
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
        level=levels,
        unit_ix=unit_ix,
        constants=np.array(values[2:7]).reshape(5, len(ids)),
        values=dict(zip(value_columns, values[7:], strict=True)),
        segments=dict(zip(segment_columns, text_arrays[len(_ACCOUNT_TEXT) :], strict=True)),
    )


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


def _columns(
    connection: sqlite3.Connection,
    table: str,
    pk: str,
    texts: Sequence[str],
    numbers: Sequence[str],
    others: Sequence[str],
) -> tuple[NDArray[np.int64], list[Strings], list[NDArray[np.float64]], list[Sequence[Any]]]:
    """Return key, text columns ("" for NULL), number columns (nan for NULL) and others as they are."""
    rows = connection.execute(select_sql(table, (pk, *texts, *numbers, *others), order_by=pk)).fetchall()
    columns = list(zip(*rows, strict=True)) if rows else [()] * (1 + len(texts) + len(numbers) + len(others))
    a, b = 1 + len(texts), 1 + len(texts) + len(numbers)
    text_arrays = [_texts(column, f"{table}.{name}") for name, column in zip(texts, columns[1:a], strict=True)]
    number_arrays = [_numbers(column, f"{table}.{name}") for name, column in zip(numbers, columns[a:b], strict=True)]
    return np.array(columns[0], dtype=np.int64), text_arrays, number_arrays, list(columns[b:])


def _texts(column: Sequence[Any], where: str) -> Strings:
    kinds = set(map(type, column))
    if not kinds <= {str, type(None)}:
        raise BadContentError(f"{where}: not text")
    out = np.empty(len(column), dtype=object)
    out[:] = ["" if value is None else value for value in column] if type(None) in kinds else column
    return out


def _numbers(column: Sequence[Any], where: str) -> NDArray[np.float64]:
    if not set(map(type, column)) <= {int, float, type(None)}:
        raise BadContentError(f"{where}: not a number")
    return np.array(column, dtype=np.float64)


def _positions(ids: NDArray[np.int64], wanted: Sequence[Any], where: str) -> NDArray[np.int64]:
    if not set(map(type, wanted)) <= {int}:
        raise BadContentError(f"{where}: not a key")
    keys = np.array(wanted, dtype=np.int64)
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
