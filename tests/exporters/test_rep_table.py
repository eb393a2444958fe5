"""Reps and teams as tables: what is written is read again, and nothing hidden is in them."""

from __future__ import annotations

import csv
import dataclasses
from pathlib import Path

from territorymap.exporters.redact import redacted
from territorymap.exporters.registry import export
from territorymap.exporters.view import ExportView
from territorymap.importers.columns import guess_columns
from territorymap.importers.reps import build_reps
from territorymap.importers.table import read_table
from territorymap.model.privacy import Privacy
from territorymap.model.records import Region, Rep, TeamMember
from tests.exporters.small_plan import small_view

BEA = Rep(
    77, "bea-uuid", "=Béa 王", "02139", "Boston", "MA", "US", -71.1, 42.4, "coordinates", 1600.0, 0.8,
    role="inside", seniority="Senior", career_level="L4", started_on="2020-02-29", languages=("de", "zh"),
    verticals=("Retail", "Banking"),
)  # fmt: skip


def team_view() -> ExportView:
    """West is led by Béa with half her time and helped by the plan's first rep with a quarter, in the region Land."""
    view = small_view()
    plan = view.plan
    team = (TeamMember("bea-uuid", 0.5, "lead"), TeamMember(plan.reps[0].uuid, 0.25, "member"))
    west = dataclasses.replace(plan.territories[0], rep_id=77, team=team, region_id=5)
    land = Region(5, "land", "Land", None, "Mia")
    plan = dataclasses.replace(plan, reps=[*plan.reps, BEA], territories=[west, *plan.territories[1:]], regions=[land])
    return dataclasses.replace(view, plan=plan)


def cells(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


def test_reps_are_written_as_the_import_reads_them(tmp_path: Path) -> None:
    path = export(team_view(), tmp_path / "reps.csv", "rep_list")
    table = read_table(path)
    imported = build_reps(table, guess_columns(table, "reps"))
    assert not imported.rejects
    record = imported.records[-1]
    assert record["rep_name"] == "=Béa 王"  # defused in the file, whole again here
    wanted = {
        "home_postal_code": "02139", "home_city": "Boston", "home_country": "US", "lon": -71.1, "lat": 42.4,
        "capacity_h": 1600.0, "fte": 0.8, "role": "inside", "seniority": "Senior", "career_level": "L4",
        "started_on": "2020-02-29", "languages": "de; zh", "verticals": "Retail; Banking", "territory": "West",
    }  # fmt: skip
    assert {name: record[name] for name in wanted} == wanted


def test_a_team_has_a_row_a_person_and_a_vacancy_one_without(tmp_path: Path) -> None:
    view = team_view()
    header, *rows = cells(export(view, tmp_path / "teams.csv", "teams"))
    assert header == [
        "territory", "rep", "part", "share", "vacant_since", "territory_capacity_h", "region", "manager",
    ]  # fmt: skip
    west = [row for row in rows if row[0] == "West"]
    assert [row[1:4] for row in west] == [["'=Béa 王", "lead", "0.5"], [view.plan.reps[0].name, "member", "0.25"]]
    assert {(row[6], row[7]) for row in west} == {("Land", "Mia")}
    vacant = [t.name for t in view.plan.territories if t.rep_id is None]
    assert [row[0] for row in rows if row[2] == "vacant"] == vacant


def test_what_is_hidden_of_reps_is_in_neither(tmp_path: Path) -> None:
    view = redacted(team_view(), Privacy(rep_names=True))
    for what in ("rep_list", "teams"):
        text = export(view, tmp_path / f"{what}.csv", what).read_text(encoding="utf-8-sig")
        assert not [word for word in ("Béa", "Boston", "Banking", "Senior", "L4", "2020", "zh") if word in text]
    for what in ("rep_list", "teams"):
        assert export(team_view(), tmp_path / f"{what}.xlsx", what).stat().st_size > 3000
