"""Maps in canvas units: true scale, shared borders, SVG, and the picture alone."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
import shapely
from PIL import Image
from pyproj import Geod

from territorymap.errors import Cancelled
from territorymap.exporters.picture.fit import Fit, fit_frame, round_length
from territorymap.exporters.picture.fonts import drawable, plain_width_em, shortened, width_em, wrapped
from territorymap.exporters.picture.frames import choose_frames, frames_of
from territorymap.exporters.picture.ground import COAST, Drawing
from territorymap.exporters.picture.legend import arrange
from territorymap.exporters.picture.map_picture import map_picture
from territorymap.exporters.picture.names import _settings
from territorymap.exporters.picture.paper import PAPERS, Paper, choose_paper
from territorymap.exporters.picture.scalebar import ratio_on_paper
from territorymap.exporters.picture.sheet import Box, Sheet
from territorymap.exporters.picture.thin import thin_arcs
from territorymap.exporters.registry import ExportOptions, export
from territorymap.geo.shipped import load_layer
from tests.exporters.pages.plans import page_view
from tests.support.grid import grid_layer

SVG = "{http://www.w3.org/2000/svg}"


def fit_of(layer: object, which: np.ndarray | None = None, paper: str = "a4") -> Fit:
    sheet = Sheet.of_paper(choose_paper(paper, "landscape", True))
    geometry = layer.geometry  # type: ignore[attr-defined]
    used = np.ones(len(geometry), dtype=bool) if which is None else which
    main, _ = choose_frames(geometry, used)
    return fit_frame(sheet, Box(50, 50, 800, 600), main, geometry)


@pytest.mark.parametrize("south", [0.0, 45.0, 60.0, -35.0])
def test_the_scale_is_true_at_the_centre(south: float) -> None:
    """A short step to the right of the centre, forward through the projection, against pyproj's geodesic."""
    fit = fit_of(grid_layer(8, 8, west=10.0, south=south))
    lon, lat = fit.frame.projection.transform(*fit.middle, direction="INVERSE")
    step = 0.01
    here, there = fit.place_lonlat_exact(np.array([[lon - step, lat], [lon + step, lat]]))
    metres = Geod(ellps="WGS84").inv(lon - step, lat, lon + step, lat)[2]
    assert metres / np.hypot(*(there - here)) == pytest.approx(fit.ground_metres_per_unit, rel=1e-3)


def test_the_ratio_on_paper_is_ground_by_paper() -> None:
    fit = fit_of(grid_layer(8, 8, south=45.0))
    shown = int(re.sub(r"\D", "", ratio_on_paper(fit).partition(":")[2]))
    assert shown == pytest.approx(fit.ground_metres_per_unit * 72 / 0.0254, rel=0.05)
    assert len(str(shown).rstrip("0")) <= 2


@pytest.mark.parametrize(
    ("metres", "shown"), [(1999, 1000), (2000, 2000), (4999, 2000), (5000, 5000), (99, 50), (1, 1)]
)
def test_lengths_are_round(metres: float, shown: float) -> None:
    assert round_length(metres) == shown


@pytest.mark.parametrize("grain", [0.14, 3.0, 40.0])
def test_borders_stay_shared_however_thin(grain: float) -> None:
    """Rings of neighbours hold the same points, so their areas add up to the whole."""
    layer = load_layer("us-states")
    used = ~np.isin(layer.code, ["02", "15", "72", "78", "60", "66", "69"])
    fit = fit_of(layer, used)
    n = len(layer)
    view = page_view([f"T{t}" for t in range(7)], [], layer=layer, unit_territory=[u % 7 for u in range(n)])
    apart = thin_arcs(Drawing(view), fit, grain)
    whole = thin_arcs(Drawing(replace(view, plan=replace(view.plan, unit_territory=np.zeros(n, np.int32)))), fit, grain)
    total = sum(_area(ring) for owner in range(8) for ring in apart.rings(owner))
    assert total == pytest.approx(sum(_area(ring) for ring in whole.rings(0)), rel=1e-3)
    n_points = sum(len(ring) for owner in range(8) for ring in apart.rings(owner))
    assert n_points < len(view.topology.arc_coords) * 2


def test_a_coarser_picture_has_fewer_points() -> None:
    layer = load_layer("us-states")
    view = page_view(["T"], [], layer=layer)
    fit = fit_of(layer)
    sizes = [len(thin_arcs(Drawing(view), fit, grain).coords) for grain in (0.05, 0.5, 5.0)]
    assert sizes[0] > 1.2 * sizes[1]
    assert sizes[1] > 1.2 * sizes[2]


def test_what_is_outside_the_box_costs_two_points_an_arc() -> None:
    layer = load_layer("us-states")
    view = page_view(["T", "U"], [], layer=layer, unit_territory=[u % 2 for u in range(len(layer))])
    ohio = np.flatnonzero(layer.name == "Ohio")
    sheet = Sheet.of_paper(choose_paper("a4", "landscape", True))
    fit = fit_frame(sheet, Box(0, 0, 400, 400), frames_of(layer.geometry, ohio)[0], layer.geometry)
    thin = thin_arcs(Drawing(view), fit, 0.14)
    counts = np.diff(thin.start)
    assert counts[~thin.is_seen].max() <= 2
    assert counts[thin.is_seen].max() > 20


