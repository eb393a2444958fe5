"""Rebuilds everything under maps/, the sample and the benchmark's units from pinned packages. See maps/README.md."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import pandas as pd

MAPS = Path(__file__).resolve().parent
sys.path.insert(0, str(MAPS))

from recipes import (  # noqa: E402
    catalogue,
    context,
    de,
    geocoder,
    geometry,
    places,
    postal_city,
    sample,
    sources,
    uk,
    us,
    us_zip,
    world,
)


class Build:
    """One run: the packages' cellar and the folder that receives the results."""

    def __init__(self, cellar: sources.Cellar, repository: Path) -> None:
        self.cellar = cellar
        self.maps = repository / "maps"
        self.repository = repository

    def put_layer(self, name: str, frame: gpd.GeoDataFrame) -> None:
        """Check a unit layer and write it."""
        n_units = next(layer.n_units for layer in catalogue.LAYERS if layer.id == name)
        geometry.check_layer(frame, n_units)
        geometry.write_layer(frame, self.maps / "layers" / f"{name}.fgb")

    def put_table(self, name: str, table: pd.DataFrame) -> None:
        """Write a geocoder table."""
        geocoder.write_table(table, self.maps / "geocoder" / f"{name}.csv.gz")

    def layer(self, name: str) -> gpd.GeoDataFrame:
        """Return a unit layer that an earlier step has written."""
        return gpd.read_file(self.maps / "layers" / f"{name}.fgb")

    def table(self, name: str) -> pd.DataFrame:
        """Return a geocoder table that an earlier step has written."""
        return pd.read_csv(self.maps / "geocoder" / f"{name}.csv.gz", dtype={"code": str}, keep_default_na=False)

    def towns(self, *countries: str) -> gpd.GeoDataFrame:
        """Return the places of the geocoder in some countries, echoes left out."""
        towns = self.table("places")
        towns = towns[towns["country"].isin(countries)].reset_index(drop=True)
        towns = towns[~places.is_echo(towns)].reset_index(drop=True)
        return gpd.GeoDataFrame(towns, geometry=gpd.points_from_xy(towns["lon"], towns["lat"], crs="EPSG:4326"))

    def us(self) -> None:
        """Build us-counties and us-states."""
        for name, frame in us.build(self.cellar).items():
            self.put_layer(name, frame)

    def world(self) -> None:
        """Build world-admin1 and world-countries."""
        self.put_layer("world-admin1", world.build_admin1(self.cellar))
        self.put_layer("world-countries", world.build_countries(self.cellar))

    def geocoder(self) -> None:
        """Build the geocoder's tables."""
        self.put_table("us-postal", geocoder.build_us(self.cellar, self.layer("us-states")))
        self.put_table("places", geocoder.build_places(self.cellar, self.layer("world-admin1")))
        self.put_table("gb-postal", geocoder.build_gb(self.cellar))
        self.put_table("ca-postal", geocoder.build_ca(self.cellar))
        self.put_table("de-postal", geocoder.build_de(self.cellar))
        towns = places.read_places(self.cellar, "cities500")
        for country in postal_city.COUNTRIES:
            self.put_table(f"{country.lower()}-postal", postal_city.build(self.cellar, country, towns))
        german = postal_city.build(self.cellar, "DE", towns)
        median, ninth = postal_city.median_error_km(german, geocoder.read_plz_points(self.cellar))
        print(f"  city level on German codes: {median:.1f} km median, {ninth:.1f} km 90th percentile")

    def context(self) -> None:
        """Build what is drawn beneath the units."""
        for name, frame in context.build(self.cellar, self.layer("world-admin1")).items():
            geometry.write_layer(frame, self.maps / "context" / f"{name}.fgb")

    def sample(self) -> None:
        """Build the sample's accounts, reps and alignment."""
        tables = {
            "accounts": sample.build_accounts(self.cellar),
            "reps": sample.build_reps(),
            "alignment": sample.build_alignment(self.layer("us-counties"), self.layer("us-states")),
        }
        sample.write(self.repository / "resources" / "sample", tables)

    def de(self) -> None:
        """Build the German layers."""
        gemeinden = de.build_gemeinden(self.cellar)
        self.put_layer("de-gemeinden", gemeinden)
        self.put_layer("de-kreise", de.build_kreise(self.cellar, gemeinden))
        plz5, plz3 = de.build_plz(self.cellar, gemeinden, self.towns("DE"))
        self.put_layer("de-plz5", plz5)
        self.put_layer("de-plz3", plz3)

    def uk(self) -> None:
        """Build uk-districts."""
        districts = uk.build(self.cellar, self.towns("GB"))
        self.put_layer("uk-districts", districts)
        share = uk.share_in_own_district(self.cellar, districts)
        print(f"  {share:.1%} of postcode units lie in their own district")

    def zip(self) -> None:
        """Build us-zip3 and the benchmark's us-zip5."""
        zip5 = us_zip.build_zip5(self.cellar, self.table("us-postal"), self.layer("us-states"))
        geometry.check_layer(zip5, us_zip.N_ZIP5)
        us_zip.write_zip5(zip5, self.repository / "benchmarks" / "data" / "us-zip5.gpkg")
        self.put_layer("us-zip3", us_zip.build_zip3(zip5, self.towns("US", "PR", "VI", "GU", "AS", "MP")))

    def catalogue(self) -> None:
        """Write layers.json, geocoder.json and SOURCES.md."""
        catalogue.write_json(self.maps / "layers.json", catalogue.layers_json(self.maps))
        catalogue.write_json(self.maps / "geocoder.json", catalogue.geocoder_json(self.maps))
        (self.maps / "SOURCES.md").write_text(catalogue.sources_md(self.maps), encoding="utf-8")


# In the order in which they need each other.
STEPS = ("us", "world", "geocoder", "context", "sample", "de", "uk", "zip", "catalogue")


def main() -> None:
    """Run the steps named on the command line, all of them if none is."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("steps", nargs="*", metavar="STEP", help=f"of {', '.join(STEPS)}; all if none is named")
    parser.add_argument("--downloads", type=Path, required=True, help="folder for the packages (400 MB; 1.5 GB open)")
    parser.add_argument("--into", type=Path, default=MAPS.parent, help="repository to write into; default: this one")
    arguments = parser.parse_args()
    unknown = set(arguments.steps) - set(STEPS)
    if unknown:
        parser.error(f"unknown step: {', '.join(sorted(unknown))}")
    build = Build(sources.Cellar(arguments.downloads.resolve()), arguments.into.resolve())
    for name in STEPS:
        if name in arguments.steps or not arguments.steps:
            began = time.monotonic()
            step: Callable[[], None] = getattr(build, name)
            step()
            print(f"{name}: {time.monotonic() - began:.0f} s", flush=True)


if __name__ == "__main__":
    main()
