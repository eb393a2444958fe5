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
from territorymap.selftest import SWITCH, run_self_test
from territorymap.ui import icons, theme
from territorymap.ui.application import Application
from territorymap.ui.crash.dialog import CrashDialog
from territorymap.ui.crash.hook import CrashHook
from territorymap.ui.crash.last_run import LastRun
from territorymap.ui.crash.report import versions
from territorymap.ui.language import start_language
from territorymap.ui.main_window import MainWindow
from territorymap.ui.map.sandbox import find_sandbox_problem
from territorymap.ui.map.scheme import register_scheme
from territorymap.ui.memory import use_few_heaps
from territorymap.ui.messages import show_error
from territorymap.ui.preferences import Preferences, reports_dir
from territorymap.ui.tasks import stop_all


def make_application() -> QApplication:
    """Return the application, made with all that must stand before it."""
    existing = QApplication.instance()
    if isinstance(existing, QApplication):
        return existing
    # Our own notices, and warnings of others: what fontTools or GDAL tell of their work is nobody's business.
    logging.basicConfig(level=logging.WARNING, format="%(message)s")
    logging.getLogger("territorymap").setLevel(logging.INFO)
    use_few_heaps()
    register_scheme()
    QCoreApplication.setAttribute(Qt.ApplicationAttribute.AA_ShareOpenGLContexts)
    QGuiApplication.setHighDpiScaleFactorRoundingPolicy(Qt.HighDpiScaleFactorRoundingPolicy.PassThrough)
    QCoreApplication.setApplicationName("territorymap")
    QCoreApplication.setApplicationVersion(__version__)
    QGuiApplication.setDesktopFileName("territorymap")
    app = Application(["territorymap"])
    QGuiApplication.setApplicationDisplayName(tr("Territory Map"))
    app.setWindowIcon(icons.app_icon())
    return app


def main(argv: Sequence[str] | None = None) -> int:
    """Open the window, with a plan if one is given; returns the exit code when the window is closed.

    ``--self-test [--out FOLDER]`` tries the program instead, in a folder of its own.
    """
    arguments = list(sys.argv[1:] if argv is None else argv)
    if arguments[:1] == [SWITCH]:
        return run_self_test(arguments[1:], make_application)
    app = make_application()
    hook = CrashHook()
    hook.install(None)
    last_run = LastRun(reports_dir())
    try:
        preferences = Preferences()
        start_language(preferences)
        former = last_run.begin("\n".join(versions()))
        theme.install(app, preferences.theme)
        window = MainWindow(Path(arguments[0]) if arguments else None, preferences)
        window.solving.warms_up = True
        windows = [window]
        _follow(window, windows, hook)
        if isinstance(app, Application):
            app.file_requested.connect(lambda path: windows[-1].open_plan(Path(path)))
        window.show()
    except Exception as error:  # noqa: BLE001 - without a window there is nobody else to say it
        hook.show_and_wait(error)
        return 1
    if former:
        _tell_former(former, window)
    if (problem := find_sandbox_problem()) is not None:
        show_error(window, problem, tr("The map cannot be shown"))
    if preferences.problem is not None:
        show_error(window, preferences.problem, tr("Settings are not kept"))
    code = app.exec()
    stop_all(60_000)  # what is being compiled for the optimiser on a first day cannot be interrupted
    windows[-1].end()
    last_run.end()
    return code


def _tell_former(reports: Sequence[str], window: MainWindow) -> None:
    """Say that the last run was torn down, and offer what is known of it."""
    dialog = CrashDialog("\n\n".join(reports), window, is_over=True)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.open()


def _follow(window: MainWindow, windows: list[MainWindow], hook: CrashHook) -> None:
    """Show errors over this window and note what is done in it; go on with the one that takes its place.

    Another takes its place when another language is chosen.
    """

    def replace(new: MainWindow) -> None:
        windows[:] = [new]  # the former one is no more
        _follow(new, windows, hook)

    hook.install(window)
    window.replaced.connect(replace)


def main_gui() -> None:
    """The entry point without a console."""
    sys.exit(main())
