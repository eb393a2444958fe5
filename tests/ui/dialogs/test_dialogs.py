"""Dialogs driven by keys and mouse, and what they leave in the plan file."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QDate, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from territorymap.mapview.palette import PALETTE
from territorymap.metrics.explain import Explanation
from territorymap.session import commands
from territorymap.session.session import Session
from territorymap.ui.dialogs import (
    ChooseDialog,
    ColorDialog,
    ConstantsDialog,
    ExplainDialog,
    NewTerritoryDialog,
    OverrideDialog,
    PlanPropertiesDialog,
    SettingsDialog,
)
from territorymap.ui.dialogs.choose import Choice, territory_choices
from territorymap.ui.dialogs.home_lookup import find_home
from tests.ui.panels.events import rows_in_file

LEFT = Qt.MouseButton.LeftButton


def opened(qtbot: QtBot, dialog: QWidget) -> QWidget:
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    qtbot.addWidget(dialog)
    dialog.show()
    qtbot.waitExposed(dialog)
    return dialog


def test_settings_are_saved_as_one_step(qtbot: QtBot, session: Session) -> None:
    dialog = opened(qtbot, SettingsDialog(session))
    units = session.plan.measure_named("units")
    dialog.constants["visits"].setValue(6)
    dialog.constants["detour"].setValue(1.4)
    dialog.capacity.setChecked(True)
    dialog.tolerances[units.measure_id].setValue(12.5)
    dialog.shown[units.measure_id].setChecked(False)
    n_steps = len(session.timeline())
    QTest.mouseClick(dialog.ok, LEFT)
    assert not dialog.isVisible()
    assert len(session.timeline()) == n_steps + 1
    assert rows_in_file(session, "SELECT visits, detour, speed_kmh, target_kind FROM plan") == [
        (6.0, 1.4, 60.0, "capacity")
    ]
    assert rows_in_file(session, "SELECT tolerance, is_shown FROM measure WHERE measure_name = 'units'") == [(0.125, 0)]
    session.undo()
    assert session.plan.info.constants.visits == 12.0
    assert session.plan.measure_named("units").is_shown


def test_settings_left_alone_make_no_step(qtbot: QtBot, session: Session) -> None:
    dialog = opened(qtbot, SettingsDialog(session))
    n_steps = len(session.timeline())
    QTest.mouseClick(dialog.ok, LEFT)
    assert len(session.timeline()) == n_steps


def test_the_example_follows_the_constants(qtbot: QtBot, session: Session) -> None:
    """12 x (45 + 60 x 1.3 / 60 x (60 / 4 + 3)) / 60 = 12 x (45 + 23.4) / 60 = 13.68."""
    dialog = opened(qtbot, SettingsDialog(session))
    assert "13.7 hours" in dialog.example.text()
    dialog.constants["visits"].setValue(24)
    assert "27.4 hours" in dialog.example.text()


def test_settings_name_the_reps_without_capacity(qtbot: QtBot, session: Session) -> None:
    dialog = opened(qtbot, SettingsDialog(session))
    dialog.tabs.setCurrentIndex(1)
    assert dialog.lacking.text() == "No capacity is known of Bob."


def test_properties_keep_title_date_and_note(qtbot: QtBot, session: Session) -> None:
    dialog = opened(qtbot, PlanPropertiesDialog(session))
    dialog.title.setText("North 2027")
    dialog.has_date.setChecked(True)
    dialog.day.setDate(QDate(2027, 1, 31))
    dialog.note.setPlainText("Agreed with Ann.\nBob is open.")
    QTest.mouseClick(dialog.ok, LEFT)
    assert rows_in_file(session, "SELECT title, effective_date, note FROM plan") == [
        ("North 2027", "2027-01-31", "Agreed with Ann.\nBob is open.")
    ]
    again = opened(qtbot, PlanPropertiesDialog(session))
    assert again.day.text() == "Jan 31, 2027"
    again.has_date.setChecked(False)
    QTest.mouseClick(again.ok, LEFT)
    assert session.plan.info.effective_date == ""


def test_a_currency_is_found_by_a_part_of_its_name_and_a_wrong_one_is_refused(qtbot: QtBot, session: Session) -> None:
    dialog = opened(qtbot, PlanPropertiesDialog(session))
    field = dialog.currency.lineEdit()
    assert field.text() == "none"
    field.selectAll()
    QTest.keyClicks(field, "swiss")
    popup = dialog.currency.completer().popup()
    assert popup.isVisible()
    assert popup.model().index(0, 0).data() == "CHF - Swiss Franc"
    QTest.keyClick(popup, Qt.Key.Key_Down)
    QTest.keyClick(popup, Qt.Key.Key_Return)
    QTest.mouseClick(dialog.ok, LEFT)
    assert rows_in_file(session, "SELECT currency FROM plan") == [("CHF",)]
    again = opened(qtbot, PlanPropertiesDialog(session))
    assert again.currency.currentText() == "CHF - Swiss Franc"
    again.currency.setEditText("doubloons")
    QTest.mouseClick(again.ok, LEFT)
    assert again.isVisible()
    assert "There is no currency 'doubloons'" in again.problem.text()
    assert session.plan.info.currency == "CHF"


def test_a_plan_needs_a_title(qtbot: QtBot, session: Session) -> None:
    dialog = opened(qtbot, PlanPropertiesDialog(session))
    dialog.title.setText("  ")
    assert not dialog.ok.isEnabled()


@pytest.mark.parametrize("kind", [SettingsDialog, PlanPropertiesDialog])
def test_a_read_only_plan_is_shown_but_not_saved(qtbot: QtBot, session: Session, kind: type) -> None:
    path = session.document.path
    session.close()
    with Session.open(path, author="Ada", read_only=True) as reader:
        dialog = opened(qtbot, kind(reader))
        assert not dialog.ok.isEnabled()
        assert "reading only" in dialog.problem.text()


def test_a_choice_is_found_by_any_part_of_its_name(qtbot: QtBot) -> None:
    choices = [Choice(i, name) for i, name in enumerate(("Great Lakes", "Texas & Gulf", "Lake District"))]
    dialog = opened(qtbot, ChooseDialog("Choose", "Which?", "&OK", choices, 1))
    assert dialog.key == 1
    QTest.keyClicks(dialog.list.search, "LAKE")
    assert [choice.text for choice in dialog.list.model.shown] == ["Great Lakes", "Lake District"]
    QTest.keyClick(dialog.list.search, Qt.Key.Key_Down)
    assert dialog.key == 2
    QTest.keyClicks(dialog.list.search, "zzz")
    assert not dialog.ok.isEnabled()
    assert dialog.key is None


def test_return_accepts_a_choice(qtbot: QtBot, session: Session) -> None:
    dialog = opened(qtbot, ChooseDialog("Choose", "Which?", "&OK", territory_choices(session.plan)))
    accepted = []
    dialog.accepted.connect(lambda: accepted.append(dialog.key))
    QTest.keyClicks(dialog.list.search, "south")
    QTest.keyClick(dialog.list.search, Qt.Key.Key_Return)
    assert accepted == [session.plan.territory_named("South").territory_id]


def test_an_override_needs_a_reason(qtbot: QtBot, session: Session) -> None:
    dialog = opened(qtbot, OverrideDialog(session.plan, ["Account 0"]))
    assert "Account 0" in dialog.explanation.text()
    assert not dialog.ok.isEnabled()
    dialog.reason.setText("   ")
    assert not dialog.ok.isEnabled()
    dialog.reason.setText("Key account")
    assert dialog.ok.isEnabled()


def test_constants_start_from_what_the_accounts_have(qtbot: QtBot, session: Session) -> None:
    session.do(commands.edit_account_constants(session.plan, np.array([0, 1]), {"visits": 24.0}))
    session.do(commands.edit_account_constants(session.plan, np.array([0]), {"detour": 1.5}))
    dialog = opened(qtbot, ConstantsDialog(session.plan, np.array([0, 1])))
    assert dialog.modes["visits"].currentText() == "Own value"
    assert dialog.modes["detour"].currentText() == "Leave as it is"  # one has it, one has not
    assert dialog.modes["speed_kmh"].currentText() == "The plan's: 60"
    dialog.modes["visits"].setCurrentIndex(1)
    assert dialog.values == {"visits": None, "visit_min": None, "speed_kmh": None, "stops_per_trip": None}


def test_colours_are_chosen_with_the_arrow_keys(qtbot: QtBot, session: Session) -> None:
    dialog = opened(qtbot, ColorDialog(session.plan.territories[0], PALETTE))
    dialog.colors.choose(PALETTE[0])
    dialog.colors.buttons[0].setFocus()
    QTest.keyClick(dialog.colors.buttons[0], Qt.Key.Key_Right)
    assert dialog.colors.color == PALETTE[1]
    QTest.keyClick(dialog.colors.buttons[1], Qt.Key.Key_Down)
    assert dialog.colors.color == PALETTE[9]


def test_a_colour_outside_the_palette_is_kept(qtbot: QtBot, session: Session) -> None:
    session.do(commands.recolor_territory(session.plan, session.plan.territories[0].territory_id, "#123456"))
    dialog = opened(qtbot, ColorDialog(session.plan.territories[0], PALETTE))
    assert dialog.colors.color == "#123456"


def test_a_new_territory_proposes_a_free_name_and_colour(qtbot: QtBot, session: Session) -> None:
    session.do(commands.create_territory(session.plan, "Territory 5"))
    dialog = opened(qtbot, NewTerritoryDialog(session.plan, PALETTE, 0))
    assert dialog.name.text() == "Territory 6"
    assert dialog.colors.color not in {t.color for t in session.plan.territories}
    assert not dialog.with_units.isVisible()


def test_an_explanation_is_shown_and_copied(qtbot: QtBot) -> None:
    explanation = Explanation(
        "Index: North", "total ÷ target", [("Total", "8"), ("Target", "6.67")], "A book", "Even is 1"
    )
    dialog = opened(qtbot, ExplainDialog(explanation))
    said = {label.text() for label in dialog.findChildren(QLabel)}
    assert {"Index: North", "total ÷ target", "Total", "8", "Target", "6.67", "A book", "Even is 1"} <= said
    copy = next(b for b in dialog.findChildren(QPushButton) if b.text() == "&Copy")
    QTest.mouseClick(copy, LEFT)
    assert QGuiApplication.clipboard().text().split("\n\n") == [
        "Index: North",
        "Even is 1",
        "total ÷ target",
        "Total: 8\nTarget: 6.67",
        "A book",
    ]


def test_names_from_data_are_text_and_never_markup(qtbot: QtBot) -> None:
    dialog = opened(qtbot, ExplainDialog(Explanation("<b>North</b>", "", [("<i>x</i>", "1")], "")))
    for label in dialog.findChildren(QLabel):
        assert label.textFormat() == Qt.TextFormat.PlainText


def test_homes_are_found_in_the_shipped_tables() -> None:
    by_code = find_home("2139", "", "", "US")  # a spreadsheet has eaten the leading zero
    assert by_code is not None
    assert (by_code.level, by_code.postal_code) == ("postal_code", "02139")
    assert by_code.lon == pytest.approx(-71.1, abs=0.1)
    assert by_code.place.startswith("Cambridge (42.36")
    by_city = find_home("", "Chicago", "IL", "US")
    assert by_city is not None
    assert by_city.level == "city"
    assert find_home("", "Nowhereville Upon Nothing", "", "US") is None


@pytest.mark.parametrize(
    "make",
    [
        lambda s: SettingsDialog(s),
        lambda s: PlanPropertiesDialog(s),
        lambda s: NewTerritoryDialog(s.plan, PALETTE, 3),
        lambda s: OverrideDialog(s.plan, ["A", "B"]),
        lambda s: ConstantsDialog(s.plan, np.array([0])),
        lambda s: ColorDialog(s.plan.territories[0], PALETTE),
    ],
)
def test_tab_reaches_every_field_and_each_has_a_name(qtbot: QtBot, session: Session, make: object) -> None:
    dialog = opened(qtbot, make(session))
    reached, widget = set(), dialog.focusWidget() or dialog
    for _ in range(80):
        widget = widget.nextInFocusChain()
        if widget.isVisible() and widget.focusPolicy() & Qt.FocusPolicy.TabFocus:
            reached.add(widget)
    assert dialog.ok in reached
    for field in reached:
        label = next((x.text() for x in dialog.findChildren(QLabel) if x.buddy() is field), "")
        text = getattr(field, "text", lambda: "")()
        assert field.accessibleName() or label or text or field.parent().accessibleName(), field
