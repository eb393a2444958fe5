"""The planner's own boundaries become a unit layer. Owns the order of the steps and what is said of them.

Reading is vector_source's, columns unit_columns', shapes unit_shapes', mending geo.repair's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from territorymap.errors import UserError
from territorymap.geo.layer import UnitLayer, interior_points, measure_geometry
from territorymap.geo.locate import UnitLocator
from territorymap.geo.repair import RepairReport, repair_coverage
from territorymap.geo.shipped import load_layer
from territorymap.i18n import ntr, number, tr
from territorymap.importers.countries import parse_country
from territorymap.importers.progress import IsCancelled, Progress, Ticker
from territorymap.importers.rejects import Reject
from territorymap.importers.unit_choice import UnitChoice, choose_columns
from territorymap.importers.unit_columns import (
    ColumnFacts,
    column_facts,
    column_numbers,
    guess_parent_columns,
    measure_columns,
    mend_codes,
    rank_code_columns,
    rank_name_columns,
)
from territorymap.importers.unit_shapes import dissolve, read_shapes, same_shapes, to_degrees
from territorymap.importers.vector_source import VectorData, VectorSource, open_vector, read_vector, vector_info
from territorymap.model.units import Strings

MAX_UNITS = 200_000
# Columns that GDAL makes of how KML is drawn.
_OF_KML = frozenset(
    {"timestamp", "begin", "end", "altitudeMode", "tessellate", "extrude", "visibility", "drawOrder", "icon", "snippet"}
)
DEFAULT_TOLERANCE_M = 1.0  # gaps narrower than this are closed; overlaps always are


@dataclass(frozen=True)
class LayerCandidates:
    """What a boundary file offers, for a dialog; the guesses come first in each list."""

    name: str  # of the file
    members: tuple[str, ...]  # map files inside a zip archive
    member: str
    layers: tuple[str, ...]
    layer: str
    crs: str  # "" = the file tells none
    n_rows: int
    columns: tuple[ColumnFacts, ...]
    code_columns: tuple[str, ...]
    name_columns: tuple[str, ...]
    parent_column: str  # "" = none
    measure_columns: tuple[str, ...]


@dataclass(frozen=True)
class LayerImport:
    """A unit layer, and what was left out or mended on the way to it."""

    layer: UnitLayer
    read: int  # features of the file
    rejects: list[Reject] = field(default_factory=list)  # row = number of the feature from 1
    notes: list[str] = field(default_factory=list)
    repair: RepairReport | None = None


def inspect_unit_layer(path: Path | str, layer: str = "", member: str = "") -> LayerCandidates:
    """Return layers, columns and guesses of a boundary file, without its geometry being looked at."""
    path = Path(path)
    source = open_vector(path, member)
    info = vector_info(source, layer)
    data = _read(source, info.layer)
    columns = _facts(data)
    codes = rank_code_columns(columns)
    names = rank_name_columns(columns, codes[0] if codes else "")
    used = [*codes[:1], *names[:1]]
    return LayerCandidates(
        name=path.name,
        members=source.inside,
        member=source.member,
        layers=info.layers,
        layer=info.layer,
        crs=info.crs,
        n_rows=len(data.wkb),
        columns=tuple(columns),
        code_columns=tuple(codes),
        name_columns=tuple(names),
        parent_column=guess_parent_columns(columns, used)[0],
        measure_columns=tuple(measure_columns(columns, used)),
    )


def read_unit_layer(
    path: Path | str,
    code: str | None = None,
    name: str | None = None,
    measures: Sequence[str] = (),
    *,
    parent: str | None = None,
    layer: str = "",
    member: str = "",
    crs: str = "",
    tolerance_m: float = DEFAULT_TOLERANCE_M,
    progress: Progress | None = None,
    is_cancelled: IsCancelled | None = None,
) -> UnitLayer:
    """Return the units of a boundary file; import_unit_layer says more of what was done."""
    return import_unit_layer(
        path,
        code,
        name,
        measures,
        parent=parent,
        layer=layer,
        member=member,
        crs=crs,
        tolerance_m=tolerance_m,
        progress=progress,
        is_cancelled=is_cancelled,
    ).layer


def import_unit_layer(
    path: Path | str,
    code: str | None = None,
    name: str | None = None,
    measures: Sequence[str] = (),
    *,
    parent: str | None = None,
    layer: str = "",
    member: str = "",
    crs: str = "",
    tolerance_m: float = DEFAULT_TOLERANCE_M,
    progress: Progress | None = None,
    is_cancelled: IsCancelled | None = None,
) -> LayerImport:
    """Return the units of a boundary file as a valid coverage in degrees, with rejects and notes.

    Parameters
    ----------
    code, name, parent : headers; None = guessed, "" = none. Rows of one code become one unit.
    measures : headers of numbers to bring along; of several rows of one code they are summed.
    layer, member : where the file holds several layers, or the archive several files.
    crs : coordinate system, going before what the file says.
    tolerance_m : gaps narrower than this are closed.

    Raises
    ------
    UserError
        if the file, a column or the coordinate system cannot be used.
    Cancelled
        if ``is_cancelled`` said so.
    """
    path = Path(path)
    ticker = Ticker(progress, is_cancelled)
    ticker.tell(0.0)
    source = open_vector(path, member)
    info = vector_info(source, layer)
    if info.n_rows > MAX_UNITS:
        raise UserError(
            tr(
                "{name} holds {n} units; up to {limit} can be used.",
                name=path.name,
                n=number(info.n_rows),
                limit=number(MAX_UNITS),
            ),
            tr("Cut it down to the area of the plan."),
        )
    data = _read(source, info.layer)
    ticker.tell(0.15)
    choice = choose_columns(_facts(data), code, name, parent, measures, path.name)
    shapes = read_shapes(data.wkb, ticker.part(0.15, 0.3))
    rejects = shapes.rejects
    codes, notes = _codes(choice.code, len(data.wkb))
    blank = [i for i in shapes.row.tolist() if not codes[i]]
    rejects += [Reject(i + 1, tr("The feature has no code.")) for i in blank]
    keep = np.array([bool(codes[i]) for i in shapes.row.tolist()], dtype=bool)
    rows, geometry = shapes.row[keep], shapes.geometry[keep]
    if not len(rows):
        raise UserError(
            tr("{name} holds no areas that can be units.", name=path.name),
            rejects[0].reason if rejects else tr("Choose another layer or file."),
        )
    geometry, more = to_degrees(geometry, data.crs, crs, path.name)
    notes += more + _shape_notes(shapes.n_mixed)
    ticker.tell(0.4)
    merged, groups = dissolve(geometry, [codes[i] for i in rows.tolist()])
    n_merged = sum(1 for group in groups if len(group) > 1)
    if n_merged:
        notes.append(ntr("One unit was made of several rows.", "{n} units were made of several rows each.", n_merged))
    ticker.tell(0.5)
    solid, report = repair_coverage(merged, tolerance_m)
    lost = [int(rows[position]) + 1 for i in report.dropped.tolist() for position in groups[i]]
    rejects += [Reject(row, tr("Nothing is left of the area after repair.")) for row in lost]
    notes += _repair_notes(report)
    ticker.tell(0.85)
    kept = [groups[i] for i in report.kept]
    first = [int(rows[group[0]]) for group in kept]
    made = _assemble(choice, codes, first, solid)
    for column in choice.measures:
        made.values[column.header] = _sums(column, kept, rows, geometry)
    made.title = path.stem if len(info.layers) == 1 else info.layer
    ticker.tell(1.0)
    return LayerImport(made, len(data.wkb), sorted(rejects, key=lambda reject: reject.row), notes, report)


def _read(source: VectorSource, layer: str) -> VectorData:
    data = read_vector(source, layer)
    if not len(data.wkb):
        raise UserError(tr("{name} holds no features.", name=source.path.name), tr("Choose another layer or file."))
    return data


def _facts(data: VectorData) -> list[ColumnFacts]:
    pairs = zip(data.fields, data.columns, strict=True)
    return [column_facts(header, values) for header, values in pairs if header not in _OF_KML]


def _codes(column: ColumnFacts | None, n: int) -> tuple[list[str], list[str]]:
    """Return a code for each feature, and notes."""
    if column is None:
        return [str(i + 1) for i in range(n)], [tr("No column holds codes: the units were numbered.")]
    codes, n_mended = mend_codes(column)
    if not n_mended:
        return codes, []
    return codes, [
        ntr(
            "One code in {column} had lost its leading zero.",
            "{n} codes in {column} had lost their leading zeros.",
            n_mended,
            column=column.header,
        )
    ]


def _shape_notes(n_mixed: int) -> list[str]:
    if not n_mixed:
        return []
    return [
        ntr(
            "One feature mixes areas with points or lines; only the areas were kept.",
            "{n} features mix areas with points or lines; only the areas were kept.",
            n_mixed,
        )
    ]


def _repair_notes(report: RepairReport) -> list[str]:
    notes = []
    if report.n_invalid:
        notes.append(ntr("One invalid shape was mended.", "{n} invalid shapes were mended.", report.n_invalid))
    if report.n_overlaps:
        area = number(report.overlap_km2, 2)
        notes.append(
            ntr(
                "One overlap of {area} km² was given to one side.",
                "{n} overlaps, together {area} km², were given to one side each.",
                report.n_overlaps,
                area=area,
            )
        )
    if report.n_gaps:
        area = number(report.gap_km2, 2)
        notes.append(
            ntr(
                "One gap of {area} km² was closed.",
                "{n} gaps, together {area} km², were closed.",
                report.n_gaps,
                area=area,
            )
        )
    return notes


def _assemble(
    choice: UnitChoice, codes: Sequence[str], first: Sequence[int], geometry: NDArray[np.object_]
) -> UnitLayer:
    def texts(column: ColumnFacts | None) -> list[str]:
        return [column.texts[i] for i in first] if column is not None else [""] * len(first)

    code = [codes[i] for i in first]
    lon, lat = interior_points(geometry)
    area_km2, perimeter_km = measure_geometry(geometry)
    country = _strings([parse_country(text) for text in texts(choice.country)])
    if not all(country):
        country = np.where(country == "", _countries_at(lon, lat), country)
    return UnitLayer(
        code=_strings(code),
        name=_strings([text or c for text, c in zip(texts(choice.name), code, strict=True)]),
        parent_code=_strings(texts(choice.parent_code)),
        parent_name=_strings(texts(choice.parent_name)),
        country=country,
        geometry=geometry,
        lon=lon,
        lat=lat,
        area_km2=area_km2,
        perimeter_km=perimeter_km,
    )


def _countries_at(lon: NDArray[np.float64], lat: NDArray[np.float64]) -> Strings:
    """Return the country that each point lies in, by the shipped map of the world; "" at sea."""
    try:
        countries, locator = _world()
    except (FileNotFoundError, UserError):
        return np.full(len(lon), "", dtype=object)
    at = locator.units_at(lon, lat, nearest_within_km=20.0)
    return np.where(at >= 0, countries[at], "")


@lru_cache(maxsize=1)
def _world() -> tuple[Strings, UnitLocator]:
    """Return the code and the shape of every country; shipped data, which does not change."""
    world = load_layer("world-countries")
    return world.country, UnitLocator(world.geometry)


def _sums(
    column: ColumnFacts, groups: Sequence[Sequence[int]], rows: NDArray[np.int64], geometry: NDArray[np.object_]
) -> NDArray[np.float64]:
    """Return the number of each unit: of rows that repeat one area once, of parts their sum, nan if none has one."""
    values = column_numbers(column)[rows]
    out = np.full(len(groups), np.nan)
    for at, group in enumerate(groups):
        own = values[list(group)]
        if len(group) > 1 and same_shapes(geometry, group):
            own = own[:1]
        if np.isfinite(own).any():
            out[at] = np.nansum(own)
    return out


def _strings(values: Sequence[str]) -> Strings:
    out = np.empty(len(values), dtype=object)
    out[:] = list(values)
    return out
