"""The self-test of an installed program: the real window does the round of a planner's day, offscreen if need be.

Owns what ``--self-test`` does; the window, the importers and exporters that it tries are the program's own.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

SWITCH = "--self-test"


def run_self_test(arguments: Sequence[str], make_application: Callable[[], QApplication]) -> int:
    """Run it as called with ``[--out FOLDER]``; returns the exit code, 0 = all is well.

    What it needs of the environment is set before Qt, numba and matplotlib are asked for.
    """
    from territorymap.selftest.running import run

    return run(arguments, make_application)
