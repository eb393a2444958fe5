"""The commands sizing, funnel, market and scorecard: figures by hand, changes that undo takes back, refusals."""

from __future__ import annotations

import csv
import json
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Run

Ask = Callable[..., dict[str, Any]]
Refused = Callable[..., tuple[str, str]]


def test_sizing_by_hand_and_undone(run: Run, ask: Ask, plan: Path) -> None:
    """
    Revenue 300 200 100 70 50 5 of 725: before them 0, .41, .69, .83, .92, .993: A A A B B C. The plan has 12 visits of
    45 min: A 24 x 60 min, B 12 x 45 min. The one of 70 lies 467 km from Ada, who alone has a home, so it is called:
    3 x 24 + 9 = 81 h field; 12 calls x 15 min + C 6 x 10 min = 4 h inside.
    """
    found = ask("sizing", plan)
    by = {one["method"]: one for one in found["methods"]}
    assert by["workload"]["field"]["basis"] == pytest.approx(81)
    assert by["workload"]["field"]["fte"] == pytest.approx(81 / 880)
    assert by["workload"]["inside"]["basis"] == pytest.approx(4)
    assert (by["workload"]["territories"], by["workload"]["obstacle"]) == (1, None)
    assert by["potential"]["territories"] is None
    assert "potential" in by["potential"]["obstacle"]
    changed = ask("sizing", plan, "--set", "A.visits=1000", "--set", "field.weeks=40", "--set", "potential=revenue",
                  "--set", "win_share=50%", "--set", "field_sales=100", "--set", "turnover=0")  # fmt: skip
    by = {one["method"]: one for one in changed["methods"]}
    assert by["workload"]["field"]["fte"] == pytest.approx((3 * 1000 + 9) / 800)
    assert by["potential"]["field"]["fte"] == pytest.approx(650 * 0.5 / 100)
    assert run("undo", plan).exit_code == 0
    assert ask("sizing", plan) == found


def test_sizing_split_and_read_from_a_file(run: Run, ask: Ask, plan: Path, tmp_path: Path) -> None:
    split = ask("sizing", plan, "--by", "Industry")["split"]
    assert {line["name"]: line["n_accounts"] for line in split} == {"glass": 2, "steel": 4}
    told = run("sizing", plan, "--by", "reason").stdout
    assert "Size: C is served by telephone." in told
    whole = ask("sizing", plan)
    whole["assumptions"]["rules"] = [{"word": "industry", "way": "segment", "channel": "inside", "key": "x"}]
    (tmp_path / "a.json").write_text(json.dumps(whole), encoding="utf-8")
    found = run("sizing", plan, "--assumptions", tmp_path / "a.json")
    assert "a column that is not in the plan" in found.stderr
    (step,) = [s for s in ask("history", plan)["steps"] if "sizing" in s["label"]]
    assert step["label"] == "Change the assumptions of sizing"


def test_in_an_alignment_of_inside_sales_everybody_is_called(run: Run, ask: Ask, plan: Path) -> None:
    """3 A x 24 x 20 min + 2 B x 12 x 15 min + 1 C x 6 x 10 min = 24 + 6 + 1 h; field keeps what it assumes itself."""
    run("alignment", "new", plan, "Phone", "--role", "inside")
    run("sizing", plan, "--set", "field.weeks=40")
    found = {one["method"]: one for one in ask("sizing", plan, "--alignment", "Phone")["methods"]}["workload"]
    assert (found["field"]["basis"], found["inside"]["basis"]) == (0, pytest.approx(31))
    assert found["territories"] == 1
    changed = ask("sizing", plan, "--alignment", "Phone", "--set", "otherwise=field")
    assert changed["methods"][0]["inside"]["basis"] == 0
    assert changed["assumptions"]["field_time"]["weeks"] == 40
    assert ask("sizing", plan)["assumptions"]["rules"]


def test_sizing_refuses_what_cannot_be(refused: Refused, plan: Path, tmp_path: Path) -> None:
    assert "win_share" in refused("sizing", plan, "--set", "win_share=2")[0]
    assert "win_share" in refused("sizing", plan, "--set", "win_shore=2")[1]
    assert "KEY=VALUE" in refused("sizing", plan, "--set", "win_share")[0]
    assert "industry" in refused("sizing", plan, "--by", "industri")[1]
    (tmp_path / "bad.json").write_text("{", encoding="utf-8")
    assert "cannot be read" in refused("sizing", plan, "--assumptions", tmp_path / "bad.json")[0]
    refused("sizing", plan, "--assumptions", tmp_path / "none.json")


