"""Split, join, dissolve, add on a plan: who ends with what, what stays, what is told, and that undo restores all.

::

    North North North North South South South South      two squares high; an account in each square
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import networkx as nx
import numpy as np
import pandas as pd
import pytest

from territorymap.document import Writer
from territorymap.errors import UserError
from territorymap.model.plan import Plan
from territorymap.session.commands import (
    add_rep,
    assign_units,
    create_territory,
    edit_rep,
    edit_settings,
    place_home,
    protect_accounts,
    set_override,
)
from territorymap.session.commands.solving import take_proposal
from territorymap.session.commands.territories import set_territory_locked, set_territory_rep
from territorymap.session.commands.units import set_units_locked
from territorymap.session.session import Command, Session
from territorymap.session.solving.aims import Aim, Limits
from territorymap.session.solving.altering import AddJob, DissolveJob, JoinJob, SplitJob
from territorymap.session.solving.home import Home, unit_of_home
from territorymap.session.solving.jobs import Job
from territorymap.session.solving.proposal import Proposal
from territorymap.session.solving.still import still_of
from territorymap.session.solving.watch import Watch
from tests.document.plans import rows_in
from tests.support.grid import grid_layer

COLUMNS, ROWS = 8, 2
STEPS = Limits(None, 60_000)
AIMS = (Aim("accounts", 0.05),)


def _accounts(writer: Writer, plan: Plan) -> None:
    units = plan.units
    writer.insert(
        "account",
        [
            {
                "uuid": f"a{i}",
                "account_key": f"K{i}",
                "account_name": f"A{i}",
                "lon": lon,
                "lat": lat,
                "unit_id": int(key),
            }
            for i, (key, lon, lat) in enumerate(zip(units.unit_id, units.lon, units.lat, strict=True))
        ],
    )


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    with Session.create(tmp_path / "plan.gpkg", grid_layer(COLUMNS, ROWS), title="Grid", author="Ada") as session:
        column = np.arange(COLUMNS * ROWS) % COLUMNS
        session.do(create_territory(session.plan, "North", unit_ix=np.flatnonzero(column < 4)))
        session.do(create_territory(session.plan, "South", unit_ix=np.flatnonzero(column >= 4)))
        session.do(Command("Accounts", _accounts))
        yield session


def units_in(columns: Sequence[int]) -> np.ndarray:
    return np.flatnonzero(np.isin(np.arange(COLUMNS * ROWS) % COLUMNS, columns))


def regroup(session: Session, **columns: Sequence[int]) -> None:
    """Give columns of squares to territories, which are made if they are not there."""
    for name, wanted in columns.items():
        known = session.plan.territory_named(name)
        if known is None:
            session.do(create_territory(session.plan, name, unit_ix=units_in(wanted)))
        else:
            session.do(assign_units(session.plan, units_in(wanted), known.territory_id))


def id_of(session: Session, name: str) -> int:
    territory = session.plan.territory_named(name)
    assert territory is not None
    return territory.territory_id


def holders(session: Session) -> dict[str, list[int]]:
    plan = session.plan
    return {t.name: np.flatnonzero(plan.unit_territory == ix).tolist() for ix, t in enumerate(plan.territories)}


def take(session: Session, job: Job, limits: Limits = STEPS) -> Proposal:
    proposal = job.run(limits)[0]
    session.do(take_proposal(session.plan, proposal))
    return proposal


def is_whole(units: Sequence[int]) -> bool:
    graph = nx.grid_2d_graph(COLUMNS, ROWS)
    return nx.is_connected(graph.subgraph([(u % COLUMNS, u // COLUMNS) for u in units]))


def rows(session: Session) -> dict[str, object]:
    """Return the rows of the file, but for the history and when the plan was changed last."""
    found = rows_in(session.document)
    return {name: table for name, table in found.items() if "journal" not in name and name != "plan"}


def give_rep(session: Session, territory: str, name: str, lon: float | None = None, lat: float | None = None) -> int:
    session.do(add_rep(session.plan, name=name))
    rep_id = next(r.rep_id for r in session.plan.reps if r.name == name)
    session.do(set_territory_rep(session.plan, id_of(session, territory), rep_id))
    if lon is not None and lat is not None:
        session.do(place_home(session.plan, rep_id, lon, lat, "home"))
    return rep_id


# -- split -------------------------------------------------------------------------------------------------------------


def test_parts_are_even_and_the_home_keeps_name_rep_and_id(session: Session) -> None:
    rep_id = give_rep(session, "North", "Ada", 3.5, 1.5)  # in the fourth column, upper square
    before = rows(session)
    north = id_of(session, "North")
    proposal = take(session, SplitJob(still_of(session), north, 2, AIMS, session.geometry))
    found = holders(session)
    assert sorted(found) == ["North", "North 2", "South"]
    assert found["North"] == units_in([2, 3]).tolist()
    assert found["North 2"] == units_in([0, 1]).tolist()
    assert id_of(session, "North") == north
    assert session.plan.territories[session.plan.territory_ix(north)].rep_id == rep_id
    named = {t.name: t for t in session.plan.territories}
    assert named["North 2"].rep_id is None
    assert len({t.color for t in session.plan.territories}) == 3
    assert "Ada keeps the part around home, Square B4." in proposal.sentences
    assert proposal.figures.moved.units == 4
    # Half of North must go, less 5 % of a part: 4 of 16 accounts, of which 0.2 may stay.
    assert proposal.figures.lower_bound == pytest.approx((8 - 4 * 1.05) / 16)
    session.undo()
    assert sorted(holders(session)) == ["North", "South"]
    assert rows(session) == before


def test_what_is_given_by_name_stays_and_counts(session: Session) -> None:
    north = id_of(session, "North")
    given = units_in([4, 5])  # four accounts of South
    session.do(set_override(session.plan, given, north, "key account"))
    proposal = take(session, SplitJob(still_of(session), north, 2, AIMS))
    assert (session.plan.account_override >= 0).sum() == 4
    assert session.plan.overrides[int(session.plan.accounts.account_id[given[0]])].territory_id == north
    # 8 and 4 by name make 12: 6 each, so North keeps only 2 of its 8 units.
    assert len(holders(session)["North"]) == 2
    assert session.totals.n_accounts.tolist() == [6, 4, 6]
    assert "4 accounts given to North by name stay with it." in proposal.sentences


def test_locked_units_stay_and_locked_territories_are_refused(session: Session) -> None:
    session.do(set_units_locked(session.plan, np.array([0, 11]), True))
    north = id_of(session, "North")
    proposal = take(session, SplitJob(still_of(session), north, 2, AIMS))
    found = holders(session)
    assert {0, 11} <= set(found["North"])
    assert is_whole(found["North"])
    assert is_whole(found["North 2"])
    assert "2 locked units stay in North." in proposal.sentences
    session.do(set_territory_locked(session.plan, [north], True))
    with pytest.raises(UserError, match="North is locked"):
        SplitJob(still_of(session), north, 2, AIMS)


def test_too_many_parts_are_refused_with_numbers(session: Session) -> None:
    north = id_of(session, "North")
    with pytest.raises(UserError, match="cannot be split into 9 parts: it has 8 units"):
        SplitJob(still_of(session), north, 9, AIMS)
    with pytest.raises(UserError, match="stays as it is"):
        SplitJob(still_of(session), north, 1, AIMS)
    take(session, SplitJob(still_of(session), north, 8, AIMS))
    assert all(len(units) == 1 for name, units in holders(session).items() if name.startswith("North"))


def test_protected_accounts_stay_with_their_rep_if_that_costs_nothing(session: Session) -> None:
    give_rep(session, "North", "Ada", 0.5, 0.5)
    session.do(protect_accounts(session.plan, np.array([2]), True))  # in the other half
    kept, even = SplitJob(still_of(session), id_of(session, "North"), 2, AIMS, session.geometry).run(STEPS)
    assert kept.variant.unit_territory[2] == 0
    assert kept.figures.measures[0].max_deviation == even.figures.measures[0].max_deviation
    assert not any("protected" in text for text in kept.sentences)
    assert "1 protected account gets another rep: A2." in even.sentences


# -- join --------------------------------------------------------------------------------------------------------------


def test_joined_territories_become_one_with_all_they_have(session: Session) -> None:
    give_rep(session, "North", "Ada")
    north, south = id_of(session, "North"), id_of(session, "South")
    session.do(set_override(session.plan, np.array([15]), north, "old friend"))
    before = rows(session)
    proposal = take(session, JoinJob(still_of(session), [north], south, AIMS))
    assert holders(session) == {"South": list(range(16))}
    (override,) = session.plan.overrides.values()
    assert (override.territory_id, override.reason) == (south, "old friend")
    assert "South takes 8 units and 8 accounts of North." in proposal.sentences
    assert "1 account given to North by name goes with it." in proposal.sentences
    assert "Ada has no territory then." in proposal.sentences
    assert not any("touch" in text for text in proposal.sentences)
    assert proposal.figures.lower_bound == pytest.approx(8 / 15)  # of what lies in units and is not given by name
    session.undo()
    assert rows(session) == before
    assert session.plan.overrides[int(session.plan.accounts.account_id[15])].territory_id == north


def test_territories_that_do_not_touch_are_joined_and_that_is_told(session: Session) -> None:
    regroup(session, Middle=[3, 4])
    job = JoinJob(still_of(session), [id_of(session, "North")], id_of(session, "South"), AIMS)
    assert "North and South do not touch: South is in 2 pieces then." in take(session, job).sentences
    assert session.totals.pieces.tolist() == [2, 1]


def test_pieces_that_there_were_are_no_reason_to_say_that_they_do_not_touch(session: Session) -> None:
    regroup(session, North=[0, 1, 7], South=[2, 3, 4, 5, 6])
    job = JoinJob(still_of(session), [id_of(session, "North")], id_of(session, "South"), AIMS)
    assert not any("touch" in text for text in take(session, job).sentences)
    regroup(session, North=[0, 7], Middle=[3], East=[5])
    job = JoinJob(still_of(session), [id_of(session, "North"), id_of(session, "Middle")], id_of(session, "South"), AIMS)
    session.do(take_proposal(session.plan, job.run(STEPS)[0]))
    assert not any("touch" in text for text in job.run(STEPS)[0].sentences)


def test_three_become_one_in_one_step(session: Session) -> None:
    regroup(session, Middle=[3, 4])
    ids = [id_of(session, name) for name in ("North", "South")]
    proposal = take(session, JoinJob(still_of(session), ids, id_of(session, "Middle"), AIMS))
    assert proposal.title == "Merge North, South into Middle"
    assert holders(session) == {"Middle": list(range(16))}


def test_joining_with_itself_or_what_is_locked_is_refused(session: Session) -> None:
    north, south = id_of(session, "North"), id_of(session, "South")
    with pytest.raises(UserError, match="joined with itself"):
        JoinJob(still_of(session), [north], north)
    session.do(set_territory_locked(session.plan, [south], True))
    with pytest.raises(UserError, match="South is locked"):
        JoinJob(still_of(session), [north], south)


# -- dissolve ----------------------------------------------------------------------------------------------------------


def test_nobody_elses_customers_move_and_those_around_are_even(session: Session) -> None:
    regroup(session, Middle=[3, 4])
    give_rep(session, "Middle", "Bo")
    before, was = rows(session), holders(session)
    job = DissolveJob(still_of(session), [id_of(session, "Middle")], AIMS)
    (proposal,) = job.run(STEPS)
    session.do(take_proposal(session.plan, proposal))
    found = holders(session)
    assert {name: len(units) for name, units in found.items()} == {"North": 8, "South": 8}
    assert set(was["North"]) <= set(found["North"])
    assert set(was["South"]) <= set(found["South"])
    assert is_whole(found["North"])
    assert is_whole(found["South"])
    assert proposal.figures.moved.units == 4
    assert proposal.figures.lower_bound == 0.25
    assert proposal.figures.measures[0].outside_tolerance == 0
    assert proposal.sentences[0] in (
        "Middle goes to North (2 units, 2 accounts) and South (2 units, 2 accounts).",
        "Middle goes to South (2 units, 2 accounts) and North (2 units, 2 accounts).",
    )
    assert "Bo has no territory then." in proposal.sentences
    session.undo()
    assert holders(session) == was
    assert rows(session) == before


def test_what_one_cannot_hold_is_told_and_further_moves_are_offered(session: Session) -> None:
    """North 2 columns, Middle 2, South 2, East 2: without East, South alone would have 4 columns, 1.5 times 2.67."""
    regroup(session, North=[0, 1], Middle=[2, 3], South=[4, 5], East=[6, 7])
    aims = (Aim("accounts", 0.2),)
    first, second = DissolveJob(still_of(session), [id_of(session, "East")], aims).run(STEPS)
    assert first.figures.moved.units == 4
    assert first.figures.balance.index[0].round(2).tolist() == [0.75, 1.5, 0.75]
    assert any("cannot hold East" in text and "1.50" in text for text in first.sentences)
    assert second.label == "with further moves"
    assert second.figures.balance.index[0].max() <= 1.2
    assert second.figures.balance.index[0].min() >= 0.75  # not less than North had
    assert any("change hands among" in text for text in second.sentences)
    session.do(take_proposal(session.plan, second))
    counts = {name: len(units) for name, units in holders(session).items()}
    assert max(counts.values()) <= 6  # 5.33 times 1.2 = 6.4
    assert all(is_whole(units) for units in holders(session).values())
    assert sum(counts.values()) == 16


def test_accounts_given_to_a_leaver_by_name_follow_their_unit(session: Session) -> None:
    regroup(session, Middle=[3, 4])
    middle = id_of(session, "Middle")
    session.do(set_override(session.plan, np.array([0]), middle, "asked for Bo"))
    proposal = take(session, DissolveJob(still_of(session), [middle], AIMS))
    assert not session.plan.overrides
    assert "1 account given to Middle by name goes back to who has its unit." in proposal.sentences
    session.undo()
    assert len(session.plan.overrides) == 1


def test_locked_neighbours_take_nothing_and_without_any_it_is_refused(session: Session) -> None:
    regroup(session, Middle=[3, 4])
    middle = id_of(session, "Middle")
    session.do(set_territory_locked(session.plan, [id_of(session, "North")], True))
    take(session, DissolveJob(still_of(session), [middle], AIMS))
    assert {name: len(units) for name, units in holders(session).items()} == {"North": 6, "South": 10}
    session.undo()
    session.do(set_territory_locked(session.plan, [id_of(session, "South")], True))
    with pytest.raises(UserError, match="what lies around is locked") as refused:
        DissolveJob(still_of(session), [middle], AIMS)
    assert "North" in refused.value.hint


def test_all_territories_cannot_be_dissolved(session: Session) -> None:
    with pytest.raises(UserError, match="there is no other territory"):
        DissolveJob(still_of(session), [id_of(session, "North"), id_of(session, "South")], AIMS)


def test_targets_by_capacity_say_who_takes_how_much(session: Session) -> None:
    """Ada has twice the hours of Bo: of the middle's four units she gets more; East is vacant and gets nothing."""
    regroup(session, North=[0, 1, 2], Middle=[3, 4], South=[5, 6], East=[7])
    for territory, name, hours in (("North", "Ada", 1000.0), ("South", "Bo", 500.0)):
        rep_id = give_rep(session, territory, name)
        session.do(edit_rep(session.plan, rep_id, capacity_h=hours))
    session.do(edit_settings(session.plan, target_kind="capacity"))
    job = DissolveJob(still_of(session), [id_of(session, "Middle")], AIMS)
    assert job.alteration.problem.target[0, :2].tolist() == pytest.approx([32 / 3, 16 / 3])
    take(session, job)
    # 6 and 4 have 10.67 and 5.33 to reach; with 4 more both come to 0.875 of it: 9.33 and 4.67.
    assert {name: len(units) for name, units in holders(session).items()} == {"North": 9, "South": 5, "East": 2}
    regroup(session, Far=[0])
    far = give_rep(session, "Far", "Cy")
    session.do(edit_rep(session.plan, far, capacity_h=10.0))
    session.do(set_territory_locked(session.plan, [id_of(session, "North")], True))
    with pytest.raises(UserError, match="locked or without capacity") as refused:
        DissolveJob(still_of(session), [id_of(session, "South")], AIMS)
    assert refused.value.hint == "Unlock North. Give East a rep whose capacity is told."
    session.do(set_territory_locked(session.plan, [id_of(session, "Far")], True))
    take(session, DissolveJob(still_of(session), [id_of(session, "South")], AIMS))  # only East is left to take
    assert len(holders(session)["East"]) == 7


