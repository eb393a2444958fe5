"""The afternoon of design.md, first hours: a new plan from last year's list, and the CRM's export in it.

One window, one plan: the hours run in their order, file after file, each from where the last left off. After each the
page must have nothing to complain of, and no request may have left the program. Pictures of every hour: set
TERRITORYMAP_PICTURES to a folder.
"""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog

from territorymap.ui.import_wizard.accounts_dialog import AccountImportDialog
from territorymap.ui.import_wizard.result_view import ReportView, RowsView
from territorymap.ui.new_plan.dialog import NewPlanDialog
from tests.afternoon.office_files import VACANT
from tests.afternoon.story import TITLE, Story, button, rows_of, texts_in
from tests.support.window import CTRL, LEFT, NO, SHIFT, fill_on_land, is_same_color, wait_until

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("hour")]


def test_a_new_plan_starts_from_last_years_list(story: Story) -> None:
    w, office = story.window, story.office
    story.picture("01-start")
    w.click(w.main.start_page.new_button)
    dialog = w.dialog(NewPlanDialog)
    layers = dialog.units.list
    item = next(layers.item(i) for i in range(layers.count()) if "3-digit ZIP" in layers.item(i).text())
    QTest.mouseClick(layers.viewport(), LEFT, NO, layers.visualItemRect(item).center())
    assert dialog.units.layer_id == "us-zip3"
    wait_until(lambda: not dialog.units._details._picture.pixmap().isNull(), "the layer is drawn")
    story.picture("02-new-units", dialog)
    w.click(dialog.next)
    story.picture("03-new-accounts", dialog)
    w.click(dialog.next)  # accounts come later
    w.answer_file_dialog(office.reps)
    w.click(dialog.reps.form.choose_button)
    wait_until(lambda: dialog.reps.form.has_file, "the reps are read")
    story.picture("04-new-reps", dialog)
    w.click(dialog.next)
    w.click(dialog.start.alignment)
    w.answer_file_dialog(office.alignment)
    w.click(dialog.start.form.choose_button)
    wait_until(lambda: dialog.start.form.has_file, "the list is read")
    story.picture("05-new-alignment", dialog)
    w.click(dialog.next)
    w.type(dialog.file.title, TITLE)
    assert Path(dialog.file.path.text()) == story.plan.path
    story.picture("06-new-file", dialog)
    w.click(dialog.create_button)
    wait_until(lambda: not w.is_open(NewPlanDialog), "the plan is made", 90)
    w.wait_for_map()
    assert w.main.windowTitle() == f"{TITLE} - Territory Map"


def open_reports(story: Story) -> list[str]:
    return [d.windowTitle() for d in story.window.main.findChildren(QDialog) if d.isVisible()]


def test_what_could_not_be_used_of_the_lists_is_told(story: Story) -> None:
    w, office = story.window, story.office
    told = [
        ("Import of reps", office.rep_rejects, "reps.csv: 19 of 20 rows were imported"),
        ("Import of an alignment", office.alignment_rejects, "Gebiete 2025.csv: 890 of 895 rows were imported"),
    ]
    for title, rejects, sentence in told:  # one after the other
        wait_until(lambda title=title: open_reports(story) == [title], title)
        (dialog,) = (d for d in w.main.findChildren(QDialog) if d.isVisible())
        story.picture(f"07-{title}", dialog)
        assert sentence in texts_in(dialog)
        assert [int(row) for row, _ in rows_of(dialog.findChildren(RowsView)[0])] == sorted(rejects)
        w.click(button(dialog, "Close"))
    wait_until(lambda: open_reports(story) == [], "all is told")
    assert story.plan.territory_by_unit() == office.territory_by_unit
    reps = dict(story.plan.rows("SELECT territory_name, rep_name FROM territory LEFT JOIN rep USING (rep_id)"))
    assert reps == {**office.rep_by_territory, VACANT: None}
    assert dict(story.plan.rows("SELECT rep_name, home_postal_code FROM rep")) == office.home_zip_by_rep
    story.picture("08-new-plan")


