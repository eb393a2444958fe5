"""The pages of capacity by real keys and clicks: what is typed stands in the file, figures follow, undo takes back."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from territorymap.model.coverage import Assumption, Funnel, Quota
from territorymap.session.commands.registers import add_records
from territorymap.session.session import Session
from territorymap.ui.capacity.inputs import NumberBox
from territorymap.ui.dialogs.explain import ExplainDialog
from territorymap.ui.funnel.key_dialog import KeyDialog
from territorymap.ui.funnel.page import FunnelPage
from territorymap.ui.main_window import MainWindow
from territorymap.ui.market.criterion_dialog import CriterionDialog
from territorymap.ui.market.goal_dialog import GoalDialog
from territorymap.ui.market.page import MarketPage
from territorymap.ui.market.scorecard_page import ScorecardPage
from territorymap.ui.planning.page import PlanningPage
from territorymap.ui.selection import Selection
from territorymap.ui.sizing.page import SizingPage
from territorymap.ui.sizing.rule_dialog import RuleDialog
from territorymap.ui.solving.build_dialog import BuildDialog
from tests.ui.conftest import wait_for

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def session(plan: Path) -> Iterator[Session]:
    with Session.open(plan) as session:
        yield session


def shown(qtbot: QtBot, page: PlanningPage, session: Session) -> Any:
    """Show a page of the plan: 24 accounts with revenue 100, 101 ... 123, in the alignment's scope all of them."""
    qtbot.addWidget(page)
    page.resize(1000, 700)
    page.show()
    page.set_session(session)
    return page


def type_into(box: NumberBox, text: str) -> None:
    box.selectAll()
    QTest.keyClicks(box, text)
    QTest.keyClick(box, Qt.Key.Key_Return)


def click(widget: QWidget) -> None:
    QTest.mouseClick(widget, LEFT)


def dialog_of(page: QWidget, kind: type[QDialog]) -> Any:
    (found,) = [d for d in page.findChildren(kind) if d.isVisible()]
    return found


def rows(session: Session, table: str, columns: str) -> list[tuple[Any, ...]]:
    """Return what stands in the file."""
    with sqlite3.connect(session.document.path) as connection:
        found = connection.execute(f"select {columns} from {table}").fetchall()
    connection.close()
    return found


def stored(session: Session, topic: str) -> dict[str, Any]:
    ((content,),) = [(c,) for t, c in rows(session, "assumption", "topic, content") if t == topic]
    found: dict[str, Any] = json.loads(content)
    return found


