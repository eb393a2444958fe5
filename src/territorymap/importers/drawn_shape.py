"""A line or polygon from a GeoJSON file, to cut units with. Owns what is accepted; cutting is session's."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import shapely

from territorymap.errors import UserError
from territorymap.geo.repair import as_multipolygons
from territorymap.geo.tangle import is_tangled
from territorymap.given import read_given
from territorymap.i18n import tr

MAX_BYTES = 50_000_000
_LINES = (shapely.GeometryType.LINESTRING, shapely.GeometryType.MULTILINESTRING)
_AREAS = (shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON)


def read_line(path: Path) -> shapely.Geometry:
    """Return the lines of a GeoJSON file as one geometry, longitude and latitude."""
    return _read(path, _LINES, tr("lines"))


def read_polygon(path: Path) -> shapely.Geometry:
    """Return the polygons of a GeoJSON file as one geometry, longitude and latitude."""
    return _read(path, _AREAS, tr("polygons"))


def _read(path: Path, kinds: tuple[int, ...], what: str) -> shapely.Geometry:
    hint = tr("Give a GeoJSON file (RFC 7946) in longitude and latitude.")
    try:
        text = read_given(path, MAX_BYTES).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UserError(tr("{name} is not GeoJSON.", name=path.name), hint) from error
    try:
        shape = shapely.from_geojson(text)
    except (shapely.GEOSException, UnicodeDecodeError) as error:  # GEOS cuts texts in the middle of a letter
        raise UserError(tr("{name} is not GeoJSON.", name=path.name), hint) from error
    parts = shapely.get_parts([shape])
    while (shapely.get_type_id(parts) == shapely.GeometryType.GEOMETRYCOLLECTION).any():
        parts = shapely.get_parts(parts)
    parts = shapely.force_2d(parts[np.isin(shapely.get_type_id(parts), kinds) & ~shapely.is_empty(parts)])
    if not len(parts):
        raise UserError(tr("{name} holds no {what}.", name=path.name, what=what), hint)
    west, south, east, north = shapely.total_bounds(parts)
    if not (-360 <= west <= east <= 360 and -90 <= south <= north <= 90):
        raise UserError(tr("{name} is not in longitude and latitude.", name=path.name), hint)
    single = shapely.get_parts(parts)
    if kinds == _LINES:
        return shapely.multilinestrings(single)
    if is_tangled(single).any():
        raise UserError(tr("The border in {name} crosses itself too often.", name=path.name), hint)
    areas = as_multipolygons(shapely.make_valid(single, method="structure", keep_collapsed=False))
    whole = shapely.union_all(areas)
    if shapely.area(whole) == 0:
        raise UserError(tr("{name} holds no {what}.", name=path.name, what=what), hint)
    return whole
