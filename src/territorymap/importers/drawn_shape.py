"""A line or polygon from a GeoJSON file, to cut units with. Owns what is accepted; cutting is session's."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import shapely

from territorymap.errors import UserError
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
        if path.stat().st_size > MAX_BYTES:
            raise UserError(tr("{name} is too large for a drawn shape.", name=path.name), hint)
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise UserError(
            tr("{name} cannot be read: {reason}", name=path.name, reason=error.strerror or str(error)),
            tr("Check the name and that you may read it."),
        ) from error
    except UnicodeDecodeError as error:
        raise UserError(tr("{name} is not GeoJSON.", name=path.name), hint) from error
    try:
        shape = shapely.from_geojson(text)
    except shapely.GEOSException as error:
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
    return shapely.multilinestrings(single) if kinds == _LINES else shapely.union_all(shapely.make_valid(single))
