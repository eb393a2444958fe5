"""GeoJSON, GeoPackage and other point layers as tables. Owns their cells and the two columns of the position."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyproj
import pyproj.exceptions
import shapely
from numpy.typing import NDArray

from territorymap.errors import UserError
from territorymap.i18n import ntr, tr
from territorymap.importers.delimited import Record
from territorymap.importers.numbers import number_text
from territorymap.importers.progress import Ticker
from territorymap.importers.registry import table_format
from territorymap.importers.table_options import NO_HEADER, TableOptions
from territorymap.importers.vector_kind import sniff_kind
from territorymap.importers.vector_read import plain_text, read_vector, vector_info
from territorymap.importers.vector_source import open_vector

_EXTENSIONS = (".geojson", ".json", ".topojson", ".gpkg", ".shp", ".fgb", ".kml", ".kmz")
LON_HEADER, LAT_HEADER = "longitude", "latitude"
_TELL_EVERY = 2000


def _can_read(head: bytes) -> bool:
    return bool(sniff_kind(head))


@table_format("vector", lambda: tr("Point layer (GeoJSON, GeoPackage)"), _EXTENSIONS, _can_read)
class VectorReader:
    """Reads one layer; its points become the columns longitude and latitude in degrees."""

    def __init__(self, path: Path, options: TableOptions) -> None:
        self.notes: list[str] = []
        self._source, note = plain_text(open_vector(path))
        if note:
            self.notes.append(note)
        self._info = vector_info(self._source, options.sheet)
        taken = {name.casefold() for name in self._info.fields}
        self._position_headers = [h if h not in taken else f"{h} (point)" for h in (LON_HEADER, LAT_HEADER)]
        self.headers: list[str] | None = [*self._info.fields, *self._position_headers]
        self.number_columns: set[int] = set()
        self.options = dataclasses.replace(
            options, encoding="", delimiter="", header_row=NO_HEADER, sheet=self._info.layer, sheets=self._info.layers
        )

    def set_width(self, n_columns: int) -> None:
        """Nothing depends on the width here."""

    def records(self, ticker: Ticker, limit: int | None = None) -> Iterator[Record]:
        """Yield the features, numbered from 1; one that is not a point says so in its problem."""
        ticker.tell(0.0)
        data = read_vector(self._source, self._info.layer)
        columns = [_cells(column) for column in data.columns]
        n_fields = len(columns)
        self.number_columns.update(at for at, c in enumerate(data.columns) if c.dtype.kind in "iuf")
        self.number_columns.update((n_fields, n_fields + 1))
        lon, lat, has_point, is_missing, is_area = self._positions(data.wkb, data.crs)
        n = len(data.wkb)
        for at in range(n if limit is None else min(n, limit)):
            if at % _TELL_EVERY == 0:
                ticker.tell(0.3 + 0.7 * at / n)
            cells = [column[at] for column in columns]
            if has_point[at]:
                yield Record(at + 1, [*cells, number_text(float(lon[at])), number_text(float(lat[at]))])
            else:
                problem = "" if is_missing[at] or is_area[at] else tr("The feature is not a single point.")
                yield Record(at + 1, [*cells, "", ""], problem)

    def _positions(
        self, wkb: NDArray[np.object_], crs: str
    ) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.bool_], NDArray[np.bool_], NDArray[np.bool_]]:
        """Return (lon, lat, has a point, has no place at all, is an area and that is as well)."""
        geometry = shapely.from_wkb(wkb, on_invalid="ignore")
        single = (shapely.get_type_id(geometry) == 4) & (shapely.get_num_geometries(geometry) == 1)
        geometry[single] = shapely.get_geometry(geometry[single], 0)
        is_missing = shapely.is_missing(geometry) | shapely.is_empty(geometry)
        lon, lat = shapely.get_x(geometry), shapely.get_y(geometry)  # nan for anything but a point
        if crs:
            try:
                if not pyproj.CRS.from_user_input(crs).equals("EPSG:4326"):
                    lon, lat = pyproj.Transformer.from_crs(crs, "EPSG:4326", always_xy=True).transform(lon, lat)
            except (pyproj.exceptions.ProjError, pyproj.exceptions.CRSError) as error:
                name = self._source.path.name
                raise UserError(
                    tr("The coordinates of {name} cannot be converted to degrees: {why}", name=name, why=str(error))
                ) from error
        has_point = np.isfinite(lon) & np.isfinite(lat)
        is_area = np.isin(shapely.get_type_id(geometry), (3, 6)) & self.options.has_areas
        n_lost = int((is_missing).sum())
        if n_lost and not self.options.has_areas:
            self.notes.append(ntr("One feature has no point.", "{n} features have no point.", n_lost))
        return lon, lat, has_point, is_missing, is_area


def _cells(column: NDArray[Any]) -> list[str]:
    """Return a column as text; missing values are ""."""
    if column.dtype.kind in "iu":
        return [str(value) for value in column.tolist()]
    if column.dtype.kind == "f":
        return ["" if value != value else number_text(value) for value in column.tolist()]
    if column.dtype.kind == "b":
        return ["TRUE" if value else "FALSE" for value in column.tolist()]
    if column.dtype.kind == "M":
        return ["" if value == "NaT" else value for value in np.datetime_as_string(column).tolist()]
    return ["" if value is None else str(value).replace("\0", "") for value in column.tolist()]
