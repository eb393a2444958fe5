"""Keeps memory small over a long day. Owns what is asked of the C library; what is kept is its owners' business.

Threads of importers, exporters and the optimiser come and go. glibc gives each a heap of its own, as many as eight for
each core, and what such a thread freed stays with its heap: hundreds of megabytes that nobody uses. And whenever it
frees a large block, it makes later ones of that size in the heap, where small ones soon stand behind them and hold the
place; large blocks of their own go back whole.

Python's collector of garbage, when it looks at everything, walks over all modules and all widgets: a tenth of a second
after the start, four times that in a window that has been used, in the middle of a stroke. So what stands when a plan
is on the screen is taken out of its way until the plan is closed; what comes later it then looks at sooner, too.
"""

from __future__ import annotations

import ctypes
import gc
import sys

from PySide6.QtCore import QObject, QTimer
from PySide6.QtGui import QGuiApplication

_M_ARENA_MAX, _M_MMAP_THRESHOLD = -8, -3  # malloc.h
_HEAPS = 2
_LARGE = 512 * 1024  # bytes; pictures, geometry, whole columns
_GIVE_BACK_AFTER_MS = 500  # once nothing is on its way any more that showed the plan
_SETTLE_AFTER_MS = 1_500  # after a plan was painted: when its panels stand as well


def use_few_heaps() -> None:
    """Let all threads share two heaps, of small blocks only; before the first of them begins."""
    _ask("mallopt", _M_ARENA_MAX, _HEAPS)
    _ask("mallopt", _M_MMAP_THRESHOLD, _LARGE)  # told once, it no longer follows what was freed


def settle() -> None:
    """Take what is alive for what stays, until :meth:`give_back`: the collector leaves it alone.

    Nothing that is garbage by now may be among it, or a plan that was closed would stay in memory beside the next.
    """
    gc.unfreeze()
    gc.collect()
    gc.freeze()


class Settling(QObject):
    """When that is done for one window."""

    def __init__(self, window: QObject) -> None:
        super().__init__(window)
        self._timer = QTimer(self, singleShot=True, interval=_SETTLE_AFTER_MS)
        self._timer.timeout.connect(self._settle)

    def begin(self) -> None:
        """A plan is on the screen, or parts of the program have come that stay."""
        self._timer.start()

    def _settle(self) -> None:
        if QGuiApplication.mouseButtons():  # it takes a tenth of a second or more: not in the middle of a stroke
            self._timer.start()
        else:
            settle()

    def end(self) -> None:
        """A plan, or the window itself, is gone."""
        self._timer.stop()
        QTimer.singleShot(_GIVE_BACK_AFTER_MS, give_back)


def give_back() -> None:
    """Let the system have what is held by nothing but itself, and what was freed: after a plan was closed."""
    gc.unfreeze()
    gc.collect()
    _ask("malloc_trim", 0)


def _ask(name: str, *arguments: int) -> None:
    """Call a function of glibc; other C libraries have none of the name, and do not need it."""
    if sys.platform == "linux":
        function = getattr(ctypes.CDLL(None), name, None)
        if function is not None:
            function(*arguments)
