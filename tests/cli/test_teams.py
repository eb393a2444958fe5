"""The commands team ..., region ... and a scope in words, on the plan of conftest: Ada has 300 h, Bo 100 h."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.cli.conftest import Run


def done(run: Run, *arguments: object) -> Any:
    result = run(*arguments, "--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def refused(run: Run, *arguments: object) -> str:
    result = run(*arguments)
    assert result.exit_code != 0
    return result.output + str(result.stderr)


def test_a_team_is_set_by_shares(run: Run, plan: Path) -> None:
    """Ada leads North by half of her time and West by all of it: 300 / 1.5 for West, half of that for North; Bo
    leads East (100 h) and helps in North by a quarter: 100 x 0.25 / 1.25."""
    row = done(run, "team", "set", plan, "north", "--lead", "ada=0.5", "--member", "Bo=.25")
    assert row["team"] == [{"rep": "Ada", "part": "lead", "share": 0.5}, {"rep": "Bo", "part": "member", "share": 0.25}]
    assert row["capacity_h"] == 100 + 20
    rows = done(run, "team", "list", plan)["teams"]
    assert {r["territory"]: r["capacity_h"] for r in rows} == {"West": 200, "East": 80, "North": 120}
    row = done(run, "team", "set", plan, "North", "--overlay", "Bo", "--vacant-since", "2026-01-31")
    assert row["vacant_since"] == "2026-01-31"
    assert row["capacity_h"] == 0
    assert "vacant since 2026-01-31" in run("team", "list", plan).output
    assert "There is no rep 'Adda'" in refused(run, "team", "set", plan, "North", "--lead", "Adda")
    assert "'half' is not a share" in refused(run, "team", "set", plan, "North", "--lead", "Ada=half")
    assert "is not vacant" in refused(
        run, "team", "set", plan, "North", "--lead", "Ada", "--vacant-since", "2026-01-31"
    )


def test_regions_are_made_nested_and_taken_apart(run: Run, plan: Path) -> None:
    done(run, "region", "new", plan, "Land", "--manager", "Mia", "--territories", "West, East")
    done(run, "region", "new", plan, "Coast", "--within", "land")
    regions = done(run, "region", "put", plan, "East", "Coast")["regions"]
    assert regions == [
        {"name": "Land", "manager": "Mia", "level": 1, "territories": ["West"]},
        {"name": "Coast", "manager": "", "level": 2, "territories": ["East"]},
    ]
    assert "› Coast" in run("region", "list", plan).output
    assert "within itself" in refused(run, "region", "edit", plan, "Land", "--within", "Coast")
    regions = done(run, "region", "edit", plan, "Coast", "--within", "", "--manager", "Al")["regions"]
    assert [(r["name"], r["level"]) for r in regions] == [("Coast", 1), ("Land", 1)]
    assert done(run, "region", "put", plan, "East", "--out")["regions"][0]["territories"] == []
    assert "Give a region" in refused(run, "region", "put", plan, "East")
    assert done(run, "region", "delete", plan, "land")["regions"] == [
        {"name": "Coast", "manager": "Al", "level": 1, "territories": []}
    ]
    run("undo", plan)
    assert len(done(run, "region", "list", plan)["regions"]) == 2


def test_a_scope_is_written_in_words(run: Run, plan: Path) -> None:
    """Steel of 70 and more: k1 (100), k3 (200), k5 (70)."""
    done(run, "alignment", "new", plan, "Mills", "--role", "inside", "--scope", "industry = steel and revenue >= 70")
    rows = {row["name"]: row for row in done(run, "alignment", "list", plan)["alignments"]}
    assert rows["Mills"]["accounts_in_scope"] == 3
    assert rows["Mills"]["scope_sentence"] == "Accounts where industry is steel and revenue is at least 70."
    assert "no field Industri" in refused(run, "alignment", "scope", plan, "Mills", "Industri = steel")
