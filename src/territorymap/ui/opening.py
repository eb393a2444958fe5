"""Opening a plan without stopping the window: the first picture, then the plan, both read in a thread.

Owns the thread, the waiting and what is read ahead for the map; not the widget that shows it (opening_view).
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QEventLoop, QObject, Signal

from territorymap.document.glance import glance_at
from territorymap.errors import Cancelled
from territorymap.i18n import tr
from territorymap.mapview.sketch import make_sketch
from territorymap.session.session import Session
from territorymap.ui.tasks import Progress, Worker

_READ_SHARE = 0.6  # of the time, at a million accounts


class Opening(QObject):
    """One plan on its way from the disk to the window."""

    sketched = Signal(object)  # Sketch: what the plan looks like, before it is open
    progressed = Signal(int, int, str)

    def __init__(self, path: Path, *, author: str | None, read_only: bool, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.path = path
        self._author, self._is_read_only = author, read_only
        # The application owns the thread: it must outlive a window that is closed before the work has stopped.
        self._worker = Worker(self._work, QCoreApplication.instance())
        self._worker.progressed.connect(self.progressed)
        self._loop = QEventLoop(self)
        self._worker.finished.connect(self._loop.quit)

    def wait(self) -> Session:
        """Read the plan while events go on being handled; returns it ready for the map.

        Raises
        ------
        UserError
            if it cannot be opened.
        Cancelled
            if the person, or the end of the program, stopped it; the file is then closed again.
        """
        self._worker.begin()
        self._loop.exec()
        if not self._worker.isFinished():  # the application ends, and all loops with it
            self._worker.cancel.set()
            self._worker.wait()
        session, error = self._worker.result, self._worker.error
        self._worker.deleteLater()
        if error is not None:
            raise error
        assert isinstance(session, Session)
        return session

    def cancel(self) -> None:
        """Stop as soon as that can be done."""
        self._worker.cancel.set()

    # -- in the thread -------------------------------------------------------------------------------------------------

    def _work(self, progress: Progress, is_cancelled: Callable[[], bool]) -> Session:
        glance = glance_at(self.path)
        if glance is not None:
            self.sketched.emit(make_sketch(glance.lon, glance.lat, glance.color, glance.outline))

        def read(share: float) -> None:
            if is_cancelled():
                raise Cancelled
            progress(_READ_SHARE * share, 1.0, tr("Reading the accounts…"))

        session = Session.open(self.path, author=self._author, read_only=self._is_read_only, progress=read)
        try:
            for share, text, step in self._steps(session):
                if is_cancelled():
                    raise Cancelled
                progress(share, 1.0, text)
                step()
            if is_cancelled():
                raise Cancelled
        except BaseException:
            session.document.close()
            raise
        return session

    def _steps(self, session: Session) -> list[tuple[float, str, Callable[[], object]]]:
        """Return what is read ahead, so that the window has only to show it: (share done, what it is, how)."""
        return [
            (_READ_SHARE, tr("Reading the boundaries…"), lambda: session.topology),
            (0.75, tr("Adding up the territories…"), lambda: session.balance),
            (0.9, tr("Preparing the map…"), session.pack_ahead),
        ]
