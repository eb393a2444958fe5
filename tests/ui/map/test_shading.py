"""What the map is coloured by, in the real page: pixels, legend, and colours that follow a stroke."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt

from territorymap.document import Writer
from territorymap.mapview.shading import registry
from territorymap.mapview.shading.ramps import NO_VALUE, NOBODY, ZERO, around_even, few_to_many
from territorymap.mapview.shading.registry import Case, Choice, Classing, Group, Shades, families
from territorymap.model.change import PlanDelta
from territorymap.model.plan import Plan
from territorymap.session.commands import assign_units, delete_territories, rename_territory, set_territory_rep
from territorymap.session.session import Command
from territorymap.ui.map.view import MapView
from tests.ui.map.conftest import unit
from tests.ui.map.driver import Driver, over_land

FAR_BELOW, BELOW, JUST_BELOW, EVEN, JUST_ABOVE, ABOVE, FAR_ABOVE = around_even(3, 3, False)
WEST, MIDDLE, EAST, LOOSE = unit(2, 1), unit(2, 3), unit(2, 5), unit(2, 7)


def key_of(driver: Driver, family: str, measure: str) -> str:
    return next(f"{family}:{m.uuid}" for m in driver.session.plan.measures if m.name == measure)


def legend(driver: Driver) -> list[str]:
    """Return the lines that explain colours, "label count"."""
    return list(
        driver.js(
            "[...document.querySelectorAll('.tm-legend-classes .tm-legend-label')]"
            ".map(e => e.textContent + ' ' + e.nextSibling.textContent)"
        )
    )


@pytest.fixture(autouse=True)
def by_territory_again(map_driver: Driver) -> object:
    yield
    map_driver.view.set_option("dark", False)


def test_index_colours_show_who_is_below_and_above(driver: Driver) -> None:
    """West has 15 units, Middle and East 10 each: 1.29, 0.86, 0.86 of a third of 35."""
    driver.view.shading.choose(key_of(driver, "index", "units"))
    for at, color in ((WEST, FAR_ABOVE), (MIDDLE, BELOW), (EAST, BELOW)):
        driver.wait_for_color(driver.at(at, 12, 12), over_land(color))
    driver.wait_for_color(driver.at(LOOSE, 12, 12), driver.fill(-1))
    assert legend(driver) == [
        "▼ below 80 % 0", "▼ 80 % to 90 % 2", "▼ 90 % to 95 % 0", "95 % to 105 % 0",
        "▲ 105 % to 110 % 0", "▲ 110 % to 120 % 0", "▲ above 120 % 1",
    ]  # fmt: skip
    assert driver.text(".tm-color-by-what") == "Index of Units"


def test_index_colours_follow_a_stroke_while_the_button_is_down_and_go_back_with_esc(driver: Driver) -> None:
    """Middle takes three units of West: 12 and 13 of 35 are 1.03 and 1.11 of a third."""
    driver.view.shading.choose(key_of(driver, "index", "units"))
    driver.wait_for_color(driver.at(WEST, 12, 12), over_land(FAR_ABOVE))
    driver.view.set_target(driver.session.plan.territories[1].territory_id)
    driver.view.set_tool("brush")
    driver.view.set_brush_radius(0)
    driver.hold([driver.at(unit(row, 2)) for row in (0, 1, 2)])
    assert len(driver.session.document.history()) == 2  # nothing is done yet
    driver.wait_for_color(driver.at(unit(4, 0), 12, 12), over_land(EVEN))
    driver.wait_for_color(driver.at(unit(4, 3), -12, 12), over_land(ABOVE))
    driver.wait_for_color(driver.at(unit(0, 5), 12, 12), over_land(BELOW))
    assert "95 % to 105 % 1" in legend(driver)
    driver.key(Qt.Key.Key_Escape)
    driver.release(driver.at(unit(2, 2)))
    driver.wait_for_color(driver.at(unit(4, 0), 12, 12), over_land(FAR_ABOVE))
    driver.wait_for_color(driver.at(unit(4, 3), -12, 12), over_land(BELOW))


def test_index_colours_follow_a_stroke_that_is_done_and_undo(driver: Driver) -> None:
    driver.view.shading.choose(key_of(driver, "index", "units"))
    driver.view.set_target(driver.session.plan.territories[1].territory_id)
    driver.view.set_tool("brush")
    driver.view.set_brush_radius(0)
    driver.stroke([driver.at(unit(row, 2)) for row in (0, 1, 2)])
    driver.wait_for_color(driver.at(unit(4, 0), 12, 12), over_land(EVEN))
    driver.session.undo()
    driver.wait_for_color(driver.at(unit(4, 0), 12, 12), over_land(FAR_ABOVE))


def test_a_choropleth_shows_the_numbers_of_the_units_and_pales_what_nobody_has(driver: Driver) -> None:
    """Revenue rises from 1,000 to 1,390 by 10 a unit, from the south-west: four rows of eight in each class but one."""
    driver.view.shading.choose(key_of(driver, "measure", "Revenue"), Classing("quantiles", 5))
    ramp = few_to_many(5, False)
    for row in range(5):
        driver.wait_for_color(driver.at(unit(row, 1), 12, 12), over_land(ramp[row]))
    driver.wait_for_color(driver.at(LOOSE, 12, 12), over_land(ramp[2], 0.42))
    lines = legend(driver)
    assert [line.rpartition(" ")[2] for line in lines] == ["8"] * 5
    assert lines[0].startswith("up to 1,0")
    assert "Quantiles" in driver.text(".tm-legend-note")


def test_new_accounts_change_the_classes(driver: Driver) -> None:
    """One unit gets an account worth more than all others: it is alone in the highest class."""
    driver.view.shading.choose(key_of(driver, "measure", "Revenue"), Classing("natural_breaks", 3))
    column = next(m.column_name for m in driver.session.plan.measures if m.name == "Revenue")

    def add(writer: Writer, plan: Plan) -> None:
        unit_id = int(plan.units.unit_id[WEST])
        writer.insert("account", [{"account_key": "big", "account_name": "Big", "unit_id": unit_id, column: 1e6}])

    driver.session.do(Command("Add", add))
    driver.wait_for_color(driver.at(WEST, 12, 12), over_land(few_to_many(3, False)[2]))
    driver.wait_for(lambda: legend(driver)[-1].endswith(" 1"), "the legend counts anew")
    driver.session.undo()
    driver.wait_for(lambda: not legend(driver)[-1].endswith(" 1"), "as before")


def test_territories_of_a_region_share_a_colour(driver: Driver) -> None:
    view, plan = driver.view, driver.session.plan
    assert "region" not in [choice.key for _, choices in view.shading.choices() for choice in choices]

    def add(writer: Writer, plan: Plan) -> None:
        (north,) = writer.insert("region", [{"region_name": "North"}])
        rows = {t.territory_id: {"region_id": north} for t in plan.territories[:2]}
        writer.update("territory", rows)

    driver.session.do(Command("Regions", add))
    view.shading.choose("region")
    driver.wait_for_color(driver.at(MIDDLE, 12, 12), over_land(plan.territories[0].color))
    driver.wait_for_color(driver.at(EAST, 12, 12), over_land(NOBODY[False]))
    assert legend(driver) == ["North 2", "No region 1"]
    driver.session.undo()
    driver.wait_for_color(driver.at(MIDDLE, 12, 12), driver.fill(1))
    assert view.shading.key == "territory"


def test_the_pointer_tells_the_number_that_colours_a_unit(driver: Driver) -> None:
    """Revenue is not among the shown measures here."""
    plan = driver.session.plan
    row = next(ix for ix, m in enumerate(plan.measures) if m.name == "Revenue")
    plan.measures[row] = replace(plan.measures[row], is_shown=False)
    driver.view.bridge.send_plan()
    driver.wait_for(lambda: driver.js(f"__tm.plan.measures[{row}].shown") is False, "the page knows")
    driver.move(driver.at(WEST, 10, 10))
    driver.wait_for(lambda: "Square" in driver.text(".tm-tooltip"), "the tooltip")
    assert "Revenue" not in driver.text(".tm-tooltip")
    driver.view.shading.choose(f"measure:{plan.measures[row].uuid}")
    driver.wait_for(lambda: driver.js("__tm.shading.unitRow") == row, "the page colours by it")
    driver.move(driver.at(MIDDLE, 10, 10))
    driver.wait_for(lambda: "Revenue" in driver.text(".tm-tooltip"), "the number")


def test_a_family_that_follows_every_edit_is_one_class_and_no_more(
    driver: Driver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the change against a baseline will be: units that are elsewhere than at first, in pink."""
    first = driver.session.plan.unit_territory.copy()

    class ByChange:
        def heading(self) -> str:
            return ""

        def choices(self, case: Case) -> list[Choice]:
            return [Choice("change", "Change", "Change")]

        def shade(self, case: Case, key: str, classing: Classing) -> Shades:
            of = (case.plan.unit_territory != first).astype(np.int16)
            return Shades("unit", [Group("Same", "#eeeeee", "#222222"), Group("Moved", "#ff66aa", "#ff66aa")], of)

        def is_changed_by(self, delta: PlanDelta) -> bool:
            return len(delta.unit_ix) > 0

    families()  # all are found before one more is there
    monkeypatch.setitem(registry._FAMILIES, "change", (9, ByChange()))
    driver.view.shading.choose("change")
    driver.wait_for_color(driver.at(WEST, 12, 12), over_land("#eeeeee"))
    plan = driver.session.plan
    driver.session.do(assign_units(plan, np.array([WEST]), plan.territories[1].territory_id))
    driver.wait_for_color(driver.at(WEST, 12, 12), over_land("#ff66aa"))
    driver.session.undo()
    driver.wait_for_color(driver.at(WEST, 12, 12), over_land("#eeeeee"))


