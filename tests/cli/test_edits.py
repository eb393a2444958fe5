"""set, assign, override, undo, redo: each one step, each mistake named."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from territorymap.session import commands
from territorymap.session.session import Session


def holders(plan: Path) -> dict[str, str]:
    """Return territory name by unit code; "" = unassigned."""
    with Session.open(plan, read_only=True) as session:
        names = [*(t.name for t in session.plan.territories), ""]
        pairs = zip(session.plan.units.code, session.plan.unit_territory, strict=True)
        return {str(code): names[ix] for code, ix in pairs}


def test_assign_gives_units_to_a_territory(plan: Path, run: Any) -> None:
    result = run("assign", plan, "--territory", "East", "--units", "C3, C4,B3")
    assert result.exit_code == 0
    assert result.stdout == "2 units given to East. 1 was there already.\n"
    assert [holders(plan)[code] for code in ("C3", "C4", "B3", "C2")] == ["East", "East", "East", "North"]


def test_assign_makes_a_territory_that_is_new(plan: Path, run: Any) -> None:
    assert run("assign", plan, "--territory", "South West", "--units", "A1").stdout == (
        "New territory South West with 1 unit.\n"
    )
    assert holders(plan)["A1"] == "South West"


def test_a_territory_is_found_whatever_the_letter_case(plan: Path, run: Any) -> None:
    run("assign", plan, "--territory", "east", "--units", "D4")
    assert holders(plan)["D4"] == "East"


def test_units_come_from_a_file_one_code_a_line(plan: Path, tmp_path: Path, run: Any) -> None:
    path = tmp_path / "codes.txt"
    path.write_bytes(b"\xef\xbb\xbfD4\r\n\r\n# the west\r\nC1\r\nC1\r\n")
    assert run("assign", plan, "--territory", "East", "--units-from", path).stdout == "2 units given to East.\n"
    assert [holders(plan)[code] for code in ("D4", "C1")] == ["East", "East"]


def test_unknown_codes_are_named_and_nothing_is_changed(plan: Path, refused: Any) -> None:
    before = plan.read_bytes()
    error, hint = refused("assign", plan, "--territory", "New", "--units", "A1,E9,F9")
    assert "E9, F9" in error
    assert "A1" in hint
    assert plan.read_bytes() == before


def test_a_code_that_lost_its_zeros_is_recognised(tmp_path: Path, run: Any, refused: Any) -> None:
    path = tmp_path / "states.gpkg"
    assert run("new", path, "--units", "us-states").exit_code == 0
    assert "Did you mean 06?" in refused("assign", path, "--territory", "West", "--units", "6")[1]


@pytest.mark.parametrize("options", [[], ["--units", "A1", "--units-from", "x.txt"], ["--units", " , "]])
def test_units_are_asked_for_in_one_way(plan: Path, refused: Any, options: list[str]) -> None:
    assert "--units" in refused("assign", plan, "--territory", "West", *options)[1]


def test_a_locked_territory_is_named_in_the_refusal(plan: Path, refused: Any) -> None:
    with Session.open(plan) as session:
        west = session.plan.territories[0]
        session.do(commands.set_territory_locked(session.plan, [west.territory_id], True))
    assert "West is locked" in refused("assign", plan, "--territory", "East", "--units", "A1")[0]
    assert holders(plan)["A1"] == "West"


def test_override_gives_accounts_by_name(plan: Path, run: Any, ask: Any) -> None:
    """k3 lies in West; given to North it counts there."""
    result = run("override", plan, "--territory", "North", "--accounts", "k3,k6", "--reason", "key account")
    assert result.stdout == "2 accounts given to North by name.\n"
    rows = {row["name"]: row for row in ask("balance", plan)["territories"]}
    assert [rows[name]["n_accounts"] for name in ("West", "East", "North")] == [2, 1, 2]
    assert rows["North"]["totals"]["revenue"] == 205


def test_an_override_to_an_unknown_territory_is_refused(plan: Path, refused: Any) -> None:
    error, hint = refused("override", plan, "--territory", "Nort", "--accounts", "k1", "--reason", "x")
    assert "'Nort'" in error
    assert hint.startswith("Did you mean North?")


def test_an_override_of_an_unknown_account_is_refused(plan: Path, refused: Any) -> None:
    assert "k99" in refused("override", plan, "--territory", "North", "--accounts", "k1,k99", "--reason", "x")[0]


def test_an_override_needs_a_reason(plan: Path, refused: Any) -> None:
    assert "reason" in refused("override", plan, "--territory", "North", "--accounts", "k1", "--reason", " ")[0]
    assert "--reason" in refused("override", plan, "--territory", "North", "--accounts", "k1")[0]


def test_undo_and_redo_walk_between_commands(plan: Path, run: Any) -> None:
    run("assign", plan, "--territory", "East", "--units", "D4")
    assert run("undo", plan).stdout == "Undone: Give 1 unit to East\n"
    assert holders(plan)["D4"] == ""
    assert run("redo", plan).stdout == "Done again: Give 1 unit to East\n"
    assert holders(plan)["D4"] == "East"


def test_there_is_an_end_to_undo_and_redo(plan: Path, run: Any) -> None:
    assert run("redo", plan).exit_code == 2
    for _ in range(3):  # alignment, reps, accounts
        assert run("undo", plan).exit_code == 0
    result = run("undo", plan)
    assert result.exit_code == 2
    assert result.stderr.startswith("error: There is nothing to undo")


def test_set_lists_every_key(plan: Path, run: Any, ask: Any) -> None:
    values = ask("set", plan)
    assert list(values)[:6] == ["visits", "visit_min", "speed_kmh", "detour", "stops_per_trip", "target"]
    assert values["tolerance.revenue"] == 0.05
    assert values["title"] == "plan"
    assert run("set", plan).stdout.splitlines()[0].split() == ["visits", "12"]


def test_set_changes_all_values_in_one_step(plan: Path, run: Any, ask: Any) -> None:
    before = ask("set", plan)
    assignments = ["visits=6", "tolerance=10%", "tolerance.Units=0.2", "target=capacity", "title=New year", "note=a=b"]
    assert run("set", plan, *assignments, "effective_date=2027-01-01", "currency=cny").exit_code == 0
    after = ask("set", plan)
    assert after["visits"] == 6
    assert (after["tolerance.units"], after["tolerance.revenue"]) == (0.2, 0.1)
    assert (after["target"], after["title"], after["note"]) == ("capacity", "New year", "a=b")
    assert (after["effective_date"], after["currency"]) == ("2027-01-01", "CNY")
    refused = run("set", plan, "currency=XYZZY")
    assert refused.exit_code == 2
    assert "There is no currency 'XYZZY'" in refused.stderr
    run("undo", plan)
    assert ask("set", plan) == before


@pytest.mark.parametrize(
    ("assignment", "named"),
    [
        ("visits", "'visits'"),
        ("visit=6", "'visit'"),
        ("visits=often", "'often'"),
        ("visits=-1", "-1"),
        ("speed_kmh=0", "speed_kmh"),
        ("detour=nan", "detour"),
        ("target=fair", "fair"),
        ("tolerance.sales=0.1", "'sales'"),
        ("tolerance=wide", "'wide'"),
        ("effective_date=soon", "soon"),
        ("title=", "name"),
    ],
)
def test_a_value_that_cannot_be_is_named_and_nothing_is_set(
    plan: Path, ask: Any, refused: Any, assignment: str, named: str
) -> None:
    before = ask("set", plan)
    assert named in refused("set", plan, "stops_per_trip=5", assignment)[0]
    assert ask("set", plan) == before
