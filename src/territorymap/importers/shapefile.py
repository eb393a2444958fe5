"""The parts of a shapefile, and what is done when one is missing. Owns .shx and .cpg; GDAL reads the rest."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

import numpy as np
from numpy.typing import NDArray

from territorymap.errors import UserError
from territorymap.i18n import tr

_PARTS = (".shp", ".dbf", ".shx", ".prj", ".cpg")


@dataclass(frozen=True)
class ShapefileParts:
    """The files that belong together, on disk or in an archive; each is read only when it is needed."""

    name: str
    readers: Mapping[str, Callable[[], bytes]]  # extension -> its bytes

    @classmethod
    def beside(cls, path: Path) -> ShapefileParts:
        """Return the parts of a shapefile on disk."""
        found = {other.suffix.casefold(): other for other in path.parent.iterdir() if other.stem == path.stem}
        return cls(path.name, {part: found[part].read_bytes for part in _PARTS if part in found})

    @classmethod
    def inside(cls, archive: Path, names: Sequence[str], member: str) -> ShapefileParts:
        """Return the parts of a shapefile in a zip archive."""

        def reader(name: str) -> Callable[[], bytes]:
            def read() -> bytes:
                with zipfile.ZipFile(archive) as opened:
                    return opened.read(name)

            return read

        stem = str(PurePosixPath(member).with_suffix("")).casefold()
        found = {PurePosixPath(n).suffix.casefold(): n for n in names if _stem(n) == stem}
        return cls(member, {part: reader(found[part]) for part in _PARTS if part in found})

    def has(self, part: str) -> bool:
        return part in self.readers

    def gdal_path(self, path: str) -> str | bytes:
        """Return the path as it is; where the index is missing, an archive of all parts with a new one.

        Nothing is written into the planner's folder.

        Raises
        ------
        UserError
            if the table of codes is missing.
        """
        if not self.has(".dbf"):
            raise UserError(
                tr("{name} has no .dbf file beside it, so its units have no codes.", name=self.name),
                tr("Copy all files of the shapefile (.shp, .dbf, .shx, .prj) into one folder."),
            )
        if self.has(".shx"):
            return path
        shapes = self.readers[".shp"]()
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as archive:
            for part, read in self.readers.items():
                archive.writestr("layer" + part, read())
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


def mend_letters(column: NDArray[Any]) -> NDArray[Any]:
    """Return a text column that was read as Latin-1 for want of a .cpg as what it is: UTF-8 or Windows-1252."""
    if column.dtype != object:
        return column
    texts = [value for value in column.tolist() if isinstance(value, str) and not value.isascii()]
    for encoding in ("utf-8", "cp1252"):
        try:
            mended = {text: text.encode("latin-1").decode(encoding) for text in texts}
        except UnicodeError:
            continue
        out = np.empty(len(column), dtype=object)
        out[:] = [mended.get(value, value) if isinstance(value, str) else value for value in column.tolist()]
        return out
    return column
