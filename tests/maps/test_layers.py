"""The unit layers as committed: counts, columns, codes, coverage, known places."""

from __future__ import annotations

import hashlib
import json
import re
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio.raw
import pytest
import shapely

ROOT = Path(__file__).parents[2]
MAPS = ROOT / "maps"
ENTRIES: dict[str, dict[str, Any]] = {
    entry["id"]: entry for entry in json.loads((MAPS / "layers.json").read_text(encoding="utf-8"))
}
EARTH_RADIUS_KM = 6371.0072  # of the sphere with the ellipsoid's area
COLUMNS = ["unit_code", "unit_name", "parent_code", "parent_name", "country", "lon", "lat"]
N_UNITS = {
    "us-counties": 3233, "us-states": 56, "us-zip3": 896, "de-kreise": 402, "de-gemeinden": 11299, "de-plz5": 8168,
    "de-plz3": 671, "uk-districts": 2848, "world-admin1": 4596, "world-countries": 255,
}  # fmt: skip
CODE_FORM = {
    "us-counties": r"\d{5}", "us-states": r"\d{2}", "us-zip3": r"\d{3}", "de-kreise": r"\d{5}",
    "de-gemeinden": r"\d{8}", "de-plz5": r"\d{5}", "de-plz3": r"\d{3}", "uk-districts": r"[A-Z]{1,2}\d[A-Z\d]?",
    "world-admin1": r"[A-Z]{2}-[A-Z0-9]{1,3}|[A-Z0-9]{3}-\w+", "world-countries": r"[A-Z]{2,3}",
}  # fmt: skip
MAX_MB = {
    "us-counties": 5.0, "us-zip3": 2.5, "de-gemeinden": 12.0, "de-plz5": 12.0, "uk-districts": 4.0,
    "world-admin1": 13.5,
}  # fmt: skip


@lru_cache(maxsize=1)
def read(layer: str) -> tuple[dict[str, Any], np.ndarray, dict[str, np.ndarray]]:
    """Return what the file says of itself, its geometries and its columns."""
    meta, _, wkb, columns = pyogrio.raw.read(MAPS / "layers" / f"{layer}.fgb")
    return meta, shapely.from_wkb(wkb), dict(zip(meta["fields"], columns, strict=True))


def area(geometry: np.ndarray) -> np.ndarray:
    """Return areas on an equal-area cylinder of radius 1."""
    return shapely.area(
        shapely.transform(geometry, lambda xy: np.column_stack([np.radians(xy[:, 0]), np.sin(np.radians(xy[:, 1]))]))
    )


def unit_at(layer: str, lon: float, lat: float) -> str:
    """Return the name of the unit that holds a point."""
    _, geometry, column = read(layer)
    rows = shapely.STRtree(geometry).query(shapely.Point(lon, lat), predicate="intersects")
    assert len(rows) == 1
    return str(column["unit_name"][rows[0]])


def row_of(layer: str, code: str) -> dict[str, Any]:
    """Return the columns of one unit."""
    _, _, column = read(layer)
    return {name: values[column["unit_code"].tolist().index(code)] for name, values in column.items()}


def test_layers_json_lists_every_file_and_no_other() -> None:
    assert list(ENTRIES) == list(N_UNITS)
    assert {entry["file"] for entry in ENTRIES.values()} == {
        f"layers/{file.name}" for file in (MAPS / "layers").iterdir()
    }


@pytest.mark.parametrize("layer", N_UNITS)
def test_entry_tells_what_the_program_shows(layer: str) -> None:
    entry = ENTRIES[layer]
    for key in ("title", "unit_word", "parent_word", "accuracy", "source", "licence", "attribution", "vintage"):
        assert entry[key], key
    assert entry["approximate"] == (layer in {"us-zip3", "de-plz5", "de-plz3", "uk-districts"})
    assert bool(entry["method"]) == entry["approximate"]
    fields = set(pyogrio.read_info(MAPS / "layers" / f"{layer}.fgb")["fields"])
    assert {measure["column"] for measure in entry["measures"]} <= fields


