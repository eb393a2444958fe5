"""Two scenarios on the map: swipe, side by side, outlines; real events, pixels of the real page."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor

from territorymap.mapview.shading.change import NOBODY_NOW, UNCHANGED, strong_colors
from territorymap.model.privacy import Privacy
from territorymap.session.commands import assign_units, rename_territory
from territorymap.session.commands.scenarios import delete_scenario
from territorymap.session.veiled import VeiledSession
from tests.support.scenarios import add_before
from tests.ui.map.conftest import COLORS, unit
from tests.ui.map.driver import Driver, over_land, wait_until

WEST, MIDDLE, EAST = 0, 1, 2
MOVED = [unit(row, 2) for row in range(5)]  # Middle's before, West's now


@pytest.fixture
def before(driver: Driver) -> Iterator[int]:
    """Before, column 2 was Middle's and the square at the south-east East's; Middle was Ada's, now it is vacant."""
    ada = driver.session.plan.territories[WEST].rep_id
    holders = {**dict.fromkeys(MOVED, MIDDLE), unit(0, 7): EAST}
    yield add_before(driver.session, holders, reps={MIDDLE: ada})
    driver.view.set_option("dark", False)
    driver.view.compare.end()


def begin(driver: Driver, before: int, way: str) -> None:
    driver.view.compare.begin(before, way)
    code = (
        f"__tm.compare.isOn && __tm.compare.way === '{way}' && !(__tm.compare.view && !__tm.compare.view.stage.isSharp)"
    )
    driver.wait_for(lambda: bool(driver.js(code)), f"the map compares: {way}")


def divider(driver: Driver) -> QPoint:
    """Return where the line between the two is held."""
    x, y = driver.js(
        "(r => [r.left + r.width / 2, r.top + r.height * 0.6])"
        "(document.querySelector('.tm-divider-grip').getBoundingClientRect())"
    )
    return QPoint(round(x), round(y))


def swipe_to(driver: Driver, x: int) -> None:
    start = divider(driver)
    driver.hold([start, QPoint(x, start.y())])
    driver.release(QPoint(x, start.y()))
    driver.rest()


# -- swipe -------------------------------------------------------------------------------------------------------------


def test_a_swipe_shows_the_scenario_before_on_its_left_and_is_dragged(driver: Driver, before: int) -> None:
    begin(driver, before, "swipe")
    place = driver.at(unit(2, 2), 12, 12)
    swipe_to(driver, place.x() + 60)
    driver.wait_for_color(place, driver.fill(MIDDLE))
    swipe_to(driver, place.x() - 60)
    driver.wait_for_color(place, driver.fill(WEST))
    assert driver.text(".tm-divider-before") == "Today"
    assert driver.text(".tm-divider-now") == "Proposal"


def test_swiping_paints_nothing(driver: Driver, before: int) -> None:
    """Two ready pictures: only the edge of the box that cuts one off moves."""
    driver.wait_for(lambda: bool(driver.js("Boolean(__tm.context)")), "the land around has come")
    begin(driver, before, "swipe")
    driver.js(
        "(() => { window.__paints = 0; for (const stage of [__tm.stage, __tm.compare.view.stage])"
        " for (const { painter } of stage.sheets) { if (painter.name === 'overlay') continue;"
        " const paint = painter.paint; painter.paint = function (...a) { __paints++; return paint.apply(this, a); }; }"
        " return 1; })()"
    )
    counts = []
    for _ in range(3):
        driver.rest()
        driver.js("(window.__paints = 0, 1)")
        swipe_to(driver, 200)
        swipe_to(driver, 700)
        counts.append(driver.js("__paints"))
        if counts[-1] == 0:
            break
    # Land that comes late may be painted once meanwhile; what swiping paints it paints each time.
    assert counts[-1] == 0, counts
    assert divider(driver).x() == pytest.approx(700, abs=2)


