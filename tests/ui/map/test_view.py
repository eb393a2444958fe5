"""What the map offers to the window: selection, tools, keys, options, moving about."""

from __future__ import annotations

import os
import signal
from itertools import combinations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from territorymap.document import Writer
from territorymap.model.plan import Plan
from territorymap.session.commands.accounts import set_override
from territorymap.session.commands.settings import edit_plan
from territorymap.session.commands.territories import (
    create_territory,
    delete_territories,
    recolor_territory,
    rename_territory,
    set_territory_locked,
    set_territory_rep,
)
from territorymap.session.session import Command
from territorymap.ui.map.page_watch import EVERY_MS
from territorymap.ui.map.restarts import Restarts
from tests.ui.map.conftest import unit
from tests.ui.map.driver import Driver, wait_until

WEST, MIDDLE, EAST = 0, 1, 2
CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


def ids(driver: Driver) -> list[int]:
    return [t.territory_id for t in driver.session.plan.territories]


# -- picking -----------------------------------------------------------------------------------------------------------


def test_a_click_selects_the_unit_and_its_territory(driver: Driver) -> None:
    driver.click(driver.at(unit(2, 5)))
    wait_until(lambda: driver.selection.units.tolist() == [unit(2, 5)])
    assert driver.selection.territory_id == ids(driver)[EAST]


def test_ctrl_click_adds_and_takes_away(driver: Driver) -> None:
    driver.click(driver.at(unit(2, 5)))
    driver.click(driver.at(unit(1, 1)), CTRL)
    wait_until(lambda: driver.selection.units.tolist() == [unit(1, 1), unit(2, 5)])
    driver.click(driver.at(unit(2, 5)), SHIFT)
    wait_until(lambda: driver.selection.units.tolist() == [unit(1, 1)])


def test_shift_and_drag_selects_what_lies_in_the_frame(driver: Driver) -> None:
    side = (driver.at(unit(0, 1)) - driver.at(unit(0, 0))).x() * 2 // 5
    path = [driver.at(unit(1, 1), -side, side), driver.at(unit(2, 2), side, -side)]
    driver.hold(path, SHIFT)
    driver.release(path[-1], SHIFT)
    wanted = [unit(1, 1), unit(1, 2), unit(2, 1), unit(2, 2)]
    wait_until(lambda: driver.selection.units.tolist() == wanted)


def test_escape_and_a_click_beside_the_units_select_nothing(driver: Driver) -> None:
    driver.click(driver.at(unit(2, 5)))
    driver.key(Qt.Key.Key_Escape)
    wait_until(lambda: driver.selection.units.tolist() == [] and driver.selection.territory_id is None)
    driver.click(driver.at(unit(2, 5)))
    driver.click(QPoint(3, 300))
    wait_until(lambda: driver.selection.units.tolist() == [])


def test_a_selection_made_elsewhere_is_outlined(driver: Driver) -> None:
    """The border between Middle and East gets dark and thick where Middle is selected."""
    x = (driver.at(unit(2, 4)).x() + driver.at(unit(2, 5)).x()) // 2
    y = driver.at(unit(2, 4)).y()

    def dark_pixels() -> int:
        image = driver.image()
        return sum(image.pixelColor(x + dx, y).lightness() < 60 for dx in range(-4, 5))

    before = dark_pixels()
    driver.selection.set_territory(ids(driver)[MIDDLE], "table")
    wait_until(lambda: dark_pixels() > before)
    driver.selection.set_territory(None, "table")
    wait_until(lambda: dark_pixels() == before)


def test_the_right_button_asks_for_a_menu_of_the_unit(driver: Driver) -> None:
    asked: list[tuple[int, QPoint]] = []
    driver.view.menu_requested.connect(lambda u, at: asked.append((u, at)))
    at = driver.at(unit(3, 1))
    driver.click(at, button=Qt.MouseButton.RightButton)
    wait_until(lambda: len(asked) == 1)
    assert asked[0][0] == unit(3, 1)
    assert (asked[0][1] - at).manhattanLength() <= 2


