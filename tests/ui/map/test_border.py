"""A border is pulled with real mouse events: the page, the plan, the file and the pixels.

The plan: columns 0-2 West, 3-4 Middle, 5-6 East, 7 unassigned; five rows.
"""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from territorymap.session.commands.territories import set_territory_locked
from territorymap.session.commands.units import assign_units, set_units_locked
from tests.ui.map.conftest import unit
from tests.ui.map.driver import Driver, wait_until

WEST, MIDDLE, EAST, NONE = 0, 1, 2, -1
ALT = Qt.KeyboardModifier.AltModifier
ROWS_HELD = 2  # "[" twice: a stretch of 70 pixels, less than a square is high


def take_border(driver: Driver) -> None:
    driver.view.set_tool("border")
    driver.rest()


def between(driver: Driver, a: int, b: int) -> QPoint:
    """The middle of the border between two neighbouring squares."""
    p, q = driver.at(a), driver.at(b)
    return QPoint((p.x() + q.x()) // 2, (p.y() + q.y()) // 2)


def shorten(driver: Driver) -> None:
    for _ in range(ROWS_HELD):
        driver.key(Qt.Key.Key_BracketLeft)


@pytest.fixture(autouse=True)
def usual_stretch(driver: Driver) -> None:
    driver.js("(__tm.tools.gestures.get('border').size = 2, 1)")


def test_a_border_pulled_over_a_square_gives_it_to_the_other_side(driver: Driver) -> None:
    take_border(driver)
    hold = between(driver, unit(2, 2), unit(2, 3))
    n_steps = len(driver.session.timeline())
    driver.move(hold)
    shorten(driver)
    driver.stroke([hold, driver.at(unit(2, 3), 12)])
    assert driver.session.plan.unit_territory[unit(2, 3)] == WEST
    assert driver.holders([unit(2, 3), unit(2, 4), unit(1, 3), unit(3, 3)]) == [WEST, MIDDLE, MIDDLE, MIDDLE]
    assert len(driver.session.timeline()) == n_steps + 1
    driver.wait_for_color(driver.at(unit(2, 3)), driver.fill(WEST))
    driver.wait_for_color(driver.at(unit(1, 3)), driver.fill(MIDDLE))
    driver.session.undo()
    driver.wait_for_color(driver.at(unit(2, 3)), driver.fill(MIDDLE))
    assert driver.holders([unit(2, 3)]) == [MIDDLE]


def test_the_side_that_is_pulled_into_loses(driver: Driver) -> None:
    """The same border, pulled to the west: West loses to Middle."""
    take_border(driver)
    hold = between(driver, unit(2, 2), unit(2, 3))
    driver.move(hold)
    shorten(driver)
    driver.stroke([hold, driver.at(unit(2, 2), -12)])
    assert driver.holders([unit(2, 1), unit(2, 2), unit(2, 3)]) == [WEST, MIDDLE, MIDDLE]


def test_less_than_half_a_square_takes_nothing(driver: Driver) -> None:
    take_border(driver)
    hold = between(driver, unit(2, 2), unit(2, 3))
    rev = driver.session.rev
    driver.hold([hold, driver.at(unit(2, 3), -12)])
    driver.release(driver.at(unit(2, 3), -12))
    driver.rest()
    assert driver.session.rev == rev
    assert driver.painted == []


def test_the_whole_border_follows_when_the_stretch_is_longest(driver: Driver) -> None:
    take_border(driver)
    hold = between(driver, unit(2, 2), unit(2, 3))
    driver.move(hold)
    for _ in range(6):
        driver.key(Qt.Key.Key_BracketRight)
    driver.stroke([hold, driver.at(unit(2, 3), 12)])
    assert driver.holders([unit(row, 3) for row in range(5)]) == [WEST] * 5
    assert driver.session.totals.n_units.tolist() == [20, 5, 10]


def test_pulling_back_gives_back_and_the_way_does_not_matter(driver: Driver) -> None:
    take_border(driver)
    hold, goal = between(driver, unit(2, 2), unit(2, 3)), driver.at(unit(2, 3), 12)
    driver.hold([hold, driver.at(unit(3, 6)), driver.at(unit(1, 1)), goal])
    direct = sorted(driver.js("[...__tm.tools.stroke.before.keys()]"))
    driver.drag_to(hold)
    driver.rest()
    assert driver.js("__tm.tools.stroke.size") == 0
    driver.drag_to(goal)
    driver.rest()
    assert sorted(driver.js("[...__tm.tools.stroke.before.keys()]")) == direct
    assert unit(2, 3) in direct
    driver.key(Qt.Key.Key_Escape)
    driver.release(goal)
    driver.wait_for_color(driver.at(unit(2, 3)), driver.fill(MIDDLE))
    assert driver.painted == []
    assert not driver.is_shown(".tm-card")


def test_the_card_tells_both_sides_compactness_and_pieces(driver: Driver) -> None:
    """West 15 + 5 units, Middle 10 - 5: a strip of 1 x 5 squares is less round than one of 2 x 5."""
    take_border(driver)
    hold = between(driver, unit(2, 2), unit(2, 3))
    driver.move(hold)
    for _ in range(6):
        driver.key(Qt.Key.Key_BracketRight)
    driver.hold([hold, driver.at(unit(2, 3), 12)])
    wait_until(lambda: driver.is_shown(".tm-card"))
    card = driver.text(".tm-card").replace("\n", " ")
    for part in ("West", "Middle", "+5 units", "−5 units", "15→20", "10→5", "Compactness", "Pieces: 1"):
        assert part in card, card
    box = driver.js("(r => [r.left, r.top, r.right, r.bottom])(__tm.card.element.getBoundingClientRect())")
    at = driver.at(unit(2, 3), 12)
    assert not (box[0] <= at.x() <= box[2] and box[1] <= at.y() <= box[3])
    preview = driver.js("(t => [[...t.area], [...t.perimeter]])(__tm.tools.stroke.totals)")
    driver.release(at)
    wait_until(lambda: bool(driver.painted))
    totals = driver.session.totals
    np.testing.assert_allclose(preview[0], totals.area_km2, rtol=1e-9)
    np.testing.assert_allclose(preview[1], totals.perimeter_km, rtol=1e-9)


def test_a_locked_territory_refuses_by_name(driver: Driver) -> None:
    session = driver.session
    session.do(set_territory_locked(session.plan, [session.plan.territories[MIDDLE].territory_id], True))
    wait_until(lambda: driver.js("__tm.plan.rev") == session.rev)
    take_border(driver)
    hold = between(driver, unit(2, 2), unit(2, 3))
    driver.move(hold)
    driver.rest()
    assert "Locked: Middle" in driver.text(".tm-border-tip")
    assert driver.js("__tm.tools.box.dataset.grip") == "locked"
    driver.hold([hold, driver.at(unit(2, 4))])
    driver.release(driver.at(unit(2, 4)))
    driver.rest()
    assert "Middle" in driver.text(".tm-hint")
    assert driver.painted == []
    assert driver.holders([unit(2, 3)]) == [MIDDLE]


def test_a_locked_unit_stays_and_is_named(driver: Driver) -> None:
    session = driver.session
    session.do(set_units_locked(session.plan, np.array([unit(2, 3)]), True))
    wait_until(lambda: driver.js("__tm.plan.rev") == session.rev)
    take_border(driver)
    hold = between(driver, unit(2, 2), unit(2, 3))
    driver.move(hold)
    for _ in range(6):
        driver.key(Qt.Key.Key_BracketRight)
    driver.hold([hold, driver.at(unit(2, 3), 12)])
    wait_until(lambda: "Square C4" in driver.text(".tm-card"))
    driver.release(driver.at(unit(2, 3), 12))
    wait_until(lambda: bool(driver.painted))
    assert driver.holders([unit(row, 3) for row in range(5)]) == [WEST, WEST, MIDDLE, WEST, WEST]


def test_a_territory_is_not_cut_in_two_unless_alt_is_held(driver: Driver) -> None:
    """Pulled through Middle from west to east, a strip at the far side stays to join north and south."""
    take_border(driver)
    hold, goal = between(driver, unit(2, 2), unit(2, 3)), driver.at(unit(2, 4), 20)
    driver.move(hold)
    shorten(driver)
    driver.hold([hold, goal])
    wait_until(lambda: "Middle would fall apart" in driver.text(".tm-card"))
    assert "Square C5" in driver.text(".tm-card")
    driver.drag_to(goal + QPoint(2, 0), ALT)
    wait_until(lambda: "Middle falls into 2 pieces" in driver.text(".tm-card"))
    driver.drag_to(goal)
    wait_until(lambda: "Middle would fall apart" in driver.text(".tm-card"))
    driver.release(goal)
    wait_until(lambda: bool(driver.painted))
    assert driver.holders([unit(2, 3), unit(2, 4)]) == [WEST, MIDDLE]
    assert driver.session.totals.pieces.tolist() == [1, 1, 1]
    driver.stroke([between(driver, unit(2, 3), unit(2, 4)), driver.at(unit(2, 4), 20)], ALT)
    assert driver.holders([unit(2, 4)]) == [WEST]
    assert driver.session.totals.pieces.tolist() == [1, 2, 1]


def test_a_border_with_unassigned_ground_is_pulled_both_ways(driver: Driver) -> None:
    take_border(driver)
    hold = between(driver, unit(2, 6), unit(2, 7))
    driver.move(hold)
    shorten(driver)
    driver.stroke([hold, driver.at(unit(2, 7), 12)])
    assert driver.holders([unit(2, 7), unit(1, 7)]) == [EAST, NONE]
    hold = between(driver, unit(0, 6), unit(0, 7))
    driver.stroke([hold, driver.at(unit(0, 6), -12)])
    assert driver.holders([unit(0, 6), unit(0, 5)]) == [NONE, EAST]


def test_only_the_stretch_near_the_press_moves(driver: Driver) -> None:
    """West and Middle meet twice: West has the far corner of Middle too; its border there stays."""
    session = driver.session
    west = session.plan.territories[WEST].territory_id
    session.do(assign_units(session.plan, np.array([unit(4, 4)]), west))
    wait_until(lambda: driver.js("__tm.plan.rev") == session.rev)
    take_border(driver)
    hold = between(driver, unit(1, 2), unit(1, 3))
    driver.move(hold)
    for _ in range(6):
        driver.key(Qt.Key.Key_BracketRight)
    driver.stroke([hold, driver.at(unit(1, 3), 12)])
    assert driver.holders([unit(row, 3) for row in range(5)]) == [WEST] * 5
    assert driver.holders([unit(row, 4) for row in range(5)]) == [MIDDLE] * 4 + [WEST]


def test_away_from_borders_the_tool_moves_the_map(driver: Driver) -> None:
    take_border(driver)
    before = driver.js("__tm.map.getCenter().lng")
    rev = driver.session.rev
    driver.hold([driver.at(unit(2, 1)), driver.at(unit(2, 1), 80)])
    driver.release(driver.at(unit(2, 1), 80))
    driver.rest()
    assert driver.js("__tm.map.getCenter().lng") < before - 0.5
    assert driver.session.rev == rev


def test_the_wheel_makes_the_stretch_longer_while_it_is_held(driver: Driver) -> None:
    """A short stretch takes one square; turned longer, the squares above and below come too; back again, they go."""
    take_border(driver)
    hold, goal = between(driver, unit(2, 2), unit(2, 3)), driver.at(unit(2, 3), 12)
    driver.move(hold)
    shorten(driver)
    zoom = driver.js("__tm.map.getZoom()")
    driver.hold([hold, goal])
    assert driver.js("__tm.tools.stroke.size") == 1
    for _ in range(5):
        driver.wheel(goal, 1)
        driver.rest()
    assert driver.js("__tm.tools.stroke.size") >= 3
    for _ in range(5):
        driver.wheel(goal, -1)
        driver.rest()
    assert driver.js("__tm.tools.stroke.size") == 1
    assert driver.js("__tm.map.getZoom()") == zoom
    driver.key(Qt.Key.Key_Escape)
    driver.release(goal)


def test_alt_is_heard_without_a_move(driver: Driver) -> None:
    """Alt down and up while the pointer rests: all is taken, then held back again."""
    take_border(driver)
    hold, goal = between(driver, unit(2, 2), unit(2, 3)), driver.at(unit(2, 4), 20)
    driver.move(hold)
    shorten(driver)
    driver.hold([hold, goal])
    assert driver.js("__tm.tools.stroke.held.length") == 1
    QTest.keyPress(driver.hand, Qt.Key.Key_Alt)
    wait_until(lambda: driver.js("__tm.tools.stroke.held.length") == 0)
    wait_until(lambda: "falls into 2 pieces" in driver.text(".tm-card"))
    QTest.keyRelease(driver.hand, Qt.Key.Key_Alt)
    wait_until(lambda: driver.js("__tm.tools.stroke.held.length") == 1)
    driver.key(Qt.Key.Key_Escape)
    driver.release(goal)


def test_what_undo_changes_beneath_a_pull_is_heeded(driver: Driver) -> None:
    """While West is pulled into Middle, an undo gives a square back: the pull goes on over the plan as it is then."""
    session = driver.session
    session.do(assign_units(session.plan, np.array([unit(1, 3)]), session.plan.territories[WEST].territory_id))
    wait_until(lambda: driver.js("__tm.plan.rev") == session.rev)
    take_border(driver)
    hold, goal = between(driver, unit(3, 2), unit(3, 3)), driver.at(unit(3, 3), 12)
    driver.move(hold)
    shorten(driver)
    driver.hold([hold, goal])
    session.undo()
    wait_until(lambda: driver.js("__tm.plan.rev") == session.rev)
    driver.drag_to(goal + QPoint(3, 0))
    driver.rest()
    assert driver.js("[...__tm.tools.stroke.before.keys()]") == [unit(3, 3)]
    driver.release(goal + QPoint(3, 0))
    wait_until(lambda: bool(driver.painted))
    assert driver.holders([unit(3, 3), unit(1, 3)]) == [WEST, MIDDLE]
