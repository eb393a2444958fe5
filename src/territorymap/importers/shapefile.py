"""The parts of a shapefile, and what is done when one is missing. Owns .shx; letters are dbf_letters'."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePosixPath

from territorymap.errors import UserError
from territorymap.i18n import number, tr
from territorymap.importers.archive import read_member
from territorymap.importers.dbf_letters import told_encoding

_MAGIC = b"\x00\x00\x27\x0a"
_FIRST_RECORD = struct.pack(">i", 50)  # the header has 100 bytes, counted in words of 16 bits
_PARTS = (".shp", ".dbf", ".shx", ".prj", ".cpg")


Reader = Callable[[int], bytes]  # the first n bytes, all for -1


@dataclass(frozen=True)
class ShapefileParts:
    """The files that belong together, on disk or in an archive; each is read only when it is needed."""

    name: str
    readers: Mapping[str, Reader]  # by extension
    sizes: Mapping[str, int]  # by extension, in bytes

    @classmethod
    def beside(cls, path: Path) -> ShapefileParts:
        """Return the parts of a shapefile on disk."""

        def reader(part: Path) -> Reader:
            def read(n: int) -> bytes:
                with part.open("rb") as stream:
                    return stream.read(n)

            return read

        found = {other.suffix.casefold(): other for other in path.parent.iterdir() if other.stem == path.stem}
        parts = [part for part in _PARTS if part in found]
        sizes = {part: found[part].stat().st_size for part in parts}
        return cls(path.name, {part: reader(found[part]) for part in parts}, sizes)

    @classmethod
    def inside(cls, archive: Path, names: Sequence[str], member: str) -> ShapefileParts:
        """Return the parts of a shapefile in a zip archive."""

        stem = _stem(member)
        found = {PurePosixPath(n).suffix.casefold(): n for n in names if _stem(n) == stem}
        parts = [part for part in _PARTS if part in found]
        with zipfile.ZipFile(archive) as opened:
            sizes = {part: opened.getinfo(found[part]).file_size for part in parts}
        return cls(member, {part: partial(read_member, archive, found[part]) for part in parts}, sizes)

    def has(self, part: str) -> bool:
        return part in self.readers

    @property
    def encoding(self) -> str:
        """The encoding that the .cpg or the .dbf tells, "" = none."""
        cpg = self.readers[".cpg"](80) if self.has(".cpg") else None
        return told_encoding(cpg, self.readers[".dbf"](32))

    @property
    def n_table_rows(self) -> int:
        """How many rows the table says it has, deleted ones among them."""
        head = self.readers[".dbf"](8)
        return int(struct.unpack_from("<I", head, 4)[0]) if len(head) == 8 else 0

    @property
    def is_cut(self) -> bool:
        """Whether the .shp is shorter than it says itself."""
        head = self.readers[".shp"](100)
        return len(head) < 100 or 2 * int(struct.unpack_from(">I", head, 24)[0]) > self.sizes[".shp"]

    @property
    def has_index(self) -> bool:
        """Whether there is a .shx with as many records as the table has rows, the first of them where it must be."""
        if not self.has(".shx"):
            return False
        head = self.readers[".shx"](104)
        n_records, rest = divmod(self.sizes[".shx"] - 100, 8)
        if rest or n_records != self.n_table_rows or not head.startswith(_MAGIC):
            return False
        return not n_records or head[100:104] == _FIRST_RECORD

    def check_table(self) -> None:
        """Refuse a table that is missing or cut off.

        Raises
        ------
        UserError
            if there are no codes, or not all of them.
        """
        advice = tr("Copy all files of the shapefile (.shp, .dbf, .shx, .prj) into one folder.")
        if not self.has(".dbf"):
            raise UserError(
                tr("{name} has no .dbf file beside it, so its units have no codes.", name=self.name), advice
            )
        head = self.readers[".dbf"](32)
        if len(head) < 32:
            raise UserError(tr("The .dbf file of {name} is empty or cut off.", name=self.name), advice)
        n_rows, start, width = struct.unpack_from("<IHH", head, 4)
        n_there = max(0, self.sizes[".dbf"] - start) // max(width, 1)
        if n_there < n_rows:
            raise UserError(
                tr(
                    "The .dbf file of {name} is cut off: of {n} rows only {there} are there.",
                    name=self.name,
                    n=number(n_rows),
                    there=number(n_there),
                ),
                tr("Get the file again."),
            )

    def gdal_path(self, path: str) -> str | bytes:
        """Return the path as it is; where the index is missing or broken, an archive of all parts with a new one.

        Nothing is written into the planner's folder.

        Raises
        ------
        UserError
            if the table of codes is missing or cut off.
        """
        self.check_table()
        if self.has_index:
            return path
        shapes = self.readers[".shp"](-1)
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as archive:
            for part, read in self.readers.items():
                if part != ".shx":
                    archive.writestr("layer" + part, read(-1))
            archive.writestr("layer.shx", build_index(shapes))
        return out.getvalue()


def _stem(name: str) -> str:
    return str(PurePosixPath(name).with_suffix("")).casefold()


def build_index(shapes: bytes) -> bytes:
    """Return the .shx of a .shp: its header, and offset and length of each record in words of 16 bits."""
    entries = []
    at = 100
    while at + 8 <= len(shapes):
        (words,) = struct.unpack_from(">i", shapes, at + 4)
        if words < 0 or at + 8 + 2 * words > len(shapes):
            break
        entries.append(struct.pack(">ii", at // 2, words))
        at += 8 + 2 * words
    header = bytearray(shapes[:100])
    struct.pack_into(">i", header, 24, 50 + 4 * len(entries))
    return bytes(header) + b"".join(entries)
