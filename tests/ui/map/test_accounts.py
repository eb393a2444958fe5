"""Accounts on the real map page: circles that add up, colours, filter, hover, lasso."""

from __future__ import annotations

import json
from collections.abc import Iterator

import numpy as np
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, Qt

from territorymap.document import Writer
from territorymap.mapview.account_packing import order_accounts
from territorymap.mapview.account_style import (
    KIND_COLORS,
    LEVEL,
    LEVEL_COLORS,
    PLAIN,
    SHOW_ALL,
    SHOW_EVERY,
    SHOW_TABLE,
    SHOW_TERRITORY,
    TERRITORY,
    AccountStyle,
)
from territorymap.model.plan import Plan
from territorymap.session.commands.accounts import edit_account_constants, set_override
from territorymap.session.commands.alignments import set_scope
from territorymap.session.session import Command, Session
from tests.mapview.test_account_packing import accounts_at
from tests.ui.map.conftest import COLORS, COLUMNS, unit
from tests.ui.map.driver import Driver, wait_until

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
EVIL = "<img src=x onerror=alert(1)>"
EAST = 2
DEBTOR = unit(2, 7)
Spot = tuple[int, int, int]


@pytest.fixture
def shown(driver: Driver) -> Iterator[Driver]:
    """The grid with its 40 accounts drawn, one in each square: kinds by column, "Size" 1 or 4, and a debt."""
    driver.session.do(Command("Segments", _set_kinds))
    driver.view.accounts.set_style(AccountStyle())
    driver.view.set_option("show_accounts", True)
    wait_until(lambda: driver.js("__tm.accounts.n") == 40)
    driver.rest()
    yield driver
    driver.view.set_tool("pick")
    driver.view.accounts.set_style(AccountStyle())
    driver.view.set_option("show_accounts", False)


def _set_kinds(writer: Writer, plan: Plan) -> None:
    kind, size = writer.add_segment("Kind"), writer.add_measure("Size", "account")
    ids = plan.accounts.account_id.tolist()
    rows: dict[int, dict[str, object]] = {
        account_id: {
            kind.column_name: f"kind {ix % COLUMNS % 3}",
            size.column_name: 4.0 if ix == unit(2, 2) else -2.0 if ix == DEBTOR else 1.0,
        }
        for ix, account_id in enumerate(ids)
    }
    writer.update("account", rows)
    writer.update("account", {ids[unit(0, 0)]: {"account_name": EVIL, "location_level": "postal_code"}})


def place_of(driver: Driver, account_ix: int) -> QPoint:
    """Return where an account is in the widget."""
    x, y = driver.js(
        f"(p => __tm.stage.containerAt(__tm.accounts.index.xy[p * 2], __tm.accounts.index.xy[p * 2 + 1]))"
        f"(__tm.accounts.pointOf({account_ix}))"
    )
    return QPoint(round(x), round(y))


def hex_rgb(color: str) -> Spot:
    return int(color[1:3], 16), int(color[3:5], 16), int(color[5:7], 16)


def ink(driver: Driver, at: QPoint, reach: int = 16) -> int:
    """Return how many pixels around a place of the widget are dark."""
    image = driver.image()
    spots = [at + QPoint(dx, dy) for dx in range(-reach, reach) for dy in range(-reach, reach)]
    return sum(sum(image.pixelColor(spot).getRgb()[:3]) < 400 for spot in spots)  # type: ignore[index]


# -- what is drawn adds up ---------------------------------------------------------------------------------------------


def test_every_account_of_a_small_plan_is_a_circle_in_its_place(shown: Driver) -> None:
    assert shown.js("__tm.accounts.nPainted") == 40
    for ix in (unit(0, 0), unit(2, 3), unit(4, 7)):
        r, g, b = shown.pixel(place_of(shown, ix))
        assert r + g + b < 320, "no dark circle"


places = st.lists(
    st.tuples(
        st.one_of(st.floats(-99.9, -92.1), st.floats(-99.0001, -99.0), st.just(-97.5)),
        st.one_of(st.floats(38.1, 42.9), st.just(40.25)),
        st.one_of(st.floats(-50, 1000), st.just(float("nan"))),
        st.booleans(),
    ),
    min_size=1,
    max_size=150,
)


