"""``make bundle``: icons, compiled loops, PyInstaller, whose specification writes the notices; makes dist/territorymap.

Owns the order; each step stands in its own file.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [path for path in (str(ROOT), str(ROOT / "src")) if path not in sys.path]

from installer import bundle_files, check_registries  # noqa: E402

BUILD, DIST = ROOT / "build", ROOT / "dist"


def main() -> None:
    """Make the bundle anew."""
    bundle_files.draw_icons(ROOT, BUILD / "icons")
    run("installer/kernels.py", str(BUILD / "compiled"))
    run(
        "-m", "PyInstaller", "--noconfirm", "--log-level", "WARN", "--distpath", str(DIST), "--workpath", str(BUILD),
        "installer/territorymap.spec",
    )  # fmt: skip
    _make_locales_folder(DIST / "territorymap")
    check_registries.main()
    print(f"Made: {DIST / 'territorymap'}")


def _make_locales_folder(bundle: Path) -> None:
    """Make an empty folder that Chromium would make itself, beside the program, where it may."""
    for resources in bundle.rglob("PySide6/Qt/resources"):
        (resources / "locales").mkdir(exist_ok=True)


def run(*arguments: str) -> None:
    """Run Python with our sources on its path; end with its exit code if it is not 0."""
    env = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    code = subprocess.run([sys.executable, *arguments], cwd=ROOT, env=env, check=False).returncode
    if code:
        raise SystemExit(code)


if __name__ == "__main__":
    main()
