"""A plan that is only proposed on the map: fills, today's borders, what it leaves alone; pixels of the real page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from uuid import uuid4

import numpy as np
import pytest
from PySide6.QtCore import Qt

from territorymap.model.variant import Variant, variant_of
from territorymap.session.commands import assign_units
from territorymap.session.session import Session
from tests.ui.map.conftest import COLORS, unit
from tests.ui.map.driver import Driver, over_land

WEST, MIDDLE, EAST = 0, 1, 2
NEW_COLOR = "#d07ab0"


@dataclass(frozen=True)
class Idea:
    """A proposal as the map takes it."""

    title: str
    variant: Variant


def idea(session: Session, holders: Mapping[int, int], title: str = "Best so far") -> Idea:
    """Return the plan with other holders by unit_ix; 3 is a territory that is not in the plan yet."""
    now = variant_of(session.plan)
    fresh = replace(now.territories[0], territory_id=-2, uuid=str(uuid4()), name="New", color=NEW_COLOR, rep_id=None)
    held = now.unit_territory.copy()
    for u, holder in holders.items():
        held[u] = holder
    return Idea(title, replace(now, territories=[*now.territories, fresh], unit_territory=held))


def show(driver: Driver, proposal: Idea | None, decides: np.ndarray | None = None) -> None:
    driver.view.show_proposal(proposal, decides)
    driver.wait_for(
        lambda: bool(driver.js(f"__tm.proposal.isOn === {str(proposal is not None).lower()}")), "the page has it"
    )


def test_a_proposal_is_filled_and_the_plan_comes_back(driver: Driver) -> None:
    place = driver.at(unit(2, 2), 12, 12)
    show(driver, idea(driver.session, {unit(2, 2): MIDDLE}))
    driver.wait_for_color(place, driver.fill(MIDDLE))
    show(driver, None)
    driver.wait_for_color(place, driver.fill(WEST))
    assert driver.js("__tm.stage.sheets.map(s => s.painter.name)").count("former") == 0


def test_a_territory_that_is_not_in_the_plan_has_its_own_colour(driver: Driver) -> None:
    show(driver, idea(driver.session, {unit(row, 7): 3 for row in range(5)}))
    driver.wait_for_color(driver.at(unit(2, 7), 12, 12), over_land(NEW_COLOR))
    assert driver.holders([unit(2, 7)]) == [-1]


def test_todays_border_that_would_go_is_a_hollow_line(driver: Driver) -> None:
    """Column 2 goes to Middle: its border to column 3 would go, the one to column 1 would come; West | Middle today."""
    show(driver, idea(driver.session, {unit(row, 2): MIDDLE for row in range(5)}))
    left, right = driver.at(unit(2, 2)), driver.at(unit(2, 3))
    row = left.y() + 9
    driver.wait_for_color(driver.at(unit(2, 2), 12, 12), driver.fill(MIDDLE))
    image = driver.image()
    scale = image.devicePixelRatio()

    def darkest_and_lightest(x: int) -> tuple[int, int]:
        grey = [image.pixelColor(round((x + dx) * scale), round(row * scale)).lightness() for dx in range(-3, 4)]
        return min(grey), max(grey)

    middle = (left.x() + right.x()) // 2
    width = right.x() - left.x()
    assert darkest_and_lightest(middle)[1] >= 240, "white inside"
    assert darkest_and_lightest(middle)[0] < 80, "dark beside"
    assert darkest_and_lightest(middle - width)[1] < 235, "a border that comes is drawn as borders are"
    assert darkest_and_lightest(middle - width)[0] < 80


def test_what_a_proposal_does_not_decide_is_edited_and_seen_meanwhile(driver: Driver) -> None:
    decides = np.zeros(len(driver.session.plan.units), dtype=np.bool_)
    decides[[unit(row, column) for row in range(5) for column in (0, 1, 2)]] = True
    show(driver, idea(driver.session, {unit(2, 2): MIDDLE}), decides)
    plan = driver.session.plan
    driver.view.set_target(plan.territories[EAST].territory_id)
    driver.view.set_tool("brush")
    driver.view.set_brush_radius(0)
    driver.rest()
    place = driver.at(unit(2, 7))
    driver.stroke([place, place])
    assert driver.holders([unit(2, 7)]) == [EAST]
    driver.wait_for_color(driver.at(unit(2, 7), 12, 12), driver.fill(EAST))
    driver.wait_for_color(driver.at(unit(2, 2), 12, 12), driver.fill(MIDDLE))
    # An edit elsewhere in the program is seen too.
    driver.session.do(assign_units(driver.session.plan, np.array([unit(4, 7)]), plan.territories[MIDDLE].territory_id))
    driver.wait_for_color(driver.at(unit(4, 7), 12, 12), driver.fill(MIDDLE))


def test_the_tooltip_tells_of_both(driver: Driver) -> None:
    show(driver, idea(driver.session, {unit(2, 2): 3}))
    driver.move(driver.at(unit(2, 2)))
    driver.wait_for(lambda: driver.is_shown(".tm-tooltip"), "the tooltip")
    text = driver.text(".tm-tooltip")
    assert "Today" in text
    assert "West" in text
    assert "Best so far" in text
    assert "New" in text
    assert "Moves to another territory." in text


def test_totals_of_a_proposal_are_those_of_python(driver: Driver) -> None:
    """The page adds up what moves; the program's own arithmetic on the same plan is the judge."""
    holders = {unit(row, 2): MIDDLE for row in range(5)} | {unit(row, 7): 3 for row in range(5)}
    proposal = idea(driver.session, holders)
    show(driver, proposal)
    from territorymap.metrics.comparison import plan_as

    plan = plan_as(driver.session.plan, proposal.variant)
    wanted = driver.session.totals.of_other(plan).territory_total
    found = driver.js("__tm.proposal.other.totals().total.map(row => [...row])")
    np.testing.assert_allclose(np.array(found).T, wanted, rtol=1e-9)
    assert driver.js("__tm.proposal.nMoved") == 10


