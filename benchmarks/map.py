"""The map at full size against stock Leaflet and against itself, in the real window with software rendering.

One JSON line a case. Peer, in the same page and run, of the same size, each shown alone: ``L.geoJSON`` with
``preferCanvas`` on the same units. A time runs until the sharp picture is in the canvas: a pixel of each canvas is read
back before the clock stops, on both sides. Plans: benchmarks/support/plans.py, seed 1.

Run: ``python benchmarks/map.py [--case NAME]... [--layer NAME]... [--repeats N] [--plans FOLDER]``
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import shapely

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("QT_LOGGING_RULES", "qt.rhi.*=false;qt.qpa.*=false")
os.environ.setdefault("QTWEBENGINE_CHROMIUM_FLAGS", "--log-level=3")
_STATE = tempfile.TemporaryDirectory(prefix="territorymap-bench-")
os.environ["TERRITORYMAP_STATE_DIR"] = _STATE.name

from PySide6.QtCore import QEvent, QPoint  # noqa: E402

from support.layers import BIG, bench_layer  # noqa: E402
from support.memory import memory_mb  # noqa: E402
from support.plans import make_plan  # noqa: E402
from support.window import Window, application, spin  # noqa: E402
from territorymap.document.schema import FORMAT_VERSION  # noqa: E402

SCRIPT = Path(__file__).with_name("support") / "side_by_side.js"
SEED = 1
LAYERS = ("us-counties", "de-gemeinden", BIG)
SMALL = "us-counties"
WANTED_RATIO = 10.0
FRAME_MS = 1000 / 30
# Only the units are drawn in what is compared; both sides draw the same.
ALONE = ("show_accounts", "show_homes", "show_labels", "show_context", "show_insets")
# What an edit must not depend on: name -> (units, territories, accounts)
EDITS = {
    "full": (BIG, 150, 100_000),
    "10 territories": (BIG, 10, 100_000),
    "300 territories": (BIG, 300, 100_000),
    "10,000 accounts": (BIG, 150, 10_000),
    "1,000,000 accounts": (BIG, 150, 1_000_000),
    "3,233 units": (SMALL, 150, 100_000),
}
PAIRS = {
    "10 to 300 territories": ("10 territories", "300 territories"),
    "10,000 to 1,000,000 accounts": ("10,000 accounts", "1,000,000 accounts"),
    "3,233 to 33,791 units": ("3,233 units", "full"),
}
MAX_GROWTH, MAX_EDIT_MS = 1.3, 50.0
WARM_UP = 5  # strokes that do not count


class Bench:
    """Options, and the plans made so far."""

    def __init__(self, options: argparse.Namespace) -> None:
        self.layers: list[str] = options.layer or list(LAYERS)
        self.repeats: int = options.repeats
        self.strokes: int = options.strokes
        self.edits: list[str] = options.edit or list(EDITS)
        self.shelf = options.plans
        self.work = Path(tempfile.mkdtemp(prefix="territorymap-map-"))

    def plan(self, layer: str, n_territories: int, n_accounts: int) -> Path:
        """Return a fresh copy of a plan; each is made once and kept on the shelf."""
        name = f"{layer}-{n_territories}-{n_accounts}-seed{SEED}-format{FORMAT_VERSION}.gpkg"
        made = self.shelf / name
        if not made.exists():
            self.shelf.mkdir(parents=True, exist_ok=True)
            partly = made.with_suffix(".part.gpkg")
            partly.unlink(missing_ok=True)
            make_plan(partly, bench_layer(layer), n_territories, n_accounts, seed=SEED)
            partly.replace(made)
        copy = self.work / made.name
        shutil.copyfile(made, copy)
        return copy


def main() -> None:
    """Print one JSON line a case."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--case", action="append", choices=sorted(CASES), help="only this case; may be repeated")
    parser.add_argument("--layer", action="append", choices=LAYERS, help="only this layer; may be repeated")
    parser.add_argument("--edit", action="append", choices=list(EDITS), help="only pairs with this plan")
    parser.add_argument("--repeats", type=int, default=7, help="of each drawing, on both sides, twice in turns")
    parser.add_argument("--strokes", type=int, default=40, help="counted strokes of the case edit, each plan of a pair")
    parser.add_argument("--plans", type=Path, default=Path(tempfile.gettempdir()) / "territorymap-bench-plans")
    options = parser.parse_args()
    bench = Bench(options)
    say(
        machine=f"{platform.machine()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}",
        rendering="software, offscreen, 1600x1000",
        seed=SEED,
    )
    app = application()
    try:
        for case in options.case or list(CASES):
            CASES[case](bench)
    finally:
        shutil.rmtree(bench.work, ignore_errors=True)
    app.quit()


def say(**facts: object) -> None:
    """Print one line."""
    print(json.dumps(facts), flush=True)


# -- drawing against Leaflet -------------------------------------------------------------------------------------------


def draw(bench: Bench) -> None:
    """Full recolour, zoom and pan: ours and Leaflet's, alternating, on each layer."""
    for name in bench.layers:
        layer = bench_layer(name)
        window = Window(bench.plan(name, 150, 100_000))
        try:
            _draw_layer(bench, name, layer.geometry, window)
        finally:
            window.close()


