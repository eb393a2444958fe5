"""Comparing two scenarios on the map at full size: frames while a swipe is dragged, against a plain pan.

One JSON line a case: milliseconds between frames of the page while a real mouse drags, sixty moves a second. Peer: the
same drag panning the map with nothing compared. Also how long it takes until the other scenario stands, and an edit.
Plans: benchmarks/support/plans.py, seed 1; the other scenario has every fifth territory's western half at a neighbour.

Run: ``python benchmarks/compare.py [--layer NAME] [--accounts N] [--repeats N]``
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("QT_LOGGING_RULES", "qt.rhi.*=false;qt.qpa.*=false")
os.environ.setdefault("QTWEBENGINE_CHROMIUM_FLAGS", "--log-level=3")
_STATE = tempfile.TemporaryDirectory(prefix="territorymap-bench-")
os.environ["TERRITORYMAP_STATE_DIR"] = _STATE.name

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt  # noqa: E402
from PySide6.QtGui import QMouseEvent  # noqa: E402
from PySide6.QtWidgets import QApplication  # noqa: E402

from support.layers import BIG, bench_layer  # noqa: E402
from support.plans import make_plan  # noqa: E402
from support.window import Window, application, spin  # noqa: E402
from territorymap.session.commands import assign_units  # noqa: E402
from territorymap.session.commands.scenarios import new_scenario  # noqa: E402
from territorymap.ui.screenshot import wait_until  # noqa: E402

SEED = 1
MOVES, MOVE_MS = 90, 16
FRAME_MS = 1000 / 60
LATE_MS = 1.5 * FRAME_MS  # a frame that comes later than this after the one before was dropped


def main() -> None:
    """Print one JSON line a case."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--layer", default=BIG)
    parser.add_argument("--accounts", type=int, default=100_000)
    parser.add_argument("--repeats", type=int, default=3)
    options = parser.parse_args()
    app = application()
    with tempfile.TemporaryDirectory(prefix="territorymap-compare-") as folder:
        plan = Path(folder) / "plan.gpkg"
        make_plan(plan, bench_layer(options.layer), 150, options.accounts, seed=SEED)
        window = Window(plan)
        try:
            _run(window, options)
        finally:
            window.close()
    app.quit()


def _run(window: Window, options: argparse.Namespace) -> None:
    say(
        machine=f"{platform.machine()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}",
        rendering="software, offscreen, 1600x1000",
        layer=options.layer,
        units=len(window.session.plan.units),
        accounts=options.accounts,
        seed=SEED,
    )
    before = window.session.plan.scenario.scenario_id
    _other_scenario(window)
    size = window.evaluate("(s => [s.x, s.y])(__tm.map.getSize())")
    middle, y = size[0] // 2, size[1] // 2
    window.map.set_tool("pan")
    spin(300)
    path = [QPoint(middle + round(x), y) for x in 0.3 * size[0] * np.sin(np.linspace(0, 2 * np.pi, MOVES))]
    pan = [_frames(window, path) for _ in range(options.repeats)]
    plain = tell("pan, nothing compared", pan)

    begun = time.monotonic()
    window.map.compare.begin(before, "swipe")
    assert wait_until(lambda: window.evaluate("__tm.compare.isOn && __tm.compare.view.stage.isSharp"), 60.0)
    say(case="the other scenario stands", ms=round(1000 * (time.monotonic() - begun)))
    swipe = [_frames(window, path) for _ in range(options.repeats)]
    tell("swipe", swipe, plain)
    above = [QPoint(p.x() - round(0.31 * size[0]), p.y() - 60) for p in path]
    tell("pan with a swipe", [_frames(window, above) for _ in range(options.repeats)], plain)
    window.map.compare.begin(before, "side")
    assert wait_until(lambda: window.evaluate("__tm.compare.way === 'side' && __tm.compare.view.stage.isSharp"), 60.0)
    right = [QPoint(round(0.75 * size[0]) + (p.x() - middle) // 2, y) for p in path]
    tell("pan side by side", [_frames(window, right) for _ in range(options.repeats)], plain)
    window.map.compare.begin(before, "outline")
    assert wait_until(lambda: window.evaluate("__tm.compare.way === 'outline' && __tm.stage.isSharp"), 60.0)
    tell("pan with outlines", [_frames(window, path) for _ in range(options.repeats)], plain)


def _other_scenario(window: Window) -> None:
    """Make a scenario in which every fifth territory's western half belongs to a neighbour, and use it."""
    session = window.session
    change = session.do(new_scenario(session.plan, "Proposal"))
    made = max(s.scenario_id for s in session.plan.scenarios)
    session.switch_scenario(made)
    plan, pairs = session.plan, session.adjacency.pair
    for ix in range(0, plan.n_territories, 5):
        sides = session.plan.unit_territory[pairs]
        beside = np.unique(sides[(sides == ix).any(axis=1)])
        other = next(int(t) for t in beside if t not in (-1, ix))
        members = session.plan.units_of(ix)
        west = members[plan.units.lon[members] < np.median(plan.units.lon[members])]
        session.do(assign_units(session.plan, west, plan.territories[other].territory_id))
    assert change is not None
    spin(1500)


def _frames(window: Window, path: list[QPoint]) -> list[float]:
    """Drag along a path and return milliseconds between the page's frames meanwhile."""
    widget = window.view.focusProxy()

    def send(kind: QEvent.Type, place: QPoint) -> None:
        is_up = kind == QEvent.Type.MouseButtonRelease
        button = Qt.MouseButton.NoButton if kind == QEvent.Type.MouseMove else Qt.MouseButton.LeftButton
        held = Qt.MouseButton.NoButton if is_up else Qt.MouseButton.LeftButton
        where = QPointF(place)
        event = QMouseEvent(
            kind, where, QPointF(widget.mapToGlobal(place)), button, held, Qt.KeyboardModifier.NoModifier
        )
        QApplication.sendEvent(widget, event)

    window.mouse(QEvent.Type.MouseMove, path[0], Qt.MouseButton.NoButton)
    spin(100)
    send(QEvent.Type.MouseButtonPress, path[0])
    spin(30)
    window.evaluate(
        "(() => { window.__frames = []; window.__stop = false;"
        " const f = () => { __frames.push(performance.now()); if (!__stop) requestAnimationFrame(f); };"
        " requestAnimationFrame(f); return 1; })()"
    )
    begun = time.monotonic()
    for at, place in enumerate(path[1:], 1):
        send(QEvent.Type.MouseMove, place)
        spin(max(1, round(1000 * (begun + at * MOVE_MS / 1000 - time.monotonic()))))
    times = window.evaluate("((window.__stop = true), __frames)")
    send(QEvent.Type.MouseButtonRelease, path[-1])
    spin(300)
    return [float(x) for x in np.diff(times)]


def tell(case: str, runs: list[list[float]], plain: float | None = None) -> float:
    """Print what the frames of a drag were like; returns their 95th percentile."""
    gaps = np.concatenate(runs)
    p50, p95 = np.percentile(gaps, [50, 95])
    facts: dict[str, Any] = {
        "case": case,
        "frames": len(gaps),
        "p50_ms": round(float(p50), 1),
        "p95_ms": round(float(p95), 1),
        "late": f"{100 * float((gaps > LATE_MS).mean()):.1f} %",
    }
    if plain is not None:
        facts["p95_against_plain_pan"] = round(float(p95) / plain, 2)
    say(**facts)
    return float(p95)


def say(**facts: object) -> None:
    """Print one line."""
    print(json.dumps(facts), flush=True)


if __name__ == "__main__":
    main()
