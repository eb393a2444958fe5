"""Fuzzing that goes where the code has not been: mutations of good files, those that reach new lines being kept.

Runs in this process, for the tracer has to see the lines. Only our own importers are traced. What is looked for are
errors nobody foresaw; time and memory are watched by the child processes of the other tests. (atheris is not used: it
has wheels for some Pythons and systems only, and instruments all that is imported.)
"""

from __future__ import annotations

import random
import sys
import tempfile
import time
import traceback
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

from tests.document.plans import plan_with_content
from tests.hostile.good_files import good_files
from tests.hostile.mutations import changed

_TRACED = ("/territorymap/importers/", "/territorymap/given", "/territorymap/document/",
           "/territorymap/mapview/pmtiles_file", "/territorymap/exporters/office/template",
           "/territorymap/model/tiles")  # fmt: skip
_MOST_KEPT = 400


@dataclass
class Told:
    """What the fuzzing of one importer came to."""

    name: str
    n_inputs: int = 0
    n_lines: int = 0
    n_kept: int = 0
    seconds: float = 0.0
    wrong: list[str] = field(default_factory=list)  # one entry a place in the code
    inputs: list[bytes] = field(default_factory=list)  # that made them

    @property
    def n_wrong(self) -> int:
        return len(self.wrong)


class Lines:
    """The lines of our importers that ran since the last question."""

    def __init__(self) -> None:
        self.seen: set[tuple[CodeType, int]] = set()
        self._new: set[tuple[CodeType, int]] = set()
        self._is_traced: dict[CodeType, bool] = {}

    def __enter__(self) -> Lines:
        self._new = set()
        self._former = sys.gettrace()
        sys.settrace(self._call)
        return self

    def __exit__(self, *_: object) -> None:
        sys.settrace(self._former)

    def take(self) -> int:
        """Return how many lines were new, and know them from now on."""
        fresh = self._new - self.seen
        self.seen |= fresh
        return len(fresh)

    def _call(self, frame: FrameType, _event: str, _argument: Any) -> Callable[..., Any] | None:
        code = frame.f_code
        traced = self._is_traced.get(code)
        if traced is None:
            path = code.co_filename.replace("\\", "/")
            traced = self._is_traced[code] = any(part in path for part in _TRACED)
        return self._line if traced else None

    def _line(self, frame: FrameType, event: str, _argument: Any) -> Callable[..., Any]:
        if event == "line":
            self._new.add((frame.f_code, frame.f_lineno))
        return self._line


def readers() -> dict[str, Callable[[Path], object]]:
    """Return what reads a file of each target, without a plan; and what opens a plan."""
    from territorymap.document import Document
    from territorymap.exporters.crm.id_list import read_rows
    from territorymap.exporters.office.template import choose_layouts, open_deck
    from territorymap.importers.accounts import build_accounts
    from territorymap.importers.alignment import build_alignment
    from territorymap.importers.assignment import build_assignment
    from territorymap.importers.columns import guess_columns
    from territorymap.importers.deals import Known, build_deals
    from territorymap.importers.drawn_shape import read_line
    from territorymap.importers.partners import build_partner_figures, build_partners
    from territorymap.importers.reps import build_reps
    from territorymap.importers.role_figures import Names, build_figures
    from territorymap.importers.table import read_table
    from territorymap.importers.unit_layer import import_unit_layer
    from territorymap.ui.map.base_layer import open_tiles

    def accounts(path: Path) -> object:
        table = read_table(path)
        return build_accounts(table, guess_columns(table, "accounts"))

    def reps(path: Path) -> object:
        table = read_table(path)
        return build_reps(table, guess_columns(table, "reps"))

    def alignment(path: Path) -> object:
        table = read_table(path)
        return build_alignment(table, guess_columns(table, "alignment"), ["A1", "A2", "A3"])

    def assignment(path: Path) -> object:
        table = read_table(path)
        return build_assignment(table, guess_columns(table, "assignment"), ["k1", "k4"])

    def deals(path: Path) -> object:
        table = read_table(path)
        return build_deals(table, guess_columns(table, "deals"), Known({"k1": 1}, {"one": (1,)}, {"ada": 1}))

    def metrics(path: Path) -> object:
        table = read_table(path)
        return build_figures(table, guess_columns(table, "metrics"), Names({"ada": 1}, {"west": 1}))

    def partners(path: Path) -> object:
        table = read_table(path)
        return build_partners(table, guess_columns(table, "partners"), ["Gold"])

    def figures(path: Path) -> object:
        table = read_table(path)
        return build_partner_figures(table, guess_columns(table, "partner_figures"), ["Acme"], ["West"])

    def plan(path: Path) -> object:
        with Document.open(path, author="Ada") as document:
            return document.load(), document.check()

    def tiles(path: Path) -> object:
        source = open_tiles(path)
        try:
            return [source.tile(zoom, x, 0) for zoom in range(3) for x in range(min(2, 2**zoom))]
        finally:
            source.close()

    return {
        "accounts": accounts,
        "reps": reps,
        "alignment": alignment,
        "assignment": assignment,
        "deals": deals,
        "metrics": metrics,
        "partners": partners,
        "figures": figures,
        "plan": plan,
        "units": import_unit_layer,
        "line": read_line,
        "tiles": tiles,
        "template": lambda path: choose_layouts(open_deck(path)),
        "crm": read_rows,
    }


