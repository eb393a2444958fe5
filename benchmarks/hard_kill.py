"""kill -9 at a thousand moments of edits, builds, imports, merges, exports and copies: is anything lost or half made?

Half of the blows fall at a moment of the clock, half as the process enters its n-th write, flush, rename, removal ...
(by strace, where it is there), so that the windows between a commit and a rename are hit. After each: what the screen
had shown as done is in the file, the file opens for writing, check() is clean, undo goes back through all and redo
forth, each export is as it was or whole and new, backups open, and the next start leaves no half-made file anywhere.

Run: ``python benchmarks/hard_kill.py [--kills N] [--windows N] [--seed N] [--workers N] [--only KIND]``.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field, replace
from multiprocessing import get_context
from pathlib import Path
from typing import Any

_ROOT = Path(__file__).resolve().parents[1]
if str(_ROOT) not in sys.path:
    sys.path.insert(0, str(_ROOT))
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ["TERRITORYMAP_LANGUAGE"] = "en"

from benchmarks.support.kill.child import KINDS, digest_of, prepare  # noqa: E402
from benchmarks.support.kill.hand import Blow, Hand  # noqa: E402
from benchmarks.support.kill.judge import judge_leftovers, judge_plan, judge_targets, problem_of_file, sha_of  # noqa: E402

from territorymap.session.commands import new_scenario, set_baseline  # noqa: E402
from territorymap.session.session import Session  # noqa: E402

SHARES = {"edits": 0.28, "builds": 0.08, "imports": 0.16, "merges": 0.12, "exports": 0.2, "copies": 0.16}
LONGEST_S = {"edits": 0.8, "builds": 2.5, "imports": 3.0, "merges": 2.5, "exports": 3.0, "copies": 3.0}
CHAIN = 4  # kills of one plan before the next one is taken
SAMPLE = _ROOT / "resources" / "sample" / "sample.gpkg"
Row = dict[str, Any]


@dataclass(frozen=True)
class Options:
    """How many, and where the dice start."""

    kills: int = 1_000
    windows: int = 50  # of them, the real window
    seed: int = 9
    workers: int = 2
    only: str = ""


@dataclass
class Tally:
    """What came of the kills of one kind."""

    kills: int = 0
    aimed: Counter[str] = field(default_factory=Counter)
    told: int = 0
    swept: int = 0
    wrong: list[str] = field(default_factory=list)

    def add(self, other: Tally) -> None:
        self.kills += other.kills
        self.aimed += other.aimed
        self.told += other.told
        self.swept += other.swept
        self.wrong += other.wrong


class Place:
    """The folders of one kind's plan: its own state, temporary files and targets."""

    def __init__(self, root: Path, template: Path, kind: str) -> None:
        self.root, self.kind = root, kind
        self.ahead: list[str] = []
        shutil.copytree(template, root / "plans", ignore=shutil.ignore_patterns("state"))
        for name in ("state", "temporary", "plans/out", "plans/older"):
            (root / name).mkdir(exist_ok=True)
        self.plan = root / "plans" / "plan.gpkg"
        os.environ["TERRITORYMAP_STATE_DIR"] = str(root / "state")
        if kind == "exports":
            shutil.copyfile(SAMPLE, self.plan)
            self.states: list[str] = []
            with Session.open(self.plan, author="Judge") as session:  # one format compares with a baseline
                session.do(new_scenario(session.plan, "Before"))
                session.do(set_baseline(session.plan, session.plan.scenarios[-1].scenario_id))
        else:
            with Session.open(self.plan, author="Judge") as session:
                self.states = self._states_of(session)
        (root / "plans" / "out" / "copy.gpkg").write_bytes(self.plan.read_bytes())

    def _states_of(self, session: Session) -> list[str]:
        """Return the states that undo goes back through, oldest first."""
        states, document = [digest_of(session.document)], session.document
        while document.can_undo and document.step_to_undo().kind != "create":  # type: ignore[union-attr]
            document.undo()
            states.insert(0, digest_of(document))
        while document.can_redo:
            document.redo()
        return states

    def job(self, seed: int) -> Row:
        return {
            "kind": self.kind,
            "folder": str(self.root / "plans"),
            "state": str(self.root / "state"),
            "temporary": str(self.root / "temporary"),
            "seed": seed,
        }

    def judge(self, said: list[Row], before: dict[str, str]) -> tuple[int, list[str]]:
        """Return how many half-made files were left for the next start to take away, and what is wrong."""
        plans = self.root / "plans"
        swept, wrong = judge_leftovers(
            [plans, plans / "out", plans / "older", self.root / "temporary"], self.root / "state"
        )
        if self.kind == "exports":
            with Session.open(self.plan, author="Judge", read_only=True) as session:
                wrong += session.document.check()
        else:
            wrong += judge_plan(self.plan, self.states, self.ahead, said)
        wrong += judge_targets(plans / "out", before, said)
        for line in said:  # copied by ourselves, so it may be half where nothing was told yet
            if "older" in line:
                wrong += self._judge_older(plans / "older" / line["older"])
        shutil.rmtree(plans / "older")
        (plans / "older").mkdir()
        return swept, wrong

    def _judge_older(self, older: Path) -> list[str]:
        wrong = [f"{older.name}: {problem}" for problem in (problem_of_file(older),) if problem]
        with Session.open(older, author="Judge") as session:
            wrong += [f"{older.name}: {problem}" for problem in session.document.check()]
        return wrong


