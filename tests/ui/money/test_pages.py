"""The pages Quota, Forecast and Pay with real keys and clicks; what they do stands in the file."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import TypeVar

import openpyxl
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QInputDialog, QLineEdit
from pytestqt.qtbot import QtBot

from territorymap.errors import UserError
from territorymap.metrics.pay_terms import USUAL_TERMS, PayTier
from territorymap.model.coverage import Assumption, PayPlan, Quota
from territorymap.session import commands
from territorymap.session.commands.money import set_assumption
from territorymap.session.commands.regions import add_region
from territorymap.session.money.money import Money
from territorymap.session.money.rules import ForecastRules
from territorymap.session.session import Session
from territorymap.ui.main_window import MainWindow
from territorymap.ui.money.forecast_page import ForecastPage
from territorymap.ui.money.page import MoneyPage
from territorymap.ui.money.pay_page import PayPage
from territorymap.ui.money.plan_dialog import PayPlanDialog, tier_text
from territorymap.ui.money.quota_page import QuotaPage
from territorymap.ui.money.typed import read_amount
from territorymap.ui.parts.record_table import RecordTable
from territorymap.ui.selection import Selection
from tests.session.money.plans import TODAY, money_session
from tests.ui.conftest import wait_for
from tests.ui.panels.plans import make_session

P = TypeVar("P", bound=MoneyPage)
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    with money_session(tmp_path / "plan.gpkg") as session:
        session.__dict__["money"] = Money(session, lambda: TODAY)
        rules = ForecastRules(basis="none").to_json()
        session.do(set_assumption(session.register(Assumption), "forecast", rules, "No run rate"))
        yield session


def shown(qtbot: QtBot, kind: type[P], session: Session) -> P:
    page = kind(Selection())  # type: ignore[call-arg]
    qtbot.addWidget(page)
    page.resize(1300, 800)
    page.set_session(session)
    page.show()
    qtbot.waitExposed(page)
    return page


def told(page: MoneyPage) -> list[UserError]:
    errors: list[UserError] = []
    page.failed.connect(errors.append)
    return errors


def cells(table: RecordTable, key: str) -> list[str]:
    at = [column.key for column in table.model.columns].index(key)
    return [str(table.model.index(row, at).data()) for row in range(table.model.rowCount())]


def type_into(table: RecordTable, row: int, key: str, text: str) -> None:
    """Double-click a cell and type."""
    at = [column.key for column in table.model.columns].index(key)
    index = table.model.index(row, at)
    view = table.view
    view.scrollTo(index)
    where = view.visualRect(index).center()
    QTest.mouseClick(view.viewport(), LEFT, pos=where)
    QTest.mouseDClick(view.viewport(), LEFT, pos=where)
    editor = view.viewport().findChildren(QLineEdit)[-1]  # a former one goes later
    editor.selectAll()
    QTest.keyClick(editor, Qt.Key.Key_Delete)
    QTest.keyClicks(editor, text)
    QTest.keyClick(editor, Qt.Key.Key_Return)
    QApplication.processEvents()  # Qt takes the text over after the key


def quotas(session: Session, period: str) -> dict[int | None, float]:
    with sqlite3.connect(f"file:{session.document.path}?mode=ro", uri=True) as connection:
        rows = connection.execute("SELECT territory_id, amount FROM quota WHERE period = ?", (period,)).fetchall()
    return dict(rows)


def test_a_quota_is_typed_undone_and_refused(qtbot: QtBot, session: Session) -> None:
    page = shown(qtbot, QuotaPage, session)
    errors = told(page)
    assert cells(page.table, "quota")[:2] == ["10,000", "6,000"]
    type_into(page.table, 2, "quota", "4k")
    assert sorted(quotas(session, "2026-Q2").values()) == [4_000, 6_000, 10_000]
    assert cells(page.table, "quota")[2] == "4,000"
    type_into(page.table, 2, "quota", "abc!")
    assert "not an amount" in errors[0].message
    session.undo()
    wait_for(qtbot, lambda: cells(page.table, "quota")[2] != "4,000")
    type_into(page.table, 0, "quota", "")
    assert list(quotas(session, "2026-Q2").values()) == [6_000]


def test_a_target_is_shared_by_the_rules_and_chosen_rows_stay(qtbot: QtBot, session: Session) -> None:
    page = shown(qtbot, QuotaPage, session)
    page.target.setValue(20_000)
    QTest.mouseClick(page.share, LEFT)
    found = quotas(session, "2026-Q2")
    assert found[None] == 20_000
    assert sum(v for k, v in found.items() if k is not None) == 20_000
    assert "Quotas add up to 20,000, the target" in page.sum.text()
    page.table.select([page.table.model.rows[0].target])
    page.keep.click()
    kept = found[page.table.model.rows[0].target[1]]
    page.target.setValue(30_000)
    QTest.mouseClick(page.share, LEFT)
    after = quotas(session, "2026-Q2")
    assert after[page.table.model.rows[0].target[1]] == kept
    assert sum(v for k, v in after.items() if k is not None) == 30_000
    page.rules.weights["history"].setValue(9)
    assert session.money.quota_rules.split.history == 9
    QTest.mouseClick(page.below, LEFT)
    assert session.money.quotas(session.money.period, TODAY).target.amount == quotas(session, "2026-Q2")[None]


def test_the_period_is_chosen_for_all_pages(qtbot: QtBot, session: Session) -> None:
    page = shown(qtbot, QuotaPage, session)
    errors = told(page)
    QTest.mouseClick(page.period_bar.after, LEFT)
    assert session.money.period.text == "2026-Q3"
    wait_for(qtbot, lambda: "No territory has a quota" in page.sum.text())
    line = page.period_bar.list.lineEdit()
    assert line is not None
    line.selectAll()
    QTest.keyClicks(line, "2026-Q2")
    QTest.keyClick(line, Qt.Key.Key_Return)
    assert session.money.period.text == "2026-Q2"
    line.selectAll()
    QTest.keyClicks(line, "soon")
    QTest.keyClick(line, Qt.Key.Key_Return)
    assert errors
    assert session.money.period.text == "2026-Q2"


def test_a_year_is_spread_and_the_list_written(
    qtbot: QtBot, session: Session, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    page = shown(qtbot, QuotaPage, session)
    errors = told(page)
    monkeypatch.setattr(QInputDialog, "getText", lambda *_a, **_k: ("1, 1, 2", True))
    page._spread("month")
    assert not errors
    assert sorted(quotas(session, "2026-06").values()) == [3_000, 5_000]
    page._spread("quarter")
    assert "cannot be spread" in errors[0].message
    out = tmp_path / "list.xlsx"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_a, **_k: (str(out), ""))
    page._export()
    assert openpyxl.load_workbook(out).active["A2"].value == "North"


def test_the_forecast_is_grouped_and_its_rules_are_set(qtbot: QtBot, session: Session) -> None:
    page = shown(qtbot, ForecastPage, session)
    assert cells(page.table, "forecast") == ["11,000", "3,000", "0", "200"]
    assert cells(page.table, "attainment")[:2] == ["110 %", "50 %"]
    assert "1 open deal is late" in page.note.text()
    page.stages["qualified"].setValue(50)
    assert cells(page.table, "forecast")[-1] == "400"
    assert session.money.forecast_rules.stages["qualified"] == 0.5
    page.by.setCurrentIndex(1)
    page.by.activated.emit(1)
    assert cells(page.table, "name") == ["Ann", "Bob"]
    session.undo()
    wait_for(qtbot, lambda: page.stages["qualified"].value() == 25)


def test_pay_is_shown_with_a_statement_and_exported(
    qtbot: QtBot, session: Session, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    page = shown(qtbot, PayPage, session)
    assert cells(page.territories, "at_1")[0] == "10,500"
    assert cells(page.reps, "total") == ["22,410", "20,100"]
    page.reps.select([page.reps.model.rows[1].paid.rep.rep_id])
    assert cells(page.lines, "amount")[-1] == "20,100.00"
    assert "Bob" in page.whose.text()
    assert cells(page.contests, "name") == ["North", "South"]
    assert cells(page.contests, "prize") == ["300.00", "100.00"]
    out = tmp_path / "pay.html"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_a, **_k: (str(out), ""))
    page.export.click()
    assert "22,410.00" in out.read_text(encoding="utf-8")


def test_a_pay_plan_is_made_changed_and_deleted(qtbot: QtBot, session: Session) -> None:
    page = shown(qtbot, PayPage, session)
    page.plans.select([next(iter(session.register(PayPlan)))])
    page.change.click()
    (dialog,) = page.findChildren(PayPlanDialog)
    dialog.base.setValue(70_000)
    assert "32,000 at 80 %" in dialog.preview.text()
    item = dialog.tiers.table.item(1, 1)
    assert item is not None
    item.setText("2")
    assert "58,000 at 120 %" in dialog.preview.text()
    item.setText("fast")
    dialog.ok.click()
    assert "not an amount" in dialog.problem.text()
    item.setText("2")
    dialog.ok.click()
    terms = session.money.pay(session.money.period, TODAY).terms_of(session.plan.reps[0])
    assert terms is not None
    assert (terms.base, terms.tiers[1].rate, len(terms.contests), len(terms.spiffs)) == (70_000, 2, 1, 1)
    page.delete.click()
    assert session.document.register(PayPlan) == {}
    assert "no pay plan yet" in page.note.text()
    session.undo()
    wait_for(qtbot, lambda: cells(page.plans, "name") == ["Everybody"])


def test_nothing_is_shown_while_pay_is_hidden(qtbot: QtBot, session: Session) -> None:
    pages = [shown(qtbot, kind, session) for kind in (QuotaPage, ForecastPage, PayPage)]
    QTest.mouseClick(pages[0].hide_button, LEFT)
    for page in pages:
        wait_for(qtbot, lambda page=page: page.hidden.isVisible())
    assert session.figures.find("quota") is None
    QTest.mouseClick(pages[2].show_button, LEFT)
    wait_for(qtbot, lambda: pages[0].table.isVisible())


def test_a_plan_with_nothing_says_what_to_do(qtbot: QtBot, tmp_path: Path) -> None:
    with make_session(tmp_path / "bare.gpkg", n_accounts=0) as bare:
        page = shown(qtbot, QuotaPage, bare)
        assert "give a target and share it" in page.sum.text()
        QTest.mouseClick(page.below, LEFT)
        pay = shown(qtbot, PayPage, bare)
        assert "no pay plan yet" in pay.note.text()
        forecast = shown(qtbot, ForecastPage, bare)
        assert "no deals yet" in forecast.note.text()
        bare.do(commands.delete_territories(bare.plan, [t.territory_id for t in bare.plan.territories]))
        wait_for(qtbot, lambda: page.empty.isVisible())


@pytest.mark.parametrize(
    ("text", "amount"),
    [("12,500", 12_500), ("$ 12.5k", 12_500), (" 1.2M ", 1_200_000), ("", None), ("—", None), ("7", 7)],
)
def test_amounts_are_read_as_people_type_them(text: str, amount: float | None) -> None:
    assert read_amount(text) == amount


@pytest.mark.parametrize("text", ["fast", "=1+1", "1.2.3", "12 apples", "k", "1e5", "NaN"])
def test_what_is_no_amount_is_refused(text: str) -> None:
    with pytest.raises(UserError, match="not an amount"):
        read_amount(text)


def test_the_window_hides_pay_everywhere_and_while_it_presents(qtbot: QtBot, opened: MainWindow) -> None:
    """Columns of the territory table and colours of the map go at once; presenting hides pay by itself."""
    from tests.session.money.plans import quota

    session = opened.session
    assert session is not None
    quota(session, session.money.period, North=100.0, South=50.0)
    page = opened.planning.show("quota")
    assert isinstance(page, QuotaPage)
    panel = opened.territory_panel
    wait_for(qtbot, lambda: any(c.key == "figure:quota" for c in panel.model.columns))
    page.color_wanted.emit("figure:quota_difficulty")
    QTest.mouseClick(page.hide_button, LEFT)
    assert opened.present.presentation.hide_pay.isChecked()
    assert opened.present.privacy.hides_pay
    assert not any(c.key == "figure:quota" for c in panel.model.columns)
    wait_for(qtbot, lambda: page.hidden.isVisible())
    QTest.mouseClick(page.show_button, LEFT)
    assert not session.hides_pay
    opened.present.presentation.begin()
    assert session.hides_pay
    wait_for(qtbot, lambda: page.hidden.isVisibleTo(page))
    assert page.show_button.isHidden()  # it was there, and did nothing while something was presented
    opened.present.presentation.end()
    assert not session.hides_pay
    QApplication.processEvents()
    assert [q.amount for q in session.register(Quota).values()] == [100.0, 50.0]


def test_the_line_of_a_pay_plan_tells_rates_and_threshold_as_they_are() -> None:
    """A rate of 1.25 was shown as 1.2, and that nothing is paid below the threshold was not told at all."""
    tiers = (PayTier(Decimal(0), Decimal(1)), PayTier(Decimal(1), Decimal("1.25")))
    terms = replace(USUAL_TERMS, threshold=Decimal("0.6"), tiers=tiers)
    assert tier_text(terms) == "from 0 % × 1, from 100 % × 1.25, nothing below 60 %"
    assert tier_text(replace(terms, threshold=Decimal(0))) == "from 0 % × 1, from 100 % × 1.25"


def test_a_regional_manager_sees_the_region_under_forecast_and_pay(qtbot: QtBot, session: Session) -> None:
    """North and South lie in Land: quotas 10,000 + 6,000; booked 6,000 + 3,000, open 10,000 x 0.5 = 5,000.

    14,000 of 16,000 are 88 %. At 80 % each is paid 40,000 / 4 x 0.8 = 8,000 variable.
    """
    ids = [t.territory_id for t in session.plan.territories if t.name in ("North", "South")]
    session.do(add_region(session.plan, "Land", manager="Dana", territory_ids=ids))
    forecast, pay = shown(qtbot, ForecastPage, session), shown(qtbot, PayPage, session)
    told = dict(zip([c.key for c in forecast.table.model.columns], forecast.table.region_rows[0].texts, strict=True))
    assert (told["name"], told["quota"], told["booked"], told["open"]) == ("Land · Dana", "16,000", "9,000", "5,000")
    assert (told["forecast"], told["attainment"]) == ("14,000", "88 %")
    paid = dict(zip([c.key for c in pay.territories.model.columns], pay.territories.region_rows[0].texts, strict=True))
    assert (paid["name"], paid["at_0"], paid["attainment"]) == ("Land · Dana", "16,000", "88 %")
