"""What ``make run`` starts: the program on the sample plan; with no display a picture of it and the balance table."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
SAMPLE = ROOT / "resources" / "sample" / "sample.gpkg"
PICTURE = ROOT / "out" / "territorymap.png"


def has_display() -> bool:
    """Tell whether a window can be shown to a person."""
    if sys.platform in ("win32", "darwin"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def main() -> int:
    """Start the program; return its exit code."""
    program = [sys.executable, "-m", "territorymap"]
    if has_display():
        # A copy, kept from run to run, so that edits last and the shipped file stays as it is.
        copy = ROOT / "out" / SAMPLE.name
        if not copy.exists():
            copy.parent.mkdir(exist_ok=True)
            shutil.copy(SAMPLE, copy)
        return subprocess.call([*program, str(copy)])
    print("There is no display here, so the window goes into a picture instead.", flush=True)
    PICTURE.parent.mkdir(exist_ok=True)
    env = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    code = subprocess.call([*program, "screenshot", str(SAMPLE), str(PICTURE)], env=env)
    if code == 0:
        code = subprocess.call([*program, "balance", str(SAMPLE)], env=env)
    return code


if __name__ == "__main__":
    sys.exit(main())
