"""Plan files as files: what lies beside them, putting a new one in place of an old, claiming a name.

Owns file names and renames; nothing here looks into a plan.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from territorymap.document.half_made import STEM_CHARS, flush_folder, flush_to_disk, half_made, refuse_protected
from territorymap.document.lock import PlanLock
from territorymap.document.resting import read_header
from territorymap.errors import UserError
from territorymap.i18n import tr

_OLD_S = 86_400.0  # a half-made file of that age belongs to a process that was killed


def beside(path: Path, end: str) -> Path:
    """Return the path of SQLite's file beside a plan: ``-journal``, ``-wal`` or ``-shm``."""
    return path.with_name(path.name + end)


def has_leftovers(path: Path) -> bool:
    """Tell whether a journal or WAL with something in it lies beside the file."""
    return any(_is_filled(beside(path, end)) for end in ("-journal", "-wal"))


def has_stale_wal(path: Path) -> bool:
    """Tell whether the WAL beside a file belongs to another file of that name (a backup was copied over it).

    SQLite marks the file itself before it writes a WAL, and takes the mark back only after the WAL is gone.
    """
    return _is_filled(beside(path, "-wal")) and not read_header(path).is_wal


def put_stale_wal_aside(path: Path) -> None:
    """Rename a WAL that is not this file's, which SQLite would mix into it."""
    if has_stale_wal(path):
        beside(path, "-shm").unlink(missing_ok=True)
        beside(path, "-wal").replace(beside(path, "-wal.old"))


def copy_to_look_at(path: Path, folder: Path) -> Path:
    """Copy a file with its half-done write into a folder, so that looking (and rolling back) leaves it untouched."""
    copy = folder / path.name
    shutil.copyfile(path, copy)
    ends = ["-journal"] if has_stale_wal(path) else ["-journal", "-wal"]
    for end in ends:
        if beside(path, end).exists():
            shutil.copyfile(beside(path, end), beside(copy, end))
    return copy


def replace_whole(target: Path, build: Callable[[Path], object]) -> None:
    """Let ``build`` fill a file beside the target, then put it in the target's place in one move.

    Whatever fails, the target is as it was and the half-made file is gone.
    """
    with half_made(target) as partial:
        build(partial)
        flush_to_disk(partial)
        partial.replace(target)
        flush_folder(target.parent)


@contextmanager
def claimed(target: Path) -> Iterator[None]:
    """Hold the name of a file that is about to be written; what lay beside an older one is taken away.

    Raises
    ------
    UserError
        if a plan of that name is open, was not closed properly, or is write-protected.
    """
    refuse_protected(target)
    try:
        lock = PlanLock.acquire(target)
    except OSError:
        lock = None  # no state folder: nobody else can hold a lock either
        is_free = True
    else:
        is_free = lock is not None
    try:
        if not is_free or (target.exists() and has_leftovers(target)):
            raise UserError(tr("{name} is open.", name=target.name), tr("Close it first, or choose another name."))
        for end in ("-journal", "-wal", "-shm"):
            beside(target, end).unlink(missing_ok=True)
        yield
    finally:
        if lock is not None:
            lock.release()


def sweep_beside(path: Path) -> None:
    """Remove half-made files of a plan that no list knows: of an earlier version, or of another computer's process."""
    patterns = (f".{_literal(path.name)}.????????.tmp*", f".{_literal(path.stem[:STEM_CHARS])}-????????????.tmp*")
    for leftover in (found for pattern in patterns for found in path.parent.glob(pattern)):
        with suppress(OSError):
            if abs(time.time() - leftover.stat().st_mtime) > _OLD_S:
                leftover.unlink()


def _literal(name: str) -> str:
    return "".join(f"[{sign}]" if sign in "*?[" else sign for sign in name)


def _is_filled(path: Path) -> bool:
    return path.exists() and path.stat().st_size > 0
