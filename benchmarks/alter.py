"""One territory dissolved or added against the plan built anew with so many: how much moves, how even, how long.

Instances of ../shared/bench (counties48, 40 territories; zips48, 200), one measure, 5 %, seed 1; the plan that is
altered is built first. For some territories: dissolved among those around, and that with further moves; and for some
units: a newcomer that begins there, and that with further moves. The peer is what else there is to do: the plan built
anew with one territory less or more in the same run, its territories named after those that they share most with
(scipy's assignment). Scored by the yardstick's own scorer. CPU seconds. Run:
``python benchmarks/alter.py --instances ../shared/bench/inst [--case counties48] [--number 5]``.
"""

from __future__ import annotations

import argparse
import json
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from support.yardstick import Yardstick
from territorymap.optimise import alter, build
from territorymap.optimise.adding import adding
from territorymap.optimise.build import Budget, Builder
from territorymap.optimise.dissolving import Dissolving
from territorymap.optimise.problem import Labels, Problem, even_targets
from territorymap.optimise.standing import Standing
from territorymap.optimise.widening import further

CASES = {"counties48": 40, "zips48": 200}
TOLERANCE, SEED = 0.05, 1
STEPS = 20_000_000  # of a plan built from nothing
NO_LIMIT = 10**12


def main() -> None:
    """Print one JSON line a figure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--instances", type=Path, required=True)
    parser.add_argument("--case", choices=sorted(CASES), action="append")
    parser.add_argument("--number", type=int, default=5, help="territories that are dissolved, and that are added")
    options = parser.parse_args()
    yardstick = Yardstick(options.instances)
    build.warm_up()
    alter.warm_up()
    for name in options.case or CASES:
        _run(yardstick, name, CASES[name], options.number)


def _run(yardstick: Yardstick, name: str, n: int, number: int) -> None:
    problem = yardstick.problem(name, n, TOLERANCE)
    base, _ = _built(problem)
    rng = np.random.default_rng(SEED)
    for leaver in rng.choice(n, number, replace=False).tolist():
        label = np.where(base == leaver, -1, base - (base > leaver)).astype(np.int32)
        lines = _dissolved(_with(problem, n - 1, label), label)
        _print(yardstick, name, f"dissolve {leaver}", n - 1, label, lines)
    for home in rng.choice(problem.n_units, number, replace=False).tolist():
        lines = _added(_with(problem, n + 1, base), base, n, home)
        _print(yardstick, name, f"add at {home}", n + 1, base, lines)


def _with(problem: Problem, n: int, label: Labels) -> Problem:
    return Problem(
        problem.adjacency, problem.weight, even_targets(problem.weight, n), problem.tolerance, problem.xy_km, base=label
    )


def _built(problem: Problem) -> tuple[Labels, float]:
    start = time.process_time()
    *_, answer = Builder(replace(problem, base=np.empty(0, dtype=np.int32)), SEED).run(Budget(STEPS))
    return answer.label, time.process_time() - start


def _standing(label: Labels, n: int) -> Standing:
    everybody = np.ones(n, dtype=np.bool_)
    return Standing(label, np.ones(len(label), dtype=np.bool_), everybody, ~everybody)


def _dissolved(problem: Problem, label: Labels) -> list[tuple[str, Labels, float]]:
    standing, start = _standing(label, problem.n_territories), time.process_time()
    *_, first = Dissolving(problem, standing, SEED).run(Budget(NO_LIMIT))
    lines = [("nobody else moves", first.label, time.process_time() - start)]
    return lines + _further(problem, standing, first.label, np.zeros(len(label), dtype=np.bool_), start)


def _added(problem: Problem, label: Labels, newcomer: int, home: int) -> list[tuple[str, Labels, float]]:
    standing, start = _standing(label, problem.n_territories), time.process_time()
    *_, first = adding(problem, standing, newcomer, home, SEED).run(Budget(NO_LIMIT))
    lines = [("only it takes", first.label, time.process_time() - start)]
    return lines + _further(problem, standing, first.label, np.arange(len(label)) == home, start)


def _further(
    problem: Problem, standing: Standing, label: Labels, fixed: NDArray[np.bool_], start: float
) -> list[tuple[str, Labels, float]]:
    found = list(further(problem, standing, label, fixed, Budget(NO_LIMIT), SEED))
    lines = [("with further moves", found[-1].label, time.process_time() - start)] if found else []
    anew, seconds = _built(problem)
    return [*lines, ("peer: built anew", _named(problem, anew, standing.label), seconds)]


def _named(problem: Problem, label: Labels, before: Labels) -> Labels:
    """Return a plan whose territories are those that they share most with."""
    n = problem.n_territories
    shared = np.zeros((n, n))
    known = before >= 0
    np.add.at(shared, (label[known], before[known]), problem.weight[0, known])
    rows, columns = linear_sum_assignment(-shared)
    name = np.empty(n, dtype=np.int32)
    name[rows] = columns
    return name[label]


def _print(
    yardstick: Yardstick, case: str, what: str, n: int, before: Labels, lines: list[tuple[str, Labels, float]]
) -> None:
    weight = yardstick.instance(case).w
    moved = [float(weight[(label != before) & (before >= 0)].sum() / weight.sum()) for _, label, _ in lines]
    for (how, label, seconds), share in zip(lines, moved, strict=True):
        facts: dict[str, Any] = yardstick.score(case, label, n)
        print(
            json.dumps(
                {
                    "case": case,
                    "what": what,
                    "how": how,
                    "cpu_s": round(seconds, 2),
                    "others_moved_pct": round(100 * share, 2),
                    "of_peer": round(share / moved[-1], 3) if moved[-1] else None,
                    "worst_pct": facts["adj_max_dev_pct"],
                    "over_5": facts["adj_over5"],
                    "noncontiguous": facts["noncontig"],
                    "polsby_popper": facts["pp_mean"],
                }
            ),
            flush=True,
        )


if __name__ == "__main__":
    main()
