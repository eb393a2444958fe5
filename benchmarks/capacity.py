"""Sizing, market priority and funnels at full size, as fast as a slider is drawn; against the same sums in pandas.

One JSON line a case: milliseconds, the median of the repeats, ours and the peer's, and their ratio. Both come to the
same numbers, which is asserted. Plan: benchmarks/support/plans.py, seed 1.

Run: ``python benchmarks/capacity.py [--layer NAME] [--accounts N] [--repeats N]``
"""

from __future__ import annotations

import argparse
import json
import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

_STATE = tempfile.TemporaryDirectory(prefix="territorymap-bench-")
os.environ["TERRITORYMAP_STATE_DIR"] = _STATE.name

import numpy as np  # noqa: E402
import pandas as pd  # noqa: E402

from support.layers import BIG, bench_layer  # noqa: E402
from support.plans import make_plan  # noqa: E402
from territorymap.metrics.capacity.assumed import Criterion, Market, Sizing  # noqa: E402
from territorymap.metrics.capacity.usual import usual_sizing  # noqa: E402
from territorymap.model.plan import Plan  # noqa: E402
from territorymap.session.capacity import outlooks, rank_session, scorecards_of, size_session  # noqa: E402
from territorymap.session.session import Session  # noqa: E402

SEED = 1


def main() -> None:
    """Print one JSON line a case."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--layer", default=BIG)
    parser.add_argument("--accounts", type=int, default=100_000)
    parser.add_argument("--repeats", type=int, default=7)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="territorymap-capacity-") as folder:
        path = Path(folder) / "plan.gpkg"
        make_plan(path, bench_layer(options.layer), 150, options.accounts, seed=SEED)
        with Session.open(path, read_only=True) as session:
            _run(session, options.repeats)


def _run(session: Session, repeats: int) -> None:
    plan = session.plan
    size = {"units": len(plan.units), "accounts": len(plan.accounts), "territories": plan.n_territories}
    sizing, revenue = usual_sizing(plan), next(m for m in plan.measures if m.source == "account")
    market = Market("states", (Criterion("Revenue", "sum", revenue.uuid), Criterion("Mean", "mean", revenue.uuid)))
    ours, peer = size_session(session, sizing), _pandas_hours(plan, sizing)
    assert np.isclose(ours.methods[0].field.basis + ours.methods[0].inside.basis, peer), "both sum the same hours"
    ranked, theirs = rank_session(session, market), _pandas_scores(plan, revenue.column_name)
    assert np.allclose(ranked.score, theirs.reindex(ranked.places.keys).to_numpy(), equal_nan=True)
    cases: list[tuple[str, Callable[[], Any], Callable[[], Any] | None]] = [
        ("three methods of sizing", lambda: size_session(session, sizing), lambda: _pandas_hours(plan, sizing)),
        ("markets", lambda: rank_session(session, market), lambda: _pandas_scores(plan, revenue.column_name)),
        ("scorecards of territories", lambda: scorecards_of(session), None),
        ("funnels of territories", lambda: outlooks(session), None),
    ]
    for name, run, other in cases:
        ours_ms, peer_ms = _ms(run, repeats), _ms(other, repeats) if other is not None else None
        line = {"case": name, **size, "ms": round(ours_ms, 1)}
        if peer_ms is not None:
            line |= {"pandas_ms": round(peer_ms, 1), "ratio": round(ours_ms / peer_ms, 2)}
        print(json.dumps(line))


def _ms(run: Callable[[], Any], repeats: int) -> float:
    run()
    found = []
    for _ in range(repeats):
        start = time.perf_counter()
        run()
        found.append(1000 * (time.perf_counter() - start))
    return median(found)


def _pandas_hours(plan: Plan, sizing: Sizing) -> float:
    """Hours of all accounts by ABC class: the workload build-up alone, the smallest called."""
    measure = next(m for m in plan.measures if m.uuid == sizing.class_key)
    frame = pd.DataFrame({"amount": plan.accounts.values[measure.column_name]})
    frame = frame.sort_values("amount", ascending=False)
    before = (frame["amount"].cumsum() - frame["amount"]) / frame["amount"].sum()
    frame["class"] = np.searchsorted(sizing.limits, before, side="right")
    table = pd.DataFrame([(c.visits * c.visit_min, c.calls * c.call_min) for c in sizing.classes], columns=["v", "c"])
    joined = frame.join(table, on="class")
    last = len(sizing.classes) - 1
    return float(np.where(joined["class"] == last, joined["c"], joined["v"]).sum() / 60)


def _pandas_scores(plan: Plan, column: str) -> pd.Series[float]:
    """Score of each state by the sum and the mean of a measure, equal weights."""
    inside = plan.accounts.unit_ix >= 0
    frame = pd.DataFrame(
        {
            "state": plan.units.parent_code[plan.accounts.unit_ix[inside]],
            "amount": plan.accounts.values[column][inside],
        }
    )
    values = frame.groupby("state")["amount"].agg(["sum", "mean"])
    scaled = (values - values.min()) / (values.max() - values.min())
    return scaled.mean(axis=1)


if __name__ == "__main__":
    main()
