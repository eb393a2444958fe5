"""The afternoon's second part: one territory is 40 % over; its border is moved, by brush and lasso, and locks hold."""

from __future__ import annotations

import statistics

import pytest
import shapely
from PySide6.QtCore import QPoint, Qt

from tests.afternoon.office_files import N_OVERLOADED, N_PLACED, OVERLOADED, STATES_BY_TERRITORY
from tests.afternoon.plan_file import Territory
from tests.afternoon.story import Story
from tests.support.window import CTRL, SHIFT, fill_on_land, is_same_color, wait_until

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("hour")]
SHARE = N_PLACED / len(STATES_BY_TERRITORY)  # accounts of an even territory: 975
NORTH, SOUTH = "Capital", "Deep South"  # Virginia and around; Georgia and around


def border_units(story: Story, owner: str, neighbour: str) -> list[str]:
    """Return the codes of the owner's units that touch the neighbour, those with most accounts first."""
    session = story.window.main.session
    assert session is not None
    by_unit = story.plan.territory_by_unit()
    codes = [str(code) for code in session.plan.units.code]
    found = {
        code
        for ix, code in enumerate(codes)
        if by_unit.get(code) == owner
        and any(by_unit.get(codes[n]) == neighbour for n in session.adjacency.neighbours_of(ix))
    }
    counts = dict(story.plan.rows("SELECT unit_code, count(*) FROM account JOIN unit USING (unit_id) GROUP BY 1"))
    return sorted(found, key=lambda code: (-counts.get(code, 0), code))


def card_line(territory: Territory, measure: str, assigned: float) -> str:
    """Return what the card should say of a territory: the number, and the index against equal shares."""
    value = {"Accounts": territory.n_accounts, "Units": territory.n_units, "Workload, h": territory.workload_h}.get(
        measure, territory.revenue
    )
    index = value / (assigned / len(STATES_BY_TERRITORY))
    sign = "▲ " if index > 1.05 else "▼ " if index < 0.95 else "✓ "
    number = f"{value:,.0f}" if value < 1e7 else f"{value / 1e6:.2f}M"
    return f"{number} {sign}{index * 100:.0f} %"


def assert_card_told_the_truth(story: Story, card: dict[str, dict[str, str]]) -> None:
    """What the card said while the button was down is what the rows of the file add up to afterwards."""
    totals = story.totals()
    assigned = {
        "Accounts": sum(t.n_accounts for t in totals.values()),
        "Units": sum(t.n_units for t in totals.values()),
        "Workload, h": sum(t.workload_h for t in totals.values()),
        "Umsatz EUR": sum(t.revenue for t in totals.values()),
    }
    expected = {name: {m: card_line(totals[name], m, assigned[m]) for m in said} for name, said in card.items()}
    assert card == expected


