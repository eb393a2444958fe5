"""new --units-file: several files, layers, systems, repair, coarser units; what is printed and refused."""

from __future__ import annotations

import csv
import json
import zipfile
from pathlib import Path
from typing import Any

import pyogrio
import pytest
import shapely

from territorymap.session.session import Session
from tests.importers.boundary_files import frame, write_shapefile
from tests.importers.files import feature, point, square, write_geojson


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    """A and B overlap by a tenth, C is a point."""
    features = [feature(square(0, 0, 1.1), code="A", st="x"), feature(square(1, 0), code="B", st="x")]
    return write_geojson(tmp_path / "broken.geojson", [*features, feature(point(0, 0), code="C", st="y")])


def test_faults_are_counted_and_left_unless_repair_is_asked_for(
    tmp_path: Path, broken: Path, run: Any, ask: Any
) -> None:
    told = ask("new", tmp_path / "a.gpkg", "--units-file", broken)["boundaries"]
    assert (told["read"], told["units"], told["rejected"], told["repair_m"]) == (3, 2, 1, None)
    assert told["found"] == told["left"] == {"overlap": {"count": 1, "km2": pytest.approx(1236, rel=0.01)}}
    told = ask("new", tmp_path / "b.gpkg", "--units-file", broken, "--repair", 2.5)["boundaries"]
    assert (told["repair_m"], told["found"]["overlap"]["count"], told["left"]) == (2.5, 1, {})
    shapes = shapely.from_wkb(pyogrio.raw.read(tmp_path / "b.gpkg", layer="unit")[2])
    assert shapely.coverage_is_valid(shapes)
    result = run("new", tmp_path / "c.gpkg", "--units-file", broken)
    assert "note: 1 overlap, 1,236" in result.stderr
    assert "left as found" in result.stderr
    assert "--repair 1 mends them" in result.stderr
    assert "row 3 is no unit: The feature is a point, not an area." in result.stdout


def test_rows_that_are_no_units_are_saved_with_their_cells(tmp_path: Path, broken: Path, run: Any) -> None:
    out = tmp_path / "left.csv"
    assert run("new", tmp_path / "a.gpkg", "--units-file", broken, "--unit-rejects", out).exit_code == 0
    with out.open(encoding="utf-8-sig", newline="") as stream:
        (row,) = csv.DictReader(stream)
    assert (row["Row"], row["code"], row["Reason"]) == ("3", "C", "The feature is a point, not an area.")


def test_several_files_make_one_plan_and_colliding_codes_are_told(tmp_path: Path, ask: Any) -> None:
    paths = [
        write_geojson(tmp_path / f"{name}.geojson", [feature(square(x + i, 0), code=f"{i}") for i in range(2)])
        for name, x in (("east", 4), ("west", 0))
    ]
    files = [part for path in paths for part in ("--units-file", path)]
    told = ask("new", tmp_path / "a.gpkg", *files)
    assert (told["units"], told["boundaries"]["same_code_in_files"]) == (2, ["0", "1"])
    told = ask("new", tmp_path / "b.gpkg", *files, "--keep-apart")
    assert (told["units"], told["boundaries"]["same_code_in_files"]) == (4, [])
    assert [f["name"] for f in told["boundaries"]["files"]] == ["east.geojson", "west.geojson"]


