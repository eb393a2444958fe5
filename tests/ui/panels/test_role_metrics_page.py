"""The page Role metrics: empty until numbers come, one metric at a time, roll-up, map, deletion and undo."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtTest import QSignalSpy
from PySide6.QtWidgets import QMessageBox
from pytestqt.qtbot import QtBot

from territorymap.document import Writer
from territorymap.model.coverage import Figure
from territorymap.model.plan import Plan
from territorymap.session.commands.registers import add_records
from territorymap.session.session import Command, Session
from territorymap.ui.parts.sparkline import SPARK_ROLE
from territorymap.ui.role_metrics.page import RoleMetricsPage
from territorymap.ui.selection import Selection
from tests.ui.panels.events import column_named, rows_in_file, texts


@pytest.fixture
def page(qtbot: QtBot, session: Session, selection: Selection) -> Iterator[RoleMetricsPage]:
    page = RoleMetricsPage(selection)
    qtbot.addWidget(page)
    page.resize(1100, 600)
    page.set_session(session)
    page.show()
    qtbot.waitExposed(page)
    yield page
    page.set_session(None)


def put_region(writer: Writer, plan: Plan) -> None:
    (region,) = writer.insert("region", [{"region_name": "Nord", "manager": "Dana"}])
    writer.update("territory", {plan.territories[0].territory_id: {"region_id": region}})


def test_numbers_of_each_territory(
    page: RoleMetricsPage, session: Session, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert page.empty.isVisible()
    first = session.plan.territories[0]
    rows = [
        {"metric": "calls", "period": f"2026-W{week}", "territory_id": first.territory_id, "amount": amount}
        for week, amount in ((39, 10), (40, 20), (41, 30))
    ]
    rows.append({"metric": "Audits", "period": "2026", "territory_id": first.territory_id, "amount": 2})
    session.do(add_records(Figure, rows, "Numbers"))
    session.do(Command("Region", put_region))
    qtbot.waitUntil(lambda: not page.empty.isVisible())
    view = page.records.view
    assert [page.metric_box.itemText(i) for i in range(page.metric_box.count())] == ["Calls", "Audits"]
    assert texts(view, column_named(view, "Week 41 of 2026"))[0] == "30"
    assert texts(view, column_named(view, "Change"))[0] == "+50 %"
    spark = page.records.model.index(0, column_named(view, "Trend")).data(SPARK_ROLE)
    assert spark == (10.0, 20.0, 30.0)
    assert [row.texts[0] for row in page.regions.rows] == ["Nord · Dana", "In no region"]
    assert "30" in page.regions.rows[0].texts
    page.kind_box.setCurrentIndex(page.kind_box.findData("year"))
    assert texts(view, column_named(view, "2026"))[0] == "60"
    colored = QSignalSpy(page.color_wanted)
    page.color.trigger()
    assert colored.at(0) == ["figure:metric:calls"]
    found = session.figures.find("metric:calls")
    assert found is not None
    assert found.values[0] == 60
    monkeypatch.setattr(QMessageBox, "question", lambda *_: QMessageBox.StandardButton.Yes)
    page.delete.trigger()
    assert rows_in_file(session, "SELECT DISTINCT metric FROM figure") == [("Audits",)]
    qtbot.waitUntil(lambda: page.metric_box.count() == 1)
    session.undo()
    qtbot.waitUntil(lambda: page.metric_box.count() == 2)
