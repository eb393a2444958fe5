"""Hostile files, given to every importer one after another: what came of each, how long it took, how much memory.

    python benchmarks/hard_files.py                 all of them, the heavy ones (100 MB cells, bombs) too
    python benchmarks/hard_files.py --only bombs    those whose name holds a word; --light leaves the heavy ones out
    python benchmarks/hard_files.py --mutations 5000 --fuzz 600
                                                    that many mutations of good files, and so many seconds of fuzzing

Each file goes to the real command in a child process that may take 2 GB and 60 s of the processor. It has to end in a
good result or in one clear error, with the plan, the file and its folder as they were, nothing left behind, and no
other file or address touched. The table shows those that were slow, large or wrong; --all shows every file.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT / "src"), str(ROOT)]

from tests.hostile.cases import Hostile, all_cases  # noqa: E402
from tests.hostile.mutations import mutated  # noqa: E402
from tests.hostile.watch import Outcome, watching  # noqa: E402

Row = dict[str, object]
_SLOW_S, _LARGE_MB = 5.0, 700


@dataclass(frozen=True)
class Options:
    only: str = ""
    light: bool = False
    mutations: int = 1000
    fuzz: float = 60.0  # seconds for all importers together
    seed: int = 7
    all: bool = False


def chosen(options: Options) -> Iterator[Hostile]:
    """Yield the files of the list, then mutations of good ones."""
    for case in all_cases():
        if options.only in case.key and not (options.light and case.heavy):
            yield case
    if not options.only:
        yield from mutated(options.seed, options.mutations)


def run(options: object | None = None) -> list[Row]:
    """Return a row for each file that was slow, large or wrong, and the sums of all."""
    asked = options if isinstance(options, Options) else Options()
    rows: list[Row] = []
    results: Counter[str] = Counter()
    slowest, largest, n_wrong, begin = 0.0, 0, 0, time.monotonic()
    with tempfile.TemporaryDirectory(prefix="hard-files-") as folder, watching(Path(folder) / "w") as watcher:
        for outcome in watcher.judge_all(chosen(asked)):
            results[outcome.result] += 1
            n_wrong += bool(outcome.faults)
            slowest, largest = max(slowest, outcome.seconds), max(largest, outcome.peak_mb)
            is_shown = outcome.case.heavy or outcome.seconds > _SLOW_S or outcome.peak_mb > _LARGE_MB
            if asked.all or is_shown or outcome.faults:
                rows.append(row_of(outcome))
                _say(line_of(rows[-1]))
    if asked.fuzz and not asked.only:
        from tests.hostile.guided import fuzz

        for told in fuzz(asked.seed, asked.fuzz):
            n_wrong += told.n_wrong
            results["fuzzed"] += told.n_inputs
            rows.append(
                {"file": f"fuzzing {told.name}", "result": f"{told.n_inputs} inputs, {told.n_lines} lines reached",
                 "seconds": round(told.seconds, 1), "peak MB": 0, "wrong": "; ".join(told.wrong)}
            )  # fmt: skip
            _say(line_of(rows[-1]))
    words = ", ".join(f"{n} {name}" for name, n in sorted(results.items()))
    rows.append(
        {"file": f"all {results.total()}: {words}", "result": f"{n_wrong} wrong", "seconds": round(slowest, 1),
         "peak MB": largest, "wrong": "" if not n_wrong else str(n_wrong)}
    )  # fmt: skip
    _say(line_of(rows[-1]))
    _say(f"in {time.monotonic() - begin:.0f} s; seconds and MB are those of the worst file")
    return rows


def row_of(outcome: Outcome) -> Row:
    return {
        "file": outcome.case.key,
        "result": outcome.result,
        "seconds": round(outcome.seconds, 1),
        "peak MB": outcome.peak_mb,
        "wrong": "; ".join(fault.splitlines()[0] for fault in outcome.faults),
    }


def line_of(row: Row) -> str:
    return f"{row['file']!s:<72} {row['result']!s:<10} {row['seconds']!s:>6} s {row['peak MB']!s:>5} MB  {row['wrong']}"


def _say(text: str) -> None:
    print(text, flush=True)


def main(arguments: Iterable[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--only", default="")
    parser.add_argument("--light", action="store_true")
    parser.add_argument("--mutations", type=int, default=Options.mutations)
    parser.add_argument("--fuzz", type=float, default=Options.fuzz)
    parser.add_argument("--seed", type=int, default=Options.seed)
    parser.add_argument("--all", action="store_true")
    rows = run(Options(**vars(parser.parse_args(None if arguments is None else list(arguments)))))
    return int(bool(rows[-1]["wrong"]))


if __name__ == "__main__":
    sys.exit(main())