# -- hover -------------------------------------------------------------------------------------------------------------


def test_hovering_shows_unit_territory_rep_and_measures(driver: Driver) -> None:
    """Square D2 is unit 25: revenue 1000 + 10 * 25."""
    told: list[str] = []
    driver.view.status.connect(told.append)
    driver.move(driver.at(unit(1, 5)))  # Chromium may believe that the pointer never left the place of the last test
    wait_until(lambda: len(told) > 0)
    driver.move(driver.at(unit(3, 1)))
    wait_until(lambda: "Square D2" in driver.text(".tm-tooltip"))
    text = driver.text(".tm-tooltip")
    for part in ("Square D2", "D2", "Row D", "West", "Ada", "1,250"):
        assert part in text
    wait_until(lambda: "Square D2 (D2): West, Ada" in told, str(told))
    driver.move(driver.at(unit(3, 7)))
    wait_until(lambda: "Square D8 (D8): unassigned" in told)


def test_names_from_data_are_text_and_never_markup(driver: Driver) -> None:
    nasty = "<img src=x onerror='window.broken=1'> <b>bold</b>"
    driver.session.do(rename_territory(driver.session.plan, ids(driver)[WEST], nasty))
    driver.move(driver.at(unit(3, 1)))
    wait_until(lambda: "<b>bold</b>" in driver.text(".tm-tooltip"))
    driver.view.set_tool("brush")
    driver.view.set_target(ids(driver)[WEST])
    driver.rest()
    at = driver.at(unit(2, 3))
    driver.hold([at, at + QPoint(4, 0)])
    wait_until(lambda: "<b>bold</b>" in driver.text(".tm-card"))
    driver.release(at)
    wait_until(lambda: bool(driver.painted))
    driver.js("__tm.legend.setOpen(true)")
    assert driver.js("document.querySelectorAll('.leaflet-container img, .leaflet-container b').length") == 0
    assert driver.js("window.broken ?? 0") == 0
    driver.js("__tm.legend.setOpen(false)")


# -- keys and tools ----------------------------------------------------------------------------------------------------


def test_brackets_change_the_brush_and_letters_the_tool(driver: Driver) -> None:
    radii: list[int] = []
    tools: list[str] = []
    driver.view.brush_changed.connect(radii.append)
    driver.view.tool_changed.connect(tools.append)
    driver.view.set_tool("brush")
    driver.click(QPoint(3, 300))
    driver.key(Qt.Key.Key_BracketRight)
    driver.key(Qt.Key.Key_BracketRight)
    driver.key(Qt.Key.Key_BracketLeft)
    wait_until(lambda: radii == [16, 24, 16])
    driver.key(Qt.Key.Key_L)
    driver.key(Qt.Key.Key_V)
    wait_until(lambda: tools == ["lasso", "pick"])
    assert driver.view.tool == "pick"
    assert driver.view.brush_radius_px == 16


def test_an_unknown_tool_or_option_is_a_mistake(driver: Driver) -> None:
    with pytest.raises(ValueError):
        driver.view.set_tool("hammer")
    with pytest.raises(KeyError):
        driver.view.set_option("show_everything", True)


def test_the_space_bar_pans_while_it_is_held_and_changes_nothing(driver: Driver) -> None:
    driver.view.set_tool("brush")
    driver.view.set_target(ids(driver)[EAST])
    driver.rest()
    rev = driver.session.rev
    at = driver.at(unit(2, 2))
    QTest.keyPress(driver.hand, Qt.Key.Key_Space)
    driver.hold([at, at + QPoint(60, 40)])
    driver.release(at + QPoint(60, 40))
    wait_until(lambda: (driver.at(unit(2, 2)) - at - QPoint(60, 40)).manhattanLength() <= 4)
    QTest.keyRelease(driver.hand, Qt.Key.Key_Space)
    driver.rest()
    assert driver.session.rev == rev
    driver.wait_for_color(driver.at(unit(2, 2), 9, 9), driver.fill(WEST))
    driver.stroke([driver.at(unit(2, 2)), driver.at(unit(2, 2), 4, 0)])
    assert driver.session.plan.unit_territory[unit(2, 2)] == EAST


