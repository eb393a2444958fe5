"""The commands alignment ..., and --alignment: in which alignment a command works; the grid of conftest."""

from __future__ import annotations

import csv
import json
from pathlib import Path

from tests.cli.conftest import Run

LARGE = '{"field": "revenue", "from": 100}'  # Alpha 100, Gamma 200, Delta 300


def test_an_alignment_is_made_listed_scoped_used_and_deleted(plan: Path, run: Run) -> None:
    done = run("alignment", "new", plan, "Inside", "--role", "inside sales", "--from", "Field", "--scope", LARGE)
    assert done.stdout == "New alignment Inside.\n"
    assert "The scope covers 3 of 6 accounts." in done.stderr
    found = json.loads(run("alignment", "list", plan, "--json").stdout)["alignments"]
    told = [(a["name"], a["role"], a["is_in_use"], a["accounts_in_scope"], a["territories"]) for a in found]
    assert told == [("Field", "field", True, 6, 3), ("Inside", "inside", False, 3, 3)]
    assert found[1]["scope_sentence"] == "Accounts where revenue is at least 100."
    assert run("alignment", "scope", plan, "inside").stdout == "Accounts where revenue is at least 100.\n"
    run("alignment", "scope", plan, "Inside", "--all")
    assert json.loads(run("alignment", "scope", plan, "Inside", "--json").stdout)["accounts_in_scope"] == 6
    run("alignment", "edit", plan, "Inside", "--name", "Phone", "--note", "two teams")
    run("alignment", "order", plan, "Phone, Field")
    run("alignment", "use", plan, "phone")
    found = json.loads(run("alignment", "list", plan, "--json").stdout)["alignments"]
    assert [(a["name"], a["is_in_use"]) for a in found] == [("Phone", True), ("Field", False)]
    assert run("alignment", "delete", plan, "Phone").stdout == "Alignment Phone deleted; Field is in use.\n"


def test_commands_work_in_the_alignment_that_is_named_and_leave_the_one_in_use(plan: Path, run: Run) -> None:
    """Inside covers Alpha, Gamma and Delta; there East has A1 too, so Alpha (100) is East's with Delta (300)."""
    run("alignment", "new", plan, "Inside", "--from", "Field", "--with-reps", "--scope", LARGE)
    run("assign", plan, "--alignment", "Inside", "--territory", "East", "--units", "A1")
    inside = json.loads(run("balance", plan, "--alignment", "Inside", "--json").stdout)["territories"]
    field = json.loads(run("balance", plan, "--json").stdout)["territories"]
    assert {t["name"]: t["totals"]["revenue"] for t in inside} == {"West": 200, "East": 400, "North": 0}
    assert {t["name"]: t["n_units"] for t in field}["West"] == 4
    out = plan.with_name("accounts.csv")
    run("export", plan, out, "--what", "accounts", "--alignment", "Inside")
    with out.open(encoding="utf-8-sig", newline="") as file:
        rows = {row["account_key"]: row for row in csv.DictReader(file)}
    assert [rows[f"k{i}"]["territory"] for i in (1, 2, 3, 4)] == ["East", "", "West", "East"]
    assert [rows[f"k{i}"]["in_scope"] for i in (1, 2)] == ["1", "0"]
    assert [rows[f"k{i}"]["territory: Field"] for i in (1, 2)] == ["West", "West"]
    assert rows["k1"]["rep: Field"] == "Ada"
    assert run("check", plan).exit_code == 0


def test_what_cannot_be_is_refused_with_what_to_do(plan: Path, run: Run) -> None:
    for arguments, words in (
        (("alignment", "delete", plan, "Field"), "Field is the only alignment of the plan."),
        (("alignment", "use", plan, "Insid"), "There is no alignment 'Insid'."),
        (("balance", plan, "--alignment", "Nowhere"), "There is no alignment 'Nowhere'."),
        (("alignment", "scope", plan, "Field", '{"field": "turnover", "from": 1}'), "There is no field 'turnover'."),
        (("alignment", "scope", plan, "Field", "{"), "hint"),
        (("alignment", "new", plan, "X", "--with-reps"), "--with-reps says nothing without --from."),
        (("alignment", "edit", plan, "Field"), "Nothing is to be changed."),
        (("alignment", "new", plan, "field"), "There is already an alignment named field."),
    ):
        done = run(*arguments)
        assert done.exit_code == 2, arguments
        assert words in done.stderr
