"""Scorecards as a table: every cell by hand, and nothing hidden in it."""

from __future__ import annotations

import csv
import dataclasses
from pathlib import Path

import numpy as np
import openpyxl
import pytest

from territorymap.errors import UserError
from territorymap.exporters.redact import redacted
from territorymap.exporters.registry import ExportOptions, export
from territorymap.exporters.scorecard_table import scorecard_columns
from territorymap.exporters.view import ExportView
from territorymap.metrics.capacity.assumed import Criterion, Market
from territorymap.model.coverage import Action, Assumption, Deal, Quota
from territorymap.model.privacy import Privacy
from tests.exporters.small_plan import small_view


def carded_view(content: str | None = None) -> ExportView:
    """Revenue of West 10.5, East 100 - 2, Empty 0; households of West 0+1+4+5+8+9+12+13 = 52, East 2+6+10+14 = 32."""
    view = small_view()
    measures = {m.name: m for m in view.plan.measures}
    market = Market(
        "states",
        (
            Criterion("Revenue", "sum", measures["revenue"].uuid, weight=1, role="revenue"),
            Criterion("Households", "sum", measures["households"].uuid, weight=3, role="potential"),
        ),
    )
    west = view.plan.territories[0].territory_id
    goal = Action(1, "g", "goal", None, west, "=Win Ada's", "", "Ada", "2027-01-31", "", "", "", "secret")
    other = Action(2, "h", "corrective", None, west, "not ours", "", "", "", "", "", "", "")
    registers = {
        Assumption: {1: Assumption(1, "a", "market", content or market.to_json())},
        Action: {1: goal, 2: other},
        Quota: {
            1: Quota(1, "q", "2026-Q1", None, west, None, 40.0, ""),
            2: Quota(2, "r", "2026-Q2", None, west, None, 60.0, ""),
        },
        Deal: {1: Deal(**{f.name: "" for f in dataclasses.fields(Deal)})},  # type: ignore[arg-type]
    }  # fmt: skip
    return dataclasses.replace(view, registers=registers)


def test_every_cell_by_hand(tmp_path: Path) -> None:
    path = export(carded_view(), tmp_path / "s.csv", "scorecards")
    with path.open(encoding="utf-8-sig", newline="") as file:
        header, west, east, empty = list(csv.reader(file))
    assert header == [
        "territory", "rep", "rank", "score", "Revenue", "Households", "penetration", "quota_2026", "goals", "synergies",
    ]  # fmt: skip
    assert west[:3] == ["West", "Ada", "1"]
    assert [float(x) for x in west[3:8]] == pytest.approx([(10.5 / 98 + 3) / 4, 10.5, 52, 10.5 / 52, 100])
    assert west[8] == "'=Win Ada's (Ada, until 2027-01-31)"
    # Households weigh 3 of 4.
    assert float(east[3]) == pytest.approx((1 + 3 * 32 / 52) / 4)
    assert (float(empty[3]), empty[7]) == (0, "")


def test_the_sheet_holds_the_same(tmp_path: Path) -> None:
    path = export(carded_view(), tmp_path / "s.xlsx", "scorecards")
    sheet = openpyxl.load_workbook(path)["Scorecards"]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2)]
    assert rows[0][0] == "West"
    assert rows[0][4] == pytest.approx(10.5)


def test_nothing_hidden_is_in_it() -> None:
    view = carded_view()
    shown = redacted(view, Privacy(rep_names=True, revenue=frozenset({"revenue"}), hides_terms=True))
    columns = {column.name: column.values for column in scorecard_columns(shown)}
    assert "Revenue" not in columns
    assert not any(name.startswith("quota") for name in columns)
    assert columns["goals"].tolist() == ["", "", ""]
    assert np.isnan(columns["penetration"].astype(float)).all()
    assert set(shown.registers) == {Assumption, Action}
    names_only = redacted(view, Privacy(rep_names=True))
    goal = names_only.register(Action)[1]
    assert "Ada" not in goal.title + goal.owner + goal.note
    assert not names_only.register(Deal)


def test_criteria_that_cannot_be_read_are_told(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="criteria of markets"):
        export(carded_view("[]"), tmp_path / "s.csv", "scorecards", ExportOptions())
    assert not (tmp_path / "s.csv").exists()


def test_a_page_has_a_territory_each_the_best_first_and_no_name_is_markup(tmp_path: Path) -> None:
    view = carded_view()
    view.plan.territories[0] = dataclasses.replace(view.plan.territories[0], name="<b>West & 西</b>", color="red")
    path = export(view, tmp_path / "s.html", "scorecards", name="scorecard")
    page = path.read_text(encoding="utf-8")
    assert "<b>West" not in page
    assert page.index("&lt;b&gt;West &amp; 西") < page.index(">East<") < page.index(">Empty<")
    assert "=Win Ada" in page
    assert "The quota of 2026 is 100." in page
    assert page.count("<section") == 3
    only = export(
        view, tmp_path / "e.html", "scorecards", ExportOptions({"territories": ("East",)}), name="scorecard"
    ).read_text(encoding="utf-8")
    assert only.count("<section") == 1
    with pytest.raises(UserError, match="Nowhere"):
        export(view, tmp_path / "n.html", None, ExportOptions({"territories": ("Nowhere",)}), name="scorecard")