def test_arrows_pan_and_plus_and_minus_zoom(driver: Driver) -> None:
    """With any other tool the arrows walk from unit to unit (test_cursor.py)."""
    driver.view.set_tool("pan")
    driver.click(QPoint(3, 300))
    before = driver.view.bounds
    assert before is not None
    driver.key(Qt.Key.Key_Right)
    wait_until(lambda: driver.view.bounds is not None and driver.view.bounds[0] > before[0])
    zoom = driver.js("__tm.map.getZoom()")
    driver.key(Qt.Key.Key_Plus)
    wait_until(lambda: driver.js(f"__tm.map.getZoom() > {zoom} && !__tm.map._animatingZoom"))
    driver.key(Qt.Key.Key_Minus)
    wait_until(lambda: driver.js("__tm.map.getZoom()") == zoom)


def test_the_wheel_zooms_and_the_picture_gets_sharp(driver: Driver) -> None:
    at = driver.at(unit(2, 3))
    zoom = driver.js("__tm.map.getZoom()")
    driver.wheel(at, 1)
    wait_until(lambda: driver.js(f"__tm.map.getZoom() > {zoom} && !__tm.map._animatingZoom"))
    wait_until(lambda: driver.js("__tm.stage.frame.zoom === __tm.map.getZoom()"))
    assert driver.js("__tm.stage.box.style.transform.includes('scale')") is False
    assert (driver.at(unit(2, 3)) - at).manhattanLength() < 12
    driver.wait_for_color(driver.at(unit(2, 3), 10, 10), driver.fill(MIDDLE))


def test_fly_to_shows_what_is_asked_for_and_fly_home_the_whole_plan(driver: Driver) -> None:
    driver.view.fly_to(-96, 40, -95, 41)
    wait_until(lambda: driver.view.bounds is not None and driver.view.bounds[2] - driver.view.bounds[0] < 4)
    west, south, east, north = driver.view.bounds or (0, 0, 0, 0)
    assert west < -96
    assert east > -95
    assert south < 40
    assert north > 41
    driver.view.fly_home()
    wait_until(lambda: driver.view.bounds is not None and driver.view.bounds[2] - driver.view.bounds[0] > 6)


def test_the_map_can_have_the_focus_and_has_a_name(driver: Driver) -> None:
    box = "document.querySelector('.leaflet-container')"
    assert driver.js(f"{box}.tabIndex") == 0
    assert "territories" in driver.js(f"{box}.getAttribute('aria-label')")
    driver.click(QPoint(3, 300))
    assert driver.js(f"document.activeElement === {box}")
    assert driver.view.view.accessibleName()


def test_the_map_can_be_dragged_beyond_its_canvases_and_stays_painted(driver: Driver) -> None:
    """A drag of 300 pixels: the strip that comes into view is painted, and nothing is painted twice."""
    driver.view.set_tool("pan")
    driver.rest()
    begin = driver.at(unit(4, 6))
    driver.hold([begin, begin + QPoint(-300, 150)])
    driver.release(begin + QPoint(-300, 150))
    driver.wait_for_color(driver.at(unit(2, 6), 9, 9), driver.fill(EAST))
    driver.wait_for_color(driver.at(unit(3, 7), 9, 9), driver.fill(-1))
    shifted = driver.image().copy(60, 60, 760, 560)
    driver.js("__tm.stage.update(true)")
    anew = driver.image().copy(60, 60, 760, 560)
    assert shifted == anew


# -- changes made elsewhere --------------------------------------------------------------------------------------------


def test_a_new_colour_is_shown(driver: Driver) -> None:
    driver.session.do(recolor_territory(driver.session.plan, ids(driver)[EAST], "#cc3311"))
    driver.wait_for_color(driver.at(unit(2, 5)), driver.fill(EAST))


