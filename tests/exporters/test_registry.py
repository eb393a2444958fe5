"""What holds for every format."""

from __future__ import annotations

import errno
from pathlib import Path

import numpy as np
import pytest

from territorymap.errors import Cancelled, UserError
from territorymap.exporters import formats
from territorymap.exporters.registry import Exporter, ExportOptions, export, list_exporters, list_names
from territorymap.exporters.staging import staged
from territorymap.exporters.tables import Column, plain_number, with_unique_names
from tests.exporters.small_plan import compared_view, small_view


def find_named(name: str) -> Exporter:
    return next(exporter for exporter in list_exporters() if exporter.name == name)


def test_the_formats_are_those_of_the_modules() -> None:
    modules = sorted(path.stem for path in Path(formats.__path__[0]).glob("[a-z]*.py"))
    assert list_names() == modules
    assert {"csv", "fgb", "geojson", "gpkg", "html", "kml", "png", "shp", "topojson"} <= set(modules)
    assert [exporter.name for exporter in list_exporters()] == modules
    assert all(exporter.label() for exporter in list_exporters())


@pytest.mark.parametrize("name", list_names())
def test_a_cancelled_export_leaves_the_old_file(tmp_path: Path, name: str) -> None:
    path = tmp_path / f"out.{find_named(name).extension}"
    path.write_bytes(b"before")
    with pytest.raises(Cancelled):
        export(compared_view(), path, options=ExportOptions(is_cancelled=lambda: True), name=name)
    assert path.read_bytes() == b"before"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("name", list_names())
def test_an_old_file_is_replaced_whole_and_progress_ends_full(tmp_path: Path, name: str) -> None:
    path = tmp_path / f"out.{find_named(name).extension}"
    path.write_bytes(b"\x00stale" * 1_000_000)
    seen: list[tuple[int, int]] = []
    options = ExportOptions(progress=lambda done, total: seen.append((done, total)))
    export(compared_view(), path, options=options, name=name)
    assert b"\x00stale" not in path.read_bytes()
    assert list(tmp_path.iterdir()) == [path]
    assert seen[-1][0] == seen[-1][1]


@pytest.mark.parametrize(
    ("name", "message"), [("out.xyz", "no export to .xyz"), ("out", "no extension"), ("no/out.csv", "no folder")]
)
def test_a_place_that_cannot_be_is_told(tmp_path: Path, name: str, message: str) -> None:
    with pytest.raises(UserError, match=message) as caught:
        export(small_view(), tmp_path / name)
    assert caught.value.hint


def test_a_folder_of_that_name_is_told(tmp_path: Path) -> None:
    (tmp_path / "out.csv").mkdir()
    with pytest.raises(UserError, match="is a folder"):
        export(small_view(), tmp_path / "out.csv")


def test_content_that_a_format_lacks_is_told(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="cannot hold 'reps'") as caught:
        export(small_view(), tmp_path / "out.csv", "reps")
    assert "units, accounts, territories" in caught.value.hint


def test_a_full_disk_is_told_and_nothing_is_left(tmp_path: Path) -> None:
    def fill_the_disk() -> None:
        with staged(tmp_path / "out.csv") as partial:
            partial.write_text("half")
            raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(UserError, match="disk is full"):
        fill_the_disk()
    assert not list(tmp_path.iterdir())


def test_a_name_that_is_taken_gets_a_number() -> None:
    """SQLite does not tell upper from lower case, and fid and geom are its own."""
    names = ["territory", "Territory", "fid", "geom", "territory_2"]
    columns = with_unique_names([Column(name, np.zeros(1)) for name in names])
    assert [column.name for column in columns] == ["territory", "Territory_2", "fid_2", "geom_2", "territory_2_2"]


@pytest.mark.parametrize(
    ("value", "written"),
    [(3.0, 3), (0.1 + 0.2, 0.3), (-2.5, -2.5), (float("nan"), None), (float("inf"), None), (1e300, 1e300)],
)
def test_numbers_are_written_as_people_would(value: float, written: object) -> None:
    assert plain_number(value) == written


@pytest.mark.parametrize("name", list_names())
def test_an_export_that_is_broken_off_by_the_keyboard_leaves_nothing(tmp_path: Path, name: str) -> None:
    def stop(done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        export(
            compared_view(),
            tmp_path / f"out.{find_named(name).extension}",
            name=name,
            options=ExportOptions(progress=stop),
        )
    assert list(tmp_path.iterdir()) == []