@given(places, st.floats(3, 14))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_circles_in_view_stand_for_every_account_in_view_and_its_number(
    shown: Driver, rows: list[tuple[float, float, float, bool]], zoom: float
) -> None:
    """Whatever is filtered: each account is in one circle, near its place, and the circles' sums are the accounts'."""
    accounts = accounts_at([r[0] for r in rows], [r[1] for r in rows])
    order = order_accounts(accounts)
    value = np.array([r[2] for r in rows])[order.account_ix]
    passes = np.array([r[3] for r in rows])[order.account_ix]
    numbers = "[" + ",".join("NaN" if np.isnan(v) else repr(float(v)) for v in value) + "]"
    found = shown.js(
        f"""(() => {{
        const A = __tm.accounts, f = {{ ...__tm.stage.frame, scale: 256 * 2 ** {zoom} / 2 ** 30 }};
        A.setPoints({{ meta: {{ n_accounts: {len(accounts)} }}, arrays: {{
          account_ix: Int32Array.from({order.account_ix.tolist()}),
          account_xy: Int32Array.from({order.xy.ravel().tolist()}),
          account_split: Uint8Array.from({order.split.tolist()}),
          account_unit: new Int32Array({len(accounts)}).fill(-1) }} }});
        A.cells.setShown(Uint8Array.from({passes.astype(int).tolist()}));
        A.cells.setValue(Float64Array.from({numbers}));
        const s = A.cells.at(f), [x, y] = [A.index.xy[0], A.index.xy[1]];
        const ox = x * f.scale - 300, oy = y * f.scale - 200;  // a window of 600 x 400 px around the first account
        const seen = [];
        const px = v => v / f.scale;
        A.index.visit(s.level, px(ox), px(oy), px(ox + 600), px(oy + 400), (a, b) => {{
          const {{ start }} = s.level;
          for (let c = a; c < b; c++) seen.push([start[c], start[c + 1], s.n[c], s.sum[c], s.x[c], s.y[c]]);
        }});
        return {{ seen, size: s.level.size, box: [px(ox), px(oy), px(ox + 600), px(oy + 400)],
          n: [...s.n].reduce((a, b) => a + b, 0), sum: [...s.sum].reduce((a, b) => a + b, 0) }};
        }})()"""
    )
    known = np.where(np.isnan(value), 0.0, value)
    assert found["n"] == passes.sum()
    assert found["sum"] == pytest.approx(known[passes].sum(), abs=1e-6)
    west, north, east, south = found["box"]
    x, y = order.xy[:, 0], order.xy[:, 1]
    is_counted = np.zeros(len(order), dtype=bool)
    for first, end, n, total, mean_x, mean_y in found["seen"]:
        inside = np.arange(first, end)[passes[first:end]]
        assert not is_counted[inside].any(), "an account is in two circles"
        is_counted[inside] = True
        assert n == len(inside)
        assert total == pytest.approx(known[inside].sum(), abs=1e-6)
        if n:
            assert np.abs(x[inside] - mean_x).max() <= found["size"], "an account far from its circle"
            assert np.abs(y[inside] - mean_y).max() <= found["size"]
    in_view = passes & (x >= west) & (x <= east) & (y >= north) & (y <= south)
    assert is_counted[in_view].all(), "an account in view is in no circle"


def test_area_is_in_proportion_to_the_number(shown: Driver) -> None:
    """Two accounts in the middle of the map with numbers 1 and 4, circles without slices: four times the ink."""
    shown.view.accounts.change(size="measure:Size")
    wait_until(lambda: shown.js("__tm.accounts.sizing?.title") == "Size")
    shown.rest()
    wait_until(lambda: ink(shown, place_of(shown, unit(2, 4))) > 60, "the circles are drawn in their new size")
    one, four = ink(shown, place_of(shown, unit(2, 4))), ink(shown, place_of(shown, unit(2, 2)))
    assert four / one == pytest.approx(4, rel=0.12)


def test_a_sum_below_zero_is_a_ring(shown: Driver) -> None:
    shown.view.accounts.change(size="measure:Size")
    wait_until(lambda: shown.js("__tm.accounts.sizing?.title") == "Size")
    at = place_of(shown, DEBTOR)
    wait_until(lambda: sum(shown.pixel(at)) > 600, "the middle is light")
    darkest = min(sum(shown.pixel(at + QPoint(dx, 0))) for dx in range(2, 14))
    assert darkest < 450, "there is no ring"


