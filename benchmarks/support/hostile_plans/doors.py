"""The doors through which a plan comes in, each tried as a planner would, and what must hold afterwards.

Owns what is called; limits and processes are running's. A door ends in a good result or in one clear UserError.
"""

from __future__ import annotations

import hashlib
import shutil
import sqlite3
import stat
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np

from territorymap.document.backups import make_backup
from territorymap.document.glance import glance_at, uuid_of
from territorymap.document.state_folder import backup_folder
from territorymap.errors import UserError
from territorymap.mapview.sketch import make_sketch

Door = Callable[["Room"], None]


class Room:
    """A folder with the hostile plan, a good plan of the planner's and another file."""

    def __init__(self, folder: Path, hostile: Path) -> None:
        self.folder, self.hostile = folder, hostile
        self.good = folder / "mine" / "good.gpkg"
        self.was_opened = False  # the hostile plan, for writing

    def place_good(self, base: Path) -> None:
        self.good.parent.mkdir(exist_ok=True)
        shutil.copyfile(base, self.good)
        (self.good.parent / "notes.txt").write_text("mine")


def state_of(path: Path) -> object:
    """Return something that differs if a file has changed in any way."""
    try:
        facts = path.lstat()
    except OSError:
        return None
    if not stat.S_ISREG(facts.st_mode):
        return facts.st_mode, facts.st_ino
    if facts.st_size > 500_000_000:
        return facts.st_size, facts.st_mtime_ns
    return facts.st_size, hashlib.blake2b(path.read_bytes()).hexdigest()


def look(room: Room) -> None:
    """The start page and the first picture of an opening; these never say anything."""
    if room.hostile.is_file():
        glance = glance_at(room.hostile)
        uuid_of(room.hostile)
        if glance is not None:
            make_sketch(glance.lon, glance.lat, glance.color, glance.outline)


def read(room: Room) -> None:
    from territorymap.session.session import Session

    with Session.open(room.hostile, read_only=True) as session:
        _use(session)


def open_and_edit(room: Room) -> None:
    from territorymap.session import commands as c
    from territorymap.session.session import Session

    with Session.open(room.hostile, author="Ada") as session:
        room.was_opened = True
        _use(session)
        # What opened is a plan like any other: it can be edited, undone and walked back to its beginning.
        if session.plan.n_territories and not session.is_read_only:
            holder = session.plan.unit_territory[0]
            others = [t.territory_id for ix, t in enumerate(session.plan.territories) if ix != holder]
            session.do(c.assign_units(session.plan, np.arange(1), (*others, None)[0]))
            session.undo()
            session.redo()
            while session.document.can_undo:
                session.undo()
            while session.document.can_redo:
                session.redo()


def _use(session: object) -> None:
    from territorymap.model.coverage import TABLES
    from territorymap.session.session import Session

    assert isinstance(session, Session)
    session.geometry, session.topology, session.totals, session.balance  # noqa: B018
    session.pack_ahead()
    for scenario in session.plan.scenarios[:20]:
        session.variant(scenario.scenario_id)
    for kind in TABLES:
        session.register(kind)
    for step in session.document.timeline()[:50]:
        session.document.changes_of(step.step_id)
    session.document.check()


def merge(room: Room) -> None:
    from territorymap.session.merging import merge_file, prepare_merge
    from territorymap.session.session import Session

    with Session.open(room.good, author="Ada") as session:
        with prepare_merge(session, room.hostile) as prepared:
            prepared.report.conflicts  # noqa: B018
        merge_file(session, room.hostile)
        assert session.document.check() == []
        session.undo()
        assert session.document.check() == []


def take_alignment(room: Room) -> None:
    from territorymap.importers.table import read_table

    read_table(room.hostile)


def make_part(room: Room) -> None:
    from territorymap.session.parts import part_wish, write_part
    from territorymap.session.session import Session

    with Session.open(room.hostile, read_only=True) as session:
        if session.plan.n_territories:
            wish = part_wish(session, [session.plan.territories[0].territory_id], is_bare=True)
            write_part(session, room.folder / "part.gpkg", wish)


def copy(room: Room) -> None:
    from territorymap.session.session import Session

    with Session.open(room.hostile, read_only=True) as session:
        session.document.save_copy(room.folder / "copy.gpkg")


def repair(room: Room) -> None:
    from territorymap.document import Document
    from territorymap.document.repairing import repair_plan

    target = room.folder / "repaired.gpkg"
    try:
        repair_plan(room.hostile, target, author="Ada")
        with Document.open(target, author="Ada") as document:
            document.load()
            assert document.check() == []
            assert document.notices == [], document.notices
    finally:
        target.unlink(missing_ok=True)


def backup(room: Room) -> None:
    """The hostile file lies among the automatic backups while the good plan is opened."""
    from territorymap.document import Document

    folder = backup_folder(room.good)
    folder.mkdir(parents=True, exist_ok=True)
    place = folder / "good 2030-01-01 00-00-00.gpkg"
    if room.hostile.is_file() and room.hostile.stat().st_size < 50_000_000:
        shutil.copyfile(room.hostile, place)
    try:
        with Document.open(room.good, author="Ada") as document:
            document.backups()
            make_backup(document.connection, folder, "good", is_changed=True)
    finally:
        place.unlink(missing_ok=True)


def check(room: Room) -> None:
    from territorymap.cli.checking import examine
    from territorymap.session.session import Session

    with Session.open(room.hostile) as session:
        room.was_opened = True
        examine(session)


def history(room: Room) -> None:
    from territorymap.session.changelog.reading import read_log

    read_log(room.hostile)


# Those that only look come first: afterwards the file may be another.
DOORS: Mapping[str, Door] = {
    "look": look, "read": read, "merge": merge, "alignment": take_alignment, "part": make_part, "copy": copy,
    "history": history,
    "repair": repair, "backup": backup, "check": check, "open": open_and_edit,
}  # fmt: skip
MAY_CHANGE = frozenset({"check", "open"})


def try_door(name: str, room: Room) -> str:
    """Return "good", or "refused: ..." with the message; anything else rises."""
    kept = {path: state_of(path) for path in (room.good, room.good.parent / "notes.txt")}
    before = state_of(room.hostile)
    room.was_opened = False
    is_merge = name in ("merge", "backup")
    try:
        DOORS[name](room)
        result = "good"
    except UserError as error:
        result = f"refused: {error.message}"
        hint = error.hint
    assert result != "refused: ", "no message"
    assert result == "good" or hint or name == "alignment", f"no hint: {result}"
    assert len(result) < 2000, "a message that nobody reads"
    for path, state in kept.items():
        assert (is_merge and result == "good") or (path.name == "good.gpkg" and is_merge) or state_of(path) == state, (
            path
        )
    if not (name in MAY_CHANGE and (result == "good" or room.was_opened)):
        assert state_of(room.hostile) == before, "the hostile file was changed"
    _nothing_ran(room)
    return result


def _nothing_ran(room: Room) -> None:
    """No trigger of theirs has written into the table that it was made to write into."""
    for path in (room.hostile, room.good):
        if not path.is_file() or path.stat().st_size > 50_000_000:
            continue
        try:
            connection = sqlite3.connect(f"file:{path}?mode=ro&immutable=1", uri=True)
            (n,) = connection.execute("SELECT count(*) FROM canary").fetchone()
        except (sqlite3.Error, UnicodeDecodeError):
            continue
        finally:
            connection.close()
        assert n == 0, "a trigger of theirs ran"
