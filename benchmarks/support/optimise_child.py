"""A build in a process of its own, on an open plan of 33,791 units: what it needs of memory, and its first start.

Run: ``python optimise_child.py first|memory N_TERRITORIES``; one JSON line. ``first``: with an empty folder of compiled
loops, as on a new machine, and again with the folder as the first run left it.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

ACCOUNTS = 20_000
SECONDS = 20.0


def main() -> None:
    """Print the figures."""
    what, n_territories = sys.argv[1], int(sys.argv[2])
    if what == "run":
        print(json.dumps(run(Path(sys.argv[3]), n_territories)))
        return
    with tempfile.TemporaryDirectory(prefix="territorymap-bench-") as folder:
        os.environ["TERRITORYMAP_STATE_DIR"] = folder
        plan = Path(folder) / "plan.gpkg"
        make(plan, n_territories)
        os.environ["NUMBA_CACHE_DIR"] = str(Path(folder) / "compiled")
        first = in_a_process(plan, n_territories)
        later = in_a_process(plan, n_territories)
    facts = {key: later[key] for key in ("units", "territories", "accounts")}
    if what == "first":
        facts |= {f"first_{key}": first[key] for key in ("answer_s", "within_s")}
        facts |= {f"later_{key}": later[key] for key in ("answer_s", "within_s")}
    else:
        facts |= {"peak_mb": max(first["peak_mb"], later["peak_mb"])}
        facts |= {"peak_mb_first": first["peak_mb"], "peak_mb_later": later["peak_mb"], "plan_mb": later["plan_mb"]}
    print(json.dumps(facts | {"load": round(os.getloadavg()[0], 1)}))


def make(plan: Path, n_territories: int) -> None:
    from support.layers import BIG, bench_layer
    from support.plans import make_plan

    make_plan(plan, bench_layer(BIG), n_territories, ACCOUNTS)


def in_a_process(plan: Path, n_territories: int) -> dict[str, Any]:
    command = [sys.executable, __file__, "run", str(n_territories), str(plan)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True, timeout=300)
    facts: dict[str, Any] = json.loads(done.stdout)
    return facts


def run(plan: Path, n_territories: int) -> dict[str, Any]:
    """Open a plan, then build; the clock starts at the click, with the plan open and nothing of the solver loaded."""
    import resource

    from territorymap.session.session import Session

    def peak_mb() -> int:
        return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)

    with Session.open(plan) as session:
        before = peak_mb()
        clicked = time.perf_counter()
        from territorymap.session.solving.aims import Aim, Limits, Wishes
        from territorymap.session.solving.building import BuildJob
        from territorymap.session.solving.still import still_of
        from territorymap.session.solving.watch import Watch

        seen: list[float] = []
        within: list[float] = []

        def look(proposal: Any) -> None:
            seen.append(time.perf_counter() - clicked)
            if not within and all(m.outside_tolerance == 0 for m in proposal.figures.measures):
                within.append(seen[-1])

        job = BuildJob(still_of(session), Wishes((Aim("accounts", 0.05),), n_territories))
        job.run(Limits(seconds=SECONDS), Watch(on_best=look))
        return {
            "units": len(session.plan.units),
            "territories": n_territories,
            "accounts": ACCOUNTS,
            "answer_s": round(seen[0], 2),
            "within_s": round(within[0], 2) if within else None,
            "plan_mb": before,
            "peak_mb": peak_mb(),
        }


if __name__ == "__main__":
    main()
