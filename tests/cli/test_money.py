"""The commands quota, forecast and pay on a small plan; amounts as worked out in tests/session/money."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner, Result

from territorymap.cli.root import territorymap
from territorymap.document import Document
from territorymap.model.coverage import Assumption, PayPlan, Quota
from tests.session.money.plans import TERMS, money_session

AS_OF = ["--period", "2026-Q2", "--today", "2026-05-15"]


@pytest.fixture(scope="module")
def plan(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("money") / "plan.gpkg"
    with money_session(path):
        return path


@pytest.fixture
def copy(plan: Path, tmp_path: Path) -> Path:
    path = tmp_path / "plan.gpkg"
    path.write_bytes(plan.read_bytes())
    return path


def run(*args: object, code: int = 0) -> Result:
    result = CliRunner().invoke(territorymap, [str(a) for a in args])
    assert result.exit_code == code, result.output
    return result


def told(*args: object) -> dict:
    return json.loads(run(*args, "--json").stdout)


def stored(path: Path, kind: type) -> list:
    with Document.open(path, author="Ada", read_only=True) as document:
        return list(document.register(kind).values())


def test_quotas_are_shared_set_spread_and_cleared(copy: Path, tmp_path: Path) -> None:
    found = told("quota", copy, "--period", "2027", "--share", "1000", "--set", "step=1", "--set", "weight.history=5")
    assert found["sum"] == found["target"] == 1000
    assert found["rules"]["split"]["history"] == 5
    assert sum(row["quota"] for row in found["territories"]) == 1000
    assert [a.topic for a in stored(copy, Assumption)] == ["quota"]
    run("quota", copy, "--period", "2027", "--quota", "North=700.5", "--rep", "Bob=99")
    amounts = {(q.territory_id is None, q.amount) for q in stored(copy, Quota) if q.period == "2027"}
    assert {(False, 700.5), (True, 99.0)} <= amounts
    found = told("quota", copy, "--period", "2027", "--share", "1000", "--keep", "North", "--set", "step=0.01")
    assert found["territories"][0]["quota"] == 700.5
    assert found["sum"] == 1000
    run("quota", copy, "--period", "2027", "--spread", "quarter", "--weights", "20,25,25,30")
    assert told("quota", copy, "--period", "2027-Q4")["territories"][0]["quota"] == 210.15
    out = tmp_path / "quotas.csv"
    run("quota", copy, "--period", "2027", "--out", out)
    rows = list(csv.reader(out.read_text(encoding="utf-8-sig").splitlines()))
    assert rows[1][:3] == ["North", "Ann", "700.5"]
    run("quota", copy, "--period", "2027", "--clear")
    assert not [q for q in stored(copy, Quota) if q.period == "2027"]
    run("quota", copy, "--period", "2027", "--bottom-up")
    text = run("quota", copy, "--period", "2027").stdout
    assert "set for this period" in text
    assert "Revenue" in text


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (["--share", "x"], "must be a number"),
        (["--share", "-5"], "cannot be shared"),
        (["--quota", "North"], "NAME=VALUE"),
        (["--quota", "Nort=5"], "North"),
        (["--rep", "Zed=5"], "There is no rep"),
        (["--set", "weights=5"], "There is no rule"),
        (["--set", "step=0"], "step above 0"),
        (["--period", "soon"], "soon"),
        (["--today", "31.12."], "not a date"),
        (["--spread", "month", "--weights", "1,2"], "weights"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_changes(plan: Path, args: list[str], words: str) -> None:
    before = plan.read_bytes()
    result = run("quota", plan, *AS_OF, *args, code=2)
    assert words in result.output
    assert plan.read_bytes() == before or stored(plan, Assumption) == []


def test_the_forecast_by_territory_rep_and_role(copy: Path, tmp_path: Path) -> None:
    found = told("forecast", copy, *AS_OF, "--set", "basis=none")
    assert [row["forecast"] for row in found["rows"]] == [11_000, 3_000, 0, 200]
    assert found["whole"]["forecast"] == 14_200
    assert [row["name"] for row in told("forecast", copy, *AS_OF, "--by", "rep")["rows"]] == ["Ann", "Bob"]
    assert told("forecast", copy, *AS_OF, "--by", "partner")["rows"] == []
    assert [row["forecast"] for row in told("forecast", copy, *AS_OF, "--by", "role")["rows"]] == [14_200]
    assert "no region" in run("forecast", copy, *AS_OF, "--by", "region").stdout
    run("forecast", copy, *AS_OF, "--set", "qualified=50%")
    assert told("forecast", copy, *AS_OF)["rows"][3]["forecast"] == 400
    run("forecast", copy, "--set", "basis=guess", code=2)
    run("forecast", copy, "--set", "qualified=120%", code=2)
    out = tmp_path / "forecast.xlsx"
    run("forecast", copy, *AS_OF, "--out", out)
    sheet = openpyxl.load_workbook(out).active
    assert [cell.value for cell in sheet[2]][:3] == ["North", 10_000, 6_000]


def test_pay_is_told_and_stated(copy: Path, tmp_path: Path) -> None:
    run("forecast", copy, "--set", "basis=none")
    found = told("pay", copy, *AS_OF)
    assert found["territories"][0]["at_120"] == 13_500
    assert [row["pay"] for row in found["reps"]] == [22_410, 20_100]
    assert [(one["place"], one["territory"], one["prize"]) for one in found["contests"]] == [
        (1, "North", 300),
        (2, "South", 100),
    ]
    text = run("pay", copy, *AS_OF, "--rep", "Ann").stdout
    assert "22,410.00" in text
    assert "Deal Lens: 1 % of 6,000.00 + 50.00" in text
    out = tmp_path / "pay.xlsx"
    run("pay", copy, *AS_OF, "--out", out)
    book = openpyxl.load_workbook(out)
    assert book.sheetnames == ["Ann", "Bob"]
    amounts = [row[2].value for row in book["Ann"].iter_rows() if isinstance(row[2].value, int | float)]
    assert sum(amounts) == 22_410
    assert str(book["Ann"].cell(book["Ann"].max_row, 3).value).startswith("=SUM(C")
    page = tmp_path / "pay.html"
    run("pay", copy, *AS_OF, "--out", page, "--rep", "Bob")
    assert "20,100.00" in page.read_text(encoding="utf-8")
    assert "Ann" not in page.read_text(encoding="utf-8")
    run("pay", copy, *AS_OF, "--out", tmp_path / "pay.doc", code=2)
    run("pay", copy, *AS_OF, "--rep", "Nobody", code=2)


def test_pay_plans_are_made_changed_and_deleted(copy: Path, tmp_path: Path) -> None:
    usual = json.loads(run("pay", copy, "--print-terms", "New").stdout)
    assert usual["variable"] == 40_000
    file = tmp_path / "terms.json"
    file.write_text(json.dumps({**usual, "base": 1}), encoding="utf-8")
    run("pay", copy, *AS_OF, "--plan", "Field", "--role", "field", "--terms", file)
    assert [(p.plan_name, p.role) for p in stored(copy, PayPlan)] == [("Everybody", ""), ("Field", "field")]
    file.write_text(TERMS.to_json(), encoding="utf-8")
    run("pay", copy, *AS_OF, "--plan", "field", "--terms", file)
    assert json.loads(run("pay", copy, "--print-terms", "Field").stdout)["base"] == 60_000
    run("pay", copy, "--delete", "Field")
    run("pay", copy, "--delete", "Field", code=2)
    file.write_text('{"tiers": [{"start": 1, "rate": 1}]}', encoding="utf-8")
    assert "begin at 0" in run("pay", copy, "--plan", "Field", "--terms", file, code=2).output
    run("pay", copy, "--terms", file, code=2)
    assert len(stored(copy, PayPlan)) == 1


def test_a_plan_without_anything_says_what_to_do(tmp_path: Path) -> None:
    from tests.ui.panels.plans import make_session

    with make_session(tmp_path / "bare.gpkg", n_accounts=0):
        pass
    assert "choose one with --set" in run("quota", tmp_path / "bare.gpkg").stdout
    assert "no pay plan yet" in run("pay", tmp_path / "bare.gpkg").stdout
    assert told("forecast", tmp_path / "bare.gpkg")["whole"]["forecast"] == 0
