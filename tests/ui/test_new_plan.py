"""New plan: from nothing to an open plan, page by page; a failure leaves nothing behind."""

from __future__ import annotations

from pathlib import Path

import geopandas
import pytest
import shapely
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMessageBox, QWidget
from pytestqt.qtbot import QtBot

from territorymap.errors import Cancelled
from territorymap.session.session import Session
from territorymap.ui import theme
from territorymap.ui.new_plan.build import Draft, build_plan
from territorymap.ui.new_plan.dialog import NewPlanDialog
from territorymap.ui.new_plan.units_choice import UnitsChoice
from territorymap.ui.preferences import Preferences
from tests.ui.conftest import wait_for

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def dialog(parent: QWidget, qapp: QApplication, preferences: Preferences, tmp_path: Path) -> NewPlanDialog:
    theme.install(qapp, "light")
    preferences.set_folder("plans", tmp_path)
    dialog = NewPlanDialog(preferences, parent)
    dialog.show()
    dialog.units.choose_layer("us-states")
    return dialog


def create(qtbot: QtBot, dialog: NewPlanDialog) -> tuple[Path, list[object]]:
    with qtbot.waitSignal(dialog.plan_made, timeout=60_000) as made:
        QTest.mouseClick(dialog.create_button, LEFT)
    path, reports = made.args
    return path, reports


def squares(path: Path, n: int = 3) -> Path:
    """A row of squares along the equator as GeoJSON, with two columns of numbers."""
    frame = geopandas.GeoDataFrame(
        {
            "id": [f"S{i}" for i in range(n)],
            "label": [f"Square {i}" for i in range(n)],
            "people": [10 * i for i in range(n)],
        },
        geometry=[shapely.box(i, 0, i + 1, 1) for i in range(n)],
        crs="EPSG:4326",
    )
    path.write_text(frame.to_json(), encoding="utf-8")
    return path


def test_two_clicks_make_a_plan(qtbot: QtBot, dialog: NewPlanDialog, tmp_path: Path) -> None:
    assert dialog.create_button.isEnabled()
    path, reports = create(qtbot, dialog)
    assert path == tmp_path / "US states.gpkg"
    assert reports == []
    with Session.open(path) as session:
        assert len(session.plan.units) == 56
        assert [t.name for t in session.plan.territories][:2] == ["Territory 1", "Territory 2"]
        assert len(session.plan.territories) == 10
        assert {m.name for m in session.plan.measures} >= {"accounts", "units", "workload_h"}


def test_the_pages_can_be_walked_with_next_and_skip(dialog: NewPlanDialog) -> None:
    seen = [dialog.steps.currentRow()]
    while dialog.next.isVisible():
        QTest.mouseClick(dialog.next, LEFT)
        seen.append(dialog.steps.currentRow())
    assert seen == [0, 1, 2, 3, 4]
    assert not dialog.next.isVisible()
    QTest.mouseClick(dialog.back, LEFT)
    assert dialog.steps.currentRow() == 3


def test_an_optional_page_says_skip_until_it_is_filled(qtbot: QtBot, dialog: NewPlanDialog, tmp_path: Path) -> None:
    dialog.steps.setCurrentRow(1)
    assert dialog.next.text() == "&Skip"
    path = tmp_path / "accounts.csv"
    path.write_text("Name,State\nAcme,IL\n", encoding="utf-8")
    dialog.use_accounts_file(path)
    wait_for(qtbot, lambda: dialog.accounts.form.has_file)
    assert dialog.next.text() == "&Next"


def test_enter_goes_on_with_the_file_that_was_chosen(qtbot: QtBot, dialog: NewPlanDialog, tmp_path: Path) -> None:
    path = tmp_path / "accounts.csv"
    path.write_text("Name,State\nAcme,IL\n", encoding="utf-8")
    dialog.use_accounts_file(path)
    form = dialog.accounts.form
    wait_for(qtbot, lambda: form.has_file)
    dialog.steps.setCurrentRow(1)
    form.change_button.setFocus()  # where the focus falls when the button that opened the chooser goes
    QTest.keyClick(form.change_button, Qt.Key.Key_Return)
    assert dialog.steps.currentRow() == 2


