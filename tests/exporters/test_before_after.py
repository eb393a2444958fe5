"""The picture with the maps before and after: its pixels, and what it says without a baseline."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from territorymap.errors import UserError
from territorymap.exporters.registry import ExportOptions, export
from tests.exporters.small_plan import against, small_view

WEST, EAST = (0x88, 0xCC, 0xEE), (0xDD, 0xCC, 0x77)
SIZE = ExportOptions({"width": 1000, "height": 600})


def colors(picture: Image.Image) -> dict[tuple[int, int, int], int]:
    found = picture.convert("RGB").getcolors(maxcolors=10**6)
    assert found is not None
    return {color: n for n, color in found}


def test_the_scenario_before_is_at_the_left_and_the_one_after_at_the_right(tmp_path: Path) -> None:
    """Before, all squares were East's; now the western half is West's and a column East's."""
    view = small_view()
    before = against(view, np.full(len(view.plan.units), 1, dtype=np.int32))
    path = export(
        dataclasses.replace(view, comparison=before), tmp_path / "both.png", options=SIZE, name="before_after"
    )
    with Image.open(path) as picture:
        assert picture.size == (1000, 600)
        left, right = (colors(picture.crop((at * 500, 0, at * 500 + 500, 600))) for at in (0, 1))
    assert left.get(EAST, 0) > 10_000
    assert left.get(WEST, 0) == 0
    assert right.get(WEST, 0) > 5_000
    assert right.get(EAST, 0) > 2_000


def test_an_upright_picture_has_one_above_the_other(tmp_path: Path) -> None:
    view = small_view()
    before = against(view, np.full(len(view.plan.units), 1, dtype=np.int32))
    options = ExportOptions({"width": 600, "height": 1000})
    path = export(
        dataclasses.replace(view, comparison=before), tmp_path / "both.png", options=options, name="before_after"
    )
    with Image.open(path) as picture:
        assert colors(picture.crop((0, 0, 600, 500))).get(WEST, 0) == 0
        assert colors(picture.crop((0, 500, 600, 1000))).get(WEST, 0) > 5_000


def test_without_a_baseline_it_says_so_and_leaves_no_file(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="no baseline"):
        export(small_view(), tmp_path / "both.png", options=SIZE, name="before_after")
    assert list(tmp_path.iterdir()) == []
