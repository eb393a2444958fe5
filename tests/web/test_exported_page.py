"""The exported page in a real Chromium: it opens from a file, asks for nothing, shows the plan, and is read-only."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QUrl
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from territorymap.document import Writer
from territorymap.exporters.registry import ExportOptions, export
from territorymap.mapview.account_style import KIND_COLORS
from territorymap.model.plan import Plan
from territorymap.session.commands.territories import rename_territory
from territorymap.session.session import Command, Session
from tests.ui.map.conftest import session, unit  # noqa: F401 - a fixture
from tests.ui.map.driver import wait_until
from tests.web.browser import Browser


@pytest.fixture
def browser(qapp: QApplication, session: Session, tmp_path: Path) -> Iterator[Browser]:  # noqa: F811
    plan = session.plan
    session.do(rename_territory(plan, plan.territories[1].territory_id, "<b>Middle</b> {{ 7 * 7 }}"))
    path = tmp_path / "plan.html"
    export(session, path, "units")
    opened = Browser(path)
    yield opened
    opened.close()


def test_it_opens_with_no_request_and_no_complaint(browser: Browser) -> None:
    assert browser.listener.asked == [QUrl.fromLocalFile(str(browser.path)).toString()]
    assert browser.page.complaints == []
    assert browser.js("typeof qt") == "undefined"


def test_the_legend_lists_the_territories_as_text(browser: Browser) -> None:
    names = str(browser.js("[...document.querySelectorAll('.tm-legend-name')].map(e => e.textContent).join('|')"))
    assert names.split("|") == ["<b>Middle</b> {{ 7 * 7 }}", "East", "West"]
    assert browser.js("document.querySelectorAll('.tm-legend b').length") == 0


def test_hovering_shows_the_unit_and_the_territory_s_totals(browser: Browser, session: Session) -> None:  # noqa: F811
    """West: 15 units and accounts; revenue 15 * 1000 + 10 * the sum of its unit positions."""
    at = browser.at(unit(2, 1))
    text = "document.querySelector('.tm-tooltip').innerText"
    browser.hover(at, lambda: "Square C2" in str(browser.js(text)), "the unit is told")
    shown = str(browser.js(text))
    west = np.flatnonzero(session.plan.unit_territory == 0)
    assert "West" in shown
    assert "Ada" in shown
    assert f"{15 * 1000 + 10 * int(west.sum()):,}" in shown
    assert "129 %" in shown  # 15 units of 35 in 3 territories: 15 / (35 / 3) = 1.286, accounts the same


def test_nothing_can_be_painted_on_it(browser: Browser) -> None:
    browser.view.setFocus()
    for key in "bdox":
        QTest.keyClick(browser.view.focusProxy(), key)
        assert browser.js("__tm.tools.tool") == "pick"
    # What only tools need is not in the file.
    assert browser.js("typeof __tm.ground.arcKm + typeof __tm.ground.areaKm2") == "undefinedundefined"
    assert browser.js("__tm.plan.borders === null") is True
    assert browser.js("__tm.map.dragging.enabled()") is True
    assert browser.page.complaints == []


def test_its_reader_colours_accounts_by_segment_and_sees_no_names(
    qapp: QApplication,
    session: Session,  # noqa: F811
    tmp_path: Path,
) -> None:
    def set_kinds(writer: Writer, plan: Plan) -> None:
        kind = writer.add_segment("Kind")
        ids = plan.accounts.account_id.tolist()
        writer.update("account", {a: {kind.column_name: "odd" if i % 2 else "even"} for i, a in enumerate(ids)})

    session.do(Command("Kinds", set_kinds))
    path = tmp_path / "accounts.html"
    export(session, path, "accounts", ExportOptions({"account_names": False}))
    browser = Browser(path)
    choices = str(browser.js("[...document.querySelector('.tm-account-choice').options].map(o => o.text).join('|')"))
    assert choices.split("|") == ["One colour", "Territory", "Placed by", "Kind"]
    browser.js(
        "(() => { const box = document.querySelector('.tm-account-choice'); box.value = 'segment:Kind';"
        " box.dispatchEvent(new Event('change')); return 1; })()"
    )
    account = "(p => __tm.stage.containerAt(__tm.accounts.index.xy[p * 2], __tm.accounts.index.xy[p * 2 + 1]))"
    x, y = (float(v) for v in str(browser.js(f"{account}(__tm.accounts.pointOf(17)).join(' ')")).split())
    wanted = QColor(KIND_COLORS[1])  # even and odd are 20 each: by name

    def seen() -> QColor:
        return browser.view.grab().toImage().pixelColor(round(x), round(y))

    wait_until(lambda: abs(seen().red() - wanted.red()) + abs(seen().blue() - wanted.blue()) < 12, "it is coloured")
    text = "document.querySelector('.tm-tooltip').innerText"
    browser.hover(QPoint(round(x), round(y)), lambda: "odd" in str(browser.js(text)), "its segment is told")
    assert browser.page.complaints == []
    browser.close()