def test_everything_at_once(qtbot: QtBot, dialog: NewPlanDialog, tmp_path: Path) -> None:
    accounts, reps, alignment = (tmp_path / name for name in ("accounts.csv", "reps.csv", "alignment.csv"))
    accounts.write_text("Key,Name,Zip\n1,Acme,60601\n2,Bolt,2139\n3,Cog,00000\n", encoding="utf-8")
    reps.write_text("Rep,Home postal code\nAnn,60601\n", encoding="utf-8")
    alignment.write_text("State,Territory,Rep\n17,Middle,Ann\n25,East,\n", encoding="utf-8")
    # A column of the units' codes is known by what stands in it.
    wait_for(qtbot, lambda: len(dialog.units.codes) == 56)
    dialog.use_accounts_file(accounts)
    dialog.reps.form.load(reps)
    dialog.start.alignment.setChecked(True)
    dialog.start.form.load(alignment)
    wait_for(qtbot, lambda: not dialog.why_not() and dialog.reps.form.has_file and dialog.accounts.form.has_file)
    dialog.steps.setCurrentRow(4)
    dialog.file.title.selectAll()
    QTest.keyClicks(dialog.file.title, "Mine")
    path, reports = create(qtbot, dialog)
    assert path.name == "Mine.gpkg"
    assert len(reports) == 3
    with Session.open(path) as session:
        plan = session.plan
        assert plan.info.title == "Mine"
        assert sorted(plan.accounts.name) == ["Acme", "Bolt", "Cog"]
        middle = plan.territory_named("Middle")
        assert middle is not None
        assert plan.rep(middle.rep_id) is not None
        acme = int(plan.accounts.unit_ix[list(plan.accounts.name).index("Acme")])
        assert plan.unit_territory[acme] == plan.territory_ix(middle.territory_id)


def test_one_territory_a_rep_needs_reps(qtbot: QtBot, dialog: NewPlanDialog, tmp_path: Path) -> None:
    assert not dialog.start.per_rep.isEnabled()
    reps = tmp_path / "reps.csv"
    reps.write_text("Rep,City\nAnn,Chicago\nBob,Boston\n", encoding="utf-8")
    dialog.reps.form.load(reps)
    wait_for(qtbot, dialog.start.per_rep.isEnabled)
    dialog.start.per_rep.setChecked(True)
    path, _ = create(qtbot, dialog)
    with Session.open(path) as session:
        assert [t.name for t in session.plan.territories] == ["Ann", "Bob"]


def test_own_boundaries_bring_codes_names_and_measures(qtbot: QtBot, dialog: NewPlanDialog, tmp_path: Path) -> None:
    dialog.use_units_file(squares(tmp_path / "squares.geojson"))
    own = dialog.units.own
    wait_for(qtbot, lambda: own.outcome is not None)
    assert own.questions.code.currentText() == "id"
    own.questions.measures.item(0).setCheckState(Qt.CheckState.Checked)
    wait_for(qtbot, lambda: own.outcome is not None and bool(own.outcome.layer.values))
    path, _ = create(qtbot, dialog)
    with Session.open(path) as session:
        assert list(session.plan.units.code) == ["S0", "S1", "S2"]
        assert "people" in {m.name for m in session.plan.measures}


def test_a_file_without_areas_is_refused_on_its_page(qtbot: QtBot, dialog: NewPlanDialog, tmp_path: Path) -> None:
    bad = tmp_path / "points.geojson"
    bad.write_text(
        '{"type": "FeatureCollection", "features": [{"type": "Feature", "properties": {"code": "A"}, '
        '"geometry": {"type": "Point", "coordinates": [0, 0]}}]}'
    )
    dialog.use_units_file(bad)
    wait_for(qtbot, lambda: "points.geojson" in dialog.units.own.why_not())
    assert not dialog.create_button.isEnabled()


def test_an_existing_file_is_never_overwritten(dialog: NewPlanDialog, tmp_path: Path) -> None:
    taken = tmp_path / "taken.gpkg"
    taken.write_text("precious")
    dialog.file.path.setText(str(taken))
    assert not dialog.create_button.isEnabled()
    assert "already a file taken.gpkg" in dialog.why_not()


def test_a_list_that_cannot_be_read_leaves_no_plan(qtbot: QtBot, dialog: NewPlanDialog, tmp_path: Path) -> None:
    accounts = tmp_path / "accounts.csv"
    accounts.write_text("Name,Zip\nAcme,60601\n", encoding="utf-8")
    dialog.use_accounts_file(accounts)
    wait_for(qtbot, lambda: dialog.accounts.form.has_file)
    accounts.unlink()
    QTest.mouseClick(dialog.create_button, LEFT)
    wait_for(qtbot, lambda: dialog.findChild(QMessageBox) is not None)
    box = dialog.findChild(QMessageBox)
    assert box is not None
    assert "accounts.csv" in box.text()
    box.close()
    assert dialog.isVisible()
    assert [p.name for p in tmp_path.iterdir() if "gpkg" in p.name and p.name != "grid.gpkg"] == []
    dialog.close()


@pytest.mark.parametrize("cancel_at", [1, 2, 4])
def test_a_cancelled_plan_leaves_no_file(tmp_path: Path, cancel_at: int) -> None:
    calls = 0

    def is_cancelled() -> bool:
        nonlocal calls
        calls += 1
        return calls >= cancel_at

    draft = Draft(tmp_path / "new.gpkg", "New", UnitsChoice("us-states"), n_territories=3)
    with pytest.raises(Cancelled):
        build_plan(draft, lambda *_: None, is_cancelled)
    assert [p for p in tmp_path.iterdir() if "new" in p.name] == []