def test_funnel_forwards_backwards_and_kept(run: Run, ask: Ask, plan: Path) -> None:
    found = ask("funnel", plan, "--target", 75000, "--activities", 500)
    assert found["backwards"]["activities"] == pytest.approx(1000)
    assert found["backwards"]["hours"] == pytest.approx(485)
    assert found["forwards"]["closes"] == pytest.approx(3.75)
    assert found["territories"] == []
    ask("funnel", plan, "--role", "inside", "--set", "close_rate=50%", "--set", "deal_amount=100")
    assert ask("funnel", plan, "--role", "INSIDE", "--target", 100)["backwards"]["proposals"] == pytest.approx(2)
    assert ask("funnel", plan, "--role", "field", "--target", 10000)["backwards"]["proposals"] == pytest.approx(4)
    assert run("undo", plan).exit_code == 0
    assert ask("funnel", plan, "--role", "inside", "--target", 10000)["backwards"]["proposals"] == pytest.approx(4)


def test_funnel_of_territories_by_hand(ask: Ask, plan: Path) -> None:
    """West: Ada has 300 h, 30 % are 90 h; an activity takes 0.485 h and brings 75: 90 / 0.485 x 75.

    Its revenue is 350 (100 + 50 + 200): target 385, less 315 that comes again: 70.
    """
    west, _, north = ask("funnel", plan)["territories"]
    assert (west["territory"], north["territory"]) == ("West", "North")
    assert west["hours"] == pytest.approx(90)
    assert west["brings"]["amount"] == pytest.approx(90 / 0.485 * 75)
    assert west["target"] == pytest.approx(70)
    assert west["load"] == pytest.approx(70 / 75 * 0.485 / 90)
    assert (north["hours"], north["load"]) == (0, None)  # vacant: no time for what is needed


def test_market_ranked_weighed_and_kept(run: Run, ask: Ask, refused: Refused, plan: Path) -> None:
    """Revenue by square: A1 150, A2 200, A3 300, D4 70; the others 0."""
    found = ask("market", plan, "--level", "units", "--top", 3)
    (criterion,) = found["criteria"]
    assert (criterion["role"], found["n_markets"]) == ("revenue", 16)
    assert [m["code"] for m in found["markets"]] == ["A3", "A2", "A1"]
    assert [m["score"] for m in found["markets"]] == pytest.approx([1, 2 / 3, 0.5])
    run("market", plan, "--level", "units", "--save", "--weight", "revenue=7")
    kept = ask("market", plan)
    assert (kept["level"], kept["criteria"][0]["weight"]) == ("units", 7)
    assert run("undo", plan).exit_code == 0
    assert ask("market", plan)["criteria"][0]["weight"] == 30
    assert "revenue" in refused("market", plan, "--weight", "revenu=7")[1]
    assert "weight" in refused("market", plan, "--weight", "revenue=-7")[0]


def test_scorecard_with_goals(run: Run, ask: Ask, refused: Refused, plan: Path) -> None:
    found = ask("scorecard", plan)["territories"]
    assert {c["territory"]: c["revenue"] for c in found} == {"West": 350, "East": 300, "North": 0}  # D4 is nobody's
    assert {c["territory"]: c["rank"] for c in found} == {"West": 1, "East": 2, "North": 3}
    run("scorecard", plan, "--territory", "west", "--goal", "Win 铁 Ltd", "--due", "2027-03-31", "--owner", "Ada")
    (card,) = ask("scorecard", plan, "--territory", "West")["territories"]
    assert card["goals"] == [{"title": "Win 铁 Ltd", "owner": "Ada", "due_on": "2027-03-31", "done_on": ""}]
    assert "Win 铁 Ltd" in run("scorecard", plan, "--territory", "West").stdout
    assert run("undo", plan).exit_code == 0
    assert ask("scorecard", plan, "--territory", "West")["territories"][0]["goals"] == []
    assert "territory" in refused("scorecard", plan, "--goal", "x")[1]
    assert "date" in refused("scorecard", plan, "--territory", "West", "--goal", "x", "--due", "soon")[0]
    assert "empty" in refused("scorecard", plan, "--territory", "West", "--synergy", " ")[0]


def test_screen_export_and_sql_agree_on_what_a_territory_has(run: Run, ask: Ask, plan: Path, tmp_path: Path) -> None:
    run("override", plan, "--accounts", "k4", "--territory", "North", "--reason", "key account")
    told = {c["territory"]: c["revenue"] for c in ask("scorecard", plan)["territories"]}
    run("export", plan, tmp_path / "s.csv", "--what", "scorecards")
    with (tmp_path / "s.csv").open(encoding="utf-8-sig", newline="") as file:
        exported = {row["territory"]: float(row["revenue"]) for row in csv.DictReader(file)}
    with sqlite3.connect(plan) as connection:
        (column,) = connection.execute("select column_name from measure where measure_name = 'revenue'").fetchone()
        rows = connection.execute(
            f"""select territory_name, coalesce(sum({column}), 0) from territory
            left join (select account.*, coalesce("override".territory_id, assignment.territory_id) as owner_id
                       from account left join "override" using (account_id) left join assignment using (unit_id))
            on owner_id = territory_id group by territory_id"""
        ).fetchall()
    connection.close()
    assert told == exported == dict(rows) == {"West": 350, "East": 0, "North": 300}