def test_sizing_follows_what_is_typed(qtbot: QtBot, session: Session) -> None:
    """One class for all, 100 visits of 60 min: 24 x 100 h = 2,400 h over 880 h = 2.73: 3 people, 3 territories."""
    page = shown(qtbot, SizingPage(Selection()), session)
    page.tabs.setCurrentWidget(page.rules)
    QTest.keyClick(page.rules.table.view, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    click(page.rules.buttons["delete"])
    assert stored(session, "sizing")["rules"] == []
    page.tabs.setCurrentWidget(page.classes)
    QTest.keyClick(page.classes.way, Qt.Key.Key_Home)
    assert stored(session, "sizing")["class_way"] == "all"
    type_into(page.classes.boxes[0, "visits"], "100")
    type_into(page.classes.boxes[0, "visit_min"], "60")
    (one,) = stored(session, "sizing")["classes"]
    assert (one["visits"], one["visit_min"]) == (100, 60)
    card = page.cards["workload"]
    assert card.big.text() == "3 territories"
    assert "2,400 h" in card.how.text()
    assert page.cards["potential"].big.text() == "Not known"
    click(card.explain)
    said = dialog_of(page, ExplainDialog).as_text()
    assert "24 accounts: 2,400 h" in said
    assert "44.0 × 40.0 h × (1 − 30 % − 20 %) = 880 h" in said
    assert "2,400 h ÷ 880 h = 2.73" in said
    assert "Talley 1961" in said
    dialog_of(page, ExplainDialog).reject()
    # What is missing is a click away.
    click(page.cards["potential"].button)
    assert page.tabs.currentWidget() is page.target
    QTest.keyClick(page.target.measures["potential_key"], Qt.Key.Key_End)
    type_into(page.target.boxes["win_share"], "100")
    type_into(page.target.boxes["field_sales"], "1338")  # 2,676 in all: 2 people, 10 % leave: 2.2
    assert page.cards["potential"].big.text() == "3 territories"
    assert "2.20" in page.cards["potential"].split.text()
    asked: list[int] = []
    page.build_wanted.connect(asked.append)
    click(card.button)
    assert asked == [3]
    for _ in range(3):
        session.undo()
    wait_for(qtbot, lambda: page.cards["potential"].big.text() == "Not known")


def test_a_rule_sends_an_industry_inside_and_says_why(qtbot: QtBot, session: Session) -> None:
    page = shown(qtbot, SizingPage(Selection()), session)
    page.tabs.setCurrentWidget(page.rules)
    n_before = len(page.rules.table.model.rows)
    click(page.rules.buttons["new"])
    dialog = dialog_of(page, RuleDialog)
    QTest.keyClick(dialog.by, Qt.Key.Key_End)
    QTest.keyClick(dialog.by, Qt.Key.Key_Up)  # the column Line
    dialog.ok.click()
    assert "names no value" in dialog.problem.text()
    QTest.keyClicks(dialog.values.line, "retail")
    dialog.ok.click()
    assert len(page.rules.table.model.rows) == n_before + 1
    (rule,) = [r for r in stored(session, "sizing")["rules"] if r["way"] == "segment"]
    assert (rule["values"], rule["channel"], rule["word"]) == (["retail"], "inside", "industry")
    # As the last rule it takes what the others leave; moved up, all 8 of retail.
    page.rules.table.select([3])
    for _ in range(3):
        click(page.rules.buttons["up"])
    row = page.rules.table.model.rows[0]
    assert row.line.name == "Line: retail is sold by telephone."
    assert row.line.n_accounts == 8
    page.tabs.setCurrentWidget(page.split)
    assert page.split.table.model.rows[0].name == "Line: retail is sold by telephone."
    # Conditions of one's own: and, or, not.
    page.tabs.setCurrentWidget(page.rules)
    click(page.rules.buttons["new"])
    dialog = dialog_of(page, RuleDialog)
    QTest.keyClick(dialog.by, Qt.Key.Key_End)
    click(dialog.builder.root.add_condition)
    dialog.ok.click()
    assert dialog.problem.text()
    dialog.reject()
    assert len(stored(session, "sizing")["rules"]) == 4


def test_funnel_both_ways_and_kept_by_role(qtbot: QtBot, session: Session) -> None:
    """Usual rates 10 %, 30 %, 25 %, 10,000: 75,000 need 1,000 activities; at 50 % deals of proposals 500."""
    page = shown(qtbot, FunnelPage(Selection()), session)
    form = page.form
    type_into(form.boxes["amount"], "75000")
    assert form.boxes["activities"].value() == pytest.approx(1000)
    assert "485 hours" in form.told.text()
    assert rows(session, "funnel", "role") == []  # trying out writes nothing
    type_into(form.rate_boxes["close_rate"], "50")
    assert form.boxes["activities"].value() == pytest.approx(500)
    ((role, content),) = rows(session, "funnel", "role, content")
    assert (role, json.loads(content)["close_rate"]) == ("", 0.5)
    type_into(form.boxes["leads"], "100")
    assert form.boxes["activities"].value() == pytest.approx(1000)
    assert form.boxes["closes"].value() == pytest.approx(15)
    click(page.buttons["new"])
    dialog = dialog_of(page, KeyDialog)
    for field, text in zip(dialog.fields, ("inside", "西部", "senior"), strict=True):
        field.setCurrentText(text)
    dialog.ok.click()
    assert rows(session, "funnel", "role, market, seniority")[1] == ("inside", "西部", "senior")
    type_into(form.rate_boxes["deal_amount"], "99")
    kept = {row[0]: json.loads(row[1])["deal_amount"] for row in rows(session, "funnel", "role, content")}
    assert kept == {"": 10_000, "inside": 99}
    click(page.buttons["new"])
    again = dialog_of(page, KeyDialog)
    again.fields[0].setCurrentText("INSIDE")
    again.fields[1].setCurrentText("西部")
    again.fields[2].setCurrentText("Senior")
    again.ok.click()
    assert "already a funnel" in again.problem.text()
    again.reject()
    click(page.buttons["delete"])
    assert rows(session, "funnel", "role") == [("",)]
    # North: Ann has 1,600 h, 30 % are 480 h; South's rep told no hours.
    page.tabs.setCurrentWidget(page.territories)
    north, south, _ = page.territories.table.model.rows
    assert (north.name, north.one.hours, south.one.hours) == ("North", 480, 0)
    type_into(page.territories.share, "50")
    assert page.territories.table.model.rows[0].one.hours == 800
    assert stored(session, "funnel")["share"] == 0.5
    wanted: list[str] = []
    page.color_wanted.connect(wanted.append)
    click(page.territories.color)
    assert wanted == ["figure:funnel_load"]
    page.territories.table.select([north.territory_id])
    page.territories.explain.trigger()
    assert "Hours there are for the funnel: 800" in dialog_of(page, ExplainDialog).as_text()


def test_weights_of_markets_by_keys_and_a_criterion_more(qtbot: QtBot, session: Session) -> None:
    page = shown(qtbot, MarketPage(Selection()), session)
    QTest.keyClick(page.level, Qt.Key.Key_Home)
    assert stored(session, "market")["level"] == "units"
    assert len(page.table.model.rows) == 24
    click(page.add)
    dialog = dialog_of(page, CriterionDialog)
    QTest.keyClick(dialog.source, Qt.Key.Key_End)  # share of accounts
    dialog.ok.click()
    assert "counts no value" in dialog.problem.text()
    QTest.keyClicks(dialog.values.line, "Public")
    dialog.less.setChecked(True)
    dialog.ok.click()
    first, second = stored(session, "market")["criteria"]
    assert (second["name"], second["source"], second["values"]) == ("Line", "share", ["Public"])
    slider = page.weights.sliders[0]
    slider.setFocus()
    QTest.keyClick(slider, Qt.Key.Key_Home)  # revenue counts no more: all that are not public are first
    wait_for(qtbot, lambda: stored(session, "market")["criteria"][0]["weight"] == 0)
    assert first["weight"] == 30
    page.table.select([page.table.model.rows[0].key])
    page.explain.trigger()
    assert "× 100.0 %" in dialog_of(page, ExplainDialog).as_text()  # the other criterion alone has a weight
    ranks = {row.ranked.rank[row.at] for row in page.table.model.rows}
    assert ranks == {0, 1, 16}  # of 22 placed accounts 15 are not public; two units have no account
    session.undo()
    wait_for(qtbot, lambda: page.weights.sliders[0].value() == 30)
    page.weights.remove_wanted.emit(1)
    assert len(stored(session, "market")["criteria"]) == 1


def test_goals_stand_beside_potential(qtbot: QtBot, session: Session) -> None:
    page = shown(qtbot, ScorecardPage(Selection()), session)
    assert [row.card.rank for row in page.table.model.rows] == [1, 2, 3]
    best = page.table.selected[0]
    click(page.card.buttons["goal"])
    dialog = dialog_of(page, GoalDialog)
    dialog.ok.click()
    assert "cannot be empty" in dialog.problem.text()
    QTest.keyClicks(dialog.title, "Win the hospital")
    QTest.keyClicks(dialog.due, "soon")
    dialog.ok.click()
    assert "not a date" in dialog.problem.text()
    dialog.due.setText("2020-01-31")
    dialog.ok.click()
    ((kind, territory, title, due),) = rows(session, "action", "kind, territory_id, title, due_on")
    assert (kind, territory, title, due) == ("goal", best.territory_id, "Win the hospital", "2020-01-31")
    assert page.table.model.rows[0].card.goals[0].title == "Win the hospital"
    page.card.table.select([1])
    click(page.card.buttons["done"])
    assert rows(session, "action", "done_on")[0][0] != ""
    page.card.table.select([1])
    click(page.card.buttons["delete"])
    assert rows(session, "action", "title") == []
    session.undo()
    wait_for(qtbot, lambda: len(page.card.table.model.rows) == 1)


def test_quotas_are_targets_and_hidden_with_pay(qtbot: QtBot, session: Session) -> None:
    """Four quarters of 2,500 are the quota of 2027; what comes again, 90 % of the revenue, is no new business."""
    north = session.plan.territories[0].territory_id
    parts = [{"period": f"2027-Q{q}", "territory_id": north, "amount": 2_500.0} for q in (1, 2, 3, 4)]
    old = {"period": "2026", "territory_id": north, "amount": 77.0}
    session.do(add_records(Quota, [*parts, old], "set quotas"))
    cards = shown(qtbot, ScorecardPage(Selection()), session)
    funnel = shown(qtbot, FunnelPage(Selection()), session)
    funnel.tabs.setCurrentWidget(funnel.territories)
    revenue = float(session.totals.territory_total[3][0])
    assert "Quota 2027" in [column.title for column in cards.table.model.columns]
    assert funnel.territories.table.model.rows[0].one.target == pytest.approx(10_000 - 0.9 * revenue)
    assert "Quotas of 2027" in funnel.territories.total.text()
    session.set_hides_pay(True)
    wait_for(qtbot, lambda: not any("Quota" in column.title for column in cards.table.model.columns))
    wait_for(qtbot, lambda: funnel.territories.table.model.rows[0].one.target == pytest.approx(0.2 * revenue))
    assert "Quota" not in funnel.territories.total.text() + cards.card.facts.text()


def test_what_cannot_be_read_is_said_and_mended_in_one_step(qtbot: QtBot, session: Session) -> None:
    broken = '{"win_share": "much", "level": 5, "share": []}'
    for topic in ("sizing", "market", "funnel"):
        session.do(add_records(Assumption, [{"topic": topic, "content": broken}], "break it"))
    session.do(
        add_records(Funnel, [{"role": "field", "content": "{"}, {"role": "inside", "content": "{}"}], "break it")
    )
    pages = [shown(qtbot, make(Selection()), session) for make in (SizingPage, FunnelPage, MarketPage, ScorecardPage)]
    heads = [page.problem.state.heading.text() for page in pages]
    assert all("cannot be read" in head for head in heads), heads
    (button,) = [b for b in pages[1].problem.state.findChildren(QPushButton) if b.isVisible()]
    click(button)
    assert rows(session, "funnel", "role") == [("inside",)]
    assert stored(session, "sizing")["win_share"] == 0.1
    wait_for(qtbot, lambda: all(page._stack.currentIndex() == 1 for page in pages))
    session.undo()
    assert stored(session, "sizing")["win_share"] == "much"
    assert len(rows(session, "funnel", "role")) == 2


def test_from_the_window_to_build_and_to_the_map(qtbot: QtBot, opened: MainWindow) -> None:
    page: Any = opened.planning.show("sizing")
    wait_for(qtbot, lambda: bool(page.cards["funnel"].big.text()))
    n = page.cards["workload"].n_territories
    assert n > 0
    click(page.cards["workload"].button)
    wait_for(qtbot, lambda: bool(opened.findChildren(BuildDialog)))
    dialog = dialog_of(opened, BuildDialog)
    assert dialog.n_territories == n
    dialog.reject()
    market: Any = opened.planning.show("market")
    wait_for(qtbot, lambda: bool(market.table.model.rows))
    click(market.color)
    wait_for(qtbot, lambda: opened.map_view.shading.key == "market", 60_000)
    sent: list[Any] = []
    opened.map_view.shading.sent.connect(sent.append)
    slider = market.weights.sliders[0]
    slider.setValue(slider.value() - 1)
    wait_for(qtbot, lambda: bool(sent))
