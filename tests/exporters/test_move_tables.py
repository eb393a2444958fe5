"""What moves and territories before and after, as columns and in a CSV file."""

from __future__ import annotations

import csv
import dataclasses
from pathlib import Path

import numpy as np
import pytest

from territorymap.errors import UserError
from territorymap.exporters.move_tables import comparison_columns, move_columns, territory_change_columns
from territorymap.exporters.part import part_of
from territorymap.exporters.registry import export
from territorymap.exporters.tables import Column
from territorymap.metrics.move_figures import Ages
from tests.exporters.small_plan import against, small_view
from tests.exporters.test_redact import telling_view
from tests.metrics.test_comparison import compared, example


def rows(columns: list[Column]) -> list[dict[str, object]]:
    names = [column.name for column in columns]
    return [dict(zip(names, row, strict=True)) for row in zip(*(c.values.tolist() for c in columns), strict=True)]


def test_every_account_and_unit_that_moves_with_from_to_and_owner() -> None:
    """As drawn in tests/metrics/test_comparison.py."""
    comparison = compared(*example())
    ages = Ages(np.array([np.nan, 2.9, 1.0, 1.0]), np.array([np.nan, 2.9, 1.0, 7.2]))
    told = rows(move_columns(comparison, ages))
    assert [(r["kind"], r["name"] or r["key"], r["change"]) for r in told] == [
        ("account", "account 1", "moved"),
        ("account", "account 2", "rep"),
        ("account", "account 3", "moved"),
        ("unit", "B", "moved"),
        ("unit", "C", "rep"),
        ("unit", "D", "rep"),
    ]
    assert [(r["from_territory"], r["to_territory"], r["from_rep"], r["to_rep"]) for r in told] == [
        ("East", "T1", "Ann", "Ann"),
        ("East", "T2", "Ann", "Bob"),
        ("T9", "T2", "Bob", "Bob"),
        ("East", "T1", "Ann", "Ann"),
        ("East", "T2", "Ann", "Bob"),
        ("East", "T2", "Ann", "Bob"),
    ]
    assert [r["revenue"] for r in told] == [20, 40, 80, 20, 40, 80]
    assert [r["unit_code"] for r in told] == ["B", "C", "D", "B", "C", "D"]
    assert [r["days_since_change"] for r in told] == [2, 1, 7, 2, 1, 1]
    only = rows(move_columns(comparison, None, "unit"))
    assert [r["key"] for r in only] == ["B", "C", "D"]
    assert "kind" not in only[0]


def test_territories_before_and_after() -> None:
    told = rows(territory_change_columns(compared(*example())))
    assert [(r["change"], r["territory_before"], r["territory_after"]) for r in told] == [
        ("kept", "T1", "T1"),
        ("kept", "East", "T2"),
        ("deleted", "T9", ""),
    ]
    assert [(r["rep_before"], r["rep_after"]) for r in told] == [("Ann", "Ann"), ("Ann", "Bob"), ("Bob", "")]
    assert [r["kept_share"] for r in told] == [1.0, 0.5, 0.0]
    assert [r["revenue_before"] for r in told] == [10, 60, 80]
    assert [r["revenue_after"] for r in told[:2]] == [30, 120]
    assert np.isnan(told[2]["revenue_after"])  # type: ignore[call-overload]
    assert [r["revenue_index_after"] for r in told[:2]] == [0.4, 1.6]


def test_a_csv_holds_every_move(tmp_path: Path) -> None:
    view = telling_view()
    assert view.comparison is not None
    path = export(view, tmp_path / "moves.csv", "moves")
    with path.open(encoding="utf-8-sig", newline="") as file:
        told = list(csv.DictReader(file))
    assert len(told) == len(view.comparison.accounts) + len(view.comparison.units)
    assert {r["to_territory"] for r in told} >= {"Quisling North"}
    path = export(view, tmp_path / "territories.csv", "territory_changes")
    with path.open(encoding="utf-8-sig", newline="") as file:
        assert [r["territory_after"] for r in csv.DictReader(file)] == [t.name for t in view.plan.territories]


def test_names_that_a_spreadsheet_would_run_are_defused(tmp_path: Path) -> None:
    view = small_view(west_name="=HYPERLINK(1)")
    before = dataclasses.replace(view.plan, unit_territory=np.full(len(view.plan.units), 1, dtype=np.int32))
    comparison = against(view, before.unit_territory)
    path = export(dataclasses.replace(view, comparison=comparison), tmp_path / "moves.csv", "moves")
    assert "'=HYPERLINK(1)" in path.read_text("utf-8-sig")


def test_without_a_baseline_nothing_is_known_to_move() -> None:
    with pytest.raises(UserError, match="no baseline") as told:
        comparison_columns(small_view(), "moves")
    assert "scenario baseline" in told.value.hint


def test_a_part_for_one_rep_holds_nothing_of_what_is_compared() -> None:
    """What others had and have is none of that rep's business."""
    whole = telling_view()
    assert whole.comparison is not None
    part = part_of(whole, [0])
    assert (part.baseline, part.comparison, part.ages, dict(part.variants)) == (None, None, None, {})
