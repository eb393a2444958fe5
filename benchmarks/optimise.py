"""Territory building against every peer that installs, in one run, scored by a scorer that is not ours.

One JSON line each: seconds and processor seconds, steps, when all was within the tolerance, and the independent
scorer's figures, against which our own are checked; ``bars`` says what is wanted of the case and whether it was met.
Warm, five seeds. The yardsticks (``--instances DIR``) stand beside their scripts: ``DIR/../common.py`` and the others.

Run: ``python benchmarks/optimise.py --instances DIR [--case WORDS] [--only NAMES] [--seeds N] [--steps N | --cpu]
[--peers-python PATH | --no-peers]``; ``python benchmarks/optimise.py --table LINES.jsonl`` prints a table in Markdown.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from support.gliesch import diameter_ratio, gliesch_problem
from support.optimise_cases import MEMORY, SUGGEST, Build, Case, Rebalance, Several, Timed, chosen
from support.optimise_peers import METIS, Peers
from support.optimise_rebalance import bounds, proposals, rebalancer
from support.optimise_rebalance import warm_up as warm_up_rebalancing
from support.optimise_suggest import next_best_moves
from support.optimise_table import print_table
from support.yardstick import Yardstick
from territorymap.geo.contiguity import count_pieces
from territorymap.optimise.build import Budget, Builder, warm_up
from territorymap.optimise.energy import deviations
from territorymap.optimise.problem import Labels, Problem
from territorymap.optimise.shapes import SHAPES, builder_for

OURS = "territorymap"
_NO_END = 1 << 60
_CHILD = Path(__file__).parent / "support" / "optimise_child.py"


def main() -> None:
    """Print one JSON line for each case, contestant and seed."""
    options = _options()
    if options.table:
        print_table(options.table)
        return
    if options.instances is None:
        raise SystemExit("--instances DIR: the folder of the yardsticks (inst), beside their common.py.")
    yardstick = Yardstick(options.instances)
    peers = None
    if not options.no_peers and options.peers_python:
        names = [name for name in options.only.split(",") if name and name != OURS]
        if names or not options.only:
            peers = Peers(options.peers_python, yardstick, options.peer_time, options.peer_memory, names)
    begun = time.perf_counter()
    warm_up()
    say(
        machine=f"{platform.machine()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}",
        python=platform.python_version(),
        warm_up_s=round(time.perf_counter() - begun, 2),
        seeds=options.seeds,
        peers=peers.installed() if peers else {},
    )
    runner = Runner(yardstick, peers, options)
    for case in chosen(options.case):
        for facts in runner.run(case):
            say(case=case.name, **facts)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--instances", type=Path, help="folder of the yardsticks' instances")
    parser.add_argument("--case", default="", help="only cases with one of these words in their name, by comma")
    parser.add_argument("--only", default="", help=f"only these contestants, by comma: {OURS}, {METIS}, ...")
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--seconds", type=float, help="instead of the bar's")
    parser.add_argument("--steps", type=int, help="measure by steps, not by the clock: the same on any machine")
    parser.add_argument("--cpu", action="store_true", help="seconds of the processor instead: for a busy machine")
    parser.add_argument("--no-peers", action="store_true")
    parser.add_argument("--peers-python", type=Path, help="a Python in which the peers are installed")
    parser.add_argument("--peer-time", type=float, default=120.0, help="seconds for each peer")
    parser.add_argument("--peer-memory", type=float, default=8.0, help="GB of address space for each peer")
    parser.add_argument("--table", type=Path, help="print the table of lines that were measured before")
    return parser.parse_args()


def say(**facts: object) -> None:
    """Print one line."""
    print(json.dumps(facts, default=bool), flush=True)  # numpy's bools are the only others


class Runner:
    """Measures case by case."""

    def __init__(self, yardstick: Yardstick, peers: Peers | None, options: argparse.Namespace) -> None:
        self.yardstick, self.peers, self.options = yardstick, peers, options
        only = options.only.split(",")
        self._is_ours_asked = not options.only or OURS in only

    def run(self, case: Case) -> Iterator[dict[str, Any]]:
        if isinstance(case, Build):
            yield from self._build(case)
        elif isinstance(case, Rebalance):
            yield from self._rebalance(case)
        elif isinstance(case, Several):
            yield from self._several(case)
        elif self._is_ours_asked:
            yield from self._timed(case)

    # -- build ---------------------------------------------------------------------------------------------------------

    def _build(self, case: Build) -> Iterator[dict[str, Any]]:
        if self._is_ours_asked:
            problem = self.yardstick.problem(case.instance, case.n_territories, case.tolerance)
            for seed in range(1, self.options.seeds + 1):
                run = _search(lambda: Builder(problem, seed), self._seconds(case.seconds), self.options)  # noqa: B023
                yield self._judged(case, problem, seed, run)
        if self.peers is not None:
            yield from self.peers.build(case.instance, case.n_territories, 1)
            # Compactness is compared with the mean of METIS over as many seeds as ours.
            if not self.peers.names or METIS in self.peers.names:
                for seed in range(2, self.options.seeds + 1):
                    yield from self.peers.build(case.instance, case.n_territories, seed, METIS)

    def _judged(self, case: Build, problem: Problem, seed: int, run: Run) -> dict[str, Any]:
        facts = self.yardstick.score(case.instance, run.label, case.n_territories)
        _check(problem, run.label, facts)
        return {"who": OURS, "seed": seed, **run.facts, **facts, "bars": case.bars(facts)}

    def _seconds(self, bar: float) -> float:
        return float(self.options.seconds or bar)

    # -- rebalance -----------------------------------------------------------------------------------------------------

    def _rebalance(self, case: Rebalance) -> Iterator[dict[str, Any]]:
        yardstick, known = self.yardstick, {}
        if self.peers is not None:
            for row in self.peers.rebalance(case.instance, case.n_territories, case.tolerance):
                yield row
                if "flow_pct" in row:
                    known["flow_pct"] = row["flow_pct"]
                if row["who"].startswith("rebuild with METIS"):
                    known["rebuild_pct"] = row["moved_pct"]
        if not self._is_ours_asked:
            return
        base = yardstick.base(case.instance, case.n_territories)
        mass = yardstick.instance(case.instance).w
        problem = yardstick.problem(case.instance, case.n_territories, case.tolerance, base=base)
        known |= bounds(problem)
        known.setdefault("flow_pct", known["own_flow_pct"])
        known["pp_before"] = yardstick.score(case.instance, base, case.n_territories)["pp_mean"]
        warm_up_rebalancing()
        for seed in range(1, self.options.seeds + 1):
            run = _search(lambda: rebalancer(problem, seed), self._seconds(case.seconds), self.options)  # noqa: B023
            facts = yardstick.score(case.instance, run.label, case.n_territories)
            _check(problem, run.label, facts)
            facts |= {**known, "moved_pct": round(100 * float(mass[run.label != base].sum() / mass.sum()), 3)}
            yield {"who": OURS, "seed": seed, **run.facts, **facts, "bars": case.bars(facts)}
        for facts in proposals(problem, 1, self._seconds(case.seconds), self.options.steps):
            yield {"who": f"{OURS}, proposal", **facts}

    # -- several measures ----------------------------------------------------------------------------------------------

    def _several(self, case: Several) -> Iterator[dict[str, Any]]:
        if not self._is_ours_asked:
            return
        for shape, seconds in zip(SHAPES, (case.seconds, case.ratio_seconds), strict=True):
            for seed in range(1, self.options.seeds + 1):
                problem = gliesch_problem(case.n_units, case.n_territories, seed)
                make = lambda: builder_for(problem, seed, shape=shape)  # noqa: B023, E731
                run = _search(make, self._seconds(seconds), self.options)
                own = deviations(Builder(problem).ground, run.label)
                load = np.array([np.bincount(run.label, w, minlength=case.n_territories) for w in problem.weight])
                apart = np.abs(load / problem.target - 1).max()
                assert np.isclose(apart, np.abs(own).max())
                facts = {
                    "shape": shape,
                    "noncontig": int((count_pieces(problem.adjacency, run.label, case.n_territories) != 1).sum()),
                    "max_dev_pct": round(100 * float(apart), 3),
                    "diameter_ratio": round(diameter_ratio(problem, run.label), 4),
                }
                facts = {"who": OURS, "seed": seed, **run.facts, **facts}
                yield {**facts, "bars": case.bars(facts)}

    # -- seconds and megabytes -----------------------------------------------------------------------------------------

    def _timed(self, case: Timed) -> Iterator[dict[str, Any]]:
        if case is SUGGEST:
            facts = next_best_moves(case.size["n_territories"])
        else:
            facts = self._child("memory" if case is MEMORY else "first", case)
        yield {"who": OURS, **facts, "bars": case.bars(facts)}

    def _child(self, what: str, case: Timed) -> dict[str, Any]:
        command = [sys.executable, _CHILD, what, str(case.size["n_territories"])]
        done = subprocess.run(command, capture_output=True, text=True, timeout=600)
        if done.returncode:
            raise SystemExit(f"{case.name}: {done.stderr.strip().splitlines()[-1]}")
        facts: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
        return facts


class Run:
    """One search: its answer, and when it came."""

    def __init__(self) -> None:
        self.label: Labels = np.empty(0, dtype=np.int32)
        self.facts: dict[str, Any] = {}


def _search(make: Callable[[], Any], seconds: float, options: argparse.Namespace) -> Run:
    """Run a solver until its seconds or steps are used up."""
    run = Run()
    clock = time.process_time if options.cpu else time.perf_counter
    begun, cpu, steps = clock(), time.process_time(), options.steps
    passed = lambda: clock() - begun  # noqa: E731
    budget = Budget(steps or _NO_END, (lambda: False) if steps else (lambda: passed() > seconds))
    within, best = None, None
    for answer in make().run(budget):
        best = answer
        if within is None and answer.beyond <= 1e-6:
            within = round(passed(), 2)
    assert best is not None
    run.label = best.label
    run.facts = {
        "secs": round(passed(), 2),
        "cpu_s": round(time.process_time() - cpu, 2),
        "within_s": within,
        "steps": best.n_steps,
        "load": round(os.getloadavg()[0], 1),
    }
    return run


def _check(problem: Problem, label: NDArray[np.int32], facts: dict[str, Any]) -> None:
    """Hold our own figures against the independent scorer's."""
    worst = 100 * float(np.abs(deviations(Builder(problem, 1, label).ground, label)).max())
    assert abs(worst - facts["adj_max_dev_pct"]) < 0.006, (worst, facts["adj_max_dev_pct"])
    pieces = int((count_pieces(problem.adjacency, label, problem.n_territories) > 1).sum())
    assert pieces == facts["noncontig"], (pieces, facts["noncontig"])
    cut = label[problem.adjacency.pair]
    assert int((cut[:, 0] != cut[:, 1]).sum()) == facts["cut_edges"]


if __name__ == "__main__":
    main()
