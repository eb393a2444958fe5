"""Lets borders meet where both sides of a merge cut neighbouring units. Owns the rows; the geometry is geo.cut's."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

import numpy as np
import shapely

from territorymap.document.geopackage import decode_shapes, encode_polygons
from territorymap.geo.cut import CutFailedError, node_borders
from territorymap.geo.layer import interior_points, measure_geometry

if TYPE_CHECKING:
    from territorymap.document.writer import Writer


def node_units(writer: Writer, unit_ids: Collection[int]) -> None:
    """Give units, and those beside them, the vertices that others of them have on a common border."""
    rows = writer.connection.execute("SELECT unit_id, geom FROM unit ORDER BY unit_id").fetchall()
    ids = np.array([unit_id for unit_id, _ in rows], dtype=np.int64)
    try:
        geometry = decode_shapes([blob for _, blob in rows])
    except ValueError:
        return  # a polygon that another program broke: check names it
    changed = np.flatnonzero(np.isin(ids, list(unit_ids)))
    beside = shapely.STRtree(geometry).query(geometry[changed], predicate="intersects")[1]
    around = np.union1d(changed, beside)
    if not len(around) or shapely.coverage_is_valid(geometry[around]):
        return
    try:
        noded = node_borders(geometry, around)
    except CutFailedError:
        return
    if not noded:
        return
    shapes = np.array(list(noded.values()), dtype=object)
    area_km2, perimeter_km = measure_geometry(shapes)
    lon, lat = interior_points(shapes)
    blobs = encode_polygons(shapes)
    values = {
        int(ids[ix]): {
            "geom": blobs[i],
            "area_km2": float(area_km2[i]),
            "perimeter_km": float(perimeter_km[i]),
            "lon": float(lon[i]),
            "lat": float(lat[i]),
        }
        for i, ix in enumerate(noded)
    }
    writer.update("unit", values)