def test_a_territory_can_come_and_go(driver: Driver) -> None:
    plan = driver.session.plan
    driver.session.do(create_territory(plan, "North", unit_ix=np.array([unit(4, c) for c in range(8)])))
    driver.wait_for_color(driver.at(unit(4, 0)), driver.fill(3))
    driver.session.do(delete_territories(driver.session.plan, [ids(driver)[MIDDLE]]))
    driver.wait_for_color(driver.at(unit(2, 3)), driver.fill(-1))
    driver.wait_for_color(driver.at(unit(4, 0)), driver.fill(2))
    driver.session.undo()
    driver.session.undo()
    driver.wait_for_color(driver.at(unit(4, 0)), driver.fill(WEST))
    driver.wait_for_color(driver.at(unit(2, 3)), driver.fill(MIDDLE))


def test_a_locked_territory_is_hatched(driver: Driver) -> None:
    at = driver.at(unit(2, 3))

    def n_shades() -> int:
        image = driver.image()
        return len({image.pixel(at.x() + dx, at.y() + dy) for dx in range(16) for dy in range(16)})

    driver.move(QPoint(3, 600))
    wait_until(lambda: n_shades() == 1)
    driver.session.do(set_territory_locked(driver.session.plan, [ids(driver)[MIDDLE]], True))
    wait_until(lambda: n_shades() > 3)


def test_the_page_knows_python_s_totals_after_every_kind_of_change(driver: Driver) -> None:
    """Overrides, a rep's change, constants, tolerance and accounts: the page's rows are the session's."""
    session = driver.session
    accounts = np.array([0, 1, 2])

    def delete_account(writer: Writer, plan: Plan) -> None:
        writer.delete("account", [int(plan.accounts.account_id[4])])

    changes = [
        lambda: session.do(set_override(session.plan, accounts, ids(driver)[EAST], "key account")),
        lambda: session.do(set_territory_rep(session.plan, ids(driver)[MIDDLE], session.plan.reps[0].rep_id)),
        lambda: session.do(edit_plan(session.plan, target_kind="capacity")),
        lambda: session.do(Command("Delete", delete_account)),
        session.undo,
    ]
    for change in changes:
        change()
        wait_until(lambda: driver.js("__tm.plan.rev") == session.rev)
        shown = driver.js("__tm.plan.territories.map(t => [t.total, t.share, t.n_accounts, t.rep])")
        totals, balance = session.totals, session.balance
        for ix, (total, share, n_accounts, rep) in enumerate(shown):
            np.testing.assert_allclose(total, totals.territory_total[:, ix], rtol=1e-12)
            assert share == pytest.approx(balance.share[ix])
            assert n_accounts == totals.n_accounts[ix]
            holder = session.plan.rep_of(ix)
            assert rep == (holder.name if holder else "")
        index = driver.js(
            "(() => { const p = __tm.plan, t = p.totals(), a = p.assigned(t);"
            " return p.measures.map((_, m) => p.territories.map((_, ix) => p.index(t, a, ix, m))); })()"
        )
        np.testing.assert_allclose(np.array(index, dtype=float), balance.index, rtol=1e-9)


def test_a_plan_opened_during_a_flight_is_shown_whole(driver: Driver) -> None:
    """The flight must not go on, nor end in a zoom of its own, once another plan is there."""
    home = driver.js("__tm.map.getZoom()")
    driver.js("(__tm.map.setView([40.5, -96], 2, {animate: false}), 1)")
    for progress in (60, 110, 170):
        driver.js(f"(__tm.flyHome(), new Promise(done => setTimeout(done, {progress})))")
        driver.show(driver.session)
        driver.js("new Promise(done => setTimeout(done, 600))")
        assert driver.js("__tm.map.getZoom()") == home
        driver.js("(__tm.map.setView([40.5, -96], 2, {animate: false}), 1)")


