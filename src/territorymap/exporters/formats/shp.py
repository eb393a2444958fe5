"""Shapefiles in one zip archive: a folder that ArcGIS, QGIS and every other GIS program opens.

Owns what the format cannot hold and how that is told: names of ten bytes, texts of 254; not columns or shapes.
"""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from territorymap.document.half_made import scratch_folder
from territorymap.exporters.plain_rows import clean_text
from territorymap.exporters.registry import CONTENTS, ExportOptions, exporter
from territorymap.exporters.shapes import content_shapes, within_180
from territorymap.exporters.tables import Column, content_columns
from territorymap.exporters.vector import write_layer
from territorymap.exporters.view import ExportView
from territorymap.i18n import ntr, tr
from territorymap.model.units import strings

NAME_BYTES = 10
TEXT_BYTES = 254
READ_ME = "read-me.txt"


@exporter("shp", label=lambda: tr("Shapefiles in a zip archive"), what=("all", *CONTENTS), extension="zip")
def write_shapefiles(view: ExportView, path: Path, what: str, options: ExportOptions) -> None:
    """Write a shapefile a content, UTF-8, WGS 84, and a list of the fields, whose names are cut to ten letters."""
    contents = CONTENTS if what == "all" else (what,)
    info = view.plan.info
    lines = [info.title, *([info.attribution] if info.attribution else []), tr("Coordinates: WGS 84 (EPSG:4326).")]
    with scratch_folder() as folder:
        for done, content in enumerate(contents):
            options.progress(done, len(contents) + 1)
            options.stop_if_cancelled()
            columns = content_columns(view, content)
            lines += _write(view, folder / f"{content}.shp", content, columns)
        (folder / READ_ME).write_text("\r\n".join(lines) + "\r\n", encoding="utf-8-sig", newline="")
        options.progress(len(contents), len(contents) + 1)
        _zip(folder, path, options)
    options.progress(len(contents) + 1, len(contents) + 1)


def _write(view: ExportView, path: Path, content: str, columns: Sequence[Column]) -> list[str]:
    """Write one shapefile; return what is to be said of its fields."""
    names = short_names([column.name for column in columns])
    lines = ["", f"{path.name}: {_content_label(content)}"]
    cut = []
    for column, name in zip(columns, names, strict=True):
        values, n_cut = cut_texts(column.values) if column.is_text else (column.values, 0)
        cut.append(Column(name, values))
        shortened = ntr(
            "{n} text was cut to {most} bytes", "{n} texts were cut to {most} bytes", n_cut, most=TEXT_BYTES
        )
        lines.append(f"  {name:<{NAME_BYTES}}  {column.name}" + (f" ({shortened})" if n_cut else ""))
    shapes = within_180(content_shapes(view, content))
    options = {"ENCODING": "UTF-8", "2GB_LIMIT": "YES"}
    is_points = content == "accounts"
    write_layer(path, cut, shapes, layer=path.stem, driver="ESRI Shapefile", is_points=is_points, layer_options=options)
    return lines


def short_names(names: Sequence[str]) -> list[str]:
    """Return names of at most ten bytes, different also where letter case does not count; short ones stay first.

    A colon becomes an underscore, as GDAL would make it, with a warning and without telling our list of the fields.

    >>> short_names(["workload_h_target", "workload_h_index", "rep", "rep: Inside"])
    ['workload_h', 'workload_1', 'rep', 'rep_ Insid']
    """
    taken = {name.casefold() for name in names if _fits(name)}
    short = []
    for name in names:
        if _fits(name):
            short.append(name)
            continue
        clean = _allowed(name)
        candidate, n = _cut(clean, NAME_BYTES), 0
        while not candidate or candidate.casefold() in taken:
            n += 1
            candidate = _cut(clean, NAME_BYTES - 1 - len(str(n))) + f"_{n}"
        taken.add(candidate.casefold())
        short.append(candidate)
    return short


def _allowed(name: str) -> str:
    return name.replace(":", "_").rstrip()


def _fits(name: str) -> bool:
    return len(name.encode()) <= NAME_BYTES and name == _allowed(name)


def cut_texts(values: NDArray[Any]) -> tuple[NDArray[np.object_], int]:
    """Return the texts cut to what a shapefile holds, never within a letter, and how many were cut."""
    out = strings(map(clean_text, values))
    long = [i for i, text in enumerate(out) if len(text.encode()) > TEXT_BYTES]
    for i in long:
        out[i] = _cut(out[i], TEXT_BYTES)
    return out, len(long)


def _cut(text: str, n_bytes: int) -> str:
    return text.encode()[:n_bytes].decode("utf-8", "ignore").rstrip()


def _zip(folder: Path, path: Path, options: ExportOptions) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as out:
        for part in sorted(folder.iterdir()):
            options.stop_if_cancelled()
            out.write(part, part.name)


def _content_label(content: str) -> str:
    return {"territories": tr("territories"), "units": tr("units"), "accounts": tr("accounts")}[content]
