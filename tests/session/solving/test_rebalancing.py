"""Rebalancing an open plan: what binds it, what is told, and that the plan itself is not touched.

a a b b b b b c      a column is 2 squares high, and every square has an account
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from territorymap.document import Writer
from territorymap.errors import UserError
from territorymap.metrics.caps import find_breaches
from territorymap.metrics.comparison import plan_as
from territorymap.metrics.disruption import Disruption
from territorymap.model.plan import Plan
from territorymap.session.commands import assign_units, create_territory, set_override
from territorymap.session.commands.limits import CapWish, protect_accounts, set_caps
from territorymap.session.commands.reps import add_rep
from territorymap.session.commands.scenarios import new_scenario, set_baseline
from territorymap.session.commands.solving import take_proposal
from territorymap.session.commands.territories import set_territory_locked, set_territory_rep
from territorymap.session.session import Command, Session
from territorymap.session.solving.aims import Aim, Limits, Wishes
from territorymap.session.solving.proposal import Proposal
from territorymap.session.solving.rebalance_task import RebalanceWishes
from territorymap.session.solving.rebalancing import RebalanceJob
from territorymap.session.solving.still import still_of
from territorymap.session.solving.watch import Watch
from tests.support.grid import grid_layer

COLUMNS = 8
STEPS = Limits(None, 300_000)
FAIR = Wishes((Aim("units", 0.26),))  # 16 squares, three territories: 4, 5 or 6 each


def _accounts(writer: Writer, plan: Plan) -> None:
    units = plan.units
    rows = [
        {"account_name": f"A{i}", "lon": lon, "lat": lat, "unit_id": int(key), "location_level": "coordinates"}
        for i, (key, lon, lat) in enumerate(zip(units.unit_id, units.lon, units.lat, strict=True))
    ]
    writer.insert("account", rows)


def column(i: int) -> list[int]:
    """Return the squares of a column."""
    return [i, i + COLUMNS]


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    with Session.create(tmp_path / "plan.gpkg", grid_layer(COLUMNS, 2), title="Grid", author="Ada") as session:
        for name, columns in (("Alpha", (0, 1)), ("Beta", (2, 3, 4, 5, 6)), ("Gamma", (7,))):
            units = np.array([u for i in columns for u in column(i)])
            session.do(create_territory(session.plan, name, unit_ix=units))
        session.do(Command("Accounts", _accounts))
        yield session


def give_reps(session: Session, **names: tuple[str, ...]) -> None:
    """Let reps have territories."""
    for rep, territories in names.items():
        session.do(add_rep(session.plan, name=rep, capacity_h=1000.0 if rep == "Full" else 500.0))
        rep_id = next(r.rep_id for r in session.plan.reps if r.name == rep)
        for name in territories:
            territory = session.plan.territory_named(name)
            assert territory is not None
            session.do(set_territory_rep(session.plan, territory.territory_id, rep_id))


def rebalanced(session: Session, wishes: Wishes = FAIR, **asked: object) -> Proposal:
    job = RebalanceJob(still_of(session), wishes, RebalanceWishes(**asked))  # type: ignore[arg-type]
    (proposal,) = job.run(STEPS)
    return proposal


def sizes(session: Session, proposal: Proposal) -> dict[str, int]:
    count = np.bincount(proposal.variant.unit_territory, minlength=len(proposal.variant.territories))
    return {t.name: int(n) for t, n in zip(proposal.variant.territories, count, strict=True)}


def disruption_of(session: Session, proposal: Proposal) -> Disruption:
    still = still_of(session)
    baseline = still.variant if still.baseline is None else still.baseline
    return Disruption(plan_as(still.plan, proposal.variant), still.totals_of(proposal.variant), baseline)


def test_as_few_squares_move_as_can_and_the_plan_is_not_touched(session: Session) -> None:
    before, rev = session.plan.unit_territory.copy(), session.rev
    proposal = rebalanced(session)
    assert sizes(session, proposal) == {"Alpha": 4, "Beta": 6, "Gamma": 4} or len(proposal.moved_units) == 4
    assert (session.plan.unit_territory == before).all()
    assert session.rev == rev
    assert proposal.figures.measures[0].outside_tolerance == 0
    assert proposal.figures.noncontiguous == 0
    assert proposal.figures.moved.units == len(proposal.moved_units)
    assert proposal.figures.lower_bound is not None
    assert proposal.figures.lower_bound <= len(proposal.moved_units) / 16
    assert "moves 4 accounts (25.0 %)" in proposal.sentences[0].lower()
    session.do(take_proposal(session.plan, proposal), "test")
    assert (session.plan.unit_territory == proposal.variant.unit_territory).all()
    session.undo("test")
    assert (session.plan.unit_territory == before).all()


@pytest.mark.parametrize(
    ("per", "kind", "share"), [("rep", "lost", 0.1), ("rep", "gained", 0.5), ("plan", "lost", 0.1)]
)
def test_the_caps_of_the_plan_hold(session: Session, per: str, kind: str, share: float) -> None:
    give_reps(session, Ann=("Alpha",), Bob=("Beta",), Cy=("Gamma",))
    accounts = next(m.measure_id for m in session.plan.measures if m.name == "accounts")
    session.do(set_caps(session.plan, [CapWish(accounts, per, kind, share)]))
    proposal = rebalanced(session)
    assert find_breaches(session.plan, disruption_of(session, proposal)) == []
    assert 0 < len(proposal.moved_units) < 4
    assert proposal.extra["within_tolerance"] is False
    assert any("more than" in sentence for sentence in proposal.sentences)


def test_what_moved_since_the_baseline_counts_in_a_cap(session: Session) -> None:
    """Bob may lose three accounts of ten and has lost two: one is left."""
    give_reps(session, Ann=("Alpha",), Bob=("Beta",), Cy=("Gamma",))
    session.do(set_baseline(session.plan, session.plan.scenario.scenario_id))
    session.do(new_scenario(session.plan, "Next"))
    session.switch_scenario(max(s.scenario_id for s in session.plan.scenarios))
    alpha = session.plan.territory_named("Alpha")
    assert alpha is not None
    session.do(assign_units(session.plan, np.array(column(2)), alpha.territory_id))
    accounts = next(m.measure_id for m in session.plan.measures if m.name == "accounts")
    session.do(set_caps(session.plan, [CapWish(accounts, "rep", "lost", 0.3)]))
    proposal = rebalanced(session)
    assert find_breaches(session.plan, disruption_of(session, proposal)) == []
    assert not any("; the cap is" in sentence for sentence in proposal.sentences)
    bob = next(i for i, rep in enumerate(session.plan.reps) if rep.name == "Bob")
    assert disruption_of(session, proposal).n_lost[1, bob] <= 3


def test_a_cap_that_is_exceeded_already_is_told_and_not_exceeded_more(session: Session) -> None:
    """Bob has lost two accounts of ten since the baseline, and may lose one: he loses no more."""
    give_reps(session, Ann=("Alpha",), Bob=("Beta",), Cy=("Gamma",))
    session.do(set_baseline(session.plan, session.plan.scenario.scenario_id))
    session.do(new_scenario(session.plan, "Next"))
    session.switch_scenario(max(s.scenario_id for s in session.plan.scenarios))
    alpha = session.plan.territory_named("Alpha")
    assert alpha is not None
    session.do(assign_units(session.plan, np.array(column(2)), alpha.territory_id))
    accounts = next(m.measure_id for m in session.plan.measures if m.name == "accounts")
    session.do(set_caps(session.plan, [CapWish(accounts, "rep", "lost", 0.1)]))
    proposal = rebalanced(session)
    bob = next(i for i, rep in enumerate(session.plan.reps) if rep.name == "Bob")
    assert disruption_of(session, proposal).n_lost[1, bob] <= 2
    assert any(sentence.startswith("Bob loses 20.0 %") for sentence in proposal.sentences)


def test_between_territories_of_one_rep_nothing_changes_hands(session: Session) -> None:
    give_reps(session, Ann=("Alpha", "Beta"), Cy=("Gamma",))
    proposal = rebalanced(session)
    assert proposal.extra["within_tolerance"] is True
    changes = proposal.extra["changes_rep"]
    assert isinstance(changes, dict)
    assert changes["units"] == round(proposal.extra["moved_share"] * 16)  # type: ignore[operator]
    assert changes["units"] == 2
    assert len(proposal.moved_units) >= changes["units"]
    (given, taken) = proposal.extra["reps"]  # type: ignore[misc]
    assert (given["rep"], given["accounts_given"]) == ("Ann", 2)  # type: ignore[index]
    assert (taken["rep"], taken["accounts_taken"]) == ("Cy", 2)  # type: ignore[index]


def test_who_has_half_the_time_gets_half(session: Session) -> None:
    give_reps(session, Full=("Beta",), Ann=("Alpha",), Cy=("Gamma",))
    proposal = rebalanced(session, Wishes((Aim("units", 0.26),), by_capacity=True))
    assert sizes(session, proposal)["Beta"] in (7, 8, 9, 10)
    assert min(sizes(session, proposal).values()) >= 3
    assert proposal.figures.measures[0].outside_tolerance == 0
    assert proposal.figures.balance.target_kind == "capacity"


def test_no_capacity_is_told(session: Session) -> None:
    with pytest.raises(UserError, match="capacity"):
        RebalanceJob(still_of(session), Wishes((Aim("units", 0.1),), by_capacity=True))


def test_protected_accounts_stay_unless_they_are_given_by_name(session: Session) -> None:
    session.do(protect_accounts(session.plan, np.arange(16), True))
    with pytest.raises(UserError, match="protected"):
        RebalanceJob(still_of(session), FAIR)
    beta = session.plan.territory_named("Beta")
    assert beta is not None
    free = np.array([*column(6), *column(2)])
    session.do(set_override(session.plan, free, beta.territory_id, "key accounts"))
    proposal = rebalanced(session, least="units")
    assert set(proposal.moved_units.tolist()) == set(free.tolist())
    accounts = proposal.variant.territory_of_accounts(session.plan.accounts)
    assert (accounts == session.plan.territory_of_accounts()).all()


def test_accounts_given_by_name_count_where_they_are(session: Session) -> None:
    """Gamma has 2 squares, and six accounts of Beta's by name: it needs no more."""
    gamma = session.plan.territory_named("Gamma")
    assert gamma is not None
    six = np.array([*column(2), *column(3), *column(4)])
    session.do(set_override(session.plan, six, gamma.territory_id, "its customers"))
    proposal = rebalanced(session, Wishes((Aim("accounts", 0.51),)))  # 4, 4 and 8 of 16
    assert len(proposal.moved_units) == 0
    assert proposal.sentences[0].startswith("Every territory is within")


