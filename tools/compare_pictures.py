"""The picture of two scenarios compared, for README: a swipe with the table of territories under it."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from support.window import Window, spin, wait_until
from territorymap.session.commands import assign_units
from territorymap.session.commands.scenarios import edit_scenario, new_scenario, set_baseline
from territorymap.session.session import Session

# What the proposal gives away: the western half of the first to the second.
GIVEN = (("Upper Midwest", "Mountain"), ("Texas South", "Texas North"), ("Carolinas", "Georgia and Alabama"))
SETTLE_MS = 1500
MOST_S = 60.0


def picture_of_comparing(plan: Path, folder: Path) -> None:
    """Write compare.png of a plan that is there for this alone."""
    window = Window(plan)
    propose(window.session)
    window.main.docks.bring_up("compare")
    before = window.session.plan.scenarios[0].scenario_id
    window.map.compare.begin(before, "swipe")
    has_divider = "__tm.compare._divider ? 1 : 0"
    assert wait_until(lambda: window.evaluate(has_divider) == 1, MOST_S), "the other scenario did not come"
    spin(SETTLE_MS)
    window.evaluate("(__tm.compare._divider.move(0.42), 1)")
    spin(SETTLE_MS)
    window.main.grab().save(str(folder / "compare.png"))
    window.close()


def propose(session: Session) -> None:
    """Make what is there the baseline, and a proposal in which three territories give half away."""
    today = session.plan.scenario.scenario_id
    session.do(edit_scenario(session.plan, today, name="Today"))
    session.do(set_baseline(session.plan, today))
    session.do(new_scenario(session.plan, "Proposal 2027"))
    session.switch_scenario(max(s.scenario_id for s in session.plan.scenarios))
    for giver, taker in GIVEN:
        plan = session.plan
        names = [t.name for t in plan.territories]
        units = plan.units_of(names.index(giver))
        west = units[plan.units.lon[units] < np.median(plan.units.lon[units])]
        session.do(assign_units(plan, west, plan.territories[names.index(taker)].territory_id))
