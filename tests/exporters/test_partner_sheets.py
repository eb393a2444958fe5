"""Review and assessment of partners as HTML and XLSX: every number as on the sheet, texts as texts, nothing hidden."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from openpyxl import load_workbook

from territorymap.errors import UserError
from territorymap.exporters.registry import ExportOptions, export
from territorymap.metrics.partners.telling import blocks_of
from territorymap.model.coverage import Deal
from territorymap.model.period import period_of
from territorymap.model.privacy import privacy_for
from territorymap.session.commands import partners as commands
from territorymap.session.commands.registers import add_records
from territorymap.session.partners import partner_book
from territorymap.session.session import Session
from tests.ui.panels.plans import make_session

TODAY = date.today()
QUARTER = period_of("quarter", TODAY).previous
EVIL = "=HYPERLINK(\"http://x\")<script>alert('北')</script>"


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    """Ann, who has North, is a partner with figures of five quarters; so is one whose name is a formula and markup."""
    with make_session(tmp_path_factory.mktemp("plan") / "plan.gpkg") as session:
        ann = next(rep.rep_id for rep in session.plan.reps if rep.name == "Ann")
        session.do(commands.make_partner(session, ann))
        session.do(commands.add_partner(session, EVIL))
        period = QUARTER
        for amount in (77_123.0, 60_000.0, 61_000.0, 62_000.0, 50_000.0):
            session.do(commands.set_figures(session, ann, period.text, {"revenue": amount, "target": 70_000.0}))
            period = period.previous
        account = int(session.plan.accounts.account_id[0])
        row = {"rep_id": ann, "account_id": account, "deal_name": "Pumps", "amount": 5000.0, "stage": "proposal"}
        session.do(add_records(Deal, [row], "Register"))
        session.do(commands.edit_partner(session, ann, {"contact": "ann@north.example", "joint_plan": "Two fairs"}))
        session.do(commands.add_actions(session, ann, [{"title": "Train two engineers", "owner": "Bob"}]))
        yield session


def text_of(page: str) -> str:
    return re.sub(r"<[^>]+>", " ", page.split("<body>", 1)[1])


def test_the_page_tells_what_the_sheet_tells(session: Session, tmp_path: Path) -> None:
    out = export(
        session, tmp_path / "review.html", "review", ExportOptions({"period": QUARTER.text}), name="partner_html"
    )
    page = out.read_text("utf-8")
    assert "<script" not in page
    assert "&lt;script&gt;" in page
    book = partner_book(session)
    shown = " ".join(text_of(page).split())
    for sheet in book.sheets(QUARTER, TODAY):
        for block in blocks_of(sheet, book.inputs):
            for name, value in block.facts:
                assert f"{name} {value}" in shown, (name, value)
    assert "77,123" in shown
    assert "110.2 %" in shown  # 77,123 / 70,000 = 1.1018
    assert "Train two engineers" in shown
    assert page.count("<rect") >= 5


def test_the_workbook_has_numbers_as_numbers_and_formulas_as_text(session: Session, tmp_path: Path) -> None:
    out = export(session, tmp_path / "r.xlsx", "review", ExportOptions({"period": QUARTER.text}), name="partner_xlsx")
    book = load_workbook(out)
    rows = list(book["Partners"].values)
    head, lines = rows[0], {row[0]: row for row in rows[1:]}
    assert set(lines) == {"Ann", EVIL}
    ann = dict(zip(head, lines["Ann"], strict=True))
    assert (ann["Revenue"], ann["Target"], ann["Open deals, weighted"]) == (77_123, 70_000, 2_500)
    assert ann["of target"] == pytest.approx(77_123 / 70_000)
    assert ann["Growth"] == pytest.approx(77_123 / 50_000 - 1)
    assert all(cell.data_type != "f" for sheet in book for row in sheet for cell in row)
    sheet = book["Ann"]
    values = [cell for row in sheet.values for cell in row if cell is not None]
    assert 77_123 in values
    assert "Train two engineers" in values
    assert len(sheet._charts) == 1


def test_a_year_is_assessed_by_quarters(session: Session, tmp_path: Path) -> None:
    """Whatever year holds the last quarter: it is assessed, with that quarter in the trend and a verdict."""
    year = str(QUARTER.end.year)
    chosen = {"period": year, "partners": ("Ann",)}
    out = export(session, tmp_path / "year.html", "year", ExportOptions(chosen), name="partner_html")
    shown = text_of(out.read_text("utf-8"))
    assert f"Assessment of {year}" in shown
    assert QUARTER.label in shown
    assert "Tier for the coming year" in shown
    assert "HYPERLINK" not in shown


def test_what_is_hidden_is_on_no_sheet(session: Session, tmp_path: Path) -> None:
    plan = session.plan
    for name, form in (("partner_html", "html"), ("partner_xlsx", "xlsx")):
        privacy = privacy_for(plan, rep_names=True, account_names=True, revenue=True, pay=True)
        options = ExportOptions({"period": QUARTER.text}, privacy=privacy)
        out = export(session, tmp_path / f"hidden.{form}", "review", options, name=name)
        told = out.read_text("utf-8") if form == "html" else str([list(sheet.values) for sheet in load_workbook(out)])
        for secret in ("Ann", "HYPERLINK", "77,123", "77123", "70,000", "70000", "north.example", "Two fairs", "5,000"):
            assert secret not in told, secret
    by_name = ExportOptions({"partners": ("Ann",)}, privacy=privacy_for(plan, rep_names=True))
    page = export(session, tmp_path / "one.html", "review", by_name, name="partner_html").read_text("utf-8")
    assert page.count("<section") == 1


def test_what_cannot_be_written_is_told(session: Session, tmp_path: Path) -> None:
    for chosen in ({"period": "soon"}, {"partners": ("Nobody",)}):
        with pytest.raises(UserError):
            export(session, tmp_path / "x.html", "review", ExportOptions(chosen), name="partner_html")
    with make_session(tmp_path / "empty.gpkg") as empty, pytest.raises(UserError, match="no partners"):
        export(empty, tmp_path / "x.html", "review", name="partner_html")
    assert not (tmp_path / "x.html").exists()
