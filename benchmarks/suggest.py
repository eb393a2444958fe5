"""Next best moves while editing: how soon after an edit they are there, and that no edit waits for them.

Real window, 33,791 units, 150 territories, 100,000 accounts, seed 1. The same kind of strokes with the panel "Next
moves" in sight and with another one in its place, taking turns; the ratio of the two medians, pointer up to repainted
map, says whether an edit pays for the panel. Run: ``python benchmarks/suggest.py [--strokes N] [--accounts N]``.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import tempfile
import time
from pathlib import Path

import numpy as np

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
_STATE = tempfile.TemporaryDirectory(prefix="territorymap-bench-")
os.environ["TERRITORYMAP_STATE_DIR"] = _STATE.name

from support.layers import BIG, bench_layer  # noqa: E402
from support.plans import make_plan  # noqa: E402
from support.window import Window, application  # noqa: E402
from territorymap.session.session import PlanChange  # noqa: E402
from territorymap.session.solving.suggesting import Search  # noqa: E402
from territorymap.ui.screenshot import wait_until  # noqa: E402

TERRITORIES = 150
MAX_MS, MAX_RATIO = 50.0, 1.1
WITH, WITHOUT = "moves", "reps"


def main() -> None:
    """Print one JSON line a figure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--strokes", type=int, default=60, help="counted strokes with and as many without the panel")
    parser.add_argument("--rounds", type=int, default=4, help="how often the two take turns")
    parser.add_argument("--accounts", type=int, default=100_000)
    options = parser.parse_args()
    app = application()
    with tempfile.TemporaryDirectory() as folder:
        plan = Path(folder) / "plan.gpkg"
        make_plan(plan, bench_layer(BIG), TERRITORIES, options.accounts, seed=1)
        bench = Bench(plan)
        try:
            for turn in range(options.rounds):
                for panel in (WITH, WITHOUT) if turn % 2 == 0 else (WITHOUT, WITH):
                    bench.strokes(panel, options.strokes // options.rounds)
            cpu, slices = bench.cpu()
        finally:
            bench.window.close()
    machine = {"machine": f"{platform.machine()}, {os.cpu_count()} cores", "qt": "software rendering, offscreen"}
    print(json.dumps({**machine, "units": bench.n_units, "territories": TERRITORIES, "accounts": options.accounts}))
    print(json.dumps({"figure": "edit to moves", **_quantiles(bench.to_moves), "wanted_p95_below_ms": MAX_MS}))
    print(json.dumps({"figure": "of that, processor time of the window", **_quantiles(bench.cpu_to_moves)}))
    print(json.dumps({"figure": "looking for moves, processor time", **_quantiles(cpu)}))
    print(json.dumps({"figure": "longest piece between two events, processor time", **_quantiles(slices)}))
    print(json.dumps({"figure": "the panel's share of an edit, processor time", **_quantiles(bench.in_edit, 3)}))
    for name in (WITH, WITHOUT):
        print(json.dumps({"figure": f"edit, panel {name!r} in sight", **_quantiles(bench.edits[name])}))
    ratio = float(np.median(bench.edits[WITH]) / np.median(bench.edits[WITHOUT]))
    print(json.dumps({"ratio_of_edits_with_and_without": round(ratio, 3), "wanted_below": MAX_RATIO}))
    app.quit()


class Bench:
    """The window, and a stopwatch between the plan's change and the moves."""

    def __init__(self, plan: Path) -> None:
        self.window = Window(plan)
        self.n_units = len(self.window.session.plan.units)
        self.edits: dict[str, list[float]] = {WITH: [], WITHOUT: []}
        self.to_moves: list[float] = []
        self.cpu_to_moves: list[float] = []  # of all that the window does in between
        self._changed_at = self._cpu_at = 0.0
        self._rng = np.random.default_rng(1)
        self.window.zoom_to(-83.0, 40.0, 7)
        # The first of all listeners: the clock starts before any view has done anything.
        listeners = self.window.session.listeners._others
        listeners.insert(0, lambda _change: self._start())
        self.in_edit: list[float] = []  # processor time of the panel while the edit is under way, ms
        listeners[listeners.index(self.window.main.moves_panel.plan_changed)] = self._follow
        self.window.main.moves_panel.looker.found.connect(lambda _result: self._stop())

    def _start(self) -> None:
        self._changed_at, self._cpu_at = time.perf_counter(), time.process_time()

    def _follow(self, change: PlanChange) -> None:
        start = time.thread_time()
        self.window.main.moves_panel.plan_changed(change)
        self.in_edit.append((time.thread_time() - start) * 1000)

    def _stop(self) -> None:
        if self._changed_at:
            self.to_moves.append((time.perf_counter() - self._changed_at) * 1000)
            self.cpu_to_moves.append((time.process_time() - self._cpu_at) * 1000)
            self._changed_at = 0.0

    def strokes(self, panel: str, n: int) -> None:
        """Paint n units over a border with a panel in sight; the first two do not count."""
        window, session = self.window, self.window.session
        window.main.docks.bring_up(panel)
        looker = window.main.moves_panel.looker
        wait_until(lambda: (looker.result is not None) == (panel == WITH), 20.0)
        plan, found = session.plan, []
        for unit in self._rng.permutation(window.visible_units()).tolist():
            others = plan.unit_territory[session.adjacency.neighbours_of(unit)]
            others = others[others != plan.unit_territory[unit]]
            if len(others):
                found.append((unit, plan.territories[int(others[0])].territory_id))
        for k, (unit, territory_id) in enumerate(found[: n + 2]):
            n_before = len(self.to_moves)
            ms = window.paint_unit(unit, territory_id)
            if panel == WITH:
                wait_until(lambda before=n_before: len(self.to_moves) > before, 20.0)
            self._changed_at = 0.0
            if k >= 2:
                self.edits[panel].append(ms)
            elif len(self.to_moves) > n_before:
                self.to_moves.pop()
                self.cpu_to_moves.pop()

    def cpu(self) -> tuple[list[float], list[float]]:
        """Return processor time of a look at each territory, and of its longest piece, in ms."""
        whole, longest = [], []
        for territory in self.window.session.plan.territories:
            steps = Search(self.window.session, territory.territory_id).steps()
            pieces, is_over = [], False
            while not is_over:
                start = time.thread_time()
                is_over = next(steps, True) is True
                pieces.append((time.thread_time() - start) * 1000)
            whole.append(sum(pieces))
            longest.append(max(pieces))
        return whole, longest


def _quantiles(values: list[float], digits: int = 1) -> dict[str, float | int]:
    p50, p95 = np.percentile(values, [50, 95])
    return {"n": len(values), "p50_ms": round(float(p50), digits), "p95_ms": round(float(p95), digits)}


if __name__ == "__main__":
    main()
