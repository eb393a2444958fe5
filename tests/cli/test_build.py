"""The command build, on the plan of conftest: 16 squares, three territories, six accounts."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import networkx as nx
import pytest

from tests.cli.conftest import Run


def groups(plan: Path) -> dict[str, set[str]]:
    with sqlite3.connect(plan) as file:
        rows = file.execute(
            "SELECT territory_name, unit_code FROM assignment "
            "JOIN unit USING (unit_id) JOIN territory USING (territory_id)"
        ).fetchall()
    found: dict[str, set[str]] = {}
    for name, code in rows:
        found.setdefault(name, set()).add(code)
    return found


def grid_graph(codes: set[str]) -> nx.Graph:
    """The squares' shared sides: letters north, numbers east."""
    graph = nx.Graph()
    graph.add_nodes_from(codes)
    for code in codes:
        for other in (chr(ord(code[0]) + 1) + code[1:], f"{code[0]}{int(code[1:]) + 1}"):
            if other in codes:
                graph.add_edge(code, other)
    return graph


def build(run: Run, plan: Path, *arguments: str) -> dict[str, object]:
    result = run("build", plan, "--steps", "20000", "--json", *arguments)
    assert result.exit_code == 0, result.output
    found = json.loads(result.output)
    assert isinstance(found, dict)
    return found


def test_territories_are_built_and_told(run: Run, plan: Path) -> None:
    found = build(run, plan, "--territories", "4", "--measure", "units:0.05")
    after = groups(plan)
    assert sorted(len(codes) for codes in after.values()) == [4, 4, 4, 4]
    assert {"West", "East", "North"} < set(after)  # they keep name and rep, one is new
    assert all(nx.is_connected(grid_graph(codes)) for codes in after.values())
    (measure,) = found["measures"]  # type: ignore[misc]
    assert measure["measure"] == "units"
    assert (measure["max_deviation"], measure["cv"], measure["outside_tolerance"]) == (0, 0, 0)
    assert (found["territories"], found["noncontiguous"], found["cut_edges"]) == (4, 0, found["cut_edges"])
    same = sum(grid_graph(codes).number_of_edges() for codes in after.values())
    assert found["cut_edges"] == 24 - same
    assert set(found) >= {"seconds", "seed", "polsby_popper_mean", "rms_km", "oversize_units", "moved", "lower_bound"}
    assert set(found["moved"]) >= {"units", "accounts", "revenue"}  # type: ignore[call-overload]


def test_the_same_seed_and_steps_make_the_same_plan(run: Run, plan: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.gpkg"
    other.write_bytes(plan.read_bytes())
    for path in (plan, other):
        build(run, path, "--territories", "5", "--measure", "units", "--seed", "7")
    assert groups(plan) == groups(other)


def test_no_two_units_far_apart_if_that_is_the_shape(run: Run, plan: Path) -> None:
    """Four squares each: whatever else is compact, two by two is the narrowest."""
    build(run, plan, "--territories", "4", "--measure", "units:0.05", "--shape", "diameter", "--steps", "200000")
    blocks = [{a + b for a in letters for b in numbers} for letters in ("AB", "CD") for numbers in ("12", "34")]
    assert sorted(map(sorted, groups(plan).values())) == sorted(map(sorted, blocks))


def test_each_measure_has_its_tolerance_and_weight(run: Run, plan: Path) -> None:
    found = build(run, plan, "--territories", "2", "--measure", "units:0.15:2", "--measure", "accounts:0.4")
    units, accounts = found["measures"]  # type: ignore[misc]
    assert (units["measure"], units["tolerance"]) == ("units", 0.15)
    assert (accounts["measure"], accounts["tolerance"]) == ("accounts", 0.4)
    assert units["max_deviation"] <= 0.15
    assert accounts["max_deviation"] <= 0.4


def test_undo_brings_the_plan_back(run: Run, plan: Path) -> None:
    before = groups(plan)
    build(run, plan, "--territories", "2", "--measure", "units")
    assert set(groups(plan)) < set(before)
    assert run("undo", plan).exit_code == 0
    assert groups(plan) == before


def test_as_a_scenario_the_plan_in_use_stays(run: Run, plan: Path) -> None:
    before = groups(plan)
    build(run, plan, "--territories", "4", "--measure", "units", "--as-scenario", "Four")
    assert "Four" in run("scenario", "list", plan).output
    assert run("balance", plan, "--json").exit_code == 0
    with sqlite3.connect(plan) as file:
        root = file.execute("SELECT min(scenario_id) FROM scenario").fetchone()[0]
        kept = file.execute("SELECT count(*) FROM assignment WHERE scenario_id = ?", [root]).fetchone()[0]
    assert kept == sum(len(codes) for codes in before.values())


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--measure", "units"], "how many territories"),
        (["--territories", "4", "--target", "units=4"], "Give one of the three"),
        (["--target", "units"], "is not MEASURE=VALUE"),
        (["--target", "units=0"], "not above 0"),
        (["--territories", "4", "--measure", "wealth"], "no measure called 'wealth'"),
        (["--territories", "4", "--measure", "units:0"], "the tolerance must be above 0"),
        (["--territories", "99", "--measure", "units"], "99 territories cannot be built"),
    ],
)
def test_wishes_that_cannot_be_are_told_and_nothing_is_done(
    run: Run, plan: Path, arguments: list[str], message: str
) -> None:
    before = groups(plan)
    result = run("build", plan, *arguments)
    assert result.exit_code == 2
    assert message in result.output
    assert "hint:" in result.output
    assert groups(plan) == before


def test_for_people_it_prints_a_table(run: Run, plan: Path) -> None:
    result = run("build", plan, "--target", "units=4", "--measure", "units:0.05", "--steps", "20000")
    assert result.exit_code == 0, result.output
    assert "Territories          4" in result.output
    assert "units" in result.output
    assert "5.0 %" in result.output


def test_several_are_listed_and_one_of_them_is_taken(run: Run, plan: Path) -> None:
    before = groups(plan)
    asked = ("build", plan, "--territories", "4", "--measure", "units:0.3", "--steps", "60000", "--proposals")
    listed = run(*asked)
    assert listed.exit_code == 0, listed.output
    assert "As asked for" in listed.output
    assert "Take one with --take K" in listed.output
    assert groups(plan) == before
    found = json.loads(run(*asked, "--json").output)["proposals"]
    taken = json.loads(run(*asked, "--take", str(len(found)), "--json").output)
    assert taken["rms_km"] == found[-1]["rms_km"]
    assert len(groups(plan)) == 4
    assert "There is no proposal 99" in run(*asked, "--take", "99").output