@pytest.mark.parametrize("way", ["swipe", "outline"])
def test_the_ways_of_comparing_show_a_proposal_too(driver: Driver, way: str) -> None:
    show(driver, idea(driver.session, {unit(row, 2): MIDDLE for row in range(5)}))
    driver.view.proposal.set_way(way)
    driver.wait_for(lambda: driver.js("__tm.proposal.way") == way, way)
    place = driver.at(unit(2, 2), 12, 12)
    if way == "swipe":
        driver.wait_for_color(driver.at(unit(2, 0), 12, 12), driver.fill(WEST))  # at the left of the line
        assert driver.text(".tm-divider-before") == "Today"
        driver.js("(__tm.proposal._divider.move(0.02), 1)")
    driver.wait_for_color(place, driver.fill(MIDDLE))
    driver.key(Qt.Key.Key_Escape)
    driver.wait_for(lambda: driver.js("__tm.proposal.way") == "fill", "Esc goes back to the whole picture")
    assert driver.view.proposal.shown is not None


def test_esc_on_a_proposal_is_told(driver: Driver) -> None:
    show(driver, idea(driver.session, {unit(2, 2): MIDDLE}))
    left: list[bool] = []
    driver.view.proposal_left.connect(lambda: left.append(True))
    driver.click(driver.at(unit(0, 7)))
    driver.key(Qt.Key.Key_Escape)
    driver.wait_for(lambda: bool(left), "Esc is told")


def test_dark_and_new_colours_follow(driver: Driver) -> None:
    show(driver, idea(driver.session, {unit(2, 2): MIDDLE}))
    driver.view.set_option("dark", True)
    from territorymap.mapview.palette import dark_variant

    wanted = over_land(dark_variant(COLORS[MIDDLE]), 0.9, "#262c34")
    driver.wait_for_color(driver.at(unit(2, 2), 12, 12), wanted)
    driver.view.set_option("dark", False)


def test_many_in_a_row_end_with_the_last(driver: Driver) -> None:
    for holder in (MIDDLE, EAST, 3) * 8:
        driver.view.show_proposal(idea(driver.session, {unit(2, 2): holder}))
    driver.wait_for_color(driver.at(unit(2, 2), 12, 12), over_land(NEW_COLOR))


def test_the_index_under_the_names_is_of_what_is_solved(driver: Driver) -> None:
    driver.view.set_option("show_labels", True)
    driver.view.set_index_measure("workload_h")
    driver.view.show_proposal(idea(driver.session, {unit(2, 2): MIDDLE}), None, "Revenue")
    driver.wait_for(lambda: bool(driver.js("__tm.proposal.isOn")), "the page has it")
    names = driver.js("__tm.plan.measures.map(m => m.name)")
    assert names[driver.js("__tm.labels.app.labelMeasure()")] == "Revenue"
    show(driver, None)
    assert names[driver.js("__tm.labels.app.labelMeasure()")] == "workload_h"
    driver.view.set_option("show_labels", False)
    driver.view.set_index_measure(None)


def test_an_edit_is_seen_at_the_left_of_a_swipe(driver: Driver) -> None:
    decides = np.zeros(len(driver.session.plan.units), dtype=np.bool_)
    decides[unit(2, 2)] = True
    show(driver, idea(driver.session, {unit(2, 2): MIDDLE}), decides)
    driver.view.proposal.set_way("swipe")
    driver.wait_for(lambda: driver.js("__tm.proposal.way") == "swipe", "the swipe")
    plan = driver.session.plan
    driver.session.do(assign_units(plan, np.array([unit(2, 1)]), plan.territories[EAST].territory_id))
    driver.wait_for_color(driver.at(unit(2, 1), 12, 12), driver.fill(EAST))
    driver.view.set_target(plan.territories[MIDDLE].territory_id)
    driver.view.set_tool("brush")
    driver.view.set_brush_radius(0)
    driver.rest()
    place = driver.at(unit(3, 1), 3, 3)
    driver.hold([place, place])
    driver.rest()
    scale = driver.image().devicePixelRatio()
    held = driver.image().pixelColor(driver.at(unit(3, 1), 14, 14) * scale)
    driver.release(place)
    driver.wait_for_color(driver.at(unit(3, 1), 14, 14), driver.fill(MIDDLE))
    assert (held.red(), held.green(), held.blue()) != driver.fill(WEST), "seen while the button is down"
