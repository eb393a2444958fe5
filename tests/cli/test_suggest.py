"""The command suggest: moves in sentences and as JSON; one is done, here or in a new scenario."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Run

Ask = Callable[..., dict[str, Any]]
Refused = Callable[..., tuple[str, str]]


def _index(ask: Ask, plan: Path, name: str, measure: str) -> float:
    (row,) = [row for row in ask("balance", plan)["territories"] if row["name"] == name]
    return float(row["index"][measure])


def test_moves_are_told_and_nothing_is_done(run: Run, ask: Ask, plan: Path) -> None:
    """By units: West and East have 4, North 7, where each should have 5."""
    before = plan.read_bytes()
    told = run("suggest", plan, "--measure", "units", "--territory", "North").stdout.splitlines()
    found = ask("suggest", plan, "--measure", "units", "--territory", "north")
    assert told[0] == found["heading"] == "North: units 140 %"
    assert [f"{k}  {move['sentence']}" for k, move in enumerate(found["moves"], 1)] == told[1:]
    assert found["applied"] is None
    assert found["aims"] == [{"measure": "units", "tolerance": 0.05, "weight": 1.0}]
    best = found["moves"][0]
    assert (best["from"], best["pieces"]["from"]) == ("North", {"before": 1, "after": 1})
    assert best["to"] in ("West", "East")
    n = len(best["units"])
    assert best["index"]["units"]["from"] == pytest.approx({"before": 1.4, "after": (7 - n) / 5})
    assert best["index"]["units"]["to"] == pytest.approx({"before": 0.8, "after": (4 + n) / 5})
    assert plan.read_bytes() == before


def test_the_kth_move_is_done_and_taken_back(run: Run, ask: Ask, plan: Path) -> None:
    moves = ask("suggest", plan, "--measure", "units")["moves"]
    assert len(moves) > 1
    done = ask("suggest", plan, "--measure", "units", "--apply", 2)
    assert (done["applied"], done["moves"]) == (2, moves)
    for side in ("from", "to"):
        wanted = moves[1]["index"]["units"][side]["after"]
        assert _index(ask, plan, moves[1][side], "units") == pytest.approx(wanted, rel=1e-9)
    assert run("undo", plan).exit_code == 0
    assert ask("suggest", plan, "--measure", "units")["moves"] == moves


def test_a_move_is_done_in_a_new_scenario(run: Run, ask: Ask, plan: Path) -> None:
    before = _index(ask, plan, "North", "units")
    told = run("suggest", plan, "--measure", "units", "--apply", 1, "--as-scenario", "Try").stdout
    assert told.startswith("Done: Give Square")
    assert _index(ask, plan, "North", "units") == before
    (row,) = [row for row in ask("scenario", "list", plan)["scenarios"] if row["name"] == "Try"]
    assert row["changes"] >= 1
    assert ask("suggest", plan, "--measure", "units", "--scenario", "Try")["heading"] != "North: units 140 %"


def test_what_cannot_be_is_refused_with_a_way_out(refused: Refused, plan: Path) -> None:
    assert refused("suggest", plan, "--territory", "Sout")[0] == "There is no territory 'Sout'."
    error, hint = refused("suggest", plan, "--measure", "units", "--number", 1, "--apply", 40)
    assert error.startswith("There is no move 40")
    assert "without --apply" in hint
    assert "--apply 1" in refused("suggest", plan, "--as-scenario", "Try")[1]
    assert "no measure" in refused("suggest", plan, "--measure", "moons")[0]


def test_why_there_is_no_move_is_told(run: Run, refused: Refused, plan: Path) -> None:
    told = run("suggest", plan, "--measure", "units:0.5").stdout.splitlines()
    assert told[0] == "All territories are within tolerance"
    assert "units ± 50.0 %" in told[1]
    error, hint = refused("suggest", plan, "--measure", "units:0.5", "--apply", 1)
    assert "All territories are within tolerance" in error
    assert "units ± 50.0 %" in hint
