"""Errors nobody foresaw: one dialog, a report without the planner's data, and the program goes on."""

from __future__ import annotations

import sys

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMessageBox, QWidget
from pytestqt.qtbot import QtBot

from territorymap.errors import Cancelled, UserError
from territorymap.ui.crash import CrashDialog, CrashHook, build_report


@pytest.fixture
def window(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> QWidget:
    widget = QWidget()
    qtbot.addWidget(widget)
    widget.show()
    return widget


def raised(error: BaseException) -> BaseException:
    try:
        raise error
    except BaseException as caught:  # noqa: BLE001 - to have its trace
        return caught


def hooked(window: QWidget, monkeypatch: pytest.MonkeyPatch) -> CrashHook:
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    hook = CrashHook()
    hook.install(window)
    return hook


def test_an_unforeseen_error_opens_one_dialog_however_often_it_comes(
    window: QWidget, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    hook = hooked(window, monkeypatch)
    for text in ("first", "second"):
        error = raised(RuntimeError(text))
        sys.excepthook(type(error), error, error.__traceback__)
    qtbot.waitUntil(lambda: bool(window.findChildren(CrashDialog)))
    (dialog,) = window.findChildren(CrashDialog)
    report = dialog.report.toPlainText()
    assert "RuntimeError: first" in report
    assert "RuntimeError: second" in report
    assert "test_crash.py" in report
    dialog.copy_report()
    assert QGuiApplication.clipboard().text() == report
    assert "RuntimeError" in capsys.readouterr().err
    dialog.close()
    hook.deleteLater()


def test_a_user_error_is_shown_as_one_and_a_cancel_not_at_all(
    window: QWidget, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    hook = hooked(window, monkeypatch)
    for error in (raised(Cancelled()), raised(UserError("West is locked."))):
        sys.excepthook(type(error), error, error.__traceback__)
    qtbot.waitUntil(lambda: bool(window.findChildren(QMessageBox)))
    assert not window.findChildren(CrashDialog)
    (box,) = window.findChildren(QMessageBox)
    assert box.text() == "West is locked."
    box.close()
    hook.deleteLater()


def test_the_report_holds_no_quoted_data() -> None:
    report = build_report(raised(KeyError("Secret Customer Ltd")))
    assert "Secret" not in report
    assert "KeyError" in report
