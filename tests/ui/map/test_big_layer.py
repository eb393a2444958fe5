"""A layer of 11,299 units: it loads, is edited, and an edit repaints its own place only."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from territorymap.document import Writer
from territorymap.geo.shipped import load_layer
from territorymap.model.plan import Plan
from territorymap.session.commands.territories import territory_row
from territorymap.session.session import Command, Session
from tests.ui.map.driver import Driver, wait_until

pytestmark = pytest.mark.slow
N_TERRITORIES = 12
COUNT_PAINTING = """(() => {
  const painter = __tm.stage.sheets.find(s => s.painter.name === 'units').painter, paint = painter.paint.bind(painter);
  window.painted = [];
  painter.paint = (ctx, frame, rect) => {
    window.painted.push((rect.x1 - rect.x0) * (rect.y1 - rect.y0));
    paint(ctx, frame, rect);
  };
  return 1;
})()"""


@pytest.fixture
def gemeinden(tmp_path: Path) -> Iterator[Session]:
    session = Session.create(tmp_path / "gemeinden.gpkg", load_layer("de-gemeinden"), title="Gemeinden")

    def run(writer: Writer, plan: Plan) -> None:
        band = np.minimum(
            (np.argsort(np.argsort(plan.units.lat)) * N_TERRITORIES) // len(plan.units), N_TERRITORIES - 1
        )
        rows = [territory_row(plan, f"Band {i}", f"#{40 + 15 * i:02x}9060", None, i) for i in range(N_TERRITORIES)]
        for i, territory_id in enumerate(writer.insert("territory", rows)):
            writer.assign(plan.units.unit_id[band == i], territory_id)

    session.do(Command("Bands", run))
    yield session
    session.close()


def test_eleven_thousand_units_load_and_are_edited(map_driver: Driver, gemeinden: Session) -> None:
    driver = map_driver
    driver.show(gemeinden)
    try:
        assert driver.js("__tm.ground.nUnits") == 11299
        driver.js(COUNT_PAINTING)
        driver.view.set_tool("brush")
        driver.view.set_brush_radius(12)
        driver.view.set_target(gemeinden.plan.territories[0].territory_id)
        driver.rest()
        unit = int(np.argmin(np.hypot(gemeinden.plan.units.lon - 10, gemeinden.plan.units.lat - 52)))
        at = driver.at(unit)
        driver.stroke([at, at])
        assert gemeinden.plan.unit_territory[unit] == 0
        driver.wait_for_color(at, driver.fill(0), slack=40)  # borders may touch the pixel at this scale
        share = max(driver.js("window.painted")) / driver.js("__tm.stage.frame.width * __tm.stage.frame.height")
        assert share < 0.05
        wait_until(lambda: driver.js("__tm.plan.rev") == gemeinden.rev)
        assert driver.view.page.complaints == []
        assert driver.view.guard.refused == []
    finally:
        driver.view.set_session(None)


def test_no_hairlines_show_between_units_of_a_territory(map_driver: Driver, gemeinden: Session) -> None:
    """All units in one territory, without unit borders: one colour inside at every zoom level."""
    driver = map_driver

    def run(writer: Writer, plan: Plan) -> None:
        writer.assign(plan.units.unit_id, plan.territories[0].territory_id)

    gemeinden.do(Command("One", run))
    driver.show(gemeinden)
    try:
        driver.move(driver.hand.rect().bottomLeft())
        for zoom in (5.5, 6.75, 8, 9.25, 11):
            driver.js(f"(__tm.map.setView([51.1, 10.3], {zoom}, {{animate: false}}), 1)")
            reach = 40 if zoom < 6 else 110
            wait_until(lambda reach=reach: not odd_colors(driver, reach), f"one colour at zoom {zoom}", 4000)
    finally:
        driver.view.set_session(None)


def odd_colors(driver: Driver, reach: int) -> set[tuple[int, ...]]:
    """Colours around the middle of the picture that are not the territory's."""
    image, wanted = driver.image(), driver.fill(0)
    center = image.rect().center()
    colors = {
        image.pixelColor(center.x() + dx, center.y() + dy).getRgb()[:3]  # type: ignore[index]
        for dx in range(-reach, reach, 2)
        for dy in range(-reach, reach, 2)
    }
    return {c for c in colors if max(abs(a - b) for a, b in zip(c, wanted, strict=True)) > 3}
