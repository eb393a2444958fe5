"""The territory table driven by mouse and keys over a real plan; expected figures are worked out by hand.

North has columns 1 and 2, South 3 and 4, West 5, column 6 is unassigned; four rows, so 8, 8, 4 and 4 units. One
account a unit, but the tenth and the twentieth (units B4 and D2) have no place: North 7, South 7, West 4.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QSignalSpy, QTest
from PySide6.QtWidgets import QApplication, QComboBox, QLineEdit, QMenu
from pytestqt.qtbot import QtBot

from territorymap.document import Writer
from territorymap.errors import UserError
from territorymap.model.plan import Plan
from territorymap.session import commands
from territorymap.session.figures import Figures
from territorymap.session.session import Command, Session
from territorymap.ui import theme
from territorymap.ui.dialogs import ChooseDialog, ExplainDialog, NewTerritoryDialog
from territorymap.ui.panels import TerritoryPanel
from territorymap.ui.parts.inks import ink
from territorymap.ui.selection import Selection
from tests.session.money.plans import quota
from tests.support.grid import grid_layer
from tests.ui.panels.events import click, click_header, column_named, double_click, rows_in_file, texts
from tests.ui.panels.plans import add_accounts, give, territory_id

CTRL = Qt.KeyboardModifier.ControlModifier
LEFT = Qt.MouseButton.LeftButton
NAME = 0


@pytest.fixture
def panel(qtbot: QtBot, session: Session, selection: Selection) -> Iterator[TerritoryPanel]:
    panel = TerritoryPanel(selection)
    qtbot.addWidget(panel)
    panel.resize(900, 400)
    panel.set_session(session)
    panel.show()
    qtbot.waitExposed(panel)
    panel.activateWindow()
    panel.view.setFocus()
    yield panel
    panel.set_session(None)


def names(panel: TerritoryPanel) -> list[str]:
    return texts(panel.view, NAME)


def test_it_lists_the_territories_with_their_figures(panel: TerritoryPanel) -> None:
    assert names(panel) == ["North", "South", "West"]
    assert texts(panel.view, column_named(panel.view, "Rep")) == ["Ann", "Bob", "vacant"]
    assert texts(panel.view, column_named(panel.view, "Units")) == ["8", "8", "4"]
    assert texts(panel.view, column_named(panel.view, "Accounts")) == ["7", "7", "4"]
    assert texts(panel.view, column_named(panel.view, "Pieces")) == ["1", "1", "1"]


def test_the_index_is_of_the_measure_that_is_chosen(panel: TerritoryPanel) -> None:
    """Units: 20 assigned, 3 territories, so the target is 6.67: 8 / 6.67 = 1.20, 4 / 6.67 = 0.60."""
    choose_bar(panel, "Units")
    assert texts(panel.view, column_named(panel.view, "Index")) == ["120 %", "120 %", "60 %"]
    assert panel.figures.max_deviation.value == "40.0 %"
    assert panel.figures.outside.value == "3"
    assert panel.figures.unassigned_units.value == "4"
    assert panel.figures.unassigned_accounts.value == "6"
    assert panel.figures.noncontiguous.value == "0"
    # Population standard deviation of 1.2, 1.2, 0.6.
    assert panel.figures.cv.value == "28.3 %"


def test_the_totals_row_adds_up(panel: TerritoryPanel) -> None:
    sums = dict(zip([c.title for c in panel.model.columns], panel.totals_row.texts, strict=True))
    assert sums["Territory"] == "3 territories"
    assert sums["Units"] == "20"
    assert sums["Accounts"] == "18"


def test_a_click_zooms_to_the_territory_and_selects_it(panel: TerritoryPanel, selection: Selection) -> None:
    zoomed = QSignalSpy(panel.zoom_requested)
    click(panel.view, 1, NAME)
    assert selection.territory_id == panel.model.territory_id(1)
    assert zoomed.count() == 1
    assert zoomed.at(0) == [-98.0, 40.0, -96.0, 44.0]  # columns 3 and 4 of the grid that begins at 100 W, 40 N


def test_adding_a_row_to_the_selection_does_not_zoom(panel: TerritoryPanel) -> None:
    click(panel.view, 0, NAME)
    zoomed = QSignalSpy(panel.zoom_requested)
    click(panel.view, 2, NAME, CTRL)
    assert zoomed.count() == 0
    assert len(panel.selected_ids()) == 2


def test_arrow_keys_select_and_return_zooms(panel: TerritoryPanel, selection: Selection) -> None:
    click(panel.view, 0, NAME)
    zoomed = QSignalSpy(panel.zoom_requested)
    QTest.keyClick(panel.view, Qt.Key.Key_Down)
    assert selection.territory_id == panel.model.territory_id(1)
    assert zoomed.count() == 0
    QTest.keyClick(panel.view, Qt.Key.Key_Return)
    assert zoomed.count() == 1


def test_a_double_click_renames_in_place(panel: TerritoryPanel, session: Session) -> None:
    double_click(panel.view, 1, column_named(panel.view, "Units"))
    type_name(panel, "Deep South")
    assert names(panel) == ["North", "Deep South", "West"]
    assert rows_in_file(session, "SELECT territory_name FROM territory ORDER BY territory_id") == [
        ("North",),
        ("Deep South",),
        ("West",),
    ]


def test_f2_renames_and_escape_leaves_it(panel: TerritoryPanel) -> None:
    click(panel.view, 0, NAME)
    QTest.keyClick(panel.view, Qt.Key.Key_F2)
    editor = panel.view.findChild(QLineEdit)
    assert editor is not None
    QTest.keyClicks(editor, "Nothing")
    QTest.keyClick(editor, Qt.Key.Key_Escape)
    assert names(panel) == ["North", "South", "West"]


def test_a_name_that_is_taken_is_refused_and_said(panel: TerritoryPanel) -> None:
    failed = QSignalSpy(panel.failed)
    click(panel.view, 0, NAME)
    QTest.keyClick(panel.view, Qt.Key.Key_F2)
    type_name(panel, "west")
    assert names(panel) == ["North", "South", "West"]
    error = failed.at(0)[0]
    assert isinstance(error, UserError)
    assert "west" in error.message


def test_an_edit_tells_only_of_the_touched_rows(panel: TerritoryPanel, session: Session) -> None:
    for name in ("North", "South"):  # without homes a move between the two changes no total, hence no target
        session.do(commands.set_territory_rep(session.plan, territory_id(session, name), None))
    changed = QSignalSpy(panel.model.dataChanged)
    give(session, "South", [0])
    assert [(changed.at(i)[0].row(), changed.at(i)[1].row()) for i in range(changed.count())] == [(0, 1)]


def test_an_assignment_of_free_units_tells_of_every_row_as_the_target_moves(
    panel: TerritoryPanel, session: Session
) -> None:
    changed = QSignalSpy(panel.model.dataChanged)
    give(session, "West", [5])
    assert [changed.at(0)[0].row(), changed.at(0)[1].row()] == [0, 2]


def test_rows_stay_where_they_are_while_units_move(panel: TerritoryPanel, session: Session) -> None:
    units = column_named(panel.view, "Units")
    click_header(panel.view, units)
    assert names(panel) == ["North", "South", "West"]
    header = panel.view.horizontalHeader()
    assert header.isSortIndicatorShown()
    give(session, "West", np.arange(24))
    assert names(panel) == ["North", "South", "West"]
    assert texts(panel.view, units) == ["0", "0", "24"]
    assert not header.isSortIndicatorShown()  # the mark would be a lie
    click_header(panel.view, units)
    assert names(panel) == ["West", "North", "South"]
    click_header(panel.view, units)
    assert names(panel) == ["North", "South", "West"]


def test_one_click_sorts_by_deviation(panel: TerritoryPanel, session: Session) -> None:
    """Units 8, 9, 3 of 20: index 1.20, 1.35, 0.45, so West deviates most, then South, then North."""
    give(session, "South", [4])
    choose_bar(panel, "Units")
    panel.by_deviation.trigger()
    assert names(panel) == ["West", "South", "North"]
    assert panel.by_deviation.isChecked()
    give(session, "North", np.arange(24))
    assert names(panel) == ["West", "South", "North"]
    assert not panel.by_deviation.isChecked()


def test_the_selection_of_others_is_followed(panel: TerritoryPanel, session: Session, selection: Selection) -> None:
    zoomed = QSignalSpy(panel.zoom_requested)
    selection.set_territory(territory_id(session, "West"), "map")
    assert panel.selected_ids() == [territory_id(session, "West")]
    assert zoomed.count() == 0


def test_a_new_territory_takes_the_selected_units(
    panel: TerritoryPanel, session: Session, selection: Selection, qtbot: QtBot
) -> None:
    selection.set_units(np.array([5, 11]), "map")
    panel.commands.new.trigger()
    dialog = dialog_of(panel, NewTerritoryDialog)
    dialog.name.setText("East")
    chosen = dialog.colors.buttons[4].color
    QTest.mouseClick(dialog.colors.buttons[4], Qt.MouseButton.LeftButton)
    QTest.mouseClick(dialog.ok, Qt.MouseButton.LeftButton)
    assert names(panel) == ["North", "South", "West", "East"]
    assert selection.territory_id == territory_id(session, "East")
    sql = (
        "SELECT unit_code, color FROM assignment JOIN unit USING (unit_id) JOIN territory t USING (territory_id)"
        " WHERE t.territory_name = 'East' ORDER BY unit_code"
    )
    assert rows_in_file(session, sql) == [("A6", chosen), ("B6", chosen)]


def test_a_refused_new_territory_keeps_the_dialog_open(panel: TerritoryPanel) -> None:
    panel.commands.new.trigger()
    dialog = dialog_of(panel, NewTerritoryDialog)
    dialog.name.setText("North")
    QTest.mouseClick(dialog.ok, Qt.MouseButton.LeftButton)
    assert dialog.isVisible()
    assert "North" in dialog.problem.text()
    dialog.reject()


def test_merging_gives_everything_to_the_chosen_one(panel: TerritoryPanel, session: Session) -> None:
    click(panel.view, 0, NAME)
    click(panel.view, 2, NAME, CTRL)
    panel.commands.merge.trigger()
    dialog = dialog_of(panel, ChooseDialog)
    assert [choice.text for choice in dialog.list.model.shown] == ["North", "West"]
    QTest.keyClicks(dialog.list.search, "wes")
    QTest.mouseClick(dialog.ok, Qt.MouseButton.LeftButton)
    assert names(panel) == ["South", "West"]
    assert texts(panel.view, column_named(panel.view, "Units")) == ["8", "12"]
    assert panel.selected_ids() == [territory_id(session, "West")]


def test_delete_and_undo_bring_the_rows_back(panel: TerritoryPanel, session: Session, selection: Selection) -> None:
    click(panel.view, 1, NAME)
    QTest.keyClick(panel.view, Qt.Key.Key_Delete)
    assert names(panel) == ["North", "West"]
    assert selection.territory_id is None
    assert panel.selected_ids() == []
    assert panel.figures.unassigned_units.value == "12"
    session.undo()
    assert sorted(names(panel)) == ["North", "South", "West"]
    assert panel.figures.unassigned_units.value == "4"


def test_lock_is_drawn_and_refusals_name_it(panel: TerritoryPanel, session: Session) -> None:
    click(panel.view, 0, NAME)
    panel.commands.lock.trigger()
    assert session.plan.territories[0].locked
    assert panel.commands.lock.isChecked()
    failed = QSignalSpy(panel.failed)
    panel.commands.delete.trigger()
    assert "North" in failed.at(0)[0].message
    assert names(panel) == ["North", "South", "West"]
    panel.commands.lock.trigger()
    assert not session.plan.territories[0].locked


def test_the_rep_is_chosen_in_the_cell(panel: TerritoryPanel, session: Session, qtbot: QtBot) -> None:
    column = column_named(panel.view, "Rep")
    double_click(panel.view, 2, column)
    box = next(b for b in panel.view.findChildren(QComboBox) if b.accessibleName() == "Rep")
    assert [box.itemText(i) for i in range(box.count())] == ["vacant", "Ann", "Bob"]
    qtbot.waitUntil(lambda: box.view().isVisible())
    QTest.keyClick(box.view(), Qt.Key.Key_Down)
    QTest.keyClick(box.view(), Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: texts(panel.view, column) == ["Ann", "Bob", "Ann"])
    assert rows_in_file(
        session, "SELECT rep_name FROM territory JOIN rep USING (rep_id) WHERE territory_name = 'West'"
    ) == [("Ann",)]


def test_the_rep_of_several_is_set_in_one_step(panel: TerritoryPanel, session: Session) -> None:
    click(panel.view, 0, NAME)
    click(panel.view, 1, NAME, CTRL)
    panel.commands.set_rep.trigger()
    dialog = dialog_of(panel, ChooseDialog)
    QTest.keyClicks(dialog.list.search, "vac")
    QTest.keyClick(dialog.list.search, Qt.Key.Key_Return)
    assert texts(panel.view, column_named(panel.view, "Rep")) == ["vacant"] * 3
    session.undo()
    assert texts(panel.view, column_named(panel.view, "Rep")) == ["Ann", "Bob", "vacant"]


def test_every_number_can_be_explained(panel: TerritoryPanel) -> None:
    click(panel.view, 0, column_named(panel.view, "Units"))
    QTest.keyClick(panel.view, Qt.Key.Key_I, CTRL)
    dialog = dialog_of(panel, ExplainDialog)
    assert "North" in dialog.explanation.title
    assert dialog.explanation.formula
    dialog.reject()
    for column in panel.model.columns:
        if column.is_number or column.kind == "index":
            panel.view.setCurrentIndex(panel.model.index(0, panel.model.columns.index(column)))
            panel.explain_current()
            found = dialog_of(panel, ExplainDialog)
            assert found.explanation.lines
            found.reject()


def test_explaining_a_name_shows_the_territorys_index(panel: TerritoryPanel) -> None:
    click(panel.view, 1, NAME)
    panel.explain.trigger()
    assert "South" in dialog_of(panel, ExplainDialog).explanation.title


def test_a_click_on_a_figure_goes_to_what_it_counts(
    panel: TerritoryPanel, session: Session, selection: Selection
) -> None:
    choose_bar(panel, "Units")
    zoomed = QSignalSpy(panel.zoom_requested)
    QTest.mouseClick(panel.figures.max_deviation, Qt.MouseButton.LeftButton)
    assert selection.territory_id == territory_id(session, "West")
    QTest.mouseClick(panel.figures.unassigned_units, Qt.MouseButton.LeftButton)
    assert list(selection.units) == [5, 11, 17, 23]
    assert zoomed.count() == 2


def test_the_column_of_the_current_cell_is_sorted_by_a_key(panel: TerritoryPanel) -> None:
    click(panel.view, 0, column_named(panel.view, "Units"))
    QTest.keyClick(panel.view, Qt.Key.Key_O, CTRL | Qt.KeyboardModifier.ShiftModifier)
    assert names(panel) == ["North", "South", "West"]
    QTest.keyClick(panel.view, Qt.Key.Key_O, CTRL | Qt.KeyboardModifier.ShiftModifier)
    assert names(panel) == ["West", "North", "South"]


def test_a_narrow_panel_shows_what_matters_and_nothing_is_cut(panel: TerritoryPanel, qtbot: QtBot) -> None:
    panel.resize(380, 400)
    qtbot.waitUntil(lambda: panel.view.width() <= 380)
    header = panel.view.horizontalHeader()
    assert header.length() <= panel.view.viewport().width()
    shown = [c.title for i, c in enumerate(panel.model.columns) if not panel.view.isColumnHidden(i)]
    assert shown[0] == "Territory"
    assert {"Index", "Accounts"} <= set(shown)
    for figure in panel.figures.all:
        qtbot.waitUntil(lambda figure=figure: figure.width() >= figure.sizeHint().width())
        assert panel.rect().contains(figure.geometry().translated(panel.figures.pos()))


def test_the_header_menu_chooses_columns(panel: TerritoryPanel) -> None:
    menu = panel.fit.menu(panel.view)
    cut_edges = next(a for a in menu.actions() if a.data() == "cut_edges")
    assert not cut_edges.isChecked()
    cut_edges.trigger()
    assert not panel.view.isColumnHidden(panel.model.column_of("cut_edges"))
    pieces = next(a for a in menu.actions() if a.data() == "pieces")
    pieces.trigger()
    assert panel.view.isColumnHidden(panel.model.column_of("pieces"))


def test_the_columns_menu_stays_open_and_shows_what_each_tick_brings(panel: TerritoryPanel, qtbot: QtBot) -> None:
    panel.fit.open_menu(QPoint(20, 5))
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    auto, *columns = [a for a in menu.actions() if a.isCheckable()]
    as_fits = [a.text() for a in columns if a.isChecked()]
    assert auto.isChecked()
    for key in ("cut_edges", "pieces"):
        tick = next(a for a in columns if a.data() == key)
        QTest.mouseClick(menu, LEFT, Qt.KeyboardModifier.NoModifier, menu.actionGeometry(tick).center())
        assert menu.isVisible()
        assert not auto.isChecked()
    assert not panel.view.isColumnHidden(panel.model.column_of("cut_edges"))
    assert panel.view.isColumnHidden(panel.model.column_of("pieces"))
    for _ in range(2):  # the second time it is so already
        QTest.mouseClick(menu, LEFT, Qt.KeyboardModifier.NoModifier, menu.actionGeometry(auto).center())
        assert [a.text() for a in columns if a.isChecked()] == as_fits
        assert auto.isChecked()
    QTest.keyClick(menu, Qt.Key.Key_Escape)
    assert QApplication.activePopupWidget() is None


def test_the_bar_of_an_overloaded_territory_is_drawn_in_the_ink_for_over(
    panel: TerritoryPanel, qapp: QApplication, qtbot: QtBot
) -> None:
    for look in ("light", "dark"):
        theme.install(qapp, look)
        choose_bar(panel, "Units")
        panel.view.clearSelection()
        column = panel.model.column_of("index")
        over, under = (ink(panel.view.palette(), name).name() for name in ("over", "under"))
        picture = panel.view.viewport().grab().toImage()
        north, west = (colors_in(picture, panel.view.visualRect(panel.model.index(row, column))) for row in (0, 2))
        assert over in north
        assert under not in north
        assert under in west
        assert over not in west


def test_a_settings_change_is_shown_at_once(panel: TerritoryPanel, session: Session) -> None:
    choose_bar(panel, "Units")
    session.do(commands.set_tolerance(session.plan, session.plan.measures[panel.model.bar_ix].measure_id, 0.25))
    assert panel.figures.outside.value == "1"
    assert panel.figures.outside.label == "outside ±25 %"


def test_without_a_plan_and_without_territories_it_says_what_to_do(panel: TerritoryPanel, session: Session) -> None:
    session.do(commands.delete_territories(session.plan, [t.territory_id for t in session.plan.territories]))
    assert panel.no_territory.isVisible()
    panel.set_session(None)
    assert panel.no_plan.isVisible()
    assert not panel.commands.new.isEnabled()


def test_the_first_units_of_a_territory_bring_the_measure_that_says_most_to_the_front(
    qtbot: QtBot, selection: Selection, tmp_path: Path
) -> None:
    """A plan made from accounts and a list came up with the index of units, though its accounts made work."""
    with Session.create(tmp_path / "new.gpkg", grid_layer(6, 4, west=-100.0, south=40.0), author="Ada") as session:
        panel = TerritoryPanel(selection)
        qtbot.addWidget(panel)
        panel.set_session(session)
        assert panel.bar_choice.currentText() == "Units"
        add_accounts(session, 24)
        session.do(commands.create_territories(session.plan, ["North", "South"]))
        give(session, "North", [0, 1, 2])
        assert panel.bar_choice.currentText() == "Workload"
        choose_bar(panel, "Accounts")
        give(session, "South", [3, 4, 5])
        assert panel.bar_choice.currentText() == "Accounts", "what was chosen stays"
        panel.set_session(None)


def test_a_plan_that_is_read_only_cannot_be_edited(qtbot: QtBot, session: Session, selection: Selection) -> None:
    path = session.document.path
    session.close()
    with Session.open(path, author="Ada", read_only=True) as reader:
        panel = TerritoryPanel(selection)
        qtbot.addWidget(panel)
        panel.set_session(reader)
        panel.view.selectRow(0)
        assert not any(action.isEnabled() for action in panel.commands.actions)
        assert panel.explain.isEnabled()
        panel.set_session(None)


def choose_bar(panel: TerritoryPanel, label: str) -> None:
    panel.bar_choice.setCurrentText(label)
    panel.bar_choice.activated.emit(panel.bar_choice.currentIndex())


def type_name(panel: TerritoryPanel, text: str) -> None:
    editor = panel.view.findChild(QLineEdit)
    assert editor is not None
    editor.selectAll()
    QTest.keyClicks(editor, text)
    QTest.keyClick(editor, Qt.Key.Key_Return)
    QApplication.processEvents()  # Qt commits an editor from the event loop


def dialog_of(panel: TerritoryPanel, kind: type) -> object:
    return next(d for d in panel.findChildren(kind) if d.isVisible())


def colors_in(picture: object, box: object) -> set[str]:
    return {
        picture.pixelColor(x, y).name() for x in range(box.left(), box.right()) for y in range(box.top(), box.bottom())
    }


def test_regions_are_rolled_up_under_the_table(panel: TerritoryPanel, session: Session) -> None:
    """North has A1, A2, B1 ...; its region has what it has, and it follows an edit."""
    assert not panel.regions.isVisible()
    first = session.plan.territories[0]

    def put(writer: Writer, plan: Plan) -> None:
        (region,) = writer.insert("region", [{"region_name": "Upper", "manager": "Dana"}])
        writer.update("territory", {first.territory_id: {"region_id": region}})

    session.do(Command("Region", put))
    assert panel.regions.isVisible()
    units = next(i for i, column in enumerate(panel.model.columns) if column.title == "Units")
    assert panel.regions.rows[0].texts[0] == "Upper · Dana"
    assert panel.regions.rows[0].texts[units] == str(int(session.totals.n_units[0]))
    free = np.flatnonzero(session.plan.unit_territory < 0)[:1]
    session.do(commands.assign_units(session.plan, free, first.territory_id))
    assert panel.regions.rows[0].texts[units] == str(int(session.totals.n_units[0]))
    session.undo()
    session.undo()
    assert not panel.regions.isVisible()


def test_a_figure_is_worked_out_once_a_step_however_many_cells_show_it(
    panel: TerritoryPanel, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    quota(session, session.money.period, North=100.0, South=50.0, West=25.0)
    column = next(i for i, c in enumerate(panel.model.columns) if c.key == "figure:quota")
    found: list[str] = []
    find = Figures.find
    monkeypatch.setattr(Figures, "find", lambda self, key: found.append(key) or find(self, key))
    cells = [panel.model.index(row, column) for row in range(3)]
    assert [cell.data() for cell in cells] == ["100", "50", "25"]
    assert found == ["quota"]
    quota(session, session.money.period, North=70.0)
    assert [cell.data() for cell in cells] == ["70", "50", "25"]
    assert found == ["quota", "quota"]
