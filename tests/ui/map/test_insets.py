"""Small maps of lands far off, in the real page: which they are, their pixels, and what a hand can do there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, replace
from pathlib import Path

import numpy as np
import pytest
import shapely
from PySide6.QtCore import QPoint

from territorymap.document import Writer
from territorymap.geo.layer import UnitLayer
from territorymap.mapview.account_style import SHOW_TABLE, AccountStyle
from territorymap.model.plan import Plan
from territorymap.model.variant import variant_of
from territorymap.session.commands import assign_units, create_territories, recolor_territory
from territorymap.session.session import Command, Session
from tests.support.grid import grid_layer
from tests.ui.map.driver import Driver, over_land, wait_until
from tests.ui.map.test_proposal import Idea

COLUMNS, ROWS = 12, 6
ALASKA, HAWAII, PUERTO_RICO = COLUMNS * ROWS, COLUMNS * ROWS + 1, COLUMNS * ROWS + 2
BLUE, YELLOW = "#93c0ff", "#ffd579"


def joined(*layers: UnitLayer) -> UnitLayer:
    """Return one layer of several, with codes that differ."""
    arrays = {}
    for field in fields(UnitLayer):
        values = [getattr(layer, field.name) for layer in layers]
        if isinstance(values[0], np.ndarray):
            arrays[field.name] = np.concatenate(values)
    arrays["code"] = np.array([f"U{i}" for i in range(len(arrays["code"]))], dtype=object)
    return UnitLayer(**arrays, title="Far", unit_word="square")


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    """12 x 6 squares of four degrees from 124 W, 25 N; one in Alaska, Hawaii with a speck 20 degrees off, Puerto Rico.

    Main has the west half and Hawaii, Far has Alaska; all else is unassigned.
    """
    layer = joined(
        grid_layer(COLUMNS, ROWS, west=-124, south=25, side=4),
        grid_layer(1, 1, west=-160, south=60, side=10),
        grid_layer(1, 1, west=-158, south=19, side=3),
        grid_layer(1, 1, west=-67, south=17.5, side=1),
    )
    speck = shapely.box(-178, 28, -177.9, 28.1)
    layer.geometry[HAWAII] = shapely.MultiPolygon([*layer.geometry[HAWAII].geoms, speck])
    session = Session.create(tmp_path / "far.gpkg", layer, title="Far")
    session.do(create_territories(session.plan, ["Main", "Far"]))
    main, far = (t.territory_id for t in session.plan.territories)
    west = np.flatnonzero(np.arange(COLUMNS * ROWS) % COLUMNS < COLUMNS // 2)
    session.do(recolor_territory(session.plan, main, BLUE))
    session.do(recolor_territory(session.plan, far, YELLOW))
    session.do(assign_units(session.plan, np.append(west, HAWAII), main))
    session.do(assign_units(session.plan, np.array([ALASKA]), far))
    yield session
    session.close()


def names(driver: Driver) -> list[str]:
    return list(
        driver.js(
            "[...document.querySelectorAll('.tm-inset')].filter(e => e.offsetParent).map(e => e.innerText.trim())"
        )
    )


def middle(driver: Driver, name: str, dx: int = 0, dy: int = 0) -> QPoint:
    """Return the middle of an inset in the widget; a unit of one square lies there."""
    x, y = driver.js(
        f"(r => [r.left + r.width / 2, r.top + r.height / 2])([...document.querySelectorAll('.tm-inset')]"
        f".find(e => e.innerText.trim() === '{name}').querySelector('canvas').getBoundingClientRect())"
    )
    return QPoint(round(x) + dx, round(y) + dy)


def test_the_view_is_of_the_main_land_and_the_rest_has_insets(driver: Driver) -> None:
    assert names(driver) == ["Alaska", "Hawaii", "Puerto Rico"]
    west, south, east, north = driver.js("(h => h)(__tm.ground.meta.home)")
    assert west == pytest.approx(-122, abs=0.01)
    assert east == pytest.approx(-78, abs=0.01)
    assert south == pytest.approx(27, abs=0.01)
    assert north == pytest.approx(47, abs=0.01)


def test_insets_have_the_colours_of_the_map_and_follow_every_change(driver: Driver) -> None:
    """Hawaii fills its inset although a speck of it lies 20 degrees off."""
    driver.wait_for_color(middle(driver, "Alaska"), over_land(YELLOW))
    for dx, dy in ((0, 0), (18, -18), (-18, -18)):
        driver.wait_for_color(middle(driver, "Hawaii", dx, dy), over_land(BLUE))
    driver.wait_for_color(middle(driver, "Puerto Rico"), driver.fill(-1))
    plan = driver.session.plan
    driver.session.do(assign_units(plan, np.array([PUERTO_RICO]), plan.territories[1].territory_id))
    driver.wait_for_color(middle(driver, "Puerto Rico"), over_land(YELLOW))
    driver.session.undo()
    driver.wait_for_color(middle(driver, "Puerto Rico"), driver.fill(-1))
    driver.view.shading.choose(next(f"index:{m.uuid}" for m in plan.measures if m.name == "units"))
    driver.wait_for_color(middle(driver, "Alaska"), over_land("#2c71b7"))  # 1 of 38 units: far below its half
    driver.view.shading.choose("territory")


def test_names_stand_under_the_land_in_every_inset(driver: Driver) -> None:
    places = driver.js(
        "[...document.querySelectorAll('.tm-inset')].map(e => { const box = e.getBoundingClientRect(),"
        " land = e.querySelector('canvas').getBoundingClientRect(),"
        " name = e.querySelector('.tm-inset-name').getBoundingClientRect();"
        " return [land.top - box.top, name.top - land.bottom, box.bottom - name.bottom, box.width - land.width]; })"
    )
    border = 1
    assert places == pytest.approx(np.tile([border, 0, border, 2 * border], (3, 1)), abs=0.01)


def test_a_click_goes_there_where_insets_would_only_be_in_the_way(driver: Driver) -> None:
    driver.view.set_tool("pick")
    driver.click(middle(driver, "Alaska"))
    driver.wait_for(lambda: names(driver) == [], "the flight has landed")
    bounds = driver.js("(b => [b.getWest(), b.getSouth(), b.getEast(), b.getNorth()])(__tm.map.getBounds())")
    assert bounds[0] < -160
    assert bounds[1] < 60
    assert bounds[2] > -150
    assert bounds[3] > 70
    driver.view.fly_home()
    driver.wait_for(lambda: len(names(driver)) == 3, "home again")


def test_the_pointer_tells_what_a_unit_is(driver: Driver) -> None:
    driver.move(middle(driver, "Alaska"))
    driver.rest()
    assert "Far" in driver.text(".tm-tooltip")
    assert driver.is_shown(".tm-tooltip")


def test_the_brush_paints_into_an_inset_as_one_step(driver: Driver) -> None:
    driver.view.set_tool("brush")
    driver.view.set_target(driver.session.plan.territories[1].territory_id)
    at = middle(driver, "Hawaii")
    driver.stroke([at, at + QPoint(4, 3)])
    driver.wait_for_color(at, over_land(YELLOW))
    assert driver.holders([HAWAII]) == [1]
    driver.session.undo()
    driver.wait_for_color(at, over_land(BLUE))
    assert driver.holders([HAWAII]) == [0]


def covered(driver: Driver) -> list[str]:
    """Return the units of the plan's main land that lie under insets."""
    return list(
        driver.js(
            "[...document.querySelectorAll('.tm-inset')].filter(e => e.offsetParent).flatMap(e => {"
            " const r = e.getBoundingClientRect(), out = [];"
            " for (let x = r.left; x <= r.right; x += 5) for (let y = r.top; y <= r.bottom; y += 5) {"
            f"  const u = __tm.unitUnder(x, y); if (u >= 0 && u < {COLUMNS * ROWS}) out.push(__tm.ground.name(u)); }}"
            " return out; })"
        )
    )


