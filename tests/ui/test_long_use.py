"""A short piece of benchmarks/hard_long.py: random things done at the window, and file = memory = screen all along."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from benchmarks.hard_long import Log, Options, drive, rows_of
from benchmarks.support.long_use.hands import WEIGHTS
from benchmarks.support.long_use.window import LongWindow
from PySide6.QtWidgets import QApplication

from territorymap.ui.preferences import Preferences
from territorymap.ui.tasks import stop_all

N_ACTIONS = 120
# What takes seconds each time, or brings in half of the libraries, is left to the long run.
DEAR = {"language", "present", "reopen", "planning", "export", "alter", "merge_copy", "color", "dialog", "theme"}


@pytest.fixture
def window(qapp: QApplication, plan: Path, tmp_path: Path) -> Iterator[LongWindow]:
    window = LongWindow(Preferences(tmp_path / "settings.ini"))
    assert window.main.open_plan(plan)
    window.wait_for_map()
    yield window
    stop_all()
    window.close()


def test_whatever_is_done_file_memory_and_screen_agree(window: LongWindow, plan: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    kinds = tuple(kind for kind in WEIGHTS if kind not in DEAR)
    options = Options(
        N_ACTIONS, 11, plan, look_every=10, look_closely_every=60, gauge_every=60, only=kinds, is_loud=False
    )
    log = drive(window, plan, out, options)
    assert len(log.kinds) == N_ACTIONS
    assert log.n_looks + log.n_close_looks == N_ACTIONS // 10
    assert log.n_steps > 20, "something was edited"
    assert len(set(log.kinds)) > 12
    n_before, n_after = log.gauges[1].widgets, log.gauges[-1].widgets
    assert n_after < n_before + 60, "dialogs that were closed are gone"
    rows = rows_of(log, options)
    assert {row["what"] for row in rows} >= {"actions at the window", "steps in the history at the end"}


def test_a_figure_that_is_too_large_is_not_ok() -> None:
    """The run's own verdict: 60 MB more, and actions of a kind that take twice as long at the end."""
    from benchmarks.support.long_use.gauges import Gauge

    def gauge(actions: int, mb: float) -> Gauge:
        return Gauge(actions, mb + 100.0, mb, mb, 300.0, 200.0, 20.0, 1, 1, 1, 1, 1, 1)

    log = Log(gauges=[gauge(1, 500.0), gauge(1_000, 600.0), gauge(2_000, 660.0)], kinds=["undo"] * 2_000)
    log.cpu_ms["undo"] = [10.0] * 1_000 + [20.0] * 1_000
    log.cpu_ms["pan"] = [10.0] * 2_000
    verdict = {row["what"]: row["ok"] for row in rows_of(log, Options(2_000))}
    assert not verdict["MB grown after the first 1,000 actions"]
    assert not verdict["undo x 2000, 10.0 -> 20.0 ms"]
    assert verdict["pan x 2000, 10.0 -> 10.0 ms"]
