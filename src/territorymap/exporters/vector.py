"""Layers written through GDAL (GeoPackage, FlatGeobuf, shapefile). Owns fields and blanks; not columns or shapes."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from territorymap.exporters.plain_rows import clean_text
from territorymap.exporters.tables import Column
from territorymap.geo.gdal import pyogrio
from territorymap.model.units import strings

_NO_ROOM_BYTES = 1 << 20  # so little is left only on a disk that GDAL has just filled
_LONGEST = 160  # of GDAL's sentences that are shown


def write_layer(
    path: Path,
    columns: Sequence[Column],
    shapes: NDArray[np.object_],
    *,
    layer: str,
    driver: str,
    is_points: bool,
    layer_options: dict[str, Any],
) -> None:
    """Write or append one layer in EPSG:4326; blank text and no number are null, None is no geometry.

    Raises
    ------
    OSError
        if GDAL could not write.
    """
    data, masks = zip(*(_field(column) for column in columns), strict=True)
    try:
        pyogrio.raw.write(
            path,
            np.asarray(shapely.to_wkb(shapes), dtype=object),
            list(data),
            [column.name for column in columns],
            field_mask=list(masks),
            layer=layer,
            driver=driver,
            geometry_type="Point" if is_points else "MultiPolygon",
            crs="EPSG:4326",
            append=path.exists(),
            layer_options=layer_options,
        )
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError, pyogrio.errors.FeatureError) as error:
        raise _as_os_error(path, str(error)) from error


def _as_os_error(path: Path, text: str) -> OSError:
    """Return what the system would have said: GDAL tells of a full disk in many ways, with whole statements of SQL."""
    with suppress(OSError):
        if "full" in text or shutil.disk_usage(path.parent).free < _NO_ROOM_BYTES:
            return OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    return OSError(errno.EIO, text if len(text) < _LONGEST else os.strerror(errno.EIO))


def _field(column: Column) -> tuple[NDArray[np.generic], NDArray[np.bool_] | None]:
    """Return the values and where they are null."""
    if column.is_text:
        empty = np.array([not text for text in column.values], dtype=bool)
        texts = strings(map(clean_text, column.values))
        return texts, empty
    if column.values.dtype.kind == "f":
        return column.values.astype(np.float64), ~np.isfinite(column.values.astype(np.float64))
    return column.values.astype(np.int64), None
