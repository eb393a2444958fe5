"""Wishes of the command build, on the plan of conftest: 16 squares, three territories, six accounts; D4 is nobody's.

::

    D1 D2 D3 D4
    C1 C2 C3 C4
    B1 B2 B3 B4
    A1 A2 A3 A4
"""

from __future__ import annotations

from pathlib import Path

import networkx as nx
import pytest

from tests.cli.conftest import Run
from tests.cli.test_build import build, grid_graph, groups

UNITS = ("--measure", "units:0.05")


def with_file(tmp_path: Path, name: str, text: str | bytes) -> Path:
    path = tmp_path / name
    path.write_bytes(text.encode("utf-8") if isinstance(text, str) else text)
    return path


def refused(run: Run, plan: Path, *arguments: object) -> str:
    """Return what is said where nothing is done."""
    before = groups(plan)
    result = run("build", plan, "--steps", "20000", *arguments)
    assert result.exit_code == 2, result.output
    assert "error: " in result.output
    assert "hint: " in result.output
    assert groups(plan) == before
    return result.output


# -- how many ----------------------------------------------------------------------------------------------------------


def test_a_cap_makes_as_few_as_keep_it(run: Run, plan: Path) -> None:
    found = build(run, plan, "--cap", "units=5", *UNITS)
    sizes = [len(codes) for codes in groups(plan).values()]
    assert found["territories"] == 4
    assert max(sizes) <= 5
    assert sum(sizes) == 16


def test_a_target_makes_as_many_as_have_it(run: Run, plan: Path) -> None:
    assert build(run, plan, "--target", "units=5", *UNITS)["territories"] == 3
    assert sorted(len(codes) for codes in groups(plan).values()) == [5, 5, 6]


def test_a_full_job_is_told_by_the_capacities(run: Run, plan: Path) -> None:
    """Ada has 300 h and Bo 100 h: 200 h a full job; five accounts of 12 visits of 45 minutes are 45 h and some ways."""
    assert build(run, plan, "--target", "capacity", "--from-nothing")["territories"] == 1


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--cap", "units=3", "--target", "units=3"], "Give one of the three"),
        (["--cap", "wealth=3"], "There is no measure 'wealth'"),
        (["--cap", "=3"], "is not MEASURE=VALUE"),
        (["--cap", "units=inf"], "is not above 0"),
        (["--cap", "units=nan"], "is not above 0"),
        (["--territories", "4", "--at-most", "units"], "is not MEASURE=VALUE"),
        (["--territories", "4", "--at-most", "units=5", "--at-most", "units=6"], "is given twice"),
        (["--territories", "4", "--at-least", "units=6", "--at-most", "units=5"], "cannot have at least 6 units"),
        (["--territories", "3", "--at-most", "units=5"], "3 territories of at most 5 units hold 15, and there are 16."),
        (
            ["--territories", "4", "--at-least", "units=5"],
            "4 territories of at least 5 units need 20, and there are 16.",
        ),
        (["--territories", "4", "--max-radius", "60"], "at least 8 territories are needed"),
        (["--seeds", "nowhere.csv"], "nowhere.csv"),
        (["--territories", "4", "--barrier", "A1"], "is not a pair of units"),
        (["--territories", "4", "--barrier", "A1,A1"], "is not a pair of units"),
        (["--territories", "4", "--barrier", "A1,Z9"], "no unit with the code Z9"),
        (["--territories", "4", "--nobody", "Z9"], "no unit with the code Z9"),
        (["--territories", "4", "--keep-borders", "state"], "is not AREAS:kept or AREAS:preferred"),
        (["--territories", "4", "--keep-borders", "county:kept"], "larger areas"),
        (["--territories", "1", "--barrier", "A1,A2", "--barrier", "A1,B1"], "The ground is in 2 pieces"),
    ],
)
def test_what_cannot_be_is_told_and_nothing_is_done(run: Run, plan: Path, arguments: list[str], message: str) -> None:
    measure = [] if "--cap" in arguments and "wealth=3" in arguments else UNITS
    assert message in refused(run, plan, *arguments, *measure)


def test_the_way_out_that_is_told_works(run: Run, plan: Path) -> None:
    output = refused(run, plan, "--territories", "3", "--at-most", "units=5", *UNITS)
    assert "It works if you ask for 4 territories, or allow 6 units each." in output
    build(run, plan, "--territories", "4", "--at-most", "units=5", *UNITS)
    assert max(len(codes) for codes in groups(plan).values()) <= 5
    build(run, plan, "--territories", "3", "--at-most", "units=6", *UNITS)
    assert max(len(codes) for codes in groups(plan).values()) <= 6