def test_options_can_be_switched_before_and_after_a_plan_is_shown(driver: Driver) -> None:
    at = driver.at(unit(2, 1))
    driver.view.set_option("dark", True)
    wait_until(lambda: sum(driver.pixel(at)) < sum(driver.fill(WEST)) - 60)
    assert driver.js("document.documentElement.dataset.theme") == "dark"
    driver.view.set_option("dark", False)
    driver.wait_for_color(at, driver.fill(WEST))
    driver.view.set_option("show_accounts", True)
    driver.rest()
    assert driver.js("__tm.accounts.nPainted") == 40
    driver.view.set_option("show_accounts", False)
    driver.view.set_option("show_labels", True)
    wait_until(lambda: {"West", "Middle", "East"} <= set(driver.js("__tm.labels.placed.map(b => b.name)")))
    boxes = driver.js("__tm.labels.placed.map(b => [b.x0, b.y0, b.x1, b.y1])")
    overlaps = [
        (a, b) for a, b in combinations(boxes, 2) if a[0] < b[2] and a[2] > b[0] and a[1] < b[3] and a[3] > b[1]
    ]
    assert overlaps == []
    driver.view.set_option("show_labels", False)


def test_no_plan_leaves_an_empty_map(driver: Driver) -> None:
    driver.view.set_session(None)
    wait_until(lambda: driver.js("__tm.plan") is None)
    assert not driver.view.is_ready
    driver.click(QPoint(300, 300))
    driver.view.set_session(driver.session)
    wait_until(lambda: driver.view.is_ready)


def test_when_ready_calls_now_or_once_the_plan_is_painted(driver: Driver) -> None:
    called: list[str] = []
    driver.view.when_ready(lambda: called.append("now"))
    assert called == ["now"]
    driver.view.set_session(driver.session)
    driver.view.when_ready(lambda: called.append("later"))
    assert called == ["now"]
    wait_until(lambda: called == ["now", "later"])


def test_a_plan_that_came_before_the_former_was_painted_tells_of_itself_alone(
    driver: Driver, caplog: pytest.LogCaptureFixture
) -> None:
    """The first picture of the former comes when the page has the units of the next one, and not yet its state."""
    driver.js(
        "(() => { const stages = Object.getPrototypeOf(__tm.stage), whenPainted = stages.whenPainted;"
        " stages.whenPainted = tell => { window.__late = tell; stages.whenPainted = whenPainted; }; })()"
    )
    driver.view.set_session(driver.session)
    wait_until(lambda: driver.js("Boolean(window.__late)"))
    driver.js("__tm.setState = message => { __late(); delete __tm.setState; __tm.setState(message); }, 1")
    driver.view.set_session(driver.session)
    wait_until(lambda: driver.view.is_ready)
    assert driver.js("__tm.plan.rev") == driver.session.rev
    assert caplog.messages == []  # no message that is not understood


def test_nothing_is_drawn_on_units_whose_plan_is_on_its_way(driver: Driver, caplog: pytest.LogCaptureFixture) -> None:
    """A cut needs no territory, so it could be drawn before the territories were known."""
    driver.view.set_tool("cut")
    at, aside = driver.at(unit(1, 1)), driver.at(unit(1, 2)) - driver.at(unit(1, 1))
    driver.js("__tm.setState = message => { window.__state = message; }, 1")
    driver.view.set_session(driver.session)
    wait_until(lambda: driver.js("Boolean(window.__state)"))
    rev = driver.session.rev
    driver.hold([at - aside, at + aside])
    driver.release(at + aside)
    driver.js("delete __tm.setState, __tm.setState(window.__state), 1")
    wait_until(lambda: driver.view.is_ready)
    driver.rest()
    assert driver.session.rev == rev
    assert caplog.messages == []
    assert driver.js("[...__tm.plan.shown]") == driver.session.plan.unit_territory.tolist()