@pytest.mark.parametrize("layer", N_UNITS)
def test_layer_is_a_coverage_of_uniquely_coded_units(layer: str) -> None:
    meta, geometry, column = read(layer)
    assert meta["crs"] == "EPSG:4326"
    assert meta["geometry_type"] == "MultiPolygon"
    assert list(meta["fields"][:5]) == COLUMNS[:5]
    assert set(COLUMNS) <= set(meta["fields"])
    assert len(geometry) == N_UNITS[layer] == ENTRIES[layer]["n_units"]

    codes = column["unit_code"].tolist()
    assert len(set(codes)) == len(codes)
    assert codes == sorted(codes)
    assert all(re.fullmatch(CODE_FORM[layer], code) for code in codes)
    assert all(name and name.strip() == name for name in column["unit_name"])
    assert all(re.fullmatch("[A-Z]{2}", country) for country in column["country"] if country)
    if layer != "world-countries":
        assert all(column["country"])
        assert all(column["parent_code"])
        assert all(column["parent_name"])

    assert shapely.is_valid(geometry).all()
    assert not shapely.is_empty(geometry).any()
    assert shapely.coverage_is_valid(geometry)
    assert shapely.contains_xy(geometry, column["lon"], column["lat"]).all()
    west, south, east, north = shapely.total_bounds(geometry)
    assert west >= -180
    assert east <= 180
    assert south >= -90
    assert north <= 90


@pytest.mark.parametrize("layer", ["us-counties", "us-states", "us-zip3", "de-kreise", "de-plz3", "uk-districts"])
def test_units_do_not_overlap(layer: str) -> None:
    """Each square metre is counted once: the areas add up to the area of the union, made without coverage rules."""
    _, geometry, _ = read(layer)
    union = shapely.union_all(geometry)
    assert area(geometry).sum() == pytest.approx(float(area(np.array([union]))[0]), rel=1e-9)


@pytest.mark.parametrize("layer", MAX_MB)
def test_layer_is_small(layer: str) -> None:
    assert (MAPS / "layers" / f"{layer}.fgb").stat().st_size <= MAX_MB[layer] * 1e6


@pytest.mark.parametrize(
    ("child", "parent", "digits"),
    [("us-counties", "us-states", 2), ("de-gemeinden", "de-kreise", 5), ("de-plz5", "de-plz3", 3)],
)
def test_parents_are_made_of_their_children(child: str, parent: str, digits: int) -> None:
    _, geometry, column = read(child)
    total: dict[str, float] = {}
    for code, of, size in zip(column["unit_code"], column["parent_code"], area(geometry), strict=True):
        assert code[:digits] == of
        total[of] = total.get(of, 0.0) + size
    names = dict(zip(column["parent_code"], column["parent_name"], strict=True))
    _, geometry, column = read(parent)
    assert set(total) == set(column["unit_code"])
    assert names == dict(zip(column["unit_code"], column["unit_name"], strict=True))
    assert area(geometry) == pytest.approx([total[code] for code in column["unit_code"]], rel=1e-9)


@pytest.mark.parametrize(
    ("layer", "code", "name", "parent_code", "parent_name"),
    [
        ("us-counties", "06037", "Los Angeles County", "06", "California"),
        ("us-counties", "01001", "Autauga County", "01", "Alabama"),
        ("us-counties", "35013", "Doña Ana County", "35", "New Mexico"),
        ("us-counties", "22071", "Orleans Parish", "22", "Louisiana"),
        ("us-counties", "24510", "Baltimore city", "24", "Maryland"),
        ("us-states", "25", "Massachusetts", "US", "United States"),
        ("us-zip3", "021", "021 Boston", "25", "Massachusetts"),
        ("de-kreise", "09162", "München", "09", "Bayern"),
        ("de-gemeinden", "14612000", "Dresden", "14612", "Dresden"),
        ("uk-districts", "EH1", "EH1 Edinburgh", "S92000003", "Scotland"),
        ("world-admin1", "CA-ON", "Ontario", "CA", "Canada"),
        ("world-admin1", "DE-BY", "Bayern", "DE", "Germany"),
        ("world-countries", "FR", "France", "EU", "Europe"),
        ("world-countries", "VA", "Vatican", "EU", "Europe"),
    ],
)
def test_known_units(layer: str, code: str, name: str, parent_code: str, parent_name: str) -> None:
    row = row_of(layer, code)
    found = (row["unit_name"], row["parent_code"], row["parent_name"])
    assert found == (name, parent_code, parent_name)


