"""Processes that work on a plan until they are killed; each says on a pipe what its screen had shown as done.

Started once, with everything imported; for every line of JSON on stdin it forks a child that does one kind of work. The
child stops itself at the gate when it is asked to, so that a tracer can take hold of it before the first system call.
"""

from __future__ import annotations

import hashlib
import json
import os
import random
import shutil
import signal
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np

from territorymap.cli.imports import ground_of
from territorymap.cli.intake import Request, read_accounts, read_alignment
from territorymap.document import Document
from territorymap.errors import UserError
from territorymap.exporters.registry import export, find_named, list_exporters
from territorymap.session import commands
from territorymap.session.commands.solving import take_proposal
from territorymap.session.create import NewPlan, create_plan
from territorymap.session.merging import decide, merge_file
from territorymap.session.parts import part_wish, write_part
from territorymap.session.session import Command, Session
from territorymap.session.solving.aims import Aim, Limits, Wishes
from territorymap.session.solving.building import BuildJob
from territorymap.session.solving.still import still_of
from tests.document.plans import raw, rows_in, to_format_2
from tests.support.grid import grid_layer

Kind = Callable[[Path, random.Random], None]
_TELLS = __name__ == "__main__"  # the driver uses these functions too, to make what the children start from


def tell(**what: Any) -> None:
    """Say what the screen shows as done, in one write that a kill cannot cut in two."""
    if _TELLS:
        os.write(1, (json.dumps(what) + "\n").encode())


def digest_of(document: Document) -> str:
    """Return what stands in the plan's tables, in few letters; a column that is empty counts for nothing."""
    rows = {t: [[v for v in row if v is not None] for row in found] for t, found in rows_in(document).items()}
    return hashlib.sha256(repr(rows).encode()).hexdigest()[:16]


def do(session: Session, command: Command) -> None:
    session.do(command, "kill")
    tell_state(session, "do")


def tell_state(session: Session, move: str) -> None:
    tell(move=move, digest=digest_of(session.document), step=session.document.last_uuid)


# -- kinds of work -----------------------------------------------------------------------------------------------------


def edit(folder: Path, rng: random.Random) -> None:
    """Give, undo, redo, name, override, cut in scenarios; close and open now and then."""
    while True:
        with opened(folder / "plan.gpkg") as session:
            for _ in range(rng.randrange(3, 25)):
                edit_once(session, rng)


def opened(path: Path) -> Session:
    """Open as the window does: what it says is told too."""
    session = Session.open(path, author="Kill")
    tell(opened=True, read_only=session.is_read_only)
    return session


def edit_once(session: Session, rng: random.Random) -> None:
    plan, choice = session.plan, rng.random()
    if choice < 0.15 and session.document.can_undo and len(session.timeline()) > 8:
        session.undo()
        return tell_state(session, "undo")
    if choice < 0.25 and session.document.can_redo:
        session.redo()
        return tell_state(session, "redo")
    ids = [t.territory_id for t in plan.territories]
    units = np.array(rng.sample(range(len(plan.units)), rng.choice((1, 3, 12))), dtype=np.int64)
    if choice < 0.35 or not ids:
        return do(session, commands.create_territory(plan, f"T {rng.random()}"))
    if choice < 0.42:
        return do(session, commands.rename_territory(plan, rng.choice(ids), f"N {rng.random()}"))
    if choice < 0.5 and len(plan.accounts):
        account = np.array([rng.randrange(len(plan.accounts))])
        return do(session, commands.set_override(plan, account, rng.choice(ids), f"key {rng.random()}"))
    if choice < 0.54 and len(plan.scenarios) < 6:
        return do(session, commands.new_scenario(plan, f"S {rng.random()}"))
    if choice < 0.58 and len(ids) > 3:
        return do(session, commands.delete_territories(plan, [rng.choice(ids)]))
    former = session.document.last_uuid
    session.do(commands.assign_units(plan, units, rng.choice(ids)), "kill")
    if session.document.last_uuid != former:  # it may have been so already
        tell_state(session, "do")
    if choice > 0.97:
        session.refresh_outlines()
    return None


def build(folder: Path, rng: random.Random) -> None:
    """Build territories and take the result, again and again."""
    with opened(folder / "plan.gpkg") as session:
        for _ in range(60):
            wishes = Wishes((Aim("accounts", 0.2, 1.0),), n_territories=rng.randrange(2, 6))
            job = BuildJob(still_of(session), wishes)
            found = job.run(Limits(None, rng.randrange(1, 40), rng.randrange(1000)))
            former = session.document.last_uuid
            session.do(take_proposal(session.plan, found[0]), "kill")
            if session.document.last_uuid != former:
                tell_state(session, "do")


def take_in(folder: Path, rng: random.Random) -> None:
    """Import accounts, the same with a key, and alignments."""
    with opened(folder / "plan.gpkg") as session:
        codes = [str(code) for code in session.plan.units.code]
        for n in range(40):
            table = folder / "in.csv"
            if rng.random() < 0.6:
                lines = [f"{n % 3}-{i},Firm {i},{rng.choice(codes)},{rng.randrange(999)}" for i in range(400)]
                table.write_text("\n".join(["Account ID,Name,Unit code,Revenue", *lines]), "utf-8")
                key = "Account ID" if n else None
                request = Request(table, "accounts", ("unit_code=Unit code",), key)
                imported, _ = read_accounts(request, ground_of(session))
                command = commands.import_accounts(session.plan, imported, is_update=key is not None)
            else:
                lines = [f"{code},Area {rng.randrange(6)}" for code in codes]
                table.write_text("\n".join(["Unit,Territory", *lines]), "utf-8")
                imported, _ = read_alignment(Request(table, "alignment", ("unit_code=Unit",)), ground_of(session))
                command = commands.import_alignment(session.plan, imported, session.adjacency)
            former = session.document.last_uuid
            session.do(command, "kill")
            if session.document.last_uuid != former:
                tell_state(session, "do")