def test_two_leavers_at_once_and_one_without_ground(session: Session) -> None:
    regroup(session, North=[0, 1], Middle=[2, 3], South=[4, 5], East=[6, 7])
    session.do(create_territory(session.plan, "Empty"))
    take(session, DissolveJob(still_of(session), [id_of(session, "Middle"), id_of(session, "South")], AIMS))
    assert {name: len(units) for name, units in holders(session).items()} == {"North": 8, "East": 8, "Empty": 0}
    proposal = take(session, DissolveJob(still_of(session), [id_of(session, "Empty")], AIMS))
    assert sorted(holders(session)) == ["East", "North"]
    assert "Empty has no ground to give away." in proposal.sentences


# -- add ---------------------------------------------------------------------------------------------------------------


def test_a_new_territory_begins_at_home_and_nothing_else_moves(session: Session) -> None:
    session.do(add_rep(session.plan, name="Cy"))
    was, before = holders(session), rows(session)
    rep_id = session.plan.reps[-1].rep_id
    home = unit_of_home(session.plan, session.geometry, "a4")  # case aside
    job = AddJob(still_of(session), "Centre", home, (Aim("accounts", 0.26),), rep_id)
    proposal = take(session, job)
    found = holders(session)
    assert home.unit_ix in found["Centre"]
    assert set(found["North"]) <= set(was["North"])
    assert set(found["South"]) <= set(was["South"])
    assert sorted(len(units) for units in found.values()) == [4, 6, 6]  # 5.33 each, less or more a quarter
    assert all(is_whole(units) for units in found.values())
    assert session.plan.territory_named("Centre").rep_id == rep_id  # type: ignore[union-attr]
    assert proposal.title == "Add Centre for Cy"
    assert proposal.sentences[0].startswith("Centre begins at Square A4 and takes ")
    session.undo()
    assert holders(session) == was
    assert rows(session) == before


