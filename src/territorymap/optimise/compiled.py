"""Compiling of inner loops: numba, with what it made kept in the user's cache folder.

Owns the folder and the decorator; the loops are elsewhere.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any, TypeVar, cast

from territorymap.document.state_folder import cache_folder

# Beside the package nothing may be written where the program is installed for all. Numba reads this on import.
os.environ.setdefault("NUMBA_CACHE_DIR", str(cache_folder() / "compiled"))

import numba

_Function = TypeVar("_Function", bound=Callable[..., Any])


def compiled(function: _Function) -> _Function:
    """Compile a function of numbers and arrays at its first call; the result is kept for the next start."""
    return cast(_Function, numba.njit(cache=True, nogil=True, error_model="numpy")(function))