@pytest.mark.parametrize(
    ("key", "modifier", "share"),
    [
        (Qt.Key.Key_Right, Qt.KeyboardModifier.NoModifier, 0.52),
        (Qt.Key.Key_Left, Qt.KeyboardModifier.ShiftModifier, 0.40),
        (Qt.Key.Key_Home, Qt.KeyboardModifier.NoModifier, 0.0),
        (Qt.Key.Key_End, Qt.KeyboardModifier.NoModifier, 1.0),
    ],
)
def test_keys_move_the_line(
    driver: Driver, before: int, key: Qt.Key, modifier: Qt.KeyboardModifier, share: float
) -> None:
    begin(driver, before, "swipe")
    driver.js("(__tm.compare._divider.move(0.5), 1)")
    center = driver.js("__tm.map.getCenter()")
    driver.key(key, modifier)
    assert driver.js("__tm.compare.view.edge") == pytest.approx(900 * share, abs=1)
    assert driver.js("__tm.map.getCenter()") == center  # the arrows do not move the map meanwhile
    assert int(driver.js("document.querySelector('.tm-divider-grip').getAttribute('aria-valuenow')")) == round(
        share * 100
    )


def test_at_the_edge_the_line_can_still_be_taken_hold_of(driver: Driver, before: int) -> None:
    begin(driver, before, "swipe")
    for key, edge in ((Qt.Key.Key_End, 900), (Qt.Key.Key_Home, 0)):
        driver.key(key)
        assert driver.js("__tm.compare.view.edge") == edge
        assert 0 < divider(driver).x() < 900
        swipe_to(driver, 450)
        assert driver.js("__tm.compare.view.edge") == pytest.approx(450, abs=17)


def test_both_pictures_pan_and_zoom_together(driver: Driver, before: int) -> None:
    begin(driver, before, "swipe")
    driver.view.set_tool("pan")
    for move in ("pan", "wheel"):
        if move == "pan":
            driver.hold([QPoint(700, 200), QPoint(640, 260)])
            driver.release(QPoint(640, 260))
        else:
            driver.wheel(QPoint(600, 300), 2)
        driver.wait_for(
            lambda: not driver.js("Boolean(__tm.map._animatingZoom || __tm.map._panAnim?._inProgress)"), move
        )
        driver.wait_for(lambda: driver.js("__tm.compare.view.stage.isSharp"), "sharp")
        ours, theirs = (
            driver.js(f"(m => [m.getZoom(), m.latLngToContainerPoint([40, -97])])({m})")
            for m in ("__tm.map", "__tm.compare.view.map")
        )
        assert ours == theirs, move


def test_esc_ends_and_python_knows(driver: Driver, before: int) -> None:
    begin(driver, before, "swipe")
    place = driver.at(unit(2, 2), 12, 12)
    swipe_to(driver, place.x() + 60)
    driver.key(Qt.Key.Key_Escape)
    wait_until(lambda: not driver.view.compare.is_on, "Python is told")
    driver.wait_for_color(place, driver.fill(WEST))
    assert not driver.js("Boolean(document.querySelector('.tm-divider, .tm-other-clip'))")


@pytest.mark.parametrize("way", ["swipe", "side", "outline"])
def test_the_button_ends_it(driver: Driver, before: int, way: str) -> None:
    begin(driver, before, way)
    x, y = driver.js(
        "(r => [r.left + r.width / 2, r.top + r.height / 2])"
        "(document.querySelector('.tm-compare-close').getBoundingClientRect())"
    )
    driver.click(QPoint(round(x), round(y)))
    wait_until(lambda: not driver.view.compare.is_on, "Python is told")
    assert not driver.js("Boolean(document.querySelector('.tm-divider, .tm-other-clip, .tm-compare-bar'))")
    assert driver.js("__tm.map.getSize().x") == 900
    assert driver.js("__tm.stage.sheets.map(s => s.painter.name)") == [
        "under", "units", "lines", "over", "accounts", "labels", "overlay",
    ]  # fmt: skip