def test_what_is_painted_in_parts_looks_as_if_painted_at_once(shown: Driver) -> None:
    shown.view.accounts.change(color="segment:Kind", size="measure:Size")
    wait_until(lambda: shown.js("__tm.accounts.colouring !== null && __tm.accounts.sizing !== null"))
    for dx, dy in ((137, 0), (-61, 44), (23, -90)):
        shown.js(f"(__tm.map.panBy([{dx}, {dy}], {{animate: false}}), 1)")
        in_parts = sheet(shown)
        shown.js("(__tm.stage.update(true), 1)")
        assert sheet(shown) == in_parts
    at_once = sheet(shown)
    box = f"__tm.ground.box.subarray({unit(2, 2) * 4}, {unit(2, 2) * 4 + 4})"
    shown.js(f"(__tm.stage.ask('accounts', {box}, 3), 1)")
    assert sheet(shown) == at_once


def sheet(driver: Driver) -> str:
    """Return the accounts' canvas, pixel for pixel."""
    driver.rest()
    return str(driver.js("__tm.stage.sheets.find(s => s.painter.name === 'accounts').canvas.toDataURL()"))


# -- colours -----------------------------------------------------------------------------------------------------------


def test_accounts_are_coloured_by_segment_level_and_territory(shown: Driver) -> None:
    shown.view.accounts.change(color="segment:Kind")
    # kinds 0 and 1 have 15 accounts each, by name; kind 2 has 10
    for column, kind in ((0, 0), (1, 1), (2, 2), (3, 0)):
        shown.wait_for_color(place_of(shown, unit(1, column)), hex_rgb(KIND_COLORS[kind]), 6)
    shown.view.accounts.change(color=LEVEL)
    shown.wait_for_color(place_of(shown, unit(0, 0)), hex_rgb(LEVEL_COLORS[1]), 6)
    shown.wait_for_color(place_of(shown, unit(1, 0)), hex_rgb(LEVEL_COLORS[0]), 6)
    shown.view.accounts.change(color=TERRITORY)
    dark = [tuple(round(part / 2) for part in hex_rgb(color)) for color in COLORS]
    for column, territory in ((0, 0), (3, 1), (6, 2)):
        shown.wait_for_color(place_of(shown, unit(2, column)), dark[territory], 6)


def test_an_account_changes_colour_with_its_territory_and_back_by_undo(shown: Driver) -> None:
    shown.view.accounts.change(color=TERRITORY)
    at, ids = place_of(shown, unit(2, 2)), [t.territory_id for t in shown.session.plan.territories]
    dark = [tuple(round(part / 2) for part in hex_rgb(color)) for color in COLORS]
    shown.wait_for_color(at, dark[0], 6)
    shown.view.set_tool("brush")
    shown.view.set_brush_radius(0)
    shown.view.set_target(ids[EAST])
    shown.stroke([shown.at(unit(2, 2)), shown.at(unit(2, 2), 2, 2)])
    shown.wait_for_color(at, dark[EAST], 6)
    shown.session.undo("test")
    shown.wait_for_color(at, dark[0], 6)


def test_a_choice_that_the_plan_does_not_have_is_left_out(shown: Driver) -> None:
    shown.view.accounts.set_style(AccountStyle("segment:Gone", "measure:Gone", SHOW_TABLE))
    shown.rest()
    assert shown.js("[__tm.accounts.isColoured, __tm.accounts.sizing, __tm.accounts.cells.nShown]") == [False, None, 40]


# -- which are shown ---------------------------------------------------------------------------------------------------


def test_only_filtered_accounts_are_shown(shown: Driver) -> None:
    shown.view.accounts.change(shows=SHOW_TABLE)
    shown.view.accounts.change(color="segment:Kind")
    wait_until(lambda: shown.text(".tm-account-n") == "15 15 10", "the legend counts all")
    shown.view.accounts.set_filtered(np.array([unit(2, 3), unit(1, 1)]))
    wait_until(lambda: shown.js("__tm.accounts.cells.nShown") == 2)
    wait_until(lambda: shown.text(".tm-account-n") == "1 1 0", "the legend counts those that are shown")
    shown.view.accounts.change(color=PLAIN)
    shown.wait_for_color(place_of(shown, unit(2, 4)), shown.fill(1))
    assert sum(shown.pixel(place_of(shown, unit(2, 3)))) < 320
    shown.view.accounts.set_filtered(None)
    wait_until(lambda: shown.js("__tm.accounts.cells.nShown") == 40)