def test_ground_that_nobody_has_goes_first(session: Session) -> None:
    regroup(session, North=[0, 1, 2])
    session.do(assign_units(session.plan, units_in([3, 4, 5]), None))
    was = holders(session)
    proposal = take(session, AddJob(still_of(session), "Gap", Home(4), (Aim("accounts", 0.3),)))
    found = holders(session)
    assert {name: found[name] for name in was} == was
    assert set(found["Gap"]) <= set(units_in([3, 4, 5]).tolist())
    assert 4 <= len(found["Gap"]) <= 6  # 5 each, less or more 1.5
    assert is_whole(found["Gap"])
    assert f"from nobody ({len(found['Gap'])} units)" in proposal.sentences[0]


def test_units_with_protected_accounts_are_not_taken(session: Session) -> None:
    give_rep(session, "North", "Ada")
    session.do(protect_accounts(session.plan, units_in([2]), True))
    proposal = take(session, AddJob(still_of(session), "Centre", Home(3), AIMS))
    assert set(units_in([2]).tolist()) <= set(holders(session)["North"])
    assert "2 units with protected accounts stay where they are." in proposal.sentences


def test_a_home_on_locked_ground_or_a_taken_name_is_refused(session: Session) -> None:
    with pytest.raises(UserError, match="already a territory named North"):
        AddJob(still_of(session), "North", Home(3), AIMS)
    session.do(set_units_locked(session.plan, np.array([3]), True))
    with pytest.raises(UserError, match=r"Square A4 \(A4\) is locked"):
        AddJob(still_of(session), "New", Home(3), AIMS)
    session.do(set_territory_locked(session.plan, [id_of(session, "North")], True))
    with pytest.raises(UserError, match="North is locked"):
        AddJob(still_of(session), "New", Home(2), AIMS)
    with pytest.raises(UserError, match="neither a unit of the plan nor a postal code"):
        unit_of_home(session.plan, session.geometry, "nowhere")


