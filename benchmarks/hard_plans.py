"""Hostile plans through every door: how many, and that each ends in a good result or one clear error.

    python benchmarks/hard_plans.py                    # the whole catalogue
    python benchmarks/hard_plans.py --only trigger     # cases whose name has this in it
    python benchmarks/hard_plans.py --fuzz-minutes 10  # random bytes as well
    python benchmarks/hard_plans.py --repairs 1000     # random damage, repaired, held against the original

Each door of each case runs in a process of its own limits: 60 s of the processor, 2 GB. Linux only.
"""

from __future__ import annotations

import argparse
import os
import random
import re
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

for _variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ.setdefault(_variable, "1")  # what forks may have no threads
_ROOT = Path(__file__).resolve().parent.parent
if str(_ROOT) not in sys.path:
    sys.path.insert(0, str(_ROOT))

from benchmarks.support.hostile_plans.base import make_base, sealed  # noqa: E402
from benchmarks.support.hostile_plans.cases import Case, all_cases  # noqa: E402
from benchmarks.support.hostile_plans.doors import DOORS  # noqa: E402
from benchmarks.support.hostile_plans.running import Outcome, run_case  # noqa: E402


@dataclass
class Options:
    """What is run."""

    only: str = ""  # a regular expression that names must meet
    sample: int = 0  # so many cases at random; 0 = all
    skip: int = 0  # so many cases of the catalogue, to go on with a run that was ended
    doors: tuple[str, ...] = tuple(DOORS)
    is_quick: bool = False  # without the cases that take seconds to make
    fuzz_minutes: float = 0.0
    repairs: int = 200
    seed: int = 1
    is_loud: bool = False


def run(options: Any = None) -> list[dict[str, object]]:
    """Return rows for the table of benchmarks/hard.py: what was tried, how often, how it ended."""
    wish = options if isinstance(options, Options) else Options()
    folder = Path(tempfile.mkdtemp(prefix="hard-plans-"))
    former = os.environ.get("TERRITORYMAP_STATE_DIR")
    os.environ["TERRITORYMAP_STATE_DIR"] = str(folder / "state")
    try:
        base = folder / "base.gpkg"
        make_base(base)
        rows = [_catalogue(base, wish)]
        if wish.fuzz_minutes:
            rows.append(_fuzz(base, wish))
        if wish.repairs and not wish.only:
            rows.append(_repairs(folder, wish))
        return rows
    finally:
        shutil.rmtree(folder)
        if former is None:
            del os.environ["TERRITORYMAP_STATE_DIR"]
        else:
            os.environ["TERRITORYMAP_STATE_DIR"] = former


def _catalogue(base: Path, wish: Options) -> dict[str, object]:
    cases = [c for c in all_cases(base) if re.search(wish.only, c.name) and not (wish.is_quick and c.is_big)]
    cases = cases[wish.skip :]
    if wish.sample:
        cases = random.Random(wish.seed).sample(cases, min(wish.sample, len(cases)))
    return _row("hostile plans", len(cases), (o for case in cases for o in _told(case, base, wish)))


def _fuzz(base: Path, wish: Options) -> dict[str, object]:
    deadline = time.monotonic() + 60 * wish.fuzz_minutes
    n = 0

    def outcomes() -> Iterator[Outcome]:
        nonlocal n
        while time.monotonic() < deadline:
            n += 1
            yield from _told(mutation(wish.seed * 1_000_000 + n), base, wish)

    row = _row("mutated plans", 0, outcomes())
    return {**row, "cases": n}


