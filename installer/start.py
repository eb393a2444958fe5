"""What the frozen program begins with, for both executables: the name it was called by says which it is.

Owns nothing else. A worker process of the standard library's multiprocessing ends in freeze_support.
"""

from __future__ import annotations

import locale
import multiprocessing
import os
import sys
from pathlib import Path

WINDOW = "territorymap-gui"


def start() -> None:
    """Run the command line, or the window where the executable is the one without a console."""
    multiprocessing.freeze_support()
    _speak_utf8()
    if Path(sys.executable).stem == WINDOW:
        from territorymap.app import main_gui

        main_gui()
    else:
        from territorymap.cli import main

        main()


def _speak_utf8() -> None:
    """Name a locale that knows all letters where the system names none: Python does so itself, but not when frozen."""
    if not sys.platform.startswith("linux") or os.environ.get("LC_ALL"):
        return
    try:
        is_plain = locale.setlocale(locale.LC_CTYPE, "") in ("C", "POSIX")
    except locale.Error:  # a locale that is not installed counts as none
        is_plain = True
    if is_plain:
        os.environ["LC_CTYPE"] = "C.UTF-8"


if __name__ == "__main__":
    start()
