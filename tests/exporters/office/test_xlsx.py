"""The workbook as other programs read it: openpyxl, calamine, pandas; and its parts as XML."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import openpyxl
import pandas as pd
import pytest
import python_calamine as calamine
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from lxml import etree

from territorymap.errors import Cancelled, UserError
from territorymap.exporters.office import grid
from territorymap.exporters.office.texts import legal
from territorymap.exporters.registry import ExportOptions, export
from territorymap.exporters.view import take_view
from territorymap.importers.accounts import build_accounts
from territorymap.importers.alignment import build_alignment
from territorymap.importers.columns import ColumnMap, guess_columns
from territorymap.importers.table import read_table
from territorymap.importers.table_options import TableOptions
from territorymap.model.privacy import Privacy
from territorymap.model.records import Conflict
from territorymap.session.coverage_issues.telling import finding_headers, finding_rows, handover_headers
from tests.exporters.office.package import check_workbook
from tests.exporters.office.views import HOSTILE, bare_view, hostile_view, many_view, strings, with_baseline
from tests.exporters.small_plan import small_view
from tests.session.coverage_issues.channels import make_channels, register
from tests.session.coverage_issues.test_mending import hunters_and_farmers
from tests.ui.panels.plans import give, make_session

# openpyxl says so of every workbook with bars: it knows those of Excel 2007 only.
pytestmark = pytest.mark.filterwarnings("ignore:.*extension is not supported:UserWarning")
SHEETS = ["Summary", "Charts", "Territories", "Units", "Accounts", "Definitions"]


def opened(path: Path) -> openpyxl.Workbook:
    check_workbook(path)
    return openpyxl.load_workbook(path)


def test_the_workbook_has_its_sheets_with_fixed_headings_and_filters(tmp_path: Path) -> None:
    book = opened(export(small_view(), tmp_path / "out.xlsx"))
    assert book.sheetnames == SHEETS
    assert {name: book[name].freeze_panes for name in SHEETS[2:5]} == {
        "Territories": "B2", "Units": "C2", "Accounts": "C2",
    }  # fmt: skip
    assert [book[name].auto_filter.ref for name in SHEETS[2:5]] == ["A1:U4", "A1:N17", "A1:Q6"]
    assert [book[name].print_title_rows for name in SHEETS[2:5]] == ["$1:$1"] * 3
    assert all(book[name].page_setup.fitToHeight == 0 for name in SHEETS)
    assert "A small plan" in book["Units"].oddHeader.left.text
    assert book.properties.title == "A small plan"


def test_pandas_reads_the_balance_table(tmp_path: Path) -> None:
    """Targets are thirds of the assigned total: 12 units / 3 = 4, so West (8) has index 2, East (4) 1, Empty 0."""
    table = pd.read_excel(export(small_view(), tmp_path / "out.xlsx"), sheet_name="Territories", engine="openpyxl")
    assert list(table["Territory"]) == ["West", "East", "Empty"]
    assert list(table["Units"]) == [8, 4, 0]
    assert list(table["Target: Units"]) == [4, 4, 4]
    assert list(table["Index: Units"]) == [2, 1, 0]
    np.testing.assert_allclose(table["revenue"], [10.5, 98, 0])
    assert np.isnan(table["Compactness"][2])


def test_calamine_reads_the_accounts_and_codes_keep_their_zeros(tmp_path: Path) -> None:
    book = calamine.CalamineWorkbook.from_path(export(small_view(), tmp_path / "out.xlsx"))
    rows = book.get_sheet_by_name("Accounts").to_python()
    account = dict(zip(rows[0], rows[1], strict=True))
    assert account["Postal code"] == "02139"
    assert account["revenue"] == 10.5
    assert [row[2] for row in rows[1:]] == ["West", "East", "East", "", ""]
    assert rows[2][5] == "key account"


def test_numbers_have_formats_of_excel_itself(tmp_path: Path) -> None:
    sheet = opened(export(small_view(), tmp_path / "out.xlsx"))["Territories"]
    formats = {sheet.cell(1, at).value: sheet.cell(2, at).number_format for at in range(1, sheet.max_column + 1)}
    assert formats["Territory"] == "@"
    assert formats["Units"] == "#,##0"
    assert formats["Workload, h"] == "#,##0.0"
    assert formats["revenue"] == "#,##0.00"
    assert formats["Index: revenue"] == "0%"
    assert sheet["C2"].fill.fgColor.rgb == "FF88CCEE"


def test_the_summary_says_which_plan_and_how_even_it_is(tmp_path: Path) -> None:
    sheet = opened(export(small_view(), tmp_path / "out.xlsx"))["Summary"]
    rows = [[cell.value for cell in row if cell.value is not None] for row in sheet.iter_rows()]
    assert rows[0] == ["A small plan"]
    assert ["Data", "Grid · Drawn by hand"] in rows
    assert ["of these unassigned", 4] in rows
    units = next(row for row in rows if row[:1] == ["Units"] and len(row) > 2)
    assert units[1:] == [12, 0, 2, 1, pytest.approx(np.sqrt(2 / 3)), 2, 0.05]
    written = next(row for row in sheet.iter_rows() if row[0].value == "Written")
    assert written[1].is_date
    assert written[1].number_format == "mm-dd-yy"  # number 14: the reader's own short date
    top = next(at for at, row in enumerate(rows) if row[:1] == ["Territory"])
    assert [row[0] for row in rows[top + 1 : top + 4]] == ["Empty", "East", "West"]  # the furthest first


def test_indices_are_coloured_by_their_own_tolerance(tmp_path: Path) -> None:
    sheet = opened(export(small_view(), tmp_path / "out.xlsx"))["Territories"]
    at = next(cell.column_letter for cell in sheet[1] if cell.value == "Index: Units")
    rules = {str(f.sqref): f.rules for f in sheet.conditional_formatting}[f"{at}2:{at}4"]
    cells = {rule.operator: [float(text) for text in rule.formula] for rule in rules if rule.type == "cellIs"}
    assert cells["greaterThan"] == [pytest.approx(1.05)]
    assert cells["lessThan"] == [pytest.approx(0.95)]
    bars = [f for f in sheet.conditional_formatting if f.rules[0].type == "dataBar"]
    assert len(bars) == 5  # a measure each


def test_charts_are_native_and_stand_on_cells(tmp_path: Path) -> None:
    parts = check_workbook(export(small_view(), tmp_path / "out.xlsx"))
    space = {"c": "http://schemas.openxmlformats.org/drawingml/2006/chart"}
    charts = [etree.fromstring(parts[f"xl/charts/chart{n}.xml"]) for n in (1, 2)]
    bars = charts[0].xpath("//c:barChart/c:ser", namespaces=space)
    assert charts[0].xpath("string(//c:barDir/@val)", namespaces=space) == "bar"
    assert bars[0].xpath("string(c:val//c:f)", namespaces=space).startswith("Summary!$E$")
    assert bars[0].xpath("c:cat//c:pt/c:v/text()", namespaces=space) == ["Empty", "East", "West"]
    # The bars begin at the even line; names stay at the left.
    assert charts[0].xpath("string(//c:catAx/c:crossesAt/@val)", namespaces=space) == "1"
    assert charts[0].xpath("string(//c:catAx/c:tickLblPos/@val)", namespaces=space) == "low"
    assert charts[0].xpath("string(//c:valAx/c:crosses/@val)", namespaces=space) == "max"
    assert len(charts[1].xpath("//c:barChart/c:ser | //c:lineChart/c:ser", namespaces=space)) == 2


def test_definitions_come_from_the_registry(tmp_path: Path) -> None:
    sheet = opened(export(small_view(), tmp_path / "out.xlsx"))["Definitions"]
    rows = {str(row[0].value): [cell.value for cell in row[1:]] for row in sheet.iter_rows() if row[0].value}
    assert rows["Index"][0] == "Total ÷ target"
    assert rows["Driving speed, km/h"][0] == 60
    assert rows["Target of a territory"][0] == "equal shares"
    assert rows["revenue"][0] == 0.05


def test_what_changes_stands_rep_by_rep_and_in_the_summary(tmp_path: Path) -> None:
    """Bo had West, seven squares and account 0 (10.5); Ada has it now, and A2 besides, which vacant East had."""
    book = opened(export(with_baseline(small_view()), tmp_path / "out.xlsx"))
    assert "Reps" in book.sheetnames
    heads, ada, bo = ([cell.value for cell in row] for row in book["Reps"].iter_rows())
    assert heads[:6] == ["Rep", "Units: baseline", "Units: kept", "Units: lost", "Units: gained", "Units: now"]
    assert ada == ["Ada", 0, 0, 0, 8, 8, 0, 0, 0, 1, 1, 0, 0, 0, 10.5, 10.5]
    assert bo == ["Bo", 7, 0, 7, 0, 0, 1, 0, 1, 0, 0, 10.5, 0, 10.5, 0, 0]
    rows = [[cell.value for cell in row if cell.value is not None] for row in book["Summary"].iter_rows()]
    assert ["What changes against the baseline Last year"] in rows
    assert ["Accounts", 1, 1, 1] in rows
    assert ["Baseline", "Last year"] in rows
    assert ["Status", "Proposed"] in rows


def test_every_move_is_listed_with_from_to_owner_and_age(tmp_path: Path) -> None:
    """West goes from Bo to Ada with its squares; A2 comes to it from East, which is vacant."""
    book = opened(export(with_baseline(small_view()), tmp_path / "out.xlsx"))
    assert book.sheetnames == [*SHEETS[:-1], "Reps", "Territory changes", "Moves", "Definitions"]
    heads, *rows = [[cell.value for cell in row] for row in book["Moves"].iter_rows()]
    assert heads[:9] == [
        "Kind", "Key", "Name", "Change", "From territory", "To territory", "From rep", "To rep", "Unit code",
    ]  # fmt: skip
    assert heads[-1] == "Days since last change"
    account = dict(zip(heads, rows[0], strict=True))
    assert [account[head] for head in heads[:8]] == [
        "account", "k0", "Müller & Söhne", "other rep", "West", "West", "Bo", "Ada",
    ]  # fmt: skip
    assert account["revenue"] == 10.5
    moved = {row[1]: row[3:8] for row in rows if row[0] == "unit"}
    assert len(moved) == 8
    assert moved["A2"] == ["moved", "East", "West", None, "Ada"]
    changes = pd.read_excel(tmp_path / "out.xlsx", sheet_name="Territory changes", engine="openpyxl")
    assert list(changes["Territory before"]) == ["West", "East", "Empty"]
    assert list(changes["Rep after"].fillna("")) == ["Ada", "", "Bo"]
    assert list(changes["Units before"]) == [7, 5, 0]
    assert book["Territory changes"]["F2"].number_format == "0.0%"


def test_moves_alone_are_one_sheet_and_need_a_baseline(tmp_path: Path) -> None:
    book = opened(export(with_baseline(small_view()), tmp_path / "out.xlsx", "moves"))
    assert book.sheetnames == ["Moves"]
    with pytest.raises(UserError, match="no baseline"):
        export(small_view(), tmp_path / "none.xlsx", "moves")


def test_conflicts_have_a_sheet_of_their_own_where_there_are_any(tmp_path: Path) -> None:
    view = small_view()
    stored = [json.dumps({"value": 7, "text": text}) for text in ("West", "East", "=Nobody")]
    sides = ("Ada", "2026-11-25T12:00:00Z", "Bo", "")
    conflicts = [
        Conflict(1, "c1", "m", "territory", "s|t2", "name", '"East"', "null", "broken {", *sides, "mine"),
        Conflict(2, "c2", "m", "assignment", "s|a|B2", "territory", *stored, *sides, "open"),
    ]
    view = replace(view, plan=replace(view.plan, conflicts=conflicts))
    book = opened(export(view, tmp_path / "out.xlsx"))
    assert book.sheetnames == [*SHEETS[:-1], "Conflicts", "Definitions"]
    rows = [[cell.value for cell in row] for row in book["Conflicts"].iter_rows(min_row=2)]
    noon = datetime(2026, 11, 25, 12)
    assert rows == [
        ["open", "assignment", "B2", "territory", "West", "East", "=Nobody", "Ada", noon, "Bo", None],
        ["decided: mine", "territory", "East", "name", "East", None, "broken {", "Ada", noon, "Bo", None],
    ]


def test_hostile_names_are_text_in_every_field(tmp_path: Path) -> None:
    view = hostile_view()
    path = export(view, tmp_path / "out.xlsx", options=ExportOptions({"ranges": True}))
    book = opened(path)
    for sheet in book:
        for row in sheet.iter_rows():
            assert all(cell.data_type in "snd" for cell in row)  # text, number or day: never a formula
    read = calamine.CalamineWorkbook.from_path(path).get_sheet_by_name("Accounts").to_python()
    # Text that could be run is typed as text and keeps so when a person edits it.
    column = [row[1] for row in read[1:]]
    assert column[:4] == HOSTILE[:4]
    assert column[4] == "''=quoted"
    assert column[6:11] == HOSTILE[6:11]
    assert column[11] == "a b c d "
    assert len(column[14]) == 32_767
    assert book["Accounts"]["B2"].quotePrefix
    assert book["Accounts"]["B2"].number_format == "@"


def test_five_hundred_territories_and_charts_that_can_be_read(tmp_path: Path) -> None:
    path = export(many_view(), tmp_path / "out.xlsx")
    book = opened(path)
    assert book["Territories"].max_row == 501
    rows = [[cell.value for cell in row if cell.value is not None] for row in book["Summary"].iter_rows()]
    assert ["40 territories are shown; all of them stand in the next sheet."] in rows


def test_a_plan_with_nothing_in_it_is_a_workbook_too(tmp_path: Path) -> None:
    book = opened(export(bare_view(), tmp_path / "out.xlsx"))
    assert book.sheetnames == [name for name in SHEETS if name != "Charts"]
    assert book["Territories"].max_row == 1
    assert any("no balance to show" in str(cell.value) for row in book["Summary"].iter_rows() for cell in row)


@pytest.mark.parametrize("what", ["territories", "units", "accounts", "ranges"])
def test_one_content_is_one_sheet(tmp_path: Path, what: str) -> None:
    book = opened(export(small_view(), tmp_path / "out.xlsx", what))
    assert book.sheetnames == [what.capitalize()]


def test_rows_beyond_the_end_of_a_sheet_go_to_the_next(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(grid, "MAX_ROWS", 11)
    book = opened(export(small_view(), tmp_path / "out.xlsx", "units"))
    assert book.sheetnames == ["Units", "Units 2"]
    assert [sheet.max_row for sheet in book] == [11, 7]
    codes = [sheet.cell(row, 1).value for sheet in book for row in range(2, sheet.max_row + 1)]
    assert codes == small_view().plan.units.code.tolist()


def test_an_export_cancelled_half_way_leaves_nothing(tmp_path: Path) -> None:
    asked = iter([False, False, True])
    with pytest.raises(Cancelled):
        export(small_view(), tmp_path / "out.xlsx", options=ExportOptions(is_cancelled=lambda: next(asked, True)))
    assert not list(tmp_path.iterdir())


def test_units_and_accounts_read_back_are_the_same(tmp_path: Path) -> None:
    view = small_view("=West")
    path = export(view, tmp_path / "out.xlsx")
    codes = view.plan.units.code
    table = read_table(path, TableOptions(sheet="Units"))
    imported = build_alignment(table, guess_columns(table, "alignment", list(codes)), codes)
    names = view.territory_names()
    assert [str(name) for name in imported.territory] == [
        names[view.plan.unit_territory[ix]] for ix in imported.unit_ix
    ]
    assert len(imported) == 16
    table = read_table(path, TableOptions(sheet="Accounts"))
    columns = guess_columns(table, "accounts", list(codes))
    assert columns.fields["account_key"] == "Account key"
    accounts = build_accounts(table, columns)
    assert list(accounts.account_key) == list(view.plan.accounts.key)
    # The importers fold blanks in names.
    assert list(accounts.account_name) == [" ".join(name.split()) for name in view.plan.accounts.name]


NAMES = st.text(st.characters(codec="utf-8", exclude_categories=("Cs",)), min_size=1, max_size=20).filter(
    lambda name: legal(name).strip()
)


@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
@given(names=st.lists(NAMES, min_size=5, max_size=5), territories=st.lists(NAMES, min_size=3, max_size=3))
@settings(max_examples=20, deadline=None)
def test_whatever_the_names_are_they_read_back_the_same(suffix: str, names: list[str], territories: list[str]) -> None:
    """What no file may hold is blank, and blanks are folded by the importers; nothing else is lost."""

    def folded(text: str) -> str:
        return " ".join(legal(text).split())

    view = small_view()
    plan = view.plan
    # Names that the importer takes for one, or for none, are another matter.
    assume(len({folded(name).casefold() for name in territories} - {""}) == 3)
    accounts = replace(plan.accounts, name=strings(names), key=strings([f"k{n}" for n in range(5)]))
    named = [replace(t, name=name) for t, name in zip(plan.territories, territories, strict=True)]
    view = replace(view, plan=replace(plan, accounts=accounts, territories=named))
    with TemporaryDirectory() as folder:
        table = read_table(export(view, Path(folder) / f"a.{suffix}", "accounts"))
        columns = guess_columns(table, "accounts", list(plan.units.code)).with_field("account_name", table.headers[1])
        read = build_accounts(table, columns)
        assert list(read.account_name) == [folded(name) for name in names]
        np.testing.assert_allclose(read.measures["revenue"], plan.accounts.values["revenue"])
        table = read_table(export(view, Path(folder) / f"u.{suffix}", "units"))
        fields = ColumnMap("alignment", {"unit_code": table.headers[0], "territory": table.headers[2]})
        aligned = build_alignment(table, fields, plan.units.code)
        assert [str(name) for name in aligned.territory] == [
            folded(territories[plan.unit_territory[ix]]) if plan.unit_territory[ix] >= 0 else ""
            for ix in aligned.unit_ix
        ]
        assert len(aligned) == 16


def test_conflicts_and_hand_overs_are_sheets_of_a_plan_with_channels(tmp_path: Path) -> None:
    """As the lists of the panel, of the moment at which the export began; none where anything is hidden."""
    with make_channels(tmp_path / "plan.gpkg") as session:
        hunters_and_farmers(session)
        won = {"account": 1, "rep": "Ann", "stage": "won", "closed_on": "2026-06-01", "amount": 5, "deal_name": "=1+1"}
        register(session, won)
        view = take_view(session)
        look = session.coverage_watch.look()
        found = [finding for finding in look.judgement.findings if finding.kind != "handover"]
        expected = [[row[3], row[5]] for row in finding_rows(look, found)]
        give(session, "North", [0, 1])
        book = opened(export(view, tmp_path / "with.xlsx"))
        rows = [[cell.value for cell in row] for row in book["Conflicts and gaps"].iter_rows()]
        assert rows[0] == finding_headers()
        assert [[row[3], row[5]] for row in rows[1:]] == expected
        assert expected
        (heads, over) = [[cell.value for cell in row] for row in book["Hand-overs"].iter_rows()]
        assert heads == handover_headers()
        assert (over[:2], over[7].lstrip("'"), over[8]) == (["Due", "Account 1"], "=1+1", 5)
        titles = ("Conflicts and gaps", "Hand-overs")
        for name, options in (
            ("no", ExportOptions({"coverage": "no"})),
            ("hidden", ExportOptions({"coverage": "yes"}, privacy=Privacy(rep_names=True))),
        ):
            assert not set(titles) & set(opened(export(view, tmp_path / f"{name}.xlsx", None, options)).sheetnames)


def test_the_change_log_is_a_sheet_where_it_is_wanted(tmp_path: Path) -> None:
    with make_session(tmp_path / "plan.gpkg") as session:
        give(session, "South", [0])
        session.document.annotate(session.document.history()[-1].step_id, "=cmd|'/c calc'!A0")
        view = take_view(session)
        assert "Change log" not in opened(export(view, tmp_path / "without.xlsx")).sheetnames
        wanted = ExportOptions({"log": True})
        book = opened(export(view, tmp_path / "with.xlsx", None, wanted))
        rows = [[cell.value for cell in row] for row in book["Change log"].iter_rows()]
        assert rows[0][:4] == ["Time", "Author", "Scenario", "Alignment"]
        assert rows[-1][1:5] == ["Ada", "Plan", "Field", "Give 1 unit to South"]
        assert rows[-1][5:11] == ["Unit", "A1", "Square A1", "territory", "North", "South"]
        assert rows[-1][12].lstrip("'") == "=cmd|'/c calc'!A0"
        assert isinstance(rows[-1][0], datetime)
        hidden = replace(wanted, privacy=Privacy(rep_names=True))
        assert "Change log" not in opened(export(view, tmp_path / "hidden.xlsx", None, hidden)).sheetnames