@pytest.mark.parametrize("size", [(900, 700), (700, 420), (1200, 500), (480, 420)])
def test_insets_never_lie_over_the_plan(driver: Driver, size: tuple[int, int]) -> None:
    """Whatever the window: home leaves room for them, and where there is none they go."""
    before = driver.view.size()
    driver.view.resize(*size)
    driver.wait_for(lambda: driver.js("[__tm.map.getSize().x, __tm.map.getSize().y]") == list(size), "the new size")
    driver.view.set_session(None)
    driver.view.set_session(driver.session)
    driver.wait_for(lambda: driver.view.is_ready and len(names(driver)) >= 2, "insets of the new view")
    assert covered(driver) == []
    driver.js("(__tm.map.panBy([0, 60], {animate: false}), 1)")
    driver.rest()
    assert covered(driver) == []
    driver.js("(__tm.map.setZoom(__tm.map.getZoom() + 2, {animate: false}), 1)")
    driver.rest()
    assert names(driver) == []  # who works on a part needs the room
    driver.view.resize(before)


def test_a_flat_map_has_no_room_for_insets(driver: Driver) -> None:
    before = driver.view.size()
    driver.view.resize(900, 210)
    driver.wait_for(lambda: names(driver) == [], "none has room")
    driver.view.resize(before)
    driver.wait_for(lambda: driver.js("__tm.map.getSize().y") == before.height(), "the size is as before")
    driver.view.fly_home()
    driver.wait_for(lambda: len(names(driver)) == 3, "all have")


