"""One writer a plan: an OS lock in the state folder, and a row in the file for shares.

Owns who may write; not what happens when somebody may not (opening).
"""

from __future__ import annotations

import ctypes
import getpass
import os
import socket
import sqlite3
import sys
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from territorymap.document.journal import now
from territorymap.document.state_folder import plan_key, state_folder


class PlanLock:
    """The OS lock of one plan, held from :meth:`acquire` until :meth:`release` or the end of the process."""

    def __init__(self, lock: FileLock) -> None:
        self._lock = lock

    @classmethod
    def acquire(cls, path: Path) -> PlanLock | None:
        """Return the lock; None if another window holds it.

        Raises
        ------
        OSError
            if the state folder cannot be written to.
        """
        folder = state_folder() / "locks"
        folder.mkdir(parents=True, exist_ok=True)
        lock = FileLock(folder / f"{plan_key(path)}.lock", timeout=0, thread_local=False)
        try:
            lock.acquire()
        except Timeout:
            return None
        return cls(lock)

    @classmethod
    def is_free(cls, path: Path) -> bool:
        """Tell whether no window holds the lock; one that opens the plan in this very moment would only read."""
        try:
            lock = cls.acquire(path)
        except OSError:
            return False
        if lock is not None:
            lock.release()
        return lock is not None

    def release(self) -> None:
        self._lock.release()


@dataclass(frozen=True)
class Holder:
    """Who wrote the lock row."""

    host: str
    user: str
    pid: int
    since: str

    @property
    def is_this_host(self) -> bool:
        return self.host == socket.gethostname()

    def may_be_writing(self, *, is_on_share: bool) -> bool:
        """Tell whether this holder may still write, given that we hold the OS lock of our own user."""
        if not self.is_this_host:
            return is_on_share  # on a local disk it is a copy of a plan that was open elsewhere
        return self.user != current_user() and is_running(self.pid)


def read_holder(connection: sqlite3.Connection) -> Holder | None:
    """Return the lock row; None if there is none."""
    row = connection.execute("SELECT host, user, pid, since FROM plan_lock ORDER BY lock_id DESC").fetchone()
    if row is None:
        return None
    pid = row[2] if isinstance(row[2], int) and 0 < row[2] < 1 << 31 else 0
    return Holder(str(row[0])[:200], str(row[1])[:200], pid, str(row[3])[:200])


def write_holder(connection: sqlite3.Connection) -> None:
    """Make this process the one in the lock row."""
    connection.execute("DELETE FROM plan_lock")
    connection.execute(
        "INSERT INTO plan_lock (host, user, pid, since) VALUES (?, ?, ?, ?)",
        (socket.gethostname(), current_user(), os.getpid(), now()),
    )


def current_user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a user without a name, as in containers
        return str(os.getuid()) if hasattr(os, "getuid") else ""


def is_running(pid: int) -> bool:
    """Tell whether a process of this machine runs."""
    if pid <= 0:
        return False
    if sys.platform == "win32":
        # os.kill(pid, 0) would end the process there.
        handle = ctypes.windll.kernel32.OpenProcess(0x1000, False, pid)  # PROCESS_QUERY_LIMITED_INFORMATION
        if not handle:
            return False
        ctypes.windll.kernel32.CloseHandle(handle)
        return True
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
