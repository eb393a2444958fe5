"""What went wrong with the file, in the person's words.

Owns the sentences for SQLite's errors; raises nothing of its own accord.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from territorymap.document.journal import JournalMismatchError
from territorymap.document.state_folder import backup_folder
from territorymap.document.table_columns import BadContentError
from territorymap.errors import UserError
from territorymap.i18n import tr


@contextmanager
def translated(path: Path, *, is_opening: bool = False) -> Iterator[None]:
    """Turn errors of the file that a person can act on into UserErrors; others pass.

    ``is_opening``: SQL that does not fit the file is the file's fault then, not ours.
    """
    try:
        yield
    except sqlite3.Error as error:
        known = problem_of(error, path)
        if known is None and is_opening:
            known = garbled(path, str(error))
        if known is None:
            raise
        raise known from error
    except MemoryError as error:
        raise too_large_here(path) from error
    except UnicodeDecodeError as error:
        # SQLite names in its message what it could not read, in the very bytes.
        raise garbled(path, str(error)) from error
    except (BadContentError, JournalMismatchError) as error:
        raise damaged(path, str(error)) from error


@contextmanager
def os_translated(path: Path, *, is_opening: bool = False) -> Iterator[None]:
    """Turn the system's refusals to write a file, or to open one, into UserErrors."""
    try:
        yield
    except OSError as error:
        if is_opening:
            raise UserError(
                tr("{name} could not be opened: {reason}.", name=path.name, reason=error.strerror or str(error)),
                tr("Check that the file and its folder are still there and that you may read them."),
            ) from error
        raise UserError(
            tr("{name} could not be written: {reason}.", name=path.name, reason=error.strerror or str(error)),
            tr("Choose another folder, or free some space there."),
        ) from error


def problem_of(error: sqlite3.Error, path: Path) -> UserError | None:
    """Return what to tell the person about an error of SQLite; None for a bug of ours."""
    name = path.name
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code == sqlite3.SQLITE_FULL:
        return UserError(
            tr("The disk is full, so {name} was not changed.", name=name),
            tr("Free some space on the disk of {folder}, then try again.", folder=path.parent),
        )
    if code == sqlite3.SQLITE_IOERR:
        return UserError(
            tr("{name} could not be read or written. The last change was not made.", name=name),
            tr("Check the disk or the network connection, then close the plan and open it again."),
        )
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return UserError(
            tr("Another program is writing to {name} at the moment.", name=name),
            tr("Finish or close the work there (for example in QGIS), then try again."),
        )
    if code in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM, sqlite3.SQLITE_AUTH):
        return UserError(tr("{name} cannot be written to.", name=name), tr("Use Save a copy and work in the copy."))
    if code == sqlite3.SQLITE_CANTOPEN:
        return UserError(
            tr("{name} cannot be opened.", name=name),
            tr("Check that the file and its folder are still there and that you may read them."),
        )
    if code == sqlite3.SQLITE_NOTADB:
        return not_a_plan(path)
    if code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_TOOBIG, sqlite3.SQLITE_FORMAT) or "UTF-8" in str(error):
        return garbled(path, str(error))
    return None


def too_large_here(path: Path) -> UserError:
    """Return the error for a plan that is sound as far as anybody knows, and that the memory cannot take."""
    return UserError(
        tr("{name} holds more than the memory of this computer can take.", name=path.name),
        tr(
            "Close other programs, or use a computer with more memory. Every finished step is saved; the latest"
            " automatic backup is in {folder}.",
            folder=backup_folder(path),
        ),
    )


class DamagedPlanError(UserError):
    """A plan that cannot be used as it is; what can be saved of it can be saved (document.repairing)."""


class LostPlanError(UserError):
    """A plan whose file is gone, or another's; ``kept`` is the backup of all that was done, if one could be made."""

    def __init__(self, message: str, hint: str, kept: Path | None) -> None:
        super().__init__(message, hint)
        self.kept = kept


_MAX_DETAIL = 300  # a detail may quote what the file holds


def _shorten(detail: str) -> str:
    return detail if len(detail) <= _MAX_DETAIL else f"{detail[:_MAX_DETAIL]}…"


def damaged(path: Path, detail: str) -> DamagedPlanError:
    """Return the error for a plan of which we say ourselves what is wrong."""
    return _damaged(path, tr("{name} is damaged: {detail}.", name=path.name, detail=_shorten(detail.rstrip("."))))


def garbled(path: Path, detail: str) -> DamagedPlanError:
    """Return the error for a plan that cannot be read; the detail is for who looks into the file."""
    short = _shorten(detail.rstrip("."))
    return _damaged(path, tr("{name} is damaged: parts of it cannot be read ({detail}).", name=path.name, detail=short))


def _damaged(path: Path, message: str) -> DamagedPlanError:
    return DamagedPlanError(
        message,
        tr(
            "territorymap check --repair PLAN OUT.gpkg saves what can be saved. Or open the latest automatic backup in"
            " {folder}, or an earlier copy.",
            folder=backup_folder(path),
        ),
    )


def not_a_plan(path: Path) -> UserError:
    return UserError(
        tr("{name} is not a plan.", name=path.name),
        tr("Choose a plan file (.gpkg) made by Territory Map, or import this file into a new plan."),
    )
