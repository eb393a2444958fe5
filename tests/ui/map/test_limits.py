"""Caps and protected accounts while the pointer is down: the page's numbers are Python's; what it says and shows."""

from __future__ import annotations

import json

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt

from territorymap.metrics.caps import displaced_accounts, find_breaches
from territorymap.session import commands
from territorymap.session.commands.limits import CapWish
from territorymap.session.session import Session
from tests.ui.map.conftest import unit
from tests.ui.map.driver import Driver, wait_until
from tests.ui.map.test_draw import box, click_along, done, wait_for_preview

WEST, MIDDLE, EAST = 0, 1, 2

FLOWS = """
(() => {
  const plan = __tm.plan;
  return STROKES.map(([units, target]) => {
    const totals = plan.totals(), before = new Map();
    for (const u of units) {
      if (plan.shown[u] === target) continue;
      before.set(u, plan.shown[u]);
      plan.moveUnit(totals, u, plan.shown[u], target);
    }
    const { lost, gained } = totals.flow;
    return {
      lost: [...lost], gained: [...gained],
      breaches: plan.limits.breaches(totals.flow).map(b => [plan.limits.caps.indexOf(b.cap), b.column, b.share]),
      displaced: plan.limits.displaced(before, target).map(p => p.account),
    };
  });
})()
"""


def measure_id(session: Session, name: str) -> int:
    measure = session.plan.measure_named(name)
    assert measure is not None
    return measure.measure_id


def set_limits(driver: Driver, *, protected: tuple[int, ...] = (), most: float = 0.1) -> None:
    """Caps of every kind on revenue, workload and units, and protected accounts."""
    session = driver.session
    wishes = [
        CapWish(measure_id(session, "Revenue"), "rep", "lost", most),
        CapWish(measure_id(session, "workload_h"), "rep", "changed", most),
        CapWish(measure_id(session, "units"), "rep", "gained", most),
        CapWish(measure_id(session, "Revenue"), "plan", "lost", most),
        CapWish(measure_id(session, "accounts"), "plan", "gained", most),
    ]
    session.do(commands.set_caps(session.plan, wishes))
    if protected:
        session.do(commands.protect_accounts(session.plan, np.array(protected), True))
    wait_until(lambda: driver.js("__tm.plan.rev") == session.rev)
    wait_until(lambda: bool(driver.js("__tm.plan.limits !== null")))


@pytest.fixture
def compared(driver: Driver) -> Driver:
    """Two accounts of the baseline are given by name, then taken over by their units again; more edits follow."""
    session = driver.session
    ids = [t.territory_id for t in session.plan.territories]
    session.do(commands.set_override(session.plan, np.array([unit(0, 0), unit(2, 5)]), ids[EAST], "key account"))
    branch(session)
    session.do(commands.clear_overrides(session.plan, np.array([unit(0, 0)])))
    session.do(commands.assign_units(session.plan, np.array([unit(0, 2), unit(1, 3)]), ids[EAST]))
    session.do(commands.set_override(session.plan, np.array([unit(4, 1)]), ids[MIDDLE], "key account"))
    wait_until(lambda: driver.js("__tm.plan.rev") == session.rev)
    return driver


