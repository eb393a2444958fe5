"""The afternoon's third part: names, key accounts, finding things, walking through the history, a rep who moves."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QTabBar

from territorymap.ui.dialogs.override import OverrideDialog
from territorymap.ui.dialogs.rep import RepDialog
from tests.afternoon.story import Story, rows_of, texts_in
from tests.support.window import CTRL, LEFT, NO, SHIFT, wait_until

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("hour")]
REASON = "Konzernkunde, betreut von R. Rossi – seit 2019"


def bring_up(story: Story, title: str) -> None:
    """Click the tab of a panel."""
    for bar in story.window.main.findChildren(QTabBar):
        for i in range(bar.count()):
            if bar.tabText(i) == title and bar.isVisible():
                QTest.mouseClick(bar, LEFT, NO, bar.tabRect(i).center())
                return
    raise AssertionError(f"no tab {title!r} is on the screen")


def test_a_double_click_renames_a_territory(story: Story) -> None:
    w = story.window
    row = w.row_of(story.table, "Territory", "Desert")
    w.double_click_cell(story.table, row, "Territory")
    editor = story.table.viewport().findChild(QLineEdit)
    assert editor is not None
    assert editor.text() == "Desert"
    w.type(editor, "texas")
    w.key(editor, Qt.Key.Key_Return)
    assert w.main.toast.text.startswith("There is already a territory named texas.")
    story.picture("30-name-taken")
    assert w.cell(story.table, row, "Territory") == "Desert"
    w.double_click_cell(story.table, row, "Territory")
    editor = story.table.viewport().findChild(QLineEdit)
    assert editor is not None
    w.type(editor, "Südwest & Wüste <7>")
    w.key(editor, Qt.Key.Key_Return)
    assert w.cell(story.table, row, "Territory") == "Südwest & Wüste <7>"
    assert story.plan.value("SELECT count(*) FROM territory WHERE territory_name = 'Südwest & Wüste <7>'") == 1
    assert w.main.tools.target.findText("Südwest & Wüste <7>") >= 0
    assert w.js("__tm.plan.territories.some(t => t.name === 'Südwest & Wüste <7>')")
    w.rest()
    story.picture("31-renamed")


def test_key_accounts_are_given_to_a_rep_by_name(story: Story) -> None:
    w = story.window
    panel = w.main.account_panel
    bring_up(story, "Accounts")
    w.choose(panel.filters.territory, "Texas")
    w.click_header(panel.view, "Umsatz EUR")
    n_texas = story.totals()["Texas"].n_accounts
    assert panel.view.model().rowCount() == n_texas
    w.click_cell(panel.view, 0, "Account")
    w.click_cell(panel.view, 2, "Account", SHIFT)
    keys = [w.cell(panel.view, row, "Key") for row in range(3)]
    largest = story.plan.rows(
        f"SELECT account_key FROM account JOIN assignment USING (unit_id) JOIN territory USING (territory_id)"
        f" WHERE territory_name = 'Texas' ORDER BY {story.revenue_column} DESC LIMIT 3"
    )
    assert keys == [key for (key,) in largest]
    w.key(panel.view, Qt.Key.Key_G, CTRL)
    dialog = w.dialog(OverrideDialog)
    assert not dialog.ok.isEnabled(), "a reason is asked for"
    w.type(dialog.territories.search, "calif")
    w.type(dialog.reason, REASON)
    story.picture("32-override", dialog)
    w.click(dialog.ok)
    wait_until(lambda: not w.is_open(OverrideDialog), "the accounts are given")
    assert story.plan.overrides() == dict.fromkeys(keys, ("California", REASON))
    assert panel.view.model().rowCount() == n_texas - 3
    totals = story.assert_table_shows_the_file()
    assert totals["California"].account_keys >= set(keys)
    w.choose(panel.filters.territory, "All territories")
    w.choose(panel.filters.kind, "With an override")
    assert {w.cell(panel.view, row, "Override") for row in range(3)} == {f"by name: {REASON}"}
    story.picture("33-overridden")


def test_a_pointless_override_is_told_and_cleared(story: Story) -> None:
    w = story.window
    panel = w.main.account_panel
    w.choose(panel.filters.kind, "All accounts")
    w.choose(panel.filters.territory, "Florida")
    w.click_cell(panel.view, 0, "Account")
    key = w.cell(panel.view, 0, "Key")
    w.key(panel.view, Qt.Key.Key_G, CTRL)
    dialog = w.dialog(OverrideDialog)
    w.type(dialog.territories.search, "florida")
    w.type(dialog.reason, "old contract")
    w.click(dialog.ok)
    wait_until(lambda: key in story.plan.overrides(), "the override is written")
    w.choose(panel.filters.territory, "All territories")
    w.choose(panel.filters.kind, "Pointless override")
    assert w.cell(panel.view, 0, "Override") == "pointless: old contract"
    assert panel.view.model().rowCount() == 1
    bring_up(story, "To do")
    lists = w.main.lists_panel
    button = lists.buttons["pointless"]
    assert button.text().replace("&", "") == "Pointless overrides: 1"
    w.click(button)
    assert [row[1] for row in rows_of(lists.view)] == ["Florida: old contract"]
    story.picture("34-pointless")
    w.click_action(lists.clear_pointless)
    assert key not in story.plan.overrides()
    assert len(story.plan.overrides()) == 3
    assert button.text().replace("&", "") == "Pointless overrides: 0"
    bring_up(story, "Accounts")
    w.choose(panel.filters.kind, "All accounts")
    story.assert_table_shows_the_file()


def find(story: Story, text: str, picture: str = "") -> str:
    """Press Ctrl+F, type, press Enter; return the result that was gone to."""
    w = story.window
    w.key(w.main, Qt.Key.Key_F, CTRL)
    bar = w.main.find_bar
    assert bar.isVisible()
    w.type(bar.edit, text)
    wait_until(lambda: bar.results.count() and not bar._timer.isActive(), f"{text!r} is found")
    if picture:
        story.picture(picture)
    found = bar.results.currentItem().text()
    w.key(bar.edit, Qt.Key.Key_Return)
    assert not bar.isVisible()
    w.rest()
    return found


def is_in_sight(story: Story, lon: float, lat: float, widest: float) -> bool:
    """Return whether the map shows a place, and not half the world with it."""
    west, south, east, north = story.window.map.bounds or (0.0, 0.0, 0.0, 0.0)
    return west < lon < east and south < lat < north and east - west < widest


def test_find_flies_to_unit_account_place_and_territory(story: Story) -> None:
    w = story.window
    session = w.main.session
    assert session is not None
    assert find(story, "606", "35-find").startswith("606")
    lon, lat = story.plan.rows("SELECT lon, lat FROM unit WHERE unit_code = '606'")[0]
    wait_until(lambda: is_in_sight(story, lon, lat, 5), "the map flew to Chicago")
    assert [str(session.plan.units.code[ix]) for ix in w.main.selection.units] == ["606"]
    w.rest()
    story.picture("36-found-unit")
    assert find(story, "zoe's cafe") == "Zoë's Café – Ñandú"  # typed without its accents
    lon, lat, key = story.plan.rows("SELECT lon, lat, account_key FROM account WHERE account_name LIKE 'Zoë%'")[0]
    wait_until(lambda: is_in_sight(story, lon, lat, 5), "the map flew to the account")
    assert [str(session.plan.accounts.key[ix]) for ix in w.main.selection.accounts] == [key]
    w.rest()
    story.picture("37-found-account")
    assert find(story, "Boise") == "Boise"
    wait_until(lambda: is_in_sight(story, -116.2, 43.6, 5), "the map flew to Boise")
    assert find(story, "Florida") == "Florida"
    wait_until(lambda: is_in_sight(story, -82.0, 28.0, 30), "the map flew to Florida")
    assert w.main.tools.target.currentText() == "Florida"


def test_the_history_goes_back_and_forth_by_clicks(story: Story) -> None:
    w = story.window
    panel = w.main.history_panel
    w.key(w.main, Qt.Key.Key_2, CTRL)
    wait_until(lambda: panel.view.height() > 100 and panel.geometry().right() > 0, "the history is in front")
    now = story.plan.content()
    last = panel.view.model().rowCount() - 1
    labels = [row[0] for row in rows_of(panel.view)]
    assert {row[2] for row in rows_of(panel.view)} == {"Paula Planner"}
    story.picture("38-history")
    before_stroke = labels.index("Give 1 unit to Capital") - 1
    w.click_cell(panel.view, before_stroke, "Step")
    wait_until(lambda: story.plan.content() == story.remembered["before the stroke"], "the plan is as before", 90)
    w.rest()
    story.picture("39-gone-back")
    story.assert_table_shows_the_file()
    w.click_cell(panel.view, last, "Step")
    wait_until(lambda: story.plan.content() == now, "the plan is as it was", 90)
    story.assert_table_shows_the_file()
    bring_up(story, "Territories")


def test_a_rep_who_moves_changes_the_workload(story: Story) -> None:
    w = story.window
    panel = w.main.rep_panel
    bring_up(story, "Reps")
    before = story.totals()["Texas"].workload_h
    rep = story.office.rep_by_territory["Texas"]
    row = w.row_of(panel.view, "Rep", rep)
    w.double_click_cell(panel.view, row, "Rep")
    dialog = w.dialog(RepDialog)
    w.type(dialog.home["home_postal_code"], "1238")
    wait_until(lambda: "Found by postal code" in dialog.where.text(), "the home is found")
    story.picture("40-rep-moves", dialog)
    assert "Lenox" in texts_in(dialog) or "Lee" in texts_in(dialog)  # 01238 is in Massachusetts, far from Texas
    w.click(dialog.ok)
    wait_until(lambda: not w.is_open(RepDialog), "the rep is written")
    assert story.plan.value("SELECT home_postal_code FROM rep WHERE rep_name = ?", rep) == "01238"
    after = story.assert_table_shows_the_file()["Texas"].workload_h
    assert after > before * 1.5
    w.rest()
    story.picture("41-rep-moved")
    w.key(w.main, Qt.Key.Key_Z, CTRL)
    assert story.assert_table_shows_the_file()["Texas"].workload_h == pytest.approx(before)
    w.key(w.main, Qt.Key.Key_Y, CTRL)
    assert story.assert_table_shows_the_file()["Texas"].workload_h == pytest.approx(after)
