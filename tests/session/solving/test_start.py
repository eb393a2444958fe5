"""From where territories are built when nobody says."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np

from territorymap.session.commands import create_territory
from territorymap.session.commands.reps import add_rep
from territorymap.session.commands.territories import set_territory_rep
from territorymap.session.session import Session
from territorymap.session.solving.start import is_around_homes
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
