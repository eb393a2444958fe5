"""Ten thousand random things done at the real window: memory, slowdown, and file = memory = screen all along.

Every action goes through the window: strokes of the mouse on the map, keys, commands of the menus, dialogs. What is
counted: resident memory of the program and of the pages' processes after both collectors ran (what grew is judged
without pages of files, which the system takes back at need); processor time of each action, by kind, and of the same
hundred in the same layout early and late. What is compared: rows of the file read by a connection of our own, arrays of
the session, totals from scratch, what the page draws from, texts of the table, colours of the map, and a second opening
of the file.

Run: ``python benchmarks/hard_long.py [--actions N] [--seed N] [--plan FILE] [--keep-in FILE]``. With ``--history
STEPS`` instead what an edit, undo, opening, the change log, a merge and a backup cost after so many steps, beside a
plan with few; with ``--again TIMES [--only KINDS]`` what each kind of thing leaves in memory, done so many times.
"""

from __future__ import annotations

import argparse
import faulthandler
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import traceback
from array import array
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

_ROOT = Path(__file__).resolve().parents[1]
if str(_ROOT) not in sys.path:
    sys.path.insert(0, str(_ROOT))
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("TERRITORYMAP_LANGUAGE", "en")
_FLAGS = "--js-flags=--expose-gc --enable-precise-memory-info"  # so that the page can be asked what it holds

import PySide6.QtCore  # noqa: E402, F401
import shibokensupport.feature  # noqa: E402

# PySide looks for its name in the text of each module that is imported, and Python then keeps all these texts: 80 MB
# that the installed program, which brings no sources, never has.
shibokensupport.feature._mod_uses_pyside = lambda _module: False

import numpy as np  # noqa: E402
from benchmarks.support.long_use import eyes, gauges, leaves, probe  # noqa: E402
from benchmarks.support.long_use.gauges import Clock, Gauge  # noqa: E402
from benchmarks.support.long_use.hands import WEIGHTS, Hands  # noqa: E402
from benchmarks.support.long_use.past import compare_costs  # noqa: E402
from benchmarks.support.long_use.window import LongWindow  # noqa: E402

from territorymap.ui.preferences import Preferences  # noqa: E402
from territorymap.ui.tasks import stop_all  # noqa: E402
from tests.support.window import application  # noqa: E402

SAMPLE = _ROOT / "resources" / "sample" / "sample.gpkg"
MOST_GROWTH_MB = 50.0
MOST_RATIO = 1.2
WARM = 1_000  # actions after which memory may grow by MOST_GROWTH_MB
MOST_WRONG = 3  # looks in a row at which something did not hold
FEW = 100  # "the first hundred", "the last hundred"
Row = dict[str, Any]


@dataclass(frozen=True)
class Options:
    """How long, and on what."""

    actions: int = 10_000
    seed: int = 7
    plan: Path = SAMPLE
    steps: int = 0  # of the history that history_rows looks at besides; 0 = none
    look_every: int = 20
    look_closely_every: int = 250
    gauge_every: int = 500
    only: tuple[str, ...] = ()  # kinds; none = all
    is_loud: bool = True
    types: bool = False  # print which types of objects grew
    goes_on: bool = False  # note what does not hold, and go on
    kept_in: Path | None = None  # figures so far are appended here all along, in case the run is cut


@dataclass
class Log:
    """What a run has seen."""

    # Arrays: a list of floats would be a megabyte of growth that is not the program's.
    cpu_ms: dict[str, array[float]] = field(default_factory=lambda: defaultdict(lambda: array("d")))
    gauges: list[Gauge] = field(default_factory=list)
    probes: list[probe.Times] = field(default_factory=list)
    kinds: list[str] = field(default_factory=list)
    formats: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    n_looks: int = 0
    n_close_looks: int = 0
    n_steps: int = 0
    n_no_effect: int = 0
    seconds: float = 0.0


def run(options: Options | None = None) -> list[Row]:
    """Do it and return rows of what, figure, wanted, ok."""
    options = options or Options()
    return [*rows_of(use_long(options), options), *history_rows(options.steps, options)]


