"""What it costs a second window to follow the first: asking, and taking up a step, against opening the plan again.

    python benchmarks/following.py [--units us-zip5] [--accounts 100000] [--territories 150]

Prints microseconds of asking while nothing was written (every two seconds, so 10,000 us are half a percent of a core)
beside those of SQLite's shortest question, and milliseconds of following steps of one and of 10,000 units beside those
of reading the plan anew, which is what following saves.
"""

from __future__ import annotations

import sqlite3
import statistics
import time
from collections.abc import Callable

import numpy as np

from support.plans import size_options, sized_plan
from territorymap.session.commands import assign_units
from territorymap.session.session import Session

ASKED = 2_000
REPEATS = 7


def main() -> None:
    """Make the plan and print the figures."""
    options = size_options(__doc__).parse_args()
    with sized_plan(options) as path:
        print(f"{options.units}, {options.accounts:,} accounts, {options.territories} territories")
        with Session.open(path, author="first") as first, Session.open(path, author="second") as second:
            _ = first.balance, second.balance
            first.do(assign_units(first.plan, np.array([0]), first.plan.territories[0].territory_id))
            second.follow()
            _tell_asking(second)
            for n_units in (1, 10_000):
                _tell_following(first, second, n_units)


def _tell_asking(second: Session) -> None:
    peer = sqlite3.connect(":memory:")
    asking = _seconds(lambda: [second.document.is_behind for _ in range(ASKED)])
    shortest = _seconds(lambda: [peer.execute("SELECT 1").fetchone() for _ in range(ASKED)])
    print(f"asking {asking / ASKED * 1e6:.0f} us; SELECT 1 in memory {shortest / ASKED * 1e6:.1f} us")


def _tell_following(first: Session, second: Session, n_units: int) -> None:
    times, anew = [], []
    for turn in range(REPEATS):
        units = np.arange(min(n_units, len(first.plan.units)))
        first.do(assign_units(first.plan, units, first.plan.territories[1 + turn].territory_id))
        times.append(_seconds(second.follow))
        anew.append(_seconds(second.document.load))
    follow, load = statistics.median(times) * 1e3, statistics.median(anew) * 1e3
    print(f"a step of {n_units:,}: follow {follow:.0f} ms, read the plan anew {load:.0f} ms = {follow / load:.3f}")


def _seconds(run: Callable[[], object]) -> float:
    begin = time.perf_counter()
    run()
    return time.perf_counter() - begin


if __name__ == "__main__":
    main()
