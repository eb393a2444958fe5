"""How long a cut takes: from the drawn polygon to the plan that is saved, its units, neighbours and totals right.

Each round draws a polygon around a corner where units meet, cuts them as one undoable step, and takes it back. The
peer in the same run is ``geopandas.overlay(units, polygon, how="identity")``: the parts alone, without accounts,
totals, neighbours, history or file. Run: ``python benchmarks/cut.py [--rounds N]``.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import tempfile
import time
from pathlib import Path

import geopandas
import numpy as np
import shapely

_STATE = tempfile.TemporaryDirectory(prefix="territorymap-bench-")
os.environ["TERRITORYMAP_STATE_DIR"] = _STATE.name

from support.layers import bench_layer  # noqa: E402
from support.plans import make_plan  # noqa: E402
from territorymap.session.commands import cut_units  # noqa: E402
from territorymap.session.session import Session  # noqa: E402

LAYER, TERRITORIES, ACCOUNTS = "us-zip5", 150, 100_000


def main() -> None:
    """Print one JSON line for ours and one for the peer, and the ratio of the medians."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=12)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    layer = bench_layer(LAYER)
    ours: dict[str, list[float]] = {"cut": [], "undo": []}
    peer, n_cut = [], []
    with tempfile.TemporaryDirectory() as folder:
        plan = Path(folder) / "plan.gpkg"
        make_plan(plan, layer, TERRITORIES, ACCOUNTS)
        with Session.open(plan) as session:
            frame = geopandas.GeoDataFrame({"code": layer.code}, geometry=session.geometry.copy(), crs="EPSG:4326")
            assert session.totals is not None
            for polygon in _polygons(session, options.rounds, options.seed):
                begin = time.perf_counter()
                session.do(cut_units(session.plan, session.geometry, polygon))
                assert session.balance is not None
                ours["cut"].append(time.perf_counter() - begin)
                n_cut.append(len(session.plan.units) - len(layer))
                begin = time.perf_counter()
                session.undo()
                ours["undo"].append(time.perf_counter() - begin)
                other = geopandas.GeoDataFrame({"side": [1]}, geometry=[polygon], crs="EPSG:4326")
                begin = time.perf_counter()
                geopandas.overlay(frame, other, how="identity", keep_geom_type=True)
                peer.append(time.perf_counter() - begin)
    print(json.dumps({"machine": f"{platform.machine()}, {os.cpu_count()} cores", "seed": options.seed}))
    case = {"layer": LAYER, "units": len(layer), "territories": TERRITORIES, "accounts": ACCOUNTS}
    case |= {"rounds": options.rounds, "new_parts_p50": float(np.median(n_cut))}
    for name, times in ours.items():
        print(json.dumps({"case": name, **case, **_quantiles(times)}))
    print(json.dumps({"case": "geopandas.overlay identity", **case, **_quantiles(peer)}))
    print(json.dumps({"ratio_of_p50s": round(float(np.median(peer) / np.median(ours["cut"])), 2)}))


def _polygons(session: Session, n: int, seed: int) -> list[shapely.Polygon]:
    """Return small circles around points where units meet, each with a radius of half a unit there."""
    rng = np.random.default_rng(seed)
    drawn = []
    for unit in rng.choice(len(session.plan.units), n, replace=False):
        shape = session.geometry[unit]
        corner = shapely.get_coordinates(shape)[0]
        drawn.append(shapely.Point(corner).buffer(float(np.sqrt(shapely.area(shape))) / 3, quad_segs=8))
    return drawn


def _quantiles(seconds: list[float]) -> dict[str, float]:
    p50, p95 = (round(1000 * float(q), 1) for q in np.percentile(seconds, [50, 95]))
    return {"p50_ms": p50, "p95_ms": p95}


if __name__ == "__main__":
    main()
