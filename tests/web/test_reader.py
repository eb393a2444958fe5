"""What a rep does with an exported page: searches, follows links, switches layers, on a desk and on a phone.

The plan is tests/ui/map/conftest.py's: 8 x 5 squares, West has columns 0-2 and Ada; an account in each square.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor
from PySide6.QtQml import QJSEngine
from PySide6.QtWidgets import QApplication

from territorymap.document import Writer
from territorymap.exporters.registry import ExportOptions, export
from territorymap.model.plan import Plan
from territorymap.resources import shipped
from territorymap.session.session import Command, Session
from tests.ui.map.conftest import COLORS, session, unit  # noqa: F401 - a fixture
from tests.ui.map.driver import wait_until
from tests.web.browser import Browser

HOSTILE = "<img src=x onerror='window.__injected=1'>\u202eNord & <b>Süd</b>"
PHONE = (390, 780)
NAMES = "[...document.querySelectorAll('.tm-find-name')].map(e => e.textContent).join('|')"


def _name(writer: Writer, plan: Plan) -> None:
    """Account 9 lies in B2, postal code 02139; account 17 in C2, with a name that wants to be HTML."""
    ids = plan.accounts.account_id
    writer.update("account", {int(ids[9]): {"account_name": "Müller Söhne", "postal_code": "02139", "city": "Köln"}})
    writer.update("account", {int(ids[17]): {"account_name": HOSTILE, "postal_code": "02139"}})


@pytest.fixture
def pages(qapp: QApplication, session: Session, tmp_path: Path) -> Iterator[list[Browser]]:  # noqa: F811
    """An exported page is written; browsers that are put into the list are closed."""
    session.do(Command("Names", _name))
    export(session, tmp_path / "page.html", "accounts", ExportOptions({"account_numbers": True}))
    opened: list[Browser] = []
    yield opened
    for browser in opened:
        assert browser.page.complaints == []
        assert [url.split("#")[0] for url in browser.listener.asked] == [browser.path.as_uri()]
        assert browser.js("typeof window.__injected") == "undefined"
        browser.close()


def opened(pages: list[Browser], tmp_path: Path, fragment: str = "", size: tuple[int, int] = (1200, 800)) -> Browser:
    browser = Browser(tmp_path / "page.html", fragment, size)
    pages.append(browser)
    return browser


def typed(browser: Browser, text: str) -> list[str]:
    """Type into the search with real keys, and return what it shows."""
    browser.js("document.querySelector('.tm-find').value = ''; __tm.reader.list.replaceChildren(); 1")
    browser.click(".tm-find")
    browser.type(text)
    wait_until(lambda: bool(browser.text(".tm-find-list")), f"{text} is looked for")
    wait_until(lambda: browser.js("document.querySelector('.tm-find').value") == text)
    browser.js("__tm.reader.search(); 1")
    return str(browser.js(NAMES)).split("|")


def account_at(browser: Browser, account: int) -> tuple[int, int]:
    """Return the pixel at which an account is drawn."""
    point = f"__tm.accounts.pointOf({account})"
    where = f"__tm.stage.containerAt(__tm.accounts.index.xy[{point} * 2], __tm.accounts.index.xy[{point} * 2 + 1])"
    x, y = (round(float(v)) for v in str(browser.js(f"{where}.join(' ')")).split())
    return x, y


def test_an_account_is_found_by_name_without_its_accents_and_shown_with_its_totals(
    pages: list[Browser], tmp_path: Path
) -> None:
    browser = opened(pages, tmp_path)
    assert typed(browser, "muller so") == ["Müller Söhne"]
    browser.key(Qt.Key.Key_Return)
    wait_until(lambda: "Müller Söhne" in browser.text(".tm-reader-card"))
    card = browser.text(".tm-reader-card")
    assert "02139 Köln" in card
    assert re.search(r"Revenue\s+1,090", card)
    assert re.search(r"West\s+Ada", card)
    assert browser.js("document.querySelector('.tm-reader-link').hash") == "#account=K9"
    assert browser.text(".tm-find-list") == ""
    wait_until(lambda: browser.js("__tm.map.getZoom()") > 9, "it flies there")  # type: ignore[operator]


def test_a_zip_is_found_first_then_its_accounts_and_arrow_keys_choose(pages: list[Browser], tmp_path: Path) -> None:
    browser = opened(pages, tmp_path)
    assert typed(browser, "02139") == ["02139", HOSTILE, "Müller Söhne"]
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Up):
        browser.key(key)
    chosen = "(document.querySelector('[aria-selected=true]') || {}).id"
    wait_until(lambda: browser.js(chosen) == "tm-find-0" and browser.js("__tm.reader._at") == 0)
    browser.key(Qt.Key.Key_Return)
    wait_until(lambda: "2 accounts" in browser.text(".tm-reader-card"))
    assert "West" in browser.text(".tm-reader-card")


def test_units_and_territories_are_found_and_what_is_not_there_is_said(pages: list[Browser], tmp_path: Path) -> None:
    browser = opened(pages, tmp_path)
    assert typed(browser, "c2") == ["C2 Square C2"]
    assert typed(browser, "ada")[0] == "West"
    assert "Nothing here is called nowhere" in (typed(browser, "nowhere") and browser.text(".tm-find-list"))
    browser.key(Qt.Key.Key_Escape)
    wait_until(lambda: browser.text(".tm-find-list") == "")
    assert browser.js("document.querySelector('.tm-find').value") == "nowhere"
    browser.key(Qt.Key.Key_Escape)
    wait_until(lambda: browser.js("document.querySelector('.tm-find').value") == "")


def test_a_link_opens_its_territory_and_the_list_holds_links(pages: list[Browser], tmp_path: Path) -> None:
    browser = opened(pages, tmp_path, "territory=East")
    assert re.search(r"East\s+Bo", browser.text(".tm-reader-card"))
    assert re.search(r"Revenue\s+12,", browser.text(".tm-reader-card"))  # 10 squares of 1,000 and more
    hashes = "[...document.querySelectorAll('a.tm-legend-territory')].map(a => a.hash).join(' ')"
    assert browser.js(hashes) == "#territory=East #territory=Middle #territory=West"
    browser.click("a.tm-legend-territory:nth-child(3)")
    wait_until(lambda: "West" in browser.text(".tm-reader-card"))
    assert browser.js("location.hash") == "#territory=West"
    browser.click(".tm-reader-close")
    wait_until(lambda: browser.text(".tm-reader-card") == "")
    browser.click("a.tm-legend-territory:nth-child(3)")  # the address is the same, and is followed all the same
    wait_until(lambda: "West" in browser.text(".tm-reader-card"))


def test_a_link_to_what_is_not_there_says_so(pages: list[Browser], tmp_path: Path) -> None:
    browser = opened(pages, tmp_path, "territory=Nowhere%20%3Cb%3E")
    assert browser.text(".tm-hint") == "This page has nothing called Nowhere <b>."
    assert browser.text(".tm-reader-card") == ""


def test_layers_are_switched_and_the_picture_follows(pages: list[Browser], tmp_path: Path) -> None:
    browser = opened(pages, tmp_path)

    def is_ground() -> bool:
        x, y = account_at(browser, 20)
        seen, middle = browser.view.grab().toImage().pixelColor(x, y), QColor(COLORS[1])
        return abs(seen.red() - middle.red()) + abs(seen.green() - middle.green()) < 12

    wait_until(lambda: not is_ground(), "the account is drawn")
    browser.click(".tm-layers-head")
    browser.click("input[name=show_accounts]")
    wait_until(lambda: browser.js("document.querySelector('input[name=show_accounts]').checked") is False)
    wait_until(is_ground, "it is not any more")
    browser.click("input[name=show_accounts]")
    wait_until(lambda: not is_ground(), "and again")
    browser.click("input[name=dark]")
    wait_until(lambda: browser.js("document.documentElement.dataset.theme") == "dark")


def test_on_a_phone_nothing_is_wider_than_the_screen_and_a_tap_tells_the_totals(
    pages: list[Browser], tmp_path: Path
) -> None:
    browser = opened(pages, tmp_path, size=PHONE)
    assert "width=device-width" in str(browser.js("document.querySelector('meta[name=viewport]').content"))
    browser.click_at(browser.at(unit(2, 1)) + QPoint(6, 6))
    wait_until(lambda: "Square C2" in browser.text(".tm-reader-card"))
    assert "West" in browser.text(".tm-reader-card")
    parts = "document.querySelectorAll('.tm-reader, .tm-reader *, .tm-legend')"
    wide = f"Math.max(...[...{parts}].map(e => e.getBoundingClientRect().right))"
    assert float(str(browser.js(wide))) <= PHONE[0]
    assert browser.js("getComputedStyle(document.querySelector('.tm-find')).fontSize") == "16px"  # else phones zoom in
    box = browser.js("document.querySelector('.tm-reader-card').getBoundingClientRect().top")
    assert float(str(box)) > PHONE[1] / 2  # at the foot, off the search
    browser.click(".tm-legend-toggle")
    wait_until(lambda: "East" in browser.text(".tm-legend-body"))
    browser.click("a.tm-legend-territory")
    wait_until(lambda: "East" in browser.text(".tm-reader-card"))
    assert browser.text(".tm-legend-body") == ""  # the list is out of the way


def test_a_rep_s_page_finds_nothing_of_the_others(qapp: QApplication, session: Session, tmp_path: Path) -> None:  # noqa: F811
    """East's target is a third of the whole, though the page knows of East alone: 10 of 35 squares, 86 %."""
    path = export(session, tmp_path / "page.html", "accounts", ExportOptions({"rep": ("Bo",)}))
    browser = Browser(path, "territory=East")
    assert re.search(r"Accounts\s+10\s+. 86 %", browser.text(".tm-reader-card"))
    assert typed(browser, "square") == [f"{c}{n} Square {c}{n}" for c in "ABCDE" for n in (6, 7)]
    assert "Nothing here is called west" in (typed(browser, "west") and browser.text(".tm-find-list"))
    assert browser.page.complaints == []
    browser.close()


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("nord", [("territory", 0, 0), ("territory", 1, 1), ("unit", 1, 3)]),
        ("02", [("unit", 0, 1), ("postal", 0, 1), ("account", 0, 1)]),
        ("strasse", [("account", 0, 2)]),
        ("acme berlin", [("account", 1, 3)]),
        ("  ", []),
    ],
)
def test_what_fits_best_comes_first(qapp: QApplication, words: str, expected: list[tuple[str, int, int]]) -> None:
    engine = QJSEngine()
    module = engine.importModule(str(Path(shipped("resources", "web", "reader_find.js"))))
    assert not module.isError(), module.toString()
    engine.globalObject().setProperty("find_module", module)
    value = engine.evaluate(
        "const f = new find_module.Finder([{name: 'Nord', rep: ''}, {name: 'Norden', rep: 'Bo'}],"
        " {code: ['021', '10'], name: ['West', 'Oberknord']},"
        " {name: ['Haupt-Straße 4', 'ACME'], key: ['a', 'b'], postal: ['0213', ''], city: ['', 'Berlin']});"
        f"JSON.stringify(f.find({words!r}, 10).found.map(x => [x.kind, x.at, x.rank]))"
    )
    assert value.toString() == str([list(row) for row in expected]).replace("'", '"').replace(", ", ",")


def test_a_finger_gets_what_a_pointer_hovers(pages: list[Browser], tmp_path: Path) -> None:
    """A circle that is clicked says whose it is."""
    browser = opened(pages, tmp_path)
    browser.click_at(QPoint(*account_at(browser, 9)))
    wait_until(lambda: "Müller Söhne" in browser.text(".tm-reader-card"))
