"""The afternoon's last part: next week's export of the CRM, a copy, every export, closing, opening again, GDAL."""

from __future__ import annotations

import csv
import json
import subprocess
import sys

import pyogrio
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QTableView

from territorymap.ui.export_dialog import ExportDialog
from territorymap.ui.import_wizard.accounts_dialog import AccountImportDialog
from territorymap.ui.start_page import RecentRow
from tests.afternoon.plan_file import PlanFile
from tests.afternoon.story import TITLE, Story, rows_of, texts_in
from tests.support.window import CTRL, SHIFT, wait_until

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("hour")]
STRANGE = "Südwest & Wüste <7>"


def test_next_weeks_export_is_compared_and_is_one_step(story: Story) -> None:
    w, later = story.window, story.office.later
    before = story.plan.content()
    overrides = story.plan.overrides()
    w.key(w.main, Qt.Key.Key_I, CTRL | SHIFT)
    dialog = w.dialog(AccountImportDialog)
    w.answer_file_dialog(later.path)
    w.click(dialog.form.choose_button)
    wait_until(lambda: dialog.form.has_file, "the first rows are read")
    assert dialog.form.key.currentText() == "Account-Nr."
    w.click(dialog.next)
    wait_until(lambda: dialog.view is not None, "all rows are read", 90)
    view = dialog.view
    assert view is not None
    office = story.office
    n_same = len(later.accounts) - len(office.added) - len(office.changed)
    assert f"25 new · 51 changed · {n_same:,} as before · 37 missing in the file" in texts_in(dialog)
    assert view.tabs.tabText(view.tabs.currentIndex()) == "Changed"
    listed = {}
    for i in range(view.tabs.count()):
        tables = [view.tabs.widget(i), *view.tabs.widget(i).findChildren(QTableView)]
        rows = [row for table in tables if isinstance(table, QTableView) for row in rows_of(table)]
        listed[view.tabs.tabText(i)] = sorted(row[0] for row in rows)
    assert listed["New"] == sorted(office.added)
    assert listed["Changed"] == sorted(office.changed)
    assert listed["Missing"] == sorted(office.missing)
    w.click(dialog.remove_missing)
    story.picture("50-reimport", dialog)
    w.click(dialog.apply)
    wait_until(lambda: not w.is_open(AccountImportDialog), "the accounts are updated", 90)
    found = story.plan.rows(
        f"SELECT account_key, coalesce(unit_code, ''), round({story.revenue_column} * 100) FROM account"
        " LEFT JOIN unit USING (unit_id)"
    )
    assert sorted(found) == sorted((a.key, a.unit, a.revenue_cents) for a in later.accounts)
    assert story.plan.overrides() == {key: what for key, what in overrides.items() if key not in office.missing}
    after = story.plan.content()
    story.assert_table_shows_the_file()
    story.picture("51-updated")
    w.key(w.main, Qt.Key.Key_Z, CTRL)
    assert story.plan.content() == before
    story.assert_table_shows_the_file()
    w.key(w.main, Qt.Key.Key_Z, CTRL | SHIFT)
    assert story.plan.content() == after
    story.assert_table_shows_the_file()


def test_a_copy_holds_the_same_and_can_be_read_beside_the_open_plan(story: Story) -> None:
    w = story.window
    copy = story.desk / "for Carla.gpkg"
    w.answer_file_dialog(copy)
    w.key(w.main, Qt.Key.Key_S, CTRL | SHIFT)
    wait_until(copy.exists, "the copy is written")
    assert "for Carla.gpkg" in w.main.toast.text
    assert PlanFile(copy).content() == story.plan.content()
    assert w.main.windowTitle().startswith(TITLE)
    assert not list(story.desk.glob("for Carla.gpkg-*"))
    story.picture("52-copied")


EXPORTS = [
    ("CSV table", "csv", "Units with their territory and rep", "units"),
    ("CSV table", "csv", "Accounts with their territory and rep", "accounts"),
    ("CSV table", "csv", "Territories with rep and totals", "territories"),
    ("GeoJSON map data", "geojson", "Territories with rep and totals", "territories"),
    ("GeoPackage for GIS programs", "gpkg", "Everything: territories, units, accounts", "all"),
    ("Web page with the map", "html", "", "page"),
    ("Picture of the map (PNG)", "png", "Territories", "picture"),
]


@pytest.mark.parametrize(("label", "extension", "content", "name"), EXPORTS)
def test_every_format_is_exported_from_the_menu(
    story: Story, label: str, extension: str, content: str, name: str
) -> None:
    w = story.window
    target = story.desk / f"{name}.{extension}"
    w.choose_in_menu("File", "Export", f"{label}…")
    dialog = w.dialog(ExportDialog)
    if content:
        w.choose(dialog.what, content)
    w.type(dialog.path, str(target))
    story.picture(f"53-export-{name}-{extension}", dialog)
    w.click(dialog.ok)
    wait_until(lambda: target.exists() and target.name in w.main.toast.text, f"{target.name} is written", 90)


