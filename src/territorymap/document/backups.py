"""Copies of a plan: Save a copy, and the dated automatic backups of the last ten states.

Owns what a copy holds; not when (document, opening).
"""

from __future__ import annotations

import os
import sqlite3
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from territorymap.document.connection import connected, copy_pages, transaction
from territorymap.document.files import replace_whole
from territorymap.document.resting import seal
from territorymap.document.table_columns import BadContentError

KEPT_BACKUPS = 10


def copy_plan(source: sqlite3.Connection, target: Path) -> None:
    """Copy an open plan as it stands into a file of its own, closed and at rest."""

    def build(path: Path) -> None:
        path.touch()
        with connected(path) as copy:
            copy_pages(source, copy)
            (problem,) = copy.execute("PRAGMA quick_check(1)").fetchone()
            if problem != "ok":  # the disk, or a program that wrote over the plan while it was open
                raise BadContentError(str(problem).replace("*** in database main ***\n", ""))
            copy.execute("PRAGMA journal_mode = DELETE")
            with transaction(copy):
                copy.execute("DELETE FROM plan_lock")
            seal(copy, path)

    replace_whole(target, build)


def make_backup(source: sqlite3.Connection, folder: Path, stem: str, *, is_changed: bool = False) -> Path | None:
    """Copy the plan into its backup folder and drop all but the ten newest; return the copy.

    None if the newest backup has the same history already, and no other program changed the file.
    """
    existing = list_backups(folder)
    if existing and not is_changed and _head_of(existing[0]) == _head(source):
        return None
    folder.mkdir(parents=True, exist_ok=True)
    stamp = datetime.now().astimezone().strftime("%Y-%m-%d %H-%M-%S")
    target = folder / f"{stem} {stamp}.gpkg"
    n = 1
    while target.exists():
        n += 1
        target = folder / f"{stem} {stamp} {n:02}.gpkg"
    copy_plan(source, target)
    if existing:
        _make_newest(target, existing[0])
    for old in list_backups(folder)[KEPT_BACKUPS:]:
        with suppress(OSError):
            old.unlink()
    return target


def _make_newest(target: Path, former: Path) -> None:
    """See that a backup counts as newer than the one before it, although the clock may have been set back."""
    newest = former.stat().st_mtime_ns
    if target.stat().st_mtime_ns <= newest:
        os.utime(target, ns=(newest + 1_000_000, newest + 1_000_000))


def list_backups(folder: Path) -> list[Path]:
    """Return the backups in a folder, newest first."""
    found = [path for path in folder.glob("*.gpkg") if not path.name.startswith(".")]
    return sorted(found, key=lambda path: (path.stat().st_mtime_ns, path.name), reverse=True)


def _head(connection: sqlite3.Connection) -> str:
    row = connection.execute("SELECT uuid FROM journal_step ORDER BY step_id DESC LIMIT 1").fetchone()
    return str(row[0]) if row else ""


def _head_of(path: Path) -> str | None:
    try:
        with connected(path, is_read_only=True) as connection:
            return _head(connection)
    except sqlite3.Error:
        return None
