"""The command rebalance, on the plan of conftest: West and East have four squares each, North seven; D4 is nobody's."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

import networkx as nx
import pytest

from tests.cli.conftest import Run
from tests.cli.test_build import grid_graph, groups

STEPS = ("--steps", "60000")
UNITS = ("--measure", "units:0.25", "--least", "units")


@pytest.fixture
def rebalance(ask: Any, plan: Path) -> Any:
    def rebalance(*arguments: str) -> dict[str, Any]:
        found = ask("rebalance", plan, *STEPS, *arguments)
        assert isinstance(found, dict)
        return found

    return rebalance


def sql(plan: Path, text: str) -> None:
    with sqlite3.connect(plan) as file:
        file.execute(text)


def moved(before: dict[str, set[str]], after: dict[str, set[str]]) -> set[str]:
    return {code for name, codes in after.items() for code in codes - before[name]}


def test_one_square_moves_and_all_is_told(rebalance: Any, plan: Path) -> None:
    """Fifteen squares, three territories: 5 each are asked for within 25 %, so 4, 5 and 6 do and North gives one."""
    before = groups(plan)
    found = rebalance(*UNITS)
    after = groups(plan)
    assert sorted(len(codes) for codes in after.values()) == [4, 5, 6]
    assert len(moved(before, after)) == 1
    assert all(nx.is_connected(grid_graph(codes)) for codes in after.values())
    (measure,) = found["measures"]
    assert (measure["measure"], measure["outside_tolerance"]) == ("units", 0)
    assert measure["max_deviation"] == pytest.approx(0.2)
    assert found["moved"]["units"] == 1
    assert found["least"] == "units"
    assert found["moved_share"] == pytest.approx(1 / 15, abs=1e-6)
    assert found["lower_bound"] == pytest.approx(1 / 15, abs=1e-6)  # 7 may be 6.25, and squares are whole
    assert found["flow"] == pytest.approx(0.75 / 15, abs=1e-4)
    assert found["within_tolerance"] is True
    assert "moves 1 units (6.7 %)" in found["sentences"][0].lower()
    assert set(found) >= {"seconds", "seed", "steps", "noncontiguous", "cut_edges", "polsby_popper_mean", "rms_km"}
    assert set(found) >= {"oversize_units", "reps"}


def test_it_is_one_step_and_undo_takes_it_back(run: Run, rebalance: Any, plan: Path) -> None:
    before = groups(plan)
    rebalance(*UNITS)
    assert groups(plan) != before
    assert run("undo", plan).exit_code == 0
    assert groups(plan) == before


def test_nothing_to_do_makes_no_step(run: Run, rebalance: Any, plan: Path) -> None:
    before = run("history", plan, "--json").stdout
    found = rebalance("--measure", "units:0.5")
    assert found["moved"]["units"] == 0
    assert found["sentences"][0].startswith("Every territory is within the tolerances")
    assert run("history", plan, "--json").stdout == before


def test_the_same_seed_and_steps_make_the_same_plan(rebalance: Any, run: Run, plan: Path) -> None:
    rebalance(*UNITS, "--seed", "4")
    first = groups(plan)
    run("undo", plan)
    rebalance(*UNITS, "--seed", "4")
    assert groups(plan) == first


def test_locked_units_stay(run: Run, rebalance: Any, plan: Path) -> None:
    """North's southern squares are locked but for C4, so C4 it must be."""
    sql(plan, "UPDATE unit SET locked = 1 WHERE unit_code IN ('C1', 'C2', 'C3')")
    before = groups(plan)
    rebalance(*UNITS)
    assert moved(before, groups(plan)) == {"C4"}


def test_protected_accounts_keep_their_units(rebalance: Any, plan: Path) -> None:
    """A fair third of revenue would have k1, k2 or k3 leave West; all are protected, so East can only give."""
    sql(plan, "UPDATE account SET is_protected = 1 WHERE account_key IN ('k1', 'k2', 'k3', 'k4')")
    before = groups(plan)
    found = rebalance("--measure", "revenue:0.05")
    assert not moved(before, groups(plan)) & {"A1", "A2", "A3"}
    assert any("4 protected accounts" in sentence for sentence in found["sentences"])


