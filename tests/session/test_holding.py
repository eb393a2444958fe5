"""What may not be edited while it is solved: the rows of steps, undo and redo, in the scenario that is solved."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from territorymap.errors import UserError
from territorymap.session import commands
from territorymap.session.commands.scenarios import new_scenario
from territorymap.session.holding import Hold
from territorymap.session.session import Session
from tests.ui.panels.plans import make_session

NORTH, SOUTH, WEST = 0, 1, 2


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    """North and column 6 are being solved; South and West are not."""
    with make_session(tmp_path / "plan.gpkg") as session:
        scope = np.isin(session.plan.unit_territory, (NORTH, -1))
        session.hold = Hold(session.plan, scope, "Build 3 territories").check
        yield session


def ids(session: Session) -> list[int]:
    return [t.territory_id for t in session.plan.territories]


def test_units_in_the_scope_stay_where_they_are(session: Session) -> None:
    plan, before = session.plan, session.plan.unit_territory.copy()
    for units, to in (
        (plan.units_of(NORTH)[:1], ids(session)[SOUTH]),  # away
        (np.flatnonzero(plan.unit_territory < 0)[:2], ids(session)[SOUTH]),  # from nobody
    ):
        with pytest.raises(UserError, match="being solved"):
            session.do(commands.assign_units(session.plan, units, to))
    assert (session.plan.unit_territory == before).all()
    session.do(commands.assign_units(session.plan, plan.units_of(SOUTH)[:1], ids(session)[WEST]))
    assert (session.plan.unit_territory != before).sum() == 1


def test_a_step_that_touches_one_unit_of_the_scope_is_refused_as_a_whole(session: Session) -> None:
    plan = session.plan
    units = np.concatenate([plan.units_of(SOUTH)[:2], plan.units_of(NORTH)[:1]])
    with pytest.raises(UserError) as refused:
        session.do(commands.assign_units(plan, units, ids(session)[WEST]))
    assert "This unit is being solved" in refused.value.message
    assert "Build 3 territories" in refused.value.hint
    assert len(session.plan.units_of(WEST)) == 4


def test_locks_and_holders_of_the_scope_stand_still(session: Session) -> None:
    plan = session.plan
    north, south = ids(session)[:2]
    for command in (
        commands.set_units_locked(plan, plan.units_of(NORTH)[:1], True),
        commands.set_territory_locked(plan, [north], True),
        commands.delete_territories(plan, [north]),
    ):
        with pytest.raises(UserError):
            session.do(command)
    session.do(commands.set_units_locked(plan, plan.units_of(SOUTH)[:1], True))
    session.do(commands.set_territory_locked(plan, [south], True))


def test_what_does_not_bear_on_the_search_is_free(session: Session) -> None:
    north = ids(session)[NORTH]
    session.do(commands.rename_territory(session.plan, north, "Northern"))
    session.do(commands.set_territory_rep(session.plan, north, None))
    session.do(commands.create_territories(session.plan, ["Fresh"]))
    session.do(commands.delete_territories(session.plan, [ids(session)[-1]]))


def test_another_scenario_is_free(session: Session) -> None:
    session.do(new_scenario(session.plan, "Other"))
    first = session.plan.scenario.scenario_id
    other = next(s.scenario_id for s in session.plan.scenarios if s.scenario_id != first)
    before = session.plan.unit_territory.copy()
    session.switch_scenario(other)
    session.do(commands.assign_units(session.plan, session.plan.units_of(NORTH)[:1], ids(session)[SOUTH]))
    session.switch_scenario(first)
    assert (session.plan.unit_territory == before).all()


def test_undo_and_redo_are_steps_too(tmp_path: Path) -> None:
    with make_session(tmp_path / "plan.gpkg") as session:
        loose = np.flatnonzero(session.plan.unit_territory < 0)[:1]
        session.do(commands.assign_units(session.plan, loose, ids(session)[NORTH]))
        hold = Hold(session.plan, np.isin(session.plan.unit_territory, (NORTH,)), "Build")
        session.hold = hold.check
        with pytest.raises(UserError, match="being solved"):
            session.undo()
        assert session.plan.unit_territory[loose] == NORTH
        session.hold = None
        session.undo()
        session.hold = Hold(session.plan, session.plan.unit_territory < 0, "Build").check
        with pytest.raises(UserError, match="being solved"):
            session.redo()
        session.hold = None
        session.redo()
        assert session.plan.unit_territory[loose] == NORTH


def test_what_waits_to_be_taken_says_so(tmp_path: Path) -> None:
    with make_session(tmp_path / "plan.gpkg") as session:
        hold = Hold(session.plan, session.plan.unit_territory == NORTH, "Rebalance")
        hold.is_waiting = True
        session.hold = hold.check
        with pytest.raises(UserError) as refused:
            session.do(commands.assign_units(session.plan, session.plan.units_of(NORTH)[:2], ids(session)[SOUTH]))
        assert refused.value.message == "A proposal for these 2 units is waiting."
        assert "Take or discard" in refused.value.hint


def test_another_alignment_can_be_edited_meanwhile(session: Session) -> None:
    session.do(commands.new_alignment(session.plan, "Inside", copy_of=1))
    session.switch_alignment(2)
    plan = session.plan
    session.do(commands.assign_units(plan, plan.units_of(NORTH)[:1], ids(session)[SOUTH]))
    session.switch_alignment(1)
    with pytest.raises(UserError, match="being solved"):
        session.do(commands.assign_units(session.plan, session.plan.units_of(NORTH)[:1], ids(session)[SOUTH]))
    session.undo()
    assert session.plan.alignment.name == "Inside"
