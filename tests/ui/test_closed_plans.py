"""A plan that was closed goes out of memory, whatever showed it: panels behind tabs and planning pages, too."""

from __future__ import annotations

import gc
import shutil
import weakref
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from territorymap.session.session import Session
from territorymap.ui.main_window import MainWindow
from tests.ui.conftest import wait_for


def _show_everything(qtbot: QtBot, window: MainWindow) -> None:
    session = window.session
    assert session is not None
    wait_for(qtbot, lambda: window.map_view.is_ready)
    window.find_bar.open()
    window.selection.set_territory(session.plan.territories[0].territory_id, "test")
    window.selection.set_units(np.array([0, 1], dtype=np.int32), "test")
    for name in window.docks.by_name:
        window.docks.bring_up(name)
        qtbot.wait(20)
    for spec in window.planning._specs:
        assert window.planning.show(spec.name) is not None
        qtbot.wait(120)  # pages look soon, not at once


def _close(window: MainWindow, _plan: Path) -> None:
    window.close_plan()


def _open_another(window: MainWindow, plan: Path) -> None:
    assert window.open_plan(Path(shutil.copy(plan, plan.with_name("other.gpkg"))))


@pytest.mark.parametrize("leave", [_close, _open_another])
def test_nothing_keeps_a_plan_that_was_closed(
    qtbot: QtBot, window: MainWindow, plan: Path, leave: Callable[[MainWindow, Path], None]
) -> None:
    assert window.open_plan(plan)
    _show_everything(qtbot, window)
    assert isinstance(window.session, Session)
    kept = [weakref.ref(thing) for thing in (window.session, window.session.plan, window.session.standing)]
    leave(window, plan)
    for _ in range(30):
        qtbot.wait(100)  # the window gives back what was settled a moment after the plan was closed
        if not any(ref() for ref in kept):
            break
    for thing in (ref() for ref in kept):
        assert thing is None, [type(one) for one in gc.get_referrers(thing)]
