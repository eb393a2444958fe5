"""scenario list, new, switch, compare, baseline ...: and --scenario, --as-scenario of the commands that edit."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Run

Ask = Callable[..., dict[str, Any]]
Refused = Callable[..., tuple[str, str]]


def names(ask: Ask, plan: Path) -> list[str]:
    return [row["name"] for row in ask("scenario", "list", plan)["scenarios"]]


def in_use(ask: Ask, plan: Path) -> str:
    (row,) = [row for row in ask("scenario", "list", plan)["scenarios"] if row["is_in_use"]]
    return str(row["name"])


@pytest.fixture
def proposed(run: Run, plan: Path, ask: Ask) -> Path:
    """The plan's first scenario, called Today, is the baseline; Proposal, in use, gives A2 with k3 (200) to East."""
    first = in_use(ask, plan)
    for arguments in (
        ("scenario", "edit", plan, first, "--name", "Today"),
        ("scenario", "baseline", plan, "Today"),
        ("scenario", "new", plan, "Proposal", "--note", "East is short", "--switch"),
        ("assign", plan, "--territory", "East", "--units", "A2"),
    ):
        assert run(*arguments).exit_code == 0
    return plan


def test_a_plan_begins_with_one_scenario(ask: Ask, plan: Path):
    (row,) = ask("scenario", "list", plan)["scenarios"]
    assert row["is_in_use"]
    assert (row["is_baseline"], row["parent"], row["status"], row["changes"]) == (False, None, "draft", None)


def test_the_list_says_how_much_each_changes(run: Run, ask: Ask, proposed: Path):
    today, proposal = ask("scenario", "list", proposed)["scenarios"]
    assert (today["name"], today["is_baseline"], today["changes"]) == ("Today", True, None)
    assert (proposal["parent"], proposal["changes"], proposal["changes_to_baseline"]) == ("Today", 1, 1)
    assert proposal["note"] == "East is short"
    text = run("scenario", "list", proposed).stdout
    assert "* Proposal" in text
    assert "Today (baseline)" in text


def test_compare_says_what_changes_rep(ask: Ask, proposed: Path):
    """A2 goes from Ada to Bo: 1 of 8 units, k3 of 4 accounts, 200 of 650 revenue with a rep."""
    found = ask("scenario", "compare", proposed)
    assert (found["before"], found["after"]) == ("Today", "Proposal")
    measures = found["disruption"]["measures"]
    assert measures["units"] == {"changed": 1, "held": 8, "share": 1 / 8}
    assert measures["accounts"] == {"changed": 1, "held": 4, "share": 1 / 4}
    assert measures["revenue"] == {"changed": 200, "held": 650, "share": pytest.approx(200 / 650)}
    by_rep = {row["rep"]: row for row in found["disruption"]["reps"]}
    assert by_rep["Ada"]["lost"]["revenue"] == by_rep["Bo"]["gained"]["revenue"] == 200
    assert by_rep["Ada"]["kept"]["revenue"] == 150
    assert [row["code"] for row in found["units"]] == ["A2"]
    (account,) = found["accounts"]
    assert (account["key"], account["rep_from"], account["rep_to"]) == ("k3", "Ada", "Bo")
    back = ask("scenario", "compare", proposed, "Today", "Proposal")
    assert (back["before"], back["after"]) == ("Proposal", "Today")
    assert back["disruption"]["measures"]["revenue"]["changed"] == 200


def test_compare_reads_as_a_table(run: Run, proposed: Path):
    text = run("scenario", "compare", proposed).stdout
    assert text.startswith("Proposal against Today\n")
    assert "30.8 %" in text
    assert [line.split()[:2] for line in text.splitlines() if line.startswith(("Ada", "Bo"))] == [
        ["Ada", "2"],
        ["Bo", "1"],
    ]


def test_switch_decides_what_opens_next(run: Run, ask: Ask, proposed: Path):
    assert ask("balance", proposed)["territories"][0]["totals"]["revenue"] == 150
    assert ask("scenario", "switch", proposed, "today")["is_in_use"]
    assert in_use(ask, proposed) == "Today"
    assert ask("balance", proposed)["territories"][0]["totals"]["revenue"] == 350
    assert ask("balance", proposed, "--scenario", "Proposal")["territories"][0]["totals"]["revenue"] == 150
    assert in_use(ask, proposed) == "Today"