def test_the_page_and_python_agree_on_what_changes_rep(compared: Driver) -> None:
    """Relative tolerance 1e-6; each stroke is done in the session, compared, and taken back."""
    driver, session = compared, compared.session
    set_limits(driver, protected=(unit(0, 0), unit(1, 1), unit(3, 4), unit(2, 6), unit(4, 1), unit(2, 7)))
    rng = np.random.default_rng(11)
    strokes = [
        (np.sort(rng.choice(40, rng.integers(1, 20), replace=False)).tolist(), int(rng.integers(-1, 3)))
        for _ in range(25)
    ]
    previews = driver.js(FLOWS.replace("STROKES", json.dumps(strokes)))
    n_breaches = n_displaced = 0
    for (units, target), preview in zip(strokes, previews, strict=True):
        assert session.disruption is not None
        before = set(displaced_accounts(session.plan, session.disruption).tolist())
        territory_id = session.plan.territories[target].territory_id if target >= 0 else None
        change = session.do(commands.assign_units(session.plan, np.array(units), territory_id))
        d = session.disruption
        for name in ("lost", "gained"):
            expected = getattr(d, name)
            np.testing.assert_allclose(np.array(preview[name]).reshape(-1, len(expected)).T, expected, 1e-6, 1e-6)
        found = [[session.plan.caps.index(b.cap), -1 if b.at is None else b.at] for b in find_breaches(session.plan, d)]
        assert sorted(row[:2] for row in preview["breaches"]) == sorted(found)
        after = set(displaced_accounts(session.plan, d).tolist())
        assert after - before <= set(preview["displaced"]) <= after
        n_breaches, n_displaced = n_breaches + len(found), n_displaced + len(preview["displaced"])
        if change.changes:
            session.undo()
    assert n_breaches > 20
    assert n_displaced > 5
    wait_until(lambda: driver.js("__tm.plan.rev") == session.rev)


def test_the_page_follows_edits_by_what_they_touched(compared: Driver) -> None:
    """After a stroke of its own, an override and a rep's new home the page has Python's figures."""
    driver, session = compared, compared.session
    set_limits(driver)

    def agrees() -> bool:
        assert session.disruption is not None
        flow = driver.js("[[...__tm.plan.limits.flow.lost], [...__tm.plan.limits.flow.gained]]")
        pairs = zip(flow, (session.disruption.lost, session.disruption.gained), strict=True)
        return all(np.allclose(np.array(a).reshape(-1, len(b)).T, b, 1e-9, 1e-9) for a, b in pairs)

    ids = [t.territory_id for t in session.plan.territories]
    for command in (
        lambda plan: commands.assign_units(plan, np.array([unit(3, 2), unit(3, 3)]), ids[EAST]),
        lambda plan: commands.set_override(plan, np.array([unit(0, 5)]), ids[WEST], "key account"),
        lambda plan: commands.set_territory_rep(plan, ids[MIDDLE], session.plan.reps[0].rep_id),
        lambda plan: commands.place_home(plan, session.plan.reps[0].rep_id, -97.0, 40.0, ""),
    ):
        session.do(command(session.plan))
        wait_until(lambda: driver.js("__tm.plan.rev") == session.rev)
        wait_until(agrees, "the page has the figures")
    session.undo()
    wait_until(lambda: driver.js("__tm.plan.rev") == session.rev)
    wait_until(agrees, "the page has the figures")


def test_the_card_turns_red_before_the_button_is_let_go(driver: Driver) -> None:
    """The brush takes two of West's fifteen squares for East: 2,010 of 17,550 is 11.5 %, more than 10 %."""
    session = driver.session
    branch(session)
    session.do(commands.set_caps(session.plan, [CapWish(measure_id(session, "Revenue"), "rep", "lost", 0.10)]))
    session.do(commands.protect_accounts(session.plan, np.array([unit(0, 1)]), True))
    wait_until(lambda: bool(driver.js("__tm.plan.limits !== null && __tm.plan.limits.protected.length === 1")))
    driver.view.set_tool("brush")
    driver.view.set_brush_radius(0)
    driver.view.set_target(session.plan.territories[EAST].territory_id)
    driver.hold([driver.at(unit(0, 0)), driver.at(unit(0, 0), 5)])
    wait_until(lambda: driver.js("__tm.card.element.hidden") is False)
    assert driver.js(RED) == []
    driver.drag_to(driver.at(unit(0, 1)))
    wait_until(lambda: len(driver.js(RED)) == 2, "the cap and the account")
    revenue = [1000.0 + 10 * u for u in range(40) if u % 8 < 3]
    share = (1000 + 1010) / sum(revenue)
    assert driver.js(RED) == [
        f"Ada would lose {share:.1%} of Revenue; the cap is 10.0 %.".replace("%", " %").replace("  ", " "),
        "Protected accounts that would change rep (1): Account 1",
    ]
    assert session.rev == driver.js("__tm.plan.rev")
    driver.release(driver.at(unit(0, 1)))
    wait_until(lambda: driver.holders([unit(0, 0), unit(0, 1)]) == [EAST, EAST])
    wait_until(lambda: "Ada loses 11.5 % of Revenue" in driver.text(".tm-hint"))
    assert "Protected accounts that have another rep now (1): Account 1" in driver.text(".tm-hint")
    assert driver.refused == []


