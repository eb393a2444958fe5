"""Rebalancing as the program does it, on an instance. Owns how its solver is called; not what is wanted of it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

from territorymap.optimise.build import Budget
from territorymap.optimise.front import Front, run_courses
from territorymap.optimise.problem import Problem
from territorymap.optimise.rebalance import Rebalancer, warm_up

N_PROPOSALS = 8
_NO_END = 1 << 60

__all__ = ["bounds", "proposals", "rebalancer", "warm_up"]


def rebalancer(problem: Problem, seed: int) -> Rebalancer:
    """Return the search that moves the least of the first measure."""
    return Rebalancer(problem, problem.weight[0], seed=seed)


def bounds(problem: Problem) -> dict[str, float]:
    """Return our own yardsticks in percent: the transport between neighbours, and what no plan does without."""
    ruler = rebalancer(problem, 1)
    return {"own_flow_pct": round(100 * ruler.flow_share, 2), "lower_pct": round(100 * ruler.lower_bound(), 2)}


def proposals(problem: Problem, seed: int, seconds: float, steps: int | None) -> Iterator[dict[str, Any]]:
    """Yield the plans that a planner is shown in so many seconds, none better than another in everything."""
    begun, front = time.perf_counter(), Front()

    def until(share: float, n_done: Callable[[], int]) -> Budget:
        if steps is not None:
            return Budget(int(steps * share))
        return Budget(_NO_END, lambda: time.perf_counter() - begun > seconds * share)

    for _ in run_courses(
        lambda taste, on_found: Rebalancer(problem, problem.weight[0], seed=seed, taste=taste, on_found=on_found),
        front,
        until,
    ):
        pass
    chosen = front.chosen(N_PROPOSALS)
    for kind, found in chosen:
        yield {
            "proposal": kind,
            "of": len(chosen),
            "secs": round(time.perf_counter() - begun, 2),
            "moved_pct": round(100 * found.moved, 2),
            "worst_of_tolerance": round(found.worst, 3),
            "outside": found.outside,
            "inertia_of_before": round(found.spread, 3),
            "border_of_before": round(found.border, 3),
        }