def compile_loops() -> None:
    """Have the optimiser's loops ready, as the installed program brings them: a compiler keeps 50 MB for itself."""
    code = "from territorymap.optimise import alter, build, rebalance\nfor p in build, rebalance, alter: p.warm_up()"
    subprocess.run([sys.executable, "-c", code], check=True)


def history_rows(n_steps: int, options: Options) -> list[Row]:
    """Return what work costs after so many steps beside what it costs after few, in the same run; no window."""
    if not n_steps:
        return []
    few, many = compare_costs(options.plan, n_steps, options.seed)
    rows = []
    for what, ms in many.items():
        # Only what an edit waits for must not grow; lists and files of all steps are longer, and may be.
        is_judged = what in ("edit", "undo", "redo")
        is_ok = not is_judged or ms <= MOST_RATIO * few[what] + 0.5
        wanted = f"<= {MOST_RATIO:g} x" if is_judged else ""
        row = _row(f"{what}, few -> {n_steps:,} steps, ms", [round(few[what], 1), round(ms, 1)], wanted, is_ok)
        rows.append({**row, "part": "long history"})
    return rows


def use_long(options: Options) -> Log:
    """Use a copy of a plan for so many actions; AssertionError where something does not hold."""
    with _window(options) as (window, plan, out):
        return drive(window, plan, out, options)


def leaves_rows(options: Options, times: int) -> list[Row]:
    """Return what each kind of thing leaves behind, told on the way."""
    rows = []
    with _window(options) as (window, plan, out):
        hands = Hands(window, plan, out, np.random.default_rng(options.seed))
        prepare(hands)
        for left in leaves.left_by(hands, options.only or leaves.all_kinds(), times):
            what = f"{left.kind} x {left.times}, MB resident and in use"
            rows.append(_row(what, [left.own_mb, left.in_use_mb], "", True))
            print(json.dumps(rows[-1]), flush=True)
    return rows


@contextmanager
def _window(options: Options) -> Iterator[tuple[LongWindow, Path, Path]]:
    """Open a copy of the plan in the real window; gives also the copy, and a folder for what is written."""
    with tempfile.TemporaryDirectory(prefix="hard-long-") as name:
        folder = Path(name)
        os.environ["TERRITORYMAP_STATE_DIR"] = str(folder / "state")
        os.environ["QTWEBENGINE_CHROMIUM_FLAGS"] = f"{os.environ.get('QTWEBENGINE_CHROMIUM_FLAGS', '')} {_FLAGS}"
        compile_loops()
        application()
        plan = Path(shutil.copy(options.plan, folder / "plan.gpkg"))
        out = folder / "out"
        out.mkdir()
        preferences = Preferences(folder / "settings.ini")
        for purpose in ("export", "merge", "send", "plans"):
            preferences.set_folder(purpose, out)
        window = LongWindow(preferences)
        try:
            assert window.main.open_plan(plan)
            window.wait_for_map()
            yield window, plan, out
        finally:
            stop_all()
            window.close()