def test_edits_are_made_beside_the_line_and_leave_the_other_scenario_alone(driver: Driver, before: int) -> None:
    begin(driver, before, "swipe")
    swipe_to(driver, driver.at(unit(2, 4)).x())
    driver.view.set_target(driver.session.plan.territories[WEST].territory_id)
    driver.view.set_tool("brush")
    driver.view.set_brush_radius(0)
    driver.stroke([driver.at(unit(2, 5)), driver.at(unit(2, 6))])
    assert driver.holders([unit(2, 5), unit(2, 6)]) == [WEST, WEST]
    driver.wait_for_color(driver.at(unit(2, 5), 12, 12), driver.fill(WEST))
    swipe_to(driver, driver.at(unit(2, 7)).x())
    driver.wait_for_color(driver.at(unit(2, 5), 12, 12), driver.fill(EAST))


def test_the_other_side_is_not_painted_on(driver: Driver, before: int) -> None:
    begin(driver, before, "swipe")
    swipe_to(driver, driver.at(unit(2, 4)).x())
    driver.view.set_target(driver.session.plan.territories[EAST].territory_id)
    driver.view.set_tool("brush")
    n_steps = len(driver.session.document.history())
    driver.click(driver.at(unit(2, 1)))
    assert driver.text(".tm-hint") == "Here Today is shown, which is not edited. Draw on the side of Proposal."
    assert len(driver.session.document.history()) == n_steps


# -- side by side ------------------------------------------------------------------------------------------------------


def of_other(driver: Driver, at: int, dx: int = 0, dy: int = 0) -> QPoint:
    """Return where a unit is on the map of the other scenario, which lies at the left."""
    x, y = driver.js(
        f"__tm.compare.view.stage.containerAt(__tm.ground.point[{at * 2}], __tm.ground.point[{at * 2 + 1}])"
    )
    return QPoint(round(x) + dx, round(y) + dy)


def of_ours(driver: Driver, at: int, dx: int = 0, dy: int = 0) -> QPoint:
    return driver.at(at, dx, dy) + QPoint(450, 0)


def middles(driver: Driver) -> list[list[float]]:
    return [
        [round(x, 6) for x in driver.js(f"(c => [c.lat, c.lng, {m}.getZoom()])({m}.getCenter())")]
        for m in ("__tm.map", "__tm.compare.view.map")
    ]


def test_side_by_side_shows_both_and_the_whole_of_what_was_seen(driver: Driver, before: int) -> None:
    seen = driver.js("(b => [b.getWest(), b.getEast()])(__tm.map.getBounds())")
    begin(driver, before, "side")
    driver.wait_for_color(of_other(driver, unit(2, 2), 5, 5), driver.fill(MIDDLE))
    driver.wait_for_color(of_ours(driver, unit(2, 2), 5, 5), driver.fill(WEST))
    now = driver.js("(b => [b.getWest(), b.getEast()])(__tm.map.getBounds())")
    assert now[0] <= seen[0] + 0.05
    assert now[1] >= seen[1] - 0.05
    assert driver.text(".tm-divider-before") == "Today"
    assert driver.text(".tm-divider-now") == "Proposal"


