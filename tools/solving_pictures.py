"""The picture of territories that are only proposed, for README: fills as they would be, today's borders over them."""

from __future__ import annotations

from pathlib import Path

from support.window import Window, spin, wait_until
from territorymap.session.solving.aims import Aim, Limits, Wishes
from territorymap.session.solving.building import BuildJob
from territorymap.session.solving.still import still_of

STEPS = 20_000_000  # the same plan each time
MOST_S = 300.0
SETTLE_MS = 2000


def picture_of_building(plan: Path, folder: Path) -> None:
    """Write build.png of a plan that is there for this alone."""
    window = Window(plan)
    solving = window.main.solving
    wishes = Wishes((Aim("workload_h", 0.05),), from_reps=True)
    solving.run(BuildJob(still_of(window.session), wishes), Limits(None, STEPS, 1))
    assert wait_until(lambda: solving.bar.state != "running", MOST_S), "the search did not end"
    assert solving.bar.state == "done", solving.bar.problem.text()
    spin(SETTLE_MS)
    window.main.grab().save(str(folder / "build.png"))
    solving.discard()
    window.close()
