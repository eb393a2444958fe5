"""Names on the map, and what tells where and how large: scale bar, north, attribution."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QSize

from tests.ui.map.driver import Driver

NAMES = {"West", "Middle", "East"}


@pytest.fixture(autouse=True)
def with_labels(map_driver: Driver) -> Iterator[None]:
    view = map_driver.view
    size = view.size()
    for option in ("show_labels", "show_context"):
        view.set_option(option, True)
    yield
    view.resize(size)
    for option in ("show_labels", "show_context", "large_labels"):
        view.set_option(option, False)


def placed(driver: Driver) -> dict[str, tuple[float, float, float, float]]:
    """Return the boxes of names on the screen."""
    driver.wait_for(lambda: set(driver.js("__tm.labels.placed.map(b => b.name)")) >= NAMES, "names are placed")
    rows = driver.js("__tm.labels.placed.map(b => [b.name, b.x0, b.y0, b.x1, b.y1])")
    return {row[0]: tuple(row[1:]) for row in rows}


def overlap(a: tuple[float, ...], b: tuple[float, ...]) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


@pytest.mark.parametrize("is_large", [False, True])
@pytest.mark.parametrize("zoom", [5, 6, 7, 8])
def test_no_name_lies_over_another_at_any_zoom(driver: Driver, zoom: int, is_large: bool) -> None:
    driver.view.set_option("large_labels", is_large)
    driver.js(f"(__tm.map.setView([40.5, -96], {zoom}, {{animate: false}}), 1)")
    driver.rest()
    boxes = driver.js("__tm.labels.placed.map(b => [b.x0, b.y0, b.x1, b.y1])")
    assert boxes
    pairs = [(i, j) for i in range(len(boxes)) for j in range(i)]
    assert not [(i, j) for i, j in pairs if overlap(boxes[i], boxes[j])]


def test_each_territory_s_name_lies_over_its_own_units(driver: Driver) -> None:
    boxes = placed(driver)
    middles = [[name, (b[0] + b[2]) / 2, (b[1] + b[3]) / 2] for name, b in boxes.items() if name in NAMES]
    owners = driver.js(
        f"{middles}.map(([n, x, y]) => {{ const f = __tm.stage.frame;"
        " const u = __tm.ground.unitAt((x + f.ox) / f.scale, (y + f.oy) / f.scale, __tm.lines());"
        " return [n, u < 0 ? '' : __tm.plan.nameOf(__tm.plan.shown[u])]; })"
    )
    assert len(owners) == 3
    assert all(name == owner for name, owner in owners)


def test_names_are_larger_for_a_projector(driver: Driver) -> None:
    driver.js("(__tm.map.setView([40.5, -96], 7.75, {animate: false}), 1)")
    before = placed(driver)
    driver.view.set_option("large_labels", True)
    after = placed(driver)
    height = [box["Middle"][3] - box["Middle"][1] for box in (before, after)]
    assert height[1] > 1.3 * height[0]
    assert driver.js("getComputedStyle(document.querySelector('.tm-legend')).zoom") == "1.15"
    driver.view.set_option("large_labels", False)
    assert placed(driver)["West"] == before["West"]


_LEGEND = """(() => {
  const map = __tm.map.getContainer().getBoundingClientRect(), pad = __tm.stage.frame.pad;
  const box = document.querySelector('.tm-legend').getBoundingClientRect();
  return [box.left, box.top, box.right, box.bottom].map((v, i) => v - (i % 2 ? map.top : map.left) + pad);
})()"""


def test_no_name_stands_half_under_the_legend(driver: Driver) -> None:
    """It moves to where its territory can be seen when the legend opens, and back when that closes."""
    driver.js("(__tm.legend.setOpen(false), __tm.map.setView([40.5, -96], 7, {animate: false}), 1)")
    driver.rest()
    before = placed(driver)["East"]
    # The middle of East at the foot of where the legend will be.
    driver.js("(__tm.legend.setOpen(true), 1)")
    box = driver.js(_LEGEND)
    dx, dy = (before[0] + before[2] - box[0] - box[2]) / 2, (before[1] + before[3]) / 2 - box[3]
    driver.js(f"(__tm.legend.setOpen(false), __tm.map.panBy([{dx}, {dy}], {{animate: false}}), 1)")
    driver.rest()
    closed = placed(driver)["East"]
    assert overlap(closed, tuple(box))
    try:
        driver.js("(__tm.legend.setOpen(true), 1)")
        driver.wait_for(
            lambda: (
                not any(overlap(b, box) for b in driver.js("__tm.labels.placed.map(b => [b.x0, b.y0, b.x1, b.y1])"))
            ),
            "no name is under the legend",
        )
        assert "East" in driver.js("__tm.labels.placed.map(b => b.name)")
    finally:
        driver.js("(__tm.legend.setOpen(false), 1)")
    driver.wait_for(lambda: overlap(placed(driver)["East"], box), "it is back")


def test_no_place_stands_half_under_the_legend_where_there_is_no_territory(driver: Driver) -> None:
    driver.js("(__tm.labels.kept = __tm.plan.territories, __tm.plan.territories = [], __tm.legend.setOpen(true), 1)")
    try:
        driver.js("(__tm.map.setView([40.5, -92], 6, {animate: false}), 1)")
        driver.rest()
        boxes = driver.js("__tm.labels.placed.map(b => [b.x0, b.y0, b.x1, b.y1])")
        assert boxes
        assert not [b for b in boxes if overlap(b, driver.js(_LEGEND))]
    finally:
        driver.js("(__tm.plan.territories = __tm.labels.kept, __tm.legend.setOpen(false), 1)")


def test_names_are_large_enough_to_be_read(driver: Driver) -> None:
    """No name is lower than 10 pixels, 14 for a projector."""
    for is_large, least in ((False, 10), (True, 14)):
        driver.view.set_option("large_labels", is_large)
        for zoom in (5, 6, 7):
            driver.js(f"(__tm.map.setView([40.5, -96], {zoom}, {{animate: false}}), 1)")
            driver.rest()
        used = driver.js("Math.min(...__tm.labels.placed.map(b => b.y1 - b.y0))")
        assert used >= least


def test_the_scale_bar_has_miles_where_people_drive_in_miles(driver: Driver) -> None:
    assert driver.js("document.querySelector('.leaflet-control-scale').dataset.miles") == "true"
    lines = (
        "[...document.querySelectorAll('.leaflet-control-scale-line')]"
        ".filter(e => e.offsetParent).map(e => e.innerText)"
    )
    both = driver.js(lines)
    assert len(both) == 2
    assert both[0].endswith("km")
    assert both[1].endswith("mi")
    driver.js("(document.querySelector('.leaflet-control-scale').dataset.miles = 'false', 1)")
    assert driver.js(lines) == both[:1]
    driver.js("(document.querySelector('.leaflet-control-scale').dataset.miles = 'true', 1)")


@pytest.mark.parametrize("size", [(1200, 800), (760, 380), (520, 420)])
def test_attribution_scale_and_north_are_always_to_be_seen(driver: Driver, size: tuple[int, int]) -> None:
    driver.view.resize(QSize(*size))
    driver.rest()
    boxes = driver.js(
        "['.leaflet-control-attribution', '.leaflet-control-scale', '.tm-north'].map(css => {"
        " const r = document.querySelector(css).getBoundingClientRect(); return [r.left, r.top, r.right, r.bottom]; })"
    )
    width, height = driver.js("[innerWidth, innerHeight]")
    for left, top, right, bottom in boxes:
        assert left >= 0
        assert top >= 0
        assert right <= width + 1
        assert bottom <= height + 1
        assert right - left > 5
    attribution, scale, north = boxes
    assert not overlap(attribution, scale)
    assert not overlap(attribution, north)
    assert "Natural Earth" in driver.text(".leaflet-control-attribution")