def test_the_export_of_the_crm_is_imported_and_no_row_is_dropped(story: Story) -> None:
    w, crm = story.window, story.office.crm
    w.key(w.main, Qt.Key.Key_I, CTRL | SHIFT)
    dialog = w.dialog(AccountImportDialog)
    story.picture("09-import-empty", dialog)
    w.answer_file_dialog(crm.path)
    w.click(dialog.form.choose_button)
    wait_until(lambda: dialog.form.has_file, "the first rows are read")
    bar = dialog.form.options_bar
    guessed = [bar.encoding.currentText(), bar.delimiter.currentText(), bar.decimal.currentText(), bar.header.value()]
    assert guessed == ["Windows-1252 (Western)", "Semicolon", "1.234,5 (comma)", 3]
    assert dialog.form.key.currentText() == "Account-Nr."
    story.picture("10-import-preview", dialog)
    w.click(dialog.next)
    wait_until(lambda: dialog.view is not None, "all rows are read", 90)
    report = dialog.findChild(ReportView)
    assert report is not None
    story.picture("11-import-rejects", dialog)
    assert crm.n_rows == 20_000
    assert len(crm.accounts) + len(crm.rejects) == crm.n_rows
    said = texts_in(report)
    for figure in (len(crm.accounts), len(crm.rejects), crm.n_without_place):
        assert f"{figure:,}" in said.split("\n")
    listed = rows_of(report.findChildren(RowsView)[0])
    assert [int(row.replace(",", "")) for row, _ in listed] == sorted(crm.rejects)
    assert all(reason for _, reason in listed)
    saved = story.desk / "rejected.csv"
    w.answer_file_dialog(saved)
    w.click(report.save_button)
    with saved.open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.reader(stream))
    assert [int(row[0]) for row in rows[1:]] == sorted(crm.rejects)
    assert dialog.apply.text().replace("&", "") == f"Import {len(crm.accounts):,} accounts"
    w.click(dialog.apply)
    wait_until(lambda: not w.is_open(AccountImportDialog), "the accounts are written", 90)
    w.rest()
    assert w.main.territory_panel.bar_choice.currentText() == "Workload", "there is more to show now than units"
    story.assert_map_and_table_speak_of_the_same_measure()
    story.picture("12-imported")


def test_every_account_lies_in_the_area_of_its_zip_code(story: Story) -> None:
    crm = story.office.crm
    found = story.plan.rows(
        "SELECT account_key, account_name, coalesce(unit_code, ''), location_level, visits FROM account"
        " LEFT JOIN unit USING (unit_id) ORDER BY account_id"
    )
    level = {True: "postal_code", False: "none"}
    assert found == [(a.key, a.name, a.unit, level[bool(a.unit)], a.visits) for a in crm.accounts]
    column = story.plan.value("SELECT column_name FROM measure WHERE measure_name = 'Umsatz EUR'")
    amounts = [value for (value,) in story.plan.rows(f"SELECT {column} FROM account ORDER BY account_id")]
    cents = [None if value is None else round(value * 100) for value in amounts]
    assert cents == [a.revenue_cents for a in crm.accounts]


def test_the_accounts_are_seen_on_the_map(story: Story) -> None:
    w = story.window
    w.show_place(-81.0, 34.5, 7)
    w.take_hand_away()
    with_dots = w.image()
    story.picture("13-accounts-on-map")
    w.key(w.main, Qt.Key.Key_F5)  # accounts off
    without = w.image()
    w.key(w.main, Qt.Key.Key_F5)
    w.assert_same_picture(with_dots)
    west, south, east, north = w.map.bounds or (0.0, 0.0, 0.0, 0.0)
    places = story.plan.rows(
        "SELECT lon, lat FROM account WHERE lon BETWEEN ? AND ? AND lat BETWEEN ? AND ?", west, east, south, north
    )
    assert len(places) > 1000
    inside = [p for p in w.places_of(places[::10]) if 5 < p.x() < w.map.width() - 5 and 5 < p.y() < w.map.height() - 5]
    n_seen = sum(with_dots.pixelColor(p) != without.pixelColor(p) for p in inside)
    # A few lie under a label or the legend, or behind the dot of a neighbour.
    assert n_seen >= 0.8 * len(inside) > 100


def test_the_map_has_the_colours_of_the_territories(story: Story) -> None:
    w = story.window
    w.key(w.main, Qt.Key.Key_0, CTRL)  # the whole map
    w.take_hand_away()
    image = w.image()
    owner = story.plan.territory_by_unit()
    wrong = []
    for code in ("829", "590", "693", "798", "675", "893", "559", "387"):  # large areas, inland
        seen = w.main_color(w.place_of_unit(story.unit_ix(code)), image=image)
        if not is_same_color(seen, fill_on_land(story.color_of(owner[code]))):
            wrong.append((code, owner[code], seen))
    assert wrong == []
    seen = w.main_color(w.place_of_unit(story.unit_ix("821")), reach=2, image=image)
    assert min(seen) > 235, "the park is unassigned, hence pale"
