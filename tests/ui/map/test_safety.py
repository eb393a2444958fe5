"""Nothing leaves the laptop, nothing of it is read, no script but ours runs."""

from __future__ import annotations

import logging

import pytest
from PySide6.QtCore import QUrl
from PySide6.QtWebEngineCore import QWebEngineUrlScheme

from territorymap.ui.map.sandbox import find_sandbox_problem
from territorymap.ui.map.scheme import INDEX, SCHEME
from tests.ui.map.driver import Driver, wait_until


@pytest.fixture
def careless(driver: Driver, caplog: pytest.LogCaptureFixture) -> Driver:
    """A driver whose page may complain: these tests make it."""
    caplog.set_level(logging.CRITICAL, "territorymap.ui.map.page")
    return driver


def forgive(driver: Driver, *wanted: str) -> None:
    """The page has complained of these and nothing else."""
    wait_until(lambda: len(driver.view.page.complaints) >= len(wanted))
    complaints = driver.view.page.complaints
    assert all(any(text in complaint for complaint in complaints) for text in wanted), complaints
    complaints.clear()


def test_the_scheme_is_secure_and_never_local() -> None:
    scheme = QWebEngineUrlScheme.schemeByName(SCHEME.encode())
    flag = QWebEngineUrlScheme.Flag
    assert scheme.flags() == flag.SecureScheme | flag.CorsEnabled | flag.FetchApiAllowed
    assert scheme.syntax() == QWebEngineUrlScheme.Syntax.Host


@pytest.mark.parametrize(
    "url", ["file:///etc/passwd", "https://example.com/x", "http://127.0.0.1:1/", "qrc:/qtwebchannel/qwebchannel.js"]
)
def test_the_page_can_fetch_nothing_but_its_own(careless: Driver, url: str) -> None:
    assert "error" in careless.js(f"fetch('{url}').then(r => r.text())")
    forgive(careless, "Content Security Policy")
    assert careless.view.guard.refused == []


def test_the_guard_refuses_what_the_policy_would_let_through(careless: Driver) -> None:
    """Asked from outside the page's policy: a navigation."""
    careless.view.page.runJavaScript("location.href = 'https://example.com/'", 0)
    careless.rest()
    assert careless.view.page.url() == QUrl(INDEX)
    careless.view.page.complaints.clear()
    careless.view.guard.refused.clear()


MARKUP = """(() => {
  const box = document.createElement('div');
  box.innerHTML = '<img src="x:" onerror="window.broken = 1">';
  document.body.append(box);
  box.remove();
  return 1;
})()"""
SCRIPT = """(() => {
  const script = document.createElement('script');
  script.textContent = 'window.broken = 2';
  document.body.append(script);
  script.remove();
  return 1;
})()"""


@pytest.mark.parametrize("code", [MARKUP, SCRIPT])
def test_a_script_put_into_the_page_does_not_run(careless: Driver, code: str) -> None:
    careless.js(code)
    careless.rest()
    assert careless.js("window.broken ?? 0") == 0
    wait_until(lambda: bool(careless.view.page.complaints))
    careless.view.page.complaints.clear()
    careless.view.guard.refused.clear()


def test_eval_is_forbidden(careless: Driver) -> None:
    """Asked of a function of the page, as the debugger's own scripts stand above the policy."""
    careless.js("(setTimeout('window.broken = 3', 0), 1)")
    careless.rest()
    assert careless.js("window.broken ?? 0") == 0
    forgive(careless, "unsafe-eval")


@pytest.mark.parametrize(
    "path", ["web/../page.html", "web/main.py", "leaflet/../../x.js", "data/none.bin", "etc/passwd", "web/nothing.js"]
)
def test_only_files_of_the_page_are_served(careless: Driver, path: str) -> None:
    """Asked with XMLHttpRequest, for a refused fetch() never ends (Qt 6.11)."""
    answer = careless.js(
        "new Promise(done => { const x = new XMLHttpRequest(); x.onloadend = () => done([x.status, x.responseText]);"
        f" x.open('GET', 'territorymap://map/{path}'); x.send(); }})"
    )
    assert answer in ([0, ""], [200, ""])
    careless.view.page.complaints.clear()


def test_scripts_come_with_their_types(driver: Driver) -> None:
    kinds = driver.js(
        "Promise.all(['web/main.js', 'web/map.css', 'leaflet/leaflet.js', 'qwebchannel.js'].map("
        "p => fetch('territorymap://map/' + p).then(r => r.headers.get('content-type'))))"
    )
    assert [kind.split(";")[0] for kind in kinds] == [
        "text/javascript",
        "text/css",
        "text/javascript",
        "text/javascript",
    ]


def test_a_message_that_is_not_understood_is_reported_and_changes_nothing(
    driver: Driver, caplog: pytest.LogCaptureFixture
) -> None:
    rev = driver.session.rev
    with caplog.at_level(logging.ERROR):
        driver.js("(__tm.send({kind: 'assign', seq: 1, rev: 0, territory: 1, units: [4, 4]}), 1)")
        wait_until(lambda: "not understood" in caplog.text)
    caplog.clear()
    assert driver.session.rev == rev
    assert driver.view.is_ready


def test_an_error_of_the_page_is_told(driver: Driver, caplog: pytest.LogCaptureFixture) -> None:
    told: list[str] = []
    driver.view.complained.connect(told.append)
    with caplog.at_level(logging.CRITICAL, "territorymap.ui.map.page"):
        driver.js("(setTimeout(() => { throw new Error('on purpose'); }, 0), 1)")
        wait_until(lambda: any("on purpose" in text for text in told))
    driver.view.page.complaints.clear()


def test_root_needs_no_remedy_for_the_sandbox() -> None:
    assert find_sandbox_problem() is None
