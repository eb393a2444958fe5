"""Four squares near Dresden in every format that planners send, made by GDAL or by hand."""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import geopandas
import numpy as np
import pyogrio
import shapely

from territorymap.importers.unit_layer import import_unit_layer
from territorymap.importers.unit_options import LayerImport, UnitOptions

CODES = ["01", "02", "03", "04"]
NAMES = ["Öst", "Süd", "West", "Nord"]


def frame(crs: int = 4326, names: Sequence[str] = NAMES) -> geopandas.GeoDataFrame:
    """Return four squares of one degree in a row from west to east."""
    boxes = [shapely.box(13 + i, 51, 14 + i, 52) for i in range(4)]
    columns = {"AGS": CODES, "GEN": list(names), "EW": np.array([10, 20, 30, 40], np.int32)}
    return geopandas.GeoDataFrame(columns, geometry=boxes, crs=4326).to_crs(crs)


def write_shapefile(
    folder: Path, data: geopandas.GeoDataFrame, encoding: str = "utf-8", cpg: str | None = "", driver: int = 0
) -> Path:
    """Write a shapefile; ``cpg``: what stands in the .cpg, None = there is none, "" = the truth."""
    folder.mkdir(exist_ok=True)
    path = folder / "kreise.shp"
    pyogrio.write_dataframe(data, path, encoding=encoding)
    if cpg is None:
        path.with_suffix(".cpg").unlink(missing_ok=True)
    else:
        path.with_suffix(".cpg").write_text(cpg or encoding)
    table = bytearray(path.with_suffix(".dbf").read_bytes())
    table[29] = driver
    path.with_suffix(".dbf").write_bytes(table)
    return path


def zip_folder(folder: Path, archive: Path, prefix: str = "") -> Path:
    """Write an archive of all files of a folder, the folder's own name among them."""
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as out:
        for part in sorted(folder.rglob("*")):
            if part.is_file():
                out.write(part, f"{prefix}{folder.name}/{part.relative_to(folder)}")
    return archive


def read(paths: Path | Sequence[Path], **options: Any) -> LayerImport:
    return import_unit_layer(paths, UnitOptions(**options))


def check_accounted(made: LayerImport) -> None:
    """Every row is a unit, a part of one, or rejected with a reason; never both, never neither."""
    rejected = {reject.row for reject in made.rejects}
    assert len(rejected) == len(made.rejects)
    assert all(reject.reason for reject in made.rejects)
    used = {i + 1 for i, u in enumerate(made.unit_of_row.tolist()) if u >= 0}
    assert used | rejected == set(range(1, made.read + 1))
    assert not used & rejected
    assert set(made.unit_of_row[made.unit_of_row >= 0].tolist()) == set(range(len(made.layer)))
    assert len(set(made.layer.code)) == len(made.layer)
    assert shapely.is_valid(made.layer.geometry).all()
    assert not shapely.is_empty(made.layer.geometry).any()
    assert np.isfinite(made.layer.lon).all()
    assert np.isfinite(made.layer.lat).all()
