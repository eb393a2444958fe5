"""The geocoder's tables as committed: what geocoder.json says of them, and known codes and places."""

from __future__ import annotations

import csv
import gzip
import json
import re
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio.raw
import pytest
import shapely

MAPS = Path(__file__).parents[2] / "maps"
ENTRIES: dict[str, dict[str, Any]] = {
    entry["id"]: entry for entry in json.loads((MAPS / "geocoder.json").read_text(encoding="utf-8"))
}
CITY_LEVEL = ["AT", "BE", "CH", "ES", "FR", "IT", "NL", "PL"]
Row = dict[str, str]


@lru_cache(maxsize=2)
def rows(table: str) -> list[Row]:
    """Return the rows of a table."""
    with gzip.open(MAPS / "geocoder" / f"{table}.csv.gz", "rt", encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def by_code(table: str) -> dict[str, Row]:
    """Return the rows of a postal table by code."""
    return {row["code"]: row for row in rows(table)}


def test_geocoder_json_lists_every_file_and_no_other() -> None:
    assert {entry["file"] for entry in ENTRIES.values()} == {
        f"geocoder/{file.name}" for file in (MAPS / "geocoder").iterdir()
    }
    assert set(ENTRIES) == {"places"} | {
        f"{country.lower()}-postal" for country in ["US", "GB", "CA", "DE", *CITY_LEVEL]
    }
    assert sum(file.stat().st_size for file in (MAPS / "geocoder").iterdir()) <= 6e6


@pytest.mark.parametrize("table", ENTRIES)
def test_table_is_as_described(table: str) -> None:
    entry = ENTRIES[table]
    for key in ("kind", "level", "check", "code_rule", "source", "licence", "attribution", "vintage"):
        assert entry[key], key
    found = rows(table)
    assert len(found) == entry["n"]
    assert list(found[0]) == entry["columns"]
    lon, lat = np.array([(float(row["lon"]), float(row["lat"])) for row in found]).T
    assert (np.abs(lon) <= 180).all()
    assert (np.abs(lat) <= 90).all()
    if entry["kind"] == "postal":
        codes = [row["code"] for row in found]
        assert len(set(codes)) == len(codes)
        assert all(re.fullmatch(entry["code_pattern"], code) for code in codes)


@pytest.mark.parametrize("table", ENTRIES)
def test_gzip_is_reproducible(table: str) -> None:
    """Bytes 4 to 7 of a gzip file are its time of writing: none."""
    assert (MAPS / ENTRIES[table]["file"]).read_bytes()[4:8] == bytes(4)


@pytest.mark.parametrize(
    ("table", "code", "lon", "lat", "admin1", "place"),
    [
        ("us-postal", "02139", -71.1, 42.36, "MA", "Cambridge"),
        ("us-postal", "90210", -118.41, 34.09, "CA", "Beverly Hills"),
        ("us-postal", "00901", -66.11, 18.46, "PR", ""),
        ("gb-postal", "SW1A", -0.13, 51.50, "ENG", ""),
        ("gb-postal", "EH1 1", -3.19, 55.95, "SCT", "Edinburgh"),
        ("ca-postal", "M5V", -79.40, 43.64, "ON", ""),
        ("de-postal", "80331", 11.57, 48.135, "BY", "München"),
        ("de-postal", "01067", 13.72, 51.06, "SN", ""),
        ("fr-postal", "69003", 4.85, 45.75, "", ""),
        ("nl-postal", "1012", 4.89, 52.37, "", "Amsterdam"),
        ("pl-postal", "31352", 19.94, 50.06, "", "Kraków"),
        ("ch-postal", "3011", 7.45, 46.95, "BE", "Bern"),
        ("at-postal", "1010", 16.37, 48.21, "", ""),
    ],
)
def test_known_codes(table: str, code: str, lon: float, lat: float, admin1: str, place: str) -> None:
    row = by_code(table)[code]
    assert float(row["lon"]) == pytest.approx(lon, abs=0.05)
    assert float(row["lat"]) == pytest.approx(lat, abs=0.05)
    assert admin1 in ("", row["admin1"])
    assert place in row["place"]


def test_counts_are_those_of_the_survey() -> None:
    assert len(rows("us-postal")) == 41_637
    kinds = [row["kind"] for row in rows("gb-postal")]
    assert (kinds.count("district"), kinds.count("sector")) == (2_865, 10_848)
    assert len(rows("ca-postal")) == 1_662
    assert len(rows("de-postal")) == 8_168


@pytest.mark.parametrize("country", CITY_LEVEL)
def test_city_level_is_said_per_code(country: str) -> None:
    found = [row["level"] for row in rows(f"{country.lower()}-postal")]
    assert ENTRIES[f"{country.lower()}-postal"]["level"] == "city"
    assert set(found) <= {"city", "prefix"}
    assert found.count("city") / len(found) > 0.69


def test_zip_codes_lie_in_their_state() -> None:
    """Of the ZIP codes of the 50 states at least 99 of 100 lie in (or a hair from) the state they name."""
    meta, _, wkb, columns = pyogrio.raw.read(MAPS / "layers" / "us-states.fgb", columns=["abbr"])
    assert list(meta["fields"]) == ["abbr"]
    found = [row for row in rows("us-postal") if row["admin1"] in set(columns[0])]
    points = shapely.points([(float(row["lon"]), float(row["lat"])) for row in found])
    nearest = columns[0][shapely.STRtree(shapely.from_wkb(wkb)).nearest(points)]
    assert np.mean(nearest == np.array([row["admin1"] for row in found])) > 0.99


def test_places_find_a_city_in_its_state_by_other_names_too() -> None:
    found = rows("places")
    springfields = {row["admin1"] for row in found if row["country"] == "US" and row["name"] == "Springfield"}
    assert {"MA", "IL", "MO", "OR"} <= springfields
    munich = next(row for row in found if row["country"] == "DE" and row["ascii_name"] == "Munich")
    assert "Munchen" in munich["alternatives"].split("|")
    assert (munich["admin1"], munich["admin1_name"]) == ("BY", "Bayern")
    cologne = next(row for row in found if row["country"] == "DE" and row["name"] == "Köln")
    assert cologne["ascii_name"] == "Koln"
    assert {"Koeln", "Cologne"} <= set(cologne["alternatives"].split("|"))
    assert all(row["ascii_name"].isascii() for row in found)
    assert len({row["country"] for row in found}) > 200
