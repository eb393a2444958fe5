"""The commands territory ..., on the plan of conftest: 16 squares, three territories, six accounts.

::

    N N N .
    N N N N
    W W E E
    W W E E
"""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path
from typing import Any

import networkx as nx
import pandas as pd
import pytest

from tests.cli.conftest import Run
from tests.cli.test_build import grid_graph, groups


def do(run: Run, *arguments: object, steps: int = 60_000) -> dict[str, Any]:
    result = run("territory", *arguments, "--steps", steps, "--json")
    assert result.exit_code == 0, result.output
    found = json.loads(result.output)
    assert isinstance(found, dict)
    return found


def rows(plan: Path) -> pd.DataFrame:
    with sqlite3.connect(plan) as file:
        return pd.read_sql("SELECT * FROM assignment ORDER BY unit_id", file)


KEYS = {
    "seconds",
    "seed",
    "measures",
    "noncontiguous",
    "cut_edges",
    "polsby_popper_mean",
    "rms_km",
    "oversize_units",
    "moved",
    "lower_bound",
}


def test_a_territory_is_split_and_undone(run: Run, plan: Path) -> None:
    before = rows(plan)
    found = do(run, "split", plan, "north", "--into", "2", "--measure", "units")
    after = groups(plan)
    assert sorted(after) == ["East", "North", "North 2", "West"]
    assert sorted(len(after[name]) for name in ("North", "North 2")) == [3, 4]
    assert all(nx.is_connected(grid_graph(codes)) for codes in after.values())
    assert set(found) >= KEYS
    assert found["moved"]["units"] == len(after["North 2"])
    assert {c["territory"]: (c["before"] or {}).get("units") for c in found["changes"]} == {"North": 7, "North 2": None}
    run("undo", plan)
    assert rows(plan).equals(before)


def test_territories_are_joined_into_the_last(run: Run, plan: Path) -> None:
    found = do(run, "join", plan, "West", "North", "East")
    assert list(groups(plan)) == ["East"]
    assert len(groups(plan)["East"]) == 15
    assert found["territories"] == 1
    assert found["moved"]["units"] == 11
    assert "Ada has no territory then." in found["sentences"]


def test_a_leaver_is_dissolved_and_nobody_else_moves(run: Run, plan: Path) -> None:
    before = groups(plan)
    found = do(run, "dissolve", plan, "West", "--measure", "units:0.2")
    after = groups(plan)
    assert "West" not in after
    assert before["North"] <= after["North"]
    assert before["East"] <= after["East"]
    # 4 squares to 7 and 4: level at 7.5.
    assert sorted(len(codes) for codes in after.values()) == [7, 8]
    assert all(nx.is_connected(grid_graph(codes)) for codes in after.values())
    assert found["lower_bound"] == pytest.approx(4 / 16)
    assert found["moved"]["units"] == 4
    assert found["alternatives"] == []


def test_further_moves_are_told_and_made_when_asked_for(run: Run, plan: Path) -> None:
    """East, made of the two squares in the corner, touches Middle only."""
    run("assign", plan, "--units", "A1,B1,A2,B2,C1,D1,C2,D2", "--territory", "West")
    run("assign", plan, "--units", "A3,B3,C3,D3", "--territory", "North")
    run("assign", plan, "--units", "A4,B4,C4,D4", "--territory", "East")
    found = do(run, "dissolve", plan, "East", "--measure", "units:0.1")
    assert len(found["alternatives"]) == 0  # 8 and 8
    run("undo", plan)
    run("assign", plan, "--units", "A2,B2,C2,D2", "--territory", "North")
    run("assign", plan, "--units", "A4,B4,C4,D4", "--territory", "East")
    found = do(run, "dissolve", plan, "East", "--measure", "units:0.1", steps=600_000)
    assert {name: len(codes) for name, codes in groups(plan).items()} == {"West": 4, "North": 12}
    (other,) = found["alternatives"]
    assert other["label"] == "with further moves"
    assert other["measures"][0]["outside_tolerance"] == 0
    run("undo", plan)
    found = do(run, "dissolve", plan, "East", "--measure", "units:0.1", "--further", steps=600_000)
    assert {name: len(codes) for name, codes in groups(plan).items()} == {"West": 8, "North": 8}
    assert 6 <= found["moved"]["units"] <= 8  # East's 4, and as few of North's as reach them


