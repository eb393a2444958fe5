"""What a scenario costs: bytes in the file and seconds to open, against the first scenario of the same plan.

    python benchmarks/scenarios.py [--units us-zip5] [--accounts 100000] [--territories 150]

Prints how much the file grows by an untouched scenario and by one with 1,000 units moved, the time of a switch there
and back, and that of reading the plan, whose ratio is what matters: an untouched scenario opens in a small part of it.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from support.plans import size_options, sized_plan
from territorymap.session.commands import assign_units
from territorymap.session.commands.scenarios import new_scenario
from territorymap.session.session import Session

MOVED = 1_000


def main() -> None:
    """Make the plan and print the figures."""
    options = size_options(__doc__).parse_args()
    with sized_plan(options) as path:
        print(f"{options.units}, {options.accounts:,} accounts, {options.territories} territories")
        _measure(path)


def _measure(path: Path) -> None:
    before = path.stat().st_size
    with Session.open(path) as session:
        session.do(new_scenario(session.plan, "Untouched"))
    untouched = path.stat().st_size
    print(f"an untouched scenario: {untouched - before:,} bytes of {before:,}")
    _, read_s = _timed(lambda: Session.open(path).close())
    with Session.open(path) as session:
        _ = session.totals
        other = session.plan.scenarios[-1].scenario_id
        _, there_s = _timed(lambda: session.switch_scenario(other))
        units = np.flatnonzero(session.plan.unit_territory >= 0)[:MOVED]
        target_id = session.plan.territories[-1].territory_id
        _, edit_s = _timed(lambda: session.do(assign_units(session.plan, units, target_id)))
        _, back_s = _timed(lambda: session.switch_scenario(1))
        _, again_s = _timed(lambda: session.switch_scenario(other))
    print(f"with {MOVED:,} units moved (history included): {path.stat().st_size - untouched:,} bytes")
    print(f"reading the plan {read_s:.2f} s; switch {there_s * 1000:.0f} ms, back {back_s * 1000:.0f} ms,", end=" ")
    print(f"again {again_s * 1000:.0f} ms = {again_s / read_s:.2f} of reading; edit of {MOVED:,} units {edit_s:.2f} s")


def _timed(action: Callable[[], object]) -> tuple[object, float]:
    start = time.perf_counter()
    result = action()
    return result, time.perf_counter() - start


if __name__ == "__main__":
    main()
