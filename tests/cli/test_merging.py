"""The command merge: two copies, edited by the command line itself, and put together again."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
import shapely

from territorymap.session.merging import decide
from territorymap.session.session import Session
from tests.cli.test_process import start


@pytest.fixture
def copies(plan: Path, tmp_path: Path, run: Any) -> tuple[Path, Path]:
    """West has A1 A2 B1 B2, East A3 A4 B3 B4, North C and D; A2 goes to two territories, B1 and B4 to one each."""
    mine, theirs = tmp_path / "mine.gpkg", tmp_path / "theirs.gpkg"
    for path, moves in ((mine, ("East A2", "North B1")), (theirs, ("North A2", "North B4", "West D4"))):
        shutil.copy(plan, path)
        for move in moves:
            territory, unit = move.split()
            assert run("assign", path, "--territory", territory, "--units", unit).exit_code == 0
    return mine, theirs


def test_merge_as_a_process_prints_the_report_and_keeps_mine(copies, run):
    mine, theirs = copies
    before = theirs.read_bytes()
    done = start("merge", mine, theirs, "--json")
    assert done.returncode == 0
    assert done.stderr == ""
    assert json.loads(done.stdout) == {
        "taken_mine": 1,
        "taken_theirs": 2,
        "same": 0,
        "conflicts": [
            {
                "kind": "unit",
                "key": "A2",
                "field": "territory",
                "base": "West",
                "mine": "East",
                "theirs": "North",
            }
        ],
    }
    assert theirs.read_bytes() == before
    assert json.loads(run("check", mine, "--json").output)["problems"] == []
    again = json.loads(start("merge", mine, theirs, "--json").stdout)
    assert (again["taken_theirs"], again["same"], again["conflicts"]) == (0, 0, [])
    assert run("undo", mine).output == "Undone: Merge theirs.gpkg\n"


def test_merge_says_in_words_what_came_of_it(copies, run):
    mine, theirs = copies
    result = run("merge", mine, theirs, "--prefer", "theirs")
    assert result.exit_code == 0
    lines = result.output.splitlines()
    assert lines[:4] == [
        "changed here only       1",
        "taken from theirs.gpkg  2",
        "changed alike           0",
        "conflicts, left open    1",
    ]
    assert lines[-1].split() == ["Square", "A2", "(A2)", "territory", "West", "East", "North", *lines[-1].split()[-2:]]
    assert "brings nothing" in run("merge", mine, theirs).output


def test_merge_with_itself_or_no_plan_ends_with_two(copies, tmp_path, run):
    mine, _ = copies
    for other in (mine, tmp_path / "missing.gpkg", tmp_path):
        result = run("merge", mine, other)
        assert result.exit_code == 2
        assert result.stderr.startswith("error: ")
        assert "hint: " in result.stderr


def test_another_unit_layer_there_and_edits_here_leave_no_ground_twice(tmp_path, plan, grid, run):
    """Tom puts the plan on a layer where A2 is called X2; Mia gives A2 to East: one of the two squares stays."""
    mine, theirs = tmp_path / "mine.gpkg", tmp_path / "theirs.gpkg"
    layer = tmp_path / "renamed.geojson"
    layer.write_text(grid.read_text().replace('"A2"', '"X2"'))
    for path in (mine, theirs):
        shutil.copy(plan, path)
    assert run("relayer", theirs, "--units-file", layer, "--code", "code", "--name", "name").exit_code == 0
    assert run("assign", mine, "--territory", "East", "--units", "A2").exit_code == 0
    report = json.loads(run("merge", mine, theirs, "--json").output)
    assert [(c["key"], c["field"], c["mine"], c["theirs"]) for c in report["conflicts"]] == [
        ("A2", "parts", "whole", "0 parts"),
        ("X2", "parts", "0 parts", "whole"),
    ]
    with Session.open(mine) as session:
        codes = set(map(str, session.plan.units.code))
        assert {"A2", "X2"} & codes == {"A2"}
        assert shapely.area(session.geometry).sum() == pytest.approx(16)
        session.do(decide(session.plan, [session.plan.conflicts[0].uuid], "theirs"))
        codes = set(map(str, session.plan.units.code))
        assert {"A2", "X2"} & codes == {"X2"}
        assert shapely.area(session.geometry).sum() == pytest.approx(16)
        assert session.document.check() == []
