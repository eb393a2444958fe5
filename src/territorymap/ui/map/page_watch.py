"""Sees that the page lives: loads it again after its process ended, and ends one that does not answer any more.

Owns the question and the telling; how long to wait before the page is loaded again is restarts'. A page can fall silent
without an end: its process waits for ever for a graphics driver that lost count.
"""

from __future__ import annotations

import os
import signal
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, QUrl, Signal
from PySide6.QtWebEngineCore import QWebEnginePage

from territorymap.i18n import tr
from territorymap.ui.map.restarts import Restarts

EVERY_MS = 5_000
# How many questions' time a page may owe an answer: while it works, and while its process spends no time at all (where
# the system tells). A large plan keeps a slow page busy for some seconds; loading waits for disks and scanners too.
_MOST_SILENT, _MOST_ASLEEP = 5, 1
_MOST_SILENT_LOADING, _MOST_ASLEEP_LOADING = 24, 3


class PageWatch(QObject):
    """Waits until a page being loaded says that it is ready, and asks it for an answer every few seconds from then."""

    lost = Signal()  # the page shows nothing until it says again that it is ready
    said = Signal(str)

    def __init__(self, page: QWebEnginePage, url: str, parent: QObject) -> None:
        super().__init__(parent)
        self._page, self._url = page, url
        self.restarts, self._restart = Restarts(), QTimer(self, singleShot=True)
        self._restart.timeout.connect(lambda: self._page.load(QUrl(self._url)))
        self.timer = QTimer(self, interval=EVERY_MS)  # ticks, no clock: a laptop that slept is no silent page
        self.timer.timeout.connect(self._ask)
        self._n_asked = self._n_answered = self._n_silent = self._n_asleep = 0
        self._spent: int | None = None  # processor time of the page's process, when it was last silent
        self._is_given_up = self._is_loading = False
        page.renderProcessTerminated.connect(self._ended)
        page.loadStarted.connect(self._expect)

    def _expect(self) -> None:
        """The page is being loaded: it has to say that it is ready."""
        self._is_loading = True
        self._begin()

    def ready(self) -> None:
        """The page is ready: ask it from now on."""
        self._is_loading = False
        self._begin()

    def _begin(self) -> None:
        self._n_answered = self._n_asked
        self._forget()
        self.timer.start()

    def stop(self) -> None:
        """Neither ask nor load any more."""
        self.timer.stop()
        self._restart.stop()

    def _forget(self) -> None:
        self._n_silent = self._n_asleep = 0
        self._spent = None

    def _ask(self) -> None:
        if self._n_answered == self._n_asked and not self._is_loading:
            self._forget()
            self._n_asked += 1
            number = self._n_asked
            # Null: PySide 6.11 never frees what else a page answers with.
            self._page.runJavaScript("null", 0, lambda _: self._answered(number))
            return
        self._n_silent += 1
        spent = processor_time(self._page.renderProcessPid())
        self._n_asleep = self._n_asleep + 1 if spent is not None and spent == self._spent else 0
        self._spent = spent
        most_silent = _MOST_SILENT_LOADING if self._is_loading else _MOST_SILENT
        most_asleep = _MOST_ASLEEP_LOADING if self._is_loading else _MOST_ASLEEP
        if self._n_silent >= most_silent or self._n_asleep >= most_asleep:
            self._give_up()

    def _answered(self, number: int) -> None:
        self._n_answered = max(self._n_answered, number)

    def _give_up(self) -> None:
        """End the process of the page: what follows is what follows when it ended by itself."""
        self._is_given_up = True
        self.timer.stop()
        pid = self._page.renderProcessPid()
        try:
            os.kill(pid, getattr(signal, "SIGKILL", signal.SIGTERM)) if pid > 0 else self._ended(None, 0)
        except ProcessLookupError:
            self._ended(None, 0)

    def _ended(self, _status: object, code: int) -> None:
        self.timer.stop()
        self.lost.emit()
        wait_ms = self.restarts.wait_ms()
        if wait_ms:
            self.said.emit(
                tr(
                    "The map stopped several times and is drawn again in {n} seconds (code {code}). If it goes on, "
                    "restart the computer and look for a newer graphics driver; the plan is safe.",
                    n=wait_ms // 1000,
                    code=code,
                )
            )
        elif self._is_given_up:
            self.said.emit(tr("The map did not answer any more and is being drawn again; the plan is safe."))
        else:
            self.said.emit(tr("The map stopped and is being drawn again (code {code}).", code=code))
        self._is_given_up = False
        self._restart.start(wait_ms)


def processor_time(pid: int) -> int | None:
    """Return the ticks that a process has spent; None where the system does not tell (elsewhere than on Linux)."""
    try:
        line = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace")
    except OSError:
        return None
    spent = line.rpartition(")")[2].split()[11:13]
    return sum(map(int, spent)) if len(spent) == 2 else None
