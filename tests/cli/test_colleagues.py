"""changes and extract on the plan of conftest; what is written is read by other libraries."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import openpyxl

from tests.cli.conftest import Run


def words(answer: dict[str, Any]) -> list[list[str]]:
    return [change["text"] for change in answer["changes"]]


def test_changes_tells_who_moved_what(plan: Path, ask: Any, run: Run) -> None:
    run("assign", plan, "--territory", "East", "--units", "A1,B1")
    run("override", plan, "--territory", "East", "--accounts", "k3", "--reason", "key account")
    run("undo", plan)
    told = ask("changes", plan)["changes"][-2:]
    assert told[0]["text"] == ["2 units: West → East (Square A1, Square B1)"]
    assert told[0]["changes"][0] == {
        "what": "unit",
        "change": "changed",
        "name": "Square A1",
        "key": "A1",
        "field": "territory_id",
        "before": "West",
        "after": "East",
        "reason": "",
    }
    assert told[1]["text"] == ["Gamma given to East by name: key account"]
    assert (told[1]["undone"], told[0]["undone"]) == (True, False)
    assert words(ask("changes", plan, "--account", "k3"))[-1] == ["Gamma given to East by name: key account"]
    assert words(ask("changes", plan, "--territory", "north", "--since", "2020-01-01")) == words(
        ask("changes", plan, "--territory", "North")
    )
    assert ask("changes", plan, "--until", "2020-01-01") == {"changes": []}
    assert run("changes", plan, "--until", "2020-01-01").stdout == "No step fits.\n"


def test_a_note_says_why(plan: Path, ask: Any, run: Run) -> None:
    run("assign", plan, "--territory", "East", "--units", "A1")
    n_steps = len(ask("history", plan)["steps"])
    ask("changes", plan, "--note", "nearer to Bo")
    steps = ask("changes", plan)["changes"]
    assert steps[-1]["note"] == "nearer to Bo"
    first = steps[0]["id"]
    ask("changes", plan, "--note", "for 2027", "--step", first)
    assert ask("changes", plan)["changes"][0]["note"] == "for 2027"
    assert len(ask("history", plan)["steps"]) == n_steps
    assert "nearer to Bo" in run("changes", plan).stdout


def test_the_log_is_written_to_files(plan: Path, run: Run, tmp_path: Path) -> None:
    run("assign", plan, "--territory", "East", "--units", "A1")
    for name in ("log.csv", "log.xlsx"):
        assert run("changes", plan, "--author", "nobody", "--out", tmp_path / name).exit_code == 2
        assert not (tmp_path / name).exists()
        assert run("changes", plan, "--territory", "East", "--out", tmp_path / name).exit_code == 0
    last = list(csv.reader((tmp_path / "log.csv").read_text("utf-8-sig").splitlines()))[-1]
    assert last[5:11] == ["Unit", "A1", "Square A1", "territory", "West", "East"]
    sheet = openpyxl.load_workbook(tmp_path / "log.xlsx").active
    assert [cell.value for cell in list(sheet.rows)[-1]][5:11] == last[5:11]
    refused = run("changes", plan, "--out", tmp_path / "log.pdf")
    assert "neither .csv nor .xlsx" in refused.stderr


def test_what_is_not_known_is_named(plan: Path, run: Run) -> None:
    for option, value, said in (
        ("--territory", "Wset", "Did you mean West?"),
        ("--account", "k99", "Give the account's key"),
        ("--scenario", "Bold", "No scenario is or was called 'Bold'"),
        ("--since", "yesterday", "year-month-day"),
    ):
        result = run("changes", plan, option, value)
        assert result.exit_code == 2
        assert said in result.stderr
    assert "--step needs a note" in run("changes", plan, "--step", "3").stderr
    assert "no step 99" in run("changes", plan, "--step", "99", "--note", "x").stderr


def test_a_part_is_sent_edited_and_merged_back(plan: Path, ask: Any, run: Run, tmp_path: Path) -> None:
    part = tmp_path / "west.gpkg"
    answer = ask("extract", plan, part, "--territories", "west", "--bare")
    assert answer["territories"] == ["West"]
    assert answer["bare"] is True
    assert b"Delta" not in part.read_bytes()
    refused = run("assign", part, "--territory", "West", "--units", "A3")
    assert (refused.exit_code, "East (Bo) is not in your part" in refused.stderr) == (2, True)
    assert run("assign", part, "--territory", "West", "--units", "D4").exit_code == 0
    merged = ask("merge", plan, part)
    assert (merged["taken_theirs"], merged["taken_mine"], merged["conflicts"]) == (1, 0, [])
    assert words(ask("changes", plan, "--territory", "West"))[-2:] == [["Square D4: unassigned → West"]] * 2
    assert len(ask("balance", plan)["territories"]) == 3


def test_extract_refuses_what_makes_no_part(plan: Path, run: Run, tmp_path: Path) -> None:
    for arguments, said in (
        ((tmp_path / "p.gpkg",), "No territory is named"),
        ((tmp_path / "p.gpkg", "--territories", "Wset"), "Did you mean West?"),
        ((tmp_path / "p.gpkg", "--region", "South"), "There is no region 'South'"),
        ((tmp_path / "p.csv", "--territories", "West"), "ends in .gpkg"),
        ((plan, "--territories", "West"), "cannot take the place of the plan"),
    ):
        result = run("extract", plan, *arguments)
        assert result.exit_code == 2, said
        assert said in result.stderr
    assert not (tmp_path / "p.gpkg").exists()
