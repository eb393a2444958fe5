"""Homes of reps on the map: lines on hover, dragging and placing, with real mouse events; then the rows in the file.

The plan: columns 0-2 West, 3-4 Middle, 5-6 East, 7 unassigned; five rows. West is Ada's, who lives in the middle of
the square (0, 0); East is Bo's, in (4, 5). Each square has an account 0.2 degrees east and 0.3 south of its middle.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt

from territorymap.geo.distance import great_circle_km
from territorymap.mapview.home_lines import home_lines
from territorymap.session.commands import edit_rep, place_home
from tests.ui.map.conftest import unit
from tests.ui.map.driver import Driver, wait_until
from tests.ui.map.test_strokes import ALT, WEST

KEY = Qt.Key


@pytest.fixture
def homes(driver: Driver) -> Iterator[Driver]:
    """The map with houses and accounts; what is placed on it is done, as the window does it."""
    for option in ("show_homes", "show_accounts"):
        driver.view.set_option(option, True)

    def place(rep_id: int, lon: float, lat: float, name: str) -> None:
        driver.session.do(place_home(driver.session.plan, rep_id, lon, lat, name))

    driver.view.home_placed.connect(place)
    driver.rest()
    yield driver
    driver.view.home_placed.disconnect(place)
    for option in ("show_homes", "show_accounts"):
        driver.view.set_option(option, False)
    driver.rest()


def stored_home(driver: Driver, name: str) -> tuple[float | None, float | None, str, str]:
    rep = next(r for r in driver.session.document.load().reps if r.name == name)
    return rep.lon, rep.lat, rep.location_level, rep.home_city


def test_over_a_house_lines_go_to_all_accounts_of_the_territory(homes: Driver) -> None:
    """West: 15 accounts; the farthest is that of (4, 2)."""
    homes.move(homes.at(unit(0, 0)))
    wait_until(lambda: homes.is_shown(".tm-home-tip"))
    text = homes.text(".tm-home-tip").replace("\n", " ")
    assert "Home of Ada" in text
    assert "15 accounts" in text
    plan = homes.session.plan
    held = np.flatnonzero(plan.territory_of_accounts() == WEST)
    km = great_circle_km(-99.5, 38.5, plan.accounts.lon[held], plan.accounts.lat[held])
    assert f"Farthest {km.max():.0f} km" in text
    assert f"Mean distance {km.mean():.0f} km" in text
    assert not homes.is_shown(".tm-tooltip:not(.tm-home-tip)")
    assert homes.js("__tm.homes._ends.length") == 30
    # Half way to the account of (0, 2) there is a dark pixel among West's.
    ends = [[38.5, -99.5], [float(plan.accounts.lat[2]), float(plan.accounts.lon[2])]]
    places = homes.js(f"{ends}.map(p => __tm.map.latLngToContainerPoint(p)).map(q => [q.x, q.y])")
    middle = QPoint(round((places[0][0] + places[1][0]) / 2), round((places[0][1] + places[1][1]) / 2))

    def darkest() -> int:
        image = homes.image()
        return min(image.pixelColor(middle + QPoint(0, dy)).lightness() for dy in range(-3, 4))

    wait_until(lambda: darkest() < 175, "the line is drawn")
    homes.move(homes.at(unit(2, 3)))
    wait_until(lambda: not homes.is_shown(".tm-home-tip"))


def test_dragging_the_house_moves_the_home_as_one_step_that_can_be_taken_back(homes: Driver) -> None:
    before = homes.session.totals.territory_total[:, WEST].copy()
    n = len(homes.session.timeline())
    goal = homes.at(unit(2, 1), 17, -13)
    homes.hold([homes.at(unit(0, 0))])
    homes.drag_to(goal, ALT)
    wait_until(lambda: "Home of Ada" in homes.text(".tm-home-card"))
    assert "Free" in homes.text(".tm-home-card")
    homes.release(goal, ALT)
    wait_until(lambda: len(homes.session.timeline()) == n + 1, "the home is placed")
    lon, lat, level, _ = stored_home(homes, "Ada")
    x, y = homes.js(f"(p => [p.lng, p.lat])(__tm.map.containerPointToLatLng([{goal.x()}, {goal.y()}]))")
    assert (lon, lat) == (pytest.approx(x, abs=1e-3), pytest.approx(y, abs=1e-3))
    assert level == "coordinates"
    assert not np.allclose(homes.session.totals.territory_total[:, WEST], before)
    homes.session.undo()
    assert stored_home(homes, "Ada")[:3] == (-99.5, 38.5, "city")
    assert np.allclose(homes.session.totals.territory_total[:, WEST], before)


def test_the_workload_while_the_house_is_held_is_what_it_becomes(homes: Driver) -> None:
    goal = homes.at(unit(4, 2), 9, 7)
    homes.hold([homes.at(unit(0, 0))])
    homes.drag_to(goal, ALT)
    wait_until(lambda: homes.is_shown(".tm-home-table") or bool(homes.text(".tm-home-table")))
    shown = homes.text(".tm-home-table").split("→")[1].split("h")[0].strip()
    homes.release(goal, ALT)
    wait_until(lambda: stored_home(homes, "Ada")[2] == "coordinates")
    row = homes.session.totals.ledger.workload_row
    value = float(homes.session.totals.territory_total[row, WEST])
    assert float(shown.replace(",", "")) == pytest.approx(value, abs=max(0.5, 0.005 * value))


def test_the_house_snaps_to_the_point_of_a_unit_near_by(homes: Driver) -> None:
    goal = homes.at(unit(3, 1), 5, -4)
    homes.hold([homes.at(unit(0, 0)), goal])
    wait_until(lambda: "At the point of Square D2" in homes.text(".tm-home-card"))
    homes.release(goal)
    units = homes.session.plan.units
    wait_until(lambda: stored_home(homes, "Ada")[2] == "coordinates")
    lon, lat, _, city = stored_home(homes, "Ada")
    assert (lon, lat) == (
        pytest.approx(units.lon[unit(3, 1)], abs=1e-5),
        pytest.approx(units.lat[unit(3, 1)], abs=1e-5),
    )
    assert city == ""


def test_the_house_snaps_to_an_account(homes: Driver) -> None:
    side = (homes.at(unit(0, 1)) - homes.at(unit(0, 0))).x()
    goal = homes.at(unit(3, 1), round(0.2 * side) + 4, round(0.39 * side))
    homes.hold([homes.at(unit(0, 0)), goal])
    wait_until(lambda: "At an account" in homes.text(".tm-home-card"))
    homes.release(goal)
    wait_until(lambda: stored_home(homes, "Ada")[2] == "coordinates")
    accounts = homes.session.plan.accounts
    assert stored_home(homes, "Ada")[0] == pytest.approx(accounts.lon[unit(3, 1)], abs=1e-4)


def test_escape_leaves_the_home_where_it_was(homes: Driver) -> None:
    n = len(homes.session.timeline())
    goal = homes.at(unit(2, 1))
    homes.hold([homes.at(unit(0, 0)), goal])
    homes.key(KEY.Key_Escape)
    assert not homes.is_shown(".tm-home-card")
    homes.release(goal)
    homes.rest()
    assert len(homes.session.timeline()) == n
    assert homes.js("__tm.tools.isBusy") is False


def test_a_click_on_the_house_selects_its_territory_and_moves_nothing(homes: Driver) -> None:
    n = len(homes.session.timeline())
    homes.click(homes.at(unit(0, 0)))
    wait_until(lambda: homes.selection.territory_id == homes.session.plan.territories[WEST].territory_id)
    assert len(homes.session.timeline()) == n


def test_a_command_places_a_home_by_the_next_click_and_the_tool_comes_back(homes: Driver) -> None:
    """Bo's home goes to the middle of (1, 3)."""
    bo = next(r for r in homes.session.plan.reps if r.name == "Bo")
    homes.view.set_tool("brush")
    homes.rest()
    homes.view.place_home(bo.rep_id, bo.name)
    wait_until(lambda: homes.js("__tm.tools.tool") == "home")
    homes.move(homes.at(unit(1, 3)))
    homes.click(homes.at(unit(1, 3)))
    wait_until(lambda: stored_home(homes, "Bo")[2] == "coordinates")
    assert stored_home(homes, "Bo")[:2] == (pytest.approx(-96.5, abs=1e-5), pytest.approx(39.5, abs=1e-2))
    wait_until(lambda: homes.js("__tm.tools.tool") == "brush")


