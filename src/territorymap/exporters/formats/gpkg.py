"""GeoPackage of layers territories, units and accounts, for QGIS, ArcGIS and GDAL. Not a plan: see document.

Owns the layers and field types; not the columns (tables) nor the shapes (shapes).
"""

from __future__ import annotations

from pathlib import Path

from territorymap.errors import Cancelled, UserError
from territorymap.exporters.registry import CONTENTS, ExportOptions, exporter
from territorymap.exporters.shapes import content_shapes
from territorymap.exporters.tables import content_columns
from territorymap.exporters.vector import write_layer
from territorymap.exporters.view import ExportView
from territorymap.geo.gdal import pyogrio
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
        _write_layer(view, path, content)
        options.progress(done + 1, len(contents))


def _write_layer(view: ExportView, path: Path, content: str) -> None:
    write_layer(
        path,
        content_columns(view, content),
        content_shapes(view, content),
        layer=content,
        driver="GPKG",
        is_points=content == "accounts",
        layer_options={"DESCRIPTION": view.plan.info.attribution},
    )
