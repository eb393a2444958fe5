"""What makes the file a GeoPackage: core tables, geometry blobs, extents.

Owns the OGC format (1.4.0, 12-128); not what the tables mean.
"""

from __future__ import annotations

import sqlite3
import struct
from collections.abc import Sequence

import numpy as np
import shapely
from numpy.typing import NDArray

APPLICATION_ID = 0x47504B47  # "GPKG"
USER_VERSION = 10400  # 1.4.0; GDAL warns at anything it does not know
WGS84 = 4326
GEOMETRY_TYPES = {"unit": "MULTIPOLYGON", "account": "POINT", "rep": "POINT", "territory": "MULTIPOLYGON"}
GEOMETRY_TABLES = tuple(GEOMETRY_TYPES)

_WGS84_WKT = (
    'GEOGCS["WGS 84",DATUM["WGS_1984",SPHEROID["WGS 84",6378137,298.257223563,AUTHORITY["EPSG","7030"]],'
    'AUTHORITY["EPSG","6326"]],PRIMEM["Greenwich",0,AUTHORITY["EPSG","8901"]],UNIT["degree",0.0174532925199433,'
    'AUTHORITY["EPSG","9122"]],AXIS["Latitude",NORTH],AXIS["Longitude",EAST],AUTHORITY["EPSG","4326"]]'
)
_SRS = (
    ("Undefined Cartesian SRS", -1, "NONE", -1, "undefined", "undefined Cartesian coordinate reference system"),
    ("Undefined geographic SRS", 0, "NONE", 0, "undefined", "undefined geographic coordinate reference system"),
    ("WGS 84 geodetic", WGS84, "EPSG", WGS84, _WGS84_WKT, "longitude/latitude coordinates in decimal degrees"),
)
_POLYGONS = (shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON)
_ENVELOPE_DOUBLES = (0, 4, 6, 6, 8)  # by envelope code
_NOW = "strftime('%Y-%m-%dT%H:%M:%fZ', 'now')"
# The definitions of the standard, to the letter (annex C).
_CORE = (
    """CREATE TABLE gpkg_spatial_ref_sys (
        srs_name TEXT NOT NULL, srs_id INTEGER PRIMARY KEY, organization TEXT NOT NULL,
        organization_coordsys_id INTEGER NOT NULL, definition TEXT NOT NULL, description TEXT)""",
    f"""CREATE TABLE gpkg_contents (
        table_name TEXT NOT NULL PRIMARY KEY, data_type TEXT NOT NULL, identifier TEXT UNIQUE,
        description TEXT DEFAULT '', last_change DATETIME NOT NULL DEFAULT ({_NOW}),
        min_x DOUBLE, min_y DOUBLE, max_x DOUBLE, max_y DOUBLE, srs_id INTEGER,
        CONSTRAINT fk_gc_r_srs_id FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys(srs_id))""",
    """CREATE TABLE gpkg_geometry_columns (
        table_name TEXT NOT NULL, column_name TEXT NOT NULL, geometry_type_name TEXT NOT NULL,
        srs_id INTEGER NOT NULL, z TINYINT NOT NULL, m TINYINT NOT NULL,
        CONSTRAINT pk_geom_cols PRIMARY KEY (table_name, column_name),
        CONSTRAINT uk_gc_table_name UNIQUE (table_name),
        CONSTRAINT fk_gc_tn FOREIGN KEY (table_name) REFERENCES gpkg_contents(table_name),
        CONSTRAINT fk_gc_srs FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys (srs_id))""",
)


def create_core_tables(connection: sqlite3.Connection) -> None:
    """Create the tables every GeoPackage has, with their required rows."""
    for sql in _CORE:
        connection.execute(sql)
    connection.executemany("INSERT INTO gpkg_spatial_ref_sys VALUES (?, ?, ?, ?, ?, ?)", _SRS)


def register_table(connection: sqlite3.Connection, table: str, title: str, geometry_type: str | None) -> None:
    """Put a table into the contents: as a feature layer if it has a geometry type, else as attributes."""
    kind, srs_id = ("features", WGS84) if geometry_type else ("attributes", None)
    connection.execute(
        "INSERT INTO gpkg_contents (table_name, data_type, identifier, description, srs_id) VALUES (?, ?, ?, ?, ?)",
        (table, kind, table, title, srs_id),
    )
    if geometry_type:
        connection.execute(
            "INSERT INTO gpkg_geometry_columns VALUES (?, 'geom', ?, ?, 0, 0)", (table, geometry_type, WGS84)
        )


def encode_polygons(shapes: NDArray[np.object_]) -> list[bytes | None]:
    """Return the GeoPackage blobs of polygons, each as MultiPolygon with its envelope; None and empty give None."""
    multi = as_multipolygons(shapes)
    wkb = shapely.to_wkb(multi, output_dimension=2, byte_order=1, flavor="iso")
    header = np.zeros(
        len(multi), dtype=[("magic", "S2"), ("version", "u1"), ("flags", "u1"), ("srs", "<i4"), ("box", "<f8", 4)]
    )
    header["magic"], header["flags"], header["srs"] = b"GP", 0b0011, WGS84  # little endian, envelope xy
    header["box"] = shapely.bounds(multi)[:, [0, 2, 1, 3]]  # (minx, maxx, miny, maxy)
    packed, size = header.tobytes(), header.dtype.itemsize
    return [None if part is None else packed[i * size : (i + 1) * size] + part for i, part in enumerate(wkb)]