def test_only_accounts_of_the_selected_territory_are_shown_overrides_included(shown: Driver) -> None:
    session = shown.session
    ids = [t.territory_id for t in session.plan.territories]
    shown.view.accounts.change(shows=SHOW_TERRITORY)
    shown.selection.set_territory(ids[EAST], "test")
    wait_until(lambda: shown.js("__tm.accounts.cells.nShown") == 10)
    session.do(set_override(session.plan, np.array([unit(0, 0)]), ids[EAST], "asked for"))
    wait_until(lambda: shown.js("__tm.accounts.cells.nShown") == 11)
    session.undo("test")
    wait_until(lambda: shown.js("__tm.accounts.cells.nShown") == 10)
    shown.selection.set_territory(None, "test")
    wait_until(lambda: shown.js("__tm.accounts.cells.nShown") == 40)
    # also where it is chosen on the map itself: by a click, and as the target to paint into
    shown.click(shown.at(unit(3, 1)))
    wait_until(lambda: shown.js("__tm.accounts.cells.nShown") == 15)
    shown.click(shown.at(unit(3, 3)), Qt.KeyboardModifier.AltModifier)
    wait_until(lambda: shown.js("__tm.accounts.cells.nShown") == 10)


def test_accounts_out_of_scope_are_shown_on_request_or_where_they_are_given_by_name(shown: Driver) -> None:
    """The scope leaves out kind 2, 10 of the 40 accounts; one of them is given to East."""
    session = shown.session
    plan = session.plan
    kinds = session.plan.accounts.segments["s_kind"]
    key = next(f"segment:{s.uuid}" for s in plan.segments)
    scope = json.dumps({"not": {"field": key, "in": ["kind 2"]}})
    session.do(set_scope(plan, plan.alignment.alignment_id, scope))
    wait_until(lambda: shown.js("__tm.accounts.cells.nShown") == int((kinds != "kind 2").sum()) == 30)
    out = int(np.flatnonzero(kinds == "kind 2")[0])
    assert shown.js(f"__tm.accounts.territoryOf(__tm.accounts.pointOf({out}))") == -1
    session.do(set_override(session.plan, np.array([out]), session.plan.territories[EAST].territory_id, "asked for"))
    wait_until(lambda: shown.js("__tm.accounts.cells.nShown") == 31)
    assert shown.js(f"__tm.accounts.territoryOf(__tm.accounts.pointOf({out}))") == EAST
    shown.view.accounts.change(shows=SHOW_EVERY)
    wait_until(lambda: shown.js("__tm.accounts.cells.nShown") == 40)
    session.undo("test")
    session.undo("test")
    shown.view.accounts.change(shows=SHOW_ALL)
    wait_until(lambda: shown.js("__tm.accounts.cells.nShown") == 40)


# -- hover and click ---------------------------------------------------------------------------------------------------


def test_hovering_an_account_tells_name_key_territory_and_numbers(shown: Driver) -> None:
    shown.move(place_of(shown, unit(2, 5)))
    wait_until(lambda: f"Account {unit(2, 5)}" in shown.text(".tm-tooltip"))
    text = shown.text(".tm-tooltip")
    for wanted in (f"K{unit(2, 5)}", "East", "Coordinates", "Revenue", "1,210", "Kind", "kind 2"):
        assert wanted in text
    ids = [t.territory_id for t in shown.session.plan.territories]
    shown.session.do(set_override(shown.session.plan, np.array([unit(2, 5)]), ids[0], "key account"))
    wait_until(lambda: shown.js("__tm.plan.override.size") == 1)
    shown.move(QPoint(3, 400))
    shown.move(place_of(shown, unit(2, 5)))
    wait_until(lambda: "key account" in shown.text(".tm-tooltip"))
    assert "West" in shown.text(".tm-tooltip")


def test_names_of_accounts_are_text(shown: Driver) -> None:
    shown.move(place_of(shown, unit(0, 0)))
    wait_until(lambda: EVIL in shown.text(".tm-tooltip"))
    assert shown.js("document.querySelectorAll('.tm-tooltip img').length") == 0


