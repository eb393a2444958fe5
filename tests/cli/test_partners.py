"""partner ...: the walk of a channel manager on the command line, every figure by hand."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from territorymap.model.period import period_of
from tests.cli.conftest import Run

Ask = Callable[..., dict[str, Any]]
Refused = Callable[..., tuple[str, str]]

QUARTER = period_of("quarter", date.today()).previous  # the one that ended last, whenever the test runs


def write_figures(file: Path) -> None:
    """Quarter by quarter 50, 60, 60, 60, 70; then a row for the last one again, which is refused."""
    before = [QUARTER.previous]
    for _ in range(3):
        before.append(before[-1].previous)
    told = zip(reversed(before), (50, 60, 60, 60), strict=True)
    lines = [f"Ada,{period},{amount}," for period, amount in told]
    file.write_text("\n".join(["partner,period,revenue,target", *lines, f"Ada,{QUARTER},70,100", f"Ada,{QUARTER},1,"]))


def test_a_year_of_a_partner(run: Run, ask: Ask, refused: Refused, plan: Path, tmp_path: Path) -> None:
    """Ada has West: k1, k2 (150 of revenue) and accounts there; revenue 60 + 60 + 60 + 70 = 250 earns Silver, not Gold.

    70 of 100 is 70 %; against 50 a year before +40 %; no open deal covers the 30 that are missing.
    """
    refused("partner", "show", plan, "Ada")
    assert "no partners yet" in run("partner", "list", plan).stdout
    assert run("partner", "add", plan, "Ada", "--rep", "--type", "integrator").exit_code == 0
    for name, asked in (("Silver", ("--revenue", "200")), ("Gold", ("--revenue", "400", "--certifications", "1"))):
        assert run("partner", "tier", "set", plan, name, *asked).exit_code == 0
    file = tmp_path / "figures.csv"
    write_figures(file)
    report = ask("partner", "import", plan, file, "--kind", "figures")
    assert (report["read"], report["imported"], [r["row"] for r in report["rejected"]]) == (6, 5, [7])
    (line,) = ask("partner", "list", plan, "--period", QUARTER.text)["partners"]
    assert (line["tier_now"], line["tier_earned"], line["tier_next"]) == (None, "Silver", "Gold")
    assert [(g["criterion"], g["missing"]) for g in line["gaps"]] == [("revenue", 150), ("certifications", 1)]
    assert (line["revenue"], line["target"], line["attainment"]) == (70, 100, 0.7)
    assert run("partner", "tier", "give", plan, "earned", "--period", QUARTER.text).exit_code == 0
    tiers = ask("partner", "tier", "list", plan)
    assert [(t["tier"], t["partners"], t["earned"]) for t in tiers["tiers"]] == [("Silver", 1, 1), ("Gold", 0, 0)]
    assert [(m["partner"], m["before"], m["after"], m["move"]) for m in tiers["moves"]] == [
        ("Ada", "-", "Silver", "up")
    ]
    settings = (
        "status=active",
        f"target.{QUARTER.following}=10",
        "score.reach=8",
        f"satisfaction.{QUARTER}=6",
        "joint_plan=Grow",
        "contact=ada@example.org",
    )
    assert run("partner", "set", plan, "ada", *settings).exit_code == 0
    shown = ask("partner", "show", plan, "Ada", "--period", QUARTER.text)
    assert (shown["growth"], shown["satisfaction"], shown["recruitment"]["score"]) == (0.4, 6, 8)
    assert shown["territories"] == ["West"]
    assert "integrator" in str(shown["type"])
    assert "Silver" in run("partner", "show", plan, "Ada").stdout
    flags = ask("partner", "review", plan, "--period", QUARTER.text)["flags"]
    assert [f["rule"] for f in flags] == ["revenue", "pipeline", "satisfaction"]
    assert run("partner", "review", plan, "--period", QUARTER.text, "--take-up", "--owner", "Eve").exit_code == 0
    taken = ask("partner", "review", plan, "--period", QUARTER.text)["flags"]
    assert [(f["owner"], f["is_taken_up"]) for f in taken] == [("Eve", True)] * 3
    refused("partner", "set", plan, "Ada", "colour=red")
    refused("partner", "set", plan, "Ada", "tier=Platinum")
    refused("partner", "tier", "delete", plan, "Silver")
    refused("partner", "list", plan, "--period", "soon")
    assert run("partner", "set", plan, "Ada", "tier=").exit_code == 0
    assert run("partner", "tier", "delete", plan, "Silver").exit_code == 0
    assert [t["tier"] for t in ask("partner", "tier", "list", plan)["tiers"]] == ["Gold"]