def test_units_are_hit_in_the_next_copy_of_the_world_too(driver: Driver) -> None:
    """The same plan, seen 360 degrees further east: drawn, picked and painted as at home."""
    driver.js("(__tm.map.setView([40.5, -96 + 360], __tm.map.getZoom(), {animate: false}), 1)")
    x, y = driver.js("(() => { const p = __tm.map.latLngToContainerPoint([40.5, -97.5 + 360]); return [p.x, p.y]; })()")
    at = QPoint(round(x), round(y))
    driver.wait_for_color(at, driver.fill(WEST))
    driver.click(at)
    wait_until(lambda: driver.selection.units.tolist() == [unit(2, 2)])
    driver.view.set_tool("brush")
    driver.view.set_target(ids(driver)[EAST])
    driver.rest()
    driver.stroke([at, at + QPoint(4, 0)])
    assert driver.session.plan.unit_territory[unit(2, 2)] == EAST
    driver.selection.clear("test")
    driver.wait_for_color(at + QPoint(9, 9), driver.fill(EAST))


def test_the_menu_s_commands_reach_the_page(driver: Driver) -> None:
    zoom = driver.js("__tm.map.getZoom()")
    driver.view.zoom_in()
    wait_until(lambda: driver.js(f"__tm.map.getZoom() > {zoom} && !__tm.map._animatingZoom"))
    driver.view.zoom_out()
    wait_until(lambda: driver.js(f"__tm.map.getZoom() === {zoom} && !__tm.map._animatingZoom"))
    driver.view.arm_picker()
    driver.rest()
    driver.click(driver.at(unit(1, 5)))
    wait_until(lambda: driver.view.target == ids(driver)[EAST])


def test_the_measure_of_the_index_under_the_names_can_be_chosen(driver: Driver) -> None:
    names = [m.name for m in driver.session.plan.measures]
    assert names[driver.js("__tm.labelMeasure()")] == "workload_h"
    driver.view.set_index_measure("Revenue")
    wait_until(lambda: names[driver.js("__tm.labelMeasure()")] == "Revenue")
    driver.view.set_index_measure(None)


def test_the_map_comes_back_when_its_process_dies(driver: Driver) -> None:
    before = driver.view.page.renderProcessPid()
    os.kill(before, signal.SIGKILL)
    wait_until(lambda: bool(driver.refused))
    wait_until(lambda: driver.view.is_ready, "the plan is painted again")
    assert driver.view.page.renderProcessPid() != before
    driver.wait_for_color(driver.at(unit(2, 3), 9, 9), driver.fill(MIDDLE))


def test_the_map_comes_back_when_its_process_falls_silent(driver: Driver) -> None:
    before = driver.view.page.renderProcessPid()
    driver.view.watch.timer.setInterval(100)
    QTest.qWait(600)
    assert driver.view.page.renderProcessPid() == before, "one that answers is left alone"
    os.kill(before, signal.SIGSTOP)
    wait_until(lambda: bool(driver.refused))
    driver.view.watch.timer.setInterval(EVERY_MS)
    assert driver.refused == ["The map did not answer any more and is being drawn again; the plan is safe."]
    wait_until(lambda: driver.view.is_ready, "the plan is painted again")
    assert driver.view.page.renderProcessPid() != before
    driver.wait_for_color(driver.at(unit(2, 3), 9, 9), driver.fill(MIDDLE))


def test_the_map_comes_back_when_its_process_falls_silent_before_it_is_ready(driver: Driver) -> None:
    page, before = driver.view.page, driver.view.page.renderProcessPid()
    driver.view.watch.restarts = Restarts()  # what ended in other tests does not count
    os.kill(before, signal.SIGKILL)
    wait_until(lambda: page.renderProcessPid() not in (0, before), "another process draws the page")
    stopped = page.renderProcessPid()
    os.kill(stopped, signal.SIGSTOP)
    assert not driver.view.is_ready
    driver.view.watch.timer.setInterval(100)
    wait_until(lambda: len(driver.refused) == 2, "the first ended, the second came to nothing")
    assert driver.refused[1] == "The map did not answer any more and is being drawn again; the plan is safe."
    driver.view.watch.timer.setInterval(EVERY_MS)
    wait_until(lambda: driver.view.is_ready, "the plan is painted again")
    assert page.renderProcessPid() not in (0, before, stopped)
    driver.wait_for_color(driver.at(unit(2, 3), 9, 9), driver.fill(MIDDLE))
