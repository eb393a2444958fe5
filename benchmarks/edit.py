"""How long one edit takes: from pointer up to the repainted map with Python's totals, in the real window.

The same strokes on a small and a large plan of the same units; the ratio of the two medians says whether the cost of
an edit grows with what it does not touch. Run: ``python benchmarks/edit.py [--strokes N]``.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import tempfile
from pathlib import Path

import numpy as np

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
_STATE = tempfile.TemporaryDirectory(prefix="territorymap-bench-")
os.environ["TERRITORYMAP_STATE_DIR"] = _STATE.name

from support.plans import make_plan  # noqa: E402
from support.window import Window, application  # noqa: E402
from territorymap.geo.shipped import load_layer  # noqa: E402

LAYER = "de-gemeinden"
CASES = {"small": (10, 10_000), "large": (150, 100_000)}
MAX_RATIO = 1.5


def main() -> None:
    """Print one JSON line a case and the ratio."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--strokes", type=int, default=60, help="counted strokes a case")
    parser.add_argument("--rounds", type=int, default=2, help="how often the cases take turns")
    options = parser.parse_args()
    layer = load_layer(LAYER)
    app = application()
    with tempfile.TemporaryDirectory() as folder:
        plans = {name: Path(folder) / f"{name}.gpkg" for name in CASES}
        for name, (n_territories, n_accounts) in CASES.items():
            make_plan(plans[name], layer, n_territories, n_accounts)
        times: dict[str, list[float]] = {name: [] for name in CASES}
        for turn in range(options.rounds):
            for name in CASES:
                times[name] += edit_times(plans[name], options.strokes // options.rounds, seed=turn)
    print(
        json.dumps({"machine": f"{platform.machine()}, {os.cpu_count()} cores", "qt": "software rendering, offscreen"})
    )
    for name, (n_territories, n_accounts) in CASES.items():
        p50, p95 = (round(float(q), 1) for q in np.percentile(times[name], [50, 95]))
        case = {"units": len(layer), "territories": n_territories, "accounts": n_accounts, "strokes": len(times[name])}
        print(json.dumps({"case": name, **case, "p50_ms": p50, "p95_ms": p95}))
    ratio = float(np.median(times["large"]) / np.median(times["small"]))
    print(json.dumps({"ratio_of_p50s": round(ratio, 3), "wanted_below": MAX_RATIO}))
    app.quit()


def edit_times(plan: Path, n_strokes: int, seed: int) -> list[float]:
    """Return milliseconds from pointer up to repainted, one a stroke across a border; the first five do not count."""
    window = Window(plan)
    try:
        window.zoom_to(9.6, 51.3, 7)
        session = window.session
        rng = np.random.default_rng(seed)
        visible = window.visible_units()
        at_border = [
            u
            for u in visible
            if (session.plan.unit_territory[session.adjacency.neighbours_of(u)] != session.plan.unit_territory[u]).any()
        ]
        times = []
        for unit in rng.choice(at_border, n_strokes + 5, replace=False):
            others = session.plan.unit_territory[session.adjacency.neighbours_of(int(unit))]
            target = int(others[others != session.plan.unit_territory[unit]][0:1].sum())
            times.append(window.paint_unit(int(unit), session.plan.territories[target].territory_id))
        return times[5:]
    finally:
        window.close()


if __name__ == "__main__":
    main()
