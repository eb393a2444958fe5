"""The scheme ``territorymap:`` that serves the page and its data, and the guard that lets nothing else through.

Owns what can be fetched; not what is done with it (resources/web).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QFile, QIODevice, QObject
from PySide6.QtWebEngineCore import (
    QWebEngineUrlRequestInfo,
    QWebEngineUrlRequestInterceptor,
    QWebEngineUrlRequestJob,
    QWebEngineUrlScheme,
    QWebEngineUrlSchemeHandler,
)

from territorymap.mapview.web_files import leaflet_file, web_file
from territorymap.ui.map.sandbox import prepare_sandbox

SCHEME = "territorymap"
HOST = "map"
INDEX = f"{SCHEME}://{HOST}/index.html"
_MIME = {
    "html": "text/html; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "css": "text/css; charset=utf-8",
    "png": "image/png",
    "bin": "application/octet-stream",
}
_WEB = re.compile(r"/web/([a-z_]+\.(?:js|css))")
_TILE = re.compile(r"/tiles/(\d{1,9})/(\d{1,2})/(\d{1,9})/(\d{1,9})")
_LEAFLET = re.compile(r"/leaflet/((?:images/)?[a-z0-9-]+\.(?:js|css|png))")


def register_scheme() -> None:
    """Make the scheme known to Chromium, once. Call before QApplication is made.

    Secure, CorsEnabled and FetchApiAllowed only: on a Local scheme the page could read any file of the laptop.
    """
    prepare_sandbox()
    if QWebEngineUrlScheme.schemeByName(QByteArray(SCHEME.encode())).name() == SCHEME.encode():
        return
    scheme = QWebEngineUrlScheme(QByteArray(SCHEME.encode()))
    scheme.setSyntax(QWebEngineUrlScheme.Syntax.Host)
    flag = QWebEngineUrlScheme.Flag
    scheme.setFlags(flag.SecureScheme | flag.CorsEnabled | flag.FetchApiAllowed)
    QWebEngineUrlScheme.registerScheme(scheme)


class SchemeHandler(QWebEngineUrlSchemeHandler):
    """Answers requests of the page from memory and from the shipped files."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.page_html = ""
        self.policy = ""
        self.find_tile: Callable[[int, int, int, int], tuple[bytes, str]] | None = None  # version, zoom, x, y
        self._data: dict[str, bytes] = {}
        self._version = 0

    def put(self, name: str, data: bytes) -> str:
        """Keep data under a name in place of what was there; returns the URL to fetch it from."""
        self._version += 1
        for old in [path for path in self._data if path.startswith(f"/data/{name}-")]:
            del self._data[old]
        path = f"/data/{name}-{self._version}.bin"
        self._data[path] = data
        return f"{SCHEME}://{HOST}{path}"

    def requestStarted(self, job: QWebEngineUrlRequestJob) -> None:
        url = job.requestUrl()
        if url.host() != HOST or job.requestMethod() != QByteArray(b"GET"):
            job.fail(QWebEngineUrlRequestJob.Error.RequestDenied)
            return
        tile = _TILE.fullmatch(url.path())
        if tile is not None and self.find_tile is not None:
            self._reply(job, *self.find_tile(*map(int, tile.groups())))
            return
        content = self._find(url.path())
        if content is None:
            job.fail(QWebEngineUrlRequestJob.Error.UrlNotFound)
            return
        self._reply(job, content, _MIME[url.path().rpartition(".")[2]])

    def _reply(self, job: QWebEngineUrlRequestJob, content: bytes, media_type: str) -> None:
        headers = {QByteArray(b"X-Content-Type-Options"): [QByteArray(b"nosniff")]}
        if job.requestUrl().path() == "/index.html":
            headers[QByteArray(b"Content-Security-Policy")] = [QByteArray(self.policy.encode())]
        # A QMultiMap: PySide wants lists, its stub says single values.
        job.setAdditionalResponseHeaders(headers)  # type: ignore[arg-type]
        buffer = QBuffer(job)
        buffer.setData(QByteArray(content))
        buffer.open(QIODevice.OpenModeFlag.ReadOnly)
        job.reply(QByteArray(media_type.encode()), buffer)

    def _find(self, path: str) -> bytes | None:
        if path == "/index.html":
            return self.page_html.encode("utf-8")
        if path == "/qwebchannel.js":
            return _qwebchannel()
        if path.startswith("/data/"):
            # Fetched once, then not kept here: at full size a copy is tens of megabytes. A page that begins anew is
            # told of new addresses. Replaced since the page was told of it: empty, and the page waits for the message
            # that follows.
            # WORKAROUND (Qt 6.11): after job.fail() a fetch() of the page never settles.
            return self._data.pop(path, b"")
        for pattern, resolve in _FILES:
            match = pattern.fullmatch(path)
            if match:
                try:
                    return resolve(match[1]).read_bytes()
                except FileNotFoundError:
                    return None
        return None


_FILES: tuple[tuple[re.Pattern[str], Callable[[str], Path]], ...] = ((_WEB, web_file), (_LEAFLET, leaflet_file))


class Guard(QWebEngineUrlRequestInterceptor):
    """Refuses every request that is not for our own scheme, and remembers it."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.refused: list[str] = []

    def interceptRequest(self, info: QWebEngineUrlRequestInfo) -> None:
        url = info.requestUrl()
        if url.scheme() == SCHEME and url.host() == HOST:
            return
        info.block(True)
        self.refused.append(url.toString()[:200])


def _qwebchannel() -> bytes:
    file = QFile(":/qtwebchannel/qwebchannel.js")
    if not file.open(QIODevice.OpenModeFlag.ReadOnly):
        raise FileNotFoundError("qwebchannel.js")
    return bytes(file.readAll().data())