def test_what_was_exported_says_what_the_plan_says(story: Story) -> None:
    totals = story.totals()
    owner = story.plan.territory_by_unit()
    with (story.desk / "units.csv").open(encoding="utf-8-sig", newline="") as stream:
        units = {row["unit_code"]: row["territory"] for row in csv.DictReader(stream)}
    assert {code: name for code, name in units.items() if name} == owner
    assert len(units) == story.plan.value("SELECT count(*) FROM unit")
    with (story.desk / "accounts.csv").open(encoding="utf-8-sig", newline="") as stream:
        accounts = list(csv.DictReader(stream))
    by_territory: dict[str, set[str]] = {}
    for row in accounts:
        by_territory.setdefault(row["territory"], set()).add(row["account_key"])
    assert {name: keys for name, keys in by_territory.items() if name} == {
        name: t.account_keys for name, t in totals.items()
    }
    names = {row["account_name"] for row in accounts}
    assert "'=HYPERLINK(0;0) Traders" in names, "no spreadsheet may run a name"
    assert 'Smith; Sons "Best" Ltd' in names
    shapes = pyogrio.read_dataframe(story.desk / "territories.geojson")
    assert dict(zip(shapes["territory"], shapes["accounts"], strict=True)) == {
        name: t.n_accounts for name, t in totals.items()
    }
    assert shapes.geometry.is_valid.all()
    layers = pyogrio.list_layers(story.desk / "all.gpkg")
    assert {name for name, _ in layers.tolist()} == {"territories", "units", "accounts"}
    assert len(pyogrio.read_dataframe(story.desk / "all.gpkg", layer="accounts")) == len(accounts)
    page = (story.desk / "page.html").read_text(encoding="utf-8")
    assert STRANGE not in page, "names are text, never markup"
    assert 'src="http' not in page
    assert 'href="http' not in page.replace('href="https://leafletjs.com', "")
    picture = QImage(str(story.desk / "picture.png"))
    assert (picture.width(), picture.height()) == (1600, 1000)


GDAL_READER = """
import json, sys, warnings
warnings.simplefilter("error")
import pyogrio
path = sys.argv[1]
counts = {name: kind for name, kind in pyogrio.list_layers(path).tolist() if kind}
frames = {name: pyogrio.read_dataframe(path, layer=name) for name in counts}
account, unit, territory = frames["account"], frames["unit"], frames["territory"]
assignment = pyogrio.read_dataframe(path, layer="assignment")
override = pyogrio.read_dataframe(path, layer="override")
owner = dict(zip(assignment["unit_id"], assignment["territory_id"]))
given = dict(zip(override["account_id"], override["territory_id"]))
name = dict(zip(pyogrio.read_dataframe(path, layer="territory", fid_as_index=True).index, territory["territory_name"]))
ids = pyogrio.read_dataframe(path, layer="account", fid_as_index=True).index
held = [given.get(i, owner.get(u)) for i, u in zip(ids, account["unit_id"])]
totals = {n: sum(h == i for h in held) for i, n in name.items()}
print(json.dumps({"layers": counts, "rows": {n: len(f) for n, f in frames.items()}, "accounts": totals,
    "area": {n: round(a) for n, a in zip(territory["territory_name"], territory.to_crs(6933).area / 1e6)}}))
"""


def test_the_plan_closes_to_one_file_that_gdal_reads_without_a_word(story: Story) -> None:
    w = story.window
    totals = story.assert_table_shows_the_file()
    story.remembered["closed"] = story.plan.content()
    shown = {w.cell(story.table, r, "Territory"): w.cell(story.table, r, "Accounts") for r in range(len(totals))}
    layers = ("unit", "account", "rep", "territory")
    n_rows = {name: story.plan.value(f"SELECT count(*) FROM {name}") for name in layers}
    areas = dict(
        story.plan.rows(
            "SELECT territory_name, sum(area_km2) FROM assignment JOIN unit USING (unit_id)"
            " JOIN territory USING (territory_id) GROUP BY 1"
        )
    )
    w.key(w.main, Qt.Key.Key_W, CTRL)
    wait_until(lambda: w.main.pages.currentWidget() is w.main.start_page, "the start page is shown")
    story.picture("60-closed")
    assert [p.name for p in story.desk.glob(f"{TITLE}.gpkg*")] == [f"{TITLE}.gpkg"]
    done = subprocess.run(
        [sys.executable, "-c", GDAL_READER, str(story.plan.path)], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    told = json.loads(done.stdout)
    assert told["rows"] == n_rows
    assert {name: f"{n:,}" for name, n in told["accounts"].items()} == shown
    for name, area in areas.items():
        assert told["area"][name] == pytest.approx(area, rel=0.01), name
    assert story.plan.content() == story.remembered["closed"]


def test_the_plan_opens_again_from_the_start_page_and_undo_goes_on(story: Story) -> None:
    w = story.window
    recent = [row for row in w.main.start_page.findChildren(RecentRow) if row.isVisible()]
    assert recent[0].path == story.plan.path.resolve()
    w.click(recent[0])
    w.wait_for_map()
    story.assert_table_shows_the_file()
    story.assert_map_and_table_speak_of_the_same_measure()
    assert story.plan.content() == story.remembered["closed"]
    story.picture("61-opened-again")
    assert w.main.commands["undo"].text().startswith("&Undo: Update from")
    n = len(w.main.history_panel.model.steps)
    for _ in range(n - 4):  # up to the import of the accounts
        w.key(w.main, Qt.Key.Key_Z, CTRL)
    assert w.main.commands["undo"].text() == f"&Undo: Import {len(story.office.crm.accounts):,} accounts"
    assert story.plan.content() == story.remembered["before the stroke"]
    story.assert_table_shows_the_file()
    for _ in range(n - 4):
        w.key(w.main, Qt.Key.Key_Y, CTRL)
    assert not w.main.commands["redo"].isEnabled()
    assert story.plan.content() == story.remembered["closed"]
    story.assert_table_shows_the_file()
    assert w.map.guard.refused == []
    backups = list(w.main.session.document.backup_dir.glob("*.gpkg"))  # type: ignore[union-attr]
    assert backups
    assert all(story.desk not in backup.parents for backup in backups)
