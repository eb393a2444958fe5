"""What the interpreter wrote as it was torn down (a fault in native code), kept for the next start.

Owns the files of runs under way in the reports folder; how the next start tells of them is app.py's.
"""

from __future__ import annotations

import faulthandler
import os
from contextlib import suppress
from pathlib import Path
from typing import IO

import filelock

from territorymap.ui.crash.report import without_folders

_MAX_CHARS = 20_000
_SIGNS = ("Fatal Python error", "Windows fatal exception")


class LastRun:
    """Writes a dump if this run is torn down; reads what former runs left."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._file: IO[str] | None = None
        self._lock: filelock.FileLock | None = None

    def begin(self, heading: str) -> list[str]:
        """Be ready for a dump under this heading; returns the dumps of former runs, the oldest first.

        Without a folder to write in there is none, and the program starts all the same.
        """
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            found = self._take_former()
            path = self._folder / f"run-{os.getpid()}.txt"
            self._lock = filelock.FileLock(f"{path}.lock")
            self._lock.acquire(timeout=0)
            self._file = path.open("w", encoding="utf-8")
            self._file.write(heading + "\n")
            self._file.flush()
            faulthandler.enable(self._file)
        except (OSError, filelock.Timeout):
            return []
        return found

    def end(self) -> None:
        """The run ended as it should."""
        if self._file is None or self._lock is None:
            return
        faulthandler.disable()
        self._file.close()
        _remove(Path(self._file.name))
        self._lock.release()
        _remove(Path(self._lock.lock_file))
        self._file = self._lock = None

    def _take_former(self) -> list[str]:
        found = []
        for path in sorted(self._folder.glob("run-*.txt"), key=lambda p: p.stat().st_mtime):
            lock = filelock.FileLock(f"{path}.lock")
            try:
                lock.acquire(timeout=0)
            except filelock.Timeout:
                continue  # another window's
            text = path.read_text(encoding="utf-8", errors="replace")[:_MAX_CHARS]
            if any(f"\n{sign}" in text for sign in _SIGNS):
                found.append(without_folders(text))
            _remove(path)
            lock.release()
            _remove(Path(lock.lock_file))
        return found


def _remove(path: Path) -> None:
    with suppress(FileNotFoundError):
        path.unlink()
