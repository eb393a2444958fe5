"""A search in a thread: what it says on the way, its end, its being stopped or dropped."""

from __future__ import annotations

import gc
import threading
import time
import weakref
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from territorymap.errors import UserError
from territorymap.session.solving.aims import Limits
from territorymap.session.solving.watch import NOBODY, Watch
from territorymap.ui.solving.runner import Runner
from territorymap.ui.solving.warming import Warmer

MANY = 3 * 2**31  # steps: a minute of a fast search


class Counting:
    """A job that finds a number every few milliseconds until it is stopped."""

    title = "Count"

    def __init__(self, until: int = 1_000_000, error: BaseException | None = None) -> None:
        self.scope = np.ones(3, dtype=np.bool_)
        self.until, self.error = until, error
        self.ended = threading.Event()
        self.thread: threading.Thread | None = None

    def run(self, limits: Limits, watch: Watch = NOBODY) -> list[Any]:
        self.thread = threading.current_thread()
        n = 0
        while n < self.until and not watch.is_stopped():
            n += 1
            watch.on_best(n)
            watch.on_progress(n / self.until, n + MANY)
            if self.error is not None:
                raise self.error
            time.sleep(0.002)
        self.ended.set()
        return [n, "worse"]


class Ear(QObject):
    def __init__(self, runner: Runner) -> None:
        super().__init__()
        self.heard: list[tuple[str, Any]] = []
        self.threads: set[threading.Thread] = set()
        self.steps: list[int] = []
        for name in ("started", "best", "finished", "failed", "cancelled", "progress"):
            getattr(runner, name).connect(lambda *values, name=name: self._hear(name, *values))

    def _hear(self, name: str, *values: Any) -> None:
        self.heard.append((name, values[0] if values else None))
        self.threads.add(threading.current_thread())
        if name == "progress":
            self.steps.append(values[1])

    def all(self, name: str) -> list[Any]:
        return [value for said, value in self.heard if said == name]


@pytest.fixture
def runner(qapp: object) -> Runner:
    return Runner()


def test_a_run_tells_what_is_best_and_ends_with_its_proposals(qtbot: QtBot, runner: Runner) -> None:
    ear, job = Ear(runner), Counting(until=5)
    runner.start(job, Limits())
    assert runner.is_running
    assert runner.job is job
    qtbot.waitUntil(lambda: bool(ear.all("finished")))
    assert ear.all("best") == [1, 2, 3, 4, 5]
    assert ear.all("finished") == [[5, "worse"]]
    assert ear.all("progress")[-1] == 1.0
    assert ear.steps[-1] == MANY + 5
    assert [name for name, _ in ear.heard][-1] == "finished"
    assert ear.threads == {threading.main_thread()}
    assert job.thread is not threading.main_thread()
    assert not runner.is_running


def test_stop_keeps_the_best(qtbot: QtBot, runner: Runner) -> None:
    ear = Ear(runner)
    runner.start(Counting(), Limits())
    qtbot.waitUntil(lambda: len(ear.all("best")) > 2)
    runner.stop()
    assert runner.is_stopping
    qtbot.waitUntil(lambda: bool(ear.all("finished")))
    assert ear.all("finished")[0][0] == ear.all("best")[-1]
    assert not runner.is_stopping


def test_cancel_drops_it_at_once_and_the_thread_ends(qtbot: QtBot, runner: Runner) -> None:
    ear, job = Ear(runner), Counting()
    runner.start(job, Limits())
    qtbot.waitUntil(lambda: bool(ear.all("best")))
    runner.cancel()
    assert ear.heard[-1][0] == "cancelled"
    assert not runner.is_running
    n = len(ear.heard)
    assert job.ended.wait(5)
    other = Counting(until=1)
    runner.start(other, Limits())
    qtbot.waitUntil(lambda: bool(ear.all("finished")))
    said = [name for name, _ in ear.heard[n:]]
    assert said == ["started", "best", "progress", "finished"]
    assert ear.all("finished") == [[1, "worse"]], "nothing of the run that was dropped"


@pytest.mark.parametrize("way", ["ends", "dropped"])
def test_nothing_keeps_a_job_that_was_run(qtbot: QtBot, runner: Runner, way: str) -> None:
    job = Counting(until=1_000_000 if way == "dropped" else 3)
    kept = weakref.ref(job)
    runner.start(job, Limits())
    if way == "dropped":
        qtbot.wait(20)
        runner.cancel()
    del job
    qtbot.waitUntil(lambda: not runner.is_running)
    for _ in range(40):
        qtbot.wait(50)
        gc.collect()
        if kept() is None:
            break
    assert kept() is None


def test_a_reason_is_told(qtbot: QtBot, runner: Runner) -> None:
    ear = Ear(runner)
    runner.start(Counting(error=UserError("Nothing can be built.", "Ask for less.")), Limits())
    qtbot.waitUntil(lambda: bool(ear.all("failed")))
    assert ear.all("failed")[0].hint == "Ask for less."
    assert not ear.all("finished")


def test_a_bug_rises_to_the_hook(qtbot: QtBot, runner: Runner) -> None:
    ear = Ear(runner)
    with qtbot.captureExceptions() as raised:
        runner.start(Counting(error=ZeroDivisionError("bug")), Limits())
        qtbot.waitUntil(lambda: bool(raised))
    assert raised[0][0] is ZeroDivisionError
    assert [name for name, _ in ear.heard][-1] == "cancelled"


def test_one_at_a_time(qtbot: QtBot, runner: Runner) -> None:
    ear = Ear(runner)
    runner.start(Counting(), Limits())
    with pytest.raises(RuntimeError):
        runner.start(Counting(), Limits())
    runner.cancel()
    assert ear.all("cancelled") == [None]


def test_the_optimiser_is_made_ready_once(qtbot: QtBot) -> None:
    import territorymap.optimise.build  # noqa: F401 - compiled into the user's cache, not into one test's folder

    warmer, ended = Warmer(), []
    warmer.ended.connect(lambda: ended.append(threading.current_thread()))
    warmer.begin()
    warmer.begin()  # under way already
    qtbot.waitUntil(lambda: bool(ended), timeout=60_000)
    assert warmer.is_ready
    assert ended == [threading.main_thread()]
    warmer.begin_soon()
    qtbot.wait(20)
    assert len(ended) == 1


def test_getting_ready_is_held_back_by_a_search_and_goes_on_later(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    from territorymap.optimise import alter, build, rebalance

    warmer, done, may_go = Warmer(), [], threading.Event()
    for part in (build, rebalance, alter):
        monkeypatch.setattr(part, "warm_up", lambda part=part: (may_go.wait(10), done.append(part)))
    ended: list[bool] = []
    warmer.ended.connect(lambda: ended.append(warmer.is_ready))
    warmer.begin()
    warmer.hold_back()
    may_go.set()
    qtbot.waitUntil(lambda: ended == [False])
    assert len(done) <= 1, "the part under way ends, no other begins"
    warmer.begin()
    qtbot.waitUntil(lambda: ended == [False, True])
    assert done[-3:] == [build, rebalance, alter]
