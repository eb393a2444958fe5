"""Hard use: kills, faults of the disk, long use, hostile files, hostile plans; one table, exit code 1 if any failed.

Each part is a module beside this one with a function ``run(options)`` that returns rows, and runs by itself too; its
own help says how much it does. Here each runs as it is meant for the figures of README, in a process of its own.

Run: ``python benchmarks/hard.py [PART ...]``, parts being kill, faults, long, files, plans.
"""

from __future__ import annotations

import argparse
import importlib
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

_ROOT = Path(__file__).resolve().parents[1]
if str(_ROOT) not in sys.path:
    sys.path.insert(0, str(_ROOT))

PARTS = ("kill", "faults", "long", "files", "plans")
Row = dict[str, Any]


def run_part(part: str) -> list[Row]:
    """Return the rows of one part, of its options as they stand."""
    module = importlib.import_module(f"benchmarks.hard_{part}")
    options = module.Options() if hasattr(module, "Options") else None
    return list(module.run(options))


def has_failed(row: Row) -> bool:
    """Whether a row says that something was not as it must be: a count of what was wrong, or an ``ok`` that is not."""
    return bool(row.get("wrong", 0)) or row.get("ok", True) is False or row.get("ok") == "no"


def line_of(part: str, row: Row) -> str:
    """Return a row in one line, whatever its columns are."""
    told = {key: value for key, value in row.items() if value not in ("", None) and not isinstance(value, list | dict)}
    return f"{part:<7}" + "  ".join(f"{key}: {value}" for key, value in told.items())


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("parts", nargs="*", metavar="PART", choices=[[], *PARTS])
    parts = parser.parse_args().parts or PARTS
    lines, n_failed = [], 0
    for part in parts:
        begin = time.monotonic()
        # A process of its own: windows, state folders and limits of one part are none of another's business.
        with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
            rows = pool.submit(run_part, part).result()
        lines += [line_of(part, row) for row in rows]
        n_failed += sum(has_failed(row) for row in rows)
        lines.append(f"{part:<7}{len(rows)} rows in {time.monotonic() - begin:.0f} s")
    print("\n".join(lines))
    print(f"{n_failed} failed" if n_failed else "nothing failed")
    return 1 if n_failed else 0


if __name__ == "__main__":
    sys.exit(main())
