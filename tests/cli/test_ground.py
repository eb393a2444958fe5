"""cut and join: each one step, each mistake named."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from territorymap.session.session import Session


def geojson(path: Path, kind: str, coordinates: Any) -> Path:
    geometry = {"type": kind, "coordinates": coordinates}
    path.write_text(json.dumps({"type": "Feature", "properties": {}, "geometry": geometry}), encoding="utf-8")
    return path


def holders(plan: Path) -> dict[str, str]:
    """Return territory name by unit code; "" = unassigned."""
    with Session.open(plan, read_only=True) as session:
        names = [*(t.name for t in session.plan.territories), ""]
        pairs = zip(session.plan.units.code, session.plan.unit_territory, strict=True)
        return {str(code): names[ix] for code, ix in pairs}


def test_a_line_cuts_units_and_check_is_content(plan: Path, tmp_path: Path, run: Any, ask: Any) -> None:
    path = geojson(tmp_path / "line.geojson", "LineString", [[0.25, -1], [0.25, 2.5]])
    result = run("cut", plan, "--line", path)
    assert result.exit_code == 0
    assert result.stdout.splitlines() == ["2 units cut: A1, B1.", "4 parts made: A1-a, A1-b, B1-a, B1-b."]
    assert "note: Square C1 (C1) stays whole: the line ends inside it." in result.stderr
    assert holders(plan)["A1-b"] == "West"
    assert run("check", plan).exit_code == 0
    assert run("undo", plan).stdout == "Undone: Cut 2 units\n"
    assert "A1" in holders(plan)


def test_a_polygon_gives_its_inside_to_a_territory(plan: Path, tmp_path: Path, ask: Any) -> None:
    path = geojson(tmp_path / "area.geojson", "Polygon", [[[1.5, -1], [2.5, -1], [2.5, 0.5], [1.5, 0.5], [1.5, -1]]])
    answer = ask("cut", plan, "--polygon", path, "--territory", "East")
    assert answer == {"cut": ["A2", "A3"], "parts": ["A2-a", "A2-b", "A3-a", "A3-b"], "notes": []}
    assert holders(plan)["A2-b"] == "East"
    assert holders(plan)["A2-a"] == "West"


def test_parts_are_joined(plan: Path, tmp_path: Path, run: Any, ask: Any) -> None:
    path = geojson(tmp_path / "line.geojson", "LineString", [[0.25, -1], [0.25, 1.5]])
    run("cut", plan, "--line", path)
    assert run("join", plan, "--units", "A1-a,A1-b").stdout == "Join the parts of Square A1 (A1).\n"
    assert holders(plan)["A1"] == "West"
    run("undo", plan)
    answer = ask("join", plan, "--units", "A1-b", "--territory", "West")
    assert answer == {"joined": ["A1"], "parts": ["A1-a", "A1-b"], "notes": []}


def test_an_alignment_and_a_layer_with_parts_make_the_same_plan(plan: Path, tmp_path: Path, run: Any) -> None:
    path = geojson(tmp_path / "line.geojson", "LineString", [[0.25, -1], [0.25, 5]])
    run("cut", plan, "--line", path, "--territory", "East")
    for name in ("units.csv", "units.geojson"):
        assert run("export", plan, tmp_path / name, "--what", "units").exit_code == 0
    again = tmp_path / "again.gpkg"
    made = run(
        "new", again, "--units-file", tmp_path / "units.geojson", "--code", "unit_code", "--name", "unit_name",
        "--alignment", tmp_path / "units.csv",
    )  # fmt: skip
    assert made.exit_code == 0, made.stderr
    assert holders(again) == holders(plan)
    assert run("check", again).exit_code == 0
    assert run("join", again, "--units", "A1-a").stdout == "Join the parts of Square A1 (A1).\n"
    assert holders(again)["A1"] == "West"


@pytest.mark.parametrize(
    ("content", "what"),
    [
        ("{", "is not GeoJSON"),
        ('{"type": "Point", "coordinates": [1, 2]}', "holds no lines"),
        ('{"type": "FeatureCollection", "features": []}', "holds no lines"),
        ('{"type": "LineString", "coordinates": [[500000, 1], [500001, 2]]}', "is not in longitude and latitude"),
    ],
)
def test_a_file_that_is_no_line_is_refused(plan: Path, tmp_path: Path, refused: Any, content: str, what: str) -> None:
    before = plan.read_bytes()
    (tmp_path / "line.geojson").write_text(content, encoding="utf-8")
    assert what in refused("cut", plan, "--line", tmp_path / "line.geojson")[0]
    assert "cannot be opened" in refused("cut", plan, "--line", tmp_path / "none.geojson")[0]
    assert "in one way" in refused("cut", plan)[0]
    assert plan.read_bytes() == before


def test_the_unit_layer_is_changed_and_what_changed_is_listed(plan: Path, tmp_path: Path, run: Any, ask: Any) -> None:
    """Columns of the grid become units: A..D lie below each other, so column 1 is half West, half North."""
    features = [
        {
            "type": "Feature",
            "properties": {"code": f"K{x + 1}"},
            "geometry": {"type": "Polygon", "coordinates": [[[x, 0], [x + 1, 0], [x + 1, 3], [x, 3], [x, 0]]]},
        }
        for x in range(4)
    ]
    path = tmp_path / "columns.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
    before = plan.read_bytes()
    facts = ask("relayer", plan, "--units-file", path, "--code", "code", "--by", "area", "--dry-run")
    assert plan.read_bytes() == before
    assert (facts["units_before"], facts["units_after"]) == (16, 4)
    assert facts["no_successor"] == ["D1", "D2", "D3", "D4"]
    assert facts["accounts_in_no_unit"] == ["k5"]
    result = run("relayer", plan, "--units-file", path, "--code", "code")
    assert result.exit_code == 0, result.stderr
    assert "16 units become 4 units." in result.stdout
    assert "Split: " in result.stdout
    assert holders(plan) == {"K1": "West", "K2": "West", "K3": "East", "K4": "East"}
    assert run("check", plan).exit_code == 0
    assert run("undo", plan).exit_code == 0
    assert len(holders(plan)) == 16


def test_relayer_wants_one_layer(plan: Path, refused: Any) -> None:
    assert "in one way" in refused("relayer", plan)[0]
    assert "no unit layer named" in refused("relayer", plan, "--units", "moon")[0]
