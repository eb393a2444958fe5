"""import accounts, reps, alignment: counts, rejects, and the same file again."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

from territorymap.session.session import Session


def test_accounts_are_counted_by_how_they_were_located(tmp_path: Path, plan: Path, ask: Any) -> None:
    path = tmp_path / "more.csv"
    path.write_text("key,name,lon,lat,revenue\nn1,One,0.5,0.5,10\nn2,Two,1.5,0.5,ten\nn3,Three,,,5\n")
    told = ask("import", "accounts", plan, path)
    assert (told["read"], told["imported"]) == (3, 2)
    assert [row["row"] for row in told["rejected"]] == [3]
    assert "ten" in told["rejected"][0]["reason"]
    assert told["located"] == {"coordinates": 1, "postal_code": 0, "city": 0, "none": 1}


def test_a_person_reads_columns_counts_and_the_first_rejects(tmp_path: Path, plan: Path, run: Any) -> None:
    path = tmp_path / "more.csv"
    bad = "".join(f"b{i},Bad {i},0.5,0.5,x{i}\n" for i in range(13))
    path.write_text(
        "key,name,lon,lat,revenue\nn1,One,0.5,0.5,10\nn2,Two,0.5,0.5,20\n"
        + "".join(f"g{i},Good {i},0.5,0.5,{i}\n" for i in range(40))
        + bad
    )
    lines = run("import", "accounts", plan, path).stdout.splitlines()
    assert any("account_key = key" in line and "measure = revenue" in line for line in lines)
    assert "55 rows read: 42 imported, 13 rejected." in lines
    assert sum(line.startswith("row ") for line in lines) == 10
    assert lines[-1] == "and 3 more; --rejects OUT.csv saves them all."


def test_rejects_are_saved_with_row_and_reason(tmp_path: Path, plan: Path, run: Any) -> None:
    path, out = tmp_path / "more.csv", tmp_path / "rejects.csv"
    path.write_text("key,name,lon,lat,revenue\nn1,One,0.5,0.5,10\nn2,Two,1.5,0.5,ten\n")
    assert run("import", "accounts", plan, path, "--rejects", out).exit_code == 0
    with out.open(encoding="utf-8-sig", newline="") as stream:
        header, row = csv.reader(stream)
    assert row[0] == "3"
    assert row[2:] == ["n2", "Two", "1.5", "0.5", "ten"]
    assert header[2:] == ["key", "name", "lon", "lat", "revenue"]


def test_columns_can_be_corrected(tmp_path: Path, plan: Path, run: Any, ask: Any) -> None:
    path = tmp_path / "odd.csv"
    path.write_text("a,b,c,d\nn1,One,0.5,0.5\nn2,Two,1.5,0.5\n")
    choices = ["account_key=a", "account_name=b", "lon=c", "lat=d"]
    told = ask("import", "accounts", plan, path, *(part for c in choices for part in ("--map", c)))
    assert told["columns"]["fields"] == {"account_key": "a", "account_name": "b", "lon": "c", "lat": "d"}
    assert told["located"]["coordinates"] == 2


def test_a_wrong_correction_is_named(plan: Path, files: dict[str, Path], refused: Any) -> None:
    error, hint = refused("import", "accounts", plan, files["accounts"], "--map", "lon=longitude")
    assert "longitude" in error
    assert "lon" in hint
    assert "nonsense" in refused("import", "accounts", plan, files["accounts"], "--map", "nonsense=lon")[0]
    assert "lon" in refused("import", "accounts", plan, files["accounts"], "--map", "lon")[0]


def test_the_same_file_with_a_key_changes_what_differs_in_one_step(
    tmp_path: Path, plan: Path, run: Any, ask: Any
) -> None:
    """k1 earns more, k7 is new, k6 is gone (and stays); the override of k3 survives."""
    run("override", plan, "--territory", "North", "--accounts", "k3", "--reason", "key account")
    path = tmp_path / "again.csv"
    path.write_text(
        "key,name,lon,lat,revenue\nk1,Alpha,0.5,0.5,111\nk2,Beta,0.5,0.5,50\nk3,Gamma,1.5,0.5,200\n"
        "k4,Delta,2.5,0.5,300\nk5,Epsilon,3.5,3.5,70\nk7,Eta,2.5,0.5,1\n"
    )
    told = ask("import", "accounts", plan, path, "--key", "key")
    assert {name: told[name] for name in ("added", "changed", "unchanged", "missing")} == {
        "added": 1, "changed": 1, "unchanged": 4, "missing": 1,
    }  # fmt: skip
    rows = {row["name"]: row["totals"]["revenue"] for row in ask("balance", plan)["territories"]}
    assert rows == {"West": 161, "East": 301, "North": 200}
    assert "North" in run("undo", plan).stdout or run("history", plan).exit_code == 0
    rows = {row["name"]: row["totals"]["revenue"] for row in ask("balance", plan)["territories"]}
    assert rows == {"West": 150, "East": 300, "North": 200}


def test_the_same_file_without_a_key_adds_and_says_so(plan: Path, files: dict[str, Path], run: Any) -> None:
    result = run("import", "accounts", plan, files["accounts"])
    assert "6 keys are in the plan already" in result.stderr
    with Session.open(plan, read_only=True) as session:
        assert len(session.plan.accounts) == 12


def test_reps_are_changed_by_name(tmp_path: Path, plan: Path, ask: Any) -> None:
    path = tmp_path / "reps.csv"
    path.write_text("name,capacity_h,territory\nAda,500,West\nCarl,200,North\n")
    told = ask("import", "reps", plan, path)
    assert (told["read"], told["imported"], told["rejected"]) == (2, 2, [])
    with Session.open(plan, read_only=True) as session:
        assert {rep.name: rep.capacity_h for rep in session.plan.reps} == {"Ada": 500, "Bo": 100, "Carl": 200}
        north = session.plan.rep_of(2)
        assert north is not None
        assert north.name == "Carl"


def test_an_alignment_moves_units_and_names_what_it_does_not_know(tmp_path: Path, plan: Path, ask: Any) -> None:
    path = tmp_path / "list.csv"
    path.write_text("Unit;Territory\nD4;East\nQ1;East\n")
    told = ask("import", "alignment", plan, path)
    assert (told["read"], told["imported"]) == (2, 1)
    assert "Q1" in told["rejected"][0]["reason"]
    assert ask("check", plan)["unassigned_units"] == []


def test_a_file_that_is_not_there_is_named(plan: Path, refused: Any) -> None:
    for kind in ("accounts", "reps", "alignment"):
        assert "no.csv" in refused("import", kind, plan, "no.csv")[0]


def test_a_failed_import_changes_nothing(tmp_path: Path, plan: Path, refused: Any) -> None:
    before = plan.read_bytes()
    path = tmp_path / "no-names.csv"
    path.write_text("x,y\n1,2\n3,4\n")
    refused("import", "reps", plan, path)
    assert plan.read_bytes() == before


def test_a_crm_report_gives_accounts_to_territories(tmp_path: Path, plan: Path, run: Any, ask: Any) -> None:
    """k1 lies in West and stays; k2 lies in West and is East's by the report; a key that is not there is told."""
    report = tmp_path / "report.csv"
    report.write_text(
        "Account ID,Account Name,Territory Name\nk1,Alpha,West\nk2,Beta,East\nk9,Nobody,East\nk3,Gamma,New\n"
    )
    told = ask("import", "assignment", plan, report)
    assert (told["imported"], told["territories"]) == (3, 3)
    assert told["rejected"] == [{"row": 4, "reason": "The plan has no account k9."}]
    assert told["columns"]["fields"] == {"account_key": "Account ID", "territory": "Territory Name"}
    with Session.open(plan) as session:
        names = [session.plan.territories[ix].name for ix in session.plan.territory_of_accounts()[:3]]
        assert names == ["West", "East", "New"]
        assert (session.plan.account_override >= 0).tolist()[:3] == [False, True, True]
    assert run("undo", plan).exit_code == 0
    with Session.open(plan) as session:
        assert session.plan.territory_named("New") is None
        assert not (session.plan.account_override >= 0).any()


def test_salesforce_ids_of_15_and_18_letters_are_one_account(tmp_path: Path, plan: Path, run: Any, ask: Any) -> None:
    path = tmp_path / "accounts.csv"
    path.write_text("Id,Name,lon,lat,revenue\n001A0000006Vm9rIAC,One,0.5,0.5,1\n")
    assert run("import", "accounts", plan, path).exit_code == 0
    path.write_text("Account ID,Name,lon,lat,revenue\n001A0000006Vm9r,One,0.5,0.5,2\n001A0000006Vm9R,Two,0.5,0.5,3\n")
    told = ask("import", "accounts", plan, path, "--key", "Account ID")
    assert (told["changed"], told["added"]) == (1, 1)
