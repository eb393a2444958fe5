"""GeoPackage of layers territories, units and accounts, for QGIS, ArcGIS and GDAL. Not a plan: see document.

Owns the layers and field types; not the columns (tables) nor the shapes (shapes).
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyogrio
import shapely
from numpy.typing import NDArray

from territorymap.errors import Cancelled, UserError
from territorymap.exporters.registry import CONTENTS, ExportOptions, exporter
from territorymap.exporters.shapes import content_shapes
from territorymap.exporters.tables import Column, content_columns
from territorymap.exporters.view import ExportView
from territorymap.i18n import tr


def is_plan(path: Path) -> bool:
    """Tell whether a file is a plan of ours, which no export may replace."""
    if not path.exists():
        return False
    try:
        layers = {str(name) for name, _ in pyogrio.list_layers(path)}
    except pyogrio.errors.DataSourceError:
        return False
    return {"plan", "journal_step", "assignment"} <= layers


def refuse_plan(path: Path) -> None:
    """Raise UserError if the file is a plan."""
    if is_plan(path):
        raise UserError(
            tr("{name} is a plan, and an export does not replace a plan.", name=path.name),
            tr("Choose another name for the export."),
        )


@exporter("gpkg", label=lambda: tr("GeoPackage for GIS programs"), what=("all", *CONTENTS), refuse_target=refuse_plan)
def write_gpkg(view: ExportView, path: Path, what: str, options: ExportOptions) -> None:
    """Write one layer, or all three where nothing was chosen."""
    contents = CONTENTS if what == "all" else (what,)
    for done, content in enumerate(contents):
        if options.is_cancelled():
            raise Cancelled
        try:
            _write_layer(view, path, content)
        except pyogrio.errors.DataSourceError as error:
            raise OSError(0, str(error)) from error
        options.progress(done + 1, len(contents))


def _write_layer(view: ExportView, path: Path, content: str) -> None:
    columns = content_columns(view, content)
    data, masks = zip(*(_field(column) for column in columns), strict=True)
    pyogrio.raw.write(
        path,
        np.asarray(shapely.to_wkb(content_shapes(view, content)), dtype=object),
        list(data),
        [column.name for column in columns],
        field_mask=list(masks),
        layer=content,
        driver="GPKG",
        geometry_type="Point" if content == "accounts" else "MultiPolygon",
        crs="EPSG:4326",
        append=path.exists(),
        layer_options={"DESCRIPTION": view.plan.info.attribution},
    )


def _field(column: Column) -> tuple[NDArray[np.generic], NDArray[np.bool_] | None]:
    """Return the values and where they are null."""
    if column.is_text:
        empty = np.array([not text for text in column.values], dtype=bool)
        return np.where(empty, "", column.values).astype(object), empty
    if column.values.dtype.kind == "f":
        return column.values.astype(np.float64), ~np.isfinite(column.values.astype(np.float64))
    return column.values.astype(np.int64), None
