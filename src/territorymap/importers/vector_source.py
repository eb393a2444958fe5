"""A vector file from outside, known by its first bytes before GDAL sees it. Owns that check; not what is read.

JSON is handed over with its driver named, see vector_kind.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from territorymap.document.files import has_leftovers
from territorymap.document.foreign_layers import bytes_at_rest, check_foreign_views
from territorymap.errors import UserError
from territorymap.given import about_file, open_given
from territorymap.i18n import listed, number, tr
from territorymap.importers.archive import check_archive, read_member
from territorymap.importers.shapefile import ShapefileParts
from territorymap.importers.vector_kind import GDB_TABLE, HEAD, geodatabase_of, known_kind

MAX_DATABASE = 500_000_000  # bytes of a GeoPackage in an archive, which is unpacked in memory
MAX_FILE = 4_000_000_000  # bytes
_WANTED_IN_ZIP = (".shp", ".gdb", ".gpkg", ".geojson", ".topojson", ".fgb", ".kml", ".json")
_PREFIX = {"geojson": "GeoJSON:", "topojson": "TopoJSON:"}


@dataclass(frozen=True)
class VectorSource:
    """A file that GDAL may open, by the name it opens it with, or as the bytes of a zip archive."""

    path: Path
    gdal_path: str | bytes
    kind: str  # "shapefile" | "geojson" | "topojson" | "geopackage" | "flatgeobuf" | "kml" | "geodatabase"
    member: str = ""  # inside a zip archive
    inside: tuple[str, ...] = ()  # every member that could have been chosen
    encoding: str = ""  # that a shapefile names; "" = none
    n_table_rows: int = 0  # of a shapefile, by its .dbf
    is_cut: bool = False  # a shapefile shorter than it says itself

    @property
    def name(self) -> str:
        """What a person calls it: the file, and where it lies in an archive that holds several."""
        return f"{self.path.name}/{self.member}" if len(self.inside) > 1 else self.path.name

    def read_bytes(self) -> bytes:
        """Return the whole file, as it stands on disk or in its archive."""
        return read_member(self.path, self.member) if self.member else self.path.read_bytes()


def open_vector(path: Path, member: str = "") -> VectorSource:
    """Return the source in a file, in a zip archive, or in the folder of a File Geodatabase.

    Raises
    ------
    UserError
        if the bytes are of no vector format that we read, or the archive is not safe to open.
    """
    geodatabase = geodatabase_of(path)
    if geodatabase is not None:
        return VectorSource(geodatabase, str(geodatabase), "geodatabase")
    head = _read_head(path)
    if head.startswith(b"PK"):
        with about_file(path, tr("Unpack the archive, and choose the map file in it.")):
            return _open_zip(path, member)
    kind = known_kind(head, path)
    if kind == "shapefile":
        parts = ShapefileParts.beside(path)
        gdal_path = parts.gdal_path(str(path))
        return VectorSource(path, gdal_path, kind, "", (), parts.encoding, parts.n_table_rows, parts.is_cut)
    if kind == "geopackage":
        content = _bytes_at_rest(path)
        check_foreign_views(path if content is None else content, path.name)
        if content is not None:
            return VectorSource(path, content, kind)
    return VectorSource(path, _PREFIX.get(kind, "") + str(path), kind)


def _bytes_at_rest(path: Path) -> bytes | None:
    hint = tr("Close it there (for example in QGIS), then open it again.")
    with about_file(path, hint):
        if path.stat().st_size <= MAX_DATABASE:
            return bytes_at_rest(path)
        if has_leftovers(path.resolve()):
            raise UserError(tr("{name} is open in another program.", name=path.name), hint)
        return None


def _read_head(path: Path) -> bytes:
    if path.is_dir():
        raise UserError(
            tr("{name} is a folder, not a file.", name=path.name or path),
            tr("Choose a file in it; of folders only a File Geodatabase (.gdb) can be read."),
        )
    with open_given(path) as stream:
        head = stream.read(HEAD)
        size = os.fstat(stream.fileno()).st_size
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


def _open_zip(path: Path, member: str) -> VectorSource:
    if {"{", "}"} & set(str(path.resolve())):  # GDAL knows by them where the name of the archive ends
        raise UserError(
            tr("{name} is an archive with a brace in its name, or in that of its folder.", name=path.name),
            tr("Rename it without braces, or unpack it."),
        )
    names = [name for name in check_archive(path) if _is_plain(name)]
    inside = _members(names, path)
    if not inside:
        raise UserError(
            tr("{name} holds no map file.", name=path.name),
            tr("The archive should hold a shapefile (.shp, .dbf, .shx, .prj), GeoJSON, GeoPackage, KML or a .gdb."),
        )
    if member and member not in inside:
        raise UserError(
            tr("{name} holds no file named {member}.", name=path.name, member=member),
            tr("It holds: {names}.", names=listed(inside)),
        )
    chosen = member or inside[0]
    gdal_path = f"/vsizip/{{{path.resolve()}}}/{chosen}"
    if PurePosixPath(chosen).suffix.casefold() == ".gdb":
        return VectorSource(path, gdal_path, "geodatabase", chosen, tuple(inside))
    kind = known_kind(read_member(path, chosen, HEAD), PurePosixPath(chosen))
    if kind == "shapefile":
        parts = ShapefileParts.inside(path, names, chosen)
        whole = parts.gdal_path(gdal_path)
        facts = (parts.encoding, parts.n_table_rows, parts.is_cut)
        return VectorSource(path, whole, kind, chosen, tuple(inside), *facts)
    if kind == "geopackage":
        content = read_member(path, chosen, MAX_DATABASE + 1)
        if len(content) > MAX_DATABASE:
            raise UserError(
                tr("{member} in {name} is too large to be read in its archive.", name=path.name, member=chosen),
                tr("Unpack the archive, and choose the map file in it."),
            )
        check_foreign_views(content, path.name)
        return VectorSource(path, content, kind, chosen, tuple(inside))
    return VectorSource(path, _PREFIX.get(kind, "") + gdal_path, kind, chosen, tuple(inside))


def _members(names: list[str], path: Path) -> list[str]:
    """Return what could be chosen in an archive, the likeliest first; a File Geodatabase is one thing."""
    databases = {str(PurePosixPath(n).parent) for n in names if PurePosixPath(n).name.casefold() == GDB_TABLE}
    good = {folder for folder in databases if folder.casefold().endswith(".gdb")}
    if databases - good:
        raise UserError(
            tr("{name} holds the files of a File Geodatabase, but not in a folder that ends in .gdb.", name=path.name),
            tr("Unpack it into a folder named NAME.gdb and choose that folder."),
        )
    files = [n for n in names if n.casefold().endswith(_WANTED_IN_ZIP) and str(PurePosixPath(n).parent) not in good]
    return sorted(
        {*files, *good},
        key=lambda n: (_WANTED_IN_ZIP.index(PurePosixPath(n).suffix.casefold()), n.count("/"), n),
    )


def _is_plain(name: str) -> bool:
    """Return True for a member that is no folder, no Mac resource fork and does not climb out of the archive."""
    parts = PurePosixPath(name).parts
    if not parts or name.endswith("/") or "\\" in name or "}" in name:
        return False
    return ".." not in parts and parts[0] not in ("/", "__MACOSX")