def test_an_edit_leaves_the_choropleth_and_moves_the_borders(driver: Driver) -> None:
    driver.view.shading.choose(key_of(driver, "measure", "Revenue"), Classing("quantiles", 5))
    driver.view.set_target(driver.session.plan.territories[0].territory_id)
    driver.view.set_tool("brush")
    driver.view.set_brush_radius(0)
    driver.stroke([driver.at(LOOSE, 4, 0), driver.at(LOOSE, -4, 0)])
    driver.wait_for_color(driver.at(LOOSE, 12, 12), over_land(few_to_many(5, False)[2]))
    assert driver.holders([LOOSE]) == [0]


def test_territories_of_a_rep_share_a_colour_and_follow_a_new_rep(driver: Driver) -> None:
    driver.view.shading.choose("rep")
    driver.wait_for_color(driver.at(WEST, 12, 12), over_land("#93c0ff"))
    driver.wait_for_color(driver.at(MIDDLE, 12, 12), over_land(NOBODY[False]))
    assert legend(driver) == ["Ada 1", "Bo 1", "Vacant 1"]
    plan = driver.session.plan
    driver.session.do(set_territory_rep(plan, plan.territories[1].territory_id, plan.reps[0].rep_id))
    driver.wait_for_color(driver.at(MIDDLE, 12, 12), over_land("#93c0ff"))
    assert legend(driver) == ["Ada 2", "Bo 1"]


