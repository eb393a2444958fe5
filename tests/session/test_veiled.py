"""A session as an audience sees it follows the plan, can be edited, and gives nothing hidden away."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from territorymap.errors import UserError
from territorymap.model.privacy import Privacy
from territorymap.session import commands
from territorymap.session.session import Command, PlanChange, Session
from territorymap.session.veiled import VeiledSession
from tests.support.leaks import found_in_object
from tests.ui.panels.plans import columns, make_session, territory_id

HIDDEN = Privacy(rep_names=True, account_names=True, revenue=frozenset({"Revenue"}), hides_terms=True)
REPS = ["Annabel Quisling", "Robert Vandermeer"]


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    with make_session(tmp_path / "plan.gpkg") as session:
        for rep, name in zip(session.plan.reps, REPS, strict=True):
            session.do(commands.edit_rep(session.plan, rep.rep_id, name=name))
        session.do(commands.rename_territory(session.plan, territory_id(session, "North"), "Quisling North"))
        yield session


def assert_same_figures(veiled: VeiledSession, session: Session) -> None:
    rows = [i for i, m in enumerate(session.plan.measures) if m.name != "Revenue"]
    np.testing.assert_allclose(veiled.totals.territory_total, session.totals.territory_total[rows], rtol=1e-9)
    np.testing.assert_array_equal(veiled.totals.n_units, session.totals.n_units)
    np.testing.assert_array_equal(veiled.totals.pieces, session.totals.pieces)
    np.testing.assert_allclose(veiled.balance.index, session.balance.index[rows], rtol=1e-9)
    assert [m.name for m in veiled.plan.measures] == veiled.balance.measures


def test_it_follows_every_change_with_the_same_figures(session: Session) -> None:
    veiled = VeiledSession(session, HIDDEN)
    heard: list[PlanChange] = []
    veiled.listen(heard.append)
    west = territory_id(session, "West")
    for edit in (
        lambda: session.do(commands.assign_units(session.plan, columns(session, 1, width=6), west)),
        lambda: session.do(commands.create_territory(session.plan, "For Robert Vandermeer")),
        lambda: session.do(commands.set_override(session.plan, np.array([3, 4]), west, "secret handshake")),
        lambda: session.do(commands.set_territory_rep(session.plan, west, session.plan.reps[1].rep_id)),
        lambda: session.do(commands.edit_rep(session.plan, session.plan.reps[0].rep_id, name="Annabel Secundus")),
        session.undo,
        session.undo,
        session.undo,
    ):
        edit()
        assert veiled.rev == session.rev == heard[-1].rev
        assert_same_figures(veiled, session)
        hidden = [*REPS, "Quisling", "secret handshake", "Secundus"]
        assert found_in_object([veiled.plan, heard, veiled.balance], hidden, []) == []
    assert [t.name for t in veiled.plan.territories] == ["Rep 1 North", "South", "West", "For Rep 2"]


def test_an_edit_made_through_it_is_written_with_the_real_names(session: Session) -> None:
    veiled = VeiledSession(session, HIDDEN)
    north = territory_id(session, "Quisling North")
    told = veiled.do(commands.assign_units(veiled.plan_to_edit, columns(session, 5, width=6), north), "map")
    assert told.label == "Give 4 units to Rep 1 North"
    assert told.changes == ()
    assert session.timeline()[-1].label == "Give 4 units to Quisling North"
    assert_same_figures(veiled, session)


def test_a_refusal_names_nobody(session: Session) -> None:
    veiled = VeiledSession(session, HIDDEN)
    north = territory_id(session, "Quisling North")
    session.do(commands.set_territory_locked(session.plan, [north], True))
    with pytest.raises(UserError) as caught:
        veiled.do(commands.assign_units(veiled.plan_to_edit, columns(session, 5, width=6), north))
    assert "Rep 1 North" in f"{caught.value.message} {caught.value.hint}"
    assert "Quisling" not in f"{caught.value.message} {caught.value.hint}"


def test_other_switches_are_told_as_a_whole_and_off_is_the_plan_itself(session: Session) -> None:
    veiled = VeiledSession(session)
    heard: list[PlanChange] = []
    veiled.listen(heard.append)
    assert veiled.plan is session.plan
    veiled.set_privacy(HIDDEN)
    assert heard[-1].delta.is_full
    assert_same_figures(veiled, session)
    veiled.set_privacy(HIDDEN)
    assert len(heard) == 1
    veiled.set_privacy(Privacy())
    assert veiled.plan is session.plan
    assert veiled.totals is session.totals
    veiled.close()
    session.do(commands.create_territory(session.plan, "New"))
    assert len(heard) == 2


def test_targets_by_capacity_stand_although_the_capacity_is_hidden(session: Session) -> None:
    session.do(commands.edit_plan(session.plan, target_kind="capacity"))
    veiled = VeiledSession(session, HIDDEN)
    assert [rep.capacity_h for rep in veiled.plan.reps] == [None, None]
    assert_same_figures(veiled, session)
    assert (veiled.balance.capacity_h == 0).all()


def test_units_called_after_a_rep_are_sent_to_the_map_under_another_name(session: Session) -> None:
    unit_id = int(session.plan.units.unit_id[0])
    rename = {unit_id: {"unit_name": "Patch of Annabel Quisling"}}
    session.do(Command("Rename", lambda writer, plan: writer.update("unit", rename)))
    veiled = VeiledSession(session)
    heard: list[PlanChange] = []
    veiled.listen(heard.append)
    assert b"Patch of Annabel Quisling" in veiled.take_packed()
    veiled.set_privacy(HIDDEN)
    assert heard[-1].delta.is_ground_changed  # the map reads the units anew
    packed = veiled.take_packed()
    assert b"Quisling" not in packed
    assert b"Patch of Rep 1" in packed
