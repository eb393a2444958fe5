"""The picture: asserted by its pixels, and by where the frames look."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path

import matplotlib
import numpy as np
import pytest
import shapely
from matplotlib import font_manager
from numpy.typing import NDArray
from PIL import Image

from territorymap.errors import UserError
from territorymap.exporters.picture.fit import round_length
from territorymap.exporters.picture.fonts import drawable, families
from territorymap.exporters.picture.frames import choose_frames
from territorymap.exporters.picture.labels import Place, find_place
from territorymap.exporters.registry import ExportOptions, export
from territorymap.geo.shipped import load_layer
from tests.exporters.small_plan import small_view
from tests.support.grid import grid_layer


def pixels(path: Path) -> NDArray[np.uint8]:
    with Image.open(path) as image:
        return np.asarray(image.convert("RGB"))


def share_of(picture: NDArray[np.uint8], color: str) -> float:
    wanted = [int(color[i : i + 2], 16) for i in (1, 3, 5)]
    return float((np.abs(picture.astype(int) - wanted).max(axis=-1) <= 2).mean())


def test_territories_have_their_colour_in_proportion_to_their_ground(tmp_path: Path) -> None:
    """West is 8 squares, East 4, unassigned 4; Empty is in the legend only."""
    picture = pixels(export(small_view(), tmp_path / "out.png"))
    assert picture.shape == (1000, 1600, 3)
    west, east, empty, loose = (share_of(picture, c) for c in ("#88ccee", "#ddcc77", "#cc6677", "#dcdbd6"))
    assert west > 0.15
    assert east == pytest.approx(west / 2, rel=0.1)
    assert loose == pytest.approx(west / 2, rel=0.2)
    assert 0 < empty < 0.001


@pytest.mark.parametrize("size", [(800, 500), (1000, 1000), (2400, 1200)])
def test_the_picture_has_the_size_asked_for(tmp_path: Path, size: tuple[int, int]) -> None:
    picture = pixels(
        export(small_view(), tmp_path / "out.png", options=ExportOptions({"width": size[0], "height": size[1]}))
    )
    assert picture.shape == (size[1], size[0], 3)
    assert share_of(picture, "#88ccee") > 0.1


def test_a_size_that_cannot_be_drawn_is_told(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="width cannot be 10"):
        export(small_view(), tmp_path / "out.png", options=ExportOptions({"width": 10}))


@pytest.mark.parametrize("name", ["东区", "$x^2$ and $", "<b>&amp;", "a\nb\x00", "🦄 \U0010fffd", "W" * 300, "x_{"])
def test_every_name_can_be_drawn_without_a_warning(tmp_path: Path, name: str) -> None:
    assert pixels(export(small_view(name), tmp_path / "out.png")).any()


def test_a_letter_without_a_glyph_is_a_box() -> None:
    assert drawable("a\U00013000b\tc\U0010fffdd") == "a\N{WHITE SQUARE}b c d"
    assert families()[0] == "DejaVu Sans"


def test_account_dots_and_unit_borders_are_added_when_asked_for(tmp_path: Path) -> None:
    plain = pixels(export(small_view(), tmp_path / "plain.png"))
    dots = pixels(export(small_view(), tmp_path / "dots.png", "accounts"))
    assert 0 < (plain != dots).any(axis=-1).mean() < 0.01


def test_the_map_is_not_mirrored_or_upside_down(tmp_path: Path) -> None:
    """The unassigned column is in the east: right of East, which is right of West."""
    picture = pixels(export(small_view(), tmp_path / "out.png"))[:, :1200].astype(int)

    def middle(color: str) -> float:
        wanted = [int(color[i : i + 2], 16) for i in (1, 3, 5)]
        return float(np.mean(np.nonzero(np.abs(picture - wanted).max(axis=-1) <= 2)[1]))

    assert middle("#88ccee") < middle("#ddcc77") < middle("#dcdbd6")


def test_matplotlibs_global_state_is_left_alone(tmp_path: Path) -> None:
    before = dict(matplotlib.rcParams)
    export(small_view(), tmp_path / "out.png")
    assert dict(matplotlib.rcParams) == before


def test_no_font_stays_open_when_it_is_done(tmp_path: Path) -> None:
    """Matplotlib keeps those of every thread that drew: after a day of exports some 60 open files and 100 MB."""
    for n in range(3):
        thread = threading.Thread(target=lambda n=n: export(small_view(), tmp_path / f"map{n}.png"))
        thread.start()
        thread.join()
        assert (tmp_path / f"map{n}.png").exists()
    assert font_manager._get_font.cache_info().currsize == 0
    if sys.platform == "linux":
        files = [os.path.realpath(file) for file in Path("/proc/self/fd").iterdir()]
        assert not [name for name in files if name.endswith((".ttf", ".ttc", ".otf"))]


def test_pyplot_which_would_look_for_a_window_is_not_imported() -> None:
    code = (
        "import sys, tempfile; from pathlib import Path;"
        "from territorymap.exporters.registry import export; from tests.exporters.small_plan import small_view;"
        "export(small_view(), Path(tempfile.mkdtemp()) / 'out.png');"
        "assert 'matplotlib.pyplot' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=Path(__file__).parents[2])


def test_the_lower_48_states_fill_the_main_frame_and_the_rest_are_insets() -> None:
    layer = load_layer("us-counties")
    main, insets = choose_frames(layer.geometry, np.ones(len(layer), dtype=bool))
    assert len(main.unit_ix) == 3108  # counties of the 48 states and DC, 2018
    assert [{layer.parent_name[ix] for ix in frame.unit_ix} for frame in insets[:2]] == [{"Alaska"}, {"Hawaii"}]
    assert "aea" in main.projection.definition


def test_land_that_is_not_used_gets_no_inset() -> None:
    layer = load_layer("us-counties")
    in_mainland = ~np.isin(layer.parent_name, ["Alaska", "Hawaii"]) & (layer.lat > 24)
    _, insets = choose_frames(layer.geometry, in_mainland)
    assert insets == []


def test_a_small_part_of_a_layer_gets_a_frame_of_its_own() -> None:
    layer = load_layer("us-counties")
    main, _ = choose_frames(layer.geometry, layer.parent_name == "California")
    assert main.east - main.west < 12


def test_units_on_both_sides_of_180_degrees_are_one_frame() -> None:
    west, east = grid_layer(1, 2, west=179.0), grid_layer(1, 2, west=-180.0)
    main, insets = choose_frames(np.concatenate([west.geometry, east.geometry]), np.ones(4, dtype=bool))
    assert insets == []
    assert main.east - main.west == pytest.approx(2)
    assert abs(main.center_lon) == pytest.approx(180)


def test_the_whole_earth_is_drawn_by_one_projection() -> None:
    layer = load_layer("world-countries")
    main, insets = choose_frames(layer.geometry, np.ones(len(layer), dtype=bool))
    assert insets == []
    assert "eqearth" in main.projection.definition


def test_a_name_stands_inside_its_territory_and_clear_of_others() -> None:
    """An L: the box of 4 by 2 fits into its foot only, and beside what is taken there."""
    shape = shapely.union_all([shapely.box(0, 0, 10, 3), shapely.box(0, 0, 2, 10)])
    number, place = find_place(shape, [(4.0, 2.0)], [Place(3.0, 1.5, 4.0, 2.0)]) or (-1, None)
    assert number == 0
    assert place is not None
    assert shape.contains(shapely.box(*place.box))
    assert place.x - 2 >= 5


def test_a_name_that_does_not_fit_is_set_smaller_or_left_out() -> None:
    shape = shapely.box(0, 0, 5, 5)
    number, _ = find_place(shape, [(6.0, 1.0), (4.0, 1.0)], []) or (-1, None)
    assert number == 1
    assert find_place(shape, [(60.0, 10.0)], []) is None


@pytest.mark.parametrize(("metres", "rounded"), [(1.0, 1.0), (99.0, 50.0), (199_999.0, 100_000.0), (2e6, 2e6)])
def test_scale_bars_have_round_lengths(metres: float, rounded: float) -> None:
    assert round_length(metres) == rounded
