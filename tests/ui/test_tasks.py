"""Work in threads: its result, its failure, its end when it is cancelled or its window goes."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialogButtonBox, QMessageBox, QWidget
from pytestqt.qtbot import QtBot

from territorymap.errors import Cancelled, UserError
from territorymap.ui.tasks import Progress, run_task, stop_all

IsCancelled = Callable[[], bool]


@pytest.fixture
def parent(qtbot: QtBot) -> QWidget:
    widget = QWidget()
    qtbot.addWidget(widget)
    widget.show()
    return widget


def until_cancelled(started: threading.Event) -> Callable[[Progress, IsCancelled], None]:
    def work(progress: Progress, is_cancelled: IsCancelled) -> None:
        started.set()
        waiting = threading.Event()
        while not is_cancelled():
            waiting.wait(0.005)
        raise Cancelled

    return work


def test_the_result_comes_back_on_the_gui_thread(qtbot: QtBot, parent: QWidget) -> None:
    results: list[Any] = []
    threads: list[threading.Thread] = []

    def work(progress: Progress, is_cancelled: IsCancelled) -> int:
        threads.append(threading.current_thread())
        progress(1, 2)
        progress(0.5)
        progress(2, 2, "Nearly done")
        return 42

    def done(result: int) -> None:
        results.append((result, threading.current_thread()))

    run_task(parent, "Working", work, done)
    qtbot.waitUntil(lambda: bool(results))
    assert results[0][0] == 42
    assert results[0][1] is threading.main_thread()
    assert threads[0] is not threading.main_thread()


def test_a_user_error_is_shown_in_words(qtbot: QtBot, parent: QWidget) -> None:
    def work(progress: Progress, is_cancelled: IsCancelled) -> None:
        raise UserError("The file is <b>empty</b>.", "Choose another.")

    run_task(parent, "Working", work, lambda _: None)
    qtbot.waitUntil(lambda: parent.findChild(QMessageBox) is not None)
    box = parent.findChild(QMessageBox)
    assert box is not None
    assert box.text() == "The file is <b>empty</b>."
    assert box.informativeText() == "Choose another."
    assert box.textFormat() == Qt.TextFormat.PlainText
    box.close()


def test_a_failure_goes_to_whoever_asked_for_it(qtbot: QtBot, parent: QWidget) -> None:
    failures: list[BaseException] = []

    def work(progress: Progress, is_cancelled: IsCancelled) -> None:
        raise ValueError("no")

    run_task(parent, "Working", work, lambda _: None, failures.append)
    qtbot.waitUntil(lambda: bool(failures))
    assert isinstance(failures[0], ValueError)


def test_long_work_shows_a_dialog_and_cancel_ends_it_silently(qtbot: QtBot, parent: QWidget) -> None:
    started = threading.Event()
    done: list[object] = []
    task = run_task(parent, "Working", until_cancelled(started), done.append)
    qtbot.waitUntil(task.isVisible)
    box = task.findChild(QDialogButtonBox)
    assert box is not None
    with qtbot.waitSignal(task.ended):
        QTest.mouseClick(box.button(QDialogButtonBox.StandardButton.Cancel), Qt.MouseButton.LeftButton)
    assert done == []
    assert parent.findChild(QMessageBox) is None


def test_a_window_may_go_before_its_work_has_stopped(qtbot: QtBot) -> None:
    window = QWidget()
    started = threading.Event()
    done: list[object] = []
    run_task(window, "Working", until_cancelled(started), done.append, is_quiet=True)
    qtbot.waitUntil(started.is_set)
    window.deleteLater()
    qtbot.wait(20)
    stop_all()
    assert done == []