def test_a_circle_of_many_tells_how_many_and_of_which_kinds(shown: Driver) -> None:
    shown.view.accounts.change(color="segment:Kind")
    shown.js("(__tm.map.setView([40.5, -96], 2, {animate: false}), 1)")
    shown.rest()
    x, y, n = shown.js(
        "(() => { const s = __tm.accounts.cells.at(__tm.stage.frame);"
        " const c = [...s.n.keys()].reduce((a, b) => s.n[b] > s.n[a] ? b : a, 0);"
        " return [...__tm.stage.containerAt(s.x[c], s.y[c]), s.n[c]]; })()"
    )
    assert n > 1
    shown.move(QPoint(round(x), round(y)))
    wait_until(lambda: f"{n} accounts" in shown.text(".tm-tooltip"))
    assert "kind" in shown.text(".tm-tip-kinds")
    at = QPoint(round(x), round(y))
    for _ in range(2):
        shown.press(at)
        shown.release(at)
    wait_until(lambda: shown.js("__tm.map.getZoom() > 5 && !__tm.map._animatingZoom"), "it goes there")
    wait_until(lambda: shown.js("__tm.accounts.nPainted") > 1)


def test_a_click_picks_the_account_and_its_unit(shown: Driver) -> None:
    shown.click(place_of(shown, unit(2, 5)))
    wait_until(lambda: shown.selection.accounts.tolist() == [unit(2, 5)])
    assert shown.selection.units.tolist() == [unit(2, 5)]
    shown.click(place_of(shown, unit(1, 1)), CTRL)
    wait_until(lambda: shown.selection.accounts.tolist() == [unit(1, 1), unit(2, 5)])
    shown.click(shown.at(unit(3, 3)))
    shown.rest()
    assert shown.selection.accounts.tolist() == [unit(1, 1), unit(2, 5)], "a click beside accounts is about units"


def test_accounts_selected_elsewhere_get_a_ring(shown: Driver) -> None:
    at = place_of(shown, unit(2, 4))
    before = [shown.image().pixelColor(at + QPoint(dx, 0)).name() for dx in range(-12, 13)]
    shown.selection.set_accounts(np.arange(40, dtype=np.int32), "table")  # so many that they come as bits
    wait_until(lambda: shown.js("__tm.accounts.selected !== null"))
    after = [shown.image().pixelColor(at + QPoint(dx, 0)).name() for dx in range(-12, 13)]
    assert before != after
    assert "#10243a" in after  # theme.js: selected
    shown.selection.set_accounts(np.array([], dtype=np.int32), "table")
    wait_until(lambda: shown.js("__tm.accounts.selected === null"))


def test_what_is_selected_stays_so_when_accounts_come_and_go(shown: Driver) -> None:
    """Positions are those of the accounts, whatever the page has been sent anew."""
    session = shown.session
    shown.selection.set_accounts(np.array([3, 20], dtype=np.int32), "table")
    shown.js("(window.__index = __tm.accounts.index, 1)")
    session.do(edit_account_constants(session.plan, np.array([3]), {"visits": 20.0}))
    wait_until(lambda: shown.js("__tm.plan.rev") == session.rev)
    assert shown.js("__tm.accounts.index === window.__index"), "places were sent though none has changed"
    session.do(Command("One more", _add_account))
    wait_until(lambda: shown.js("__tm.accounts.n") == 41)
    assert not shown.js("__tm.accounts.index === window.__index")
    wait_until(lambda: shown.js("[...__tm.accounts.selectedMarks].reduce((n, m) => n + m, 0)") == 2)
    assert shown.js("[__tm.accounts.selectedMarks[3], __tm.accounts.selectedMarks[20]]") == [1, 1]
    session.undo("test")
    wait_until(lambda: shown.js("__tm.accounts.n") == 40)


def _add_account(writer: Writer, plan: Plan) -> None:
    writer.insert("account", [{"account_name": "New", "lon": -96.0, "lat": 40.0, "location_level": "coordinates"}])


# -- lasso -------------------------------------------------------------------------------------------------------------


def inside(driver: Driver, path: list[QPoint]) -> list[int]:
    """Accounts whose place on the screen lies in a polygon, found by shapely."""
    polygon = shapely.Polygon([(p.x(), p.y()) for p in path])
    spots = [place_of(driver, ix) for ix in range(40)]
    return [ix for ix, spot in enumerate(spots) if polygon.contains(shapely.Point(spot.x(), spot.y()))]


