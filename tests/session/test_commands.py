"""Commands through a real plan file; expected states are drawn by hand."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from territorymap.errors import UserError
from territorymap.session import commands
from territorymap.session.session import PlanChange, Session
from tests.support.grid import grid_layer


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    """Four by four squares; West has the two left columns, East the third, the fourth is unassigned.

    ::

        D  W W E .
        C  W W E .
        B  W W E .
        A  W W E .
           1 2 3 4
    """
    with Session.create(tmp_path / "grid.gpkg", grid_layer(4, 4), author="Ada") as session:
        session.do(commands.create_territories(session.plan, ["West", "East"]))
        session.do(commands.assign_units(session.plan, columns(1, 2), territory_id(session, "West")))
        session.do(commands.assign_units(session.plan, columns(3), territory_id(session, "East")))
        yield session


def columns(*numbers: int) -> np.ndarray:
    return np.array([row * 4 + number - 1 for row in range(4) for number in numbers])


def territory_id(session: Session, name: str) -> int:
    territory = session.plan.territory_named(name)
    assert territory is not None
    return territory.territory_id


def picture(session: Session) -> list[str]:
    """The alignment as drawn in the fixture, top row first."""
    letters = [*(t.name[0] for t in session.plan.territories), "."]
    rows = [session.plan.unit_territory[row * 4 : row * 4 + 4] for row in range(4)]
    return ["".join(letters[ix] for ix in row) for row in reversed(rows)]


def test_assigning_moves_units_and_totals(session: Session) -> None:
    heard: list[PlanChange] = []
    session.listen(heard.append)
    session.do(commands.assign_units(session.plan, columns(2)[:1], territory_id(session, "East")), "map")
    assert picture(session) == ["WWE.", "WWE.", "WWE.", "WEE."]
    assert list(session.totals.n_units) == [7, 5]
    assert [change.touched for change in heard] == [(0, 1)]
    assert heard[0].initiator == "map"


def test_undo_and_redo_walk_the_same_states(session: Session) -> None:
    session.do(commands.assign_units(session.plan, columns(4), territory_id(session, "East")))
    session.undo()
    assert picture(session) == ["WWE."] * 4
    session.redo()
    assert picture(session) == ["WWEE"] * 4


def test_undo_survives_closing(session: Session) -> None:
    session.do(commands.assign_units(session.plan, columns(4), territory_id(session, "East")))
    path = session.document.path
    session.close()
    with Session.open(path, author="Bob") as again:
        again.undo()
        assert picture(again) == ["WWE."] * 4
        again.redo()
        assert picture(again) == ["WWEE"] * 4


def test_going_to_a_step_undoes_and_redoes_what_lies_between(session: Session) -> None:
    line = session.timeline()
    session.go_to(line[1].step_id)
    assert picture(session) == ["...."] * 4
    session.go_to(line[-1].step_id)
    assert picture(session) == ["WWE."] * 4


def test_a_long_way_through_the_history_is_told_once(session: Session) -> None:
    here = session.timeline()[-1].step_id
    for n in range(12):
        session.do(
            commands.rename_territory(session.plan, territory_id(session, "West" if not n else f"W{n}"), f"W{n + 1}")
        )
    heard: list[PlanChange] = []
    session.listen(heard.append)
    session.go_to(here)
    assert [change.delta.is_full for change in heard] == [True]
    assert heard[0].rev == session.rev
    assert session.plan.territories[0].name == "West"
    assert list(session.totals.n_units) == [8, 4]


def test_a_locked_territory_is_named_in_the_refusal(session: Session) -> None:
    session.do(commands.set_territory_locked(session.plan, [territory_id(session, "East")], True))
    with pytest.raises(UserError, match="East is locked"):
        session.do(commands.assign_units(session.plan, columns(2), territory_id(session, "East")))
    with pytest.raises(UserError, match="East is locked"):
        session.do(commands.assign_units(session.plan, columns(3), None))
    assert picture(session) == ["WWE."] * 4


def test_a_locked_unit_is_named_in_the_refusal(session: Session) -> None:
    session.do(commands.set_units_locked(session.plan, columns(2)[:1], True))
    with pytest.raises(UserError, match=r"Square A2 \(A2\) is locked"):
        session.do(commands.assign_units(session.plan, columns(2), territory_id(session, "East")))
    session.do(commands.set_units_locked(session.plan, columns(2)[:1], False))
    session.do(commands.assign_units(session.plan, columns(2), territory_id(session, "East")))
    assert picture(session) == ["WEE."] * 4


def test_deleting_a_territory_leaves_its_units_unassigned_and_undo_brings_it_back(session: Session) -> None:
    session.do(commands.delete_territories(session.plan, [territory_id(session, "West")]))
    assert picture(session) == ["..E."] * 4
    assert list(session.totals.n_units) == [4]
    session.undo()
    assert picture(session) == ["WWE."] * 4
    assert list(session.totals.n_units) == [8, 4]


def test_merging_keeps_the_target(session: Session) -> None:
    west, east = territory_id(session, "West"), territory_id(session, "East")
    session.do(commands.merge_territories(session.plan, [west, east], east))
    assert picture(session) == ["EEE."] * 4
    session.undo()
    assert picture(session) == ["WWE."] * 4


def test_a_new_territory_takes_the_units_given(session: Session) -> None:
    session.do(commands.create_territory(session.plan, "North", unit_ix=np.array([12, 13])))
    assert picture(session)[0] == "NNE."
    assert len({t.color for t in session.plan.territories}) == 3


@pytest.mark.parametrize("name", ["", "  ", "west", " West ", "x" * 201])
def test_a_bad_territory_name_is_refused(session: Session, name: str) -> None:
    with pytest.raises(UserError):
        session.do(commands.create_territory(session.plan, name))


def test_a_rep_takes_a_territory_and_leaves_it_when_deleted(session: Session) -> None:
    session.do(commands.add_rep(session.plan, name="Rosa", lon=0.5, lat=0.5, capacity_h=1700.0))
    rep = session.plan.reps[0]
    session.do(commands.set_territory_rep(session.plan, territory_id(session, "West"), rep.rep_id))
    assert session.plan.rep_of(0) == rep
    session.do(commands.delete_reps(session.plan, [rep.rep_id]))
    assert session.plan.rep_of(0) is None
    session.undo()
    assert session.plan.rep_of(0) == rep


def test_settings_change_in_one_step(session: Session) -> None:
    measure = session.plan.measures[0]
    command = commands.edit_settings(
        session.plan, target_kind="capacity", constants={"visits": 6.0}, tolerances={measure.measure_id: 0.1}
    )
    session.do(command)
    assert session.plan.info.target_kind == "capacity"
    assert session.plan.info.constants.visits == 6.0
    assert session.plan.measures[0].tolerance == 0.1
    session.undo()
    assert session.plan.info.constants.visits == 12.0
    assert session.plan.measures[0].tolerance == 0.05


@pytest.mark.parametrize("text", ["2027-01-31", " 2027-01-31 ", "20270131"])
def test_a_day_of_the_plan_is_kept_as_year_month_day_however_it_was_written(session: Session, text: str) -> None:
    session.do(commands.edit_plan(session.plan, effective_date=text))

    assert session.plan.info.effective_date == "2027-01-31"


@pytest.mark.parametrize("constants", [{"speed_kmh": 0.0}, {"visits": -1.0}, {"detour": float("nan")}])
def test_a_senseless_constant_is_refused(session: Session, constants: dict[str, float]) -> None:
    with pytest.raises(UserError):
        commands.edit_plan(session.plan, constants=constants)


def test_an_edit_that_changes_nothing_is_no_step(session: Session) -> None:
    n = len(session.timeline())
    session.do(commands.assign_units(session.plan, columns(3), territory_id(session, "East")))
    assert len(session.timeline()) == n
