"""Makes resources/sample/sample.gpkg anew from the CSV files beside it, through the command line a planner has."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from tools.sample_channels import add_channels

from territorymap.session import commands
from territorymap.session.session import Session

FOLDER = Path(__file__).parent.parent / "resources" / "sample"
PLAN = FOLDER / "sample.gpkg"
AUTHOR = "Territory Map"
SHOWN = {"accounts", "Sales", "workload_h"}
# Six visits a year to each account of the field ask for about as many hours as the reps have.
VISITS = 6.0


def main() -> int:
    """Return 0 when the plan is there."""
    PLAN.unlink(missing_ok=True)
    new = ["new", str(PLAN), "--units", "us-counties"]
    new += ["--title", "Sample: superstore accounts by US county"]
    for kind in ("alignment", "accounts", "reps"):
        new += [f"--{kind}", str(FOLDER / f"{kind}.csv")]
    if code := _run(new):
        return code
    with Session.open(PLAN, author=AUTHOR) as session:
        shown = {m.measure_id: m.name in SHOWN for m in session.plan.measures}
        session.do(commands.edit_settings(session.plan, constants={"visits": VISITS}, shown=shown))
    return add_channels(PLAN, FOLDER, AUTHOR, _run)


def _run(arguments: Sequence[str]) -> int:
    """Run a command of the program; its steps carry the name of the sample's author."""
    command = [sys.executable, "-m", "territorymap", *arguments]
    return subprocess.call(command, env={**os.environ, "LOGNAME": AUTHOR})


if __name__ == "__main__":
    sys.exit(main())
