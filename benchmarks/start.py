"""Start to a usable window: until the start page, and until the map is painted and answers the mouse.

    python benchmarks/start.py [--frozen dist/territorymap] [--runs 3] [--cold]

Each start is the program's own self-test in a process of its own, timed from outside from its beginning to the lines
that it prints: "start" (the start page is shown) and "open" (the sample plan is painted, and a move of the mouse was
answered). The program's own caches are empty, as on a planner's first day. ``--cold`` empties the system's file cache
before each (root only). Peer, in the same run: a bare QWebEngineView in an empty window that paints one page and
answers one script.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
CACHES = Path("/proc/sys/vm/drop_caches")
PEER = """
import sys
from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QApplication, QMainWindow
from PySide6.QtWebEngineWidgets import QWebEngineView
app = QApplication(sys.argv[:1])
window, view = QMainWindow(), QWebEngineView()
window.setCentralWidget(view)
window.resize(1400, 900)
def answer(value):
    print('{"step": "open"}', flush=True)
view.loadFinished.connect(lambda ok: view.page().runJavaScript("1 + 1", 0, answer))
view.setHtml("<canvas></canvas>")
window.show()
print('{"step": "start"}', flush=True)
app.exec()
"""


def times(command: Sequence[str], desk: Path) -> dict[str, float]:
    """Return the seconds until each step was told."""
    env = {
        **os.environ, "PYTHONPATH": str(ROOT / "src"), "QT_QPA_PLATFORM": "offscreen", "TMPDIR": str(desk),
        "QTWEBENGINE_DISABLE_SANDBOX": "1" if os.geteuid() == 0 else "0",
    }  # fmt: skip
    begin, found = time.perf_counter(), {}
    with subprocess.Popen(command, env=env, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as child:
        assert child.stdout is not None
        for line in child.stdout:
            for step in ("start", "open"):
                if line.startswith(f'{{"step": "{step}"'):
                    found[step] = time.perf_counter() - begin
            if "open" in found:
                break
        child.kill()
    if "open" not in found:
        raise SystemExit(f"{command[0]} did not get as far as an open plan: {found}")
    return found


def cold() -> str:
    """Empty the system's file cache; returns why it could not be."""
    try:
        os.sync()
        CACHES.write_text("3\n", "ascii")
    except OSError as error:
        return f"the file cache cannot be emptied here: {error.strerror}"
    return ""


def programs(frozen: Path | None) -> Iterator[tuple[str, list[str]]]:
    yield "bare QWebEngineView", [sys.executable, "-c", PEER]
    yield "from source", [sys.executable, "-m", "territorymap", "--self-test"]
    if frozen is not None:
        yield "frozen", [str(frozen / "territorymap"), "--self-test"]


def main() -> None:
    """Measure, and print medians with their ratio to the peer."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--frozen", type=Path, help="folder of the bundle")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--cold", action="store_true", help="empty the system's file cache before each start")
    options = parser.parse_args()
    if options.cold and (why := cold()):
        raise SystemExit(why)
    print(f"{'cold' if options.cold else 'warm'} file cache, {options.runs} starts each, seconds (median)")
    print(f"{'program':24}{'start page':>12}{'map answers':>14}{'x peer':>9}")
    peer = 0.0
    for name, command in programs(options.frozen):
        runs = []
        for _ in range(options.runs):
            desk = Path(tempfile.mkdtemp(prefix="start-"))
            try:
                if options.cold:
                    cold()
                runs.append(times(command, desk))
            finally:
                shutil.rmtree(desk, ignore_errors=True)
        first, last = (statistics.median(run[step] for run in runs) for step in ("start", "open"))
        peer = peer or last
        print(f"{name:24}{first:12.2f}{last:14.2f}{last / peer:9.1f}", flush=True)


if __name__ == "__main__":
    main()
