"""The window of tests/support/window.py with a plan open from the first moment, and one stroke that is timed."""

from __future__ import annotations

import sys
from pathlib import Path

from PySide6.QtCore import QPoint

sys.path.append(str(Path(__file__).parents[2]))  # run as a script, Python knows only benchmarks/

from territorymap.session.session import Session  # noqa: E402
from territorymap.ui.preferences import Preferences  # noqa: E402
from territorymap.ui.screenshot import plan_free_file  # noqa: E402
from tests.support import window as hands  # noqa: E402

application = hands.application


class Window(hands.Window):
    """The main window with a plan open and painted."""

    def __init__(self, plan: Path, width: int = 1600, height: int = 1000) -> None:
        super().__init__(Preferences(plan_free_file()), width, height)
        self.session = Session.open(plan, author="benchmark")
        self.main.set_session(self.session)
        self.wait_for_map()

    def visible_units(self) -> list[int]:
        """Return unit_ix whose points lie well inside the map's window."""
        south, west, north, east = self.js(
            "(b => [b.getSouth(), b.getWest(), b.getNorth(), b.getEast()])(__tm.map.getBounds().pad(-0.1))"
        )
        units = self.session.plan.units
        inside = (units.lon > west) & (units.lon < east) & (units.lat > south) & (units.lat < north)
        return [int(ix) for ix in inside.nonzero()[0]]

    def paint_unit(self, unit_ix: int, territory_id: int) -> float:
        """Paint one unit with a thin brush; return the page's milliseconds from pointer up to repainted."""
        self.main.selection.set_territory(territory_id, "benchmark-no-flight")
        self.map.set_target(territory_id)
        self.map.set_tool("brush")
        self.map.set_brush_radius(1)
        place: QPoint = self.place_of_unit(unit_ix)
        self.stroke([place])
        return self.painted[-1][1]
