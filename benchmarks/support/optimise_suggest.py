"""How long after an edit the next best moves are there, on an open plan of 33,791 units. Owns the edits measured."""

from __future__ import annotations

import os
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

from support.layers import BIG, bench_layer
from support.plans import make_plan
from territorymap.session.commands import assign_units
from territorymap.session.session import Session
from territorymap.session.solving.suggesting import Search

ACCOUNTS, EDITS, SEED = 100_000, 40, 1


def next_best_moves(n_territories: int) -> dict[str, Any]:
    """Return the milliseconds of the whole look after an edit, its 95th percentile over edits, and of its longest step.

    The window takes one step at a time between the planner's own events; the edit itself is timed apart.
    """
    rng = np.random.default_rng(SEED)
    looks, longest, edits, busy, found = [], [], [], [], 0
    with tempfile.TemporaryDirectory(prefix="territorymap-bench-") as folder:
        os.environ["TERRITORYMAP_STATE_DIR"] = folder
        path = Path(folder) / "plan.gpkg"
        make_plan(path, bench_layer(BIG), n_territories, ACCOUNTS)
        with Session.open(path) as session:
            for k in range(EDITS + 3):
                plan = session.plan
                ends = plan.unit_territory[session.adjacency.pair]
                across = np.flatnonzero((ends[:, 0] != ends[:, 1]) & (ends >= 0).all(axis=1))
                u, v = session.adjacency.pair[rng.choice(across)]
                taker = plan.territories[int(plan.unit_territory[v])].territory_id
                begun = time.perf_counter()
                session.do(assign_units(plan, np.array([u]), taker))
                done = time.perf_counter()
                cpu = time.process_time()
                search, steps = Search(session), [done]
                for _ in search.steps():
                    steps.append(time.perf_counter())
                steps.append(time.perf_counter())
                if k >= 3:  # the first looks warm up
                    edits.append(done - begun)
                    looks.append(steps[-1] - done)
                    busy.append(time.process_time() - cpu)
                    longest.append(float(np.diff(steps).max()))
                    found += len(search.result.moves) > 0
            n_units = len(session.plan.units)
    return {
        "units": n_units,
        "territories": n_territories,
        "accounts": ACCOUNTS,
        "edits": EDITS,
        "with_moves": found,
        "ms": round(1000 * float(np.percentile(looks, 95)), 1),
        "ms_p50": round(1000 * float(np.median(looks)), 1),
        "cpu_ms": round(1000 * float(np.percentile(busy, 95)), 1),
        "longest_step_ms": round(1000 * max(longest), 1),
        "edit_ms_p50": round(1000 * float(np.median(edits)), 1),
        "load": round(os.getloadavg()[0], 1),
    }