@pytest.mark.parametrize("side", ["ours", "other"])
def test_pan_and_zoom_of_either_map_move_the_other(driver: Driver, before: int, side: str) -> None:
    begin(driver, before, "side")
    driver.view.set_tool("pan")
    left = 450 if side == "ours" else 0
    former = middles(driver)
    driver.hold([QPoint(left + 200, 300), QPoint(left + 230, 340)])
    driver.release(QPoint(left + 230, 340))
    driver.wait_for(
        lambda: not driver.js("Boolean(__tm.map._panAnim?._inProgress || __tm.compare.view.map._panAnim?._inProgress)"),
        "rests",
    )
    panned = middles(driver)
    assert panned[0] == pytest.approx(panned[1], abs=1e-3)
    assert panned[0] != former[0]
    driver.wheel(QPoint(left + 200, 300), 2)
    driver.wait_for(lambda: driver.js("__tm.map.getZoom()") != panned[0][2], "zoomed")
    driver.wait_for(
        lambda: not driver.js("Boolean(__tm.map._animatingZoom || __tm.compare.view.map._animatingZoom)"), "rests"
    )
    zoomed = middles(driver)
    assert zoomed[0] == pytest.approx(zoomed[1], abs=1e-3)
    assert zoomed[0][2] > panned[0][2]


def test_a_flight_is_made_by_both_maps(driver: Driver, before: int) -> None:
    begin(driver, before, "side")
    driver.view.fly_to(-97, 40, -95, 42)
    driver.wait_for(lambda: abs(middles(driver)[0][1] + 96) < 0.2, "there")
    driver.wait_for(lambda: middles(driver)[0] == pytest.approx(middles(driver)[1], abs=1e-3), "together")


def test_the_pointer_on_the_other_map_tells_of_both_scenarios(driver: Driver, before: int) -> None:
    begin(driver, before, "side")
    driver.move(of_other(driver, unit(2, 2), 4, 4))
    driver.wait_for(lambda: "Square C3" in driver.text(".tm-other .tm-tooltip"), "the tooltip")
    assert driver.text(".tm-other .tm-tooltip").split("\n")[:3] == ["Square C3", "C3", "Row C"]
    assert driver.js("__tm.overlay.sketch.hovered") == unit(2, 2)


def test_a_menu_opens_where_the_map_was_clicked(driver: Driver, before: int) -> None:
    begin(driver, before, "side")
    asked: list[tuple[int, QPoint]] = []
    driver.view.menu_requested.connect(lambda u, at: asked.append((u, at)))
    place = of_ours(driver, unit(2, 5), 4, 4)
    driver.click(place, button=Qt.MouseButton.RightButton)
    wait_until(lambda: bool(asked), "a menu")
    assert asked[0][0] == unit(2, 5)
    assert (asked[0][1] - place).manhattanLength() <= 2


# -- outlines ----------------------------------------------------------------------------------------------------------


def test_what_moved_has_the_old_colour_as_outline_and_the_new_as_fill(driver: Driver, before: int) -> None:
    begin(driver, before, "outline")
    x0, y0, x1, y1 = driver.js(
        f"(b => [...__tm.stage.containerAt(b[0], b[1]), ...__tm.stage.containerAt(b[2], b[3])])"
        f"([...__tm.ground.box.subarray({unit(2, 2) * 4}, {unit(2, 2) * 4 + 4})])"
    )
    middle = QPoint(round((x0 + x1) / 2) + 8, round((y0 + y1) / 2) + 8)
    driver.wait_for_color(middle, driver.fill(WEST))
    driver.wait_for_color(QPoint(round(x0) + 4, middle.y()), QColor(COLORS[MIDDLE]).getRgb()[:3])  # type: ignore[arg-type]
    # No line where two squares that moved alike touch, nor around squares that stay.
    driver.wait_for_color(QPoint(middle.x(), round(y0) + 4), driver.fill(WEST))
    driver.wait_for_color(driver.at(unit(2, 1), 12, 12), driver.fill(WEST))
    assert [driver.text(".tm-compare-bar .tm-compare-name"), driver.js("__tm.compare.nMoved")] == ["Today Proposal", 16]