def test_a_cut_at_180_degrees_is_no_coast() -> None:
    """Two rows on each side of 180: the coast is drawn all around, 2 high and 2 wide, and not through the middle."""
    west, east = grid_layer(1, 2, west=179.0), grid_layer(1, 2, west=-180.0)
    fields = ("code", "name", "parent_code", "parent_name", "country", "geometry", "lon", "lat", "area_km2")
    both = {f: np.concatenate([getattr(west, f), getattr(east, f)]) for f in (*fields, "perimeter_km")}
    layer = replace(west, **both)  # type: ignore[arg-type]
    view = page_view(["T"], [], layer=layer)
    fit = fit_of(layer)
    drawing = Drawing(view)
    path = thin_arcs(drawing, fit, 0.01).lines(drawing.arc_kind == COAST)
    assert path is not None
    middle = fit.place_lonlat(np.array([[180.0, 1.0]]))[0, 0]
    steps = np.diff(path.vertices, axis=0)[path.codes[1:] == path.LINETO]
    starts = path.vertices[:-1][path.codes[1:] == path.LINETO]
    along = (np.abs(starts[:, 0] - middle) < 1) & (np.abs(steps[:, 0]) < 1)
    assert not along.any()
    assert np.hypot(*steps.T).sum() == pytest.approx(8 * _degree(fit), rel=0.02)


def test_an_svg_is_text_that_can_be_found_and_holds_no_program(tmp_path: Path) -> None:
    hostile = "<script>alert(1)</script> & \"'"
    view = page_view([hostile, "$x^2$", "东区"], [hostile], n_accounts=9, title=hostile)
    path = export(view, tmp_path / "out.svg", "accounts", ExportOptions(chosen={"paper": "a3"}))
    page = path.read_text(encoding="utf-8")
    root = ElementTree.fromstring(page)
    words = ["".join(element.itertext()) for element in root.iter(f"{SVG}text")]
    for text in (hostile[:20], "$x^2$", "东区", "Scenario: Proposal", "Drawn by hand"):
        assert any(text in word for word in words), text
    tags = {element.tag.partition("}")[2] for element in root.iter()}
    assert not tags & {"script", "foreignObject", "image", "a", "animate", "set"}
    assert not [name for element in root.iter() for name in element.attrib if name.lower().startswith("on")]
    assert "<!DOCTYPE" not in page
    assert "@import" not in page
    assert re.fullmatch(r"\d+pt", root.attrib["width"])
    assert all("sans-serif" in style for style in re.findall(r'<text style="([^"]*)"', page))


def test_letters_as_outlines_look_the_same_everywhere(tmp_path: Path) -> None:
    path = export(page_view(), tmp_path / "out.svg", options=ExportOptions(chosen={"letters": "outlines"}))
    assert not list(ElementTree.parse(path).getroot().iter(f"{SVG}text"))


def test_an_svg_shows_ground_in_proportion_to_another_program(tmp_path: Path) -> None:
    """Drawn by Qt: West has 12 of 16 squares, East 4."""
    gui = pytest.importorskip("PySide6.QtGui")
    svg = pytest.importorskip("PySide6.QtSvg")
    view = page_view(["West", "East"], unit_territory=[0] * 12 + [1] * 4)
    path = export(view, tmp_path / "out.svg")
    # With widgets: whatever test comes next in this process may want a window.
    widgets = pytest.importorskip("PySide6.QtWidgets")
    app = widgets.QApplication.instance() or widgets.QApplication([])
    renderer = svg.QSvgRenderer(str(path))
    assert renderer.isValid()
    image = gui.QImage(800, 560, gui.QImage.Format.Format_RGB888)
    image.fill(0xFFFFFF)
    painter = gui.QPainter(image)
    renderer.render(painter)
    painter.end()
    pixels = np.frombuffer(image.constBits(), np.uint8).reshape(560, image.bytesPerLine())[:, : 800 * 3]
    pixels = pixels.reshape(560, 800, 3).astype(int)
    west, east = ((np.abs(pixels - rgb).max(axis=-1) <= 3).mean() for rgb in ([0x88, 0xCC, 0xEE], [0xDD, 0xCC, 0x77]))
    assert west > 0.1
    assert west == pytest.approx(3 * east, rel=0.1)
    del app


