"""A small plan, and one map widget for all tests of a file."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtWidgets import QApplication

from territorymap.document import Writer
from territorymap.model.plan import Plan
from territorymap.session.commands.territories import territory_row
from territorymap.session.session import Command, Session
from territorymap.ui.map.scheme import register_scheme
from territorymap.ui.map.view import MapView
from territorymap.ui.selection import Selection
from tests.support.grid import grid_layer
from tests.ui.map.driver import Driver

# Chromium reads the schemes when the application is made: before any test.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
register_scheme()

COLUMNS, ROWS = 8, 5
COLORS = ("#93c0ff", "#ffd579", "#81b367")


def unit(row: int, column: int) -> int:
    """Return the unit_ix of a square, counted from the south-west."""
    return row * COLUMNS + column


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    """8 x 5 squares; West has columns 0-2, Middle 3-4, East 5-6, column 7 is unassigned; an account in each square.

    West and East have reps with homes; Middle is vacant.
    """
    layer = grid_layer(COLUMNS, ROWS, west=-100, south=38, side=1)
    session = Session.create(tmp_path / "grid.gpkg", layer, title="Grid")
    session.do(Command("Set up", _set_up))
    yield session
    session.close()


def _set_up(writer: Writer, plan: Plan) -> None:
    reps = writer.insert(
        "rep",
        [
            {"rep_name": "Ada", "lon": -99.5, "lat": 38.5, "location_level": "city", "capacity_h": 1600.0},
            {"rep_name": "Bo", "lon": -94.5, "lat": 42.5, "location_level": "city", "capacity_h": 800.0},
        ],
    )
    names = ("West", "Middle", "East")
    rep_ids = (reps[0], None, reps[1])
    rows = [territory_row(plan, names[i], COLORS[i], rep_ids[i], i) for i in range(3)]
    territory_ids = writer.insert("territory", rows)
    column = np.arange(COLUMNS * ROWS) % COLUMNS
    for territory_id, columns in zip(territory_ids, ((0, 1, 2), (3, 4), (5, 6)), strict=True):
        writer.assign(plan.units.unit_id[np.isin(column, columns)], territory_id)
    revenue = writer.add_measure("Revenue", "account")
    writer.insert(
        "account",
        [
            {
                "account_key": f"K{ix}",
                "account_name": f"Account {ix}",
                "lon": float(plan.units.lon[ix]) + 0.2,
                "lat": float(plan.units.lat[ix]) - 0.3,
                "location_level": "coordinates",
                "unit_id": int(plan.units.unit_id[ix]),
                revenue.column_name: 1000.0 + 10 * ix,
            }
            for ix in range(len(plan.units))
        ],
    )


@pytest.fixture(scope="module")
def map_driver(qapp: QApplication) -> Iterator[Driver]:
    selection = Selection()
    view = MapView(selection)
    view.resize(900, 700)
    for option in ("show_accounts", "show_homes", "show_labels", "show_context", "show_unit_borders"):
        view.set_option(option, False)
    view.show()
    yield Driver(view, selection)
    view.close()
    view.deleteLater()


@pytest.fixture
def driver(map_driver: Driver, session: Session) -> Iterator[Driver]:
    """The map showing the plan; its page must have nothing to complain about afterwards."""
    map_driver.show(session)
    yield map_driver
    complaints = list(map_driver.view.page.complaints)
    map_driver.view.set_session(None)
    assert complaints == []
    assert map_driver.view.guard.refused == []
