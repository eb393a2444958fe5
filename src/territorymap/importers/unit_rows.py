"""The rows of one or several boundary files as one table. Owns reading and lining up columns; not what they mean."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from territorymap.errors import UserError
from territorymap.i18n import number, tr
from territorymap.importers.progress import Ticker
from territorymap.importers.unit_columns import (
    ColumnFacts,
    column_facts,
    guess_parent_columns,
    join_facts,
    measure_columns,
    rank_code_columns,
    rank_name_columns,
)
from territorymap.importers.vector_read import VectorData, VectorInfo, plain_text, read_vector, vector_info
from territorymap.importers.vector_source import VectorSource, open_vector

MAX_UNITS = 200_000
ALL = "*"  # every layer of a file, every file of an archive
# Formats whose coordinates are always degrees on WGS 84, though the file does not say it.
DEGREES_BY_FORMAT = frozenset({"topojson", "kml", "geojson"})
# Columns that GDAL makes of how KML is drawn.
_OF_KML = frozenset(
    {"timestamp", "begin", "end", "altitudeMode", "tessellate", "extrude", "visibility", "drawOrder", "icon", "snippet"}
)


@dataclass(frozen=True)
class RowFile:
    """One layer of one file that was read."""

    name: str  # as a person calls it
    stem: str  # what its codes can begin with, different for each
    kind: str
    crs: str  # "" = none told
    n_rows: int
    encoding: str = ""
    n_lost: int = 0  # rows of a table without a shape, at its end


@dataclass(frozen=True)
class UnitRows:
    """Every row of the files, in their order; nothing is left out yet."""

    paths: tuple[Path, ...]
    files: tuple[RowFile, ...]
    members: tuple[str, ...]  # map files inside a zip archive, where one file was named
    member: str
    layers: tuple[str, ...]
    layer: str
    columns: tuple[ColumnFacts, ...]
    wkb: NDArray[np.object_]  # (n,) bytes or None
    file_ix: NDArray[np.int64]  # (n,)
    row: NDArray[np.int64]  # (n,) number of the feature in its file, from 1
    notes: tuple[str, ...] = field(default=())

    def __len__(self) -> int:
        return len(self.wkb)

    @property
    def name(self) -> str:
        """What the files together are called."""
        if len(self.paths) == 1:
            return self.paths[0].name
        return tr("{name} and {n} more", name=self.paths[0].name, n=number(len(self.paths) - 1))

    @property
    def title(self) -> str:
        if len(self.files) == 1 and len(self.layers) > 1:
            return self.layer
        return self.paths[0].name.split(".")[0] if len(self.paths) == 1 else self.paths[0].resolve().parent.name

    def label(self, at: int) -> str:
        """Return how a row is named in a sentence where there are several files."""
        return tr("{file}, row {row}", file=self.files[self.file_ix[at]].name, row=int(self.row[at]))


@dataclass(frozen=True)
class ColumnGuesses:
    """Headers for each use, the likeliest first."""

    code: tuple[str, ...]
    name: tuple[str, ...]
    parent: str  # "" = none
    measures: tuple[str, ...]


def guess_unit_columns(columns: Sequence[ColumnFacts]) -> ColumnGuesses:
    """Return which columns of boundary files are likely to be what."""
    codes = rank_code_columns(columns)
    names = rank_name_columns(columns, codes[0] if codes else "")
    used = [*codes[:1], *names[:1]]
    return ColumnGuesses(
        tuple(codes), tuple(names), guess_parent_columns(columns, used)[0], tuple(measure_columns(columns, used))
    )


def read_unit_rows(
    paths: Sequence[Path],
    layer: str = "",
    member: str = "",
    encoding: str = "",
    ticker: Ticker | None = None,
) -> UnitRows:
    """Return the rows of all files as they stand, columns of one header together.

    Parameters
    ----------
    layer, member : where a file holds several layers, or an archive several files; "" = the likeliest, "*" = all.
    encoding : of the letters, going before what the files say.

    Raises
    ------
    UserError
        if a file cannot be read, or there is nothing in any of them.
    Cancelled
        if the ticker said so.
    """
    ticker = ticker or Ticker()
    if not paths:
        raise UserError(tr("No boundary file was named."))
    parts: list[tuple[VectorSource, VectorInfo]] = []
    notes: list[str] = []
    for path in dict.fromkeys(paths):
        parts += _parts(path, layer, member, encoding, notes)
        ticker.tell(0.1)
    n = sum(info.n_rows for _, info in parts)
    if n > MAX_UNITS:
        raise UserError(
            tr(
                "{name} holds {n} units; up to {limit} can be used.",
                name=parts[0][0].name if len(paths) == 1 else tr("The files together"),
                n=number(n),
                limit=number(MAX_UNITS),
            ),
            tr("Cut it down to the area of the plan."),
        )
    datas = []
    for at, (source, info) in enumerate(parts):
        ticker.tell(0.1 + 0.9 * at / len(parts))
        datas.append(read_vector(source, info.layer, encoding))
        notes += datas[-1].notes
    if not any(len(data.wkb) for data in datas):
        raise UserError(tr("{name} holds no features.", name=parts[0][0].name), tr("Choose another layer or file."))
    ticker.tell(1.0)
    return _joined(tuple(dict.fromkeys(paths)), parts, datas, notes)


def _parts(
    path: Path, layer: str, member: str, encoding: str, notes: list[str]
) -> list[tuple[VectorSource, VectorInfo]]:
    first = open_vector(path, "" if member == ALL else member)
    others = [name for name in first.inside if name != first.member] if member == ALL else []
    if len(first.inside) > 1 and not member:
        notes.append(
            tr(
                "{name} holds {n} map files; only {member} was read.",
                name=path.name,
                n=number(len(first.inside)),
                member=first.member,
            )
        )
    out = []
    for raw in (first, *(open_vector(path, name) for name in others)):
        source, note = plain_text(raw, encoding)
        notes += [note] if note else []
        info = vector_info(source, "" if layer == ALL else layer)
        # The folders of a KML are its layers: together they are what was drawn.
        is_all = layer == ALL or (not layer and source.kind == "kml")
        rest = [name for name in info.layers if name != info.layer] if is_all else []
        if len(info.layers) > 1 and not layer and not is_all:
            notes.append(
                tr(
                    "{name} holds {n} layers; only {layer} was read.",
                    name=source.name,
                    n=number(len(info.layers)),
                    layer=info.layer,
                )
            )
        out += [(source, info), *((source, vector_info(source, name)) for name in rest)]
    return out


def _joined(
    paths: tuple[Path, ...], parts: list[tuple[VectorSource, VectorInfo]], datas: list[VectorData], notes: list[str]
) -> UnitRows:
    files: list[RowFile] = []
    for (source, info), data in zip(parts, datas, strict=True):
        is_one_of_layers = sum(1 for other, _ in parts if other.gdal_path == source.gdal_path) > 1
        name = tr("{file}, layer {layer}", file=source.name, layer=info.layer) if is_one_of_layers else source.name
        stem = info.layer if is_one_of_layers else Path(source.member or source.path.name).name.split(".")[0]
        stem = _free(stem, [file.stem for file in files])
        n_lost = max(0, source.n_table_rows - len(data.wkb)) if source.kind == "shapefile" else 0
        files.append(RowFile(name, stem, source.kind, data.crs, len(data.wkb), data.encoding, n_lost))
    lengths = [len(data.wkb) for data in datas]
    first, info = parts[0]
    is_single = len({source.path for source, _ in parts}) == 1
    return UnitRows(
        paths=paths,
        files=tuple(files),
        members=first.inside if is_single else (),
        member=(ALL if len({source.member for source, _ in parts}) > 1 else first.member) if is_single else "",
        layers=info.layers if is_single else (),
        layer=(ALL if len(parts) > 1 and len(info.layers) > 1 else info.layer) if is_single else "",
        columns=tuple(_columns(datas, lengths)),
        wkb=np.concatenate([data.wkb for data in datas]),
        file_ix=np.repeat(np.arange(len(datas)), lengths),
        row=np.concatenate([np.arange(1, n + 1) for n in lengths]),
        notes=tuple(dict.fromkeys(notes)),
    )


def _free(stem: str, taken: Sequence[str]) -> str:
    candidate, n = stem, 2
    while candidate in taken:
        candidate, n = f"{stem} {n}", n + 1
    return candidate


def _columns(datas: Sequence[VectorData], lengths: Sequence[int]) -> list[ColumnFacts]:
    """Return the columns of all files; those of one header are one, blank where a file has none of it."""
    headers: dict[str, str] = {}
    facts: list[dict[str, ColumnFacts]] = []
    for data in datas:
        own: dict[str, ColumnFacts] = {}
        for header, values in zip(data.fields, data.columns, strict=True):
            if header in _OF_KML:
                continue
            key = header.casefold() if header.casefold() not in own else header
            headers.setdefault(key, header)
            own[key] = column_facts(header, values)
        facts.append(own)
    if len(datas) == 1:
        return list(facts[0].values())
    return [join_facts(header, [own.get(key) for own in facts], lengths) for key, header in headers.items()]
