"""The pages Deals, Hand-overs and Role rules, by mouse and keys, over a real plan; rows of the file are looked at."""

from __future__ import annotations

import csv
import json
from datetime import date
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QSignalSpy, QTest
from PySide6.QtWidgets import QApplication, QComboBox, QDialog, QWidget
from pytestqt.qtbot import QtBot

from territorymap.model.coverage import Deal
from territorymap.session import registers
from territorymap.session.commands.deals import register_deal
from territorymap.session.coverage_issues import reading
from territorymap.session.session import Session
from territorymap.ui.coverage.rules_page import RulesPage
from territorymap.ui.deals.dialog import DealDialog
from territorymap.ui.deals.handover_page import HandoverPage
from territorymap.ui.deals.page import DealsPage
from territorymap.ui.import_wizard import dialog as import_dialog
from territorymap.ui.import_wizard.deals_dialog import DealImportDialog
from territorymap.ui.planning.page import PlanningPage
from territorymap.ui.selection import Selection
from territorymap.ui.tasks import stop_all
from tests.session.coverage_issues.channels import register, set_scope
from tests.session.coverage_issues.test_mending import hunters_and_farmers
from tests.ui.panels.events import click, rows_in_file, texts

DEALS = "SELECT deal_name, amount, stage, coalesce(closed_on, '') <> '' FROM deal ORDER BY 1"


def opened(qtbot: QtBot, page: PlanningPage, session: Session) -> PlanningPage:
    qtbot.addWidget(page)
    page.resize(1100, 600)
    page.set_session(session)
    page.show()
    return page


def pick(box: QComboBox, text: str) -> None:
    """Choose an entry as a hand does: the signal of a choice, not of a change alone."""
    at = box.findText(text)
    assert at >= 0, [box.itemText(i) for i in range(box.count())]
    box.setCurrentIndex(at)
    box.activated.emit(at)


def dialog_of(page: QWidget, kind: type[QDialog]) -> QDialog:
    (found,) = [child for child in page.findChildren(kind) if child.isVisible()]
    return found


def test_a_deal_is_registered_won_filtered_and_deleted(
    qtbot: QtBot, session: Session, selection: Selection, tmp_path: Path
) -> None:
    page = opened(qtbot, DealsPage(selection), session)
    assert page.empty.isVisible()
    page.register.trigger()
    dialog = dialog_of(page, DealDialog)
    QTest.mouseClick(dialog.ok, Qt.MouseButton.LeftButton)
    assert dialog.problem.text().startswith("A deal needs an account.")
    QTest.keyClicks(dialog.account, "account 3")
    dialog.amount.setText("12x")
    QTest.mouseClick(dialog.ok, Qt.MouseButton.LeftButton)
    assert "is not an amount" in dialog.problem.text()
    dialog.amount.setText("1250.5")
    dialog.name.setText("阀门 & <b>Pumps</b>")
    pick(dialog.seller, "北京伙伴 (partner)")
    QTest.mouseClick(dialog.ok, Qt.MouseButton.LeftButton)
    assert rows_in_file(session, DEALS) == [("阀门 & <b>Pumps</b>", 1250.5, "registered", 0)]
    assert page.rules.text().startswith("First come: 北京伙伴 holds Account 3")  # it is chosen
    register(session, {"account": 0, "rep": "Bob", "deal_name": "Astray", "registered_on": "2026-01-01", "amount": 5})
    page.refresh_now()
    assert texts(page.table.view, 5) == ["", "Outside the seller's territory"]
    click(page.table.view, 0, 0)
    assert page.rules.text() == (
        "First come: 北京伙伴 holds Account 3. The account lies in Beijing (北京伙伴, Partners)."
    )
    page.win.trigger()
    assert rows_in_file(session, DEALS)[1][2:] == ("won", 1)
    pick(page.which, "In conflict")
    assert texts(page.table.view, 0) == ["Astray"]
    page.filter.setText("zzz")
    assert page.nothing.isVisible()
    page.filter.setText("bob")
    page.write(tmp_path / "deals.csv")
    with (tmp_path / "deals.csv").open(encoding="utf-8-sig", newline="") as file:
        assert [row[:4] for row in csv.reader(file)][1:] == [["Astray", "Account 0", "Bob", "5.0"]]
    click(page.table.view, 0, 0)
    zooms = QSignalSpy(page.zoom_requested)
    page.zoom.trigger()
    assert (zooms.count(), selection.accounts.tolist()) == (1, [0])
    page.delete.trigger()
    assert [row[0] for row in rows_in_file(session, DEALS)] == ["阀门 & <b>Pumps</b>"]
    session.undo()
    assert len(rows_in_file(session, DEALS)) == 2