def mutation(seed: int) -> Case:
    """Return a case of random changes to the bytes; half of them carry a mark that hides them."""

    def bend(path: Path) -> None:
        rng = random.Random(seed)
        content = bytearray(path.read_bytes())
        for _ in range(rng.choice([1, 1, 2, 4, 8, 32])):
            at = rng.randrange(len(content))
            match rng.randrange(6):
                case 0:
                    content[at] ^= 1 << rng.randrange(8)
                case 1:
                    content[at] = rng.choice([0, 1, 0x7F, 0x80, 0xFF])
                case 2:
                    size = rng.randrange(1, 64)
                    content[at : at + size] = rng.randbytes(min(size, len(content) - at))
                case 3:
                    other, size = rng.randrange(len(content)), rng.randrange(1, 200)
                    part = content[other : other + size]
                    content[at : at + len(part)] = part[: len(content) - at]
                case 4:
                    head = rng.randrange(len(content) // 4096) * 4096 + rng.randrange(12)
                    content[head] = rng.randrange(256)
                case 5:
                    content[rng.randrange(100)] = rng.randrange(256)
        path.write_bytes(content)
        if rng.random() < 0.5:
            try:
                sealed(path)
            except Exception:  # noqa: BLE001  (what cannot be sealed stays as it is)
                path.write_bytes(content)

    return Case(f"mutation {seed}", bend)


def _repairs(folder: Path, wish: Options) -> dict[str, object]:
    from territorymap.document.repairing import repair_plan
    from territorymap.errors import UserError
    from tests.document.repairing.plans import check_law, damage, plan_with_past, rows_by_key

    started, slowest, ends = time.monotonic(), 0.0, Counter[str]()
    place = folder / "repairs"
    place.mkdir()
    for n in range(wish.repairs):
        if n % 20 == 0:
            shutil.rmtree(place)
            place.mkdir()
            path = plan_with_past(place, seed=wish.seed + n, n_steps=20)
            whole, before = path.read_bytes(), rows_by_key(path)
        path.write_bytes(whole)
        way = damage(path, random.Random(wish.seed * 100_000 + n))
        saved = place / f"saved {n}.gpkg"
        begun = time.monotonic()
        try:
            report = repair_plan(path, saved)
        except UserError as error:
            ends["refused" if "no units" in error.message else f"fault: {error.message}"] += 1
            continue
        slowest = max(slowest, time.monotonic() - begun)
        try:
            check_law(before, saved, report)
            ends["good"] += 1
        except AssertionError as error:
            ends["fault"] += 1
            print(f"repair {n} ({way}): {error}")
        saved.unlink()
    n_faults = sum(n for end, n in ends.items() if end.startswith("fault"))
    return {
        "what": "damaged plans repaired", "cases": wish.repairs, "tries": wish.repairs, "good": ends["good"],
        "refused": ends["refused"], "faults": n_faults, "slowest_s": round(slowest, 2), "most_mb": 0,
        "seconds": round(time.monotonic() - started),
    }  # fmt: skip


def _told(case: Case, base: Path, wish: Options) -> list[Outcome]:
    outcomes = run_case(case, base, wish.doors)
    for outcome in outcomes:
        if outcome.is_fault:
            print(f"FAULT {outcome.case} | {outcome.door} | {outcome.seconds:.1f} s | {outcome.result}", flush=True)
        elif wish.is_loud:
            print(f"{outcome.case} | {outcome.door} | {outcome.seconds:.2f} s | {outcome.result}", flush=True)
    return outcomes


def _row(what: str, n_cases: int, outcomes: Iterator[Outcome]) -> dict[str, object]:
    started, ends, slowest, most = time.monotonic(), Counter[str](), 0.0, 0.0
    for outcome in outcomes:
        ends["faults" if outcome.is_fault else outcome.result.split(":")[0]] += 1
        slowest, most = max(slowest, outcome.seconds), max(most, outcome.memory_mb)
    return {
        "what": what, "cases": n_cases, "tries": sum(ends.values()), "good": ends["good"], "refused": ends["refused"],
        "faults": ends["faults"], "slowest_s": round(slowest, 1), "most_mb": round(most),
        "seconds": round(time.monotonic() - started),
    }  # fmt: skip


def main() -> None:
    """Print one line a kind of trial; exit code 1 if anything went wrong."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", default="", help="cases whose name meets this regular expression")
    parser.add_argument("--sample", type=int, default=0, help="so many cases at random")
    parser.add_argument("--skip", type=int, default=0, help="leave out so many cases at the beginning")
    parser.add_argument("--doors", default=",".join(DOORS), help="comma separated")
    parser.add_argument("--quick", dest="is_quick", action="store_true", help="without cases that take long to make")
    parser.add_argument("--fuzz-minutes", type=float, default=0.0)
    parser.add_argument("--repairs", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--loud", dest="is_loud", action="store_true", help="print every try")
    arguments = vars(parser.parse_args())
    rows = run(Options(**{**arguments, "doors": tuple(arguments["doors"].split(","))}))
    for row in rows:
        print("  ".join(f"{name} {value}" for name, value in row.items()))
    sys.exit(any(row["faults"] for row in rows))


if __name__ == "__main__":
    main()
