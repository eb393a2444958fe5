"""Opens a page in Qt's Chromium, offscreen, and prints what happened as JSON. Run as a program of its own:

    python open_page.py FILE.html LON LAT PICTURE.png

The pointer is put on the map's place LON, LAT. Requests other than for the file itself, messages on the console and
the texts of legend and tooltip are told.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("QTWEBENGINE_DISABLE_SANDBOX", "1")

from PySide6.QtCore import QEventLoop, QPoint, Qt, QTimer, QUrl
from PySide6.QtTest import QTest
from PySide6.QtWebEngineCore import QWebEnginePage, QWebEngineProfile, QWebEngineUrlRequestInterceptor
from PySide6.QtWebEngineWidgets import QWebEngineView
from PySide6.QtWidgets import QApplication

READY = "!!document.documentElement && document.documentElement.dataset.ready === 'true'"
PLACE = "(() => { const p = window.__tm.map.latLngToContainerPoint([%s, %s]); return JSON.stringify([p.x, p.y]); })()"
FOUND = """JSON.stringify((() => ({
    title: document.title,
    heading: (document.querySelector('.tm-title') || {}).textContent || '',
    legend: (document.querySelector('.tm-legend') || {}).innerText || '',
    tooltip: (document.querySelector('.tm-tooltip') || {}).innerText || '',
    injected: document.querySelectorAll('img, b.injected, iframe').length,
    ran: String(window.__injected),
}))())"""


class Interceptor(QWebEngineUrlRequestInterceptor):
    def __init__(self) -> None:
        super().__init__()
        self.requests: list[str] = []

    def interceptRequest(self, info: object) -> None:
        url = info.requestUrl()  # type: ignore[attr-defined]
        if url.scheme() not in ("data", "blob"):
            self.requests.append(url.toString())


class Page(QWebEnginePage):
    def __init__(self, profile: QWebEngineProfile, parent: QWebEngineView) -> None:
        super().__init__(profile, parent)
        self.messages: list[str] = []

    def javaScriptConsoleMessage(self, level: object, message: str, line: int, source: str) -> None:
        self.messages.append(f"{message} ({line})")


def main() -> None:
    path, lon, lat, picture = Path(sys.argv[1]), sys.argv[2], sys.argv[3], sys.argv[4]
    app = QApplication([])
    profile = QWebEngineProfile()
    interceptor = Interceptor()
    profile.setUrlRequestInterceptor(interceptor)
    view = QWebEngineView()
    page = Page(profile, view)
    view.setPage(page)
    view.resize(1000, 700)
    view.show()
    view.load(QUrl.fromLocalFile(str(path)))

    def settle(ms: int) -> None:
        loop = QEventLoop()
        QTimer.singleShot(ms, loop.quit)
        loop.exec()

    def ask(script: str) -> object:
        answers: list[object] = []
        page.runJavaScript(script, answers.append)
        while not answers:
            settle(5)
        return answers[0]

    for _ in range(150):
        settle(100)
        if ask(READY):
            break
    settle(800)
    place = json.loads(str(ask(PLACE % (lat, lon))))
    target = view.focusProxy()
    point = QPoint(*(round(v) for v in place))
    QTest.mouseMove(target, point - QPoint(3, 3))
    QTest.mouseMove(target, point)
    settle(500)
    found = json.loads(str(ask(FOUND)))
    view.grab().save(picture)
    print(json.dumps({"requests": interceptor.requests, "messages": page.messages, "found": found}))
    view.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    view.setPage(None)
    page.deleteLater()
    settle(10)
    app.exit()


if __name__ == "__main__":
    main()
