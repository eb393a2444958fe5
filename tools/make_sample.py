"""Makes resources/sample/sample.gpkg anew from the CSV files beside it, through the command line a planner has."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

FOLDER = Path(__file__).parent.parent / "resources" / "sample"


def main() -> int:
    """Return 0 when the plan is there."""
    plan = FOLDER / "sample.gpkg"
    plan.unlink(missing_ok=True)
    command = [sys.executable, "-m", "territorymap"]
    new = [*command, "new", str(plan), "--units", "us-counties", "--alignment", str(FOLDER / "alignment.csv")]
    new += ["--accounts", str(FOLDER / "accounts.csv"), "--reps", str(FOLDER / "reps.csv")]
    settings = ["title=Sample plan: superstore accounts by US county"]
    return subprocess.call(new) or subprocess.call([*command, "set", str(plan), *settings])


if __name__ == "__main__":
    sys.exit(main())