def test_outlines_follow_edits_and_undo(driver: Driver, before: int) -> None:
    begin(driver, before, "outline")
    session = driver.session
    middle = session.plan.territories[MIDDLE].territory_id
    edge = driver.js(
        f"(b => [...__tm.stage.containerAt(b[0], b[1]), ...__tm.stage.containerAt(b[2], b[3])])"
        f"([...__tm.ground.box.subarray({unit(2, 2) * 4}, {unit(2, 2) * 4 + 4})])"
    )
    place = QPoint(round(edge[0]) + 4, round((edge[1] + edge[3]) / 2) + 8)
    session.do(assign_units(session.plan, MOVED, middle))  # as it was
    driver.wait_for_color(place, driver.fill(MIDDLE))
    session.undo()
    driver.wait_for_color(place, QColor(COLORS[MIDDLE]).getRgb()[:3])  # type: ignore[arg-type]


# -- what is told ------------------------------------------------------------------------------------------------------


def test_hover_tells_old_and_new_territory_and_rep_and_totals_of_both(driver: Driver, before: int) -> None:
    begin(driver, before, "outline")
    driver.move(driver.at(unit(2, 2), 12, 12))
    driver.wait_for(lambda: "Square C3" in driver.text(".tm-tooltip"), "the tooltip")
    lines = driver.text(".tm-tooltip").split("\n")
    assert lines[3:10] == ["Today", "Middle", "Ada", "Proposal", "West", "Ada", "Moves to another territory."]
    assert "Middle" in lines[10:]
    assert "West" in lines[10:]
    # Middle had columns 2, 3, 4 of five squares with an account each, and has 3 and 4.
    at = lines.index("Middle", 10)
    assert lines[lines.index("Accounts", at) + 1].replace(" ", "") == "15→10"
    at = lines.index("West", 10)
    assert lines[lines.index("Accounts", at) + 1].replace(" ", "") == "10→15"


def test_the_legend_names_both_and_counts(driver: Driver, before: int) -> None:
    begin(driver, before, "swipe")
    assert driver.text(".tm-legend-compare").split("\n") == [
        "Left",
        "Today",
        "Right",
        "Proposal",
        "Units that move",
        "16",
    ]
    driver.key(Qt.Key.Key_Escape)
    wait_until(lambda: not driver.view.compare.is_on, "ended")
    assert not driver.is_shown(".tm-legend-body")


def test_names_are_text_whatever_is_in_them(driver: Driver) -> None:
    evil = "<img src=x onerror=alert(1)> {{7*7}} " + "ש" * 60
    scenario = add_before(driver.session, dict.fromkeys(MOVED, MIDDLE), name=evil)
    session = driver.session
    session.do(rename_territory(session.plan, session.plan.territories[WEST].territory_id, "<b>W</b>"))
    begin(driver, scenario, "swipe")
    assert driver.js("document.querySelector('.tm-divider-before').textContent") == evil
    driver.move(driver.at(unit(2, 6), 12, 12))
    driver.wait_for(lambda: driver.is_shown(".tm-tooltip"), "the tooltip")
    assert not driver.js(
        "Boolean(document.querySelector('.tm-divider img, .tm-tooltip img, .tm-tooltip b, .tm-legend img'))"
    )
    assert driver.js("document.querySelector('.tm-divider-before').getBoundingClientRect().width") < 330
    driver.view.compare.end()


# -- looks -------------------------------------------------------------------------------------------------------------


def test_a_compared_scenario_that_is_deleted_ends_it_and_undo_brings_it_back(driver: Driver, before: int) -> None:
    begin(driver, before, "swipe")
    driver.view.shading.choose("rep")
    driver.session.do(delete_scenario(driver.session.plan, before))
    assert not driver.view.compare.is_on
    driver.wait_for(lambda: not driver.js("__tm.compare.isOn"), "the map shows one scenario")
    driver.session.undo()
    begin(driver, before, "outline")