def test_insets_can_be_switched_off(driver: Driver) -> None:
    driver.wait_for(lambda: len(names(driver)) == 3, "all are there")
    driver.view.set_option("show_insets", False)
    driver.wait_for(lambda: names(driver) == [], "switched off")
    driver.view.set_option("show_insets", True)
    driver.wait_for(lambda: len(names(driver)) == 3, "switched on")


def test_accounts_of_far_lands_are_in_their_insets_and_go_with_the_filter(driver: Driver) -> None:
    """One account in the middle of Alaska: a dark circle in its inset, none where the filter leaves it out."""
    driver.session.do(Command("Accounts", _add_accounts))
    driver.view.set_option("show_accounts", True)
    at = middle(driver, "Alaska")

    def is_dark() -> bool:
        spots = [at + QPoint(dx, dy) for dx in range(-3, 4) for dy in range(-3, 4)]
        return min(sum(driver.pixel(spot)) for spot in spots) < 330

    wait_until(is_dark, "the account is in the inset")
    driver.view.accounts.change(shows=SHOW_TABLE)
    driver.view.accounts.set_filtered(np.array([1]))
    wait_until(lambda: not is_dark(), "it goes with the filter")
    driver.view.accounts.set_style(AccountStyle())
    driver.view.set_option("show_accounts", False)


def _add_accounts(writer: Writer, plan: Plan) -> None:
    units = plan.units
    writer.insert(
        "account",
        [
            {
                "account_name": name,
                "lon": float(units.lon[ix]),
                "lat": float(units.lat[ix]),
                "location_level": "coordinates",
                "unit_id": int(units.unit_id[ix]),
            }
            for name, ix in (("North", ALASKA), ("Main", 5))
        ],
    )


def test_an_inset_shows_what_is_proposed_and_then_the_plan_again(driver: Driver) -> None:
    now = variant_of(driver.session.plan)
    held = now.unit_territory.copy()
    held[ALASKA] = 0
    at = middle(driver, "Alaska")
    driver.wait_for_color(at, over_land(YELLOW))
    driver.view.show_proposal(Idea("Best so far", replace(now, unit_territory=held)))
    driver.wait_for_color(at, over_land(BLUE))
    driver.view.show_proposal(None)
    driver.wait_for_color(at, over_land(YELLOW))


def test_a_chain_of_islands_is_shown_where_most_of_its_land_is(driver: Driver) -> None:
    """Boxes of a large island, two beside it, and specks far north of them; then one of two even halves."""
    large, beside, north = (
        [0, 600, 10, 610],
        [[12, 592, 16, 596], [14, 588, 18, 592]],
        [[15, 0, 17, 2], [15, 10, 17, 12]],
    )
    assert without_sparse(driver, [large, *beside, *north]) == [large, *beside]
    far_apart = [[0, 0, 4, 4], [0, 90, 4, 94], [90, 0, 94, 4], [90, 90, 94, 94]]
    assert sorted(without_sparse(driver, far_apart)) == far_apart, "no side is the main one"
    assert without_sparse(driver, [large, *beside]) == [large, *beside]


def without_sparse(driver: Driver, boxes: list[list[int]]) -> list[list[int]]:
    driver.js(
        "(import(new URL('far_lands.js', document.querySelector('script[type=module]').src))"
        f".then(m => {{ window.kept = m.withoutSparse({boxes}); }}), window.kept = null, 1)"
    )
    wait_until(lambda: driver.js("window.kept") is not None)
    return sorted(driver.js("window.kept"), key=boxes.index)
