"""A second scenario for plans of tests: the one before, which the plan in use differs from."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from territorymap.session.commands import assign_units, set_territory_rep
from territorymap.session.commands.scenarios import edit_scenario, new_scenario, set_baseline
from territorymap.session.session import Session


def add_before(
    session: Session, holders: Mapping[int, int], name: str = "Today", reps: Mapping[int, int | None] | None = None
) -> int:
    """Make the plan as it is a scenario "Proposal" that is in use, and the one before it the baseline.

    ``holders``: unit_ix -> territory_ix that had it before, -1 = nobody; ``reps``: territory_ix -> its rep before.
    Returns the scenario_id of the one before.
    """
    now = session.plan.unit_territory.copy()
    now_reps = [t.rep_id for t in session.plan.territories]
    before = session.plan.scenario.scenario_id
    _take(session, dict(holders), dict(reps or {}))
    session.do(edit_scenario(session.plan, before, name=name))
    session.do(set_baseline(session.plan, before))
    session.do(new_scenario(session.plan, "Proposal"))
    session.switch_scenario(max(s.scenario_id for s in session.plan.scenarios))
    _take(session, {unit: int(now[unit]) for unit in holders}, {ix: now_reps[ix] for ix in reps or {}})
    return before


def _take(session: Session, holders: dict[int, int], reps: dict[int, int | None]) -> None:
    for territory in sorted(set(holders.values())):
        units = np.array([unit for unit, holder in holders.items() if holder == territory], dtype=np.int64)
        territory_id = session.plan.territories[territory].territory_id if territory >= 0 else None
        session.do(assign_units(session.plan, units, territory_id))
    for ix, rep_id in reps.items():
        session.do(set_territory_rep(session.plan, session.plan.territories[ix].territory_id, rep_id))
