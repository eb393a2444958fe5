"""new: every source of a plan, and no file where something is wrong."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyogrio
import pytest

from territorymap.resources import shipped
from territorymap.session.session import Session


def test_a_plan_of_a_shipped_layer_with_empty_territories(tmp_path: Path, ask: Any) -> None:
    made = ask("new", tmp_path / "states.gpkg", "--units", "us-states", "--territories", 3, "--title", "Next year")
    assert (made["units"], made["territories"]) == (56, 3)
    with Session.open(tmp_path / "states.gpkg", read_only=True) as session:
        assert [t.name for t in session.plan.territories] == ["Territory 1", "Territory 2", "Territory 3"]
        assert session.plan.info.title == "Next year"
        assert {m.name for m in session.plan.measures} >= {"population", "labour_force"}


def test_measures_of_a_shipped_layer_can_be_chosen(tmp_path: Path, run: Any, ask: Any) -> None:
    path = tmp_path / "states.gpkg"
    assert run("new", path, "--units", "us-states", "--unit-measures", "population").exit_code == 0
    assert ask("balance", path)["measures"] == ["accounts", "units", "workload_h", "population"]


def test_a_plan_of_a_boundary_file_with_its_measures(tmp_path: Path, grid: Path, run: Any, ask: Any) -> None:
    path = tmp_path / "plan.gpkg"
    options = ["--code", "code", "--name", "name", "--unit-measures", "households"]
    assert run("new", path, "--units-file", grid, *options).exit_code == 0
    assert "households" in ask("balance", path)["measures"]
    with Session.open(path, read_only=True) as session:
        assert list(session.plan.units.name[:2]) == ["Square A1", "Square A2"]


def test_the_new_plan_is_a_geopackage_for_gdal(plan: Path) -> None:
    layers = {name for name, kind in pyogrio.list_layers(plan) if kind}
    assert {"unit", "account", "rep", "territory"} <= layers


def test_an_alignment_with_unknown_codes_and_doubles_lists_them(tmp_path: Path, grid: Path, run: Any, ask: Any) -> None:
    """Row 4 names a square that is not there, row 6 gives A1 away a second time."""
    path = tmp_path / "list.csv"
    path.write_text("unit_code,territory,rep\nA1,West,Ada\nA2,West,Ada\nZ9,West,Ada\nB1,East,Bo\nA1,East,Bo\n")
    told = ask("new", tmp_path / "a.gpkg", "--units-file", grid, "--alignment", path)
    assert told["territories"] == 2
    assert [row["row"] for row in told["alignment"]["rejected"]] == [4, 6]
    assert "Z9" in told["alignment"]["rejected"][0]["reason"]
    result = run("new", tmp_path / "b.gpkg", "--units-file", grid, "--alignment", path)
    assert "row 4: The plan has no unit Z9." in result.stderr
    with Session.open(tmp_path / "b.gpkg", read_only=True) as session:
        assert [rep.name for rep in session.plan.reps] == ["Ada", "Bo"]
        assert [session.plan.rep_of(ix).name for ix in (0, 1)] == ["Ada", "Bo"]  # type: ignore[union-attr]


def test_reps_and_alignment_meet_by_name(plan: Path) -> None:
    with Session.open(plan, read_only=True) as session:
        ada = session.plan.rep_of(0)
        assert ada is not None
        assert (ada.name, ada.capacity_h, ada.lon) == ("Ada", 300, 0.5)
        assert len(session.plan.reps) == 2


def test_an_existing_file_is_never_replaced(tmp_path: Path, grid: Path, refused: Any) -> None:
    path = tmp_path / "plan.gpkg"
    path.write_bytes(b"mine")
    assert "already a file plan.gpkg" in refused("new", path, "--units-file", grid)[0]
    assert path.read_bytes() == b"mine"


BAD = [
    (["--units", "us-county"], "'us-county'", "us-counties"),
    ([], "units", "--units-file"),
    (["--units", "us-states", "--units-file", "GRID"], "one way", "--units"),
    (["--units", "us-states", "--code", "x"], "--code", "--units-file"),
    (["--units", "us-states", "--unit-measures", "populaton"], "populaton", "population"),
    (["--units-file", "GRID", "--code", "nope"], "nope", "code"),
    (["--units-file", "GRID", "--territories", "2", "--alignment", "GRID"], "not both", "assign"),
    (["--units-file", "no.shp"], "no.shp", ""),
    (["--units-file", "GRID", "--accounts", "no.csv"], "no.csv", ""),
    (["--units-file", "GRID", "--reps", "no.csv"], "no.csv", ""),
    (["--units-file", "GRID", "--alignment", "no.csv"], "no.csv", ""),
    (["--units-file", "GRID", "--territories", "-1"], "-1", "--help"),
    (["--units-file", "GRID", "--territories", "1000000"], "1000000", "2000"),
]


@pytest.mark.parametrize(("options", "named", "hint"), BAD)
def test_what_cannot_be_is_named_and_no_file_is_left(
    tmp_path: Path, grid: Path, refused: Any, options: list[str], named: str, hint: str
) -> None:
    before = set(tmp_path.iterdir())
    told, advice = refused("new", tmp_path / "plan.gpkg", *(str(grid) if o == "GRID" else o for o in options))
    assert named in told
    assert hint in advice
    assert set(tmp_path.iterdir()) == before


@pytest.mark.parametrize(("name", "named"), [("plan.csv", ".gpkg"), ("no/plan.gpkg", "folder")])
def test_a_place_that_cannot_be_is_named(tmp_path: Path, grid: Path, refused: Any, name: str, named: str) -> None:
    assert named in refused("new", tmp_path / name, "--units-file", grid)[0]


def test_the_sample_files_make_a_plan_with_every_row_used(tmp_path: Path, run: Any, ask: Any) -> None:
    """4,910 accounts on 3,233 counties, as resources/sample/README.md tells; 449 ZIP codes had lost a zero."""
    sample = shipped("resources", "sample")
    path = tmp_path / "sample.gpkg"
    sources = [
        "--alignment",
        sample / "alignment.csv",
        "--accounts",
        sample / "accounts.csv",
        "--reps",
        sample / "reps.csv",
    ]
    told = ask("new", path, "--units", "us-counties", *sources)
    assert (told["accounts"]["read"], told["accounts"]["imported"]) == (4910, 4910)
    assert told["accounts"]["located"]["none"] == 0
    answer = ask("balance", path)
    held = sum(row["n_accounts"] for row in answer["territories"])
    assert held + answer["plan"]["unassigned_accounts"] == 4910
    assert sum(row["totals"]["Sales"] for row in answer["territories"]) == pytest.approx(2_297_200.86, abs=1)
    assert all(row["rep"] for row in answer["territories"])
