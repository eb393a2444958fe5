"""Keeps memory small over a long day. Owns what is asked of the C library; what is kept is its owners' business.

Threads of importers, exporters and the optimiser come and go. glibc gives each a heap of its own, as many as eight for
each core, and what such a thread freed stays with its heap: hundreds of megabytes that nobody uses. And whenever it
frees a large block, it makes later ones of that size in the heap, where small ones soon stand behind them and hold the
place; large blocks of their own go back whole.
"""

from __future__ import annotations

import ctypes
import gc
import sys

_M_ARENA_MAX, _M_MMAP_THRESHOLD = -8, -3  # malloc.h
_HEAPS = 2
_LARGE = 512 * 1024  # bytes; pictures, geometry, whole columns


def use_few_heaps() -> None:
    """Let all threads share two heaps, of small blocks only; before the first of them begins."""
    _ask("mallopt", _M_ARENA_MAX, _HEAPS)
    _ask("mallopt", _M_MMAP_THRESHOLD, _LARGE)  # told once, it no longer follows what was freed


def give_back() -> None:
    """Let the system have what is held by nothing but itself, and what was freed: after a plan was closed."""
    gc.collect()
    _ask("malloc_trim", 0)


def _ask(name: str, *arguments: int) -> None:
    """Call a function of glibc; other C libraries have none of the name, and do not need it."""
    if sys.platform == "linux":
        function = getattr(ctypes.CDLL(None), name, None)
        if function is not None:
            function(*arguments)
