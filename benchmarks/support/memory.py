"""Memory of this process and all that it started, from /proc. Owns counting; not what is done meanwhile."""

from __future__ import annotations

import os
from pathlib import Path

_PROC = Path("/proc")


def memory_mb(pid: int | None = None) -> dict[str, float]:
    """Return the proportional set size of a process tree in MB: in all, of the program itself, of the page's processes.

    Shared pages count once in the sum (PSS), so what Chromium's processes share is not counted several times.
    """
    pid = pid or os.getpid()
    own = _pss_mb(pid)
    others = sum(_pss_mb(child) for child in descendants(pid))
    return {"memory_mb": round(own + others), "program_mb": round(own), "page_mb": round(others)}


def descendants(pid: int) -> list[int]:
    """Return the processes that a process started, and those that these started."""
    parents: dict[int, list[int]] = {}
    for entry in _PROC.iterdir():
        if entry.name.isdigit():
            try:
                # pid (name) state ppid ...; the name may hold spaces and brackets
                parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
            except (FileNotFoundError, ProcessLookupError):
                continue
            parents.setdefault(parent, []).append(int(entry.name))
    found, waiting = [], [pid]
    while waiting:
        children = parents.get(waiting.pop(), [])
        found += children
        waiting += children
    return found


def _pss_mb(pid: int) -> float:
    try:
        lines = (_PROC / str(pid) / "smaps_rollup").read_text().splitlines()
    except (FileNotFoundError, ProcessLookupError):
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("Pss:")), 0.0)
