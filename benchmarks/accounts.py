"""A million accounts on the map: open, pan, zoom, colour, filter, hover, lasso; in the real window, software rendering.

One JSON line a case. Peers in the same page and run: the painter that the program had before (a pass over all points,
one drawn a cell), and stock Leaflet with one ``L.circleMarker`` an account on canvas (only 100,000).
A time runs until a pixel of the canvas can be read. Plans: support/plans.py, spread, us-zip5, 150 territories, seed 1.

Run: ``python benchmarks/accounts.py [--accounts N]... [--repeats N] [--plans FOLDER]``
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("QT_LOGGING_RULES", "qt.rhi.*=false;qt.qpa.*=false")
os.environ.setdefault("QTWEBENGINE_CHROMIUM_FLAGS", "--log-level=3")
_STATE = tempfile.TemporaryDirectory(prefix="territorymap-bench-")
os.environ["TERRITORYMAP_STATE_DIR"] = _STATE.name

from PySide6.QtCore import QEvent, QPoint, Qt  # noqa: E402

from support.layers import BIG, bench_layer  # noqa: E402
from support.memory import memory_mb  # noqa: E402
from support.plans import make_plan  # noqa: E402
from support.window import Window, application, spin  # noqa: E402
from territorymap.mapview.account_packing import order_accounts, pack_accounts  # noqa: E402
from territorymap.ui.screenshot import wait_until  # noqa: E402

SEED = 1
PEERS = Path(__file__).with_name("support") / "accounts_peers.js"
VIEWS = {"whole plan": (-96.0, 38.0, 4.5), "states": (-74.5, 40.7, 7.0), "a city": (-74.2, 40.7, 10.0)}
LEAFLET_MOST = 100_000


def main() -> None:
    """Print one JSON line a case."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--accounts", action="append", type=int, help="so many; may be repeated (100,000, 1,000,000)")
    parser.add_argument("--repeats", type=int, default=15)
    parser.add_argument("--plans", type=Path, default=Path(tempfile.gettempdir()) / "territorymap-bench-plans")
    options = parser.parse_args()
    say(
        machine=f"{platform.machine()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}",
        rendering="software, offscreen, 1600x1000",
        seed=SEED,
    )
    app = application()
    for n in options.accounts or [100_000, 1_000_000]:
        with tempfile.TemporaryDirectory(prefix="territorymap-accounts-") as folder:
            plan = _plan(options.plans, n, Path(folder))
            begin = time.perf_counter()
            window = Window(plan)
            say(case="open", accounts=n, seconds=round(time.perf_counter() - begin, 1), **memory_mb())
            try:
                _run(window, n, options.repeats)
            finally:
                window.close()
    app.quit()


def say(**facts: object) -> None:
    """Print one line."""
    print(json.dumps(facts), flush=True)


def _plan(shelf: Path, n: int, folder: Path) -> Path:
    made = shelf / f"{BIG}-150-{n}-spread-seed{SEED}.gpkg"
    if not made.exists():
        shelf.mkdir(parents=True, exist_ok=True)
        partly = made.with_suffix(".part.gpkg")
        partly.unlink(missing_ok=True)
        make_plan(partly, bench_layer(BIG), 150, n, seed=SEED, is_spread=True)
        partly.replace(made)
    return Path(shutil.copy(made, folder / "plan.gpkg"))


def _run(window: Window, n: int, repeats: int) -> None:
    window.evaluate(PEERS.read_text("utf-8").split("\n", 2)[2].strip().removesuffix(";"))
    _pack(window, n)
    for view, (lon, lat, zoom) in VIEWS.items():
        window.evaluate(f"(__tm.map.setView([{lat}, {lon}], {zoom}, {{animate: false}}), 1)")
        spin(1500)
        _paint(window, n, view, repeats)
    window.evaluate("(__tm.map.setView([38, -96], 4.5, {animate: false}), 1)")
    spin(1500)
    for color in ("segment:Industry", "territory", "plain"):
        window.map.accounts.change(color=color)
        spin(1500)
        times = window.evaluate(f"peers.time('ours', {repeats})")
        say(case=f"paint, colour {color.partition(':')[0]}", accounts=n, view="whole plan", ours_ms=_ms(times))
    if n <= LEAFLET_MOST:
        made = window.evaluate("peers.makeLeaflet()")
        peer = window.evaluate("peers.timeLeaflet(5)")
        window.evaluate("peers.dropLeaflet()")
        ours = window.evaluate(f"peers.time('ours', {repeats}, {{isNewZoom: true}})")
        say(
            case="zoom against Leaflet",
            accounts=n,
            view="whole plan",
            ours_ms=_ms(ours),
            leaflet_ms=_ms(peer),
            leaflet_made_ms=round(made),
            ratio=round(_ms(peer) / _ms(ours), 1),
        )
    _filter(window, n)
    _hover(window, n)
    _lasso(window, n)


