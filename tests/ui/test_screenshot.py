"""The picture of the window, as `territorymap screenshot` and `make run` without a display take it."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from territorymap.errors import UserError
from territorymap.ui.screenshot import take_screenshot


def test_the_picture_has_the_size_and_the_territories_in_their_colours(
    qtbot: QtBot, qapp: QApplication, plan: Path, tmp_path: Path
) -> None:
    from territorymap.session.session import Session

    before = plan.read_bytes()
    with Session.open(plan, read_only=True) as session:
        colours = {territory.color for territory in session.plan.territories}
    out = tmp_path / "out.png"
    take_screenshot(plan, out, 1200, 800)
    image = QImage(str(out))
    assert (image.width(), image.height()) == (1200, 800)
    map_part = {image.pixelColor(x, y).name() for x in range(20, 600, 6) for y in range(80, 500, 6)}
    assert len(map_part) > 5
    swatches = {image.pixelColor(x, y).name() for x in range(600, 1200, 2) for y in range(60, 400, 2)}
    assert colours <= swatches
    assert plan.read_bytes() == before


def test_a_place_that_cannot_be_written_is_an_error(
    qtbot: QtBot, qapp: QApplication, plan: Path, tmp_path: Path
) -> None:
    with pytest.raises(UserError, match="could not be written"):
        take_screenshot(plan, tmp_path / "no folder" / "out.png", 900, 600)
