"""The way from a damaged file to a sound one. Owns its order, and what is refused; the damaged file is only read."""

from __future__ import annotations

import os
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from territorymap.collecting import uncollected
from territorymap.document.connection import connected
from territorymap.document.files import claimed, copy_to_look_at, has_leftovers, replace_whole
from territorymap.document.lock import PlanLock
from territorymap.document.opening import MAX_FILE_BYTES, check_place
from territorymap.document.problems import os_translated, translated
from territorymap.document.repairing.boundaries import mend_boundaries, take_lost_units
from territorymap.document.repairing.deciding import Doubt, decide
from territorymap.document.repairing.fitting import fit_rows
from territorymap.document.repairing.reading import Found, TooManyRowsError, read_tables
from territorymap.document.repairing.report import RepairReport
from territorymap.document.repairing.steps import State, StepFound, make_consistent, read_history
from territorymap.document.repairing.writing import write_plan
from territorymap.document.resting import rest_state
from territorymap.document.schema import FORMAT_VERSION, JOURNALED
from territorymap.document.state_folder import backup_folder
from territorymap.errors import UserError
from territorymap.i18n import listed, ntr, tr

Watch = Callable[[float], None]  # gets the share that is done; may raise Cancelled


@uncollected()
def repair_plan(path: Path, target: Path, *, author: str = "", watch: Watch = lambda _share: None) -> RepairReport:
    """Save what can be saved of a plan into a new file; return what that is, and what it is not.

    Raises
    ------
    UserError
        if nothing can be read, the target is there already, or the plan is open.
    """
    target = Path(os.path.realpath(target))
    check_place(path)
    if target.exists():
        raise UserError(
            tr("{name} is already there.", name=target.name), tr("Choose another name; nothing is ever overwritten.")
        )
    if not target.parent.is_dir():
        raise UserError(tr("The folder {folder} is not there.", folder=target.parent), tr("Choose another folder."))
    path = Path(os.path.realpath(path))
    report = RepairReport()
    with _held(path) as source:
        with _readable(path):
            try:
                found = read_tables(source, lambda share: watch(0.4 * share))
            except TooManyRowsError as error:
                raise UserError(
                    tr("{name} has more rows in the table {table} than a plan can have.", name=path.name, table=error),
                    tr("It was not made by Territory Map alone. Open an automatic backup, or an earlier copy."),
                ) from error
            doubt = _doubt(source, found)
            _refuse_newer(found, path)
            rows, steps = _saved(found, doubt, report, path, watch)

        def build(half_made: Path) -> None:
            write_plan(half_made, rows, steps, found, report, author=author, watch=lambda s: watch(0.6 + 0.4 * s))

        with translated(target), os_translated(target), claimed(target):
            replace_whole(target, build)
    watch(1.0)
    return report


@contextmanager
def _held(path: Path) -> Iterator[Path]:
    """Keep others from writing, and give the file to read: a copy where a half-done write must be finished first."""
    try:
        lock = PlanLock.acquire(path)
    except OSError:
        lock, is_free = None, True  # no state folder: nobody else can hold a lock either
    else:
        is_free = lock is not None
    if not is_free:
        raise UserError(tr("{name} is open.", name=path.name), tr("Close the plan first, then repair it."))
    try:
        with tempfile.TemporaryDirectory(prefix="territorymap-") as folder:
            with _readable(path):
                _refuse_bytes(path)
                source = _settled(path, Path(folder)) if has_leftovers(path) else path
            yield source
    finally:
        if lock is not None:
            lock.release()


def _refuse_bytes(path: Path) -> None:
    size = path.stat().st_size
    if size > MAX_FILE_BYTES:
        raise UserError(
            tr("{name} is too large for a plan.", name=path.name), tr("Choose a plan file made by Territory Map.")
        )
    if size < 512:
        raise _nothing(path)


def _settled(path: Path, folder: Path) -> Path:
    """Return a copy in which SQLite has finished what a crash left; without that, if it can make nothing of it."""
    with_leftovers, plain = folder / "with", folder / "plain"
    for place in (with_leftovers, plain):
        place.mkdir()
    named = path if path.suffix else path.with_name(f"{path.name}.gpkg")
    try:
        copy = copy_to_look_at(path, with_leftovers)
        with connected(copy) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            connection.execute("PRAGMA journal_mode = DELETE")
            if connection.execute("PRAGMA quick_check(1)").fetchone() == ("ok",):
                return copy
    except (sqlite3.Error, ValueError):
        pass  # what lies beside it is of no use; the file itself may be
    alone = plain / named.name
    shutil.copyfile(path, alone)
    return alone


@contextmanager
def _readable(path: Path) -> Iterator[None]:
    try:
        yield
    except MemoryError as error:
        raise UserError(
            tr("{name} holds more than the memory of this computer can take.", name=path.name),
            tr("Repair it on a computer with more memory, or open an automatic backup."),
        ) from error
    except OSError as error:
        raise UserError(
            tr("{name} could not be read: {reason}.", name=path.name, reason=error.strerror or str(error)),
            tr("Copy it to this computer first, then repair the copy."),
        ) from error


def _doubt(source: Path, found: Found) -> Doubt:
    try:
        state = rest_state(source, found.mark)
    except ValueError:  # the header itself is gone
        return Doubt(has_torn_bytes=True, is_ours=found.mark is not None)
    is_ours = state != "changed"
    return Doubt(not found.is_whole or state == "damaged" or found.mark is None, is_ours)


def _refuse_newer(found: Found, path: Path) -> None:
    for row in found.tables["plan"].rows.values():
        version = row.get("format_version")
        if isinstance(version, int) and FORMAT_VERSION < version < 10_000:
            raise UserError(
                tr("{name} was made by a newer version of Territory Map.", name=path.name),
                tr("Install the newest version, then open it again."),
            )


def _saved(found: Found, doubt: Doubt, report: RepairReport, path: Path, watch: Watch) -> tuple[State, list[StepFound]]:
    """Return the rows and steps of the new plan."""
    history = read_history(found)
    watch(0.45)
    rows = decide(found, history, doubt, report)
    if not rows["unit"]:
        raise _nothing(path)
    for table in JOURNALED.keys() - {"plan"}:
        found.tables[table].forget_rows()
    history.state, history.uncertain = {}, {}
    report.n_steps_rewritten = make_consistent(history.steps, rows)
    for step in history.steps:
        step.forget_events()
    report.n_steps_lost = history.n_cut
    watch(0.5)
    take_lost_units(rows, found, report)
    fit_rows(rows, found, report)
    mend_boundaries(rows, report)
    watch(0.6)
    if found.foreign:
        names = listed(found.foreign[:10])
        n = len(found.foreign)
        report.notes.append(
            ntr(
                "{n} table, view or trigger of another program was left out: {names}.",
                "{n} tables, views or triggers of other programs were left out: {names}.",
                n,
                names=names,
            )
        )
    return rows, history.steps


def _nothing(path: Path) -> UserError:
    return UserError(
        tr("Nothing of {name} could be saved: no units of a plan can be read in it.", name=path.name),
        tr("Open the latest automatic backup in {folder}, or an earlier copy.", folder=backup_folder(path)),
    )