def test_a_home_is_placed_by_keys(homes: Driver) -> None:
    bo = next(r for r in homes.session.plan.reps if r.name == "Bo")
    homes.view.place_home(bo.rep_id, bo.name)
    wait_until(lambda: homes.js("__tm.tools.tool") == "home")
    homes.key(KEY.Key_F2)
    u = homes.js("__tm.cursor.unit")
    homes.key(KEY.Key_Right)
    assert homes.js("__tm.cursor.unit") == u + 1
    homes.key(KEY.Key_Space)
    wait_until(lambda: stored_home(homes, "Bo")[2] == "coordinates")
    assert stored_home(homes, "Bo")[0] == pytest.approx(homes.session.plan.units.lon[u + 1], abs=1e-5)
    homes.key(KEY.Key_Escape)


def test_escape_ends_placing_by_a_click(homes: Driver) -> None:
    bo = next(r for r in homes.session.plan.reps if r.name == "Bo")
    homes.view.place_home(bo.rep_id, bo.name)
    wait_until(lambda: homes.js("__tm.tools.tool") == "home")
    homes.key(KEY.Key_Escape)
    wait_until(lambda: homes.js("__tm.tools.tool") == "pick")
    homes.click(homes.at(unit(1, 3)))
    assert stored_home(homes, "Bo")[2] == "city"