def merge(folder: Path, rng: random.Random) -> None:
    """Merge colleagues' files, decide conflicts, edit between."""
    with opened(folder / "plan.gpkg") as session:
        for n in range(100):
            former = session.document.last_uuid
            merge_file(session, folder / f"theirs{n % 3}.gpkg", prefer=rng.choice(("mine", "theirs")))
            if session.document.last_uuid != former:
                tell_state(session, "merge")
            still_open = [c.uuid for c in session.plan.conflicts if c.state == "open"]
            if still_open:
                with suppress(UserError):  # a value may name what has gone meanwhile
                    do(session, decide(session.plan, still_open[:2], rng.choice(("mine", "theirs"))))
            for _ in range(3):
                edit_once(session, rng)


def hand_over(folder: Path, rng: random.Random) -> None:
    """Export in every format, over what is there."""
    with Session.open(folder / "plan.gpkg", author="Kill", read_only=True) as session:
        names = [exporter.name for exporter in list_exporters()]
        while True:
            name = rng.choice(names)
            target = folder / "out" / f"{name}.{find_named(name).extension}"
            tell(begins=target.name)
            export(session, target, name=name)
            tell(written=target.name, sha=sha_of(target))


def copies(folder: Path, rng: random.Random) -> None:
    """Save a copy, send a part, put back a backup, take in older and strangers' files, make new plans."""
    n = 0
    while True:
        n += 1
        with opened(folder / "plan.gpkg") as session:
            edit_once(session, rng)
            copy = folder / "out" / "copy.gpkg"
            tell(begins=copy.name)
            session.document.save_copy(copy)
            tell(written=copy.name, sha=sha_of(copy))
            part = folder / "out" / "part.gpkg"
            tell(begins=part.name)
            write_part(
                session, part, part_wish(session, [session.plan.territories[0].territory_id], is_bare=n % 2 == 0)
            )
            tell(written=part.name, sha=sha_of(part))
            backups = session.document.backups()
        older = folder / "older" / f"older{n}.gpkg"
        shutil.copyfile(folder / "older.gpkg", older)
        tell(older=older.name)
        Session.open(older, author="Kill").close()  # it is migrated, or a stranger's trigger is taken out
        tell(migrated=older.name)
        if backups:
            back = folder / "out" / "back.gpkg"
            tell(begins=back.name)
            with Session.open(rng.choice(backups), author="Kill", read_only=True) as backup:
                backup.document.save_copy(back)
            tell(written=back.name, sha=sha_of(back))
        new = folder / "out" / f"new{n}-{rng.randrange(10**9)}.gpkg"
        tell(begins=new.name)
        create_plan(new, NewPlan(grid_layer(5, 4), n_territories=3))
        tell(written=new.name, sha=sha_of(new))


def sha_of(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


KINDS: dict[str, Kind] = {
    "edits": edit, "builds": build, "imports": take_in, "merges": merge, "exports": hand_over, "copies": copies,
}  # fmt: skip


def prepare(folder: Path) -> None:
    """Make what the kinds start from: a small plan with a past, colleagues' copies of it, an older file."""
    from tests.ui.panels.plans import make_session

    rng = random.Random(1)
    with make_session(folder / "plan.gpkg") as session:
        for n in range(3):
            session.document.save_copy(folder / f"theirs{n}.gpkg")
    for n in range(3):
        with Session.open(folder / f"theirs{n}.gpkg", author=f"Colleague {n}") as session:
            for _ in range(6 + 4 * n):
                edit_once(session, rng)
    shutil.copyfile(folder / "plan.gpkg", folder / "older.gpkg")
    connection = raw(folder / "older.gpkg")
    to_format_2(connection)
    connection.execute("CREATE TRIGGER stranger AFTER UPDATE ON unit BEGIN SELECT 1; END")
    connection.close()


def warm() -> None:
    """Have all that is loaded late loaded before the forks."""
    from benchmarks.support.kill import child  # the same functions, which tell nothing

    from territorymap.optimise.build import warm_up

    warm_up()
    list_exporters()
    with tempfile.TemporaryDirectory() as folder:
        os.environ["TERRITORYMAP_STATE_DIR"] = folder
        child.prepare(Path(folder))
    os.environ.pop("TERRITORYMAP_STATE_DIR")


def lines() -> Iterator[dict[str, Any]]:
    for line in sys.stdin:
        yield json.loads(line)


def main() -> None:
    warm()
    tell(ready=True)
    for job in lines():
        child = os.fork()
        if child == 0:
            os.setsid()
            os.environ["TERRITORYMAP_STATE_DIR"] = job["state"]
            os.environ["TMPDIR"] = tempfile.tempdir = job["temporary"]
            tell(pid=os.getpid())
            if job["waits"]:
                os.kill(os.getpid(), signal.SIGSTOP)
            tell(begun=True)
            KINDS[job["kind"]](Path(job["folder"]), random.Random(job["seed"]))
            os._exit(0)
        _, status = os.waitpid(child, 0)
        tell(dead=os.waitstatus_to_exitcode(status))


if __name__ == "__main__":
    main()
