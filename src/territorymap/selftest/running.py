"""One run of the self-test: a desk of its own, the steps in order, what was heard meanwhile, and the exit code.

Owns environment, folders and the end; what is done in the window is story.py's.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from territorymap.selftest import SWITCH
from territorymap.selftest.listening import Listener
from territorymap.selftest.network import NetworkWatch
from territorymap.selftest.telling import FAILED, PASSED, Teller

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

REPORT = "self-test.jsonl"
EXIT_FAILED, EXIT_USAGE = 1, 2


def run(arguments: Sequence[str], make_application: Callable[[], QApplication]) -> int:
    """Run all steps; returns 0, or 1 if one failed. Exported files stay in the folder of ``--out``, if it is given."""
    out = _read_out(arguments)
    if out == "":
        sys.stderr.write(f"usage: territorymap {SWITCH} [--out FOLDER]\n")
        return EXIT_USAGE
    desk = Path(tempfile.mkdtemp(prefix="territorymap-self-test-"))
    folder = Path(out) if out is not None else desk / "out"
    folder.mkdir(parents=True, exist_ok=True)
    teller = Teller(folder / REPORT if out is not None else None)
    try:
        return _run_at(desk, folder.resolve(), teller, make_application)
    finally:
        teller.close()
        shutil.rmtree(desk, ignore_errors=True)


def _read_out(arguments: Sequence[str]) -> str | None:
    """Return the folder that was asked for, None = none, "" = the arguments are no good."""
    if not arguments:
        return None
    if len(arguments) == 2 and arguments[0] == "--out":
        return arguments[1]
    first = arguments[0].removeprefix("--out=")
    return first if len(arguments) == 1 and first != arguments[0] else ""


def _run_at(desk: Path, out: Path, teller: Teller, make_application: Callable[[], QApplication]) -> int:
    _set_environment(desk)
    network, listener = NetworkWatch(), Listener()
    teller.watch(network.told)
    teller.watch(listener.told)
    begin = time.perf_counter()
    try:
        from territorymap.selftest.story import Story

        def make() -> QApplication:
            listener.follow_qt()
            app = make_application()
            listener.follow_log()  # after the application has set up its own log
            return app

        story = Story(desk, out, teller, make)
        try:
            story.play()
        finally:
            story.end()
        n_attempts = len(network.attempts) + story.n_refused
    except Exception as error:  # noqa: BLE001 - told in full, and the exit code says it
        teller.say(f"{FAILED} after {time.perf_counter() - begin:.1f} s: {type(error).__qualname__}: {error}")
        return EXIT_FAILED
    teller.say(f'{{"steps": {teller.n_steps}, "seconds": {time.perf_counter() - begin:.1f}, "network": {n_attempts}}}')
    teller.say(PASSED)
    return 0


def _set_environment(desk: Path) -> None:
    """Have settings, locks, backups and caches on the desk, and no window where there is no display."""
    os.environ["TERRITORYMAP_STATE_DIR"] = str(desk / "state")
    os.environ.pop("TERRITORYMAP_LANGUAGE", None)  # the story chooses, as a planner does
    has_display = not sys.platform.startswith("linux") or any(
        os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY")
    )
    if not has_display and not os.environ.get("QT_QPA_PLATFORM"):
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    if os.environ.get("QT_QPA_PLATFORM") == "offscreen":
        os.environ.setdefault("QT_QUICK_BACKEND", "software")  # no graphics card is to be had offscreen
