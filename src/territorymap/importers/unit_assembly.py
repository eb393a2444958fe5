"""The arrays of a unit layer from the rows that make each unit. Owns names, parents, countries and sums."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from territorymap.errors import UserError
from territorymap.geo.layer import Geometries, UnitLayer, interior_points, measure_geometry
from territorymap.geo.locate import UnitLocator
from territorymap.geo.shipped import load_layer
from territorymap.importers.countries import parse_country
from territorymap.importers.unit_choice import UnitChoice
from territorymap.importers.unit_columns import ColumnFacts, column_numbers
from territorymap.importers.unit_shapes import same_shapes
from territorymap.model.units import Strings, strings

_PART = re.compile("-+[a-z]+")  # what stands behind the code of the whole
_COAST_KM = 20.0  # how far at sea a unit still belongs to a country


def assemble(
    choice: UnitChoice,
    codes: Sequence[str],
    first: Sequence[int],
    geometry: Geometries,
    values: Mapping[str, NDArray[np.float64]],
) -> UnitLayer:
    """Return the layer; ``first`` is the row that names each unit, ``codes`` has one for every row."""

    def texts(column: ColumnFacts | None) -> list[str]:
        return [column.texts[i] for i in first] if column is not None else [""] * len(first)

    code = [codes[i] for i in first]
    lon, lat = interior_points(geometry)
    area_km2, perimeter_km = measure_geometry(geometry)
    country = strings([parse_country(text) for text in texts(choice.country)])
    if not all(country):
        country = np.where(country == "", _countries_at(lon, lat), country)
    return UnitLayer(
        code=strings(code),
        name=strings([text or c for text, c in zip(texts(choice.name), code, strict=True)]),
        parent_code=strings(texts(choice.parent_code)),
        parent_name=strings(texts(choice.parent_name)),
        country=country,
        geometry=geometry,
        lon=lon,
        lat=lat,
        area_km2=area_km2,
        perimeter_km=perimeter_km,
        values=dict(values),
    )


def told_parts(columns: Sequence[ColumnFacts], first: Sequence[int], code: Strings) -> Strings:
    """Return of which unit each one is a part, "" = is whole: the column "part_of" of our own exports."""
    column = next((column for column in columns if column.header == "part_of"), None)
    whole = [column.texts[i] for i in first] if column is not None else [""] * len(first)
    return strings(
        [w if w and _PART.fullmatch(str(c).removeprefix(w)) else "" for w, c in zip(whole, code, strict=True)]
    )


def sums(
    column: ColumnFacts, groups: Sequence[Sequence[int]], at: NDArray[np.int64], geometry: Geometries
) -> NDArray[np.float64]:
    """Return the number of each unit: of rows that repeat one area once, of parts their sum, nan if none has one."""
    values = column_numbers(column)[at]
    out = np.full(len(groups), np.nan)
    for u, group in enumerate(groups):
        own = values[list(group)]
        if len(group) > 1 and same_shapes(geometry, group):
            own = own[:1]
        if np.isfinite(own).any():
            out[u] = np.nansum(own)
    return out


def constant_columns(columns: Sequence[ColumnFacts], members: Sequence[Sequence[int]]) -> list[ColumnFacts]:
    """Return the columns that say the same in all rows of each unit: what can name or group coarser units."""
    return [c for c in columns if all(len({c.texts[i] for i in group}) == 1 for group in members)]


def country_counts(layer: UnitLayer) -> dict[str, int]:
    """Return how many units lie in each country, the most first; "" = in none."""
    return dict(Counter(str(country) for country in layer.country).most_common())


def share_on_land(lon: NDArray[np.float64], lat: NDArray[np.float64]) -> float:
    """Return the share of points that lie in a country of the shipped map; 1 where there is no such map."""
    try:
        _, locator = _world()
    except (FileNotFoundError, UserError):
        return 1.0
    return float((locator.units_at(lon, lat) >= 0).mean())


def _countries_at(lon: NDArray[np.float64], lat: NDArray[np.float64]) -> Strings:
    """Return the country that each point lies in, by the shipped map of the world; "" at sea."""
    try:
        countries, locator = _world()
    except (FileNotFoundError, UserError):
        return np.full(len(lon), "", dtype=object)
    at = locator.units_at(lon, lat, nearest_within_km=_COAST_KM)
    return np.where(at >= 0, countries[at], "")


@lru_cache(maxsize=1)
def _world() -> tuple[Strings, UnitLocator]:
    """Return the code and the shape of every country; shipped data, which does not change."""
    world = load_layer("world-countries")
    return world.country, UnitLocator(world.geometry)
