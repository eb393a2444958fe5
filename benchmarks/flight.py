"""How smooth flights between scenes are: frames, the longest gap, frames dropped; beside Leaflet's own flyToBounds.

    python benchmarks/flight.py [LAYER] [ACCOUNTS]

Real window, 1600x1000; LAYER us-zip5 (33,791 units) unless told, 150 territories. A frame is dropped when more than
34 ms lie between two. The peer moves the same seven canvases, without the wide picture and with white edges.
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from support.layers import BIG, bench_layer
from support.plans import make_plan
from support.window import Window, application, spin
from territorymap.ui.screenshot import wait_until

PLACES = {
    "country -> New England": (-73.8, 40.9, -69.0, 44.5),
    "New England -> Los Angeles": (-119.5, 33.2, -116.5, 34.9),
    "Los Angeles -> Texas": (-104.0, 26.5, -94.0, 35.0),
    "Texas -> country": None,
}
PEER = """(() => {
  const map = __tm.map, gaps = []; let last = 0, on = true; window.__peer = null;
  const look = (at) => { if (last) gaps.push(at - last); last = at; if (on) requestAnimationFrame(look); };
  map.once('moveend', () => { on = false; window.__peer = [gaps.length, Math.max(...gaps)]; });
  requestAnimationFrame(look); map.flyToBounds([[%s, %s], [%s, %s]], { duration: %s }); return 1; })()"""


def main() -> int:
    layer, n_accounts = sys.argv[1:3] if len(sys.argv) > 2 else (BIG, "100000")
    with tempfile.TemporaryDirectory() as folder:
        os.environ["TERRITORYMAP_STATE_DIR"] = str(Path(folder, "state"))
        plan = Path(folder, "big.gpkg")
        make_plan(plan, bench_layer(layer), 150, int(n_accounts))
        application()
        window = Window(plan)
        spin(2500)
        for name, bounds in PLACES.items():
            n = window.evaluate("__tm.metrics.flights.length")
            window.map.glide_to(bounds)
            assert wait_until(lambda n=n: window.evaluate("__tm.metrics.flights.length") > n, 20), name
            spin(1200)
            told = window.evaluate("__tm.metrics.flights.at(-1)")
            print(
                f"{name}: {told['frames']} frames in {told['ms']:.0f} ms, longest {told['longest']:.0f} ms, "
                f"{told['dropped']} dropped"
            )
        window.map.glide_to(None, is_smooth=False)
        spin(1500)
        west, south, east, north = PLACES["country -> New England"]
        window.evaluate(PEER % (south, west, north, east, 1.5))
        assert wait_until(lambda: window.evaluate("window.__peer !== null"), 20)
        frames, longest = window.evaluate("window.__peer")
        print(f"Leaflet's flyToBounds, country -> New England: {frames} frames in 1500 ms, longest {longest:.0f} ms")
        window.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