def test_a_layer_a_member_and_a_system_can_be_named(tmp_path: Path, ask: Any) -> None:
    database = tmp_path / "x.gdb"
    pyogrio.write_dataframe(frame(), database, driver="OpenFileGDB", layer="one")
    pyogrio.write_dataframe(frame(25833).iloc[:3], database, driver="OpenFileGDB", layer="two", append=True)
    assert ask("new", tmp_path / "a.gpkg", "--units-file", database, "--layer", "two")["units"] == 3
    path = write_shapefile(tmp_path / "s", frame(25833), "cp1252", None)
    path.with_suffix(".prj").unlink()
    archive = tmp_path / "z.zip"
    with zipfile.ZipFile(archive, "w") as out:
        out.writestr("other.geojson", json.dumps(square(0, 0)))
        for part in path.parent.iterdir():
            out.write(part, part.name)
    options = ["--member", "kreise.shp", "--crs", "EPSG:25833", "--encoding", "cp1252"]
    told = ask("new", tmp_path / "b.gpkg", "--units-file", archive, *options)
    assert told["boundaries"]["files"] == [{"name": "z.zip/kreise.shp", "crs": "EPSG:25833", "swapped": False}]
    assert told["boundaries"]["countries"] == {"DE": 2, "PL": 2}
    with Session.open(tmp_path / "b.gpkg", read_only=True) as session:
        assert list(session.plan.units.code) == ["01", "02", "03", "04"]
        assert session.plan.units.name[0] == "Öst"


def test_coarser_units_with_summed_measures(tmp_path: Path, ask: Any) -> None:
    cells = [feature(square(i, 0), code=str(i), land="ab"[i // 2], people=i) for i in range(4)]
    path = write_geojson(tmp_path / "x.geojson", cells)
    options = ["--dissolve", "land", "--unit-measures", "people", "--code", "code"]
    assert ask("new", tmp_path / "a.gpkg", "--units-file", path, *options)["units"] == 2
    with Session.open(tmp_path / "a.gpkg", read_only=True) as session:
        assert list(session.plan.units.code) == ["a", "b"]
        assert [list(values) for values in session.plan.units.values.values()] == [[1.0, 5.0]]


def test_latitude_first_can_be_said(tmp_path: Path, ask: Any) -> None:
    ring = [[51, 13], [52, 13], [52, 14], [51, 14], [51, 13]]
    path = write_geojson(tmp_path / "x.geojson", [feature({"type": "Polygon", "coordinates": [ring]}, code="A")])
    doubted = ask("new", tmp_path / "a.gpkg", "--units-file", path)["boundaries"]
    assert "may be the other way round" in doubted["notes"][0]
    told = ask("new", tmp_path / "b.gpkg", "--units-file", path, "--swap-xy")["boundaries"]
    assert (told["files"][0]["swapped"], told["countries"]) == (True, {"DE": 1})


REFUSED = [
    (["--units", "us-states", "--repair", "1"], "--repair is for boundary files", "--units-file"),
    (["--units", "us-states", "--crs", "EPSG:4326", "--keep-apart"], "--crs, --keep-apart", "--units-file"),
    (["--units-file", "BROKEN", "--layer", "nope"], "no layer named nope", "broken"),
    (["--units-file", "BROKEN", "--crs", "EPSG:99"], "no coordinate system EPSG:99", "EPSG:25832"),
    (["--units-file", "BROKEN", "--encoding", "klingon"], "no encoding klingon", "cp1251"),
    (["--units-file", "BROKEN", "--dissolve", "nope"], "no column named nope", "code, st"),
    (["--units-file", "BROKEN", "--repair", "-1"], "-1", "--help"),
    (["--units-file", "BROKEN", "--units-file", "no.shp"], "no.shp", "Check that"),
    (["--units-file", "METRES"], "does not say which coordinate system", "EPSG:25833"),
]


@pytest.mark.parametrize(("options", "named", "hint"), REFUSED)
def test_what_cannot_be_is_one_line_with_a_hint_and_leaves_no_file(
    tmp_path: Path, broken: Path, refused: Any, options: list[str], named: str, hint: str
) -> None:
    metres = write_shapefile(tmp_path / "s", frame(25833))
    metres.with_suffix(".prj").unlink()
    given = [{"BROKEN": str(broken), "METRES": str(metres)}.get(option, option) for option in options]
    told, advice = refused("new", tmp_path / "plan.gpkg", *given)
    assert named in told
    assert hint in advice
    assert not (tmp_path / "plan.gpkg").exists()
