"""Who had a unit before each step, against what the session showed then; in scenarios over one another too."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from territorymap.document.scenarios import chain_of
from territorymap.session import commands
from territorymap.session.session import Session
from tests.support.grid import grid_layer

_DEEDS = st.lists(
    st.tuples(
        st.sampled_from(["give", "give", "take", "undo", "undo", "redo", "scenario", "switch"]), st.integers(0, 5)
    ),
    min_size=2,
    max_size=14,
)


def shown(session: Session) -> dict[int, list[int | None]]:
    """Return territory_id by unit, for each scenario."""
    found = {}
    for scenario in session.plan.scenarios:
        variant = session.variant(scenario.scenario_id)
        ids = [territory.territory_id for territory in variant.territories]
        found[scenario.scenario_id] = [ids[ix] if ix >= 0 else None for ix in variant.unit_territory.tolist()]
    return found


def do(session: Session, deed: str, n: int) -> None:
    ids = [territory.territory_id for territory in session.plan.territories]
    if deed == "give":
        session.do(commands.assign_units(session.plan, np.array([n, (n + 1) % 6]), ids[n % 2]))
    elif deed == "take":
        session.do(commands.assign_units(session.plan, np.array([n]), None))
    elif deed in ("undo", "redo"):
        if getattr(session.document, f"can_{deed}") and len(session.timeline()) > 2:
            getattr(session, deed)()
    elif deed == "scenario":
        session.do(commands.new_scenario(session.plan, f"What if {len(session.document.history())}"))
    else:
        scenarios = session.plan.scenarios
        session.switch_scenario(scenarios[n % len(scenarios)].scenario_id)


@settings(max_examples=30)
@given(deeds=_DEEDS)
def test_the_journal_knows_who_had_a_unit_before_each_step(deeds: list[tuple[str, int]]) -> None:
    with TemporaryDirectory() as name, Session.create(Path(name) / "p.gpkg", grid_layer(3, 2), author="Ada") as session:
        session.do(commands.create_territories(session.plan, ["West", "East"]))
        told = []
        for deed, n in deeds:
            before, n_steps = shown(session), len(session.document.history())
            if deed == "undo" and session.document.undo_label.startswith("Create"):
                continue
            do(session, deed, n)
            told += [(step.step_id, before) for step in session.document.history()[n_steps:]]
            rows = session.document.past._rows  # follows all along, as the change log's does
            steps = {step.step_id: step for step in session.document.history()}
            here = {scenario.scenario_id for scenario in session.plan.scenarios}
            for step_id, former in told:
                for scenario_id in here & former.keys():
                    chain = chain_of(session.document._connection, scenario_id)
                    found = [
                        rows.territory_before(chain, 1, int(unit_id), steps[step_id])
                        for unit_id in session.plan.units.unit_id
                    ]
                    assert found == former[scenario_id], (step_id, scenario_id)
