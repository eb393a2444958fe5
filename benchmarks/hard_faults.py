"""Disks that are full, folders that go, files that are replaced, rights that are taken away, clocks that are set back.

For each fault a plan is open; then the fault comes, and everything that writes is tried: an edit, undo, a merge, a
copy, a part, exports, another scenario. Each works or ends in one UserError that names the thing and says what to do;
memory and file agree; nothing half made lies about. Then the fault goes: all of it works without opening the plan
again, closing leaves one sound file, and undo goes back.

Run: ``python benchmarks/hard_faults.py [--only FAULT] [--words]``. It needs a file system of its own (root on Linux,
in a private mount namespace); where that cannot be, the row says why it was left out.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest import mock

_ROOT = Path(__file__).resolve().parents[1]
if str(_ROOT) not in sys.path:
    sys.path.insert(0, str(_ROOT))
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ["TERRITORYMAP_LANGUAGE"] = "en"

import numpy as np  # noqa: E402
from benchmarks.support.kill.child import digest_of  # noqa: E402

from territorymap.document.half_made import sweep_half_made  # noqa: E402
from territorymap.errors import UserError  # noqa: E402
from territorymap.exporters.registry import export  # noqa: E402
from territorymap.session import commands  # noqa: E402
from territorymap.session.merging import merge_file  # noqa: E402
from territorymap.session.parts import part_wish, write_part  # noqa: E402
from territorymap.session.session import Session  # noqa: E402
from tests.ui.panels.plans import make_session  # noqa: E402

Row = dict[str, Any]
EXPORTS = ("csv", "xlsx", "gpkg", "geojson", "shp", "fgb", "svg", "pptx", "pdf", "kmz", "html", "repfiles")
NOBODY = 65534


@dataclass
class Desk:
    """The folders of one case. ``disk`` is a file system of its own where ``needs_disk`` is so."""

    root: Path
    disk: Path
    words: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    n_refused: int = 0
    n_done: int = 0

    @property
    def plan(self) -> Path:
        return self.disk / "plans" / "plan.gpkg"

    @property
    def out(self) -> Path:
        return self.disk / "plans" / "out"


@dataclass(frozen=True)
class Fault:
    """What happens to an open plan, and what takes it away again (None: it stays)."""

    name: str
    comes: Callable[[Desk], None]
    goes: Callable[[Desk], None] | None
    needs_disk: bool = False
    comes_again: bool = False  # before each act: what an act gives free is taken
    as_nobody: bool = False
    refuses_edits: bool = True  # False: whatever happened does not concern the plan
    is_change: bool = False  # by a program that knows how: what is open is old from then on
    ends_with_word: bool = False  # closing tells that the file is no longer there


# -- what is tried -----------------------------------------------------------------------------------------------------


def acts(desk: Desk, session: Session) -> Iterator[tuple[str, Callable[[], object]]]:
    """Give everything that writes, by name."""
    plan = session.plan
    units = np.arange(len(plan.units))
    ids = [t.territory_id for t in plan.territories]
    mine = int(plan.unit_territory[0])
    yield "edit", lambda: session.do(commands.assign_units(plan, units[:3], ids[(mine + 1) % len(ids)]))
    yield "large edit", lambda: session.do(commands.assign_units(session.plan, units, ids[0]))
    yield "undo", session.undo
    yield "note", lambda: session.document.annotate(session.timeline()[-1].step_id, "why")
    yield "scenario", lambda: session.do(commands.new_scenario(session.plan, f"S {time.monotonic_ns()}"))
    yield "outlines", session.refresh_outlines
    yield "merge", lambda: merge_file(session, desk.root / "theirs.gpkg")
    yield "copy", lambda: session.document.save_copy(desk.out / "copy.gpkg")
    yield "part", lambda: write_part(session, desk.out / "part.gpkg", part_wish(session, ids[:1]))
    for name in EXPORTS:
        ending = {"shp": "zip", "repfiles": "zip"}.get(name, name)
        yield (
            f"export {name}",
            lambda name=name, ending=ending: export(session, desk.out / f"{name}.{ending}", name=name),
        )


def try_all(desk: Desk, session: Session, fault: Fault | None = None) -> None:
    """Try everything; what is refused must leave memory, file and folders as they were."""
    for name, act in acts(desk, session):
        if fault is not None and fault.comes_again:
            fault.comes(desk)
        before = state_of(session)
        names = listing(desk)
        try:
            act()
        except UserError as error:
            desk.n_refused += 1
            desk.words.append(f"{name}: {error.message} {error.hint}")
            if fault is None:
                desk.wrong.append(f"{name} is refused although the fault is gone: {error.message}")
            if not error.hint or not error.message.endswith((".", "…")):
                desk.wrong.append(f"{name}: no whole sentence, or nothing to do: {error.message!r} {error.hint!r}")
            if before is not None and state_of(session) not in (before, None):
                desk.wrong.append(f"{name} was refused, and half of it was done")
            if listing(desk) - names:
                desk.wrong.append(f"{name} was refused and left {sorted(listing(desk) - names)}")
        except Exception:  # noqa: BLE001 - what is looked for
            desk.wrong.append(f"{name}: {traceback.format_exc(limit=-4)}")
        else:
            desk.n_done += 1
            if fault is not None and fault.refuses_edits and name in ("edit", "large edit", "undo"):
                desk.wrong.append(f"{name} went through")
        problem = "" if fault is not None and fault.is_change else disagreement(session)
        if problem:
            desk.wrong.append(f"after {name}: {problem}")


def state_of(session: Session) -> tuple[object, ...] | None:
    """Return what memory and file hold; None where the file cannot be read now."""
    try:
        return digest_of(session.document), tuple(session.plan.unit_territory.tolist()), session.rev
    except Exception:  # noqa: BLE001 - a file that was cut off
        return None


def disagreement(session: Session) -> str:
    """Return how memory and file differ; "" if they do not, or the file cannot be read."""
    try:
        loaded = session.document.load()
    except UserError:
        return ""
    same = np.array_equal(loaded.unit_territory, session.plan.unit_territory)
    names = [t.name for t in loaded.territories] == [t.name for t in session.plan.territories]
    return "" if same and names else "memory is not what the file is"


def listing(desk: Desk) -> set[str]:
    """Return the names of everything half made that lies about."""
    found: set[str] = set()
    for folder in (desk.plan.parent, desk.out, desk.root / "temporary"):
        with suppress(OSError):
            found |= {f"{folder.name}/{p.name}" for p in folder.iterdir() if p.name.startswith((".", "terr", "tmp"))}
    return found


def run_case(desk: Desk, fault: Fault) -> None:
    """Play one fault from the beginning to the end."""
    session = Session.open(desk.plan, author="Faults")
    session.do(commands.create_territory(session.plan, "Done before"))
    fault.comes(desk)
    try_all(desk, session, fault)
    if fault.goes is not None:
        fault.goes(desk)
        try_all(desk, session)
    try:
        session.close()
        if fault.ends_with_word:
            desk.wrong.append("closing said nothing")
    except UserError as error:
        desk.words.append(f"close: {error.message} {error.hint}")
        if not fault.ends_with_word:
            desk.wrong.append(f"closing said: {error.message}")
    except Exception:  # noqa: BLE001 - what is looked for
        desk.wrong.append(f"close: {traceback.format_exc(limit=-4)}")
    sweep_half_made()
    if listing(desk):
        desk.wrong.append(f"left: {sorted(listing(desk))}")
    if fault.goes is not None:
        look_again(desk)


def look_again(desk: Desk) -> None:
    with Session.open(desk.plan, author="Faults") as session:
        if session.is_read_only:
            desk.wrong.append("it opens for reading only")
        desk.wrong += session.document.check()
        while session.document.can_undo:
            session.undo()
        if not any(path.suffix == ".gpkg" for path in session.document.backups()):
            desk.wrong.append("there is no backup")
    if [p.name for p in desk.plan.parent.glob("plan.gpkg*")] != ["plan.gpkg"]:
        desk.wrong.append("more than one file is left")


# -- the faults --------------------------------------------------------------------------------------------------------


def fill(desk: Desk) -> None:
    """Write until not one byte goes in."""
    with (desk.disk / "filler").open("ab", buffering=0) as file, suppress(OSError):
        while True:
            file.write(bytes(4096))


def free(desk: Desk) -> None:
    (desk.disk / "filler").unlink()


def fill_almost(desk: Desk) -> None:
    fill(desk)
    os.truncate(desk.disk / "filler", (desk.disk / "filler").stat().st_size - 64 * 1024)


def rename_away(desk: Desk) -> None:
    desk.plan.parent.rename(desk.disk / "elsewhere")


def rename_back(desk: Desk) -> None:
    (desk.disk / "elsewhere").rename(desk.plan.parent)


def lock_up(desk: Desk) -> None:
    for path, mode in ((desk.plan, 0o444), (desk.out, 0o555), (desk.plan.parent, 0o555)):
        path.chmod(mode)


def unlock(desk: Desk) -> None:
    for path, mode in ((desk.plan.parent, 0o755), (desk.out, 0o755), (desk.plan, 0o644)):
        path.chmod(mode)


def replace(desk: Desk) -> None:
    shutil.copyfile(desk.root / "other.gpkg", desk.disk / "other.gpkg")
    (desk.disk / "other.gpkg").replace(desk.plan)


def write_over(desk: Desk) -> None:
    shutil.copyfile(desk.root / "other.gpkg", desk.plan)


def change_by_sql(desk: Desk) -> None:
    import sqlite3

    with sqlite3.connect(desk.plan) as other:
        other.execute("UPDATE territory SET territory_name = 'By another program'")
    other.close()


def state_away(desk: Desk) -> None:
    (desk.root / "state").rename(desk.root / "state-away")
    (desk.root / "state").write_text("no folder")


def state_back(desk: Desk) -> None:
    (desk.root / "state").unlink()
    (desk.root / "state-away").rename(desk.root / "state")


def temporary_away(desk: Desk) -> None:
    (desk.root / "temporary").rename(desk.root / "temporary-away")


def temporary_back(desk: Desk) -> None:
    (desk.root / "temporary-away").rename(desk.root / "temporary")


def out_away(desk: Desk) -> None:
    shutil.rmtree(desk.out, ignore_errors=True)


def out_back(desk: Desk) -> None:
    desk.out.mkdir()


def unplug(desk: Desk) -> None:
    subprocess.run(["umount", "-l", str(desk.disk)], check=True)


def clock_back(desk: Desk) -> None:
    """The clock goes back four years: for the steps, and for what asks the time of day."""
    from territorymap.document import journal

    real = journal.datetime

    class Earlier(real):  # type: ignore[valid-type,misc]
        @classmethod
        def now(cls, tz: Any = None) -> Any:
            return real.now(tz).replace(year=real.now(tz).year - 4, day=1)

    mock.patch.object(journal, "datetime", Earlier).start()


def clock_right(desk: Desk) -> None:
    mock.patch.stopall()


def nothing(desk: Desk) -> None:
    """Nothing goes wrong: shows that all that is tried can be done."""


FAULTS = (
    Fault("none", nothing, nothing, refuses_edits=False),
    Fault("disk full", fill, free, needs_disk=True, comes_again=True),
    Fault("disk almost full", fill_almost, free, needs_disk=True, refuses_edits=False),
    Fault("file and folder read-only", lock_up, unlock, as_nobody=True, refuses_edits=False),
    Fault("folder renamed", rename_away, rename_back),
    Fault("folder of exports gone", out_away, out_back, refuses_edits=False),
    Fault("disk unplugged", unplug, None, needs_disk=True, ends_with_word=True),
    Fault("file deleted", lambda desk: desk.plan.unlink(), None, ends_with_word=True),
    Fault("file replaced", replace, None, ends_with_word=True),
    Fault("file written over", write_over, None, ends_with_word=True),
    Fault("file cut off", lambda desk: os.truncate(desk.plan, 30_000), None, ends_with_word=True),
    Fault("changed by another program", change_by_sql, None, is_change=True),
    Fault("state folder gone", state_away, state_back, refuses_edits=False),
    Fault("temporary folder gone", temporary_away, temporary_back, refuses_edits=False),
    Fault("clock set back", clock_back, clock_right, refuses_edits=False),
)


# -- running -----------------------------------------------------------------------------------------------------------


@contextmanager
def desk_for(fault: Fault) -> Iterator[Desk]:
    with ExitStack() as stack:
        root = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="hard-faults-", ignore_cleanup_errors=True)))
        desk = Desk(root, root / "disk")
        for name in ("disk", "state", "temporary"):
            (root / name).mkdir()
        if fault.needs_disk:
            mounted = subprocess.run(
                ["mount", "-t", "tmpfs", "-o", "size=12m", "tmpfs", str(desk.disk)], capture_output=True, check=False
            )
            if mounted.returncode:
                raise UserError("no file system of its own can be mounted here")
            stack.callback(subprocess.run, ["umount", "-l", str(desk.disk)], capture_output=True, check=False)
        stack.enter_context(mock.patch.dict(os.environ, TERRITORYMAP_STATE_DIR=str(root / "state")))
        stack.enter_context(mock.patch.object(tempfile, "tempdir", str(root / "temporary")))
        desk.out.mkdir(parents=True)
        with make_session(desk.plan) as session:
            session.document.save_copy(root / "theirs.gpkg")
        with Session.open(root / "theirs.gpkg", author="Colleague") as theirs:
            theirs.do(commands.create_territory(theirs.plan, "Theirs"))
        make_session(root / "other.gpkg", 9, 7, 90).close()
        yield desk


def run_one(fault: Fault) -> Row:
    """Return the row of one fault."""
    if fault.as_nobody and os.geteuid() == 0:
        return run_as_nobody(fault)
    try:
        with desk_for(fault) as desk:
            run_case(desk, fault)
            return row_of(fault, desk)
    except UserError as error:
        return {"test": f"fault: {fault.name}", "left out": error.message, "wrong": 0}


def row_of(fault: Fault, desk: Desk) -> Row:
    return {
        "test": f"fault: {fault.name}",
        "done": desk.n_done,
        "refused in words": desk.n_refused,
        "wrong": len(desk.wrong),
        "first": desk.wrong[0] if desk.wrong else "",
        "all": desk.wrong,
        "words": desk.words,
    }


def run_as_nobody(fault: Fault) -> Row:
    """Root may write anywhere, so somebody else does it: a fork that has loaded everything before it steps down."""
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        with suppress(BaseException), os.fdopen(write, "w") as out:
            with desk_for(FAULTS[0]) as desk:
                run_case(desk, FAULTS[0])
            os.setgroups([])
            os.setresgid(NOBODY, NOBODY, NOBODY)
            os.setresuid(NOBODY, NOBODY, NOBODY)
            os.environ |= {"USER": "nobody", "LOGNAME": "nobody"}
            json.dump(run_one(fault), out)
        os._exit(0)
    os.close(write)
    with os.fdopen(read) as answer:
        text = answer.read()
    os.waitpid(child, 0)
    return dict(json.loads(text)) if text else {"test": f"fault: {fault.name}", "wrong": 1, "first": "it died"}


def run(options: Any = None) -> list[Row]:
    """Return a row for each fault; in a private mount namespace, so that no mount outlives the run."""
    only = getattr(options, "only", "")
    if os.geteuid() == 0 and shutil.which("unshare") and "HARD_FAULTS_INSIDE" not in os.environ:
        command = ["unshare", "--mount", "--propagation", "private", sys.executable, __file__, "--json"]
        command += ["--only", only] if only else []
        env = {**os.environ, "HARD_FAULTS_INSIDE": "1"}
        done = subprocess.run(command, env=env, stdout=subprocess.PIPE, text=True, check=False)
        if done.stdout.startswith("["):
            return list(json.loads(done.stdout))
    rows = []
    for fault in FAULTS:
        if only in ("", fault.name):
            rows.append(run_one(fault))
            print(f"{rows[-1]['test']}: {rows[-1]['wrong']} wrong", file=sys.stderr, flush=True)
    return rows


def main() -> int:
    from benchmarks.hard_kill import print_rows

    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", default="", choices=["", *(fault.name for fault in FAULTS)])
    parser.add_argument("--words", action="store_true", help="what the person was told")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    rows = run(options)
    if options.json:
        print(json.dumps(rows))
    else:
        for row in rows:
            lines = row.pop("all", []) + (row.pop("words", []) if options.words else [])
            print(*(f"{row['test']}: {line}" for line in lines), sep="\n", end="\n" if lines else "")
        print_rows([{key: value for key, value in row.items() if key != "words"} for row in rows])
    return 1 if any(row["wrong"] for row in rows) else 0


if __name__ == "__main__":
    sys.exit(main())