def work(job: tuple[int, Options, str]) -> dict[str, Tally]:
    """Kill one worker's share of each kind; runs in a process of its own."""
    number, options, template = job
    rng = random.Random(options.seed * 1000 + number)
    tallies: dict[str, Tally] = {}
    hand = Hand()
    root = Path(tempfile.mkdtemp(prefix="hard-kill-"))
    try:
        for kind, share in SHARES.items():
            if options.only not in ("", kind):
                continue
            tally = tallies[kind] = Tally()
            wanted = round(options.kills * (1.0 if options.only else share) / options.workers)
            while tally.kills < wanted:
                place = Place(Path(tempfile.mkdtemp(dir=root)), Path(template), kind)
                for _ in range(min(CHAIN, wanted - tally.kills)):
                    if not _kill(hand, place, tally, rng):
                        break
                shutil.rmtree(place.root)
            _say(f"worker {number}: {tally.kills} kills of {kind}, {len(tally.wrong)} wrong")
    finally:
        hand.close()
        shutil.rmtree(root, ignore_errors=True)
    return tallies


def _kill(hand: Hand, place: Place, tally: Tally, rng: random.Random) -> bool:
    """Kill once and judge; tell whether the place is good for another."""
    blow, seed = Blow.drawn(rng, LONGEST_S[place.kind]), rng.randrange(10**9)
    out = place.root / "plans" / "out"
    before = {path.name: sha_of(path) for path in out.iterdir()}
    said, how = hand.kill_one(place.job(seed), blow)
    tally.kills += 1
    tally.aimed[blow.call or "clock"] += 1
    tally.told += sum("step" in line or "written" in line or "migrated" in line for line in said)
    swept, wrong = place.judge(said, before)
    tally.swept += swept
    if how:
        wrong.append(how)
    tally.wrong += [f"{place.kind}, seed {seed}, {blow}: {problem}" for problem in wrong]
    for problem in tally.wrong[-len(wrong) :] if wrong else []:
        _say(problem)
    return not wrong


def kill_windows(options: Options) -> Tally:
    """Kill the real window while it is painted in; the same plan is opened again each time."""
    from tests.afternoon import test_killed

    tally, rng = Tally(), random.Random(options.seed)
    with tempfile.TemporaryDirectory(prefix="hard-kill-") as name:
        folder = Path(name)
        os.environ["TERRITORYMAP_STATE_DIR"] = str(folder / "state")
        path, states = test_killed.make_plan(folder)
        for n in range(options.windows):
            told = len(states)
            states = test_killed.paint_and_kill(path, n, states, rng)
            tally.kills += 1
            tally.aimed["clock"] += 1
            tally.told += abs(len(states) - told) + 1
            try:
                found = test_killed.PlanFile(path).territory_by_unit()
                if found != states[-1]:
                    states = test_killed.with_one_more(path, states, found)
            except AssertionError as error:
                tally.wrong.append(f"window {n}: {error}")
                break
            left = [p.name for p in folder.glob(".*")]
            tally.wrong += [f"window {n}: {left} are left"] if left else []
        if not tally.wrong:
            try:
                test_killed.walk(path, states)
            except AssertionError as error:
                tally.wrong.append(f"after {options.windows} windows: {error}")
    return tally


def run(options: Options) -> list[Row]:
    """Return a row for each kind of work."""
    begin = time.monotonic()
    tallies: dict[str, Tally] = {kind: Tally() for kind in SHARES if options.only in ("", kind)}
    cheap = replace(options, kills=options.kills - options.windows)
    with tempfile.TemporaryDirectory(prefix="hard-kill-") as name:
        template = Path(name)
        os.environ["TERRITORYMAP_STATE_DIR"] = str(template / "state")
        prepare(template)
        jobs = [(n, cheap, name) for n in range(options.workers)]
        if options.only != "windows":
            with ProcessPoolExecutor(options.workers, mp_context=get_context("spawn")) as pool:
                for found in pool.map(work, jobs):
                    for kind, tally in found.items():
                        tallies[kind].add(tally)
    if options.windows and options.only in ("", "windows"):
        tallies["windows"] = kill_windows(options)
    _say(f"{sum(t.kills for t in tallies.values())} kills in {time.monotonic() - begin:.0f} s")
    return [row_of(kind, tally) for kind, tally in tallies.items()]


def row_of(kind: str, tally: Tally) -> Row:
    return {
        "test": f"kill -9: {kind}",
        "n": tally.kills,
        "aimed": sum(n for call, n in tally.aimed.items() if call != "clock"),
        "shown as done": tally.told,
        "swept at the next start": tally.swept,
        "wrong": len(tally.wrong),
        "first": tally.wrong[0] if tally.wrong else "",
    }


def print_rows(rows: Sequence[Row]) -> None:
    """Print rows as a table, a column for each key that any of them has."""
    keys = list(dict.fromkeys(key for row in rows for key in row))
    cells = [keys, *([str(row.get(key, "")) for key in keys] for row in rows)]
    widths = [max(len(line[i]) for line in cells) for i in range(len(keys))]
    for line in cells:
        print("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip())


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kills", type=int, default=Options.kills)
    parser.add_argument("--windows", type=int, default=Options.windows)
    parser.add_argument("--seed", type=int, default=Options.seed)
    parser.add_argument("--workers", type=int, default=Options.workers)
    parser.add_argument("--only", default="", choices=["", *KINDS, "windows"])
    parser.add_argument("--json", action="store_true")
    options = vars(parser.parse_args())
    as_json = options.pop("json")
    rows = run(Options(**options))
    print(json.dumps(rows)) if as_json else print_rows(rows)
    return 1 if any(row["wrong"] for row in rows) else 0


if __name__ == "__main__":
    sys.exit(main())