def test_an_edit_in_another_scenario_leaves_the_one_in_use(run: Run, ask: Ask, proposed: Path):
    assert run("assign", proposed, "--territory", "East", "--units", "B2", "--scenario", "Today").exit_code == 0
    assert in_use(ask, proposed) == "Proposal"
    codes = [row["code"] for row in ask("scenario", "compare", proposed)["units"]]
    assert codes == ["A2", "B2"]


def test_the_result_can_go_into_a_new_scenario(run: Run, ask: Ask, proposed: Path):
    result = run("assign", proposed, "--territory", "West", "--units", "A3", "--as-scenario", "Bold")
    assert result.exit_code == 0, result.stderr
    assert names(ask, proposed) == ["Today", "Proposal", "Bold"]
    assert in_use(ask, proposed) == "Proposal"
    assert [r["code"] for r in ask("scenario", "compare", proposed)["units"]] == ["A2"]
    assert [r["code"] for r in ask("scenario", "compare", proposed, "Bold")["units"]] == ["A2", "A3"]
    bold = ask("scenario", "list", proposed)["scenarios"][2]
    assert (bold["parent"], bold["changes"]) == ("Proposal", 1)


def test_a_failed_edit_leaves_no_new_scenario(ask: Ask, refused: Refused, proposed: Path):
    error, _ = refused("assign", proposed, "--territory", "West", "--units", "Z9", "--as-scenario", "Bold")
    assert "Z9" in error
    assert names(ask, proposed) == ["Today", "Proposal"]
    assert in_use(ask, proposed) == "Proposal"


def test_taking_over_a_territory_or_all(run: Run, ask: Ask, proposed: Path):
    run("scenario", "switch", proposed, "Today")
    assert ask("scenario", "take-over", proposed, "Proposal", "--territories", "East")["units"] == 1
    assert ask("balance", proposed)["territories"][0]["totals"]["revenue"] == 150
    assert run("undo", proposed).exit_code == 0
    assert ask("scenario", "take-over", proposed, "Proposal", "--all")["units"] == 1
    assert ask("scenario", "compare", proposed, "Proposal", "Today")["units"] == []


def test_delete_keeps_what_was_made_from_it(run: Run, ask: Ask, proposed: Path):
    assert run("scenario", "new", proposed, "Third", "--from", "Proposal").exit_code == 0
    assert ask("scenario", "delete", proposed, "Proposal")["deleted"] == "Proposal"
    assert names(ask, proposed) == ["Today", "Third"]
    assert [r["code"] for r in ask("scenario", "compare", proposed, "Third")["units"]] == ["A2"]


def test_baseline_is_shown_set_and_taken_away(run: Run, ask: Ask, refused: Refused, proposed: Path):
    assert ask("scenario", "baseline", proposed) == {"baseline": "Today"}
    assert ask("scenario", "baseline", proposed, "Proposal") == {"baseline": "Proposal"}
    assert ask("scenario", "baseline", proposed, "--none") == {"baseline": None}
    error, hint = refused("scenario", "compare", proposed)
    assert error == "The plan has no baseline to compare with."
    assert "territorymap scenario baseline" in hint


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        (("switch", "PLAN", "Tody"), "There is no scenario 'Tody'."),
        (("new", "PLAN", "today"), "today"),
        (("new", "PLAN", "X", "--color", "red"), "red"),
        (("new", "PLAN", "X", "--effective-date", "soon"), "soon"),
        (("edit", "PLAN", "Today"), "Nothing is to be changed."),
        (("compare", "PLAN", "Today", "Today"), "itself"),
        (("take-over", "PLAN", "Today"), "in one way"),
        (("take-over", "PLAN", "Today", "--territories", "Wst"), "Wst"),
        (("baseline", "PLAN", "Today", "--none"), "contradict"),
    ],
)
def test_mistakes_are_named(refused: Refused, proposed: Path, arguments: tuple[str, ...], error: str):
    said, hint = refused("scenario", *(proposed if a == "PLAN" else a for a in arguments))
    assert error in said
    assert hint


def test_a_plan_that_is_open_elsewhere_can_be_compared(ask: Ask, proposed: Path, tmp_path: Path):
    """Reading switches in memory only: the file is not written."""
    copy = Path(shutil.copy(proposed, tmp_path / "copy.gpkg"))
    before = copy.read_bytes()
    ask("scenario", "compare", copy, "Today", "Proposal")
    assert copy.read_bytes() == before