@pytest.mark.parametrize(
    ("layer", "lon", "lat", "name"),
    [
        ("us-counties", -118.2437, 34.0522, "Los Angeles County"),  # Los Angeles City Hall
        ("us-counties", -73.9857, 40.7484, "New York County"),  # Empire State Building
        ("us-states", -149.9003, 61.2181, "Alaska"),  # Anchorage
        ("us-zip3", -71.1097, 42.3736, "021 Boston"),  # Cambridge City Hall, ZIP 02139
        ("de-kreise", 11.5755, 48.1374, "München"),  # Marienplatz
        ("de-gemeinden", 13.4050, 52.5200, "Berlin"),
        ("de-plz3", 8.6821, 50.1109, "603 Frankfurt am Main"),
        ("world-admin1", 2.3522, 48.8566, "Paris"),
        ("world-countries", 139.6917, 35.6895, "Japan"),
    ],
)
def test_known_spots(layer: str, lon: float, lat: float, name: str) -> None:
    assert unit_at(layer, lon, lat) == name


def test_weights_have_the_known_size() -> None:
    assert row_of("us-counties", "06037")["population"] == pytest.approx(9.9e6, rel=0.05)  # Census 2005: 9.9 million
    assert row_of("us-counties", "06037")["labour_force"] == pytest.approx(4.9e6, rel=0.05)
    counties = read("us-counties")[2]
    assert np.isfinite(counties["labour_force"]).sum() == 3212
    assert np.nansum(counties["population"]) == pytest.approx(296e6, rel=0.02)  # Census estimate of July 2005
    assert np.nansum(read("de-kreise")[2]["population"]) == pytest.approx(83.0e6, rel=0.01)  # Destatis, end of 2018
    assert row_of("de-kreise", "09162")["population"] == 1_471_508


def test_aleutians_cross_the_date_line_as_one_row() -> None:
    _, geometry, column = read("us-counties")
    box = shapely.bounds(geometry[column["unit_code"].tolist().index("02016")])
    assert box[0] < -179
    assert box[2] > 179


@pytest.mark.parametrize(
    ("code", "least", "most"),
    [
        ("RU", 16.8e6, 17.1e6), ("FJ", 17_500, 19_500), ("AQ", 12e6, 14.2e6), ("US", 9.3e6, 9.6e6),
        ("CA", 9.8e6, 10.0e6), ("CN", 9.3e6, 9.7e6), ("GL", 2.1e6, 2.2e6), ("SE", 440_000, 451_000),
        ("NO", 370_000, 390_000), ("IS", 100_000, 104_000),
    ],
)  # fmt: skip
def test_countries_have_the_known_area(code: str, least: float, most: float) -> None:
    """In km2, of the countries that cross 180 degrees and of those that bands across the map once took land from."""
    _, geometry, column = read("world-countries")
    found = area(geometry[column["unit_code"] == code])[0] * EARTH_RADIUS_KM**2
    assert least < found < most


def test_countries_have_the_area_of_their_states() -> None:
    """The layers come from different packages, so a ring misread in one shows."""
    _, geometry, column = read("world-admin1")
    states = {
        code: area(geometry[column["country"] == code]).sum() for code in ("RU", "FJ", "AQ", "CA", "GL", "SE", "NO")
    }
    _, geometry, column = read("world-countries")
    for code, expected in states.items():
        assert area(geometry[column["unit_code"] == code])[0] == pytest.approx(expected, rel=0.005), code


