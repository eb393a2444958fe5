"""What several alignments cost: a plan with four of them beside one with one; 11,299 units, 100,000 accounts.

Four alignments of 150 territories each: field (all accounts), inside, account management, partners, the last three with
a scope over revenue or industry. Measured: an edit by ``session.do`` with the owners of all alignments brought up to
date after it, a switch of the alignment, the owners of all four for the first time; and, unless ``--no-window``, the
stroke of benchmarks/edit.py in the real window (budget: p95 below 50 ms) and a switch until the map shows it.
The two plans take turns; the ratio of their medians says what an edit pays for alignments that it does not touch.

Run: ``python benchmarks/alignments.py [--edits N] [--no-window]``
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
from numpy.typing import NDArray

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
_STATE = tempfile.TemporaryDirectory(prefix="territorymap-bench-")
os.environ["TERRITORYMAP_STATE_DIR"] = _STATE.name

from support.plans import make_plan  # noqa: E402
from territorymap.geo.shipped import load_layer  # noqa: E402
from territorymap.session.commands import assign_units, new_alignment  # noqa: E402
from territorymap.session.session import Session  # noqa: E402

LAYER, N_TERRITORIES, N_ACCOUNTS, SEED = "de-gemeinden", 150, 100_000, 1
MAX_RATIO, MAX_P95_MS = 1.3, 50.0


def main() -> None:
    """Print one JSON line a case, and the ratios."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--edits", type=int, default=200, help="counted edits a plan")
    parser.add_argument("--rounds", type=int, default=4, help="how often the plans take turns")
    parser.add_argument("--strokes", type=int, default=60, help="counted strokes in the window, a plan")
    parser.add_argument("--no-window", action="store_true")
    options = parser.parse_args()
    say(machine=f"{platform.machine()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}", seed=SEED)
    with tempfile.TemporaryDirectory(prefix="territorymap-alignments-") as folder:
        plans = {"one": Path(folder) / "one.gpkg", "four": Path(folder) / "four.gpkg"}
        layer = load_layer(LAYER)
        for path in plans.values():
            make_plan(path, layer, N_TERRITORIES, N_ACCOUNTS, SEED)
        add_alignments(plans["four"])
        say(units=len(layer), accounts=N_ACCOUNTS, territories=N_TERRITORIES, mb=megabytes(plans))
        without_window(plans, options.edits)
        if not options.no_window:
            in_window(plans, options.strokes, options.rounds)


def say(**facts: object) -> None:
    """Print one line."""
    print(json.dumps(facts), flush=True)


def megabytes(plans: dict[str, Path]) -> dict[str, float]:
    return {name: round(path.stat().st_size / 1e6, 1) for name, path in plans.items()}


def add_alignments(path: Path) -> None:
    """Add three alignments, each with 150 territories of its own on the same ground."""
    with Session.open(path, author="benchmark") as session:
        (revenue,) = [measure for measure in session.plan.measures if measure.name == "Revenue"]
        field = f'"field":"measure:{revenue.uuid}"'
        scopes = {"Inside": f'{{{field},"below":3000}}', "Account management": f'{{{field},"from":3000}}'}
        scopes["Partners"] = f'{{"not":{{{field},"from":500,"to":8000}}}}'
        for name, scope in scopes.items():
            session.do(new_alignment(session.plan, name, role=name, scope=scope, copy_of=1))


# -- without a window --------------------------------------------------------------------------------------------------


def without_window(plans: dict[str, Path], n_edits: int) -> None:
    """Time edits, coverages and switches of the sessions alone; the plans take turns edit by edit."""
    with Session.open(plans["one"], author="benchmark") as one, Session.open(plans["four"], author="benchmark") as four:
        sessions = {"one": one, "four": four}
        for name, session in sessions.items():
            say(case="owners of all, first time", plan=name, ms=round(timed(session.coverages), 1))
        edits: dict[str, list[float]] = {name: [] for name in sessions}
        for unit, neighbour in border_pairs(one)[: n_edits + 5].tolist():
            for name, session in sessions.items():
                edits[name].append(edit_ms(session, unit, neighbour))
        edits = {name: times[5:] for name, times in edits.items()}
        for name, times in edits.items():
            say(case="edit and owners of all", plan=name, n=len(times), **percentiles(times))
        ratio = float(np.median(edits["four"]) / np.median(edits["one"]))
        say(case="edit and owners of all", ratio_of_p50s=round(ratio, 2), wanted_below=MAX_RATIO)
        ids = [alignment.alignment_id for alignment in four.plan.alignments]
        switches = [timed(lambda i=i: four.switch_alignment(i)) for i in (ids[1:] + ids[:1]) * 4]  # type: ignore[misc]
        say(case="switch alignment", n=len(switches), **percentiles(switches))


def border_pairs(session: Session) -> NDArray[np.int64]:
    """(n, 2) neighbouring units of two territories, in a random order."""
    plan = session.plan
    pairs = session.adjacency.pair[(plan.unit_territory[session.adjacency.pair] >= 0).all(axis=1)]
    pairs = pairs[plan.unit_territory[pairs[:, 0]] != plan.unit_territory[pairs[:, 1]]]
    return np.random.default_rng(SEED).permutation(pairs)


def edit_ms(session: Session, unit: int, neighbour: int) -> float:
    """Return milliseconds of one unit given to its neighbour's territory, and the owners of all alignments."""
    target = session.plan.territories[int(session.plan.unit_territory[neighbour])].territory_id
    command = assign_units(session.plan, np.array([unit]), target)
    return timed(lambda: (session.do(command), session.coverages()))


def timed(work: object) -> float:
    begin = time.perf_counter()
    work()  # type: ignore[operator]
    return (time.perf_counter() - begin) * 1000


def percentiles(times: list[float]) -> dict[str, float]:
    p50, p95 = np.percentile(times, [50, 95])
    return {"p50_ms": round(float(p50), 2), "p95_ms": round(float(p95), 2)}


# -- in the real window ------------------------------------------------------------------------------------------------


def in_window(plans: dict[str, Path], n_strokes: int, n_rounds: int) -> None:
    """Time strokes and switches until the map shows them."""
    import edit as strokes

    from support.window import Window, application

    app = application()
    times: dict[str, list[float]] = {name: [] for name in plans}
    for turn in range(n_rounds):
        for name, path in plans.items():
            times[name] += strokes.edit_times(path, n_strokes // n_rounds, seed=turn)
    for name, found in times.items():
        say(case="stroke until repainted", plan=name, n=len(found), **percentiles(found), wanted_p95_below=MAX_P95_MS)
    ratio = float(np.median(times["four"]) / np.median(times["one"]))
    say(case="stroke until repainted", ratio_of_p50s=round(ratio, 2), wanted_below=MAX_RATIO)
    window = Window(plans["four"])
    try:
        ids = [alignment.alignment_id for alignment in window.session.plan.alignments]
        shown = [timed(lambda i=i: shown_switch(window, i)) for i in (ids[1:] + ids[:1]) * 2]  # type: ignore[misc]
        say(case="switch until the map has it", n=len(shown), **percentiles(shown))
    finally:
        window.close()
    app.quit()


def shown_switch(window: object, alignment_id: int) -> None:
    """Switch and wait until the page has the territories of the alignment."""
    from territorymap.ui.screenshot import wait_until

    session, evaluate = window.session, window.evaluate  # type: ignore[attr-defined]
    session.switch_alignment(alignment_id)
    wanted = session.plan.territories[0].territory_id
    assert wait_until(lambda: evaluate("__tm.plan.territories[0].id") == wanted, 20.0), "the page has another alignment"


if __name__ == "__main__":
    main()
