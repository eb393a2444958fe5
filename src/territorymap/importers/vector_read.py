"""What GDAL reads of a vector source: layers, columns, geometry. Owns the calls, and failures turned into words."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from territorymap.errors import UserError
from territorymap.geo.gdal import pyogrio
from territorymap.i18n import listed, tr
from territorymap.importers.dbf_letters import BYTES_AS_LETTERS, guess_letters, known_encoding, read_letters
from territorymap.importers.vector_kind import TEXT_KINDS, WIDE_MARKS, known_kind
from territorymap.importers.vector_source import VectorSource

# Text in quotes or between tags with a byte that is not ASCII: what an encoding can be told from.
_FOREIGN_JSON = re.compile(rb'"([^"\n]*[\x80-\xff][^"\n]*)"')
_FOREIGN_XML = re.compile(rb">([^<>\n]*[\x80-\xff][^<>\n]*)<")
# What GDAL says of files that end too early.
_SIGNS_OF_CUT = ("malformed", "fread", "unterminated", "unexpected end", "fatal error parsing", "premature", "truncat",
                 "not a database", "disk image", "sqlite3_", "error parsing", "invalid root element",
                 "not recognized as being", "gdb_items")  # fmt: skip
_WHERE_IN_GDAL = re.compile(r";? *Error occurred in \S+:\d+.*")  # what its programmers want to know
_IN_MEMORY = re.compile(r"/vsimem/[\w./-]*")  # what GDAL calls bytes that were handed to it


@dataclass(frozen=True)
class VectorInfo:
    layer: str
    layers: tuple[str, ...]  # those that can hold areas first
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
    encoding: str = ""  # of the letters, where it is not always the same for the format
    notes: tuple[str, ...] = ()


def vector_info(source: VectorSource, layer: str = "") -> VectorInfo:
    """Return layers, fields, CRS and extent of a source.

    Raises
    ------
    UserError
        if GDAL cannot read it, or there is no such layer.
    """
    with _in_words(source):
        # Points and lines are no units: a layer of areas goes before them, one of anything in between.
        found = sorted(_layers(source).items(), key=lambda entry: _order(entry[1][1]))
        layers = tuple(name for name, _ in found)
        if not layers and source.is_cut:
            raise UserError(tr("{name} is cut off.", name=source.name), tr("Get the file again."))
        if not layers:
            raise UserError(
                tr("{name} has no layer with geometry.", name=source.name), tr("Is it a table? Import it as one.")
            )
        chosen = _choose_layer(source, layers, layer)
        options = {"encoding": BYTES_AS_LETTERS} if source.kind == "shapefile" else {}
        info = pyogrio.read_info(
            source.gdal_path, layer=_layers(source)[chosen][0], force_feature_count=True, **options
        )
    bounds = info.get("total_bounds")
    fields = [str(name) for name in info["fields"]]
    if source.kind == "shapefile":
        fields = read_letters(fields, [], source.encoding, "", source.name).fields
    return VectorInfo(
        chosen,
        layers,
        str(info["crs"] or ""),
        tuple(fields),
        int(info["features"]),
        tuple(map(float, bounds)) if bounds is not None else None,  # type: ignore[arg-type]
    )


def _layers(source: VectorSource) -> dict[str, tuple[int, str]]:
    """Return number and kind of geometry of each layer, by its name; tables without geometry are left out."""
    out = {}
    for number, (name, kind) in enumerate(pyogrio.list_layers(source.gdal_path)):
        if kind is not None:
            # A file in memory has a name that nobody has given it, a new one each time.
            is_made_up = isinstance(source.gdal_path, bytes) and str(name).startswith("pyogrio_")
            out[Path(source.member or source.path.name).stem if is_made_up else str(name)] = (number, str(kind))
    return out


def _order(kind: str) -> int:
    return 0 if "Polygon" in kind or "Surface" in kind else 1 if kind == "Unknown" else 2


def _choose_layer(source: VectorSource, layers: tuple[str, ...], asked: str) -> str:
    if not asked:
        return layers[0]
    same = [name for name in layers if name.casefold() == asked.strip().casefold()]
    if not same:
        raise UserError(
            tr("{name} has no layer named {layer}.", name=source.name, layer=asked),
            tr("Its layers are: {layers}.", layers=listed(layers)),
        )
    return asked if asked in layers else same[0]


def read_vector(source: VectorSource, layer: str, encoding: str = "") -> VectorData:
    """Return all rows of a layer: columns as GDAL types them, dates as text, geometry as WKB in two dimensions.

    ``encoding`` goes before what a shapefile says of its letters, and before the UTF-8 of JSON.
    """
    if source.kind == "shapefile":
        data = _read(source, layer, BYTES_AS_LETTERS)
        letters = read_letters(data.fields, data.columns, source.encoding, encoding, source.name)
        cut = tr("{name} is cut off: its last shapes are missing. Get it again.", name=source.name)
        notes = (*((letters.note,) if letters.note else ()), *((cut,) if source.is_cut else ()))
        return replace(data, fields=letters.fields, columns=letters.columns, encoding=letters.encoding, notes=notes)
    return _read(source, layer)


def _read(source: VectorSource, layer: str, encoding: str | None = None) -> VectorData:
    with _in_words(source):
        meta, _, wkb, columns = pyogrio.raw.read(
            source.gdal_path,
            layer=_layers(source)[layer][0],
            force_2d=True,
            datetime_as_string=True,
            encoding=encoding,
        )
    if wkb is None:
        raise UserError(tr("{name} has no layer with geometry.", name=source.name))
    return VectorData([str(name) for name in meta["fields"]], list(columns), wkb, str(meta["crs"] or ""))


def plain_text(source: VectorSource, encoding: str = "") -> tuple[VectorSource, str]:
    """Return the source with JSON or KML in UTF-8, and a note where it had to be changed into it.

    GDAL takes JSON as UTF-8 whatever it is, and stops at the first letter that is none; KML as what it says it is.

    Raises
    ------
    UserError
        if the file cannot be read, or there is no such encoding.
    """
    if source.kind not in TEXT_KINDS:
        return source, ""
    try:
        raw = source.read_bytes()
    except OSError as error:
        raise UserError(tr("{name} cannot be opened: {why}.", name=source.name, why=str(error))) from error
    if encoding and not known_encoding(encoding):
        raise UserError(
            tr("There is no encoding {name}.", name=encoding[:40]), tr("Name one, e.g. utf-8, cp1252, cp1251, cp932.")
        )
    if source.kind == "kml" and (raw.startswith(WIDE_MARKS) or _declares_other(raw)):
        return source, ""
    used = known_encoding(encoding) or ("utf-16" if raw.startswith(WIDE_MARKS) else _text_encoding(raw, source.kind))
    if used == "utf-8":
        return source, ""
    plain = raw.decode(used, "replace").encode()
    known_kind(plain, source.path)  # the bytes that GDAL will see, not those that were looked at before
    note = "" if encoding else tr("The letters of {name} were read as {used}.", name=source.name, used=used)
    return replace(source, gdal_path=plain), note


def _declares_other(xml: bytes) -> bool:
    """Return True for XML that says it is in another encoding than UTF-8: whoever reads it will know."""
    declared = re.search(rb'encoding\s*=\s*["\']([A-Za-z0-9._-]+)', xml[:200].split(b"?>")[0])
    return declared is not None and declared[1].lower() not in (b"utf-8", b"utf8")


def _text_encoding(raw: bytes, kind: str) -> str:
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        return guess_letters((_FOREIGN_XML if kind == "kml" else _FOREIGN_JSON).findall(raw))
    return "utf-8"


@contextmanager
def _in_words(source: VectorSource) -> Iterator[None]:
    """Run GDAL with warnings held back, and turn its failures into words."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    # pyogrio's own errors are RuntimeErrors; where a coordinate system cannot be told it stumbles (0.12).
    except (RuntimeError, UnicodeError, UnboundLocalError) as error:
        raise UserError(
            tr("{name} cannot be read: {reason}.", name=source.name, reason=_plain_reason(source, error)),
            tr("Open it in a GIS program and save it as GeoPackage, or get the file again."),
        ) from error


def _plain_reason(source: VectorSource, error: Exception) -> str:
    """Return what GDAL says in one line, without the name that only GDAL knows the file by."""
    if isinstance(error, UnicodeError):
        return tr("its letters are in no encoding that it names")
    if isinstance(error, UnboundLocalError):
        return tr("its coordinate system cannot be read")
    text = _WHERE_IN_GDAL.sub("", " ".join(str(error).split())).rstrip(".")
    if any(sign in text.lower() for sign in _SIGNS_OF_CUT):
        return tr("it is damaged or was cut off")
    if isinstance(source.gdal_path, bytes):
        return _IN_MEMORY.sub(lambda _: source.path.name, text)
    return text.replace(source.gdal_path, source.path.name)
