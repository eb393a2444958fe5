"""A plain browser window with one exported page: it notes what is asked for and complained of, and has hands."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QDeadlineTimer, QPoint, Qt, QUrl
from PySide6.QtTest import QTest
from PySide6.QtWebEngineCore import (
    QWebEnginePage,
    QWebEngineProfile,
    QWebEngineUrlRequestInfo,
    QWebEngineUrlRequestInterceptor,
)
from PySide6.QtWebEngineWidgets import QWebEngineView
from PySide6.QtWidgets import QApplication, QWidget
from shiboken6 import delete

from territorymap.ui.parts.windows import top_levels
from tests.ui.map.driver import wait_until

ASK_AGAIN_MS, LOAD_AGAIN_MS = 250, 20_000
OPENING_MS = 60_000  # a page of a megabyte, where other tests run beside


def _put_away_what_others_left() -> None:
    """An open menu, or a window above, of a test before takes the pointer."""
    while (popup := QApplication.activePopupWidget()) is not None:
        popup.close()
    if (grabber := QWidget.mouseGrabber()) is not None:
        grabber.releaseMouse()
    for widget in top_levels():
        if widget.isVisible():
            widget.hide()


class Listener(QWebEngineUrlRequestInterceptor):
    """Notes what the page asks for; nothing is stopped, so that an attempt is seen."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[str] = []

    def interceptRequest(self, info: QWebEngineUrlRequestInfo) -> None:
        self.asked.append(info.requestUrl().toString())


class Page(QWebEnginePage):
    """A page that remembers its complaints."""

    def __init__(self, profile: QWebEngineProfile) -> None:
        super().__init__(profile)
        self.complaints: list[str] = []

    def javaScriptConsoleMessage(self, level: object, message: str, line: int, source: str) -> None:
        self.complaints.append(message)


class Browser:
    """A plain browser window with one file."""

    def __init__(self, path: Path, fragment: str = "", size: tuple[int, int] = (1200, 800)) -> None:
        self.path = path
        self.listener = Listener()
        self.profile = QWebEngineProfile()
        self.profile.setUrlRequestInterceptor(self.listener)
        self.page = Page(self.profile)
        self.view = QWebEngineView()
        self.view.setPage(self.page)
        self.view.resize(*size)
        _put_away_what_others_left()
        self.view.show()
        self.view.raise_()
        self.view.activateWindow()
        url = QUrl.fromLocalFile(str(path))
        if fragment:
            url.setFragment(fragment)
        self._open(url)

    def _open(self, url: QUrl) -> None:
        """Load the page and ask until it is ready, again and again: what is asked of the empty page before is lost.

        On a machine with too much to do a fresh renderer was seen to stand still; the page is then loaded once more.
        """
        answers: list[object] = []
        ask_at, load_at = QDeadlineTimer(0), QDeadlineTimer(0)

        def is_ready() -> bool:
            if load_at.hasExpired():
                load_at.setRemainingTime(LOAD_AGAIN_MS)
                self.listener.asked.clear()
                self.page.load(url)
            if ask_at.hasExpired():
                ask_at.setRemainingTime(ASK_AGAIN_MS)
                self.page.runJavaScript("document.documentElement?.dataset.ready ?? ''", 0, answers.append)
            return "true" in answers

        wait_until(is_ready, "the page is ready", OPENING_MS)

    def js(self, code: str) -> object:
        answer: list[object] = []
        self.page.runJavaScript(code, 0, lambda value: answer.append(value))
        wait_until(lambda: bool(answer), code, OPENING_MS)
        return answer[0]

    def at(self, unit_ix: int) -> QPoint:
        place = f"__tm.stage.containerAt(__tm.ground.point[{unit_ix * 2}], __tm.ground.point[{unit_ix * 2 + 1}])"
        x, y = (int(float(part)) for part in str(self.js(f"{place}.join(' ')")).split())
        return QPoint(x, y)

    def text(self, selector: str) -> str:
        """Return the text that is shown of an element; "" where it is hidden or not there."""
        found = f"document.querySelector({selector!r})"
        return str(self.js(f"{found} && {found}.checkVisibility() ? {found}.innerText : ''"))

    def centre_of(self, selector: str) -> QPoint:
        box = f"document.querySelector({selector!r}).getBoundingClientRect()"
        x, y = str(self.js(f"(b => (b.left + b.width / 2) + ' ' + (b.top + b.height / 2))({box})")).split()
        return QPoint(round(float(x)), round(float(y)))

    def click(self, selector: str) -> None:
        """Click an element as soon as it can be hit in its middle: not while it is laid out, or lies under another."""
        found = f"document.querySelector({selector!r})"
        middle = "b.left + b.width / 2, b.top + b.height / 2"
        hit = f"(e => e && (b => e.contains(document.elementFromPoint({middle})))(e.getBoundingClientRect()))({found})"
        wait_until(lambda: self.js(hit) is True, f"{selector} can be hit")
        self.click_at(self.centre_of(selector))

    def click_at(self, at: QPoint) -> None:
        QTest.mouseClick(self.view.focusProxy(), Qt.MouseButton.LeftButton, pos=at)

    def hover(self, at: QPoint, is_so: Callable[[], bool], what: str = "") -> None:
        """Let the pointer tremble at a place until it is so: a page that is just shown misses a single move."""
        moves = [at, at + QPoint(1, 1)]
        again = QDeadlineTimer(0)

        def is_seen() -> bool:
            if again.hasExpired():
                again.setRemainingTime(ASK_AGAIN_MS)
                QTest.mouseMove(self.view.focusProxy(), moves[0])
                moves.reverse()
            return is_so()

        wait_until(is_seen, what, OPENING_MS)

    def type(self, text: str) -> None:
        QTest.keyClicks(self.view.focusProxy(), text)

    def key(self, key: Qt.Key) -> None:
        QTest.keyClick(self.view.focusProxy(), key)

    def close(self) -> None:
        self.view.close()
        delete(self.page)
        delete(self.view)
        delete(self.profile)
