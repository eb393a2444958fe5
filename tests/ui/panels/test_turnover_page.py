"""The page Turnover: ways to cover, taking one, and ending it; asserted in the file."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from territorymap.session import commands
from territorymap.session.session import Session
from territorymap.ui.dialogs.form import FormDialog
from territorymap.ui.selection import Selection
from territorymap.ui.turnover.page import TurnoverPage
from tests.ui.panels.events import rows_in_file


@pytest.fixture
def page(qtbot: QtBot, session: Session, selection: Selection) -> Iterator[TurnoverPage]:
    for i, territory in enumerate(session.plan.territories):
        if i >= len(session.plan.reps):
            session.do(commands.add_rep(session.plan, name=f"Extra {i}"))
        session.do(commands.set_territory_rep(session.plan, territory.territory_id, session.plan.reps[i].rep_id))
    page = TurnoverPage(selection)
    qtbot.addWidget(page)
    page.resize(1100, 700)
    page.set_session(session)
    page.show()
    qtbot.waitExposed(page)
    yield page
    page.set_session(None)


def test_a_leaver_is_covered_for_and_comes_back(page: TurnoverPage, session: Session, qtbot: QtBot) -> None:
    leaver = session.plan.reps[0]
    query = "SELECT rep_id, vacant_since FROM territory ORDER BY territory_id"
    before = rows_in_file(session, query)
    assert not page.take.isEnabled()
    page.choose_rep(leaver.rep_id)
    assert page.turnover is not None
    assert len(page.options.model.rows) == len(page.turnover.options)
    assert sum(len(row.heir.unit_ix) for row in page.parts.model.rows) == int(session.totals.n_units[0])
    page.since.set_text("2027-01-01")
    page.until.set_text("2026-12-31")
    failed: list[object] = []
    page.failed.connect(failed.append)
    page.take.trigger()
    assert len(failed) == 1
    page.until.set_text("2027-03-31")
    page.take.trigger()
    after = rows_in_file(session, query)
    assert leaver.rep_id not in {row[0] for row in after}
    assert after[0][1] == "2027-01-01"
    assert [(one.name, one.until) for one in page.covers.model.rows] == [(leaver.name, "2027-03-31")]
    page.covers.select([leaver.uuid])
    page.end.trigger()
    dialog = page.findChild(FormDialog)
    assert dialog is not None
    QTest.keyClick(dialog, Qt.Key.Key_Return)
    assert [row[0] for row in rows_in_file(session, query)] == [row[0] for row in before]
    assert page.covers.model.rows == []
    session.undo()
    session.undo()
    assert rows_in_file(session, query) == before