def _pack(window: Window, n: int) -> None:
    accounts = window.session.plan.accounts
    begin = time.perf_counter()
    order = order_accounts(accounts)
    ordered = time.perf_counter()
    size = len(pack_accounts(accounts, order))
    packed = time.perf_counter()
    say(
        case="pack",
        accounts=n,
        order_ms=round((ordered - begin) * 1000),
        pack_ms=round((packed - ordered) * 1000),
        mb=round(size / 1e6, 1),
    )


def _paint(window: Window, n: int, view: str, repeats: int) -> None:
    for what, how in (("pan", "{strip: 96}"), ("repaint", "{}"), ("zoom", "{isNewZoom: true}")):
        times: dict[str, list[float]] = {"ours": [], "former": []}
        for _ in range(2):
            for who in times:
                times[who] += window.evaluate(f"peers.time('{who}', {repeats}, {how})")
        ours, former = _ms(times["ours"]), _ms(times["former"])
        say(
            case=what,
            accounts=n,
            view=view,
            circles=window.evaluate("__tm.accounts.nPainted"),
            ours_ms=ours,
            former_ms=former,
            ratio=round(former / max(ours, 0.1), 1),
        )


def _filter(window: Window, n: int) -> None:
    """From the table's rows being filtered to the picture: a tenth of the accounts, and all again."""
    window.map.accounts.change(shows="table")
    some = np.arange(0, n, 10)
    times = []
    for wanted in (some, None) * 5:
        count = n if wanted is None else len(some)

        def send(wanted: np.ndarray | None = wanted) -> None:
            window.map.accounts.set_filtered(wanted)

        times.append(_until(window, send, f"__tm.accounts.cells.nShown === {count}"))
    window.map.accounts.change(shows="all")
    say(case="filter to picture", accounts=n, ours_ms=_ms(times), worst_ms=round(max(times), 1))


def _until(window: Window, act: Callable[[], None], condition: str) -> float:
    """Return the milliseconds from an act to two animation frames after a condition of the page came true."""
    window.evaluate(
        "(window.__done = 0, (function look() { requestAnimationFrame(() => (" + condition + ")"
        " ? requestAnimationFrame(() => (window.__done = Date.now())) : look()); })(), 1)"
    )
    begin = time.time() * 1000
    act()
    assert wait_until(lambda: bool(window.evaluate("window.__done")), 60), condition
    return float(window.evaluate("window.__done")) - begin


def _hover(window: Window, n: int) -> None:
    """From the pointer's arrival at a single account to its name in the tooltip."""
    window.evaluate("(__tm.map.setView([40.9, -74.6], 12, {animate: false}), 1)")
    spin(1500)
    spots = window.evaluate(
        "(() => { const s = __tm.accounts.cells.at(__tm.stage.frame), f = __tm.map.getSize(), out = [];"
        " for (let c = 0; c < s.n.length && out.length < 12; c++) { if (s.n[c] !== 1) continue;"
        " const [x, y] = __tm.stage.containerAt(s.x[c], s.y[c]);"
        " if (x > 80 && y > 160 && x < f.x - 300 && y < f.y - 80) out.push([x, y]); } return out; })()"
    )
    times = []
    for x, y in spots:
        window.mouse(QEvent.Type.MouseMove, QPoint(20, 300), Qt.MouseButton.NoButton)
        spin(80)

        place = QPoint(round(x), round(y))

        def arrive(place: QPoint = place) -> None:
            window.mouse(QEvent.Type.MouseMove, place, Qt.MouseButton.NoButton)

        times.append(_until(window, arrive, "/Account \\d/.test(document.querySelector('.tm-tooltip').innerText)"))
    say(case="hover to name", accounts=n, ours_ms=_ms(times), worst_ms=round(max(times), 1))


def _lasso(window: Window, n: int) -> None:
    """From the last move of a lasso around half of the plan to the accounts' selection: the page's own work."""
    window.evaluate("(__tm.map.setView([38, -96], 4.5, {animate: false}), 1)")
    spin(1500)
    times, count = window.evaluate(
        "(() => { const g = __tm.tools.gestures.get('accounts'), A = __tm.accounts, out = []; let n = 0;"
        " const size = __tm.map.getSize(), shape = [];"
        " for (let i = 0; i < 200; i++) { const a = i / 200 * 2 * Math.PI, r = 0.3 + 0.05 * Math.sin(9 * a);"
        "   shape.push(...__tm.stage.stepsAt(size.x * (0.5 + r * Math.cos(a)), size.y * (0.5 + r * Math.sin(a)))); }"
        " for (let i = 0; i < 9; i++) { g._press = { before: new Uint8Array(A.nAccounts), isAdding: false };"
        "   __tm.overlay.sketch.shape = shape; const begin = performance.now(); n = g._take();"
        "   out.push(performance.now() - begin); }"
        " g._forget(); A.select(new Uint8Array(A.nAccounts)); return [out, n]; })()"
    )
    say(case="lasso", accounts=n, selected=count, ours_ms=_ms(times))


def _ms(times: list[float]) -> float:
    return round(float(np.median(times)), 1)


if __name__ == "__main__":
    main()
