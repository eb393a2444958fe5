"""How units get into pixels: no gaps at any zoom and pixel ratio, parts repainted as the whole, slow sheets later."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import shapely
from benchmarks.support.layers import BIG, bench_layer

from territorymap.document import Writer
from territorymap.geo.layer import UnitLayer
from territorymap.geo.shipped import load_layer
from territorymap.model.plan import Plan
from territorymap.session.commands.territories import recolor_territory, territory_row
from territorymap.session.session import Command, Session
from tests.support.grid import grid_layer
from tests.ui.map.driver import Driver, wait_until

COLORS = ("#93c0ff", "#ffd579", "#81b367", "#c8a2e8", "#e0803f")
RATIOS = (1.0, 1.25, 2.0)

# What the two sheets of the units hold, as numbers; (r, g, b, a) of each pixel.
READ = """(() => {
  const read = name => { const s = __tm.stage.sheets.find(s => s.painter.name === name);
    return s.ctx.getImageData(0, 0, s.canvas.width, s.canvas.height).data; };
  return [read('units'), read('lines')]; })()"""

# Along each line between two units of one territory that is on the canvas: how many pixels are not filled, how many
# have a line, how many were looked at.
GAPS = f"""(() => {{
  const [units, lines] = {READ}, {{ frame }} = __tm.stage, g = __tm.ground, shown = __tm.plan.shown;
  const {{ start, xy }} = g.levels.at(frame.level);
  const width = Math.round(frame.width * frame.dpr), height = Math.round(frame.height * frame.dpr);
  let empty = 0, lined = 0, n = 0;
  for (let a = 0; a < g.left.length; a++) {{
    if (g.right[a] < 0 || shown[g.left[a]] !== shown[g.right[a]]) continue;
    for (let i = start[a] * 2; i < start[a + 1] * 2 - 2; i += 2) {{
      for (const share of [0.25, 0.5, 0.75]) {{
        const x = xy[i] + share * (xy[i + 2] - xy[i]), y = xy[i + 1] + share * (xy[i + 3] - xy[i + 1]);
        const c = Math.floor((x * frame.scale - frame.ox) * frame.dpr);
        const r = Math.floor((y * frame.scale - frame.oy) * frame.dpr);
        if (c < 2 || r < 2 || c > width - 3 || r > height - 3) continue;
        // Near a coast the middle of the pixel may lie in the sea.
        const middle = [(c + 0.5) / frame.dpr + frame.ox, (r + 0.5) / frame.dpr + frame.oy].map(v => v / frame.scale);
        if (g.unitAt(middle[0], middle[1], {{ start, xy }}) < 0) continue;
        const at = (r * width + c) * 4;
        n++;
        if (units[at + 3] !== FILL) empty++;
        if (lines[at + 3]) lined++;
      }}
    }}
  }}
  return [empty, lined, n];
}})()""".replace("FILL", str(round(0.88 * 255)))

SAME = f"""(() => {{
  const before = {READ};
  __tm.stage.update(true);
  while (!__tm.stage.isSharp) __tm.stage.flush();
  const after = {READ};
  return before.map((data, s) => {{
    const now = after[s];
    let worst = 0, n = 0, first = -1;
    for (let i = 0; i < data.length; i++) {{
      // As it looks: a colour counts as much as it covers. A soft edge may differ by a step or two of 255.
      const gap = i % 4 === 3 ? data[i] - now[i] : (data[i] * data[i | 3] - now[i] * now[i | 3]) / 255;
      worst = Math.max(worst, Math.abs(gap));
      if (Math.abs(gap) > 6) {{
        if (first < 0) first = i >> 2;
        n++;
      }}
    }}
    const width = Math.round(__tm.stage.frame.width * __tm.stage.frame.dpr);
    return [worst, n, first % width, Math.floor(first / width)];
  }});
}})()"""


def bands(session: Session, n: int) -> None:
    """Give the units to n territories from south to north."""

    def run(writer: Writer, plan: Plan) -> None:
        band = np.argsort(np.argsort(plan.units.lat)) * n // len(plan.units)
        rows = [territory_row(plan, f"Band {i}", COLORS[i % len(COLORS)], None, i) for i in range(n)]
        for i, territory_id in enumerate(writer.insert("territory", rows)):
            writer.assign(plan.units.unit_id[band == i], territory_id)

    session.do(Command("Bands", run))


@pytest.fixture(scope="module")
def counties(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    session = Session.create(tmp_path_factory.mktemp("drawing") / "counties.gpkg", load_layer("us-counties"))
    bands(session, 4)
    yield session
    session.close()


@pytest.fixture(scope="module")
def packed_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("packed")


@pytest.fixture
def at_ratio(
    map_driver: Driver, state_folder: Path, packed_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Driver]:
    """The map at any pixel ratio; the packed unit layer is kept from test to test."""
    monkeypatch.setenv("TERRITORYMAP_STATE_DIR", str(packed_folder))
    yield map_driver
    map_driver.view.view.setZoomFactor(1.0)
    map_driver.view.set_session(None)
    wait_until(lambda: map_driver.js("devicePixelRatio") == 1)


def show_at(driver: Driver, session: Session, ratio: float) -> None:
    driver.view.view.setZoomFactor(ratio)
    wait_until(lambda: abs(driver.js("devicePixelRatio") - ratio) < 0.01, f"pixel ratio {ratio}")
    driver.show(session)


@pytest.mark.parametrize("ratio", RATIOS)
def test_units_of_a_territory_have_no_gaps_between_them(at_ratio: Driver, counties: Session, ratio: float) -> None:
    driver = at_ratio
    show_at(driver, counties, ratio)
    for zoom in (3, 4.25, 5.5, 7, 9.75):
        driver.js(f"(__tm.map.setView([38.6, -92.6], {zoom}, {{animate: false}}), 1)")
        driver.rest()
        empty, lined, n = driver.js(GAPS)
        assert n > 100, zoom
        assert empty == 0, zoom
        # The border of two territories may pass within a pixel of the end of a line inside one.
        assert lined < 0.2 * n, zoom


# For each level asked for: whether its lines are the vertices that belong to it; bytes of all copies as a share of
# those of the lines, after it. Last, how many levels have their own copy.
LEVELS = """((asked) => {
  const l = __tm.ground.levels, { start, xy } = l.full, rank = l.vertexLevel;
  const bytes = (lines) => lines.start.byteLength + lines.xy.byteLength;
  return [...asked.map((level) => {
    const lines = l.at(level), out = [];
    let isRight = lines.start.length === start.length;
    for (let k = 0, at = 0; k < start.length - 1; k++) {
      for (let i = start[k]; i < start[k + 1]; i++) {
        if (rank[i] > level) continue;
        isRight &&= lines.xy[at * 2] === xy[i * 2] && lines.xy[at * 2 + 1] === xy[i * 2 + 1];
        at++;
      }
      isRight &&= lines.start[k + 1] === at;
    }
    return [isRight, [...l.made.values()].reduce((sum, one) => sum + bytes(one), 0) / bytes(l.full)];
  }), l.made.size];
})(ASKED)"""


def test_levels_hold_their_vertices_and_few_copies_are_kept(at_ratio: Driver, counties: Session) -> None:
    driver = at_ratio
    show_at(driver, counties, 1.0)
    wait_until(lambda: driver.js("__tm.ground.levels.vertexLevel.some(v => v > 0)"), "the levels have come")
    asked = [*range(15), *range(14, -1, -1), 3, 3, 9, 3]
    *rows, n_kept = driver.js(LEVELS.replace("ASKED", str(asked)))
    assert all(is_right for is_right, _ in rows)
    assert max(share for _, share in rows) <= 2
    assert 0 < n_kept < 14
    assert driver.js("__tm.ground.levels.at(3) === __tm.ground.levels.at(3)")


@pytest.mark.parametrize("ratio", RATIOS)
@pytest.mark.parametrize("zoom", [4.25, 6, 8.5])
def test_what_is_repainted_in_parts_is_as_if_painted_whole(
    at_ratio: Driver, counties: Session, ratio: float, zoom: float
) -> None:
    driver = at_ratio
    driver.view.set_option("show_unit_borders", True)
    try:
        show_at(driver, counties, ratio)
        driver.js(f"(__tm.map.setView([38.6, -92.6], {zoom}, {{animate: false}}), 1)")
        driver.rest()
        lon, lat = counties.plan.units.lon, counties.plan.units.lat
        near = np.argsort(np.hypot(lon + 92.6, lat - 38.6))
        rng = np.random.default_rng(5)
        for turn in range(4):
            units = rng.choice(near[:60], 5, replace=False).tolist()
            driver.js(f"(() => {{ for (const u of {units}) {{ __tm.plan.shown[u] = {turn}; __tm.askUnit(u); }} }})()")
            driver.js(f"(__tm.map.panBy([{37 - 20 * turn}, {11 * turn - 15}], {{animate: false}}), 1)")
            driver.rest()
            units, lines = driver.js(SAME)
            assert units[1] == 0, (turn, units)
            assert lines[1] == 0, (turn, lines)
    finally:
        driver.view.set_option("show_unit_borders", False)


def test_a_new_colour_scans_nothing_and_strokes_nothing(at_ratio: Driver, counties: Session) -> None:
    driver = at_ratio
    driver.show(counties)
    driver.js("""(() => {
      const sheet = name => __tm.stage.sheets.find(s => s.painter.name === name).painter;
      window.work = [];
      const { cells } = sheet('units'), lines = sheet('lines');
      const scan = cells.scan.bind(cells), paint = lines.paint.bind(lines);
      cells.scan = (...a) => { work.push('scan'); scan(...a); };
      lines.paint = (...a) => { work.push('lines'); paint(...a); };
      return 1; })()""")
    counties.do(recolor_territory(counties.plan, counties.plan.territories[1].territory_id, "#112233"))
    unit = int(np.flatnonzero(counties.plan.unit_territory == 1)[0])
    middle = int(np.argmin(np.hypot(counties.plan.units.lon + 98, counties.plan.units.lat - 36.5)))
    assert counties.plan.unit_territory[middle] == 1, unit
    driver.wait_for_color(driver.at(middle), driver.fill(1), slack=6)
    assert driver.js("work") == []
    counties.undo()
    driver.wait_for_color(driver.at(middle), driver.fill(1), slack=6)


def test_a_slow_sheet_leaves_the_others_their_old_picture_scaled_until_their_turn(
    at_ratio: Driver, counties: Session
) -> None:
    driver = at_ratio
    driver.show(counties)
    driver.js("""(() => {
      const { painter } = __tm.stage.sheets.find(s => s.painter.name === 'under'), paint = painter.paint.bind(painter);
      painter.paint = (...a) => { const end = performance.now() + 30; while (performance.now() < end); paint(...a); };
      return 1; })()""")
    state = "__tm.stage.sheets.map(s => [s.isBehind, s.canvas.style.transform])"
    after = driver.js(
        f"(() => {{ __tm.map.setView([38.6, -92.6], __tm.map.getZoom() + 1, {{animate: false}}); return {state}; }})()"
    )
    assert after[0] == [False, ""]
    # What is painted in a moment need not wait; the units do.
    assert after[1][0]
    assert all(("scale(2)" in transform) if is_behind else transform == "" for is_behind, transform in after)
    driver.rest()
    assert driver.js(state) == [[False, ""]] * len(after)


def test_where_units_overlap_one_of_them_has_the_pixel(at_ratio: Driver, tmp_path: Path) -> None:
    """A 3 x 1 grid; the middle square reaches half over its eastern neighbour: a layer that was never cleaned."""
    layer: UnitLayer = grid_layer(3, 1, west=-100, south=38)
    west, south, _, north = layer.geometry[1].bounds
    layer.geometry[1] = shapely.MultiPolygon([shapely.box(west, south, west + 1.5, north)])
    session = Session.create(tmp_path / "overlap.gpkg", layer)
    bands(session, 1)

    def run(writer: Writer, plan: Plan) -> None:
        rows = [territory_row(plan, name, color, None, 5) for name, color in (("B", COLORS[1]), ("C", COLORS[2]))]
        for unit, territory_id in zip((1, 2), writer.insert("territory", rows), strict=True):
            writer.assign(plan.units.unit_id[[unit]], territory_id)

    session.do(Command("Three", run))
    driver = at_ratio
    driver.show(session)
    try:
        found = driver.js(f"""(() => {{
          const [units] = {READ}, seen = new Set();
          for (let i = 0; i < units.length; i += 4) if (units[i + 3]) seen.add(units.slice(i, i + 3).join());
          return [...seen]; }})()""")
        wanted = [tuple(int(color[i : i + 2], 16) for i in (1, 3, 5)) for color in COLORS[:3]]
        close = [
            w
            for w in wanted
            for text in found
            if np.abs(np.array(w) - np.array([int(x) for x in text.split(",")])).max() <= 2
        ]
        assert len(found) == 3
        assert len(set(close)) == 3
        east = driver.pixel(driver.at(2, -12, 0))
        assert any(np.abs(np.array(east) - np.array(driver.fill(i))).max() <= 4 for i in (1, 2))
    finally:
        driver.view.set_session(None)
        session.close()


@pytest.mark.parametrize("lon", [180, -180, -179])
def test_a_unit_across_180_degrees_is_drawn_whole(at_ratio: Driver, tmp_path: Path, lon: float) -> None:
    """Its halves lie at both ends of the world; no line and no gap shows where it is cut."""
    layer = grid_layer(2, 1, west=-178, south=50)
    layer.geometry[0] = shapely.MultiPolygon([shapely.box(178, 50, 180, 51), shapely.box(-180, 50, -177, 51)])
    session = Session.create(tmp_path / "date_line.gpkg", layer)
    bands(session, 1)
    driver = at_ratio
    driver.show(session)
    try:
        driver.js(f"(__tm.map.setView([50.5, {lon}], 7.5, {{animate: false}}), 1)")
        driver.rest()
        y = driver.view.height() // 2
        west, east = (
            driver.js(f"__tm.map.latLngToContainerPoint([50.5, {degree if lon > 0 else degree - 360}]).x")
            for degree in (178.5, 182.5)
        )
        image = driver.image()
        row = {image.pixelColor(x, y).getRgb()[:3] for x in range(max(2, round(west)), round(east))}  # type: ignore[index]
        assert len(row) == 1
        assert np.abs(np.array(row.pop()) - np.array(driver.fill(0))).max() <= 2
    finally:
        driver.view.set_session(None)
        session.close()


@pytest.mark.slow
def test_thirty_three_thousand_units_load_and_are_edited(map_driver: Driver, tmp_path: Path) -> None:
    layer = bench_layer(BIG)
    session = Session.create(tmp_path / "zip5.gpkg", layer)
    bands(session, 40)
    driver = map_driver
    driver.show(session)
    try:
        assert driver.js("__tm.ground.nUnits") == len(layer) == 33791
        for zoom in (4, 6, 8.5):
            driver.js(f"(__tm.map.setView([39.1, -94.6], {zoom}, {{animate: false}}), 1)")
            driver.rest()
            empty, _, n = driver.js(GAPS)
            assert n > 1000
            assert empty == 0, zoom
        driver.view.set_tool("brush")
        driver.view.set_brush_radius(8)
        driver.view.set_target(session.plan.territories[0].territory_id)
        driver.rest()
        unit = int(np.argmin(np.hypot(layer.lon + 94.6, layer.lat - 39.1)))
        at = driver.at(unit)
        before = int(session.plan.unit_territory[unit])
        driver.stroke([at, at])
        assert driver.holders([unit]) == [0] != [before]
        driver.wait_for_color(at, driver.fill(0), slack=40)
        n_territory = int((session.plan.unit_territory == 0).sum())
        wait_until(lambda: driver.js("__tm.plan.territories[0].n_units") == n_territory)
        session.undo()
        assert driver.holders([unit]) == [before]
        driver.wait_for_color(at, driver.fill(before), slack=40)
        # That pixels are read back is the test's own doing.
        assert [text for text in driver.view.page.complaints if "willReadFrequently" not in text] == []
    finally:
        driver.view.set_session(None)
        session.close()