def test_locked_and_empty_territories_are_left_out(session: Session) -> None:
    session.do(create_territory(session.plan, "Delta", unit_ix=np.empty(0, dtype=np.int64)))
    alpha = session.plan.territory_named("Alpha")
    assert alpha is not None
    session.do(set_territory_locked(session.plan, [alpha.territory_id], True))
    proposal = rebalanced(session)
    assert "Delta has no unit and is left out." in proposal.sentences
    assert sizes(session, proposal)["Alpha"] == 4
    assert sizes(session, proposal)["Delta"] == 0
    assert not proposal.scope[column(0)].any()


def test_a_run_that_is_stopped_gives_the_best_so_far(session: Session) -> None:
    job = RebalanceJob(still_of(session), FAIR)
    shown: list[Proposal] = []
    progress: list[float] = []
    (proposal,) = job.run(
        Limits(None, None), Watch(lambda: True, shown.append, lambda share, n: progress.append(share))
    )
    assert len(proposal.moved_units) == 0
    assert shown
    assert progress
    now = job.now()
    assert now.measures[0].outside_tolerance == 2
    assert now.moved.units == 0
    assert job.flow is not None
    assert job.flow > 0


def test_several_proposals_differ_and_tell_the_trade(session: Session) -> None:
    job = RebalanceJob(still_of(session), Wishes((Aim("units", 0.1),)), n_proposals=8)
    found = job.run(Limits(None, 4_000_000))
    is_within = found[0].extra["within_tolerance"]
    assert found[0].label == ("Fewest moves" if is_within else "Nearest")
    assert len(found) >= 3
    plans = {p.variant.unit_territory.tobytes() for p in found}
    assert len(plans) == len(found)
    moved = [len(p.moved_units) for p in found]
    assert min(moved) < moved[0]
    assert any("stay" in sentence for p in found for sentence in p.sentences)