def _draw_layer(bench: Bench, name: str, geometry: Any, window: Window) -> None:
    for option in ALONE:
        window.map.set_option(option, False)
    spin(500)
    window.evaluate(SCRIPT.read_text("utf-8").strip().removesuffix(";"))
    features = [
        {"type": "Feature", "properties": {}, "geometry": json.loads(text)} for text in shapely.to_geojson(geometry)
    ]
    text = json.dumps({"type": "FeatureCollection", "features": features}).encode()
    url = window.map._handler.put("peer", text)
    made = ask(window, f"bench.makePeer({json.dumps(url)})")
    home, center = _home(window)
    views = {"home": home, "home+1": home + 1, "home+2": home + 2, "home+3": home + 3}
    width = window.evaluate("__tm.map.getSize().x")
    for what in ("recolour", "zoom", "pan"):
        for place, zoom in views.items():
            come_from = zoom + 0.5 if place == "home" else zoom - 1
            how = {"center": center, "zoom": zoom, "from": come_from, "px": round(width / 4)}
            times: dict[str, list[float]] = {"ours": [], "peer": []}
            for _ in range(2):
                for who, n in (("ours", bench.repeats), ("peer", max(2, bench.repeats // 2))):
                    times[who] += ask(
                        window, f"bench.run({json.dumps(who)}, {json.dumps(what)}, {n}, {json.dumps(how)})"
                    )
            ours, peer = float(np.median(times["ours"])), float(np.median(times["peer"]))
            say(
                case=what,
                layer=name,
                units=len(geometry),
                view=f"{place}, zoom {zoom}",
                ours_ms=round(ours, 1),
                ours_worst_ms=round(max(times["ours"]), 1),
                peer_ms=round(peer, 1),
                ratio=round(peer / ours, 1),
                wanted=WANTED_RATIO if name == BIG and place == "home" else None,
            )
    say(case="memory", layer=name, peer_made_ms=round(made), with_peer=memory_mb())
    ask(window, "bench.dropPeer()")
    for option in ALONE:
        window.map.set_option(option, True)
    spin(500)
    whole = ask(
        window, f"bench.run('ours', 'zoom', {bench.repeats}, {json.dumps({**how, 'zoom': home, 'from': home + 0.5})})"
    )
    say(case="zoom, everything shown", layer=name, ours_ms=round(float(np.median(whole)), 1), **memory_mb())


def _home(window: Window) -> tuple[float, list[float]]:
    zoom = window.evaluate("__tm.map.getZoom()")
    center = window.evaluate("[__tm.map.getCenter().lat, __tm.map.getCenter().lng]")
    return zoom, center


def ask(window: Window, code: str) -> Any:
    """Return what a promise of the page gives."""
    window.view.page().runJavaScript(
        f"window.answer = null; Promise.resolve({code}).then("
        "v => window.answer = JSON.stringify(v), e => window.answer = JSON.stringify('!' + e.stack))"
    )
    got: list[str] = []
    deadline = time.monotonic() + 600
    while not got:
        window.view.page().runJavaScript("window.answer", lambda text: got.append(text) if text else None)
        spin(50)
        assert time.monotonic() < deadline, code
    value = json.loads(got[0])
    if isinstance(value, str) and value.startswith("!"):
        raise RuntimeError(value)
    return value


# -- an edit -----------------------------------------------------------------------------------------------------------


def edit(bench: Bench) -> None:
    """Pointer up to repainted with Python's totals, on pairs of plans that differ in what an edit must not depend on.

    Both plans of a pair are open at once and take turns stroke by stroke, so that what else the machine does meanwhile
    falls on both alike.
    """
    for pair, names in PAIRS.items():
        if not set(names) & set(bench.edits):
            continue
        windows = [Window(bench.plan(*EDITS[name])) for name in names]
        try:
            strokes = [edits(window, bench.strokes) for window in windows]
            times = np.array(list(zip(*strokes, strict=False)))[WARM_UP:]
            memory = memory_mb()
        finally:
            for window in windows:
                window.close()
        for name, (p50, p95) in zip(names, np.percentile(times, [50, 95], axis=0).T, strict=True):
            layer, territories, accounts = EDITS[name]
            say(
                case="edit",
                plan=name,
                layer=layer,
                territories=territories,
                accounts=accounts,
                strokes=len(times),
                p50_ms=round(float(p50), 1),
                p95_ms=round(float(p95), 1),
                wanted_p95_ms=MAX_EDIT_MS if name == "full" else None,
            )
        small, large = np.median(times, axis=0)
        ratio = round(float(large / small), 2)
        say(case="edit, growth", of=pair, ratio=ratio, wanted_below=MAX_GROWTH, both_open=memory)


def edits(window: Window, n_strokes: int) -> Iterator[float]:
    """Yield milliseconds of strokes of one unit across a border, at home zoom + 2."""
    home, (lat, lon) = _home(window)
    window.zoom_to(lon, lat, home + 2)
    session = window.session
    given = session.plan.unit_territory
    rng = np.random.default_rng(SEED)
    at_border = [u for u in window.visible_units() if (given[session.adjacency.neighbours_of(u)] != given[u]).any()]
    for unit in rng.choice(at_border, min(len(at_border), n_strokes + WARM_UP), replace=False):
        others = session.plan.unit_territory[session.adjacency.neighbours_of(int(unit))]
        others = others[others != session.plan.unit_territory[unit]]
        if len(others):
            yield window.paint_unit(int(unit), session.plan.territories[int(others[0])].territory_id)


# -- a drag ------------------------------------------------------------------------------------------------------------


def drag(bench: Bench) -> None:
    """Frames while a border is dragged for five seconds, in ever wider circles; then with a brush."""
    for tool in ("border", "brush"):
        window = Window(bench.plan(BIG, 150, 100_000))
        try:
            home, (lat, lon) = _home(window)
            window.zoom_to(lon, lat, home + 1)
            window.evaluate(SCRIPT.read_text("utf-8").strip().removesuffix(";"))
            x, y, target = window.evaluate("bench.border()")
            window.main.selection.set_territory(target, "benchmark-no-flight")
            window.map.set_target(target)
            window.map.set_tool(tool)
            window.map.set_brush_radius(24)
            frames, n_moved, n_moves = _pull(window, QPoint(round(x), round(y)))
            say(
                case="drag",
                layer=BIG,
                tool=tool,
                seconds=round(float(frames.sum()) / 1000, 1),
                moves=n_moves,
                units_moved=n_moved,
                frames_per_s=round(1000 * len(frames) / float(frames.sum()), 1),
                dropped_at_30=int(np.maximum(0, np.ceil(frames / FRAME_MS - 0.05) - 1).sum()),
                longest_ms=round(float(frames.max()), 1),
                wanted_frames_per_s=30,
                **memory_mb(),
            )
        finally:
            window.close()


def _pull(window: Window, at: QPoint, seconds: float = 5.0) -> tuple[Any, int, int]:
    """Press, go round in circles and let go; returns milliseconds of each frame, units moved, moves sent."""
    window.mouse(QEvent.Type.MouseMove, at)
    window.mouse(QEvent.Type.MouseButtonPress, at)
    window.evaluate("bench.watchFrames()")
    n_moves, begin = 0, time.monotonic()
    while (now := time.monotonic() - begin) < seconds:
        reach, angle = 30 + 24 * now, 2.0 * now
        window.mouse(QEvent.Type.MouseMove, at + QPoint(round(reach * np.cos(angle)), round(reach * np.sin(angle))))
        n_moves += 1
    frames = np.array(window.evaluate("stopFrames()"))
    n_moved = window.evaluate("__tm.plan.shown.reduce((n, t, u) => n + (t !== __tm.plan.truth[u] ? 1 : 0), 0)")
    window.mouse(QEvent.Type.MouseButtonRelease, at)
    spin(1500)
    return frames, n_moved, n_moves


# -- a start -----------------------------------------------------------------------------------------------------------


def opening(bench: Bench) -> None:
    """From the command to a map that answers, and the same plan through geopandas and folium.

    Each start finds the plan as it was closed; the first one finds no cache.
    """
    state = bench.work / "state-of-start"
    rows: dict[str, list[dict[str, Any]]] = {"ours": [], "peer": []}
    for _ in range(3):
        for who in rows:
            for left_over in bench.work.glob("*.gpkg-*"):  # the start before was ended, not closed
                left_over.unlink()
            rows[who].append(_start(who, bench.plan(BIG, 150, 100_000), state))
    first = rows["ours"][0]
    ours, peer = (min(rows[who], key=lambda row: row["seconds"]) for who in ("ours", "peer"))
    say(case="open, ours", layer=BIG, accounts=100_000, first_time_s=first["seconds"], **ours)
    say(case="open, peer", layer=BIG, accounts=100_000, **peer)
    say(
        case="open",
        ratio=round(peer["seconds"] / ours["seconds"], 1),
        ratio_first_time=round(peer["seconds"] / first["seconds"], 1),
        wanted=5,
    )


def _start(who: str, plan: Path, state: Path) -> dict[str, Any]:
    script = Path(__file__).with_name("support") / "opening.py"
    environment = {**os.environ, "TERRITORYMAP_STATE_DIR": str(state), "TM_STARTED": str(time.time())}
    environment["PYTHONPATH"] = os.pathsep.join([str(Path(__file__).parent), os.environ.get("PYTHONPATH", "")])
    done = subprocess.run(
        [sys.executable, str(script), who, str(plan)],
        env=environment,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    lines = [line for line in done.stdout.splitlines() if line.startswith("{")]
    if not lines:
        raise RuntimeError(f"{who} did not start: {done.stderr[-2000:]}")
    row: dict[str, Any] = json.loads(lines[-1])
    return row


CASES: dict[str, Callable[[Bench], None]] = {"draw": draw, "edit": edit, "drag": drag, "open": opening}


if __name__ == "__main__":
    main()
