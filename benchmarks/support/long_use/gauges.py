"""What a long run costs: memory of the program and of its pages, processor time, and what is alive.

Owns counting, from /proc and Python's collector; not what is done meanwhile.
"""

from __future__ import annotations

import ctypes
import gc
import os
import threading
import time
from collections import Counter
from dataclasses import asdict, dataclass
from pathlib import Path

from benchmarks.support.memory import descendants
from PySide6.QtCore import QObject
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from territorymap.ui.parts.windows import all_widgets, top_levels
from tests.support.window import Window, wait_until

_PROC = Path("/proc")
_PAGE_GIVES_BACK_MS = 10_000  # Chromium returns what its collector freed some eight seconds later


@dataclass(frozen=True)
class Gauge:
    """What was counted at one moment, in MB and pieces."""

    actions: int
    program_mb: float  # resident, after the collector ran
    program_own_mb: float  # of these, not pages of files (libraries, map layers), which the system takes back at need
    in_use_mb: float  # of these, what the C library has given out and not got back
    page_mb: float  # resident, of all processes that draw pages, after their collector ran
    page_own_mb: float
    js_heap_mb: float
    objects: int  # that Python's collector knows
    qt_objects: int  # children of the main window, of any depth
    widgets: int
    top_levels: int
    files: int  # open descriptors
    threads: int

    def as_row(self) -> dict[str, float | int]:
        return asdict(self)


def page_pids() -> list[int]:
    """Return the processes that draw pages, and those that they are forked from, which never grow.

    A forked one may keep the command line of what it came from, so its type says nothing.
    """
    return [pid for pid in descendants(os.getpid()) if b"QtWebEngineProcess" in _command(pid)]


def take(window: Window, n_actions: int) -> Gauge:
    """Wait for threads at work, whose memory is no growth; collect garbage on both sides, then count."""
    wait_until(gc.isenabled, "no work is under way")  # it is held back as long as there is some
    window.js("(typeof gc === 'function' && (gc(), gc()), 1)")
    QTest.qWait(_PAGE_GIVES_BACK_MS)
    gc.collect()
    gc.collect()
    _trim()
    heap = float(window.js("performance.memory ? performance.memory.usedJSHeapSize : 0"))
    return Gauge(
        actions=n_actions,
        program_mb=round(resident_mb(os.getpid()), 1),
        program_own_mb=round(resident_mb(os.getpid(), "RssAnon"), 1),
        in_use_mb=round(_in_use_mb(), 1),
        page_mb=round(sum(resident_mb(pid) for pid in page_pids()), 1),
        page_own_mb=round(sum(resident_mb(pid, "RssAnon") for pid in page_pids()), 1),
        js_heap_mb=round(heap / 2**20, 1),
        objects=len(gc.get_objects()) + gc.get_freeze_count(),
        qt_objects=len(window.main.findChildren(QObject)),
        widgets=len(all_widgets()),
        top_levels=len(top_levels()),
        files=len(list((_PROC / "self" / "fd").iterdir())),
        threads=threading.active_count(),
    )


def alive_by_type() -> Counter[str]:
    """Return how many objects of each type Python's collector knows, and how many widgets Qt knows."""
    gc.collect()
    widgets = Counter(f"widget {_place(w)}" for w in all_widgets())
    return Counter(f"{type(x).__module__}.{type(x).__qualname__}" for x in gc.get_objects()) + widgets


def _place(widget: QWidget) -> str:
    window = widget.window()
    return f"{widget.metaObject().className()} in {window.metaObject().className()} {window.windowTitle()}".strip()


def resident_mb(pid: int, what: str = "VmRSS") -> float:
    """Return the resident size of a process, or a part of it; 0 where it has gone."""
    try:
        lines = (_PROC / str(pid) / "status").read_text().splitlines()
    except (FileNotFoundError, ProcessLookupError):
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith(f"{what}:")), 0.0)


class Clock:
    """Processor time of the program and of the processes that draw its pages: a busy machine does not count."""

    def __init__(self) -> None:
        self._pids: list[int] = []
        self.renew()

    def renew(self) -> None:
        """Look anew which processes there are."""
        self._pids = page_pids()

    def read(self) -> float:
        """Return the seconds that were spent so far."""
        return time.process_time() + sum(_cpu_s(pid) for pid in self._pids)


def _cpu_s(pid: int) -> float:
    # Linux: the clock of another process is its number, inverted; the last bits ask for its scheduled time.
    try:
        return time.clock_gettime((~pid << 3) | 2)
    except OSError:
        return 0.0


def _command(pid: int) -> bytes:
    try:
        return (_PROC / str(pid) / "cmdline").read_bytes()
    except (FileNotFoundError, ProcessLookupError):
        return b""


class _Heap(ctypes.Structure):
    """struct mallinfo2 of malloc.h."""

    _fields_ = [
        (name, ctypes.c_size_t)
        for name in [
            "arena",
            "ordblks",
            "smblks",
            "hblks",
            "hblkhd",
            "usmblks",
            "fsmblks",
            "uordblks",
            "fordblks",
            "keepcost",
        ]
    ]


def held_mb() -> tuple[float, float]:
    """Return what the program holds of its own, resident, and what of it the C library has given out."""
    _trim()
    return resident_mb(os.getpid(), "RssAnon"), _in_use_mb()


def _in_use_mb() -> float:
    """Return what the C library has given out and not got back; 0 where it cannot tell."""
    ask = getattr(ctypes.CDLL(None), "mallinfo2", None)
    if ask is None:
        return 0.0
    ask.restype = _Heap
    heap = ask()
    return float(heap.uordblks + heap.hblkhd) / 2**20


def _trim() -> None:
    """Let the C library give back what it holds for later: that is no leak."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)
