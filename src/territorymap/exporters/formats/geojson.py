"""GeoJSON (RFC 7946): territories dissolved, units with their territory, or accounts as points.

Owns the text of the file; not the columns (tables) nor the shapes (shapes).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import shapely

from territorymap.errors import Cancelled
from territorymap.exporters.registry import ExportOptions, exporter
from territorymap.exporters.shapes import as_rfc7946, content_shapes
from territorymap.exporters.tables import Column, content_columns, plain_number
from territorymap.exporters.view import ExportView
from territorymap.i18n import tr

DECIMALS = 7  # about a centimetre
FEATURES_PER_BLOCK = 500


@exporter("geojson", label=lambda: tr("GeoJSON map data"), what=("territories", "units", "accounts"))
def write_geojson(view: ExportView, path: Path, what: str, options: ExportOptions) -> None:
    """Write a FeatureCollection in longitude and latitude; a feature without a place has a null geometry."""
    columns = content_columns(view, what)
    shapes = content_shapes(view, what)
    info = view.plan.info
    head = {"type": "FeatureCollection", "name": what, "title": info.title, "attribution": info.attribution}
    with path.open("w", encoding="utf-8", newline="\n") as out:
        out.write(json.dumps(head, ensure_ascii=False)[:-1] + ', "features": [')
        for start in range(0, len(shapes), FEATURES_PER_BLOCK):
            if options.is_cancelled():
                raise Cancelled
            rows = slice(start, start + FEATURES_PER_BLOCK)
            geometries = shapely.to_geojson(as_rfc7946(shapes[rows], DECIMALS))
            features = (_feature(*pair) for pair in zip(_properties(columns, rows), geometries, strict=True))
            out.write((",\n" if start else "\n") + ",\n".join(features))
            options.progress(min(start + FEATURES_PER_BLOCK, len(shapes)), len(shapes))
        out.write("\n]}\n")


def _feature(properties: dict[str, object], geometry: str | None) -> str:
    shown = json.dumps(properties, ensure_ascii=False, allow_nan=False)
    return f'{{"type": "Feature", "properties": {shown}, "geometry": {geometry or "null"}}}'


def _properties(columns: list[Column], rows: slice) -> Iterator[dict[str, object]]:
    names = [column.name for column in columns]
    for values in zip(*([_plain(column, v) for v in column.values[rows]] for column in columns), strict=True):
        yield dict(zip(names, values, strict=True))


def _plain(column: Column, value: object) -> object:
    """Return a cell as JSON has it; no text and no number are null."""
    return (value or None) if column.is_text else plain_number(float(np.asarray(value)))