def test_the_map_alone_has_the_size_asked_for_and_can_be_about_one_territory() -> None:
    view = page_view(["West", "East"], unit_territory=[0] * 12 + [1] * 4)

    def share(picture: bytes, color: list[int]) -> float:
        pixels = np.asarray(Image.open(io.BytesIO(picture)).convert("RGB")).astype(int)
        assert pixels.shape == (270, 480, 3)
        return float((np.abs(pixels - color).max(axis=-1) <= 3).mean())

    west, east = [0x88, 0xCC, 0xEE], [0xDD, 0xCC, 0x77]
    both, one = map_picture(view, None, 480, 270), map_picture(view, 1, 480, 270)
    assert share(both, west) > 2 * share(both, east) > 0.05
    assert share(one, east) > 0.05
    assert share(one, west) < 0.01


def test_another_scenario_can_be_drawn_with_the_borders_of_a_third() -> None:
    view = page_view(before=[0] * 4 + [1] * 12)
    assert view.baseline is not None
    now, then = map_picture(view, None, 960, 540), map_picture(view, None, 960, 540, shown=view.baseline)
    both = map_picture(view, None, 960, 540, before=view.baseline)
    assert len({now, then, both}) == 3

    def n_red(picture: bytes) -> int:
        pixels = np.asarray(Image.open(io.BytesIO(picture)).convert("RGB")).astype(int)
        return int((np.abs(pixels - [0xB3, 0x26, 0x1E]).max(axis=-1) <= 70).sum())

    assert n_red(both) > n_red(now) + 20


def test_a_map_picture_can_be_stopped() -> None:
    def check() -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        map_picture(page_view(), None, 480, 270, check=check)


def test_paper_lies_as_asked_or_as_the_map_does() -> None:
    assert choose_paper("a4", "portrait", True) == Paper(*PAPERS["a4"])
    assert choose_paper("a4", "auto", True).is_wide
    assert not choose_paper("a4", "auto", False).is_wide
    assert choose_paper("auto", "landscape", False) == Paper(11.0, 8.5)  # the source language is American
    assert choose_paper("auto", "landscape", False, is_wall=True) == Paper(48.0, 36.0)
    assert 1.9 < choose_paper("a0", "auto", True).scale / choose_paper("a4", "auto", True).scale < 2.4


@pytest.mark.parametrize("n_rows", [1, 8, 21, 90, 500, 3000])
def test_a_legend_fits_its_box(n_rows: int) -> None:
    order = arrange(n_rows, 1400.0, 900.0)
    assert order.height <= 900.0 + 1e-9
    assert order.n_columns * 150 <= 1400 + 14 * order.n_columns
    assert order.n_columns * order.rows_a_column >= min(n_rows, 400)


def test_texts_are_cut_and_broken_where_they_are_too_wide() -> None:
    assert shortened("abc", 10.0) == "abc"
    cut = shortened("a long name that goes on and on", 8.0)
    assert cut.endswith("…")
    assert plain_width_em(cut[:-1]) <= 8.0
    lines = wrapped("one two three four five six seven", 6.0, 2)
    assert len(lines) == 2
    assert all(width_em(line) <= 6.0 for line in lines)
    assert wrapped("W" * 100, 5.0, 3)[-1].endswith("…")
    assert drawable("a\u202eb") == "a b"


def test_a_very_long_name_is_cut_before_it_leaves_its_territory() -> None:
    assert _settings("short", 10.0)[-1] == ("short", 7.0)
    text, points = _settings("W" * 200, 10.0)[-1]
    assert points == 7.0
    assert text == "W" * 21 + "…"
    assert all(len(text) <= 60 for text, _ in _settings("W" * 200, 10.0))


def test_plain_widths_are_those_of_the_font() -> None:
    """Without kerning; DejaVu Sans: 0.6357 of the size for a figure, 0.2778 for an i, 0.9888 for a W."""
    assert plain_width_em("0") == pytest.approx(0.63623, abs=1e-4)
    assert plain_width_em("i") == pytest.approx(0.27783, abs=1e-4)
    assert plain_width_em("iW0") == pytest.approx(plain_width_em("i") + plain_width_em("W") + plain_width_em("0"))


def _degree(fit: Fit) -> float:
    """Return canvas units of a degree of latitude."""
    low, high = fit.place_lonlat(np.array([[180.0, 0.5], [180.0, 1.5]]))
    return float(np.hypot(*(high - low)))


def _area(ring: np.ndarray) -> float:
    return float(shapely.Polygon(ring).area) * (1 if shapely.LinearRing(ring).is_ccw else -1)


def test_the_rim_of_a_name_is_as_wide_in_a_large_picture_as_in_a_small_one() -> None:
    """The share of the ground that a name's pale rim covers does not grow with the number of pixels."""
    view = page_view(["West"], [], unit_territory=[0] * 16)

    def pale(width: int, height: int) -> float:
        picture = Image.open(io.BytesIO(map_picture(view, None, width, height))).convert("RGB")
        pixels = np.asarray(picture.resize((960, 540), Image.Resampling.BOX)).astype(int)
        middle = pixels[150:390, 300:660]
        return float((middle.min(axis=-1) > 225).mean())

    assert pale(3840, 2160) == pytest.approx(pale(1920, 1080), rel=0.25)
