"""Opens a page of sheets in Qt's Chromium, offscreen, and prints what happened as JSON. Run as a program of its own:

    python open_sheet.py FILE.html

Told are messages on the console (a breach of the page's policy is one), requests, and what can be seen of the page.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("QTWEBENGINE_DISABLE_SANDBOX", "1")

from PySide6.QtCore import QEventLoop, QTimer, QUrl
from PySide6.QtWebEngineCore import QWebEngineProfile
from PySide6.QtWebEngineWidgets import QWebEngineView
from PySide6.QtWidgets import QApplication

from tests.exporters.open_page import Interceptor, Page

SEEN = """JSON.stringify({
    text: document.body.innerText,
    pictures: [...document.images].map(i => i.naturalWidth),
    head: getComputedStyle(document.querySelector('header')).borderLeftColor,
    scripts: document.scripts.length,
    ran: String(window.__injected),
})"""


def main() -> None:
    app = QApplication([])
    profile = QWebEngineProfile()
    interceptor = Interceptor()
    profile.setUrlRequestInterceptor(interceptor)
    view = QWebEngineView()
    page = Page(profile, view)
    view.setPage(page)
    view.resize(900, 1200)
    view.show()
    loop = QEventLoop()
    seen: dict[str, object] = {}

    def loaded(is_ok: bool) -> None:
        seen["is_ok"] = is_ok
        page.runJavaScript(SEEN, 0, told)

    def told(answer: object) -> None:
        seen.update(json.loads(str(answer)))
        loop.quit()

    page.loadFinished.connect(loaded)
    QTimer.singleShot(60_000, loop.quit)
    view.load(QUrl.fromLocalFile(str(Path(sys.argv[1]))))
    loop.exec()
    print(json.dumps({**seen, "messages": page.messages, "requests": interceptor.requests}))
    sys.stdout.flush()
    del app
    os._exit(0)


if __name__ == "__main__":
    main()
