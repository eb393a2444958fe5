"""The pictures of README and the help: each that is named is there, is made by one command, and is kept small."""

from __future__ import annotations

import sys
from pathlib import Path

from territorymap.resources import shipped

ROOT = Path(__file__).parents[3]
sys.path.insert(0, str(ROOT / "tools"))

from picture_files import MADE, named_pictures  # noqa: E402

LARGEST = 420_000  # bytes; the wheel and the installer carry them


def test_what_is_named_is_made_and_nothing_else_is_there() -> None:
    there = {path.stem for path in shipped("resources", "pictures").glob("*.png")}
    assert there == set(MADE)
    assert named_pictures() == set(MADE)


def test_every_picture_has_a_part_that_writes_it() -> None:
    """The names stand in the parts; make_pictures.py itself fails where one is not made."""
    parts = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "tools").glob("*_pictures.py"))
    assert [name for name in MADE if f"{name}.png" not in parts] == []


def test_pictures_are_small() -> None:
    sizes = {path.name: path.stat().st_size for path in shipped("resources", "pictures").glob("*.png")}
    assert {name: size for name, size in sizes.items() if size > LARGEST} == {}
