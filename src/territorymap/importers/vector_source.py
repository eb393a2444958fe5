"""A vector file from outside, known by its first bytes before GDAL sees it. Owns that check; not what is read.

GDAL picks a driver by content: a VRT or a GDALG pipeline named ``x.geojson`` would make it open other files and
addresses. So the bytes decide here, and JSON is handed over with its driver named.
"""

from __future__ import annotations

import re
import warnings
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

import numpy as np
import pyogrio
import pyogrio.raw
from numpy.typing import NDArray

from territorymap.errors import UserError
from territorymap.i18n import number, tr
from territorymap.importers.archive import check_archive
from territorymap.importers.shapefile import ShapefileParts, mend_letters

VECTOR_EXTENSIONS = (
    ".shp", ".zip", ".geojson", ".json", ".topojson", ".gpkg", ".kml", ".kmz", ".fgb",
)  # fmt: skip
MAX_FILE = 4_000_000_000  # bytes
_HEAD = 1 << 16
_TYPE = re.compile(
    rb'"type"\s*:\s*"(FeatureCollection|Feature|GeometryCollection|Topology|(?:Multi)?(?:Point|Polygon|LineString))"'
)
_WANTED_IN_ZIP = (".shp", ".gpkg", ".geojson", ".topojson", ".fgb", ".kml", ".json")


@dataclass(frozen=True)
class VectorSource:
    """A file that GDAL may open, by the name it opens it with, or as the bytes of a zip archive."""

    path: Path
    gdal_path: str | bytes
    kind: str  # "shapefile" | "geojson" | "topojson" | "geopackage" | "flatgeobuf" | "kml"
    member: str = ""  # inside a zip archive
    inside: tuple[str, ...] = ()  # every member that could have been chosen
    is_encoding_told: bool = True  # False: a shapefile without .cpg


@dataclass(frozen=True)
class VectorInfo:
    layer: str
    layers: tuple[str, ...]
    crs: str  # "" = none told
    fields: tuple[str, ...]
    n_rows: int
    bounds: tuple[float, float, float, float] | None


@dataclass(frozen=True)
class VectorData:
    fields: list[str]
    columns: list[NDArray[Any]]  # one a field
    wkb: NDArray[np.object_]  # (n,) bytes or None
    crs: str  # "" = none told


def open_vector(path: Path, member: str = "") -> VectorSource:
    """Return the source in a file, or in a zip archive.

    Raises
    ------
    UserError
        if the bytes are of no vector format that we read, or the archive is not safe to open.
    """
    head = _read_head(path)
    if head.startswith(b"PK"):
        return _open_zip(path, member)
    kind = _kind(head, path)
    if kind == "shapefile":
        parts = ShapefileParts.beside(path)
        return VectorSource(path, parts.gdal_path(str(path)), kind, is_encoding_told=parts.has(".cpg"))
    return VectorSource(path, _PREFIX.get(kind, "") + str(path), kind)


_PREFIX = {"geojson": "GeoJSON:", "topojson": "TopoJSON:"}


def _read_head(path: Path) -> bytes:
    try:
        with path.open("rb") as stream:
            head = stream.read(_HEAD)
        size = path.stat().st_size
    except IsADirectoryError as error:
        raise UserError(
            tr("{name} is a folder, not a file.", name=path.name or path), tr("Choose a file in it.")
        ) from error
    except OSError as error:
        raise UserError(
            tr("{name} cannot be opened: {why}.", name=path.name, why=error.strerror or str(error)),
            tr("Check that the file is there and that you may read it."),
        ) from error
    if not head.strip():
        raise UserError(
            tr("{name} is empty.", name=path.name),
            tr("It was probably cut off while it was copied or sent; get it again."),
        )
    if size > MAX_FILE:
        raise UserError(
            tr("{name} has {size} MB: too large to open.", name=path.name, size=number(size / 1e6)),
            tr("Cut it down to the area of the plan, or simplify its boundaries."),
        )
    return head


def sniff_kind(head: bytes) -> str:
    """Return the kind of a vector file by its first bytes, "" if it is none that we read."""
    if head.startswith(b"SQLite format 3\0"):
        return "geopackage"
    if head.startswith(b"fgb\x03fgb"):
        return "flatgeobuf"
    if head.startswith(b"\x00\x00\x27\x0a"):
        return "shapefile"
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if text.startswith(b"{"):
        if b"gdal_streamed_alg" in text:
            return ""
        return "topojson" if b'"Topology"' in text[:2000] or b'"arcs"' in text[:2000] else "geojson"
    if text.startswith(b"<") and b"<kml" in text:
        return "kml"
    return ""


