"""Whether the frozen program has every module, metric, importer, exporter, optimiser and page that the sources have.

Owns the comparison; each side tells its own lists (territorymap.cli.registries). ``make bundle`` ends with it.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
Lists = dict[str, list[str]]


def main() -> None:
    """Compare dist/territorymap with the sources; end with what differs."""
    suffix = ".exe" if sys.platform == "win32" else ""
    program = ROOT / "dist" / "territorymap" / f"territorymap{suffix}"
    problems = differences(ask([sys.executable, "-m", "territorymap"], with_sources=True), ask([str(program)]))
    if problems:
        raise SystemExit("the frozen program differs from its sources:\n" + "\n".join(problems))
    print("The frozen program has all that its sources have.")


def ask(command: list[str], with_sources: bool = False) -> Lists:
    """Return the lists that a program tells, with nothing of this process's surroundings if it is the frozen one."""
    kept = ("PATH", "HOME", "SYSTEMROOT", "TEMP") if not with_sources else tuple(os.environ)
    with tempfile.TemporaryDirectory(prefix="territorymap-") as folder:
        env = {name: os.environ[name] for name in kept if name in os.environ}
        env |= {"TERRITORYMAP_STATE_DIR": folder, "TERRITORYMAP_LANGUAGE": "en"}
        if with_sources:
            env["PYTHONPATH"] = str(ROOT / "src")
        # Not in the checkout: the frozen program is not to find anything there.
        done = subprocess.run(
            [*command, "registries"], env=env, cwd=folder, capture_output=True, text=True, encoding="utf-8", check=False
        )
    if done.returncode or done.stderr:
        raise SystemExit(f"{command[0]} registries ended with {done.returncode}:\n{done.stderr}")
    lists: Lists = json.loads(done.stdout)
    return lists


def differences(source: Lists, frozen: Lists) -> list[str]:
    """Return a line for every list in which the two are not the same."""
    lines = [f"{name}: the sources have none" for name, found in source.items() if not found]
    for name in sorted(set(source) | set(frozen)):
        ours, theirs = source.get(name, []), frozen.get(name, [])
        if missing := sorted(set(ours) - set(theirs)):
            lines.append(f"{name}: missing in the frozen program: {', '.join(missing)}")
        if added := sorted(set(theirs) - set(ours)):
            lines.append(f"{name}: only in the frozen program: {', '.join(added)}")
    return lines


if __name__ == "__main__":
    main()
