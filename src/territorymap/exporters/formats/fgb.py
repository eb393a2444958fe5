"""FlatGeobuf: one layer that GIS programs and web maps read in pieces.

Owns the choice of an index; not the fields (vector), the columns (tables) or the shapes (shapes).
"""

from __future__ import annotations

from pathlib import Path

import shapely

from territorymap.exporters.registry import CONTENTS, ExportOptions, exporter
from territorymap.exporters.shapes import content_shapes, within_180
from territorymap.exporters.tables import content_columns
from territorymap.exporters.vector import write_layer
from territorymap.exporters.view import ExportView
from territorymap.i18n import tr


@exporter("fgb", label=lambda: tr("FlatGeobuf map data"), what=CONTENTS)
def write_fgb(view: ExportView, path: Path, what: str, options: ExportOptions) -> None:
    """Write a layer with a spatial index; where a row has no place there can be none, and rows keep their order."""
    options.progress(0, 2)
    shapes = within_180(content_shapes(view, what))
    options.stop_if_cancelled()
    options.progress(1, 2)
    has_index = bool(len(shapes)) and not (shapely.is_missing(shapes) | shapely.is_empty(shapes)).any()
    write_layer(
        path,
        content_columns(view, what),
        shapes,
        layer=what,
        driver="FlatGeobuf",
        is_points=what == "accounts",
        layer_options={
            "SPATIAL_INDEX": "YES" if has_index else "NO",
            "TITLE": view.plan.info.title,
            "DESCRIPTION": view.plan.info.attribution,
        },
    )
    options.progress(2, 2)