def _kind(head: bytes, path: Path) -> str:
    kind = sniff_kind(head)
    if path.suffix.casefold() in (".dbf", ".shx", ".prj", ".cpg"):
        raise UserError(
            tr("{name} is one part of a shapefile.", name=path.name), tr("Choose the file that ends in .shp beside it.")
        )
    if kind == "geojson" and not _TYPE.search(head) and len(head) < _HEAD:
        kind = ""
    if not kind:
        raise UserError(
            tr("{name} is not a map file that can be read, whatever its extension says.", name=path.name),
            tr("These can be read: {kinds}.", kinds="Shapefile, GeoJSON, TopoJSON, KML, KMZ, GeoPackage, FlatGeobuf"),
        )
    return kind


def _open_zip(path: Path, member: str) -> VectorSource:
    names = [name for name in check_archive(path) if _is_plain(name)]
    inside = sorted(
        (n for n in names if n.casefold().endswith(_WANTED_IN_ZIP)),
        key=lambda n: (_WANTED_IN_ZIP.index(PurePosixPath(n).suffix.casefold()), n.count("/"), n),
    )
    if not inside:
        raise UserError(
            tr("{name} holds no map file.", name=path.name),
            tr("The archive should hold a shapefile (.shp, .dbf, .shx, .prj), GeoJSON, GeoPackage or KML."),
        )
    if member and member not in inside:
        raise UserError(
            tr("{name} holds no file named {member}.", name=path.name, member=member),
            tr("It holds: {names}.", names=", ".join(inside)),
        )
    chosen = member or inside[0]
    with zipfile.ZipFile(path) as archive, archive.open(chosen) as stream:
        kind = _kind(stream.read(_HEAD), Path(chosen))
    gdal_path = f"/vsizip/{{{path.resolve()}}}/{chosen}"
    if kind == "shapefile":
        parts = ShapefileParts.inside(path, names, chosen)
        return VectorSource(path, parts.gdal_path(gdal_path), kind, chosen, tuple(inside), parts.has(".cpg"))
    return VectorSource(path, _PREFIX.get(kind, "") + gdal_path, kind, chosen, tuple(inside))


def _is_plain(name: str) -> bool:
    """Return True for a member that is no folder, no Mac resource fork and does not climb out of the archive."""
    parts = PurePosixPath(name).parts
    if not parts or name.endswith("/") or "\\" in name or "}" in name:
        return False
    return ".." not in parts and parts[0] not in ("/", "__MACOSX")


def vector_info(source: VectorSource, layer: str = "") -> VectorInfo:
    """Return layers, fields, CRS and extent of a source.

    Raises
    ------
    UserError
        if GDAL cannot read it, or there is no such layer.
    """
    with _quiet(source):
        layers = tuple(str(name) for name, kind in pyogrio.list_layers(source.gdal_path) if kind is not None)
        if not layers:
            raise UserError(
                tr("{name} has no layer with geometry.", name=source.path.name), tr("Is it a table? Import it as one.")
            )
        chosen = _choose_layer(source, layers, layer)
        info = pyogrio.read_info(source.gdal_path, layer=chosen, force_feature_count=True)
    bounds = info.get("total_bounds")
    return VectorInfo(
        chosen,
        layers,
        str(info["crs"] or ""),
        tuple(str(name) for name in info["fields"]),
        int(info["features"]),
        tuple(map(float, bounds)) if bounds is not None else None,  # type: ignore[arg-type]
    )


def _choose_layer(source: VectorSource, layers: tuple[str, ...], asked: str) -> str:
    if not asked:
        return layers[0]
    same = [name for name in layers if name.casefold() == asked.strip().casefold()]
    if not same:
        raise UserError(
            tr("{name} has no layer named {layer}.", name=source.path.name, layer=asked),
            tr("Its layers are: {layers}.", layers=", ".join(layers)),
        )
    return asked if asked in layers else same[0]


def read_vector(source: VectorSource, layer: str, encoding: str = "") -> VectorData:
    """Return all rows of a layer: columns as GDAL types them, dates as text, geometry as WKB in two dimensions."""
    with _quiet(source):
        meta, _, wkb, columns = pyogrio.raw.read(
            source.gdal_path,
            layer=layer,
            force_2d=True,
            datetime_as_string=True,
            encoding=encoding or None,
        )
    fields = [str(name) for name in meta["fields"]]
    if not source.is_encoding_told and not encoding:
        columns = [mend_letters(column) for column in columns]
    if wkb is None:
        raise UserError(tr("{name} has no layer with geometry.", name=source.path.name))
    return VectorData(fields, list(columns), wkb, str(meta["crs"] or ""))


@contextmanager
def _quiet(source: VectorSource) -> Iterator[None]:
    """Run GDAL with warnings held back, and turn its failures into words."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    except (RuntimeError, UnicodeError) as error:  # pyogrio's own errors are RuntimeErrors
        raise UserError(
            tr("{name} cannot be read: {why}", name=source.path.name, why=str(error).rstrip(".")),
            tr("Open it in a GIS program and save it as GeoPackage, or get the file again."),
        ) from error