def test_theme_and_colouring_reach_the_other_scenario(driver: Driver, before: int) -> None:
    begin(driver, before, "swipe")
    place = driver.at(unit(2, 2), 12, 12)
    swipe_to(driver, place.x() + 60)
    driver.view.shading.choose("rep")
    # Before, the square was Middle's, which was Ada's, as West was and is: her colour on both sides.
    ada = over_land(COLORS[WEST])
    driver.wait_for_color(place, ada)
    driver.wait_for_color(driver.at(unit(2, 3), 12, 12), driver.pixel(driver.at(unit(2, 3), 12, 12)))
    swipe_to(driver, place.x() - 60)
    driver.wait_for_color(place, ada)
    driver.view.shading.choose("territory")
    driver.view.set_option("dark", True)
    swipe_to(driver, place.x() + 60)
    driver.wait_for(lambda: sum(driver.pixel(place)) < 420, "the other scenario is dark too")


def test_colour_by_change(driver: Driver, before: int) -> None:
    """Column 2 goes from Ada's Middle to Ada's West; columns 3 and 4 stay in Middle, which is nobody's now."""
    driver.view.shading.choose("change")
    strong = strong_colors([COLORS[MIDDLE]], is_dark=False)[0]
    driver.wait_for_color(driver.at(unit(2, 2), 12, 12), over_land(COLORS[WEST]))
    driver.wait_for_color(driver.at(unit(2, 3), 12, 12), over_land(strong))
    driver.wait_for_color(driver.at(unit(2, 0), 12, 12), over_land(UNCHANGED[False]))
    driver.wait_for_color(driver.at(unit(0, 7), 12, 12), over_land(NOBODY_NOW[False], 0.42))
    lines = driver.js(
        "[...document.querySelectorAll('.tm-legend-classes .tm-legend-label')]"
        ".map(e => [e.textContent, e.nextSibling.textContent])"
    )
    assert lines == [
        ["Unchanged", "24"],
        ["No longer assigned", "1"],
        ["Another territory, the same rep", "5"],
        ["Another rep", "10"],
    ]
    driver.session.do(
        assign_units(driver.session.plan, [unit(2, 0)], driver.session.plan.territories[EAST].territory_id)
    )
    driver.wait_for_color(driver.at(unit(2, 0), 12, 12), over_land(strong_colors([COLORS[EAST]], is_dark=False)[0]))
    driver.session.undo()
    driver.wait_for_color(driver.at(unit(2, 0), 12, 12), over_land(UNCHANGED[False]))


def test_units_that_are_cut_leave_the_comparing_as_it_was(driver: Driver, before: int) -> None:
    """The page gets other units of the same plan; it compares on."""
    begin(driver, before, "swipe")
    driver.view.compare.begin(before, "side")
    driver.view._reload()
    driver.wait_for(
        lambda: driver.view.is_ready and driver.js("__tm.compare.isOn && __tm.compare.way === 'side'"), "on"
    )
    driver.wait_for_color(of_other(driver, unit(2, 2), 5, 5), driver.fill(MIDDLE))


def test_an_audience_gets_no_hidden_name_of_either_scenario(driver: Driver, before: int) -> None:
    """The page of a presentation is shown both scenarios veiled; what is hidden is not in it at all."""
    veiled = VeiledSession(driver.session, Privacy(rep_names=True))
    driver.view.set_session(veiled)  # type: ignore[arg-type]
    driver.wait_for(lambda: driver.view.is_ready, "the veiled plan is painted")
    begin(driver, before, "side")
    told = "JSON.stringify([__tm.plan.territories, __tm.compare.other.plan.territories])"
    assert "Ada" not in driver.js(told)
    driver.move(of_other(driver, unit(2, 2), 4, 4))
    driver.wait_for(lambda: "Square C3" in driver.text(".tm-other .tm-tooltip"), "the tooltip")
    assert "Rep 1" in driver.text(".tm-other .tm-tooltip")
    veiled.set_privacy(Privacy())
    driver.wait_for(lambda: "Ada" in driver.js(told), "nothing is hidden any more")
    driver.view.set_session(driver.session)
    veiled.close()