def test_across_180_degrees_the_shorter_line_is_drawn(homes: Driver) -> None:
    """Ada moves to Fiji: lines from 179 degrees east to Kansas go on eastward, not back around the world."""
    ada = next(r for r in homes.session.plan.reps if r.name == "Ada")
    homes.session.do(edit_rep(homes.session.plan, ada.rep_id, lon=179.0, lat=-17.0))
    homes.rest()
    homes.js("(__tm.map.setView([-10, 190], 4, {animate: false}), 1)")
    homes.rest()
    x, y = homes.js("(p => [p.x, p.y])(__tm.map.latLngToContainerPoint([-17, 179]))")
    homes.move(QPoint(round(x), round(y)))
    wait_until(lambda: homes.js("__tm.homes._ends.length") == 30)

    def darkest_to_the_east() -> int:
        image = homes.image()
        return min(image.pixelColor(round(x) + 120, yy).lightness() for yy in range(60, round(y)))

    wait_until(lambda: darkest_to_the_east() < 150, "lines go east")


def test_of_many_accounts_one_a_cell_gets_a_line(homes: Driver) -> None:
    found = home_lines(homes.session.plan, homes.session.totals, homes.session.plan.reps[0].rep_id, most=7)
    assert found.n_accounts == 15
    assert 1 <= len(found.ends) <= 7
    assert found.reaches[0].n_accounts == 15


def test_dragging_a_house_of_a_plan_for_reading_only_selects(homes: Driver) -> None:
    homes.js("(__tm.plan.isReadOnly = true)")
    n = len(homes.session.timeline())
    homes.hold([homes.at(unit(0, 0)), homes.at(unit(2, 1))])
    assert not homes.is_shown(".tm-home-card")
    homes.release(homes.at(unit(2, 1)))
    homes.rest()
    assert len(homes.session.timeline()) == n


def test_the_house_snaps_to_a_named_place_and_the_home_is_named_by_it(homes: Driver) -> None:
    """The largest place in view; what was told of the former home goes."""
    wait_until(lambda: homes.js("Boolean(__tm.context)"))
    found = homes.js(
        "(() => { const c = __tm.context, f = __tm.stage.frame; for (let i = 0; i < c.placeName.length; i++) {"
        " const [x, y] = __tm.stage.containerAt(c.placeXy[i * 2], c.placeXy[i * 2 + 1]);"
        " if (c.placeZoom[i] <= f.zoom + 0.75 && x > 60 && y > 60 && x < 800 && y < 600)"
        " return [c.placeName[i], x, y]; } return null; })()"
    )
    assert found is not None, "no place is in view"
    name, x, y = found
    goal = QPoint(round(x) + 2, round(y) - 1)
    homes.hold([homes.at(unit(0, 0)), goal])
    wait_until(lambda: f"At {name}" in homes.text(".tm-home-card"))
    homes.release(goal)
    wait_until(lambda: stored_home(homes, "Ada")[2] == "coordinates")
    assert stored_home(homes, "Ada")[3] == name


def test_of_too_many_accounts_a_sample_is_drawn_and_said(homes: Driver, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("territorymap.ui.map.view.home_lines", lambda *args: home_lines(*args, most=6))
    homes.move(homes.at(unit(0, 0)))
    wait_until(lambda: "of 15 accounts, one in each cell" in homes.text(".tm-home-tip"))
    assert homes.js("__tm.homes._ends.length") <= 12
