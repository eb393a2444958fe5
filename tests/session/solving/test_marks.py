"""Accounts marked "protect" keep their rep, those marked "change rep" get another: by building and by rebalancing.

a a b b b b b c      a column is 2 squares high, and every square has an account
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from sqlite3 import connect

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from territorymap.document import Writer
from territorymap.errors import UserError
from territorymap.model.plan import Plan
from territorymap.model.records import Override, Rep
from territorymap.model.variant import Variant, variant_of
from territorymap.session.commands import (
    add_rep,
    create_territory,
    mark_for_change,
    protect_accounts,
    set_satisfaction,
    set_territory_locked,
    set_territory_rep,
)
from territorymap.session.commands.solving import take_proposal
from territorymap.session.session import Command, Session
from territorymap.session.solving.aims import Aim, Limits, Wishes
from territorymap.session.solving.altering import DissolveJob
from territorymap.session.solving.building import BuildJob
from territorymap.session.solving.marks import alter_sentences, obey, obeying
from territorymap.session.solving.rebalancing import RebalanceJob
from territorymap.session.solving.still import Still, still_of
from territorymap.session.solving.suggesting import suggest_moves
from tests.metrics.builders import Workshop, make_accounts, make_plan
from tests.support.grid import grid_layer

COLUMNS = 8
STEPS = Limits(None, 3_000)
FAIR = Wishes((Aim("units", 0.26),))


def _accounts(writer: Writer, plan: Plan) -> None:
    units = plan.units
    rows = [
        {"account_name": f"A{i}", "lon": lon, "lat": lat, "unit_id": int(key), "location_level": "coordinates"}
        for i, (key, lon, lat) in enumerate(zip(units.unit_id, units.lon, units.lat, strict=True))
    ]
    writer.insert("account", rows)


def column(i: int) -> list[int]:
    return [i, i + COLUMNS]


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    with Session.create(tmp_path / "plan.gpkg", grid_layer(COLUMNS, 2), title="Grid", author="Ada") as session:
        for name, columns in (("Alpha", (0, 1)), ("Beta", (2, 3, 4, 5, 6)), ("Gamma", (7,))):
            units = np.array([u for i in columns for u in column(i)])
            session.do(create_territory(session.plan, name, unit_ix=units))
            session.do(add_rep(session.plan, name=f"Rep of {name}"))
            rep_id, territory = session.plan.reps[-1].rep_id, session.plan.territories[-1]
            session.do(set_territory_rep(session.plan, territory.territory_id, rep_id))
        session.do(Command("Accounts", _accounts))
        yield session


def holders(session: Session) -> list[str]:
    """Return whose each account is, as the file has it."""
    query = (
        "SELECT r.rep_name FROM account a LEFT JOIN assignment s ON s.unit_id = a.unit_id "
        "LEFT JOIN override o ON o.account_id = a.account_id "
        "JOIN territory_variant v ON v.territory_id = coalesce(o.territory_id, s.territory_id) "
        "JOIN rep r ON r.rep_id = v.rep_id ORDER BY a.account_id"
    )
    with closing(connect(session.document.path)) as file:
        tables = {name for (name,) in file.execute("SELECT name FROM sqlite_master")}
        is_own = "territory_variant" in tables and file.execute("SELECT count(*) FROM territory_variant").fetchone()[0]
        query = query if is_own else query.replace("territory_variant", "territory")
        return [name for (name,) in file.execute(query)]


def test_rebalancing_takes_marked_accounts_from_their_rep(session: Session) -> None:
    """Square 2 is at the border of Beta: its unit goes. Square 4 is inside: its account goes by name."""
    session.do(mark_for_change(session.plan, np.array([2, 4]), True))
    before = holders(session)
    assert {before[2], before[4]} == {"Rep of Beta"}
    (proposal,) = RebalanceJob(still_of(session), FAIR).run(STEPS)
    assert any(
        s.startswith("2 accounts marked “change rep” get other reps: 1 with their units, 1 by name.")
        for s in proposal.sentences
    ), proposal.sentences
    session.do(take_proposal(session.plan, proposal))
    after = holders(session)
    assert "Rep of Beta" not in {after[2], after[4]}
    assert session.plan.unit_territory[2] == 0
    (given,) = session.plan.overrides.values()
    assert given.reason == "marked: change rep"
    sizes = np.bincount(session.plan.unit_territory, minlength=3)
    assert sizes.min() >= 4
    session.undo()
    assert holders(session) == before


def test_building_keeps_the_protected_and_takes_the_marked(session: Session) -> None:
    session.do(protect_accounts(session.plan, np.array([2, 6, 14]), True))
    session.do(mark_for_change(session.plan, np.array([0, 7]), True))
    before = holders(session)
    (proposal,) = BuildJob(still_of(session), Wishes((Aim("units", 0.3),), 3)).run(STEPS)
    session.do(take_proposal(session.plan, proposal))
    after = holders(session)
    assert [after[i] for i in (2, 6, 14)] == ["Rep of Beta"] * 3
    assert all(after[i] != before[i] for i in (0, 7))


def test_other_ways_of_altering_tell_what_becomes_of_marked_accounts(session: Session) -> None:
    """A7 is Gamma's and goes with its ground to Beta; of Beta's, which gives nothing, nothing is told."""
    session.do(mark_for_change(session.plan, np.array([4, 7]), True))
    (proposal, *_) = DissolveJob(still_of(session), [session.plan.territories[2].territory_id]).run(STEPS)
    assert "1 account marked “change rep” gets another rep (A7)." in proposal.sentences
    still, moved = still_of(session), np.zeros(16, dtype=np.bool_)
    moved[2] = True  # somewhere in Beta
    assert alter_sentences(still, still.variant, moved) == [
        "1 account marked “change rep” keeps its rep here (A4); rebalancing gives it another one."
    ]
    session.do(mark_for_change(session.plan, np.arange(16), True))
    moves = suggest_moves(session, aims=(Aim("accounts", 0.05),)).moves
    assert moves
    n = len(moves[0].move.units)
    assert f"{n} account" in moves[0].details
    assert moves[0].details.endswith("marked “change rep” gets another one" if n == 1 else "get another one")


def test_what_is_locked_stays_and_is_told(session: Session) -> None:
    session.do(mark_for_change(session.plan, np.array([0, 7]), True))
    session.do(set_territory_locked(session.plan, [session.plan.territories[0].territory_id], True))
    (proposal,) = RebalanceJob(still_of(session), FAIR).run(STEPS)
    assert "1 account marked “change rep” stays (A0): its territory is locked, or no other rep has one." in (
        proposal.sentences
    )
    session.do(take_proposal(session.plan, proposal))
    assert holders(session)[0] == "Rep of Alpha"


def test_a_mark_takes_the_opposite_one_away_and_undo_brings_it_back(session: Session) -> None:
    session.do(protect_accounts(session.plan, np.array([1, 2]), True))
    change = session.do(mark_for_change(session.plan, np.array([2, 3]), True))
    assert change.notes == ("1 account is protected no more.",)
    accounts = session.plan.accounts
    assert np.flatnonzero(accounts.is_protected).tolist() == [1]
    assert np.flatnonzero(accounts.wants_change).tolist() == [2, 3]
    session.undo()
    assert np.flatnonzero(session.plan.accounts.is_protected).tolist() == [1, 2]
    assert not session.plan.accounts.wants_change.any()
    session.do(set_satisfaction(session.plan, np.array([1]), 7.5))
    assert session.plan.accounts.satisfaction[1] == 7.5
    with pytest.raises(UserError, match="11"):
        set_satisfaction(session.plan, np.array([1]), 11.0)
    with pytest.raises(UserError, match="No account to mark"):
        mark_for_change(session.plan, np.array([], dtype=int), True)


def test_without_marks_nothing_is_other_than_before(session: Session) -> None:
    still = still_of(session)
    assert obeying(still) is still
    assert obey(still, still.variant).variant == still.variant


marks = st.lists(st.sampled_from(["", "", "protect", "change"]), min_size=12, max_size=12)


@given(
    st.lists(st.integers(-1, 3), min_size=12, max_size=12),
    st.lists(st.integers(-1, 3), min_size=12, max_size=12),
    marks,
    st.dictionaries(st.integers(0, 11), st.integers(0, 3), max_size=3),
    st.sets(st.integers(0, 3), max_size=2),
)
def test_marks_are_obeyed_or_told_of_whatever_was_and_is_to_be(
    was: list[int], is_: list[int], marked: list[str], given_by_name: dict[int, int], locked: set[int]
) -> None:
    """Four territories, the first two of one rep, the last vacant; an account in each of 12 squares."""
    layer = grid_layer(4, 3)
    accounts = make_accounts(list(range(12)), list(layer.lon), list(layer.lat))
    accounts.is_protected[:] = [m == "protect" for m in marked]
    accounts.wants_change[:] = [m == "change" for m in marked]
    plan = make_plan(
        layer.geometry, was, 4, accounts, reps=[Rep(1, "r1", "Ann"), Rep(2, "r2", "Bob")], rep_ids=[1, 1, 2, None]
    )
    plan.territories[:] = [
        t if ix not in locked else type(t)(**{**vars(t), "locked": True}) for ix, t in enumerate(plan.territories)
    ]
    for ix, t in given_by_name.items():
        plan.account_override[ix] = t
        plan.overrides[ix + 1] = Override(1, "", ix + 1, plan.territories[t].territory_id, "old", "", "")
    shop = Workshop(plan, layer.geometry)
    still = Still(plan, shop.totals, shop.adjacency, None)
    fixed = np.isin(plan.unit_territory, list(locked))
    after = np.where(fixed, plan.unit_territory, is_).astype(np.int32)
    after[~fixed & np.isin(after, list(locked))] = -1
    variant = Variant(plan.scenario, plan.territories, after, plan.account_override, plan.overrides)
    obeyed = obey(still, variant)
    rep_was = variant.rep_ids()[plan.territory_of_accounts()]
    rep_now = variant.rep_ids()[obeyed.variant.territory_of_accounts(accounts)]
    for ix in range(12):
        if rep_was[ix] == -1 or not marked[ix]:
            continue
        if marked[ix] == "protect":
            assert rep_now[ix] == rep_was[ix] or ix in obeyed.lost
        else:
            assert rep_now[ix] != rep_was[ix] or ix in obeyed.stuck
    unmarked = [ix for ix in range(12) if not marked[ix]]
    assert (obeyed.variant.account_override[unmarked] == variant.account_override[unmarked]).all()
    named = {key: o.territory_id for key, o in obeyed.variant.overrides.items()}
    at = np.flatnonzero(obeyed.variant.account_override >= 0)
    assert named == {ix + 1: plan.territories[obeyed.variant.account_override[ix]].territory_id for ix in at.tolist()}
    assert variant_of(plan).overrides is plan.overrides
    again = obey(still, obeyed.variant)
    assert (again.variant.account_override == obeyed.variant.account_override).all()
