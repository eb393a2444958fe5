"""The preview's numbers in the page, where they are replaced before the page could fetch them."""

from __future__ import annotations

import numpy as np
from pytestqt.qtbot import QtBot

from territorymap.session import commands
from territorymap.ui.main_window import MainWindow
from tests.ui.conftest import wait_for


def test_an_override_between_two_sendings_waits_for_the_second(opened: MainWindow, qtbot: QtBot) -> None:
    """The first had been replaced by the second, so the override spoke of accounts that the page did not know.

    A failed message of the page fails the test: see the window's fixture.
    """
    session = opened.session
    assert session is not None

    def ask(expression: str) -> int:
        answers: list[int] = []
        opened.map_view.page.runJavaScript(expression, 0, answers.append)
        wait_for(qtbot, lambda: bool(answers))
        return int(answers[0])

    n_weights = ask("__tm.plan.values.weight.length")
    assert n_weights > 0
    n_undone = 0
    while len(session.plan.accounts):
        session.undo()
        n_undone += 1
    wait_for(qtbot, lambda: ask("__tm.plan.values.weight.length") == 0)

    for _ in range(n_undone):
        session.redo()
    west = session.plan.territories[2].territory_id
    session.do(commands.set_override(session.plan, np.array([0]), west, "Key account"))
    session.do(commands.set_tolerance(session.plan, session.plan.measures[0].measure_id, 0.2))
    wait_for(qtbot, lambda: ask("__tm.plan.values.weight.length") == n_weights)
    assert ask("__tm.plan.rev") == session.rev
