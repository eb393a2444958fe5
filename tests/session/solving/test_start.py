"""From where territories are built when nobody says."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np

from territorymap.model.records import Alignment, Rep, TeamMember
from territorymap.session.commands import create_territory
from territorymap.session.commands.reps import add_rep
from territorymap.session.commands.territories import set_territory_rep
from territorymap.session.session import Session
from territorymap.session.solving.owners import free_reps, homes_to_start
from territorymap.session.solving.start import is_around_homes
from tests.metrics.builders import make_plan
from tests.support.grid import grid_layer


def test_homes_are_started_from_where_all_have_one_and_the_ways_count(tmp_path: Path) -> None:
    with Session.create(tmp_path / "plan.gpkg", grid_layer(4, 1), title="Grid", author="Ada") as session:
        assert not is_around_homes(session.plan, ("workload_h",), None)  # nobody there
        session.do(create_territory(session.plan, "West", unit_ix=np.arange(2)))
        session.do(add_rep(session.plan, name="Bo", lon=0.5, lat=0.5))
        assert not is_around_homes(session.plan, ("workload_h",), 1)  # West is vacant
        session.do(
            set_territory_rep(session.plan, session.plan.territories[0].territory_id, session.plan.reps[0].rep_id)
        )
        assert is_around_homes(session.plan, ("workload_h",), 1)
        assert is_around_homes(session.plan, ("accounts", "workload_h"), None)
        assert not is_around_homes(session.plan, ("accounts",), 1)
        assert not is_around_homes(session.plan, ("workload_h",), 2)
        homeless = [replace(rep, lon=None, lat=None) for rep in session.plan.reps]
        assert not is_around_homes(replace(session.plan, reps=homeless), ("workload_h",), 1)


def test_only_who_is_of_the_role_gets_a_territory_that_is_built() -> None:
    """The worked example of free_reps; the sample offered Build 21 territories and 26 homes, and refused it.

    Field sales: Ann leads North, Bob helps there; of the others only Cy (no role) and Dee (field) are free.
    """
    who = [("Ann", "field", "rep"), ("Bob", "field", "rep"), ("Ida", "inside", "rep"), ("Sun", "", "partner"),
           ("Cy", "", "rep"), ("Dee", "field", "rep")]  # fmt: skip
    reps = [Rep(i, name, name, role=role, kind=kind, lon=1.0, lat=1.0) for i, (name, role, kind) in enumerate(who)]
    plan = make_plan(grid_layer(1, 1).geometry, [0], 1, rep_ids=[0])
    north = replace(plan.territories[0], team=(TeamMember("Bob", 0.5),))
    plan = replace(plan, reps=reps, territories=[north], alignment=Alignment(1, "f", "Field", "field"))
    assert [rep.name for rep in free_reps(plan)] == ["Cy", "Dee"]
    assert [rep.name for rep in homes_to_start(plan)] == ["Ann", "Cy", "Dee"]
    channel = replace(plan, alignment=Alignment(1, "p", "Channel", "partner"), territories=[])
    assert [rep.name for rep in free_reps(channel)] == ["Sun"]
    plain = replace(plan, alignment=Alignment(1, "a", "Accounts", ""), territories=[])
    assert [rep.name for rep in free_reps(plain)] == ["Ann", "Bob", "Ida", "Cy", "Dee"]
