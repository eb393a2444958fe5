"""Which kind of map file some bytes are. Owns the list of kinds; GDAL is never asked to guess.

GDAL picks a driver by content: a VRT or a GDALG pipeline named ``x.geojson`` would make it open other files and
addresses. So the bytes decide here.
"""

from __future__ import annotations

import codecs
import re
from pathlib import Path, PurePosixPath

from territorymap.errors import UserError
from territorymap.i18n import tr

VECTOR_EXTENSIONS = (
    ".shp", ".zip", ".geojson", ".json", ".topojson", ".gpkg", ".kml", ".kmz", ".fgb", ".gdb",
)  # fmt: skip
HEAD = 1 << 16  # bytes that are looked at
WIDE_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
TEXT_KINDS = ("geojson", "topojson", "kml")
GDB_TABLE = "a00000001.gdbtable"  # stands in every File Geodatabase
_TYPE = re.compile(
    rb'"type"\s*:\s*"(FeatureCollection|Feature|GeometryCollection|Topology|(?:Multi)?(?:Point|Polygon|LineString))"'
)
_PARTS_OF_SHAPEFILE = (".dbf", ".shx", ".prj", ".cpg", ".sbn", ".sbx", ".qpj")
_READABLE = "Shapefile, GeoJSON, TopoJSON, KML, KMZ, GeoPackage, FlatGeobuf, File Geodatabase"


def sniff_kind(head: bytes) -> str:
    """Return the kind of a vector file by its first bytes, "" if it is none that we read."""
    if head.startswith(b"SQLite format 3\0"):
        return "geopackage"
    if head.startswith(b"fgb\x03fgb"):
        return "flatgeobuf"
    if head.startswith(b"\x00\x00\x27\x0a"):
        return "shapefile"
    text = as_ascii(head).lstrip()
    if text.startswith(b"{"):
        if b"gdal_streamed_alg" in text:
            return ""
        return "topojson" if b'"Topology"' in text[:2000] or b'"arcs"' in text[:2000] else "geojson"
    if text.startswith(b"<") and b"<kml" in text:
        return "kml"
    return ""


def as_ascii(head: bytes) -> bytes:
    """Return text without its byte order mark; of UTF-16 what is ASCII in it."""
    if head.startswith(WIDE_MARKS):
        return head[: len(head) // 2 * 2].decode("utf-16", "ignore").encode("ascii", "ignore")
    return head.removeprefix(codecs.BOM_UTF8)


def known_kind(head: bytes, path: Path | PurePosixPath) -> str:
    """Return the kind of a file.

    Raises
    ------
    UserError
        if it is none that we read.
    """
    kind = sniff_kind(head)
    if path.suffix.casefold() in _PARTS_OF_SHAPEFILE:
        raise UserError(
            tr("{name} is one part of a shapefile.", name=path.name), tr("Choose the file that ends in .shp beside it.")
        )
    if kind == "geojson" and not _TYPE.search(as_ascii(head)) and len(head) < HEAD:
        kind = ""
    if not kind:
        raise UserError(
            tr("{name} is not a map file that can be read, whatever its extension says.", name=path.name),
            tr("These can be read: {kinds}.", kinds=_READABLE),
        )
    return kind


def geodatabase_of(path: Path) -> Path | None:
    """Return the File Geodatabase that a folder is or a file lies in, None if it is neither."""
    for folder in (path, path.parent):
        if folder.suffix.casefold() == ".gdb" and folder.is_dir() and (folder / GDB_TABLE).is_file():
            return folder
    return None