def seeds() -> list[tuple[tuple[str, str], bytes]]:
    """Return the good files that fuzzing begins with: of every format of every reader, and a plan."""
    known = readers()
    with tempfile.TemporaryDirectory() as folder:
        plan_with_content(Path(folder)).close()
        content = (Path(folder) / "plan.gpkg").read_bytes()
    return [(key, good) for key, good in sorted(good_files().items()) if key[0] in known] + [
        (("plan", ".gpkg"), content)
    ]


def fuzz(seed: int, seconds: float, most: int = 10**9) -> Iterator[Told]:
    """Fuzz every format of every reader, and plans, the time shared out evenly; ``most`` inputs of each."""
    known, begun = readers(), seeds()
    for n, ((target, end), content) in enumerate(begun):
        yield fuzz_one(known[target], f"{target}{end}", end, content, seed + n, seconds / len(begun), most)


def fuzz_one(
    read: Callable[[Path], object], name: str, end: str, content: bytes, seed: int, seconds: float, most: int = 10**9
) -> Told:
    """Fuzz one reader from one good file until the time is up, or ``most`` inputs were tried."""
    from territorymap.errors import UserError

    rng, lines, told = random.Random(seed), Lines(), Told(name)
    kept = [content]
    begin = time.process_time()
    places: set[str] = set()
    with tempfile.TemporaryDirectory(prefix="fuzz-") as folder:
        while told.n_inputs < most and (told.n_inputs == 0 or time.process_time() - begin < seconds):
            base = kept[min(int(rng.expovariate(0.1)), len(kept) - 1)]  # the newest first
            given = content if told.n_inputs == 0 else changed(base, rng, rng.choice(kept))
            # A file that is written over is written through to the disk by some file systems: a new one each time.
            path = Path(folder) / f"f{told.n_inputs}{end}"
            path.write_bytes(given)
            told.n_inputs += 1
            with lines, warnings.catch_warnings():
                warnings.simplefilter(
                    "ignore"
                )  # numbers that overflow are no surprise: what comes of them is looked at
                try:
                    read(path)
                except UserError:
                    pass
                except BaseException as error:
                    if isinstance(error, KeyboardInterrupt):
                        raise
                    place = _place(error)
                    if place not in places:
                        places.add(place)
                        told.wrong.append(place)
                        told.inputs.append(given)
            path.unlink()
            if lines.take() and len(kept) < _MOST_KEPT:
                kept.insert(0, given)
    told.n_lines, told.n_kept, told.seconds = len(lines.seen), len(kept), time.process_time() - begin
    return told


def _place(error: BaseException) -> str:
    """Return the kind of an error and the line of ours that it came out of."""
    ours = [f for f in traceback.extract_tb(error.__traceback__) if "territorymap" in f.filename]
    where = f"{Path(ours[-1].filename).name}:{ours[-1].lineno}" if ours else "?"
    return f"{type(error).__name__} at {where}: {str(error)[:120]}"
