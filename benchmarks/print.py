"""Wall map and map book at full size, against what everybody has: geopandas' plot saved as PDF.

One JSON line a case: seconds of the processor, megabytes of the file, and for the wall map the ratio to the peer, which
draws the same units in the same colours on the same paper, without legend, names, land or scale. Plans:
benchmarks/support/plans.py, seed 1.

Run: ``python benchmarks/print.py [--pages N]``
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import geopandas
import matplotlib

matplotlib.use("Agg")

import matplotlib.pyplot as plt

from support.layers import BIG, bench_layer
from support.plans import make_plan
from territorymap.exporters.registry import ExportOptions, export
from territorymap.exporters.view import ExportView, take_view
from territorymap.session.session import Session


def measured(write: Callable[[], object], path: Path) -> dict[str, float]:
    begin, wall = time.process_time(), time.perf_counter()
    write()
    return {
        "cpu_s": round(time.process_time() - begin, 2),
        "wall_s": round(time.perf_counter() - wall, 2),
        "mb": round(path.stat().st_size / 1e6, 2),
    }


def peer_wall(view: ExportView, path: Path) -> None:
    colors = [view.plan.territories[ix].color if ix >= 0 else "#dcdbd6" for ix in view.plan.unit_territory]
    frame = geopandas.GeoDataFrame(geometry=list(view.geometry), crs="EPSG:4326").to_crs("EPSG:5070")
    figure, axes = plt.subplots(figsize=(46.8, 33.1))
    frame.plot(ax=axes, color=colors, edgecolor="white", linewidth=0.3)
    figure.savefig(path)
    plt.close(figure)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, default=40, help="territories of the book")
    pages = parser.parse_args().pages
    with tempfile.TemporaryDirectory() as folder:
        plan = Path(folder) / "plan.gpkg"
        make_plan(plan, bench_layer(BIG), 150, 100_000, is_spread=True)
        with Session.open(plan) as session:
            view = take_view(session)
        out = Path(folder) / "out.pdf"
        wall = ExportOptions(chosen={"paper": "a0", "orientation": "landscape"})
        export(view, out, "wall", wall)  # imports and caches are not what is asked
        ours = measured(lambda: export(view, out, "wall", wall), out)
        peer = measured(lambda: peer_wall(view, out), out)
        ratio = {key: round(peer[key] / ours[key], 2) for key in ("cpu_s", "mb")}
        print(json.dumps({"case": "wall map, A0, 33,791 units", "ours": ours, "peer": peer, "peer_by_ours": ratio}))
        names = tuple(territory.name for territory in view.plan.territories[:pages])
        book = ExportOptions(chosen={"territories": names, "paper": "a4"})
        result = measured(lambda: export(view, out, "book", book), out)
        print(json.dumps({"case": f"map book, {pages} territories of 150", **result}))
        reps = tuple(rep.name for rep in view.plan.reps[:10])
        sheets = ExportOptions(chosen={"reps": reps, "paper": "a4"})
        result = measured(lambda: export(view, out, "sheets", sheets), out)
        print(json.dumps({"case": "sheets of 10 reps of 150, 100,000 accounts", **result}))


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parent))
    main()