RED = "[...document.querySelectorAll('.tm-card:not([hidden]) .tm-card-breach')].map(e => e.textContent)"


def test_without_a_baseline_protected_accounts_are_told_all_the_same(driver: Driver) -> None:
    session = driver.session
    session.do(commands.protect_accounts(session.plan, np.array([unit(0, 0), unit(0, 3)]), True))
    wait_until(lambda: bool(driver.js("__tm.plan.limits !== null")))
    found = driver.js(
        "(b => __tm.plan.limits.displaced(b, 2).map(p => p.account))"
        f"(new Map([[{unit(0, 0)}, 0], [{unit(0, 3)}, 1], [{unit(0, 1)}, 0]]))"
    )
    assert found == [unit(0, 0)]  # Middle is vacant: there is no rep to keep


def test_a_shield_stands_on_the_map(driver: Driver) -> None:
    session = driver.session
    driver.view.set_option("show_accounts", True)
    driver.rest()
    account = unit(2, 4)
    at = driver.js(
        "(p => __tm.stage.containerAt(__tm.accounts.index.xy[p * 2], __tm.accounts.index.xy[p * 2 + 1]))"
        f"(__tm.accounts.pointOf({account}))"
    )
    place = QPoint(round(at[0]) - 3, round(at[1]) - 1)
    session.do(commands.protect_accounts(session.plan, np.array([account]), True))
    wait_until(lambda: bool(driver.js("__tm.plan.limits !== null")))
    driver.wait_for_color(place, (31, 81, 50), 12)
    session.undo()
    wait_until(lambda: bool(driver.js("__tm.plan.limits === null")))
    driver.view.set_option("show_accounts", False)


def branch(session: Session) -> None:
    """Make the plan as it is the baseline, and work on in a scenario of its own."""
    session.do(commands.set_baseline(session.plan, session.plan.scenario.scenario_id))
    session.do(commands.new_scenario(session.plan, "Proposal"))
    session.switch_scenario(session.plan.scenarios[-1].scenario_id)


def test_an_exact_boundary_foretells_what_the_cut_will_change(driver: Driver) -> None:
    """Squares are cut; the page shows Python's forecast, and that is what Python has when it is done."""
    session = driver.session
    given = np.flatnonzero(session.plan.accounts.unit_ix == unit(1, 2))
    session.do(commands.set_override(session.plan, given, session.plan.territories[EAST].territory_id, "by name"))
    branch(session)
    session.do(commands.clear_overrides(session.plan, given))
    set_limits(driver, protected=(unit(2, 1), unit(3, 2), unit(1, 6)), most=0.05)
    driver.view.set_tool("draw")
    driver.view.set_drawing("exact", False, "")
    driver.view.set_target(session.plan.territories[EAST].territory_id)
    driver.rest()
    rev = session.rev
    click_along(driver, box(driver, 0.3, 1.4, 3.2, 5.3))
    wait_for_preview(driver)
    wait_until(lambda: len(driver.js(RED)) > 2)
    preview = driver.js("(f => [[...f.base], [...f.lost], [...f.gained]])(__tm.tools.gesture.stroke.totals.flow)")
    told = driver.js("__tm.tools.gesture.stroke.displaced.map(p => p.account)")
    driver.key(Qt.Key.Key_Return)
    done(driver, rev)
    disruption = session.disruption
    assert disruption is not None
    for found, expected in zip(preview, (disruption.base, disruption.lost, disruption.gained), strict=True):
        np.testing.assert_allclose(np.array(found).reshape(-1, len(expected)).T, expected, 1e-9, 1e-9)
    assert told == displaced_accounts(session.plan, disruption).tolist() == [unit(2, 1), unit(3, 2)]