def drive(window: LongWindow, plan: Path, out: Path, options: Options) -> Log:
    """Do one action after the other, with looks and gauges between."""
    rng = np.random.default_rng(options.seed)
    hands, log, clock = Hands(window, plan, out, rng), Log(), Clock()
    kinds = [kind for kind in WEIGHTS if not options.only or kind in options.only]
    shares = np.array([WEIGHTS[kind] for kind in kinds], dtype=float)
    shares /= shares.sum()
    prepare(hands)
    if options.actions > WARM:
        hands.see_all()
    types: Counter[str] = Counter()
    n_wrong = 0
    start = time.perf_counter()
    for n in range(1, options.actions + 1):
        kind = act(hands, log, clock, lambda: str(rng.choice(kinds, p=shares)))
        try:
            if n % options.look_closely_every == 0 or n == options.actions:
                eyes.look_closely(window, plan, rng)
                log.n_close_looks += 1
            elif n % options.look_every == 0:
                eyes.look(window, plan)
                log.n_looks += 1
            assert not window.risen, window.risen
            n_wrong = 0
        except AssertionError as error:
            at = traceback.extract_tb(error.__traceback__)[-1]
            said = f"after action {n} ({', '.join(log.kinds[-options.look_every :])}): {str(error) or at.line}"
            n_wrong += 1
            if not options.goes_on or n_wrong > MOST_WRONG:
                raise AssertionError(said) from error
            print(said, file=sys.stderr, flush=True)
            log.wrong.append(said)
            window.risen.clear()
            window.map.page.complaints.clear()
        if kind in ("language", "reopen", "present"):
            clock.renew()
        if n % options.gauge_every == 0 or n in (1, WARM, options.actions):
            if options.actions > WARM and n >= WARM:
                hands.see_alike()
                clock.renew()
            window.painted.clear()
            log.gauges.append(gauges.take(window, n))
            if n in (WARM, options.actions) and options.actions > WARM and not options.only:
                log.probes.append(probe.take(hands, clock))
            _tell(log, options, time.perf_counter() - start)
            if options.types:
                types = _tell_types(types)
    log.n_steps = len(hands.session.document.history())
    log.n_no_effect, log.formats = hands.n_no_effect, hands.formats
    log.seconds = time.perf_counter() - start
    return log


def prepare(hands: Hands) -> None:
    """Make two scenarios, so that there is something to switch to and to compare."""
    for _ in range(2):
        hands.do("scenario_new")
    hands.do("alignment")


def act(hands: Hands, log: Log, clock: Clock, choose: Callable[[], str]) -> str:
    """Do one thing that can be done now, and note what it took."""
    for _ in range(100):
        kind = choose()
        cpu = clock.read()
        try:
            is_done = hands.do(kind)
        except Exception as error:
            said = f"{kind}, action {len(log.kinds) + 1}, after {log.kinds[-12:]}: {error!r}; {hands.w.state()}"
            raise AssertionError(said) from error
        if is_done:
            log.cpu_ms[kind].append((clock.read() - cpu) * 1000)
            log.kinds.append(kind)
            return kind
        hands.w.refuse_dialogs()
    raise AssertionError(f"nothing could be done any more, after {log.kinds[-20:]}")


# -- what is told ------------------------------------------------------------------------------------------------------


