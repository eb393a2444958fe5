"""GeoJSON (RFC 7946): territories dissolved, units with their territory, or accounts as points.

Owns the text of the file; not the columns (tables) nor the shapes (shapes).
"""

from __future__ import annotations

import json
from pathlib import Path

import shapely

from territorymap.exporters.choices import Choice
from territorymap.exporters.plain_rows import plain_rows
from territorymap.exporters.registry import CONTENTS, ExportOptions, exporter
from territorymap.exporters.shapes import as_rfc7946, bounding_box, content_shapes, within_180
from territorymap.exporters.tables import content_columns
from territorymap.exporters.view import ExportView
from territorymap.i18n import tr

DECIMALS = 7  # about a centimetre
FEATURES_PER_BLOCK = 500
_DECIMALS = Choice(
    "decimals",
    lambda: tr("Decimals"),
    "number",
    DECIMALS,
    minimum=4,
    maximum=15,
    hint=lambda: tr("Of the coordinates: 5 is a metre, 7 is a centimetre."),
)


@exporter("geojson", label=lambda: tr("GeoJSON map data"), what=CONTENTS, choices=(_DECIMALS,))
def write_geojson(view: ExportView, path: Path, what: str, options: ExportOptions) -> None:
    """Write a FeatureCollection in longitude and latitude; a feature without a place has a null geometry."""
    columns = content_columns(view, what)
    shapes = within_180(content_shapes(view, what))
    info, decimals = view.plan.info, options.number("decimals")
    head: dict[str, object] = {
        "type": "FeatureCollection",
        "name": what,
        "title": info.title,
        "attribution": info.attribution,
    }
    box = bounding_box(shapes, decimals)
    if box is not None:
        head["bbox"] = box
    with path.open("w", encoding="utf-8", newline="\n") as out:
        out.write(json.dumps(head, ensure_ascii=False)[:-1] + ', "features": [')
        for start in range(0, len(shapes), FEATURES_PER_BLOCK):
            options.stop_if_cancelled()
            rows = slice(start, start + FEATURES_PER_BLOCK)
            geometries = shapely.to_geojson(as_rfc7946(shapes[rows], decimals))
            features = (_feature(*pair) for pair in zip(plain_rows(columns, rows), geometries, strict=True))
            out.write((",\n" if start else "\n") + ",\n".join(features))
            options.progress(min(start + FEATURES_PER_BLOCK, len(shapes)), len(shapes))
        out.write("\n]}\n")


def _feature(properties: dict[str, object], geometry: str | None) -> str:
    shown = json.dumps(properties, ensure_ascii=False, allow_nan=False)
    return f'{{"type": "Feature", "properties": {shown}, "geometry": {geometry or "null"}}}'
