"""The planner's own boundaries become a unit layer. Owns the order of the steps and what is said of them.

Reading is unit_rows', columns unit_columns', degrees unit_crs', shapes unit_shapes', faults and mending geo's.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import shapely
from numpy.typing import NDArray

from territorymap.errors import UserError
from territorymap.geo.layer import Geometries
from territorymap.geo.survey import Fault, FaultKind, invalid_faults
from territorymap.i18n import ntr, tr
from territorymap.importers.progress import IsCancelled, Progress, Ticker
from territorymap.importers.unit_assembly import (
    assemble,
    constant_columns,
    sums,
    told_parts,
)
from territorymap.importers.unit_choice import UnitChoice, choose_columns, find_column
from territorymap.importers.unit_columns import mend_codes
from territorymap.importers.unit_making import Making, survey_units
from territorymap.importers.unit_options import LayerImport, UnitOptions
from territorymap.importers.unit_rows import UnitRows, read_unit_rows
from territorymap.importers.unit_shapes import dissolve, made_valid, wrapped


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
    making = Making(rows, options)
    choice = choose_columns(rows.columns, options.code, options.name, options.parent, options.measures, rows.name)
    geometry, at = making.shapes(ticker.part(0.0, 0.2))
    codes = making.codes(choice.code)
    has_code = np.array([bool(codes[i]) for i in at.tolist()], dtype=bool)
    making.reject(at[~has_code], tr("The feature has no code."))
    geometry, at = making.placed(geometry[has_code], at[has_code])
    geometry, at = making.untangled(geometry, at)
    is_invalid = ~shapely.is_valid(geometry)
    raw = geometry[is_invalid]
    geometry = wrapped(made_valid(geometry, ticker.part(0.25, 0.3)))
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
    merged = making.settled(merged, ticker.part(0.4, 0.45))
    found = [*invalid_faults(raw, unit[is_invalid]), *survey_units(merged, ticker.part(0.45, 0.6)), *same_code]
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


def _coarser(
    making: Making,
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
