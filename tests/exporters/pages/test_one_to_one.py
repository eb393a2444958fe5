"""One-to-one sheets: the numbers of a rep by hand, what moved, and nothing that a page could run."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from territorymap.errors import UserError
from territorymap.exporters.book.changes import holders
from territorymap.exporters.book.one_to_one import number_rows, spark_svg
from territorymap.exporters.registry import ExportOptions, export
from territorymap.exporters.view import ExportView
from territorymap.model.coverage import Action, Figure
from territorymap.model.period import parse_period
from territorymap.model.privacy import Privacy
from territorymap.model.records import Region
from tests.exporters.pages.plans import page_view

# Units 0-5 stay Ada's, 6 and 7 come to her from Bo, 8 goes from Ada to Bo, the rest stays Bo's.
BEFORE = [0] * 6 + [1] * 2 + [0] + [1] * 7
ADA, BO = 1, 2


def figure(
    n: int, metric: str, period: str, amount: float, rep: int | None = None, ground: int | None = None
) -> Figure:
    return Figure(n, str(n), metric, period, rep, ground, amount)


def told_view() -> ExportView:
    view = page_view(["West", "East"], ["Ada <b>", "Bo"], n_accounts=16, before=BEFORE)
    figures = [
        figure(1, "calls", "2026-W40", 40, ADA),
        figure(2, "calls", "2026-W41", 50, ADA),
        figure(3, "calls", "2026-W41", 10, BO),
        figure(4, "retention", "2026-Q3", 0.9, ground=1),
        figure(5, "<script>alert(1)</script>", "2026-W41", 3, ADA),
    ]
    action = Action(1, "a", "agreed", ADA, None, "Call <i>Acme", "", "Ada", "2026-12-01", "", "", "", "")
    plan = replace(view.plan, regions=[Region(1, "r", "Coast", None, "Dana")])
    plan.reps[0] = replace(plan.reps[0], role="inside", career_level="Senior", started_on="2020-01-01")
    plan.territories[0] = replace(plan.territories[0], region_id=1)
    registers = {Figure: {f.row_id: f for f in figures}, Action: {1: action}}
    return replace(view, plan=plan, registers=registers)


def test_the_numbers_of_a_rep_by_hand() -> None:
    """Calls: Ada 50 after 40, and the mean of both territories is (50 + 10) / 2 = 30."""
    view = told_view()
    rows = {row.metric: row for row in number_rows(view, holders(view)[0])}
    assert list(rows) == ["calls", "retention", "<script>alert(1)</script>"]
    calls = rows["calls"]
    assert calls.period is not None
    assert (calls.period.text, calls.value, calls.before, calls.others, calls.n_others) == ("2026-W41", 50, 40, 30, 2)
    assert calls.history == (40.0, 50.0)
    assert rows["retention"].value == 0.9
    earlier = {row.metric: row for row in number_rows(view, holders(view)[0], parse_period("2026-W40"))}
    assert earlier["calls"].value == 40
    assert [row.metric for row in number_rows(view, holders(view)[1])] == ["calls"]


def test_a_line_of_numbers_breaks_where_nothing_was_told() -> None:
    drawn = spark_svg([1.0, float("nan"), 2.0, 3.0])
    assert drawn.count("<polyline") == 2
    assert spark_svg([float("nan")]) == ""


def test_the_sheet_tells_who_what_moved_and_what_is_agreed(tmp_path: Path) -> None:
    path = export(told_view(), tmp_path / "one.html", name="onetoone", options=ExportOptions({"reps": ("Ada <b>",)}))
    page = path.read_text(encoding="utf-8")
    assert "Ada &lt;b&gt;" in page
    assert "<script" not in page
    assert "Call &lt;i&gt;Acme" in page
    assert "Inside · Senior · " in page
    assert "manager: Dana" in page
    assert "Moved in" in page
    assert "Account 7" in page  # the larger of the two that come from Bo
    assert "Moved out" in page
    assert page.index("Account 7") < page.index("Account 6")
    path = export(
        told_view(),
        tmp_path / "two.html",
        name="onetoone",
        options=ExportOptions({"top": 1, "colleagues": False}),
    )
    page = path.read_text(encoding="utf-8")
    assert "and 1 more" in page
    assert ">From<" not in page


def test_what_is_hidden_is_in_no_sheet(tmp_path: Path) -> None:
    hidden = ExportOptions(privacy=Privacy(rep_names=True))
    page = export(told_view(), tmp_path / "one.html", name="onetoone", options=hidden).read_text(encoding="utf-8")
    assert not [text for text in ("Ada", "Dana", "Senior", "Week 41") if text in page]
    with pytest.raises(UserError, match="soon"):
        export(told_view(), tmp_path / "x.html", name="onetoone", options=ExportOptions({"period": "soon"}))


def test_nobody_has_numbers(tmp_path: Path) -> None:
    view = page_view(["West"], ["Ada"], n_accounts=0)
    page = export(view, tmp_path / "one.html", name="onetoone").read_text(encoding="utf-8")
    assert "No numbers were imported" in page
    assert "No baseline is set" in page
