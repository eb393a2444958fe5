"""The picture of proposals compared, for README: a rebalancing on the chart, one of them kept on the map."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from support.window import Window, spin, wait_until
from territorymap.session.solving.aims import Aim, Limits, Wishes
from territorymap.session.solving.rebalance_task import RebalanceWishes
from territorymap.session.solving.rebalancing import RebalanceJob
from territorymap.session.solving.still import still_of
from territorymap.ui.solving.compared import ComparedJob

MEASURE, TOLERANCE, STEPS = "accounts", 0.2, 60_000_000
SETTLE_MS = 1500


def picture_of_proposals(plan: Path, folder: Path) -> None:
    """Write proposals.png of a plan that is there for this alone."""
    window = Window(plan)
    wishes = Wishes((Aim(MEASURE, TOLERANCE),))
    job = RebalanceJob(still_of(window.session), wishes, RebalanceWishes(least=MEASURE), n_proposals=6)
    window.main.solving.run(ComparedJob(job), Limits(None, STEPS))
    panel = window.main.proposals_panel
    assert wait_until(lambda: len(panel.proposals) > 1, 300), "several proposals were found"
    spin(SETTLE_MS)
    chart = panel.chart
    QTest.mouseClick(
        chart, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, chart.place_of(len(panel.proposals) // 2)
    )
    QTest.mouseMove(chart, QPoint(chart.width() - 5, 5))
    spin(SETTLE_MS)
    window.main.toast.hide()
    window.main.grab().save(str(folder / "proposals.png"))
    window.close()