# -- from where --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "unit,territory\nA1,South West\nD4,North East\n",
        "A1,South West\nD4,North East\n",
        "\ufeffunit;territory\r\na1;South West\r\n d4 ;North East\r\n",
        b"unit\tterritory\nA1\tSouth West\nD4\tNorth East\n",
        "# two corners\nA1, South West\nD4,  North   East\n",
    ],
)
def test_seeds_come_from_any_list(run: Run, plan: Path, tmp_path: Path, text: str | bytes) -> None:
    build(run, plan, "--seeds", str(with_file(tmp_path, "seeds.csv", text)), *UNITS)
    after = groups(plan)
    assert set(after) == {"South West", "North East"}
    assert "A1" in after["South West"]
    assert "D4" in after["North East"]
    assert all(nx.is_connected(grid_graph(codes)) for codes in after.values())


def test_a_seed_for_a_territory_that_is_there_keeps_its_rep(run: Run, plan: Path, tmp_path: Path) -> None:
    build(run, plan, "--seeds", str(with_file(tmp_path, "seeds.csv", "D4,west\nA1\n")), "--territories", "4", *UNITS)
    after = groups(plan)
    assert "D4" in after["West"]
    assert "Ada" in run("balance", plan).output
    assert len(after) == 4


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("unit,territory\nA1,One\nZ9,Two\n", "seeds.csv: 1 row cannot be used: row 3: 'Z9'."),
        ("A1,One\nA1,Two\n", "A1 is a seed already"),
        ("A1,One\nB1,one\n", "two seeds for"),
        ("name\nwest\n", "cannot be used: row 2: 'west'"),
        ("\x00\x01\x02", ""),
        ("", ""),
        ("Z9\n", "row 1: 'Z9'"),
    ],
)
def test_hostile_lists_are_told(run: Run, plan: Path, tmp_path: Path, text: str, message: str) -> None:
    assert message in refused(run, plan, "--seeds", with_file(tmp_path, "seeds.csv", text), *UNITS)


def test_seeds_and_homes_are_one_too_many(run: Run, plan: Path, tmp_path: Path) -> None:
    seeds = with_file(tmp_path, "seeds.csv", "A1\n")
    assert "Give one of the two." in refused(run, plan, "--seeds", seeds, "--from-reps", *UNITS)


def test_capacity_shares_the_ground(run: Run, plan: Path) -> None:
    """West is Ada's with 300 h, East Bo's with 100 h, North is vacant and counts 200 h: 8, 2.67 and 5.33 squares."""
    result = run("build", plan, "--by-capacity", "--from-reps", "--steps", "400000", "--measure", "units:0.15")
    assert result.exit_code == 0, result.output
    size = {name: len(codes) for name, codes in groups(plan).items()}
    assert size in ({"West": 8, "East": 3, "North": 5}, {"West": 7, "East": 3, "North": 6})
    assert "1 vacancy counts as a full job of 200 h a year" in result.output
    assert "The home of 1 rep is not known (Bo)" in result.output


# -- across what -------------------------------------------------------------------------------------------------------


def test_barriers_of_a_list_are_never_crossed(run: Run, plan: Path, tmp_path: Path) -> None:
    """A wall after the first column: even would be 8 and 8, it becomes 4 and 12, and that is told."""
    wall = with_file(tmp_path, "wall.csv", "left;right\nA1;A2\nB1;B2\nC1;C2\nD1;D2\n")
    result = run("build", plan, "--territories", "2", "--barriers", wall, "--steps", "20000", *UNITS)
    assert result.exit_code == 0, result.output
    assert sorted(map(len, groups(plan).values())) == [4, 12]
    assert {"A1", "B1", "C1", "D1"} in groups(plan).values()
    assert "A1, Square B1, Square C1 and 1 more: nothing joins this ground to the rest" in result.output
    assert "A tolerance of 50.0 % would do." in result.output


def test_a_wall_with_a_bridge_lets_one_territory_through(run: Run, plan: Path, tmp_path: Path) -> None:
    wall = with_file(tmp_path, "wall.csv", "A1,A2\nB1,B2\nC1,C2\nD1,D2\n")
    build(run, plan, "--territories", "2", "--barriers", str(wall), "--bridge", "B1,C2", "--at-most", "units=9", *UNITS)
    assert max(map(len, groups(plan).values())) <= 9


def test_units_for_nobody_are_left_out(run: Run, plan: Path) -> None:
    build(run, plan, "--territories", "3", "--nobody", "A1,D4", "--nobody", "B1,B1", *UNITS)
    after = groups(plan)
    assert not {"A1", "D4", "B1"} & set().union(*after.values())
    assert sum(map(len, after.values())) == 13


def test_a_list_of_pairs_with_a_mistake_is_told(run: Run, plan: Path, tmp_path: Path) -> None:
    wall = with_file(tmp_path, "wall.csv", "A1,A2\nB1,Z2\nC1\n")
    output = refused(run, plan, "--territories", "2", "--barriers", wall, *UNITS)
    assert "wall.csv: 2 rows cannot be used: row 2: 'B1,Z2', row 3: 'C1" in output
