"""Proposals taken as one step: what they change, what they leave alone, what stands in their way.

a b c d | e f g h      North has the left half, South the right one; a column is 2 squares high
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from territorymap.document import Writer
from territorymap.errors import UserError
from territorymap.metrics.totals import Totals
from territorymap.model.plan import Plan
from territorymap.session.commands import assign_units, create_territory, protect_accounts, set_override
from territorymap.session.commands.reps import add_rep, delete_reps
from territorymap.session.commands.scenarios import in_new_scenario
from territorymap.session.commands.solving import take_proposal
from territorymap.session.commands.territories import delete_territories, set_territory_locked, set_territory_rep
from territorymap.session.commands.units import set_units_locked
from territorymap.session.session import Command, Session
from territorymap.session.solving.aims import Aim, Goal, Limits, Wishes
from territorymap.session.solving.altering import AddJob, SplitJob
from territorymap.session.solving.building import BuildJob
from territorymap.session.solving.home import Home
from territorymap.session.solving.proposal import Proposal
from territorymap.session.solving.still import still_of
from tests.document.plans import rows_in
from tests.support.grid import grid_layer

COLUMNS, ROWS = 8, 2
STEPS = Limits(None, 20_000)


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
        left = np.arange(COLUMNS * ROWS) % COLUMNS < COLUMNS // 2
        session.do(create_territory(session.plan, "North", unit_ix=np.flatnonzero(left)))
        session.do(create_territory(session.plan, "South", unit_ix=np.flatnonzero(~left)))
        session.do(Command("Accounts", _accounts))
        yield session


def built(session: Session, n: int, measure: str = "units") -> Proposal:
    job = BuildJob(still_of(session), Wishes((Aim(measure, 0.05),), n))
    (proposal,) = job.run(STEPS)
    return proposal


def holders(session: Session) -> dict[str, list[int]]:
    plan = session.plan
    return {t.name: np.flatnonzero(plan.unit_territory == ix).tolist() for ix, t in enumerate(plan.territories)}


def id_of(session: Session, name: str) -> int:
    territory = session.plan.territory_named(name)
    assert territory is not None
    return territory.territory_id


def test_four_of_sixteen_each_whole_and_old_ones_keep_their_ground(session: Session) -> None:
    proposal = built(session, 4)
    assert proposal.title == "Build 4 territories"
    session.do(take_proposal(session.plan, proposal), "test")
    found = holders(session)
    assert {len(units) for units in found.values()} == {4}
    assert {"North", "South"} < set(found)
    assert all(unit % COLUMNS < COLUMNS // 2 for unit in found["North"])
    assert session.totals.pieces.tolist() == [1, 1, 1, 1]
    assert len({t.color for t in session.plan.territories}) > 1
    assert proposal.figures.measures[0].max_deviation == 0
    assert proposal.figures.measures[0].outside_tolerance == 0


def test_the_figures_are_those_the_program_shows_afterwards(session: Session) -> None:
    figures = built(session, 3).figures
    session.do(take_proposal(session.plan, built(session, 3)), "test")
    balance = session.balance
    row = balance.measures.index("units")
    assert figures.measures[0].max_deviation == pytest.approx(float(balance.max_deviation[row]))
    assert figures.measures[0].cv == pytest.approx(float(balance.cv[row]))
    assert figures.cut_edges == int(session.totals.cut_edges.sum()) // 2
    assert figures.polsby_popper_mean == pytest.approx(float(session.totals.polsby_popper.mean()))
    fresh = Totals(session.plan, session.adjacency, session.standing.perimeter_km)
    assert fresh.territory_total == pytest.approx(session.totals.territory_total)


def test_undo_brings_every_row_back(session: Session) -> None:
    session.do(set_override(session.plan, np.array([15]), id_of(session, "North"), "by name"))
    before = rows_in(session.document)
    session.do(take_proposal(session.plan, built(session, 1)), "test")
    assert [t.name for t in session.plan.territories] in (["North"], ["South"])
    session.undo()
    after = rows_in(session.document)
    changed = {table for table in before if before[table] != after[table] and "journal" not in table}
    assert changed <= {"plan"}  # the plan knows when it was changed last


def test_a_territory_left_over_goes_with_its_overrides(session: Session) -> None:
    account_id = session.plan.accounts.account_id
    session.do(set_override(session.plan, np.array([15]), id_of(session, "North"), "family"))
    session.do(set_override(session.plan, np.array([0]), id_of(session, "South"), "contract"))
    session.do(take_proposal(session.plan, built(session, 1)), "test")
    (left,) = session.plan.territories
    kept = int(account_id[15 if left.name == "North" else 0])
    assert {key: o.territory_id for key, o in session.plan.overrides.items()} == {kept: left.territory_id}
    assert session.totals.n_accounts.tolist() == [16]


def test_what_is_locked_stays(session: Session) -> None:
    session.do(set_territory_locked(session.plan, [id_of(session, "North")], True))
    north = holders(session)["North"]
    proposal = built(session, 3)
    assert not proposal.scope[north].any()
    session.do(take_proposal(session.plan, proposal), "test")
    found = holders(session)
    assert found["North"] == north
    assert sorted(len(units) for units in found.values()) == [4, 4, 8]


def test_a_locked_unit_stays_with_whom_it_is(session: Session) -> None:
    session.do(set_units_locked(session.plan, np.array([7]), True))
    session.do(take_proposal(session.plan, built(session, 4)), "test")
    assert 7 in holders(session)["South"]


def test_edits_outside_of_what_was_solved_stand(session: Session) -> None:
    session.do(create_territory(session.plan, "Far", unit_ix=np.array([0, 8])))
    session.do(set_territory_locked(session.plan, [id_of(session, "Far")], True))
    proposal = built(session, 3)
    session.do(set_territory_locked(session.plan, [id_of(session, "Far")], False))
    session.do(assign_units(session.plan, np.array([0]), None))
    session.do(take_proposal(session.plan, proposal), "test")
    assert holders(session)["Far"] == [8]


def test_a_lock_that_came_since_is_in_the_way(session: Session) -> None:
    proposal = built(session, 4)
    session.do(set_territory_locked(session.plan, [id_of(session, "South")], True))
    before = rows_in(session.document)
    with pytest.raises(UserError, match="South is locked"):
        session.do(take_proposal(session.plan, proposal), "test")
    assert rows_in(session.document) == before


def test_a_territory_that_was_deleted_since_is_named(session: Session) -> None:
    proposal = built(session, 4)
    session.do(delete_territories(session.plan, [id_of(session, "South")]))
    with pytest.raises(UserError, match="South was deleted since"):
        session.do(take_proposal(session.plan, proposal), "test")


def test_a_name_that_was_given_since_is_not_taken_twice(session: Session) -> None:
    proposal = built(session, 4)
    fresh = [t.name for t in proposal.variant.territories if t.territory_id < 0]
    session.do(create_territory(session.plan, fresh[0]))
    session.do(take_proposal(session.plan, proposal), "test")
    names = [t.name for t in session.plan.territories]
    assert len(names) == len({name.casefold() for name in names}) == 5


def test_a_rep_who_was_deleted_since_is_in_the_way(session: Session) -> None:
    session.do(add_rep(session.plan, name="Zoe"))
    rep_id = session.plan.reps[0].rep_id
    (proposal, *_) = AddJob(still_of(session), "For Zoe", Home(3), rep_id=rep_id).run(STEPS)
    session.do(delete_reps(session.plan, [rep_id]))
    before = rows_in(session.document)
    with pytest.raises(UserError, match="The rep of For Zoe was deleted since"):
        session.do(take_proposal(session.plan, proposal), "test")
    assert rows_in(session.document) == before
    session.undo()
    session.do(take_proposal(session.plan, proposal), "test")
    assert session.plan.territories[-1].rep_id == rep_id


def test_a_region_that_was_deleted_since_is_left_out(session: Session) -> None:
    def in_west(writer: Writer, plan: Plan) -> None:
        (region_id,) = writer.insert("region", [{"uuid": "west", "region_name": "West"}])
        writer.update("territory", {id_of(session, "North"): {"region_id": region_id}})

    session.do(Command("Region", in_west))
    (proposal,) = SplitJob(still_of(session), id_of(session, "North"), 2).run(STEPS)
    new = proposal.variant.territories[-1]
    assert new.region_id == session.plan.regions[0].region_id
    session.undo()
    session.do(take_proposal(session.plan, proposal), "test")
    assert [(t.name, t.region_id) for t in session.plan.territories if t.name == new.name] == [(new.name, None)]


def test_what_a_job_reads_stands_still_while_accounts_and_units_are_edited(session: Session) -> None:
    """Edits write into the arrays of a plan in place."""
    still = still_of(session)
    accounts, units = session.plan.accounts, session.plan.units

    def edit(writer: Writer, plan: Plan) -> None:
        writer.update("account", {int(accounts.account_id[2]): {"is_protected": 1, "unit_id": int(units.unit_id[9])}})
        writer.update("unit", {int(units.unit_id[5]): {"unit_name": "Renamed", "lon": 1.5}})

    was = still.plan.accounts.unit_ix.tolist(), still.plan.units.name.tolist(), still.plan.units.lon.tolist()
    session.do(Command("Edit", edit))
    assert session.plan.accounts.unit_ix[2] == 9
    assert session.plan.units.name[5] == "Renamed"
    now = still.plan.accounts.unit_ix.tolist(), still.plan.units.name.tolist(), still.plan.units.lon.tolist()
    assert now == was
    assert not still.plan.accounts.is_protected.any()


def test_a_measure_that_is_only_limited_has_no_tolerance(session: Session) -> None:
    wishes = Wishes((Aim("units", 0.05),), goal=Goal("accounts", 4, is_cap=True))
    (proposal,) = BuildJob(still_of(session), wishes).run(STEPS)
    told = {m["measure"]: m["tolerance"] for m in proposal.figures.as_json()["measures"]}
    assert told == {"units": 0.05, "accounts": None}


def test_a_unit_that_alone_breaks_the_cap_is_named(session: Session) -> None:
    def heap(writer: Writer, plan: Plan) -> None:
        writer.update(
            "account", {int(i): {"unit_id": int(plan.units.unit_id[6])} for i in plan.accounts.account_id[:9]}
        )

    session.do(Command("Heap", heap))
    wishes = Wishes((Aim("units", 0.5),), goal=Goal("accounts", 4, is_cap=True))
    (proposal,) = BuildJob(still_of(session), wishes).run(STEPS)
    name = session.plan.units.name[6]
    told = f"{name} alone has more than 4 accounts, so no plan keeps that: cut it in parts, or allow more."
    assert told in proposal.sentences


def test_a_cap_that_is_kept_needs_no_advice(session: Session) -> None:
    wishes = Wishes((Aim("units", 0.5),), goal=Goal("accounts", 6, is_cap=True))
    (proposal,) = BuildJob(still_of(session), wishes).run(STEPS)
    assert np.bincount(proposal.variant.unit_territory).max() <= 6  # an account a unit
    assert proposal.sentences == ()


def test_as_a_scenario_the_plan_in_use_stays(session: Session) -> None:
    before = session.plan.unit_territory.copy()
    session.do(in_new_scenario(session.plan, "What if", take_proposal(session.plan, built(session, 4))), "test")
    assert (session.plan.unit_territory == before).all()
    assert len(session.plan.territories) == 2
    other = next(s for s in session.plan.scenarios if s.name == "What if")
    variant = session.variant(other.scenario_id)
    assert sorted(np.bincount(variant.unit_territory).tolist()) == [4, 4, 4, 4]
    session.undo()
    assert [s.name for s in session.plan.scenarios if s.name == "What if"] == []


def test_an_account_protected_since_is_not_given_away_unsaid(session: Session) -> None:
    """North's columns a and b become somebody else's; the account of a1 was protected meanwhile, that of d1 too."""
    for k, name in enumerate(("North", "South")):
        session.do(add_rep(session.plan, name=f"Rep {name}"))
        session.do(set_territory_rep(session.plan, id_of(session, name), session.plan.reps[k].rep_id))
    proposal = built(session, 4)
    was, rep_ids = session.plan.unit_territory.copy(), [t.rep_id for t in session.plan.territories]
    wanted = proposal.variant
    moving = [u for u in range(16) if wanted.territories[int(wanted.unit_territory[u])].rep_id != rep_ids[int(was[u])]]
    staying = next(u for u in range(16) if u not in moving)
    session.do(protect_accounts(session.plan, np.array([staying, moving[0], moving[1]]), True))
    with pytest.raises(UserError) as refused:
        session.do(take_proposal(session.plan, proposal), "test")
    assert refused.value.message == (
        f"A{moving[0]}, A{moving[1]} were protected since this proposal was made, and would get another rep."
    )
    assert refused.value.hint == "Run it again on the plan as it is now, or take the protection away."
    assert (session.plan.unit_territory == was).all()
    for u in moving[:2]:
        owner = session.plan.territories[int(was[u])].territory_id
        session.do(set_override(session.plan, np.array([u]), owner, "keeps"))
    session.do(take_proposal(session.plan, proposal), "test")  # by their overrides they stay
    assert len(session.plan.territories) == 4


@pytest.mark.parametrize(("n", "message"), [(17, "17 territories cannot be built of 16 units"), (0, "cannot be built")])
def test_counts_that_cannot_be(session: Session, n: int, message: str) -> None:
    with pytest.raises(UserError, match=message):
        built(session, n)


def test_a_measure_that_is_nothing_cannot_be_shared(tmp_path: Path) -> None:
    with Session.create(tmp_path / "bare.gpkg", grid_layer(3, 1), title="Bare", author="Ada") as session:
        with pytest.raises(UserError, match="accounts is 0 everywhere"):
            built(session, 2, "accounts")
        with pytest.raises(UserError, match="no measure called 'wealth'"):
            built(session, 2, "wealth")
        session.do(take_proposal(session.plan, built(session, 3)), "test")  # from no territory at all
        assert {t.name for t in session.plan.territories} == {"Territory 1", "Territory 2", "Territory 3"}
