"""Starting the program with its window: scheme, application, theme, the one hook for errors, and the end.

Owns the order of starting and ending; the window is ui/main_window.py's.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from territorymap import __version__
from territorymap.i18n import tr
from territorymap.ui import icons, theme
from territorymap.ui.crash import CrashHook
from territorymap.ui.language import start_language
from territorymap.ui.main_window import MainWindow
from territorymap.ui.map.sandbox import find_sandbox_problem
from territorymap.ui.map.scheme import register_scheme
from territorymap.ui.messages import show_error
from territorymap.ui.preferences import Preferences
from territorymap.ui.tasks import stop_all


def make_application() -> QApplication:
    """Return the application, made with all that must stand before it."""
    existing = QApplication.instance()
    if isinstance(existing, QApplication):
        return existing
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    register_scheme()
    QCoreApplication.setAttribute(Qt.ApplicationAttribute.AA_ShareOpenGLContexts)
    QGuiApplication.setHighDpiScaleFactorRoundingPolicy(Qt.HighDpiScaleFactorRoundingPolicy.PassThrough)
    QCoreApplication.setApplicationName("territorymap")
    QCoreApplication.setApplicationVersion(__version__)
    QGuiApplication.setDesktopFileName("territorymap")
    app = QApplication(["territorymap"])
    QGuiApplication.setApplicationDisplayName(tr("Territory Map"))
    app.setWindowIcon(icons.app_icon())
    return app


def main(argv: Sequence[str] | None = None) -> int:
    """Open the window, with a plan if one is given; returns the exit code when the window is closed."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    app = make_application()
    preferences = Preferences()
    start_language(preferences)
    theme.install(app, preferences.theme)
    window = MainWindow(Path(arguments[0]) if arguments else None, preferences)
    window.solving.warms_up = True
    hook = CrashHook()
    hook.install(window)
    windows = [window]
    _follow(window, windows, hook)
    window.show()
    if (problem := find_sandbox_problem()) is not None:
        show_error(window, problem, tr("The map cannot be shown"))
    code = app.exec()
    stop_all(60_000)  # what is being compiled for the optimiser on a first day cannot be interrupted
    windows[-1].end()
    return code


def _follow(window: MainWindow, windows: list[MainWindow], hook: CrashHook) -> None:
    """Go on with the window that takes the place of this one when another language is chosen."""

    def replace(new: MainWindow) -> None:
        windows[:] = [new]  # the former one is no more
        hook.install(new)
        _follow(new, windows, hook)

    window.replaced.connect(replace)


def main_gui() -> None:
    """The entry point without a console."""
    sys.exit(main())