def test_zero_and_no_value_have_looks_of_their_own(driver: Driver) -> None:
    """A map of the page alone: groups as Python would send them."""
    view = driver.view
    view.shading.choose(key_of(driver, "measure", "Revenue"), Classing("quantiles", 3))
    accounts, column = driver.session.plan.accounts, next(iter(driver.session.plan.accounts.values))
    accounts.values[column][WEST], accounts.values[column][MIDDLE] = 0.0, float("nan")
    view.shading.send()
    driver.wait_for_color(driver.at(WEST, 12, 12), over_land(ZERO[False]))
    driver.wait_for_color(driver.at(MIDDLE, 12, 12), over_land(NO_VALUE[False]))
    assert legend(driver)[-2:] == ["Zero 1", "No value 1"]


def test_the_dark_map_has_colours_of_its_own(driver: Driver) -> None:
    driver.view.shading.choose(key_of(driver, "measure", "Revenue"), Classing("quantiles", 5))
    driver.view.set_option("dark", True)
    driver.wait_for_color(driver.at(WEST, 12, 12), over_land(few_to_many(5, True)[2], 0.9, "#262c34"))


def test_what_is_no_longer_there_falls_back_to_the_territories(driver: Driver) -> None:
    view = driver.view
    view.shading.choose("rep")
    driver.wait_for_color(driver.at(MIDDLE, 12, 12), over_land(NOBODY[False]))
    view.shading.choose("measure:gone")
    driver.wait_for_color(driver.at(MIDDLE, 12, 12), driver.fill(1))
    assert view.shading.key == "territory"
    assert driver.text(".tm-color-by-what") == "Territory"


def test_territories_come_and_go_under_index_colours(driver: Driver) -> None:
    """Without Middle, West and East have 15 and 10 of 25: 1.2 and 0.8 of a half."""
    driver.view.shading.choose(key_of(driver, "index", "units"))
    plan = driver.session.plan
    driver.session.do(rename_territory(plan, plan.territories[0].territory_id, "Far west"))
    driver.wait_for_color(driver.at(WEST, 12, 12), over_land(FAR_ABOVE))
    driver.session.do(delete_territories(plan, [plan.territories[1].territory_id]))
    driver.wait_for_color(driver.at(WEST, 12, 12), over_land(ABOVE))
    driver.wait_for_color(driver.at(MIDDLE, 12, 12), driver.fill(-1))
    driver.session.undo()
    driver.wait_for_color(driver.at(WEST, 12, 12), over_land(FAR_ABOVE))


def test_a_locked_territory_is_hatched_in_a_choropleth_too(driver: Driver) -> None:
    driver.view.shading.choose(key_of(driver, "measure", "Revenue"), Classing("quantiles", 5))
    driver.rest()
    plan = driver.session.plan
    before = driver.image()
    plan.territories[0] = replace(plan.territories[0], locked=True)
    driver.view.bridge.send_state()
    driver.view.shading.send()
    driver.rest()
    after = driver.image()
    at = driver.at(WEST)
    changed = sum(
        before.pixel(at.x() + dx, at.y() + dy) != after.pixel(at.x() + dx, at.y() + dy)
        for dx in range(-15, 16)
        for dy in range(-15, 16)
    )
    assert changed > 100


def test_the_button_over_the_map_asks_for_the_list(driver: Driver) -> None:
    wanted: list[object] = []
    view: MapView = driver.view
    connection = view.color_menu_wanted.connect(wanted.append)
    box = driver.js("(r => [r.left + r.width / 2, r.top + r.height / 2])"
                    "(document.querySelector('.tm-color-by').getBoundingClientRect())")  # fmt: skip
    driver.click(QPoint(round(box[0]), round(box[1])))
    driver.rest()
    view.color_menu_wanted.disconnect(connection)
    assert len(wanted) == 1
