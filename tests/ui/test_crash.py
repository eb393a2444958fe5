"""Errors nobody foresaw: one dialog, a report without the planner's data, and the program goes on."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from filelock import FileLock
from PySide6.QtGui import QAction, QGuiApplication
from PySide6.QtWidgets import QMessageBox, QWidget
from pytestqt.qtbot import QtBot

from territorymap.errors import Cancelled, UserError
from territorymap.ui.crash.dialog import CrashDialog
from territorymap.ui.crash.hook import CrashHook
from territorymap.ui.crash.report import N_KEPT, build_report, keep_report, without_folders
from territorymap.ui.crash.trail import Trail


@pytest.fixture
def window(qtbot: QtBot) -> QWidget:
    widget = QWidget()
    qtbot.addWidget(widget)
    widget.show()
    return widget


@pytest.fixture
def hook(window: QWidget, monkeypatch: pytest.MonkeyPatch, state_folder: Path) -> Iterator[CrashHook]:
    for name in ("excepthook", "unraisablehook"):
        monkeypatch.setattr(sys, name, getattr(sys, name))
    hook = CrashHook()
    hook.install(None)
    hook._window = window  # type: ignore[assignment]
    yield hook
    hook.deleteLater()


def raised(error: BaseException) -> BaseException:
    try:
        raise error
    except BaseException as caught:  # noqa: BLE001 - to have its trace
        return caught


def rise(error: BaseException) -> None:
    sys.excepthook(type(error), error, error.__traceback__)


def test_an_unforeseen_error_opens_one_dialog_however_often_it_comes(
    hook: CrashHook, window: QWidget, qtbot: QtBot, capsys: pytest.CaptureFixture[str]
) -> None:
    for text in ("first", "second"):
        rise(raised(RuntimeError(text)))
        if text == "first":
            rise(raised(ValueError("another")))
    qtbot.waitUntil(lambda: bool(window.findChildren(CrashDialog)))
    (dialog,) = window.findChildren(CrashDialog)
    qtbot.waitUntil(lambda: dialog.times.isVisible() and "3" in dialog.times.text())
    report = dialog.report.toPlainText()
    assert report.count("RuntimeError: first") == 1
    assert "ValueError: another" in report
    assert "second" not in report  # it came from the same place: it is counted
    assert "test_crash.py" in report
    dialog.copy.click()
    assert QGuiApplication.clipboard().text() == report
    assert "RuntimeError" in capsys.readouterr().err
    (kept,) = (Path(dialog.kept.text().split(" in ")[-1])).parent.glob("report-*.txt")
    assert kept.read_text().strip() in report
    dialog.close()


def test_a_user_error_is_shown_as_one_and_a_cancel_not_at_all(hook: CrashHook, window: QWidget, qtbot: QtBot) -> None:
    for error in (raised(Cancelled()), raised(UserError("West is locked."))):
        rise(error)
    qtbot.waitUntil(lambda: bool(window.findChildren(QMessageBox)))
    assert not window.findChildren(CrashDialog)
    (box,) = window.findChildren(QMessageBox)
    assert box.text() == "West is locked."
    box.close()


def test_without_a_console_the_dialog_comes_all_the_same(
    hook: CrashHook, window: QWidget, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stderr", None)
    rise(raised(RuntimeError("no console")))
    qtbot.waitUntil(lambda: bool(window.findChildren(CrashDialog)))
    window.findChildren(CrashDialog)[0].close()


@pytest.mark.parametrize(
    ("error", "kept", "left_out"),
    [
        (KeyError("Secret Customer Ltd"), "KeyError", "Secret Customer Ltd"),
        (ValueError("could not convert string to float: 'Acme'"), "could not convert string to float", "Acme"),
        (
            ValueError("Acme GmbH of Köln has 123456 in it, can't be"),
            "of … has … in it, can't be",
            "Acme GmbH Köln 12345",
        ),
        (IndexError("index 33 is out of bounds for axis 0 with size 12"), "index 33 is out of bounds", ""),
        (UserError("acme is locked by rita"), "UserError: …", "acme rita"),
        (OSError(2, "No such file", "/home/rita/acme plan.gpkg"), "FileNotFoundError", "rita acme"),
    ],
)
def test_the_report_holds_no_data(error: Exception, kept: str, left_out: str) -> None:
    report = build_report(raised(error))
    assert kept in report
    for word in left_out.split():
        assert word not in report.split("test_crash.py", 1)[1]


def test_names_of_the_code_are_kept_and_the_cause_is_told() -> None:
    try:
        try:
            object().nowhere  # type: ignore[attr-defined]  # noqa: B018
        except AttributeError as cause:
            raise RuntimeError("while looking at 'Acme'") from cause
    except RuntimeError as error:
        report = build_report(error)
    assert "'object' object has no attribute 'nowhere'" in report
    assert report.index("AttributeError") < report.index("RuntimeError")
    assert "Acme" not in report


def test_the_report_tells_the_last_commands_by_name(qtbot: QtBot) -> None:
    trail = Trail(clock=lambda: 0.0)
    action = QAction("Give everything to Acme")
    action.setObjectName("tool_brush")
    trail.follow_actions([action])
    for _ in range(3):
        action.trigger()
    for number in range(100):
        trail.note(f"step {number}")
    assert len(trail.lines()) == 40
    trail.note("again")
    action.trigger()
    action.trigger()
    report = build_report(raised(RuntimeError("x")), trail.lines())
    assert "command tool_brush (2 times)" in report
    assert "Acme" not in report


def test_few_reports_are_kept_and_a_folder_that_cannot_be_is_no_harm(tmp_path: Path) -> None:
    for number in range(N_KEPT + 5):
        assert keep_report(f"report {number}", tmp_path / "reports") is not None
    kept = sorted((tmp_path / "reports").glob("*.txt"))
    assert [p.read_text().strip() for p in kept] == [f"report {n}" for n in range(5, N_KEPT + 5)]
    (tmp_path / "file").write_text("")
    assert keep_report("report", tmp_path / "file") is None


def run_once(folder: Path, way: str) -> str:
    """Begin a run in another process and end it well, or have it torn down; returns what it was told of former ones."""
    script = (
        "import faulthandler, sys; from pathlib import Path; from territorymap.ui.crash.last_run import LastRun;"
        "run = LastRun(Path(sys.argv[1])); print(run.begin('Versions'), flush=True); "
        "faulthandler._sigsegv() if sys.argv[2] == 'torn' else run.end()"
    )
    done = subprocess.run([sys.executable, "-c", script, str(folder), way], capture_output=True, text=True, check=False)
    return done.stdout.strip()


def test_a_run_that_was_torn_down_is_told_of_at_the_next_start(tmp_path: Path) -> None:
    assert run_once(tmp_path, "well") == "[]"
    assert run_once(tmp_path, "torn") == "[]"
    under_way = tmp_path / "run-1.txt"
    under_way.write_text("Versions\nFatal Python error: of a window that is open")
    with FileLock(f"{under_way}.lock"):
        told = run_once(tmp_path, "well")
        assert told.startswith("['Versions\\n")
        assert "Segmentation fault" in told
        assert "is open" not in told
        assert run_once(tmp_path, "well") == "[]"
    assert "is open" in run_once(tmp_path, "well")
    assert not list(tmp_path.glob("*.txt"))


def test_a_dump_names_no_folder_of_a_person() -> None:
    assert without_folders('  File "/home/rita/app/ui/a.py", line 3 in f') == '  File "app/ui/a.py", line 3 in f'


def test_an_error_in_the_scripts_of_the_page_is_shown_and_a_warning_is_not(
    hook: CrashHook, window: QWidget, qtbot: QtBot
) -> None:
    hook._page_complained("app.js:7: deprecated")
    hook._page_complained("app.js:12: Uncaught TypeError: cannot read 'Acme'")
    qtbot.waitUntil(lambda: bool(window.findChildren(CrashDialog)))
    (dialog,) = window.findChildren(CrashDialog)
    report = dialog.report.toPlainText()
    assert "app.js:12" in report
    assert "Acme" not in report
    assert "deprecated" not in report
    dialog.close()