def as_multipolygons(shapes: NDArray[np.object_]) -> NDArray[np.object_]:
    """Return each Polygon as a MultiPolygon; empty shapes become None."""
    out = np.array(shapes, dtype=object)
    for ix in np.flatnonzero(shapely.get_type_id(out) == shapely.GeometryType.POLYGON):
        out[ix] = shapely.MultiPolygon([out[ix]])
    out[shapely.is_empty(out)] = None
    return out


_POINT = struct.Struct("<2sBBiBI2d")


def encode_point(lon: float | None, lat: float | None) -> bytes | None:
    """Return the blob of a point; None where there is no position."""
    if lon is None or lat is None or lon != lon or lat != lat:
        return None
    return _POINT.pack(b"GP", 0, 0b0001, WGS84, 1, 1, lon, lat)


def decode_shapes(blobs: Sequence[object]) -> NDArray[np.object_]:
    """Return the shapes of GeoPackage blobs of any writer, z and m dropped; None stays None.

    Raises
    ------
    ValueError
        if a blob is not a GeoPackage geometry.
    """
    try:
        shapes = shapely.from_wkb(np.array([_wkb(blob) for blob in blobs], dtype=object))
    except shapely.GEOSException as error:
        raise ValueError(str(error)) from error
    has_z = shapely.has_z(shapes)
    if has_z.any():
        shapes[has_z] = shapely.force_2d(shapes[has_z])
    return np.asarray(shapes, dtype=object)


def decode_grounds(blobs: Sequence[object]) -> NDArray[np.object_]:
    """Return the polygons of units, as decode_shapes; they may cross themselves.

    Raises
    ------
    ValueError
        if one is no polygon, or lies nowhere on the globe.
    """
    with np.errstate(invalid="ignore", over="ignore"):
        shapes = decode_shapes(blobs)
        shapes[shapely.is_empty(shapes)] = None
        west, south, east, north = shapely.bounds(shapes).T
        is_finite = np.isfinite(shapely.area(shapes))  # nan where one corner is; quicker than to look at all corners
    is_on_globe = (west >= -360) & (east <= 360) & (south >= -90.001) & (north <= 90.001)
    is_ground = np.isin(shapely.get_type_id(shapes), _POLYGONS) & is_on_globe & is_finite
    n_wrong = int((~is_ground & ~shapely.is_missing(shapes)).sum())
    if n_wrong:
        raise ValueError(f"{n_wrong} of the shapes are no polygons on the globe")
    return shapes


def _wkb(blob: object) -> bytes | None:
    if blob is None:
        return None
    if not isinstance(blob, bytes) or len(blob) < 8 or blob[:2] != b"GP":
        raise ValueError("not a GeoPackage geometry")
    flags = blob[3]
    code = flags >> 1 & 0b111
    if code > 4 or flags & 0b100000:
        raise ValueError("GeoPackage geometry of an unknown kind")
    return blob[8 + 8 * _ENVELOPE_DOUBLES[code] :]


def refresh_extents(connection: sqlite3.Connection, tables: Sequence[str]) -> None:
    """Write the extents of feature layers as their geometries are now."""
    for table in tables:
        box = _layer_bounds(connection, table)
        connection.execute(
            "UPDATE gpkg_contents SET min_x = ?, min_y = ?, max_x = ?, max_y = ?,"
            " last_change = strftime('%Y-%m-%dT%H:%M:%fZ', 'now')"
            " WHERE table_name = ? AND (min_x, min_y, max_x, max_y) IS NOT (?, ?, ?, ?)",
            (*box, table, *box),
        )


def _layer_bounds(connection: sqlite3.Connection, table: str) -> tuple[float | None, ...]:
    sql = {
        "unit": "SELECT geom FROM unit WHERE geom IS NOT NULL",
        "territory": "SELECT geom FROM territory WHERE geom IS NOT NULL",
        "account": "SELECT min(lon), min(lat), max(lon), max(lat) FROM account WHERE geom IS NOT NULL",
        "rep": "SELECT min(lon), min(lat), max(lon), max(lat) FROM rep WHERE geom IS NOT NULL",
    }[table]
    if table in ("account", "rep"):
        box: tuple[float | None, ...] = connection.execute(sql).fetchone()
        return box
    envelopes = [found for (blob,) in connection.execute(sql) if (found := _envelope(blob)) is not None]
    if not envelopes:
        return (None, None, None, None)
    boxes = np.array(envelopes)
    return (*map(float, boxes[:, :2].min(axis=0)), *map(float, boxes[:, 2:].max(axis=0)))


def _envelope(blob: object) -> tuple[float, float, float, float] | None:
    """Return (minx, miny, maxx, maxy) of a blob: from its header, else from the shape; None where it is no shape."""
    if not isinstance(blob, bytes):
        return None
    if len(blob) >= 40 and blob[:2] == b"GP" and blob[3] & 0b1111 == 0b0011:
        minx, maxx, miny, maxy = struct.unpack_from("<4d", blob, 8)
        return minx, miny, maxx, maxy
    try:
        minx, miny, maxx, maxy = shapely.bounds(decode_shapes([blob]))[0]
    except ValueError:
        return None  # a file that is damaged must still be closed; opening and the check say what is wrong
    return minx, miny, maxx, maxy
