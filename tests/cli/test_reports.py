"""balance, history, check, layers; the figures are worked out by hand from the plan in conftest."""

from __future__ import annotations

import math
import sqlite3
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pytest
import shapely
from shapely import box

from territorymap.cli.checking import count_overlaps
from tests.support.grid import grid_layer


def territories(answer: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {row["name"]: row for row in answer["territories"]}


def test_balance_has_the_figures_of_the_grid(plan: Path, ask: Any) -> None:
    """Units 4, 4, 7, so the target is 5 and the index 0.8, 0.8, 1.4; cv = sqrt((0.04 + 0.04 + 0.16) / 3).

    Accounts 3, 1, 0 (k5 is in an unassigned square, k6 in none): target 4/3. Revenue 350, 300, 0.
    """
    answer = ask("balance", plan)
    assert answer["measures"] == ["accounts", "units", "workload_h", "revenue"]
    assert answer["tolerance"] == dict.fromkeys(answer["measures"], 0.05)
    west, east, north = (territories(answer)[name] for name in ("West", "East", "North"))
    assert (west["rep"], east["rep"], north["rep"]) == ("Ada", "Bo", None)
    assert [t["n_units"] for t in (west, east, north)] == [4, 4, 7]
    assert [t["n_accounts"] for t in (west, east, north)] == [3, 1, 0]
    assert [t["totals"]["revenue"] for t in (west, east, north)] == [350, 300, 0]
    assert west["target"]["units"] == 5
    assert [t["index"]["units"] for t in (west, east, north)] == pytest.approx([0.8, 0.8, 1.4])
    assert [t["index"]["accounts"] for t in (west, east, north)] == pytest.approx([2.25, 0.75, 0])
    whole = answer["plan"]
    assert whole["cv"]["units"] == pytest.approx(math.sqrt(0.08))
    assert whole["max_deviation"]["units"] == pytest.approx(0.4)
    assert whole["outside_tolerance"]["units"] == 3
    assert (whole["unassigned_units"], whole["unassigned_accounts"], whole["noncontiguous"]) == (1, 2, 0)


def test_balance_counts_borders_and_pieces(plan: Path, ask: Any) -> None:
    """West shares A2|A3 and B2|B3 with East, B1|C1 and B2|C2 with North."""
    west = territories(ask("balance", plan))["West"]
    assert (west["pieces"], west["cut_edges"]) == (1, 4)
    # Nearly a square of two degrees at the equator: pi / 4.
    assert west["polsby_popper"] == pytest.approx(math.pi / 4, abs=1e-3)


def test_workload_is_the_formula_of_the_design(plan: Path, ask: Any) -> None:
    """A square of row A has 12308.78 km2 (GeographicLib); 12 visits, 45 min, 60 km/h, detour 1.3, 4 stops.

    k1, k2: hop 0.7124 x sqrt(12308.78 / 2) = 55.888 km, stem 0: 12 x (45 + 1.3 x 55.888) / 60 = 23.531 h each.
    k3: hop 79.037 km, stem 111.191 km: 12 x (45 + 1.3 x (2 x 111.191 / 4 + 79.037)) / 60 = 44.004 h.
    k4: hop 79.037 km, and Bo has no home, so no stem: 12 x (45 + 1.3 x 79.037) / 60 = 29.550 h.
    """
    rows = territories(ask("balance", plan))
    assert rows["West"]["totals"]["workload_h"] == pytest.approx(2 * 23.531 + 44.004, abs=2e-3)
    assert rows["East"]["totals"]["workload_h"] == pytest.approx(29.550, abs=1e-3)
    assert rows["North"]["totals"]["workload_h"] == 0


def test_constants_change_the_workload(plan: Path, run: Any, ask: Any) -> None:
    """With 30 visits of 60 min at 120 km/h, detour 1: k4 takes 30 x (60 + 0.5 x 79.037) / 60 = 49.759 h."""
    assert run("set", plan, "visits=30", "visit_min=60", "speed_kmh=120", "detour=1").exit_code == 0
    assert territories(ask("balance", plan))["East"]["totals"]["workload_h"] == pytest.approx(49.759, abs=1e-3)


def test_a_target_by_capacity_leaves_the_vacancy_without_an_index(plan: Path, ask: Any) -> None:
    """Ada 300 h, Bo 100 h: of 4 accounts West should have 3 and East 1."""
    rows = territories(ask("balance", plan, "--target", "capacity"))
    assert [rows[name]["target"]["accounts"] for name in ("West", "East", "North")] == [3, 1, 0]
    assert [rows[name]["index"]["accounts"] for name in ("West", "East", "North")] == [1, 1, None]


def test_the_plans_own_target_holds_where_none_is_given(plan: Path, run: Any, ask: Any) -> None:
    run("set", plan, "target=capacity")
    assert territories(ask("balance", plan))["West"]["target"]["accounts"] == 3
    assert territories(ask("balance", plan, "--target", "equal"))["West"]["target"]["accounts"] == pytest.approx(4 / 3)


def test_a_tolerance_given_holds_for_all_measures(plan: Path, ask: Any) -> None:
    answer = ask("balance", plan, "--tolerance", "0.4")
    assert set(answer["tolerance"].values()) == {0.4}
    assert answer["plan"]["outside_tolerance"]["units"] == 0
    assert ask("balance", plan, "--tolerance", "25%")["plan"]["outside_tolerance"]["units"] == 1


def test_builtin_measures_come_along_with_those_named(plan: Path, ask: Any) -> None:
    assert ask("balance", plan, "--measure", "Revenue")["measures"] == ["accounts", "units", "workload_h", "revenue"]
    assert ask("balance", plan, "--measure", "units")["measures"] == ["accounts", "units", "workload_h"]


def test_an_unknown_measure_is_told_with_those_there_are(plan: Path, refused: Any) -> None:
    error, hint = refused("balance", plan, "--measure", "revenu")
    assert "'revenu'" in error
    assert "Did you mean revenue?" in hint
    assert "workload_h" in hint


@pytest.mark.parametrize("text", ["x", "-1", "99", "nan"])
def test_a_tolerance_that_is_none_is_told(plan: Path, refused: Any, text: str) -> None:
    assert text in refused("balance", plan, "--tolerance", text)[0]


def test_the_table_marks_what_is_outside(plan: Path, run: Any) -> None:
    """East has index 80 % of units and 75 % of accounts: both outside 5 %."""
    text = run("balance", plan).stdout
    row = next(line for line in text.splitlines() if line.startswith("East"))
    cells = row.replace(" %", "%").split()
    assert cells == ["East", "Bo", "1", "1", "75%*", "4", "80%*", "29.5", "73%*", "300", "138%*"]
    assert "Unassigned: 1 unit, 2 accounts." in text


def test_history_tells_each_step_with_time_and_author(plan: Path, run: Any, ask: Any) -> None:
    run("assign", plan, "--territory", "East", "--units", "D4")
    run("undo", plan)
    steps = ask("history", plan)["steps"]
    assert [step["kind"] for step in steps] == ["create", "do", "do", "do", "do", "undo"]
    assert [step["undone"] for step in steps] == [False] * 4 + [True, False]
    assert all(step["time"] and step["author"] for step in steps)
    text = run("history", plan).stdout
    assert "Undo: Give 1 unit to East" in text
    assert text.count("undone") == 1


def test_check_tells_what_is_unfinished_and_ends_well(plan: Path, run: Any, ask: Any) -> None:
    run("override", plan, "--territory", "West", "--accounts", "k1", "--reason", "by habit")
    answer = ask("check", plan)
    assert answer["ok"] is True
    assert answer["problems"] == []
    assert answer["unassigned_units"] == ["D4"]
    assert answer["unassigned_accounts"] == 2
    assert answer["pieces"] == {"West": 1, "East": 1, "North": 1}
    assert answer["overlaps"] == 0
    assert answer["pointless_overrides"] == ["k1"]
    assert answer["accounts_outside"] == 1
    assert "D4" in run("check", plan).stdout


def change_outside(plan: Path) -> None:
    """Change a value as GDAL would, with no regard for our history."""
    connection = sqlite3.connect(plan)
    connection.execute("UPDATE unit SET unit_name = 'Changed' WHERE unit_code = 'A1'")
    connection.commit()
    connection.close()


def test_a_change_by_another_program_is_a_step_and_no_fault(plan: Path, run: Any, ask: Any) -> None:
    change_outside(plan)
    assert ask("balance", plan)["plan"]["unassigned_units"] == 1
    assert ask("check", plan)["ok"] is True
    assert ask("history", plan)["steps"][-1]["kind"] == "outside"
    assert run("undo", plan).exit_code == 0


def test_looking_changes_no_byte(plan: Path, run: Any) -> None:
    before = plan.read_bytes()
    for command in ("balance", "history", "check", "set"):
        assert run(command, plan).exit_code == 0
    assert plan.read_bytes() == before


def test_check_counts_pieces(plan: Path, run: Any, ask: Any) -> None:
    """Without C1 to C4, North is D1 to D3; with A1 besides it is in two pieces."""
    run("assign", plan, "--territory", "East", "--units", "C1,C2,C3,C4")
    run("assign", plan, "--territory", "North", "--units", "A1")
    answer = ask("check", plan)
    assert answer["pieces"]["North"] == 2
    assert answer["noncontiguous"] == 1


def test_overlapping_units_are_counted_by_pairs() -> None:
    """Squares of side 1.5 set one apart: each overlaps the next, the diagonal ones too: 2 + 2 + 2 pairs."""
    layer = grid_layer(2, 2)
    assert count_overlaps(layer.geometry) == 0
    grown = shapely.buffer(layer.geometry, 0.25, join_style="mitre")
    assert count_overlaps(grown) == 6


def test_a_unit_that_crosses_itself_overlaps_what_lies_in_it() -> None:
    bow = shapely.Polygon([(0, 0), (1, 1), (1, 0), (0, 1)])
    assert count_overlaps(np.array([bow, box(0, 0, 1, 1), box(1, 0, 2, 1)], dtype=object)) == 1


def test_layers_lists_what_is_shipped(run: Any, ask: Any) -> None:
    shipped = {layer["id"]: layer for layer in ask("layers")["layers"]}
    assert shipped["us-counties"]["n_units"] == 3233
    assert shipped["us-zip3"]["approximate"] is True
    assert "us-counties" in run("layers").stdout


def test_overlapping_units_are_a_fault_with_a_way_out(tmp_path: Path, run: Any) -> None:
    squares = [box(0, 0, 2, 2), box(1, 0, 3, 2)]
    gpd.GeoDataFrame({"code": ["A", "B"]}, geometry=squares, crs=4326).to_file(tmp_path / "two.geojson")
    plan = tmp_path / "two.gpkg"
    assert run("new", plan, "--units-file", tmp_path / "two.geojson").exit_code == 0
    result = run("check", plan)
    assert result.exit_code == 2
    assert "1 pair of units overlaps" in result.stdout
    assert "relayer" in result.stderr
    assert "--repair" in result.stderr
