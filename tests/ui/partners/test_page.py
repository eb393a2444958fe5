"""The page Partners with real keys and clicks; what is done is looked up in the file."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton, QWidget
from pytestqt.qtbot import QtBot

from territorymap.model.coverage import Action, Partner, Tier
from territorymap.model.period import period_of
from territorymap.session.commands import partners as commands
from territorymap.session.session import Session
from territorymap.ui.partners.forms import RecordForm
from territorymap.ui.partners.page import PartnersPage
from territorymap.ui.partners.terms_dialog import TermsDialog
from territorymap.ui.partners.tier_dialog import TierDialog
from territorymap.ui.parts.windows import windows_shown
from territorymap.ui.selection import Selection
from tests.ui.conftest import wait_for
from tests.ui.panels.plans import make_session

QUARTER = period_of("quarter", date.today()).previous
LEFT = Qt.MouseButton.LeftButton
W = TypeVar("W", bound=QWidget)


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    with make_session(tmp_path / "plan.gpkg") as session:
        yield session


@pytest.fixture
def page(session: Session, qtbot: QtBot) -> Iterator[PartnersPage]:
    """Ann is a partner with 80 of a target of 100 and two tiers above her; the page shows her."""
    ann = next(rep.rep_id for rep in session.plan.reps if rep.name == "Ann")
    session.do(commands.make_partner(session, ann))
    session.do(commands.set_figures(session, ann, QUARTER.text, {"revenue": 80.0, "target": 100.0}))
    session.do(commands.set_tiers(session, [{"tier_name": "Silver"}, {"tier_name": "Gold", "min_revenue": 200.0}]))
    page = PartnersPage(Selection())
    qtbot.addWidget(page)
    page.resize(1100, 800)
    page.set_session(session)
    page.show()
    wait_for(qtbot, lambda: page.sheet is not None)
    yield page
    page.set_session(None)


def rows(session: Session, sql: str) -> list[tuple[Any, ...]]:
    with sqlite3.connect(f"file:{session.document.path}?mode=ro", uri=True) as connection:
        return connection.execute(sql).fetchall()


def dialog(qtbot: QtBot, kind: type[W]) -> W:
    found: list[W] = []

    def there() -> bool:
        found[:] = windows_shown(kind)
        return bool(found)

    wait_for(qtbot, there)
    return found[0]


def press(page: PartnersPage, name: str) -> None:
    QTest.mouseClick(page.details.buttons[name], LEFT)


def cell(page: PartnersPage, column: str) -> str:
    assert page.table is not None
    model = page.table.model
    at = next(i for i, c in enumerate(model.columns) if c.key == column)
    return str(model.index(0, at).data())


def test_the_table_tells_and_the_tier_earned_is_given_by_a_click(page: PartnersPage, session: Session) -> None:
    assert [cell(page, c) for c in ("name", "status", "tier", "earned", "attainment")] == [
        "Ann", "Active", "–", "Silver", "80 %",
    ]  # fmt: skip
    assert cell(page, "gap") == "Gold: 120 revenue"
    page.details.tabs.setCurrentIndex(5)
    press(page, "earned")
    assert rows(session, "SELECT tier_name FROM partner JOIN tier USING (tier_id)") == [("Silver",)]
    assert cell(page, "tier") == "Silver ▲"
    assert not page.details.buttons["earned"].isEnabled()
    assert "1 moved up" in page.summary.text()
    session.undo()
    page.refresh_now()
    assert page.details.buttons["earned"].isEnabled()


def test_a_new_partner_is_typed_scored_and_agreed(page: PartnersPage, session: Session, qtbot: QtBot) -> None:
    page.new.trigger()
    form = dialog(qtbot, RecordForm)
    QTest.keyClick(form.ok, Qt.Key.Key_Return)
    assert form.problem.isVisible()  # a name cannot be empty
    QTest.keyClicks(form.fields["name"], "Prairie")
    QTest.mouseClick(form.ok, LEFT)
    wait_for(qtbot, lambda: page.sheet is not None and page.sheet.name == "Prairie")
    scoring = page.details.scoring
    page.details.tabs.setCurrentWidget(scoring)
    box = scoring.boxes["reach"]
    box.setFocus()
    box.selectAll()
    QTest.keyClicks(box, "8")
    QTest.keyClick(box, Qt.Key.Key_Return)
    assert rows(session, "SELECT scores FROM partner ORDER BY partner_id DESC LIMIT 1") == [('{"reach": 8.0}',)]
    assert scoring.verdict.text().startswith("8.0 so far")
    QTest.mouseClick(scoring.buttons["agreed"], LEFT)
    steps = rows(session, "SELECT title, due_on, done_on FROM action WHERE kind = 'onboarding'")
    assert len(steps) == len(scoring.steps) == 6
    first = next(iter(scoring.steps.values()))
    QTest.mouseClick(first, LEFT, pos=QPoint(8, first.height() // 2))
    assert rows(session, "SELECT count(*) FROM action WHERE done_on <> ''") == [(1,)]
    page.shown.setCurrentIndex(2)  # in recruitment: neither is
    assert page.table is not None
    assert page.table.model.rows == []
    assert not page.details.isVisible()


def test_flags_are_taken_up_done_and_the_plan_saved(page: PartnersPage, session: Session) -> None:
    details = page.details
    assert cell(page, "flags") == "2"  # short of the target, and no joint plan
    details.tabs.setCurrentIndex(details.tabs.count() - 1)
    press(page, "flags")
    assert rows(session, "SELECT flagged_by, owner FROM action ORDER BY 1") == [("joint_plan", ""), ("revenue", "")]
    assert not details.flag_box.isVisible()
    details.todo.select(list(session.register(Action)))
    press(page, "action_done")
    assert all(action.done_on == date.today().isoformat() for action in session.register(Action).values())
    details.tabs.setCurrentIndex(7)
    assert not details.buttons["plan"].isEnabled()
    details.plan.setFocus()
    QTest.keyClicks(details.plan, "Two fairs")
    page.refresh_now()  # what is being typed is not taken away
    assert details.plan.toPlainText() == "Two fairs"
    press(page, "plan")
    assert rows(session, "SELECT joint_plan FROM partner") == [("Two fairs",)]
    assert cell(page, "flags") == "1"


def test_tiers_and_terms_are_edited_in_their_dialogs(page: PartnersPage, session: Session, qtbot: QtBot) -> None:
    page.tiers.trigger()
    tiers = dialog(qtbot, TierDialog)
    for n in range(4):
        QTest.mouseClick(tiers.buttons["add"], LEFT)
        tiers.table.cell(n + 2, 0).setText(f"Tier {n}")
    QTest.mouseClick(tiers.ok, LEFT)
    assert "More than 5" in tiers.problem.text()
    assert tiers.insist.isVisible()
    QTest.mouseClick(tiers.buttons["remove"], LEFT)
    tiers.table.cell(1, 4).setText("5 %")
    tiers.table.setCurrentCell(1, 0)
    QTest.mouseClick(tiers.buttons["up"], LEFT)
    QTest.mouseClick(tiers.ok, LEFT)
    made = sorted(session.register(Tier).values(), key=lambda t: t.sort_order)
    assert [(t.tier_name, t.min_growth) for t in made] == [
        ("Gold", 0.05), ("Silver", None), ("Tier 0", None), ("Tier 1", None), ("Tier 2", None),
    ]  # fmt: skip
    page.terms.trigger()
    terms = dialog(qtbot, TermsDialog)
    terms.rules.cell(0, 1).setText("70 %")
    terms.criteria.cell(0, 1).setText("heavy")
    QTest.mouseClick(terms.ok, LEFT)
    assert "heavy" in terms.problem.text()
    terms.criteria.cell(0, 1).setText("3")
    QTest.mouseClick(terms.ok, LEFT)
    assert rows(session, "SELECT topic FROM assumption") == [("corrective",)]
    assert page.book is not None
    assert page.book.inputs.programme.rule("revenue").limit == pytest.approx(0.7)
    assert [flag.rule for flag in page.sheet.flags] == ["joint_plan"]


def test_targets_are_hidden_with_pay_and_not_lost(page: PartnersPage, session: Session, qtbot: QtBot) -> None:
    session.set_hides_pay(True)
    wait_for(qtbot, lambda: cell(page, "attainment") == "–")
    page.details.tabs.setCurrentIndex(4)
    press(page, "figures")
    form = dialog(qtbot, RecordForm)
    assert set(form.fields) == {"period", "revenue", "satisfaction"}
    QTest.keyClicks(form.fields["satisfaction"], "9")
    QTest.mouseClick(form.ok, LEFT)
    assert cell(page, "satisfaction") == "9.0"
    session.set_hides_pay(False)
    wait_for(qtbot, lambda: cell(page, "attainment") == "80 %")


def test_no_partner_is_told_with_what_to_do_next(session: Session, qtbot: QtBot) -> None:
    page = PartnersPage(Selection())
    qtbot.addWidget(page)
    page.set_session(session)
    page.show()
    wait_for(qtbot, lambda: page.book is not None)
    assert page.empty.isVisible()
    assert {b.text() for b in page.empty.findChildren(QPushButton)} == {"&New partner…", "&Partners…"}
    session.do(commands.make_partner(session, session.plan.reps[0].rep_id))
    wait_for(qtbot, lambda: not page.empty.isVisible())
    assert len(session.register(Partner)) == 1
    page.set_session(None)
