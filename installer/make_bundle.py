"""``make bundle``: icons and notices, then PyInstaller; the result is dist/territorymap.

Owns the order; each step stands in its own file.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import bundle_files

ROOT = Path(__file__).parent.parent
BUILD, DIST = ROOT / "build", ROOT / "dist"


def main() -> None:
    """Make the bundle anew."""
    bundle_files.draw_icons(ROOT, BUILD / "icons")
    notices = ROOT / "installer" / "notices.py"
    if notices.exists():
        shutil.rmtree(BUILD / "notices", ignore_errors=True)
        run("installer/notices.py", str(BUILD / "notices"))
    run(
        "-m", "PyInstaller", "--noconfirm", "--log-level", "WARN", "--distpath", str(DIST), "--workpath", str(BUILD),
        "installer/territorymap.spec",
    )  # fmt: skip
    print(f"Made: {DIST / 'territorymap'}")


def run(*arguments: str) -> None:
    """Run Python with our sources on its path; end with its exit code if it is not 0."""
    env = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    code = subprocess.run([sys.executable, *arguments], cwd=ROOT, env=env, check=False).returncode
    if code:
        raise SystemExit(code)


if __name__ == "__main__":
    main()