def test_a_plan_without_territories_says_what_to_do(tmp_path: Path) -> None:
    with Session.create(tmp_path / "bare.gpkg", grid_layer(2, 2), title="Bare", author="Ada") as session:
        with pytest.raises(UserError, match="no territories yet") as refused:
            AddJob(still_of(session), "New", Home(0))
        assert "Build territories first" in refused.value.hint


def test_figures_are_those_of_the_plan_when_it_is_taken(session: Session) -> None:
    regroup(session, Middle=[3, 4])
    take(session, JoinJob(still_of(session), [id_of(session, "Middle")], id_of(session, "North"), AIMS))
    proposal = take(session, SplitJob(still_of(session), id_of(session, "North"), 2, AIMS))
    plan = session.plan
    by_pandas = pd.Series(1, index=plan.territory_of_accounts()).groupby(level=0).sum()
    assert session.totals.n_accounts.tolist() == by_pandas.tolist()
    index = proposal.figures.balance.index[proposal.figures.balance.measures.index("accounts")]
    assert index.tolist() == pytest.approx((by_pandas / by_pandas.mean()).tolist())
    assert proposal.figures.cut_edges == int(session.totals.cut_edges.sum()) // 2


def test_a_stopped_run_still_has_a_plan(session: Session) -> None:
    regroup(session, Middle=[3, 4])
    job = DissolveJob(still_of(session), [id_of(session, "Middle")], AIMS)
    shown: list[Proposal] = []
    proposals = job.run(Limits(None, None), Watch(lambda: True, shown.append))
    assert (proposals[0].variant.unit_territory >= 0).all()
    assert len(shown) >= 1
