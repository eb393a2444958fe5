"""Runs the tests of the core with PySide6 not importable, and the two commands that need it.

Proves that only ui/ and app.py need Qt; run by ``make check``.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parent.parent
CORE_TESTS = ["model", "geo", "metrics", "document", "session", "importers", "exporters", "mapview", "cli"]
BLOCKER = """
import sys

class _NoQt:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in ("PySide6", "shiboken6"):
            raise ModuleNotFoundError(f"No module named {name!r} (blocked)", name=name)
        return None

sys.meta_path.insert(0, _NoQt())
"""


def main() -> int:
    """Return 0 if the core's tests pass and the window's commands say what is missing."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "sitecustomize.py").write_text(BLOCKER, encoding="utf-8")
        env = {**os.environ, "PYTHONPATH": folder, "TERRITORYMAP_STATE_DIR": str(Path(folder, "state"))}
        tests = [f"tests/{name}" for name in CORE_TESTS if Path(ROOT, "tests", name).is_dir()]
        options = ["-q", "-p", "no:pytest-qt", "-p", "no:cacheprovider", "-m", "not slow"]
        options += ["--numprocesses", "auto", "--maxprocesses", "4", "--dist", "loadfile"]
        core = subprocess.run([sys.executable, "-m", "pytest", *options, *tests], cwd=ROOT, env=env, check=False)
        if core.returncode:
            return core.returncode
        return _check_window_commands(env, Path(folder))


def _check_window_commands(env: dict[str, str], folder: Path) -> int:
    plan = str(ROOT / "resources" / "sample" / "sample.gpkg")
    for arguments in ([plan], ["screenshot", plan, str(folder / "out.png")]):
        command = [sys.executable, "-m", "territorymap.cli", *arguments]
        done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
        if done.returncode != 2 or "error:" not in done.stderr or "PySide6" not in done.stderr:
            print(f"territorymap {arguments} without PySide6: exit {done.returncode}, {done.stderr!r}")
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
