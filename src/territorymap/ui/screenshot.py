"""A picture of the real window with a plan open, taken with no display.

Owns waiting until the map is painted, and the grab.
"""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QEventLoop, QTimer
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QApplication

from territorymap.document.state_folder import cache_folder
from territorymap.errors import UserError
from territorymap.i18n import locale_name, tr
from territorymap.mapview.context import load_context
from territorymap.resources import shipped
from territorymap.session.session import Session
from territorymap.ui import theme
from territorymap.ui.language import use_language
from territorymap.ui.main_window import MainWindow
from territorymap.ui.map.scheme import register_scheme
from territorymap.ui.preferences import Preferences

TIMEOUT_S = 60.0
_SETTLE_MS = 700  # labels and the last frame of the page


def take_screenshot(
    plan: Path, out: Path, width: int = 1600, height: int = 1000, scale: float = 1.0, theme_choice: str = "light"
) -> None:
    """Write a PNG of the window, ``width`` x ``height`` times ``scale`` pixels.

    The picture is taken of a copy, so the plan may be open elsewhere and nothing in it is changed.

    Raises
    ------
    UserError
        if the plan cannot be opened, the map does not appear, or the file cannot be written.
    """
    load_context(shipped("maps", "context"), cache_folder())  # else it would come after the picture
    with tempfile.TemporaryDirectory(prefix="territorymap-") as folder:
        copy = Path(folder) / plan.name
        with Session.open(plan, read_only=True) as original:
            original.document.save_copy(copy)
        app = _application(scale)
        theme.install(app, theme_choice)
        use_language(locale_name())  # for Qt's own words
        window = MainWindow(None, Preferences(Path(folder) / "settings.ini"))
        try:
            window.choose_theme(theme_choice)
            picture = _grab(window, copy, width, height)
        finally:
            window.set_session(None)
            window.end()
    if picture.isNull() or not picture.save(str(out), "PNG"):
        raise UserError(
            tr("{path} could not be written.", path=out),
            tr("See that the folder is there and that you may write to it."),
        )


def plan_free_file() -> Path:
    """Return a settings file of its own, gone at the end of the program: the picture has the default layout."""
    folder = tempfile.mkdtemp(prefix="territorymap-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return Path(folder) / "settings.ini"


def _application(scale: float) -> QApplication:
    existing = QApplication.instance()
    if isinstance(existing, QApplication):
        return existing
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    # There is no graphics card to be had offscreen; without these Qt and Chromium say so in twenty lines.
    os.environ.setdefault("QT_QUICK_BACKEND", "software")
    os.environ.setdefault("QT_LOGGING_RULES", "qt.rhi.*=false;qt.qpa.*=false")
    os.environ.setdefault("QTWEBENGINE_CHROMIUM_FLAGS", "--log-level=3")
    if scale != 1.0:
        os.environ["QT_SCALE_FACTOR"] = str(scale)
    register_scheme()
    QCoreApplication.setApplicationName("territorymap")
    return QApplication(["territorymap"])


def _grab(window: MainWindow, plan: Path, width: int, height: int) -> QPixmap:
    window.resize(width, height)
    window.set_session(Session.open(plan))
    window.notices.set_notices([])
    window.show()
    painted: list[bool] = []
    window.map_view.when_ready(lambda: painted.append(True))
    if not wait_until(lambda: bool(painted), TIMEOUT_S):
        raise UserError(
            tr("The map did not appear within {n} seconds.", n=round(TIMEOUT_S)),
            tr("Try again; if it stays so, report it with the messages above."),
        )
    _spin(_SETTLE_MS)
    return window.grab()


def wait_until(is_done: Callable[[], bool], timeout_s: float) -> bool:
    """Let events be handled until something is so; returns whether it came to be."""
    end = time.monotonic() + timeout_s
    while not is_done() and time.monotonic() < end:
        _spin(20)
    return is_done()


def _spin(milliseconds: int) -> None:
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()
