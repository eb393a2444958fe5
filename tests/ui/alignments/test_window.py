"""Alignments, teams and regions as a planner meets them, in the real window, with the rows in the file."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QMessageBox, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from territorymap.metrics.fit_settings import FitSettings
from territorymap.model.scope import OneOf, scope_from_json
from territorymap.session import commands
from territorymap.session.commands.teams import set_fit
from territorymap.ui.alignments.condition_row import ConditionRow
from territorymap.ui.alignments.dialog import AlignmentDialog
from territorymap.ui.alignments.page import AlignmentsPage
from territorymap.ui.main_window import MainWindow
from territorymap.ui.parts.value_field import ValueList
from territorymap.ui.parts.windows import windows_shown
from territorymap.ui.regions.page import RegionsPage
from territorymap.ui.regions.region_dialog import RegionDialog
from territorymap.ui.regions.region_tree import REGION, TERRITORY, RegionTree
from territorymap.ui.teams.page import TeamsPage
from territorymap.ui.teams.team_dialog import TeamDialog
from tests.ui.conftest import wait_for
from tests.ui.scenarios.test_window import (
    CTRL,
    KEY,
    LEFT,
    SHIFT,
    page,
    press,
    rows,
    session_of,
    type_into,
    wait_for_map,
)


def shown(qtbot: QtBot, kind: type[QDialog]) -> QDialog:
    """The dialog of a kind that is seen, wherever its window."""

    def found() -> list[QWidget]:
        return windows_shown(kind)

    wait_for(qtbot, lambda: bool(found()))
    dialog = found()[0]
    assert isinstance(dialog, QDialog)
    return dialog


def press_in(widget: QWidget, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    widget.window().activateWindow()
    QTest.keyClick(widget, key, modifier)


def choose(box: object, text: str) -> None:
    """Choose an entry as the keyboard does."""
    at = box.findText(text)  # type: ignore[attr-defined]
    assert at >= 0, text
    box.setFocus()  # type: ignore[attr-defined]
    QTest.keyClick(box, KEY.Key_Home)  # type: ignore[call-overload]
    for _ in range(at):
        QTest.keyClick(box, KEY.Key_Down)  # type: ignore[call-overload]
    assert box.currentText() == text  # type: ignore[attr-defined]


def drop(tree: RegionTree, onto: str) -> None:
    """Let go of what is chosen over the item with that text; a drag itself would wait for a real mouse."""
    (item,) = tree.findItems(onto, Qt.MatchFlag.MatchExactly | Qt.MatchFlag.MatchRecursive, 0)
    place = QPointF(tree.visualItemRect(item).center())
    data = tree.mimeData(tree.selectedItems())
    tree.dropEvent(QDropEvent(place, Qt.DropAction.MoveAction, data, LEFT, Qt.KeyboardModifier.NoModifier))


def test_an_alignment_is_made_with_its_scope_switched_and_drawn_as_lines(
    opened: MainWindow, qtbot: QtBot, plan: Path
) -> None:
    """A second alignment for inside sales covers Line = Retail (8 of 24 accounts), begun with the same territories."""
    tabs = opened.alignments.tabs
    assert not tabs.isVisible()
    found = opened.planning.show("alignments")
    assert isinstance(found, AlignmentsPage)
    wait_for(qtbot, lambda: found.table.model.rowCount() == 1)
    found.new.trigger()
    dialog = shown(qtbot, AlignmentDialog)
    assert isinstance(dialog, AlignmentDialog)
    choose(dialog.role, "Inside")
    assert dialog.name.text() == "Inside"
    type_into(dialog.name, "Inside <b> ")
    dialog.name.insert("内勤")  # a test has no input method
    choose(dialog.source, "the territories of Field")
    builder = dialog.builder
    assert builder.count.text() == "24 of 24 accounts are in this scope (100.0 %). Revenue: 2,676 (100.0 %)."
    QTest.mouseClick(builder.root.add_condition, LEFT)
    row = builder.root.parts[0]
    assert isinstance(row, ConditionRow)
    assert not dialog.ok.isEnabled()  # no value is told yet
    assert builder.scope is None
    assert builder.problem is not None
    assert builder.problem.message == "Say which values of Line are meant."
    row.texts.line.setText("Retial")
    wait_for(qtbot, lambda: builder.count.text().startswith("0 of 24"))
    assert builder.count.text().endswith("No account has this for Line: Retial. Values are parted by semicolons.")
    row.texts.line.clear()
    press_in(row.texts.line, KEY.Key_Down, Qt.KeyboardModifier.AltModifier)
    values = shown(qtbot, ValueList)
    assert isinstance(values, ValueList)
    assert [values.list.item(i).text() for i in range(3)] == ["Industry  (8)", "Public  (8)", "Retail  (8)"]
    QTest.keyClicks(values.search, "ret")
    QTest.keyClick(values.search, KEY.Key_Return)
    assert row.texts.values == ("Retail",)
    values.close()
    # Accounts 0, 3, .., 21: revenue 8 x 100 + 84 = 884 of 24 x 100 + 276 = 2,676.
    wait_for(qtbot, lambda: builder.count.text().startswith("8 of 24"))
    assert builder.count.text() == "8 of 24 accounts are in this scope (33.3 %). Revenue: 884 (33.0 %)."
    assert builder.sentence.text() == "Accounts where Line is Retail."
    QTest.mouseClick(dialog.ok, LEFT)
    wait_for(qtbot, lambda: session_of(opened).plan.alignment.name == "Inside <b> 内勤")
    (made,) = rows(plan, "SELECT alignment_id, role, scope FROM alignment WHERE alignment_name LIKE 'Inside%'")
    segment = session_of(opened).plan.segments[0]
    assert made[1] == "inside"
    assert scope_from_json(made[2]) == OneOf(f"segment:{segment.uuid}", ("Retail",))
    sql = "SELECT count(*) FROM territory WHERE rep_id IS NULL AND alignment_id = {}"
    assert rows(plan, sql.format(made[0])) == [(3,)]
    wait_for(qtbot, lambda: found.table.model.rowCount() == 2)
    texts = [[column.text(row) for column in found.table.model.columns][:3] for row in found.table.model.rows]
    assert texts[1] == ["Inside <b> 内勤", "Inside", "Accounts where Line is Retail."]
    second = found.table.model.rows[1]
    assert (second.n_territories, second.n_vacant, second.n_in_scope) == (3, 3, 8)

    # One click on a tab over the map switches; so do the keys.
    assert tabs.isVisible()
    assert opened.windowTitle().startswith("grid / Inside <b> 内勤 - ")
    QTest.mouseClick(tabs.bar, LEFT, pos=tabs.bar.tabRect(0).center())
    wait_for(qtbot, lambda: session_of(opened).plan.alignment.name == "Field")
    wait_for_map(opened, qtbot)
    press(opened, KEY.Key_PageDown, CTRL)
    wait_for(qtbot, lambda: session_of(opened).plan.alignment.alignment_id == made[0])
    press(opened, KEY.Key_PageUp, CTRL)
    wait_for_map(opened, qtbot)

    # The other one as lines over it, by keys; a unit that changes hands there moves its line.
    press(opened, KEY.Key_PageDown, CTRL | SHIFT)
    wait_for(qtbot, lambda: page(opened, qtbot, "__tm.second.isOn"))
    assert tabs.lines.text() == "Lines: Inside <b> 内勤"
    assert page(opened, qtbot, "__tm.second.territories.map(x => [x.name, x.rep])")[0] == ["North", ""]
    assert page(opened, qtbot, "__tm.second.shown[0] === __tm.second.shown[1]") is True
    parts = page(opened, qtbot, "__tm.second.parts(0).map(x => x.textContent)")
    assert parts == ["Inside <b> 内勤Northvacant"]
    drawn = "(() => { const c = __tm.stage.sheets.find(s => s.painter.name === 'second').canvas; const d = c.getContext('2d').getImageData(0, 0, c.width, c.height).data; for (let i = 3; i < d.length; i += 4) if (d[i]) return true; return false; })()"  # noqa: E501 - one expression of the page
    wait_for(qtbot, lambda: page(opened, qtbot, drawn))
    # Who switches to the lines' alignment sees the first one as lines.
    press(opened, KEY.Key_PageDown, CTRL)
    wait_for(qtbot, lambda: page(opened, qtbot, "__tm.second.name") == "Field")
    close = "document.querySelector('.tm-second-bar .tm-compare-close').click()"
    page(opened, qtbot, close)
    wait_for(qtbot, lambda: not opened.map_view.second.is_on)
    assert tabs.lines.text() == "Lines: none"

    # Deleting asks, and undo brings all back.
    found.table.select([made[0]])
    found.delete.trigger()
    box = windows_shown(QMessageBox)[0]
    assert "3 territories" in box.informativeText()
    button = next(b for b in box.findChildren(QPushButton) if b.text() == "&Delete")
    QTest.mouseClick(button, LEFT)
    wait_for(qtbot, lambda: not tabs.isVisible())
    assert rows(plan, "SELECT count(*) FROM alignment") == [(1,)]
    opened.commands["undo"].trigger()
    wait_for(qtbot, tabs.isVisible)
    assert rows(plan, sql.format(made[0])) == [(3,)]


def test_teams_and_regions_are_arranged_in_their_pages(opened: MainWindow, qtbot: QtBot, plan: Path) -> None:
    """Ann leads North by half and Bob helps by a quarter: 800 h; nobody told Bob's hours."""
    teams = opened.planning.show("teams")
    assert isinstance(teams, TeamsPage)
    wait_for(qtbot, lambda: teams.table.model.rowCount() == 3)
    session = session_of(opened)
    north = next(t for t in session.plan.territories if t.name == "North")
    teams.table.select([north.territory_id])
    teams.table.view.setFocus()
    QTest.keyClick(teams.table.view, KEY.Key_Return)
    dialog = shown(qtbot, TeamDialog)
    assert isinstance(dialog, TeamDialog)
    choose(dialog.rows[0].rep, "vacant")
    assert dialog.is_since.isVisible()
    assert dialog.is_since.isChecked()  # today, unless another day is told
    choose(dialog.rows[0].rep, "Ann")
    assert not dialog.is_since.isVisible()
    dialog.rows[0].share.setValue(0.5)
    QTest.mouseClick(dialog.add, LEFT)
    assert dialog.rows[1].rep.currentText() == "Bob"  # Ann is in it already
    dialog.rows[1].share.setValue(0.25)
    # Bob leads South with all his time, so he is promised to 125 %.
    assert dialog.hours.text().splitlines() == [
        "The team has 800 hours a year for this territory.",
        "Capacity not known: Bob.",
        "Promised to territories of this alignment for more than all of the time, so the hours are divided: Bob: 125 %.",  # noqa: E501
    ]
    bob_id = session.plan.reps[1].rep_id
    elsewhere = TeamDialog(session.plan, session.plan.territories[1], teams, {bob_id: 0.9})
    assert elsewhere.hours.text().splitlines()[-1] == (
        "Promised to territories of all alignments together for more than all of the time: Bob: 190 %."
    )
    elsewhere.reject()
    QTest.mouseClick(dialog.ok, LEFT)
    wait_for(qtbot, lambda: session.balance.capacity_h[0] == 800)
    ann, bob = (rep.uuid for rep in session.plan.reps)
    (team,) = rows(plan, f"SELECT team FROM territory WHERE territory_id = {north.territory_id}")[0]
    assert team == f'[["{ann}",0.5,"lead"],["{bob}",0.25,"member"]]'
    wait_for(qtbot, lambda: teams.table.model.rows[0].names("member") == "Bob (25 %)")
    assert teams.table.model.rows[2].lead == "vacant"
    row = teams.table.model.rows[0]
    assert row.overloaded == "Bob: 125 %"
    both = {rep.rep_id: 1.5 for rep in session.plan.reps}
    assert replace(row, everywhere=both).overloaded == "Ann: 150 % in all alignments, Bob: 125 %"

    # Ann knows retail only; of North's accounts 0, 1, 6, 7, 12, 13 and 18 the numbers 1, 7 and 13 are public.
    line = f"segment:{session.plan.segments[0].uuid}"
    session.do(set_fit(session.plan, FitSettings(vertical_field=line), None))
    session.do(commands.edit_rep(session.plan, session.plan.reps[0].rep_id, verticals=("retail",)))
    misfits = opened.territory_panel.figures.misfits
    wait_for(qtbot, misfits.isVisible)
    assert misfits.value == "1"
    opened.planning.show("alignments")
    QTest.mouseClick(misfits, LEFT)
    assert opened.planning.window is not None
    wait_for(qtbot, lambda: opened.planning.window.page_name == "teams")  # type: ignore[union-attr]
    wait_for(qtbot, lambda: teams.warnings.count() == 1 and bool(teams.table.model.rows[0].warnings))
    item = teams.warnings.item(0)
    assert item.text() == "3 accounts are of the vertical Public, which nobody in the team covers."
    QTest.mouseClick(teams.warnings.viewport(), LEFT, pos=teams.warnings.visualItemRect(item).center())
    assert opened.selection.accounts.tolist() == [1, 7, 13]

    regions = opened.planning.show("regions")
    assert isinstance(regions, RegionsPage)
    ids = {t.name: t.territory_id for t in session.plan.territories}
    wait_for(qtbot, lambda: regions.tree.topLevelItemCount() == 1)
    regions.tree.choose([(TERRITORY, ids["North"]), (TERRITORY, ids["West"])])
    regions.new.trigger()
    region_dialog = shown(qtbot, RegionDialog)
    assert isinstance(region_dialog, RegionDialog)
    assert not region_dialog.ok.isEnabled()
    QTest.keyClicks(region_dialog.name, "Land")
    QTest.keyClicks(region_dialog.manager, "Mia")
    QTest.keyClick(region_dialog.name, KEY.Key_Return)
    wait_for(qtbot, lambda: len(session.plan.regions) == 1)
    land = session.plan.regions[0]
    assert rows(plan, "SELECT region_name, manager, alignment_id FROM region") == [("Land", "Mia", 1)]
    held = rows(plan, f"SELECT territory_name FROM territory WHERE region_id = {land.region_id} ORDER BY 1")
    assert held == [("North",), ("West",)]
    wait_for(qtbot, lambda: regions.tree.topLevelItemCount() == 2)
    item = regions.tree.topLevelItem(0)
    assert item is not None
    # Eight units of North and four of West have an account each, but number 19 (D2) has no place.
    assert [item.text(column) for column in range(4)] == ["Land", "Mia", "2", "11"]
    # West is dropped on the head of those in no region, then on North, which lies in Land, then out again.
    for onto, n in (("In no region", 1), ("North", 2), ("In no region", 1)):
        regions.tree.choose([(TERRITORY, ids["West"])])
        drop(regions.tree, onto)
        held = rows(plan, f"SELECT count(*) FROM territory WHERE region_id = {land.region_id}")
        assert held == [(n,)]
        wait_for(qtbot, lambda n=n: regions.tree.topLevelItem(0).text(2) == str(n))  # type: ignore[misc, union-attr]
    assert rows(plan, f"SELECT count(*) FROM territory WHERE region_id = {land.region_id}") == [(1,)]
    wait_for(qtbot, lambda: regions.tree.topLevelItem(0).text(2) == "1")  # type: ignore[union-attr]
    regions.tree.choose([(REGION, land.region_id)])
    regions.window().activateWindow()
    wait_for(qtbot, lambda: QApplication.activeWindow() is regions.window())
    regions.tree.setFocus()
    QTest.keyClick(regions.tree, KEY.Key_Delete)
    assert rows(plan, "SELECT count(*) FROM region") == [(0,)]
    opened.commands["undo"].trigger()
    assert rows(plan, f"SELECT count(*) FROM territory WHERE region_id = {land.region_id}") == [(1,)]
    # Nothing of this needed the planning window to be in front: the plan closes with it open.
    opened.set_session(None)
    assert opened.planning.window is not None
    assert not opened.planning.window.isVisible()
