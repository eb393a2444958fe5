"""The page of own boundaries, by mouse and keys: faults on the map, repair, questions, several files, what is left."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import pytest
import shapely
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QColor, QDropEvent, QImage, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QLabel, QPushButton, QTreeWidgetItem, QWidget
from pytestqt.qtbot import QtBot

from territorymap.geo.survey import Fault
from territorymap.session.session import Session
from territorymap.ui import theme
from territorymap.ui.import_wizard.result_view import ReportView
from territorymap.ui.new_plan.dialog import NewPlanDialog
from territorymap.ui.new_plan.own_units import OwnUnitsForm
from territorymap.ui.new_plan.unit_map import UnitMap
from territorymap.ui.preferences import Preferences
from tests.importers.boundary_files import frame, write_shapefile
from tests.importers.files import feature, point, square, write_geojson
from tests.ui.conftest import wait_for

LEFT = Qt.MouseButton.LeftButton
RED, GREEN = QColor(theme.LIGHT.danger), QColor(theme.LIGHT.good)


@pytest.fixture
def dialog(parent: QWidget, qapp: QApplication, preferences: Preferences, tmp_path: Path) -> NewPlanDialog:
    theme.install(qapp, "light")
    preferences.set_folder("plans", tmp_path)
    dialog = NewPlanDialog(preferences, parent)
    dialog.resize(1300, 690)
    dialog.show()
    return dialog


@pytest.fixture
def own(dialog: NewPlanDialog) -> OwnUnitsForm:
    return dialog.units.own


@pytest.fixture
def load(qtbot: QtBot, dialog: NewPlanDialog) -> Callable[..., OwnUnitsForm]:
    """Open files and wait until their units are drawn."""

    def load(*paths: Path) -> OwnUnitsForm:
        dialog.use_units_file(list(paths))
        wait_for(qtbot, lambda: is_drawn(dialog.units.own))
        return dialog.units.own

    return load


def is_drawn(own: OwnUnitsForm) -> bool:
    return own.outcome is not None and own.map.is_drawn


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    """
    A A B B     A and B overlap by a tenth of a degree in Poland; between C and D is a gap of 0.0005 degrees,
    C C D D     35 m wide; E is a point.
    """
    a, b = square(16, 51), square(16.9, 51, 1.1)
    c, d = shapely.box(16, 50, 16.9, 51), shapely.box(16.9005, 50, 18, 51)
    lid = shapely.box(16, 49, 18, 50)
    shapes = [a, b, *(shapely.geometry.mapping(shape) for shape in (c, d, lid)), point(16, 51)]
    features = [feature(shape, code=code, state="x") for shape, code in zip(shapes, "ABCDLE", strict=True)]
    return write_geojson(tmp_path / "broken.geojson", features)


def groups(own: OwnUnitsForm) -> dict[str, tuple[str, str]]:
    """Return the area and the state of each kind of fault by its title."""
    items = [own.faults.tree.topLevelItem(i) for i in range(own.faults.tree.topLevelItemCount())]
    return {item.text(0): (item.text(1), item.text(2)) for item in items if item is not None}


def click_item(own: OwnUnitsForm, item: QTreeWidgetItem | None) -> None:
    assert item is not None
    own.faults.tree.scrollToItem(item)
    box = own.faults.tree.visualItemRect(item)
    QTest.mouseClick(own.faults.tree.viewport(), LEFT, pos=QPoint(box.left() + 40, box.center().y()))


def seen(widget: UnitMap) -> QImage:
    return widget.grab().toImage()


def is_near(image: QImage, x: float, y: float, colour: QColor, reach: int = 3) -> bool:
    """Return True where a pixel around a place has about a colour."""
    for dx in range(-reach, reach + 1):
        for dy in range(-reach, reach + 1):
            pixel = image.pixelColor(round(x) + dx, round(y) + dy)
            if all(abs(a - b) < 40 for a, b in zip(pixel.getRgb()[:3], colour.getRgb()[:3], strict=True)):  # type: ignore[arg-type]
                return True
    return False


def place_of(own: OwnUnitsForm, fault: Fault) -> tuple[float, float]:
    """Return where the middle of a fault is drawn: the pixel whose degrees are nearest to it."""
    view, width, height = own.map.view, own.map.width(), own.map.height()
    assert view is not None
    west, south, east, north = fault.place.bounds
    lon, lat = (west + east) / 2, (south + north) / 2
    left, _ = view.degrees(0, height / 2, width, height)
    right, _ = view.degrees(width, height / 2, width, height)
    rows = [view.degrees(width / 2, y, width, height)[1] for y in range(height)]
    return width * (lon - left) / (right - left), min(range(height), key=lambda y: abs(rows[y] - lat))


class TestFaults:
    def test_they_are_listed_with_counts_and_areas(self, load: Callable[..., OwnUnitsForm], broken: Path) -> None:
        own = load(broken)
        found = groups(own)
        assert next(iter(found)) == "1 overlap"
        area, state = found["1 overlap"]
        assert (area.split()[1], state) == ("km²", "as in the file")
        assert float(area.split()[0].replace(",", "")) == pytest.approx(0.1 * 111.2 * 70, rel=0.02)
        assert found["1 hole wider than 1 m that belongs to no unit"][1] == "left open"
        assert "do not meet" in own.faults.verdict.text()
        assert own.result.counts.text() == "5 units in Poland, Czechia."

    def test_the_tolerance_decides_at_once_which_gaps_a_repair_would_close(
        self, load: Callable[..., OwnUnitsForm], broken: Path
    ) -> None:
        own = load(broken)
        own.faults.tolerance.setFocus()
        own.faults.tolerance.selectAll()
        QTest.keyClicks(own.faults.tolerance, "50")
        QTest.keyClick(own.faults.tolerance, Qt.Key.Key_Return)
        assert groups(own)["1 gap"][1] == "as in the file"
        assert own.outcome is not None  # nothing was read again

    def test_a_click_in_the_list_brings_the_fault_to_the_middle_in_red(
        self, qtbot: QtBot, load: Callable[..., OwnUnitsForm], broken: Path
    ) -> None:
        own = load(broken)
        before = own.map.view
        group = own.faults.tree.topLevelItem(0)
        assert group is not None
        group.setExpanded(True)
        assert group.child(0).text(0).startswith("A, B overlap by")
        click_item(own, group.child(0))
        wait_for(qtbot, lambda: own.map.view != before and own.map.is_drawn)
        x, y = place_of(own, own.faults.faults[0])
        assert (x, y) == pytest.approx((own.map.width() / 2, own.map.height() / 2), abs=2)
        assert is_near(seen(own.map), x, y, RED, 6)

    def test_a_click_on_a_mark_selects_it_in_the_list(self, load: Callable[..., OwnUnitsForm], broken: Path) -> None:
        own = load(broken)
        gap = next(f for f in own.faults.faults if f.kind == "gap")
        x, y = place_of(own, gap)
        QTest.mouseClick(own.map, LEFT, pos=QPoint(round(x), round(y)))
        item = own.faults.tree.currentItem()
        assert item is not None
        assert "m wide, beside C, D, L" in item.text(0) or "m wide, beside" in item.text(0)

    def test_a_repair_is_asked_for_by_a_click_and_can_be_taken_back(
        self, qtbot: QtBot, load: Callable[..., OwnUnitsForm], broken: Path
    ) -> None:
        own = load(broken)
        own.faults.tolerance.setValue(50)
        QTest.mouseClick(own.faults.repair, LEFT, pos=QPoint(8, own.faults.repair.height() // 2))
        wait_for(qtbot, lambda: is_drawn(own) and own.outcome is not None and own.outcome.repair_m == 50)
        assert own.outcome is not None
        assert shapely.coverage_is_valid(own.outcome.layer.geometry)
        assert {state for _, state in groups(own).values()} == {"repaired"}
        assert "repaired" in own.faults.verdict.text()
        x, y = place_of(own, own.faults.faults[0])
        assert is_near(seen(own.map), x, y, GREEN, 8)
        QTest.mouseClick(own.faults.repair, LEFT, pos=QPoint(8, own.faults.repair.height() // 2))
        wait_for(qtbot, lambda: is_drawn(own) and own.outcome is not None and own.outcome.repair_m is None)
        assert "as in the file" in {state for _, state in groups(own).values()}

    def test_the_plan_gets_the_repaired_borders(
        self, qtbot: QtBot, dialog: NewPlanDialog, load: Callable[..., OwnUnitsForm], broken: Path
    ) -> None:
        own = load(broken)
        QTest.mouseClick(own.faults.repair, LEFT, pos=QPoint(8, own.faults.repair.height() // 2))
        assert not dialog.create_button.isEnabled()  # not before it was checked
        wait_for(qtbot, lambda: dialog.create_button.isEnabled() and own.map.is_drawn)
        with qtbot.waitSignal(dialog.plan_made, timeout=60_000) as made:
            QTest.mouseClick(dialog.create_button, LEFT)
        with Session.open(made.args[0]) as session:
            assert list(session.plan.units.code) == list("ABCDL")
            assert session.plan.units.area_km2[:2].sum() == pytest.approx(2.11 * 111.2 * 69.2, rel=0.02)

    def test_a_plan_with_faults_is_possible_but_cautioned_on_every_page(
        self, qtbot: QtBot, dialog: NewPlanDialog, load: Callable[..., OwnUnitsForm], broken: Path
    ) -> None:
        own = load(broken)
        assert dialog.create_button.isEnabled()
        dialog.steps.setCurrentRow(4)
        labels = [label.text() for label in dialog.findChildren(QLabel) if label.isVisible()]
        assert any("borders that do not meet" in text for text in labels)
        own.faults.repair.setChecked(True)
        wait_for(qtbot, lambda: own.outcome is not None)
        labels = [label.text() for label in dialog.findChildren(QLabel) if label.isVisible()]
        assert not any("borders that do not meet" in text for text in labels)


class TestMap:
    def test_wheel_keys_and_drag_move_the_view_and_0_shows_all(
        self, qtbot: QtBot, load: Callable[..., OwnUnitsForm], broken: Path
    ) -> None:
        own = load(broken)
        whole = own.map.view
        assert whole is not None
        middle = QPointF(own.map.width() / 2, own.map.height() / 2)
        wheel = QWheelEvent(
            middle, QPointF(own.map.mapToGlobal(middle.toPoint())), QPoint(), QPoint(0, 120), Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
        )  # fmt: skip
        QApplication.sendEvent(own.map, wheel)
        assert own.map.view is not None
        assert own.map.view.scale == pytest.approx(1.6 * whole.scale)
        own.map.setFocus()
        QTest.keyClick(own.map, Qt.Key.Key_Minus)
        assert own.map.view.scale == pytest.approx(whole.scale)
        start = QPoint(round(middle.x()) + 40, round(middle.y()) + 60)
        QTest.mousePress(own.map, LEFT, pos=start)
        QTest.mouseMove(own.map, start + QPoint(30, 0))
        QTest.mouseMove(own.map, start + QPoint(60, 0))
        QTest.mouseRelease(own.map, LEFT, pos=start + QPoint(60, 0))
        assert own.map.view.x == pytest.approx(whole.x - 60 / whole.scale)
        QTest.keyClick(own.map, Qt.Key.Key_Left)
        assert own.map.view.x == pytest.approx(whole.x - 120 / whole.scale)
        QTest.keyClick(own.map, Qt.Key.Key_0)
        assert own.map.view == whole
        wait_for(qtbot, lambda: own.map.is_drawn)

    def test_a_unit_under_the_pointer_is_known_and_both_where_two_overlap(
        self, load: Callable[..., OwnUnitsForm], broken: Path
    ) -> None:
        own = load(broken)
        assert own.outcome is not None
        codes = own.outcome.layer.code
        x, y = place_of(own, own.faults.faults[0])
        assert sorted(codes[i] for i in own.map.unit_at(QPointF(x, y + 10))) == ["A", "B"]
        assert own.map.unit_at(QPointF(2, 2)) == []


class TestQuestions:
    def test_the_coordinate_system_is_asked_for_and_a_suggestion_taken_by_a_click(
        self, qtbot: QtBot, dialog: NewPlanDialog, own: OwnUnitsForm, tmp_path: Path
    ) -> None:
        path = write_shapefile(tmp_path / "s", frame(25833))
        path.with_suffix(".prj").unlink()
        dialog.use_units_file(path)
        wait_for(qtbot, lambda: own.result.crs_panel.isVisible())
        assert not dialog.create_button.isEnabled()
        assert dialog.why_not() == "Say in which coordinate system the boundaries are."
        button = next(b for b in own.result.crs_panel.buttons if b.text().startswith("EPSG:25833"))
        QTest.mouseClick(button, LEFT)
        wait_for(qtbot, lambda: is_drawn(own))
        assert own.map.isVisible()
        assert not own.result.crs_panel.isVisible()
        assert own.result.counts.text() == "4 units in Germany, Poland."
        assert dialog.create_button.isEnabled()

    def test_a_system_can_be_typed(
        self, qtbot: QtBot, dialog: NewPlanDialog, own: OwnUnitsForm, tmp_path: Path
    ) -> None:
        path = write_shapefile(tmp_path / "s", frame(31469))
        path.with_suffix(".prj").unlink()
        dialog.use_units_file(path)
        wait_for(qtbot, lambda: own.result.crs_panel.isVisible())
        own.questions.crs.setFocus()
        QTest.keyClicks(own.questions.crs, "EPSG:99")
        wait_for(qtbot, lambda: "no coordinate system EPSG:99" in own.why_not())
        QTest.keyClick(own.questions.crs, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
        QTest.keyClicks(own.questions.crs, "31469")
        wait_for(qtbot, lambda: is_drawn(own))
        assert own.outcome is not None
        assert own.outcome.places[0].crs == "EPSG:31469"

    def test_latitude_first_is_noticed_shown_from_afar_and_put_right_by_a_click(
        self, qtbot: QtBot, load: Callable[..., OwnUnitsForm], tmp_path: Path
    ) -> None:
        ring = [[51, 13], [52, 13], [52, 14], [51, 14], [51, 13]]
        path = write_geojson(tmp_path / "x.geojson", [feature({"type": "Polygon", "coordinates": [ring]}, code="A")])
        own = load(path)
        assert own.result.doubt.isVisible()
        assert "at sea" in own.result.counts.text()
        QTest.mouseClick(own.result.doubt, LEFT)
        wait_for(qtbot, lambda: is_drawn(own) and own.result.counts.text() == "1 unit in Germany.")
        assert own.questions.is_swapped.isChecked()
        assert not own.result.doubt.isVisible()

    def test_letters_can_be_chosen_and_other_answers_stay(
        self, qtbot: QtBot, load: Callable[..., OwnUnitsForm], tmp_path: Path
    ) -> None:
        names = ["Москва", "Тверь", "Нижний", "Казань"]
        own = load(write_shapefile(tmp_path / "s", frame(names=names), "cp1251", "1252"))
        assert own.outcome is not None
        assert own.outcome.layer.name[0] != names[0]
        own.questions.code.setCurrentIndex(own.questions.code.findData("GEN"))
        wait_for(qtbot, lambda: is_drawn(own))
        own.questions.letters.setCurrentIndex(own.questions.letters.findData("cp1251"))
        wait_for(qtbot, lambda: is_drawn(own) and own.outcome is not None and own.outcome.layer.code[0] == names[0])
        assert own.questions.code.currentData() == "GEN"

    def test_coarser_units_are_one_choice(self, qtbot: QtBot, load: Callable[..., OwnUnitsForm], broken: Path) -> None:
        own = load(broken)
        own.questions.dissolve.setCurrentIndex(own.questions.dissolve.findData("state"))
        wait_for(qtbot, lambda: is_drawn(own))
        assert own.outcome is not None
        assert own.outcome.layer.code.tolist() == ["x"]
        assert "1 unit was made by state." in own.result.notes.text()


class TestFiles:
    def test_several_dropped_files_become_one_layer_and_colliding_codes_are_asked_about(
        self, qtbot: QtBot, dialog: NewPlanDialog, own: OwnUnitsForm, tmp_path: Path
    ) -> None:
        paths = [
            write_geojson(tmp_path / f"{name}.geojson", [feature(square(x + i, 50), code=f"{i}") for i in range(2)])
            for name, x in (("east", 14), ("west", 10))
        ]
        dialog.units.list.setCurrentRow(dialog.units.list.count() - 1)
        data = QMimeData()
        data.setUrls([QUrl.fromLocalFile(str(path)) for path in [*paths, tmp_path / "east.prj"]])
        own.dropEvent(QDropEvent(QPointF(10, 10), Qt.DropAction.CopyAction, data, LEFT, Qt.KeyboardModifier.NoModifier))
        wait_for(qtbot, lambda: is_drawn(own))
        assert own.paths == tuple(paths)
        assert "2 codes stand in several files" in own.result.notes.text()
        assert own.questions.same_code.isVisible()
        own.questions.same_code.setCurrentIndex(1)
        wait_for(qtbot, lambda: is_drawn(own) and own.outcome is not None and len(own.outcome.layer) == 4)
        assert own.outcome is not None
        assert own.outcome.layer.code[0] == "east-0"

    def test_files_can_be_added(
        self, qtbot: QtBot, load: Callable[..., OwnUnitsForm], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        first, second = (
            write_geojson(tmp_path / f"{i}.geojson", [feature(square(10 + i, 50), code=str(i))]) for i in range(2)
        )
        own = load(first)
        monkeypatch.setattr(QFileDialog, "getOpenFileNames", lambda *a, **k: ([str(second)], ""))
        QTest.mouseClick(own.add_button, LEFT)
        wait_for(qtbot, lambda: is_drawn(own) and own.outcome is not None and len(own.outcome.layer) == 2)

    def test_rows_that_are_no_units_can_be_looked_at_and_saved(
        self,
        qtbot: QtBot,
        load: Callable[..., OwnUnitsForm],
        broken: Path,
        tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        own = load(broken)
        assert own.result.rejects_button.text() == "1 row is no unit…"
        QTest.mouseClick(own.result.rejects_button, LEFT)
        wait_for(qtbot, lambda: own.findChild(ReportView) is not None)
        view = own.findChild(ReportView)
        assert view is not None
        out = tmp_path / "left.csv"
        monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *a, **k: (str(out), ""))
        QTest.mouseClick(view.save_button, LEFT)
        with out.open(encoding="utf-8-sig", newline="") as stream:
            (row,) = csv.DictReader(stream)
        assert (row["Row"], row["code"], row["Reason"]) == ("6", "E", "The feature is a point, not an area.")
        view.window().close()

    def test_the_list_of_layers_gives_room_and_comes_back(
        self, dialog: NewPlanDialog, load: Callable[..., OwnUnitsForm], broken: Path
    ) -> None:
        own = load(broken)
        assert not dialog.units.list.isVisible()
        back = next(b for b in own.findChildren(QPushButton) if b.text() == "Shipped layers")
        QTest.mouseClick(back, LEFT)
        assert dialog.units.list.isVisible()
        assert not dialog.units.is_own

    def test_a_check_under_way_can_be_stopped_and_any_answer_starts_it_again(
        self, qtbot: QtBot, load: Callable[..., OwnUnitsForm], broken: Path
    ) -> None:
        own = load(broken)
        own.questions.name.setCurrentIndex(own.questions.name.count() - 1)
        own._make()
        QTest.mouseClick(own.result.stop_button, LEFT)
        assert "was stopped" in own.why_not()
        own.questions.name.setCurrentIndex(0)
        wait_for(qtbot, lambda: is_drawn(own))
        assert own.why_not() == ""

    @pytest.mark.parametrize(("width", "height"), [(1326, 690), (1560, 920)])
    def test_nothing_is_cut_off_on_usual_screens(
        self, dialog: NewPlanDialog, load: Callable[..., OwnUnitsForm], broken: Path, width: int, height: int
    ) -> None:
        dialog.resize(width, height)
        own = load(broken)
        assert (dialog.width(), dialog.height()) == (width, height)
        for button in own.findChildren(QPushButton):
            if button.isVisible():
                assert button.width() >= button.sizeHint().width(), button.text()
        assert own.map.height() > 200
