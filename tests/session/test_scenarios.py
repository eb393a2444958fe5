"""Scenarios of an open plan: switching, undo where it was done, taking over, the baseline.

a b c | d e f      North has the left half, South the right one
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from territorymap.errors import UserError
from territorymap.metrics.totals import Totals
from territorymap.session.commands import assign_units, create_territory, rename_territory, set_override
from territorymap.session.commands.scenarios import (
    Taken,
    copy_scenario,
    delete_scenario,
    edit_scenario,
    in_new_scenario,
    new_scenario,
    set_baseline,
    take_over,
    take_over_territory,
)
from territorymap.session.session import PlanChange, Session
from tests.support.grid import grid_layer


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    with Session.create(tmp_path / "plan.gpkg", grid_layer(6, 1), title="Grid", author="Ada") as session:
        session.do(create_territory(session.plan, "North", unit_ix=np.arange(3)))
        session.do(create_territory(session.plan, "South", unit_ix=np.arange(3, 6)))
        yield session


def names(session: Session) -> list[str]:
    return [session.plan.territories[ix].name if ix >= 0 else "" for ix in session.plan.unit_territory]


def add(session: Session, name: str) -> int:
    session.do(new_scenario(session.plan, name))
    scenario = session.plan.scenario_named(name)
    assert scenario is not None
    return scenario.scenario_id


def give(session: Session, units: list[int], name: str) -> None:
    territory = session.plan.territory_named(name)
    assert territory is not None
    session.do(assign_units(session.plan, np.array(units), territory.territory_id))


def test_an_edit_belongs_to_the_scenario_in_use(session: Session) -> None:
    other = add(session, "What if")
    session.switch_scenario(other)
    give(session, [2], "South")
    assert names(session) == ["North"] * 2 + ["South"] * 4
    assert session.totals.n_units.tolist() == [2, 4]
    session.switch_scenario(1)
    assert names(session) == ["North"] * 3 + ["South"] * 3
    assert session.totals.n_units.tolist() == [3, 3]
    assert session.variant(other).unit_territory.tolist() == [0, 0, 1, 1, 1, 1]


def test_listeners_are_told_of_a_switch(session: Session) -> None:
    other = add(session, "What if")
    heard: list[PlanChange] = []
    session.listen(heard.append)
    session.switch_scenario(other)
    assert [(change.kind, change.delta.is_full, change.touched) for change in heard] == [("switch", True, (0, 1))]
    assert session.plan.scenario.name == "What if"
    session.switch_scenario(other)
    assert len(heard) == 1


def test_undo_goes_to_where_the_step_was_done(session: Session) -> None:
    other = add(session, "What if")
    session.switch_scenario(other)
    give(session, [2], "South")
    session.switch_scenario(1)
    session.undo()
    assert session.plan.scenario.scenario_id == other
    assert names(session) == ["North"] * 3 + ["South"] * 3
    session.switch_scenario(1)
    session.redo()
    assert names(session) == ["North"] * 2 + ["South"] * 4


def test_deltas_and_a_full_count_agree_in_a_scenario_that_inherits(session: Session) -> None:
    other = add(session, "What if")
    give(session, [0], "South")  # in the parent: the child keeps what it had
    session.switch_scenario(other)
    for units, name in (([2], "South"), ([2, 3], "North"), ([3], "South")):
        give(session, units, name)
        full = Totals(session.plan, session.adjacency, session.standing.perimeter_km)
        assert session.totals.n_units.tolist() == full.n_units.tolist()
        assert np.allclose(session.totals.territory_total, full.territory_total)
    assert names(session) == ["North"] * 3 + ["South"] * 3
    session.go_to(session.timeline()[0].step_id)
    assert [s.name for s in session.plan.scenarios] == ["Plan"]
    assert session.plan.n_territories == 0


def test_undoing_the_scenario_in_use_leads_back_to_one_that_is_there(session: Session) -> None:
    other = add(session, "What if")
    session.switch_scenario(other)
    session.undo()
    assert session.plan.scenario.name == "Plan"
    assert names(session) == ["North"] * 3 + ["South"] * 3
    session.redo()
    assert [s.name for s in session.plan.scenarios] == ["Plan", "What if"]
    assert session.plan.scenario.name == "What if"


def test_the_scenario_in_use_can_be_deleted_and_comes_back(session: Session) -> None:
    other = add(session, "What if")
    session.switch_scenario(other)
    give(session, [2], "South")
    session.do(delete_scenario(session.plan, other))
    assert session.plan.scenario.name == "Plan"
    assert names(session) == ["North"] * 3 + ["South"] * 3
    session.undo()
    assert session.plan.scenario.scenario_id == other
    assert names(session) == ["North"] * 2 + ["South"] * 4
    with Session.open(session.document.path, author="Bo", read_only=True) as opened:  # as the file says
        assert opened.plan.scenario == session.plan.scenario
        assert names(opened) == names(session)
    assert session.document.check() == []


def test_a_command_can_be_done_as_a_new_scenario(session: Session) -> None:
    territory = session.plan.territories[1]
    session.do(
        in_new_scenario(session.plan, "Bolder", assign_units(session.plan, np.array([2]), territory.territory_id))
    )
    assert names(session) == ["North"] * 3 + ["South"] * 3
    made = session.plan.scenario_named("Bolder")
    assert made is not None
    assert session.variant(made.scenario_id).unit_territory.tolist() == [0, 0, 1, 1, 1, 1]
    session.undo()
    assert session.plan.scenario_named("Bolder") is None


def test_one_scenario_at_a_time_is_the_baseline(session: Session) -> None:
    other = add(session, "What if")
    assert session.baseline is None
    session.do(set_baseline(session.plan, 1))
    session.do(set_baseline(session.plan, other))
    assert [s.is_baseline for s in session.plan.scenarios] == [False, True]
    assert session.baseline is not None
    assert session.baseline.scenario.name == "What if"
    session.do(set_baseline(session.plan, None))
    assert session.plan.baseline is None


def test_one_territory_is_taken_over(session: Session) -> None:
    other = add(session, "What if")
    session.switch_scenario(other)
    give(session, [2], "South")
    give(session, [5], "North")
    session.do(rename_territory(session.plan, session.plan.territories[1].territory_id, "Deep south"))
    session.do(create_territory(session.plan, "East", unit_ix=np.array([4])))
    source = session.variant(other)
    territory_id = session.plan.territories[1].territory_id
    session.switch_scenario(1)
    session.do(take_over_territory(session.plan, session.variant(other), territory_id))
    # What it had here and not there goes to whom it belongs there: East comes along.
    assert names(session) == ["North", "North", "Deep south", "Deep south", "East", "North"]
    assert source.scenario.name == "What if"
    session.undo()
    assert names(session) == ["North"] * 3 + ["South"] * 3
    assert session.document.check() == []


def test_a_territory_that_is_not_there_any_more_goes_when_it_is_taken_over(session: Session) -> None:
    other = add(session, "What if")
    session.do(create_territory(session.plan, "East", unit_ix=np.array([5])))
    territory_id = session.plan.territories[2].territory_id
    session.do(take_over_territory(session.plan, session.variant(other), territory_id))
    assert names(session) == ["North"] * 3 + ["South"] * 3
    assert session.plan.territory_named("East") is None


def test_only_some_changes_are_taken_over(session: Session) -> None:
    other = add(session, "What if")
    session.switch_scenario(other)
    give(session, [1, 2], "South")
    session.switch_scenario(1)
    session.do(take_over(session.plan, session.variant(other), Taken(unit_ix=np.array([2]))))
    assert names(session) == ["North"] * 2 + ["South"] * 4


def test_a_scenario_is_described(session: Session) -> None:
    other = add(session, "What if")
    session.do(edit_scenario(session.plan, other, color="#3366CC", note=" why ", effective_date="2027-01-01"))
    session.do(edit_scenario(session.plan, other, status="proposed"))
    session.do(copy_scenario(session.plan, other, "What else"))
    copied = session.plan.scenario_named("What else")
    assert copied is not None
    assert (copied.color, copied.note, copied.effective_date) == ("#3366cc", "why", "2027-01-01")
    assert (copied.status, copied.parent_id, copied.author) == ("draft", other, "Ada")


@pytest.mark.parametrize(
    ("values", "named"),
    [
        ({"name": " "}, "empty"),
        ({"name": "plan"}, "already"),
        ({"status": "done"}, "'done'"),
        ({"color": "red"}, "red"),
        ({"effective_date": "soon"}, "'soon'"),
    ],
)
def test_what_a_scenario_cannot_be_is_told(session: Session, values: dict[str, str], named: str) -> None:
    other = add(session, "What if")
    with pytest.raises(UserError, match=named):
        edit_scenario(session.plan, other, **values)


def test_the_only_scenario_stays(session: Session) -> None:
    with pytest.raises(UserError, match="only scenario"):
        delete_scenario(session.plan, 1)


def test_overrides_are_a_scenarios_own(session: Session) -> None:
    with session.document.step("Accounts") as writer:
        writer.insert("account", [{"account_name": "A", "unit_id": 1}])
    with Session(session.document) as again:
        other = add(again, "What if")
        again.switch_scenario(other)
        again.do(set_override(again.plan, np.array([0]), again.plan.territories[1].territory_id, "key account"))
        assert again.totals.n_accounts.tolist() == [0, 1]
        again.switch_scenario(1)
        assert again.totals.n_accounts.tolist() == [1, 0]
        assert again.plan.overrides == {}
        again.undo()
        assert again.totals.n_accounts.tolist() == [1, 0]
        assert again.plan.scenario.scenario_id == other
