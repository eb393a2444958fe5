"""Scenarios of a real plan compared: what is kept, what is worked out anew, and how old the changes are."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from weakref import ref

import numpy as np
import pytest

from territorymap.metrics.comparison import plan_as
from territorymap.metrics.totals import Totals
from territorymap.session import commands
from territorymap.session.commands.scenarios import edit_scenario
from territorymap.session.comparison import Comparer
from territorymap.session.session import Session
from tests.support.scenarios import add_before
from tests.ui.panels.plans import columns, make_session, territory_id

NORTH, SOUTH, WEST = 0, 1, 2


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    """Before, North had column 3 too; now it is South's: see tests/ui/panels/plans.py."""
    session = make_session(tmp_path / "plan.gpkg")
    add_before(session, dict.fromkeys(columns(session, 3).tolist(), NORTH))
    yield session
    session.close()


def ids(session: Session) -> tuple[int, int]:
    before, after = (s.scenario_id for s in session.plan.scenarios)
    return before, after


def test_an_edit_leaves_the_other_side_as_it_was_worked_out(session: Session) -> None:
    comparer, (before, after) = session.comparer, ids(session)
    first = comparer.compare(before, after)
    assert comparer.compare(before, after) is first
    assert first.units.tolist() == columns(session, 3).tolist()
    session.do(commands.assign_units(session.plan, columns(session, 5), territory_id(session, "South")))
    second = comparer.compare(before, after)
    assert second.before is first.before
    assert second.units.tolist() == sorted([*columns(session, 3), *columns(session, 5)])
    assert first.units.tolist() == columns(session, 3).tolist()  # a comparison stands still
    session.undo()
    assert comparer.compare(before, after).units.tolist() == first.units.tolist()


def test_what_both_sides_stand_on_is_followed(session: Session) -> None:
    """Another name of a scenario, another home of a rep: both sides' figures are void."""
    comparer, (before, after) = session.comparer, ids(session)
    first = comparer.compare(before, after)
    session.do(edit_scenario(session.plan, before, name="Last year"))
    assert comparer.compare(before, after).before.name == "Last year"
    ann = next(rep for rep in session.plan.reps if rep.name == "Ann")
    session.do(commands.place_home(session.plan, ann.rep_id, -90.0, 45.0, ""))
    row = next(i for i, m in enumerate(session.plan.measures) if m.name == "workload_h")
    moved = comparer.compare(before, after)
    assert moved.before.total[row, NORTH] > first.before.total[row, NORTH]


def test_figures_of_a_scenario_are_those_that_it_has_in_use(session: Session) -> None:
    before, after = ids(session)
    comparison = session.comparer.compare(before, after)
    session.switch_scenario(before)
    np.testing.assert_allclose(session.totals.territory_total, comparison.before.total, rtol=1e-9)
    np.testing.assert_allclose(session.balance.index, comparison.before.balance.index, rtol=1e-9)
    assert session.totals.n_units.tolist() == comparison.before.n_units.tolist()
    session.switch_scenario(after)
    np.testing.assert_allclose(session.totals.territory_total, comparison.after.total, rtol=1e-9)


def test_totals_of_another_plan_are_those_computed_in_full(session: Session) -> None:
    before, _ = ids(session)
    plan = plan_as(session.plan, session.variant(before))
    ours, theirs = session.totals.of_other(plan), session.totals_for(plan)
    assert isinstance(ours, Totals)
    for name in ("territory_total", "perimeter_km", "area_km2", "pieces", "n_accounts", "cut_edges"):
        np.testing.assert_array_equal(getattr(ours, name), getattr(theirs, name))


def test_days_since_the_last_change_in_either_scenario(session: Session) -> None:
    """A week later: column 3 changed with the proposal, all else when the plan was made."""
    before, after = ids(session)
    now = datetime.now(UTC) + timedelta(days=7, hours=2)
    ages = Comparer(session, lambda: now).ages(before, after)
    assigned = session.plan.unit_territory >= 0
    assert np.floor(ages.unit[assigned]).tolist() == [7.0] * int(assigned.sum())
    assert np.isnan(ages.unit[~assigned]).all()
    moved, other = int(columns(session, 3)[0]), int(columns(session, 5)[0])
    assert ages.unit[moved] < ages.unit[other]
    unit_ix = session.plan.accounts.unit_ix
    follows = np.flatnonzero((unit_ix >= 0) & assigned[unit_ix])
    np.testing.assert_array_equal(ages.account[follows], ages.unit[unit_ix[follows]])


def test_another_rep_of_its_territory_is_a_change_of_hands(session: Session) -> None:
    """West gets a rep a moment ago: its units, which nobody moved, changed hands then."""
    before, after = ids(session)
    bob = next(rep.rep_id for rep in session.plan.reps if rep.name == "Bob")
    session.do(commands.set_territory_rep(session.plan, territory_id(session, "West"), bob))
    done = datetime.fromisoformat(session.document.history()[-1].created_at)
    ages = Comparer(session, lambda: done + timedelta(days=2)).ages(before, after)
    west, south = int(columns(session, 5)[0]), int(columns(session, 4)[0])
    assert ages.unit[west] == pytest.approx(2.0, abs=1e-6)
    assert ages.unit[south] > 2.0
    accounts = np.flatnonzero(session.plan.accounts.unit_ix == west)
    assert ages.account[accounts] == pytest.approx(2.0, abs=1e-6)


def test_an_account_given_by_name_in_both_does_not_follow_its_unit(session: Session) -> None:
    """Given in the scenario before, too, after its unit moved for the last time in either."""
    before, after = ids(session)
    account = int(np.flatnonzero(session.plan.accounts.unit_ix == columns(session, 3)[0])[0])
    for scenario in (before, after):
        session.switch_scenario(scenario)
        session.do(commands.set_override(session.plan, np.array([account]), territory_id(session, "West"), "key"))
    given = session.document.history()[-1].created_at
    now = datetime.fromisoformat(given) + timedelta(days=1)
    comparer = Comparer(session, lambda: now)
    assert comparer.ages(before, after).account[account] == pytest.approx(1.0, abs=1e-6)
    session.do(commands.assign_units(session.plan, columns(session, 3), territory_id(session, "North")))
    ages = comparer.ages(before, after)
    assert ages.unit[columns(session, 3)[0]] < 1.0  # later than that
    assert ages.account[account] == pytest.approx(1.0, abs=1e-6)
    assert int(comparer.compare(before, after).account_kind[account]) == 0


def test_what_was_compared_once_is_let_go(session: Session) -> None:
    """Pairs come and go in long use: each kept a plan, and the last changes of each unit, until the file closed."""
    comparer, (before, after) = session.comparer, ids(session)
    kept = [ref(session.last_changes([before, after])), ref(comparer.compare(before, after).before)]
    for n in range(5):
        session.do(commands.new_scenario(session.plan, f"Plan {n}"))
    others = [s.scenario_id for s in session.plan.scenarios][2:]
    session.switch_scenario(others[0])
    session.do(commands.delete_scenario(session.plan, before))
    for other in others[1:]:
        comparer.compare(others[0], other)
        session.last_changes([others[0], other])
    gc.collect()
    assert [found() for found in kept] == [None, None]