@pytest.mark.parametrize(
    ("lon", "lat", "code"),
    [
        (158.0, 56.0, "RU"),  # Kamchatka
        (179.5, 66.5, "RU"),  # Chukotka, on both sides of 180 degrees
        (-179.5, 66.5, "RU"),
        (-172.5, 65.5, "RU"),
        (179.3, 71.2, "RU"),  # Wrangel Island, on both sides
        (-179.5, 71.2, "RU"),
        (37.62, 55.75, "RU"),  # Moscow
        (178.44, -18.14, "FJ"),  # Suva
        (179.5, -16.5, "FJ"),  # Vanua Levu
        (-179.97, -16.8, "FJ"),  # Taveuni
        (0.0, -89.9, "AQ"),  # the South Pole, from both sides
        (-180.0, -88.0, "AQ"),
        (180.0, -88.0, "AQ"),
        (166.67, -77.84, "AQ"),  # McMurdo Station
        (-0.1276, 51.5072, "GB"),  # London
        (-113.5, 53.5, "CA"),  # Edmonton
        (-121.5, 73.0, "CA"),  # Banks Island
        (-149.9, 61.2, "US"),  # Anchorage
        (18.06, 66.0, "SE"),
        (-18.0, 65.0, "IS"),
        (-30.0, 40.0, None),  # the Atlantic
        (-172.0, 65.5, None),  # Mechigmen Bay, Chukotka
        (-120.0, -16.9, None),  # the Pacific, on Fiji's latitude
        (60.0, -16.9, None),
    ],
)
def test_spots_of_countries_near_and_far_from_the_date_line(lon: float, lat: float, code: str | None) -> None:
    _, geometry, column = read("world-countries")
    rows = shapely.STRtree(geometry).query(shapely.Point(lon, lat), predicate="intersects")
    assert column["unit_code"][rows].tolist() == ([code] if code else [])


@pytest.mark.parametrize("layer", N_UNITS)
def test_no_part_is_a_band_across_the_map(layer: str) -> None:
    """Only Antarctica goes round the globe, and only along the pole is an edge longer than the 49th parallel's."""
    _, geometry, column = read(layer)
    parts, owner = shapely.get_parts(geometry, return_index=True)
    box = shapely.bounds(parts)
    wide = sorted(set(column["unit_code"][owner[box[:, 2] - box[:, 0] > 170]]))
    assert wide == {"world-countries": ["AQ"], "world-admin1": ["ATA-00"]}.get(layer, [])

    lonlat, ring = shapely.get_coordinates(shapely.get_rings(parts), return_index=True)
    long = (ring[1:] == ring[:-1]) & (np.abs(np.diff(lonlat[:, 0])) > 30)
    assert (lonlat[1:][long, 1] == -90).all()


def test_sources_name_every_file_with_its_digest() -> None:
    text = (MAPS / "SOURCES.md").read_text(encoding="utf-8")
    files = [file for folder in ("layers", "context", "geocoder") for file in sorted((MAPS / folder).iterdir())]
    assert len(files) > 20
    files += [ROOT / "benchmarks" / "data" / "us-zip5.gpkg", ROOT / "resources" / "sample" / "accounts.csv"]
    for file in files:
        name = file.relative_to(MAPS if file.is_relative_to(MAPS) else ROOT).as_posix()
        digest = hashlib.sha256(file.read_bytes()).hexdigest()
        assert any(f"`{name}`" in line and digest in line for line in text.splitlines()), name


def test_benchmark_units_are_not_among_the_layers() -> None:
    info = pyogrio.read_info(ROOT / "benchmarks" / "data" / "us-zip5.gpkg", layer="unit", force_feature_count=True)
    assert info["features"] == 33_791
    assert set(COLUMNS) <= set(info["fields"])
    assert "us-zip5" not in ENTRIES
    assert (ROOT / "benchmarks" / "data" / "us-zip5.gpkg").stat().st_size <= 12e6