def test_locked_territories_take_no_part(run: Run, plan: Path) -> None:
    sql(plan, "UPDATE territory SET locked = 1 WHERE territory_name IN ('West', 'East')")
    result = run("rebalance", plan, *STEPS, *UNITS)
    assert result.exit_code == 2
    assert "nothing to rebalance: 1 territory alone" in result.stderr
    assert "Unlock" in result.stderr


def test_no_rep_gives_more_than_is_asked_for(rebalance: Any, plan: Path) -> None:
    before = groups(plan)
    found = rebalance(*UNITS, "--max-given", "10%")  # a tenth of seven squares is none
    assert groups(plan) == before
    assert found["within_tolerance"] is False
    assert any("stays outside" in sentence for sentence in found["sentences"])
    found = rebalance(*UNITS, "--max-given", "2")
    assert found["within_tolerance"] is True


def test_units_of_nobody_stay_so_unless_they_are_dealt_out(rebalance: Any, plan: Path) -> None:
    rebalance(*UNITS)
    assert not any("D4" in codes for codes in groups(plan).values())
    found = rebalance("--measure", "units:0.3", "--least", "units", "--deal-out")
    assert any("D4" in codes for codes in groups(plan).values())
    assert any("dealt out" in sentence for sentence in found["sentences"])


def test_proposals_are_listed_and_one_is_taken(run: Run, ask: Any, plan: Path) -> None:
    before = groups(plan)
    asked = ("rebalance", plan, "--steps", "1500000", "--measure", "units:0.05", "--least", "units")
    listed = ask(*asked, "--proposals")
    assert groups(plan) == before
    found = listed["proposals"]
    assert found[0]["label"] == "Fewest moves"
    assert len(found) >= 2
    assert all(one["moved"]["units"] > 0 for one in found)
    text = run(*asked, "--proposals").stdout
    assert "Fewest moves" in text
    taken = ask(*asked, "--take", "2")
    assert len(moved(before, groups(plan))) == taken["moved"]["units"] == found[1]["moved"]["units"]
    assert run("rebalance", plan, *STEPS, *UNITS, "--take", "9").exit_code == 2


def test_as_a_scenario_the_plan_in_use_stays(run: Run, plan: Path) -> None:
    result = run("rebalance", plan, *STEPS, *UNITS, "--as-scenario", "Fair")
    assert result.exit_code == 0, result.stderr
    listed = run("scenario", "list", plan, "--json").stdout
    assert "Fair" in listed


def test_a_barrier_is_not_crossed(rebalance: Any, plan: Path) -> None:
    """Between B and C lies a river: North touches the others only there, so nothing can help."""
    before = groups(plan)
    rivers = [f"--barrier=B{i},C{i}" for i in range(1, 5)]
    found = rebalance(*UNITS, *rivers)
    assert groups(plan) == before
    assert found["within_tolerance"] is False
    rebalance(*UNITS, *rivers[:3])
    assert moved(before, groups(plan)) == {"C4"}


def test_no_territory_comes_to_have_more_than_the_most(rebalance: Any, plan: Path) -> None:
    """Five of fifteen for everybody is asked for loosely, but no more than six for anybody."""
    found = rebalance("--measure", "units:0.45", "--least", "units")
    assert found["moved"]["units"] == 0
    rebalance("--measure", "units:0.45", "--least", "units", "--at-most", "units=6")
    assert sorted(len(codes) for codes in groups(plan).values()) == [4, 5, 6]


def test_an_unknown_measure_is_named(run: Run, plan: Path) -> None:
    result = run("rebalance", plan, *STEPS, "--measure", "units", "--least", "smiles")
    assert result.exit_code == 2
    assert "'smiles'" in result.stderr
    assert "accounts" in result.stderr
