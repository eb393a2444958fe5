"""Hours of a team by its shares: the worked example of the docstring, and laws on drawn teams."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from territorymap.metrics.team import plan_teams, promised_shares, rep_work, territory_capacity_h
from territorymap.model.plan import Plan
from territorymap.model.records import PlanInfo, Rep, TeamMember, Territory
from tests.metrics.builders import BUILTIN, make_accounts, make_units

ANN, BO, CY = (
    Rep(11, "ann", "Ann", capacity_h=1600),
    Rep(12, "bo", "Bo", capacity_h=1000),
    Rep(13, "cy", "Cy", capacity_h=2000),
)


def _plan(territories: list[Territory], reps: list[Rep]) -> Plan:
    none = np.empty(0, dtype=np.int32)
    return Plan(
        PlanInfo("p", "Plan"),
        make_units(np.array([], dtype=object)),
        make_accounts([]),
        territories,
        reps,
        BUILTIN,
        [],
        none,
        none,
    )


def _territory(ix: int, lead: Rep | None, *team: TeamMember) -> Territory:
    return Territory(ix + 1, f"t{ix}", f"T{ix}", "#112233", lead.rep_id if lead else None, team=team)


def test_shares_add_up_as_worked_out_by_hand() -> None:
    """North 1600 / 2 + 1000 x 0.5 = 1300; South 1600 / 2 = 800; East 2000 / 1.25 = 1600; West is vacant."""
    plan = _plan(
        [
            _territory(0, ANN, TeamMember("bo", 0.5, "member"), TeamMember("cy", 0.25, "overlay")),
            _territory(1, ANN),
            _territory(2, CY),
            _territory(3, None),
        ],
        [ANN, BO, CY],
    )
    assert territory_capacity_h(plan).tolist() == [1300, 800, 1600, 0]
    assert promised_shares(plan_teams(plan)) == {11: 2.0, 12: 0.5, 13: 1.25}


def test_a_lead_with_half_the_time_gives_half_the_hours() -> None:
    plan = _plan([_territory(0, ANN, TeamMember("ann", 0.5, "lead"))], [ANN])
    assert territory_capacity_h(plan).tolist() == [800]
    (seats,) = plan_teams(plan)
    assert [(seat.kind, seat.share) for seat in seats] == [("lead", 0.5)]


def test_a_vacancy_has_the_hours_of_its_members_and_who_is_gone_has_none() -> None:
    team = (TeamMember("bo", 0.2, "member"), TeamMember("gone", 1.0, "member"))
    plan = _plan([_territory(0, None, *team), _territory(1, replace(ANN, capacity_h=None))], [ANN, BO])
    assert territory_capacity_h(plan).tolist() == [200, 1600]
    unknown = _plan([_territory(0, ANN)], [replace(ANN, capacity_h=None)])
    assert territory_capacity_h(unknown).tolist() == [0]
    assert territory_capacity_h(_plan([], [])).tolist() == []


def test_work_is_divided_by_shares_as_worked_out_by_hand() -> None:
    """North 900: Ann 600, Bo 300. South 100: Ann. East 50, vacant: Bo. Cy, an overlay specialist, does none."""
    north = _territory(0, ANN, TeamMember("bo", 0.5, "member"), TeamMember("cy", 1.0, "overlay"))
    plan = _plan([north, _territory(1, ANN), _territory(2, None, TeamMember("bo", 0.1, "member"))], [ANN, BO, CY])
    assert rep_work(plan, np.array([900.0, 100.0, 50.0])) == {11: 700.0, 12: 350.0}


_SHARES = st.sampled_from([0.0, 0.25, 0.5, 1.0, 3.0])


@given(st.lists(st.tuples(st.integers(-1, 2), st.lists(st.tuples(st.integers(0, 2), _SHARES), max_size=3)), max_size=4))
def test_nobody_gives_more_than_there_is_and_all_of_it_where_enough_is_promised(
    drawn: list[tuple[int, list[tuple[int, float]]]],
) -> None:
    reps = [ANN, BO, CY]
    territories = [
        _territory(
            ix,
            reps[lead] if lead >= 0 else None,
            *{reps[r].uuid: TeamMember(reps[r].uuid, share, "member") for r, share in members}.values(),
        )
        for ix, (lead, members) in enumerate(drawn)
    ]
    plan = _plan(territories, reps)
    promised = promised_shares(plan_teams(plan))
    expected = sum((rep.capacity_h or 0) * min(1.0, promised.get(rep.rep_id, 0.0)) for rep in reps)
    assert territory_capacity_h(plan).sum() == pytest.approx(expected)