def test_a_territory_is_added_at_a_home(run: Run, plan: Path) -> None:
    before = groups(plan)
    found = do(run, "add", plan, "Centre", "--home", "C2", "--rep", "bo", "--measure", "units:0.3")
    after = groups(plan)
    assert "C2" in after["Centre"]
    assert all(after[name] <= before[name] for name in before)
    assert nx.is_connected(grid_graph(after["Centre"]))
    assert found["territories"] == 4
    with sqlite3.connect(plan) as file:
        (rep,) = file.execute(
            "SELECT rep_name FROM territory JOIN rep USING (rep_id) WHERE territory_name = 'Centre'"
        ).fetchone()
    assert rep == "Bo"


def test_the_home_of_the_rep_is_where_it_begins(run: Run, plan: Path) -> None:
    found = do(run, "add", plan, "Centre", "--rep", "Ada", "--measure", "units:0.3")
    assert found["sentences"][0].startswith("Centre begins at Square A1 and takes ")
    result = run("territory", "add", plan, "More", "--rep", "Bo")
    assert result.exit_code == 2
    assert "error: Bo has no home." in result.output


def test_the_result_can_be_a_scenario(run: Run, plan: Path) -> None:
    before = groups(plan)
    do(run, "dissolve", plan, "West", "--as-scenario", "Without West")
    scenarios = json.loads(run("scenario", "list", plan, "--json").output)["scenarios"]
    assert [s["name"] for s in scenarios if not s["is_in_use"]] == ["Without West"]
    balance = json.loads(run("balance", plan, "--json").output)
    assert sorted(t["name"] for t in balance["territories"]) == sorted(before)


def test_same_seed_and_steps_give_the_same_plan(run: Run, plan: Path) -> None:
    do(run, "split", plan, "North", "--into", "3", "--measure", "units")
    first = groups(plan)
    run("undo", plan)
    do(run, "split", plan, "North", "--into", "3", "--measure", "units")
    assert groups(plan) == first


def test_people_are_told_before_and_after(run: Run, plan: Path) -> None:
    result = run("territory", "dissolve", plan, "West", "--measure", "units", "--steps", "60000")
    assert result.exit_code == 0
    assert "Dissolve West." in result.output
    assert "4 -> -" in result.output
    assert "West goes to" in result.output


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        (("split", "PLAN", "North", "--into", "9"), "cannot be split into 9 parts: it has 7 units"),
        (("split", "PLAN", "Nobody", "--into", "2"), "There is no territory 'Nobody'."),
        (("join", "PLAN", "West"), "Joining takes at least two territories."),
        (("join", "PLAN", "West", "West"), "West cannot be joined with itself."),
        (("dissolve", "PLAN", "West", "East", "North"), "there is no other territory"),
        (("add", "PLAN", "New"), "No home is known."),
        (("add", "PLAN", "New", "--home", "ZZ9"), "neither a unit of the plan nor a postal code"),
        (("add", "PLAN", "West", "--home", "A1"), "There is already a territory named West."),
        (("add", "PLAN", "New", "--home", "A1", "--rep", "Nobody"), "There is no rep 'Nobody'."),
        (("split", "PLAN", "North", "--into", "2", "--measure", "shoes"), "There is no measure called 'shoes'."),
    ],
)
def test_what_cannot_be_is_told_and_changes_nothing(
    run: Run, plan: Path, arguments: tuple[str, ...], error: str
) -> None:
    before = rows(plan)
    result = run("territory", *[plan if a == "PLAN" else a for a in arguments])
    assert result.exit_code == 2
    assert error in result.output
    assert "hint:" in result.output
    assert rows(plan).equals(before)
