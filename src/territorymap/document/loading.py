"""Reads a plan into arrays, column by column, and checks types and ranges on the way.

Owns the way from tables to model.Plan; changes nothing.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from territorymap.document.checked_values import column_name, dicts, maybe_number, number, positions, text, whole
from territorymap.document.effective import Place
from territorymap.document.geopackage import decode_grounds
from territorymap.document.loading_choices import load_lists, load_variant
from territorymap.document.table_cache import TableCache, table_state
from territorymap.document.table_columns import BadContentError, Progress, TableColumns, read_columns
from territorymap.model.accounts import CONSTANT_COLUMNS, Accounts
from territorymap.model.coverage import REP_KINDS
from territorymap.model.covering import covered_accounts
from territorymap.model.plan import Plan
from territorymap.model.records import (
    LOCATION_LEVELS,
    Measure,
    PlanInfo,
    Rep,
    Segment,
    WorkloadConstants,
)
from territorymap.model.units import Strings, Units
from territorymap.model.written import day_of, words_of

_UNIT_TEXT = ("unit_code", "unit_name", "parent_code", "parent_name", "country", "part_of")
_UNIT_NUMBERS = ("lon", "lat", "area_km2", "locked")
_ACCOUNT_TEXT = ("account_key", "account_name", "postal_code", "city", "state", "country")
_ACCOUNT_MARKS = ("is_protected", "wants_change", "satisfaction")
_INFO_TEXT = (
    *("uuid", "title", "note", "effective_date", "unit_layer", "unit_layer_title", "unit_word", "attribution"),
    *("currency", "extract_of", "extract_territories"),
)


def load_plan(
    connection: sqlite3.Connection,
    place: Place,
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
    accounts = _load_accounts(
        reader,
        units,
        [m.column_name for m in measures if m.source == "account"],
        [s.column_name for s in segments],
        progress,
    )
    lists = load_lists(connection)
    variant = load_variant(connection, place, units, accounts, lists.scenarios)
    plan = Plan(
        info=load_info(connection),
        units=units,
        accounts=accounts,
        territories=variant.territories,
        reps=load_reps(connection),
        measures=measures,
        segments=segments,
        unit_territory=variant.unit_territory,
        account_override=variant.account_override,
        overrides=variant.overrides,
        regions=lists.regions,
        scenario=variant.scenario,
        scenarios=lists.scenarios,
        alignment=next(a for a in lists.alignments if a.alignment_id == place.alignment_id),
        alignments=lists.alignments,
        caps=lists.caps,
        scenes=lists.scenes,
        conflicts=lists.conflicts,
    )
    plan.in_scope = covered_accounts(plan, plan.alignment.scope)
    return plan


def load_geometry(connection: sqlite3.Connection) -> NDArray[np.object_]:
    """Return the polygons of the units in unit_ix order, (U,) shapely."""
    with closing(connection.execute("SELECT geom FROM unit ORDER BY unit_id")) as rows:  # a text of no UTF-8 may end it
        blobs = [blob for (blob,) in rows]
    try:
        shapes = decode_grounds(blobs)
    except ValueError as error:
        raise BadContentError(f"unit.geom: {error}") from error
    return shapes


def load_info(connection: sqlite3.Connection) -> PlanInfo:
    """Return what the plan says of itself."""
    (row,) = dicts(connection, "plan", (*_INFO_TEXT, "target_kind", *CONSTANT_COLUMNS))
    default = WorkloadConstants()
    constants = {name: _constant(row[name], getattr(default, name), name) for name in CONSTANT_COLUMNS}
    kind = row["target_kind"] or "equal"
    if kind not in ("equal", "capacity"):
        raise BadContentError(f"plan.target_kind: {kind!r}")
    texts = {name: text(row[name], f"plan.{name}") for name in _INFO_TEXT}
    return PlanInfo(target_kind=kind, constants=WorkloadConstants(**constants), **texts)


def load_measures(connection: sqlite3.Connection) -> list[Measure]:
    names = ("measure_id", "uuid", "measure_name", "source", "column_name", "tolerance", "is_shown", "sort_order")
    measures = []
    for row in dicts(connection, "measure", names):
        if row["source"] not in ("builtin", "account", "unit"):
            raise BadContentError(f"measure.source: {row['source']!r}")
        name = text(row["measure_name"], "measure.measure_name")
        column = column_name(row["column_name"], "measure.column_name")
        tolerance = number(row["tolerance"], "measure.tolerance", default=0.05)
        order = whole(row["sort_order"] or 0, "measure.sort_order")
        is_shown = bool(row["is_shown"])
        measures.append(
            Measure(row["measure_id"], row["uuid"] or "", name, row["source"], column, tolerance, is_shown, order)
        )
    return sorted(measures, key=lambda m: (m.source != "builtin", m.sort_order, m.measure_id))


def load_segments(connection: sqlite3.Connection) -> list[Segment]:
    rows = dicts(connection, "segment", ("segment_id", "uuid", "segment_name", "column_name"))
    segments = []
    for row in rows:
        name = text(row["segment_name"], "segment.segment_name")
        column = column_name(row["column_name"], "segment.column_name")
        segments.append(Segment(row["segment_id"], row["uuid"] or "", name, column))
    return segments


def load_reps(connection: sqlite3.Connection) -> list[Rep]:
    texts = (
        *("rep_name", "home_postal_code", "home_city", "home_state", "home_country"),
        *("kind", "role", "seniority", "career_level", "started_on"),
    )
    lists = ("languages", "verticals")
    numbers = ("lon", "lat", "capacity_h", "fte")
    reps = []
    for row in dicts(connection, "rep", ("rep_id", "uuid", *texts, *lists, "location_level", *numbers)):
        words = {name: text(row[name], f"rep.{name}") for name in texts}
        value = {name: maybe_number(row[name], f"rep.{name}") for name in numbers}
        if value["lon"] is None or value["lat"] is None:
            value["lon"] = value["lat"] = None
        elif not (abs(value["lon"]) <= 180 and abs(value["lat"]) <= 90):
            raise BadContentError(f"rep.lon, rep.lat: {value['lon']}, {value['lat']}")
        level = row["location_level"] or "none"
        if level not in LOCATION_LEVELS:
            raise BadContentError(f"rep.location_level: {level!r}")
        words["kind"] = words["kind"] or "rep"
        words["started_on"] = day_of(words["started_on"])
        if words["kind"] not in REP_KINDS:
            raise BadContentError(f"rep.kind: {words['kind']!r}")
        reps.append(
            Rep(
                rep_id=row["rep_id"],
                uuid=text(row["uuid"], "rep.uuid"),
                name=words.pop("rep_name"),
                **words,
                languages=words_of(text(row["languages"], "rep.languages")),
                verticals=words_of(text(row["verticals"], "rep.verticals")),
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
    numbers = ("lon", "lat", "unit_id", *CONSTANT_COLUMNS, *_ACCOUNT_MARKS, *value_columns)
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
    unit_ix[has_unit] = positions(units.unit_id, unit_id[has_unit], "account.unit_id")
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
        is_protected=np.nan_to_num(values[8]) != 0,
        wants_change=np.nan_to_num(values[9]) != 0,
        satisfaction=values[10],
        values=dict(zip(value_columns, values[11:], strict=True)),
        segments=dict(zip(segment_columns, text_arrays[len(_ACCOUNT_TEXT) + 1 :], strict=True)),
    )


def _levels(names: Strings) -> NDArray[np.int8]:
    by_name = {name: i for i, name in enumerate(LOCATION_LEVELS)} | {"": LOCATION_LEVELS.index("none")}
    try:
        return np.fromiter(map(by_name.__getitem__, names), dtype=np.int8, count=len(names))
    except KeyError as error:
        raise BadContentError(f"account.location_level: {error}") from error


def _check_positions(lon: NDArray[np.float64], lat: NDArray[np.float64], table: str) -> None:
    if not ((np.abs(lon) <= 180).all() and (np.abs(lat) <= 90).all()):
        raise BadContentError(f"{table}.lon, {table}.lat: missing or not on the globe")


def _constant(value: Any, default: float, name: str) -> float:
    checked = number(value, f"plan.{name}", default=default)
    if checked < 0:
        raise BadContentError(f"plan.{name}: {checked}")
    return checked
