"""How long it takes to merge two copies of a large plan; the peer in the same run is opening the plan.

Two planners make 300 edits each and three cuts in a plan of 33,791 ZIP areas, 150 territories and 100,000 accounts
(seeds 1 and 2). Run: ``python benchmarks/merge.py [--accounts N]``.
"""

from __future__ import annotations

import argparse
import os
import shutil
import tempfile
import time
from pathlib import Path

import numpy as np
import shapely

_STATE = tempfile.TemporaryDirectory(prefix="territorymap-bench-")
os.environ["TERRITORYMAP_STATE_DIR"] = _STATE.name

from support.layers import bench_layer  # noqa: E402
from support.plans import make_plan  # noqa: E402
from territorymap.session import commands as c  # noqa: E402
from territorymap.session.merging import merge_file  # noqa: E402
from territorymap.session.session import Command, Session  # noqa: E402

N_EDITS = 300


def edit(path: Path, seed: int, west: float) -> int:
    """Make edits as a planner does; returns how many. Cuts lie along meridians from ``west``."""
    rng = np.random.default_rng(seed)
    with Session.open(path, author=f"Planner {seed}") as session:
        for n in range(N_EDITS):
            session.do(_edit(session, rng, n))
        for n in range(3):
            line = shapely.LineString([(west + n, 38.0), (west + n + 0.01, 38.3)])
            session.do(c.cut_units(session.plan, session.geometry, line))
    return N_EDITS + 3


def _edit(session: Session, rng: np.random.Generator, n: int) -> Command:
    plan = session.plan
    territory = plan.territories[int(rng.integers(plan.n_territories))].territory_id
    if n % 10 == 0:
        return c.rename_territory(plan, territory, f"Renamed {rng.integers(10**9)}")
    if n % 10 == 1:
        accounts = rng.choice(len(plan.accounts), 5, replace=False)
        return c.set_override(plan, accounts, territory, "key account")
    if n % 10 == 2:
        account_id = int(plan.accounts.account_id[int(rng.integers(len(plan.accounts)))])
        row = {"account_name": f"Account {rng.integers(10**9)}"}
        return Command("Edit account", lambda writer, plan: writer.update("account", {account_id: row}))
    start = int(rng.integers(len(plan.units) - 30))
    return c.assign_units(plan, np.arange(start, start + 30), territory)


def main() -> None:
    """Print what was merged, and seconds."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--accounts", type=int, default=100_000)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        mine, theirs = Path(folder) / "mine.gpkg", Path(folder) / "theirs.gpkg"
        make_plan(mine, bench_layer("us-zip5"), 150, arguments.accounts, seed=1)
        shutil.copy(mine, theirs)
        n_mine, n_theirs = edit(mine, 1, -90.0), edit(theirs, 2, -95.0)
        started = time.perf_counter()
        with Session.open(mine) as session:
            opening_s = time.perf_counter() - started
            started = time.perf_counter()
            report = merge_file(session, theirs)
            merging_s = time.perf_counter() - started
            started = time.perf_counter()
            again = merge_file(session, theirs)
            again_s = time.perf_counter() - started
        print(f"edits: {n_mine} and {n_theirs}")
        print(
            f"taken: {report.taken_mine} mine, {report.taken_theirs} theirs, {report.same} alike,"
            f" {len(report.conflicts)} conflicts"
        )
        print(f"open the plan: {opening_s:.2f} s")
        print(f"merge: {merging_s:.2f} s, {merging_s / opening_s:.1f} times as long")
        print(f"merge again ({'nothing new' if again.is_empty else 'something new'}): {again_s:.2f} s")


if __name__ == "__main__":
    main()
