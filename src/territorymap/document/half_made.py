"""Files that are being made, and what becomes of them when the program is killed meanwhile.

Owns their names, the list of them in the state folder and the sweep; not what is in the files. A file is listed before
it is made, under a lock that the system drops with the process: what is listed and not locked, nobody is making.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout

from territorymap.document.state_folder import cache_folder, state_folder
from territorymap.errors import UserError
from territorymap.i18n import tr

STEM_CHARS = 40  # of the target's name, so that no name becomes too long for the disk
_UNKNOWN_S = 86_400.0  # what is half made for a day belongs to a killed process
_ABSENT_S = 30 * 86_400.0  # how long a folder that is not there (a stick) is waited for
_NAME = "territorymap-"


@contextmanager
def half_made(target: Path, suffix: str = ".tmp") -> Iterator[Path]:
    """Give a path beside the target to write to; whatever is there when the block ends goes.

    What earlier processes left when they were killed is swept first.
    """
    sweep_half_made()
    mark = uuid.uuid4().hex[:12]
    path = target.with_name(f".{target.stem[:STEM_CHARS].strip('.')}-{mark}{suffix}")
    with _listed(path, mark):
        try:
            yield path
        finally:
            _remove(path, mark)


@contextmanager
def scratch_folder() -> Iterator[Path]:
    """Give an empty folder that goes when the block ends: among the system's temporary files, else among our caches.

    Raises
    ------
    UserError
        if there is room in neither place.
    """
    sweep_half_made()
    mark = uuid.uuid4().hex[:12]
    with ExitStack() as stack:
        path = _make_folder(mark, stack)
        stack.callback(_remove, path, mark)
        yield path


@contextmanager
def kept_file(path: Path) -> Iterator[Path]:
    """Give a path beside a file of the caches; it takes the file's name when the block ends well.

    Raises
    ------
    OSError
        if it cannot be written; the file is then as it was.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with half_made(path) as partial:
        yield partial
        partial.replace(path)


def sweep_half_made() -> None:
    """Take away what killed processes were making; what cannot be taken away now stays listed."""
    for note in _folder().glob("*.path"):
        lock = FileLock(note.with_suffix(".lock"), timeout=0, thread_local=False)
        try:
            path = Path(note.read_text("utf-8", "surrogateescape"))
            lock.acquire()
        except (OSError, Timeout):
            continue  # somebody is making it
        with suppress(OSError):
            if _is_gone(path, note):
                note.unlink(missing_ok=True)
        _release(lock, note)
    for found in _folder().glob("*.lock"):  # killed between the lock and the note
        lock = FileLock(found, timeout=0, thread_local=False)
        with suppress(OSError, Timeout):
            if not found.with_suffix(".path").exists():
                lock.acquire()
                _release(lock, found.with_suffix(".path"))
    with suppress(OSError):
        for file in [*cache_folder().glob("*.tmp"), *cache_folder().glob("tmp????????")]:
            if _age_s(file) > _UNKNOWN_S:  # of the map page, which knows no list
                file.unlink(missing_ok=True)


def _is_gone(path: Path, note: Path) -> bool:
    """Remove what an entry names; tell whether the entry has done its duty."""
    if not path.is_absolute():  # killed before it could say what
        return True
    if not path.parent.is_dir():  # a stick that is not plugged in
        return _age_s(note) > _ABSENT_S
    _remove(path, note.stem)
    return not os.path.lexists(path)


def flush_to_disk(path: Path) -> None:
    """Make sure that the file's bytes are on the disk."""
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def flush_folder(folder: Path) -> None:
    """Make sure that a rename is on the disk, where the system lets a folder be flushed."""
    if os.name != "posix":
        return
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def refuse_protected(target: Path) -> None:
    """Refuse to put another file in the place of one that is write-protected.

    Raises
    ------
    UserError
        if it is.
    """
    if target.is_file() and (not target.stat().st_mode & 0o222 or not os.access(target, os.W_OK)):
        raise UserError(
            tr("{name} is write-protected, so it was not replaced.", name=target.name),
            tr("Choose another name, or allow writing to the file."),
        )


def _folder() -> Path:
    return state_folder() / "half-made"


@contextmanager
def _listed(path: Path, mark: str) -> Iterator[None]:
    """List a path while the block runs; without a state folder it is not listed, and only we can take it away."""
    note = _folder() / f"{mark}.path"
    lock = FileLock(note.with_suffix(".lock"), timeout=0, thread_local=False)
    with suppress(OSError, Timeout):
        note.parent.mkdir(parents=True, exist_ok=True)
        lock.acquire()
        if not note.with_suffix(".lock").exists():  # a sweep took it for another's in the moment before
            lock.release()
            lock.acquire()
        note.write_text(str(path.absolute()), "utf-8", "surrogateescape")
    try:
        yield
    finally:
        with suppress(OSError):
            if not os.path.lexists(path):
                note.unlink(missing_ok=True)
        _release(lock, note)


def _release(lock: FileLock, note: Path) -> None:
    """Let go of an entry's lock; its file goes with the entry."""
    lock.release()
    with suppress(OSError):
        if not note.exists():
            Path(lock.lock_file).unlink(missing_ok=True)


def _make_folder(mark: str, stack: ExitStack) -> Path:
    """Make a folder where there is room; it is listed, before it is made, until the stack ends."""
    first: OSError | None = None
    places = [Path(tempfile.gettempdir()), cache_folder()] if _has_temporary() else [cache_folder()]
    for place in places:
        with ExitStack() as listing:
            path = place / f"{_NAME}{mark}"
            listing.enter_context(_listed(path, mark))
            try:
                if place == cache_folder():
                    place.mkdir(parents=True, exist_ok=True)
                path.mkdir(mode=0o700)
            except OSError as error:
                first = first or error
                continue
            stack.push(listing.pop_all())
            return path
    assert first is not None
    raise UserError(
        tr("No folder for temporary files could be made: {reason}.", reason=first.strerror or str(first)),
        tr("Make room in {folder}, or see that you may write to it.", folder=places[0]),
    ) from first


def _has_temporary() -> bool:
    """Tell whether the system has a place for temporary files: Python looks for one once, and fails without."""
    try:
        tempfile.gettempdir()
    except FileNotFoundError:
        return False
    return True


def _remove(path: Path, mark: str) -> None:
    """Remove a file or folder and what libraries made beside it under its name."""
    with suppress(OSError):
        for leftover in path.parent.glob(f"*{mark}*"):
            if leftover.is_dir() and not leftover.is_symlink():
                shutil.rmtree(leftover, ignore_errors=True)
            else:
                with suppress(OSError):
                    leftover.unlink(missing_ok=True)


def _age_s(path: Path) -> float:
    return abs(time.time() - path.stat().st_mtime)
