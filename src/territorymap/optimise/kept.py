"""Where compiled loops are kept: shipped in the frozen program, and for each user in the cache folder.

Owns folders, the processor that is compiled for, and the stamp; does not compile (compiled does), nor import numba.
"""

from __future__ import annotations

import hashlib
import os
import platform
import sys
from functools import cache
from pathlib import Path

from territorymap import __version__
from territorymap.document.state_folder import cache_folder
from territorymap.resources import shipped

STAMP_FILE = "stamp.txt"


def shipped_folder() -> Path | None:
    """Return the folder of the loops that were compiled when the program was packed; None where it was not."""
    if not getattr(sys, "frozen", False):
        return None
    try:
        return shipped("resources", "compiled")
    except FileNotFoundError:
        return None


def user_folder() -> Path:
    """Return the folder of what is compiled on this machine; the variable NUMBA_CACHE_DIR moves it."""
    return Path(os.environ.get("NUMBA_CACHE_DIR") or cache_folder() / "compiled")


def plain_processor() -> dict[str, str]:
    """Return the least processor on which numpy and Qt start, as the variables that numba reads.

    Loops that are packed run on any such machine, and the same seed gives the same plan on all of them.
    """
    name = "x86-64-v2" if platform.machine().lower() in ("x86_64", "amd64") else "generic"
    return {"NUMBA_CPU_NAME": name, "NUMBA_CPU_FEATURES": ""}


def numba_variables() -> dict[str, str]:
    """Return the variables that must stand when numba is imported.

    Other packages compile too; beside them nothing may be written where the program is installed for all.
    """
    variables = {"NUMBA_CACHE_DIR": str(user_folder())}
    return variables if shipped_folder() is None else {**variables, **plain_processor()}


@cache
def source_stamp() -> str:
    """Return what tells the sources of all loops from those of another version: they are compiled into each other."""
    folder = shipped_folder()
    if folder is not None:
        return (folder / STAMP_FILE).read_text(encoding="utf-8")
    digest = hashlib.sha256(__version__.encode())
    for path in sorted(Path(__file__).parent.glob("*.py")):  # none in a frozen program
        digest.update(path.read_bytes())
    return digest.hexdigest()
