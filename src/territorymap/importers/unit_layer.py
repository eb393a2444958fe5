"""The planner's own boundaries become a unit layer. Owns the order of the steps and what is said of them.

Reading is unit_rows', columns unit_columns', degrees unit_crs', shapes unit_shapes', faults and mending geo's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import shapely
from numpy.typing import NDArray

from territorymap.errors import UserError
from territorymap.geo.layer import Geometries, UnitLayer
from territorymap.geo.repair import mend_borders, needs_mending
from territorymap.geo.survey import Fault, FaultKind, invalid_faults, renumbered, survey_borders
from territorymap.i18n import ntr, tr
from territorymap.importers.progress import IsCancelled, Progress, Ticker
from territorymap.importers.rejects import Reject
from territorymap.importers.unit_assembly import (
    assemble,
    constant_columns,
    country_counts,
    share_on_land,
    sums,
    told_parts,
)
from territorymap.importers.unit_choice import UnitChoice, choose_columns, find_column
from territorymap.importers.unit_columns import ColumnFacts, mend_codes
from territorymap.importers.unit_crs import DEGREES, place
from territorymap.importers.unit_faults import named_codes
from territorymap.importers.unit_rows import DEGREES_BY_FORMAT, UnitRows, read_unit_rows
from territorymap.importers.unit_shapes import dissolve, made_valid, read_shapes

DEFAULT_TOLERANCE_M = 1.0  # gaps narrower than this are closed by a repair; overlaps always are


@dataclass(frozen=True)
class UnitOptions:
    """What the person says about boundary files."""

    code: str | None = None  # header; None = guessed, "" = none
    name: str | None = None
    parent: str | None = None
    measures: tuple[str, ...] = ()
    layer: str = ""  # "" = the likeliest, "*" = all
    member: str = ""
    crs: str = ""  # of the files that tell none; where all tell one, instead of it
    encoding: str = ""
    is_swapped: bool | None = None  # None = only where the numbers allow nothing else
    repair_m: float | None = None  # None = borders stay as they are
    dissolve: str = ""  # header; units of one value become one
    is_kept_apart: bool = False  # a code that stands in two files means two units


@dataclass(frozen=True)
class FilePlace:
    """Where the coordinates of one file were found to be."""

    name: str
    crs: str
    is_swapped: bool
    is_swap_doubtful: bool


@dataclass(frozen=True)
class LayerImport:
    """A unit layer, and what became of every row on the way to it."""

    layer: UnitLayer
    read: int  # features of the files
    rejects: list[Reject] = field(default_factory=list)  # row = running number of the feature, from 1
    notes: list[str] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)  # as found
    left: list[Fault] = field(default_factory=list)  # of them, what is still there
    codes: list[str] = field(default_factory=list)  # of the units that the faults name; before any dissolving
    unit_of_row: NDArray[np.int64] = field(default_factory=lambda: np.empty(0, np.int64))  # (read,) -1 = left out
    colliding: list[str] = field(default_factory=list)  # codes that stand in several files
    places: list[FilePlace] = field(default_factory=list)
    countries: dict[str, int] = field(default_factory=dict)  # code -> units; "" = at sea
    repair_m: float | None = None

    @property
    def can_be_repaired(self) -> bool:
        """Whether borders are wrong that a repair would mend."""
        return any(needs_mending(fault, self.repair_m or DEFAULT_TOLERANCE_M) for fault in self.left)


def read_unit_layer(
    path: Path | str, code: str | None = None, name: str | None = None, measures: Sequence[str] = ()
) -> UnitLayer:
    """Return the units of a boundary file; import_unit_layer says more of what was done."""
    return import_unit_layer(path, UnitOptions(code, name, measures=tuple(measures))).layer


def import_unit_layer(
    paths: Path | str | Sequence[Path],
    options: UnitOptions | None = None,
    progress: Progress | None = None,
    is_cancelled: IsCancelled | None = None,
) -> LayerImport:
    """Return the units of one or several boundary files, in degrees, and what became of every row.

    Raises
    ------
    UserError
        if a file, a column or the coordinate system cannot be used.
    Cancelled
        if ``is_cancelled`` said so.
    """
    options = options or UnitOptions()
    several = [Path(paths)] if isinstance(paths, (str, Path)) else list(paths)
    ticker = Ticker(progress, is_cancelled)
    ticker.tell(0.0)
    rows = read_unit_rows(several, options.layer, options.member, options.encoding, ticker.part(0.0, 0.2))
    return make_units(rows, options, ticker.part(0.2, 1.0))


def make_units(rows: UnitRows, options: UnitOptions, ticker: Ticker | None = None) -> LayerImport:
    """Return the units that rows make. Every row becomes a unit, a part of one, or is rejected with a reason."""
    ticker = ticker or Ticker()
    making = _Making(rows, options)
    choice = choose_columns(rows.columns, options.code, options.name, options.parent, options.measures, rows.name)
    geometry, at = making.shapes(ticker.part(0.0, 0.2))
    codes = making.codes(choice.code)
    has_code = np.array([bool(codes[i]) for i in at.tolist()], dtype=bool)
    making.reject(at[~has_code], tr("The feature has no code."))
    geometry, at = making.placed(geometry[has_code], at[has_code])
    is_invalid = ~shapely.is_valid(geometry)
    raw = geometry[is_invalid]
    geometry = made_valid(geometry, ticker.part(0.25, 0.3))
    merged, groups = dissolve(geometry, [codes[i] for i in at.tolist()], ticker.part(0.3, 0.4))
    unit = np.empty(len(at), dtype=np.int64)
    for u, group in enumerate(groups):
        unit[group] = u
    unit_codes = [codes[int(at[group[0]])] for group in groups]
    making.tell_merged(groups, at, unit_codes)
    same_code = [
        Fault(FaultKind.SAME_CODE, (u,), merged[u], rows=tuple(int(at[i]) + 1 for i in group))
        for u, group in enumerate(groups)
        if len(group) > 1
    ]
    found = [*invalid_faults(raw, unit[is_invalid]), *_survey(merged, ticker.part(0.4, 0.6)), *same_code]
    solid, left = making.repaired(merged, found, unit_codes, ticker.part(0.6, 0.75))
    kept = making.kept(solid, groups, at)
    members = [[int(at[i]) for i in groups[u]] for u in kept]
    values = {c.header: sums(c, [groups[u] for u in kept], at, geometry) for c in choice.measures}
    shapes = solid[kept]
    if options.dissolve:
        shapes, members, values, choice, codes = _coarser(making, shapes, members, values, choice, ticker)
    ticker.tell(0.9)
    layer = assemble(choice, codes, [group[0] for group in members], shapes, values)
    layer.title = rows.title
    if not options.dissolve:
        layer.part_of = told_parts(rows.columns, [group[0] for group in members], layer.code)
    ticker.tell(1.0)
    return making.result(layer, members, found, left, unit_codes)


def _survey(merged: Geometries, ticker: Ticker) -> list[Fault]:
    there = np.flatnonzero(~shapely.is_empty(merged))
    return renumbered(survey_borders(merged[there], ticker.tell), there)


def _coarser(
    making: _Making,
    shapes: Geometries,
    members: list[list[int]],
    values: dict[str, NDArray[np.float64]],
    choice: UnitChoice,
    ticker: Ticker,
) -> tuple[Geometries, list[list[int]], dict[str, NDArray[np.float64]], UnitChoice, list[str]]:
    """Return units dissolved by a column: shapes, rows, sums, columns that still mean something, codes by row."""
    rows, options = making.rows, making.options
    column = find_column(rows.columns, options.dissolve, rows.name)
    keys, _ = mend_codes(column)
    first = [keys[group[0]] for group in members]
    for group, key in zip(members, first, strict=True):
        if not key:
            making.reject(group, tr("Nothing stands in the column {column}.", column=column.header))
    has_key = [u for u, key in enumerate(first) if key]
    if not has_key:
        raise UserError(tr("Nothing stands in the column {column}.", column=column.header), tr("Choose another one."))
    solid, groups = dissolve(shapes[has_key], [first[u] for u in has_key], ticker.part(0.75, 0.9))
    fine = [[has_key[i] for i in group] for group in groups]
    new_members = [[row for u in group for row in members[u]] for group in fine]
    new_values = {header: _summed(own, fine) for header, own in values.items()}
    n_torn = sum(1 for group in members if len({keys[row] for row in group}) > 1)
    if n_torn:
        making.notes.append(
            ntr(
                "One unit has rows with different values in {column}; its first row counts.",
                "{n} units have rows with different values in {column}; the first row of each counts.",
                n_torn,
                column=column.header,
            )
        )
    constant = [column, *(c for c in constant_columns(rows.columns, new_members) if c is not column)]
    new_choice = choose_columns(
        constant,
        column.header,
        options.name if options.name in {c.header for c in constant} else None,
        options.parent if options.parent in {"", *(c.header for c in constant)} else None,
        (),
        rows.name,
    )
    making.notes.append(
        ntr("{n} unit was made by {column}.", "{n} units were made by {column}.", len(groups), column=column.header)
    )
    return solid, new_members, new_values, new_choice, keys


def _summed(values: NDArray[np.float64], groups: Sequence[Sequence[int]]) -> NDArray[np.float64]:
    """Return sums that leave out what is not known; nan where nothing is."""
    out = np.array([np.nansum(values[list(group)]) for group in groups])
    out[[not np.isfinite(values[list(group)]).any() for group in groups]] = np.nan
    return out


class _Making:
    """What is collected on the way from rows to units: reasons by row, notes, places."""

    def __init__(self, rows: UnitRows, options: UnitOptions) -> None:
        self.rows, self.options = rows, options
        self.notes: list[str] = list(rows.notes)
        self._why: dict[int, str] = {}  # position of a row -> why it was left out
        self._places: list[FilePlace] = []
        self._colliding: list[str] = []

    def reject(self, at: Sequence[int] | NDArray[np.int64], reason: str) -> None:
        for i in at:
            self._why.setdefault(int(i), reason)

    def shapes(self, ticker: Ticker) -> tuple[Geometries, NDArray[np.int64]]:
        """Return the rows that have an area."""
        shapes = read_shapes(self.rows.wkb, ticker)
        self._why |= shapes.why_not
        if shapes.n_mixed:
            self.notes.append(
                ntr(
                    "One feature mixes areas with points or lines; only the areas were kept.",
                    "{n} features mix areas with points or lines; only the areas were kept.",
                    shapes.n_mixed,
                )
            )
        return shapes.geometry, shapes.at

    def codes(self, column: ColumnFacts | None) -> list[str]:
        """Return a code for each row, "" where there is none."""
        if column is None:
            self.notes.append(tr("No column holds codes: the units were numbered."))
            return [str(i + 1) for i in range(len(self.rows))]
        codes, n_mended = mend_codes(column)
        if n_mended:
            self.notes.append(
                ntr(
                    "One code in {column} had lost its leading zero.",
                    "{n} codes in {column} had lost their leading zeros.",
                    n_mended,
                    column=column.header,
                )
            )
        if self.options.is_kept_apart and len(self.rows.files) > 1:
            stems = [self.rows.files[f].stem for f in self.rows.file_ix.tolist()]
            codes = [f"{stem}-{code}" if code else "" for stem, code in zip(stems, codes, strict=True)]
        return codes

    def placed(self, geometry: Geometries, at: NDArray[np.int64]) -> tuple[Geometries, NDArray[np.int64]]:
        """Return the areas in degrees, each file from its own coordinate system."""
        if not len(at):
            raise UserError(
                tr("{name} holds no areas that can be units.", name=self.rows.name),
                next(iter(self._why.values()), tr("Choose another layer or file.")),
            )
        told = [f.crs or (DEGREES if f.kind in DEGREES_BY_FORMAT else "") for f in self.rows.files]
        file_ix = self.rows.file_ix[at]
        out = geometry.copy()
        for f in np.unique(file_ix).tolist():
            file, own = self.rows.files[f], file_ix == f
            asked = self.options.crs if not told[f] or all(told) else ""
            found = place(geometry[own], told[f], asked, file.name, self.options.is_swapped, share_on_land)
            out[own] = found.geometry
            self._places.append(FilePlace(file.name, found.crs, found.is_swapped, found.is_swap_doubtful))
            if found.is_swapped:
                self.notes.append(tr("Latitude and longitude of {name} were exchanged.", name=file.name))
            if found.is_swap_doubtful:
                self.notes.append(
                    tr("Latitude and longitude of {name} may be the other way round: see the map.", name=file.name)
                )
        return out, at

    def tell_merged(self, groups: Sequence[Sequence[int]], at: NDArray[np.int64], codes: Sequence[str]) -> None:
        """Note units made of several rows, and codes that stand in several files."""
        n_merged = sum(1 for group in groups if len(group) > 1)
        if n_merged:
            self.notes.append(
                ntr("One unit was made of several rows.", "{n} units were made of several rows each.", n_merged)
            )
        file_ix = self.rows.file_ix
        self._colliding = [
            code for code, group in zip(codes, groups, strict=True) if len({int(file_ix[at[i]]) for i in group}) > 1
        ]
        if self._colliding:
            self.notes.append(
                ntr(
                    "One code stands in several files, its rows were made one unit: {codes}.",
                    "{n} codes stand in several files, their rows were made one unit each: {codes}.",
                    len(self._colliding),
                    codes=named_codes(self._colliding),
                )
            )

    def repaired(
        self, merged: Geometries, found: list[Fault], codes: Sequence[str], ticker: Ticker
    ) -> tuple[Geometries, list[Fault]]:
        """Return the units, repaired if that was asked for, and the faults that are left."""
        self._vanished = dict.fromkeys(
            np.flatnonzero(shapely.is_empty(merged)).tolist(), tr("The area of the feature is zero.")
        )
        still = [fault for fault in found if fault.kind is not FaultKind.INVALID]
        if self.options.repair_m is None:
            return merged, still
        ticker.tell(0.0)
        solid, twin_of = mend_borders(merged, found, self.options.repair_m, ticker.part(0.0, 0.5).tell)
        for u in np.flatnonzero(shapely.is_empty(solid)).tolist():
            reason = tr("Nothing is left of the area after the repair.")
            if u in twin_of:
                reason = tr("Its area is that of the unit {code}, which was kept.", code=codes[twin_of[u]])
            self._vanished.setdefault(u, reason)
        if solid is merged:
            return merged, still
        again = _survey(solid, ticker.part(0.5, 1.0))
        return solid, [*again, *(fault for fault in still if fault.kind is FaultKind.SAME_CODE)]

    def kept(self, solid: Geometries, groups: Sequence[Sequence[int]], at: NDArray[np.int64]) -> list[int]:
        """Return the units that have ground; the rows of the others are rejected."""
        for u, reason in self._vanished.items():
            self.reject(at[list(groups[u])], reason)
        kept = np.flatnonzero(~shapely.is_empty(solid)).tolist()
        if not kept:
            raise UserError(
                tr("{name} holds no areas that can be units.", name=self.rows.name), next(iter(self._vanished.values()))
            )
        return kept

    def result(
        self, layer: UnitLayer, members: list[list[int]], found: list[Fault], left: list[Fault], codes: list[str]
    ) -> LayerImport:
        unit_of_row = np.full(len(self.rows), -1, dtype=np.int64)
        for u, group in enumerate(members):
            unit_of_row[group] = u
        rejects = [Reject(i + 1, self._reason(i, why)) for i, why in sorted(self._why.items())]
        n = len(self.rows)
        for file in self.rows.files:
            reason = tr("{file} ends before the shape of this row: the file was cut off.", file=file.name)
            rejects += [Reject(n + i + 1, reason) for i in range(file.n_lost)]
            n += file.n_lost
        return LayerImport(
            layer=layer,
            read=n,
            rejects=rejects,
            notes=list(dict.fromkeys(self.notes)),
            faults=found,
            left=left,
            codes=codes,
            unit_of_row=unit_of_row,
            colliding=self._colliding,
            places=self._places,
            countries=country_counts(layer),
            repair_m=self.options.repair_m,
        )

    def _reason(self, i: int, why: str) -> str:
        if len(self.rows.files) == 1:
            return why
        return tr("{row}: {reason}", row=self.rows.label(i), reason=why)
