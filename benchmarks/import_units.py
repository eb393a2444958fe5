"""Import of 33,300 ZIP areas: whole, with 1,500 of them moved so that borders overlap and gape, and repaired.

Run: .venv/bin/python benchmarks/import_units.py
Data: benchmarks/data/us-zip5.gpkg as GeoPackage, shapefile and GeoJSON; seed 1. Peer in the same run: what a script
would do with geopandas (read_file, make_valid, dissolve by code, coverage_clean). One JSON line a case: the median of
three in seconds of this thread's processor time, so that other programs do not count, and the ratio of the two.
"""

from __future__ import annotations

import json
import statistics
import tempfile
import time
import warnings
from collections.abc import Callable
from pathlib import Path

import geopandas
import numpy as np
import shapely

from territorymap.importers.unit_faults import faults_json
from territorymap.importers.unit_layer import import_unit_layer
from territorymap.importers.unit_options import UnitOptions

DATA = Path(__file__).parent / "data" / "us-zip5.gpkg"
N_RUNS = 3
SEED = 1


def main() -> None:
    warnings.simplefilter("ignore")
    whole = geopandas.read_file(DATA)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        whole.to_file(folder / "zip.shp")
        whole.to_file(folder / "zip.geojson")
        broken(whole).to_file(folder / "broken.gpkg")
        for path in (DATA, folder / "zip.shp", folder / "zip.geojson"):
            case(path, UnitOptions(code="unit_code"), is_repaired=False)
        case(folder / "broken.gpkg", UnitOptions(code="unit_code"), is_repaired=False)
        case(folder / "broken.gpkg", UnitOptions(code="unit_code", repair_m=1.0), is_repaired=True)


def broken(whole: geopandas.GeoDataFrame) -> geopandas.GeoDataFrame:
    """Return the layer with 1,000 units grown by 2 % and 500 shrunk by 0.5 %."""
    dice = np.random.default_rng(SEED)
    shapes = np.array(whole.geometry)
    for n, factor in ((1000, 1.02), (500, 0.995)):
        for i in dice.choice(len(shapes), n, replace=False):
            shapes[i] = shapely.affinity.scale(shapes[i], factor, factor)
    return whole.set_geometry(geopandas.GeoSeries(shapes, crs=whole.crs))


def case(path: Path, options: UnitOptions, is_repaired: bool) -> None:
    made = import_unit_layer(path, options)
    ours = timed(lambda: import_unit_layer(path, options))
    peer = timed(lambda: by_script(path, is_repaired))
    line = {
        "case": path.name,
        "units": len(made.layer),
        "repair_m": options.repair_m,
        "found": faults_json(made.faults, 1.0),
        "ours_s": round(ours, 2),
        "geopandas_s": round(peer, 2),
        "ratio": round(ours / peer, 2),
    }
    print(json.dumps(line), flush=True)


def by_script(path: Path, is_repaired: bool) -> geopandas.GeoDataFrame:
    """Return what a few lines of geopandas make of a file: no faults are listed, no row is accounted for."""
    frame = geopandas.read_file(path).to_crs(4326)
    frame.geometry = frame.geometry.make_valid()
    frame = frame.dissolve(by="unit_code")
    shapely.coverage_is_valid(np.array(frame.geometry))
    if is_repaired:
        frame.geometry = shapely.coverage_clean(np.array(frame.geometry), gap_width=1 / 111_320)
    return frame


def timed(work: Callable[[], object]) -> float:
    times = []
    for _ in range(N_RUNS):
        start = time.thread_time()
        work()
        times.append(time.thread_time() - start)
    return statistics.median(times)


if __name__ == "__main__":
    main()