def slowdowns(log: Log) -> dict[str, float]:
    """Return, by kind, processor time of the last hundred over that of the first hundred, medians; fewer: halves."""
    found = {}
    for kind, times in log.cpu_ms.items():
        n = min(FEW, len(times) // 2)
        if n >= 20:
            found[kind] = float(np.median(times[-n:]) / max(np.median(times[:n]), 0.1))
    return found


def rows_of(log: Log, options: Options) -> list[Row]:
    """Return the figures of a run beside what is wanted."""
    n = len(log.kinds)
    rows: list[Row] = [
        _row("actions at the window", n, f">= {options.actions}", n >= options.actions),
        _row("steps in the history at the end", log.n_steps, "", True),
        _row("comparisons of file, memory and screen that held", log.n_looks + log.n_close_looks, "all", not log.wrong),
        _row("minutes", round(log.seconds / 60, 1), "", True),
    ]
    last = log.gauges[-1]
    warm = next((g for g in log.gauges if g.actions >= min(WARM, n // 2)), log.gauges[0])
    growth = round(last.program_own_mb + last.page_own_mb - warm.program_own_mb - warm.page_own_mb, 1)
    what = f"MB grown after the first {warm.actions:,} actions"
    rows.append(_row(what, growth, f"<= {MOST_GROWTH_MB:g}", growth <= MOST_GROWTH_MB))
    for name in (one.name for one in fields(Gauge) if one.name not in ("actions", "top_levels")):
        rows.append(_row(f"{name}, then and at the end", [getattr(warm, name), getattr(last, name)], "", True))
    spent = {kind: round(sum(times) / 1000, 1) for kind, times in log.cpu_ms.items()}
    costly = dict(sorted(spent.items(), key=lambda item: -item[1])[:12])
    rows.append(_row("processor seconds of the costliest kinds", costly, "", True))
    if len(log.probes) > 1:
        early, late = log.probes[0], log.probes[-1]
        slower = round(probe.ratio(early, late), 3)
        wanted = f"<= {MOST_RATIO:g}"
        rows.append(_row("the same hundred actions, late / early", slower, wanted, slower <= MOST_RATIO))
        rows += [_row(f"of these {kind}, ms", [early[kind], late[kind]], "", True) for kind in early]
    ratios = slowdowns(log)
    if ratios:
        n_of = {kind: len(log.cpu_ms[kind]) for kind in ratios}
        common = [kind for kind in ratios if n_of[kind] >= 2 * FEW] or list(ratios)
        every = float(np.exp(np.average(np.log([ratios[k] for k in common]), weights=[n_of[k] for k in common])))
        wanted = f"<= {MOST_RATIO:g}"
        rows.append(_row("last hundred / first hundred, all kinds", round(every, 3), wanted, every <= MOST_RATIO))
        for kind in sorted(ratios, key=lambda k: -ratios[k]):
            is_judged = n_of[kind] >= 2 * FEW
            ms = [
                round(float(np.median(log.cpu_ms[kind][:FEW])), 1),
                round(float(np.median(log.cpu_ms[kind][-FEW:])), 1),
            ]
            what = f"{kind} x {n_of[kind]}, {ms[0]} -> {ms[1]} ms"
            ratio = ratios[kind]
            rows.append(_row(what, round(ratio, 2), wanted if is_judged else "", not is_judged or ratio <= MOST_RATIO))
    return rows


def _row(what: str, figure: object, wanted: str, is_ok: bool) -> Row:
    return {"part": "long use", "what": what, "figure": figure, "wanted": wanted, "ok": bool(is_ok)}


def _tell(log: Log, options: Options, seconds: float) -> None:
    if options.is_loud:
        print(json.dumps({**log.gauges[-1].as_row(), "seconds": round(seconds)}), flush=True)
    if options.kept_in is not None:
        log.seconds = seconds
        rows = [{k: row[k] for k in ("what", "figure", "ok")} for row in rows_of(log, options)]
        with options.kept_in.open("a", encoding="utf-8") as file:
            print(json.dumps({**log.gauges[-1].as_row(), "seconds": round(seconds), "so_far": rows}), file=file)


def _tell_types(before: Counter[str]) -> Counter[str]:
    now = gauges.alive_by_type()
    if before:
        grown = Counter({name: n - before[name] for name, n in now.items() if n > before[name]})
        print(json.dumps({"grown": grown.most_common(14)}), flush=True)
    return now


def main() -> None:
    """Print gauges while it runs, then a line for each figure; exit 1 if one is not as wanted."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--actions", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--plan", type=Path, default=SAMPLE)
    parser.add_argument("--only", default="", help="kinds, separated by commas")
    parser.add_argument("--look-every", type=int, default=20)
    parser.add_argument("--gauge-every", type=int, default=500)
    parser.add_argument("--go-on", action="store_true", help="note what does not hold, and go on")
    parser.add_argument("--history", type=int, default=0, metavar="STEPS", help="what so many steps cost instead")
    parser.add_argument("--again", type=int, default=0, metavar="TIMES", help="what each kind leaves, instead")
    parser.add_argument("--keep-in", type=Path, help="append the figures so far to this file, at each gauge")
    parser.add_argument("--types", action="store_true", help="tell which types of objects grew")
    given = parser.parse_args()
    faulthandler.register(signal.SIGUSR1)
    options = Options(
        actions=given.actions,
        seed=given.seed,
        plan=given.plan,
        look_every=given.look_every,
        gauge_every=given.gauge_every,
        only=tuple(filter(None, given.only.split(","))),
        types=given.types,
        goes_on=given.go_on,
        kept_in=given.keep_in,
    )
    if given.again:
        leaves_rows(options, given.again)
        os._exit(0)
    rows = history_rows(given.history, options) if given.history else run(options)
    for row in rows:
        print(json.dumps(row), flush=True)
    sys.stdout.flush()
    os._exit(0 if all(row["ok"] for row in rows) else 1)  # Qt's own end may take a while, and nothing is left to do


if __name__ == "__main__":
    main()