def neighbours_of_the_bulge(story: Story) -> list[str]:
    """Return two units of the overloaded territory on the screen that touch the taker's, in the middle of the map."""
    w = story.window
    middle = QPoint(w.map.width() // 2, w.map.height() // 2)
    near = [(w.place_of_unit(story.unit_ix(code)) - middle, code) for code in border_units(story, OVERLOADED, NORTH)]
    return [code for _, code in sorted((at.manhattanLength(), code) for at, code in near)[:2]]


def ring_around(story: Story, codes: list[str], reach: int = 14) -> list[QPoint]:
    """Return a lasso's path around the points of these units, in the order of a hand going round."""
    points = [story.window.place_of_unit(story.unit_ix(code)) for code in codes]
    corners = [
        p + QPoint(x, y)
        for p in points
        for x, y in ((-reach, -reach), (reach, -reach), (reach, reach), (-reach, reach))
    ]
    hull = shapely.MultiPoint([(p.x(), p.y()) for p in corners]).convex_hull
    return [QPoint(round(x), round(y)) for x, y in hull.exterior.coords]


def test_one_territory_is_forty_percent_over(story: Story) -> None:
    w = story.window
    panel = w.main.territory_panel
    w.choose(panel.bar_choice, "Accounts")
    w.click_action(panel.by_deviation)
    assert w.cell(story.table, 0, "Territory") == OVERLOADED
    assert w.cell(story.table, 0, "Index") == "140 %"
    totals = story.assert_table_shows_the_file()
    assert totals[OVERLOADED].n_accounts == N_OVERLOADED
    w.rest()
    story.assert_map_and_table_speak_of_the_same_measure()
    figures = panel.figures
    assert figures.max_deviation.value == "40.0 %"
    assert figures.cv.value == f"{100 * statistics.pstdev(t.n_accounts / SHARE for t in totals.values()):.1f} %"
    assert figures.outside.value == "1"
    story.picture("20-forty-percent")


def test_a_brush_stroke_moves_the_border_and_both_sides_are_watched(story: Story) -> None:
    w = story.window
    story.select_territory(NORTH)
    assert w.main.tools.target.currentText() == NORTH
    story.remembered["before the stroke"] = story.plan.content()
    code = border_units(story, OVERLOADED, NORTH)[0]
    units = w.main.session.plan.units  # type: ignore[union-attr]
    ix = story.unit_ix(code)
    w.show_place(float(units.lon[ix]), float(units.lat[ix]), 8)
    w.key_on_map(Qt.Key.Key_B)
    while "one unit" not in w.main.tools.brush.text():
        w.key_on_map(Qt.Key.Key_BracketLeft)
    place = w.place_of_unit(ix)
    w.take_hand_away()
    assert is_same_color(w.main_color(place), fill_on_land(story.color_of(OVERLOADED)))
    w.hold([place + QPoint(-4, 0), place])
    card = story.card()
    story.picture("21-stroke-held")
    assert card.keys() == {NORTH, OVERLOADED}
    assert {*card[NORTH]} >= {"Accounts", "Workload, h", "Umsatz EUR"}
    assert story.plan.content() == story.remembered["before the stroke"], "the file waits for the button"
    w.let_go()
    assert_card_told_the_truth(story, card)
    assert story.plan.territory_by_unit()[code] == NORTH
    story.assert_table_shows_the_file()
    w.take_hand_away()
    assert is_same_color(w.main_color(place), fill_on_land(story.color_of(NORTH)))
    assert w.main.commands["undo"].text() == f"&Undo: Give 1 unit to {NORTH}"
    story.picture("22-stroke-done")


def test_escape_in_the_middle_of_a_stroke_restores_pixels_and_rows(story: Story) -> None:
    w = story.window
    w.key_on_map(Qt.Key.Key_L)
    w.wait_for_quiet_map()
    before, rows, n_steps = w.image(), story.plan.content(), len(story.plan.steps())
    w.hold(ring_around(story, neighbours_of_the_bulge(story)))
    assert OVERLOADED in story.card()
    story.picture("23-lasso-held")
    held = w.image()
    assert held != before
    w.key_on_map(Qt.Key.Key_Escape)
    assert story.card() == {}
    assert "Everything is as before." in w.page_text(".tm-hint")
    w.release()
    w.wait_for_quiet_map()
    w.assert_same_picture(before)
    assert story.plan.content() == rows
    assert len(story.plan.steps()) == n_steps
    story.assert_table_shows_the_file()


def test_a_lasso_is_one_step_back_and_forth_by_keys(story: Story) -> None:
    w = story.window
    rows = story.plan.content()
    w.key(w.main, Qt.Key.Key_F7)  # names stay where they came to stand by the edit, and may
    w.wait_for_quiet_map()
    before = w.image()
    codes = neighbours_of_the_bulge(story)
    w.hold(ring_around(story, codes))
    card = story.card()
    w.let_go()
    assert_card_told_the_truth(story, card)
    now = story.plan.territory_by_unit()
    assert {now[code] for code in codes} == {NORTH}
    changed = story.plan.content()
    n = len(story.plan.rows("SELECT 1 FROM journal_step"))
    w.wait_for_quiet_map()
    after = w.image()
    assert after != before
    story.picture("24-lasso-done")
    w.key_on_map(Qt.Key.Key_Z, CTRL)  # the focus is in the map, as after any stroke
    wait_until(lambda: story.plan.content() == rows, "the lasso is taken back")
    w.wait_for_quiet_map()
    w.assert_same_picture(before)
    story.assert_table_shows_the_file()
    w.key_on_map(Qt.Key.Key_Z, CTRL | SHIFT)
    wait_until(lambda: story.plan.content() == changed, "the lasso is done again")
    w.wait_for_quiet_map()
    w.assert_same_picture(after)
    story.assert_table_shows_the_file()
    assert len(story.plan.rows("SELECT 1 FROM journal_step")) == n + 2, "undo and redo are steps, too"
    w.key(w.main, Qt.Key.Key_F7)


def test_strokes_at_the_other_border_bring_it_further_down(story: Story) -> None:
    w = story.window
    story.select_territory(OVERLOADED)  # the map shows it ...
    w.choose(w.main.tools.target, SOUTH)  # ... and its neighbour is painted
    w.key_on_map(Qt.Key.Key_B)
    for _ in range(3):
        code = border_units(story, OVERLOADED, SOUTH)[0]
        place = w.place_of_unit(story.unit_ix(code))
        w.hold([place + QPoint(2, 2), place])
        card = story.card()
        assert card.keys() == {SOUTH, OVERLOADED}
        w.let_go()
        assert_card_told_the_truth(story, card)
        assert story.plan.territory_by_unit()[code] == SOUTH
    assert float(story.index_of(OVERLOADED).rstrip(" %")) < 120
    story.assert_table_shows_the_file()
    w.key_on_map(Qt.Key.Key_V)
    story.picture("25-evened")


def test_a_locked_territory_neither_gives_nor_takes(story: Story) -> None:
    w = story.window
    rows = story.plan.content()
    story.select_territory(SOUTH)
    w.key(w.main, Qt.Key.Key_L, CTRL)
    assert story.plan.value("SELECT locked FROM territory WHERE territory_name = ?", SOUTH) == 1
    locked = story.plan.content()
    story.select_territory(OVERLOADED)
    code = border_units(story, SOUTH, OVERLOADED)[0]
    place = w.place_of_unit(story.unit_ix(code))
    w.key_on_map(Qt.Key.Key_B)
    w.hold([place + QPoint(2, 2), place])
    assert SOUTH in w.page_text(".tm-card-locked")
    story.picture("26-locked-held")
    w.release()
    w.rest()
    assert SOUTH in w.page_text(".tm-hint"), "the refusal names what is locked"
    assert story.plan.content() == locked
    story.select_territory(SOUTH)  # now it is to take
    w.press(w.place_of_unit(story.unit_ix(border_units(story, OVERLOADED, SOUTH)[0])))
    w.release()
    w.rest()
    assert w.page_text(".tm-hint").startswith(f"{SOUTH} is locked.")
    story.picture("27-locked-target")
    assert story.plan.content() == locked
    story.select_territory(SOUTH)
    w.key(w.main, Qt.Key.Key_L, CTRL)
    assert story.plan.content() == rows


def test_a_locked_unit_stays_and_the_refusal_names_it(story: Story) -> None:
    w = story.window
    story.select_territory(OVERLOADED)
    code, other = border_units(story, OVERLOADED, SOUTH)[:2]
    name = story.plan.value("SELECT unit_name FROM unit WHERE unit_code = ?", code)
    w.key_on_map(Qt.Key.Key_V)
    w.click_map(w.place_of_unit(story.unit_ix(code)))
    w.key(w.main, Qt.Key.Key_K, CTRL)
    assert story.plan.rows("SELECT unit_code FROM unit WHERE locked") == [(code,)]
    w.choose(w.main.tools.target, SOUTH)
    w.key(w.main, Qt.Key.Key_Return, CTRL)  # give the selected unit to the target
    assert w.main.toast.isVisible()
    assert w.main.toast.text.startswith(f"{name} ({code}) is locked.")
    assert f"{name} ({code}) is locked." in w.main.status.message
    story.picture("28-locked-unit")
    assert story.plan.territory_by_unit()[code] == OVERLOADED
    w.key_on_map(Qt.Key.Key_L)
    w.hold(ring_around(story, [code, other]))
    assert name in w.page_text(".tm-card-locked")
    w.let_go()  # the free one goes, the locked one stays
    by_unit = story.plan.territory_by_unit()
    assert (by_unit[code], by_unit[other]) == (OVERLOADED, SOUTH)
    story.assert_table_shows_the_file()
    w.key_on_map(Qt.Key.Key_V)
    w.click_map(w.place_of_unit(story.unit_ix(code)))
    w.key(w.main, Qt.Key.Key_K, CTRL)
    assert story.plan.rows("SELECT unit_code FROM unit WHERE locked") == []
