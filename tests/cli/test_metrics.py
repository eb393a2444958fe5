"""The commands metrics and balance --by region: worked out by hand, read from the file by SQL, taken back by undo."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from territorymap.document import Writer
from territorymap.model.plan import Plan
from territorymap.session.session import Command, Session
from tests.cli.conftest import Run

Ask = Callable[..., dict[str, Any]]
Refused = Callable[..., tuple[str, str]]
WEEKS = "Rep,Week,Calls,Meetings\nAda,2026-W40,40,4\nAda,2026-W41,50,5\nBo,2026-W41,10,\nCy,2026-W41,1,1\n"


def rows(plan: Path) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(plan)) as file:
        return file.execute(
            "SELECT metric, period, rep_name, amount FROM figure JOIN rep USING (rep_id) ORDER BY 1, 2, 3"
        ).fetchall()


@pytest.fixture
def regions(plan: Path) -> None:
    """East and West lie in Land, under Dana; North in no region."""

    def put(writer: Writer, plan: Plan) -> None:
        (land,) = writer.insert("region", [{"region_name": "Land", "manager": "Dana"}])
        (coast,) = writer.insert("region", [{"region_name": "Coast", "parent_region_id": land}])
        ids = {t.name: t.territory_id for t in plan.territories}
        writer.update("territory", {ids["West"]: {"region_id": land}, ids["East"]: {"region_id": coast}})

    with Session.open(plan) as session:
        session.do(Command("Regions", put))


def test_numbers_are_taken_in_replaced_and_taken_back(run: Run, ask: Ask, plan: Path, tmp_path: Path) -> None:
    (tmp_path / "weeks.csv").write_text(WEEKS)
    told = ask("metrics", "import", plan, tmp_path / "weeks.csv")
    assert (told["read"], told["imported"], told["figures"]) == (4, 3, 5)
    assert told["rejected"] == [{"row": 5, "reason": "The plan has no rep named Cy."}]
    assert rows(plan) == [
        ("calls", "2026-W40", "Ada", 40.0),
        ("calls", "2026-W41", "Ada", 50.0),
        ("calls", "2026-W41", "Bo", 10.0),
        ("meetings", "2026-W40", "Ada", 4.0),
        ("meetings", "2026-W41", "Ada", 5.0),
    ]
    (tmp_path / "more.csv").write_text("rep,metric,value\nAda,Calls,60\nBo,Calls,10\n")
    told = ask("metrics", "import", plan, tmp_path / "more.csv", "--period", "2026-W41")
    assert told["notes"] == ["1 number is replaced.", "1 number is as it was."]
    assert ("calls", "2026-W41", "Ada", 60.0) in rows(plan)
    assert run("undo", plan).exit_code == 0
    assert ("calls", "2026-W41", "Ada", 50.0) in rows(plan)
    assert ask("metrics", "list", plan)["metrics"][0]["figures"] == 3
    assert ask("metrics", "delete", plan, "Calls", "--period", "2026-W41") == {"deleted": 2}
    assert [row[:2] for row in rows(plan)] == [
        ("calls", "2026-W40"),
        ("meetings", "2026-W40"),
        ("meetings", "2026-W41"),
    ]


def test_numbers_by_territory_and_region(run: Run, ask: Ask, plan: Path, tmp_path: Path, regions: None) -> None:
    """Ada has West, Bo has East, which is in Coast in Land: Land 50 + 10 = 60, Coast 10; North has nobody."""
    (tmp_path / "weeks.csv").write_text(WEEKS)
    ask("metrics", "import", plan, tmp_path / "weeks.csv")
    calls = ask("metrics", "show", plan, "--metric", "calls")["metrics"][0]
    assert {t["name"]: t["values"]["2026-W41"] for t in calls["territories"]} == {"West": 50, "East": 10, "North": None}
    assert next(t["change"] for t in calls["territories"] if t["name"] == "West") == 0.25
    assert [(r["region"], r["values"]["2026-W41"]) for r in calls["regions"]] == [
        ("Land", 60),
        ("Coast", 10),
        (None, None),
    ]
    assert ask("metrics", "show", plan, "--period", "year")["metrics"][0]["periods"] == ["2026"]
    told = run("metrics", "show", plan, "--by", "region").stdout
    assert "Dana" in told
    balance = ask("balance", plan, "--by", "region")
    land = balance["regions"][0]
    totals = {t["name"]: t["totals"]["revenue"] for t in balance["territories"]}
    assert land["totals"]["revenue"] == totals["West"] + totals["East"]
    assert (land["manager"], land["territories"], land["reps"], balance["regions"][1]["depth"]) == ("Dana", 2, 2, 1)
    assert land["capacity_h"] == 400
    assert "Coast" in run("balance", plan, "--by", "region").stdout
    out = tmp_path / "regions.csv"
    assert run("export", plan, out, "--what", "regions").exit_code == 0
    lines = out.read_text(encoding="utf-8-sig").splitlines()
    assert lines[0].startswith("region,level,manager,n_territories,n_reps,n_vacant")
    assert lines[1].startswith("Land,1,Dana,2,2,0")


def test_what_cannot_be_is_refused(refused: Refused, plan: Path, tmp_path: Path) -> None:
    (tmp_path / "weeks.csv").write_text(WEEKS)
    assert "no numbers of" in refused("metrics", "show", plan, "--metric", "calls")[0]
    assert "not a period" in refused("metrics", "import", plan, tmp_path / "weeks.csv", "--period", "soon")[0]
    (tmp_path / "none.csv").write_text("rep,period,metric,value\nCy,2026,Calls,1\n")
    assert "nothing that the plan does not have" in refused("metrics", "import", plan, tmp_path / "none.csv")[0]


def test_a_person_with_two_territories_counts_once_in_a_region(plan: Path, regions: None) -> None:
    from territorymap.model.coverage import Figure
    from territorymap.session.commands import set_territory_rep
    from territorymap.session.role_metrics import metric_table

    with Session.open(plan) as session:
        ada = next(rep for rep in session.plan.reps if rep.name == "Ada")
        east = session.plan.territory_named("East")
        assert east is not None
        session.do(set_territory_rep(session.plan, east.territory_id, ada.rep_id))
        figures = [Figure(1, "", "calls", "2026", ada.rep_id, None, 40.0)]
        table = metric_table(session.plan, figures, "calls")
        assert sorted(table.series.last[np.isfinite(table.series.last)].tolist()) == [40.0, 40.0]
        assert np.array_equal(table.line_values[:, 0], [40.0, 40.0, np.nan], equal_nan=True)
        figures.append(Figure(2, "", "calls", "2026", None, east.territory_id, 7.0))
        table = metric_table(session.plan, figures, "calls")
        assert np.array_equal(table.line_values[:, 0], [47.0, 7.0, np.nan], equal_nan=True)


def test_an_export_is_imported_again(run: Run, ask: Ask, plan: Path, tmp_path: Path) -> None:
    """What a metric is called may look like a formula: it is text in the file, and the same when it comes back."""
    (tmp_path / "weeks.csv").write_text(WEEKS + "Ada,2026-W41,7,\n")
    (tmp_path / "long.csv").write_text("rep,period,metric,value\nAda,2026-Q1,=1+1,0.5\nBo,2026,Retention,95 %\n")
    ask("metrics", "import", plan, tmp_path / "weeks.csv")
    ask("metrics", "import", plan, tmp_path / "long.csv")
    before = rows(plan)
    out = tmp_path / "metrics.csv"
    assert run("export", plan, out, "--what", "metrics").exit_code == 0
    text = out.read_text(encoding="utf-8-sig")
    assert text.splitlines()[0] == "period,rep,territory,metric,value"
    assert ",=1+1" not in text
    for metric in ("calls", "meetings", "retention", "=1+1"):
        ask("metrics", "delete", plan, metric)
    assert rows(plan) == []
    told = ask("metrics", "import", plan, out)
    assert told["rejected"] == []
    assert rows(plan) == before
    assert run("export", plan, tmp_path / "metrics.xlsx", "--what", "metrics").exit_code == 0