def test_the_lasso_selects_the_accounts_inside_and_changes_nothing_in_the_plan(shown: Driver) -> None:
    session: Session = shown.session
    undo, rev, stored = session.document.undo_label, session.rev, session.plan.unit_territory.copy()
    shown.view.set_tool("accounts")
    path = [shown.at(unit(3, 1), -20, -20), shown.at(unit(3, 5)), shown.at(unit(1, 4), 15, 25), shown.at(unit(0, 2))]
    shown.hold(path)
    wait_until(lambda: shown.js("__tm.accounts.selected !== null"))
    shown.release(path[-1])
    wanted = inside(shown, path)
    assert 3 < len(wanted) < 30
    wait_until(lambda: shown.selection.accounts.tolist() == wanted)
    assert (session.document.undo_label, session.rev) == (undo, rev)
    assert np.array_equal(session.document.load().unit_territory, stored)
    more = [shown.at(unit(1, 6), -30, -30), shown.at(unit(0, 7), 40, 40)]
    shown.hold(more, CTRL | SHIFT)
    shown.release(more[-1], CTRL | SHIFT)
    a, b = more
    frame = [a, QPoint(b.x(), a.y()), b, QPoint(a.x(), b.y())]
    both = sorted({*wanted, *inside(shown, frame)})
    assert len(both) > len(wanted)
    wait_until(lambda: shown.selection.accounts.tolist() == both)
    shown.view.set_tool("accounts")
    shown.key(Qt.Key.Key_Escape)
    wait_until(lambda: shown.selection.accounts.tolist() == [])


def test_escape_breaks_off_the_lasso(shown: Driver) -> None:
    shown.selection.set_accounts(np.array([7], dtype=np.int32), "table")
    shown.view.set_tool("accounts")
    path = [shown.at(unit(3, 1)), shown.at(unit(3, 5)), shown.at(unit(1, 4))]
    shown.hold(path)
    wait_until(lambda: shown.js("[...(__tm.accounts.selected ?? [])].filter(Boolean).length") > 1)
    shown.key(Qt.Key.Key_Escape)
    shown.release(path[-1])
    shown.rest()
    assert shown.js("[...__tm.accounts.selectedMarks].map((m, a) => m ? a : -1).filter(a => a >= 0)") == [7]
    assert shown.selection.accounts.tolist() == [7]


corner = st.tuples(st.integers(-60, 960), st.integers(-60, 760))


@given(st.lists(corner, min_size=3, max_size=14))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_shape_takes_what_lies_in_it_by_the_even_odd_rule(shown: Driver, corners: list[tuple[int, int]]) -> None:
    """Also shapes that cross themselves; each point is asked again on its own, by numpy."""
    found = shown.js(
        f"""(() => {{
        const A = __tm.accounts, g = __tm.tools.gestures.get('accounts');
        const shape = {json.dumps(corners)}.flatMap(([x, y]) => __tm.stage.stepsAt(x + 0.37, y + 0.41));
        g._press = {{ before: new Uint8Array(A.nAccounts), isAdding: false }};
        __tm.overlay.sketch.shape = shape;
        g._take();
        g._forget();
        const marks = [...A.selectedMarks].map((m, a) => m ? a : -1).filter(a => a >= 0);
        return {{ marks, shape, ix: [...A.index.ix], xy: [...A.index.xy] }};
        }})()"""
    )
    points = np.array(found["xy"], dtype=float).reshape(-1, 2)
    taken = _even_odd(points, np.array(found["shape"]).reshape(-1, 2))
    assert found["marks"] == sorted(np.array(found["ix"])[taken].tolist())


def _even_odd(points: NDArray[np.float64], shape: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Count the sides that a ray to the east crosses."""
    n = np.zeros(len(points), dtype=int)
    for (x1, y1), (x2, y2) in zip(shape, np.roll(shape, -1, axis=0), strict=True):
        if y1 == y2:
            continue
        spans = (points[:, 1] >= min(y1, y2)) & (points[:, 1] < max(y1, y2))
        n += spans & (points[:, 0] < x1 + (points[:, 1] - y1) * (x2 - x1) / (y2 - y1))
    return n % 2 == 1