def test_deals_come_from_a_file_with_the_broken_rows_listed(
    qtbot: QtBot, session: Session, selection: Selection, tmp_path: Path
) -> None:
    path = tmp_path / "deals.csv"
    path.write_text(
        "Account ID,Partner,Deal name,Amount,Expires\nK00003,Axis GmbH,Pumps,10,2027-01-01\nK99999,Bob,Lost,1,\n"
        "K00004,Who,Odd,1,\n",
        encoding="utf-8",
    )
    page = opened(qtbot, DealsPage(selection), session)
    page.ask_import(path)
    dialog = dialog_of(page, DealImportDialog)
    qtbot.waitUntil(dialog.next.isEnabled, timeout=20_000)
    QTest.mouseClick(dialog.next, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: dialog.outcome is not None, timeout=20_000)
    reasons = [reject.reason for reject in dialog.outcome.report.rejects]
    assert reasons == ["The plan has no account K99999.", "The plan has no rep or partner Who."]
    QTest.mouseClick(dialog.apply, Qt.MouseButton.LeftButton)
    assert rows_in_file(session, DEALS) == [("Pumps", 10.0, "registered", 0)]
    assert texts(page.table.view, 0) == ["Pumps"]


def test_many_deals_are_compared_in_a_thread_and_anew_after_another_step(
    qtbot: QtBot, session: Session, selection: Selection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A deal that somebody registers meanwhile is changed, not registered twice; the bar tells how far it is."""
    monkeypatch.setattr(import_dialog, "_MANY", 1)
    path = tmp_path / "deals.csv"
    path.write_text("Account ID,Partner,Deal name,Amount\nK00003,Axis GmbH,Pumps,10\n", encoding="utf-8")
    page = opened(qtbot, DealsPage(selection), session)
    page.ask_import(path)
    dialog = dialog_of(page, DealImportDialog)
    qtbot.waitUntil(dialog.next.isEnabled, timeout=20_000)
    QTest.mouseClick(dialog.next, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: dialog.outcome is not None, timeout=20_000)
    shares: list[int] = []
    dialog.written.valueChanged.connect(shares.append)
    QTest.mouseClick(dialog.apply, Qt.MouseButton.LeftButton)
    assert rows_in_file(session, DEALS) == []
    account_id, axis = (
        int(session.plan.accounts.account_id[3]),
        next(rep for rep in session.plan.reps if rep.name == "Axis GmbH"),
    )
    values = {"account_id": account_id, "rep_id": axis.rep_id, "deal_name": "Pumps", "amount": 3.0}
    session.do(register_deal(values, date(2026, 6, 1)))
    with qtbot.waitSignal(dialog.imported, timeout=20_000):
        pass
    assert [row[:2] for row in rows_in_file(session, DEALS)] == [("Pumps", 10.0)]
    assert shares == sorted(shares)
    assert shares[-1] == dialog.written.maximum()


def test_accounts_pass_on_from_the_list(qtbot: QtBot, session: Session, selection: Selection, tmp_path: Path) -> None:
    hunters_and_farmers(session)
    register(
        session,
        {"account": 1, "rep": "Ann", "stage": "won", "closed_on": "2026-06-01", "amount": 5},
        {"account": 7, "rep": "Ann", "expected_on": "2026-12-01", "amount": 7},
    )
    page = opened(qtbot, HandoverPage(selection), session)
    assert [texts(page.table.view, column) for column in (0, 1)] == [["Account 1", "Account 7"], ["Due", "Coming"]]
    page.write(tmp_path / "out.xlsx")
    assert (tmp_path / "out.xlsx").stat().st_size > 1000
    assert page.hand_over.text() == "&Hand over 1 account"
    page.hand_over.trigger()
    (line,) = session.plan.segments
    assert rows_in_file(session, f"SELECT {line.column_name} FROM account WHERE account_key = 'K00001'") == [
        ("Industry",)
    ]
    assert texts(page.table.view, 0) == ["Account 7"]
    session.undo()
    page.refresh_now()
    assert texts(page.table.view, 0) == ["Account 1", "Account 7"]
    # Farmers cover by size only: no deal brings an account of 101 there. It stays, and says why.
    (revenue,) = (measure for measure in session.plan.measures if measure.name == "Revenue")
    set_scope(session, "Farmers", json.dumps({"field": f"measure:{revenue.uuid}", "from": 110}))
    page.refresh_now()
    assert texts(page.table.view, 0) == []
    pick(page.state, "Stays")
    assert texts(page.table.view, 0) == ["Account 1", "Account 7"]
    click(page.table.view, 0, 0)
    assert page.effect.text().startswith("Farmers does not cover it, whether the deal is won or not.")
    assert not page.hand_over.isEnabled()


def test_rules_are_set_and_taken_back_in_the_matrix(qtbot: QtBot, session: Session, selection: Selection) -> None:
    page = opened(qtbot, RulesPage(selection), session)
    rules = "SELECT role_a, role_b, rule FROM role_rule"
    box = page.cells["field", "partner"]
    assert box.currentText() == "(must not share)"
    pick(box, "may share")
    assert rows_in_file(session, rules) == [("field", "partner", "share")]
    pick(page.cells["field", "inside"], "Inside hands over to Field")
    assert rows_in_file(session, rules)[1] == ("inside", "field", "handover")
    assert page.cells["field", "inside"].currentText() == "Inside hands over to Field"
    pick(box, "(must not share)")
    assert len(rows_in_file(session, rules)) == 1
    session.undo()
    page.refresh_now()
    assert box.currentText() == "may share"


@pytest.mark.parametrize("kind", [DealsPage, HandoverPage, RulesPage])
def test_a_page_without_a_plan(qtbot: QtBot, kind: type[PlanningPage], selection: Selection) -> None:
    page = kind(selection)
    qtbot.addWidget(page)
    page.show()
    page.set_session(None)


def test_many_deals_are_looked_at_in_a_thread(
    qtbot: QtBot, session: Session, selection: Selection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The page says that it looks, shows what it finds, and looks again after a step that came in between."""
    register(session, {"account": 0, "rep": "Bob", "deal_name": "Astray", "registered_on": "2026-01-01", "amount": 5})
    for module in (registers, reading):
        monkeypatch.setattr(module, "MANY", 1)
    session._memory.registers.forget()  # as after opening: nothing was read yet
    page = opened(qtbot, DealsPage(selection), session)
    assert (page.look, page._stack.currentIndex()) == (None, 2)
    register(session, {"account": 1, "rep": "Ann", "deal_name": "Later", "amount": 7})
    qtbot.waitUntil(lambda: page.table.model.rowCount() == 2, timeout=20_000)
    assert texts(page.table.view, 5) == ["Outside the seller's territory", ""]
    assert (page._stack.currentIndex(), page.count.text()) == (1, "2 deals · 12 · 1 in conflict")
    assert [deal.deal_name for deal in session.register(Deal).values()] == ["Astray", "Later"]


def test_another_plan_lets_go_of_what_is_looked_for(
    qtbot: QtBot, session: Session, selection: Selection, monkeypatch: pytest.MonkeyPatch
) -> None:
    register(session, {"account": 0, "rep": "Bob", "deal_name": "Astray", "amount": 5})
    for module in (registers, reading):
        monkeypatch.setattr(module, "MANY", 1)
    session._memory.registers.forget()
    page = opened(qtbot, DealsPage(selection), session)
    assert page.looking.is_under_way
    page.set_session(None)
    assert not page.looking.is_under_way
    session.close()
    stop_all()
    QApplication.processEvents()
    assert (page.look, page.table.model.rowCount()) == (None, 0)
