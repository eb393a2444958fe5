"""export: every format of the plan, and the way back in."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pyogrio
import pytest
import shapely
from PIL import Image

from territorymap.cli.handover import shown_progress
from territorymap.session.session import Session
from tests.cli.test_edits import holders


@pytest.mark.parametrize("extension", ["geojson", "gpkg", "csv", "html", "png"])
def test_every_format_is_written(tmp_path: Path, plan: Path, run: Any, extension: str) -> None:
    out = tmp_path / "out" / f"plan.{extension}"
    out.parent.mkdir()
    result = run("export", plan, out)
    assert result.exit_code == 0, result.stderr
    assert out.stat().st_size > 0
    assert list(out.parent.iterdir()) == [out]


def test_exported_units_come_in_again_as_an_alignment(tmp_path: Path, plan: Path, grid: Path, run: Any) -> None:
    out, again = tmp_path / "units.csv", tmp_path / "again.gpkg"
    run("export", plan, out, "--what", "units")
    made = run("new", again, "--units-file", grid, "--alignment", out)
    assert made.exit_code == 0, made.stderr
    assert holders(again) == holders(plan)


@pytest.mark.parametrize("extension", ["geojson", "gpkg"])
def test_exported_units_come_in_again_as_a_unit_layer(tmp_path: Path, plan: Path, run: Any, extension: str) -> None:
    out, again = tmp_path / f"units.{extension}", tmp_path / "again.gpkg"
    run("export", plan, out, "--what", "units")
    made = run("new", again, "--units-file", out, "--code", "unit_code", "--name", "unit_name")
    assert made.exit_code == 0, made.stderr
    with Session.open(plan, read_only=True) as before, Session.open(again, read_only=True) as after:
        assert list(after.plan.units.code) == list(before.plan.units.code)
        assert shapely.equals(shapely.normalize(after.geometry), shapely.normalize(before.geometry)).all()


def test_exported_accounts_come_in_again_without_a_change(tmp_path: Path, plan: Path, run: Any, ask: Any) -> None:
    out = tmp_path / "accounts.csv"
    run("export", plan, out, "--what", "accounts")
    told = ask("import", "accounts", plan, out, "--key", "account_key", "--map", "skip=workload_h")
    assert (told["read"], told["imported"], told["rejected"]) == (6, 6, [])
    assert told["added"] == 0


def test_exported_territories_are_shapes_for_gdal(tmp_path: Path, plan: Path, run: Any) -> None:
    out = tmp_path / "plan.geojson"
    run("export", plan, out)
    frame = pyogrio.read_dataframe(out).set_index("territory")
    assert frame.loc["West", "units"] == 4
    assert frame.geometry["West"].area == pytest.approx(4)


def test_a_picture_has_the_size_asked_for(tmp_path: Path, plan: Path, run: Any) -> None:
    out = tmp_path / "plan.png"
    run("export", plan, out, "--size", "800x600")
    with Image.open(out) as image:
        assert image.size == (800, 600)


def test_a_byte_order_mark_is_written_when_asked_for(tmp_path: Path, plan: Path, run: Any) -> None:
    out = tmp_path / "plan.csv"
    run("export", plan, out, "--bom")
    assert out.read_bytes().startswith(b"\xef\xbb\xbfunit_code")


def test_an_export_replaces_no_plan(tmp_path: Path, plan: Path, refused: Any) -> None:
    other = tmp_path / "other.gpkg"
    shutil.copy(plan, other)
    before = other.read_bytes()
    assert "plan itself" in refused("export", plan, plan)[0]
    assert "is a plan" in refused("export", plan, other)[0]
    assert other.read_bytes() == before


def test_an_export_changes_nothing_in_the_plan(tmp_path: Path, plan: Path, run: Any) -> None:
    before = plan.read_bytes()
    run("export", plan, tmp_path / "out.png")
    assert plan.read_bytes() == before


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (["out.xyz"], ".xyz"),
        (["no/out.csv"], "folder"),
        (["out.png", "--size", "wide"], "'wide'"),
        (["out.csv", "--what", "reps"], "reps"),
    ],
)
def test_what_cannot_be_written_is_named(
    tmp_path: Path, plan: Path, refused: Any, arguments: list[str], named: str
) -> None:
    assert named in refused("export", plan, tmp_path / arguments[0], *arguments[1:])[0]


def test_a_measure_with_an_awkward_name_reaches_every_format(tmp_path: Path, grid: Path, run: Any) -> None:
    accounts = tmp_path / "accounts.csv"
    accounts.write_text('key,name,lon,lat,"Fid","=Umsatz, €"\nk1,A,0.5,0.5,1,2\nk2,B,1.5,0.5,3,4\n', encoding="utf-8")
    path = tmp_path / "plan.gpkg"
    made = run("new", path, "--units-file", grid, "--accounts", accounts, "--territories", 1)
    assert made.exit_code == 0, made.stderr
    for extension in ("csv", "geojson", "gpkg", "png", "html"):
        result = run("export", path, tmp_path / f"out.{extension}")
        assert result.exit_code == 0, result.stderr
    names = set(json.loads((tmp_path / "out.geojson").read_text(encoding="utf-8"))["features"][0]["properties"])
    assert {"Fid_2", "=Umsatz, €"} <= names
    assert "'=Umsatz, €" in (tmp_path / "out.csv").read_text(encoding="utf-8").splitlines()[0]


def test_several_formats_in_one_go_each_by_its_own_name(tmp_path: Path, plan: Path, run: Any) -> None:
    """Several formats end in .zip: which is meant is said; what is named and fits no file is told."""
    outs = [tmp_path / "gis.zip", tmp_path / "units.geojson", tmp_path / "map.kml"]
    told = run("export", plan, *outs, "--format", "shp", "--set", "decimals=4")
    assert told.exit_code == 0
    assert all(out.exists() for out in outs)
    refused = run("export", plan, tmp_path / "x.zip")
    assert refused.exit_code == 2
    assert "Several formats end in .zip" in refused.stderr
    assert "shp" in refused.stderr
    refused = run("export", plan, tmp_path / "x.csv", "--format", "kml")
    assert refused.exit_code == 2
    assert "No file ends in .kml" in refused.stderr
    assert not (tmp_path / "x.csv").exists()


def test_formats_are_listed_with_what_can_be_set(run: Any, ask: Any) -> None:
    told = {row["name"]: row for row in ask("formats")["formats"]}
    assert told["shp"]["extension"] == "zip"
    assert {"name": "decimals", "kind": "number"}.items() <= told["geojson"]["choices"][0].items()
    text = run("formats").stdout
    assert "salesforce (.zip)" in text
    assert "--set scope=all|changes" in text


def test_progress_is_shown_on_a_terminal_and_wiped_away(monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    clock = iter([0.0, 0.5, 2.0, 3.0])
    monkeypatch.setattr("territorymap.cli.handover.time.monotonic", lambda: next(clock))
    monkeypatch.setattr("sys.stderr.isatty", lambda: True, raising=False)
    with shown_progress("Writing out.kml") as tell:
        tell(1, 10)  # the first second shows nothing
        tell(5, 10)
        tell(10, 10)
    seen = capsys.readouterr().err.split("\r")
    assert [part.strip() for part in seen] == ["", "Writing out.kml: 50 %", "Writing out.kml: 100 %", "", ""]


def test_names_and_revenue_are_left_out_when_asked_for(tmp_path: Path, plan: Path, run: Any, refused: Any) -> None:
    open_, hidden = tmp_path / "open.csv", tmp_path / "hidden.csv"
    assert run("export", plan, open_, "--what", "accounts").exit_code == 0
    done = run(
        "export", plan, hidden, "--what", "accounts", "--hide", "reps", "--hide", "accounts", "--hide", "revenue"
    )
    assert done.exit_code == 0, done.stderr
    before, after = open_.read_text("utf-8").splitlines(), hidden.read_text("utf-8").splitlines()
    assert len(before) == len(after)
    assert "revenue" in before[0].casefold()
    assert "revenue" not in after[0].casefold()
    assert after[1].split(",")[:2] == ["", "Account 1"]
    said, hint = refused("export", plan, tmp_path / "x.csv", "--hide", "shoes")
    assert "'shoes' cannot be hidden" in said
    assert "reps, accounts, revenue, pay" in hint
